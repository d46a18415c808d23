//! What single header fields and a page's title say.

use super::facts::{Cookie, Hsts, SameSite};

/// Longest name or title kept in facts, in characters.
const MAX_CHARS: usize = 200;

/// Reads `Strict-Transport-Security` (RFC 6797 section 6.1). A field without a valid `max-age` has no
/// effect: its `max_age_s` is 0, as for one that was not sent.
pub fn read_hsts(field: &str) -> Hsts {
    let mut hsts = Hsts { sent: true, ..Hsts::default() };
    for directive in field.split(';').map(str::trim) {
        let (name, value) = directive.split_once('=').map_or((directive, ""), |(name, value)| (name.trim(), value));
        match name.to_ascii_lowercase().as_str() {
            "max-age" => hsts.max_age_s = read_seconds(value.trim().trim_matches('"')),
            "includesubdomains" => hsts.include_subdomains = true,
            "preload" => hsts.preload = true,
            _ => {}
        }
    }
    hsts
}

/// Reads `Set-Cookie`, its value left out: it may be somebody's session (RFC 6265 section 5.2).
pub fn read_cookie(field: &str) -> Option<Cookie> {
    let mut parts = field.split(';').map(str::trim);
    let (name, _) = parts.next()?.split_once('=')?;
    let mut cookie = Cookie {
        name: name.trim().chars().take(MAX_CHARS).collect(),
        secure: false,
        http_only: false,
        same_site: SameSite::NotSaid,
    };
    for attribute in parts {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "secure" => cookie.secure = true,
            "httponly" => cookie.http_only = true,
            "samesite" => cookie.same_site = read_same_site(value.trim()),
            _ => {}
        }
    }
    Some(cookie)
}

/// Whether a page may be put in anybody's frame: `true` when its policy's `frame-ancestors`, or else
/// `X-Frame-Options`, restricts that (CSP level 2 section 7.7, RFC 7034). `ALLOW-FROM` restricts
/// nothing any more: browsers ignore it.
pub fn restricts_framing(policies: &[String], x_frame_options: &[String]) -> bool {
    let mut ancestors = policies.iter().flat_map(|policy| policy.split([';', ','])).filter_map(|directive| {
        let mut words = directive.split_ascii_whitespace();
        words.next().filter(|name| name.eq_ignore_ascii_case("frame-ancestors")).map(|_| words)
    });
    if let Some(first) = ancestors.next() {
        // Several policies all apply: one that restricts is enough.
        return std::iter::once(first)
            .chain(ancestors)
            .any(|mut sources| sources.all(|source| !["*", "http:", "https:"].contains(&source)));
    }
    let option = |value: &str| ["deny", "sameorigin"].iter().any(|known| value.trim().eq_ignore_ascii_case(known));
    x_frame_options.iter().flat_map(|field| field.split(',')).any(option)
}

/// The text of the first `<title>`, white space joined, markup and entities left as they came; empty
/// when the page has none.
pub fn read_title(page: &[u8]) -> String {
    let page = String::from_utf8_lossy(page);
    // Same length in bytes, so that positions agree.
    let lower = page.to_ascii_lowercase();
    let text = || {
        let open = lower.find("<title")?;
        let begin = lower.get(open..)?.find('>')?.checked_add(open)?.checked_add(1)?;
        let end = lower.get(begin..)?.find("</title").map_or(lower.len(), |at| begin.saturating_add(at));
        page.get(begin..end)
    };
    let words: Vec<&str> = text().unwrap_or_default().split_whitespace().collect();
    words.join(" ").chars().take(MAX_CHARS).collect()
}

/// Digits only; a number too large is as long as can be told.
fn read_seconds(digits: &str) -> i64 {
    let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if valid { digits.parse().unwrap_or(i64::MAX) } else { 0 }
}

fn read_same_site(value: &str) -> SameSite {
    match value.to_ascii_lowercase().as_str() {
        "strict" => SameSite::Strict,
        "lax" => SameSite::Lax,
        "none" => SameSite::None,
        _ => SameSite::NotSaid,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hsts_needs_a_max_age() {
        let read = |field| {
            let Hsts { max_age_s, include_subdomains, preload, .. } = read_hsts(field);
            (max_age_s, include_subdomains, preload)
        };
        assert_eq!(read("max-age=31536000; includeSubDomains; preload"), (31_536_000, true, true));
        assert_eq!(read("Max-Age = \"60\""), (60, false, false));
        assert_eq!(read("max-age=99999999999999999999"), (i64::MAX, false, false));
        assert_eq!(read("max-age=-1;includeSubDomains"), (0, true, false));
        assert_eq!(read("31536000"), (0, false, false));
    }

    #[test]
    fn cookies_lose_their_value() {
        let cookie = read_cookie("JSESSIONID=secret; Path=/; Secure; HttpOnly; SameSite=lax").unwrap();
        assert_eq!((cookie.name.as_str(), cookie.secure, cookie.http_only), ("JSESSIONID", true, true));
        assert_eq!(cookie.same_site, SameSite::Lax);
        assert!(!read_cookie("a=Secure").unwrap().secure, "a value is not an attribute");
        assert_eq!(read_cookie("nothing"), None);
    }

    #[test]
    fn framing_follows_the_policy_then_the_older_field() {
        let restricts = |policy: &[&str], options: &[&str]| {
            let owned = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
            restricts_framing(&owned(policy), &owned(options))
        };
        assert!(restricts(&["default-src 'self'; frame-ancestors 'none'"], &[]));
        assert!(restricts(&["frame-ancestors"], &[]), "an empty list allows nobody");
        assert!(!restricts(&["frame-ancestors *"], &["DENY"]), "the policy wins");
        assert!(restricts(&["default-src 'self'"], &["SAMEORIGIN"]));
        assert!(!restricts(&[], &["ALLOW-FROM https://x.example"]));
        assert!(!restricts(&[], &[]));
    }

    #[test]
    fn titles_are_read_from_untidy_pages() {
        assert_eq!(read_title(b"<html><TITLE lang=fr>\n Portail\t patient </Title>"), "Portail patient");
        assert_eq!(
            read_title(b"<title>\x1b[31m<script>alert(1)</script></title>"),
            "\u{1b}[31m<script>alert(1)</script>"
        );
        assert_eq!(read_title(b"<title>cut"), "cut");
        assert_eq!(read_title("<p>İ</p><title>é</title>".as_bytes()), "é");
        assert_eq!(read_title(b"no title"), "");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}", bytes: Vec<u8>) {
            let _ = (read_hsts(&text), read_cookie(&text));
            let _ = restricts_framing(std::slice::from_ref(&text), std::slice::from_ref(&text));
            prop_assert!(read_title(&[b"<title>", bytes.as_slice()].concat()).chars().count() <= MAX_CHARS);
        }

        #[test]
        fn a_written_max_age_reads_back(seconds in 0_i64..) {
            prop_assert_eq!(read_hsts(&format!("max-age={seconds}")).max_age_s, seconds);
        }
    }
}
