use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::Seen;
use super::program::signal_group;

/// Longest that any run of the binary may last. Generous: a loaded machine must not fail a test.
const LIMIT: Duration = Duration::from_mins(3);

/// One run of the real binary.
pub(crate) struct Vigie {
    command: Command,
    said: TempDir,
}

/// The binary, running; killed when dropped before its end.
pub(crate) struct Started {
    child: Child,
    said: TempDir,
    peak_kib: u64,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Exit code; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
    /// Most memory that it held, in KiB.
    pub(crate) peak_kib: u64,
}

impl Vigie {
    /// The binary with these arguments, away from the settings of whoever runs the tests.
    pub(crate) fn with<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
        command.args(arguments).process_group(0).stdin(Stdio::null()).env("COLUMNS", "100");
        for variable in ["VIGIE_LANG", "VIGIE_LOG", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG"] {
            command.env_remove(variable);
        }
        Self { command, said: tempfile::tempdir().unwrap() }
    }

    /// In this folder.
    pub(crate) fn inside(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// With this variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Starts it.
    pub(crate) fn start(mut self) -> Started {
        let file = |name: &str| fs::File::create(self.said.path().join(name)).unwrap();
        let child = self.command.stdout(file("out")).stderr(file("err")).spawn().unwrap();
        Started { child, said: self.said, peak_kib: 0 }
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Ended {
        self.start().end()
    }
}

impl Started {
    /// Sends a signal to it, as a terminal would.
    pub(crate) fn signal(&self, signal: &str) {
        signal_group(self.child.id(), signal);
    }

    /// What it wrote on standard error so far.
    pub(crate) fn err(&self) -> String {
        read(&self.said, "err")
    }

    /// Waits until its standard error holds these words.
    #[track_caller]
    pub(crate) fn wait_until_it_says(&mut self, words: &str) {
        let start = Instant::now();
        while !self.err().contains(words) {
            assert!(self.is_running() && start.elapsed() < LIMIT, "{words:?} never came: {}", self.err());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for its end, watching its memory.
    pub(crate) fn end(mut self) -> Ended {
        let start = Instant::now();
        let status = loop {
            self.peak_kib = self.peak_kib.max(high_water_kib(self.child.id()));
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < LIMIT, "vigie does not end; it said: {}", self.err());
            std::thread::sleep(Duration::from_millis(5));
        };
        Ended {
            code: status.code(),
            out: read(&self.said, "out"),
            err: read(&self.said, "err"),
            peak_kib: self.peak_kib,
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // Already gone is as good as stopped.
        signal_group(self.child.id(), "KILL");
        let _ = self.child.wait();
    }
}

impl Ended {
    /// Fails unless it ended with this code and without a panic.
    #[track_caller]
    pub(crate) fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n--- stdout\n{}\n--- stderr\n{}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }

    /// Fails unless its output holds all these words, whatever kind of space stands between them.
    #[track_caller]
    pub(crate) fn says(&self, words: &[&str]) {
        let text = plain_spaces(&self.out);
        for wanted in words {
            assert!(text.contains(&plain_spaces(wanted)), "{wanted:?} is not in:\n{}", self.out);
        }
    }

    /// Fails unless its standard error holds all these words, whatever kind of space stands between them.
    #[track_caller]
    pub(crate) fn explains(&self, words: &[&str]) {
        let text = plain_spaces(&self.err);
        for wanted in words {
            assert!(text.contains(&plain_spaces(wanted)), "{wanted:?} is not in:\n{}", self.err);
        }
    }

    /// Reads its standard output as a run.
    #[track_caller]
    pub(crate) fn seen(&self) -> Seen {
        Seen::read(&self.out)
    }

    /// Fails when either output holds a control character other than a line's end.
    #[track_caller]
    pub(crate) fn without_escapes(self) -> Self {
        for text in [&self.out, &self.err] {
            let bad = text.chars().find(|c| c.is_control() && *c != '\n');
            assert_eq!(bad, None, "{text}");
        }
        self
    }
}

/// The text with the spaces of French typography made plain.
fn plain_spaces(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

fn read(said: &TempDir, name: &str) -> String {
    String::from_utf8(fs::read(said.path().join(name)).unwrap()).unwrap()
}

/// The high-water mark of a process's resident memory (proc(5)); 0 once it ended.
fn high_water_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0)
}
