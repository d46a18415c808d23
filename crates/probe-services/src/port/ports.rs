use vigie_model::Text;

use super::Protocol;

/// A port worth looking at in a hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CuratedPort {
    /// The TCP port.
    pub port: u16,
    /// What usually answers there.
    pub protocol: Protocol,
    /// The family it belongs to.
    pub group: PortGroup,
    why_fr: &'static str,
    why_en: &'static str,
}

/// Families of ports, for readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortGroup {
    /// Screens and shells at a distance.
    RemoteAccess,
    /// Sharing, directory and authentication of an inner network.
    InnerNetwork,
    /// Sites and portals.
    Web,
    /// Mail.
    Mail,
    /// Where data sleeps.
    Data,
    /// Images, results, medical devices.
    Health,
    /// Controllers of buildings and plants.
    Industrial,
    /// Administration of machines, backups and clusters.
    Administration,
    /// Printers, telephones, cameras.
    Devices,
}

/// How a port may be touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Connect and leave at once, without a byte: printers print what they receive, and nobody knows
    /// what an unexpected byte does to a medical device or a controller.
    ConnectOnly,
    /// Connect and listen.
    Listen,
    /// Connect, listen, then ask for the front page.
    AskWeb,
}

impl CuratedPort {
    /// Why it matters, in plain words.
    pub fn why(&self) -> Text {
        Text::new(self.why_fr, self.why_en)
    }
}

impl Manner {
    /// How to touch a port, by its number and by what the facility declared there. The number of a
    /// printer, medical or industrial port always wins: a wrong declaration must not make a printer print.
    pub fn of(port: u16, declared: Option<Protocol>) -> Self {
        let usual = usual_protocol(port);
        if is_raw_printing(port) || [usual, declared].into_iter().flatten().any(is_fragile) {
            return Self::ConnectOnly;
        }
        match declared.or(usual) {
            Some(Protocol::Http | Protocol::Https) => Self::AskWeb,
            _ => Self::Listen,
        }
    }
}

/// The ports that vigie looks at when the facility asks for its hospital list, by number.
pub fn curated_ports() -> &'static [CuratedPort] {
    PORTS
}

/// What usually answers on a port.
pub fn usual_protocol(port: u16) -> Option<Protocol> {
    PORTS.iter().find(|curated| curated.port == port).map(|curated| curated.protocol)
}

/// Line printer daemon, and the raw ports that print whatever they receive.
fn is_raw_printing(port: u16) -> bool {
    port == 515 || (9100..=9107).contains(&port)
}

fn is_fragile(protocol: Protocol) -> bool {
    matches!(
        protocol,
        Protocol::Dicom
            | Protocol::Hl7
            | Protocol::Modbus
            | Protocol::S7
            | Protocol::EthernetIp
            | Protocol::Fox
            | Protocol::Dnp3
            | Protocol::Iec104
            | Protocol::Printer
    )
}

const fn port(
    port: u16,
    protocol: Protocol,
    group: PortGroup,
    why_fr: &'static str,
    why_en: &'static str,
) -> CuratedPort {
    CuratedPort { port, protocol, group, why_fr, why_en }
}

use PortGroup::{Administration, Data, Devices, Health, Industrial, InnerNetwork, Mail, RemoteAccess, Web};

#[rustfmt::skip]
const PORTS: &[CuratedPort] = &[
    port(21, Protocol::Ftp, InnerNetwork, "transfert de fichiers en clair", "file transfer in clear"),
    port(22, Protocol::Ssh, RemoteAccess, "administration à distance", "remote administration"),
    port(23, Protocol::Telnet, RemoteAccess, "administration à distance en clair", "remote administration in clear"),
    port(25, Protocol::Smtp, Mail, "arrivée du courrier", "incoming mail"),
    port(53, Protocol::Dns, InnerNetwork, "serveur de noms", "name server"),
    port(80, Protocol::Http, Web, "site sans chiffrement", "site without encryption"),
    port(81, Protocol::Http, Web, "interface d’équipement, souvent une caméra", "device interface, often a camera"),
    port(88, Protocol::Kerberos, InnerNetwork, "authentification des comptes Windows", "Windows account authentication"),
    port(102, Protocol::S7, Industrial, "automates Siemens (chauffage, fluides, ascenseurs)", "Siemens controllers (heating, fluids, lifts)"),
    port(104, Protocol::Dicom, Health, "échange d’images médicales (DICOM)", "medical image exchange (DICOM)"),
    port(110, Protocol::Pop3, Mail, "lecture du courrier en clair", "mailbox access in clear"),
    port(111, Protocol::Portmapper, InnerNetwork, "annuaire des services Unix", "directory of Unix services"),
    port(135, Protocol::Msrpc, InnerNetwork, "appels à distance de Windows", "Windows remote calls"),
    port(139, Protocol::Netbios, InnerNetwork, "ancien partage Windows", "older Windows sharing"),
    port(143, Protocol::Imap, Mail, "lecture du courrier en clair", "mailbox access in clear"),
    port(389, Protocol::Ldap, InnerNetwork, "annuaire des comptes", "account directory"),
    port(443, Protocol::Https, Web, "site chiffré", "encrypted site"),
    port(445, Protocol::Smb, InnerNetwork, "partage de fichiers Windows, voie des rançongiciels", "Windows file sharing, a road for ransomware"),
    port(465, Protocol::Smtps, Mail, "envoi du courrier chiffré", "encrypted mail submission"),
    port(502, Protocol::Modbus, Industrial, "automates et gestion technique du bâtiment", "controllers and building management"),
    port(512, Protocol::Rsh, RemoteAccess, "exécution à distance en clair", "remote execution in clear"),
    port(513, Protocol::Rsh, RemoteAccess, "connexion à distance en clair", "remote login in clear"),
    port(514, Protocol::Rsh, RemoteAccess, "commande à distance en clair", "remote shell in clear"),
    port(515, Protocol::Printer, Devices, "file d’impression", "print queue"),
    port(554, Protocol::Rtsp, Devices, "flux vidéo de caméra", "camera stream"),
    port(587, Protocol::Smtp, Mail, "envoi du courrier", "mail submission"),
    port(631, Protocol::Ipp, Devices, "impression par le réseau", "network printing"),
    port(636, Protocol::Ldaps, InnerNetwork, "annuaire des comptes, chiffré", "account directory, encrypted"),
    port(873, Protocol::Rsync, Data, "copie de fichiers, souvent des sauvegardes", "file copies, often backups"),
    port(902, Protocol::Hypervisor, Administration, "administration de VMware ESXi", "VMware ESXi administration"),
    port(993, Protocol::Imaps, Mail, "lecture du courrier chiffrée", "encrypted mailbox access"),
    port(995, Protocol::Pop3s, Mail, "lecture du courrier chiffrée", "encrypted mailbox access"),
    port(1433, Protocol::Mssql, Data, "base de données Microsoft SQL Server", "Microsoft SQL Server database"),
    port(1521, Protocol::Oracle, Data, "base de données Oracle", "Oracle database"),
    port(1883, Protocol::Mqtt, Data, "messages d’objets connectés", "messages of connected devices"),
    port(1911, Protocol::Fox, Industrial, "gestion technique du bâtiment", "building management"),
    port(1972, Protocol::Intersystems, Data, "base Caché ou IRIS de dossiers patients", "Caché or IRIS database of patient records"),
    port(2049, Protocol::Nfs, InnerNetwork, "partage de fichiers Unix", "Unix file sharing"),
    port(2222, Protocol::Ssh, RemoteAccess, "administration à distance sur un autre port", "remote administration on another port"),
    port(2375, Protocol::Docker, Administration, "moteur de conteneurs sans mot de passe", "container engine without a password"),
    port(2404, Protocol::Iec104, Industrial, "téléconduite d’énergie", "power telecontrol"),
    port(2575, Protocol::Hl7, Health, "messages médicaux (HL7)", "medical messages (HL7)"),
    port(2761, Protocol::Dicom, Health, "échange d’images médicales (DICOM)", "medical image exchange (DICOM)"),
    port(2762, Protocol::Dicom, Health, "échange d’images médicales chiffré (DICOM)", "encrypted medical image exchange (DICOM)"),
    port(3306, Protocol::Mysql, Data, "base de données MySQL ou MariaDB", "MySQL or MariaDB database"),
    port(3389, Protocol::Rdp, RemoteAccess, "bureau à distance Windows, première porte des rançongiciels", "Windows remote desktop, the first door of ransomware"),
    port(4242, Protocol::Dicom, Health, "serveur d’images Orthanc (DICOM)", "Orthanc image server (DICOM)"),
    port(4911, Protocol::Fox, Industrial, "gestion technique du bâtiment", "building management"),
    port(5060, Protocol::Sip, Devices, "téléphonie", "telephony"),
    port(5432, Protocol::Postgres, Data, "base de données PostgreSQL", "PostgreSQL database"),
    port(5672, Protocol::Amqp, Data, "file de messages entre applications", "message queue between applications"),
    port(5900, Protocol::Vnc, RemoteAccess, "écran à distance", "remote screen"),
    port(5901, Protocol::Vnc, RemoteAccess, "écran à distance", "remote screen"),
    port(5985, Protocol::Winrm, InnerNetwork, "administration à distance de Windows", "Windows remote administration"),
    port(5986, Protocol::Winrm, InnerNetwork, "administration à distance de Windows, chiffrée", "Windows remote administration, encrypted"),
    port(6000, Protocol::X11, RemoteAccess, "écran Unix à distance", "remote Unix screen"),
    port(6379, Protocol::Redis, Data, "base de données Redis", "Redis database"),
    port(6443, Protocol::Kubernetes, Administration, "administration de grappe Kubernetes", "Kubernetes cluster administration"),
    port(6661, Protocol::Hl7, Health, "messages médicaux (HL7), moteur Mirth", "medical messages (HL7), Mirth engine"),
    port(8000, Protocol::Http, Web, "site ou interface d’administration", "site or administration page"),
    port(8080, Protocol::Http, Web, "site ou interface d’administration", "site or administration page"),
    port(8443, Protocol::Https, Web, "interface d’administration chiffrée", "encrypted administration page"),
    port(9100, Protocol::Printer, Devices, "impression directe", "raw printing"),
    port(9200, Protocol::Elasticsearch, Data, "moteur de recherche de données", "data search engine"),
    port(9392, Protocol::Backup, Administration, "console de sauvegarde Veeam", "Veeam backup console"),
    port(9443, Protocol::Https, Web, "interface d’administration chiffrée", "encrypted administration page"),
    port(11112, Protocol::Dicom, Health, "échange d’images médicales (DICOM)", "medical image exchange (DICOM)"),
    port(11211, Protocol::Memcached, Data, "mémoire partagée entre applications", "cache shared between applications"),
    port(20000, Protocol::Dnp3, Industrial, "téléconduite d’énergie et d’eau", "power and water telecontrol"),
    port(27017, Protocol::Mongodb, Data, "base de données MongoDB", "MongoDB database"),
    port(44818, Protocol::EthernetIp, Industrial, "automates industriels", "industrial controllers"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_has_no_twin() {
        assert!(PORTS.is_sorted_by(|left, right| left.port < right.port));
        assert!(PORTS.len() >= 60);
    }

    #[test]
    fn fragile_ports_are_only_connected_to_whatever_was_declared() {
        let printers = [515].into_iter().chain(9100..=9107);
        let fragile = [102, 104, 502, 1911, 2404, 2575, 2761, 2762, 4242, 4911, 6661, 11112, 20000, 44818];
        for port in printers.chain(fragile) {
            for declared in Protocol::ALL.iter().copied().map(Some).chain([None]) {
                assert_eq!(Manner::of(port, declared), Manner::ConnectOnly, "{port} declared {declared:?}");
            }
        }
    }

    #[test]
    fn a_declared_medical_service_is_spared_on_any_port() {
        for declared in [Protocol::Dicom, Protocol::Hl7, Protocol::Modbus, Protocol::S7] {
            assert_eq!(Manner::of(8080, Some(declared)), Manner::ConnectOnly);
        }
        assert_eq!(Manner::of(8080, None), Manner::AskWeb);
        assert_eq!(Manner::of(8080, Some(Protocol::Ssh)), Manner::Listen);
        assert_eq!(Manner::of(12345, Some(Protocol::Http)), Manner::AskWeb);
        assert_eq!(Manner::of(12345, None), Manner::Listen);
    }

    #[test]
    fn every_protocol_is_found_again_by_its_word() {
        for protocol in Protocol::ALL {
            assert_eq!(Protocol::declared(protocol.word()), Some(*protocol));
            assert_eq!(serde_json::to_value(protocol).unwrap(), protocol.word());
        }
        assert_eq!(Protocol::declared(" HTTPS "), Some(Protocol::Https));
        assert_eq!(Protocol::declared("gopher"), None);
    }
}
