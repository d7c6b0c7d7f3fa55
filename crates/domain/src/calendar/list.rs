//! The table of days as a file: .xlsx out, .xlsx or .csv in.

use super::rules::{DayKind, Special};
use crate::{Error, Problem, Reason, Result, units};
use jiff::civil::DateTime;
use messages::Lang;
use papers::fold::fold;
use papers::write::{Column, Sheet, Value, xlsx};

/// Writes the table so that it can be read again.
///
/// # Errors
/// The writer failed.
pub fn write(days: &[Special], lang: Lang, made_at: DateTime) -> Result<Vec<u8>> {
    let column = |key: &str, width: f64| Column { heading: lang.text(key), width };
    let cells = |one: &Special| {
        vec![
            Value::Date(one.day),
            Value::Text(kind_word(one.kind, lang)),
            Value::Text(one.name.clone()),
            Value::Text(one.source.clone()),
        ]
    };
    let sheet = Sheet {
        name: lang.text("calendar-title"),
        title: lang.text("calendar-title"),
        lines: vec![lang.text("calendar-list-how")],
        columns: vec![
            column("calendar-day", 14.0),
            column("calendar-kind", 16.0),
            column("calendar-name", 50.0),
            column("calendar-source", 50.0),
        ],
        rows: days.iter().map(cells).collect(),
    };
    xlsx(&[sheet], made_at).map_err(|error| Error::Internal(error.to_string()))
}

fn kind_word(kind: DayKind, lang: Lang) -> String {
    match kind {
        DayKind::Off => lang.text("calendar-kind-off"),
        DayKind::Working => lang.text("calendar-kind-working"),
        DayKind::Ordinary => lang.text("calendar-kind-ordinary"),
    }
}

/// The kind that a word of either language, or a code, means.
fn kind_of(word: &str) -> Option<DayKind> {
    let folded = fold(word);
    DayKind::ALL.into_iter().find(|kind| {
        folded == kind.code() || Lang::ALL.into_iter().any(|lang| folded == fold(&kind_word(*kind, lang)))
    })
}

/// Reads a table: its heading row names the day and the kind; name and source may be missing. Every line
/// that cannot be understood is a problem with its number, and then nothing is taken.
///
/// # Errors
/// [`Error::Invalid`] on `file`.
pub fn read(name: &str, bytes: &[u8]) -> Result<Vec<Special>> {
    let rows = units::read_list(name, bytes)?;
    let found = rows.iter().enumerate().find_map(|(at, row)| Heads::of(row).map(|heads| (at, heads)));
    let Some((head, heads)) = found else {
        return Err(Error::invalid("file", Reason::new("calendar-invalid-heads")));
    };
    let (mut days, mut problems) = (Vec::new(), Vec::new());
    for (at, row) in rows.iter().enumerate().skip(head + 1) {
        let cell = |column: usize| row.get(column).map(|text| text.trim()).unwrap_or_default();
        if row.iter().all(|text| text.trim().is_empty()) {
            continue;
        }
        match (messages::parse_date(cell(heads.day)), kind_of(cell(heads.kind))) {
            (Some(day), Some(kind)) => days.push(Special {
                day,
                kind,
                name: heads.name.map(cell).unwrap_or_default().to_owned(),
                source: heads.source.map(cell).unwrap_or_default().to_owned(),
                own: true,
            }),
            (day, _) => problems.push(Problem {
                field: "file".into(),
                reason: Reason::new(if day.is_none() {
                    "calendar-invalid-row-day"
                } else {
                    "calendar-invalid-row-kind"
                })
                .with("row", at + 1),
            }),
        }
    }
    if days.is_empty() && problems.is_empty() {
        return Err(Error::invalid("file", Reason::new("calendar-invalid-empty")));
    }
    if problems.is_empty() { Ok(days) } else { Err(Error::Invalid(problems)) }
}

struct Heads {
    day: usize,
    kind: usize,
    name: Option<usize>,
    source: Option<usize>,
}

impl Heads {
    fn of(row: &[String]) -> Option<Heads> {
        let place = |key: &str| {
            row.iter().position(|cell| Lang::ALL.into_iter().any(|lang| fold(cell) == fold(&lang.text(key))))
        };
        Some(Heads {
            day: place("calendar-day")?,
            kind: place("calendar-kind")?,
            name: place("calendar-name"),
            source: place("calendar-source"),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails where its file cannot be made")]
    use super::super::rules::shipped;
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_is_written_is_read_again() {
        let days: Vec<Special> = shipped().into_iter().map(|one| Special { own: true, ..one }).collect();
        for lang in Lang::ALL {
            let bytes = write(&days, lang, date(2026, 11, 22).at(9, 0, 0, 0)).unwrap();
            assert_eq!(read("ngay-nghi.xlsx", &bytes).unwrap(), days, "{lang:?}");
        }
    }

    #[test]
    fn lines_that_cannot_be_read_are_named() {
        let text = "Ngày,Loại,Tên\n31/02/2026,Nghỉ,x\n05/02/2026,lạ,y\n06/02/2026,nghi,z\n";
        let Err(Error::Invalid(problems)) = read("a.csv", text.as_bytes()) else { panic!() };
        let said: Vec<String> =
            problems.iter().map(|p| Lang::Vi.with(p.reason.key, &p.reason.args)).collect();
        assert_eq!(said.len(), 2);
        assert!(said[0].contains('2') && said[1].contains('3'), "{said:?}");
        assert!(read("a.csv", b"a,b\n1,2\n").is_err());
    }
}
