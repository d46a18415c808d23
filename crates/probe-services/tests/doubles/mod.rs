//! What the tests of the probes share: a door onto loopback, doubles of servers, and real ones.

#![expect(clippy::disallowed_methods, reason = "tests play the other side of the network")]
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use jiff::civil::date;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use vigie_model::{Endpoint, Host, Observation, Outcome, Transport, Vantage};
use vigie_probe::{
    Authorization, Deadline, Door, DoorSettings, EndpointTarget, Intrusiveness, Probe, ProbeContext, Scope, Target,
};

/// A look onto loopback, with time to spare.
pub(crate) fn context() -> ProbeContext {
    context_with(Duration::from_secs(30), DoorSettings::default())
}

pub(crate) fn context_with(deadline: Duration, settings: DoorSettings) -> ProbeContext {
    let authorization = Authorization {
        by: "Direction générale".to_owned(),
        role: "direction".to_owned(),
        date: date(2026, 1, 1),
        until: date(2026, 12, 31),
        reference: "SSI-1".to_owned(),
    };
    let grant = authorization.grant(date(2026, 6, 1)).unwrap();
    let scope = Scope { addresses: vec!["127.0.0.0/9".parse().unwrap()], ..Scope::default() };
    let no_name_server = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    let door = Door::open(&grant, scope, no_name_server, settings, CancellationToken::new());
    ProbeContext { door, deadline: Deadline::after(deadline), vantage: Vantage::Loopback }
}

/// An endpoint on loopback, reached by its address.
pub(crate) fn target(at: SocketAddr, declared: Option<&str>) -> Target {
    named_target(Host::Address(at.ip()), at, declared)
}

pub(crate) fn named_target(host: Host, at: SocketAddr, declared: Option<&str>) -> Target {
    let endpoint = Endpoint { transport: Transport::Tcp, host, port: at.port(), address: at.ip() };
    Target::Endpoint(EndpointTarget {
        endpoint,
        declared: declared.map(str::to_owned),
        allowed: Intrusiveness::Active,
        surveyed: declared.is_none(),
    })
}

/// One look, which must give one observation.
pub(crate) async fn look(probe: &impl Probe, target: &Target) -> Observation {
    look_in(&context(), probe, target).await
}

pub(crate) async fn look_in(context: &ProbeContext, probe: &impl Probe, target: &Target) -> Observation {
    let mut seen = probe.look(target, context).await;
    assert_eq!(seen.len(), 1, "{seen:?}");
    seen.remove(0)
}

/// The facts of an observation, which must have some.
pub(crate) fn facts(observation: &Observation) -> &Map<String, Value> {
    match &observation.outcome {
        Outcome::Observed { facts, .. } => facts,
        other => panic!("no facts: {other:?}"),
    }
}

/// Why a fact is missing, as its word.
pub(crate) fn gap(observation: &Observation, path: &str) -> Option<Value> {
    match &observation.outcome {
        Outcome::Observed { gaps, .. } => gaps.get(path).map(|reason| serde_json::to_value(reason).unwrap()),
        _ => None,
    }
}

/// A server on a free port that treats each connection with `behave`, one at a time.
pub(crate) fn serve(behave: impl Fn(TcpStream) + Send + 'static) -> SocketAddr {
    serve_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), behave)
}

pub(crate) fn serve_at(at: SocketAddr, behave: impl Fn(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind(at).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().for_each(|stream| behave(stream.unwrap())));
    address
}

/// A server that says `greeting` and reports everything that each visitor sent until it left.
pub(crate) fn recorder(at: SocketAddr, greeting: &[u8]) -> (SocketAddr, Receiver<Vec<u8>>) {
    let (report, heard) = channel();
    let greeting = greeting.to_vec();
    let address = serve_at(at, move |mut stream| {
        let mut bytes = Vec::new();
        let _ = stream.write_all(&greeting);
        let _ = stream.read_to_end(&mut bytes);
        let _ = report.send(bytes);
    });
    (address, heard)
}

/// A web server that answers each request with what `answer` gives for its first line.
pub(crate) fn web(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> SocketAddr {
    serve(move |mut stream| {
        let mut request = Vec::new();
        let mut buffer = [0; 1024];
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read(&mut buffer) {
                Ok(0) | Err(_) => return,
                Ok(length) => request.extend_from_slice(&buffer[..length]),
            }
        }
        let text = String::from_utf8(request).unwrap();
        let _ = stream.write_all(&answer(text.lines().next().unwrap()));
    })
}

/// An address of 127.0.0.0/9 of this process's own, so that its well-known ports are free.
pub(crate) fn own_address(last: u8) -> IpAddr {
    let [_, _, high, low] = std::process::id().to_be_bytes();
    IpAddr::from([127, 64 | (high & 0x3f), low, last])
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// A real server, stopped when the test ends.
pub(crate) struct RealServer(Child);

impl RealServer {
    /// Starts a program and waits until it accepts connections.
    pub(crate) fn start(command: &mut Command, port: u16) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let server = Self(child);
        let give_up = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(Instant::now() < give_up, "{command:?} does not listen on {port}");
            thread::sleep(Duration::from_millis(20));
        }
        server
    }
}

impl Drop for RealServer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The first of these programs that is installed; says so when none is, so that a skipped comparison is seen.
pub(crate) fn installed(paths: &[&'static str]) -> Option<&'static str> {
    let found = paths.iter().copied().find(|path| std::path::Path::new(path).exists());
    if found.is_none() {
        eprintln!("skipped: none of {paths:?} is installed");
    }
    found
}
