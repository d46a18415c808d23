//! What to restart, in which order, with which backups and keys.

use vigie_model::Lang;
use vigie_plan::kit::{OrderBasis, RestoreSheet, SystemOnPaper};

use super::Maker;
use crate::kit::view::{Block, Entry, Table};
use crate::neutralise::Shown;
use crate::schedule::clock;

impl Maker<'_> {
    pub(super) fn order(&self, order: &RestoreSheet) -> Vec<Block> {
        let mut blocks = vec![match order.basis {
            OrderBasis::Written => {
                self.note("L’ordre est celui que le plan écrit.", "The order is the one that the plan writes.")
            }
            OrderBasis::WorkedOut => self.note(
                "Le plan n’écrit pas d’ordre : celui-ci est calculé à partir de ce dont chaque système a besoin.",
                "The plan writes no order: this one is worked out from what each system needs.",
            ),
        }];
        for early in order.early.iter().chain(&order.late_foundation) {
            blocks.push(Block::Warning(Shown::new(&match self.lang {
                Lang::Fr => {
                    format!("Attention : « {} » vient avant « {} », dont il a besoin.", early.early, early.late)
                }
                Lang::En => format!("Beware: “{}” comes before “{}”, which it needs.", early.early, early.late),
            })));
        }
        if !order.is_verifiable {
            blocks.push(Block::Warning(Shown::new(self.t(
                "Certains systèmes ne disent pas de quoi ils ont besoin : cet ordre n’est pas garanti.",
                "Some systems do not say what they need: this order cannot be vouched for.",
            ))));
        }
        let rows = order.systems.iter().zip(1..).map(|(system, number)| self.system(system, number)).collect();
        blocks.push(Block::Table(Table {
            caption: self.t("Systèmes à relancer", "Systems to restart").to_owned(),
            heads: vec![
                self.t("Fait", "Done"),
                "N°",
                self.t("Système", "System"),
                self.t("Après", "After"),
                self.t("Qui, durée", "Who, how long"),
                self.t("Sauvegardes et clés", "Backups and keys"),
                self.t("Heure", "Hour"),
            ],
            rows,
        }));
        if !order.left_out.is_empty() {
            let left = order.left_out.join(", ");
            blocks.push(Block::Warning(Shown::new(&format!(
                "{} {left}",
                self.t("Systèmes que cet ordre oublie :", "Systems that this order leaves out:")
            ))));
        }
        blocks.push(Block::Heading(Shown::new(self.t("Clés et supports d’installation", "Keys and install media"))));
        blocks.push(Block::Table(self.kept(order)));
        blocks
    }

    pub(super) fn system(&self, system: &SystemOnPaper, number: usize) -> Vec<Entry> {
        let or = self.t(" ou ", " or ");
        let after = system.after.as_ref().map(|links| links.iter().map(|names| names.join(or)).collect::<Vec<_>>());
        let after = match after {
            Some(links) if links.is_empty() => Entry::said(self.t("rien", "nothing")),
            Some(links) => Entry::lines(links),
            None => Entry::Blank,
        };
        let teams = if system.teams.is_empty() { None } else { Some(system.teams.join(", ")) };
        #[expect(clippy::cast_precision_loss, reason = "minutes of a plan")]
        let lasting = system.minutes.map(|minutes| clock(minutes as f64 / 60.0));
        let who = [teams, lasting, system.provider.clone()];
        let backups = system.backups.iter().flatten().map(|copy| {
            let medium = copy.medium.as_ref().map(|medium| self.word("BackupCopy", "medium", medium));
            let keys = copy.keys_at.as_deref().map(|keys| format!("{} {keys}", self.t("clés :", "keys:")));
            let parts = [medium, copy.site.clone(), keys];
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        });
        vec![
            Entry::Tick,
            Entry::said(&number.to_string()),
            Entry::said(&system.name),
            after,
            Entry::lines(who.into_iter().flatten()),
            Entry::lines(backups.filter(|line| !line.is_empty())),
            Entry::Hour,
        ]
    }

    pub(super) fn kept(&self, order: &RestoreSheet) -> Table {
        let kinds = [
            (self.t("Clés, mots de passe scellés", "Keys, sealed passwords"), &order.keys),
            (self.t("Supports d’installation", "Install media"), &order.install_media),
        ];
        let rows = kinds.into_iter().flat_map(|(name, kept)| {
            let mut rows: Vec<Vec<Entry>> = kept
                .iter()
                .flatten()
                .map(|one| {
                    vec![
                        Entry::said(name),
                        Entry::or_blank(one.medium.as_ref().map(|medium| self.word("PlanCopy", "medium", medium))),
                        Entry::or_blank(one.place.as_deref()),
                        Entry::or_blank(one.custodian.as_deref()),
                    ]
                })
                .collect();
            if rows.is_empty() {
                rows.push(vec![Entry::said(name), Entry::Blank, Entry::Blank, Entry::Blank]);
            }
            rows
        });
        Table {
            caption: self.t("Où sont les clés", "Where the keys are").to_owned(),
            heads: vec![
                self.t("Quoi", "What"),
                self.t("Support", "Medium"),
                self.t("Où", "Where"),
                self.t("Gardé par", "Kept by"),
            ],
            rows: rows.collect(),
        }
    }
}
