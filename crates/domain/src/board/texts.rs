//! The words of tasks, one after the other in one long text that is searched in one pass. Pure.

use memchr::memmem;

/// Texts by row.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    all: String,
    end: Vec<u32>,
}

/// Between two texts; no folded text holds it, so nothing is found across two.
const BETWEEN: char = '\n';

impl Texts {
    /// Adds the text of the next row.
    pub fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.end.push(self.all.len() as u32);
        self.all.push(BETWEEN);
    }

    /// The text of a row.
    pub fn of(&self, row: usize) -> &str {
        let from = if row == 0 { 0 } else { self.end[row - 1] as usize + 1 };
        &self.all[from..self.end[row] as usize]
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        self.all.capacity() + self.end.capacity() * 4
    }

    /// Which rows hold every one of the words, given folded; none when there is no word to look for.
    pub fn holding(&self, words: &[&str]) -> Option<Vec<bool>> {
        let longest = words.iter().max_by_key(|word| word.len())?;
        let mut holding = vec![false; self.end.len()];
        let (finder, mut at) = (memmem::Finder::new(longest), 0);
        while let Some(found) = finder.find(&self.all.as_bytes()[at..]) {
            let row = self.end.partition_point(|end| (*end as usize) < at + found);
            let text = self.of(row);
            holding[row] = words.iter().all(|word| text.contains(word));
            at = self.end[row] as usize;
        }
        Some(holding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_holds_words_in_any_order_and_none_across_two_rows() {
        let mut texts = Texts::default();
        for text in ["xay dung nen tang", "", "nen tang du lieu nen", "dung nen"] {
            texts.push(text);
        }
        let rows = |words: &[&str]| {
            let holding = texts.holding(words)?;
            Some(holding.iter().enumerate().filter(|(_, holds)| **holds).map(|(row, _)| row).collect())
        };
        assert_eq!((texts.of(1), texts.of(2)), ("", "nen tang du lieu nen"));
        assert_eq!(rows(&["nen"]), Some(vec![0, 2, 3]));
        assert_eq!(rows(&["tang", "dung"]), Some(vec![0]));
        assert_eq!(rows(&["tangnen"]), Some(Vec::new()));
        assert_eq!(rows(&["lieu"]), Some(vec![2]));
        assert_eq!(rows(&[]), None::<Vec<usize>>);
    }
}
