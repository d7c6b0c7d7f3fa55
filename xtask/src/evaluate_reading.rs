//! Reads every document of a folder into a plan, writes the plans as JSON, and prints what was found.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use papers::plan;
use papers::read::{self, Limits, NoTools};

/// `evaluate-reading DIR [--out DIR]`: DIR/documents/* in, one JSON file each out. A .pdf is read without poppler.
pub fn run(args: &[String]) -> Result<()> {
    let (dir, out) = match args {
        [dir] => (PathBuf::from(dir), PathBuf::from("target/evaluate-reading")),
        [dir, flag, out] if flag == "--out" => (PathBuf::from(dir), PathBuf::from(out)),
        _ => bail!("usage: cargo xtask evaluate-reading DIR [--out DIR]"),
    };
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    let folder = dir.join("documents");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .with_context(|| format!("no folder {}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "txt" || e == "docx" || e == "pdf"))
        .collect();
    files.sort();
    let mut stdout = std::io::stdout().lock();
    for file in files {
        let line = one(&file, &out)?;
        writeln!(stdout, "{line}")?;
    }
    writeln!(stdout, "plans in {}", out.display())?;
    Ok(())
}

fn one(file: &Path, out: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let text = read::read(&name, &bytes, &Limits::default(), &NoTools)?;
    let start = Instant::now();
    let plan = plan::read(&text);
    let took = start.elapsed();
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    fs::write(out.join(format!("{name}.json")), serde_json::to_string_pretty(&plan)?)?;
    Ok(format!(
        "{name}: {} sections, {} tasks, {} indicators, {} duties, {} units, {} warnings in {} ms",
        plan.sections.len(),
        plan.tasks.len(),
        plan.indicators.len(),
        plan.reporting.len(),
        plan.units.len(),
        plan.warnings.len(),
        took.as_millis(),
    ))
}
