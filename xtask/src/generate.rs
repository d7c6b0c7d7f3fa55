//! `cargo xtask generate`: a country of invented plans in an empty database.

use anyhow::{Context, Result};
use std::io::Write;
use std::time::{Duration, Instant};
use store::blobs::Blobs;
use store::{Db, Options};
use testkit::country::{self, Size};

/// The longest transaction: one writes a whole programme.
const LONGEST: Duration = Duration::from_secs(600);

/// The value after `--name`.
pub fn option<'a>(args: &'a [String], name: &str) -> Option<&'a str> {
    args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1)).map(String::as_str)
}

fn number(args: &[String], name: &str, default: usize) -> Result<usize> {
    option(args, name).map_or(Ok(default), |text| text.parse().with_context(|| format!("{name} {text}")))
}

/// Opens the database named by `--database` and brings its schema up.
pub async fn open(args: &[String]) -> Result<Db> {
    let url =
        option(args, "--database").context("--database sqlite:///folder/dotpha.db or postgres://...")?;
    let db = Db::open(&Options { transaction_timeout: LONGEST, ..Options::new(url) }).await?;
    db.migrate().await?;
    Ok(db)
}

/// A folder for files that nothing is written to.
pub fn blobs() -> Result<(Blobs, std::path::PathBuf)> {
    let folder = std::path::Path::new("target").join("bench-files");
    std::fs::create_dir_all(&folder)?;
    Ok((Blobs::folder(&folder)?, folder))
}

/// Writes the country and says what was written and how long it took.
pub fn run(args: &[String]) -> Result<()> {
    let assignments = number(args, "--assignments", 1_000_000)?;
    let programmes = number(args, "--programmes", (assignments / 5_000).max(3))?;
    let seed = number(args, "--seed", 57)? as u64;
    tokio::runtime::Runtime::new()?.block_on(async {
        let db = open(args).await?;
        let begun = Instant::now();
        let totals = country::write(&db, blobs()?.0, Size { assignments, programmes, seed }).await?;
        writeln!(std::io::stdout(), "{totals:?} in {:.1} s", begun.elapsed().as_secs_f64())?;
        db.close().await;
        Ok(())
    })
}
