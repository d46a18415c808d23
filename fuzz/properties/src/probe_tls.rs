//! What TLS servers send in the clear, and how others come to it.

use vigie_probe_tls::{
    DtlsAssembly, DtlsContent, DtlsFragment, FlightReader, KeyExchange, WireError, decode_alert,
    decode_certificate_entries, decode_certificate_request, decode_certificates, decode_dtls_datagram,
    decode_encrypted_extensions, decode_extended_response, decode_flight, decode_hello_verify_request,
    decode_key_exchange, decode_ocsp_response, decode_reply_line, decode_revocation_list, decode_server_hello,
    decode_session_ticket, decode_session_ticket12, decode_ssl2_server_hello, decode_timestamp_list, read_certificate,
    read_weak_key,
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
        let Ok(Some(exchange)) = decode_key_exchange(data, 0x0303, suite) else { continue };
        let held = [&exchange.prime, &exchange.generator, &exchange.public_key].map(Vec::len);
        assert!(held.iter().sum::<usize>() < data.len());
        match exchange.group {
            KeyExchange::Custom { bits } => {
                assert!(usize::try_from(bits).is_ok_and(|bits| bits <= data.len().saturating_mul(8)));
            }
            KeyExchange::Group(group) => assert_eq!(data.get(1..3), Some(group.to_be_bytes().as_slice())),
        }
    }
    assert_eq!(decode_key_exchange(data, 0x0303, 0x009c), Ok(None));
}

/// Certificates, requests, tickets and what else comes in secret, of all versions, hold no more than their bytes, and a byte too many is refused.
pub fn late_messages(data: &[u8]) {
    let longer = [data, &[0]].concat();
    if let Ok(entries) = decode_certificate_entries(data) {
        assert!(decode_certificate_entries(&longer).is_err());
        let held = entries.iter().map(|entry| entry.certificate.len() + entry.staple.as_ref().map_or(0, Vec::len));
        assert!(held.sum::<usize>() <= data.len());
    }
    for version in [0x0302, 0x0303, 0x0304] {
        if let Ok(request) = decode_certificate_request(data, version) {
            assert!(request.authorities.iter().map(|name| name.len() + 2).sum::<usize>() <= data.len());
        }
    }
    if let Ok(seen) = decode_encrypted_extensions(data) {
        assert!(decode_encrypted_extensions(&longer).is_err());
        let held = seen.protocol.map_or(0, |name| name.len()) + seen.groups.map_or(0, |groups| groups.len() * 2);
        assert!(held <= data.len());
    }
    if let Ok(ticket) = decode_session_ticket(data) {
        assert!(decode_session_ticket(&longer).is_err());
        assert!(ticket.ticket.len() + ticket.nonce.len() + 13 <= data.len());
    }
    if let Ok((lifetime, ticket)) = decode_session_ticket12(data) {
        assert!(decode_session_ticket12(&longer).is_err());
        assert_eq!(data.get(..4), Some(lifetime.to_be_bytes().as_slice()));
        assert_eq!(ticket.len() + 6, data.len());
    }
    if let Some(timestamps) = decode_timestamp_list(data) {
        assert!(timestamps.len().saturating_mul(49) <= data.len());
        assert_eq!(decode_timestamp_list(&longer), None);
    }
}

/// An answer about revocation speaks of one certificate by a number that stands in its bytes; a byte too many makes it
/// unreadable.
pub fn ocsp_response(data: &[u8]) {
    let Some(response) = decode_ocsp_response(data) else { return };
    assert!(["good", "revoked", "unknown"].contains(&response.status));
    assert!(data.windows(response.serial.len().max(1)).any(|part| part.starts_with(&response.serial)));
    assert_eq!(decode_ocsp_response(&[data, &[0]].concat()), None);
}

/// The records of a datagram stand each for itself: twice the bytes say everything twice. They hold no more than their
/// bytes, and a message cut in other parts, sent backwards and twice over, is the same message.
pub fn dtls_datagram(data: &[u8]) {
    let Ok(said) = decode_dtls_datagram(data) else { return };
    assert_eq!(decode_dtls_datagram(&[data, data].concat()), Ok([said.as_slice(), &said].concat()));
    let fragments: Vec<&DtlsFragment> = said
        .iter()
        .filter_map(|content| match content {
            DtlsContent::Fragment(fragment) => Some(fragment),
            DtlsContent::Alert(_) => None,
        })
        .collect();
    assert!(fragments.iter().map(|fragment| fragment.content.len() + 12).sum::<usize>() <= data.len());
    let mut assembly = DtlsAssembly::default();
    for fragment in fragments {
        let Ok(whole) = assembly.take(fragment) else { continue };
        assert!(whole.is_none_or(|whole| whole.len() == fragment.length));
        assembled_from_parts(fragment.content.get(..500).unwrap_or(&fragment.content));
    }
}

fn assembled_from_parts(message: &[u8]) {
    let parts: Vec<DtlsFragment> = message
        .chunks(7)
        .enumerate()
        .map(|(number, part)| DtlsFragment {
            kind: 2,
            length: message.len(),
            sequence: 1,
            offset: number * 7,
            content: part.to_vec(),
        })
        .collect();
    let mut assembly = DtlsAssembly::default();
    let last =
        parts.iter().rev().flat_map(|part| [part, part]).map(|part| assembly.take(part)).find(|said| *said != Ok(None));
    assert_eq!(last, (!message.is_empty()).then(|| Ok(Some(message.to_vec()))));
}

/// A request for a cookie holds its version and its cookie, and nothing else.
pub fn hello_verify(data: &[u8]) {
    let Ok(cookie) = decode_hello_verify_request(data) else { return };
    assert_eq!(cookie.len() + 3, data.len());
    assert!(data.ends_with(&cookie));
    assert!(decode_hello_verify_request(&[data, &[0]].concat()).is_err());
}

/// A list of revoked certificates names them by numbers that stand in its bytes; a byte too many makes it unreadable.
pub fn revocation_list(data: &[u8]) {
    let Some(list) = decode_revocation_list(data) else { return };
    for serial in &list.revoked {
        assert!(data.windows(serial.len().max(1)).any(|part| part.starts_with(serial)));
    }
    assert_eq!(decode_revocation_list(&[data, &[0]].concat()), None);
}

/// A hello of SSL 2.0 is told by its beginning: what follows changes nothing, and a part of it is no other answer.
pub fn ssl2_hello(data: &[u8]) {
    let Ok(Some(ciphers)) = decode_ssl2_server_hello(data) else { return };
    assert!(ciphers <= usize::from(u16::MAX) / 3);
    assert_eq!(decode_ssl2_server_hello(&[data, &[7; 3]].concat()), Ok(Some(ciphers)));
    for end in 0..13.min(data.len()) {
        assert_eq!(decode_ssl2_server_hello(data.get(..end).unwrap_or_default()), Ok(None));
    }
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

/// A line of a list of weak keys is its 20 digits, whatever their case.
pub fn weak_key(data: &[u8]) {
    let Ok(line) = std::str::from_utf8(data) else { return };
    let Some(key) = read_weak_key(line) else { return };
    let written = key.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat();
    assert_eq!(written, line.trim().to_ascii_uppercase());
    assert_eq!(read_weak_key(&written), Some(key));
}
