//! What holds of every parser of foreign bytes, whatever the bytes.
//!
//! A property takes any bytes and panics when what it says does not hold: never merely "no panic". The
//! same properties run in two ways: `fuzz/fuzz_targets` searches for counter-examples with cargo-fuzz, and
//! the tests of this crate play every seed of `fuzz/seeds`, and a few thousand fixed mutations of them, on
//! a stable toolchain.
//!
//! One module per crate: `cargo xtask check-fuzz` looks there for a call of each of its parsers.

mod claims;
pub mod documents;
pub mod model;
pub mod plan;
pub mod probe;
pub mod probe_dns;
pub mod probe_services;
pub mod probe_tls;
pub mod reading;
pub mod rules;
pub mod scan;
mod seeds;
pub mod source;
pub mod workbook;

pub use seeds::{SEEDS_FOLDER, SeedError, decode_hex, seeds_of};

/// A property with the name that its seeds and its fuzz target bear.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Crate and property: `probe_tls_flight`.
    pub name: &'static str,
    /// Where the property is: `probe_tls::flight`.
    pub path: &'static str,
    /// Panics when the property does not hold.
    pub check: fn(&[u8]),
}

macro_rules! targets {
    ($($module:ident::$property:ident),* $(,)?) => {
        /// Every property, by crate.
        pub const TARGETS: &[Target] = &[
            $(Target {
                name: concat!(stringify!($module), "_", stringify!($property)),
                path: concat!(stringify!($module), "::", stringify!($property)),
                check: $module::$property,
            }),*
        ];
    };
}

targets![
    model::names,
    model::identifiers,
    model::run,
    source::file,
    source::shape,
    rules::expression,
    rules::duration,
    rules::rule,
    rules::programmes,
    plan::duration,
    plan::files,
    workbook::read,
    documents::docx,
    documents::odt,
    documents::doc,
    documents::pdf,
    documents::sheets,
    reading::documents,
    probe::reply,
    probe_tls::flight,
    probe_tls::messages,
    probe_tls::late_messages,
    probe_tls::ocsp_response,
    probe_tls::revocation_list,
    probe_tls::ssl2_hello,
    probe_tls::dtls_datagram,
    probe_tls::hello_verify,
    probe_tls::weak_key,
    probe_tls::certificate,
    probe_tls::reply_line,
    probe_tls::extended_response,
    probe_dns::spf,
    probe_dns::dmarc,
    probe_dns::dkim,
    probe_dns::caa,
    probe_dns::trust_anchor,
    probe_services::banner,
    probe_services::ssh,
    probe_services::header_fields,
    probe_services::title,
    probe_services::location,
    probe_services::products,
    scan::entries,
    scan::facility,
];
