//! .pdf with a text layer: by poppler where the binary supplies it, else by a plain reader in Rust.
//!
//! The plain reader can be driven to use much memory or stack by a hostile file, like every library of
//! its kind: the binary reads untrusted files in a child process under limits.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Dictionary, Document, Object, ObjectId};

use super::builder;
use super::detect::find;
use super::legacy;
use super::{Limits, Note, ReadError, Text, Tools};

/// Fewest letters of a page that is not a picture; a scan often bears a stamp or a signature in letters.
const LETTERS_OF_A_PAGE: usize = 30;

pub(super) fn read(bytes: &[u8], limits: &Limits, tools: &dyn Tools) -> Result<Text, ReadError> {
    if is_cut_off(bytes) {
        return Err(ReadError::Truncated);
    }
    match tools.pdf_text(bytes, limits) {
        Some(Ok(text)) => from_pages(&text, limits, Vec::new()),
        Some(Err(ReadError::ToolFailed { .. })) | None => {
            from_pages(&plain(bytes, limits)?, limits, vec![Note::PlainPdfReader])
        }
        Some(Err(e)) => Err(e),
    }
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

/// Text with a form feed behind every page → [`Text`].
fn from_pages(raw: &str, limits: &Limits, mut notes: Vec<Note>) -> Result<Text, ReadError> {
    if raw.chars().count() > limits.text_chars.saturating_mul(2) {
        return Err(ReadError::TooLongText { limit: limits.text_chars });
    }
    let converted = match legacy::suspect(raw) {
        Some(found) => {
            notes.push(Note::Converted { encoding: found.name().to_owned() });
            builder::normalise(&legacy::convert_suspects(raw, found))
        }
        None => builder::normalise(raw),
    };
    let pages: Vec<&str> = converted.strip_suffix('\u{c}').unwrap_or(&converted).split('\u{c}').collect();
    if pages.len() > limits.pages {
        return Err(ReadError::TooManyPages { limit: limits.pages, actual: pages.len() });
    }
    let poor: Vec<usize> = (1..)
        .zip(&pages)
        .filter(|(_, page)| {
            page.chars().filter(|c| c.is_alphabetic()).take(LETTERS_OF_A_PAGE).count() < LETTERS_OF_A_PAGE
        })
        .map(|(number, _)| number)
        .collect();
    if poor.len() * 2 > pages.len() && !is_short_document(&pages) {
        return Err(ReadError::NoTextLayer { pages: pages.len() });
    }
    let textless: Vec<usize> =
        poor.into_iter().filter(|n| pages.get(n - 1).is_some_and(|page| page.trim().is_empty())).collect();
    if !textless.is_empty() {
        notes.push(Note::PagesWithoutText { pages: textless });
    }
    let mut content = String::with_capacity(converted.len());
    for page in &pages {
        for line in page.lines() {
            content.push_str(line.trim_end_matches([' ', '\t']));
            content.push('\n');
        }
        content.push('\u{c}');
    }
    Ok(Text { content, notes, ..Text::default() })
}

/// One page with a few words is a short document, not a scan.
fn is_short_document(pages: &[&str]) -> bool {
    matches!(pages, [page] if page.split_whitespace().count() >= 3)
}

/// Reads the text layer without poppler.
fn plain(bytes: &[u8], limits: &Limits) -> Result<String, ReadError> {
    let guarded = |what: &str| ReadError::damaged(format!("the plain reader gave up at {what}"));
    let doc = catch_unwind(|| open(bytes)).map_err(|_| guarded("opening"))??;
    let pages = doc.get_pages();
    if pages.is_empty() {
        return Err(ReadError::damaged("no pages"));
    }
    if pages.len() > limits.pages {
        return Err(ReadError::TooManyPages { limit: limits.pages, actual: pages.len() });
    }
    if turns_in_circles(&doc) {
        return Err(ReadError::damaged("its objects contain themselves"));
    }
    let mut text = String::new();
    for number in pages.keys() {
        let page = catch_unwind(AssertUnwindSafe(|| {
            let mut page = String::new();
            let mut output = pdf_extract::PlainTextOutput::new(&mut page);
            pdf_extract::output_doc_page(&doc, &mut output, *number).map(|()| page)
        }))
        .map_err(|_| guarded(&format!("page {number}")))?
        .map_err(ReadError::damaged)?;
        text.push_str(page.trim_start_matches('\n'));
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push('\u{c}');
        if text.len() > limits.text_chars.saturating_mul(4) {
            return Err(ReadError::TooLongText { limit: limits.text_chars });
        }
    }
    Ok(text)
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
