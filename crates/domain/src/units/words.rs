//! Printed names cut into words, and what one printed word may stand for.

use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// Words that bind others and tell little.
const BINDING: [&str; 13] =
    ["và", "của", "về", "các", "thuộc", "tại", "cho", "ở", "trực", "va", "cua", "cac", "thuoc"];
/// Words for the kind of an administrative division, often left out or shortened.
const DIVISION: [&str; 3] = ["tinh", "xa", "phuong"];
/// The same in two words.
const DIVISION_PAIRS: [(&str, &str); 2] = [("thanh", "pho"), ("dac", "khu")];

/// A word of a name that is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    /// Its folded form.
    pub fold: u32,
    /// Its form with marks.
    pub marked: u32,
    /// First letter of the folded form.
    pub initial: char,
    /// How much it tells.
    pub weight: f32,
}

/// A word as printed in a document.
#[derive(Debug, Clone)]
pub(crate) struct Printed {
    /// Known words it may be, each with how sure that is, 0 to 1.
    pub like: Vec<(u32, f32)>,
    /// The form with marks, where known.
    pub marked: Option<u32>,
    /// It bears at least one diacritic.
    pub has_marks: bool,
    /// Its letters where it can be an abbreviation (`KH`, `HTQT`), else empty.
    pub letters: Vec<char>,
    /// Folded.
    pub folded: String,
    /// How much it tells.
    pub weight: f32,
}

/// Cuts into words; `|` and `!` inside a word are what scanning makes of an `l`, `Ð` of a `Đ`.
fn cut(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.nfc().collect();
    let mut out = Vec::new();
    let mut word = String::new();
    for (at, c) in chars.iter().enumerate() {
        let beside_letter = || {
            let before = at.checked_sub(1).and_then(|i| chars.get(i)).is_some_and(|c| c.is_alphabetic());
            before && chars.get(at + 1).is_some_and(|c| c.is_alphabetic())
        };
        match c {
            'Ð' => word.push('Đ'),
            'ð' => word.push('đ'),
            '|' | '!' if beside_letter() => word.push('l'),
            c if c.is_alphanumeric() => word.push(*c),
            _ if word.is_empty() => {}
            _ => out.push(std::mem::take(&mut word)),
        }
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

/// Lower case with the tone written last, so that `hòa` and `hoà` are the same.
fn marked(word: &str) -> String {
    let (tones, mut letters): (Vec<char>, Vec<char>) = word
        .nfd()
        .flat_map(char::to_lowercase)
        .partition(|c| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'));
    letters.extend(tones);
    letters.into_iter().collect()
}

/// What scanning confuses becomes one letter: `6` and `0` are `o`, `8` is `e`, `1` and `l` are `i`.
fn seen_alike(folded: &str) -> String {
    let alike = |c| match c {
        '0' | '6' => 'o',
        '1' | 'l' | 'j' => 'i',
        '8' | '3' => 'e',
        '5' => 's',
        '9' => 'g',
        '4' => 'a',
        other => other,
    };
    folded.replace("rn", "m").chars().map(alike).collect()
}

fn weight(raw: &str, folded: &str) -> f32 {
    let lower: String = raw.chars().flat_map(char::to_lowercase).collect();
    if BINDING.contains(&lower.as_str()) {
        0.2
    } else if DIVISION.contains(&folded) {
        0.5
    } else {
        1.0
    }
}

/// Every word of every known name, once.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    raw: HashMap<String, Word>,
    folds: HashMap<String, u32>,
    fold_texts: Vec<String>,
    marks: HashMap<String, u32>,
    alike: HashMap<String, Vec<u32>>,
    shortened: HashMap<String, Vec<u32>>,
}

impl Vocabulary {
    /// The words of a known name; new ones are learnt.
    pub fn learn(&mut self, name: &str) -> Vec<Word> {
        let mut words: Vec<Word> = cut(name).into_iter().filter_map(|raw| self.word(raw)).collect();
        for at in 1..words.len() {
            let (first, second) = (words[at - 1].fold, words[at].fold);
            if DIVISION_PAIRS
                .iter()
                .any(|(a, b)| self.known(a) == Some(first) && self.known(b) == Some(second))
            {
                words[at - 1].weight = 0.5;
                words[at].weight = 0.5;
            }
        }
        words
    }

    fn word(&mut self, raw: String) -> Option<Word> {
        if let Some(word) = self.raw.get(&raw) {
            return Some(*word);
        }
        let folded = papers::fold::fold(&raw);
        let initial = folded.chars().next()?;
        let fold = match self.folds.get(&folded) {
            Some(id) => *id,
            None => self.learn_fold(&folded),
        };
        let next = u32::try_from(self.marks.len()).unwrap_or(u32::MAX);
        let marked = *self.marks.entry(marked(&raw)).or_insert(next);
        let word = Word { fold, marked, initial, weight: weight(&raw, &folded) };
        self.raw.insert(raw, word);
        Some(word)
    }

    fn learn_fold(&mut self, folded: &str) -> u32 {
        let id = u32::try_from(self.fold_texts.len()).unwrap_or(u32::MAX);
        self.folds.insert(folded.to_owned(), id);
        self.fold_texts.push(folded.to_owned());
        self.alike.entry(seen_alike(folded)).or_default().push(id);
        for shorter in without_one(folded) {
            self.shortened.entry(shorter).or_default().push(id);
        }
        self.shortened.entry(folded.to_owned()).or_default().push(id);
        id
    }

    /// Number of known folded words.
    pub fn len(&self) -> usize {
        self.fold_texts.len()
    }

    /// The folded word of this text, if it is known.
    pub fn known(&self, folded: &str) -> Option<u32> {
        self.folds.get(folded).copied()
    }

    /// The printed words of `text` and what each may be.
    pub fn read(&self, text: &str) -> Vec<Printed> {
        let raws = cut(text);
        let shouted = raws.iter().filter(|r| r.chars().count() > 1).all(|r| is_upper(r));
        let mut words: Vec<Printed> =
            raws.iter().map(|raw| self.printed(raw, shouted)).filter(|p| !p.folded.is_empty()).collect();
        for at in 1..words.len() {
            if DIVISION_PAIRS.contains(&(words[at - 1].folded.as_str(), words[at].folded.as_str())) {
                words[at - 1].weight = 0.5;
                words[at].weight = 0.5;
            }
        }
        words
    }

    fn printed(&self, raw: &str, shouted: bool) -> Printed {
        let mut folded = papers::fold::fold(raw);
        if folded == "tw" {
            folded = "tu".to_owned();
        }
        let exact = self.known(&folded);
        let like = self.like(&folded, exact);
        let alphabetic = folded.chars().all(char::is_alphabetic);
        let short_form =
            exact.is_none() || (is_upper(raw) && !shouted && folded.len() > 1) || folded.len() == 1;
        let letters: Vec<char> = if alphabetic && short_form { folded.chars().collect() } else { Vec::new() };
        let looks_like_letters = exact.is_none() && like.is_empty() && (2..=10).contains(&letters.len());
        let size = if looks_like_letters || (is_upper(raw) && !shouted) {
            letters.len().max(1) as f32
        } else {
            weight(raw, &folded)
        };
        Printed {
            like,
            marked: self.marks.get(&marked(raw)).copied(),
            has_marks: raw.nfd().flat_map(char::to_lowercase).collect::<String>() != folded,
            letters,
            weight: size,
            folded,
        }
    }

    fn like(&self, folded: &str, exact: Option<u32>) -> Vec<(u32, f32)> {
        let mut out: Vec<(u32, f32)> = exact.map(|id| (id, 1.0)).into_iter().collect();
        let mut offer = |id: u32, sure: f32| {
            if sure > 0.0 && out.iter().all(|(known, _)| *known != id) {
                out.push((id, sure));
            }
        };
        if exact.is_none() {
            for id in self.alike.get(&seen_alike(folded)).into_iter().flatten() {
                offer(*id, 0.9);
            }
        }
        let near = without_one(folded).chain([folded.to_owned()]);
        for id in near.filter_map(|key| self.shortened.get(&key)).flatten() {
            let Some(other) = self.fold_texts.get(*id as usize) else { continue };
            offer(*id, mistyped(folded, other, exact.is_some()));
        }
        out
    }
}

/// How sure is it that a word of `folded` letters is a slip for `other`? 0 when it is none.
fn mistyped(folded: &str, other: &str, is_a_word: bool) -> f32 {
    let length = folded.len().min(other.len());
    if strsim::osa_distance(folded, other) > 1 {
        return 0.0;
    }
    match (length, is_a_word) {
        (0..=2, _) | (3, true) => 0.0,
        (3, false) => 0.6,
        (_, true) => 0.65,
        (4 | 5, false) => 0.8,
        (_, false) => 0.85,
    }
}

fn without_one(word: &str) -> impl Iterator<Item = String> + '_ {
    let count = word.chars().count();
    (0..if count > 2 { count } else { 0 })
        .map(move |skip| word.chars().enumerate().filter(|(at, _)| *at != skip).map(|(_, c)| c).collect())
}

fn is_upper(word: &str) -> bool {
    word.chars().all(|c| !c.is_lowercase()) && word.chars().any(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_may_stand_on_either_vowel() {
        assert_eq!(marked("Hòa"), marked("hoà"));
        assert_eq!(marked("Ủy"), marked("uỷ"));
        assert_ne!(marked("Thành"), marked("Thạnh"));
    }

    #[test]
    fn words_are_cut_where_documents_join_them() {
        assert_eq!(cut("Ban ĐN-HTQT (T.Ư)"), ["Ban", "ĐN", "HTQT", "T", "Ư"]);
        assert_eq!(cut("B|nh  Ð|nh |"), ["Blnh", "Đlnh"]);
    }

    #[test]
    fn a_damaged_word_is_read_as_the_known_one() {
        let mut words = Vocabulary::default();
        words.learn("Bộ Khoa học và Công nghệ");
        let id = |w: &str| words.known(w);
        for (printed, meant) in
            [("B6", "bo"), ("ngh8", "nghe"), ("C0ng", "cong"), ("Kh0a", "khoa"), ("hocj", "hoc")]
        {
            let read = words.read(printed);
            assert_eq!(read[0].like.first().map(|l| l.0), id(meant), "{printed}");
        }
        assert!(words.read("xyz")[0].like.is_empty());
    }
}
