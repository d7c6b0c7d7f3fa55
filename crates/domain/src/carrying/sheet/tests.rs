#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn a_key_is_read_as_it_is_written_and_nothing_else_is() {
    let id = |n: u128| uuid::Uuid::from_u128(n);
    let seat = Seat { task: TaskId(id(1)), assignment: AssignmentId(id(2)), unit: UnitId(id(3)) };
    for (draft, last) in [(None, None), (Some((UpdateId(id(4)), 7)), Some(UpdateId(id(5))))] {
        let key = Key { seat, draft, last, locked: sum(["a"].into_iter()), open: sum(["b"].into_iter()) };
        assert_eq!(Key::parse(&key.text()), Some(key.clone()));
        let text = key.text();
        for broken in [&text[1..], &text[..30], "", "x|-|-|a|b", &format!("{text}|thêm")] {
            assert_eq!(Key::parse(broken), None, "{broken}");
        }
    }
}

#[test]
fn a_sum_holds_against_blanks_and_not_against_words_or_places() {
    let of = |cells: &[&str]| sum(cells.iter().copied());
    assert_eq!(of(&["Rà soát  quy chế ", "x"]), of(&["Rà soát\nquy chế", "x"]));
    assert_ne!(of(&["Rà soát", "quy chế"]), of(&["Rà soát quy", "chế"]));
    assert_ne!(of(&["đã", ""]), of(&["da", ""]));
    assert_ne!(of(&["", "a"]), of(&["a", ""]));
}

#[test]
fn every_column_has_a_code_of_its_own_and_open_ones_stand_behind() {
    let codes: std::collections::BTreeSet<_> = Col::ALL.iter().map(|col| col.code()).collect();
    assert_eq!(codes.len(), Col::ALL.len());
    let open: Vec<bool> = Col::ALL.iter().map(|col| col.open()).collect();
    assert!(open.is_sorted() && open.iter().filter(|open| **open).count() == 9);
}
