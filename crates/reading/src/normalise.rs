//! Letters, before words: one way to write each.

use unicode_normalization::UnicodeNormalization;

/// The same text with composed letters, straight apostrophes and single plain spaces.
pub(crate) fn clean(text: &str) -> String {
    let one = |c: char| match c {
        '\u{2019}' | '\u{2018}' | '\u{02BC}' | '\u{00B4}' => Some('\''),
        '\u{00AD}' | '\u{200B}' | '\u{FEFF}' => None,
        '\u{2010}' | '\u{2011}' => Some('-'),
        c if c.is_whitespace() || c.is_control() => Some(' '),
        c => Some(c),
    };
    let letters: String = text.nfc().filter_map(one).collect();
    join_hyphens(&letters.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>())
}

/// Lower case without accents nor ligatures.
pub(crate) fn fold(text: &str) -> String {
    let bare = text.nfd().filter(|c| !('\u{0300}'..='\u{036F}').contains(c)).flat_map(char::to_lowercase);
    bare.collect::<String>().replace('œ', "oe").replace('æ', "ae")
}

/// Words cut at the end of a line (`resti- tution`) made whole. `sous- traitant` loses its hyphen too: what is
/// compared are words, never shown.
fn join_hyphens(words: &[&str]) -> String {
    let mut out = String::new();
    let mut cut = false;
    for word in words {
        let goes_on = cut && word.chars().next().is_some_and(char::is_lowercase);
        if goes_on {
            out.pop();
        } else if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        cut = word.ends_with('-') && letters >= 2;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_cut_at_the_end_of_a_line_is_one_word() {
        assert_eq!(clean("la resti- tution des don\u{AD}nées - ici"), "la restitution des données - ici");
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same() {
        assert_eq!(clean("l\u{2019}activite\u{301}"), clean("l'activité"));
        assert_eq!(fold("CŒUR Été"), "coeur ete");
    }
}
