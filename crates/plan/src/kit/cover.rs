use jiff::civil::Date;

use super::names::{owned, role};
use crate::entities::{CopyMedium, CopyOf, PlanCopy, PlanStatus};
use crate::{Plan, PrintHash};

/// What the first page says of the plan. No hash covers it: it holds them.
#[derive(Debug, Clone, PartialEq)]
pub struct Cover {
    /// Title of the plan.
    pub title: String,
    /// Its version.
    pub version: Option<String>,
    /// Where it stands.
    pub status: Option<PlanStatus>,
    /// Role that keeps it up to date.
    pub owner: Option<String>,
    /// Function of who approved it.
    pub approver: Option<String>,
    /// Day it was approved.
    pub approved_on: Option<Date>,
    /// Day its content last changed.
    pub changed_on: Option<Date>,
    /// Day of its next review.
    pub next_review: Option<Date>,
    /// Where copies are kept; nothing when the plan does not say.
    pub copies: Option<Vec<KeptCopy>>,
}

/// One line of the distribution list.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptCopy {
    /// Its id in the plan.
    pub id: String,
    /// What it is a copy of.
    pub of: CopyOf,
    /// What it is kept on.
    pub medium: Option<CopyMedium>,
    /// Where it is.
    pub place: Option<String>,
    /// Who looks after it.
    pub custodian: Option<String>,
    /// Day it was printed or refreshed.
    pub refreshed_on: Option<Date>,
    /// Hash that it bears.
    pub print_hash: Option<PrintHash>,
}

impl Cover {
    pub(super) fn of(plan: &Plan) -> Self {
        let header = &plan.header.value;
        Self {
            title: header.title.clone(),
            version: owned(&header.version),
            status: owned(&header.status),
            owner: header.owner.known().map(|id| role(plan, id)),
            approver: owned(&header.approver),
            approved_on: owned(&header.approved_on),
            changed_on: owned(&header.changed_on),
            next_review: owned(&header.next_review),
            copies: plan.copies.is_stated().then(|| plan.copies.values().map(KeptCopy::of).collect()),
        }
    }
}

impl KeptCopy {
    fn of(copy: &PlanCopy) -> Self {
        Self {
            id: copy.id.to_string(),
            of: copy.of,
            medium: owned(&copy.medium),
            place: owned(&copy.place),
            custodian: owned(&copy.custodian),
            refreshed_on: owned(&copy.refreshed_on),
            print_hash: owned(&copy.print_hash),
        }
    }
}
