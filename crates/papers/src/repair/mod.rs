//! Damaged text → Vietnamese as it was printed: for text that a scan, or a program without Vietnamese
//! letters, has spoilt.
//!
//! A noisy channel: `channel` and `trie` say what each damaged word may have been and how likely a scan makes
//! that of it, `model` says which syllables follow one another, and `lattice` finds the likeliest words for
//! both. `passages` finds the lines that are damaged; all others stay as they are, and so do numbers, codes,
//! addresses, signs and the ends of lines (`tokens`).

mod channel;
mod compact;
mod lattice;
mod model;
mod passages;
mod phrases;
mod rebuilt;
mod spelling;
mod tokens;
mod trie;

pub use compact::compact;

use crate::read::Text;
use lattice::Decoder;
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
    let late = spelling::sets_tones_late(content);
    let mut edits = Vec::new();
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
        let run = &tokens[start..at];
        if let Some(damage) = of(&tokens[start]) {
            for reading in decoder.decode(run, damage) {
                edits.extend(edit(content, run, &reading, late));
            }
        }
    }
    rebuilt::rebuilt(text, &edits)
}

/// The change that a reading means, if it means any.
fn edit(content: &str, run: &[Token], reading: &lattice::Reading, late: bool) -> Option<Edit> {
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
