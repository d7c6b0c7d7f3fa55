//! The forms of programmes, tasks, indicators and documents on the wire.

use crate::api::{day, wrong};
use crate::failure::PageError;
use domain::UnitId;
use domain::programmes::{
    self, AssignmentRole, Carrier, DocumentId, Holder, NewAssignment, NewFunding, NewMilestone, NewSource,
    NewTask, TaskDetail, TaskRow, TaskTime,
};
use domain::units::GroupingId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The value of a code in the JSON form of an enumeration of the domain.
fn value<T: serde::de::DeserializeOwned>(field: &str, code: &str) -> Result<T, PageError> {
    serde_json::from_value(serde_json::Value::String(code.to_owned()))
        .map_err(|_| wrong(field, "programmes-invalid-code"))
}

fn code<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Numbers of tasks by light.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct Counts {
    /// Overdue.
    red: usize,
    /// Near due.
    amber: usize,
    /// In time.
    green: usize,
    /// Cannot be judged yet.
    grey: usize,
}

impl From<&programmes::LightCounts> for Counts {
    fn from(counts: &programmes::LightCounts) -> Counts {
        Counts { red: counts.red, amber: counts.amber, green: counts.green, grey: counts.grey }
    }
}

/// A programme: the plan that documents set for one unit.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ProgrammeItem {
    /// Its id.
    id: Uuid,
    /// Counts its changes.
    version: i64,
    /// The organisation that keeps it.
    organisation: Uuid,
    /// The unit whose plan it is.
    owner: Uuid,
    /// That unit's name.
    owner_name: String,
    /// Its name.
    title: String,
    /// Days before a deadline from which a task is near due.
    near_due_days: i64,
    /// Its tasks by light.
    counts: Counts,
}

impl ProgrammeItem {
    pub(super) fn new(programme: &programmes::Programme, counts: &programmes::LightCounts) -> ProgrammeItem {
        ProgrammeItem {
            id: programme.id.0,
            version: programme.version,
            organisation: programme.org.0,
            owner: programme.owner.0,
            owner_name: programme.owner_name.clone(),
            title: programme.title.clone(),
            near_due_days: programme.rules.near_due_days,
            counts: Counts::from(counts),
        }
    }
}

/// The time of a task.
#[derive(Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Time {
    /// As printed.
    #[serde(default)]
    text: Option<String>,
    /// `by_date`, `by_month`, `recurring`, `continuous`, `start_then_continuous`, `on_demand`, `per_plan` or
    /// `unspecified`.
    kind: String,
    /// `weekly`, `monthly`, `quarterly`, `semiannual`, `annual`, `periodic`.
    #[serde(default)]
    recurrence: Vec<String>,
    /// First day, ISO.
    #[serde(default)]
    start: Option<String>,
    /// Deadline, ISO.
    #[serde(default)]
    due: Option<String>,
}

impl From<&TaskTime> for Time {
    fn from(time: &TaskTime) -> Time {
        Time {
            text: time.text.clone(),
            kind: code(&time.kind),
            recurrence: time.recurrence.iter().map(code).collect(),
            start: time.start.map(|day| day.to_string()),
            due: time.due.map(|day| day.to_string()),
        }
    }
}

impl Time {
    fn given(&self) -> Result<TaskTime, PageError> {
        Ok(TaskTime {
            text: self.text.clone(),
            kind: value("time.kind", &self.kind)?,
            recurrence: self
                .recurrence
                .iter()
                .map(|code| value("time.recurrence", code))
                .collect::<Result<_, _>>()?,
            start: day("time.start", self.start.as_deref())?,
            due: day("time.due", self.due.as_deref())?,
        })
    }
}

/// Who holds a role in a task: exactly one of `unit`, `grouping`, `person`, `unknown` and `awaiting`.
#[derive(Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Assignment {
    /// `lead`, `joint_lead`, `coordinating`, `leader_in_charge`, `following` or `person`.
    role: String,
    /// A unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<Uuid>,
    /// A grouping; each member carries the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grouping: Option<Uuid>,
    /// A person's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// The person is only proposed.
    #[serde(default)]
    proposed: bool,
    /// A unit that could not be found, as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
    /// Somebody is to be appointed.
    #[serde(default)]
    awaiting: bool,
    /// The focal point of several joint leads.
    #[serde(default)]
    focal: bool,
    /// Name of the holder; ignored where it is sent.
    #[serde(default)]
    name: String,
}

impl From<&Carrier> for Assignment {
    fn from(carrier: &Carrier) -> Assignment {
        let role = carrier.role.code().to_owned();
        let base =
            Assignment { role, focal: carrier.focal, name: carrier.name.clone(), ..Assignment::default() };
        match &carrier.holder {
            Holder::Unit(unit) => Assignment { unit: Some(unit.0), ..base },
            Holder::Grouping(grouping) => Assignment { grouping: Some(grouping.0), ..base },
            Holder::Person { name, proposed } => {
                Assignment { person: Some(name.clone()), proposed: *proposed, ..base }
            }
            Holder::Unknown(printed) => Assignment { unknown: Some(printed.clone()), ..base },
            Holder::Awaiting => Assignment { awaiting: true, ..base },
        }
    }
}

impl Assignment {
    fn given(&self) -> Result<NewAssignment, PageError> {
        let role = AssignmentRole::from_code(&self.role)
            .ok_or_else(|| wrong("assignments", "programmes-invalid-code"))?;
        let holder = match (self.unit, self.grouping, &self.person, &self.unknown, self.awaiting) {
            (Some(unit), None, None, None, false) => Holder::Unit(UnitId(unit)),
            (None, Some(grouping), None, None, false) => Holder::Grouping(GroupingId(grouping)),
            (None, None, Some(name), None, false) => {
                Holder::Person { name: name.clone(), proposed: self.proposed }
            }
            (None, None, None, Some(printed), false) => Holder::Unknown(printed.clone()),
            (None, None, None, None, true) => Holder::Awaiting,
            _ => return Err(wrong("assignments", "programmes-invalid-holder")),
        };
        Ok(NewAssignment { role, holder, focal: self.focal })
    }
}

/// Where a task is written.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceItem {
    /// The document.
    document: Uuid,
    /// `[from, to)` in Unicode scalar values of the document's text.
    #[serde(default)]
    span: Option<[i64; 2]>,
    /// The words themselves.
    #[serde(default)]
    quote: String,
    /// The deadline that the document sets, ISO.
    #[serde(default)]
    due: Option<String>,
}

/// A step of a task.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MilestoneItem {
    /// What is reached.
    title: String,
    /// By when, ISO.
    #[serde(default)]
    due: Option<String>,
    /// Reaching it completes the task.
    #[serde(default)]
    completes: bool,
}

/// Money for a task, in đồng.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoneyItem {
    /// Where it comes from.
    source: String,
    /// Planned.
    planned: i64,
    /// Paid out so far.
    #[serde(default)]
    disbursed: i64,
}

/// A task to be added. In a change, members that are not sent stay as they are.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TaskBody {
    /// The version that was read; instead of `If-Match`. Only in a change.
    pub(super) version: Option<i64>,
    /// As printed, or section and order; empty for none.
    code: Option<String>,
    /// Code of its group; empty for none.
    group: Option<String>,
    /// The wording.
    title: Option<String>,
    /// The whole item where the title is only its first sentence; empty for none.
    text: Option<String>,
    /// Required products.
    outputs: Option<Vec<String>>,
    /// When.
    time: Option<Time>,
    /// Who, in which role.
    assignments: Option<Vec<Assignment>>,
    /// Where it is written.
    sources: Option<Vec<SourceItem>>,
    /// Steps on the way.
    milestones: Option<Vec<MilestoneItem>>,
    /// Money.
    funding: Option<Vec<MoneyItem>>,
}

impl TaskBody {
    /// The task as it is to be, over what it was.
    pub(super) fn over(self, before: NewTask) -> Result<NewTask, PageError> {
        let text = |sent: Option<String>, before: Option<String>| match sent {
            Some(sent) => Some(sent).filter(|sent| !sent.trim().is_empty()),
            None => before,
        };
        let source = |sent: &SourceItem| {
            let due = day("sources", sent.due.as_deref())?;
            Ok(NewSource {
                document: DocumentId(sent.document),
                span: sent.span,
                quote: sent.quote.clone(),
                due,
            })
        };
        let milestone = |sent: &MilestoneItem| {
            let due = day("milestones", sent.due.as_deref())?;
            Ok(NewMilestone { title: sent.title.clone(), due, completes: sent.completes })
        };
        let money = |sent: &MoneyItem| NewFunding {
            source: sent.source.clone(),
            planned: sent.planned,
            disbursed: sent.disbursed,
        };
        Ok(NewTask {
            code: text(self.code, before.code),
            group: text(self.group, before.group),
            title: self.title.unwrap_or(before.title),
            text: text(self.text, before.text),
            outputs: self.outputs.unwrap_or(before.outputs),
            time: self.time.as_ref().map(Time::given).transpose()?.unwrap_or(before.time),
            assignments: match &self.assignments {
                Some(sent) => sent.iter().map(Assignment::given).collect::<Result<_, PageError>>()?,
                None => before.assignments,
            },
            sources: match &self.sources {
                Some(sent) => sent.iter().map(source).collect::<Result<_, PageError>>()?,
                None => before.sources,
            },
            milestones: match &self.milestones {
                Some(sent) => sent.iter().map(milestone).collect::<Result<_, PageError>>()?,
                None => before.milestones,
            },
            funding: self.funding.map_or(before.funding, |sent| sent.iter().map(money).collect()),
        })
    }
}

/// A task.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct TaskItem {
    /// Its id.
    id: Uuid,
    /// Counts its changes.
    version: i64,
    /// Its programme.
    programme: Uuid,
    /// As printed, or section and order.
    code: Option<String>,
    /// Code of its group.
    group: Option<String>,
    /// The wording.
    title: String,
    /// Required products.
    outputs: Vec<String>,
    /// When.
    time: Time,
    /// The first deadline it ever had, ISO.
    original_due: Option<String>,
    /// Who carries it.
    assignments: Vec<Assignment>,
    /// `red`, `amber`, `green` or `grey`.
    light: &'static str,
    /// Why, in the language asked for.
    reason: String,
    /// Stable code of the reason.
    reason_code: &'static str,
    /// `open`, `waiting`, `returned`, `done_in_time`, `done_late`, `done`.
    standing: &'static str,
    /// What waits, was returned or was dated back, in the language asked for.
    note: Option<String>,
    /// Per cent reported by those who answer for the result.
    percent: i64,
    /// `unknown_unit`, `no_lead`, `unreadable_time`, `no_product`.
    defects: Vec<&'static str>,
    /// `awaiting`, `continuous`, `per_plan`, `on_demand`, `undated`.
    states: Vec<&'static str>,
}

impl TaskItem {
    pub(super) fn new(lang: messages::Lang, row: &TaskRow) -> TaskItem {
        TaskItem {
            id: row.id.0,
            version: row.version,
            programme: row.programme.0,
            code: row.code.clone(),
            group: row.group.clone(),
            title: row.title.clone(),
            outputs: row.outputs.clone(),
            time: Time::from(&row.time),
            original_due: row.original_due.map(|day| day.to_string()),
            assignments: row.carriers.iter().map(Assignment::from).collect(),
            light: row.verdict.light.code(),
            reason: crate::failure::say(lang, &row.verdict.reason),
            reason_code: row.verdict.reason.key,
            standing: row.verdict.standing.code(),
            note: row.verdict.note.as_ref().map(|note| crate::failure::say(lang, note)),
            percent: row.percent,
            defects: row.defects.iter().map(|defect| defect.code()).collect(),
            states: row.states.iter().map(|state| state.code()).collect(),
        }
    }
}

/// A task with everything that is known of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct TaskWhole {
    /// As in lists.
    #[serde(flatten)]
    task: TaskItem,
    /// The whole item.
    text: Option<String>,
    /// Where it is written.
    sources: Vec<SourceItem>,
    /// Steps on the way.
    milestones: Vec<MilestoneItem>,
    /// Money.
    funding: Vec<MoneyItem>,
    /// It is followed no more.
    ended: bool,
}

impl TaskWhole {
    pub(super) fn new(lang: messages::Lang, task: &TaskDetail) -> TaskWhole {
        let present = task.sources.iter().filter(|source| source.ended_at.is_none());
        let source = |source: &programmes::Source| SourceItem {
            document: source.document.0,
            span: source.span,
            quote: source.quote.clone(),
            due: source.due.map(|day| day.to_string()),
        };
        let milestone = |milestone: &NewMilestone| MilestoneItem {
            title: milestone.title.clone(),
            due: milestone.due.map(|day| day.to_string()),
            completes: milestone.completes,
        };
        let money = |money: &NewFunding| MoneyItem {
            source: money.source.clone(),
            planned: money.planned,
            disbursed: money.disbursed,
        };
        TaskWhole {
            task: TaskItem::new(lang, &task.row),
            text: task.text.clone(),
            sources: present.map(source).collect(),
            milestones: task.milestones.iter().map(milestone).collect(),
            funding: task.funding.iter().map(money).collect(),
            ended: task.ended_at.is_some(),
        }
    }
}

/// A target of a programme.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct IndicatorItem {
    /// Its id.
    id: Uuid,
    /// Its programme.
    programme: Uuid,
    /// As printed, if it has a code.
    code: Option<String>,
    /// Code of its group.
    group: Option<String>,
    /// What is measured.
    name: String,
    /// Unit of measure as printed.
    measure: Option<String>,
    /// The target as printed.
    target_text: Option<String>,
    /// The target as understood: `op`, `value`, `value_max`, `unit`, `per`, `baseline`, `by`, `percent`.
    #[schema(value_type = Object)]
    target: serde_json::Value,
    /// Remark.
    note: Option<String>,
}

impl From<&programmes::Indicator> for IndicatorItem {
    fn from(indicator: &programmes::Indicator) -> IndicatorItem {
        let given = &indicator.given;
        IndicatorItem {
            id: indicator.id.0,
            programme: indicator.programme.0,
            code: given.code.clone(),
            group: given.group.clone(),
            name: given.name.clone(),
            measure: given.measure.clone(),
            target_text: given.target_text.clone(),
            target: serde_json::to_value(&given.target).unwrap_or_default(),
            note: given.note.clone(),
        }
    }
}

/// The head of a document.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DocumentItem {
    /// Its id.
    id: Uuid,
    /// Counts its changes.
    version: i64,
    /// The organisation that keeps it.
    organisation: Uuid,
    /// The unit that keeps it.
    owner: Uuid,
    /// Number and symbol.
    number: Option<String>,
    /// What kind of document.
    kind: Option<String>,
    /// The title.
    title: String,
    /// The issuing body.
    issuer: Option<String>,
    /// The day of issue, ISO.
    issued_on: Option<String>,
    /// The person who signed.
    signer: Option<String>,
    /// Numbers of the documents that it carries out.
    implements: Vec<String>,
    /// The document of which it is a corrected version.
    replaces: Option<Uuid>,
    /// The corrected version of it.
    replaced_by: Option<Uuid>,
}

impl From<&programmes::Document> for DocumentItem {
    fn from(document: &programmes::Document) -> DocumentItem {
        DocumentItem {
            id: document.id.0,
            version: document.version,
            organisation: document.org.0,
            owner: document.owner.0,
            number: document.number.clone(),
            kind: document.kind.clone(),
            title: document.title.clone(),
            issuer: document.issuer.clone(),
            issued_on: document.issued_on.map(|day| day.to_string()),
            signer: document.signer.clone(),
            implements: document.implements.clone(),
            replaces: document.replaces.map(|id| id.0),
            replaced_by: document.replaced_by.map(|id| id.0),
        }
    }
}

/// A passage in which a task stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PassageItem {
    /// `[from, to)` in Unicode scalar values of the text.
    span: [i64; 2],
    /// The task.
    task: Uuid,
}

impl From<&programmes::Passage> for PassageItem {
    fn from(passage: &programmes::Passage) -> PassageItem {
        PassageItem { span: passage.span, task: passage.task.0 }
    }
}
