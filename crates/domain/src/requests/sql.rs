//! The statements of this context; nothing else writes its tables. `$seen` is the last instant known.

use super::types::{Act, DelayCause, Limits, MatterId, NewMatter, Wanted};
use crate::access::Permit;
use crate::programmes::{ProgrammeId, TaskId};
use crate::{AccountId, Cx, Error, OrgId, Result, UnitId};
use papers::fold::fold;
use sqlx::types::Json;
use store::{Day, Micros, sql};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
pub(super) struct Record {
    pub(super) org_id: OrgId,
    pub(super) id: Uuid,
    pub(super) version: i64,
    pub(super) kind: String,
    pub(super) programme_id: Uuid,
    pub(super) task_id: Option<Uuid>,
    pub(super) unit_id: UnitId,
    pub(super) with_id: UnitId,
    pub(super) body: String,
    pub(super) wanted: Json<Wanted>,
    pub(super) before_due_on: Option<Day>,
    pub(super) answer_by: Option<Day>,
    pub(super) since_on: Option<Day>,
    pub(super) opened_at: Micros,
    pub(super) closed_at: Option<Micros>,
    pub(super) programme_title: String,
    pub(super) task_code: Option<String>,
    pub(super) task_title: Option<String>,
    pub(super) due_on: Option<Day>,
    pub(super) original_due_on: Option<Day>,
    pub(super) act: String,
    pub(super) last_at: Micros,
    pub(super) owner_place: i64,
    pub(super) unit_place: i64,
    pub(super) with_place: i64,
}

/// Exchanges with their programme, task and units, and the steps of each, of which a condition picks one.
macro_rules! matters {
    () => {
        "SELECT m.org_id, m.id, m.version, m.kind, m.programme_id, m.task_id, m.unit_id, w.id AS with_id,
         m.body, m.wanted, m.before_due_on, m.answer_by, m.since_on, m.opened_at, m.closed_at,
         p.title AS programme_title, t.code AS task_code, t.title AS task_title, t.due_on, t.original_due_on,
         l.act, l.at AS last_at, o.tree_from AS owner_place, u.tree_from AS unit_place, w.tree_from AS with_place
         FROM matter m
         JOIN programme p ON p.org_id = m.org_id AND p.id = m.programme_id
         JOIN unit o ON o.id = p.owner_unit_id
         JOIN unit u ON u.id = m.unit_id
         JOIN unit w ON w.id = COALESCE(m.with_unit_id, p.owner_unit_id)
         LEFT JOIN task t ON t.org_id = m.org_id AND t.id = m.task_id
         JOIN matter_turn l ON l.org_id = m.org_id AND l.matter_id = m.id "
    };
}

/// What a list asks for.
pub(super) struct Asked {
    pub(super) seen: Micros,
    pub(super) programme: Option<ProgrammeId>,
    pub(super) task: Option<TaskId>,
    pub(super) live: bool,
    pub(super) pattern: String,
}

/// Exchanges that the actor may see, latest first: those of programmes, asking units and helping units
/// under his grants.
pub(super) async fn list(cx: &mut Cx, asked: &Asked) -> Result<Vec<Record>> {
    let (system, account) = (cx.actor().system, cx.actor().account);
    let rows = cx
        .read(sql!(
            matters!(),
            "AND l.position = (SELECT max(x.position) FROM matter_turn x
                                WHERE x.org_id = m.org_id AND x.matter_id = m.id AND x.at <= $3)
             WHERE m.opened_at <= $3
               AND (m.programme_id = $4 OR $4 IS NULL)
               AND (m.task_id = $5 OR $5 IS NULL)
               AND (m.closed_at IS NULL OR m.closed_at > $3 OR NOT $6)
               AND m.search_folded LIKE $7
               AND ($1
                    OR EXISTS (SELECT 1 FROM role_grant g JOIN unit gu ON gu.id = g.unit_id
                               WHERE g.account_id = $2 AND g.withdrawn_at IS NULL
                                 AND (o.tree_from BETWEEN gu.tree_from AND gu.tree_to
                                      OR u.tree_from BETWEEN gu.tree_from AND gu.tree_to
                                      OR w.tree_from BETWEEN gu.tree_from AND gu.tree_to)))
             ORDER BY m.opened_at DESC, m.id DESC"
        ))
        .bind(system)
        .bind(account)
        .bind(asked.seen)
        .bind(asked.programme)
        .bind(asked.task)
        .bind(asked.live)
        .bind(asked.pattern.clone())
        .all()
        .await?;
    Ok(rows)
}

/// One exchange as it stands now, whoever asks.
pub(super) async fn one(cx: &mut Cx, id: MatterId) -> Result<Record> {
    let found = cx
        .read(sql!(
            matters!(),
            "AND l.position = (SELECT max(x.position) FROM matter_turn x WHERE x.org_id = m.org_id AND x.matter_id = m.id)
             WHERE m.id = $1"
        ))
        .bind(id)
        .opt()
        .await?;
    found.ok_or(Error::NotFound)
}

#[derive(sqlx::FromRow)]
pub(super) struct TurnRecord {
    pub(super) act: String,
    pub(super) body: String,
    pub(super) unit_id: Option<UnitId>,
    pub(super) day: Option<Day>,
    pub(super) account_id: Option<AccountId>,
    pub(super) name: String,
    pub(super) at: Micros,
}

pub(super) async fn turns(cx: &mut Cx, org: OrgId, id: MatterId) -> Result<Vec<TurnRecord>> {
    let rows = cx
        .read(sql!(
            "SELECT act, body, unit_id, day, account_id, name, at FROM matter_turn
             WHERE org_id = $1 AND matter_id = $2 ORDER BY position"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    Ok(rows)
}

pub(super) async fn insert(
    cx: &mut Cx,
    permit: &Permit,
    (org, id): (OrgId, MatterId),
    programme: ProgrammeId,
    unit: UnitId,
    before_due: Option<Day>,
    new: &NewMatter,
) -> Result<()> {
    let now = Micros::from(cx.now());
    let account = cx.actor().account;
    cx.write(
        permit,
        sql!(
            "INSERT INTO matter (org_id, id, version, kind, programme_id, task_id, unit_id, with_unit_id, body, search_folded,
                                 wanted, before_due_on, answer_by, since_on, opened_by, opened_at)
             VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(new.kind.code())
    .bind(programme)
    .bind(new.task)
    .bind(unit)
    .bind(new.with)
    .bind(new.text.trim().to_owned())
    .bind(fold(&new.text))
    .bind(Json(new.wanted.clone()))
    .bind(before_due)
    .bind(new.answer_by)
    .bind(new.since)
    .bind(account)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

/// What a step leaves behind.
pub(super) struct Step<'a> {
    pub(super) act: Act,
    pub(super) text: &'a str,
    pub(super) unit: Option<UnitId>,
    pub(super) day: Option<Day>,
}

/// Adds a step; its place is the exchange's version before it, so that two at once cannot both stand.
pub(super) async fn insert_turn(
    cx: &mut Cx,
    permit: &Permit,
    (org, id): (OrgId, MatterId),
    position: i64,
    step: &Step<'_>,
) -> Result<()> {
    let now = Micros::from(cx.now());
    let (account, name) = (cx.actor().account, cx.actor().name.clone());
    cx.write(
        permit,
        sql!(
            "INSERT INTO matter_turn (org_id, matter_id, position, act, body, unit_id, day, account_id, name, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(position)
    .bind(step.act.code())
    .bind(step.text.trim().to_owned())
    .bind(step.unit)
    .bind(step.day)
    .bind(account)
    .bind(name)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

/// Moves an exchange on by one step of the version that was read.
pub(super) async fn advance(
    cx: &mut Cx,
    permit: &Permit,
    (org, id): (OrgId, MatterId),
    version: i64,
    step: &Step<'_>,
) -> Result<()> {
    let closed = step.act.ends().then(|| Micros::from(cx.now()));
    let answer_by = if step.act == Act::AskedAgain { step.day } else { None };
    cx.write(
        permit,
        sql!(
            "UPDATE matter SET version = version + 1, closed_at = $1, with_unit_id = COALESCE($2, with_unit_id),
                               answer_by = COALESCE($3, answer_by)
             WHERE id = $4 AND version = $5 AND closed_at IS NULL"
        ),
    )
    .bind(closed)
    .bind(step.unit)
    .bind(answer_by)
    .bind(id)
    .bind(version)
    .exactly_one()
    .await?;
    insert_turn(cx, permit, (org, id), version, step).await
}

pub(super) async fn limits(cx: &mut Cx, org: OrgId, programme: ProgrammeId) -> Result<Option<Limits>> {
    let found = cx
        .read(sql!(
            "SELECT version, extensions, days FROM change_limit WHERE org_id = $1 AND programme_id = $2"
        ))
        .bind(org)
        .bind(programme)
        .opt()
        .await?;
    Ok(found)
}

pub(super) async fn insert_limits(
    cx: &mut Cx,
    permit: &Permit,
    (org, programme): (OrgId, ProgrammeId),
    extensions: i64,
    days: i64,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "INSERT INTO change_limit (org_id, programme_id, version, extensions, days, recorded_at) VALUES ($1, $2, 1, $3, $4, $5)
             ON CONFLICT (org_id, programme_id) DO NOTHING"
        ),
    )
    .bind(org)
    .bind(programme)
    .bind(extensions)
    .bind(days)
    .bind(now)
    .exactly_one()
    .await?;
    Ok(())
}

pub(super) async fn update_limits(
    cx: &mut Cx,
    permit: &Permit,
    programme: ProgrammeId,
    version: i64,
    extensions: i64,
    days: i64,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "UPDATE change_limit SET version = version + 1, extensions = $1, days = $2, recorded_at = $3
             WHERE programme_id = $4 AND version = $5"
        ),
    )
    .bind(extensions)
    .bind(days)
    .bind(now)
    .bind(programme)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

/// Extensions of a task that were granted.
pub(super) async fn extensions(cx: &mut Cx, org: OrgId, task: TaskId) -> Result<i64> {
    let row: Option<(i64,)> = cx
        .read(sql!(
            "SELECT count(*) FROM matter m CROSS JOIN matter_turn l
             WHERE l.org_id = m.org_id AND l.matter_id = m.id AND l.act = 'accepted'
               AND m.org_id = $1 AND m.task_id = $2 AND m.kind = 'extension'"
        ))
        .bind(org)
        .bind(task)
        .opt()
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Is such a request of the unit on the task waiting already?
pub(super) async fn is_waiting(
    cx: &mut Cx,
    org: OrgId,
    task: TaskId,
    unit: UnitId,
    kind: &'static str,
) -> Result<bool> {
    let row: Option<(i64,)> = cx
        .read(sql!(
            "SELECT count(*) FROM matter
             WHERE org_id = $1 AND task_id = $2 AND unit_id = $3 AND kind = $4 AND closed_at IS NULL"
        ))
        .bind(org)
        .bind(task)
        .bind(unit)
        .bind(kind)
        .opt()
        .await?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

pub(super) async fn insert_cause(
    cx: &mut Cx,
    permit: &Permit,
    (org, task, matter): (OrgId, TaskId, MatterId),
    due: Option<Day>,
    cause: &str,
    authority: &str,
) -> Result<()> {
    let now = Micros::from(cx.now());
    let id = cx.id();
    let name = cx.actor().name.clone();
    cx.write(
        permit,
        sql!(
            "INSERT INTO delay_cause (org_id, id, task_id, matter_id, due_on, cause, authority, recorded_name, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(task)
    .bind(matter)
    .bind(due)
    .bind(cause.to_owned())
    .bind(authority.trim().to_owned())
    .bind(name)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

pub(super) async fn causes(cx: &mut Cx, org: OrgId, task: TaskId) -> Result<Vec<DelayCause>> {
    let rows = cx
        .read(sql!(
            "SELECT due_on, cause, authority, recorded_name, recorded_at, matter_id FROM delay_cause
             WHERE org_id = $1 AND task_id = $2 ORDER BY recorded_at, id"
        ))
        .bind(org)
        .bind(task)
        .all()
        .await?;
    Ok(rows)
}

pub(super) async fn insert_merged(
    cx: &mut Cx,
    permit: &Permit,
    org: OrgId,
    (task, into): (TaskId, TaskId),
    matter: MatterId,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "INSERT INTO merged_task (org_id, task_id, into_task_id, matter_id, merged_at) VALUES ($1, $2, $3, $4, $5)"
        ),
    )
    .bind(org)
    .bind(task)
    .bind(into)
    .bind(matter)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

/// The task into which one was merged.
pub(super) async fn merged_into(cx: &mut Cx, org: OrgId, task: TaskId) -> Result<Option<(TaskId, String)>> {
    let found = cx
        .read(sql!(
            "SELECT t.id, t.title FROM merged_task m JOIN task t ON t.org_id = m.org_id AND t.id = m.into_task_id
             WHERE m.org_id = $1 AND m.task_id = $2"
        ))
        .bind(org)
        .bind(task)
        .opt()
        .await?;
    Ok(found)
}

/// The tasks that were merged into one.
pub(super) async fn merged_from(cx: &mut Cx, org: OrgId, task: TaskId) -> Result<Vec<(TaskId, String)>> {
    let rows = cx
        .read(sql!(
            "SELECT t.id, t.title FROM merged_task m JOIN task t ON t.org_id = m.org_id AND t.id = m.task_id
             WHERE m.org_id = $1 AND m.into_task_id = $2 ORDER BY m.merged_at, t.id"
        ))
        .bind(org)
        .bind(task)
        .all()
        .await?;
    Ok(rows)
}

/// Wording of a task, whoever asks; for naming it beside an exchange that may be seen.
pub(super) async fn task_title(cx: &mut Cx, task: TaskId) -> Result<Option<String>> {
    let row: Option<(String,)> =
        cx.read(sql!("SELECT title FROM task WHERE id = $1")).bind(task).opt().await?;
    Ok(row.map(|(title,)| title))
}
