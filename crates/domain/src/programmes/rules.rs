//! What holds for plans: defects, what may be entered; lights are in `lights.rs`. Pure: no clock, no
//! database.

use super::types::*;
use crate::error::Problems;
use crate::{Reason, Result};
use papers::plan::TimeKind;

pub use super::lights::*;

/// What has to be mended in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Defect {
    /// A unit that could not be found.
    UnknownUnit,
    /// Nobody leads, and nobody is to be appointed.
    NoLead,
    /// A time is printed and could not be read.
    UnreadableTime,
    /// No product is required.
    NoProduct,
}

impl Defect {
    /// All defects.
    pub const ALL: [Defect; 4] =
        [Defect::UnknownUnit, Defect::NoLead, Defect::UnreadableTime, Defect::NoProduct];

    /// The code used in addresses and the API.
    pub fn code(self) -> &'static str {
        match self {
            Defect::UnknownUnit => "unknown_unit",
            Defect::NoLead => "no_lead",
            Defect::UnreadableTime => "unreadable_time",
            Defect::NoProduct => "no_product",
        }
    }

    /// The defect of a code.
    pub fn from_code(code: &str) -> Option<Defect> {
        Defect::ALL.into_iter().find(|defect| defect.code() == code)
    }
}

/// What an officer settles in his own time; no defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The lead is yet to be appointed (chờ chỉ định).
    Awaiting,
    /// Thường xuyên.
    Continuous,
    /// Theo kế hoạch cụ thể.
    PerPlan,
    /// Theo yêu cầu.
    OnDemand,
    /// No time is printed.
    Undated,
}

impl State {
    /// All states.
    pub const ALL: [State; 5] =
        [State::Awaiting, State::Continuous, State::PerPlan, State::OnDemand, State::Undated];

    /// The code used in addresses and the API.
    pub fn code(self) -> &'static str {
        match self {
            State::Awaiting => "awaiting",
            State::Continuous => "continuous",
            State::PerPlan => "per_plan",
            State::OnDemand => "on_demand",
            State::Undated => "undated",
        }
    }

    /// The state of a code.
    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }
}

fn printed(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

fn understood(time: &TaskTime) -> bool {
    match time.kind {
        TimeKind::ByDate | TimeKind::ByMonth => time.due.is_some(),
        TimeKind::Unspecified => false,
        TimeKind::StartThenContinuous => time.start.is_some(),
        TimeKind::Recurring | TimeKind::Continuous | TimeKind::OnDemand | TimeKind::PerPlan => true,
    }
}

/// The defects of a task.
pub fn defects(facts: &TaskFacts) -> Vec<Defect> {
    let unknown = |holder: &Holder| matches!(holder, Holder::Unknown(_));
    let mut found = Vec::new();
    if facts.leads.iter().any(unknown) || !facts.unknown.is_empty() {
        found.push(Defect::UnknownUnit);
    }
    if facts.leads.is_empty() {
        found.push(Defect::NoLead);
    }
    if printed(facts.time.text.as_ref()) && !understood(&facts.time) {
        found.push(Defect::UnreadableTime);
    }
    if facts.outputs == 0 {
        found.push(Defect::NoProduct);
    }
    found
}

/// The states of a task that an officer may settle.
pub fn states(facts: &TaskFacts) -> Vec<State> {
    let mut found = Vec::new();
    if facts.awaiting() {
        found.push(State::Awaiting);
    }
    match facts.time.kind {
        TimeKind::Continuous => found.push(State::Continuous),
        TimeKind::PerPlan => found.push(State::PerPlan),
        TimeKind::OnDemand => found.push(State::OnDemand),
        TimeKind::Unspecified if !printed(facts.time.text.as_ref()) => found.push(State::Undated),
        _ => {}
    }
    found
}

/// Is a group inside another one, or the same? Groups are paths of markers (`II.1` is in `II`).
pub fn in_group(code: &str, group: &str) -> bool {
    code == group || code.strip_prefix(group).is_some_and(|rest| rest.starts_with('.'))
}

/// Longest wording of anything entered in one line, in Unicode scalar values.
const LINE: usize = 4_000;
/// Longest text of a task, in Unicode scalar values.
const BODY: usize = 100_000;
/// Years within which days of a plan lie.
const YEARS: std::ops::RangeInclusive<i16> = 1945..=2200;

/// What a line of text may be: not empty, not too long.
pub fn check_line(problems: &mut Problems, field: &str, text: &str) {
    problems.check(text.trim().is_empty(), field, Reason::new("programmes-invalid-empty"));
    too_long(problems, field, text, LINE);
}

fn too_long(problems: &mut Problems, field: &str, text: &str, most: usize) {
    let reason = Reason::new("programmes-invalid-long").with("most", most);
    problems.check(text.chars().count() > most, field, reason);
}

fn check_day(problems: &mut Problems, field: &str, day: Option<store::Day>) {
    let outside = day.is_some_and(|day| !YEARS.contains(&day.0.year()));
    problems.check(outside, field, Reason::new("programmes-invalid-day"));
}

fn check_span(problems: &mut Problems, field: &str, span: Option<[i64; 2]>) {
    let broken = span.is_some_and(|[from, to]| from < 0 || to < from);
    problems.check(broken, field, Reason::new("programmes-invalid-span"));
}

/// What a task may be. Fields are named as the form names them, with `prefix` before (`tasks.3.`).
pub fn check_task(problems: &mut Problems, prefix: &str, task: &NewTask) {
    let field = |name: &str| format!("{prefix}{name}");
    check_line(problems, &field("title"), &task.title);
    problems.check_open(field("title"), &task.title);
    too_long(problems, &field("text"), task.text.as_deref().unwrap_or_default(), BODY);
    problems.check_open(field("text"), task.text.as_deref().unwrap_or_default());
    problems.check_open(field("time"), task.time.text.as_deref().unwrap_or_default());
    for source in &task.sources {
        problems.check_open(field("sources"), &source.quote);
    }
    for output in &task.outputs {
        check_line(problems, &field("outputs"), output);
    }
    check_time(problems, prefix, &task.time);
    check_assignments(problems, &field("assignments"), &task.assignments);
    for source in &task.sources {
        check_span(problems, &field("sources"), source.span);
        check_day(problems, &field("sources"), source.due);
    }
    for milestone in &task.milestones {
        check_line(problems, &field("milestones"), &milestone.title);
        check_day(problems, &field("milestones"), milestone.due);
    }
    let completing = task.milestones.iter().filter(|m| m.completes).count();
    problems.check(completing > 1, field("milestones"), Reason::new("programmes-invalid-completes"));
    for funding in &task.funding {
        check_line(problems, &field("funding"), &funding.source);
        let broken = funding.planned < 0 || funding.disbursed < 0;
        problems.check(broken, field("funding"), Reason::new("programmes-invalid-money"));
    }
}

/// What a time may be.
pub fn check_time(problems: &mut Problems, prefix: &str, time: &TaskTime) {
    check_day(problems, &format!("{prefix}start"), time.start);
    check_day(problems, &format!("{prefix}due"), time.due);
    let turned = matches!((time.start, time.due), (Some(start), Some(due)) if due < start);
    problems.check(turned, format!("{prefix}due"), Reason::new("programmes-invalid-order"));
}

fn check_assignments(problems: &mut Problems, field: &str, given: &[NewAssignment]) {
    for (at, assignment) in given.iter().enumerate() {
        match &assignment.holder {
            Holder::Person { name, .. } => check_line(problems, field, name),
            Holder::Unknown(printed) => check_line(problems, field, printed),
            Holder::Unit(_) | Holder::Grouping(_) | Holder::Awaiting => {}
        }
        let twice = given[..at]
            .iter()
            .any(|other| other.role == assignment.role && other.holder == assignment.holder);
        problems.check(twice, field, Reason::new("programmes-invalid-twice"));
    }
    let leads = given.iter().filter(|a| a.role == AssignmentRole::Lead).count();
    problems.check(leads > 1, field, Reason::new("programmes-invalid-leads"));
    let focal = given.iter().filter(|a| a.focal).count();
    problems.check(focal > 1, field, Reason::new("programmes-invalid-focal"));
}

/// What the settings of a programme may be.
pub fn check_rules(problems: &mut Problems, rules: &Rules) {
    let mut within = |field: &str, value: i64, least: i64, most: i64| {
        let reason = Reason::new("programmes-invalid-range").with("least", least).with("most", most);
        problems.check(!(least..=most).contains(&value), field, reason);
    };
    within("near_due_days", rules.near_due_days, 0, 365);
    within("confirm_levels", rules.confirm_levels, 1, 3);
    within("back_date_days", rules.back_date_days, 0, 366);
    within("behind_points", rules.behind_points.unwrap_or(1), 1, 100);
    within("period_closes_on", rules.period_closes_on, 1, 31);
    within("report_within_days", rules.report_within_days, 0, 60);
}

/// What an indicator may be.
pub fn check_indicator(problems: &mut Problems, prefix: &str, indicator: &NewIndicator) {
    check_line(problems, &format!("{prefix}name"), &indicator.name);
    check_span(problems, &format!("{prefix}span"), indicator.span);
}

/// What a document may be. One that bears a mark of state secrets is refused, typed in as well as sent.
///
/// # Errors
/// [`crate::Error::Invalid`] with every problem.
pub fn check_document(document: &NewDocument) -> Result<()> {
    let mut problems = Problems::default();
    problems.check_open("text", &document.text);
    check_line(&mut problems, "title", &document.title);
    check_day(&mut problems, "issued_on", document.issued_on);
    problems.settle()
}

/// The same task with loose ends tied: blank texts gone, and a task that has a deadline but no kind
/// of time is due by a date.
pub fn tidy(mut task: NewTask) -> NewTask {
    let full = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    task.title = task.title.trim().to_owned();
    task.code = full(task.code);
    task.group = full(task.group);
    task.text = full(task.text);
    task.time.text = full(task.time.text);
    if task.time.kind == TimeKind::Unspecified && task.time.due.is_some() {
        task.time.kind = TimeKind::ByDate;
    }
    task
}

/// Wordings that others are compared with: how alike two are is the number of pairs of neighbouring
/// words that they share over the number of all such pairs, 0 to 1.
#[derive(Debug, Default)]
pub struct Likeness {
    sizes: Vec<usize>,
    places: std::collections::HashMap<(String, String), Vec<usize>>,
}

fn pairs(folded: &str) -> std::collections::BTreeSet<(String, String)> {
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let next = words.iter().skip(1).chain(std::iter::once(&""));
    words.iter().zip(next).map(|(word, next)| ((*word).to_owned(), (*next).to_owned())).collect()
}

impl Likeness {
    /// Adds a folded wording; the first one added is number 0.
    pub fn add(&mut self, folded: &str) {
        let number = self.sizes.len();
        let pairs = pairs(folded);
        self.sizes.push(pairs.len());
        for pair in pairs {
            self.places.entry(pair).or_default().push(number);
        }
    }

    /// Numbers and scores of the wordings at least so much alike, best first.
    pub fn find(&self, folded: &str, least: f64) -> Vec<(usize, f64)> {
        let pairs = pairs(folded);
        let mut shared: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
        for number in pairs.iter().filter_map(|pair| self.places.get(pair)).flatten() {
            *shared.entry(*number).or_default() += 1;
        }
        let score = |(number, shared): (usize, usize)| {
            let all = pairs.len() + self.sizes[number] - shared;
            (number, shared as f64 / all as f64)
        };
        let mut found: Vec<(usize, f64)> =
            shared.into_iter().map(score).filter(|(_, score)| *score >= least).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
