//! An officer's papers out of a list of tasks: the official letter that urges, the short reminder for a
//! message, the tracking table. They are official Vietnamese whatever language the screen has.

use super::types::{AssignmentRole, Holder, TaskId};
use super::views::{Carrier, TaskRow};
use crate::{Error, Result};
use jiff::civil::{Date, DateTime};
use messages::{Lang, Value};
use papers::write::{self, Column, Letter, LetterTable, Sheet};
use std::collections::HashMap;

const VI: Lang = Lang::Vi;

/// What a letter says beside its tasks.
#[derive(Debug, Clone, PartialEq)]
pub struct Reminder {
    /// The body above the issuer; may be empty.
    pub superior: String,
    /// The issuer.
    pub issuer: String,
    /// Number and symbol; room is left for it where empty.
    pub number: String,
    /// Where it is issued.
    pub place: String,
    /// The day of issue.
    pub date: Date,
    /// Whom it goes to; the lead units where empty.
    pub to: Vec<String>,
    /// The day by which a report is expected.
    pub report_by: Option<Date>,
    /// Who gets a copy.
    pub copies: Vec<String>,
    /// Lines above the signature.
    pub signed_for: Vec<String>,
    /// Who signs.
    pub signer: String,
}

/// Names of the units that lead the tasks, in the order in which they first stand.
pub fn leads(rows: &[TaskRow]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for lead in rows.iter().flat_map(TaskRow::leads) {
        let named = matches!(lead.holder, Holder::Unit(_) | Holder::Grouping(_));
        if named && !names.contains(&lead.name) {
            names.push(lead.name.clone());
        }
    }
    names
}

/// A day as letters print it: two digits for days below 10 and for January and February (Decree 30/2020,
/// Appendix I).
fn long_day(day: Date) -> String {
    let month = if day.month() <= 2 { format!("{:02}", day.month()) } else { day.month().to_string() };
    VI.with(
        "letters-long-day",
        &[
            ("day", format!("{:02}", day.day()).into()),
            ("month", month.into()),
            ("year", day.year().to_string().into()),
        ],
    )
}

/// Both deadlines of a task: the one that holds, and the first one where it was another.
fn deadlines(row: &TaskRow) -> String {
    let current = match (row.time.due.or(row.time.start), &row.time.text) {
        (Some(day), _) => VI.date(day.0),
        (None, Some(text)) => text.clone(),
        (None, None) => String::new(),
    };
    match row.original_due.filter(|first| row.time.due.is_some_and(|due| due != *first)) {
        Some(first) => {
            format!("{current}\n{}", VI.with("letters-originally", &[("day", first.0.into())]))
        }
        None => current,
    }
}

fn standing(row: &TaskRow) -> String {
    VI.with(row.verdict.reason.key, &row.verdict.reason.args)
}

fn holders(row: &TaskRow, wanted: fn(AssignmentRole) -> bool) -> String {
    let name = |carrier: &Carrier| match carrier.holder {
        Holder::Awaiting => VI.text("programmes-awaiting"),
        _ => carrier.name.clone(),
    };
    let names = row.carriers.iter().filter(|carrier| wanted(carrier.role)).map(name);
    names.collect::<Vec<_>>().join("; ")
}

fn titled(row: &TaskRow) -> String {
    match &row.code {
        Some(code) => format!("{code}. {}", row.title),
        None => row.title.clone(),
    }
}

/// The programmes of the tasks, quoted, in the order in which they first stand.
fn programmes(rows: &[TaskRow]) -> String {
    let mut titles: Vec<String> = Vec::new();
    for row in rows {
        let title = format!("“{}”", row.programme_title);
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles.join(", ")
}

fn numbers(rows: &[TaskRow], day: Date) -> Vec<(&'static str, Value<'static>)> {
    use super::rules::Light;
    let of = |light| rows.iter().filter(|row| row.verdict.light == light).count();
    vec![
        ("day", day.into()),
        ("total", rows.len().into()),
        ("red", of(Light::Red).into()),
        ("amber", of(Light::Amber).into()),
    ]
}

/// The official letter that urges the carrying out of tasks, as .docx in the form of Decree 30/2020.
///
/// # Errors
/// The writer failed.
pub fn reminder_letter(
    rows: &[TaskRow],
    day: Date,
    reminder: &Reminder,
    made_at: DateTime,
) -> Result<Vec<u8>> {
    let to = if reminder.to.is_empty() { leads(rows) } else { reminder.to.clone() };
    let mut opening =
        vec![VI.with("letters-grounds", &[("programmes", programmes(rows).into()), ("day", day.into())])];
    opening.push(VI.with("letters-numbers", &numbers(rows, day)));
    let mut closing = vec![VI.text("letters-ask")];
    if let Some(by) = reminder.report_by {
        closing.push(
            VI.with("letters-report", &[("day", by.into()), ("issuer", reminder.issuer.as_str().into())]),
        );
    }
    closing.push(VI.text("letters-end"));
    let heading = |key: &str, share: u32| (VI.text(key), share);
    let line = |(at, row): (usize, &TaskRow)| {
        let products = row.outputs.join("; ");
        let task = match products.is_empty() {
            true => titled(row),
            false => {
                format!("{}\n{}", titled(row), VI.with("letters-products", &[("products", products.into())]))
            }
        };
        vec![(at + 1).to_string(), task, holders(row, AssignmentRole::leads), deadlines(row), standing(row)]
    };
    let place =
        if reminder.place.trim().is_empty() { String::new() } else { format!("{}, ", reminder.place.trim()) };
    let letter = Letter {
        superior: reminder.superior.trim().to_owned(),
        issuer: reminder.issuer.trim().to_owned(),
        number: reminder.number.trim().to_owned(),
        subject: VI.text("letters-subject"),
        place_and_date: format!("{place}{}", long_day(reminder.date)),
        to,
        opening,
        table: LetterTable {
            columns: vec![
                heading("letters-order", 6),
                heading("letters-task", 40),
                heading("letters-lead", 20),
                heading("letters-due", 15),
                heading("letters-standing", 19),
            ],
            rows: rows.iter().enumerate().map(line).collect(),
        },
        closing,
        copies: reminder.copies.clone(),
        signed_for: reminder.signed_for.clone(),
        signer: reminder.signer.trim().to_owned(),
    };
    write::letter(&letter, made_at).map_err(|error| Error::Internal(error.to_string()))
}

/// Most tasks that a short reminder names; the rest is counted.
const SHORT: usize = 12;

/// A reminder short enough for a message, to be copied.
pub fn reminder_text(rows: &[TaskRow], day: Date, by: Option<Date>) -> String {
    let mut lines = vec![VI.with("letters-text-head", &numbers(rows, day))];
    for (at, row) in rows.iter().enumerate().take(SHORT) {
        let due = row.day().map(|day| VI.date(day)).unwrap_or_default();
        let args = [
            ("order", (at + 1).into()),
            ("task", shortened(&row.title).into()),
            ("lead", holders(row, AssignmentRole::leads).into()),
            ("due", due.into()),
            ("standing", standing(row).into()),
        ];
        lines.push(VI.with("letters-text-line", &args));
    }
    if rows.len() > SHORT {
        lines.push(VI.with("letters-text-more", &[("count", (rows.len() - SHORT).into())]));
    }
    lines.push(match by {
        Some(by) => VI.with("letters-text-by", &[("day", by.into())]),
        None => VI.text("letters-text-ask"),
    });
    lines.join("\n")
}

/// A wording in at most 90 letters, cut between words.
fn shortened(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(90) else { return text.to_owned() };
    let cut = text[..end].rfind(' ').unwrap_or(end);
    format!("{}…", text[..cut].trim_end_matches([',', ';', ':', ' ', '.']))
}

/// A row of the tracking table as print and screen show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackingRow {
    /// Its number in the table.
    pub order: usize,
    /// The task with its code.
    pub task: String,
    /// Required products.
    pub products: String,
    /// Lead units.
    pub leads: String,
    /// Coordinating units.
    pub coordinating: String,
    /// The first deadline.
    pub original: String,
    /// The deadline that holds.
    pub current: String,
    /// The result so far, as reported last.
    pub result: String,
    /// How it stands, in a sentence.
    pub standing: String,
    /// Reasons and difficulties, as reported last.
    pub difficulty: String,
}

/// What was reported last on a task, as the tracking table shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reported {
    /// The result so far.
    pub result: String,
    /// What holds the work back.
    pub difficulty: String,
}

/// The usual tracking table (bảng theo dõi) of tasks, with what was reported on them.
pub fn tracking(rows: &[TaskRow], reported: &HashMap<TaskId, Reported>) -> Vec<TrackingRow> {
    let of = |row: &TaskRow| reported.get(&row.id).cloned().unwrap_or_default();
    let day = |day: Option<store::Day>| day.map(|day| VI.date(day.0)).unwrap_or_default();
    let line = |(at, row): (usize, &TaskRow)| TrackingRow {
        order: at + 1,
        task: titled(row),
        products: row.outputs.join("; "),
        leads: holders(row, AssignmentRole::leads),
        coordinating: holders(row, |role| role == AssignmentRole::Coordinating),
        original: day(row.original_due),
        current: match (row.time.due.or(row.time.start), &row.time.text) {
            (Some(due), _) => VI.date(due.0),
            (None, Some(text)) => text.clone(),
            (None, None) => String::new(),
        },
        result: of(row).result,
        standing: standing(row),
        difficulty: of(row).difficulty,
    };
    rows.iter().enumerate().map(line).collect()
}

/// The tracking table as a spreadsheet: for the tasks that a filter found, which is said in words.
///
/// # Errors
/// The list does not fit into a file.
pub fn tracking_xlsx(
    rows: &[TaskRow],
    reported: &HashMap<TaskId, Reported>,
    (day, filter): (Date, &str),
    made_at: DateTime,
) -> Result<Vec<u8>> {
    use papers::write::Value;
    let column = |key: &str, width: f64| Column { heading: VI.text(key), width };
    let cells = |row: TrackingRow| {
        vec![
            Value::Integer(i64::try_from(row.order).unwrap_or(i64::MAX)),
            Value::Text(row.task),
            Value::Text(row.leads),
            Value::Text(row.coordinating),
            Value::Text(row.original),
            Value::Text(row.current),
            Value::Text(row.products),
            Value::Text(row.result),
            Value::Text(row.standing),
            Value::Text(row.difficulty),
        ]
    };
    let sheet = Sheet {
        name: VI.text("letters-tracking"),
        title: VI.text("letters-tracking-title"),
        lines: vec![VI.with("letters-tracking-numbers", &numbers(rows, day)), filter.to_owned()],
        columns: vec![
            column("letters-order", 6.0),
            column("letters-task", 50.0),
            column("letters-lead", 24.0),
            column("letters-coordinating", 24.0),
            column("letters-due-original", 13.0),
            column("letters-due-current", 13.0),
            column("letters-product", 24.0),
            column("letters-result", 36.0),
            column("letters-standing", 28.0),
            column("letters-difficulty", 28.0),
        ],
        rows: tracking(rows, reported).into_iter().map(cells).collect(),
    };
    write::xlsx(&[sheet], made_at).map_err(|error| Error::Internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_printed_as_the_decree_wants() {
        assert_eq!(long_day(date(2026, 2, 5)), "ngày 05 tháng 02 năm 2026");
        assert_eq!(long_day(date(2026, 11, 22)), "ngày 22 tháng 11 năm 2026");
        assert_eq!(long_day(date(2026, 3, 1)), "ngày 01 tháng 3 năm 2026");
    }
}
