//! What many endpoints cost together: time, connections, memory and processor, for 1, 10, 50, 100 and 1000 of them, near
//! and 40 ms away.
//!
//! `cargo bench -p vigie-probe-tls --bench bulk -- [polite] [COUNT]…`; `polite` is the pace of an ordinary scan. Needs nginx and OpenSSL. One nginx signs for all, on as many
//! loopback addresses, and takes most of the processor: what it takes is in the wall time. Memory is the peak of this
//! process so far, so that counts must grow; the relay that makes the way long is a process of its own.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench plays the network, prints a table, and ends at the first surprise"
)]

mod relay;
#[path = "../tests/stage/mod.rs"]
mod stage;

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use relay::Relay;
use stage::datagrams::{self, no_such_name};
use stage::{Authority, HOST, Nginx, door_asking, free_port};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vigie_model::{Endpoint, Outcome, Transport, Vantage};
use vigie_probe::{Deadline, DoorSettings, EndpointTarget, Intrusiveness, Probe, ProbeContext, Target};
use vigie_probe_tls::TlsProbe;

/// Endpoints looked at together.
const AT_ONCE: usize = 64;
const PER_HOST: usize = 4;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let Some(place) = words.iter().position(|word| word == "relay") {
        return be_a_relay(&words[place + 1..]).await;
    }
    let polite = words.iter().any(|word| word == "polite");
    let asked: Vec<usize> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let counts = if asked.is_empty() { vec![1, 10, 50, 100, 1000] } else { asked };
    let most = counts.iter().copied().max().expect("a count");
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let port = free_port();
    let listens: Vec<String> =
        (0..most).map(|number| format!("listen {}:{port} ssl backlog=4096;", address(number))).collect();
    let listens = listens.join(" ");
    let server = format!(
        "{listens} ssl_certificate leaf.pem; ssl_certificate_key leaf.key; ssl_protocols TLSv1.2 TLSv1.3;
        ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305;"
    );
    let _nginx = Nginx::start(&authority, &server);
    println!(
        "{:>7}{:>10}{:>10}{:>13}{:>9}{:>15}{:>13}",
        "RTT ms", "endpoints", "wall ms", "connections", "cpu ms", "of it kernel", "peak RSS MB"
    );
    let far = FarAway::start(most, port);
    let name_server = datagrams::double(no_such_name);
    let mut connections = 0;
    for (round_trip_ms, port) in [(0, port), (ROUND_TRIP_MS, far.port)] {
        for count in &counts {
            let (begun, cpu) = (Instant::now(), cpu_ms());
            connections = look_at(*count, port, name_server, polite).await;
            let wall = begun.elapsed().as_millis();
            let [all, kernel] = cpu_ms_since(cpu);
            println!("{round_trip_ms:>7}{count:>10}{wall:>10}{connections:>13}{all:>9}{kernel:>15}{:>13.1}", peak_mb());
        }
    }
    let cpu = cpu_ms();
    knock(connections, port).await;
    let [all, kernel] = cpu_ms_since(cpu);
    println!("{connections} connections with one hello and nothing else: cpu {all} ms, of it kernel {kernel}");
}

/// Connects, says hello, reads once and resets, again and again: no scanner can do with less.
async fn knock(connections: u64, port: u16) {
    // TLS 1.2, one suite, no extension.
    let mut hello = [0; 52];
    hello[..11].copy_from_slice(&[22, 3, 1, 0, 47, 1, 0, 0, 43, 3, 3]);
    hello[44..].copy_from_slice(&[0, 4, 0xc0, 0x2f, 0, 0xff, 1, 0]);
    for _ in 0..connections {
        let mut stream = TcpStream::connect((address(0), port)).await.expect("nginx");
        stream.write_all(&hello).await.expect("a hello goes out");
        let read = stream.read(&mut [0; 4096]).await.expect("an answer");
        assert!(read > 0, "nginx answers");
        stream.set_zero_linger().expect("a reset");
    }
}

const ROUND_TRIP_MS: u64 = 40;

/// The same servers at the other end of a long way; the relay ends with this.
struct FarAway {
    relay: Child,
    port: u16,
}

impl FarAway {
    fn start(addresses: usize, to: u16) -> Self {
        let port = free_port();
        let words = ["relay".to_owned(), addresses.to_string(), port.to_string(), to.to_string()];
        let mut relay = Command::new(std::env::current_exe().expect("this program"))
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .expect("a relay");
        let mut ready = String::new();
        BufReader::new(relay.stdout.take().expect("its words")).read_line(&mut ready).expect("a word");
        Self { relay, port }
    }
}

impl Drop for FarAway {
    fn drop(&mut self) {
        let _ = self.relay.kill();
        let _ = self.relay.wait();
    }
}

/// Carries all connections until it is killed. `words`: how many addresses, its port, the port of the servers.
async fn be_a_relay(words: &[String]) {
    let numbers: Vec<u16> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let addresses: Vec<Ipv4Addr> = (0..usize::from(numbers[0])).map(address).collect();
    let _relay = Relay::start_at(
        &addresses,
        numbers[1],
        (addresses[0], numbers[2]).into(),
        Duration::from_millis(ROUND_TRIP_MS),
    )
    .await;
    println!("ready");
    std::future::pending::<()>().await;
}

/// One loopback address for each endpoint.
fn address(number: usize) -> Ipv4Addr {
    const EACH: usize = 250;
    let part = |number: usize| u8::try_from(number).expect("few endpoints");
    Ipv4Addr::new(127, 10, part(number / EACH), part(number % EACH) + 1)
}

/// Looks at that many endpoints, and gives back how many connections it took. Results are dropped as they come.
async fn look_at(count: usize, port: u16, name_server: u16, polite: bool) -> u64 {
    let probe = TlsProbe::new(&[]).unwrap();
    let context = ProbeContext {
        door: door_asking(pace(polite), name_server),
        deadline: Deadline::after(Duration::from_mins(10)),
        vantage: Vantage::Loopback,
    };
    let looks = stream::iter(0..count).map(|number| {
        let endpoint =
            Endpoint { transport: Transport::Tcp, host: HOST.parse().unwrap(), port, address: address(number).into() };
        let target = Target::Endpoint(EndpointTarget {
            endpoint,
            declared: Some("https".to_owned()),
            allowed: Intrusiveness::Polite,
            surveyed: false,
        });
        let (probe, context) = (&probe, &context);
        async move {
            let seen = probe.look(&target, context).await;
            let Outcome::Observed { facts, .. } = &seen[0].outcome else { panic!("{:?}", seen[0].outcome) };
            assert_eq!(facts["versions_accepted"].as_array().map(Vec::len), Some(2), "{target:?}");
        }
    });
    looks.buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
    context.door.volume().connections
}

/// The pace of an ordinary scan, or as fast as it goes.
fn pace(polite: bool) -> DoorSettings {
    let hurried = DoorSettings {
        connections_per_host: PER_HOST,
        connections: AT_ONCE * PER_HOST,
        per_second: 1_000_000,
        per_second_per_host: 10_000,
        ..DoorSettings::default()
    };
    if polite { DoorSettings::default() } else { hurried }
}

/// Processor time of this process so far, in milliseconds, at the 100 ticks a second that Linux counts in: all of it, and
/// the kernel's part. On loopback that part has much of the servers' half of each connection in it.
fn cpu_ms() -> [u64; 2] {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let (_, rest) = stat.rsplit_once(')').expect("a name in brackets");
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let [ours, kernel] = [11, 12].map(|place: usize| fields[place].parse::<u64>().expect("ticks") * 10);
    [ours + kernel, kernel]
}

fn cpu_ms_since(before: [u64; 2]) -> [u64; 2] {
    let now = cpu_ms();
    [now[0] - before[0], now[1] - before[1]]
}

fn peak_mb() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.split_whitespace().next().and_then(|kb| kb.parse::<f64>().ok()).expect("kilobytes") / 1024.0
}
