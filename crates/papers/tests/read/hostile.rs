use papers::read::{Found, Limits, NoTools, Note, ReadError, read, secret_mark, sheet};
use proptest::prelude::*;

use crate::samples::{PROSE, docx, docx_with, p, package, pdf, pdf_pages, read_any};

#[test]
fn wrong_names_do_no_harm() {
    let as_docx =
        read_any("a.docx", &pdf(&[vec!["Mot trang co chu de doc thu xem sao nhe cac ban oi"]])).unwrap();
    assert!(as_docx.notes.contains(&Note::Mislabelled { ending: "docx".into(), found: Found::Pdf }));
    let as_pdf = read_any("a.PDF", PROSE.as_bytes()).unwrap();
    assert_eq!(as_pdf.notes, [Note::Mislabelled { ending: "pdf".into(), found: Found::Text }]);
    assert!(read_any("a.docx", &docx(&p("x"))).unwrap().notes.is_empty());
}

#[test]
fn other_kinds_are_named() {
    let mut doc = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    doc.resize(2048, 0);
    doc.extend("WordDocument".encode_utf16().flat_map(u16::to_le_bytes));
    for (bytes, found) in [
        (doc, Found::Doc),
        (b"{\\rtf1 x}".to_vec(), Found::Rtf),
        (b"GIF89a..........".to_vec(), Found::Image),
        (b"8BPS............".to_vec(), Found::Image),
        (b"MZ\x90\0\x03\0\0\0".to_vec(), Found::Program),
        (b" <!DOCTYPE HTML><p>x".to_vec(), Found::Html),
        (b"<?xml version='1.0'?><w:wordDocument/>".to_vec(), Found::Xml),
        (package(&[("a.txt", b"x")]), Found::Archive),
        (package(&[("ppt/presentation.xml", b"x")]), Found::Slides),
        (package(&[("mimetype", b"x"), ("content.xml", b"x")]), Found::OpenDocument),
        (b"Rar!\x1a\x07\0".to_vec(), Found::Archive),
    ] {
        assert_eq!(read_any("a.docx", &bytes).unwrap_err(), ReadError::Unsupported { found });
    }
}

#[test]
fn an_encrypted_office_file_is_told() {
    let mut ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    ole.resize(2048, 0);
    ole.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(read_any("a.docx", &ole).unwrap_err(), ReadError::Encrypted);
    assert_eq!(sheet("a.xlsx", &ole, &Limits::default()).unwrap_err(), ReadError::Encrypted);
    let mut flagged = docx(&p("x"));
    for at in 0..flagged.len() - 4 {
        match &flagged[at..at + 4] {
            b"PK\x03\x04" => flagged[at + 6] |= 1,
            b"PK\x01\x02" => flagged[at + 8] |= 1,
            _ => {}
        }
    }
    assert_eq!(read_any("a.docx", &flagged).unwrap_err(), ReadError::Encrypted);
}

#[test]
fn large_files_are_refused_before_anything_is_done() {
    let limits = Limits { file_bytes: 10, ..Limits::default() };
    let e = read("a.txt", &[b'a'; 11], &limits, &NoTools).unwrap_err();
    assert_eq!(e, ReadError::TooLarge { limit: 10, actual: 11 });
    let limits = Limits { text_chars: 10, ..Limits::default() };
    assert_eq!(
        read("a.txt", &[b'a'; 11], &limits, &NoTools).unwrap_err(),
        ReadError::TooLongText { limit: 10 }
    );
    assert_eq!(
        read("a.docx", &docx(&p("abcdefghijk")), &limits, &NoTools).unwrap_err(),
        ReadError::TooLongText { limit: 10 }
    );
}

#[test]
fn bombs_are_stopped_while_they_unpack() {
    let limits = Limits { unpacked_bytes: 1 << 20, ..Limits::default() };
    let blanks = "<w:p/>".repeat(1 << 20);
    assert_eq!(
        read("a.docx", &docx(&blanks), &limits, &NoTools).unwrap_err(),
        ReadError::UnpacksTooLarge { limit: 1 << 20 }
    );
    let bomb =
        package(&[("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &vec![b' '; 2 << 20])]);
    assert_eq!(
        read("a.xlsx", &bomb, &limits, &NoTools).unwrap_err(),
        ReadError::UnpacksTooLarge { limit: 1 << 20 }
    );
    let one_piece = docx(&p(&"a".repeat(40 << 20)));
    assert!(matches!(read_any("a.docx", &one_piece).unwrap_err(), ReadError::TooLongText { .. }));
    let deep = docx(&"<w:tbl><w:tr><w:tc>".repeat(1000));
    assert!(matches!(read_any("a.docx", &deep).unwrap_err(), ReadError::TooDeep { .. }));
    let wide = format!(
        "<w:tbl><w:tr>{}</w:tr></w:tbl>",
        "<w:tc><w:tcPr><w:gridSpan w:val=\"99999\"/></w:tcPr></w:tc>".repeat(20_000)
    );
    assert!(matches!(read_any("a.docx", &docx(&wide)).unwrap_err(), ReadError::TooManyCells { .. }));
    let tall = format!(
        "<w:tbl><w:tr><w:tc>{}</w:tc></w:tr>{}</w:tbl>",
        p(&"a".repeat(100_000)),
        "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr></w:tc></w:tr>".repeat(1000)
    );
    assert!(matches!(read_any("a.docx", &docx(&tall)).unwrap_err(), ReadError::TooLongText { .. }));
}

#[test]
fn entities_are_not_expanded() {
    let document = "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]>\
        <d><p><r><t>x&a;&b;y</t></r></p></d>";
    let bytes = package(&[("word/document.xml", document.as_bytes())]);
    assert_eq!(read_any("a.docx", &bytes).unwrap().content, "xy\n");
}

#[test]
fn every_cut_of_a_package_is_noticed() {
    let whole = docx(&p(PROSE));
    for part in [4, 30, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
        let e = read_any("a.docx", &whole[..part]).unwrap_err();
        assert!(matches!(e, ReadError::Truncated | ReadError::Damaged { .. }), "{part}: {e:?}");
    }
    let open = "<w:p><w:r><w:t>x";
    let cut = package(&[("word/document.xml", format!("<w:document><w:body>{open}").as_bytes())]);
    assert!(matches!(
        read_any("a.docx", &cut).unwrap_err(),
        ReadError::Truncated | ReadError::Damaged { .. }
    ));
}

#[test]
fn errors_survive_the_way_through_a_child_process() {
    for e in [
        ReadError::TooLarge { limit: 1, actual: 2 },
        ReadError::Unsupported { found: Found::OpenDocument },
        ReadError::Empty,
        ReadError::Damaged { detail: "x".into() },
    ] {
        let json = serde_json::to_string(&e).unwrap();
        assert_eq!(serde_json::from_str::<ReadError>(&json).unwrap(), e, "{json}");
    }
}

/// All that may be called on a stranger's bytes.
fn try_all(bytes: &[u8]) {
    for name in ["a.txt", "a.docx", "a.pdf"] {
        if let Ok(text) = read_any(name, bytes) {
            secret_mark(&text);
            let chars = text.content.chars().count();
            for table in &text.tables {
                assert!(table.span[0] <= table.span[1] && table.span[1] <= chars);
            }
        }
    }
    let _ = sheet("a.xlsx", bytes, &Limits::default());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        try_all(&bytes);
    }

    #[test]
    fn random_bytes_behind_a_known_head_never_panic(
        head in prop::sample::select(vec![&b"%PDF-1.4\n1 0 obj"[..], b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xfe\xff"]),
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        try_all(&[head, &bytes].concat());
    }

    #[test]
    fn changed_bytes_never_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let body = format!("<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>{}", p("ô"), p(PROSE));
        let lines = "9 9 m 99 9 l S 9 30 m 99 30 l S 9 60 m 99 60 l S 9 9 m 9 60 l S 50 9 m 50 60 l S 99 9 m 99 60 l S\n\
            BT /F1 10 Tf 1 0 0 1 12 40 Tm (Mot trang co chu de doc thu) Tj ET\n";
        for whole in [docx(&body), pdf_pages(&[lines.to_owned()])] {
            let mut bytes = whole.clone();
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            try_all(&bytes);
        }
    }

    #[test]
    fn random_markup_never_panics(pieces in proptest::collection::vec(prop::sample::select(vec![
        "<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>", "</w:t>", "chữ", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>",
        "<w:tc>", "</w:tc>", "<w:tcPr>", "</w:tcPr>", "<w:vMerge/>", "<w:gridSpan w:val=\"3\"/>", "<w:trPr><w:del/></w:trPr>",
        "<w:pPr><w:numPr><w:ilvl w:val=\"8\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>", "<w:txbxContent>", "</w:txbxContent>",
        "<w:br w:type=\"page\"/>", "<w:tab/>", "&amp;", "&#0;", "&#xFFFFFFF;", "<w:sym w:char=\"F0B7\"/>", "<w:del>", "</w:del>",
    ]), 0..60)) {
        let lists = "<w:numbering XMLNS><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"8\"><w:lvlText w:val=\"%9%\"/></w:lvl>\
            </w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";
        try_all(&docx_with(&pieces.concat(), &[("word/numbering.xml", lists)]));
    }
}
