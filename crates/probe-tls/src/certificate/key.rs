//! The public key of a certificate.

use num_bigint::BigUint;
use sha2::{Digest, Sha256};
use vigie_model::hexadecimal;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::{PublicKey, RSAPublicKey};
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::certificate::KeyAlgorithm;
use crate::wire::bit_length;

/// What a public key is.
pub(super) struct Key {
    pub(super) algorithm: KeyAlgorithm,
    pub(super) bits: Option<u32>,
    pub(super) curve: String,
    pub(super) rsa_exponent: Option<u64>,
    pub(super) factorable: bool,
    pub(super) sha256: String,
}

impl Key {
    fn without_size(algorithm: KeyAlgorithm) -> Self {
        Self {
            algorithm,
            bits: None,
            curve: String::new(),
            rsa_exponent: Some(0),
            factorable: false,
            sha256: String::new(),
        }
    }

    /// Takes a key apart.
    pub(super) fn of(key: &SubjectPublicKeyInfo<'_>) -> Self {
        Self { sha256: hexadecimal(&Sha256::digest(key.raw)), ..Self::taken_apart(key) }
    }

    fn taken_apart(key: &SubjectPublicKeyInfo<'_>) -> Self {
        let known = |algorithm, bits| Self { bits: Some(bits), ..Self::without_size(algorithm) };
        let bytes = key.subject_public_key.data.as_ref();
        match key.algorithm.algorithm.to_id_string().as_str() {
            "1.3.101.112" => known(KeyAlgorithm::Ed25519, 256),
            "1.3.101.113" => known(KeyAlgorithm::Ed448, 456),
            // rsaEncryption and RSASSA-PSS, whose key x509-parser does not take apart.
            "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => {
                let rsa = RSAPublicKey::from_der(bytes).ok().map(|(_, rsa)| rsa);
                Self {
                    bits: rsa.as_ref().map(|rsa| bit_length(rsa.modulus)),
                    rsa_exponent: rsa.as_ref().map(|rsa| rsa.try_exponent().unwrap_or(u64::MAX)),
                    factorable: rsa.is_some_and(|rsa| is_of_roca(rsa.modulus)),
                    ..Self::without_size(KeyAlgorithm::Rsa)
                }
            }
            "1.2.840.10045.2.1" => {
                let parameters = key.algorithm.parameters.as_ref();
                let oid = parameters.and_then(|any| any.as_oid().ok()).map(|oid| oid.to_id_string());
                let curve = oid.as_deref().map_or("", curve_name);
                let bits = match key.parsed() {
                    // A coordinate of secp521r1 fills 66 bytes with 521 bits.
                    Ok(PublicKey::EC(_)) if curve == "secp521r1" => Some(521),
                    Ok(PublicKey::EC(point)) => u32::try_from(point.key_size()).ok().filter(|bits| *bits > 0),
                    _ => None,
                };
                Self { bits, curve: curve.to_owned(), ..Self::without_size(KeyAlgorithm::Ec) }
            }
            "1.2.840.10040.4.1" => {
                let bits = match key.parsed() {
                    Ok(PublicKey::DSA(y)) => Some(bit_length(y)),
                    _ => None,
                };
                Self { bits, ..Self::without_size(KeyAlgorithm::Dsa) }
            }
            _ => Self::without_size(KeyAlgorithm::Other),
        }
    }
}

fn curve_name(oid: &str) -> &str {
    match oid {
        "1.2.840.10045.3.1.1" => "secp192r1",
        "1.2.840.10045.3.1.7" => "secp256r1",
        "1.3.132.0.10" => "secp256k1",
        "1.3.132.0.33" => "secp224r1",
        "1.3.132.0.34" => "secp384r1",
        "1.3.132.0.35" => "secp521r1",
        "1.3.36.3.3.2.8.1.1.7" => "brainpoolP256r1",
        "1.3.36.3.3.2.8.1.1.11" => "brainpoolP384r1",
        "1.3.36.3.3.2.8.1.1.13" => "brainpoolP512r1",
        other => other,
    }
}

/// Whether a modulus is one that a faulty library of smart cards made (ROCA, CVE-2017-15361): both its primes are
/// powers of 65537 modulo the product of the first primes, and so is the modulus itself, modulo each of them. One key
/// in 2^27 looks so by chance.
fn is_of_roca(modulus: &[u8]) -> bool {
    const GENERATOR: u32 = 65_537;
    /// The primes up to 167, which the library used for keys of every size.
    const PRIMES: [u32; 38] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
        109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ];
    /// The longest keys that it made have 4096 bits.
    const LONGEST_BYTES: usize = 513;
    if modulus.len() > LONGEST_BYTES {
        return false;
    }
    let modulus = BigUint::from_bytes_be(modulus);
    PRIMES.iter().all(|prime| {
        let rest = (&modulus % prime).iter_u32_digits().next().unwrap_or(0);
        let mut power = 1;
        (0..*prime).any(|_| {
            power = power * GENERATOR % prime;
            power == rest
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number as the faulty library chose its primes.
    fn of_roca(k: u32, a: u32) -> BigUint {
        let primes = (2u32..=167).filter(|n| (2..*n).all(|divisor| n % divisor != 0));
        let product = primes.fold(BigUint::from(1u8), |product, prime| product * prime);
        BigUint::from(k) * &product + BigUint::from(65_537u32).modpow(&BigUint::from(a), &product)
    }

    #[test]
    fn keys_of_roca_are_told_from_others() {
        let modulus = of_roca(123_456_789, 54_321) * of_roca(987_654_321, 98_765);
        assert!(is_of_roca(&modulus.to_bytes_be()));
        assert!(!is_of_roca(&(modulus + 2u8).to_bytes_be()));
        assert!(!is_of_roca(&[]) && !is_of_roca(&[0xff; 256]) && !is_of_roca(&[0xff; 2000]));
    }
}
