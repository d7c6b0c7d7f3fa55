//! What Tesseract tells of a page (`tsv`): words, their places, and how sure it is of each.

use super::super::pdf::words::Word;

/// A recognised word.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recognised {
    pub word: Word,
    /// 0 to 100.
    pub sure: f64,
}

/// The words of a page, placed in points as if their letters all reached from the top of the line to its bottom.
pub(super) fn words(tsv: &str, dpi: f64) -> Vec<Recognised> {
    let points = 72.0 / dpi;
    let mut raw: Vec<(Recognised, Option<Shape>)> = Vec::new();
    for line in tsv.lines().skip(1) {
        let fields: Vec<&str> = line.splitn(12, '\t').collect();
        let [level, .., left, top, width, height, sure, text] = fields.as_slice() else { continue };
        let text = text.trim();
        let number = |field: &str| field.parse::<f64>().ok().filter(|number| number.is_finite());
        let (Some(left), Some(top), Some(width), Some(height), Some(sure)) =
            (number(left), number(top), number(width), number(height), number(sure))
        else {
            continue;
        };
        if *level != "5" || text.is_empty() {
            continue;
        }
        let (left, top) = (left * points, top * points);
        let (right, bottom) = (left + width * points, top + height * points);
        let word = Word { left, right, top, bottom, text: text.to_owned() };
        raw.push((Recognised { word, sure }, Shape::of(text)));
    }
    let mut sizes: Vec<f64> =
        raw.iter().filter_map(|(found, shape)| Some(shape.as_ref()?.size(&found.word))).collect();
    sizes.sort_by(f64::total_cmp);
    let usual = sizes.get(sizes.len() / 2).copied().unwrap_or(12.0);
    raw.into_iter().map(|(found, shape)| placed(found, shape, usual)).collect()
}

/// Two looks at a page together: the first divides words better, the second misses less. Where both saw one word
/// the surer one counts.
pub(super) fn united(looks: Vec<Vec<Recognised>>) -> Vec<Recognised> {
    let mut looks = looks.into_iter();
    let mut words = looks.next().unwrap_or_default();
    for found in looks.flatten() {
        let mut over = words.iter_mut().filter(|word| overlap(&word.word, &found.word) > 0.3);
        match (over.next(), over.next()) {
            (None, _) => words.push(found),
            (Some(word), None) if found.sure > word.sure && overlap(&found.word, &word.word) > 0.6 => {
                *word = found
            }
            _ => {}
        }
    }
    words
}

/// Share of the smaller of two words that the other covers.
fn overlap(a: &Word, b: &Word) -> f64 {
    let width = a.right.min(b.right) - a.left.max(b.left);
    let height = a.bottom.min(b.bottom) - a.top.max(b.top);
    if width <= 0.0 || height <= 0.0 {
        return 0.0;
    }
    let area = |word: &Word| (word.right - word.left) * (word.bottom - word.top);
    width * height / area(a).min(area(b)).max(0.1)
}

/// How far the letters of a word reach above and below the base line, in parts of the font's size.
struct Shape {
    up: f64,
    down: f64,
}

impl Shape {
    /// `None` for signs that do not stand on the line.
    fn of(text: &str) -> Option<Shape> {
        let mut shape = Shape { up: 0.0, down: 0.0 };
        for c in text.chars() {
            let mut parts = [' '; 4];
            let mut many = 0;
            unicode_normalization::char::decompose_canonical(c, |part| {
                if let Some(slot) = parts.get_mut(many) {
                    *slot = part;
                }
                many += 1;
            });
            let (base, marks) = (parts[0], &parts[1..many.clamp(1, 4)]);
            if !base.is_alphanumeric() {
                continue;
            }
            let tall = base.is_uppercase() || base.is_numeric() || "bdfhkltđi".contains(base);
            let above = marks.iter().any(|mark| *mark != '\u{323}' && *mark != '\u{31b}');
            let up = match (tall, above) {
                (true, true) if base.is_uppercase() => 0.9,
                (true, _) => 0.67,
                (false, true) => 0.7,
                (false, false) => 0.46,
            };
            shape.up = shape.up.max(up);
            if "gjpqy".contains(base) || marks.contains(&'\u{323}') {
                shape.down = 0.21;
            }
        }
        (shape.up > 0.0).then_some(shape)
    }

    fn size(&self, word: &Word) -> f64 {
        (word.bottom - word.top) / (self.up + self.down)
    }
}

fn placed(found: Recognised, shape: Option<Shape>, usual: f64) -> Recognised {
    let word = found.word;
    let (size, base) = match shape {
        Some(shape) => {
            let size = shape.size(&word).clamp(0.6 * usual, 2.0 * usual);
            (size, word.bottom - shape.down * size)
        }
        None => (usual, word.middle() + 0.25 * usual),
    };
    let word = Word { top: base - 0.75 * size, bottom: base + 0.25 * size, ..word };
    Recognised { word, ..found }
}
