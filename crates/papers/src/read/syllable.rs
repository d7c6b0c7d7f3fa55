//! Is a word a Vietnamese syllable? Used to tell encodings apart, not to correct spelling.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

const ONSETS: &[&str] = &[
    "ngh", "ng", "gh", "gi", "kh", "nh", "ph", "qu", "th", "tr", "ch", "b", "c", "d", "đ", "g", "h", "k",
    "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
];

static RIMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
     e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu \
     i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu \
     o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc \
     oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt \
     u ua uân uâng uât uây uc uê uêch uên uênh uêu ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych uyên \
     uyêt uyn uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ưt ưu ươ ươc ươi ươm ươn ương ươp ươt ươu y ych yêm yên yêng yêt yêu"
        .split_whitespace()
        .collect()
});

/// How many words with Vietnamese letters there are, and how many of them are syllables.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Score {
    pub total: usize,
    pub valid: usize,
}

impl Score {
    /// Share of valid syllables; 0 where there is nothing to judge.
    pub fn share(self) -> f64 {
        if self.total == 0 { 0.0 } else { self.valid as f64 / self.total as f64 }
    }
}

/// Judges the words of `text` that have a letter beyond ASCII; `text` is in NFC.
pub(super) fn score(text: &str) -> Score {
    let mut score = Score::default();
    for word in text.split(separates) {
        let word = word.trim_matches(|c: char| !c.is_alphabetic() && !is_legacy_letter(c));
        if word.is_ascii() {
            continue;
        }
        score.total += 1;
        if is_syllable(word) {
            score.valid += 1;
        }
    }
    score
}

fn separates(c: char) -> bool {
    match c {
        '\0'..='\x7f' => !c.is_ascii_alphabetic(),
        '\u{a0}' | '\u{2000}'..='\u{206f}' => true,
        _ => false,
    }
}

/// Signs of Latin-1 that stand for letters in the legacy encodings: inside a word they spoil it.
fn is_legacy_letter(c: char) -> bool {
    ('\u{a1}'..='\u{ff}').contains(&c) && !matches!(c, '\u{ab}' | '\u{bb}' | '\u{b0}' | '\u{b7}')
}

/// Onset, rime and at most one tone.
pub(crate) fn is_syllable(word: &str) -> bool {
    if word.chars().count() > 8 {
        return false;
    }
    let mut bare = String::with_capacity(word.len());
    let mut tones = 0;
    for c in word.nfd().flat_map(char::to_lowercase) {
        match c {
            '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => tones += 1,
            c => bare.push(c),
        }
    }
    if tones > 1 {
        return false;
    }
    let bare: String = bare.nfc().collect();
    ONSETS.iter().any(|onset| {
        bare.strip_prefix(onset)
            .is_some_and(|rime| RIMES.contains(rime) || (*onset == "gi" && rime.is_empty()))
    })
}

#[cfg(test)]
mod tests {
    use super::{is_syllable, score};

    #[test]
    fn syllables_are_known() {
        for word in "Nghị quyết Đột phá chuyển đổi số giờ gì quốc gia khuỷu xuề xòa thuở ươm yêu ý đặc biệt nghiêng khoẻ hoá \
                     rượu loằng ngoằng khuya tuýt huých quạnh quých QUYẾT"
            .split_whitespace()
        {
            assert!(is_syllable(word), "{word}");
        }
        for word in ["Hoäi", "héi", "nghÞ", "quyÕt", "ñoåi", "Tr\u{ad}êng", "ắb", "bcé", "à̉"] {
            assert!(!is_syllable(word), "{word}");
        }
    }

    #[test]
    fn words_without_marks_do_not_count() {
        let s = score("Ban hành Kế hoạch số 12/KH-UBND (đợt 1) naïve");
        assert_eq!((s.total, s.valid), (6, 5));
    }
}
