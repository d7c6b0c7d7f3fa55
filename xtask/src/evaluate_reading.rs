//! Reads annotated documents and prints how well: a table, what went wrong, and what confidence is worth.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use papers::plan;
use papers::read::{self, Limits, NoTools};
use papers::repair::{Hints, repair};
use serde_json::Value;

use crate::score::{MEASURES, Score, score};

/// Where the project's own annotated documents stand, below the root of the repository.
const OWN: &str = "crates/papers/tests/samples/reading";

/// A folder with `documents/*` and `gold/*.json` beside the repository or further up, when there is one.
const SHARED: &str = "shared/reading";

/// The borders between the rows of the table of confidence.
const STEPS: [f64; 4] = [0.9, 0.75, 0.5, 0.0];

/// `evaluate-reading [DIR...] [--out DIR] [--table]`: each DIR has documents/* and, for those that are to be
/// measured, gold/*.json; without DIR the project's own samples and the shared ones. A .pdf is read without
/// poppler. What was missed, invented or misread follows the table, with its sentence, but for `--table`.
pub fn run(args: &[String]) -> Result<()> {
    let mut dirs: Vec<PathBuf> = Vec::new();
    let mut out = PathBuf::from("target/evaluate-reading");
    let mut misses = true;
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--out" => out = rest.next().map(PathBuf::from).context("--out needs a folder")?,
            "--table" => misses = false,
            flag if flag.starts_with('-') => {
                bail!("usage: cargo xtask evaluate-reading [DIR...] [--out DIR] [--table]")
            }
            dir => dirs.push(PathBuf::from(dir)),
        }
    }
    if dirs.is_empty() {
        dirs.push(root().join(OWN));
        dirs.extend(shared());
    }
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    let mut stdout = std::io::stdout().lock();
    for dir in dirs {
        writeln!(stdout, "{}", dir.display())?;
        let readings = evaluate(&dir, Some(&out))?;
        write!(stdout, "{}", table(&readings))?;
        if misses {
            for reading in &readings {
                let faults = reading.score.as_ref().map_or(&[][..], |score| &score.faults);
                if !faults.is_empty() {
                    writeln!(stdout, "\n{}", reading.name)?;
                }
                for fault in faults {
                    writeln!(stdout, "  {fault}")?;
                }
            }
        }
        writeln!(stdout)?;
    }
    writeln!(stdout, "plans in {}", out.display())?;
    Ok(())
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

fn shared() -> Option<PathBuf> {
    root().ancestors().skip(1).map(|up| up.join(SHARED)).find(|dir| dir.join("gold").is_dir())
}

/// One document and, where it is annotated, how well it was read.
struct Reading {
    name: String,
    score: Option<Score>,
    sizes: [usize; 4],
}

/// Reads every document of a folder; the plans go to `out` as JSON.
fn evaluate(dir: &Path, out: Option<&Path>) -> Result<Vec<Reading>> {
    let folder = dir.join("documents");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .with_context(|| format!("no folder {}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| KINDS.iter().any(|kind| e == *kind)))
        .collect();
    files.sort();
    files.iter().map(|file| one(file, dir, out)).collect()
}

/// Endings of documents.
const KINDS: [&str; 5] = ["txt", "md", "docx", "pdf", "xlsx"];

fn one(file: &Path, dir: &Path, out: Option<&Path>) -> Result<Reading> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let text = read::read(&name, &bytes, &Limits::default(), &NoTools)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let repaired = repair(&text, &Hints::default());
    let mut plan = plan::read(&repaired.text);
    plan::weigh(&mut plan, &repaired.changes);
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let value = serde_json::to_value(&plan)?;
    if let Some(out) = out {
        fs::write(out.join(format!("{name}.json")), serde_json::to_string_pretty(&value)?)?;
    }
    let gold = dir.join("gold").join(format!("{name}.json"));
    let score = match fs::read(&gold) {
        Ok(bytes) => {
            let gold: Value =
                serde_json::from_slice(&bytes).with_context(|| format!("{} is no JSON", gold.display()))?;
            Some(score(&gold, &value, &repaired.text.content))
        }
        Err(_) => None,
    };
    let sizes = [plan.tasks.len(), plan.indicators.len(), plan.reporting.len(), plan.warnings.len()];
    Ok(Reading { name, score, sizes })
}

/// The measures, short.
const HEADINGS: [&str; MEASURES.len()] =
    ["tasks", "lead", "coord", "due", "recur", "indic", "target", "report", "rep.due", "doc"];

/// A row for each annotated document, all of them together, and what confidence is worth.
fn table(readings: &[Reading]) -> String {
    let mut out = format!("{:26}", "F1");
    for short in HEADINGS {
        let _ = write!(out, " {short:>7}");
    }
    out.push('\n');
    let mut all = Score::default();
    for reading in readings {
        match &reading.score {
            Some(score) => {
                all.add(score);
                row(&mut out, &reading.name, score);
            }
            None => {
                let [tasks, indicators, duties, warnings] = reading.sizes;
                let _ = writeln!(
                    out,
                    "{:26} {tasks} tasks, {indicators} indicators, {duties} duties, {warnings} warnings",
                    reading.name
                );
            }
        }
    }
    if all.trust.is_empty() {
        return out;
    }
    row(&mut out, "pooled", &all);
    out.push_str("confidence of tasks      count  right in title, lead and due day\n");
    let mut top = f64::INFINITY;
    for step in STEPS {
        let inside: Vec<bool> =
            all.trust.iter().filter(|(c, _)| *c >= step && *c < top).map(|(_, right)| *right).collect();
        let right = inside.iter().filter(|right| **right).count();
        let share = if inside.is_empty() {
            "-".to_owned()
        } else {
            format!("{:.3}", right as f64 / inside.len() as f64)
        };
        let _ = writeln!(out, "  from {step:.2} {:>18}  {share}", inside.len());
        top = step;
    }
    out
}

fn row(out: &mut String, name: &str, score: &Score) {
    let _ = write!(out, "{name:26}");
    for count in score.counts {
        let _ = write!(out, " {:>7.3}", count.f1());
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    #![allow(clippy::disallowed_methods, reason = "a test asks whether to write its snapshot anew")]
    use super::*;

    /// The scores of the project's own samples stand in a file, so that a change of the reader shows as one.
    #[test]
    fn own_samples_are_read_as_well_as_the_file_says() {
        let readings = evaluate(&root().join(OWN), None).unwrap();
        assert!(readings.iter().all(|r| r.score.is_some()), "every sample has its annotation");
        let (file, wanted) = (root().join(OWN).join("scores.txt"), table(&readings));
        if std::env::var("DOTPHA_TEST_UPDATE").is_ok_and(|value| value == "1") {
            fs::write(&file, &wanted).unwrap();
        }
        let known = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            known == wanted,
            "the samples are read otherwise than {} says; look at the difference and, if it is meant, write it \
             anew: DOTPHA_TEST_UPDATE=1 cargo test -p xtask\n{wanted}",
            file.display()
        );
    }

    /// Least F1 on the shared documents, where those are at hand: tasks, lead, due.
    const FLOOR: [(&str, [f64; 3]); 8] = [
        ("000", [0.97, 0.95, 0.97]),
        ("001", [0.97, 0.75, 0.95]),
        ("003", [0.97, 0.95, 0.97]),
        ("kh552", [0.97, 0.95, 0.95]),
        ("kh3260", [0.97, 0.90, 0.95]),
        ("kh7360", [0.97, 0.90, 0.95]),
        ("qd2623", [0.97, 0.85, 0.95]),
        ("002", [0.95, 0.80, 0.90]),
    ];

    #[test]
    fn shared_documents_are_found_again() {
        let Some(dir) = shared() else { return };
        let readings = evaluate(&dir, None).unwrap();
        for (name, floors) in FLOOR {
            let Some(score) = readings.iter().find(|r| r.name == name).and_then(|r| r.score.as_ref()) else {
                continue;
            };
            for (slot, floor) in [0, 1, 3].into_iter().zip(floors) {
                let f1 = score.counts[slot].f1();
                assert!(f1 >= floor, "{name}: {} has fallen to {f1:.3}, below {floor}", MEASURES[slot]);
            }
        }
    }
}
