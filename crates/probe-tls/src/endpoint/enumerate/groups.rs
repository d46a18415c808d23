//! Key-exchange groups, and the schemes with which key exchanges are signed.

use tls_parser::{TlsCipherAu, TlsCipherSuite};
use vigie_model::Reason;

use crate::certificate::read_certificate;
use crate::endpoint::ahead::Ahead;
use crate::endpoint::exchange::{Accepted, Answer, Caller, Offer};
use crate::endpoint::facts::Version;
use crate::endpoint::groups::group_code;
use crate::endpoint::hello::{EVERY_SCHEME, groups_offered};
use crate::endpoint::suites::{Ephemeral, ephemeral};
use crate::wire::{Alert, KeyExchange};

/// What is accepted of a kind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Listed {
    /// The codes, in the order in which the server chose.
    pub(crate) codes: Vec<u16>,
    /// Why there may be more; nothing when the list is whole.
    pub(crate) missing: Option<Reason>,
    /// Whether the server named them, and refused all others; else each was accepted on a connection of its own.
    pub(crate) named: bool,
}

/// The groups of a version, and the schemes of its signatures.
#[derive(Debug, Default)]
pub(crate) struct GroupsAndSchemes {
    pub(crate) groups: Listed,
    /// Of the suites that groups were asked with.
    pub(crate) schemes: Listed,
}

/// Every group at a version up to TLS 1.2, and every scheme, from the suites that were accepted there.
pub(crate) async fn groups_and_schemes(caller: &Caller<'_>, version: Version, picks: &[Accepted]) -> GroupsAndSchemes {
    let with_groups = picks.iter().filter(|pick| is_on_a_curve(pick));
    let (by_ecdsa, others): (Vec<&Accepted>, Vec<&Accepted>) =
        with_groups.partition(|pick| is_signed_by_ecdsa(pick.hello.suite));
    let bound = others.is_empty() && !by_ecdsa.is_empty();
    let asked = if others.is_empty() { by_ecdsa } else { others };
    let Some(first) = asked.iter().find_map(|pick| group_of(pick)) else {
        // A suite that uses a group, and a group that is spelt out: it has no name, and there may be others.
        let missing = (!asked.is_empty()).then_some(Reason::Unsupported);
        return GroupsAndSchemes { groups: Listed { missing, ..Listed::default() }, schemes: Listed::default() };
    };
    let scheme = asked.iter().find_map(|pick| scheme_of(pick));
    let ahead = Ahead::default();
    let chain = Chain {
        caller: &caller.to_learn("groups").in_a_chain(&ahead),
        version,
        suites: asked.iter().map(|pick| pick.hello.suite).collect(),
        offered: groups_offered(version),
        bound,
        kept: if bound { asked.iter().find_map(|pick| curve_of_certificate(pick)) } else { None },
        groups: Listed::beginning_with(vec![first]),
        schemes: Listed::beginning_with(scheme.into_iter().collect()),
        open: if scheme.is_some() { Open::Both } else { Open::Groups },
    };
    chain.run().await
}

/// The groups of TLS 1.3 among those offered, after those that are known.
pub(super) async fn groups_of_tls13(
    caller: &Caller<'_>,
    suites: Vec<u16>,
    offered: &'static [u16],
    known: Vec<u16>,
) -> Listed {
    let chain = Chain {
        caller: &caller.to_learn("groups"),
        version: Version::Tls13,
        suites,
        offered,
        bound: false,
        kept: None,
        groups: Listed::beginning_with(known),
        schemes: Listed::default(),
        open: Open::Groups,
    };
    chain.run().await.groups
}

/// Every scheme of TLS 1.2 with which key exchanges of these suites are signed.
pub(crate) async fn schemes(caller: &Caller<'_>, picks: &[&Accepted]) -> Listed {
    let Some(scheme) = picks.iter().find_map(|pick| scheme_of(pick)) else { return Listed::default() };
    let chain = Chain {
        caller: &caller.to_learn("signatures"),
        version: Version::Tls12,
        suites: picks.iter().map(|pick| pick.hello.suite).collect(),
        offered: groups_offered(Version::Tls12),
        bound: false,
        kept: None,
        groups: Listed::default(),
        schemes: Listed::beginning_with(vec![scheme]),
        open: Open::Schemes,
    };
    chain.run().await.schemes
}

/// Which lists may have more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Both,
    /// Both were asked about together, and refused: one of them at least is at its end.
    EitherOrNone,
    Groups,
    Schemes,
    None,
}

/// Two lists under way.
struct Chain<'a> {
    caller: &'a Caller<'a>,
    version: Version,
    suites: Vec<u16>,
    /// The groups that are asked about.
    offered: &'static [u16],
    /// Whether the server's only key is on a curve.
    bound: bool,
    /// That curve, where it is known. Up to TLS 1.2 it must be offered too (RFC 8422 section 5.1): without it a server
    /// refuses, whatever the groups. It is kept, as the last one.
    kept: Option<u16>,
    groups: Listed,
    schemes: Listed,
    open: Open,
}

impl Listed {
    fn beginning_with(codes: Vec<u16>) -> Self {
        Self { codes, ..Self::default() }
    }

    /// Both lists, one after the other.
    pub(crate) fn followed_by(mut self, other: Self) -> Self {
        self.codes.extend(other.codes);
        self.missing = self.missing.or(other.missing);
        self
    }
}

impl Chain<'_> {
    async fn run(mut self) -> GroupsAndSchemes {
        while self.open != Open::None {
            self.ask().await;
        }
        GroupsAndSchemes { groups: self.groups, schemes: self.schemes }
    }

    async fn ask(&mut self) {
        let (of_groups, of_schemes) = (self.asks_about_groups(), self.asks_about_schemes());
        let groups = if of_groups { self.groups_left() } else { self.offered.to_vec() };
        let schemes = if of_schemes { self.schemes_left() } else { EVERY_SCHEME.to_vec() };
        if groups.is_empty() {
            return self.close_groups();
        }
        if schemes.is_empty() {
            return self.close_schemes();
        }
        let offer = Offer { groups: &groups, schemes: &schemes, ..Offer::new(self.version, &self.suites) };
        let known = Offer { schemes: EVERY_SCHEME, ..Offer::new(self.version, &self.suites) };
        let caller = if self.goes_on() { self.caller.clone() } else { self.caller.at_the_end() };
        match caller.ask_beside(&offer, &known).await {
            Answer::Accepted(pick) => {
                // The schemes are not at their end: it was the groups that were refused.
                if self.open == Open::EitherOrNone {
                    self.open = Open::Schemes;
                }
                if of_groups {
                    self.take_group(&pick, &groups);
                }
                if of_schemes {
                    self.take_scheme(&pick, &schemes);
                }
            }
            Answer::Refused(_) => self.refused(),
            // Whatever it is about, the same hello with more in these lists was accepted: rustls says "access denied".
            Answer::Unanswered(_, Some(alert)) if alert.fatal && alert.code != Alert::INTERNAL_ERROR => self.refused(),
            other => self.give_up(other.reason().unwrap_or(Reason::Bug)),
        }
    }

    /// Whether another question follows, whatever the answer.
    fn goes_on(&self) -> bool {
        matches!(self.open, Open::Both | Open::EitherOrNone)
    }

    fn asks_about_groups(&self) -> bool {
        matches!(self.open, Open::Both | Open::Groups)
    }

    fn asks_about_schemes(&self) -> bool {
        matches!(self.open, Open::Both | Open::EitherOrNone | Open::Schemes)
    }

    fn groups_left(&self) -> Vec<u16> {
        let left = |group: &u16| !self.groups.codes.contains(group);
        let mut left: Vec<u16> = self.offered.iter().copied().filter(left).collect();
        if let Some(curve) = self.kept.filter(|_| !left.is_empty()) {
            left.retain(|group| *group != curve);
            left.push(curve);
        }
        left
    }

    fn schemes_left(&self) -> Vec<u16> {
        EVERY_SCHEME.iter().copied().filter(|scheme| !self.schemes.codes.contains(scheme)).collect()
    }

    fn take_group(&mut self, pick: &Accepted, offered: &[u16]) {
        match group_of(pick).filter(|group| offered.contains(group)) {
            // Chosen again: beside it, which no client may leave out, the server takes nothing else.
            Some(group) if self.groups.codes.contains(&group) => self.close_groups(),
            Some(group) => self.groups.codes.push(group),
            // It goes along and names no group (RFC 8446 section 4.1.4 forbids it): with none of these can a client go on.
            None if self.version == Version::Tls13 && pick.group().is_none() => self.close_groups(),
            None => {
                self.groups.missing = Some(Reason::PeerMisbehaved);
                self.close_groups();
            }
        }
    }

    fn take_scheme(&mut self, pick: &Accepted, offered: &[u16]) {
        match scheme_of(pick) {
            Some(scheme) if offered.contains(&scheme) => self.schemes.codes.push(scheme),
            // It signs as it likes, whatever it is asked for.
            Some(_) => self.close_schemes(),
            None => {
                self.schemes.missing = Some(Reason::PeerMisbehaved);
                self.close_schemes();
            }
        }
    }

    fn refused(&mut self) {
        match self.open {
            Open::Both => self.open = Open::EitherOrNone,
            // With every group: it is the schemes that are at their end. What of the groups, the next question tells.
            Open::EitherOrNone => self.open = Open::Groups,
            Open::Groups => {
                self.groups.missing = (self.bound && self.kept.is_none()).then_some(Reason::Unsupported);
                self.close_groups();
            }
            Open::Schemes => self.close_schemes(),
            Open::None => {}
        }
    }

    fn close_groups(&mut self) {
        self.open = if self.open == Open::Both { Open::Schemes } else { Open::None };
    }

    fn close_schemes(&mut self) {
        self.open = if matches!(self.open, Open::Both | Open::EitherOrNone) { Open::Groups } else { Open::None };
    }

    fn give_up(&mut self, reason: Reason) {
        if self.asks_about_groups() || self.open == Open::EitherOrNone {
            self.groups.missing = Some(reason);
        }
        if self.asks_about_schemes() {
            self.schemes.missing = Some(reason);
        }
        self.open = Open::None;
    }
}

/// The group of the curve that the server's key is on.
fn curve_of_certificate(pick: &Accepted) -> Option<u16> {
    let leaf = read_certificate(pick.flight.certificates.as_ref()?.first()?);
    group_code(&leaf.facts.content?.curve)
}

pub(super) fn group_of(pick: &Accepted) -> Option<u16> {
    match pick.group()? {
        KeyExchange::Group(group) => Some(group),
        KeyExchange::Custom { .. } => None,
    }
}

/// The scheme with which a key exchange of TLS 1.2 is signed.
pub(crate) fn scheme_of(pick: &Accepted) -> Option<u16> {
    pick.flight.key_exchange.as_ref()?.scheme
}

/// Whether a suite exchanges keys on a curve that no certificate narrows.
pub(crate) fn takes_any_group(pick: &Accepted) -> bool {
    is_on_a_curve(pick) && !is_signed_by_ecdsa(pick.hello.suite) && group_of(pick).is_some()
}

fn is_on_a_curve(pick: &Accepted) -> bool {
    ephemeral(pick.hello.suite) == Some(Ephemeral::Curve)
}

pub(crate) fn is_signed_by_ecdsa(suite: u16) -> bool {
    TlsCipherSuite::from_id(suite).is_some_and(|suite| suite.au == TlsCipherAu::Ecdsa)
}
