//! The days on which a light may change though nothing new is recorded. Pure.

use super::periods::{Cycle, Period, shifted};
use super::rules::{Rules, TaskFacts, days_between};
use jiff::civil::Date;
use papers::plan::TimeKind;

/// Periods after the last one that anything is known of: by the end of the second the light of work
/// that nobody reports any more has come to rest.
const AFTER: usize = 3;

/// Days on which [`super::light`] may say something else than on the day before, the facts being the
/// same, in any order; days before `from` or after `to` may be left out. Between two of them neither
/// light nor standing changes; the board rests on that.
pub fn turns(facts: &TaskFacts, rules: &Rules, from: Date, to: Date) -> Vec<Date> {
    if facts.completion().is_some() {
        return Vec::new();
    }
    let time = &facts.time;
    let mut days = Vec::new();
    match time.kind {
        TimeKind::ByDate | TimeKind::ByMonth => {
            days.extend(time.due.into_iter().flat_map(|due| around(due.0, rules)));
            days.extend(time.due.and_then(|due| falls_behind(facts, rules, due.0)));
        }
        TimeKind::StartThenContinuous => {
            days.extend(time.start.into_iter().flat_map(|start| around(start.0, rules)));
            days.extend(of_periods(facts, rules, from, to));
        }
        TimeKind::Recurring | TimeKind::Continuous => days.extend(of_periods(facts, rules, from, to)),
        TimeKind::OnDemand | TimeKind::PerPlan | TimeKind::Unspecified => {}
    }
    days
}

/// From when a day is near, itself, and from when it is past.
fn around(day: Date, rules: &Rules) -> impl Iterator<Item = Date> {
    [shifted(day, -rules.near_due_days.max(0)), Some(day), shifted(day, 1)].into_iter().flatten()
}

/// The day from which a task that reports nothing more is behind its course.
fn falls_behind(facts: &TaskFacts, rules: &Rules, due: Date) -> Option<Date> {
    let from = facts.time.start.map(|day| day.0).or(facts.since)?;
    let (all, least) = (days_between(from, due), facts.percent() + rules.behind_points?);
    let gone = (least * all + 99).div_euclid(100).max(1);
    (all > 0).then(|| shifted(from, gone)).flatten()
}

/// The days after the ends of periods, and after those by which they are reported: from the first period
/// that is asked about to some after the last of which anything is known.
fn of_periods(facts: &TaskFacts, rules: &Rules, from: Date, to: Date) -> Vec<Date> {
    let Some(cycle) = rules.cycle(&facts.time) else { return Vec::new() };
    let (start, due) = (facts.time.start.map(|day| day.0), facts.time.due.map(|day| day.0));
    let claims = || facts.parts.iter().flat_map(|part| &part.claims);
    let known = claims().flat_map(|claim| [Some(claim.on), Some(claim.submitted), claim.period_to]);
    let first = claims().map(|claim| Some(claim.on)).chain([start, facts.since]).flatten().min();
    let last = known.chain([start, due, facts.since]).flatten().max();
    let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
    // A period is reported before the next one ends, so only the one before `from` reaches beyond it.
    let before = cycle.holding(from).and_then(|period| cycle.before(period));
    let first = before.map_or(first, |period| first.max(period.from));
    let Some(mut period) = cycle.holding(first) else { return Vec::new() };
    let (mut days, mut after) = (Vec::new(), 0);
    while after < AFTER && period.from <= to {
        days.extend(ends(cycle, period));
        after += usize::from(period.from > last);
        let Some(next) = shifted(period.to, 1).and_then(|day| cycle.holding(day)) else { break };
        period = next;
    }
    days
}

fn ends(cycle: Cycle, period: Period) -> impl Iterator<Item = Date> {
    let reported = shifted(cycle.report_by(period), 1);
    [Some(period.from), shifted(period.to, 1), reported].into_iter().flatten()
}

#[cfg(test)]
#[path = "turns_tests.rs"]
mod tests;
