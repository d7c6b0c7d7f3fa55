//! The forms of duties, updates, evidence and decisions on the wire.

use super::super::{day, wrong};
use crate::failure::{PageError, say};
use domain::carrying::{
    ClaimKind, Confirmer, Decision, Duty, Evidence, EvidenceFile, IssuedDocument, Proof, Rights, Said, Seat,
    Shown, Update, WaitingRow,
};
use domain::programmes::{AssignmentId, Fate, MilestoneId, Period, TaskId, TaskRow};
use domain::{Micros, UnitId};
use messages::Lang;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A unit's part in a task.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    /// The task.
    task: Uuid,
    /// The assignment.
    assignment: Uuid,
    /// The unit, as assigned; for a grouping the member.
    unit: Uuid,
}

impl From<Part> for Seat {
    fn from(part: Part) -> Seat {
        Seat { task: TaskId(part.task), assignment: AssignmentId(part.assignment), unit: UnitId(part.unit) }
    }
}

impl From<Seat> for Part {
    fn from(seat: Seat) -> Part {
        Part { task: seat.task.0, assignment: seat.assignment.0, unit: seat.unit.0 }
    }
}

/// A period of recurring work.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PeriodItem {
    /// First day, ISO.
    from: String,
    /// Last day, ISO.
    to: String,
}

impl From<Period> for PeriodItem {
    fn from(period: Period) -> PeriodItem {
        PeriodItem { from: period.from.to_string(), to: period.to.to_string() }
    }
}

fn fate(update: &Update) -> &'static str {
    match update.fate {
        None => "draft",
        Some(Fate::Waiting(Confirmer::OwnUnit, _)) => "waiting_unit",
        Some(Fate::Waiting(Confirmer::Between, _)) => "waiting_between",
        Some(Fate::Waiting(Confirmer::Assigner, _)) => "waiting_assigner",
        Some(Fate::Confirmed(_)) => "confirmed",
        Some(Fate::Returned(_)) => "returned",
    }
}

fn instant(at: Option<Micros>) -> Option<String> {
    at.map(|at| at.to_string())
}

/// What a unit owes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DutyItem {
    /// Its id: that of the assignment and that of the unit.
    pub(super) id: String,
    /// The task.
    task: Uuid,
    /// The assignment.
    assignment: Uuid,
    /// The unit.
    unit: Uuid,
    /// The unit's name.
    unit_name: String,
    /// `lead`, `joint_lead` or `coordinating`.
    role: &'static str,
    /// The programme.
    programme: Uuid,
    /// The task's code.
    code: Option<String>,
    /// The task's wording.
    title: String,
    /// The first deadline, ISO.
    original_due: Option<String>,
    /// The deadline that holds now, ISO.
    due: Option<String>,
    /// `red`, `amber`, `green` or `grey`.
    light: &'static str,
    /// Why, in the language asked for.
    reason: String,
    /// `open`, `waiting`, `returned`, `done_in_time`, `done_late` or `done`.
    standing: &'static str,
    /// When the unit received it, RFC 3339.
    received_at: Option<String>,
    /// To whom inside it was passed on.
    passed_to: Option<String>,
    /// Its open draft.
    draft: Option<Uuid>,
    /// What it submitted last.
    last: Option<Uuid>,
    /// What became of that: `waiting_unit`, `waiting_between`, `waiting_assigner`, `confirmed` or `returned`.
    last_fate: Option<&'static str>,
}

impl DutyItem {
    pub(super) fn new(lang: Lang, row: &TaskRow, duty: &Duty) -> DutyItem {
        let receipt = duty.receipt.as_ref();
        DutyItem {
            id: format!("{}_{}", duty.seat.assignment, duty.seat.unit),
            task: duty.seat.task.0,
            assignment: duty.seat.assignment.0,
            unit: duty.seat.unit.0,
            unit_name: duty.unit_name.clone(),
            role: duty.role.code(),
            programme: row.programme.0,
            code: row.code.clone(),
            title: row.title.clone(),
            original_due: row.original_due.map(|day| day.to_string()),
            due: row.time.due.map(|day| day.to_string()),
            light: row.verdict.light.code(),
            reason: say(lang, &row.verdict.reason),
            standing: row.verdict.standing.code(),
            received_at: instant(receipt.map(|receipt| receipt.received_at)),
            passed_to: receipt.and_then(|receipt| receipt.passed_to.clone()),
            draft: duty.draft.as_ref().map(|draft| draft.id.0),
            last: duty.last.as_ref().map(|last| last.id.0),
            last_fate: duty.last.as_ref().map(fate),
        }
    }
}

/// What an update says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct UpdateItem {
    /// Its id.
    pub(super) id: Uuid,
    /// Counts its changes.
    version: i64,
    /// `draft`, `waiting_unit`, `waiting_between`, `waiting_assigner`, `confirmed` or `returned`.
    fate: &'static str,
    /// The programme of its task.
    programme: Uuid,
    /// The task.
    task: Uuid,
    /// The assignment.
    assignment: Uuid,
    /// The unit that carries it.
    unit: Uuid,
    /// That unit's name.
    unit_name: String,
    /// The unit leads; a coordinating one records its part.
    leads: bool,
    /// `progress`, `done` or `no_work`.
    kind: &'static str,
    /// The period it is about, for recurring work.
    period: Option<PeriodItem>,
    /// The step of the task that was reached.
    milestone: Option<Uuid>,
    /// Per cent of the whole.
    percent: Option<i64>,
    /// Progress in words.
    body: String,
    /// The result so far.
    result: String,
    /// The product delivered.
    product: String,
    /// The day of completion, ISO.
    completed_on: Option<String>,
    /// Days by which the completion was dated back.
    backdated_days: i64,
    /// What holds the work back.
    difficulty: String,
    /// Who can remove it.
    remover: String,
    /// The leader for whom an officer entered it.
    entered_for: Option<String>,
    /// The returned update that it corrects.
    corrects: Option<Uuid>,
    /// When it was saved last, RFC 3339.
    saved_at: String,
    /// When it was submitted, RFC 3339.
    submitted_at: Option<String>,
    /// By whom.
    submitted_by: Option<String>,
    /// How many levels confirm it.
    levels: i64,
    /// How many did.
    passed: i64,
}

impl From<&Update> for UpdateItem {
    fn from(update: &Update) -> UpdateItem {
        let said = &update.said;
        UpdateItem {
            id: update.id.0,
            version: update.version,
            fate: fate(update),
            programme: update.programme.0,
            task: update.task.0,
            assignment: update.assignment.0,
            unit: update.unit.0,
            unit_name: update.unit_name.clone(),
            leads: update.leads,
            kind: said.kind.code(),
            period: said.period.map(PeriodItem::from),
            milestone: said.milestone.map(|id| id.0),
            percent: said.percent,
            body: said.body.clone(),
            result: said.result.clone(),
            product: said.product.clone(),
            completed_on: said.completed_on.map(|day| day.to_string()),
            backdated_days: update.backdated_days,
            difficulty: said.difficulty.clone(),
            remover: said.remover.clone(),
            entered_for: said.entered_for.clone(),
            corrects: update.corrects.map(|id| id.0),
            saved_at: update.saved_at.to_string(),
            submitted_at: instant(update.submitted_at),
            submitted_by: update.submitted_by.clone(),
            levels: update.levels,
            passed: update.passed,
        }
    }
}

/// One act of confirming or returning.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DecisionItem {
    /// The level, from 1.
    level: i64,
    /// `confirmed` or `returned`.
    outcome: &'static str,
    /// Why it was returned.
    reason: Option<String>,
    /// The unit on whose behalf.
    unit_name: String,
    /// Who.
    by: String,
    /// When, RFC 3339.
    at: String,
}

impl From<&Decision> for DecisionItem {
    fn from(decision: &Decision) -> DecisionItem {
        DecisionItem {
            level: decision.level,
            outcome: if decision.returned { "returned" } else { "confirmed" },
            reason: decision.reason.clone(),
            unit_name: decision.unit_name.clone(),
            by: decision.by.clone(),
            at: decision.at.to_string(),
        }
    }
}

/// What proves an update: a file, a link or an issued document.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(super) struct EvidenceItem {
    /// Its id.
    id: Uuid,
    /// `file`, `link` or `document`.
    kind: &'static str,
    /// Name of the file.
    name: Option<String>,
    /// Media type of the file, by its content.
    media_type: Option<String>,
    /// Size of the file in bytes.
    size_bytes: Option<i64>,
    /// SHA-256 of the file, in hexadecimal.
    sha256: Option<String>,
    /// Address of the page on the web.
    url: Option<String>,
    /// Number and symbol of the issued document.
    number: Option<String>,
    /// Its day of issue, ISO.
    issued_on: Option<String>,
    /// Its issuing body.
    issuer: Option<String>,
    /// What it is about.
    excerpt: Option<String>,
}

impl From<&EvidenceFile> for EvidenceItem {
    fn from(file: &EvidenceFile) -> EvidenceItem {
        EvidenceItem {
            id: file.id.0,
            kind: "file",
            name: Some(file.name.clone()),
            media_type: Some(file.media_type.clone()),
            size_bytes: Some(file.size_bytes),
            sha256: Some(file.sha256.to_string()),
            ..EvidenceItem::default()
        }
    }
}

impl From<&Evidence> for EvidenceItem {
    fn from(evidence: &Evidence) -> EvidenceItem {
        let base = EvidenceItem { id: evidence.id.0, ..EvidenceItem::default() };
        match &evidence.proof {
            Proof::Link(url) => EvidenceItem { kind: "link", url: Some(url.clone()), ..base },
            Proof::Document(document) => EvidenceItem {
                kind: "document",
                number: Some(document.number.clone()),
                issued_on: document.issued_on.map(|day| day.to_string()),
                issuer: Some(document.issuer.clone()),
                excerpt: Some(document.excerpt.clone()),
                ..base
            },
        }
    }
}

/// The evidence of an update, files first.
pub(super) fn proofs(evidence: &[Evidence], files: &[EvidenceFile]) -> Vec<EvidenceItem> {
    files.iter().map(EvidenceItem::from).chain(evidence.iter().map(EvidenceItem::from)).collect()
}

/// An update with its evidence and its history.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct UpdateWhole {
    /// It.
    #[serde(flatten)]
    update: UpdateItem,
    /// What proves it.
    pub(super) evidence: Vec<EvidenceItem>,
    /// Who decided what, oldest first.
    decisions: Vec<DecisionItem>,
    /// Why it should be read before it is confirmed: `back_dated`, `late`, `no_evidence`, `no_product`,
    /// `entered_for`, `difficulty`, `less` or `corrected`.
    #[schema(value_type = Vec<String>)]
    warnings: Vec<domain::carrying::Warning>,
    /// The unit that decides next.
    waits_for: Option<String>,
    /// What the caller may do now: `save`, `submit`, `confirm`, `return`, `correct`.
    may: Vec<&'static str>,
}

impl UpdateWhole {
    pub(super) fn draft(update: &Update, evidence: &[Evidence], files: &[EvidenceFile]) -> UpdateWhole {
        UpdateWhole {
            update: UpdateItem::from(update),
            evidence: proofs(evidence, files),
            decisions: Vec::new(),
            warnings: Vec::new(),
            waits_for: None,
            may: vec!["save", "submit"],
        }
    }
}

impl From<&Shown> for UpdateWhole {
    fn from(shown: &Shown) -> UpdateWhole {
        let decides = shown.may_decide && shown.conflict.is_none();
        let acts = [
            (decides, "confirm"),
            (decides || shown.may_take_back, "return"),
            (shown.may_correct, "correct"),
        ];
        UpdateWhole {
            update: UpdateItem::from(&shown.update),
            evidence: proofs(&shown.evidence, &shown.files),
            decisions: shown.decisions.iter().map(DecisionItem::from).collect(),
            warnings: shown.warnings.clone(),
            waits_for: shown.waits_for.clone(),
            may: acts.into_iter().filter(|(may, _)| *may).map(|(_, act)| act).collect(),
        }
    }
}

/// A step of the task.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct StepItem {
    /// Its id.
    id: Uuid,
    /// What is reached.
    title: String,
    /// Reaching it completes the task.
    completes: bool,
}

/// What a unit may report on its part, and its open draft.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DraftForm {
    /// The part.
    #[serde(flatten)]
    part: Part,
    /// The unit's name.
    unit_name: String,
    /// `lead`, `joint_lead` or `coordinating`.
    role: &'static str,
    /// Periods that may be reported now, the latest first; none where the task is not recurring.
    periods: Vec<PeriodItem>,
    /// Steps of the task.
    milestones: Vec<StepItem>,
    /// Days by which a completion may be dated back.
    back_date_days: i64,
    /// How many levels confirm.
    levels: i64,
    /// The open draft, which the unit shares.
    draft: Option<UpdateWhole>,
}

impl DraftForm {
    pub(super) fn new(seat: Seat, rights: &Rights, draft: Option<UpdateWhole>) -> DraftForm {
        let step = |(id, given): &(MilestoneId, domain::programmes::NewMilestone)| StepItem {
            id: id.0,
            title: given.title.clone(),
            completes: given.completes,
        };
        DraftForm {
            part: Part::from(seat),
            unit_name: rights.unit_name.clone(),
            role: rights.role.code(),
            periods: rights.periods.iter().map(|one| PeriodItem::from(*one)).collect(),
            milestones: rights.milestones.iter().map(step).collect(),
            back_date_days: rights.back_date_days,
            levels: rights.levels,
            draft,
        }
    }
}

/// A period as it is sent.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PeriodBody {
    /// First day, ISO.
    from: String,
    /// Last day, ISO.
    to: String,
}

/// What is to be kept as the draft of a part. Members that are not sent are empty.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftBody {
    /// The assignment.
    pub(super) assignment: Uuid,
    /// The unit, as assigned.
    pub(super) unit: Uuid,
    /// The version of the draft that was read; none where there is no draft yet.
    pub(super) version: Option<i64>,
    /// `progress`, `done` or `no_work`.
    kind: String,
    /// The period it is about, for recurring work.
    period: Option<PeriodBody>,
    /// The step of the task that was reached.
    milestone: Option<Uuid>,
    /// Per cent of the whole, 0 to 100.
    percent: Option<i64>,
    /// Progress in words.
    #[serde(default)]
    body: String,
    /// The result so far.
    #[serde(default)]
    result: String,
    /// The product delivered.
    #[serde(default)]
    product: String,
    /// The day of completion, ISO.
    completed_on: Option<String>,
    /// What holds the work back.
    #[serde(default)]
    difficulty: String,
    /// Who can remove it.
    #[serde(default)]
    remover: String,
    /// The leader for whom it is entered; the signed paper is to be attached.
    entered_for: Option<String>,
}

impl DraftBody {
    pub(super) fn said(&self) -> Result<Said, PageError> {
        let kind =
            ClaimKind::from_code(&self.kind).ok_or_else(|| wrong("kind", "programmes-invalid-code"))?;
        let period = match &self.period {
            None => None,
            Some(sent) => {
                let (from, to) = (day("period.from", Some(&sent.from))?, day("period.to", Some(&sent.to))?);
                from.zip(to).map(|(from, to)| Period { from: from.0, to: to.0 })
            }
        };
        Ok(Said {
            kind,
            period,
            milestone: self.milestone.map(MilestoneId),
            percent: self.percent,
            body: self.body.clone(),
            result: self.result.clone(),
            product: self.product.clone(),
            completed_on: day("completed_on", self.completed_on.as_deref())?,
            difficulty: self.difficulty.clone(),
            remover: self.remover.clone(),
            entered_for: self.entered_for.clone(),
        })
    }
}

/// A link or an issued document: either `url`, or `number` and `issued_on` with what else is known.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProofBody {
    /// Address of a page on the web.
    url: Option<String>,
    /// Number and symbol of an issued document.
    number: Option<String>,
    /// Its day of issue, ISO.
    issued_on: Option<String>,
    /// Its issuing body.
    #[serde(default)]
    issuer: String,
    /// What it is about.
    #[serde(default)]
    excerpt: String,
}

impl ProofBody {
    pub(super) fn proof(self) -> Result<Proof, PageError> {
        match (self.url, self.number) {
            (Some(url), None) => Ok(Proof::Link(url)),
            (None, Some(number)) => {
                let issued_on = day("issued_on", self.issued_on.as_deref())?;
                let (issuer, excerpt) = (self.issuer, self.excerpt);
                Ok(Proof::Document(IssuedDocument { number, issued_on, issuer, excerpt }))
            }
            _ => Err(wrong("url", "carrying-error-link")),
        }
    }
}

/// An update that waits for the caller.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct WaitingItem {
    /// It.
    #[serde(flatten)]
    pub(super) update: UpdateItem,
    /// The task's code.
    task_code: Option<String>,
    /// The task's wording.
    task_title: String,
    /// The task's deadline, ISO.
    due: Option<String>,
    /// The unit on whose behalf it is to be confirmed.
    confirmer: String,
    /// Files, links and issued documents that prove it.
    evidence_count: i64,
    /// Why it should be read before it is confirmed; without any it may be confirmed with others.
    #[schema(value_type = Vec<String>)]
    warnings: Vec<domain::carrying::Warning>,
    /// Why the caller may not confirm it, in the language asked for.
    conflict: Option<String>,
}

impl WaitingItem {
    pub(super) fn new(lang: Lang, row: &WaitingRow) -> WaitingItem {
        WaitingItem {
            update: UpdateItem::from(&row.update),
            task_code: row.task_code.clone(),
            task_title: row.task_title.clone(),
            due: row.due.map(|day| day.to_string()),
            confirmer: row.confirmer.clone(),
            evidence_count: row.evidence,
            warnings: row.warnings.clone(),
            conflict: row.conflict.as_ref().map(|reason| say(lang, reason)),
        }
    }
}
