//! Why a file was refused: typed reasons, turned into sentences by the `messages` crate.

use serde::{Deserialize, Serialize};

/// What a file turned out to be, judged by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// Plain text in some encoding.
    Text,
    /// Word document, Office Open XML.
    Docx,
    /// Excel workbook, Office Open XML.
    Xlsx,
    /// Portable Document Format.
    Pdf,
    /// Word 97–2003 document.
    Doc,
    /// Excel 97–2003 workbook.
    Xls,
    /// Excel binary workbook.
    Xlsb,
    /// PowerPoint of any age.
    Slides,
    /// OpenDocument text or spreadsheet.
    OpenDocument,
    /// Rich Text Format.
    Rtf,
    /// A web page.
    Html,
    /// XML that is not an office document in a package.
    Xml,
    /// A picture (a photographed or scanned page, say).
    Image,
    /// Sound or video.
    Media,
    /// A compressed archive of other files.
    Archive,
    /// An executable program.
    Program,
    /// Bytes that no rule knows.
    Unknown,
}

impl Found {
    /// The stable word for this kind, as used in messages and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Found::Text => "text",
            Found::Docx => "docx",
            Found::Xlsx => "xlsx",
            Found::Pdf => "pdf",
            Found::Doc => "doc",
            Found::Xls => "xls",
            Found::Xlsb => "xlsb",
            Found::Slides => "slides",
            Found::OpenDocument => "open-document",
            Found::Rtf => "rtf",
            Found::Html => "html",
            Found::Xml => "xml",
            Found::Image => "image",
            Found::Media => "media",
            Found::Archive => "archive",
            Found::Program => "program",
            Found::Unknown => "unknown",
        }
    }
}

/// Why a file was not read. Nothing of it has been kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum ReadError {
    /// No bytes, or nothing but blanks.
    #[error("the file is empty")]
    Empty,
    /// The file is larger than [`super::Limits::file_bytes`]; both in bytes.
    #[error("the file has {actual} bytes, more than the {limit} allowed")]
    TooLarge {
        /// Bytes allowed.
        limit: u64,
        /// Bytes of the file.
        actual: u64,
    },
    /// A password is needed to open it.
    #[error("the file is encrypted")]
    Encrypted,
    /// The end of the file is missing.
    #[error("the file is cut off")]
    Truncated,
    /// The structure is broken; `detail` is for logs only.
    #[error("the file is damaged: {detail}")]
    Damaged {
        /// What the parser met, in English.
        detail: String,
    },
    /// A kind of file that is not read.
    #[error("files of kind {} are not read", found.word())]
    Unsupported {
        /// What the bytes are.
        found: Found,
    },
    /// A .pdf of pictures, and no program at hand that recognises letters.
    #[error("the .pdf has {pages} pages and no text layer")]
    NoTextLayer {
        /// Pages seen.
        pages: usize,
    },
    /// Text in an encoding that the statistics do not settle.
    #[error("the encoding of the text is unknown")]
    UnknownEncoding,
    /// The parts of the package unpack to more than [`super::Limits::unpacked_bytes`].
    #[error("the file unpacks to more than {limit} bytes")]
    UnpacksTooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// The package has too many parts, or a part too many elements.
    #[error("the file has more than {limit} parts")]
    TooManyParts {
        /// Parts allowed.
        limit: usize,
    },
    /// Elements are nested too deeply.
    #[error("the file is nested deeper than {limit} levels")]
    TooDeep {
        /// Levels allowed.
        limit: usize,
    },
    /// More pages than [`super::Limits::pages`].
    #[error("the file has {actual} pages, more than the {limit} allowed")]
    TooManyPages {
        /// Pages allowed.
        limit: usize,
        /// Pages of the file.
        actual: usize,
    },
    /// More text than [`super::Limits::text_chars`].
    #[error("the text is longer than {limit} characters")]
    TooLongText {
        /// Unicode scalar values allowed.
        limit: usize,
    },
    /// A table or sheet has too many cells.
    #[error("the tables have more than {limit} cells")]
    TooManyCells {
        /// Cells allowed.
        limit: usize,
    },
    /// A list was asked for and the file is a document.
    #[error("a file of kind {} holds no list", found.word())]
    NotAList {
        /// What the bytes are.
        found: Found,
    },
    /// Reading took longer than [`super::Limits::time`].
    #[error("reading took longer than {seconds} s")]
    Timeout {
        /// Seconds allowed.
        seconds: u64,
    },
    /// Reading needed more memory than the child process was given.
    #[error("reading needed too much memory")]
    TooMuchMemory,
    /// A scan with more pages than [`super::Limits::scan_pages`].
    #[error("the scan has {actual} pages or more, over the {limit} allowed")]
    TooManyScannedPages {
        /// Pages allowed.
        limit: usize,
        /// Pages that need recognition, as far as they were counted.
        actual: usize,
    },
    /// A picture with more dots than [`super::Limits::scan_pixels`].
    #[error("the picture has more than {megapixels} million dots")]
    PictureTooLarge {
        /// Million dots allowed.
        megapixels: usize,
    },
    /// Recognising one page of a scan took longer than [`super::Limits::scan_page_time`].
    #[error("recognising a page took longer than {seconds} s")]
    PageTimeout {
        /// Seconds allowed.
        seconds: u64,
    },
    /// No letters were found in the pictures.
    #[error("no letters were recognised")]
    Unrecognised,
    /// Letters in pictures are to be recognised and the programs for it are not installed.
    #[error("not installed: {packages}")]
    ToolMissing {
        /// Debian's packages that bring them, parted by blanks.
        packages: String,
    },
    /// A program that helps reading failed; `detail` is for logs only.
    #[error("{tool} failed: {detail}")]
    ToolFailed {
        /// The program.
        tool: String,
        /// What it said.
        detail: String,
    },
}

impl ReadError {
    /// The key of the sentence for this reason in the message files (`reading-error-…`).
    pub fn message_id(&self) -> &'static str {
        match self {
            ReadError::Empty => "reading-error-empty",
            ReadError::TooLarge { .. } => "reading-error-too-large",
            ReadError::Encrypted => "reading-error-encrypted",
            ReadError::Truncated => "reading-error-truncated",
            ReadError::Damaged { .. } => "reading-error-damaged",
            ReadError::Unsupported { .. } => "reading-error-unsupported",
            ReadError::NoTextLayer { .. } => "reading-error-no-text-layer",
            ReadError::UnknownEncoding => "reading-error-unknown-encoding",
            ReadError::UnpacksTooLarge { .. } => "reading-error-unpacks-too-large",
            ReadError::TooManyParts { .. } => "reading-error-too-many-parts",
            ReadError::TooDeep { .. } => "reading-error-too-deep",
            ReadError::TooManyPages { .. } => "reading-error-too-many-pages",
            ReadError::TooLongText { .. } => "reading-error-too-long-text",
            ReadError::TooManyCells { .. } => "reading-error-too-many-cells",
            ReadError::NotAList { .. } => "reading-error-not-a-list",
            ReadError::Timeout { .. } => "reading-error-timeout",
            ReadError::TooMuchMemory => "reading-error-too-much-memory",
            ReadError::TooManyScannedPages { .. } => "reading-error-too-many-scanned-pages",
            ReadError::PictureTooLarge { .. } => "reading-error-picture-too-large",
            ReadError::PageTimeout { .. } => "reading-error-page-timeout",
            ReadError::Unrecognised => "reading-error-unrecognised",
            ReadError::ToolMissing { .. } => "reading-error-tool-missing",
            ReadError::ToolFailed { .. } => "reading-error-tool-failed",
        }
    }

    /// The values that the sentence names. Sizes come in megabytes (of 2²⁰ bytes), rounded down for a
    /// limit and up for what exceeds it.
    pub fn message_args(&self) -> Vec<(&'static str, Arg)> {
        let megabytes = |bytes: u64| Arg::Number((bytes >> 20) as i64);
        let count = |n: usize| Arg::Number(n as i64);
        match self {
            ReadError::TooLarge { limit, actual } => {
                vec![
                    ("limit", megabytes(*limit)),
                    ("actual", megabytes(actual.saturating_add((1 << 20) - 1))),
                ]
            }
            ReadError::UnpacksTooLarge { limit } => vec![("limit", megabytes(*limit))],
            ReadError::Unsupported { found } | ReadError::NotAList { found } => {
                vec![("found", Arg::Word(found.word().to_owned()))]
            }
            ReadError::NoTextLayer { pages } => vec![("pages", count(*pages))],
            ReadError::PictureTooLarge { megapixels } => vec![("megapixels", count(*megapixels))],
            ReadError::PageTimeout { seconds } => vec![("seconds", Arg::Number(*seconds as i64))],
            ReadError::ToolMissing { packages } => vec![("packages", Arg::Word(packages.clone()))],
            ReadError::TooManyPages { limit, actual } | ReadError::TooManyScannedPages { limit, actual } => {
                vec![("limit", count(*limit)), ("actual", count(*actual))]
            }
            ReadError::TooManyParts { limit }
            | ReadError::TooDeep { limit }
            | ReadError::TooLongText { limit }
            | ReadError::TooManyCells { limit } => vec![("limit", count(*limit))],
            ReadError::Timeout { seconds } => vec![("seconds", Arg::Number(*seconds as i64))],
            ReadError::ToolFailed { tool, .. } => vec![("tool", Arg::Word(tool.clone()))],
            ReadError::Empty
            | ReadError::Encrypted
            | ReadError::Truncated
            | ReadError::Damaged { .. }
            | ReadError::UnknownEncoding
            | ReadError::Unrecognised
            | ReadError::TooMuchMemory => Vec::new(),
        }
    }

    pub(crate) fn damaged(detail: impl std::fmt::Display) -> ReadError {
        ReadError::Damaged { detail: detail.to_string() }
    }
}

/// A value named in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Arg {
    /// A whole number, written in the reader's language.
    Number(i64),
    /// A word: a name, or a stable key that the sentence selects on.
    Word(String),
}

/// What had to be done to the bytes, or is worth knowing about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "kebab-case")]
pub enum Note {
    /// A legacy encoding was converted to Unicode.
    Converted {
        /// Name of the encoding: `TCVN3 (ABC)`, `VNI-Windows`, `windows-1258`, ….
        encoding: String,
    },
    /// The file's name promises another kind than its content.
    Mislabelled {
        /// The ending of the name, lower case, without the dot.
        ending: String,
        /// What it is.
        found: Found,
    },
    /// Some bytes were no characters and stand as `\u{fffd}`.
    UnreadableBytes {
        /// How many places.
        count: usize,
    },
    /// Some pages of a .pdf have no text (scanned pages within).
    PagesWithoutText {
        /// Their numbers, from 1.
        pages: Vec<usize>,
    },
    /// Pages that are pictures were recognised (OCR).
    Recognised {
        /// How many pages.
        pages: usize,
        /// Words on them.
        words: usize,
        /// Words of which the program was not sure.
        doubtful: usize,
    },
    /// Deleted passages of tracked changes were left out.
    DeletionsLeftOut,
    /// The table of contents of the document was left out.
    ContentsLeftOut,
    /// The .pdf was read without poppler: columns and tables may be out of order.
    PlainPdfReader,
}

impl Note {
    /// The key of the sentence for this note in the message files (`reading-note-…`).
    pub fn message_id(&self) -> &'static str {
        match self {
            Note::Converted { .. } => "reading-note-converted",
            Note::Mislabelled { .. } => "reading-note-mislabelled",
            Note::UnreadableBytes { .. } => "reading-note-unreadable-bytes",
            Note::PagesWithoutText { .. } => "reading-note-pages-without-text",
            Note::Recognised { .. } => "reading-note-recognised",
            Note::DeletionsLeftOut => "reading-note-deletions-left-out",
            Note::ContentsLeftOut => "reading-note-contents-left-out",
            Note::PlainPdfReader => "reading-note-plain-pdf-reader",
        }
    }

    /// The values that the sentence names.
    pub fn message_args(&self) -> Vec<(&'static str, Arg)> {
        match self {
            Note::Converted { encoding } => vec![("encoding", Arg::Word(encoding.clone()))],
            Note::Mislabelled { ending, found } => {
                vec![("ending", Arg::Word(ending.clone())), ("found", Arg::Word(found.word().to_owned()))]
            }
            Note::UnreadableBytes { count } => vec![("count", Arg::Number(*count as i64))],
            Note::PagesWithoutText { pages } => {
                let list = pages.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
                vec![("pages", Arg::Word(list)), ("count", Arg::Number(pages.len() as i64))]
            }
            Note::Recognised { pages, words, doubtful } => vec![
                ("pages", Arg::Number(*pages as i64)),
                ("words", Arg::Number(*words as i64)),
                ("doubtful", Arg::Number(*doubtful as i64)),
            ],
            Note::DeletionsLeftOut | Note::ContentsLeftOut | Note::PlainPdfReader => Vec::new(),
        }
    }
}
