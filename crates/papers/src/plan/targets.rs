//! Targets: what number is to be reached, in table cells and in sentences.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::items::{Above, Read};
use super::lexicon::{lexicon, never_fails};
use super::passage::Passage;
use super::{Indicator, Target, TargetOp};

static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(
        r"(\d{1,3}(?:\.\d{3})+|\d+(?:,\d+)?)(?:(?:\s*-\s*|\s+den\s+)(\d{1,3}(?:\.\d{3})+|\d+(?:,\d+)?))?\s*(%)?",
    )
});
/// "tăng từ 150 lên 240": where it ends is the target.
static RAISED: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(
        r"^\s*%?(?:\s*\(?(?:vao |cuoi |trong )?(?:nam )?20\d\d\)?)?[a-z ]{0,16}\b(?:len|xuong(?: con)?)(?:\s+(tren|duoi|it nhat|toi thieu|khong duoi|khong qua|toi da))?\s+(\d{1,3}(?:\.\d{3})+|\d+(?:,\d+)?)\s*(%)?",
    )
});
static SIGN: LazyLock<Regex> = LazyLock::new(|| never_fails(r"(>=|<=|>|<|=|\+)\s*$"));
static YEAR: LazyLock<Regex> = LazyLock::new(|| never_fails(r"\b(?:nam\s+)?(20\d\d)\b"));
static BASELINE: LazyLock<Regex> = LazyLock::new(|| never_fails(r"\bso voi (.+)$"));

fn number(text: &str) -> Option<f64> {
    text.replace('.', "").replace(',', ".").parse().ok()
}

/// An amount found in a text, with the words that say how it is meant.
#[derive(Debug, Clone)]
struct Amount {
    /// The amount itself.
    at: Range<usize>,
    /// With the words before it ("ít nhất", "tăng").
    whole: Range<usize>,
    op: TargetOp,
    value: f64,
    max: Option<f64>,
    percent: bool,
    /// A word or sign before it says that a target is meant.
    meant: bool,
}

fn amount(text: &Passage, from: usize, to: usize) -> Option<Amount> {
    let words = lexicon();
    let mut search = from;
    loop {
        let found = AMOUNT.captures_at(&text.fold[..to], search)?;
        let end = found.get(3).or(found.get(2)).or(found.get(1))?.end();
        let whole = found.get(0)?.start()..end;
        search = end;
        let before_char = text.fold[..whole.start].chars().next_back();
        if before_char.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | ',' | '-'))
            && whole.start > from
        {
            continue;
        }
        let next = text.fold[whole.end..to].chars().next();
        if next.is_some_and(|c| c.is_ascii_alphabetic() || c == '-') && found.get(3).is_none() {
            continue;
        }
        if (2000.0..2100.0).contains(&number(found.get(1)?.as_str())?) && found.get(3).is_none() {
            continue;
        }
        let (value, max) = (number(found.get(1)?.as_str())?, found.get(2).and_then(|m| number(m.as_str())));
        let window = whole.start.saturating_sub(26).max(from);
        let before = text.part(window..whole.start);
        let (op, lead) = meaning(&before);
        let before_at = text.trim(window..whole.start).start;
        let ending = text.fold[whole.end..to].trim_start();
        // "từ 500 đến 700" names both ends, "trên 5 - 7" only the lower one.
        let both = max.is_some() && text.fold[..whole.start].trim_end().ends_with("tu");
        let op = match (op, max) {
            (Some(TargetOp::AtLeast), _) if both => TargetOp::Range,
            (None, Some(_)) => TargetOp::Range,
            (None, None) if ending.starts_with("tro len") => TargetOp::AtLeast,
            (None, None) => TargetOp::Exactly,
            (Some(op), _) => op,
        };
        let start = lead.map_or(whole.start, |at| before_at + at);
        let meant = lead.is_some() || words.measure("reach").find(text, window..whole.start).is_some();
        let from_here = text.fold[..whole.start].trim_end().ends_with(" tu");
        if let Some(raised) = RAISED.captures(&text.fold[whole.end..to]).filter(|_| from_here)
            && let (Some(all), Some(value)) = (raised.get(0), raised.get(2).and_then(|m| number(m.as_str())))
        {
            let end = whole.end + all.end();
            return Some(Amount {
                at: whole.start..end,
                whole: start.min(whole.start)..end,
                op: match raised.get(1).map_or("", |m| m.as_str()) {
                    "" => TargetOp::Exactly,
                    "duoi" | "khong qua" | "toi da" => TargetOp::AtMost,
                    _ => TargetOp::AtLeast,
                },
                value,
                max: None,
                percent: raised.get(3).is_some(),
                meant: true,
            });
        }
        let max = max.filter(|_| matches!(op, TargetOp::Range | TargetOp::AtLeast));
        return Some(Amount {
            at: whole.clone(),
            whole: start.min(whole.start)..whole.end,
            op,
            value,
            max,
            percent: found.get(3).is_some(),
            meant,
        });
    }
}

/// How the number is meant by the words right before it, and where they begin.
fn meaning(before: &Passage) -> (Option<TargetOp>, Option<usize>) {
    let words = lexicon();
    if let Some(sign) = SIGN.captures(&before.fold) {
        let op = match sign.get(1).map_or("", |m| m.as_str()) {
            ">=" | ">" => TargetOp::AtLeast,
            "<=" | "<" => TargetOp::AtMost,
            "+" => TargetOp::Increase,
            _ => TargetOp::Exactly,
        };
        return (Some(op), sign.get(0).map(|m| m.start()));
    }
    let mut best: Option<(usize, TargetOp)> = None;
    for (name, op) in [
        ("increase", TargetOp::Increase),
        ("decrease", TargetOp::Decrease),
        ("at_most", TargetOp::AtMost),
        ("rank", TargetOp::AtMost),
        ("at_least", TargetOp::AtLeast),
    ] {
        let mut from = 0;
        while let Some(hit) = words.measure(name).find(before, from..before.len()) {
            // "tăng thêm ít nhất 20": growth outranks "at least"; the words must lead up to the number.
            let gap = before.fold[hit.end..].trim();
            let near = gap.is_empty()
                || (gap.len() <= 14
                    && !gap.contains([',', ';', '.'])
                    && !gap.ends_with(" dat")
                    && matches!(op, TargetOp::Increase | TargetOp::Decrease));
            if near && best.is_none() {
                best = Some((hit.start, op));
            }
            from = hit.end;
        }
    }
    best.map_or((None, None), |(at, op)| (Some(op), Some(at)))
}

/// The words counted, right after the amount.
fn counted(text: &Passage, from: usize, to: usize) -> Option<String> {
    let mut at = from;
    while at < to && text.chars[at] == ' ' {
        at += 1;
    }
    lexicon().measure("counted").at(text, at).filter(|m| m.end <= to).map(|m| text.text(m).to_lowercase())
}

fn per(text: &Passage) -> Option<&'static str> {
    let words = lexicon();
    [("per_year", "year"), ("per_quarter", "quarter"), ("per_month", "month")]
        .into_iter()
        .find(|(name, _)| words.measure(name).contains(text))
        .map(|(_, per)| per)
}

/// The target of a table cell; `unit` is the row's unit of measure.
pub(super) fn value(cell: Option<&Passage>, unit: Option<&str>) -> Target {
    let mut out = Target::default();
    let mut unit_text = Passage::default();
    unit.unwrap_or("").chars().for_each(|c| unit_text.push(c, 0));
    let Some(cell) = cell else { return out };
    out.by = YEAR
        .captures(&cell.fold)
        .filter(|_| cell.fold.contains("den"))
        .and_then(|c| Some(c.get(1)?.as_str().to_owned()));
    let baseline = BASELINE.captures(&cell.fold).and_then(|c| c.get(1)).map(|m| m.range());
    let end = baseline.as_ref().map_or(cell.len(), |b| b.start);
    let Some(found) = amount(cell, 0, end) else { return out };
    let own = counted(cell, found.at.end, cell.len());
    let printed =
        unit.map(|u| u.split('/').next().unwrap_or(u).trim().to_lowercase()).filter(|u| !u.is_empty());
    out.op = found.op;
    out.value = Some(found.value);
    out.value_max = found.max;
    out.percent = found.percent || printed.as_deref() == Some("%");
    out.unit = if found.percent { Some("%".to_owned()) } else { printed.or(own) };
    out.per = per(cell).or_else(|| per(&unit_text)).map(str::to_owned);
    out.baseline =
        baseline.map(|b| cell.text(b)).filter(|_| matches!(out.op, TargetOp::Increase | TargetOp::Decrease));
    out
}

/// Indicators in a paragraph that stands among the aims.
pub(super) fn read(text: &Passage, code: &str, above: &Above, out: &mut Read) {
    for sentence in text.sentences() {
        let mut floor = None;
        for clause in clauses(text, sentence) {
            let Some((found, words)) = aimed(text, clause.clone()) else { continue };
            let op = match (found.op, floor) {
                (TargetOp::Exactly, Some(op)) if !found.percent => op,
                (op, _) => op,
            };
            let continued = words.is_some() && found.op == TargetOp::AtLeast && !found.percent;
            floor = if continued { Some(found.op) } else { None };
            push(text, clause, Amount { op, ..found }, words, code, above, out);
        }
    }
}

/// The amount of a clause that is a target: a share or a number of things rather than an age or a grade.
fn aimed(text: &Passage, clause: Range<usize>) -> Option<(Amount, Option<String>)> {
    let mut from = clause.start;
    while let Some(found) = amount(text, from, clause.end) {
        let words = counted(text, found.at.end, clause.end);
        let bound = found.meant && matches!(found.op, TargetOp::AtMost | TargetOp::AtLeast);
        let mut next = found.at.end;
        while next < clause.end && text.chars[next] == ' ' {
            next += 1;
        }
        let described = lexicon().measure("described").at(text, next).is_some();
        let capped = bound && (!described || found.op == TargetOp::AtMost);
        if found.percent
            || words.is_some()
            || capped
            || !described && stated(&text.fold[clause.start..found.whole.start])
            || !described && made(text, clause.start, found.whole.start)
        {
            return Some((found, words));
        }
        from = found.at.end;
    }
    None
}

/// "Số bản sách bình quân đầu người đạt | 0,8 bản": what is measured, and that it is to be so much.
fn stated(before: &str) -> bool {
    let before = before.trim();
    before.matches(' ').count() >= 4 && REACHED.is_match(before)
}

static REACHED: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"\b(?:dat|con|len|xuong|o muc|la|dat muc|dat khoang)$"));

/// Right before the number stands a verb that makes things: "Thành lập 09 ...".
fn made(text: &Passage, from: usize, number: usize) -> bool {
    let words = lexicon().measure("made");
    let from = from.max(number.saturating_sub(26));
    (from..number).any(|at| {
        text.word_starts(at)
            && words.at(text, at).is_some_and(|m| {
                m.end <= number && words.agrees(text, &m) && text.fold[m.end..number].trim().is_empty()
            })
    })
}

/// The year by which: the end of a stretch of years, the one behind "vào" or "đến", else the first.
fn by_year(fold: &str) -> Option<String> {
    let year = |found: regex::Captures<'_>| Some(found.get(1).or(found.get(2))?.as_str().to_owned());
    BY.captures(fold).and_then(year).or_else(|| YEAR.captures(fold).and_then(year))
}

/// "(năm 2025 là 88%)": what it is now.
static NOW: LazyLock<Regex> = LazyLock::new(|| never_fails(r"\((?:nam 20\d\d|hien|thuc hien|so voi)[^)]*\)"));
static BY: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"\b20\d\d\s*-\s*(20\d\d)\b|\b(?:vao|den|het|cuoi)\s+nam\s+(20\d\d)\b"));

/// The last year in a heading.
pub(super) fn year(text: &Passage) -> Option<String> {
    YEAR.captures_iter(&text.fold).last().and_then(|c| Some(c.get(1)?.as_str().to_owned()))
}

static CUT: LazyLock<Regex> = LazyLock::new(|| never_fails(r"[;,]\s+|\.\s+trong do,?\s+|\bdong thoi,?\s+"));

/// Cuts a sentence before each further amount.
fn clauses(text: &Passage, sentence: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = sentence.start;
    let mut depth = 0i32;
    let mut counted_to = sentence.start;
    for cut in CUT.find_iter(&text.fold[..sentence.end]).filter(|m| m.start() >= sentence.start) {
        for c in text.fold[counted_to..cut.start()].chars() {
            depth += i32::from(c == '(') - i32::from(c == ')');
        }
        counted_to = cut.start();
        let next = amount(text, cut.end(), sentence.end.min(cut.end() + 80))
            .filter(|a| a.whole.start <= cut.end() + 34);
        let has = amount(text, start, cut.start()).is_some();
        let closed = next.is_some_and(|a| !text.fold[cut.end()..a.whole.start].contains([',', ';']));
        if depth <= 0 && closed && has {
            out.push(start..cut.start());
            start = cut.end();
        }
    }
    out.push(start..sentence.end);
    out
}

fn push(
    text: &Passage,
    clause: Range<usize>,
    found: Amount,
    words: Option<String>,
    code: &str,
    above: &Above,
    out: &mut Read,
) {
    let name = name(text, &clause, &found);
    if name.chars().count() < 4 {
        return;
    }
    let part = text.part(clause.clone());
    let by = above.by.clone();
    let compared = BASELINE.captures(&part.fold).and_then(|c| c.get(0).zip(c.get(1)));
    let baseline =
        compared.map(|(_, words)| part.text(words.range()).trim_end_matches(['.', ';']).to_owned());
    let until = compared.map_or(part.len(), |(whole, _)| whole.start());
    let own = by_year(&NOW.replace_all(&part.fold[..until], ""));
    let order = out.codes.entry(format!("{code}#")).and_modify(|n| *n += 1).or_insert(1).to_owned();
    let target = Target {
        op: found.op,
        value: Some(found.value),
        value_max: found.max,
        unit: if found.percent { Some("%".to_owned()) } else { words },
        per: per(&part).map(str::to_owned),
        baseline: baseline.filter(|_| matches!(found.op, TargetOp::Increase | TargetOp::Decrease)),
        by: own.or(by),
        percent: found.percent,
    };
    out.indicators.push(Indicator {
        code: Some(format!("{code}.{order}")),
        group: Some(code.to_owned()).filter(|c| !c.is_empty()),
        name,
        unit: target.unit.clone(),
        target_text: Some(text.text(found.whole.clone())),
        target,
        note: None,
        span: text.span(clause),
        confidence: if found.meant { 0.8 } else { 0.65 },
    });
}

static LEADS: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(
        r"^(?:(?:phan dau|dam bao|bao dam|hinh thanh|co|dat|trong do|va|dong thoi|(?:den|tu|trong|den het) nam 20\d\d|to chuc|moi nam|den|la|thi|nham|phat trien|xay dung|,|:|-|\s)+)(?:\s|$)",
    )
});
static PER: LazyLock<Regex> = LazyLock::new(|| never_fails(r"^\s*/\s*(?:năm|quý|tháng|tuần)\b"));
/// "12 | /15 công trình": of how many.
static OF: LazyLock<Regex> = LazyLock::new(|| never_fails(r"^\s*/\s*\d+\s+"));
/// "Nâng tỷ lệ ...": the verb says what becomes of what is measured.
static CHANGED: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(
        r"^(?:nang|tang|giam|dua|keo giam|giu|duy tri|ha|rut ngan) (?:ty le|ti le|so|tong|muc|thu nhap|doanh thu|dien tich|gia tri|thoi gian|chi so|san luong|nang suat|ty trong|kim ngach)\b",
    )
});
/// "... vào năm 2030", "... trong giai đoạn 2026 - 2030": until when.
static UNTIL: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(
        r"(?i),?\s*\b(?:vào|đến|trong|tính đến|trước)\s+(?:hết |cuối )?(?:năm|giai đoạn)\s+20[0-9]{2}(?:\s*[-–]\s*20[0-9]{2})?\s*[.;]?\s*$",
    )
});
/// The longest of the words that only lead to the amount (characters).
const LONGEST_TAIL: usize = 12;

/// Where words that only lead to the amount begin: "... đạt", "... xuống còn".
fn tail(before: &Passage) -> usize {
    let tails = lexicon().measure("tail");
    let mut end = before.len();
    loop {
        end = before.fold[..end].trim_end_matches([' ', ',', ':']).len();
        let last = (end.saturating_sub(LONGEST_TAIL)..end)
            .filter(|at| before.word_starts(*at))
            .find(|at| tails.at(before, *at).is_some_and(|hit| hit.end == end && tails.agrees(before, &hit)));
        match last {
            Some(at) => end = at,
            None => return end,
        }
    }
}

/// What is measured: the clause without the amount and the words that lead to it.
fn name(text: &Passage, clause: &Range<usize>, found: &Amount) -> String {
    let after = text.part(found.at.end..clause.end);
    let before = text.part(clause.start..found.whole.start);
    // "Về hạ tầng: ..." only says what the sentence is about.
    let topic = before.fold.rfind(": ").filter(|colon| *colon < 60).map_or(0, |colon| colon + 2);
    let before = before.part(topic..before.len());
    let lead = LEADS.find(&format!("{} ", before.fold)).map_or(0, |m| m.end().min(before.len()));
    let lead = CHANGED.find(&before.fold[lead..]).map_or(lead, |verb| {
        lead + verb.len() - verb.as_str().trim_start_matches(|c| c != ' ').trim_start().len()
    });
    let tail = tail(&before);
    let lead_len = before.len();
    let before = if lead < tail { before.text(lead..tail) } else { String::new() };
    let after = after.all();
    let after = PER.replace(&after, "");
    let after = UNTIL.replace(&after, "");
    let after = OF.replace(&after, "");
    let after = after.split(" so với ").next().filter(|a| !a.starts_with("so với ")).unwrap_or_default();
    let after = after.trim_end_matches(['.', ';', ',', ' ']).trim_start_matches([',', ' ', ')']);
    // "Thu từ chuyển giao đạt 20% tổng thu": what is measured stands before the amount.
    let stated = before.split(' ').count() >= 4 && tail < lead_len;
    // "không quá 45 phút/lượt": only the unit stands behind the amount.
    let whole = lexicon().measure("measured").is(after.split('/').next().unwrap_or(after).trim());
    let unit = (whole || !after.contains(' ')) && before.split(' ').count() >= 3 && found.meant;
    if stated || unit || found.percent && after.starts_with("GRDP") || after.chars().count() < 4 {
        return before;
    }
    // "Bồi dưỡng kỹ năng số cho 10.000 lượt đoàn viên": what is done with them belongs to the name.
    let short = after.split(' ').count() <= 3 && before.split(' ').count() >= 4;
    if (short || before.chars().count() > 30) && !found.meant {
        format!("{before} {after}")
    } else {
        after.to_owned()
    }
}

/// A target set within the words of a task: where it says so ("phấn đấu") and gives a share or a number of
/// things, or where it asks for no fewer things than a number.
pub(super) fn in_task(text: &Passage, code: &str, out: &mut Read) {
    for sentence in text.sentences() {
        let aim = AIM.find_at(&text.fold[..sentence.end], sentence.start).map(|aim| aim.start());
        let Some((found, clause)) = (match aim {
            Some(aim) => amount(text, aim, sentence.end).map(|found| (found, aim..sentence.end)),
            None => least(text, sentence.clone()),
        }) else {
            continue;
        };
        let words = counted(text, found.at.end, sentence.end);
        if !found.percent && words.is_none() && found.op != TargetOp::Range {
            continue;
        }
        let above = Above {
            zone: super::items::Zone::Goals,
            lead: Vec::new(),
            coordinating: Vec::new(),
            time: None,
            by: None,
            group: None,
        };
        push(text, clause, found, words, code, &above, out);
    }
}

/// "thu hút ít nhất 100 chuyên gia", "gồm 01 đến 03 lĩnh vực": a number of things that a task asks for.
fn least(text: &Passage, sentence: Range<usize>) -> Option<(Amount, Range<usize>)> {
    let mut from = sentence.start;
    while let Some(found) = amount(text, from, sentence.end) {
        from = found.at.end;
        let floor = found.op == TargetOp::AtLeast && FLOOR.is_match(&text.fold[found.whole.clone()]);
        let before = text.fold[..found.whole.start].trim_end();
        let listed = found.op == TargetOp::Range && before.ends_with("gom");
        if !found.percent && (listed || floor && counted(text, found.at.end, sentence.end).is_some()) {
            let end = text.fold[found.at.end..sentence.end].find([',', ';', '(', ')', '.']);
            let end = end.map_or(sentence.end, |end| found.at.end + end);
            let start = found.whole.start;
            return Some((found, start..end));
        }
    }
    None
}

static FLOOR: LazyLock<Regex> = LazyLock::new(|| never_fails(r"^(?:it nhat|toi thieu|khong duoi)\b"));
static AIM: LazyLock<Regex> = LazyLock::new(|| never_fails(r"\bphan dau\b"));
