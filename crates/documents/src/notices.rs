//! What the reader of a document is told, in words.

use vigie_model::Text;

use crate::detect::Ole;
use crate::document::{Notice, NoticeKind, Place};

/// What stands in a zip file beside the document: macros, embedded files.
pub(crate) fn left_alone_in<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Notice> {
    let (mut macros, mut embedded) = (false, 0_usize);
    for name in names {
        macros |= name.ends_with("vbaProject.bin") || name.starts_with("Basic/") || name.starts_with("Scripts/");
        let is_embedded =
            name.contains("/embeddings/") || (name.starts_with("Object ") && name.ends_with("/content.xml"));
        embedded += usize::from(is_embedded);
    }
    left_alone(macros, embedded > 0)
}

/// What stands in an OLE file beside the document.
pub(crate) fn left_alone_in_ole(ole: &Ole<'_>) -> Vec<Notice> {
    let macros = ole.is_storage("/Macros") || ole.is_storage("/_VBA_PROJECT_CUR");
    let embedded =
        ole.is_storage("/ObjectPool") && ole.read_storage("/ObjectPool").is_ok_and(|mut all| all.next().is_some());
    left_alone(macros, embedded)
}

fn left_alone(macros: bool, embedded: bool) -> Vec<Notice> {
    let macros = macros.then(|| {
        Text::new(
            "Le fichier contient des macros (petits programmes) : elles n’ont été ni lues ni lancées.",
            "The file holds macros (small programs): they were neither read nor run.",
        )
    });
    let embedded = embedded.then(|| {
        Text::new(
            "Le fichier contient d’autres fichiers incorporés (tableaux, dessins) : ils n’ont pas été lus.",
            "The file holds other files embedded in it (tables, drawings): they were not read.",
        )
    });
    macros.into_iter().chain(embedded).map(|text| Notice { kind: NoticeKind::LeftAlone, place: None, text }).collect()
}

pub(crate) fn external() -> Notice {
    Notice {
        kind: NoticeKind::LeftAlone,
        place: None,
        text: Text::new(
            "Le fichier renvoie à des fichiers extérieurs (modèle, image liée) : vigie ne les a pas ouverts.",
            "The file points to other files (template, linked picture): vigie did not open them.",
        ),
    }
}

pub(crate) fn revisions() -> Notice {
    Notice {
        kind: NoticeKind::Revisions,
        place: None,
        text: Text::new(
            "Le fichier garde des modifications en attente : le texte lu est celui où toutes sont acceptées.",
            "The file keeps changes that nobody settled: the text read is the one where all are accepted.",
        ),
    }
}

pub(crate) fn comments() -> Notice {
    Notice {
        kind: NoticeKind::Revisions,
        place: None,
        text: Text::new(
            "Le fichier a des commentaires en marge : ils n’ont pas été lus.",
            "The file has comments in its margin: they were not read.",
        ),
    }
}

pub(crate) fn damaged() -> Notice {
    Notice {
        kind: NoticeKind::Damaged,
        place: None,
        text: Text::new(
            "Une partie du fichier est abîmée : ce qui suit l’endroit abîmé peut manquer.",
            "Part of the file is damaged: what follows the damage may be missing.",
        ),
    }
}

pub(crate) fn damaged_part(detail: &str) -> Text {
    let detail: String = detail.chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect();
    Text::new(
        format!("Cette partie est abîmée et n’a pas été lue en entier ({detail})."),
        format!("This part is damaged and was not read in full ({detail})."),
    )
}

pub(crate) fn cut() -> Notice {
    Notice {
        kind: NoticeKind::Cut,
        place: None,
        text: Text::new(
            "Le document est trop long : la fin n’a pas été lue. Coupez-le en plusieurs fichiers.",
            "The document is too long: its end was not read. Split it into several files.",
        ),
    }
}

pub(crate) fn cut_cells(most: usize) -> Text {
    Text::new(
        format!(
            "Le classeur dépasse {most} cellules remplies ou ce qui peut être lu de texte : la fin n’a pas été lue."
        ),
        format!("The workbook has more than {most} filled cells, or more text than can be read: its end was not read."),
    )
}

pub(crate) fn not_computed(first: &str, count: usize) -> Text {
    Text::new(
        format!(
            "Formules dont le fichier ne donne pas le résultat : {count} (la première en {first}), lues comme vides. Ouvrez le classeur dans un tableur et enregistrez-le."
        ),
        format!(
            "Formulas whose results are not in the file: {count} (the first in {first}), read as empty. Open the workbook in a spreadsheet program and save it."
        ),
    )
}

pub(crate) fn large_pictures(count: usize) -> Notice {
    Notice {
        kind: NoticeKind::ImageOnly,
        place: None,
        text: Text::new(
            format!("Le document a {count} grande(s) image(s) : le texte qu’elles montrent n’a pas été lu."),
            format!("The document has {count} large picture(s): the text that they show was not read."),
        ),
    }
}

pub(crate) fn image_page(page: u32) -> Notice {
    Notice {
        kind: NoticeKind::ImageOnly,
        place: Some(Place { page: Some(page), ..Place::default() }),
        text: Text::new(
            "Cette page est surtout une image, sans doute numérisée : vigie n’en lit pas le texte. Relisez-la, ou donnez le document d’origine.",
            "This page is mostly a picture, probably scanned: vigie does not read its text. Read it yourself, or give the original document.",
        ),
    }
}

pub(crate) fn unreadable_letters(page: u32) -> Notice {
    Notice {
        kind: NoticeKind::Unread,
        place: Some(Place { page: Some(page), ..Place::default() }),
        text: Text::new(
            "Une partie du texte de cette page est écrite avec des lettres que le fichier ne sait pas nommer : elle n’a pas été lue.",
            "Part of the text of this page is written in letters that the file cannot name: it was not read.",
        ),
    }
}

pub(crate) fn text_boxes() -> Notice {
    Notice {
        kind: NoticeKind::Unread,
        place: None,
        text: Text::new(
            "Ce fichier .doc contient des cadres de texte, qui n’ont pas été lus. Enregistrez-le en .docx pour qu’ils le soient.",
            "This .doc file holds text boxes, which were not read. Save it as .docx to have them read.",
        ),
    }
}

pub(crate) fn hidden_sheet(name: &str) -> Text {
    Text::new(
        format!("La feuille « {name} » est masquée ; elle a été lue comme les autres."),
        format!("Sheet “{name}” is hidden; it was read like the others."),
    )
}
