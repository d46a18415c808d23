//! The first page: the plan, what the binder holds, where its copies are.

use jiff::civil::Date;
use vigie_plan::kit::{Cover, Sheet};

use super::{Maker, spare};
use crate::kit::view::{Block, Entry, SheetView, Table};
use crate::neutralise::Shown;

impl Maker<'_> {
    pub(super) fn cover(&self, sheets: &[&Sheet]) -> SheetView {
        let cover = &self.kit.cover;
        let mut blocks = vec![
            self.note(
                "À ranger dans la salle de crise. Tout ce classeur se lit sans informatique. Ce que le plan ne dit pas encore est à écrire à la main, puis à reporter dans le plan.",
                "To be kept in the crisis room. All of this binder is read without IT. What the plan does not say yet is to be written by hand, then put into the plan.",
            ),
            Block::Table(self.identity(cover)),
            Block::Heading(Shown::new(self.t("Ce que contient ce classeur", "What this binder holds"))),
            Block::Table(self.contents(sheets)),
            Block::Heading(Shown::new(self.t("Où sont les exemplaires", "Where the copies are"))),
        ];
        match &cover.copies {
            None => blocks.push(self.not_listed(
                "où sont le plan, l’annuaire et les clés.",
                "where the plan, the directory and the keys are.",
            )),
            Some(_) => blocks.push(Block::Table(self.copies(cover))),
        }
        SheetView {
            anchor: "cover".to_owned(),
            title: Shown::new(self.t("Classeur de crise", "Crisis binder")),
            restricted: "",
            hash: self.kit.hash.short(),
            blocks,
        }
    }

    pub(super) fn identity(&self, cover: &Cover) -> Table {
        let row = |name: &str, value: Entry| vec![Entry::said(name), value];
        let date = |date: Option<Date>| Entry::or_blank(date.map(|date| self.day(date)));
        let status = cover.status.as_ref().map(|status| self.word("Header", "status", status));
        Table {
            caption: self.t("Le plan", "The plan").to_owned(),
            heads: vec![self.t("Ligne", "Line"), self.t("Valeur", "Value")],
            rows: vec![
                row(self.t("Version", "Version"), Entry::or_blank(cover.version.as_deref())),
                row(self.t("État", "Status"), Entry::or_blank(status)),
                row(self.t("Tenu à jour par", "Kept up to date by"), Entry::or_blank(cover.owner.as_deref())),
                row(self.t("Approuvé par", "Approved by"), Entry::or_blank(cover.approver.as_deref())),
                row(self.t("Approuvé le", "Approved on"), date(cover.approved_on)),
                row(self.t("Modifié le", "Changed on"), date(cover.changed_on)),
                row(self.t("Prochaine revue", "Next review"), date(cover.next_review)),
                row(
                    self.t("Empreinte du classeur", "Hash of the binder"),
                    Entry::lines([self.kit.hash.short(), grouped(self.kit.hash.full())]),
                ),
            ],
        }
    }

    pub(super) fn contents(&self, sheets: &[&Sheet]) -> Table {
        let row = |sheet: &&Sheet| vec![Entry::said(&self.title(sheet)), Entry::said(&sheet.hash.short())];
        Table {
            caption: self.t("Fiches et empreintes", "Sheets and hashes").to_owned(),
            heads: vec![self.t("Fiche", "Sheet"), self.t("Empreinte", "Hash")],
            rows: sheets.iter().map(row).collect(),
        }
    }

    pub(super) fn copies(&self, cover: &Cover) -> Table {
        let mut rows: Vec<Vec<Entry>> = cover
            .copies
            .iter()
            .flatten()
            .map(|copy| {
                vec![
                    Entry::said(&self.word("PlanCopy", "of", &copy.of)),
                    Entry::or_blank(copy.medium.as_ref().map(|medium| self.word("PlanCopy", "medium", medium))),
                    Entry::or_blank(copy.place.as_deref()),
                    Entry::or_blank(copy.custodian.as_deref()),
                    Entry::or_blank(copy.refreshed_on.map(|on| self.day(on))),
                    copy.print_hash.as_ref().map_or(Entry::Free, |hash| Entry::said(&hash.short())),
                ]
            })
            .collect();
        rows.extend(spare(6));
        Table {
            caption: self.t("Exemplaires", "Copies").to_owned(),
            heads: vec![
                self.t("Quoi", "What"),
                self.t("Support", "Medium"),
                self.t("Où", "Where"),
                self.t("Gardé par", "Kept by"),
                self.t("Du", "Of"),
                self.t("Empreinte", "Hash"),
            ],
            rows,
        }
    }
}

/// All the digits, sixteen by sixteen: somebody may have to read them aloud.
fn grouped(digits: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    digits.chunks(16).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
