//! One ordinary handshake, as any visitor's, to see what TLS 1.3 hides: the certificates.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, ClientConfig, DigitallySignedStruct, Error as RustlsError, InvalidMessage, NamedGroup,
    SignatureScheme, SupportedCipherSuite,
};
use tokio_rustls::TlsConnector;
use vigie_model::Host;
use vigie_probe::NetError;

use crate::endpoint::exchange::{Answer, Caller, provider};
use crate::session::Handshake;
use crate::wire::Alert;

/// Longest time for the whole handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(8);

/// Shakes hands, with or without the name of the server, and hangs up. Nothing is verified here: the certificates are judged elsewhere, in full.
pub(crate) async fn shake_hands(caller: &Caller<'_>, host: &Host, named: bool) -> Result<Handshake, Answer> {
    let bug = |what: String| Answer::Unanswered(NetError::Bug(what), None);
    let server_name = match host {
        Host::Address(address) => ServerName::from(*address),
        Host::Name(name) => ServerName::try_from(name.as_str().to_owned()).map_err(|error| bug(error.to_string()))?,
    };
    let witness = Arc::new(Witness::default());
    let provider = Arc::new(provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| bug(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&witness) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    config.enable_sni = named;
    let channel = caller.connect().await.inspect_err(|answer| caller.note(Some(answer)))?;
    let connecting = TlsConnector::from(Arc::new(config)).connect(server_name, channel);
    let end = caller.deadline.shortened(HANDSHAKE_TIMEOUT).cap(connecting).await;
    let mut seen = Handshake { certificates: witness.take(), ..Handshake::default() };
    caller
        .ledger
        .note(caller.purpose, if matches!(end, Ok(Ok(_))) { "carried through" } else { "not carried through" });
    match end {
        Ok(Ok(stream)) => {
            let (channel, session) = stream.into_inner();
            channel.abort();
            seen.version = session.protocol_version().map(u16::from);
            seen.suite = session.negotiated_cipher_suite().map(|suite: SupportedCipherSuite| suite.suite().into());
            seen.group = session.negotiated_key_exchange_group().map(|group| NamedGroup::into(group.name()));
            Ok(seen)
        }
        Ok(Err(error)) => after_failure(seen, error),
        Err(late) if seen.certificates.is_empty() => Err(Answer::Unanswered(late, None)),
        Err(_) => Ok(seen),
    }
}

/// A handshake that failed may have shown what we came for: certificates, or at least that TLS is spoken.
fn after_failure(mut seen: Handshake, error: std::io::Error) -> Result<Handshake, Answer> {
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<RustlsError>());
    match cause {
        Some(RustlsError::AlertReceived(description)) => {
            seen.alert = Some(Alert { fatal: true, code: alert_code(*description) });
            Ok(seen)
        }
        _ if !seen.certificates.is_empty() => Ok(seen),
        Some(RustlsError::InvalidMessage(
            InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
        )) => Err(Answer::NotTls(Vec::new())),
        Some(RustlsError::PeerIncompatible(_)) => {
            // It chose what this library does not speak: a TLS server, about which no more is known.
            Ok(seen)
        }
        Some(_) => Err(Answer::Unanswered(NetError::Malformed("TLS handshake"), None)),
        None => Err(Answer::Unanswered(NetError::from(error), None)),
    }
}

fn alert_code(description: AlertDescription) -> u8 {
    description.into()
}

/// Keeps the certificates and lets everything through: a scanner must see the bad ones too, and sends no data.
#[derive(Debug, Default)]
struct Witness {
    certificates: Mutex<Vec<Vec<u8>>>,
}

impl Witness {
    fn take(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.certificates.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, RustlsError> {
        let chain = std::iter::once(end_entity).chain(intermediates).map(|der| der.to_vec()).collect();
        *self.certificates.lock().unwrap_or_else(PoisonError::into_inner) = chain;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, RustlsError> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, RustlsError> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}
