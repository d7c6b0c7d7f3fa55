//! What may be reported and confirmed. Pure: no clock, no database.

use super::types::{IssuedDocument, Said};
use crate::Reason;
use crate::error::Problems;
use crate::programmes::{ClaimKind, Cycle, Period, Rules, days_between};
use jiff::civil::Date;
use papers::plan::TimeKind;

/// Longest text of an update, in Unicode scalar values.
const BODY: usize = 20_000;
/// Longest line of an update, in Unicode scalar values.
const LINE: usize = 1_000;
/// Periods that a form offers, the present one included.
const PERIODS: usize = 6;

/// What the rules need to know of the task when an update is submitted.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// The day on which it is submitted.
    pub today: Date,
    /// The settings of its programme.
    pub rules: Rules,
    /// The kind of its time.
    pub time: TimeKind,
    /// Periods that may be reported now; empty where the task is not recurring.
    pub periods: Vec<Period>,
    /// Last days of periods that have an update which was not returned.
    pub reported: Vec<Date>,
    /// A completion was reported before and not returned.
    pub done: bool,
    /// The day of the first report and the completion it named, where this corrects a returned one.
    pub first: Option<(Date, Option<Date>)>,
    /// The milestone named completes the task.
    pub completing: bool,
    /// Files attached.
    pub files: usize,
}

impl About {
    /// The day from which back-dating is counted: a correction may keep the day of completion that the
    /// first report named.
    pub fn counted_from(&self, completed: Date) -> Date {
        match self.first {
            Some((day, Some(named))) if named == completed => day,
            _ => self.today,
        }
    }
}

fn long(problems: &mut Problems, field: &str, text: &str, most: usize) {
    let reason = Reason::new("carrying-error-long").with("most", most);
    problems.check(text.chars().count() > most, field, reason);
}

/// What may be kept as a draft: nearly everything, so that nothing typed is lost.
pub fn check_draft(problems: &mut Problems, said: &Said) {
    for (field, text, most) in [
        ("body", &said.body, BODY),
        ("result", &said.result, BODY),
        ("product", &said.product, LINE),
        ("difficulty", &said.difficulty, BODY),
        ("remover", &said.remover, LINE),
    ] {
        long(problems, field, text, most);
        problems.check_open(field, text);
    }
    long(problems, "entered_for", said.entered_for.as_deref().unwrap_or_default(), LINE);
    let percent = said.percent.is_some_and(|percent| !(0..=100).contains(&percent));
    problems.check(percent, "percent", Reason::new("carrying-error-percent"));
}

/// What may be submitted.
pub fn check_submission(problems: &mut Problems, said: &Said, about: &About) {
    check_draft(problems, said);
    let empty = |text: &str| text.trim().is_empty();
    let silent = empty(&said.body) && empty(&said.result) && empty(&said.product);
    problems.check(
        said.kind == ClaimKind::Progress && silent,
        "body",
        Reason::new("carrying-error-nothing-said"),
    );
    problems.check(
        said.kind == ClaimKind::Progress && about.completing,
        "kind",
        Reason::new("carrying-error-milestone-completes"),
    );
    problems.check(
        said.entered_for.as_deref().is_some_and(|name| !empty(name)) && about.files == 0,
        "entered_for",
        Reason::new("carrying-error-no-signed-paper"),
    );
    problems.check(
        !empty(&said.remover) && empty(&said.difficulty),
        "difficulty",
        Reason::new("carrying-error-no-difficulty"),
    );
    problems.check(about.done, "kind", Reason::new("carrying-error-done-already"));
    check_period(problems, said, about);
    if said.kind == ClaimKind::Done {
        check_completion(problems, said, about);
    }
}

fn check_period(problems: &mut Problems, said: &Said, about: &About) {
    let recurring = !about.periods.is_empty();
    let no_work = said.kind == ClaimKind::NoWork;
    problems.check(no_work && !recurring, "kind", Reason::new("carrying-error-no-work-once"));
    let Some(period) = said.period else {
        let asked = recurring && said.kind != ClaimKind::Done && about.time != TimeKind::StartThenContinuous;
        problems.check(asked || recurring && no_work, "period", Reason::new("carrying-error-no-period"));
        return;
    };
    let offered = about.periods.contains(&period);
    problems.check(!offered, "period", Reason::new("carrying-error-period-not-asked"));
    let twice = about.reported.contains(&period.to);
    let reason =
        Reason::new("carrying-error-period-reported").with("from", period.from).with("to", period.to);
    problems.check(offered && twice, "period", reason);
}

fn check_completion(problems: &mut Problems, said: &Said, about: &About) {
    let Some(completed) = said.completed_on else {
        problems.check(true, "completed_on", Reason::new("carrying-error-no-completion-day"));
        return;
    };
    let completed = completed.0;
    problems.check(completed > about.today, "completed_on", Reason::new("carrying-error-completed-later"));
    let from = about.counted_from(completed);
    let back = days_between(completed, from);
    let reason = Reason::new("carrying-error-back-dated")
        .with("most", about.rules.back_date_days)
        .with("days", back)
        .with("today", from);
    problems.check(back > about.rules.back_date_days, "completed_on", reason);
}

/// Days by which a completion is dated back; 0 for none.
pub fn backdated(said: &Said, about: &About) -> i64 {
    match (said.kind, said.completed_on) {
        (ClaimKind::Done, Some(day)) => days_between(day.0, about.counted_from(day.0)).max(0),
        _ => 0,
    }
}

/// The periods that may be reported on a day, the latest first: the one that runs and those that ended
/// since the task is known.
pub fn periods(cycle: Cycle, since: Date, until: Option<Date>, today: Date) -> Vec<Period> {
    let mut found = Vec::new();
    let mut at = cycle.holding(today);
    while let Some(period) = at.filter(|period| period.to >= since && found.len() < PERIODS) {
        if until.is_none_or(|until| period.from <= until) {
            found.push(period);
        }
        at = cycle.before(period);
    }
    found
}

/// Why an update should be read before it is confirmed. Without any it may be confirmed in bulk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// The day of completion lies before the report.
    BackDated,
    /// It says completed, after the deadline.
    Late,
    /// It says completed, and nothing proves it.
    NoEvidence,
    /// It says completed, a product is required, and none is named.
    NoProduct,
    /// An officer entered it for a leader.
    EnteredFor,
    /// It names a difficulty.
    Difficulty,
    /// It reports less than what was confirmed before.
    Less,
    /// One before it was returned.
    Corrected,
}

impl Warning {
    /// All warnings.
    pub const ALL: [Warning; 8] = [
        Warning::BackDated,
        Warning::Late,
        Warning::NoEvidence,
        Warning::NoProduct,
        Warning::EnteredFor,
        Warning::Difficulty,
        Warning::Less,
        Warning::Corrected,
    ];

    /// Key of its words.
    pub fn message(self) -> &'static str {
        match self {
            Warning::BackDated => "carrying-warning-back-dated",
            Warning::Late => "carrying-warning-late",
            Warning::NoEvidence => "carrying-warning-no-evidence",
            Warning::NoProduct => "carrying-warning-no-product",
            Warning::EnteredFor => "carrying-warning-entered-for",
            Warning::Difficulty => "carrying-warning-difficulty",
            Warning::Less => "carrying-warning-less",
            Warning::Corrected => "carrying-warning-corrected",
        }
    }
}

/// What warnings need to know beside what the update says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Days by which the completion is dated back.
    pub backdated_days: i64,
    /// The deadline of the task.
    pub due: Option<Date>,
    /// Products that the task requires.
    pub outputs: usize,
    /// Files, links and issued documents that prove it.
    pub evidence: usize,
    /// Per cent confirmed last.
    pub confirmed_percent: Option<i64>,
    /// It corrects a returned one.
    pub corrects: bool,
}

/// Why an update should be read before it is confirmed.
pub fn warnings(said: &Said, about: &Circumstances) -> Vec<Warning> {
    let done = said.kind == ClaimKind::Done;
    let empty = |text: &str| text.trim().is_empty();
    let late = match (said.completed_on, about.due) {
        (Some(completed), Some(due)) => done && completed.0 > due,
        _ => false,
    };
    let less = said.percent.zip(about.confirmed_percent).is_some_and(|(now, before)| now < before);
    let holds = |warning: &Warning| match warning {
        Warning::BackDated => about.backdated_days > 0,
        Warning::Late => late,
        Warning::NoEvidence => done && about.evidence == 0,
        Warning::NoProduct => done && about.outputs > 0 && empty(&said.product),
        Warning::EnteredFor => said.entered_for.as_deref().is_some_and(|name| !empty(name)),
        Warning::Difficulty => !empty(&said.difficulty),
        Warning::Less => less,
        Warning::Corrected => about.corrects,
    };
    Warning::ALL.into_iter().filter(holds).collect()
}

/// What a link may be: an address on the web.
pub fn check_link(problems: &mut Problems, url: &str) {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let sound = rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.contains('.') && !host.starts_with('.') && !host.contains(char::is_whitespace)
    });
    problems.check(!sound || url.chars().any(char::is_control), "url", Reason::new("carrying-error-link"));
    long(problems, "url", url, LINE);
}

/// What an issued document may be.
pub fn check_document(problems: &mut Problems, document: &IssuedDocument, today: Date) {
    problems.check(document.number.trim().is_empty(), "number", Reason::new("carrying-error-no-number"));
    problems.check(document.issued_on.is_none(), "issued_on", Reason::new("carrying-error-no-issue-day"));
    let later = document.issued_on.is_some_and(|day| day.0 > today);
    problems.check(later, "issued_on", Reason::new("carrying-error-issued-later"));
    for (field, text) in
        [("number", &document.number), ("issuer", &document.issuer), ("excerpt", &document.excerpt)]
    {
        long(problems, field, text, LINE);
        problems.check_open(field, text);
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
