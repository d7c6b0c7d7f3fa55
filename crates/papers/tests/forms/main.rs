//! One plan in every form: the readings agree, whatever the plan came as. All plans are invented.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod font;
mod model;
mod pdf;
mod pictures;
mod scan;
mod sound;
mod tools;
mod typeset;
mod write;

use model::Model;
use papers::plan::Plan;
use papers::read::{Limits, NoTools, Note, ReadError, Text, Tools};
use tools::Programs;

fn plan(name: &str, bytes: &[u8], tools: &dyn Tools) -> Plan {
    let text = papers::read::read(name, bytes, &Limits::default(), tools).unwrap();
    understood_soundly(&text)
}

/// The plan of a text, and that every place in both is sound and nothing is passed over in silence.
fn understood_soundly(text: &Text) -> Plan {
    sound::text(text);
    let plan = papers::plan::read(text);
    sound::plan(text, &plan);
    plan
}

/// What must agree of a plan: a line for each task.
fn expected(model: &Model) -> Vec<String> {
    let line = |task: &model::Task| {
        format!(
            "{} | {} | {} | {} | {}",
            task.title,
            task.lead.join("; "),
            task.with.join("; "),
            task.time,
            task.due.unwrap_or("-")
        )
    };
    model.groups.iter().flat_map(|group| &group.tasks).map(line).collect()
}

fn understood(plan: &Plan) -> Vec<String> {
    let bare = |text: &str| text.trim_end_matches(['.', ';', ' ']).to_owned();
    let line = |task: &papers::plan::Task| {
        format!(
            "{} | {} | {} | {} | {}",
            bare(&task.title),
            task.lead.join("; "),
            task.coordinating.join("; "),
            bare(task.time_text.as_deref().unwrap_or("-")),
            task.time.due.as_deref().unwrap_or("-")
        )
    };
    plan.tasks.iter().map(line).collect()
}

fn agrees(form: &str, model: &Model, plan: &Plan) {
    assert_eq!(understood(plan), expected(model), "{form} of {}", model.title);
}

/// The head is read alike from all forms that have one.
fn agrees_with_head(form: &str, model: &Model, plan: &Plan) {
    agrees(form, model, plan);
    let head = &plan.document;
    assert_eq!(head.issued_on.as_deref(), Some(model.issued_on), "{form} of {}", model.title);
    let number = model.number.trim_start_matches("Số: ");
    assert_eq!(head.number.as_deref(), Some(number), "{form} of {}", model.title);
}

#[test]
fn text_wrapped_and_paged_agrees() {
    for model in model::all() {
        agrees_with_head("txt", &model, &plan("a.txt", write::text(&model, false).as_bytes(), &NoTools));
        agrees_with_head("paged", &model, &plan("a.txt", write::text(&model, true).as_bytes(), &NoTools));
    }
}

#[test]
fn text_decomposed_with_other_blanks_and_line_ends_agrees() {
    use unicode_normalization::UnicodeNormalization;
    for model in model::all() {
        let text: String = write::text(&model, false).nfd().collect();
        let text = text.replace(": ", ":\u{a0}").replace('\n', "\r\n");
        agrees_with_head("NFD", &model, &plan("a.txt", text.as_bytes(), &NoTools));
    }
}

#[test]
fn markdown_agrees() {
    for model in model::all() {
        agrees_with_head("md", &model, &plan("a.md", write::markdown(&model).as_bytes(), &NoTools));
    }
}

#[test]
fn a_flattened_table_agrees() {
    for model in model::all() {
        agrees_with_head("flat", &model, &plan("a.txt", write::flattened(&model).as_bytes(), &NoTools));
    }
}

#[test]
fn a_docx_agrees() {
    for model in model::all() {
        agrees_with_head("docx", &model, &plan("a.docx", &write::docx(&model), &NoTools));
    }
}

#[test]
fn an_xlsx_agrees() {
    for model in model::all() {
        agrees("xlsx", &model, &plan("a.xlsx", &write::xlsx(&model), &NoTools));
    }
}

#[test]
fn a_pdf_agrees_with_lines_and_without_by_poppler_and_without() {
    let font = font::Font::load();
    for model in model::all() {
        for ruled in [true, false] {
            let bytes = pdf::pdf(&typeset::table(&model, ruled, &font), &font);
            for (reader, tools) in [("poppler", &Programs as &dyn Tools), ("plain", &NoTools)] {
                let form = format!("pdf, {reader}, lines: {ruled}");
                agrees_with_head(&form, &model, &plan("a.pdf", &bytes, tools));
            }
        }
    }
}

/// Share of the words of one text that stand in the other in the same order.
fn word_accuracy(expected: &str, found: &str) -> f64 {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (expected, found) = (words(expected), words(found));
    let mut above = vec![0usize; found.len() + 1];
    for word in &expected {
        let mut left_above = 0;
        for (at, other) in found.iter().enumerate() {
            let best = if word == other { left_above + 1 } else { above[at + 1].max(above[at]) };
            left_above = std::mem::replace(&mut above[at + 1], best);
        }
    }
    above[found.len()] as f64 / expected.len() as f64
}

/// A printed plan as a scanner gives it back: pages that are pictures.
fn scan_of(model: &Model, ruled: bool, dpi: u32, turn: f64, font: &font::Font) -> (Vec<u8>, Vec<u8>) {
    let set = typeset::table(model, ruled, font);
    let printed = pdf::pdf(&set, font);
    let pages: Vec<pdf::Page> = (1..=set.len())
        .map(|page| scan::scanned(&tools::render(&printed, page, dpi), turn))
        .map(|picture| pdf::Page { picture: Some(picture), ..pdf::Page::default() })
        .collect();
    (printed, pdf::pdf(&pages, font))
}

fn read(name: &str, bytes: &[u8]) -> Text {
    papers::read::read(name, bytes, &Limits::default(), &Programs).unwrap()
}

/// Floors measured with Tesseract 5.3 of Debian 12 and its fast Vietnamese model: letters are recognised, so what
/// is read agrees nearly. "Quý II/2026" is what fails most.
#[test]
fn scans_agree_nearly() {
    let font = font::Font::load();
    let ways = [(true, 300, 0.0), (false, 300, -0.004), (true, 200, 0.007)];
    let (mut tasks, mut titles, mut leads, mut dues) = (0.0, 0.0, 0.0, 0.0);
    for (model, (ruled, dpi, turn)) in model::all().iter().zip(ways) {
        let (printed, scan) = scan_of(model, ruled, dpi, turn, &font);
        let (clear, found) = (read("a.pdf", &printed), read("a.pdf", &scan));
        let accuracy = word_accuracy(&clear.content, &found.content);
        assert!(accuracy >= 0.96, "{accuracy} of the words of {}\n{}", model.title, found.content);
        assert_eq!(found.tables.len(), 1);
        assert!(matches!(found.notes.as_slice(), [Note::Recognised { .. }]), "{:?}", found.notes);
        let plan = understood_soundly(&found);
        for task in model.groups.iter().flat_map(|group| &group.tasks) {
            tasks += 1.0;
            let Some(got) = plan.tasks.iter().find(|got| word_accuracy(task.title, &got.title) >= 0.8) else {
                continue;
            };
            titles += 1.0;
            leads += f64::from(u8::from(got.lead == task.lead));
            dues += f64::from(u8::from(got.time.due.as_deref() == task.due));
        }
    }
    assert_eq!(titles, tasks, "every task is found");
    assert!(leads / tasks >= 0.9, "{leads} leads of {tasks}");
    assert!(dues / tasks >= 0.8, "{dues} days of {tasks}");
}

/// A picture of a page is read like a scan; a document of which one page is a picture is read page by page.
#[test]
fn pictures_and_mixed_documents_are_read() {
    let font = font::Font::load();
    let model = &model::all()[2];
    let mut pages = typeset::table(model, true, &font);
    let printed = pdf::pdf(&pages, &font);
    let (width, height, gray) = scan::scanned(&tools::render(&printed, 1, 150), 0.0);
    let png = read("trang.png", &scan::png(width, height, &gray));
    let clear = read("a.pdf", &printed);
    let accuracy = word_accuracy(&clear.content, &png.content);
    assert!(accuracy >= 0.95, "{accuracy}\n{}", png.content);
    for [from, to] in &png.doubtful {
        let word: String = png.content.chars().skip(*from).take(to - from).collect();
        assert!(!word.is_empty() && !word.contains(char::is_whitespace), "{word:?}");
    }
    let mut cover = pdf::Page::default();
    cover.say(90.0, 120.0, 13.0, "Công văn gửi kèm Kế hoạch của xã Tân Lập để các đơn vị thực hiện");
    pages.clear();
    pages.extend([
        cover,
        pdf::Page::default(),
        pdf::Page { picture: Some((width, height, gray)), ..Default::default() },
    ]);
    let mixed = read("a.pdf", &pdf::pdf(&pages, &font));
    assert!(matches!(mixed.notes.as_slice(), [Note::Recognised { pages: 1, .. }]), "{:?}", mixed.notes);
    assert!(mixed.content.starts_with("Công văn gửi kèm"), "{}", mixed.content);
    let tasks = understood_soundly(&mixed).tasks;
    for task in &model.groups[0].tasks {
        assert!(tasks.iter().any(|got| word_accuracy(task.title, &got.title) >= 0.8), "{}", task.title);
    }
}

/// One page of a plan, printed at 150 dots per inch.
fn page_of(lines: &[&str], font: &font::Font) -> (usize, usize, Vec<u8>) {
    let mut page = pdf::Page::default();
    for (at, line) in lines.iter().enumerate() {
        page.say(80.0, 90.0 + 26.0 * at as f64, 14.0, line);
    }
    scan::scanned(&tools::render(&pdf::pdf(&[page], font), 1, 150), 0.0)
}

/// What offices photograph and scan into: .jpg and .jpeg, .tif and .tiff in gray, and in black and white as a fax
/// has it, several pages in one file.
#[test]
fn pictures_of_every_kind_are_read() {
    let font = font::Font::load();
    let first = [
        "KẾ HOẠCH",
        "I. NHIỆM VỤ",
        "1. Xây dựng cơ sở dữ liệu hội viên dùng chung.",
        "- Thời hạn: 30/6/2026.",
    ];
    let second = ["2. Tổ chức tập huấn kỹ năng số cho cán bộ.", "- Thời hạn: 31/12/2026."];
    let (width, height, gray) = page_of(&first, &font);
    let (_, _, next) = page_of(&second, &font);
    let jpeg = pictures::jpeg(width, height, &gray, image::ExtendedColorType::L8);
    let pages = [gray.as_slice(), &next];
    let dues = |name: &str, bytes: &[u8], pages: usize| {
        let text = read(name, bytes);
        let recognised = |note: &Note| matches!(note, Note::Recognised { pages: seen, .. } if *seen == pages);
        assert!(text.notes.iter().any(recognised), "{name}: {:?}", text.notes);
        assert_eq!(text.content.matches('\u{c}').count(), pages, "{name}: a form feed ends each page");
        let tasks = understood_soundly(&text).tasks;
        tasks.into_iter().filter_map(|task| task.time.due).collect::<Vec<_>>()
    };
    let (june, december) = ("2026-06-30".to_owned(), "2026-12-31".to_owned());
    for name in ["trang.jpg", "TRANG.JPEG"] {
        assert_eq!(dues(name, &jpeg, 1), std::slice::from_ref(&june), "{name}");
    }
    let both = [june, december];
    let tif = |dots| pictures::tif(width, height, &pages, dots);
    for (name, dots) in [
        ("trang.tif", pictures::Dots::Gray),
        ("fax.tiff", pictures::Dots::Fax),
        ("mau.tif", pictures::Dots::Jpeg),
    ] {
        assert_eq!(dues(name, &tif(dots), 2), both, "{name}");
    }
    let limits = Limits { scan_pages: 1, ..Limits::default() };
    assert_eq!(
        papers::read::read("trang.tif", &tif(pictures::Dots::Fax), &limits, &Programs),
        Err(ReadError::TooManyScannedPages { limit: 1, actual: 2 })
    );
}
