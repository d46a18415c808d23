//! What a web server shows to a first visitor.
//!
//! Ports: those declared `http` or `https`, and the usual web ports. Sent: `GET /`, then `GET` of what
//! redirects name, at most [`MAX_REDIRECTS`] of them, each through the door and its scope. Nothing is
//! submitted, no other path is tried. Certificates are accepted as they come: the TLS probe judges them.

mod chain;
mod exchange;
mod facts;
pub mod headers;
pub mod url;

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rustls::ClientConfig;
use vigie_model::{Catalogue, CatalogueError, Evidence, Facts, Observation, Outcome, Subject, Text, Transport};
use vigie_probe::{
    Connection, Deadline, EndpointTarget, Intrusiveness, NetError, Probe, ProbeContext, ProbeMeta, Target,
};

use self::chain::Chain;
pub use self::chain::MAX_REDIRECTS;
use self::exchange::{Answer, get};
pub use self::facts::{ChainEnd, Cookie, Hsts, HttpFacts, Redirect, SameSite};
use self::url::{Scheme, Url};
use crate::port::{Manner, Protocol, not_connected, usual_protocol};

/// Time for the whole chain: a slow portal behind two redirects.
const LOOK: Duration = Duration::from_secs(15);

/// Reads a web server's front page and headers.
#[derive(Debug)]
pub struct HttpProbe {
    meta: ProbeMeta,
    tls: Result<Arc<ClientConfig>, NetError>,
}

/// One look, and what each of its requests needs.
struct Visit<'a> {
    target: &'a EndpointTarget,
    context: &'a ProbeContext,
    deadline: Deadline,
    tls: Arc<ClientConfig>,
}

impl HttpProbe {
    /// The probe.
    pub fn new() -> Self {
        let title = Text::new("Sites et portails web", "Web sites and portals");
        let connections = 6;
        let meta = ProbeMeta { id: "http", title, intrusiveness: Intrusiveness::Passive, connections };
        Self { meta, tls: exchange::tls() }
    }

    async fn observe(&self, target: &EndpointTarget, scheme: Scheme, context: &ProbeContext) -> Observation {
        let watch = context.start();
        let deadline = context.deadline.shortened(LOOK);
        let (outcome, evidence) = match &self.tls {
            Ok(tls) => Visit { target, context, deadline, tls: Arc::clone(tls) }.follow(scheme).await,
            Err(error) => (Outcome::unknown(error.reason(), error.text()), Vec::new()),
        };
        watch.observation(HttpFacts::KIND, Subject::Endpoint(target.endpoint.clone()), outcome, evidence)
    }
}

impl Default for HttpProbe {
    fn default() -> Self {
        Self::new()
    }
}

impl Probe for HttpProbe {
    fn meta(&self) -> &ProbeMeta {
        &self.meta
    }

    fn catalogue(&self) -> Result<Catalogue, CatalogueError> {
        Catalogue::new().with::<HttpFacts>()
    }

    fn concerns(&self, target: &Target) -> bool {
        matches!(target, Target::Endpoint(target) if scheme_of(target).is_some())
    }

    fn look<'a>(&'a self, target: &'a Target, context: &'a ProbeContext) -> BoxFuture<'a, Vec<Observation>> {
        async move {
            let Target::Endpoint(endpoint) = target else { return Vec::new() };
            match scheme_of(endpoint) {
                Some(scheme) => vec![self.observe(endpoint, scheme, context).await],
                None => Vec::new(),
            }
        }
        .boxed()
    }
}

/// How to speak to a target: as declared, else as is usual on its port; `None` where HTTP has no business.
fn scheme_of(target: &EndpointTarget) -> Option<Scheme> {
    let declared = target.declared.as_deref().map(Protocol::declared);
    let port = target.endpoint.port;
    let allowed = look_at_home(target) <= target.allowed
        && target.endpoint.transport == Transport::Tcp
        && Manner::of(port, declared.flatten()) != Manner::ConnectOnly;
    if !allowed {
        return None;
    }
    match declared.unwrap_or_else(|| usual_protocol(port)) {
        Some(Protocol::Http) => Some(Scheme::Http),
        Some(Protocol::Https) => Some(Scheme::Https),
        _ => None,
    }
}

/// Any visitor opens a declared site; nobody asked for the others.
fn look_at_home(target: &EndpointTarget) -> Intrusiveness {
    if target.declared.is_some() { Intrusiveness::Passive } else { Intrusiveness::Active }
}

impl Visit<'_> {
    /// Asks for the front page, then for what redirects name.
    async fn follow(&self, scheme: Scheme) -> (Outcome, Vec<Evidence>) {
        let endpoint = &self.target.endpoint;
        let front = Url::front_page(scheme, endpoint.host.clone(), endpoint.port);
        let connection = match self.connect(&front).await {
            Ok(connection) => connection,
            Err(error) => return (not_connected(self.target, self.context, &error), Vec::new()),
        };
        let (mut chain, mut next) = match get(connection, &front, Arc::clone(&self.tls)).await {
            Ok(answer) => Chain::begin(front, answer),
            Err(error) => return (Outcome::unknown(error.reason(), error.text()), Vec::new()),
        };
        while let Some(url) = next {
            next = match self.ask(&url).await {
                Ok(answer) => chain.read(answer),
                Err(error) => {
                    chain.break_off(error.reason());
                    None
                }
            };
        }
        chain.finish()
    }

    async fn ask(&self, url: &Url) -> Result<Answer, NetError> {
        get(self.connect(url).await?, url, Arc::clone(&self.tls)).await
    }

    async fn connect(&self, url: &Url) -> Result<Connection, NetError> {
        let endpoint = &self.target.endpoint;
        let at_home = url.host == endpoint.host;
        let address = if at_home {
            endpoint.address
        } else {
            // Elsewhere, only where the facility listed the address.
            self.context.door.address(&url.host, Intrusiveness::Polite, self.deadline).await?
        };
        if url.port != endpoint.port && !is_web_port(url.port) {
            // A redirect must not make us speak HTTP to a printer, a mail server or a pump.
            return Err(NetError::OutOfScope(address));
        }
        let look = if at_home { look_at_home(self.target) } else { Intrusiveness::Polite };
        self.context.door.connect((address, url.port).into(), look, self.deadline).await
    }
}

fn is_web_port(port: u16) -> bool {
    let web = matches!(usual_protocol(port), None | Some(Protocol::Http | Protocol::Https));
    web && Manner::of(port, None) != Manner::ConnectOnly
}
