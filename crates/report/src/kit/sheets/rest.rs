//! Suppliers, the log to fill by hand, what an observer ticks.

use vigie_model::Lang;
use vigie_plan::Duration;
use vigie_plan::kit::{Observer, ProviderOnPaper, What};

use super::{LOG_LINES, Maker, NOTE_LINES, spare};
use crate::kit::view::{Block, Entry, Table};
use crate::neutralise::Shown;

impl Maker<'_> {
    pub(super) fn providers(&self, providers: Option<&[ProviderOnPaper]>) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut rows: Vec<Vec<Entry>> = Vec::new();
        match providers {
            None => {
                blocks.push(self.not_listed("éditeurs, hébergeurs, maintenance.", "software, hosting, maintenance."));
            }
            Some(providers) => rows.extend(providers.iter().map(|provider| {
                let within =
                    |name: &str, time: &Option<Duration>| time.as_ref().map(|time| format!("{name} {}", time.text()));
                let times = [
                    within(self.t("intervient en", "comes within"), &provider.responds_within),
                    within(self.t("rétablit en", "restores within"), &provider.restores_within),
                ];
                vec![
                    Entry::lines(
                        [provider.service.clone(), provider.systems.join(", ")]
                            .into_iter()
                            .filter(|line| !line.is_empty()),
                    ),
                    Entry::or_blank(provider.contract.as_deref()),
                    Entry::lines(times.into_iter().flatten()),
                    Entry::or_blank(provider.crisis_line.map(|line| self.yes(line))),
                    Entry::Free,
                ]
            })),
        }
        rows.extend(spare(5));
        blocks.push(Block::Table(Table {
            caption: self.t("Prestataires", "Suppliers").to_owned(),
            heads: vec![
                self.t("Service, systèmes", "Service, systems"),
                self.t("Contrat", "Contract"),
                self.t("Délais", "Times"),
                self.t("À toute heure", "At any hour"),
                self.t("Numéro", "Number"),
            ],
            rows,
        }));
        blocks
    }

    pub(super) fn log(&self) -> Vec<Block> {
        let rows = (1..=LOG_LINES)
            .map(|number| vec![Entry::said(&number.to_string()), Entry::Hour, Entry::Free, Entry::Free, Entry::Free]);
        vec![
            self.note(
                "Une ligne par fait, décision ou appel, dans l’ordre. On ne raye pas : on corrige par une nouvelle ligne qui cite la première. Feuille n° ______",
                "One line a fact, decision or call, in order. Nothing is struck out: correct with a new line that names the first. Sheet no. ______",
            ),
            Block::Table(Table {
                caption: self.t("Main courante", "Crisis log").to_owned(),
                heads: vec![
                    "N°",
                    self.t("Heure", "Hour"),
                    self.t("Fait, décision, appel", "Fact, decision, call"),
                    self.t("De / à", "From / to"),
                    self.t("Noté par", "Noted by"),
                ],
                rows: rows.collect(),
            }),
        ]
    }

    pub(super) fn observer(&self, observer: &Observer) -> Vec<Block> {
        let scenarios = observer.scenarios.iter().flatten().map(|scenario| format!("☐ {scenario}")).collect::<Vec<_>>();
        let scenarios = if scenarios.is_empty() { "________________".to_owned() } else { scenarios.join("   ") };
        let played = match self.lang {
            Lang::Fr => {
                format!("Exercice du ____ / ____ / ______, observateur : ______________. Scénario joué : {scenarios}")
            }
            Lang::En => {
                format!("Exercise of ____ / ____ / ______, observer: ______________. Scenario played: {scenarios}")
            }
        };
        let mut rows: Vec<Vec<Entry>> = observer
            .expected
            .iter()
            .map(|expected| {
                let what = match &expected.what {
                    What::Step(text) => text.clone(),
                    What::Degrade(activity) => {
                        format!("{} {activity}", self.t("Passage en mode dégradé :", "Switch to degraded mode:"))
                    }
                    What::Notify(to) => {
                        format!(
                            "{} {}",
                            self.t("Déclaration faite :", "Notification filed:"),
                            self.word("Notification", "to", to)
                        )
                    }
                };
                let proof =
                    expected.evidence.as_deref().map(|proof| format!("{} {proof}", self.t("preuve :", "proof:")));
                vec![
                    self.due(expected.due.as_ref()),
                    Entry::lines([Some(what), proof].into_iter().flatten()),
                    Entry::Tick,
                    Entry::Tick,
                    Entry::Tick,
                    Entry::Tick,
                    Entry::Hour,
                ]
            })
            .collect();
        rows.extend(spare(7));
        vec![
            Block::Note(Shown::new(&played)),
            Block::Table(Table {
                caption: self.t("Attendus", "Expected").to_owned(),
                heads: vec![
                    self.t("Au plus tard", "At the latest"),
                    self.t("Attendu", "Expected"),
                    self.t("Vu", "Seen"),
                    self.t("Partiel", "Partly"),
                    self.t("Non vu", "Not seen"),
                    self.t("Sans objet", "Does not apply"),
                    self.t("Heure", "Hour"),
                ],
                rows,
            }),
            Block::Heading(Shown::new(self.t("Remarques", "Notes"))),
            Block::Lines(NOTE_LINES),
        ]
    }
}
