//! What a scan does to letters: for each letter how likely each thing seen in its place is.
//!
//! `shapes.txt` was counted on pages printed and read again by programs that did not know Vietnamese; what
//! was not seen there is judged by shape: the same letter with other marks, a letter that looks alike, any.

use std::sync::LazyLock;

use super::quick::Map;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters of Vietnamese syllables. A letter is known by its place in here.
pub(super) const LETTERS: &str =
    "aáàảãạăắằẳẵặâấầẩẫậbcdđeéèẻẽẹêếềểễệghiíìỉĩịklmnoóòỏõọôốồổỗộơớờởỡợpqrstuúùủũụưứừửữựvxyýỳỷỹỵ";

/// What stands in texts beside those letters.
const SIGNS: &str =
    "fjwzABCDEFGHIJKLMNOPQRSTUVWXYZĐ0123456789çñüöäåøëïîõãûÿ'^`~*\".,;:()[]{}!?&%$#@/\\|<>=+-_°£€§©®ı«»";

/// Letters that a scan takes for one another.
const ALIKE: &[&str] = &[
    "il1I|!jtfr/[]",
    "oecaQO0CG69gqdbD",
    "uvnyw",
    "aoeu",
    "hbkli",
    "nmrh",
    "s5S8",
    "gqy9",
    "zZ2",
    "B8",
    "6bGo",
    "p?",
    "T1l",
    "dcl",
];

const MISSED: f32 = 12.0;

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| Shapes::open(include_str!("../../data/shapes.txt")));

/// How letters look after a scan.
struct Shapes {
    symbols: Map<char, u8>,
    /// By symbol and letter: the probability of seeing the one for the other.
    single: Vec<f32>,
    /// The natural logarithms of those.
    logs: Vec<f32>,
    /// By two or three symbols: the letters they may stand for.
    several: Map<u32, Vec<(u8, f32)>>,
    /// By one to three symbols: the pairs of letters that they may stand for.
    joined: Map<u32, Vec<(u8, f32)>>,
    /// By both letters: the number of the pair, from 1; 0 where the two are never drawn as one.
    pairs: Vec<u8>,
    /// By letter: the probability that nothing is seen.
    nothing: Vec<f32>,
    /// By letter: the symbols of the letter itself and of the letter without marks.
    own: Vec<(u8, u8)>,
}

/// A sign that is in no list.
const OTHER: u8 = 0;

/// One to three symbols as a number.
fn key(symbols: &[u8]) -> u32 {
    (0..3).fold(0, |key, at| key << 8 | u32::from(symbols.get(at).copied().unwrap_or(OTHER)))
}

fn fold(c: char) -> char {
    match c.to_lowercase().next() {
        Some('đ') | None => 'd',
        Some(c) => c.nfd().find(|c| !is_combining_mark(*c)).unwrap_or(c),
    }
}

impl Shapes {
    fn open(list: &str) -> Shapes {
        let symbols: Map<char, u8> = LETTERS.chars().chain(SIGNS.chars()).zip(1u8..).collect();
        let letters: Vec<char> = LETTERS.chars().collect();
        let symbol = |c: char| symbols.get(&c).copied().unwrap_or(OTHER);
        let width = letters.len();
        let mut single = vec![1e-5; width * 256];
        let looks: Vec<Look> = letters.iter().map(|letter| Look::of(*letter)).collect();
        for (&seen, &s) in &symbols {
            let seen = Look::of(seen);
            for (to, letter) in single[usize::from(s) * width..].iter_mut().zip(&looks) {
                *to = by_shape(letter, &seen);
            }
        }
        let mut nothing: Vec<f32> = letters
            .iter()
            .map(|l| if "aeiouy".contains(*l) || !l.is_ascii() { 0.01 } else { 0.003 })
            .collect();
        let mut several: Map<u32, Vec<(u8, f32)>> = Map::default();
        let (mut pairs, mut joined) = (vec![0; width * width], Map::<u32, Vec<(u8, f32)>>::default());
        let mut known = 0;
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            let Some((letter, seen)) = line.split_once('\t') else { continue };
            let mut places = letter.chars().map(|c| letters.iter().position(|l| *l == c));
            let Some(at) = places.next().flatten() else { continue };
            let second = places.next().flatten();
            if let Some(second) = second {
                known += 1;
                pairs[at * width + second] = known;
            }
            for (what, cost) in seen.split(' ').filter_map(|entry| entry.rsplit_once(':')) {
                let share = (-cost.parse::<f32>().unwrap_or(MISSED)).exp();
                let shape: Vec<u8> = what.chars().map(symbol).collect();
                let key = key(&shape);
                match what.chars().count() {
                    _ if second.is_some() => joined.entry(key).or_default().push((known - 1, share)),
                    _ if what == "∅" => nothing[at] = nothing[at].max(share),
                    1 => {
                        let known = &mut single[usize::from(shape[0]) * width + at];
                        *known = known.max(share);
                    }
                    _ => several.entry(key).or_default().push((at as u8, share)),
                }
            }
        }
        let own = letters.iter().map(|&l| (symbol(l), symbol(fold(l)))).collect();
        let logs = single.iter().map(|share| share.ln()).collect();
        Shapes { symbols, single, logs, several, joined, pairs, nothing, own }
    }
}

/// A sign by its shape.
struct Look {
    sign: char,
    /// Without marks, small.
    plain: char,
    /// The sets of [`ALIKE`] that hold it, and that hold it without marks: a bit for each.
    sets: u32,
    plain_sets: u32,
}

impl Look {
    fn of(sign: char) -> Look {
        let plain = fold(sign);
        let sets = |c: char| (0..).zip(ALIKE).map(|(bit, set)| u32::from(set.contains(c)) << bit).sum();
        Look { sign, plain, sets: sets(sign), plain_sets: sets(plain) }
    }
}

/// The judgement where nothing was counted.
fn by_shape(letter: &Look, seen: &Look) -> f32 {
    if letter.sign == seen.sign {
        0.3
    } else if letter.plain == seen.plain {
        if seen.sign.is_uppercase() { 0.01 } else { 0.03 }
    } else if letter.plain_sets & (seen.sets | seen.plain_sets) != 0 {
        0.003
    } else {
        0.0002
    }
}

/// How a passage is damaged: shares of letters that came through, and that only lost their marks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Damage {
    /// Letters that are as they were.
    pub sound: f32,
    /// Letters without their marks.
    pub bare: f32,
}

/// The costs (negative natural logarithms) for one kind of damage.
pub(super) struct Channel {
    shapes: &'static Shapes,
    /// By symbol and letter.
    single: Vec<f32>,
    /// By letter, that nothing is seen of it.
    nothing: Vec<f32>,
    scanned: f32,
}

/// One symbol or more that stand for no letter.
const STRAY_SIGN: f32 = 4.0;
const STRAY_LETTER: f32 = 6.5;

impl Channel {
    pub fn new(damage: Damage) -> Channel {
        let shapes = &*SHAPES;
        let width = shapes.own.len();
        let scanned = (1.0 - damage.sound - damage.bare).max(0.001);
        // The logarithm of a product is a sum, and few letters need another one.
        let less = scanned.ln();
        let mut single: Vec<f32> = shapes.logs.iter().map(|log| -(log + less)).collect();
        for (at, (own, bare)) in shapes.own.iter().enumerate() {
            for (symbol, more) in [(*own, damage.sound), (*bare, damage.bare)] {
                let (place, both) = (usize::from(symbol) * width + at, own == bare);
                let more = if both { damage.sound + damage.bare } else { more };
                single[place] = -(shapes.single[place] * scanned + more).ln();
            }
        }
        let nothing = shapes.nothing.iter().map(|share| -(share * scanned).ln()).collect();
        Channel { shapes, single, nothing, scanned: -scanned.ln() }
    }

    /// The symbols of a word as seen.
    pub fn symbols(&self, word: &str, out: &mut Vec<u8>) {
        out.clear();
        let capitals = word.chars().filter(|c| c.is_uppercase()).count();
        let small = word.chars().filter(|c| c.is_lowercase()).count();
        let all = capitals > 0 && small == 0;
        for (at, c) in word.chars().enumerate() {
            let c = match c {
                '’' | '‘' | 'ʼ' => '\'',
                c if at == 0 || all => c.to_lowercase().next().unwrap_or(c),
                c if c.is_uppercase() && !self.shapes.symbols.contains_key(&c) => {
                    c.to_lowercase().next().unwrap_or(c)
                }
                c => c,
            };
            out.push(self.shapes.symbols.get(&c).copied().unwrap_or(OTHER));
        }
    }

    /// The cost of seeing a symbol for each letter.
    pub fn singles(&self, symbol: u8) -> &[f32] {
        let width = self.shapes.own.len();
        self.single.get(usize::from(symbol) * width..(usize::from(symbol) + 1) * width).unwrap_or_default()
    }

    /// Letters that two or three symbols may stand for, and their costs.
    pub fn several(&self, symbols: &[u8]) -> impl Iterator<Item = (u8, f32)> {
        let found = self.shapes.several.get(&key(symbols));
        found.into_iter().flatten().map(|(letter, share)| (*letter, self.scanned - share.ln()))
    }

    /// Pairs of letters that one to three symbols may stand for, and their costs.
    pub fn joined(&self, symbols: &[u8]) -> impl Iterator<Item = (u8, f32)> {
        let found = self.shapes.joined.get(&key(symbols));
        found.into_iter().flatten().map(|(pair, share)| (*pair, self.scanned - share.ln()))
    }

    /// The number of a pair that is drawn as one.
    pub fn pair(&self, first: u8, second: u8) -> Option<u8> {
        let width = self.shapes.own.len();
        self.shapes.pairs.get(usize::from(first) * width + usize::from(second))?.checked_sub(1)
    }

    /// The cost of seeing nothing for a letter.
    pub fn nothing(&self, letter: u8) -> f32 {
        self.nothing.get(usize::from(letter)).copied().unwrap_or(MISSED)
    }

    /// The cost of a symbol that stands for nothing.
    pub fn stray(&self, symbol: u8) -> f32 {
        let first_sign = LETTERS.chars().count() + 1;
        let letter = usize::from(symbol) <= first_sign + 40;
        self.scanned + if letter { STRAY_LETTER } else { STRAY_SIGN }
    }
}
