//! .pdf with a text layer: by poppler where the binary supplies it, else by a plain reader in Rust.
//!
//! The plain reader can be driven to use much memory or stack by a hostile file, like every library of
//! its kind: the binary reads untrusted files in a child process under limits.

mod aligned;
mod grid;
mod page;
mod rules;
mod words;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Dictionary, Document, Object, ObjectId};

use super::builder::Builder;
use super::detect::find;
use super::legacy;
use super::{Limits, Note, ReadError, Text, Tools};
use grid::Ruled;
use page::Page;
use rules::Frame;
use words::{Collector, Word};

/// Fewest letters of a page that is not a picture; a scan often bears a stamp or a signature in letters.
const LETTERS_OF_A_PAGE: usize = 30;

pub(super) fn read(bytes: &[u8], limits: &Limits, tools: &dyn Tools) -> Result<Text, ReadError> {
    if is_cut_off(bytes) {
        return Err(ReadError::Truncated);
    }
    match tools.pdf_text(bytes, limits) {
        Some(Ok(text)) => by_tool(bytes, &text, limits, tools),
        Some(Err(ReadError::ToolFailed { .. })) | None => by_hand(bytes, limits),
        Some(Err(e)) => Err(e),
    }
}

/// Text from poppler; where tables are ruled, their words are asked for with their places.
fn by_tool(bytes: &[u8], raw: &str, limits: &Limits, tools: &dyn Tools) -> Result<Text, ReadError> {
    let texts: Vec<String> =
        raw.strip_suffix('\u{c}').unwrap_or(raw).split('\u{c}').map(str::to_owned).collect();
    let notes = check(&texts, limits)?;
    let mut tables =
        catch_unwind(|| open(bytes).map(|doc| ruled(&doc)).unwrap_or_default()).unwrap_or_default();
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
    let pages = texts
        .iter()
        .zip(tables.into_iter().zip(words))
        .map(|(text, (tables, words))| Page { words, tables, layout: Some(text.clone()) })
        .collect();
    written(&texts, pages, limits, notes)
}

/// Do some lines of a laid out page have three pieces with wide gaps between them?
fn stands_in_columns(layout: &str) -> bool {
    let pieces = |line: &str| line.trim().split("  ").filter(|piece| !piece.trim().is_empty()).count();
    layout.lines().filter(|line| pieces(line) >= 3).nth(1).is_some()
}

/// Text without poppler.
fn by_hand(bytes: &[u8], limits: &Limits) -> Result<Text, ReadError> {
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
    let mut notes = check(&texts, limits)?;
    notes.push(Note::PlainPdfReader);
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
    let mut out = Builder::new(limits.text_chars);
    page::write(pages, legacy, &mut out)?;
    Ok(Text { content: out.content, tables: out.tables, notes, ..Text::default() })
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

/// Are there pages, not too many, and letters on most of them?
fn check(pages: &[String], limits: &Limits) -> Result<Vec<Note>, ReadError> {
    if pages.len() > limits.pages {
        return Err(ReadError::TooManyPages { limit: limits.pages, actual: pages.len() });
    }
    let letters = |page: &str| page.chars().filter(|c| c.is_alphabetic()).take(LETTERS_OF_A_PAGE).count();
    let poor: Vec<usize> = (1..)
        .zip(pages)
        .filter(|(_, page)| letters(page) < LETTERS_OF_A_PAGE)
        .map(|(number, _)| number)
        .collect();
    if poor.len() * 2 > pages.len() && !is_short_document(pages) {
        return Err(ReadError::NoTextLayer { pages: pages.len() });
    }
    let textless: Vec<usize> =
        poor.into_iter().filter(|n| pages.get(n - 1).is_some_and(|page| page.trim().is_empty())).collect();
    Ok(if textless.is_empty() { Vec::new() } else { vec![Note::PagesWithoutText { pages: textless }] })
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
