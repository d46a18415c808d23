//! Yes, no and not known: a fact is only told when what is not stated could not change it.

/// Items of which something surely holds; nothing when there is none and there may be.
pub(crate) fn surely(items: impl Iterator<Item = (String, Option<bool>)>, all_listed: bool) -> Option<Vec<String>> {
    let mut settled = all_listed;
    let mut sure = Vec::new();
    for (name, holds) in items {
        match holds {
            Some(true) => sure.push(name),
            Some(false) => {}
            None => settled = false,
        }
    }
    (settled || !sure.is_empty()).then_some(sure)
}

/// Whether one of several holds: one yes is enough, and a no needs every answer.
pub(crate) fn any_of(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut unsure = false;
    for answer in answers {
        match answer {
            Some(true) => return Some(true),
            Some(false) => {}
            None => unsure = true,
        }
    }
    (!unsure).then_some(false)
}

/// Whether all of several hold: one no is enough, and a yes needs every answer.
pub(crate) fn all_of(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    any_of(answers.map(|answer| answer.map(|answer| !answer))).map(|missing| !missing)
}
