//! Reading. `$seen` is the last instant known: the end of the day asked for, or the end of time.

use super::*;
use crate::programmes::types::*;
use store::sql;

/// Programmes with what is read of them.
macro_rules! programmes {
    () => {
        "p.org_id, p.id, p.version, p.owner_unit_id, p.title, p.near_due_days, p.confirm_levels, p.back_date_days, p.behind_points,
         p.default_period, p.period_closes_on, p.report_within_days, p.created_at, u.tree_from AS place
         FROM programme p JOIN unit u ON u.id = p.owner_unit_id"
    };
}

/// What leading units reported by `$3` in the organisation `$1`, of the tasks that a condition names.
macro_rules! claims_of {
    ($of:literal) => {
        concat!(
            "SELECT u.task_id, u.assignment_id, u.unit_id, u.kind, u.period_to, u.percent, u.completed_on, u.submitted_at,
         coalesce(u.levels, 1) AS levels, u.backdated_days, u.confirmed_at, u.returned_at, u.task_done_on,
         (SELECT count(*) FROM update_decision c WHERE c.org_id = u.org_id AND c.update_id = u.id
            AND c.outcome = 'confirmed' AND c.decided_at <= $3) AS passed,
         (SELECT max(c.decided_at) FROM update_decision c WHERE c.org_id = u.org_id AND c.update_id = u.id
            AND c.outcome = 'confirmed' AND c.decided_at <= $3) AS passed_at,
         d.due_on AS due_then
         FROM progress_update u
         LEFT JOIN deadline d ON d.org_id = u.org_id AND d.task_id = u.task_id AND d.recorded_at <= u.confirmed_at
                  AND (d.ended_at IS NULL OR d.ended_at > u.confirmed_at)
         WHERE u.org_id = $1 AND ",
            $of,
            " AND u.leads AND u.submitted_at <= $3
         ORDER BY u.submitted_at, u.id"
        )
    };
}

pub(in crate::programmes) async fn programme(cx: &mut Cx, id: ProgrammeId) -> Result<ProgrammeRecord> {
    let found = cx.read(sql!("SELECT ", programmes!(), " WHERE p.id = $1")).bind(id).opt().await?;
    found.ok_or(Error::NotFound)
}

/// Programmes that the actor may see, latest first: those of units under his grants, and those whose
/// tasks such units carry, or units that were merged into them.
pub(in crate::programmes) async fn visible(cx: &mut Cx, seen: Micros) -> Result<Vec<ProgrammeRecord>> {
    let (system, account) = (cx.actor().system, cx.actor().account);
    let rows = cx
        .read(sql!(
            "WITH RECURSIVE mine (id) AS (
               SELECT au.id FROM role_grant g JOIN unit gu ON gu.id = g.unit_id
               JOIN unit au ON au.tree_from BETWEEN gu.tree_from AND gu.tree_to
               WHERE g.account_id = $2 AND g.withdrawn_at IS NULL
               UNION
               SELECT l.unit_id FROM mine m JOIN unit_link l ON l.other_id = m.id AND l.kind = 'succeeded_by')
             SELECT ",
            programmes!(),
            "
             WHERE p.created_at <= $3
               AND ($1
                    OR EXISTS (SELECT 1 FROM role_grant g JOIN unit gu ON gu.id = g.unit_id
                               WHERE g.account_id = $2 AND g.withdrawn_at IS NULL
                                 AND u.tree_from BETWEEN gu.tree_from AND gu.tree_to)
                    OR p.id IN (SELECT t.programme_id FROM mine m CROSS JOIN assignment a CROSS JOIN task t
                                WHERE a.unit_id = m.id AND a.ended_at IS NULL
                                  AND t.org_id = a.org_id AND t.id = a.task_id AND t.ended_at IS NULL))
             ORDER BY p.created_at DESC, p.id DESC"
        ))
        .bind(system)
        .bind(account)
        .bind(seen)
        .all()
        .await?;
    Ok(rows)
}

/// Places of the units that carry tasks of a programme, and of those into which such units were merged.
pub(in crate::programmes) async fn named(cx: &mut Cx, org: OrgId, id: ProgrammeId) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = cx
        .read(sql!(
            "WITH RECURSIVE carrier (unit_id) AS (
               SELECT a.unit_id FROM task t CROSS JOIN assignment a
               WHERE t.org_id = $1 AND t.programme_id = $2 AND t.ended_at IS NULL AND a.unit_id IS NOT NULL
                 AND a.org_id = t.org_id AND a.task_id = t.id AND a.ended_at IS NULL
               UNION
               SELECT l.other_id FROM carrier c
               JOIN unit_link l ON l.unit_id = c.unit_id AND l.kind = 'succeeded_by')
             SELECT u.tree_from FROM carrier c JOIN unit u ON u.id = c.unit_id"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(place,)| place).collect())
}

/// Groupings that carry tasks of a programme.
pub(in crate::programmes) async fn named_groupings(
    cx: &mut Cx,
    org: OrgId,
    id: ProgrammeId,
) -> Result<Vec<GroupingId>> {
    let rows: Vec<(GroupingId,)> = cx
        .read(sql!(
            "SELECT DISTINCT a.grouping_id FROM task t CROSS JOIN assignment a
             WHERE t.org_id = $1 AND t.programme_id = $2 AND t.ended_at IS NULL AND a.grouping_id IS NOT NULL
               AND a.org_id = t.org_id AND a.task_id = t.id AND a.ended_at IS NULL"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(grouping,)| grouping).collect())
}

/// Programmes with tasks that groupings carry, and the groupings.
pub(in crate::programmes) async fn grouped(cx: &mut Cx) -> Result<Vec<(ProgrammeId, GroupingId)>> {
    let rows = cx
        .read(sql!(
            "SELECT DISTINCT t.programme_id, a.grouping_id
             FROM grouping g CROSS JOIN assignment a CROSS JOIN task t
             WHERE a.grouping_id = g.id AND a.ended_at IS NULL
               AND t.org_id = a.org_id AND t.id = a.task_id AND t.ended_at IS NULL"
        ))
        .all()
        .await?;
    Ok(rows)
}

/// Tasks of a programme as known at an instant. Up to six words are looked for, folded and between `%`; a
/// word that is not wanted is `%`.
pub(in crate::programmes) async fn tasks(
    cx: &mut Cx,
    (org, programme): (OrgId, ProgrammeId),
    seen: Micros,
    [first, second, third, fourth, fifth, sixth]: [String; 6],
) -> Result<Vec<TaskRecord>> {
    let rows = cx
        .read(sql!(
            "SELECT t.id, t.version, t.position, t.code, t.group_code, t.title, t.outputs, t.original_due_on, t.created_at,
                    d.time_text, d.time_kind, d.recurrence, d.start_on, d.due_on
             FROM task t CROSS JOIN deadline d
             WHERE t.org_id = $1 AND t.programme_id = $2 AND d.org_id = t.org_id AND d.task_id = t.id
               AND t.created_at <= $3 AND (t.ended_at IS NULL OR t.ended_at > $3)
               AND d.recorded_at <= $3 AND (d.ended_at IS NULL OR d.ended_at > $3)
               AND t.search_folded LIKE $4 AND t.search_folded LIKE $5 AND t.search_folded LIKE $6
               AND t.search_folded LIKE $7 AND t.search_folded LIKE $8 AND t.search_folded LIKE $9
             ORDER BY t.position, t.id"
        ))
        .bind(org)
        .bind(programme)
        .bind(seen)
        .bind(first)
        .bind(second)
        .bind(third)
        .bind(fourth)
        .bind(fifth)
        .bind(sixth)
        .all()
        .await?;
    Ok(rows)
}

/// A task whether or not it is still there, with the time it has, or had last.
pub(in crate::programmes) async fn task(
    cx: &mut Cx,
    org: OrgId,
    id: TaskId,
    seen: Micros,
) -> Result<TaskRecord> {
    let found = cx
        .read(sql!(
            "SELECT t.id, t.version, t.position, t.code, t.group_code, t.title, t.outputs, t.original_due_on, t.created_at,
                    d.time_text, d.time_kind, d.recurrence, d.start_on, d.due_on
             FROM task t JOIN deadline d ON d.org_id = t.org_id AND d.task_id = t.id
             WHERE t.org_id = $1 AND t.id = $2 AND t.created_at <= $3
               AND d.recorded_at <= $3 AND (d.ended_at IS NULL OR d.ended_at > $3)"
        ))
        .bind(org)
        .bind(id)
        .bind(seen)
        .opt()
        .await?;
    found.ok_or(Error::NotFound)
}

pub(in crate::programmes) async fn title(cx: &mut Cx, id: TaskId) -> Result<Option<String>> {
    let found: Option<(String,)> =
        cx.read(sql!("SELECT title FROM task WHERE id = $1")).bind(id).opt().await?;
    Ok(found.map(|(title,)| title))
}

pub(in crate::programmes) async fn task_head(cx: &mut Cx, id: TaskId) -> Result<TaskHead> {
    let found = cx
        .read(sql!("SELECT org_id, version, programme_id, body, ended_at FROM task WHERE id = $1"))
        .bind(id)
        .opt()
        .await?;
    found.ok_or(Error::NotFound)
}

/// Places at the end of a programme's lists: of tasks, indicators, duties, groups and documents.
#[derive(sqlx::FromRow)]
pub(in crate::programmes) struct Ends {
    pub(in crate::programmes) tasks: i64,
    pub(in crate::programmes) indicators: i64,
    pub(in crate::programmes) duties: i64,
    pub(in crate::programmes) groups: i64,
    pub(in crate::programmes) documents: i64,
}

pub(in crate::programmes) async fn list_ends(cx: &mut Cx, org: OrgId, id: ProgrammeId) -> Result<Ends> {
    let ends = cx
        .read(sql!(
            "SELECT (SELECT CAST(coalesce(max(position) + 1, 0) AS BIGINT) FROM task WHERE org_id = $1 AND programme_id = $2) AS tasks,
                    (SELECT CAST(coalesce(max(position) + 1, 0) AS BIGINT) FROM indicator WHERE org_id = $1 AND programme_id = $2) AS indicators,
                    (SELECT CAST(coalesce(max(position) + 1, 0) AS BIGINT) FROM reporting_duty WHERE org_id = $1 AND programme_id = $2) AS duties,
                    (SELECT CAST(coalesce(max(position) + 1, 0) AS BIGINT) FROM programme_group WHERE org_id = $1 AND programme_id = $2) AS groups,
                    (SELECT CAST(coalesce(max(position) + 1, 0) AS BIGINT) FROM programme_document WHERE org_id = $1 AND programme_id = $2) AS documents"
        ))
        .bind(org)
        .bind(id)
        .one()
        .await?;
    Ok(ends)
}

pub(in crate::programmes) async fn sizes(
    cx: &mut Cx,
    org: OrgId,
    id: ProgrammeId,
    seen: Micros,
) -> Result<views::Sizes> {
    let sizes = cx
        .read(sql!(
            "SELECT (SELECT count(*) FROM task WHERE org_id = $1 AND programme_id = $2
                       AND created_at <= $3 AND (ended_at IS NULL OR ended_at > $3)) AS tasks,
                    (SELECT count(*) FROM indicator WHERE org_id = $1 AND programme_id = $2
                       AND created_at <= $3 AND (ended_at IS NULL OR ended_at > $3)) AS indicators,
                    (SELECT count(*) FROM reporting_duty WHERE org_id = $1 AND programme_id = $2
                       AND created_at <= $3 AND (ended_at IS NULL OR ended_at > $3)) AS duties,
                    (SELECT count(*) FROM programme_document WHERE org_id = $1 AND programme_id = $2) AS documents"
        ))
        .bind(org)
        .bind(id)
        .bind(seen)
        .one()
        .await?;
    Ok(sizes)
}

pub(in crate::programmes) async fn assignments(
    cx: &mut Cx,
    (org, programme): (OrgId, ProgrammeId),
    seen: Micros,
) -> Result<Vec<AssignmentRecord>> {
    let rows = cx
        .read(sql!(
            "SELECT a.id, a.task_id, a.role, a.holder, a.unit_id, a.grouping_id, a.name, a.proposed, a.focal, a.recorded_at, a.ended_at
             FROM task t CROSS JOIN assignment a
             WHERE t.org_id = $1 AND t.programme_id = $2 AND a.org_id = t.org_id AND a.task_id = t.id
               AND a.recorded_at <= $3 AND (a.ended_at IS NULL OR a.ended_at > $3)
             ORDER BY a.task_id, a.position, a.id"
        ))
        .bind(org)
        .bind(programme)
        .bind(seen)
        .all()
        .await?;
    Ok(rows)
}

/// What leading units of a programme's tasks reported by an instant, in the order of submitting.
pub(in crate::programmes) async fn claims(
    cx: &mut Cx,
    (org, id): (OrgId, ProgrammeId),
    seen: Micros,
) -> Result<Vec<ClaimRecord>> {
    let rows = cx.read(sql!(claims_of!("u.programme_id = $2"))).bind(org).bind(id).bind(seen).all().await?;
    Ok(rows)
}

/// What the leading units of a task reported by an instant, in the order of submitting.
pub(in crate::programmes) async fn task_claims(
    cx: &mut Cx,
    org: OrgId,
    id: TaskId,
    seen: Micros,
) -> Result<Vec<ClaimRecord>> {
    let rows = cx.read(sql!(claims_of!("u.task_id = $2"))).bind(org).bind(id).bind(seen).all().await?;
    Ok(rows)
}

/// Every assignment of a task, past ones too.
pub(in crate::programmes) async fn task_assignments(
    cx: &mut Cx,
    org: OrgId,
    id: TaskId,
) -> Result<Vec<AssignmentRecord>> {
    let rows = cx
        .read(sql!(
            "SELECT id, task_id, role, holder, unit_id, grouping_id, name, proposed, focal, recorded_at, ended_at
             FROM assignment WHERE org_id = $1 AND task_id = $2 ORDER BY position, recorded_at, id"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    Ok(rows)
}

/// Every time of a task, the first one first.
pub(in crate::programmes) async fn times(cx: &mut Cx, org: OrgId, id: TaskId) -> Result<Vec<PastTimeRecord>> {
    let rows = cx
        .read(sql!(
            "SELECT time_text, time_kind, recurrence, start_on, due_on, reason, recorded_at, ended_at
             FROM deadline WHERE org_id = $1 AND task_id = $2 ORDER BY recorded_at, id"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    Ok(rows)
}

/// Every source of a task, present ones first.
pub(in crate::programmes) async fn sources(cx: &mut Cx, org: OrgId, id: TaskId) -> Result<Vec<SourceRecord>> {
    let rows = cx
        .read(sql!(
            "SELECT s.document_id, d.number, d.title AS document_title, d.issued_on, s.span_from, s.span_to, s.quote, s.due_on, s.ended_at
             FROM task_source s JOIN document d ON d.org_id = s.org_id AND d.id = s.document_id
             WHERE s.org_id = $1 AND s.task_id = $2
             ORDER BY CASE WHEN s.ended_at IS NULL THEN 0 ELSE 1 END, s.position, s.id"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    Ok(rows)
}

pub(in crate::programmes) async fn milestones(
    cx: &mut Cx,
    org: OrgId,
    id: TaskId,
) -> Result<Vec<MilestoneRecord>> {
    let rows = cx
        .read(sql!(
            "SELECT id, title, due_on, completes FROM milestone
             WHERE org_id = $1 AND task_id = $2 AND ended_at IS NULL ORDER BY position, id"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    Ok(rows)
}

pub(in crate::programmes) async fn funding(
    cx: &mut Cx,
    org: OrgId,
    id: TaskId,
) -> Result<Vec<FundingRecord>> {
    let rows = cx
        .read(sql!(
            "SELECT source, planned, disbursed FROM funding
             WHERE org_id = $1 AND task_id = $2 AND ended_at IS NULL ORDER BY position, id"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    Ok(rows)
}

pub(in crate::programmes) async fn groups(cx: &mut Cx, org: OrgId, id: ProgrammeId) -> Result<Vec<NewGroup>> {
    let rows: Vec<(String, String)> = cx
        .read(sql!(
            "SELECT code, title FROM programme_group WHERE org_id = $1 AND programme_id = $2 ORDER BY position, code"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(code, title)| NewGroup { code, title }).collect())
}

pub(in crate::programmes) async fn indicators(
    cx: &mut Cx,
    (org, programme): (OrgId, ProgrammeId),
    seen: Micros,
) -> Result<Vec<IndicatorRecord>> {
    let rows = cx
        .read(sql!(
            "SELECT id, position, code, group_code, name, measure, target_text, target, note, document_id, span_from, span_to
             FROM indicator
             WHERE org_id = $1 AND programme_id = $2 AND created_at <= $3 AND (ended_at IS NULL OR ended_at > $3)
             ORDER BY position, id"
        ))
        .bind(org)
        .bind(programme)
        .bind(seen)
        .all()
        .await?;
    Ok(rows)
}

pub(in crate::programmes) async fn duties(
    cx: &mut Cx,
    (org, programme): (OrgId, ProgrammeId),
    seen: Micros,
) -> Result<Vec<DutyRecord>> {
    let rows = cx
        .read(sql!(
            "SELECT id, position, who_unit_id, who_text, to_unit_id, to_text, through_unit_id, through_text, what, due, cadence,
                    document_id, span_from, span_to
             FROM reporting_duty
             WHERE org_id = $1 AND programme_id = $2 AND created_at <= $3 AND (ended_at IS NULL OR ended_at > $3)
             ORDER BY position, id"
        ))
        .bind(org)
        .bind(programme)
        .bind(seen)
        .all()
        .await?;
    Ok(rows)
}

pub(in crate::programmes) async fn document(cx: &mut Cx, id: DocumentId) -> Result<DocumentRecord> {
    let found = cx
        .read(sql!(
            "SELECT d.org_id, d.id, d.version, d.owner_unit_id, d.number, d.kind, d.title, d.issuer, d.issued_on, d.signer,
                    d.implements, d.sha256, d.file_name, d.replaces_id, d.created_at, u.tree_from AS place,
                    (SELECT n.id FROM document n WHERE n.org_id = d.org_id AND n.replaces_id = d.id
                     ORDER BY n.created_at DESC, n.id DESC LIMIT 1) AS replaced_by
             FROM document d JOIN unit u ON u.id = d.owner_unit_id WHERE d.id = $1"
        ))
        .bind(id)
        .opt()
        .await?;
    found.ok_or(Error::NotFound)
}

pub(in crate::programmes) async fn document_text(cx: &mut Cx, org: OrgId, id: DocumentId) -> Result<String> {
    let (body,): (String,) = cx
        .read(sql!("SELECT body FROM document_text WHERE org_id = $1 AND document_id = $2"))
        .bind(org)
        .bind(id)
        .one()
        .await?;
    Ok(body)
}

pub(in crate::programmes) async fn document_by_sha256(
    cx: &mut Cx,
    org: OrgId,
    sha256: &str,
) -> Result<Option<DocumentId>> {
    let found: Option<(DocumentId,)> = cx
        .read(sql!(
            "SELECT id FROM document WHERE org_id = $1 AND sha256 = $2 ORDER BY created_at, id LIMIT 1"
        ))
        .bind(org)
        .bind(sha256.to_owned())
        .opt()
        .await?;
    Ok(found.map(|(id,)| id))
}

/// Documents of a programme, the main one first.
pub(in crate::programmes) async fn documents(
    cx: &mut Cx,
    org: OrgId,
    id: ProgrammeId,
) -> Result<Vec<DocumentRecord>> {
    let rows = cx
        .read(sql!(
            "SELECT d.org_id, d.id, d.version, d.owner_unit_id, d.number, d.kind, d.title, d.issuer, d.issued_on, d.signer,
                    d.implements, d.sha256, d.file_name, d.replaces_id, d.created_at, u.tree_from AS place,
                    (SELECT n.id FROM document n WHERE n.org_id = d.org_id AND n.replaces_id = d.id
                     ORDER BY n.created_at DESC, n.id DESC LIMIT 1) AS replaced_by
             FROM programme_document pd
             JOIN document d ON d.org_id = pd.org_id AND d.id = pd.document_id
             JOIN unit u ON u.id = d.owner_unit_id
             WHERE pd.org_id = $1 AND pd.programme_id = $2 ORDER BY pd.position, d.id"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    Ok(rows)
}

pub(in crate::programmes) async fn programmes_of(
    cx: &mut Cx,
    org: OrgId,
    document: DocumentId,
) -> Result<Vec<(ProgrammeId, String)>> {
    let rows = cx
        .read(sql!(
            "SELECT p.id, p.title FROM programme_document pd JOIN programme p ON p.org_id = pd.org_id AND p.id = pd.programme_id
             WHERE pd.org_id = $1 AND pd.document_id = $2 ORDER BY p.created_at, p.id"
        ))
        .bind(org)
        .bind(document)
        .all()
        .await?;
    Ok(rows)
}

/// Passages of tasks that are still there, in the order of the text.
pub(in crate::programmes) async fn passages(
    cx: &mut Cx,
    org: OrgId,
    document: DocumentId,
) -> Result<Vec<PassageRecord>> {
    let rows = cx
        .read(sql!(
            "SELECT s.span_from, s.span_to, t.id AS task_id, t.code, t.title
             FROM task_source s JOIN task t ON t.org_id = s.org_id AND t.id = s.task_id
             WHERE s.org_id = $1 AND s.document_id = $2 AND s.span_from IS NOT NULL AND t.ended_at IS NULL
             ORDER BY s.span_from, s.span_to, t.id"
        ))
        .bind(org)
        .bind(document)
        .all()
        .await?;
    Ok(rows)
}
