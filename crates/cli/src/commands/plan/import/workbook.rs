use std::path::Path;

use vigie::AsideReader;
use vigie::plan::{Plan, PlanFile, diff, write_plan};
use vigie::report::terminal::changes;

use super::super::documents;
use super::keep;
use crate::console::Console;
use crate::exit::Exit;
use crate::output;

/// Shows what a workbook changes in a plan, and writes it when that was asked for. What was there is never lost.
pub(super) fn run(file: &Path, into: &Path, replace: bool, console: Console) -> anyhow::Result<Exit> {
    let reader = documents::reader()?;
    let reading = vigie::open_workbook(file, &reader)?;
    console.problems(&reading.warnings);
    let old = keep::plan_files(into)?;
    if old.is_empty() {
        write(into, &reading.plan, &reader, console)?;
        console.remark(console.say(
            "Le plan est écrit : il n’y en avait pas dans ce dossier.",
            "The plan is written: the folder had none.",
        ));
        return Ok(Exit::Done);
    }
    let before = vigie::open_plan(into, &reader)?;
    if reading.stamp.as_ref().is_none_or(|stamp| !stamp.is_of(&before)) {
        console.remark(console.say(
            "Attention : le plan a changé depuis que ce classeur a été exporté. Ce qui a été ajouté au plan depuis paraît ci-dessous comme retiré.",
            "Beware: the plan has changed since this workbook was exported. What was added to the plan since then shows below as removed.",
        ));
    }
    let differences = diff(&before, &reading.plan);
    console.result(&changes(&differences, console.lang, console.style()))?;
    if differences.is_empty() {
        return Ok(Exit::Done);
    }
    if !replace {
        console.remark(console.say(
            "Rien n’est écrit. Pour l’écrire, ajoutez --replace : les fichiers de l’ancien plan seront gardés à côté.",
            "Nothing is written. To write it, add --replace: the files of the old plan will be kept beside it.",
        ));
        return Ok(Exit::Done);
    }
    let kept = keep::copy(into, &old, output::day(None))?;
    console.remark(&format!("{} {}", console.say("Ancien plan gardé dans :", "Old plan kept in:"), kept.display()));
    keep::remove(&old)?;
    write(into, &reading.plan, &reader, console)?;
    console.remark(&format!("{} {}", console.say("Plan écrit dans :", "Plan written in:"), into.display()));
    Ok(Exit::Done)
}

fn write(into: &Path, plan: &Plan, reader: &AsideReader, console: Console) -> anyhow::Result<()> {
    let beside = into.join("../schemas/plan.json");
    let schema = beside.exists().then_some("../schemas/plan.json");
    for (name, text) in write_plan(plan, console.lang, schema)? {
        output::write(&into.join(name), text)?;
    }
    // What was written is read again: a plan on a disk that does not load would be found in the crisis.
    let written = vigie::open_plan(into, reader)?;
    anyhow::ensure!(
        PlanFile::from(&written) == PlanFile::from(plan),
        "the plan that was written is not the one that was read"
    );
    Ok(())
}
