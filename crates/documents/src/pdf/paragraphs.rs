use super::content::Rule;
use super::lines::{Segment, rows_of};
use super::tables::table_at;
use crate::document::Cues;

/// A piece of a page.
#[derive(Debug)]
pub(super) enum Piece {
    Text(String, Cues),
    Table(Vec<Vec<String>>),
}

/// Distance between two lines of one paragraph, as a share of the size of letters, at most.
const SAME_PARAGRAPH: f32 = 1.7;
/// How much of the column a line fills that goes on below.
const FULL_LINE: f32 = 0.8;
/// Letters that differ by less, in points, have the same size.
const SAME_SIZE: f32 = 0.6;
/// Dots that lead to a page number in a table of contents.
const FEWEST_LEADERS: usize = 4;

impl Piece {
    pub(super) fn of_line(line: &Segment) -> Self {
        let text = plain(line.text.trim());
        let cues = Cues {
            bold: Some(line.bold),
            size_pt: Some((line.size * 10.0).round() / 10.0),
            contents_entry: leads_to_page(&text),
            running: line.running,
            ..Cues::default()
        };
        Self::Text(text, cues)
    }
}

/// Puts the lines of a column together as paragraphs and tables.
pub(super) fn paragraphs(region: Vec<Segment>, rules: &[Rule], pieces: &mut Vec<Piece>) {
    let right = region.iter().map(|line| line.right).max_by(f32::total_cmp).unwrap_or(0.0);
    let left = region.iter().map(|line| line.left).min_by(f32::total_cmp).unwrap_or(0.0);
    let lines: Vec<Vec<Segment>> = rows_of(region).into_iter().map(with_bullet).collect();
    let mut rest = lines.as_slice();
    let mut last: Option<Segment> = None;
    while let [line, after @ ..] = rest {
        if let Some(found) = table_at(rest, rules) {
            pieces.push(Piece::Table(found.rows));
            rest = rest.get(found.lines..).unwrap_or_default();
            last = None;
            continue;
        }
        for segment in line {
            let goes_on = last.as_ref().is_some_and(|last| goes_on(last, segment, left, right));
            match pieces.last_mut() {
                Some(Piece::Text(text, cues)) if goes_on => {
                    append(text, &plain(segment.text.trim()));
                    cues.contents_entry |= leads_to_page(text);
                }
                _ => pieces.push(Piece::of_line(segment)),
            }
            last = Some(segment.clone());
        }
        rest = after;
    }
}

/// Whether a line belongs to the paragraph of the line above it.
fn goes_on(above: &Segment, line: &Segment, left: f32, right: f32) -> bool {
    let gap = above.y - line.y;
    let same_look = (above.size - line.size).abs() < SAME_SIZE && above.bold == line.bold;
    let is_full = above.right - left >= FULL_LINE * (right - left) || starts_small(&line.text);
    let is_close = gap > 0.0 && gap <= SAME_PARAGRAPH * line.size;
    same_look && is_close && is_full && !is_label(first_word(&line.text)) && !leads_to_page(&above.text)
}

/// Adds a line to a paragraph; a word that was parted at the end of the line is whole again.
fn append(text: &mut String, line: &str) {
    let is_parted = text.ends_with(['-', '\u{2010}', '\u{ad}'])
        && starts_small(line)
        && text.chars().rev().nth(1).is_some_and(char::is_alphabetic);
    if is_parted {
        text.pop();
    } else {
        text.push(' ');
    }
    text.push_str(line);
}

/// Symbol fonts have private letters for bullets, which nobody else can show.
fn plain(text: &str) -> String {
    text.chars().map(|c| if ('\u{e000}'..='\u{f8ff}').contains(&c) { '•' } else { c }).collect()
}

fn starts_small(line: &str) -> bool {
    line.trim_start().chars().next().is_some_and(char::is_lowercase)
}

fn first_word(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}

/// Joins a bullet or a number with the text that it stands in front of.
fn with_bullet(mut line: Vec<Segment>) -> Vec<Segment> {
    let is_alone = line.len() == 2;
    if let [label, text, ..] = line.as_mut_slice() {
        let word = label.text.trim();
        let is_number = word.contains('.') && word.chars().all(|c| c.is_ascii_digit() || c == '.');
        // In a row of more cells, a number alone is a cell.
        let is_in_front = if is_number { is_alone } else { is_label(word) };
        if is_in_front {
            let gap = text.left - label.right;
            label.join(text, gap.max(label.size));
            line.remove(1);
        }
    }
    line
}

/// A bullet, `1.`, `a)`, `(2)`, `IV.`, `2.1.`
fn is_label(word: &str) -> bool {
    if let Some(c) = word.chars().next()
        && word.chars().count() == 1
    {
        return matches!(c, '•' | '◦' | '▪' | '■' | '–' | '-' | '—' | '*' | '➢' | '✓' | '○' | '●' | 'o')
            || ('\u{e000}'..='\u{f8ff}').contains(&c);
    }
    let Some(inner) = word.strip_suffix(['.', ')']) else { return false };
    let inner = inner.strip_prefix('(').unwrap_or(inner);
    // No list counts 04: that is the end of a telephone number.
    let is_number =
        !inner.is_empty() && !inner.starts_with('0') && inner.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_roman =
        inner.len() <= 4 && !inner.is_empty() && inner.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'i' | 'v' | 'x'));
    let is_letter = inner.len() == 1 && inner.chars().all(|c| c.is_ascii_alphabetic());
    is_number && inner.len() <= 10 || is_roman || is_letter
}

/// `Objet du plan ........ 3`
fn leads_to_page(line: &str) -> bool {
    let line = line.trim_end();
    let before = line.trim_end_matches(|c: char| c.is_ascii_digit());
    if before.len() == line.len() {
        return false;
    }
    let leaders: usize = before
        .chars()
        .rev()
        .take_while(|c| matches!(c, '.' | '…' | '·' | '_') || c.is_whitespace())
        .map(|c| if c == '…' { 3 } else { usize::from(!c.is_whitespace()) })
        .sum();
    leaders >= FEWEST_LEADERS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_parted_at_the_end_of_a_line_is_whole_again() {
        let mut text = "la cellule de cri-".to_owned();
        append(&mut text, "se décide");
        assert_eq!(text, "la cellule de crise décide");
        let mut text = "plan PCA-".to_owned();
        append(&mut text, "PRA");
        assert_eq!(text, "plan PCA- PRA");
    }

    #[test]
    fn an_entry_of_a_table_of_contents_leads_to_its_page() {
        assert!(leads_to_page("1. Objet ........ 3"));
        assert!(leads_to_page("Objet . . . . . . 12"));
        assert!(!leads_to_page("Version 3"));
        assert!(!leads_to_page("Voir page... 3"));
    }

    #[test]
    fn labels_of_lists_are_known() {
        for label in ["•", "1.", "a)", "(2)", "IV.", "2.1."] {
            assert!(is_label(label), "{label}");
        }
        for word in ["soins.", "4", "PCA)", "le", "04."] {
            assert!(!is_label(word), "{word}");
        }
    }
}
