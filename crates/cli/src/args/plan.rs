//! `vigie plan …`, as clap reads it.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use vigie::plan::{Channel, Duration, Id, ScheduleOptions, parse_duration};

use super::{FormatArg, OutputArgs, PlanDiffArgs, PlanExportArgs, PlanImportArgs, PlanReadArgs};

/// `vigie plan …`.
#[derive(Debug, Subcommand)]
pub(crate) enum PlanCommand {
    /// Commencer un plan : fichiers commentés à remplir, ou plan fictif à adapter
    Init(PlanInitArgs),
    /// Vérifier la cohérence d’un plan
    Check(PlanCheckArgs),
    /// Dater la reconstruction après une perte totale, avec les effectifs du plan
    Schedule(PlanScheduleArgs),
    /// Essayer un événement sur le plan : ce qui s’arrête, qui prévenir, ce qui reste lisible
    WhatIf(PlanWhatIfArgs),
    /// Dire ce qu’un plan Word, PDF, Excel ou OpenDocument contient, section par section
    Read(PlanReadArgs),
    /// Dire ce qui expire, et quand : preuves, contrats, revues, risques acceptés, actions
    Deadlines(PlanDeadlinesArgs),
    /// Écrire le plan sous une autre forme : classeur à remplir, fichiers YAML, données
    Export(PlanExportArgs),
    /// Reprendre dans un plan ce qui a été rempli ailleurs, en montrant d’abord ce qui change
    Import(PlanImportArgs),
    /// Dire en mots ce qui change d’un plan à un autre
    Diff(PlanDiffArgs),
}

/// Where a document goes, and the day it bears.
#[derive(Debug, Clone, Args)]
pub(crate) struct DocumentArgs {
    /// Écrire le résultat dans un fichier plutôt que sur la sortie
    #[arg(long, short, value_name = "FICHIER")]
    pub(crate) output: Option<PathBuf>,
    /// Dater le document de ce jour plutôt que d’aujourd’hui
    #[arg(long, value_name = "AAAA-MM-JJ")]
    pub(crate) as_of: Option<Date>,
}

/// `vigie plan init`.
#[derive(Debug, Args)]
pub(crate) struct PlanInitArgs {
    /// Dossier à créer pour le plan
    #[arg(default_value = "plan", value_name = "DOSSIER")]
    pub(crate) folder: PathBuf,
    /// Ce qu’est l’établissement : es (hôpital), ght (groupement d’hôpitaux), esms (médico-social)
    #[arg(long, value_enum, default_value = "es", hide_possible_values = true, value_name = "es|ght|esms")]
    pub(crate) profile: ProfileArg,
    /// Les questions du profil, sans réponse (choix par défaut)
    #[arg(long, conflicts_with = "example")]
    pub(crate) empty: bool,
    /// Le plan fictif du profil, complet, à adapter
    #[arg(long)]
    pub(crate) example: bool,
}

/// What a facility is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProfileArg {
    /// Établissement de santé
    Es,
    /// Groupement hospitalier de territoire
    Ght,
    /// Établissement ou service médico-social
    Esms,
}

/// `vigie plan check`.
#[derive(Debug, Args)]
pub(crate) struct PlanCheckArgs {
    /// Dossier du plan (fichiers YAML), ou un seul fichier
    #[arg(default_value = "plan", value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// Ce qu’il faut écrire.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// `vigie plan schedule`.
#[derive(Debug, Args)]
pub(crate) struct PlanScheduleArgs {
    /// Dossier du plan (fichiers YAML), ou un seul fichier
    #[arg(default_value = "plan", value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// Essayer un autre effectif pour une équipe (option répétable)
    #[arg(long, value_name = "ÉQUIPE=N", value_parser = parse_people)]
    pub(crate) people: Vec<(Id, u32)>,
    /// Reconstructions à tirer au sort pour les chances (P50, P90) ; 0 pour aucune
    #[arg(long, default_value_t = 1_000, value_name = "N", value_parser = clap::value_parser!(u32).range(..=i64::from(ScheduleOptions::MAX_SAMPLES)))]
    pub(crate) samples: u32,
    /// Graine des tirages : la même donne le même résultat
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
    /// Forme du résultat
    #[arg(
        long,
        short,
        value_enum,
        default_value = "terminal",
        hide_default_value = true,
        hide_possible_values = true,
        value_name = "terminal|json|html|svg"
    )]
    pub(crate) format: ScheduleFormatArg,
    /// Où l’écrire, et de quel jour.
    #[command(flatten)]
    pub(crate) document: DocumentArgs,
}

/// The shape of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScheduleFormatArg {
    /// Texte lisible, à la largeur du terminal
    Terminal,
    /// Toutes les heures, pour un autre outil
    Json,
    /// Un fichier à ouvrir dans un navigateur, à imprimer, à transmettre
    Html,
    /// Le calendrier seul, en dessin
    Svg,
}

/// `vigie plan what-if`.
#[derive(Debug, Args)]
pub(crate) struct PlanWhatIfArgs {
    /// Scénario du plan, ou événement courant (sans lui : la liste de ceux que l’on peut essayer)
    #[arg(value_name = "ÉVÉNEMENT")]
    pub(crate) event: Option<String>,
    /// Dossier du plan (fichiers YAML), ou un seul fichier
    #[arg(default_value = "plan", value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// Systèmes perdus, à la place ou en plus de l’événement
    #[arg(long, value_name = "SYSTÈME,…", value_delimiter = ',')]
    pub(crate) down: Vec<Id>,
    /// Sites, prestataires, équipes ou personnes perdus, à la place ou en plus de l’événement
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    pub(crate) lost: Vec<Id>,
    /// Moyens de communication qui ne marchent plus
    #[arg(long, value_name = "mobile|landline|ip_phone|mail|messaging|radio|satellite|pager", value_delimiter = ',', value_parser = parse_channel)]
    pub(crate) without: Vec<Channel>,
    /// Durée supposée de l’événement (4 h, 3 j)
    #[arg(long, value_name = "DURÉE", value_parser = parse_lasting)]
    pub(crate) lasting: Option<Duration>,
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
    /// Où l’écrire, et de quel jour.
    #[command(flatten)]
    pub(crate) document: DocumentArgs,
}

/// `vigie plan deadlines`.
#[derive(Debug, Args)]
pub(crate) struct PlanDeadlinesArgs {
    /// Dossier du plan (fichiers YAML), ou un seul fichier
    #[arg(default_value = "plan", value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// Forme du résultat (ics : à ouvrir dans un agenda)
    #[arg(
        long,
        short,
        value_enum,
        default_value = "terminal",
        hide_default_value = true,
        hide_possible_values = true,
        value_name = "terminal|json|ics"
    )]
    pub(crate) format: DeadlinesFormatArg,
    /// Où l’écrire, et de quel jour.
    #[command(flatten)]
    pub(crate) document: DocumentArgs,
}

/// The shape of a list of deadlines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DeadlinesFormatArg {
    /// Texte lisible, à la largeur du terminal
    Terminal,
    /// Pour un autre outil
    Json,
    /// Un agenda (iCalendar)
    Ics,
}

fn parse_people(text: &str) -> Result<(Id, u32), String> {
    let expected = || "équipe=N, avec N ≥ 1 (equipe-systeme=4)".to_owned();
    let (team, people) = text.split_once('=').ok_or_else(expected)?;
    let people = people.trim().parse().ok().filter(|people| *people > 0).ok_or_else(expected)?;
    Ok((team.trim().parse().map_err(|_| expected())?, people))
}

fn parse_channel(text: &str) -> Result<Channel, String> {
    let all = Channel::ALL.map(Channel::name);
    Channel::ALL.into_iter().find(|channel| channel.name() == text).ok_or_else(|| all.join(", "))
}

fn parse_lasting(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|_| "4 h, 30 min, 3 j".to_owned())
}
