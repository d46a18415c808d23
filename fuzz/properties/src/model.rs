//! Names, identifiers and stored runs.

use vigie_model::{Department, DomainName, Finess, Host, Run, Siret, Subject};

use crate::claims::reads_back;

/// A subject, a domain name or a host prints back as what it reads.
pub fn names(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    reads_back::<Subject>(&text);
    reads_back::<DomainName>(&text);
    reads_back::<Host>(&text);
    if let Ok(name) = text.parse::<DomainName>() {
        assert!(name.is_within(&name) && name.as_str().is_ascii());
        assert!(name.parent().is_none_or(|parent| name.is_within(&parent) && !parent.is_within(&name)));
    }
}

/// An administrative number prints back as what it reads.
pub fn identifiers(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    reads_back::<Finess>(&text);
    reads_back::<Siret>(&text);
    reads_back::<Department>(&text);
}

/// A stored run that is read is written, and that reads as the same run.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(run) = Run::from_json(&text) else { return };
    let written = run.to_json().unwrap_or_default();
    assert_eq!(Run::from_json(&written).ok(), Some(run));
}
