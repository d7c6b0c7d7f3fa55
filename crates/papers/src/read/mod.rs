//! Files → [`Text`]: plain text in any Vietnamese encoding, .docx, .pdf with a text layer, .xlsx lists.

use std::time::Duration;

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
    /// What had to be done to the bytes (a legacy encoding converted, say), in Vietnamese.
    pub notes: Vec<String>,
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
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            file_bytes: 50 << 20,
            unpacked_bytes: 300 << 20,
            text_chars: 5_000_000,
            pages: 2_000,
            time: Duration::from_secs(10),
        }
    }
}
