//! Lines on a page → ruled tables.

use std::collections::HashMap;

use super::rules::{Rule, Rules};
use super::words::{Word, lines};

/// How near two places are the same border, in points.
const NEAR: f64 = 3.0;
/// Most lines of each direction that are looked at.
const MAX_RULES: usize = 1_000;
/// Most places of one table.
const MAX_PLACES: usize = 20_000;

/// A ruled table on one page.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::read) struct Ruled {
    /// Upright borders from left to right.
    pub columns: Vec<f64>,
    /// Level borders from top to bottom.
    pub rows: Vec<f64>,
    /// For each row and column the cell that covers the place; merged places have the same number.
    pub cells: Vec<Vec<usize>>,
}

impl Ruled {
    pub fn top(&self) -> f64 {
        self.rows.first().copied().unwrap_or_default()
    }

    pub fn bottom(&self) -> f64 {
        self.rows.last().copied().unwrap_or_default()
    }

    /// The cell in which a word stands.
    pub fn cell_of(&self, word: &Word) -> Option<usize> {
        let column = place(&self.columns, word.centre())?;
        let row = place(&self.rows, word.middle())?;
        self.cells.get(row)?.get(column).copied()
    }

    /// The text of every cell, by its number.
    pub fn texts(&self, words: Vec<Word>) -> HashMap<usize, String> {
        let mut sorted: HashMap<usize, Vec<Word>> = HashMap::new();
        for word in words {
            if let Some(cell) = self.cell_of(&word) {
                sorted.entry(cell).or_default().push(word);
            }
        }
        let text = |words| lines(words).into_iter().map(|line| line.text).collect::<Vec<_>>().join("\n");
        sorted.into_iter().map(|(cell, words)| (cell, text(words))).collect()
    }
}

fn place(borders: &[f64], at: f64) -> Option<usize> {
    let after = borders.partition_point(|border| *border <= at);
    (after > 0 && after < borders.len()).then(|| after - 1)
}

/// The tables of a page, from top to bottom: at least two rows and two columns, no table inside another.
pub(in crate::read) fn tables(rules: &Rules) -> Vec<Ruled> {
    if rules.level.len() > MAX_RULES || rules.upright.len() > MAX_RULES {
        return Vec::new();
    }
    let mut found: Vec<Ruled> =
        connected(rules).iter().filter_map(|(level, upright)| grid(level, upright)).collect();
    let all = found.clone();
    found.retain(|t| !all.iter().any(|outer| outer != t && holds(outer, t)));
    found.sort_by(|a, b| a.top().total_cmp(&b.top()));
    found
}

fn holds(outer: &Ruled, inner: &Ruled) -> bool {
    let ends =
        |t: &Ruled| (t.columns.first().copied().unwrap_or(0.0), t.columns.last().copied().unwrap_or(0.0));
    let ((a, b), (c, d)) = (ends(outer), ends(inner));
    a <= c && d <= b && outer.top() <= inner.top() && inner.bottom() <= outer.bottom()
}

/// Groups of lines that touch each other.
fn connected(rules: &Rules) -> Vec<(Vec<Rule>, Vec<Rule>)> {
    let levels = rules.level.len();
    let mut groups = Groups::new(levels + rules.upright.len());
    for (i, level) in rules.level.iter().enumerate() {
        for (j, upright) in rules.upright.iter().enumerate() {
            let meets = upright.at >= level.from - NEAR
                && upright.at <= level.to + NEAR
                && level.at >= upright.from - NEAR
                && level.at <= upright.to + NEAR;
            if meets {
                groups.join(i, levels + j);
            }
        }
    }
    let mut sorted: HashMap<usize, (Vec<Rule>, Vec<Rule>)> = HashMap::new();
    for (i, level) in rules.level.iter().enumerate() {
        sorted.entry(groups.of(i)).or_default().0.push(*level);
    }
    for (j, upright) in rules.upright.iter().enumerate() {
        sorted.entry(groups.of(levels + j)).or_default().1.push(*upright);
    }
    sorted.into_values().collect()
}

/// Lines that touch → a grid, if it is a table.
fn grid(level: &[Rule], upright: &[Rule]) -> Option<Ruled> {
    let rows = borders(level, upright);
    let columns = borders(upright, level);
    let (height, width) = (rows.len().checked_sub(1)?, columns.len().checked_sub(1)?);
    if height < 2 || width < 2 || height.saturating_mul(width) > MAX_PLACES {
        return None;
    }
    let middles = |borders: &[f64]| borders.windows(2).map(|p| (p[0] + p[1]) / 2.0).collect::<Vec<_>>();
    let (mid_rows, mid_columns) = (middles(&rows), middles(&columns));
    let by_border = |borders: &[f64], rules: &[Rule]| -> Vec<Vec<Rule>> {
        borders
            .iter()
            .map(|at| rules.iter().filter(|r| (r.at - at).abs() <= NEAR).copied().collect())
            .collect()
    };
    let (level_at, upright_at) = (by_border(&rows, level), by_border(&columns, upright));
    let divided = |rules: Option<&Vec<Rule>>, at: f64| {
        rules.is_some_and(|rules| rules.iter().any(|r| r.from - 1.0 <= at && at <= r.to + 1.0))
    };
    let mut groups = Groups::new(height * width);
    for (row, mid_row) in mid_rows.iter().enumerate() {
        for (column, mid_column) in mid_columns.iter().enumerate() {
            let here = row * width + column;
            if column + 1 < width && !divided(upright_at.get(column + 1), *mid_row) {
                groups.join(here, here + 1);
            }
            if row + 1 < height && !divided(level_at.get(row + 1), *mid_column) {
                groups.join(here, here + width);
            }
        }
    }
    let cells: Vec<Vec<usize>> =
        (0..height).map(|row| (0..width).map(|column| groups.of(row * width + column)).collect()).collect();
    let mut distinct: Vec<usize> = cells.iter().flatten().copied().collect();
    distinct.sort_unstable();
    distinct.dedup();
    (distinct.len() >= 4).then_some(Ruled { columns, rows, cells })
}

/// The borders of one direction; where lines of the other direction run on past the last, the side is open.
fn borders(rules: &[Rule], across: &[Rule]) -> Vec<f64> {
    let mut at: Vec<f64> = rules.iter().map(|r| r.at).collect();
    at.sort_by(f64::total_cmp);
    let mut out: Vec<f64> = Vec::new();
    for place in at {
        match out.last() {
            Some(last) if place - last <= NEAR => {}
            _ => out.push(place),
        }
    }
    let from = across.iter().map(|r| r.from).fold(f64::INFINITY, f64::min);
    let to = across.iter().map(|r| r.to).fold(f64::NEG_INFINITY, f64::max);
    if out.first().is_some_and(|first| from < first - 10.0) {
        out.insert(0, from);
    }
    if out.last().is_some_and(|last| to > last + 10.0) {
        out.push(to);
    }
    out
}

/// Sets of numbers that are joined step by step.
struct Groups {
    parent: Vec<usize>,
}

impl Groups {
    fn new(size: usize) -> Groups {
        Groups { parent: (0..size).collect() }
    }

    fn of(&mut self, mut at: usize) -> usize {
        while let Some(up) = self.parent.get(at).copied().filter(|up| *up != at) {
            let higher = self.parent.get(up).copied().unwrap_or(up);
            if let Some(place) = self.parent.get_mut(at) {
                *place = higher;
            }
            at = higher;
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        let (low, high) = (a.min(b), a.max(b));
        if let Some(place) = self.parent.get_mut(high) {
            *place = low;
        }
    }
}
