use std::io::Write;
use std::process::{Command, Stdio};

use papers::read::{Limits, NoTools, Note, ReadError, Text, Tools, poppler_failure, read};

use crate::samples::{pdf, pdf_of, read_any};

/// Poppler over pipes.
struct Poppler;

impl Tools for Poppler {
    fn pdf_text(&self, pdf: &[u8], _limits: &Limits) -> Option<Result<String, ReadError>> {
        let mut child = Command::new("pdftotext")
            .args(["-layout", "-enc", "UTF-8", "-", "-"])
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
