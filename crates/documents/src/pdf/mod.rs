//! PDF: glyphs placed on pages, put together as lines, columns, tables and paragraphs.

mod cmap;
mod content;
mod fonts;
mod layout;
mod lines;
mod matrix;
mod outline;
mod paragraphs;
mod tables;

use lopdf::{Document, LoadOptions, Object, ObjectId};

use crate::Limits;
use crate::fault::Fault;
use crate::notices;
use crate::read::Findings;
use crate::writer::Writer;

use content::Reader;
use matrix::Matrix;
use paragraphs::Piece;

/// A page of A4, in points, when a file does not say the size of its pages.
const USUAL_PAGE: [f32; 4] = [0.0, 0.0, 595.0, 842.0];
/// Pages within pages, beyond which sizes are no longer looked for.
const DEEPEST_PAGE: usize = 32;
/// Share of a page that pictures cover before one asks what they show.
const MOSTLY_PICTURE: f32 = 0.4;
/// Letters below which a page that is mostly a picture was probably scanned.
const FEW_LETTERS: usize = 200;
/// Strokes on a page without text, from which they may be letters drawn as curves.
const MANY_STROKES: usize = 300;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Findings, Fault> {
    let options = LoadOptions::with_max_decompressed_size(limits.unpacked_bytes / 2);
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| match error {
        lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword => Fault::Protected,
        error => Fault::damaged(&error),
    })?;
    if document.is_encrypted() {
        return Err(Fault::Protected);
    }
    let pages: Vec<ObjectId> = document.page_iter().take(limits.pages + 1).collect();
    if pages.is_empty() {
        return Err(Fault::Damaged("no page in it".to_owned()));
    }
    let mut writer = Writer::new(limits);
    let mut reader = Reader::new(&document, limits);
    let mut damaged = document.xref_recovery.is_some();
    for (number, page) in (1..).zip(pages.iter().take(limits.pages)) {
        writer.turn_to(number);
        let (start, size) = upright(&document, *page);
        let seen = reader.page(*page, start);
        damaged |= seen.damaged;
        let letters: usize = seen.glyphs.iter().map(|glyph| glyph.text.trim().len()).sum();
        let is_picture = seen.picture_area > MOSTLY_PICTURE * size.0 * size.1 && letters < FEW_LETTERS;
        let is_drawing = letters == 0 && (seen.picture_area > 0.0 || seen.strokes > MANY_STROKES);
        if is_picture || is_drawing {
            writer.notice(notices::image_page(number));
        }
        if seen.unreadable > 0 {
            writer.notice(notices::unreadable_letters(number));
        }
        for piece in layout::pieces(seen) {
            match piece {
                Piece::Table(rows) => writer.table(rows),
                Piece::Text(text, cues) => writer.text(&text, cues),
            }
        }
        if writer.is_cut() {
            break;
        }
    }
    let mut findings = writer.finish();
    outline::read(&document).mark(&mut findings.blocks);
    if damaged || reader.is_damaged() {
        findings.notices.push(notices::damaged());
    }
    if pages.len() > limits.pages {
        findings.notices.push(notices::cut());
    }
    // How many there are is told even when not all were read.
    let count = if pages.len() > limits.pages { document.page_iter().take(MOST_COUNTED).count() } else { pages.len() };
    findings.pages = u32::try_from(count).ok();
    Ok(findings)
}

/// Pages counted at most.
const MOST_COUNTED: usize = 100_000;

/// What turns a page upright with its corner at the origin, and its width and height then.
fn upright(document: &Document, page: ObjectId) -> (Matrix, (f32, f32)) {
    let corners = inherited(document, page, b"MediaBox").and_then(|object| rectangle(document, object));
    let [left, bottom, right, top] = corners.unwrap_or(USUAL_PAGE);
    let (width, height) = ((right - left).abs(), (top - bottom).abs());
    let to_origin = Matrix::moved(-left.min(right), -bottom.min(top));
    let turns = inherited(document, page, b"Rotate").and_then(|object| object.as_i64().ok()).unwrap_or(0);
    match turns.rem_euclid(360) {
        90 => (to_origin.then(&Matrix([0.0, -1.0, 1.0, 0.0, 0.0, width])), (height, width)),
        180 => (to_origin.then(&Matrix([-1.0, 0.0, 0.0, -1.0, width, height])), (width, height)),
        270 => (to_origin.then(&Matrix([0.0, 1.0, -1.0, 0.0, height, 0.0])), (height, width)),
        _ => (to_origin, (width, height)),
    }
}

/// What a page says, or the pages that it is in.
fn inherited<'d>(document: &'d Document, page: ObjectId, key: &[u8]) -> Option<&'d Object> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..DEEPEST_PAGE {
        if let Ok(found) = node.get_deref(key, document) {
            return Some(found);
        }
        node = node.get_deref(b"Parent", document).ok()?.as_dict().ok()?;
    }
    None
}

fn rectangle(document: &Document, object: &Object) -> Option<[f32; 4]> {
    let mut sides = [0.0; 4];
    let numbers = object.as_array().ok()?;
    for (side, number) in sides.iter_mut().zip(numbers) {
        *side = document.dereference(number).ok()?.1.as_float().ok().filter(|side| side.is_finite())?;
    }
    (numbers.len() == 4).then_some(sides)
}
