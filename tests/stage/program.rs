use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Folders where Debian keeps servers, beside those of `PATH`.
const SERVER_FOLDERS: [&str; 3] = ["/usr/sbin", "/sbin", "/usr/local/sbin"];
/// Longest wait for a server to start, or for a client to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program of this machine.
pub(crate) struct Program {
    path: PathBuf,
}

impl Program {
    /// Finds a program. A missing one is a failure and never a skipped test.
    pub(crate) fn named(name: &str) -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = std::env::split_paths(&path).chain(SERVER_FOLDERS.map(PathBuf::from));
        let path = folders.find_map(|folder| Some(folder.join(name)).filter(|path| path.is_file()));
        let path = path.unwrap_or_else(|| panic!("{name} is not installed: run ./test.sh, which installs it"));
        Self { path }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A command that dies with the thread that starts it, in a process group of its own.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(Self::named("setpriv").path);
        command.args(["--pdeathsig", "TERM", "--"]).arg(&self.path).process_group(0);
        command
    }
}

/// Runs a client to its end, bounded in time, and gives back everything it said.
pub(crate) fn output_of(name: &str, arguments: &[impl AsRef<OsStr>], input: &str) -> String {
    let said = tempfile::NamedTempFile::new().unwrap();
    let mut child = Program::named(name)
        .command()
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(said.reopen().unwrap())
        .stderr(said.reopen().unwrap())
        .spawn()
        .unwrap();
    // A client that left before reading everything says so in what it wrote.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let mut guard = Server { child, log: said.path().to_owned() };
    guard.wait(PATIENCE).unwrap_or_else(|| panic!("{name} does not end: {}", guard.log()));
    guard.log()
}

/// A running program; its whole process group ends when this is dropped.
pub(crate) struct Server {
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts a command with what it says going to `log`, both outputs in one file.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Self {
        let file = File::create(log).unwrap();
        command.stdin(Stdio::piped()).stdout(file.try_clone().unwrap()).stderr(file);
        let child = command.spawn().unwrap_or_else(|why| panic!("{command:?}: {why}"));
        Self { child, log: log.to_owned() }
    }

    /// What it said so far.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Waits until `ready` finds what it looks for; fails with the log when the program ends or time runs out.
    pub(crate) fn wait_until<T>(&mut self, what: &str, mut ready: impl FnMut(&str) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = ready(&self.log()) {
                return found;
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("{what} ended at once ({status}): {}", self.log());
            }
            assert!(start.elapsed() < PATIENCE, "{what} does not start: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits for a listening port of this machine.
    pub(crate) fn wait_for_port(&mut self, what: &str, port: u16) {
        self.wait_until(what, |_| wait_for_port(port));
    }

    /// Sends a signal (`STOP`, `CONT`, `INT`) to its process group.
    pub(crate) fn signal(&self, signal: &str) {
        signal_group(self.child.id(), signal);
    }

    /// Waits for its end; `None` when it did not come in time.
    fn wait(&mut self, limit: Duration) -> Option<std::process::ExitStatus> {
        let start = Instant::now();
        while start.elapsed() < limit {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone is as good as stopped.
        signal_group(self.child.id(), "KILL");
        let _ = self.child.wait();
    }
}

/// Signals a process group. The shell's own `kill` does it: the standard library has no word for groups.
pub(super) fn signal_group(group: u32, signal: &str) {
    let script = format!("kill -s {signal} -- -{group}");
    let _ = Command::new("/bin/sh").args(["-c", &script]).stderr(Stdio::null()).status();
}

/// `Some` once a TCP port of this machine accepts.
pub(crate) fn wait_for_port(port: u16) -> Option<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok().map(drop)
}

/// A port of this machine that is free for both transports at the time of asking.
pub(crate) fn free_port() -> u16 {
    loop {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = udp.local_addr().unwrap();
        if TcpListener::bind(address).is_ok() {
            return address.port();
        }
    }
}
