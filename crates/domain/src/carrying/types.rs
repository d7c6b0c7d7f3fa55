//! What callers give and get.

use super::report::Seat;
use crate::programmes::{AssignmentId, ClaimKind, Fate, MilestoneId, Period, ProgrammeId, TaskId};
use crate::{AccountId, OrgId, UnitId};
use serde::{Deserialize, Serialize};
use store::blobs::Digest;
use store::{Day, Micros};

crate::id!(
    /// What a unit says it has done on its assignment.
    UpdateId
);
crate::id!(
    /// A link or an issued document that proves an update.
    EvidenceId
);
crate::id!(
    /// A file that proves an update.
    FileId
);

/// What an update says, as typed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// What it says as a whole.
    pub kind: ClaimKind,
    /// The period it is about, for recurring work.
    pub period: Option<Period>,
    /// The step of the task that was reached.
    pub milestone: Option<MilestoneId>,
    /// Per cent of the whole.
    pub percent: Option<i64>,
    /// Progress in words.
    pub body: String,
    /// The result so far.
    pub result: String,
    /// The product delivered.
    pub product: String,
    /// The day of completion.
    pub completed_on: Option<Day>,
    /// What holds the work back.
    pub difficulty: String,
    /// Who can remove it.
    pub remover: String,
    /// The leader for whom an officer enters it, with the signed paper attached.
    pub entered_for: Option<String>,
}

impl Default for Said {
    fn default() -> Said {
        Said {
            kind: ClaimKind::Progress,
            period: None,
            milestone: None,
            percent: None,
            body: String::new(),
            result: String::new(),
            product: String::new(),
            completed_on: None,
            difficulty: String::new(),
            remover: String::new(),
            entered_for: None,
        }
    }
}

/// An update, whether still a draft or submitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// The organisation that keeps it: that of the programme.
    pub org: OrgId,
    /// Its id.
    pub id: UpdateId,
    /// Counts its changes.
    pub version: i64,
    /// The programme of its task.
    pub programme: ProgrammeId,
    /// The task.
    pub task: TaskId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// The unit that carries it, as assigned.
    pub unit: UnitId,
    /// That unit's name, with its superior where names repeat.
    pub unit_name: String,
    /// The unit leads; a coordinating one records its part.
    pub leads: bool,
    /// What it says.
    pub said: Said,
    /// The returned update that it corrects.
    pub corrects: Option<UpdateId>,
    /// When it was begun.
    pub created_at: Micros,
    /// When it was saved last.
    pub saved_at: Micros,
    /// By whom, by name.
    pub saved_by: String,
    /// When it was submitted; none for a draft.
    pub submitted_at: Option<Micros>,
    /// By whom, by name.
    pub submitted_by: Option<String>,
    /// How many levels confirm it, as it was when submitted.
    pub levels: i64,
    /// How many did.
    pub passed: i64,
    /// So many days before the first report was the completion dated.
    pub backdated_days: i64,
    /// What became of it; none for a draft.
    pub fate: Option<Fate>,
    /// The day of completion of the whole task, where this confirmation completed it.
    pub task_done_on: Option<Day>,
    pub(super) editors: Vec<AccountId>,
    pub(super) discarded: bool,
}

impl Update {
    /// The part that it speaks for.
    pub fn seat(&self) -> Seat {
        Seat { task: self.task, assignment: self.assignment, unit: self.unit }
    }

    /// Is it still a draft?
    pub fn is_draft(&self) -> bool {
        self.submitted_at.is_none()
    }

    /// Does it wait to be confirmed?
    pub fn waits(&self) -> bool {
        matches!(self.fate, Some(Fate::Waiting(..)))
    }
}

/// One act of confirming or returning.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The update.
    pub update: UpdateId,
    /// The level, from 1.
    pub level: i64,
    /// It was returned; else confirmed.
    pub returned: bool,
    /// Why it was returned.
    pub reason: Option<String>,
    /// The unit on whose behalf.
    pub unit_name: String,
    /// Who, by name.
    pub by: String,
    /// When.
    pub at: Micros,
}

/// What proves an update beside files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A page on the web.
    Link(String),
    /// An issued document.
    Document(IssuedDocument),
}

/// An issued document by its marks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct IssuedDocument {
    /// Number and symbol (số, ký hiệu).
    pub number: String,
    /// The day of issue.
    pub issued_on: Option<Day>,
    /// The issuing body (cơ quan ban hành).
    pub issuer: String,
    /// What it is about (trích yếu).
    pub excerpt: String,
}

/// A link or an issued document, kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Its id.
    pub id: EvidenceId,
    /// The update.
    pub update: UpdateId,
    /// What it is.
    pub proof: Proof,
}

/// A file, kept.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceFile {
    /// Its id.
    pub id: FileId,
    /// The update.
    pub update: UpdateId,
    /// Its name as it was sent.
    pub name: String,
    /// Its media type, by its content.
    pub media_type: String,
    /// Its size in bytes.
    pub size_bytes: i64,
    /// The digest of its content.
    pub sha256: Digest,
}

/// That a unit received an assignment.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The unit.
    pub unit: UnitId,
    /// When.
    pub received_at: Micros,
    /// By whom, by name.
    pub received_by: String,
    /// To whom inside it was passed on.
    pub passed_to: Option<String>,
    /// When.
    pub passed_at: Option<Micros>,
}
