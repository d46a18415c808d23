//! French words reduced to what they have in common: stems, synonyms, acronyms.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use crate::normalise::{clean, fold};

/// Groups of words that say the same thing in a continuity plan, acronyms, and words that say little.
const WORDS: &str = include_str!("../data/words.txt");

/// Words that carry no meaning of their own.
const EMPTY: &[&str] = &[
    "a", "au", "aux", "avec", "ce", "ces", "cette", "dans", "de", "des", "du", "en", "est", "et", "la", "le", "les",
    "leur", "leurs", "l", "d", "n", "s", "c", "j", "qu", "m", "t", "ne", "ou", "par", "pas", "pour", "que", "qui",
    "sa", "se", "ses", "son", "sont", "sur", "un", "une", "y",
];

/// What a word that says little counts for, against 1 for another.
const WEAK: f32 = 0.3;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(WORDS));

struct Lexicon {
    stemmer: Stemmer,
    /// Stem of a word to the stem of the first word of its group.
    heads: BTreeMap<String, String>,
    /// Acronym to what it stands for.
    acronyms: BTreeMap<String, Vec<String>>,
    weak: BTreeSet<String>,
}

impl Lexicon {
    /// One entry a line: `= a b c` is a group, `> ACRONYM words` an acronym, `~ a b` weak words, `#` a comment.
    fn new(text: &str) -> Self {
        let mut lexicon = Self {
            stemmer: Stemmer::create(Algorithm::French),
            heads: BTreeMap::new(),
            acronyms: BTreeMap::new(),
            weak: BTreeSet::new(),
        };
        for line in text.lines() {
            let mut words = line.split_whitespace();
            match words.next() {
                Some("=") => lexicon.group(words),
                Some(">") => {
                    let acronym = words.next().map(fold).unwrap_or_default();
                    lexicon.acronyms.insert(acronym, words.map(str::to_owned).collect());
                }
                Some("~") => lexicon.weak.extend(words.map(|word| stem(&lexicon.stemmer, word)).collect::<Vec<_>>()),
                _ => {}
            }
        }
        lexicon
    }

    fn group<'w>(&mut self, words: impl Iterator<Item = &'w str>) {
        let stems: Vec<String> = words.map(|word| stem(&self.stemmer, word)).collect();
        if let Some(head) = stems.first() {
            self.heads.extend(stems.iter().map(|stem| (stem.clone(), head.clone())));
        }
    }

    fn push(&self, word: &str, keys: &mut Vec<String>) {
        let folded = fold(word);
        if let Some(meaning) = self.acronyms.get(&folded) {
            keys.extend(meaning.iter().map(|word| self.key(word)));
        } else if !EMPTY.contains(&folded.as_str()) {
            keys.push(self.key(word));
        }
    }

    fn key(&self, word: &str) -> String {
        let stem = stem(&self.stemmer, word);
        self.heads.get(&stem).cloned().unwrap_or(stem)
    }
}

/// What a text speaks of: its words without endings, accents, articles; acronyms spelt out, synonyms made one.
pub(crate) fn keys(text: &str) -> Vec<String> {
    let mut keys = Vec::new();
    clean(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !word.chars().all(|c| c.is_ascii_digit()))
        .for_each(|word| LEXICON.push(word, &mut keys));
    keys
}

/// How much a key counts.
pub(crate) fn weight(key: &str) -> f32 {
    if LEXICON.weak.contains(key) { WEAK } else { 1.0 }
}

/// The stem, without accents. Capitals often have no accents, and the stemmer then leaves endings that it would
/// have cut (`activite`, `degradee`): these are cut here.
fn stem(stemmer: &Stemmer, word: &str) -> String {
    let word = word.to_lowercase();
    let stem = fold(&stemmer.stem(&word));
    let mut bare = stem.as_str();
    for ending in ["it", "e", "e"] {
        if bare.len() > ending.len() + 4 {
            bare = bare.strip_suffix(ending).unwrap_or(bare);
        }
    }
    bare.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_without_accents_are_the_same_words() {
        for (one, other) in [
            ("PLAN DE CONTINUITE D'ACTIVITE", "Plan de continuité d’activité"),
            ("PROCEDURES DEGRADEES", "procédure dégradée"),
            ("MODE DEGRADE", "modes dégradés"),
            ("SECURITE", "sécurité"),
        ] {
            assert_eq!(keys(one), keys(other), "{one}");
        }
    }

    #[test]
    fn acronyms_and_synonyms_are_one_with_what_they_stand_for() {
        assert_eq!(keys("PCA"), keys("plan de continuité d’activité"));
        assert_eq!(keys("redémarrage"), keys("reprise"));
        assert_ne!(keys("sauvegarde"), keys("restauration"));
    }
}
