//! A tiny writer of .pdf files: words at places in an embedded font, straight lines, and whole-page pictures.

use std::collections::BTreeSet;

use super::font::Font;

/// Size of an A4 page in points.
pub const PAGE: (f64, f64) = (595.0, 842.0);

/// One page; places in points from the top left corner.
#[derive(Default, Clone)]
pub struct Page {
    pub words: Vec<Words>,
    /// Lines from one place to another.
    pub rules: Vec<[f64; 4]>,
    /// A gray picture that fills the page: width, height, pixels.
    pub picture: Option<(usize, usize, Vec<u8>)>,
}

/// A line of text that begins at `x` on the base line `y`.
#[derive(Clone)]
pub struct Words {
    pub x: f64,
    pub y: f64,
    pub size: f64,
    pub text: String,
}

impl Page {
    pub fn say(&mut self, x: f64, y: f64, size: f64, text: &str) {
        self.words.push(Words { x, y, size, text: text.to_owned() });
    }

    fn content(&self, font: &Font) -> String {
        let mut out = String::new();
        if self.picture.is_some() {
            out.push_str(&format!("q {} 0 0 {} 0 0 cm /P Do Q\n", PAGE.0, PAGE.1));
        }
        for [x0, y0, x1, y1] in &self.rules {
            out.push_str(&format!("0.6 w {x0:.2} {:.2} m {x1:.2} {:.2} l S\n", PAGE.1 - y0, PAGE.1 - y1));
        }
        for words in &self.words {
            let glyphs: String = words.text.chars().map(|c| format!("{:04x}", font.glyph(c))).collect();
            let (x, y, size) = (words.x, PAGE.1 - words.y, words.size);
            out.push_str(&format!("BT /F1 {size} Tf 1 0 0 1 {x:.2} {y:.2} Tm <{glyphs}> Tj ET\n"));
        }
        out
    }
}

/// The file.
pub fn pdf(pages: &[Page], font: &Font) -> Vec<u8> {
    let used: BTreeSet<char> =
        pages.iter().flat_map(|page| &page.words).flat_map(|words| words.text.chars()).collect();
    let mut widths = String::new();
    let mut unicode = String::new();
    for c in &used {
        let glyph = font.glyph(*c);
        widths.push_str(&format!("{glyph} [{:.0}] ", font.advance(glyph)));
        unicode.push_str(&format!("<{glyph:04x}> <{:04x}>\n", u32::from(*c)));
    }
    let unicode = format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /U def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{} beginbfchar\n{unicode}endbfchar\nendcmap\nend end\n",
        used.len()
    );
    let kids: String = (0..pages.len()).map(|i| format!("{} 0 R ", 8 + 3 * i)).collect();
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()).into_bytes(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Serif /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 7 0 R >>".to_vec(),
        format!(
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Serif /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) \
             /Supplement 0 >> /FontDescriptor 5 0 R /W [{widths}] /CIDToGIDMap /Identity >>"
        )
        .into_bytes(),
        b"<< /Type /FontDescriptor /FontName /Serif /Flags 4 /FontBBox [-500 -300 1500 1000] /ItalicAngle 0 /Ascent 891 \
          /Descent -216 /CapHeight 660 /StemV 80 /FontFile2 6 0 R >>"
            .to_vec(),
        stream(&format!("/Length1 {}", font.bytes.len()), &font.bytes),
        stream("", unicode.as_bytes()),
    ];
    for (i, page) in pages.iter().enumerate() {
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {} {}] /Contents {} 0 R \
                 /Resources << /Font << /F1 3 0 R >> /XObject << /P {} 0 R >> >> >>",
                PAGE.0,
                PAGE.1,
                9 + 3 * i,
                10 + 3 * i
            )
            .into_bytes(),
        );
        objects.push(stream("", page.content(font).as_bytes()));
        let (width, height, pixels) = page.picture.clone().unwrap_or((1, 1, vec![255]));
        let head = format!(
            "/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray /BitsPerComponent 8"
        );
        objects.push(stream(&head, &pixels));
    }
    assemble(&objects)
}

fn stream(head: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = format!("<< {head} /Length {} >>\nstream\n", bytes.len()).into_bytes();
    out.extend(bytes);
    out.extend(b"\nendstream");
    out
}

fn assemble(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut places = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", i + 1).bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    places.iter().for_each(|place| out.extend(format!("{place:010} 00000 n \n").bytes()));
    let size = objects.len() + 1;
    out.extend(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes());
    out
}
