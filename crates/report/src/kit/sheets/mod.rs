//! From a kit to what is printed of it, in one language.

mod card;
mod cover;
mod degraded;
mod directory;
mod notices;
mod order;
mod rest;

use jiff::civil::Date;
use serde::Serialize;
use vigie_model::Lang;
use vigie_plan::kit::{Body, Kit, Sheet};
use vigie_plan::{Duration, words};

use super::PrintOptions;
use super::view::{Block, Entry, SheetView, View};
use crate::neutralise::Shown;
use crate::phrasing::{day, pick};

/// Lines of a log or of notes that fit on one page.
const LOG_LINES: usize = 22;
/// Lines for notes under a table.
const NOTE_LINES: usize = 5;
/// Empty rows at the end of a list, to complete by hand.
const SPARE_ROWS: usize = 3;

/// What to print of a kit.
pub(super) fn view(kit: &Kit, options: &PrintOptions, lang: Lang) -> View {
    let maker = Maker { lang, kit, options };
    let wanted = |sheet: &&Sheet| options.only.is_empty() || options.only.contains(&sheet.kind);
    let sheets: Vec<&Sheet> = kit.sheets.iter().filter(wanted).collect();
    let mut views = Vec::new();
    if options.only.is_empty() {
        views.push(maker.cover(&sheets));
    }
    views.extend(sheets.iter().enumerate().map(|(number, sheet)| maker.sheet(sheet, number)));
    View {
        title: maker.t("Classeur de crise", "Crisis binder").to_owned(),
        plan: Shown::new(&kit.cover.title),
        foot: Shown::new(&maker.foot()),
        exercise: if options.exercise { maker.t("EXERCICE", "EXERCISE") } else { "" },
        sheets: views,
    }
}

struct Maker<'k> {
    lang: Lang,
    kit: &'k Kit,
    options: &'k PrintOptions,
}

impl Maker<'_> {
    fn t<'t>(&self, fr: &'t str, en: &'t str) -> &'t str {
        pick(self.lang, fr, en)
    }

    /// A word of a closed list of the plan, as people say it.
    fn word(&self, of: &str, key: &str, value: &impl Serialize) -> String {
        let word = serde_json::to_value(value).ok().and_then(|word| word.as_str().map(str::to_owned));
        words::value(of, key, &word.unwrap_or_default()).get(self.lang).to_owned()
    }

    fn day(&self, date: Date) -> String {
        day(date, self.lang)
    }

    fn foot(&self) -> String {
        let version = match &self.kit.cover.version {
            Some(version) => format!("{} {version}", self.t("version", "version")),
            None => self.t("version : ________", "version: ________").to_owned(),
        };
        format!("{version}, {} {}", self.t("imprimé le", "printed on"), self.day(self.options.printed_on))
    }

    fn sheet(&self, sheet: &Sheet, number: usize) -> SheetView {
        SheetView {
            anchor: format!("{}-{number}", sheet.kind.name()),
            title: Shown::new(&self.title(sheet)),
            restricted: if sheet.kind.is_restricted() {
                self.t("Diffusion restreinte : coordonnées personnelles", "Restricted: personal numbers")
            } else {
                ""
            },
            hash: sheet.hash.short(),
            blocks: self.blocks(&sheet.body),
        }
    }

    fn title(&self, sheet: &Sheet) -> String {
        let role =
            |role: Option<&str>| role.unwrap_or(self.t("rôle : ________________", "role: ________________")).to_owned();
        match &sheet.body {
            Body::Directory(_) => self.t("Annuaire de crise", "Crisis directory").to_owned(),
            Body::Card(card) => format!(
                "{} {}",
                self.t("Fiche réflexe :", "Reflex card:"),
                role(card.role.as_ref().map(|role| role.name.as_str()))
            ),
            Body::RestoreOrder(_) => self.t("Ordre de redémarrage", "Restart order").to_owned(),
            Body::Notifications(_) => self.t("Qui prévenir, et quand", "Who must be told, and when").to_owned(),
            Body::Degraded(_) => self.t("Travailler sans informatique", "Working without IT").to_owned(),
            Body::Providers(_) => self.t("Prestataires", "Suppliers").to_owned(),
            Body::Log => self.t("Main courante", "Crisis log").to_owned(),
            Body::Observer(observer) => {
                format!("{} {}", self.t("Fiche d’observation :", "Observer’s sheet:"), role(observer.role.as_deref()))
            }
        }
    }

    fn blocks(&self, body: &Body) -> Vec<Block> {
        match body {
            Body::Directory(directory) => self.directory(directory),
            Body::Card(card) => self.card(card),
            Body::RestoreOrder(order) => self.order(order),
            Body::Notifications(notices) => self.notices(notices.as_deref()),
            Body::Degraded(activities) => self.degraded(activities.as_deref()),
            Body::Providers(providers) => self.providers(providers.as_deref()),
            Body::Log => self.log(),
            Body::Observer(observer) => self.observer(observer),
        }
    }

    fn note(&self, fr: &str, en: &str) -> Block {
        Block::Note(Shown::new(self.t(fr, en)))
    }

    fn not_listed(&self, fr: &str, en: &str) -> Block {
        let what = self.t(fr, en);
        Block::Warning(Shown::new(&format!(
            "{} {what}",
            self.t(
                "Le plan n’a pas encore cette liste. À remplir à la main :",
                "The plan does not have this list yet. To be filled in by hand:"
            )
        )))
    }
}

/// Empty rows to complete a list by hand.
fn spare(columns: usize) -> impl Iterator<Item = Vec<Entry>> {
    (0..SPARE_ROWS).map(move |_| (0..columns).map(|_| Entry::Free).collect())
}

fn lasting(duration: Option<&Duration>) -> Entry {
    Entry::or_blank(duration.map(Duration::text))
}
