//! Finds the sections of a continuity plan in a document, and proposes values of the model.
//!
//! [`read_against`] compares documents with a [`Template`] and says of each of its sections whether it was
//! found, in part, not at all, or must be read by somebody; [`proposals`] lists values that the plan could take
//! in, each with the words it comes from. A machine that reads words does not judge them: nothing here says that
//! a plan is right, and nothing is found without a quote.
//!
//! Pure: no file is opened, no clock is read; the same documents give the same reading.

mod evidence;
mod french;
mod headings;
mod matching;
mod normalise;
mod proposals;
mod reading;
mod review;
mod sections;
mod signals;
mod template;

pub use evidence::{Evidence, MAX_QUOTE, Source};
pub use matching::read_against;
pub use proposals::{Listing, Proposal, proposals};
pub use reading::{FileRead, Finding, Outcome, READING_FORMAT, Reading};
pub use review::{Accepted, Answer, ProposedValue, Review, ReviewError, Reviewed};
pub use sections::{Section, sections};
pub use template::{ENOUGH_WORDS, Signal, Template, TemplateSection, shipped_templates};
