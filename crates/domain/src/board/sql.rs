//! What the board reads. It writes nothing.

use super::course::{Held, History};
use super::days::{self, DayNo, NEVER, Span};
use super::model::{ProgrammeFacts, TaskFacts};
use super::places::{Member, UnitPlace};
use crate::programmes::rules::Rules;
use crate::programmes::{AssignmentRole, Holder, ProgrammeId, Recurrence, TaskId, TaskTime, TimeKind};
use crate::units::{self, GroupingId};
use crate::{Cx, Error, OrgId, Result, UnitId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use store::{Day, Json, Micros, sql};

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
    near_due_days: i64,
    created_at: Micros,
}

/// Every programme, or one.
pub(super) async fn programmes(
    cx: &mut Cx,
    calendar: &mut Calendar,
    only: Option<ProgrammeId>,
) -> Result<Vec<ProgrammeFacts>> {
    let records: Vec<ProgrammeRecord> = cx
        .read(sql!(
            "SELECT org_id, id, owner_unit_id, title, near_due_days, created_at FROM programme
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
            title: record.title,
            created: calendar.number(record.created_at),
            rules: Rules { near_due_days: record.near_due_days },
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
        let kind: TimeKind = serde_json::from_value(serde_json::Value::String(self.time_kind))
            .map_err(|error| Error::Internal(format!("a kind of time: {error}")))?;
        let recurrence = self.recurrence.0;
        Ok(TaskTime { text: self.time_text, kind, recurrence, start: self.start_on, due: self.due_on })
    }
}

#[derive(sqlx::FromRow)]
struct CarrierRecord {
    task_id: TaskId,
    role: String,
    holder: String,
    unit_id: Option<UnitId>,
    grouping_id: Option<GroupingId>,
    recorded_at: Micros,
    ended_at: Option<Micros>,
}

impl CarrierRecord {
    /// Names do not matter to lights, so they are left out.
    fn carrier(&self) -> Result<(AssignmentRole, Holder)> {
        let role = AssignmentRole::from_code(&self.role)
            .ok_or_else(|| Error::Internal(format!("unknown role {}", self.role)))?;
        let holder = match (self.holder.as_str(), self.unit_id, self.grouping_id) {
            ("unit", Some(unit), _) => Holder::Unit(unit),
            ("grouping", _, Some(grouping)) => Holder::Grouping(grouping),
            ("person", ..) => Holder::Person { name: String::new(), proposed: false },
            ("awaiting", ..) => Holder::Awaiting,
            _ => Holder::Unknown(String::new()),
        };
        Ok((role, holder))
    }
}

/// Puts the parts of tasks together, in the order of their heads.
fn joined(
    calendar: &mut Calendar,
    heads: Vec<HeadRecord>,
    times: Vec<TimeRecord>,
    carriers: Vec<CarrierRecord>,
) -> Result<Vec<TaskFacts>> {
    let mut tasks: Vec<TaskFacts> = Vec::with_capacity(heads.len());
    let mut at: HashMap<TaskId, usize> = HashMap::with_capacity(heads.len());
    for head in heads {
        at.insert(head.id, tasks.len());
        tasks.push(TaskFacts {
            id: head.id,
            programme: head.programme_id,
            group: head.group_code,
            history: History {
                span: calendar.span(head.created_at, head.ended_at),
                outputs: head.outputs.0.len(),
                times: Vec::new(),
                carriers: Vec::new(),
            },
        });
    }
    for record in times {
        let Some(at) = at.get(&record.task_id) else { continue };
        let span = calendar.span(record.recorded_at, record.ended_at);
        tasks[*at].history.times.push(Held { span, what: record.time()? });
    }
    for record in carriers {
        let Some(at) = at.get(&record.task_id) else { continue };
        let span = calendar.span(record.recorded_at, record.ended_at);
        if !span.is_empty() {
            tasks[*at].history.carriers.push(Held { span, what: record.carrier()? });
        }
    }
    Ok(tasks)
}

/// Every task of a programme with its whole history.
pub(super) async fn tasks_of(
    cx: &mut Cx,
    calendar: &mut Calendar,
    (org, programme): (OrgId, ProgrammeId),
) -> Result<Vec<TaskFacts>> {
    let heads = cx
        .read(sql!(
            "SELECT id, programme_id, group_code, outputs, created_at, ended_at FROM task
             WHERE org_id = $1 AND programme_id = $2 ORDER BY position, id"
        ))
        .bind(org)
        .bind(programme)
        .all()
        .await?;
    let times = cx
        .read(sql!(
            "SELECT d.task_id, d.time_text, d.time_kind, d.recurrence, d.start_on, d.due_on, d.recorded_at, d.ended_at
             FROM task t JOIN deadline d ON d.org_id = t.org_id AND d.task_id = t.id
             WHERE t.org_id = $1 AND t.programme_id = $2"
        ))
        .bind(org)
        .bind(programme)
        .all()
        .await?;
    let carriers = cx
        .read(sql!(
            "SELECT a.task_id, a.role, a.holder, a.unit_id, a.grouping_id, a.recorded_at, a.ended_at
             FROM task t JOIN assignment a ON a.org_id = t.org_id AND a.task_id = t.id
             WHERE t.org_id = $1 AND t.programme_id = $2"
        ))
        .bind(org)
        .bind(programme)
        .all()
        .await?;
    joined(calendar, heads, times, carriers)
}

/// One task with its whole history.
pub(super) async fn task(cx: &mut Cx, calendar: &mut Calendar, id: TaskId) -> Result<Option<TaskFacts>> {
    let head: Option<(OrgId,)> =
        cx.read(sql!("SELECT org_id FROM task WHERE id = $1")).bind(id).opt().await?;
    let Some((org,)) = head else { return Ok(None) };
    let heads = cx
        .read(sql!(
            "SELECT id, programme_id, group_code, outputs, created_at, ended_at FROM task WHERE org_id = $1 AND id = $2"
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
    let carriers = cx
        .read(sql!(
            "SELECT task_id, role, holder, unit_id, grouping_id, recorded_at, ended_at
             FROM assignment WHERE org_id = $1 AND task_id = $2"
        ))
        .bind(org)
        .bind(id)
        .all()
        .await?;
    Ok(joined(calendar, heads, times, carriers)?.pop())
}

/// Where every unit lies.
pub(super) async fn unit_places(cx: &mut Cx) -> Result<Vec<UnitPlace>> {
    let rows: Vec<(UnitId, Option<UnitId>, i64, i64)> =
        cx.read(sql!("SELECT id, parent_id, tree_from, tree_to FROM unit ORDER BY tree_from")).all().await?;
    Ok(rows.into_iter().map(|(id, parent, from, to)| UnitPlace { id, parent, from, to }).collect())
}

/// Who belongs to which grouping, over which days.
pub(super) async fn members(cx: &mut Cx) -> Result<Vec<Member>> {
    let member = |one: units::Membership| Member {
        grouping: one.grouping,
        unit: one.unit,
        span: Span {
            from: one.from.map_or(0, |day| days::number(day.0)),
            to: one.to.map_or(NEVER, |day| days::number(day.0).saturating_add(1)),
        },
    };
    Ok(units::memberships(cx).await?.into_iter().map(member).collect())
}
