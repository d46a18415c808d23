//! What the issuer of the server's own certificate publishes about it.
//!
//! Ports: those of the `http://` addresses in the certificate (RFC 5280 sections 4.2.1.13 and 4.2.2.1), save those of
//! devices. Sent: one `GET` for the list of revoked certificates, one `POST` of an OCSP request (RFC 6960 appendix
//! A.1), to hosts that the facility listed and to no others: a hospital's own authority. Redirects are not followed.

mod fetch;
mod kept;
mod place;

use vigie_model::Reason;
use vigie_probe::NetError;

use self::fetch::{Question, fetch};
pub(crate) use self::kept::Kept;
use self::place::Place;
use crate::certificate::{Certificate, ocsp_request, read_certificate};
use crate::endpoint::exchange::Caller;
use crate::trust::TrustStore;

/// Addresses of one kind that are tried: authorities name one or two.
const MOST_PLACES: usize = 3;

/// What became of the questions about a certificate.
#[derive(Debug, Default)]
pub(crate) struct Published {
    /// The list of revoked certificates.
    pub(crate) list: Told,
    /// The answer of the revocation service.
    pub(crate) answer: Told,
}

/// What became of one question.
#[derive(Debug, Default)]
pub(crate) enum Told {
    /// The certificate names nobody to ask.
    #[default]
    Nobody,
    /// The question was not put.
    NotAsked(Reason),
    /// It was put, to no avail.
    Silent(Reason),
    /// What came back.
    Said(Vec<u8>),
}

/// Asks about the first certificate of a chain.
pub(crate) async fn ask(caller: &Caller<'_>, chain: &[Vec<u8>], store: &TrustStore) -> Published {
    let chain: Vec<Certificate> = chain.iter().map(|der| read_certificate(der)).collect();
    let Some((leaf, content)) = chain.first().and_then(|leaf| Some((leaf, leaf.facts.content.as_ref()?))) else {
        return Published::default();
    };
    let request = || ocsp_request(leaf, store.issuer_of(&chain)?);
    let list = ask_all(caller, &content.crl_urls, || Some(Question::List));
    let answer = ask_all(caller, &content.ocsp_urls, || request().map(Question::Ocsp));
    let (list, answer) = tokio::join!(list, answer);
    Published { list, answer }
}

/// Puts a question to one address after the other, until one answers.
async fn ask_all(caller: &Caller<'_>, urls: &[String], question: impl Fn() -> Option<Question>) -> Told {
    let mut told = Told::Nobody;
    for url in urls.iter().take(MOST_PLACES) {
        let next = match (Place::of(url), question()) {
            (Some(place), Some(question)) => ask_one(caller, &place, question).await,
            // Directories and what else is not HTTP; an issuer that nobody showed us.
            (None, _) => Told::NotAsked(Reason::Unsupported),
            (_, None) => Told::NotAsked(Reason::NotStated),
        };
        match (&told, next) {
            (_, said @ Told::Said(_)) => return said,
            // Silence says more than a question that was not put.
            (Told::Nobody | Told::NotAsked(_), next @ Told::Silent(_)) | (Told::Nobody, next) => told = next,
            _ => {}
        }
    }
    told
}

async fn ask_one(caller: &Caller<'_>, place: &Place, question: Question) -> Told {
    let address = match place.address(caller).await {
        Ok(address) => address,
        Err(error) => return Told::NotAsked(error.reason()),
    };
    let said = match &question {
        Question::List => caller.kept.lists.get(place, fetch(caller, place, address, &question)).await,
        Question::Ocsp(_) => fetch(caller, place, address, &question).await,
    };
    match said {
        Ok(bytes) => Told::Said(bytes),
        Err(error @ NetError::OutOfScope(_)) => Told::NotAsked(error.reason()),
        Err(error) => Told::Silent(error.reason()),
    }
}
