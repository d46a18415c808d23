//! Ctrl-C during a scan.

use std::{process, thread};

use anyhow::Context;
use tokio::runtime;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::console::Console;
use crate::exit::Exit;

/// Listens for Ctrl-C until it is dropped: the first one ends the scan and keeps what was seen, the second one ends
/// vigie.
pub(crate) struct Interrupt {
    _over: DropGuard,
}

impl Interrupt {
    /// Listens on a thread of its own, so that Ctrl-C is heard while the scan's thread is busy.
    pub(crate) fn cancels(scan: CancellationToken, console: Console) -> anyhow::Result<Self> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().context("tokio")?;
        let over = CancellationToken::new();
        let until = over.clone();
        thread::spawn(move || runtime.block_on(until.run_until_cancelled(listen(scan, console))));
        Ok(Self { _over: over.drop_guard() })
    }
}

async fn listen(scan: CancellationToken, console: Console) {
    if tokio::signal::ctrl_c().await.is_err() {
        return;
    }
    console.remark(console.say(
        "Interruption : vigie finit d’écrire ce qui a été vu (Ctrl-C encore pour tout arrêter).",
        "Stopping: vigie writes what was seen (Ctrl-C again to quit at once).",
    ));
    scan.cancel();
    if tokio::signal::ctrl_c().await.is_ok() {
        process::exit(Exit::Incomplete as i32);
    }
}
