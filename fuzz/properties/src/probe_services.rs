//! What servers say of themselves: banners, SSH offers, pages.

use vigie_model::{DomainName, Host};
use vigie_probe_services::Product;
use vigie_probe_services::http::headers::{read_cookie, read_hsts, read_title};
use vigie_probe_services::http::url::{MAX_LOCATION_BYTES, Scheme, Url, parse_location};
use vigie_probe_services::port::banner::{read_answer, read_banner};
use vigie_probe_services::product::{read_greeting_product, read_products, read_ssh_product};
use vigie_probe_services::ssh::wire::{
    Packet, decode_kexinit, decode_packet, encode_kexinit, encode_packet, read_identification,
};

/// Longest product name or version, and longest title or cookie name, in characters.
const MAX_PRODUCT_CHARS: usize = 60;
const MAX_TITLE_CHARS: usize = 200;

/// What a banner proves, more bytes do not change. An answer that is not HTTP is read as a banner.
pub fn banner(data: &[u8]) {
    let protocol = |bytes: &[u8]| read_banner(bytes).map(|found| found.protocol);
    let whole = protocol(data);
    for end in (0..data.len()).step_by(1 + data.len() / 64) {
        if let Some(early) = data.get(..end).and_then(protocol) {
            assert_eq!(Some(early), whole, "changed after {end} bytes");
        }
    }
    let answer = read_answer(data);
    if !data.starts_with(b"HTTP/1.") && !data.starts_with(b"\x15\x03") {
        assert_eq!(answer, read_banner(data));
    }
    answer.iter().flat_map(|found| &found.products).for_each(is_short);
}

/// SSH messages that are read are written back, and read the same. An identification does not change
/// with what follows it.
pub fn ssh(data: &[u8]) {
    if let Some(id) = read_identification(data) {
        assert!(data.get(..id.length).is_some_and(|lines| lines.ends_with(b"\n")));
        assert_eq!(read_identification(&[data, b"SSH-9.9-later\r\n"].concat()), Some(id));
    }
    if let Ok(Packet::Whole(payload)) = decode_packet(data) {
        assert_eq!(decode_packet(&encode_packet(payload)), Ok(Packet::Whole(payload)));
        if let Ok(kexinit) = decode_kexinit(payload) {
            assert_eq!(decode_kexinit(&encode_kexinit(&kexinit)), Ok(kexinit));
        }
    }
}

/// A field says no more than its attributes: a lifetime is not negative, and the value of a cookie is
/// not kept.
pub fn header_fields(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let hsts = read_hsts(&text);
    assert!(hsts.sent && hsts.max_age_s >= 0);
    let Some(cookie) = read_cookie(&text) else { return };
    let length = cookie.name.chars().count();
    assert!(length <= MAX_TITLE_CHARS);
    if length < MAX_TITLE_CHARS {
        let other = text.split(';').skip(1).fold(format!("{}=", cookie.name), |all, part| format!("{all};{part}"));
        assert_eq!(read_cookie(&other), Some(cookie), "the value counted");
    }
}

/// A title is one short line.
pub fn title(data: &[u8]) {
    let title = read_title(data);
    assert!(title.chars().count() <= MAX_TITLE_CHARS);
    assert!(!title.contains(['\r', '\n', '\t']) && !title.contains("  "));
}

/// A redirection that is followed is an address: written out, it leads to the same place from anywhere.
pub fn location(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(host) = "www.ch-demo.example".parse::<DomainName>() else { return };
    let base =
        Url { path: "/accueil/page?x=1".to_owned(), ..Url::front_page(Scheme::Https, Host::Name(host.clone()), 443) };
    let elsewhere = Url::front_page(Scheme::Http, Host::Name(host), 8080);
    let Some(url) = parse_location(&base, &text) else { return };
    assert!(url.port != 0 && url.path.starts_with('/') && !url.path.contains('#'));
    let written = url.to_string();
    if written.len() <= MAX_LOCATION_BYTES {
        assert_eq!(parse_location(&base, &written).as_ref(), Some(&url), "written as {written:?}");
        assert_eq!(parse_location(&elsewhere, &written), Some(url), "written as {written:?}");
    }
}

/// Products are few and short, whatever the text.
pub fn products(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let products = read_products(&text);
    assert!(products.len() <= 8);
    let (software, comment) = text.split_once(' ').unwrap_or((&text, ""));
    let spoken = read_greeting_product(&text).into_iter().chain(read_ssh_product(software, comment));
    products.into_iter().chain(spoken).for_each(|product| is_short(&product));
}

fn is_short(product: &Product) {
    assert!(product.name.chars().count() <= MAX_PRODUCT_CHARS);
    assert!(product.version.as_ref().is_none_or(|version| version.chars().count() <= MAX_PRODUCT_CHARS));
}
