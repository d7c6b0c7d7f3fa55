//! Help for the tests: databases on the engine of the run, the statements of the program.

#![allow(clippy::expect_used, clippy::panic)]

pub mod engine;
pub mod statements;
