//! A text with stretches replaced; what pointed into it is moved along.

use super::{Change, Edit, Repaired};
use crate::read::{Cell, Table, Text};

/// Carries out the edits, which stand in the order of the text and do not overlap.
pub(super) fn rebuilt(text: &Text, edits: &[Edit]) -> Repaired {
    let content = &text.content;
    let mut out = String::with_capacity(content.len() + content.len() / 8);
    let mut changes = Vec::with_capacity(edits.len());
    // Where the stretches begin and end, before and after, in scalar values.
    let mut moved: Vec<[[usize; 2]; 2]> = Vec::with_capacity(edits.len());
    let (mut at, mut before, mut after) = (0, 0, 0);
    for edit in edits {
        let (Some(kept), Some(seen)) = (content.get(at..edit.start), content.get(edit.start..edit.end))
        else {
            continue;
        };
        out.push_str(kept);
        out.push_str(&edit.words);
        let length = kept.chars().count();
        let (seen_length, new_length) = (seen.chars().count(), edit.words.chars().count());
        before += length;
        after += length;
        moved.push([[before, before + seen_length], [after, after + new_length]]);
        let span = [after, after + new_length];
        changes.push(Change { span, original: seen.to_owned(), confidence: edit.confidence });
        before += seen_length;
        after += new_length;
        at = edit.end;
    }
    out.push_str(content.get(at..).unwrap_or_default());
    let tables = text.tables.iter().map(|table| table_moved(table, &moved, &out)).collect();
    let doubtful = text.doubtful.iter().map(|span| span_moved(*span, &moved)).collect();
    let (notes, margins) = (text.notes.clone(), text.margins.clone());
    let text = Text { content: out, tables, notes, margins, doubtful };
    Repaired { text, changes }
}

/// Where a place of the text as it came stands now; one inside a stretch moves to an end of it.
fn place(at: usize, moved: &[[[usize; 2]; 2]], end: bool) -> usize {
    let next = moved.partition_point(|[before, _]| before[0] < at + usize::from(!end));
    let Some([before, after]) = next.checked_sub(1).and_then(|index| moved.get(index)) else { return at };
    if at >= before[1] {
        after[1] + (at - before[1])
    } else if end {
        after[1]
    } else {
        after[0]
    }
}

fn span_moved([start, end]: [usize; 2], moved: &[[[usize; 2]; 2]]) -> [usize; 2] {
    let start = place(start, moved, false);
    [start, place(end, moved, true).max(start)]
}

fn table_moved(table: &Table, moved: &[[[usize; 2]; 2]], content: &str) -> Table {
    let span = |span| span_moved(span, moved);
    let bytes: Vec<usize> = content.char_indices().map(|(at, _)| at).chain([content.len()]).collect();
    let cell = |cell: &Cell| {
        let span = span(cell.span);
        let [start, end] = span.map(|at| bytes.get(at).copied().unwrap_or(content.len()));
        Cell { text: content.get(start..end).unwrap_or_default().to_owned(), span }
    };
    let rows = table.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    Table { span: span(table.span), rows }
}
