//! Measures a reading against an annotation, with the counting rules of the published `score.py`.
//!
//! Items are matched one to one by the overlap of their folded words, best pairs first; everything else is
//! compared on the pairs. What is left over counts as missed (annotation) or invented (reading).

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::sentence::Words;

/// Least overlap of two tasks or indicators that are one, and of two reporting duties.
const SAME: f64 = 0.6;
const SAME_DUTY: f64 = 0.45;

/// The measures, in the order of printing.
pub const MEASURES: [&str; 10] = [
    "tasks",
    "task.lead",
    "task.coordinating",
    "task.due",
    "task.recurrence",
    "indicators",
    "indicator.target",
    "reporting",
    "reporting.due",
    "document",
];

/// Found, invented and missed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub tp: usize,
    pub fp: usize,
    pub fn_: usize,
}

impl Count {
    /// The harmonic mean of precision and recall; 1 where there was nothing to find and nothing was.
    pub fn f1(self) -> f64 {
        let share = |part: usize, other: usize| {
            if part + other > 0 { part as f64 / (part + other) as f64 } else { 1.0 }
        };
        let precision = if self.tp + self.fp == 0 && self.fn_ > 0 { 0.0 } else { share(self.tp, self.fp) };
        let recall = if self.tp + self.fn_ == 0 && self.fp > 0 { 0.0 } else { share(self.tp, self.fn_) };
        if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
    }

    fn add(&mut self, other: Count) {
        self.tp += other.tp;
        self.fp += other.fp;
        self.fn_ += other.fn_;
    }
}

/// The counts of one document, or of several together, and what lies behind them.
#[derive(Debug, Clone, Default)]
pub struct Score {
    pub counts: [Count; MEASURES.len()],
    /// What was missed, invented or read otherwise, in words.
    pub faults: Vec<String>,
    /// Confidence of each task read, and whether its title, lead and due day are right.
    pub trust: Vec<(f64, bool)>,
}

impl Score {
    /// Adds another document.
    pub fn add(&mut self, other: &Score) {
        for (sum, count) in self.counts.iter_mut().zip(other.counts) {
            sum.add(count);
        }
        self.trust.extend(&other.trust);
    }
}

/// Lower case without marks; words and digits, a space between them.
fn fold(text: &str) -> String {
    let folded = papers::fold::fold(text);
    folded
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Dice coefficient of the two bags of words.
fn overlap(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split_whitespace().collect(), b.split_whitespace().collect());
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let mut bag: HashMap<&str, usize> = HashMap::new();
    a.iter().for_each(|word| *bag.entry(word).or_default() += 1);
    let mut common = 0usize;
    for word in &b {
        if let Some(left) = bag.get_mut(word).filter(|n| **n > 0) {
            *left -= 1;
            common += 1;
        }
    }
    2.0 * common as f64 / (a.len() + b.len()) as f64
}

fn text<'a>(item: &'a Value, key: &str) -> Option<&'a str> {
    item.get(key).and_then(Value::as_str).filter(|s| !s.is_empty())
}

/// Every wording under which an item may be recognised, folded.
fn wordings(item: &Value) -> Vec<String> {
    ["title", "title_ocr", "text", "text_ocr", "name", "name_ocr"]
        .iter()
        .filter_map(|key| Some(fold(text(item, key)?)))
        .collect()
}

struct Matching {
    pairs: Vec<(usize, usize)>,
    missed: Vec<usize>,
    invented: Vec<usize>,
}

fn matching(gold: &[Value], read: &[Value], least: f64, words: &dyn Fn(&Value) -> Vec<String>) -> Matching {
    let (a, b): (Vec<_>, Vec<_>) = (gold.iter().map(words).collect(), read.iter().map(words).collect());
    let mut scored: Vec<(f64, usize, usize)> = Vec::new();
    for (i, g) in gold.iter().enumerate() {
        for (j, r) in read.iter().enumerate() {
            let best = a[i].iter().flat_map(|x| b[j].iter().map(|y| overlap(x, y))).fold(0.0, f64::max);
            let coded = text(g, "code").is_some_and(|code| text(r, "code") == Some(code));
            let best = if coded { best + 0.05 } else { best };
            if best >= least {
                scored.push((best, i, j));
            }
        }
    }
    scored.sort_by(|x, y| y.0.total_cmp(&x.0).then(y.1.cmp(&x.1)).then(y.2.cmp(&x.2)));
    let (mut seen_gold, mut seen_read) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (_, i, j) in scored {
        if !seen_gold.contains(&i) && !seen_read.contains(&j) {
            seen_gold.insert(i);
            seen_read.insert(j);
            pairs.push((i, j));
        }
    }
    Matching {
        pairs,
        missed: (0..gold.len()).filter(|i| !seen_gold.contains(i)).collect(),
        invented: (0..read.len()).filter(|j| !seen_read.contains(j)).collect(),
    }
}

fn list<'a>(plan: &'a Value, key: &str) -> &'a [Value] {
    plan.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The names in a field, folded.
fn names(item: &Value, key: &str) -> BTreeSet<String> {
    let all = match item.get(key) {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(fold).collect(),
        Some(Value::String(one)) => vec![fold(one)],
        _ => Vec::new(),
    };
    all.into_iter().filter(|name| !name.is_empty()).collect()
}

/// The names asked for and the names read; those that are neither asked for nor held against the reading
/// (under a `neutral` key) are taken out.
fn both(g: &Value, r: &Value, key: &str, neutral: &[&str]) -> (BTreeSet<String>, BTreeSet<String>) {
    let (a, mut b) = (names(g, key), names(r, key));
    for field in neutral {
        let spared: BTreeSet<String> = names(g, field).difference(&a).cloned().collect();
        b.retain(|name| !spared.contains(name));
    }
    (a, b)
}

fn due(item: &Value) -> Option<String> {
    Some(item.get("time")?.get("due")?.as_str()?.to_owned())
}

fn recurrence(item: &Value) -> Option<String> {
    let mut all: Vec<&str> =
        item.get("time")?.get("recurrence")?.as_array()?.iter().filter_map(Value::as_str).collect();
    all.sort_unstable();
    (!all.is_empty()).then(|| all.join(" "))
}

fn target(item: &Value) -> Option<String> {
    let target = item.get("target")?;
    let op = text(target, "op").filter(|op| *op != "qualitative")?;
    Some(format!("{op} {:?}", target.get("value").and_then(Value::as_f64)))
}

fn days(duty: &Value) -> Option<String> {
    let mut all: Vec<&str> = list(duty, "due").iter().filter_map(Value::as_str).collect();
    all.sort_unstable();
    (!all.is_empty()).then(|| all.join(" "))
}

fn duty_words(duty: &Value) -> Vec<String> {
    let words: Vec<&str> = ["who", "to", "what"].iter().filter_map(|key| text(duty, key)).collect();
    vec![fold(&words.join(" "))]
}

fn wording(item: &Value) -> &str {
    ["title", "name", "what"].iter().find_map(|key| text(item, key)).unwrap_or("")
}

fn label(item: &Value) -> String {
    let short: String = wording(item).chars().take(110).collect();
    format!("[{}] {short}", text(item, "code").unwrap_or("-"))
}

struct Scorer<'a> {
    gold: &'a [Value],
    read: &'a [Value],
    found: Matching,
    out: &'a mut Score,
    kind: &'static str,
    words: &'a Words<'a>,
}

impl Scorer<'_> {
    /// An item that only one side has, with the sentence it comes from.
    fn fault(&mut self, how: &str, item: &Value) {
        let mut fault = format!("{how} {}: {}", self.kind, label(item));
        if let Some(sentence) = self.words.sentence(item, wording(item)) {
            fault.push_str(&format!("\n      “{sentence}”"));
        }
        self.out.faults.push(fault);
    }

    fn items(&mut self, slot: usize) {
        self.out.counts[slot] =
            Count { tp: self.found.pairs.len(), fp: self.found.invented.len(), fn_: self.found.missed.len() };
        for i in &self.found.missed.clone() {
            self.fault("missed", &self.gold[*i]);
        }
        for j in &self.found.invented.clone() {
            self.fault("invented", &self.read[*j]);
        }
    }

    fn lists(&mut self, slot: usize, key: &str, neutral: &[&str]) {
        let mut count = Count::default();
        for (i, j) in &self.found.pairs {
            let (a, b) = both(&self.gold[*i], &self.read[*j], key, neutral);
            count.add(Count {
                tp: a.intersection(&b).count(),
                fp: b.difference(&a).count(),
                fn_: a.difference(&b).count(),
            });
            if a != b {
                self.out.faults.push(format!("{key}: {} — {a:?} read as {b:?}", label(&self.gold[*i])));
            }
        }
        count.fn_ += self.found.missed.iter().map(|i| names(&self.gold[*i], key).len()).sum::<usize>();
        count.fp += self.found.invented.iter().map(|j| names(&self.read[*j], key).len()).sum::<usize>();
        self.out.counts[slot] = count;
    }

    fn field(&mut self, slot: usize, value: fn(&Value) -> Option<String>) {
        let mut count = Count::default();
        for (i, j) in &self.found.pairs {
            let (a, b) = (value(&self.gold[*i]), value(&self.read[*j]));
            if a == b {
                count.tp += usize::from(a.is_some());
                continue;
            }
            count.fn_ += usize::from(a.is_some());
            count.fp += usize::from(b.is_some());
            let words = format!("{}: {} — {a:?} read as {b:?}", MEASURES[slot], label(&self.gold[*i]));
            self.out.faults.push(words);
        }
        count.fn_ += self.found.missed.iter().filter(|i| value(&self.gold[**i]).is_some()).count();
        self.out.counts[slot] = count;
    }

    /// Whether each task read is right in title (but for one word in ten), lead and due day.
    fn trust(&mut self) {
        let mut right = vec![false; self.read.len()];
        for (i, j) in &self.found.pairs {
            let (g, r) = (&self.gold[*i], &self.read[*j]);
            // The title, or the whole item where the annotation puts its end elsewhere.
            let read_as = wordings(r);
            let titled =
                wordings(g).iter().any(|known| read_as.iter().any(|read| overlap(known, read) >= 0.9));
            let (lead, read) = both(g, r, "lead", &["addressed", "proposer"]);
            right[*j] = titled && lead == read && due(g) == due(r);
        }
        for (task, right) in self.read.iter().zip(right) {
            self.out.trust.push((task.get("confidence").and_then(Value::as_f64).unwrap_or(0.0), right));
        }
    }
}

/// Measures one reading of a text.
pub fn score(gold: &Value, read: &Value, text: &str) -> Score {
    let mut out = Score::default();
    let words = &Words::new(text);
    let scorer = |key: &str, kind, least, words: &dyn Fn(&Value) -> Vec<String>| {
        let (gold, read) = (list(gold, key), list(read, key));
        (gold, read, matching(gold, read, least, words), kind)
    };
    let (g, r, found, kind) = scorer("tasks", "task", SAME, &wordings);
    let mut tasks = Scorer { gold: g, read: r, found, out: &mut out, kind, words };
    tasks.items(0);
    tasks.lists(1, "lead", &["addressed", "proposer"]);
    tasks.lists(2, "coordinating", &["consulted", "addressed"]);
    tasks.field(3, due);
    tasks.field(4, recurrence);
    tasks.trust();
    let (g, r, found, kind) = scorer("indicators", "indicator", SAME, &wordings);
    let mut indicators = Scorer { gold: g, read: r, found, out: &mut out, kind, words };
    indicators.items(5);
    indicators.field(6, target);
    let (g, r, found, kind) = scorer("reporting", "report", SAME_DUTY, &duty_words);
    let mut duties = Scorer { gold: g, read: r, found, out: &mut out, kind, words };
    duties.items(7);
    duties.field(8, days);
    for key in ["number", "issued_on"] {
        let of = |plan: &Value| Some(plan.get("document")?.get(key)?.as_str()?.to_owned());
        let (a, b) = (of(gold), of(read));
        if a == b {
            out.counts[9].tp += usize::from(a.is_some());
        } else {
            out.counts[9].fn_ += usize::from(a.is_some());
            out.counts[9].fp += usize::from(b.is_some());
            out.faults.push(format!("document: {key} {a:?} read as {b:?}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_missed_invented_and_misread_is_counted() {
        let gold = json!({"document": {"number": "1/KH"}, "tasks": [
            {"code": "1", "title": "Xây dựng kho dữ liệu", "lead": ["Sở A"], "time": {"due": "2026-01-31"}},
            {"code": "2", "title": "Mở lớp tập huấn", "addressed": ["Các xã"], "time": {"recurrence": ["annual"]}},
            {"code": "3", "title": "Kiểm tra an toàn mạng", "lead": ["Sở B", "Sở C"]}]});
        let read = json!({"document": {"number": "1/KH", "issued_on": "2026-01-01"}, "tasks": [
            {"code": "1", "title": "Xay dung kho du lieu", "lead": ["Sở A", "Sở D"], "time": {"due": "2026-01-30"}},
            {"code": "9", "title": "Mở lớp tập huấn", "lead": ["các xã"], "confidence": 0.9},
            {"code": "4", "title": "Nơi nhận"}]});
        let found = score(&gold, &read, "");
        let count = |tp, fp, fn_| Count { tp, fp, fn_ };
        assert_eq!(found.counts[0], count(2, 1, 1));
        assert_eq!(found.counts[1], count(1, 1, 2), "a unit that is merely addressed costs nothing");
        assert_eq!(found.counts[3], count(0, 1, 1));
        assert_eq!(found.counts[4], count(0, 0, 1));
        assert_eq!(found.counts[9], count(1, 1, 0));
        assert_eq!(found.trust, [(0.0, false), (0.9, true), (0.0, false)]);
    }

    #[test]
    fn nothing_asked_and_nothing_read_is_whole() {
        assert!((Count::default().f1() - 1.0).abs() < 1e-9);
        assert!(Count { tp: 0, fp: 1, fn_: 0 }.f1().abs() < 1e-9);
        assert!((Count { tp: 2, fp: 1, fn_: 1 }.f1() - 2.0 / 3.0).abs() < 1e-9);
    }
}
