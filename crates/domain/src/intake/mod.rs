//! Documents brought in: received, read in the background, reviewed item by item, and committed as a
//! programme in one transaction.
//!
//! An intake is a file with what was read from it. Its items are open, accepted or dropped; every
//! command on them locks the intake's row first, so that a commit sees all of them or none. What is
//! read and what a person made of it are kept beside each other.

mod commit;
mod diff;
mod list;
mod listing;
mod model;
mod reading;
mod receive;
mod review;
mod rules;
mod sql;

pub use commit::{Comparison, IndicatorChange, Readiness, commit, comparison, keep, readiness, set_head};
pub use diff::{Change, Diff, alike};
pub use list::{CellError, Field, Mapping, Preview, guess};
pub use listing::{Listing, apply, listing, map};
pub use model::*;
pub use reading::{Answer, Mark, NoSecond, Reader, Reading, SecondReading, Watch, admit, marked, understand};
pub use receive::{Pending, QUEUE, Received, Upload, discard, read_pending, receive, replace, retry};
pub use review::{
    Bulk, ItemRef, Review, Sheet, accept, bulk, bulk_all, candidates, drop, edit, holder, item, merge,
    name_everywhere, named, recognised, resolver, restore, review, split, take_second,
};
pub use rules::{Defect, SURE, Settle, TITLE_CHARS, UNSURE, cuts, defects, settles};

use crate::access::{Action, Scope};
use crate::{Cx, Error, OrgId, Reason, Result, UnitId};
pub use papers::plan::second::{Difference, Field as SecondField, Found as SecondFound, Second};
pub use papers::plan::{Head, Section, Target, TargetOp, Time};
pub use papers::read::{Arg, Note};
pub use papers::repair::{Change as Repair, Hints};

use papers::read::{ReadError, SecretMark};
use serde::{Deserialize, Serialize};
use store::Micros;
use uuid::Uuid;

/// A file brought in, without its text and items.
#[derive(Debug, Clone, PartialEq)]
pub struct Intake {
    /// The organisation that keeps it.
    pub org: OrgId,
    /// Its id.
    pub id: IntakeId,
    /// Counts its changes.
    pub version: i64,
    /// The unit whose plan it is to become.
    pub owner: UnitId,
    /// That unit's name.
    pub owner_name: String,
    /// The file's name as it was sent.
    pub file_name: String,
    /// SHA-256 of the file, in lower-case hexadecimal.
    pub sha256: String,
    /// The file's length in bytes.
    pub size_bytes: i64,
    /// The programme of which it is a corrected version.
    pub amends: Option<Uuid>,
    /// When it was received.
    pub received_at: Micros,
    /// What became of it, derived from the facts kept.
    pub status: Status,
    /// The head of the document, as edited.
    pub head: Head,
    /// The outline.
    pub sections: Vec<Section>,
    /// What is worth knowing about the bytes.
    pub notes: Vec<Note>,
    /// What the reader could not make sense of.
    pub warnings: Vec<String>,
    /// Who read it a second time, where the text was sent to a language model.
    pub second: Option<SecondReader>,
    /// What the columns of a list mean.
    pub mapping: Mapping,
    /// Tasks of the programme that stay although the corrected version does not name them.
    pub kept: Vec<Uuid>,
    /// Items without a decision.
    pub open: i64,
    /// Items that belong to the plan.
    pub accepted: i64,
    /// Items that do not.
    pub dropped: i64,
    place: i64,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    /// Received and not read yet.
    Waiting,
    /// Could not be read.
    Failed(Failure),
    /// A list whose columns are to be named.
    Mapping,
    /// Read; a person decides.
    Review,
    /// Its plan stands.
    Committed {
        /// The programme.
        programme: Uuid,
        /// The document kept with it.
        document: Option<Uuid>,
    },
    /// Put aside.
    Discarded,
}

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The reader refused it.
    Unreadable(ReadError),
    /// It bears a mark of state secrets; its bytes were not kept.
    Secret(SecretMark),
}

impl Failure {
    /// The sentence for it.
    pub fn reason(&self) -> Reason {
        match self {
            Failure::Secret(mark) => Reason::new("reading-secret-refused").with("mark", mark.stamp()),
            Failure::Unreadable(error) => error.message_args().into_iter().fold(
                Reason::new(error.message_id()),
                |reason, (name, arg)| match arg {
                    papers::read::Arg::Number(number) => reason.with(name, number),
                    papers::read::Arg::Word(word) => reason.with(name, word),
                },
            ),
        }
    }
}

/// One item of an intake.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// Counts its changes.
    pub version: i64,
    /// Its place in the document.
    pub position: i64,
    /// The decision.
    pub state: ItemState,
    /// What it says, as edited.
    pub body: Body,
    /// It was edited since it was read.
    pub edited: bool,
    /// The item whose words now hold this one's.
    pub merged_into: Option<Uuid>,
}

impl Intake {
    fn of(row: sql::Row) -> Result<Intake> {
        let status = status(&row)?;
        let notes: Notes = json(row.notes.0)?;
        Ok(Intake {
            org: row.org_id,
            id: row.id,
            version: row.version,
            owner: row.owner_unit_id,
            owner_name: row.owner_name,
            file_name: row.file_name,
            sha256: row.sha256,
            size_bytes: row.size_bytes,
            amends: row.amends_id,
            received_at: row.received_at,
            status,
            head: json(row.head.0)?,
            sections: json(row.sections.0)?,
            notes: notes.bytes,
            warnings: notes.plan,
            second: notes.second,
            mapping: json(row.mapping.0)?,
            kept: json(row.kept.0)?,
            open: row.open,
            accepted: row.accepted,
            dropped: row.dropped,
            place: row.place,
        })
    }

    /// What the policy has to know of it.
    pub fn scope(&self) -> Scope {
        Scope::new(self.org, "intake", self.id.0, self.place)
    }

    /// Its title: the document's, else the file's name.
    pub fn title(&self) -> &str {
        self.head.title.as_deref().filter(|title| !title.is_empty()).unwrap_or(&self.file_name)
    }

    fn in_review(&self) -> Result<()> {
        match self.status {
            Status::Review => Ok(()),
            Status::Committed { .. } => Err(Error::invalid("", Reason::new("intake-problem-committed"))),
            _ => Err(Error::invalid("", Reason::new("intake-problem-not-in-review"))),
        }
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Notes {
    bytes: Vec<Note>,
    plan: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<SecondReader>,
}

/// The language model that a text was sent to, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SecondReader {
    /// The host that the text was sent to.
    pub host: String,
    /// Why the first reading stands alone.
    pub failed: Option<NoSecond>,
}

fn status(row: &sql::Row) -> Result<Status> {
    if let (Some(_), Some(programme)) = (row.committed_at, row.programme_id) {
        return Ok(Status::Committed { programme, document: row.document_id });
    }
    if row.discarded_at.is_some() {
        return Ok(Status::Discarded);
    }
    if row.failed_at.is_some() {
        return Ok(Status::Failed(json(row.failure.0.clone())?));
    }
    Ok(match (row.read_at, row.form.as_str()) {
        (None, _) => Status::Waiting,
        (Some(_), "list") => Status::Mapping,
        (Some(_), _) => Status::Review,
    })
}

impl Item {
    fn of(row: sql::ItemRow) -> Result<Item> {
        let edited = row.data.0 != row.original.0;
        Ok(Item {
            id: row.id,
            version: row.version,
            position: row.position,
            state: ItemState::from_code(&row.state).ok_or_else(|| damaged(&row.state))?,
            body: json(row.data.0)?,
            edited,
            merged_into: row.merged_into,
        })
    }
}

fn json<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> Result<T> {
    serde_json::from_value(value).map_err(damaged)
}

fn damaged(what: impl std::fmt::Display) -> Error {
    Error::Store(store::Error::Damaged(what.to_string()))
}

fn value(of: &impl Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(of).map_err(damaged)
}

/// An intake that the actor may see.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(cx: &mut Cx, id: IntakeId) -> Result<Intake> {
    let intake = load(cx, id).await?;
    cx.see(Action::ViewIntake, &intake.scope())?;
    Ok(intake)
}

async fn load(cx: &mut Cx, id: IntakeId) -> Result<Intake> {
    Intake::of(sql::find(cx, id).await?.ok_or(Error::NotFound)?)
}

/// The document's text as understood; spans count its Unicode scalar values.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn text(cx: &mut Cx, id: IntakeId) -> Result<String> {
    find(cx, id).await?;
    sql::text(cx, id).await
}

/// The intakes that the actor may see, newest first; `before` goes on after the last one seen.
///
/// # Errors
/// The engine failed.
pub async fn list(cx: &mut Cx, before: Option<(Micros, IntakeId)>, limit: usize) -> Result<Vec<Intake>> {
    let before = before.map(|(at, id)| (at, id.0));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    sql::list(cx, before, limit).await?.into_iter().map(Intake::of).collect()
}
