//! Rows of tables → tasks and indicators.

use std::sync::LazyLock;

use regex::Regex;

use super::items::{Above, Read, dedupe, labelled, set_time};
use super::lexicon::{Field, lexicon, never_fails};
use super::passage::Passage;
use super::tables::{Grid, is_code};
use super::trust::{Evidence, Named, Source};
use super::{Indicator, Section, Span, Task, TimeKind, targets, trust, units};

/// What the rows above say about a row.
struct State {
    /// The letter or Roman number of the group, as printed.
    group: Option<String>,
    /// The code of the last numbered row, and how many rows without a number followed it.
    last: String,
    loose: usize,
    /// Who leads the row above, and its cells, for rows that repeat them.
    lead: Vec<String>,
    above: Vec<Passage>,
    /// Codes seen, to notice numbering that starts again under each group.
    restarts: bool,
}

/// Reads a table below the heading with `code`.
pub(super) fn read(grid: &Grid, above: &Above, code: &str, out: &mut Read) {
    if grid.head.is_empty() {
        if grid.rows.len() >= 3 && grid.rows.iter().filter(|r| r.first().is_some_and(is_code)).count() >= 3 {
            out.unread.push(grid.rows.len());
        }
        return;
    }
    let indicators = grid.head.iter().any(|c| c.field == Field::Indicator);
    let mut state = State {
        group: None,
        last: String::new(),
        loose: 0,
        lead: Vec::new(),
        above: Vec::new(),
        restarts: restarts(grid),
    };
    for (i, row) in grid.rows.iter().enumerate() {
        let number = cell(grid, row, Field::Number)
            .filter(|c| is_code(c))
            .map(|c| printed(&c.all()))
            .unwrap_or_default();
        let next = grid.rows.get(i + 1).and_then(|next| cell(grid, next, Field::Number));
        let parent = next.is_some_and(|next| {
            !number.is_empty() && next.all().strip_prefix(&number).is_some_and(|rest| rest.starts_with('.'))
        });
        if let Some(title) = group_title(grid, row, &number, indicators || parent) {
            open_group(&mut state, title, &number, code, out);
        } else if indicators {
            indicator(grid, row, &number, &mut state, above, out);
        } else {
            task(grid, row, &number, &mut state, above, code, out);
        }
    }
}

fn printed(number: &str) -> String {
    number.trim_end_matches(['.', ')', ' ']).to_owned()
}

fn cell<'a>(grid: &Grid, row: &'a [Passage], field: Field) -> Option<&'a Passage> {
    let at = grid.head.iter().position(|c| c.field == field)?;
    row.get(at).filter(|c| !c.is_empty())
}

/// The same plain number twice: numbering starts again under each group.
fn restarts(grid: &Grid) -> bool {
    let ones = grid
        .rows
        .iter()
        .filter_map(|r| cell(grid, r, Field::Number))
        .filter(|c| printed(&c.fold) == "1")
        .count();
    ones > 1
}

/// A row that is nothing but a heading: one text, or one text repeated over merged cells.
fn group_title<'a>(grid: &Grid, row: &'a [Passage], number: &str, parent: bool) -> Option<&'a Passage> {
    let mut texts: Vec<&Passage> = Vec::new();
    for (i, cell) in row.iter().enumerate() {
        // A number that recognition garbled is still no text.
        let garbled = cell.len() <= 2 && !cell.fold.contains(|c: char| c.is_ascii_digit());
        let numbers = grid.head.get(i).is_some_and(|c| c.field == Field::Number);
        let is_number = numbers && (is_code(cell) || garbled);
        if cell.is_empty() || is_number || texts.iter().any(|t| t.at.first() == cell.at.first()) {
            continue;
        }
        texts.push(cell);
        if texts.len() > 1 {
            break;
        }
    }
    let [only] = texts.as_slice() else { return None };
    let letters = !number.is_empty() && number.chars().all(|c| c.is_alphabetic());
    let merged = row.iter().filter(|c| c.at.first() == only.at.first() && !c.is_empty()).count() > 1;
    (letters || merged || parent || only.is_caps(5) || number.is_empty()).then_some(*only)
}

fn open_group(state: &mut State, title: &Passage, number: &str, code: &str, out: &mut Read) {
    state.loose = 0;
    state.lead.clear();
    state.above.clear();
    number.clone_into(&mut state.last);
    state.group = Some(number.to_owned()).filter(|n| !n.is_empty());
    let base = code.replacen("Phụ lục", "PL", 1);
    let path = if base.is_empty() || number.is_empty() {
        format!("{base}{number}")
    } else {
        format!("{base}.{number}")
    };
    out.sections.push(Section { code: path, title: title.all(), span: title.whole_span() });
}

/// The row with what its signs of repetition ("″", "nt") stand for.
fn repeated(row: &[Passage], above: &[Passage]) -> Vec<Passage> {
    let ditto = |cell: &Passage| {
        DITTO.is_match(&cell.fold)
            || lexicon().label("ditto").is(cell.all().trim_matches(['-', '–', ' ', '.']))
    };
    let same = |(at, cell): (usize, &Passage)| match above.get(at) {
        Some(known) if ditto(cell) => known.clone(),
        _ => cell.clone(),
    };
    row.iter().enumerate().map(same).collect()
}

static DITTO: LazyLock<Regex> = LazyLock::new(|| never_fails(r#"^(?:-?\s*(?:"|''|//)\s*-?)$"#));

fn span(row: &[Passage]) -> Option<Span> {
    let spans: Vec<Span> = row.iter().filter_map(Passage::whole_span).collect();
    let start = spans.iter().map(|s| s[0]).min()?;
    let end = spans.iter().map(|s| s[1]).max()?;
    Some([start, end])
}

/// The code of a row: as printed, or with its group where the numbers start again.
fn row_code(number: &str, state: &mut State, above: &str) -> String {
    if number.is_empty() {
        state.loose += 1;
        return if state.last.is_empty() {
            state.loose.to_string()
        } else {
            format!("{}.{}", state.last, state.loose)
        };
    }
    state.loose = 0;
    number.clone_into(&mut state.last);
    match &state.group {
        Some(group) if state.restarts && !number.contains('.') => {
            let base = if above.starts_with("Phụ lục") {
                format!("{}.", above.replacen("Phụ lục", "PL", 1).replace(' ', ""))
            } else {
                String::new()
            };
            format!("{base}{group}.{number}")
        }
        _ => number.to_owned(),
    }
}

fn task(
    grid: &Grid,
    row: &[Passage],
    number: &str,
    state: &mut State,
    above: &Above,
    code: &str,
    out: &mut Read,
) {
    let Some(title) = cell(grid, row, Field::Title) else { return };
    if title.len() < 4 {
        return;
    }
    let code = row_code(number, state, code);
    let group = code
        .rfind('.')
        .map(|dot| code[..dot].to_owned())
        .or_else(|| state.group.clone())
        .or_else(|| above.group.clone());
    let mut task = Task { code: Some(code), group, title: title.all(), span: span(row), ..Task::default() };
    let row = &repeated(row, &state.above);
    let mut seen: Vec<Option<u32>> = Vec::new();
    for (column, cell) in grid.head.iter().zip(row) {
        if cell.is_empty() || seen.contains(&cell.at.first().copied()) {
            continue;
        }
        seen.push(cell.at.first().copied());
        match column.field {
            Field::Lead | Field::Coordinating if cell.fold.contains(':') => {
                roles(&mut task, column.field, cell)
            }
            Field::Lead => task.lead.extend(units::split(cell)),
            Field::Coordinating => task.coordinating.extend(units::split(cell)),
            Field::Person => task.person.extend(units::persons(cell)),
            Field::Product => task.outputs.extend(products(cell)),
            Field::Time => {
                set_time(&mut task, cell, out);
            }
            _ => {}
        }
    }
    if task.lead.is_empty() && !grid.head.iter().any(|c| c.field == Field::Lead) {
        task.lead.clone_from(&above.lead);
    }
    if task.time_text.is_none()
        && let Some((time, words)) = &above.time
    {
        task.time = time.clone();
        task.time_text = Some(words.clone());
    }
    dedupe(&mut task);
    // Cells that belong to several rows are printed once: the one who leads goes on.
    let led = grid.head.iter().position(|c| c.field == Field::Lead).and_then(|at| row.get(at));
    let inherited = task.lead.is_empty()
        && task.person.is_empty()
        && led.is_none_or(Passage::is_empty)
        && !state.lead.is_empty();
    if inherited {
        task.lead.clone_from(&state.lead);
    }
    state.lead.clone_from(&task.lead);
    state.above.clone_from(row);
    // Something stands in a column that was not understood, and nobody is named.
    let missed = task.lead.is_empty() && task.person.is_empty() && other(grid, row);
    let filled = row.iter().filter(|c| !c.is_empty()).count();
    let evidence = Evidence {
        source: Source::Row,
        named: if inherited { Named::InPassing } else { Named::Outright },
        asks: true,
        sentences: title.sentences().len(),
        dates: 0,
        timed: task.time.kind != TimeKind::Unspecified,
    };
    task.confidence =
        trust::task(&task, title, evidence) - if filled * 2 > grid.head.len() && !missed { 0.0 } else { 0.2 };
    out.tasks.push(task);
}

/// A remark that could be more: it names a unit.
fn other(grid: &Grid, row: &[Passage]) -> bool {
    let remarks = grid.head.iter().zip(row).filter(|(column, _)| column.field == Field::Note);
    remarks
        .into_iter()
        .any(|(_, cell)| (0..cell.len()).any(|at| cell.word_starts(at) && units::starts(cell, at)))
}

/// A cell that says the roles itself: "Chủ trì: Phòng A; phối hợp: các khoa".
fn roles(task: &mut Task, field: Field, cell: &Passage) {
    let (rest, values) = labelled(cell);
    for (field, value) in values.iter().map(|(field, value)| (*field, value)).chain([(field, &rest)]) {
        match field {
            Field::Lead => task.lead.extend(units::split(value)),
            Field::Coordinating => task.coordinating.extend(units::split(value)),
            Field::Person => task.person.extend(units::persons(value)),
            _ => {}
        }
    }
}

fn indicator(grid: &Grid, row: &[Passage], number: &str, state: &mut State, above: &Above, out: &mut Read) {
    let Some(name) = cell(grid, row, Field::Indicator) else { return };
    let code = row_code(number, state, "");
    let group = code.rfind('.').map(|dot| code[..dot].to_owned()).or_else(|| state.group.clone());
    // The last column of targets is the furthest year.
    let slot = grid.head.iter().rposition(|c| c.field == Field::Target);
    let target = slot.and_then(|i| row.get(i)).filter(|c| !c.is_empty());
    let unit = cell(grid, row, Field::Unit).map(Passage::all);
    let year = slot.and_then(|i| grid.head[i].year);
    let by = year.map(|y| y.to_string()).or_else(|| above.by.clone());
    let mut read = Indicator {
        code: Some(code),
        group,
        name: name.all(),
        target_text: target.map(Passage::all),
        note: cell(grid, row, Field::Note).map(Passage::all),
        span: span(row),
        confidence: 0.9,
        ..Indicator::default()
    };
    read.target = targets::value(target, unit.as_deref());
    read.target.by = by.or(read.target.by);
    read.unit = unit;
    out.indicators.push(read);
}

/// Products of a cell or label: by bullets, line by line, or by `;`.
pub(super) fn products(cell: &Passage) -> Vec<String> {
    let dashes: Vec<usize> = DASH
        .find_iter(&cell.fold)
        .filter(|m| cell.chars[m.end() - 1].is_uppercase() || m.start() == 0)
        .map(|m| m.start())
        .collect();
    let mut cuts: Vec<usize> =
        if !dashes.is_empty() { dashes } else { cell.fold.match_indices(';').map(|(i, _)| i).collect() };
    cuts.push(cell.len());
    let mut out = Vec::new();
    let mut start = 0;
    for cut in cuts {
        let text = cell.text(start..cut);
        let text = text.trim_start_matches(['-', '–', '+', '•', ';', '.', ' ']).trim();
        if text.chars().any(char::is_alphanumeric) {
            out.push(text.to_owned());
        }
        start = cut;
    }
    out
}

static DASH: LazyLock<Regex> = LazyLock::new(|| never_fails(r"(?:^|[\s.;])[-+*]\s*[a-z]"));

/// What a sentence says is made: "xây dựng đề án ...", "ban hành quy chế ...".
pub(super) fn made(text: &Passage) -> Vec<String> {
    let words = lexicon();
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(verb) = words.verb("make").find(text, from..text.len()) {
        from = verb.end;
        let mut at = verb.end;
        while at < text.len() && text.chars[at] == ' ' {
            at += 1;
        }
        let start = at;
        for article in ["cac ", "mot ", "bo "] {
            if text.fold[at..].starts_with(article) {
                at += article.len();
            }
        }
        let Some(noun) = words.verb("product").at(text, at).filter(|m| words.verb("product").agrees(text, m))
        else {
            continue;
        };
        let limit = (start + 180).min(text.len());
        let stop = text.fold[noun.end..limit].find([',', ';', '.', ':']).map_or(limit, |i| noun.end + i);
        let aim = PURPOSE.find_at(&text.fold[..stop], noun.end).map_or(stop, |m| m.start());
        let product = text.text(start..aim);
        if out.len() < 3 && !out.contains(&product) {
            out.push(product);
        }
    }
    out
}

static PURPOSE: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"\s(?:de|nham|dam bao|bao dam|dap ung|phuc vu)\s"));
