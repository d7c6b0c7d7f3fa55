//! What became of each character of a text: nothing is passed over in silence.

use super::lexicon::lexicon;
use super::lines::{Line, lines};
use super::marker::marker;
use super::passage::Passage;
use super::{Plan, Span, head, units};
use crate::read::Text;

/// What a stretch of the text was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// A task, an indicator or a reporting duty.
    Item,
    /// The head of the document or a heading of its outline.
    Heading,
    /// White space, rules, marks of emphasis, page numbers, running heads, receivers and signatures.
    Furniture,
    /// Words that entered nothing: background, or what the reader did not understand.
    Unread,
}

/// A stretch of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// `[start, end)` in Unicode scalar values of the text.
    pub span: Span,
    /// What it was read as.
    pub what: Use,
}

/// What became of each character of the text that `plan` was read from: stretches without gaps or overlaps, in
/// order, from its first character to its last.
pub fn coverage(text: &Text, plan: &Plan) -> Vec<Stretch> {
    stretches(&lines(text), text.content.chars().count(), plan)
}

/// The same for lines that are at hand already; `length` in characters.
pub(super) fn stretches(lines: &[Line], length: usize, plan: &Plan) -> Vec<Stretch> {
    let mut uses = vec![Use::Furniture; length];
    let items = || {
        let tasks = plan.tasks.iter().map(|t| t.span);
        let others = plan.indicators.iter().map(|i| i.span).chain(plan.reporting.iter().map(|d| d.span));
        tasks.chain(others).flatten()
    };
    let mut begins: Vec<usize> =
        items().map(|span| span[0]).chain(plan.sections.iter().filter_map(|s| Some(s.span?[0]))).collect();
    begins.sort_unstable();
    let last = items().map(|span| span[1]).max().unwrap_or(0);
    let titled = head::lines_of_title(lines);
    let mut receivers = false;
    for (i, line) in lines.iter().enumerate() {
        let Some([start, end]) = line.text.whole_span() else { continue };
        let opens = begins.binary_search_by(|b| {
            if *b < start { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater }
        });
        let opens = begins.get(opens.unwrap_or_else(|at| at)).is_some_and(|b| *b < end);
        receivers = (receivers || lexicon().heading("receivers").at(&line.text, 0).is_some()) && !opens;
        // Behind the last item short lines are offices and names.
        let signature = start >= last && line.text.len() < 60 && !begins.is_empty();
        let what = match () {
            () if i < titled => Use::Heading,
            () if receivers || signature => Use::Furniture,
            () => Use::Unread,
        };
        mark(&mut uses, [start, end], what);
    }
    for section in &plan.sections {
        section.span.into_iter().for_each(|span| mark(&mut uses, span, Use::Heading));
    }
    items().for_each(|span| mark(&mut uses, span, Use::Item));
    for line in lines {
        sign(line, &mut uses);
    }
    let mut out: Vec<Stretch> = Vec::new();
    for (at, what) in uses.into_iter().enumerate() {
        match out.last_mut() {
            Some(stretch) if stretch.what == what => stretch.span[1] = at + 1,
            _ => out.push(Stretch { span: [at, at + 1], what }),
        }
    }
    out
}

/// The sign of an item or heading ("1.", "-") goes with it.
fn sign(line: &Line, uses: &mut [Use]) {
    let Some(sign) = marker(&line.text) else { return };
    let at = |i: usize| line.text.at.get(i).map(|at| *at as usize);
    let (Some(start), Some(body)) = (at(0), at(sign.len)) else { return };
    if let Some(what @ (Use::Item | Use::Heading)) = uses.get(body).copied() {
        mark(uses, [start, body], what);
    }
}

fn mark(uses: &mut [Use], [start, end]: Span, what: Use) {
    let end = end.min(uses.len());
    if let Some(part) = uses.get_mut(start..end) {
        part.fill(what);
    }
}

/// Shorter passages are no paragraphs (characters).
const SUBSTANCE: usize = 40;

/// Unread passages that say who is to act or what is to be done, outside what is background (`silent`).
pub(super) fn left_out(stretches: &[Stretch], lines: &[Line], silent: &[Span]) -> Vec<String> {
    let first = stretches.iter().find(|s| s.what == Use::Item).map_or(0, |s| s.span[0]);
    let mut silent = silent.to_vec();
    silent.sort_unstable();
    let mut out = Vec::new();
    let mut line = 0;
    for unread in stretches.iter().filter(|s| s.what == Use::Unread && s.span[0] > first) {
        let [start, end] = unread.span;
        let at = silent.partition_point(|s| s[0] < end);
        if end - start < SUBSTANCE || silent[..at].iter().rev().take(4).any(|s| s[1] > start) {
            continue;
        }
        while lines
            .get(line)
            .is_some_and(|l| l.start + 4 < start && lines.get(line + 1).is_some_and(|n| n.start <= start))
        {
            line += 1;
        }
        let mut text = Passage::default();
        for part in lines[line..].iter().take_while(|l| l.start < end) {
            let inside = |at: &u32| (start..end).contains(&(*at as usize));
            let from = part.text.at.iter().position(inside).unwrap_or(part.text.len());
            let to = part.text.at.iter().rposition(inside).map_or(from, |last| last + 1);
            text.join(&part.text.part(from..to));
        }
        if asks(&text) {
            out.push(text.all());
        }
    }
    out
}

/// A paragraph of its own that says who is to act or what is to be done, and is no header of a table.
fn asks(text: &Passage) -> bool {
    let words = lexicon();
    let body = marker(text).map_or(0, |sign| sign.len.min(text.len()));
    let text = text.part(body..text.len());
    text.len() >= SUBSTANCE
        && text.first().is_some_and(char::is_uppercase)
        && !text.fold.ends_with(['/', ':'])
        && !text.fold.ends_with("./.")
        && words.field_at(&text, 0).is_none()
        && words.heading("closing").at(&text, 0).is_none()
        && (units::subject(&text, 0).is_some() || words.verb("task").at(&text, 0).is_some())
}
