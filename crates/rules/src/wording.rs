use vigie_model::Text;

/// A number of things, in words that agree with it: French takes the plural from 2, English from 0 and 2.
pub(crate) fn counted(count: usize, fr: (&str, &str), en: (&str, &str)) -> Text {
    let fr = if count < 2 { fr.0 } else { fr.1 };
    let en = if count == 1 { en.0 } else { en.1 };
    Text::new(format!("{count} {fr}"), format!("{count} {en}"))
}

/// Sentences or clauses put end to end in both languages.
pub(crate) fn joined(parts: &[Text], separator: &str) -> Text {
    let join = |words: Vec<&str>| words.join(separator);
    Text::new(
        join(parts.iter().map(|part| part.fr.as_str()).collect()),
        join(parts.iter().map(|part| part.en.as_str()).collect()),
    )
}
