//! Development commands.

mod bench;
mod compact_syllables;
mod evaluate_reading;
mod evaluate_repair;
mod generate;
mod score;
mod sentence;

use anyhow::{Result, bail};

#[allow(clippy::disallowed_methods, reason = "a command reads its own arguments")]
fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.split_first() {
        Some((command, rest)) if command == "evaluate-reading" => evaluate_reading::run(rest),
        Some((command, rest)) if command == "compact-syllables" => compact_syllables::run(rest),
        Some((command, rest)) if command == "repair" => evaluate_repair::run(rest),
        Some((command, rest)) if command == "generate" => generate::run(rest),
        Some((command, rest)) if command == "bench" => bench::run(rest),
        _ => bail!(
            "usage: cargo xtask generate --database URL [--assignments N] [--programmes N] [--seed N] | \
              bench start [--program FILE] | bench reading [--program FILE] [DIR] | bench store | bench units | \
              bench lists | bench board --database URL | \
              evaluate-reading [DIR...] [--out DIR] [--table] | repair IN OUT | compact-syllables DIR"
        ),
    }
}
