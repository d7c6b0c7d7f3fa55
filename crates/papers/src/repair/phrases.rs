//! Turns of phrase that official papers repeat, and the names that are known beforehand.

use super::model::{UNKNOWN, model};
use super::quick::Map;

/// How likely a turn of phrase goes on after two of its words, and after its first one.
const AFTER_TWO: f32 = 0.5;
const AFTER_ONE: f32 = 0.1;

/// Which word may follow which two.
pub(super) struct Phrases {
    follow: Map<u32, Vec<u16>>,
}

impl Phrases {
    pub fn new(names: &[String]) -> Phrases {
        let formulas = include_str!("../../data/formulas.txt").lines().filter(|line| !line.starts_with('#'));
        let mut phrases = Phrases { follow: Map::default() };
        formulas.chain(names.iter().map(String::as_str)).for_each(|phrase| phrases.add(phrase));
        phrases
    }

    fn add(&mut self, phrase: &str) {
        let mut before = [UNKNOWN; 2];
        for word in phrase.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let id = model().id(&word.to_lowercase());
            if id != UNKNOWN && before[1] != UNKNOWN {
                self.put(before, id);
                self.put([UNKNOWN, before[1]], id);
            }
            before = [before[1], id];
        }
    }

    fn put(&mut self, before: [u16; 2], word: u16) {
        let known = self.follow.entry(key(before)).or_default();
        if !known.contains(&word) {
            known.push(word);
        }
    }

    /// What goes on after two words; empty where no phrase does.
    pub fn after(&self, before: [u16; 2]) -> [&[u16]; 2] {
        let of = |words: [u16; 2]| self.follow.get(&key(words)).map_or(&[][..], Vec::as_slice);
        [of(before), of([UNKNOWN, before[1]])]
    }
}

fn key([first, second]: [u16; 2]) -> u32 {
    u32::from(first) << 16 | u32::from(second)
}

/// The probability of a word where phrases may go on.
pub(super) fn with_phrases(phrases: &[&[u16]; 2], word: u16, share: f32) -> f32 {
    if phrases[0].contains(&word) {
        share.max(AFTER_TWO)
    } else if phrases[1].contains(&word) {
        share.max(AFTER_ONE)
    } else {
        share
    }
}
