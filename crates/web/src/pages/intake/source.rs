//! The source column of the review page: the document cut into passages, and what a repair changed in it.

use domain::intake::{ItemId, ItemState, Repair, Sheet};

/// A repair below this is marked as doubtful.
const DOUBTFUL: f32 = 0.7;

/// A piece of the document: plain, or a passage that leads to its item.
pub(super) struct Piece {
    pub parts: Vec<Part>,
    pub item: Option<ItemId>,
    /// Where the item stands; empty for a plain piece.
    pub href: String,
    pub first: bool,
    pub dropped: bool,
}

impl Piece {
    fn plain(parts: Vec<Part>) -> Piece {
        Piece { parts, item: None, href: String::new(), first: false, dropped: false }
    }
}

/// Letters as they came, or a repaired stretch.
pub(super) struct Part {
    pub text: String,
    /// The other wording, where there is one: what stood there, or what the repair made of it.
    pub other: Option<String>,
    pub doubtful: bool,
}

/// A text with its repairs, of which either side can be shown.
pub(super) struct Source<'a> {
    chars: Vec<char>,
    repairs: &'a [Repair],
    original: bool,
}

impl<'a> Source<'a> {
    pub fn new(text: &str, repairs: &'a [Repair], original: bool) -> Source<'a> {
        Source { chars: text.chars().collect(), repairs, original }
    }

    /// How many repairs there are, and how many of them are doubtful.
    pub fn counts(&self) -> [usize; 2] {
        [self.repairs.len(), self.repairs.iter().filter(|repair| repair.confidence < DOUBTFUL).count()]
    }

    /// Cuts the text at the edges of the items' passages; where passages overlap the first one holds.
    /// `address` tells where an item stands.
    pub fn pieces(&self, sheets: &[Sheet], address: impl Fn(&Sheet) -> String) -> Vec<Piece> {
        let mut spans: Vec<(usize, usize, &Sheet)> = sheets
            .iter()
            .flat_map(|sheet| sheet.item.body.passages().iter().filter_map(move |p| Some((p.span?, sheet))))
            .map(|([from, to], sheet)| (from, to, sheet))
            .collect();
        spans.sort_by_key(|(from, to, sheet)| (*from, *to, sheet.item.state == ItemState::Dropped));
        let mut pieces: Vec<Piece> = Vec::with_capacity(spans.len() * 2 + 1);
        let mut at = 0;
        for (from, to, sheet) in spans {
            let (from, to) = (from.max(at), to.min(self.chars.len()));
            if from >= to {
                continue;
            }
            if at < from {
                pieces.push(Piece::plain(self.parts(at, from)));
            }
            let id = sheet.item.id;
            let first = !pieces.iter().any(|piece| piece.item == Some(id));
            let dropped = sheet.item.state == ItemState::Dropped;
            let parts = self.parts(from, to);
            pieces.push(Piece { parts, item: Some(id), href: address(sheet), first, dropped });
            at = to;
        }
        if at < self.chars.len() {
            pieces.push(Piece::plain(self.parts(at, self.chars.len())));
        }
        pieces
    }

    /// The words of an item as they came, where a repair touched them.
    pub fn original(&self, sheet: &Sheet) -> Option<String> {
        let mut out = String::new();
        let mut touched = false;
        for [from, to] in sheet.item.body.passages().iter().filter_map(|passage| passage.span) {
            for part in self.cut(from, to.min(self.chars.len())) {
                touched |= part.2.is_some();
                out.push_str(part.2.map_or(&part.1, |repair| repair.original.as_str()));
            }
            out.push(' ');
        }
        touched.then(|| out.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn parts(&self, from: usize, to: usize) -> Vec<Part> {
        self.cut(from, to)
            .into_iter()
            .map(|(_, text, repair)| {
                let doubtful = repair.is_some_and(|repair| repair.confidence < DOUBTFUL);
                match repair.map(|repair| repair.original.clone()) {
                    Some(original) if self.original => Part { text: original, other: Some(text), doubtful },
                    other => Part { text, other, doubtful },
                }
            })
            .collect()
    }

    /// The stretches between two places, with the repair that each is.
    fn cut(&self, from: usize, to: usize) -> Vec<(usize, String, Option<&Repair>)> {
        let text = |from: usize, to: usize| self.chars.get(from..to).unwrap_or_default().iter().collect();
        let mut out = Vec::new();
        let mut at = from;
        let first = self.repairs.partition_point(|repair| repair.span[1] <= from);
        for repair in self.repairs.iter().skip(first).take_while(|repair| repair.span[0] < to) {
            let [start, end] = [repair.span[0].max(at), repair.span[1].min(to)];
            if at < start {
                out.push((at, text(at, start), None));
            }
            // A repair cut by the edge of a passage is shown where it begins.
            let whole = repair.span[0] >= from;
            out.push((start, text(start, end), whole.then_some(repair)));
            at = end;
        }
        if at < to {
            out.push((at, text(at, to), None));
        }
        out
    }
}
