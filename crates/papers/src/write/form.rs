//! A workbook to be filled in off-line and read again: locked columns, open ones with choice lists, a hidden
//! row that names the columns and a hidden column that names the rows.

use jiff::civil::{Date, DateTime};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, ExcelDateTime,
    Format, ProtectionOptions, Workbook, Worksheet,
};

use super::{Formats, Value, WriteError, clean, tab_name, text_of, write_cell};

/// A table to be filled in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FormSheet {
    /// Name on the tab.
    pub name: String,
    /// Title above the table.
    pub title: String,
    /// Lines under the title: how to fill it in.
    pub lines: Vec<String>,
    /// What stands in the hidden row above the first column: tells the form when it comes back.
    pub mark: String,
    /// The columns. The first one is hidden and names the rows.
    pub columns: Vec<FormColumn>,
    /// The rows; a short one leaves its last cells empty.
    pub rows: Vec<Vec<FormCell>>,
    /// Columns, the hidden one included, that stay in sight when one scrolls to the right.
    pub frozen: u16,
}

/// One column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FormColumn {
    /// Its name in the hidden row; empty for the first.
    pub code: String,
    /// What stands in the header row.
    pub heading: String,
    /// Width in characters, 1 to 255.
    pub width: f64,
    /// What may be typed; none where it is locked.
    pub entry: Option<Entry>,
    /// What is said when something else is typed.
    pub refusal: String,
}

/// What may be typed into a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Entry {
    /// Any text.
    #[default]
    Text,
    /// One of the choices of the cell.
    Choice,
    /// A whole number within bounds, both included.
    Whole(i32, i32),
    /// A day within bounds, both included.
    Day(Date, Date),
}

/// One cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FormCell {
    /// What stands in it.
    pub value: Value,
    /// What may be chosen; a choice column without any is locked in this row.
    pub choices: Vec<String>,
}

impl From<Value> for FormCell {
    fn from(value: Value) -> FormCell {
        FormCell { value, choices: Vec::new() }
    }
}

/// Most characters of a choice list, its commas included.
const LIST_CHARS: usize = 255;

/// Writes the workbook. `made_at` is put into its properties, so that the same input gives the same bytes.
/// The sheet is protected without a password: against slips, not against intent.
///
/// # Errors
/// [`WriteError`] if a text or the table exceeds what Excel allows.
pub fn form(sheet: &FormSheet, made_at: DateTime) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::parse_from_str(&made_at.strftime("%Y-%m-%dT%H:%M:%S").to_string())?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let out = workbook.add_worksheet();
    out.set_name(tab_name(&sheet.name, &mut std::collections::HashSet::new()))?;
    let header = heads(out, sheet)?;
    let (open, locked) = (open_formats(), locked_formats());
    for (number, cells) in sheet.rows.iter().enumerate() {
        let row = u32::try_from(number).ok().and_then(|n| n.checked_add(header + 1));
        let row = row.ok_or(WriteError::TooLargeTable)?;
        for (at, cell) in cells.iter().enumerate() {
            if text_of(&cell.value).is_some_and(|text| text.chars().count() > super::CELL_CHARS) {
                return Err(WriteError::TooLongText { row: number + 1, column: at + 1 });
            }
            let Some(column) = sheet.columns.get(at) else { continue };
            let at = u16::try_from(at).map_err(|_| WriteError::TooLargeTable)?;
            let closed = column.entry == Some(Entry::Choice) && cell.choices.is_empty();
            let formats = if column.entry.is_some() && !closed { &open } else { &locked };
            write(out, (row, at), (column.entry, &cell.value), formats)?;
            if let Some(rule) = choice(column, &cell.choices)? {
                out.add_data_validation(row, at, row, at, &rule)?;
            }
        }
    }
    let last = header.saturating_add(u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX));
    bound(out, sheet, (header + 1, last))?;
    protect(out, sheet, (header, last))?;
    Ok(workbook.save_to_buffer()?)
}

/// Title, lines, the hidden row and the header row; the number of the last.
fn heads(out: &mut Worksheet, sheet: &FormSheet) -> Result<u32, WriteError> {
    let formats = Formats::new();
    // The first column is hidden: what is to be read begins in the second.
    out.write_string_with_format(0, 1, clean(&sheet.title), &formats.title)?;
    let mut row = 1;
    for line in &sheet.lines {
        out.write_string_with_format(row, 1, clean(line), &formats.line)?;
        row += 1;
    }
    let (marks, header) = (row + 1, row + 2);
    out.write_string(marks, 0, clean(&sheet.mark))?;
    let entry_head = formats.heading.clone().set_background_color(Color::RGB(0x00FF_E9A8));
    for (at, column) in (0..).zip(&sheet.columns) {
        if at > 0 {
            out.write_string(marks, at, clean(&column.code))?;
        }
        out.set_column_width(at, column.width.clamp(1.0, 255.0))?;
        let format = if column.entry.is_some() { &entry_head } else { &formats.heading };
        out.write_string_with_format(header, at, clean(&column.heading), format)?;
    }
    out.set_row_hidden(marks)?.set_column_hidden(0)?;
    Ok(header)
}

impl Formats {
    fn map(self, change: impl Fn(Format) -> Format) -> Formats {
        Formats {
            title: self.title,
            line: self.line,
            heading: self.heading,
            text: change(self.text),
            date: change(self.date),
            datetime: change(self.datetime),
            link: change(self.link),
            numbers: self.numbers.into_iter().map(&change).collect(),
            shares: self.shares.into_iter().map(&change).collect(),
        }
    }
}

/// Every cell of these formats may be typed in.
fn open_formats() -> Formats {
    Formats::new().map(|format| format.set_unlocked().set_background_color(Color::RGB(0x00FF_FBEB)))
}

fn locked_formats() -> Formats {
    Formats::new().map(|format| format.set_background_color(Color::RGB(0x00F6_F5F2)))
}

/// An empty cell of a day or a number has the form of one, so that what is typed is shown so.
fn write(
    out: &mut Worksheet,
    (row, at): (u32, u16),
    (entry, value): (Option<Entry>, &Value),
    formats: &Formats,
) -> Result<(), WriteError> {
    match (entry, value) {
        (Some(Entry::Day(..)), Value::Empty) => out.write_blank(row, at, &formats.date)?,
        (Some(Entry::Whole(..)), Value::Empty) => out.write_blank(row, at, formats.number(0))?,
        _ => return write_cell(out, row, at, value, formats),
    };
    Ok(())
}

/// Says what may be typed when something else is. The library takes titles of 32 and texts of 255 characters.
fn refusing(rule: DataValidation, column: &FormColumn) -> Result<DataValidation, WriteError> {
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let rule = rule.set_error_style(DataValidationErrorStyle::Stop);
    let rule = rule.set_error_title(cut(&column.heading, 31))?;
    Ok(rule.set_error_message(cut(&column.refusal, 250))?)
}

/// The list of a cell, where there is one and it fits.
fn choice(column: &FormColumn, choices: &[String]) -> Result<Option<DataValidation>, WriteError> {
    let length: usize = choices.iter().map(|one| one.chars().count() + 1).sum();
    let asked = column.entry == Some(Entry::Choice) && !choices.is_empty();
    if !asked || length > LIST_CHARS || choices.iter().any(|one| one.contains(',')) {
        return Ok(None);
    }
    refusing(DataValidation::new().allow_list_strings(choices)?, column).map(Some)
}

/// Bounds of numbers and days, for whole columns.
fn bound(out: &mut Worksheet, sheet: &FormSheet, (first, last): (u32, u32)) -> Result<(), WriteError> {
    for (at, column) in (0..).zip(&sheet.columns) {
        let rule = match column.entry {
            _ if last < first => continue,
            Some(Entry::Whole(from, to)) => {
                DataValidation::new().allow_whole_number(DataValidationRule::Between(from, to))
            }
            Some(Entry::Day(from, to)) => {
                let bounds = super::excel_date(from.at(0, 0, 0, 0)).zip(super::excel_date(to.at(0, 0, 0, 0)));
                let Some((from, to)) = bounds else { continue };
                DataValidation::new().allow_date(DataValidationRule::Between(from, to))
            }
            Some(Entry::Text | Entry::Choice) | None => continue,
        };
        out.add_data_validation(first, at, last, at, &refusing(rule, column)?)?;
    }
    Ok(())
}

fn protect(out: &mut Worksheet, sheet: &FormSheet, (header, last): (u32, u32)) -> Result<(), WriteError> {
    let columns = u16::try_from(sheet.columns.len()).map_err(|_| WriteError::TooLargeTable)?;
    if columns > 0 {
        out.autofilter(header, 0, last, columns - 1)?;
    }
    out.set_repeat_rows(header, header)?;
    out.set_freeze_panes(header + 1, sheet.frozen)?;
    out.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_footer("&C&P/&N");
    let mut may = ProtectionOptions::new();
    (may.format_columns, may.format_rows, may.use_autofilter) = (true, true, true);
    out.protect_with_options(&may);
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::read::{Limits, sheet};
    use jiff::civil::date;

    fn sample() -> FormSheet {
        let column = |code: &str, entry| FormColumn {
            code: code.into(),
            heading: code.to_uppercase(),
            width: 12.0,
            entry,
            refusal: "Chọn trong danh sách.".into(),
        };
        let days = Entry::Day(date(2025, 1, 1), date(2026, 12, 31));
        let choices = vec!["Đang thực hiện".to_owned(), "Đã hoàn thành".to_owned()];
        let cells = |key: &str, choices: Vec<String>| {
            vec![
                FormCell::from(Value::Text(key.into())),
                FormCell::from(Value::Text("Rà soát quy chế".into())),
                FormCell { value: Value::Empty, choices },
                FormCell::from(Value::Integer(40)),
                FormCell::from(Value::Date(date(2026, 2, 5))),
            ]
        };
        FormSheet {
            name: "Nhiệm vụ".into(),
            title: "Mẫu".into(),
            lines: vec!["Điền các ô nền vàng.".into()],
            mark: "dau:1".into(),
            columns: vec![
                column("", None),
                column("task", None),
                column("kind", Some(Entry::Choice)),
                column("percent", Some(Entry::Whole(0, 100))),
                column("day", Some(days)),
            ],
            rows: vec![cells("a", choices), cells("b", Vec::new())],
            frozen: 2,
        }
    }

    #[test]
    fn what_is_written_is_read_again_with_its_hidden_row_and_column() {
        let bytes = form(&sample(), date(2026, 11, 22).at(9, 0, 0, 0)).unwrap();
        let book = sheet("mau.xlsx", &bytes, &Limits::default()).unwrap();
        let rows = &book.sheets[0].rows;
        let texts = |at: usize| rows[at].cells.iter().map(|c| c.text.as_str()).collect::<Vec<_>>();
        assert_eq!(book.sheets[0].name, "Nhiệm vụ");
        assert_eq!(texts(2), ["dau:1", "task", "kind", "percent", "day"]);
        assert_eq!(texts(4), ["a", "Rà soát quy chế", "", "40", "2026-02-05"]);
        assert_eq!((rows[2].number, rows[4].number), (4, 6));
    }

    #[test]
    fn open_cells_are_unlocked_and_the_sheet_is_protected() {
        let bytes = form(&sample(), date(2026, 11, 22).at(9, 0, 0, 0)).unwrap();
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut xml = String::new();
        std::io::Read::read_to_string(&mut zip.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut xml)
            .unwrap();
        assert!(xml.contains("<sheetProtection sheet=\"1\""), "{xml}");
        assert!(xml.contains("sqref=\"C6\"") && !xml.contains("sqref=\"C7\""), "one cell has choices: {xml}");
        assert!(xml.contains("sqref=\"D6:D7\"") && xml.contains("sqref=\"E6:E7\""), "{xml}");
        assert!(xml.contains("hidden=\"1\""), "{xml}");
    }
}
