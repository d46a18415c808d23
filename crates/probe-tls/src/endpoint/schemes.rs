//! Names of signature schemes.

/// IANA TLS `SignatureScheme`: code and name. Those of TLS 1.2 that the registry only keeps aside have the names that
/// OpenSSL gives them.
const SCHEMES: &[(u16, &str)] = &[
    (0x0101, "rsa_pkcs1_md5"),
    (0x0201, "rsa_pkcs1_sha1"),
    (0x0202, "dsa_sha1"),
    (0x0203, "ecdsa_sha1"),
    (0x0301, "rsa_pkcs1_sha224"),
    (0x0302, "dsa_sha224"),
    (0x0303, "ecdsa_sha224"),
    (0x0401, "rsa_pkcs1_sha256"),
    (0x0402, "dsa_sha256"),
    (0x0403, "ecdsa_secp256r1_sha256"),
    (0x0501, "rsa_pkcs1_sha384"),
    (0x0502, "dsa_sha384"),
    (0x0503, "ecdsa_secp384r1_sha384"),
    (0x0601, "rsa_pkcs1_sha512"),
    (0x0602, "dsa_sha512"),
    (0x0603, "ecdsa_secp521r1_sha512"),
    (0x0708, "sm2sig_sm3"),
    (0x0804, "rsa_pss_rsae_sha256"),
    (0x0805, "rsa_pss_rsae_sha384"),
    (0x0806, "rsa_pss_rsae_sha512"),
    (0x0807, "ed25519"),
    (0x0808, "ed448"),
    (0x0809, "rsa_pss_pss_sha256"),
    (0x080a, "rsa_pss_pss_sha384"),
    (0x080b, "rsa_pss_pss_sha512"),
];

/// The name of a scheme, its code in hexadecimal when it is not known.
pub(crate) fn scheme_name(code: u16) -> String {
    let known = SCHEMES.iter().find(|(known, _)| *known == code);
    known.map_or_else(|| format!("0x{code:04X}"), |(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::hello::{EVERY_SCHEME, WEAK_SCHEMES};

    #[test]
    fn every_scheme_that_is_asked_about_has_a_name() {
        for code in EVERY_SCHEME {
            assert!(!scheme_name(*code).starts_with("0x"), "{code:#x}");
        }
        assert!(WEAK_SCHEMES.iter().all(|code| EVERY_SCHEME.contains(code)));
        assert_eq!(scheme_name(0xfe00), "0xFE00");
    }
}
