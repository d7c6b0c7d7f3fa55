use std::io::Write;
use std::process::{Command, Stdio};

use papers::read::{Limits, NoTools, Note, ReadError, Text, Tools, poppler_failure, read};

use crate::samples::{pdf, pdf_of, pdf_pages, read_any, table};

/// Poppler over pipes.
struct Poppler;

impl Tools for Poppler {
    fn pdf_text(&self, pdf: &[u8], _limits: &Limits) -> Option<Result<String, ReadError>> {
        pdftotext("-layout", pdf)
    }

    fn pdf_words(&self, pdf: &[u8], _limits: &Limits) -> Option<Result<String, ReadError>> {
        pdftotext("-bbox", pdf)
    }
}

fn pdftotext(form: &str, pdf: &[u8]) -> Option<Result<String, ReadError>> {
    {
        let mut child = Command::new("pdftotext")
            .args([form, "-enc", "UTF-8", "-", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .ok()?;
        let _ = child.stdin.take().unwrap().write_all(pdf);
        let out = child.wait_with_output().unwrap();
        Some(if out.status.success() {
            Ok(String::from_utf8_lossy(&out.stdout).into_owned())
        } else {
            Err(poppler_failure(out.status.code(), &String::from_utf8_lossy(&out.stderr)))
        })
    }
}

const FIRST: [&str; 3] = [
    "CHUONG TRINH HANH DONG",
    "1. Xay dung de an phat trien cua don vi gia dinh",
    "2. To chuc hoi nghi quan triet",
];
const SECOND: [&str; 2] = ["II. TO CHUC THUC HIEN", "Cac don vi bao cao truoc ngay 30 thang 6 nam 2025"];

fn words(text: &Text) -> Vec<Vec<String>> {
    let pages = text.content.strip_suffix('\u{c}').expect("a form feed ends the last page");
    pages.split('\u{c}').map(|page| page.split_whitespace().map(str::to_owned).collect()).collect()
}

#[test]
fn the_plain_reader_and_poppler_agree() {
    let bytes = pdf(&[FIRST.to_vec(), SECOND.to_vec()]);
    let plain = read_any("a.pdf", &bytes).unwrap();
    assert_eq!(plain.notes, [Note::PlainPdfReader]);
    assert_eq!(words(&plain)[0].join(" "), FIRST.join(" "));
    assert_eq!(words(&plain)[1].join(" "), SECOND.join(" "));
    let poppler = read("a.pdf", &bytes, &Limits::default(), &Poppler).unwrap();
    assert_eq!(words(&poppler), words(&plain));
    assert!(poppler.content.lines().count() >= 5);
}

#[test]
fn a_scan_is_told_from_a_text() {
    let scan = pdf(&[vec!["Ky boi: Van phong"], vec![], vec![]]);
    assert_eq!(read_any("a.pdf", &scan).unwrap_err(), ReadError::NoTextLayer { pages: 3 });
    assert_eq!(
        read("a.pdf", &scan, &Limits::default(), &Poppler).unwrap_err(),
        ReadError::NoTextLayer { pages: 3 }
    );
    let mixed = pdf(&[FIRST.to_vec(), vec![], SECOND.to_vec()]);
    let text = read_any("a.pdf", &mixed).unwrap();
    assert!(text.notes.contains(&Note::PagesWithoutText { pages: vec![2] }), "{:?}", text.notes);
}

#[test]
fn every_cut_is_noticed() {
    let bytes = pdf(&[FIRST.to_vec(), SECOND.to_vec()]);
    for part in [9, 100, bytes.len() / 2, bytes.len() - 40] {
        for tools in [&NoTools as &dyn Tools, &Poppler] {
            let e = read("a.pdf", &bytes[..part], &Limits::default(), tools).unwrap_err();
            assert!(matches!(e, ReadError::Truncated | ReadError::Damaged { .. }), "{part}: {e:?}");
        }
    }
}

#[test]
fn a_password_is_needed() {
    let objects: Vec<String> = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [] /Count 0 >>".into(),
        format!("<< /Filter /Standard /V 1 /R 2 /P -4 /O <{}> /U <{}> >>", "11".repeat(32), "22".repeat(32)),
    ];
    let bytes = pdf_of(
        &objects,
        "/Encrypt 3 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
    );
    for tools in [&NoTools as &dyn Tools, &Poppler] {
        assert_eq!(read("a.pdf", &bytes, &Limits::default(), tools).unwrap_err(), ReadError::Encrypted);
    }
}

#[test]
fn pages_are_counted() {
    let limits = Limits { pages: 1, ..Limits::default() };
    let bytes = pdf(&[FIRST.to_vec(), SECOND.to_vec()]);
    for tools in [&NoTools as &dyn Tools, &Poppler] {
        assert_eq!(
            read("a.pdf", &bytes, &limits, tools).unwrap_err(),
            ReadError::TooManyPages { limit: 1, actual: 2 }
        );
    }
}

#[test]
fn objects_that_contain_themselves_end() {
    let mut objects: Vec<String> = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 5 0 R /Resources << /XObject << /X 4 0 R >> >> >>".into(),
        "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >> /Length 5 >>\nstream\n/X Do\nendstream".into(),
        "<< /Length 5 >>\nstream\n/X Do\nendstream".into(),
    ];
    assert!(read_any("a.pdf", &pdf_of(&objects, "")).is_err());
    objects[1] = "<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 2 0 R >>".into();
    objects[2] = "<< /Type /Page /Parent 2 0 R /Contents 5 0 R >>".into();
    assert!(read_any("a.pdf", &pdf_of(&objects, "")).is_err());
}

/// Lines and words drawn by hand: a table with borders at these places, words in its cells.
fn drawn(lines: &[[u32; 4]], words: &[(u32, u32, &str)], filled: bool) -> String {
    let mut out = String::new();
    for [x0, y0, x1, y1] in lines {
        if filled {
            let (w, h) = ((x1 - x0).max(1), (y1 - y0).max(1));
            out.push_str(&format!("{x0} {y0} {w} {h} re f\n"));
        } else {
            out.push_str(&format!("{x0} {y0} m {x1} {y1} l S\n"));
        }
    }
    for (x, y, text) in words {
        out.push_str(&format!("BT /F1 10 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n"));
    }
    out
}

/// Two header rows with merged cells, one row; the columns end at 100, 300, 400 and 500.
const BORDERS: [[u32; 4]; 10] = [
    [60, 700, 500, 700],
    [300, 670, 500, 670],
    [60, 640, 500, 640],
    [60, 600, 500, 600],
    [60, 600, 60, 700],
    [100, 600, 100, 700],
    [300, 600, 300, 700],
    [400, 600, 400, 670],
    [500, 600, 500, 700],
    [60, 580, 200, 580],
];
const CELLS: [(u32, u32, &str); 10] = [
    (60, 750, "KE HOACH thuc hien nhiem vu dot pha nam 2025"),
    (65, 665, "TT"),
    (110, 665, "Nhiem vu"),
    (310, 680, "Phan cong"),
    (310, 650, "Chu tri"),
    (410, 650, "Phoi hop"),
    (65, 620, "1"),
    (110, 625, "Xay dung de an"),
    (110, 610, "phat trien"),
    (310, 620, "So A"),
];

#[test]
fn ruled_tables_keep_their_cells() {
    for filled in [false, true] {
        let bytes = pdf_pages(&[drawn(&BORDERS, &CELLS, filled)]);
        for tools in [&NoTools as &dyn Tools, &Poppler] {
            let text = read("a.pdf", &bytes, &Limits::default(), tools).unwrap();
            assert_eq!(
                table(&text, 0),
                [
                    "TT | Nhiem vu | Phan cong | Phan cong",
                    "TT | Nhiem vu | Chu tri | Phoi hop",
                    "1 | Xay dung de an⏎phat trien | So A | "
                ],
                "{filled}"
            );
            assert_eq!(text.tables.len(), 1);
            assert!(
                text.content.starts_with("KE HOACH thuc hien nhiem vu dot pha nam 2025\nTT\n"),
                "{}",
                text.content
            );
        }
    }
}

#[test]
fn a_table_goes_on_over_the_page_break() {
    let footer = |n: u32| (60, 40, ["Trang 1 cua 3", "Trang 2 cua 3", "Trang 3 cua 3"][n as usize]);
    let mut first = CELLS.to_vec();
    first.push(footer(0));
    let mut second: Vec<(u32, u32, &str)> = CELLS[1..6].to_vec();
    second.extend([(110, 625, "cua don vi gia dinh"), (410, 620, "cac so, nganh"), footer(1)]);
    let mut third: Vec<(u32, u32, &str)> = CELLS[1..6].to_vec();
    third.extend([
        (65, 620, "2"),
        (110, 620, "To chuc hoi nghi quan triet"),
        (60, 500, "II. TO CHUC"),
        footer(2),
    ]);
    let pages = [first, second, third].map(|words| drawn(&BORDERS, &words, false));
    for tools in [&NoTools as &dyn Tools, &Poppler] {
        let text = read("a.pdf", &pdf_pages(&pages), &Limits::default(), tools).unwrap();
        assert_eq!(
            table(&text, 0)[2..],
            [
                "1 | Xay dung de an⏎phat trien⏎cua don vi gia dinh | So A | cac so, nganh",
                "2 | To chuc hoi nghi quan triet |  | "
            ]
        );
        assert_eq!((text.tables.len(), text.content.matches('\u{c}').count()), (1, 3));
        assert!(text.content.contains("\u{c}\u{c}II. TO CHUC\n"), "{}", text.content);
    }
}

#[test]
fn frames_and_underlines_are_no_tables() {
    let frame =
        [[30, 30, 560, 30], [30, 800, 560, 800], [30, 30, 30, 800], [560, 30, 560, 800], [60, 745, 300, 745]];
    let bytes = pdf_pages(&[drawn(&frame, &CELLS, false)]);
    for tools in [&NoTools as &dyn Tools, &Poppler] {
        assert!(read("a.pdf", &bytes, &Limits::default(), tools).unwrap().tables.is_empty());
    }
}
