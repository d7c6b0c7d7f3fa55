//! Carrying out what was granted, in the transaction of the decision, through the operations of
//! `programmes`: each leaves its own audit row and keeps what was.

use super::rules::{self, Deadline};
use super::sql::{self, Record};
use super::types::{Decision, Kind, MatterId, Wanted};
use crate::access::Permit;
use crate::error::Problems;
use crate::programmes::{self, AssignmentRole, Holder, NewAssignment, NewTask, ProgrammeId, TaskId};
use crate::{Cx, Error, Reason, Result, UnitId};
use store::Day;

/// Carries a request out and returns the deadline that was set, if one was.
pub(super) async fn apply(
    cx: &mut Cx,
    permit: &Permit,
    record: &Record,
    kind: Kind,
    decision: &Decision,
) -> Result<Option<Day>> {
    let Some(task) = record.task_id.map(TaskId) else { return Ok(None) };
    let wanted = &record.wanted.0;
    let authority = decision.authority.as_deref().map(str::trim).filter(|name| !name.is_empty());
    if let Some(authority) = authority.or(wanted.authority.as_deref().filter(|_| kind == Kind::Objective)) {
        let key = (record.org_id, task, MatterId(record.id));
        sql::insert_cause(cx, permit, key, record.before_due_on, &record.body, authority).await?;
    }
    match kind {
        Kind::Extension => extend(cx, record, task, decision).await.map(Some),
        Kind::Alignment => {
            let due = decision.due.or(wanted.due);
            let due =
                due.ok_or_else(|| Error::invalid("due", Reason::new("requests-invalid-due-missing")))?;
            programmes::settle_due(cx, &[task], due, Some(&record.body)).await?;
            Ok(Some(due))
        }
        Kind::Review => {
            if let Some(due) = decision.due {
                programmes::settle_due(cx, &[task], due, Some(&record.body)).await?;
            }
            Ok(decision.due)
        }
        Kind::Reassignment => {
            reassign(cx, record, task).await?;
            Ok(None)
        }
        Kind::Merging => {
            merge(cx, permit, record, task).await?;
            Ok(None)
        }
        Kind::Objective | Kind::Amendment | Kind::Explanation | Kind::Obstacle => Ok(None),
    }
}

/// The limits are asked again: others may have been granted meanwhile.
async fn extend(cx: &mut Cx, record: &Record, task: TaskId, decision: &Decision) -> Result<Day> {
    let (org, programme) = (record.org_id, ProgrammeId(record.programme_id));
    let due = decision.due.or(record.wanted.due);
    let deadline = Deadline {
        current: record.due_on.map(|day| day.0),
        extensions: sql::extensions(cx, org, task).await?,
    };
    let limits = sql::limits(cx, org, programme).await?.unwrap_or_default();
    let mut problems = Problems::default();
    rules::check_extension(&mut problems, &Wanted { due, ..Wanted::default() }, &deadline, &limits);
    problems.settle()?;
    let due = due.ok_or_else(|| Error::invalid("due", Reason::new("requests-invalid-due-missing")))?;
    programmes::settle_due(cx, &[task], due, Some(&record.body)).await?;
    Ok(due)
}

/// The wanted unit leads in the place of the asking one; other roles stay.
async fn reassign(cx: &mut Cx, record: &Record, task: TaskId) -> Result<()> {
    let Some(unit) = record.wanted.unit else {
        return Err(Error::invalid("wanted_unit", Reason::new("requests-invalid-unit-missing")));
    };
    let (version, given) = programmes::task_as_given(cx, task).await?;
    let assignments = with_lead(&given.assignments, record.unit_id, unit);
    programmes::change_task(cx, task, version, NewTask { assignments, ..given }).await
}

fn with_lead(given: &[NewAssignment], from: UnitId, to: UnitId) -> Vec<NewAssignment> {
    let leads = |a: &NewAssignment, unit: UnitId| a.role.leads() && a.holder == Holder::Unit(unit);
    let replaces = given.iter().any(|a| leads(a, from));
    let mut made = Vec::new();
    if !replaces {
        made.push(NewAssignment { role: AssignmentRole::Lead, holder: Holder::Unit(to), focal: false });
    }
    for assignment in given {
        if leads(assignment, from) {
            made.push(NewAssignment { holder: Holder::Unit(to), ..assignment.clone() });
        } else if assignment.holder != Holder::Unit(to) && (replaces || !assignment.role.leads()) {
            made.push(assignment.clone());
        }
    }
    made
}

/// Two tasks become one: the wanted one stays and takes over what the other has beside it; the other ends
/// and points to it.
async fn merge(cx: &mut Cx, permit: &Permit, record: &Record, task: TaskId) -> Result<()> {
    let Some(into) = record.wanted.task else {
        return Err(Error::invalid("into", Reason::new("requests-invalid-task-missing")));
    };
    let (version, gone) = programmes::task_as_given(cx, task).await?;
    let (kept_version, kept) = programmes::task_as_given(cx, into).await?;
    programmes::change_task(cx, into, kept_version, merged(kept, gone)).await?;
    programmes::end_task(cx, task, version).await?;
    sql::insert_merged(cx, permit, record.org_id, (task, into), MatterId(record.id)).await
}

fn merged(mut kept: NewTask, gone: NewTask) -> NewTask {
    for assignment in gone.assignments {
        if matches!(assignment.holder, Holder::Awaiting | Holder::Unknown(_)) {
            continue;
        }
        let known = kept
            .assignments
            .iter()
            .any(|a| a.holder == assignment.holder && (a.role == assignment.role || a.role.leads()));
        if known {
            continue;
        }
        let role = if assignment.role.leads() { AssignmentRole::JointLead } else { assignment.role };
        if role.leads() {
            kept.assignments
                .retain(|a| a.holder != assignment.holder || a.role != AssignmentRole::Coordinating);
        }
        kept.assignments.push(NewAssignment { role, focal: false, ..assignment });
    }
    let new = |have: &[String], text: &String| !have.contains(text);
    let outputs: Vec<String> = gone.outputs.into_iter().filter(|one| new(&kept.outputs, one)).collect();
    kept.outputs.extend(outputs);
    let sources: Vec<_> = gone.sources.into_iter().filter(|one| !kept.sources.contains(one)).collect();
    kept.sources.extend(sources);
    let completed = kept.milestones.iter().any(|milestone| milestone.completes);
    for mut milestone in gone.milestones {
        milestone.completes &= !completed;
        if !kept.milestones.contains(&milestone) {
            kept.milestones.push(milestone);
        }
    }
    kept.funding.extend(gone.funding);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn unit(n: u128) -> UnitId {
        UnitId(Uuid::from_u128(n))
    }

    fn holds(role: AssignmentRole, n: u128) -> NewAssignment {
        NewAssignment { role, holder: Holder::Unit(unit(n)), focal: false }
    }

    #[test]
    fn another_lead_takes_the_place_of_the_one_that_asked() {
        use AssignmentRole::{Coordinating, JointLead, Lead};
        let given = [holds(Lead, 1), holds(JointLead, 2), holds(Coordinating, 3)];
        let made = with_lead(&given, unit(1), unit(3));
        assert_eq!(made, [holds(Lead, 3), holds(JointLead, 2)]);
        let made = with_lead(&[holds(Coordinating, 1)], unit(9), unit(4));
        assert_eq!(made, [holds(Lead, 4), holds(Coordinating, 1)]);
    }

    #[test]
    fn a_merged_task_keeps_everybody_and_one_lead() {
        use AssignmentRole::{Coordinating, JointLead, Lead};
        let task = |assignments: Vec<NewAssignment>, output: &str| NewTask {
            assignments,
            outputs: vec![output.into(), "chung".into()],
            ..NewTask::default()
        };
        let kept = task(vec![holds(Lead, 1), holds(Coordinating, 2)], "một");
        let gone = task(vec![holds(Lead, 2), holds(Coordinating, 1), holds(Coordinating, 3)], "hai");
        let made = merged(kept, gone);
        assert_eq!(made.assignments, [holds(Lead, 1), holds(JointLead, 2), holds(Coordinating, 3)]);
        assert_eq!(made.outputs, ["một", "chung", "hai"]);
    }
}
