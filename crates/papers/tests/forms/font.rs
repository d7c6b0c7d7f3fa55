//! As much of a TrueType font as a .pdf made in a test needs: glyphs of characters and their widths.

use std::collections::BTreeMap;
use std::path::Path;

/// Where Debian's fonts-liberation2 (or fonts-liberation) puts the letters of official documents.
const PLACES: [&str; 2] = [
    "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
];

/// A font file and what is known of its letters.
pub struct Font {
    pub bytes: Vec<u8>,
    glyphs: BTreeMap<char, u16>,
    /// Advance of each glyph in thousandths of the size.
    widths: Vec<f64>,
}

fn u16_at(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> usize {
    u16_at(bytes, at) << 16 | u16_at(bytes, at + 2)
}

impl Font {
    /// The font of the machine; `./check` installs it.
    pub fn load() -> Font {
        let place = PLACES.iter().find(|place| Path::new(place).exists());
        let place = place.expect("fonts-liberation2 is missing: ./check install brings it");
        let bytes = std::fs::read(place).unwrap();
        let table = |tag: &[u8]| {
            let records = (0..u16_at(&bytes, 4)).map(|i| 12 + 16 * i);
            let found = records.into_iter().find(|at| &bytes[*at..at + 4] == tag);
            u32_at(&bytes, found.expect("a table of the font") + 8)
        };
        let (head, hhea, hmtx, cmap) = (table(b"head"), table(b"hhea"), table(b"hmtx"), table(b"cmap"));
        let (em, many) = (u16_at(&bytes, head + 18) as f64, u16_at(&bytes, hhea + 34));
        let widths = (0..many).map(|i| u16_at(&bytes, hmtx + 4 * i) as f64 * 1000.0 / em).collect();
        let glyphs = glyphs(&bytes, cmap);
        Font { bytes, glyphs, widths }
    }

    pub fn glyph(&self, c: char) -> u16 {
        *self.glyphs.get(&c).unwrap_or_else(|| panic!("the font has no {c:?}"))
    }

    /// Advance of a glyph in thousandths of the size.
    pub fn advance(&self, glyph: u16) -> f64 {
        self.widths[usize::from(glyph).min(self.widths.len() - 1)]
    }

    /// Width of a text in points.
    pub fn width(&self, text: &str, size: f64) -> f64 {
        text.chars().map(|c| self.advance(self.glyph(c))).sum::<f64>() * size / 1000.0
    }

    /// Lines of words no wider than `width` points.
    pub fn wrap(&self, text: &str, size: f64, width: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split(' ') {
            match lines.last_mut() {
                Some(line) if self.width(&format!("{line} {word}"), size) <= width => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    }
}

/// The characters of the subtable for Unicode in segments (format 4).
fn glyphs(bytes: &[u8], cmap: usize) -> BTreeMap<char, u16> {
    let subtables = (0..u16_at(bytes, cmap + 2)).map(|i| cmap + u32_at(bytes, cmap + 4 + 8 * i + 4));
    let at = subtables.into_iter().find(|at| u16_at(bytes, *at) == 4).expect("segments of Unicode");
    let segments = u16_at(bytes, at + 6) / 2;
    let mut glyphs = BTreeMap::new();
    for i in 0..segments {
        let ends = at + 14 + 2 * i;
        let starts = ends + 2 * segments + 2;
        let (deltas, offsets) = (starts + 2 * segments, starts + 4 * segments);
        let (first, last) = (u16_at(bytes, starts), u16_at(bytes, ends));
        let (delta, offset) = (u16_at(bytes, deltas), u16_at(bytes, offsets));
        for code in first..=last.min(0xfffe) {
            let glyph = match offset {
                0 => code + delta,
                _ => match u16_at(bytes, offsets + offset + 2 * (code - first)) {
                    0 => 0,
                    glyph => glyph + delta,
                },
            };
            if let Some(c) = char::from_u32(code as u32) {
                glyphs.insert(c, (glyph & 0xffff) as u16);
            }
        }
    }
    glyphs
}
