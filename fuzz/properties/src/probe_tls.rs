//! What TLS servers send in the clear, and how others come to it.

use vigie_probe_tls::{
    FlightReader, KeyExchange, WireError, decode_alert, decode_certificates, decode_extended_response, decode_flight,
    decode_key_exchange, decode_reply_line, decode_server_hello, read_certificate,
};

/// A flight says the same however the network cuts it.
pub fn flight(data: &[u8]) {
    let whole = decode_flight(data);
    for length in [1, 2, 5, 67] {
        let mut reader = FlightReader::new();
        let pushed: Result<(), WireError> = data.chunks(length).try_for_each(|piece| reader.push(piece).map(drop));
        assert_eq!(pushed.map(|()| reader.into_flight()), whole, "in pieces of {length} bytes");
    }
}

/// Each message says no more than its bytes hold: lengths add up, and a byte too many is refused.
pub fn messages(data: &[u8]) {
    let longer = [data, &[0]].concat();
    if decode_server_hello(data).is_ok() {
        assert!(decode_server_hello(&longer).is_err());
    }
    if let Ok(certificates) = decode_certificates(data) {
        assert!(decode_certificates(&longer).is_err());
        assert_eq!(certificates.iter().map(|der| der.len() + 3).sum::<usize>() + 3, data.len());
    }
    if let Ok(alert) = decode_alert(data) {
        assert_eq!(data.first_chunk(), Some(&[if alert.fatal { 2 } else { 1 }, alert.code]));
    }
    // An ephemeral prime (DHE), an ephemeral curve (ECDHE), and no ephemeral key at all (RSA).
    for suite in [0x009e, 0xc02f, 0x009c] {
        match decode_key_exchange(data, suite) {
            Ok(Some(KeyExchange::Custom { bits })) => {
                assert!(usize::try_from(bits).is_ok_and(|bits| bits <= data.len().saturating_mul(8)));
            }
            Ok(Some(KeyExchange::Group(group))) => {
                assert_eq!(data.get(1..3), Some(group.to_be_bytes().as_slice()));
            }
            Ok(None) | Err(_) => {}
        }
    }
    assert_eq!(decode_key_exchange(data, 0x009c), Ok(None));
}

/// A certificate keeps its bytes and its fingerprint; read or not is said once, and a byte too many makes
/// it unreadable.
pub fn certificate(data: &[u8]) {
    let certificate = read_certificate(data);
    assert_eq!(certificate.der.as_ref(), data);
    assert_eq!(certificate.facts.sha256.len(), 64);
    assert_eq!(certificate.facts.readable, certificate.facts.content.is_some());
    assert_eq!(certificate.facts.readable, certificate.names.is_some());
    if let (Some(content), Some(names)) = (&certificate.facts.content, &certificate.names) {
        assert_eq!(content.self_signed, names.subject == names.issuer);
        assert!(!read_certificate(&[data, &[0]].concat()).facts.readable);
    }
}

/// A line of SMTP that is read is written back, and reads the same.
pub fn reply_line(data: &[u8]) {
    let Some(line) = decode_reply_line(data) else { return };
    assert!(line.code < 1000 && !line.text.ends_with(['\r', '\n']));
    let written = format!("{:03}{}{}\r\n", line.code, if line.more { '-' } else { ' ' }, line.text);
    assert_eq!(decode_reply_line(written.as_bytes()), Some(line));
}

/// An answer of a directory that is read says the same written in its shortest form.
pub fn extended_response(data: &[u8]) {
    let Some(response) = decode_extended_response(data) else { return };
    let shortest = [0x30, 0x0c, 2, 1, 1, 0x78, 7, 0x0a, 1, response.result, 4, 0, 4, 0];
    assert_eq!(decode_extended_response(&shortest), Some(response));
    assert_eq!(decode_extended_response(&[data, &[0]].concat()), Some(response), "what follows is not its business");
}
