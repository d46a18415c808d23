//! A small DNS of our own on loopback: a root, a top domain and zones with planted faults, signed with ldns
//! and served by a real name server (Knot or NSD) on a port of its own.

#![expect(clippy::disallowed_methods, reason = "tests play the other side of the network")]

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::{Span, Timestamp};
use tempfile::TempDir;

/// The name server that serves the world.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Program {
    Knot,
    Nsd,
}

/// A running world; the server ends with it.
pub(crate) struct World {
    pub(crate) address: SocketAddr,
    /// The root's DNSKEY record.
    pub(crate) anchor: String,
    pub(crate) dir: TempDir,
    server: Child,
}

impl Drop for World {
    fn drop(&mut self) {
        // Already gone is as good as stopped.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// How a zone below `test.` is signed and vouched for.
struct Zone {
    name: String,
    algorithm: Option<&'static str>,
    /// First and last day of its signatures, from today.
    days: (i64, i64),
    ds: Ds,
    /// Changes made to the zone file after signing.
    spoil: fn(&str) -> String,
}

#[derive(PartialEq)]
enum Ds {
    Own,
    /// Of a key that the zone does not have.
    Foreign,
    Missing,
}

const P256: Option<&str> = Some("ECDSAP256SHA256");
const HELD: (i64, i64) = (-1, 30);
/// Signed zones below `good.test.`, each inside the one before: `d1.good.test.`, `d2.d1.good.test.`, …
const DEEPEST: usize = 9;

fn zones() -> Vec<Zone> {
    let zone =
        |name: &str, algorithm, days, ds| Zone { name: name.to_owned(), algorithm, days, ds, spoil: str::to_owned };
    let mut all = vec![
        zone("good.test.", P256, HELD, Ds::Own),
        zone("rsa.test.", Some("RSASHA256"), HELD, Ds::Own),
        zone("soon.test.", P256, (-20, 3), Ds::Own),
        zone("expired.test.", P256, (-60, -2), Ds::Own),
        zone("future.test.", P256, (2, 30), Ds::Own),
        zone("wrongds.test.", P256, HELD, Ds::Foreign),
        zone("stripped.test.", None, HELD, Ds::Foreign),
        Zone { spoil: without_soa_signature, ..zone("nosig.test.", P256, HELD, Ds::Own) },
        Zone { spoil: with_another_serial, ..zone("forged.test.", P256, HELD, Ds::Own) },
        zone("nods.test.", P256, HELD, Ds::Missing),
        zone("unsigned.test.", None, HELD, Ds::Missing),
        zone("ed448.test.", Some("ED448"), HELD, Ds::Own),
        zone("mail.test.", None, HELD, Ds::Missing),
    ];
    let mut name = "good.test.".to_owned();
    for depth in 1..=DEEPEST {
        name = format!("d{depth}.{name}");
        all.push(zone(&name, P256, HELD, Ds::Own));
    }
    all
}

fn without_soa_signature(text: &str) -> String {
    let kept: Vec<&str> = text.lines().filter(|line| !line.contains("RRSIG\tSOA ")).collect();
    kept.join("\n")
}

fn with_another_serial(text: &str) -> String {
    text.replace("2026110101", "2026110102")
}

impl World {
    /// Signs and serves the world; `None`, with a word on stderr, where a program is missing.
    pub(crate) fn start(program: Program) -> Option<Self> {
        let server = match program {
            Program::Knot => "knotd",
            Program::Nsd => "nsd",
        };
        for needed in [server, "ldns-keygen", "ldns-signzone"] {
            if !has(needed) {
                eprintln!("skipped: {needed} is not installed");
                return None;
            }
        }
        let dir = tempfile::tempdir().unwrap();
        let anchor = sign_all(dir.path());
        // Another process may take the port between our look and the server's start: try again then.
        for _ in 0..5 {
            let address = free_address();
            let mut child = launch(program, dir.path(), address);
            if answers(address, &mut child) {
                return Some(Self { address, anchor, dir, server: child });
            }
        }
        panic!(
            "{program:?} does not start: {}",
            fs::read_to_string(dir.path().join(format!("{server}.log"))).unwrap_or_default()
        );
    }

    /// Writes the root's key in the form that `delv -a` reads; returns the file's path.
    pub(crate) fn delv_anchor(&self) -> String {
        let fields: Vec<&str> = self.anchor.split(';').next().unwrap().split_whitespace().collect();
        let at = fields.iter().position(|field| *field == "DNSKEY").unwrap();
        let text = format!(
            "trust-anchors {{ \".\" static-key {} {} {} \"{}\"; }};\n",
            fields[at + 1],
            fields[at + 2],
            fields[at + 3],
            fields[at + 4..].concat()
        );
        let path = self.dir.path().join("delv.anchor");
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }
}

/// A validating resolver (Unbound) in front of a world, as hospitals have one; it ends with its value.
pub(crate) struct Resolver {
    pub(crate) address: SocketAddr,
    server: Child,
}

impl Drop for Resolver {
    fn drop(&mut self) {
        // Already gone is as good as stopped.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Resolver {
    /// Starts; `None`, with a word on stderr, where Unbound is missing.
    pub(crate) fn before(world: &World) -> Option<Self> {
        if !has("unbound") {
            eprintln!("skipped: unbound is not installed");
            return None;
        }
        let dir = world.dir.path();
        fs::write(dir.join("root.key"), &world.anchor).unwrap();
        for _ in 0..5 {
            let address = free_address();
            let config = format!(
                "server:\n  interface: 127.0.0.1@{}\n  do-ip6: no\n  username: \"\"\n  chroot: \"\"\n  directory: \"{here}\"\n  pidfile: \"\"\n  \
                use-syslog: no\n  do-not-query-localhost: no\n  local-zone: \"test.\" nodefault\n  trust-anchor-file: \"{here}/root.key\"\n\
                remote-control:\n  control-enable: no\nforward-zone:\n  name: \".\"\n  forward-addr: 127.0.0.1@{}\n",
                address.port(),
                world.address.port(),
                here = dir.display(),
            );
            let mut server = spawn("unbound", &["-d"], dir, "unbound", &config);
            if answers(address, &mut server) {
                return Some(Self { address, server });
            }
        }
        panic!("Unbound does not start: {}", fs::read_to_string(dir.join("unbound.log")).unwrap_or_default());
    }
}

/// The output of a program that is asked about this world.
pub(crate) fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

pub(crate) fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    folders.any(|folder| folder.join(program).exists())
}

/// Writes and signs every zone, the deepest first; returns the root's key.
fn sign_all(dir: &Path) -> String {
    let mut all = zones();
    all.sort_by_key(|zone| std::cmp::Reverse(zone.name.matches('.').count()));
    let mut delegations: BTreeMap<String, String> = BTreeMap::new();
    for Zone { name, algorithm, days, ds, spoil } in all {
        let file = dir.join(format!("{name}zone"));
        fs::write(&file, content(&name) + &delegations.remove(&name).unwrap_or_default()).unwrap();
        let key = algorithm.map(|algorithm| keygen(dir, algorithm, &name));
        if let Some(key) = &key {
            sign(dir, &name, key, days);
            fs::write(&file, spoil(&fs::read_to_string(&file).unwrap())).unwrap();
        }
        let vouched = match ds {
            Ds::Own => key,
            Ds::Foreign => Some(keygen(dir, "ECDSAP256SHA256", &name)),
            Ds::Missing => None,
        };
        let parent = delegations.entry(name.split_once('.').unwrap().1.to_owned()).or_default();
        parent.extend([&name, " NS ns1.", &name, "\nns1.", &name, " A 192.0.2.1\n"]);
        parent.extend(vouched.map(|key| fs::read_to_string(dir.join(format!("{key}.ds"))).unwrap()));
    }
    let top = delegations.remove("test.").unwrap();
    let head = "$ORIGIN test.\n$TTL 300\n@ SOA ns hostmaster 1 3600 600 1209600 300\n@ NS ns\nns A 192.0.2.53\n";
    let top_key = keygen(dir, "ECDSAP256SHA256", "test.");
    fs::write(dir.join("test.zone"), head.to_owned() + &top).unwrap();
    sign(dir, "test.", &top_key, HELD);
    let ds = fs::read_to_string(dir.join(format!("{top_key}.ds"))).unwrap();
    let root = format!(
        "$ORIGIN .\n$TTL 300\n@ SOA ns.test. hostmaster.test. 1 3600 600 1209600 300\n@ NS ns.test.\ntest. NS ns.test.\nns.test. A 192.0.2.53\n{ds}"
    );
    fs::write(dir.join(".zone"), root).unwrap();
    let root_key = keygen(dir, "ECDSAP256SHA256", ".");
    sign(dir, ".", &root_key, HELD);
    fs::read_to_string(dir.join(format!("{root_key}.key"))).unwrap()
}

fn content(name: &str) -> String {
    let extra = match name {
        "good.test." => include_str!("good.zone"),
        "mail.test." => &mail_zone(),
        _ => "",
    };
    format!(
        "$ORIGIN {name}\n$TTL 300\n@ SOA ns1 hostmaster 2026110101 3600 600 1209600 300\n@ NS ns1\nns1 A 192.0.2.1\n{extra}"
    )
}

/// The mail zone: a written part, and records too long to write.
fn mail_zone() -> String {
    let strings = |text: &str| {
        let chunks: Vec<String> =
            text.as_bytes().chunks(250).map(|chunk| format!("\"{}\"", String::from_utf8_lossy(chunk))).collect();
        chunks.join(" ")
    };
    let includes = strings(&format!("v=spf1{} -all", " include:spf.mail.test".repeat(1000)));
    let padding = strings(&format!("v=spf1 {}", "x".repeat(60_000)));
    format!("{}thousand TXT {includes}\nlong TXT {padding}\n", include_str!("mail.zone"))
}

fn keygen(dir: &Path, algorithm: &str, name: &str) -> String {
    let output = Command::new("ldns-keygen")
        .current_dir(dir)
        .args(["-a", algorithm, "-b", "2048", "-k", name])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Signs a zone file in place.
fn sign(dir: &Path, name: &str, key: &str, (from, to): (i64, i64)) {
    // An hour early, so that the days left are the same whatever the time between signing and looking.
    let day = |days: i64| {
        Timestamp::now().checked_add(Span::new().hours(24 * days - 1)).unwrap().strftime("%Y%m%d%H%M%S").to_string()
    };
    let file = format!("{name}zone");
    let done = Command::new("ldns-signzone")
        .current_dir(dir)
        .args(["-n", "-i", &day(from), "-e", &day(to), "-o", name, "-f", &file, &file, key])
        .output()
        .unwrap();
    assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
}

fn free_address() -> SocketAddr {
    loop {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = udp.local_addr().unwrap();
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}

fn launch(program: Program, dir: &Path, address: SocketAddr) -> Child {
    let names = || zones().into_iter().map(|zone| zone.name).chain(["test.".to_owned(), ".".to_owned()]);
    let (here, port) = (dir.display(), address.port());
    let (command, config) = match program {
        Program::Knot => {
            let mut config = format!(
                "server:\n  listen: 127.0.0.1@{port}\n  rundir: {here}\n  udp-workers: 1\n  tcp-workers: 1\n  background-workers: 1\n\
                database:\n  storage: {here}\nlog:\n  - target: stderr\n    any: warning\n\
                template:\n  - id: default\n    storage: {here}\n    zonefile-sync: -1\n    journal-content: none\n    semantic-checks: off\nzone:\n"
            );
            config.extend(names().map(|name| format!("  - domain: {name}\n    file: {name}zone\n")));
            ("knotd", config)
        }
        Program::Nsd => {
            let mut config = format!(
                "server:\n  ip-address: 127.0.0.1@{port}\n  do-ip6: no\n  username: \"\"\n  chroot: \"\"\n  zonesdir: \"{here}\"\n  pidfile: \"\"\n  \
                database: \"\"\n  xfrdfile: \"\"\n  xfrdir: \"{here}\"\n  zonelistfile: \"{here}/zones\"\n  server-count: 1\nremote-control:\n  control-enable: no\n"
            );
            config.extend(names().map(|name| format!("zone:\n  name: \"{name}\"\n  zonefile: \"{name}zone\"\n")));
            ("nsd", config)
        }
    };
    let foreground: &[&str] = match program {
        Program::Knot => &[],
        Program::Nsd => &["-d"],
    };
    spawn(command, foreground, dir, command, &config)
}

/// Starts a server in the foreground with its configuration and its log in files of the given name.
fn spawn(command: &str, foreground: &[&str], dir: &Path, name: &str, config: &str) -> Child {
    let file = dir.join(format!("{name}.conf"));
    fs::write(&file, config).unwrap();
    let log = fs::File::create(dir.join(format!("{name}.log"))).unwrap();
    let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
    Command::new(command)
        .env("PATH", path)
        .args(foreground)
        .arg("-c")
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// Waits until the server answers for the last of the zones; gives up when it ended or after ten seconds.
fn answers(address: SocketAddr, server: &mut Child) -> bool {
    // mail.test. SOA.
    const QUESTION: &[u8] = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x04mail\x04test\0\0\x06\0\x01";
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    socket.connect(address).unwrap();
    for _ in 0..100 {
        if server.try_wait().unwrap().is_some() {
            return false;
        }
        let mut buffer = [0; 512];
        let answered = socket.send(QUESTION).and_then(|_| socket.recv(&mut buffer));
        // NOERROR with one answer.
        if answered.is_ok() && buffer[3] % 16 == 0 && buffer[7] == 1 {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}
