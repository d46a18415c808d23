use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_proto::dnssec::crypto::EcdsaSigningKey;
use hickory_proto::dnssec::rdata::{DNSKEY, DNSSECRData, DS};
use hickory_proto::dnssec::{Algorithm, DigestType, DnssecSigner, SigningKey};
use hickory_proto::rr::rdata::{NS, SOA};
use hickory_proto::rr::{LowerName, Name, RData, Record, RecordSet, RecordType, RrKey};
use hickory_proto::serialize::txt::Parser;
use hickory_server::Server;
use hickory_server::dnssec::NxProofKind;
use hickory_server::net::runtime::{Time, TokioRuntimeProvider};
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::store::in_memory::InMemoryZoneHandler;
use hickory_server::zone_handler::{AxfrPolicy, Catalog, ZoneHandler, ZoneType};
use tokio::net::{TcpListener, UdpSocket};

use crate::stage::{SignedAs, StagedZone};
use crate::{LabError, SampleFolder};

/// Signatures outlive any demonstration, and are long enough not to be called short.
const SIGNATURE_LIFE: Duration = Duration::from_hours(24 * 90);
const TTL_S: u32 = 3600;
const ALGORITHM: Algorithm = Algorithm::ECDSAP256SHA256;

/// One server that plays the root, `example.` and every staged zone.
pub(crate) struct NameServer {
    address: SocketAddr,
    trust_anchor: String,
    _server: Server<Zones>,
}

type Zone = InMemoryZoneHandler<TokioRuntimeProvider>;
type NamedZone = (Name, Arc<Zone>);

impl NameServer {
    pub(crate) async fn start(staged: &[StagedZone], folder: &SampleFolder) -> Result<Self, LabError> {
        let example = Name::from_ascii("example.").map_err(|why| zone_error("example.", &why))?;
        let mut children = Vec::new();
        let mut delegations = Vec::new();
        for zone in staged {
            let (name, records) = parse(zone, folder)?;
            let (zone, ds) = sign_as(zone.signed, &name, records)?;
            delegations.push((name.clone(), ds));
            children.push((name, Arc::new(zone)));
        }
        let (example_zone, example_key) = signed(&example, parent_records(&example, delegations))?;
        let example_ds = digest(&example, &example_key)?;
        let root_records = parent_records(&Name::root(), vec![(example.clone(), Some(example_ds))]);
        let (root_zone, root_key) = signed(&Name::root(), root_records)?;
        let zones = Zones::new(&(Name::root(), Arc::new(root_zone)), &(example, Arc::new(example_zone)), &children);
        let (udp, tcp) = same_free_port().await?;
        let address = udp.local_addr().map_err(LabError::Listen)?;
        let mut server = Server::new(zones);
        server.register_socket(udp);
        server.register_listener(tcp, Duration::from_secs(5), 16);
        let trust_anchor = format!(". {TTL_S} IN DS {}\n", digest(&Name::root(), &root_key)?);
        Ok(Self { address, trust_anchor, _server: server })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn trust_anchor(&self) -> &str {
        &self.trust_anchor
    }
}

/// The zones, and for each what stands above it: a DS record belongs to the parent's side of a zone cut
/// (RFC 4035 section 3.1.4.1), where one server that holds both sides would answer from the child's.
struct Zones {
    all: Catalog,
    above: BTreeMap<LowerName, Catalog>,
}

impl Zones {
    fn new(root: &NamedZone, example: &NamedZone, children: &[NamedZone]) -> Self {
        let catalog = |zones: &[&NamedZone]| {
            let mut catalog = Catalog::new();
            for (name, zone) in zones {
                catalog.upsert(name.clone().into(), vec![Arc::clone(zone) as Arc<dyn ZoneHandler>]);
            }
            catalog
        };
        let mut above = BTreeMap::from([(example.0.clone().into(), catalog(&[root]))]);
        above.extend(children.iter().map(|(name, _)| (name.clone().into(), catalog(&[root, example]))));
        let all: Vec<&NamedZone> = [root, example].into_iter().chain(children).collect();
        Self { all: catalog(&all), above }
    }
}

#[async_trait::async_trait]
impl RequestHandler for Zones {
    async fn handle_request<R: ResponseHandler, T: Time>(&self, request: &Request, response: R) -> ResponseInfo {
        let asked = request.request_info().ok().filter(|asked| asked.query.query_type() == RecordType::DS);
        let catalog = asked.and_then(|asked| self.above.get(asked.query.name())).unwrap_or(&self.all);
        catalog.handle_request::<R, T>(request, response).await
    }
}

fn parse(staged: &StagedZone, folder: &SampleFolder) -> Result<(Name, BTreeMap<RrKey, RecordSet>), LabError> {
    let text = folder.text(&staged.file)?;
    let origin = Name::from_ascii(format!("{}.", staged.name)).map_err(|why| zone_error(&staged.name, &why))?;
    Parser::new(text, None, Some(origin)).parse().map_err(|why| zone_error(&staged.name, &why))
}

/// What a parent zone holds: its own head, and for each child the delegation and, if it has one, its key's digest.
fn parent_records(origin: &Name, children: Vec<(Name, Option<DS>)>) -> BTreeMap<RrKey, RecordSet> {
    let server = Name::from_ascii("ns.example.").unwrap_or_else(|_| Name::root());
    let soa = SOA::new(server.clone(), server.clone(), 1, 7200, 3600, 1_209_600, TTL_S);
    let mut records = BTreeMap::new();
    let mut add = |owner: &Name, data: RData| {
        let record = Record::from_rdata(owner.clone(), TTL_S, data);
        let key = RrKey::new(owner.clone().into(), record.record_type());
        records.entry(key).or_insert_with(|| RecordSet::new(owner.clone(), record.record_type(), 0)).insert(record, 0);
    };
    add(origin, RData::SOA(soa));
    add(origin, RData::NS(NS(server.clone())));
    for (child, ds) in children {
        add(&child, RData::NS(NS(server.clone())));
        if let Some(ds) = ds {
            add(&child, RData::DNSSEC(DNSSECRData::DS(ds)));
        }
    }
    records
}

/// Signs a zone as its stage asks, and gives the digest that its parent will announce.
fn sign_as(how: SignedAs, name: &Name, records: BTreeMap<RrKey, RecordSet>) -> Result<(Zone, Option<DS>), LabError> {
    match how {
        SignedAs::Not => Ok((unsigned(name, records)?, None)),
        SignedAs::Properly => {
            let (zone, key) = signed(name, records)?;
            Ok((zone, Some(digest(name, &key)?)))
        }
        SignedAs::WithTheWrongDs => {
            let (zone, _) = signed(name, records)?;
            let (_, somebody_elses) = signing_key(name)?;
            Ok((zone, Some(digest(name, &somebody_elses)?)))
        }
    }
}

fn unsigned(name: &Name, records: BTreeMap<RrKey, RecordSet>) -> Result<Zone, LabError> {
    Zone::new(name.clone(), records, ZoneType::Primary, AxfrPolicy::Deny, None)
        .map_err(|why| zone_error(&name.to_ascii(), &why))
}

fn signed(name: &Name, records: BTreeMap<RrKey, RecordSet>) -> Result<(Zone, DNSKEY), LabError> {
    let failed = |why: &dyn std::fmt::Display| zone_error(&name.to_ascii(), why);
    let mut zone = Zone::new(name.clone(), records, ZoneType::Primary, AxfrPolicy::Deny, Some(NxProofKind::Nsec))
        .map_err(|why| failed(&why))?;
    let (signer, key) = signing_key(name)?;
    zone.add_zone_signing_key_mut(signer).map_err(|why| failed(&why))?;
    zone.secure_zone_mut().map_err(|why| failed(&why))?;
    Ok((zone, key))
}

fn signing_key(name: &Name) -> Result<(DnssecSigner, DNSKEY), LabError> {
    let failed = |why: &dyn std::fmt::Display| zone_error(&name.to_ascii(), why);
    let pkcs8 = EcdsaSigningKey::generate_pkcs8(ALGORITHM).map_err(|why| failed(&why))?;
    let key = EcdsaSigningKey::from_pkcs8(&pkcs8, ALGORITHM).map_err(|why| failed(&why))?;
    let public = key.to_public_key().map_err(|why| failed(&why))?;
    let dnskey = DNSKEY::from_key(&public);
    let signer = DnssecSigner::new(dnskey.clone(), Box::new(key), name.clone(), SIGNATURE_LIFE);
    Ok((signer, dnskey))
}

fn digest(name: &Name, key: &DNSKEY) -> Result<DS, LabError> {
    let failed = |why: &dyn std::fmt::Display| zone_error(&name.to_ascii(), why);
    let tag = key.calculate_key_tag().map_err(|why| failed(&why))?;
    let digest = key.to_digest(name, DigestType::SHA256).map_err(|why| failed(&why))?;
    Ok(DS::new(tag, ALGORITHM, DigestType::SHA256, digest.as_ref().to_vec()))
}

/// One free port for both transports: a few tries, as another program may hold it for TCP.
#[expect(clippy::disallowed_methods, reason = "the lab listens")]
async fn same_free_port() -> Result<(UdpSocket, TcpListener), LabError> {
    let mut last = None;
    for _ in 0..16 {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(LabError::Listen)?;
        let address = udp.local_addr().map_err(LabError::Listen)?;
        match TcpListener::bind(address).await {
            Ok(tcp) => return Ok((udp, tcp)),
            Err(taken) => last = Some(taken),
        }
    }
    Err(LabError::Listen(last.unwrap_or_else(|| std::io::ErrorKind::AddrInUse.into())))
}

fn zone_error(zone: &str, why: &dyn std::fmt::Display) -> LabError {
    LabError::Zone { zone: zone.to_owned(), why: why.to_string() }
}

impl std::fmt::Debug for NameServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NameServer({})", self.address)
    }
}
