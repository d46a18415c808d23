//! One look by one probe at one name, through a door that opens on a name server of ours.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::civil::date;
use tokio_util::sync::CancellationToken;
use vigie_model::{Observation, Vantage};
use vigie_probe::{Authorization, Deadline, DomainTarget, Door, DoorSettings, Probe, ProbeContext, Scope, Target};

/// Looks, and tells how many questions were sent.
pub(crate) async fn look(
    probe: &impl Probe,
    name_server: SocketAddr,
    dns_timeout: Duration,
    name: &str,
    selectors: &[&str],
) -> (Observation, u64) {
    let dkim_selectors = selectors.iter().map(ToString::to_string).collect();
    let target = Target::Domain(DomainTarget { name: name.parse().unwrap(), dkim_selectors });
    look_at(probe, name_server, dns_timeout, &target).await
}

/// The same at any target.
pub(crate) async fn look_at(
    probe: &impl Probe,
    name_server: SocketAddr,
    dns_timeout: Duration,
    target: &Target,
) -> (Observation, u64) {
    let authorization = Authorization {
        by: "Direction générale".into(),
        role: "direction".into(),
        date: date(2026, 1, 1),
        until: date(2026, 12, 31),
        reference: "SSI-1".into(),
    };
    let grant = authorization.grant(date(2026, 6, 1)).unwrap();
    let scope = Scope { excluded_names: vec!["excluded.test".parse().unwrap()], ..Scope::default() };
    let settings = DoorSettings { dns_timeout, ..DoorSettings::default() };
    let door = Door::open(&grant, scope, name_server, settings, CancellationToken::new());
    let deadline = Deadline::after(Duration::from_secs(30));
    let context = ProbeContext { door, deadline, vantage: Vantage::Loopback };
    let mut observations = probe.look(target, &context).await;
    assert_eq!(observations.len(), 1);
    (observations.remove(0), context.door.volume().dns_queries)
}
