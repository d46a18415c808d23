//! What can be read off a survey.

use vigie_model::Reason;

use super::{Stapled, Survey, accepted_at};
use crate::endpoint::enumerate::SuitesSeen;
use crate::endpoint::exchange::{Accepted, Answer};
use crate::endpoint::facts::Version;
use crate::endpoint::hello::Shape;
use crate::session::Handshake;
use crate::wire::CertificateRequest;

impl Survey {
    /// Whether we were allowed to ask more than a visitor does.
    pub(crate) fn was_full(&self) -> bool {
        !self.versions.is_empty()
    }

    /// What the server accepted at a version.
    pub(crate) fn accepted(&self, version: Version) -> Option<&Accepted> {
        accepted_at(&self.versions, version)
    }

    /// Every accepted hello that was seen up to TLS 1.2 while versions, suites and groups were found.
    pub(crate) fn picks(&self) -> impl Iterator<Item = &Accepted> {
        let of_versions = self.versions.keys().filter_map(|version| self.accepted(*version));
        of_versions.chain(self.suites.values().flat_map(|seen| &seen.picks))
    }

    /// Every chain that was shown to those who sent the name, by the version that shows it.
    pub(crate) fn chains(&self) -> impl Iterator<Item = (Version, &[Vec<u8>])> {
        let of_handshake = self.handshake.as_ref().and_then(|handshake| handshake.as_ref().ok());
        let of_handshake = of_handshake.map(|handshake| (Version::Tls13, handshake.certificates.as_slice()));
        let of_suites = self.suites.iter().flat_map(|(version, seen)| {
            seen.picks.iter().filter_map(|pick| Some((*version, pick.flight.certificates.as_deref()?)))
        });
        of_handshake.into_iter().chain(of_suites)
    }

    /// Why there may be more chains than [`Survey::chains`]; nothing when every suite was seen.
    pub(crate) fn unknown_chains(&self) -> Option<Reason> {
        let of_versions = self.versions.values().find_map(Answer::reason);
        let of_suites = self.suites.values().find_map(SuitesSeen::reason);
        let of_handshake = match &self.handshake {
            Some(Err(answer)) => answer.reason(),
            _ => None,
        };
        of_versions.or(of_suites).or(of_handshake)
    }

    /// The newest accepted version, and what the server chose there.
    pub(crate) fn newest(&self) -> Option<(Version, &Accepted)> {
        Version::ALL.into_iter().rev().find_map(|version| Some((version, self.accepted(version)?)))
    }

    /// Versions whose groups would have been asked about, had they answered: newer than the newest accepted one of
    /// their kind.
    pub(crate) fn unknown_instead_of_groups(&self) -> Vec<(Version, Reason)> {
        let unknown = |version: &Version| Some((*version, self.versions.get(version)?.reason()?));
        let old = [Version::Tls12, Version::Tls11, Version::Tls10, Version::Ssl30];
        let before_accepted = old.iter().take_while(|version| self.accepted(**version).is_none());
        [Version::Tls13].iter().chain(before_accepted).filter_map(unknown).collect()
    }

    /// What is stapled to the certificates of [`Survey::certificates`]: an answer about revocation, and timestamps.
    /// `Err` when only a handshake was seen that does not show them, or that could not ask for them.
    pub(crate) fn stapled(&self) -> Result<Stapled<'_>, Reason> {
        if let Some(Ok(handshake)) = &self.handshake
            && !handshake.certificates.is_empty()
        {
            return match handshake {
                Handshake { shows_all: false, .. } => Err(Reason::OutOfScope),
                Handshake { asked_for_staple: false, .. } => Err(Reason::PeerMisbehaved),
                Handshake { staple, timestamps, .. } => {
                    Ok(Stapled { staple: staple.as_deref(), timestamps: timestamps.as_deref() })
                }
            };
        }
        let (version, seen) = self.newest_in_the_clear().ok_or(Reason::OutOfScope)?;
        // SSL 3.0 has no extensions to ask with.
        if seen.shape != Shape::Rich && version > Version::Ssl30 {
            return Err(Reason::PeerMisbehaved);
        }
        Ok(Stapled { staple: seen.flight.staple.as_deref(), timestamps: seen.hello.timestamps.as_deref() })
    }

    /// The protocol chosen by ALPN; empty when the server chose none.
    pub(crate) fn protocol(&self) -> Result<String, Reason> {
        let chosen = match (&self.handshake, self.newest_in_the_clear()) {
            (Some(Ok(handshake)), _) if handshake.shows_all => handshake.protocol.as_ref(),
            (None, Some((_, seen))) => seen.hello.protocol.as_ref(),
            (Some(Err(answer)), _) => return Err(answer.reason().unwrap_or(Reason::Unsupported)),
            _ => return Err(Reason::Unsupported),
        };
        Ok(chosen.map_or_else(String::new, |name| String::from_utf8_lossy(name).into_owned()))
    }

    /// The client certificate that is asked for, and whether those without one are turned away.
    pub(crate) fn client_certificate(&self) -> Result<(Option<&CertificateRequest>, Result<bool, Reason>), Reason> {
        if let Some(Ok(handshake)) = &self.handshake
            && handshake.shows_all
        {
            let Some(request) = &handshake.certificate_request else { return Ok((None, Ok(false))) };
            let turned_away = handshake.alert.is_some_and(|alert| alert.fatal);
            let known = turned_away || handshake.took_tickets;
            return Ok((Some(request), if known { Ok(turned_away) } else { Err(Reason::Unsupported) }));
        }
        let Some((version, seen)) = self.newest_in_the_clear() else { return Err(Reason::Unsupported) };
        let Some(request) = &seen.flight.certificate_request else { return Ok((None, Ok(false))) };
        let required = match &self.sessions.at_tls12 {
            // No handshake of SSL 3.0 is carried to its end.
            _ if version == Version::Ssl30 => Err(Reason::Unsupported),
            Some(Ok(_)) => Ok(false),
            Some(Err(none)) if none.turned_away => Ok(true),
            Some(Err(none)) => Err(none.reason),
            None => Err(Reason::Unsupported),
        };
        Ok((Some(request), required))
    }

    /// The newest accepted version whose handshake is in the clear, when no newer one is accepted.
    fn newest_in_the_clear(&self) -> Option<(Version, &Accepted)> {
        self.newest().filter(|(version, _)| *version <= Version::Tls12)
    }

    /// The certificates that an up-to-date client gets, else those of the newest version that shows them.
    pub(crate) fn certificates(&self) -> Option<&[Vec<u8>]> {
        let of_handshake = match &self.handshake {
            Some(Ok(handshake)) => Some(handshake.certificates.as_slice()),
            _ => None,
        };
        let of_flights =
            Version::ALL.into_iter().rev().filter_map(|version| self.accepted(version)?.flight.certificates.as_deref());
        of_handshake.into_iter().chain(of_flights).find(|certificates| !certificates.is_empty())
    }
}
