//! Targets in words only, where a task names the state that is to be reached: "phủ sóng 5G toàn quốc",
//! "khắc phục tình trạng ...", "bảo đảm dữ liệu đúng, đủ, sạch, sống".

use std::ops::Range;

use super::items::Read;
use super::lexicon::lexicon;
use super::passage::Passage;
use super::{Indicator, Target, TargetOp, targets};

/// A longer name of a state is a sentence (characters).
const LONGEST: usize = 140;

/// Adds what a task says is to be reached, without a number.
pub(super) fn read(text: &Passage, out: &mut Vec<Indicator>) {
    for sentence in text.sentences() {
        for (section, name) in [
            ("overcome", after as fn(&Passage, Range<usize>, Range<usize>) -> Option<Range<usize>>),
            ("cover", covered),
            ("goal", cleared),
            ("clean", data),
            ("through", kept),
            ("green", after),
        ] {
            let Some(hit) = lexicon().measure(section).find(text, sentence.clone()) else { continue };
            let Some(range) = name(text, sentence.clone(), hit.clone()).map(|r| text.trim(r)) else {
                continue;
            };
            let name = text.text(range.clone());
            let name = name.trim_matches([',', ';', '.', '"', '“', '”', ' ']);
            if (4..LONGEST).contains(&name.chars().count()) {
                let place = range.start.min(hit.start)..range.end.max(hit.end);
                out.push(indicator(text, name, place));
            }
        }
    }
}

fn indicator(text: &Passage, name: &str, place: Range<usize>) -> Indicator {
    Indicator {
        name: name.to_owned(),
        target_text: Some(text.text(place.clone())),
        target: Target {
            op: TargetOp::Qualitative,
            by: targets::year(&text.part(place.clone())),
            ..Target::default()
        },
        span: text.span(place),
        confidence: 0.45,
        ..Indicator::default()
    }
}

/// Up to the end of the clause.
fn clause_end(text: &Passage, from: usize, to: usize, signs: &[char]) -> usize {
    text.fold[from..to].find(signs).map_or(to, |end| from + end)
}

/// What follows: "khắc phục tình trạng | các thôn lõm sóng".
fn after(text: &Passage, sentence: Range<usize>, hit: Range<usize>) -> Option<Range<usize>> {
    let end = clause_end(text, hit.end, sentence.end, &[';', '.', '(']);
    let stop = lexicon().measure("state_ends").find(text, hit.end..end).map_or(end, |m| m.start);
    Some(hit.end..stop)
}

/// "phủ sóng 5G | toàn quốc": the words and what they cover.
fn covered(text: &Passage, sentence: Range<usize>, hit: Range<usize>) -> Option<Range<usize>> {
    let whole = lexicon().measure("everywhere").find(text, hit.end..sentence.end.min(hit.end + 30))?;
    Some(hit.start..whole.start)
}

/// "bảo đảm mục tiêu trong năm 2025 tháo gỡ | những khó khăn".
fn cleared(text: &Passage, sentence: Range<usize>, hit: Range<usize>) -> Option<Range<usize>> {
    let verb = lexicon().measure("clear").find(text, hit.end..sentence.end.min(hit.end + 60))?;
    let end = clause_end(text, verb.end, sentence.end, &[';', '.', '(']);
    let article = if text.fold[verb.end..end].starts_with(" nhung ") { 7 } else { 0 };
    Some(verb.end + article..end)
}

/// "... dữ liệu đoàn viên, bảo đảm đúng, đủ, sạch, sống": the data spoken of before.
fn data(text: &Passage, sentence: Range<usize>, hit: Range<usize>) -> Option<Range<usize>> {
    let from = sentence.start.max(hit.start.saturating_sub(260));
    let mut best = None;
    let mut at = from;
    while let Some(noun) = lexicon().measure("data").find(text, at..hit.start) {
        let end = clause_end(text, noun.end, hit.start, &[',', ';', '.', '(']);
        let end = text.fold[noun.end..end].find(" theo ").map_or(end, |stop| noun.end + stop);
        // The longest description names the data best.
        let range = noun.start..end.min(noun.start + 60);
        if best.as_ref().is_none_or(|b: &Range<usize>| range.len() > b.len()) {
            best = Some(range);
        }
        at = noun.end;
    }
    best
}

/// "bảo đảm | đường truyền mạng thông suốt đến cấp xã".
fn kept(text: &Passage, sentence: Range<usize>, hit: Range<usize>) -> Option<Range<usize>> {
    let from = sentence.start.max(hit.start.saturating_sub(60));
    let verb = lexicon().measure("ensure").find(text, from..hit.start)?;
    let end = clause_end(text, hit.end, sentence.end, &[',', ';', '.', '(']);
    let short = !text.fold[verb.end..hit.start].contains([',', ';']);
    short.then_some(verb.end..end)
}

/// Gives the indicators the code of their task.
pub(super) fn in_task(text: &Passage, code: &str, out: &mut Read) {
    let from = out.indicators.len();
    read(text, &mut out.indicators);
    for (i, found) in out.indicators[from..].iter_mut().enumerate() {
        found.code = (!code.is_empty()).then(|| format!("{code}.q{}", i + 1));
        found.group = (!code.is_empty()).then(|| code.to_owned());
    }
}
