//! Names of organisations in running text and in cells.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::deeds::{bracketed, deed, helped, name_goes_on, plain_predicate, predicate};
use super::lexicon::{lexicon, never_fails};
use super::passage::{Passage, key};
use super::times;

/// No list of units that a sentence begins with is longer (characters).
const LONGEST_SUBJECT: usize = 420;

/// No fixed list of addressees is longer, and no list of bare words (characters).
const LONGEST_FORMULA: usize = 48;
const LONGEST_ADDRESS: usize = 160;

/// No task has more units of one role.
const MOST_UNITS: usize = 80;

/// True when the name of a unit, or of a group of units, begins at `at`.
pub(super) fn starts(text: &Passage, at: usize) -> bool {
    head_len(text, at).is_some()
}

/// The length of the word or words that open a unit's name.
pub(super) fn head_len(text: &Passage, at: usize) -> Option<usize> {
    let words = lexicon();
    let exact = |section: &str, at: usize| {
        words.unit(section).at(text, at).filter(|m| words.unit(section).agrees(text, m)).map(|m| m.end)
    };
    // "Khoa học" is no "Khoa", but "Tổ chức quốc tế" is a body although "tổ chức" is a verb.
    let longer = |end: usize, at: usize| exact("not_head", at).is_none_or(|not| not < end);
    if let Some(article) = ARTICLE.find(&text.fold[at..]) {
        let next = at + article.end();
        let end = exact("group", next).max(exact("head", next))?;
        let noun = exact("not_head", next).is_none_or(|not| not <= end);
        return noun.then(|| end - at);
    }
    exact("head", at).filter(|end| longer(*end, at)).map(|end| end - at)
}

pub(super) static ARTICLE: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"^(?:toan bo |tat ca )?(?:cac|nhung|mot so)\s+"));

/// The whole cell or value names nobody yet.
pub(super) fn nobody(value: &str) -> bool {
    let bare = value.trim().trim_matches(['(', ')', '.', ' ']);
    bare.is_empty() || lexicon().unit("nobody").is(bare)
}

/// A person's title stands at the beginning.
pub(super) fn honorific(text: &Passage) -> bool {
    PERSON.find(&text.fold).is_some_and(|m| m.start() == 0)
}

static PERSON: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(r"\b(?:(?:gs|pgs|ts|tskh|ths|ks|bs|ncs)\b\.?\s*)+|\b(?:ong|ba|d/c|dong chi)\s+")
});

/// Persons with their titles, as "TS. Bùi Văn Ngàn".
pub(super) fn persons(text: &Passage) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut from = 0;
    while let Some(found) = PERSON.find_at(&text.fold, from) {
        let mut end = found.end();
        let mut words = 0;
        while words < 6 {
            let mut next = end;
            while next < text.len() && text.chars[next] == ' ' {
                next += 1;
            }
            let start = next;
            while next < text.len() && text.chars[next].is_alphabetic() {
                next += 1;
            }
            let name = next - start >= 2
                && text.chars[start].is_uppercase()
                && text.chars[start + 1..next].iter().all(|c| c.is_lowercase());
            if !name {
                break;
            }
            words += 1;
            end = next;
            if next < text.len() && !text.chars[next].is_whitespace() {
                break;
            }
        }
        if words >= 2
            || (words == 1
                && (text.chars[found.start()].is_uppercase() || text.fold[found.range()].starts_with("ong")))
        {
            let name = text.text(found.start()..end);
            if !out.contains(&name) {
                out.push(name);
            }
        }
        from = end.max(found.end());
    }
    out
}

/// The units of a cell, a label's value, or the list after "phối hợp với".
pub(super) fn split(text: &Passage) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for piece in pieces(text) {
        if out.len() >= MOST_UNITS {
            break;
        }
        let name = tidy(text, piece);
        if !name.is_empty() && !nobody(&name) && name.chars().count() <= 160 && !out.contains(&name) {
            out.push(name);
        }
    }
    out
}

/// Cuts at `;`, and at `,`, `và`, `/` where a new name begins.
fn pieces(text: &Passage) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    let mut start = 0;
    let mut depth = 0i32;
    let bytes = text.fold.as_bytes();
    for i in 0..text.len() {
        match bytes[i] {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth > 0 || i < start {
            continue;
        }
        let next = match bytes[i] {
            b';' | b'\n' => Some(i + 1),
            b',' | b'/' if !joined(text, i) => new_name(text, start, i + 1),
            b'.' if bytes.get(i + 1) == Some(&b' ') && short_head(text, start, i).is_none() => {
                new_name(text, start, i + 1)
            }
            b' ' if text.fold[i..].starts_with(" va ") => new_name(text, start, i + 4),
            b' ' if text.fold[i..].starts_with(" cung ") => new_name(text, start, i + 6),
            _ => None,
        };
        if let Some(next) = next {
            cuts.push(start..i);
            start = next;
        }
    }
    cuts.push(start..text.len());
    cuts
}

/// "KH,CN&MT", "doanh nghiệp/cơ sở": no space on either side of a small letter or within an abbreviation.
fn joined(text: &Passage, at: usize) -> bool {
    let next = text.chars.get(at + 1).copied().unwrap_or(' ');
    !next.is_whitespace() && (text.chars[at] == ',' || !next.is_uppercase())
}

/// Where the next name begins, if one begins at `from` (behind spaces, bullets and "và").
fn new_name(text: &Passage, start: usize, mut from: usize) -> Option<usize> {
    while from < text.len() && matches!(text.fold.as_bytes()[from], b' ' | b'-' | b',') {
        from += 1;
    }
    if text.fold[from..].starts_with("va ") {
        from += 3;
    }
    if from >= text.len() {
        return None;
    }
    let before = text.trim(start..from);
    // In a list every "các ..." is a name, whatever it is that follows.
    if before.is_empty()
        || !(starts(text, from) || text.fold[from..].starts_with("cac ") || initials(text, from))
    {
        return None;
    }
    (!goes_on(text, before, from)).then_some(from)
}

/// "P. KHTC", "TT. ĐT&BD", "VPUB": a name in its initials.
fn initials(text: &Passage, from: usize) -> bool {
    let end = (from..text.len())
        .find(|i| !text.chars[*i].is_alphanumeric() && !matches!(text.chars[*i], '&' | '.'));
    let word = &text.chars[from..end.unwrap_or(text.len())];
    let capitals = word.iter().filter(|c| c.is_uppercase()).count();
    let next = end.and_then(|end| text.chars.get(end + 1)).is_some_and(|c| c.is_uppercase());
    capitals > 0
        && !word.iter().any(|c| c.is_lowercase())
        && (capitals >= 2 || word.last() == Some(&'.') && next)
}

/// "P", "TT" before the point at `dot`: the short form of the word that opens a name.
fn short_head(text: &Passage, from: usize, dot: usize) -> Option<usize> {
    let start = (from..dot).rev().find(|i| !text.chars[*i].is_alphanumeric()).map_or(from, |i| i + 1);
    ((1..=3).contains(&(dot - start)) && text.chars[start..dot].iter().all(|c| c.is_uppercase()))
        .then_some(start)
}

/// The name at `from` is part of the one before it: "các sở, ban | ngành", "bộ | địa phương", "Văn phòng HĐND
/// | và UBND".
fn goes_on(text: &Passage, before: Range<usize>, from: usize) -> bool {
    let words = lexicon();
    let tail = text.text(before.end.saturating_sub(48).max(before.start)..before.end);
    let tail = tail.trim_end_matches([' ', ',', '-', '/']).trim_end_matches(" và");
    let small = text.chars[from].is_lowercase() && !ARTICLE.is_match(&text.fold[from..]);
    let bare = words.unit("bare").at(text, from).is_some() && words.unit("apart").at(text, from).is_none();
    // "Hội Nông dân tỉnh, Tỉnh đoàn": a capital behind a word of place.
    let apart = text.chars[from].is_uppercase()
        && tail.rsplit(' ').next().is_some_and(|w| w.starts_with(char::is_lowercase));
    let listed = || !apart && (runs_on(text, from) || small && address(text, &before));
    twin(text, &before, from) || formula(text, &before, from) || bare && ends_bare(tail) && listed()
}

/// "các bộ, ngành, địa phương": one address as it stands.
fn formula(text: &Passage, before: &Range<usize>, from: usize) -> bool {
    let mut at = before.start.max(from.saturating_sub(LONGEST_FORMULA));
    while at < from {
        if text.word_starts(at)
            && lexicon().unit("formula").at(text, at).is_some_and(|m| m.start < from && from < m.end)
        {
            return true;
        }
        at += 1;
    }
    false
}

/// "Văn phòng HĐND và UBND": one body named after two.
fn twin(text: &Passage, before: &Range<usize>, from: usize) -> bool {
    let words = lexicon();
    text.fold[before.start..from].ends_with("va ")
        && words
            .unit("twin")
            .at(text, before.start)
            .is_some_and(|m| text.trim(m.end..from.max(m.end + 3) - 3).is_empty())
        && words.unit("organ").at(text, from).is_some()
}

/// Everything so far is a list of bare words: "các ban", "các sở, ban".
fn address(text: &Passage, range: &Range<usize>) -> bool {
    let article = ARTICLE.find(&text.fold[range.start..range.end]).map_or(0, |m| m.end());
    article > 0
        && range.len() < LONGEST_ADDRESS
        && text.text(range.start + article..range.end).split(',').all(|word| {
            let word = word.trim().trim_start_matches("và ");
            word.is_empty() || lexicon().unit("bare").is(word)
        })
}

/// The name at `from` is no more than one of the words that run together ("ban", "ngành có liên quan").
fn runs_on(text: &Passage, from: usize) -> bool {
    let words = lexicon();
    let Some(bare) = words.unit("bare").at(text, from) else { return false };
    let mut next = bare.end;
    while next < text.len() && text.chars[next] == ' ' {
        next += 1;
    }
    let ends = next >= text.len() || matches!(text.fold.as_bytes()[next], b',' | b';' | b'.' | b')' | b'/');
    ends || text.fold[next..].starts_with("va ") || words.unit("tail").at(text, next).is_some()
}

pub(super) fn ends_bare(before: &str) -> bool {
    let folded = key(before);
    lexicon().unit("bare").entries().iter().any(|w| {
        let w = key(w);
        folded == w || folded.ends_with(&format!(" {w}"))
    })
}

/// A name without bullets, dots, and notes on an open appointment.
fn tidy(text: &Passage, piece: Range<usize>) -> String {
    let mut name = text.text(piece);
    while let (Some(open), true) =
        (name.rfind('('), name.trim_end_matches([' ', '.']).ends_with(')') || !name.contains(')'))
    {
        let mut note = Passage::default();
        name[open + 1..].chars().enumerate().for_each(|(i, c)| note.push(c, u32::try_from(i).unwrap_or(0)));
        let short = name[open + 1..].trim_end_matches([')', '.', ' ']);
        let short =
            short.len() > 1 && short.chars().all(|c| !c.is_lowercase()) && short.contains(char::is_uppercase);
        if !(short && open > 4 || lexicon().unit("awaiting").at(&note, 0).is_some()) {
            break;
        }
        name.truncate(open);
        name = name.trim().to_owned();
    }
    let name = name.trim_start_matches(['-', '–', '+', '•', ' ', ',', ':', '.']);
    let name = name.trim_end_matches(['.', ',', ';', '…', ' ', ':', '/']);
    let name = name.strip_prefix("và ").unwrap_or(name).trim();
    let name = plain(name);
    name.strip_suffix(" và").unwrap_or(name).to_owned()
}

/// "Văn phòng A - Cơ quan Thường trực ...": the name without what stands in apposition to it.
fn plain(name: &str) -> &str {
    let Some((first, second)) = name.split_once(" - ") else { return name };
    let folded = key(second);
    let opens = |word: &&&str| folded.starts_with(&key(word));
    if lexicon().unit("apposition").entries().iter().find(opens).is_some() { first } else { name }
}

/// "Các Bộ: Khoa học và Công nghệ, Công an, Y tế và các cơ quan ...": each name with its kind before it.
fn spelled_out(text: &Passage, at: usize, colon: usize, limit: usize) -> Option<(Vec<String>, Range<usize>)> {
    let article = ARTICLE.find(&text.fold[at..colon])?.end();
    let kind = text.text(at + article..colon);
    if kind.contains(' ') || !lexicon().unit("group").is(&kind) {
        return None;
    }
    let mut kind: Vec<char> = kind.chars().collect();
    kind[0] = kind[0].to_uppercase().next().unwrap_or(kind[0]);
    let kind: String = kind.into_iter().collect();
    let end = predicate(text, colon + 1..limit)?;
    let mut list = text.text(colon + 1..end);
    let mut rest = Vec::new();
    if let Some(cut) = list.find(" và các ") {
        rest = split(&text.part(colon + 1..end)).into_iter().filter(|n| n.starts_with("các ")).collect();
        list.truncate(cut);
    }
    let named = |name: &str| name.chars().next().is_some_and(char::is_uppercase);
    let names: Vec<&str> = list.split([',', ';']).map(|n| n.trim().trim_start_matches("và ")).collect();
    if names.len() < 2 || !names.iter().all(|name| named(name)) {
        return None;
    }
    let mut out: Vec<String> = names.into_iter().map(|name| format!("{kind} {name}")).collect();
    out.append(&mut rest);
    Some((out, at..end))
}

/// "các sở:", "các cơ quan:" are no longer (characters).
const LONGEST_KIND: usize = 24;

/// Units, and where they stand.
type Found = (Vec<String>, Range<usize>);

/// Who is to act, from the beginning of a sentence: the units and where what they do begins.
pub(super) fn subject(text: &Passage, from: usize) -> Option<Found> {
    acting(text, from, deed)
}

/// The same in a value, where a name may stand alone and a strange word belongs to it.
pub(super) fn subject_of_value(text: &Passage) -> Option<Found> {
    acting(text, 0, plain_predicate)
}

fn acting(text: &Passage, from: usize, does: fn(&Passage, Range<usize>) -> Option<usize>) -> Option<Found> {
    let words = lexicon();
    let mut at = from;
    if let Some(order) = words.verb("order").at(text, at) {
        let mut next = order.end;
        while next < text.len() && text.chars[next] == ' ' {
            next += 1;
        }
        if starts(text, next) {
            at = next;
        }
    }
    let head = head_len(text, at)?;
    let limit = (at + LONGEST_SUBJECT).min(text.len());
    // "Ban kiểm tra thực hiện ...": the first word behind a bare "Ban" belongs to the name.
    let search = name_goes_on(text, at, head);
    let colon = text.fold[at..limit].find(':').map(|i| at + i);
    if let Some(found) = colon.and_then(|colon| spelled_out(text, at, colon, limit)) {
        return Some(found);
    }
    let ends = |i: usize| {
        text.fold.as_bytes()[i] == b'.'
            && text.fold[i + 1..].starts_with(' ')
            && bracketed(text, at, i).is_none()
            && short_head(text, at, i).is_none()
    };
    let closed = (at..limit).find(|i| ends(*i)).unwrap_or(limit);
    let search = search.min(closed);
    let verb = match colon {
        Some(colon) => predicate(text, search..limit.min(colon.max(search))),
        None => does(text, search..closed),
    };
    let end = match (verb, colon) {
        (Some(v), Some(c)) => v.min(c),
        (Some(v), None) => v,
        (None, Some(c)) => c,
        (None, None) => return None,
    };
    let stop = (at..end).find(|i| {
        matches!(text.fold.as_bytes()[*i], b'.' | b'"')
            && bracketed(text, at, *i).is_none()
            && short_head(text, at, *i).is_none()
    });
    if stop.is_some() {
        return None;
    }
    let list = text.part(at..end);
    let units: Vec<String> = split(&list);
    let sound = !units.is_empty() && units.iter().all(|u| u.split(' ').count() <= 26);
    sound.then_some((units, at..end))
}

/// Who is to act, in a sentence that may open with a clause ("Căn cứ ..., các sở ...").
pub(super) fn actor(text: &Passage, sentence: Range<usize>) -> Option<(Vec<String>, Range<usize>)> {
    if let Some(found) = subject(text, sentence.start) {
        return (found.1.end <= sentence.end).then_some(found);
    }
    let words = lexicon();
    words.verb("before_subject").at(text, sentence.start)?;
    let bytes = text.fold.as_bytes();
    let limit = sentence.end.min(sentence.start + 600);
    let mut at = sentence.start;
    while at < limit {
        let boundary = matches!(bytes[at], b',' | b';') || text.fold[at..].starts_with(" cac co quan");
        if boundary {
            let mut next = at + 1;
            while next < limit && text.chars[next] == ' ' {
                next += 1;
            }
            if let Some(order) = words.verb("order").at(text, next) {
                next = order.end + 1;
            }
            let named =
                next < limit && (text.chars[next].is_uppercase() || ARTICLE.is_match(&text.fold[next..]));
            if named && let Some(found) = subject(text, next).filter(|f| f.1.end <= sentence.end) {
                return Some(found);
            }
        }
        at += 1;
    }
    None
}

static WITH: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(
        r"\bphoi hop(?: chat che| chat| dong bo)?(?: cung)? (?:voi|cung)\s+|\bchu \w+, phu hop voi\s+|\bsu phoi hop cua\s+|\bphoi hop\s+|\bcung voi\s+|\bvoi su (?:tham gia|ho tro) cua\s+",
    )
});

/// The units named after "phối hợp với".
pub(super) fn partners(text: &Passage, sentence: Range<usize>) -> Vec<String> {
    let mut out = Vec::new();
    let mut from = sentence.start;
    while let Some(found) = WITH.find_at(&text.fold[..sentence.end], from) {
        from = found.end();
        // "phối hợp các sở": without "với" only what is surely a name follows.
        let named =
            text.chars.get(from).is_some_and(|c| c.is_uppercase()) || ARTICLE.is_match(&text.fold[from..]);
        if found.as_str().trim_end() == "phoi hop" && !named {
            continue;
        }
        if !starts(text, found.end()) || out.len() >= MOST_UNITS {
            continue;
        }
        // "các sở: Tài chính, Nội vụ"
        let colon =
            text.fold[from..sentence.end.min(from + LONGEST_KIND)].find(':').map(|colon| from + colon);
        if let Some((units, _)) = colon.and_then(|colon| spelled_out(text, from, colon, sentence.end)) {
            out.extend(units);
            continue;
        }
        for unit in split(&text.part(list_after(text, found.end(), sentence.end))) {
            if !out.contains(&unit) {
                out.push(unit);
            }
        }
    }
    if out.is_empty() {
        out.extend(helpers(text, sentence));
    }
    out
}

/// "...; Sở B, Ban C phối hợp", "... là cơ quan phối hợp": those who help are the subject of a clause.
fn helping(text: &Passage, sentence: Range<usize>) -> Option<Vec<String>> {
    let found = HELPING.captures(&text.fold[sentence.clone()])?.get(1)?;
    let list = sentence.start + found.start()..sentence.start + found.end();
    starts(text, list.start).then(|| split(&text.part(list)))
}

static HELPING: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(
        r"; ([^;.:()]{3,160}?) (?:la (?:cac )?(?:co quan|don vi) phoi hop|cung phoi hop|phoi hop)(?: thuc hien)?[.;)]?$",
    )
});

/// "Văn phòng chủ trì, các ban phối hợp.": who helps stands before the verb, behind the one who leads.
fn helpers(text: &Passage, sentence: Range<usize>) -> Vec<String> {
    let Some(found) = HELPERS.captures(&text.fold[sentence.clone()]).and_then(|found| found.get(1)) else {
        return helping(text, sentence).unwrap_or_default();
    };
    let list = sentence.start + found.start()..sentence.start + found.end();
    if starts(text, list.start) { split(&text.part(list)) } else { Vec::new() }
}

static HELPERS: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(r"\bchu tri[,;] ([^;.:()]{3,120}?) (?:cung )?phoi hop(?: thuc hien)?[.;]?$")
});

/// The list of units that begins at `from`: up to what they do, a preposition, or the end of the clause.
pub(super) fn list_after(text: &Passage, from: usize, to: usize) -> Range<usize> {
    let words = lexicon();
    let to = to.min(from + LONGEST_SUBJECT).max(from);
    let head = head_len(text, from).unwrap_or(0);
    let search = name_goes_on(text, from, head).min(to);
    let sign = text.fold[from..to].find([';', ':', '.', '(']).map_or(to, |i| from + i);
    let verb = helped(text, search..sign.max(search)).unwrap_or(to);
    let mut stop = words.verb("stop").find_exact(text, search..to);
    // "chính quyền cùng cấp" goes on.
    while let Some(hit) = stop.clone().filter(|hit| text.fold[hit.start..].starts_with("cung cap")) {
        stop = words.verb("stop").find_exact(text, hit.end..to);
    }
    let stop = stop.map_or(to, |m| m.start);
    from..verb.min(stop).min(sign)
}

/// A heading that is nothing but the name of one or more units.
pub(super) fn heading(text: &Passage) -> Option<Vec<String>> {
    // "Đối với các xã": what stands below is for them.
    let from = lexicon().unit("towards").at(text, 0).map_or(0, |m| m.end);
    let ordered = lexicon().verb("order").at(text, 0).map_or(from, |m| (m.end + 1).min(text.len()));
    let text = text.part(if ordered > from && starts(text, ordered) { ordered } else { from }..text.len());
    let stopped = text.last() == Some('.');
    let end = text.len() - usize::from(matches!(text.last(), Some(':' | '.')));
    let text = text.part(0..end);
    if text.is_empty() || text.len() > 200 {
        return None;
    }
    // Whatever "Đối với các ..." names is a group, also one of a kind that is not known.
    let group = || ARTICLE.find(&text.fold).filter(|_| from > 0).map(|m| m.end());
    let head = head_len(&text, 0).or_else(group)?;
    if predicate(&text, name_goes_on(&text, 0, head)..text.len()).is_some() {
        return None;
    }
    let sentence = stopped && text.fold.matches(' ').count() > 12;
    // "Phòng A in tài liệu trong tháng 4/2026" says what is done, with whatever verb.
    if text.fold.contains(['.', ':', '"']) || sentence || times::dates(&text) > 0 {
        return None;
    }
    let units = split(&text);
    (!units.is_empty()).then_some(units)
}

/// The form under which two spellings of one unit are the same.
pub(super) fn same(name: &str) -> String {
    let mut folded = key(name);
    for (short, long) in ABBREVIATIONS.iter() {
        folded = folded
            .split(' ')
            .map(|w| if w == short { long.as_str() } else { w })
            .collect::<Vec<_>>()
            .join(" ");
    }
    let article = format!("{} ", key("các"));
    folded.strip_prefix(&article).unwrap_or(&folded).to_owned()
}

static ABBREVIATIONS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    include_str!("../../data/abbreviations.txt")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split_once('='))
        .map(|(short, long)| (key(short), key(long)))
        .collect()
});
