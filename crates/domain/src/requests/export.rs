//! Lists of exchanges as files.

use super::types::{Kind, Matter, State};
use crate::{Error, Result};
use jiff::civil::DateTime;
use messages::Lang;
use papers::write::{Column, Sheet, Value, xlsx};

impl Kind {
    /// Its words.
    pub fn word(self, lang: Lang) -> String {
        match self {
            Kind::Extension => lang.text("requests-kind-extension"),
            Kind::Reassignment => lang.text("requests-kind-reassignment"),
            Kind::Review => lang.text("requests-kind-review"),
            Kind::Alignment => lang.text("requests-kind-alignment"),
            Kind::Merging => lang.text("requests-kind-merging"),
            Kind::Objective => lang.text("requests-kind-objective"),
            Kind::Amendment => lang.text("requests-kind-amendment"),
            Kind::Explanation => lang.text("requests-kind-explanation"),
            Kind::Obstacle => lang.text("requests-kind-obstacle"),
        }
    }
}

impl State {
    /// Its word.
    pub fn word(self, lang: Lang) -> String {
        match self {
            State::Open => lang.text("requests-state-open"),
            State::Answered => lang.text("requests-state-answered"),
            State::Accepted => lang.text("requests-state-accepted"),
            State::Refused => lang.text("requests-state-refused"),
            State::Withdrawn => lang.text("requests-state-withdrawn"),
            State::Closed => lang.text("requests-state-closed"),
        }
    }
}

/// Exchanges as a spreadsheet, one row each, with the words of the screen, as made at a time of day.
///
/// # Errors
/// The list does not fit into a file.
pub fn export(matters: &[Matter], lang: Lang, made_at: DateTime) -> Result<Vec<u8>> {
    let column = |key: &str, width: f64| Column { heading: lang.text(key), width };
    let sheet = Sheet {
        name: lang.text("requests-sheet"),
        title: lang.text("requests-title"),
        lines: vec![lang.with("programmes-as-of", &[("day", made_at.date().into())])],
        columns: vec![
            column("requests-kind", 24.0),
            column("requests-state", 16.0),
            column("requests-unit", 28.0),
            column("requests-with", 28.0),
            column("requests-programme", 30.0),
            column("requests-task", 50.0),
            column("requests-text", 60.0),
            column("requests-wanted-due", 14.0),
            column("requests-original-due", 14.0),
            column("requests-current-due", 14.0),
            column("requests-answer-by", 14.0),
            column("requests-opened", 18.0),
            column("requests-age", 12.0),
        ],
        rows: matters.iter().map(|matter| cells(matter, lang)).collect(),
    };
    xlsx(&[sheet], made_at).map_err(|error| Error::Internal(error.to_string()))
}

fn cells(matter: &Matter, lang: Lang) -> Vec<Value> {
    let text = |text: &Option<String>| text.clone().map_or(Value::Empty, Value::Text);
    let day = |day: Option<store::Day>| day.map_or(Value::Empty, |day| Value::Date(day.0));
    vec![
        Value::Text(matter.kind.word(lang)),
        Value::Text(matter.state.word(lang)),
        Value::Text(matter.unit_name.clone()),
        Value::Text(matter.with_name.clone()),
        Value::Text(matter.programme_title.clone()),
        text(&matter.task_title),
        Value::Text(matter.text.clone()),
        day(matter.wanted.due),
        day(matter.original_due),
        day(matter.due),
        day(matter.answer_by),
        Value::Date(matter.opened_on),
        Value::Integer(matter.age),
    ]
}
