//! The desk from the board: which tasks the units carry for which the actor reports, how many of them lie
//! in each view, and only the page that is shown is read from SQL.

use super::ask::{Question, asked};
use super::days;
use super::follow::Board;
use super::list::in_order;
use super::model::Model;
use super::tally::{self, Counting, Found};
use crate::access::{self, Action};
use crate::carrying::{self, Duty, Stage, Stages, View};
use crate::programmes::{self, AssignmentRole, Light, Order, ProgrammeId, Slice, Sort, TaskId, TaskRow};
use crate::{Cx, Result, UnitId};
use std::collections::{BTreeSet, HashMap};

/// A page of what the actor's units owe, with the numbers of the whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Desk {
    /// Duties in each view, in the order of [`View::ALL`]; of one unit where one is asked for.
    pub counts: [usize; View::ALL.len()],
    /// Duties of all units in tasks that are overdue.
    pub late: usize,
    /// Duties of all units whose last report was returned.
    pub returned: usize,
    /// Duties of all units that were not received.
    pub unreceived: usize,
    /// The units with duties, by name.
    pub units: Vec<(UnitId, String)>,
    /// The duties of the page with their tasks, what is late first.
    pub rows: Vec<(TaskRow, Duty)>,
}

/// A task that units carry for which the actor reports.
struct Owed {
    task: TaskId,
    programme: ProgrammeId,
    late: bool,
    done: bool,
    /// One for each seat, sorted.
    seats: Vec<(UnitId, AssignmentRole)>,
}

/// All of them, what is late first, and the units that have a seat, by name.
struct Owing {
    tasks: Vec<Owed>,
    units: Vec<(UnitId, String)>,
}

impl Owed {
    /// The unit of each seat and how far it has come; equal seats in any order.
    fn stages<'a>(&'a self, known: &'a Stages) -> impl Iterator<Item = (UnitId, Stage)> {
        let alike = self.seats.chunk_by(|a, b| a == b);
        alike.flat_map(move |seats| {
            let (unit, role) = seats[0];
            let known = known.get(&(self.task, unit, role)).map_or(&[][..], Vec::as_slice);
            let stage = |at: usize| known.get(at).copied().unwrap_or_default();
            (0..seats.len()).map(move |at| (unit, Stage { done: self.done, ..stage(at) }))
        })
    }
}

impl Board {
    /// The duties of the units for which the actor reports, of all or of one, what is late first; none
    /// while the board is being made.
    ///
    /// # Errors
    /// The engine failed.
    pub async fn desk(
        &self,
        cx: &mut Cx,
        view: View,
        unit: Option<UnitId>,
        slice: Slice,
    ) -> Result<Option<Desk>> {
        let Some(Owing { tasks, units }) = self.owed(cx)? else { return Ok(None) };
        let known = carrying::stages(cx).await?;
        let (mut counts, mut late, mut returned, mut unreceived) = ([0; View::ALL.len()], 0, 0, 0);
        let (mut page, mut before, mut passed) = (Vec::new(), 0, 0);
        for owed in &tasks {
            let first = passed;
            for (of, stage) in owed.stages(&known) {
                late += usize::from(owed.late);
                returned += usize::from(stage.returned);
                unreceived += usize::from(View::Unreceived.holds(stage));
                if unit.is_none_or(|unit| unit == of) {
                    let held = View::ALL.map(|view| usize::from(view.holds(stage)));
                    counts.iter_mut().zip(held).for_each(|(count, held)| *count += held);
                    passed += usize::from(view.holds(stage));
                }
            }
            if passed > first && passed > slice.skip && first < slice.skip.saturating_add(slice.take) {
                before = if page.is_empty() { slice.skip.saturating_sub(first) } else { before };
                page.push((owed.task, owed.programme));
            }
        }
        let rows = programmes::rows_of(cx, &page, None).await?;
        let mut rows = carrying::duties_of(cx, rows).await?;
        rows.retain(|(row, duty)| {
            unit.is_none_or(|unit| unit == duty.seat.unit) && view.holds(duty.stage(row))
        });
        let rows = rows.into_iter().skip(before).take(slice.take).collect();
        Ok(Some(Desk { counts, late, returned, unreceived, units, rows }))
    }

    /// The tasks with seats of units for which the actor reports.
    fn owed(&self, cx: &Cx) -> Result<Option<Owing>> {
        let guard = self.read();
        let Some(model) = guard.as_ref() else { return Ok(None) };
        let mut asked = asked(model, cx, &Question::default())?;
        let reach = access::reach(cx.actor(), Action::Report);
        let ranges: Option<Vec<(i64, i64)>> =
            reach.map(|units| units.into_iter().filter_map(|unit| model.places.range(unit)).collect());
        asked.slice.inside = ranges.as_ref().map(|ranges| model.places.inside(ranges, &asked.slice.days));
        let counting = Counting { day: asked.day, since: None, places: None };
        let found = tally::find(&model.columns, &asked.slice, &counting, |_, _, _| true);
        let looks: HashMap<usize, &Found> = found.iter().map(|one| (one.row, one)).collect();
        let order = Order::from(Sort::Light);
        let (mut tasks, mut units) = (Vec::new(), BTreeSet::new());
        for row in in_order(model, asked.day, &found, order, Slice::ALL) {
            let Some(look) = looks.get(&row) else { continue };
            let seats = seats(model, row, asked.day, ranges.as_deref());
            if seats.is_empty() {
                continue;
            }
            units.extend(seats.iter().map(|(unit, _)| *unit));
            let programme = model.groups[model.columns.group(row) as usize].programme;
            tasks.push(Owed {
                task: TaskId(model.columns.task(row)),
                programme: model.programmes[programme].facts.id,
                late: look.light == Light::Red,
                done: look.done,
                seats,
            });
        }
        Ok(Some(Owing { tasks, units: model.places.by_name(units) }))
    }
}

/// The seats of a row on a day whose places lie in one of the ranges, of whoever leads or coordinates.
fn seats(
    model: &Model,
    row: usize,
    day: days::DayNo,
    ranges: Option<&[(i64, i64)]>,
) -> Vec<(UnitId, AssignmentRole)> {
    let within =
        |place: i64| ranges.is_none_or(|ranges| ranges.iter().any(|(a, b)| (*a..=*b).contains(&place)));
    let mut seats = Vec::new();
    model.columns.carried(row, day, |holder, role| {
        if role.leads() || role == AssignmentRole::Coordinating {
            let held = model.places.seats(holder, day).into_iter().filter(|(_, place)| within(*place));
            seats.extend(held.map(|(unit, _)| (unit, role)));
        }
    });
    seats.sort_unstable();
    seats
}
