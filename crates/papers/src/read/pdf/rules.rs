//! The straight lines drawn on a page: borders of tables, seen or filled.

use std::collections::HashSet;

use pdf_extract::content::Content;
use pdf_extract::{Dictionary, Document, Object, ObjectId};

/// A straight line, level or upright; places in points from the top left corner of the page as it is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::read) struct Rule {
    /// Height of a level line, or distance of an upright one from the left.
    pub at: f64,
    pub from: f64,
    pub to: f64,
}

/// The level and the upright lines of a page.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::read) struct Rules {
    pub level: Vec<Rule>,
    pub upright: Vec<Rule>,
}

/// Longest content of a page that is looked through, in bytes: drawings are longer, tables are not.
const MAX_CONTENT: usize = 8 << 20;
/// Most pieces of lines of a page.
const MAX_PIECES: usize = 40_000;
/// Thickest border, in points.
const THICKEST: f64 = 3.5;
/// Forms within forms that are followed.
const MAX_FORMS: usize = 6;

/// Finds the lines of a page; none if the page cannot be understood.
pub(in crate::read) fn of_page(doc: &Document, page: ObjectId) -> Rules {
    let Some(frame) = Frame::of(doc, page) else { return Rules::default() };
    let Ok(content) = doc.get_page_content(page) else { return Rules::default() };
    let mut pen = Pen { frame, rules: Rules::default(), pieces: 0 };
    pen.run(doc, &content, resources(doc, page), IDENTITY, 0);
    Rules { level: joined(pen.rules.level), upright: joined(pen.rules.upright) }
}

/// What the content of a page refers to.
pub(super) fn resources(doc: &Document, page: ObjectId) -> Option<&Dictionary> {
    inherited(doc, page, b"Resources").and_then(|object| as_dict(doc, object))
}

fn inherited<'a>(doc: &'a Document, page: ObjectId, key: &[u8]) -> Option<&'a Object> {
    let mut at = doc.get_dictionary(page).ok()?;
    for _ in 0..60 {
        if let Ok(found) = at.get(key) {
            return Some(resolved(doc, found));
        }
        at = doc.get_dictionary(at.get(b"Parent").ok()?.as_reference().ok()?).ok()?;
    }
    None
}

fn resolved<'a>(doc: &'a Document, object: &'a Object) -> &'a Object {
    match object {
        Object::Reference(id) => doc.get_object(*id).unwrap_or(object),
        _ => object,
    }
}

pub(super) fn as_dict<'a>(doc: &'a Document, object: &'a Object) -> Option<&'a Dictionary> {
    match resolved(doc, object) {
        Object::Dictionary(dict) => Some(dict),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

fn numbers(objects: &[Object]) -> Option<Vec<f64>> {
    objects.iter().map(|o| o.as_float().ok().map(f64::from).filter(|n| n.is_finite())).collect()
}

/// The visible box of a page and how it is turned.
#[derive(Debug, Clone, Copy)]
pub(in crate::read) struct Frame {
    left: f64,
    bottom: f64,
    width: f64,
    height: f64,
    turn: i64,
}

impl Frame {
    pub fn of(doc: &Document, page: ObjectId) -> Option<Frame> {
        let bounds = |key: &[u8]| {
            let numbers = numbers(inherited(doc, page, key)?.as_array().ok()?)?;
            <[f64; 4]>::try_from(numbers).ok()
        };
        let [x0, y0, x1, y1] = bounds(b"CropBox").or_else(|| bounds(b"MediaBox"))?;
        let turn = inherited(doc, page, b"Rotate").and_then(|o| o.as_i64().ok()).unwrap_or(0).rem_euclid(360);
        Some(Frame {
            left: x0.min(x1),
            bottom: y0.min(y1),
            width: (x1 - x0).abs(),
            height: (y1 - y0).abs(),
            turn,
        })
    }

    /// From the page's own places to those on the page as it is shown.
    pub fn shown(&self, x: f64, y: f64) -> (f64, f64) {
        let (x, y) = (x - self.left, y - self.bottom);
        match self.turn {
            90 => (y, x),
            180 => (self.width - x, y),
            270 => (self.height - y, self.width - x),
            _ => (x, self.height - y),
        }
    }
}

type Matrix = [f64; 6];
const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `a`, then `b`.
fn times(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

struct Pen {
    frame: Frame,
    rules: Rules,
    pieces: usize,
}

/// A path drawn without lifting the pen.
#[derive(Default)]
struct Stretch {
    points: Vec<(f64, f64)>,
    curved: bool,
}

impl Pen {
    fn run(
        &mut self,
        doc: &Document,
        content: &[u8],
        resources: Option<&Dictionary>,
        start: Matrix,
        depth: usize,
    ) {
        if content.len() > MAX_CONTENT || depth > MAX_FORMS {
            return;
        }
        let Ok(content) = Content::decode(content) else { return };
        let mut matrix = start;
        let mut saved = Vec::new();
        let mut path: Vec<Stretch> = Vec::new();
        let mut done = HashSet::new();
        for operation in &content.operations {
            let n = numbers(&operation.operands).unwrap_or_default();
            let shown = |x: f64, y: f64| {
                let m = matrix;
                self.frame.shown(m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])
            };
            match (operation.operator.as_str(), n.as_slice()) {
                ("q", _) if saved.len() < 1000 => saved.push(matrix),
                ("Q", _) => matrix = saved.pop().unwrap_or(matrix),
                ("cm", [a, b, c, d, e, f]) => matrix = times([*a, *b, *c, *d, *e, *f], matrix),
                ("m", [x, y]) => path.push(Stretch { points: vec![shown(*x, *y)], curved: false }),
                ("l", [x, y]) => {
                    let point = shown(*x, *y);
                    if let Some(stretch) = path.last_mut() {
                        stretch.points.push(point);
                    }
                }
                ("c" | "v" | "y", _) => {
                    if let Some(stretch) = path.last_mut() {
                        stretch.curved = true;
                    }
                }
                ("h", _) => {
                    if let Some(stretch) = path.last_mut()
                        && let Some(first) = stretch.points.first().copied()
                    {
                        stretch.points.push(first);
                    }
                }
                ("re", [x, y, w, h]) => {
                    let corners = [(*x, *y), (x + w, *y), (x + w, y + h), (*x, y + h), (*x, *y)];
                    let points = corners.map(|(x, y)| shown(x, y)).to_vec();
                    path.push(Stretch { points, curved: false });
                }
                ("S" | "s", _) => self.stroke(&std::mem::take(&mut path)),
                ("f" | "F" | "f*", _) => self.fill(&std::mem::take(&mut path)),
                ("B" | "B*" | "b" | "b*", _) => {
                    let path = std::mem::take(&mut path);
                    self.fill(&path);
                    self.stroke(&path);
                }
                ("n", _) => path.clear(),
                ("Do", _) => {
                    // Once per form and page: a form drawn again and again would take time without end.
                    if let Some(Object::Name(name)) = operation.operands.first()
                        && done.insert(name.clone())
                    {
                        self.form(doc, name, resources, matrix, depth);
                    }
                }
                _ => {}
            }
        }
    }

    fn form(
        &mut self,
        doc: &Document,
        name: &[u8],
        resources: Option<&Dictionary>,
        matrix: Matrix,
        depth: usize,
    ) {
        let Some(forms) = resources.and_then(|r| r.get(b"XObject").ok()).and_then(|o| as_dict(doc, o)) else {
            return;
        };
        let Some(Object::Stream(stream)) = forms.get(name).ok().map(|o| resolved(doc, o)) else { return };
        if !stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Form") {
            return;
        }
        let own = stream.dict.get(b"Matrix").ok().and_then(|o| o.as_array().ok()).and_then(|a| numbers(a));
        let own = own.and_then(|n| Matrix::try_from(n).ok()).unwrap_or(IDENTITY);
        let inner = stream.dict.get(b"Resources").ok().and_then(|o| as_dict(doc, o)).or(resources);
        if let Ok(content) = stream.get_plain_content() {
            self.run(doc, &content, inner, times(own, matrix), depth + 1);
        }
    }

    fn stroke(&mut self, path: &[Stretch]) {
        for stretch in path.iter().filter(|s| !s.curved) {
            for pair in stretch.points.windows(2) {
                if let [a, b] = pair {
                    self.piece((a.0.min(b.0), a.1.min(b.1)), (a.0.max(b.0), a.1.max(b.1)), 0.7);
                }
            }
        }
    }

    /// A filled shape that is long and thin is a line.
    fn fill(&mut self, path: &[Stretch]) {
        for stretch in path.iter().filter(|s| !s.curved && s.points.len() >= 3) {
            let mut low = (f64::INFINITY, f64::INFINITY);
            let mut high = (f64::NEG_INFINITY, f64::NEG_INFINITY);
            for (x, y) in &stretch.points {
                low = (low.0.min(*x), low.1.min(*y));
                high = (high.0.max(*x), high.1.max(*y));
            }
            self.piece(low, high, THICKEST);
        }
    }

    fn piece(&mut self, low: (f64, f64), high: (f64, f64), thickest: f64) {
        let (width, height) = (high.0 - low.0, high.1 - low.1);
        if self.pieces >= MAX_PIECES || !width.is_finite() || !height.is_finite() {
            return;
        }
        self.pieces += 1;
        if height <= thickest && width > 2.0 * height && width > 1.0 {
            self.rules.level.push(Rule { at: (low.1 + high.1) / 2.0, from: low.0, to: high.0 });
        } else if width <= thickest && height > 2.0 * width && height > 1.0 {
            self.rules.upright.push(Rule { at: (low.0 + high.0) / 2.0, from: low.1, to: high.1 });
        }
    }
}

/// Pieces of one line → the line. Shorter ones than a letter are dashes and drop out.
pub(in crate::read) fn joined(mut pieces: Vec<Rule>) -> Vec<Rule> {
    pieces.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut lines: Vec<Rule> = Vec::new();
    for group in pieces.chunk_by_mut(|a, b| b.at - a.at < 1.0) {
        group.sort_by(|a, b| a.from.total_cmp(&b.from));
        let first = lines.len();
        for piece in group.iter() {
            match lines.get_mut(first..).and_then(<[Rule]>::last_mut) {
                Some(line) if piece.from <= line.to + 3.0 => line.to = line.to.max(piece.to),
                _ => lines.push(*piece),
            }
        }
    }
    lines.retain(|line| line.to - line.from >= 7.0);
    lines
}
