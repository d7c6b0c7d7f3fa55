//! An official letter (công văn) → .docx, in the form of Decree 30/2020/NĐ-CP, Appendix I.
//!
//! A4 with margins of 20 mm above and below, 30 mm on the left, 15 mm on the right; Times New Roman;
//! issuer on the left and national title on the right; the page number centred at the top and hidden on
//! the first page. Written as plain WordprocessingML into a package: the few parts that a letter needs
//! are shorter than what a library wants to be told.

use super::{WriteError, clean};
use jiff::civil::DateTime;
use std::fmt::Write as _;
use std::io::Write as _;

/// A letter. Texts are plain; a line end begins a new paragraph.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Letter {
    /// The body above the issuer; may be empty.
    pub superior: String,
    /// The issuer.
    pub issuer: String,
    /// Number and symbol after "Số:", as `15/VP-TH`; where empty, room is left for it.
    pub number: String,
    /// What it is about, after "V/v".
    pub subject: String,
    /// Place and date, as `Hà Nội, ngày 05 tháng 02 năm 2026`.
    pub place_and_date: String,
    /// Whom it goes to.
    pub to: Vec<String>,
    /// Paragraphs before the table.
    pub opening: Vec<String>,
    /// The table; left out where it has no columns.
    pub table: LetterTable,
    /// Paragraphs after the table.
    pub closing: Vec<String>,
    /// Who gets a copy, after "Nơi nhận:".
    pub copies: Vec<String>,
    /// Lines above the signature, as `TL. CHỦ TỊCH` and `CHÁNH VĂN PHÒNG`.
    pub signed_for: Vec<String>,
    /// Who signs.
    pub signer: String,
}

/// A table whose heading row is repeated on every page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LetterTable {
    /// Heading and share of the width of each column.
    pub columns: Vec<(String, u32)>,
    /// The rows; a short one leaves its last cells empty.
    pub rows: Vec<Vec<String>>,
}

/// Twentieths of a point in a millimetre, times 100.
const TWIPS: i64 = 5_669;
/// Width between the margins: 210 mm less 30 mm and 15 mm.
const WIDTH: i64 = 165 * TWIPS / 100;

const NATION: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";

/// Writes a letter. `made_at` goes into its properties, so that the same letter gives the same bytes.
///
/// # Errors
/// [`WriteError::Failed`] where the package cannot be put together.
pub fn letter(letter: &Letter, made_at: DateTime) -> Result<Vec<u8>, WriteError> {
    let mut package = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let parts = [
        ("[Content_Types].xml", CONTENT_TYPES.to_owned()),
        ("_rels/.rels", RELATIONS.to_owned()),
        ("docProps/core.xml", properties(letter, made_at)),
        ("word/_rels/document.xml.rels", DOCUMENT_RELATIONS.to_owned()),
        ("word/styles.xml", STYLES.to_owned()),
        ("word/header1.xml", header(PAGE_NUMBER)),
        ("word/header2.xml", header("<w:p/>")),
        ("word/document.xml", document(letter)),
    ];
    let failed = |error: &dyn std::fmt::Display| WriteError::Failed(error.to_string());
    for (name, text) in parts {
        package.start_file(name, zip::write::SimpleFileOptions::default()).map_err(|e| failed(&e))?;
        package.write_all(text.as_bytes()).map_err(|e| failed(&e))?;
    }
    Ok(package.finish().map_err(|e| failed(&e))?.into_inner())
}

fn escaped(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// How a paragraph looks. Sizes are in half points, distances in twentieths of a point.
#[derive(Clone, Copy)]
struct Look {
    align: &'static str,
    size: u32,
    bold: bool,
    italic: bool,
    after: u32,
    indent: u32,
    keep: bool,
}

const PLAIN: Look =
    Look { align: "left", size: 26, bold: false, italic: false, after: 0, indent: 0, keep: false };
const CENTRE: Look = Look { align: "center", ..PLAIN };
const STRONG: Look = Look { bold: true, ..CENTRE };
const BODY: Look = Look { align: "both", size: 28, after: 120, indent: 720, ..PLAIN };
const CELL: Look = Look { size: 24, ..PLAIN };

fn paragraph(text: &str, look: Look) -> String {
    let mut out = String::new();
    for line in clean(text).split('\n') {
        let mut run = String::new();
        if look.bold {
            run.push_str("<w:b/>");
        }
        if look.italic {
            run.push_str("<w:i/>");
        }
        let _ = write!(
            out,
            "<w:p><w:pPr>{}<w:spacing w:before=\"0\" w:after=\"{}\"/><w:ind w:firstLine=\"{}\"/><w:jc w:val=\"{}\"/></w:pPr>\
             <w:r><w:rPr>{run}<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>",
            if look.keep { "<w:keepNext/>" } else { "" },
            look.after,
            look.indent,
            look.align,
            escaped(line),
            size = look.size,
        );
    }
    out
}

/// The line under issuer and motto, as a border of a small paragraph with this much room on both sides.
fn rule(room: i64) -> String {
    format!(
        "<w:p><w:pPr><w:pBdr><w:bottom w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"auto\"/></w:pBdr>\
         <w:spacing w:before=\"0\" w:after=\"80\" w:line=\"40\" w:lineRule=\"exact\"/><w:ind w:left=\"{room}\" w:right=\"{room}\"/></w:pPr></w:p>"
    )
}

fn cell(width: i64, content: &str) -> String {
    format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>{content}</w:tc>")
}

/// A table without lines: issuer beside title, copies beside signature.
fn beside(left: (i64, String), right: (i64, String)) -> String {
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/>\
         <w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr>\
         <w:tblGrid><w:gridCol w:w=\"{}\"/><w:gridCol w:w=\"{}\"/></w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>{}{}</w:tr></w:tbl>",
        left.0 + right.0,
        left.0,
        right.0,
        cell(left.0, &left.1),
        cell(right.0, &right.1),
    )
}

fn head(letter: &Letter) -> String {
    let left = WIDTH * 42 / 100;
    let right = WIDTH - left;
    let mut issuer = String::new();
    if !letter.superior.trim().is_empty() {
        issuer.push_str(&paragraph(&letter.superior.to_uppercase(), CENTRE));
    }
    issuer.push_str(&paragraph(&letter.issuer.to_uppercase(), STRONG));
    issuer.push_str(&rule(left / 3));
    let number = if letter.number.trim().is_empty() { "      /" } else { letter.number.trim() };
    issuer.push_str(&paragraph(&format!("Số: {number}"), CENTRE));
    if !letter.subject.trim().is_empty() {
        issuer.push_str(&paragraph(&format!("V/v {}", letter.subject.trim()), Look { size: 24, ..CENTRE }));
    }
    let mut title = paragraph(NATION, Look { size: 25, ..STRONG });
    title.push_str(&paragraph(MOTTO, Look { size: 27, ..STRONG }));
    title.push_str(&rule(right * 21 / 100));
    title.push_str(&paragraph(&letter.place_and_date, Look { italic: true, size: 27, ..CENTRE }));
    beside((left, issuer), (right, title))
}

fn addressees(to: &[String]) -> String {
    const LEFT: Look = Look { size: 28, after: 60, indent: 2_000, ..PLAIN };
    match to {
        [] => String::new(),
        [one] => {
            paragraph(&format!("Kính gửi: {one}"), Look { align: "center", indent: 0, after: 160, ..LEFT })
        }
        many => {
            let last = many.len() - 1;
            let mut out = paragraph("Kính gửi:", LEFT);
            for (at, name) in many.iter().enumerate() {
                let end = if at == last { "." } else { ";" };
                out.push_str(&paragraph(&format!("- {name}{end}"), Look { indent: 2_900, ..LEFT }));
            }
            out.push_str(&paragraph("", Look { size: 12, ..PLAIN }));
            out
        }
    }
}

fn table(table: &LetterTable) -> String {
    let shares: i64 = table.columns.iter().map(|(_, share)| i64::from(*share)).sum();
    if shares == 0 {
        return String::new();
    }
    let widths: Vec<i64> =
        table.columns.iter().map(|(_, share)| WIDTH * i64::from(*share) / shares).collect();
    let mut out = format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/><w:tblBorders>{}</w:tblBorders><w:tblLayout w:type=\"fixed\"/>\
         <w:tblCellMar><w:left w:w=\"70\" w:type=\"dxa\"/><w:right w:w=\"70\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>",
        ["top", "left", "bottom", "right", "insideH", "insideV"]
            .map(|side| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>"))
            .concat()
    );
    for width in &widths {
        let _ = write!(out, "<w:gridCol w:w=\"{width}\"/>");
    }
    out.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for ((heading, _), width) in table.columns.iter().zip(&widths) {
        out.push_str(&cell(*width, &paragraph(heading, Look { size: 24, ..STRONG })));
    }
    out.push_str("</w:tr>");
    for row in &table.rows {
        out.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for (at, width) in widths.iter().enumerate() {
            let text = row.get(at).map(String::as_str).unwrap_or_default();
            out.push_str(&cell(*width, &paragraph(text, CELL)));
        }
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl>");
    out.push_str(&paragraph("", Look { size: 12, ..PLAIN }));
    out
}

fn foot(letter: &Letter) -> String {
    let left = WIDTH / 2;
    let mut copies = paragraph("Nơi nhận:", Look { bold: true, italic: true, size: 24, ..PLAIN });
    let last = letter.copies.len().saturating_sub(1);
    for (at, name) in letter.copies.iter().enumerate() {
        let end = if at == last { "." } else { ";" };
        copies.push_str(&paragraph(&format!("- {name}{end}"), Look { size: 22, ..PLAIN }));
    }
    let mut signed = String::new();
    for line in letter.signed_for.iter().filter(|line| !line.trim().is_empty()) {
        signed.push_str(&paragraph(&line.to_uppercase(), Look { size: 27, keep: true, ..STRONG }));
    }
    for _ in 0..4 {
        signed.push_str(&paragraph("", Look { size: 28, keep: true, ..PLAIN }));
    }
    signed.push_str(&paragraph(&letter.signer, Look { size: 28, ..STRONG }));
    beside((left, copies), (WIDTH - left, signed))
}

fn document(letter: &Letter) -> String {
    let mut body = head(letter);
    body.push_str(&paragraph("", Look { size: 20, ..PLAIN }));
    body.push_str(&addressees(&letter.to));
    for text in &letter.opening {
        body.push_str(&paragraph(text, BODY));
    }
    body.push_str(&table(&letter.table));
    for text in &letter.closing {
        body.push_str(&paragraph(text, BODY));
    }
    body.push_str(&foot(letter));
    let mm = |n: i64| (n * TWIPS + 50) / 100;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <w:document xmlns:w=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><w:body>{body}\
         <w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId2\"/><w:headerReference w:type=\"first\" r:id=\"rId3\"/>\
         <w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"{}\" w:right=\"{}\" w:bottom=\"{}\" w:left=\"{}\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>\
         <w:titlePg/></w:sectPr></w:body></w:document>",
        mm(20),
        mm(15),
        mm(20),
        mm(30),
    )
}

const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn header(content: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><w:hdr xmlns:w=\"{MAIN}\">{content}</w:hdr>"
    )
}

const PAGE_NUMBER: &str = "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>\
    <w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>\
    <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>2</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>";

fn properties(letter: &Letter, made_at: DateTime) -> String {
    let at = made_at.strftime("%Y-%m-%dT%H:%M:%SZ");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:language>vi-VN</dc:language>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:created></cp:coreProperties>",
        escaped(&letter.subject)
    )
}

const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/header1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/>\
<Override PartName=\"/word/header2.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/>\
</Types>";

const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
</Relationships>";

const DOCUMENT_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/header\" Target=\"header1.xml\"/>\
<Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/header\" Target=\"header2.xml\"/>\
</Relationships>";

const STYLES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:docDefaults><w:rPrDefault><w:rPr>\
<w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"Times New Roman\" w:cs=\"Times New Roman\"/>\
<w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/><w:lang w:val=\"vi-VN\"/></w:rPr></w:rPrDefault>\
<w:pPrDefault/></w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style></w:styles>";
