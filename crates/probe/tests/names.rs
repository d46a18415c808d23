//! Real DNS exchanges with name servers that behave, lie, or say nothing.

#![expect(clippy::disallowed_methods, reason = "tests play the other side of the network")]
#![cfg(test)]

mod doubles;

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use doubles::{door, scope};
use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{Name, RData, Record, RecordType};
use proptest::prelude::*;
use vigie_model::{DomainName, Reason};
use vigie_probe::{Deadline, Door, DoorSettings, NetError, decode_reply};

/// Packets that a double sends back for one question.
type Packets = Vec<Vec<u8>>;

/// A name server over UDP whose every question goes through `answer`. Counts the questions.
fn name_server(answer: impl Fn(Message) -> Packets + Send + 'static) -> (SocketAddr, Arc<AtomicUsize>) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    (address, run(socket, answer))
}

fn run(socket: UdpSocket, answer: impl Fn(Message) -> Packets + Send + 'static) -> Arc<AtomicUsize> {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            count.fetch_add(1, Ordering::SeqCst);
            for packet in answer(Message::from_vec(&buffer[..length]).unwrap()) {
                socket.send_to(&packet, from).unwrap();
            }
        }
    });
    asked
}

/// The answer a good server gives: one A record for each A question, nothing for the others.
fn good(question: &Message) -> Message {
    let asked = question.queries.first().unwrap().clone();
    let mut reply = Message::response(question.metadata.id, question.metadata.op_code);
    reply.metadata.recursion_desired = true;
    if asked.query_type() == RecordType::A {
        reply.add_answer(Record::from_rdata(asked.name().clone(), 60, RData::A(A::new(192, 0, 2, 7))));
    }
    reply.add_query(asked);
    reply
}

fn code(question: &Message, code: ResponseCode) -> Message {
    let mut reply = good(question);
    reply.answers.clear();
    reply.metadata.response_code = code;
    reply
}

fn wire(message: &Message) -> Vec<u8> {
    message.to_vec().unwrap()
}

fn www() -> DomainName {
    "www.ch-demo.example".parse().unwrap()
}

fn asking(server: SocketAddr, dns_timeout: Duration) -> Door {
    door(scope(&[]), server, DoorSettings { dns_timeout, ..DoorSettings::default() })
}

/// For servers that answer: long enough for any machine.
const PATIENT: Duration = Duration::from_secs(10);
/// For servers that never do.
const IMPATIENT: Duration = Duration::from_millis(100);

async fn addresses(server: SocketAddr, dns_timeout: Duration) -> Result<Vec<IpAddr>, NetError> {
    asking(server, dns_timeout).addresses(&www(), Deadline::after(Duration::from_secs(30))).await
}

#[tokio::test]
async fn a_good_server_gives_the_addresses() {
    let (server, _) = name_server(|question| vec![wire(&good(&question))]);
    assert_eq!(addresses(server, PATIENT).await, Ok(vec![[192, 0, 2, 7].into()]));
}

#[tokio::test]
async fn a_question_asks_for_everything_and_checks_nothing_for_us() {
    let (server, _) = name_server(|question| {
        let edns = question.edns.as_ref().unwrap();
        assert!(question.metadata.checking_disabled && question.metadata.recursion_desired);
        assert!(edns.flags().dnssec_ok && edns.max_payload() == 1232);
        vec![wire(&good(&question))]
    });
    let door = asking(server, PATIENT);
    let reply = door.ask(&www(), RecordType::A, true, Deadline::after(PATIENT)).await.unwrap();
    assert_eq!(reply.records(RecordType::A).count(), 1);
    assert_eq!(door.volume().dns_queries, 1);
}

#[tokio::test]
async fn silence_is_asked_twice_and_stays_a_timeout() {
    let (server, asked) = name_server(|_| Vec::new());
    let door = asking(server, IMPATIENT);
    let silence = door.ask(&www(), RecordType::A, false, Deadline::after(PATIENT)).await;
    assert_eq!(silence.unwrap_err(), NetError::Timeout);
    assert_eq!((asked.load(Ordering::SeqCst), door.volume().dns_queries), (2, 2));
}

#[tokio::test]
async fn nobody_there_is_refused() {
    let server = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(addresses(server, PATIENT).await.unwrap_err().reason(), Reason::Refused);
}

#[tokio::test]
async fn forged_answers_are_passed_over() {
    let (server, _) = name_server(|question| {
        let mut wrong_id = good(&question);
        wrong_id.metadata.id = question.metadata.id.wrapping_add(1);
        let mut wrong_name = good(&question);
        wrong_name.queries = vec![Query::query(Name::from_ascii("evil.example.").unwrap(), RecordType::A)];
        let mut wrong_type = good(&question);
        wrong_type.queries = vec![Query::query(question.queries[0].name().clone(), RecordType::TXT)];
        let mut no_question = good(&question);
        no_question.queries.clear();
        let forged = [wrong_id, wrong_name, wrong_type, no_question, question.clone()].map(|reply| wire(&reply));
        let mut packets = vec![Vec::new(), b"\x00".to_vec(), vec![0xff; 512]];
        packets.extend(forged);
        packets.push(wire(&good(&question)));
        packets
    });
    assert_eq!(addresses(server, PATIENT).await, Ok(vec![[192, 0, 2, 7].into()]));
}

#[tokio::test]
async fn forged_answers_alone_are_no_answer() {
    let (server, _) = name_server(|question| {
        let mut wrong_id = good(&question);
        wrong_id.metadata.id = question.metadata.id.wrapping_add(1);
        vec![wire(&wrong_id), b"garbage".to_vec()]
    });
    assert_eq!(addresses(server, IMPATIENT).await, Err(NetError::Timeout));
}

#[tokio::test]
async fn a_cut_answer_is_asked_again_over_tcp() {
    let (listener, socket) = same_port();
    let server = listener.local_addr().unwrap();
    run(socket, |question| {
        let mut cut = code(&question, ResponseCode::NoError);
        cut.metadata.truncation = true;
        vec![wire(&cut)]
    });
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut length = [0; 2];
            stream.read_exact(&mut length).unwrap();
            let mut question = vec![0; u16::from_be_bytes(length).into()];
            stream.read_exact(&mut question).unwrap();
            let reply = wire(&good(&Message::from_vec(&question).unwrap()));
            stream.write_all(&u16::try_from(reply.len()).unwrap().to_be_bytes()).unwrap();
            // In two pieces: TCP keeps no message boundaries.
            stream.write_all(&reply[..7]).unwrap();
            stream.flush().unwrap();
            stream.write_all(&reply[7..]).unwrap();
        }
    });
    assert_eq!(addresses(server, PATIENT).await, Ok(vec![[192, 0, 2, 7].into()]));
}

/// TCP and UDP on one free port.
fn same_port() -> (TcpListener, UdpSocket) {
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        if let Ok(socket) = UdpSocket::bind(listener.local_addr().unwrap()) {
            return (listener, socket);
        }
    }
}

#[tokio::test]
async fn an_old_server_that_refuses_edns_is_told_apart() {
    let (server, _) = name_server(|question| {
        let mut bare = code(&question, ResponseCode::FormErr);
        bare.queries.clear();
        vec![wire(&bare)]
    });
    assert_eq!(addresses(server, PATIENT).await, Err(NetError::NameServer("FORMERR")));
}

#[tokio::test]
async fn a_server_that_fails_does_not_make_the_name_absent() {
    for (answer, expected) in [
        (ResponseCode::ServFail, NetError::NameServer("SERVFAIL")),
        (ResponseCode::Refused, NetError::NameServer("REFUSED")),
        (ResponseCode::NXDomain, NetError::NameNotFound),
        (ResponseCode::NoError, NetError::NameNotFound),
    ] {
        let (server, _) = name_server(move |question| vec![wire(&code(&question, answer))]);
        assert_eq!(addresses(server, PATIENT).await, Err(expected), "{answer}");
    }
}

#[tokio::test]
async fn an_excluded_name_is_not_asked() {
    let (server, asked) = name_server(|question| vec![wire(&good(&question))]);
    let mut scope = scope(&[]);
    scope.excluded_names = vec!["ch-demo.example".parse().unwrap()];
    let door = door(scope, server, DoorSettings::default());
    let refused = door.addresses(&www(), Deadline::after(PATIENT)).await.unwrap_err();
    assert_eq!(refused.reason(), Reason::OutOfScope);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

proptest! {
    #[test]
    fn no_bytes_make_the_decoder_panic(bytes: Vec<u8>, id: u16) {
        let question = Query::query(Name::root(), RecordType::NS);
        let _ = decode_reply(&bytes, id, &question);
    }

    #[test]
    fn a_bent_answer_is_read_or_refused(at: usize, bits in 1_u8.., cut: usize) {
        let mut question = Message::query();
        question.add_query(Query::query(Name::from_ascii("www.ch-demo.example.").unwrap(), RecordType::A));
        let mut bytes = wire(&good(&question));
        let at = at % bytes.len();
        bytes[at] ^= bits;
        bytes.truncate(bytes.len() - cut % bytes.len());
        if let Ok(reply) = decode_reply(&bytes, question.metadata.id, &question.queries[0]) {
            prop_assert!(reply.message.queries.first().is_none_or(|asked| *asked == question.queries[0]));
        }
    }
}
