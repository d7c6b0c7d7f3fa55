//! Where the name of a unit ends and what it does begins.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::lexicon::{Lexicon, lexicon, never_fails};
use super::passage::{Passage, key};
use super::units::{ARTICLE, ends_bare, head_len, starts};

/// Where what a unit does begins, with verbs that no list knows too: "Công an xã | nắm tình hình, bảo đảm ...".
pub(super) fn deed(text: &Passage, range: Range<usize>) -> Option<usize> {
    let known = predicate(text, range.clone());
    // A known verb behind a comma is the second thing that is done.
    let first = known.is_some_and(|at| !text.fold[range.start..at].trim_end().ends_with(','));
    if first { known } else { strange_verb(text, range.start..known.unwrap_or(range.end)).or(known) }
}

/// At least so many words belong to what is done, where no list knows the verb.
const LEAST_DEED: usize = 3;

/// The first small word behind the capitals of a name that does not usually follow the word before it.
fn strange_verb(text: &Passage, range: Range<usize>) -> Option<usize> {
    let inner = lexicon().unit("inner");
    let mut at = range.start;
    let mut named = false;
    while at < range.end {
        if !text.word_starts(at) {
            let goes_on = text.chars[at].is_alphanumeric()
                || matches!(text.chars[at], ' ' | ',' | '-' | '–' | '&' | '/');
            if !goes_on {
                return None;
            }
            at += 1;
            continue;
        }
        if let Some(known) = inner.at(text, at).filter(|m| inner.agrees(text, m)) {
            named |= known.end - known.start > 1;
            at = known.end;
        } else if let Some(head) = head_len(text, at) {
            at += head;
        } else if text.chars[at].is_lowercase() && !follows(text, at) {
            break;
        } else {
            named = true;
            at += 1;
        }
    }
    let rest = text.text(at..range.end);
    let closed = rest.trim_end_matches([',', ' ']).rsplit(' ').next().is_some_and(|last| inner.is(last));
    (named && at < range.end && !closed && rest.split(' ').count() >= LEAST_DEED).then_some(at)
}

/// Where what a unit does begins: the first predicate that is not part of a name.
pub(super) fn predicate(text: &Passage, range: Range<usize>) -> Option<usize> {
    let words = lexicon();
    let end = range.end.min(text.len());
    let formula = FORMULA.find_at(&text.fold[..end], range.start.min(end)).map_or(end, |m| m.start());
    let range = range.start..formula;
    let found = first_verb(text, range.clone(), words);
    found.or((formula < end).then_some(formula))
}

/// "chủ trì, phối hợp với", also where a scan misread letters of it: the commonest formula of the genre.
static FORMULA: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"\bch\w{1,3} ?t\w{1,3}, ph\w{1,3} h\w{1,2}p v\w{1,2}\b"));

fn first_verb(text: &Passage, range: Range<usize>, words: &Lexicon) -> Option<usize> {
    let mut from = range.start;
    while let Some(hit) = words.verb("predicate").find_exact(text, from..range.end) {
        if let Some(end) = bracketed(text, from, hit.start) {
            from = end;
            continue;
        }
        if !names(text, &hit) {
            return Some(hit.start);
        }
        // "các cơ quan được phân công chủ trì ... có trách nhiệm": the clause belongs to the name.
        from = meant(text, &hit).unwrap_or(hit.end);
    }
    None
}

/// The word before is a capital one that goes with this one: "Đăng | ký", "Nuôi | trồng".
fn opens_word(text: &Passage, at: usize) -> bool {
    previous_word(text, at).is_some_and(|word| text.chars[word.start].is_uppercase()) && follows(text, at)
}

/// The word at `at` often stands behind the word before it: "Nuôi | trồng".
fn follows(text: &Passage, at: usize) -> bool {
    let Some(before) = previous_word(text, at).filter(|word| word.end + 1 == at) else { return false };
    let end = (at..text.len()).find(|i| !text.chars[*i].is_alphanumeric()).unwrap_or(text.len());
    crate::repair::go_together(&text.text(before), &text.text(at..end))
}

/// The end of the bracket that opens from `from` on and in which `at` stands.
pub(super) fn bracketed(text: &Passage, from: usize, at: usize) -> Option<usize> {
    let open = text.fold[from..at].rfind('(').map(|open| from + open)?;
    let close = open + text.fold[open..].find(')')?;
    (close > at).then_some(close)
}

/// The verb found is part of a name or a noun after all: "Viện | nghiên cứu", "chuyển | giao".
fn names(text: &Passage, hit: &Range<usize>) -> bool {
    let words = lexicon();
    let word = text.text(hit.clone());
    let before = previous_word(text, hit.start);
    let inner = words.verb("in_names").is(&word);
    inner && (closes_head(text, hit.start) || sets_out(text, hit.end))
        || words.verb("ends_names").is(&word) && closes_name(text, hit.end)
        || before.is_some_and(|w| &text.fold[w] == "cac")
        || is_noun(text, hit)
        || words.verb("no_predicate").at(text, hit.start).is_some()
        || !text.fold[hit.clone()].contains(' ') && opens_word(text, hit.start)
        || meant(text, hit).is_some()
        || compound(text, hit)
}

/// What is done begins right behind the word, so the word itself is part of a name.
fn sets_out(text: &Passage, end: usize) -> bool {
    text.fold[end..].starts_with(' ') && lexicon().verb("sets_out").at(text, end + 1).is_some()
}

/// "các cơ quan được phân công chủ trì ... | có trách nhiệm": where the clause ends that says which ones are meant.
fn meant(text: &Passage, hit: &Range<usize>) -> Option<usize> {
    let words = lexicon();
    words.verb("meant").at(text, hit.start)?;
    let before = text.text(hit.start.saturating_sub(24)..hit.start);
    let clause = text.fold[hit.end..text.len().min(hit.end + 160)].split('.').next()?;
    let charged = clause.find("co trach nhiem").map(|end| hit.end + end);
    if charged.is_some() && ends_bare(&before) && !text.fold[hit.clone()].starts_with("chu tri") {
        return charged;
    }
    // "Các đơn vị được giao chủ trì nhiệm vụ | báo cáo ...": the word alone names nobody yet.
    let folded = key(&before);
    let any = |word: &&str| folded == key(word) || folded.ends_with(&format!(" {}", key(word)));
    if !words.unit("anyone").entries().iter().any(any) {
        return None;
    }
    let clause = clause.split([',', ';', ':']).next()?;
    let next = (hit.end..hit.end + clause.len())
        .filter(|at| {
            words.verb("goes_on").at(text, *at).is_some_and(|m| words.verb("goes_on").agrees(text, &m))
        })
        .find(|at| text.text(hit.end..*at).split(' ').count() >= LEAST_MEANT)?;
    Some(next)
}

/// A clause that says which ones are meant has at least so many words behind its verb.
const LEAST_MEANT: usize = 2;

/// A longer word or name has the verb in it.
fn compound(text: &Passage, hit: &Range<usize>) -> bool {
    let words = lexicon().verb("compound");
    let mut start = hit.start;
    for _ in 0..4 {
        let longer = |m: &Range<usize>| m.end >= hit.end && m.len() > hit.len();
        if words.at(text, start).filter(longer).is_some_and(|m| words.agrees(text, &m)) {
            return true;
        }
        match previous_word(text, start) {
            Some(word) => start = word.start,
            None => return false,
        }
    }
    false
}

/// Nothing that could be done follows: the name ends here, or another begins.
fn closes_name(text: &Passage, end: usize) -> bool {
    let rest = text.fold[end..].trim_start();
    let next = text.len() - rest.len();
    rest.is_empty()
        || rest == ":"
        || rest.starts_with([',', ';']) && starts(text, (next + 2).min(text.len()))
        || rest.starts_with("- ") && text.chars.get(next + 2).is_some_and(|c| c.is_uppercase())
        || rest.starts_with("va ") && starts(text, next + 3)
        || ["tinh ", "thanh pho ", "xa ", "phuong "].iter().any(|place| {
            rest.starts_with(place) && text.chars.get(next + place.len()).is_some_and(|c| c.is_uppercase())
        })
}

/// The words before `at` are the beginning of a name and nothing more: "Viện | nghiên cứu", "Trung tâm | phát triển".
fn closes_head(text: &Passage, at: usize) -> bool {
    let end = text.fold[..at].trim_end().len();
    let mut start = end;
    for _ in 0..3 {
        let Some(word) = previous_word(text, start) else { return false };
        start = word.start;
        let opens = previous_word(text, start).is_none_or(|w| {
            matches!(
                &text.fold[w.clone()],
                "cac" | "va" | "voi" | "cho" | "ve" | "gui" | "qua" | "den" | "giao" | "cua"
            ) || text.fold[w.end..start].contains([',', ';', ':', '.'])
        });
        let article = ARTICLE.find(&text.fold[start..end]).map_or(0, |m| m.end());
        let open = lexicon().unit("open_head").is(&text.text(start + article..end));
        if opens && open && head_len(text, start) == Some(end - start) {
            return true;
        }
    }
    false
}

/// "cơ quan, tổ chức, cá nhân", "lãnh đạo các cơ quan": a noun within a list.
fn is_noun(text: &Passage, hit: &Range<usize>) -> bool {
    let mut next = hit.end;
    while next < text.len() && text.chars[next] == ' ' {
        next += 1;
    }
    match &text.fold[hit.clone()] {
        "to chuc" => {
            let after = &text.fold[hit.end..];
            let listed = after.starts_with(',')
                || after.starts_with(" ca nhan")
                || after.starts_with(" dang ")
                || lexicon().unit("tail").at(text, next).is_some();
            let before = text.fold[..hit.start].trim_end();
            // "các chủ rừng là tổ chức"
            listed && before.ends_with([',', '/'])
                || after.trim_end_matches([':', ' ']).is_empty() && before.ends_with(" la")
        }
        "lanh dao" => next < text.len() && starts(text, next) && opens_list(text, hit.start),
        _ => false,
    }
}

/// No name ends here: the beginning, a sign, or a word that leads to the next name.
fn opens_list(text: &Passage, at: usize) -> bool {
    let before = text.fold[..at].trim_end();
    before.is_empty()
        || before.ends_with([',', ';', ':', '.', '('])
        || lexicon()
            .unit("leads_to")
            .entries()
            .iter()
            .any(|word| ends_with_word(&text.text(0..before.len()), word))
}

fn ends_with_word(text: &str, word: &str) -> bool {
    key(text).strip_suffix(&key(word)).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
}

fn previous_word(text: &Passage, at: usize) -> Option<Range<usize>> {
    let end = text.fold[..at].trim_end().len();
    let start = text.fold[..end].rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |i| i + 1);
    (start < end).then_some(start..end)
}

/// The first predicate that never stands in names.
pub(super) fn plain_predicate(text: &Passage, range: Range<usize>) -> Option<usize> {
    let words = lexicon();
    let mut from = range.start;
    while let Some(at) = predicate(text, from..range.end) {
        match words.verb("in_names").at(text, at) {
            Some(name) => from = name.end,
            None => return Some(at),
        }
    }
    None
}

/// Behind a head of one word ("Ban", "các viện") the next word belongs to the name, unless it says what is done.
pub(super) fn name_goes_on(text: &Passage, at: usize, head: usize) -> usize {
    let article = ARTICLE.find(&text.fold[at..]).map_or(0, |m| m.end());
    let single = !text.fold[at + article.min(head)..at + head].contains(' ');
    if !single || acts(text, at + head) {
        return at + head;
    }
    next_word(text, at + head)
}

/// A predicate stands right here.
fn acts(text: &Passage, at: usize) -> bool {
    let mut next = at;
    while next < text.len() && text.chars[next] == ' ' {
        next += 1;
    }
    let words = lexicon().verb("predicate");
    words.at(text, next).is_some_and(|hit| {
        words.agrees(text, &hit) && text.chars[hit.start].is_lowercase() && !names(text, &hit)
    })
}

fn next_word(text: &Passage, mut at: usize) -> usize {
    while at < text.len() && !text.chars[at].is_alphanumeric() {
        if text.chars[at] != ' ' {
            return at;
        }
        at += 1;
    }
    while at < text.len() && text.chars[at].is_alphanumeric() {
        at += 1;
    }
    at
}

/// Where what is done with the units of a list begins.
pub(super) fn helped(text: &Passage, range: Range<usize>) -> Option<usize> {
    let known = predicate(text, range.clone())?;
    let second = text.fold[range.start..known].trim_end().ends_with(',');
    Some(if second { strange_verb(text, range.start..known).unwrap_or(known) } else { known })
}
