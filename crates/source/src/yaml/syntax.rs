//! What the YAML parser says, in plain words.

use vigie_model::Text;

use super::too_deep;
use crate::words::quote;
use crate::{Problem, SourceFile, Span};

/// A sentence of the parser and ours: part of the original, what is wrong and how to mend it,
/// each in French and English.
struct Translation(&'static str, [&'static str; 2], [&'static str; 2]);

/// The sentences met in practice, most precise first. The others are quoted as they are.
const TRANSLATIONS: &[Translation] = &[
    Translation(
        "tab",
        ["une tabulation sert de retrait", "a tab is used as indentation"],
        [
            "YAML n’accepte que des espaces en début de ligne : remplacez la tabulation par deux espaces",
            "YAML takes only spaces at the start of a line: replace the tab with two spaces",
        ],
    ),
    Translation(
        "unexpected end of stream",
        ["ces guillemets ne sont jamais fermés", "this quote is never closed"],
        ["fermez les guillemets à la fin du texte", "close the quote at the end of the text"],
    ),
    Translation(
        "invalid indentation in quoted scalar",
        [
            "ces guillemets ne sont pas fermés, ou leur texte continue sans retrait",
            "this quote is not closed, or its text goes on without indentation",
        ],
        ["fermez les guillemets à la fin du texte", "close the quote at the end of the text"],
    ),
    Translation(
        "invalid trailing content after double-quoted scalar",
        ["du texte suit les guillemets fermants", "some text follows the closing quote"],
        [
            "mettez tout le texte entre guillemets ; pour un guillemet dans le texte, écrivez \\\"",
            "put the whole text between quotes; for a quote inside the text, write \\\"",
        ],
    ),
    Translation(
        "unknown escape character",
        ["cette suite avec une barre oblique inverse n’existe pas", "this backslash sequence does not exist"],
        [
            "entre guillemets doubles, écrivez \\\\ pour une barre oblique inverse, ou employez des apostrophes",
            "between double quotes, write \\\\ for a backslash, or use single quotes",
        ],
    ),
    Translation(
        "mapping values are not allowed in this context",
        ["ces deux-points ne sont pas à leur place", "this colon is out of place"],
        [
            "si « : » fait partie du texte, mettez le texte entre guillemets ; sinon, vérifiez le retrait de la ligne",
            "if “:” is part of the text, put the text between quotes; if not, check the indentation of the line",
        ],
    ),
    Translation(
        "did not find expected ',' or '}'",
        ["il manque une virgule ou l’accolade fermante « } »", "a comma or the closing brace “}” is missing"],
        ["fermez l’accolade ouverte plus haut", "close the brace that was opened above"],
    ),
    Translation(
        "expected ',' or ']'",
        ["il manque une virgule ou le crochet fermant « ] »", "a comma or the closing bracket “]” is missing"],
        ["fermez le crochet ouvert plus haut", "close the bracket that was opened above"],
    ),
    Translation(
        "misplaced bracket",
        ["ce crochet ou cette accolade ne ferme rien", "this bracket or brace closes nothing"],
        ["retirez-le, ou mettez le texte entre guillemets", "remove it, or put the text between quotes"],
    ),
    Translation(
        "simple key expect",
        [
            "cette ligne n’est ni une clé suivie de deux-points, ni la suite du texte",
            "this line is neither a key followed by a colon nor the rest of the text",
        ],
        [
            "écrivez « clé: valeur », avec le même retrait que les lignes voisines",
            "write “key: value”, indented as the lines around it",
        ],
    ),
    Translation(
        "did not find expected key",
        ["cette ligne n’est pas à sa place : on attend une clé", "this line is out of place: a key is expected"],
        ["alignez-la avec les autres clés du même niveau", "align it with the other keys of the same level"],
    ),
    Translation(
        "did not find expected '-' indicator",
        [
            "cette ligne n’est pas à sa place : on attend un élément de liste",
            "this line is out of place: a list item is expected",
        ],
        ["alignez-la avec les autres tirets « - » de la liste", "align it with the other dashes “-” of the list"],
    ),
    Translation(
        "block sequence entries are not allowed",
        ["ce tiret « - » n’est pas à sa place", "this dash “-” is out of place"],
        ["commencez la liste sur la ligne suivante, en retrait", "start the list on the next line, indented"],
    ),
    Translation(
        "\"-\" is only valid inside a block",
        ["ce tiret « - » n’est pas à sa place", "this dash “-” is out of place"],
        ["entre crochets, séparez les éléments par des virgules", "between brackets, separate items with commas"],
    ),
    Translation(
        "unknown anchor",
        ["ce renvoi « *nom » ne mène nulle part", "this reference “*name” leads nowhere"],
        ["si c’est un texte, mettez-le entre guillemets", "if it is a text, put it between quotes"],
    ),
    Translation(
        "scanning an anchor or alias",
        [
            "« & » et « * » ont un sens spécial en début de valeur",
            "“&” and “*” have a special meaning at the start of a value",
        ],
        ["si c’est un texte, mettez-le entre guillemets", "if it is a text, put it between quotes"],
    ),
    Translation(
        "unexpected character",
        ["ce caractère ne peut pas commencer une valeur", "this character cannot start a value"],
        ["mettez le texte entre guillemets", "put the text between quotes"],
    ),
    Translation(
        "wrongly indented line in block scalar",
        ["cette ligne n’a pas le retrait du texte qui précède", "this line is not indented as the text before it"],
        ["alignez toutes les lignes du texte", "align all the lines of the text"],
    ),
    Translation(
        "invalid indentation",
        ["le retrait de cette ligne ne convient pas", "the indentation of this line does not fit"],
        ["alignez-la avec les lignes du même niveau", "align it with the lines of the same level"],
    ),
    Translation(
        "expected <document start>",
        ["cette ligne n’est pas à sa place", "this line is out of place"],
        [
            "vérifiez son retrait ; un fichier est une suite de lignes « clé: valeur »",
            "check its indentation; a file is a list of lines “key: value”",
        ],
    ),
];

/// The problem behind an error of the parser.
pub(super) fn problem(file: &SourceFile, offset: usize, original: &str) -> Problem {
    let span = blamed(file, offset, original);
    if original.contains("recursion limit") {
        return too_deep(file, span);
    }
    let known = TRANSLATIONS.iter().find(|translation| original.contains(translation.0));
    let problem = |fr: &str, en: &str| Problem::error("yaml-syntax", file, Text::new(fr, en)).at(span);
    if let Some(Translation(_, [fr, en], [hint_fr, hint_en])) = known {
        return problem(fr, en).with_hint(Text::new(*hint_fr, *hint_en));
    }
    let original = quote(original);
    problem(
        &format!("ce n’est pas du YAML correct (message d’origine : {original})"),
        &format!("this is not correct YAML (original message: {original})"),
    )
    .with_hint(Text::new(
        "vérifiez, sur cette ligne et celles d’avant, les crochets, les guillemets et les deux-points",
        "check the brackets, quotes and colons of this line and of those before it",
    ))
}

/// The text to point at. The parser sees a line that is no key only once it is past it, and
/// some errors only at the end of the file: those go back to the text they are about.
fn blamed(file: &SourceFile, offset: usize, original: &str) -> Span {
    let offset = file.boundary(offset);
    let (before, after) = file.text().split_at(offset);
    let read = before.trim_end();
    if original.contains("simple key expect") {
        let line = read.lines().last().unwrap_or_default().trim_start();
        return Span::new(read.len() - line.len(), read.len());
    }
    if after.trim_end().is_empty() {
        let last = read.chars().next_back().map_or(0, char::len_utf8);
        return Span::new(read.len() - last, read.len());
    }
    Span::new(offset, offset + after.chars().next().map_or(0, char::len_utf8))
}
