//! Products and versions, only as far as the wire shows them.

use schemars::JsonSchema;
use serde::Serialize;

/// A product that a peer named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Product {
    /// Its name, as the peer wrote it (`OpenSSH`, `nginx`).
    pub name: String,
    /// Its version, as the peer wrote it; not seen when the peer keeps it to itself.
    pub version: Option<String>,
    /// Whether the peer says that a distribution built it (`deb12u10`, `ubuntu0.4`, `(Debian)`). A
    /// distribution repairs flaws without changing the version: the version then proves no flaw.
    pub distribution_patched: bool,
}

/// The most products kept of one line, and the most characters of a name or version.
const MAX_PRODUCTS: usize = 8;
const MAX_CHARS: usize = 60;

/// Products as HTTP writes them: `Apache/2.4.57 (Debian) OpenSSL/3.0.11` (RFC 9110 section 10.2.4).
pub fn read_products(field: &str) -> Vec<Product> {
    let mut products: Vec<Product> = Vec::new();
    for word in field.split_ascii_whitespace() {
        if word.starts_with('(') || !word.starts_with(|first: char| first.is_ascii_alphabetic()) {
            if let Some(last) = products.last_mut() {
                last.distribution_patched |= names_distribution(word);
            }
        } else if products.len() < MAX_PRODUCTS && word.chars().all(is_product_character) {
            let (name, version) = word.split_once('/').unwrap_or((word, ""));
            products.push(Product::new(name, version, version));
        }
    }
    products
}

/// The first known product in a greeting in free text: `220 (vsFTPd 3.0.3)`, `ESMTP Postfix (Debian/GNU)`.
///
/// Only the names of a closed list count: any other word of a greeting may be a host name or a motto.
pub fn read_greeting_product(greeting: &str) -> Option<Product> {
    const KNOWN: [&str; 12] = [
        "vsFTPd",
        "ProFTPD",
        "Pure-FTPd",
        "FileZilla",
        "Postfix",
        "Exim",
        "Sendmail",
        "OpenSMTPD",
        "Dovecot",
        "Cyrus",
        "Courier",
        "Microsoft",
    ];
    let mut words = greeting.split(|c: char| c.is_whitespace() || "()[]".contains(c)).filter(|word| !word.is_empty());
    let name = words.find_map(|word| KNOWN.iter().find(|known| known.eq_ignore_ascii_case(word)))?;
    let version = words.next().filter(|word| word.starts_with(|first: char| first.is_ascii_digit()));
    Some(Product::new(name, version.unwrap_or_default(), greeting))
}

/// The product of an SSH software version and its comment: `OpenSSH_9.2p1`, `Debian-2+deb12u10` (RFC 4253 section 4.2).
pub fn read_ssh_product(software: &str, comment: &str) -> Option<Product> {
    if software.is_empty() {
        return None;
    }
    let digit = |rest: &str| rest.starts_with(|first: char| first.is_ascii_digit());
    let (name, version) = match software.split_once('_').or_else(|| software.split_once('-')) {
        Some((name, version)) if digit(version) && !name.is_empty() => (name, version),
        _ => (software, ""),
    };
    Some(Product::new(name, version, &format!("{version} {comment}")))
}

impl Product {
    /// A product; an empty version was not shown. `build` is the text that may name a distribution.
    pub(crate) fn new(name: &str, version: &str, build: &str) -> Self {
        let capped = |text: &str| text.chars().take(MAX_CHARS).collect::<String>();
        Self {
            name: capped(name),
            version: (!version.is_empty()).then(|| capped(version)),
            distribution_patched: names_distribution(build),
        }
    }
}

/// Whether a version or comment bears a distribution's mark.
fn names_distribution(text: &str) -> bool {
    const MARKS: [&str; 8] = ["debian", "ubuntu", "raspbian", "red hat", "(red", "centos", "freebsd", "suse"];
    let text = text.to_ascii_lowercase();
    MARKS.iter().any(|mark| text.contains(mark))
        || ["+deb", "~deb", "-deb", ".el", ".fc"]
            .iter()
            .any(|mark| text.split(mark).skip(1).any(|rest| rest.starts_with(|first: char| first.is_ascii_digit())))
}

fn is_product_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~/:".contains(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn product(name: &str, version: &str, distribution_patched: bool) -> Product {
        Product { distribution_patched, ..Product::new(name, version, "") }
    }

    #[test]
    fn server_fields_give_products() {
        assert_eq!(read_products("nginx"), [product("nginx", "", false)]);
        assert_eq!(
            read_products("Apache/2.4.57 (Debian) OpenSSL/3.0.11"),
            [product("Apache", "2.4.57", true), product("OpenSSL", "3.0.11", false)]
        );
        assert_eq!(read_products("nginx/1.18.0 (Ubuntu)"), [product("nginx", "1.18.0", true)]);
        assert_eq!(read_products("Apache/2.4.37 (Red Hat)"), [product("Apache", "2.4.37", true)]);
        assert_eq!(read_products("<script>alert(1)</script>"), []);
    }

    #[test]
    fn ssh_versions_keep_their_distribution() {
        let read = |software, comment| read_ssh_product(software, comment).unwrap();
        assert_eq!(read("OpenSSH_9.2p1", "Debian-2+deb12u10"), product("OpenSSH", "9.2p1", true));
        assert_eq!(read("OpenSSH_9.6p1", "Ubuntu-3ubuntu13.4"), product("OpenSSH", "9.6p1", true));
        assert_eq!(read("dropbear_2022.83", ""), product("dropbear", "2022.83", false));
        assert_eq!(read("libssh-0.9.6", ""), product("libssh", "0.9.6", false));
        assert_eq!(read("ROSSSH", ""), product("ROSSSH", "", false));
        assert_eq!(read_ssh_product("", ""), None);
    }

    #[test]
    fn greetings_name_only_what_is_known() {
        let read = |text| read_greeting_product(text);
        assert_eq!(read("220 (vsFTPd 3.0.3)"), Some(product("vsFTPd", "3.0.3", false)));
        assert_eq!(read("220 mx ESMTP Postfix (Debian/GNU)"), Some(product("Postfix", "", true)));
        assert_eq!(read("220 mail.ch-demo.example ESMTP Exim 4.96"), Some(product("Exim", "4.96", false)));
        assert_eq!(read("* OK [CAPABILITY IMAP4rev1] Dovecot ready."), Some(product("Dovecot", "", false)));
        assert_eq!(read("220 serveur 3.2 du service"), None);
    }

    proptest! {
        #[test]
        fn any_text_gives_few_short_products(text in "\\PC{0,300}") {
            let products = read_products(&text);
            prop_assert!(products.len() <= MAX_PRODUCTS);
            for product in products.iter().chain(&read_greeting_product(&text)).chain(&read_ssh_product(&text, &text)) {
                prop_assert!(product.name.chars().count() <= MAX_CHARS);
            }
        }
    }
}
