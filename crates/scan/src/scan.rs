use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{self, FuturesUnordered};
use jiff::Timestamp;
use vigie_model::{
    Completeness, DomainName, Facts, Host, Observation, Outcome, Subject, Text, Transport, Vantage, Volume,
};
use vigie_probe::{Deadline, Door, EndpointTarget, Intrusiveness, ProbeContext, Registry, Target};

use crate::breaker::Breaker;
use crate::event::{Event, Wave};
use crate::host::HostFacts;
use crate::target::Surveyed;
use crate::{FacilityFile, target};

/// What the caller decides about a scan.
#[derive(Debug, Clone)]
pub struct ScanSettings {
    /// TCP ports tried where the facility asked for a survey.
    pub survey_ports: Vec<u16>,
    /// UDP ports tried there.
    pub survey_udp_ports: Vec<u16>,
    /// Longest time for one target.
    pub per_target: Duration,
    /// Targets of one host looked at together; each may open several connections.
    pub targets_per_host: usize,
    /// Hosts and domains looked at together.
    pub hosts_at_once: usize,
}

impl Default for ScanSettings {
    fn default() -> Self {
        Self {
            survey_ports: Vec::new(),
            survey_udp_ports: Vec::new(),
            per_target: Duration::from_secs(30),
            targets_per_host: 2,
            hosts_at_once: 32,
        }
    }
}

/// Everything a scan brought back.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanOutcome {
    /// What was seen, in subject then kind order.
    pub observations: Vec<Observation>,
    /// Whether it can be believed as a whole.
    pub completeness: Completeness,
    /// When it began (UTC).
    pub started: Timestamp,
    /// When it ended (UTC).
    pub ended: Timestamp,
    /// Work done.
    pub volume: Volume,
}

/// Runs every probe of the registry on everything the facility put in scope.
///
/// It ends when all is seen or when the door's token is cancelled; either way it returns what was seen.
/// `listen` hears every event, from one task at a time, in order.
#[expect(clippy::disallowed_methods, reason = "a run says when it began and ended")]
pub async fn scan(
    registry: &Registry,
    file: &FacilityFile,
    door: &Door,
    settings: &ScanSettings,
    listen: &mut (dyn FnMut(Event) + Send),
) -> ScanOutcome {
    let mut scan = Scan { registry, file, door, settings, listen, breaker: Breaker::default(), seen: Vec::new() };
    let started = Timestamp::now();
    let completeness = scan.run().await;
    let Scan { mut seen, .. } = scan;
    seen.sort_by(|a, b| (&a.subject, &a.kind, a.observed_at).cmp(&(&b.subject, &b.kind, b.observed_at)));
    listen(Event::Finished { completeness: completeness.clone() });
    ScanOutcome { observations: seen, completeness, started, ended: Timestamp::now(), volume: door.volume() }
}

/// A scan under way: one owner of what was seen.
struct Scan<'a> {
    registry: &'a Registry,
    file: &'a FacilityFile,
    door: &'a Door,
    settings: &'a ScanSettings,
    listen: &'a mut (dyn FnMut(Event) + Send),
    breaker: Breaker,
    seen: Vec<Observation>,
}

impl Scan<'_> {
    async fn run(&mut self) -> Completeness {
        if let Some(void) = self.canary_is_silent().await {
            return void;
        }
        let left_names = self.wave_of_names().await;
        let resolved = self.resolve_hosts().await;
        let left_endpoints = self.wave_of_endpoints(&resolved).await;
        let not_looked_at = left_names + left_endpoints;
        if self.door.cancellation().is_cancelled() {
            let because = Text::new("l’analyse a été interrompue", "the scan was interrupted");
            return Completeness::Incomplete { because, not_looked_at };
        }
        if let Some(void) = self.canary_is_silent().await {
            return void;
        }
        self.breaker.verdict().unwrap_or(Completeness::Complete)
    }

    /// The facility's canary answers whenever our own link works; it is asked before and after.
    async fn canary_is_silent(&mut self) -> Option<Completeness> {
        let canary = self.file.scope.canary.as_ref()?;
        let deadline = Deadline::after(self.settings.per_target);
        let addresses = match &canary.host {
            Host::Address(address) => vec![*address],
            Host::Name(name) => self.door.addresses(name, deadline).await.unwrap_or_default(),
        };
        for address in addresses {
            let socket = SocketAddr::new(address, canary.port.unwrap_or(443));
            if self.door.connect(socket, Intrusiveness::Passive, deadline).await.is_ok() {
                return None;
            }
        }
        Some(Completeness::Void {
            because: Text::new(
                format!(
                    "la machine témoin {canary} ne répond pas : la connexion de la machine qui analyse est sans doute en cause"
                ),
                format!("the canary {canary} does not answer: the link of the scanning machine is probably at fault"),
            ),
        })
    }

    async fn wave_of_names(&mut self) -> usize {
        let targets = target::domains(self.file, self.door.scope());
        let queues = targets.into_iter().map(|target| VecDeque::from([target])).collect();
        self.wave(Wave::Names, queues, 1).await
    }

    /// Resolves the hosts of the scope and records where each name leads.
    async fn resolve_hosts(&mut self) -> BTreeMap<DomainName, Vec<IpAddr>> {
        let names = target::names_to_resolve(self.file, self.door.scope());
        let context = self.context();
        let door = self.door;
        let lookups = stream::iter(names).map(|name| {
            let context = ProbeContext { deadline: Deadline::after(self.settings.per_target), ..context.clone() };
            async move {
                let watch = context.start();
                let found = door.addresses(&name, context.deadline).await;
                let outcome = match &found {
                    Ok(addresses) => Outcome::observed(&HostFacts::sort(addresses, door.scope())),
                    Err(error) => Outcome::unknown(error.reason(), error.text()),
                };
                let subject = Subject::Domain(name.clone());
                (name, found.unwrap_or_default(), watch.observation(HostFacts::KIND, subject, outcome, Vec::new()))
            }
        });
        let mut lookups = lookups.buffer_unordered(self.settings.hosts_at_once);
        let mut resolved = BTreeMap::new();
        let mut looks = Vec::new();
        while let Some((name, addresses, observation)) = lookups.next().await {
            resolved.insert(name, addresses);
            looks.push(observation);
        }
        drop(lookups);
        for observation in looks {
            self.breaker.note(&observation.subject.to_string(), std::slice::from_ref(&observation));
            self.record(vec![observation]);
        }
        resolved
    }

    async fn wave_of_endpoints(&mut self, resolved: &BTreeMap<DomainName, Vec<IpAddr>>) -> usize {
        let survey = Surveyed { tcp: &self.settings.survey_ports, udp: &self.settings.survey_udp_ports };
        let queues = target::endpoints(self.file, self.door.scope(), resolved, survey);
        let queues = queues.into_values().map(|queue| queue.into_iter().map(Target::Endpoint).collect()).collect();
        self.wave(Wave::Endpoints, queues, self.settings.targets_per_host).await
    }

    /// Looks at the targets of all queues, `per_queue` at a time in each, until done or cancelled.
    /// Returns how many targets were left.
    async fn wave(&mut self, wave: Wave, queues: Vec<VecDeque<Target>>, per_queue: usize) -> usize {
        let planned: usize = queues.iter().map(VecDeque::len).sum();
        (self.listen)(Event::WavePlanned { wave, targets: planned });
        let cancel = self.door.cancellation().clone();
        let mut waiting: VecDeque<VecDeque<Target>> = queues.into();
        let mut active: BTreeMap<usize, Queue> = BTreeMap::new();
        let mut looks = FuturesUnordered::new();
        let mut next_queue = 0;
        let mut done = 0;
        loop {
            while active.len() < self.settings.hosts_at_once && !cancel.is_cancelled() {
                let Some(targets) = waiting.pop_front() else { break };
                active.insert(next_queue, Queue { targets, looking: 0 });
                next_queue += 1;
            }
            for (id, queue) in &mut active {
                while queue.looking < per_queue && !cancel.is_cancelled() {
                    let Some(target) = queue.targets.pop_front() else { break };
                    queue.looking += 1;
                    looks.push(look(*id, self.registry, target, self.context()));
                }
            }
            let Some((id, target, observations)) = looks.next().await else { break };
            done += 1;
            if let Some(queue) = active.get_mut(&id) {
                queue.looking -= 1;
                if queue.looking == 0 && queue.targets.is_empty() {
                    active.remove(&id);
                }
            }
            if let Some(group) = declared_group(&target) {
                self.breaker.note(&group, &observations);
            }
            self.record(observations);
            (self.listen)(Event::TargetDone { subject: target.subject(), wave });
        }
        planned.saturating_sub(done)
    }

    fn record(&mut self, observations: Vec<Observation>) {
        for observation in observations {
            (self.listen)(Event::Observed { observation: Box::new(observation.clone()) });
            self.seen.push(observation);
        }
    }

    fn context(&self) -> ProbeContext {
        ProbeContext {
            door: self.door.clone(),
            deadline: Deadline::after(self.settings.per_target),
            vantage: Vantage::from(self.file.scope.vantage),
        }
    }
}

/// The targets of one host that still wait, and how many are being looked at.
struct Queue {
    targets: VecDeque<Target>,
    looking: usize,
}

/// Runs the probes that a target concerns, in the registry's order, until one finds nobody there.
async fn look(
    queue: usize,
    registry: &Registry,
    target: Target,
    context: ProbeContext,
) -> (usize, Target, Vec<Observation>) {
    let mut observations = Vec::new();
    for probe in registry.probes().filter(|probe| probe.concerns(&target)) {
        let seen = probe.look(&target, &context).await;
        let nobody_there = probe.found_nobody(&seen);
        observations.extend(seen);
        if nobody_there {
            break;
        }
    }
    (queue, target, observations)
}

/// The machine or domain that a declared target belongs to, for the breaker. Over UDP, silence is what many a healthy
/// server answers a stranger: it says nothing of our own link.
fn declared_group(target: &Target) -> Option<String> {
    match target {
        Target::Domain(domain) => Some(domain.name.to_string()),
        Target::Endpoint(EndpointTarget { surveyed: true, .. }) => None,
        Target::Endpoint(target) if target.endpoint.transport == Transport::Udp => None,
        Target::Endpoint(target) => Some(target.endpoint.address.to_string()),
    }
}
