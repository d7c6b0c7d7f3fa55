//! What holds of every reading, whatever came in: places lie within the text and on characters, and each character
//! of the text was read as something or is listed as unread.

use papers::plan::{Plan, Span, Use, coverage};
use papers::read::Text;

/// Places count scalar values, so each lies between two characters; cells hold the text of their places.
pub fn text(text: &Text) {
    let starts: Vec<usize> =
        text.content.char_indices().map(|(at, _)| at).chain([text.content.len()]).collect();
    for table in &text.tables {
        assert!(table.span[0] <= table.span[1] && table.span[1] < starts.len());
        for cell in table.rows.iter().flatten() {
            let [from, to] = cell.span.map(|at| starts[at]);
            assert_eq!(text.content[from..to], cell.text);
        }
    }
    for [start, end] in &text.doubtful {
        assert!(start <= end && *end < starts.len());
    }
}

/// The plan that was read from the text.
pub fn plan(text: &Text, plan: &Plan) {
    let chars: Vec<char> = text.content.chars().collect();
    for [start, end] in spans(plan) {
        assert!(start < end && end <= chars.len(), "[{start}, {end}) of {}", chars.len());
    }
    for task in &plan.tasks {
        assert!(!task.title.trim().is_empty());
        assert!((0.0..=1.0).contains(&task.confidence));
        let [start, end] = task.span.expect("each task stands somewhere");
        let first = task.title.chars().find(|c| c.is_alphanumeric());
        assert!(first.is_none_or(|c| chars[start..end].contains(&c)), "“{}” is not in its span", task.title);
    }
    assert!(plan.units.iter().all(|unit| !unit.is_empty()));
    whole(text, plan, &chars);
}

fn spans(plan: &Plan) -> impl Iterator<Item = Span> {
    let tasks = plan.tasks.iter().map(|t| t.span);
    let rest = plan.indicators.iter().map(|i| i.span).chain(plan.sections.iter().map(|s| s.span));
    tasks.chain(rest).chain(plan.reporting.iter().map(|d| d.span)).flatten()
}

/// Every character is accounted for, once; what an item covers is never called unread.
fn whole(text: &Text, plan: &Plan, chars: &[char]) {
    let stretches = coverage(text, plan);
    let mut at = 0;
    for stretch in &stretches {
        assert_eq!(stretch.span[0], at, "a gap or an overlap");
        assert!(stretch.span[1] > at);
        at = stretch.span[1];
        let words = chars[stretch.span[0]..at].iter().any(|c| !c.is_whitespace());
        assert!(words || stretch.what != Use::Unread, "white space is called unread at {at}");
    }
    assert_eq!(at, chars.len());
    for [start, end] in plan.tasks.iter().filter_map(|t| t.span) {
        let first = stretches.partition_point(|s| s.span[1] <= start);
        let inside = stretches[first..].iter().take_while(|s| s.span[0] < end);
        assert!(inside.into_iter().all(|s| s.what == Use::Item));
    }
}
