//! The 64 checks of a continuity and recovery file (PCRA): what each asks for, and for how long it holds.
//!
//! What the rest of the plan already shows is worked out from it and never asked twice; the
//! rest is stated under `proofs`. The windows come from the arrêté of 3 July 2025 (CaRE, domain 2), from
//! ReCyF and from ANSSI’s self-assessment; those of three years were read in second-hand sources only.

mod checks;
mod freshness;

pub use checks::CHECKS;
pub use freshness::{CareProof, Expiry, care_proofs, expiries};
use jiff::Span;
use jiff::civil::Date;

use crate::Profile;

/// One check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Its name: `SVG-04`.
    pub id: &'static str,
    /// What it asks for, in French.
    pub fr: &'static str,
    /// What it asks for, in English.
    pub en: &'static str,
    /// How long its proof holds: all of these must hold, and none means for ever.
    pub windows: &'static [Window],
    /// Whether it is asked of a medico-social facility (ESMS).
    pub esms: bool,
    /// The proofs of the CaRE programme that it is: objective and name, as in `care.yaml`.
    pub care: &'static [(&'static str, &'static str)],
}

/// How long a proof holds from its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// So many days.
    Days(i32),
    /// So many months.
    Months(i32),
    /// So many years.
    Years(i32),
    /// For ever, if dated that day or later.
    Since(Date),
}

impl Check {
    /// Its id in subjects: `svg-04`.
    pub fn slug(&self) -> String {
        self.id.to_lowercase()
    }

    /// Whether it is asked of a profile.
    pub fn is_asked_of(&self, profile: Profile) -> bool {
        profile != Profile::ESMS || self.esms
    }

    /// Whether a proof of this date still holds on a day.
    pub fn holds(&self, on: Date, as_of: Date) -> bool {
        self.windows.iter().all(|window| window.holds(on, as_of))
    }

    /// The last day that a proof of this date holds; none when it has no end.
    pub fn last_day(&self, on: Date) -> Option<Date> {
        self.windows.iter().filter_map(|window| window.last_day(on)).min()
    }
}

impl Window {
    /// Whether a proof of this date still holds on a day. A proof dated after that day holds too.
    pub fn holds(self, on: Date, as_of: Date) -> bool {
        match self {
            Self::Since(first) => on >= first,
            Self::Days(_) | Self::Months(_) | Self::Years(_) => self.last_day(on).is_none_or(|last| as_of <= last),
        }
    }

    /// The last day that a proof of this date holds; none when it has no end.
    pub fn last_day(self, on: Date) -> Option<Date> {
        let span = match self {
            Self::Days(days) => Span::new().try_days(days),
            Self::Months(months) => Span::new().try_months(months),
            Self::Years(years) => Span::new().try_years(years),
            Self::Since(_) => return None,
        };
        on.checked_add(span.ok()?).ok()
    }
}
