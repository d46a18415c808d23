//! What one role does first, and whom it calls.

use vigie_plan::Duration;
use vigie_plan::kit::{Card, Contact};

use super::{Maker, lasting, spare};
use crate::kit::view::{Block, Entry, Table};
use crate::neutralise::Shown;

impl Maker<'_> {
    pub(super) fn card(&self, card: &Card) -> Vec<Block> {
        let mut blocks = Vec::new();
        if card.lists.is_empty() {
            blocks.push(self.not_listed("les premiers gestes de ce rôle.", "the first steps of this role."));
            blocks.push(Block::Table(self.steps(self.t("Premiers gestes", "First steps"), spare(5).collect())));
        }
        for list in &card.lists {
            let title = match &list.phase {
                Some(phase) => format!("{} ({phase})", list.title),
                None => list.title.clone(),
            };
            blocks.push(Block::Heading(Shown::new(&title)));
            let rows = list.steps.iter().flatten().map(|step| {
                let proof = step.evidence.as_deref().map(|proof| format!("{} {proof}", self.t("preuve :", "proof:")));
                vec![
                    Entry::Tick,
                    self.due(step.due.as_ref()),
                    Entry::lines([Some(step.text.clone()), proof].into_iter().flatten()),
                    Entry::Hour,
                    Entry::Free,
                ]
            });
            let mut rows: Vec<Vec<Entry>> = rows.collect();
            if rows.is_empty() {
                rows.extend(spare(5));
            }
            blocks.push(Block::Table(self.steps(&title, rows)));
        }
        if !card.files.is_empty() {
            blocks.push(Block::Heading(Shown::new(self.t("Ce que ce rôle déclare", "What this role files"))));
            blocks.push(Block::Table(self.notice_table(&card.files)));
        }
        if !card.duties.is_empty() {
            blocks.push(Block::Heading(Shown::new(
                self.t("Activités dont ce rôle répond", "Activities this role answers for"),
            )));
            let rows = card.duties.iter().map(|duty| {
                let deputy = if duty.as_deputy { self.t(" (en suppléance)", " (as deputy)") } else { "" };
                vec![
                    Entry::said(&format!("{}{deputy}", duty.activity)),
                    lasting(duty.degraded_after.as_ref()),
                    lasting(duty.mtpd.as_ref()),
                    Entry::Tick,
                ]
            });
            blocks.push(Block::Table(Table {
                caption: self.t("Activités", "Activities").to_owned(),
                heads: vec![
                    self.t("Activité", "Activity"),
                    self.t("Mode dégradé après", "Degraded mode after"),
                    self.t("Supporte au plus (DMIA)", "Bears at most (DMIA)"),
                    self.t("Basculée", "Switched"),
                ],
                rows: rows.collect(),
            }));
        }
        blocks.extend(self.calls(card));
        blocks
    }

    pub(super) fn steps(&self, caption: &str, rows: Vec<Vec<Entry>>) -> Table {
        Table {
            caption: caption.to_owned(),
            heads: vec![
                self.t("Fait", "Done"),
                self.t("Au plus tard", "At the latest"),
                self.t("Quoi", "What"),
                self.t("Heure", "Hour"),
                self.t("Par", "By"),
            ],
            rows,
        }
    }

    pub(super) fn calls(&self, card: &Card) -> Vec<Block> {
        let people = |contacts: &[Contact]| {
            Entry::lines(contacts.iter().map(|contact| {
                let ways = contact.ways.iter().flatten().map(|way| {
                    let address = way.address.as_ref().map_or("____________", |address| address.reveal());
                    format!("{} {address}", self.word("Reach", "channel", &way.channel))
                });
                let ways: Vec<String> = ways.collect();
                let ways = if ways.is_empty() { "____________________".to_owned() } else { ways.join(", ") };
                format!("{} : {ways}", contact.function)
            }))
        };
        let mut rows: Vec<Vec<Entry>> = Vec::new();
        if !card.stand_ins.is_empty() {
            rows.push(vec![
                Entry::said(self.t("Ce rôle, dans l’ordre", "This role, in line")),
                people(&card.stand_ins),
            ]);
        }
        rows.extend(card.calls.iter().map(|call| vec![Entry::said(&call.role), people(&call.holders)]));
        if rows.is_empty() {
            return Vec::new();
        }
        vec![
            Block::Heading(Shown::new(self.t("Qui appeler (sans l’informatique)", "Whom to call (without IT)"))),
            Block::Table(Table {
                caption: self.t("Numéros", "Numbers").to_owned(),
                heads: vec![self.t("Rôle", "Role"), self.t("Personnes", "People")],
                rows,
            }),
        ]
    }

    pub(super) fn due(&self, due: Option<&Duration>) -> Entry {
        match due {
            Some(due) if due.minutes() == 0 => Entry::said(self.t("tout de suite", "at once")),
            Some(due) => Entry::said(&format!("T + {}", due.text())),
            None => Entry::Free,
        }
    }
}
