//! Names of units and turns of phrase in damaged text: a stretch that nearly reads like one of them becomes it.
//!
//! The counts of syllables say which words follow one another anywhere; this says which words stand together as
//! a whole. What is known: `data/names.txt`, the names handed in, and what the document itself says more than
//! once.

use std::collections::{HashMap, HashSet};

use crate::fold::fold;

/// The longest phrase that is looked for (words).
const LONGEST: usize = 16;

/// A phrase is found by one of its first words that came through.
const KEYS: usize = 4;

/// How far words may be from a phrase, on average: 0 is the same, 1 is another word.
const FAR: f32 = 0.25;

/// The same for what is only known from the document itself.
const FAR_OWN: f32 = 0.1;

/// How far a word without its marks is from the word with them.
const UNMARKED: f32 = 0.12;

/// No word may be farther from the phrase's than this, but for one of a phrase of some length.
const FARTHEST: f32 = 0.51;
const ONE_FARTHER: f32 = 0.7;
const SOME_LENGTH: usize = 4;

/// A word that came through as a Vietnamese one may be another if it is no farther than this.
const NEARLY: f32 = 0.34;

/// How much farther from what stands there it may be than the word that repair would read by itself.
const WORSE: f32 = 0.45;

/// How far a further word may be for a longer phrase to be preferred.
const LONGER: f32 = 0.6;

/// Words that may stand between two names.
const BETWEEN: [&str; 3] = ["và", "cùng", "với"];

/// A word of the text as repair reads it so far.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Bytes of the text as it came.
    pub start: usize,
    pub end: usize,
    /// As it is read, in small letters; two words where the scan joined them.
    pub word: String,
    /// As it stands, in small letters without marks.
    pub raw: String,
    /// Does it begin with a capital letter?
    pub capital: bool,
    /// May it be read otherwise?
    pub open: bool,
    /// Was it read otherwise than it stands?
    pub changed: bool,
    /// Is it parted from the word before by no more than blanks, a bracket, or a comma?
    pub near: bool,
    /// Is there a comma?
    pub comma: bool,
}

struct Phrase {
    words: Vec<Word>,
    /// How far a stretch may be from it.
    reach: f32,
    name: bool,
}

/// A word of a phrase.
struct Word {
    /// In small letters, with marks and without.
    marked: String,
    plain: String,
    /// As it is printed.
    cased: String,
    /// Does it begin with a capital letter?
    capital: bool,
    /// May a comma stand before it?
    comma: bool,
}

/// A word that is to be read as another: its place among the words seen, what it is, and whether signs up to
/// the next word go.
pub(super) struct Snapped {
    pub at: usize,
    /// In small letters but for the capitals of a name.
    pub word: String,
    pub to_next: bool,
}

/// Finds the phrases in damaged text. Takes time in proportion to the text.
pub(super) fn snap(text: &str, seen: &[Seen], names: &[String]) -> Vec<Snapped> {
    let phrases = phrases(text, seen, names);
    let mut keyed: HashMap<(usize, &str), Vec<usize>> = HashMap::new();
    for (number, phrase) in phrases.iter().enumerate() {
        for (place, word) in phrase.words.iter().take(KEYS).enumerate() {
            keyed.entry((place, &word.plain)).or_default().push(number);
        }
    }
    let folded: Vec<String> = seen.iter().map(|s| fold(&s.word)).collect();
    let mut out = Vec::new();
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < seen.len() {
        let mut best: Option<(f32, usize, Vec<Option<usize>>)> = None;
        let mut tried: Vec<usize> = Vec::new();
        for place in 0..KEYS {
            let Some(plain) = folded.get(at + place) else { break };
            if place > 0 && !seen[at + place].near {
                break;
            }
            // One further on where the scan wrote two words as one.
            let found = [place, place + 1].map(|key| keyed.get(&(key, plain.as_str())));
            for number in found.into_iter().flatten().flatten() {
                if tried.contains(number) {
                    continue;
                }
                tried.push(*number);
                let phrase = &phrases[*number];
                if phrase.name && !seen[at].capital {
                    continue;
                }
                let Some((far, cells)) = aligned(phrase, &seen[at..], &folded[at..]) else { continue };
                // Of two that fit alike the longer one says more.
                let rank = (far - LONGER) * phrase.words.len() as f32;
                if best.as_ref().is_none_or(|(known, ..)| rank < *known) {
                    best = Some((rank, *number, cells));
                }
            }
        }
        let Some((_, number, cells)) = best else {
            at += 1;
            continue;
        };
        let phrase = &phrases[number];
        out.extend(words(phrase, &cells, text, &seen[at..], at));
        let end = at + cells.len();
        if phrase.name {
            ends.push((at, end));
        }
        at = end;
    }
    out.extend(between(seen, &ends));
    out.sort_by_key(|snapped| snapped.at);
    out
}

/// How far the words are from a phrase, and for each of them whether the phrase's next word stands in it too.
fn aligned(phrase: &Phrase, seen: &[Seen], folded: &[String]) -> Option<(f32, Vec<Option<usize>>)> {
    let most = phrase.reach * phrase.words.len() as f32;
    let (mut far, mut equal, mut farther, mut open) = (0.0, 0, 0, false);
    let mut cells = Vec::with_capacity(phrase.words.len());
    let mut next = 0;
    while let Some(word) = phrase.words.get(next) {
        let at = cells.len();
        let one = seen.get(at)?;
        if at > 0 && (!one.near || one.comma && !word.comma) {
            return None;
        }
        let apart = distance(one, &folded[at], word);
        // The scan wrote two words as one.
        let joined = phrase.words.get(next + 1).filter(|after| {
            let length = word.plain.len() + after.plain.len();
            one.open && one.changed && apart > 0.3 && one.raw.len() + 1 >= length
        });
        let joined = joined.map(|after| apart_by(&one.raw, &format!("{}{}", word.plain, after.plain)));
        match joined {
            Some(joined) if joined < apart.min(0.3) => {
                far += joined * 2.0;
                cells.push(Some(next + 1));
                next += 2;
                open = true;
            }
            _ => {
                far += apart;
                equal += usize::from(apart <= UNMARKED);
                farther += usize::from(apart > FARTHEST);
                open |= one.open && apart > 0.0;
                cells.push(None);
                next += 1;
            }
        }
        let most_farther = usize::from(phrase.words.len() >= SOME_LENGTH + usize::from(next == 1));
        if far > most || farther > most_farther {
            return None;
        }
    }
    let enough = equal * 5 >= phrase.words.len() * 2;
    // What reads like the phrase already is passed over as a whole.
    (enough && (open || far == 0.0)).then_some((far / phrase.words.len() as f32, cells))
}

/// How far what stands there is from a word; infinite where it cannot be that word.
fn distance(one: &Seen, folded: &str, word: &Word) -> f32 {
    if one.word == word.marked {
        return 0.0;
    }
    if folded == word.plain {
        return if one.open { UNMARKED } else { f32::INFINITY };
    }
    // A word that came through as a Vietnamese one was printed so.
    let apart = apart_by(&one.raw, &word.plain);
    let no_word = one.raw.len() < 2 || !crate::read::is_syllable(&one.word);
    let likely = apart <= ONE_FARTHER && (no_word || apart <= apart_by(&one.raw, folded) + WORSE);
    if one.open && !one.changed && apart <= NEARLY && one.raw.len() <= 4 {
        // A short word may be another one of which a letter was lost; one in a phrase of some length may.
        return FARTHEST + apart / 2.0;
    }
    if one.open && one.changed && likely { apart } else { f32::INFINITY }
}

/// The share of letters that differ.
fn apart_by(a: &str, b: &str) -> f32 {
    let longest = a.len().max(b.len()).max(1);
    if a.len().abs_diff(b.len()) * 2 > longest {
        return 1.0;
    }
    strsim::levenshtein(a, b) as f32 / longest as f32
}

/// The words that are to be read otherwise.
fn words(phrase: &Phrase, cells: &[Option<usize>], text: &str, seen: &[Seen], from: usize) -> Vec<Snapped> {
    let mut out = Vec::new();
    let mut next = 0;
    for (at, joined) in cells.iter().enumerate() {
        let Some(first) = phrase.words.get(next) else { break };
        let mut word = first.cased.clone();
        if let Some(second) = joined.and_then(|second| phrase.words.get(second)) {
            word = format!("{word} {}", second.cased);
        }
        next += 1 + usize::from(joined.is_some());
        let one = &seen[at];
        let gap = seen.get(at + 1).and_then(|after| text.get(one.end..after.start)).unwrap_or_default();
        let to_next = at + 1 < cells.len() && gap.contains(')');
        let other = one.word != word.to_lowercase() || one.changed && first.capital && !one.capital;
        if one.open && (other || to_next) {
            out.push(Snapped { at: from + at, word, to_next });
        }
    }
    out
}

/// One damaged word between two names can only join them.
fn between(seen: &[Seen], names: &[(usize, usize)]) -> Vec<Snapped> {
    let mut out = Vec::new();
    for pair in names.windows(2) {
        let (at, next) = (pair[0].1, pair[1].0);
        let Some(one) = seen.get(at).filter(|one| next == at + 1 && one.open && one.changed && one.near)
        else {
            continue;
        };
        if !seen[next].near || BETWEEN.contains(&one.word.as_str()) {
            continue;
        }
        let word = BETWEEN
            .iter()
            .map(|word| (apart_by(&one.raw, &fold(word)), word))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((apart, word)) = word
            && apart <= 0.5
        {
            out.push(Snapped { at, word: (*word).to_owned(), to_next: false });
        }
    }
    out
}

/// The words of a phrase and where its commas stand.
fn split(line: &str) -> Vec<Word> {
    let mut comma = false;
    let mut out = Vec::new();
    for piece in line.split_whitespace() {
        let word = piece.trim_matches(|c: char| !c.is_alphanumeric());
        if word.is_empty() {
            continue;
        }
        let marked = word.to_lowercase();
        let plain = fold(&marked);
        let capital = word.starts_with(char::is_uppercase);
        out.push(Word { plain, cased: word.to_owned(), capital, marked, comma });
        comma = piece.ends_with(',');
    }
    out
}

fn phrases(text: &str, seen: &[Seen], names: &[String]) -> Vec<Phrase> {
    let mut out = Vec::new();
    let mut known: HashSet<Vec<String>> = HashSet::new();
    let mut add = |line: &str, reach: f32, name: bool| {
        let words = split(line);
        let plain = words.iter().map(|word| word.marked.clone()).collect();
        if (2..=LONGEST).contains(&words.len()) && known.insert(plain) {
            out.push(Phrase { words, reach, name });
        }
    };
    for line in include_str!("../../data/names.txt").lines().filter(|line| !line.starts_with('#')) {
        add(line, FAR, line.starts_with(char::is_uppercase));
    }
    names.iter().for_each(|name| add(name, FAR, true));
    for words in repeated(text, seen) {
        add(&words.join(" "), FAR_OWN, true);
    }
    out
}

/// What begins with a capital letter and stands in the document twice or oftener.
fn repeated(text: &str, seen: &[Seen]) -> Vec<Vec<String>> {
    let mut counts: HashMap<Vec<&str>, usize> = HashMap::new();
    for (at, first) in seen.iter().enumerate() {
        if !first.capital || first.word.contains(' ') {
            continue;
        }
        let mut words = vec![first.word.as_str()];
        for next in seen[at + 1..].iter().take(5) {
            let syllable = crate::read::is_syllable(&next.word);
            if !next.near || !syllable || text[..next.start].trim_end().ends_with([',', ')']) {
                break;
            }
            words.push(&next.word);
            if words.len() >= 3 {
                *counts.entry(words.clone()).or_default() += 1;
            }
        }
    }
    let mut out: Vec<Vec<String>> = counts
        .into_iter()
        .filter(|(_, count)| *count >= 2)
        .map(|(words, _)| words.into_iter().map(str::to_owned).collect())
        .collect();
    out.sort();
    out
}
