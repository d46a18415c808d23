//! One question about a version: a hello, the same with the cookie that the server asks for, its answer, a goodbye.

use std::net::SocketAddr;
use std::time::Duration;

use vigie_model::DomainName;
use vigie_probe::{Datagrams, Deadline, Door, Intrusiveness, NetError};

use super::assembly::DtlsAssembly;
use super::facts::DtlsVersion;
use super::wire::{
    DtlsContent, DtlsFragment, HELLO_VERIFY_REQUEST, datagram, decode_dtls_datagram, decode_hello_verify_request,
    message,
};
use crate::endpoint::facts::Version;
use crate::endpoint::hello::Hello;
use crate::endpoint::suites::{ORDINARY, catalogue};
use crate::session::random_bytes;
use crate::wire::{Alert, ContentType, ServerHello, WireError, decode_server_hello, handshake};

/// How long each sending of a hello waits for its answer: the first as RFC 6347 section 4.2.4.1 advises, the others long
/// enough for a slow appliance. One datagram lost is common, three are a fact.
const WAITS: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(2)];
/// Cookies that are sent back in one handshake; honest servers ask for one, or two when the first was too old.
const MAX_COOKIES: u16 = 3;

/// Suites of a shared key (RFC 4279, RFC 5487, RFC 6655, RFC 8442), which small devices and some gateways have alone: a
/// server chooses one before it knows whether the key is shared.
const SHARED_KEY: &[u16] = &[
    0x00a8, 0x00a9, 0x00ae, 0x00af, 0x008c, 0x008d, 0x00aa, 0x00ab, 0x0090, 0x0091, 0xc0a4, 0xc0a5, 0xc0a8, 0xc0a9,
    0xc035, 0xc036, 0xc037, 0xd001, 0xccab, 0xccac,
];

/// How to reach one endpoint.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller<'a> {
    pub(super) door: &'a Door,
    pub(super) to: SocketAddr,
    pub(super) look: Intrusiveness,
    pub(super) deadline: Deadline,
    pub(super) server_name: Option<&'a DomainName>,
}

/// What came of the hellos of one version.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) end: End,
    /// Whether anything came in DTLS: a cookie, a hello, an alert.
    pub(super) in_dtls: bool,
    /// Whether the server asked for a cookie.
    pub(super) asked_cookie: bool,
    /// The datagram that decided, or else the first that came.
    pub(super) heard: Option<Vec<u8>>,
}

/// How a question ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum End {
    /// With a hello at this version, which may be older than the one asked for.
    Accepted(DtlsVersion, Box<ServerHello>),
    /// With an alert against the version or the suites.
    Refused(Alert),
    /// With silence after a cookie, from a server that goes along with the other version before or after: `GnuTLS` drops
    /// hellos of a version that it does not accept.
    Ignored,
    /// Without an answer that means something.
    Unanswered(NetError),
}

impl Caller<'_> {
    /// Asks about a version; with rare suites too when it is the ordinary ones that are refused.
    pub(super) async fn ask(&self, version: DtlsVersion) -> Answer {
        let first = self.ask_with(version, ORDINARY).await;
        if !first.refuses_suites() {
            return first;
        }
        let again = self.ask_with(version, &rare_suites(version)).await;
        // What the first answer proved holds, even where the second is missing.
        Answer {
            in_dtls: true,
            asked_cookie: first.asked_cookie || again.asked_cookie,
            heard: again.heard.or(first.heard),
            end: again.end,
        }
    }

    async fn ask_with(&self, version: DtlsVersion, suites: &[u16]) -> Answer {
        let unanswered =
            |error| Answer { end: End::Unanswered(error), in_dtls: false, asked_cookie: false, heard: None };
        let Ok(random) = random_bytes() else { return unanswered(NetError::Bug("no random bytes".to_owned())) };
        let hello = Hello {
            claimed: version.code(),
            // Datagrams are never compressed: what is lost could not be left out.
            compressions: &[0],
            server_name: self.server_name,
            random,
            ..Hello::new(version.of_tls(), suites)
        };
        // A port of our own for each question, so that no server takes one hello for the other sent again.
        let datagrams = match self.door.datagrams(self.to, self.look, self.deadline).await {
            Ok(datagrams) => datagrams,
            Err(error) => return unanswered(error),
        };
        let mut talk = Talk {
            datagrams,
            deadline: self.deadline,
            version,
            hello,
            cookie: None,
            records: 0,
            assembly: DtlsAssembly::default(),
            silence: NetError::Timeout,
            answer: unanswered(NetError::Timeout),
        };
        talk.answer.end = match talk.converse().await {
            Ok(end) => end,
            Err(error) => End::Unanswered(error),
        };
        talk.answer
    }
}

impl Answer {
    /// Whether the server gave a cookie, and then let three hellos with it go without an answer.
    pub(super) fn fell_silent(&self) -> bool {
        self.asked_cookie && self.end == End::Unanswered(NetError::Timeout)
    }

    /// Whether it refuses the suites that were offered, and perhaps not the version.
    fn refuses_suites(&self) -> bool {
        let for_suites = [Alert::HANDSHAKE_FAILURE, Alert::INSUFFICIENT_SECURITY];
        matches!(self.end, End::Refused(alert) if for_suites.contains(&alert.code))
    }

    pub(super) fn is_accepted(&self) -> bool {
        matches!(self.end, End::Accepted(..))
    }
}

/// The suites that servers seldom take, those of a shared key first.
fn rare_suites(version: DtlsVersion) -> Vec<u16> {
    SHARED_KEY.iter().copied().chain(catalogue(version.of_tls()).into_iter().skip(1).flatten()).collect()
}

impl DtlsVersion {
    /// The version of TLS that it was made from.
    fn of_tls(self) -> Version {
        match self {
            Self::Dtls10 => Version::Tls11,
            Self::Dtls12 => Version::Tls12,
        }
    }
}

/// A handshake that has begun.
struct Talk<'a> {
    datagrams: Datagrams,
    deadline: Deadline,
    version: DtlsVersion,
    hello: Hello<'a>,
    /// The last cookie that the server asked for.
    cookie: Option<Vec<u8>>,
    /// Records sent so far.
    records: u16,
    assembly: DtlsAssembly,
    /// What the want of an answer means: no word at all, or none that can be read.
    silence: NetError,
    answer: Answer,
}

/// What a datagram changes.
enum Turn {
    /// The hello is to be sent again, with the cookie.
    Cookie,
    End(End),
}

impl Talk<'_> {
    async fn converse(&mut self) -> Result<End, NetError> {
        for sequence in 0..=MAX_COOKIES {
            match self.say_hello(sequence).await? {
                Turn::Cookie => {}
                Turn::End(end) => {
                    self.take_leave(&end).await;
                    return Ok(end);
                }
            }
        }
        Err(NetError::Malformed("no end of cookies"))
    }

    /// Sends the hello, up to three times, until the server says something that counts.
    async fn say_hello(&mut self, sequence: u16) -> Result<Turn, NetError> {
        let body = self.hello.body(Some(self.cookie.as_deref().unwrap_or_default()));
        let hello = message(handshake::CLIENT_HELLO, sequence, &body);
        for wait in WAITS {
            self.send(ContentType::Handshake, &hello).await?;
            let until = self.deadline.shortened(wait);
            while let Ok(came) = until.cap(self.datagrams.receive()).await {
                if let Some(turn) = self.hear(&came?)? {
                    return Ok(turn);
                }
            }
        }
        Err(self.silence.clone())
    }

    /// Reads one datagram. What breaks the protocol is passed over, as RFC 6347 section 4.1.2.7 wants.
    fn hear(&mut self, bytes: &[u8]) -> Result<Option<Turn>, NetError> {
        self.answer.heard.get_or_insert_with(|| bytes.to_vec());
        let contents = match decode_dtls_datagram(bytes) {
            Ok(contents) => contents,
            Err(WireError::Malformed(what)) => {
                self.silence = NetError::Malformed(what);
                return Ok(None);
            }
            Err(WireError::NotTls) => return Ok(None),
        };
        for content in contents {
            let turn = match content {
                DtlsContent::Alert(alert) => self.hear_alert(alert),
                DtlsContent::Fragment(fragment) => self.hear_fragment(&fragment).map_err(malformed)?,
            };
            if turn.is_some() {
                self.answer.heard = Some(bytes.to_vec());
                return Ok(turn);
            }
        }
        Ok(None)
    }

    fn hear_alert(&mut self, alert: Alert) -> Option<Turn> {
        self.answer.in_dtls = true;
        if alert.refuses_offer() {
            return Some(Turn::End(End::Refused(alert)));
        }
        // Such as a name that it does not serve: a refusal, but of nothing that we asked.
        alert.ends_connection().then_some(Turn::End(End::Unanswered(NetError::Refused)))
    }

    fn hear_fragment(&mut self, fragment: &DtlsFragment) -> Result<Option<Turn>, WireError> {
        if ![HELLO_VERIFY_REQUEST, handshake::SERVER_HELLO].contains(&fragment.kind) {
            return Ok(None);
        }
        self.answer.in_dtls = true;
        let Some(body) = self.assembly.take(fragment)? else { return Ok(None) };
        if fragment.kind == handshake::SERVER_HELLO {
            let hello = decode_server_hello(&body)?;
            return self.chosen(&hello).map(|version| Some(Turn::End(End::Accepted(version, Box::new(hello)))));
        }
        let cookie = Some(decode_hello_verify_request(&body)?);
        self.answer.asked_cookie = true;
        // The same again is the answer to a hello that we sent twice.
        let is_new = self.cookie != cookie;
        self.cookie = cookie;
        Ok(is_new.then_some(Turn::Cookie))
    }

    /// The version that a server chose: the one asked for, or an older one.
    fn chosen(&self, hello: &ServerHello) -> Result<DtlsVersion, WireError> {
        let known = [DtlsVersion::Dtls10, DtlsVersion::Dtls12].into_iter().find(|known| known.code() == hello.version);
        match known.filter(|version| *version <= self.version) {
            None => Err(WireError::Malformed("a version that was not offered")),
            Some(_) if !self.hello.suites.contains(&hello.suite) => {
                Err(WireError::Malformed("a suite that was not offered"))
            }
            Some(version) => Ok(version),
        }
    }

    /// Tells a server that waits for our part of the handshake to wait no longer.
    async fn take_leave(&mut self, end: &End) {
        if matches!(end, End::Accepted(..)) {
            // Politeness that fails changes nothing: the facts are in.
            let _ = self.send(ContentType::Alert, &[1, Alert::CLOSE_NOTIFY]).await;
        }
    }

    async fn send(&mut self, kind: ContentType, content: &[u8]) -> Result<(), NetError> {
        let datagram = datagram(kind, self.records, content);
        self.records = self.records.saturating_add(1);
        self.datagrams.send(&datagram).await
    }
}

fn malformed(error: WireError) -> NetError {
    match error {
        WireError::Malformed(what) => NetError::Malformed(what),
        WireError::NotTls => NetError::Malformed("not DTLS"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_hello_crosses_any_network_in_one_piece() {
        // What IPv6 carries everywhere (RFC 8200 section 5), less the headers of IPv6 and UDP.
        const SAFE_BYTES: usize = 1280 - 40 - 8;
        let name: DomainName = format!("{}.ch-demo.example", "a".repeat(60)).parse().unwrap();
        let suites = rare_suites(DtlsVersion::Dtls12);
        let hello = Hello { server_name: Some(&name), ..Hello::new(Version::Tls12, &suites) };
        let body = hello.body(Some(&[7; 255]));
        let sent = datagram(ContentType::Handshake, 1, &message(handshake::CLIENT_HELLO, 1, &body));
        assert!(sent.len() <= SAFE_BYTES, "{}", sent.len());
    }
}
