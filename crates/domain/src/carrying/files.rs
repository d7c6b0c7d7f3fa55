//! What a file is that somebody sends as evidence, judged by its bytes; never by its name alone. Pure.

use crate::Reason;

/// Largest file, in bytes.
pub const FILE_BYTES: usize = 25 * 1024 * 1024;
/// Most files of one update.
pub const FILES_MOST: usize = 20;

/// Endings that a content may bear, and the media type it is served with.
struct Known {
    endings: &'static [&'static str],
    media_type: &'static str,
}

const PDF: Known = Known { endings: &["pdf"], media_type: "application/pdf" };
const PNG: Known = Known { endings: &["png"], media_type: "image/png" };
const JPEG: Known = Known { endings: &["jpg", "jpeg"], media_type: "image/jpeg" };
const GIF: Known = Known { endings: &["gif"], media_type: "image/gif" };
const WEBP: Known = Known { endings: &["webp"], media_type: "image/webp" };
const HEIC: Known = Known { endings: &["heic"], media_type: "image/heic" };
const VIDEO: Known = Known { endings: &["mp4"], media_type: "video/mp4" };
const OLD_OFFICE: Known = Known { endings: &["doc", "xls", "ppt"], media_type: "application/x-ole-storage" };
const WORD: Known = Known {
    endings: &["docx"],
    media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
};
const EXCEL: Known = Known {
    endings: &["xlsx"],
    media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};
const SLIDES: Known = Known {
    endings: &["pptx"],
    media_type: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
};
const OPEN_TEXT: Known = Known { endings: &["odt", "ods", "odp"], media_type: "application/zip" };
const TEXT: Known = Known { endings: &["txt", "csv"], media_type: "text/plain" };

/// Beginnings of programs: Windows, Linux, macOS, Java classes, scripts.
const PROGRAMS: &[&[u8]] = &[
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!",
    b"\xdex\n",
    b"L\0\0\0\x01\x14\x02\0",
];

fn find(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

fn refused(key: &'static str, name: &str) -> Reason {
    Reason::new(key).with("name", name.to_owned())
}

/// The media type of a file that may be kept.
///
/// # Errors
/// Why it may not: empty, too large, a program whatever its name, a document with macros, of no known
/// kind, or of another kind than its name says.
pub fn sniff(name: &str, bytes: &[u8]) -> std::result::Result<&'static str, Reason> {
    if bytes.is_empty() {
        return Err(refused("carrying-error-file-empty", name));
    }
    if bytes.len() > FILE_BYTES {
        let most = FILE_BYTES / (1024 * 1024);
        return Err(refused("carrying-error-file-large", name).with("most", most));
    }
    if PROGRAMS.iter().any(|start| bytes.starts_with(start)) {
        return Err(refused("carrying-error-file-program", name));
    }
    let known = content(bytes).map_err(|key| refused(key, name))?;
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    if known.endings.contains(&ending.as_str()) {
        Ok(known.media_type)
    } else {
        let endings = known.endings.join(", ");
        Err(refused("carrying-error-file-renamed", name).with("endings", endings))
    }
}

fn content(bytes: &[u8]) -> std::result::Result<&'static Known, &'static str> {
    const STARTS: &[(&[u8], &Known)] = &[
        (b"%PDF-", &PDF),
        (b"\x89PNG\r\n\x1a\n", &PNG),
        (b"\xff\xd8\xff", &JPEG),
        (b"GIF87a", &GIF),
        (b"GIF89a", &GIF),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", &OLD_OFFICE),
    ];
    if let Some((_, known)) = STARTS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Ok(known);
    }
    match (bytes.get(..4), bytes.get(8..12)) {
        (Some(b"RIFF"), Some(b"WEBP")) => return Ok(&WEBP),
        (Some(b"PK\x03\x04"), _) => return package(bytes),
        _ => {}
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        let brand = bytes.get(8..12).unwrap_or_default();
        return Ok(if brand.starts_with(b"hei") || brand.starts_with(b"mif") { &HEIC } else { &VIDEO });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "carrying-error-file-unknown")?;
    let head = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    if text.contains('\0') || head.starts_with('<') {
        return Err("carrying-error-file-unknown");
    }
    Ok(&TEXT)
}

/// A zip is taken only where it is an office document, and one without macros.
fn package(bytes: &[u8]) -> std::result::Result<&'static Known, &'static str> {
    if find(bytes, b"vbaProject.bin") {
        return Err("carrying-error-file-macros");
    }
    if find(bytes, b"[Content_Types].xml") {
        for (part, known) in [(&b"word/"[..], &WORD), (b"xl/", &EXCEL), (b"ppt/", &SLIDES)] {
            if find(bytes, part) {
                return Ok(known);
            }
        }
    }
    let opendocument = b"mimetypeapplication/vnd.oasis.opendocument";
    if find(&bytes[..bytes.len().min(200)], opendocument) {
        return Ok(&OPEN_TEXT);
    }
    Err("carrying-error-file-archive")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str, bytes: &[u8]) -> &'static str {
        sniff(name, bytes).expect_err("it is refused").key
    }

    #[test]
    fn a_renamed_program_is_refused_by_its_content() {
        for (name, bytes) in [
            ("bien-ban.pdf", &b"MZ\x90\0\x03\0\0\0"[..]),
            ("anh.jpg", b"\x7fELF\x02\x01\x01"),
            ("so-lieu.csv", b"#!/bin/sh\nrm -rf /\n"),
            ("ban-do.png", b"\xcf\xfa\xed\xfe\x07\0\0\x01"),
        ] {
            assert_eq!(refusal(name, bytes), "carrying-error-file-program", "{name}");
        }
        assert_eq!(refusal("trang.txt", b"<script>alert(1)</script>"), "carrying-error-file-unknown");
        assert_eq!(refusal("goi.pdf", b"PK\x03\x04........a.exe"), "carrying-error-file-archive");
        let macros = b"PK\x03\x04[Content_Types].xml word/ word/vbaProject.bin";
        assert_eq!(refusal("mau.docx", macros), "carrying-error-file-macros");
    }

    #[test]
    fn a_name_must_fit_the_content() {
        assert_eq!(refusal("quyet-dinh.docx", b"%PDF-1.7"), "carrying-error-file-renamed");
        assert_eq!(refusal("quyet-dinh", b"%PDF-1.7"), "carrying-error-file-renamed");
        assert_eq!(refusal("rong.pdf", b""), "carrying-error-file-empty");
        assert_eq!(refusal("lon.txt", &vec![b'a'; FILE_BYTES + 1]), "carrying-error-file-large");
    }

    #[test]
    fn what_offices_send_is_taken() {
        for (name, bytes, media_type) in [
            ("Quyết định.PDF", &b"%PDF-1.7"[..], "application/pdf"),
            ("anh.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
            ("ghi-chu.txt", "Đã họp ngày 05/02/2025.".as_bytes(), "text/plain"),
            ("cu.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
            ("moi.xlsx", b"PK\x03\x04..[Content_Types].xml..xl/workbook.xml", EXCEL.media_type),
            ("don.odt", b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.text", "application/zip"),
            ("quay.mp4", b"\0\0\0\x18ftypmp42", "video/mp4"),
        ] {
            assert_eq!(sniff(name, bytes).ok(), Some(media_type), "{name}");
        }
    }
}
