//! .pdf with a text layer: by poppler where the binary supplies it, else by a plain reader in Rust.
//!
//! The plain reader can be driven to use much memory or stack by a hostile file, like every library of
//! its kind: the binary reads untrusted files in a child process under limits.

mod aligned;
pub(super) mod grid;
pub(super) mod page;
pub(super) mod rules;
pub(super) mod words;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Dictionary, Document, Object, ObjectId};

use super::builder::Builder;
use super::detect::find;
use super::hyphens;
use super::legacy::{self, Legacy};
use super::scan::{self, Tally};
use super::{Limits, Note, ReadError, Text, Tools};
use grid::Ruled;
use page::Page;
use rules::Frame;
use words::{Collector, Word};

/// Fewest letters of a page that is not a picture; a scan often bears a stamp or a signature in letters.
const LETTERS_OF_A_PAGE: usize = 30;
/// As many letters of a signature a page may bear whose picture fills it.
const LETTERS_OF_A_SIGNATURE: usize = 400;
/// A picture of a page has at least as many dots each way.
const DOTS_OF_A_PAGE: i64 = 600;

pub(super) fn read(bytes: &[u8], limits: &Limits, tools: &dyn Tools) -> Result<Text, ReadError> {
    if is_cut_off(bytes) {
        return Err(ReadError::Truncated);
    }
    match tools.pdf_text(bytes, limits) {
        Some(Ok(text)) => by_tool(bytes, &text, limits, tools),
        Some(Err(ReadError::ToolFailed { .. })) | None => by_hand(bytes, limits, tools),
        Some(Err(e)) => Err(e),
    }
}

/// Text from poppler; where tables are ruled, their words are asked for with their places.
fn by_tool(bytes: &[u8], raw: &str, limits: &Limits, tools: &dyn Tools) -> Result<Text, ReadError> {
    let raw: &str = &hyphens::joined(raw);
    let texts: Vec<String> =
        raw.strip_suffix('\u{c}').unwrap_or(raw).split('\u{c}').map(str::to_owned).collect();
    let (mut tables, pictured) =
        catch_unwind(|| open(bytes).map(|doc| (ruled(&doc), pictured(&doc))).unwrap_or_default())
            .unwrap_or_default();
    let mut words: Vec<Vec<Word>> = Vec::new();
    if tables.iter().any(|on_page| !on_page.is_empty()) || texts.iter().any(|text| stands_in_columns(text)) {
        words = match tools.pdf_words(bytes, limits) {
            Some(Ok(xhtml)) => words::parse(&xhtml).unwrap_or_default(),
            Some(Err(_)) | None => Vec::new(),
        };
    }
    if words.len() != texts.len() || tables.len() != texts.len() {
        words = vec![Vec::new(); texts.len()];
        tables = vec![Vec::new(); texts.len()];
    }
    let mut pages: Vec<Page> = texts
        .iter()
        .zip(tables.into_iter().zip(words))
        .map(|(text, (tables, words))| Page { words, tables, layout: Some(text.clone()) })
        .collect();
    let notes = recognise(bytes, &texts, &pictured, &mut pages, limits, tools)?;
    written(&texts, pages, limits, notes)
}

/// Do some lines of a laid out page have three pieces with wide gaps between them?
fn stands_in_columns(layout: &str) -> bool {
    let pieces = |line: &str| line.trim().split("  ").filter(|piece| !piece.trim().is_empty()).count();
    layout.lines().filter(|line| pieces(line) >= 3).nth(1).is_some()
}

/// Text without poppler.
fn by_hand(bytes: &[u8], limits: &Limits, tools: &dyn Tools) -> Result<Text, ReadError> {
    let guarded = |what: &str| ReadError::damaged(format!("the plain reader gave up at {what}"));
    let doc = catch_unwind(|| open(bytes)).map_err(|_| guarded("opening"))??;
    let numbers = doc.get_pages();
    if numbers.is_empty() {
        return Err(ReadError::damaged("no pages"));
    }
    if numbers.len() > limits.pages {
        return Err(ReadError::TooManyPages { limit: limits.pages, actual: numbers.len() });
    }
    if turns_in_circles(&doc) {
        return Err(ReadError::damaged("its objects contain themselves"));
    }
    let tables =
        catch_unwind(AssertUnwindSafe(|| ruled(&doc))).unwrap_or_else(|_| vec![Vec::new(); numbers.len()]);
    let mut texts = Vec::with_capacity(numbers.len());
    let mut pages = Vec::with_capacity(numbers.len());
    let mut length = 0;
    for ((number, id), tables) in numbers.iter().zip(tables) {
        let frame = Frame::of(&doc, *id).ok_or_else(|| ReadError::damaged("a page without bounds"))?;
        let words = catch_unwind(AssertUnwindSafe(|| {
            let mut collector = Collector::new(frame);
            pdf_extract::output_doc_page(&doc, &mut collector, *number).map(|()| collector.words)
        }))
        .map_err(|_| guarded(&format!("page {number}")))?
        .map_err(ReadError::damaged)?;
        length += words.iter().map(|word| word.text.len() + 1).sum::<usize>();
        if length > limits.text_chars.saturating_mul(4) {
            return Err(ReadError::TooLongText { limit: limits.text_chars });
        }
        texts.push(words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "));
        pages.push(Page { words, tables, layout: None });
    }
    let pictured = catch_unwind(AssertUnwindSafe(|| pictured(&doc))).unwrap_or_default();
    let mut notes = recognise(bytes, &texts, &pictured, &mut pages, limits, tools)?;
    if !pages.is_empty() {
        notes.push(Note::PlainPdfReader);
    }
    written(&texts, pages, limits, notes)
}

/// The ruled tables of every page.
fn ruled(doc: &Document) -> Vec<Vec<Ruled>> {
    doc.get_pages().values().map(|id| grid::tables(&rules::of_page(doc, *id))).collect()
}

fn written(
    texts: &[String],
    pages: Vec<Page>,
    limits: &Limits,
    mut notes: Vec<Note>,
) -> Result<Text, ReadError> {
    let legacy = legacy::suspect(&texts.join("\n"));
    if let Some(found) = legacy {
        notes.push(Note::Converted { encoding: found.name().to_owned() });
    }
    finish(pages, legacy, limits, notes)
}

/// Writes pages, whatever they were read from, into a text.
pub(super) fn finish(
    pages: Vec<Page>,
    legacy: Option<Legacy>,
    limits: &Limits,
    notes: Vec<Note>,
) -> Result<Text, ReadError> {
    let mut out = Builder::new(limits.text_chars);
    page::write(pages, legacy, &mut out)?;
    let Builder { content, tables, doubtful, .. } = out;
    Ok(Text { content, tables, notes, doubtful, ..Text::default() })
}

/// What a failure of `pdftotext` means, by its exit code and what it wrote to standard error.
pub fn poppler_failure(code: Option<i32>, stderr: &str) -> ReadError {
    let said = stderr.to_lowercase();
    if said.contains("incorrect password") || (code == Some(3) && said.contains("permission")) {
        ReadError::Encrypted
    } else if code == Some(1) {
        ReadError::damaged(stderr.lines().next().unwrap_or("pdftotext could not open the file"))
    } else {
        ReadError::ToolFailed { tool: "pdftotext".to_owned(), detail: stderr.chars().take(500).collect() }
    }
}

/// A whole file ends with the place of its table of objects; repairing readers would show a part as the whole.
fn is_cut_off(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(4096)..];
    if find(tail, b"startxref").is_none() && find(tail, b"%%EOF").is_none() {
        return true;
    }
    let head = &bytes[..bytes.len().min(2048)];
    let claimed = find(head, b"/Linearized").and_then(|at| {
        let rest = head.get(at..)?;
        let number = rest.get(find(rest, b"/L ")? + 3..)?.trim_ascii_start();
        let digits = number.iter().take_while(|b| b.is_ascii_digit()).count();
        std::str::from_utf8(number.get(..digits)?).ok()?.parse::<u64>().ok()
    });
    claimed.is_some_and(|length| length > bytes.len() as u64)
}

/// The pages without letters, or with no more than a signature beside a picture.
fn poor(pages: &[String], pictured: &[bool]) -> Vec<usize> {
    let letters =
        |page: &str| page.chars().filter(|c| c.is_alphabetic()).take(LETTERS_OF_A_SIGNATURE).count();
    let is_poor = |(at, page): &(usize, &String)| {
        let letters = letters(page);
        letters < LETTERS_OF_A_PAGE
            || letters < LETTERS_OF_A_SIGNATURE && pictured.get(*at).copied().unwrap_or(false)
    };
    pages.iter().enumerate().filter(is_poor).map(|(at, _)| at).collect()
}

/// Puts what is recognised in the place of pages that are pictures. Without a program for it a document of
/// pictures is refused, and a few such pages are told.
fn recognise(
    bytes: &[u8],
    texts: &[String],
    pictured: &[bool],
    pages: &mut [Page],
    limits: &Limits,
    tools: &dyn Tools,
) -> Result<Vec<Note>, ReadError> {
    if texts.len() > limits.pages {
        return Err(ReadError::TooManyPages { limit: limits.pages, actual: texts.len() });
    }
    let poor = poor(texts, pictured);
    if poor.is_empty() || !pictured.contains(&true) && is_short_document(texts) {
        return Ok(Vec::new());
    }
    if poor.len() > limits.scan_pages {
        return Err(ReadError::TooManyScannedPages { limit: limits.scan_pages, actual: poor.len() });
    }
    let mut tally = Tally::default();
    for (done, at) in poor.iter().enumerate() {
        tools.progress(done, poor.len());
        let picture = tools.pdf_picture(bytes, at + 1, limits).transpose()?;
        let found = picture.and_then(|pgm| scan::rendered(&pgm, limits, tools, &mut tally)).transpose()?;
        let Some(found) = found else { return left_out(texts, pictured, &poor) };
        // A page without anything on it stays as it is.
        if let Some(page) = pages.get_mut(*at).filter(|_| !found.words.is_empty()) {
            *page = found;
        }
    }
    let letters = texts.iter().enumerate().filter(|(at, _)| !poor.contains(at)).count();
    if tally.words == 0 && letters == 0 {
        return Err(ReadError::Unrecognised);
    }
    Ok(tally.note().into_iter().collect())
}

fn left_out(texts: &[String], pictured: &[bool], poor: &[usize]) -> Result<Vec<Note>, ReadError> {
    if poor.len() * 2 > texts.len() {
        return Err(ReadError::NoTextLayer { pages: texts.len() });
    }
    let blank = |at: usize| texts.get(at).is_some_and(|page| page.trim().is_empty());
    let picture = |at: usize| pictured.get(at).copied().unwrap_or(false);
    let pages: Vec<usize> = poor.iter().filter(|at| blank(**at) || picture(**at)).map(|at| at + 1).collect();
    Ok(if pages.is_empty() { Vec::new() } else { vec![Note::PagesWithoutText { pages }] })
}

/// Which pages bear a picture that may be the page itself.
fn pictured(doc: &Document) -> Vec<bool> {
    let large = |stream: &Dictionary| {
        let side = |key: &[u8]| stream.get(key).and_then(Object::as_i64).unwrap_or_default();
        stream.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Image")
            && side(b"Width").min(side(b"Height")) >= DOTS_OF_A_PAGE
    };
    let on_page = |page: &ObjectId| {
        let forms = rules::resources(doc, *page).and_then(|dict| dict.get(b"XObject").ok());
        let forms = forms.and_then(|forms| rules::as_dict(doc, forms));
        forms.is_some_and(|forms| {
            forms.iter().filter_map(|(_, object)| rules::as_dict(doc, object)).any(large)
        })
    };
    doc.get_pages().values().map(on_page).collect()
}

/// One page with a few words is a short document, not a scan.
fn is_short_document(pages: &[String]) -> bool {
    matches!(pages, [page] if page.split_whitespace().count() >= 3)
}

fn open(bytes: &[u8]) -> Result<Document, ReadError> {
    let mut doc = Document::load_mem(bytes).map_err(|e| {
        if find(bytes, b"/Encrypt").is_some() { ReadError::Encrypted } else { ReadError::damaged(e) }
    })?;
    if doc.is_encrypted() {
        doc.decrypt("").map_err(|_| ReadError::Encrypted)?;
    }
    Ok(doc)
}

/// Would following parents of pages, or forms within forms, never end?
fn turns_in_circles(doc: &Document) -> bool {
    let mut done: HashSet<ObjectId> = HashSet::new();
    doc.objects.keys().any(|id| {
        follow(doc, *id, |dict| dict.get(b"Parent").and_then(Object::as_reference).ok())
            || forms_in_circle(doc, *id, &mut Vec::new(), &mut done)
    })
}

fn dictionary(doc: &Document, id: ObjectId) -> Option<&Dictionary> {
    match doc.objects.get(&id)? {
        Object::Dictionary(dict) => Some(dict),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

/// Page trees deeper than this do not occur.
const DEEPEST: usize = 60;

fn follow(doc: &Document, from: ObjectId, next: impl Fn(&Dictionary) -> Option<ObjectId>) -> bool {
    let mut at = from;
    for _ in 0..DEEPEST {
        match dictionary(doc, at).and_then(&next) {
            Some(id) => at = id,
            None => return false,
        }
    }
    true
}

fn forms_in_circle(
    doc: &Document,
    id: ObjectId,
    path: &mut Vec<ObjectId>,
    done: &mut HashSet<ObjectId>,
) -> bool {
    if path.contains(&id) || path.len() > DEEPEST {
        return true;
    }
    if done.contains(&id) {
        return false;
    }
    path.push(id);
    let resolve = |object: &Object| match object {
        Object::Reference(id) => dictionary(doc, *id).cloned(),
        Object::Dictionary(dict) => Some(dict.clone()),
        _ => None,
    };
    let forms = dictionary(doc, id)
        .and_then(|dict| dict.get(b"Resources").ok())
        .and_then(resolve)
        .and_then(|resources| resources.get(b"XObject").ok().and_then(resolve));
    let circle = forms.is_some_and(|forms| {
        forms
            .iter()
            .filter_map(|(_, o)| o.as_reference().ok())
            .any(|form| forms_in_circle(doc, form, path, done))
    });
    path.pop();
    done.insert(id);
    circle
}
