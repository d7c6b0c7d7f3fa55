//! A stretch of text that knows where each of its characters stands in the source.

use std::ops::Range;

use unicode_normalization::char::decompose_canonical;

use super::Span;

/// Characters after clean-up, their folded form (one ASCII character each) and their source positions.
#[derive(Debug, Clone, Default)]
pub(super) struct Passage {
    pub chars: Vec<char>,
    /// Lower case without marks, as long as `chars`, so that a position found in it holds in `chars`.
    pub fold: String,
    /// Scalar offset of each character in the source text.
    pub at: Vec<u32>,
}

impl Passage {
    pub fn push(&mut self, c: char, at: u32) {
        self.chars.push(c);
        self.fold.push(fold_char(c));
        self.at.push(at);
    }

    /// Appends `other` after one space, or directly when a word was hyphenated at a slash.
    pub fn join(&mut self, other: &Passage) {
        if let (Some(&last), false) = (self.at.last(), other.is_empty())
            && !self.fold.ends_with([' ', '/'])
        {
            self.push(' ', last);
        }
        self.chars.extend_from_slice(&other.chars);
        self.fold.push_str(&other.fold);
        self.at.extend_from_slice(&other.at);
    }

    pub fn len(&self) -> usize {
        self.chars.len()
    }

    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// Narrows `range` to what is not white space.
    pub fn trim(&self, range: Range<usize>) -> Range<usize> {
        let (mut start, mut end) = (range.start.min(self.len()), range.end.min(self.len()));
        while start < end && self.chars[start].is_whitespace() {
            start += 1;
        }
        while start < end && self.chars[end - 1].is_whitespace() {
            end -= 1;
        }
        start..end
    }

    /// The words of `range`, runs of white space turned into one space.
    pub fn text(&self, range: Range<usize>) -> String {
        let range = self.trim(range);
        let mut out = String::with_capacity(range.len() * 2);
        let mut gap = false;
        for &c in &self.chars[range] {
            if c.is_whitespace() {
                gap = true;
            } else {
                if gap {
                    out.push(' ');
                }
                gap = false;
                out.push(c);
            }
        }
        out
    }

    pub fn all(&self) -> String {
        self.text(0..self.len())
    }

    /// The part of the passage in `range`, trimmed.
    pub fn part(&self, range: Range<usize>) -> Passage {
        let range = self.trim(range);
        Passage {
            chars: self.chars[range.clone()].to_vec(),
            fold: self.fold[range.clone()].to_owned(),
            at: self.at[range].to_vec(),
        }
    }

    /// Where `range` stands in the source; `None` when there is nothing in it.
    pub fn span(&self, range: Range<usize>) -> Option<Span> {
        let range = self.trim(range);
        if range.is_empty() {
            return None;
        }
        let (first, last) = (self.at[range.start] as usize, self.at[range.end - 1] as usize);
        Some([first.min(last), first.max(last) + 1])
    }

    pub fn whole_span(&self) -> Option<Span> {
        self.span(0..self.len())
    }

    /// True when every letter is a capital and there are at least `least` of them.
    pub fn is_caps(&self, least: usize) -> bool {
        let mut capitals = 0;
        for c in &self.chars {
            if c.is_lowercase() {
                return false;
            }
            capitals += usize::from(c.is_uppercase());
        }
        capitals >= least
    }

    pub fn first(&self) -> Option<char> {
        self.chars.first().copied()
    }

    pub fn last(&self) -> Option<char> {
        self.chars.last().copied()
    }

    /// True at the beginning of a word.
    pub fn word_starts(&self, at: usize) -> bool {
        at < self.len()
            && self.chars[at].is_alphanumeric()
            && (at == 0 || !self.chars[at - 1].is_alphanumeric())
    }

    /// Ranges of the sentences.
    pub fn sentences(&self) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        let mut start = 0;
        let bytes = self.fold.as_bytes();
        for (i, byte) in bytes.iter().enumerate() {
            if matches!(byte, b'.' | b'!' | b'?') && self.ends_sentence(i) {
                let range = self.trim(start..i + 1);
                if !range.is_empty() {
                    out.push(range);
                }
                start = i + 1;
            }
        }
        let range = self.trim(start..self.len());
        if !range.is_empty() {
            out.push(range);
        }
        out
    }

    fn ends_sentence(&self, dot: usize) -> bool {
        let mut next = dot + 1;
        if next < self.len() && !self.chars[next].is_whitespace() {
            return false;
        }
        while next < self.len() && self.chars[next].is_whitespace() {
            next += 1;
        }
        if next >= self.len() {
            return true;
        }
        if !(self.chars[next].is_uppercase() || matches!(self.chars[next], '“' | '"' | '+' | '-')) {
            return false;
        }
        let mut word = dot;
        while word > 0 && self.chars[word - 1].is_alphanumeric() {
            word -= 1;
        }
        // "TS. Nguyễn", "P. Hiệu trưởng", "ThS. Lê": a title or an initial, not the end.
        let before: String = self.chars[word..dot].iter().collect();
        !(before.chars().count() <= 1 && self.chars.get(word).is_some_and(|c| c.is_uppercase())
            || matches!(
                before.as_str(),
                "TT" | "BM"
                    | "XN"
                    | "VP"
                    | "TS"
                    | "ThS"
                    | "PGS"
                    | "GS"
                    | "TSKH"
                    | "TP"
                    | "KS"
                    | "BS"
                    | "CN"
                    | "Tp"
            ))
    }
}

/// One ASCII character for any character: letters without marks in lower case, signs by their kind.
pub(super) fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        'đ' | 'Đ' | 'ð' | 'Ð' => return 'd',
        '–' | '—' | '−' | '‐' | '‑' | '‒' => return '-',
        '“' | '”' | '„' | '«' | '»' | '″' => return '"',
        '‘' | '’' | '′' | '`' => return '\'',
        '…' => return '.',
        '≥' => return '>',
        '≤' => return '<',
        '•' | '●' | '▪' | '■' | '◦' | '·' | '∙' | '▸' | '►' | '✓' | '\u{f0b7}' | '\u{f0a7}' | '○' =>
        {
            return '*';
        }
        _ => {}
    }
    if c.is_whitespace() {
        return ' ';
    }
    let mut base = '~';
    let mut first = true;
    decompose_canonical(c, |d| {
        if first {
            base = d;
            first = false;
        }
    });
    if base.is_ascii_alphanumeric() { base.to_ascii_lowercase() } else { '~' }
}

/// A form of a phrase in which the place of a tone mark in its syllable does not matter ("ủy" = "uỷ").
pub(super) fn key(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace()).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        let mut marks = Vec::new();
        for c in word.chars().flat_map(char::to_lowercase) {
            if c == 'đ' {
                marks.push('đ');
                out.push('d');
                continue;
            }
            let mut first = true;
            decompose_canonical(c, |d| {
                if first {
                    out.push(d);
                    first = false;
                } else {
                    marks.push(d);
                }
            });
        }
        marks.sort_unstable();
        out.extend(marks);
    }
    out
}
