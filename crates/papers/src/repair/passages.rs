//! Which lines are damaged, and how: words that are none, words without marks.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::channel::Damage;
use super::model::{UNKNOWN, model};
use super::quick::Map;
use super::tokens::{Kind, Token};

/// Share of Vietnamese words that bear a mark, at least, in sound texts.
const MARKED: f32 = 0.75;

/// From this share of broken words around it on a line is damaged.
const BROKEN: f32 = 0.07;

/// Lines before and after that are judged together.
const AROUND: usize = 4;

/// Fewer words say nothing.
const ENOUGH: f32 = 10.0;

/// Longest word that may be a syllable without its marks.
const LONGEST: usize = 7;

/// Syllables without their marks, packed and in order.
static BARE: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let model = model();
    let common = (0u16..).take(model.len()).filter(|id| model.count(*id) >= 100.0);
    let syllables = common.map(|id| model.word(id)).filter(|word| crate::read::is_syllable(word));
    let mut bare: Vec<u64> = syllables.filter_map(|word| packed(word.chars().map(base))).collect();
    bare.sort_unstable();
    bare.dedup();
    bare
});

/// The letter without its marks.
fn base(c: char) -> char {
    match c {
        'đ' => 'd',
        c if c.is_ascii() => c,
        c => c.nfd().next().unwrap_or(c),
    }
}

/// A short word of ASCII letters as a number.
fn packed(letters: impl Iterator<Item = char>) -> Option<u64> {
    let mut number = 0;
    for (count, letter) in letters.enumerate() {
        if count == LONGEST || !letter.is_ascii() {
            return None;
        }
        number = number << 8 | u64::from(u32::from(letter));
    }
    Some(number)
}

/// What the words of some lines look like.
#[derive(Debug, Clone, Copy, Default)]
struct Looks {
    words: f32,
    /// Words that are no Vietnamese syllables.
    broken: f32,
    /// Words with marks.
    marked: f32,
    /// Words without marks that would be syllables with them.
    bare: f32,
    /// Those of the broken ones.
    stripped: f32,
}

impl Looks {
    fn add(&mut self, other: &Looks, sign: f32) {
        self.words += sign * other.words;
        self.broken += sign * other.broken;
        self.marked += sign * other.marked;
        self.bare += sign * other.bare;
        self.stripped += sign * other.stripped;
    }

    /// How lines that look like this are damaged; `None` where they are sound.
    fn damage(&self) -> Option<Damage> {
        if self.words < ENOUGH {
            return None;
        }
        let marked = self.marked / self.words / MARKED;
        if marked < 0.4 && (self.bare + self.marked) > 0.7 * self.words {
            let broken = 1.0 - (self.bare + self.marked) / self.words;
            let sound = sound_letters(broken);
            let bare = steps(1.0 - marked, 0.2).max(0.6);
            return Some(Damage { sound: sound * (1.0 - bare) + 0.01, bare: sound * bare });
        }
        let broken = self.broken / self.words;
        (broken >= BROKEN).then(|| {
            let sound = sound_letters(broken);
            let bare = (1.0 - sound) * steps(self.stripped / self.broken, 0.34);
            Damage { sound, bare: 0.8 * bare }
        })
    }
}

/// The share of letters that came through where this share of words is broken. A broken word may look like
/// another one, and a word has a little more than three letters.
fn sound_letters(broken: f32) -> f32 {
    (1.0 - 1.6 * steps(broken, 0.12)).clamp(0.05, 0.98).powf(0.5)
}

fn steps(share: f32, step: f32) -> f32 {
    (share / step).round() * step
}

/// For each line how it is damaged, where it is.
pub(super) fn passages(text: &str, tokens: &[Token], lines: usize) -> Vec<Option<Damage>> {
    let mut own = vec![Looks::default(); lines];
    let mut word = String::new();
    // Texts repeat their words.
    let mut known: Map<&str, Looks> = Map::default();
    for token in tokens.iter().filter(|token| token.kind == Kind::Word) {
        if let Some(looks) = own.get_mut(token.line) {
            let core = &text[token.start..token.end];
            looks.add(known.entry(core).or_insert_with(|| look(core, &mut word)), 1.0);
        }
    }
    let mut sums = vec![Looks::default(); lines + 1];
    for at in 0..lines {
        let mut sum = sums[at];
        sum.add(&own[at], 1.0);
        sums[at + 1] = sum;
    }
    let around = |at: usize, radius: usize| {
        let mut sum = sums[(at + radius + 1).min(lines)];
        sum.add(&sums[at.saturating_sub(radius)], -1.0);
        sum
    };
    (0..lines)
        .map(|at| {
            let near = around(at, AROUND);
            let near = if near.words < 4.0 * ENOUGH { around(at, 3 * AROUND) } else { near };
            let damage = near.damage()?;
            let line = &own[at];
            let clean = line.words >= 5.0 && line.broken == 0.0 && line.marked >= 0.6 * line.words;
            (!clean || near.broken > 0.2 * near.words).then_some(damage)
        })
        .collect()
}

fn look(core: &str, word: &mut String) -> Looks {
    word.clear();
    word.extend(core.chars().flat_map(char::to_lowercase));
    let plain = word.is_ascii();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    if letters < 2 {
        let lonely = word.chars().all(|c| "bcdđghklmnpqrstvx6".contains(c));
        return Looks { words: 1.0, broken: f32::from(u8::from(lonely)), ..Looks::default() };
    }
    let syllable = crate::read::is_syllable(word);
    let id = model().id(word);
    let known = id != UNKNOWN && (syllable || model().count(id) >= 300.0);
    let marked = !plain && known;
    let name = plain && !known && core.starts_with(char::is_uppercase) && letters == word.len();
    let broken = match (known, name) {
        (true, _) => 0.0,
        (_, true) => 0.4,
        _ => 1.0,
    };
    let bare = plain && packed(word.chars()).is_some_and(|word| BARE.binary_search(&word).is_ok());
    Looks {
        words: 1.0,
        broken,
        marked: f32::from(u8::from(marked)),
        bare: f32::from(u8::from(bare)),
        stripped: if bare { broken } else { 0.0 },
    }
}
