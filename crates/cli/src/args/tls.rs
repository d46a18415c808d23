//! `vigie tls`, as clap reads it.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// `vigie tls`.
#[derive(Debug, Subcommand)]
pub(crate) enum TlsCommand {
    /// Dire ce qu’il faut changer à chaque service pour respecter un guide
    Compare(TlsCompareArgs),
}

/// `vigie tls compare`.
#[derive(Debug, Args)]
pub(crate) struct TlsCompareArgs {
    /// Analyse enregistrée (run.json) ; sans elle, seuls les réglages sont écrits
    #[arg(value_name = "RUN.JSON", required_unless_present = "settings")]
    pub(crate) run: Option<PathBuf>,
    /// Guide à respecter
    #[arg(
        long,
        value_enum,
        hide_possible_values = true,
        value_name = "anssi|mozilla-modern|mozilla-intermediate|ncsc-nl"
    )]
    pub(crate) profile: GuidelineArg,
    /// Ne comparer que les services dont le nom contient ce texte
    #[arg(long, value_name = "TEXTE")]
    pub(crate) only: Option<String>,
    /// Écrire aussi les réglages prêts pour ce serveur
    #[arg(long = "for", value_enum, hide_possible_values = true, value_name = "nginx|apache|haproxy|postfix|dovecot")]
    pub(crate) settings: Option<ServerArg>,
}

/// A guideline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GuidelineArg {
    Anssi,
    MozillaModern,
    MozillaIntermediate,
    NcscNl,
}

/// A server whose settings can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ServerArg {
    Nginx,
    Apache,
    Haproxy,
    Postfix,
    Dovecot,
}
