//! One module for each command; what they print is for a person at a terminal.

pub mod account;
pub mod demo;
mod demo_requests;
pub mod import;
pub mod read;
pub mod serve;
mod story;
pub mod upkeep;

use domain::Error;
use messages::Lang;
use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

/// Prints a line for the person at the terminal; a closed pipe is no failure.
pub fn say(text: impl Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints what went wrong, with its causes, and gives the exit code.
pub fn fail(error: &anyhow::Error) -> ExitCode {
    let text = match error.downcast_ref::<Error>() {
        Some(Error::Invalid(problems)) => {
            let lines: Vec<String> =
                problems.iter().map(|p| Lang::Vi.with(p.reason.key, &p.reason.args)).collect();
            lines.join("\n")
        }
        _ => format!("{error:#}"),
    };
    let _ = writeln!(std::io::stderr(), "dotpha: {text}");
    ExitCode::FAILURE
}
