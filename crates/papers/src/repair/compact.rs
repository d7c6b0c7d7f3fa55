//! The file of syllable counts: what `cargo xtask compact-syllables` writes and `model` reads in place.
//!
//! Little endian. `MAGIC`, then five `u32`: words, bytes of their letters, pairs, triples, buckets. Then the
//! sections, in this order and without gaps:
//! - words in the order of their bytes: where each begins (`u32` each, and the end), the letters;
//! - of each word a byte of its count, and a byte: how often (of 255) a pair that was kept follows it;
//! - pairs by first word: where the row of each word begins (`u32` each, and the end), the second words
//!   (`u16`, ascending in a row), a byte of count each;
//! - triples by the hash of their words: where each bucket begins (`u32` each, and the end), prints of the
//!   hash (`u16`, ascending in a bucket), a byte of count each.
//!
//! A byte of count is `16 ln(count)`, rounded: within 3 % of the count.

use std::collections::BTreeMap;

/// What the file begins with; the digit is the version of the format.
pub(super) const MAGIC: &[u8; 8] = b"dotphaS1";

/// Words seen less often are left out, unless they are well-formed syllables.
const RARE_WORD: u64 = 20;

/// Syllables seen less often are left out.
const RARE_SYLLABLE: u64 = 8;

/// Triples a bucket holds on average.
const BUCKET: usize = 16;

/// Writes the file. A count names its words, separated by blanks, in NFC and lower case; a run of digits is
/// `<n>`. Pairs and triples of words that are left out are left out too.
pub fn compact(words: &[(String, u64)], pairs: &[(String, u64)], triples: &[(String, u64)]) -> Vec<u8> {
    let kept: BTreeMap<&str, u64> = words
        .iter()
        .filter(|(word, count)| {
            *count >= RARE_WORD
                || (*count >= RARE_SYLLABLE && !word.is_ascii() && crate::read::is_syllable(word))
        })
        .map(|(word, count)| (word.as_str(), *count))
        .take(usize::from(u16::MAX))
        .collect();
    let ids: BTreeMap<&str, u16> = kept.keys().copied().zip(0u16..).collect();
    let pairs = numbered(pairs, &ids);
    let triples = numbered(triples, &ids);
    let buckets = triples.len().div_ceil(BUCKET).max(1);
    let letters: usize = kept.keys().map(|word| word.len()).sum();
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    for size in [kept.len(), letters, pairs.len(), triples.len(), buckets] {
        number(&mut out, size);
    }
    let mut at = 0;
    for word in kept.keys() {
        number(&mut out, at);
        at += word.len();
    }
    number(&mut out, at);
    kept.keys().for_each(|word| out.extend_from_slice(word.as_bytes()));
    out.extend(kept.values().map(|count| quantised(*count)));
    push_pairs(&mut out, &kept, pairs);
    push_triples(&mut out, triples, buckets);
    out
}

fn push_pairs(out: &mut Vec<u8>, kept: &BTreeMap<&str, u64>, mut pairs: Vec<(Vec<u16>, u64)>) {
    pairs.sort();
    let mut follow = vec![0u64; kept.len()];
    let mut rows = vec![0usize; kept.len() + 1];
    for (words, count) in &pairs {
        if let [first, _] = words[..] {
            follow[usize::from(first)] += count;
            rows[usize::from(first) + 1] += 1;
        }
    }
    for (sum, count) in follow.iter().zip(kept.values()) {
        out.push((sum * 255 / (*count).max(1)).min(255) as u8);
    }
    let mut at = 0;
    for row in rows {
        at += row;
        number(out, at);
    }
    pairs.iter().for_each(|(words, _)| out.extend(words.last().map_or([0; 2], |word| word.to_le_bytes())));
    out.extend(pairs.iter().map(|(_, count)| quantised(*count)));
}

fn push_triples(out: &mut Vec<u8>, triples: Vec<(Vec<u16>, u64)>, buckets: usize) {
    let mut hashed: Vec<(usize, u16, u8)> = Vec::with_capacity(triples.len());
    for (words, count) in triples {
        if let [a, b, c] = words[..] {
            let (bucket, print) = place(a, b, c, buckets);
            hashed.push((bucket, print, quantised(count)));
        }
    }
    hashed.sort_unstable();
    let mut at = 0;
    for bucket in 0..=buckets {
        while hashed.get(at).is_some_and(|entry| entry.0 < bucket) {
            at += 1;
        }
        number(out, at);
    }
    hashed.iter().for_each(|(_, print, _)| out.extend(print.to_le_bytes()));
    out.extend(hashed.iter().map(|(_, _, count)| *count));
}

/// The bucket of a triple, and its print in there.
pub(super) fn place(a: u16, b: u16, c: u16, buckets: usize) -> (usize, u16) {
    let key = u64::from(a) << 32 | u64::from(b) << 16 | u64::from(c);
    let mut hash = (key ^ key >> 29).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ hash >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^= hash >> 29;
    ((hash >> 16) as usize % buckets.max(1), hash as u16)
}

fn numbered(counts: &[(String, u64)], ids: &BTreeMap<&str, u16>) -> Vec<(Vec<u16>, u64)> {
    let id = |word| ids.get(word).copied();
    counts
        .iter()
        .filter_map(|(words, n)| Some((words.split(' ').map(id).collect::<Option<_>>()?, *n)))
        .collect()
}

fn number(out: &mut Vec<u8>, number: usize) {
    out.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

fn quantised(count: u64) -> u8 {
    ((count.max(1) as f64).ln() * 16.0).round().min(255.0) as u8
}
