use crate::certificate::Certificate;
use crate::trust::{TrustFacts, TrustStore};

/// The shape of a chain as it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChainShape {
    /// Each certificate is the issuer of the one before it. Unknown when one of them could not be read.
    pub(crate) order_ok: Option<bool>,
    /// The certificates lead from the first one to a root. Unknown when its issuer is nobody we know: a private
    /// authority may sign without an intermediate, and its root need not be sent.
    pub(crate) complete: Option<bool>,
}

/// Describes a chain by the names in it; `trust` tells whether a path was found.
pub(crate) fn chain_shape(chain: &[Certificate], trust: Option<&TrustFacts>, store: &TrustStore) -> ChainShape {
    ChainShape { order_ok: order_ok(chain), complete: complete(chain, trust, store) }
}

fn order_ok(chain: &[Certificate]) -> Option<bool> {
    let mut ok = Some(true);
    for pair in chain.windows(2) {
        let [one, next] = pair else { continue };
        match (&one.names, &next.names) {
            (Some(one), Some(next)) if one.issuer != next.subject => return Some(false),
            (Some(_), Some(_)) => {}
            _ => ok = None,
        }
    }
    ok
}

fn complete(chain: &[Certificate], trust: Option<&TrustFacts>, store: &TrustStore) -> Option<bool> {
    if trust.is_some_and(TrustFacts::reaches_root) {
        return Some(true);
    }
    let leaf = chain.first()?;
    let mut last = leaf.names.as_ref()?;
    // Each step takes an issuer further up; a loop of names ends with the steps.
    for _ in chain {
        if last.subject == last.issuer || store.knows(&last.issuer) {
            return Some(true);
        }
        match chain
            .iter()
            .filter_map(|certificate| certificate.names.as_ref())
            .find(|names| names.subject == last.issuer)
        {
            Some(issuer) => last = issuer,
            None => break,
        }
    }
    // Public authorities never sign from their root, so what a public certificate lacks here is an intermediate.
    let is_public = leaf.facts.content.as_ref().is_some_and(|content| content.has_scts);
    is_public.then_some(false)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rcgen::{BasicConstraints, CertificateParams, CustomExtension, IsCa, Issuer, KeyPair};

    use super::*;
    use crate::certificate::read_certificate;

    /// A leaf (with Certificate Transparency proofs when `public`), its intermediate and its root.
    fn chain(public: bool) -> Vec<Certificate> {
        let authority = |name: &str| {
            let mut params = CertificateParams::default();
            params.distinguished_name.push(rcgen::DnType::CommonName, name);
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params
        };
        let (root_key, middle_key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let root_params = authority("Racine");
        let root = root_params.self_signed(&root_key).unwrap();
        let root_issuer = Issuer::new(root_params, root_key);
        let middle_params = authority("Intermédiaire");
        let middle = middle_params.signed_by(&middle_key, &root_issuer).unwrap();
        let middle_issuer = Issuer::new(middle_params, middle_key);
        let mut leaf_params = CertificateParams::new(vec!["www.ch-demo.example".to_owned()]).unwrap();
        if public {
            // One proof of version 1 with an empty signature, as a list in an OCTET STRING.
            let proof = [&[0; 43][..], &[4, 3, 0, 0]].concat();
            let list = [&[0, 49, 0, 47][..], &proof].concat();
            let content = [&[4, 51][..], &list].concat();
            leaf_params.custom_extensions =
                vec![CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 11129, 2, 4, 2], content)];
        }
        let leaf = leaf_params.signed_by(&KeyPair::generate().unwrap(), &middle_issuer).unwrap();
        [leaf, middle, root].map(|certificate| read_certificate(certificate.der())).to_vec()
    }

    #[expect(clippy::disallowed_methods, reason = "certificates made a moment ago are judged today")]
    fn shape(chain: &[Certificate], store: &TrustStore) -> ChainShape {
        let trust = store.judge(chain, Some(true), Timestamp::now());
        chain_shape(chain, trust.as_ref(), store)
    }

    #[test]
    fn order_and_gaps_are_seen() {
        let [leaf, middle, root] = chain(false).try_into().unwrap();
        let store = TrustStore::new(&[]).unwrap();
        let seen = |chain: &[&Certificate]| {
            let chain: Vec<Certificate> = chain.iter().copied().cloned().collect();
            let ChainShape { order_ok, complete } = shape(&chain, &store);
            (order_ok, complete)
        };
        assert_eq!(seen(&[&leaf, &middle, &root]), (Some(true), Some(true)));
        assert_eq!(seen(&[&leaf, &root, &middle]), (Some(false), Some(true)));
        assert_eq!(seen(&[&leaf, &middle]), (Some(true), None), "a private root need not be sent");
        let unreadable = read_certificate(b"?");
        assert_eq!(seen(&[&leaf, &unreadable]), (None, None));
        let with_root = TrustStore::new(std::slice::from_ref(&root.der)).unwrap();
        assert_eq!(shape(&[leaf, middle], &with_root).complete, Some(true));
    }

    #[test]
    fn a_public_certificate_alone_lacks_its_intermediate() {
        let chain = chain(true);
        let store = TrustStore::new(&[]).unwrap();
        assert!(chain[0].facts.content.as_ref().unwrap().has_scts);
        assert_eq!(shape(&chain[..1], &store).complete, Some(false));
    }
}
