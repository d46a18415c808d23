use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::LabError;
use crate::stage::CertificateFault;

/// Where the authority would publish what it revoked: nobody fetches it.
const CRL: &str = "http://pki.ch-demo.example/autorite.crl";

/// The lab's certificate authority: made at start, gone at the end.
pub(crate) struct Authority {
    certificate: rcgen::Certificate,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate with its key and chain, ready for a server.
pub(crate) struct Identity {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Authority {
    pub(crate) fn new(today: Date) -> Result<Self, LabError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.distinguished_name.push(DnType::CommonName, "Autorité de démonstration");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        set_dates(&mut params, today.saturating_sub(1.year()), today.saturating_add(5.years()));
        let certificate = params.self_signed(&key)?;
        Ok(Self { certificate, issuer: Issuer::new(params, key) })
    }

    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// A certificate for a name, with one fault or none.
    pub(crate) fn identity(&self, name: &str, fault: CertificateFault, today: Date) -> Result<Identity, LabError> {
        let subject = match fault {
            CertificateFault::OtherName => "ancien-nom.example",
            CertificateFault::None | CertificateFault::Expired | CertificateFault::SelfSigned => name,
        };
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(vec![subject.to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, subject);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        params.crl_distribution_points = vec![CrlDistributionPoint { uris: vec![CRL.to_owned()] }];
        let last_day = match fault {
            CertificateFault::Expired => today.saturating_sub(30.days()),
            CertificateFault::None | CertificateFault::SelfSigned | CertificateFault::OtherName => {
                today.saturating_add(80.days())
            }
        };
        set_dates(&mut params, last_day.saturating_sub(90.days()), last_day);
        let chain = if fault == CertificateFault::SelfSigned {
            vec![params.self_signed(&key)?.der().clone()]
        } else {
            vec![params.signed_by(&key, &self.issuer)?.der().clone()]
        };
        Ok(Identity { chain, key: PrivateKeyDer::Pkcs8(key.serialize_der().into()) })
    }
}

impl Identity {
    /// A TLS 1.2 and 1.3 server with this identity.
    pub(crate) fn server(self) -> Result<Arc<ServerConfig>, LabError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(self.chain, self.key)?;
        Ok(Arc::new(config))
    }
}

fn set_dates(params: &mut CertificateParams, first: Date, last: Date) {
    let moment =
        |day: Date| rcgen::date_time_ymd(day.year().into(), day.month().unsigned_abs(), day.day().unsigned_abs());
    params.not_before = moment(first);
    params.not_after = moment(last);
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authority")
    }
}
