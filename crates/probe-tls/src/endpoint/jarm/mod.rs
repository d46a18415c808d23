//! The JARM fingerprint (Althouse, Smart, Nunnally, Brady, 2020): how a server answers ten hellos that no other client
//! sends. Equal for equal software with equal settings, it is what lists of known servers, hostile ones among them, go by.
//!
//! Sent, where the scope asks for it: the hellos of [`hellos`], each on a connection of its own, which is reset after
//! the answer.

mod hellos;

use futures_util::future::join_all;
use sha2::{Digest, Sha256};
use vigie_model::{Host, Reason, hexadecimal};
use vigie_probe::NetError;

use self::hellos::TEN;
use crate::endpoint::exchange::{Answer, Caller};
use crate::session::random_bytes;
use crate::session::talk::{End, Event, Talk};
use crate::wire::{ServerHello, WireError, decode_server_hello, extension, handshake};

/// The suites in the order by which an answer's is numbered, from 1.
const NUMBERED: [u16; 69] = [
    0x0004, 0x0005, 0x0007, 0x000a, 0x0016, 0x002f, 0x0033, 0x0035, 0x0039, 0x003c, 0x003d, 0x0041, 0x0045, 0x0067,
    0x006b, 0x0084, 0x0088, 0x009a, 0x009c, 0x009d, 0x009e, 0x009f, 0x00ba, 0x00be, 0x00c0, 0x00c4, 0xc007, 0xc008,
    0xc009, 0xc00a, 0xc011, 0xc012, 0xc013, 0xc014, 0xc023, 0xc024, 0xc027, 0xc028, 0xc02b, 0xc02c, 0xc02f, 0xc030,
    0xc060, 0xc061, 0xc072, 0xc073, 0xc076, 0xc077, 0xc09c, 0xc09d, 0xc09e, 0xc09f, 0xc0a0, 0xc0a1, 0xc0a2, 0xc0a3,
    0xc0ac, 0xc0ad, 0xc0ae, 0xc0af, 0xcc13, 0xcc14, 0xcca8, 0xcca9, 0x1301, 0x1302, 0x1303, 0x1304, 0x1305,
];

/// Hexadecimal digits of the hash that are kept.
const HASH_DIGITS: usize = 32;

/// The fingerprint of a server; unknown when one of the ten hellos met silence.
pub(crate) async fn ask(caller: &Caller<'_>, host: &Host) -> Result<String, Reason> {
    let caller = &caller.to_learn("JARM");
    let name = &host.to_string();
    let asked = TEN.iter().map(|hello| async move {
        let random = random_bytes().map_err(|_| Reason::Bug)?;
        let hello = &hello.encode(name, &random);
        match caller.try_to_converse(|talk| answer_to(talk, hello)).await {
            Ok(answer) => Ok(Some(answer)),
            Err(Answer::Unreached(why) | Answer::Unanswered(why @ (NetError::Timeout | NetError::Cancelled), None)) => {
                Err(why.reason())
            }
            // It says no, in whatever way.
            Err(_) => Ok(None),
        }
    });
    let answers: Vec<Option<ServerHello>> = join_all(asked).await.into_iter().collect::<Result<_, _>>()?;
    Ok(fingerprint(&answers))
}

/// The server's hello, whatever comes after it.
async fn answer_to(mut talk: Talk, hello: &[u8]) -> Result<ServerHello, End> {
    talk.send(hello).await?;
    loop {
        match talk.next().await? {
            Event::Message(message) if message.kind == handshake::SERVER_HELLO => {
                return Ok(decode_server_hello(message.body())?);
            }
            Event::Alert(alert) if alert.ends_connection() => return Err(End::Alert(alert)),
            Event::Alert(_) => {}
            _ => return Err(End::Wire(WireError::Malformed("a hello was due"))),
        }
    }
}

/// For each answer its choices, then a hash over protocols and kinds of extensions.
fn fingerprint(answers: &[Option<ServerHello>]) -> String {
    let choices: String = answers.iter().map(|answer| answer.as_ref().map_or("000".to_owned(), choice)).collect();
    if answers.iter().all(Option::is_none) {
        return choices + &"0".repeat(HASH_DIGITS);
    }
    let hashed: String = answers.iter().flatten().map(protocol_and_extensions).collect();
    choices.chars().chain(hexadecimal(&Sha256::digest(hashed)).chars().take(HASH_DIGITS)).collect()
}

/// The number of the suite and a letter for the version; `000` is a refusal.
fn choice(hello: &ServerHello) -> String {
    let number = NUMBERED.iter().position(|suite| *suite == hello.suite).unwrap_or(NUMBERED.len()) + 1;
    format!("{number:02x}{}", letter(hello))
}

fn protocol_and_extensions(hello: &ServerHello) -> String {
    let kinds: Vec<String> = hello.extensions.iter().map(|kind| format!("{kind:04x}")).collect();
    String::from_utf8_lossy(hello.protocol.as_deref().unwrap_or_default()).into_owned() + &kinds.join("-")
}

/// The version in the body of the answer, which says 1.2 in TLS 1.3 too.
fn letter(hello: &ServerHello) -> char {
    match hello.version {
        _ if hello.extensions.contains(&extension::SUPPORTED_VERSIONS) => 'd',
        0x0300 => 'a',
        0x0301 => 'b',
        0x0302 => 'c',
        _ => 'd',
    }
}
