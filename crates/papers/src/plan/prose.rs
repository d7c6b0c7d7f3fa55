//! Prose without the layout of a plan: what named speakers propose.

use std::ops::Range;

use super::lexicon::lexicon;
use super::lines::Line;
use super::passage::Passage;
use super::{Task, times, units};

/// Proposals, paragraph by paragraph; low confidence.
pub(super) fn read(lines: &[Line]) -> Vec<Task> {
    let words = lexicon();
    let mut out = Vec::new();
    let mut speaker: Vec<String> = Vec::new();
    let mut known: Vec<String> = Vec::new();
    let (mut turn, mut order) = (0, 0);
    for line in lines {
        let text = &line.text;
        for sentence in text.sentences() {
            let speech = words.prose("speech").find_exact(text, sentence.clone());
            let speaks = words.prose("speaks").find_exact(text, sentence.clone());
            let verb = speech.iter().chain(&speaks);
            let name = verb.into_iter().find_map(|verb| named(text, sentence.start..verb.start, &known));
            if let Some(name) = name.filter(|name| speaker.first() != Some(name)) {
                turn += 1;
                order = 0;
                speaker = vec![name.clone()];
                known.push(name);
            }
            let need = words.prose("need").find_exact(text, sentence.clone());
            let start = match (&speech, &need) {
                (Some(s), Some(n)) if n.start > s.end => n.start,
                (Some(s), _) => s.end,
                (None, Some(n)) => n.start,
                (None, None) => continue,
            };
            if speaker.is_empty() && speech.is_none() {
                continue;
            }
            for piece in proposals(text, start..sentence.end) {
                if let Some(task) = proposal(text, piece, &speaker, turn, order) {
                    order += 1;
                    out.push(task);
                }
            }
        }
    }
    out
}

/// The speaker named before the verb; "ông Lương" is the "TS. Lê Công Lương" of before.
fn named(text: &Passage, before: Range<usize>, known: &[String]) -> Option<String> {
    let name = units::persons(&text.part(before)).into_iter().next()?;
    let last = |n: &str| n.rsplit(' ').next().unwrap_or(n).to_owned();
    Some(known.iter().rev().find(|k| last(k) == last(&name)).cloned().unwrap_or(name))
}

/// Cuts at commas behind which a verb of the genre begins.
fn proposals(text: &Passage, range: Range<usize>) -> Vec<Range<usize>> {
    let words = lexicon();
    let mut out = Vec::new();
    let mut start = range.start;
    for i in range.clone() {
        // "xây dựng và triển khai" is one proposal: "và" cuts only behind a whole one.
        let and =
            text.fold[i..range.end].starts_with(" va ") && text.fold[start..i].matches(' ').count() >= 5;
        if !(matches!(text.fold.as_bytes()[i], b',' | b';') || and) || i - start < 12 {
            continue;
        }
        let mut next = if and { i + 4 } else { i + 1 };
        while next < range.end && text.chars[next] == ' ' {
            next += 1;
        }
        if words.verb("task").at(text, next).is_some() || words.prose("between").at(text, next).is_some() {
            out.push(start..i);
            start = next;
        }
    }
    out.push(start..range.end);
    out
}

fn proposal(
    text: &Passage,
    range: Range<usize>,
    speaker: &[String],
    turn: usize,
    order: usize,
) -> Option<Task> {
    let mut range = text.trim(range);
    while range.start < range.end && matches!(text.fold.as_bytes()[range.start], b',' | b':' | b' ' | b'"') {
        range.start += 1;
    }
    if let Some(between) = lexicon().prose("between").at(text, range.start) {
        range = text.trim(between.end..range.end);
    }
    if range.len() < 20 {
        return None;
    }
    let clause = text.part(range.clone());
    let asks = (0..clause.len().min(60))
        .any(|at| clause.word_starts(at) && lexicon().verb("task").at(&clause, at).is_some());
    if !asks && lexicon().prose("need").at(&clause, 0).is_none() {
        return None;
    }
    let mut task = Task {
        code: Some(format!("{turn}.{}", order + 1)),
        title: clause.all(),
        proposer: speaker.to_vec(),
        span: text.span(range),
        confidence: 0.35,
        ..Task::default()
    };
    if let Some((time, at)) = times::in_sentences(&clause, None) {
        task.time_text = Some(clause.text(at));
        task.time = time;
    }
    Some(task)
}
