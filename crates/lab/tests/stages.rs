//! The sample folders start, answer, and are written as folders that a scan can read.

#![expect(clippy::disallowed_methods, reason = "tests play the other side of the network")]

use jiff::civil::date;
use tokio::io::AsyncReadExt;
use vigie_lab::{DEMONSTRATION, EXEMPLARY, Lab};

#[tokio::test]
async fn every_sample_starts_and_writes_its_folder() {
    for sample in [&DEMONSTRATION, &EXEMPLARY] {
        let today = date(2027, 3, 1);
        let lab = Lab::start(sample, today).await.unwrap_or_else(|why| panic!("{why}"));
        let folder = tempfile::tempdir().unwrap();
        sample.write(folder.path(), &lab, today).unwrap();
        let facility = std::fs::read_to_string(folder.path().join("facility.yaml")).unwrap();
        assert!(facility.contains(&lab.name_server().to_string()), "{facility}");
        for (at, port) in lab.ports() {
            let name = at.split(':').next().unwrap();
            assert!(facility.contains(&format!("{name}:{port}")), "{at} is in lab.yaml and not in facility.yaml");
        }
        assert!(facility.contains("until: 2028-02-07"), "dates moved: {facility}");
        assert!(lab.trust_anchor().starts_with(". 3600 IN DS "));
    }
}

#[tokio::test]
async fn banners_answer() {
    let lab = Lab::start(&DEMONSTRATION, date(2026, 11, 22)).await.unwrap();
    let port = lab.ports()["admin.ch-demo.example:5900"];
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let mut banner = [0; 12];
    stream.read_exact(&mut banner).await.unwrap();
    assert_eq!(&banner, b"RFB 003.008\n");
}
