//! The types every other crate speaks.
//!
//! A probe or a plan reader produces [`Observation`]s about a [`Subject`]; rules turn them
//! into [`Verdict`]s; a grade sums them up; a [`Run`] keeps all of it. Nothing here does I/O,
//! reads a clock or judges: the same input always gives the same bytes.

mod catalogue;
mod evidence;
mod grade;
mod ids;
mod observation;
mod reason;
mod run;
mod string_face;
mod subject;
mod text;
mod vantage;
mod verdict;

pub use catalogue::{Catalogue, CatalogueError, FactKind, FactPath, FactType, Facts, Field};
pub use evidence::{Evidence, hexadecimal};
pub use grade::{Cap, CareLine, CareState, Counts, Grade, Grades, Letter, NextStep};
pub use ids::{CheckDigit, Department, DepartmentError, Finess, FinessEg, FinessEj, FinessError, Siret, SiretError};
pub use observation::{Observation, Outcome, Source};
pub use reason::Reason;
pub use run::{Completeness, Facility, FacilityKind, RUN_FORMAT, RuleCard, Run, RunError, Volume};
pub use subject::{DomainName, Endpoint, Host, NameError, PlanItem, Subject, SubjectError, SubjectKind, Transport};
pub use text::{Lang, Text};
pub use vantage::Vantage;
pub use verdict::{
    Effort, FactRead, FailedCheck, Family, Fingerprint, MissingFact, RuleId, Severity, Theme, Verdict, VerdictOutcome,
    Waived, Waiver,
};
