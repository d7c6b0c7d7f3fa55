//! Tables → .xlsx and .csv that open well in a Vietnamese office and never run a formula; letters → .docx.

mod form;
mod letter;

pub use form::{Entry, FormCell, FormColumn, FormSheet, form};
pub use letter::{Letter, LetterTable, letter};

use std::collections::HashSet;

use jiff::civil::{Date, DateTime};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Url, Workbook, Worksheet,
    XlsxError,
};

/// One sheet: a table under a title.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// Name on the tab; what Excel does not allow in one is replaced.
    pub name: String,
    /// Title above the table; may be empty.
    pub title: String,
    /// Lines under the title: as of when, which filter.
    pub lines: Vec<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; a short one leaves its last cells empty.
    pub rows: Vec<Vec<Value>>,
}

/// One column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Column {
    /// What stands in the header row.
    pub heading: String,
    /// Width in characters, 1 to 255.
    pub width: f64,
}

/// One cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// Text, whatever sign it begins with.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number shown with this many decimals (at most 9).
    Number(f64, u8),
    /// A share, 1 being 100 %, shown with this many decimals (at most 9).
    Share(f64, u8),
    /// A day, shown as 05/02/2025.
    Date(Date),
    /// A day and a time of day, shown as 05/02/2025 14:30.
    DateTime(DateTime),
    /// Text that leads to an address (`https:`, `http:` or `mailto:`; any other is left out).
    Link {
        /// What is shown.
        text: String,
        /// Where it leads.
        url: String,
    },
}

/// Why a workbook could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A text is longer than a cell may hold (32,767 characters).
    #[error("the text in row {row}, column {column} is too long for a cell")]
    TooLongText {
        /// Row of the table, from 1.
        row: usize,
        /// Column of the table, from 1.
        column: usize,
    },
    /// More rows than a sheet may hold (1,048,576), or more than 16,384 columns.
    #[error("the table is too large for a sheet")]
    TooLargeTable,
    /// The writer refused; `0` is for logs only.
    #[error("the workbook could not be written: {0}")]
    Failed(String),
}

impl From<XlsxError> for WriteError {
    fn from(e: XlsxError) -> WriteError {
        match e {
            XlsxError::RowColumnLimitError => WriteError::TooLargeTable,
            e => WriteError::Failed(e.to_string()),
        }
    }
}

/// Most characters of a cell.
const CELL_CHARS: usize = 32_767;
/// Landscape from this total width on.
const PORTRAIT_WIDTH: f64 = 90.0;
const FONT: &str = "Times New Roman";

/// Writes a workbook. `made_at` is put into its properties, so that the same input gives the same bytes.
///
/// Each sheet prints on A4, one page wide, its header row repeated; the header is frozen and has filters.
/// Decimal and grouping signs are those of the reader's own Excel.
///
/// # Errors
/// [`WriteError`] if a text or the table exceeds what Excel allows.
pub fn xlsx(sheets: &[Sheet], made_at: DateTime) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::parse_from_str(&made_at.strftime("%Y-%m-%dT%H:%M:%S").to_string())?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let formats = Formats::new();
    let mut names = HashSet::new();
    for sheet in sheets {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(tab_name(&sheet.name, &mut names))?;
        write_sheet(worksheet, sheet, &formats)?;
    }
    if sheets.is_empty() {
        workbook.add_worksheet();
    }
    Ok(workbook.save_to_buffer()?)
}

fn write_sheet(out: &mut Worksheet, sheet: &Sheet, formats: &Formats) -> Result<(), WriteError> {
    let columns = u16::try_from(sheet.columns.len()).map_err(|_| WriteError::TooLargeTable)?;
    let mut header = 0;
    if !sheet.title.is_empty() {
        out.write_string_with_format(header, 0, clean(&sheet.title), &formats.title)?;
        header += 1;
    }
    for line in &sheet.lines {
        out.write_string_with_format(header, 0, clean(line), &formats.line)?;
        header += 1;
    }
    if header > 0 {
        header += 1;
    }
    for (at, column) in (0..).zip(&sheet.columns) {
        out.set_column_width(at, column.width.clamp(1.0, 255.0))?;
        out.write_string_with_format(header, at, clean(&column.heading), &formats.heading)?;
    }
    for (number, cells) in sheet.rows.iter().enumerate() {
        let row = u32::try_from(number)
            .ok()
            .and_then(|n| n.checked_add(header + 1))
            .ok_or(WriteError::TooLargeTable)?;
        for (at, value) in cells.iter().enumerate() {
            let column = u16::try_from(at).map_err(|_| WriteError::TooLargeTable)?;
            if text_of(value).is_some_and(|text| text.chars().count() > CELL_CHARS) {
                return Err(WriteError::TooLongText { row: number + 1, column: at + 1 });
            }
            write_cell(out, row, column, value, formats)?;
        }
    }
    let last = header.saturating_add(u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX));
    if columns > 0 {
        out.autofilter(header, 0, last, columns - 1)?;
        out.set_repeat_rows(header, header)?;
        out.set_freeze_panes(header + 1, 0)?;
    }
    if sheet.columns.iter().map(|c| c.width).sum::<f64>() > PORTRAIT_WIDTH {
        out.set_landscape();
    }
    out.set_paper_size(9).set_print_fit_to_pages(1, 0).set_footer("&C&P/&N");
    Ok(())
}

fn write_cell(
    out: &mut Worksheet,
    row: u32,
    column: u16,
    value: &Value,
    formats: &Formats,
) -> Result<(), WriteError> {
    match value {
        Value::Empty => out.write_blank(row, column, &formats.text)?,
        Value::Text(text) => out.write_string_with_format(row, column, clean(text), &formats.text)?,
        Value::Integer(n) => match i32::try_from(*n) {
            Ok(n) => out.write_number_with_format(row, column, n, formats.number(0))?,
            // A cell holds 15 digits exactly: longer figures (codes, accounts) stay text.
            Err(_) if n.unsigned_abs() >= 1_000_000_000_000_000 => {
                out.write_string_with_format(row, column, n.to_string(), &formats.text)?
            }
            Err(_) => out.write_number_with_format(row, column, *n as f64, formats.number(0))?,
        },
        Value::Number(n, _) | Value::Share(n, _) if !n.is_finite() => {
            out.write_blank(row, column, &formats.text)?
        }
        Value::Number(n, decimals) => {
            out.write_number_with_format(row, column, *n, formats.number(*decimals))?
        }
        Value::Share(n, decimals) => {
            out.write_number_with_format(row, column, *n, formats.share(*decimals))?
        }
        Value::Date(day) => match excel_date(day.at(0, 0, 0, 0)) {
            Some(at) => out.write_datetime_with_format(row, column, &at, &formats.date)?,
            None => out.write_string_with_format(
                row,
                column,
                day.strftime("%d/%m/%Y").to_string(),
                &formats.text,
            )?,
        },
        Value::DateTime(at) => match excel_date(*at) {
            Some(at) => out.write_datetime_with_format(row, column, &at, &formats.datetime)?,
            None => out.write_string_with_format(
                row,
                column,
                at.strftime("%d/%m/%Y %H:%M").to_string(),
                &formats.text,
            )?,
        },
        Value::Link { text, url } if is_web(url) && url.chars().count() <= 2_000 => {
            out.write_url_with_format(row, column, Url::new(url).set_text(clean(text)), &formats.link)?
        }
        Value::Link { text, .. } => out.write_string_with_format(row, column, clean(text), &formats.text)?,
    };
    Ok(())
}

/// Excel counts days from 1900.
fn excel_date(at: DateTime) -> Option<ExcelDateTime> {
    let year = u16::try_from(at.year()).ok().filter(|year| *year >= 1900)?;
    let day = ExcelDateTime::from_ymd(year, at.month().unsigned_abs(), at.day().unsigned_abs()).ok()?;
    let hour = u16::from(at.hour().unsigned_abs());
    day.and_hms(hour, at.minute().unsigned_abs(), f64::from(at.second())).ok()
}

fn is_web(url: &str) -> bool {
    ["https://", "http://", "mailto:"].iter().any(|scheme| url.starts_with(scheme))
}

fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) | Value::Link { text, .. } => Some(text),
        _ => None,
    }
}

/// Without the control characters that XML cannot carry.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// A name that Excel accepts and no other tab has.
fn tab_name(wanted: &str, taken: &mut HashSet<String>) -> String {
    let allowed: String = wanted
        .chars()
        .map(
            |c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') || c.is_control() { ' ' } else { c },
        )
        .collect();
    let trimmed = allowed.trim().trim_matches('\'').trim();
    let base = if trimmed.is_empty() { "1" } else { trimmed };
    for number in 1.. {
        let suffix = if number == 1 { String::new() } else { format!(" {number}") };
        let room = 31 - suffix.chars().count();
        let name = format!("{}{suffix}", base.chars().take(room).collect::<String>().trim_end());
        if taken.insert(name.to_lowercase()) {
            return name;
        }
    }
    base.to_owned()
}

struct Formats {
    title: Format,
    line: Format,
    heading: Format,
    text: Format,
    date: Format,
    datetime: Format,
    link: Format,
    numbers: Vec<Format>,
    shares: Vec<Format>,
}

impl Formats {
    fn new() -> Formats {
        let plain = Format::new().set_font_name(FONT).set_font_size(12).set_align(FormatAlign::Top);
        let cell = plain.clone().set_border(FormatBorder::Hair);
        let decimals =
            |n: u8| if n == 0 { String::new() } else { format!(".{}", "0".repeat(usize::from(n))) };
        Formats {
            title: plain.clone().set_font_size(14).set_bold(),
            line: plain.clone().set_italic(),
            heading: cell
                .clone()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0x00EC_EAE4)),
            text: cell.clone().set_text_wrap(),
            date: cell.clone().set_num_format("dd/mm/yyyy"),
            datetime: cell.clone().set_num_format("dd/mm/yyyy hh:mm"),
            link: cell.clone().set_text_wrap().set_hyperlink(),
            numbers: (0..=9).map(|n| cell.clone().set_num_format(format!("#,##0{}", decimals(n)))).collect(),
            shares: (0..=9).map(|n| cell.clone().set_num_format(format!("0{}%", decimals(n)))).collect(),
        }
    }

    fn number(&self, decimals: u8) -> &Format {
        self.numbers.get(usize::from(decimals)).unwrap_or(&self.text)
    }

    fn share(&self, decimals: u8) -> &Format {
        self.shares.get(usize::from(decimals)).unwrap_or(&self.text)
    }
}

/// Writes the header and the rows of a sheet as .csv: UTF-8 with a byte order mark (without it Excel reads
/// another encoding), commas, CRLF.
///
/// Days are written as `YYYY-MM-DD`, which every Excel takes for the right day, and numbers with a decimal
/// point. A text that a spreadsheet would run as a formula gets an apostrophe before it; [`crate::read::sheet`]
/// takes it off again.
pub fn csv(sheet: &Sheet) -> Vec<u8> {
    let mut out = String::from("\u{feff}");
    let headings: Vec<String> = sheet.columns.iter().map(|column| guarded(&column.heading)).collect();
    let rows = sheet.rows.iter().map(|row| row.iter().map(field).collect());
    for row in std::iter::once(headings).chain(rows) {
        let fields: Vec<String> = row.iter().map(|text| quoted(text)).collect();
        out.push_str(&fields.join(","));
        out.push_str("\r\n");
    }
    out.into_bytes()
}

fn field(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) | Value::Link { text, .. } => guarded(text),
        Value::Integer(n) => n.to_string(),
        Value::Number(n, _) | Value::Share(n, _) if n.is_finite() => n.to_string(),
        Value::Number(..) | Value::Share(..) => String::new(),
        Value::Date(day) => day.to_string(),
        Value::DateTime(at) => at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

fn guarded(text: &str) -> String {
    let text = clean(text);
    let first = text.trim_start().chars().next();
    if matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')) || text.starts_with('\t')
    {
        format!("'{text}")
    } else {
        text
    }
}

fn quoted(text: &str) -> String {
    if text.contains([',', ';', '"', '\n', '\t']) || text.trim() != text {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
