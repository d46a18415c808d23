//! vigie inside another program: assess a facility's folder and print its letters.
//!
//! ```text
//! cargo run --example embed -- examples/ch-exemplaire/plan
//! cargo run --example embed -- FACILITY_FOLDER
//! ```
//!
//! A folder with a `facility.yaml` is assessed as `vigie scan` does, within its authorisation. Any other
//! folder is read as a continuity plan, and nothing is sent.

use std::error::Error;
use std::path::Path;

use vigie::model::{Completeness, Family, Lang, Run};
use vigie::plan::Plan;
use vigie::{FacilityFolder, Judge, Surroundings};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: embed FOLDER")?;
    let folder = Path::new(&folder);
    let judge = Judge::with_shipped_rules()?;
    let surroundings = Surroundings::default();
    let run = if folder.join("facility.yaml").exists() {
        let facility = FacilityFolder::open(folder)?;
        // Events arrive while the scan runs: a service would show its progress from them.
        let (run, _notes) = vigie::assess(&facility, &judge, &surroundings, &mut |_event| {}).await?;
        run
    } else {
        let plan = Plan::load(&vigie::read_sources(folder)?)?;
        vigie::check_plan(&plan, &judge, surroundings.as_of)
    };
    print(&run);
    Ok(())
}

fn print(run: &Run) {
    println!("{}", run.facility.name);
    if run.completeness != Completeness::Complete {
        println!("This run is not complete: do not trust it as a whole.");
    }
    for family in Family::ALL {
        let grade = run.grades.families.get(&family);
        let letter =
            grade.and_then(|grade| grade.letter).map_or("not evaluable".to_owned(), |letter| format!("{letter:?}"));
        println!("{}: {letter}", family.text().get(Lang::En));
    }
    for verdict in run.verdicts.iter().filter(|verdict| verdict.is_open()) {
        println!(
            "  {} {} {}",
            verdict.severity.text().get(Lang::En),
            verdict.rule,
            verdict.subject.short().get(Lang::En)
        );
    }
}
