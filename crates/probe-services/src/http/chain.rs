//! Following redirects, and what the visited pages add up to.

use std::collections::BTreeMap;

use hyper::header::{
    CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, LOCATION, REFERRER_POLICY, SERVER, SET_COOKIE,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use vigie_model::{Evidence, FactPath, Host, Outcome, Reason, Text};

use super::exchange::Answer;
use super::facts::{ChainEnd, Cookie, Hsts, HttpFacts, Redirect};
use super::headers::{read_cookie, read_hsts, read_title, restricts_framing};
use super::url::{Scheme, Url, parse_location};
use crate::product::read_products;

/// The most redirects followed.
pub const MAX_REDIRECTS: usize = 5;

/// Longest `Server` field and redirect kept in facts, in characters; the most cookies.
const MAX_CHARS: usize = 200;
const MAX_COOKIES: usize = 20;

const SECURITY_HEADERS: [HeaderName; 6] = [
    STRICT_TRANSPORT_SECURITY,
    CONTENT_SECURITY_POLICY,
    X_FRAME_OPTIONS,
    X_CONTENT_TYPE_OPTIONS,
    REFERRER_POLICY,
    HeaderName::from_static("permissions-policy"),
];

/// The pages visited so far, from the endpoint's front page on.
pub(super) struct Chain {
    visited: Vec<Url>,
    /// Answers of the endpoint itself, in order; at least one.
    own: Vec<Answer>,
    redirects: Vec<Redirect>,
    evidence: Vec<Evidence>,
    end: Result<ChainEnd, Reason>,
    /// Why the chain could not be followed to its end.
    cut: Option<Reason>,
}

impl Chain {
    /// Begins with the front page's answer; says where it leads, if it does.
    pub(super) fn begin(front: Url, answer: Answer) -> (Self, Option<Url>) {
        let mut chain = Self {
            visited: vec![front],
            own: Vec::new(),
            redirects: Vec::new(),
            evidence: Vec::new(),
            end: Ok(ChainEnd::Answer),
            cut: None,
        };
        let next = chain.read(answer);
        (chain, next)
    }

    /// Adds the answer of the page last led to; says where that leads, if it does.
    pub(super) fn read(&mut self, answer: Answer) -> Option<Url> {
        let here = self.visited.last()?.clone();
        let next = self.lead(&here, &answer);
        self.evidence.push(head_evidence(&here, &answer));
        if self.visited.first().is_some_and(|front| front.same_origin(&here)) {
            self.own.push(answer);
        }
        next
    }

    /// The page last led to could not be read.
    pub(super) fn break_off(&mut self, reason: Reason) {
        self.cut = Some(reason);
        self.end = match reason {
            Reason::OutOfScope => Ok(ChainEnd::LeavesScope),
            // Our doing, which says nothing of the server.
            Reason::Cancelled | Reason::Busy | Reason::Bug => Err(reason),
            _ => Ok(ChainEnd::NoAnswer),
        };
    }

    /// Facts and proofs.
    pub(super) fn finish(self) -> (Outcome, Vec<Evidence>) {
        let mut gaps = BTreeMap::new();
        if let Err(reason) = self.end {
            gaps.insert(FactPath::from("chain_end"), reason);
        }
        let redirects_to_https = self.redirects_to_https();
        if let Err(reason) = redirects_to_https {
            gaps.insert(FactPath::from("redirects_to_https"), reason);
        }
        let (Some(front), Some(end), Some(last)) = (self.visited.first(), self.visited.last(), self.own.last()) else {
            return (
                Outcome::unknown(
                    Reason::Bug,
                    Text::new("suite de pages sans la première", "a chain without its first page"),
                ),
                self.evidence,
            );
        };
        let headers = &last.headers;
        let server = texts(headers, &SERVER).join(", ");
        let mut products = read_products(&server);
        products.extend(read_products(&texts(headers, &HeaderName::from_static("x-powered-by")).join(" ")));
        let title = read_title(&last.page);
        let facts = HttpFacts {
            scheme: front.scheme,
            url: front.to_string(),
            reached_by_name: matches!(front.host, Host::Name(_)),
            status: last.status,
            chain_end: self.end.ok(),
            final_scheme: end.scheme,
            redirects_to_https: redirects_to_https.ok(),
            hsts: self.hsts(),
            framing_restricted: restricts_framing(
                &texts(headers, &CONTENT_SECURITY_POLICY),
                &texts(headers, &X_FRAME_OPTIONS),
            ),
            nosniff: texts(headers, &X_CONTENT_TYPE_OPTIONS)
                .iter()
                .any(|value| value.trim().eq_ignore_ascii_case("nosniff")),
            compressed: last.is_compressed(),
            cookies: self.cookies(),
            security_headers: SECURITY_HEADERS
                .iter()
                .filter(|name| headers.contains_key(*name))
                .map(|name| name.as_str().to_owned())
                .collect(),
            server: capped(&server),
            discloses_version: products.iter().any(|product| product.version.is_some()),
            products,
            title: title.clone(),
            redirects: self.redirects,
        };
        let mut evidence = self.evidence;
        if !title.is_empty() {
            evidence.push(Evidence::text("title", &title));
        }
        (Outcome::observed_with_gaps(&facts, gaps), evidence)
    }

    /// Where an answer leads. Ends the chain when it leads nowhere new.
    fn lead(&mut self, here: &Url, answer: &Answer) -> Option<Url> {
        let location = answer.headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let location = location.filter(|_| matches!(answer.status, 301 | 302 | 303 | 307 | 308))?;
        let next = parse_location(here, &location);
        let to = next.as_ref().map_or_else(|| capped(&location), |next| capped(&next.to_string()));
        self.redirects.push(Redirect { status: answer.status, to });
        let Some(next) = next else {
            self.cut = Some(Reason::PeerMisbehaved);
            self.end = Ok(ChainEnd::Unreadable);
            return None;
        };
        let known = self.visited.contains(&next);
        self.visited.push(next.clone());
        if known {
            self.end = Ok(ChainEnd::Loop);
            return None;
        }
        if self.redirects.len() > MAX_REDIRECTS {
            self.cut = Some(Reason::Unsupported);
            self.end = Ok(ChainEnd::TooMany);
            return None;
        }
        Some(next)
    }

    /// Whether the chain's last address is inside TLS; when it is in clear and the chain was cut there,
    /// nobody knows where it would have led.
    fn redirects_to_https(&self) -> Result<bool, Reason> {
        let ends_inside_tls = self.visited.last().is_some_and(|end| end.scheme == Scheme::Https);
        match self.cut {
            Some(reason) if !ends_inside_tls => Err(reason),
            _ => Ok(ends_inside_tls && !self.redirects.is_empty()),
        }
    }

    fn hsts(&self) -> Hsts {
        let sent = |answer: &Answer| texts(&answer.headers, &STRICT_TRANSPORT_SECURITY).into_iter().next();
        // Browsers obey the first field of the latest answer that has one (RFC 6797 section 8.1).
        self.own.iter().rev().find_map(sent).map(|field| read_hsts(&field)).unwrap_or_default()
    }

    /// Cookies by name; a later one replaces an earlier one.
    fn cookies(&self) -> Vec<Cookie> {
        let fields = self.own.iter().flat_map(|answer| texts(&answer.headers, &SET_COOKIE));
        let by_name: BTreeMap<String, Cookie> =
            fields.filter_map(|field| read_cookie(&field)).map(|cookie| (cookie.name.clone(), cookie)).collect();
        by_name.into_values().take(MAX_COOKIES).collect()
    }
}

fn texts(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

fn capped(text: &str) -> String {
    text.chars().take(MAX_CHARS).collect()
}

/// The head of an answer, the values of its cookies left out.
fn head_evidence(url: &Url, answer: &Answer) -> Evidence {
    let fields = answer.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        match read_cookie(&value).filter(|_| name == SET_COOKIE) {
            Some(cookie) => format!("\n{name}: {}=…", cookie.name),
            None => format!("\n{name}: {value}"),
        }
    });
    let head = std::iter::once(format!("HTTP {}", answer.status)).chain(fields).collect::<String>();
    Evidence::text(format!("GET {}", capped(&url.to_string())), &head)
}
