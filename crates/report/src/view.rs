//! What a run shows, computed once per language and drawn by every renderer.
//!
//! A view holds sentences, not types to interpret: a renderer decides where things go and how they
//! look, never what they mean. All foreign text in it is [`Shown`], hence safe. A void run has no
//! letter, finding or step in its view, so that no renderer can present it as a verdict.

mod findings;
mod grades;
mod looked;
mod naming;
mod unknowns;

use vigie_model::{Completeness, FacilityKind, Lang, Run, Severity, Vantage, VerdictOutcome};

use crate::neutralise::Shown;
use crate::phrasing::{colon, count, instant, pick, shown, vantage};

pub use findings::{FactView, FindingItem, Message, PassedRule, PassedTheme, RuleFinding, ThemeFindings, WaivedView};
pub use grades::{CareLeft, CareView, GradeView, StepView};
pub use looked::{Looked, LookedItem, Quote};
pub use unknowns::{UnknownGroup, UnknownPlace};

/// Steps that a reader is asked to hold in mind at once.
pub const STEPS_SHOWN: usize = 5;

/// Everything a report shows, in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The language of every sentence.
    pub lang: Lang,
    /// Name of the facility.
    pub facility: Shown,
    /// Kind, numbers and group of the facility, each a few words.
    pub identity: Vec<Shown>,
    /// When the analysis began.
    pub date: String,
    /// From where it looked.
    pub vantage: &'static str,
    /// Whether it can be believed as a whole.
    pub standing: Standing,
    /// Exposure then Continuity.
    pub families: Vec<GradeView>,
    /// Every theme, in report order; none in a void run.
    pub themes: Vec<GradeView>,
    /// Open findings by severity, worst first, without the empty ones.
    pub open: Vec<OpenCount>,
    /// Verdicts that could not be decided.
    pub unknown_total: usize,
    /// What to fix first, best first, at most [`STEPS_SHOWN`].
    pub steps: Vec<StepView>,
    /// The CaRE objectives that could be judged, in the programme's order.
    pub care: Vec<CareView>,
    /// The CaRE objectives that could not, by reason.
    pub care_left: Vec<CareLeft>,
    /// Open findings by theme, then severity, then rule.
    pub findings: Vec<ThemeFindings>,
    /// What could not be seen, by reason.
    pub unknowns: Vec<UnknownGroup>,
    /// Accepted risks.
    pub waived: Vec<WaivedView>,
    /// What was looked for and not found, by theme.
    pub passed: Vec<PassedTheme>,
    /// What was looked at, when and how.
    pub looked: Looked,
    /// What the report does not say.
    pub limits: Vec<String>,
}

/// Whether a run can be believed as a whole, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which of the three.
    pub state: StandingState,
    /// Two or three words for a banner: `Analyse incomplète`.
    pub title: &'static str,
    /// What every page of a report must carry; `None` for a complete run.
    pub warning: Option<&'static str>,
    /// What made it so; empty for a complete run.
    pub because: Shown,
    /// What it means for the reader, and what to do.
    pub advice: String,
}

/// The three ways a run can stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandingState {
    /// Every planned look was made.
    Complete,
    /// Stopped midway: letters are provisional.
    Incomplete,
    /// Nothing in it counts.
    Void,
}

/// Open findings of one severity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCount {
    /// The severity.
    pub level: Level,
    /// How many verdicts.
    pub open: usize,
}

/// A severity and its word: never a colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level {
    /// The severity.
    pub severity: Severity,
    /// The language of its word.
    pub lang: Lang,
}

impl View {
    /// Computes what a run shows in one language.
    pub fn new(run: &Run, lang: Lang) -> Self {
        let standing = Standing::new(&run.completeness, lang);
        let counts = standing.state != StandingState::Void;
        let naming = naming::Naming::of(run, lang);
        let findings = if counts { findings::open(run, &naming, lang) } else { Vec::new() };
        Self {
            lang,
            facility: Shown::new(&run.facility.name),
            identity: identity(run, lang),
            date: instant(run.started, lang),
            vantage: vantage(run.vantage, lang),
            families: grades::families(run, &standing, lang),
            themes: grades::themes(run, &standing, lang),
            open: open_counts(&findings, lang),
            unknown_total: run
                .verdicts
                .iter()
                .filter(|verdict| matches!(verdict.outcome, VerdictOutcome::Unknown { .. }))
                .count(),
            steps: grades::steps(run, &findings, &naming, lang).take(if counts { STEPS_SHOWN } else { 0 }).collect(),
            care: if counts { grades::care(run, lang) } else { Vec::new() },
            care_left: if counts { grades::care_left(run, lang) } else { Vec::new() },
            findings,
            unknowns: unknowns::by_reason(run, &naming, lang),
            waived: if counts { findings::waived(run, &naming, lang) } else { Vec::new() },
            passed: if counts { findings::passed(run, lang) } else { Vec::new() },
            looked: Looked::new(run, &naming, lang),
            limits: limits(run.vantage, lang),
            standing,
        }
    }

    /// Whether nothing in the run counts.
    pub fn is_void(&self) -> bool {
        self.standing.state == StandingState::Void
    }

    /// Whether every planned look was made.
    pub fn is_complete(&self) -> bool {
        self.standing.state == StandingState::Complete
    }

    /// How many findings are open.
    pub fn open_total(&self) -> usize {
        self.open.iter().map(|count| count.open).sum()
    }

    /// What is open and what is unknown: `12 points à corriger, par gravité : critique 1, élevé 11.
    /// 3 points n’ont pas pu être vérifiés.`
    pub fn open_sentence(&self) -> String {
        let lang = self.lang;
        let open = if self.open.is_empty() {
            pick(
                lang,
                "Aucun point à corriger parmi ce qui a pu être vérifié.",
                "Nothing to fix among what could be checked.",
            )
            .to_owned()
        } else {
            let levels: Vec<String> =
                self.open.iter().map(|count| format!("{}\u{a0}{}", count.level.word(), count.open)).collect();
            let points = count(
                self.open_total(),
                lang,
                ["point à corriger", "points à corriger"],
                ["point to fix", "points to fix"],
            );
            format!("{points}{}{} {}.", pick(lang, ", par gravité", ", by severity"), colon(lang), levels.join(", "))
        };
        if self.unknown_total == 0 {
            return open;
        }
        let unknown = count(
            self.unknown_total,
            lang,
            ["point n’a pas pu être vérifié", "points n’ont pas pu être vérifiés"],
            ["point could not be checked", "points could not be checked"],
        );
        format!("{open} {unknown}.")
    }
}

impl Standing {
    fn new(completeness: &Completeness, lang: Lang) -> Self {
        match completeness {
            Completeness::Complete => Self {
                state: StandingState::Complete,
                title: pick(lang, "Analyse complète", "Complete analysis"),
                warning: None,
                because: Shown::default(),
                advice: pick(lang, "Tout ce qui était prévu a été regardé.", "Everything planned was looked at.")
                    .to_owned(),
            },
            Completeness::Incomplete { because, not_looked_at } => {
                let left = count(
                    *not_looked_at,
                    lang,
                    ["vérification prévue n’a pas été faite", "vérifications prévues n’ont pas été faites"],
                    ["planned check was not made", "planned checks were not made"],
                );
                let advice = pick(
                    lang,
                    "Les lettres sont provisoires et ne valent pas verdict. Relancez l’analyse jusqu’au bout.",
                    "The letters are provisional and are no verdict. Run the analysis again to its end.",
                );
                Self {
                    state: StandingState::Incomplete,
                    title: pick(lang, "Analyse incomplète", "Incomplete analysis"),
                    warning: Some(pick(
                        lang,
                        "Analyse incomplète\u{a0}: lettres provisoires",
                        "Incomplete analysis: provisional letters",
                    )),
                    because: shown(because, lang),
                    advice: format!("{left}. {advice}"),
                }
            }
            Completeness::Void { because } => Self {
                state: StandingState::Void,
                title: pick(lang, "Analyse nulle", "Void analysis"),
                warning: Some(pick(
                    lang,
                    "Analyse nulle\u{a0}: ce rapport ne juge rien",
                    "Void analysis: this report judges nothing",
                )),
                because: shown(because, lang),
                advice: pick(
                    lang,
                    "Elle ne dit rien de l’établissement, ni en bien ni en mal\u{a0}: aucune lettre n’est donnée. \
                     Vérifiez la connexion du poste d’analyse, puis recommencez.",
                    "It says nothing of the facility, good or bad: no letter is given. \
                     Check the connection of the machine that ran it, then start again.",
                )
                .to_owned(),
            },
        }
    }
}

impl Level {
    /// Its word: `élevé`.
    pub fn word(&self) -> String {
        self.severity.text().get(self.lang).to_owned()
    }

    /// Its shape, so that colour is never alone.
    pub fn shape(&self) -> &'static str {
        match self.severity {
            Severity::Critical => "◆",
            Severity::High => "▲",
            Severity::Medium => "■",
            Severity::Low => "●",
            Severity::Info => "○",
        }
    }

    /// Its name in style sheets.
    pub fn class(&self) -> &'static str {
        match self.severity {
            Severity::Critical => "critical",
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
            Severity::Info => "info",
        }
    }
}

fn identity(run: &Run, lang: Lang) -> Vec<Shown> {
    let facility = &run.facility;
    let kind = match facility.kind {
        FacilityKind::Es => pick(lang, "établissement de santé", "hospital or clinic"),
        FacilityKind::Esms => pick(lang, "établissement ou service médico-social", "medico-social facility"),
        FacilityKind::Ght => pick(lang, "groupement hospitalier de territoire", "group of hospitals (GHT)"),
    };
    let mut words = vec![Shown::new(kind)];
    if let Some(group) = &facility.ght {
        let group = group.strip_prefix("GHT ").unwrap_or(group);
        words.push(Shown::new(&format!("GHT\u{a0}{group}")));
    }
    if let Some(department) = &facility.department {
        words.push(Shown::new(&format!("{}\u{a0}{}", pick(lang, "département", "département"), department.as_str())));
    }
    if let Some(legal) = &facility.finess_ej {
        words.push(Shown::new(&format!(
            "FINESS\u{a0}{}\u{a0}{}",
            pick(lang, "juridique", "legal\u{a0}entity"),
            legal.0.as_str()
        )));
    }
    if let Some(site) = &facility.finess_eg {
        words.push(Shown::new(&format!("FINESS\u{a0}{}\u{a0}{}", pick(lang, "géographique", "site"), site.0.as_str())));
    }
    words
}

fn open_counts(findings: &[ThemeFindings], lang: Lang) -> Vec<OpenCount> {
    let items = || findings.iter().flat_map(|theme| &theme.rules).flat_map(|rule| &rule.items);
    Severity::ALL
        .into_iter()
        .rev()
        .map(|severity| OpenCount {
            level: Level { severity, lang },
            open: items().filter(|item| item.level.severity == severity).count(),
        })
        .filter(|count| count.open > 0)
        .collect()
}

fn limits(seen_from: Vantage, lang: Lang) -> Vec<String> {
    let blind = match seen_from {
        Vantage::Outside => pick(
            lang,
            "Il ne dit rien de l’intérieur du réseau, ni de ce qui est hors du périmètre autorisé.",
            "It says nothing of the inside of the network, nor of what lies outside the authorised scope.",
        ),
        Vantage::Inside => pick(
            lang,
            "Il ne dit pas ce qu’un attaquant voit d’Internet, ni ce qui est hors du périmètre autorisé.",
            "It does not say what an attacker sees from the Internet, nor what lies outside the authorised scope.",
        ),
        Vantage::Loopback => pick(
            lang,
            "C’est une démonstration\u{a0}: il ne dit rien d’un établissement réel.",
            "It is a demonstration: it says nothing of a real facility.",
        ),
        Vantage::Documents => pick(
            lang,
            "Aucune machine n’a été interrogée\u{a0}: il ne dit rien de ce qui est visible d’Internet.",
            "No machine was asked anything: it says nothing of what is visible from the Internet.",
        ),
    };
    [
        blind,
        pick(
            lang,
            "Un point inconnu n’est ni bon ni mauvais\u{a0}: il reste à vérifier.",
            "An unknown point is neither good nor bad: it remains to be checked.",
        ),
        pick(
            lang,
            "Un plan bien écrit ne prouve pas qu’il fonctionne\u{a0}: seul un exercice le montre.",
            "A well-written plan does not prove that it works: only an exercise shows it.",
        ),
        pick(
            lang,
            "Les lettres sont celles de vigie, ni de l’ANSSI (sécurité des systèmes d’information) ni de l’ANS \
             (numérique en santé)\u{a0}: elles ne valent ni certification ni audit.",
            "The letters are vigie’s own, neither ANSSI’s (information security) nor ANS’s (digital health): \
             they are neither a certification nor an audit.",
        ),
    ]
    .map(str::to_owned)
    .to_vec()
}
