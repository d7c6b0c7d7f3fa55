//! Words of a page with their places.

use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};
use quick_xml::events::Event;

use super::super::ReadError;
use super::super::package::{Xml, attribute};
use super::rules::Frame;

/// A word; places in points from the top left corner of the page as it is shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::read) struct Word {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
    pub text: String,
}

impl Word {
    pub fn middle(&self) -> f64 {
        (self.top + self.bottom) / 2.0
    }

    pub fn centre(&self) -> f64 {
        (self.left + self.right) / 2.0
    }

    pub fn height(&self) -> f64 {
        (self.bottom - self.top).max(1.0)
    }
}

/// Reads what `pdftotext -bbox` writes: the words of every page.
pub(in crate::read) fn parse(xhtml: &str) -> Result<Vec<Vec<Word>>, ReadError> {
    let mut xml = Xml::new(xhtml.as_bytes());
    let mut pages: Vec<Vec<Word>> = Vec::new();
    let mut word: Option<Word> = None;
    loop {
        match xml.next()? {
            Event::Start(e) => match e.local_name().as_ref() {
                "page" => pages.push(Vec::new()),
                "word" => {
                    let place = |name| {
                        attribute(&e, name).and_then(|v| v.parse::<f64>().ok()).filter(|v| v.is_finite())
                    };
                    word = match (place("xMin"), place("xMax"), place("yMin"), place("yMax")) {
                        (Some(left), Some(right), Some(top), Some(bottom)) => {
                            Some(Word { left, right, top, bottom, text: String::new() })
                        }
                        _ => None,
                    };
                }
                _ => {}
            },
            Event::Text(text) => {
                if let Some(word) = &mut word {
                    word.text.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(name) => {
                let c = match name.resolve_char_ref() {
                    Ok(Some(c)) => Some(c),
                    _ => quick_xml::escape::resolve_predefined_entity(&name).and_then(|s| s.chars().next()),
                };
                if let (Some(word), Some(c)) = (&mut word, c) {
                    word.text.push(c);
                }
            }
            Event::End(e) if e.local_name().as_ref() == "word" => {
                if let (Some(page), Some(word)) = (pages.last_mut(), word.take()) {
                    page.push(word);
                }
            }
            Event::Eof => return Ok(pages),
            _ => {}
        }
    }
}

/// Collects the words of one page while the plain reader walks through it.
pub(in crate::read) struct Collector {
    pub words: Vec<Word>,
    frame: Frame,
    open: bool,
}

impl Collector {
    pub fn new(frame: Frame) -> Collector {
        Collector { words: Vec::new(), frame, open: false }
    }
}

impl OutputDev for Collector {
    fn begin_page(
        &mut self,
        _: u32,
        _: &MediaBox,
        _: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        at: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        let size = ((at.m11 * at.m22 - at.m12 * at.m21).abs().sqrt() * font_size).abs();
        if text.trim().is_empty() || !size.is_finite() || !at.m31.is_finite() || !at.m32.is_finite() {
            self.open = false;
            return Ok(());
        }
        let (left, base) = self.frame.shown(at.m31, at.m32);
        let right = left + width * size;
        let (top, bottom) = (base - 0.9 * size, base + 0.25 * size);
        match self.words.last_mut() {
            Some(word)
                if self.open
                    && (word.bottom - bottom).abs() < 0.3 * size
                    && left > word.right - 0.5 * size
                    && left < word.right + 0.2 * size =>
            {
                word.text.push_str(text);
                word.right = word.right.max(right);
            }
            _ => self.words.push(Word { left, right, top, bottom, text: text.to_owned() }),
        }
        self.open = true;
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// A line of words.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::read) struct Line {
    pub top: f64,
    pub bottom: f64,
    pub text: String,
}

impl Line {
    pub fn middle(&self) -> f64 {
        (self.top + self.bottom) / 2.0
    }
}

/// Words → rows from top to bottom, each from left to right.
pub(in crate::read) fn rows(mut words: Vec<Word>) -> Vec<Vec<Word>> {
    words.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
    let mut rows: Vec<Vec<Word>> = Vec::new();
    for word in words {
        // The first word of a row holds its height: a slow drift downwards must not gather a page in one line.
        let same = rows.last().and_then(|row| row.first()).is_some_and(|first| {
            (word.middle() - first.middle()).abs() < 0.4 * word.height().min(first.height())
        });
        match rows.last_mut().filter(|_| same) {
            Some(row) => row.push(word),
            None => rows.push(vec![word]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.left.total_cmp(&b.left));
    }
    rows
}

/// Words → lines from top to bottom. Words far apart on a line keep three blanks between them.
pub(in crate::read) fn lines(words: Vec<Word>) -> Vec<Line> {
    rows(words)
        .into_iter()
        .map(|row| {
            let mut text = String::new();
            let mut end: Option<f64> = None;
            for word in &row {
                if let Some(end) = end {
                    text.push_str(if word.left - end > 1.2 * word.height() { "   " } else { " " });
                }
                text.push_str(word.text.trim());
                end = Some(word.right);
            }
            let top = row.iter().map(|w| w.top).fold(f64::INFINITY, f64::min);
            let bottom = row.iter().map(|w| w.bottom).fold(f64::NEG_INFINITY, f64::max);
            Line { top, bottom, text }
        })
        .collect()
}
