//! List numbering of .docx: `word/numbering.xml` and the styles that point to it.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use quick_xml::events::Event;

use super::super::ReadError;
use super::super::package::{Xml, attribute, is_on, number};

/// Deepest list level of the format.
const LEVELS: usize = 9;

#[derive(Debug, Clone, Default)]
struct Level {
    start: u32,
    format: String,
    text: String,
    legal: bool,
    style: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct Abstract {
    levels: HashMap<u32, Level>,
    /// The list is that of a numbering style.
    style_link: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct Num {
    abstract_id: u32,
    starts: HashMap<u32, u32>,
    levels: HashMap<u32, Level>,
}

/// A style, as far as lists and contents need it.
#[derive(Debug, Clone, Default)]
struct Style {
    based_on: Option<String>,
    num: Option<u32>,
    level: Option<u32>,
    contents: bool,
    caps: Option<bool>,
}

/// The lists of a document and how far each has been counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    abstracts: HashMap<u32, Abstract>,
    nums: HashMap<u32, Num>,
    styles: HashMap<String, Style>,
    default_style: Option<String>,
    counters: HashMap<u32, [Option<u32>; LEVELS]>,
    started: HashSet<u32>,
    definitions: HashMap<u32, Option<(u32, Rc<Abstract>)>>,
}

impl Numbering {
    /// Reads `word/numbering.xml`.
    pub fn read_lists(&mut self, xml: &mut Xml<'_>) -> Result<(), ReadError> {
        let (mut current_abstract, mut current_num, mut level) = (None, None, None::<u32>);
        loop {
            match xml.next()? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "abstractNum" => {
                        current_abstract = number(&e, "abstractNumId");
                        current_num = None;
                    }
                    "num" => {
                        current_num = number(&e, "numId");
                        current_abstract = None;
                        if let Some(id) = current_num {
                            self.nums.insert(id, Num::default());
                        }
                    }
                    "abstractNumId" => {
                        if let Some(num) = current_num.and_then(|id| self.nums.get_mut(&id)) {
                            num.abstract_id = number(&e, "val").unwrap_or(0);
                        }
                    }
                    "numStyleLink" => {
                        if let Some(id) = current_abstract {
                            self.abstracts.entry(id).or_default().style_link = attribute(&e, "val");
                        }
                    }
                    "lvl" | "lvlOverride" => level = number(&e, "ilvl").filter(|l| (*l as usize) < LEVELS),
                    "startOverride" => {
                        if let (Some(num), Some(l)) =
                            (current_num.and_then(|id| self.nums.get_mut(&id)), level)
                        {
                            num.starts.insert(l, number(&e, "val").unwrap_or(1));
                        }
                    }
                    name @ ("start" | "numFmt" | "lvlText" | "isLgl" | "pStyle") => {
                        let levels = match (current_abstract, current_num) {
                            (Some(id), _) => Some(&mut self.abstracts.entry(id).or_default().levels),
                            (None, Some(id)) => self.nums.get_mut(&id).map(|num| &mut num.levels),
                            (None, None) => None,
                        };
                        if let (Some(levels), Some(l)) = (levels, level) {
                            set_level(levels.entry(l).or_default(), name, &e);
                        }
                    }
                    _ => {}
                },
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// Reads `word/styles.xml`.
    pub fn read_styles(&mut self, xml: &mut Xml<'_>) -> Result<(), ReadError> {
        let mut current: Option<String> = None;
        loop {
            match xml.next()? {
                Event::Start(e) => {
                    let name = e.local_name().as_ref().to_owned();
                    if name == "style" {
                        current = attribute(&e, "styleId");
                        if let Some(id) = &current {
                            self.styles.insert(id.clone(), Style::default());
                            if attribute(&e, "default").as_deref() == Some("1")
                                && attribute(&e, "type").as_deref() == Some("paragraph")
                            {
                                self.default_style = Some(id.clone());
                            }
                        }
                        continue;
                    }
                    let Some(style) = current.as_ref().and_then(|id| self.styles.get_mut(id)) else {
                        continue;
                    };
                    match name.as_str() {
                        "name" => {
                            let name = attribute(&e, "val").unwrap_or_default().to_lowercase();
                            style.contents =
                                name.strip_prefix("toc ").is_some_and(|n| n.parse::<u8>().is_ok());
                        }
                        "basedOn" => style.based_on = attribute(&e, "val"),
                        "numId" => style.num = number(&e, "val"),
                        "ilvl" => style.level = number(&e, "val"),
                        "caps" => style.caps = Some(is_on(&e)),
                        _ => {}
                    }
                }
                Event::End(e) if e.local_name().as_ref() == "style" => current = None,
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// Is this the style of an entry of the table of contents?
    pub fn is_contents(&self, style: Option<&str>) -> bool {
        self.chain(style).any(|s| s.contents)
    }

    /// Does this style draw its text in capitals?
    pub fn is_caps(&self, style: Option<&str>) -> bool {
        self.chain(style).find_map(|s| s.caps).unwrap_or(false)
    }

    /// The style and what it is based on. The chain is cut where it might turn in circles.
    fn chain(&self, style: Option<&str>) -> impl Iterator<Item = &Style> {
        let first = style.or(self.default_style.as_deref()).and_then(|id| self.styles.get(id));
        std::iter::successors(first, |s| s.based_on.as_ref().and_then(|id| self.styles.get(id))).take(20)
    }

    /// Counts a paragraph and gives its marker: `1.`, `a)`, `-`; empty where there is none.
    ///
    /// `num` 0 takes a paragraph out of the list of its style.
    pub fn marker(&mut self, style: Option<&str>, num: Option<u32>, level: Option<u32>) -> String {
        let from_style = self.chain(style).find_map(|s| s.num.map(|n| (n, s.level)));
        let (num_id, style_level) = match (num, from_style) {
            (Some(n), from_style) => (n, from_style.and_then(|(_, l)| l)),
            (None, Some((n, l))) => (n, l),
            (None, None) => return String::new(),
        };
        if num_id == 0 {
            return String::new();
        }
        if !self.definitions.contains_key(&num_id) {
            let definition = self.definition(num_id);
            self.definitions.insert(num_id, definition);
        }
        let Some((abstract_id, definition)) = self.definitions.get(&num_id).cloned().flatten() else {
            return String::new();
        };
        let by_style =
            || definition.levels.iter().find(|(_, l)| l.style.as_deref() == style && style.is_some());
        let level = level.or(style_level).or_else(|| by_style().map(|(l, _)| *l)).unwrap_or(0);
        if level as usize >= LEVELS {
            return String::new();
        }
        let values = self.count(num_id, abstract_id, &definition, level as usize);
        render(&definition, level, &values)
    }

    /// The levels that hold for a list: those of its abstract list with its own changes.
    fn definition(&self, num_id: u32) -> Option<(u32, Rc<Abstract>)> {
        let num = self.nums.get(&num_id)?;
        let mut abstract_id = num.abstract_id;
        let mut found = self.abstracts.get(&abstract_id)?;
        if let Some(link) = &found.style_link {
            let linked = self.chain(Some(link)).find_map(|s| s.num).and_then(|n| self.nums.get(&n));
            if let Some(linked) = linked {
                abstract_id = linked.abstract_id;
                found = self.abstracts.get(&abstract_id)?;
            }
        }
        let mut definition = found.clone();
        definition.levels.extend(num.levels.iter().map(|(l, level)| (*l, level.clone())));
        Some((abstract_id, Rc::new(definition)))
    }

    /// Lists over one abstract list share their counters; a list with its own start begins again.
    fn count(&mut self, num_id: u32, abstract_id: u32, definition: &Abstract, level: usize) -> Vec<u32> {
        let starts = self.nums.get(&num_id).map(|num| num.starts.clone()).unwrap_or_default();
        let start = |l: usize| {
            let l = l as u32;
            starts
                .get(&l)
                .copied()
                .unwrap_or_else(|| definition.levels.get(&l).map_or(1, |level| level.start))
        };
        let counters = self.counters.entry(abstract_id).or_default();
        if !starts.is_empty() && self.started.insert(num_id) {
            for l in starts.keys() {
                if let Some(counter) = counters.get_mut(*l as usize) {
                    *counter = None;
                }
            }
        }
        for (l, counter) in counters.iter_mut().enumerate() {
            match l.cmp(&level) {
                std::cmp::Ordering::Less => *counter = Some(counter.unwrap_or_else(|| start(l))),
                std::cmp::Ordering::Equal => {
                    *counter = Some(counter.map_or_else(|| start(l), |n| n.saturating_add(1)))
                }
                std::cmp::Ordering::Greater => *counter = None,
            }
        }
        counters.iter().take(level + 1).map(|c| c.unwrap_or(1)).collect()
    }
}

fn set_level(level: &mut Level, name: &str, e: &quick_xml::events::BytesStart<'_>) {
    match name {
        "start" => level.start = number(e, "val").unwrap_or(1),
        "numFmt" => level.format = attribute(e, "val").unwrap_or_default(),
        "lvlText" => level.text = attribute(e, "val").unwrap_or_default().chars().take(100).collect(),
        "isLgl" => level.legal = is_on(e),
        _ => level.style = attribute(e, "val"),
    }
}

fn render(definition: &Abstract, level: u32, values: &[u32]) -> String {
    let Some(own) = definition.levels.get(&level) else { return String::new() };
    if own.format == "none" {
        return String::new();
    }
    if own.format == "bullet" {
        return bullet(&own.text, level);
    }
    let mut out = String::new();
    let mut chars = own.text.chars().peekable();
    while let Some(c) = chars.next() {
        let place = (c == '%').then(|| chars.peek().and_then(|d| d.to_digit(10))).flatten();
        match place.filter(|p| (1..=LEVELS as u32).contains(p)) {
            Some(place) => {
                chars.next();
                let value = values.get(place as usize - 1).copied().unwrap_or(1);
                let format = definition.levels.get(&(place - 1)).map_or("decimal", |l| l.format.as_str());
                out.push_str(&figure(value, if own.legal { "decimal" } else { format }));
            }
            None => out.push(c),
        }
    }
    out.trim().to_owned()
}

/// Bullets drawn from symbol fonts become the `-` and `+` that official documents use.
fn bullet(text: &str, level: u32) -> String {
    match text.trim() {
        sign @ ("-" | "+" | "*") => sign.to_owned(),
        "–" | "—" | "\u{f02d}" | "\u{2212}" => "-".to_owned(),
        "\u{f02b}" => "+".to_owned(),
        "" => String::new(),
        _ if level % 2 == 1 => "+".to_owned(),
        _ => "-".to_owned(),
    }
}

fn figure(value: u32, format: &str) -> String {
    match format {
        "decimalZero" => format!("{value:02}"),
        "upperRoman" => roman(value),
        "lowerRoman" => roman(value).to_lowercase(),
        "upperLetter" => letter(value).to_uppercase(),
        "lowerLetter" => letter(value),
        "none" => String::new(),
        _ => value.to_string(),
    }
}

/// a … z, aa, bb …, as Word counts.
fn letter(value: u32) -> String {
    let Some(zero_based) = value.checked_sub(1) else { return String::new() };
    let c = char::from(b'a' + (zero_based % 26) as u8);
    std::iter::repeat_n(c, (zero_based / 26 + 1).min(20) as usize).collect()
}

fn roman(value: u32) -> String {
    const PARTS: &[(u32, &str)] = &[
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if value == 0 || value > 3999 {
        return value.to_string();
    }
    let mut rest = value;
    let mut out = String::new();
    for (worth, sign) in PARTS {
        while rest >= *worth {
            out.push_str(sign);
            rest -= worth;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{figure, letter, roman};

    #[test]
    fn figures_are_written_as_word_writes_them() {
        assert_eq!(roman(4), "IV");
        assert_eq!(roman(1999), "MCMXCIX");
        assert_eq!(roman(0), "0");
        assert_eq!(letter(1), "a");
        assert_eq!(letter(28), "bb");
        assert_eq!(figure(3, "decimalZero"), "03");
        assert_eq!(figure(12, "upperLetter"), "L");
    }
}
