//! Pages → text in which ruled tables stand cell by cell, also where a page break runs through them.

use std::collections::HashMap;

use super::super::ReadError;
use super::super::builder::{self, Builder, Mark};
use super::super::legacy::{self, Legacy};
use super::aligned;
use super::grid::Ruled;
use super::words::{Line, Word, lines};

/// What is known of one page.
pub(in crate::read) struct Page {
    pub words: Vec<Word>,
    pub tables: Vec<Ruled>,
    /// The text as laid out by a tool, for a page without tables.
    pub layout: Option<String>,
}

/// A table that may go on over the next page.
struct Open {
    columns: Vec<f64>,
    rows: Vec<Vec<Cell>>,
    /// Number of the next cell.
    next: usize,
}

#[derive(Clone)]
struct Cell {
    id: usize,
    text: String,
}

/// A page taken apart.
enum Part {
    Plain(Page),
    /// Each table with its words and the lines above it; then the lines below the last.
    Ruled(Vec<(Ruled, Vec<Word>, Vec<Line>)>, Vec<Line>),
}

/// Finds the tables without lines on every page, beside those with lines.
fn align(pages: &mut [Page]) {
    let mut before: Option<Vec<f64>> = None;
    for page in pages {
        let outside: Vec<Word> = page
            .words
            .iter()
            .filter(|word| !page.tables.iter().any(|table| table.cell_of(word).is_some()))
            .cloned()
            .collect();
        let found = aligned::tables(&outside, before.as_deref());
        before = found.last().map(|table| table.columns.clone());
        // One that reaches round a ruled table is none: its lines only stand beside it.
        let apart = |table: &Ruled| {
            page.tables.iter().all(|ruled| table.bottom() <= ruled.top() || ruled.bottom() <= table.top())
        };
        let found: Vec<Ruled> = found.into_iter().filter(apart).collect();
        page.tables.extend(found);
        page.tables.sort_by(|a, b| a.top().total_cmp(&b.top()));
    }
}

fn take_apart(page: Page) -> Part {
    if page.tables.is_empty() {
        return Part::Plain(page);
    }
    let mut inside: Vec<Vec<Word>> = vec![Vec::new(); page.tables.len()];
    let mut outside = Vec::new();
    for word in page.words {
        let table = page.tables.iter().position(|table| table.cell_of(&word).is_some());
        match table.and_then(|at| inside.get_mut(at)) {
            Some(words) => words.push(word),
            None => outside.push(word),
        }
    }
    let mut rest = lines(outside);
    let mut tables = Vec::with_capacity(page.tables.len());
    for (table, words) in page.tables.into_iter().zip(inside) {
        let after = rest.partition_point(|line| line.middle() < table.top());
        let below = rest.split_off(after);
        tables.push((table, words, std::mem::replace(&mut rest, below)));
    }
    Part::Ruled(tables, rest)
}

/// Writes the pages one after another.
pub(in crate::read) fn write(
    mut pages: Vec<Page>,
    legacy: Option<Legacy>,
    out: &mut Builder,
) -> Result<(), ReadError> {
    align(&mut pages);
    let parts: Vec<Part> = pages.into_iter().map(take_apart).collect();
    let mut writer = Writer { out, legacy, open: None, ends: 0, margins: Margins::of(&parts) };
    for part in parts {
        match part {
            Part::Plain(page) => writer.plain(page)?,
            Part::Ruled(tables, rest) => writer.ruled(tables, &rest)?,
        }
    }
    writer.close()
}

/// Lines that stand on several pages beside their tables: headers, and footers but for their figures.
struct Margins {
    above: HashMap<String, usize>,
    below: HashMap<String, usize>,
}

impl Margins {
    fn of(parts: &[Part]) -> Margins {
        let mut margins = Margins { above: HashMap::new(), below: HashMap::new() };
        for part in parts {
            if let Part::Ruled(tables, rest) = part {
                for line in tables.first().into_iter().flat_map(|(_, _, above)| above) {
                    *margins.above.entry(line.text.clone()).or_default() += 1;
                }
                for line in rest {
                    *margins.below.entry(without_figures(&line.text)).or_default() += 1;
                }
            }
        }
        margins
    }

    fn is_header(&self, line: &Line) -> bool {
        is_page_number(line) || self.above.get(&line.text).is_some_and(|n| *n > 1)
    }

    fn is_footer(&self, line: &Line) -> bool {
        is_page_number(line) || self.below.get(&without_figures(&line.text)).is_some_and(|n| *n > 1)
    }
}

struct Writer<'a> {
    out: &'a mut Builder,
    legacy: Option<Legacy>,
    open: Option<Open>,
    /// Page ends that wait for the end of the open table.
    ends: usize,
    margins: Margins,
}

impl Writer<'_> {
    fn plain(&mut self, page: Page) -> Result<(), ReadError> {
        self.close()?;
        match page.layout {
            Some(text) => {
                for line in clean(&text, self.legacy).lines() {
                    self.out.line(line.trim_end_matches([' ', '\t']))?;
                }
            }
            None => self.lines(&lines(page.words))?,
        }
        self.out.push("\u{c}")
    }

    fn ruled(&mut self, tables: Vec<(Ruled, Vec<Word>, Vec<Line>)>, rest: &[Line]) -> Result<(), ReadError> {
        for (number, (table, words, above)) in tables.into_iter().enumerate() {
            let first = number == 0 && above.iter().all(|line| self.margins.is_header(line));
            if !(first && self.open.as_ref().is_some_and(|open| open.has_columns(&table))) {
                self.close()?;
                self.lines(&above)?;
            }
            let open = self.open.get_or_insert_with(|| Open {
                columns: table.columns.clone(),
                rows: Vec::new(),
                next: 0,
            });
            open.append(&table, words, self.legacy);
        }
        // What only ends the page does not end the table.
        if !rest.iter().all(|line| self.margins.is_footer(line)) {
            self.close()?;
            self.lines(rest)?;
            return self.out.push("\u{c}");
        }
        self.ends += 1;
        Ok(())
    }

    /// Ends the open table and the pages that waited for it.
    fn close(&mut self) -> Result<(), ReadError> {
        if let Some(open) = self.open.take() {
            open.write(self.out)?;
        }
        for _ in 0..std::mem::take(&mut self.ends) {
            self.out.push("\u{c}")?;
        }
        Ok(())
    }

    fn lines(&mut self, lines: &[Line]) -> Result<(), ReadError> {
        let mut above: Option<&Line> = None;
        for line in lines {
            if above.is_some_and(|above| line.top - above.bottom > 0.6 * (line.bottom - line.top)) {
                self.out.push("\n")?;
            }
            self.out.line(clean(&line.text, self.legacy).trim())?;
            above = Some(line);
        }
        Ok(())
    }
}

fn clean(raw: &str, legacy: Option<Legacy>) -> String {
    match legacy {
        Some(legacy) => builder::normalise(&legacy::convert_suspects(raw, legacy)),
        None => builder::normalise(raw),
    }
}

fn without_figures(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

fn is_page_number(line: &Line) -> bool {
    let text = line.text.trim_matches([' ', '-', '–']);
    text.len() <= 4 && text.chars().all(|c| c.is_ascii_digit())
}

impl Open {
    fn has_columns(&self, table: &Ruled) -> bool {
        self.columns.len() == table.columns.len()
            && self.columns.iter().zip(&table.columns).all(|(a, b)| (a - b).abs() < 6.0)
    }

    fn append(&mut self, table: &Ruled, words: Vec<Word>, legacy: Option<Legacy>) {
        let mut texts = table.texts(words);
        for text in texts.values_mut() {
            *text = clean(text, legacy);
        }
        let offset = self.next;
        let mut rows: Vec<Vec<Cell>> = Vec::with_capacity(table.cells.len());
        for row in &table.cells {
            let cell =
                |id: &usize| Cell { id: id + offset, text: texts.get(id).cloned().unwrap_or_default() };
            rows.push(row.iter().map(cell).collect());
            self.next = self.next.max(row.iter().max().map_or(0, |id| id + offset + 1));
        }
        if !self.rows.is_empty() {
            // The header is repeated on every page.
            let same = |a: &[Cell], b: &[Cell]| a.iter().map(|c| &c.text).eq(b.iter().map(|c| &c.text));
            let repeated = rows.iter().zip(&self.rows).take(4).take_while(|(a, b)| same(a, b)).count();
            rows.drain(..repeated);
            self.mend(&mut rows);
        }
        self.rows.extend(rows);
    }

    /// A row cut by the page break goes on in the first row of the next page: it has no number of its own, and
    /// one of its cells goes on in small letters.
    fn mend(&mut self, rows: &mut Vec<Vec<Cell>>) {
        let (Some(last), Some(first)) = (self.rows.last_mut(), rows.first()) else { return };
        let bare = first.first().is_some_and(|cell| cell.text.is_empty());
        let runs_on = first.iter().any(|cell| cell.text.chars().next().is_some_and(char::is_lowercase));
        let distinct = |row: &[Cell]| row.windows(2).all(|pair| pair[0].id != pair[1].id);
        if !bare || !runs_on || !distinct(first) || !distinct(last) {
            return;
        }
        for (whole, part) in last.iter_mut().zip(first) {
            if !part.text.is_empty() {
                if !whole.text.is_empty() {
                    whole.text.push('\n');
                }
                whole.text.push_str(&part.text);
            }
        }
        rows.remove(0);
    }

    fn write(self, out: &mut Builder) -> Result<(), ReadError> {
        let index = out.open_table();
        let mut places: HashMap<usize, [Mark; 2]> = HashMap::new();
        let mut rows = Vec::with_capacity(self.rows.len());
        for row in self.rows {
            let mut cells = Vec::with_capacity(row.len());
            for cell in row {
                out.count_cell()?;
                let place = match places.get(&cell.id) {
                    Some(place) => *place,
                    None => {
                        let start = out.mark();
                        out.push(&cell.text)?;
                        let place = [start, out.mark()];
                        if !cell.text.is_empty() {
                            out.push("\n")?;
                        }
                        places.insert(cell.id, place);
                        place
                    }
                };
                cells.push(place);
            }
            rows.push(cells);
        }
        out.close_table(index, rows)
    }
}
