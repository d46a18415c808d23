use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use rustls::ServerConfig;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::certificate::Authority;
use crate::stage::{CertificateFault, Speaks, StagedService};
use crate::{LabError, legacy_tls, ssh};

/// Longest a client of the lab may stay.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest request the lab reads.
const REQUEST_CAP: u64 = 16 * 1024;

/// What a service needs to answer one client: made once, shared by all its connections.
enum Answers {
    Https { config: Arc<ServerConfig>, response: String },
    Http { response: String },
    Tls10 { certificate: Vec<u8> },
    Smtp { name: String, starttls: Option<Arc<ServerConfig>> },
    Vnc,
    Speech { first_words: Vec<u8> },
    Dialogue { greeting: String, answer: String },
}

/// Runs a service until its task set is dropped.
pub(crate) fn spawn(
    tasks: &mut JoinSet<()>,
    listener: TcpListener,
    service: &StagedService,
    authority: &Authority,
    ports: &BTreeMap<String, u16>,
    today: Date,
) -> Result<(), LabError> {
    let answers = Arc::new(prepare(service, authority, ports, today)?);
    tasks.spawn(async move {
        let mut clients = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let answers = Arc::clone(&answers);
            clients.spawn(async move {
                // A client that leaves in the middle is what scanners do.
                let _ = tokio::time::timeout(PATIENCE, serve(stream, &answers)).await;
            });
            while clients.try_join_next().is_some() {}
        }
    });
    Ok(())
}

fn prepare(
    service: &StagedService,
    authority: &Authority,
    ports: &BTreeMap<String, u16>,
    today: Date,
) -> Result<Answers, LabError> {
    let name = service.at.split(':').next().unwrap_or_default();
    let server = |fault| authority.identity(name, fault, today)?.server();
    Ok(match &service.speaks {
        Speaks::Https { certificate, headers } => {
            Answers::Https { config: server(*certificate)?, response: page(name, "200 OK", headers) }
        }
        Speaks::Http { redirects_to: None, headers } => Answers::Http { response: page(name, "200 OK", headers) },
        Speaks::Http { redirects_to: Some(url), headers } => {
            let mut headers = headers.clone();
            headers.push(format!("Location: {}", on_real_port(url, ports)));
            Answers::Http { response: page(name, "301 Moved Permanently", &headers) }
        }
        Speaks::Tls10 => {
            let identity = authority.identity(name, CertificateFault::None, today)?;
            Answers::Tls10 { certificate: identity.chain.first().map(|der| der.to_vec()).unwrap_or_default() }
        }
        Speaks::Smtp { starttls } => {
            let starttls = starttls.then(|| server(CertificateFault::None)).transpose()?;
            Answers::Smtp { name: name.to_owned(), starttls }
        }
        Speaks::Ssh { banner, kex, host_keys, ciphers, macs } => {
            Answers::Speech { first_words: ssh::opening(banner, kex, host_keys, ciphers, macs) }
        }
        Speaks::Vnc => Answers::Vnc,
        Speaks::Line { text, answers: None } => Answers::Speech { first_words: format!("{text}\r\n").into_bytes() },
        Speaks::Line { text, answers: Some(answer) } => {
            Answers::Dialogue { greeting: format!("{text}\r\n"), answer: format!("{answer}\r\n") }
        }
        Speaks::Bytes { hex } => Answers::Speech { first_words: from_hexadecimal(hex) },
    })
}

async fn serve(stream: TcpStream, answers: &Answers) -> io::Result<()> {
    match answers {
        Answers::Https { config, response } => {
            let stream = TlsAcceptor::from(Arc::clone(config)).accept(stream).await?;
            http(stream, response).await
        }
        Answers::Http { response } => http(stream, response).await,
        Answers::Tls10 { certificate } => legacy_tls::answer(stream, certificate).await,
        Answers::Smtp { name, starttls } => smtp(stream, name, starttls.as_ref()).await,
        Answers::Vnc => vnc(stream).await,
        Answers::Speech { first_words } => speech(stream, first_words).await,
        Answers::Dialogue { greeting, answer } => dialogue(stream, greeting, answer).await,
    }
}

/// Reads one request head and sends the same page to everyone.
async fn http(mut stream: impl AsyncRead + AsyncWrite + Unpin, response: &str) -> io::Result<()> {
    let mut lines = BufReader::new((&mut stream).take(REQUEST_CAP)).lines();
    while lines.next_line().await?.is_some_and(|line| !line.is_empty()) {}
    stream.write_all(response.as_bytes()).await?;
    stream.shutdown().await
}

/// The opening of a mail server (RFC 5321, RFC 3207): greeting, EHLO, STARTTLS, QUIT.
async fn smtp(mut stream: TcpStream, name: &str, starttls: Option<&Arc<ServerConfig>>) -> io::Result<()> {
    stream.write_all(format!("220 {name} ESMTP\r\n").as_bytes()).await?;
    loop {
        let command = line(&mut stream).await?.to_ascii_uppercase();
        let reply = match (command.split_whitespace().next(), starttls) {
            (None, _) => return Ok(()),
            (Some("EHLO"), Some(_)) => format!("250-{name}\r\n250-SIZE 20480000\r\n250 STARTTLS\r\n"),
            (Some("EHLO" | "HELO"), _) => format!("250-{name}\r\n250 SIZE 20480000\r\n"),
            (Some("STARTTLS"), Some(config)) => {
                stream.write_all(b"220 Ready\r\n").await?;
                let mut secure = TlsAcceptor::from(Arc::clone(config)).accept(stream).await?;
                return secure.shutdown().await;
            }
            (Some("QUIT"), _) => return stream.write_all(b"221 Bye\r\n").await,
            (Some(_), _) => "502 Not here\r\n".to_owned(),
        };
        stream.write_all(reply.as_bytes()).await?;
    }
}

/// One line, without its end; empty when the client left. Byte by byte: TLS may begin right after it.
async fn line(stream: &mut TcpStream) -> io::Result<String> {
    let mut line = Vec::new();
    loop {
        let mut byte = [0];
        if stream.read(&mut byte).await? == 0 || byte == *b"\n" || line.len() > 1000 {
            return Ok(String::from_utf8_lossy(&line).trim().to_owned());
        }
        line.extend(byte);
    }
}

/// Greets, then gives the same answer to every line.
async fn dialogue(mut stream: TcpStream, greeting: &str, answer: &str) -> io::Result<()> {
    stream.write_all(greeting.as_bytes()).await?;
    while !line(&mut stream).await?.is_empty() {
        stream.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

/// The opening of a shared screen (RFC 6143 section 7.1): versions, then its one kind of security, a password.
async fn vnc(mut stream: TcpStream) -> io::Result<()> {
    stream.write_all(b"RFB 003.008\n").await?;
    stream.read_exact(&mut [0; 12]).await?;
    stream.write_all(&[1, 2]).await?;
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.map(drop)
}

/// Says its first words and listens without answering.
async fn speech(mut stream: TcpStream, first_words: &[u8]) -> io::Result<()> {
    stream.write_all(first_words).await?;
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.map(drop)
}

fn page(name: &str, status: &str, headers: &[String]) -> String {
    let body = format!("<!doctype html><html lang=\"fr\"><title>{name}</title><h1>CH de Démonstration</h1></html>\n");
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n");
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// Replaces the `name:port` of the stage that a URL points to by the port that really listens.
fn on_real_port(url: &str, ports: &BTreeMap<String, u16>) -> String {
    ports.iter().fold(url.to_owned(), |url, (at, port)| {
        let name = at.split(':').next().unwrap_or_default();
        url.replace(at, &format!("{name}:{port}"))
    })
}

fn from_hexadecimal(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().filter_map(|c| c.to_digit(16)).filter_map(|d| u8::try_from(d).ok()).collect();
    digits
        .chunks_exact(2)
        .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
        .map(|[high, low]| high << 4 | low)
        .collect()
}
