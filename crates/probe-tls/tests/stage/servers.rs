//! Apache, `gnutls-serv`, tlslite-ng, OpenSSL as no distribution ships it, and what servers staple.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::relics::{openssl_of_2013, openssl_of_2015};
use super::{Authority, Nginx, OpenSslServer, free_port, listens, openssl};

/// A server of a program of its own, stopped when dropped.
pub(crate) struct Started {
    child: Child,
    pub(crate) port: u16,
}

impl Started {
    /// Starts a program that says nothing here, and waits until it listens. `what` is its settings.
    pub(crate) fn start(command: &mut Command, port: u16, what: &str) -> Self {
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = quiet.spawn().unwrap_or_else(|why| panic!("{command:?} is installed by ./test.sh: {why}"));
        let started = Self { child, port };
        assert!(listens(port), "{command:?} does not start: {what}");
        started
    }
}

impl Drop for Started {
    /// Asks it to end, so that masters end their children, and does not wait for one that will not.
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        for _ in 0..100 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// OpenSSL as `./test.sh` builds it: `old` with everything switched on, `new` with post-quantum groups.
pub(crate) fn built_openssl(name: &str) -> PathBuf {
    made_by_test_sh(&format!("openssl/{name}/openssl"))
}

/// A program of the Python environment that `./test.sh` makes.
pub(crate) fn python_program(name: &str) -> PathBuf {
    made_by_test_sh(&format!("scanners/bin/{name}"))
}

/// A program in the target directory that cargo does not build.
pub(crate) fn made_by_test_sh(path: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target directory");
    let program = target.join(path);
    assert!(program.exists(), "{} is missing: ./test.sh makes it", program.display());
    program
}

/// A server of any program, stopped when dropped.
pub(crate) enum Running {
    OpenSsl(OpenSslServer),
    Nginx(Nginx),
    Other(Started),
}

impl Running {
    /// Starts a server by its name in a file of truths: a program, or one of the two OpenSSL that `./test.sh` builds.
    /// `listen` is what nginx's directive of that name says beside its port.
    pub(crate) fn start(authority: &Authority, server: &str, listen: &str, options: &str) -> Self {
        if options.contains("dh1024.pem") {
            openssl(authority.dir.path(), "dhparam -dsaparam -out dh1024.pem 1024");
        }
        match server {
            "openssl" => Self::OpenSsl(authority.serve(options)),
            "nginx" => {
                let settings = format!("ssl_certificate leaf.pem; ssl_certificate_key leaf.key; {options}");
                Self::Nginx(Nginx::start_for(authority, listen, &settings))
            }
            "apache" => Self::Other(apache(authority, options)),
            "gnutls" => Self::Other(gnutls(authority, options)),
            "nss" => Self::Other(nss(authority, options)),
            "wolfssl" => Self::Other(wolfssl(authority, options)),
            "openssl-of-2013" => Self::Other(openssl_of_2013(authority, options)),
            "openssl-of-2015" => Self::Other(openssl_of_2015(authority, options)),
            built => {
                let program = built_openssl(built.trim_start_matches("openssl-"));
                Self::OpenSsl(authority.serve_by(&program, options))
            }
        }
    }

    pub(crate) fn port(&self) -> u16 {
        match self {
            Self::OpenSsl(server) => server.port,
            Self::Nginx(server) => server.port,
            Self::Other(server) => server.port,
        }
    }
}

/// A script of this folder.
pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stage").join(name)
}

/// A server by tlslite-ng of one version, TLS 1.`minor`, in CBC mode, which looks at the padding of records or does not.
pub(crate) fn tlslite(authority: &Authority, kind: &str, minor: u8) -> Started {
    let port = free_port();
    let mut command = Command::new(python_program("python"));
    command
        .arg(script("unpadded.py"))
        .arg(port.to_string())
        .args([authority.file("leaf.pem"), authority.file("leaf.key")])
        .args([kind, &minor.to_string()]);
    Started::start(&mut command, port, kind)
}

/// Apache with these directives, separated by `|`, in its one virtual host.
pub(crate) fn apache(authority: &Authority, directives: &str) -> Started {
    let port = free_port();
    let dir = authority.dir.path();
    let modules = ["mpm_event", "authz_core", "socache_shmcb", "ssl"]
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .concat();
    let own = directives.replace('|', "\n").replace("ca.pem", &dir.join("ca.pem").to_string_lossy());
    let dir = dir.display();
    let config = format!(
        "ServerRoot {dir}\nServerName www.ch-demo.example\nPidFile {dir}/apache.pid\nErrorLog {dir}/apache.log\n
        DefaultRuntimeDir {dir}\nDocumentRoot {dir}\n{modules}StartServers 1\nListen 127.0.0.1:{port}\n
        <VirtualHost *:{port}>\nSSLEngine on\nSSLCertificateFile {dir}/leaf.pem\nSSLCertificateKeyFile {dir}/leaf.key\n
        {own}\n</VirtualHost>\n"
    );
    let file = authority.file("apache.conf");
    fs::write(&file, config).unwrap();
    let mut command = Command::new("apache2");
    command.args(["-D", "FOREGROUND", "-f"]).arg(&file).env("OPENSSL_CONF", authority.file("openssl.cnf"));
    Started::start(&mut command, port, directives)
}

/// `gnutls-serv` with this priority string.
pub(crate) fn gnutls(authority: &Authority, priority: &str) -> Started {
    let port = free_port();
    let mut command = Command::new("gnutls-serv");
    command
        .args(["--http", "--disable-client-cert", "--x509keyfile", "leaf.key", "--x509certfile", "leaf.pem"])
        .args(["--port", &port.to_string(), "--priority", priority])
        .current_dir(authority.dir.path());
    Started::start(&mut command, port, priority)
}

/// Makes `staple.der`: an answer about the certified key, good or not so.
pub(crate) fn staple(authority: &Authority, kind: &str) {
    let dir = authority.dir.path();
    let serial = openssl(dir, "x509 -in leaf.pem -noout -serial");
    let serial = serial.trim().strip_prefix("serial=").expect("a serial").to_owned();
    let asked = if kind == "other" { "0A0A0A".to_owned() } else { serial };
    let (state, revoked) = if kind == "revoked" { ("R", "260101000000Z,keyCompromise") } else { ("V", "") };
    let line = format!("{state}\t301231000000Z\t{revoked}\t{asked}\tunknown\t/CN=www\n");
    fs::write(dir.join("ocsp-index.txt"), line).unwrap();
    openssl(dir, &format!("ocsp -issuer ca.pem -serial 0x{asked} -reqout request.der"));
    let signer = if kind == "stranger" {
        openssl(
            dir,
            "req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -days 9 -subj /CN=AC~de~demonstration",
        );
        "-rsigner other.pem -rkey other.key"
    } else {
        "-rsigner ca.pem -rkey ca.key"
    };
    openssl(
        dir,
        &format!("ocsp -index ocsp-index.txt {signer} -CA ca.pem -reqin request.der -ndays 3 -respout staple.der"),
    );
}

/// `HAProxy` with these settings before its one frontend, with these words about TLS; `both.pem` has
/// the certificate and its key.
pub(crate) fn haproxy(authority: &Authority, settings: &str, bind: &str) -> Started {
    let port = free_port();
    let dir = authority.dir.path();
    let both = ["leaf.pem", "leaf.key"].map(|file| fs::read_to_string(dir.join(file)).unwrap()).concat();
    fs::write(dir.join("both.pem"), both).unwrap();
    let config = format!(
        "{settings}\ndefaults\n  mode http\n  timeout client 5s\n  timeout server 5s\n  timeout connect 5s\n
        frontend tls\n  bind 127.0.0.1:{port} ssl {bind}\n  http-request deny\n"
    );
    let file = dir.join("haproxy.cfg");
    fs::write(&file, config).unwrap();
    let mut command = Command::new("haproxy");
    command.arg("-db").arg("-f").arg(&file).current_dir(dir).env("OPENSSL_CONF", authority.file("openssl.cnf"));
    Started::start(&mut command, port, settings)
}

/// NSS's `selfserv` with these options.
pub(crate) fn nss(authority: &Authority, options: &str) -> Started {
    let port = free_port();
    let dir = authority.dir.path();
    let both = "pkcs12 -export -in leaf.pem -inkey leaf.key -certfile ca.pem -name leaf -passout pass: -out leaf.p12";
    openssl(dir, both);
    for (program, arguments) in
        [("certutil", "-N -d sql:. --empty-password"), ("pk12util", "-i leaf.p12 -d sql:. -W  -K ")]
    {
        let made = Command::new(program).args(arguments.split(' ')).current_dir(dir).output();
        let made = made.unwrap_or_else(|why| panic!("{program} is installed by ./test.sh: {why}"));
        assert!(made.status.success(), "{program}: {made:?}");
    }
    let mut command = Command::new("selfserv");
    command.args(["-n", "leaf", "-d", "sql:.", "-w", "", "-p", &port.to_string()]);
    Started::start(command.args(options.split_whitespace()).current_dir(dir), port, options)
}

/// lighttpd over wolfSSL with these settings, separated by `|`.
pub(crate) fn wolfssl(authority: &Authority, settings: &str) -> Started {
    let port = free_port();
    let dir = authority.dir.path();
    let both = ["leaf.pem", "ca.pem", "leaf.key"].map(|file| fs::read_to_string(dir.join(file)).unwrap()).concat();
    fs::write(dir.join("both.pem"), both).unwrap();
    let own = settings.replace('|', "\n");
    let dir = dir.display();
    let config = format!(
        "server.document-root = \"{dir}\"\nserver.port = {port}\nserver.bind = \"127.0.0.1\"\n\
        server.modules = (\"mod_wolfssl\")\nssl.engine = \"enable\"\nssl.pemfile = \"{dir}/both.pem\"\n{own}\n"
    );
    let file = authority.file("lighttpd.conf");
    fs::write(&file, config).unwrap();
    let mut command = Command::new("lighttpd");
    Started::start(command.args(["-D", "-f"]).arg(&file), port, settings)
}

/// The files of the authority's folder, on the web.
pub(crate) fn files(authority: &Authority, port: u16) -> Started {
    let mut command = Command::new("python3");
    command.args(["-m", "http.server", "--bind", "127.0.0.1", &port.to_string(), "--directory"]);
    command.arg(authority.dir.path());
    Started::start(&mut command, port, "files")
}

/// The revocation service of OpenSSL, which answers from what `openssl ca` noted.
pub(crate) fn ocsp_service(authority: &Authority, port: u16, signer: &str) -> OpenSslServer {
    let mut command = Command::new("openssl");
    command.args(["ocsp", "-index", "index.txt", "-CA", "ca.pem", "-ndays", "3", "-port", &port.to_string()]).args([
        "-rsigner",
        &format!("{signer}.pem"),
        "-rkey",
        &format!("{signer}.key"),
    ]);
    OpenSslServer::run(&mut command, authority.dir.path())
}

/// Dovecot with these lines about TLS: its port for mailboxes, then those of POP3, LMTP and filters.
pub(crate) fn dovecot(authority: &Authority, tls: &str) -> (Started, [u16; 3]) {
    let (imap, pop3, lmtp, sieve) = (free_port(), free_port(), free_port(), free_port());
    let dir = authority.dir.path();
    // It drops its rights and still reads its files.
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).unwrap();
    let dir = dir.display();
    let settings = format!(
        "base_dir = {dir}/run\nlog_path = {dir}/dovecot.log\nprotocols = imap pop3 lmtp sieve\n{tls}\n\
        ssl_cert = <{dir}/leaf.pem\nssl_key = <{dir}/leaf.key\nmail_location = maildir:{dir}/mail\n\
        passdb {{\n driver = static\n args = nopassword=y\n}}\n\
        userdb {{\n driver = static\n args = uid=0 gid=0 home={dir}/mail\n}}\n\
        service imap-login {{\n chroot =\n inet_listener imap {{\n address = 127.0.0.1\n port = {imap}\n }}\n inet_listener imaps {{\n port = 0\n }}\n}}\n\
        service pop3-login {{\n chroot =\n inet_listener pop3 {{\n address = 127.0.0.1\n port = {pop3}\n }}\n inet_listener pop3s {{\n port = 0\n }}\n}}\n\
        service lmtp {{\n inet_listener lmtp {{\n address = 127.0.0.1\n port = {lmtp}\n }}\n}}\n\
        service managesieve-login {{\n chroot =\n inet_listener sieve {{\n address = 127.0.0.1\n port = {sieve}\n }}\n}}\n\
        service anvil {{\n chroot =\n}}\n"
    );
    let file = authority.file("dovecot.conf");
    fs::write(&file, settings).unwrap();
    let mut command = Command::new("/usr/sbin/dovecot");
    (Started::start(command.args(["-F", "-c"]).arg(&file), imap, tls), [pop3, lmtp, sieve])
}

/// Postfix with these lines about TLS. It only starts as root.
pub(crate) fn postfix(authority: &Authority, tls: &str) -> Started {
    let port = free_port();
    let dir = authority.dir.path();
    for folder in ["conf", "spool", "data"] {
        fs::create_dir(dir.join(folder)).unwrap();
    }
    // Its programs run under their own account and must reach their folders.
    for folder in [dir, &dir.join("spool")] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let run = |program: &str, arguments: &[&str]| {
        let run = Command::new(program).args(arguments).current_dir(dir).output();
        run.unwrap_or_else(|why| panic!("{program} is installed by ./test.sh: {why}"));
    };
    run("chown", &["postfix", "data"]);
    let here = dir.display();
    let main = format!(
        "compatibility_level = 3.6\nqueue_directory = {here}/spool\ndata_directory = {here}/data\n\
        command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\nmeta_directory = /etc/postfix\n\
        mail_owner = postfix\nsetgid_group = postdrop\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n\
        myhostname = mx.ch-demo.example\nmynetworks = 127.0.0.1/32\nalias_maps =\nsmtpd_peername_lookup = no\n\
        smtpd_tls_chain_files = {here}/leaf.key, {here}/leaf.pem\nmaillog_file = /dev/stdout\n{tls}"
    );
    let master = format!(
        "127.0.0.1:{port} inet n - n - - smtpd\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n\
        tlsmgr unix - - n 1000? 1 tlsmgr\nrewrite unix - - n - - trivial-rewrite\nanvil unix - - n - 1 anvil\n\
        proxymap unix - - n - - proxymap\npostlog unix-dgram n - n - 1 postlogd\n"
    );
    for (name, text) in [("main.cf", main), ("master.cf", master)] {
        fs::write(dir.join("conf").join(name), text).unwrap();
    }
    // It makes the folders of its queue.
    let conf = dir.join("conf");
    run("postfix", &["-c", conf.to_str().unwrap(), "check"]);
    let mut command = Command::new("/usr/lib/postfix/sbin/master");
    Started::start(command.args(["-d", "-c"]).arg(&conf), port, tls)
}
