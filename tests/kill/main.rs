//! The real program in processes of its own: killed while it writes, backed up and restored, configured.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails where its world cannot be made"
)]

mod killing;
mod program;
mod scans;
mod upgrade;
mod upkeep;
