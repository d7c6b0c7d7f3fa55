//! The board: the whole of the plan in memory as columns of plain numbers, from which a leader asks any
//! slice (unit, group, programme, role, light, period) as of any day, past or present.
//!
//! SQL stays the truth. The board is made from it at the start, follows the change log, and has no rule
//! of its own: what a task looks like on a day is what the rules of programmes say.

mod ask;
mod columns;
mod course;
mod days;
mod desk;
mod follow;
mod list;
mod look;
mod model;
mod places;
mod sql;
mod tally;
mod texts;

pub use ask::{Behind, Move, ProgrammeCount, Question, Records, Seen, Was};
pub use days::MOST_DAYS;
pub use desk::Desk;
pub use follow::{Board, Size};
pub use list::Changed;
