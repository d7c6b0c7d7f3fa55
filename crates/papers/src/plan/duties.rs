//! Who reports what to whom, from sentences.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::lexicon::{lexicon, never_fails};
use super::passage::Passage;
use super::{Cadence, Duty, times, units};

static REPORT: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(r"\b(?:gui bao cao|bao cao|phan anh|gui|kien nghi|de xuat gui|de xuat voi)\b")
});
static TOWARDS: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"(?:^|\s)(?:ve|cho|gui|gui ve|voi|den|len|toi)\s+"));
static THROUGH: LazyLock<Regex> = LazyLock::new(|| never_fails(r"(?:\(|\b)(?:thong qua|qua)\s+"));
static END: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(
        r"[;.]|\b(?:de tong hop|de xem xet|de danh gia|de phoi hop|de theo doi|de kip thoi|theo quy dinh)\b",
    )
});
static PASSED_ON: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"\bde (?:tong hop|xem xet|theo doi)[a-z ,]{0,24}$"));
static WHEN: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(
        r"\b(?:truoc|cham nhat|dinh ky|hang nam|hang quy|hang thang|hang tuan|moi quy|moi thang|moi nam|dot xuat|khi co yeu cau|(?:trong|vao) (?:thang|quy|ngay) [0-9i]+)\b",
    )
});

/// Adds the duties of a paragraph. `lead` acts where the sentence names nobody.
pub(super) fn read(text: &Passage, lead: &[String], out: &mut Vec<Duty>) {
    if !REPORT.is_match(&text.fold) {
        return;
    }
    let mut who = join(lead);
    for sentence in text.sentences() {
        if let Some((_, at)) = units::actor(text, sentence.clone()) {
            who = text.text(at);
            who = strip_order(&who);
        }
        clauses(text, sentence, &mut who, out);
    }
}

fn join(lead: &[String]) -> String {
    match lead {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} và {last}", most.join(", ")),
    }
}

fn strip_order(who: &str) -> String {
    who.trim_end_matches([',', ':', ' ']).to_owned()
}

fn clauses(text: &Passage, sentence: Range<usize>, who: &mut String, out: &mut Vec<Duty>) {
    let mut from = sentence.start;
    while let Some(verb) = REPORT.find_at(&text.fold[..sentence.end], from) {
        from = verb.end();
        // "gửi về Sở A để tổng hợp, báo cáo B": passing on is the receiver's affair.
        if PASSED_ON.is_match(&text.fold[sentence.start.max(verb.start().saturating_sub(60))..verb.start()]) {
            continue;
        }
        let end = END.find_at(&text.fold[..sentence.end], verb.end()).map_or(sentence.end, |m| m.start());
        let start = clause_start(text, &sentence, verb.start());
        if let Some((_, at)) =
            units::actor(text, start..sentence.end).filter(|(_, at)| at.end <= verb.start())
        {
            *who = text.text(at);
        }
        let Some(duty) = duty(text, &sentence, start, verb.range(), end, who) else { continue };
        let whole = &text.fold[sentence.clone()];
        let twice = (whole.contains("dinh ky, dot xuat")
            || whole.contains("nam hoac dot xuat")
            || whole.contains("dinh ky va dot xuat"))
            && duty.cadence.is_some_and(|c| c != Cadence::AdHoc);
        from = end.max(verb.end());
        out.push(duty.clone());
        if twice {
            out.push(Duty { cadence: Some(Cadence::AdHoc), ..duty });
        }
    }
}

/// The beginning of the part of the sentence in which the verb stands.
fn clause_start(text: &Passage, sentence: &Range<usize>, verb: usize) -> usize {
    let start =
        text.fold[sentence.start..verb].rfind([';', ':']).map_or(sentence.start, |i| sentence.start + i + 1);
    let mut start = start;
    while start < verb && text.chars[start] == ' ' {
        start += 1;
    }
    start
}

fn duty(
    text: &Passage,
    sentence: &Range<usize>,
    start: usize,
    verb: Range<usize>,
    end: usize,
    who: &str,
) -> Option<Duty> {
    // "báo cáo" as a noun ("xây dựng báo cáo") has no receiver and no time.
    let mut at = verb.end;
    while at < end && text.chars[at] == ' ' {
        at += 1;
    }
    let (to, to_at) =
        receiver(text, verb.clone(), at, end).map_or((None, None), |(to, at)| (Some(to), Some(at)));
    let timed = WHEN.is_match(&text.fold[start..end]);
    let noun = text.chars[verb.start].is_uppercase() && verb.start != sentence.start;
    let reports = text.fold[verb.clone()].contains("bao cao");
    if noun || to.is_none() && !(reports && timed) || (who.is_empty() && !timed) {
        return None;
    }
    let what = what(text, start, &verb, at, to_at.as_ref(), end);
    // "gửi ... để tổng hợp trước ngày 20/11": the day may stand behind the purpose, but in the same clause.
    let clause = text.fold[end..sentence.end].find(';').map_or(sentence.end, |stop| end + stop);
    let due = times::due_days(text, start..clause.min(end + 60));
    let cadence = cadence(text, start..sentence.end, due.len(), sentence.start);
    let through = through(text, verb.end..sentence.end).and_then(|m| {
        let from = m.end;
        let list = units::starts(text, from).then(|| units::list_after(text, from, sentence.end))?;
        let close = text.fold[list.clone()].find([')', ',']).map_or(list.end, |i| list.start + i);
        let name =
            text.text(list.start..if text.fold[m.clone()].starts_with('(') { close } else { list.end });
        Some(name.split(" trước").next().unwrap_or(&name).trim_end_matches([')', ',', ' ']).to_owned())
    });
    Some(Duty {
        who: Some(who.to_owned()).filter(|w| !w.is_empty()),
        to,
        through,
        what: Some(what).filter(|w| !w.is_empty()),
        due,
        cadence,
        span: text.span(sentence.clone()),
    })
}

/// "qua Ban A", "(qua Ban A": with its place; "quả" is another word.
fn through(text: &Passage, range: Range<usize>) -> Option<Range<usize>> {
    let mut from = range.start;
    while let Some(found) = THROUGH.find_at(&text.fold[..range.end.max(from)], from) {
        if text.text(found.range()).trim_start_matches('(').ends_with("qua")
            && units::starts(text, found.end())
        {
            return Some(found.range());
        }
        from = found.end();
    }
    None
}

/// Who receives: right after the verb, or after "về", "cho", "gửi".
fn receiver(text: &Passage, verb: Range<usize>, at: usize, end: usize) -> Option<(String, Range<usize>)> {
    let take = |from: usize| -> Option<(String, Range<usize>)> {
        if !units::starts(text, from) || lexicon().unit("sent").at(text, from).is_some() {
            return None;
        }
        let list = units::list_after(text, from, end);
        let stop = RECEIVED.find_at(&text.fold[..list.end], from).map_or(list.end, |m| m.start());
        let stop = WHEN.find_at(&text.fold[..stop], from).map_or(stop, |m| m.start());
        let list = text.trim(from..stop);
        let name = text.text(list.clone()).trim_end_matches([',', ' ', '(']).to_owned();
        (!name.is_empty()).then_some((name, list))
    };
    if let Some(found) = take(at) {
        return Some(found);
    }
    let mut from = verb.end.saturating_sub(1);
    while let Some(found) = TOWARDS.find_at(&text.fold[..end], from) {
        if let Some(hit) = take(found.end()) {
            return Some(hit);
        }
        from = found.end().max(from + 1);
    }
    None
}

static RECEIVED: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(
        r"\s(?:ket qua|tinh hinh|tien do|cac bien phap|cac giai phap|cac van de|nhung|xem xet|truoc|qua|hang|dinh ky|cho y kien|ve viec|de)\b|\(|,\s*(?:truoc|cham)",
    )
});

/// What is reported: the words after the verb, the receiver taken out, else the words before it.
fn what(
    text: &Passage,
    start: usize,
    verb: &Range<usize>,
    at: usize,
    to: Option<&Range<usize>>,
    end: usize,
) -> String {
    let stop =
        |from: usize, to: usize| WHEN.find_at(&text.fold[..to.max(from)], from).map_or(to, |m| m.start());
    let after = match to {
        Some(to) if to.start <= at + 1 => to.end..stop(to.end, end),
        Some(to) => at..stop(at, to.start),
        None => at..stop(at, end),
    };
    let cut = through(text, after.clone()).map_or(after.end, |m| m.start);
    let words = told(&text.text(after.start..cut));
    if words.chars().count() > 3 {
        return words;
    }
    if let Some(trouble) = TROUBLE.find_at(&text.fold[..verb.start], start) {
        return text.text(trouble.range());
    }
    let before = text.part(start..verb.start);
    let object = OBJECT.find(&before.fold).map(|m| m.start());
    if let Some(object) = object {
        return told(&before.text(object..before.len()));
    }
    // "...; theo dõi, đánh giá tình hình thực hiện; báo cáo Ban A": the object stands one clause earlier.
    let earlier = text.fold[..start].rfind(['.', ':']).map_or(0, |i| i + 1);
    let earlier = earlier.max(start.saturating_sub(400));
    let clause = OBJECT.find_iter(&text.fold[earlier..start]).last();
    clause.map_or_else(String::new, |m| told(&text.text(earlier + m.start()..start)))
}

static OBJECT: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"\b(?:tinh hinh|ket qua|tien do|nhung noi dung|sua doi, bo sung)\b"));
static TROUBLE: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"\b(?:kho khan, )?vuong mac(?: phat sinh)?\b"));

/// Without prepositions, stops and words of time at either end.
fn told(words: &str) -> String {
    let words = PREPOSITION.replace(words, "");
    let words = words.trim_matches([',', ' ', '(', ')', '.', ';']);
    let empty =
        ["xem xét", "quyết định", "để", "hằng", "hàng", "định kỳ"].iter().any(|w| words.starts_with(w));
    if empty { String::new() } else { words.to_owned() }
}

static PREPOSITION: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"\s*(?:về|cho|gửi về|gửi|với|đến|lên|tới)\s*$"));

fn cadence(text: &Passage, range: Range<usize>, due: usize, sentence: usize) -> Option<Cadence> {
    let fold = &text.fold[range];
    let opening = &text.fold[sentence..];
    let has = |name: &str| {
        let mut part = Passage::default();
        fold.chars().for_each(|c| part.push(c, 0));
        lexicon().time(name).contains(&part)
    };
    let whenever = opening.starts_with("trong qua trinh")
        || fold.contains("neu thay")
        || fold.contains("khi co yeu cau")
        || fold.contains("phat sinh");
    Some(match () {
        () if due == 2 => Cadence::Semiannual,
        () if has("weekly") => Cadence::Weekly,
        () if has("monthly") => Cadence::Monthly,
        () if has("quarterly") => Cadence::Quarterly,
        () if has("semiannual") => Cadence::Semiannual,
        () if has("annual") => Cadence::Annual,
        () if has("periodic") => Cadence::Periodic,
        () if fold.contains("dot xuat") || whenever => Cadence::AdHoc,
        () => return None,
    })
}
