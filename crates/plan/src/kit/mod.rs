//! The paper kit: what the binder of the crisis room holds, sheet by sheet, whatever prints it.
//!
//! Each sheet is a view over the plan with a hash of its content: neither its layout, its language
//! nor the day it is printed count, so that the hash on a printed sheet tells whether it still says
//! what the plan says. What the plan does not state is a `None` here, and a blank to fill on paper.

mod card;
mod cover;
mod degraded;
mod directory;
mod hash;
mod names;
mod notice;
mod observer;
mod order;
mod provider;

use serde::Serialize;

pub use card::{Call, Card, CardList, CardRole, CardStep, Duty};
pub use cover::{Cover, KeptCopy};
pub use degraded::{ActivityOnPaper, ProcedureOnPaper, Supply};
pub use directory::{CellOnPaper, Contact, Directory, RoleOnPaper, Way};
pub(crate) use hash::check_print_hash_or_nsp;
pub use hash::{ContentHash, PrintHash, PrintHashError, parse_print_hash};
pub use notice::Notice;
pub use observer::{Expected, Observer, What};
pub use order::{BackupAt, Early, Kept, OrderBasis, RestoreSheet, SystemOnPaper};
pub use provider::ProviderOnPaper;

use crate::{Id, Plan};

/// Everything to print, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Kit {
    /// What the first page says.
    pub cover: Cover,
    /// The sheets behind it.
    pub sheets: Vec<Sheet>,
    /// Over the hashes of all the sheets: changes as soon as one of them does.
    pub hash: ContentHash,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// What it is.
    pub kind: SheetKind,
    /// The role it is for, of a sheet that each role has.
    pub role: Option<Id>,
    /// What it says.
    pub body: Body,
    /// Of what it says.
    pub hash: ContentHash,
}

/// The sheets of a kit, in the order of the binder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SheetKind {
    /// Who is who and how to reach them (annuaire de crise).
    Directory,
    /// What one role does first (fiche réflexe).
    Card,
    /// What to rebuild, in which order.
    RestoreOrder,
    /// Who must be told, and by when.
    Notifications,
    /// How to work without the information system.
    Degraded,
    /// Suppliers.
    Providers,
    /// The log to fill by hand (main courante).
    Log,
    /// What an observer ticks during an exercise.
    Observer,
}

/// What a sheet says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// See [`SheetKind::Directory`].
    Directory(Directory),
    /// See [`SheetKind::Card`].
    Card(Card),
    /// See [`SheetKind::RestoreOrder`].
    RestoreOrder(RestoreSheet),
    /// See [`SheetKind::Notifications`]; nothing when the plan does not have the list.
    Notifications(Option<Vec<Notice>>),
    /// See [`SheetKind::Degraded`]; nothing when the plan does not have the list of activities.
    Degraded(Option<Vec<ActivityOnPaper>>),
    /// See [`SheetKind::Providers`]; nothing when the plan does not have the list.
    Providers(Option<Vec<ProviderOnPaper>>),
    /// See [`SheetKind::Log`]: blank.
    Log,
    /// See [`SheetKind::Observer`].
    Observer(Observer),
}

impl SheetKind {
    /// Every kind, in the order of the binder.
    pub const ALL: [Self; 8] = [
        Self::Directory,
        Self::Card,
        Self::RestoreOrder,
        Self::Notifications,
        Self::Degraded,
        Self::Providers,
        Self::Log,
        Self::Observer,
    ];

    /// Its name on the command line and in addresses within a page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Card => "cards",
            Self::RestoreOrder => "order",
            Self::Notifications => "notifications",
            Self::Degraded => "degraded",
            Self::Providers => "providers",
            Self::Log => "log",
            Self::Observer => "observers",
        }
    }

    /// Whether it holds numbers by which people are reached: it is not for every eye.
    pub fn is_restricted(self) -> bool {
        matches!(self, Self::Directory | Self::Card)
    }
}

/// Lays out the kit of a plan.
pub fn kit(plan: &Plan) -> Kit {
    let mut sheets = vec![Sheet::of(SheetKind::Directory, None, Body::Directory(Directory::of(plan)))];
    sheets.extend(card::cards(plan).map(|(role, card)| Sheet::of(SheetKind::Card, role, Body::Card(card))));
    let single = [
        (SheetKind::RestoreOrder, Body::RestoreOrder(RestoreSheet::of(plan))),
        (SheetKind::Notifications, Body::Notifications(notice::notices(plan))),
        (SheetKind::Degraded, Body::Degraded(degraded::activities(plan))),
        (SheetKind::Providers, Body::Providers(provider::providers(plan))),
        (SheetKind::Log, Body::Log),
    ];
    sheets.extend(single.into_iter().map(|(kind, body)| Sheet::of(kind, None, body)));
    let observers = observer::observers(plan);
    sheets.extend(observers.map(|(role, seen)| Sheet::of(SheetKind::Observer, role, Body::Observer(seen))));
    let hash = ContentHash::over(sheets.iter().map(|sheet| &sheet.hash));
    Kit { cover: Cover::of(plan), sheets, hash }
}

/// The hash that a directory printed today bears.
pub(crate) fn directory_hash(plan: &Plan) -> ContentHash {
    ContentHash::of(&Body::Directory(Directory::of(plan)))
}

impl Sheet {
    fn of(kind: SheetKind, role: Option<Id>, body: Body) -> Self {
        Self { kind, role, hash: ContentHash::of(&body), body }
    }
}
