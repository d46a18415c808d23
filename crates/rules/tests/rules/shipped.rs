//! The rules that travel with vigie.

use std::collections::BTreeSet;

use vigie_model::Lang;
use vigie_rules::{read_rule, shipped_rules};

#[test]
fn every_shipped_rule_has_the_shape_of_a_rule() {
    let mut ids = BTreeSet::new();
    for file in shipped_rules() {
        let located = match read_rule(&file) {
            Ok(located) => located,
            Err(problems) => panic!("{}", problems.render(Lang::En, false, 100)),
        };
        assert!(ids.insert(located.value.id.clone()), "{} comes twice", located.value.id);
    }
}

#[test]
fn files_at_the_top_are_not_rules() {
    assert!(shipped_rules().iter().all(|file| file.name().matches('/').count() >= 2));
}
