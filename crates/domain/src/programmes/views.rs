//! What reading gives.

use super::periods::Cycle;
use super::rules::{self, Claim, Defect, Finished, Light, Part, Rules, State, TaskFacts, Verdict};
use super::types::*;
use crate::access::Scope;
use crate::{OrgId, UnitId};
use jiff::civil::Date;
use serde_json::Value;
use store::{Day, Micros};

/// A programme.
#[derive(Debug, Clone, PartialEq)]
pub struct Programme {
    /// The organisation that keeps it.
    pub org: OrgId,
    /// Its id.
    pub id: ProgrammeId,
    /// Counts its changes.
    pub version: i64,
    /// The unit whose plan it is.
    pub owner: UnitId,
    /// That unit's name, with its superior where names repeat.
    pub owner_name: String,
    /// Its name.
    pub title: String,
    /// How its tasks are judged and confirmed.
    pub rules: Rules,
    /// When it was set up.
    pub created_at: Micros,
    pub(super) place: i64,
}

impl Programme {
    /// What the policy needs to know, with the places of the units that carry its tasks.
    pub(super) fn scope(&self, named: Vec<i64>) -> Scope {
        Scope { named, ..Scope::new(self.org, "programme", self.id.0, self.place) }
    }
}

/// A holder of a role in a task, with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Carrier {
    /// The assignment.
    pub id: AssignmentId,
    /// The role.
    pub role: AssignmentRole,
    /// Who.
    pub holder: Holder,
    /// Name of the unit (with its superior where names repeat), grouping or person, or as printed;
    /// empty where somebody is to be appointed.
    pub name: String,
    /// The focal point of several joint leads.
    pub focal: bool,
    /// The units that it means on the day, the unit itself or the members of the grouping, each with
    /// the place of the one that acts for it: its own, or that of the one into which it was merged.
    pub seats: Vec<(UnitId, i64)>,
    /// Since when it is known.
    pub since: Micros,
    pub(super) places: Vec<i64>,
}

/// A task as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskRow {
    /// Its id.
    pub id: TaskId,
    /// Counts its changes.
    pub version: i64,
    /// Its programme.
    pub programme: ProgrammeId,
    /// The programme's name.
    pub programme_title: String,
    /// Its place in the document.
    pub position: i64,
    /// As printed, or section and order.
    pub code: Option<String>,
    /// Code of its group.
    pub group: Option<String>,
    /// The wording.
    pub title: String,
    /// Required products.
    pub outputs: Vec<String>,
    /// Its time as known on the day asked for.
    pub time: TaskTime,
    /// The first deadline it ever had.
    pub original_due: Option<Day>,
    /// Who carries it.
    pub carriers: Vec<Carrier>,
    /// The light and why.
    pub verdict: Verdict,
    /// Per cent reported by those who answer for the result.
    pub percent: i64,
    /// What has to be mended.
    pub defects: Vec<Defect>,
    /// What an officer may settle.
    pub states: Vec<State>,
}

impl TaskRow {
    /// The leads.
    pub fn leads(&self) -> impl Iterator<Item = &Carrier> {
        self.carriers.iter().filter(|carrier| carrier.role.leads())
    }

    /// Does the unit at this place in tree order carry it, itself or as a member of a grouping?
    pub fn is_carried_at(&self, place: i64) -> bool {
        self.carriers.iter().any(|carrier| carrier.places.contains(&place))
    }

    /// Places in tree order of the units that carry it.
    pub fn places(&self) -> Vec<i64> {
        self.carriers.iter().flat_map(|carrier| carrier.places.iter().copied()).collect()
    }

    /// The day that its light goes by: the deadline, or the start of work that then goes on.
    pub fn day(&self) -> Option<Date> {
        self.time.due.or(self.time.start).map(|day| day.0)
    }
}

/// Those who answer for the result of a task: the lead; the focal point of joint leads, or all of them
/// where none is one; every member of a grouping.
pub(super) fn answering(carriers: &[Carrier]) -> Vec<(AssignmentId, UnitId)> {
    let leads = || carriers.iter().filter(|carrier| carrier.role.leads());
    let focal = leads().any(|carrier| carrier.focal);
    let answers = leads().filter(|carrier| !focal || carrier.focal);
    answers.flat_map(|carrier| carrier.seats.iter().map(|(unit, _)| (carrier.id, *unit))).collect()
}

/// What rules need of a task, with what was reported of it, in the order of submitting.
pub(super) fn facts(
    time: TaskTime,
    outputs: usize,
    since: Date,
    carriers: &[Carrier],
    reported: Vec<Reported>,
) -> TaskFacts {
    let unknown = |carrier: &Carrier| match &carrier.holder {
        Holder::Unknown(printed) if !carrier.role.leads() => Some(printed.clone()),
        _ => None,
    };
    let part = |(assignment, unit): (AssignmentId, UnitId)| Part {
        claims: reported
            .iter()
            .filter(|one| one.assignment == assignment && one.unit == unit)
            .map(|one| one.claim.clone())
            .collect(),
    };
    TaskFacts {
        time,
        outputs,
        leads: carriers.iter().filter(|c| c.role.leads()).map(|c| c.holder.clone()).collect(),
        unknown: carriers.iter().filter_map(unknown).collect(),
        since: Some(since),
        parts: answering(carriers).into_iter().map(part).collect(),
        finished: reported.iter().rev().find_map(|one| one.finished),
    }
}

/// An update of a leading unit that was submitted, as known at an instant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reported {
    pub(super) assignment: AssignmentId,
    pub(super) unit: UnitId,
    pub(super) claim: Claim,
    pub(super) finished: Option<Finished>,
}

/// Who carries a task and how it is judged, for the context that keeps what they report.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried {
    /// Its programme.
    pub programme: Programme,
    /// As in lists.
    pub row: TaskRow,
    /// The day since which it is known.
    pub since: Date,
    /// Steps on the way, as they are now.
    pub milestones: Vec<(MilestoneId, NewMilestone)>,
    /// Since when it is no more.
    pub ended_at: Option<Micros>,
}

impl Carried {
    /// The assignments whose units answer for the result, with the units.
    pub fn answering(&self) -> Vec<(AssignmentId, UnitId)> {
        answering(&self.row.carriers)
    }

    /// The periods of the task, where it is recurring or continuous.
    pub fn cycle(&self) -> Option<Cycle> {
        self.programme.rules.cycle(&self.row.time)
    }
}

/// Numbers of tasks by light.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LightCounts {
    /// Quá hạn.
    pub red: usize,
    /// Sắp đến hạn.
    pub amber: usize,
    /// Trong hạn.
    pub green: usize,
    /// Chưa đến kỳ đánh giá.
    pub grey: usize,
}

impl LightCounts {
    /// Counts tasks.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a TaskRow>) -> LightCounts {
        let mut counts = LightCounts::default();
        for row in rows {
            counts.add(row.verdict.light);
        }
        counts
    }

    pub(super) fn add(&mut self, light: Light) {
        match light {
            Light::Red => self.red += 1,
            Light::Amber => self.amber += 1,
            Light::Green => self.green += 1,
            Light::Grey => self.grey += 1,
        }
    }

    /// The number of one light.
    pub fn get(&self, light: Light) -> usize {
        match light {
            Light::Red => self.red,
            Light::Amber => self.amber,
            Light::Green => self.green,
            Light::Grey => self.grey,
        }
    }

    /// All of them.
    pub fn total(&self) -> usize {
        self.red + self.amber + self.green + self.grey
    }
}

/// Numbers of tasks that a unit leads, itself or below it.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitCount {
    /// The unit.
    pub unit: UnitId,
    /// Its name, with its superior where names repeat.
    pub name: String,
    /// By light.
    pub counts: LightCounts,
}

/// Numbers of tasks in a group and the groups inside it.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupCount {
    /// The programme.
    pub programme: ProgrammeId,
    /// Code of the group; empty for tasks without one.
    pub code: String,
    /// The heading's words; empty where only the code is known.
    pub title: String,
    /// How deep it lies: 1 for a main group.
    pub level: usize,
    /// By light.
    pub counts: LightCounts,
}

/// A programme with numbers, as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProgrammeRow {
    /// The programme.
    pub programme: Programme,
    /// Its tasks by light.
    pub counts: LightCounts,
    /// Number of tasks with a defect.
    pub defective: usize,
}

/// The first page: everything the actor may see on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Dashboard {
    /// The day.
    pub day: Day,
    /// All tasks by light.
    pub counts: LightCounts,
    /// By lead unit, most overdue first.
    pub units: Vec<UnitCount>,
    /// By main group of each programme, in the order of the programmes.
    pub groups: Vec<GroupCount>,
    /// The programmes, latest first.
    pub programmes: Vec<ProgrammeRow>,
    /// Tasks with each defect.
    pub defects: Vec<(Defect, usize)>,
    /// Tasks in each state.
    pub states: Vec<(State, usize)>,
}

/// A programme with everything that its page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// The day it is shown for.
    pub day: Day,
    /// The programme.
    pub programme: Programme,
    /// The documents it comes from, the main one first.
    pub documents: Vec<Document>,
    /// The outline with numbers.
    pub groups: Vec<GroupCount>,
    /// Its tasks, in the order of the document.
    pub tasks: Vec<TaskRow>,
    /// Its tasks by light.
    pub counts: LightCounts,
    /// By lead unit, most overdue first.
    pub units: Vec<UnitCount>,
    /// Its indicators.
    pub indicators: Vec<Indicator>,
    /// Its duties to report.
    pub duties: Vec<Duty>,
    /// Tasks with each defect.
    pub defects: Vec<(Defect, usize)>,
    /// Tasks in each state.
    pub states: Vec<(State, usize)>,
}

impl Overview {
    /// Printed names that fit no unit, with how many tasks name each.
    pub fn unknown_names(&self) -> Vec<(String, usize)> {
        fn printed(carrier: &Carrier) -> Option<&str> {
            match &carrier.holder {
                Holder::Unknown(printed) => Some(printed),
                _ => None,
            }
        }
        crate::units::tally_names(
            self.tasks.iter().map(|task| task.carriers.iter().filter_map(printed).collect()),
        )
    }
}

/// How many things a programme holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Sizes {
    /// Tasks.
    pub tasks: i64,
    /// Indicators.
    pub indicators: i64,
    /// Duties to report.
    pub duties: i64,
    /// Documents.
    pub documents: i64,
}

/// The head of a document that is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The organisation that keeps it.
    pub org: OrgId,
    /// Its id.
    pub id: DocumentId,
    /// Counts its changes.
    pub version: i64,
    /// The unit that keeps it.
    pub owner: UnitId,
    /// Number and symbol.
    pub number: Option<String>,
    /// What kind of document.
    pub kind: Option<String>,
    /// The title.
    pub title: String,
    /// The issuing body as printed.
    pub issuer: Option<String>,
    /// The day of issue.
    pub issued_on: Option<Day>,
    /// The person who signed.
    pub signer: Option<String>,
    /// Numbers of the documents that this one carries out.
    pub implements: Vec<String>,
    /// SHA-256 of the file it was read from.
    pub sha256: Option<String>,
    /// Name of that file.
    pub file_name: Option<String>,
    /// The document of which it is a corrected version.
    pub replaces: Option<DocumentId>,
    /// The corrected version of this one.
    pub replaced_by: Option<DocumentId>,
    /// When it was brought in.
    pub created_at: Micros,
    pub(super) place: i64,
}

/// A passage of a document in which a task, an indicator or a duty is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// `[from, to)` in Unicode scalar values of the text.
    pub span: [i64; 2],
    /// The task.
    pub task: TaskId,
    /// The task's code.
    pub code: Option<String>,
    /// The task's wording.
    pub title: String,
}

/// A document with its text and passages.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentText {
    /// Its head.
    pub document: Document,
    /// The text as understood.
    pub text: String,
    /// Passages of tasks, in the order of the text.
    pub passages: Vec<Passage>,
    /// The programmes it belongs to, with their names.
    pub programmes: Vec<(ProgrammeId, String)>,
}

/// Where a task is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The document.
    pub document: DocumentId,
    /// Its number and symbol.
    pub number: Option<String>,
    /// Its title.
    pub document_title: String,
    /// Its day of issue.
    pub issued_on: Option<Day>,
    /// `[from, to)` in Unicode scalar values of the document's text.
    pub span: Option<[i64; 2]>,
    /// The words themselves.
    pub quote: String,
    /// The deadline it sets.
    pub due: Option<Day>,
    /// The sentence with a few lines around it; none without a span in the text.
    pub context: Option<Context>,
    /// Since when it no longer holds, a corrected version having taken its place.
    pub ended_at: Option<Micros>,
}

/// A passage with a few lines around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The lines before.
    pub before: String,
    /// The passage.
    pub marked: String,
    /// The lines after.
    pub after: String,
}

/// A time that a task had, or has.
#[derive(Debug, Clone, PartialEq)]
pub struct PastTime {
    /// The time.
    pub time: TaskTime,
    /// Why it was set.
    pub reason: Option<String>,
    /// Since when it is known.
    pub recorded_at: Micros,
    /// Until when it held; none for the present one.
    pub ended_at: Option<Micros>,
}

/// An assignment that a task had, or has.
#[derive(Debug, Clone, PartialEq)]
pub struct PastCarrier {
    /// Who.
    pub carrier: Carrier,
    /// Since when it is known.
    pub recorded_at: Micros,
    /// Until when it held; none for a present one.
    pub ended_at: Option<Micros>,
}

/// A task with everything that its page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskDetail {
    /// As in lists.
    pub row: TaskRow,
    /// The heading of its group.
    pub group_title: Option<String>,
    /// The whole item.
    pub text: Option<String>,
    /// Where it is written, present sources first.
    pub sources: Vec<Source>,
    /// Steps on the way.
    pub milestones: Vec<NewMilestone>,
    /// Money.
    pub funding: Vec<NewFunding>,
    /// Every time it had, the first one first.
    pub times: Vec<PastTime>,
    /// Every assignment that no longer holds.
    pub past: Vec<PastCarrier>,
    /// Since when it is no more.
    pub ended_at: Option<Micros>,
    /// Who changed what when, the latest first.
    pub history: Vec<Change>,
    /// May the actor change it?
    pub may_edit: bool,
}

/// One change in the audit trail.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// When.
    pub at: Micros,
    /// Who, by name.
    pub actor: String,
    /// Members of the task that it changed, as the API calls them.
    pub fields: Vec<String>,
    /// As it was.
    pub before: Value,
    /// As it became.
    pub after: Value,
}

/// A target of a programme.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Its id.
    pub id: IndicatorId,
    /// Its programme.
    pub programme: ProgrammeId,
    /// Its place in the document.
    pub position: i64,
    /// What it is.
    pub given: NewIndicator,
}

/// A duty of a programme.
#[derive(Debug, Clone, PartialEq)]
pub struct Duty {
    /// Its id.
    pub id: DutyId,
    /// Its programme.
    pub programme: ProgrammeId,
    /// Its place in the document.
    pub position: i64,
    /// What it is.
    pub given: NewDuty,
}

/// A task that says nearly the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// The task.
    pub task: TaskId,
    /// Its programme.
    pub programme: ProgrammeId,
    /// The programme's name.
    pub programme_title: String,
    /// Its wording.
    pub title: String,
    /// How alike, 0 to 1.
    pub score: f64,
}

/// Numbers of tasks with each defect.
pub(super) fn count_defects(rows: &[TaskRow]) -> Vec<(Defect, usize)> {
    let count = |defect| rows.iter().filter(|row| row.defects.contains(&defect)).count();
    Defect::ALL.into_iter().map(|defect| (defect, count(defect))).collect()
}

/// Numbers of tasks in each state.
pub(super) fn count_states(rows: &[TaskRow]) -> Vec<(State, usize)> {
    let count = |state| rows.iter().filter(|row| row.states.contains(&state)).count();
    State::ALL.into_iter().map(|state| (state, count(state))).collect()
}

/// Numbers of tasks by group: every heading of the outline and every group that only tasks name.
pub(super) fn count_groups(
    programme: ProgrammeId,
    outline: &[NewGroup],
    rows: &[TaskRow],
) -> Vec<GroupCount> {
    let mut groups: Vec<NewGroup> = outline.to_vec();
    for row in rows {
        let code = row.group.clone().unwrap_or_default();
        if !groups.iter().any(|group| group.code == code) {
            groups.push(NewGroup { code, title: String::new() });
        }
    }
    let count = |group: NewGroup| {
        let inside = |row: &&TaskRow| match (&row.group, group.code.as_str()) {
            (None, "") => true,
            (Some(_), "") | (None, _) => false,
            (Some(code), group) => rules::in_group(code, group),
        };
        let counts = LightCounts::of(rows.iter().filter(inside));
        GroupCount {
            programme,
            level: group.code.split('.').count(),
            code: group.code,
            title: group.title,
            counts,
        }
    };
    groups.into_iter().map(count).collect()
}
