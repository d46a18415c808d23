//! What one endpoint costs: connections and time, beside other scanners, through a relay that makes the way long.
//!
//! `cargo bench -p vigie-probe-tls --bench cost [-- alone]`. Needs nginx, OpenSSL and, unless `alone`, sslyze, sslscan and
//! nmap. Each figure is the median of three runs of the same minute; compare the columns, not machines.

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

use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use relay::Relay;
use stage::servers::python_program;
use stage::{Authority, Look, Nginx, openssl};

const INTERMEDIATE: &str = "ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305;";
const OLD: &str = "ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_prefer_server_ciphers on;
    ssl_ciphers ECDHE-RSA-AES128-SHA:AES128-SHA:AES256-SHA:CAMELLIA128-SHA:@SECLEVEL=0;";
/// Mozilla's intermediate configuration, with an ECDSA and an RSA key: twelve suites, three of them of TLS 1.3.
const BOTH_KEYS: &str = "ssl_protocols TLSv1.2 TLSv1.3; ssl_dhparam dh.pem;
    ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305;";
/// What more suites cost: twelve of TLS 1.2, in the order of the server, and three of TLS 1.3.
const FIFTEEN: &str = "ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on;
    ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA384:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA:AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA256:AES256-SHA256:AES128-SHA;";
/// All that sslyze has but HTTP headers; sslscan and nmap are asked for suites alone.
const SSLYZE_SCANS: &str =
    "--quiet --mozilla_config disable --sslv2 --sslv3 --tlsv1 --tlsv1_1 --tlsv1_2 --tlsv1_3 --compression --early_data
    --openssl_ccs --fallback --heartbleed --robot --reneg --resum --elliptic_curves --ems --certinfo";
const RUNS: usize = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let is_alone = std::env::args().any(|word| word == "alone");
    let others: &[&str] = if is_alone { &[] } else { &["sslyze", "sslscan", "nmap ssl-enum-ciphers"] };
    println!("{:<14}{:>8}  {:<26}{:>12}{:>14}", "server", "RTT ms", "scanner", "wall ms", "connections");
    for (name, settings) in
        [("intermediate", INTERMEDIATE), ("old", OLD), ("both keys", BOTH_KEYS), ("fifteen suites", FIFTEEN)]
    {
        let authority = Authority::new();
        let server = format!("{} {settings}", keys(&authority, name == "both keys"));
        let nginx = Nginx::start(&authority, &server);
        for round_trip_ms in [0, 40] {
            let relay = Relay::start(nginx.port, Duration::from_millis(round_trip_ms)).await;
            for at_once in [1, 4, 16] {
                let scanner = format!("vigie, {at_once} at once");
                row(name, round_trip_ms, &scanner, &relay, || look(relay.port, at_once)).await;
            }
            for tool in others {
                row(name, round_trip_ms, tool, &relay, || other(tool, relay.port)).await;
            }
        }
    }
}

/// Makes an RSA key, and an ECDSA key if there are to be both; how nginx is told about them.
fn keys(authority: &Authority, both: bool) -> String {
    authority.certify("rsa:2048", "");
    if !both {
        return "ssl_certificate leaf.pem; ssl_certificate_key leaf.key;".to_owned();
    }
    for suffix in ["pem", "key"] {
        std::fs::rename(authority.file(&format!("leaf.{suffix}")), authority.file(&format!("rsa.{suffix}"))).unwrap();
    }
    authority.certify("ec -pkeyopt ec_paramgen_curve:P-256", "");
    openssl(authority.dir.path(), "dhparam -dsaparam -out dh.pem 2048");
    ["leaf", "rsa"].map(|key| format!("ssl_certificate {key}.pem; ssl_certificate_key {key}.key;")).concat()
}

async fn row<F: Future<Output = ()>>(server: &str, rtt: u64, scanner: &str, relay: &Relay, scan: impl Fn() -> F) {
    let mut walls = Vec::new();
    let mut connections = 0;
    for _ in 0..RUNS {
        let before = relay.connections.load(Ordering::Relaxed);
        let begun = Instant::now();
        scan().await;
        walls.push(begun.elapsed());
        connections = relay.connections.load(Ordering::Relaxed) - before;
    }
    walls.sort();
    println!("{server:<14}{rtt:>8}  {scanner:<26}{:>12}{connections:>14}", walls[RUNS / 2].as_millis());
}

async fn look(port: u16, at_once: usize) {
    let seen = Look { at_once, ..Look::at(port) }.take().await;
    assert!(seen.fact("suites")[0]["accepted"].is_array(), "{:?}", seen.observation.outcome);
}

/// Another scanner, asked for suites and no more. A process of its own: its start is in the time.
async fn other(tool: &str, port: u16) {
    let at = format!("127.0.0.1:{port}");
    let mut command;
    match tool {
        "sslyze" => {
            command = Command::new(python_program("sslyze"));
            command.args(SSLYZE_SCANS.split_whitespace()).arg(&at);
        }
        "sslscan" => {
            command = Command::new("sslscan");
            command.args(["--no-heartbleed", "--no-compression", "--no-renegotiation", "--no-fallback", &at]);
        }
        _ => {
            command = Command::new("nmap");
            command.args(["-n", "-Pn", "--script", "+ssl-enum-ciphers", "-p", &port.to_string(), "127.0.0.1"]);
        }
    }
    let run = tokio::task::spawn_blocking(move || command.stdout(Stdio::null()).stderr(Stdio::null()).status());
    assert!(run.await.is_ok_and(|status| status.is_ok_and(|status| status.success())), "{tool} is needed");
}
