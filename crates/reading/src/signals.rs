//! What a section must hold beside its title: hours, days, numbers to call, functions, signatures.

use std::sync::LazyLock;

use regex::Regex;
use vigie_documents::{Block, Content};

use crate::french::keys;
use crate::normalise::{clean, fold};
use crate::template::Signal;

static DURATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b\d{1,4}\s?(h|heures?|min|minutes?|j|jours?|semaines?|mois|ans?)\b|\b\d{1,2}h\d{2}\b|\b[jh]\s?\+\s?\d|\b(une|deux|trois|quatre|six|huit|douze|quinze|vingt-quatre|quarante-huit|soixante-douze) (heures?|jours?|minutes?|semaines?|mois|ans?)\b|\b\d{1,2} ?/ ?\d{1,2} ?h").ok()
});
static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b\d{1,2}[/.\-]\d{1,2}[/.\-](20)?\d{2}\b|\b20\d{2}-\d{2}-\d{2}\b|\b(1er|\d{1,2}) (janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre|decembre) 20\d{2}\b|\b(janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre) 20\d{2}\b").ok()
});
/// Telephone numbers of France, and extensions of a switchboard.
pub(crate) static PHONE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(\+33[\s.]?|\b0)[1-9]([\s.\-]?\d{2}){4}\b|(?i)\bposte\s+\d{3,5}\b").ok());
static MAIL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\w.\-]+@[\w\-]+\.[\w.\-]+").ok());
static ROLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(directeurs?|directrices?|direction|rssi|dsi|responsables?|referente?s?|chefs?|cheffes?|cadres?|medecins?|administrateurs?|astreintes?|pharmaciens?|biologistes?|coordonnateurs?|coordinatrices?|pilotes?|dpo|infirmiere?s?|ide|president|secretaires?|suppleante?s?|equipe|ingenieurs?|techniciens?|garde)\b").ok()
});
static SIGNATURE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(approuvee?s?|validee?s?|approbation|visas?|signe|signature|signataire)\b").ok());
static PROMISE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(seront?|sera|reste(nt)? a|restera|devra|devront|doit encore|prevoir de) ?(etre )?(redige|defini|precis|etabli|complet|formalis|ecrit|elabor|produit|decrit|construit|mis en place|ajout)\w*|\ba (completer|rediger|definir|preciser|formaliser|venir|construire)\b|\ben cours (de redaction|d'elaboration|de formalisation|d'ecriture)|\b(non|pas encore|jamais) (redige|defini|etabli|formalis|disponible|ecrit|realise|documente)\w*|\bn'(existe|a) (pas|jamais|aucun)|\bn'est pas (encore )?(redige|defini|prevu|formalis|couvert|traite|etabli|ecrit|documente)\w*|\b(plus tard|ulterieurement|prochaine version|version ulterieure|dans un second temps)\b|\ba ce jour,? (aucun|il n)|\bne (comporte|contient|traite|couvre|decrit) pas\b|\bsans objet\b|\bhors (du )?perimetre\b|\btbd\b|\bx{3,}\b|lorem ipsum|\[\s*(a |completer|inserer|texte)|\bvoir (le )?document a venir").ok()
});

/// Whether a text says that something is not written yet, or not dealt with.
pub(crate) fn is_promise(text: &str) -> bool {
    found(PROMISE.as_ref(), &fold(&clean(text)))
}

/// Whether a folded text names a function or a duty.
pub(crate) fn names_a_role(folded: &str) -> bool {
    found(ROLE.as_ref(), folded)
}

/// Whether blocks show a signal.
pub(crate) fn shows(signal: Signal, blocks: &[&Block]) -> bool {
    match signal {
        Signal::Table => blocks.iter().any(|block| is_filled_table(block)),
        Signal::Steps => blocks.iter().filter(|block| is_step(block)).count() >= 3,
        Signal::Duration => any_text(blocks, DURATION.as_ref()),
        Signal::Date => any_text(blocks, DATE.as_ref()),
        Signal::Phone => any_text(blocks, PHONE.as_ref()),
        Signal::Mail => any_text(blocks, MAIL.as_ref()),
        Signal::Role => any_folded(blocks, ROLE.as_ref()),
        Signal::Signature => any_folded(blocks, SIGNATURE.as_ref()),
    }
}

/// The texts of a block: its own, or those of its cells.
pub(crate) fn texts(block: &Block) -> impl Iterator<Item = &str> {
    let (own, rows) = match &block.content {
        Content::Text { text, .. } => (Some(text.as_str()), None),
        Content::Table { rows } => (None, Some(rows)),
    };
    let cells = rows.into_iter().flatten().flatten().map(|cell| cell.text.as_str());
    own.into_iter().chain(cells).filter(|text| !text.trim().is_empty())
}

/// How many words blocks have, promises left out: `sera rédigé plus tard` says nothing.
pub(crate) fn words(blocks: &[&Block]) -> usize {
    let said = blocks.iter().flat_map(|block| texts(block)).filter(|text| !is_promise(text));
    said.map(|text| {
        keys(text).len() + text.split_whitespace().filter(|word| word.starts_with(|c: char| c.is_ascii_digit())).count()
    })
    .sum()
}

fn any_text(blocks: &[&Block], pattern: Option<&Regex>) -> bool {
    blocks.iter().flat_map(|block| texts(block)).any(|text| found(pattern, &clean(text)))
}

fn any_folded(blocks: &[&Block], pattern: Option<&Regex>) -> bool {
    blocks.iter().flat_map(|block| texts(block)).any(|text| found(pattern, &fold(&clean(text))))
}

fn found(pattern: Option<&Regex>, text: &str) -> bool {
    pattern.is_some_and(|pattern| pattern.is_match(text))
}

/// Two rows, two columns, and half its cells written: a form left blank shows nothing.
fn is_filled_table(block: &Block) -> bool {
    let Content::Table { rows } = &block.content else { return false };
    let cells = || rows.iter().skip(1).flatten();
    let written = cells().filter(|cell| !cell.text.trim().is_empty()).count();
    rows.len() >= 2 && rows.iter().any(|row| row.len() >= 2) && written * 2 >= cells().count() && written >= 2
}

fn is_step(block: &Block) -> bool {
    let Content::Text { text, cues } = &block.content else { return false };
    let text = text.trim_start();
    let marked = text.starts_with(['-', '–', '•', '▪', '□', '☐', '*', '→', '\u{f0b7}']);
    let numbered = text.split_once(['.', ')', '-', '°']).is_some_and(|(number, _)| {
        !number.is_empty() && number.len() <= 2 && number.chars().all(|c| c.is_ascii_alphanumeric())
    });
    cues.numbering.is_some() || marked || numbered || text.to_lowercase().starts_with("étape ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_will_be_written_is_told_from_what_is() {
        for promise in [
            "Le plan de reprise sera rédigé plus tard.",
            "À compléter",
            "Cette partie reste à formaliser.",
            "L’annuaire est en cours de rédaction",
            "Il n’existe pas de procédure.",
            "Aucun test n’a jamais été fait ; non formalisé à ce jour",
        ] {
            assert!(is_promise(promise), "{promise}");
        }
        for said in ["La cellule de crise se réunit en salle A.", "Le plan est revu chaque année."] {
            assert!(!is_promise(said), "{said}");
        }
    }
}
