//! Asking the board: which slice, within what the actor may see, and what it shows.

use super::columns::{DueIn, Slice};
use super::course::since_1970;
use super::days::{self, DayNo, Days};
use super::follow::Board;
use super::look::Look;
use super::model::Model;
use super::tally::{self, AWAY, Counting, Four, Tally, lights};
use crate::access::{self, Action};
use crate::programmes::{
    Defect, GroupCount, Light, LightCounts, ProgrammeId, RoleFilter, Standing, State, TaskId, Window,
};
use crate::{Cx, Error, Result, UnitId};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What is asked of the board. Everything that is none asks for all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// Carried by a unit or one below it.
    pub unit: Option<UnitId>,
    /// In which role that unit.
    pub role: RoleFilter,
    /// Of one programme.
    pub programme: Option<ProgrammeId>,
    /// In a group or the groups inside it; the empty code means in none.
    pub group: Option<String>,
    /// Due when.
    pub window: Window,
    /// As known at the end of this day, judged on it; today when none.
    pub as_of: Option<Date>,
    /// The day to compare with.
    pub since: Option<Date>,
    /// Further days for which lights are counted; at most 62 together are.
    pub history: Vec<Date>,
    /// Also count by unit.
    pub by_unit: bool,
}

/// A programme in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeCount {
    /// The programme.
    pub programme: ProgrammeId,
    /// Its name.
    pub title: String,
    /// The unit whose programme it is.
    pub owner: UnitId,
    /// Its tasks of the slice by light.
    pub counts: LightCounts,
    /// Tasks of the slice with a defect.
    pub defective: usize,
}

/// Tasks that passed from one light to another between two days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// The light on the first day; none where the task was not in the slice.
    pub from: Option<Light>,
    /// The light on the second day; none where it no longer is.
    pub to: Option<Light>,
    /// How many.
    pub tasks: usize,
}

/// What the board says of a slice.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The day looked at.
    pub day: Date,
    /// By light.
    pub counts: LightCounts,
    /// By light on every day asked about, the earliest first.
    pub series: Vec<(Date, LightCounts)>,
    /// The programmes that the actor may see and that were there, latest first, with their numbers.
    pub programmes: Vec<ProgrammeCount>,
    /// By main group of each programme, in the order of the programmes; only groups with tasks.
    pub groups: Vec<GroupCount>,
    /// By unit that leads a task, itself and below it, most overdue first; then by total and id.
    pub units: Vec<(UnitId, LightCounts)>,
    /// How far the work has come.
    pub standings: Vec<(Standing, usize)>,
    /// Tasks with each defect.
    pub defects: Vec<(Defect, usize)>,
    /// Tasks in each state.
    pub states: Vec<(State, usize)>,
    /// What changed since the day compared with; only changes.
    pub moves: Vec<Move>,
}

/// The records behind a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// How many there are.
    pub total: usize,
    /// The first of them: red first, then by day.
    pub tasks: Vec<TaskId>,
}

/// Which records of a slice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Behind {
    /// Of a light.
    pub light: Option<Light>,
    /// By what they were on the day compared with.
    pub was: Was,
}

/// What a record was on the day compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Was {
    /// Whatever it was.
    #[default]
    Anything,
    /// Of this light, and now of another.
    Light(Light),
    /// There, and something else than now.
    Other,
    /// Not there.
    Away,
}

impl Was {
    /// Is it so of a record that was of one light ([`AWAY`] for none) and is of another?
    pub(super) fn holds(self, was: usize, is: usize) -> bool {
        match self {
            Was::Anything => true,
            Was::Light(light) => light as usize == was && was != is,
            Was::Other => was != AWAY && was != is,
            Was::Away => was == AWAY,
        }
    }
}

pub(super) struct Asked {
    pub slice: Slice,
    pub day: DayNo,
    pub since: Option<DayNo>,
    /// For each programme, whether the actor may see it.
    pub seen: Vec<bool>,
}

impl Board {
    /// Counts a slice of what the actor may see; none while the board is being made.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a unit that is not known or a programme that he may not see.
    pub fn look(&self, cx: &Cx, question: &Question) -> Result<Option<Seen>> {
        let guard = self.read();
        let Some(model) = guard.as_ref() else { return Ok(None) };
        let asked = asked(model, cx, question)?;
        let places = question.by_unit.then_some(&model.places);
        let counting = Counting { day: asked.day, since: asked.since, places };
        let tally = tally::tally(&model.columns, &asked.slice, &counting);
        Ok(Some(shown(model, &asked, tally, cx, question)))
    }

    /// The records behind a number of a slice, at most so many; none while the board is being made.
    ///
    /// # Errors
    /// As [`Board::look`].
    pub fn find(&self, cx: &Cx, question: &Question, behind: Behind, most: usize) -> Result<Option<Records>> {
        let guard = self.read();
        let Some(model) = guard.as_ref() else { return Ok(None) };
        let asked = asked(model, cx, question)?;
        let counting = Counting { day: asked.day, since: asked.since, places: None };
        let wanted = |_: usize, was: usize, look: Look| {
            behind.light.is_none_or(|light| light == look.light()) && behind.was.holds(was, look.light_no())
        };
        let mut found = tally::find(&model.columns, &asked.slice, &counting, wanted);
        let total = found.len();
        if most < total {
            found.select_nth_unstable(most);
            found.truncate(most);
        }
        found.sort_unstable();
        let task = |one: &tally::Found| TaskId(model.columns.task(one.row));
        Ok(Some(Records { total, tasks: found.iter().map(task).collect() }))
    }
}

pub(super) fn asked(model: &Model, cx: &Cx, question: &Question) -> Result<Asked> {
    let day = question.as_of.unwrap_or_else(|| cx.today());
    let (number, since) = (days::number(day), question.since.map(days::number));
    let history = question.history.iter().rev().take(days::MOST_DAYS - 2).map(|day| days::number(*day));
    let days = Days::new(history.chain([number]).chain(since).collect());
    let seen = visible(model, cx);
    let only = match question.programme {
        Some(id) => Some(model.programme(id).filter(|at| seen[*at]).ok_or(Error::NotFound)?),
        None => None,
    };
    let in_group = |code: Option<&str>| match (question.group.as_deref(), code) {
        (None, _) | (Some(""), None) => true,
        (Some(""), Some(_)) | (Some(_), None) => false,
        (Some(group), Some(code)) => crate::programmes::in_group(code, group),
    };
    let counts = |group: &super::model::Group| {
        seen[group.programme]
            && only.is_none_or(|only| only == group.programme)
            && in_group(group.code.as_deref())
    };
    let inside = match question.unit {
        Some(unit) => Some(model.places.inside(&[model.places.range(unit).ok_or(Error::NotFound)?], &days)),
        None => None,
    };
    let groups = model.groups.iter().map(counts).collect();
    let due = due(question.window, day);
    Ok(Asked { slice: Slice { days, groups, inside, role: question.role, due }, day: number, since, seen })
}

fn due(window: Window, today: Date) -> Option<DueIn> {
    let today = since_1970(today);
    match window {
        Window::Any => None,
        Window::Past => Some(DueIn::Between(i32::MIN, today - 1)),
        Window::Within(days) => Some(DueIn::Between(today, today + i32::from(days))),
        Window::Between(from, to) => {
            Some(DueIn::Between(from.map_or(i32::MIN, since_1970), to.map_or(i32::MAX, since_1970)))
        }
        Window::Undated => Some(DueIn::Undated),
    }
}

/// Which programmes the actor may see: of units under his grants, and those whose tasks such units
/// carry.
fn visible(model: &Model, cx: &Cx) -> Vec<bool> {
    let Some(units) = access::reach(cx.actor(), Action::ViewProgrammes) else {
        return vec![true; model.programmes.len()];
    };
    let ranges: Vec<(i64, i64)> = units.into_iter().filter_map(|unit| model.places.range(unit)).collect();
    let today = Days::new(vec![days::number(cx.today())]);
    let inside = model.places.inside(&ranges, &today);
    let carried = |programme: &super::model::Programme| {
        programme.holders.keys().any(|holder| model.places.reaches(*holder, &inside))
    };
    let owned = |programme: &super::model::Programme| model.places.is_within(programme.facts.owner, &ranges);
    model.programmes.iter().map(|programme| owned(programme) || carried(programme)).collect()
}

fn add(to: &mut Four, four: &Four) {
    to.iter_mut().zip(four).for_each(|(to, n)| *to += n);
}

fn shown(model: &Model, asked: &Asked, tally: Tally, cx: &Cx, question: &Question) -> Seen {
    let mut all = [0; 4];
    let mut programmes = vec![([0; 4], 0_u32); model.programmes.len()];
    let mut mains: BTreeMap<(usize, u32), Four> = BTreeMap::new();
    for (number, (group, four)) in model.groups.iter().zip(&tally.groups).enumerate() {
        if *four != [0; 4] {
            add(&mut all, four);
            add(&mut programmes[group.programme].0, four);
            programmes[group.programme].1 += tally.defective[number];
            add(mains.entry((group.programme, group.main)).or_default(), four);
        }
    }
    let numbers = asked.slice.days.numbers();
    Seen {
        day: question.as_of.unwrap_or_else(|| cx.today()),
        counts: lights(&all),
        series: numbers.iter().zip(&tally.series).map(|(at, four)| (days::day(*at), lights(four))).collect(),
        groups: groups(model, &mains),
        programmes: listed(model, asked, &programmes),
        units: units(model, &tally),
        standings: tally.marks.standings(),
        defects: tally.marks.defects(),
        states: tally.marks.states(),
        moves: moves(&tally),
    }
}

fn listed(model: &Model, asked: &Asked, counts: &[(Four, u32)]) -> Vec<ProgrammeCount> {
    let one = |at: usize| {
        let facts = &model.programmes[at].facts;
        ProgrammeCount {
            programme: facts.id,
            title: facts.title.clone(),
            owner: facts.owner,
            counts: lights(&counts[at].0),
            defective: counts[at].1 as usize,
        }
    };
    let there = |at: &usize| asked.seen[*at] && model.programmes[*at].facts.created <= asked.day;
    let mut found: Vec<usize> = (0..counts.len()).filter(there).collect();
    found.sort_by_key(|at| {
        std::cmp::Reverse((model.programmes[*at].facts.created, model.programmes[*at].facts.id))
    });
    found.into_iter().map(one).collect()
}

fn groups(model: &Model, mains: &BTreeMap<(usize, u32), Four>) -> Vec<GroupCount> {
    let one = |((programme, group), four): (&(usize, u32), &Four)| {
        let facts = &model.programmes[*programme].facts;
        let code = model.groups[*group as usize].code.clone().unwrap_or_default();
        let place = facts.outline.iter().position(|(known, _)| *known == code);
        let title = place.map(|at| facts.outline[at].1.clone()).unwrap_or_default();
        let count = GroupCount { programme: facts.id, code, title, level: 1, counts: lights(four) };
        ((*programme, place.unwrap_or(usize::MAX)), count)
    };
    let mut found: Vec<_> = mains.iter().map(one).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.code.cmp(&b.1.code)));
    found.into_iter().map(|(_, count)| count).collect()
}

fn units(model: &Model, tally: &Tally) -> Vec<(UnitId, LightCounts)> {
    let leading = tally.leading.iter().enumerate().filter(|(_, leads)| **leads);
    let mut found: Vec<(UnitId, LightCounts)> =
        leading.filter_map(|(at, _)| Some((model.places.id(at as u32)?, lights(&tally.units[at])))).collect();
    found
        .sort_by_key(|(unit, counts)| (std::cmp::Reverse((counts.red, counts.amber, counts.total())), *unit));
    found
}

fn moves(tally: &Tally) -> Vec<Move> {
    let light = |at: usize| (at != AWAY).then(|| Light::ALL[at]);
    let mut found = Vec::new();
    for (from, row) in tally.moves.iter().enumerate() {
        for (to, tasks) in row.iter().enumerate() {
            if from != to && *tasks > 0 {
                found.push(Move { from: light(from), to: light(to), tasks: *tasks as usize });
            }
        }
    }
    found
}
