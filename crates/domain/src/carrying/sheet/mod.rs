//! Reporting in a workbook: what a unit owes goes out as an .xlsx with open cells, is filled in off-line,
//! and comes back as drafts or submitted updates, by the operations of the form, all or none.
//!
//! A hidden row names the columns and a hidden column names the rows: whose part it is, which draft and
//! which last report there were when the workbook was made, and what the locked and the open cells held.
//! So a column that moved is still understood, a cell that slipped is noticed, what nobody filled in is
//! left alone, and what somebody changed meanwhile is refused.

mod read;
mod send;
mod write;

pub use read::{Filled, Workbook, read};
pub use send::{Change, Preview, preview, send};
pub use write::{Line, Sheet, sheet, workbook};

use super::report::Seat;
use super::types::UpdateId;
use crate::UnitId;
use crate::programmes::{AssignmentId, ClaimKind, Period, TaskId};
use messages::Lang;
use papers::read::cell_text;

/// Rows of one workbook.
pub const LINES: usize = 1_000;
/// Largest workbook that is taken back, in bytes.
pub const WORKBOOK_BYTES: usize = 10 << 20;
/// What stands in the hidden row above the keys, with the number of rows behind it.
const MARK: &str = "dotpha-duties-1";

/// A column of the workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Col {
    Code,
    Task,
    Programme,
    Leads,
    Unit,
    Due,
    Light,
    Outputs,
    Last,
    Kind,
    Period,
    Body,
    Percent,
    Result,
    Product,
    CompletedOn,
    Difficulty,
    Remover,
}

impl Col {
    const ALL: [Col; 18] = [
        Col::Code,
        Col::Task,
        Col::Programme,
        Col::Leads,
        Col::Unit,
        Col::Due,
        Col::Light,
        Col::Outputs,
        Col::Last,
        Col::Kind,
        Col::Period,
        Col::Body,
        Col::Percent,
        Col::Result,
        Col::Product,
        Col::CompletedOn,
        Col::Difficulty,
        Col::Remover,
    ];

    /// Its name in the hidden row; for an open column that of the form's field.
    fn code(self) -> &'static str {
        match self {
            Col::Code => "code",
            Col::Task => "task",
            Col::Programme => "programme",
            Col::Leads => "leads",
            Col::Unit => "unit",
            Col::Due => "due",
            Col::Light => "light",
            Col::Outputs => "outputs",
            Col::Last => "last",
            Col::Kind => "kind",
            Col::Period => "period",
            Col::Body => "body",
            Col::Percent => "percent",
            Col::Result => "result",
            Col::Product => "product",
            Col::CompletedOn => "completed_on",
            Col::Difficulty => "difficulty",
            Col::Remover => "remover",
        }
    }

    /// May it be typed in?
    fn open(self) -> bool {
        self >= Col::Kind
    }

    fn heading(self, lang: Lang) -> String {
        match self {
            Col::Code => lang.text("programmes-code"),
            Col::Task => lang.text("programmes-task"),
            Col::Programme => lang.text("programmes-programme"),
            Col::Leads => lang.text("programmes-role-lead"),
            Col::Unit => lang.text("carrying-sheet-unit"),
            Col::Due => lang.text("programmes-due"),
            Col::Light => lang.text("programmes-light"),
            Col::Outputs => lang.text("programmes-outputs"),
            Col::Last => lang.text("carrying-sheet-last"),
            Col::Kind => lang.text("carrying-kind"),
            Col::Period => lang.text("carrying-period"),
            Col::Body => lang.text("carrying-body"),
            Col::Percent => lang.text("carrying-sheet-percent"),
            Col::Result => lang.text("carrying-result"),
            Col::Product => lang.text("carrying-product"),
            Col::CompletedOn => lang.text("carrying-completed-on"),
            Col::Difficulty => lang.text("carrying-difficulty"),
            Col::Remover => lang.text("carrying-remover"),
        }
    }
}

/// The words of a kind, in the workbook and in its choice list.
fn kind_word(lang: Lang, kind: ClaimKind) -> String {
    match kind {
        ClaimKind::Progress => lang.text("carrying-kind-progress"),
        ClaimKind::Done => lang.text("carrying-kind-done"),
        ClaimKind::NoWork => lang.text("carrying-kind-no-work"),
    }
}

/// A period in one line; days are written alike in every language.
fn period_word(period: Period) -> String {
    format!("{} – {}", Lang::Vi.date(period.from), Lang::Vi.date(period.to))
}

/// What a row is about, and what it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    seat: Seat,
    draft: Option<(UpdateId, i64)>,
    last: Option<UpdateId>,
    /// What the locked cells held.
    locked: String,
    /// What the open cells held.
    open: String,
}

impl Key {
    fn text(&self) -> String {
        let Seat { task, assignment, unit } = self.seat;
        let draft = self.draft.map_or_else(|| "-".into(), |(id, version)| format!("{id}:{version}"));
        let last = self.last.map_or_else(|| "-".into(), |id| id.to_string());
        format!("{task}:{assignment}:{unit}|{draft}|{last}|{}|{}", self.locked, self.open)
    }

    fn parse(text: &str) -> Option<Key> {
        let parts: Vec<&str> = text.split('|').collect();
        let [seat, draft, last, locked, open] = parts.as_slice() else { return None };
        let ids: Vec<uuid::Uuid> = seat.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
        let [task, assignment, unit] = ids.as_slice() else { return None };
        let seat = Seat { task: TaskId(*task), assignment: AssignmentId(*assignment), unit: UnitId(*unit) };
        let draft = match *draft {
            "-" => None,
            named => {
                let (id, version) = named.split_once(':')?;
                Some((id.parse().ok()?, version.parse().ok()?))
            }
        };
        let last = match *last {
            "-" => None,
            named => Some(named.parse().ok()?),
        };
        Some(Key { seat, draft, last, locked: (*locked).to_owned(), open: (*open).to_owned() })
    }
}

/// A short sum of cells, blanks evened out: tells whether they still hold what they held (FNV-1a).
fn sum<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for cell in cells {
        let text = cell_text(cell);
        for byte in text.split_whitespace().flat_map(|word| word.bytes().chain([b' '])).chain([0x1f]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
