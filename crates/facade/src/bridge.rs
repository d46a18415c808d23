//! Where the plan meets the scan: what answers from outside and that the plan does not know, what the plan
//! says and that does not answer.
//!
//! A service that no system of the plan accounts for is one that nobody will rebuild, nor cut off, on the day.

use std::collections::BTreeSet;
use std::net::IpAddr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{
    Catalogue, CatalogueError, Endpoint, Evidence, Facts, Host, Observation, Outcome, PlanItem, Reason, Subject,
    SubjectKind, Text, Transport, Vantage,
};
use vigie_plan::{Id, Plan, PublicAddress, System};
use vigie_probe_services::PortFacts;

use crate::compared::Compared;

/// What a scan says of where a system answers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExposedSystemFacts {
    /// Its name.
    pub name: String,
    /// Addresses where the plan says that it answers.
    pub stated: Vec<String>,
    /// Those of them where a closed door was found.
    pub closed: Option<Vec<String>>,
}

/// What answers from outside, beside the plan.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExposedServicesFacts {
    /// Services that the scan saw open.
    pub open_count: u32,
    /// Those of them that no system of the plan accounts for.
    pub unclaimed: Option<Vec<String>>,
}

impl Facts for ExposedSystemFacts {
    const KIND: &'static str = "plan.exposed_system";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Système exposé : le plan et l’analyse", "Exposed system: the plan and the scan")
    }
}

impl Facts for ExposedServicesFacts {
    const KIND: &'static str = "plan.exposed_services";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Services exposés : le plan et l’analyse", "Exposed services: the plan and the scan")
    }
}

/// Every kind of fact that the comparison gives.
pub(crate) fn catalogue() -> Result<Catalogue, CatalogueError> {
    Catalogue::new().with::<ExposedSystemFacts>()?.with::<ExposedServicesFacts>()
}

/// Compares a plan with what a scan saw. Without a look at any port there is nothing to compare.
pub(crate) fn compare(plan: &Plan, seen: &[Observation], as_of: Timestamp) -> Vec<Observation> {
    let doors: Vec<Door<'_>> = seen.iter().filter_map(Door::of).collect();
    if doors.is_empty() {
        return Vec::new();
    }
    let systems = plan.systems.values().filter(|system| !system.exposed_at.items().is_empty());
    let mut compared: Vec<Observation> = systems.map(|system| exposed_system(plan, system, &doors, as_of)).collect();
    compared.push(exposed_services(plan, &doors, as_of));
    compared
}

/// A port that a scan looked at.
struct Door<'o> {
    endpoint: &'o Endpoint,
    state: State,
    look: &'o Observation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Closed,
    /// A firewall, a failure, an interruption: neither open nor closed.
    Unclear(Reason),
}

impl State {
    fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Observed { facts, .. } if facts.get("state").is_some_and(|state| state == "open") => Self::Open,
            Outcome::Absent => Self::Closed,
            // No answer at all, as behind a firewall.
            Outcome::Observed { .. } => Self::Unclear(Reason::Timeout),
            Outcome::NotApplicable => Self::Unclear(Reason::OutOfScope),
            Outcome::Unknown { reason, .. } => Self::Unclear(*reason),
        }
    }

    fn doubt(self) -> Option<Reason> {
        match self {
            Self::Open | Self::Closed => None,
            Self::Unclear(reason) => Some(reason),
        }
    }
}

impl<'o> Door<'o> {
    fn of(look: &'o Observation) -> Option<Self> {
        let Subject::Endpoint(endpoint) = &look.subject else { return None };
        // From the facility's own network every door is open: nothing can be said of the Internet.
        if look.kind != PortFacts::KIND || endpoint.transport != Transport::Tcp || look.vantage == Vantage::Inside {
            return None;
        }
        Some(Self { endpoint, state: State::of(&look.outcome), look })
    }

    fn is_at(&self, stated: &PublicAddress) -> bool {
        let same_host = match &stated.host {
            Host::Address(address) => *address == self.endpoint.address,
            name @ Host::Name(_) => *name == self.endpoint.host,
        };
        same_host && self.endpoint.port == stated.port
    }
}

fn exposed_system(plan: &Plan, system: &System, doors: &[Door<'_>], as_of: Timestamp) -> Observation {
    let mut closed = Vec::new();
    let mut unclear = None;
    let mut evidence = Vec::new();
    for stated in system.exposed_at.items() {
        let here: Vec<&Door<'_>> = doors.iter().filter(|door| door.is_at(stated)).collect();
        if here.iter().any(|door| door.state == State::Open) {
            continue;
        }
        let in_doubt = here.iter().find_map(|door| door.state.doubt());
        if let Some(reason) = in_doubt.or(here.is_empty().then_some(Reason::OutOfScope)) {
            unclear = Some(reason);
        } else {
            closed.push(stated.to_string());
            evidence.extend(here.into_iter().map(proof));
        }
    }
    let facts = ExposedSystemFacts {
        name: system.name.clone(),
        stated: system.exposed_at.items().iter().map(PublicAddress::to_string).collect(),
        closed: (unclear.is_none() || !closed.is_empty()).then_some(closed),
    };
    let gap = unclear.filter(|_| facts.closed.is_none()).map(|reason| ("closed", reason));
    about(Compared { facts: &facts, gap, evidence }, plan, "system", &system.id, as_of)
}

fn exposed_services(plan: &Plan, doors: &[Door<'_>], as_of: Timestamp) -> Observation {
    let claimed = claimed_doors(plan, doors);
    let open: Vec<&Door<'_>> = doors.iter().filter(|door| door.state == State::Open).collect();
    let strangers: Vec<&&Door<'_>> = open.iter().filter(|door| !claimed.contains(&door_number(door))).collect();
    // A system that does not say where it answers may well be the one.
    let every_system_says =
        plan.systems.is_stated() && plan.systems.values().all(|system| !system.exposed_at.is_unknown());
    let names: BTreeSet<String> = strangers.iter().map(|door| door.endpoint.host_and_port()).collect();
    let open_numbers: BTreeSet<(IpAddr, u16)> = open.iter().map(|door| door_number(door)).collect();
    let facts = ExposedServicesFacts {
        open_count: u32::try_from(open_numbers.len()).unwrap_or(u32::MAX),
        unclaimed: (every_system_says || strangers.is_empty()).then(|| names.into_iter().collect()),
    };
    let gap = facts.unclaimed.is_none().then_some(("unclaimed", Reason::NotStated));
    let evidence = strangers.into_iter().map(|door| proof(door)).collect();
    about(Compared { facts: &facts, gap, evidence }, plan, "plan", &plan.header.value.id, as_of)
}

/// The doors that the plan accounts for, under whatever name the scan reached them.
fn claimed_doors(plan: &Plan, doors: &[Door<'_>]) -> BTreeSet<(IpAddr, u16)> {
    let stated: Vec<&PublicAddress> = plan.systems.values().flat_map(|system| system.exposed_at.items()).collect();
    doors.iter().filter(|door| stated.iter().any(|stated| door.is_at(stated))).map(door_number).collect()
}

fn door_number(door: &Door<'_>) -> (IpAddr, u16) {
    (door.endpoint.address, door.endpoint.port)
}

fn proof(door: &Door<'_>) -> Evidence {
    let state = match door.state {
        State::Open => "open",
        State::Closed => "closed",
        State::Unclear(_) => "unclear",
    };
    Evidence::text(door.look.subject.to_string(), &format!("{state}, {}", door.look.observed_at))
}

/// A comparison with an entity of the plan, and who answers for it.
fn about<F: Facts>(compared: Compared<'_, F>, plan: &Plan, entity: &str, id: &Id, as_of: Timestamp) -> Observation {
    let item = PlanItem { entity: entity.to_owned(), id: id.to_string() };
    let owner = vigie_plan::owner(plan, &item);
    Observation { owner, ..compared.about(Subject::Plan(item), Vantage::Documents, as_of) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use vigie_model::{FactPath, Source};
    use vigie_source::SourceFile;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn plan(systems: &str) -> Plan {
        let text = format!("plan: {{id: pcra, title: T}}\nsystems: {systems}\n");
        Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn look(at: &str, outcome: Outcome, vantage: Vantage) -> Observation {
        Observation {
            subject: format!("endpoint:tcp/{at}").parse().unwrap(),
            kind: PortFacts::KIND.to_owned(),
            source: Source::Measured,
            vantage,
            observed_at: NOW,
            took_ms: 0,
            outcome,
            owner: None,
            evidence: Vec::new(),
        }
    }

    fn open(at: &str) -> Observation {
        let Value::Object(facts) = json!({ "state": "open" }) else { unreachable!() };
        look(at, Outcome::Observed { facts, gaps: std::collections::BTreeMap::new() }, Vantage::Outside)
    }

    fn closed(at: &str) -> Observation {
        look(at, Outcome::Absent, Vantage::Outside)
    }

    /// A fact of one subject; nothing when it is not known.
    fn fact(plan: &Plan, seen: &[Observation], subject: &str, name: &str) -> Option<Value> {
        let compared = compare(plan, seen, NOW);
        let about = compared.iter().find(|look| look.subject.to_string() == subject).unwrap();
        let Outcome::Observed { facts, gaps } = &about.outcome else { panic!("{about:?}") };
        assert_eq!(facts.contains_key(name), !gaps.contains_key(&FactPath::from(name)), "a missing fact says why");
        facts.get(name).cloned()
    }

    const SEEN: [&str; 2] = ["vpn.a.example:443@192.0.2.1", "old.a.example:23@192.0.2.2"];

    #[test]
    fn a_service_that_no_system_accounts_for_is_named() {
        let plan = plan("[{id: vpn, name: V, exposed_at: ['vpn.a.example:443']}, {id: dpi, name: D, exposed_at: []}]");
        let unclaimed = |seen: &[Observation]| fact(&plan, seen, "plan:plan/pcra", "unclaimed");
        assert_eq!(unclaimed(&SEEN.map(open)), Some(json!(["old.a.example:23"])));
        assert_eq!(unclaimed(&[open(SEEN[0]), closed(SEEN[1])]), Some(json!([])));
        // The same door under another name is the same door.
        assert_eq!(unclaimed(&[open(SEEN[0]), open("192.0.2.1:443@192.0.2.1")]), Some(json!([])));
    }

    #[test]
    fn a_blank_in_the_plan_leaves_the_question_open() {
        let plan = plan("[{id: vpn, name: V, exposed_at: ['vpn.a.example:443']}, {id: dpi, name: D}]");
        assert_eq!(fact(&plan, &SEEN.map(open), "plan:plan/pcra", "unclaimed"), None);
        assert_eq!(fact(&plan, &[open(SEEN[0])], "plan:plan/pcra", "unclaimed"), Some(json!([])));
    }

    #[test]
    fn a_stated_address_that_is_closed_is_told_and_a_silent_one_is_not() {
        let plan = plan("[{id: vpn, name: V, exposed_at: ['vpn.a.example:443']}]");
        let found = |seen: Observation| fact(&plan, &[seen, open(SEEN[1])], "plan:system/vpn", "closed");
        assert_eq!(found(closed(SEEN[0])), Some(json!(["vpn.a.example:443"])));
        assert_eq!(found(open(SEEN[0])), Some(json!([])));
        let silent = Outcome::unknown(Reason::Timeout, Text::default());
        assert_eq!(found(look(SEEN[0], silent, Vantage::Outside)), None);
        assert_eq!(found(open("other.a.example:443@192.0.2.9")), None, "nobody looked there");
    }

    #[test]
    fn a_scan_from_inside_says_nothing_of_the_internet() {
        let plan = plan("[{id: vpn, name: V, exposed_at: []}]");
        let inside = SEEN.map(|at| Observation { vantage: Vantage::Inside, ..open(at) });
        assert_eq!(compare(&plan, &inside, NOW), []);
    }
}
