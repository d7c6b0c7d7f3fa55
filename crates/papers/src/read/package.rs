//! Zip packages of untrusted files: every byte that comes out is counted, whatever the headers claim.

use std::io::{BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::result::ZipError;

use super::{Found, Limits, ReadError};

const MAX_PARTS: usize = 10_000;
/// Deepest nesting of elements in a part.
const MAX_DEPTH: usize = 400;
/// Most elements of a part: time is what a hostile file would take.
const MAX_ELEMENTS: usize = 5_000_000;
/// Longest tag or piece of text between two tags, in bytes.
const MAX_PIECE: usize = 32 << 20;

/// An opened package and what is left of its budget of bytes.
pub(super) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    limit: u64,
    left: u64,
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Package<'a>, ReadError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|e| {
            // The directory of a zip stands at its end: without it the end is missing.
            if super::detect::find(tail(bytes), b"PK\x05\x06").is_none() {
                ReadError::Truncated
            } else {
                ReadError::damaged(e)
            }
        })?;
        if zip.len() > MAX_PARTS {
            return Err(ReadError::TooManyParts { limit: MAX_PARTS });
        }
        Ok(Package { zip, limit: limits.unpacked_bytes, left: limits.unpacked_bytes })
    }

    /// What the package holds, by the names of its parts.
    pub fn found(&self) -> Found {
        let has = |name: &str| self.zip.index_for_name(name).is_some();
        if self.main_document().is_some() {
            Found::Docx
        } else if has("xl/workbook.xml") {
            Found::Xlsx
        } else if has("xl/workbook.bin") {
            Found::Xlsb
        } else if has("ppt/presentation.xml") {
            Found::Slides
        } else if has("content.xml") && has("mimetype") {
            Found::OpenDocument
        } else {
            Found::Archive
        }
    }

    /// The part with the text of a .docx; some programs number it.
    pub fn main_document(&self) -> Option<String> {
        self.names().into_iter().find(|name| {
            name.strip_prefix("word/document")
                .and_then(|rest| rest.strip_suffix(".xml"))
                .is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()))
        })
    }

    /// The names of all parts, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.zip.file_names().filter_map(Result::ok).map(|name| name.into_owned()).collect();
        names.sort();
        names
    }

    /// Opens a part for reading as XML; `None` if there is none of that name.
    pub fn xml(&mut self, name: &str) -> Result<Option<Xml<'_>>, ReadError> {
        if self.zip.index_for_name(name).is_none() {
            return Ok(None);
        }
        let file = self.zip.by_name(name).map_err(zip_error)?;
        if file.encrypted() {
            return Err(ReadError::Encrypted);
        }
        Ok(Some(Xml::new(Counted { inner: file, left: &mut self.left, limit: self.limit, since_tag: 0 })))
    }

    /// Unpacks every part without keeping it, so that a library may then be trusted with the package.
    pub fn check(&mut self) -> Result<(), ReadError> {
        let mut buffer = vec![0; 1 << 16];
        for index in 0..self.zip.len() {
            let mut file = self.zip.by_index(index).map_err(zip_error)?;
            loop {
                let n = file.read(&mut buffer).map_err(ReadError::damaged)?;
                if n == 0 {
                    break;
                }
                self.left = self
                    .left
                    .checked_sub(n as u64)
                    .ok_or(ReadError::UnpacksTooLarge { limit: self.limit })?;
            }
        }
        Ok(())
    }
}

fn tail(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.len().saturating_sub(66_000)..]
}

fn zip_error(e: ZipError) -> ReadError {
    match e {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            ReadError::Encrypted
        }
        ZipError::Io(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => ReadError::Truncated,
        e => ReadError::damaged(e),
    }
}

/// A reader that counts what it yields and fails with a [`ReadError`] when that is too much.
struct Counted<'p, R> {
    inner: R,
    left: &'p mut u64,
    limit: u64,
    since_tag: usize,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        *self.left = self
            .left
            .checked_sub(n as u64)
            .ok_or_else(|| std::io::Error::other(ReadError::UnpacksTooLarge { limit: self.limit }))?;
        self.since_tag = match buffer[..n].iter().rposition(|b| *b == b'<') {
            Some(at) => n - at,
            None => self.since_tag + n,
        };
        if self.since_tag > MAX_PIECE {
            return Err(std::io::Error::other(ReadError::TooLongText { limit: MAX_PIECE }));
        }
        Ok(n)
    }
}

/// A stream of XML events from untrusted bytes. Entities are never expanded.
pub(super) struct Xml<'p> {
    reader: Reader<BufReader<Box<dyn Read + 'p>>>,
    buffer: Vec<u8>,
    depth: usize,
    elements: usize,
}

impl<'p> Xml<'p> {
    pub fn new(source: impl Read + 'p) -> Xml<'p> {
        let mut reader =
            Reader::from_reader(BufReader::with_capacity(1 << 16, Box::new(source) as Box<dyn Read>));
        reader.config_mut().expand_empty_elements = true;
        Xml { reader, buffer: Vec::new(), depth: 0, elements: 0 }
    }

    /// The next event; [`Event::Eof`] at the end.
    pub fn next(&mut self) -> Result<Event<'_>, ReadError> {
        self.buffer.clear();
        let event = self.reader.read_event_into(&mut self.buffer).map_err(xml_error)?;
        match event {
            Event::Start(_) => {
                self.depth += 1;
                self.elements += 1;
            }
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => return Err(ReadError::Truncated),
            _ => {}
        }
        if self.depth > MAX_DEPTH {
            return Err(ReadError::TooDeep { limit: MAX_DEPTH });
        }
        if self.elements > MAX_ELEMENTS {
            return Err(ReadError::TooManyParts { limit: MAX_ELEMENTS });
        }
        Ok(event)
    }
}

fn xml_error(e: quick_xml::Error) -> ReadError {
    match &e {
        quick_xml::Error::Io(io) => match io.get_ref().and_then(|inner| inner.downcast_ref::<ReadError>()) {
            Some(reason) => reason.clone(),
            None if io.kind() == std::io::ErrorKind::UnexpectedEof => ReadError::Truncated,
            None => ReadError::damaged(e),
        },
        _ => ReadError::damaged(e),
    }
}

/// An attribute by its local name, unescaped.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    // The check for repeated names is quadratic.
    attributes
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|a| a.key.local_name().as_ref() == name)
        .and_then(|a| a.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|v| v.into_owned()))
}

/// An attribute that is a whole number.
pub(super) fn number(element: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(element, name)?.trim().parse().ok()
}

/// A property that is on when present, unless its value says otherwise.
pub(super) fn is_on(element: &BytesStart<'_>) -> bool {
    !matches!(attribute(element, "val").as_deref(), Some("0" | "false" | "off" | "none"))
}
