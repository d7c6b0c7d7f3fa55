//! Spoilt files, thousands of them: whatever comes in, reading ends soon, in little memory, without a panic, and
//! every place it names lies within the text.
//!
//! What poppler and Tesseract tell of a spoilt file is spoilt too: kinds of their own, for which no program is started.
//!
//! Seconds in every run of the tests; `./check fuzz` takes minutes (`DOTPHA_FUZZ_SECONDS` for each kind of file,
//! `DOTPHA_FUZZ_SEED` for another order). An input that fails is written to `target/fuzz-failures`: put it into
//! `tests/fuzz/corpus`, from where it is read first ever after.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "shared with the tests of the forms, which use all of it")]
#[path = "../forms/font.rs"]
mod font;
#[allow(dead_code, reason = "shared with the tests of the forms, which use all of it")]
#[path = "../forms/model.rs"]
mod model;
mod mutate;
#[allow(dead_code, reason = "shared with the tests of the forms, which use all of it")]
#[path = "../forms/pdf.rs"]
mod pdf;
#[path = "../read/samples.rs"]
#[allow(dead_code, reason = "shared with the tests of reading, which use all of it")]
mod samples;
#[allow(dead_code, reason = "shared with the tests of the forms, which use all of it")]
#[path = "../forms/scan.rs"]
mod scan;
#[path = "../forms/sound.rs"]
mod sound;
#[allow(dead_code, reason = "shared with the tests of the forms, which use all of it")]
#[path = "../forms/typeset.rs"]
mod typeset;
#[allow(dead_code, reason = "shared with the tests of the forms, which use all of it")]
#[path = "../forms/write.rs"]
mod write;

use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{LazyLock, Once};
use std::time::{Duration, Instant};

use mutate::Mutator;
use papers::read::{Limits, Look, NoTools, ReadError, Tools, read, secret_mark, sheet};
use papers::repair::{Hints, repair};

/// Longest reading of one input, in a build without optimisation on a busy machine.
const LONGEST: Duration = Duration::from_secs(30);
/// Most memory of the whole test, which reads six kinds of files at once.
const MEMORY: u64 = 1 << 30;
/// Most characters of an input that is read into a plan: mutations grow what they copy.
const LARGEST: usize = 200_000;

#[allow(clippy::disallowed_methods, reason = "a test is told by its environment how long to run")]
fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |value| value.parse().unwrap())
}

fn limits() -> Limits {
    Limits { unpacked_bytes: 4 << 20, text_chars: 400_000, pages: 50, ..Limits::default() }
}

/// Reads an input every way there is and checks what comes out.
fn check(name: &str, bytes: &[u8]) {
    let limits = limits();
    let told = Told(String::from_utf8_lossy(bytes).into_owned());
    let text = match name.rsplit_once('.') {
        Some((_, "words")) => read("a.pdf", &RULED, &limits, &told),
        Some((_, "tsv")) => read("a.png", &WHITE, &limits, &told),
        _ => {
            // A list and a document are read by different doors.
            drop(sheet(name, bytes, &limits));
            read(name, bytes, &limits, &NoTools)
        }
    };
    let Ok(text) = text else { return };
    secret_mark(&text);
    sound::text(&text);
    let repaired = repair(&text, &Hints { names: vec!["Trung tâm Dữ liệu".to_owned()] });
    sound::text(&repaired.text);
    let length = repaired.text.content.chars().count();
    for change in &repaired.changes {
        assert!(change.span[0] <= change.span[1] && change.span[1] <= length, "{change:?} of {length}");
    }
    let mut plan = papers::plan::read(&repaired.text);
    papers::plan::weigh(&mut plan, &repaired.changes);
    sound::plan(&repaired.text, &plan);
}

/// A poppler and a Tesseract that say the same of every page.
struct Told(String);

impl Tools for Told {
    fn pdf_text(&self, _: &[u8], _: &Limits) -> Option<Result<String, ReadError>> {
        Some(Ok("viec  don vi  thoi gian\nmot  hai  ba\n\u{c}".to_owned()))
    }

    fn pdf_words(&self, _: &[u8], _: &Limits) -> Option<Result<String, ReadError>> {
        Some(Ok(self.0.clone()))
    }

    fn recognise(&self, _: &[u8], _: u32, _: Look, _: &Limits) -> Option<Result<String, ReadError>> {
        Some(Ok(self.0.clone()))
    }
}

/// Panics of libraries are caught by the reader and are no news; ours are.
fn hush_libraries() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !panic.location().is_some_and(|place| place.file().contains("/registry/")) {
            usual(panic);
        }
    }));
}

/// Reads mutated seeds until the time is over.
fn fuzz(kind: &str, seeds: &[Vec<u8>]) {
    let bounded = rlimit::Resource::AS.set(MEMORY, MEMORY);
    assert!(bounded.is_ok(), "the memory of the test cannot be bounded: {bounded:?}");
    static HUSH: Once = Once::new();
    HUSH.call_once(hush_libraries);
    let name = format!("a.{kind}");
    let (feed, inputs) = channel::<Vec<u8>>();
    let (tell, told) = channel::<()>();
    let worker = std::thread::spawn({
        let name = name.clone();
        move || {
            while let Ok(input) = inputs.recv() {
                check(&name, &input);
                tell.send(()).unwrap();
            }
        }
    });
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let mut corpus: Vec<Vec<u8>> = seeds.to_vec();
    for entry in std::fs::read_dir(kept).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|ending| ending == kind) {
            corpus.push(std::fs::read(file).unwrap());
        }
    }
    let mut mutator = Mutator::new(setting("DOTPHA_FUZZ_SEED", 57));
    let (began, time) = (Instant::now(), Duration::from_secs(setting("DOTPHA_FUZZ_SECONDS", 3)));
    let mut read = 0;
    while read < corpus.len() || began.elapsed() < time {
        let input = match corpus.get(read) {
            Some(seed) => seed.clone(),
            None => mutator.spoil(&corpus, kind),
        };
        read += 1;
        if input.len() > LARGEST {
            continue;
        }
        feed.send(input.clone()).unwrap();
        if let Err(why) = told.recv_timeout(LONGEST) {
            let place = keep(kind, read, &input);
            let what =
                if why == RecvTimeoutError::Timeout { "takes too long" } else { "is not read soundly" };
            panic!("input {read} {what}; it is kept as {place}");
        }
    }
    drop(feed);
    worker.join().unwrap();
    let mut out = std::io::stdout();
    writeln!(out, "{kind}: {read} inputs in {:.1} s", began.elapsed().as_secs_f64()).unwrap();
}

fn keep(kind: &str, number: usize, input: &[u8]) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../fuzz-failures");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{number}.{kind}"));
    std::fs::write(&file, input).unwrap();
    file.display().to_string()
}

/// The borders of a table on a page.
const LINES: &str = "60 700 m 500 700 l S 60 640 m 500 640 l S 60 600 m 500 600 l S\n\
    60 600 m 60 700 l S 300 600 m 300 700 l S 500 600 m 500 700 l S\n";

/// A page with a table, of which the words are asked for.
static RULED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let words = "BT /F1 10 Tf 1 0 0 1 70 680 Tm (Viec so 1 cua don vi trong nam) Tj ET\n";
    samples::pdf_pages(&[format!("{LINES}{words}")])
});

/// A small white page.
static WHITE: LazyLock<Vec<u8>> = LazyLock::new(|| scan::png(200, 100, &[255; 200 * 100]));

/// The words of a plan with their places on a page of 595 × 842 points, in two columns.
fn placed() -> Vec<(f64, f64, f64, f64, String)> {
    let text = write::text(&model::all()[0], false);
    let mut out = Vec::new();
    for (line, text) in text.lines().take(60).enumerate() {
        let mut left = 60.0 + 240.0 * (line % 2) as f64;
        for word in text.split_whitespace().take(9) {
            let right = left + 5.0 * word.chars().count() as f64;
            let top = 60.0 + 12.0 * (line / 2) as f64;
            out.push((left, right, top, top + 10.0, word.replace(['<', '&'], "")));
            left = right + 3.0;
        }
    }
    out
}

#[test]
fn spoilt_words_of_poppler_are_read_soundly() {
    let words: String = placed()
        .into_iter()
        .map(|(left, right, top, bottom, word)| {
            format!("<word xMin=\"{left:.3}\" yMin=\"{top:.3}\" xMax=\"{right:.3}\" yMax=\"{bottom:.3}\">{word}</word>\n")
        })
        .collect();
    let page =
        format!("<html><body><doc><page width=\"595\" height=\"842\">\n{words}</page></doc></body></html>");
    fuzz("words", &[page.into_bytes()]);
}

#[test]
fn spoilt_words_of_tesseract_are_read_soundly() {
    let head =
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n";
    let words: String = placed()
        .into_iter()
        .map(|(left, right, top, bottom, word)| {
            format!(
                "5\t1\t1\t1\t1\t1\t{left:.0}\t{top:.0}\t{:.0}\t{:.0}\t88.5\t{word}\n",
                right - left,
                bottom - top
            )
        })
        .collect();
    fuzz("tsv", &[format!("{head}{words}").into_bytes()]);
}

#[test]
fn spoilt_text_is_read_soundly() {
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for model in model::all() {
        seeds.push(write::text(&model, true).into_bytes());
        seeds.push(write::markdown(&model).into_bytes());
        seeds.push(write::flattened(&model).into_bytes());
    }
    fuzz("txt", &seeds);
}

#[test]
fn spoilt_docx_is_read_soundly() {
    let seeds: Vec<Vec<u8>> = model::all().iter().map(write::docx).collect();
    fuzz("docx", &seeds);
}

#[test]
fn spoilt_xlsx_is_read_soundly() {
    let seeds: Vec<Vec<u8>> = model::all().iter().map(write::xlsx).collect();
    fuzz("xlsx", &seeds);
}

#[test]
fn spoilt_pdf_is_read_soundly() {
    let words: String = (0..12)
        .map(|at| {
            format!(
                "BT /F1 10 Tf 1 0 0 1 {} {} Tm (Viec so {at} cua don vi) Tj ET\n",
                70 + at % 2 * 240,
                680 - at / 2 * 20
            )
        })
        .collect();
    let columns: String = (0..18)
        .map(|at| {
            format!("BT /F1 10 Tf 1 0 0 1 {} {} Tm (cot {at}) Tj ET\n", 70 + at % 3 * 150, 500 - at / 3 * 14)
        })
        .collect();
    let seeds = vec![
        samples::pdf_pages(&[format!("{LINES}{words}")]),
        samples::pdf_pages(&[columns.clone(), format!("{words}{columns}")]),
        samples::pdf(&[vec!["KE HOACH", "1. Xay dung de an"], vec![], vec!["II. TO CHUC THUC HIEN"]]),
    ];
    fuzz("pdf", &seeds);
}
