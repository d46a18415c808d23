//! TLS begun on request, by the servers that hospitals run. Needs Dovecot, OpenLDAP’s slapd, vsftpd, `PostgreSQL`,
//! `MariaDB`, Prosody, `InspIRCd`, INN, xrdp, `FreeRDP`, `TigerVNC` and nmap: `./test.sh` installs them.

#![cfg(test)]

mod stage;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;
use stage::servers::{Started, dovecot, made_by_test_sh, script};
use stage::{Authority, HOST, Look, double, free_port, listens, openssl};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn start(program: &str, arguments: &[&str], port: u16) -> Started {
    Started::start(Command::new(program).args(arguments), port, program)
}

fn certified() -> Authority {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    // Servers drop their rights and still read their files.
    fs::set_permissions(authority.dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    authority
}

fn written(authority: &Authority, name: &str, text: &str) -> String {
    let path = authority.file(name);
    fs::write(&path, text.replace("@DIR@", authority.dir.path().to_str().unwrap())).unwrap();
    path.to_str().unwrap().to_owned()
}

/// What is seen through STARTTLS is what OpenSSL’s client sees through it.
async fn begins_tls(authority: &Authority, port: u16, protocol: &str) {
    let seen = Look { declared: protocol, roots: authority.root(), ..Look::at(port) }.take().await;
    assert_eq!((seen.fact("starttls"), seen.fact("starttls_protocol")), (json!("offered"), json!(protocol)));
    assert_eq!(seen.fact("trust.verdict"), "trusted", "{:?}", seen.observation.evidence);
    let said = openssl(
        authority.dir.path(),
        &format!("s_client -brief -connect 127.0.0.1:{port} -servername {HOST} -name {HOST} -starttls {protocol}"),
    );
    let version = seen.fact("negotiated.version").as_str().unwrap().replace("TLS ", "TLSv");
    assert!(said.contains(&format!("Protocol version: {version}")), "{said}");
    assert!(said.contains(seen.fact("negotiated.suite.name").as_str().unwrap()), "{said}");
}

/// The same server without TLS.
async fn offers_none(port: u16, declared: &str) {
    let seen = Look { declared, ..Look::at(port) }.take().await;
    assert_eq!((seen.fact("starttls"), seen.fact("speaks_tls")), (json!("not_offered"), json!(false)), "{declared}");
    assert_eq!(seen.volume, 1);
}

/// Where OpenSSL's client does not know the protocol, what is seen inside TLS is what the server was given.
async fn shows_its_certificate(authority: &Authority, port: u16, protocol: &str) {
    let seen = Look { declared: protocol, roots: authority.root(), ..Look::at(port) }.take().await;
    assert_eq!((seen.fact("starttls"), seen.fact("starttls_protocol")), (json!("offered"), json!(protocol)));
    assert_eq!(seen.fact("trust.verdict"), "trusted", "{:?}", seen.observation.evidence);
}

#[tokio::test(flavor = "multi_thread")]
async fn dovecot_begins_tls_in_each_of_its_protocols() {
    let authority = certified();
    let (server, [pop3, lmtp, sieve]) = dovecot(&authority, "ssl = required");
    for (port, protocol) in [(server.port, "imap"), (pop3, "pop3"), (lmtp, "lmtp"), (sieve, "sieve")] {
        begins_tls(&authority, port, protocol).await;
    }
    drop(server);
    let (server, [pop3, lmtp, sieve]) = dovecot(&authority, "ssl = no");
    for (port, protocol) in [(server.port, "imap"), (pop3, "pop3"), (lmtp, "lmtp"), (sieve, "sieve")] {
        offers_none(port, protocol).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prosody_begins_tls_for_people_and_for_servers() {
    let authority = certified();
    for encrypted in [true, false] {
        let (people, servers) = (free_port(), free_port());
        let modules = if encrypted { "\"tls\", \"saslauth\", \"dialback\"" } else { "\"saslauth\", \"dialback\"" };
        let settings = format!(
            "run_as_root = true\ndaemonize = false\npidfile = \"@DIR@/prosody.pid\"\ndata_path = \"@DIR@\"\n\
            log = {{ error = \"@DIR@/prosody.log\" }}\nmodules_enabled = {{ {modules} }}\n\
            interfaces = {{ \"127.0.0.1\" }}\nc2s_ports = {{ {people} }}\ns2s_ports = {{ {servers} }}\n\
            c2s_require_encryption = {encrypted}\ns2s_require_encryption = {encrypted}\n\
            VirtualHost \"{HOST}\"\n  ssl = {{ key = \"@DIR@/leaf.key\", certificate = \"@DIR@/leaf.pem\" }}\n"
        );
        let settings = written(&authority, &format!("prosody-{people}.cfg.lua"), &settings);
        let server = start("prosody", &["-F", "--config", &settings], people);
        for (port, protocol) in [(server.port, "xmpp"), (servers, "xmpp-server")] {
            assert!(listens(port));
            if encrypted {
                begins_tls(&authority, port, protocol).await;
            } else {
                offers_none(port, protocol).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inspircd_begins_tls() {
    let authority = certified();
    let port = free_port();
    let settings = format!(
        "<server name=\"irc.ch-demo.example\" description=\"demo\" network=\"demo\" id=\"97K\">\n\
        <admin name=\"-\" nick=\"-\" email=\"irc@ch-demo.example\">\n\
        <module name=\"ssl_gnutls\">\n<module name=\"starttls\">\n<starttls provider=\"gnutls\">\n\
        <sslprofile name=\"gnutls\" provider=\"gnutls\" certfile=\"@DIR@/leaf.pem\" keyfile=\"@DIR@/leaf.key\" \
        hash=\"sha256\">\n<bind address=\"127.0.0.1\" port=\"{port}\" type=\"clients\">\n\
        <connect name=\"main\" allow=\"*\" timeout=\"60\" commandrate=\"1000\" fakelag=\"no\" localmax=\"1000\" \
        globalmax=\"1000\" resolvehostnames=\"no\" useident=\"no\">\n<dns server=\"127.0.0.1\" timeout=\"5\">\n\
        <path datadir=\"@DIR@\" logdir=\"@DIR@\" runtimedir=\"@DIR@\">\n<pid file=\"@DIR@/irc.pid\">\n"
    );
    let settings = written(&authority, "irc.conf", &settings);
    // Without the module it says nothing at all to a command that it does not know: nothing can be told of it then.
    // This release falls over when it is told to stop; it need not leave its memory behind.
    let command = format!("ulimit -c 0; exec /usr/sbin/inspircd --nofork --runasroot --config {settings}");
    let server = start("sh", &["-c", &command], port);
    begins_tls(&authority, server.port, "irc").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn inn_begins_tls() {
    let authority = certified();
    for folder in ["db", "run", "log", "tmp", "spool/overview"] {
        fs::create_dir_all(authority.file(folder)).unwrap();
    }
    for file in ["db/active", "db/newsgroups", "db/history", "storage.conf"] {
        written(&authority, file, "");
    }
    written(
        &authority,
        "readers.conf",
        "auth all {\n  default: \"reader\"\n}\naccess all {\n  users: \"reader\"\n  newsgroups: \"*\"\n}\n",
    );
    let inn = made_by_test_sh("inn/usr/lib/news");
    let settings = format!(
        "mta: /bin/true\npathhost: {HOST}\ndomain: ch-demo.example\nhismethod: hisv6\novmethod: tradindexed\n\
        pathnews: {0}\npathbin: {0}/bin\npathetc: @DIR@\npathdb: @DIR@/db\npathrun: @DIR@/run\npathlog: @DIR@/log\n\
        pathtmp: @DIR@/tmp\npathspool: @DIR@/spool\ntlscertfile: @DIR@/leaf.pem\ntlskeyfile: @DIR@/leaf.key\n",
        inn.display()
    );
    let settings = written(&authority, "inn.conf", &settings);
    fs::set_permissions(authority.file("leaf.key"), fs::Permissions::from_mode(0o600)).unwrap();
    let owned = Command::new("chown").args(["-R", "news:news"]).arg(authority.dir.path()).status();
    assert!(owned.is_ok_and(|owned| owned.success()), "the user whom Debian keeps for news");
    let at_home = |command: &mut Command| {
        command.current_dir(authority.file("db")).env("INNCONF", &settings).env("LD_LIBRARY_PATH", &inn);
    };
    for (program, arguments) in [("makedbz", ["-i", "-o"].as_slice()), ("makehistory", &["-x", "-O", "-F"])] {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=news", "--regid=news", "--clear-groups"]).arg(inn.join("bin").join(program));
        at_home(command.args(arguments));
        assert!(command.status().is_ok_and(|made| made.success()), "{program}");
    }
    let port = free_port();
    // It begins as root and goes on as news.
    let mut command = Command::new(inn.join("bin/nnrpd-ssl"));
    at_home(command.args(["-D", "-f", "-4", "127.0.0.1", "-p", &port.to_string()]));
    let server = Started::start(&mut command, port, "INN");
    begins_tls(&authority, server.port, "nntp").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mariadb_begins_tls() {
    let authority = certified();
    for tls in [true, false] {
        let port = free_port();
        let data = authority.file(&format!("maria-{port}"));
        fs::create_dir(&data).unwrap();
        let mut arguments = vec![
            "--no-defaults".to_owned(),
            "--user=root".to_owned(),
            "--skip-grant-tables".to_owned(),
            "--bind-address=127.0.0.1".to_owned(),
            format!("--port={port}"),
            format!("--datadir={}", data.display()),
            format!("--socket={}/sock", data.display()),
            format!("--pid-file={}/pid", data.display()),
        ];
        if tls {
            arguments.push(format!("--ssl-cert={}", authority.file("leaf.pem").display()));
            arguments.push(format!("--ssl-key={}", authority.file("leaf.key").display()));
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let server = start("/usr/sbin/mariadbd", &arguments, port);
        if tls {
            begins_tls(&authority, server.port, "mysql").await;
        } else {
            offers_none(server.port, "mysql").await;
        }
    }
}

/// What wraps a handshake of SQL Server changes no fact of it; nmap's scripts speak it too. The packets are taken off and
/// put on by a script of ours: no such server is free.
#[tokio::test(flavor = "multi_thread")]
async fn tds_packets_change_no_fact() {
    const OF_NMAP: &str = "127.14.33.1";
    let authority = certified();
    let tls = authority.serve("-min_protocol TLSv1.1 -cipher ECDHE+AESGCM:AES256-SHA:@SECLEVEL=0");
    let bare = Look { declared: "tls", roots: authority.root(), ..Look::at(tls.port) }.take().await;
    let (program, backend) = (script("tds.py").display().to_string(), tls.port.to_string());
    for (encryption, offered) in [("0", true), ("1", true), ("2", false), ("3", true)] {
        let port = free_port();
        let places = [format!("127.0.0.1:{port}"), format!("{OF_NMAP}:1433")];
        let [own, of_nmap] = &places;
        let arguments = [&program, &backend, encryption, own, of_nmap];
        let server = start("/usr/bin/python3", &arguments, port);
        if !offered {
            offers_none(server.port, "mssql").await;
            continue;
        }
        let wrapped = Look { declared: "mssql", roots: authority.root(), ..Look::at(server.port) }.take().await;
        assert_eq!((wrapped.fact("starttls"), wrapped.fact("starttls_protocol")), (json!("offered"), json!("mssql")));
        for (name, fact) in wrapped.facts().iter().filter(|(name, _)| !name.starts_with("starttls")) {
            assert_eq!((name, fact), (name, &bare.fact(name)), "{encryption}");
        }
        // nmap takes "for the login alone" and "required" for a refusal.
        if encryption != "1" {
            continue;
        }
        let nmap = ["-n", "-Pn", "-p", "1433", "--script", "ssl-enum-ciphers", OF_NMAP];
        let said = Command::new("nmap").args(nmap).output().expect("nmap is installed by ./test.sh").stdout;
        let said = String::from_utf8_lossy(&said);
        for version in wrapped.fact("suites").as_array().unwrap().iter().filter(|one| one["version"] != "TLS 1.3") {
            for suite in version["accepted"].as_array().unwrap() {
                assert!(said.contains(suite.as_str().unwrap()), "{suite} {said}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn xrdp_begins_tls() {
    let authority = certified();
    for (layer, tls, standard) in [("tls", true, false), ("negotiate", true, true), ("rdp", false, true)] {
        let port = free_port();
        let settings = format!(
            "[Globals]\nport=tcp://127.0.0.1:{port}\nsecurity_layer={layer}\ncertificate=@DIR@/leaf.pem\n\
            key_file=@DIR@/leaf.key\nfork=true\nssl_protocols=TLSv1.2, TLSv1.3\n\
            [Logging]\nLogFile=@DIR@/xrdp.log\nLogLevel=ERROR\nEnableSyslog=false\n[Xorg]\nname=Xorg\nlib=libxup.so\n"
        );
        let settings = written(&authority, &format!("xrdp-{port}.ini"), &settings);
        let server = start("/usr/sbin/xrdp", &["--nodaemon", "--config", &settings], port);
        if tls {
            shows_its_certificate(&authority, server.port, "rdp").await;
        } else {
            let seen = Look { declared: "rdp", ..Look::at(server.port) }.take().await;
            assert_eq!((seen.fact("starttls"), seen.fact("speaks_tls")), (json!("not_offered"), json!(false)));
        }
        is_protected(server.port, "absent", standard).await;
    }
}

/// How a remote desktop is protected beside TLS.
async fn is_protected(port: u16, nla: &str, standard: bool) {
    let seen = Look { declared: "rdp", ..Look::at(port) }.take().await;
    let protection = json!({"standard_security": standard, "network_level_authentication": nla});
    assert_eq!(seen.fact("remote_desktop"), protection, "{:?}", seen.observation.evidence);
}

#[tokio::test(flavor = "multi_thread")]
async fn freerdp_asks_who_people_are() {
    const DISPLAY: &str = ":73";
    let authority = certified();
    let screen = free_port();
    let arguments = [DISPLAY, "-rfbport", &screen.to_string(), "-localhost", "-SecurityTypes", "None"];
    let _screen = start("/usr/bin/Xtigervnc", &arguments, screen);
    let folder = authority.file("freerdp/shadow");
    fs::create_dir_all(&folder).unwrap();
    for (file, name) in [("leaf.pem", "shadow.crt"), ("leaf.key", "shadow.key")] {
        fs::copy(authority.file(file), folder.join(name)).unwrap();
    }
    for (security, nla, standard) in
        [("/sec:nla", "required", false), ("/sec:tls", "absent", false), ("/sec:rdp", "absent", true)]
    {
        let port = free_port();
        let mut command = Command::new("freerdp-shadow-cli");
        command.env("DISPLAY", DISPLAY).env("XDG_CONFIG_HOME", authority.dir.path());
        command.args([&format!("/port:{port}"), "/bind-address:127.0.0.1", security]);
        let server = Started::start(&mut command, port, security);
        is_protected(server.port, nla, standard).await;
        if !standard {
            shows_its_certificate(&authority, server.port, "rdp").await;
        }
    }
}

/// Windows with its settings of origin before 2012: people may show who they are first.
#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_that_does_not_insist() {
    let port = double(|mut stream| async move {
        let mut request = [0; 19];
        let _ = stream.read_exact(&mut request).await;
        let chosen = [0, 1, 2, 2][usize::from(request[15])];
        let _ = stream.write_all(&[3, 0, 0, 19, 14, 0xd0, 0, 0, 0, 0, 0, 2, 0, 8, 0, chosen, 0, 0, 0]).await;
        // What follows is no TLS.
        let _ = stream.write_all(b"no more").await;
    })
    .await;
    is_protected(port, "offered", true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tigervnc_begins_tls() {
    let authority = certified();
    let (certificate, key) = (authority.file("leaf.pem"), authority.file("leaf.key"));
    for (number, kinds) in [(":71", "X509None"), (":72", "None")] {
        let port = free_port();
        let number_of_port = port.to_string();
        let arguments = [
            number,
            "-rfbport",
            &number_of_port,
            "-localhost",
            "-nolisten",
            "unix",
            "-SecurityTypes",
            kinds,
            "-X509Cert",
            certificate.to_str().unwrap(),
            "-X509Key",
            key.to_str().unwrap(),
            "-BlacklistThreshold",
            "1000",
        ];
        let server = start("/usr/bin/Xtigervnc", &arguments, port);
        if kinds == "None" {
            offers_none(server.port, "vnc").await;
        } else {
            shows_its_certificate(&authority, server.port, "vnc").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn openldap_begins_tls() {
    let authority = certified();
    let (with, without) = (free_port(), free_port());
    let start = |tls: &str, port: u16| {
        let settings =
            written(&authority, &format!("slapd-{port}.conf"), &format!("pidfile @DIR@/slapd-{port}.pid\n{tls}"));
        start("/usr/sbin/slapd", &["-h", &format!("ldap://127.0.0.1:{port}"), "-f", &settings, "-d", "0"], port)
    };
    let server = start("TLSCertificateFile @DIR@/leaf.pem\nTLSCertificateKeyFile @DIR@/leaf.key\n", with);
    begins_tls(&authority, server.port, "ldap").await;
    let server = start("", without);
    let seen = Look { declared: "ldap", ..Look::at(server.port) }.take().await;
    assert_eq!(seen.fact("speaks_tls"), false);
    assert!(["not_offered", "refused"].contains(&seen.fact("starttls").as_str().unwrap()), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn vsftpd_begins_tls() {
    let authority = certified();
    fs::create_dir_all("/var/run/vsftpd/empty").unwrap();
    let start = |tls: &str| {
        let port = free_port();
        let settings = format!(
            "listen=YES\nlisten_address=127.0.0.1\nlisten_port={port}\nbackground=NO\nanonymous_enable=YES\n\
            secure_chroot_dir=/var/run/vsftpd/empty\nrsa_cert_file=@DIR@/leaf.pem\nrsa_private_key_file=@DIR@/leaf.key\nssl_enable={tls}\n"
        );
        let settings = written(&authority, &format!("vsftpd-{port}.conf"), &settings);
        start("/usr/sbin/vsftpd", &[&settings], port)
    };
    let server = start("YES");
    begins_tls(&authority, server.port, "ftp").await;
    let server = start("NO");
    offers_none(server.port, "ftp").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_begins_tls() {
    let authority = certified();
    let data = authority.file("data");
    let (user, group) = owner_of("/var/lib/postgresql");
    fs::create_dir(&data).unwrap();
    chown(&data, Some(user), Some(group)).unwrap();
    let bin = newest_postgresql();
    let [user_option, group_option] = [format!("--reuid={user}"), format!("--regid={group}")];
    let drop_rights = [user_option.as_str(), &group_option, "--clear-groups"];
    let folder = data.to_str().unwrap();
    let made = Command::new("setpriv")
        .args(drop_rights)
        .args([&format!("{bin}/initdb"), "-D", folder, "-A", "trust"])
        .stdout(Stdio::null())
        .status();
    assert!(made.is_ok_and(|made| made.success()), "initdb");
    for file in ["leaf.pem", "leaf.key"] {
        fs::copy(authority.file(file), data.join(file)).unwrap();
        chown(data.join(file), Some(user), Some(group)).unwrap();
        fs::set_permissions(data.join(file), fs::Permissions::from_mode(0o600)).unwrap();
    }
    for tls in ["on", "off"] {
        let port = free_port();
        let (program, number, ssl) = (format!("{bin}/postgres"), port.to_string(), format!("ssl={tls}"));
        let mut arguments = drop_rights.to_vec();
        arguments.extend([program.as_str(), "-D", folder, "-p", &number, "-c", "listen_addresses=127.0.0.1"]);
        arguments.extend(["-c", "unix_socket_directories=", "-c", &ssl]);
        arguments.extend(["-c", "ssl_cert_file=leaf.pem", "-c", "ssl_key_file=leaf.key"]);
        let server = start("setpriv", &arguments, port);
        if tls == "on" {
            begins_tls(&authority, server.port, "postgres").await;
        } else {
            offers_none(server.port, "postgres").await;
        }
    }
}

fn owner_of(path: &str) -> (u32, u32) {
    use std::os::unix::fs::MetadataExt;
    let owner = fs::metadata(path).expect("PostgreSQL is installed by ./test.sh");
    (owner.uid(), owner.gid())
}

fn newest_postgresql() -> String {
    let versions = fs::read_dir(Path::new("/usr/lib/postgresql")).expect("PostgreSQL is installed by ./test.sh");
    let newest = versions.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).max();
    format!("/usr/lib/postgresql/{}/bin", newest.expect("a version of PostgreSQL"))
}
