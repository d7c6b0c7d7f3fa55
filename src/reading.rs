//! Reading untrusted files in a child `dotpha` under limits of memory and time (docs/decisions/0003).
//!
//! The parent sends the bytes to the child's standard input and gets one JSON value back:
//! `{"Ok": Reading}` or `{"Err": ReadError}`. Whatever happens to the child, the parent lives on.

use clap::Args;
use domain::intake::{Answer, Reader, Reading, understand};
use papers::read::{Limits, ReadError, Tools, poppler_failure};
use rlimit::Resource;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
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
    /// Where pdftotext is; without it .pdf files are read in Rust.
    #[arg(long)]
    pdftotext: Option<PathBuf>,
}

/// Reads files in children of this program, a few at a time.
pub struct ChildReader {
    program: PathBuf,
    pdftotext: Option<PathBuf>,
    limits: Limits,
    memory: u64,
    at_once: Semaphore,
}

impl ChildReader {
    /// A reader that starts `program` (this executable) and gives each child `memory` bytes.
    pub fn new(program: PathBuf, pdftotext: Option<PathBuf>, limits: Limits, memory: u64) -> ChildReader {
        ChildReader { program, pdftotext, limits, memory, at_once: Semaphore::new(2) }
    }

    fn command(&self, name: &str) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(&self.program);
        let limits = &self.limits;
        command.env_clear().env("LC_ALL", "C.UTF-8").arg("read-child").arg(format!("--name={name}"));
        command.arg(format!("--file-bytes={}", limits.file_bytes));
        command.arg(format!("--unpacked-bytes={}", limits.unpacked_bytes));
        command.arg(format!("--text-chars={}", limits.text_chars));
        command.arg(format!("--pages={}", limits.pages));
        command.arg(format!("--millis={}", limits.time.as_millis()));
        command.arg(format!("--memory={}", self.memory));
        if let Some(tool) = &self.pdftotext {
            command.arg("--pdftotext").arg(tool);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    async fn ask(&self, name: &str, bytes: Vec<u8>) -> std::io::Result<Result<Reading, ReadError>> {
        let mut child = self.command(name).spawn()?;
        let (Some(mut stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(std::io::Error::other("the child has no pipes"));
        };
        let (mut answer, mut said) = (Vec::new(), Vec::new());
        let (mut stdout, mut stderr) = (stdout.take(MOST_ANSWER), stderr.take(64 << 10));
        let send = async move {
            // A child that refuses the file early closes its end: its answer tells why.
            let _closed_early = stdin.write_all(&bytes).await;
        };
        let (_, out, err) =
            tokio::join!(send, stdout.read_to_end(&mut answer), stderr.read_to_end(&mut said));
        out?;
        err?;
        let status = child.wait().await?;
        let said = String::from_utf8_lossy(&said);
        Ok(match serde_json::from_slice(&answer) {
            Ok(answer) if status.success() => answer,
            _ => Err(ended(status, &said, &self.limits)),
        })
    }
}

impl Reader for ChildReader {
    fn read<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> Answer<'a> {
        Box::pin(async move {
            let actual = bytes.len() as u64;
            if actual > self.limits.file_bytes {
                return Err(ReadError::TooLarge { limit: self.limits.file_bytes, actual });
            }
            let _turn = self.at_once.acquire().await;
            match tokio::time::timeout(self.limits.time, self.ask(name, bytes)).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(error)) => Err(failed(error)),
                Err(_) => Err(ReadError::Timeout { seconds: self.limits.time.as_secs() }),
            }
        })
    }
}

fn failed(error: impl std::fmt::Display) -> ReadError {
    ReadError::ToolFailed { tool: "dotpha read-child".to_owned(), detail: error.to_string() }
}

/// Why a child ended without an answer.
fn ended(status: std::process::ExitStatus, said: &str, limits: &Limits) -> ReadError {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    match signal {
        Some(SIGABRT) if said.contains("memory allocation") => ReadError::TooMuchMemory,
        Some(SIGXCPU) => ReadError::Timeout { seconds: limits.time.as_secs() },
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
    };
    if let Err(error) = bound(&limits, args.memory) {
        return answer(&Err(failed(error)));
    }
    let mut bytes = Vec::new();
    let most = limits.file_bytes.saturating_add(1);
    if let Err(error) = std::io::stdin().lock().take(most).read_to_end(&mut bytes) {
        let full = error.kind() == std::io::ErrorKind::OutOfMemory;
        return answer(&Err(if full { ReadError::TooMuchMemory } else { failed(error) }));
    }
    answer(&understand(&args.name, &bytes, &limits, &Poppler { program: args.pdftotext.as_deref() }))
}

/// What the child and the programs that it starts may take: memory, processor time, no files.
fn bound(limits: &Limits, memory: u64) -> std::io::Result<()> {
    let seconds = limits.time.as_secs().saturating_add(1);
    for (resource, most) in
        [(Resource::AS, memory), (Resource::CPU, seconds), (Resource::FSIZE, 0), (Resource::CORE, 0)]
    {
        if resource.is_supported() {
            resource.set(most, most)?;
        }
    }
    Ok(())
}

fn answer(outcome: &Result<Reading, ReadError>) -> ExitCode {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match serde_json::to_writer(&mut out, outcome).map_err(std::io::Error::other).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Debian's poppler-utils.
struct Poppler<'a> {
    program: Option<&'a Path>,
}

impl Tools for Poppler<'_> {
    fn pdf_text(&self, pdf: &[u8], limits: &Limits) -> Option<Result<String, ReadError>> {
        self.ask("-layout", pdf, limits)
    }

    fn pdf_words(&self, pdf: &[u8], limits: &Limits) -> Option<Result<String, ReadError>> {
        self.ask("-bbox", pdf, limits)
    }
}

impl Poppler<'_> {
    /// What pdftotext writes in one of its forms; one page more than allowed, so that too many show.
    fn ask(&self, form: &str, pdf: &[u8], limits: &Limits) -> Option<Result<String, ReadError>> {
        let last = limits.pages.saturating_add(1).to_string();
        let child = std::process::Command::new(self.program?)
            .args([form, "-enc", "UTF-8", "-l", &last, "-", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        Some(child.map_err(tool_failed).and_then(|child| talk(child, pdf)))
    }
}

fn tool_failed(error: std::io::Error) -> ReadError {
    ReadError::ToolFailed { tool: "pdftotext".to_owned(), detail: error.to_string() }
}

fn talk(mut child: std::process::Child, pdf: &[u8]) -> Result<String, ReadError> {
    let stdin = child.stdin.take();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || {
            // A tool that gives up early closes its end: its exit code tells why.
            let _closed_early = stdin.map(|mut stdin| stdin.write_all(pdf));
        });
        child.wait_with_output()
    })
    .map_err(tool_failed)?;
    if output.status.success() {
        String::from_utf8(output.stdout).map_err(|error| ReadError::Damaged { detail: error.to_string() })
    } else {
        Err(poppler_failure(output.status.code(), &String::from_utf8_lossy(&output.stderr)))
    }
}
