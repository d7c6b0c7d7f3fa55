//! `dotpha read`: what would be read from files, without keeping anything.

use crate::config::Config;
use crate::installation;
use clap::Args;
use domain::intake::{Arg, Failure, Hints, Note, Reader, Reading};
use messages::Lang;
use papers::plan::Plan;
use papers::read::ReadError;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `dotpha read` is given.
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// Documents: .txt, .docx, .pdf, images of pages; lists: .xlsx, .csv.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Print the plan as JSON: one object, an array for several files.
    #[arg(long, conflicts_with = "text")]
    json: bool,
    /// Print the text as understood; spans count its characters.
    #[arg(long)]
    text: bool,
}

/// Reads the files and prints what was asked for. Files that cannot be read are named on the error
/// output, and the exit code tells that there were some; what had to be done to the bytes of others stands
/// in their outline, else on the error output.
///
/// # Errors
/// The output cannot be written.
pub async fn run(config: &Config, args: &ReadArgs) -> anyhow::Result<ExitCode> {
    let (reader, most, lang) =
        (installation::reader(config)?, config.limits.upload_megabytes << 20, Lang::Vi);
    let mut out = std::io::stdout().lock();
    let (mut plans, mut failed) = (Vec::new(), false);
    for file in &args.files {
        match read_file(&reader, file, most, lang).await {
            Err(why) => {
                failed = true;
                writeln!(std::io::stderr(), "{}: {why}", file.display())?;
            }
            Ok(reading) if args.json || args.text => {
                for note in &reading.notes {
                    writeln!(std::io::stderr(), "{}: {}", file.display(), said(note, lang))?;
                }
                match args.json {
                    true => plans.push(reading.plan),
                    false => write!(out, "{}", reading.text)?,
                }
            }
            Ok(reading) => outline(&mut out, file, &reading, lang)?,
        }
    }
    if args.json {
        match (&plans[..], args.files.len()) {
            ([plan], 1) => serde_json::to_writer_pretty(&mut out, plan)?,
            (plans, _) => serde_json::to_writer_pretty(&mut out, plans)?,
        }
        writeln!(out)?;
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A file's bytes, or the sentence why there are none. A file over the limit is not loaded.
///
/// # Errors
/// The sentence.
pub fn bytes_of(file: &Path, most: u64, lang: Lang) -> Result<Vec<u8>, String> {
    let unopened =
        |error: std::io::Error| lang.with("intake-cli-unopened", &[("reason", error.to_string().into())]);
    let actual = std::fs::metadata(file).map_err(unopened)?.len();
    if actual > most {
        return Err(say(&Failure::Unreadable(ReadError::TooLarge { limit: most, actual }), lang));
    }
    std::fs::read(file).map_err(unopened)
}

/// Why a file was not read, as a sentence.
pub fn say(failure: &Failure, lang: Lang) -> String {
    let reason = failure.reason();
    lang.with(reason.key, &reason.args)
}

/// What had to be done to the bytes of a file, as a sentence.
fn said(note: &Note, lang: Lang) -> String {
    let args = note.message_args().into_iter().map(|(name, arg)| match arg {
        Arg::Number(number) => (name, number.into()),
        Arg::Word(word) => (name, word.into()),
    });
    lang.with(note.message_id(), &args.collect::<Vec<_>>())
}

async fn read_file(reader: &dyn Reader, file: &Path, most: u64, lang: Lang) -> Result<Reading, String> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let bytes = bytes_of(file, most, lang)?;
    let watch = |done: usize, of: usize| {
        let line = lang.with("intake-cli-page", &[("page", (done + 1).into()), ("pages", of.into())]);
        // Who reads no error output misses the progress, nothing else.
        let _unheard = writeln!(std::io::stderr(), "{}: {line}", file.display());
    };
    match reader.read(&name, bytes, &Hints::default(), &watch).await {
        Ok(Reading { secret: Some(mark), .. }) => Err(say(&Failure::Secret(mark), lang)),
        Ok(reading) => Ok(reading),
        Err(error) => Err(say(&Failure::Unreadable(error), lang)),
    }
}

fn outline(out: &mut impl Write, file: &Path, reading: &Reading, lang: Lang) -> std::io::Result<()> {
    let plan = &reading.plan;
    writeln!(out, "{}", file.display())?;
    if !reading.grid.is_empty() {
        let rows = reading.grid.len();
        writeln!(out, "  {}", lang.with("intake-cli-list", &[("rows", rows.into())]))?;
    }
    let head = &plan.document;
    let parts = [&head.kind, &head.number, &head.issuer, &head.issued_on];
    let parts: Vec<&str> = parts.into_iter().filter_map(|part| part.as_deref()).collect();
    for line in [parts.join(" · ").as_str(), head.title.as_deref().unwrap_or_default()] {
        if !line.is_empty() {
            writeln!(out, "  {line}")?;
        }
    }
    let counts = lang.with(
        "intake-cli-counts",
        &[
            ("tasks", plan.tasks.len().into()),
            ("indicators", plan.indicators.len().into()),
            ("duties", plan.reporting.len().into()),
            ("units", plan.units.len().into()),
            ("warnings", plan.warnings.len().into()),
        ],
    );
    writeln!(out, "  {counts}")?;
    tree(out, plan, lang)?;
    for note in &reading.notes {
        writeln!(out, "  ! {}", said(note, lang))?;
    }
    for warning in &plan.warnings {
        writeln!(out, "  ! {warning}")?;
    }
    Ok(())
}

/// Headings with their tasks beneath, in the order of the text.
fn tree(out: &mut impl Write, plan: &Plan, lang: Lang) -> std::io::Result<()> {
    let loose = plan
        .tasks
        .iter()
        .filter(|task| !plan.sections.iter().any(|section| Some(&section.code) == task.group.as_ref()));
    for task in loose {
        task_line(out, task, 1, lang)?;
    }
    for section in &plan.sections {
        let depth = section.code.split('.').count();
        writeln!(out, "{}{}. {}", "  ".repeat(depth), section.code, short(&section.title))?;
        for task in plan.tasks.iter().filter(|task| task.group.as_ref() == Some(&section.code)) {
            task_line(out, task, depth + 1, lang)?;
        }
    }
    Ok(())
}

fn task_line(
    out: &mut impl Write,
    task: &papers::plan::Task,
    depth: usize,
    lang: Lang,
) -> std::io::Result<()> {
    let lead = task.lead.join("; ");
    let due = task.time.due.as_deref().and_then(messages::parse_date).map(|day| lang.date(day));
    let facts: Vec<String> = [Some(lead), due.or_else(|| task.time_text.clone())]
        .into_iter()
        .flatten()
        .filter(|fact| !fact.is_empty())
        .collect();
    let facts = if facts.is_empty() { String::new() } else { format!(" [{}]", facts.join(" · ")) };
    let code = task.code.as_deref().unwrap_or("-");
    writeln!(out, "{}{code} {}{facts}", "  ".repeat(depth), short(&task.title))
}

fn short(text: &str) -> String {
    let mut shown: String = text.chars().take(110).collect();
    if text.chars().nth(110).is_some() {
        shown.push('…');
    }
    shown
}
