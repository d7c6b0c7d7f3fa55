//! Bytes in, meaning out: reading documents, understanding plans, writing papers.
//!
//! Everything here is pure: no file system, no clock, no async, no domain table. Programs that help
//! (poppler, Tesseract) are handed in by the binary through [`read::Tools`].

pub mod fold;
pub mod plan;
pub mod read;
pub mod repair;
pub mod write;
