//! How sure a reading is, from what speaks for it: a table cell, a label, an explicit subject, one sentence, one
//! date; and against it: several sentences, an actor found in passing, unreadable words, repaired passages.

use std::sync::LazyLock;

use regex::Regex;

use super::lexicon::{FIELDS, lexicon, never_fails};
use super::passage::Passage;
use super::{Plan, Span, Task, damage};
use crate::repair::Change;

/// What an item was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A row of a table whose cells are known.
    Row,
    /// An item with labels before its values.
    Labels,
    /// An item with a sign of its own.
    Item,
    /// A paragraph below a heading.
    Paragraph,
}

/// How the one who is to act was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// In a cell, by a label, or as the subject of the first sentence.
    Outright,
    /// By the heading above, or by nothing at all.
    Elsewhere,
    /// In a later sentence or clause.
    InPassing,
}

/// What speaks for and against a task.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence {
    pub source: Source,
    pub named: Named,
    /// It begins with a verb of the genre or names who is to act.
    pub asks: bool,
    /// Sentences of the item.
    pub sentences: usize,
    /// Stretches of the calendar that its words name, and whether one of them sets its time.
    pub dates: usize,
    pub timed: bool,
}

/// Between 0 and 1.
pub(super) fn task(task: &Task, text: &Passage, evidence: Evidence) -> f64 {
    let mut trust: f64 = match evidence.source {
        Source::Row => 0.96,
        Source::Labels => 0.95,
        Source::Item => 0.93,
        Source::Paragraph => 0.88,
    };
    let mut against = |holds: bool, weight: f64| trust -= if holds { weight } else { 0.0 };
    against(!evidence.asks && evidence.source != Source::Row, 0.2);
    // Where the title ends is then a matter of judgement.
    against(evidence.sentences > 1, 0.08);
    against(evidence.named == Named::InPassing, 0.08);
    against(evidence.dates > 1 && evidence.source != Source::Row, 0.08);
    against(evidence.dates > 0 && !evidence.timed, 0.04);
    against(task.lead.len() > 3 || task.lead.iter().any(|name| odd(name)), 0.12);
    against(task.title.chars().count() < 14, 0.1);
    against(task.title.matches('(').count() != task.title.matches(')').count(), 0.08);
    against(damage::of(text) > 0.04, 0.25);
    // Somebody is named to lead it, and was not found.
    against(task.lead.is_empty() && task.person.is_empty() && LEADS.is_match(&text.fold), 0.15);
    trust.clamp(0.05, 0.99)
}

static LEADS: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"[;.(] ?(?:dong )?chu tri\s*:|\bdo .{3,80} chu tri\b"));

/// Takes trust from what nobody leads where most is led by somebody.
pub(super) fn lonely(tasks: &mut [Task]) {
    let led = tasks.iter().filter(|task| !task.lead.is_empty() || !task.person.is_empty()).count();
    if led * 3 < tasks.len() * 2 {
        return;
    }
    for task in tasks.iter_mut().filter(|task| task.lead.is_empty() && task.person.is_empty()) {
        task.confidence *= LONELY;
    }
}

/// What is left of the trust in a task that nobody leads, where two of three are led.
const LONELY: f64 = 0.8;

/// A name that runs on or breaks off, that says what is done, or has a capital inside a word ("tTham").
fn odd(name: &str) -> bool {
    let words = lexicon();
    let last_word = name.rsplit(' ').next().unwrap_or(name);
    if !name.contains(char::is_alphabetic)
        || name.contains(['(', '″', '|'])
        || words.unit("cut_off").is(last_word)
        || FIELDS.iter().any(|(label, _)| words.label(label).is(name))
    {
        return true;
    }
    let mut last = ' ';
    let inside = name.chars().any(|c| {
        let odd = c.is_uppercase() && last.is_lowercase();
        last = c;
        odd
    });
    inside || name.split(' ').count() > 12
}

/// A repair below this may as well be wrong, as the review shows it.
const DOUBTFUL: f32 = 0.7;

/// What is left of the trust in an item for each word of it that may be wrong, and at least.
const EACH_DOUBT: f64 = 0.95;
const LEAST_LEFT: f64 = 0.5;

/// The same for each repaired word, however sure of it repair was.
const EACH_REPAIR: f64 = 0.99;

/// Lowers the confidence of what stands in repaired passages, by how much of it was repaired and how sure the
/// repair was. `changes` are those of the text that the plan was read from.
pub fn weigh(plan: &mut Plan, changes: &[Change]) {
    let Some(last) = changes.last() else { return };
    // Sums over changes that begin before a place, so that each item costs two look-ups.
    let mut doubt = vec![(0usize, 0.0f64)];
    let mut sum = 0.0;
    for change in changes {
        let length = change.span[1].saturating_sub(change.span[0]) as f64;
        sum += length * (1.1 - f64::from(change.confidence)).clamp(0.05, 1.0);
        doubt.push((change.span[0], sum));
    }
    doubt.push((last.span[1], sum));
    let before = |place: usize| doubt[doubt.partition_point(|(at, _)| *at < place).saturating_sub(1)].1;
    each_item(plan, |[start, end]| {
        let share = (before(end) - before(start)) / (end - start).max(1) as f64;
        // One uncertain letter in ten halves the trust.
        1.0 / (1.0 + 10.0 * share.max(0.0))
    });
    let all: Vec<Span> = changes.iter().map(|change| change.span).collect();
    lowered(plan, &all, EACH_REPAIR);
    let doubtful = changes.iter().filter(|change| change.confidence < DOUBTFUL).map(|change| change.span);
    doubted(plan, &doubtful.collect::<Vec<_>>());
}

/// Lowers the confidence of items with words that recognition was not sure of, or repair. `spans` in the order
/// of the text.
pub(super) fn doubted(plan: &mut Plan, spans: &[Span]) {
    lowered(plan, spans, EACH_DOUBT);
}

fn lowered(plan: &mut Plan, spans: &[Span], each: f64) {
    let before = |place: usize| spans.partition_point(|[start, _]| *start < place);
    each_item(plan, |[start, end]| {
        let words = before(end).saturating_sub(before(start));
        each.powi(i32::try_from(words).unwrap_or(i32::MAX)).max(LEAST_LEFT)
    });
}

fn each_item(plan: &mut Plan, weight: impl Fn(Span) -> f64) {
    let weight = |span: Option<Span>| span.map_or(1.0, &weight);
    for task in &mut plan.tasks {
        task.confidence *= weight(task.span);
    }
    for indicator in &mut plan.indicators {
        indicator.confidence *= weight(indicator.span);
    }
}
