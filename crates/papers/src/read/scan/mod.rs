//! Pictures of pages → words with places: ruling lines are taken out and kept as tables, the rest is recognised
//! by the program that the binary supplies.

mod picture;
mod strokes;
mod tsv;

use super::pdf::grid;
use super::pdf::page::Page;
use super::{Limits, Look, Note, ReadError, Text, Tools};
use picture::Picture;

/// Dots per inch at which the pages of a .pdf are rendered.
pub const SCAN_DPI: u32 = 300;
/// Below this (of 100) a word may be another.
const DOUBTFUL: f64 = 75.0;
/// What stands before a doubtful word until its place in the text is known (private use).
pub(super) const DOUBT: char = '\u{e000}';

/// How much was recognised, and how well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub pages: usize,
    pub words: usize,
    pub doubtful: usize,
}

impl Tally {
    /// What the reviewer is told.
    pub fn note(self) -> Option<Note> {
        (self.pages > 0).then_some(Note::Recognised {
            pages: self.pages,
            words: self.words,
            doubtful: self.doubtful,
        })
    }
}

/// Recognises a page of a .pdf that was rendered at [`SCAN_DPI`]. `None` without a program for it.
pub(super) fn rendered(
    pgm: &[u8],
    limits: &Limits,
    tools: &dyn Tools,
    tally: &mut Tally,
) -> Option<Result<Page, ReadError>> {
    match Picture::of_pgm(pgm, f64::from(SCAN_DPI)) {
        Ok(picture) => recognised(picture, limits, tools, tally),
        Err(error) => Some(Err(error)),
    }
}

fn recognised(
    picture: Picture,
    limits: &Limits,
    tools: &dyn Tools,
    tally: &mut Tally,
) -> Option<Result<Page, ReadError>> {
    let mut picture = strokes::straightened(picture);
    let tables = grid::tables(&strokes::take_out(&mut picture));
    let dpi = picture.dpi;
    let pgm = picture.pgm();
    drop(picture);
    let mut looks = Vec::new();
    for look in [Look::Scattered, Look::Lines] {
        match tools.recognise(&pgm, dpi.round() as u32, look, limits)? {
            Ok(tsv) => looks.push(tsv::words(&tsv, dpi)),
            Err(error) => return Some(Err(error)),
        }
    }
    let mut words = Vec::new();
    for found in tsv::united(looks) {
        let mut word = found.word;
        if found.sure < DOUBTFUL {
            // Scratches and stamps come out as signs that nobody wrote.
            if !word.text.chars().any(char::is_alphanumeric) {
                continue;
            }
            tally.doubtful += 1;
            word.text.insert(0, DOUBT);
        }
        tally.words += 1;
        words.push(word);
    }
    tally.pages += usize::from(!words.is_empty());
    Some(Ok(Page { words, tables, layout: None }))
}

/// Reads an image file: a photographed or scanned page, or several.
pub(in crate::read) fn read(bytes: &[u8], limits: &Limits, tools: &dyn Tools) -> Result<Text, ReadError> {
    let pictures = Picture::of_image(bytes, limits.scan_pixels, limits.scan_pages)?;
    let (all, mut pages, mut tally) = (pictures.len(), Vec::new(), Tally::default());
    for (done, picture) in pictures.into_iter().enumerate() {
        tools.progress(done, all);
        let page = recognised(picture, limits, tools, &mut tally);
        pages.push(page.ok_or(ReadError::Unsupported { found: super::Found::Image })??);
    }
    if tally.words == 0 {
        return Err(ReadError::Unrecognised);
    }
    super::pdf::finish(pages, None, limits, tally.note().into_iter().collect())
}
