//! What the board reads. It writes nothing.

use super::course::{Held, History, Reported, Seat};
use super::days::{self, DayNo, NEVER, Span};
use super::model::{ProgrammeFacts, TaskFacts};
use super::places::{Member, Succession, Tree, UnitPlace};
use crate::programmes::{
    AssignmentId, AssignmentRole, Claim, ClaimKind, Confirmer, Fate, Finished, Holder, ProgrammeId,
    Recurrence, RulesRecord, TaskId, TaskTime, TimeKind,
};
use crate::units::{self, GroupingId};
use crate::{Cx, Error, OrgId, Result, UnitId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use store::{Day, Json, Micros, sql};
use uuid::Uuid;

/// Tells days of instants; neighbouring instants mostly fall on the day of the one before.
pub(super) struct Calendar {
    zone: TimeZone,
    day: DayNo,
    from: i64,
    to: i64,
}

impl Calendar {
    pub(super) fn new(zone: TimeZone) -> Calendar {
        Calendar { zone, day: 0, from: 0, to: 0 }
    }

    fn number(&mut self, at: Micros) -> DayNo {
        if !(self.from..self.to).contains(&at.0) {
            let begins = |day: Date| {
                day.to_zoned(self.zone.clone()).map_or(at.0, |day| day.timestamp().as_microsecond())
            };
            let day = at.timestamp().to_zoned(self.zone.clone()).date();
            (self.from, self.to) = (begins(day), day.tomorrow().map_or(at.0, begins));
            self.day = days::number(day);
        }
        self.day
    }

    fn span(&mut self, from: Micros, to: Option<Micros>) -> Span {
        Span { from: self.number(from), to: to.map_or(NEVER, |to| self.number(to)) }
    }
}

#[derive(sqlx::FromRow)]
struct ProgrammeRecord {
    org_id: OrgId,
    id: ProgrammeId,
    owner_unit_id: UnitId,
    title: String,
    #[sqlx(flatten)]
    rules: RulesRecord,
    created_at: Micros,
}

/// The value of a code, stored as the JSON form of an enumeration.
fn from_code<T: serde::de::DeserializeOwned>(code: &str) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(code.to_owned()))
        .map_err(|error| Error::Internal(format!("a code: {error}")))
}

/// Every programme, or one.
pub(super) async fn programmes(
    cx: &mut Cx,
    calendar: &mut Calendar,
    only: Option<ProgrammeId>,
) -> Result<Vec<ProgrammeFacts>> {
    let records: Vec<ProgrammeRecord> = cx
        .read(sql!(
            "SELECT org_id, id, owner_unit_id, title, near_due_days, confirm_levels, back_date_days, behind_points,
                    default_period, period_closes_on, report_within_days, created_at FROM programme
             WHERE (id = $1 OR CAST($1 AS UUID) IS NULL) ORDER BY created_at, id"
        ))
        .bind(only)
        .all()
        .await?;
    let mut found = Vec::with_capacity(records.len());
    for record in records {
        let outline: Vec<(String, String)> = cx
            .read(sql!(
                "SELECT code, title FROM programme_group WHERE org_id = $1 AND programme_id = $2 ORDER BY position, code"
            ))
            .bind(record.org_id)
            .bind(record.id)
            .all()
            .await?;
        found.push(ProgrammeFacts {
            id: record.id,
            org: record.org_id,
            owner: record.owner_unit_id,
            rules: record.rules.into(),
            title: record.title,
            created: calendar.number(record.created_at),
            created_at: record.created_at,
            outline,
        });
    }
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct HeadRecord {
    id: TaskId,
    programme_id: ProgrammeId,
    group_code: Option<String>,
    outputs: Json<Vec<String>>,
    position: i64,
    search_folded: String,
    created_at: Micros,
    ended_at: Option<Micros>,
}

#[derive(sqlx::FromRow)]
struct TimeRecord {
    task_id: TaskId,
    time_text: Option<String>,
    time_kind: String,
    recurrence: Json<Vec<Recurrence>>,
    start_on: Option<Day>,
    due_on: Option<Day>,
    recorded_at: Micros,
    ended_at: Option<Micros>,
}

impl TimeRecord {
    fn time(self) -> Result<TaskTime> {
        let kind: TimeKind = from_code(&self.time_kind)?;
        let recurrence = self.recurrence.0;
        Ok(TaskTime { text: self.time_text, kind, recurrence, start: self.start_on, due: self.due_on })
    }
}

#[derive(sqlx::FromRow)]
struct SeatRecord {
    id: AssignmentId,
    task_id: TaskId,
    focal: bool,
    role: String,
    holder: String,
    unit_id: Option<UnitId>,
    grouping_id: Option<GroupingId>,
    recorded_at: Micros,
    ended_at: Option<Micros>,
}

impl SeatRecord {
    /// Names do not matter to lights, so they are left out.
    fn seat(&self) -> Result<Seat> {
        let role = AssignmentRole::from_code(&self.role)
            .ok_or_else(|| Error::Internal(format!("unknown role {}", self.role)))?;
        let holder = match (self.holder.as_str(), self.unit_id, self.grouping_id) {
            ("unit", Some(unit), _) => Holder::Unit(unit),
            ("grouping", _, Some(grouping)) => Holder::Grouping(grouping),
            ("person", ..) => Holder::Person { name: String::new(), proposed: false },
            ("awaiting", ..) => Holder::Awaiting,
            _ => Holder::Unknown(String::new()),
        };
        Ok(Seat { assignment: self.id, role, holder, focal: self.focal })
    }
}

#[derive(sqlx::FromRow)]
struct ClaimRecord {
    task_id: TaskId,
    assignment_id: AssignmentId,
    unit_id: UnitId,
    kind: String,
    period_to: Option<Day>,
    percent: Option<i64>,
    completed_on: Option<Day>,
    submitted_at: Micros,
    backdated_days: i64,
    confirmed_at: Option<Micros>,
    returned_at: Option<Micros>,
    task_done_on: Option<Day>,
    due_then: Option<Day>,
}

impl ClaimRecord {
    /// For whom it waits does not matter to lights, so that is left out.
    fn reported(self, calendar: &mut Calendar) -> Result<Reported> {
        let number = calendar.number(self.submitted_at);
        let submitted = days::day(number);
        let kind = ClaimKind::from_code(&self.kind)
            .ok_or_else(|| Error::Internal(format!("unknown kind of update {}", self.kind)))?;
        Ok(Reported {
            assignment: self.assignment_id,
            unit: self.unit_id,
            claim: Claim {
                kind,
                period_to: self.period_to.map(|day| day.0),
                percent: self.percent,
                on: self.completed_on.map_or(submitted, |day| day.0),
                submitted,
                fate: Fate::Waiting(Confirmer::Assigner, submitted),
            },
            submitted: number,
            confirmed: self.confirmed_at.map(|at| calendar.number(at)),
            returned: self.returned_at.map(|at| calendar.number(at)),
            finished: self.task_done_on.map(|on| Finished {
                on: on.0,
                due: self.due_then.map(|day| day.0),
                backdated: self.backdated_days,
            }),
        })
    }
}

/// Puts the parts of tasks together, in the order of their heads.
fn joined(
    calendar: &mut Calendar,
    heads: Vec<HeadRecord>,
    times: Vec<TimeRecord>,
    seats: Vec<SeatRecord>,
    claims: Vec<ClaimRecord>,
) -> Result<Vec<TaskFacts>> {
    let mut tasks: Vec<TaskFacts> = Vec::with_capacity(heads.len());
    let mut at: HashMap<TaskId, usize> = HashMap::with_capacity(heads.len());
    for head in heads {
        at.insert(head.id, tasks.len());
        tasks.push(TaskFacts {
            id: head.id,
            programme: head.programme_id,
            group: head.group_code,
            position: i32::try_from(head.position).unwrap_or(i32::MAX),
            text: head.search_folded,
            history: History {
                span: calendar.span(head.created_at, head.ended_at),
                outputs: head.outputs.0.len(),
                times: Vec::new(),
                seats: Vec::new(),
                reported: Vec::new(),
            },
        });
    }
    for record in times {
        let Some(at) = at.get(&record.task_id) else { continue };
        let span = calendar.span(record.recorded_at, record.ended_at);
        tasks[*at].history.times.push(Held { span, what: record.time()? });
    }
    for record in seats {
        let Some(at) = at.get(&record.task_id) else { continue };
        let span = calendar.span(record.recorded_at, record.ended_at);
        if !span.is_empty() {
            tasks[*at].history.seats.push(Held { span, what: record.seat()? });
        }
    }
    for record in claims {
        let Some(at) = at.get(&record.task_id) else { continue };
        tasks[*at].history.reported.push(record.reported(calendar)?);
    }
    Ok(tasks)
}

/// What leading units submitted in the organisation `$1`, of the tasks that a condition names.
macro_rules! claims_of {
    ($of:literal) => {
        concat!(
            "SELECT u.task_id, u.assignment_id, u.unit_id, u.kind, u.period_to, u.percent, u.completed_on, u.submitted_at,
         u.backdated_days, u.confirmed_at, u.returned_at, u.task_done_on, d.due_on AS due_then
         FROM progress_update u
         LEFT JOIN deadline d ON d.org_id = u.org_id AND d.task_id = u.task_id AND d.recorded_at <= u.confirmed_at
                  AND (d.ended_at IS NULL OR d.ended_at > u.confirmed_at)
         WHERE u.org_id = $1 AND ",
            $of,
            " AND u.leads AND u.submitted_at IS NOT NULL
         ORDER BY u.submitted_at, u.id"
        )
    };
}

/// Every task of a programme with its whole history.
pub(super) async fn tasks_of(
    cx: &mut Cx,
    calendar: &mut Calendar,
    (org, programme): (OrgId, ProgrammeId),
) -> Result<Vec<TaskFacts>> {
    let heads = cx
        .read(sql!(
            "SELECT id, programme_id, group_code, outputs, position, search_folded, created_at, ended_at FROM task
             WHERE org_id = $1 AND programme_id = $2 ORDER BY position, id"
        ))
        .bind(org)
        .bind(programme)
        .all()
        .await?;
    let times = cx
        .read(sql!(
            "SELECT d.task_id, d.time_text, d.time_kind, d.recurrence, d.start_on, d.due_on, d.recorded_at, d.ended_at
             FROM task t CROSS JOIN deadline d
             WHERE d.org_id = t.org_id AND d.task_id = t.id AND t.org_id = $1 AND t.programme_id = $2"
        ))
        .bind(org)
        .bind(programme)
        .all()
        .await?;
    let seats = cx
        .read(sql!(
            "SELECT a.id, a.task_id, a.focal, a.role, a.holder, a.unit_id, a.grouping_id, a.recorded_at, a.ended_at
             FROM task t CROSS JOIN assignment a
             WHERE a.org_id = t.org_id AND a.task_id = t.id AND t.org_id = $1 AND t.programme_id = $2 ORDER BY a.position, a.id"
        ))
        .bind(org)
        .bind(programme)
        .all()
        .await?;
    let claims = cx.read(sql!(claims_of!("u.programme_id = $2"))).bind(org).bind(programme).all().await?;
    joined(calendar, heads, times, seats, claims)
}

/// One task with its whole history.
pub(super) async fn task(cx: &mut Cx, calendar: &mut Calendar, id: TaskId) -> Result<Option<TaskFacts>> {
    let head: Option<(OrgId,)> =
        cx.read(sql!("SELECT org_id FROM task WHERE id = $1")).bind(id).opt().await?;
    let Some((org,)) = head else { return Ok(None) };
    let heads = cx
        .read(sql!(
            "SELECT id, programme_id, group_code, outputs, position, search_folded, created_at, ended_at FROM task WHERE org_id = $1 AND id = $2"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    let times = cx
        .read(sql!(
            "SELECT task_id, time_text, time_kind, recurrence, start_on, due_on, recorded_at, ended_at
             FROM deadline WHERE org_id = $1 AND task_id = $2"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    let seats = cx
        .read(sql!(
            "SELECT id, task_id, focal, role, holder, unit_id, grouping_id, recorded_at, ended_at
             FROM assignment WHERE org_id = $1 AND task_id = $2 ORDER BY position, id"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    let claims = cx.read(sql!(claims_of!("u.task_id = $2"))).bind(org).bind(id).all().await?;
    Ok(joined(calendar, heads, times, seats, claims)?.pop())
}

/// The tasks that updates are about.
pub(super) async fn task_of_update(cx: &mut Cx, update: Uuid) -> Result<Option<TaskId>> {
    let found: Option<(TaskId,)> =
        cx.read(sql!("SELECT task_id FROM progress_update WHERE id = $1")).bind(update).opt().await?;
    Ok(found.map(|(task,)| task))
}

/// The tasks that a grouping carries or carried.
pub(super) async fn tasks_of_grouping(cx: &mut Cx, grouping: GroupingId) -> Result<Vec<TaskId>> {
    let rows: Vec<(TaskId,)> = cx
        .read(sql!("SELECT DISTINCT task_id FROM assignment WHERE grouping_id = $1"))
        .bind(grouping)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(task,)| task).collect())
}

#[derive(sqlx::FromRow)]
struct UnitRecord {
    id: UnitId,
    parent_id: Option<UnitId>,
    tree_from: i64,
    tree_to: i64,
    exists_to: Option<Day>,
    name: String,
    name_folded: String,
    superior: Option<String>,
}

/// Where every unit lies, who belongs to which grouping, and who carries on whose work.
pub(super) async fn tree(cx: &mut Cx) -> Result<Tree> {
    let span = |from: Option<Day>, to: Option<Day>| Span {
        from: from.map_or(0, |day| days::number(day.0)),
        to: to.map_or(NEVER, |day| days::number(day.0).saturating_add(1)),
    };
    let units: Vec<UnitRecord> = cx
        .read(sql!(
            "SELECT u.id, u.parent_id, u.tree_from, u.tree_to, u.exists_to, u.name, u.name_folded, p.name AS superior
             FROM unit u LEFT JOIN unit p ON p.id = u.parent_id ORDER BY u.tree_from"
        ))
        .all()
        .await?;
    let links: Vec<(UnitId, UnitId, Option<Day>, Option<Day>)> = cx
        .read(sql!(
            "SELECT unit_id, other_id, valid_from, valid_to FROM unit_link WHERE kind = 'succeeded_by'
             ORDER BY recorded_at DESC, id DESC"
        ))
        .all()
        .await?;
    let groupings: Vec<(GroupingId, String)> = cx.read(sql!("SELECT id, name FROM grouping")).all().await?;
    let members = units::memberships(cx).await?.into_iter();
    let mut names: HashMap<String, usize> = HashMap::new();
    for unit in &units {
        *names.entry(unit.name_folded.clone()).or_default() += 1;
    }
    Ok(Tree {
        groupings,
        units: units
            .into_iter()
            .map(|unit| UnitPlace {
                id: unit.id,
                parent: unit.parent_id,
                from: unit.tree_from,
                to: unit.tree_to,
                gone: span(None, unit.exists_to).to,
                label: match unit.superior {
                    Some(superior) if names.get(&unit.name_folded).is_some_and(|n| *n > 1) => {
                        format!("{}, {superior}", unit.name)
                    }
                    _ => unit.name,
                },
            })
            .collect(),
        members: members
            .map(|one| Member { grouping: one.grouping, unit: one.unit, span: span(one.from, one.to) })
            .collect(),
        successions: links
            .into_iter()
            .map(|(unit, into, from, to)| Succession { unit, into, span: span(from, to) })
            .collect(),
    })
}
