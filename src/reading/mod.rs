//! Reading untrusted files in a child `dotpha` under limits of memory and time (docs/decisions/0003).
//!
//! The parent sends what helps to read (JSON) and the file's bytes to the child's standard input and gets one JSON value
//! a line back: how far it is
//! (`{"Page": [done, of]}`), at last `{"Done": {"Ok": Reading}}` or `{"Done": {"Err": ReadError}}`. Whatever
//! happens to the child, the parent lives on.
//!
//! Recognising scanned pages takes seconds a page. So a first child reads what has letters; only where it finds
//! pictures of pages a second one is started that may recognise them, one at a time and under limits of its own.

mod programs;
mod twice;

pub use programs::Programs;
pub use twice::{Model, TwiceReader, host};

use clap::Args;
use domain::intake::{Answer, Hints, Mark, Reader, Reading, Watch, marked, understand};
use papers::read::{Found, Limits, Note, ReadError};
use programs::Helpers;
use rlimit::Resource;
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::sync::Semaphore;

/// The most that a child may answer, in bytes.
const MOST_ANSWER: u64 = 200 << 20;

/// Signals by which the system ends a child that ran into a limit (Linux numbers).
const SIGABRT: i32 = 6;
const SIGXCPU: i32 = 24;

/// What the hidden command `read-child` is given.
#[derive(Debug, Args)]
pub struct ChildArgs {
    /// The file's name.
    #[arg(long)]
    name: String,
    /// So many bytes come before the file: names of units as JSON; none where there are none.
    #[arg(long)]
    hint_bytes: u64,
    /// Largest file, in bytes.
    #[arg(long)]
    file_bytes: u64,
    /// Largest sum of unpacked parts, in bytes.
    #[arg(long)]
    unpacked_bytes: u64,
    /// Longest text, in characters.
    #[arg(long)]
    text_chars: usize,
    /// Most pages of a .pdf.
    #[arg(long)]
    pages: usize,
    /// Longest time, in milliseconds.
    #[arg(long)]
    millis: u64,
    /// Most memory, in bytes.
    #[arg(long)]
    memory: u64,
    /// Whether pictures of pages may be recognised.
    #[arg(long)]
    scan: bool,
    /// Look only for a mark of state secrets.
    #[arg(long)]
    mark: bool,
    /// Most pages that are recognised.
    #[arg(long)]
    scan_pages: usize,
    /// Longest time for one page that is recognised, in milliseconds.
    #[arg(long)]
    scan_page_millis: u64,
    /// Where pdftotext is; without it .pdf files are read in Rust.
    #[arg(long)]
    pdftotext: Option<PathBuf>,
    /// Where pdftoppm is.
    #[arg(long)]
    pdftoppm: Option<PathBuf>,
    /// Where tesseract is.
    #[arg(long)]
    tesseract: Option<PathBuf>,
}

/// A line of the child's answer.
#[derive(Serialize, Deserialize)]
enum Said {
    /// So many pages are recognised, of so many.
    Page(usize, usize),
    /// The last line.
    Done(Box<Result<Reading, ReadError>>),
}

/// What a child is started for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// To read what has letters.
    Letters,
    /// To read, and to recognise pictures of pages.
    Pictures,
    /// To look for a mark of state secrets where there are letters.
    Mark,
}

/// A file as a child gets it.
#[derive(Clone, Copy)]
struct Sent<'a> {
    name: &'a str,
    /// Names of units as JSON; empty where there are none.
    hints: &'a [u8],
    bytes: &'a [u8],
}

/// Reads files in children of this program, a few at a time.
pub struct ChildReader {
    program: PathBuf,
    programs: Programs,
    limits: Limits,
    /// Longest time for recognising the pages of one file.
    scan_time: Duration,
    memory: u64,
    at_once: Semaphore,
    scans: Semaphore,
}

impl ChildReader {
    /// A reader that starts `program` (this executable) and gives each child `memory` bytes.
    pub fn new(
        program: PathBuf,
        programs: Programs,
        limits: Limits,
        scan_time: Duration,
        memory: u64,
    ) -> ChildReader {
        let (at_once, scans) = (Semaphore::new(2), Semaphore::new(1));
        ChildReader { program, programs, limits, scan_time, memory, at_once, scans }
    }

    fn command(&self, file: Sent<'_>, pass: Pass) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(&self.program);
        let limits = &self.limits;
        command.env_clear().env("LC_ALL", "C.UTF-8").arg("read-child").arg(format!("--name={}", file.name));
        command.arg(format!("--hint-bytes={}", file.hints.len()));
        command.arg(format!("--file-bytes={}", limits.file_bytes));
        command.arg(format!("--unpacked-bytes={}", limits.unpacked_bytes));
        command.arg(format!("--text-chars={}", limits.text_chars));
        command.arg(format!("--pages={}", limits.pages));
        command.arg(format!("--millis={}", self.time(pass).as_millis()));
        command.arg(format!("--memory={}", self.memory));
        command.arg(format!("--scan-pages={}", limits.scan_pages));
        command.arg(format!("--scan-page-millis={}", limits.scan_page_time.as_millis()));
        let programs = &self.programs;
        let places = [
            ("--pdftotext", &programs.pdftotext),
            ("--pdftoppm", &programs.pdftoppm),
            ("--tesseract", &programs.tesseract),
        ];
        for (name, place) in places {
            command.args(place.iter().flat_map(|place| [name.as_ref(), place.as_os_str()]));
        }
        match pass {
            Pass::Letters => &mut command,
            Pass::Pictures => command.arg("--scan"),
            Pass::Mark => command.arg("--mark"),
        };
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    fn time(&self, pass: Pass) -> Duration {
        if pass == Pass::Pictures { self.scan_time } else { self.limits.time }
    }

    async fn ask(
        &self,
        file: Sent<'_>,
        pass: Pass,
        watch: &Watch<'_>,
    ) -> std::io::Result<Result<Reading, ReadError>> {
        let mut child = self.command(file, pass).spawn()?;
        let (Some(mut stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(std::io::Error::other("the child has no pipes"));
        };
        let mut said = Vec::new();
        let mut stderr = stderr.take(64 << 10);
        let send = async move {
            // A child that refuses the file early closes its end: its answer tells why.
            let _closed_early = match stdin.write_all(file.hints).await {
                Ok(()) => stdin.write_all(file.bytes).await,
                closed => closed,
            };
        };
        let hear = async {
            let mut lines = BufReader::new(stdout.take(MOST_ANSWER)).split(b'\n');
            let mut answer = None;
            while let Some(line) = lines.next_segment().await? {
                match serde_json::from_slice(&line) {
                    Ok(Said::Page(done, of)) => watch(done, of),
                    Ok(Said::Done(outcome)) => answer = Some(*outcome),
                    Err(_) => {}
                }
            }
            std::io::Result::Ok(answer)
        };
        let (_, answer, err) = tokio::join!(send, hear, stderr.read_to_end(&mut said));
        err?;
        let (answer, status) = (answer?, child.wait().await?);
        let said = String::from_utf8_lossy(&said);
        Ok(match answer {
            Some(answer) if status.success() => answer,
            _ => Err(ended(status, &said, self.time(pass))),
        })
    }

    async fn in_time(&self, file: Sent<'_>, pass: Pass, watch: &Watch<'_>) -> Result<Reading, ReadError> {
        let time = self.time(pass);
        match tokio::time::timeout(time, self.ask(file, pass, watch)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => Err(failed(error)),
            Err(_) => Err(ReadError::Timeout { seconds: time.as_secs() }),
        }
    }

    async fn first(&self, file: Sent<'_>) -> Result<Reading, ReadError> {
        let _turn = self.at_once.acquire().await;
        self.in_time(file, Pass::Letters, &|_, _| {}).await
    }
}

impl Reader for ChildReader {
    fn read<'a>(
        &'a self,
        name: &'a str,
        bytes: Vec<u8>,
        hints: &'a Hints,
        watch: &'a Watch<'a>,
    ) -> Answer<'a> {
        Box::pin(async move {
            let actual = bytes.len() as u64;
            if actual > self.limits.file_bytes {
                return Err(ReadError::TooLarge { limit: self.limits.file_bytes, actual });
            }
            let hints = preamble(hints)?;
            let file = Sent { name, hints: &hints, bytes: &bytes };
            let first = self.first(file).await;
            let Some(pictures) = Pictures::of(&first) else { return first };
            let missing = self.programs.missing(pictures == Pictures::Image);
            if !missing.is_empty() {
                let packages = missing.join(" ");
                // What could be read of a document with a few scanned pages stands, with a note of them.
                return first.or(Err(ReadError::ToolMissing { packages }));
            }
            let _turn = self.scans.acquire().await;
            self.in_time(file, Pass::Pictures, watch).await
        })
    }

    fn mark<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> Mark<'a> {
        Box::pin(async move {
            let _turn = self.at_once.acquire().await;
            self.in_time(Sent { name, hints: &[], bytes }, Pass::Mark, &|_, _| {}).await.ok()?.secret
        })
    }
}

/// What a first reading left for recognition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pictures {
    Image,
    Pages,
}

impl Pictures {
    fn of(first: &Result<Reading, ReadError>) -> Option<Pictures> {
        let left_out = |note: &Note| matches!(note, Note::PagesWithoutText { .. });
        match first {
            Err(ReadError::Unsupported { found: Found::Image }) => Some(Pictures::Image),
            Err(ReadError::NoTextLayer { .. }) => Some(Pictures::Pages),
            Ok(reading) if reading.notes.iter().any(left_out) => Some(Pictures::Pages),
            Ok(_) | Err(_) => None,
        }
    }
}

fn failed(error: impl std::fmt::Display) -> ReadError {
    ReadError::ToolFailed { tool: "dotpha read-child".to_owned(), detail: error.to_string() }
}

/// Why a child ended without an answer.
fn ended(status: std::process::ExitStatus, said: &str, time: Duration) -> ReadError {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    match signal {
        Some(SIGABRT) if said.contains("memory allocation") => ReadError::TooMuchMemory,
        Some(SIGXCPU) => ReadError::Timeout { seconds: time.as_secs() },
        _ => {
            ReadError::Damaged { detail: format!("{status}: {}", said.chars().take(500).collect::<String>()) }
        }
    }
}

/// The command `read-child`: one thread, no runtime, no database, bounded by the system.
pub fn run_child(args: &ChildArgs) -> ExitCode {
    let limits = Limits {
        file_bytes: args.file_bytes,
        unpacked_bytes: args.unpacked_bytes,
        text_chars: args.text_chars,
        pages: args.pages,
        time: Duration::from_millis(args.millis),
        scan_pages: args.scan_pages,
        scan_page_time: Duration::from_millis(args.scan_page_millis),
        ..Limits::default()
    };
    if let Err(error) = bound(&limits, args.memory) {
        return answer(Err(failed(error)));
    }
    let (hints, bytes) = match received(args.hint_bytes, &limits) {
        Ok(received) => received,
        Err(error) => return answer(Err(error)),
    };
    let programs = Programs {
        pdftotext: args.pdftotext.clone(),
        pdftoppm: args.pdftoppm.clone(),
        tesseract: args.tesseract.clone(),
    };
    // Nobody listens any more: the reading ends with the next line that matters.
    let progress = |done, of| drop(say(&Said::Page(done, of)));
    let tools = Helpers { programs: &programs, scan: args.scan, progress: &progress };
    if args.mark {
        let secret = marked(&args.name, &bytes, &limits, &tools);
        return answer(Ok(Reading { secret, ..Reading::default() }));
    }
    answer(understand(&args.name, &bytes, &hints, &limits, &tools))
}

/// What helps to read, as it goes before the file.
fn preamble(hints: &Hints) -> Result<Vec<u8>, ReadError> {
    if hints.names.is_empty() { Ok(Vec::new()) } else { serde_json::to_vec(&hints.names).map_err(failed) }
}

/// What came on standard input: what helps to read, and the file.
fn received(hint_bytes: u64, limits: &Limits) -> Result<(Hints, Vec<u8>), ReadError> {
    let mut stdin = std::io::stdin().lock();
    let mut some = |most: u64| {
        let mut bytes = Vec::new();
        match (&mut stdin).take(most).read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::OutOfMemory => Err(ReadError::TooMuchMemory),
            Err(error) => Err(failed(error)),
        }
    };
    let mut hints = Hints::default();
    if hint_bytes > 0 {
        hints.names = serde_json::from_slice(&some(hint_bytes)?).map_err(failed)?;
    }
    Ok((hints, some(limits.file_bytes.saturating_add(1))?))
}

/// Bytes of address space that this program takes before it reads anything: its own image above all, which
/// is no part of what a document may take. Nothing where the system does not tell.
fn mapped() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let size = status.lines().find_map(|line| line.strip_prefix("VmSize:")).unwrap_or_default();
    size.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default().saturating_mul(1_024)
}

/// What the child and the programs that it starts may take: memory beside the program itself, processor
/// time, no files.
fn bound(limits: &Limits, memory: u64) -> std::io::Result<()> {
    let seconds = limits.time.as_secs().saturating_add(1);
    let memory = memory.saturating_add(mapped());
    for (resource, most) in
        [(Resource::AS, memory), (Resource::CPU, seconds), (Resource::FSIZE, 0), (Resource::CORE, 0)]
    {
        if resource.is_supported() {
            resource.set(most, most)?;
        }
    }
    Ok(())
}

fn answer(outcome: Result<Reading, ReadError>) -> ExitCode {
    match say(&Said::Done(Box::new(outcome))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn say(said: &Said) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer(&mut out, said)?;
    out.write_all(b"\n")?;
    out.flush()
}
