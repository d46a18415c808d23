//! What the command says when its words are off.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use vigie::model::Lang;

use crate::exit::Exit;

/// Prints the help or version that was asked for, or says in the user's language what is wrong with the words.
pub(crate) fn answer(refusal: &clap::Error, lang: Lang) -> Exit {
    if !refusal.use_stderr() {
        // A closed pipe while printing help is nobody's fault.
        let _ = refusal.print();
        return Exit::Done;
    }
    match (lang, in_french(refusal)) {
        (Lang::Fr, Some(sentence)) => eprintln!("erreur : {sentence}\n{}", advice(refusal)),
        // English, and the rare refusals that have no French here, are clap's own words.
        _ => {
            let _ = refusal.print();
        }
    }
    Exit::BadInput
}

fn in_french(refusal: &clap::Error) -> Option<String> {
    let said = |kind| context(refusal, kind);
    let argument = || said(ContextKind::InvalidArg).unwrap_or_default();
    let value = || said(ContextKind::InvalidValue).unwrap_or_default();
    Some(match refusal.kind() {
        ErrorKind::UnknownArgument => format!("« {} » n’est pas une option de cette commande", argument()),
        ErrorKind::InvalidSubcommand => {
            let word = said(ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("« {word} » n’est pas une commande de vigie")
        }
        ErrorKind::InvalidValue if value().is_empty() => format!("il manque une valeur après {}", argument()),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("« {} » ne convient pas pour {}", value(), argument())
        }
        ErrorKind::MissingRequiredArgument => format!("il manque {}", argument()),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "il manque une commande".to_owned()
        }
        ErrorKind::ArgumentConflict => format!("{} est donné deux fois ou contredit une autre option", argument()),
        _ => return None,
    })
}

/// What would have been right: the possible values, the nearest word, and where the help is.
fn advice(refusal: &clap::Error) -> String {
    let said = |kind| context(refusal, kind).filter(|words| !words.is_empty());
    let nearest = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let mut lines = Vec::new();
    lines.extend(nearest.into_iter().find_map(said).map(|word| format!("  peut-être : {word}")));
    lines.extend(said(ContextKind::ValidValue).map(|values| format!("  valeurs possibles : {values}")));
    if refusal.kind() == ErrorKind::ValueValidation {
        use std::error::Error;
        lines.extend(refusal.source().map(|source| format!("  attendu : {source}")));
    }
    lines.push("  « vigie --help », ou --help après une commande, montre ce qui est possible.".to_owned());
    lines.join("\n")
}

fn context(refusal: &clap::Error, kind: ContextKind) -> Option<String> {
    match refusal.get(kind)? {
        ContextValue::String(word) => Some(word.clone()),
        ContextValue::Strings(words) => Some(words.join(", ")),
        ContextValue::StyledStr(words) => Some(words.to_string()),
        ContextValue::StyledStrs(words) => Some(words.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        _ => None,
    }
}
