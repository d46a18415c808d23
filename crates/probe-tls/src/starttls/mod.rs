//! Asks a server to begin TLS in the protocol that it speaks in the clear: a folder’s file each. No name, no password and
//! no request for data is ever sent.

mod ftp;
mod imap;
mod irc;
mod ldap;
mod mysql;
mod nntp;
mod pop3;
mod postgres;
pub(crate) mod rdp;
mod sieve;
mod smtp;
pub(crate) mod tds;
mod vnc;
mod xmpp;

use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::DomainName;
use vigie_probe::{Connection, NetError};

pub use ldap::{ExtendedResponse, decode_extended_response};
pub use smtp::{ReplyLine, decode_reply_line};

use crate::endpoint::facts::StartTls;

/// The protocol in which TLS is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StartTlsProtocol {
    /// None: TLS begins with the first byte.
    None,
    /// Mail between servers (RFC 3207): without TLS, most of them go on in the clear.
    Smtp,
    /// Mail from people (RFC 6409).
    Submission,
    /// Mailboxes (RFC 9051 section 6.2.1).
    Imap,
    /// Mailboxes (RFC 2595 section 4).
    Pop3,
    /// Files (RFC 4217).
    Ftp,
    /// Directories (RFC 4511 section 4.14).
    Ldap,
    /// Databases (`PostgreSQL`, protocol 3, `SSLRequest`).
    Postgres,
    /// Databases (`MySQL` and `MariaDB`, protocol 10).
    Mysql,
    /// Databases (SQL Server, MS-TDS).
    Mssql,
    /// Mail delivered to mailboxes (RFC 2033).
    Lmtp,
    /// Filters of mailboxes (RFC 5804).
    Sieve,
    /// Messaging of people (RFC 6120 section 5).
    Xmpp,
    /// Messaging between servers.
    XmppServer,
    /// News (RFC 4642).
    Nntp,
    /// Chat (`IRCv3`, extension `tls`).
    Irc,
    /// Remote desktops (MS-RDPBCGR section 5.4).
    Rdp,
    /// Remote desktops (`VeNCrypt`).
    Vnc,
}

/// Longest line that is read: RFC 5321 section 4.5.3.1.5 says 512, some servers say more.
const MAX_LINE_BYTES: usize = 1000;
/// Most lines in one answer: servers announce some twenty extensions.
const MAX_LINES: usize = 64;

impl StartTlsProtocol {
    /// The protocol that a facility declared by this word.
    pub(crate) fn declared(word: &str) -> Option<Self> {
        Some(match word {
            "https" | "smtps" | "imaps" | "pop3s" | "ldaps" | "tls" => Self::None,
            "smtp" => Self::Smtp,
            "submission" => Self::Submission,
            "imap" => Self::Imap,
            "pop3" => Self::Pop3,
            "ftp" => Self::Ftp,
            "ldap" => Self::Ldap,
            "postgres" => Self::Postgres,
            "mysql" => Self::Mysql,
            "mssql" => Self::Mssql,
            "lmtp" => Self::Lmtp,
            "sieve" => Self::Sieve,
            "xmpp" => Self::Xmpp,
            "xmpp-server" => Self::XmppServer,
            "nntp" => Self::Nntp,
            "irc" => Self::Irc,
            "rdp" => Self::Rdp,
            "vnc" => Self::Vnc,
            _ => return None,
        })
    }

    /// A command that does nothing, where there is one that a careless server could obey too late.
    pub(crate) fn idle_command(self) -> Option<&'static [u8]> {
        match self {
            Self::Smtp | Self::Submission | Self::Lmtp | Self::Pop3 | Self::Ftp => Some(b"NOOP\r\n"),
            Self::Imap => Some(b"v3 NOOP\r\n"),
            Self::Nntp => Some(b"DATE\r\n"),
            // A server of filters speaks first inside TLS (RFC 5804 section 2.2): its words would be taken for an answer.
            Self::Sieve
            | Self::None
            | Self::Ldap
            | Self::Postgres
            | Self::Mysql
            | Self::Mssql
            | Self::Xmpp
            | Self::XmppServer
            | Self::Irc
            | Self::Rdp
            | Self::Vnc => None,
        }
    }

    /// Brings a fresh connection to the point where TLS begins, the idle command slipped in or not. Anything but
    /// [`StartTls::Offered`] means that it does not; [`StartTls::None`] that nothing had to be asked.
    pub(crate) async fn begin_tls(
        self,
        connection: &mut Connection,
        host: Option<&DomainName>,
        injects: bool,
    ) -> Result<StartTls, NetError> {
        let behind = self.idle_command().filter(|_| injects).unwrap_or_default();
        match self {
            Self::None => Ok(StartTls::None),
            Self::Smtp | Self::Submission => smtp::begin_tls(connection, "EHLO", behind).await,
            Self::Lmtp => smtp::begin_tls(connection, "LHLO", behind).await,
            Self::Imap => imap::begin_tls(connection, behind).await,
            Self::Pop3 => pop3::begin_tls(connection, behind).await,
            Self::Ftp => ftp::begin_tls(connection, behind).await,
            Self::Ldap => ldap::begin_tls(connection).await,
            Self::Postgres => postgres::begin_tls(connection).await,
            Self::Mysql => mysql::begin_tls(connection).await,
            Self::Mssql => tds::begin_tls(connection).await,
            Self::Sieve => sieve::begin_tls(connection).await,
            Self::Xmpp => xmpp::begin_tls(connection, "jabber:client", host).await,
            Self::XmppServer => xmpp::begin_tls(connection, "jabber:server", host).await,
            Self::Nntp => nntp::begin_tls(connection, behind).await,
            Self::Irc => irc::begin_tls(connection).await,
            Self::Rdp => rdp::begin_tls(connection).await,
            Self::Vnc => vnc::begin_tls(connection).await,
        }
    }

    /// How TLS has begun once it has.
    pub(crate) fn begun(self) -> StartTls {
        if self == Self::None { StartTls::None } else { StartTls::Offered }
    }

    /// The protocol that a port is known for.
    pub(crate) fn usual(port: u16) -> Option<Self> {
        Some(match port {
            443 | 465 | 636 | 853 | 989 | 990 | 992 | 993 | 994 | 995 | 3269 | 4443 | 5061 | 6697 | 8443 | 9443
            | 10443 => Self::None,
            25 => Self::Smtp,
            587 => Self::Submission,
            143 => Self::Imap,
            110 => Self::Pop3,
            21 => Self::Ftp,
            389 => Self::Ldap,
            5432 => Self::Postgres,
            3306 => Self::Mysql,
            1433 => Self::Mssql,
            4190 => Self::Sieve,
            5222 => Self::Xmpp,
            5269 => Self::XmppServer,
            119 => Self::Nntp,
            6667 => Self::Irc,
            3389 => Self::Rdp,
            5900 => Self::Vnc,
            _ => return None,
        })
    }
}

/// One line, without its end. Bytes that are not UTF-8 are no answer in any of these protocols.
async fn receive_text(connection: &mut Connection) -> Result<String, NetError> {
    let bytes = connection.receive_line(MAX_LINE_BYTES).await?;
    let line = String::from_utf8(bytes).map_err(|_| NetError::Malformed("an answer that is not text"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Whether a word stands in a line, whatever its case.
fn names(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|part| part.eq_ignore_ascii_case(word))
}

/// Whether a line begins with a word, whatever its case.
fn begins(line: &str, start: &str) -> bool {
    line.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}
