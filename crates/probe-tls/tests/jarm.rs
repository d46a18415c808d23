//! The JARM fingerprint of real servers, beside that of `pyjarm`, which `./test.sh` installs.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "tests play the other side of the network")]

mod stage;

use std::process::Command;

use stage::servers::{Running, python_program};
use stage::{Authority, Look, double};
use tokio::io::AsyncReadExt;
use vigie_model::Reason;

const PYJARM: &str = "import sys
from jarm.scanner.scanner import Scanner
print(Scanner.scan(sys.argv[1], int(sys.argv[2]), suppress=True)[0])";

/// Both know the server by its address: the other tool looks names up.
fn by_pyjarm(port: u16) -> String {
    let said = Command::new(python_program("python")).args(["-c", PYJARM, "127.0.0.1", &port.to_string()]).output();
    String::from_utf8(said.unwrap().stdout).unwrap().trim().to_owned()
}

async fn by_vigie(port: u16) -> String {
    let seen = Look { host: "127.0.0.1", with_jarm: true, ..Look::at(port) }.take().await;
    let fingerprint = seen.fact("jarm").as_str().map(str::to_owned);
    fingerprint.unwrap_or_else(|| panic!("{:?}", seen.observation.outcome))
}

/// Server, how its port is opened, and its settings.
const SERVERS: [(&str, &str, &str); 14] = [
    ("openssl", "", "-cipher DEFAULT"),
    ("openssl", "", "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256 -alpn h2,http/1.1"),
    ("openssl", "", "-tls1_3 -groups P-384"),
    ("openssl", "", "-tls1_1 -cipher AES128-SHA:@SECLEVEL=0"),
    ("openssl-old", "", "-cipher ALL:COMPLEMENTOFALL:@SECLEVEL=0"),
    ("openssl-old", "", "-ssl3 -cipher RC4-SHA:@SECLEVEL=0"),
    ("openssl-new", "", ""),
    ("nginx", "ssl http2", "ssl_protocols TLSv1.2 TLSv1.3;"),
    ("nginx", "ssl", "ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers ALL:@SECLEVEL=0; ssl_prefer_server_ciphers on;"),
    ("apache", "", "SSLProtocol -all +TLSv1.2 +TLSv1.3"),
    ("gnutls", "", "NORMAL"),
    ("gnutls", "", "NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.1:-KX-ALL:+RSA:%COMPAT"),
    ("nss", "", "-V ssl3:tls1.2 -c :002F:0035 -u"),
    // In TLS 1.3, what the other tool sees of wolfSSL is another one each time: see `key_share`.
    (
        "wolfssl",
        "",
        r#"ssl.openssl.ssl-conf-cmd = ("MaxProtocol" => "TLSv1.2", "CipherString" => "ECDHE-RSA-AES128-GCM-SHA256")"#,
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn real_servers_have_the_fingerprint_that_the_other_tool_sees() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let mut seen = Vec::new();
    for (server, listen, options) in SERVERS {
        let running = Running::start(&authority, server, listen, options);
        let (ours, theirs) = (by_vigie(running.port()).await, by_pyjarm(running.port()));
        assert_eq!(ours, theirs, "{server} {options}");
        assert_ne!(ours, "0".repeat(62), "{server} {options}");
        seen.push(ours);
    }
    seen.sort();
    seen.dedup();
    // Of these, two releases of OpenSSL answer alike.
    assert_eq!(seen.len(), SERVERS.len() - 1, "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_the_same_every_time() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = Running::start(&authority, "wolfssl", "", "");
    let first = by_vigie(server.port()).await;
    for _ in 0..10 {
        assert_eq!(by_vigie(server.port()).await, first);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_only_where_it_is_wanted() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = authority.serve("-tls1_3");
    let without = Look::at(server.port).take().await;
    assert_eq!(without.gap("jarm"), Some(Reason::NotStated));
    let with = Look { with_jarm: true, ..Look::at(server.port) }.take().await;
    assert_eq!(with.volume, without.volume + 10);
}

/// A server that answers all hellos but those of JARM, on which it keeps silent: no fingerprint, rather than a wrong one.
#[tokio::test(flavor = "multi_thread")]
async fn silence_is_no_answer() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = authority.serve("-tls1_2");
    let port = server.port;
    let relay = double(move |mut client| async move {
        let mut hello = vec![0; 4096];
        let read = client.read(&mut hello).await.unwrap();
        if hello[..read].windows(8).any(|part| part == b"http/0.9") {
            return std::future::pending().await;
        }
        let mut server = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut server, &hello[..read]).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
    })
    .await;
    let seen = Look { with_jarm: true, at_once: 16, ..Look::at(relay) }.take().await;
    assert_eq!(seen.accepted(), ["1.2"]);
    assert_eq!(seen.gap("jarm"), Some(Reason::Timeout));
}
