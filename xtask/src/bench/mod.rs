//! `cargo xtask bench NAME`: figures of the program at size, with the machine they were measured on.
//! Each asserts exact results; none asserts times.

mod board;
mod http;
mod lists;
mod reading;
mod start;
mod store;
mod units;
mod updates;
mod workbook;

use anyhow::{Result, bail};
use std::io::Write;
use std::time::Duration;

/// Runs the benchmark named.
pub fn run(args: &[String]) -> Result<()> {
    machine()?;
    match args.split_first() {
        Some((name, rest)) if name == "board" => board::run(rest),
        Some((name, rest)) if name == "reading" => reading::run(rest),
        Some((name, rest)) if name == "start" => start::run(rest),
        Some((name, _)) if name == "store" => alone(store::run()),
        Some((name, _)) if name == "units" => alone(units::run()),
        Some((name, _)) if name == "lists" => alone(lists::run()),
        Some((name, _)) if name == "updates" => alone(updates::run()),
        Some((name, _)) if name == "workbook" => alone(workbook::run()),
        _ => bail!(
            "usage: cargo xtask bench start [--program FILE] | reading [--program FILE] [DIR] | store | units | lists \
             | updates | workbook | board --database URL"
        ),
    }
}

/// Runs one over a database of its own, which is removed afterwards: SQLite in a temporary folder, or
/// PostgreSQL under `scripts/with-postgres`.
fn alone(bench: impl Future<Output = Result<()>>) -> Result<()> {
    let engine = testkit::engine::engine();
    writeln!(std::io::stdout(), "engine: {engine}")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(bench)?;
    writeln!(std::io::stdout(), "process {:.0} MB at the end", resident())?;
    Ok(())
}

/// Says what machine this is, and how the program was built.
fn machine() -> Result<()> {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let name = name.trim_start_matches([':', '\t', ' ']);
    writeln!(std::io::stdout(), "machine: {name}, {cores} cores, load {}; {profile} build", load.trim())?;
    Ok(())
}

/// Times of many runs, to be shown as quantiles.
#[derive(Default)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// Shows the number of runs, and how long the middle one, the 99th of a hundred and the longest took.
    pub fn show(&mut self, what: &str) -> Result<()> {
        self.0.sort_unstable();
        let at = |share: f64| {
            let place = (share * (self.0.len().max(1) - 1) as f64).round() as usize;
            self.0.get(place).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
        };
        let (n, p50, p95, p99, max) = (self.0.len(), at(0.5), at(0.95), at(0.99), at(1.0));
        writeln!(
            std::io::stdout(),
            "{what}: {n} runs, p50 {p50:.2} ms, p95 {p95:.2} ms, p99 {p99:.2} ms, max {max:.2} ms"
        )?;
        Ok(())
    }
}

/// Resident memory of this process, in megabytes.
pub fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1_024.0
}
