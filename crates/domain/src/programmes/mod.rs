//! Programmes: documents, the plans they set, tasks with owners and deadlines, indicators, duties.
//!
//! Only facts are stored; lights, defects and states are derived when read. Deadlines, assignments and
//! sources are rows that are added and ended, never changed, so that a plan can be shown as it was
//! known at the end of any day.

mod export;
mod filter;
mod lead_map;
mod lights;
mod names;
mod periods;
mod picked;
mod read;
mod reminder;
pub mod rules;
mod sql;
mod turns;
mod types;
mod views;
mod write;

pub use export::{Written, export};
pub use filter::{Order, RoleFilter, Sort, TaskFilter, Window};
pub use lead_map::{LeadLine, LeadMap, lead_map};
pub use papers::plan::{Cadence, Recurrence, Target, TargetOp, TimeKind};
pub use periods::{Cycle, Period};
pub use picked::{rows_of, titles};
pub(crate) use read::search_words;
pub use read::{
    Slice, TaskList, all, carried, dashboard, document, document_with_sha256, documents, find, find_document,
    groups, indicators, list, may_edit, overview, programmes_of, scope_of, similar_tasks, sizes, task,
    task_as_given, tasks,
};
pub use reminder::{
    Reminder, Reported, TrackingRow, leads, reminder_letter, reminder_text, tracking, tracking_xlsx,
};
pub use rules::{
    Claim, ClaimKind, Confirmer, Defect, Fate, Finished, Light, NEAR_DUE_DAYS, Part, Rules, Standing, State,
    TaskFacts, Verdict, days_between, defects, in_group, light, states,
};
pub(crate) use sql::RulesRecord;
pub use turns::turns;
pub use types::*;
pub use views::*;
pub use write::{
    add_document, add_task, amend, change_programme, change_task, end_task, set_up, settle_due, settle_lead,
};
