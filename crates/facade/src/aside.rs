//! Documents of strangers, read in a process of their own.
//!
//! Foreign readers may loop, take all memory or overflow the stack, and nothing inside a process can stop
//! that. So the program starts itself again for each file, gives it the bytes, and waits for the answer no
//! longer than a deadline (docs/adr/0008).

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use vigie_documents::{Document, DocumentError, Limits, Measure, Workbook, read_document, read_workbook};

/// First argument that makes the program the reader of one file. It is in no help: people have no use for it.
pub const ASIDE_COMMAND: &str = "read-aside";

/// How long a file may take. One of 50 pages takes less than a second.
pub const USUAL_DEADLINE: Duration = Duration::from_secs(5);

/// Memory that the process may write to, in bytes: a file of 1,000 pages takes half.
const MEMORY: u64 = 256 * 1024 * 1024;
/// Stack for reading: elements within elements go as deep as the limits allow.
const STACK: usize = 16 * 1024 * 1024;
/// Longest answer taken, in bytes: the text that limits allow, and what JSON adds.
const LONGEST_ANSWER: u64 = 96 * 1024 * 1024;
/// What is kept of the complaints of the process, in bytes.
const LONGEST_COMPLAINT: u64 = 4 * 1024;
/// Files read at a time: two take twice the memory.
const AT_A_TIME: usize = 2;

/// Starts a process for each file.
#[derive(Debug, Clone)]
pub struct AsideReader {
    program: PathBuf,
    deadline: Duration,
    limits: Limits,
}

impl AsideReader {
    /// A reader that starts the program that is running. Its `main` must call [`serve_aside`].
    pub fn of_this_program() -> io::Result<Self> {
        Ok(Self::of_program(std::env::current_exe()?))
    }

    /// A reader that starts another program, which must call [`serve_aside`] too.
    pub fn of_program(program: PathBuf) -> Self {
        Self { program, deadline: USUAL_DEADLINE, limits: Limits::default() }
    }

    /// Another deadline for each file.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Reads a document, as [`read_document`] does.
    pub fn read(&self, name: &str, bytes: &[u8]) -> Result<Document, DocumentError> {
        self.ask("document", name, bytes)
    }

    /// Reads a workbook, as [`read_workbook`] does.
    pub fn workbook(&self, name: &str, bytes: &[u8]) -> Result<Workbook, DocumentError> {
        self.ask("workbook", name, bytes)
    }

    /// Reads several documents, two at a time. Answers come in the order of the files.
    pub fn all(&self, files: &[(String, Vec<u8>)]) -> Vec<Result<Document, DocumentError>> {
        let next = AtomicUsize::new(0);
        let (sender, answers) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..AT_A_TIME.min(files.len()) {
                let (sender, next) = (sender.clone(), &next);
                scope.spawn(move || {
                    while let Some((at, (name, bytes))) = take_next(files, next) {
                        // The other end lives until all threads have ended.
                        let _ = sender.send((at, self.read(name, bytes)));
                    }
                });
            }
        });
        drop(sender);
        let mut answers: Vec<_> = answers.into_iter().collect();
        answers.sort_by_key(|(at, _)| *at);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }

    fn ask<T: DeserializeOwned>(&self, what: &str, name: &str, bytes: &[u8]) -> Result<T, DocumentError> {
        if bytes.len() > self.limits.file_bytes {
            let most = u64::try_from(self.limits.file_bytes).unwrap_or(u64::MAX);
            return Err(DocumentError::TooLarge { name: name.to_owned(), what: Measure::FileBytes, most });
        }
        let not_started =
            |error: io::Error| DocumentError::NotStarted { name: name.to_owned(), detail: error.to_string() };
        let mut child = Command::new(&self.program)
            .arg(ASIDE_COMMAND)
            .arg(what)
            .arg(self.deadline.as_secs().max(1).to_string())
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(not_started)?;
        let heard = self.converse(&mut child, bytes);
        if heard.is_none() {
            // It may have ended by itself in between.
            let _ = child.kill();
        }
        let status = child.wait().map_err(not_started)?;
        let Some(heard) = heard else {
            return Err(DocumentError::TooSlow { name: name.to_owned(), seconds: self.deadline.as_secs() });
        };
        match serde_json::from_slice::<Result<T, DocumentError>>(&heard.answer) {
            Ok(answer) if status.success() => answer.map_err(|error| error.named(name)),
            _ => Err(self.failure(name, status, &heard.complaint)),
        }
    }

    /// Gives the bytes and hears the answer, or nothing before the deadline.
    fn converse(&self, child: &mut Child, bytes: &[u8]) -> Option<Heard> {
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (done, answered) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                // A process that ends early does not take them all.
                let _ = stdin.map(|mut pipe| pipe.write_all(bytes));
            });
            let complaint = scope.spawn(move || read_up_to(stderr, LONGEST_COMPLAINT));
            scope.spawn(move || {
                // The deadline may have passed: then nobody listens.
                let _ = done.send(read_up_to(stdout, LONGEST_ANSWER));
            });
            let answer = answered.recv_timeout(self.deadline).ok();
            if answer.is_none() {
                // Ends the threads that wait for it.
                let _ = child.kill();
            }
            let complaint = complaint.join().unwrap_or_default();
            answer.map(|answer| Heard { answer, complaint })
        })
    }

    /// What it means that the process ended without an answer.
    fn failure(&self, name: &str, status: ExitStatus, complaint: &[u8]) -> DocumentError {
        let name = name.to_owned();
        let complaint = String::from_utf8_lossy(complaint);
        if complaint.contains("memory allocation of") {
            return DocumentError::TooLarge { name, what: Measure::Memory, most: MEMORY };
        }
        if is_out_of_time(status) {
            return DocumentError::TooSlow { name, seconds: self.deadline.as_secs() };
        }
        let detail =
            if complaint.contains("overflowed its stack") { "stack overflow".to_owned() } else { status.to_string() };
        DocumentError::ReaderFailed { name, detail }
    }
}

struct Heard {
    answer: Vec<u8>,
    complaint: Vec<u8>,
}

fn take_next<'f>(files: &'f [(String, Vec<u8>)], next: &AtomicUsize) -> Option<(usize, &'f (String, Vec<u8>))> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    files.get(at).map(|file| (at, file))
}

/// Reads a pipe to its end, keeps its beginning.
fn read_up_to(pipe: Option<impl Read>, most: u64) -> Vec<u8> {
    let mut kept = Vec::new();
    if let Some(mut pipe) = pipe {
        // A pipe that breaks ends there.
        let _ = pipe.by_ref().take(most).read_to_end(&mut kept);
        let _ = io::copy(&mut pipe, &mut io::sink());
    }
    kept
}

/// When the arguments of the program say so, reads one file from standard input, answers on standard output,
/// and tells how to end. A program that uses [`AsideReader`] calls this before anything else.
pub fn serve_aside(args: impl IntoIterator<Item = OsString>) -> Option<ExitCode> {
    let mut args = args.into_iter().skip(1);
    if args.next().as_deref() != Some(OsStr::new(ASIDE_COMMAND)) {
        return None;
    }
    let wants_workbook = args.next().as_deref() == Some(OsStr::new("workbook"));
    let seconds = args.next().and_then(|seconds| seconds.to_str()?.parse().ok());
    limit_this_process(seconds.unwrap_or(USUAL_DEADLINE.as_secs()));
    let reading = thread::Builder::new().stack_size(STACK).spawn(move || answer(wants_workbook));
    let answered = reading.is_ok_and(|thread| thread.join().is_ok_and(|written| written.is_ok()));
    Some(if answered { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn answer(wants_workbook: bool) -> io::Result<()> {
    let limits = Limits::default();
    let most = u64::try_from(limits.file_bytes).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    // One byte more than what is taken, so that too many is told as such.
    io::stdin().take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if wants_workbook {
        write_answer(&read_workbook(&bytes, &limits))
    } else {
        write_answer(&read_document("", &bytes, &limits))
    }
}

fn write_answer<T: Serialize>(answer: &Result<T, DocumentError>) -> io::Result<()> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut output, answer)?;
    output.flush()
}

/// Memory and processor time are bounded by the system, where it can.
#[cfg(unix)]
fn limit_this_process(seconds: u64) {
    use rlimit::{Resource, setrlimit};
    // A system that refuses leaves the deadline of whoever started this.
    let _ = setrlimit(Resource::DATA, MEMORY, MEMORY);
    let _ = setrlimit(Resource::CPU, seconds, seconds.saturating_add(1));
    // A process that fails leaves no copy of its memory: it holds the file.
    let _ = setrlimit(Resource::CORE, 0, 0);
}

#[cfg(not(unix))]
fn limit_this_process(_seconds: u64) {}

/// Whether the system ended a process that used up its processor time.
#[cfg(unix)]
fn is_out_of_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    /// SIGXCPU, on Linux and macOS.
    const OUT_OF_TIME: i32 = 24;
    status.signal() == Some(OUT_OF_TIME)
}

#[cfg(not(unix))]
fn is_out_of_time(_status: ExitStatus) -> bool {
    false
}
