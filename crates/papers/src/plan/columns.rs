//! Tables set by position: cells stand side by side on a line, parted by two or more spaces.

use std::ops::Range;

use super::lexicon::{Field, lexicon};
use super::lines::{Line, is_page_number};
use super::marker::{Kind, marker};
use super::passage::Passage;
use super::tables::{Column, Grid, by_content, column, is_code, is_header, settle};

/// A header takes at most so many lines.
const HEADER_LINES: usize = 3;

/// A stretch of a line between wide gaps, and the columns of print it takes.
#[derive(Debug, Clone)]
struct Segment {
    text: Passage,
    place: Range<usize>,
}

/// The table that begins at line `i`, and the line after it.
pub(super) fn table(lines: &[Line], i: usize) -> Option<(Grid, usize)> {
    lexicon().label("number").at(&lines[i].text, 0)?;
    let (mut head, unknown, mut places, mut at) = header(lines, i)?;
    let number = head.iter().position(|c| c.field == Field::Number)?;
    let title = head.iter().position(|c| matches!(c.field, Field::Title | Field::Indicator))?;
    let mut rows: Vec<Vec<Passage>> = Vec::new();
    while at < lines.len() {
        let segments = segments(&lines[at]);
        let slots: Vec<usize> = segments.iter().map(|s| slot(&places, &s.place)).collect();
        // The header returns on each page, below the number of the page.
        if segments.is_empty() || lone_number(&segments, &places, number) && lines[at].blanks > 0 {
            at += 1;
            continue;
        }
        if let Some((_, _, again, next)) = header(lines, at).filter(|found| found.0 == head) {
            places = again;
            at = next;
            continue;
        }
        let opens = segments.first().is_some_and(|s| slots[0] == number && is_code(&s.text));
        if opens {
            rows.push(vec![Passage::default(); head.len()]);
        } else if rows.is_empty() || ends(&lines[at], &segments, &places, title) {
            break;
        }
        let Some(row) = rows.last_mut() else { break };
        for (segment, slot) in segments.iter().zip(slots) {
            row[slot].join(&segment.text);
        }
        at += 1;
    }
    by_content(&mut head, &unknown, &rows);
    (rows.len() >= 2).then_some((Grid { head, rows }, at))
}

/// A number by itself, away from the column of numbers: that of a page.
fn lone_number(segments: &[Segment], places: &[Range<usize>], number: usize) -> bool {
    let [only] = segments else { return false };
    is_page_number(&only.text) && slot(places, &only.place) != number
}

/// The parts of a line between gaps of two or more spaces.
fn segments(line: &Line) -> Vec<Segment> {
    let text = &line.text;
    let mut out = Vec::new();
    let mut start = 0;
    for i in 0..=text.len() {
        let gap = i < text.len()
            && text.chars[i] == ' '
            && text.at.get(i + 1).is_some_and(|next| *next >= text.at[i] + 2);
        if i < text.len() && !gap {
            continue;
        }
        let part = text.part(start..i);
        if let (Some(first), Some(last)) = (part.at.first(), part.at.last()) {
            let print = |at: u32| (at as usize).saturating_sub(line.start);
            out.push(Segment { place: print(*first)..print(*last) + 1, text: part });
        }
        start = i + 1;
    }
    out
}

/// Columns, which of them have no known header, where they stand, and the line after them.
type Header = (Vec<Column>, Vec<bool>, Vec<Range<usize>>, usize);

/// The columns named from line `i` on.
fn header(lines: &[Line], i: usize) -> Option<Header> {
    let mut cells = segments(&lines[i]);
    if cells.len() < 3 {
        return None;
    }
    for used in 1..=HEADER_LINES {
        let columns: Vec<Option<Column>> = cells.iter().map(|c| column(&c.text)).collect();
        let next = lines.get(i + used).map(segments).unwrap_or_default();
        let row = next.first().is_some_and(|s| is_code(&s.text));
        if row && is_header(&columns) {
            let unknown = columns.iter().map(Option::is_none).collect();
            let mut head: Vec<Column> =
                columns.into_iter().map(|c| c.unwrap_or(Column { field: Field::Note, year: None })).collect();
            settle(&mut head);
            return Some((head, unknown, cells.into_iter().map(|c| c.place).collect(), i + used));
        }
        if row {
            return None;
        }
        let places: Vec<Range<usize>> = cells.iter().map(|c| c.place.clone()).collect();
        for segment in next {
            let cell = &mut cells[slot(&places, &segment.place)];
            cell.text.join(&segment.text);
            cell.place = cell.place.start.min(segment.place.start)..cell.place.end.max(segment.place.end);
        }
    }
    None
}

/// The column a segment stands in: the one it shares most with, else the nearest.
fn slot(places: &[Range<usize>], at: &Range<usize>) -> usize {
    let shared = |p: &Range<usize>| at.end.min(p.end).saturating_sub(at.start.max(p.start));
    let away = |p: &Range<usize>| p.start.abs_diff(at.start).min(p.end.abs_diff(at.end));
    (0..places.len()).max_by_key(|i| (shared(&places[*i]), usize::MAX - away(&places[*i]))).unwrap_or(0)
}

/// A line that is no part of a row: a heading, or words that run over the columns.
fn ends(line: &Line, segments: &[Segment], places: &[Range<usize>], title: usize) -> bool {
    let [only] = segments else { return false };
    let heading = marker(&line.text).is_some_and(|m| m.kind <= Kind::Article) || only.text.is_caps(8);
    let wide =
        places.get(title + 1).is_some_and(|next| only.place.start < next.start && only.place.end > next.end);
    let left = only.place.start < places[title].start.saturating_sub(2);
    line.blanks > 0 && (heading || wide || left)
}

/// A passage in two columns has at least so many lines, and most of them go over both.
const LEAST_LINES: usize = 6;

/// A column of words is at least so wide (columns of print).
const LEAST_WIDTH: usize = 16;

/// Lines in the order in which they are read: where words stand in two columns, as in a newspaper, the left one
/// comes first. Tables and letterheads stay as they are.
pub(super) fn unfolded(lines: Vec<Line>) -> Vec<Line> {
    let parts: Vec<Vec<Segment>> = lines.iter().map(segments).collect();
    let mut out = Vec::with_capacity(lines.len());
    let mut at = 0;
    while at < lines.len() {
        let Some((end, edge)) =
            newspaper(&lines, &parts, at).filter(|(end, edge)| is_prose(&parts[at..*end], *edge))
        else {
            out.push(lines[at].clone());
            at += 1;
            continue;
        };
        for right in [false, true] {
            for (line, parts) in lines[at..end].iter().zip(&parts[at..end]) {
                let mut text = Passage::default();
                let side = parts.iter().filter(|part| (part.place.start + 1 >= edge) == right);
                side.for_each(|part| text.join(&part.text));
                if !text.is_empty() {
                    let blanks = if right && line.text.len() != text.len() { 0 } else { line.blanks };
                    out.push(Line { text, blanks, ..line.clone() });
                }
            }
        }
        at = end;
    }
    out
}

/// Where lines in two columns that begin at `from` end, and where the right column begins.
fn newspaper(lines: &[Line], parts: &[Vec<Segment>], from: usize) -> Option<(usize, usize)> {
    let [left, right] = parts[from].as_slice() else { return None };
    let edge = right.place.start;
    if edge < LEAST_WIDTH + 2 || left.place.end + 2 > edge {
        return None;
    }
    let (mut end, mut both) = (from, 0);
    for (at, line) in parts.iter().enumerate().skip(from) {
        let fits = match line.as_slice() {
            [one] => one.place.end < edge || one.place.start + 1 >= edge,
            [left, right] => left.place.end < edge && right.place.start.abs_diff(edge) <= 1,
            _ => false,
        };
        // Behind the last line that goes over both, one column goes on to the next empty line.
        let alone = line.len() < 2 && at > from && end == at && lines[at].blanks == 0;
        if !fits || at > end + 8 {
            break;
        }
        both += usize::from(line.len() == 2);
        if line.len() == 2 || alone {
            end = at + 1;
        }
    }
    (both >= LEAST_LINES && both * 2 >= end - from).then_some((end, edge))
}

/// On both sides sentences go on from line to line; cells of a table and the two sides of a letterhead do not.
fn is_prose(parts: &[Vec<Segment>], edge: usize) -> bool {
    [false, true].iter().all(|right| {
        let side: Vec<&Segment> =
            parts.iter().flatten().filter(|part| (part.place.start + 1 >= edge) == *right).collect();
        let wide = side.iter().filter(|part| part.place.len() >= LEAST_WIDTH).count();
        let small = side.iter().filter(|part| part.text.first().is_some_and(char::is_lowercase)).count();
        side.len() >= LEAST_LINES && wide * 2 >= side.len() && small * 3 >= side.len()
    })
}
