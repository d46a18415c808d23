//! Real servers set up in more than seventy ways, and every fact that follows from how they are set up. Needs Apache,
//! `gnutls-serv`, NSS's `selfserv`, lighttpd over wolfSSL and the two OpenSSL that `./test.sh` builds.

#![cfg(test)]

mod stage;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use stage::servers::{Running, staple};
use stage::{Authority, Seen, look, openssl};
use vigie_model::{Lang, Outcome};
use vigie_source::{Formats, SourceFile};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Truth {
    configurations: Vec<Configuration>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Configuration {
    name: String,
    server: String,
    options: String,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    staple: Option<String>,
    #[serde(default)]
    listen: Option<String>,
    #[serde(default)]
    facts: BTreeMap<String, Value>,
    #[serde(default)]
    suites: BTreeMap<String, BTreeSet<String>>,
    #[serde(default)]
    groups: BTreeMap<String, BTreeSet<String>>,
    #[serde(default)]
    flaws: BTreeSet<String>,
    #[serde(default)]
    unknown: BTreeSet<String>,
}

/// Configurations looked at together.
const AT_ONCE: usize = 4;

fn configurations(server: &str) -> Vec<Configuration> {
    let file = SourceFile::new("configurations.yaml", include_str!("truth/configurations.yaml"));
    let read = vigie_source::read::<Truth>(&file, &Formats::standard());
    let truth = read.unwrap_or_else(|problems| panic!("{}", problems.render(Lang::En, false, 100))).value;
    truth.configurations.into_iter().filter(|one| one.server == server).collect()
}

impl Configuration {
    /// Sets the server up and looks at it.
    async fn seen(&self) -> Seen {
        let authority = Authority::new();
        authority.certify(self.key.as_deref().unwrap_or("rsa:2048"), "");
        if let Some(kind) = &self.staple {
            staple(&authority, kind);
        }
        if self.options.contains("ffdhe3072.pem") {
            openssl(
                authority.dir.path(),
                "genpkey -genparam -algorithm DH -pkeyopt group:ffdhe3072 -out ffdhe3072.pem",
            );
        }
        let listen = self.listen.as_deref().unwrap_or_default();
        let server = Running::start(&authority, &self.server, listen, &self.options);
        look(&authority, server.port()).await
    }

    /// Everything in which what was seen departs from the truth.
    fn departures(&self, seen: &Seen) -> Vec<String> {
        let mut all = Vec::new();
        let mut compare = |what: String, found: String, expected: String| {
            if found != expected {
                all.push(format!("{}: {what} is {found} and should be {expected}", self.name));
            }
        };
        for (place, expected) in &self.facts {
            compare(place.clone(), seen.fact(place).to_string(), expected.to_string());
        }
        for (fact, expected) in [("suites", &self.suites), ("groups", &self.groups)] {
            for (version, expected) in expected {
                compare(
                    format!("{fact} of {version}"),
                    format!("{:?}", accepted(seen, fact, version)),
                    format!("{expected:?}"),
                );
            }
        }
        let flaws = seen.fact("flaws");
        let flaws = flaws.as_object().expect("flaws").iter().filter(|(_, has)| **has == true).map(|(name, _)| name);
        compare("flaws".to_owned(), format!("{:?}", flaws.collect::<BTreeSet<_>>()), format!("{:?}", self.flaws));
        let Outcome::Observed { gaps, .. } = &seen.observation.outcome else { panic!("facts") };
        let unknown =
            gaps.keys().map(ToString::to_string).filter(|path| !OF_OTHER_TESTS.iter().any(|one| path.starts_with(one)));
        let unknown: BTreeSet<String> = unknown.collect();
        compare("unknown".to_owned(), format!("{unknown:?}"), format!("{:?}", self.unknown));
        all
    }
}

fn accepted(seen: &Seen, fact: &str, version: &str) -> BTreeSet<String> {
    let all = seen.fact(fact);
    let of_version =
        all.as_array().expect(fact).iter().find(|one| one["version"] == version).cloned().unwrap_or_default();
    let names = of_version["accepted"].as_array().cloned().unwrap_or_default();
    names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What is unknown everywhere here: the authority publishes nothing, no list is named, and JARM is not asked for.
const OF_OTHER_TESTS: [&str; 4] = ["revocation.", "timestamp_signatures.", "weak_keys.", "jarm"];

/// Looks at every configuration of a server; tells all departures at once.
async fn hold(server: &str, at_least: usize) {
    let all = configurations(server);
    assert!(all.len() >= at_least, "{} configurations of {server}", all.len());
    let looks = stream::iter(&all).map(|one| async move { (one, one.seen().await) }).buffered(AT_ONCE);
    let seen: Vec<(&Configuration, Seen)> = looks.collect().await;
    let mut departures = Vec::new();
    for (one, seen) in seen {
        assert!(seen.volume <= 120, "{}: {} connections", one.name, seen.volume);
        departures.extend(one.departures(&seen));
    }
    assert!(departures.is_empty(), "{}", departures.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_as_debian_has_it() {
    hold("openssl", 30).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_openssl_with_everything_switched_on() {
    hold("openssl-old", 14).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_of_2013() {
    hold("openssl-of-2013", 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_of_2015() {
    hold("openssl-of-2015", 5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recent_openssl() {
    hold("openssl-new", 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx() {
    hold("nginx", 8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apache_httpd() {
    hold("apache", 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gnutls_serv() {
    hold("gnutls", 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nss_selfserv() {
    hold("nss", 6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lighttpd_over_wolfssl() {
    hold("wolfssl", 3).await;
}
