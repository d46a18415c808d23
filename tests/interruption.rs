//! A scan that was stopped keeps what it saw; a scan that saw nothing at all says so and grades nothing.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot be set up has failed, and it plays the other side of the network"
)]

mod stage;

use std::io::Write;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use stage::{Folder, Seen, Vigie, free_port};
use tokio::net::TcpSocket;
use tokio::runtime::Runtime;
use vigie::model::{Completeness, Outcome, Reason, VerdictOutcome};

/// Accepts connections and never says a word; kept open as long as the listener lives.
fn silent() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

/// Introduces itself as an SSH server to everybody.
fn introduces_itself() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            // A client that left is what scanners do.
            let _ = client.write_all(b"220 essai.test ESMTP\r\n");
        }
    });
    port
}

#[test]
fn ctrl_c_keeps_what_was_seen() {
    let quiet: Vec<TcpListener> = (0..6).map(|_| silent()).collect();
    let hosts: Vec<String> = quiet.iter().map(|it| format!("'{}/https'", it.local_addr().unwrap())).collect();
    let spoken = introduces_itself();
    let folder = Folder::scanning(&format!(
        "resolver: 127.0.0.1:{}\nranges: [127.0.0.1]\nhosts: ['127.0.0.1:{spoken}/tcp', {}]\npace: {{seconds_per_target: 120}}\n",
        free_port(),
        hosts.join(", ")
    ));
    let events = folder.path().join("events.jsonl");
    let mut vigie = Vigie::with([
        "scan",
        folder.name(),
        "--format",
        "json",
        "--save",
        folder.path().join("rapports").to_str().unwrap(),
        "--events",
        events.to_str().unwrap(),
    ])
    .start();
    wait_for_a_client(&quiet[0]);
    // The first look lasts three seconds at most; the silent ones would last two minutes.
    std::thread::sleep(Duration::from_secs(5));
    assert!(vigie.is_running(), "silent servers hold the scan: {}", vigie.err());
    vigie.signal("INT");
    let asked = Instant::now();
    let ended = vigie.end().with_code(3);
    assert!(asked.elapsed() < Duration::from_mins(1), "an interrupted scan ends at once");
    assert!(ended.err.contains("Interruption"), "{}", ended.err);

    let seen = ended.seen();
    let Completeness::Incomplete { because, not_looked_at } = &seen.run.completeness else {
        panic!("{:?}", seen.run.completeness)
    };
    assert_eq!(because.fr, "l’analyse a été interrompue");
    assert!(*not_looked_at > 0, "some targets were still waiting");
    assert_eq!(seen.fact("service.endpoint", &format!("127.0.0.1:{spoken}"), "protocol"), "smtp");
    let cancelled = |outcome: &Outcome| matches!(outcome, Outcome::Unknown { reason: Reason::Cancelled, .. });
    assert!(seen.run.observations.iter().any(|look| cancelled(&look.outcome)), "{:#?}", seen.run.observations);
    for verdict in seen.run.verdicts.iter().filter(|verdict| verdict.subject.to_string().contains("https")) {
        assert_ne!(verdict.outcome, VerdictOutcome::Pass, "{verdict:?}");
    }
    assert_eq!(Seen::read(&folder.read("rapports/run.json")).run, seen.run, "what is saved is what is shown");
    let page = folder.read("rapports/rapport.html");
    assert!(page.contains("interrompue"), "the page says that the run was interrupted");
    let log = folder.read("events.jsonl");
    for line in log.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|why| panic!("{why}: {line}"));
    }
    assert!(log.lines().next_back().unwrap().contains("\"finished\""), "{log}");
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let quiet = silent();
    let folder = Folder::scanning(&format!(
        "resolver: 127.0.0.1:{}\nranges: [127.0.0.1]\nhosts: ['{}/https']\npace: {{seconds_per_target: 120}}\n",
        free_port(),
        quiet.local_addr().unwrap()
    ));
    let vigie = Vigie::with(["scan", folder.name()]).start();
    wait_for_a_client(&quiet);
    std::thread::sleep(Duration::from_millis(500));
    vigie.signal("INT");
    vigie.signal("INT");
    vigie.end().with_code(3);
}

/// Waits until a connection has come, and lets it be.
fn wait_for_a_client(listener: &TcpListener) {
    listener.set_nonblocking(true).unwrap();
    let start = Instant::now();
    loop {
        match listener.accept() {
            // Closing it would be an answer.
            Ok((client, _)) => return std::mem::forget(client),
            Err(_) => assert!(start.elapsed() < Duration::from_mins(1), "vigie never came"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A name server that hears and never answers, and a machine whose waiting list is full: the kernel
/// drops every further connection without a word.
struct Blackhole {
    names: UdpSocket,
    port: u16,
    _machine: tokio::net::TcpListener,
    _waiting: Vec<TcpStream>,
}

impl Blackhole {
    fn new(runtime: &Runtime) -> Self {
        let _context = runtime.enter();
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let machine = socket.listen(0).unwrap();
        let address = machine.local_addr().unwrap();
        // A waiting list of none still takes one or two.
        let clients = (0..8).map_while(|_| TcpStream::connect_timeout(&address, Duration::from_millis(500)).ok());
        let waiting: Vec<TcpStream> = clients.collect();
        assert!(waiting.len() < 8, "the waiting list never fills");
        let names = UdpSocket::bind("127.0.0.1:0").unwrap();
        Self { names, port: address.port(), _machine: machine, _waiting: waiting }
    }
}

#[test]
fn a_run_that_reached_nothing_is_void_and_has_no_grade() {
    let runtime = Runtime::new().unwrap();
    let hole = Blackhole::new(&runtime);
    let folder = Folder::scanning(&format!(
        "resolver: {}\nranges: [127.0.0.1]\ndomains: [essai.test]\nhosts: ['127.0.0.1:{}/https', 'www.essai.test:443/https']\npace: {{seconds_per_target: 5}}\n",
        hole.names.local_addr().unwrap(),
        hole.port
    ));
    let ended = Vigie::with(["scan", folder.name(), "--save", folder.path().join("r").to_str().unwrap()])
        .run()
        .with_code(3)
        .without_escapes();
    let seen = Seen::read(&folder.read("r/run.json"));
    assert!(matches!(seen.run.completeness, Completeness::Void { .. }), "{:?}", seen.run.completeness);
    assert!(seen.run.grades.families.values().all(|grade| grade.letter.is_none()), "{:?}", seen.run.grades.families);
    assert!(seen.findings().is_empty(), "{:?}", seen.findings());
    let passed = seen.run.verdicts.iter().find(|verdict| verdict.outcome == VerdictOutcome::Pass);
    assert_eq!(passed, None, "nothing was seen, nothing is fine");
    assert!(ended.out.contains("ANALYSE NULLE"), "{}", ended.out);
    no_letter_in(&ended.out);
    let english = Vigie::with(["report", folder.path().join("r/run.json").to_str().unwrap(), "--lang", "en"]).run();
    assert_eq!(english.code, Some(3), "{}", english.err);
    assert!(english.out.contains("VOID ANALYSIS"), "{}", english.out);
    no_letter_in(&english.out);
}

/// Fails when a line shows a letter beside the name of a family.
#[track_caller]
fn no_letter_in(report: &str) {
    for line in report.lines().filter(|line| ["Exposition", "Exposure"].iter().any(|word| line.contains(word))) {
        let letter = line.split_whitespace().find(|word| ["A", "B", "C", "D", "E"].contains(word));
        assert_eq!(letter, None, "{line}");
    }
}

#[test]
fn a_silent_canary_makes_a_run_void_before_anything_else_is_sent() {
    let runtime = Runtime::new().unwrap();
    let hole = Blackhole::new(&runtime);
    let watched = silent();
    watched.set_nonblocking(true).unwrap();
    let folder = Folder::scanning(&format!(
        "resolver: {}\nranges: [127.0.0.1]\nhosts: ['{}/https']\ncanary: '127.0.0.1:{}'\npace: {{seconds_per_target: 5}}\n",
        hole.names.local_addr().unwrap(),
        watched.local_addr().unwrap(),
        hole.port
    ));
    let ended = Vigie::with(["scan", folder.name(), "--format", "json"]).run().with_code(3);
    let seen = ended.seen();
    let Completeness::Void { because } = &seen.run.completeness else { panic!("{:?}", seen.run.completeness) };
    assert!(because.fr.contains("témoin"), "{because:?}");
    assert!(watched.accept().is_err(), "the canary is asked first");
}
