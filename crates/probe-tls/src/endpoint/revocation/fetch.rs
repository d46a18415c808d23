//! One request over a connection that the door opened (docs/adr/0005).

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::{Either, select};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use vigie_probe::{Connection, Intrusiveness, NetError};

use super::place::Place;
use crate::endpoint::exchange::Caller;

/// Longest time for one fetch: a long list over a slow line.
const FETCH_TIMEOUT: Duration = Duration::from_secs(8);
/// Bytes of headers accepted.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// Bytes of list accepted: the longest lists in use have some millions.
const MAX_LIST_BYTES: usize = 8 * 1024 * 1024;
/// Bytes accepted of an answer about one certificate, those of the service included.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

const USER_AGENT_NAME: &str = concat!("vigie/", env!("CARGO_PKG_VERSION"));

/// What is asked.
pub(super) enum Question {
    /// The list of what was revoked.
    List,
    /// This request of OCSP.
    Ocsp(Vec<u8>),
}

impl Question {
    fn most_bytes(&self) -> usize {
        match self {
            Self::List => MAX_LIST_BYTES,
            Self::Ocsp(_) => MAX_ANSWER_BYTES,
        }
    }

    fn request(&self, place: &Place) -> Result<Request<Full<Bytes>>, NetError> {
        let request = Request::builder()
            .uri(place.path.as_str())
            .header(HOST, place.authority.as_str())
            .header(USER_AGENT, USER_AGENT_NAME)
            .header(CONNECTION, "close");
        let request = match self {
            Self::List => request.method(Method::GET).body(Full::default()),
            Self::Ocsp(question) => request
                .method(Method::POST)
                .header(CONTENT_TYPE, "application/ocsp-request")
                .body(Full::from(question.clone())),
        };
        request.map_err(|_| NetError::Malformed("an address that HTTP cannot ask for"))
    }
}

/// Puts a question, and reads the answer to its end.
pub(super) async fn fetch(
    caller: &Caller<'_>,
    place: &Place,
    address: SocketAddr,
    question: &Question,
) -> Result<Vec<u8>, NetError> {
    let request = question.request(place)?;
    let deadline = caller.deadline.shortened(FETCH_TIMEOUT);
    let connection = caller.door.connect(address, Intrusiveness::Polite, deadline).await?;
    let most = question.most_bytes();
    // Chunked bodies have some bytes more than what they carry.
    let connection = connection.with_cap(MAX_HEAD_BYTES.saturating_add(most.saturating_mul(2)));
    deadline.cap(exchange(connection, request, most)).await?
}

async fn exchange(connection: Connection, request: Request<Full<Bytes>>, most: usize) -> Result<Vec<u8>, NetError> {
    let (mut sender, driver) = http1::Builder::new()
        .max_buf_size(MAX_HEAD_BYTES)
        .handshake(TokioIo::new(connection))
        .await
        .map_err(|error| net_error(&error))?;
    let exchange = async move {
        let response = sender.send_request(request).await.map_err(|error| net_error(&error))?;
        body(response, most).await
    };
    // The driver moves the bytes and lives no longer than this exchange.
    match select(Box::pin(exchange), Box::pin(driver)).await {
        Either::Left((answer, _)) => answer,
        Either::Right((_, exchange)) => exchange.await,
    }
}

/// The whole body: half a list says nothing about what stands in the other half.
async fn body(response: Response<Incoming>, most: usize) -> Result<Vec<u8>, NetError> {
    if response.status() != StatusCode::OK {
        return Err(NetError::Malformed("another status than 200"));
    }
    let mut body = response.into_body();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| net_error(&error))?;
        bytes.extend_from_slice(frame.data_ref().map_or(&[], |bytes| bytes.as_ref()));
        if bytes.len() > most {
            return Err(NetError::TooMuch { cap: most });
        }
    }
    Ok(bytes)
}

/// Finds what went wrong below HTTP, whose errors wrap it.
fn net_error(error: &hyper::Error) -> NetError {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            let ours = io.get_ref().and_then(|inner| inner.downcast_ref::<NetError>());
            return ours.cloned().unwrap_or_else(|| io::Error::from(io.kind()).into());
        }
        cause = error.source();
    }
    if error.is_parse() { NetError::Malformed("HTTP answer") } else { NetError::Closed }
}
