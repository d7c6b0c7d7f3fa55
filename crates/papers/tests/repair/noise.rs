//! Damage as scans and programs do it, from a seed: the same every time.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Kinds of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// All marks are lost.
    Bare,
    /// Some marks are lost.
    Dropped,
    /// Some marks become others.
    Wrong,
    /// Some letters become what looks like them.
    Shapes,
    /// Blanks are lost and put in.
    Blanks,
    /// Marks, letters and blanks together.
    Mixed,
}

pub const ALL: [Kind; 6] = [Kind::Bare, Kind::Dropped, Kind::Wrong, Kind::Shapes, Kind::Blanks, Kind::Mixed];

/// What letters are taken for, by shape.
const SHAPES: &[(char, &[&str])] = &[
    ('ộ', &["6", "o^", "O"]),
    ('ố', &["6", "o^", "S"]),
    ('ệ', &["8", "e^", "é"]),
    ('ế', &["é", "e^"]),
    ('ư', &["ir", "u'", "tr"]),
    ('ự', &["ir", "iy", "u."]),
    ('ợ', &["q", "çi", "o'"]),
    ('ọ', &["9", "Q"]),
    ('í', &["I", "l"]),
    ('ì', &["I", "i"]),
    ('đ', &["d", "cl"]),
    ('l', &["1", "I"]),
    ('i', &["1", "l"]),
    ('o', &["0", "e"]),
    ('u', &["ii", "v"]),
    ('n', &["ri", "r"]),
    ('m', &["rn", "nn"]),
    ('c', &["e"]),
    ('h', &["b", "li"]),
];

const MARKS: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

pub struct Noise {
    state: u64,
}

impl Noise {
    pub fn new(seed: u64) -> Noise {
        Noise { state: seed.wrapping_mul(2).wrapping_add(1) }
    }

    fn next(&mut self) -> usize {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize
    }

    fn happens(&mut self, percent: usize) -> bool {
        self.next() % 100 < percent
    }

    /// A text with damage; of letters that may be damaged, `percent` are.
    pub fn damage(&mut self, text: &str, kind: Kind, percent: usize) -> String {
        match kind {
            Kind::Bare => self.marks(text, 100, false),
            Kind::Dropped => self.marks(text, percent, false),
            Kind::Wrong => self.marks(text, percent, true),
            Kind::Shapes => self.shapes(text, percent),
            Kind::Blanks => self.blanks(text, percent),
            Kind::Mixed => {
                let marks = self.marks(text, percent, false);
                let shapes = self.shapes(&marks, percent / 2);
                self.blanks(&shapes, 2)
            }
        }
    }

    fn marks(&mut self, text: &str, percent: usize, wrong: bool) -> String {
        let mut out = String::new();
        for c in text.chars() {
            if c.is_ascii() || !c.is_alphabetic() || !self.happens(percent) {
                out.push(c);
                continue;
            }
            for part in c.nfd() {
                match part {
                    'đ' if !wrong => out.push('d'),
                    'Đ' if !wrong => out.push('D'),
                    mark if is_combining_mark(mark) && MARKS.contains(&mark) && wrong => {
                        out.push(MARKS[self.next() % MARKS.len()]);
                    }
                    mark if is_combining_mark(mark) && !wrong => {}
                    other => out.push(other),
                }
            }
        }
        out.nfc().collect()
    }

    /// Words only: what has digits or capitals inside is no word.
    fn shapes(&mut self, text: &str, percent: usize) -> String {
        let mut out = String::new();
        for word in text.split_inclusive(char::is_whitespace) {
            let plain = word.chars().skip(1).all(|c| !c.is_uppercase() && !c.is_ascii_digit());
            for c in word.chars() {
                match SHAPES.iter().find(|(letter, _)| *letter == c) {
                    Some((_, shapes)) if plain && self.happens(percent) => {
                        out.push_str(shapes[self.next() % shapes.len()]);
                    }
                    _ => out.push(c),
                }
            }
        }
        out
    }

    fn blanks(&mut self, text: &str, percent: usize) -> String {
        let mut out = String::new();
        let mut before = '\n';
        for (at, c) in text.char_indices() {
            let after = text[at + c.len_utf8()..].chars().next().unwrap_or('\n');
            if c == ' ' && before.is_lowercase() && after.is_lowercase() && self.happens(percent) {
                before = c;
                continue;
            }
            out.push(c);
            if c.is_lowercase() && after.is_lowercase() && self.happens(percent / 3) {
                out.push(' ');
            }
            before = c;
        }
        out
    }
}

/// 1 − word edits / words of the reference, as it is measured outside.
pub fn accuracy(reference: &str, text: &str) -> f64 {
    let words = |text: &str| -> Vec<String> {
        let text = text.nfc().collect::<String>().to_lowercase();
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
    };
    let (a, b) = (words(reference), words(text));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut previous = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let least = (row[j + 1] + 1).min(row[j] + 1).min(previous + usize::from(x != y));
            previous = std::mem::replace(&mut row[j + 1], least);
        }
    }
    1.0 - row[b.len()] as f64 / a.len().max(1) as f64
}
