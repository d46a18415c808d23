//! Ports: what is open, what speaks, and above all what is never sent.

#![expect(clippy::disallowed_methods, reason = "tests play the other side of the network")]
#![cfg(test)]

mod doubles;

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use doubles::{context, context_with, facts, gap, look, look_in, own_address, recorder, serve, target};
use serde_json::{Value, json};
use vigie_model::{Evidence, Outcome, Reason};
use vigie_probe::{DoorSettings, EndpointTarget, Intrusiveness, Probe, Target};
use vigie_probe_services::port::{Protocol, SENDABLE};
use vigie_probe_services::{HttpProbe, PortProbe, SshProbe};

fn loopback() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

/// Keeps the connection open without a word until the visitor leaves.
fn hold(mut stream: TcpStream) {
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
}

#[tokio::test]
async fn a_closed_port_is_absent() {
    let at = TcpListener::bind(loopback()).unwrap().local_addr().unwrap();
    assert_eq!(look(&PortProbe::new(), &target(at, None)).await.outcome, Outcome::Absent);
}

#[tokio::test]
async fn outside_the_scope_is_unknown() {
    let at = SocketAddr::from(([127, 200, 0, 1], 80));
    let seen = look(&PortProbe::new(), &target(at, None)).await;
    assert!(matches!(seen.outcome, Outcome::Unknown { reason: Reason::OutOfScope, .. }), "{seen:?}");
}

#[tokio::test]
async fn a_port_that_drops_packets_is_filtered() {
    // A full queue of pending connections drops new ones, as a firewall does.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(loopback()).unwrap();
    let listener = socket.listen(1).unwrap();
    let at = listener.local_addr().unwrap();
    let _queue: Vec<_> = (0..4)
        .map(|_| thread::spawn(move || TcpStream::connect_timeout(&at, Duration::from_millis(300))))
        .map(|connecting| connecting.join().unwrap())
        .collect();
    let settings = DoorSettings { connect_timeout: Duration::from_millis(300), ..DoorSettings::default() };
    let context = context_with(Duration::from_secs(30), settings);
    let seen = look_in(&context, &PortProbe::new(), &target(at, None)).await;
    assert_eq!(facts(&seen)["state"], "filtered");
    assert_eq!(gap(&seen, "protocol"), Some(json!("timeout")));
    // A declared server that stays silent is unknown, not absent.
    let ssh = SshProbe::new();
    assert!(matches!(
        look_in(&context, &ssh, &target(at, Some("ssh"))).await.outcome,
        Outcome::Unknown { reason: Reason::Timeout, .. }
    ));
    // With no time left, the same silence proves nothing.
    let context = context_with(Duration::from_millis(100), settings);
    let seen = look_in(&context, &PortProbe::new(), &target(at, None)).await;
    assert!(matches!(seen.outcome, Outcome::Unknown { reason: Reason::Timeout, .. }), "{seen:?}");
}

#[tokio::test]
async fn banners_are_facts_and_their_bytes_are_kept() {
    let greeting = [b"\x0a5.5.5-10.11.19-MariaDB-0+deb12u1".as_slice(), &[0; 47]].concat();
    let mariadb = [&[u8::try_from(greeting.len()).unwrap(), 0, 0, 0], greeting.as_slice()].concat();
    for (banner, protocol, products) in [
        (&b"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27"[..], "telnet", json!([])),
        (
            b"220 (vsFTPd 3.0.3)\r\n",
            "ftp",
            json!([{"name": "vsFTPd", "version": "3.0.3", "distribution_patched": false}]),
        ),
        (b"RFB 003.008\n", "vnc", json!([])),
        (&mariadb, "mysql", json!([{"name": "MariaDB", "version": "10.11.19", "distribution_patched": true}])),
    ] {
        let (at, _) = recorder(loopback(), banner);
        let seen = look(&PortProbe::new(), &target(at, None)).await;
        let facts = facts(&seen);
        assert_eq!(
            (&facts["state"], &facts["protocol"], &facts["identified_by"], &facts["speaks_first"], &facts["products"]),
            (&json!("open"), &json!(protocol), &json!("banner"), &json!(true), &products)
        );
        assert_eq!(seen.evidence, [Evidence::bytes("banner", banner)]);
    }
}

#[tokio::test]
async fn a_number_alone_is_a_guess_and_says_so() {
    let at = SocketAddr::new(own_address(1), 1433);
    let (at, heard) = recorder(at, b"");
    let seen = look(&PortProbe::new(), &target(at, None)).await;
    let facts = facts(&seen);
    assert_eq!((&facts["protocol"], &facts["identified_by"]), (&json!("mssql"), &json!("port")));
    assert_eq!((facts.get("products"), gap(&seen, "products")), (None, Some(json!("timeout"))));
    assert_eq!(facts["speaks_first"], json!(false));
    assert_eq!(heard.recv().unwrap(), b"", "listening sends nothing");
}

#[tokio::test]
async fn what_nothing_tells_stays_unknown() {
    let (silent, _) = recorder(loopback(), b"");
    let (foreign, _) = recorder(loopback(), b"bonjour\n");
    let (probe, silent, foreign) = (PortProbe::new(), target(silent, None), target(foreign, None));
    let (silent, foreign) = tokio::join!(look(&probe, &silent), look(&probe, &foreign));
    assert_eq!(facts(&silent)["identified_by"], json!("nothing"));
    assert_eq!((facts(&silent).get("protocol"), gap(&silent, "protocol")), (None, Some(json!("timeout"))));
    assert_eq!(gap(&foreign, "protocol"), Some(json!("unsupported")));
    assert_eq!(facts(&foreign)["speaks_first"], json!(true));
}

#[tokio::test]
async fn printers_medical_and_industrial_ports_get_not_one_byte() {
    let address = own_address(2);
    for (port, guess) in [(9100, Some("printer")), (9103, None), (2575, Some("hl7")), (11112, Some("dicom"))] {
        let (at, heard) = recorder(SocketAddr::new(address, port), b"");
        for declared in [None, Some("http")] {
            let context = context();
            let seen = look_in(&context, &PortProbe::new(), &target(at, declared)).await;
            assert_eq!(heard.recv().unwrap(), b"", "{port} declared {declared:?}");
            assert_eq!(context.door.volume().connections, 1);
            assert_eq!(facts(&seen)["state"], "open");
            if declared.is_none() {
                assert_eq!(facts(&seen).get("protocol").and_then(Value::as_str), guess);
            }
        }
    }
}

#[tokio::test]
async fn everything_that_can_be_sent_is_in_the_table() {
    let greetings: [(&[u8], Protocol); 5] = [
        (b"220 ch-demo.example FTP\r\n", Protocol::Ftp),
        (b"220 ch-demo.example ESMTP\r\n", Protocol::Smtp),
        (b"+OK POP3\r\n", Protocol::Pop3),
        (b"* OK IMAP4rev1\r\n", Protocol::Imap),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", Protocol::Ssh),
    ];
    for (greeting, protocol) in greetings {
        let (at, heard) = recorder(loopback(), greeting);
        look(&PortProbe::new(), &target(at, None)).await;
        let farewell = SENDABLE.iter().find(|(known, _)| *known == protocol).map_or(&b""[..], |(_, bytes)| bytes);
        assert_eq!(heard.recv().unwrap(), farewell, "{protocol:?}");
    }
    let (at, heard) = recorder(loopback(), b"");
    look(&PortProbe::new(), &target(at, Some("http"))).await;
    let (_, request) = SENDABLE[0];
    assert_eq!(heard.recv().unwrap(), request);
    assert!(!request.is_empty() && SENDABLE.len() == greetings.len());
}

#[tokio::test]
async fn a_web_server_is_known_by_its_answer() {
    let at = doubles::web(|line| {
        assert_eq!(line, "GET / HTTP/1.0");
        b"HTTP/1.0 200 OK\r\nServer: Apache/2.4.57 (Debian)\r\n\r\n<html>".to_vec()
    });
    let seen = look(&PortProbe::new(), &target(at, Some("http"))).await;
    let facts = facts(&seen);
    assert_eq!((&facts["protocol"], &facts["identified_by"]), (&json!("http"), &json!("answer")));
    assert_eq!(facts["discloses_version"], json!(true));
    assert_eq!(facts["products"][0]["distribution_patched"], json!(true));
}

#[tokio::test]
async fn an_endless_banner_is_cut_and_drips_do_not_hold_us() {
    let endless = serve(|mut stream| while stream.write_all(&[b'x'; 4096]).is_ok() {});
    let seen = look(&PortProbe::new(), &target(endless, None)).await;
    assert_eq!(gap(&seen, "protocol"), Some(json!("unsupported")));
    assert!(seen.evidence[0].truncated && seen.evidence[0].content.len() <= Evidence::MAX_BYTES);
    let drip = serve(|mut stream| {
        while stream.write_all(b"S").is_ok() {
            thread::sleep(Duration::from_secs(1));
        }
    });
    let seen = look(&PortProbe::new(), &target(drip, None)).await;
    assert!(seen.evidence[0].content.len() < 10, "{seen:?}");
    assert_eq!(facts(&seen)["identified_by"], json!("nothing"));
}

#[tokio::test]
async fn hostile_text_stays_as_it_came() {
    let banner = b"220 \x1b[31mFTP <script>alert(1)</script>\r\n";
    let (at, _) = recorder(loopback(), banner);
    let seen = look(&PortProbe::new(), &target(at, None)).await;
    assert_eq!(seen.evidence[0].content.as_bytes(), banner);
}

#[tokio::test]
async fn a_stopped_run_keeps_what_it_saw() {
    let context = context();
    let stop = context.door.cancellation().clone();
    let at = serve(move |stream| {
        // Once we are connected, and well before the time to speak is over.
        thread::sleep(Duration::from_millis(700));
        stop.cancel();
        hold(stream);
    });
    let seen = look_in(&context, &PortProbe::new(), &target(at, None)).await;
    assert_eq!(facts(&seen)["state"], "open");
    assert_eq!(gap(&seen, "protocol"), Some(json!("cancelled")));
    assert_eq!(facts(&seen).get("speaks_first"), None);
}

#[test]
fn strangers_only_get_what_any_visitor_does() {
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, 443));
    for (declared, allowed, [port, http]) in [
        (None, Intrusiveness::Active, [true, true]),
        (None, Intrusiveness::Polite, [false, false]),
        (Some("https"), Intrusiveness::Polite, [true, true]),
        (Some("https"), Intrusiveness::Passive, [false, true]),
    ] {
        let Target::Endpoint(endpoint) = target(at, declared) else { panic!("an endpoint") };
        let target = Target::Endpoint(EndpointTarget { allowed, ..endpoint });
        let concerned = [PortProbe::new().concerns(&target), HttpProbe::new().concerns(&target)];
        assert_eq!(concerned, [port, http], "{declared:?} {allowed:?}");
    }
}

#[test]
fn own_addresses_lie_inside_the_tested_scope() {
    let IpAddr::V4(address) = own_address(9) else { panic!("an IPv4 address") };
    assert!(address.octets()[0] == 127 && address.octets()[1] < 128);
}
