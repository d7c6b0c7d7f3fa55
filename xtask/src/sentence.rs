//! The sentence of a document that an item of an annotation or a reading speaks of.

use papers::fold::fold;
use serde_json::Value;

/// Most words shown before the item's own, and after.
const BEFORE: usize = 12;
const AFTER: usize = 30;
/// So many of an item's first words find its place; where they do not stand together, the first few.
const KEYS: [usize; 3] = [6, 4, 2];

/// The words of a document, ready to be searched.
pub struct Words<'a> {
    text: &'a str,
    words: Vec<&'a str>,
    folded: Vec<String>,
}

impl<'a> Words<'a> {
    /// Cuts the text into words.
    pub fn new(text: &'a str) -> Words<'a> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let folded = words.iter().map(|word| bare(word)).collect();
        Words { text, words, folded }
    }

    /// The sentence of an item: what stands at its span, else around the place where its first words stand.
    pub fn sentence(&self, item: &Value, words: &str) -> Option<String> {
        if let Some([from, to]) = span(item) {
            let stretch: String = self.text.chars().skip(from).take(to.saturating_sub(from)).collect();
            return Some(stretch.split_whitespace().take(BEFORE + AFTER).collect::<Vec<_>>().join(" "));
        }
        let keys: Vec<String> = words.split_whitespace().map(bare).filter(|word| !word.is_empty()).collect();
        let at = KEYS.iter().filter_map(|most| keys.get(..keys.len().min(*most))).find_map(|key| {
            (!key.is_empty()).then(|| self.folded.windows(key.len()).position(|words| words == key))?
        })?;
        let ends = |word: &&str| word.ends_with(['.', ';']);
        let before = self.words[..at].iter().rev().take(BEFORE).take_while(|word| !ends(word)).count();
        let rest = &self.words[at..];
        let after = rest.iter().take(AFTER).position(ends).map_or(AFTER, |last| last + 1);
        Some(self.words[at - before..at + after.min(rest.len())].join(" "))
    }
}

fn bare(word: &str) -> String {
    fold(word).chars().filter(char::is_ascii_alphanumeric).collect()
}

fn span(item: &Value) -> Option<[usize; 2]> {
    let span = item.get("span")?;
    let at = |end: usize| usize::try_from(span.get(end)?.as_u64()?).ok();
    Some([at(0)?, at(1)?])
}

#[cfg(test)]
mod tests {
    use super::Words;
    use serde_json::json;

    #[test]
    fn a_sentence_is_found_by_span_or_by_words() {
        let text = "I. MỤC TIÊU. Phấn đấu tỷ lệ hồ sơ\ntrực tuyến đạt 80%. Hết.";
        let words = Words::new(text);
        let found = words.sentence(&json!({"name": "Tỷ lệ hồ sơ trực tuyến"}), "Tỷ lệ hồ sơ trực tuyến");
        assert_eq!(found.as_deref(), Some("Phấn đấu tỷ lệ hồ sơ trực tuyến đạt 80%."));
        assert_eq!(words.sentence(&json!({"span": [0, 11]}), "").as_deref(), Some("I. MỤC TIÊU"));
        assert_eq!(words.sentence(&json!({}), "số hộ nghèo"), None);
    }
}
