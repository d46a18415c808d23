use std::fs;
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::stage::{Program, Server, day, free_port, output_of};

/// Knot on a free port, playing the root, `test.` and the zones below it.
pub(crate) struct Names {
    dir: PathBuf,
    /// Port of 127.0.0.1 where it answers, over UDP and TCP.
    pub(crate) port: u16,
    /// The root's key, as one DNSKEY record line: the trust anchor.
    pub(crate) anchor: String,
    server: Server,
}

/// A zone below `test.`: its records after the SOA, and how it is signed.
pub(crate) struct Zone {
    pub(crate) name: &'static str,
    pub(crate) records: String,
    pub(crate) signed: Signed,
}

/// How a zone is signed.
pub(crate) enum Signed {
    /// Properly.
    Yes,
    /// Not at all.
    No,
    /// With signatures that ended yesterday.
    UntilYesterday,
    /// Properly, but its parent announces another key.
    UnderAnotherKey,
}

impl Names {
    /// Writes, signs and serves the zones.
    pub(crate) fn serve(dir: &Path, zones: &[Zone]) -> Self {
        let mut children = String::from("@ NS ns\nns A 192.0.2.53\n");
        for zone in zones {
            let label = zone.name.strip_suffix(".test.").unwrap();
            children.extend([label, " NS ns1.", zone.name, "\nns1.", label, " A 192.0.2.53\n"]);
            write_zone(dir, zone.name, &zone.records);
            let days = if matches!(zone.signed, Signed::UntilYesterday) { (-60, -1) } else { (-1, 60) };
            let ds = match zone.signed {
                Signed::No => String::new(),
                Signed::Yes | Signed::UntilYesterday => sign(dir, zone.name, days),
                Signed::UnderAnotherKey => {
                    sign(dir, zone.name, days);
                    digest(dir, &new_key(dir, zone.name))
                }
            };
            children.push_str(&ds);
        }
        write_zone(dir, "test.", &children);
        let ds = sign(dir, "test.", (-1, 60));
        write_zone(dir, ".", &format!("@ NS ns.test.\ntest. NS ns.test.\nns.test. A 192.0.2.53\n{ds}"));
        sign(dir, ".", (-1, 60));
        let names: Vec<&str> = zones.iter().map(|zone| zone.name).chain(["test.", "."]).collect();
        let port = free_port();
        let server = launch(dir, port, &names);
        Self { dir: dir.to_owned(), port, anchor: key_record(dir, "."), server }
    }

    /// What `dig` reads, in its short form unless `options` say otherwise.
    pub(crate) fn dig(&self, options: &[&str], name: &str, record: &str) -> String {
        let port = self.port.to_string();
        let all = [&["@127.0.0.1", "-p", &port, "+norecurse"], options, &[name, record]].concat();
        output_of("dig", &all, "")
    }

    /// What a validating client says of a record.
    pub(crate) fn delv(&self, name: &str, record: &str) -> String {
        let fields: Vec<&str> = self.anchor.split_whitespace().collect();
        let at = fields.iter().position(|field| *field == "DNSKEY").unwrap();
        let [flags, protocol, algorithm] = [1, 2, 3].map(|next| fields[at + next]);
        let key = fields[at + 4..].iter().take_while(|field| !field.starts_with(';')).copied().collect::<String>();
        let text = format!("trust-anchors {{ \".\" static-key {flags} {protocol} {algorithm} \"{key}\"; }};\n");
        let file = self.dir.join("delv.anchor");
        fs::write(&file, text).unwrap();
        let (port, file) = (self.port.to_string(), file.display().to_string());
        output_of("delv", &["@127.0.0.1", "-p", &port, "-a", &file, "+root=.", name, record], "")
    }

    /// What the server complains about.
    pub(crate) fn log(&self) -> String {
        self.server.log()
    }
}

fn write_zone(dir: &Path, name: &str, records: &str) {
    let head = format!(
        "$ORIGIN {name}\n$TTL 3600\n@ SOA ns1.essai.test. hostmaster.essai.test. 2026112201 7200 3600 1209600 3600\n"
    );
    fs::write(dir.join(format!("{name}zone")), head + records).unwrap();
}

/// Makes a key and gives the stem of its files.
fn new_key(dir: &Path, name: &str) -> String {
    let made = Program::named("ldns-keygen")
        .command()
        .current_dir(dir)
        .args(["-a", "ECDSAP256SHA256", "-k", name])
        .output()
        .unwrap();
    assert!(made.status.success(), "ldns-keygen {name}: {}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

/// Signs a zone file in place, its signatures holding over these days from today; gives its DS record.
fn sign(dir: &Path, name: &str, (from, to): (i64, i64)) -> String {
    let key = new_key(dir, name);
    let file = format!("{name}zone");
    let at_noon = |days: i64| format!("{}120000", day(days).strftime("%Y%m%d"));
    let signed = Program::named("ldns-signzone")
        .command()
        .current_dir(dir)
        .args(["-n", "-i", &at_noon(from), "-e", &at_noon(to), "-o", name, "-f", &file, &file, &key])
        .output()
        .unwrap();
    assert!(signed.status.success(), "ldns-signzone {name}: {}", String::from_utf8_lossy(&signed.stderr));
    fs::copy(dir.join(format!("{key}.key")), dir.join(format!("{name}key"))).unwrap();
    digest(dir, &key)
}

fn digest(dir: &Path, key: &str) -> String {
    fs::read_to_string(dir.join(format!("{key}.ds"))).unwrap()
}

fn key_record(dir: &Path, name: &str) -> String {
    let text = fs::read_to_string(dir.join(format!("{name}key"))).unwrap();
    text.split(';').next().unwrap().trim().to_owned()
}

fn launch(dir: &Path, port: u16, names: &[&str]) -> Server {
    let here = dir.display();
    let mut config = format!(
        "server:\n  listen: 127.0.0.1@{port}\n  rundir: {here}\n  udp-workers: 1\n  tcp-workers: 1\n  \
         background-workers: 1\ndatabase:\n  storage: {here}\nlog:\n  - target: stderr\n    any: warning\n\
         template:\n  - id: default\n    storage: {here}\n    zonefile-sync: -1\n    journal-content: none\n    \
         semantic-checks: off\nzone:\n"
    );
    config.extend(names.iter().map(|name| format!("  - domain: {name}\n    file: {name}zone\n")));
    let file = dir.join("knot.conf");
    fs::write(&file, config).unwrap();
    let mut server = Server::start(Program::named("knotd").command().arg("-c").arg(&file), &dir.join("knot.log"));
    server.wait_until("knotd", |_| names.iter().all(|name| answers(port, name)).then_some(()));
    server
}

/// Whether the server answers with authority for the SOA of a zone.
fn answers(port: u16, zone: &str) -> bool {
    let mut question = b"\x12\x34\0\0\0\x01\0\0\0\0\0\0".to_vec();
    for label in zone.split('.').filter(|label| !label.is_empty()) {
        question.push(u8::try_from(label.len()).unwrap());
        question.extend(label.bytes());
    }
    question.extend(b"\0\0\x06\0\x01");
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    socket.connect(("127.0.0.1", port)).unwrap();
    let mut answer = [0; 512];
    let heard = socket.send(&question).and_then(|_| socket.recv(&mut answer));
    // NOERROR with one answer.
    heard.is_ok() && answer[3] % 16 == 0 && answer[7] == 1
}
