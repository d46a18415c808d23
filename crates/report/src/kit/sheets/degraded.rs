//! How each activity goes on without the information system.

use vigie_model::Lang;
use vigie_plan::Duration;
use vigie_plan::kit::ActivityOnPaper;

use super::{LOG_LINES, Maker, lasting};
use crate::kit::view::{Block, Entry, Table};
use crate::neutralise::Shown;

impl Maker<'_> {
    pub(super) fn degraded(&self, activities: Option<&[ActivityOnPaper]>) -> Vec<Block> {
        let Some(activities) = activities else {
            return vec![self.not_listed("les activités.", "the activities."), Block::Lines(LOG_LINES)];
        };
        activities.iter().flat_map(|activity| self.on_paper(activity)).collect()
    }

    pub(super) fn on_paper(&self, activity: &ActivityOnPaper) -> Vec<Block> {
        let critical = if activity.critical == Some(true) { self.t(" (critique)", " (critical)") } else { "" };
        let said =
            |duration: &Option<Duration>| duration.as_ref().map_or("________", |duration| duration.text()).to_owned();
        let limits = match self.lang {
            Lang::Fr => format!(
                "Mode dégradé après {} ; l’activité supporte au plus {} d’arrêt (DMIA).",
                said(&activity.degraded_after),
                said(&activity.mtpd)
            ),
            Lang::En => format!(
                "Degraded mode after {}; the activity can bear an outage of {} at most (DMIA).",
                said(&activity.degraded_after),
                said(&activity.mtpd)
            ),
        };
        let least = activity.mbco.as_deref().map(|least| format!(" {} {least}.", self.t("Minimum :", "Minimum:")));
        let mut blocks = vec![
            Block::Heading(Shown::new(&format!("{}{critical}", activity.name))),
            Block::Note(Shown::new(&format!("{limits}{}", least.unwrap_or_default()))),
        ];
        let procedures = activity.procedures.as_deref().unwrap_or_default();
        if procedures.is_empty() {
            blocks.push(Block::Warning(Shown::new(self.t(
                "Aucune procédure au plan. Comment continuer : ________________________________",
                "No procedure in the plan. How to go on: ________________________________",
            ))));
            return blocks;
        }
        let rows = procedures.iter().map(|procedure| {
            let supplies = procedure.supplies.iter().flatten().map(|supply| {
                let many = supply.quantity.map(|quantity| format!("{quantity} × ")).unwrap_or_default();
                let place = supply.place.as_deref().unwrap_or("________");
                format!("{many}{} ({place})", supply.item)
            });
            let relies = match procedure.uses_systems.as_deref() {
                None => None,
                Some([]) => Some(self.t("papier seul", "paper alone").to_owned()),
                Some(systems) => Some(format!("{} {}", self.t("s’appuie sur", "relies on"), systems.join(", "))),
            };
            vec![
                Entry::Tick,
                Entry::lines([Some(procedure.title.clone()), relies].into_iter().flatten()),
                Entry::or_blank(procedure.trigger.as_deref()),
                lasting(procedure.holds_for.as_ref()),
                Entry::lines(supplies),
                Entry::or_blank(procedure.reentry.as_deref()),
            ]
        });
        blocks.push(Block::Table(Table {
            caption: activity.name.clone(),
            heads: vec![
                self.t("Lancée", "Started"),
                self.t("Procédure", "Procedure"),
                self.t("Déclencheur", "Trigger"),
                self.t("Tient", "Holds"),
                self.t("Matériel (où)", "Supplies (where)"),
                self.t("Ressaisie", "Re-entry"),
            ],
            rows: rows.collect(),
        }));
        blocks
    }
}
