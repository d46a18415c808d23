//! Builds OpenSSL twice, as no distribution ships it: an old one with everything switched on, and one that knows
//! post-quantum key exchange. `openssl-src` carries the sources. The programs come to `FOLDER/old` and `FOLDER/new`;
//! one that is there already is kept.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs, io, thread};

/// What both are built with.
const COMMON: &[&str] = &[
    "no-shared",
    "no-tests",
    "no-async",
    "no-engine",
    "enable-ssl3",
    "enable-ssl3-method",
    "enable-weak-ssl-ciphers",
    "zlib",
];

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1) else {
        eprintln!("usage: vigie-test-openssl FOLDER");
        return ExitCode::from(2);
    };
    let builds = [
        ("old", old::source_dir(), &["enable-md2", "enable-rc5"][..]),
        ("new", new::source_dir(), &["no-module", "no-docs"][..]),
    ];
    for (name, source, options) in builds {
        if let Err(error) = build(Path::new(&folder), name, &source, options) {
            eprintln!("OpenSSL {name}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn build(folder: &Path, name: &str, source: &Path, options: &[&str]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let to = folder.canonicalize()?.join(name);
    let program = to.join("openssl");
    if program.exists() {
        println!("{} is there", program.display());
        return Ok(());
    }
    let work = to.join("build");
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    fs::create_dir_all(&to)?;
    run("cp", &["-r", &source.to_string_lossy(), &work.to_string_lossy()], &to)?;
    run("sh", &[&["config"], COMMON, options].concat(), &work)?;
    let jobs = thread::available_parallelism()?.to_string();
    run("make", &["-s", "-j", &jobs, "build_programs"], &work)?;
    fs::copy(work.join("apps/openssl"), &program)?;
    fs::remove_dir_all(&work)
}

/// Runs a program quietly; its words are shown only when it fails.
fn run(program: &str, arguments: &[&str], directory: &Path) -> io::Result<()> {
    let output = Command::new(program).args(arguments).current_dir(directory).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let tail: Vec<String> = String::from_utf8_lossy(&said).lines().rev().take(20).map(str::to_owned).collect();
    let tail: Vec<&str> = tail.iter().rev().map(String::as_str).collect();
    Err(io::Error::other(format!("{program} {}: {}\n{}", arguments.join(" "), output.status, tail.join("\n"))))
}
