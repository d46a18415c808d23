//! The first sheet: how to use the others, for people who never saw a plan file.

use rust_xlsxwriter::{Color, Format, FormatAlign, Url, Worksheet, XlsxError};
use vigie_model::{Lang, Text};
use vigie_plan::words;

use crate::layout::{Rows, Sheet};

const FRENCH: &[(&str, &str)] = &[
    (
        "À quoi sert ce classeur",
        "Il contient tout le plan de continuité et de reprise d’activité (PCRA) de l’établissement, une feuille par sujet. On peut le remplir avec Excel ou LibreOffice, puis le redonner à vigie, qui montre ce qui a changé avant d’enregistrer.",
    ),
    (
        "Une case vide",
        "veut dire « on ne sait pas ». C’est une réponse honnête : vigie ne l’interprète jamais comme « non », « zéro » ou « tout va bien ». Vous pouvez aussi écrire nsp (ne sait pas).",
    ),
    ("S’il n’y en a aucun", "écrivez ou choisissez « (aucun) ». Ce n’est pas la même chose que de ne pas savoir."),
    ("Les titres suivis de *", "sont obligatoires dès qu’une ligne est commencée."),
    (
        "Les listes déroulantes",
        "proposent les réponses possibles. Pour désigner un système, une équipe ou un rôle, choisissez son nom : l’identifiant entre crochets le suit tout seul.",
    ),
    (
        "Ajouter une ligne",
        "écrivez à la suite de la dernière ligne. Laissez l’identifiant vide : il sera proposé d’après le nom.",
    ),
    (
        "Supprimer une ligne",
        "supprimez la ligne entière, puis les lignes des autres feuilles qui la citent. S’il en reste, vigie dit lesquelles.",
    ),
    ("Les durées", "s’écrivent avec leur unité : 30 min, 4 h, 5 j, J+1, 24/48 h."),
    ("Plusieurs réponses dans une case", "une par ligne : Alt+Entrée dans Excel, Ctrl+Entrée dans LibreOffice."),
    (
        "Les onglets clairs",
        "détaillent l’onglet foncé qui les précède : chaque ligne dit d’abord à quoi elle appartient. Le rang donne l’ordre.",
    ),
    (
        "Ce qu’il ne faut pas toucher",
        "les quatre premières lignes de chaque feuille (l’une est masquée), les identifiants déjà écrits et les feuilles masquées. Vous pouvez trier, filtrer, déplacer des colonnes et élargir.",
    ),
    (
        "Des fonctions, jamais de noms",
        "désignez les personnes par leur fonction : le plan circule, les noms ne doivent pas circuler avec lui. Les numéros de téléphone restent dans ce fichier : gardez-le à l’abri.",
    ),
    ("Enregistrer", "au format Excel (.xlsx), puis : vigie plan import FICHIER.xlsx --into plan/"),
];

const ENGLISH: &[(&str, &str)] = &[
    (
        "What this workbook is for",
        "It holds the whole continuity and recovery plan (PCRA) of the facility, one sheet for each subject. Fill it in with Excel or LibreOffice, then give it back to vigie, which shows what has changed before anything is saved.",
    ),
    (
        "An empty cell",
        "means “not known”. It is an honest answer: vigie never takes it for “no”, “zero” or “all is well”. You may also write nsp (not known).",
    ),
    ("If there is none", "write or pick “(none)”. That is not the same as not knowing."),
    ("Headings with a *", "are needed as soon as a row is begun."),
    (
        "Drop-down lists",
        "show the possible answers. To name a system, a team or a role, pick its name: the id in brackets comes with it.",
    ),
    ("To add a row", "write below the last one. Leave the id empty: one will be suggested from the name."),
    (
        "To delete a row",
        "delete the whole row, then the rows of other sheets that name it. If some are left, vigie says which.",
    ),
    ("Durations", "are written with their unit: 30 min, 4 h, 5 d, J+1, 24/48 h."),
    ("Several answers in one cell", "one on each line: Alt+Enter in Excel, Ctrl+Enter in LibreOffice."),
    (
        "Light tabs",
        "give the details of the dark tab before them: each row first says what it belongs to. The rank gives the order.",
    ),
    (
        "What not to touch",
        "the first four rows of each sheet (one is hidden), ids that are already written, and hidden sheets. You may sort, filter, move columns and widen them.",
    ),
    (
        "Functions, never names",
        "name people by their function: a plan travels, names should not. Telephone numbers stay in this file: keep it safe.",
    ),
    ("To save", "in Excel format (.xlsx), then: vigie plan import FILE.xlsx --into plan/"),
];

pub(super) fn write(out: &mut Worksheet, sheets: &[Sheet], lang: Lang) -> Result<(), XlsxError> {
    let (name, lines, contents) = match lang {
        Lang::Fr => ("Mode d’emploi", FRENCH, "Les feuilles"),
        Lang::En => ("How to use", ENGLISH, "The sheets"),
    };
    let title = Format::new().set_bold().set_font_size(18).set_font_color(Color::RGB(0x1f_3a5f));
    let bold = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    out.set_name(name)?.set_column_width(0, 32)?.set_column_width(1, 92)?.set_row_height(0, 30)?;
    out.write_string_with_format(0, 0, name, &title)?;
    let mut row = 2;
    for (what, how) in lines {
        out.write_string_with_format(row, 0, *what, &bold)?.write_string_with_format(row, 1, *how, &wrap)?;
        // Some ninety letters a line of the second column: programs do not all find the height by themselves.
        let lines = u32::try_from(how.chars().count() / 92 + 1).unwrap_or(1);
        out.set_row_height(row, lines * 16)?;
        row += 1;
    }
    row += 1;
    out.write_string_with_format(row, 0, contents, &bold)?;
    for sheet in sheets.iter().filter(|sheet| !matches!(sheet.rows, Rows::Parts(_))) {
        row += 1;
        let tab = sheet.tab(lang);
        out.write_url_with_text(row, 0, Url::new(format!("internal:'{}'!A1", tab.replace('\'', "''"))), &tab)?;
        let below =
            sheets.iter().filter(|below| matches!(&below.rows, Rows::Parts(parts) if parts.section == sheet.path));
        let below: Vec<String> = below.map(|below| below.tab(lang)).collect();
        out.write_string_with_format(row, 1, below.join(" · "), &wrap)?;
    }
    out.set_portrait().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

/// What the second row of a sheet says.
pub(super) fn remark(sheet: &Sheet) -> Text {
    match &sheet.rows {
        Rows::Header => Text::new("Une seule ligne : le plan lui-même.", "One row only: the plan itself."),
        Rows::Proofs => Text::new(
            "Une ligne par point de contrôle dont l’établissement peut parler ; les autres restent inconnus.",
            "One row for each check that the facility can speak of; the others stay unknown.",
        ),
        Rows::Parts(parts) => {
            let above = words::title(&parts.section);
            Text::new(
                format!(
                    "Détaille la feuille « {} » : la première colonne dit à quoi chaque ligne appartient.",
                    above.fr
                ),
                format!("Details of the sheet “{}”: the first column says what each row belongs to.", above.en),
            )
        }
        Rows::Entities(_) | Rows::Order => Text::default(),
    }
}
