//! The statements of this context; nothing else writes its tables.

mod read;
mod write;

pub(super) use read::*;
pub(super) use write::*;

use super::rules::{Claim, ClaimKind, Confirmer, Fate, Finished, Rules};
use super::types::{
    AssignmentId, AssignmentRole, Holder, NewAssignment, NewDuty, NewIndicator, NewMilestone, Party, TaskTime,
};
use super::views;
use crate::units::GroupingId;
use crate::{Cx, Error, OrgId, Result, UnitId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::types::Json;
use store::{Day, Micros};
use uuid::Uuid;

/// The code under which an enumeration is stored: the one of its JSON form.
pub(super) fn code<T: Serialize>(value: &T) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(code)) => Ok(code),
        other => Err(protocol(&format!("{other:?} is no code"))),
    }
}

pub(super) fn from_code<T: DeserializeOwned>(code: &str) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(code.to_owned()))
        .map_err(|_| protocol(&format!("unknown code {code}")))
}

fn protocol(what: &str) -> Error {
    Error::Internal(what.to_owned())
}

fn span(from: Option<i64>, to: Option<i64>) -> Option<[i64; 2]> {
    Some([from?, to?])
}

#[derive(sqlx::FromRow)]
pub(super) struct ProgrammeRecord {
    pub(super) org_id: OrgId,
    pub(super) id: Uuid,
    pub(super) version: i64,
    pub(super) owner_unit_id: UnitId,
    pub(super) title: String,
    #[sqlx(flatten)]
    pub(super) rules: RulesRecord,
    pub(super) created_at: Micros,
    pub(super) place: i64,
}

/// The columns of a programme that say how its tasks are judged.
#[derive(sqlx::FromRow)]
pub(crate) struct RulesRecord {
    near_due_days: i64,
    confirm_levels: i64,
    back_date_days: i64,
    behind_points: Option<i64>,
    default_period: String,
    period_closes_on: i64,
    report_within_days: i64,
}

impl From<RulesRecord> for Rules {
    fn from(record: RulesRecord) -> Rules {
        Rules {
            near_due_days: record.near_due_days,
            confirm_levels: record.confirm_levels,
            back_date_days: record.back_date_days,
            behind_points: record.behind_points,
            default_period: from_code(&record.default_period).unwrap_or(papers::plan::Recurrence::Quarterly),
            period_closes_on: record.period_closes_on,
            report_within_days: record.report_within_days,
        }
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct DocumentRecord {
    org_id: OrgId,
    id: Uuid,
    version: i64,
    owner_unit_id: UnitId,
    number: Option<String>,
    kind: Option<String>,
    title: String,
    issuer: Option<String>,
    issued_on: Option<Day>,
    signer: Option<String>,
    implements: Json<Vec<String>>,
    sha256: Option<String>,
    file_name: Option<String>,
    replaces_id: Option<Uuid>,
    replaced_by: Option<Uuid>,
    created_at: Micros,
    place: i64,
}

impl From<DocumentRecord> for views::Document {
    fn from(record: DocumentRecord) -> Self {
        use super::types::DocumentId;
        views::Document {
            org: record.org_id,
            id: DocumentId(record.id),
            version: record.version,
            owner: record.owner_unit_id,
            number: record.number,
            kind: record.kind,
            title: record.title,
            issuer: record.issuer,
            issued_on: record.issued_on,
            signer: record.signer,
            implements: record.implements.0,
            sha256: record.sha256,
            file_name: record.file_name,
            replaces: record.replaces_id.map(DocumentId),
            replaced_by: record.replaced_by.map(DocumentId),
            created_at: record.created_at,
            place: record.place,
        }
    }
}

/// A task with the time it had at an instant.
#[derive(sqlx::FromRow)]
pub(super) struct TaskRecord {
    pub(super) id: Uuid,
    pub(super) version: i64,
    pub(super) position: i64,
    pub(super) code: Option<String>,
    pub(super) group_code: Option<String>,
    pub(super) title: String,
    pub(super) outputs: Json<Vec<String>>,
    pub(super) original_due_on: Option<Day>,
    pub(super) created_at: Micros,
    #[sqlx(flatten)]
    pub(super) time: TimeRecord,
}

#[derive(sqlx::FromRow)]
pub(super) struct TimeRecord {
    time_text: Option<String>,
    time_kind: String,
    recurrence: Json<Vec<papers::plan::Recurrence>>,
    start_on: Option<Day>,
    due_on: Option<Day>,
}

impl TimeRecord {
    pub(super) fn time(self) -> Result<TaskTime> {
        Ok(TaskTime {
            text: self.time_text,
            kind: from_code(&self.time_kind)?,
            recurrence: self.recurrence.0,
            start: self.start_on,
            due: self.due_on,
        })
    }
}

/// What a task has beside the list's columns, and where it hangs.
#[derive(sqlx::FromRow)]
pub(super) struct TaskHead {
    pub(super) org_id: OrgId,
    pub(super) version: i64,
    pub(super) programme_id: Uuid,
    pub(super) body: Option<String>,
    pub(super) ended_at: Option<Micros>,
}

#[derive(sqlx::FromRow)]
pub(super) struct PastTimeRecord {
    #[sqlx(flatten)]
    pub(super) time: TimeRecord,
    pub(super) reason: Option<String>,
    pub(super) recorded_at: Micros,
    pub(super) ended_at: Option<Micros>,
}

#[derive(sqlx::FromRow)]
pub(super) struct AssignmentRecord {
    pub(super) id: Uuid,
    pub(super) task_id: Uuid,
    role: String,
    holder: String,
    unit_id: Option<UnitId>,
    grouping_id: Option<GroupingId>,
    name: Option<String>,
    proposed: bool,
    focal: bool,
    pub(super) recorded_at: Micros,
    pub(super) ended_at: Option<Micros>,
}

impl AssignmentRecord {
    pub(super) fn given(&self) -> Result<NewAssignment> {
        let role = AssignmentRole::from_code(&self.role)
            .ok_or_else(|| protocol(&format!("unknown role {}", self.role)))?;
        let name = || self.name.clone().unwrap_or_default();
        let holder = match (self.holder.as_str(), self.unit_id, self.grouping_id) {
            ("unit", Some(unit), _) => Holder::Unit(unit),
            ("grouping", _, Some(grouping)) => Holder::Grouping(grouping),
            ("person", ..) => Holder::Person { name: name(), proposed: self.proposed },
            ("awaiting", ..) => Holder::Awaiting,
            ("unknown", ..) => Holder::Unknown(name()),
            _ => return Err(protocol(&format!("unknown holder {}", self.holder))),
        };
        Ok(NewAssignment { role, holder, focal: self.focal })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct SourceRecord {
    pub(super) document_id: Uuid,
    pub(super) number: Option<String>,
    pub(super) document_title: String,
    pub(super) issued_on: Option<Day>,
    span_from: Option<i64>,
    span_to: Option<i64>,
    pub(super) quote: String,
    pub(super) due_on: Option<Day>,
    pub(super) ended_at: Option<Micros>,
}

impl SourceRecord {
    pub(super) fn span(&self) -> Option<[i64; 2]> {
        span(self.span_from, self.span_to)
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct MilestoneRecord {
    pub(super) id: Uuid,
    title: String,
    due_on: Option<Day>,
    completes: bool,
}

impl MilestoneRecord {
    pub(super) fn given(self) -> NewMilestone {
        NewMilestone { title: self.title, due: self.due_on, completes: self.completes }
    }
}

/// A submitted update of a leading unit, with the deadline that held when it was confirmed.
#[derive(sqlx::FromRow)]
pub(super) struct ClaimRecord {
    pub(super) task_id: Uuid,
    assignment_id: Uuid,
    unit_id: UnitId,
    kind: String,
    period_to: Option<Day>,
    percent: Option<i64>,
    completed_on: Option<Day>,
    submitted_at: Micros,
    levels: i64,
    backdated_days: i64,
    confirmed_at: Option<Micros>,
    returned_at: Option<Micros>,
    task_done_on: Option<Day>,
    passed: i64,
    passed_at: Option<Micros>,
    due_then: Option<Day>,
}

impl ClaimRecord {
    pub(super) fn reported(self, cx: &Cx, seen: Micros) -> Result<views::Reported> {
        let by_then = |at: Option<Micros>| at.filter(|at| *at <= seen);
        let submitted = cx.day_of(self.submitted_at);
        let confirmed = by_then(self.confirmed_at);
        let fate = match (by_then(self.returned_at), confirmed) {
            (Some(at), _) => Fate::Returned(cx.day_of(at)),
            (None, Some(at)) => Fate::Confirmed(cx.day_of(at)),
            (None, None) => {
                let since = self.passed_at.map_or(submitted, |at| cx.day_of(at));
                Fate::Waiting(Confirmer::at(self.passed + 1, self.levels), since)
            }
        };
        let kind = ClaimKind::from_code(&self.kind)
            .ok_or_else(|| protocol(&format!("unknown kind of update {}", self.kind)))?;
        let finished = self.task_done_on.filter(|_| matches!(fate, Fate::Confirmed(_)));
        Ok(views::Reported {
            assignment: AssignmentId(self.assignment_id),
            unit: self.unit_id,
            finished: finished.map(|on| Finished {
                on: on.0,
                due: self.due_then.map(|day| day.0),
                backdated: self.backdated_days,
            }),
            claim: Claim {
                kind,
                period_to: self.period_to.map(|day| day.0),
                percent: self.percent,
                on: self.completed_on.map_or(submitted, |day| day.0),
                submitted,
                fate,
            },
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct FundingRecord {
    pub(super) source: String,
    pub(super) planned: i64,
    pub(super) disbursed: i64,
}

#[derive(sqlx::FromRow)]
pub(super) struct PassageRecord {
    pub(super) span_from: i64,
    pub(super) span_to: i64,
    pub(super) task_id: Uuid,
    pub(super) code: Option<String>,
    pub(super) title: String,
}

#[derive(sqlx::FromRow)]
pub(super) struct IndicatorRecord {
    pub(super) id: Uuid,
    pub(super) position: i64,
    code: Option<String>,
    group_code: Option<String>,
    name: String,
    measure: Option<String>,
    target_text: Option<String>,
    target: Json<papers::plan::Target>,
    note: Option<String>,
    document_id: Option<Uuid>,
    span_from: Option<i64>,
    span_to: Option<i64>,
}

impl IndicatorRecord {
    pub(super) fn given(self) -> NewIndicator {
        NewIndicator {
            code: self.code,
            group: self.group_code,
            name: self.name,
            measure: self.measure,
            target_text: self.target_text,
            target: self.target.0,
            note: self.note,
            document: self.document_id.map(super::types::DocumentId),
            span: span(self.span_from, self.span_to),
        }
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct DutyRecord {
    pub(super) id: Uuid,
    pub(super) position: i64,
    who_unit_id: Option<UnitId>,
    who_text: Option<String>,
    to_unit_id: Option<UnitId>,
    to_text: Option<String>,
    through_unit_id: Option<UnitId>,
    through_text: Option<String>,
    what: Option<String>,
    due: Json<Vec<String>>,
    cadence: Option<String>,
    document_id: Option<Uuid>,
    span_from: Option<i64>,
    span_to: Option<i64>,
}

impl DutyRecord {
    pub(super) fn given(self) -> Result<NewDuty> {
        Ok(NewDuty {
            who: Party { unit: self.who_unit_id, text: self.who_text },
            to: Party { unit: self.to_unit_id, text: self.to_text },
            through: Party { unit: self.through_unit_id, text: self.through_text },
            what: self.what,
            due: self.due.0,
            cadence: self.cadence.as_deref().map(from_code).transpose()?,
            document: self.document_id.map(super::types::DocumentId),
            span: span(self.span_from, self.span_to),
        })
    }
}
