//! A probe of one's own beside vigie's: its facts, its rule, and a scan that runs them on loopback.
//!
//! The probe reads what a server says unasked and states which internal machine names stand in it. The
//! rule judges that. Adding a probe takes no more than this: facts, a [`Probe`], a line of registration.
//!
//! ```text
//! cargo run --example custom_probe
//! ```

use std::error::Error;
use std::net::Ipv4Addr;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::civil::Date;
use jiff::{Span, tz::TimeZone};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use vigie::Surroundings;
use vigie::model::{
    Catalogue, CatalogueError, Evidence, Facts, Lang, Observation, Outcome, Subject, SubjectKind, Text, VerdictOutcome,
};
use vigie::probe::{
    Door, DoorSettings, EndpointTarget, Intrusiveness, NetError, Probe, ProbeContext, ProbeMeta, Registry, Target,
};
use vigie::probe_services::PortProbe;
use vigie::rules::{Frameworks, RuleSet};
use vigie::scan::{FacilityFile, ScanSettings, scan};
use vigie::source::{Problems, SourceFile};

/// What a server says before it is spoken to. Facts hold no opinion.
#[derive(Debug, Serialize, JsonSchema)]
struct GreetingFacts {
    /// The first line it says; empty when it says nothing.
    line: String,
    /// Names in that line that only exist inside (`.local`, `.lan`, `.intra`).
    internal_names: Vec<String>,
}

impl Facts for GreetingFacts {
    const KIND: &'static str = "greeting.endpoint";
    const SUBJECT: SubjectKind = SubjectKind::Endpoint;

    fn title() -> Text {
        Text::new("Première phrase d’un service", "First words of a service")
    }
}

impl GreetingFacts {
    /// Reads a greeting. Every byte of it is a stranger's: nothing here can panic.
    fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let line = text.lines().next().unwrap_or_default().to_owned();
        let internal = |word: &&str| [".local", ".lan", ".intra"].iter().any(|end| word.ends_with(end));
        let internal_names = line.split([' ', '[', ']', '(', ')']).filter(internal).map(str::to_owned).collect();
        Self { line, internal_names }
    }
}

/// The rule that judges these facts, as a file in a rules folder would hold it.
const RULE: &str = r#"
id: example.internal-name-told
since: "0.1"
subject: greeting.endpoint
severity: low
theme: services
checks:
  - id: no-name
    expr: facts.internal_names.size() == 0
    fail:
      fr: "annonce {internal_names}"
      en: "announces {internal_names}"
title: {fr: Nom interne annoncé à tous, en: Internal name told to all}
why: {fr: Un attaquant connaît déjà le nom de vos machines., en: An attacker already knows what your machines are called.}
remedy: {fr: Changez la phrase d’accueil du service., en: Change the greeting of the service.}
effort: low
keys: [anssi-hygiene:24]
cases:
  - name: a public name
    facts: {line: 220 mx.ch-demo.example, internal_names: []}
    expect: pass
  - name: an internal name
    facts: {line: 220 srv-mail.local, internal_names: [srv-mail.local]}
    expect: {fail: [no-name]}
  - name: nothing heard
    facts: {}
    expect: {unknown: [internal_names]}
"#;

/// Reads the greeting of every endpoint in scope: one connection, nothing sent.
struct GreetingProbe {
    meta: ProbeMeta,
}

impl GreetingProbe {
    fn new() -> Self {
        let title = Text::new("Phrases d’accueil", "Greetings");
        Self { meta: ProbeMeta { id: "greeting", title, intrusiveness: Intrusiveness::Polite, connections: 1 } }
    }

    async fn listen(target: &EndpointTarget, context: &ProbeContext) -> Result<Vec<u8>, NetError> {
        // The deadline of the whole target is only ever shortened.
        let deadline = context.deadline.shortened(Duration::from_secs(3));
        let to = target.endpoint.socket();
        let mut connection = context.door.connect(to, Intrusiveness::Polite, deadline).await?;
        let mut bytes = Vec::new();
        deadline.cap(connection.receive(&mut bytes)).await??;
        Ok(bytes)
    }
}

impl Probe for GreetingProbe {
    fn meta(&self) -> &ProbeMeta {
        &self.meta
    }

    fn catalogue(&self) -> Result<Catalogue, CatalogueError> {
        Catalogue::new().with::<GreetingFacts>()
    }

    fn concerns(&self, target: &Target) -> bool {
        matches!(target, Target::Endpoint(_))
    }

    fn look<'a>(&'a self, target: &'a Target, context: &'a ProbeContext) -> BoxFuture<'a, Vec<Observation>> {
        async move {
            let Target::Endpoint(endpoint) = target else { return Vec::new() };
            let watch = context.start();
            let (outcome, evidence) = match Self::listen(endpoint, context).await {
                Ok(bytes) => {
                    (Outcome::observed(&GreetingFacts::read(&bytes)), vec![Evidence::bytes("greeting", &bytes)])
                }
                Err(NetError::Refused) => (Outcome::Absent, Vec::new()),
                // A peer's failure is data: it becomes a reason, never a finding.
                Err(error) => (Outcome::unknown(error.reason(), error.text()), Vec::new()),
            };
            let subject = Subject::Endpoint(endpoint.endpoint.clone());
            vec![watch.observation(GreetingFacts::KIND, subject, outcome, evidence)]
        }
        .boxed()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::builder().with(PortProbe::new()).with(GreetingProbe::new()).build();
    let rules = RuleSet::load(
        [SourceFile::new("internal-name-told.yaml", RULE)],
        &registry.catalogue()?,
        &Frameworks::shipped().map_err(told)?,
    )
    .map_err(told)?;

    let port = serve("220 srv-mail.local ESMTP ready\r\n").await?;
    let now = Surroundings::default().now;
    let today = now.to_zoned(TimeZone::UTC).date();
    let file = facility(port, today)?;
    let authorization = file.authorization.as_ref().ok_or("no authorisation")?;
    let grant = authorization.grant(today).map_err(|why| format!("{why:?}"))?;
    let nobody = (Ipv4Addr::LOCALHOST, 9).into();
    let door = Door::open(&grant, file.scope(), nobody, DoorSettings::default(), CancellationToken::new());
    let outcome = scan(&registry, &file, &door, &ScanSettings::default(), &mut |_event| {}).await;

    for verdict in rules.judge(&outcome.observations, now) {
        println!("{} on {}: {:?}", verdict.rule, verdict.subject, verdict.outcome);
        let VerdictOutcome::Fail { checks } = &verdict.outcome else { return Err("the greeting went unseen".into()) };
        for check in checks {
            println!("  {}", check.message.get(Lang::En));
        }
    }
    Ok(())
}

/// A service on loopback that says one line to everybody.
#[expect(clippy::disallowed_methods, reason = "the example plays the other side too")]
async fn serve(greeting: &'static str) -> std::io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            // A client that left is what scanners do.
            let _ = client.write_all(greeting.as_bytes()).await;
        }
    });
    Ok(port)
}

/// The facility file of this example, authorised for that day.
fn facility(port: u16, today: Date) -> Result<FacilityFile, Box<dyn Error>> {
    let tomorrow = today.checked_add(Span::new().days(1))?;
    let text = format!(
        "facility: {{name: CH de Démonstration, kind: ES}}
authorization: {{by: Direction générale, role: direction, date: {today}, until: {tomorrow}, reference: DEMO/1}}
scope:
  vantage: loopback
  ranges: [127.0.0.1]
  hosts: ['127.0.0.1:{port}/smtp']
"
    );
    Ok(FacilityFile::read(&SourceFile::new("facility.yaml", &text)).map_err(told)?.0)
}

/// Problems as text: they are many, each with its place and its mend.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands the problems over")]
fn told(problems: Problems) -> String {
    problems.render(Lang::En, false, 100)
}
