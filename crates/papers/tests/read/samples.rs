//! Files made in code: .docx, .pdf, .xlsx, zip packages.

use std::io::{Cursor, Write};

use papers::read::{Limits, NoTools, ReadError, Text, read};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub const PROSE: &str = "Hội Trí thức trẻ Sông Lam (đơn vị giả định) ban hành Kế hoạch thực hiện nhiệm vụ đột phá.\n\
    Ủy ban nhân dân tỉnh chủ trì, phối hợp với các đơn vị; hoàn thành trước ngày 30 tháng 6 năm 2025.\n";

pub fn read_any(name: &str, bytes: &[u8]) -> Result<Text, ReadError> {
    read(name, bytes, &Limits::default(), &NoTools)
}

pub fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" xmlns:wps=\"urn:wps\"";

/// A .docx with this body, and further parts.
pub fn docx_with(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document {W}><w:body>{body}</w:body></w:document>"
    );
    let parts: Vec<(&str, String)> =
        parts.iter().map(|(name, inner)| (*name, inner.replace("XMLNS", W))).collect();
    let mut all: Vec<(&str, &[u8])> =
        vec![("[Content_Types].xml", b"<Types/>"), ("word/document.xml", document.as_bytes())];
    all.extend(parts.iter().map(|(name, inner)| (*name, inner.as_bytes())));
    package(&all)
}

pub fn docx(body: &str) -> Vec<u8> {
    docx_with(body, &[])
}

pub fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

/// A .pdf of pages of ASCII lines in Helvetica, uncompressed.
pub fn pdf(pages: &[Vec<&str>]) -> Vec<u8> {
    let line =
        |(n, line): (usize, &&str)| format!("BT /F1 12 Tf 1 0 0 1 72 {} Tm ({line}) Tj ET\n", 770 - 18 * n);
    let pages: Vec<String> = pages.iter().map(|lines| lines.iter().enumerate().map(line).collect()).collect();
    pdf_pages(&pages)
}

/// A .pdf of pages with these contents; font F1 is Helvetica.
pub fn pdf_pages(pages: &[String]) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!(
            "<< /Type /Pages /Kids [{}] /Count {} >>",
            (0..pages.len()).map(|i| format!("{} 0 R", 4 + 2 * i)).collect::<Vec<_>>().join(" "),
            pages.len()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    for (i, content) in pages.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>",
            5 + 2 * i
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}endstream", content.len()));
    }
    pdf_of(&objects, "")
}

/// Objects numbered from 1, the first of them the catalogue.
pub fn pdf_of(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", i + 1).bytes());
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").bytes());
    }
    out.extend(
        format!(
            "trailer\n<< /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n",
            objects.len() + 1
        )
        .bytes(),
    );
    out
}

/// Text between two places counted in scalar values.
pub fn slice(text: &Text, span: [usize; 2]) -> String {
    text.content.chars().skip(span[0]).take(span[1] - span[0]).collect()
}

/// Cells as lines of `a | b`, after checking that every span holds its text.
pub fn table(text: &Text, index: usize) -> Vec<String> {
    text.tables[index]
        .rows
        .iter()
        .map(|row| {
            let cells: Vec<String> = row
                .iter()
                .map(|cell| {
                    assert_eq!(slice(text, cell.span), cell.text);
                    cell.text.replace('\n', "⏎")
                })
                .collect();
            cells.join(" | ")
        })
        .collect()
}

/// One part of a package, as text.
pub fn part(package: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    std::io::read_to_string(zip.by_name(name).unwrap()).unwrap()
}
