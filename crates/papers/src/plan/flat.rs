//! Tables that lost their borders: the cells follow one another, each on one or more lines.
//!
//! The header gives the columns, a running number opens each row, and the lines of a row are shared out
//! among the columns by what they look like, by empty lines and by their order.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::lexicon::{Field, lexicon, never_fails};
use super::lines::{Line, is_page_number};
use super::marker::{Kind, marker};
use super::passage::Passage;
use super::tables::{Column, Grid, settle};
use super::{times, units};

/// The table that begins at line `i`, and the line after it.
pub(super) fn table(lines: &[Line], i: usize) -> Option<(Grid, usize)> {
    let (head, mut at) = header(lines, i)?;
    let named = i..at;
    let mut rows = Vec::new();
    let mut last: Option<Vec<u32>> = None;
    while at < lines.len() {
        let Some(code) = row_code(lines, at, last.as_deref()) else {
            if last.is_none() && at < i + 24 {
                at += 1;
                continue;
            }
            break;
        };
        // The title of a group may be in capitals, as the title of a part is.
        let mut end = at + 1 + usize::from(code.roman && lines[at].text.len() == code.len);
        while end < lines.len()
            && !ends_table(lines, end)
            && !again(lines, &named, end)
            && row_code(lines, end, Some(&code.parts)).is_none()
        {
            end += 1;
        }
        let stop = end < lines.len() && ends_table(lines, end);
        let end = end.min(lines.len());
        rows.push(row(lines, at..end, &code, &head));
        last = Some(code.parts);
        at = if again(lines, &named, end) { end + named.len() } else { end };
        if stop {
            break;
        }
    }
    if rows.len() < 2 {
        return None;
    }
    Some((Grid { head, rows }, at))
}

/// The header stands here once more, as it does on every page.
fn again(lines: &[Line], named: &Range<usize>, at: usize) -> bool {
    let Some(here) = lines.get(at..at + named.len()) else { return false };
    lines[named.clone()].iter().zip(here).all(|(first, line)| first.text.fold == line.text.fold)
}

/// The line may begin a header: "TT", "STT", or a lone "T" whose rest is on the next line.
pub(super) fn may_begin(text: &Passage) -> bool {
    text.fold.starts_with(['t', 's'])
        && text.len() <= 160
        && (text.len() <= 3 || lexicon().label("number").at(text, 0).is_some())
}

/// Columns named one after the other, from "TT" on.
fn header(lines: &[Line], i: usize) -> Option<(Vec<Column>, usize)> {
    let first = &lines[i].text;
    if !may_begin(first) {
        return None;
    }
    let mut text = Passage::default();
    let mut end = i;
    while end < lines.len()
        && end < i + 30
        && text.len() < 400
        && (end == i || row_code(lines, end, None).is_none())
    {
        text.join(&lines[end].text);
        end += 1;
        if text.len() > 4 && lexicon().label("number").at(&text, 0).is_none() {
            return None;
        }
    }
    let mut head = columns(&text);
    if head.len() < 3 {
        return None;
    }
    let named = head.iter().any(|c| matches!(c.field, Field::Title | Field::Indicator | Field::Content));
    settle(&mut head);
    named.then_some((head, end))
}

static YEAR: LazyLock<Regex> = LazyLock::new(|| never_fails(r"^.{0,24}?\b(20\d\d)\b"));

fn columns(text: &Passage) -> Vec<Column> {
    let mut out: Vec<Column> = Vec::new();
    let mut i = 0;
    while i < text.len() {
        if text.word_starts(i)
            && let Some((field, end)) = lexicon().field_at(text, i)
        {
            // "đ" in "Đơn vị/Cá nhân phối hợp": the second half repeats the first column.
            if out.last().is_none_or(|c| c.field != field) {
                let year = YEAR.captures(&text.fold[end..]).and_then(|c| c.get(1)?.as_str().parse().ok());
                out.push(Column { field, year: year.filter(|_| field == Field::Target) });
            }
            i = end;
            continue;
        }
        i += 1;
    }
    out
}

/// The number that opens a row.
struct Code {
    parts: Vec<u32>,
    /// Characters it takes of its line.
    len: usize,
    /// Of a group rather than of an item: a Roman number.
    roman: bool,
}

static CODE: LazyLock<Regex> = LazyLock::new(|| never_fails(r"^(\d{1,3}(?:\.\d{1,3}){0,3})\.?(?:\s+|$)"));

/// The number of a group in a cell of its own.
static LONE_ROMAN: LazyLock<Regex> = LazyLock::new(|| never_fails(r"^(?:i{1,3}|iv|vi{0,3}|ix|x{1,2})\.?$"));

/// A row opens here if the number is the one that is due.
fn row_code(lines: &[Line], at: usize, last: Option<&[u32]>) -> Option<Code> {
    let line = &lines[at];
    if let Some(sign) = marker(&line.text).filter(|m| m.kind == Kind::Roman) {
        let due = last.is_none_or(|l| l.first().is_some_and(|n| *n >= 1));
        return (due && line.text.len() < 160).then(|| Code {
            parts: Vec::new(),
            len: sign.len,
            roman: true,
        });
    }
    let grouped = LONE_ROMAN.is_match(&line.text.fold) && last.is_none_or(|l| !l.is_empty());
    if grouped && (line.blanks > 0 || heads_rows(lines, at)) {
        return Some(Code { parts: Vec::new(), len: line.text.len(), roman: true });
    }
    let found = CODE.captures(&line.text.fold)?;
    let parts: Vec<u32> = found.get(1)?.as_str().split('.').map(|p| p.parse().unwrap_or(0)).collect();
    let len = found.get(0)?.end();
    if parts.contains(&0) || !follows(&parts, last) {
        return None;
    }
    // What stands behind the number begins a title.
    let next = line.text.chars.get(len).copied().or_else(|| lines.get(at + 1).and_then(|l| l.text.first()));
    let opens = next.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '“' | '"' | '('));
    (opens && !is_lone_number_at_page_end(lines, at)).then_some(Code { parts, len, roman: false })
}

/// A lone Roman number, a title of a line or two, and a row counted from 1 again.
fn heads_rows(lines: &[Line], at: usize) -> bool {
    let text = |i: usize| lines.get(i).map_or("", |line| line.text.fold.trim_end_matches('.'));
    let titled = lines.get(at + 1).is_some_and(|line| line.text.first().is_some_and(char::is_uppercase));
    titled && (2..=3).any(|ahead| text(at + ahead) == "1" || text(at + ahead).starts_with("1 "))
}

/// A page number stands alone between gaps.
fn is_lone_number_at_page_end(lines: &[Line], at: usize) -> bool {
    let gap = |i: usize| lines.get(i).is_none_or(|l| l.blanks >= 2);
    is_page_number(&lines[at].text) && lines[at].blanks >= 3 && gap(at + 1)
}

fn follows(parts: &[u32], last: Option<&[u32]>) -> bool {
    let Some(last) = last else { return parts.iter().all(|p| *p == 1) };
    if last.is_empty() {
        return parts.last() == Some(&1) || parts.len() == 1;
    }
    let depth = parts.len();
    if depth > last.len() {
        return depth == last.len() + 1 && parts[..last.len()] == *last && parts[depth - 1] == 1;
    }
    // The next on its level; one may have been lost, and numbers may start again under a new group.
    let same = parts[..depth - 1] == last[..depth - 1];
    same && (parts[depth - 1] == last[depth - 1] + 1
        || (depth > 1 && parts[depth - 1] == last[depth - 1] + 2))
}

/// A heading, the list of receivers, or the title of the next table ends it.
fn ends_table(lines: &[Line], at: usize) -> bool {
    let line = &lines[at];
    let sign = marker(&line.text);
    if sign
        .as_ref()
        .is_some_and(|m| matches!(m.kind, Kind::Appendix | Kind::Part | Kind::Upper | Kind::Article))
    {
        return true;
    }
    let caps = line.text.is_caps(12) && line.text.len() >= 16;
    if caps && (line.blanks >= 1 || sign.is_some()) {
        return true;
    }
    let roman_heading = sign.is_some_and(|m| m.kind == Kind::Roman) && line.text.is_caps(6);
    roman_heading || lexicon().heading("receivers").at(&line.text, 0).is_some() || header_begins(line)
}

fn header_begins(line: &Line) -> bool {
    line.text.len() < 160
        && lexicon().label("number").at(&line.text, 0).is_some()
        && columns(&line.text).len() >= 3
}

/// Shares the lines of one row out among the columns.
fn row(lines: &[Line], range: Range<usize>, code: &Code, head: &[Column]) -> Vec<Passage> {
    let mut cells = vec![Passage::default(); head.len()];
    let numbered = head.iter().position(|c| c.field == Field::Number);
    let first = &lines[range.start].text;
    if let Some(slot) = numbered {
        cells[slot] = first.part(0..code.len);
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let rest = first.part(code.len..first.len());
    if !rest.is_empty() {
        pieces.push(Piece { text: rest, gap: true, page: false });
    }
    for line in &lines[range.start + 1..range.end] {
        let lone = line.text.len() <= 3 && !counts(head);
        if is_page_number(&line.text) && (line.blanks >= 2 || lone) {
            continue;
        }
        pieces.extend(split_target(line, head));
    }
    if let Some(first) = pieces.first_mut() {
        first.gap = true;
    }
    if code.roman {
        let slot = head.iter().position(|c| matches!(c.field, Field::Title | Field::Indicator)).unwrap_or(0);
        pieces.iter().for_each(|p| cells[slot].join(&p.text));
        return cells;
    }
    let turn = pieces.iter().position(|p| p.page && !fresh(p)).unwrap_or(pieces.len());
    share(&pieces[..turn], head, &mut cells);
    carry_over(&pieces[turn..], head, &mut cells);
    untangle_time(head, &mut cells);
    cells
}

/// Cells of the table may be numbers.
fn counts(head: &[Column]) -> bool {
    head.iter().any(|c| matches!(c.field, Field::Target | Field::Unit | Field::Indicator | Field::Note))
}

/// A line of a row, or the part of a line that begins a target.
struct Piece {
    text: Passage,
    gap: bool,
    page: bool,
}

/// After a turn of the page: a new cell rather than the rest of one.
fn fresh(piece: &Piece) -> bool {
    piece.text.fold.starts_with('-') && piece.text.chars.get(2).is_some_and(|c| c.is_uppercase())
}

static TARGET: LazyLock<Regex> = LazyLock::new(|| never_fails(r"(?:>=|<=|[><]|\s\+)\s*\d"));

/// "Lần/năm >=4/năm": the unit and the target on one line.
fn split_target(line: &Line, head: &[Column]) -> Vec<Piece> {
    let text = &line.text;
    let has = head.iter().any(|c| c.field == Field::Target) && head.iter().any(|c| c.field == Field::Unit);
    let cut =
        if has { TARGET.find(&text.fold).map(|m| m.start()).filter(|s| (1..40).contains(s)) } else { None };
    let gap = line.blanks > 0;
    let Some(cut) = cut else { return vec![Piece { text: text.clone(), gap, page: line.page }] };
    vec![
        Piece { text: text.part(0..cut), gap, page: line.page },
        Piece { text: text.part(cut..text.len()), gap: true, page: false },
    ]
}

/// The best way to give the pieces, in order, to the columns, in order (dynamic programming).
fn share(pieces: &[Piece], head: &[Column], cells: &mut [Passage]) {
    let slots: Vec<usize> = (0..head.len()).filter(|i| head[*i].field != Field::Number).collect();
    if slots.is_empty() || pieces.is_empty() {
        return;
    }
    let gaps = pieces.iter().skip(1).filter(|p| p.gap).count();
    // Without any empty line each line is a cell of its own.
    let tight = gaps == 0 && pieces.len() > 1;
    let mut best = vec![vec![(f32::MIN, 0usize); slots.len()]; pieces.len()];
    for (k, slot) in slots.iter().enumerate() {
        best[0][k] = (opening(pieces, 0, head[*slot].field) - 2.5 * k as f32, k);
    }
    for i in 1..pieces.len() {
        for (k, slot) in slots.iter().enumerate() {
            let stay = best[i - 1][k].0 + staying(pieces, i, head[*slot].field, tight);
            let mut choice = (stay, k);
            let open = opening(pieces, i, head[*slot].field) + switching(pieces, i, tight);
            for (j, from) in best[i - 1].iter().enumerate().take(k) {
                let score = from.0 + open - 1.2 * (k - j - 1) as f32;
                if score > choice.0 {
                    choice = (score, j);
                }
            }
            best[i][k] = choice;
        }
    }
    let last = pieces.len() - 1;
    let mut k = (0..slots.len())
        .max_by(|a, b| {
            let tail = |k: usize| best[last][k].0 - 0.6 * (slots.len() - 1 - k) as f32;
            tail(*a).total_cmp(&tail(*b))
        })
        .unwrap_or(0);
    let mut where_to = vec![0; pieces.len()];
    for i in (0..pieces.len()).rev() {
        where_to[i] = k;
        k = best[i][k].1;
    }
    for (piece, k) in pieces.iter().zip(where_to) {
        cells[slots[k]].join(&piece.text);
    }
}

/// The cell goes on: what stands before ends with a comma or in the middle of a list.
fn runs_on(pieces: &[Piece], i: usize) -> bool {
    let before = &pieces[i - 1].text;
    torn(before) || before.fold.ends_with(';')
}

fn switching(pieces: &[Piece], i: usize, tight: bool) -> f32 {
    if tight && runs_on(pieces, i) {
        -3.0
    } else if pieces[i].gap || tight {
        0.5
    } else if pieces[i].text.first().is_some_and(char::is_uppercase) || fresh(&pieces[i]) {
        -2.5
    } else {
        -5.0
    }
}

fn staying(pieces: &[Piece], i: usize, field: Field, tight: bool) -> f32 {
    let small = pieces[i].text.first().is_some_and(|c| c.is_lowercase() || c == ')');
    let listed = field == Field::Product && pieces[i].text.fold.starts_with('-');
    match () {
        () if small => 1.0,
        () if tight && runs_on(pieces, i) => 1.0,
        () if listed => 0.5,
        () if field == Field::Target => -3.0,
        () if pieces[i].gap || tight => -2.0,
        () => 0.0,
    }
}

/// How well a cell of this kind may begin with this piece.
fn opening(pieces: &[Piece], i: usize, field: Field) -> f32 {
    let text = &pieces[i].text;
    let first = text.first().unwrap_or(' ');
    let note = first == '(';
    let unit = units::starts(text, 0);
    // A dash alone fills an empty cell.
    if matches!(text.fold.as_str(), "-" | "..." | "\"") {
        return if field == Field::Title { -2.5 } else { 0.5 };
    }
    let small = if first.is_lowercase() && field != Field::Unit { -2.5 } else { 0.0 };
    small
        + match field {
            Field::Lead | Field::Coordinating if unit => 2.5,
            Field::Lead if note => 2.0,
            Field::Lead if units::nobody(&text.all()) => 2.0,
            Field::Person if note || units::honorific(text) => 2.2,
            Field::Person if unit => -2.0,
            Field::Product if text.fold.starts_with('-') => 3.0,
            Field::Product if times::looks_like_time(text) => -2.0,
            Field::Time if times::looks_like_time(text) => 4.0,
            Field::Time => -2.0,
            Field::Target if TARGET.is_match(&format!(" {}", text.fold)) => 3.0,
            Field::Target if text.fold.starts_with(|c: char| c.is_ascii_digit()) => 2.0,
            Field::Unit if text.len() <= 24 => 0.8,
            Field::Title | Field::Indicator => 1.0,
            Field::Lead | Field::Coordinating | Field::Person if text.fold.starts_with('-') => -3.0,
            _ => 0.0,
        }
}

/// What follows a turn of the page continues the cells that were cut off there, in their order.
fn carry_over(pieces: &[Piece], head: &[Column], cells: &mut [Passage]) {
    let mut groups: Vec<Passage> = Vec::new();
    for (i, piece) in pieces.iter().enumerate() {
        match groups.last_mut() {
            Some(group) if i > 0 && !piece.gap => group.join(&piece.text),
            _ => groups.push(piece.text.clone()),
        }
    }
    let open = |test: &dyn Fn(&Passage, Field) -> bool| -> Vec<usize> {
        let slots = (0..head.len()).filter(|i| head[*i].field != Field::Number && !cells[*i].is_empty());
        slots.filter(|i| test(&cells[*i], head[*i].field)).collect()
    };
    let torn = open(&|cell, _| torn(cell));
    let open = if torn.len() >= groups.len() { torn } else { open(&unfinished) };
    let mut open = open.into_iter();
    let mut slot = None;
    for group in groups {
        let time = head.iter().position(|c| c.field == Field::Time).filter(|t| cells[*t].is_empty());
        let product = head.iter().position(|c| c.field == Field::Product);
        let next = if let (Some(time), true) = (time, times::looks_like_time(&group)) {
            Some(time)
        } else if group.fold.starts_with("- ") {
            product
        } else {
            open.next()
        };
        slot = next.or(slot).or(Some(cells.len() - 1));
        if let Some(slot) = slot {
            cells[slot].join(&group);
        }
    }
}

/// Cut off in the middle: an open bracket, a comma, a hyphen, or a word that cannot stand last.
fn torn(cell: &Passage) -> bool {
    let open = cell.fold.matches('(').count() > cell.fold.matches(')').count();
    open || cell.fold.ends_with([',', '-']) || DANGLING.is_match(&cell.fold)
}

static DANGLING: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(r"\b(?:cac|cua|va|cho|voi|trong|duoc|de|la|ve|tai|tu|co|nhung|mot|theo|cung|bang)$")
});

/// Perhaps cut off: without a full stop, in a column of whole sentences or lists.
fn unfinished(cell: &Passage, field: Field) -> bool {
    let long = !matches!(field, Field::Lead | Field::Person | Field::Time | Field::Unit | Field::Target);
    torn(cell) || long && !cell.fold.ends_with(['.', '!', '?', ')', ';'])
}

/// "- Số lượng dự án được thực hiện Hàng năm": a time at the end of the line of products.
fn untangle_time(head: &[Column], cells: &mut [Passage]) {
    let slot = |field: Field| head.iter().position(|c| c.field == field);
    let (Some(time), Some(product)) = (slot(Field::Time), slot(Field::Product)) else { return };
    if !cells[time].is_empty() || time < product {
        return;
    }
    let cell = cells[product].clone();
    let cut = (1..cell.len()).rev().take(40).find(|at| {
        cell.word_starts(*at)
            && cell.chars[*at].is_uppercase()
            && times::looks_like_time(&cell.part(*at..cell.len()))
    });
    if let Some(cut) = cut {
        cells[time] = cell.part(cut..cell.len());
        cells[product] = cell.part(0..cut);
    }
}
