//! Vietnamese text → [`Plan`]. Reading never fails: it returns a plan and its warnings.
//!
//! The stages, each in its own module: `lines` (clean lines with positions) → `blocks` (paragraphs, tables;
//! `tables`, `columns` and `flat` find the tables) → `marker` and `outline` (which item stands under which) → `items`
//! and `rows` (what is to be done) with `units`, `times`, `targets`, `duties` (who, when, how much, who
//! reports) → `head` (the document). What is known of the genre stands in `crates/papers/data`.

mod aims;
mod blocks;
mod columns;
mod coverage;
mod damage;
mod deeds;
mod duties;
mod flat;
mod head;
mod items;
mod lexicon;
mod lines;
mod marker;
mod matcher;
mod model;
mod outline;
mod passage;
mod prose;
mod roles;
mod rows;
pub mod second;
mod tables;
mod targets;
mod times;
mod trust;
mod units;

pub use coverage::{Stretch, Use, coverage};
pub use model::*;
pub use trust::weigh;

use lexicon::lexicon;

use crate::read::Text;

/// From this share of unreadable words on a text counts as damaged.
const DAMAGED: f64 = 0.10;

/// What is left of the trust in a task whose quarter may be another one.
const UNSURE_QUARTER: f64 = 0.6;

/// Reads a plan out of a text. Never fails and never panics; takes time in proportion to the text.
pub fn read(text: &Text) -> Plan {
    let (blocks, lines) = blocks::blocks(text);
    let damage = damage::share(&lines);
    let document = head::read(&lines);
    let outline = outline::outline(blocks);
    let mut found = items::read(&outline);
    let mut warnings = Vec::new();
    let words = lexicon();
    if found.tasks.is_empty() && found.indicators.is_empty() {
        found.tasks = prose::read(&lines);
        if !found.tasks.is_empty() {
            warnings.push(words.warning("prose", &[]));
        }
    }
    trust::lonely(&mut found.tasks);
    within_year(&mut found, &document);
    if damage > DAMAGED {
        let share = format!("{:.0}", damage * 100.0);
        warnings.push(words.warning("damaged", &[("share", &share)]));
        for task in &mut found.tasks {
            task.confidence *= 0.5;
        }
        for indicator in &mut found.indicators {
            indicator.confidence *= 0.5;
        }
    }
    if found.tasks.is_empty() {
        warnings.push(words.warning("empty", &[]));
    }
    if document.number.is_none() {
        warnings.push(words.warning("number", &[]));
    }
    if document.issued_on.is_none() {
        warnings.push(words.warning("date", &[]));
    }
    for rows in &found.unread {
        warnings.push(words.warning("table", &[("rows", &rows.to_string())]));
    }
    for (code, text) in &found.odd_times {
        warnings.push(words.warning("time", &[("code", code), ("text", text)]));
    }
    let roman = lines.iter().any(|line| times::has_roman_quarters(&line.text.fold));
    for task in &mut found.tasks {
        let Some(text) = task.time_text.as_deref().filter(|text| times::doubtful_quarter(text, roman)) else {
            continue;
        };
        let code = task.code.as_deref().unwrap_or_default();
        warnings.push(words.warning("quarter", &[("code", code), ("text", text)]));
        task.confidence *= UNSURE_QUARTER;
    }
    let units = units(&found, &document);
    let silent = std::mem::take(&mut found.silent);
    let mut plan = Plan {
        document,
        sections: found.sections,
        tasks: found.tasks,
        indicators: found.indicators,
        reporting: found.reporting,
        units,
        warnings,
    };
    trust::doubted(&mut plan, &text.doubtful);
    let stretches = coverage::stretches(&lines, text.content.chars().count(), &plan);
    let unread = coverage::left_out(&stretches, &lines, &silent);
    if let Some(first) = unread.first() {
        let start: String = first.chars().take(80).collect();
        let count = unread.len().to_string();
        plan.warnings.push(words.warning("unread", &[("count", &count), ("text", &start)]));
    }
    plan
}

/// Months and quarters without a year are those of the one year that the title names.
fn within_year(found: &mut items::Read, document: &Head) {
    let Some(year) = document.title.as_deref().and_then(times::year_of) else { return };
    for task in found.tasks.iter_mut().filter(|task| task.time.kind == TimeKind::Unspecified) {
        let Some(time) = task.time_text.as_deref().and_then(|text| times::within(text, year)) else {
            continue;
        };
        task.time = time;
        task.confidence *= YEAR_OF_TITLE;
        let code = task.code.as_deref().unwrap_or_default();
        found.odd_times.retain(|(odd, _)| odd != code);
    }
}

/// What is left of the trust in a task whose year only the title names.
const YEAR_OF_TITLE: f64 = 0.9;

/// Every unit once, in the first spelling that begins with a capital letter.
fn units(found: &items::Read, document: &Head) -> Vec<String> {
    let mut order: Vec<String> = Vec::new();
    let mut names: std::collections::HashMap<String, String> = std::collections::HashMap::new();
    let tasks = found.tasks.iter().flat_map(|t| t.lead.iter().chain(&t.coordinating));
    let duties = found.reporting.iter().flat_map(|d| d.to.iter().chain(&d.through));
    for name in document.issuer.iter().chain(tasks).chain(duties) {
        let same = units::same(name);
        match names.get_mut(&same) {
            Some(known) if known.starts_with(char::is_lowercase) && name.starts_with(char::is_uppercase) => {
                name.clone_into(known)
            }
            Some(_) => {}
            None => {
                names.insert(same.clone(), name.clone());
                order.push(same);
            }
        }
    }
    order.iter().filter_map(|same| names.remove(same)).map(|n| capital(&n)).collect()
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
