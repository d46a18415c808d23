//! Finds the sections of a continuity plan in a document, and proposes values of the model.
