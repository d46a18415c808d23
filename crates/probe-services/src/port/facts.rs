use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, SubjectKind, Text, Vantage};

use crate::Product;

/// What one TCP port shows. A closed port has no facts: its observation is `absent`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PortFacts {
    /// Whether a connection was accepted, or nothing came back at all.
    pub state: PortState,
    /// From where it was reached: what is a door to the Internet is a tool inside.
    pub seen_from: Vantage,
    /// The port number, for messages.
    pub port: u16,
    /// What speaks there. Read it beside `identified_by`: from the port number it is only what usually
    /// speaks there.
    pub protocol: Option<Protocol>,
    /// The protocol's name as readers write it, for messages.
    pub service: Option<String>,
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
    ($($(#[$doc:meta])* $variant:ident $word:literal $name:literal,)*) => {
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

            /// Its name as readers write it, in both languages.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

protocols! {
    /// Secure shell.
    Ssh "ssh" "SSH",
    /// File transfer in clear.
    Ftp "ftp" "FTP",
    /// Terminal in clear.
    Telnet "telnet" "telnet",
    /// The `r` commands of 512 to 514: remote shell in clear.
    Rsh "rsh" "rsh/rlogin",
    /// Mail transfer.
    Smtp "smtp" "SMTP",
    /// Mailbox access in clear, POP.
    Pop3 "pop3" "POP3",
    /// Mailbox access in clear, IMAP.
    Imap "imap" "IMAP",
    /// Mail submission inside TLS.
    Smtps "smtps" "SMTP (TLS)",
    /// POP inside TLS.
    Pop3s "pop3s" "POP3 (TLS)",
    /// IMAP inside TLS.
    Imaps "imaps" "IMAP (TLS)",
    /// Web in clear.
    Http "http" "HTTP",
    /// Web inside TLS.
    Https "https" "HTTPS",
    /// TLS, whatever is inside.
    Tls "tls" "TLS",
    /// Remote screen, RFB.
    Vnc "vnc" "VNC",
    /// Windows remote desktop.
    Rdp "rdp" "RDP",
    /// X Window display.
    X11 "x11" "X11",
    /// Windows file sharing.
    Smb "smb" "SMB",
    /// Older Windows sharing.
    Netbios "netbios" "NetBIOS",
    /// Windows remote procedure calls.
    Msrpc "msrpc" "Windows RPC",
    /// Directory in clear.
    Ldap "ldap" "LDAP",
    /// Directory inside TLS.
    Ldaps "ldaps" "LDAPS",
    /// Windows and Unix authentication.
    Kerberos "kerberos" "Kerberos",
    /// Windows remote administration.
    Winrm "winrm" "WinRM",
    /// Network file system.
    Nfs "nfs" "NFS",
    /// Directory of Unix remote procedure calls.
    Portmapper "portmapper" "portmapper",
    /// File synchronisation.
    Rsync "rsync" "rsync",
    /// `MySQL` or `MariaDB`.
    Mysql "mysql" "MySQL/MariaDB",
    /// `PostgreSQL`.
    Postgres "postgres" "PostgreSQL",
    /// Microsoft SQL Server.
    Mssql "mssql" "Microsoft SQL Server",
    /// Oracle listener.
    Oracle "oracle" "Oracle",
    /// `MongoDB`.
    Mongodb "mongodb" "MongoDB",
    /// Redis.
    Redis "redis" "Redis",
    /// Memcached.
    Memcached "memcached" "memcached",
    /// Elasticsearch or `OpenSearch`.
    Elasticsearch "elasticsearch" "Elasticsearch",
    /// `InterSystems` Caché and IRIS, under many health records.
    Intersystems "intersystems" "InterSystems IRIS/Caché",
    /// Message broker, MQTT.
    Mqtt "mqtt" "MQTT",
    /// Message broker, AMQP.
    Amqp "amqp" "AMQP",
    /// Container engine without authentication.
    Docker "docker" "Docker",
    /// Cluster administration.
    Kubernetes "kubernetes" "Kubernetes",
    /// Backup console or agent.
    Backup "backup" "Veeam",
    /// Hypervisor or storage administration.
    Hypervisor "hypervisor" "VMware ESXi",
    /// Medical images.
    Dicom "dicom" "DICOM",
    /// Medical messages.
    Hl7 "hl7" "HL7",
    /// Industrial controllers.
    Modbus "modbus" "Modbus",
    /// Siemens controllers.
    S7 "s7" "Siemens S7",
    /// Industrial controllers, EtherNet/IP.
    EthernetIp "ethernet_ip" "EtherNet/IP",
    /// Building management, Niagara Fox.
    Fox "fox" "Niagara Fox",
    /// Industrial telecontrol.
    Dnp3 "dnp3" "DNP3",
    /// Industrial telecontrol, IEC 60870-5-104.
    Iec104 "iec104" "IEC 60870-5-104",
    /// Print queue or raw print port.
    Printer "printer" "LPD/JetDirect",
    /// Printing over HTTP.
    Ipp "ipp" "IPP",
    /// Telephony signalling.
    Sip "sip" "SIP",
    /// Camera stream.
    Rtsp "rtsp" "RTSP",
    /// Name server.
    Dns "dns" "DNS",
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
