use data_encoding::{BASE64, HEXUPPER_PERMISSIVE};
use hickory_proto::dnssec::rdata::{DNSKEY, DS};
use hickory_proto::dnssec::{Algorithm, DigestType, PublicKeyBuf, TrustAnchors};
use hickory_proto::rr::Name;
use thiserror::Error;

use super::chain::{Signed, names_key};

/// The keys that DNSSEC validation starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustAnchor {
    entries: Vec<(Name, Entry)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Key(DNSKEY),
    Digest(DS),
}

/// What is wrong with a trust anchor file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AnchorProblem {
    /// The file has no record.
    #[error("no DS or DNSKEY record in the trust anchor file")]
    Empty,
    /// A record that is neither DS nor DNSKEY.
    #[error("line {line}: a trust anchor is a DS or DNSKEY record, as in `. IN DS 20326 8 2 E06D…`")]
    OtherRecord {
        /// Line, from 1.
        line: usize,
    },
    /// The owner is not a domain name.
    #[error("line {line}: {name:?} is not a domain name")]
    Name {
        /// Line, from 1.
        line: usize,
        /// What stands there.
        name: String,
    },
    /// A field is missing or cannot be read.
    #[error("line {line}: the {field} cannot be read")]
    Field {
        /// Line, from 1.
        line: usize,
        /// Which field.
        field: &'static str,
    },
    /// A parenthesis is not closed.
    #[error("line {line}: the parenthesis opened here is not closed")]
    Unclosed {
        /// Line, from 1.
        line: usize,
    },
}

/// The two root keys in force, as published by IANA (data.iana.org/root-anchors, key signing keys of 2017 and 2024).
const IANA: &str = "\
. IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
. IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
";

impl TrustAnchor {
    /// The root of the Internet.
    pub fn iana() -> Self {
        // The text is ours and a test reads it; an empty anchor would make every state unknown, never wrong.
        read_trust_anchor(IANA).unwrap_or(Self { entries: Vec::new() })
    }

    /// The closest owner of an anchor at or above a zone.
    pub(super) fn owner_above(&self, zone: &Name) -> Option<Name> {
        let owners = self.entries.iter().map(|(owner, _)| owner).filter(|owner| owner.zone_of(zone));
        owners.max_by_key(|owner| owner.num_labels()).cloned()
    }

    /// The served keys that this anchor trusts, `None` when there are none.
    pub(super) fn trusted_keys(&self, served: &Signed) -> Option<TrustAnchors> {
        let mut trusted = TrustAnchors::empty();
        let mut any = false;
        for key in served.keys().filter(|key| self.trusts(&served.owner, key)) {
            any |= trusted.insert_with_name(key.public_key(), (&served.owner).into());
        }
        any.then_some(trusted)
    }

    fn trusts(&self, owner: &Name, key: &DNSKEY) -> bool {
        self.entries.iter().filter(|(name, _)| name == owner).any(|(_, entry)| match entry {
            Entry::Key(trusted) => trusted == key,
            Entry::Digest(digest) => names_key(digest, owner, key),
        })
    }
}

impl Default for TrustAnchor {
    fn default() -> Self {
        Self::iana()
    }
}

/// Reads a trust anchor file: DS and DNSKEY records in zone file form (RFC 1035 section 5.1), as written
/// by `unbound-anchor`, `ldns-keygen`, `keymgr` and IANA. Comments and parentheses are understood.
pub fn read_trust_anchor(text: &str) -> Result<TrustAnchor, AnchorProblem> {
    let mut entries = Vec::new();
    for (line, fields) in logical_lines(text)? {
        entries.push(read_record(line, &fields)?);
    }
    if entries.is_empty() { Err(AnchorProblem::Empty) } else { Ok(TrustAnchor { entries }) }
}

/// The records of the file, one line each: comments gone, what stands in parentheses joined.
fn logical_lines(text: &str) -> Result<Vec<(usize, Vec<&str>)>, AnchorProblem> {
    let mut lines = Vec::new();
    let mut open: Option<(usize, Vec<&str>)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let (content, _comment) = line.split_once(';').unwrap_or((line, ""));
        let fields =
            content.split(|c: char| c.is_whitespace() || c == '(' || c == ')').filter(|field| !field.is_empty());
        let (first, mut all) = open.take().unwrap_or((number, Vec::new()));
        let was_open = !all.is_empty();
        all.extend(fields);
        let opens = content.contains('(');
        let closes = content.contains(')');
        if (opens || was_open) && !closes {
            open = Some((first, all));
        } else if !all.is_empty() {
            lines.push((first, all));
        }
    }
    match open {
        Some((line, _)) => Err(AnchorProblem::Unclosed { line }),
        None => Ok(lines),
    }
}

fn read_record(line: usize, fields: &[&str]) -> Result<(Name, Entry), AnchorProblem> {
    let is_type = |field: &&str| field.eq_ignore_ascii_case("DS") || field.eq_ignore_ascii_case("DNSKEY");
    let at = fields.iter().skip(1).position(is_type).ok_or(AnchorProblem::OtherRecord { line })?;
    let mut fields = fields.iter().copied();
    let owner = fields.next().unwrap_or_default();
    let mut name = Name::from_ascii(owner).map_err(|_| AnchorProblem::Name { line, name: owner.to_owned() })?;
    name.set_fqdn(true);
    // Time to live and class, in either order, say nothing here.
    let mut fields = fields.skip(at);
    let is_ds = fields.next().is_some_and(|kind| kind.eq_ignore_ascii_case("DS"));
    let entry = if is_ds { read_ds(line, fields)?.into() } else { read_dnskey(line, fields)?.into() };
    Ok((name, entry))
}

fn read_ds<'a>(line: usize, mut fields: impl Iterator<Item = &'a str>) -> Result<DS, AnchorProblem> {
    let tag = number(line, "key tag", fields.next())?;
    let algorithm = number::<u8>(line, "algorithm", fields.next())?;
    let kind = number::<u8>(line, "digest type", fields.next())?;
    let digest = HEXUPPER_PERMISSIVE.decode(fields.collect::<String>().as_bytes()).ok();
    let digest = digest.filter(|digest| !digest.is_empty()).ok_or(AnchorProblem::Field { line, field: "digest" })?;
    Ok(DS::new(tag, Algorithm::from_u8(algorithm), DigestType::from(kind), digest))
}

fn read_dnskey<'a>(line: usize, mut fields: impl Iterator<Item = &'a str>) -> Result<DNSKEY, AnchorProblem> {
    let flags = number(line, "flags", fields.next())?;
    if number::<u8>(line, "protocol", fields.next())? != 3 {
        return Err(AnchorProblem::Field { line, field: "protocol" });
    }
    let algorithm = number::<u8>(line, "algorithm", fields.next())?;
    let key = BASE64.decode(fields.collect::<String>().as_bytes()).ok();
    let key = key.filter(|key| !key.is_empty()).ok_or(AnchorProblem::Field { line, field: "public key" })?;
    Ok(DNSKEY::with_flags(flags, PublicKeyBuf::new(key, Algorithm::from_u8(algorithm))))
}

fn number<T: std::str::FromStr>(line: usize, field: &'static str, text: Option<&str>) -> Result<T, AnchorProblem> {
    text.and_then(|text| text.parse().ok()).ok_or(AnchorProblem::Field { line, field })
}

impl From<DS> for Entry {
    fn from(ds: DS) -> Self {
        Self::Digest(ds)
    }
}

impl From<DNSKEY> for Entry {
    fn from(key: DNSKEY) -> Self {
        Self::Key(key)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_root_of_the_internet_is_read() {
        assert_eq!(TrustAnchor::iana().entries.len(), 2);
        assert_eq!(TrustAnchor::default(), TrustAnchor::iana());
    }

    #[test]
    fn files_of_the_usual_tools_are_read() {
        let text = "; autotrust\n\
            .\t172800\tIN\tDNSKEY\t257 3 13 ( mdsswUyr3DPW132mOi8V9xESWE8jTo0d\n xCjjnopKl+GqJxpVXckHAeF+KkxLbxIL\n fDLUT0rAK9iUzy1L53eKGQ== ) ;{id = 1 (ksk)}\n\
            \n test. DS 2371 13 2 1F987CC6583E92DF0890718C42 ; split\n";
        let anchor = read_trust_anchor(text).unwrap();
        assert_eq!(anchor.entries.len(), 2);
        assert_eq!(anchor.owner_above(&Name::from_ascii("a.test.").unwrap()), Some(Name::from_ascii("test.").unwrap()));
        assert_eq!(anchor.owner_above(&Name::from_ascii("b.example.").unwrap()), Some(Name::root()));
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let problem = |text: &str| read_trust_anchor(text).unwrap_err().to_string();
        insta::assert_snapshot!(problem("; nothing\n"), @"no DS or DNSKEY record in the trust anchor file");
        insta::assert_snapshot!(problem("\n. IN TXT x"), @"line 2: a trust anchor is a DS or DNSKEY record, as in `. IN DS 20326 8 2 E06D…`");
        insta::assert_snapshot!(problem(". IN DS 20326 8 2"), @"line 1: the digest cannot be read");
        insta::assert_snapshot!(problem(". IN DS x 8 2 00"), @"line 1: the key tag cannot be read");
        insta::assert_snapshot!(problem(". IN DNSKEY 257 2 13 AAAA"), @"line 1: the protocol cannot be read");
        insta::assert_snapshot!(problem(". DNSKEY 257 3 13 (\nAAAA"), @"line 1: the parenthesis opened here is not closed");
        insta::assert_snapshot!(problem("a..b DS 1 8 2 00"), @r#"line 1: "a..b" is not a domain name"#);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[\\PC\n();.]{0,200}") {
            let _ = read_trust_anchor(&text);
        }
    }
}
