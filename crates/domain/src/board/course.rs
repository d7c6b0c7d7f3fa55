//! The course of a task: what it looks like, day after day, by the rules of programmes. Pure.
//!
//! Facts change only on days on which something was recorded, and with the same facts a light changes
//! only on the days that [`turns`] names. So the rules are asked once for each such day, and never when
//! the board is: the board has no rule of its own.

use super::columns::{NO_DAY, Phase};
use super::days::{self, DayNo, Span};
use super::look::Look;
use crate::programmes::rules::{self, Rules, TaskFacts};
use crate::programmes::{AssignmentRole, Holder, TaskTime, turns};
use jiff::civil::{Date, date};

/// Something that held over some days.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Held<T> {
    pub span: Span,
    pub what: T,
}

/// Everything that the rules need of a task, with the days over which it held.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct History {
    /// The days on which it is part of the plan.
    pub span: Span,
    /// Number of required products.
    pub outputs: usize,
    /// Its times, one after the other.
    pub times: Vec<Held<TaskTime>>,
    /// Who holds which role.
    pub carriers: Vec<Held<(AssignmentRole, Holder)>>,
}

impl History {
    /// The facts as known at the end of a day; none where the task has no time then.
    fn facts(&self, day: DayNo) -> Option<TaskFacts> {
        let time = self.times.iter().find(|time| time.span.holds(day))?.what.clone();
        let present = || self.carriers.iter().filter(|one| one.span.holds(day)).map(|one| &one.what);
        let unknown = |(role, holder): &(AssignmentRole, Holder)| match holder {
            Holder::Unknown(printed) if !role.leads() => Some(printed.clone()),
            _ => None,
        };
        Some(TaskFacts {
            time,
            outputs: self.outputs,
            leads: present().filter(|(role, _)| role.leads()).map(|(_, holder)| holder.clone()).collect(),
            unknown: present().filter_map(unknown).collect(),
        })
    }

    /// The days on which facts change, from the first day of the task on.
    fn changes(&self) -> Vec<DayNo> {
        let spans = self.times.iter().map(|time| time.span).chain(self.carriers.iter().map(|one| one.span));
        let mut days: Vec<DayNo> = spans.flat_map(|span| [span.from, span.to]).collect();
        days.push(self.span.from);
        days.retain(|day| self.span.holds(*day));
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The phases of the task under the rules of its programme.
    pub fn course(&self, rules: &Rules) -> Vec<Phase> {
        let changes = self.changes();
        let mut phases: Vec<Phase> = Vec::new();
        for (at, from) in changes.iter().enumerate() {
            let to = changes.get(at + 1).copied().unwrap_or(self.span.to);
            let Some(facts) = self.facts(*from) else { continue };
            let mut days: Vec<DayNo> = turns(&facts, rules).into_iter().map(days::number).collect();
            days.retain(|day| *from < *day && *day < to);
            days.push(*from);
            days.sort_unstable();
            for day in days {
                let phase = phase(&facts, rules, day);
                if phases.last().is_none_or(|last| (last.look, last.due) != (phase.look, phase.due)) {
                    phases.push(phase);
                }
            }
        }
        phases
    }
}

fn phase(facts: &TaskFacts, rules: &Rules, from: DayNo) -> Phase {
    let verdict = rules::light(facts, rules, days::day(from));
    let look = Look::new(&verdict, &rules::defects(facts), &rules::states(facts));
    let due = facts.time.due.or(facts.time.start).map_or(NO_DAY, |day| since_1970(day.0));
    Phase { from, look, due }
}

/// Days since 1 January 1970.
pub(crate) fn since_1970(day: Date) -> i32 {
    i32::try_from(rules::days_between(date(1970, 1, 1), day)).unwrap_or(NO_DAY)
}
