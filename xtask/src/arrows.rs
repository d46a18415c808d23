use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::Value;

/// Which crates of the workspace a crate may depend on.
enum May {
    /// Any of them.
    All,
    /// These, and no other.
    Only(&'static [&'static str]),
}

/// The allowed arrows. A crate without a row may not exist.
const ARROWS: &[(&str, May)] = &[
    ("vigie-model", May::Only(&[])),
    ("vigie-source", May::Only(&["vigie-model"])),
    ("vigie-rules", May::Only(&["vigie-model", "vigie-source"])),
    ("vigie-plan", May::Only(&["vigie-model", "vigie-source"])),
    ("vigie-documents", May::Only(&["vigie-model"])),
    ("vigie-reading", May::Only(&["vigie-model", "vigie-source", "vigie-plan", "vigie-documents"])),
    ("vigie-workbook", May::Only(&["vigie-model", "vigie-source", "vigie-plan", "vigie-documents"])),
    ("vigie-probe", May::Only(&["vigie-model"])),
    ("vigie-probe-tls", May::Only(&["vigie-model", "vigie-probe"])),
    ("vigie-probe-dns", May::Only(&["vigie-model", "vigie-probe"])),
    ("vigie-probe-services", May::Only(&["vigie-model", "vigie-probe"])),
    ("vigie-scan", May::Only(&["vigie-model", "vigie-source", "vigie-probe"])),
    ("vigie-report", May::Only(&["vigie-model", "vigie-rules", "vigie-plan", "vigie-documents", "vigie-reading"])),
    ("vigie-lab", May::Only(&["vigie-model", "vigie-source"])),
    // The product: the library and the command line put everything together.
    ("vigie", May::All),
    // Calls the parsers of every crate; nothing depends on it.
    ("vigie-fuzz-properties", May::All),
    ("xtask", May::Only(&[])),
];

/// Arrows that tests may add, each with its reason.
const TEST_ARROWS: &[(&str, &str, &str)] = &[
    ("vigie-plan", "vigie-rules", "the rules on plans are tried on the facts of real plans"),
    ("vigie-probe-tls", "vigie-rules", "the rules on TLS are tried on the facts of real servers"),
    ("vigie-probe-tls", "vigie-source", "their files are read for that"),
    ("vigie-report", "vigie-source", "what an event does is tried on the sample plans"),
    ("xtask", "vigie-source", "a scaffolded rule is read as a file"),
    ("xtask", "vigie-rules", "a scaffolded rule has the shape of a rule"),
];

/// What must not be reached, however long the way. `*` at the end stands for any ending.
const OUT_OF_REACH: &[(&[&str], &[&str], &str)] = &[
    (
        &[
            "vigie-model",
            "vigie-source",
            "vigie-rules",
            "vigie-plan",
            "vigie-documents",
            "vigie-reading",
            "vigie-workbook",
            "vigie-report",
        ],
        &["tokio", "hyper", "hickory-*", "rustls"],
        "these crates are pure: no network, no task, no clock",
    ),
    (&["vigie-rules"], &["vigie-probe*"], "rules judge facts, whoever measured them"),
    (&["vigie-report"], &["vigie-store*"], "a report is a view over a run, wherever it is stored"),
];

/// Complains of every dependency that goes against the arrows.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("running cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let graph = Graph::from_metadata(&serde_json::from_slice(&output.stdout)?).context("reading cargo metadata")?;
    Ok(graph.complaints())
}

/// The resolved dependencies of the workspace. Packages are known by their id: two versions of one
/// name are two packages.
struct Graph {
    names: BTreeMap<String, String>,
    members: BTreeSet<String>,
    arrows: BTreeMap<String, Vec<Arrow>>,
}

/// One dependency.
struct Arrow {
    to: String,
    /// It is built into the crate, or into its build script.
    built_in: bool,
    /// Its tests use it.
    tested_with: bool,
}

impl Graph {
    fn from_metadata(metadata: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let names = metadata["packages"].as_array()?.iter();
        let names = names.filter_map(|package| Some((text(&package["id"])?, text(&package["name"])?))).collect();
        let members = metadata["workspace_members"].as_array()?.iter().filter_map(text).collect();
        let nodes = metadata.pointer("/resolve/nodes")?.as_array()?.iter();
        let arrows = nodes.filter_map(|node| {
            let arrows = node["deps"].as_array()?.iter().filter_map(Arrow::from_metadata).collect();
            Some((text(&node["id"])?, arrows))
        });
        Some(Self { names, members, arrows: arrows.collect() })
    }

    fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut used = BTreeSet::new();
        for member in &self.members {
            self.check_member(member, &mut used, &mut complaints);
        }
        for (from, to, _) in TEST_ARROWS {
            if !used.contains(&(*from, *to)) {
                complaints.push(format!("TEST_ARROWS lists {from} → {to}, which is not there any more"));
            }
        }
        for (crates, forbidden, why) in OUT_OF_REACH {
            complaints.extend(crates.iter().flat_map(|name| self.reached(name, forbidden, why)));
        }
        complaints
    }

    fn check_member<'g>(
        &'g self,
        member: &'g str,
        used: &mut BTreeSet<(&'g str, &'g str)>,
        complaints: &mut Vec<String>,
    ) {
        let from = self.name(member);
        let Some((_, may)) = ARROWS.iter().find(|(name, _)| *name == from) else {
            complaints.push(format!("{from} has no row in ARROWS: say in xtask/src/arrows.rs what it may depend on"));
            return;
        };
        let May::Only(allowed) = may else { return };
        for arrow in self.arrows_of(member).iter().filter(|arrow| self.members.contains(&arrow.to)) {
            let to = self.name(&arrow.to);
            if allowed.contains(&to) {
                continue;
            }
            if arrow.built_in {
                let allowed = if allowed.is_empty() { "no crate of the workspace".into() } else { allowed.join(", ") };
                complaints.push(format!("{from} → {to} goes against the arrows: {from} may depend on {allowed}"));
            }
            if arrow.tested_with {
                used.insert((from, to));
                if !TEST_ARROWS.iter().any(|(a, b, _)| (*a, *b) == (from, to)) {
                    complaints.push(format!("{from} → {to} in tests has no row in TEST_ARROWS, with its reason"));
                }
            }
        }
    }

    /// Complains of the shortest way from a crate to each thing it must not reach.
    fn reached(&self, from: &str, forbidden: &[&str], why: &str) -> Vec<String> {
        let Some(start) = self.members.iter().find(|id| self.name(id) == from) else { return Vec::new() };
        let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut queue = vec![start.as_str()];
        let mut complaints = Vec::new();
        let mut next = 0;
        while let Some(at) = queue.get(next).copied() {
            next += 1;
            for arrow in self.arrows_of(at).iter().filter(|arrow| arrow.built_in) {
                if arrow.to == *start || came_from.contains_key(arrow.to.as_str()) {
                    continue;
                }
                came_from.insert(&arrow.to, at);
                if forbidden.iter().any(|pattern| fits(self.name(&arrow.to), pattern)) {
                    complaints.push(format!("{}: {why}", self.way(&arrow.to, &came_from)));
                } else {
                    queue.push(&arrow.to);
                }
            }
        }
        complaints
    }

    /// `a → b → c`, from where the search began to `to`.
    fn way(&self, to: &str, came_from: &BTreeMap<&str, &str>) -> String {
        let mut names = vec![self.name(to)];
        let mut at = to;
        while let Some(before) = came_from.get(at) {
            names.push(self.name(before));
            at = before;
        }
        names.reverse();
        names.join(" → ")
    }

    fn name<'g>(&'g self, id: &'g str) -> &'g str {
        self.names.get(id).map_or(id, String::as_str)
    }

    fn arrows_of(&self, id: &str) -> &[Arrow] {
        self.arrows.get(id).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Arrow {
    fn from_metadata(dependency: &Value) -> Option<Self> {
        let kinds = || dependency["dep_kinds"].as_array().into_iter().flatten().map(|kind| &kind["kind"]);
        Some(Self {
            to: dependency["pkg"].as_str()?.to_owned(),
            built_in: kinds().any(|kind| kind != "dev"),
            tested_with: kinds().any(|kind| kind == "dev"),
        })
    }
}

fn fits(name: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A graph from `from → to` or `from → to (dev)`; names that begin with `vigie`, and xtask, are members.
    fn complaints(arrows: &[&str]) -> Vec<String> {
        let mut dependencies: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        let listed = TEST_ARROWS.iter().map(|(from, to, _)| (*from, *to, json!("dev")));
        let given = arrows.iter().map(|arrow| {
            let (from, to) = arrow.split_once(" → ").unwrap();
            match to.strip_suffix(" (dev)") {
                Some(to) => (from, to, json!("dev")),
                None => (from, to, Value::Null),
            }
        });
        for (from, to, kind) in listed.chain(given) {
            dependencies.entry(to).or_default();
            dependencies.entry(from).or_default().push(json!({"pkg": to, "dep_kinds": [{"kind": kind}]}));
        }
        let names: Vec<_> = dependencies.keys().copied().collect();
        let members: Vec<_> = names.iter().filter(|name| name.starts_with("vigie") || **name == "xtask").collect();
        let metadata = json!({
            "packages": names.iter().map(|name| json!({"id": name, "name": name})).collect::<Vec<_>>(),
            "workspace_members": members,
            "resolve": {"nodes": dependencies.iter().map(|(id, deps)| json!({"id": id, "deps": deps})).collect::<Vec<_>>()},
        });
        Graph::from_metadata(&metadata).unwrap().complaints()
    }

    #[test]
    fn allowed_arrows_pass() {
        let arrows = ["vigie-rules → vigie-model", "vigie-rules → vigie-source", "vigie → vigie-rules"];
        assert_eq!(complaints(&arrows), Vec::<String>::new());
    }

    #[test]
    fn a_probe_may_not_know_another_probe() {
        assert_eq!(
            complaints(&["vigie-probe-tls → vigie-probe-dns"]),
            ["vigie-probe-tls → vigie-probe-dns goes against the arrows: \
                 vigie-probe-tls may depend on vigie-model, vigie-probe"],
        );
    }

    #[test]
    fn tests_may_add_only_the_arrows_that_are_listed() {
        assert_eq!(
            complaints(&["vigie-rules → vigie-probe (dev)"]),
            ["vigie-rules → vigie-probe in tests has no row in TEST_ARROWS, with its reason"],
        );
    }

    #[test]
    fn a_crate_without_a_row_is_named() {
        let complaints = complaints(&["vigie-new → vigie-model"]);
        assert!(complaints.iter().any(|line| line.starts_with("vigie-new has no row in ARROWS")), "{complaints:?}");
    }

    #[test]
    fn a_long_way_to_something_forbidden_is_shown_whole() {
        let arrows = ["vigie-plan → reader", "reader → stream", "stream → tokio", "vigie-probe → tokio"];
        assert_eq!(
            complaints(&arrows),
            ["vigie-plan → reader → stream → tokio: these crates are pure: no network, no task, no clock"],
        );
    }

    #[test]
    fn what_only_tests_use_is_not_reached() {
        assert_eq!(complaints(&["vigie-plan → reader", "reader → tokio (dev)"]), Vec::<String>::new());
    }

    #[test]
    fn a_listed_exception_that_is_gone_is_named() {
        let metadata = json!({"packages": [], "workspace_members": [], "resolve": {"nodes": []}});
        let complaints = Graph::from_metadata(&metadata).unwrap().complaints();
        assert_eq!(complaints.len(), TEST_ARROWS.len());
        assert!(complaints[0].contains("not there any more"), "{complaints:?}");
    }
}
