use std::process::ExitCode;

/// How vigie ends. Findings are not errors: without `--fail-on`, a scan that found many is a success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything asked for was done.
    Done = 0,
    /// `--fail-on` was reached: a finding is at least that severe, or a grade at least that low.
    FailOn = 1,
    /// The input is wrong: a file, an option, a missing authorisation. Nothing was sent.
    BadInput = 2,
    /// The run is incomplete (interrupted) or void: do not trust it as a whole.
    Incomplete = 3,
    /// A fault in vigie itself.
    Bug = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        // Every variant fits a byte.
        Self::from(exit as u8)
    }
}
