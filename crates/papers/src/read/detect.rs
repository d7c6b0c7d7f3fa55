//! What a file is, judged by its bytes alone.

use super::{Found, ReadError};

/// Judges the kind of a file that has at least one byte. A package is told apart by the caller, who
/// opens it: everything that starts like a zip is [`Found::Archive`] here.
pub(super) fn detect(bytes: &[u8]) -> Result<Found, ReadError> {
    let head = &bytes[..bytes.len().min(1024)];
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Found::Archive);
    }
    // Readers accept a .pdf whose header stands somewhere in the first kilobyte.
    if head.starts_with(b"%PDF-") || (find(head, b"%PDF-").is_some() && find(bytes, b"obj").is_some()) {
        return Ok(Found::Pdf);
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return compound(bytes);
    }
    if head.starts_with(b"{\\rtf") {
        return Ok(Found::Rtf);
    }
    Ok(binary_magic(head).or_else(|| markup(head)).unwrap_or(Found::Text))
}

/// The kinds of an OLE compound file, by the names of its streams (UTF-16 in the directory).
fn compound(bytes: &[u8]) -> Result<Found, ReadError> {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        find(bytes, &wide).is_some()
    };
    if has("EncryptedPackage") || has("EncryptionInfo") {
        return Err(ReadError::Encrypted);
    }
    if bytes.len() < 1536 {
        return Err(ReadError::Truncated);
    }
    Ok(if has("WordDocument") {
        Found::Doc
    } else if has("Workbook") || has("Book") {
        Found::Xls
    } else if has("PowerPoint Document") {
        Found::Slides
    } else {
        Found::Unknown
    })
}

fn binary_magic(head: &[u8]) -> Option<Found> {
    const MAGIC: &[(&[u8], Found)] = &[
        (b"\x89PNG\r\n", Found::Image),
        (b"\xff\xd8\xff", Found::Image),
        (b"GIF8", Found::Image),
        (b"II*\0", Found::Image),
        (b"MM\0*", Found::Image),
        (b"8BPS", Found::Image),
        (b"\0\0\0\x0cjP  ", Found::Image),
        (b"AT&TFORM", Found::Image),
        (b"ID3", Found::Media),
        (b"OggS", Found::Media),
        (b"\x1aE\xdf\xa3", Found::Media),
        (b"\x1f\x8b", Found::Archive),
        (b"BZh", Found::Archive),
        (b"\xfd7zXZ", Found::Archive),
        (b"7z\xbc\xaf\x27\x1c", Found::Archive),
        (b"Rar!\x1a\x07", Found::Archive),
        (b"\x7fELF", Found::Program),
        (b"\xca\xfe\xba\xbe", Found::Program),
        (b"\xcf\xfa\xed\xfe", Found::Program),
    ];
    if let Some((_, found)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(*found);
    }
    // Two letters are too few to judge by: text may begin with them, a program has zero bytes.
    if head.starts_with(b"MZ") && head.contains(&0) {
        return Some(Found::Program);
    }
    if head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4]) {
        return Some(Found::Image);
    }
    match head.get(4..12) {
        Some(b"ftypheic" | b"ftypheix" | b"ftypmif1" | b"ftypavif") => return Some(Found::Image),
        Some(brand) if brand.starts_with(b"ftyp") => return Some(Found::Media),
        _ => {}
    }
    if head.starts_with(b"RIFF") {
        return Some(if head.get(8..12) == Some(b"WEBP") { Found::Image } else { Found::Media });
    }
    None
}

/// Web pages and XML, behind a byte order mark and blanks if need be.
fn markup(head: &[u8]) -> Option<Found> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let lower = head.to_ascii_lowercase();
    if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") {
        return Some(Found::Html);
    }
    if lower.starts_with(b"<?xml") {
        return Some(if find(&lower, b"<html").is_some() { Found::Html } else { Found::Xml });
    }
    if lower.starts_with(b"mime-version:") && find(&lower, b"multipart/related").is_some() {
        return Some(Found::Html);
    }
    None
}

/// First place of `needle`, in linear time for the short needles used here.
pub(super) fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = hay.get(from..)?.iter().position(|b| *b == first) {
        let start = from + at;
        if hay.get(start..start + needle.len()) == Some(needle) {
            return Some(start);
        }
        from = start + 1;
    }
    None
}
