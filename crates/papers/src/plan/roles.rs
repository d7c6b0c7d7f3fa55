//! Who acts, with whom and when, where an item says so at its end: "(Ban A chủ trì; xong trong quý I)".

use std::ops::Range;

use super::items::Item;
use super::lexicon::{Field, lexicon};
use super::passage::Passage;
use super::{Task, times, units};

/// A bracket longer than this explains rather than appoints (characters).
const LONGEST_BRACKET: usize = 240;

/// Takes a closing bracket and a closing "– time" that only say who and when out of the item's words.
pub(super) fn take_ending(item: &mut Item) {
    let text = item.text.part(0..item.text.len());
    let whole_end = text.at.last().map(|at| *at as usize + 1);
    let mut values: Vec<(Field, Passage)> = Vec::new();
    let mut end = text.fold.trim_end_matches(['.', ';', ' ']).len();
    if let Some(dash) = closing_dash(&text, end) {
        values.push((Field::Time, text.part(dash + 2..end)));
        end = text.fold[..dash].trim_end().len();
    }
    // "(Công an xã chủ trì), mỗi năm hai lần"
    if let Some(close) = text.fold[..end].rfind("), ")
        && when(&text.part(close + 3..end))
    {
        values.push((Field::Time, text.part(close + 3..end)));
        end = close + 1;
    }
    if text.fold[..end].ends_with(')')
        && let Some(open) = text.fold[..end].rfind('(')
        && open > 8
        && end - open < LONGEST_BRACKET
        && let Some(mut inside) = bracket(&text.part(open + 1..end - 1))
    {
        inside.append(&mut values);
        values = inside;
        end = text.fold[..open].trim_end().len();
    }
    if values.is_empty() || end < 8 {
        return;
    }
    item.end = item.end.max(whole_end);
    item.printed = Some(text.all());
    item.values.append(&mut values);
    item.text = text.part(0..end);
    item.title_end = item.title_end.filter(|t| *t < end);
}

/// "... – trước 30/6/2026": where the dash stands.
fn closing_dash(text: &Passage, end: usize) -> Option<usize> {
    let dash = text.fold[..end].rfind(" - ").map(|at| at + 1)?;
    let rest = text.part(dash + 2..end);
    // "2026 - 2030" is a stretch of years.
    let digit = |c: char| c.is_ascii_digit();
    let range = text.fold[..dash].trim_end().ends_with(digit) && rest.fold.starts_with(digit);
    (dash > 8 && !range && rest.len() <= 40 && when(&rest)).then_some(dash)
}

/// A short text that says when and nothing else.
fn when(text: &Passage) -> bool {
    let mut at = 0;
    while let Some(word) = lexicon().time("leads_in").at(text, at) {
        at = word.end;
        while at < text.len() && text.chars[at] == ' ' {
            at += 1;
        }
    }
    let rest = text.part(at..text.len());
    text.len() <= 60
        && !text.fold.contains(['(', ')'])
        && (times::opens_with_time(&rest) || times::opens_with_time(text))
        && times::value(text).1
}

/// What the parts of a bracket say, when each of them says something.
fn bracket(inside: &Passage) -> Option<Vec<(Field, Passage)>> {
    let mut out = Vec::new();
    for part in cut(inside, b";") {
        // "Sở A, Sở B phối hợp": a bare name has the role of the one after it.
        let pieces: Option<Vec<_>> = cut(&part, b",").iter().map(one).collect();
        let Some(mut pieces) = pieces else {
            out.push(one(&part)?.0);
            continue;
        };
        for i in (1..pieces.len()).rev() {
            if pieces[i - 1].1 && matches!(pieces[i].0.0, Field::Lead | Field::Coordinating) {
                pieces[i - 1].0.0 = pieces[i].0.0;
            }
        }
        out.extend(pieces.into_iter().map(|(found, _)| found));
    }
    (!out.is_empty()).then_some(out)
}

fn cut(text: &Passage, signs: &[u8]) -> Vec<Passage> {
    let mut out = Vec::new();
    let mut start = 0;
    for i in 0..=text.len() {
        if i == text.len() || signs.contains(&text.fold.as_bytes()[i]) {
            let piece = text.part(start..i);
            if !piece.is_empty() {
                out.push(piece);
            }
            start = i + 1;
        }
    }
    out
}

/// "Ban A chủ trì", "Sở B phối hợp", "phối hợp với Sở B", "ông C phụ trách", "Ban A", "trong năm 2026".
///
/// The second value is true for a bare name, which leads unless a role says otherwise.
fn one(part: &Passage) -> Option<((Field, Passage), bool)> {
    if let Some(found) = appointed(part) {
        return Some((found, false));
    }
    // A bare name in brackets may as well explain: only a name with more than one word appoints.
    let named = part.fold.contains(' ') && part.first().is_some_and(char::is_uppercase);
    (named && units::heading(part).is_some()).then(|| ((Field::Lead, part.clone()), true))
}

fn appointed(part: &Passage) -> Option<(Field, Passage)> {
    let words = lexicon();
    let ends = |section: &str| -> Option<usize> {
        let mut at = part.fold.len();
        for _ in 0..4 {
            at = part.fold[..at].rfind(' ')?;
            let hit = words.verb(section).at(part, at + 1).filter(|m| m.end == part.len());
            if hit.is_some() {
                return Some(at);
            }
        }
        None
    };
    if part.fold.starts_with("phoi hop") {
        let name = (0..part.len()).find(|at| part.word_starts(*at) && units::starts(part, *at))?;
        return Some((Field::Coordinating, part.part(name..part.len())));
    }
    if let Some(end) = ends("partner_role").filter(|_| units::starts(part, 0)) {
        return Some((Field::Coordinating, part.part(0..end)));
    }
    if let Some(end) = ends("lead_role") {
        let name = part.part(0..end);
        if units::honorific(&name) {
            return Some((Field::Person, name));
        }
        return units::heading(&name).map(|_| (Field::Lead, name));
    }
    if when(part) {
        return Some((Field::Time, part.clone()));
    }
    let person = units::honorific(part) && !units::persons(part).is_empty() && part.len() < 40;
    person.then(|| (Field::Person, part.clone()))
}

/// "Sở A (chủ trì), Sở B, Sở C (phối hợp)": a bracket gives the names before it, back to the last one, their role.
pub(super) fn sort_marked(task: &mut Task) {
    let marked = |name: &String| name.ends_with(')') && name.contains('(');
    if !task.lead.iter().any(marked) {
        return;
    }
    let words = lexicon();
    let mut waiting: Vec<String> = Vec::new();
    let mut lead = Vec::new();
    for name in std::mem::take(&mut task.lead) {
        let role =
            name.rsplit_once('(').map(|(bare, role)| (bare.trim().to_owned(), role.trim_end_matches(')')));
        match role {
            Some((bare, role)) if words.verb("partner_role").is(role) => {
                task.coordinating.append(&mut waiting);
                task.coordinating.push(bare);
            }
            Some((bare, role)) if words.verb("lead_role").is(role) => {
                lead.append(&mut waiting);
                lead.push(bare);
            }
            _ => waiting.push(name),
        }
    }
    lead.append(&mut waiting);
    task.lead = lead;
}

/// Who is to act in a later clause: "...; Trung tâm B chủ trì", "...; giao Văn phòng C triển khai".
pub(super) fn later_actor(text: &Passage, sentence: Range<usize>) -> Option<(Vec<String>, Range<usize>)> {
    if let Some(found) = passive(text, &sentence) {
        return Some(found);
    }
    let words = lexicon();
    let bytes = text.fold.as_bytes();
    for at in sentence.clone() {
        let topic = bytes[at] == b':'
            && at - sentence.start < 60
            && words.verb("task").at(text, sentence.start).is_none();
        if !matches!(bytes[at], b';' | b'(' | b',') && !topic {
            continue;
        }
        let mut next = at + 1;
        while next < sentence.end && text.chars[next] == ' ' {
            next += 1;
        }
        if next >= sentence.end {
            break;
        }
        let ordered = words.verb("order").at(text, next).map(|m| (m.end + 1).min(text.len()));
        if let Some(name) = ordered
            && bytes[at] != b'('
            && units::starts(text, name)
            && let Some(found) = units::subject(text, name).filter(|f| f.1.end <= sentence.end)
        {
            return Some(found);
        }
        let named = text.chars[next].is_uppercase()
            || ["cac ", "dong chi "].iter().any(|word| text.fold[next..].starts_with(word));
        if !named || !units::starts(text, next) || bytes[at] == b',' {
            continue;
        }
        let Some(found) = units::subject(text, next).filter(|f| f.1.end <= sentence.end) else { continue };
        if topic || words.verb("leads").at(text, found.1.end).is_some() {
            return Some(found);
        }
    }
    None
}

/// "Việc kiểm kê ... do Phòng A chủ trì": who acts stands behind "do".
fn passive(text: &Passage, sentence: &Range<usize>) -> Option<(Vec<String>, Range<usize>)> {
    if lexicon().verb("task").at(text, sentence.start).is_some() {
        return None;
    }
    let by = |at: &usize| text.fold[*at..sentence.end].starts_with(" do ") && units::starts(text, at + 4);
    let found = units::subject(text, sentence.clone().find(by)? + 4)?;
    let does = lexicon().verb("does").at(text, found.1.end).is_some();
    (does && found.1.end <= sentence.end).then_some(found)
}
