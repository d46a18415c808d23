//! From a plan to the bytes of a workbook.

mod content;
mod guide;
mod lists;
mod looks;

use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet};
use sha2::{Digest, Sha256};
use vigie_documents::{Limits, read_workbook};
use vigie_model::{Lang, Text};
use vigie_plan::{Plan, PlanFile, diff, words};
use vigie_source::Tree;

pub(crate) use self::content::{BREAK, elsewhere, no, none, not_known, yes};
use self::content::{Content, content};
use self::lists::Lists;
use self::looks::Looks;
use crate::layout::{
    self, Column, FIRST_ROW, HEADING_ROW, Items, KEY_ROW, PARENT, Parts, RANK, REMARK_ROW, Rows, Shape, Sheet,
    TITLE_ROW,
};
use crate::names::Names;
use crate::{WorkbookError, read};

/// Empty rows that drop-down lists reach beyond the last one.
const SPARE_ROWS: u32 = 100;

/// The sheet that programs read and people do not see.
pub(crate) const STAMP_SHEET: &str = "vigie";

/// A plan as a workbook (`.xlsx`) with headings and words in a language; the same plan gives the same bytes. It is read
/// back before it is handed out: what a cell cannot hold is an error, never a loss.
pub fn write(plan: &Plan, lang: Lang) -> Result<Vec<u8>, WorkbookError> {
    let file = PlanFile::from(plan);
    let bytes = Writer::new(&file, lang)?.workbook()?;
    let back = read("plan.xlsx", &read_workbook(&bytes, &Limits::default())?).map_err(WorkbookError::Unreadable)?;
    if PlanFile::from(&back.plan) == file {
        return Ok(bytes);
    }
    Err(WorkbookError::Lossy(diff(plan, &back.plan).lines().collect()))
}

/// The hash of a plan, as its workbooks carry it: tells whether the plan has changed since.
pub(crate) fn plan_hash(file: &PlanFile) -> Result<String, WorkbookError> {
    let digest = Sha256::digest(Tree::of(file)?.to_yaml()?);
    Ok(digest.iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}")))
}

struct Writer {
    lang: Lang,
    plan: Tree,
    hash: String,
    names: Names,
    sheets: Vec<Sheet>,
    looks: Looks,
    lists: Lists,
}

/// One row to write: a value for each column.
type Row = Vec<Content>;

impl Writer {
    fn new(file: &PlanFile, lang: Lang) -> Result<Self, WorkbookError> {
        let plan = Tree::of(file)?;
        let names = Names::of(&plan);
        let sheets = layout::sheets();
        let lists = Lists::new(&sheets, lang);
        Ok(Self { lang, hash: plan_hash(file)?, plan, names, sheets, looks: Looks::new(lang), lists })
    }

    fn workbook(&self) -> Result<Vec<u8>, WorkbookError> {
        let mut workbook = Workbook::new();
        // The day of making would make two workbooks of one plan differ.
        let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook.set_properties(
            &DocProperties::new().set_title(self.title()).set_author("vigie").set_creation_datetime(&made),
        );
        guide::write(workbook.add_worksheet(), &self.sheets, self.lang)?;
        for sheet in &self.sheets {
            self.sheet(workbook.add_worksheet(), sheet)?;
        }
        self.lists.write(&mut workbook, &self.sheets, &self.names, self.lang)?;
        self.stamp(workbook.add_worksheet())?;
        Ok(workbook.save_to_buffer()?)
    }

    fn title(&self) -> &str {
        self.plan.get("plan").and_then(|plan| plan.get("title")).and_then(Tree::as_text).unwrap_or_default()
    }

    fn stamp(&self, out: &mut Worksheet) -> Result<(), WorkbookError> {
        out.set_name(STAMP_SHEET)?.set_hidden(true);
        let lines = [("schema", layout::VERSION.to_string()), ("plan", self.hash.clone())];
        for (row, (key, value)) in (0..).zip(lines) {
            out.write_string(row, 0, key)?.write_string(row, 1, value)?;
        }
        Ok(())
    }

    fn sheet(&self, out: &mut Worksheet, sheet: &Sheet) -> Result<(), WorkbookError> {
        let rows = self.rows(sheet);
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let last = (FIRST_ROW - 1).saturating_add(count);
        self.looks.sheet(out, sheet, last)?;
        self.top(out, sheet)?;
        for (at, column) in (0..).zip(&sheet.columns) {
            out.write_string(KEY_ROW, at, sheet.full_key(column))?;
            let heading = column.heading.get(self.lang);
            let heading = if column.required { format!("{heading} *") } else { heading.to_owned() };
            out.write_string_with_format(HEADING_ROW, at, heading, &self.looks.heading)?;
            let validation = Lists::validation(sheet, column, self.lang)?;
            if let Some(validation) = validation.filter(|_| column.key != RANK) {
                let reach = last + if sheet.rows == Rows::Header { 1 } else { SPARE_ROWS };
                out.add_data_validation(FIRST_ROW, at, reach, at, &validation)?;
            }
        }
        for (at, row) in (FIRST_ROW..).zip(rows) {
            let texts = sheet.columns.iter().zip(&row).filter(|(column, _)| !column.key.starts_with("source."));
            let texts = texts.filter_map(|(column, content)| Some((column, content.text()?)));
            out.set_row_height(at, looks::height(texts))?;
            for (place, (column, content)) in (0..).zip(sheet.columns.iter().zip(row)) {
                if content == Content::Blank {
                    out.write_blank(at, place, self.looks.of(&column.shape))?;
                }
                self.cell(out, at, place, content)?;
            }
        }
        Ok(())
    }

    /// The title and, for a list, what it means that it is empty.
    fn top(&self, out: &mut Worksheet, sheet: &Sheet) -> Result<(), WorkbookError> {
        let title = words::title(&sheet.path);
        out.write_string_with_format(TITLE_ROW, 0, title.get(self.lang), &self.looks.title)?;
        if !matches!(sheet.rows, Rows::Entities(_) | Rows::Order) {
            let remark = guide::remark(sheet);
            out.write_string_with_format(REMARK_ROW, 0, remark.get(self.lang), &self.looks.remark)?;
            return Ok(());
        }
        let question = Text::new("S’il n’y a aucune ligne ci-dessous :", "If there is no row below:");
        out.write_string_with_format(REMARK_ROW, 0, question.get(self.lang), &self.looks.question)?;
        let key = if matches!(sheet.rows, Rows::Order) { "restore_order" } else { &sheet.path };
        let empty = self.plan.get(key).is_some_and(|list| matches!(list, Tree::List(items) if items.is_empty()));
        let answer = if empty { content::none() } else { content::not_known() };
        out.write_string_with_format(REMARK_ROW, 1, answer.get(self.lang), &self.looks.text)?;
        out.add_data_validation(REMARK_ROW, 1, REMARK_ROW, 1, &Lists::emptiness(self.lang)?)?;
        Ok(())
    }

    fn rows(&self, sheet: &Sheet) -> Vec<Row> {
        let whole = |entity: &Tree| self.row(sheet, entity, None, None);
        match &sheet.rows {
            Rows::Header => self.plan.get("plan").map(whole).into_iter().collect(),
            Rows::Entities(_) | Rows::Proofs => self.list(&sheet.path).iter().map(whole).collect(),
            Rows::Order => (1..)
                .zip(self.list(&sheet.path))
                .map(|(rank, id)| {
                    let item = Tree::Map(vec![("ref".to_owned(), id.clone())]);
                    self.row(sheet, &item, None, Some(rank))
                })
                .collect(),
            Rows::Parts(parts) => {
                self.list(&parts.section).iter().flat_map(|entity| self.parts(sheet, parts, entity)).collect()
            }
        }
    }

    fn list(&self, path: &str) -> &[Tree] {
        self.plan.get(path).map(Tree::items).unwrap_or_default()
    }

    fn parts(&self, sheet: &Sheet, parts: &Parts, entity: &Tree) -> Vec<Row> {
        let parent = entity.get("id").or_else(|| entity.get("check"));
        let Some(list) = content::at(entity, &parts.list) else { return Vec::new() };
        match parts.items {
            Items::Entries => list
                .entries()
                .iter()
                .map(|(name, value)| {
                    let entry =
                        vec![("name".to_owned(), Tree::Text(name.clone())), ("value".to_owned(), value.clone())];
                    self.row(sheet, &Tree::Map(entry), parent, None)
                })
                .collect(),
            Items::Links => (1..)
                .zip(list.items())
                .map(|(rank, link)| self.row(sheet, &content::link_columns(link), parent, Some(rank)))
                .collect(),
            Items::Maps => {
                (1..).zip(list.items()).map(|(rank, item)| self.row(sheet, item, parent, Some(rank))).collect()
            }
        }
    }

    fn row(&self, sheet: &Sheet, item: &Tree, parent: Option<&Tree>, rank: Option<i64>) -> Row {
        let mut row: Row = sheet
            .columns
            .iter()
            .map(|column| match column.key.as_str() {
                PARENT => content(&column.shape, parent, &self.names, self.lang),
                RANK => rank.map_or(Content::Blank, |rank| {
                    content(&Shape::Whole, Some(&Tree::Int(rank)), &self.names, self.lang)
                }),
                key => content(&column.shape, content::at(item, key), &self.names, self.lang),
            })
            .collect();
        Self::mark_bare_structs(&sheet.columns, item, &mut row);
        row
    }

    /// A struct inside the row that is there without saying anything: `nsp` in its first column tells it from none.
    fn mark_bare_structs(columns: &[Column], item: &Tree, row: &mut Row) {
        for (at, column) in columns.iter().enumerate() {
            let Some((group, _)) = column.key.rsplit_once('.') else { continue };
            let of_group = |column: &Column| column.key.rsplit_once('.').is_some_and(|(known, _)| known == group);
            let first = columns.iter().position(of_group) == Some(at);
            let there = matches!(content::at(item, group), Some(Tree::Map(_)));
            let bare =
                columns.iter().zip(row.iter()).all(|(column, cell)| !of_group(column) || *cell == Content::Blank);
            if let Some(cell) = row.get_mut(at).filter(|_| first && there && bare) {
                *cell = Content::Text(vigie_plan::NSP.to_owned());
            }
        }
    }

    fn cell(&self, out: &mut Worksheet, row: u32, column: u16, content: Content) -> Result<(), WorkbookError> {
        match content {
            Content::Blank => {}
            // Never a formula, whatever the text begins with.
            Content::Text(text) if text.starts_with(['=', '+', '-', '@']) => {
                out.write_string_with_format(row, column, text, &self.looks.quoted)?;
            }
            Content::Text(text) => {
                out.write_string_with_format(row, column, text, &self.looks.text)?;
            }
            Content::Number(number) => {
                out.write_number_with_format(row, column, number, &self.looks.number)?;
            }
            Content::Flag(flag) => {
                out.write_boolean_with_format(row, column, flag, &self.looks.number)?;
            }
            Content::Date(serial) => {
                out.write_number_with_format(row, column, serial, &self.looks.date)?;
            }
        }
        Ok(())
    }
}

/// The number of a day in a spreadsheet; none before March 1900, where programs do not agree.
pub(crate) fn serial(day: Date) -> Option<f64> {
    let days = (day - jiff::civil::date(1899, 12, 30)).get_days();
    (days > 60).then(|| f64::from(days))
}

/// The day of a number in a spreadsheet.
pub(crate) fn day(serial: f64) -> Option<Date> {
    if !(61.0..=2_958_465.0).contains(&serial) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded just above")]
    let days = serial.floor() as i32;
    jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().days(days)).ok()
}
