//! Certificates good and bad in more than thirty ways, made by OpenSSL and served by it: what is said of each.

#![expect(clippy::disallowed_methods, reason = "certificates are made for the day of the test")]
#![cfg(test)]

mod stage;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use stage::rules::rules;
use stage::{Authority, HOST, OPENSSL_CNF, Seen, look, openssl};
use vigie_model::Lang;
use vigie_source::{Formats, SourceFile};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Cases {
    certificates: Vec<Case>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    extensions: String,
    #[serde(default)]
    sign: String,
    #[serde(default)]
    self_signed: Option<String>,
    #[serde(default)]
    chain: Option<String>,
    verdict: String,
    #[serde(default)]
    fails: BTreeSet<String>,
    #[serde(default)]
    facts: BTreeMap<String, Value>,
}

/// Certificates looked at together.
const AT_ONCE: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn every_certificate_is_told_for_what_it_is() {
    let file = SourceFile::new("cases.yaml", include_str!("certificates/cases.yaml"));
    let read = vigie_source::read::<Cases>(&file, &Formats::standard());
    let cases = read.unwrap_or_else(|problems| panic!("{}", problems.render(Lang::En, false, 100))).value.certificates;
    assert!(cases.len() > 30);
    let looks = stream::iter(&cases).map(|case| async move { (case, case.seen().await) }).buffered(AT_ONCE);
    let seen: Vec<(&Case, Seen)> = looks.collect().await;
    let rules = rules();
    let failing = |seen: &Seen| -> BTreeSet<String> {
        let verdicts = rules.judge(std::slice::from_ref(&seen.observation), seen.observation.observed_at);
        verdicts.iter().filter(|one| !one.failed_checks().is_empty()).map(|one| one.rule.to_string()).collect()
    };
    let usual = failing(&seen[0].1);
    let mut departures = Vec::new();
    for (case, seen) in &seen {
        let mut compare = |what: &str, found: String, expected: String| {
            if found != expected {
                departures.push(format!("{}: {what} is {found} and should be {expected}", case.name));
            }
        };
        compare("the verdict", seen.fact("trust.verdict").to_string(), format!("{:?}", case.verdict));
        for (place, expected) in &case.facts {
            compare(place, seen.fact(place).to_string(), expected.to_string());
        }
        let more: BTreeSet<String> = failing(seen).difference(&usual).cloned().collect();
        compare("what fails", format!("{more:?}"), format!("{:?}", case.fails));
    }
    assert!(departures.is_empty(), "{}", departures.join("\n"));
}

impl Case {
    /// Has the certificate made and served, and looks at it.
    async fn seen(&self) -> Seen {
        let authority = Authority::new();
        let dir = authority.dir.path();
        for (stem, name) in [("other", "Autre~AC"), ("false", "AC~de~demonstration")] {
            openssl(
                dir,
                &format!(
                    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {stem}.key -out {stem}.pem -days 3650 -extensions v3_ca -subj /CN={name}"
                ),
            );
        }
        fs::write(authority.file("openssl.cnf"), self.settings()).unwrap();
        let key = self.key.as_deref().unwrap_or("rsa:2048");
        if let Some(arguments) = &self.self_signed {
            let how = format!("req -x509 -newkey {key} -nodes -keyout leaf.key -out leaf.pem -subj /CN={HOST}");
            openssl(dir, &format!("{how} {arguments}"));
        } else {
            let past = Timestamp::now() - SignedDuration::from_hours(60 * 24);
            let past = past.strftime("%Y%m%d%H%M%SZ").to_string();
            authority.certify(key, &self.sign.replace("@60_DAYS_AGO@", &past));
        }
        let chain = self.chain.as_ref().map(|file| format!("-cert_chain {file}")).unwrap_or_default();
        let server = authority.serve(&format!("-cipher ALL:@SECLEVEL=0 -tls1_2 {chain}"));
        look(&authority, server.port).await
    }

    /// The settings of OpenSSL with the case's own extensions in the place of the usual ones.
    fn settings(&self) -> String {
        let (before, section) = OPENSSL_CNF.split_once("[v3_leaf]\n").expect("a section");
        let (usual, after) = section.split_once("[ca]").expect("the next one");
        let mut lines: BTreeMap<String, String> = BTreeMap::new();
        let own = self.extensions.split(';').filter(|line| !line.is_empty());
        for line in usual.lines().chain(own) {
            let (name, value) = line.split_once('=').expect("an extension");
            lines.insert(name.trim().to_owned(), value.trim().to_owned());
        }
        lines.retain(|_, value| value != "none");
        let lines: Vec<String> = lines.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        format!("{before}[v3_leaf]\n{}\n[ca]{after}", lines.join("\n"))
    }
}
