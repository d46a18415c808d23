//! Who must be told, and by when.

use vigie_plan::Duration;
use vigie_plan::kit::Notice;

use super::{Maker, spare};
use crate::kit::view::{Block, Entry, Table};

impl Maker<'_> {
    pub(super) fn notices(&self, notices: Option<&[Notice]>) -> Vec<Block> {
        let mut blocks = vec![self.note(
            "T0, heure où l’incident est connu : ____ / ____ / ______ à ____ h ____. Chaque délai se compte depuis T0.",
            "T0, hour at which the incident is known: ____ / ____ / ______ at ____ : ____. Each delay counts from T0.",
        )];
        match notices {
            None => {
                blocks.push(self.not_listed(
                    "agence régionale de santé et CERT Santé (équipe d’urgence cyber de la santé), CNIL (données personnelles), plainte, assurance.",
                    "regional health agency and CERT Santé, data protection authority (CNIL), complaint, insurer.",
                ));
                blocks.push(Block::Table(self.notice_rows(spare(6).collect())));
            }
            Some(notices) => blocks.push(Block::Table(self.notice_table(notices))),
        }
        blocks
    }

    pub(super) fn notice_table(&self, notices: &[Notice]) -> Table {
        let rows = notices.iter().map(|notice| {
            let fallback = notice.fallback.iter().flatten().map(|channel| self.word("Reach", "channel", channel));
            let fallback: Vec<String> = fallback.collect();
            let fallback = (!fallback.is_empty())
                .then(|| format!("{} {}", self.t("à défaut :", "failing that:"), fallback.join(", ")));
            let template = notice.template.as_deref().map(|kept| format!("{} {kept}", self.t("modèle :", "template:")));
            let to = self.word("Notification", "to", &notice.to);
            vec![
                Entry::Tick,
                Entry::lines([Some(to), notice.trigger.clone()].into_iter().flatten()),
                self.delay(notice.delay.as_ref()),
                Entry::or_blank(notice.owner.as_deref()),
                Entry::lines([notice.channel.clone(), fallback, template].into_iter().flatten()),
                Entry::Hour,
            ]
        });
        self.notice_rows(rows.collect())
    }

    pub(super) fn delay(&self, delay: Option<&Duration>) -> Entry {
        match delay {
            Some(delay) if delay.minutes() == 0 => Entry::said(self.t("sans délai", "without delay")),
            Some(delay) => Entry::lines([
                delay.text().to_owned(),
                self.t("soit le ____ à ____", "that is ____ at ____").to_owned(),
            ]),
            None => Entry::Blank,
        }
    }

    pub(super) fn notice_rows(&self, rows: Vec<Vec<Entry>>) -> Table {
        Table {
            caption: self.t("Déclarations", "Notifications").to_owned(),
            heads: vec![
                self.t("Fait", "Done"),
                self.t("À qui, si", "To whom, if"),
                self.t("Délai", "Delay"),
                self.t("Par", "By"),
                self.t("Comment", "How"),
                self.t("Heure", "Hour"),
            ],
            rows,
        }
    }
}
