use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, SubjectKind, Text};

use crate::Product;

/// What one TCP port shows. A closed port has no facts: its observation is `absent`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PortFacts {
    /// Whether a connection was accepted, or nothing came back at all.
    pub state: PortState,
    /// The port number, for messages.
    pub port: u16,
    /// What speaks there. Read it beside `identified_by`: from the port number it is only what usually
    /// speaks there.
    pub protocol: Option<Protocol>,
    /// How the protocol is known.
    pub identified_by: Option<IdentifiedBy>,
    /// Whether the server spoke before we said anything. Not seen where we only connect.
    pub speaks_first: Option<bool>,
    /// Products that the server named; empty when it named none.
    pub products: Option<Vec<Product>>,
    /// Whether a version can be read without asking for it.
    pub discloses_version: Option<bool>,
}

/// The state of a TCP port that is not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PortState {
    /// It accepts connections.
    Open,
    /// No answer at all: a firewall drops our packets, or they were lost.
    Filtered,
}

/// How a protocol is known, surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentifiedBy {
    /// By what the server said first.
    Banner,
    /// By its answer to a request.
    Answer,
    /// By the facility's own declaration.
    Declared,
    /// By the port number alone: a guess, never a proof.
    Port,
    /// Nothing tells.
    Nothing,
}

macro_rules! protocols {
    ($($(#[$doc:meta])* $variant:ident $word:literal,)*) => {
        /// A protocol that vigie recognises, or expects behind a port number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
        pub enum Protocol {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)*
        }

        impl Protocol {
            /// Every protocol.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its word in facts and in the facility's declarations.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

protocols! {
    /// Secure shell.
    Ssh "ssh",
    /// File transfer in clear.
    Ftp "ftp",
    /// Terminal in clear.
    Telnet "telnet",
    /// The `r` commands of 512 to 514: remote shell in clear.
    Rsh "rsh",
    /// Mail transfer.
    Smtp "smtp",
    /// Mailbox access in clear, POP.
    Pop3 "pop3",
    /// Mailbox access in clear, IMAP.
    Imap "imap",
    /// Mail submission inside TLS.
    Smtps "smtps",
    /// POP inside TLS.
    Pop3s "pop3s",
    /// IMAP inside TLS.
    Imaps "imaps",
    /// Web in clear.
    Http "http",
    /// Web inside TLS.
    Https "https",
    /// TLS, whatever is inside.
    Tls "tls",
    /// Remote screen, RFB.
    Vnc "vnc",
    /// Windows remote desktop.
    Rdp "rdp",
    /// X Window display.
    X11 "x11",
    /// Windows file sharing.
    Smb "smb",
    /// Older Windows sharing.
    Netbios "netbios",
    /// Windows remote procedure calls.
    Msrpc "msrpc",
    /// Directory in clear.
    Ldap "ldap",
    /// Directory inside TLS.
    Ldaps "ldaps",
    /// Windows and Unix authentication.
    Kerberos "kerberos",
    /// Windows remote administration.
    Winrm "winrm",
    /// Network file system.
    Nfs "nfs",
    /// Directory of Unix remote procedure calls.
    Portmapper "portmapper",
    /// File synchronisation.
    Rsync "rsync",
    /// `MySQL` or `MariaDB`.
    Mysql "mysql",
    /// `PostgreSQL`.
    Postgres "postgres",
    /// Microsoft SQL Server.
    Mssql "mssql",
    /// Oracle listener.
    Oracle "oracle",
    /// `MongoDB`.
    Mongodb "mongodb",
    /// Redis.
    Redis "redis",
    /// Memcached.
    Memcached "memcached",
    /// Elasticsearch or `OpenSearch`.
    Elasticsearch "elasticsearch",
    /// `InterSystems` Caché and IRIS, under many health records.
    Intersystems "intersystems",
    /// Message broker, MQTT.
    Mqtt "mqtt",
    /// Message broker, AMQP.
    Amqp "amqp",
    /// Container engine without authentication.
    Docker "docker",
    /// Cluster administration.
    Kubernetes "kubernetes",
    /// Backup console or agent.
    Backup "backup",
    /// Hypervisor or storage administration.
    Hypervisor "hypervisor",
    /// Medical images.
    Dicom "dicom",
    /// Medical messages.
    Hl7 "hl7",
    /// Industrial controllers.
    Modbus "modbus",
    /// Siemens controllers.
    S7 "s7",
    /// Industrial controllers, EtherNet/IP.
    EthernetIp "ethernet_ip",
    /// Building management, Niagara Fox.
    Fox "fox",
    /// Industrial telecontrol.
    Dnp3 "dnp3",
    /// Industrial telecontrol, IEC 60870-5-104.
    Iec104 "iec104",
    /// Print queue or raw print port.
    Printer "printer",
    /// Printing over HTTP.
    Ipp "ipp",
    /// Telephony signalling.
    Sip "sip",
    /// Camera stream.
    Rtsp "rtsp",
    /// Name server.
    Dns "dns",
}

impl Protocol {
    /// The protocol that the facility declared, `None` when the word is not ours.
    pub fn declared(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|protocol| protocol.word().eq_ignore_ascii_case(word.trim()))
    }
}

impl Facts for PortFacts {
    const KIND: &'static str = "service.endpoint";
    const SUBJECT: SubjectKind = SubjectKind::Endpoint;

    fn title() -> Text {
        Text::new("Port réseau et service qui y répond", "Network port and the service that answers there")
    }
}
