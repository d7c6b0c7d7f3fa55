//! Which syllables follow one another: counts from public legal texts, read in place.

use std::sync::LazyLock;

use super::compact::{MAGIC, place};

static BYTES: &[u8] = include_bytes!("../../data/syllables.bin");

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::open(BYTES).unwrap_or_default());

/// The counts that come with the program.
pub(super) fn model() -> &'static Model {
    &MODEL
}

/// A word that is in no count.
pub(super) const UNKNOWN: u16 = u16::MAX;

/// Share of a word's probability that does not depend on the words before it.
const KEPT: f32 = 0.995;

/// A context seen this often is trusted as much as the shorter one.
const TRUST: f32 = 150.0;

/// Counts over the bytes of the file.
#[derive(Default)]
pub(super) struct Model {
    starts: &'static [u8],
    letters: &'static [u8],
    counts: &'static [u8],
    follow: &'static [u8],
    rows: &'static [u8],
    seconds: &'static [u8],
    pairs: &'static [u8],
    bucket: &'static [u8],
    prints: &'static [u8],
    triples: &'static [u8],
    buckets: usize,
    total: f32,
    exp: Vec<f32>,
    /// The word that stands for a run of digits.
    pub number: u16,
}

fn u32_at(bytes: &[u8], index: usize) -> usize {
    bytes.get(index * 4..index * 4 + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes) as usize
}

fn u16_at(bytes: &[u8], index: usize) -> u16 {
    bytes.get(index * 2..index * 2 + 2).and_then(|b| b.try_into().ok()).map_or(0, u16::from_le_bytes)
}

impl Model {
    /// `None` where the bytes are no such file.
    fn open(bytes: &'static [u8]) -> Option<Model> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let mut take = |length: usize| -> Option<&'static [u8]> {
            let (head, tail) = rest.split_at_checked(length)?;
            rest = tail;
            Some(head)
        };
        let head = take(20)?;
        let [words, letters, pairs, triples, buckets] = [0, 1, 2, 3, 4].map(|index| u32_at(head, index));
        let mut model = Model {
            starts: take(words * 4 + 4)?,
            letters: take(letters)?,
            counts: take(words)?,
            follow: take(words)?,
            rows: take(words * 4 + 4)?,
            seconds: take(pairs * 2)?,
            pairs: take(pairs)?,
            bucket: take(buckets * 4 + 4)?,
            prints: take(triples * 2)?,
            triples: take(triples)?,
            buckets,
            exp: (0..=255u8).map(|q| (f32::from(q) / 16.0).exp()).collect(),
            ..Model::default()
        };
        model.total = model.counts.iter().map(|q| model.exp[usize::from(*q)]).sum();
        model.number = model.id("<n>");
        Some(model)
    }

    /// How many words there are; their ids are the numbers below.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// The letters of a word.
    pub fn word(&self, id: u16) -> &'static str {
        let at = usize::from(id);
        let range = u32_at(self.starts, at)..u32_at(self.starts, at + 1);
        self.letters.get(range).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// The id of a word in lower case and NFC, or [`UNKNOWN`].
    pub fn id(&self, word: &str) -> u16 {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let range = u32_at(self.starts, middle)..u32_at(self.starts, middle + 1);
            match self.letters.get(range).unwrap_or_default().cmp(word.as_bytes()) {
                std::cmp::Ordering::Equal => return u16::try_from(middle).unwrap_or(UNKNOWN),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        UNKNOWN
    }

    /// How often a word was seen, about.
    pub fn count(&self, id: u16) -> f32 {
        self.counts.get(usize::from(id)).map_or(0.0, |q| self.exp[usize::from(*q)])
    }

    /// The probability of a word by itself.
    pub fn single(&self, id: u16) -> f32 {
        self.count(id) / self.total.max(1.0)
    }

    fn pair(&self, a: u16, b: u16) -> f32 {
        let (from, to) = (u32_at(self.rows, usize::from(a)), u32_at(self.rows, usize::from(a) + 1));
        let (seconds, _) = self.seconds.get(from * 2..to * 2).unwrap_or_default().as_chunks::<2>();
        let found = seconds.binary_search_by_key(&b, |second| u16::from_le_bytes(*second));
        let count = found.ok().and_then(|at| self.pairs.get(from + at));
        count.map_or(0.0, |q| self.exp[usize::from(*q)])
    }

    fn triple(&self, a: u16, b: u16, c: u16) -> f32 {
        let (bucket, print) = place(a, b, c, self.buckets);
        let (start, end) = (u32_at(self.bucket, bucket), u32_at(self.bucket, bucket + 1));
        for at in start..end {
            let here = u16_at(self.prints, at);
            if here == print {
                return self.triples.get(at).map_or(0.0, |q| self.exp[usize::from(*q)]);
            }
            if here > print {
                break;
            }
        }
        0.0
    }

    /// What `b` after `a` tells of the words that follow. Made once, used for many words.
    pub fn context(&self, a: u16, b: u16) -> Context {
        let pair = if a == UNKNOWN || b == UNKNOWN { 0.0 } else { self.pair(a, b) };
        Context { a, b, pair }
    }

    /// The probability of `c` after one word.
    pub fn after(&self, b: u16, c: u16) -> f32 {
        let single = self.single(c);
        if b == UNKNOWN {
            return single;
        }
        let follow = KEPT * self.follow.get(usize::from(b)).map_or(0.0, |q| f32::from(*q) / 255.0);
        KEPT * self.pair(b, c) / self.count(b).max(1.0) + (1.0 - follow) * single
    }

    /// The probability of `c` in a context; `after` is its probability after the last word alone.
    pub fn follows(&self, context: &Context, c: u16, after: f32) -> f32 {
        if context.pair == 0.0 {
            return after;
        }
        let trust = context.pair / (context.pair + TRUST);
        trust * self.triple(context.a, context.b, c) / context.pair + (1.0 - trust) * after
    }
}

/// Two words, and how often they were seen together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    a: u16,
    b: u16,
    pair: f32,
}
