//! Reading and writing of files, on samples that the tests make themselves. All texts are invented.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod docx;
mod hostile;
mod pdf;
mod samples;
mod secret;
mod sheet;
mod txt;
mod written;
