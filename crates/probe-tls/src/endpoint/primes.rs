//! The primes of finite-field Diffie-Hellman: whose they are, and whether they are safe.

use num_bigint::BigUint;
use sha2::{Digest, Sha256};
use vigie_model::hexadecimal;

use crate::endpoint::facts::PrimeFacts;
use crate::wire::bit_length;

/// SHA-256 of primes that many servers share, without leading zeros, and where they are written.
const KNOWN: &[(&str, &str, bool)] = &[
    ("b52ba6a3026520a6c49d37e4587601801bee500123b3259b6bf03e7cecc3e63d", "RFC 2409 group 1", true),
    ("3f35a3f5f6c4376a744acad409bb22f8d897f949d2311d885adaa890981b67a0", "RFC 2409 group 2", true),
    ("64fcc83ec403930bf18393dbc883ccaa1fbb08ac876f77f7aa99748ca945019b", "RFC 3526 group 5", true),
    ("d66436f79bbd6b2e38c0ffbd079be904d2641415e2e67140e09448be9a60890e", "RFC 3526 group 14", true),
    ("48cf8b092fbce4359d9871abf74f98e25b6163379eaa15cd9087e800c6d1c55c", "RFC 3526 group 15", true),
    ("4ee95187682bcb230ad26a95205f6920e84708f6251b3894329b09ec23919e33", "RFC 3526 group 16", true),
    ("d1bfe6d0925ce7e4da262b62861514a7755e35831e429f343e7b864848657efd", "RFC 3526 group 17", true),
    ("39ab4feab950a3128fb71accb9fc3965d857012e081998a85996e3ea8b3c3bcf", "RFC 3526 group 18", true),
    ("9cd3b7f336872f46c09428d1bbc19877a4d440512cda8d1c1cf0cd6e33698966", "RFC 7919 ffdhe2048", true),
    ("0eaf67db3a839156d5013494a5318a772b5697d270d721f37f092efc69ea5a17", "RFC 7919 ffdhe3072", true),
    ("4648414224ac881b3d0dc59b466f96d06a558278776807797ecf1f66ff397b3e", "RFC 7919 ffdhe4096", true),
    ("227ac9066b3ddd9e193670cda2388fa884f65ba0cf98b742d1fe77a6687c79c7", "RFC 7919 ffdhe6144", true),
    ("770b14efaf6f049929c523113b3fa99a8d11dab1b18af3609590122075d19833", "RFC 7919 ffdhe8192", true),
    ("44c55cfee5c075927cf682da5b681bdecbd5c3eb0784c14f5dce7610f0ef133d", "RFC 5114 group 22", false),
    ("bfe545862ca102ad1eeddb5fbfa5bf855ac4995c56a8b408ce3fe099dce93a9d", "RFC 5114 group 23", false),
    ("0b7835722cb619827610c2549fdda5587421686c4409a13865e76225522ddcc9", "RFC 5114 group 24", false),
];

/// The longest prime whose safety is computed: that of a longer one takes seconds.
const LONGEST_TESTED_BITS: u64 = 4096;

impl PrimeFacts {
    /// What is known of a prime, and what can be computed.
    pub(crate) fn of(prime: &[u8]) -> Self {
        let (published_in, safe) = match known(prime) {
            Some((name, safe)) => (name, Some(safe)),
            None => ("", is_safe(prime)),
        };
        Self { bits: bit_length(prime), published_in: published_in.to_owned(), safe }
    }
}

/// Whether a prime is safe: half of it, less one half, is prime too, so that no small subgroup gives the key away.
/// Nothing for a number too long to be tested.
fn is_safe(prime: &[u8]) -> Option<bool> {
    let prime = BigUint::from_bytes_be(prime);
    if prime.bits() > LONGEST_TESTED_BITS {
        return None;
    }
    let half = &prime >> 1u8;
    Some(prime.bit(0) && half.bit(0) && is_probably_prime(&half) && is_probably_prime(&prime))
}

fn known(prime: &[u8]) -> Option<(&'static str, bool)> {
    let start = prime.iter().position(|byte| *byte != 0)?;
    let hash = hexadecimal(&Sha256::digest(prime.get(start..)?));
    KNOWN.iter().find(|(known, ..)| *known == hash).map(|(_, name, safe)| (*name, *safe))
}

/// Miller and Rabin's test with a few bases: a chance number does not pass it, and nobody gains by choosing one that
/// does.
fn is_probably_prime(number: &BigUint) -> bool {
    let one = BigUint::from(1u8);
    if *number <= one {
        return false;
    }
    let less_one = number - &one;
    let twos = less_one.trailing_zeros().unwrap_or(0);
    let odd = &less_one >> twos;
    [2u8, 3, 5].into_iter().map(BigUint::from).filter(|base| base < number).all(|base| {
        let mut power = base.modpow(&odd, number);
        if power == one || power == less_one {
            return true;
        }
        (1..twos).any(|_| {
            power = &power * &power % number;
            power == less_one
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(number: u32) -> [u8; 4] {
        number.to_be_bytes()
    }

    #[test]
    fn safe_primes_are_told_from_others() {
        for safe in [7u32, 11, 23, 47, 2_147_483_579] {
            let is_prime = |n: u32| (2..=n.isqrt()).all(|divisor| !n.is_multiple_of(divisor));
            assert_eq!(PrimeFacts::of(&bytes(safe)).safe, Some(is_prime(safe) && is_prime(safe / 2)), "{safe}");
        }
        for other in [0u32, 1, 3, 13, 15, 1_000_003, 65_537, 561] {
            assert_eq!(PrimeFacts::of(&bytes(other)).safe, Some(false), "{other}");
        }
        assert_eq!(PrimeFacts::of(&[0xff; 1000]).safe, None);
        let nothing = PrimeFacts::of(&[]);
        assert_eq!((nothing.published_in.as_str(), nothing.safe), ("", Some(false)));
    }
}
