//! Name servers that misbehave: what is not seen is a gap with its reason, never an absence, and the questions
//! that they can make us ask are counted.

#![expect(clippy::disallowed_methods, reason = "tests play the other side of the network")]
#![cfg(test)]

mod look;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use hickory_proto::op::{Message, MessageType, Query, ResponseCode};
use hickory_proto::rr::rdata::{A, CNAME, MX, NS, SOA, TXT};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use rstest::rstest;
use serde_json::Value;
use tokio::net::UdpSocket;
use vigie_model::{Observation, Outcome, Reason};
use vigie_probe::Probe;
use vigie_probe_dns::{DomainProbe, MailProbe};

/// What a server sends back to a question; nothing is silence.
type Behaviour = fn(&Query, Message) -> Option<Vec<u8>>;

/// Serves on loopback until the test ends.
async fn server(behaviour: Behaviour) -> SocketAddr {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = vec![0; 65_535];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let request = Message::from_vec(&buffer[..length]).unwrap();
            let query = request.queries[0].clone();
            let mut reply = Message::query();
            reply.metadata.id = request.metadata.id;
            reply.metadata.message_type = MessageType::Response;
            reply.add_query(query.clone());
            if let Some(bytes) = behaviour(&query, reply) {
                socket.send_to(&bytes, from).await.unwrap();
            }
        }
    });
    address
}

async fn look(probe: &impl Probe, behaviour: Behaviour) -> (Observation, u64) {
    look::look(probe, server(behaviour).await, Duration::from_millis(100), "ch.test", &["s1"]).await
}

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

fn sent(reply: &Message) -> Vec<u8> {
    reply.to_vec().unwrap()
}

fn refused_with(mut reply: Message, code: ResponseCode) -> Vec<u8> {
    reply.metadata.response_code = code;
    sent(&reply)
}

/// A sound, unsigned zone `ch.test`: the start for servers that fail in one thing only.
fn sound(query: &Query, mut reply: Message) -> Message {
    let owner = query.name().clone();
    let zone = name("ch.test.");
    let soa = RData::SOA(SOA::new(name("ns.ch.test."), name("root.ch.test."), 1, 3600, 600, 1_209_600, 300));
    let data = match query.query_type() {
        RecordType::SOA if owner == zone => Some(soa.clone()),
        RecordType::NS if owner == zone => Some(RData::NS(NS(name("ns.ch.test.")))),
        RecordType::MX if owner == zone => Some(RData::MX(MX::new(10, name("mx.ch.test.")))),
        RecordType::A => Some(RData::A(A::new(192, 0, 2, 1))),
        RecordType::TXT if owner == zone => Some(RData::TXT(TXT::new(vec!["v=spf1 mx -all".into()]))),
        _ => None,
    };
    match data {
        Some(data) => reply.add_answer(Record::from_rdata(owner, 300, data)),
        None => reply.add_authority(Record::from_rdata(zone, 300, soa)),
    };
    reply
}

#[rstest]
#[case::silence(|_: &Query, _: Message| None, Reason::Timeout)]
#[case::servfail(|_: &Query, reply: Message| Some(refused_with(reply, ResponseCode::ServFail)), Reason::PeerMisbehaved)]
#[case::refused(|_: &Query, reply: Message| Some(refused_with(reply, ResponseCode::Refused)), Reason::PeerMisbehaved)]
#[case::garbage(|_: &Query, _: Message| Some(vec![0xff; 40]), Reason::Timeout)]
#[case::empty(|_: &Query, _: Message| Some(Vec::new()), Reason::Timeout)]
#[case::another_id(|query: &Query, reply: Message| {
    let mut reply = sound(query, reply);
    reply.metadata.id ^= 1;
    Some(sent(&reply))
}, Reason::Timeout)]
#[case::another_question(|query: &Query, reply: Message| {
    let mut reply = sound(query, reply);
    reply.queries = vec![Query::query(name("other.test."), query.query_type())];
    Some(sent(&reply))
}, Reason::Timeout)]
#[case::endless_aliases(|query: &Query, mut reply: Message| {
    let target = query.name().prepend_label("x").ok()?;
    reply.add_answer(Record::from_rdata(query.name().clone(), 300, RData::CNAME(CNAME(target))));
    Some(sent(&reply))
}, Reason::PeerMisbehaved)]
#[case::alias_to_itself(|query: &Query, mut reply: Message| {
    reply.add_answer(Record::from_rdata(query.name().clone(), 300, RData::CNAME(CNAME(query.name().clone()))));
    Some(sent(&reply))
}, Reason::PeerMisbehaved)]
#[case::referral(|_: &Query, mut reply: Message| {
    reply.add_authority(Record::from_rdata(name("test."), 300, RData::NS(NS(name("ns.test.")))));
    Some(sent(&reply))
}, Reason::PeerMisbehaved)]
#[tokio::test]
async fn a_server_that_says_nothing_sure_leaves_everything_unknown(
    #[case] behaviour: Behaviour,
    #[case] expected: Reason,
) {
    for observation in [look(&DomainProbe::new(), behaviour).await, look(&MailProbe::new(), behaviour).await] {
        let (observation, questions) = observation;
        match &observation.outcome {
            Outcome::Unknown { reason, .. } => assert_eq!(*reason, expected),
            Outcome::Observed { facts, gaps } => {
                let seen: Vec<&String> =
                    facts.keys().filter(|fact| !["exists", "dkim"].contains(&fact.as_str())).collect();
                assert!(seen.is_empty(), "{observation:#?}");
                assert!(!gaps.is_empty() && gaps.values().all(|reason| *reason == expected), "{gaps:?}");
            }
            other => panic!("{other:?}"),
        }
        assert!(questions < 150, "{questions} questions");
    }
}

/// The facts and gaps of a look at a zone where questions of some types fail.
async fn with_failing(probe: &impl Probe, behaviour: Behaviour) -> (serde_json::Map<String, Value>, Vec<String>) {
    match look(probe, behaviour).await.0.outcome {
        Outcome::Observed { facts, gaps } => {
            (facts, gaps.iter().map(|(path, reason)| format!("{path}: {reason:?}")).collect())
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn failing_keys_are_never_read_as_unsigned() {
    let (facts, gaps) = with_failing(&DomainProbe::new(), |query, reply| match query.query_type() {
        RecordType::DNSKEY | RecordType::DS => Some(refused_with(reply, ResponseCode::ServFail)),
        _ => Some(sent(&sound(query, reply))),
    })
    .await;
    assert_eq!((facts.get("dnssec"), &facts["caa"]["found_at"]), (None, &Value::from("")));
    assert_eq!(gaps, ["dnssec: PeerMisbehaved"]);
}

#[tokio::test]
async fn a_server_without_dnssec_is_not_the_domains_fault() {
    let (facts, gaps) = with_failing(&DomainProbe::new(), |query, reply| Some(sent(&sound(query, reply)))).await;
    assert_eq!(facts["dnssec"].get("state"), None);
    assert!(gaps.contains(&"dnssec.state: PeerMisbehaved".to_owned()), "{gaps:?}");
}

#[tokio::test]
async fn failing_texts_are_never_read_as_no_policy() {
    let (facts, gaps) = with_failing(&MailProbe::new(), |query, reply| match query.query_type() {
        RecordType::TXT => Some(refused_with(reply, ResponseCode::ServFail)),
        _ => Some(sent(&sound(query, reply))),
    })
    .await;
    assert_eq!((facts.get("spf"), facts.get("dmarc"), &facts["accepts_mail"]), (None, None, &Value::from(true)));
    insta::assert_snapshot!(gaps.join("\n"), @r"
    dkim[0].key_bits: PeerMisbehaved
    dkim[0].key_type: PeerMisbehaved
    dkim[0].present: PeerMisbehaved
    dkim[0].revoked: PeerMisbehaved
    dkim[0].testing: PeerMisbehaved
    dmarc: PeerMisbehaved
    spf: PeerMisbehaved
    ");
}

#[tokio::test]
async fn a_failing_include_hides_the_count_and_not_the_rest() {
    let (facts, gaps) = with_failing(&MailProbe::new(), |query, mut reply| {
        let owner = query.name().to_ascii();
        match (query.query_type(), owner.as_str()) {
            (RecordType::TXT, "ch.test.") => {
                let record = TXT::new(vec!["v=spf1 include:dead.test -all".into()]);
                reply.add_answer(Record::from_rdata(query.name().clone(), 300, RData::TXT(record)));
                Some(sent(&reply))
            }
            (RecordType::TXT, "dead.test." | "_dmarc.ch.test.") => None,
            _ => Some(sent(&sound(query, reply))),
        }
    })
    .await;
    assert_eq!((&facts["spf"]["all"], facts["spf"].get("lookups")), (&Value::from("fail"), None));
    let expected =
        ["dmarc: Timeout", "spf.broken_includes: Timeout", "spf.lookups: Timeout", "spf.void_lookups: Timeout"];
    assert_eq!(gaps, expected);
}

#[tokio::test]
async fn a_half_answered_exchanger_is_not_dangling() {
    let (facts, gaps) = with_failing(&MailProbe::new(), |query, reply| match query.query_type() {
        RecordType::A => Some(refused_with(reply, ResponseCode::ServFail)),
        _ => Some(sent(&sound(query, reply))),
    })
    .await;
    assert_eq!(facts["mx"]["hosts"][0].get("resolves"), None);
    assert!(gaps.contains(&"mx.hosts[0].resolves: PeerMisbehaved".to_owned()), "{gaps:?}");
}

#[tokio::test]
async fn an_excluded_name_is_not_asked() {
    let address = server(|_, _| panic!("asked")).await;
    let (observation, questions) =
        look::look(&MailProbe::new(), address, Duration::from_millis(100), "excluded.test", &[]).await;
    assert!(matches!(observation.outcome, Outcome::Unknown { reason: Reason::OutOfScope, .. }));
    assert_eq!(questions, 0);
}
