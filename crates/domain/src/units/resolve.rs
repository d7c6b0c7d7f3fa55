//! Printed names → units and groupings, with a score and its reason. Pure.
//!
//! A form is one way to write a name: words that have to be there (`Sở Khoa học và Công nghệ`) between
//! words that may (`Ủy ban nhân dân` before a division, the superior's name after any unit). The
//! printed words are aligned with a form in order; a word may stand for itself, for what scanning or
//! typing made of it, or for the first letters of several. The score is the share of both sides that
//! was matched.

use super::words::{Printed, Vocabulary, Word};
use super::{GroupingId, UnitId, UnitKind};
use std::collections::HashMap;

/// What a printed name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "type", content = "id")]
pub enum Target {
    /// A unit.
    Unit(UnitId),
    /// A named set of units.
    Grouping(GroupingId),
}

/// Why a candidate was offered; the words are in the message files under `units-why-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The name as it is.
    Exact,
    /// Another name that was given to it.
    Alias,
    /// The name but for diacritics.
    WithoutMarks,
    /// An abbreviation of the name.
    Abbreviation,
    /// The name with damaged or mistyped letters.
    Damaged,
    /// A name it had before.
    Former,
    /// It took over the unit that was named.
    Successor,
    /// Part of the name.
    Partial,
}

impl Why {
    /// The key of its words in the message files.
    pub fn message(self) -> &'static str {
        match self {
            Why::Exact => "units-why-exact",
            Why::Alias => "units-why-alias",
            Why::WithoutMarks => "units-why-without-marks",
            Why::Abbreviation => "units-why-abbreviation",
            Why::Damaged => "units-why-damaged",
            Why::Former => "units-why-former",
            Why::Successor => "units-why-successor",
            Why::Partial => "units-why-partial",
        }
    }
}

/// One thing that a printed name may stand for.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Candidate {
    /// The unit or grouping.
    pub target: Target,
    /// Its name.
    pub name: String,
    /// The name of its superior.
    pub superior: Option<String>,
    /// 0 to 1; 1 is the very name, beside the unit that asks.
    pub score: f64,
    /// The way of writing it that fitted best.
    pub form: String,
    /// Why it is offered.
    pub why: Why,
}

impl Candidate {
    /// The unit, where it is one.
    pub fn unit(&self) -> Option<UnitId> {
        match self.target {
            Target::Unit(id) => Some(id),
            Target::Grouping(_) => None,
        }
    }
}

/// What has to be known of a unit or grouping so that its printed names can be told.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub target: Target,
    pub kind: Option<UnitKind>,
    pub name: String,
    pub superior: Option<String>,
    /// Names of superiors, any of which may follow the name.
    pub above: Vec<String>,
    pub aliases: Vec<String>,
    pub former: Vec<String>,
    /// It does not exist any more.
    pub gone: bool,
    pub successors: Vec<UnitId>,
    /// Steps up the tree from the unit that asks until its subtree holds this one.
    pub steps: usize,
}

struct Form {
    of: usize,
    text: String,
    kind: Why,
    sure: f32,
    before: Vec<Word>,
    words: Vec<Word>,
    /// Index into [`Index::tails`].
    after: usize,
    total: f32,
}

/// Known names, ready to be asked.
pub(crate) struct Index {
    known: Vec<Known>,
    by_unit: HashMap<UnitId, usize>,
    vocabulary: Vocabulary,
    forms: Vec<Form>,
    tails: Vec<Vec<Word>>,
    with_word: Vec<Vec<u32>>,
    with_letters: HashMap<String, Vec<u32>>,
}

const MANY: usize = 900;
const LOOK_AT: usize = 40;
const GONE: f64 = 0.85;
const TAKEN_OVER: f64 = 0.9;
const STEP: f64 = 0.02;

impl Index {
    pub fn new(known: Vec<Known>) -> Index {
        let mut index = Index {
            by_unit: HashMap::with_capacity(known.len()),
            known: Vec::new(),
            vocabulary: Vocabulary::default(),
            forms: Vec::new(),
            tails: Vec::new(),
            with_word: Vec::new(),
            with_letters: HashMap::new(),
        };
        let committee = index.vocabulary.learn("Ủy ban nhân dân");
        let mut tails: HashMap<Vec<String>, usize> = HashMap::new();
        for (of, one) in known.iter().enumerate() {
            if let Target::Unit(id) = one.target {
                index.by_unit.insert(id, of);
            }
            let after = match tails.get(&one.above) {
                Some(at) => *at,
                None => {
                    let words = one.above.iter().flat_map(|n| index.vocabulary.learn(n)).collect();
                    index.tails.push(words);
                    tails.insert(one.above.clone(), index.tails.len() - 1);
                    index.tails.len() - 1
                }
            };
            let division = matches!(one.kind, Some(UnitKind::Province | UnitKind::Commune));
            let before = if division { committee.clone() } else { Vec::new() };
            let names = std::iter::once((&one.name, Why::Exact, 1.0))
                .chain(one.aliases.iter().map(|n| (n, Why::Alias, 1.0)))
                .chain(one.former.iter().map(|n| (n, Why::Former, 0.97)));
            for (text, kind, sure) in names {
                let words = index.vocabulary.learn(text);
                let total = words.iter().map(|w| w.weight).sum();
                let before = before.clone();
                index.forms.push(Form { of, text: text.clone(), kind, sure, before, words, after, total });
            }
        }
        index.known = known;
        index.file();
        index
    }

    /// Files every form under its words and, but for communes, under runs of their first letters.
    fn file(&mut self) {
        self.with_word = vec![Vec::new(); self.vocabulary.len()];
        for (at, form) in self.forms.iter().enumerate() {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            for word in &form.words {
                if let Some(list) = self.with_word.get_mut(word.fold as usize)
                    && list.last() != Some(&at)
                {
                    list.push(at);
                }
            }
            if self.known.get(form.of).is_some_and(|k| k.kind == Some(UnitKind::Commune)) {
                continue;
            }
            let letters: Vec<char> =
                form.words.iter().filter(|w| w.weight > 0.3).map(|w| w.initial).collect();
            for from in 0..letters.len() {
                for to in (from + 2)..=letters.len().min(from + 8) {
                    let list = self.with_letters.entry(letters[from..to].iter().collect()).or_default();
                    if list.last() != Some(&at) {
                        list.push(at);
                    }
                }
            }
        }
    }

    /// The best candidates, at most `limit`, the best first; scores under 0.3 are not offered.
    pub fn resolve(&self, printed: &str, limit: usize) -> Vec<Candidate> {
        let words = self.vocabulary.read(printed);
        if words.is_empty() || words.len() > 40 {
            return Vec::new();
        }
        let mut best: HashMap<usize, (f64, usize, Why)> = HashMap::new();
        let mut offer = |of: usize, score: f64, form: usize, why: Why| {
            let entry = best.entry(of).or_insert((score, form, why));
            if score > entry.0 {
                *entry = (score, form, why);
            }
        };
        for at in self.likely(&words) {
            let form = &self.forms[at];
            let (score, why) = self.fit(&words, form);
            let known = &self.known[form.of];
            if score < 0.3 {
                continue;
            }
            offer(form.of, if known.gone { score * GONE } else { score }, at, why);
            for heir in known.successors.iter().filter_map(|id| self.by_unit.get(id)) {
                offer(*heir, score * TAKEN_OVER, at, Why::Successor);
            }
        }
        let mut out: Vec<(f64, usize, usize, Why)> = best
            .into_iter()
            .map(|(of, (score, form, why))| {
                (score * (1.0 - STEP * self.known[of].steps.min(4) as f64), of, form, why)
            })
            .filter(|c| c.0 >= 0.3)
            .collect();
        out.sort_by(|a, b| {
            b.0.total_cmp(&a.0)
                .then_with(|| self.known[a.1].steps.cmp(&self.known[b.1].steps))
                .then(a.1.cmp(&b.1))
        });
        out.truncate(limit);
        out.into_iter().map(|(score, of, form, why)| self.candidate(score, of, form, why)).collect()
    }

    fn candidate(&self, score: f64, of: usize, form: usize, why: Why) -> Candidate {
        let known = &self.known[of];
        Candidate {
            target: known.target,
            name: known.name.clone(),
            superior: known.superior.clone(),
            score: (score * 1000.0).round() / 1000.0,
            form: self.forms[form].text.clone(),
            why,
        }
    }

    /// Forms that share telling words or letters with what is printed.
    fn likely(&self, words: &[Printed]) -> Vec<usize> {
        let mut points = vec![0f32; self.forms.len()];
        let all = self.forms.len().max(1) as f32;
        let mut pass = |rare_only: bool| {
            let mut any = false;
            for word in words {
                let worth = |list: &[u32]| (1.0 + all / list.len().max(1) as f32).ln();
                let listed = |id: u32| self.with_word.get(id as usize).map(Vec::as_slice).unwrap_or_default();
                let exact = word.like.iter().find(|(_, sure)| *sure >= 1.0).map(|(id, _)| worth(listed(*id)));
                for (id, sure) in &word.like {
                    let list = listed(*id);
                    if rare_only && list.len() > MANY {
                        continue;
                    }
                    let value = sure * sure * worth(list).min(exact.unwrap_or(f32::MAX));
                    list.iter().for_each(|at| points[*at as usize] += value);
                    any |= !list.is_empty();
                }
                let letters: String = word.letters.iter().collect();
                if let Some(list) = self.with_letters.get(&letters) {
                    let value = letters.len() as f32 * (1.0 + all / list.len().max(1) as f32).ln() / 2.0;
                    list.iter().for_each(|at| points[*at as usize] += value);
                    any = true;
                }
            }
            any
        };
        if !pass(true) {
            pass(false);
        }
        self.glued(words, &mut points);
        let mut order: Vec<usize> = (0..points.len()).filter(|at| points[*at] > 0.0).collect();
        let key = |at: &usize| (points[*at] * 16.0) as i64 * 64 - self.forms[*at].words.len() as i64;
        let near = |at: &usize| self.known[self.forms[*at].of].steps;
        order.sort_by_key(|at| (std::cmp::Reverse(key(at)), near(at)));
        order.truncate(LOOK_AT);
        order
    }

    /// Words that scanning ran together or apart.
    fn glued(&self, words: &[Printed], points: &mut [f32]) {
        let pairs = words.windows(2).map(|p| format!("{}{}", p[0].folded, p[1].folded));
        let apart = words.iter().filter(|w| w.like.is_empty()).flat_map(|w| {
            (1..w.folded.len()).filter(|at| w.folded.is_char_boundary(*at)).flat_map(|at| {
                let (left, right) = w.folded.split_at(at);
                let both = self.vocabulary.known(left).is_some() && self.vocabulary.known(right).is_some();
                if both { vec![left.to_owned(), right.to_owned()] } else { Vec::new() }
            })
        });
        for id in pairs.chain(apart).filter_map(|text| self.vocabulary.known(&text)) {
            let Some(list) = self.with_word.get(id as usize).filter(|l| l.len() <= MANY) else { continue };
            list.iter().for_each(|at| points[*at as usize] += 2.0);
        }
    }

    fn fit(&self, printed: &[Printed], form: &Form) -> (f64, Why) {
        let unmarked = printed.iter().all(|w| !w.has_marks);
        let any_letters = printed.iter().any(|p| p.letters.len() > 1);
        let useful =
            |w: &&Word| any_letters || printed.iter().any(|p| p.like.iter().any(|(id, _)| *id == w.fold));
        let optional = |w: &Word| Slot { word: *w, needed: false };
        let slots: Vec<Slot> = form
            .before
            .iter()
            .filter(useful)
            .map(optional)
            .chain(form.words.iter().map(|w| Slot { word: *w, needed: true }))
            .chain(self.tails[form.after].iter().filter(useful).map(optional))
            .collect();
        let matched = self.align(printed, &slots, unmarked);
        let asked: f32 = printed.iter().map(|w| w.weight).sum();
        let counted = asked + form.total - matched.beside.0;
        let share = f64::from((matched.points - matched.beside.1) / counted.max(0.1));
        let covered = f64::from(matched.needed / form.total.max(0.1));
        let mut score = share.powf(1.5) * f64::from(form.sure);
        if covered < 0.75 {
            score *= covered / 0.75;
        }
        if other_kind(printed, form, &self.vocabulary) {
            score *= 0.6;
        }
        (score.clamp(0.0, 1.0), matched.why(form.kind, share, unmarked))
    }

    /// The alignment with the most points; both sides in order.
    fn align(&self, printed: &[Printed], slots: &[Slot], unmarked: bool) -> Matched {
        let (rows, columns) = (printed.len(), slots.len());
        let mut table = vec![Matched::default(); (rows + 1) * (columns + 1)];
        let at = |i: usize, j: usize| i * (columns + 1) + j;
        for i in (0..rows).rev() {
            for j in (0..columns).rev() {
                let mut best = table[at(i + 1, j)].better(table[at(i, j + 1)]);
                let (word, slot) = (&printed[i], &slots[j]);
                if let Some((sure, slip)) = alike(word, &slot.word, unmarked) {
                    best = best.better(table[at(i + 1, j + 1)].plus(word.weight, slot.points(), sure, slip));
                }
                if let Some((to, weight, needed)) = initials(word, &slots[j..]) {
                    let sure = if word.letters.len() > 1 { 0.97 } else { 0.75 };
                    best = best.better(table[at(i + 1, j + to)].shortened(word.weight, weight, needed, sure));
                }
                if word.like.is_empty()
                    && let Some(next) = slots.get(j + 1)
                    && self.is_joined(&word.folded, &slot.word, &next.word)
                {
                    let points = (slot.points().0 + next.points().0, slot.points().1 + next.points().1);
                    best = best.better(table[at(i + 1, j + 2)].plus(word.weight, points, 0.9, true));
                }
                if let Some(next) = printed.get(i + 1)
                    && self.vocabulary.known(&format!("{}{}", word.folded, next.folded))
                        == Some(slot.word.fold)
                {
                    best = best.better(table[at(i + 2, j + 1)].plus(
                        word.weight + next.weight,
                        slot.points(),
                        0.85,
                        true,
                    ));
                }
                table[at(i, j)] = best;
            }
        }
        table[0]
    }

    fn is_joined(&self, folded: &str, first: &Word, second: &Word) -> bool {
        (1..folded.len()).filter(|at| folded.is_char_boundary(*at)).any(|at| {
            let (left, right) = folded.split_at(at);
            self.vocabulary.known(left) == Some(first.fold)
                && self.vocabulary.known(right) == Some(second.fold)
        })
    }
}

struct Slot {
    word: Word,
    needed: bool,
}

impl Slot {
    /// Points for the score and for the part that has to be there.
    fn points(&self) -> (f32, f32) {
        if self.needed { (self.word.weight, self.word.weight) } else { (0.0, 0.0) }
    }
}

/// How sure is it that the printed word is this one, and is it a slip?
fn alike(printed: &Printed, word: &Word, unmarked: bool) -> Option<(f32, bool)> {
    let (_, sure) = printed.like.iter().find(|(id, _)| *id == word.fold)?;
    if *sure < 1.0 {
        return Some((*sure, true));
    }
    Some(match (printed.marked == Some(word.marked), unmarked, printed.has_marks) {
        (true, _, _) => (1.0, false),
        (false, true, _) => (0.985, false),
        (false, false, false) => (0.93, true),
        (false, false, true) => (0.85, true),
    })
}

/// Do the printed letters begin the next words one by one? How many slots that takes and what they weigh.
fn initials(printed: &Printed, slots: &[Slot]) -> Option<(usize, f32, f32)> {
    let mut letters = printed.letters.iter().peekable();
    letters.peek()?;
    let (mut weight, mut needed) = (0.0, 0.0);
    for (at, slot) in slots.iter().enumerate() {
        let Some(letter) = letters.peek() else { return Some((at, weight, needed)) };
        if **letter == slot.word.initial && (slot.word.weight > 0.3 || letters.len() == 1) {
            letters.next();
        } else if slot.word.weight > 0.3 || at == 0 {
            return None;
        }
        weight += slot.points().0;
        needed += slot.points().1;
    }
    letters.peek().is_none().then_some((slots.len(), weight, needed))
}

/// Words that say what kind of body a name is of: where they differ, it is another body.
const BODIES: [&str; 24] = [
    "bo", "ban", "so", "vien", "vu", "cuc", "hoi", "van", "trung", "tinh", "thanh", "xa", "phuong", "truong",
    "dang", "doan", "tong", "lien", "phong", "hiep", "cong", "uy", "dai", "to",
];

fn other_kind(printed: &[Printed], form: &Form, vocabulary: &Vocabulary) -> bool {
    let is = |p: &Printed, w: &Word| p.like.iter().any(|(id, _)| *id == w.fold);
    let committee: Vec<char> = form.before.iter().map(|w| w.initial).collect();
    let skipped = |p: &&Printed| {
        p.weight <= 0.3
            || (!committee.is_empty() && (p.letters == committee || form.before.iter().any(|w| is(p, w))))
    };
    let Some(first) = printed.iter().find(|p| !skipped(p)) else { return false };
    let Some(head) = form.words.iter().find(|w| w.weight > 0.3) else { return false };
    BODIES.contains(&first.folded.as_str())
        && first.letters.len() < 2
        && !is(first, head)
        && BODIES.iter().any(|b| vocabulary.known(b) == Some(head.fold))
}

/// What an alignment matched.
#[derive(Debug, Clone, Copy, Default)]
struct Matched {
    points: f32,
    needed: f32,
    /// Printed weight and points spent on words that may be there: they tell units apart, and neither
    /// make a poor fit better nor a good one worse.
    beside: (f32, f32),
    slip: bool,
    short: bool,
}

impl Matched {
    fn better(self, other: Matched) -> Matched {
        if other.points > self.points { other } else { self }
    }

    fn plus(self, asked: f32, (points, needed): (f32, f32), sure: f32, slip: bool) -> Matched {
        let (weight, won) = if points > 0.0 { (0.0, 0.0) } else { (asked, sure * asked) };
        Matched {
            points: self.points + sure * (asked + points),
            needed: self.needed + sure * needed,
            beside: (self.beside.0 + weight, self.beside.1 + won),
            slip: self.slip || slip,
            short: self.short,
        }
    }

    fn shortened(self, asked: f32, points: f32, needed: f32, sure: f32) -> Matched {
        Matched { short: true, ..self.plus(asked, (points, needed), sure, false) }
    }

    fn why(self, kind: Why, share: f64, unmarked: bool) -> Why {
        if share < 0.8 {
            Why::Partial
        } else if self.slip {
            Why::Damaged
        } else if self.short {
            Why::Abbreviation
        } else if kind == Why::Exact && unmarked && share < 0.995 {
            Why::WithoutMarks
        } else if kind == Why::Exact && share < 0.97 {
            Why::Partial
        } else {
            kind
        }
    }
}

#[cfg(test)]
mod tests;
