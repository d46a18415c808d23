use super::content::Seen;
use super::lines::{Segment, segments};
use super::paragraphs::{Piece, paragraphs};
use crate::document::Cues;

/// Share of the text's width below which a line does not span both columns.
const NARROW: f32 = 0.6;
/// Where a gutter between two columns may be, as shares of the text's width.
const GUTTER_ZONE: std::ops::RangeInclusive<f32> = 0.3..=0.7;
/// How exactly it is looked for, in points.
const STEP: f32 = 2.0;
/// Lines that each of two columns has at least.
const FEWEST_LINES: usize = 4;
/// Share of its column that a line of text fills; cells of tables fill less.
const FILLED: f32 = 0.6;
/// Narrowest text that may have columns, in points.
const NARROWEST: f32 = 200.0;

/// What a page says, in reading order: headers and footers, then the text column by column.
pub(super) fn pieces(seen: Seen) -> Vec<Piece> {
    let (segments, turned) = segments(seen.glyphs);
    let (running, text): (Vec<Segment>, Vec<Segment>) = segments.into_iter().partition(|segment| segment.running);
    let mut pieces = Vec::new();
    for segment in running {
        pieces.push(Piece::of_line(&segment));
    }
    for region in regions(text) {
        paragraphs(region, &seen.rules, &mut pieces);
    }
    for text in turned {
        pieces.push(Piece::Text(text, Cues::default()));
    }
    pieces
}

/// Parts the lines of a page, sorted from top to bottom, into groups to be read one after the other.
fn regions(text: Vec<Segment>) -> Vec<Vec<Segment>> {
    let Some(gutter) = gutter(&text) else { return vec![text] };
    let mut regions = Vec::new();
    let mut single = Vec::new();
    let mut band = Vec::new();
    for segment in text {
        if segment.left < gutter && segment.right > gutter {
            close_band(std::mem::take(&mut band), gutter, &mut single, &mut regions);
            single.push(segment);
        } else {
            band.push(segment);
        }
    }
    close_band(band, gutter, &mut single, &mut regions);
    regions.push(single);
    regions
}

/// Ends a stretch of lines that do not cross the gutter: two columns, or lines that happen to be short.
fn close_band(band: Vec<Segment>, gutter: f32, single: &mut Vec<Segment>, regions: &mut Vec<Vec<Segment>>) {
    let (left, right): (Vec<Segment>, Vec<Segment>) = band.iter().cloned().partition(|line| line.left < gutter);
    if is_column(&left) && is_column(&right) {
        regions.push(std::mem::take(single));
        regions.push(left);
        regions.push(right);
    } else {
        single.extend(band);
    }
}

/// Whether lines look like a column of text: enough of them, and long ones.
fn is_column(lines: &[Segment]) -> bool {
    let Some((left, right)) = sides(lines) else { return false };
    let mut shares: Vec<f32> = lines.iter().map(|line| line.width() / (right - left).max(1.0)).collect();
    shares.sort_by(f32::total_cmp);
    let median = shares.get(shares.len() / 2).copied().unwrap_or(0.0);
    lines.len() >= FEWEST_LINES && median >= FILLED
}

fn sides(lines: &[Segment]) -> Option<(f32, f32)> {
    let left = lines.iter().map(|line| line.left).min_by(f32::total_cmp)?;
    let right = lines.iter().map(|line| line.right).max_by(f32::total_cmp)?;
    Some((left, right))
}

/// Where hardly any short line passes, near the middle of the page.
fn gutter(text: &[Segment]) -> Option<f32> {
    let (left, right) = sides(text)?;
    let width = right - left;
    let narrow: Vec<&Segment> = text.iter().filter(|line| line.width() < NARROW * width).collect();
    if width < NARROWEST || narrow.len() < 2 * FEWEST_LINES {
        return None;
    }
    let mut best: Option<(usize, f32, f32)> = None;
    let mut at = left + GUTTER_ZONE.start() * width;
    while at <= left + GUTTER_ZONE.end() * width {
        let crossing = narrow.iter().filter(|line| line.left < at && line.right > at).count();
        best = match best {
            Some((fewest, from, _)) if crossing == fewest && at - from <= width / 3.0 => Some((fewest, from, at)),
            Some((fewest, from, to)) if crossing >= fewest => Some((fewest, from, to)),
            _ => Some((crossing, at, at)),
        };
        at += STEP;
    }
    let (crossing, from, to) = best?;
    (crossing * 10 <= narrow.len()).then_some(from.midpoint(to))
}
