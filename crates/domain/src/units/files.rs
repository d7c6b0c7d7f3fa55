//! Lists of units as files: .xlsx and .csv, in and out.

use super::look::ExportRow;
use crate::error::Reason;
use crate::{Day, Error, Result};
use messages::Lang;
use papers::read::{Arg, Limits};
use papers::read::{Book, sheet};
use papers::write::{Column, Sheet, Value, csv, xlsx};

/// A kind of file that a list can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFile {
    /// A workbook.
    Xlsx,
    /// Text with separators.
    Csv,
}

/// Largest list taken in, in bytes.
pub const LIST_BYTES: u64 = 10 << 20;

/// The rows of a list in a file, each in its own line: the first sheet that holds something.
///
/// # Errors
/// [`Error::Invalid`] in words that say what to do with the file.
pub fn read_list(name: &str, bytes: &[u8]) -> Result<Vec<Vec<String>>> {
    let limits = Limits { file_bytes: LIST_BYTES, ..Limits::default() };
    let book: Book = sheet(name, bytes, &limits).map_err(|error| {
        let args = error.message_args().into_iter().map(|(name, arg)| match arg {
            Arg::Number(number) => (name, number.into()),
            Arg::Word(text) => (name, text.into()),
        });
        Error::invalid("file", Reason { key: error.message_id(), args: args.collect() })
    })?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in book.sheets.into_iter().find(|s| !s.rows.is_empty()).map(|s| s.rows).unwrap_or_default() {
        let line = usize::try_from(row.number).unwrap_or(usize::MAX).saturating_sub(1);
        if line > 100_000 {
            break;
        }
        rows.resize(line.max(rows.len()), Vec::new());
        rows.push(row.cells.into_iter().map(|c| c.text).collect());
    }
    Ok(rows)
}

/// Writes a list that can be read again.
///
/// # Errors
/// The writer failed.
pub fn write_list(rows: &[ExportRow], lang: Lang, day: Day, file: ListFile) -> Result<Vec<u8>> {
    let column = |key: &str, width: f64| Column { heading: lang.text(key), width };
    let text = |value: Option<&str>| value.map_or(Value::Empty, |v| Value::Text(v.to_owned()));
    let date = |day: Option<Day>| day.map_or(Value::Empty, |d| Value::Date(d.0));
    let cells = |row: &ExportRow| {
        let unit = &row.unit;
        vec![
            text(unit.code.as_deref()),
            text(unit.eid.as_deref()),
            Value::Text(unit.name.clone()),
            Value::Text(lang.text(unit.kind.message())),
            text(unit.superior.as_deref()),
            text(row.superior_code.as_deref()),
            text(Some(row.aliases.join("; ").as_str()).filter(|a| !a.is_empty())),
            date(unit.exists_from),
            date(unit.exists_to),
            text(unit.is_org.then_some("x")),
        ]
    };
    let sheet = Sheet {
        name: lang.text("units-list-sheet"),
        title: lang.text("units-list-title"),
        lines: vec![lang.with("units-list-as-of", &[("day", day.0.into())])],
        columns: vec![
            column("units-list-code", 12.0),
            column("units-list-eid", 18.0),
            column("units-list-name", 48.0),
            column("units-list-kind", 28.0),
            column("units-list-superior", 36.0),
            column("units-list-superior-code", 14.0),
            column("units-list-aliases", 36.0),
            column("units-list-from", 12.0),
            column("units-list-to", 12.0),
            column("units-list-org", 10.0),
        ],
        rows: rows.iter().map(cells).collect(),
    };
    match file {
        ListFile::Csv => Ok(csv(&sheet)),
        ListFile::Xlsx => xlsx(&[sheet], day.0.to_datetime(jiff::civil::Time::midnight()))
            .map_err(|error| Error::Internal(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{NewUnit, UnitKind};
    use super::*;
    use crate::units::table::Table;

    #[test]
    fn what_is_written_is_read_again_in_both_forms_and_languages() {
        let new = NewUnit::new(None, UnitKind::Board, "Ban Chính sách");
        let row = ExportRow::sample(&new);
        for lang in Lang::ALL {
            for file in [ListFile::Xlsx, ListFile::Csv] {
                let day = Day(jiff::civil::date(2026, 11, 22));
                let bytes = write_list(std::slice::from_ref(&row), lang, day, file).unwrap();
                let table = Table::read(&read_list("list", &bytes).unwrap()).unwrap();
                assert_eq!(table.problems, [], "{lang:?} {file:?}");
                let cells = &table.rows[0];
                assert_eq!((cells.name.as_str(), cells.kind), ("Ban Chính sách", Some(UnitKind::Board)));
                assert_eq!(cells.exists_from, Some(Day(jiff::civil::date(2025, 7, 1))));
                assert_eq!(cells.aliases, ["BCS", "Ban CS"]);
                assert!(table.ignored.is_empty(), "{:?}", table.ignored);
            }
        }
    }

    #[test]
    fn a_file_that_is_no_list_is_refused_in_words() {
        for bytes in [&b""[..], b"PK\x03\x04broken", b"%PDF-1.4"] {
            let Err(Error::Invalid(problems)) = read_list("x", bytes) else { panic!("{bytes:?}") };
            assert!(problems[0].reason.key.starts_with("reading-error-"));
        }
    }
}
