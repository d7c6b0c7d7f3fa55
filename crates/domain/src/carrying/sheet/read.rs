//! Reading a workbook that comes back. Pure: what it says about tasks is judged in `send`.

use super::super::files;
use super::super::report::Seat;
use super::super::types::{Said, UpdateId};
use super::{Col, Key, LINES, MARK, WORKBOOK_BYTES, kind_word, sum};
use crate::error::Problem;
use crate::programmes::{ClaimKind, Period};
use crate::{Error, Reason, Result};
use messages::{Lang, parse_date};
use papers::read::{Arg, Limits, Row, SheetCell, Value, column_name};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::Day;

/// A row that somebody filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Filled {
    /// Its number as the spreadsheet shows it.
    pub line: u32,
    /// Whose part it is.
    pub seat: Seat,
    /// The draft that there was when the workbook was made, and its version.
    pub draft: Option<(UpdateId, i64)>,
    /// The report that was the last one then.
    pub last: Option<UpdateId>,
    /// What was typed; what a workbook has no column for is empty.
    pub said: Said,
}

/// A workbook that came back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Workbook {
    /// The name of its sheet.
    pub sheet: String,
    /// The letters of each column, by its code.
    columns: BTreeMap<String, String>,
    /// Rows that were filled in.
    pub rows: Vec<Filled>,
    /// Rows as they were made.
    pub untouched: usize,
    /// Rows that are there no more; nothing happens to their tasks.
    pub removed: usize,
    /// What is wrong, by cell (`F12`).
    #[serde(skip)]
    pub problems: Vec<Problem>,
}

impl Workbook {
    /// The cell of a field in a row; of the task's wording where the field has no column.
    pub(super) fn cell(&self, field: &str, line: u32) -> String {
        let letters = self.columns.get(field).or_else(|| self.columns.get(Col::Task.code()));
        format!("{}{line}", letters.map_or("A", String::as_str))
    }
}

fn on_file(key: &'static str) -> Error {
    Error::invalid("file", Reason::new(key))
}

/// Reads a workbook that was made by [`super::workbook`] and filled in.
///
/// # Errors
/// [`Error::Invalid`] with what is wrong with the whole file: a program or macros in it, no .xlsx, or not
/// made here. What is wrong with single cells stands in the workbook.
pub fn read(name: &str, bytes: &[u8]) -> Result<Workbook> {
    files::sniff(name, bytes).map_err(|reason| Error::invalid("file", reason))?;
    if !name.to_lowercase().ends_with(".xlsx") {
        return Err(on_file("carrying-sheet-not-xlsx"));
    }
    let limits = Limits { file_bytes: WORKBOOK_BYTES as u64, ..Limits::default() };
    let book = papers::read::sheet(name, bytes, &limits).map_err(|error| {
        let args = error.message_args().into_iter().map(|(name, arg)| match arg {
            Arg::Number(number) => (name, number.into()),
            Arg::Word(text) => (name, text.into()),
        });
        Error::invalid("file", Reason { key: error.message_id(), args: args.collect() })
    })?;
    let mut made = book.sheets.into_iter().filter_map(|sheet| marked(&sheet.rows).map(|at| (sheet, at)));
    let (Some((sheet, mark)), second) = (made.next(), made.next()) else {
        return Err(on_file("carrying-sheet-foreign"));
    };
    if second.is_some() {
        return Err(on_file("carrying-sheet-twice"));
    }
    let mut out = Workbook { sheet: sheet.name, ..Workbook::default() };
    let places = places(&mut out, &sheet.rows, &mark)?;
    let mut seen = BTreeSet::new();
    for row in sheet.rows.iter().filter(|row| row.number > mark.number + 1) {
        line(&mut out, row, &places, &mut seen);
    }
    if out.rows.len() > LINES {
        return Err(Error::invalid("file", Reason::new("carrying-sheet-many").with("most", LINES)));
    }
    out.removed = mark.lines.saturating_sub(seen.len());
    Ok(out)
}

/// The hidden row that names the columns.
struct Mark {
    number: u32,
    column: usize,
    lines: usize,
}

fn marked(rows: &[Row]) -> Option<Mark> {
    rows.iter().take(50).find_map(|row| {
        row.cells.iter().enumerate().find_map(|(column, cell)| {
            let lines = cell.text.strip_prefix(MARK)?.strip_prefix(':')?;
            Some(Mark { number: row.number, column, lines: lines.parse().ok()? })
        })
    })
}

/// Where the columns stand.
struct Places {
    key: usize,
    columns: BTreeMap<Col, usize>,
    /// Columns that somebody added and gave a heading: his own, and nobody else's business.
    added: BTreeSet<usize>,
}

impl Places {
    fn cell<'a>(&self, row: &'a Row, col: Col) -> Option<&'a SheetCell> {
        row.cells.get(*self.columns.get(&col)?)
    }

    fn text<'a>(&self, row: &'a Row, col: Col) -> &'a str {
        self.cell(row, col).map_or("", |cell| cell.text.as_str())
    }

    /// Is it none of the columns of the form? What stands there has slipped out of its place.
    fn outside(&self, column: usize) -> bool {
        let known = self.columns.values().any(|place| *place == column);
        column != self.key && !known && !self.added.contains(&column)
    }
}

fn places(out: &mut Workbook, rows: &[Row], mark: &Mark) -> Result<Places> {
    let head =
        rows.iter().find(|row| row.number == mark.number).ok_or_else(|| on_file("carrying-sheet-foreign"))?;
    let heading = rows.iter().find(|row| row.number == mark.number + 1);
    let headed = heading.into_iter().flat_map(|row| row.cells.iter().enumerate());
    let added = headed.filter(|(_, cell)| !cell.text.is_empty()).map(|(at, _)| at).collect();
    let mut places = Places { key: mark.column, columns: BTreeMap::new(), added };
    let mut gone = Vec::new();
    for col in Col::ALL {
        let named = |(_, cell): &(usize, &SheetCell)| cell.text == col.code();
        let found: Vec<usize> = head.cells.iter().enumerate().filter(named).map(|(at, _)| at).collect();
        match found.as_slice() {
            [at] => {
                places.columns.insert(col, *at);
                out.columns.insert(col.code().into(), column_name(*at));
            }
            _ => gone.push(col.heading(Lang::Vi)),
        }
    }
    if gone.is_empty() {
        return Ok(places);
    }
    let reason = Reason::new("carrying-sheet-columns").with("columns", gone.join(", "));
    Err(Error::invalid("file", reason))
}

fn line(out: &mut Workbook, row: &Row, places: &Places, seen: &mut BTreeSet<Seat>) {
    let mut problems = Vec::new();
    let filled = judged(out, row, places, seen, &mut problems);
    match filled {
        Some(filled) if problems.is_empty() => out.rows.push(filled),
        Some(_) => {}
        None if problems.is_empty() => out.untouched += usize::from(has_key(row, places)),
        None => {}
    }
    out.problems.append(&mut problems);
}

fn has_key(row: &Row, places: &Places) -> bool {
    row.cells.get(places.key).is_some_and(|cell| !cell.text.is_empty())
}

/// A row as filled in; none where nobody did, or where it cannot be told what it is about.
fn judged(
    out: &Workbook,
    row: &Row,
    places: &Places,
    seen: &mut BTreeSet<Seat>,
    problems: &mut Vec<Problem>,
) -> Option<Filled> {
    let mut wrong = |field: String, reason: Reason| problems.push(Problem { field, reason });
    if !has_key(row, places) {
        let first = row.cells.iter().position(|cell| !cell.text.is_empty())?;
        wrong(format!("{}{}", column_name(first), row.number), Reason::new("carrying-sheet-no-key"));
        return None;
    }
    let task = || out.cell(Col::Task.code(), row.number);
    let Some(key) = Key::parse(&row.cells.get(places.key)?.text) else {
        wrong(task(), Reason::new("carrying-sheet-no-key"));
        return None;
    };
    if !seen.insert(key.seat) {
        wrong(task(), Reason::new("carrying-sheet-row-twice"));
        return None;
    }
    let sum_of = |open: bool| {
        let columns = Col::ALL.into_iter().filter(|col| col.open() == open);
        sum(columns.map(|col| places.text(row, col)))
    };
    if sum_of(true) == key.open {
        return None;
    }
    if sum_of(false) != key.locked {
        wrong(task(), Reason::new("carrying-sheet-locked"));
        return None;
    }
    let spilt = row.cells.iter().enumerate().find(|(at, cell)| places.outside(*at) && !cell.text.is_empty());
    if let Some((at, _)) = spilt {
        wrong(format!("{}{}", column_name(at), row.number), Reason::new("carrying-sheet-outside"));
        return None;
    }
    let said = said(row, places, &mut |col, reason| wrong(out.cell(col.code(), row.number), reason));
    Some(Filled { line: row.number, seat: key.seat, draft: key.draft, last: key.last, said })
}

/// What the open cells say.
fn said(row: &Row, places: &Places, wrong: &mut dyn FnMut(Col, Reason)) -> Said {
    for col in Col::ALL.into_iter().filter(|col| col.open()) {
        let Some(cell) = places.cell(row, col) else { continue };
        if cell.value == Value::Error {
            wrong(col, Reason::new("carrying-sheet-formula").with("text", cell.text.clone()));
        } else if cell.repeats.is_some() {
            wrong(col, Reason::new("carrying-sheet-merged"));
        }
    }
    let text = |col: Col| places.text(row, col).to_owned();
    let completed_on = day(places.cell(row, Col::CompletedOn), &mut |reason| wrong(Col::CompletedOn, reason));
    let percent = percent(places.cell(row, Col::Percent), &mut |reason| wrong(Col::Percent, reason));
    let kind = match kind(places.text(row, Col::Kind)) {
        Ok(Some(kind)) => kind,
        // A day of completion says that the work is done, where nothing else is said.
        Ok(None) if completed_on.is_some() => ClaimKind::Done,
        Ok(None) => ClaimKind::Progress,
        Err(reason) => {
            wrong(Col::Kind, reason);
            ClaimKind::Progress
        }
    };
    let period = period(places.text(row, Col::Period)).unwrap_or_else(|reason| {
        wrong(Col::Period, reason);
        None
    });
    Said {
        kind,
        period,
        milestone: None,
        percent,
        body: text(Col::Body),
        result: text(Col::Result),
        product: text(Col::Product),
        completed_on,
        difficulty: text(Col::Difficulty),
        remover: text(Col::Remover),
        entered_for: None,
    }
}

fn kind(text: &str) -> std::result::Result<Option<ClaimKind>, Reason> {
    if text.is_empty() {
        return Ok(None);
    }
    let folded = papers::fold::fold(text);
    let named = |kind: &ClaimKind| {
        Lang::ALL.into_iter().any(|lang| papers::fold::fold(&kind_word(lang, *kind)) == folded)
    };
    let found = ClaimKind::ALL.into_iter().find(named);
    found.map(Some).ok_or_else(|| Reason::new("carrying-sheet-kind").with("text", text.to_owned()))
}

fn period(text: &str) -> std::result::Result<Option<Period>, Reason> {
    if text.is_empty() {
        return Ok(None);
    }
    let days = text.split_once(['–', '—']).or_else(|| text.split_once(" - "));
    let days = days.and_then(|(from, to)| parse_date(from).zip(parse_date(to)));
    let found = days.map(|(from, to)| Some(Period { from, to }));
    found.ok_or_else(|| Reason::new("carrying-sheet-period").with("text", text.to_owned()))
}

/// Whole numbers; `40 %` as text too. A share (0,4) is taken for per cent only where it is no whole number.
fn percent(cell: Option<&SheetCell>, wrong: &mut dyn FnMut(Reason)) -> Option<i64> {
    let cell = cell.filter(|cell| !cell.text.is_empty())?;
    let number = match cell.value {
        Value::Number(n) if n > 0.0 && n < 1.0 => Some(n * 100.0),
        Value::Number(n) => Some(n),
        Value::Text => cell.text.trim_end_matches('%').trim().parse::<i64>().ok().map(|n| n as f64),
        _ => None,
    };
    let whole = number.map(|n| (n * 1e6).round() / 1e6).filter(|n| n.fract() == 0.0);
    let found = whole.filter(|n| (0.0..=100.0).contains(n)).map(|n| n as i64);
    if found.is_none() {
        wrong(Reason::new("carrying-sheet-percent-wrong").with("text", cell.text.clone()));
    }
    found
}

/// A day as Excel keeps it, or as people type it.
fn day(cell: Option<&SheetCell>, wrong: &mut dyn FnMut(Reason)) -> Option<Day> {
    let cell = cell.filter(|cell| !cell.text.is_empty())?;
    match cell.value {
        Value::Date(day) => return Some(Day(day)),
        Value::DateTime(at) => return Some(Day(at.date())),
        _ => {}
    }
    if let Some(day) = parse_date(&cell.text).filter(|_| cell.value == Value::Text) {
        return Some(Day(day));
    }
    let parts: Vec<&str> = cell.text.split(['/', '-', '.']).map(str::trim).collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let like_a_day = parts.len() == 3 && parts.iter().all(digits);
    let key = if like_a_day { "carrying-sheet-day-none" } else { "carrying-sheet-day-unreadable" };
    wrong(Reason::new(key).with("text", cell.text.clone()));
    None
}
