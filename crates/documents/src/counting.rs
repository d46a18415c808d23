//! Numbers as lists write them.

/// How a level of a list writes its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figures {
    Decimal,
    /// `01`, `02`.
    PaddedDecimal,
    UpperRoman,
    LowerRoman,
    UpperLetter,
    LowerLetter,
    /// Something else, or nothing.
    Hidden,
}

impl Figures {
    pub(crate) fn write(self, count: u32) -> String {
        match self {
            Self::Decimal => count.to_string(),
            Self::PaddedDecimal => format!("{count:02}"),
            Self::UpperRoman => roman(count),
            Self::LowerRoman => roman(count).to_lowercase(),
            Self::UpperLetter => letters(count),
            Self::LowerLetter => letters(count).to_lowercase(),
            Self::Hidden => String::new(),
        }
    }
}

/// Largest number written in Roman figures or letters; beyond, figures are clearer.
const LARGEST_IN_LETTERS: u32 = 3_999;

fn roman(count: u32) -> String {
    const FIGURES: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if count > LARGEST_IN_LETTERS {
        return count.to_string();
    }
    let mut left = count;
    let mut written = String::new();
    for (value, figure) in FIGURES {
        while left >= value {
            written.push_str(figure);
            left -= value;
        }
    }
    written
}

/// `A` to `Z`, then `AA`, `BB`: as word processors count.
fn letters(count: u32) -> String {
    let Some(rest) = count.checked_sub(1) else { return String::new() };
    if count > LARGEST_IN_LETTERS {
        return count.to_string();
    }
    let letter = u8::try_from(rest % 26).map_or('?', |offset| char::from(b'A' + offset));
    std::iter::repeat_n(letter, usize::try_from(rest / 26 + 1).unwrap_or(1)).collect()
}

/// A bullet as it can be shown: symbol fonts have private letters for theirs.
pub(crate) fn bullet(written: &str) -> String {
    let shown: String = written.chars().map(|c| if ('\u{e000}'..='\u{f8ff}').contains(&c) { '•' } else { c }).collect();
    let shown = shown.trim();
    match shown {
        "" => "•".to_owned(),
        // Courier's letter o, which Word takes for a hollow bullet.
        "o" => "◦".to_owned(),
        _ => shown.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_lists_do() {
        assert_eq!(Figures::UpperRoman.write(14), "XIV");
        assert_eq!(Figures::LowerLetter.write(2), "b");
        assert_eq!(Figures::UpperLetter.write(28), "BB");
        assert_eq!(Figures::PaddedDecimal.write(3), "03");
        assert_eq!(bullet("\u{f0b7}"), "•");
    }
}
