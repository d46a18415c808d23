//! A scan with probes that do nothing but count: order of events, bounds, cancellation, void runs.

#![expect(clippy::disallowed_methods, reason = "tests play the other side of the network")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use jiff::civil::Date;
use tokio_util::sync::CancellationToken;
use vigie_model::{Catalogue, CatalogueError, Completeness, Observation, Outcome, Reason, Text};
use vigie_probe::{Authorization, Door, DoorSettings, Intrusiveness, Probe, ProbeContext, ProbeMeta, Registry, Target};
use vigie_scan::{Event, FacilityFile, ScanOutcome, ScanSettings, scan};
use vigie_source::SourceFile;

/// A probe that answers every endpoint alike after a while, and remembers how many it held at once.
struct Puppet {
    meta: ProbeMeta,
    outcome: Outcome,
    takes: Duration,
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Puppet {
    fn new(outcome: Outcome, takes: Duration) -> Self {
        let meta = ProbeMeta {
            id: "puppet",
            title: Text::same("puppet"),
            intrusiveness: Intrusiveness::Passive,
            connections: 0,
        };
        Self { meta, outcome, takes, now: Arc::default(), most: Arc::default() }
    }
}

impl Probe for Puppet {
    fn meta(&self) -> &ProbeMeta {
        &self.meta
    }

    fn catalogue(&self) -> Result<Catalogue, CatalogueError> {
        Ok(Catalogue::new())
    }

    fn concerns(&self, target: &Target) -> bool {
        matches!(target, Target::Endpoint(_))
    }

    fn look<'a>(&'a self, target: &'a Target, context: &'a ProbeContext) -> BoxFuture<'a, Vec<Observation>> {
        async move {
            let watch = context.start();
            self.most.fetch_max(self.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::select! {
                () = tokio::time::sleep(self.takes) => {}
                () = context.door.cancellation().cancelled() => {}
            }
            self.now.fetch_sub(1, Ordering::SeqCst);
            vec![watch.observation("puppet", target.subject(), self.outcome.clone(), Vec::new())]
        }
        .boxed()
    }
}

fn facility(hosts: &[&str]) -> FacilityFile {
    let hosts = hosts.join(", ");
    let text = format!(
        "facility: {{name: CH de Démonstration, kind: ES}}\nscope:\n  vantage: loopback\n  hosts: [{hosts}]\n  ranges: [127.0.0.0/8]\n"
    );
    FacilityFile::read(&SourceFile::new("facility.yaml", &text)).unwrap().0
}

async fn run(
    file: &FacilityFile,
    puppet: Puppet,
    settings: ScanSettings,
    cancel: CancellationToken,
) -> (ScanOutcome, Vec<Event>) {
    let day: Date = "2026-11-22".parse().unwrap();
    let authorization = Authorization {
        by: "Direction".into(),
        role: "direction".into(),
        date: day,
        until: day,
        reference: "TEST".into(),
    };
    let silent = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let name_server: SocketAddr = silent.local_addr().unwrap();
    let settings_of_door = DoorSettings { dns_timeout: Duration::from_millis(50), ..DoorSettings::default() };
    let door = Door::open(&authorization.grant(day).unwrap(), file.scope(), name_server, settings_of_door, cancel);
    let registry = Registry::builder().with(puppet).build();
    let mut events = Vec::new();
    let outcome = scan(&registry, file, &door, &settings, &mut |event| events.push(event)).await;
    (outcome, events)
}

fn endpoints(count: usize) -> Vec<String> {
    (1..=count).map(|port| format!("127.0.0.1:{port}/tcp")).collect()
}

#[tokio::test]
async fn one_host_is_never_crowded_and_events_tell_all() {
    let hosts = endpoints(9);
    let file = facility(&hosts.iter().map(String::as_str).collect::<Vec<_>>());
    let puppet = Puppet::new(Outcome::Absent, Duration::from_millis(5));
    let most = Arc::clone(&puppet.most);
    let settings = ScanSettings { targets_per_host: 3, ..ScanSettings::default() };
    let (outcome, events) = run(&file, puppet, settings, CancellationToken::new()).await;
    assert_eq!(outcome.completeness, Completeness::Complete);
    assert_eq!(outcome.observations.len(), 9);
    assert_eq!(most.load(Ordering::SeqCst), 3, "three targets of one host at once, no more and no fewer");
    let done = events.iter().filter(|event| matches!(event, Event::TargetDone { .. })).count();
    assert_eq!(done, 9);
    assert!(matches!(events.first(), Some(Event::WavePlanned { .. })), "{events:?}");
    assert!(matches!(events.last(), Some(Event::Finished { .. })), "{events:?}");
    let subjects: Vec<_> = outcome.observations.iter().map(|observation| observation.subject.clone()).collect();
    assert!(subjects.is_sorted(), "{subjects:?}");
}

#[tokio::test]
async fn a_cancelled_scan_keeps_what_was_seen_and_counts_the_rest() {
    let hosts = endpoints(10);
    let file = facility(&hosts.iter().map(String::as_str).collect::<Vec<_>>());
    let puppet = Puppet::new(Outcome::Absent, Duration::from_hours(1));
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.cancel();
    });
    let (outcome, events) = run(&file, puppet, ScanSettings::default(), cancel).await;
    let Completeness::Incomplete { not_looked_at, .. } = outcome.completeness else { panic!("{outcome:?}") };
    assert_eq!(outcome.observations.len() + not_looked_at, 10);
    assert_eq!(outcome.observations.len(), ScanSettings::default().targets_per_host);
    assert!(matches!(events.last(), Some(Event::Finished { .. })));
}

#[tokio::test]
async fn silence_everywhere_is_a_void_run() {
    let file = facility(&["127.0.0.1:1/tcp", "127.0.0.2:1/tcp", "127.0.0.3:1/tcp"]);
    let puppet = Puppet::new(Outcome::unknown(Reason::Timeout, Text::default()), Duration::ZERO);
    let (outcome, _) = run(&file, puppet, ScanSettings::default(), CancellationToken::new()).await;
    assert!(matches!(outcome.completeness, Completeness::Void { .. }), "{:?}", outcome.completeness);
    assert_eq!(outcome.observations.len(), 3, "what was seen is kept all the same");
}

#[tokio::test]
async fn silence_over_udp_voids_no_run() {
    let file = facility(&["127.0.0.1:1/dtls", "127.0.0.2:1/dtls"]);
    let puppet = Puppet::new(Outcome::unknown(Reason::Timeout, Text::default()), Duration::ZERO);
    let (outcome, _) = run(&file, puppet, ScanSettings::default(), CancellationToken::new()).await;
    assert_eq!((outcome.completeness, outcome.observations.len()), (Completeness::Complete, 2));
}

#[tokio::test]
async fn a_silent_canary_voids_the_run_before_it_begins() {
    // A port that was free a moment ago: nobody listens there any more.
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let text = format!(
        "facility: {{name: CH de Démonstration, kind: ES}}\nscope:\n  vantage: loopback\n  hosts: ['127.0.0.1:1/tcp']\n  canary: 127.0.0.1:{port}\n"
    );
    let file = FacilityFile::read(&SourceFile::new("facility.yaml", &text)).unwrap().0;
    let puppet = Puppet::new(Outcome::Absent, Duration::ZERO);
    let (outcome, events) = run(&file, puppet, ScanSettings::default(), CancellationToken::new()).await;
    assert!(matches!(outcome.completeness, Completeness::Void { .. }));
    assert!(outcome.observations.is_empty());
    assert_eq!(events.len(), 1, "nothing but the end: {events:?}");
}
