//! Poppler and Tesseract of Debian: found at run time, started by the reading child, under its limits.

use papers::read::{Limits, Look, ReadError, SCAN_DPI, Tools, poppler_failure};
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// How often a program with a deadline is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// Where the programs lie, as far as they are installed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Programs {
    /// Text of a .pdf (poppler-utils).
    pub pdftotext: Option<PathBuf>,
    /// Pages of a .pdf as pictures (poppler-utils).
    pub pdftoppm: Option<PathBuf>,
    /// Recognition of letters (tesseract-ocr).
    pub tesseract: Option<PathBuf>,
}

impl Programs {
    /// Debian's packages that are missing for recognising Vietnamese letters; `image` files need no poppler.
    pub fn missing(&self, image: bool) -> Vec<&'static str> {
        let mut packages = Vec::new();
        if self.pdftoppm.is_none() && !image {
            packages.push("poppler-utils");
        }
        if self.tesseract.is_none() {
            packages.push("tesseract-ocr");
        }
        if !self.knows_vietnamese() {
            packages.push("tesseract-ocr-vie");
        }
        packages
    }

    fn knows_vietnamese(&self) -> bool {
        let Some(tesseract) = &self.tesseract else { return false };
        let listed = Command::new(tesseract).arg("--list-langs").stdin(Stdio::null()).output();
        listed.is_ok_and(|output| {
            [output.stdout, output.stderr]
                .iter()
                .any(|said| String::from_utf8_lossy(said).lines().any(|line| line.trim() == "vie"))
        })
    }
}

/// The programs as the reading child uses them.
pub struct Helpers<'a> {
    /// Where they lie.
    pub programs: &'a Programs,
    /// Whether pictures of pages may be recognised: that takes seconds a page.
    pub scan: bool,
    /// Told before each page that is recognised: how many are done, of how many.
    pub progress: &'a dyn Fn(usize, usize),
}

impl Tools for Helpers<'_> {
    fn pdf_text(&self, pdf: &[u8], limits: &Limits) -> Option<Result<String, ReadError>> {
        self.pdftotext("-layout", pdf, limits)
    }

    fn pdf_words(&self, pdf: &[u8], limits: &Limits) -> Option<Result<String, ReadError>> {
        self.pdftotext("-bbox", pdf, limits)
    }

    fn pdf_picture(&self, pdf: &[u8], page: usize, limits: &Limits) -> Option<Result<Vec<u8>, ReadError>> {
        let program = self.programs.pdftoppm.as_ref().filter(|_| self.scan)?;
        let (dpi, page) = (SCAN_DPI.to_string(), page.to_string());
        let mut command = Command::new(program);
        command.args(["-r", &dpi, "-gray", "-f", &page, "-l", &page, "-"]);
        Some(talk(command, "pdftoppm", pdf, Some(limits.scan_page_time)))
    }

    fn recognise(
        &self,
        pgm: &[u8],
        dpi: u32,
        look: Look,
        limits: &Limits,
    ) -> Option<Result<String, ReadError>> {
        let program = self.programs.tesseract.as_ref().filter(|_| self.scan)?;
        let dpi = dpi.to_string();
        let mut command = Command::new(program);
        // One thread: several are slower together, and each takes memory.
        command.env("OMP_THREAD_LIMIT", "1");
        command.args(["stdin", "stdout", "-l", "vie", "--psm", look.mode(), "--dpi", &dpi, "tsv"]);
        Some(talk(command, "tesseract", pgm, Some(limits.scan_page_time)).and_then(text))
    }

    fn progress(&self, done: usize, of: usize) {
        (self.progress)(done, of);
    }
}

impl Helpers<'_> {
    /// What pdftotext writes in one of its forms; one page more than allowed, so that too many show.
    fn pdftotext(&self, form: &str, pdf: &[u8], limits: &Limits) -> Option<Result<String, ReadError>> {
        let last = limits.pages.saturating_add(1).to_string();
        let mut command = Command::new(self.programs.pdftotext.as_ref()?);
        command.args([form, "-enc", "UTF-8", "-l", &last, "-", "-"]);
        Some(talk(command, "pdftotext", pdf, None).and_then(text))
    }
}

fn text(bytes: Vec<u8>) -> Result<String, ReadError> {
    String::from_utf8(bytes).map_err(|error| ReadError::Damaged { detail: error.to_string() })
}

/// What a program writes when it is given these bytes; at the deadline it is ended.
fn talk(
    mut command: Command,
    tool: &str,
    input: &[u8],
    deadline: Option<Duration>,
) -> Result<Vec<u8>, ReadError> {
    let failed =
        |error: std::io::Error| ReadError::ToolFailed { tool: tool.to_owned(), detail: error.to_string() };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (status, out, said) = std::thread::scope(|scope| {
        scope.spawn(move || {
            // A tool that gives up early closes its end: its exit code tells why.
            let _closed_early = stdin.map(|mut stdin| stdin.write_all(input));
        });
        let out = scope.spawn(move || all(stdout));
        let said = scope.spawn(move || all(stderr));
        let status = ended(&mut child, deadline);
        (status, out.join().unwrap_or_default(), said.join().unwrap_or_default())
    });
    match status.map_err(failed)? {
        None => Err(ReadError::PageTimeout { seconds: deadline.unwrap_or_default().as_secs() }),
        Some(status) if status.success() => Ok(out),
        Some(status) => Err(match poppler_failure(status.code(), &String::from_utf8_lossy(&said)) {
            ReadError::Damaged { detail } | ReadError::ToolFailed { detail, .. } if tool != "pdftotext" => {
                ReadError::ToolFailed { tool: tool.to_owned(), detail: format!("{status}: {detail}") }
            }
            other => other,
        }),
    }
}

fn all(pipe: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What a program wrote before it was ended is enough to say why.
    let _cut_off = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
    bytes
}

/// Waits for the end; `None` when the deadline came first and the program was ended.
fn ended(child: &mut Child, deadline: Option<Duration>) -> std::io::Result<Option<ExitStatus>> {
    let Some(deadline) = deadline else { return child.wait().map(Some) };
    let mut waited = Duration::ZERO;
    while waited < deadline {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        std::thread::sleep(LOOK);
        waited += LOOK;
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}
