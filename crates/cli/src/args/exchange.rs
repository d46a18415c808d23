//! `vigie plan export`, `import` and `diff`, as clap reads them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use vigie::plan::kit::SheetKind;

use super::{DocumentArgs, FormatArg};

/// `vigie plan export`.
#[derive(Debug, Args)]
pub(crate) struct PlanExportArgs {
    /// Plan : dossier de fichiers YAML, un seul fichier, ou un classeur
    #[arg(default_value = "plan", value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// Forme du résultat
    #[arg(
        long,
        short,
        value_enum,
        default_value = "xlsx",
        hide_default_value = true,
        hide_possible_values = true,
        value_name = "xlsx|yaml|json"
    )]
    pub(crate) format: ExportFormatArg,
    /// Fichier à écrire ; un dossier pour yaml
    #[arg(long, short, value_name = "CHEMIN")]
    pub(crate) output: PathBuf,
    /// Écrire le classeur de crise à imprimer (HTML) : annuaire, fiches réflexes, ordre de redémarrage, déclarations…
    #[arg(long, conflicts_with = "format")]
    pub(crate) kit: bool,
    /// Fiches du classeur à imprimer, toutes si rien n’est dit
    #[arg(long, requires = "kit", value_delimiter = ',', value_parser = parse_sheet, value_name = "directory|cards|order|notifications|degraded|providers|log|observers")]
    pub(crate) sheets: Vec<SheetKind>,
    /// Marquer chaque page du classeur « EXERCICE »
    #[arg(long, requires = "kit")]
    pub(crate) exercise: bool,
    /// Date d’impression du classeur, au lieu d’aujourd’hui
    #[arg(long, requires = "kit", value_name = "AAAA-MM-JJ")]
    pub(crate) as_of: Option<Date>,
}

/// The form of an exported plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormatArg {
    /// Un classeur à remplir avec un tableur
    Xlsx,
    /// Un dossier de fichiers YAML
    Yaml,
    /// Un fichier de données, pour un autre outil
    Json,
}

/// `vigie plan read`.
#[derive(Debug, Args)]
pub(crate) struct PlanReadArgs {
    /// Documents à lire ensemble : .docx, .doc, .odt, .xlsx, .xls, .ods, .pdf
    #[arg(required = true, value_name = "FICHIER")]
    pub(crate) files: Vec<PathBuf>,
    /// Sections attendues : es (hôpital), ght (groupement), esms (médico-social), ou un fichier YAML à vous
    #[arg(long, default_value = "es", value_name = "es|ght|esms|FICHIER")]
    pub(crate) template: String,
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

/// `vigie plan import`.
#[derive(Debug, Args)]
pub(crate) struct PlanImportArgs {
    /// Classeur (.xlsx, .ods) rempli, documents à relire (--review), ou fichier de relecture (.yaml)
    #[arg(required = true, value_name = "FICHIER")]
    pub(crate) files: Vec<PathBuf>,
    /// Dossier du plan
    #[arg(long, value_name = "PLAN", required_unless_present = "review")]
    pub(crate) into: Option<PathBuf>,
    /// Écrire dans ce fichier ce que les documents proposent, à accepter ligne par ligne
    #[arg(long, value_name = "RELECTURE.YAML", conflicts_with_all = ["into", "replace"])]
    pub(crate) review: Option<PathBuf>,
    /// Écrire les changements ; les fichiers de l’ancien plan sont gardés à côté
    #[arg(long)]
    pub(crate) replace: bool,
}

/// `vigie plan diff`.
#[derive(Debug, Args)]
pub(crate) struct PlanDiffArgs {
    /// Ancien plan : dossier, fichier YAML ou classeur
    #[arg(value_name = "ANCIEN")]
    pub(crate) old: PathBuf,
    /// Nouveau plan : dossier, fichier YAML ou classeur
    #[arg(value_name = "NOUVEAU")]
    pub(crate) new: PathBuf,
    /// Forme du résultat
    #[arg(
        long,
        short,
        value_enum,
        default_value = "terminal",
        hide_default_value = true,
        hide_possible_values = true,
        value_name = "terminal|json"
    )]
    pub(crate) format: DiffFormatArg,
    /// Écrire le résultat dans un fichier plutôt que sur la sortie
    #[arg(long, short, value_name = "FICHIER")]
    pub(crate) output: Option<PathBuf>,
}

/// The form of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormatArg {
    /// Texte lisible
    Terminal,
    /// Chaque changement, pour un autre outil
    Json,
}

fn parse_sheet(text: &str) -> Result<SheetKind, String> {
    let known = SheetKind::ALL.map(SheetKind::name);
    SheetKind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| known.join(", "))
}
