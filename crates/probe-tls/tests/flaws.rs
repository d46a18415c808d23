//! Servers with known flaws, and beside each the sound one that differs in nothing else.

#![cfg(test)]

mod stage;

use std::collections::BTreeSet;

use stage::relays::{SESSION_ID, bleeding, is_server_hello, relay, relay_hearing};
use stage::scripted::{Flaws, scripted};
use stage::servers::tlslite;
use stage::{Authority, Look, Seen, look};
use vigie_model::Reason;

fn flaws(seen: &Seen) -> BTreeSet<String> {
    let flaws = seen.fact("flaws");
    let flaws = flaws.as_object().expect("flaws").iter();
    flaws.filter(|(_, has)| **has == true).map(|(name, _)| name.clone()).collect()
}

/// The flaws of a scripted server, CBC's own left out.
async fn flaws_of(script: Flaws) -> BTreeSet<String> {
    let seen = Look::at(scripted(script).await).take().await;
    assert_eq!(seen.accepted(), ["1.1", "1.2"], "{:?}", seen.observation.evidence);
    let mut found = flaws(&seen);
    assert!(found.remove("lucky13"));
    found
}

fn only(name: &str) -> BTreeSet<String> {
    BTreeSet::from([name.to_owned()])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_server_has_none() {
    assert_eq!(flaws_of(Flaws::default()).await, BTreeSet::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn heartbleed_is_told_from_heartbeats() {
    let heartbeat = Flaws { heartbeat: true, ..Flaws::default() };
    assert_eq!(flaws_of(heartbeat).await, BTreeSet::new());
    assert_eq!(flaws_of(Flaws { heartbleed: true, ..heartbeat }).await, only("heartbleed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_early_change_of_cipher() {
    assert_eq!(flaws_of(Flaws { ccs_injection: true, ..Flaws::default() }).await, only("ccs_injection"));
    // A silence alone proves nothing.
    let slow = Look::at(scripted(Flaws { slow_to_mind: true, ..Flaws::default() }).await).take().await;
    assert_eq!(slow.gap("flaws.ccs_injection"), Some(Reason::PeerMisbehaved));
}

#[tokio::test(flavor = "multi_thread")]
async fn padding_that_answers_give_away() {
    assert_eq!(flaws_of(Flaws { robot: true, ..Flaws::default() }).await, only("robot"));
    assert_eq!(flaws_of(Flaws { robot_when_short: true, ..Flaws::default() }).await, only("robot"));
    // An answer that comes early says nothing, as long as it is always the same.
    let hasty = Look::at(scripted(Flaws { hasty: true, ..Flaws::default() }).await).take().await;
    assert_eq!(hasty.fact("flaws.robot"), false, "{:?}", hasty.observation.outcome);
}

#[tokio::test(flavor = "multi_thread")]
async fn ssl2_and_export_suites() {
    let seen = Look::at(scripted(Flaws { ssl2: true, ..Flaws::default() }).await).take().await;
    assert_eq!(seen.fact("versions.ssl20"), true);
    assert!(flaws(&seen).contains("drown"));
    assert_eq!(flaws_of(Flaws { export: true, ..Flaws::default() }).await, ["freak", "rc4"].map(str::to_owned).into());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ephemeral_key_that_is_always_the_same() {
    let seen = Look::at(scripted(Flaws { same_key: true, ..Flaws::default() }).await).take().await;
    assert_eq!(seen.fact("fresh_ephemeral_keys"), false);
    // Nor does it heed a client that says it fell back.
    assert_eq!(seen.fact("fallback_refused"), false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_byte_of_memory_behind_a_session_id() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = authority.serve("-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256");
    let seen = look(&authority, bleeding(server.port).await).await;
    assert_eq!(flaws(&seen), only("ticketbleed"));
    let sound = look(&authority, relay(server.port, |_| true, |answer| answer).await).await;
    assert_eq!(flaws(&sound), BTreeSet::new());
    assert_eq!(sound.fact("sessions.resumes_by_ticket"), true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hides_that_it_knows_tls13() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = authority.serve("");
    let silent = relay(
        server.port,
        |_| true,
        |mut answer| {
            let end = SESSION_ID.min(answer.len());
            if is_server_hello(&answer) && answer[end - 8..end].starts_with(b"DOWNGRD") {
                answer[end - 8..end].fill(7);
            }
            answer
        },
    );
    let seen = look(&authority, silent.await).await;
    assert_eq!(seen.accepted(), ["1.2", "1.3"]);
    assert_eq!(seen.fact("downgrade_warning"), false);
}

/// Old balancers drop hellos with an extension that they do not know. Nothing else may be told wrong of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_bear_what_it_does_not_know() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = authority.serve("-tls1_2");
    let knows_all = |hello: &[u8]| !hello.windows(4).any(|part| part == [0x3a, 0x3a, 0, 0]);
    let seen = look(&authority, relay(server.port, knows_all, |answer| answer).await).await;
    assert_eq!(seen.fact("bears_unknown_extensions"), false);
    assert_eq!(seen.fact("versions.tls12"), true);
    assert_eq!(seen.fact("trust.verdict"), "trusted");
}

#[tokio::test(flavor = "multi_thread")]
async fn padding_that_nobody_looks_at() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    for (minor, version) in [(0, "1.0"), (1, "1.1"), (2, "1.2")] {
        for (kind, flawed) in [("sound", false), ("flawed", true)] {
            let server = tlslite(&authority, kind, minor);
            let seen = look(&authority, server.port).await;
            assert_eq!(seen.accepted(), [version]);
            assert_eq!(seen.fact("flaws.poodle_tls"), flawed, "{kind} {version}");
        }
    }
}

/// Some servers hang up on clients that know more than they do.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_bear_newer_versions() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = authority.serve("-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384");
    let knows_the_version = |hello: &[u8]| hello.get(9..11).is_none_or(|claimed| claimed <= [3, 3].as_slice());
    let seen = look(&authority, relay(server.port, knows_the_version, |answer| answer).await).await;
    assert_eq!((seen.fact("bears_newer_versions"), seen.fact("bears_long_hellos")), (false.into(), true.into()));
    assert_eq!(seen.fact("suites")[0]["chosen_by"], "client");
    assert_eq!(flaws(&seen), BTreeSet::new());
}

/// Windows says no by closing the connection, without an alert.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_without_a_word() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let wordless = |answer: Vec<u8>| if answer.first() == Some(&21) { Vec::new() } else { answer };
    for options in [
        "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA -groups P-256:P-384",
        "-tls1_3 -groups X25519:P-256",
        "-tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384 -groups X25519",
    ] {
        let server = authority.serve(options);
        let seen = look(&authority, server.port).await;
        let strict = look(&authority, relay(server.port, |_| true, wordless).await).await;
        for fact in
            ["versions", "suites", "groups", "signature_schemes", "signs_with_sha1", "trust", "bears_long_hellos"]
        {
            assert_eq!(strict.fact(fact), seen.fact(fact), "{options} {fact}");
        }
        assert!(strict.volume <= 120, "{}", strict.volume);
    }
}

/// Some boxes read a hello from one record.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_bear_split_hellos() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let is_whole = |hello: &[u8]| match hello {
        [_, _, _, high, low, _, _, of_high, of_low, ..] => [high, low] >= [of_high, of_low],
        _ => true,
    };
    for version in ["-tls1_2", "-tls1_3", "-tls1 -cipher AES128-SHA:@SECLEVEL=0"] {
        let server = authority.serve(version);
        let seen = look(&authority, server.port).await;
        assert_eq!(seen.fact("bears_split_hellos"), true, "{version}");
        let strict = look(&authority, relay(server.port, is_whole, |answer| answer).await).await;
        assert_eq!(strict.fact("bears_split_hellos"), false, "{version}");
        for fact in ["suites", "groups", "trust", "flaws", "bears_long_hellos", "bears_newer_versions"] {
            assert_eq!(strict.fact(fact), seen.fact(fact), "{version} {fact}");
        }
    }
}

/// Some boxes read a hello from one packet. Every suite is found all the same, the rare ones too.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_bear_long_hellos() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = authority.serve("-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ARIA128-GCM-SHA256");
    let is_short = |hello: &[u8]| hello.len() < 600;
    let seen = look(&authority, relay(server.port, is_short, |answer| answer).await).await;
    assert_eq!((seen.fact("bears_long_hellos"), seen.fact("bears_unknown_extensions")), (false.into(), true.into()));
    let both = ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256"];
    assert_eq!(seen.fact("suites")[0]["accepted"], serde_json::json!(both));
}

/// Others read only so many suites, and refuse what they would take further on: that refusal must not count.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_reads_only_the_first_suites() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = authority.serve("-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ARIA128-GCM-SHA256");
    let hears_the_first = |mut hello: Vec<u8>| {
        // Record, message, version, random and no session come before the suites.
        const SUITES: usize = 5 + 4 + 2 + 32 + 1;
        const READ: usize = 2 * 64;
        if hello.get(5) == Some(&1) && hello.get(SUITES - 1) == Some(&0) {
            let length = usize::from(u16::from_be_bytes([hello[SUITES], hello[SUITES + 1]]));
            let first = SUITES + 2;
            for unread in hello[first..first + length].iter_mut().skip(READ) {
                *unread = 0xee;
            }
        }
        Some(hello)
    };
    let seen = look(&authority, relay_hearing(server.port, hears_the_first, |answer| answer).await).await;
    let both = ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256"];
    assert_eq!(seen.fact("suites")[0]["accepted"], serde_json::json!(both));
    // It is the suites that it does not read, and not what comes after them.
    assert_eq!(seen.fact("bears_long_hellos"), true);
}
