/// How much of a file is taken. Beyond, a reader refuses or says that it cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file itself.
    pub file_bytes: usize,
    /// Bytes of everything that the file unpacks to.
    pub unpacked_bytes: usize,
    /// How many times larger a part may be than what is packed.
    pub ratio: usize,
    /// Parts in a zip file.
    pub entries: usize,
    /// Elements inside one another in an XML part.
    pub xml_depth: usize,
    /// Elements and texts in an XML part.
    pub xml_nodes: usize,
    /// Bytes of text that a document may say.
    pub text_bytes: usize,
    /// Pages read of a PDF.
    pub pages: usize,
    /// Cells kept, empty ones included.
    pub cells: usize,
    /// Operations drawn on one page of a PDF.
    pub page_operations: usize,
}

const MEBIBYTE: usize = 1024 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A plan with photographs weighs 20 MiB; what is sent by mail stays below 50.
            file_bytes: 50 * MEBIBYTE,
            // Three times what the largest plan seen unpacks to, and well inside the memory of the child that reads.
            unpacked_bytes: 96 * MEBIBYTE,
            // XML that repeats itself packs 30 to 60 times; deflate cannot go beyond 1,032.
            ratio: 300,
            // A document with 1,000 pictures has about 1,100 parts.
            entries: 4_000,
            // Tables in text boxes in tables reach about 60.
            xml_depth: 256,
            // About 1,000 pages of Word; 100 bytes of memory each.
            xml_nodes: 1_000_000,
            // 1,500 pages.
            text_bytes: 8 * MEBIBYTE,
            // A plan with all its sheets has 200 to 300 pages.
            pages: 1_000,
            // 2,000 systems with 50 columns in two sheets.
            cells: 200_000,
            // A dense page has 5,000; a vector drawing 100,000.
            page_operations: 400_000,
        }
    }
}
