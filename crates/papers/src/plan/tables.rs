//! Tables whose cells are known: from the file itself, or written out with bars or tabs.

use std::sync::LazyLock;

use regex::Regex;

use super::lexicon::{Field, lexicon, never_fails};
use super::lines::Line;
use super::passage::Passage;
use super::{Span, columns, times, units};
use crate::read::Text;

/// A column and what it holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub field: Field,
    /// The year in the header, for columns of targets.
    pub year: Option<i32>,
}

/// A table.
#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    /// Empty when no header was recognised.
    pub head: Vec<Column>,
    /// Rows without the header.
    pub rows: Vec<Vec<Passage>>,
}

/// The tables that the reader of the file found, with their spans.
pub(super) fn given(text: &Text) -> Vec<(Span, Grid)> {
    if text.tables.is_empty() {
        return Vec::new();
    }
    let chars: Vec<char> = text.content.chars().collect();
    let mut out: Vec<(Span, Grid)> = text
        .tables
        .iter()
        .filter(|t| t.span[0] < t.span[1] && t.span[1] <= chars.len())
        .map(|t| {
            let rows =
                t.rows.iter().map(|row| row.iter().map(|cell| cut(&chars, cell.span)).collect()).collect();
            (t.span, recognise(rows))
        })
        .collect();
    out.sort_by_key(|(span, _)| span[0]);
    // A table inside another one's range was read as part of it.
    let mut end = 0;
    out.retain(|(span, _)| {
        let keep = span[0] >= end;
        end = end.max(span[1]);
        keep
    });
    out
}

fn cut(chars: &[char], span: Span) -> Passage {
    let mut out = Passage::default();
    let end = span[1].min(chars.len());
    for (i, &c) in chars.iter().enumerate().take(end).skip(span[0]) {
        let c = if c == '\n' || c == '\t' { ' ' } else { c };
        if c != '*' && c != '\u{ad}' {
            out.push(c, u32::try_from(i).unwrap_or(u32::MAX));
        }
    }
    out.part(0..out.len())
}

/// A table written out in the text from line `i` on, and the line after it.
pub(super) fn written(lines: &[Line], i: usize) -> Option<(Grid, usize)> {
    if lines[i].border {
        return Some(bars(lines, i));
    }
    if is_pipe_row(&lines[i]) {
        return Some(pipes(lines, i));
    }
    if lines[i].text.chars.contains(&'\t') {
        return Some(tabs(lines, i));
    }
    columns::table(lines, i)
}

/// Cells between lone `|`; two of them in a row end a row, an empty line behind one ends the table.
fn bars(lines: &[Line], start: usize) -> (Grid, usize) {
    let mut rows: Vec<Vec<Passage>> = vec![Vec::new()];
    let mut cell = Passage::default();
    let mut i = start + 1;
    while i < lines.len() {
        let line = &lines[i];
        if line.border {
            if cell.is_empty() {
                rows.push(Vec::new());
            } else if let Some(row) = rows.last_mut() {
                row.push(std::mem::take(&mut cell));
            }
        } else {
            if cell.is_empty() && line.blanks > 0 {
                break;
            }
            cell.join(&line.text);
        }
        i += 1;
    }
    if let (Some(row), false) = (rows.last_mut(), cell.is_empty()) {
        row.push(cell);
    }
    rows.retain(|row| !row.is_empty());
    (recognise(rows), i)
}

fn is_pipe_row(line: &Line) -> bool {
    line.text.first() == Some('|') && line.text.chars.iter().filter(|c| **c == '|').count() >= 2
}

/// `| a | b |` on one line each.
fn pipes(lines: &[Line], start: usize) -> (Grid, usize) {
    let mut i = start;
    let mut rows = Vec::new();
    while i < lines.len() && is_pipe_row(&lines[i]) {
        let row = split(&lines[i].text, '|');
        let inner = row.len().saturating_sub(usize::from(lines[i].text.last() == Some('|')));
        let cells: Vec<Passage> = row[1..inner.max(1)].to_vec();
        let cells: Vec<Passage> = cells.iter().map(broken).collect();
        let rule = cells.iter().all(|c| c.fold.chars().all(|c| matches!(c, '-' | ':' | ' ')));
        if !rule {
            rows.push(cells);
        }
        i += 1;
    }
    (recognise(rows), i)
}

/// A cell whose lines are parted by `<br>`.
fn broken(cell: &Passage) -> Passage {
    let mut out = Passage::default();
    let mut at = 0;
    while at < cell.len() {
        match BREAK.find(&cell.fold[at..]) {
            Some(found) if found.start() == 0 => {
                out.push('\n', cell.at[at]);
                at += found.end();
            }
            _ => {
                out.push(cell.chars[at], cell.at[at]);
                at += 1;
            }
        }
    }
    out
}

static BREAK: LazyLock<Regex> = LazyLock::new(|| never_fails(r"^<br ?/?>\s*"));

fn tabs(lines: &[Line], start: usize) -> (Grid, usize) {
    let mut i = start;
    let mut rows = Vec::new();
    while i < lines.len() && lines[i].text.chars.contains(&'\t') {
        rows.push(split(&lines[i].text, '\t'));
        i += 1;
    }
    (recognise(rows), i)
}

fn split(text: &Passage, at: char) -> Vec<Passage> {
    let mut out = Vec::new();
    let mut start = 0;
    for i in 0..=text.len() {
        if i == text.len() || text.chars[i] == at {
            out.push(text.part(start..i));
            start = i + 1;
        }
    }
    out
}

static YEAR: LazyLock<Regex> = LazyLock::new(|| never_fails(r"\b(20\d\d)\b"));

/// Longer cells are no headers (characters).
const LONGEST_HEADER: usize = 80;

/// What the header cell names.
pub(super) fn column(cell: &Passage) -> Option<Column> {
    if cell.len() > LONGEST_HEADER {
        return None;
    }
    let (field, _) = lexicon().field_at(cell, 0).or_else(|| {
        // "Danh mục nhiệm vụ", "Dự kiến thời gian": the known words stand further on.
        let starts = (1..cell.len()).filter(|at| cell.word_starts(*at));
        starts.filter_map(|at| lexicon().field_at(cell, at)).find(|(field, _)| *field != Field::Number)
    })?;
    let year = YEAR.captures(&cell.fold).and_then(|c| c.get(1)?.as_str().parse().ok());
    Some(Column { field, year })
}

/// Finds the header among the first rows and gives the columns their meaning.
fn recognise(mut rows: Vec<Vec<Passage>>) -> Grid {
    let limit = rows.len().min(5);
    for i in 0..limit {
        let columns: Vec<Option<Column>> = rows[i].iter().map(column).collect();
        if !is_header(&columns) {
            continue;
        }
        let mut unknown: Vec<bool> = columns.iter().map(Option::is_none).collect();
        let mut head: Vec<Column> =
            columns.into_iter().map(|c| c.unwrap_or(Column { field: Field::Note, year: None })).collect();
        let mut skip = i + 1;
        // "Phân công" over "Chủ trì | Phối hợp": the second row says more.
        if let Some(second) = rows.get(i + 1) {
            let below: Vec<Option<Column>> = second.iter().map(column).collect();
            // "I | Nhiệm vụ trọng tâm": the heading of a group.
            let number = second.first().is_some_and(|c| is_code(c) && c.fold.trim() != "tt");
            if second.len() == head.len() && !number && below.iter().flatten().count() >= 2 {
                for ((slot, unknown), below) in head.iter_mut().zip(&mut unknown).zip(below) {
                    *unknown &= below.is_none();
                    *slot = below.unwrap_or(slot.clone());
                }
                skip += 1;
            }
        }
        settle(&mut head);
        let mut rest = rows.split_off(skip);
        mend(&mut rest, head.len());
        by_content(&mut head, &unknown, &rest);
        return Grid { head, rows: rest };
    }
    Grid { head: Vec::new(), rows }
}

pub(super) fn is_header(columns: &[Option<Column>]) -> bool {
    let fields: Vec<Field> = columns.iter().flatten().map(|c| c.field).collect();
    let named =
        fields.iter().any(|f| matches!(f, Field::Title | Field::Indicator | Field::Content | Field::Product));
    let more = fields.iter().filter(|f| **f != Field::Number).count() >= 2;
    // "TT | Nhiệm vụ | ...": what the others hold shows in their cells.
    let counted =
        fields.first() == Some(&Field::Number) && fields.contains(&Field::Title) && columns.len() >= 4;
    named && (more || counted)
}

/// One meaning each: a table of indicators has no tasks, its results are targets.
pub(super) fn settle(head: &mut [Column]) {
    for column in head.iter_mut() {
        if column.field == Field::Content {
            column.field = Field::Title;
        }
    }
    let indicators =
        head.iter().any(|c| c.field == Field::Indicator) && !head.iter().any(|c| c.field == Field::Title);
    if indicators {
        for column in head.iter_mut() {
            if column.field == Field::Product {
                column.field = Field::Target;
            }
        }
    } else {
        for column in head.iter_mut() {
            if matches!(column.field, Field::Target | Field::Unit | Field::Indicator) {
                column.field = Field::Note;
            }
        }
    }
    // A second column of a kind that holds one value is a remark; the first names the thing.
    for kind in [Field::Number, Field::Title, Field::Indicator, Field::Unit] {
        for extra in head.iter_mut().filter(|c| c.field == kind).skip(1) {
            extra.field = if kind == Field::Title { Field::Product } else { Field::Note };
        }
    }
}

/// A column whose header says nothing known is what most of its cells are: names of units, or times.
pub(super) fn by_content(head: &mut [Column], unknown: &[bool], rows: &[Vec<Passage>]) {
    if head.iter().any(|c| c.field == Field::Indicator) {
        aim_by_content(head, unknown, rows);
        return;
    }
    for at in (0..head.len()).filter(|at| unknown.get(*at) == Some(&true)) {
        let cells: Vec<&Passage> =
            rows.iter().filter_map(|row| row.get(at)).filter(|c| !c.is_empty()).collect();
        let most = |holds: &dyn Fn(&Passage) -> bool| {
            cells.len() > 1 && cells.iter().filter(|cell| holds(cell)).count() * 3 > cells.len() * 2
        };
        let has = |field: Field| head.iter().any(|c| c.field == field);
        let named =
            |cell: &Passage| units::heading(cell).is_some() || lexicon().label("lead").at(cell, 0).is_some();
        let field = if !has(Field::Time) && most(&times::opens_with_time) {
            Field::Time
        } else if most(&named) {
            if has(Field::Lead) { Field::Coordinating } else { Field::Lead }
        } else {
            continue;
        };
        if !has(field) {
            head[at].field = field;
        }
    }
}

/// In a table of indicators without a known column of targets the last one of numbers is it.
fn aim_by_content(head: &mut [Column], unknown: &[bool], rows: &[Vec<Passage>]) {
    if head.iter().any(|c| c.field == Field::Target) {
        return;
    }
    let numbers = |at: &usize| {
        let cells = rows.iter().filter_map(|row| row.get(*at)).filter(|c| !c.is_empty());
        let (all, counted) = cells.fold((0, 0), |(all, counted), cell| {
            (all + 1, counted + usize::from(cell.fold.contains(|c: char| c.is_ascii_digit())))
        });
        all > 0 && counted * 3 > all * 2
    };
    if let Some(at) = (0..head.len()).rev().filter(|at| unknown.get(*at) == Some(&true)).find(numbers) {
        head[at].field = Field::Target;
    }
}

/// Puts together rows that an empty cell tore apart.
fn mend(rows: &mut Vec<Vec<Passage>>, columns: usize) {
    let mut i = 0;
    while i + 1 < rows.len() {
        let torn = rows[i].len() >= 2
            && rows[i].len() < columns
            && is_code(&rows[i][0])
            && !rows[i + 1].first().is_some_and(is_code)
            && rows[i].len() + 1 + rows[i + 1].len() <= columns;
        if torn {
            let next = rows.remove(i + 1);
            rows[i].push(Passage::default());
            rows[i].extend(next);
        } else {
            i += 1;
        }
    }
}

static CODE: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"^(?:\d{1,3}(?:\.\d{1,3}){0,3}|[ivx]{1,5}|[a-h]|tt)[.)]?$"));

/// A number or letter of a row.
pub(super) fn is_code(cell: &Passage) -> bool {
    CODE.is_match(cell.fold.trim())
}
