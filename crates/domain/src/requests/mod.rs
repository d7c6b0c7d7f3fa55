//! Exchanges between a unit and whoever follows its work: requests for changes and what was decided,
//! explanations, obstacles.
//!
//! An exchange is one aggregate: a head with a version and its steps, which are added and never
//! changed. How it stands is derived from its last step. Granting a request carries it out in the same
//! transaction, through the operations of `programmes`.

mod apply;
mod export;
mod read;
pub mod rules;
mod sql;
mod types;
mod write;

pub use export::export;
pub use read::{file, find, limits, list, numbers, of_task, speakers};
pub use types::*;
pub use write::{
    Said, answer, ask_again, close, decide, escalate, open, raise_obstacle, set_limits, withdraw,
};
