//! ROBOT (Böck, Somorovsky, Young, 2017). Sent, to servers that accept RSA key transport: handshakes whose encrypted
//! secret is padded rightly or wrongly, each followed by a change of cipher and a `Finished` that no key protects; for
//! two of them also without what follows. A sound server answers all alike. One that answers differently, twice in the
//! same way, tells apart what it must not: with patience, that decrypts any session recorded before. No session is
//! decrypted here, and the secrets are random.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use num_bigint::BigUint;
use tls_parser::{TlsCipherKx, TlsCipherSuite};
use tokio::time::Instant;
use vigie_model::Reason;
use vigie_probe::NetError;
use x509_parser::parse_x509_certificate;
use x509_parser::public_key::PublicKey;

use super::Verdict;
use crate::endpoint::enumerate::SuitesSeen;
use crate::endpoint::exchange::{Answer, Caller};
use crate::endpoint::facts::Version;
use crate::endpoint::hello::Hello;
use crate::endpoint::suites::ORDINARY;
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

/// What comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reaction {
    Alert(u8),
    Closed,
    Silence,
    Other,
}

/// How long a server is given to react: so many times what its first flight took, within these bounds.
const PATIENCE: u32 = 5;
const SHORTEST_PATIENCE: Duration = Duration::from_millis(300);
const LONGEST_PATIENCE: Duration = Duration::from_secs(3);

const QUESTIONS: [(Padding, bool); 7] = [
    (Padding::Right, true),
    (Padding::WrongFirstBytes, true),
    (Padding::NoEnd, true),
    (Padding::EndTooEarly, true),
    (Padding::WrongVersion, true),
    (Padding::Right, false),
    (Padding::WrongFirstBytes, false),
];

pub(crate) async fn test(
    caller: &Caller<'_>,
    versions: &BTreeMap<Version, Answer>,
    suites: &BTreeMap<Version, SuitesSeen>,
) -> Verdict {
    let old = suites.range(..=Version::Tls12);
    let Some((version, by_rsa)) = old.clone().rev().find_map(|(version, seen)| Some((*version, by_rsa(seen)?))) else {
        let unknown = versions.range(..=Version::Tls12).find_map(|(_, answer)| answer.reason());
        let cut = || old.clone().find_map(|(_, seen)| seen.reason());
        return unknown.or_else(cut).map_or(Ok(false), Err);
    };
    differs(caller, version, &by_rsa).await
}

/// The same for a server that accepts old versions, which nearly all take RSA key transport: it need not wait for the
/// list of suites. Nothing when it takes none of the usual ones.
pub(crate) async fn test_at_once(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> Option<Verdict> {
    let (version, _) = newest_up_to_tls12(versions)?;
    let suites: Vec<u16> = ORDINARY.iter().copied().filter(|suite| is_by_rsa(*suite)).collect();
    let (first, others) = QUESTIONS.split_first()?;
    let first = ask(caller, version, &suites, *first).await.ok()?;
    Some(match ask_all(caller, version, &suites, others).await {
        Ok(others) => judge(caller, version, &suites, &[vec![first], others].concat()).await,
        Err(reason) => Err(reason),
    })
}

/// The accepted suites with RSA key transport, if any.
fn by_rsa(seen: &SuitesSeen) -> Option<Vec<u16>> {
    let picks = seen.picks.iter().map(|pick| pick.hello.suite);
    let suites: Vec<u16> = picks.filter(|suite| is_by_rsa(*suite)).collect();
    (!suites.is_empty()).then_some(suites)
}

fn is_by_rsa(suite: u16) -> bool {
    TlsCipherSuite::from_id(suite).is_some_and(|suite| suite.kx == TlsCipherKx::Rsa)
}

/// Whether reactions differ, twice in the same way.
async fn differs(caller: &Caller<'_>, version: Version, suites: &[u16]) -> Verdict {
    let first = ask_all(caller, version, suites, &QUESTIONS).await?;
    judge(caller, version, suites, &first).await
}

async fn judge(caller: &Caller<'_>, version: Version, suites: &[u16], first: &[Reaction]) -> Verdict {
    // A whole handshake that ends wrongly has an answer: a server that gives none is too slow to be told apart.
    if QUESTIONS.iter().zip(first).all(|((_, whole), reaction)| !whole || *reaction == Reaction::Silence) {
        return Err(Reason::Timeout);
    }
    if is_uniform(first) {
        return Ok(false);
    }
    let second = ask_all(caller, version, suites, &QUESTIONS).await?;
    // A difference that does not come back was an accident of the network, or of a busy server.
    if first == second { Ok(true) } else { Err(Reason::PeerMisbehaved) }
}

fn is_uniform(reactions: &[Reaction]) -> bool {
    let of = |wanted: bool| -> Vec<&Reaction> {
        let all = QUESTIONS.iter().zip(reactions);
        all.filter(|((_, whole), _)| *whole == wanted).map(|(_, reaction)| reaction).collect()
    };
    let same = |all: &[&Reaction]| all.windows(2).all(|pair| pair.first() == pair.last());
    same(&of(true)) && same(&of(false))
}

async fn ask_all(
    caller: &Caller<'_>,
    version: Version,
    suites: &[u16],
    questions: &[(Padding, bool)],
) -> Result<Vec<Reaction>, Reason> {
    let asked = questions.iter().map(|question| ask(caller, version, suites, *question));
    join_all(asked).await.into_iter().collect()
}

async fn ask(
    caller: &Caller<'_>,
    version: Version,
    suites: &[u16],
    (padding, whole): (Padding, bool),
) -> Result<Reaction, Reason> {
    caller.to_learn("ROBOT").converse(move |talk| react(caller, version, suites, padding, whole, talk)).await
}

async fn react(
    caller: &Caller<'_>,
    version: Version,
    suites: &[u16],
    padding: Padding,
    whole: bool,
    mut talk: Talk,
) -> Result<Reaction, End> {
    let hello = Hello { server_name: caller.server_name, random: random_bytes()?, ..Hello::new(version, suites) };
    let begun = Instant::now();
    talk.say(0x0301, &hello.message()).await?;
    let flight = talk.flight().await?;
    let patience = begun.elapsed().saturating_mul(PATIENCE).clamp(SHORTEST_PATIENCE, LONGEST_PATIENCE);
    // One that must answer is given all the time.
    let patience = if whole { LONGEST_PATIENCE } else { patience };
    let certificate = flight.certificates.as_ref().and_then(|all| all.first()).ok_or(End::Unable)?;
    let mut secret = Vec::new();
    // SSL 3.0 sends the secret without its length (RFC 6101 section 5.6.7).
    let encrypted = encrypt(certificate, padding, version)?;
    if version == Version::Ssl30 {
        secret.extend(encrypted);
    } else {
        put_block16(&mut secret, &encrypted);
    }
    let code = version.code();
    let mut sent = record(ContentType::Handshake, code, &message(handshake::CLIENT_KEY_EXCHANGE, &secret));
    if whole {
        sent.extend(record(ContentType::ChangeCipherSpec, code, &[1]));
        sent.extend(record(ContentType::Handshake, code, &random_bytes()?));
    }
    talk.send(&sent).await?;
    match caller.deadline.shortened(patience).cap(talk.next()).await {
        Err(_) | Ok(Err(End::Net(NetError::Timeout))) => Ok(Reaction::Silence),
        Ok(Err(End::Net(NetError::Closed))) => Ok(Reaction::Closed),
        Ok(Err(end)) => Err(end),
        Ok(Ok(Event::Alert(alert))) => Ok(Reaction::Alert(alert.code)),
        Ok(Ok(_)) => Ok(Reaction::Other),
    }
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

    #[test]
    fn a_difference_counts_within_whole_and_within_short_handshakes() {
        let mut all = [Reaction::Alert(20); 7];
        all[5] = Reaction::Silence;
        all[6] = Reaction::Silence;
        assert!(is_uniform(&all));
        all[6] = Reaction::Alert(20);
        assert!(!is_uniform(&all));
        all[6] = Reaction::Silence;
        all[2] = Reaction::Alert(51);
        assert!(!is_uniform(&all));
    }
}
