use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use crate::NetError;

/// The recursive (or, in a lab, authoritative) server that answers our questions about names.
#[derive(Debug, Clone)]
pub struct NameServer {
    address: SocketAddr,
    timeout: Duration,
}

/// An answer that matched its question.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The decoded message.
    pub message: Message,
}

/// Tries over UDP before giving up: one loss is common, two are a fact.
const UDP_TRIES: u32 = 2;
/// Largest UDP answer we ask for: what crosses the Internet unfragmented (DNS flag day 2020).
const UDP_PAYLOAD_BYTES: u16 = 1232;

impl NameServer {
    pub(crate) fn new(address: SocketAddr, timeout: Duration) -> Self {
        Self { address, timeout }
    }

    /// Asks over UDP, then over TCP when the answer was cut (RFC 7766 section 5). `sent` runs for each packet sent.
    pub(crate) async fn ask(
        &self,
        name: Name,
        record: RecordType,
        dnssec: bool,
        sent: impl Fn(),
    ) -> Result<Reply, NetError> {
        let question = Query::query(name, record);
        let mut last = NetError::Timeout;
        for _ in 0..UDP_TRIES {
            sent();
            match timeout(self.timeout, self.ask_udp(&question, dnssec)).await {
                Ok(Ok(reply)) if reply.message.metadata.truncation => {
                    sent();
                    return timeout(self.timeout, self.ask_tcp(&question, dnssec))
                        .await
                        .map_err(|_| NetError::Timeout)?;
                }
                Ok(Ok(reply)) => return Ok(reply),
                Ok(Err(error)) => last = error,
                Err(_) => last = NetError::Timeout,
            }
        }
        Err(last)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door's own way to the name server")]
    async fn ask_udp(&self, question: &Query, dnssec: bool) -> Result<Reply, NetError> {
        let any: SocketAddr = if self.address.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0; 16], 0).into() };
        // A new socket a question: its random port is half of what makes a forged answer hard (RFC 5452).
        let socket = UdpSocket::bind(any).await?;
        socket.connect(self.address).await?;
        let (id, wire) = encode(question, dnssec)?;
        socket.send(&wire).await?;
        let mut buffer = vec![0; usize::from(UDP_PAYLOAD_BYTES) * 4];
        loop {
            let length = socket.recv(&mut buffer).await?;
            let bytes = buffer.get(..length).unwrap_or_default();
            match decode_reply(bytes, id, question) {
                // Whoever knows the random port and id is the server: it answered, and badly.
                Err(unreadable @ NetError::Malformed("DNS message")) if bytes.starts_with(&id.to_be_bytes()) => {
                    return Err(unreadable);
                }
                // Anything else may be forged or late: keep listening until the timeout.
                Err(_) => {}
                Ok(reply) => return Ok(reply),
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door's own way to the name server")]
    async fn ask_tcp(&self, question: &Query, dnssec: bool) -> Result<Reply, NetError> {
        let mut stream = TcpStream::connect(self.address).await?;
        let (id, wire) = encode(question, dnssec)?;
        let length = u16::try_from(wire.len()).map_err(|_| NetError::Bug("a DNS question over 64 KiB".to_owned()))?;
        stream.write_all(&length.to_be_bytes()).await?;
        stream.write_all(&wire).await?;
        let length = stream.read_u16().await?;
        let mut bytes = vec![0; usize::from(length)];
        stream.read_exact(&mut bytes).await?;
        decode_reply(&bytes, id, question)
    }
}

impl Reply {
    /// The server's answer code.
    pub fn code(&self) -> ResponseCode {
        self.message.metadata.response_code
    }

    /// Whether the name exists: a definite yes or no, or the reason why the server did not say.
    pub fn name_exists(&self) -> Result<bool, NetError> {
        match self.code() {
            ResponseCode::NoError => Ok(true),
            ResponseCode::NXDomain => Ok(false),
            ResponseCode::ServFail => Err(NetError::NameServer("SERVFAIL")),
            ResponseCode::Refused => Err(NetError::NameServer("REFUSED")),
            ResponseCode::NotImp => Err(NetError::NameServer("NOTIMP")),
            ResponseCode::FormErr => Err(NetError::NameServer("FORMERR")),
            _ => Err(NetError::NameServer("an error code")),
        }
    }

    /// The records of one type in the answer section, aliases followed by the server.
    pub fn records(&self, record: RecordType) -> impl Iterator<Item = &Record> {
        self.message.answers.iter().filter(move |answer| answer.record_type() == record)
    }

    /// The addresses in the answer section.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.message.answers.iter().filter_map(|answer| match &answer.data {
            RData::A(a) => Some(IpAddr::V4(a.0)),
            RData::AAAA(aaaa) => Some(IpAddr::V6(aaaa.0)),
            _ => None,
        })
    }
}

/// Decodes an answer and checks that it answers this question: id, QR bit, opcode and question section
/// (RFC 5452 section 9.1).
pub fn decode_reply(bytes: &[u8], id: u16, question: &Query) -> Result<Reply, NetError> {
    let message = Message::from_vec(bytes).map_err(|_| NetError::Malformed("DNS message"))?;
    let head = &message.metadata;
    if head.id != id || head.message_type != MessageType::Response || head.op_code != OpCode::Query {
        return Err(NetError::Malformed("not the answer to our question"));
    }
    let matches = match message.queries.first() {
        Some(asked) => {
            asked.name() == question.name()
                && asked.query_type() == question.query_type()
                && asked.query_class() == question.query_class()
        }
        // Old servers answer EDNS with a bare 12-byte FORMERR, their question left out.
        None => head.response_code == ResponseCode::FormErr,
    };
    if matches { Ok(Reply { message }) } else { Err(NetError::Malformed("answer to another question")) }
}

fn encode(question: &Query, dnssec: bool) -> Result<(u16, Vec<u8>), NetError> {
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    message.metadata.checking_disabled = true;
    message.add_query(question.clone());
    let mut edns = Edns::new();
    edns.set_max_payload(UDP_PAYLOAD_BYTES);
    edns.set_dnssec_ok(dnssec);
    message.edns = Some(edns);
    let wire = message.to_vec().map_err(|error| NetError::Bug(format!("encoding a DNS question: {error}")))?;
    Ok((message.metadata.id, wire))
}
