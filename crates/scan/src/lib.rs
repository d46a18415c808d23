//! From a facility file to observations.
//!
//! ```text
//! facility.yaml ─► FacilityFile ─► Grant + Scope ─► Door
//!                       │
//!                       └─► wave of names ─► wave of endpoints ─► observations
//!                                    └──── one stream of events ────┘
//! ```
//!
//! The scan knows no rule, no report and no database. Whoever listens to its [`Event`]s (progress
//! bar, JSON, later a store) sees the same truth.

mod breaker;
mod event;
mod facility;
mod host;
mod scan;
mod target;

pub use event::{Event, Wave};
pub use facility::{
    DECLARED_PROTOCOLS, Declared, Exclusion, FacilityFile, PaceSection, Resolver, ScanVantage, ScopeHost, ScopeRange,
    ScopeSection, formats, skeleton,
};
pub use host::{HostFacts, catalogue};
pub use scan::{ScanOutcome, ScanSettings, scan};
