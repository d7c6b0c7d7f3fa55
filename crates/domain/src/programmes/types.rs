//! What callers give and get.

use crate::UnitId;
use crate::units::GroupingId;
use papers::plan::{Cadence, Recurrence, Target, TimeKind};
use serde::{Deserialize, Serialize};
use store::Day;

crate::id!(
    /// A document that assigns tasks.
    DocumentId
);
crate::id!(
    /// The plan that one or several documents set for one owner unit.
    ProgrammeId
);
crate::id!(
    /// One thing to be done.
    TaskId
);
crate::id!(
    /// One holder of a role in a task.
    AssignmentId
);
crate::id!(
    /// One target to be reached.
    IndicatorId
);
crate::id!(
    /// One step of a task.
    MilestoneId
);
crate::id!(
    /// One duty to report.
    DutyId
);

/// A document to be kept with its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewDocument {
    /// The unit that keeps it; its organisation becomes the document's.
    pub owner: UnitId,
    /// Number and symbol, as `116/QĐ-VHL`; a handwritten remark has none.
    pub number: Option<String>,
    /// `chương trình hành động`, `kế hoạch`, `thông báo kết luận`, ...
    pub kind: Option<String>,
    /// The title as printed.
    pub title: String,
    /// The issuing body as printed.
    pub issuer: Option<String>,
    /// The day of issue.
    pub issued_on: Option<Day>,
    /// The person who signed.
    pub signer: Option<String>,
    /// Numbers of the documents that this one carries out.
    pub implements: Vec<String>,
    /// The text as understood; spans count its Unicode scalar values.
    pub text: String,
    /// SHA-256 of the file it was read from, in lower-case hexadecimal.
    pub sha256: Option<String>,
    /// Name of the file it was read from.
    pub file_name: Option<String>,
    /// The document of which this is a corrected version.
    pub replaces: Option<DocumentId>,
}

/// A heading of a plan, in the order of the outline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewGroup {
    /// The path of markers, as `II.1`; unique within the programme.
    pub code: String,
    /// The heading's words.
    pub title: String,
}

/// A plan to be set up in one go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewProgramme {
    /// The unit whose plan it is.
    pub owner: UnitId,
    /// Its name.
    pub title: String,
    /// The documents it comes from, the main one first.
    pub documents: Vec<DocumentId>,
    /// The outline.
    pub groups: Vec<NewGroup>,
    /// What is to be done, in the order of the document.
    pub tasks: Vec<NewTask>,
    /// What is to be reached.
    pub indicators: Vec<NewIndicator>,
    /// Who reports what to whom.
    pub duties: Vec<NewDuty>,
}

/// A corrected version of a document, or a further one, applied to a plan; what was stays readable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Amendment {
    /// The document that says so.
    pub document: DocumentId,
    /// Headings that are new or worded anew.
    pub groups: Vec<NewGroup>,
    /// New tasks.
    pub add: Vec<NewTask>,
    /// Tasks as they are from now on.
    pub change: Vec<(TaskId, NewTask)>,
    /// Tasks that are no more.
    pub end: Vec<TaskId>,
    /// New indicators.
    pub add_indicators: Vec<NewIndicator>,
    /// Indicators that are no more.
    pub end_indicators: Vec<IndicatorId>,
    /// New duties.
    pub add_duties: Vec<NewDuty>,
    /// Duties that are no more.
    pub end_duties: Vec<DutyId>,
}

/// A task as it is to be.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NewTask {
    /// As printed, or section and order.
    pub code: Option<String>,
    /// Code of its group.
    pub group: Option<String>,
    /// The wording; not empty.
    pub title: String,
    /// The whole item where the title is only its first sentence.
    pub text: Option<String>,
    /// Required products.
    pub outputs: Vec<String>,
    /// When.
    pub time: TaskTime,
    /// Who, in which role.
    pub assignments: Vec<NewAssignment>,
    /// Where it is written.
    pub sources: Vec<NewSource>,
    /// Steps on the way.
    pub milestones: Vec<NewMilestone>,
    /// Money for it.
    pub funding: Vec<NewFunding>,
}

/// The time of a task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskTime {
    /// As printed.
    pub text: Option<String>,
    /// What kind of time it is.
    pub kind: TimeKind,
    /// How often, for recurring work.
    pub recurrence: Vec<Recurrence>,
    /// The day on which it starts.
    pub start: Option<Day>,
    /// The last day on which it is in time.
    pub due: Option<Day>,
}

/// Roles of units and persons in a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentRole {
    /// Chủ trì.
    Lead,
    /// Đồng chủ trì.
    JointLead,
    /// Phối hợp.
    Coordinating,
    /// Lãnh đạo phụ trách.
    LeaderInCharge,
    /// Theo dõi, đôn đốc.
    Following,
    /// Người thực hiện.
    Person,
}

impl AssignmentRole {
    /// All roles, in the order in which they are shown.
    pub const ALL: [AssignmentRole; 6] = [
        AssignmentRole::Lead,
        AssignmentRole::JointLead,
        AssignmentRole::Coordinating,
        AssignmentRole::LeaderInCharge,
        AssignmentRole::Following,
        AssignmentRole::Person,
    ];

    /// The code stored and used in forms.
    pub fn code(self) -> &'static str {
        match self {
            AssignmentRole::Lead => "lead",
            AssignmentRole::JointLead => "joint_lead",
            AssignmentRole::Coordinating => "coordinating",
            AssignmentRole::LeaderInCharge => "leader_in_charge",
            AssignmentRole::Following => "following",
            AssignmentRole::Person => "person",
        }
    }

    /// The role of a code.
    pub fn from_code(code: &str) -> Option<AssignmentRole> {
        AssignmentRole::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Does it answer for the result?
    pub fn leads(self) -> bool {
        matches!(self, AssignmentRole::Lead | AssignmentRole::JointLead)
    }
}

/// Who holds a role in a task.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// A unit.
    Unit(UnitId),
    /// A named set of units; each member carries the task.
    Grouping(GroupingId),
    /// A person by name.
    Person {
        /// The name as written.
        name: String,
        /// Only proposed in the document, not yet appointed.
        proposed: bool,
    },
    /// To be appointed (chờ chỉ định).
    Awaiting,
    /// A unit that could not be found, as printed: a defect of the plan.
    Unknown(String),
}

/// Who is to hold which role.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NewAssignment {
    /// The role.
    pub role: AssignmentRole,
    /// Who.
    pub holder: Holder,
    /// The focal point (đầu mối) of several joint leads.
    pub focal: bool,
}

/// Where a task is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSource {
    /// The document.
    pub document: DocumentId,
    /// `[from, to)` in Unicode scalar values of the document's text.
    pub span: Option<[i64; 2]>,
    /// The words themselves.
    pub quote: String,
    /// The deadline that this document sets.
    pub due: Option<Day>,
}

/// A step of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMilestone {
    /// What is reached.
    pub title: String,
    /// By when.
    pub due: Option<Day>,
    /// Reaching it completes the task; at most one of a task.
    pub completes: bool,
}

/// Money for a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFunding {
    /// Where it comes from.
    pub source: String,
    /// Planned, in đồng; not negative.
    pub planned: i64,
    /// Paid out so far, in đồng; not negative.
    pub disbursed: i64,
}

/// A target to be reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewIndicator {
    /// As printed, if it has a code.
    pub code: Option<String>,
    /// Code of its group.
    pub group: Option<String>,
    /// What is measured; not empty.
    pub name: String,
    /// Unit of measure as printed.
    pub measure: Option<String>,
    /// The target as printed.
    pub target_text: Option<String>,
    /// The target as understood.
    pub target: Target,
    /// Remark.
    pub note: Option<String>,
    /// The document that sets it.
    pub document: Option<DocumentId>,
    /// `[from, to)` in Unicode scalar values of the document's text.
    pub span: Option<[i64; 2]>,
}

/// A unit named in a duty: found, or only as printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The unit, where it was found.
    pub unit: Option<UnitId>,
    /// As printed.
    pub text: Option<String>,
}

/// Who reports what to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDuty {
    /// Who reports.
    pub who: Party,
    /// To whom.
    pub to: Party,
    /// Through whom.
    pub through: Party,
    /// What is reported.
    pub what: Option<String>,
    /// `MM-DD` for every year, or `YYYY-MM-DD` once.
    pub due: Vec<String>,
    /// How often.
    pub cadence: Option<Cadence>,
    /// The document that sets it.
    pub document: Option<DocumentId>,
    /// `[from, to)` in Unicode scalar values of the document's text.
    pub span: Option<[i64; 2]>,
}
