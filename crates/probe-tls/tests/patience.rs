//! Servers that bear few connections: looked at slower, with the same facts.

#![cfg(test)]

mod stage;

use std::time::Duration;

use futures_util::future::join_all;
use stage::relays::{one_at_a_time, two_each};
use stage::{Authority, Look, Nginx, Seen};

/// Every fact that is not the same.
fn differences(seen: &Seen, expected: &Seen) -> Vec<String> {
    let places = expected.facts().iter();
    let differ = places.filter(|(place, fact)| seen.fact(place) != **fact);
    differ.map(|(place, fact)| format!("{place}: {} instead of {fact}", seen.fact(place))).collect()
}

async fn look(authority: &Authority, port: u16, at_once: usize) -> Seen {
    Look { roots: authority.root(), deadline: Duration::from_mins(3), at_once, ..Look::at(port) }.take().await
}

/// Versions from TLS 1.0 on: one that is told as refused would be seen.
fn served() -> (Authority, Nginx) {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = "ssl_certificate leaf.pem; ssl_certificate_key leaf.key; ssl_session_cache shared:s:1m;
        ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ECDHE-RSA-AES128-SHA:AES128-SHA:@SECLEVEL=0;";
    let nginx = Nginx::start(&authority, server);
    (authority, nginx)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_at_a_time() {
    let (authority, server) = served();
    let expected = look(&authority, server.port, 16).await;
    for at_once in [1, 2, 4, 16] {
        let seen = look(&authority, one_at_a_time(server.port).await, at_once).await;
        assert_eq!(differences(&seen, &expected), Vec::<String>::new(), "{at_once}: {:?}", seen.observation.evidence);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn few_connections_in_a_while() {
    let (authority, server) = served();
    let expected = look(&authority, server.port, 16).await;
    let looks = [2, 4, 16].map(|at_once| {
        let authority = &authority;
        async move {
            let slow = two_each(Duration::from_secs(1), server.port).await;
            (at_once, look(authority, slow, at_once).await)
        }
    });
    for (at_once, seen) in join_all(looks).await {
        assert_eq!(differences(&seen, &expected), Vec::<String>::new(), "{at_once}: {:?}", seen.observation.evidence);
    }
}
