//! Plain text: bytes → characters.

use super::legacy;
use super::{Found, Note, ReadError};

/// Decodes a text file. The result is not yet in normal form.
pub(super) fn decode(bytes: &[u8], notes: &mut Vec<Note>) -> Result<String, ReadError> {
    let text = decode_bytes(bytes, notes)?;
    match legacy::suspect(&text) {
        Some(found) => {
            notes.push(Note::Converted { encoding: found.name().to_owned() });
            Ok(legacy::convert_suspects(&text, found))
        }
        None => Ok(text),
    }
}

fn decode_bytes(bytes: &[u8], notes: &mut Vec<Note>) -> Result<String, ReadError> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return utf8(rest, notes).ok_or(ReadError::UnknownEncoding);
    }
    if bytes.starts_with(b"\xff\xfe\0\0") || bytes.starts_with(b"\0\0\xfe\xff") {
        return Err(ReadError::UnknownEncoding);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf16(rest, u16::from_le_bytes, notes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf16(rest, u16::from_be_bytes, notes);
    }
    if bytes.contains(&0) {
        return without_mark(bytes, notes);
    }
    let strange =
        bytes.iter().filter(|b| **b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0xb | 0xc)).count();
    if strange > 3 && strange * 50 > bytes.len() {
        return Err(ReadError::Unsupported { found: Found::Unknown });
    }
    if let Some(text) = utf8(bytes, notes) {
        return Ok(text);
    }
    let decoded = legacy::decode(bytes).ok_or(ReadError::UnknownEncoding)?;
    notes.push(Note::Converted { encoding: decoded.encoding.to_owned() });
    Ok(decoded.text)
}

/// UTF-8, with a few broken places at most (a file cut in the middle of a letter, say).
fn utf8(bytes: &[u8], notes: &mut Vec<Note>) -> Option<String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let text = String::from_utf8_lossy(bytes);
    let broken = text.matches('\u{fffd}').count();
    let sound = text.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
    if broken > 1 + bytes.len() / 2000 || sound < 20 * broken {
        return None;
    }
    notes.push(Note::UnreadableBytes { count: broken });
    Some(text.into_owned())
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, notes: &mut Vec<Note>) -> Result<String, ReadError> {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    let mut broken = bytes.len() % 2;
    let text: String = char::decode_utf16(units)
        .map(|c| {
            c.unwrap_or_else(|_| {
                broken += 1;
                '\u{fffd}'
            })
        })
        .collect();
    if broken > 1 + bytes.len() / 2000 || text.chars().filter(|c| *c == '\0').count() * 50 > text.len() {
        return Err(ReadError::Unsupported { found: Found::Unknown });
    }
    if broken > 0 {
        notes.push(Note::UnreadableBytes { count: broken });
    }
    Ok(text)
}

/// Bytes with zeros and without a byte order mark: UTF-16 if the zeros stand on one side, else no text.
fn without_mark(bytes: &[u8], notes: &mut Vec<Note>) -> Result<String, ReadError> {
    let pairs = bytes.as_chunks::<2>().0;
    let high = pairs.iter().filter(|pair| pair[0] == 0).count();
    let low = pairs.iter().filter(|pair| pair[1] == 0).count();
    if low * 4 > pairs.len() && high * 20 < low {
        utf16(bytes, u16::from_le_bytes, notes)
    } else if high * 4 > pairs.len() && low * 20 < high {
        utf16(bytes, u16::from_be_bytes, notes)
    } else if bytes.iter().all(|b| *b == 0) {
        Err(ReadError::damaged("nothing but zero bytes"))
    } else {
        Err(ReadError::Unsupported { found: Found::Unknown })
    }
}
