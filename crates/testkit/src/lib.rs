//! Help for the tests: databases on the engine of the run, the statements of the program.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails where its world cannot be made")]
#![allow(
    clippy::disallowed_methods,
    reason = "the test kit stands in for the binary: it reads the environment"
)]

pub mod app;
pub mod book;
pub mod country;
pub mod engine;
pub mod snapshot;
pub mod statements;
pub mod world;
