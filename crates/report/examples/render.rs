//! Draws a stored run: `render run.json` prints it to the terminal, `render run.json page.html` writes the page.

use std::{env, error::Error, fs};

use vigie_model::{Lang, Run, Text};
use vigie_report::html::{self, RenderOptions};
use vigie_report::terminal::{self, Style};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let source = arguments.next().ok_or("usage: render RUN.json [PAGE.html]")?;
    let run = Run::from_json(&fs::read_to_string(source)?)?;
    let options = RenderOptions { formula: Text::same(run.grades.formula.clone()) };
    match arguments.next() {
        Some(page) => fs::write(page, html::render(&run, &options)?)?,
        None => print!("{}", terminal::render(&run, Lang::Fr, Style::default())),
    }
    Ok(())
}
