//! `cargo xtask bench reading`: how long `dotpha read` takes over documents, start-up and repair included; how
//! fast clean text is read, whether time grows with the text, and how much memory reading takes.
//!
//! What is read must be the same on every run, in this process and by the program.

use super::Times;
use anyhow::{Context, Result, bail, ensure};
use papers::plan::{self, Plan};
use papers::read::{self, Limits, NoTools};
use papers::repair::{Hints, repair};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Documents of which the times are promised, where they lie beside the repository.
const SHARED: &str = "shared/reading/documents";
const PROMISED: [&str; 5] = ["000.txt", "001.txt", "002.txt", "003.txt", "004.txt"];

/// The project's own documents, below the root of the repository.
const OWN: &str = "samples";

const RUNS: usize = 15;

/// Size of the text on which speed is measured, in bytes; ten times as much is read beside it.
const CLEAN: usize = 400_000;

struct Document {
    file: PathBuf,
    bytes: Vec<u8>,
}

/// `reading [--program FILE] [DIR]`: reads the .txt files of the folder, else the shared documents, else the
/// project's samples. `--program` is the `dotpha` to be measured; without it the one beside this program.
pub fn run(args: &[String]) -> Result<()> {
    let (mut program, mut folder) = (None, None);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--program" => program = rest.next().map(PathBuf::from),
            "--memory" => return memory(Path::new(rest.next().context("--memory needs a file")?)),
            flag if flag.starts_with('-') => bail!("usage: cargo xtask bench reading [--program FILE] [DIR]"),
            dir => folder = Some(PathBuf::from(dir)),
        }
    }
    let this = std::env::current_exe()?;
    let program = program.unwrap_or_else(|| this.with_file_name("dotpha"));
    let documents = documents(folder)?;
    let plans: Vec<Plan> =
        documents.iter().map(|document| plan_of(&document.bytes)).collect::<Result<_>>()?;
    let mut out = std::io::stdout();
    for (document, plan) in documents.iter().zip(&plans) {
        writeln!(
            out,
            "{}: {} bytes, {} tasks, {} indicators, {} duties",
            document.file.display(),
            document.bytes.len(),
            plan.tasks.len(),
            plan.indicators.len(),
            plan.reporting.len()
        )?;
    }
    through_program(&program, &documents, &plans)?;
    warm(&documents, &plans)?;
    growth(&documents, &this)
}

fn documents(folder: Option<PathBuf>) -> Result<Vec<Document>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the root of the repository")?;
    let shared = root.ancestors().skip(1).map(|up| up.join(SHARED)).find(|dir| dir.is_dir());
    let promised = |dir: &PathBuf| PROMISED.map(|name| dir.join(name)).to_vec();
    let files = match (folder, shared) {
        (None, Some(shared)) => promised(&shared),
        (folder, _) => {
            let folder = folder.unwrap_or_else(|| root.join(OWN));
            let listed = std::fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
            let mut files: Vec<PathBuf> = listed.filter_map(|entry| Some(entry.ok()?.path())).collect();
            files.retain(|file| file.extension().is_some_and(|ending| ending == "txt"));
            files.sort();
            files
        }
    };
    let read = |file: PathBuf| -> Result<Document> {
        let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
        Ok(Document { file, bytes })
    };
    files.into_iter().map(read).collect()
}

fn plan_of(bytes: &[u8]) -> Result<Plan> {
    let text = read::read("document.txt", bytes, &Limits::default(), &NoTools)?;
    let repaired = repair(&text, &Hints::default());
    let mut plan = plan::read(&repaired.text);
    plan::weigh(&mut plan, &repaired.changes);
    Ok(plan)
}

/// The program reads all documents at once, on one core.
fn through_program(program: &Path, documents: &[Document], plans: &[Plan]) -> Result<()> {
    let pinned =
        Command::new("taskset").args(["-c", "0", "true"]).status().is_ok_and(|status| status.success());
    let mut times = Times::default();
    for _ in 0..RUNS {
        let mut command = if pinned { Command::new("taskset") } else { Command::new(program) };
        if pinned {
            command.args(["-c", "0"]).arg(program);
        }
        command.args(["read", "--json"]).args(documents.iter().map(|document| &document.file));
        let start = Instant::now();
        let output =
            command.stderr(Stdio::inherit()).output().with_context(|| program.display().to_string())?;
        times.add(start.elapsed());
        ensure!(output.status.success(), "{} failed", program.display());
        let told: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        ensure!(told == json(plans)?, "{} reads other plans than this program", program.display());
    }
    times.show(if pinned { "all documents, `dotpha read`, one core" } else { "all documents, `dotpha read`" })
}

/// As `dotpha read --json` prints them: one plan, or an array of several.
fn json(plans: &[Plan]) -> Result<serde_json::Value> {
    // Numbers take the way through text, as the program's did.
    let text = match plans {
        [plan] => serde_json::to_string(plan)?,
        plans => serde_json::to_string(plans)?,
    };
    Ok(serde_json::from_str(&text)?)
}

/// Each document by itself, in this process, after the first time.
fn warm(documents: &[Document], plans: &[Plan]) -> Result<()> {
    for (document, plan) in documents.iter().zip(plans) {
        let mut times = Times::default();
        for _ in 0..RUNS {
            let start = Instant::now();
            let again = plan_of(&document.bytes)?;
            times.add(start.elapsed());
            ensure!(again == *plan, "{} is read otherwise the second time", document.file.display());
        }
        let name = document.file.file_name().unwrap_or_default().to_string_lossy();
        times.show(&format!("{name}, no start-up"))?;
    }
    Ok(())
}

/// The documents that need no repair, again and again up to a size, and ten times that.
fn growth(documents: &[Document], this: &Path) -> Result<()> {
    let mut clean = Vec::new();
    for document in documents {
        let text = read::read("document.txt", &document.bytes, &Limits::default(), &NoTools)?;
        if repair(&text, &Hints::default()).changes.is_empty() {
            clean.push(text.content);
        }
    }
    ensure!(!clean.is_empty(), "every document needs repair");
    let text = |size: usize| {
        let mut text = String::new();
        for document in clean.iter().cycle() {
            if text.len() >= size {
                break;
            }
            text.push_str(document);
            text.push_str("\n\u{c}");
        }
        text
    };
    let (one, ten) = (text(CLEAN), text(10 * CLEAN));
    let (quick, slow) = (best(&one)?, best(&ten)?);
    let speed = |text: &str, time: Duration| text.len() as f64 / 1e6 / time.as_secs_f64();
    let mut out = std::io::stdout();
    writeln!(
        out,
        "clean text: {:.2} MB at {:.2} MB/s, {:.2} MB at {:.2} MB/s; {:.1} x the text takes {:.1} x the time",
        one.len() as f64 / 1e6,
        speed(&one, quick),
        ten.len() as f64 / 1e6,
        speed(&ten, slow),
        ten.len() as f64 / one.len() as f64,
        slow.as_secs_f64() / quick.as_secs_f64()
    )?;
    for document in documents {
        peak(this, &document.file)?;
    }
    let large = this.with_file_name("bench-reading-long.txt");
    std::fs::write(&large, &ten)?;
    let told = peak(this, &large);
    std::fs::remove_file(&large)?;
    told
}

/// The shortest of a few runs, in which the plan is the same.
fn best(text: &str) -> Result<Duration> {
    let mut times = Vec::new();
    let mut first = None;
    for _ in 0..3 {
        let start = Instant::now();
        let plan = plan_of(text.as_bytes())?;
        times.push(start.elapsed());
        let counts = [plan.tasks.len(), plan.indicators.len(), plan.reporting.len(), plan.warnings.len()];
        ensure!(*first.get_or_insert(counts) == counts, "the long text is read otherwise the second time");
    }
    times.into_iter().min().context("nothing was run")
}

/// The most memory that a process of its own takes for a file.
fn peak(this: &Path, file: &Path) -> Result<()> {
    let output = Command::new(this).args(["bench", "reading", "--memory"]).arg(file).output()?;
    ensure!(output.status.success(), "{} was not read", file.display());
    let said = String::from_utf8_lossy(&output.stdout);
    writeln!(std::io::stdout(), "{}", said.lines().last().unwrap_or_default())?;
    Ok(())
}

fn memory(file: &Path) -> Result<()> {
    let bytes = std::fs::read(file)?;
    let plan = plan_of(&bytes)?;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    let most = line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1_024.0;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    writeln!(std::io::stdout(), "{name}: {} tasks, {most:.0} MB at most", plan.tasks.len())?;
    Ok(())
}
