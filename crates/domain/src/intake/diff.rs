//! What a corrected version of a document changes: pure matching by code and likeness of words.

use papers::fold::fold;
use std::collections::{HashMap, HashSet};

/// Pairs below this likeness are different tasks, whatever their codes say.
const FLOOR: f64 = 0.45;
/// Pairs above this likeness are the same task, whatever their codes say.
const ALIKE: f64 = 0.75;

/// One side of a comparison.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// As printed.
    pub code: Option<String>,
    /// The wording.
    pub title: String,
    /// What else is compared, by the key of its label: the due day, leads, products.
    pub facts: Vec<(&'static str, String)>,
}

/// A fact that differs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Change {
    /// `title` or the key of the fact.
    pub field: &'static str,
    /// As it was.
    pub before: String,
    /// As it becomes.
    pub after: String,
}

/// What became of each entry.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diff {
    /// New entries without an old one.
    pub added: Vec<usize>,
    /// Old and new that are the same and differ in something.
    pub changed: Vec<(usize, usize, Vec<Change>)>,
    /// Old and new that say the same.
    pub same: Vec<(usize, usize)>,
    /// Old entries without a new one.
    pub gone: Vec<usize>,
}

struct Side {
    folded: String,
    words: HashSet<String>,
}

fn side(entry: &Entry) -> Side {
    let folded = fold(&entry.title);
    let words = folded.split(' ').map(str::to_owned).collect();
    Side { folded, words }
}

fn likeness(a: &Side, b: &Side) -> f64 {
    if a.folded == b.folded {
        return 1.0;
    }
    let common = a.words.intersection(&b.words).count();
    let all = a.words.len() + b.words.len();
    if all == 0 { 0.0 } else { 2.0 * common as f64 / all as f64 }
}

/// How alike two wordings are, 0 to 1: twice the words in common over the words of both, folded.
pub fn alike(a: &str, b: &str) -> f64 {
    let entry = |title: &str| side(&Entry { title: title.to_owned(), ..Entry::default() });
    likeness(&entry(a), &entry(b))
}

/// Pairs old and new: the best pair first; the same code helps, and unlike words are never paired.
pub fn diff(old: &[Entry], new: &[Entry]) -> Diff {
    let old_sides: Vec<Side> = old.iter().map(side).collect();
    let new_sides: Vec<Side> = new.iter().map(side).collect();
    let mut pairs = candidates(old, new, &old_sides, &new_sides);
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let (mut old_taken, mut new_taken) = (HashSet::new(), HashMap::new());
    for (_, o, n) in pairs {
        if !old_taken.contains(&o) && !new_taken.contains_key(&n) {
            old_taken.insert(o);
            new_taken.insert(n, o);
        }
    }
    let mut result = Diff::default();
    for (n, entry) in new.iter().enumerate() {
        match new_taken.get(&n) {
            None => result.added.push(n),
            Some(&o) => match changes(&old[o], entry) {
                changes if changes.is_empty() => result.same.push((o, n)),
                changes => result.changed.push((o, n, changes)),
            },
        }
    }
    result.gone = (0..old.len()).filter(|o| !old_taken.contains(o)).collect();
    result
}

fn candidates(
    old: &[Entry],
    new: &[Entry],
    old_sides: &[Side],
    new_sides: &[Side],
) -> Vec<(f64, usize, usize)> {
    let mut pairs = Vec::new();
    for (o, old_side) in old_sides.iter().enumerate() {
        for (n, new_side) in new_sides.iter().enumerate() {
            let alike = likeness(old_side, new_side);
            let code = old[o].code.is_some() && old[o].code == new[n].code;
            if alike >= ALIKE || (code && alike >= FLOOR) {
                pairs.push((alike + if code { 0.2 } else { 0.0 }, o, n));
            }
        }
    }
    pairs
}

fn changes(old: &Entry, new: &Entry) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut note = |field, before: &str, after: &str| {
        if fold(before) != fold(after) {
            changes.push(Change { field, before: before.to_owned(), after: after.to_owned() });
        }
    };
    note("title", &old.title, &new.title);
    for (field, after) in &new.facts {
        let before = old.facts.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value.as_str());
        note(field, before, after);
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(code: &str, title: &str, due: &str) -> Entry {
        Entry { code: Some(code.into()), title: title.into(), facts: vec![("due", due.into())] }
    }

    #[test]
    fn added_changed_gone_and_same_are_told_apart() {
        let old = [
            entry("1", "Xây dựng cơ sở dữ liệu chuyên gia của hội", "2025-06-30"),
            entry("2", "Tổ chức cuộc thi sáng tạo trẻ toàn quốc", "2025-09-30"),
            entry("3", "Ban hành quy chế quản lý nhiệm vụ khoa học", "2025-12-31"),
        ];
        let new = [
            entry("1", "Xây dựng cơ sở dữ liệu chuyên gia của hội", "2025-12-31"),
            entry("2", "Ban hành quy chế quản lý nhiệm vụ khoa học", "2025-12-31"),
            entry("3", "Đào tạo kỹ năng số cho cán bộ cấp xã", "2026-03-31"),
        ];
        let found = diff(&old, &new);
        assert_eq!(found.added, [2]);
        assert_eq!(found.gone, [1]);
        assert_eq!(found.same, [(2, 1)]);
        let [(0, 0, changes)] = &found.changed[..] else { panic!("{found:?}") };
        assert_eq!(
            changes[..],
            [Change { field: "due", before: "2025-06-30".into(), after: "2025-12-31".into() }]
        );
    }

    #[test]
    fn the_same_words_in_another_place_are_a_change_of_place() {
        let at = |code: &str, group: &str| Entry {
            code: Some(code.into()),
            title: "Ban hành quy chế quản lý nhiệm vụ khoa học".into(),
            facts: vec![("code", code.into()), ("group", group.into())],
        };
        let found = diff(&[at("3", "II")], &[at("1", "III")]);
        let [(0, 0, changes)] = &found.changed[..] else { panic!("{found:?}") };
        let fields: Vec<&str> = changes.iter().map(|change| change.field).collect();
        assert_eq!(fields, ["code", "group"]);
    }

    #[test]
    fn a_reworded_task_of_the_same_code_is_changed_and_an_unlike_one_is_not() {
        let old = [entry("4", "Hoàn thiện thể chế về dữ liệu mở", "")];
        let reworded = [entry("4", "Hoàn thiện thể chế, chính sách về dữ liệu mở, dữ liệu dùng chung", "")];
        assert_eq!(diff(&old, &reworded).changed.len(), 1);
        let other = [entry("4", "Mua sắm thiết bị phòng thí nghiệm trọng điểm", "")];
        let found = diff(&old, &other);
        assert_eq!((found.added, found.gone), (vec![0], vec![0]));
    }

    #[test]
    fn a_document_compared_with_itself_changes_nothing() {
        let all =
            [entry("1", "Cùng một câu", ""), entry("2", "Cùng một câu", ""), entry("3", "Câu khác hẳn", "")];
        let found = diff(&all, &all);
        assert_eq!(found.same.len(), 3);
        assert!(found.added.is_empty() && found.gone.is_empty() && found.changed.is_empty());
    }
}
