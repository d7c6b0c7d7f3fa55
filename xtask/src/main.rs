//! Development commands.

mod evaluate_reading;
mod score;

use anyhow::{Result, bail};

#[allow(clippy::disallowed_methods, reason = "a command reads its own arguments")]
fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.split_first() {
        Some((command, rest)) if command == "evaluate-reading" => evaluate_reading::run(rest),
        _ => bail!("usage: cargo xtask evaluate-reading [DIR...] [--out DIR] [--misses]"),
    }
}
