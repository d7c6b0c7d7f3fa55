//! The statements of this context; nothing else writes its tables.

mod rows;
mod write;

pub(super) use rows::*;
pub(super) use write::*;

use super::report::Seat;
use super::types::*;
use crate::programmes::{
    AssignmentId, AssignmentRole, ClaimKind, Confirmer, Fate, MilestoneId, Period, ProgrammeId, TaskId,
};
use crate::{AccountId, Cx, Error, OrgId, Result, UnitId, units};
use sqlx::types::Json;
use store::blobs::Digest;
use store::{Day, Micros, sql};
use uuid::Uuid;

/// An account's person.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct PersonRow {
    pub(super) id: Uuid,
    pub(super) name: String,
}

/// The units under the grants of the account `$2`, and those that were merged into them; with `$1` all.
/// What belongs to them is joined to them, so that its index by unit serves.
macro_rules! mine {
    () => {
        "mine (id) AS (
           SELECT au.id FROM role_grant g JOIN unit gu ON gu.id = g.unit_id
           JOIN unit au ON au.tree_from BETWEEN gu.tree_from AND gu.tree_to
           WHERE g.account_id = $2 AND g.withdrawn_at IS NULL
           UNION
           SELECT id FROM unit WHERE $1
           UNION
           SELECT l.unit_id FROM mine m JOIN unit_link l ON l.other_id = m.id AND l.kind = 'succeeded_by')"
    };
}

/// Columns of an update, with what it passed on its way to be confirmed.
macro_rules! update_columns {
    () => {
        "u.*, sp.name AS saved_name, bp.name AS submitted_name,
         (SELECT count(*) FROM update_decision c WHERE c.org_id = u.org_id AND c.update_id = u.id
            AND c.outcome = 'confirmed') AS passed,
         (SELECT max(c.decided_at) FROM update_decision c WHERE c.org_id = u.org_id AND c.update_id = u.id
            AND c.outcome = 'confirmed') AS passed_at"
    };
}

/// Updates with whoever saved and submitted them.
macro_rules! updates {
    () => {
        " FROM progress_update u
         JOIN account sa ON sa.id = u.saved_by JOIN person sp ON sp.org_id = sa.org_id AND sp.id = sa.person_id
         LEFT JOIN account ba ON ba.id = u.submitted_by LEFT JOIN person bp ON bp.org_id = ba.org_id AND bp.id = ba.person_id "
    };
}

/// Columns of [`WaitingFacts`].
macro_rules! circumstances {
    () => {
        "t.code AS task_code, t.title AS task_title, t.outputs AS task_outputs, t.due_on AS task_due_on,
         p.title AS programme_title, p.owner_unit_id AS owner_unit_id,
         (SELECT a.unit_id FROM assignment a WHERE a.org_id = u.org_id AND a.task_id = u.task_id AND a.role = 'following'
            AND a.ended_at IS NULL AND a.unit_id IS NOT NULL ORDER BY a.position, a.id LIMIT 1) AS following_unit_id,
         (SELECT count(*) FROM update_evidence e WHERE e.org_id = u.org_id AND e.update_id = u.id
            AND e.removed_at IS NULL) AS proofs,
         (SELECT count(*) FROM attachment f WHERE f.org_id = u.org_id AND f.owner_kind = 'progress_update'
            AND f.owner_id = u.id AND f.archived_at IS NULL) AS files,
         (SELECT c.percent FROM progress_update c WHERE c.org_id = u.org_id AND c.assignment_id = u.assignment_id
            AND c.unit_id = u.unit_id AND c.confirmed_at IS NOT NULL AND c.returned_at IS NULL
            AND c.percent IS NOT NULL AND c.submitted_at < u.submitted_at
          ORDER BY c.submitted_at DESC, c.id DESC LIMIT 1) AS confirmed_percent"
    };
}

pub(super) async fn person(cx: &mut Cx, account: AccountId) -> Result<PersonRow> {
    let found = cx
        .read(sql!(
            "SELECT p.id, p.name FROM account a JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id WHERE a.id = $1"
        ))
        .bind(account)
        .opt()
        .await?;
    found.ok_or(Error::NotFound)
}

/// Persons who confirmed an update at any level.
pub(super) async fn confirmers(cx: &mut Cx, org: OrgId, id: UpdateId) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = cx
        .read(sql!(
            "SELECT a.person_id FROM update_decision d JOIN account a ON a.id = d.decided_by
             WHERE d.org_id = $1 AND d.update_id = $2 AND d.outcome = 'confirmed'"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}

async fn named(cx: &mut Cx, records: Vec<UpdateRecord>) -> Result<Vec<Update>> {
    let mut ids: Vec<UnitId> = records.iter().map(|record| record.unit_id).collect();
    ids.sort();
    ids.dedup();
    let units = units::load_many(cx, &ids).await?;
    let name = |id: &UnitId| units.get(id).map(|unit| unit.label()).unwrap_or_default();
    records.into_iter().map(|record| record.update(cx, &name)).collect()
}

async fn one(cx: &mut Cx, record: Option<UpdateRecord>) -> Result<Option<Update>> {
    Ok(named(cx, record.into_iter().collect()).await?.pop())
}

pub(super) async fn update(cx: &mut Cx, id: UpdateId) -> Result<Update> {
    let found =
        cx.read(sql!("SELECT ", update_columns!(), updates!(), "WHERE u.id = $1")).bind(id).opt().await?;
    one(cx, found).await?.ok_or(Error::NotFound)
}

/// The open draft of a seat.
pub(super) async fn draft(cx: &mut Cx, seat: Seat) -> Result<Option<Update>> {
    let found = cx
        .read(sql!(
            "SELECT u.*, sp.name AS saved_name, NULL AS submitted_name, CAST(0 AS BIGINT) AS passed, CAST(NULL AS BIGINT) AS passed_at
             FROM progress_update u
             JOIN account sa ON sa.id = u.saved_by JOIN person sp ON sp.org_id = sa.org_id AND sp.id = sa.person_id
             WHERE u.task_id = $1 AND u.assignment_id = $2 AND u.unit_id = $3
               AND u.submitted_at IS NULL AND u.discarded_at IS NULL"
        ))
        .bind(seat.task)
        .bind(seat.assignment)
        .bind(seat.unit)
        .opt()
        .await?;
    one(cx, found).await
}

/// Drafts and submitted updates of a task, in the order of beginning.
pub(super) async fn of_task(cx: &mut Cx, org: OrgId, task: TaskId) -> Result<Vec<Update>> {
    let rows = cx
        .read(sql!(
            "SELECT ",
            update_columns!(),
            updates!(),
            "WHERE u.org_id = $1 AND u.task_id = $2 AND u.discarded_at IS NULL
             ORDER BY u.created_at, u.id"
        ))
        .bind(org)
        .bind(task)
        .all()
        .await?;
    named(cx, rows).await
}

/// The seat and role of a row that begins with its task, assignment, unit and role.
fn seat_of(
    (task, assignment, unit, role): (TaskId, AssignmentId, UnitId, String),
) -> Result<(Seat, AssignmentRole)> {
    let known = AssignmentRole::from_code(&role);
    let role = known.ok_or_else(|| Error::Internal(format!("unknown role {role}")))?;
    Ok((Seat { task, assignment, unit }, role))
}

/// Seats of units under the actor's grants that were received.
pub(super) async fn received(cx: &mut Cx) -> Result<Vec<(Seat, AssignmentRole)>> {
    let (system, account) = (cx.actor().system, cx.actor().account);
    let rows = cx
        .read(sql!(
            "WITH RECURSIVE ",
            mine!(),
            " SELECT r.task_id, r.assignment_id, r.unit_id, a.role FROM mine m CROSS JOIN receipt r
             JOIN assignment a ON a.org_id = r.org_id AND a.id = r.assignment_id AND a.ended_at IS NULL
             WHERE r.unit_id = m.id"
        ))
        .bind(system)
        .bind(account)
        .all()
        .await?;
    rows.into_iter().map(seat_of).collect()
}

/// Seats of units under the actor's grants whose last report waits or was returned, and whether it was.
pub(super) async fn undecided(cx: &mut Cx) -> Result<Vec<(Seat, AssignmentRole, bool)>> {
    let (system, account) = (cx.actor().system, cx.actor().account);
    let rows: Vec<(TaskId, AssignmentId, UnitId, String, bool)> = cx
        .read(sql!(
            "WITH RECURSIVE ",
            mine!(),
            " SELECT u.task_id, u.assignment_id, u.unit_id, a.role, u.returned_at IS NOT NULL AS returned
             FROM mine m CROSS JOIN progress_update u
             JOIN assignment a ON a.org_id = u.org_id AND a.id = u.assignment_id AND a.ended_at IS NULL
             WHERE u.unit_id = m.id AND u.submitted_at IS NOT NULL
               AND (u.confirmed_at IS NULL OR u.returned_at IS NOT NULL)
               AND NOT EXISTS (SELECT 1 FROM progress_update n
                               WHERE n.org_id = u.org_id AND n.task_id = u.task_id AND n.submitted_at >= u.submitted_at
                                 AND n.assignment_id = u.assignment_id AND n.unit_id = u.unit_id
                                 AND (n.submitted_at > u.submitted_at OR n.id > u.id))"
        ))
        .bind(system)
        .bind(account)
        .all()
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for (task, assignment, unit, role, returned) in rows {
        let (seat, role) = seat_of((task, assignment, unit, role))?;
        found.push((seat, role, returned));
    }
    Ok(found)
}

/// Updates that wait to be confirmed and in which a unit of the actor has a part, oldest first, at most
/// `most`.
pub(super) async fn waiting(cx: &mut Cx, most: i64) -> Result<Vec<(Update, WaitingFacts)>> {
    let (system, account) = (cx.actor().system, cx.actor().account);
    let rows: Vec<WaitingRecord> = cx
        .read(sql!(
            "WITH RECURSIVE mine (id) AS (
               SELECT au.id FROM role_grant g JOIN unit gu ON gu.id = g.unit_id
               JOIN unit au ON au.tree_from BETWEEN gu.tree_from AND gu.tree_to
               WHERE g.account_id = $2 AND g.withdrawn_at IS NULL AND g.role IN ('approver', 'administrator')
               UNION
               SELECT l.unit_id FROM mine m JOIN unit_link l ON l.other_id = m.id AND l.kind = 'succeeded_by')
             SELECT ",
            update_columns!(),
            ", ",
            circumstances!(),
            "
             FROM progress_update u
             JOIN task t ON t.org_id = u.org_id AND t.id = u.task_id
             JOIN programme p ON p.org_id = u.org_id AND p.id = u.programme_id
             JOIN account sa ON sa.id = u.saved_by JOIN person sp ON sp.org_id = sa.org_id AND sp.id = sa.person_id
             JOIN account ba ON ba.id = u.submitted_by JOIN person bp ON bp.org_id = ba.org_id AND bp.id = ba.person_id
             WHERE u.submitted_at IS NOT NULL AND u.confirmed_at IS NULL AND u.returned_at IS NULL AND t.ended_at IS NULL
               AND ($1 OR u.unit_id IN (SELECT id FROM mine) OR p.owner_unit_id IN (SELECT id FROM mine)
                    OR EXISTS (SELECT 1 FROM assignment a WHERE a.org_id = u.org_id AND a.task_id = u.task_id
                               AND a.role = 'following' AND a.ended_at IS NULL AND a.unit_id IN (SELECT id FROM mine)))
             ORDER BY u.submitted_at, u.id LIMIT $3"
        ))
        .bind(system)
        .bind(account)
        .bind(most)
        .all()
        .await?;
    let (records, facts): (Vec<UpdateRecord>, Vec<WaitingFacts>) =
        rows.into_iter().map(|row| (row.update, row.facts)).unzip();
    Ok(named(cx, records).await?.into_iter().zip(facts).collect())
}

/// What warnings and the way of an update need beside it.
pub(super) async fn facts(cx: &mut Cx, org: OrgId, id: UpdateId) -> Result<WaitingFacts> {
    let found = cx
        .read(sql!(
            "SELECT ",
            circumstances!(),
            "
             FROM progress_update u
             JOIN task t ON t.org_id = u.org_id AND t.id = u.task_id
             JOIN programme p ON p.org_id = u.org_id AND p.id = u.programme_id
             WHERE u.org_id = $1 AND u.id = $2"
        ))
        .bind(org)
        .bind(id)
        .opt()
        .await?;
    found.ok_or(Error::NotFound)
}

/// What a seat reported and was not returned, in the order of submitting.
pub(super) async fn standing(cx: &mut Cx, org: OrgId, seat: Seat) -> Result<Vec<StandingRecord>> {
    let rows = cx
        .read(sql!(
            "SELECT kind, period_to FROM progress_update
             WHERE org_id = $1 AND task_id = $2 AND assignment_id = $3 AND unit_id = $4
               AND submitted_at IS NOT NULL AND returned_at IS NULL
             ORDER BY submitted_at, id"
        ))
        .bind(org)
        .bind(seat.task)
        .bind(seat.assignment)
        .bind(seat.unit)
        .all()
        .await?;
    Ok(rows)
}

/// What every leading seat of a programme's tasks reported last and was not returned: task, result, words and
/// difficulties.
pub(super) async fn reported(
    cx: &mut Cx,
    org: OrgId,
    programme: ProgrammeId,
) -> Result<Vec<(TaskId, String, String, String)>> {
    let rows = cx
        .read(sql!(
            "SELECT u.task_id, u.result, u.body, u.difficulty FROM progress_update u
             WHERE u.org_id = $1 AND u.programme_id = $2 AND u.leads AND u.submitted_at IS NOT NULL AND u.returned_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM progress_update n
                               WHERE n.org_id = u.org_id AND n.task_id = u.task_id AND n.assignment_id = u.assignment_id AND n.unit_id = u.unit_id
                                 AND n.submitted_at IS NOT NULL AND n.returned_at IS NULL
                                 AND (n.submitted_at > u.submitted_at OR n.submitted_at = u.submitted_at AND n.id > u.id))
             ORDER BY u.submitted_at, u.id"
        ))
        .bind(org)
        .bind(programme)
        .all()
        .await?;
    Ok(rows)
}

/// What a seat submitted last.
pub(super) async fn last_sent(cx: &mut Cx, org: OrgId, seat: Seat) -> Result<Option<UpdateId>> {
    let found: Option<(UpdateId,)> = cx
        .read(sql!(
            "SELECT id FROM progress_update
             WHERE org_id = $1 AND task_id = $2 AND assignment_id = $3 AND unit_id = $4 AND submitted_at IS NOT NULL
             ORDER BY submitted_at DESC, id DESC LIMIT 1"
        ))
        .bind(org)
        .bind(seat.task)
        .bind(seat.assignment)
        .bind(seat.unit)
        .opt()
        .await?;
    Ok(found.map(|(id,)| id))
}

/// Confirmed completions of a task's leading seats, with their days.
pub(super) async fn completed(
    cx: &mut Cx,
    org: OrgId,
    task: TaskId,
) -> Result<Vec<(AssignmentId, UnitId, Day)>> {
    let rows = cx
        .read(sql!(
            "SELECT assignment_id, unit_id, completed_on FROM progress_update
             WHERE org_id = $1 AND task_id = $2 AND leads AND kind = 'done' AND completed_on IS NOT NULL
               AND confirmed_at IS NOT NULL AND returned_at IS NULL"
        ))
        .bind(org)
        .bind(task)
        .all()
        .await?;
    Ok(rows)
}

/// What was decided on the updates of a task, in order.
pub(super) async fn decisions(cx: &mut Cx, org: OrgId, task: TaskId) -> Result<Vec<Decision>> {
    let rows: Vec<DecisionRecord> = cx
        .read(sql!(
            "SELECT d.update_id, d.level, d.outcome, d.reason, n.name AS unit_name, p.name AS by_name, d.decided_at
             FROM progress_update u CROSS JOIN update_decision d
             JOIN unit n ON n.id = d.unit_id
             JOIN account a ON a.id = d.decided_by JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id
             WHERE u.org_id = $1 AND u.task_id = $2 AND d.org_id = u.org_id AND d.update_id = u.id ORDER BY d.decided_at, d.id"
        ))
        .bind(org)
        .bind(task)
        .all()
        .await?;
    Ok(rows.into_iter().map(Decision::from).collect())
}

/// Links and issued documents of updates.
pub(super) async fn evidence(cx: &mut Cx, org: OrgId, ids: &[UpdateId]) -> Result<Vec<Evidence>> {
    let mut found = Vec::new();
    for id in ids {
        let rows: Vec<EvidenceRecord> = cx
            .read(sql!(
                "SELECT id, update_id, kind, url, number, issued_on, issuer, excerpt FROM update_evidence
                 WHERE org_id = $1 AND update_id = $2 AND removed_at IS NULL ORDER BY created_at, id"
            ))
            .bind(org)
            .bind(*id)
            .all()
            .await?;
        found.extend(rows.into_iter().map(Evidence::from));
    }
    Ok(found)
}

/// Links and issued documents of all updates of a task.
pub(super) async fn task_evidence(cx: &mut Cx, org: OrgId, task: TaskId) -> Result<Vec<Evidence>> {
    let rows: Vec<EvidenceRecord> = cx
        .read(sql!(
            "SELECT e.id, e.update_id, e.kind, e.url, e.number, e.issued_on, e.issuer, e.excerpt
             FROM progress_update u CROSS JOIN update_evidence e
             WHERE u.org_id = $1 AND u.task_id = $2 AND e.org_id = u.org_id AND e.update_id = u.id AND e.removed_at IS NULL ORDER BY e.created_at, e.id"
        ))
        .bind(org)
        .bind(task)
        .all()
        .await?;
    Ok(rows.into_iter().map(Evidence::from).collect())
}

/// Files of updates.
pub(super) async fn files(cx: &mut Cx, org: OrgId, ids: &[UpdateId]) -> Result<Vec<EvidenceFile>> {
    let mut found = Vec::new();
    for id in ids {
        let rows: Vec<FileRecord> = cx
            .read(sql!(
                "SELECT id, owner_id, name, media_type, size_bytes, sha256 FROM attachment
                 WHERE org_id = $1 AND owner_kind = 'progress_update' AND owner_id = $2 AND archived_at IS NULL
                 ORDER BY created_at, id"
            ))
            .bind(org)
            .bind(*id)
            .all()
            .await?;
        found.extend(rows.into_iter().map(EvidenceFile::from));
    }
    Ok(found)
}

/// Files of all updates of a task.
pub(super) async fn task_files(cx: &mut Cx, org: OrgId, task: TaskId) -> Result<Vec<EvidenceFile>> {
    let rows: Vec<FileRecord> = cx
        .read(sql!(
            "SELECT f.id, f.owner_id, f.name, f.media_type, f.size_bytes, f.sha256
             FROM attachment f JOIN progress_update u ON u.org_id = f.org_id AND u.id = f.owner_id
             WHERE u.org_id = $1 AND u.task_id = $2 AND f.owner_kind = 'progress_update' AND f.archived_at IS NULL
             ORDER BY f.created_at, f.id"
        ))
        .bind(org)
        .bind(task)
        .all()
        .await?;
    Ok(rows.into_iter().map(EvidenceFile::from).collect())
}

/// Receipts of a task's assignments.
pub(super) async fn receipts(cx: &mut Cx, org: OrgId, task: TaskId) -> Result<Vec<Receipt>> {
    let rows: Vec<ReceiptRecord> = cx
        .read(sql!(
            "SELECT r.assignment_id, r.unit_id, r.received_at, p.name AS by_name, r.passed_to, r.passed_at
             FROM receipt r JOIN account a ON a.id = r.received_by
             JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id
             WHERE r.org_id = $1 AND r.task_id = $2"
        ))
        .bind(org)
        .bind(task)
        .all()
        .await?;
    Ok(rows.into_iter().map(Receipt::from).collect())
}
