//! The board as a whole: rows, units, programmes and groups by number. Pure.

use super::columns::{Carrying, Columns, GroupNo, HolderNo, Row};
use super::course::{Held, History, Seat};
use super::days::DayNo;
use super::places::{Places, Tree};
use crate::programmes::{Holder, ProgrammeId, Rules, TaskId};
use crate::{OrgId, UnitId};
use std::collections::HashMap;
use store::Micros;
use uuid::Uuid;

/// A programme as the board needs it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ProgrammeFacts {
    pub id: ProgrammeId,
    pub org: OrgId,
    pub owner: UnitId,
    pub title: String,
    /// The day on which it was set up.
    pub created: DayNo,
    /// The instant of that.
    pub created_at: Micros,
    pub rules: Rules,
    /// Codes and headings of its groups, in their order.
    pub outline: Vec<(String, String)>,
}

/// A task as the board needs it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TaskFacts {
    pub id: TaskId,
    pub programme: ProgrammeId,
    pub group: Option<String>,
    /// Its place in the document.
    pub position: i32,
    /// The words that a search looks through, folded.
    pub text: String,
    pub history: History,
}

/// What was read again because something was written.
#[derive(Debug)]
pub(crate) enum Change {
    Units(Tree),
    Programme(Box<ProgrammeFacts>, Vec<TaskFacts>),
    Task(Box<TaskFacts>),
}

#[derive(Debug)]
pub(crate) struct Programme {
    pub facts: ProgrammeFacts,
    /// Who carries tasks of it now, and how many times.
    pub holders: HashMap<HolderNo, u32>,
}

#[derive(Debug)]
pub(crate) struct Group {
    pub programme: usize,
    pub code: Option<String>,
    /// The main group that it lies in, by number.
    pub main: GroupNo,
}

/// Everything in memory.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub columns: Columns,
    pub places: Places,
    pub programmes: Vec<Programme>,
    pub groups: Vec<Group>,
    rows: HashMap<TaskId, u32>,
    programme_no: HashMap<ProgrammeId, usize>,
    group_no: HashMap<(usize, Option<String>), GroupNo>,
}

impl Model {
    /// The number of a programme.
    pub fn programme(&self, id: ProgrammeId) -> Option<usize> {
        self.programme_no.get(&id).copied()
    }

    /// The row of a task, as it was put in.
    pub fn row_of(&self, task: TaskId) -> Option<Row> {
        self.rows.get(&task).map(|row| self.columns.row(*row as usize))
    }

    /// Every task on the board.
    pub fn tasks(&self) -> impl Iterator<Item = TaskId> {
        self.rows.keys().copied()
    }

    fn group(&mut self, programme: usize, code: Option<String>) -> GroupNo {
        if let Some(number) = self.group_no.get(&(programme, code.clone())) {
            return *number;
        }
        let main = code.as_deref().and_then(|code| code.split_once('.')).map(|(main, _)| main.to_owned());
        let main = main.map(|main| self.group(programme, Some(main)));
        let number = self.groups.len() as GroupNo;
        self.groups.push(Group { programme, code: code.clone(), main: main.unwrap_or(number) });
        self.group_no.insert((programme, code), number);
        number
    }

    /// Applies what was read again. Whatever was known of the thing before is forgotten, so a change may
    /// be applied twice, and only the order of the readings counts.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Units(tree) => self.places.lay_out(&tree),
            Change::Programme(facts, tasks) => {
                self.put_programme(*facts);
                tasks.into_iter().for_each(|task| self.put_task(task));
            }
            Change::Task(task) => self.put_task(*task),
        }
    }

    fn put_programme(&mut self, facts: ProgrammeFacts) {
        if let Some(number) = self.programme_no.get(&facts.id) {
            self.programmes[*number].facts = facts;
            return;
        }
        self.programme_no.insert(facts.id, self.programmes.len());
        self.programmes.push(Programme { facts, holders: HashMap::new() });
    }

    fn put_task(&mut self, task: TaskFacts) {
        let Some(programme) = self.programme(task.programme) else { return };
        if let Some(row) = self.rows.remove(&task.id) {
            self.forget(row as usize);
        }
        if task.history.span.is_empty() {
            return;
        }
        let row = Row {
            task: task.id.0,
            group: self.group(programme, task.group),
            position: task.position,
            text: task.text,
            span: task.history.span,
            phases: task.history.course(&self.programmes[programme].facts.rules, &self.places),
            carriers: self.carriers(&task.history),
        };
        let number = self.columns.push(&row);
        let holders = &mut self.programmes[programme].holders;
        self.columns.present(number, |holder| *holders.entry(holder).or_default() += 1);
        self.rows.insert(task.id, number as u32);
    }

    /// Who carries it, in the order in which they are named: leads first, of them the focal point.
    fn carriers(&mut self, history: &History) -> Vec<Carrying> {
        let mut carriers = Vec::new();
        let mut seats: Vec<&Held<Seat>> = history.seats.iter().collect();
        seats.sort_by_key(|held| (held.what.role, !held.what.focal));
        for held in seats {
            let holder = match &held.what.holder {
                Holder::Unit(unit) => self.places.unit(*unit),
                Holder::Grouping(grouping) => self.places.grouping(*grouping),
                Holder::Person { .. } | Holder::Awaiting | Holder::Unknown(_) => continue,
            };
            carriers.push(Carrying { holder, role: held.what.role, span: held.span });
        }
        carriers
    }

    fn forget(&mut self, row: usize) {
        let programme = self.groups[self.columns.group(row) as usize].programme;
        let holders = &mut self.programmes[programme].holders;
        self.columns.present(row, |holder| {
            if let Some(times) = holders.get_mut(&holder) {
                *times -= 1;
                if *times == 0 {
                    holders.remove(&holder);
                }
            }
        });
        self.columns.retire(row);
    }

    /// Are so many rows retired that they are worth leaving out?
    pub fn is_sparse(&self) -> bool {
        self.columns.retired() > 1_000 + self.columns.len() / 4
    }

    /// Leaves retired rows out.
    pub fn compact(&mut self) {
        self.columns = self.columns.compacted();
        let number = |row: usize| (TaskId(self.columns.task(row)), row as u32);
        self.rows = (0..self.columns.len()).map(number).collect();
    }

    /// Tasks of which the other board knows something else, with units as both know them.
    pub fn differences(&self, other: &Model) -> Vec<TaskId> {
        let shown = |model: &Model, task: TaskId| {
            let row = model.row_of(task)?;
            let group = &model.groups[row.group as usize];
            let programme = model.programmes[group.programme].facts.clone();
            let mut carriers: Vec<_> =
                row.carriers.iter().map(|one| (model.places.key(one.holder), one.role, one.span)).collect();
            carriers.sort();
            let words = (row.position, row.text);
            Some((group.code.clone(), programme, words, row.span, row.phases, carriers))
        };
        let mut tasks: Vec<TaskId> = self.tasks().chain(other.tasks()).collect();
        tasks.sort_unstable();
        tasks.dedup();
        tasks.retain(|task| shown(self, *task) != shown(other, *task));
        tasks
    }

    /// Bytes in memory, roughly: columns, and maps with their slack.
    pub fn bytes(&self) -> usize {
        let rows = self.rows.capacity() * (size_of::<Uuid>() + size_of::<u32>() + 1);
        let holders: usize = self.programmes.iter().map(|one| one.holders.capacity() * 9).sum();
        self.columns.bytes() + rows + holders
    }
}
