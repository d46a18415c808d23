use std::fs;
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use tempfile::TempDir;

/// A facility folder in a temporary place, authorised from a month ago to a month from now.
pub(crate) struct Folder {
    dir: TempDir,
}

/// Today in UTC, moved by whole days.
pub(crate) fn day(days: i64) -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date().checked_add(Span::new().days(days)).unwrap()
}

impl Folder {
    /// A folder whose facility file has this scope, in YAML, and these other lines after it.
    pub(crate) fn scanning(scope: &str) -> Self {
        let (from, to) = (day(-30), day(30));
        let authorization = format!(
            "authorization: {{by: Direction générale, role: direction, date: {from}, until: {to}, reference: ESSAI/1}}\n"
        );
        Self::with_authorization(&authorization, scope)
    }

    /// The same, authorised as `authorization` says, or not at all when it is empty.
    pub(crate) fn with_authorization(authorization: &str, scope: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let scope = scope.lines().fold(String::new(), |text, line| text + "  " + line + "\n");
        let text =
            format!("facility: {{name: CH d’Essai, kind: ES}}\n{authorization}scope:\n  vantage: loopback\n{scope}");
        fs::write(dir.path().join("facility.yaml"), text).unwrap();
        Self { dir }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Its path as text.
    pub(crate) fn name(&self) -> &str {
        self.path().to_str().unwrap()
    }

    /// Writes a file beside the facility file.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path().join(name), text).unwrap();
        self
    }

    /// Reads a file of the folder.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
    }
}
