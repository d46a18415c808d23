use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use thiserror::Error;
use vigie_documents::{DocumentError, Limits};
use vigie_model::Text;
use vigie_plan::Plan;
use vigie_probe_dns::{TrustAnchor, read_trust_anchor};
use vigie_probe_tls::{LogList, TlsProbe, TrustStoreError, WeakKeys};
use vigie_scan::FacilityFile;
use vigie_source::{MAX_FILE_BYTES, Problem, Problems, SourceFile};
use vigie_workbook::Reading;

use crate::AsideReader;
use crate::key_lists::{log_list, weak_keys};

/// A facility's folder, opened: its file, its plan, its own authorities.
#[derive(Debug)]
pub struct FacilityFolder {
    /// The facility file.
    pub file: FacilityFile,
    /// What is doubtful in it.
    pub warnings: Problems,
    /// The continuity plan, when the facility file names one.
    pub plan: Option<Plan>,
    /// The facility's own certificate authorities.
    pub trust: Vec<CertificateDer<'static>>,
    /// Those that this machine trusts, when the facility asks for them.
    pub system_roots: Vec<CertificateDer<'static>>,
    /// Logs of Certificate Transparency, when the facility names a list of them.
    pub logs: Option<LogList>,
    /// Keys that anybody can make again, when the facility names lists of them.
    pub weak_keys: Option<WeakKeys>,
    /// DNSSEC trust anchor, when the facility names its own.
    pub trust_anchor: Option<TrustAnchor>,
}

/// Why a folder cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FolderError {
    /// A file or folder cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// Why it could not be.
        source: io::Error,
    },
    /// A document cannot be read at all.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// What was read has problems, all of them listed.
    #[error("{0}")]
    Problems(Problems),
}

/// Most files one folder may hold: a plan has a few dozen, a wrong path may have a million.
const MOST_FILES: usize = 500;
/// Bytes of one list of weak keys: Debian's longest has four million.
const MOST_WEAK_KEY_BYTES: usize = 16 * 1024 * 1024;
/// Deepest folder below the one that was named.
const DEEPEST: usize = 8;

impl FacilityFolder {
    /// Opens a facility folder, or its `facility.yaml`, and everything that the file names.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let facility_path = if path.is_dir() { path.join("facility.yaml") } else { path.to_owned() };
        let root = facility_path.parent().unwrap_or(Path::new(".")).to_owned();
        let source = read_source(&facility_path)?;
        let (file, warnings) = FacilityFile::read(&source).map_err(FolderError::Problems)?;
        let mut problems = Problems::new();
        let plan = match &file.plan {
            Some(folder) => keep(read_plan(&root.join(folder)), &mut problems)?,
            None => None,
        };
        let mut trust = Vec::new();
        for name in &file.scope.trust {
            trust.extend(keep(read_certificates(&root.join(name)), &mut problems)?.unwrap_or_default());
        }
        let system_roots = if file.scope.system_roots {
            keep(read_system_roots(&facility_path), &mut problems)?.unwrap_or_default()
        } else {
            Vec::new()
        };
        let logs = match &file.scope.transparency_logs {
            Some(name) => keep(read_logs(&root.join(name)), &mut problems)?,
            None => None,
        };
        let mut weak_keys = Vec::new();
        for name in &file.scope.weak_keys {
            weak_keys.extend(keep(read_weak_keys(&root.join(name)), &mut problems)?.unwrap_or_default());
        }
        let weak_keys = (!file.scope.weak_keys.is_empty()).then(|| weak_keys.into_iter().collect());
        let trust_anchor = match &file.scope.trust_anchors {
            Some(name) => keep(read_anchor(&root.join(name)), &mut problems)?,
            None => None,
        };
        if problems.has_errors() {
            return Err(FolderError::Problems(problems));
        }
        Ok(Self { file, warnings, plan, trust, system_roots, logs, weak_keys, trust_anchor })
    }
}

impl FacilityFolder {
    /// The probe of TLS, knowing what the folder holds.
    pub(crate) fn tls_probe(&self) -> Result<TlsProbe, TrustStoreError> {
        let mut probe = TlsProbe::new(&self.trust)?.with_system_roots(&self.system_roots);
        if let Some(logs) = &self.logs {
            probe = probe.with_logs(logs.clone());
        }
        if let Some(keys) = &self.weak_keys {
            probe = probe.with_weak_keys(keys.clone());
        }
        if self.file.scope.jarm {
            probe = probe.with_jarm();
        }
        Ok(probe)
    }
}

/// Gathers problems so that all are told at once; a file that cannot be read ends it there.
fn keep<T>(read: Result<T, FolderError>, problems: &mut Problems) -> Result<Option<T>, FolderError> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(FolderError::Problems(found)) => {
            problems.append(found);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// Reads a plan: one YAML file, or every YAML file of a folder.
fn read_plan(path: &Path) -> Result<Plan, FolderError> {
    Plan::load(&read_sources(path)?).map_err(FolderError::Problems)
}

/// Reads a file, or every `.yaml` and `.yml` file of a folder and of those below, in path order.
pub fn read_sources(path: &Path) -> Result<Vec<SourceFile>, FolderError> {
    let mut paths = Vec::new();
    if path.is_dir() {
        list(path, 0, &mut paths)?;
    } else {
        paths.push(path.to_owned());
    }
    paths.sort();
    let mut problems = Problems::new();
    let mut sources = Vec::new();
    for path in paths {
        sources.extend(keep(read_source(&path), &mut problems)?);
    }
    if problems.has_errors() { Err(FolderError::Problems(problems)) } else { Ok(sources) }
}

/// Opens a plan: a folder of YAML files, one such file, or a workbook (`.xlsx`, `.ods`).
pub fn open_plan(path: &Path, reader: &AsideReader) -> Result<Plan, FolderError> {
    let is_workbook = |extension: &OsStr| ["xlsx", "ods"].iter().any(|known| extension.eq_ignore_ascii_case(known));
    if path.extension().is_some_and(is_workbook) {
        return Ok(open_workbook(path, reader)?.plan);
    }
    read_plan(path)
}

/// Reads a workbook that `vigie plan export` made and a spreadsheet program saved, with what it says of itself.
pub fn open_workbook(path: &Path, reader: &AsideReader) -> Result<Reading, FolderError> {
    let bytes = read_at_most(path, Limits::default().file_bytes)?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let workbook = reader.workbook(&name, &bytes)?;
    vigie_workbook::read(&name, &workbook).map_err(FolderError::Problems)
}

fn list(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<(), FolderError> {
    let failed = |source| FolderError::Read { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        // `file_type` does not follow links: a loop of folders cannot trap us.
        let kind = entry.file_type().map_err(failed)?;
        let yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if kind.is_dir() && depth < DEEPEST {
            list(&path, depth + 1, paths)?;
        } else if kind.is_file() && yaml {
            paths.push(path);
        }
        if paths.len() > MOST_FILES {
            let why = io::Error::other(format!("more than {MOST_FILES} files: is this the right folder?"));
            return Err(failed(why));
        }
    }
    Ok(())
}

fn read_source(path: &Path) -> Result<SourceFile, FolderError> {
    SourceFile::from_bytes(path.display().to_string(), &read_bytes(path)?).map_err(FolderError::Problems)
}

/// Reads a file's bytes, and no more of them than any file of ours may have, plus one so that the excess is seen.
fn read_bytes(path: &Path) -> Result<Vec<u8>, FolderError> {
    read_at_most(path, MAX_FILE_BYTES)
}

/// Reads a file's bytes, one more at most than it may have, so that the excess is seen.
fn read_at_most(path: &Path, most: usize) -> Result<Vec<u8>, FolderError> {
    use std::io::Read;
    let failed = |source| FolderError::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let most = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(failed)?;
    Ok(bytes)
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, FolderError> {
    let bytes = read_bytes(path)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        Ok(_) | Err(_) => Err(whole_file_problem(
            path,
            "trust-not-pem",
            Text::new("ce fichier ne contient pas de certificat lisible", "this file holds no readable certificate"),
            Text::new(
                "fournir le certificat de l’autorité au format PEM (-----BEGIN CERTIFICATE-----)",
                "give the authority’s certificate in PEM format (-----BEGIN CERTIFICATE-----)",
            ),
        )),
    }
}

/// The authorities that this machine trusts; `path` is the file that asks for them.
fn read_system_roots(path: &Path) -> Result<Vec<CertificateDer<'static>>, FolderError> {
    let found = rustls_native_certs::load_native_certs();
    if !found.certs.is_empty() {
        return Ok(found.certs);
    }
    let why = found.errors.first().map_or_else(String::new, |error| format!(" ({error})"));
    Err(whole_file_problem(
        path,
        "no-system-roots",
        Text::new(
            format!("system_roots : cette machine ne fait confiance à aucune autorité{why}"),
            format!("system_roots: this machine trusts no authority{why}"),
        ),
        Text::new(
            "installer les autorités du système (sous Debian, ca-certificates), ou enlever cette ligne",
            "install the system’s authorities (on Debian, ca-certificates), or remove this line",
        ),
    ))
}

fn read_logs(path: &Path) -> Result<LogList, FolderError> {
    log_list(&read_source(path)?).map_err(FolderError::Problems)
}

fn read_weak_keys(path: &Path) -> Result<Vec<[u8; 10]>, FolderError> {
    let bytes = read_at_most(path, MOST_WEAK_KEY_BYTES)?;
    weak_keys(&path.display().to_string(), &bytes, MOST_WEAK_KEY_BYTES).map_err(FolderError::Problems)
}

fn read_anchor(path: &Path) -> Result<TrustAnchor, FolderError> {
    let source = read_source(path)?;
    read_trust_anchor(source.text()).map_err(|why| {
        whole_file_problem(
            path,
            "trust-anchor",
            Text::new(
                format!("ancre de confiance DNSSEC illisible : {why}"),
                format!("unreadable DNSSEC trust anchor: {why}"),
            ),
            Text::new(
                "une ligne DS ou DNSKEY par clé, par exemple : . IN DS 20326 8 2 E06D44B8…",
                "one DS or DNSKEY line a key, for instance: . IN DS 20326 8 2 E06D44B8…",
            ),
        )
    })
}

fn whole_file_problem(path: &Path, code: &'static str, message: Text, hint: Text) -> FolderError {
    let file = SourceFile::new(path.display().to_string(), "");
    FolderError::Problems(Problem::error(code, &file, message).with_hint(hint).into())
}
