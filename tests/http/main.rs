//! The whole program in process, over HTTP: who may what, what a description promises, what bad input gets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails where its world cannot be made"
)]

mod carrying;
mod files;
mod hostile;
mod matrix;
mod numbers;
mod once;
mod openapi;
mod permissions;
mod sends;
mod sessions;
mod table;
mod titles;
mod trail;
mod world;
