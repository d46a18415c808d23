//! The rule engine through its public face.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests stop at the first surprise")]

mod fixture;
mod hostile;
mod judging;
mod language;
mod loading;
mod oracle;
mod reading;
mod shipped;
