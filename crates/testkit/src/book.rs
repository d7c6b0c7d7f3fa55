//! A workbook as somebody fills it in: cells are changed in its XML, so that everything else stays as the
//! program wrote it.

use domain::carrying::sheet::{Sheet, workbook};
use jiff::civil::DateTime;
use messages::Lang;
use papers::read::{Limits, Row, column_name, sheet};
use std::io::{Cursor, Read, Write};

/// The form of a sheet in Vietnamese, as it is downloaded.
///
/// # Panics
/// When it cannot be written.
#[must_use]
pub fn form(sheet: &Sheet, made_at: DateTime) -> Vec<u8> {
    workbook(sheet, Lang::Vi, made_at).expect("a workbook")
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

/// What is typed into a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Typed {
    /// Text.
    Text(String),
    /// A number; for a day the number by which Excel counts it.
    Number(f64),
    /// A formula that failed.
    Failed,
}

impl From<&str> for Typed {
    fn from(text: &str) -> Typed {
        Typed::Text(text.into())
    }
}

impl From<i32> for Typed {
    fn from(number: i32) -> Typed {
        Typed::Number(f64::from(number))
    }
}

/// A workbook with a hidden row of codes, as `papers::write::form` makes it.
#[derive(Debug, Clone)]
pub struct Book {
    xml: String,
    others: Vec<(String, Vec<u8>)>,
    rows: Vec<Row>,
    mark: usize,
}

impl Book {
    /// Opens one.
    ///
    /// # Panics
    /// When it is no such workbook.
    #[must_use]
    pub fn open(bytes: &[u8]) -> Book {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook");
        let (mut xml, mut others) = (String::new(), Vec::new());
        for at in 0..zip.len() {
            let mut part = zip.by_index(at).expect("a part");
            let name = part.name().expect("a name").into_owned();
            if name == SHEET {
                part.read_to_string(&mut xml).expect("text");
            } else {
                let mut bytes = Vec::new();
                part.read_to_end(&mut bytes).expect("bytes");
                others.push((name, bytes));
            }
        }
        let book = sheet("mau.xlsx", bytes, &Limits::default()).expect("a sheet");
        let rows = book.sheets.into_iter().next().expect("a sheet").rows;
        let coded = |row: &Row| row.cells.iter().any(|cell| cell.text == "task");
        let mark = rows.iter().position(coded).expect("a row of codes");
        Book { xml, others, rows, mark }
    }

    /// Numbers of the rows below the header, as the spreadsheet shows them.
    #[must_use]
    pub fn lines(&self) -> Vec<u32> {
        self.rows.iter().skip(self.mark + 2).map(|row| row.number).collect()
    }

    /// The number of the row whose cells hold a text.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn line(&self, text: &str) -> u32 {
        let holds = |row: &&Row| row.cells.iter().any(|cell| cell.text == text);
        self.rows.iter().skip(self.mark + 2).find(holds).expect("a row with the text").number
    }

    /// The cell of a column in a row: `F12`.
    ///
    /// # Panics
    /// When there is no such column.
    #[must_use]
    pub fn cell(&self, code: &str, line: u32) -> String {
        let column = self.rows[self.mark].cells.iter().position(|cell| cell.text == code);
        format!("{}{line}", column_name(column.expect("a column of that code")))
    }

    /// What a cell holds.
    #[must_use]
    pub fn text(&self, code: &str, line: u32) -> String {
        let column = self.rows[self.mark].cells.iter().position(|cell| cell.text == code);
        let row = self.rows.iter().find(|row| row.number == line);
        row.and_then(|row| row.cells.get(column?)).map(|cell| cell.text.clone()).unwrap_or_default()
    }

    /// Types into the cell of a column.
    #[must_use]
    pub fn fill(self, code: &str, line: u32, typed: impl Into<Typed>) -> Book {
        let cell = self.cell(code, line);
        self.put(&cell, typed)
    }

    /// Types into a cell by its name.
    #[must_use]
    pub fn put(mut self, cell: &str, typed: impl Into<Typed>) -> Book {
        let (start, end) = match span(&self.xml, &format!("<c r=\"{cell}\""), "c") {
            Some(found) => found,
            None => {
                let line: String = cell.chars().filter(char::is_ascii_digit).collect();
                let row = span(&self.xml, &format!("<row r=\"{line}\""), "row").expect("a row");
                let inside = row.1 - "</row>".len();
                (inside, inside)
            }
        };
        let old = &self.xml[start..end];
        let style = old.split(" s=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("0");
        let new = match typed.into() {
            Typed::Text(text) => {
                let text = text.replace('&', "&amp;").replace('<', "&lt;");
                format!(
                    "<c r=\"{cell}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>"
                )
            }
            Typed::Number(number) => format!("<c r=\"{cell}\" s=\"{style}\"><v>{number}</v></c>"),
            Typed::Failed => format!("<c r=\"{cell}\" s=\"{style}\" t=\"e\"><v>#REF!</v></c>"),
        };
        self.xml.replace_range(start..end, &new);
        self
    }

    /// Takes a row out.
    ///
    /// # Panics
    /// When it is not there.
    #[must_use]
    pub fn without(mut self, line: u32) -> Book {
        let (start, end) = span(&self.xml, &format!("<row r=\"{line}\""), "row").expect("a row");
        self.xml.replace_range(start..end, "");
        self
    }

    /// Changes the XML of the sheet in some other way.
    #[must_use]
    pub fn change(mut self, change: impl FnOnce(String) -> String) -> Book {
        self.xml = change(self.xml);
        self
    }

    /// Puts one more part into the package.
    #[must_use]
    pub fn with(mut self, name: &str, bytes: &[u8]) -> Book {
        self.others.push((name.into(), bytes.to_vec()));
        self
    }

    /// The file.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        let sheet = (SHEET.to_owned(), self.xml.clone().into_bytes());
        for (name, bytes) in self.others.iter().chain([&sheet]) {
            zip.start_file(name.as_str(), options).expect("a part");
            zip.write_all(bytes).expect("bytes");
        }
        zip.finish().expect("a package").into_inner()
    }
}

/// Where an element that begins so stands, to its end.
fn span(xml: &str, begins: &str, name: &str) -> Option<(usize, usize)> {
    let start = xml.find(begins)?;
    let head = start + xml[start..].find('>')? + 1;
    if xml[..head].ends_with("/>") {
        return Some((start, head));
    }
    let close = format!("</{name}>");
    Some((start, head + xml[head..].find(&close)? + close.len()))
}
