//! What one cell says, whatever a spreadsheet program made of it.

use jiff::civil::Date;
use vigie_model::Text;
use vigie_plan::{EntityKind, NSP, words};
use vigie_source::{Node, Span, Value};

use super::cells::Cell;
use crate::layout::Shape;
use crate::names::Names;
use crate::write::{BREAK, day, elsewhere, no, none, not_known, yes};

/// What a cell says.
#[derive(Debug)]
pub(super) enum Said {
    /// Nothing is known.
    Nothing,
    /// There is none.
    NoneOfThem,
    /// It stands on another sheet.
    Elsewhere,
    /// This.
    This(Value),
}

/// Why a cell cannot be taken: code, message, how to mend it.
pub(super) type Refusal = (&'static str, Text, Text);

/// What a cell says, in a column that holds such things. `span` is where it stands.
pub(super) fn said(shape: &Shape, cell: &Cell, names: &Names, span: Span) -> Result<Said, Refusal> {
    match cell {
        Cell::Broken(shown) => return Err(broken(shown)),
        Cell::NotComputed => return Err(not_computed()),
        _ => {}
    }
    if let Cell::Text(text) = cell {
        if is_word(text, NSP) || is_one_of(text, &not_known()) {
            return Ok(Said::Nothing);
        }
        let listed = matches!(shape, Shape::Several(_) | Shape::Elsewhere);
        if listed && (is_one_of(text, &none()) || is_one_of(text, &Text::new("aucun", "none"))) {
            return Ok(Said::NoneOfThem);
        }
    }
    match shape {
        Shape::Elsewhere => match cell {
            Cell::Text(text) if is_one_of(text, &elsewhere()) => Ok(Said::Elsewhere),
            _ => Err(not_a_state(&cell.shown())),
        },
        Shape::Several(item) => several(item, &cell.shown(), names, span),
        _ => one(shape, cell, names).map(Said::This),
    }
}

fn several(item: &Shape, shown: &str, names: &Names, span: Span) -> Result<Said, Refusal> {
    let lines = shown.split('\n').flat_map(|line| match item {
        Shape::Text => vec![line.to_owned()],
        Shape::Reference(kinds) => references(line, kinds, names),
        _ => line.split(';').map(str::to_owned).collect(),
    });
    let pieces = lines.filter(|piece| !piece.trim().is_empty());
    let items: Result<Vec<Node>, Refusal> =
        pieces.map(|piece| Ok(Node { span, value: one(item, &Cell::Text(unbroken(&piece)), names)? })).collect();
    Ok(Said::This(Value::List(items?)))
}

/// `A [a] ; B [b]` in pieces; a semicolon that is part of a name does not part it.
fn references(line: &str, kinds: &[EntityKind], names: &Names) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for part in line.split(';') {
        if !piece.is_empty() {
            piece.push(';');
        }
        piece.push_str(part);
        if piece.trim_end().ends_with(']') || looks_like_id(&piece) || names.picked(&piece, kinds).is_some() {
            pieces.push(std::mem::take(&mut piece));
        }
    }
    pieces.push(piece);
    pieces
}

/// A text with the line breaks that stand inside one item.
fn unbroken(piece: &str) -> String {
    let mut out = String::new();
    let mut rest = piece.chars().peekable();
    while let Some(c) = rest.next() {
        if c != BREAK {
            out.push(c);
        } else if rest.next_if_eq(&'.').is_some() {
            out.push(BREAK);
        } else {
            rest.next_if_eq(&' ');
            out.push('\n');
        }
    }
    out
}

fn one(shape: &Shape, cell: &Cell, names: &Names) -> Result<Value, Refusal> {
    match shape {
        Shape::Whole => whole(cell),
        Shape::Number => number(cell).map(number_value).ok_or_else(|| not_a_number(&cell.shown())),
        Shape::Flag => flag(cell).map(Value::Bool).ok_or_else(|| not_a_flag(&cell.shown())),
        Shape::Date => date(cell).map(|date| Value::Text(date.to_string())).ok_or_else(|| not_a_date(&cell.shown())),
        Shape::Duration => length(cell),
        Shape::Word { of, key, words } => word(of, key, words, &cell.shown()),
        Shape::Reference(kinds) => {
            let shown = cell.shown();
            let picked = names.picked(&shown, kinds).or_else(|| looks_like_id(&shown).then(|| shown.trim().to_owned()));
            picked.map(Value::Text).ok_or_else(|| nobody(&shown, kinds))
        }
        Shape::Mixed => Ok(match cell {
            Cell::Flag(flag) => Value::Bool(*flag),
            Cell::Number(number) => number_value(*number),
            other => Value::Text(trimmed(&other.shown())),
        }),
        Shape::Text | Shape::Slug => text(cell),
        Shape::Several(_) | Shape::Elsewhere => Ok(Value::Null),
    }
}

/// A text without the blanks that fingers leave at its ends.
fn trimmed(text: &str) -> String {
    text.trim_matches([' ', '\t', '\u{a0}']).to_owned()
}

fn text(cell: &Cell) -> Result<Value, Refusal> {
    /// From eight digits on, a number is likely to be a telephone or FINESS number that lost its leading zero.
    const SUSPECT: f64 = 9_999_999.0;
    match cell {
        Cell::Number(number) if *number > SUSPECT => Err(text_as_number(&cell.shown())),
        Cell::Length(_) => Err(text_as_time()),
        _ => Ok(Value::Text(trimmed(&cell.shown()))),
    }
}

fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Number(number) => Some(*number),
        Cell::Text(text) => {
            let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\u{202f}').collect();
            plain.replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite())
        }
        Cell::Flag(_) | Cell::Day(_) | Cell::Length(_) | Cell::Broken(_) | Cell::NotComputed => None,
    }
}

fn number_value(number: f64) -> Value {
    /// Up to here each whole number is one `f64`.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and bounded just above")]
        return Value::Int(number as i64);
    }
    Value::Float(number)
}

fn whole(cell: &Cell) -> Result<Value, Refusal> {
    match number(cell).map(number_value) {
        Some(value @ Value::Int(_)) => Ok(value),
        _ => Err((
            "cell-not-whole",
            Text::new(
                format!("« {} » n’est pas un nombre entier", cell.shown()),
                format!("“{}” is not a whole number", cell.shown()),
            ),
            Text::new(
                "écrivez un nombre sans virgule, ou laissez vide si on ne sait pas",
                "write a number without decimals, or leave empty if not known",
            ),
        )),
    }
}

fn flag(cell: &Cell) -> Option<bool> {
    match cell {
        Cell::Flag(flag) => Some(*flag),
        Cell::Number(number) => match number_value(*number) {
            Value::Int(1) => Some(true),
            Value::Int(0) => Some(false),
            _ => None,
        },
        Cell::Text(text) => match text.trim().to_lowercase().as_str() {
            word if word == yes().fr || word == yes().en => Some(true),
            word if word == no().fr || word == no().en => Some(false),
            "o" | "y" | "vrai" | "true" => Some(true),
            "n" | "faux" | "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn date(cell: &Cell) -> Option<Date> {
    match cell {
        Cell::Day(day) => Some(*day),
        // A day whose cell lost its format.
        Cell::Number(number) => day(*number),
        Cell::Text(text) => written_date(text.trim()),
        Cell::Flag(_) | Cell::Length(_) | Cell::Broken(_) | Cell::NotComputed => None,
    }
}

/// `2026-03-31`, `31/03/2026`, `31.3.2026`.
fn written_date(text: &str) -> Option<Date> {
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let parts: Vec<&str> = text.split(['/', '.', '-', ' ']).collect();
    let [day, month, year] = parts.as_slice() else { return None };
    let year = year.parse().ok().filter(|_| year.len() == 4)?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Lengths of time are texts; programs turn `4:00` into a fraction of a day.
fn length(cell: &Cell) -> Result<Value, Refusal> {
    match cell {
        Cell::Text(text) => Ok(Value::Text(trimmed(text))),
        Cell::Length(days) if *days >= 0.0 && *days < 36_500.0 => {
            #[expect(clippy::cast_possible_truncation, reason = "bounded just above")]
            let minutes = (days * 24.0 * 60.0).round() as i64;
            let (hours, minutes) = (minutes / 60, minutes % 60);
            Ok(Value::Text(match (hours, minutes) {
                (0, minutes) => format!("{minutes} min"),
                (hours, 0) => format!("{hours} h"),
                (hours, minutes) => format!("{hours} h {minutes:02}"),
            }))
        }
        other => Err((
            "cell-not-duration",
            Text::new(
                format!("« {} » n’est pas une durée : il manque l’unité", other.shown()),
                format!("“{}” is not a length of time: the unit is missing", other.shown()),
            ),
            Text::new(
                "écrivez par exemple 30 min, 4 h, 5 j ou J+1, ou laissez vide si on ne sait pas",
                "write for instance 30 min, 4 h, 5 d or J+1, or leave empty if not known",
            ),
        )),
    }
}

fn word(of: &str, key: &str, known: &[String], shown: &str) -> Result<Value, Refusal> {
    let fits = |word: &&String| is_word(shown, word) || is_one_of(shown, &words::value(of, key, word));
    if let Some(word) = known.iter().find(fits) {
        return Ok(Value::Text(word.clone()));
    }
    let listed = |pick: fn(Text) -> String| {
        let all: Vec<String> = known.iter().take(15).map(|word| pick(words::value(of, key, word))).collect();
        format!("{}{}", all.join(" ; "), if known.len() > 15 { "…" } else { "" })
    };
    Err((
        "cell-not-in-list",
        Text::new(
            format!("« {shown} » n’est pas une réponse de la liste"),
            format!("“{shown}” is not an answer of the list"),
        ),
        Text::new(
            format!("réponses possibles : {}", listed(|text| text.fr)),
            format!("possible answers: {}", listed(|text| text.en)),
        ),
    ))
}

fn is_one_of(shown: &str, text: &Text) -> bool {
    is_word(shown, &text.fr) || is_word(shown, &text.en)
}

/// The same word, whatever the case, the blanks and the kind of apostrophe.
fn is_word(shown: &str, word: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace('’', "'").split_whitespace().collect::<Vec<_>>().join(" ");
    plain(shown) == plain(word)
}

fn looks_like_id(shown: &str) -> bool {
    shown.trim().parse::<vigie_plan::Id>().is_ok()
}

fn broken(shown: &str) -> Refusal {
    (
        "cell-broken",
        Text::new(
            format!("la formule de cette case est cassée ({shown})"),
            format!("the formula of this cell is broken ({shown})"),
        ),
        Text::new("écrivez la valeur elle-même, ou videz la case", "write the value itself, or empty the cell"),
    )
}

fn not_computed() -> Refusal {
    (
        "cell-not-computed",
        Text::new(
            "cette case a une formule dont le fichier ne donne pas le résultat",
            "this cell has a formula whose result is not in the file",
        ),
        Text::new(
            "ouvrez le classeur dans un tableur et enregistrez-le, ou écrivez la valeur elle-même",
            "open the workbook in a spreadsheet program and save it, or write the value itself",
        ),
    )
}

fn not_a_state(shown: &str) -> Refusal {
    let there = elsewhere();
    (
        "cell-not-in-list",
        Text::new(format!("« {shown} » n’est pas attendu ici"), format!("“{shown}” is not expected here")),
        Text::new(
            format!("choisissez « {} », « {} », ou videz la case si on ne sait pas", there.fr, none().fr),
            format!("pick “{}”, “{}”, or empty the cell if not known", there.en, none().en),
        ),
    )
}

fn not_a_number(shown: &str) -> Refusal {
    (
        "cell-not-number",
        Text::new(format!("« {shown} » n’est pas un nombre"), format!("“{shown}” is not a number")),
        Text::new(
            "écrivez seulement un nombre, sans unité, ou laissez vide si on ne sait pas",
            "write a number only, without a unit, or leave empty if not known",
        ),
    )
}

fn not_a_flag(shown: &str) -> Refusal {
    (
        "cell-not-yes-or-no",
        Text::new(format!("« {shown} » n’est ni oui ni non"), format!("“{shown}” is neither yes nor no")),
        Text::new(
            "écrivez oui ou non, ou laissez vide si on ne sait pas",
            "write yes or no, or leave empty if not known",
        ),
    )
}

fn not_a_date(shown: &str) -> Refusal {
    (
        "cell-not-date",
        Text::new(format!("« {shown} » n’est pas une date"), format!("“{shown}” is not a date")),
        Text::new(
            "écrivez jour/mois/année, par exemple 31/03/2026, ou laissez vide si on ne sait pas",
            "write year-month-day, for instance 2026-03-31, or leave empty if not known",
        ),
    )
}

fn text_as_number(shown: &str) -> Refusal {
    (
        "cell-text-as-number",
        Text::new(
            format!("le tableur a pris ce texte pour un nombre ({shown}) : un zéro au début a pu disparaître"),
            format!("the program took this text for a number ({shown}): a zero at its start may be lost"),
        ),
        Text::new(
            "mettez la case au format « Texte », puis retapez son contenu en entier",
            "set the format of the cell to “Text”, then type it again in full",
        ),
    )
}

fn text_as_time() -> Refusal {
    (
        "cell-text-as-time",
        Text::new("le tableur a pris ce texte pour une heure", "the program took this text for a time of day"),
        Text::new(
            "mettez la case au format « Texte », puis retapez son contenu",
            "set the format of the cell to “Text”, then type it again",
        ),
    )
}

fn nobody(shown: &str, kinds: &[EntityKind]) -> Refusal {
    let (fr, en): (Vec<String>, Vec<String>) =
        kinds.iter().map(|kind| words::title(kind.section())).map(|text| (text.fr, text.en)).unzip();
    (
        "cell-names-nothing",
        Text::new(
            format!("« {shown} » n’est le nom de rien dans : {}", fr.join(", ")),
            format!("“{shown}” is the name of nothing in: {}", en.join(", ")),
        ),
        Text::new(
            "choisissez dans la liste ; s’il manque, ajoutez d’abord sa ligne dans sa feuille",
            "pick from the list; if it is missing, add its row on its sheet first",
        ),
    )
}
