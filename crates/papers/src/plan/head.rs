//! The head of a document: number, kind, title, issuer, day, signer, what it carries out.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::Head;
use super::lexicon::{lexicon, never_fails};
use super::lines::Line;
use super::marker::{Kind, marker};
use super::passage::Passage;

/// The head stands within this many lines.
const HEAD_LINES: usize = 120;

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(r"^(?:so|s)\s*:?\s*(\d{1,6}[a-z]?\s*[-/]\s*[a-z0-9&]+(?:\s*[-/]\s*[a-z0-9&]+)*)")
});
static WITH: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(
        r"\(?(?:ban hanh )?kem theo (?:[a-z]+ ){1,6}?(?:tai +)?(?:[a-z ]{0,30})?so (\d{1,6}\s*[-/]\s*[a-z0-9&]+(?:\s*[-/]\s*[a-z0-9&]+)*)",
    )
});
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(
        r"\bngay\s+(\d{1,2})\s+th[a-z]{2,5}\s+(\d{1,2})\s*,?\s*n[a-z]{1,2}\s+(\d{4})|\bngay\s+(\d{1,2})\s*/\s*(\d{1,2})\s*/\s*(\d{4})",
    )
});
static OF: LazyLock<Regex> = LazyLock::new(|| never_fails(r"\d{4}\s+cua\s+"));
static CITED: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(r"\bso\s+(\d{1,4}\s*[-/]\s*[a-z]+(?:\s*[-/]\s*[a-z]+)*)|\b(\d{1,4}-[a-z]{2,5}/[a-z]{2,5})\b")
});

/// Reads the head.
pub(super) fn read(lines: &[Line]) -> Head {
    let (kind, title, title_at) = title(lines);
    let lines: Vec<&Passage> = lines.iter().filter(|l| !l.border).map(|l| &l.text).collect();
    let top = &lines[..lines.len().min(HEAD_LINES)];
    let attached = attachment(&lines);
    let mut head = Head { kind, title, ..Head::default() };
    head.number = own_number(top).or_else(|| attached.as_ref().and_then(|a| a.0.clone()));
    head.issued_on = own_date(top).or_else(|| attached.as_ref().and_then(|a| a.1.clone()));
    let apart: Vec<Passage> = lines.iter().flat_map(|line| sides(line)).collect();
    head.signer = signer(&apart.iter().collect::<Vec<_>>());
    let name = letterhead(top).or_else(|| attached.and_then(|a| a.2)).or_else(|| behalf(&lines));
    head.issuer = name.map(|n| as_written(&n, &lines));
    head.number = head.number.map(|number| barred(&number, head.issuer.as_deref().unwrap_or_default()));
    head.implements = implements(&lines, title_at, head.number.as_deref());
    head
}

/// How many lines from the top belong to the letterhead and the title; 0 when no title was found.
pub(super) fn lines_of_title(lines: &[Line]) -> usize {
    let (_, title, at) = title(lines);
    let Some(title) = title else { return 0 };
    let shown: Vec<usize> = (0..lines.len()).filter(|i| !lines[*i].border).collect();
    let mut words = 0;
    let mut end = at;
    while end < shown.len() && words < title.chars().count() {
        words += lines[shown[end]].text.len() + 1;
        end += 1;
    }
    shown.get(end.saturating_sub(1)).map_or(0, |last| last + 1)
}

/// A number whose "Đ" lost its bar: "12/QD-UBND" is "12/QĐ-UBND", and the initials of the issuer have theirs.
fn barred(number: &str, issuer: &str) -> String {
    let initials: String = issuer
        .split(|c: char| !c.is_alphabetic())
        .filter_map(|word| word.chars().next())
        .flat_map(char::to_uppercase)
        .collect();
    let plain = |text: &str| text.replace('Đ', "D");
    let mut out = String::with_capacity(number.len() + 4);
    let mut rest = number;
    while !rest.is_empty() {
        let sign = rest.starts_with(['/', '-']);
        let end = rest.find(|c: char| matches!(c, '/' | '-') != sign).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        let entries = lexicon().document("symbol").entries();
        let known = entries.iter().find(|symbol| part.contains('D') && plain(symbol) == part);
        match known {
            Some(symbol) => out.push_str(symbol),
            None if part.contains('D') && plain(&initials) == part => out.push_str(&initials),
            None => out.push_str(part),
        }
        rest = after;
    }
    out
}

fn tight(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn own_number(top: &[&Passage]) -> Option<String> {
    top.iter().take(40).enumerate().find_map(|(i, line)| {
        let mut line = (*line).clone();
        if let (true, Some(next)) = (line.len() <= 4, top.get(i + 1)) {
            line.join(next);
        }
        let range = NUMBER.captures(&line.fold)?.get(1)?.range();
        Some(tight(&line.text(range)))
    })
}

fn day(text: &Passage) -> Option<String> {
    let found = DATE.captures(&text.fold)?;
    let part = |a: usize, b: usize| found.get(a).or(found.get(b))?.as_str().parse::<i16>().ok();
    let date =
        Date::new(part(3, 6)?, i8::try_from(part(2, 5)?).ok()?, i8::try_from(part(1, 4)?).ok()?).ok()?;
    Some(date.to_string())
}

/// "Hà Nội, ngày 19 tháng 11 năm 2025", on one or two lines.
fn own_date(top: &[&Passage]) -> Option<String> {
    for (i, line) in top.iter().take(45).enumerate() {
        if marker(line).is_some_and(|m| m.kind <= Kind::Roman) {
            return None;
        }
        let mut both = (*line).clone();
        if let Some(next) = top.get(i + 1) {
            both.join(next);
        }
        let Some(at) = both.fold.find("ngay ") else { continue };
        // The place stands before it, or nothing does.
        let place = both.fold[..at].trim_end();
        let opens = place.is_empty() || place.ends_with(',') && place.len() < 40;
        if opens
            && at <= line.len()
            && let Some(day) = day(&both)
        {
            return Some(day);
        }
    }
    None
}

/// "(Kèm theo Nghị quyết số 01/NQ-X ngày ... của ...)": number, day, issuer.
fn attachment(lines: &[&Passage]) -> Option<(Option<String>, Option<String>, Option<String>)> {
    for (i, line) in lines.iter().enumerate().take(400) {
        if !line.fold.contains("kem theo") || line.fold.starts_with("dieu ") {
            continue;
        }
        let mut text = (*line).clone();
        for next in lines.iter().skip(i + 1).take(4) {
            if text.fold.contains(')') {
                break;
            }
            text.join(next);
        }
        let number = WITH.captures(&text.fold).and_then(|c| c.get(1)).map(|m| tight(&text.text(m.range())));
        if number.is_none() && !text.fold.starts_with('(') {
            continue;
        }
        let of = OF.find(&text.fold).map(|m| {
            let end = text.fold[m.end()..].find(')').map_or(text.len(), |e| m.end() + e);
            text.text(m.end()..end)
        });
        let of =
            of.map(|n| OFFICE.replace(&n, "").into_owned()).filter(|n| (3..160).contains(&n.chars().count()));
        return Some((number, day(&text), of));
    }
    None
}

static OFFICE: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"^(?:Chủ tịch|Giám đốc|Hiệu trưởng|Viện trưởng|Bộ trưởng)\s+"));

/// The kind and title: a line that is or begins with a kind of document, and what follows it.
fn title(lines: &[Line]) -> (Option<String>, Option<String>, usize) {
    let words = lexicon();
    let lines: Vec<&Line> = lines.iter().filter(|l| !l.border).collect();
    let mut best: Option<(String, String, usize)> = None;
    for (i, line) in lines.iter().enumerate().take(400) {
        let text = &line.text;
        let capital = text.first().is_some_and(char::is_uppercase);
        let Some(hit) = words.document("kind").at(text, 0).filter(|_| capital) else { continue };
        let shouted = text.part(hit.clone()).is_caps(4);
        if !shouted || text.fold.ends_with([':', ';']) {
            continue;
        }
        let kind = text.text(hit).to_lowercase();
        let title = whole_title(&lines[i..]);
        if !words.document("wrapper").is(&kind) {
            return finish(kind, title, i);
        }
        if best.is_none() {
            best = Some((kind, title, i));
        }
    }
    best.map_or((None, None, 0), |(kind, title, at)| finish(kind, title, at))
}

/// The lines of a title: the first below the kind, and those that go on with it.
fn whole_title(lines: &[&Line]) -> String {
    let mut text = lines[0].text.clone();
    for (k, line) in lines.iter().enumerate().skip(1).take(8) {
        let next = &line.text;
        let small = next.first().is_some_and(char::is_lowercase);
        let short = lines[0].text.is_caps(1) || lines[0].text.len() < 60;
        let goes_on = short && (k == 1 || line.blanks == 0) || small || next.is_caps(4) && text.is_caps(4);
        let ends = next.fold.starts_with(['(', '|'])
            || next.fold.starts_with("can cu")
            || next.fold.ends_with([':', ';']);
        if !goes_on
            || ends
            || marker(next).is_some()
            || text.len() > 400
            || lines[0].text.is_caps(1) && text.fold.ends_with('.')
        {
            break;
        }
        text.join(next);
    }
    text.all()
}

fn finish(kind: String, title: String, at: usize) -> (Option<String>, Option<String>, usize) {
    let short = lexicon()
        .document("short")
        .entries()
        .iter()
        .filter_map(|e| e.split_once('='))
        .find(|(long, _)| *long == kind);
    let kind = short.map_or(kind, |(_, short)| short.to_owned());
    (Some(kind), Some(title), at)
}

/// What stands side by side on a line, parted by wide gaps: the two columns of a letterhead or a signature.
fn sides(line: &Passage) -> Vec<Passage> {
    let mut out = Vec::new();
    let mut start = 0;
    for i in 0..line.len() {
        let wide = line.chars[i].is_whitespace()
            && line.at.get(i + 1).is_some_and(|next| *next >= line.at[i].saturating_add(WIDE));
        if wide {
            out.push(line.part(start..i));
            start = i + 1;
        }
    }
    out.push(line.part(start..line.len()));
    out.retain(|side| !side.is_empty());
    out
}

/// From so many blanks on a gap parts columns.
const WIDE: u32 = 3;

/// The issuer on the left of the letterhead, in capitals: of two bodies the lower one.
fn letterhead(top: &[&Passage]) -> Option<String> {
    let words = lexicon();
    let mut out: Option<Passage> = None;
    for line in top.iter().take(40).flat_map(|line| sides(line)) {
        let line = &line;
        let kind = words.document("kind").at(line, 0).is_some() && line.is_caps(4);
        if kind
            || words.document("below").at(line, 0).is_some()
            || marker(line).is_some_and(|m| m.kind.is_large())
        {
            break;
        }
        let motto = words.document("motto").contains(line)
            || ["cong hoa", "hoi chu nghia", "doc lap", "dang cong"].iter().any(|m| line.fold.starts_with(m));
        if motto
            || words.document("whole").is(&line.all())
            || !line.is_caps(3)
            || line.fold.contains(|c: char| c.is_ascii_digit())
        {
            continue;
        }
        match &mut out {
            Some(_) if words.document("organ").is(&line.all()) => {}
            Some(name) if goes_on(name, line) => name.join(line),
            None if !super::units::starts(line, 0) => {}
            _ => out = Some(line.clone()),
        }
    }
    out.map(|name| name.all()).filter(|n| n.chars().count() > 4)
}

/// The line goes on with a name: it begins with no other body, or the name is none yet ("THỦ TƯỚNG", "VĂN PHÒNG").
fn goes_on(name: &Passage, line: &Passage) -> bool {
    let open = lexicon().document("open").is(&name.all());
    open || !super::units::starts(line, 0) || line.fold == "dan" || line.fold.starts_with("dan ")
}

/// "TM. BAN BÍ THƯ TRUNG ƯƠNG ĐOÀN".
fn behalf(lines: &[&Passage]) -> Option<String> {
    lines.iter().rev().find_map(|line| {
        let rest = ["tm. ", "t/m "].iter().find(|p| line.fold.starts_with(*p))?.len();
        Some(line.text(rest..line.len()))
    })
}

/// A name in capitals as the body of the text writes it, else with a capital at the beginning only.
fn as_written(name: &str, lines: &[&Passage]) -> String {
    let folded = crate::fold::fold(name);
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    for line in lines.iter().take(2000) {
        if line.is_caps(3) {
            continue;
        }
        let plain: String = line.fold.clone();
        if let Some(at) = plain.find(&folded) {
            return line.text(at..at + folded.len());
        }
    }
    let of = |side: &Passage| Some(side.text(0..side.fold.find(", ngay ")?));
    let place = lines.iter().take(60).flat_map(|line| sides(line)).find_map(|side| of(&side));
    let lower = name.to_lowercase();
    let lower = match place.filter(|p| !p.is_empty()) {
        Some(place) => lower.replace(&place.to_lowercase(), &place),
        None => lower,
    };
    let mut out = String::new();
    let place = ["tỉnh ", "thành phố "].iter().find_map(|p| lower.find(p).map(|i| i + p.len()));
    let mut start = true;
    for (i, c) in lower.char_indices() {
        let proper = start || place.is_some_and(|p| i >= p && (i == p || lower[..i].ends_with(' ')));
        if proper {
            out.extend(c.to_uppercase())
        } else {
            out.push(c)
        }
        start = false;
    }
    out
}

/// The name below an office in capitals.
fn signer(lines: &[&Passage]) -> Option<String> {
    let words = lexicon();
    for (i, line) in lines.iter().enumerate() {
        let office = line.is_caps(4)
            && line.len() < 60
            && (0..line.len()).any(|at| {
                line.word_starts(at)
                    && words.document("signer").at(line, at).is_some_and(|m| m.end == line.len() || at == 0)
            });
        if !office {
            continue;
        }
        if let Some(name) = lines.iter().skip(i + 1).take(8).find(|l| is_name(l)) {
            return Some(name.all());
        }
    }
    None
}

fn is_name(line: &Passage) -> bool {
    let text = line.all();
    // "PGS.TS. Hoàng Đức Minh"
    let text = TITLES.replace(&text, "");
    let words: Vec<&str> = text.split(' ').collect();
    (2..=5).contains(&words.len())
        && words.iter().all(|w| {
            let mut chars = w.chars();
            chars.next().is_some_and(char::is_uppercase)
                // "Y Thắng Niê", "H Yim Kđoh"
                && (w.chars().count() > 1 || matches!(*w, "Y" | "H"))
                && chars.all(char::is_lowercase)
        })
}

static TITLES: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"^(?:(?:GS|PGS|TS|TSKH|ThS|BS|KS|CN|NGƯT|NGND|TTƯT|CKII|CKI)\.?\s*)+"));

/// Numbers cited in the title and in the opening, of papers that a plan carries out.
fn implements(lines: &[&Passage], title_at: usize, own: Option<&str>) -> Vec<String> {
    let kinds = lexicon().document("carried");
    let mut text = Passage::default();
    for (i, line) in lines.iter().enumerate().take(title_at + 60) {
        if i >= title_at && marker(line).is_some_and(|m| matches!(m.kind, Kind::Roman | Kind::Upper)) {
            break;
        }
        text.join(line);
    }
    let mut out: Vec<String> = Vec::new();
    for found in CITED.captures_iter(&text.fold) {
        let Some(range) = found.get(1).or(found.get(2)).map(|m| m.range()) else { continue };
        let number = tight(&text.text(range));
        let kind = number
            .split(['/', '-'])
            .find(|p| p.chars().next().is_some_and(char::is_alphabetic))
            .unwrap_or("");
        if kinds.is(kind) && !own.is_some_and(|own| own.starts_with(&number)) && !out.contains(&number) {
            out.push(number);
        }
    }
    out
}
