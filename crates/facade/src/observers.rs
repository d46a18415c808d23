use thiserror::Error;
use vigie_model::{Catalogue, CatalogueError};
use vigie_probe::Registry;
use vigie_probe_dns::{BindingProbe, DomainProbe, MailProbe, TrustAnchor};
use vigie_probe_services::{HttpProbe, PortProbe, SshProbe};
use vigie_probe_tls::{DtlsProbe, TlsProbe, TrustStoreError};

use crate::{bridge, estate};

/// Every probe of this build, in the order a target meets them: whether the port is open comes
/// first, so that a closed one spares the others.
///
/// `tls` knows the facility's authorities and lists; `anchor` replaces the DNS root's keys.
pub fn registry(tls: TlsProbe, anchor: Option<TrustAnchor>) -> Registry {
    let domain = match anchor {
        Some(anchor) => DomainProbe::with_trust_anchor(anchor),
        None => DomainProbe::new(),
    };
    Registry::builder()
        .with(PortProbe::new())
        .with(tls)
        .with(DtlsProbe::new())
        .with(SshProbe::new())
        .with(HttpProbe::new())
        .with(domain)
        .with(MailProbe::new())
        .with(BindingProbe::new())
        .build()
}

/// Every kind of fact that this build can produce, from probes, the scan itself, plans, and from those beside each other.
pub fn catalogue() -> Result<Catalogue, CatalogueFault> {
    let probes = registry(TlsProbe::new(&[])?, None).catalogue()?;
    let beside = estate::catalogue()?.merge(bridge::catalogue()?)?;
    Ok(probes.merge(vigie_scan::catalogue()?)?.merge(vigie_plan::catalogue()?)?.merge(beside)?)
}

/// A fault in this build's own facts; a test builds this very catalogue, so users do not meet it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CatalogueFault {
    /// Facts that rules could not read.
    #[error(transparent)]
    Facts(#[from] CatalogueError),
    /// The built-in authorities could not be read.
    #[error(transparent)]
    Authorities(#[from] TrustStoreError),
}
