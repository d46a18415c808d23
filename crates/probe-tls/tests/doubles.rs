//! Servers that no package provides: mail, relics, and peers that mean harm.

#![cfg(test)]

mod stage;

use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use serde_json::json;
use stage::{HOST, Look, double, speaker};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use vigie_model::{Outcome, Reason};
use vigie_probe::Intrusiveness;

fn acceptor() -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![HOST.to_owned()]).unwrap().self_signed(&key).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A mail server that announces `extensions` and answers `to_starttls`, then begins TLS if that was 220.
async fn mail_server(extensions: &'static str, to_starttls: &'static str) -> u16 {
    let acceptor = acceptor();
    double(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let _ = serve_mail(stream, acceptor, extensions, to_starttls).await;
        }
    })
    .await
}

async fn serve_mail(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    extensions: &str,
    to_starttls: &str,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220-mx.ch-demo.example\r\n220 ESMTP\r\n").await?;
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    assert!(line.starts_with("EHLO "), "{line}");
    stream.write_all(format!("250-mx.ch-demo.example\r\n250-SIZE 1000\r\n250 {extensions}\r\n").as_bytes()).await?;
    line.clear();
    stream.read_line(&mut line).await?;
    stream.write_all(to_starttls.as_bytes()).await?;
    if line == "STARTTLS\r\n" && to_starttls.starts_with("220") {
        acceptor.accept(stream).await?;
    }
    Ok(())
}

/// A mail server that keeps what came behind STARTTLS, or forgets it, as it must.
async fn mail_server_that_keeps(keeps: bool) -> u16 {
    let acceptor = acceptor();
    double(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let _ = serve_mail_and_keep(stream, acceptor, keeps).await;
        }
    })
    .await
}

async fn serve_mail_and_keep(mut stream: TcpStream, acceptor: TlsAcceptor, keeps: bool) -> std::io::Result<()> {
    let mut said = [0; 512];
    stream.write_all(b"220 mx.ch-demo.example\r\n").await?;
    let _ = stream.read(&mut said).await?;
    stream.write_all(b"250 STARTTLS\r\n").await?;
    let length = stream.read(&mut said).await?;
    let behind = said[..length].strip_prefix(b"STARTTLS\r\n").unwrap_or_default().to_vec();
    stream.write_all(b"220 go ahead\r\n").await?;
    let mut inside = acceptor.accept(stream).await?;
    if keeps && behind == b"NOOP\r\n" {
        inside.write_all(b"250 OK\r\n").await?;
    }
    inside.flush().await?;
    let _ = inside.read(&mut said).await?;
    inside.shutdown().await
}

#[tokio::test]
async fn a_command_slipped_in_before_tls_is_obeyed_or_forgotten() {
    for keeps in [true, false] {
        let seen = mail(mail_server_that_keeps(keeps).await).take().await;
        assert_eq!(seen.fact("flaws.command_injection"), keeps);
    }
}

fn mail(port: u16) -> Look<'static> {
    Look { declared: "smtp", ..Look::at(port) }
}

#[tokio::test]
async fn mail_servers_begin_tls_on_request() {
    let port = mail_server("STARTTLS", "220 go ahead\r\n").await;
    let seen = mail(port).take().await;
    assert_eq!(seen.fact("starttls"), "offered");
    assert_eq!(seen.accepted(), ["1.2", "1.3"]);
    assert_eq!(seen.fact("certificate.dns_names"), json!([HOST]));
    let seen = Look { allowed: Intrusiveness::Passive, ..mail(port) }.take().await;
    assert_eq!((seen.fact("starttls"), seen.fact("negotiated.version")), (json!("offered"), json!("TLS 1.3")));
}

#[tokio::test]
async fn mail_servers_without_tls_are_told_apart() {
    let without = mail(mail_server("8BITMIME", "221 bye\r\n").await).take().await;
    assert_eq!((without.fact("starttls"), without.fact("speaks_tls")), (json!("not_offered"), json!(false)));
    let refusing = mail(mail_server("STARTTLS", "454 not now\r\n").await).take().await;
    assert_eq!((refusing.fact("starttls"), refusing.fact("speaks_tls")), (json!("refused"), json!(false)));
    let busy = mail(speaker(b"421 too many connections\r\n".to_vec()).await).take().await;
    assert!(matches!(busy.observation.outcome, Outcome::Unknown { reason: Reason::RateLimited, .. }), "{busy:?}");
}

/// A record of the handshake protocol that holds one message.
fn message(version: u8, kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(body.len()).unwrap();
    [&[22, 3, version, 0, length + 4, kind, 0, 0, length], body].concat()
}

#[tokio::test]
async fn ssl_3_is_seen() {
    let port = double(|mut stream| async move {
        let mut hello = [0; 11];
        let _ = stream.read_exact(&mut hello).await;
        let answer = if hello[9..11] == [3, 0] {
            let server_hello = [&[3, 0][..], &[7; 32], &[0, 0, 5, 0]].concat();
            [message(0, 2, &server_hello), message(0, 11, &[0, 0, 4, 0, 0, 1, 9]), message(0, 14, &[])].concat()
        } else {
            vec![21, 3, 0, 0, 2, 2, 40]
        };
        let _ = stream.write_all(&answer).await;
        let _ = stream.read(&mut [0; 1024]).await;
    })
    .await;
    let seen = Look::at(port).take().await;
    assert_eq!(seen.accepted(), ["SSL 3.0"], "{seen:?}");
    assert_eq!(seen.fact("negotiated.suite.cipher"), "RC4");
    assert_eq!(seen.fact("renegotiation"), "unprotected");
    // Its certificate is one byte of nonsense: only the fingerprint is known.
    assert_eq!(seen.fact("certificate.readable"), false);
    assert_eq!((seen.gap("certificate"), seen.gap("trust")), (Some(Reason::Unsupported), Some(Reason::Unsupported)));
}

#[tokio::test]
async fn other_protocols_prove_themselves() {
    for banner in ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "220 ready\r\n"] {
        let port = speaker(banner.as_bytes().to_vec()).await;
        let seen = Look::at(port).take().await;
        assert_eq!(seen.fact("speaks_tls"), false);
        assert_eq!(seen.observation.evidence[0].content, banner);
        assert_eq!(seen.volume, 1);
        let seen = Look { allowed: Intrusiveness::Passive, ..Look::at(port) }.take().await;
        assert_eq!(seen.fact("speaks_tls"), false, "{banner}");
    }
}

/// An ordinary server of TLS 1.2 and 1.3, and something else for each hello of TLS 1.0.
async fn odd_at_tls10<F>(answer: impl Fn(TcpStream, usize) -> F + Clone + Send + Sync + 'static) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let acceptor = acceptor();
    double(move |stream| {
        let (acceptor, answer) = (acceptor.clone(), answer.clone());
        async move {
            let mut hello = [0; 11];
            while stream.peek(&mut hello).await.is_ok_and(|count| count < hello.len()) {}
            if hello[9..11] == [3, 1] {
                let length = usize::from(u16::from_be_bytes([hello[3], hello[4]]));
                answer(stream, length).await;
            } else {
                let _ = acceptor.accept(stream).await;
            }
        }
    })
    .await
}

/// Windows closes without a word on a version that is switched off.
#[tokio::test]
async fn a_version_that_is_closed_on_whatever_the_hello_is_refused() {
    let port = odd_at_tls10(|stream, _| async move { drop(stream) }).await;
    let seen = Look::at(port).take().await;
    assert_eq!(seen.accepted(), ["1.2", "1.3"]);
    assert!(seen.observation.evidence.iter().any(|proof| proof.content.starts_with("closed without a word")));
}

/// A stack of 1999 that closes on every extension takes TLS 1.0 nevertheless: a false all-clear were it not asked so.
#[tokio::test]
async fn a_server_that_bears_no_extension_is_asked_without_any() {
    let port = odd_at_tls10(|mut stream, length| async move {
        // 4 bytes of header, 35 up to the session, eight suites and the signal, and two ways of compression.
        if length > 4 + 35 + 2 + 18 + 3 {
            return;
        }
        let server_hello = [&[3, 1][..], &[7; 32], &[0, 0, 0x2f, 0]].concat();
        let flight = [message(1, 2, &server_hello), message(1, 14, &[])].concat();
        let _ = stream.write_all(&flight).await;
        let _ = stream.read(&mut [0; 1024]).await;
    })
    .await;
    let seen = Look::at(port).take().await;
    assert_eq!(seen.accepted(), ["1.0", "1.2", "1.3"]);
}

#[tokio::test]
async fn one_silent_version_is_unknown_and_not_refused() {
    // A hello for TLS 1.0 is left without a word; all others get an ordinary server.
    let port = odd_at_tls10(|stream, _| async move {
        let _held = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let seen = Look::at(port).take().await;
    assert_eq!(seen.fact("versions.tls10"), json!(null));
    assert_eq!(seen.gap("versions.tls10"), Some(Reason::Timeout));
    assert_eq!(seen.gap("versions_accepted"), Some(Reason::Timeout));
    assert_eq!((seen.fact("versions.tls11"), seen.fact("versions.tls12")), (json!(false), json!(true)));
    // What TLS 1.0 would take is unknown too, so no rule can clear it.
    let offers = seen.fact("offers");
    let asked = offers.as_array().unwrap();
    assert!(asked.iter().any(|offer| offer["version"] == "TLS 1.0" && offer.get("taken").is_none()), "{offers}");
    let suites = seen.fact("suites");
    assert!(suites.as_array().unwrap().iter().any(|one| one["version"] == "TLS 1.0" && one.get("accepted").is_none()));
}

/// Takes the first suite of every hello, at every version up to TLS 1.2: whatever is left out, it takes the next.
async fn greedy(mut stream: TcpStream) {
    let mut hello = vec![0; 2048];
    let Ok(count) = stream.read(&mut hello).await else { return };
    hello.truncate(count);
    let session = usize::from(hello[43]);
    let suite = [hello[46 + session], hello[47 + session]];
    let server_hello = [&hello[9..11], &[7; 32], &[0], &suite, &[0]].concat();
    let minor = hello[10];
    let _ = stream.write_all(&[message(minor, 2, &server_hello), message(minor, 14, &[])].concat()).await;
    let _ = stream.read(&mut [0; 64]).await;
}

#[tokio::test]
async fn a_server_that_takes_everything_is_not_asked_about_all_of_it() {
    let port = double(greedy).await;
    let seen = Look::at(port).take().await;
    assert_eq!(Look::at(port).take().await.facts(), seen.facts(), "the same each time");
    assert_eq!(seen.accepted(), ["SSL 3.0", "1.0", "1.1", "1.2"]);
    let lists = seen.fact("suites");
    assert!(lists.as_array().unwrap().iter().all(|one| one.get("accepted").is_none()), "unknown, and not cut short");
    assert_eq!(seen.gap("suites[0].accepted"), Some(Reason::Busy));
    assert!(seen.taken("TLS 1.2", "broken").is_some() && seen.taken("SSL 3.0", "static_key").is_some());
    assert!(seen.volume <= 120, "{} connections", seen.volume);
}

/// A server that spells its curve out is not one that uses none.
#[tokio::test]
async fn a_curve_without_a_name_leaves_the_groups_unknown() {
    let port = double(|mut stream| async move {
        let _ = stream.read(&mut [0; 2048]).await;
        let server_hello = [&[3, 3][..], &[7; 32], &[0, 0xc0, 0x2f, 0]].concat();
        let explicit_prime = [1, 2, 0x7f, 0xff];
        let flight = [message(3, 2, &server_hello), message(3, 12, &explicit_prime), message(3, 14, &[])].concat();
        let _ = stream.write_all(&flight).await;
        let _ = stream.read(&mut [0; 64]).await;
    })
    .await;
    let seen = Look::at(port).take().await;
    assert_eq!(seen.fact("negotiated.group"), "custom");
    assert_eq!(seen.fact("groups.0.accepted"), json!(null), "{}", seen.fact("groups"));
    assert_eq!(seen.gap("groups[0].accepted"), Some(Reason::Unsupported));
}

/// Looks at a hostile peer, in little time; gives the reason why nothing could be said.
async fn reason_of(port: u16) -> Reason {
    let short = Duration::from_millis(1500);
    let seen = Look { deadline: short, ..Look::at(port) }.take().await;
    match seen.observation.outcome {
        Outcome::Unknown { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn silence_and_slowness_end_with_the_deadline() {
    assert_eq!(reason_of(speaker(Vec::new()).await).await, Reason::Timeout);
    let drip = double(|mut stream| async move {
        for byte in [22, 3, 3, 64, 0].into_iter().chain(std::iter::repeat(0)) {
            if stream.write_all(&[byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    assert_eq!(reason_of(drip.await).await, Reason::Timeout);
}

#[tokio::test]
async fn floods_and_nonsense_are_cut_short() {
    let endless = double(|mut stream| async move {
        // Empty handshake records for ever: nothing wrong in any one of them.
        let records = [22, 3, 3, 0, 0].repeat(4096);
        while stream.write_all(&records).await.is_ok() {}
    });
    assert_eq!(reason_of(endless.await).await, Reason::PeerMisbehaved);
    let nonsense: Vec<u8> = (0..=255_u8).map(|byte| byte.wrapping_mul(167) | 0x80).collect();
    assert_eq!(reason_of(speaker(nonsense).await).await, Reason::PeerMisbehaved);
    // A ServerHello, then a certificate message of ten million bytes.
    let server_hello = [&[3, 3][..], &[7; 32], &[0, 0xc0, 0x2f, 0]].concat();
    let record = [&[22, 3, 3, 64, 0, 11, 0x98, 0x96, 0x80][..], &[0; 16_380]].concat();
    let huge = [message(3, 2, &server_hello), record].concat();
    let seen = Look::at(speaker(huge).await).take().await;
    assert_eq!(seen.fact("versions.tls12"), true, "its ServerHello came first");
    assert_eq!(seen.fact("certificate"), json!(null));
    let closing = double(|stream| async move { drop(stream) });
    assert_eq!(reason_of(closing.await).await, Reason::PeerMisbehaved);
}
