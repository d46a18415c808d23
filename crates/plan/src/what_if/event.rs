//! What happens: a scenario of the plan, an event that every hospital can meet, or a list of one's own.

use std::collections::BTreeSet;

use thiserror::Error;
use vigie_model::Text;

use crate::entities::{Channel, EntityKind, Id, Rank, Scenario, SystemKind};
use crate::load::nearest;
use crate::{Duration, Plan, Stated};

/// Something that happens, as a scenario takes things away.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What is lost.
    pub(super) scenario: Scenario,
    /// Its name.
    pub(super) title: Text,
    /// What had to be assumed to make it of the plan.
    pub(super) assumed: Vec<Text>,
}

/// Losses of one's own, beside or instead of an event with a name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Losses {
    /// Systems that are lost.
    pub down: Vec<Id>,
    /// Sites, suppliers, teams and people that are lost.
    pub lost: Vec<Id>,
    /// Channels that no longer work.
    pub channels: Vec<Channel>,
    /// How long it lasts.
    pub duration: Option<Duration>,
}

/// An event that can be asked for by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedEvent {
    /// What to write to ask for it.
    pub name: String,
    /// What happens.
    pub title: Text,
    /// Whether the plan wrote it.
    pub of_the_plan: bool,
}

/// Why an event cannot be made of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EventError {
    /// No event has this name.
    #[error("no event is named {name:?}")]
    NoSuchEvent {
        /// What was asked for.
        name: String,
        /// A name that looks like it.
        close: Option<String>,
    },
    /// Nothing in the plan has this id.
    #[error("nothing in the plan has the id {id:?}")]
    NoSuchId {
        /// What was asked for.
        id: String,
        /// What is expected there.
        expected: &'static [EntityKind],
        /// An id that looks like it.
        close: Option<String>,
    },
    /// Nothing happens: no event and no loss.
    #[error("nothing happens: name an event or a loss")]
    Nothing,
}

const LOSABLE: &[EntityKind] = &[EntityKind::Site, EntityKind::Provider, EntityKind::Team, EntityKind::Person];

impl EventError {
    /// What is wrong and how to mend it, in words.
    pub fn text(&self) -> Text {
        let hint = |close: &Option<String>| match close {
            Some(close) => [format!(" ; vouliez-vous dire « {close} » ?"), format!("; did you mean “{close}”?")],
            None => [String::new(), String::new()],
        };
        match self {
            Self::NoSuchEvent { name, close } => {
                let [fr, en] = hint(close);
                Text::new(
                    format!("aucun événement ne s’appelle « {name} »{fr}"),
                    format!("no event is called “{name}”{en}"),
                )
            }
            Self::NoSuchId { id, expected, close } => {
                let [fr, en] = hint(close);
                let kinds = |pick: fn(&Text) -> &str| {
                    expected.iter().map(|kind| pick(&kind.text()).to_owned()).collect::<Vec<_>>()
                };
                Text::new(
                    format!("« {id} » n’est pas dans le plan ; on attend {}{fr}", kinds(|text| &text.fr).join(" ou ")),
                    format!("“{id}” is not in the plan; {} is expected{en}", kinds(|text| &text.en).join(" or ")),
                )
            }
            Self::Nothing => Text::new(
                "rien ne se passe : nommez un événement, ou ce qui est perdu",
                "nothing happens: name an event, or what is lost",
            ),
        }
    }
}

impl Event {
    /// Every event that a plan can be asked about by name: its scenarios first.
    pub fn all(plan: &Plan) -> Vec<NamedEvent> {
        let scenarios = plan.scenarios.values().map(|scenario| NamedEvent {
            name: scenario.id.to_string(),
            title: Text::same(&scenario.title),
            of_the_plan: true,
        });
        let built_in = BuiltIn::all(plan).into_iter();
        scenarios
            .chain(built_in.map(|event| NamedEvent {
                name: event.name(),
                title: event.title(plan),
                of_the_plan: false,
            }))
            .collect()
    }

    /// The event of a name, with losses of one's own besides. Everything wrong comes back at once.
    pub fn of(plan: &Plan, name: Option<&str>, losses: &Losses) -> Result<Self, Vec<EventError>> {
        let mut errors = losses.errors(plan);
        let named = match name.map(|name| Self::named(plan, name)) {
            None if *losses == Losses::default() => Err(EventError::Nothing),
            None => Ok(Self::without_a_name()),
            Some(named) => named,
        };
        match named {
            Ok(mut event) if errors.is_empty() => {
                event.add(losses);
                Ok(event)
            }
            Ok(_) => Err(errors),
            Err(error) => {
                errors.insert(0, error);
                Err(errors)
            }
        }
    }

    fn named(plan: &Plan, name: &str) -> Result<Self, EventError> {
        if let Some(scenario) = plan.scenarios.values().find(|scenario| scenario.id.as_str() == name) {
            let title = Text::same(&scenario.title);
            return Ok(Self { scenario: scenario.clone(), title, assumed: Vec::new() });
        }
        let built_in = BuiltIn::all(plan).into_iter().find(|event| event.name() == name);
        built_in.map(|event| event.event(plan)).ok_or_else(|| {
            let known: Vec<String> = Self::all(plan).into_iter().map(|event| event.name).collect();
            EventError::NoSuchEvent { name: name.to_owned(), close: close(name, known.iter().map(String::as_str)) }
        })
    }

    fn without_a_name() -> Self {
        let title = Text::new("Pertes choisies", "Chosen losses");
        Self { scenario: nothing_lost(&title.fr), title, assumed: Vec::new() }
    }

    fn add(&mut self, losses: &Losses) {
        let scenario = &mut self.scenario;
        scenario.down = together(&scenario.down, &losses.down);
        scenario.lost = together(&scenario.lost, &losses.lost);
        scenario.lost_channels = together(&scenario.lost_channels, &losses.channels);
        if let Some(duration) = &losses.duration {
            scenario.duration = Stated::Known(duration.clone());
        }
    }
}

/// A list with more in it. Adding nothing to a list that is not stated states nothing.
fn together<T: Clone + PartialEq>(stated: &Stated<Vec<T>>, more: &[T]) -> Stated<Vec<T>> {
    if more.is_empty() {
        return stated.clone();
    }
    let mut all = stated.items().to_vec();
    all.extend(more.iter().filter(|one| !stated.items().contains(one)).cloned());
    Stated::Known(all)
}

impl Losses {
    fn errors(&self, plan: &Plan) -> Vec<EventError> {
        let systems: BTreeSet<&str> = plan.systems.values().map(|system| system.id.as_str()).collect();
        let losable: BTreeSet<&str> = (plan.sites.values().map(|one| one.id.as_str()))
            .chain(plan.providers.values().map(|one| one.id.as_str()))
            .chain(plan.teams.values().map(|one| one.id.as_str()))
            .chain(plan.people.values().map(|one| one.id.as_str()))
            .collect();
        let missing = |ids: &[Id], known: &BTreeSet<&str>, expected: &'static [EntityKind]| -> Vec<EventError> {
            let unknown = ids.iter().filter(|id| !known.contains(id.as_str()));
            let error = |id: &Id| EventError::NoSuchId {
                id: id.to_string(),
                expected,
                close: close(id.as_str(), known.iter().copied()),
            };
            unknown.map(error).collect()
        };
        let mut errors = missing(&self.down, &systems, &[EntityKind::System]);
        errors.extend(missing(&self.lost, &losable, LOSABLE));
        errors
    }
}

/// Events that every hospital can meet, whatever its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
enum BuiltIn {
    TotalLoss,
    InternetCut,
    DirectoryLost,
    TelephoneLost,
    KeyPeopleAbsent,
    SiteLost(Id),
    ProviderLost(Id),
}

impl BuiltIn {
    fn all(plan: &Plan) -> Vec<Self> {
        let always =
            [Self::TotalLoss, Self::InternetCut, Self::DirectoryLost, Self::TelephoneLost, Self::KeyPeopleAbsent];
        let sites = plan.sites.values().map(|site| Self::SiteLost(site.id.clone()));
        let providers = plan.providers.values().map(|provider| Self::ProviderLost(provider.id.clone()));
        always.into_iter().chain(sites).chain(providers).collect()
    }

    /// What people type.
    fn name(&self) -> String {
        match self {
            Self::TotalLoss => "perte-totale".to_owned(),
            Self::InternetCut => "coupure-internet".to_owned(),
            Self::DirectoryLost => "annuaire-perdu".to_owned(),
            Self::TelephoneLost => "telephone-perdu".to_owned(),
            Self::KeyPeopleAbsent => "absences".to_owned(),
            Self::SiteLost(site) => format!("site:{site}"),
            Self::ProviderLost(provider) => format!("prestataire:{provider}"),
        }
    }

    fn title(&self, plan: &Plan) -> Text {
        match self {
            Self::TotalLoss => Text::new(
                "Tout le système d’information de l’hôpital est perdu",
                "The whole information system of the hospital is lost",
            ),
            Self::InternetCut => Text::new("Internet est coupé", "The Internet is cut off"),
            Self::DirectoryLost => Text::new(
                "L’annuaire est perdu : plus personne n’ouvre de session",
                "The directory is lost: nobody can log on",
            ),
            Self::TelephoneLost => {
                Text::new("Le téléphone de l’hôpital ne marche plus", "The hospital’s telephone no longer works")
            }
            Self::KeyPeopleAbsent => Text::new(
                "Les titulaires des rôles de crise sont absents",
                "Those first in line for crisis roles are away",
            ),
            Self::SiteLost(site) => {
                let name = plan.sites.get(site).map_or(site.as_str(), |site| site.name.as_str());
                Text::new(format!("Le site « {name} » est perdu"), format!("The site “{name}” is lost"))
            }
            Self::ProviderLost(provider) => {
                let name = plan.providers.get(provider).map_or(provider.as_str(), |one| one.service.as_str());
                Text::new(
                    format!("Le prestataire « {name} » ne répond plus"),
                    format!("The supplier “{name}” no longer answers"),
                )
            }
        }
    }

    fn event(&self, plan: &Plan) -> Event {
        let title = self.title(plan);
        let mut scenario = nothing_lost(&title.fr);
        let mut assumed = Vec::new();
        match self {
            Self::TotalLoss => scenario.all_systems = true,
            Self::InternetCut => {
                scenario.down_kinds = Stated::Known(vec![SystemKind::Saas]);
                scenario.lost_channels = Stated::Known(vec![Channel::Mail]);
                assumed.push(Text::new(
                    "Ce qu’un prestataire héberge ne répond plus, et la messagerie ne sort plus de l’hôpital ; les mobiles marchent.",
                    "What a supplier hosts no longer answers, and mail no longer leaves the hospital; mobile phones work.",
                ));
            }
            Self::DirectoryLost => scenario.down_kinds = Stated::Known(vec![SystemKind::Identity]),
            Self::TelephoneLost => {
                scenario.down_kinds = Stated::Known(vec![SystemKind::Telecom]);
                scenario.lost_channels = Stated::Known(vec![Channel::IpPhone]);
                assumed.push(Text::new(
                    "Les mobiles et les lignes qui ne passent pas par le réseau de l’hôpital marchent.",
                    "Mobile phones and lines that do not cross the hospital’s network work.",
                ));
            }
            Self::KeyPeopleAbsent => {
                let first = plan
                    .people
                    .values()
                    .filter(|person| person.roles.items().iter().any(|held| held.rank == Rank::Holder));
                scenario.lost = Stated::Known(first.map(|person| person.id.clone()).collect());
            }
            Self::SiteLost(id) | Self::ProviderLost(id) => scenario.lost = Stated::Known(vec![id.clone()]),
        }
        Event { scenario, title, assumed }
    }
}

/// A scenario in which nothing is lost yet.
fn nothing_lost(title: &str) -> Scenario {
    Scenario {
        id: Id::of_ours("evenement"),
        title: title.to_owned(),
        all_systems: false,
        down: Stated::Known(Vec::new()),
        down_kinds: Stated::Unknown,
        lost: Stated::Unknown,
        lost_channels: Stated::Unknown,
        duration: Stated::Unknown,
        attack_steps: Stated::Unknown,
        source: None,
    }
}

fn close<'k>(asked: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
    nearest(asked, known).map(str::to_owned)
}
