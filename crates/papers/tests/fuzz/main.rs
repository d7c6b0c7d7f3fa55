//! Spoilt files, thousands of them: whatever comes in, reading ends soon, in little memory, without a panic, and
//! every place it names lies within the text.
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
#[path = "../forms/typeset.rs"]
mod typeset;
#[allow(dead_code, reason = "shared with the tests of the forms, which use all of it")]
#[path = "../forms/write.rs"]
mod write;

use std::io::Write;
use std::path::Path;
use std::sync::Once;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use mutate::Mutator;
use papers::read::{Limits, NoTools, Text, read, secret_mark, sheet};
use papers::repair::{Hints, repair};

/// Longest reading of one input, in a build without optimisation on a busy machine.
const LONGEST: Duration = Duration::from_secs(30);
/// Most memory of the whole test, which reads four kinds of files at once.
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
    // A list and a document are read by different doors.
    drop(sheet(name, bytes, &limits));
    let Ok(text) = read(name, bytes, &limits, &NoTools) else { return };
    secret_mark(&text);
    lies_within(&text);
    let repaired = repair(&text, &Hints::default());
    lies_within(&repaired.text);
    let length = repaired.text.content.chars().count();
    for change in &repaired.changes {
        assert!(change.span[0] <= change.span[1] && change.span[1] <= length, "{change:?} of {length}");
    }
    let plan = papers::plan::read(&repaired.text);
    let spans = plan.tasks.iter().map(|task| task.span);
    let spans = spans.chain(plan.indicators.iter().map(|indicator| indicator.span));
    let spans = spans.chain(plan.sections.iter().map(|section| section.span));
    for [start, end] in spans.chain(plan.reporting.iter().map(|duty| duty.span)).flatten() {
        assert!(start < end && end <= length, "[{start}, {end}) of {length}");
    }
}

/// Places count scalar values, so each lies between two characters; cells hold the text of their places.
fn lies_within(text: &Text) {
    let starts: Vec<usize> =
        text.content.char_indices().map(|(at, _)| at).chain([text.content.len()]).collect();
    for table in &text.tables {
        assert!(table.span[0] <= table.span[1] && table.span[1] < starts.len());
        for cell in table.rows.iter().flatten() {
            let [from, to] = cell.span.map(|at| starts[at]);
            assert_eq!(text.content[from..to], cell.text);
        }
    }
    for [start, end] in &text.doubtful {
        assert!(start <= end && *end < starts.len());
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
    let lines = "60 700 m 500 700 l S 60 640 m 500 640 l S 60 600 m 500 600 l S\n\
        60 600 m 60 700 l S 300 600 m 300 700 l S 500 600 m 500 700 l S\n";
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
        samples::pdf_pages(&[format!("{lines}{words}")]),
        samples::pdf_pages(&[columns.clone(), format!("{words}{columns}")]),
        samples::pdf(&[vec!["KE HOACH", "1. Xay dung de an"], vec![], vec!["II. TO CHUC THUC HIEN"]]),
    ];
    fuzz("pdf", &seeds);
}
