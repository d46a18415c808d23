use std::fmt;

use futures_util::future::BoxFuture;
use vigie_model::{Catalogue, CatalogueError, DomainName, Endpoint, Observation, Outcome, Subject, Text};

use crate::ProbeContext;
pub use crate::scope::Intrusiveness;

/// Something that looks at a target and states facts. It never judges.
pub trait Probe: Send + Sync {
    /// What this probe is and does.
    fn meta(&self) -> &ProbeMeta;

    /// The kinds of facts it produces.
    fn catalogue(&self) -> Result<Catalogue, CatalogueError>;

    /// Whether it has something to look at in this target.
    fn concerns(&self, target: &Target) -> bool;

    /// Whether what this probe saw shows that nobody is there, so that the others need not knock.
    fn found_nobody(&self, seen: &[Observation]) -> bool {
        !seen.is_empty() && seen.iter().all(|observation| observation.outcome == Outcome::Absent)
    }

    /// Looks. It always answers: facts, or an outcome that says why there are none. It keeps to the
    /// context's deadline, and when the run is cancelled it returns what it saw so far.
    fn look<'a>(&'a self, target: &'a Target, context: &'a ProbeContext) -> BoxFuture<'a, Vec<Observation>>;
}

/// What a probe declares about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeMeta {
    /// Its name (`tls`).
    pub id: &'static str,
    /// What it looks at, for readers.
    pub title: Text,
    /// The least it needs to be allowed to do anything; it does less where less is allowed.
    pub intrusiveness: Intrusiveness,
    /// Connections it opens to one target at the most.
    pub connections: u32,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A domain name and its records.
    Domain(DomainTarget),
    /// One port of one address.
    Endpoint(EndpointTarget),
}

/// A domain to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainTarget {
    /// The name.
    pub name: DomainName,
    /// DKIM selectors that the facility declared: they cannot be listed from outside.
    pub dkim_selectors: Vec<String>,
}

/// An endpoint to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointTarget {
    /// Where.
    pub endpoint: Endpoint,
    /// The protocol that the facility declared there (`https`, `smtp`, `ssh`), if it did.
    pub declared: Option<String>,
    /// The most that the scope allows at this address.
    pub allowed: Intrusiveness,
    /// Whether only a survey of ports led here. Silence is then a closed door and no mystery; where
    /// the facility declared something, silence is *unknown*.
    pub surveyed: bool,
}

/// The probes of this build, registered one by one: their order, and their absence, are plain to see.
#[derive(Default)]
pub struct Registry {
    probes: Vec<Box<dyn Probe>>,
}

/// Collects probes for a [`Registry`].
#[derive(Default)]
pub struct RegistryBuilder {
    probes: Vec<Box<dyn Probe>>,
}

impl Target {
    /// What observations of this target are about.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Domain(domain) => Subject::Domain(domain.name.clone()),
            Self::Endpoint(endpoint) => Subject::Endpoint(endpoint.endpoint.clone()),
        }
    }
}

impl Registry {
    /// Begins an empty list.
    pub fn builder() -> RegistryBuilder {
        RegistryBuilder::default()
    }

    /// The probes, in the order they were registered.
    pub fn probes(&self) -> impl Iterator<Item = &dyn Probe> {
        self.probes.iter().map(AsRef::as_ref)
    }

    /// Every kind of fact the probes produce.
    pub fn catalogue(&self) -> Result<Catalogue, CatalogueError> {
        self.probes.iter().try_fold(Catalogue::new(), |all, probe| all.merge(probe.catalogue()?))
    }
}

impl RegistryBuilder {
    /// Adds a probe.
    #[must_use]
    pub fn with(mut self, probe: impl Probe + 'static) -> Self {
        self.probes.push(Box::new(probe));
        self
    }

    /// The finished list.
    pub fn build(self) -> Registry {
        Registry { probes: self.probes }
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.probes().map(|probe| probe.meta().id)).finish()
    }
}
