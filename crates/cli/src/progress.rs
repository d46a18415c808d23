use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use vigie::scan::{Event, Wave};

use crate::console::Console;

/// Draws the scan's progress on standard error, from the same events as everyone else.
pub(crate) struct Progress {
    bar: ProgressBar,
    console: Console,
}

impl Progress {
    pub(crate) fn new(console: Console) -> Self {
        let bar = ProgressBar::new(0);
        if !console.shows_progress() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template("{msg:<24} {bar:30} {pos}/{len}  {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, console }
    }

    pub(crate) fn hear(&self, event: &Event) {
        match event {
            Event::WavePlanned { wave, targets } => {
                self.bar.set_length(u64::try_from(*targets).unwrap_or(u64::MAX));
                self.bar.set_position(0);
                self.bar.set_message(match wave {
                    Wave::Names => self.console.say("Noms de domaine", "Domain names"),
                    Wave::Endpoints => self.console.say("Machines et services", "Hosts and services"),
                });
            }
            Event::TargetDone { .. } => self.bar.inc(1),
            Event::Finished { .. } => self.bar.finish_and_clear(),
            Event::Observed { .. } => {}
        }
    }
}
