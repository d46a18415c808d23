//! One connection on which a handshake goes on: records in, messages out.

use std::borrow::Cow;

use aws_lc_rs::error::Unspecified;
use vigie_probe::NetError;

use super::protection::Protection13;
use crate::channel::Channel;
use crate::wire::write::record;
use crate::wire::{
    Alert, ContentType, Flight, Message, MessageReader, Record, RecordReader, WireError, decode_alert, handshake,
};

/// What comes next from the server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Event {
    /// A handshake message, in the clear or opened.
    Message(Message),
    /// An alert, in the clear or opened.
    Alert(Alert),
    /// The announcement that all is sealed from here on; an empty gesture in TLS 1.3.
    ChangeCipherSpec,
    /// A record of a kind, sealed with keys that we do not hold, or of no use here.
    Other(ContentType),
}

/// Why no event came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// The network.
    Net(NetError),
    /// Bytes that are no TLS.
    Wire(WireError),
    /// An alert.
    Alert(Alert),
    /// What we cannot do: a group, a cipher.
    Unable,
}

/// A connection, and what was read of it.
pub(crate) struct Talk {
    channel: Channel,
    records: RecordReader,
    messages: MessageReader,
    /// Opens what the server seals, in TLS 1.3.
    pub(super) opener: Option<Protection13>,
    /// Every message of the handshake so far.
    pub(super) transcript: Vec<u8>,
    /// The first bytes that came.
    pub(crate) first: Vec<u8>,
}

impl Talk {
    pub(crate) fn new(channel: Channel) -> Self {
        // So that small stacks do not keep the socket.
        channel.reset_when_dropped();
        Self {
            channel,
            records: RecordReader::default(),
            messages: MessageReader::default(),
            opener: None,
            transcript: Vec::new(),
            first: Vec::new(),
        }
    }

    /// Sends a handshake message in the clear, and keeps it.
    pub(crate) async fn say(&mut self, version: u16, message: &[u8]) -> Result<(), End> {
        self.transcript.extend_from_slice(message);
        self.send(&record(ContentType::Handshake, version, message)).await
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) -> Result<(), End> {
        Ok(self.channel.send(bytes).await?)
    }

    /// Whatever wrapped the records of the handshake wraps none that we send from now on.
    pub(super) fn handshake_is_over(&mut self) {
        self.channel.handshake_is_over();
    }

    /// The next event; messages are kept in the transcript by [`Talk::keep`], once it is known what they are.
    pub(crate) async fn next(&mut self) -> Result<Event, End> {
        loop {
            if let Some(message) = self.messages.next()? {
                return Ok(Event::Message(message));
            }
            if let Some(record) = self.records.next()? {
                match opened(&mut self.opener, record)? {
                    (ContentType::Handshake, content) => self.messages.push(&content),
                    (ContentType::Alert, content) => return Ok(Event::Alert(decode_alert(&content)?)),
                    (ContentType::ChangeCipherSpec, _) => return Ok(Event::ChangeCipherSpec),
                    (kind, _) => return Ok(Event::Other(kind)),
                }
                continue;
            }
            self.receive().await?;
        }
    }

    /// The kind of the next record, whatever it carries: for sessions whose records we do not open.
    pub(crate) async fn next_kind(&mut self) -> Result<ContentType, End> {
        let (kind, _) = self.next_as_it_comes().await?;
        Ok(kind)
    }

    /// The kind of the next record, and how many bytes it carries.
    pub(crate) async fn next_as_it_comes(&mut self) -> Result<(ContentType, usize), End> {
        loop {
            if let Some(record) = self.records.next()? {
                return Ok((record.kind, record.body.len()));
            }
            self.receive().await?;
        }
    }

    /// A server's first flight, in the clear; it ends early when the server goes on from a session.
    pub(crate) async fn flight(&mut self) -> Result<Flight, End> {
        let mut flight = Flight::default();
        loop {
            match self.next().await? {
                Event::Message(message) => {
                    if message.kind != handshake::HELLO_REQUEST {
                        self.keep(&message);
                    }
                    if flight.take(&message)? {
                        return Ok(flight);
                    }
                }
                Event::Alert(alert) if alert.ends_connection() => return Err(End::Alert(alert)),
                Event::Alert(_) => {}
                Event::ChangeCipherSpec if flight.hello.is_some() => return Ok(flight),
                Event::ChangeCipherSpec | Event::Other(_) => {
                    return Err(End::Wire(WireError::Malformed("record out of place")));
                }
            }
        }
    }

    /// Appends what comes next, whatever it is.
    pub(crate) async fn receive_raw(&mut self, to: &mut Vec<u8>) -> Result<(), End> {
        if self.channel.receive(to).await? == 0 { Err(End::Net(NetError::Closed)) } else { Ok(()) }
    }

    async fn receive(&mut self) -> Result<(), End> {
        let mut bytes = Vec::new();
        if self.channel.receive(&mut bytes).await? == 0 {
            return Err(End::Net(NetError::Closed));
        }
        if self.first.is_empty() {
            self.first.clone_from(&bytes);
        }
        self.records.push(&bytes);
        Ok(())
    }

    /// Adds a message to the transcript.
    pub(super) fn keep(&mut self, message: &Message) {
        self.transcript.extend_from_slice(&message.whole);
    }
}

/// What a record carries, opened where we hold the keys.
fn opened<'r>(
    opener: &mut Option<Protection13>,
    Record { kind, body }: Record<'r>,
) -> Result<(ContentType, Cow<'r, [u8]>), End> {
    match (opener, kind) {
        (Some(opener), ContentType::ApplicationData) => {
            let (kind, content) = opener.open(body)?;
            Ok((kind, content.into()))
        }
        _ => Ok((kind, body.into())),
    }
}

impl From<NetError> for End {
    fn from(error: NetError) -> Self {
        Self::Net(error)
    }
}

impl From<WireError> for End {
    fn from(error: WireError) -> Self {
        Self::Wire(error)
    }
}

impl From<Unspecified> for End {
    fn from(_: Unspecified) -> Self {
        Self::Unable
    }
}
