//! Paragraphs → a tree of items: which sign stands under which, and the codes that follow from it.

use super::blocks::{Block, Para};
use super::lexicon::{Field, fold_phrase, lexicon};
use super::marker::{Kind, Marker};
use super::passage::Passage;
use super::tables::Grid;
use super::times;

/// Deeper nesting is read as siblings.
const DEEPEST: usize = 12;

/// An item of the outline with what stands below it.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub kind: Kind,
    pub label: String,
    pub value: u32,
    /// Marked as a heading, or all in capitals.
    pub heading: bool,
    pub code: String,
    pub parent: usize,
    pub children: Vec<usize>,
    /// The words behind the sign.
    pub own: Passage,
    /// Paragraphs without a sign below it.
    pub bodies: Vec<Passage>,
    pub tables: Vec<Grid>,
    /// The label its words begin with ("Cơ quan chủ trì: ..."), and where the value begins.
    pub field: Option<(Field, usize)>,
}

/// The tree, root first, and the paragraphs that belong to no item.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub nodes: Vec<Node>,
    /// Paragraphs that close the document ("Trong quá trình ...").
    pub closing: Vec<Passage>,
}

struct Builder {
    nodes: Vec<Node>,
    closing: Vec<Passage>,
    /// Open items from the root down.
    stack: Vec<usize>,
    /// Among the receivers and signatures.
    receivers: bool,
    /// Behind a "./." that ended a part.
    ended: bool,
    /// The last single number used at any place, for numbering that runs through sections.
    running: u32,
}

/// Builds the tree.
pub(super) fn outline(blocks: Vec<Block>) -> Outline {
    let root = Node {
        kind: Kind::Root,
        label: String::new(),
        value: 0,
        heading: true,
        code: String::new(),
        parent: 0,
        children: Vec::new(),
        own: Passage::default(),
        bodies: Vec::new(),
        tables: Vec::new(),
        field: None,
    };
    let mut builder = Builder {
        nodes: vec![root],
        closing: Vec::new(),
        stack: vec![0],
        receivers: false,
        ended: false,
        running: 0,
    };
    for block in blocks {
        match block {
            Block::Para(para) => builder.para(para),
            Block::Table(grid) => builder.table(grid),
        }
    }
    let mut out = Outline { nodes: builder.nodes, closing: builder.closing };
    codes(&mut out.nodes);
    out
}

impl Builder {
    fn top(&self) -> usize {
        self.stack.last().copied().unwrap_or(0)
    }

    fn para(&mut self, mut para: Para) {
        if para.marker.is_none() {
            para.text = unbracketed(para.text);
        }
        if para.text.is_empty() && para.marker.as_ref().is_none_or(|m| m.kind != Kind::Appendix) {
            return;
        }
        if lists_receivers(&para.text) {
            self.receivers = true;
            return;
        }
        let mut sign = para.marker.clone();
        // A second "d)" is a "đ)" whose bar was lost.
        if let (Some(sign), Some(i)) = (&mut sign, self.find(Kind::Letter))
            && sign.kind == Kind::Letter
            && sign.label == "d"
            && self.nodes[self.stack[i]].value == sign.value
        {
            sign.value += 1;
            "đ".clone_into(&mut sign.label);
        }
        let sign = sign.filter(|m| self.accept(m, &para.text));
        match sign {
            Some(sign) => {
                if self.receivers
                    && !(sign.kind.is_large() || sign.value == 1 && sign.kind == Kind::Number(1))
                {
                    return;
                }
                self.receivers = false;
                self.ended = false;
                let heading = para.heading || para.text.is_caps(6);
                self.open(sign, para.text, heading);
            }
            None => self.body(para.text),
        }
    }

    fn body(&mut self, text: Passage) {
        let top = self.top();
        let words = lexicon();
        if self.nodes[top].kind == Kind::Appendix && self.nodes[top].own.is_empty() {
            self.nodes[top].own = text;
            return;
        }
        if self.receivers || self.ended {
            // The title of a part that follows the signature opens it again.
            if text.is_caps(5) && words.document("kind").at(&text, 0).is_some() {
                self.receivers = false;
                self.ended = false;
                self.stack.truncate(1);
            }
            return;
        }
        if top != 0 && signs(&text) {
            self.ended = true;
            return;
        }
        let awaited =
            self.nodes[top].field.is_some_and(|(_, at)| self.nodes[top].own.trim(at..usize::MAX).is_empty());
        if top != 0 && !awaited && times::names_only_time(&text) {
            // "Tháng 3/2026" above its items.
            let sign = Marker { kind: Kind::Paren, value: 0, parts: vec![0], label: String::new(), len: 0 };
            self.open(sign, text, true);
            return;
        }
        let last = text.fold.ends_with("./.") || text.fold.ends_with("./");
        let closes = words.heading("closing").at(&text, 0).is_some() || last;
        if closes && top != 0 {
            self.closing.push(text);
            self.ended = last;
        } else if text.is_caps(12) && text.len() > 16 && top != 0 && self.nodes[top].kind != Kind::Appendix {
            // The title of a table or of an attached part.
            self.stack.truncate(1);
            let title = Marker { kind: Kind::Part, value: 0, parts: vec![0], label: String::new(), len: 0 };
            self.push(0, &title, text, true);
        } else {
            self.nodes[top].bodies.push(text);
        }
    }

    fn table(&mut self, grid: Grid) {
        self.receivers = false;
        let top = self.top();
        self.nodes[top].tables.push(grid);
    }

    /// Is the sign one that can stand here, or only a number in the text?
    fn accept(&self, sign: &Marker, text: &Passage) -> bool {
        match sign.kind {
            Kind::Number(1) => {
                let mut open = self
                    .stack
                    .iter()
                    .map(|n| &self.nodes[*n])
                    .filter(|n| n.kind == sign.kind)
                    .map(|n| n.value)
                    .peekable();
                let due = |last: u32| sign.value > last && sign.value <= last + 3;
                let none = open.peek().is_none();
                sign.value == 1 || open.any(due) || due(self.running) || (sign.value <= 3 && none)
            }
            Kind::Number(_) => text.len() > 2,
            Kind::Letter => {
                let open = self.find(sign.kind).map(|i| self.nodes[self.stack[i]].value);
                sign.value <= 2 || open.is_some_and(|last| sign.value > last && sign.value <= last + 4)
            }
            Kind::Upper => {
                let open = self.find(sign.kind).map(|i| self.nodes[self.stack[i]].value);
                sign.value == 1 || text.is_caps(4) || open.is_some_and(|last| sign.value == last + 1)
            }
            _ => true,
        }
    }

    fn find(&self, kind: Kind) -> Option<usize> {
        self.stack.iter().rposition(|n| self.nodes[*n].kind == kind)
    }

    fn open(&mut self, sign: Marker, text: Passage, heading: bool) {
        let depth = match sign.kind {
            Kind::Appendix => 1,
            Kind::Number(1) if self.find(sign.kind).is_some() => self.counted(&sign, heading),
            Kind::Number(n) if n >= 2 => self.numbered(&sign),
            kind => match self.find(kind) {
                Some(i) => i,
                None if kind == Kind::Upper && sign.value == 1 => self.stack.len(),
                None => {
                    self.stack.iter().position(|n| self.nodes[*n].kind > kind).unwrap_or(self.stack.len())
                }
            },
        };
        self.stack.truncate(depth.clamp(1, DEEPEST));
        if sign.kind == Kind::Number(1) {
            self.running = sign.value;
        }
        let parent = self.top();
        self.push(parent, &sign, text, heading);
    }

    /// Where "1" belongs among open numbers: items may be counted anew below a heading that is itself counted.
    fn counted(&self, sign: &Marker, heading: bool) -> usize {
        let open = self.stack.iter().enumerate().rev().map(|(i, n)| (i, &self.nodes[*n]));
        let mut open = open.filter(|(_, node)| node.kind == sign.kind).peekable();
        let innermost = open.peek().map_or(self.stack.len(), |(i, node)| {
            *i + usize::from(!heading && node.heading && sign.value == 1)
        });
        let due = |node: &Node| node.heading == heading && node.value + 1 == sign.value;
        open.find(|(_, node)| due(node)).map_or(innermost, |(i, _)| i)
    }

    /// Where "2.1" belongs: under the open "2", or beside the last number of its depth.
    fn numbered(&self, sign: &Marker) -> usize {
        let prefix = &sign.parts[..sign.parts.len() - 1];
        let above = Kind::Number(u8::try_from(prefix.len()).unwrap_or(1));
        let under = self.stack.iter().rposition(|n| {
            let node = &self.nodes[*n];
            node.kind == above && Some(&node.value) == prefix.last()
        });
        match (under, self.find(sign.kind)) {
            (Some(i), _) => i + 1,
            (None, Some(i)) => i,
            (None, None) => {
                self.stack.iter().position(|n| self.nodes[*n].kind > sign.kind).unwrap_or(self.stack.len())
            }
        }
    }

    fn push(&mut self, parent: usize, sign: &Marker, own: Passage, heading: bool) {
        let field = label(&own);
        let index = self.nodes.len();
        self.nodes.push(Node {
            kind: sign.kind,
            label: sign.label.clone(),
            value: sign.value,
            heading,
            code: String::new(),
            parent,
            children: Vec::new(),
            own,
            bodies: Vec::new(),
            tables: Vec::new(),
            field,
        });
        self.nodes[parent].children.push(index);
        self.stack.push(index);
    }
}

/// "(Chủ trì: Sở A; phối hợp: Sở B)" below an item: the labels without the bracket around them.
fn unbracketed(text: Passage) -> Passage {
    let end = text.fold.trim_end_matches(['.', ';', ' ']).len();
    if !text.fold.starts_with('(') || !text.fold[..end].ends_with(')') {
        return text;
    }
    let inside = text.part(1..end - 1);
    let whole = inside.fold.split_once(')').is_none_or(|(before, _)| before.contains('('));
    if whole && label(&inside).is_some() { inside } else { text }
}

/// "TM. ỦY BAN NHÂN DÂN", "BỘ TRƯỞNG": the office of who signs, and nothing to be done.
fn signs(text: &Passage) -> bool {
    let behalf = ["tm. ", "t/m ", "kt. ", "k/t ", "tl. ", "t/l ", "tuq. "];
    text.is_caps(4)
        && text.len() < 60
        && (lexicon().document("signer").is(&text.all())
            || behalf.iter().any(|sign| text.fold.starts_with(sign)))
}

/// "Nơi nhận:", also where a few of its letters were misread.
fn lists_receivers(text: &Passage) -> bool {
    let words = lexicon().heading("receivers");
    let short = text.len() <= 14 && text.fold.ends_with(':');
    let near = |phrase: &&str| {
        strsim::levenshtein(&fold_phrase(phrase), text.fold.trim_end_matches([':', ' '])) <= 2
    };
    (text.len() < 40 && words.at(text, 0).is_some()) || (short && words.entries().iter().any(near))
}

/// The label that a paragraph begins with: a known header followed by a colon (or nearly so).
pub(super) fn label(text: &Passage) -> Option<(Field, usize)> {
    let (field, mut end) = lexicon().field_at(text, 0)?;
    while end < text.len() && text.chars[end] == ' ' {
        end += 1;
    }
    if text.fold.as_bytes().get(end) == Some(&b':') {
        return Some((field, end + 1));
    }
    // "Thời gian thực hiện sau khi ...": the colon is missing, the value follows in small letters.
    let known = text.fold.starts_with("thoi ")
        && text.fold[..end].trim_end().matches(' ').count() > 1
        && matches!(field, Field::Time)
        && text.chars.get(end).is_some_and(|c| c.is_lowercase());
    known.then_some((field, end))
}

/// Codes along the path: `II.3.a`, bullets by their order, numbers that run through sections as printed.
fn codes(nodes: &mut [Node]) {
    let through = running_numbers(nodes);
    let mut bullets = vec![0usize; nodes.len()];
    for i in 1..nodes.len() {
        bullets[nodes[i].parent] += usize::from(nodes[i].kind.is_bullet());
        let parent = &nodes[nodes[i].parent];
        let above = parent.code.clone();
        let order = bullets[nodes[i].parent];
        let node = &nodes[i];
        let part = match node.kind {
            Kind::Appendix => {
                nodes[i].code = format!("Phụ lục {}", node.label).trim().to_owned();
                continue;
            }
            Kind::Number(1) if through[i] => {
                nodes[i].code = node.label.clone();
                continue;
            }
            Kind::Number(_) if matches!(parent.kind, Kind::Number(_)) => node.value.to_string(),
            Kind::Dash | Kind::Dot | Kind::Plus => order.to_string(),
            _ => node.label.clone(),
        };
        let above = match (parent.kind, part.is_empty()) {
            (Kind::Appendix, _) => above.replacen("Phụ lục", "PL", 1).replace(' ', ""),
            _ => above,
        };
        nodes[i].code = match (above.is_empty(), part.is_empty()) {
            (true, _) => part,
            (_, true) => above,
            _ => format!("{above}.{part}"),
        };
    }
}

/// Numbers that go on from one section to the next (1–15 in I, 16–28 in II) keep their printed form.
fn running_numbers(nodes: &[Node]) -> Vec<bool> {
    let mut through = vec![false; nodes.len()];
    let mut last: Option<(usize, usize, u32)> = None;
    let mut chain: Vec<usize> = Vec::new();
    for (i, node) in nodes.iter().enumerate().skip(1) {
        if node.kind != Kind::Number(1) {
            continue;
        }
        let goes_on = last.is_some_and(|(_, parent, value)| {
            node.parent != parent && node.value == value + 1 && node.value > 2
        });
        let same = last.is_some_and(|(_, parent, _)| parent == node.parent);
        if goes_on {
            chain.iter().for_each(|n| through[*n] = true);
            through[i] = true;
        } else if same {
            through[i] = last.is_some_and(|(n, _, _)| through[n]);
        } else {
            chain.clear();
        }
        chain.push(i);
        last = Some((i, node.parent, node.value));
    }
    through
}
