//! A schedule as one self-contained page: no script, no outside resource; drawings, then the same in
//! tables.

use askama::Template;
use jiff::civil::Date;
use vigie_model::Lang;
use vigie_plan::Schedule;

use super::drawing::{page_style, parts};
use super::view::View;
use crate::ReportError;
use crate::phrasing::pick;

/// Draws a schedule as a page in one language.
pub fn html(schedule: &Schedule, as_of: Date, lang: Lang) -> Result<String, ReportError> {
    let view = View::new(schedule, as_of, lang);
    let page = Page { drawings: parts(&view, pick(lang, "fr", "en")), css: style_sheet(), v: &view };
    Ok(page.render()?)
}

#[derive(Template)]
#[template(path = "schedule.html")]
struct Page<'a> {
    v: &'a View,
    drawings: Vec<String>,
    css: String,
}

impl Page<'_> {
    fn t<'t>(&self, fr: &'t str, en: &'t str) -> &'t str {
        self.v.t(fr, en)
    }

    fn language(&self) -> &'static str {
        pick(self.v.lang, "fr", "en")
    }
}

/// The page’s own sheet, the tokens of the run’s report, and the rules of drawings.
fn style_sheet() -> String {
    let report = include_str!("../../templates/style.css");
    let own = include_str!("../../templates/schedule.css");
    format!("{report}\n{}\n{own}", page_style())
}
