use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use jiff::Timestamp;
use tokio::runtime;
use tokio_util::sync::CancellationToken;
use vigie::model::{Run, Text};
use vigie::scan::Event;
use vigie::{FacilityFolder, Judge, Surroundings};

use crate::args::ScanArgs;
use crate::console::{Console, UserError};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::output;
use crate::progress::Progress;

pub(crate) fn run(args: &ScanArgs, console: Console) -> anyhow::Result<Exit> {
    let judge = output::judge(&args.output.rules)?;
    let folder = FacilityFolder::open(&args.facility)?;
    console.problems(&folder.warnings);
    if !folder.file.has_something_to_scan() {
        console.remark(console.say(
            "Le périmètre est vide : seul le plan est vérifié, rien n’est envoyé. Pour analyser l’exposition, \
             remplir scope: et authorization: dans facility.yaml.",
            "The scope is empty: only the plan is checked, nothing is sent. To scan the exposure, \
             fill scope: and authorization: in facility.yaml.",
        ));
    }
    // A scan waits most of its time. On one thread, an answer wakes who waits for it without another thread in between,
    // which takes a quarter less of the processor.
    let runtime = runtime::Builder::new_current_thread().enable_all().build().context("tokio")?;
    let run =
        runtime.block_on(assess(&folder, &judge, output::as_of(&args.output), args.events.as_deref(), console))?;
    if let Some(to) = &args.save {
        output::save(&run, to)?;
    }
    output::deliver(&run, &args.output, console)
}

/// Assesses with progress on the terminal and Ctrl-C heard.
pub(crate) async fn assess(
    folder: &FacilityFolder,
    judge: &Judge,
    as_of: Timestamp,
    events: Option<&Path>,
    console: Console,
) -> anyhow::Result<Run> {
    let cancel = CancellationToken::new();
    let surroundings = Surroundings { as_of, cancel: cancel.clone(), ..Surroundings::default() };
    let _interrupt = Interrupt::cancels(cancel, console)?;
    let progress = Progress::new(console);
    let mut log = events.map(EventLog::create).transpose()?;
    let mut listen = |event: Event| {
        progress.hear(&event);
        if let Some(log) = &mut log {
            log.write(&event);
        }
    };
    let assessed = vigie::assess(folder, judge, &surroundings, &mut listen).await;
    if let Some(log) = log {
        log.finish()?;
    }
    let (run, notes) = assessed?;
    for note in notes {
        console.remark(note.text().get(console.lang));
    }
    Ok(run)
}

/// The events of a scan, one JSON object a line.
struct EventLog {
    file: BufWriter<File>,
    failed: Option<std::io::Error>,
}

impl EventLog {
    fn create(path: &Path) -> anyhow::Result<Self> {
        let file = File::create(path).map_err(|why| {
            UserError(Text::new(
                format!("impossible d’écrire {} : {why}", path.display()),
                format!("cannot write {}: {why}", path.display()),
            ))
        })?;
        Ok(Self { file: BufWriter::new(file), failed: None })
    }

    /// Writes one event; the first failure is kept for the end, a full disk must not stop a scan.
    fn write(&mut self, event: &Event) {
        let written = serde_json::to_writer(&mut self.file, event).map_err(Into::into);
        let written = written.and_then(|()| self.file.write_all(b"\n"));
        if let Err(why) = written {
            self.failed.get_or_insert(why);
        }
    }

    fn finish(mut self) -> anyhow::Result<()> {
        self.failed.map_or(Ok(()), Err).and_then(|()| self.file.flush()).context("event log")
    }
}
