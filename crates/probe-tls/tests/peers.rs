//! Every fact of some real servers, as four other scanners and vigie tell it, beside what is true of them by the way they
//! are set up. `docs/tls-scanners.md` shows the table. Needs sslyze, testssl.sh, sslscan and nmap: `./test.sh` installs
//! them.

#![cfg(test)]

mod scanners;
mod stage;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use futures_util::{StreamExt, stream};
use scanners::{COMPARED, Facts, nmap, sslscan, sslyze, testssl, vigie};
use schemars::JsonSchema;
use serde::Deserialize;
use stage::scripted::{Flaws, scripted};
use stage::servers::{Running, staple};
use stage::{Authority, look};
use tokio::task::spawn_blocking;
use vigie_model::Lang;
use vigie_source::{Formats, SourceFile};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Comparison {
    targets: Vec<Target>,
    disagreements: Vec<Disagreement>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Target {
    name: String,
    server: String,
    options: String,
    #[serde(default)]
    listen: String,
    #[serde(default)]
    second_key: bool,
    #[serde(default)]
    staple: bool,
    /// Whether testssl.sh looks at it too, which takes a minute.
    #[serde(default)]
    by_testssl: bool,
    facts: BTreeMap<String, String>,
}

/// A fact that a scanner tells otherwise, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Disagreement {
    scanner: String,
    target: String,
    fact: String,
    says: String,
    because: String,
    /// Whether it is told so in some runs only.
    #[serde(default)]
    unsteady: bool,
}

/// Servers looked at together.
const AT_ONCE: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn every_fact_is_right_and_every_disagreement_of_others_is_explained() {
    let file = SourceFile::new("targets.yaml", include_str!("scanners/targets.yaml"));
    let read = vigie_source::read::<Comparison>(&file, &Formats::standard());
    let comparison = read.unwrap_or_else(|problems| panic!("{}", problems.render(Lang::En, false, 100))).value;
    let mut said = BTreeMap::new();
    Comparison::look(&comparison.targets.iter().collect::<Vec<_>>(), &mut said).await;
    let (mut score, mut problems) = comparison.judge(&said);
    if !problems.is_empty() {
        // Other scanners are at the mercy of a busy machine: what they do not say twice is not theirs.
        let of = |target: &&Target| problems.iter().any(|problem| problem.contains(&target.name));
        let again: Vec<&Target> = comparison.targets.iter().filter(of).collect();
        Comparison::look(&again, &mut said).await;
        (score, problems) = comparison.judge(&said);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/tls-scanners.md");
    let page = std::fs::read_to_string(page).expect("docs/tls-scanners.md");
    // Printed, and not compared: other scanners are silent now and then.
    println!("{}", score.table());
    let reasons = comparison.reasons();
    assert!(page.contains(&reasons), "docs/tls-scanners.md should hold:\n{reasons}");
}

impl Comparison {
    /// Has every scanner look at these servers.
    async fn look(targets: &[&Target], said: &mut BTreeMap<(String, String), Facts>) {
        let looks = stream::iter(targets.to_vec()).map(|target| async move { (target, target.seen().await) });
        let looks: Vec<_> = looks.buffered(AT_ONCE).collect().await;
        for (target, seen) in looks {
            said.extend(seen.into_iter().map(|(scanner, facts)| ((target.name.clone(), scanner.to_owned()), facts)));
        }
    }

    /// How often each scanner was right, and every disagreement that is not explained.
    fn judge(&self, said: &BTreeMap<(String, String), Facts>) -> (Score, Vec<String>) {
        let mut score = Score::default();
        let mut problems = Vec::new();
        let mut explained: BTreeSet<&Disagreement> = BTreeSet::new();
        for ((name, scanner), facts) in said {
            let target = self.targets.iter().find(|target| target.name == *name).expect("a target");
            for (fact, truth) in &target.facts {
                let of_fact = self
                    .disagreements
                    .iter()
                    .filter(|one| one.scanner == *scanner && one.target == *name && one.fact == *fact);
                let found = facts.get(fact);
                // One that is wrong in some runs counts as wrong, whatever this run says.
                let steady = of_fact.clone().all(|one| !one.unsteady);
                score.note(fact, scanner, found.map(|found| found == truth && steady));
                match found {
                    None if scanner == "vigie" => problems.push(format!("vigie does not tell {fact} of {name}")),
                    Some(found) if found != truth => match of_fact.clone().find(|one| one.says == *found) {
                        Some(told) => _ = explained.insert(told),
                        None => problems.push(format!("{scanner} says of {name}: {fact} is {found:?}, not {truth:?}")),
                    },
                    _ => {}
                }
            }
        }
        let vanished = self.disagreements.iter().filter(|one| !one.unsteady && !explained.contains(one));
        problems.extend(vanished.map(|one| format!("no longer so: {one:?}")));
        (score, problems)
    }

    /// Every disagreement with its reason, as the page shows them.
    fn reasons(&self) -> String {
        let mut text = String::from("| scanner | server | fact | says | because |\n|---|---|---|---|---|\n");
        for Disagreement { scanner, target, fact, says, because, .. } in &self.disagreements {
            writeln!(text, "| {scanner} | {target} | {fact} | {says} | {because} |").expect("text");
        }
        text
    }
}

impl Target {
    /// Sets the server up and has every scanner look at it.
    async fn seen(&self) -> Vec<(&'static str, Facts)> {
        let authority = Authority::new();
        if self.second_key {
            authority.certify("ec -pkeyopt ec_paramgen_curve:P-256", "");
            for file in ["key", "pem"] {
                let name = |stem: &str| authority.file(&format!("{stem}.{file}"));
                std::fs::rename(name("leaf"), name("second")).unwrap();
            }
        }
        authority.certify("rsa:2048", "");
        if self.staple {
            staple(&authority, "good");
        }
        let server = Running::start(&authority, &self.server, &self.listen, &self.options);
        self.scanned(&authority, server.port()).await
    }

    async fn scanned(&self, authority: &Authority, port: u16) -> Vec<(&'static str, Facts)> {
        let mut all = vec![("vigie", vigie::facts(&look(authority, port).await))];
        let dir = authority.dir.path().to_owned();
        let by_testssl = self.by_testssl;
        // One after the other: a server that answers one at a time must not be the reason of a wrong answer.
        let others = spawn_blocking(move || {
            let mut all = vec![
                ("sslyze", sslyze::facts(&dir, port)),
                ("sslscan", sslscan::facts(&dir, port)),
                ("nmap", nmap::facts(port)),
            ];
            all.extend(by_testssl.then(|| ("testssl.sh", testssl::facts(&dir, port))));
            all
        });
        all.extend(others.await.expect("other scanners"));
        all
    }
}

/// How often each scanner was right, wrong and silent.
#[derive(Debug, Default)]
struct Score {
    by_fact: BTreeMap<(String, String), Count>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Count {
    right: u32,
    wrong: u32,
    silent: u32,
}

const SCANNERS: [&str; 5] = ["vigie", "testssl.sh", "sslyze", "sslscan", "nmap"];

impl Score {
    fn note(&mut self, fact: &str, scanner: &str, right: Option<bool>) {
        // The suites of each version are one row.
        let row = if fact.starts_with("suites ") { "suites" } else { fact };
        assert!(COMPARED.contains(&row), "{fact} is not a fact that is compared");
        let count = self.by_fact.entry((row.to_owned(), scanner.to_owned())).or_default();
        match right {
            Some(true) => count.right += 1,
            Some(false) => count.wrong += 1,
            None => count.silent += 1,
        }
    }

    /// The table, as the page shows it.
    fn table(&self) -> String {
        let mut text = format!("| fact | {} |\n|---|{}\n", SCANNERS.join(" | "), "---|".repeat(SCANNERS.len()));
        let mut sums = [Count::default(); SCANNERS.len()];
        for fact in COMPARED {
            write!(text, "| {fact} |").expect("text");
            for (scanner, sum) in SCANNERS.iter().zip(&mut sums) {
                let count = self.by_fact.get(&(fact.to_owned(), (*scanner).to_owned())).copied().unwrap_or_default();
                sum.right += count.right;
                sum.wrong += count.wrong;
                sum.silent += count.silent;
                write!(text, " {count} |").expect("text");
            }
            text.push('\n');
        }
        let sums: Vec<String> = sums.iter().map(ToString::to_string).collect();
        writeln!(text, "| all | {} |", sums.join(" | ")).expect("text");
        text
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { right, wrong, silent } = self;
        match (right + wrong + silent, wrong, silent) {
            (0, ..) => f.write_str("–"),
            (all, 0, 0) => write!(f, "{all}"),
            (all, 0, silent) if *silent == all => f.write_str("not told"),
            (all, 0, _) => write!(f, "{right} of {all}"),
            (all, wrong, _) => write!(f, "{right} of {all}, **{wrong} wrong**"),
        }
    }
}

/// A sound release has none of these flaws: what vigie is tested with are doubles. Others must find them there as well, and
/// find none in the sound one.
#[tokio::test(flavor = "multi_thread")]
async fn other_scanners_find_the_flaws_of_our_doubles() {
    let sound = scripted(Flaws::default()).await;
    let heartbleed = scripted(Flaws { heartbeat: true, heartbleed: true, ..Flaws::default() }).await;
    let ccs_injection = scripted(Flaws { ccs_injection: true, ..Flaws::default() }).await;
    let robot = scripted(Flaws { robot: true, ..Flaws::default() }).await;
    let robot_when_short = scripted(Flaws { robot_when_short: true, ..Flaws::default() }).await;
    let ssl2 = scripted(Flaws { ssl2: true, ..Flaws::default() }).await;
    let case = |option, id, port, truth| Case { option, id, port, truth };
    let all = vec![
        case("-H", "heartbleed", heartbleed, true),
        case("-H", "heartbleed", sound, false),
        case("-I", "CCS", ccs_injection, true),
        case("-I", "CCS", sound, false),
        case("-BB", "ROBOT", robot, true),
        case("-BB", "ROBOT", robot_when_short, true),
        case("-BB", "ROBOT", sound, false),
        case("-D", "DROWN", ssl2, true),
        case("-D", "DROWN", sound, false),
    ];
    // It is at the mercy of a busy machine: what it does not say twice is not its answer.
    let wrong = otherwise_by_testssl(otherwise_by_testssl(all).await).await;
    assert!(wrong.is_empty(), "{wrong:?}");
    for (script, port, truth) in [("ssl-ccs-injection", ccs_injection, true), ("ssl-ccs-injection", sound, false)] {
        let said = spawn_blocking(move || nmap::finds(port, script)).await.unwrap();
        assert_eq!(said, truth, "{script}");
    }
}

/// What testssl.sh is asked about a double, by its option and the name of its finding.
#[derive(Debug)]
struct Case {
    option: &'static str,
    id: &'static str,
    port: u16,
    truth: bool,
}

/// Those about which it says something else.
async fn otherwise_by_testssl(cases: Vec<Case>) -> Vec<Case> {
    let asked = stream::iter(cases).map(|case| {
        spawn_blocking(move || {
            let folder = tempfile::tempdir().unwrap();
            let said = testssl::finds(folder.path(), case.port, case.option, case.id);
            (said != Some(case.truth)).then_some(case)
        })
    });
    asked.buffer_unordered(4).filter_map(async |wrong| wrong.expect("an answer")).collect().await
}
