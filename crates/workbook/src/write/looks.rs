//! How sheets look, on screen and on paper.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};
use vigie_model::Lang;

use crate::layout::{Column, FIRST_ROW, HEADING_ROW, KEY_ROW, PARENT, RANK, REMARK_ROW, Rows, Shape, Sheet, TITLE_ROW};

const INK: Color = Color::RGB(0x1f_3a5f);
const PAPER: Color = Color::RGB(0xff_ffff);
const LINE: Color = Color::RGB(0xc8_d2dc);
/// Tabs of lists, then of what belongs to them.
const TAB: Color = Color::RGB(0x1f_3a5f);
const TAB_BELOW: Color = Color::RGB(0x9a_b4d0);

pub(super) struct Looks {
    pub(super) title: Format,
    pub(super) remark: Format,
    pub(super) question: Format,
    pub(super) heading: Format,
    pub(super) text: Format,
    pub(super) quoted: Format,
    pub(super) number: Format,
    pub(super) date: Format,
    lang: Lang,
}

impl Looks {
    pub(super) fn new(lang: Lang) -> Self {
        let cell = Format::new().set_align(FormatAlign::Top).set_border(FormatBorder::Thin).set_border_color(LINE);
        let text = cell.clone().set_num_format("@").set_text_wrap();
        let day = if lang == Lang::Fr { "dd/mm/yyyy" } else { "yyyy-mm-dd" };
        Self {
            title: Format::new().set_bold().set_font_size(16).set_font_color(INK),
            remark: Format::new().set_italic().set_font_color(INK).set_align(FormatAlign::Top),
            question: Format::new().set_italic().set_font_color(INK).set_align(FormatAlign::Top).set_text_wrap(),
            heading: Format::new()
                .set_bold()
                .set_font_color(PAPER)
                .set_background_color(INK)
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_border(FormatBorder::Thin)
                .set_border_color(LINE),
            quoted: text.clone().set_quote_prefix(),
            text,
            number: cell.clone().set_align(FormatAlign::Left),
            date: cell.set_num_format(day).set_align(FormatAlign::Left),
            lang,
        }
    }

    /// The look of cells that nobody filled in yet: what is typed there must stay what it is.
    pub(super) fn of(&self, shape: &Shape) -> &Format {
        match shape {
            Shape::Date => &self.date,
            Shape::Whole | Shape::Number | Shape::Mixed => &self.number,
            _ => &self.text,
        }
    }

    /// Name, widths, what stays in sight, what is folded, and the page.
    pub(super) fn sheet(&self, out: &mut Worksheet, sheet: &Sheet, last: u32) -> Result<(), XlsxError> {
        out.set_name(sheet.tab(self.lang))?;
        out.set_tab_color(if matches!(sheet.rows, Rows::Parts(_)) { TAB_BELOW } else { TAB });
        for (at, column) in (0..).zip(&sheet.columns) {
            out.set_column_width(at, width(&column.key, &column.shape))?;
            out.set_column_format(at, &self.of(&column.shape).clone().set_border(FormatBorder::None))?;
        }
        // Where something was read interests few: folded, not lost.
        let folded = (0_u16..).zip(&sheet.columns).filter(|(_, column)| column.key.starts_with("source."));
        let folded: Vec<u16> = folded.map(|(at, _)| at).collect();
        if let (Some(first), Some(last)) = (folded.first(), folded.last()) {
            out.group_columns_collapsed(*first, *last)?;
        }
        out.set_row_height(TITLE_ROW, 24)?;
        out.set_row_hidden(KEY_ROW)?;
        out.set_row_height(REMARK_ROW, 32)?;
        out.set_row_height(HEADING_ROW, 64)?;
        out.set_freeze_panes(FIRST_ROW, if sheet.columns.len() > 4 { 2 } else { 1 })?;
        let end = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or_default();
        out.autofilter(HEADING_ROW, 0, last.max(FIRST_ROW), end)?;
        out.set_landscape().set_paper_size(9).set_print_fit_to_pages(pages_across(sheet), 0);
        out.set_repeat_columns(0, 0)?;
        out.set_repeat_rows(HEADING_ROW, HEADING_ROW)?;
        out.set_footer("&L&F&C&A&R&P / &N");
        Ok(())
    }
}

/// Pages side by side on which a sheet is still read without a magnifying glass.
fn pages_across(sheet: &Sheet) -> u16 {
    const LETTERS_ON_A_PAGE: f64 = 190.0;
    let shown = sheet.columns.iter().filter(|column| !column.key.starts_with("source."));
    let total: f64 = shown.map(|column| width(&column.key, &column.shape)).sum();
    (1..=9).find(|pages| total <= f64::from(*pages) * LETTERS_ON_A_PAGE).unwrap_or(9)
}

/// The height of a row whose cells hold these texts, in points: programs do not all find it by themselves.
pub(super) fn height<'t>(cells: impl Iterator<Item = (&'t Column, &'t str)>) -> f64 {
    const LINE: f64 = 15.0;
    const MOST: f64 = 20.0;
    let lines = |(column, text): (&Column, &str)| -> f64 {
        let width = width(&column.key, &column.shape);
        #[expect(clippy::cast_precision_loss, reason = "a text of a cell is short")]
        let of_line = |line: &str| (line.chars().count() as f64 * 1.1 / width).ceil().max(1.0);
        text.split('\n').map(of_line).sum()
    };
    cells.map(lines).fold(1.0, f64::max).min(MOST) * LINE
}

fn width(key: &str, shape: &Shape) -> f64 {
    match (key, shape) {
        (RANK, _) => 7.0,
        (PARENT, _) => 34.0,
        (_, Shape::Flag | Shape::Date | Shape::Duration | Shape::Whole | Shape::Number) => 16.0,
        (_, Shape::Slug | Shape::Mixed | Shape::Elsewhere) => 20.0,
        (_, Shape::Word { .. }) => 24.0,
        (_, Shape::Text | Shape::Reference(_) | Shape::Several(_)) => 32.0,
    }
}
