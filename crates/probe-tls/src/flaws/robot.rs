//! ROBOT (Böck, Somorovsky, Young, 2017). Sent, to servers that accept RSA key transport: handshakes whose encrypted
//! secret is padded rightly or wrongly, each followed by a change of cipher and a `Finished` that no key protects; after
//! one of the secrets, wrongly padded, comes a pause. A sound server says nothing in the pause, and answers all alike. One
//! that answers differently, twice in the same way, tells apart what it must not: with patience, that decrypts any session
//! recorded before. No session is decrypted here, and the secrets are random.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use num_bigint::BigUint;
use tls_parser::TlsCipherKx;
use tokio::time::Instant;
use vigie_model::Reason;
use vigie_probe::NetError;
use x509_parser::parse_x509_certificate;
use x509_parser::public_key::PublicKey;

use super::{Verdict, takes_among};
use crate::endpoint::enumerate::SuitesSeen;
use crate::endpoint::exchange::{Answer, Caller};
use crate::endpoint::facts::Version;
use crate::endpoint::hello::Hello;
use crate::endpoint::suites::{ORDINARY, transports_by_rsa};
use crate::endpoint::survey::newest_up_to_tls12;
use crate::session::random_bytes;
use crate::session::talk::{End, Event, Talk};
use crate::wire::write::{message, put_block16, record};
use crate::wire::{ContentType, handshake};

/// How an encrypted secret is padded (RFC 8017 section 7.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Padding {
    Right,
    WrongFirstBytes,
    NoEnd,
    EndTooEarly,
    WrongVersion,
}

const WRONG: [Padding; 4] = [Padding::WrongFirstBytes, Padding::NoEnd, Padding::EndTooEarly, Padding::WrongVersion];

/// What comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Alert(u8),
    Closed,
    Silence,
    Other,
}

/// What comes back of one handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reaction {
    /// Before it is whole; silence too when no pause was made for it.
    early: Sign,
    /// In the end.
    late: Sign,
}

/// How long a server is given to answer a whole handshake, which it must.
const LONGEST_PATIENCE: Duration = Duration::from_secs(3);

/// Handshakes at once: more would keep longer chains of questions waiting.
const AT_ONCE: usize = 3;

/// How long a pause is: so many times what the server took to answer a whole handshake, rightly padded, and no less
/// than that. Nothing but waiting shows that a server says nothing.
const PATIENCE: u32 = 4;
const SHORTEST_PAUSE: Duration = Duration::from_millis(60);

pub(crate) async fn test(
    caller: &Caller<'_>,
    versions: &BTreeMap<Version, Answer>,
    suites: &BTreeMap<Version, SuitesSeen>,
) -> Verdict {
    let takes_rsa = takes_among(versions, suites, ..=Version::Tls12, |suite, _| suite.kx == TlsCipherKx::Rsa);
    let newest = || suites.range(..=Version::Tls12).rev().find_map(|(version, seen)| Some((*version, by_rsa(seen)?)));
    let Some((version, by_rsa)) = takes_rsa?.then(newest).flatten() else { return Ok(false) };
    test_with(caller, version, &by_rsa).await
}

/// The same with suites that are known to transport keys by RSA: the list of others need not be awaited.
pub(crate) async fn test_with(caller: &Caller<'_>, version: Version, suites: &[u16]) -> Verdict {
    let test = Test { caller: &caller.to_learn("ROBOT"), version, suites };
    test.go_on(test.ask(Padding::Right, None).await?).await
}

/// The same for a server that accepts old versions, which nearly all take RSA key transport: it need not wait for the
/// list of suites. Nothing when it takes none of the usual ones.
pub(crate) async fn test_at_once(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> Option<Verdict> {
    let (version, _) = newest_up_to_tls12(versions)?;
    let suites: Vec<u16> = ORDINARY.iter().copied().filter(|suite| transports_by_rsa(*suite)).collect();
    let test = Test { caller: &caller.to_learn("ROBOT"), version, suites: &suites };
    let right = test.ask(Padding::Right, None).await.ok()?;
    Some(test.go_on(right).await)
}

/// The accepted suites with RSA key transport, if any.
fn by_rsa(seen: &SuitesSeen) -> Option<Vec<u16>> {
    let picks = seen.picks.iter().map(|pick| pick.hello.suite);
    let suites: Vec<u16> = picks.filter(|suite| transports_by_rsa(*suite)).collect();
    (!suites.is_empty()).then_some(suites)
}

/// Where and with what is asked.
struct Test<'a> {
    caller: &'a Caller<'a>,
    version: Version,
    suites: &'a [u16],
}

impl Test<'_> {
    /// Whether reactions differ. `right`: that to the first handshake, rightly padded, and how long it took.
    async fn go_on(&self, (right, took): (Reaction, Duration)) -> Verdict {
        let pause = took.saturating_mul(PATIENCE).clamp(SHORTEST_PAUSE, LONGEST_PATIENCE);
        let first =
            [vec![right], self.ask_all(&WRONG, |padding| (padding == WRONG[0]).then_some(pause)).await?].concat();
        if let Some(verdict) = at_once(&first) {
            return verdict;
        }
        settle(&first, &self.ask_with_pauses(pause).await?, &self.ask_with_pauses(pause).await?)
    }

    /// Every padding, with a pause after each secret.
    async fn ask_with_pauses(&self, pause: Duration) -> Result<Vec<Reaction>, Reason> {
        let all = [&[Padding::Right], WRONG.as_slice()].concat();
        self.ask_all(&all, |_| Some(pause)).await
    }

    /// Handshakes with these paddings, in this order, a few at once; their reactions in the same order.
    async fn ask_all(
        &self,
        paddings: &[Padding],
        pause: impl Fn(Padding) -> Option<Duration>,
    ) -> Result<Vec<Reaction>, Reason> {
        let asked = paddings.iter().enumerate().map(|(place, padding)| {
            let pause = pause(*padding);
            async move { Ok((place, self.ask(*padding, pause).await?.0)) }
        });
        let asked: Vec<_> = asked.collect();
        let mut reactions: Vec<(usize, Reaction)> = stream::iter(asked).buffer_unordered(AT_ONCE).try_collect().await?;
        reactions.sort_by_key(|(place, _)| *place);
        Ok(reactions.into_iter().map(|(_, reaction)| reaction).collect())
    }

    /// One handshake: the reaction, and how long it took from when all was sent.
    async fn ask(&self, padding: Padding, pause: Option<Duration>) -> Result<(Reaction, Duration), Reason> {
        self.caller.converse(|talk| self.react(talk, padding, pause)).await
    }

    async fn react(
        &self,
        mut talk: Talk,
        padding: Padding,
        pause: Option<Duration>,
    ) -> Result<(Reaction, Duration), End> {
        let hello = Hello {
            server_name: self.caller.server_name,
            random: random_bytes()?,
            ..Hello::new(self.version, self.suites)
        };
        talk.say(0x0301, &hello.message()).await?;
        let flight = talk.flight().await?;
        let certificate = flight.certificates.as_ref().and_then(|all| all.first()).ok_or(End::Unable)?;
        let mut sent = self.key_exchange(certificate, padding)?;
        let mut early = Sign::Silence;
        if let Some(pause) = pause {
            talk.send(&sent).await?;
            sent.clear();
            early = self.sign(&mut talk, pause).await?;
        }
        let begun = Instant::now();
        let late = if early == Sign::Silence {
            sent.extend(self.rest()?);
            talk.send(&sent).await?;
            self.sign(&mut talk, LONGEST_PATIENCE).await?
        } else {
            early
        };
        Ok((Reaction { early, late }, begun.elapsed()))
    }

    /// The message with the secret.
    fn key_exchange(&self, certificate: &[u8], padding: Padding) -> Result<Vec<u8>, End> {
        let encrypted = encrypt(certificate, padding, self.version)?;
        let mut secret = Vec::new();
        // SSL 3.0 sends the secret without its length (RFC 6101 section 5.6.7).
        if self.version == Version::Ssl30 {
            secret.extend(encrypted);
        } else {
            put_block16(&mut secret, &encrypted);
        }
        Ok(record(ContentType::Handshake, self.version.code(), &message(handshake::CLIENT_KEY_EXCHANGE, &secret)))
    }

    /// What makes a handshake whole, though wrong.
    fn rest(&self) -> Result<Vec<u8>, End> {
        let change_of_cipher = record(ContentType::ChangeCipherSpec, self.version.code(), &[1]);
        Ok([change_of_cipher, record(ContentType::Handshake, self.version.code(), &random_bytes()?)].concat())
    }

    async fn sign(&self, talk: &mut Talk, patience: Duration) -> Result<Sign, End> {
        match self.caller.deadline.shortened(patience).cap(talk.next()).await {
            Err(_) | Ok(Err(End::Net(NetError::Timeout))) => Ok(Sign::Silence),
            Ok(Err(End::Net(NetError::Closed))) => Ok(Sign::Closed),
            Ok(Err(end)) => Err(end),
            Ok(Ok(Event::Alert(alert))) => Ok(Sign::Alert(alert.code)),
            Ok(Ok(_)) => Ok(Sign::Other),
        }
    }
}

/// What the first handshakes show, if anything; they begin with the one that is padded rightly.
fn at_once(first: &[Reaction]) -> Option<Verdict> {
    // A whole handshake that ends wrongly has an answer: a server that gives none is too slow to be told apart.
    if first.iter().all(|reaction| reaction.late == Sign::Silence) {
        return Some(Err(Reason::Timeout));
    }
    let is_silent = first.iter().all(|reaction| reaction.early == Sign::Silence);
    (is_silent && end_alike(first)).then_some(Ok(false))
}

/// What two more rounds show, in which every handshake had its pause.
fn settle(first: &[Reaction], second: &[Reaction], third: &[Reaction]) -> Verdict {
    let is_alike = second.iter().all(|reaction| Some(reaction) == second.first());
    match (second == third, is_alike) {
        (true, false) => Ok(true),
        // It has its say early, whatever the padding.
        (true, true) if end_alike(first) => Ok(false),
        // A difference that does not come back was an accident of the network, or of a busy server.
        _ => Err(Reason::PeerMisbehaved),
    }
}

fn end_alike(reactions: &[Reaction]) -> bool {
    reactions.iter().all(|reaction| Some(reaction.late) == reactions.first().map(|first| first.late))
}

/// A random secret under the server's key, padded so.
fn encrypt(certificate: &[u8], padding: Padding, version: Version) -> Result<Vec<u8>, End> {
    let (_, certificate) = parse_x509_certificate(certificate).map_err(|_| End::Unable)?;
    let Ok(PublicKey::RSA(key)) = certificate.public_key().parsed() else { return Err(End::Unable) };
    let (modulus, exponent) = (BigUint::from_bytes_be(key.modulus), BigUint::from_bytes_be(key.exponent));
    let length = usize::try_from(modulus.bits().div_ceil(8)).map_err(|_| End::Unable)?;
    // Honest keys are shorter; a hostile one would keep us busy.
    if !(64..=2048).contains(&length) || exponent.bits() > 64 {
        return Err(End::Unable);
    }
    let padded = pad(length, padding, version, random_bytes()?);
    let encrypted = BigUint::from_bytes_be(&padded).modpow(&exponent, &modulus).to_bytes_be();
    Ok([vec![0; length.saturating_sub(encrypted.len())], encrypted].concat())
}

/// A block of a length: two bytes, padding without zeros, a zero, then the secret, which begins with the version.
fn pad(length: usize, padding: Padding, version: Version, random: [u8; 64]) -> Vec<u8> {
    const SECRET_BYTES: usize = 48;
    let mut block: Vec<u8> = random.iter().map(|byte| byte | 1).cycle().take(length).collect();
    let end = length.saturating_sub(SECRET_BYTES + 1);
    let [major, minor] = if padding == Padding::WrongVersion { [2, 2] } else { version.code().to_be_bytes() };
    let first = if padding == Padding::WrongFirstBytes { [0x41, 0x17] } else { [0, 2] };
    let mut set = |at: usize, value: u8| {
        if let Some(byte) = block.get_mut(at) {
            *byte = value;
        }
    };
    set(0, first[0]);
    set(1, first[1]);
    set(end + 1, major);
    set(end + 2, minor);
    match padding {
        Padding::NoEnd => {}
        Padding::EndTooEarly => set(end.saturating_sub(2), 0),
        Padding::Right | Padding::WrongFirstBytes | Padding::WrongVersion => set(end, 0),
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_differ_from_the_right_one_in_one_way_each() {
        let block = |padding| pad(128, padding, Version::Tls12, [0x42; 64]);
        let right = block(Padding::Right);
        assert_eq!(right[..2], [0, 2]);
        assert_eq!(right[79..82], [0, 3, 3]);
        assert!(!right[2..79].contains(&0) && !right[80..].contains(&0));
        let differs = |padding| -> Vec<usize> {
            let other = block(padding);
            (0..128).filter(|at| right[*at] != other[*at]).collect()
        };
        assert_eq!(differs(Padding::WrongFirstBytes), [0, 1]);
        assert_eq!(differs(Padding::NoEnd), [79]);
        assert_eq!(differs(Padding::EndTooEarly), [77, 79]);
        assert_eq!(differs(Padding::WrongVersion), [80, 81]);
    }

    const ALERT: Reaction = Reaction { early: Sign::Silence, late: Sign::Alert(20) };
    const EARLY: Reaction = Reaction { early: Sign::Alert(47), late: Sign::Alert(47) };

    #[test]
    fn one_round_is_enough_for_a_server_that_answers_all_alike_and_in_the_end() {
        assert_eq!(at_once(&[ALERT; 5]), Some(Ok(false)));
        assert_eq!(at_once(&[Reaction { late: Sign::Silence, ..ALERT }; 5]), Some(Err(Reason::Timeout)));
        assert_eq!(at_once(&[ALERT, ALERT, Reaction { late: Sign::Alert(51), ..ALERT }]), None);
        assert_eq!(at_once(&[EARLY; 5]), None);
    }

    #[test]
    fn a_difference_counts_when_it_comes_back() {
        let differing = [ALERT, EARLY];
        assert_eq!(settle(&differing, &differing, &differing), Ok(true));
        assert_eq!(settle(&[ALERT, ALERT], &differing, &[ALERT, ALERT]), Err(Reason::PeerMisbehaved));
        assert_eq!(settle(&differing, &[ALERT, ALERT], &[ALERT, ALERT]), Err(Reason::PeerMisbehaved));
        assert_eq!(settle(&[EARLY, EARLY], &[EARLY, EARLY], &[EARLY, EARLY]), Ok(false));
    }
}
