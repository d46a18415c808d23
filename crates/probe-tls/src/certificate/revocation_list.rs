//! Lists of revoked certificates (CRL, RFC 5280 section 5), as authorities publish them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use x509_parser::asn1_rs::FromDer;
use x509_parser::extensions::{
    DistributionPointName, GeneralName, IssuingDistributionPoint, ParsedExtension, X509Extension,
};
use x509_parser::revocation_list::CertificateRevocationList;

use super::der::{element, whole_first};
use super::period::is_current;
use super::read::{Certificate, instant};
use super::signature::is_signed;

/// A list of revoked certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList<'a> {
    /// Serial numbers of those that it names.
    pub revoked: BTreeSet<Vec<u8>>,
    /// When this was known to be right.
    pub this_update: Timestamp,
    /// By when there will be a newer one.
    pub next_update: Option<Timestamp>,
    issuer: Vec<u8>,
    reach: Reach,
    signed: &'a [u8],
    algorithm: String,
    signature: Vec<u8>,
}

/// Of which certificates a list speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reach {
    /// Of all that its issuer made.
    All,
    /// Of those that name one of these addresses (section 5.2.5).
    NamedIn(Vec<String>),
    /// Of others than servers' own, of some reasons only, or by means that we do not know.
    Elsewhere,
}

/// Reads a list. `None` for bytes that are no list, or one of which a part cannot be read.
pub fn decode_revocation_list(der: &[u8]) -> Option<RevocationList<'_>> {
    let (rest, list) = CertificateRevocationList::from_der(der).ok()?;
    let signed = whole_first(element(der)?.1.data)?;
    // The parser passes over entries that it cannot read, and what it read is then shorter than what was signed.
    if !rest.is_empty() || list.tbs_cert_list.as_ref().len() != signed.len() {
        return None;
    }
    let next_update = match list.next_update() {
        None => None,
        Some(next) => Some(instant(next)?),
    };
    Some(RevocationList {
        revoked: list.iter_revoked_certificates().map(|entry| entry.raw_serial().to_vec()).collect(),
        this_update: instant(list.last_update())?,
        next_update,
        issuer: list.issuer().as_raw().to_vec(),
        reach: Reach::of(list.extensions()),
        signed,
        algorithm: list.signature_algorithm.algorithm.to_id_string(),
        signature: list.signature_value.data.to_vec(),
    })
}

impl Reach {
    fn of(extensions: &[X509Extension<'_>]) -> Self {
        let mut reach = Self::All;
        for extension in extensions {
            match extension.parsed_extension() {
                ParsedExtension::IssuingDistributionPoint(point) => reach = Self::of_point(point),
                // What one does not know and must heed, the mark of a list of changes among it (section 5.2.4).
                _ if extension.critical => return Self::Elsewhere,
                _ => {}
            }
        }
        reach
    }

    fn of_point(point: &IssuingDistributionPoint<'_>) -> Self {
        let of_others = point.only_contains_ca_certs || point.only_contains_attribute_certs || point.indirect_crl;
        match &point.distribution_point {
            _ if of_others || point.only_some_reasons.is_some() => Self::Elsewhere,
            None => Self::All,
            Some(DistributionPointName::FullName(names)) => Self::NamedIn(
                names
                    .iter()
                    .filter_map(|name| match name {
                        GeneralName::URI(url) => Some((*url).to_owned()),
                        _ => None,
                    })
                    .collect(),
            ),
            Some(_) => Self::Elsewhere,
        }
    }
}

impl RevocationList<'_> {
    /// `good` or `revoked`. `None` when it does not speak of such certificates.
    pub(crate) fn status_of(&self, certificate: &Certificate) -> Option<&'static str> {
        let speaks_of_it = match &self.reach {
            Reach::All => true,
            Reach::NamedIn(places) => {
                let content = certificate.facts.content.as_ref()?;
                content.crl_urls.iter().any(|url| places.contains(url))
            }
            Reach::Elsewhere => false,
        };
        let serial = certificate.serial()?;
        speaks_of_it.then(|| if self.revoked.contains(&serial) { "revoked" } else { "good" })
    }

    /// Whether it comes from an issuer, by its name and its signature. `None` when the signature is of a kind that we
    /// do not verify.
    pub(crate) fn comes_from(&self, issuer: &Certificate) -> Option<bool> {
        if issuer.names.as_ref()?.subject != self.issuer {
            return Some(false);
        }
        is_signed(&issuer.der, &self.algorithm, self.signed, &self.signature)
    }

    /// Whether it holds at an instant.
    pub(crate) fn is_current(&self, at: Timestamp) -> bool {
        is_current(self.this_update, self.next_update, at)
    }
}
