use serde::Serialize;
use vigie_model::{Completeness, Observation, Subject};

/// What happens during a scan, in order. The progress bar, the JSON log and later the store all read this.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A wave is about to begin.
    WavePlanned {
        /// Which one.
        wave: Wave,
        /// How many targets it has.
        targets: usize,
    },
    /// Something was seen, or could not be.
    Observed {
        /// The observation, as it will be stored.
        observation: Box<Observation>,
    },
    /// Every probe is done with a target.
    TargetDone {
        /// The target.
        subject: Subject,
        /// Which wave it was in.
        wave: Wave,
    },
    /// The scan is over.
    Finished {
        /// Whether it can be believed as a whole.
        completeness: Completeness,
    },
}

/// The two waves of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wave {
    /// Domain names and the addresses of hosts.
    Names,
    /// Ports of addresses.
    Endpoints,
}
