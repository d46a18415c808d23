//! A reading as one self-contained page.

use askama::Template;
use jiff::civil::Date;
use vigie_model::Lang;
use vigie_reading::Reading;

use super::view::View;
use crate::ReportError;
use crate::phrasing::pick;

/// Draws a reading as a page in one language.
pub fn html(reading: &Reading, as_of: Date, lang: Lang) -> Result<String, ReportError> {
    let view = View::new(reading, as_of, lang);
    let css = format!("{}\n{}", include_str!("../../templates/style.css"), include_str!("../../templates/what_if.css"));
    Ok(Page { v: &view, css }.render()?)
}

#[derive(Template)]
#[template(path = "reading.html")]
struct Page<'a> {
    v: &'a View,
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
