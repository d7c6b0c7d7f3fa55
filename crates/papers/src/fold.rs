//! Folding of Vietnamese for search and comparison.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, no diacritics, `đ` → `d`, everything but letters and digits turned into single spaces.
///
/// The folded form is what is stored in `*_folded` columns and what a search is compared with.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        let c = if c == 'đ' { 'd' } else { c };
        if c.is_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        } else {
            gap = true;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn marks_case_and_punctuation_go() {
        assert_eq!(fold("  Bộ KH&CN – Đột Phá\u{a0}số 57-NQ/TW "), "bo kh cn dot pha so 57 nq tw");
        assert_eq!(fold("Đắk Lắk"), fold("DAK  LAK"));
    }
}
