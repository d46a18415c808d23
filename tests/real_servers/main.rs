//! The real binary against servers nobody here wrote: nginx, OpenSSL, Knot, Postfix, OpenSSH.
//!
//! What vigie says is compared with the ground truth of settings that we wrote (`ground-truth.yaml`), and
//! with what each protocol's own client sees (`openssl s_client`, `ssh`, `curl`, `dig`, `delv`).

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed, and it plays the other side of the network"
)]

#[path = "../stage/mod.rs"]
mod stage;

mod authority;
mod clients;
mod names;
mod services;
mod truth;

use std::collections::BTreeMap;

use authority::{ANYTHING, Authority};
use names::{Names, Signed, Zone};
use serde_json::json;
use services::{nginx, openssl_server, postfix, sshd};
use stage::{Folder, Seen, Server, Vigie};
use tempfile::TempDir;
use truth::Truth;
use vigie::model::Completeness;

/// Everything on stage: dropped together, servers first.
struct Town {
    servers: Vec<Server>,
    names: Names,
    /// Port and protocol behind each host name.
    hosts: BTreeMap<&'static str, (u16, &'static str)>,
    authority: Authority,
    dir: TempDir,
}

const GOOD_MAIL: &str = "@ MX 10 mx.essai.test.\n@ TXT \"v=spf1 mx -all\"\n\
    _dmarc TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@essai.test\"\n";

impl Town {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let authority = Authority::new(dir.path());
        let names = Names::serve(dir.path(), &zones());
        Self { servers: Vec::new(), names, hosts: BTreeMap::new(), authority, dir }
    }

    fn add(&mut self, host: &'static str, (server, port): (Server, u16), protocol: &'static str) {
        self.servers.push(server);
        self.hosts.insert(host, (port, protocol));
    }

    /// A TLS server of OpenSSL under this name, with these options.
    fn add_openssl(&mut self, host: &'static str, options: &str) {
        let file = host.split('.').next().unwrap();
        let server = openssl_server(&self.authority, file, &format!("-www {options}"));
        self.add(host, server, "tls");
    }

    /// A DTLS server of OpenSSL, over UDP.
    fn add_gateway(&mut self, host: &'static str, options: &str) {
        let file = host.split('.').next().unwrap();
        self.authority.certify(file, host, "rsa:2048", "");
        let server = openssl_server(&self.authority, file, options);
        self.add(host, server, "dtls");
    }

    /// Scans everything, and these domains.
    fn scan(&self, domains: &[&str]) -> Seen {
        let hosts = self.hosts.iter().map(|(host, (port, protocol))| format!("'{host}:{port}/{protocol}'"));
        let folder = Folder::scanning(&format!(
            "resolver: 127.0.0.1:{}\nranges: [127.0.0.1]\ntrust: [ca.pem]\ntrust_anchors: root.key\ndomains: [{}]\n\
             hosts: [{}]\npace: {{per_second: 2000, per_second_per_host: 500, connections_per_host: 16}}\n",
            self.names.port,
            domains.join(", "),
            hosts.collect::<Vec<_>>().join(", ")
        ));
        folder.write("ca.pem", std::fs::read(self.dir.path().join("ca.pem")).unwrap());
        folder.write("root.key", format!("{}\n", self.names.anchor));
        let ended = Vigie::with(["scan", folder.name(), "--format", "json"]).run();
        let seen = ended.with_code(0).seen();
        assert_eq!(seen.run.completeness, Completeness::Complete);
        seen
    }

    /// `127.0.0.1:PORT`, for clients.
    fn address(&self, host: &str) -> String {
        format!("127.0.0.1:{}", self.hosts[host].0)
    }
}

fn zones() -> Vec<Zone> {
    let hosts = [
        "nginx",
        "clair",
        "renvoi",
        "tls10",
        "tls11",
        "tls12",
        "tls13",
        "toutes",
        "expire",
        "autosigne",
        "autrenom",
        "courte",
        "mx",
        "mxclair",
        "ssh",
        "vieuxssh",
        "vpn10",
        "vpn12",
    ];
    let hosts = hosts.iter().fold(String::new(), |text, host| text + host + " A 127.0.0.1\n");
    let servers = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.53\nns2 A 198.51.100.53\n@ CAA 0 issue \"ca.test\"\n";
    let none = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.53\nns2 A 198.51.100.53\n@ CAA 0 issue \";\"\n@ MX 0 .\n\
        @ TXT \"v=spf1 -all\"\n_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@essai.test\"\n";
    let zone = |name, records: &str, signed| Zone { name, records: records.to_owned(), signed };
    vec![
        zone("essai.test.", &format!("{servers}{hosts}{GOOD_MAIL}"), Signed::Yes),
        zone("nu.test.", "@ NS ns1\nns1 A 192.0.2.53\n@ MX 10 mx.essai.test.\n@ TXT \"v=spf1 +all\"\n", Signed::No),
        zone("perime.test.", none, Signed::UntilYesterday),
        zone("autrecle.test.", none, Signed::UnderAnotherKey),
    ]
}

fn ground_truth() -> Truth {
    Truth::read(include_str!("ground-truth.yaml"))
}

/// Fails with every departure from the truth at once.
#[track_caller]
fn agrees_with_the_truth(seen: &Seen, names: &[&str]) {
    let truth = ground_truth().only(names);
    assert_eq!(truth.names().len(), names.len(), "the truth says nothing of some of {names:?}");
    let departures = truth.departures(seen);
    assert!(departures.is_empty(), "{}", departures.join("\n"));
}

#[test]
fn encrypted_services() {
    let mut town = Town::new();
    let elliptic = "ec -pkeyopt ec_paramgen_curve:P-256";
    for version in ["tls10", "tls11", "tls12", "tls13"] {
        town.authority.certify(version, &format!("{version}.essai.test"), "rsa:2048", "");
    }
    for (file, key) in [("toutes", "rsa:2048"), ("courte", "rsa:1024")] {
        town.authority.certify(file, &format!("{file}.essai.test"), key, "");
    }
    let (from, to) = (stage::day(-100).strftime("%Y%m%d000000Z"), stage::day(-10).strftime("%Y%m%d000000Z"));
    town.authority.certify("expire", "expire.essai.test", elliptic, &format!("-startdate {from} -enddate {to}"));
    town.authority.certify("autrenom", "ancien.essai.test", elliptic, "");
    town.authority.self_sign("autosigne", "autosigne.essai.test");
    town.add_openssl("tls10.essai.test", &format!("-tls1 -cipher {ANYTHING}"));
    town.add_openssl("tls11.essai.test", &format!("-tls1_1 -cipher {ANYTHING}"));
    town.add_openssl("tls12.essai.test", "-tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384");
    town.add_openssl("tls13.essai.test", "-tls1_3");
    town.add_openssl("toutes.essai.test", &format!("-cipher {ANYTHING} -serverpref"));
    let sound = "-min_protocol TLSv1.2 -cipher ECDHE+AESGCM:@SECLEVEL=0";
    for host in ["expire.essai.test", "autosigne.essai.test", "autrenom.essai.test", "courte.essai.test"] {
        town.add_openssl(host, sound);
    }
    let seen = town.scan(&[]);
    for host in town.hosts.keys() {
        clients::openssl_agrees(&seen, &town.authority, host, &town.address(host), "");
    }
    agrees_with_the_truth(&seen, &town.hosts.keys().copied().collect::<Vec<_>>());
}

#[test]
fn vpn_gateways() {
    let mut town = Town::new();
    town.add_gateway("vpn10.essai.test", &format!("-dtls1 -cipher {ANYTHING}"));
    town.add_gateway("vpn12.essai.test", "-dtls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384");
    let seen = town.scan(&[]);
    for host in town.hosts.keys() {
        clients::dtls_agrees(&seen, &town.authority, host, &town.address(host));
    }
    agrees_with_the_truth(&seen, &town.hosts.keys().copied().collect::<Vec<_>>());
}

#[test]
fn web_sites() {
    let mut town = Town::new();
    town.authority.certify("nginx", "nginx.essai.test", "ec -pkeyopt ec_paramgen_curve:P-256", "");
    let nginx = nginx(&town.authority);
    town.hosts.insert("nginx.essai.test", (nginx.tls, "https"));
    town.hosts.insert("clair.essai.test", (nginx.clear, "http"));
    town.hosts.insert("renvoi.essai.test", (nginx.redirect, "http"));
    let seen = town.scan(&[]);
    clients::openssl_agrees(&seen, &town.authority, "nginx.essai.test", &town.address("nginx.essai.test"), "");
    for (host, scheme) in [("nginx.essai.test", "https"), ("clair.essai.test", "http"), ("renvoi.essai.test", "http")] {
        clients::curl_agrees(&seen, &town.authority, scheme, host, town.hosts[host].0);
    }
    agrees_with_the_truth(&seen, &["nginx.essai.test", "clair.essai.test", "renvoi.essai.test"]);
}

#[test]
fn signed_names() {
    let town = Town::new();
    let domains = ["essai.test", "nu.test", "perime.test", "autrecle.test"];
    let seen = town.scan(&domains);
    for domain in domains {
        clients::dig_and_delv_agree(&seen, &town.names, domain);
    }
    assert!(!town.names.log().contains("error"), "{}", town.names.log());
    agrees_with_the_truth(&seen, &domains);
}

#[test]
fn remote_administration() {
    let mut town = Town::new();
    let dir = town.dir.path().to_owned();
    town.add("ssh.essai.test", sshd(&dir, "ssh", ""), "ssh");
    let old = "KexAlgorithms +diffie-hellman-group1-sha1,diffie-hellman-group14-sha1\nCiphers +3des-cbc,aes128-cbc\n\
        MACs +hmac-md5\nHostKeyAlgorithms +ssh-rsa";
    town.add("vieuxssh.essai.test", sshd(&dir, "vieuxssh", old), "ssh");
    let seen = town.scan(&[]);
    for host in ["ssh.essai.test", "vieuxssh.essai.test"] {
        clients::ssh_agrees(&seen, host, town.hosts[host].0);
    }
    agrees_with_the_truth(&seen, &["ssh.essai.test", "vieuxssh.essai.test"]);
}

#[test]
fn mail_servers() {
    let mut town = Town::new();
    town.authority.certify("mx", "mx.essai.test", "ec -pkeyopt ec_paramgen_curve:P-256", "");
    let (with, without) = (postfix(&town.authority, true), postfix(&town.authority, false));
    town.add("mx.essai.test", with, "smtp");
    town.add("mxclair.essai.test", without, "smtp");
    let seen = town.scan(&[]);
    clients::openssl_agrees(&seen, &town.authority, "mx.essai.test", &town.address("mx.essai.test"), "-starttls smtp");
    assert_eq!(
        seen.fact("tls.endpoint", &format!("mxclair.essai.test:{}", town.hosts["mxclair.essai.test"].0), "starttls"),
        json!("not_offered")
    );
    agrees_with_the_truth(&seen, &["mx.essai.test", "mxclair.essai.test"]);
}

#[test]
fn the_truth_speaks_of_every_server() {
    let hosts = zones()[0]
        .records
        .lines()
        .filter_map(|line| line.strip_suffix(" A 127.0.0.1"))
        .map(|host| format!("{host}.essai.test"))
        .collect::<Vec<_>>();
    let truth = ground_truth();
    for host in &hosts {
        assert!(truth.names().contains(host.as_str()), "{host} is on stage and not in the truth");
    }
}

/// The hospital's authority is in the store of the machine that scans, as it is on its workstations.
#[test]
fn the_authorities_of_this_machine_are_trusted_where_they_are_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::new(dir.path());
    authority.certify("www", "127.0.0.1", "rsa:2048", "");
    let (_server, port) = openssl_server(&authority, "www", "-www -tls1_2");
    let store = dir.path().join("ca.pem");
    for (asked, source) in [(true, "system"), (false, "none")] {
        let folder =
            Folder::scanning(&format!("ranges: [127.0.0.1]\nhosts: ['127.0.0.1:{port}/tls']\nsystem_roots: {asked}\n"));
        let ended = Vigie::with(["scan", folder.name(), "--format", "json"])
            .env("SSL_CERT_FILE", store.to_str().unwrap())
            .run();
        let seen = ended.with_code(0).seen();
        let found = seen.fact_of("tls.endpoint", |subject| subject.contains(&port.to_string()), "trust.source");
        assert_eq!(found, json!(source), "{asked}");
    }
    let folder = Folder::scanning("ranges: [127.0.0.1]\nsystem_roots: true\n");
    let (file, empty) = (dir.path().join("index.txt"), tempfile::tempdir().unwrap());
    let ended = Vigie::with(["scan", folder.name()])
        .env("SSL_CERT_FILE", file.to_str().unwrap())
        .env("SSL_CERT_DIR", empty.path().to_str().unwrap())
        .run();
    ended.with_code(2).explains(&["cette machine ne fait confiance à aucune autorité"]);
}
