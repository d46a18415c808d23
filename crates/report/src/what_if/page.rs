//! An event as one self-contained page to print for a table-top: no script, no outside resource.

use askama::Template;
use jiff::civil::Date;
use vigie_model::Lang;
use vigie_plan::WhatIf;

use super::drawing::drawings;
use super::view::View;
use crate::ReportError;
use crate::phrasing::pick;

/// Draws an event as a page in one language.
pub fn html(after: &WhatIf, as_of: Date, lang: Lang) -> Result<String, ReportError> {
    let view = View::new(after, as_of, lang);
    let page = Page { drawings: drawings(&view), css: style_sheet(), v: &view };
    Ok(page.render()?)
}

#[derive(Template)]
#[template(path = "what_if.html")]
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

/// The tokens of the run’s report, and the rules of this page.
fn style_sheet() -> String {
    format!("{}\n{}", include_str!("../../templates/style.css"), include_str!("../../templates/what_if.css"))
}
