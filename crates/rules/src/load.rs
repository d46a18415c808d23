//! From files to a rule set: everything that can be wrong with a rule is found here, at once.

use std::collections::{BTreeMap, BTreeSet};

use vigie_model::{Catalogue, FactType, RuleId, Text};
use vigie_source::{Level, Located, Problem, Problems, SourceFile, Span, Step, path};

use crate::expression::{Expression, ExpressionProblem, parse_expression};
use crate::message::{Template, TemplateProblem, parse_template};
use crate::rule::{Check, MAX_CASES, MAX_CHECKS, MAX_TEXT_CHARS, Rule, read_rule};
use crate::{Frameworks, cases, spelling};

/// The longest title, in characters: it must fit a line of a report.
pub const MAX_TITLE_CHARS: usize = 120;

/// A rule that was checked, with its expressions and sentences ready.
#[derive(Debug, Clone)]
pub(crate) struct LoadedRule {
    pub(crate) rule: Rule,
    pub(crate) file: String,
    pub(crate) when: Option<Expression>,
    pub(crate) checks: Vec<LoadedCheck>,
}

/// What a check of [`Rule::checks`], at the same place, asks and says.
#[derive(Debug, Clone)]
pub(crate) struct LoadedCheck {
    pub(crate) expression: Expression,
    pub(crate) fr: Template,
    pub(crate) en: Template,
}

/// A rule that a later layer replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The rule.
    pub rule: RuleId,
    /// The file that is no longer read.
    pub replaced: String,
    /// The file that takes its place.
    pub by: String,
}

/// What loading gives: rules by name, the replaced ones, and warnings.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) rules: BTreeMap<RuleId, LoadedRule>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) problems: Problems,
}

/// Loads layers of files: a rule of a later layer replaces that of the same name before it.
pub(crate) fn load(
    layers: impl IntoIterator<Item = Vec<SourceFile>>,
    catalogue: &Catalogue,
    frameworks: &Frameworks,
) -> Loaded {
    let mut loaded = Loaded::default();
    for files in layers {
        let mut layer = BTreeMap::<RuleId, LoadedRule>::new();
        for file in files {
            let located = match read_rule(&file) {
                Ok(located) => located,
                Err(problems) => {
                    loaded.problems.append(problems);
                    continue;
                }
            };
            if let Some(first) = layer.get(&located.value.id) {
                loaded.problems.push(written_twice(&located, &first.file));
            }
            let mut checker = Checker { located: &located, frameworks, problems: Problems::new() };
            let rule = checker.check(catalogue);
            loaded.problems.append(checker.problems);
            layer.extend(rule.map(|rule| (rule.rule.id.clone(), rule)));
        }
        for (id, rule) in layer {
            let by = rule.file.clone();
            if let Some(replaced) = loaded.rules.insert(id.clone(), rule) {
                loaded.overrides.push(Override { rule: id, replaced: replaced.file, by });
            }
        }
    }
    loaded
}

struct Checker<'r> {
    located: &'r Located<Rule>,
    frameworks: &'r Frameworks,
    problems: Problems,
}

impl Checker<'_> {
    fn check(&mut self, catalogue: &Catalogue) -> Option<LoadedRule> {
        let rule = &self.located.value;
        self.names(rule);
        self.texts(rule);
        self.keys(rule);
        let Some(kind) = catalogue.kind(&rule.subject) else {
            let kinds: Vec<&str> = catalogue.kinds().map(|kind| kind.id.as_str()).collect();
            let message = Text::new(
                format!("aucune observation « {} » au catalogue des faits", rule.subject),
                format!("no observation “{}” in the fact catalogue", rule.subject),
            );
            self.report(&path!["subject"], "unknown-subject", message, spelling::hint(&rule.subject, kinds));
            return None;
        };
        let when = rule.when.as_ref().and_then(|when| self.expression(when, &path!["when"], &kind.facts));
        let checks: Vec<_> =
            rule.checks.iter().enumerate().map(|(index, check)| self.one_check(index, check, &kind.facts)).collect();
        cases::check(self.located, &kind.facts, &mut self.problems);
        self.case_counts(rule);
        let loaded = LoadedRule {
            rule: rule.clone(),
            file: self.located.file.name().to_owned(),
            when,
            checks: checks.into_iter().collect::<Option<_>>()?,
        };
        (rule.when.is_none() || loaded.when.is_some()).then_some(loaded)
    }

    fn report(&mut self, place: &[Step], code: &'static str, message: Text, hint: Option<Text>) {
        let problem = self.located.problem_at(place, Level::Error, code, message);
        self.problems.push(match hint {
            Some(hint) => problem.with_hint(hint),
            None => problem,
        });
    }

    fn names(&mut self, rule: &Rule) {
        let id = &rule.id.0;
        let words: Vec<&str> = id.split('.').collect();
        if words.len() < 2 || !words.iter().all(|word| is_kebab(word)) {
            let message =
                Text::new(format!("« {id} » n’est pas un nom de règle"), format!("“{id}” is not a name for a rule"));
            let hint = Text::new(
                "thème, point, mauvais état, en minuscules : tls.legacy-protocol",
                "theme, dot, bad state, in lower case: tls.legacy-protocol",
            );
            self.report(&path!["id"], "bad-id", message, Some(hint));
        }
        let name = self.located.file.name();
        let stem = name.rsplit(['/', '\\']).next().and_then(|name| name.strip_suffix(".yaml"));
        if let Some(last) = words.last().filter(|last| stem != Some(**last)) {
            let message = Text::new(
                format!("le fichier d’une règle porte son nom : on attend « {last}.yaml »"),
                format!("the file of a rule bears its name: “{last}.yaml” is expected"),
            );
            self.problems.push(self.located.problem_at(&path!["id"], Level::Warning, "file-name", message));
        }
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !(rule.since.split('.').count() >= 2 && rule.since.split('.').all(is_number)) {
            let message = Text::new(
                format!("« {} » n’est pas une version", rule.since),
                format!("“{}” is not a version", rule.since),
            );
            let hint = Text::new("écrivez par exemple \"0.1\"", "write for example \"0.1\"");
            self.report(&path!["since"], "bad-version", message, Some(hint));
        }
    }

    fn texts(&mut self, rule: &Rule) {
        let mut texts = vec![
            (vec![Step::from("title")], &rule.title, MAX_TITLE_CHARS),
            (vec![Step::from("why")], &rule.why, MAX_TEXT_CHARS),
            (vec![Step::from("remedy")], &rule.remedy, MAX_TEXT_CHARS),
        ];
        for (product, text) in &rule.remedy_for {
            texts.push((path!["remedy_for", product.as_str()].to_vec(), text, MAX_TEXT_CHARS));
        }
        for (index, check) in rule.checks.iter().enumerate() {
            texts.push((path!["checks", index, "fail"].to_vec(), &check.fail, MAX_TEXT_CHARS));
        }
        for (place, text, most) in texts {
            for (lang, words) in [("fr", &text.fr), ("en", &text.en)] {
                let message = if words.trim().is_empty() {
                    Text::new("ce texte est vide", "this text is empty")
                } else if words.chars().nth(most).is_some() {
                    Text::new(
                        format!("ce texte dépasse {most} caractères"),
                        format!("this text is over {most} characters"),
                    )
                } else {
                    continue;
                };
                let mut place = place.clone();
                place.push(lang.into());
                self.report(&place, "bad-text", message, None);
            }
        }
    }

    fn keys(&mut self, rule: &Rule) {
        let mut seen = BTreeSet::new();
        for (index, key) in rule.keys.iter().enumerate() {
            if !seen.insert(key) {
                let message = Text::new(
                    format!("la clé « {key} » est citée deux fois"),
                    format!("the key “{key}” is cited twice"),
                );
                self.report(&path!["keys", index], "key-twice", message, None);
            } else if !self.frameworks.knows(key) {
                let message = Text::new(
                    format!("la clé « {key} » n’est dans aucun référentiel connu"),
                    format!("the key “{key}” is in no known framework"),
                );
                let hint = self.frameworks.suggest(key).map_or_else(
                    || Text::new("voyez rules/frameworks.yaml", "see rules/frameworks.yaml"),
                    |near| Text::new(format!("vouliez-vous dire « {near} » ?"), format!("did you mean “{near}”?")),
                );
                self.report(&path!["keys", index], "unknown-framework-key", message, Some(hint));
            }
        }
    }

    fn one_check(&mut self, index: usize, check: &Check, facts: &FactType) -> Option<LoadedCheck> {
        let rule = &self.located.value;
        if !is_kebab(&check.id) {
            let message = Text::new(
                format!("« {} » n’est pas un nom de vérification", check.id),
                format!("“{}” is not a name for a check", check.id),
            );
            let hint = Text::new("minuscules, chiffres et tirets : no-ssl", "lower case, digits and hyphens: no-ssl");
            self.report(&path!["checks", index, "id"], "bad-id", message, Some(hint));
        }
        if rule.checks.iter().take(index).any(|earlier| earlier.id == check.id) {
            let message = Text::new(
                format!("deux vérifications s’appellent « {} »", check.id),
                format!("two checks are called “{}”", check.id),
            );
            let hint = Text::new("donnez à chacune son nom", "give each its own name");
            self.report(&path!["checks", index, "id"], "check-twice", message, Some(hint));
        }
        let expression = self.expression(&check.expr, &path!["checks", index, "expr"], facts);
        let fr = self.template(&check.fail.fr, &path!["checks", index, "fail", "fr"], facts);
        let en = self.template(&check.fail.en, &path!["checks", index, "fail", "en"], facts);
        let (fr, en) = (fr?, en?);
        if fr.places() != en.places() {
            let message = Text::new(
                "les deux langues ne montrent pas les mêmes faits",
                "the two languages do not show the same facts",
            );
            let write = |places: Vec<&str>| {
                if places.is_empty() { "∅".to_owned() } else { places.join(", ") }
            };
            let (in_fr, in_en) = (write(fr.places()), write(en.places()));
            let hint = Text::same(format!("fr : {in_fr} ; en : {in_en}"));
            self.report(&path!["checks", index, "fail", "en"], "places-differ", message, Some(hint));
        }
        Some(LoadedCheck { expression: expression?, fr, en })
    }

    fn expression(&mut self, text: &str, place: &[Step], facts: &FactType) -> Option<Expression> {
        match parse_expression(text, facts) {
            Ok(expression) => Some(expression),
            Err(problems) => {
                for ExpressionProblem { code, span, message, hint } in problems {
                    self.report_inside(text, place, span, code, message, hint);
                }
                None
            }
        }
    }

    fn template(&mut self, text: &str, place: &[Step], facts: &FactType) -> Option<Template> {
        match parse_template(text, facts) {
            Ok(template) => Some(template),
            Err(problems) => {
                for TemplateProblem { span, message, hint } in problems {
                    self.report_inside(text, place, span, "bad-place", message, hint);
                }
                None
            }
        }
    }

    /// Points inside a text of the file, or at the whole of it when YAML changed its letters (escapes).
    fn report_inside(
        &mut self,
        text: &str,
        place: &[Step],
        inside: Span,
        code: &'static str,
        message: Text,
        hint: Option<Text>,
    ) {
        let whole = self.located.root.locate(place);
        let mapped = place_in(self.located.file.slice(whole), text, inside);
        let span = mapped.map_or(whole, |span| Span::new(whole.start + span.start, whole.start + span.end));
        let problem = Problem::error(code, &self.located.file, message).at(span);
        self.problems.push(match hint {
            Some(hint) => problem.with_hint(hint),
            None => problem,
        });
    }

    fn case_counts(&mut self, rule: &Rule) {
        let too_many = |most: usize| {
            Text::new(
                format!("plus de {most} : c’est trop pour une règle"),
                format!("over {most}: too many for a rule"),
            )
        };
        if rule.checks.len() > MAX_CHECKS {
            self.report(&path!["checks"], "too-many-checks", too_many(MAX_CHECKS), None);
        }
        if rule.cases.len() > MAX_CASES {
            self.report(&path!["cases"], "too-many-cases", too_many(MAX_CASES), None);
        }
        if rule.checks.is_empty() {
            let message = Text::new("une règle a au moins une vérification", "a rule has at least one check");
            let hint = Text::new("ajoutez un élément avec id, expr et fail", "add an element with id, expr and fail");
            self.report(&path!["checks"], "no-check", message, Some(hint));
        }
        let missing = cases::wanted(rule);
        if !missing.is_empty() {
            let list = missing.join(", ");
            let message = Text::new(
                format!("il manque des exemples de cette issue : {list}"),
                format!("examples of this outcome are missing: {list}"),
            );
            let hint = Text::new(
                "chaque règle montre au moins un cas « pass », un « fail » et un « unknown »",
                "each rule shows at least one “pass”, one “fail” and one “unknown” case",
            );
            self.report(&path!["cases"], "missing-cases", message, Some(hint));
        }
    }
}

/// Where a part of a text stands in the YAML it was read from: only blanks may differ (folded lines,
/// blocks), and quotes around it.
fn place_in(written: &str, text: &str, part: Span) -> Option<Span> {
    let is_ink = |(_, character): &(usize, char)| !character.is_whitespace();
    let ink: Vec<(usize, char)> = written.char_indices().filter(is_ink).collect();
    let wanted: Vec<char> = text.chars().filter(|character| !character.is_whitespace()).collect();
    let same = |ink: &[(usize, char)]| ink.iter().map(|(_, character)| character).eq(&wanted);
    let ink = match ink.as_slice() {
        all if same(all) => all,
        [(_, '"' | '\''), inner @ .., (_, '"' | '\'')] if same(inner) => inner,
        _ => return None,
    };
    let before = |offset: usize| text.get(..offset).map(|head| head.chars().filter(|c| !c.is_whitespace()).count());
    let end_of = |(at, character): &(usize, char)| at + character.len_utf8();
    let written_end = ink.last().map(end_of)?;
    let (first, after) = (before(part.start)?, before(part.end)?);
    let start = ink.get(first).map_or(written_end, |(at, _)| *at);
    let end = after.checked_sub(1).and_then(|last| ink.get(last)).map_or(start, end_of);
    Some(Span::new(start, end.max(start)))
}

/// Lower-case letters and digits, words joined by hyphens.
fn is_kebab(text: &str) -> bool {
    text.split('-')
        .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

fn written_twice(located: &Located<Rule>, first: &str) -> Problem {
    let id = &located.value.id;
    let message = Text::new(
        format!("la règle « {id} » est déjà écrite dans {first}"),
        format!("the rule “{id}” is already written in {first}"),
    );
    located.problem_at(&path!["id"], Level::Error, "rule-twice", message).with_hint(Text::new(
        "pour remplacer une règle fournie, donnez votre dossier par --rules",
        "to replace a shipped rule, give your folder with --rules",
    ))
}
