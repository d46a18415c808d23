//! What these tests share: a look at a port of this machine, real servers, and doubles that misbehave.

#![expect(clippy::disallowed_methods, reason = "tests play the other side of the network")]
#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod datagrams;
pub(crate) mod relays;
pub(crate) mod relics;
pub(crate) mod rules;
pub(crate) mod scripted;
pub(crate) mod servers;

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::civil::date;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Map, Value};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use vigie_model::{Endpoint, FactPath, Observation, Outcome, Reason, Transport, Vantage};
use vigie_probe::{
    Authorization, Deadline, Door, DoorSettings, EndpointTarget, Intrusiveness, Probe, ProbeContext, Scope, Target,
};
use vigie_probe_tls::{LogList, TlsProbe, WeakKeys};

pub(crate) const HOST: &str = "www.ch-demo.example";

/// One look to take.
pub(crate) struct Look<'a> {
    pub(crate) port: u16,
    pub(crate) host: &'a str,
    pub(crate) declared: &'a str,
    pub(crate) allowed: Intrusiveness,
    pub(crate) roots: Vec<CertificateDer<'static>>,
    pub(crate) logs: Option<LogList>,
    pub(crate) weak_keys: Option<WeakKeys>,
    pub(crate) with_jarm: bool,
    pub(crate) deadline: Duration,
    /// Connections to the host at a time.
    pub(crate) at_once: usize,
}

impl Look<'_> {
    pub(crate) fn at(port: u16) -> Self {
        Self {
            port,
            host: HOST,
            declared: "https",
            allowed: Intrusiveness::Polite,
            roots: Vec::new(),
            logs: None,
            weak_keys: None,
            with_jarm: false,
            deadline: Duration::from_mins(1),
            at_once: 8,
        }
    }

    /// Looks, and fails the test should the probe outlive its deadline by far.
    pub(crate) async fn take(self) -> Seen {
        let target = self.target();
        let mut probe = TlsProbe::new(&self.roots).unwrap();
        if let Some(logs) = self.logs {
            probe = probe.with_logs(logs);
        }
        if let Some(keys) = self.weak_keys {
            probe = probe.with_weak_keys(keys);
        }
        if self.with_jarm {
            probe = probe.with_jarm();
        }
        assert!(probe.concerns(&target));
        let context = ProbeContext {
            door: door(DoorSettings {
                connections_per_host: self.at_once,
                per_second: 10_000,
                per_second_per_host: 10_000,
                ..DoorSettings::default()
            }),
            deadline: Deadline::after(self.deadline),
            vantage: Vantage::Loopback,
        };
        let looked = tokio::time::timeout(self.deadline * 2, probe.look(&target, &context)).await;
        let [observation] = looked.expect("the probe keeps its deadline").try_into().unwrap();
        Seen { volume: context.door.volume().connections, observation }
    }

    pub(crate) fn target(&self) -> Target {
        let endpoint = Endpoint {
            transport: Transport::Tcp,
            host: self.host.parse().unwrap(),
            port: self.port,
            address: Ipv4Addr::LOCALHOST.into(),
        };
        let declared = Some(self.declared.to_owned());
        Target::Endpoint(EndpointTarget { endpoint, declared, allowed: self.allowed, surveyed: false })
    }
}

/// A door to this machine and nothing else, where nobody answers questions about names.
pub(crate) fn door(settings: DoorSettings) -> Door {
    door_asking(settings, 53)
}

/// The same with a name server at this port.
pub(crate) fn door_asking(settings: DoorSettings, name_server: u16) -> Door {
    let (first, last) = (date(2026, 1, 1), date(2026, 12, 31));
    let [by, role, reference] = ["Direction générale", "direction", "DEMO-1"].map(str::to_owned);
    let grant = Authorization { by, role, date: first, until: last, reference }.grant(date(2026, 6, 1)).unwrap();
    let scope = Scope { addresses: vec!["127.0.0.0/8".parse().unwrap()], ..Scope::default() };
    let name_server = SocketAddr::from((Ipv4Addr::LOCALHOST, name_server));
    Door::open(&grant, scope, name_server, settings, CancellationToken::new())
}

/// What a look saw.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) observation: Observation,
    pub(crate) volume: u64,
}

impl Seen {
    pub(crate) fn facts(&self) -> &Map<String, Value> {
        match &self.observation.outcome {
            Outcome::Observed { facts, .. } => facts,
            other => panic!("no facts: {other:?}"),
        }
    }

    /// A fact by its place, `Null` when it was not seen.
    pub(crate) fn fact(&self, path: &str) -> Value {
        let pointer = format!("/{}", path.replace('.', "/"));
        Value::Object(self.facts().clone()).pointer(&pointer).cloned().unwrap_or_default()
    }

    pub(crate) fn gap(&self, path: &str) -> Option<Reason> {
        match &self.observation.outcome {
            Outcome::Observed { gaps, .. } => gaps.get(&FactPath::from(path)).copied(),
            _ => None,
        }
    }

    /// The names of the accepted versions, and whether all five answers are known.
    pub(crate) fn accepted(&self) -> Vec<&'static str> {
        let all = [("ssl30", "SSL 3.0"), ("tls10", "1.0"), ("tls11", "1.1"), ("tls12", "1.2"), ("tls13", "1.3")];
        let known = all.map(|(field, name)| (name, self.fact(&format!("versions.{field}")).as_bool().expect(field)));
        known.into_iter().filter(|(_, accepted)| *accepted).map(|(name, _)| name).collect()
    }

    /// The suite taken from a list at a version; `None` when nothing was taken.
    pub(crate) fn taken(&self, version: &str, list: &str) -> Option<String> {
        let offers = self.fact("offers");
        let offer = offers.as_array().unwrap().iter().find(|o| o["version"] == version && o["list"] == list);
        let offer = offer.unwrap_or_else(|| panic!("{list} was not offered at {version}: {offers}"));
        offer["taken"].as_bool().unwrap().then(|| offer["suite"].as_str().unwrap().to_owned())
    }
}

/// Runs `openssl` and gives back what it says.
pub(crate) fn openssl(dir: &Path, arguments: &str) -> String {
    let run = Command::new("openssl")
        .args(arguments.split_whitespace().map(|argument| argument.replace('~', " ")))
        .current_dir(dir)
        .env("OPENSSL_CONF", dir.join("openssl.cnf"))
        .stdin(Stdio::null())
        .output()
        .expect("openssl is installed");
    assert!(run.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&run.stderr));
    [run.stdout, run.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat()
}

/// Everything that OpenSSL can still do.
pub(crate) const ANYTHING: &str = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";

/// A suite as OpenSSL lists it.
pub(crate) struct OpenSslSuite {
    pub(crate) iana: String,
    pub(crate) name: String,
    pub(crate) key_exchange: String,
    pub(crate) authentication: String,
}

/// The suites of a list, as OpenSSL names and describes them.
pub(crate) fn openssl_suites(authority: &Authority, list: &str) -> Vec<OpenSslSuite> {
    let said = openssl(authority.dir.path(), &format!("ciphers -v -stdname {list}"));
    let suite = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let value = |key: &str| words.iter().find_map(|word| word.strip_prefix(key)).unwrap_or_default().to_owned();
        Some(OpenSslSuite {
            iana: (*words.first()?).to_owned(),
            name: (*words.get(2)?).to_owned(),
            key_exchange: value("Kx="),
            authentication: value("Au="),
        })
    };
    said.lines().filter_map(suite).collect()
}

/// A look that trusts the authority.
pub(crate) async fn look(authority: &Authority, port: u16) -> Seen {
    Look { roots: authority.root(), ..Look::at(port) }.take().await
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Whether something listens on a port within ten seconds.
pub(crate) fn listens(port: u16) -> bool {
    (0..200).any(|_| {
        let listens = std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
        if !listens {
            std::thread::sleep(Duration::from_millis(50));
        }
        listens
    })
}

/// A folder with an authority, and what it certifies.
pub(crate) struct Authority {
    pub(crate) dir: TempDir,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("openssl.cnf"), OPENSSL_CNF).unwrap();
        for (file, text) in [("index.txt", ""), ("serial", "0A1B2C\n")] {
            std::fs::write(dir.path().join(file), text).unwrap();
        }
        openssl(
            dir.path(),
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 3650 -extensions v3_ca -subj /CN=AC~de~demonstration",
        );
        Self { dir }
    }

    /// Certifies a new key: `key` is what `openssl req -newkey` takes, `dates` what `openssl ca` takes.
    pub(crate) fn certify(&self, key: &str, dates: &str) -> &Self {
        openssl(
            self.dir.path(),
            &format!(
                "req -new -newkey {key} -nodes -keyout leaf.key -out leaf.csr -subj /O=CH~de~Demonstration/CN={HOST}"
            ),
        );
        openssl(
            self.dir.path(),
            &format!(
                "ca -batch -notext -in leaf.csr -out leaf.pem -extensions v3_leaf -cert ca.pem -keyfile ca.key {dates}"
            ),
        );
        self
    }

    pub(crate) fn root(&self) -> Vec<CertificateDer<'static>> {
        vec![CertificateDer::from_pem_file(self.dir.path().join("ca.pem")).unwrap()]
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Starts `openssl s_server` with the certified key.
    pub(crate) fn serve(&self, options: &str) -> OpenSslServer {
        self.serve_by("openssl".as_ref(), options)
    }

    /// The same with another OpenSSL.
    pub(crate) fn serve_by(&self, program: &Path, options: &str) -> OpenSslServer {
        OpenSslServer::start(program, self.dir.path(), options)
    }
}

pub(crate) const OPENSSL_CNF: &str = "
[req]
distinguished_name = dn
[dn]
[v3_ca]
basicConstraints = critical,CA:TRUE
[v3_leaf]
subjectAltName = DNS:www.ch-demo.example
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
crlDistributionPoints = URI:http://pki.ch-demo.example/ac.crl
[ca]
default_ca = demo
[demo]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
default_days = 90
policy = any
unique_subject = no
[any]
organizationName = optional
commonName = supplied
";

/// A real server, stopped when dropped.
pub(crate) struct OpenSslServer {
    child: Child,
    pub(crate) port: u16,
}

impl OpenSslServer {
    fn start(program: &Path, dir: &Path, options: &str) -> Self {
        let mut command = Command::new(program);
        command.args("s_server -accept 127.0.0.1:0 -key leaf.key -cert leaf.pem".split(' '));
        command.args(options.split_whitespace());
        Self::run(&mut command, dir)
    }

    /// Starts a command of OpenSSL that says on which port it accepts visitors.
    pub(crate) fn run(command: &mut Command, dir: &Path) -> Self {
        let mut child = command
            .current_dir(dir)
            .env("OPENSSL_CONF", dir.join("openssl.cnf"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl is installed");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("ACCEPT ")?.split(' ').next()?.rsplit_once(':')?.1.parse().ok())
            .unwrap_or_else(|| panic!("{command:?} does not start"));
        // It stops when nobody reads what it says.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, port }
    }
}

impl Drop for OpenSslServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A real nginx, stopped when dropped.
pub(crate) struct Nginx {
    child: Child,
    pub(crate) port: u16,
}

impl Nginx {
    /// Starts nginx in the authority's folder with these directives in its one `server` block, and waits until it
    /// listens.
    pub(crate) fn start(authority: &Authority, server: &str) -> Self {
        Self::start_for(authority, "", server)
    }

    /// The same for a protocol that its `listen` directive names.
    pub(crate) fn start_for(authority: &Authority, protocol: &str, server: &str) -> Self {
        let port = free_port();
        let dir = authority.dir.path();
        let temporary: String =
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|what| format!("{what}_temp_path tmp;")).concat();
        let config = format!(
            "daemon off; master_process off; pid nginx.pid; error_log stderr; events {{ worker_connections 8192; }}
            http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{port} ssl {protocol}; {server} }} }}"
        );
        std::fs::write(dir.join("nginx.conf"), config).unwrap();
        let child = Command::new("nginx")
            .arg("-p")
            .arg(dir)
            .args(["-e", "stderr", "-c", "nginx.conf"])
            .env("OPENSSL_CONF", dir.join("openssl.cnf"))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx is installed");
        let started = Self { child, port };
        assert!(listens(port), "nginx does not start: {}", server.get(..400).unwrap_or(server));
        started
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server in this process: each connection is given to `serve`. It ends with the test's runtime.
pub(crate) async fn double<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    port
}

/// A server that says the same to everybody at once, then holds the line.
pub(crate) async fn speaker(bytes: Vec<u8>) -> u16 {
    double(move |mut stream| {
        let bytes = bytes.clone();
        async move {
            let _ = stream.write_all(&bytes).await;
            std::future::pending::<()>().await;
        }
    })
    .await
}
