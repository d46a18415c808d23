//! Records that domains publish, and trust anchors.

use vigie_probe_dns::{
    DkimKey, KeyType, SpfProblem, is_dmarc, is_spf, parse_caa_issuer, parse_dkim_key, parse_dmarc, parse_spf,
    read_trust_anchor,
};

/// The sound terms of an SPF record print back to a record without a fault that has the same terms.
pub fn spf(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let record = parse_spf(&text);
    assert_eq!(is_spf(&text), !matches!(record.problems.as_slice(), [SpfProblem::Version]));
    let printed = record.to_string();
    let again = parse_spf(&printed);
    assert_eq!(again.terms, record.terms, "printed as {printed:?}");
    assert!(!record.is_valid() || again.is_valid(), "printed as {printed:?}");
    assert!(record.live_directives().count() <= record.directives().count());
    assert!(record.all().is_none() || record.redirect().is_none());
}

/// A DMARC record is used only under its version, and blanks around its semicolons change nothing.
pub fn dmarc(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let record = parse_dmarc(&text);
    assert!(!record.is_usable() || is_dmarc(&text));
    assert!(!record.is_usable() || record.policy.is_some() || !record.rua.is_empty());
    assert_eq!(parse_dmarc(&text.replace(';', " ; ")), record);
}

/// A DKIM key has a size that its kind allows, and none once withdrawn.
pub fn dkim(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(DkimKey { kind, bits, revoked, .. }) = parse_dkim_key(&text) else { return };
    assert!(usize::try_from(bits).is_ok_and(|bits| bits <= text.len().saturating_mul(8)));
    assert!(!revoked || bits == 0);
    assert!(kind != KeyType::Ed25519 || revoked || bits == 256);
    assert_ne!(kind, KeyType::None);
}

/// An issuer is written back as it was read.
pub fn caa(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some(issuer) = parse_caa_issuer(&text) else { return };
    let parameters = issuer.parameters.iter().map(|(tag, value)| format!("; {tag}={value}"));
    let written = issuer.authority.iter().cloned().chain(parameters).collect::<String>();
    assert_eq!(parse_caa_issuer(&written), Some(issuer), "written as {written:?}");
}

/// A trust anchor is the same with a comment more.
pub fn trust_anchor(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(anchor) = read_trust_anchor(&text) {
        let commented = format!("; root\n{text}\n; end\n");
        assert_eq!(read_trust_anchor(&commented).ok(), Some(anchor));
    }
}
