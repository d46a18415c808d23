//! A kit as one page to print: A4, black and white, each printed page with its foot.

use askama::Template;
use vigie_model::Lang;
use vigie_plan::kit::Kit;

use super::PrintOptions;
use super::sheets::view;
use super::view::{Block, Entry, View};
use crate::ReportError;
use crate::phrasing::pick;

/// Draws a kit as a page in one language.
pub fn html(kit: &Kit, options: &PrintOptions, lang: Lang) -> Result<String, ReportError> {
    let view = view(kit, options, lang);
    Ok(Page { v: &view, lang, css: include_str!("../../templates/kit.css") }.render()?)
}

#[derive(Template)]
#[template(path = "kit.html")]
struct Page<'a> {
    v: &'a View,
    lang: Lang,
    css: &'static str,
}

impl Page<'_> {
    fn t<'t>(&self, fr: &'t str, en: &'t str) -> &'t str {
        pick(self.lang, fr, en)
    }

    fn language(&self) -> &'static str {
        pick(self.lang, "fr", "en")
    }
}
