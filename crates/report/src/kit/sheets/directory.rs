//! Who is who in the crisis, and how to reach them.

use vigie_model::Lang;
use vigie_plan::kit::{Contact, Directory, Way};

use super::{Maker, spare};
use crate::kit::view::{Block, Entry, Table};
use crate::neutralise::Shown;

impl Maker<'_> {
    pub(super) fn directory(&self, directory: &Directory) -> Vec<Block> {
        let mut blocks = vec![self.note(
            "● : marche sans l’informatique de l’hôpital. ○ : tombe avec elle. Essayer un numéro sur cinq à chaque impression.",
            "●: works without the hospital’s IT. ○: falls with it. Try one number in five at each printing.",
        )];
        match &directory.cells {
            None => blocks.push(self.not_listed("les rôles de crise.", "the crisis roles.")),
            Some(cells) => {
                for cell in cells {
                    let name = cell.cell.as_ref().map_or_else(
                        || self.t("Cellule non précisée", "Cell not said").to_owned(),
                        |cell| format!("{} {}", self.t("Cellule", "Cell:"), self.word("Role", "cell", cell)),
                    );
                    blocks.push(Block::Heading(Shown::new(&name)));
                    let rows = cell.roles.iter().flat_map(|role| {
                        let rank = |people: &[Contact], fr, en| -> Vec<Vec<Entry>> {
                            let rank = self.t(fr, en);
                            people.iter().map(|one| self.contact(&role.name, rank, one)).collect()
                        };
                        let mut rows = rank(&role.holders, "titulaire", "first in line");
                        rows.extend(rank(&role.substitutes, "suppléant", "stand-in"));
                        if rows.is_empty() {
                            rows.push(vec![
                                Entry::said(&role.name),
                                Entry::Free,
                                Entry::Blank,
                                Entry::Blank,
                                Entry::Free,
                            ]);
                        }
                        rows
                    });
                    blocks.push(Block::Table(self.contacts(&name, rows.collect())));
                }
            }
        }
        let others = directory.others.as_deref().unwrap_or_default();
        if !others.is_empty() {
            let title = self.t("Autres personnes", "Other people");
            blocks.push(Block::Heading(Shown::new(title)));
            let rows = others.iter().map(|one| self.contact("–", "", one)).collect();
            blocks.push(Block::Table(self.contacts(title, rows)));
        }
        blocks.push(Block::Heading(Shown::new(self.t("À ajouter à la main", "To be added by hand"))));
        blocks.push(Block::Table(self.contacts(self.t("Ajouts", "Additions"), spare(5).collect())));
        blocks
    }

    pub(super) fn contacts(&self, caption: &str, rows: Vec<Vec<Entry>>) -> Table {
        Table {
            caption: caption.to_owned(),
            heads: vec![
                self.t("Rôle", "Role"),
                self.t("Rang", "Rank"),
                self.t("Fonction", "Function"),
                self.t("Joindre par", "Reach by"),
                self.t("À toute heure", "At any hour"),
            ],
            rows,
        }
    }

    pub(super) fn contact(&self, role: &str, rank: &str, contact: &Contact) -> Vec<Entry> {
        let unit = contact.unit.as_deref().map(|unit| format!("({unit})"));
        vec![
            Entry::said(role),
            Entry::said(rank),
            Entry::lines([Some(contact.function.clone()), unit].into_iter().flatten()),
            self.ways(contact.ways.as_deref()),
            Entry::or_blank(contact.on_call.map(|on_call| self.yes(on_call))),
        ]
    }

    pub(super) fn yes(&self, yes: bool) -> &'static str {
        match (yes, self.lang) {
            (true, Lang::Fr) => "oui",
            (false, Lang::Fr) => "non",
            (true, Lang::En) => "yes",
            (false, Lang::En) => "no",
        }
    }

    pub(super) fn ways(&self, ways: Option<&[Way]>) -> Entry {
        Entry::lines(ways.into_iter().flatten().map(|way| {
            let mark = if way.stands_alone { "●" } else { "○" };
            let channel = self.word("Reach", "channel", &way.channel);
            let address = way.address.as_ref().map_or("____________________", |address| address.reveal());
            let tried = way.checked_on.map(|on| format!(", {} {}", self.t("essayé le", "tried on"), self.day(on)));
            format!("{mark} {channel} {address}{}", tried.unwrap_or_default())
        }))
    }
}
