//! vigie as a library.
//!
//! The way of the data is short: a [`FacilityFolder`] is opened, its plan and the network are
//! observed, a [`Judge`] turns observations into a [`Run`](model::Run), and a report shows it.
//!
//! ```no_run
//! use vigie::{FacilityFolder, Judge, Surroundings};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = FacilityFolder::open("etablissement".as_ref())?;
//! let judge = Judge::with_shipped_rules()?;
//! let surroundings = Surroundings::default();
//! let (run, _notes) = vigie::assess(&folder, &judge, &surroundings, &mut |_event| {}).await?;
//! println!("{}", run.to_json()?);
//! # Ok(())
//! # }
//! ```

mod aside;
mod assess;
mod bridge;
mod compared;
mod estate;
mod folder;
mod judge;
mod key_lists;
mod observers;
mod resolver;

pub use aside::{ASIDE_COMMAND, AsideReader, USUAL_DEADLINE, serve_aside};
pub use assess::{AssessError, Surroundings, assess, check_plan};
pub use bridge::{ExposedServicesFacts, ExposedSystemFacts};
pub use estate::{CaaMatchFacts, SharedKeyFacts, TlsKeysFacts, TlsNameFacts};
pub use folder::{FacilityFolder, FolderError, open_plan, open_workbook, read_sources};
pub use judge::{Judge, Judged};
pub use observers::{CatalogueFault, catalogue, registry};

pub use vigie_documents as documents;
pub use vigie_lab as lab;
pub use vigie_model as model;
pub use vigie_plan as plan;
pub use vigie_probe as probe;
pub use vigie_probe_dns as probe_dns;
pub use vigie_probe_services as probe_services;
pub use vigie_probe_tls as probe_tls;
pub use vigie_reading as reading;
pub use vigie_report as report;
pub use vigie_rules as rules;
pub use vigie_scan as scan;
pub use vigie_source as source;
pub use vigie_workbook as workbook;
