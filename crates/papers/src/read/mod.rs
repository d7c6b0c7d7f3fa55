//! Files → [`Text`]: plain text in any Vietnamese encoding, .docx, .pdf with or without a text layer, images of
//! pages, .xlsx lists.
//!
//! The kind of a file is judged by its bytes, never by its name. Everything is bounded by [`Limits`], and
//! nothing here reads a clock: the caller ends a reading that takes too long.

mod builder;
mod detect;
mod docx;
mod error;
mod hyphens;
mod legacy;
mod package;
mod pdf;
mod scan;
mod secret;
mod sheet;
mod syllable;
mod txt;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

pub use error::{Arg, Found, Note, ReadError};
pub use pdf::poppler_failure;
pub use scan::SCAN_DPI;
pub use secret::{SecretMark, secret_mark};
pub use sheet::{Book, Row, Sheet, SheetCell, Value, cell_text, column_name, sheet};
pub(crate) use syllable::is_syllable;

/// The text of a document as extracted, in NFC, with what is known of its layout.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Text {
    /// The whole text. Spans of a plan count Unicode scalar values of this string.
    ///
    /// Lines end with `\n`, pages with `\u{c}`. A table cell that was read from a real table stands on
    /// lines of its own inside [`Table`] ranges.
    pub content: String,
    /// Tables found by the reader (from .docx, or by position in a .pdf), in the order of the text.
    pub tables: Vec<Table>,
    /// What had to be done to the bytes (a legacy encoding converted, say).
    pub notes: Vec<Note>,
    /// Headers and footers of a .docx, which are no part of the text.
    pub margins: String,
    /// `[start, end)` of the words that were recognised in a picture without being sure of them.
    pub doubtful: Vec<[usize; 2]>,
}

/// A table whose cells are known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// `[start, end)` of the whole table in scalar values of [`Text::content`].
    pub span: [usize; 2],
    /// Rows of cells. A merged cell stands in its first place; the others repeat its text and span.
    pub rows: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    /// Its text, lines joined by `\n`.
    pub text: String,
    /// Where that text stands in [`Text::content`].
    pub span: [usize; 2],
}

/// Bounds on what is read. Everything beyond is refused, never cut off in silence.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Largest file, in bytes.
    pub file_bytes: u64,
    /// Largest sum of unpacked parts of a .docx or .xlsx, in bytes.
    pub unpacked_bytes: u64,
    /// Longest text, in Unicode scalar values.
    pub text_chars: usize,
    /// Most pages of a .pdf.
    pub pages: usize,
    /// Longest time for one file.
    pub time: Duration,
    /// Most pages of which the letters have to be recognised.
    pub scan_pages: usize,
    /// Most dots of one picture.
    pub scan_pixels: usize,
    /// Longest time for recognising one page; the caller's tools keep to it.
    pub scan_page_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            file_bytes: 50 << 20,
            unpacked_bytes: 300 << 20,
            text_chars: 12_000_000,
            pages: 2_000,
            time: Duration::from_secs(10),
            scan_pages: 100,
            scan_pixels: 40_000_000,
            scan_page_time: Duration::from_secs(60),
        }
    }
}

/// How a page is looked at when its letters are recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// As lines from edge to edge (`--psm 6`): misses nothing, but joins words where columns stand beside each
    /// other.
    Lines,
    /// As words here and there (`--psm 11`): divides words well, but misses single figures.
    Scattered,
}

impl Look {
    /// Tesseract's number for it (`--psm`).
    pub fn mode(self) -> &'static str {
        match self {
            Look::Lines => "6",
            Look::Scattered => "11",
        }
    }
}

/// Programs that help reading, supplied by the binary.
pub trait Tools {
    /// The text of a .pdf as `pdftotext -layout` writes it: UTF-8, every page ended by a form feed.
    ///
    /// `None` where no such program is at hand. [`poppler_failure`] names the reason of a failure; a
    /// deadline that has passed is [`ReadError::Timeout`].
    fn pdf_text(&self, pdf: &[u8], limits: &Limits) -> Option<Result<String, ReadError>>;

    /// The words of a .pdf with their places, as `pdftotext -bbox` writes them. Asked for only when the file
    /// has ruled tables; without it their cells stay mixed in the lines of [`Tools::pdf_text`].
    fn pdf_words(&self, _pdf: &[u8], _limits: &Limits) -> Option<Result<String, ReadError>> {
        None
    }

    /// One page (from 1) of a .pdf as `pdftoppm -r 300 -gray` writes it: a PGM of [`SCAN_DPI`] dots per inch.
    ///
    /// `None` where no such program is at hand.
    fn pdf_picture(&self, _pdf: &[u8], _page: usize, _limits: &Limits) -> Option<Result<Vec<u8>, ReadError>> {
        None
    }

    /// What `tesseract … tsv` tells of a page: its words, their places, and how sure it is of each. `pgm` is a
    /// page from which ruling lines were taken out, of `dpi` dots per inch.
    ///
    /// `None` where no such program is at hand.
    fn recognise(
        &self,
        _pgm: &[u8],
        _dpi: u32,
        _look: Look,
        _limits: &Limits,
    ) -> Option<Result<String, ReadError>> {
        None
    }

    /// Told before each page that is recognised: how many are done, of how many.
    fn progress(&self, _done: usize, _of: usize) {}
}

/// No programs at hand: everything is read in Rust.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTools;

impl Tools for NoTools {
    fn pdf_text(&self, _pdf: &[u8], _limits: &Limits) -> Option<Result<String, ReadError>> {
        None
    }
}

/// A list as a document: every sheet is a table.
///
/// # Errors
/// The text is longer than the limits allow.
pub fn list_text(book: &Book, limits: &Limits) -> Result<Text, ReadError> {
    sheet::as_text(book, limits)
}

/// Reads a document.
///
/// `name` is the file's name; it decides nothing, but a name that promises another kind than the bytes are
/// is told in [`Text::notes`].
///
/// # Errors
/// The typed reason why the file is refused. Never panics, whatever the bytes.
pub fn read(name: &str, bytes: &[u8], limits: &Limits, tools: &dyn Tools) -> Result<Text, ReadError> {
    guarded(|| {
        let found = judge(bytes, limits)?;
        let mut text = match found {
            Found::Text => plain_text(bytes)?,
            Found::Docx => docx::read(bytes, limits)?,
            Found::Pdf => pdf::read(bytes, limits, tools)?,
            Found::Image => scan::read(bytes, limits, tools)?,
            Found::Xlsx => sheet::as_text(&sheet::workbook(bytes, limits)?, limits)?,
            found => return Err(ReadError::Unsupported { found }),
        };
        if text.content.trim().is_empty() {
            return Err(ReadError::Empty);
        }
        if text.content.chars().count() > limits.text_chars {
            return Err(ReadError::TooLongText { limit: limits.text_chars });
        }
        text.notes.extend(mislabelled(name, found));
        Ok(text)
    })
}

/// The kind of the file, after the checks that hold for every kind.
fn judge(bytes: &[u8], limits: &Limits) -> Result<Found, ReadError> {
    let actual = bytes.len() as u64;
    if actual > limits.file_bytes {
        return Err(ReadError::TooLarge { limit: limits.file_bytes, actual });
    }
    if bytes.trim_ascii().is_empty() {
        return Err(ReadError::Empty);
    }
    match detect::detect(bytes)? {
        Found::Archive if bytes.starts_with(b"PK") => Ok(package::Package::open(bytes, limits)?.found()),
        found => Ok(found),
    }
}

fn plain_text(bytes: &[u8]) -> Result<Text, ReadError> {
    let mut notes = Vec::new();
    let raw = txt::decode(bytes, &mut notes)?;
    let text = builder::normalise(&raw);
    let content = match hyphens::joined(&text) {
        Cow::Owned(joined) => joined,
        Cow::Borrowed(_) => text,
    };
    Ok(Text { content, notes, ..Text::default() })
}

/// Runs a reader; a panic of a library in it is a damaged file.
fn guarded<T>(reader: impl FnOnce() -> Result<T, ReadError>) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(reader)).unwrap_or_else(|_| Err(ReadError::damaged("a reader gave up")))
}

/// Does the ending of the name promise another kind?
fn mislabelled(name: &str, found: Found) -> Option<Note> {
    let (_, ending) = name.rsplit_once('.')?;
    let ending = ending.to_lowercase();
    let promised = match ending.as_str() {
        "docx" | "docm" | "dotx" => Found::Docx,
        "pdf" => Found::Pdf,
        "xlsx" | "xlsm" => Found::Xlsx,
        "txt" | "text" | "csv" | "tsv" | "md" => Found::Text,
        "jpg" | "jpeg" | "png" | "tif" | "tiff" => Found::Image,
        "doc" | "xls" | "rtf" | "odt" | "ppt" | "pptx" | "html" | "htm" | "zip" | "exe" => {
            return Some(Note::Mislabelled { ending, found });
        }
        _ => return None,
    };
    (promised != found).then_some(Note::Mislabelled { ending, found })
}
