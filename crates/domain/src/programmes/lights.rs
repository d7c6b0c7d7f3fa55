//! Lights: what the facts of a task say on a day, and why. Pure: no clock, no database.
//!
//! Facts come as known at the end of the day that is judged; nothing here is ever stored.

use super::periods::{Cycle, Period, shifted};
use super::types::*;
use crate::Reason;
use jiff::civil::Date;
use papers::plan::{Recurrence, TimeKind};

/// Days before a deadline from which a task is near due, unless the programme says otherwise.
pub const NEAR_DUE_DAYS: i64 = 15;

/// What a light says. Ordered as lists show it: what is late first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// Quá hạn.
    Red,
    /// Sắp đến hạn.
    Amber,
    /// Trong hạn.
    Green,
    /// Chưa đến kỳ đánh giá: it cannot be judged yet.
    Grey,
}

impl Light {
    /// All lights, in the order of lists.
    pub const ALL: [Light; 4] = [Light::Red, Light::Amber, Light::Green, Light::Grey];

    /// The code used in addresses and the API.
    pub fn code(self) -> &'static str {
        match self {
            Light::Red => "red",
            Light::Amber => "amber",
            Light::Green => "green",
            Light::Grey => "grey",
        }
    }

    /// The light of a code.
    pub fn from_code(code: &str) -> Option<Light> {
        Light::ALL.into_iter().find(|light| light.code() == code)
    }
}

/// How far the work on a task has come, beside its light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing was returned and nothing waits (đang thực hiện).
    Open,
    /// What was reported last waits to be confirmed (chờ xác nhận).
    Waiting,
    /// What was reported last was returned, and counts as not done (bị trả lại).
    Returned,
    /// Hoàn thành đúng hạn.
    DoneInTime,
    /// Hoàn thành quá hạn.
    DoneLate,
    /// Hoàn thành; it had no deadline.
    Done,
}

impl Standing {
    /// All of them, in the order of filters.
    pub const ALL: [Standing; 6] = [
        Standing::Open,
        Standing::Waiting,
        Standing::Returned,
        Standing::DoneInTime,
        Standing::DoneLate,
        Standing::Done,
    ];

    /// The code used in addresses and the API.
    pub fn code(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::Waiting => "waiting",
            Standing::Returned => "returned",
            Standing::DoneInTime => "done_in_time",
            Standing::DoneLate => "done_late",
            Standing::Done => "done",
        }
    }

    /// The standing of a code.
    pub fn from_code(code: &str) -> Option<Standing> {
        Standing::ALL.into_iter().find(|standing| standing.code() == code)
    }

    /// Is the task finished?
    pub fn done(self) -> bool {
        matches!(self, Standing::DoneInTime | Standing::DoneLate | Standing::Done)
    }
}

/// A light and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The light.
    pub light: Light,
    /// One sentence with the days it rests on.
    pub reason: Reason,
    /// How far the work has come.
    pub standing: Standing,
    /// One sentence about what waits, was returned or was dated back.
    pub note: Option<Reason>,
}

/// What an update says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// Work goes on.
    Progress,
    /// It is completed.
    Done,
    /// There was no work in this period (kỳ này không phát sinh).
    NoWork,
}

impl ClaimKind {
    /// All kinds.
    pub const ALL: [ClaimKind; 3] = [ClaimKind::Progress, ClaimKind::Done, ClaimKind::NoWork];

    /// The code stored and used in forms.
    pub fn code(self) -> &'static str {
        match self {
            ClaimKind::Progress => "progress",
            ClaimKind::Done => "done",
            ClaimKind::NoWork => "no_work",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<ClaimKind> {
        ClaimKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Who is to confirm next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmer {
    /// The approver of the unit that reports.
    OwnUnit,
    /// The following unit of the task, or the superior of the unit that reports.
    Between,
    /// The unit whose programme it is.
    Assigner,
}

impl Confirmer {
    /// Who confirms at a level (from 1) of so many (1 to 3).
    pub fn at(level: i64, levels: i64) -> Confirmer {
        if level >= levels {
            Confirmer::Assigner
        } else if level <= 1 {
            Confirmer::OwnUnit
        } else {
            Confirmer::Between
        }
    }
}

/// What became of an update by the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It waits, for whom and since when.
    Waiting(Confirmer, Date),
    /// Every level confirmed it; the last one on this day.
    Confirmed(Date),
    /// It was returned on this day and counts as not done.
    Returned(Date),
}

/// An update that was submitted, as far as lights need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What it says.
    pub kind: ClaimKind,
    /// Last day of the period it is about, for recurring work.
    pub period_to: Option<Date>,
    /// Per cent of the whole, 0 to 100.
    pub percent: Option<i64>,
    /// The day it holds for: of completion, else of submitting.
    pub on: Date,
    /// The day on which it was submitted.
    pub submitted: Date,
    /// What became of it.
    pub fate: Fate,
}

impl Claim {
    fn waits(&self) -> bool {
        matches!(self.fate, Fate::Waiting(..))
    }

    fn confirmed(&self) -> bool {
        matches!(self.fate, Fate::Confirmed(_))
    }

    /// Confirmed, or reported by that day and waiting: the delay is then the confirmer's.
    fn counts_by(&self, day: Date) -> bool {
        self.confirmed() || self.waits() && self.submitted <= day
    }
}

/// One of those who answer for the result of a task, with what it reported, in the order of submitting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// What it reported.
    pub claims: Vec<Claim>,
}

impl Part {
    fn last(&self) -> Option<&Claim> {
        self.claims.last()
    }

    fn done(&self) -> Option<&Claim> {
        self.claims.iter().rev().find(|c| c.kind == ClaimKind::Done && !matches!(c.fate, Fate::Returned(_)))
    }

    fn finished(&self) -> bool {
        self.done().is_some_and(Claim::confirmed)
    }

    /// Per cent of what was reported last and not returned; nothing reported is 0.
    fn percent(&self) -> i64 {
        if self.done().is_some() {
            return 100;
        }
        let known = self.claims.iter().rev().filter(|c| !matches!(c.fate, Fate::Returned(_)));
        known.filter_map(|claim| claim.percent).next().unwrap_or(0)
    }

    fn start(&self) -> Option<&Claim> {
        let works =
            |claim: &&Claim| claim.kind != ClaimKind::NoWork && !matches!(claim.fate, Fate::Returned(_));
        self.claims.iter().find(works)
    }
}

/// The completion of a whole task, once it was confirmed by the last level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finished {
    /// The day of completion.
    pub on: Date,
    /// The deadline that held when it was confirmed.
    pub due: Option<Date>,
    /// So many days before the report was the completion dated; 0 for none.
    pub backdated: i64,
}

/// What is known of a task, as far as rules need it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TaskFacts {
    /// Its time.
    pub time: TaskTime,
    /// Number of required products.
    pub outputs: usize,
    /// Who leads: every holder of a leading role.
    pub leads: Vec<Holder>,
    /// Holders of other roles that could not be found, as printed.
    pub unknown: Vec<String>,
    /// The day since which the task is known.
    pub since: Option<Date>,
    /// Those who answer for the result: the lead, the focal point of joint leads or all of them where
    /// none is one, every member of a grouping.
    pub parts: Vec<Part>,
    /// Its completion; a finished task stays in time or late for ever.
    pub finished: Option<Finished>,
}

impl TaskFacts {
    /// Is a lead yet to be appointed?
    pub fn awaiting(&self) -> bool {
        self.leads.contains(&Holder::Awaiting)
    }

    /// Its completion: confirmed as a whole, or by everybody who answers for it now.
    pub fn completion(&self) -> Option<Finished> {
        let all = || {
            let done: Option<Vec<&Claim>> =
                self.parts.iter().map(|part| part.done().filter(|claim| claim.confirmed())).collect();
            let on = done?.into_iter().map(|claim| claim.on).max()?;
            Some(Finished { on, due: self.time.due.map(|day| day.0), backdated: 0 })
        };
        self.finished.or_else(all)
    }

    /// Per cent reported, over all who answer for the result; rounded down.
    pub fn percent(&self) -> i64 {
        if self.finished.is_some() {
            return 100;
        }
        let all: i64 = self.parts.iter().map(Part::percent).sum();
        all.checked_div(i64::try_from(self.parts.len()).unwrap_or(1)).unwrap_or(0)
    }
}

/// Settings of a programme that rules use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Days before a deadline from which a task is near due; 0 means on the day itself.
    pub near_due_days: i64,
    /// How many levels confirm an update, 1 to 3.
    pub confirm_levels: i64,
    /// Days by which a completion may be dated back, at most.
    pub back_date_days: i64,
    /// A task is behind its course when it lacks so many points of what the share of time gone by would
    /// ask for; none where that is not judged. What was never reported counts as 0 per cent.
    pub behind_points: Option<i64>,
    /// The period of work that is continuous, or periodic without saying how often.
    pub default_period: Recurrence,
    /// Day of the month on which periods close; 31 for the last.
    pub period_closes_on: i64,
    /// Days after its end within which a period is to be reported.
    pub report_within_days: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            near_due_days: NEAR_DUE_DAYS,
            confirm_levels: 2,
            back_date_days: 3,
            behind_points: None,
            default_period: Recurrence::Quarterly,
            period_closes_on: 31,
            report_within_days: 10,
        }
    }
}

impl Rules {
    /// The periods of a task, where it is recurring or continuous.
    pub fn cycle(&self, time: &TaskTime) -> Option<Cycle> {
        let every = match time.kind {
            TimeKind::Recurring => time.recurrence.iter().min().copied().unwrap_or(Recurrence::Periodic),
            TimeKind::Continuous | TimeKind::StartThenContinuous => self.default_period,
            _ => return None,
        };
        let every = if every == Recurrence::Periodic { self.default_period } else { every };
        let closes_on = i8::try_from(self.period_closes_on).unwrap_or(31);
        Some(Cycle { every, closes_on, report_within: self.report_within_days })
    }
}

/// The light of a task on a day.
///
/// A finished task is green, in time or late for ever. A dated one is red after its deadline, amber from
/// `near_due_days` before it up to the day itself or while it is behind its course, green before. What
/// was reported in time and waits for confirmation keeps the light it had; what was returned counts as
/// not done. Work that starts on a day and then goes on is judged by its start in the same way, then
/// like recurring and continuous work: by its last closed period, and never as overdue. Without a date,
/// or without a lead while nothing is near due yet, a task cannot be judged.
pub fn light(facts: &TaskFacts, rules: &Rules, today: Date) -> Verdict {
    let (light, reason) = judged(facts, rules, today);
    let (standing, note) = match facts.completion() {
        Some(finished) => finished_standing(facts, finished),
        None => open_standing(facts, today),
    };
    Verdict { light, reason, standing, note }
}

fn judged(facts: &TaskFacts, rules: &Rules, today: Date) -> (Light, Reason) {
    if let Some(finished) = facts.completion() {
        return (Light::Green, finished_reason(facts, finished));
    }
    let time = &facts.time;
    let due = time.due.map(|day| day.0);
    match (time.kind, due, time.start.map(|day| day.0)) {
        (TimeKind::ByDate | TimeKind::ByMonth, Some(due), _) => dated(facts, rules, today, due),
        (TimeKind::StartThenContinuous, _, Some(start)) => starting(facts, rules, today, start),
        (TimeKind::Recurring | TimeKind::Continuous, ..) if !facts.parts.is_empty() => {
            recurring(facts, rules, today, time.start.map(|day| day.0))
        }
        _ => (Light::Grey, Reason::new(why_grey(facts))),
    }
}

fn finished_reason(facts: &TaskFacts, finished: Finished) -> Reason {
    let deadline = finished.due.or(facts.time.due.map(|day| day.0));
    let reason = |key| Reason::new(key).with("done", finished.on);
    match deadline {
        None => reason("programmes-light-done"),
        Some(due) if finished.on <= due => reason("programmes-light-done-in-time").with("due", due),
        Some(due) => {
            reason("programmes-light-done-late").with("due", due).with("days", days_between(due, finished.on))
        }
    }
}

fn finished_standing(facts: &TaskFacts, finished: Finished) -> (Standing, Option<Reason>) {
    let standing = match finished.due.or(facts.time.due.map(|day| day.0)) {
        None => Standing::Done,
        Some(due) if finished.on <= due => Standing::DoneInTime,
        Some(_) => Standing::DoneLate,
    };
    let backdated = Reason::new("programmes-note-backdated").with("days", finished.backdated);
    (standing, (finished.backdated > 0).then_some(backdated))
}

fn open_standing(facts: &TaskFacts, today: Date) -> (Standing, Option<Reason>) {
    let last = || facts.parts.iter().filter_map(Part::last);
    let returned = last().filter_map(|claim| match claim.fate {
        Fate::Returned(day) => Some(day),
        _ => None,
    });
    let waiting = last().filter_map(|claim| match claim.fate {
        Fate::Waiting(whom, since) => Some((since, whom)),
        _ => None,
    });
    if let Some(day) = returned.max() {
        let note = Reason::new("programmes-note-returned").with("day", day);
        return (Standing::Returned, Some(note));
    }
    let Some((since, whom)) = waiting.min() else {
        return (Standing::Open, part_note(facts));
    };
    let key = match whom {
        Confirmer::OwnUnit => "programmes-note-waiting-unit",
        Confirmer::Between => "programmes-note-waiting-between",
        Confirmer::Assigner => "programmes-note-waiting-assigner",
    };
    let note = Reason::new(key).with("since", since).with("days", days_between(since, today));
    (Standing::Waiting, Some(note))
}

/// Where several answer for the result: how many of them are done.
fn part_note(facts: &TaskFacts) -> Option<Reason> {
    let done = facts.parts.iter().filter(|part| part.finished()).count();
    let all = facts.parts.len();
    let note = || Reason::new("programmes-note-parts").with("done", done).with("all", all);
    (all > 1 && done > 0).then(note)
}

fn dated(facts: &TaskFacts, rules: &Rules, today: Date, due: Date) -> (Light, Reason) {
    if let Some(reported) = reported_by(facts, due) {
        let (light, _) = by_days(facts, rules, reported.min(today), due);
        let key = if today > due { "programmes-light-waiting-past" } else { "programmes-light-waiting" };
        let reason = Reason::new(key)
            .with("reported", reported)
            .with("due", due)
            .with("days", days_between(due, today));
        return (light, reason);
    }
    let (light, reason) = by_days(facts, rules, today, due);
    match behind(facts, rules, today, due) {
        Some(behind) if light == Light::Green => (Light::Amber, behind),
        _ => (light, reason),
    }
}

/// The day on which the last of all parts had reported its completion, none of them after the deadline
/// without being confirmed; and nobody's is missing.
fn reported_by(facts: &TaskFacts, due: Date) -> Option<Date> {
    let done: Option<Vec<&Claim>> = facts.parts.iter().map(Part::done).collect();
    let done = done.filter(|done| !done.is_empty() && done.iter().all(|claim| claim.counts_by(due)))?;
    done.into_iter().filter(|claim| claim.waits()).map(|claim| claim.submitted).max()
}

fn by_days(facts: &TaskFacts, rules: &Rules, today: Date, due: Date) -> (Light, Reason) {
    let left = days_between(today, due);
    let (light, key, days) = match left {
        ..0 => (Light::Red, "programmes-light-overdue", -left),
        0 => (Light::Amber, "programmes-light-due-today", 0),
        _ if left <= rules.near_due_days => (Light::Amber, "programmes-light-near-due", left),
        _ if facts.awaiting() => (Light::Grey, "programmes-light-awaiting-dated", left),
        _ => (Light::Green, "programmes-light-in-time", left),
    };
    (light, Reason::new(key).with("days", days).with("due", due))
}

/// The sentence about a task that lacks more of its course than the programme allows.
fn behind(facts: &TaskFacts, rules: &Rules, today: Date, due: Date) -> Option<Reason> {
    let allowed = rules.behind_points?;
    let from = facts.time.start.map(|day| day.0).or(facts.since)?;
    let (gone, all) = (days_between(from, today), days_between(from, due));
    if gone <= 0 || all <= 0 {
        return None;
    }
    let expected = (gone * 100 / all).min(100);
    let percent = facts.percent();
    let reason = Reason::new("programmes-light-behind").with("percent", percent).with("expected", expected);
    (expected - percent >= allowed).then(|| reason.with("due", due))
}

fn starting(facts: &TaskFacts, rules: &Rules, today: Date, start: Date) -> (Light, Reason) {
    let starts: Option<Vec<&Claim>> = facts.parts.iter().map(Part::start).collect();
    let starts = starts.filter(|starts| !starts.is_empty());
    if let Some(starts) = starts {
        let on = starts.iter().map(|claim| claim.on).max().unwrap_or(start);
        if starts.iter().all(|claim| claim.confirmed()) {
            let (light, reason) = recurring(facts, rules, today, Some(on));
            if light != Light::Grey {
                return (light, reason);
            }
            return (
                Light::Green,
                Reason::new("programmes-light-started").with("day", on).with("due", start),
            );
        }
        if starts.iter().all(|claim| claim.counts_by(start)) {
            let reported = starts.iter().map(|claim| claim.submitted).max().unwrap_or(start);
            let (light, _) = by_start(facts, rules, reported.min(today), start);
            let reason = Reason::new("programmes-light-start-waiting").with("reported", reported);
            return (light, reason.with("due", start));
        }
    }
    by_start(facts, rules, today, start)
}

fn by_start(facts: &TaskFacts, rules: &Rules, today: Date, start: Date) -> (Light, Reason) {
    let left = days_between(today, start);
    let (light, key, days) = match left {
        ..0 => (Light::Red, "programmes-light-start-overdue", -left),
        0 => (Light::Amber, "programmes-light-start-today", 0),
        _ if left <= rules.near_due_days => (Light::Amber, "programmes-light-start-near", left),
        _ if facts.awaiting() => (Light::Grey, "programmes-light-awaiting-dated", left),
        _ => (Light::Green, "programmes-light-start-in-time", left),
    };
    (light, Reason::new(key).with("days", days).with("due", start))
}

fn recurring(facts: &TaskFacts, rules: &Rules, today: Date, start: Option<Date>) -> (Light, Reason) {
    let grey = || (Light::Grey, Reason::new(why_grey(facts)));
    let (Some(cycle), Some(since)) = (rules.cycle(&facts.time), start.max(facts.since)) else {
        return grey();
    };
    let until = facts.time.due.map(|day| day.0);
    let last = until.and_then(|until| cycle.holding(until));
    let asked = |period: &Period| period.to >= since;
    let ended = cycle.ended_before(today).map(|ended| last.map_or(ended, |last| ended.min(last)));
    let closed = match ended {
        Some(period) if cycle.report_by(period) < today => Some(period),
        Some(period) => cycle.before(period),
        None => None,
    };
    let (ended, closed) = (ended.filter(asked), closed.filter(asked));
    let said = |key, period: Period| {
        let reason = Reason::new(key).with("from", period.from).with("to", period.to);
        reason.with("by", cycle.report_by(period))
    };
    match (closed, ended) {
        (Some(closed), _) if !settled(facts, cycle, closed) => {
            (Light::Red, said("programmes-light-period-missing", closed))
        }
        (_, Some(ended)) if !settled(facts, cycle, ended) => {
            let left = days_between(today, cycle.report_by(ended));
            (Light::Amber, said("programmes-light-period-due", ended).with("days", left))
        }
        (_, Some(period)) | (Some(period), None) => {
            let waits = facts.parts.iter().any(|part| !confirmed(part, period));
            let key =
                if waits { "programmes-light-period-waiting" } else { "programmes-light-period-confirmed" };
            (Light::Green, said(key, period))
        }
        (None, None) => match cycle.holding(since.max(today)) {
            Some(first) if until.is_none_or(|until| first.from <= until) => {
                (Light::Grey, said("programmes-light-period-first", first))
            }
            _ => grey(),
        },
    }
}

fn confirmed(part: &Part, period: Period) -> bool {
    part.finished() || part.claims.iter().any(|claim| claim.period_to == Some(period.to) && claim.confirmed())
}

/// Has every part an update for the period that was confirmed, or that was reported in time and waits?
fn settled(facts: &TaskFacts, cycle: Cycle, period: Period) -> bool {
    let by = cycle.report_by(period);
    facts.parts.iter().all(|part| {
        part.done().is_some_and(|claim| claim.counts_by(by))
            || part.claims.iter().any(|claim| claim.period_to == Some(period.to) && claim.counts_by(by))
    })
}

fn why_grey(facts: &TaskFacts) -> &'static str {
    if facts.awaiting() {
        return "programmes-light-awaiting";
    }
    match facts.time.kind {
        TimeKind::Recurring => "programmes-light-recurring",
        TimeKind::Continuous | TimeKind::StartThenContinuous => "programmes-light-continuous",
        TimeKind::OnDemand => "programmes-light-on-demand",
        TimeKind::PerPlan => "programmes-light-per-plan",
        TimeKind::ByDate | TimeKind::ByMonth | TimeKind::Unspecified => "programmes-light-undated",
    }
}

/// Days from one day to another; negative when the other is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    let span = from.until((jiff::Unit::Day, to));
    span.map(|span| i64::from(span.get_days())).unwrap_or_default()
}

/// The earliest day to which a completion reported on a day may be dated.
pub fn earliest_completion(reported: Date, rules: &Rules) -> Date {
    shifted(reported, -rules.back_date_days.max(0)).unwrap_or(reported)
}
