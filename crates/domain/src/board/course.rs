//! The course of a task: what it looks like, day after day, by the rules of programmes. Pure.
//!
//! Facts change only on days on which something was recorded, and with the same facts a light changes
//! only on the days that [`turns`] names. So the rules are asked once for each such day, and never when
//! the board is: the board has no rule of its own.

use super::columns::{NO_DAY, Phase};
use super::days::{self, DayNo, Span};
use super::look::Look;
use super::places::Places;
use crate::UnitId;
use crate::programmes::{
    self, AssignmentId, AssignmentRole, Claim, Fate, Finished, Holder, Part, Rules, TaskFacts, TaskTime,
    turns,
};
use jiff::civil::{Date, date};

/// Something that held over some days.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Held<T> {
    pub span: Span,
    pub what: T,
}

/// A role in a task, and who holds it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seat {
    pub assignment: AssignmentId,
    pub role: AssignmentRole,
    pub holder: Holder,
    /// The focal point of several joint leads.
    pub focal: bool,
}

/// An update of a leading unit that was submitted, with all that became of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reported {
    pub assignment: AssignmentId,
    pub unit: UnitId,
    /// As it was submitted.
    pub claim: Claim,
    pub submitted: DayNo,
    pub confirmed: Option<DayNo>,
    pub returned: Option<DayNo>,
    /// The completion of the whole task that it brought about when it was confirmed.
    pub finished: Option<Finished>,
}

impl Reported {
    /// What was known of it at the end of a day; none before it was submitted.
    fn by(&self, day: DayNo) -> Option<Claim> {
        let by_then = |at: Option<DayNo>| at.filter(|at| *at <= day).map(days::day);
        let fate = match (by_then(self.returned), by_then(self.confirmed)) {
            (Some(at), _) => Fate::Returned(at),
            (None, Some(at)) => Fate::Confirmed(at),
            (None, None) => self.claim.fate,
        };
        (self.submitted <= day).then(|| Claim { fate, ..self.claim.clone() })
    }
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
    pub seats: Vec<Held<Seat>>,
    /// What leading units reported, in the order of submitting.
    pub reported: Vec<Reported>,
}

impl History {
    /// The facts as known at the end of a day; none where the task has no time then.
    fn facts(&self, day: DayNo, places: &Places) -> Option<TaskFacts> {
        let time = self.times.iter().find(|time| time.span.holds(day))?.what.clone();
        let present = || self.seats.iter().filter(|one| one.span.holds(day)).map(|one| &one.what);
        let leads = || present().filter(|seat| seat.role.leads());
        let unknown = |seat: &Seat| match &seat.holder {
            Holder::Unknown(printed) if !seat.role.leads() => Some(printed.clone()),
            _ => None,
        };
        let known: Vec<(&Reported, Claim)> =
            self.reported.iter().filter_map(|one| Some((one, one.by(day)?))).collect();
        let part = |(assignment, unit): (AssignmentId, UnitId)| Part {
            claims: known
                .iter()
                .filter(|(one, _)| one.assignment == assignment && one.unit == unit)
                .map(|(_, claim)| claim.clone())
                .collect(),
        };
        let focal = leads().any(|seat| seat.focal);
        let answering = leads().filter(|seat| !focal || seat.focal);
        let seats = answering
            .flat_map(|seat| units(seat, day, places).into_iter().map(|unit| (seat.assignment, unit)));
        let confirmed = known.iter().rev().filter(|(_, claim)| matches!(claim.fate, Fate::Confirmed(_)));
        Some(TaskFacts {
            time,
            outputs: self.outputs,
            leads: leads().map(|seat| seat.holder.clone()).collect(),
            unknown: present().filter_map(unknown).collect(),
            since: Some(days::day(self.span.from)),
            parts: seats.map(part).collect(),
            finished: confirmed.filter_map(|(one, _)| one.finished).next(),
        })
    }

    /// The days on which facts change, from the first day of the task on.
    fn changes(&self, places: &Places) -> Vec<DayNo> {
        let spans = self.times.iter().map(|time| time.span).chain(self.seats.iter().map(|one| one.span));
        let mut days: Vec<DayNo> = spans.flat_map(|span| [span.from, span.to]).collect();
        for one in &self.reported {
            days.extend([Some(one.submitted), one.confirmed, one.returned].into_iter().flatten());
        }
        for seat in self.seats.iter().filter(|seat| seat.what.role.leads()) {
            if let Holder::Grouping(grouping) = seat.what.holder {
                days.extend(places.members(grouping).iter().flat_map(|(_, span)| [span.from, span.to]));
            }
        }
        days.push(self.span.from);
        days.retain(|day| self.span.holds(*day));
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The phases of the task under the rules of its programme.
    pub fn course(&self, rules: &Rules, places: &Places) -> Vec<Phase> {
        let changes = self.changes(places);
        let mut phases: Vec<Phase> = Vec::new();
        for (at, from) in changes.iter().enumerate() {
            let to = changes.get(at + 1).copied().unwrap_or(self.span.to);
            let Some(facts) = self.facts(*from, places) else { continue };
            let turns = turns(&facts, rules, days::day(*from), days::day(to));
            let mut days: Vec<DayNo> = turns.into_iter().map(days::number).collect();
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

/// The units that a seat means on a day: the unit itself, or the members of the grouping, each once.
fn units(seat: &Seat, day: DayNo, places: &Places) -> Vec<UnitId> {
    match seat.holder {
        Holder::Unit(unit) => vec![unit],
        Holder::Grouping(grouping) => {
            let members = places.members(grouping).iter().filter(|(_, span)| span.holds(day));
            let mut units: Vec<UnitId> = members.filter_map(|(unit, _)| places.id(*unit)).collect();
            units.sort_unstable();
            units.dedup();
            units
        }
        Holder::Person { .. } | Holder::Awaiting | Holder::Unknown(_) => Vec::new(),
    }
}

fn phase(facts: &TaskFacts, rules: &Rules, from: DayNo) -> Phase {
    let verdict = programmes::light(facts, rules, days::day(from));
    let look = Look::new(&verdict, &programmes::defects(facts), &programmes::states(facts));
    let due = facts.time.due.or(facts.time.start).map_or(NO_DAY, |day| since_1970(day.0));
    Phase { from, look, due }
}

/// Days since 1 January 1970.
pub(crate) fn since_1970(day: Date) -> i32 {
    i32::try_from(programmes::days_between(date(1970, 1, 1), day)).unwrap_or(NO_DAY)
}
