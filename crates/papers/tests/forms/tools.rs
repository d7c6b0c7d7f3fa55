//! Poppler and Tesseract over pipes, as the binary starts them but without limits.

use std::io::Write;
use std::process::{Command, Stdio};

use papers::read::{Limits, Look, ReadError, SCAN_DPI, Tools, poppler_failure};

/// The programs of the machine; `./check` installs them.
pub struct Programs;

/// What a program writes when it is given these bytes.
pub fn run(program: &str, args: &[&str], input: &[u8]) -> Result<Vec<u8>, ReadError> {
    // One thread each: the tests of a run share the machine.
    let mut child = Command::new(program)
        .env("OMP_THREAD_LIMIT", "1")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} is missing ({error}): ./check install brings it"));
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output()
    })
    .unwrap();
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(poppler_failure(output.status.code(), &String::from_utf8_lossy(&output.stderr)))
}

/// A page as a gray picture (PGM).
pub fn render(pdf: &[u8], page: usize, dpi: u32) -> Vec<u8> {
    let (dpi, page) = (dpi.to_string(), page.to_string());
    run("pdftoppm", &["-r", &dpi, "-gray", "-f", &page, "-l", &page, "-"], pdf).unwrap()
}

impl Tools for Programs {
    fn pdf_text(&self, pdf: &[u8], _: &Limits) -> Option<Result<String, ReadError>> {
        let text = run("pdftotext", &["-layout", "-enc", "UTF-8", "-", "-"], pdf);
        Some(text.map(|bytes| String::from_utf8(bytes).unwrap()))
    }

    fn pdf_words(&self, pdf: &[u8], _: &Limits) -> Option<Result<String, ReadError>> {
        let text = run("pdftotext", &["-bbox", "-enc", "UTF-8", "-", "-"], pdf);
        Some(text.map(|bytes| String::from_utf8(bytes).unwrap()))
    }

    fn pdf_picture(&self, pdf: &[u8], page: usize, _: &Limits) -> Option<Result<Vec<u8>, ReadError>> {
        Some(Ok(render(pdf, page, SCAN_DPI)))
    }

    fn recognise(&self, pgm: &[u8], dpi: u32, look: Look, _: &Limits) -> Option<Result<String, ReadError>> {
        let dpi = dpi.to_string();
        let mode = look.mode();
        let tsv =
            run("tesseract", &["stdin", "stdout", "-l", "vie", "--psm", mode, "--dpi", &dpi, "tsv"], pgm);
        Some(tsv.map(|bytes| String::from_utf8(bytes).unwrap()))
    }
}
