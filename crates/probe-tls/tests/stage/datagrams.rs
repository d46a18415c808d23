//! A look at a DTLS port of this machine, and doubles that answer each datagram as they please.

use std::net::{Ipv4Addr, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use vigie_model::{Endpoint, Transport, Vantage};
use vigie_probe::{Deadline, DoorSettings, EndpointTarget, Intrusiveness, Probe, ProbeContext, Target};
use vigie_probe_tls::DtlsProbe;

use super::{Authority, HOST, Seen, door};

/// One look to take.
pub(crate) struct DtlsLook {
    pub(crate) port: u16,
    pub(crate) declared: Option<&'static str>,
    pub(crate) allowed: Intrusiveness,
    pub(crate) settings: DoorSettings,
}

impl DtlsLook {
    pub(crate) fn at(port: u16) -> Self {
        let settings = DoorSettings { per_second_per_host: 500, ..DoorSettings::default() };
        Self { port, declared: Some("dtls"), allowed: Intrusiveness::Active, settings }
    }

    pub(crate) fn target(&self) -> Target {
        let endpoint = Endpoint {
            transport: Transport::Udp,
            host: HOST.parse().unwrap(),
            port: self.port,
            address: Ipv4Addr::LOCALHOST.into(),
        };
        let (declared, allowed) = (self.declared.map(str::to_owned), self.allowed);
        Target::Endpoint(EndpointTarget { endpoint, surveyed: declared.is_none(), declared, allowed })
    }

    pub(crate) async fn take(self) -> Seen {
        let probe = DtlsProbe::new();
        let target = self.target();
        assert!(probe.concerns(&target));
        let context = ProbeContext {
            door: door(self.settings),
            deadline: Deadline::after(Duration::from_secs(20)),
            vantage: Vantage::Loopback,
        };
        let [observation] = probe.look(&target, &context).await.try_into().unwrap();
        Seen { volume: context.door.volume().connections, observation }
    }
}

/// A server of this process that answers each datagram with some, until the test is over.
pub(crate) fn double(mut answer: impl FnMut(&[u8]) -> Vec<Vec<u8>> + Send + 'static) -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        // An error is that of a client who left.
        loop {
            let Ok((length, from)) = socket.recv_from(&mut buffer) else { continue };
            for datagram in answer(&buffer[..length]) {
                let _ = socket.send_to(&datagram, from);
            }
        }
    });
    port
}

/// A datagram of one plain record.
pub(crate) fn record(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[kind, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0], &length[..], content].concat()
}

/// A part of a handshake message.
pub(crate) fn part(kind: u8, message: &[u8], from: usize, to: usize) -> Vec<u8> {
    let three = |number: usize| u32::try_from(number).unwrap().to_be_bytes()[1..].to_vec();
    let head = [vec![kind], three(message.len()), vec![0, 1], three(from), three(to - from)].concat();
    [head.as_slice(), &message[from..to]].concat()
}

pub(crate) fn cookie(bytes: &[u8]) -> Vec<u8> {
    let body = [&[0xfe, 0xff, u8::try_from(bytes.len()).unwrap()], bytes].concat();
    record(22, &part(3, &body, 0, body.len()))
}

/// The body of a hello that chooses a version and a suite.
pub(crate) fn server_hello(version: u16, suite: u16) -> Vec<u8> {
    let [a, b] = version.to_be_bytes();
    let [c, d] = suite.to_be_bytes();
    [&[a, b][..], &[7; 32], &[0, c, d, 0]].concat()
}

/// `gnutls-serv` over UDP with this priority string, stopped when dropped.
pub(crate) struct GnuTls {
    child: Child,
    pub(crate) port: u16,
}

impl GnuTls {
    pub(crate) fn start(authority: &Authority, priority: &str) -> Self {
        let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new("gnutls-serv")
            .args([
                "--udp",
                "--echo",
                "--disable-client-cert",
                "--x509keyfile",
                "leaf.key",
                "--x509certfile",
                "leaf.pem",
            ])
            .args(["--port", &port.to_string(), "--priority", priority])
            .current_dir(authority.dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnutls-serv is installed");
        let started = Self { child, port };
        let is_taken = || UdpSocket::bind(("0.0.0.0", port)).is_err();
        let listens = (0..200).any(|_| {
            is_taken() || {
                std::thread::sleep(Duration::from_millis(50));
                false
            }
        });
        assert!(listens, "gnutls-serv does not start: {priority}");
        started
    }
}

impl Drop for GnuTls {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The answer of a name server that knows no name (RFC 1035 section 4.1.1).
pub(crate) fn no_such_name(question: &[u8]) -> Vec<Vec<u8>> {
    let mut answer = question.to_vec();
    answer[2] |= 0x80;
    answer[3] = 3;
    vec![answer]
}
