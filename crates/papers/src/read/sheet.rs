//! Lists in .xlsx and .csv: rows of cells that know their place, so that an import can name it.

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{DataRef, Reader as _, SheetVisible, Xlsx};
use jiff::civil::{Date, DateTime};

use super::builder::{self, Builder, MAX_CELLS};
use super::package::Package;
use super::{Found, Limits, Note, ReadError, Text, txt};

/// The sheets of a workbook; a .csv is one sheet without a name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Book {
    /// Visible sheets, in order.
    pub sheets: Vec<Sheet>,
    /// What had to be done to the bytes.
    pub notes: Vec<Note>,
}

/// One sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// Its name; empty for a .csv.
    pub name: String,
    /// Rows that hold something, in order.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// Its number as the spreadsheet shows it, from 1.
    pub number: u32,
    /// Its cells from column A on; the last one is not empty. A merged cell stands in each of its places.
    pub cells: Vec<SheetCell>,
}

/// One cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SheetCell {
    /// The value as plain text: NFC, trimmed; numbers with a decimal point and no grouping, days as
    /// `YYYY-MM-DD`.
    pub text: String,
    /// The value as the file types it. A .csv has texts only.
    pub value: Value,
    /// For the further places of a merged cell: row number and column of its first place.
    pub repeats: Option<(u32, usize)>,
}

impl SheetCell {
    fn new(text: String, value: Value) -> SheetCell {
        SheetCell { text, value, repeats: None }
    }
}

/// The value of a cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// Text.
    Text,
    /// A number.
    Number(f64),
    /// A day.
    Date(Date),
    /// A day and a time of day.
    DateTime(DateTime),
    /// True or false.
    Bool(bool),
    /// A formula that failed; the text is the sign of the failure (`#REF!`).
    Error,
}

/// The text of a cell as reading gives it: so can be told whether a cell still holds what was written.
pub fn cell_text(written: &str) -> String {
    builder::normalise(written).trim().to_owned()
}

/// The letters of a column counted from 0: 0 → A, 27 → AB.
pub fn column_name(index: usize) -> String {
    let mut rest = index;
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + (rest % 26) as u8));
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => break,
        }
    }
    letters.iter().rev().collect()
}

/// Reads a list from an .xlsx or .csv file, judged by its bytes.
///
/// # Errors
/// As [`super::read`]; a document in another form is [`ReadError::NotAList`].
pub fn sheet(name: &str, bytes: &[u8], limits: &Limits) -> Result<Book, ReadError> {
    super::guarded(|| {
        let found = super::judge(bytes, limits)?;
        let mut book = match found {
            Found::Xlsx => workbook(bytes, limits)?,
            Found::Text => separated(bytes, limits)?,
            Found::Pdf | Found::Docx => return Err(ReadError::NotAList { found }),
            found => return Err(ReadError::Unsupported { found }),
        };
        book.notes.extend(super::mislabelled(name, found));
        if book.sheets.iter().all(|sheet| sheet.rows.is_empty()) {
            return Err(ReadError::Empty);
        }
        Ok(book)
    })
}

/// The library keeps all texts of a workbook in memory; as many cells as are read need less than this.
const MAX_UNPACKED: u64 = 128 << 20;

/// Reads an .xlsx workbook.
pub(super) fn workbook(bytes: &[u8], limits: &Limits) -> Result<Book, ReadError> {
    let unpacked_bytes = limits.unpacked_bytes.min(MAX_UNPACKED);
    Package::open(bytes, &Limits { unpacked_bytes, ..limits.clone() })?.check()?;
    let mut xlsx: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| match e {
        calamine::XlsxError::Password => ReadError::Encrypted,
        e => ReadError::damaged(e),
    })?;
    let names: Vec<String> = xlsx
        .sheets_metadata()
        .iter()
        .filter(|s| s.visible == SheetVisible::Visible && s.typ == calamine::SheetType::WorkSheet)
        .map(|s| s.name.clone())
        .collect();
    let mut book = Book::default();
    let mut budget = Budget { cells: 0, chars: 0, limit: limits.text_chars };
    for name in names {
        let mut rows: Vec<Row> = Vec::new();
        {
            let mut reader = xlsx.worksheet_cells_reader(&name).map_err(ReadError::damaged)?;
            while let Some(cell) = reader.next_cell().map_err(ReadError::damaged)? {
                let (row, column) = cell.get_position();
                let Some(read) = typed(cell.get_value()) else { continue };
                put(&mut rows, row, column as usize, read, &mut budget)?;
            }
        }
        let merged = xlsx.merge_cells_by_sheet_name(&name).unwrap_or_default();
        repeat_merged(&mut rows, &merged, &mut budget)?;
        book.sheets.push(Sheet { name: builder::normalise(&name), rows });
    }
    Ok(book)
}

struct Budget {
    cells: usize,
    chars: usize,
    limit: usize,
}

impl Budget {
    fn take(&mut self, cells: usize, text: &str) -> Result<(), ReadError> {
        self.cells = self.cells.saturating_add(cells);
        self.chars = self.chars.saturating_add(text.chars().count());
        if self.cells > MAX_CELLS {
            return Err(ReadError::TooManyCells { limit: MAX_CELLS });
        }
        if self.chars > self.limit {
            return Err(ReadError::TooLongText { limit: self.limit });
        }
        Ok(())
    }
}

/// Puts a cell in its place; rows mostly come in order.
fn put(
    rows: &mut Vec<Row>,
    row: u32,
    column: usize,
    cell: SheetCell,
    budget: &mut Budget,
) -> Result<(), ReadError> {
    let number = row.saturating_add(1);
    let at = match rows.last() {
        Some(last) if last.number == number => rows.len() - 1,
        Some(last) if last.number > number => match rows.binary_search_by_key(&number, |r| r.number) {
            Ok(at) => at,
            Err(_) => return Err(ReadError::damaged("rows out of order")),
        },
        _ => {
            rows.push(Row { number, cells: Vec::new() });
            rows.len() - 1
        }
    };
    let Some(row) = rows.get_mut(at) else { return Ok(()) };
    budget.take((column + 1).saturating_sub(row.cells.len()), &cell.text)?;
    if row.cells.len() <= column {
        row.cells.resize(column + 1, SheetCell::default());
    }
    if let Some(place) = row.cells.get_mut(column) {
        *place = cell;
    }
    Ok(())
}

/// Writes the value of a merged cell into each place that it covers, in rows that exist.
fn repeat_merged(
    rows: &mut [Row],
    merged: &[calamine::Dimensions],
    budget: &mut Budget,
) -> Result<(), ReadError> {
    for area in merged {
        let (top, left, right) = (area.start.0.saturating_add(1), area.start.1 as usize, area.end.1 as usize);
        let bottom = area.end.0.saturating_add(1);
        let first = rows.partition_point(|r| r.number < top);
        let after = rows.partition_point(|r| r.number <= bottom);
        let source = rows.get(first).filter(|r| r.number == top).and_then(|r| r.cells.get(left)).cloned();
        let Some(source) = source.filter(|cell| cell.value != Value::Empty) else { continue };
        if right < left {
            continue;
        }
        for row in rows.get_mut(first..after).unwrap_or_default() {
            let width = right - left + 1;
            budget.take(width, "")?;
            budget.chars = budget.chars.saturating_add(width.saturating_mul(source.text.len()));
            budget.take(0, "")?;
            if row.cells.len() <= right {
                row.cells.resize(right + 1, SheetCell::default());
            }
            let first = row.number == top;
            for (at, cell) in row.cells.get_mut(left..=right).unwrap_or_default().iter_mut().enumerate() {
                *cell = source.clone();
                cell.repeats = (!first || at > 0).then_some((top, left));
            }
        }
    }
    Ok(())
}

fn typed(value: &DataRef<'_>) -> Option<SheetCell> {
    let text = |s: &str| {
        let text = builder::normalise(s).trim().to_owned();
        (!text.is_empty()).then_some(SheetCell::new(text, Value::Text))
    };
    match value {
        DataRef::Empty => None,
        DataRef::String(s) => text(s),
        DataRef::SharedString(s) => text(s),
        DataRef::DateTimeIso(s) => match s.parse::<DateTime>() {
            Ok(at) => Some(moment(at)),
            Err(_) => s.parse::<Date>().map_or_else(|_| text(s), |day| Some(moment(day.at(0, 0, 0, 0)))),
        },
        DataRef::DurationIso(s) => text(s),
        DataRef::Int(n) => Some(SheetCell::new(n.to_string(), Value::Number(*n as f64))),
        DataRef::Float(n) => Some(SheetCell::new(n.to_string(), Value::Number(*n))),
        DataRef::Bool(b) => Some(SheetCell::new(b.to_string(), Value::Bool(*b))),
        DataRef::Error(e) => Some(SheetCell::new(e.to_string(), Value::Error)),
        DataRef::DateTime(d) => {
            let serial = d.as_f64();
            // Day numbers outside 1900–9999 are no dates, whatever the format says.
            let at = (!d.is_duration() && (0.0..2_958_466.0).contains(&serial)).then(|| d.to_ymd_hms_milli());
            let at = at.and_then(|(y, m, d, h, min, s, _)| {
                DateTime::new(y as i16, m as i8, d as i8, h as i8, min as i8, s as i8, 0).ok()
            });
            Some(match at {
                Some(at) => moment(at),
                None => SheetCell::new(serial.to_string(), Value::Number(serial)),
            })
        }
    }
}

fn moment(at: DateTime) -> SheetCell {
    if at.time() == jiff::civil::Time::midnight() {
        SheetCell::new(at.date().to_string(), Value::Date(at.date()))
    } else {
        SheetCell::new(at.strftime("%Y-%m-%d %H:%M:%S").to_string(), Value::DateTime(at))
    }
}

/// Reads a .csv: any encoding of [`super::read`]; `;`, `,` or tab between fields.
fn separated(bytes: &[u8], limits: &Limits) -> Result<Book, ReadError> {
    let mut notes = Vec::new();
    let text = builder::normalise(&txt::decode(bytes, &mut notes)?);
    let (declared, body) = match text.split_once('\n') {
        Some((first, rest)) if first.len() == 5 && first.starts_with("sep=") => (first.chars().nth(4), rest),
        _ => (None, text.as_str()),
    };
    let separator = declared.unwrap_or_else(|| guess_separator(body));
    let mut budget = Budget { cells: 0, chars: 0, limit: limits.text_chars };
    let mut rows = Vec::new();
    let mut fields = Fields { chars: body.chars().peekable(), separator };
    let mut number = u32::from(declared.is_some());
    while let Some(record) = fields.record() {
        number = number.saturating_add(1);
        let Some(last) = record.iter().rposition(|field| !field.trim().is_empty()) else { continue };
        let mut cells = Vec::with_capacity(last + 1);
        for field in record.into_iter().take(last + 1) {
            let text = unguarded(field.trim()).to_owned();
            budget.take(1, &text)?;
            let value = if text.is_empty() { Value::Empty } else { Value::Text };
            cells.push(SheetCell::new(text, value));
        }
        rows.push(Row { number, cells });
    }
    Ok(Book { sheets: vec![Sheet { name: String::new(), rows }], notes })
}

/// Without the apostrophe that keeps a spreadsheet from running the text as a formula.
fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(text)
}

/// The sign that divides the first lines into the same number of fields, and most of them.
fn guess_separator(text: &str) -> char {
    let rank = |separator: char| {
        let mut fields = Fields { chars: text.chars().peekable(), separator };
        let widths: Vec<usize> = std::iter::from_fn(|| fields.record())
            .take(20)
            .filter(|r| r.iter().any(|f| !f.is_empty()))
            .map(|r| r.len())
            .collect();
        let first = widths.first().copied().unwrap_or(1);
        let same = widths.iter().filter(|w| **w == first && first > 1).count();
        (same, first)
    };
    [';', ',', '\t'].into_iter().max_by_key(|s| rank(*s)).filter(|s| rank(*s).0 > 0).unwrap_or(',')
}

struct Fields<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    separator: char,
}

impl Fields<'_> {
    /// The next record; quoted fields may hold separators, line ends and doubled quotes.
    fn record(&mut self) -> Option<Vec<String>> {
        self.chars.peek()?;
        let mut record = vec![];
        let mut field = String::new();
        let mut quoted = false;
        while let Some(c) = self.chars.next() {
            match c {
                '"' if quoted && self.chars.next_if_eq(&'"').is_some() => field.push('"'),
                '"' if quoted => quoted = false,
                '"' if field.trim().is_empty() => {
                    field.clear();
                    quoted = true;
                }
                '\n' if !quoted => {
                    record.push(field);
                    return Some(record);
                }
                c if c == self.separator && !quoted => record.push(std::mem::take(&mut field)),
                c => field.push(c),
            }
        }
        record.push(field);
        Some(record)
    }
}

/// A workbook as a document: every sheet is a table.
pub(super) fn as_text(book: &Book, limits: &Limits) -> Result<Text, ReadError> {
    let mut out = Builder::new(limits.text_chars);
    for sheet in &book.sheets {
        let table = out.open_table();
        let mut rows = Vec::with_capacity(sheet.rows.len());
        let mut places = HashMap::new();
        for row in &sheet.rows {
            let mut cells = Vec::with_capacity(row.cells.len());
            for (column, cell) in row.cells.iter().enumerate() {
                out.count_cell()?;
                if let Some(place) = cell.repeats.and_then(|origin| places.get(&origin)) {
                    cells.push(*place);
                    continue;
                }
                let start = out.mark();
                out.push(&cell.text)?;
                let place = [start, out.mark()];
                places.insert((row.number, column), place);
                cells.push(place);
                if !cell.text.is_empty() {
                    out.push("\n")?;
                }
            }
            rows.push(cells);
        }
        out.close_table(table, rows)?;
    }
    Ok(Text { content: out.content, tables: out.tables, notes: book.notes.clone(), ..Text::default() })
}
