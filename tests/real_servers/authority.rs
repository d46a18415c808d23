use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::stage::Program;

/// A test authority of `openssl`, the certificates it makes, and the settings that let `openssl` speak
/// what it would refuse by default.
pub(crate) struct Authority {
    dir: PathBuf,
}

/// Everything that OpenSSL can still do.
pub(crate) const ANYTHING: &str = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";

/// The first section lets old versions through: Debian's own settings forbid them.
const SETTINGS: &str = "
openssl_conf = all
[all]
ssl_conf = tls
[tls]
system_default = old
[old]
MinProtocol = None
CipherString = ALL:COMPLEMENTOFALL:@SECLEVEL=0
[req]
distinguished_name = dn
[dn]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[server]
subjectAltName = DNS:${ENV::NAME}
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
crlDistributionPoints = URI:http://pki.essai.test/ac.crl
authorityKeyIdentifier = keyid
[ca]
default_ca = essai
[essai]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
default_days = 80
policy = any
unique_subject = no
[any]
commonName = supplied
";

impl Authority {
    /// A new authority in this folder.
    pub(crate) fn new(dir: &Path) -> Self {
        for (file, text) in [("openssl.cnf", SETTINGS), ("index.txt", ""), ("serial", "0A1B2C3D4E5F\n")] {
            fs::write(dir.join(file), text).unwrap();
        }
        let it = Self { dir: dir.to_owned() };
        it.openssl(
            "",
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 400 \
             -extensions authority -subj /CN=Autorite~d~essai",
        );
        it
    }

    /// Where its files are.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Certifies a new key for `name`, in `FILE.key` and `FILE.pem`. `key` is what `openssl req -newkey`
    /// takes, `dates` what `openssl ca` takes.
    pub(crate) fn certify(&self, file: &str, name: &str, key: &str, dates: &str) {
        self.openssl(
            name,
            &format!("req -new -newkey {key} -nodes -keyout {file}.key -out {file}.csr -subj /CN={name}"),
        );
        self.openssl(
            name,
            &format!(
                "ca -batch -notext -in {file}.csr -out {file}.pem -extensions server -cert ca.pem -keyfile ca.key {dates}"
            ),
        );
    }

    /// A certificate that signed itself.
    pub(crate) fn self_sign(&self, file: &str, name: &str) {
        self.openssl(
            name,
            &format!(
                "req -x509 -newkey rsa:2048 -nodes -keyout {file}.key -out {file}.pem -days 80 -addext \
                 subjectAltName=DNS:{name} -subj /CN={name}"
            ),
        );
    }

    /// Runs `openssl` with space-separated arguments, `~` standing for a space inside one, and gives back
    /// what it says.
    pub(crate) fn openssl(&self, name: &str, arguments: &str) -> String {
        let run = self
            .command(name)
            .args(arguments.split_whitespace().map(|argument| argument.replace('~', " ")))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stdout).into_owned();
        assert!(run.status.success(), "openssl {arguments}: {said}{}", String::from_utf8_lossy(&run.stderr));
        said
    }

    /// `openssl`, in this folder and with these settings.
    pub(crate) fn command(&self, name: &str) -> Command {
        let mut command = Program::named("openssl").command();
        command.current_dir(&self.dir).env("OPENSSL_CONF", self.dir.join("openssl.cnf")).env("NAME", name);
        command
    }
}
