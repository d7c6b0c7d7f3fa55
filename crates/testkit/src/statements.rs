//! Every statement of the program, prepared on the engine of this run.

use store::{Db, ENGINE_STATEMENTS, STATEMENTS};

/// Prepares every registered statement, and those registered for this engine only. Returns how
/// many were prepared, and for each that failed the module, the text and what the engine said.
pub async fn prepare_all(db: &Db) -> (usize, Vec<String>) {
    let engine = db.engine();
    let portable = STATEMENTS.iter().map(|(module, text)| (*module, *text));
    let own =
        ENGINE_STATEMENTS.iter().filter(|(on, _, _)| *on == engine).map(|(_, module, text)| (*module, *text));
    let mut prepared = 0;
    let mut failures = Vec::new();
    for (module, text) in portable.chain(own) {
        match db.prepare(text).await {
            Ok(()) => prepared += 1,
            Err(error) => failures.push(format!("{module}: {text}: {error}")),
        }
    }
    (prepared, failures)
}

/// The tables a statement writes, in the order they are named.
#[must_use]
pub fn written_tables(text: &str) -> Vec<String> {
    let without_literals: Vec<&str> = text.split('\'').step_by(2).collect();
    let words: Vec<&str> = without_literals
        .iter()
        .flat_map(|part| part.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '"')))
        .filter(|word| !word.is_empty())
        .collect();
    let is = |at: usize, word: &str| words.get(at).is_some_and(|w| w.eq_ignore_ascii_case(word));
    let mut tables = Vec::new();
    for at in 0..words.len() {
        let named = if (is(at, "insert") && is(at + 1, "into")) || (is(at, "delete") && is(at + 1, "from")) {
            words.get(at + 2)
        } else if is(at, "update") && !(at > 0 && (is(at - 1, "for") || is(at - 1, "do"))) {
            words.get(at + 1)
        } else {
            None
        };
        if let Some(table) = named {
            tables.push(table.trim_matches('"').to_ascii_lowercase());
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_found_wherever_they_stand() {
        assert_eq!(
            written_tables("INSERT INTO a (x) VALUES ($1) ON CONFLICT (x) DO UPDATE SET y = 1"),
            ["a"]
        );
        assert_eq!(
            written_tables("with p as (select 1 from b for update skip locked) update c set x = 1"),
            ["c"]
        );
        assert_eq!(written_tables("DELETE FROM d"), ["d"]);
        assert!(written_tables("SELECT updated_at FROM e").is_empty());
        assert!(written_tables("SELECT CASE k WHEN 'update' THEN 1 END FROM f").is_empty());
    }
}
