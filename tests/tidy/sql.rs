//! Who owns a table. Shared by the tidy and the statement tests.

use std::collections::BTreeMap;

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
