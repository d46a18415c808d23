//! The shipped rules on TLS.

use vigie_model::Lang;
use vigie_probe::Probe;
use vigie_probe_tls::TlsProbe;
use vigie_rules::{Frameworks, RuleSet, shipped_rules};
use vigie_source::SourceFile;

pub(crate) fn rules() -> RuleSet {
    let files: Vec<SourceFile> =
        shipped_rules().into_iter().filter(|file| file.name().starts_with("rules/tls/")).collect();
    let catalogue = TlsProbe::new(&[]).unwrap().catalogue().unwrap();
    let frameworks =
        Frameworks::shipped().unwrap_or_else(|problems| panic!("{}", problems.render(Lang::En, false, 120)));
    RuleSet::load_layers([files], &catalogue, &frameworks)
        .unwrap_or_else(|problems| panic!("{}", problems.render(Lang::En, false, 120)))
}
