//! The desk: what the units owe for which the actor reports, told apart into views. Which tasks those
//! are and in which order, the board knows.

use super::read::{Duty, duties, seated_units};
use super::sql;
use super::types::*;
use crate::programmes::{self, AssignmentRole, Fate, ProgrammeId, TaskId, TaskRow};
use crate::{Cx, OrgId, Result, UnitId};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A view of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// What is still to be done.
    Open,
    /// Of that, what the unit has not received.
    Unreceived,
    /// What was returned.
    Returned,
    /// What waits to be confirmed.
    Waiting,
    /// What is finished.
    Done,
}

impl View {
    /// All views, in the order of the tabs.
    pub const ALL: [View; 5] = [View::Open, View::Unreceived, View::Returned, View::Waiting, View::Done];

    /// The code in addresses.
    pub fn code(self) -> &'static str {
        match self {
            View::Open => "open",
            View::Unreceived => "unreceived",
            View::Returned => "returned",
            View::Waiting => "waiting",
            View::Done => "done",
        }
    }

    /// The view of a code.
    pub fn from_code(code: &str) -> Option<View> {
        View::ALL.into_iter().find(|view| view.code() == code)
    }

    /// Does a duty that has come so far belong to it?
    pub fn holds(self, stage: Stage) -> bool {
        match self {
            View::Open => !stage.done,
            View::Unreceived => !stage.done && !stage.received,
            View::Returned => stage.returned,
            View::Waiting => stage.waiting,
            View::Done => stage.done,
        }
    }
}

/// How far a duty has come, as far as the views tell apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stage {
    /// The task is finished.
    pub done: bool,
    /// The unit received it.
    pub received: bool,
    /// What the unit submitted last was returned.
    pub returned: bool,
    /// What the unit submitted last waits to be confirmed.
    pub waiting: bool,
}

impl Duty {
    /// How far it has come, with its task.
    pub fn stage(&self, row: &TaskRow) -> Stage {
        let fate = self.last.as_ref().and_then(|last| last.fate);
        Stage {
            done: row.verdict.standing.done(),
            received: self.receipt.is_some(),
            returned: matches!(fate, Some(Fate::Returned(_))),
            waiting: matches!(fate, Some(Fate::Waiting(..))),
        }
    }
}

/// Stages of the seats of a unit in a task in a role that were received or reported on; the others have
/// none.
pub(crate) type Stages = HashMap<(TaskId, UnitId, AssignmentRole), Vec<Stage>>;

/// The stages of seats of units for which the actor may report, perhaps of some more. Whether a task is
/// finished is left open.
pub(crate) async fn stages(cx: &mut Cx) -> Result<Stages> {
    let mut seats: HashMap<_, Stage> = HashMap::new();
    for (seat, role) in sql::received(cx).await? {
        seats.entry((seat, role)).or_default().received = true;
    }
    for (seat, role, returned) in sql::undecided(cx).await? {
        let stage = seats.entry((seat, role)).or_default();
        (stage.returned, stage.waiting) = (returned, !returned);
    }
    let mut found = Stages::new();
    for ((seat, role), stage) in seats {
        found.entry((seat.task, seat.unit, role)).or_default().push(stage);
    }
    Ok(found)
}

/// The duties of a few tasks for which the actor reports, in the order of the tasks.
///
/// # Errors
/// [`crate::Error::NotFound`] for a task of a programme that he may not see.
pub(crate) async fn duties_of(cx: &mut Cx, rows: Vec<TaskRow>) -> Result<Vec<(TaskRow, Duty)>> {
    let units = seated_units(cx, rows.iter()).await?;
    let mut orgs: HashMap<ProgrammeId, OrgId> = HashMap::new();
    let mut found = Vec::new();
    for row in rows {
        let org = match orgs.entry(row.programme) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(fresh) => *fresh.insert(programmes::find(cx, row.programme).await?.org),
        };
        let receipts = sql::receipts(cx, org, row.id).await?;
        let (drafts, sent): (Vec<Update>, Vec<Update>) =
            sql::of_task(cx, org, row.id).await?.into_iter().partition(Update::is_draft);
        let own = duties(cx, (&row, org), &units, &receipts, (&drafts, &sent));
        found.extend(own.into_iter().filter(|duty| duty.may_report).map(|duty| (row.clone(), duty)));
    }
    Ok(found)
}
