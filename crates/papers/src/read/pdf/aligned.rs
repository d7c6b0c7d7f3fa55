//! Words that stand in columns without lines between them → tables like the ruled ones.
//!
//! What is never written on keeps columns apart: over the lines of a table the gaps between its columns stay
//! free, while the gaps between the words of a paragraph close after a few lines.

use super::super::scan::DOUBT;
use super::grid::Ruled;
use super::words::{Word, rows};

/// Fewest columns of a table; two are a letterhead or a signature beside the list of receivers.
const FEWEST_COLUMNS: usize = 3;
/// Narrowest gap between columns, in points.
const NARROWEST: f64 = 4.0;
/// Most places of one table.
const MAX_PLACES: usize = 20_000;

/// A stretch on a line, from left to right.
type Stretch = (f64, f64);

/// A line of a page.
struct Row {
    words: Vec<Word>,
    stretches: Vec<Stretch>,
    top: f64,
    bottom: f64,
}

impl Row {
    fn of(words: Vec<Word>) -> Row {
        let mut stretches: Vec<Stretch> = Vec::new();
        for word in &words {
            match stretches.last_mut() {
                Some(last) if word.left - last.1 < 0.6 * word.height() => last.1 = last.1.max(word.right),
                _ => stretches.push((word.left, word.right)),
            }
        }
        let top = words.iter().map(|w| w.top).fold(f64::INFINITY, f64::min);
        let bottom = words.iter().map(|w| w.bottom).fold(f64::NEG_INFINITY, f64::max);
        Row { words, stretches, top, bottom }
    }

    fn middle(&self) -> f64 {
        (self.top + self.bottom) / 2.0
    }

    fn height(&self) -> f64 {
        (self.bottom - self.top).max(1.0)
    }
}

/// Tables among words that stand in no ruled one; `before` are the borders of a table that may go on here.
pub(in crate::read) fn tables(words: &[Word], before: Option<&[f64]>) -> Vec<Ruled> {
    let lines: Vec<Row> = rows(words.to_vec()).into_iter().map(Row::of).collect();
    let mut found = Vec::new();
    let mut before = before.map(<[f64]>::to_vec);
    let mut i = 0;
    while i < lines.len() {
        let starts = lines.get(i).is_some_and(|line| line.stretches.len() >= FEWEST_COLUMNS);
        match starts.then(|| grow(&lines, i, before.as_deref())).flatten() {
            Some((table, end)) => {
                before = Some(table.columns.clone());
                found.push(table);
                i = end;
            }
            None => i += 1,
        }
    }
    found
}

/// The lines of a table while it grows.
struct Growing {
    /// Where anything is written.
    taken: Vec<Stretch>,
    end: usize,
    /// Lines that run across the columns: headings of groups.
    across: Vec<usize>,
}

fn grow(lines: &[Row], start: usize, before: Option<&[f64]>) -> Option<(Ruled, usize)> {
    let first = lines.get(start)?;
    let mut growing = Growing { taken: first.stretches.clone(), end: start + 1, across: Vec::new() };
    while let Some(line) = lines.get(growing.end) {
        let above = lines.get(growing.end - 1)?;
        if line.middle() - above.middle() > 3.2 * line.height().max(above.height()) {
            break;
        }
        let wider = united(&growing.taken, &line.stretches);
        let keeps = wider.len() >= growing.taken.len();
        let row = line.stretches.len() >= FEWEST_COLUMNS && wider.len() >= FEWEST_COLUMNS;
        if keeps || row {
            growing.taken = wider;
        } else if heads_group(lines, growing.end, &growing.taken) {
            growing.across.push(growing.end);
        } else {
            break;
        }
        growing.end += 1;
    }
    let mut start = start;
    while let Some(line) = start.checked_sub(1).and_then(|at| lines.get(at)) {
        // The upper line of a header whose cells have different heights.
        let near = lines.get(start)?.middle() - line.middle() < 1.5 * line.height();
        let wider = united(&growing.taken, &line.stretches);
        if !near || line.stretches.len() < 2 || wider.len() < growing.taken.len() {
            break;
        }
        growing.taken = wider;
        start -= 1;
    }
    let table = settled(lines, start, &growing, before)?;
    Some((table, growing.end))
}

/// "II. Phát triển hạ tầng": a sign in the first column, then words across the others; more rows follow.
fn heads_group(lines: &[Row], at: usize, taken: &[Stretch]) -> bool {
    let (Some(line), Some(next)) = (lines.get(at), lines.get(at + 1)) else { return false };
    let Some((left, right)) = taken.first().copied() else { return false };
    let sign = line
        .words
        .first()
        .is_some_and(|word| word.left >= left - 6.0 && word.right <= right + 6.0 && is_sign(&word.text));
    sign && united(taken, &next.stretches).len() >= taken.len() && next.stretches.len() >= FEWEST_COLUMNS
}

fn is_sign(text: &str) -> bool {
    let bare = text.trim_start_matches(DOUBT).trim_end_matches(['.', ')']);
    let figures = bare.chars().all(|c| c.is_ascii_digit() || c == '.');
    let roman = bare.chars().all(|c| matches!(c, 'I' | 'V' | 'X'));
    let letter = bare.chars().count() == 1 && bare.chars().all(char::is_alphabetic);
    !bare.is_empty() && bare.len() <= 9 && (figures || roman || letter)
}

/// Both together; what is nearer than a gap between columns becomes one.
fn united(a: &[Stretch], b: &[Stretch]) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = a.iter().chain(b).copied().collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut out: Vec<Stretch> = Vec::with_capacity(all.len());
    for stretch in all {
        match out.last_mut() {
            Some(last) if stretch.0 - last.1 < NARROWEST => last.1 = last.1.max(stretch.1),
            _ => out.push(stretch),
        }
    }
    out
}

/// Gives the table its borders, if it is one: at least two rows with something in three columns.
fn settled(lines: &[Row], start: usize, growing: &Growing, before: Option<&[f64]>) -> Option<Ruled> {
    let lines = lines.get(start..growing.end)?;
    let across: Vec<usize> = growing.across.iter().filter_map(|at| at.checked_sub(start)).collect();
    let columns = match before.filter(|before| agree(before, &growing.taken)) {
        Some(before) => before.to_vec(),
        None => {
            let gaps = growing.taken.windows(2).map(|pair| (pair[0].1 + pair[1].0) / 2.0);
            let ends = (growing.taken.first()?.0 - 3.0, growing.taken.last()?.1 + 3.0);
            std::iter::once(ends.0).chain(gaps).chain([ends.1]).collect()
        }
    };
    let begins = row_starts(lines, &across, *columns.get(1)?);
    let full = |line: &Row| line.stretches.len() >= FEWEST_COLUMNS;
    let width = columns.len().checked_sub(1)?;
    let height = begins.len();
    let rich = |row: usize| {
        let end = begins.get(row + 1).copied().unwrap_or(lines.len());
        begins.get(row).and_then(|from| lines.get(*from..end)).is_some_and(|lines| lines.iter().any(full))
    };
    let rows_filled = (0..height).filter(|row| rich(*row)).count();
    if height < 2 || rows_filled < 2 || lines.len() < 3 || width * height > MAX_PLACES {
        return None;
    }
    let mut rows = vec![lines.first()?.top - 2.0];
    for at in begins.iter().skip(1) {
        rows.push((lines.get(at - 1)?.middle() + lines.get(*at)?.middle()) / 2.0);
    }
    rows.push(lines.last()?.bottom + 2.0);
    let cells = begins
        .iter()
        .enumerate()
        .map(|(row, at)| {
            let merged = across.contains(at);
            (0..width).map(|column| row * width + if merged { column.min(1) } else { column }).collect()
        })
        .collect();
    Some(Ruled { columns, rows, cells })
}

/// The borders of the page before leave what is written here in one piece.
fn agree(borders: &[f64], taken: &[Stretch]) -> bool {
    let inside = |at: f64| taken.iter().any(|(left, right)| *left + 1.0 < at && at < *right - 1.0);
    let ends = |(left, right): &Stretch| {
        borders.first().is_some_and(|first| *left >= first - 12.0)
            && borders.last().is_some_and(|last| *right <= last + 40.0)
    };
    borders.len() > FEWEST_COLUMNS
        && taken.len() < borders.len()
        && taken.iter().all(ends)
        && borders.get(1..borders.len() - 1).is_some_and(|inner| !inner.iter().any(|at| inside(*at)))
}

/// The first line of every row: by wider gaps between rows where there are such, else by the first column.
fn row_starts(lines: &[Row], across: &[usize], first_border: f64) -> Vec<usize> {
    let signed = |line: &Row| {
        line.words.first().is_some_and(|word| word.right <= first_border && is_sign(word.text.trim()))
    };
    let mut pitches: Vec<f64> = lines.windows(2).map(|pair| pair[1].middle() - pair[0].middle()).collect();
    pitches.sort_by(f64::total_cmp);
    let usual = pitches.get(pitches.len() / 5).copied().unwrap_or_default();
    let alone = |at: usize| across.contains(&at) || at > 0 && across.contains(&(at - 1));
    let gap = |at: usize| {
        let pair = (lines.get(at.wrapping_sub(1)), lines.get(at));
        matches!(pair, (Some(above), Some(here)) if here.middle() - above.middle() > 1.3 * usual)
    };
    let by_gaps: Vec<usize> = (0..lines.len()).filter(|at| *at == 0 || alone(*at) || gap(*at)).collect();
    let signs_of = |from: usize, to: usize| {
        lines.get(from..to).unwrap_or_default().iter().filter(|line| signed(line)).count()
    };
    let ends = by_gaps.iter().skip(1).copied().chain([lines.len()]);
    let counts: Vec<usize> = by_gaps.iter().zip(ends).map(|(from, to)| signs_of(*from, to)).collect();
    let signs: usize = counts.iter().sum();
    // A number that recognition garbled still stands in the first column.
    let marked =
        lines.iter().filter(|line| line.words.first().is_some_and(|w| w.right <= first_border)).count();
    let clean = counts.iter().all(|n| *n <= 1);
    if by_gaps.len() >= 3 && clean && (signs == 0 || by_gaps.len() <= marked + 2) {
        return by_gaps;
    }
    let opens = |at: usize| {
        at == 0
            || alone(at)
            || lines.get(at).is_some_and(|line| {
                if signs > 0 {
                    signed(line)
                } else {
                    line.words.first().is_some_and(|w| w.right <= first_border)
                }
            })
    };
    (0..lines.len()).filter(|at| opens(*at)).collect()
}
