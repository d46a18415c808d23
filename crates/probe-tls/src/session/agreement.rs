//! Agreement on a secret, in the groups that the library knows.

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521, PrivateKey, UnparsedPublicKey, X25519};

/// Our half of an agreement.
pub(super) struct KeyPair {
    pub(super) group: u16,
    private: PrivateKey,
    pub(super) public: Vec<u8>,
}

/// Groups in which we can agree, best first.
pub(super) const GROUPS: [u16; 4] = [0x001d, 0x0017, 0x0018, 0x0019];

impl KeyPair {
    /// A fresh pair; nothing for a group that the library does not know.
    pub(super) fn generate(group: u16) -> Option<Self> {
        let algorithm = algorithm(group)?;
        let private = PrivateKey::generate(algorithm).ok()?;
        let public = private.compute_public_key().ok()?.as_ref().to_vec();
        Some(Self { group, private, public })
    }

    /// The common secret; nothing when the other half is no point of the group.
    pub(super) fn agree(&self, theirs: &[u8]) -> Option<Vec<u8>> {
        let theirs = UnparsedPublicKey::new(algorithm(self.group)?, theirs);
        agreement::agree(&self.private, theirs, (), |secret| Ok(secret.to_vec())).ok()
    }
}

fn algorithm(group: u16) -> Option<&'static agreement::Algorithm> {
    Some(match group {
        0x001d => &X25519,
        0x0017 => &ECDH_P256,
        0x0018 => &ECDH_P384,
        0x0019 => &ECDH_P521,
        _ => return None,
    })
}
