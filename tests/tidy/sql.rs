//! What a statement writes and who owns a table. Shared by the tidy and the statement tests.

use std::collections::BTreeMap;

/// The tables that an SQL text inserts into, updates or deletes from, in lower case.
pub fn written(text: &str) -> Vec<String> {
    let spaced: String = text.chars().map(|c| if "(),;\"\\".contains(c) { ' ' } else { c }).collect();
    let words: Vec<String> = spaced.split_whitespace().map(str::to_lowercase).collect();
    let mut out = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let next = |n: usize| words.get(at + n).map_or("", String::as_str);
        let table = match word.as_str() {
            "insert" | "replace" if next(1) == "into" => next(2),
            "insert" if next(1) == "or" && next(3) == "into" => next(4),
            "delete" if next(1) == "from" => next(2),
            "update" if next(2) == "set" || next(2) == "as" || next(3) == "set" => next(1),
            _ => continue,
        };
        if !table.is_empty() && table != "set" {
            out.push(table.to_owned());
        }
    }
    out
}

/// Owners by table, from `-- owner: NAME` above each `CREATE TABLE`; and what is wrong with the text.
pub fn owners(file: &str, text: &str) -> (BTreeMap<String, String>, Vec<String>) {
    let mut owners = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut owner: Option<String> = None;
    for (n, line) in text.lines().enumerate() {
        if let Some(name) = line.trim().strip_prefix("-- owner:") {
            owner = Some(name.split_whitespace().next().unwrap_or("").to_owned());
        }
        let spaced = line.replace('(', " ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        if let ["CREATE", "TABLE", table, ..] = words[..] {
            match owner.take() {
                Some(name) if !name.is_empty() => {
                    owners.insert(table.to_lowercase(), name);
                }
                _ => wrong.push(format!("{file}:{}: table {table} has no `-- owner:` line above it", n + 1)),
            }
        }
    }
    (owners, wrong)
}
