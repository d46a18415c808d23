//! "Did you mean".

use vigie_model::Text;

/// How many names a hint lists.
const MAX_LISTED: usize = 12;

/// The candidate nearest to a misspelt word, when one is near enough to be what was meant.
pub(crate) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.to_lowercase();
    let tolerance = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= tolerance)
        .min()
        .map(|(_, candidate)| candidate)
}

/// A hint that offers the nearest candidate, or lists them all.
pub(crate) fn hint<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str> + Clone) -> Option<Text> {
    if let Some(near) = nearest(word, candidates.clone()) {
        return Some(Text::new(format!("vouliez-vous dire « {near} » ?"), format!("did you mean “{near}”?")));
    }
    let mut all: Vec<&str> = candidates.into_iter().take(MAX_LISTED + 1).collect();
    if all.is_empty() {
        return None;
    }
    let more = if all.len() > MAX_LISTED { ", …" } else { "" };
    all.truncate(MAX_LISTED);
    let list = all.join(", ");
    Some(Text::new(format!("on connaît ici : {list}{more}"), format!("known here: {list}{more}")))
}
