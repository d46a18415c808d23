//! The command line, as clap reads it. Help texts are here in French; `help_en` holds their English.

mod exchange;
mod plan;
mod tls;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use vigie::model::{Lang, Letter, Severity};

pub(crate) use exchange::{DiffFormatArg, ExportFormatArg, PlanDiffArgs, PlanExportArgs, PlanImportArgs, PlanReadArgs};
pub(crate) use plan::{
    DeadlinesFormatArg, DocumentArgs, PlanCheckArgs, PlanCommand, PlanDeadlinesArgs, PlanInitArgs, PlanScheduleArgs,
    PlanWhatIfArgs, ProfileArg, ScheduleFormatArg,
};
pub(crate) use tls::{GuidelineArg, ServerArg, TlsCommand, TlsCompareArgs};

/// Ce qu’un attaquant voit d’un hôpital, et si ses plans de continuité ramèneraient les soins à temps.
#[derive(Debug, Parser)]
#[command(
    name = "vigie",
    version,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true,
    arg_required_else_help = true,
    subcommand_value_name = "COMMANDE"
)]
pub(crate) struct Cli {
    /// Réglages communs.
    #[command(flatten)]
    pub(crate) shared: Shared,
    /// Afficher la version
    #[arg(long, short = 'V', action = ArgAction::Version)]
    version: Option<bool>,
    /// Ce qu’il faut faire.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Shared {
    /// Langue des textes (ou variable VIGIE_LANG)
    #[arg(
        long,
        global = true,
        env = "VIGIE_LANG",
        hide_env = true,
        value_enum,
        default_value = "fr",
        hide_possible_values = true,
        value_name = "fr|en"
    )]
    pub(crate) lang: LangArg,
    /// Couleurs du terminal (NO_COLOR est respecté)
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true,
        value_name = "auto|always|never"
    )]
    pub(crate) color: ColorArg,
    /// Ni progression ni remarque : seulement le résultat et les erreurs
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Afficher cette aide
    #[arg(long, short, global = true, action = ArgAction::Help)]
    help: Option<bool>,
}

/// A language, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LangArg {
    /// Français
    Fr,
    /// English
    En,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorArg {
    /// Si la sortie est un terminal
    Auto,
    /// Toujours
    Always,
    /// Jamais
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Montrer vigie à l’œuvre sur un hôpital fictif, sans réseau
    Demo(DemoArgs),
    /// Créer le dossier commenté d’un établissement
    Init(InitArgs),
    /// Analyser un établissement : exposition et plan de continuité
    Scan(ScanArgs),
    /// Vérifier un plan de continuité (PCA/PRA)
    #[command(subcommand)]
    Plan(PlanCommand),
    /// Consulter et vérifier les règles
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Comparer le chiffrement des services à un guide, et écrire les réglages qui le respectent
    #[command(subcommand)]
    Tls(TlsCommand),
    /// Relire une analyse enregistrée
    Report(ReportArgs),
    /// Écrire le schéma JSON d’un format, pour les éditeurs et les échanges
    Schema(SchemaArgs),
    /// Écrire le complément automatique d’un interpréteur de commandes
    Completions(CompletionsArgs),
    /// Écrire la page de manuel
    Man,
}

/// What to write, and when to fail.
#[derive(Debug, Clone, Args)]
pub(crate) struct OutputArgs {
    /// Forme du résultat
    #[arg(
        long,
        short,
        value_enum,
        default_value = "terminal",
        hide_default_value = true,
        hide_possible_values = true,
        value_name = "terminal|json|html"
    )]
    pub(crate) format: FormatArg,
    /// Écrire le résultat dans un fichier plutôt que sur la sortie
    #[arg(long, short, value_name = "FICHIER")]
    pub(crate) output: Option<PathBuf>,
    /// Finir par le code 1 dès un constat de cette gravité (low à critical) ou dès cette note (B à E)
    #[arg(long, value_name = "high|C…", value_parser = parse_fail_on)]
    pub(crate) fail_on: Option<FailOn>,
    /// Juger à cette date plutôt qu’aujourd’hui
    #[arg(long, value_name = "AAAA-MM-JJ")]
    pub(crate) as_of: Option<Date>,
    /// Règles de votre cru, à côté ou à la place des nôtres (dossier ; option répétable)
    #[arg(long, value_name = "DOSSIER")]
    pub(crate) rules: Vec<PathBuf>,
}

/// The shape of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// Texte lisible, à la largeur du terminal
    Terminal,
    /// Toute l’analyse, pour la conserver et la relire
    Json,
    /// Un fichier à ouvrir dans un navigateur, à imprimer, à transmettre
    Html,
}

/// What `--fail-on` waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailOn {
    /// An open finding at least this severe.
    Severity(Severity),
    /// A family's letter this low or lower, or not evaluable.
    Letter(Letter),
}

/// `vigie demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Dossier où écrire l’établissement fictif et ses rapports
    #[arg(long, default_value = "vigie-demo", value_name = "DOSSIER")]
    pub(crate) folder: PathBuf,
    /// Le jumeau sans défaut plutôt que l’hôpital aux fautes plantées
    #[arg(long)]
    pub(crate) exemplary: bool,
    /// Laisser l’hôpital fictif en service jusqu’à Ctrl-C, pour l’analyser soi-même
    #[arg(long)]
    pub(crate) stay: bool,
}

/// `vigie init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Dossier à créer
    #[arg(default_value = "etablissement", value_name = "DOSSIER")]
    pub(crate) folder: PathBuf,
    /// Nom de l’établissement
    #[arg(long, default_value = "Mon établissement", value_name = "NOM")]
    pub(crate) name: String,
}

/// `vigie scan`.
#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// Dossier de l’établissement, ou son facility.yaml
    #[arg(default_value = ".", value_name = "DOSSIER")]
    pub(crate) facility: PathBuf,
    /// Ce qu’il faut écrire.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Écrire aussi run.json et rapport.html dans ce dossier
    #[arg(long, value_name = "DOSSIER")]
    pub(crate) save: Option<PathBuf>,
    /// Écrire chaque événement de l’analyse dans ce fichier, une ligne JSON à la fois
    #[arg(long, value_name = "FICHIER")]
    pub(crate) events: Option<PathBuf>,
}

/// `vigie rules …`.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Énumérer les règles
    List(RulesArgs),
    /// Expliquer une règle : ce qu’elle juge, pourquoi, que faire
    Explain {
        /// Règle à expliquer
        #[arg(value_name = "RÈGLE")]
        rule: String,
        /// Règles à lire.
        #[command(flatten)]
        rules: RulesArgs,
    },
    /// Vérifier que les règles se lisent et que leurs chemins existent
    Check(RulesArgs),
    /// Jouer les cas que les règles portent
    Test(RulesArgs),
    /// Écrire la référence des règles (Markdown)
    Docs(RulesArgs),
    /// Écrire la référence des faits que les règles peuvent lire (Markdown)
    Facts,
}

/// Which rules to read.
#[derive(Debug, Clone, Args)]
pub(crate) struct RulesArgs {
    /// Règles de votre cru, à côté ou à la place des nôtres (dossier ; option répétable)
    #[arg(long, value_name = "DOSSIER")]
    pub(crate) rules: Vec<PathBuf>,
}

/// `vigie report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Analyse enregistrée (run.json)
    #[arg(value_name = "RUN.JSON")]
    pub(crate) run: PathBuf,
    /// Ce qu’il faut écrire.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Juger de nouveau les mêmes observations avec les règles d’aujourd’hui, sans rien envoyer
    #[arg(long)]
    pub(crate) regrade: bool,
}

/// `vigie schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// Format à décrire
    #[arg(value_enum, hide_possible_values = true, value_name = "facility|plan|rule|run")]
    pub(crate) of: SchemaArg,
}

/// A format with a published schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaArg {
    /// facility.yaml
    Facility,
    /// Fichiers du plan
    Plan,
    /// Fichier de règle
    Rule,
    /// Analyse enregistrée
    Run,
}

/// `vigie completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Interpréteur de commandes
    #[arg(value_enum, hide_possible_values = true, value_name = "bash|zsh|fish|elvish|powershell")]
    pub(crate) shell: clap_complete::Shell,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::Fr => Self::Fr,
            LangArg::En => Self::En,
        }
    }
}

fn parse_fail_on(text: &str) -> Result<FailOn, String> {
    Ok(match text {
        "info" => FailOn::Severity(Severity::Info),
        "low" => FailOn::Severity(Severity::Low),
        "medium" => FailOn::Severity(Severity::Medium),
        "high" => FailOn::Severity(Severity::High),
        "critical" => FailOn::Severity(Severity::Critical),
        "B" => FailOn::Letter(Letter::B),
        "C" => FailOn::Letter(Letter::C),
        "D" => FailOn::Letter(Letter::D),
        "E" => FailOn::Letter(Letter::E),
        _ => return Err("info, low, medium, high, critical, B, C, D, E".to_owned()),
    })
}
