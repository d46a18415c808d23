//! What a @name@ server says first.
//!
//! Port: @name@ where the facility declares it. Sent: nothing. One connection, one line read: the server
//! logs a client that left without a word.

mod facts;
pub mod wire;

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use vigie_model::{Catalogue, CatalogueError, Evidence, Facts, Observation, Outcome, Subject, Text, Transport};
use vigie_probe::{EndpointTarget, Intrusiveness, NetError, Probe, ProbeContext, ProbeMeta, Target};

pub use self::facts::@Name@Facts;
use self::wire::decode_greeting;

/// Time to connect and to hear the first line.
const EXCHANGE: Duration = Duration::from_secs(6);
/// Longest first line, in bytes.
const MAX_LINE_BYTES: usize = 512;

/// Hears what a @name@ server says first.
#[derive(Debug)]
pub struct @Name@Probe {
    meta: ProbeMeta,
}

impl @Name@Probe {
    /// The probe.
    pub fn new() -> Self {
        let title = Text::new("Serveurs @name@", "@name@ servers");
        Self { meta: ProbeMeta { id: "@name@", title, intrusiveness: Intrusiveness::Polite, connections: 1 } }
    }

    async fn observe(target: &EndpointTarget, context: &ProbeContext) -> Observation {
        let watch = context.start();
        let (outcome, evidence) = match hear(target, context).await {
            Ok(line) => (said(&line), vec![Evidence::bytes("greeting", &line)]),
            Err(NetError::Refused) => (Outcome::Absent, Vec::new()),
            Err(error) => (Outcome::unknown(error.reason(), error.text()), Vec::new()),
        };
        watch.observation(@Name@Facts::KIND, Subject::Endpoint(target.endpoint.clone()), outcome, evidence)
    }
}

impl Default for @Name@Probe {
    fn default() -> Self {
        Self::new()
    }
}

impl Probe for @Name@Probe {
    fn meta(&self) -> &ProbeMeta {
        &self.meta
    }

    fn catalogue(&self) -> Result<Catalogue, CatalogueError> {
        Catalogue::new().with::<@Name@Facts>()
    }

    fn concerns(&self, target: &Target) -> bool {
        let Target::Endpoint(target) = target else { return false };
        target.endpoint.transport == Transport::Tcp && target.declared.as_deref() == Some("@name@")
    }

    fn look<'a>(&'a self, target: &'a Target, context: &'a ProbeContext) -> BoxFuture<'a, Vec<Observation>> {
        async move {
            match target {
                Target::Endpoint(endpoint) if self.concerns(target) => vec![Self::observe(endpoint, context).await],
                Target::Endpoint(_) | Target::Domain(_) => Vec::new(),
            }
        }
        .boxed()
    }
}

async fn hear(target: &EndpointTarget, context: &ProbeContext) -> Result<Vec<u8>, NetError> {
    let deadline = context.deadline.shortened(EXCHANGE);
    let to = (target.endpoint.address, target.endpoint.port).into();
    let mut connection = context.door.connect(to, Intrusiveness::Polite, deadline).await?;
    connection.receive_line(MAX_LINE_BYTES).await
}

fn said(line: &[u8]) -> Outcome {
    let Some(greeting) = decode_greeting(line) else {
        let error = NetError::Malformed("not a greeting");
        return Outcome::unknown(error.reason(), error.text());
    };
    Outcome::observed(&@Name@Facts { greeting })
}
