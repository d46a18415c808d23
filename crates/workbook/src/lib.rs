//! A continuity plan as a spreadsheet, and back.
