//! Damaged text → Vietnamese as it was printed: for text that a scan, or a program without Vietnamese
//! letters, has spoilt.
//!
//! A noisy channel: `channel` and `trie` say what each damaged word may have been and how likely a scan makes
//! that of it, `model` says which syllables follow one another, and `lattice` finds the likeliest words for
//! both. `passages` finds the lines that are damaged; all others stay as they are, and so do numbers, codes,
//! addresses, signs and the ends of lines (`tokens`). Last, `names` makes whole what nearly reads like the name of a unit.

mod channel;
mod compact;
mod lattice;
mod model;
mod names;
mod passages;
mod phrases;
mod quick;
mod rebuilt;
mod spelling;
mod tokens;
mod trie;

pub use compact::compact;

use crate::read::Text;
use lattice::{Decoder, Reading};
use model::{UNKNOWN, model};
use phrases::Phrases;
use tokens::{Gap, Token};

/// What is known beside the text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hints {
    /// Names of units, in full or short, as they are written.
    pub names: Vec<String>,
}

/// A text after repair.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Repaired {
    /// The text; tables and their cells keep their places in it.
    pub text: Text,
    /// What was changed, in the order of the text; no two touch one another.
    pub changes: Vec<Change>,
}

/// A stretch that reads otherwise than it came.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Change {
    /// `[start, end)` in scalar values of the repaired text.
    pub span: [usize; 2],
    /// What stood there.
    pub original: String,
    /// How sure the repair is, between 0 and 1.
    pub confidence: f32,
}

/// A stretch to be replaced.
struct Edit {
    /// Bytes of the text as it came.
    start: usize,
    end: usize,
    words: String,
    confidence: f32,
}

/// Repairs the damaged passages of a text. Sound text comes back unchanged. Never panics; takes time in
/// proportion to the text.
pub fn repair(text: &Text, hints: &Hints) -> Repaired {
    let content = &text.content;
    let (tokens, lines) = tokens::tokens(content);
    let damage = passages::passages(content, &tokens, lines);
    if damage.iter().all(Option::is_none) {
        return Repaired { text: text.clone(), changes: Vec::new() };
    }
    let mut decoder = Decoder::new(content, Phrases::new(&hints.names));
    let mut readings = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let of = |token: &Token| damage.get(token.line).copied().flatten();
        let start = at;
        at += 1;
        while tokens
            .get(at)
            .is_some_and(|t| t.gap != Gap::Sign && of(t) == of(&tokens[start]) && at - start < 400)
        {
            at += 1;
        }
        if let Some(damage) = of(&tokens[start]) {
            let found = decoder.decode(&tokens[start..at], damage);
            readings.extend(found.into_iter().map(|reading| reading.behind(start)));
        }
    }
    let edits = edits(content, &tokens, &readings, &hints.names);
    rebuilt::rebuilt(text, &edits)
}

/// Does the second word stand behind the first one so often that they are likely one name or word?
pub(crate) fn go_together(first: &str, second: &str) -> bool {
    let [first, second] = [first, second].map(|word| model().id(&word.to_lowercase()));
    let share = model().after(first, second);
    first != UNKNOWN && second != UNKNOWN && share > TOGETHER && share > 10.0 * model().single(second)
}

/// From this share of the words behind another one on a word goes with it.
const TOGETHER: f32 = 0.02;

/// How sure it is that a stretch which nearly reads like a name is that name.
const SNAPPED: f32 = 0.8;

/// The changes that the readings mean, and those that make names whole.
fn edits(content: &str, tokens: &[Token], readings: &[Reading], names: &[String]) -> Vec<Edit> {
    let late = spelling::sets_tones_late(content);
    let seen: Option<Vec<names::Seen>> =
        readings.iter().map(|reading| seen(content, tokens, reading)).collect();
    let Some(seen) = seen else { return Vec::new() };
    let mut snapped = names::snap(content, &seen, names).into_iter().peekable();
    let mut out = Vec::new();
    for (at, reading) in readings.iter().enumerate() {
        let Some(snap) = snapped.next_if(|snap| snap.at == at) else {
            out.extend(edit(content, tokens, reading, late));
            continue;
        };
        let (word, end) = (&seen[at], if snap.to_next { seen[at + 1].start } else { seen[at].end });
        let as_it_came = &content[word.start..word.end];
        let words: Vec<String> = snap.word.split(' ').map(|w| spelling::set(w, late)).collect();
        let capitals = tokens.get(reading.from).is_some_and(|token| token.capitals);
        let mut words = cased(as_it_came, &words.join(" "), capitals);
        if snap.to_next {
            words.push_str(content[word.end..end].trim_start_matches(')'));
        }
        if content[word.start..end] != words {
            out.push(Edit { start: word.start, end, words, confidence: SNAPPED });
        }
    }
    out
}

/// A reading as a word among words.
fn seen(content: &str, tokens: &[Token], reading: &Reading) -> Option<names::Seen> {
    let (first, last) = (tokens.get(reading.from)?, tokens.get(reading.to.checked_sub(1)?)?);
    let as_it_came = content[first.start..last.end].to_lowercase();
    let words = |id: &u16| model().word(*id);
    let known = first.kind == tokens::Kind::Word && reading.words[0] != Some(UNKNOWN);
    let word = if known {
        reading.words.iter().flatten().map(words).collect::<Vec<_>>().join(" ")
    } else {
        as_it_came.clone()
    };
    let before = reading.from.checked_sub(1).and_then(|before| tokens.get(before));
    let gap = before.map_or("", |before| &content[before.end..first.start]);
    let blank = gap.chars().all(|c| c.is_whitespace() || matches!(c, ',' | ')'));
    let near = before.is_some() && blank && gap.len() < 12 && gap.matches('\n').count() < 2;
    let raw: String = crate::fold::fold(&as_it_came).chars().filter(char::is_ascii_alphanumeric).collect();
    let capital = content[first.start..].starts_with(char::is_uppercase);
    // "BOA" may be an abbreviation, or what a scan made of "Bộ".
    let short = as_it_came.len() <= 4 && as_it_came.bytes().all(|b| b.is_ascii_alphabetic()) && capital;
    let changed = !known || as_it_came != word || as_it_came.len() == 1;
    let open = first.kind == tokens::Kind::Word || first.kind == tokens::Kind::Kept && short;
    Some(names::Seen {
        start: first.start,
        end: last.end,
        word,
        raw,
        capital,
        open,
        changed,
        near,
        comma: gap.contains(','),
    })
}

/// The change that a reading means, if it means any.
fn edit(content: &str, run: &[Token], reading: &Reading, late: bool) -> Option<Edit> {
    let (first, last) = (run.get(reading.from)?, run.get(reading.to.checked_sub(1)?)?);
    if first.kind != tokens::Kind::Word || reading.words[0] == Some(UNKNOWN) {
        return None;
    }
    let seen = &content[first.start..last.end];
    let mut words: Vec<String> =
        reading.words.iter().flatten().map(|id| model().word(*id).to_owned()).collect();
    if late {
        words.iter_mut().for_each(|word| *word = spelling::tone_late(word));
    }
    let words = words.join(" ");
    let as_seen = seen.to_lowercase();
    if as_seen == words || spelling::tone_late(&as_seen) == spelling::tone_late(&words) {
        return None;
    }
    let words = cased(seen, &words, first.capitals);
    Some(Edit { start: first.start, end: last.end, words, confidence: reading.confidence })
}

/// Writes words in the case of what was seen.
fn cased(seen: &str, words: &str, capitals: bool) -> String {
    let small = seen.chars().filter(|c| c.is_lowercase()).count();
    let large = seen.chars().filter(|c| c.is_uppercase()).count();
    if capitals && large >= small {
        return words.to_uppercase();
    }
    let first = seen.chars().find(|c| c.is_alphabetic());
    let mut chars = words.chars();
    match chars.next() {
        Some(initial) if first.is_some_and(char::is_uppercase) => {
            initial.to_uppercase().chain(chars).collect()
        }
        _ => words.to_owned(),
    }
}
