//! What an SSH server offers.
//!
//! Ports: 22, 2222, and any declared `ssh`. Sent: our identification line and a DISCONNECT, nothing
//! else; no key exchange, no user name, no password. One connection, two round trips: the server's own
//! identification and KEXINIT say all there is to know, and the server logs one ordinary disconnection.

mod facts;
pub mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use vigie_model::{Catalogue, CatalogueError, Evidence, FactPath, Observation, Outcome, Reason, Subject, Text};
use vigie_model::{Facts, Transport};
use vigie_probe::{Connection, EndpointTarget, Intrusiveness, NetError, Probe, ProbeContext, ProbeMeta, Target};

pub use self::facts::SshFacts;
use self::wire::{Identification, KexInit, List, Packet, decode_kexinit, decode_packet, read_identification};
use crate::port::banner::read_banner;
use crate::port::{Manner, Protocol, least_look, not_connected, usual_protocol};
use crate::product::read_ssh_product;

/// Our identification line (RFC 4253 section 4.2).
pub const IDENTIFICATION: &[u8] = b"SSH-2.0-vigie\r\n";

/// Time for the whole exchange: two round trips to a slow appliance.
const EXCHANGE: Duration = Duration::from_secs(6);
/// Bytes read at the most: greeting lines, identification, and one packet of 35 000 bytes.
const MAX_BYTES: usize = 40_000;

/// Lists what an SSH server offers.
#[derive(Debug)]
pub struct SshProbe {
    meta: ProbeMeta,
}

/// What was read, as far as the exchange went.
struct Exchange {
    bytes: Vec<u8>,
    identification: Identification,
    offer: Result<KexInit, NetError>,
}

impl SshProbe {
    /// The probe.
    pub fn new() -> Self {
        let title = Text::new("Serveurs SSH", "SSH servers");
        Self { meta: ProbeMeta { id: "ssh", title, intrusiveness: Intrusiveness::Polite, connections: 1 } }
    }

    async fn observe(target: &EndpointTarget, context: &ProbeContext) -> Observation {
        let watch = context.start();
        let deadline = context.deadline.shortened(EXCHANGE);
        let look = least_look(target);
        let (outcome, evidence) = match context.door.connect(target.endpoint.socket(), look, deadline).await {
            Err(error) => (not_connected(target, context, &error), Vec::new()),
            Ok(connection) => match exchange(connection).await {
                Ok(exchange) => (exchange.outcome(), exchange.evidence()),
                Err((bytes, error)) => (without_ssh(&bytes, &error), heard(&bytes)),
            },
        };
        watch.observation(SshFacts::KIND, Subject::Endpoint(target.endpoint.clone()), outcome, evidence)
    }
}

impl Default for SshProbe {
    fn default() -> Self {
        Self::new()
    }
}

impl Probe for SshProbe {
    fn meta(&self) -> &ProbeMeta {
        &self.meta
    }

    fn catalogue(&self) -> Result<Catalogue, CatalogueError> {
        Catalogue::new().with::<SshFacts>()
    }

    fn concerns(&self, target: &Target) -> bool {
        let Target::Endpoint(target) = target else { return false };
        let declared = target.declared.as_deref().and_then(Protocol::declared);
        let port = target.endpoint.port;
        target.endpoint.transport == Transport::Tcp
            && least_look(target) <= target.allowed
            && Manner::of(port, declared) != Manner::ConnectOnly
            && declared.or(usual_protocol(port)) == Some(Protocol::Ssh)
    }

    fn look<'a>(&'a self, target: &'a Target, context: &'a ProbeContext) -> BoxFuture<'a, Vec<Observation>> {
        async move {
            match target {
                Target::Endpoint(endpoint) if self.concerns(target) => vec![Self::observe(endpoint, context).await],
                Target::Endpoint(_) | Target::Domain(_) => Vec::new(),
            }
        }
        .boxed()
    }
}

impl Exchange {
    fn outcome(&self) -> Outcome {
        let id = &self.identification;
        let products = Vec::from_iter(read_ssh_product(&id.software, &id.comment));
        let names = |list| self.offer.as_ref().ok().map(|offer| offer.names(list));
        let facts = SshFacts {
            protocol_version: id.protocol.clone(),
            accepts_protocol_1: id.protocol.starts_with("1."),
            discloses_version: products.iter().any(|product| product.version.is_some()),
            products,
            kex_algorithms: names(List::Kex),
            host_key_algorithms: names(List::HostKey),
            ciphers: names(List::Cipher),
            macs: names(List::Mac),
            compression: names(List::Compression),
        };
        let mut gaps: BTreeMap<FactPath, Reason> = BTreeMap::new();
        if let Err(error) = &self.offer {
            for path in ["kex_algorithms", "host_key_algorithms", "ciphers", "macs", "compression"] {
                gaps.insert(path.into(), error.reason());
            }
        }
        Outcome::observed_with_gaps(&facts, gaps)
    }

    fn evidence(&self) -> Vec<Evidence> {
        let (line, packet) = self.bytes.split_at_checked(self.identification.length).unwrap_or((&self.bytes, &[]));
        let mut evidence = heard(line);
        match &self.offer {
            Ok(offer) => {
                let kex = offer.names(List::Kex).join(",");
                evidence.push(Evidence::text("KEXINIT kex_algorithms", &kex));
            }
            Err(_) if packet.is_empty() => {}
            Err(_) => evidence.push(Evidence::bytes("KEXINIT", packet)),
        }
        evidence
    }
}

fn heard(bytes: &[u8]) -> Vec<Evidence> {
    if bytes.is_empty() { Vec::new() } else { vec![Evidence::bytes("banner", bytes)] }
}

/// Connected, and no SSH was seen: something else, or we could not tell.
fn without_ssh(bytes: &[u8], error: &NetError) -> Outcome {
    match read_banner(bytes) {
        Some(found) if found.protocol != Protocol::Ssh => Outcome::NotApplicable,
        _ => Outcome::unknown(error.reason(), error.text()),
    }
}

/// Both identifications, the server's KEXINIT, farewell. On failure, gives back what was heard.
async fn exchange(mut connection: Connection) -> Result<Exchange, (Vec<u8>, NetError)> {
    let mut bytes = Vec::new();
    let identification = match identify(&mut connection, &mut bytes).await {
        Ok(identification) => identification,
        Err(error) => return Err((bytes, error)),
    };
    let offer = hear_offer(&mut connection, &mut bytes, &identification).await;
    // The facts are in: a farewell that fails changes nothing.
    let _ = connection.send(&wire::encode_disconnect()).await;
    Ok(Exchange { bytes, identification, offer })
}

async fn identify(connection: &mut Connection, bytes: &mut Vec<u8>) -> Result<Identification, NetError> {
    loop {
        if let Some(identification) = read_identification(bytes) {
            return Ok(identification);
        }
        if read_banner(bytes).is_some() {
            return Err(NetError::Malformed("not an SSH server"));
        }
        receive_more(connection, bytes).await?;
    }
}

async fn hear_offer(
    connection: &mut Connection,
    bytes: &mut Vec<u8>,
    identification: &Identification,
) -> Result<KexInit, NetError> {
    if identification.protocol != "2.0" && identification.protocol != "1.99" {
        // Protocol 1 has no KEXINIT: there is no list to wait for.
        return Err(NetError::Malformed("no SSH 2"));
    }
    connection.send(IDENTIFICATION).await?;
    loop {
        let packet = bytes.get(identification.length..).unwrap_or_default();
        match decode_packet(packet).map_err(|_| NetError::Malformed("SSH packet"))? {
            Packet::Whole(payload) => return decode_kexinit(payload).map_err(|_| NetError::Malformed("SSH KEXINIT")),
            Packet::Partial => receive_more(connection, bytes).await?,
        }
    }
}

async fn receive_more(connection: &mut Connection, bytes: &mut Vec<u8>) -> Result<(), NetError> {
    if bytes.len() >= MAX_BYTES {
        return Err(NetError::TooMuch { cap: MAX_BYTES });
    }
    match connection.receive(bytes).await? {
        0 => Err(NetError::Closed),
        _ => Ok(()),
    }
}
