//! One request and its answer, over a connection that the door opened.

use std::error::Error;
use std::io;
use std::io::Read;
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use futures_util::future::{Either, select};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, HOST, HeaderMap, USER_AGENT};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{AlertDescription, ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use vigie_model::Host;
use vigie_probe::{Connection, NetError};

use super::url::{Scheme, Url};

/// Bytes of headers accepted: real ones stay under 16 KiB, and hyper asks for at least 8 KiB.
const MAX_HEAD_BYTES: usize = 32 * 1024;
/// Bytes of page read: a title comes early.
const MAX_PAGE_BYTES: usize = 64 * 1024;

const USER_AGENT_NAME: &str = concat!("vigie/", env!("CARGO_PKG_VERSION"));

/// A server's answer to one request.
pub(super) struct Answer {
    /// Its status.
    pub(super) status: u16,
    /// Its header fields.
    pub(super) headers: HeaderMap,
    /// The beginning of its page, as it was before it was compressed.
    pub(super) page: Vec<u8>,
}

impl Answer {
    /// Whether its page came compressed.
    pub(super) fn is_compressed(&self) -> bool {
        self.headers.contains_key(CONTENT_ENCODING)
    }
}

/// TLS that accepts any certificate: the TLS probe judges certificates, this one reads pages.
pub(super) fn tls() -> Result<Arc<ClientConfig>, NetError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| NetError::Bug(format!("TLS settings: {error}")))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Asks for a page.
pub(super) async fn get(connection: Connection, url: &Url, tls: Arc<ClientConfig>) -> Result<Answer, NetError> {
    match url.scheme {
        Scheme::Http => speak(connection, url).await,
        Scheme::Https => {
            let name = match &url.host {
                Host::Address(address) => ServerName::IpAddress((*address).into()),
                Host::Name(name) => ServerName::try_from(name.as_str().to_owned())
                    .map_err(|_| NetError::Unsupported("a host name that TLS cannot carry"))?,
            };
            let stream = TlsConnector::from(tls).connect(name, connection).await;
            speak(stream.map_err(|error| net_error(&error))?, url).await
        }
    }
}

async fn speak(stream: impl AsyncRead + AsyncWrite + Unpin, url: &Url) -> Result<Answer, NetError> {
    let request = Request::get(url.path.as_str())
        .header(HOST, url.authority())
        .header(USER_AGENT, USER_AGENT_NAME)
        .header(ACCEPT, "text/html, */*;q=0.5")
        // As browsers do: whether pages are compressed inside TLS is a fact.
        .header(ACCEPT_ENCODING, "gzip")
        .header(CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|_| NetError::Malformed("an address that HTTP cannot ask for"))?;
    let (mut sender, driver) = http1::Builder::new()
        .max_buf_size(MAX_HEAD_BYTES)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| net_error(&error))?;
    let exchange = async move {
        let response = sender.send_request(request).await.map_err(|error| net_error(&error))?;
        read_answer(response).await
    };
    // The driver moves the bytes and lives no longer than this exchange.
    match select(Box::pin(exchange), Box::pin(driver)).await {
        Either::Left((answer, _)) => answer,
        Either::Right((_, exchange)) => exchange.await,
    }
}

async fn read_answer(response: Response<Incoming>) -> Result<Answer, NetError> {
    let (head, mut body) = response.into_parts();
    let mut page = Vec::new();
    while page.len() < MAX_PAGE_BYTES {
        match body.frame().await {
            Some(Ok(frame)) => page.extend_from_slice(frame.data_ref().map_or(&[], |bytes| bytes.as_ref())),
            // A page that breaks off is a page: the head is what counts.
            Some(Err(_)) | None => break,
        }
    }
    page.truncate(MAX_PAGE_BYTES);
    if head.headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"gzip")) {
        page = expanded(&page);
    }
    Ok(Answer { status: head.status.as_u16(), headers: head.headers, page })
}

/// The beginning of a page that came compressed, whole or not; no more of it than of one that did not.
fn expanded(page: &[u8]) -> Vec<u8> {
    let mut expanded = Vec::new();
    let longest = u64::try_from(MAX_PAGE_BYTES).unwrap_or(u64::MAX);
    // A page that was cut off ends in an error: what came before it counts.
    let _ = MultiGzDecoder::new(page).take(longest).read_to_end(&mut expanded);
    expanded
}

/// Finds what went wrong below HTTP or TLS, whose errors wrap it.
fn net_error(error: &(dyn Error + 'static)) -> NetError {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            return from_io(io);
        }
        cause = error.source();
    }
    match error.downcast_ref::<hyper::Error>() {
        Some(error) if error.is_parse() => NetError::Malformed("HTTP answer"),
        _ => NetError::Closed,
    }
}

fn from_io(error: &io::Error) -> NetError {
    let inner = error.get_ref();
    if let Some(ours) = inner.and_then(|inner| inner.downcast_ref::<NetError>()) {
        return ours.clone();
    }
    match inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::AlertReceived(AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure)) => {
            NetError::Unsupported("an older or rarer kind of TLS")
        }
        Some(rustls::Error::PeerIncompatible(_)) => NetError::Unsupported("an older or rarer kind of TLS"),
        Some(_) => NetError::Malformed("TLS"),
        None => io::Error::from(error.kind()).into(),
    }
}

#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.0.signature_verification_algorithms.supported_schemes();
        // Old servers sign with nothing else, and nothing is verified here.
        schemes.extend([SignatureScheme::RSA_PKCS1_SHA1, SignatureScheme::ECDSA_SHA1_Legacy]);
        schemes
    }
}
