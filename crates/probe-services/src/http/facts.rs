use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, SubjectKind, Text};

use super::url::Scheme;
use crate::Product;

/// What a web server shows to a first visitor. Headers, cookies and title are those of this endpoint:
/// what another one answers after a redirect is not held against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is one fact that rules read by its name")]
pub struct HttpFacts {
    /// Whether this endpoint speaks in clear or inside TLS.
    pub scheme: Scheme,
    /// The first address asked for.
    pub url: String,
    /// Whether that address names the host; browsers ignore HSTS for a bare address (RFC 6797 section 8.1.1).
    pub reached_by_name: bool,
    /// Status of this endpoint's last answer.
    pub status: u16,
    /// Redirects followed or seen, in order.
    pub redirects: Vec<Redirect>,
    /// How the chain of redirects ended; not seen when vigie was stopped on the way.
    pub chain_end: Option<ChainEnd>,
    /// Scheme of the last address of the chain, followed or not.
    pub final_scheme: Scheme,
    /// Whether a visitor who came in clear ends inside TLS; not seen when the chain ends in clear where
    /// vigie could not follow. Redirects made by a page's own script or `meta` element do not count.
    pub redirects_to_https: Option<bool>,
    /// `Strict-Transport-Security`.
    pub hsts: Hsts,
    /// Whether the page refuses to be put in a stranger's frame.
    pub framing_restricted: bool,
    /// Whether `X-Content-Type-Options: nosniff` is sent.
    pub nosniff: bool,
    /// Whether the page comes compressed to browsers that accept it.
    pub compressed: bool,
    /// Cookies set, their values left out.
    pub cookies: Vec<Cookie>,
    /// Security headers sent, in lower case.
    pub security_headers: Vec<String>,
    /// `Server` as it came; empty when not sent.
    pub server: String,
    /// Products that `Server` and `X-Powered-By` name.
    pub products: Vec<Product>,
    /// Whether a version is shown.
    pub discloses_version: bool,
    /// The page's title; empty when it has none.
    pub title: String,
}

/// One redirect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Redirect {
    /// Status that carried it.
    pub status: u16,
    /// Where it leads, as an address; as it came when it is none.
    pub to: String,
}

/// How a chain of redirects ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChainEnd {
    /// At an answer that redirects no further.
    Answer,
    /// At the border of the authorised scope; vigie did not follow.
    LeavesScope,
    /// At an address already visited.
    Loop,
    /// After the most redirects that vigie follows.
    TooMany,
    /// At a `Location` that is no address.
    Unreadable,
    /// At a server that did not answer.
    NoAnswer,
}

/// `Strict-Transport-Security`, which tells browsers to come back inside TLS only (RFC 6797).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Hsts {
    /// Whether the field was sent.
    pub sent: bool,
    /// For how long, in seconds; 0 when not sent, not valid, or withdrawn.
    pub max_age_s: i64,
    /// Whether it covers the names below.
    pub include_subdomains: bool,
    /// Whether it asks to be built into browsers.
    pub preload: bool,
}

/// A cookie that was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Whether it only travels inside TLS.
    pub secure: bool,
    /// Whether it is hidden from scripts.
    pub http_only: bool,
    /// Whether it travels with requests from other sites.
    pub same_site: SameSite,
}

/// `SameSite` of a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SameSite {
    /// Never.
    Strict,
    /// When a link is followed.
    Lax,
    /// Always.
    None,
    /// The server leaves it to the browser.
    NotSaid,
}

impl Facts for HttpFacts {
    const KIND: &'static str = "http.endpoint";
    const SUBJECT: SubjectKind = SubjectKind::Endpoint;

    fn title() -> Text {
        Text::new("Serveur web : première page et en-têtes", "Web server: front page and headers")
    }
}
