//! A server's first flight, read as it arrives. Up to TLS 1.2 all of it is in the clear; in TLS 1.3 the ServerHello or
//! `HelloRetryRequest` is, and that is where this reader stops.

use super::{
    Alert, CertificateRequest, ContentType, Message, MessageReader, RecordReader, ServerHello, ServerKeyExchange,
    SessionTicket, TLS13, WireError, decode_alert, decode_certificate_request, decode_certificate_status,
    decode_certificates, decode_key_exchange, decode_server_hello, decode_session_ticket12, handshake,
};

/// What a server sent in answer to one hello.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flight {
    /// Its ServerHello, or `HelloRetryRequest` in TLS 1.3.
    pub hello: Option<ServerHello>,
    /// The certificates, as sent.
    pub certificates: Option<Vec<Vec<u8>>>,
    /// The answer of a revocation service that it stapled to them (RFC 6066 section 8).
    pub staple: Option<Vec<u8>>,
    /// Parameters of an ephemeral key exchange.
    pub key_exchange: Option<ServerKeyExchange>,
    /// What client certificate it asked for.
    pub certificate_request: Option<CertificateRequest>,
    /// The ticket that a server gives when it goes on from a session up to TLS 1.2.
    pub ticket: Option<SessionTicket>,
    /// The last alert.
    pub alert: Option<Alert>,
}

/// Reads a flight piece by piece, keeping no more than one unfinished record and message.
#[derive(Debug, Clone, Default)]
pub struct FlightReader {
    records: RecordReader,
    messages: MessageReader,
    flight: Flight,
    done: bool,
}

impl FlightReader {
    /// A reader that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what came next; true once the flight has told all that it can. Later bytes are ignored.
    pub fn push(&mut self, bytes: &[u8]) -> Result<bool, WireError> {
        if self.done {
            return Ok(true);
        }
        self.records.push(bytes);
        while !self.done
            && let Some(record) = self.records.next()?
        {
            match record.kind {
                ContentType::Alert => {
                    let alert = decode_alert(record.body)?;
                    self.flight.alert = Some(alert);
                    self.done = alert.ends_connection();
                }
                ContentType::Handshake => {
                    self.messages.push(record.body);
                    self.take_messages()?;
                }
                // The server goes on from a session: the rest is sealed.
                ContentType::ChangeCipherSpec if self.flight.hello.is_some() => self.done = true,
                _ => return Err(WireError::Malformed("record out of place")),
            }
        }
        Ok(self.done)
    }

    /// What was read so far.
    pub fn into_flight(self) -> Flight {
        self.flight
    }

    fn take_messages(&mut self) -> Result<(), WireError> {
        while !self.done
            && let Some(message) = self.messages.next()?
        {
            self.done = self.flight.take(&message)?;
        }
        Ok(())
    }
}

impl Flight {
    /// Notes one message; true once the flight has told all that it can.
    pub(crate) fn take(&mut self, message: &Message) -> Result<bool, WireError> {
        let body = message.body();
        match (message.kind, &self.hello) {
            (handshake::HELLO_REQUEST, _) => {}
            (handshake::SERVER_HELLO, None) => {
                let hello = decode_server_hello(body)?;
                let done = hello.version == TLS13;
                self.hello = Some(hello);
                return Ok(done);
            }
            (handshake::SERVER_HELLO, Some(_)) | (_, None) => {
                return Err(WireError::Malformed("handshake message out of place"));
            }
            (handshake::CERTIFICATE, _) => self.certificates = Some(decode_certificates(body)?),
            (handshake::CERTIFICATE_STATUS, _) => self.staple = Some(decode_certificate_status(body)?),
            (handshake::SERVER_KEY_EXCHANGE, Some(hello)) => {
                self.key_exchange = decode_key_exchange(body, hello.version, hello.suite)?;
            }
            (handshake::CERTIFICATE_REQUEST, Some(hello)) => {
                self.certificate_request = Some(decode_certificate_request(body, hello.version)?);
            }
            (handshake::NEW_SESSION_TICKET, Some(_)) => self.ticket = Some(decode_session_ticket12(body)?),
            (handshake::SERVER_HELLO_DONE, _) => return Ok(true),
            // What else there may be says nothing that we keep.
            _ => {}
        }
        Ok(false)
    }
}

/// Reads a whole flight at once. Cutting it in pieces for [`FlightReader::push`] gives the same.
pub fn decode_flight(bytes: &[u8]) -> Result<Flight, WireError> {
    let mut reader = FlightReader::new();
    reader.push(bytes)?;
    Ok(reader.into_flight())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::bit_length;
    use super::*;
    use crate::wire::KeyExchange;

    /// A flight of TLS 1.2 as OpenSSL sends it, with a certificate of four bytes.
    fn flight() -> Vec<u8> {
        let mut hello = vec![3, 3];
        hello.extend([9; 32]);
        hello.extend([0, 0xc0, 0x2f, 0, 0, 9, 0xff, 1, 0, 1, 0, 0, 23, 0, 0]);
        let certificates = vec![0, 0, 7, 0, 0, 4, 1, 2, 3, 4];
        let key_exchange = vec![3, 0, 29, 1, 0xaa, 4, 1, 0, 1, 0xbb];
        let messages = [(2, hello), (11, certificates), (12, key_exchange), (14, vec![])];
        let body: Vec<u8> = messages
            .iter()
            .flat_map(|(kind, body)| [&[*kind, 0, 0, u8::try_from(body.len()).unwrap()], body.as_slice()].concat())
            .collect();
        [&[22, 3, 3, 0, u8::try_from(body.len()).unwrap()], body.as_slice()].concat()
    }

    #[test]
    fn a_flight_is_read_in_full() {
        let read = decode_flight(&flight()).unwrap();
        let hello = read.hello.unwrap();
        assert_eq!((hello.version, hello.suite, hello.compression), (0x0303, 0xc02f, 0));
        assert!(hello.renegotiation_info && hello.extended_master_secret && !hello.encrypt_then_mac);
        assert_eq!(read.certificates, Some(vec![vec![1, 2, 3, 4]]));
        let key_exchange = read.key_exchange.unwrap();
        assert_eq!((key_exchange.group, key_exchange.scheme), (KeyExchange::Group(29), Some(0x0401)));
        assert_eq!(key_exchange.public_key, [0xaa]);
    }

    #[test]
    fn a_flight_cut_anywhere_is_only_unfinished() {
        let whole = flight();
        for end in 0..whole.len() {
            let mut reader = FlightReader::new();
            assert_eq!(reader.push(&whole[..end]), Ok(false), "cut at {end}");
        }
    }

    #[test]
    fn other_protocols_and_disorder_are_told_apart() {
        for banner in [&b"HTTP/1.1 400 Bad Request\r\n"[..], b"SSH-2.0-OpenSSH_9.2\r\n", b"220 ready\r\n", b"\x16\x47"]
        {
            assert_eq!(decode_flight(banner), Err(WireError::NotTls));
        }
        assert!(matches!(decode_flight(&[0x80, 0x03, 0x00, 0x00, 0x01]), Err(WireError::Malformed(_))));
        assert!(matches!(decode_flight(&[23, 3, 3, 0, 1, 0]), Err(WireError::Malformed(_))));
        let huge = [22, 3, 3, 0, 4, 2, 0x98, 0x96, 0x80];
        assert_eq!(decode_flight(&huge), Err(WireError::Malformed("handshake message too long")));
    }

    #[test]
    fn alerts_end_a_flight_only_when_they_are_final() {
        let mut reader = FlightReader::new();
        assert_eq!(reader.push(&[21, 3, 1, 0, 2, 1, 112]), Ok(false), "a warning about the name");
        assert_eq!(reader.push(&[21, 3, 1, 0, 2, 2, 70]), Ok(true));
        assert_eq!(reader.into_flight().alert, Some(Alert { fatal: true, code: 70 }));
    }

    #[test]
    fn sizes_ignore_leading_zeros() {
        assert_eq!(bit_length(&[0, 0, 1, 0]), 9);
        assert_eq!(bit_length(&[0x80; 128]), 1024);
        assert_eq!(bit_length(&[]), 0);
    }

    proptest! {
        #[test]
        fn decoders_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), suite: u16) {
            let _ = decode_flight(&bytes);
            let _ = decode_server_hello(&bytes);
            let _ = decode_certificates(&bytes);
            let _ = decode_key_exchange(&bytes, 0x0303, suite);
            let _ = decode_alert(&bytes);
        }

        #[test]
        fn pieces_give_the_same_as_the_whole(cuts in prop::collection::vec(0usize..120, 0..6), noise in prop::collection::vec(any::<u8>(), 0..20), at in 0usize..120) {
            let mut bytes = flight();
            let at = at.min(bytes.len());
            bytes.splice(at..at, noise);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let mut reader = FlightReader::new();
            let pieces: Result<(), WireError> =
                cuts.windows(2).try_for_each(|w| reader.push(&bytes[w[0]..w[1]]).map(|_| ()));
            prop_assert_eq!(pieces.map(|()| reader.into_flight()), decode_flight(&bytes));
        }
    }
}
