//! Normal form of text, and the builder that counts positions while a [`Text`] grows.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::scan::DOUBT;
use super::{Cell, ReadError, Table};

/// Most cells of all tables of one document, merged places counted.
pub(super) const MAX_CELLS: usize = 1_000_000;

/// NFC with plain blanks, `\n` line ends, no invisible characters; line structure unchanged.
pub(super) fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' '..='~' | '\n' | '\t' | '\u{c}' => out.push(c),
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\u{b}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => out.push(' '),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {}
            '\u{ad}' | '\u{2010}' | '\u{2011}' | '\u{f02d}' => out.push('-'),
            '\u{f02b}' => out.push('+'),
            '\u{f0b7}' | '\u{f0a7}' | '\u{f0d8}' | '\u{f076}' | '\u{f0a8}' | '\u{f06c}' => out.push('•'),
            // Eth and African D are drawn like Đ and come from fonts and keyboards that lack it.
            '\u{d0}' | '\u{189}' => out.push('Đ'),
            '\u{f0}' => out.push('đ'),
            '\u{fb00}'..='\u{fb06}' => out.extend(c.to_string().nfkc()),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    match is_nfc_quick(out.chars()) {
        IsNormalized::Yes => out,
        _ => out.nfc().collect(),
    }
}

/// A place in the growing text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    pub bytes: usize,
    pub chars: usize,
}

/// A growing text with its tables.
pub(super) struct Builder {
    pub content: String,
    chars: usize,
    pub limit: usize,
    pub tables: Vec<Table>,
    cells: usize,
    copied: usize,
    /// Words that bear [`DOUBT`].
    pub doubtful: Vec<[usize; 2]>,
}

impl Builder {
    pub fn new(limit: usize) -> Builder {
        let content = String::new();
        Builder { content, chars: 0, limit, tables: Vec::new(), cells: 0, copied: 0, doubtful: Vec::new() }
    }

    pub fn mark(&self) -> Mark {
        Mark { bytes: self.content.len(), chars: self.chars }
    }

    /// Appends text that is in normal form already; marks of doubt become places.
    pub fn push(&mut self, text: &str) -> Result<(), ReadError> {
        let mut pieces = text.split(DOUBT);
        self.append(pieces.next().unwrap_or_default())?;
        for piece in pieces {
            let word = piece.split(char::is_whitespace).next().unwrap_or_default();
            self.doubtful.push([self.chars, self.chars + word.chars().count()]);
            self.append(piece)?;
        }
        Ok(())
    }

    fn append(&mut self, text: &str) -> Result<(), ReadError> {
        self.chars += text.chars().count();
        if self.chars > self.limit {
            return Err(ReadError::TooLongText { limit: self.limit });
        }
        self.content.push_str(text);
        Ok(())
    }

    /// Appends one line and its end.
    pub fn line(&mut self, text: &str) -> Result<(), ReadError> {
        self.push(text)?;
        self.push("\n")
    }

    /// Ends the page, unless nothing stands on it.
    pub fn page_end(&mut self) -> Result<(), ReadError> {
        if self.content.is_empty() || self.content.ends_with('\u{c}') {
            return Ok(());
        }
        if !self.content.ends_with('\n') {
            self.push("\n")?;
        }
        self.push("\u{c}")
    }

    /// Takes back everything after `mark` (a deleted row).
    pub fn rewind(&mut self, mark: Mark, tables: usize) {
        self.content.truncate(mark.bytes);
        self.chars = mark.chars;
        self.tables.truncate(tables);
    }

    /// Keeps a place for a table that begins here, so that outer tables stand before inner ones.
    pub fn open_table(&mut self) -> usize {
        self.tables.push(Table { span: [self.chars, self.chars], rows: Vec::new() });
        self.tables.len() - 1
    }

    /// Counts a cell, a row or a table against the limit.
    pub fn count_cell(&mut self) -> Result<(), ReadError> {
        self.cells += 1;
        if self.cells > MAX_CELLS {
            return Err(ReadError::TooManyCells { limit: MAX_CELLS });
        }
        Ok(())
    }

    /// Ends a table: cells get the text of their places, merged ones the same text several times.
    pub fn close_table(&mut self, index: usize, rows: Vec<Vec<[Mark; 2]>>) -> Result<(), ReadError> {
        let mut filled = Vec::with_capacity(rows.len());
        for row in rows {
            let mut cells = Vec::with_capacity(row.len());
            for [start, end] in row {
                let text = self.content.get(start.bytes..end.bytes).unwrap_or_default().to_owned();
                self.copied += end.chars.saturating_sub(start.chars);
                cells.push(Cell { text, span: [start.chars, end.chars] });
            }
            if self.copied > self.limit.saturating_mul(4) {
                return Err(ReadError::TooLongText { limit: self.limit });
            }
            filled.push(cells);
        }
        let end = self.chars;
        if let Some(table) = self.tables.get_mut(index) {
            table.span[1] = end;
            table.rows = filled;
        }
        Ok(())
    }
}
