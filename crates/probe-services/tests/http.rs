//! HTTP: compared with curl on real servers, then with servers that misbehave.
#![cfg(test)]

mod doubles;

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use doubles::{
    RealServer, context_with, facts, free_port, gap, installed, look, look_in, named_target, own_address, recorder,
    serve, target, web,
};
use serde_json::json;
use vigie_model::{Evidence, Host, Outcome, Reason};
use vigie_probe::{DoorSettings, Probe};
use vigie_probe_services::HttpProbe;

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// Header fields that curl sees, with their lower-case names, and the status.
fn curl(url: &str) -> (u64, Vec<(String, String)>) {
    let output = Command::new("curl").args(["-sk", "--max-time", "10", "-D", "-", "-o", "/dev/null", url]).output();
    let said = String::from_utf8(output.unwrap().stdout).unwrap();
    let status = said.split_whitespace().nth(1).unwrap().parse().unwrap();
    let fields = said.lines().filter_map(|line| line.split_once(": "));
    (status, fields.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect())
}

/// nginx with a site in clear and one inside TLS; `http` and `https` are the inside of their blocks.
fn nginx(program: &str, folder: &Path, http: &str, https: &str) -> (RealServer, u16, u16) {
    let certified = rcgen::generate_simple_self_signed(["www.ch-demo.example".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), certified.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), certified.signing_key.serialize_pem()).unwrap();
    std::fs::write(folder.join("index.html"), "<html><head><title>Portail de démonstration</title>").unwrap();
    let (clear, tls) = (free_port(), free_port());
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {0}/{name};", folder.display()))
        .concat();
    let http = http.replace("{tls}", &tls.to_string());
    let settings = format!(
        "daemon off; master_process off; pid {0}/pid; error_log {0}/error.log; events {{}}
         http {{ access_log off; {temporary} root {0}; index index.html;
         server {{ listen 127.0.0.1:{clear}; {http} }}
         server {{ listen 127.0.0.1:{tls} ssl; ssl_certificate {0}/cert.pem; ssl_certificate_key {0}/key.pem; {https} }} }}",
        folder.display(),
    );
    std::fs::write(folder.join("nginx.conf"), settings).unwrap();
    let mut command = Command::new(program);
    command.arg("-p").arg(folder).arg("-c").arg(folder.join("nginx.conf")).arg("-e").arg(folder.join("error.log"));
    (RealServer::start(&mut command, clear), clear, tls)
}

#[tokio::test]
async fn a_careful_nginx_shows_its_care() {
    let Some(program) = installed(&["/usr/sbin/nginx"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let careful = "add_header Strict-Transport-Security 'max-age=63072000; includeSubDomains' always;
        add_header Content-Security-Policy \"frame-ancestors 'none'\"; add_header X-Content-Type-Options nosniff;
        add_header Set-Cookie 'session=abc; Secure; HttpOnly; SameSite=Strict'; server_tokens off;";
    let redirect = "return 301 https://127.0.0.1:{tls}$request_uri;";
    let (_server, clear, tls) = nginx(program, folder.path(), redirect, careful);

    let seen = look(&HttpProbe::new(), &target(loopback(clear), Some("http"))).await;
    let from_clear = facts(&seen);
    let (status, fields) = curl(&format!("http://127.0.0.1:{clear}/"));
    assert_eq!((status, &from_clear["status"]), (301, &json!(301)));
    assert!(fields.contains(&("location".to_owned(), format!("https://127.0.0.1:{tls}/"))));
    assert_eq!(from_clear["redirects"], json!([{"status": 301, "to": format!("https://127.0.0.1:{tls}/")}]));
    assert_eq!(
        (&from_clear["redirects_to_https"], &from_clear["chain_end"], &from_clear["final_scheme"]),
        (&json!(true), &json!("answer"), &json!("https"))
    );
    assert_eq!(from_clear["hsts"]["sent"], json!(false), "the other endpoint's header is not this one's");

    let seen = look(&HttpProbe::new(), &target(loopback(tls), Some("https"))).await;
    let inside = facts(&seen);
    let (status, fields) = curl(&format!("https://127.0.0.1:{tls}/"));
    let server = fields.iter().find(|(name, _)| name == "server").map(|(_, value)| value.trim());
    assert_eq!((json!(status), json!(server)), (inside["status"].clone(), inside["server"].clone()));
    assert_eq!(
        inside["hsts"],
        json!({"sent": true, "max_age_s": 63_072_000, "include_subdomains": true, "preload": false})
    );
    assert_eq!(
        (&inside["framing_restricted"], &inside["nosniff"], &inside["discloses_version"], &inside["title"]),
        (&json!(true), &json!(true), &json!(false), &json!("Portail de démonstration"))
    );
    assert_eq!(
        inside["cookies"],
        json!([{"name": "session", "secure": true, "http_only": true, "same_site": "strict"}])
    );
    assert!(!serde_json::to_string(&seen).unwrap().contains("abc"), "a cookie's value is nobody's evidence");
}

#[tokio::test]
async fn a_page_that_comes_compressed_is_read_all_the_same() {
    let Some(program) = installed(&["/usr/sbin/nginx"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (_server, clear, tls) = nginx(program, folder.path(), "gzip off;", "gzip on; gzip_min_length 1;");
    for (port, protocol, compressed) in [(clear, "http", false), (tls, "https", true)] {
        let seen = look(&HttpProbe::new(), &target(loopback(port), Some(protocol))).await;
        assert_eq!(facts(&seen)["compressed"], json!(compressed), "{protocol}");
        assert_eq!(facts(&seen)["title"], json!("Portail de démonstration"));
    }
}

#[tokio::test]
async fn a_careless_nginx_shows_that_too() {
    let Some(program) = installed(&["/usr/sbin/nginx"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (_server, clear, tls) = nginx(program, folder.path(), "", "add_header Set-Cookie a=b;");
    let seen = look(&HttpProbe::new(), &target(loopback(clear), Some("http"))).await;
    let (status, fields) = curl(&format!("http://127.0.0.1:{clear}/"));
    assert_eq!(
        (facts(&seen)["status"].clone(), facts(&seen)["redirects_to_https"].clone()),
        (json!(status), json!(false))
    );
    let version = fields.iter().find(|(name, _)| name == "server").unwrap().1.trim().replace("nginx/", "");
    assert_eq!(facts(&seen)["products"][0]["version"], json!(version));

    let seen = look(&HttpProbe::new(), &target(loopback(tls), Some("https"))).await;
    assert_eq!(facts(&seen)["hsts"]["sent"], json!(false));
    assert_eq!(facts(&seen)["security_headers"], json!([]));
    assert_eq!(facts(&seen)["framing_restricted"], json!(false));
    assert_eq!(facts(&seen)["cookies"][0]["secure"], json!(false));

    // HTTP spoken to the TLS port, and TLS to the one in clear.
    let seen = look(&vigie_probe_services::PortProbe::new(), &target(loopback(tls), Some("https"))).await;
    assert_eq!((&facts(&seen)["protocol"], &facts(&seen)["identified_by"]), (&json!("https"), &json!("answer")));
    let seen = look(&HttpProbe::new(), &target(loopback(clear), Some("https"))).await;
    assert!(matches!(seen.outcome, Outcome::Unknown { reason: Reason::PeerMisbehaved, .. }), "{:?}", seen.outcome);
}

#[tokio::test]
async fn python_s_own_server_is_read() {
    let Some(program) = installed(&["/usr/bin/python3", "/usr/local/bin/python3"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut command = Command::new(program);
    command.args(["-m", "http.server", "--bind", "127.0.0.1", &port.to_string()]).current_dir(folder.path());
    let _server = RealServer::start(&mut command, port);
    let seen = look(&HttpProbe::new(), &target(loopback(port), Some("http"))).await;
    let facts = facts(&seen);
    assert_eq!((&facts["status"], &facts["title"]), (&json!(200), &json!("Directory listing for /")));
    assert_eq!(
        (&facts["products"][0]["name"], &facts["products"][1]["name"]),
        (&json!("SimpleHTTP"), &json!("Python"))
    );
}

#[tokio::test]
async fn redirects_stop_at_the_border_of_the_scope() {
    for (location, to_https) in [
        ("https://127.200.0.1/", Some(json!(true))),
        ("http://127.200.0.1/", None),
        ("http://9.9.9.9/", None),
        ("http://127.0.0.1:515/", None),
        ("http://127.0.0.1:25/", None),
    ] {
        let at =
            web(move |_| format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n").into());
        let seen = look(&HttpProbe::new(), &target(at, Some("http"))).await;
        assert_eq!(facts(&seen)["chain_end"], json!("leaves_scope"), "{location}");
        assert_eq!(facts(&seen).get("redirects_to_https"), to_https.as_ref(), "{location}");
        if to_https.is_none() {
            assert_eq!(gap(&seen, "redirects_to_https"), Some(json!("out_of_scope")));
        }
    }
}

#[tokio::test]
async fn a_redirect_never_reaches_a_printer() {
    let (printer, heard) = recorder(SocketAddr::new(own_address(3), 9100), b"");
    let at = web(move |_| format!("HTTP/1.1 302 Found\r\nLocation: http://{printer}/\r\n\r\n").into());
    let seen = look(&HttpProbe::new(), &target(at, Some("http"))).await;
    assert_eq!(facts(&seen)["chain_end"], json!("leaves_scope"));
    assert!(heard.try_recv().is_err(), "nobody came");
}

#[tokio::test]
async fn loops_and_long_chains_end() {
    let turning = web(|_| b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n".to_vec());
    let seen = look(&HttpProbe::new(), &target(turning, Some("http"))).await;
    assert_eq!((&facts(&seen)["chain_end"], &facts(&seen)["redirects_to_https"]), (&json!("loop"), &json!(false)));
    let long =
        web(|line| format!("HTTP/1.1 302 Found\r\nLocation: {}x\r\n\r\n", line.split(' ').nth(1).unwrap()).into());
    let context = context_with(Duration::from_secs(30), DoorSettings::default());
    let seen = look_in(&context, &HttpProbe::new(), &target(long, Some("http"))).await;
    assert_eq!(facts(&seen)["chain_end"], json!("too_many"));
    assert_eq!(facts(&seen)["redirects"].as_array().unwrap().len(), 6);
    assert_eq!(context.door.volume().connections, 6, "the page and five redirects");
    let nowhere = web(|_| b"HTTP/1.1 302 Found\r\nLocation: javascript:alert(1)\r\n\r\n".to_vec());
    let seen = look(&HttpProbe::new(), &target(nowhere, Some("http"))).await;
    assert_eq!(facts(&seen)["chain_end"], json!("unreadable"));
    let absent = free_port();
    let gone = web(move |_| format!("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{absent}/\r\n\r\n").into());
    let seen = look(&HttpProbe::new(), &target(gone, Some("http"))).await;
    assert_eq!(
        (&facts(&seen)["chain_end"], gap(&seen, "redirects_to_https")),
        (&json!("no_answer"), Some(json!("refused")))
    );
}

#[tokio::test]
async fn a_name_is_asked_for_by_name_at_the_address_that_was_resolved() {
    let (report, heard) = std::sync::mpsc::channel();
    let at = serve(move |mut stream| {
        let mut request = vec![0; 4096];
        let length = stream.read(&mut request).unwrap();
        request.truncate(length);
        report.send(String::from_utf8(request).unwrap()).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    let host = Host::Name("www.ch-demo.example".parse().unwrap());
    look(&HttpProbe::new(), &named_target(host, at, Some("http"))).await;
    let request = heard.recv().unwrap();
    assert!(request.starts_with("GET / HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(&format!("host: www.ch-demo.example:{}\r\n", at.port())), "{request}");
}

#[tokio::test]
async fn hostile_servers_cost_little_and_prove_nothing() {
    let fat_head = web(|_| {
        let mut head = b"HTTP/1.1 200 OK\r\n".to_vec();
        head.extend(std::iter::repeat_n(*b"X-Fat: aaaaaaaaaaaaaaaa\r\n", 400_000).flatten());
        head
    });
    let garbage = serve(|mut stream| drop(stream.write_all(&[0xff; 512])));
    let mute = serve(drop);
    for at in [fat_head, garbage, mute] {
        match look(&HttpProbe::new(), &target(at, Some("http"))).await.outcome {
            Outcome::Unknown { reason, .. } => assert_eq!(reason, Reason::PeerMisbehaved),
            other => panic!("{other:?}"),
        }
    }
    let closed = loopback(free_port());
    assert_eq!(look(&HttpProbe::new(), &target(closed, Some("http"))).await.outcome, Outcome::Absent);
    let drip = serve(|mut stream| {
        while stream.write_all(b"H").is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    });
    let context = context_with(Duration::from_millis(500), DoorSettings::default());
    let seen = look_in(&context, &HttpProbe::new(), &target(drip, Some("http"))).await;
    assert!(matches!(seen.outcome, Outcome::Unknown { .. }), "{seen:?}");
}

#[tokio::test]
async fn an_endless_page_still_has_a_title_kept_as_it_came() {
    let at = serve(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n<title>\x1b[31m<script>alert(1)</script></title>");
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    let seen = look(&HttpProbe::new(), &target(at, Some("http"))).await;
    let title = "\u{1b}[31m<script>alert(1)</script>";
    assert_eq!(facts(&seen)["title"], json!(title));
    assert_eq!(seen.evidence.last(), Some(&Evidence::text("title", title)));
}

#[test]
fn http_goes_only_where_it_is_spoken() {
    let probe = HttpProbe::new();
    let concerns = |port, declared| probe.concerns(&target(loopback(port), declared));
    assert!(concerns(80, None) && concerns(443, None) && concerns(40_000, Some("https")));
    assert!(!concerns(40_000, None) && !concerns(22, None) && !concerns(80, Some("ssh")) && !concerns(80, Some("?")));
    assert!(!concerns(9100, Some("http")) && !concerns(104, Some("https")) && !concerns(515, Some("http")));
}
