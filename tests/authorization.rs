//! Without a valid authorisation nothing leaves this machine, and the user learns what is missing.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot be set up has failed, and it plays the other side of the network"
)]

mod stage;

use std::io::ErrorKind;
use std::net::{TcpListener, UdpSocket};

use rstest::rstest;
use stage::{Folder, Vigie, day};

/// Everything that a scan would talk to: a name server and a web server, both listening, both counting.
struct Witnesses {
    names: UdpSocket,
    names_over_tcp: TcpListener,
    web: TcpListener,
}

impl Witnesses {
    fn new() -> Self {
        let names = UdpSocket::bind("127.0.0.1:0").unwrap();
        names.set_nonblocking(true).unwrap();
        let names_over_tcp = TcpListener::bind(names.local_addr().unwrap()).unwrap();
        names_over_tcp.set_nonblocking(true).unwrap();
        let web = TcpListener::bind("127.0.0.1:0").unwrap();
        web.set_nonblocking(true).unwrap();
        Self { names, names_over_tcp, web }
    }

    fn scope(&self) -> String {
        format!(
            "resolver: {}\nranges: [127.0.0.1]\ndomains: [essai.test]\nhosts: ['{}/https', 'www.essai.test:443']\n",
            self.names.local_addr().unwrap(),
            self.web.local_addr().unwrap()
        )
    }

    /// What was sent while vigie ran would still wait here.
    #[track_caller]
    fn heard_nothing(&self) {
        let would_block = |what: std::io::Result<()>| what.unwrap_err().kind() == ErrorKind::WouldBlock;
        assert!(would_block(self.names.recv(&mut [0; 512]).map(drop)), "a DNS question was sent");
        assert!(would_block(self.names_over_tcp.accept().map(drop)), "a DNS connection was opened");
        assert!(would_block(self.web.accept().map(drop)), "a connection was opened");
    }
}

fn authorization(by: &str, from: i64, to: i64) -> String {
    let (from, to) = (day(from), day(to));
    format!("authorization: {{by: '{by}', role: direction, date: {from}, until: {to}, reference: ESSAI/1}}\n")
}

#[rstest]
#[case::missing(String::new(), "facility.yaml ne contient pas d’autorisation", "facility.yaml holds no authorisation")]
#[case::expired(
    authorization("Direction générale", -90, -1),
    &format!("l’autorisation a pris fin le {}", day(-1).strftime("%d/%m/%Y")),
    &format!("the authorisation ended on {}", day(-1))
)]
#[case::not_yet(
    authorization("Direction générale", 3, 90),
    &format!("l’autorisation ne commence que le {}", day(3).strftime("%d/%m/%Y")),
    &format!("the authorisation only begins on {}", day(3))
)]
#[case::blank(
    authorization("  ", -30, 30),
    "le champ « by » de l’autorisation est vide",
    "the authorisation’s field \"by\" is blank"
)]
#[case::too_long(authorization("Direction générale", -30, 1000), "deux ans au plus", "two years at most")]
fn nothing_is_sent_without_a_valid_authorisation(
    #[case] authorization: String,
    #[case] french: &str,
    #[case] english: &str,
) {
    let witnesses = Witnesses::new();
    let folder = Folder::with_authorization(&authorization, &witnesses.scope());
    for (lang, refusal, reason, mend) in [
        ("fr", "Rien n’a été envoyé.", french, "Pour autoriser l’analyse, faire signer le périmètre"),
        ("en", "Nothing was sent.", english, "To authorise the scan, have its scope signed"),
    ] {
        let ended = Vigie::with(["scan", folder.name(), "--lang", lang]).run().with_code(2).without_escapes();
        assert_eq!(ended.out, "", "a refused scan has no result");
        for words in [refusal, reason, mend] {
            assert!(ended.err.contains(words), "{words:?} is not in:\n{}", ended.err);
        }
        witnesses.heard_nothing();
    }
}

#[test]
fn every_problem_is_told_at_once() {
    let witnesses = Witnesses::new();
    let blank_and_expired = authorization(" ", -90, -1);
    let folder = Folder::with_authorization(&blank_and_expired, &witnesses.scope());
    let ended = Vigie::with(["scan", folder.name()]).run().with_code(2);
    assert!(ended.err.contains("« by »") && ended.err.contains("a pris fin"), "{}", ended.err);
    witnesses.heard_nothing();
}

#[test]
fn the_date_of_judgement_does_not_open_the_door() {
    let witnesses = Witnesses::new();
    let folder = Folder::with_authorization(&authorization("Direction générale", -90, -1), &witnesses.scope());
    let then = day(-10).to_string();
    // A scan takes place today, whatever day its rules are judged on.
    let ended = Vigie::with(["scan", folder.name(), "--as-of", &then]).run();
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    witnesses.heard_nothing();
}

#[test]
fn a_valid_authorisation_does_send() {
    let witnesses = Witnesses::new();
    let scope = format!("{}pace: {{seconds_per_target: 1}}\n", witnesses.scope());
    let folder = Folder::scanning(&scope);
    Vigie::with(["scan", folder.name(), "--format", "json"]).run();
    assert!(witnesses.names.recv(&mut [0; 512]).is_ok(), "the witnesses would hear a scan");
    assert!(witnesses.web.accept().is_ok(), "the witnesses would hear a scan");
}
