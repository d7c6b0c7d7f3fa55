//! How far a text is damaged: the share of words that cannot be Vietnamese syllables.

use std::sync::LazyLock;

use regex::Regex;

use super::lexicon::never_fails;
use super::lines::Line;
use super::passage::Passage;

static SYLLABLE: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(
        r"^(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|g|h|k|l|m|n|p|r|s|t|v|x)?(?:a|e|i|o|u|y|ai|ao|au|ay|eo|eu|ia|ieu|yeu|iu|oa|oai|oao|oay|oe|oeo|oi|oo|ua|uai|uay|ue|ui|uo|uoi|uou|uu|uy|uya|uye|uyu|ye|ie)(?:c|ch|m|n|ng|nh|p|t)?$",
    )
});

/// Between 0 (sound) and 1: words in small letters that are no syllable, and words broken by signs.
pub(super) fn share(lines: &[Line]) -> f64 {
    let (mut words, mut bad) = (0u32, 0u32);
    for line in lines {
        count(&line.text, &mut words, &mut bad);
        if words > 20_000 {
            break;
        }
    }
    if words < 40 { 0.0 } else { f64::from(bad) / f64::from(words) }
}

/// The same for one passage.
pub(super) fn of(text: &Passage) -> f64 {
    let (mut words, mut bad) = (0u32, 0u32);
    count(text, &mut words, &mut bad);
    f64::from(bad) / f64::from(words.max(10))
}

fn count(text: &Passage, words: &mut u32, bad: &mut u32) {
    let mut start = 0;
    for end in 0..=text.len() {
        let gap = end == text.len()
            || matches!(
                text.fold.as_bytes()[end],
                b' ' | b'\t' | b'/' | b'-' | b'"' | b'(' | b')' | b',' | b'.' | b';' | b':'
            );
        if !gap {
            continue;
        }
        let word = start..end;
        start = end + 1;
        // Names in capitals and long borrowings say nothing.
        let capitals = text.chars[word.clone()].iter().filter(|c| c.is_uppercase()).count();
        if !(2..=7).contains(&word.len())
            || capitals > 1
            || !text.fold[word.clone()].contains(|c: char| c.is_ascii_alphabetic())
        {
            continue;
        }
        *words += 1;
        *bad += u32::from(!SYLLABLE.is_match(&text.fold[word]));
    }
}
