//! Lines → paragraphs and tables.

use super::lexicon::lexicon;
use super::lines::{Line, is_page_number, lines};
use super::marker::{Kind, Marker, marker};
use super::passage::Passage;
use super::{columns, flat, tables, times};
use crate::read::Text;

/// After so many lines that look like the header of a table and are none, no more are tried.
const MOST_HEADERS: usize = 300;

/// A piece of the document.
#[derive(Debug, Clone)]
pub(super) enum Block {
    /// A paragraph whose wrapped lines are joined.
    Para(Para),
    /// A table with known cells.
    Table(tables::Grid),
}

/// A paragraph.
#[derive(Debug, Clone, Default)]
pub(super) struct Para {
    pub text: Passage,
    pub marker: Option<Marker>,
    /// Marked as a heading.
    pub heading: bool,
}

/// The blocks of a text, and its lines for those who read the head.
pub(super) fn blocks(text: &Text) -> (Vec<Block>, Vec<Line>) {
    let all = columns::unfolded(lines(text));
    let known = tables::given(text);
    let mut out = Vec::new();
    let mut plain: Vec<Line> = Vec::new();
    let mut given = known.into_iter().peekable();
    let mut i = 0;
    while i < all.len() {
        let line = &all[i];
        while given.peek().is_some_and(|(span, _)| span[1] <= line.start) {
            if let Some((_, grid)) = given.next() {
                flush(&mut plain, &mut out);
                out.push(Block::Table(grid));
            }
        }
        if given.peek().is_some_and(|(span, _)| span[0] <= line.start && line.start < span[1]) {
            i += 1;
        } else if let Some((grid, next)) = tables::written(&all, i) {
            flush(&mut plain, &mut out);
            out.push(Block::Table(grid));
            i = next;
        } else {
            if !line.border {
                plain.push(line.clone());
            }
            i += 1;
        }
    }
    flush(&mut plain, &mut out);
    out.extend(given.map(|(_, grid)| Block::Table(grid)));
    (out, all)
}

/// Turns plain lines into paragraphs and tables that lost their borders.
fn flush(plain: &mut Vec<Line>, out: &mut Vec<Block>) {
    let lines = std::mem::take(plain);
    let layout = Layout::of(&lines);
    let mut start = 0;
    let mut i = 0;
    let mut patience = MOST_HEADERS;
    while i < lines.len() {
        let number = flat::may_begin(&lines[i].text);
        let found = if number && patience > 0 { flat::table(&lines, i) } else { None };
        patience -= usize::from(number && patience > 0 && found.is_none());
        if let Some((grid, next)) = found {
            paragraphs(&lines[start..i], &layout, out);
            out.push(Block::Table(grid));
            start = next.max(i + 1);
            i = start;
        } else {
            i += 1;
        }
    }
    paragraphs(&lines[start.min(lines.len())..], &layout, out);
}

/// How paragraphs are set in these lines.
struct Layout {
    /// Nearly every line is followed by an empty one, wrapped or not.
    double: bool,
    /// Each line is a paragraph of its own.
    single: bool,
    /// Usual length of a full line.
    width: usize,
}

impl Layout {
    fn of(lines: &[Line]) -> Layout {
        let n = lines.len().max(1);
        let small = lines
            .iter()
            .filter(|l| l.text.first().is_some_and(|c| c.is_lowercase()) && marker(&l.text).is_none());
        let wrapped = small.count() * 100 / n;
        let spaced = lines.iter().filter(|l| l.blanks > 0).count() * 100 / n;
        let mut lengths: Vec<usize> = lines.iter().map(|l| l.text.len()).filter(|n| *n > 20).collect();
        lengths.sort_unstable();
        let width = lengths.get(lengths.len() * 3 / 5).copied().unwrap_or(80);
        Layout { double: spaced > 70 && wrapped > 25, single: wrapped < 6, width }
    }
}

fn paragraphs(lines: &[Line], layout: &Layout, out: &mut Vec<Block>) {
    let mut open: Option<Para> = None;
    let mut last_len = 0;
    for line in lines {
        let sign = marker(&line.text);
        let year = line.text.fold.starts_with("20") && line.text.len() == 4;
        let inside = year && open.as_ref().is_some_and(|p| p.text.fold.ends_with("nam"));
        if sign.is_none() && !inside && is_page_number(&line.text) && !line.text.chars.contains(&'/') {
            continue;
        }
        let starts = match &open {
            None => true,
            Some(para) => begins(para, line, sign.as_ref(), layout, last_len),
        };
        last_len = line.text.len();
        if starts {
            out.extend(open.take().map(Block::Para));
            let from = sign.as_ref().map_or(0, |sign| sign.len);
            let text = line.text.part(from..line.text.len());
            open = Some(Para { text, marker: sign, heading: line.heading });
        } else if let Some(para) = &mut open {
            para.text.join(&line.text);
        }
    }
    out.extend(open.map(Block::Para));
}

/// Does `line` begin a new paragraph after `para`?
fn begins(para: &Para, line: &Line, sign: Option<&Marker>, layout: &Layout, last_len: usize) -> bool {
    if para.heading || line.heading {
        return true;
    }
    if times::names_only_time(&para.text) {
        return true;
    }
    let Some(last) = para.text.last() else {
        // A sign alone on its line takes the next line as its words.
        return sign.is_some();
    };
    let ended = matches!(last, '.' | ';' | ':' | '!' | '?' | '…' | '/');
    if let Some(sign) = sign {
        let next = line.text.chars.get(sign.len).copied();
        // "kinh tế \n- xã hội": a dash inside a phrase.
        let inside = sign.kind == Kind::Dash
            && next.is_some_and(|c| c.is_lowercase())
            && !ended
            && last_len * 10 > layout.width * 7;
        return !inside;
    }
    if para.text.fold.ends_with("./.") || lexicon().heading("receivers").at(&line.text, 0).is_some() {
        return true;
    }
    let small = line.text.first().is_some_and(|c| c.is_lowercase() || matches!(c, ',' | ';' | ')' | '.'));
    if small && !(ended && last != ';' && line.blanks > 0) {
        return false;
    }
    if layout.single || line.blanks > 0 && times::names_only_time(&line.text) {
        return true;
    }
    let full = last_len * 100 > layout.width * 85;
    let wide = last_len * 100 > layout.width * 60;
    let (caps, line_caps) = (para.text.is_caps(5), line.text.is_caps(8));
    if (caps && !line.text.is_caps(2) || line_caps && !para.text.is_caps(3))
        && (para.marker.is_none() || line.blanks > 0)
    {
        return true;
    }
    if layout.double {
        return if ended { !full } else { !wide && !line.text.is_caps(2) };
    }
    line.blanks > 0 && (ended || !line.page)
}
