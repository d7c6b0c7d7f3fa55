//! Writing. A task is one aggregate: its parts change only together with its version.

use super::code;
use crate::access::Permit;
use crate::programmes::rules::Rules;
use crate::programmes::types::*;
use crate::units::GroupingId;
use crate::{Cx, OrgId, Result, UnitId};
use papers::fold::fold;
use sqlx::types::Json;
use store::{Micros, sql};
use uuid::Uuid;

fn folded(parts: &[Option<&str>]) -> String {
    fold(&parts.iter().flatten().copied().collect::<Vec<_>>().join(" "))
}

fn ends(span: Option<[i64; 2]>) -> (Option<i64>, Option<i64>) {
    (span.map(|[from, _]| from), span.map(|[_, to]| to))
}

pub(in crate::programmes) async fn insert_document(
    cx: &mut Cx,
    permit: &Permit,
    org: OrgId,
    id: DocumentId,
    new: &NewDocument,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "INSERT INTO document (org_id, id, version, owner_unit_id, number, kind, title, search_folded, issuer, issued_on, signer,
                                   implements, sha256, file_name, replaces_id, created_at)
             VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(new.owner)
    .bind(new.number.clone())
    .bind(new.kind.clone())
    .bind(new.title.trim().to_owned())
    .bind(folded(&[new.number.as_deref(), new.kind.as_deref(), Some(&new.title), new.issuer.as_deref()]))
    .bind(new.issuer.clone())
    .bind(new.issued_on)
    .bind(new.signer.clone())
    .bind(Json(new.implements.clone()))
    .bind(new.sha256.clone())
    .bind(new.file_name.clone())
    .bind(new.replaces)
    .bind(now)
    .run()
    .await?;
    cx.write(permit, sql!("INSERT INTO document_text (org_id, document_id, body) VALUES ($1, $2, $3)"))
        .bind(org)
        .bind(id)
        .bind(new.text.clone())
        .run()
        .await?;
    Ok(())
}

pub(in crate::programmes) async fn insert_programme(
    cx: &mut Cx,
    permit: &Permit,
    org: OrgId,
    id: ProgrammeId,
    new: &NewProgramme,
    near_due_days: i64,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "INSERT INTO programme (org_id, id, version, owner_unit_id, title, title_folded, near_due_days, created_at)
             VALUES ($1, $2, 1, $3, $4, $5, $6, $7)"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(new.owner)
    .bind(new.title.trim().to_owned())
    .bind(fold(&new.title))
    .bind(near_due_days)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

pub(in crate::programmes) async fn update_programme(
    cx: &mut Cx,
    permit: &Permit,
    id: ProgrammeId,
    version: i64,
    title: &str,
    rules: &Rules,
) -> Result<()> {
    let default_period = code(&rules.default_period)?;
    cx.write(
        permit,
        sql!(
            "UPDATE programme SET title = $1, title_folded = $2, near_due_days = $3, confirm_levels = $4, back_date_days = $5,
                    behind_points = $6, default_period = $7, period_closes_on = $8, report_within_days = $9, version = version + 1
             WHERE id = $10 AND version = $11"
        ),
    )
    .bind(title.to_owned())
    .bind(fold(title))
    .bind(rules.near_due_days)
    .bind(rules.confirm_levels)
    .bind(rules.back_date_days)
    .bind(rules.behind_points)
    .bind(default_period)
    .bind(rules.period_closes_on)
    .bind(rules.report_within_days)
    .bind(id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

pub(in crate::programmes) async fn insert_programme_document(
    cx: &mut Cx,
    permit: &Permit,
    (org, programme): (OrgId, ProgrammeId),
    document: DocumentId,
    position: i64,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "INSERT INTO programme_document (org_id, programme_id, document_id, position, added_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (org_id, programme_id, document_id) DO NOTHING"
        ),
    )
    .bind(org)
    .bind(programme)
    .bind(document)
    .bind(position)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

pub(in crate::programmes) async fn put_group(
    cx: &mut Cx,
    permit: &Permit,
    (org, programme): (OrgId, ProgrammeId),
    group: &NewGroup,
    position: i64,
) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "INSERT INTO programme_group (org_id, programme_id, code, title, position) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (org_id, programme_id, code) DO UPDATE SET title = excluded.title"
        ),
    )
    .bind(org)
    .bind(programme)
    .bind(group.code.clone())
    .bind(group.title.clone())
    .bind(position)
    .run()
    .await?;
    Ok(())
}

pub(in crate::programmes) async fn insert_task(
    cx: &mut Cx,
    permit: &Permit,
    (org, programme): (OrgId, ProgrammeId),
    id: TaskId,
    task: &NewTask,
    position: i64,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "INSERT INTO task (org_id, id, version, programme_id, position, code, group_code, title, body, search_folded, outputs,
                               due_on, original_due_on, created_at)
             VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(programme)
    .bind(position)
    .bind(task.code.clone())
    .bind(task.group.clone())
    .bind(task.title.clone())
    .bind(task.text.clone())
    .bind(folded(&[task.code.as_deref(), Some(&task.title), task.text.as_deref()]))
    .bind(Json(task.outputs.clone()))
    .bind(task.time.due)
    .bind(now)
    .run()
    .await?;
    insert_deadline(cx, permit, (org, id), &task.time, None).await?;
    for (at, assignment) in task.assignments.iter().enumerate() {
        insert_assignment(cx, permit, (org, id), assignment, at).await?;
    }
    insert_sources(cx, permit, (org, id), &task.sources).await?;
    insert_milestones(cx, permit, (org, id), &task.milestones).await?;
    insert_funding(cx, permit, (org, id), &task.funding).await
}

/// Changes the wording and the deadline that the lists know; the first deadline stays.
pub(in crate::programmes) async fn update_task(
    cx: &mut Cx,
    permit: &Permit,
    id: TaskId,
    version: i64,
    task: &NewTask,
) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "UPDATE task SET code = $1, group_code = $2, title = $3, body = $4, search_folded = $5, outputs = $6, due_on = $7,
                             original_due_on = COALESCE(original_due_on, $7), version = version + 1
             WHERE id = $8 AND version = $9 AND ended_at IS NULL"
        ),
    )
    .bind(task.code.clone())
    .bind(task.group.clone())
    .bind(task.title.clone())
    .bind(task.text.clone())
    .bind(folded(&[task.code.as_deref(), Some(&task.title), task.text.as_deref()]))
    .bind(Json(task.outputs.clone()))
    .bind(task.time.due)
    .bind(id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

pub(in crate::programmes) async fn end_task(
    cx: &mut Cx,
    permit: &Permit,
    id: TaskId,
    version: i64,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!("UPDATE task SET ended_at = $1, version = version + 1 WHERE id = $2 AND version = $3 AND ended_at IS NULL"),
    )
    .bind(now)
    .bind(id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

/// Ends now whatever of a kind a task has that has not ended; `all` is the statement for the kind.
async fn end_all(
    cx: &mut Cx,
    permit: &Permit,
    (org, task): (OrgId, TaskId),
    all: &'static str,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(permit, all).bind(now).bind(org).bind(task).run().await?;
    Ok(())
}

/// Ends the present deadline, if there is one, and puts another in its place.
pub(in crate::programmes) async fn insert_deadline(
    cx: &mut Cx,
    permit: &Permit,
    (org, task): (OrgId, TaskId),
    time: &TaskTime,
    reason: Option<&str>,
) -> Result<()> {
    let all =
        sql!("UPDATE deadline SET ended_at = $1 WHERE org_id = $2 AND task_id = $3 AND ended_at IS NULL");
    end_all(cx, permit, (org, task), all).await?;
    let now = Micros::from(cx.now());
    let id = cx.id();
    cx.write(
        permit,
        sql!(
            "INSERT INTO deadline (org_id, id, task_id, time_text, time_kind, recurrence, start_on, due_on, reason, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(task)
    .bind(time.text.clone())
    .bind(code(&time.kind)?)
    .bind(Json(time.recurrence.clone()))
    .bind(time.start)
    .bind(time.due)
    .bind(reason.map(str::to_owned))
    .bind(now)
    .run()
    .await?;
    Ok(())
}

struct HolderColumns {
    holder: &'static str,
    unit: Option<UnitId>,
    grouping: Option<GroupingId>,
    name: Option<String>,
    proposed: bool,
}

fn columns(holder: &Holder) -> HolderColumns {
    let empty = HolderColumns { holder: "awaiting", unit: None, grouping: None, name: None, proposed: false };
    match holder {
        Holder::Unit(unit) => HolderColumns { holder: "unit", unit: Some(*unit), ..empty },
        Holder::Grouping(grouping) => {
            HolderColumns { holder: "grouping", grouping: Some(*grouping), ..empty }
        }
        Holder::Person { name, proposed } => {
            HolderColumns { holder: "person", name: Some(name.clone()), proposed: *proposed, ..empty }
        }
        Holder::Awaiting => empty,
        Holder::Unknown(printed) => HolderColumns { holder: "unknown", name: Some(printed.clone()), ..empty },
    }
}

pub(in crate::programmes) async fn insert_assignment(
    cx: &mut Cx,
    permit: &Permit,
    (org, task): (OrgId, TaskId),
    assignment: &NewAssignment,
    position: usize,
) -> Result<()> {
    let now = Micros::from(cx.now());
    let id = cx.id();
    let columns = columns(&assignment.holder);
    cx.write(
        permit,
        sql!(
            "INSERT INTO assignment (org_id, id, task_id, position, role, holder, unit_id, grouping_id, name, proposed, focal, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(task)
    .bind(position as i64)
    .bind(assignment.role.code().to_owned())
    .bind(columns.holder.to_owned())
    .bind(columns.unit)
    .bind(columns.grouping)
    .bind(columns.name)
    .bind(columns.proposed)
    .bind(assignment.focal)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

pub(in crate::programmes) async fn end_assignment(
    cx: &mut Cx,
    permit: &Permit,
    org: OrgId,
    id: Uuid,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!("UPDATE assignment SET ended_at = $1 WHERE org_id = $2 AND id = $3 AND ended_at IS NULL"),
    )
    .bind(now)
    .bind(org)
    .bind(id)
    .exactly_one()
    .await?;
    Ok(())
}

pub(in crate::programmes) async fn insert_sources(
    cx: &mut Cx,
    permit: &Permit,
    (org, task): (OrgId, TaskId),
    sources: &[NewSource],
) -> Result<()> {
    let now = Micros::from(cx.now());
    for (at, source) in sources.iter().enumerate() {
        let id = cx.id();
        let (from, to) = ends(source.span);
        cx.write(
            permit,
            sql!(
                "INSERT INTO task_source (org_id, id, task_id, document_id, position, span_from, span_to, quote, due_on, recorded_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            ),
        )
        .bind(org)
        .bind(id)
        .bind(task)
        .bind(source.document)
        .bind(at as i64)
        .bind(from)
        .bind(to)
        .bind(source.quote.clone())
        .bind(source.due)
        .bind(now)
        .run()
        .await?;
    }
    Ok(())
}

pub(in crate::programmes) async fn end_sources(
    cx: &mut Cx,
    permit: &Permit,
    org: OrgId,
    task: TaskId,
) -> Result<()> {
    let all =
        sql!("UPDATE task_source SET ended_at = $1 WHERE org_id = $2 AND task_id = $3 AND ended_at IS NULL");
    end_all(cx, permit, (org, task), all).await
}

pub(in crate::programmes) async fn insert_milestones(
    cx: &mut Cx,
    permit: &Permit,
    (org, task): (OrgId, TaskId),
    milestones: &[NewMilestone],
) -> Result<()> {
    let now = Micros::from(cx.now());
    for (at, milestone) in milestones.iter().enumerate() {
        let id = cx.id();
        cx.write(
            permit,
            sql!(
                "INSERT INTO milestone (org_id, id, task_id, position, title, due_on, completes, recorded_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            ),
        )
        .bind(org)
        .bind(id)
        .bind(task)
        .bind(at as i64)
        .bind(milestone.title.trim().to_owned())
        .bind(milestone.due)
        .bind(milestone.completes)
        .bind(now)
        .run()
        .await?;
    }
    Ok(())
}

pub(in crate::programmes) async fn end_milestones(
    cx: &mut Cx,
    permit: &Permit,
    org: OrgId,
    task: TaskId,
) -> Result<()> {
    let all =
        sql!("UPDATE milestone SET ended_at = $1 WHERE org_id = $2 AND task_id = $3 AND ended_at IS NULL");
    end_all(cx, permit, (org, task), all).await
}

pub(in crate::programmes) async fn insert_funding(
    cx: &mut Cx,
    permit: &Permit,
    (org, task): (OrgId, TaskId),
    funding: &[NewFunding],
) -> Result<()> {
    let now = Micros::from(cx.now());
    for (at, money) in funding.iter().enumerate() {
        let id = cx.id();
        cx.write(
            permit,
            sql!(
                "INSERT INTO funding (org_id, id, task_id, position, source, planned, disbursed, recorded_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            ),
        )
        .bind(org)
        .bind(id)
        .bind(task)
        .bind(at as i64)
        .bind(money.source.trim().to_owned())
        .bind(money.planned)
        .bind(money.disbursed)
        .bind(now)
        .run()
        .await?;
    }
    Ok(())
}

pub(in crate::programmes) async fn end_funding(
    cx: &mut Cx,
    permit: &Permit,
    org: OrgId,
    task: TaskId,
) -> Result<()> {
    let all =
        sql!("UPDATE funding SET ended_at = $1 WHERE org_id = $2 AND task_id = $3 AND ended_at IS NULL");
    end_all(cx, permit, (org, task), all).await
}

pub(in crate::programmes) async fn insert_indicator(
    cx: &mut Cx,
    permit: &Permit,
    (org, programme): (OrgId, ProgrammeId),
    new: &NewIndicator,
    position: i64,
) -> Result<()> {
    let now = Micros::from(cx.now());
    let id = cx.id();
    let (from, to) = ends(new.span);
    cx.write(
        permit,
        sql!(
            "INSERT INTO indicator (org_id, id, version, programme_id, position, code, group_code, name, search_folded, measure,
                                    target_text, target, note, document_id, span_from, span_to, created_at)
             VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(programme)
    .bind(position)
    .bind(new.code.clone())
    .bind(new.group.clone())
    .bind(new.name.trim().to_owned())
    .bind(folded(&[new.code.as_deref(), Some(&new.name), new.target_text.as_deref()]))
    .bind(new.measure.clone())
    .bind(new.target_text.clone())
    .bind(Json(new.target.clone()))
    .bind(new.note.clone())
    .bind(new.document)
    .bind(from)
    .bind(to)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

pub(in crate::programmes) async fn end_indicator(
    cx: &mut Cx,
    permit: &Permit,
    programme: ProgrammeId,
    id: IndicatorId,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "UPDATE indicator SET ended_at = $1, version = version + 1 WHERE id = $2 AND programme_id = $3 AND ended_at IS NULL"
        ),
    )
    .bind(now)
    .bind(id)
    .bind(programme)
    .exactly_one()
    .await?;
    Ok(())
}

pub(in crate::programmes) async fn insert_duty(
    cx: &mut Cx,
    permit: &Permit,
    (org, programme): (OrgId, ProgrammeId),
    new: &NewDuty,
    position: i64,
) -> Result<()> {
    let now = Micros::from(cx.now());
    let id = cx.id();
    let (from, to) = ends(new.span);
    cx.write(
        permit,
        sql!(
            "INSERT INTO reporting_duty (org_id, id, version, programme_id, position, who_unit_id, who_text, to_unit_id, to_text,
                                         through_unit_id, through_text, what, due, cadence, document_id, span_from, span_to, created_at)
             VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(programme)
    .bind(position)
    .bind(new.who.unit)
    .bind(new.who.text.clone())
    .bind(new.to.unit)
    .bind(new.to.text.clone())
    .bind(new.through.unit)
    .bind(new.through.text.clone())
    .bind(new.what.clone())
    .bind(Json(new.due.clone()))
    .bind(new.cadence.as_ref().map(code).transpose()?)
    .bind(new.document)
    .bind(from)
    .bind(to)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

pub(in crate::programmes) async fn end_duty(
    cx: &mut Cx,
    permit: &Permit,
    programme: ProgrammeId,
    id: DutyId,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "UPDATE reporting_duty SET ended_at = $1, version = version + 1
             WHERE id = $2 AND programme_id = $3 AND ended_at IS NULL"
        ),
    )
    .bind(now)
    .bind(id)
    .bind(programme)
    .exactly_one()
    .await?;
    Ok(())
}
