//! Making the workbook.

use super::super::read::Duty;
use super::super::types::Said;
use super::super::{report, sql};
use super::{Col, Key, LINES, MARK, kind_word, period_word, sum};
use crate::programmes::{self, AssignmentRole, ClaimKind, Confirmer, Fate, Light, Period, TaskRow};
use crate::{Cx, Error, Result, people};
use jiff::civil::{Date, DateTime, date};
use messages::Lang;
use papers::write::{self, Entry, FormCell, FormColumn, FormSheet, Value};
use store::Day;

/// One row: a unit's part in a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The task.
    pub row: TaskRow,
    /// The part.
    pub duty: Duty,
    /// Periods that may be reported now, the latest first; none where the task is not recurring.
    pub periods: Vec<Period>,
    /// Why the last report was returned.
    pub reason: Option<String>,
    /// The day on which the draft was saved, or the last report sent.
    pub day: Option<Day>,
}

/// What goes into a workbook.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The rows, what is late first.
    pub lines: Vec<Line>,
    /// How many more there would be.
    pub left: usize,
    /// The day on which lights were judged.
    pub day: Day,
}

/// What goes into a workbook of duties for which the actor reports, as the desk of the board gives them: of
/// so many in all.
///
/// # Errors
/// [`Error::NotFound`] for a task of a programme that he may not see.
pub async fn sheet(cx: &mut Cx, duties: Vec<(TaskRow, Duty)>, of: usize) -> Result<Sheet> {
    let left = of.saturating_sub(duties.len().min(LINES));
    let mut lines = Vec::new();
    for (row, duty) in duties.into_iter().take(LINES) {
        lines.push(line(cx, row, duty).await?);
    }
    Ok(Sheet { lines, left, day: Day(cx.today()) })
}

async fn line(cx: &mut Cx, row: TaskRow, duty: Duty) -> Result<Line> {
    let today = cx.today();
    let programme = programmes::find(cx, row.programme).await?;
    let periods = match programme.rules.cycle(&row.time) {
        None => Vec::new(),
        Some(_) => {
            let carried = programmes::carried(cx, row.id).await?;
            report::periods(&carried, carried.since, today)
        }
    };
    let returned = duty.last.as_ref().filter(|last| matches!(last.fate, Some(Fate::Returned(_))));
    let reason = match returned {
        None => None,
        Some(last) => {
            let decisions = sql::decisions(cx, programme.org, row.id).await?;
            decisions.into_iter().rev().find(|one| one.update == last.id).and_then(|one| one.reason)
        }
    };
    let at = match (&duty.draft, &duty.last) {
        (Some(draft), _) => Some(draft.saved_at),
        (None, last) => last.as_ref().and_then(|last| last.submitted_at),
    };
    Ok(Line { day: at.map(|at| Day(cx.day_of(at))), row, duty, periods, reason })
}

impl Line {
    /// What the open cells hold: the draft, else what was returned, else the period that is likeliest.
    fn said(&self) -> Option<Said> {
        if let Some(draft) = &self.duty.draft {
            return Some(draft.said.clone());
        }
        let last = self.duty.last.as_ref()?;
        matches!(last.fate, Some(Fate::Returned(_))).then(|| last.said.clone())
    }

    /// The last closed period, or the one that runs where that was reported.
    fn likely(&self) -> Option<Period> {
        let reported = self.duty.last.as_ref().and_then(|last| last.said.period);
        let mut likely = self.periods.get(1).into_iter().chain(self.periods.first());
        likely.find(|period| Some(**period) != reported).copied()
    }

    fn key(&self, cells: &[(Col, FormCell)]) -> Key {
        let texts = |open: bool| {
            let cells = cells.iter().filter(move |(col, _)| col.open() == open);
            sum(cells.map(|(_, cell)| plain(&cell.value)).collect::<Vec<_>>().iter().map(String::as_str))
        };
        Key {
            seat: self.duty.seat,
            draft: self.duty.draft.as_ref().map(|draft| (draft.id, draft.version)),
            last: self.duty.last.as_ref().map(|last| last.id),
            locked: texts(false),
            open: texts(true),
        }
    }
}

/// A value as the reader gives it back.
fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Date(day) => day.to_string(),
        _ => String::new(),
    }
}

/// The workbook of a sheet, as made at a time of day.
///
/// # Errors
/// It does not fit into a file.
pub fn workbook(sheet: &Sheet, lang: Lang, made_at: DateTime) -> Result<Vec<u8>> {
    let mut lines = vec![
        lang.with(
            "carrying-sheet-as-of",
            &[("day", sheet.day.0.into()), ("count", sheet.lines.len().into())],
        ),
        lang.text("carrying-sheet-how"),
        lang.text("carrying-sheet-back"),
    ];
    if sheet.left > 0 {
        lines.push(lang.with("carrying-sheet-left", &[("count", sheet.left.into()), ("most", LINES.into())]));
    }
    let key = FormColumn { width: 8.0, ..FormColumn::default() };
    let form = FormSheet {
        name: lang.text("carrying-sheet-tab"),
        title: lang.text("carrying-sheet-title"),
        lines,
        mark: format!("{MARK}:{}", sheet.lines.len()),
        columns: std::iter::once(key)
            .chain(Col::ALL.into_iter().map(|col| column(col, lang, made_at.date())))
            .collect(),
        rows: sheet.lines.iter().map(|line| row(line, lang)).collect(),
        frozen: 3,
    };
    write::form(&form, made_at).map_err(|error| Error::Internal(error.to_string()))
}

fn column(col: Col, lang: Lang, today: Date) -> FormColumn {
    let last = date(today.year().saturating_add(1).clamp(1900, 9999), 12, 31);
    let (width, entry, refusal) = match col {
        Col::Code => (9.0, None, String::new()),
        Col::Task => (44.0, None, String::new()),
        Col::Due | Col::Light => (15.0, None, String::new()),
        Col::Programme | Col::Leads | Col::Unit | Col::Outputs | Col::Last => (24.0, None, String::new()),
        Col::Kind => (18.0, Some(Entry::Choice), lang.text("carrying-sheet-choose")),
        Col::Period => (25.0, Some(Entry::Choice), lang.text("carrying-sheet-choose")),
        Col::Percent => (12.0, Some(Entry::Whole(0, 100)), lang.text("carrying-error-percent")),
        Col::CompletedOn => {
            (14.0, Some(Entry::Day(date(2000, 1, 1), last)), lang.text("carrying-sheet-day-form"))
        }
        Col::Body | Col::Result => (40.0, Some(Entry::Text), String::new()),
        Col::Product | Col::Difficulty | Col::Remover => (28.0, Some(Entry::Text), String::new()),
    };
    FormColumn { code: col.code().into(), heading: col.heading(lang), width, entry, refusal }
}

fn row(line: &Line, lang: Lang) -> Vec<FormCell> {
    let said = line.said();
    let cells: Vec<(Col, FormCell)> = Col::ALL
        .into_iter()
        .map(|col| {
            let cell = if col.open() {
                open(line, said.as_ref(), lang, col)
            } else {
                FormCell::from(given(line, lang, col))
            };
            (col, cell)
        })
        .collect();
    let key = FormCell::from(Value::Text(line.key(&cells).text()));
    std::iter::once(key).chain(cells.into_iter().map(|(_, cell)| cell)).collect()
}

/// A locked cell.
fn given(line: &Line, lang: Lang, col: Col) -> Value {
    let (task, text) = (&line.row, |text: String| Value::Text(text));
    match col {
        Col::Code => text(task.code.clone().unwrap_or_default()),
        Col::Task => text(task.title.clone()),
        Col::Programme => text(task.programme_title.clone()),
        Col::Leads => text(task.leads().map(|lead| lead.name.clone()).collect::<Vec<_>>().join("; ")),
        Col::Unit => text(format!("{} ({})", line.duty.unit_name, role(lang, line.duty.role))),
        Col::Due => match (task.time.due.or(task.time.start), &task.time.text) {
            (Some(due), _) => Value::Date(due.0),
            (None, Some(printed)) => text(printed.clone()),
            (None, None) => Value::Empty,
        },
        Col::Light => text(standing(lang, task)),
        Col::Outputs => text(task.outputs.join("; ")),
        Col::Last => text(last(line, lang)),
        _ => Value::Empty,
    }
}

fn role(lang: Lang, role: AssignmentRole) -> String {
    match role {
        AssignmentRole::Coordinating => lang.text("programmes-role-coordinating"),
        AssignmentRole::JointLead => lang.text("programmes-role-joint-lead"),
        _ => lang.text("programmes-role-lead"),
    }
}

fn light(lang: Lang, row: &TaskRow) -> String {
    match row.verdict.light {
        Light::Red => lang.text("light-red"),
        Light::Amber => lang.text("light-amber"),
        Light::Green => lang.text("light-green"),
        Light::Grey => lang.text("light-grey"),
    }
}

/// The light in words and why; most reasons begin with the word themselves.
fn standing(lang: Lang, row: &TaskRow) -> String {
    let (word, why) = (light(lang, row), lang.with(row.verdict.reason.key, &row.verdict.reason.args));
    if why.starts_with(&word) { why } else { format!("{word}. {why}") }
}

/// What was reported last and what became of it, or the draft that is open.
fn last(line: &Line, lang: Lang) -> String {
    let day = line.day.map(|day| lang.date(day.0)).unwrap_or_default();
    if let Some(draft) = &line.duty.draft {
        let args = [("who", person(lang, &draft.saved_by).into()), ("day", day.into())];
        return lang.with("carrying-sheet-last-draft", &args);
    }
    let Some(update) = &line.duty.last else { return String::new() };
    let fate = match update.fate {
        Some(Fate::Waiting(Confirmer::OwnUnit, _)) => lang.text("carrying-fate-waiting-unit"),
        Some(Fate::Waiting(Confirmer::Between, _)) => lang.text("carrying-fate-waiting-between"),
        Some(Fate::Waiting(Confirmer::Assigner, _)) => lang.text("carrying-fate-waiting-assigner"),
        Some(Fate::Confirmed(_)) => lang.text("carrying-fate-confirmed"),
        Some(Fate::Returned(_)) => {
            let reason = line.reason.clone().unwrap_or_default();
            return lang
                .with("carrying-sheet-last-returned", &[("day", day.into()), ("reason", reason.into())]);
        }
        None => lang.text("carrying-fate-draft"),
    };
    lang.with("carrying-sheet-last-sent", &[("day", day.into()), ("fate", fate.into())])
}

/// The name of whoever saved; of one whose personal data were erased, that they were.
fn person(lang: Lang, name: &str) -> String {
    if name == people::NOBODY { lang.text("accounts-erased-name") } else { name.to_owned() }
}

/// An open cell with what is known and what may be chosen.
fn open(line: &Line, said: Option<&Said>, lang: Lang, col: Col) -> FormCell {
    let text = |pick: fn(&Said) -> &String| {
        let text = said.map(pick).filter(|text| !text.is_empty());
        FormCell::from(text.map_or(Value::Empty, |text| Value::Text(text.clone())))
    };
    match col {
        Col::Kind => {
            let kinds = ClaimKind::ALL.into_iter();
            let offered = kinds.filter(|kind| !line.periods.is_empty() || *kind != ClaimKind::NoWork);
            let value = said.map_or(Value::Empty, |said| Value::Text(kind_word(lang, said.kind)));
            FormCell { value, choices: offered.map(|kind| kind_word(lang, kind)).collect() }
        }
        Col::Period => {
            let period = said.and_then(|said| said.period).or_else(|| line.likely());
            let value = period.map_or(Value::Empty, |period| Value::Text(period_word(period)));
            FormCell { value, choices: line.periods.iter().map(|one| period_word(*one)).collect() }
        }
        Col::Body => text(|said| &said.body),
        Col::Percent => {
            FormCell::from(said.and_then(|said| said.percent).map_or(Value::Empty, Value::Integer))
        }
        Col::Result => text(|said| &said.result),
        Col::Product => text(|said| &said.product),
        Col::CompletedOn => {
            let day = said.and_then(|said| said.completed_on);
            FormCell::from(day.map_or(Value::Empty, |day| Value::Date(day.0)))
        }
        Col::Difficulty => text(|said| &said.difficulty),
        Col::Remover => text(|said| &said.remover),
        _ => FormCell::default(),
    }
}
