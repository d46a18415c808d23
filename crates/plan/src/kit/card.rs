use serde::Serialize;

use super::directory::holding;
use super::names::owned;
use super::notice::notices_of;
use super::{Contact, Notice};
use crate::entities::{Cell, Checklist, ChecklistItem, Rank, Role};
use crate::{Duration, Id, Plan};

/// What one role does first (fiche réflexe).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// The role; nothing for what the plan gives to no role, and for a card to fill by hand.
    pub role: Option<CardRole>,
    /// What to do, the list that begins first first.
    pub lists: Vec<CardList>,
    /// What this role must file.
    pub files: Vec<Notice>,
    /// Activities that it answers for.
    pub duties: Vec<Duty>,
    /// Who else holds this role, in line.
    pub stand_ins: Vec<Contact>,
    /// Who holds the other roles, with the ways that work without the information system.
    pub calls: Vec<Call>,
}

/// The role of a card.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CardRole {
    /// Its name.
    pub name: String,
    /// The cell it sits in.
    pub cell: Option<Cell>,
}

/// One list of things to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CardList {
    /// Its title.
    pub title: String,
    /// When it is used.
    pub phase: Option<String>,
    /// What to do, the soonest due first; what has no stated time last. Nothing when the plan does not say.
    pub steps: Option<Vec<CardStep>>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CardStep {
    /// What.
    pub text: String,
    /// How long after the alert at the latest.
    pub due: Option<Duration>,
    /// What shows that it was done.
    pub evidence: Option<String>,
}

/// An activity that a role answers for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Duty {
    /// Its name.
    pub activity: String,
    /// Whether the role only stands in for who answers for it.
    pub as_deputy: bool,
    /// When its degraded procedure starts.
    pub degraded_after: Option<Duration>,
    /// The longest outage it can bear (DMIA).
    pub mtpd: Option<Duration>,
}

/// A role to call and who holds it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Call {
    /// Name of the role.
    pub role: String,
    /// Who holds it first in line.
    pub holders: Vec<Contact>,
}

/// One card a role, then one for what is given to none. There is always one, be it blank.
pub(super) fn cards(plan: &Plan) -> impl Iterator<Item = (Option<Id>, Card)> {
    let mut cards: Vec<(Option<Id>, Card)> =
        plan.roles.values().map(|role| (Some(role.id.clone()), Card::of(plan, role))).collect();
    let lost = lists(plan, None);
    if cards.is_empty() || !lost.is_empty() {
        let none = Card { role: None, lists: lost, files: vec![], duties: vec![], stand_ins: vec![], calls: vec![] };
        cards.push((None, none));
    }
    cards.into_iter()
}

impl Card {
    fn of(plan: &Plan, role: &Role) -> Self {
        let in_line = [Rank::Holder, Rank::Substitute].into_iter().flat_map(|rank| holding(plan, &role.id, rank));
        let others = plan.roles.values().filter(|other| other.id != role.id);
        Self {
            role: Some(CardRole { name: role.name.clone(), cell: owned(&role.cell) }),
            lists: lists(plan, Some(&role.id)),
            files: notices_of(plan, &role.id),
            duties: duties(plan, &role.id),
            stand_ins: in_line.map(|person| Contact::of(plan, person).without_it()).collect(),
            calls: others.map(|other| Call::of(plan, other)).collect(),
        }
    }
}

impl Call {
    fn of(plan: &Plan, role: &Role) -> Self {
        let holders = holding(plan, &role.id, Rank::Holder);
        let holders = holders.into_iter().map(|person| Contact::of(plan, person).without_it());
        Self { role: role.name.clone(), holders: holders.collect() }
    }
}

/// The checklists of a role, or those of none.
pub(super) fn lists(plan: &Plan, role: Option<&Id>) -> Vec<CardList> {
    let ours = plan.checklists.values().filter(|list| list.for_role.known() == role);
    let mut lists: Vec<CardList> = ours.map(CardList::of).collect();
    lists.sort_by_key(CardList::first_due);
    lists
}

/// The activities of a role, the soonest in degraded mode first.
pub(super) fn duties(plan: &Plan, role: &Id) -> Vec<Duty> {
    let mut duties: Vec<Duty> = plan
        .activities
        .values()
        .filter_map(|activity| {
            let owns = activity.owner.known() == Some(role);
            let as_deputy = !owns && activity.deputy.known() == Some(role);
            (owns || as_deputy).then(|| Duty {
                activity: activity.name.clone(),
                as_deputy,
                degraded_after: owned(&activity.degraded_after),
                mtpd: owned(&activity.mtpd),
            })
        })
        .collect();
    duties.sort_by_key(|duty| minutes(duty.degraded_after.as_ref()));
    duties
}

/// What is not stated comes last.
pub(super) fn minutes(due: Option<&Duration>) -> u32 {
    due.map_or(u32::MAX, Duration::minutes)
}

impl CardList {
    fn of(list: &Checklist) -> Self {
        let steps = list.items.known().map(|items| {
            let mut steps: Vec<CardStep> = items.iter().map(CardStep::of).collect();
            steps.sort_by_key(|step| minutes(step.due.as_ref()));
            steps
        });
        Self { title: list.title.clone(), phase: owned(&list.phase), steps }
    }

    fn first_due(&self) -> u32 {
        let dues = self.steps.iter().flatten().map(|step| minutes(step.due.as_ref()));
        dues.min().unwrap_or(u32::MAX)
    }
}

impl CardStep {
    fn of(item: &ChecklistItem) -> Self {
        Self { text: item.text.clone(), due: owned(&item.due), evidence: owned(&item.evidence) }
    }
}
