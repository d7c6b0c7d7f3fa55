//! Carrying out: what a unit received, what it says it has done, with evidence, and who confirmed or
//! returned it.
//!
//! An update is a draft that several may type in until it is submitted; from then on its words never
//! change. It becomes fact when every level confirmed it, and counts as not done when it was returned;
//! a correction is a new update. Lights are derived from these facts by `programmes`, which reads them.

mod confirm;
mod desk;
mod evidence;
mod files;
mod read;
mod report;
pub mod rules;
pub mod sheet;
mod sql;
mod types;

pub use crate::programmes::{ClaimKind, Confirmer};
pub use confirm::{Outcome, confirm_many, decide};
pub use desk::{Stage, View};
pub(crate) use desk::{Stages, duties_of, stages};
pub use evidence::{NewFile, add_document, add_file, add_link, file, remove_evidence, remove_file};
pub use files::{FILE_BYTES, FILES_MOST, sniff};
pub use read::{
    Duty, Progress, Rights, Shown, WaitingRow, draft_of, find, of_task, reported, rights, shown, waiting,
};
pub use report::{Seat, correct, discard, pass_on, receive, save, submit};
pub use rules::Warning;
pub use types::*;
