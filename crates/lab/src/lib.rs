//! A fictional hospital on loopback.
//!
//! A [`Stage`] (`lab.yaml` in a facility folder) says which zones and services to put up. A [`Lab`]
//! puts them up on free ports of 127.0.0.1, and writes a copy of the folder in which the facility
//! file names these ports and every date has moved with today. The scan that follows is the same as
//! any other: it knows nothing of the lab.
//!
//! No root, no fixed port, no packet off this machine. The key pairs are made at start and never stored.

mod certificate;
mod folder;
mod legacy_tls;
mod name_server;
mod service;
mod ssh;
mod stage;

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use jiff::civil::Date;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use vigie_source::Problems;

pub use folder::{DEMONSTRATION, EXEMPLARY, SampleFolder};
pub use stage::{CertificateFault, SignedAs, Speaks, Stage, StagedService, StagedZone};

use certificate::Authority;
use name_server::NameServer;

/// The hospital, up and answering. Dropping it takes it down.
#[derive(Debug)]
pub struct Lab {
    names: NameServer,
    ports: BTreeMap<String, u16>,
    authority_pem: String,
    _services: JoinSet<()>,
}

/// What keeps a lab from starting.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LabError {
    /// A loopback socket could not be opened.
    #[error("cannot listen on loopback: {0}")]
    Listen(#[source] io::Error),
    /// `lab.yaml` has problems.
    #[error("the lab’s stage cannot be read:\n{0}")]
    Stage(Problems),
    /// The folder lacks a file that the stage names.
    #[error("the folder has no file {0:?}")]
    MissingFile(String),
    /// A zone file or its signing failed.
    #[error("zone {zone}: {why}")]
    Zone {
        /// The zone.
        zone: String,
        /// What the DNS library said.
        why: String,
    },
    /// A key or certificate could not be made.
    #[error("making a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The TLS library refused a configuration.
    #[error("TLS configuration: {0}")]
    Tls(#[from] rustls::Error),
    /// A file could not be written.
    #[error("writing {path}: {source}")]
    Write {
        /// Where.
        path: String,
        /// Why.
        source: io::Error,
    },
}

impl Lab {
    /// Puts a sample folder's stage up, on free ports of 127.0.0.1. `today` sets certificate dates.
    #[expect(clippy::disallowed_methods, reason = "the lab listens")]
    pub async fn start(folder: &SampleFolder, today: Date) -> Result<Self, LabError> {
        let stage = folder.stage()?;
        let authority = Authority::new(today)?;
        let names = NameServer::start(&stage.zones, folder).await?;
        let mut listeners = Vec::new();
        let mut ports = BTreeMap::new();
        for service in &stage.services {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(LabError::Listen)?;
            ports.insert(service.at.clone(), listener.local_addr().map_err(LabError::Listen)?.port());
            listeners.push((service, listener));
        }
        let mut services = JoinSet::new();
        for (service, listener) in listeners {
            service::spawn(&mut services, listener, service, &authority, &ports, today)?;
        }
        Ok(Self { names, ports, authority_pem: authority.pem(), _services: services })
    }

    /// Where the name server listens.
    pub fn name_server(&self) -> SocketAddr {
        self.names.address()
    }

    /// The free port behind each `name:port` of the stage.
    pub fn ports(&self) -> &BTreeMap<String, u16> {
        &self.ports
    }

    /// The lab's certificate authority, PEM.
    pub fn authority_pem(&self) -> &str {
        &self.authority_pem
    }

    /// The DNSSEC trust anchor of the lab's root, as one DS record line.
    pub fn trust_anchor(&self) -> &str {
        self.names.trust_anchor()
    }
}
