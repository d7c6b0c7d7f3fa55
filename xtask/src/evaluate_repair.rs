//! Repairs texts and says how long it took.

use std::fs;
use std::io::Write;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use papers::read::{self, Limits, NoTools};
use papers::repair::{Hints, repair};

/// `repair IN OUT [IN OUT]…`: writes the text of each document after repair.
pub fn run(args: &[String]) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    for pair in args.chunks(2) {
        let [from, to] = pair else { bail!("usage: cargo xtask repair IN OUT [IN OUT]…") };
        let bytes = fs::read(from).with_context(|| format!("cannot read {from}"))?;
        let text = read::read(from, &bytes, &Limits::default(), &NoTools)?;
        let start = Instant::now();
        let repaired = repair(&text, &Hints::default());
        let took = start.elapsed();
        writeln!(stdout, "{from}: {} changes in {} ms", repaired.changes.len(), took.as_millis())?;
        fs::write(to, repaired.text.content).with_context(|| format!("cannot write {to}"))?;
    }
    Ok(())
}
