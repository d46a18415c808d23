//! Servers that mean harm, or merely do: the scan ends, keeps its memory small, tells what it could not
//! see, and lets nothing of theirs through to the reader's terminal or browser.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot be set up has failed, and it plays the other side of the network"
)]

mod stage;

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use rstest::rstest;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use stage::{Ended, Folder, Seen, Vigie, free_port};
use vigie::Judge;
use vigie::model::{Completeness, Outcome, Reason, RuleId, VerdictOutcome};

/// The most that one look may hold in memory, in KiB. The binary of a test build maps tens of megabytes itself.
const MOST_MEMORY_KIB: u64 = 100 * 1024;
/// What hostile servers put in everything they say.
const POISON: &str = "\x1b[2J\x1b]0;owned\x07<script>alert(1)</script>=cmd('/C calc')";

/// A server that treats each client in its own thread. It ends with the test's process.
fn peer(treat: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let treat = Arc::new(treat);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let treat = Arc::clone(&treat);
            // A client that never leaves must not hold its thread for ever.
            let _ = client.set_read_timeout(Some(Duration::from_mins(1)));
            let _ = client.set_write_timeout(Some(Duration::from_mins(1)));
            thread::spawn(move || treat(client));
        }
    });
    port
}

/// Keeps a connection open until the client leaves.
fn hold(mut client: TcpStream) {
    let _ = std::io::copy(&mut client, &mut std::io::sink());
}

fn says_nothing() -> u16 {
    peer(hold)
}

fn closes_at_once() -> u16 {
    peer(drop)
}

/// Closing with unread bytes makes the kernel send a reset.
fn resets() -> u16 {
    peer(|mut client| {
        let _ = client.read(&mut [0; 1]);
    })
}

/// Bytes that look like the beginning of something, one a second. Where `asked`, it lets the client speak first.
fn one_byte_a_second(asked: bool, bytes: &'static [u8]) -> u16 {
    peer(move |mut client| {
        if asked && client.read(&mut [0; 4096]).is_err() {
            return;
        }
        for byte in bytes.iter().chain(std::iter::repeat(&b'x')) {
            if client.write_all(&[*byte]).is_err() {
                return;
            }
            thread::sleep(Duration::from_secs(1));
        }
    })
}

fn endless(bytes: &'static [u8]) -> u16 {
    peer(move |mut client| {
        let block = bytes.repeat(1 + 65_536 / bytes.len());
        while client.write_all(&block).is_ok() {}
    })
}

fn says(bytes: impl Into<Vec<u8>>) -> u16 {
    let bytes = bytes.into();
    peer(move |mut client| {
        let _ = client.write_all(&bytes);
        hold(client);
    })
}

/// A web server that gives everybody this answer, whatever was asked.
fn answers(response: impl Fn(u16) -> String + Send + Sync + 'static) -> u16 {
    peer(move |mut client| {
        let port = client.local_addr().unwrap().port();
        let mut request = [0; 4096];
        if client.read(&mut request).is_ok_and(|length| length > 0) {
            let _ = client.write_all(response(port).as_bytes());
        }
    })
}

/// TLS as it should be, but for a chain of certificates that weighs ten megabytes.
fn sends_ten_megabytes_of_certificates() -> u16 {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["essai.test".to_owned()]).unwrap();
    let leaf = params.self_signed(&key).unwrap().der().clone();
    // Its name stands twice in it, as holder and as issuer: 200 kB each, ten megabytes together.
    params.distinguished_name.push(rcgen::DnType::OrganizationName, "x".repeat(100_000));
    let heavy = params.self_signed(&key).unwrap().der().clone();
    let chain: Vec<CertificateDer<'static>> = std::iter::once(leaf).chain(vec![heavy; 50]).collect();
    assert!(chain.iter().map(|certificate| certificate.len()).sum::<usize>() > 10_000_000);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    let config = Arc::new(config);
    peer(move |client| {
        let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), client);
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    })
}

/// Looks at one hostile port beside one closed port, which answers and so keeps the run from being void.
fn scan(port: u16, protocol: &str) -> (Ended, Folder, Seen) {
    let folder = Folder::scanning(&format!(
        "resolver: 127.0.0.1:{0}\nranges: [127.0.0.1]\nhosts: ['127.0.0.1:{port}/{protocol}', '127.0.0.1:{0}/tcp']\n\
         pace: {{seconds_per_target: 5, per_second_per_host: 500}}\n",
        free_port()
    ));
    let rapports = folder.path().join("rapports");
    let ended = Vigie::with(["scan", folder.name(), "--save", rapports.to_str().unwrap()]).run();
    let seen = Seen::read(&folder.read("rapports/run.json"));
    (ended, folder, seen)
}

#[rstest]
#[case::silence_as_https(says_nothing(), "https", Reason::Timeout)]
#[case::silence_as_ssh(says_nothing(), "ssh", Reason::Timeout)]
#[case::silence_as_mail(says_nothing(), "smtp", Reason::Timeout)]
#[case::one_byte_a_second_as_https(one_byte_a_second(true, b"\x16\x03\x03\x40\x00\x02"), "https", Reason::Timeout)]
#[case::one_byte_a_second_as_ssh(one_byte_a_second(false, b"SSH-2.0-"), "ssh", Reason::Timeout)]
#[case::one_byte_a_second_as_http(one_byte_a_second(true, b"HTTP/1.1 200 OK\r\nA: "), "http", Reason::Timeout)]
#[case::one_byte_a_second_as_mail(one_byte_a_second(false, b"220-"), "smtp", Reason::Timeout)]
#[case::endless_records_as_https(endless(b"\x16\x03\x03\x40\x00"), "https", Reason::PeerMisbehaved)]
#[case::endless_ssh_greeting(endless(b"hello\r\n"), "ssh", Reason::PeerMisbehaved)]
#[case::endless_mail_greeting(endless(b"220-hello\r\n"), "smtp", Reason::PeerMisbehaved)]
#[case::endless_headers(endless(b"HTTP/1.1 200 OK\r\n"), "http", Reason::PeerMisbehaved)]
#[case::garbage_as_ssh(says(&b"SSH-2.0-x\r\n\xff\xff\xff\xff\x01garbage"[..]), "ssh", Reason::PeerMisbehaved)]
#[case::garbage_as_http(answers(|_| "\u{0}\u{1}garbage\r\n\r\n".into()), "http", Reason::PeerMisbehaved)]
#[case::closing_at_once_as_https(closes_at_once(), "https", Reason::PeerMisbehaved)]
#[case::closing_at_once_as_http(closes_at_once(), "http", Reason::PeerMisbehaved)]
#[case::closing_at_once_as_ssh(closes_at_once(), "ssh", Reason::PeerMisbehaved)]
#[case::a_reset_as_https(resets(), "https", Reason::PeerMisbehaved)]
#[case::a_reset_as_http(resets(), "http", Reason::PeerMisbehaved)]
#[case::ten_megabytes_of_certificates(sends_ten_megabytes_of_certificates(), "https", Reason::PeerMisbehaved)]
fn what_a_hostile_peer_hides_is_unknown_and_never_fine(
    #[case] port: u16,
    #[case] protocol: &str,
    #[case] reason: Reason,
) {
    let (ended, _folder, seen) = scan(port, protocol);
    let ended = ended.with_code(0).without_escapes();
    assert!(ended.peak_kib < MOST_MEMORY_KIB, "{} KiB", ended.peak_kib);
    assert_eq!(seen.run.completeness, Completeness::Complete, "a closed port answered: the link is fine");
    let subject = format!("127.0.0.1:{port}");
    let reasons = reasons(&seen, &subject);
    assert!(reasons.contains(&reason), "{reasons:?}: {:#?}", seen.run.observations);
    assert!(!reasons.contains(&Reason::Bug), "{:#?}", seen.run.observations);
    nothing_unknown_is_fine(&seen, &subject);
}

/// Every reason for which something of a subject was not seen.
fn reasons(seen: &Seen, subject: &str) -> Vec<Reason> {
    let looks = seen.run.observations.iter().filter(|look| look.subject.to_string().contains(&format!("/{subject}@")));
    looks
        .flat_map(|look| match &look.outcome {
            Outcome::Unknown { reason, .. } => vec![*reason],
            Outcome::Observed { gaps, .. } => gaps.values().copied().collect(),
            Outcome::Absent | Outcome::NotApplicable => Vec::new(),
        })
        .collect()
}

/// A rule may only hold on a subject when a look of its kind brought facts there.
#[track_caller]
fn nothing_unknown_is_fine(seen: &Seen, subject: &str) {
    let unseen: Vec<&str> = seen
        .run
        .observations
        .iter()
        .filter(|look| look.subject.to_string().contains(&format!("/{subject}@")))
        .filter(|look| matches!(look.outcome, Outcome::Unknown { .. }))
        .map(|look| look.kind.as_str())
        .collect();
    for verdict in seen.verdicts(subject) {
        let kind = kind_of(&verdict.rule);
        if unseen.contains(&kind) {
            let unknown = matches!(verdict.outcome, VerdictOutcome::Unknown { .. });
            assert!(unknown, "{kind} was not seen, and yet: {verdict:?}");
        }
    }
}

/// The kind of observation that a rule of this build judges.
fn kind_of(rule: &RuleId) -> &'static str {
    static JUDGE: LazyLock<Judge> = LazyLock::new(|| Judge::with_shipped_rules().unwrap());
    JUDGE.rules().list().find(|known| known.id == *rule).map(|known| known.subject.as_str()).unwrap()
}

#[rstest]
#[case::in_an_ssh_banner(says(format!("SSH-2.0-{POISON}\r\n")), "ssh")]
#[case::in_a_mail_greeting(says(format!("220 {POISON} ESMTP\r\n")), "smtp")]
#[case::in_a_file_greeting(says(format!("220 {POISON} FTP\r\n")), "ftp")]
#[case::in_web_headers(
    answers(|_| format!("HTTP/1.1 200 OK\r\nServer: x/1.0 {}\r\nSet-Cookie: {}=1\r\n\r\n<title>{POISON}</title>",
        POISON.replace(['\x1b', '\x07'], ""), "<script>"
    )),
    "http"
)]
#[case::in_a_page_title(answers(|_| format!("HTTP/1.1 200 OK\r\n\r\n<title>{POISON}</title>")), "http")]
#[case::in_a_redirect(
    answers(|_| "HTTP/1.1 302 x\r\nLocation: http://<script>alert(1)</script>/=cmd()\r\n\r\n".into()),
    "http"
)]
#[case::in_place_of_tls(says(POISON), "https")]
#[case::in_any_service(says(POISON), "tcp")]
fn nothing_they_say_reaches_a_terminal_or_a_browser(#[case] port: u16, #[case] protocol: &str) {
    let (ended, folder, seen) = scan(port, protocol);
    let ended = ended.with_code(0).without_escapes();
    assert!(ended.peak_kib < MOST_MEMORY_KIB, "{} KiB", ended.peak_kib);
    assert!(!reasons(&seen, &format!("127.0.0.1:{port}")).contains(&Reason::Bug), "{:#?}", seen.run.observations);
    let page = folder.read("rapports/rapport.html");
    assert!(!page.to_lowercase().contains("<script"), "markup of a peer went through");
    let control = page.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(control, None, "a control character of a peer went through");
}

#[test]
fn poison_is_shown_and_not_swallowed() {
    // What is neutralised must still be there to read: hiding it would hide the attack.
    let port = says(format!("220 {POISON} ESMTP\r\n"));
    let (_, folder, seen) = scan(port, "smtp");
    let kept = &seen.look("service.endpoint", &format!("127.0.0.1:{port}")).evidence[0].content;
    assert!(kept.contains("<script>alert(1)</script>"), "{kept:?}");
    let page = folder.read("rapports/rapport.html");
    assert!(page.contains("&#60;script&#62;alert(1)") || page.contains("&lt;script&gt;alert(1)"), "{page}");
}

#[rstest]
#[case::to_itself(|port: u16| format!("http://127.0.0.1:{port}/"), "loop")]
#[case::ever_further(|port: u16| format!("http://127.0.0.1:{port}/{}", Timestamp::now().as_nanosecond()), "too_many")]
#[case::out_of_scope(|_: u16| "http://192.0.2.1/".to_owned(), "leaves_scope")]
#[case::to_a_file(|_: u16| "file:///etc/passwd".to_owned(), "unreadable")]
fn redirects_end(#[case] to: fn(u16) -> String, #[case] end: &str) {
    let port = answers(move |port| format!("HTTP/1.1 302 Found\r\nLocation: {}\r\n\r\n", to(port)));
    let (ended, _folder, seen) = scan(port, "http");
    ended.with_code(0);
    assert_eq!(seen.fact("http.endpoint", &format!("127.0.0.1:{port}"), "chain_end"), end);
}

#[test]
fn a_hostile_name_server_is_survived() {
    // Answers every question with bytes that are no answer.
    let names = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = names.local_addr().unwrap();
    names.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    thread::spawn(move || {
        let mut question = [0; 512];
        loop {
            match names.recv_from(&mut question) {
                Ok((length, from)) => {
                    let mut answer = question[..length.min(12)].to_vec();
                    answer.extend([0xc0; 1200]);
                    let _ = names.send_to(&answer, from);
                }
                Err(why) if why.kind() == ErrorKind::WouldBlock => return,
                Err(_) => {}
            }
        }
    });
    let folder = Folder::scanning(&format!(
        "resolver: {address}\nranges: [127.0.0.1]\ndomains: [essai.test]\nhosts: ['127.0.0.1:{}/tcp']\npace: {{seconds_per_target: 5}}\n",
        free_port()
    ));
    let ended = Vigie::with(["scan", folder.name(), "--format", "json"]).run();
    let ended = ended.with_code(0).without_escapes();
    let seen = ended.seen();
    assert!(seen.findings().is_empty(), "nothing was seen, nothing is wrong: {:?}", seen.findings());
    assert!(seen.passed("essai.test").is_empty(), "{:?}", seen.passed("essai.test"));
}
