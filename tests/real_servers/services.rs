use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use crate::authority::Authority;
use crate::stage::{Program, Server, free_port, output_of};

/// An account of every Debian, for servers that refuse to run as root.
const NOBODY: &str = "65534";

/// Starts `openssl s_server` with a certificate's files, on a port that it chooses.
pub(crate) fn openssl_server(authority: &Authority, file: &str, options: &str) -> (Server, u16) {
    let mut command = authority.command("");
    command.args(["s_server", "-accept", "127.0.0.1:0", "-naccept", "100000"]);
    command.args(["-key", &format!("{file}.key"), "-cert", &format!("{file}.pem")]).args(options.split_whitespace());
    let mut server = Server::start(&mut command, &authority.dir().join(format!("{file}.log")));
    let port = server.wait_until(&format!("openssl s_server {options}"), |log| {
        log.lines().find_map(|line| line.strip_prefix("ACCEPT ")?.rsplit_once(':')?.1.parse().ok())
    });
    (server, port)
}

/// The ports of nginx: a well-kept site, a site in clear, and one that leads from the second to the first.
pub(crate) struct Nginx {
    pub(crate) tls: u16,
    pub(crate) clear: u16,
    pub(crate) redirect: u16,
    _server: Server,
}

/// Starts Debian's nginx with a certificate for `nginx.essai.test`.
pub(crate) fn nginx(authority: &Authority) -> Nginx {
    let here = authority.dir().display();
    let [tls, clear, redirect] = [(); 3].map(|()| free_port());
    let config = format!(
        "daemon off; master_process off; pid {here}/nginx.pid; error_log stderr warn;
        events {{ }}
        http {{
          access_log off;
          client_body_temp_path {here}/body; proxy_temp_path {here}/proxy; fastcgi_temp_path {here}/fastcgi;
          uwsgi_temp_path {here}/uwsgi; scgi_temp_path {here}/scgi;
          default_type text/html;
          server {{
            listen 127.0.0.1:{tls} ssl; server_name nginx.essai.test; server_tokens off;
            ssl_certificate {here}/nginx.pem; ssl_certificate_key {here}/nginx.key;
            ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on;
            ssl_ciphers ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305;
            add_header Strict-Transport-Security \"max-age=63072000; includeSubDomains\" always;
            add_header X-Content-Type-Options nosniff always;
            add_header Content-Security-Policy \"default-src 'self'; frame-ancestors 'none'\" always;
            return 200 \"<title>Site bien tenu</title>\";
          }}
          server {{
            listen 127.0.0.1:{clear};
            add_header Set-Cookie \"session=1; Path=/\";
            return 200 \"<title>Site en clair</title>\";
          }}
          server {{ listen 127.0.0.1:{redirect}; server_tokens off; return 301 https://nginx.essai.test:{tls}/; }}
        }}\n"
    );
    let file = authority.dir().join("nginx.conf");
    fs::write(&file, config).unwrap();
    let mut command = Program::named("nginx").command();
    command.arg("-p").arg(authority.dir()).arg("-c").arg(&file).args(["-e", "stderr"]);
    let mut server = Server::start(&mut command, &authority.dir().join("nginx.log"));
    server.wait_for_port("nginx", tls);
    server.wait_for_port("nginx", redirect);
    Nginx { tls, clear, redirect, _server: server }
}

/// Starts OpenSSH with these settings. Root's sshd wants a folder of the system; nobody's does not.
pub(crate) fn sshd(dir: &Path, name: &str, settings: &str) -> (Server, u16) {
    let here = dir.join(name);
    fs::create_dir(&here).unwrap();
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    if root {
        fs::set_permissions(&here, fs::Permissions::from_mode(0o777)).unwrap();
    }
    let as_nobody = ["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"];
    let who: &[&str] = if root { &as_nobody } else { &[] };
    for kind in ["ed25519", "rsa"] {
        let key = here.join(kind).display().to_string();
        let keygen = Program::named("ssh-keygen").path().display().to_string();
        output_of("setpriv", &[who, &[&keygen, "-q", "-t", kind, "-N", "", "-f", &key]].concat(), "");
    }
    let port = free_port();
    let config = format!(
        "ListenAddress 127.0.0.1:{port}\nHostKey {0}/ed25519\nHostKey {0}/rsa\nPidFile none\nUsePAM no\n{settings}\n",
        here.display()
    );
    let file = here.join("sshd_config");
    fs::write(&file, config).unwrap();
    let mut command = Program::named("setpriv").command();
    command.args(who).arg(Program::named("sshd").path()).args(["-D", "-e", "-f"]).arg(&file);
    let mut server = Server::start(&mut command, &here.join("log"));
    server.wait_for_port("sshd", port);
    (server, port)
}

/// Postfix in folders of its own, with STARTTLS; the system's own Postfix is not touched. It needs root:
/// its programs change user on purpose.
pub(crate) fn postfix(authority: &Authority, starttls: bool) -> (Server, u16) {
    assert_eq!(fs::metadata("/proc/self").unwrap().uid(), 0, "Postfix only starts as root: run ./test.sh as root");
    let dir = tempfile::Builder::new().prefix("postfix").tempdir_in(authority.dir()).unwrap().keep();
    for folder in ["conf", "spool", "data"] {
        fs::create_dir(dir.join(folder)).unwrap();
    }
    // Its programs run under their own account and must reach their folders.
    for folder in [authority.dir(), &dir, &dir.join("spool")] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    output_of("chown", &["postfix", dir.join("data").to_str().unwrap()], "");
    let port = free_port();
    let here = dir.display();
    let level = if starttls { "may" } else { "none" };
    let main = format!(
        "compatibility_level = 3.6
queue_directory = {here}/spool
data_directory = {here}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.essai.test
mynetworks = 127.0.0.1/32
alias_maps =
smtpd_peername_lookup = no
smtpd_tls_cert_file = {0}/mx.pem
smtpd_tls_key_file = {0}/mx.key
smtpd_tls_security_level = {level}
smtpd_tls_protocols = >=TLSv1.2
smtpd_tls_mandatory_protocols = >=TLSv1.2
tls_medium_cipherlist = ECDHE+AESGCM
maillog_file = /dev/stdout
",
        authority.dir().display()
    );
    let master = format!(
        "127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"
    );
    let conf = dir.join("conf");
    for (name, text) in [("main.cf", main), ("master.cf", master)] {
        fs::File::create(conf.join(name)).unwrap().write_all(text.as_bytes()).unwrap();
    }
    let conf = conf.to_str().unwrap();
    // It makes the folders of its queue, and says what is wrong.
    output_of("postfix", &["-c", conf, "check"], "");
    // Its master, in debugging mode: it stays in our process group and ends with it.
    let mut command = Program::named("setpriv").command();
    command.args(["/usr/lib/postfix/sbin/master", "-c", conf, "-d"]);
    let mut server = Server::start(&mut command, &dir.join("log"));
    server.wait_for_port("postfix", port);
    (server, port)
}
