//! Finds phrases in folded text, many at once: a tree of their letters, walked from each place where one may begin.
//!
//! It takes microseconds to make, where a regular expression of the same phrases takes milliseconds; every start
//! of the program pays for that.

use std::ops::Range;

/// A set of phrases in the folded form, one ASCII character a letter.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    nodes: Vec<Node>,
    /// By byte: does a phrase begin with it?
    opens: Vec<bool>,
}

#[derive(Debug, Default)]
struct Node {
    next: Vec<(u8, u32)>,
    /// A phrase ends here.
    end: bool,
}

impl Matcher {
    /// A blank in a phrase stands for white space of any length.
    pub fn new<'a>(phrases: impl Iterator<Item = &'a str>) -> Matcher {
        let mut matcher = Matcher { nodes: vec![Node::default()], opens: vec![false; 256] };
        for phrase in phrases.filter(|phrase| !phrase.is_empty()) {
            let mut at = 0;
            for byte in phrase.bytes() {
                let known = matcher.nodes[at].next.iter().find(|(letter, _)| *letter == byte);
                at = match known {
                    Some((_, next)) => *next as usize,
                    None => {
                        let next = matcher.nodes.len();
                        matcher.nodes[at].next.push((byte, next as u32));
                        matcher.nodes.push(Node::default());
                        next
                    }
                };
            }
            matcher.nodes[at].end = true;
            if let Some(first) = phrase.bytes().next() {
                matcher.opens[usize::from(first)] = true;
            }
        }
        matcher
    }

    /// The first phrase in `text` from byte `from` on; of those that begin at one place the longest.
    pub fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        (from..text.len()).find_map(|at| self.at(text, at))
    }

    /// The longest phrase that begins at byte `at`. One that begins or ends with a letter or figure is a whole
    /// word there.
    pub fn at(&self, text: &str, at: usize) -> Option<Range<usize>> {
        let bytes = text.as_bytes();
        let first = *bytes.get(at)?;
        if !self.opens.get(usize::from(first)).copied().unwrap_or(false)
            || (joins(first) && at > 0 && joins(bytes[at - 1]))
        {
            return None;
        }
        let (mut node, mut place, mut found) = (&self.nodes[0], at, None);
        while let Some(&byte) = bytes.get(place) {
            let wanted = if byte.is_ascii_whitespace() || byte == 0xb { b' ' } else { byte };
            let Some((_, next)) = node.next.iter().find(|(letter, _)| *letter == wanted) else { break };
            node = &self.nodes[*next as usize];
            place += 1;
            if wanted == b' ' {
                while bytes.get(place).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == 0xb) {
                    place += 1;
                }
            }
            let whole = !(joins(bytes[place - 1]) && bytes.get(place).is_some_and(|byte| joins(*byte)));
            if node.end && whole {
                found = Some(at..place);
            }
        }
        found
    }
}

/// Letters, figures and the underscore, which make words.
fn joins(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::Matcher;

    #[test]
    fn the_first_and_longest_whole_phrase_is_found() {
        let matcher = Matcher::new(["so", "so y te", "(kem", "%"].into_iter());
        let found = |text| matcher.find(text, 0).map(|range| &text[range]);
        assert_eq!(found("cua so  y\tte, so"), Some("so  y\tte"));
        assert_eq!(found("soan so"), Some("so"));
        assert_eq!(found("tay_so 5"), None);
        assert_eq!(found("so y ten"), Some("so"));
        assert_eq!(found("a(kem theo"), Some("(kem"));
        assert_eq!(found("10%"), Some("%"));
        assert_eq!(found(""), None);
        assert_eq!(matcher.at("cua so", 3), None);
        assert_eq!(matcher.at("cua so", 4), Some(4..6));
        assert_eq!(matcher.find("so so", 1), Some(3..5));
        assert_eq!(Matcher::new([].into_iter()).find("so", 0), None);
    }
}
