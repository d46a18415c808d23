//! Peers that mean harm: whatever they send, a look ends in time, with little memory, and says nothing that was not seen.

#![cfg(test)]

mod stage;

use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde_json::json;
use stage::{Authority, Look, Seen, double};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;
use vigie_model::{Outcome, Reason};

const SHORT: Duration = Duration::from_secs(3);

async fn look(port: u16) -> Seen {
    let begun = Instant::now();
    let seen = Look { deadline: SHORT, ..Look::at(port) }.take().await;
    assert!(begun.elapsed() < SHORT + Duration::from_secs(1), "it keeps its deadline");
    seen
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 3, 3], u16::try_from(body.len()).unwrap().to_be_bytes().as_slice(), body].concat()
}

/// A handshake message, in as many records as it takes.
fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    let whole = [&[kind], &length[1..], body].concat();
    whole.chunks(16_384).flat_map(|part| record(22, part)).collect()
}

/// A ServerHello of TLS 1.2 with these extensions.
fn server_hello(extensions: &[u8]) -> Vec<u8> {
    let length = u16::try_from(extensions.len()).unwrap().to_be_bytes();
    let fixed = [&[3, 3][..], &[7; 32], &[0, 0, 0x9c, 0]].concat();
    message(2, &[fixed.as_slice(), &length, extensions].concat())
}

/// A peer that reads a hello, then sends this, and this again for ever.
async fn peer(first: Vec<u8>, then: Vec<u8>) -> u16 {
    double(move |mut stream| {
        let (first, then) = (first.clone(), then.clone());
        async move {
            let mut hello = [0; 2048];
            let _ = stream.read(&mut hello).await;
            let mut is_open = stream.write_all(&first).await.is_ok();
            while is_open && !then.is_empty() {
                is_open = stream.write_all(&then).await.is_ok();
            }
            std::future::pending::<()>().await;
        }
    })
    .await
}

/// The first flight of a real server, to a hello of TLS 1.2.
#[expect(clippy::disallowed_methods, reason = "the test plays the client")]
async fn real_flight(port: u16) -> Vec<u8> {
    let mut hello = vec![22, 3, 1, 0, 47, 1, 0, 0, 43, 3, 3];
    hello.extend([5; 33]);
    hello[43] = 0;
    hello.extend([0, 4, 0, 0x9c, 0, 0xff, 1, 0]);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(&hello).await.unwrap();
    let mut flight = Vec::new();
    // It ends with ServerHelloDone.
    while !flight.ends_with(&[14, 0, 0, 0]) {
        assert!(stream.read_buf(&mut flight).await.unwrap() > 0);
    }
    flight
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_cut_off_at_every_byte() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = authority.serve("-tls1_2 -cipher AES128-GCM-SHA256:@SECLEVEL=0");
    let flight = real_flight(server.port).await;
    let hello_ends = 5 + usize::from(u16::from_be_bytes([flight[3], flight[4]]));
    // Beyond the ServerHello, every seventh will do.
    let cuts = (0..flight.len()).filter(|cut| *cut <= hello_ends || cut % 7 == 0);
    let cuts = stream::iter(cuts).map(|cut| {
        let beginning = flight[..cut].to_vec();
        async move {
            let port = double(move |mut stream| {
                let beginning = beginning.clone();
                async move {
                    let mut hello = [0; 2048];
                    let _ = stream.read(&mut hello).await;
                    let _ = stream.write_all(&beginning).await;
                }
            });
            (cut, Look { deadline: SHORT, ..Look::at(port.await) }.take().await)
        }
    });
    let seen: Vec<_> = cuts.buffer_unordered(8).collect().await;
    for (cut, seen) in seen {
        if let Outcome::Observed { facts, .. } = &seen.observation.outcome {
            assert!(cut >= hello_ends, "{cut} bytes of {hello_ends} are no answer: {facts:?}");
            assert_eq!(seen.fact("versions.tls12"), true, "{cut}: {:?} {facts:?}", seen.observation.evidence);
        }
    }
}

#[tokio::test]
async fn a_certificate_message_of_sixteen_megabytes() {
    let header = [&[11, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc][..], &[0; 16_377]].concat();
    let begin = [server_hello(&[]), record(22, &header)].concat();
    let seen = look(peer(begin, record(22, &[0; 16_384])).await).await;
    assert_eq!(seen.fact("versions.tls12"), true, "its ServerHello came first");
    assert!(seen.fact("certificate").is_null());
}

/// No list holds more than 1,337 timestamps that could be any, of 47 bytes at the least.
#[tokio::test]
async fn ten_thousand_timestamps() {
    let length = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap().to_be_bytes();
    let flight = |timestamp: &[u8], count: usize| {
        let list = [length(timestamp).as_slice(), timestamp].concat().repeat(count);
        let list = [length(&list).as_slice(), &list].concat();
        let extension = [&[0, 18], length(&list).as_slice(), &list].concat();
        [server_hello(&extension), message(11, &[0, 0, 4, 0, 0, 1, 9]), message(14, &[])].concat()
    };
    let seen = look(peer(flight(&[9, 1, 2], 10_000), Vec::new()).await).await;
    assert_eq!(seen.gap("timestamps.in_handshake"), Some(Reason::Unsupported));
    let seen = look(peer(flight(&[9; 47], 1337), Vec::new()).await).await;
    assert_eq!(seen.fact("timestamps.in_handshake"), 1337);
}

#[tokio::test]
async fn hello_retry_requests_for_ever() {
    // RFC 8446 section 4.1.3: the random that means "again".
    let again = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";
    let random: Vec<u8> = (0..64).step_by(2).map(|at| u8::from_str_radix(&again[at..at + 2], 16).unwrap()).collect();
    let bodies = [23, 24].map(|group| {
        let extensions = [0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0, group];
        [&[3, 3], random.as_slice(), &[32], &[0; 32], &[0x13, 1, 0, 0, 12], &extensions].concat()
    });
    let port = double(move |mut stream| {
        let bodies = bodies.clone();
        async move {
            let mut hello = [0; 2048];
            for body in bodies.iter().cycle() {
                let Ok(1..) = stream.read(&mut hello).await else { return };
                let mut answer = message(2, body);
                // The session id of the hello comes back.
                answer[44..76].copy_from_slice(&hello[44..76]);
                if stream.write_all(&answer).await.is_err() {
                    return;
                }
            }
        }
    });
    let seen = look(port.await).await;
    assert_eq!(seen.fact("versions.tls13"), true);
    assert!(seen.fact("certificate").is_null());
}

#[tokio::test]
async fn a_flood_of_alerts() {
    let warning = record(21, &[1, 90]).repeat(2000);
    let seen = look(peer(Vec::new(), warning).await).await;
    assert_eq!(seen.fact("versions_accepted"), json!(null));
    for version in ["ssl30", "tls10", "tls11", "tls12", "tls13"] {
        assert_eq!(seen.fact(&format!("versions.{version}")), json!(null), "an alert is no answer: {version}");
    }
}
