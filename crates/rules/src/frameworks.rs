use std::collections::BTreeMap;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_model::Text;
use vigie_source::{Formats, Level, Located, Problem, Problems, SourceFile, path};

use crate::Confirmation;

/// The format of the file of frameworks that this build reads.
pub const FRAMEWORKS_FORMAT: &str = "vigie.frameworks/1";

/// The most ids that one range can stand for.
pub const MAX_RANGE: u32 = 500;

/// The frameworks that rules may cite, and which of their ids exist.
///
/// A key is `prefix:id` (`anssi-tls:R4`), or the prefix alone for a text that is cited whole.
#[derive(Debug, Clone)]
pub struct Frameworks {
    by_prefix: BTreeMap<String, Known>,
}

/// A reference framework: who publishes it, which version, where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// What keys begin with (`anssi-tls`).
    pub prefix: String,
    /// Its name.
    pub title: Text,
    /// Who publishes it.
    pub publisher: String,
    /// The version that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its date, as precise as it is known: `2020-03-26`, `2017-09` or `2019`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Where the public can read it.
    pub source: Citation,
    /// Under which terms it can be reused.
    pub licence: Text,
    /// Whether it was read in the text.
    pub statut: Confirmation,
    /// What a reader should know before relying on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
    /// Whether the prefix alone is a key.
    #[serde(default)]
    pub bare: bool,
    /// Ids by range, both ends included (`R1..R39`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<String>,
    /// What may follow an id of a range (`-` for a degraded variant).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suffixes: Vec<String>,
    /// A regular expression that other ids match from end to end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Ids with a short title of our own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub items: BTreeMap<String, Item>,
}

/// A public page: its title, and the site it is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// Title of the page or document.
    pub page: String,
    /// Name of the site.
    pub site: String,
}

/// One id of a framework, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Title in French.
    pub fr: String,
    /// Title in English.
    pub en: String,
    /// When it differs from that of the framework.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statut: Option<Confirmation>,
    /// Whom it binds, when that depends on the entity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
}

/// The two kinds of entities of NIS 2 and ReCyF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Entity {
    /// Entité importante.
    #[serde(rename = "EI")]
    Important,
    /// Entité essentielle.
    #[serde(rename = "EE")]
    Essential,
}

/// What a key stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo<'a> {
    /// The framework it belongs to.
    pub framework: &'a Framework,
    /// What the item is about; none when we have no title for it.
    pub title: Option<Text>,
    /// Whether the item was read in the text.
    pub statut: Confirmation,
    /// Whom it binds; empty when that does not depend on the entity.
    pub entities: &'a [Entity],
}

/// A framework with its ids worked out.
#[derive(Debug, Clone)]
struct Known {
    framework: Framework,
    ranges: Vec<Range>,
    pattern: Option<Regex>,
}

/// `R1..R39`: a stem and the numbers that may follow it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Range {
    stem: String,
    first: u32,
    last: u32,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FrameworksFile {
    format: String,
    frameworks: Vec<Framework>,
}

impl Frameworks {
    /// Those that travel with vigie.
    pub fn shipped() -> Result<Self, Problems> {
        Self::read(&SourceFile::new("rules/frameworks.yaml", include_str!("../../../rules/frameworks.yaml")))
    }

    /// Reads a file of frameworks, and reports all that is wrong with it at once.
    pub fn read(file: &SourceFile) -> Result<Self, Problems> {
        let located = vigie_source::read::<FrameworksFile>(file, &Formats::standard())?;
        let mut problems = Problems::new();
        if located.value.format != FRAMEWORKS_FORMAT {
            problems.push(unknown_format(&located, &located.value.format, FRAMEWORKS_FORMAT));
        }
        let mut by_prefix = BTreeMap::new();
        for (index, framework) in located.value.frameworks.iter().enumerate() {
            let known = Known::work_out(&located, index, framework, &mut problems);
            if by_prefix.insert(framework.prefix.clone(), known).is_some() {
                let message = Text::new(
                    format!("le référentiel « {} » est décrit deux fois", framework.prefix),
                    format!("framework “{}” is described twice", framework.prefix),
                );
                let place = path!["frameworks", index, "prefix"];
                problems.push(located.problem_at(&place, Level::Error, "framework-twice", message));
            }
        }
        problems.or_value(Self { by_prefix })
    }

    /// Every framework, by prefix.
    pub fn iter(&self) -> impl Iterator<Item = &Framework> {
        self.by_prefix.values().map(|known| &known.framework)
    }

    /// Whether a rule may cite this key.
    pub fn knows(&self, key: &str) -> bool {
        self.describe(key).is_some()
    }

    /// What a key stands for; none when it does not exist.
    pub fn describe(&self, key: &str) -> Option<KeyInfo<'_>> {
        let (prefix, id) = split(key);
        let known = self.by_prefix.get(prefix)?;
        let framework = &known.framework;
        let item = id.and_then(|id| framework.items.get(id));
        let exists = match id {
            Some(id) => item.is_some() || known.has(id),
            None => framework.bare,
        };
        exists.then(|| KeyInfo {
            framework,
            title: item.map(|item| Text::new(&item.fr, &item.en)),
            statut: item.and_then(|item| item.statut).unwrap_or(framework.statut),
            entities: item.map_or(&[], |item| item.entities.as_slice()),
        })
    }

    /// The key that an author who wrote an unknown one most likely meant.
    pub fn suggest(&self, key: &str) -> Option<String> {
        let (prefix, id) = split(key);
        let Some(known) = self.by_prefix.get(prefix) else {
            let nearest = closest(prefix, self.by_prefix.keys().map(String::as_str))?;
            let with_id = id.map(|id| format!("{nearest}:{id}")).filter(|key| self.knows(key));
            return with_id.or_else(|| Some(nearest.to_owned()));
        };
        let ids: Vec<String> = known.ids().collect();
        // Another number is another item, not a slip.
        let nearest =
            id.and_then(|id| closest(id, ids.iter().map(String::as_str).filter(|other| same_digits(id, other))));
        match nearest {
            Some(id) => Some(format!("{prefix}:{id}")),
            None if known.framework.bare => Some(prefix.to_owned()),
            None => None,
        }
    }
}

impl Known {
    fn work_out(
        located: &Located<FrameworksFile>,
        index: usize,
        framework: &Framework,
        problems: &mut Problems,
    ) -> Self {
        let mut ranges = Vec::new();
        for (at, written) in framework.ranges.iter().enumerate() {
            if let Some(range) = Range::parse(written) {
                ranges.push(range);
            } else {
                let message = Text::new(
                    format!("« {written} » n’est pas une plage d’identifiants"),
                    format!("“{written}” is not a range of ids"),
                );
                let hint = Text::new(
                    format!("écrivez par exemple R1..R39 ; {MAX_RANGE} identifiants au plus"),
                    format!("write for example R1..R39; {MAX_RANGE} ids at most"),
                );
                let place = path!["frameworks", index, "ranges", at];
                problems.push(located.problem_at(&place, Level::Error, "bad-range", message).with_hint(hint));
            }
        }
        let pattern = framework.pattern.as_ref().map(|pattern| Regex::new(&format!("^(?:{pattern})$")));
        if let Some(Err(error)) = &pattern {
            let message = Text::new(
                format!("cette expression rationnelle est incorrecte : {error}"),
                format!("this regular expression is wrong: {error}"),
            );
            let place = path!["frameworks", index, "pattern"];
            problems.push(located.problem_at(&place, Level::Error, "bad-pattern", message));
        }
        Self { framework: framework.clone(), ranges, pattern: pattern.and_then(Result::ok) }
    }

    /// Whether an id without a title of its own exists.
    fn has(&self, id: &str) -> bool {
        let suffixes = || self.framework.suffixes.iter().map(String::as_str);
        let stems = suffixes().filter_map(|suffix| id.strip_suffix(suffix)).chain([id]);
        stems.into_iter().any(|stem| self.ranges.iter().any(|range| range.holds(stem)))
            || self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(id))
    }

    /// Every id that can be listed: those of a pattern cannot.
    fn ids(&self) -> impl Iterator<Item = String> + '_ {
        let ranged = self.ranges.iter().flat_map(|range| {
            let stem = &range.stem;
            (range.first..=range.last).map(move |number| format!("{stem}{number}"))
        });
        self.framework.items.keys().cloned().chain(ranged)
    }
}

impl Range {
    /// Reads `R1..R39`; none when the stems differ, the order is wrong or the range is too long.
    fn parse(written: &str) -> Option<Self> {
        let (first, last) = written.split_once("..")?;
        let (stem, first) = stem_and_number(first)?;
        let (other_stem, last) = stem_and_number(last)?;
        let length = last.checked_sub(first)?;
        (stem == other_stem && length < MAX_RANGE).then(|| Self { stem: stem.to_owned(), first, last })
    }

    fn holds(&self, id: &str) -> bool {
        stem_and_number(id)
            .is_some_and(|(stem, number)| stem == self.stem && (self.first..=self.last).contains(&number))
    }
}

/// Splits `EXI-28` into `EXI-` and 28; none without a final number, or with a leading zero.
fn stem_and_number(id: &str) -> Option<(&str, u32)> {
    let stem = id.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = id.strip_prefix(stem)?;
    let number = digits.parse().ok()?;
    (number == 0 || !digits.starts_with('0')).then_some((stem, number))
}

/// A key into its prefix and, after the first colon, its id.
fn split(key: &str) -> (&str, Option<&str>) {
    match key.split_once(':') {
        Some((prefix, id)) => (prefix, Some(id)),
        None => (key, None),
    }
}

fn same_digits(one: &str, other: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    digits(one) == digits(other)
}

/// The nearest candidate, if near enough to be a slip of the hand: two letters, or a third of them.
fn closest<'a>(written: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let reach = (written.chars().count() / 3).max(2);
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(written, candidate), candidate))
        .filter(|(distance, _)| *distance <= reach)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The problem of a data file whose `format` is not the one this build reads.
pub(crate) fn unknown_format<T>(located: &Located<T>, found: &str, expected: &str) -> Problem {
    let message = Text::new(
        format!("le format « {found} » est inconnu de cette version, qui lit « {expected} »"),
        format!("format “{found}” is unknown to this version, which reads “{expected}”"),
    );
    located.problem_at(&path!["format"], Level::Error, "unknown-format", message)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    fn shipped() -> &'static Frameworks {
        static SHIPPED: LazyLock<Frameworks> =
            LazyLock::new(|| Frameworks::shipped().unwrap_or_else(|problems| panic!("{problems}")));
        &SHIPPED
    }

    #[test]
    fn every_key_of_the_design_is_known() {
        let frameworks = shipped();
        for key in [
            "anssi-hygiene:24.R",
            "anssi-tls:R7-",
            "anssi-web:R2",
            "anssi-passerelle:R44",
            "anssi-passerelle:R50+",
            "anssi-dns-domaine:R6",
            "anssi-dns-domaine:5.8",
            "anssi-sauvegarde:R11",
            "anssi-ssh:R8",
            "anssi-ipsec:R8",
            "anssi-admin:R18",
            "anssi-crise:10.8",
            "anssi-crypto:RegleFactorisation",
            "anssi-pqc:FT-115",
            "anssi-remediation:preparer",
            "recyf:13.3",
            "nis2:21.2.c",
            "nis2-ir:4.2.6",
            "care-d1:O2.B",
            "care-d2:O3.C",
            "hospiconnect:2027.1-3",
            "instr-dns-2025-12:4",
            "pgssi-s:7.4.5.2",
            "hds:EXI-28",
            "hds:EXI-1",
            "has-essms:3.14-01",
            "hopen:P2",
            "maturin-h:securite",
            "clausier-sante:O-8.1",
            "cert-sante:exposition",
            "mss:MAIL.2",
            "mss:CONTINU.6",
            "ncsc-nl-tls:2025-05",
            "mozilla-tls:6.0",
            "mozilla-tls:6.0:intermediate",
            "rfc9325:4.2",
            "rfc9325:3.3.1",
            "nist-800-52r2",
            "owasp-headers:x-content-type-options",
            "can-i-take-over-xyz",
        ] {
            assert!(frameworks.knows(key), "{key}");
        }
    }

    #[test]
    fn what_does_not_exist_is_not_known() {
        let frameworks = shipped();
        for key in [
            "",
            ":",
            "anssi-tls",
            "anssi-tls:",
            "anssi-tls:R40",
            "anssi-tls:R01",
            "anssi-tls:R4-",
            "anssi-tls:r4",
            "anssi-web:R64",
            "anssi-passerelle:R44++",
            "anssi-hygiene:3.R",
            "anssi-hygiene:43",
            "hds:EXI-32",
            "nist-800-52r2:3",
            "rfc9325:8.1",
            "cnil:1",
        ] {
            assert!(!frameworks.knows(key), "{key}");
        }
    }

    #[test]
    fn a_description_tells_title_entities_and_doubt() {
        let frameworks = shipped();
        let info = frameworks.describe("recyf:13.6").expect("known");
        assert_eq!(info.framework.version.as_deref(), Some("2.5"));
        assert_eq!(info.title.expect("titled").fr, "Plans de continuité et de reprise adaptés aux crises cyber");
        assert_eq!(info.entities, [Entity::Essential]);
        assert_eq!(frameworks.describe("anssi-sauvegarde:R11").expect("known").statut, Confirmation::Confirmed);
        assert_eq!(frameworks.describe("anssi-sauvegarde:R5").expect("known").statut, Confirmation::ToConfirm);
        assert_eq!(frameworks.describe("anssi-web:R63").expect("known").title, None);
    }

    #[test]
    fn a_slip_of_the_hand_is_mended() {
        let frameworks = shipped();
        let suggest = |key| frameworks.suggest(key);
        assert_eq!(suggest("ansi-tls:R4").as_deref(), Some("anssi-tls:R4"));
        assert_eq!(suggest("anssi-hygiene:38").as_deref(), Some("anssi-hygiene:38.R"));
        assert_eq!(suggest("care-d2:O3C").as_deref(), Some("care-d2:O3.C"));
        assert_eq!(suggest("nist-800-52").as_deref(), Some("nist-800-52r2"));
        assert_eq!(suggest("nist-800-52r2:3.1").as_deref(), Some("nist-800-52r2"));
        assert_eq!(suggest("iso27001:A.5"), None);
        assert_eq!(suggest("recyf:sauvegardes"), None);
        assert_eq!(suggest("anssi-tls:R40"), None);
    }

    #[test]
    fn every_framework_can_be_cited_and_every_text_is_in_both_languages() {
        for framework in shipped().iter() {
            let cited = framework.bare
                || framework.pattern.is_some()
                || !framework.ranges.is_empty()
                || !framework.items.is_empty();
            assert!(cited, "{}", framework.prefix);
            for (id, item) in &framework.items {
                assert!(!item.fr.trim().is_empty() && !item.en.trim().is_empty(), "{}:{id}", framework.prefix);
                assert!(!item.fr.contains('\''), "straight apostrophe in {}:{id}", framework.prefix);
            }
        }
    }

    #[test]
    fn all_that_is_wrong_in_a_file_is_told_at_once() {
        let file = SourceFile::new(
            "frameworks.yaml",
            concat!(
                "format: vigie.frameworks/9\nframeworks:\n",
                "  - {prefix: a, title: {fr: a, en: a}, publisher: a, source: {page: a, site: a}, ",
                "licence: {fr: a, en: a}, statut: confirme, ranges: [R1..S3, R9..R1, R1..R9999], pattern: '('}\n",
                "  - {prefix: a, title: {fr: a, en: a}, publisher: a, source: {page: a, site: a}, ",
                "licence: {fr: a, en: a}, statut: confirme, bare: true}\n",
            ),
        );
        let problems = Frameworks::read(&file).expect_err("wrong");
        let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["unknown-format", "bad-range", "bad-range", "bad-range", "bad-pattern", "framework-twice"]);
    }

    proptest! {
        #[test]
        fn no_key_panics_and_a_suggestion_is_a_key_or_a_prefix(key in "(anssi-tls|recyf|care-d2|[a-z-]{1,8})(:\\PC{0,8})?") {
            let frameworks = shipped();
            if let Some(suggestion) = frameworks.suggest(&key) {
                prop_assert!(frameworks.knows(&suggestion) || frameworks.by_prefix.contains_key(&suggestion));
            }
            prop_assert_eq!(frameworks.knows(&key), frameworks.describe(&key).is_some());
        }
    }
}
