//! A server that plays its part of TLS 1.1 and 1.2 in the clear, flaws included. It chooses RSA key transport, or an
//! elliptic curve, and never comes to the end of a handshake: no flaw here needs one.

use aws_lc_rs::rsa::{Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Authority, double};

/// What is wrong with the server.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each flaw is there or it is not")]
pub(crate) struct Flaws {
    /// It says that it answers heartbeats.
    pub(crate) heartbeat: bool,
    /// It answers those that claim more than they hold.
    pub(crate) heartbleed: bool,
    /// It does not mind an early change of cipher.
    pub(crate) ccs_injection: bool,
    /// It lets one pass and hangs up at whatever follows.
    pub(crate) slow_to_mind: bool,
    /// It says how the padding of an encrypted secret was wrong.
    pub(crate) robot: bool,
    /// It does so only where nothing follows the secret.
    pub(crate) robot_when_short: bool,
    /// It has its say before the handshake is whole, however the secret is padded.
    pub(crate) hasty: bool,
    /// It speaks SSL 2.0.
    pub(crate) ssl2: bool,
    /// It chooses an elliptic curve, always with the same key.
    pub(crate) same_key: bool,
    /// It takes export suites.
    pub(crate) export: bool,
}

const RSA: u16 = 0x002f;
const RSA_EXPORT: u16 = 0x0003;
const ECDHE: u16 = 0xc013;

/// Starts one with an RSA key of 2048 bits.
pub(crate) async fn scripted(flaws: Flaws) -> u16 {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let certificate = CertificateDer::from_pem_file(authority.file("leaf.pem")).unwrap().to_vec();
    let key = PrivatePkcs8KeyDer::from_pem_file(authority.file("leaf.key")).unwrap().secret_pkcs8_der().to_vec();
    double(move |stream| {
        let (certificate, key) = (certificate.clone(), key.clone());
        async move {
            // A client that hangs up in the middle is no failure here.
            let _ = serve(stream, flaws, &certificate, &key).await;
        }
    })
    .await
}

async fn serve(mut stream: TcpStream, flaws: Flaws, certificate: &[u8], key: &[u8]) -> std::io::Result<()> {
    let mut start = [0; 2];
    stream.read_exact(&mut start).await?;
    if start[0] & 0x80 != 0 {
        return if flaws.ssl2 { stream.write_all(&hello_of_ssl2(certificate)).await } else { Ok(()) };
    }
    let (_, hello) = record(&mut stream, start[0]).await?;
    let version = [hello[4], hello[5]];
    let offers = |suite: u16| hello.chunks_exact(1).len() > 0 && suites(&hello).contains(&suite);
    let wanted = if flaws.same_key { [ECDHE, ECDHE] } else { [RSA, if flaws.export { RSA_EXPORT } else { RSA }] };
    let chosen = wanted.into_iter().find(|suite| offers(*suite));
    let (Some(suite), true) = (chosen, matches!(version, [3, 2 | 3]) && !asks_for_tls13(&hello)) else {
        let code = if chosen.is_some() { 70 } else { 40 };
        return stream.write_all(&[21, 3, 1, 0, 2, 2, code]).await;
    };
    stream.write_all(&flight(version, suite, flaws, certificate)).await?;
    let mut changes = 0;
    loop {
        let kind = stream.read_u8().await?;
        let mut major = [0; 1];
        stream.read_exact(&mut major).await?;
        let (kind, body) = record(&mut stream, kind).await?;
        let alert = |code| [21, version[0], version[1], 0, 2, 2, code];
        match kind {
            // A heartbeat: the flawed answer copies the byte that it was promised and did not get.
            24 if flaws.heartbleed => {
                let answer = [&[24, version[0], version[1], 0, 20, 2, 0, 1, 0x5a][..], &[0; 16]].concat();
                stream.write_all(&answer).await?;
            }
            24 => {}
            20 if (flaws.ccs_injection || flaws.slow_to_mind) && changes == 0 => changes += 1,
            _ if flaws.slow_to_mind && changes > 0 => return Ok(()),
            20 if flaws.ccs_injection => return stream.write_all(&alert(20)).await,
            22 if body.first() == Some(&16) => return react(&mut stream, flaws, key, &body, alert).await,
            _ => return stream.write_all(&alert(10)).await,
        }
    }
}

/// A hello of SSL 2.0 with a certificate of X.509, one kind of cipher, and a connection id of 16 bytes.
fn hello_of_ssl2(certificate: &[u8]) -> Vec<u8> {
    let length = u16::try_from(certificate.len()).unwrap().to_be_bytes();
    let hello = [&[4, 0, 1, 0, 2][..], &length, &[0, 3, 0, 16], certificate, &[1, 0, 0x80], &[9; 16]].concat();
    let record_length = 0x8000 | u16::try_from(hello.len()).unwrap();
    [record_length.to_be_bytes().to_vec(), hello].concat()
}

/// What comes of an encrypted secret. The sound reaction is the same whatever it holds: wait for what follows, then
/// say that it does not decrypt.
async fn react(
    stream: &mut TcpStream,
    flaws: Flaws,
    key: &[u8],
    message: &[u8],
    alert: impl Fn(u8) -> [u8; 7],
) -> std::io::Result<()> {
    let encrypted = &message[6..];
    let key = Pkcs1PrivateDecryptingKey::new(PrivateDecryptingKey::from_pkcs8(key).unwrap()).unwrap();
    let mut secret = vec![0; key.min_output_size()];
    let is_padded = key.decrypt(encrypted, &mut secret).is_ok();
    if flaws.hasty || flaws.robot_when_short && !is_padded {
        return stream.write_all(&alert(47)).await;
    }
    let start = stream.read_u8().await?;
    stream.read_u8().await?;
    record(stream, start).await?;
    let start = stream.read_u8().await?;
    stream.read_u8().await?;
    record(stream, start).await?;
    let code = if flaws.robot && !is_padded { 51 } else { 20 };
    stream.write_all(&alert(code)).await
}

/// The rest of a record whose first two bytes were read.
async fn record(stream: &mut TcpStream, kind: u8) -> std::io::Result<(u8, Vec<u8>)> {
    stream.read_u8().await?;
    let mut body = vec![0; stream.read_u16().await?.into()];
    stream.read_exact(&mut body).await?;
    Ok((kind, body))
}

fn suites(hello: &[u8]) -> Vec<u16> {
    let at = 39 + usize::from(hello[38]);
    let length = usize::from(u16::from_be_bytes([hello[at], hello[at + 1]]));
    hello[at + 2..at + 2 + length].chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}

/// Whether `supported_versions` is there, with TLS 1.3 in it.
fn asks_for_tls13(hello: &[u8]) -> bool {
    hello.windows(7).any(|part| part == [0, 43, 0, 3, 2, 3, 4])
}

fn flight(version: [u8; 2], suite: u16, flaws: Flaws, certificate: &[u8]) -> Vec<u8> {
    let mut hello = [&version[..], &[9; 32], &[0], &suite.to_be_bytes(), &[0]].concat();
    if flaws.heartbeat {
        hello.extend([0, 5, 0, 15, 0, 1, 1]);
    }
    let length = |count: usize| u32::try_from(count).unwrap().to_be_bytes()[1..].to_vec();
    let entry = [length(certificate.len()), certificate.to_vec()].concat();
    let mut messages = vec![(2, hello), (11, [length(entry.len()), entry].concat())];
    if suite == ECDHE {
        let scheme: &[u8] = if version == [3, 3] { &[4, 1] } else { &[] };
        messages.push((12, [&[3, 0, 29, 32][..], &[5; 32], scheme, &[0, 1, 7]].concat()));
    }
    messages.push((14, Vec::new()));
    let whole = |(kind, body): (u8, Vec<u8>)| [vec![kind], length(body.len()), body].concat();
    let body: Vec<u8> = messages.into_iter().flat_map(whole).collect();
    let record_length = u16::try_from(body.len()).unwrap().to_be_bytes();
    [&[22, version[0], version[1]], record_length.as_slice(), &body].concat()
}
