use serde::{Deserialize, Serialize};
use thiserror::Error;
use vigie_model::Text;

use crate::Format;

/// Why a file cannot be read, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
#[non_exhaustive]
pub enum DocumentError {
    /// It holds no byte.
    #[error("{name}: the file is empty")]
    Empty {
        /// Name of the file.
        name: String,
    },
    /// It is something else than a document that can be read.
    #[error("{name}: {found:?} cannot be read")]
    Unsupported {
        /// Name of the file.
        name: String,
        /// What it is, from its content.
        found: Found,
    },
    /// A password protects it.
    #[error("{name}: the file is protected by a password")]
    Protected {
        /// Name of the file.
        name: String,
    },
    /// It is larger than what is taken.
    #[error("{name}: more than {most} {what:?}")]
    TooLarge {
        /// Name of the file.
        name: String,
        /// What there is too much of.
        what: Measure,
        /// How much is taken.
        most: u64,
    },
    /// It defines its own XML entities, which documents never do and attacks do.
    #[error("{name}: XML entities are refused")]
    Entities {
        /// Name of the file.
        name: String,
    },
    /// It is damaged to the point that nothing can be read.
    #[error("{name}: damaged {format}: {detail}")]
    Damaged {
        /// Name of the file.
        name: String,
        /// What it seems to be.
        format: Format,
        /// What the reader stumbled on, in English.
        detail: String,
    },
    /// It made the reader fail: a fault in us, or an attack.
    #[error("{name}: the reader failed: {detail}")]
    ReaderFailed {
        /// Name of the file.
        name: String,
        /// How it ended, in English.
        detail: String,
    },
    /// The process that reads could not be started: no fault of the file.
    #[error("{name}: the reader could not be started: {detail}")]
    NotStarted {
        /// Name of the file.
        name: String,
        /// What the system says.
        detail: String,
    },
    /// It took longer than what is allowed.
    #[error("{name}: not read after {seconds} s")]
    TooSlow {
        /// Name of the file.
        name: String,
        /// Time allowed, in seconds.
        seconds: u64,
    },
}

/// What a file is that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Found {
    /// A presentation: pptx, ppt, odp.
    Presentation,
    /// A picture: png, jpeg, tiff, gif, bmp, webp.
    Picture,
    /// An archive: zip, 7z, rar, gzip.
    Archive,
    /// A web page.
    Html,
    /// Rich Text Format.
    Rtf,
    /// A document as one XML file: Word 2003, flat OpenDocument.
    Xml,
    /// Text without layout, or CSV.
    PlainText,
    /// Excel's binary workbook since 2007 (xlsb).
    Xlsb,
    /// An OpenDocument drawing, formula or database.
    OtherOpenDocument,
    /// Another file of old office programs: a message, a project, Works.
    OtherOle,
    /// A program.
    Program,
    /// A document, where a workbook is wanted.
    NotAWorkbook,
    /// Nothing known.
    Unknown,
}

/// What there can be too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Measure {
    /// Bytes of the file.
    FileBytes,
    /// Bytes once unpacked.
    UnpackedBytes,
    /// Times that a part grows when it is unpacked.
    Growth,
    /// Parts of the zip file.
    Entries,
    /// Levels of XML.
    XmlDepth,
    /// Elements of XML.
    XmlNodes,
    /// Cells of a workbook.
    Cells,
    /// Memory taken while reading, in bytes.
    Memory,
}

impl DocumentError {
    /// The file that it is about.
    pub fn name(&self) -> &str {
        match self {
            Self::Empty { name }
            | Self::Unsupported { name, .. }
            | Self::Protected { name }
            | Self::TooLarge { name, .. }
            | Self::Entities { name }
            | Self::Damaged { name, .. }
            | Self::ReaderFailed { name, .. }
            | Self::NotStarted { name, .. }
            | Self::TooSlow { name, .. } => name,
        }
    }

    /// The same error about a file of that name.
    #[must_use]
    pub fn named(mut self, new_name: &str) -> Self {
        match &mut self {
            Self::Empty { name }
            | Self::Unsupported { name, .. }
            | Self::Protected { name }
            | Self::TooLarge { name, .. }
            | Self::Entities { name }
            | Self::Damaged { name, .. }
            | Self::ReaderFailed { name, .. }
            | Self::NotStarted { name, .. }
            | Self::TooSlow { name, .. } => new_name.clone_into(name),
        }
        self
    }

    /// What is wrong and what to do, in one or two sentences, with the name of the file in front.
    pub fn text(&self) -> Text {
        let why = match self {
            Self::Empty { .. } => Text::new(
                "le fichier est vide. Vérifiez que la copie est allée à son terme.",
                "the file is empty. Check that it was copied to the end.",
            ),
            Self::Unsupported { found, .. } => found.text(),
            Self::Protected { .. } => Text::new(
                "le fichier est protégé par un mot de passe. Ouvrez-le, enlevez le mot de passe (Fichier > Informations > Protéger ; pour un PDF, réimprimez-le en PDF), enregistrez-en une copie, puis donnez cette copie à vigie.",
                "the file is protected by a password. Open it, take the password off (File > Info > Protect; for a PDF, print it to PDF again), save a copy, then give that copy to vigie.",
            ),
            Self::TooLarge { what, most, .. } => what.text(*most),
            Self::Entities { .. } => Text::new(
                "le fichier définit ses propres « entités » XML, ce qu’aucun traitement de texte n’écrit : il n’a pas été lu. S’il vient de vous, ouvrez-le et enregistrez-le de nouveau ; sinon, demandez-en une autre copie à son auteur.",
                "the file defines its own XML entities, which no word processor writes: it was not read. If it is yours, open it and save it again; otherwise ask its author for another copy.",
            ),
            Self::Damaged { format, detail, .. } => Text::new(
                format!(
                    "le fichier semble être un {format}, mais il est abîmé ou incomplet ({detail}). Ouvrez-le dans le logiciel qui l’a écrit, enregistrez-le de nouveau, ou reprenez-en une copie."
                ),
                format!(
                    "the file seems to be a {format}, but it is damaged or incomplete ({detail}). Open it in the program that wrote it and save it again, or take another copy."
                ),
            ),
            Self::ReaderFailed { detail, .. } => Text::new(
                format!(
                    "ce fichier a fait échouer la lecture ({detail}) ; rien d’autre n’a été touché. Ouvrez-le et enregistrez-le de nouveau en .docx, .odt, .xlsx ou .pdf, puis recommencez."
                ),
                format!(
                    "this file made the reader fail ({detail}); nothing else was touched. Open it and save it again as .docx, .odt, .xlsx or .pdf, then try again."
                ),
            ),
            Self::NotStarted { detail, .. } => Text::new(
                format!(
                    "vigie n’a pas pu lancer le programme qui lit les documents ({detail}) : le fichier n’a pas été lu. Vérifiez que le programme vigie est toujours à sa place, puis recommencez."
                ),
                format!(
                    "vigie could not start the program that reads documents ({detail}): the file was not read. Check that the vigie program is still in its place, then try again."
                ),
            ),
            Self::TooSlow { seconds, .. } => Text::new(
                format!(
                    "la lecture a été arrêtée au bout de {seconds} s ; rien d’autre n’a été touché. Ouvrez le fichier et enregistrez-le de nouveau, ou coupez-le en plusieurs fichiers."
                ),
                format!(
                    "reading was stopped after {seconds} s; nothing else was touched. Open the file and save it again, or split it into several files."
                ),
            ),
        };
        let name = self.name();
        Text::new(
            format!("{name} : {}", why.get(vigie_model::Lang::Fr)),
            format!("{name}: {}", why.get(vigie_model::Lang::En)),
        )
    }
}

impl Found {
    fn text(self) -> Text {
        match self {
            Self::Presentation => Text::new(
                "c’est une présentation (diapositives), que vigie ne lit pas. Exportez-la en PDF et donnez ce PDF.",
                "this is a presentation (slides), which vigie does not read. Export it as PDF and give that PDF.",
            ),
            Self::Picture => Text::new(
                "c’est une image : vigie ne lit pas le texte des images. Donnez le document d’origine (Word, OpenDocument, Excel ou PDF avec texte).",
                "this is a picture: vigie does not read text in pictures. Give the original document (Word, OpenDocument, Excel or PDF with text).",
            ),
            Self::Archive => Text::new(
                "c’est une archive (fichier compressé). Sortez-en les documents et donnez-les un par un.",
                "this is an archive (compressed file). Take the documents out and give them one by one.",
            ),
            Self::Html => Text::new(
                "c’est une page web, quel que soit son nom. Ouvrez-la dans un traitement de texte et enregistrez-la en .docx ou .odt.",
                "this is a web page, whatever its name. Open it in a word processor and save it as .docx or .odt.",
            ),
            Self::Rtf => Text::new(
                "c’est un fichier RTF (texte mis en forme, ancien). Ouvrez-le dans Word ou LibreOffice et enregistrez-le en .docx ou .odt.",
                "this is an RTF file (old formatted text). Open it in Word or LibreOffice and save it as .docx or .odt.",
            ),
            Self::Xml => Text::new(
                "c’est un document en un seul fichier XML. Ouvrez-le dans Word ou LibreOffice et enregistrez-le en .docx ou .odt.",
                "this is a document as one XML file. Open it in Word or LibreOffice and save it as .docx or .odt.",
            ),
            Self::PlainText => Text::new(
                "c’est du texte simple ou du CSV (tableau en texte). Ouvrez-le dans un traitement de texte ou un tableur et enregistrez-le en .docx, .odt ou .xlsx.",
                "this is plain text or CSV (a table as text). Open it in a word processor or a spreadsheet and save it as .docx, .odt or .xlsx.",
            ),
            Self::Xlsb => Text::new(
                "c’est un classeur Excel binaire (.xlsb). Ouvrez-le dans Excel et enregistrez-le en .xlsx.",
                "this is a binary Excel workbook (.xlsb). Open it in Excel and save it as .xlsx.",
            ),
            Self::OtherOpenDocument => Text::new(
                "c’est un fichier OpenDocument qui n’est ni un texte ni un tableau. Exportez-le en PDF.",
                "this is an OpenDocument file that is neither text nor spreadsheet. Export it as PDF.",
            ),
            Self::OtherOle => Text::new(
                "c’est un ancien fichier Microsoft qui n’est ni Word ni Excel (message, projet…). Exportez-le en PDF.",
                "this is an old Microsoft file that is neither Word nor Excel (message, project…). Export it as PDF.",
            ),
            Self::Program => Text::new(
                "c’est un programme, pas un document : vigie ne l’a pas lu. Prévenez votre équipe informatique si on vous l’a envoyé comme un document.",
                "this is a program, not a document: vigie did not read it. Tell your IT team if it was sent to you as a document.",
            ),
            Self::NotAWorkbook => Text::new(
                "c’est un document, alors qu’il faut un classeur : .xlsx, .xls ou .ods.",
                "this is a document, and a workbook is wanted: .xlsx, .xls or .ods.",
            ),
            Self::Unknown => Text::new(
                "le contenu n’est d’aucun format connu. vigie lit .docx, .doc, .odt, .xlsx, .xls, .ods et .pdf.",
                "the content is of no known format. vigie reads .docx, .doc, .odt, .xlsx, .xls, .ods and .pdf.",
            ),
        }
    }
}

impl Measure {
    fn text(self, most: u64) -> Text {
        let mebibytes = most / (1024 * 1024);
        let (fr, en) = match self {
            Self::FileBytes => (
                format!("le fichier dépasse {mebibytes} Mio (mébioctets)"),
                format!("the file is larger than {mebibytes} MiB (mebibytes)"),
            ),
            Self::UnpackedBytes => (
                format!("le fichier, une fois décompressé, dépasse {mebibytes} Mio (mébioctets)"),
                format!("the file, once unpacked, is larger than {mebibytes} MiB (mebibytes)"),
            ),
            Self::Growth => (
                format!(
                    "une partie du fichier grossit de plus de {most} fois quand on la décompresse, ce qui est la marque d’un piège"
                ),
                format!("a part of the file grows more than {most} times when unpacked, which is the mark of a trap"),
            ),
            Self::Entries => {
                (format!("le fichier a plus de {most} parties"), format!("the file has more than {most} parts"))
            }
            Self::XmlDepth => (
                format!("le fichier emboîte plus de {most} niveaux les uns dans les autres"),
                format!("the file nests more than {most} levels in one another"),
            ),
            Self::XmlNodes => {
                (format!("le fichier a plus de {most} éléments"), format!("the file has more than {most} elements"))
            }
            Self::Cells => {
                (format!("le classeur a plus de {most} cellules"), format!("the workbook has more than {most} cells"))
            }
            Self::Memory => (
                format!("la lecture demande plus de {mebibytes} Mio de mémoire"),
                format!("reading takes more than {mebibytes} MiB of memory"),
            ),
        };
        Text::new(
            format!(
                "{fr} : il n’a pas été lu. Enregistrez-le de nouveau sans ses images, ou coupez-le en plusieurs fichiers."
            ),
            format!("{en}: it was not read. Save it again without its pictures, or split it into several files."),
        )
    }
}
