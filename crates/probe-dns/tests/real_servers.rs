//! Every probe against real name servers, with the opinion of other tools beside ours.

#![expect(clippy::disallowed_methods, reason = "tests play the other side of the network")]
#![cfg(test)]

mod look;
mod world;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use hickory_proto::op::Message;
use hickory_proto::rr::{Record, RecordType};
use rstest::rstest;
use serde_json::{Map, Value, json};
use tokio::net::UdpSocket;
use vigie_model::{Endpoint, Observation, Outcome, Reason, Transport};
use vigie_probe::{EndpointTarget, Intrusiveness, Probe, Target};
use vigie_probe_dns::{BindingProbe, DomainProbe, MailProbe, TrustAnchor, read_trust_anchor};
use world::{Program, Resolver, World, has, output};

/// Wait for one answer: loopback servers take far less.
const PATIENCE: Duration = Duration::from_millis(1500);

/// A server that passes answers on after taking records out of their authority section.
async fn stripping(world: &World, kept: fn(&Record) -> bool) -> SocketAddr {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let (address, behind) = (socket.local_addr().unwrap(), world.address);
    tokio::spawn(async move {
        let mut buffer = vec![0; 65_535];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let onward = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            onward.send_to(&buffer[..length], behind).await.unwrap();
            let length = onward.recv(&mut buffer).await.unwrap();
            let mut message = Message::from_vec(&buffer[..length]).unwrap();
            message.authorities.retain(kept);
            socket.send_to(&message.to_vec().unwrap(), from).await.unwrap();
        }
    });
    address
}

async fn look(probe: &impl Probe, world: &World, name: &str, selectors: &[&str]) -> Observation {
    look::look(probe, world.address, PATIENCE, name, selectors).await.0
}

fn facts(observation: &Observation) -> &Map<String, Value> {
    match &observation.outcome {
        Outcome::Observed { facts, .. } => facts,
        other => panic!("{other:?}"),
    }
}

fn own_anchor(world: &World) -> TrustAnchor {
    read_trust_anchor(&world.anchor).unwrap()
}

/// (domain, our state, our cause, what delv says of its SOA)
const STATES: [(&str, &str, &str, &str); 12] = [
    ("good.test", "secure", "none", "; fully validated"),
    ("rsa.test", "secure", "none", "; fully validated"),
    ("soon.test", "secure", "none", "; fully validated"),
    ("expired.test", "bogus", "signature_expired", "RRSIG has expired"),
    ("future.test", "bogus", "signature_not_yet_valid", "RRSIG validity period has not begun"),
    ("wrongds.test", "bogus", "no_matching_ds", "resolution failed"),
    ("stripped.test", "bogus", "missing_key", "resolution failed"),
    ("nosig.test", "bogus", "missing_signature", "resolution failed"),
    ("forged.test", "bogus", "signature_invalid", "resolution failed"),
    ("nods.test", "unsigned", "no_ds", "; unsigned answer"),
    ("unsigned.test", "unsigned", "not_signed", "; unsigned answer"),
    ("ed448.test", "indeterminate", "unsupported_algorithm", "; fully validated"),
];

#[rstest]
#[tokio::test]
async fn states_of_signed_zones_agree_with_delv(#[values(Program::Knot, Program::Nsd)] program: Program) {
    let Some(world) = World::start(program) else { return };
    let probe = DomainProbe::with_trust_anchor(own_anchor(&world));
    let anchor = world.delv_anchor();
    let port = world.address.port().to_string();
    for (domain, state, cause, opinion) in STATES {
        let observation = look(&probe, &world, domain, &[]).await;
        let dnssec = &facts(&observation)["dnssec"];
        assert_eq!((&dnssec["state"], &dnssec["cause"]), (&json!(state), &json!(cause)), "{domain}: {observation:#?}");
        if has("delv") {
            let said = output("delv", &["@127.0.0.1", "-p", &port, "-a", &anchor, "+root=.", domain, "SOA"]);
            assert!(said.contains(opinion), "{domain}: delv says {said}");
        }
    }
}

#[tokio::test]
async fn a_validating_resolver_hides_nothing() {
    let Some(world) = World::start(Program::Knot) else { return };
    let Some(resolver) = Resolver::before(&world) else { return };
    let probe = DomainProbe::with_trust_anchor(own_anchor(&world));
    for (domain, state, cause, _) in STATES {
        let (observation, questions) = look::look(&probe, resolver.address, PATIENCE, domain, &[]).await;
        let dnssec = &facts(&observation)["dnssec"];
        assert_eq!((&dnssec["state"], &dnssec["cause"]), (&json!(state), &json!(cause)), "{domain}: {observation:#?}");
        assert!(questions <= 25, "{domain}: {questions} questions");
        let port = resolver.address.port().to_string();
        let said = output("dig", &["@127.0.0.1", "-p", &port, domain, "SOA"]);
        assert_eq!(said.contains("status: SERVFAIL"), state == "bogus", "{domain}: unbound says {said}");
    }
}

#[tokio::test]
async fn long_chains_are_followed_to_a_point() {
    let Some(world) = World::start(Program::Knot) else { return };
    let probe = DomainProbe::with_trust_anchor(own_anchor(&world));
    let deep = |depth: usize| (1..=depth).fold("good.test".to_owned(), |above, depth| format!("d{depth}.{above}"));
    let observation = look(&probe, &world, &deep(8), &[]).await;
    assert_eq!(facts(&observation)["dnssec"]["state"], "secure", "{observation:#?}");
    let observation = look(&probe, &world, &deep(9), &[]).await;
    let Outcome::Observed { facts, gaps } = &observation.outcome else { panic!("{observation:?}") };
    assert_eq!((facts.get("dnssec"), gaps.get("dnssec")), (None, Some(&Reason::Unsupported)));
}

#[tokio::test]
async fn an_unsigned_zone_without_proof_is_bogus() {
    let Some(world) = World::start(Program::Nsd) else { return };
    let address = stripping(&world, |record| record.record_type() == RecordType::SOA).await;
    let probe = DomainProbe::with_trust_anchor(own_anchor(&world));
    let (observation, _) = look::look(&probe, address, PATIENCE, "unsigned.test", &[]).await;
    let dnssec = &facts(&observation)["dnssec"];
    assert_eq!((&dnssec["state"], &dnssec["cause"]), (&json!("bogus"), &json!("missing_denial")));
}

#[tokio::test]
async fn the_facts_of_a_signed_domain_are_those_of_its_zone() {
    let Some(world) = World::start(Program::Knot) else { return };
    let probe = DomainProbe::with_trust_anchor(own_anchor(&world));
    let observation = look(&probe, &world, "portail.good.test", &[]).await;
    let mut facts = facts(&observation).clone();
    for signature in facts["dnssec"]["signatures"].as_array_mut().unwrap() {
        assert_eq!(signature["days_left"], 29, "the signature ends in 30 days, less the time since it was made");
        assert_eq!(signature["lifetime_s"], 31 * 86_400);
        signature["ends"] = json!("…");
        signature["left_s"] = json!("…");
    }
    insta::assert_json_snapshot!(facts);
    let labels: Vec<&str> = observation.evidence.iter().map(|evidence| evidence.label.as_str()).collect();
    let expected = ["SOA", "NS", "NS", "CAA", "CAA", "CAA", "CAA", "DS", "RRSIG DNSKEY", "RRSIG SOA", "RRSIG NS"];
    assert_eq!(labels, expected);
    let soon = look(&probe, &world, "soon.test", &[]).await;
    let Outcome::Observed { facts, gaps } = &soon.outcome else { panic!("{soon:?}") };
    assert_eq!(facts["dnssec"]["signatures"][0]["days_left"], 2);
    assert!(gaps.is_empty(), "{gaps:?}");
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_a_fact() {
    let Some(world) = World::start(Program::Nsd) else { return };
    let probe = DomainProbe::with_trust_anchor(own_anchor(&world));
    let observation = look(&probe, &world, "absent.good.test", &[]).await;
    assert_eq!(serde_json::to_value(facts(&observation)).unwrap(), json!({"exists": false}));
    let observation = look(&MailProbe::new(), &world, "absent.good.test", &[]).await;
    assert_eq!(observation.outcome, Outcome::NotApplicable);
}

#[tokio::test]
async fn another_root_than_the_trusted_one_is_not_the_domains_fault() {
    let Some(world) = World::start(Program::Knot) else { return };
    let observation = look(&DomainProbe::new(), &world, "good.test", &[]).await;
    let Outcome::Observed { facts, gaps } = &observation.outcome else { panic!("{observation:?}") };
    assert_eq!(facts["dnssec"].get("state"), None);
    let gaps: Vec<_> = gaps.iter().map(|(path, reason)| format!("{path}: {reason:?}")).collect();
    insta::assert_snapshot!(gaps.join("\n"), @r"
    dnssec.broken_at: PeerMisbehaved
    dnssec.cause: PeerMisbehaved
    dnssec.state: PeerMisbehaved
    ");
}

#[tokio::test]
async fn mail_facts_are_what_dig_reads() {
    let Some(world) = World::start(Program::Nsd) else { return };
    let observation = look(&MailProbe::new(), &world, "full.mail.test", &["s1", "s2", "s3"]).await;
    insta::assert_json_snapshot!(facts(&observation));
    if has("dig") {
        let port = world.address.port().to_string();
        let dig = |name: &str, record: &str| output("dig", &["@127.0.0.1", "-p", &port, "+short", name, record]);
        assert!(dig("full.mail.test", "TXT").contains(r#""v=spf1 mx include:spf" ".mail.test ~all""#));
        assert!(dig("full.mail.test", "MX").contains("10 mx1.mail.test."));
        assert!(dig("_dmarc.full.mail.test", "TXT").contains("p=reject"));
    }
}

#[tokio::test]
async fn mail_faults_are_told_apart() {
    let Some(world) = World::start(Program::Knot) else { return };
    let mut told = Vec::new();
    for name in [
        "null", "bare", "dangling", "twice", "loop", "redirect", "broken", "macro", "escape", "thousand", "long",
        "spin", "astray", "badly",
    ] {
        let observation = look(&MailProbe::new(), &world, &format!("{name}.mail.test"), &[]).await;
        let Outcome::Observed { facts, gaps } = &observation.outcome else { panic!("{observation:?}") };
        let (mx, spf, dmarc) = (&facts["mx"], &facts["spf"], &facts["dmarc"]);
        let hosts: Vec<String> = mx["hosts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|host| format!("{} resolves {} alias {}", host["name"], host["resolves"], host["alias"]))
            .collect();
        told.push(format!(
            "{name}: accepts {} null {} {hosts:?}\n  spf {} all {} lookups {} voids {} broken {} errors {}\n  dmarc {} {} p={} np={}\n  gaps {gaps:?}",
            facts["accepts_mail"], mx["null_mx"],
            spf["records"], spf["all"], spf["lookups"], spf["void_lookups"], spf["broken_includes"],
            spf["errors"].as_array().unwrap().len(),
            dmarc["records"], dmarc["found"], dmarc["policy"], dmarc["nonexistent_policy"],
        ).replace('"', ""));
        let size = serde_json::to_string(&observation).unwrap().len();
        assert!(size < 10_000, "{name}: a hostile record may not fill the report ({size} bytes)");
    }
    insta::assert_snapshot!(told.join("\n"));
}

/// A web service under this name.
fn web(host: &str, port: u16) -> Target {
    let endpoint =
        Endpoint { transport: Transport::Tcp, host: host.parse().unwrap(), port, address: [192, 0, 2, 80].into() };
    let declared = Some("https".to_owned());
    Target::Endpoint(EndpointTarget { endpoint, declared, allowed: Intrusiveness::Polite, surveyed: false })
}

#[rstest]
#[tokio::test]
async fn what_the_dns_announces_of_web_services(#[values(Program::Knot, Program::Nsd)] program: Program) {
    let Some(world) = World::start(program) else { return };
    let probe = BindingProbe::new();
    let with = |protocols: &[&str], hidden: bool| json!({"announced": true, "protocols": protocols, "encrypted_client_hello": hidden});
    let without = json!({"announced": false, "protocols": [], "encrypted_client_hello": false});
    for (host, port, expected) in [
        ("web.mail.test", 443, with(&["h2", "h3"], true)),
        ("cname.mail.test", 443, with(&["h2", "h3"], true)),
        ("also.mail.test", 443, with(&["h2", "h3"], true)),
        ("plainweb.mail.test", 443, with(&[], false)),
        ("web.mail.test", 8443, with(&["http/1.1"], false)),
        ("web.mail.test", 9443, without.clone()),
        ("none.mail.test", 443, without.clone()),
        ("mx1.mail.test", 443, without.clone()),
        ("nothing.mail.test", 443, without.clone()),
    ] {
        let target = web(host, port);
        let (seen, _) = look::look_at(&probe, world.address, PATIENCE, &target).await;
        assert_eq!(Value::Object(facts(&seen).clone()), expected, "{host}:{port}");
    }
    let (seen, questions) = look::look_at(&probe, world.address, PATIENCE, &web("spinning.mail.test", 443)).await;
    let Outcome::Observed { gaps, .. } = &seen.outcome else { panic!("{seen:?}") };
    assert_eq!(gaps.len(), 2, "an alias of itself leads nowhere: {gaps:?}");
    assert!(questions <= 3, "{questions}");
    if has("kdig") {
        let port = world.address.port().to_string();
        let said = output("kdig", &["@127.0.0.1", "-p", &port, "web.mail.test", "HTTPS"]);
        assert!(said.contains("alpn=h2,h3") && said.contains("ech="), "{said}");
    }
    assert!(!probe.concerns(&web("192.0.2.80", 443)));
    let (lost, _) = look::look_at(&probe, "127.0.0.1:9".parse().unwrap(), PATIENCE, &web("web.mail.test", 443)).await;
    assert!(matches!(lost.outcome, Outcome::Unknown { .. }), "{lost:?}");
}
