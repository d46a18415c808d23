//! Servers as they were before the flaws that vigie looks for were mended.

use std::process::Command;

use super::servers::{Started, made_by_test_sh, python_program, script};
use super::{Authority, free_port, openssl};

/// OpenSSL 1.0.1e, from before Heartbleed and CCS injection were known, with these suites.
pub(crate) fn openssl_of_2013(authority: &Authority, ciphers: &str) -> Started {
    let port = free_port();
    let mut command = Command::new(made_by_test_sh("relics/node"));
    command.arg(script("openssl_2013.js")).arg(port.to_string());
    command.args([authority.file("leaf.pem"), authority.file("leaf.key")]).arg(ciphers);
    Started::start(&mut command, port, ciphers)
}

/// OpenSSL 1.0.2e, which still has SSL 2.0, export suites and compression, with these suites and a prime of 512 bits.
pub(crate) fn openssl_of_2015(authority: &Authority, ciphers: &str) -> Started {
    openssl(authority.dir.path(), "dhparam -dsaparam -out dh512.pem 512");
    let port = free_port();
    let mut command = Command::new(python_program("python"));
    command.arg(script("openssl_2015.py")).arg(port.to_string());
    command.args(["leaf.pem", "leaf.key", "dh512.pem"].map(|name| authority.file(name))).arg(ciphers);
    Started::start(&mut command, port, ciphers)
}
