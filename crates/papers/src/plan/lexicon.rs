//! The knowledge of the genre, read once from the files in `crates/papers/data`.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::matcher::Matcher;
use super::passage::{Passage, fold_char, key};

/// Sections of a data file: `[name]`, then one phrase a line.
type Sections = HashMap<&'static str, Vec<&'static str>>;

fn sections(source: &'static str) -> Sections {
    let mut out: Sections = HashMap::new();
    let mut name = "";
    for line in source.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        match line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            Some(section) => name = section,
            None => out.entry(name).or_default().push(line),
        }
    }
    out
}

/// Lower case without marks, one character for each.
pub(super) fn fold_phrase(phrase: &str) -> String {
    phrase.chars().map(fold_char).collect()
}

/// A set of phrases to be found in folded text.
pub(super) struct Phrases {
    matcher: Matcher,
    keys: HashSet<String>,
    entries: Vec<&'static str>,
}

impl Phrases {
    fn new(entries: Vec<&'static str>) -> Self {
        let folded: Vec<String> = entries.iter().map(|p| fold_phrase(p)).collect();
        let matcher = Matcher::new(folded.iter().map(String::as_str));
        let keys = entries.iter().map(|p| key(p)).collect();
        Phrases { matcher, keys, entries }
    }

    /// The first phrase in `range`, marks not compared.
    pub fn find(&self, passage: &Passage, range: Range<usize>) -> Option<Range<usize>> {
        let end = range.end.min(passage.len());
        if range.start >= end {
            return None;
        }
        self.matcher.find(&passage.fold[..end], range.start)
    }

    pub fn contains(&self, passage: &Passage) -> bool {
        self.matcher.find(&passage.fold, 0).is_some()
    }

    /// The phrase that stands exactly at `at`, marks not compared.
    pub fn at(&self, passage: &Passage, at: usize) -> Option<Range<usize>> {
        self.matcher.at(&passage.fold, at)
    }

    /// The first phrase from `range` that agrees in its marks too and begins with a small letter.
    pub fn find_exact(&self, passage: &Passage, range: Range<usize>) -> Option<Range<usize>> {
        let mut from = range.start;
        while from < range.end {
            let hit = self.find(passage, from..range.end)?;
            if self.agrees(passage, &hit) && !passage.chars[hit.start].is_uppercase() {
                return Some(hit);
            }
            from = hit.start + 1;
        }
        None
    }

    /// True when the phrase found also agrees in its marks.
    pub fn agrees(&self, passage: &Passage, hit: &Range<usize>) -> bool {
        self.keys.contains(&key(&passage.text(hit.clone())))
    }

    /// True when the whole of a text is one of the phrases.
    pub fn is(&self, text: &str) -> bool {
        self.keys.contains(&key(text))
    }

    pub fn entries(&self) -> &[&'static str] {
        &self.entries
    }
}

/// The patterns are constants of this crate, so they always compile; should one not, it finds nothing.
///
/// Text is folded before it is searched, so the classes need to know ASCII only: that makes a pattern in a
/// tenth of the time, and every start of the program makes them all.
pub(super) fn never_fails(pattern: &str) -> Regex {
    let plain = pattern.is_ascii().then(|| ascii(pattern));
    let regex = Regex::new(plain.as_deref().unwrap_or(pattern)).or_else(|_| Regex::new(r"[^\s\S]"));
    match regex {
        Ok(regex) => regex,
        Err(_) => unreachable!("a class of no characters is a valid pattern"),
    }
}

/// The pattern with its classes narrowed to ASCII.
fn ascii(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut inside = false;
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let escaped = if c == '\\' { chars.next() } else { None };
        match (c, escaped) {
            ('\\', Some('d')) => out.push_str(if inside { "0-9" } else { "[0-9]" }),
            ('\\', Some('s')) => out.push_str(if inside { r" \t\n\r\x0b\x0c" } else { r"[ \t\n\r\x0b\x0c]" }),
            ('\\', Some('b')) => out.push_str(r"(?-u:\b)"),
            ('\\', Some('w')) if !inside => out.push_str(r"(?-u:\w)"),
            ('\\', Some(other)) => out.extend(['\\', other]),
            ('[', _) => {
                inside = true;
                out.push(c);
            }
            (']', _) => {
                inside = false;
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

/// What a column or a label holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Number,
    Title,
    Lead,
    Person,
    Coordinating,
    Product,
    Time,
    Indicator,
    Unit,
    Target,
    Note,
    Content,
}

pub(super) const FIELDS: [(&str, Field); 12] = [
    ("number", Field::Number),
    ("title", Field::Title),
    ("lead", Field::Lead),
    ("person", Field::Person),
    ("coordinating", Field::Coordinating),
    ("product", Field::Product),
    ("time", Field::Time),
    ("indicator", Field::Indicator),
    ("unit", Field::Unit),
    ("target", Field::Target),
    ("note", Field::Note),
    ("content", Field::Content),
];

/// All files together.
pub(super) struct Lexicon {
    units: HashMap<&'static str, Phrases>,
    verbs: HashMap<&'static str, Phrases>,
    times: HashMap<&'static str, Phrases>,
    labels: HashMap<&'static str, Phrases>,
    headings: HashMap<&'static str, Phrases>,
    document: HashMap<&'static str, Phrases>,
    measures: HashMap<&'static str, Phrases>,
    prose: HashMap<&'static str, Phrases>,
    warnings: HashMap<&'static str, &'static str>,
    nothing: Phrases,
}

fn phrases(source: &'static str) -> HashMap<&'static str, Phrases> {
    sections(source).into_iter().map(|(name, entries)| (name, Phrases::new(entries))).collect()
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon {
    units: phrases(include_str!("../../data/units.txt")),
    verbs: phrases(include_str!("../../data/verbs.txt")),
    times: phrases(include_str!("../../data/times.txt")),
    labels: phrases(include_str!("../../data/labels.txt")),
    headings: phrases(include_str!("../../data/headings.txt")),
    document: phrases(include_str!("../../data/document.txt")),
    measures: phrases(include_str!("../../data/measures.txt")),
    prose: phrases(include_str!("../../data/prose.txt")),
    warnings: include_str!("../../data/warnings.txt")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split_once('='))
        .collect(),
    nothing: Phrases::new(Vec::new()),
});

/// The lexicon.
pub(super) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

impl Lexicon {
    pub fn unit(&self, section: &str) -> &Phrases {
        self.units.get(section).unwrap_or(&self.nothing)
    }
    pub fn verb(&self, section: &str) -> &Phrases {
        self.verbs.get(section).unwrap_or(&self.nothing)
    }
    pub fn time(&self, section: &str) -> &Phrases {
        self.times.get(section).unwrap_or(&self.nothing)
    }
    pub fn label(&self, section: &str) -> &Phrases {
        self.labels.get(section).unwrap_or(&self.nothing)
    }
    pub fn heading(&self, section: &str) -> &Phrases {
        self.headings.get(section).unwrap_or(&self.nothing)
    }
    pub fn document(&self, section: &str) -> &Phrases {
        self.document.get(section).unwrap_or(&self.nothing)
    }
    pub fn measure(&self, section: &str) -> &Phrases {
        self.measures.get(section).unwrap_or(&self.nothing)
    }
    pub fn prose(&self, section: &str) -> &Phrases {
        self.prose.get(section).unwrap_or(&self.nothing)
    }

    /// A warning with its blanks filled.
    pub fn warning(&self, name: &str, blanks: &[(&str, &str)]) -> String {
        let mut text = self.warnings.get(name).copied().unwrap_or(name).to_owned();
        for (blank, value) in blanks {
            text = text.replace(&format!("{{{blank}}}"), value);
        }
        text
    }

    /// The field whose header or label stands at `at`, and where it ends. The longest wins.
    pub fn field_at(&self, passage: &Passage, at: usize) -> Option<(Field, usize)> {
        FIELDS
            .iter()
            .filter_map(|(name, field)| self.label(name).at(passage, at).map(|m| (*field, m.end)))
            .max_by_key(|(field, end)| (*end, *field != Field::Content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_its_sections_and_no_phrase_twice() {
        for source in [
            include_str!("../../data/units.txt"),
            include_str!("../../data/verbs.txt"),
            include_str!("../../data/times.txt"),
            include_str!("../../data/labels.txt"),
            include_str!("../../data/headings.txt"),
            include_str!("../../data/document.txt"),
            include_str!("../../data/measures.txt"),
            include_str!("../../data/prose.txt"),
        ] {
            for (name, entries) in sections(source) {
                let mut seen = HashSet::new();
                for entry in entries {
                    assert!(seen.insert(key(entry)), "“{entry}” stands twice in [{name}]");
                }
            }
        }
    }

    #[test]
    fn the_place_of_a_tone_mark_does_not_matter() {
        assert_eq!(key("Uỷ ban"), key("ủy BAN"));
        assert_ne!(key("bàn"), key("ban"));
    }
}
