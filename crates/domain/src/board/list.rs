//! Lists of tasks from the board: which tasks, in which order, and only the page that is shown is read
//! from SQL. What a list shows is what [`programmes::tasks`] shows.

use super::ask::{Question, Was, asked};
use super::columns::Columns;
use super::days::DayNo;
use super::follow::Board;
use super::look::Look;
use super::model::Model;
use super::tally::{self, Counting, Found, Four, lights};
use crate::programmes::{
    self, LightCounts, Order, ProgrammeId, Slice, Sort, TaskFilter, TaskId, TaskList, search_words,
};
use crate::{Cx, Result, UnitId};
use jiff::civil::Date;
use std::cmp::Reverse;

/// Pages up to this size are read task by task; more is read programme by programme.
const PAGE: usize = 200;
/// Units that a filter offers at most, those highest in the tree.
const UNITS: usize = 200;

/// Only what changed: by what a task was on another day, earlier or later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// The other day.
    pub since: Date,
    /// What it was then.
    pub was: Was,
}

/// What the board knows of a list.
struct Listed {
    day: Date,
    /// The tasks of the page, or all of them.
    tasks: Vec<(TaskId, ProgrammeId)>,
    total: usize,
    counts: LightCounts,
    units: Vec<(UnitId, String)>,
}

impl Board {
    /// The tasks that a filter finds among what the actor may see, of all or of those only that changed;
    /// none while the board is being made.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for a programme or unit that he may not see.
    pub async fn tasks(
        &self,
        cx: &mut Cx,
        filter: &TaskFilter,
        changed: Option<Changed>,
        order: impl Into<Order>,
        slice: Slice,
    ) -> Result<Option<TaskList>> {
        let (order, few) = (order.into(), slice.take <= PAGE);
        let page = if few { slice } else { Slice::ALL };
        let Some(listed) = self.listed(cx, filter, changed, order, page)? else { return Ok(None) };
        let Listed { day, tasks, total, counts, units } = listed;
        if few {
            let rows = programmes::rows_of(cx, &tasks, filter.as_of).await?;
            return Ok(Some(TaskList { day, rows, total, counts, units }));
        }
        let mut list = programmes::tasks(cx, filter, order, Slice::ALL).await?;
        if changed.is_some() {
            let kept: std::collections::HashSet<TaskId> = tasks.iter().map(|(task, _)| *task).collect();
            list.rows.retain(|row| kept.contains(&row.id));
        }
        let rows = list.rows.into_iter().skip(slice.skip).take(slice.take).collect();
        Ok(Some(TaskList { day, rows, total, counts, units }))
    }

    fn listed(
        &self,
        cx: &Cx,
        filter: &TaskFilter,
        changed: Option<Changed>,
        order: Order,
        slice: Slice,
    ) -> Result<Option<Listed>> {
        let guard = self.read();
        let Some(model) = guard.as_ref() else { return Ok(None) };
        let question = Question {
            unit: filter.unit,
            role: filter.role,
            programme: filter.programme,
            group: filter.group.clone(),
            window: filter.window,
            as_of: filter.as_of,
            since: changed.map(|changed| changed.since),
            ..Question::default()
        };
        let asked = asked(model, cx, &question)?;
        let words = search_words(&filter.text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let holding = model.columns.texts().holding(&words);
        let wanted = |row: usize, was: usize, look: Look| {
            holding.as_ref().is_none_or(|holding| holding[row])
                && filter.defect.is_none_or(|defect| look.has_defect(defect))
                && filter.state.is_none_or(|state| look.has_state(state))
                && filter.standing.is_none_or(|standing| look.standing_no() == standing as usize)
                && changed.is_none_or(|changed| changed.was.holds(was, look.light_no()))
        };
        let counting = Counting { day: asked.day, since: asked.since, places: None };
        let mut found = tally::find(&model.columns, &asked.slice, &counting, wanted);
        let mut counts: Four = [0; 4];
        found.iter().for_each(|one| counts[one.light as usize] += 1);
        found.retain(|one| filter.light.is_none_or(|light| light == one.light));
        let total = found.len();
        let page = in_order(model, asked.day, &found, order, slice);
        let task = |row: &usize| {
            let programme = model.groups[model.columns.group(*row) as usize].programme;
            (TaskId(model.columns.task(*row)), model.programmes[programme].facts.id)
        };
        Ok(Some(Listed {
            day: filter.as_of.unwrap_or_else(|| cx.today()),
            tasks: page.iter().map(task).collect(),
            total,
            counts: lights(&counts),
            units: offered(model, &asked.seen, filter.programme),
        }))
    }
}

/// What a row is ordered by: those that have nothing to go by last, then by what is asked for, then as
/// in the documents.
#[derive(Debug, Clone, Copy)]
struct Key {
    last: bool,
    by: u64,
    programme: u32,
    position: i32,
    row: u32,
}

/// The rows of one page, in order. Only that page is sorted.
pub(super) fn in_order(model: &Model, day: DayNo, found: &[Found], order: Order, slice: Slice) -> Vec<usize> {
    let ranks = ranks(model);
    let key = |one: &Found| {
        let (last, by) = by(model, day, one, order.by);
        let programme = ranks[model.groups[model.columns.group(one.row) as usize].programme];
        let (programme, position) =
            if order.by == Sort::Id { (0, 0) } else { (programme, model.columns.position(one.row)) };
        Key { last, by, programme, position, row: one.row as u32 }
    };
    let mut keys: Vec<Key> = found.iter().map(key).collect();
    let task = |key: &Key| model.columns.task(key.row as usize);
    let compare = |a: &Key, b: &Key| {
        let by = (a.by, a.programme, a.position).cmp(&(b.by, b.programme, b.position));
        let by = by.then_with(|| task(a).cmp(&task(b)));
        a.last.cmp(&b.last).then(if order.descending { by.reverse() } else { by })
    };
    let end = slice.skip.saturating_add(slice.take);
    if end < keys.len() {
        keys.select_nth_unstable_by(end, compare);
        keys.truncate(end);
    }
    keys.sort_unstable_by(compare);
    keys.into_iter().skip(slice.skip).map(|key| key.row as usize).collect()
}

/// A number that grows as the order goes on, and whether there is none.
fn by(model: &Model, day: DayNo, one: &Found, by: Sort) -> (bool, u64) {
    let due = || u64::from(one.due.cast_unsigned() ^ (1 << 31));
    match by {
        Sort::Document => (false, 0),
        Sort::Id => (false, (model.columns.task(one.row).as_u128() >> 64) as u64),
        Sort::Light => (false, (one.light as u64) << 32 | due()),
        Sort::Due => (one.due == i32::MAX, due()),
        Sort::Unit => {
            let first = first_lead(&model.columns, one.row, day);
            (first.is_none(), first.map_or(0, |holder| u64::from(model.places.rank(holder))))
        }
    }
}

fn first_lead(columns: &Columns, row: usize, day: DayNo) -> Option<u32> {
    let mut first = None;
    columns.leads(row, day, |holder| first = first.or(Some(holder)));
    first
}

/// The place of each programme in lists: the latest first.
fn ranks(model: &Model) -> Vec<u32> {
    let mut order: Vec<usize> = (0..model.programmes.len()).collect();
    order.sort_by_key(|at| {
        let facts = &model.programmes[*at].facts;
        Reverse((facts.created_at, facts.id))
    });
    let mut ranks = vec![0; order.len()];
    order.into_iter().zip(0..).for_each(|(at, rank)| ranks[at] = rank);
    ranks
}

/// Units that carry tasks of the programmes looked at, by name; of very many those highest in the tree.
fn offered(model: &Model, seen: &[bool], only: Option<ProgrammeId>) -> Vec<(UnitId, String)> {
    let only = only.and_then(|id| model.programme(id));
    let mut carrying = vec![false; model.places.len()];
    for (at, programme) in model.programmes.iter().enumerate() {
        if seen[at] && only.is_none_or(|only| only == at) {
            programme.holders.keys().for_each(|holder| carrying[*holder as usize] = true);
        }
    }
    let held = |holder: &u32| carrying[*holder as usize] && model.places.is_unit(*holder);
    let mut units: Vec<u32> = (0..carrying.len() as u32).filter(held).collect();
    if units.len() > UNITS {
        units.sort_by_key(|holder| Reverse(model.places.width(*holder)));
        units.truncate(UNITS);
    }
    model.places.by_name(units.into_iter().filter_map(|holder| model.places.id(holder)))
}
