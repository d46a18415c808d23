//! An authority that two roots signed, made by OpenSSL: the ways to each of them.

#![cfg(test)]

mod stage;

use std::fs;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use stage::{Authority, Look, openssl};

/// Certifies the intermediate's key under a root of this name, which is made for it.
fn sign_by(authority: &Authority, root: &str, dates: &str) {
    let dir = authority.dir.path();
    openssl(
        dir,
        &format!(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {root}.key -out {root}.pem -days 3650 -extensions v3_ca -subj /CN=Racine~{root}"
        ),
    );
    openssl(
        dir,
        &format!(
            "ca -batch -notext -in middle.csr -out middle-{root}.pem -extensions v3_ca -cert {root}.pem -keyfile {root}.key {dates}"
        ),
    );
}

fn path(root: &str, in_force: bool) -> Value {
    let root = format!("CN=Racine {root}");
    json!({"through": ["CN=Intermediaire"], "root": root, "source": "facility", "in_force": in_force})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cross_signed_authority_leads_to_each_of_its_roots() {
    let authority = Authority::new();
    let dir = authority.dir.path();
    openssl(
        dir,
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out middle.csr -subj /CN=Intermediaire",
    );
    sign_by(&authority, "nouvelle", "");
    sign_by(&authority, "ancienne", "-startdate 20200101000000Z -enddate 20210101000000Z");
    fs::copy(authority.file("middle-nouvelle.pem"), authority.file("ca.pem")).unwrap();
    authority.certify("ec -pkeyopt ec_paramgen_curve:P-256", "");
    let both = ["middle-nouvelle.pem", "middle-ancienne.pem"].map(|file| fs::read(authority.file(file)).unwrap());
    fs::write(authority.file("both.pem"), both.concat()).unwrap();
    let server = authority.serve("-cert_chain both.pem");
    let root = |name: &str| CertificateDer::from_pem_file(authority.file(&format!("{name}.pem"))).unwrap();

    let seen = Look { roots: vec![root("nouvelle"), root("ancienne")], ..Look::at(server.port) }.take().await;
    assert_eq!(seen.fact("paths"), json!([path("nouvelle", true), path("ancienne", false)]));
    assert_eq!(seen.fact("trust.verdict"), "trusted");
    let seen = Look { roots: vec![root("ancienne")], ..Look::at(server.port) }.take().await;
    assert_eq!(seen.fact("paths"), json!([path("ancienne", false)]));
    let seen = Look::at(server.port).take().await;
    assert_eq!(seen.fact("paths"), json!([]));
}
