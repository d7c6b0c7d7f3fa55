//! One plan in every form: the readings agree, whatever the plan came as. All plans are invented.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod font;
mod model;
mod pdf;
mod tools;
mod typeset;
mod write;

use model::Model;
use papers::plan::Plan;
use papers::read::{Limits, NoTools, Tools};
use tools::Programs;

fn plan(name: &str, bytes: &[u8], tools: &dyn Tools) -> Plan {
    let text = papers::read::read(name, bytes, &Limits::default(), tools).unwrap();
    papers::plan::read(&text)
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
