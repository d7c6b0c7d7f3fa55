//! Lists of tasks as files.

use super::read::TaskList;
use super::rules::Light;
use super::types::{AssignmentRole, Holder};
use super::views::{Carrier, TaskRow};
use crate::{Error, Result};
use jiff::civil::DateTime;
use messages::Lang;
use papers::write::{self, Column, Sheet, Value};

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// A spreadsheet.
    Xlsx,
    /// Comma-separated values.
    Csv,
}

/// The tasks of a list as a file, one row each, with the words of the screen, as made at a time of day.
///
/// # Errors
/// The list does not fit into a file.
pub fn export(list: &TaskList, lang: Lang, made_at: DateTime, written: Written) -> Result<Vec<u8>> {
    let column = |heading: String, width: f64| Column { heading, width };
    let sheet = Sheet {
        name: lang.text("programmes-tasks"),
        title: lang.text("programmes-tasks"),
        lines: vec![lang.with("programmes-as-of", &[("day", list.day.into())])],
        columns: vec![
            column(lang.text("programmes-programme"), 30.0),
            column(lang.text("programmes-code"), 10.0),
            column(lang.text("programmes-group"), 10.0),
            column(lang.text("programmes-task"), 60.0),
            column(lang.text("programmes-outputs"), 30.0),
            column(lang.text("programmes-role-lead"), 30.0),
            column(lang.text("programmes-role-coordinating"), 30.0),
            column(lang.text("programmes-time-printed"), 18.0),
            column(lang.text("programmes-due"), 12.0),
            column(lang.text("programmes-original-due"), 12.0),
            column(lang.text("programmes-light"), 16.0),
            column(lang.text("programmes-why"), 40.0),
        ],
        rows: list.rows.iter().map(|row| cells(row, lang)).collect(),
    };
    match written {
        Written::Xlsx => write::xlsx(&[sheet], made_at).map_err(|error| Error::Internal(error.to_string())),
        Written::Csv => Ok(write::csv(&sheet)),
    }
}

fn cells(row: &TaskRow, lang: Lang) -> Vec<Value> {
    let named = |wanted: fn(AssignmentRole) -> bool| {
        let names = row.carriers.iter().filter(|carrier| wanted(carrier.role));
        Value::Text(names.map(|carrier| name(carrier, lang)).collect::<Vec<_>>().join("; "))
    };
    let light = match row.verdict.light {
        Light::Red => lang.text("light-red"),
        Light::Amber => lang.text("light-amber"),
        Light::Green => lang.text("light-green"),
        Light::Grey => lang.text("light-grey"),
    };
    let text = |text: &Option<String>| text.clone().map_or(Value::Empty, Value::Text);
    let day = |day: Option<store::Day>| day.map_or(Value::Empty, |day| Value::Date(day.0));
    vec![
        Value::Text(row.programme_title.clone()),
        text(&row.code),
        text(&row.group),
        Value::Text(row.title.clone()),
        Value::Text(row.outputs.join("; ")),
        named(AssignmentRole::leads),
        named(|role| role == AssignmentRole::Coordinating),
        text(&row.time.text),
        day(row.time.due),
        day(row.original_due),
        Value::Text(light),
        Value::Text(lang.with(row.verdict.reason.key, &row.verdict.reason.args)),
    ]
}

fn name(carrier: &Carrier, lang: Lang) -> String {
    match carrier.holder {
        Holder::Awaiting => lang.text("programmes-awaiting"),
        _ => carrier.name.clone(),
    }
}
