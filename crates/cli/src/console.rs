use std::io::{self, IsTerminal, Write};

use vigie::model::{Lang, Text};
use vigie::report::terminal::Style;
use vigie::source::Problems;
use vigie::{AssessError, FolderError};

use crate::args::{ColorArg, Shared};
use crate::exit::Exit;

/// What the command knows of whom it talks to: language, width, colours. Results go to standard
/// output, everything else to standard error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console {
    pub(crate) lang: Lang,
    color: ColorArg,
    quiet: bool,
}

/// A failure that the user can mend, in both languages. It is what `anyhow` carries up to `main`.
#[derive(Debug)]
pub(crate) struct UserError(pub(crate) Text);

impl std::fmt::Display for UserError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl std::error::Error for UserError {}

impl Console {
    pub(crate) fn new(shared: &Shared) -> Self {
        Self { lang: shared.lang.into(), color: shared.color, quiet: shared.quiet }
    }

    /// The words in the user's language.
    pub(crate) fn say(self, fr: &'static str, en: &'static str) -> &'static str {
        match self.lang {
            Lang::Fr => fr,
            Lang::En => en,
        }
    }

    /// A remark on standard error, unless the user wants quiet.
    pub(crate) fn remark(self, text: &str) {
        if !self.quiet {
            eprintln!("{text}");
        }
    }

    /// Whether progress may be drawn.
    pub(crate) fn shows_progress(self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// How standard output shows text.
    pub(crate) fn style(self) -> Style {
        Style { width: width(), colour: self.colours(io::stdout().is_terminal()), unicode: speaks_unicode() }
    }

    /// Writes a result to standard output. A reader that left (`| head`) is not an error.
    #[expect(clippy::unused_self, reason = "results go through the console as remarks do")]
    pub(crate) fn result(self, text: &str) -> anyhow::Result<()> {
        match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }

    /// Draws problems of files on standard error.
    pub(crate) fn problems(self, problems: &Problems) {
        if !problems.is_empty() {
            eprintln!("{}", problems.render(self.lang, self.colours(io::stderr().is_terminal()), width()));
        }
    }

    /// Explains a failure on standard error and says how to end.
    pub(crate) fn explain(self, why: &anyhow::Error) -> Exit {
        let heading = self.say("erreur", "error");
        if let Some(FolderError::Problems(problems)) = why.downcast_ref() {
            self.problems(problems);
        } else if let Some(problems) = why.downcast_ref::<Problems>() {
            self.problems(problems);
        } else if let Some(FolderError::Read { path, source }) = why.downcast_ref() {
            eprintln!("{heading}{} {} : {}", self.colon(), path.display(), self.io(source));
        } else if let Some(FolderError::Document(why)) = why.downcast_ref() {
            eprintln!("{heading}{} {}", self.colon(), why.text().get(self.lang));
        } else if let Some(UserError(text)) = why.downcast_ref() {
            eprintln!("{heading}{} {}", self.colon(), text.get(self.lang));
        } else if let Some(refusal) = why.downcast_ref::<AssessError>() {
            self.refusal(refusal);
        } else {
            eprintln!("{heading}{} {why:#}", self.colon());
            return Exit::Bug;
        }
        Exit::BadInput
    }

    /// Says what is missing before anything may be sent, and what to write.
    fn refusal(self, refusal: &AssessError) {
        let heading = self.say("Rien n’a été envoyé", "Nothing was sent");
        let reasons: Vec<String> = match refusal {
            AssessError::NoAuthorization => vec![
                self.say(
                    "facility.yaml ne contient pas d’autorisation : vigie n’analyse que ce qu’une personne responsable a permis.",
                    "facility.yaml holds no authorisation: vigie only scans what a responsible person allowed.",
                )
                .to_owned(),
            ],
            AssessError::NotAuthorized(problems) => {
                problems.iter().map(|problem| problem.text().get(self.lang).to_owned()).collect()
            }
            other => vec![match other {
                AssessError::NoResolver => self
                    .say(
                        "aucun serveur de noms n’est connu : en indiquer un dans scope: resolver.",
                        "no name server is known: give one in scope: resolver.",
                    )
                    .to_owned(),
                unexpected => unexpected.to_string(),
            }],
        };
        eprintln!("{heading}.");
        for reason in reasons {
            eprintln!("  - {reason}");
        }
        if !matches!(refusal, AssessError::NoResolver) {
            eprintln!("{}", self.say(AUTHORIZATION_FR, AUTHORIZATION_EN));
        }
    }

    fn io(self, error: &io::Error) -> String {
        match error.kind() {
            io::ErrorKind::NotFound => {
                self.say("ce fichier ou ce dossier n’existe pas", "this file or folder does not exist").to_owned()
            }
            io::ErrorKind::PermissionDenied => self.say("lecture interdite", "reading is not allowed").to_owned(),
            io::ErrorKind::IsADirectory => self.say("c’est un dossier", "this is a folder").to_owned(),
            _ => error.to_string(),
        }
    }

    fn colon(self) -> &'static str {
        self.say(" :", ":")
    }

    fn colours(self, terminal: bool) -> bool {
        match self.color {
            ColorArg::Always => true,
            ColorArg::Never => false,
            // The convention of no-color.org: set and not empty.
            ColorArg::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }

    /// Sends the libraries' log to standard error when `VIGIE_LOG` asks for it.
    #[expect(clippy::unused_self, reason = "the log goes through the console as remarks do")]
    pub(crate) fn start_log(self) {
        use tracing_subscriber::EnvFilter;
        let Ok(filter) = EnvFilter::try_from_env("VIGIE_LOG") else { return };
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    }
}

const AUTHORIZATION_FR: &str = "
Pour autoriser l’analyse, faire signer le périmètre puis écrire dans facility.yaml :

  authorization:
    by: Direction générale          # qui autorise
    role: directrice générale
    date: 2026-11-01                # premier jour
    until: 2027-10-31               # dernier jour, deux ans au plus
    reference: GED/SSI/2026-041     # où trouver le document signé
";

const AUTHORIZATION_EN: &str = "
To authorise the scan, have its scope signed, then write in facility.yaml:

  authorization:
    by: Direction générale          # who authorises
    role: chief executive
    date: 2026-11-01                # first day
    until: 2027-10-31               # last day, two years at most
    reference: GED/SSI/2026-041     # where the signed document is
";

/// Columns of the terminal, `COLUMNS` first so that a pipe can be told, 80 when nothing says.
fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    told.or_else(|| terminal_size::terminal_size().map(|(columns, _)| columns.0.into())).unwrap_or(80)
}

fn speaks_unicode() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    // No locale at all is a pipe, a timer, a container: UTF-8 is the safe guess today. `C` and `POSIX` say ASCII.
    locale.is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf") || !matches!(locale.as_str(), "c" | "posix")
    })
}
