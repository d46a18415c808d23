//! Messaging (RFC 6120 section 5): a stream is opened for the host, the server says what it can do, and is asked for TLS.

use vigie_model::DomainName;
use vigie_probe::{Connection, NetError};

use crate::endpoint::facts::StartTls;

/// Longest answer that is read at a time.
const MAX_ANSWER_BYTES: usize = 16 * 1024;

pub(super) async fn begin_tls(
    connection: &mut Connection,
    namespace: &str,
    host: Option<&DomainName>,
) -> Result<StartTls, NetError> {
    // A stream is for a name: without one, the server's default answers, or says that it has none.
    let to = host.map_or_else(String::new, |host| format!(" to='{host}'"));
    let opening = format!(
        "<?xml version='1.0'?><stream:stream{to} version='1.0' xmlns='{namespace}' xmlns:stream='http://etherx.jabber.org/streams'>"
    );
    connection.send(opening.as_bytes()).await?;
    let features = receive_until(connection, &["</stream:features>", "<stream:features/>", "</stream:stream>"]).await?;
    if !features.contains("<stream:features") {
        return Err(NetError::Malformed("XMPP stream"));
    }
    if !features.contains("urn:ietf:params:xml:ns:xmpp-tls") {
        let _ = connection.send(b"</stream:stream>").await;
        return Ok(StartTls::NotOffered);
    }
    connection.send(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").await?;
    let answer = receive_until(connection, &[">"]).await?;
    Ok(if answer.contains("<proceed") { StartTls::Offered } else { StartTls::Refused })
}

/// All that comes up to one of these ends. The peer says no more before it is asked.
async fn receive_until(connection: &mut Connection, ends: &[&str]) -> Result<String, NetError> {
    let mut bytes = Vec::new();
    while bytes.len() < MAX_ANSWER_BYTES {
        if connection.receive(&mut bytes).await? == 0 {
            return Err(NetError::Closed);
        }
        let said = String::from_utf8_lossy(&bytes);
        if ends.iter().any(|end| said.contains(end)) {
            return Ok(said.into_owned());
        }
    }
    Err(NetError::Malformed("XMPP answer too long"))
}
