//! Every registered statement is understood by the engine of this run, and only a table's owner writes it.
#![allow(clippy::unwrap_used)]

#[path = "tidy/sql.rs"]
mod sql;

// Statements register themselves when their crate is linked.
use domain as _;
use std::collections::BTreeMap;
use store::STATEMENTS;
use testkit::statements::{prepare_all, written_tables};

#[tokio::test]
async fn every_statement_prepares() {
    let database = testkit::engine::fresh_db().await;
    let (prepared, failures) = prepare_all(&database.db).await;
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
    assert!(prepared >= STATEMENTS.len());
}

/// A crate that is not linked would bring no statements, and the tests above would pass over nothing.
#[test]
fn every_context_with_statements_is_linked() {
    for folder in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/crates/domain/src")).unwrap() {
        let folder = folder.unwrap().path();
        if std::fs::read_to_string(folder.join("sql.rs")).is_ok_and(|text| text.contains("sql!(")) {
            let module = format!("domain::{}::sql", folder.file_name().unwrap().to_string_lossy());
            assert!(STATEMENTS.iter().any(|(m, _)| m.starts_with(&module)), "{module} registered nothing");
        }
    }
}

/// Columns that look like the digest of a file and are none.
const NO_FILES: [(&str, &str); 6] = [
    ("audit", "digest"),
    ("audit_seal", "digest"),
    ("session", "digest"),
    ("api_token", "digest"),
    ("calendar_feed", "digest"),
    ("idempotency_key", "fingerprint"),
];

/// A column that names a file and is not known to [`domain::files`] would have its files swept away.
#[test]
fn every_column_that_names_a_file_is_known() {
    let mut found = Vec::new();
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let bare: Vec<&str> = text.lines().map(|line| line.split("--").next().unwrap_or("")).collect();
        for statement in bare.join("\n").split(';') {
            let words: Vec<&str> = statement
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .filter(|w| !w.is_empty())
                .collect();
            let [_, "TABLE", table, columns @ ..] = words.as_slice() else { continue };
            let typed = columns.windows(2).filter(|pair| pair[1] == "TEXT").map(|pair| pair[0]);
            let looks = |name: &&str| {
                ["sha", "digest", "fingerprint", "blob", "hash"].iter().any(|part| name.contains(part))
            };
            found.extend(
                typed
                    .filter(looks)
                    .filter(|name| *name != "password_hash")
                    .map(|name| (*table, name))
                    .map(|(t, c)| (t.to_owned(), c.to_owned())),
            );
        }
    }
    let known: Vec<(String, String)> = domain::files::COLUMNS
        .iter()
        .chain(&NO_FILES)
        .map(|(t, c)| ((*t).to_owned(), (*c).to_owned()))
        .collect();
    for column in &found {
        assert!(
            known.contains(column),
            "{column:?}: name it in domain::files::COLUMNS and its statement, or here"
        );
    }
    for column in &known {
        assert!(found.contains(column), "{column:?} is no column any more");
    }
    for (table, column) in domain::files::COLUMNS {
        let read = |(module, text): &&(&str, &str)| {
            module.starts_with("domain::files")
                && text.contains(column)
                && text.contains(&format!("FROM {table}"))
        };
        assert!(STATEMENTS.iter().any(|entry| read(&entry)), "domain::files does not read {table}.{column}");
    }
}

/// Columns of a person that anybody may read who sees the office or the act: whoever holds it, by name.
const OF_AN_OFFICE: [&str; 4] = ["org_id", "id", "name", "version"];

/// The columns of persons that a statement reads beyond those; `*` where it does not say which.
fn personal_columns(text: &str) -> Vec<String> {
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
        .filter(|w| !w.is_empty())
        .collect();
    let is = |at: usize, all: &[&str]| {
        words.get(at).is_some_and(|w| all.iter().any(|a| w.eq_ignore_ascii_case(a)))
    };
    let mut columns = Vec::new();
    for at in (1..words.len()).filter(|at| is(*at, &["person"]) && is(at - 1, &["from", "join"])) {
        let next = at + 1 + usize::from(is(at + 1, &["as"]));
        let Some(alias) = words.get(next).filter(|_| !is(next, &["on", "where", "order", "join"])) else {
            columns.push("*".to_owned());
            continue;
        };
        let of_it = words.iter().filter_map(|w| w.strip_prefix(alias)?.strip_prefix('.'));
        columns.extend(of_it.filter(|column| !OF_AN_OFFICE.contains(column)).map(str::to_owned));
    }
    columns
}

/// Such a statement runs through [`domain::Cx::read_personal`] only, which leaves a row in the trail.
#[test]
fn statements_that_read_personal_data_are_registered_as_such() {
    assert_eq!(
        personal_columns("SELECT p.title FROM account a JOIN person AS p ON p.id = a.person_id"),
        ["title"]
    );
    assert_eq!(personal_columns("SELECT name FROM person WHERE id = $1"), ["*"]);
    assert!(personal_columns("SELECT n.name FROM task t JOIN person n ON n.id = t.by").is_empty());
    let registered = STATEMENTS.iter().filter(|(_, text)| store::CONFIDENTIAL.contains(text)).count();
    assert!(registered >= 3, "{registered}");
    for (module, text) in STATEMENTS.iter().filter(|(_, text)| !store::CONFIDENTIAL.contains(text)) {
        let columns = personal_columns(text);
        assert!(
            columns.is_empty(),
            "{module} reads {columns:?} of persons: confidential!(…) instead of sql!: {text}"
        );
    }
}

/// The module that may write the tables of an owner.
fn writes(module: &str, owner: &str) -> bool {
    let home = if owner == "store" { "store".to_owned() } else { format!("domain::{owner}") };
    module == home || module.starts_with(&format!("{home}::"))
}

#[test]
fn every_registered_write_is_its_owners() {
    let mut owners = BTreeMap::new();
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap() {
        let path = file.unwrap().path();
        owners.extend(sql::owners("", &std::fs::read_to_string(path).unwrap()).0);
    }
    assert!(!owners.is_empty());
    for (module, text) in STATEMENTS {
        for table in written_tables(text) {
            let owner = owners.get(&table).unwrap_or_else(|| panic!("no migration makes {table}: {text}"));
            assert!(writes(module, owner), "{module} writes {table}, which is {owner}'s: {text}");
        }
    }
}

#[test]
fn a_foreign_module_is_told_apart() {
    assert!(writes("domain::units::sql", "units"));
    assert!(writes("store::jobs", "store"));
    assert!(!writes("domain::units_of_measure::sql", "units"));
    assert!(!writes("domain::people::sql", "units"));
}

/// Tables that hold a row for everything that was ever done or said; the others grow with the number of
/// organisations, not with their work.
const GROWING: [&str; 21] = [
    "account",
    "assignment",
    "attachment",
    "audit",
    "deadline",
    "document",
    "document_text",
    "idempotency_key",
    "intake_item",
    "matter_turn",
    "milestone",
    "person",
    "post",
    "progress_update",
    "receipt",
    "role_grant",
    "session",
    "task",
    "task_source",
    "update_decision",
    "update_evidence",
];

/// The tables of a statement by the name under which its plan knows them.
fn tables_by_alias(text: &str) -> Vec<(&str, &str)> {
    let words: Vec<&str> =
        text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect();
    let leads = |word: &&str| ["FROM", "JOIN", "UPDATE", "INTO"].contains(word);
    let named = (1..words.len()).filter(|at| leads(&words[at - 1]));
    named
        .flat_map(|at| {
            let alias = words.get(at + 1).filter(|next| next.chars().all(|c| c.is_lowercase()));
            [Some((words[at], words[at])), alias.map(|alias| (*alias, words[at]))]
        })
        .flatten()
        .collect()
}

/// The step of a plan, where it runs over a growing table: all of it, or all of an organisation's.
fn runs_over<'a>(step: &'a str, tables: &[(&str, &str)]) -> Option<&'a str> {
    let (how, rest) = step.split_once(' ')?;
    let name = rest.split(' ').next()?;
    let whole = how == "SCAN" || how == "SEARCH" && step.ends_with("(org_id=?)");
    let grows = |(alias, table): &(&str, &str)| *alias == name && GROWING.contains(table);
    (whole && tables.iter().any(grows)).then_some(step)
}

/// A plan that begins at the wrong table costs nothing in a small database and minutes in a country's: which
/// table comes first is said with CROSS JOIN. `scans.txt` names what runs over a table on purpose, and why.
/// Plans are those of SQLite, which says them alike whatever is in the tables.
#[tokio::test]
async fn no_statement_runs_over_a_growing_table_unawares() {
    assert_eq!(
        tables_by_alias("SELECT 1 FROM task t JOIN deadline ON x"),
        [("task", "task"), ("t", "task"), ("deadline", "deadline")]
    );
    assert_eq!(
        runs_over("SEARCH t USING INDEX i (org_id=?)", &[("t", "task")]),
        Some("SEARCH t USING INDEX i (org_id=?)")
    );
    assert_eq!(runs_over("SEARCH t USING INDEX i (org_id=? AND id=?)", &[("t", "task")]), None);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plans.db");
    let db = store::Db::open(&store::Options::new(format!("sqlite://{}", file.display()))).await.unwrap();
    db.migrate().await.unwrap();
    let allowed = include_str!("scans.txt");
    let allowed: Vec<&str> =
        allowed.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let mut known = vec![false; allowed.len()];
    let mut found = Vec::new();
    for (module, text) in STATEMENTS.iter() {
        let tables = tables_by_alias(text);
        for step in db.plan(text).await.unwrap() {
            let Some(step) = runs_over(&step, &tables) else { continue };
            let line = format!("{module} | {step} | ");
            match allowed.iter().position(|known| known.starts_with(&line)) {
                Some(at) => known[at] = true,
                None => found.push(format!("{line}\n    {text}")),
            }
        }
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    for (line, known) in allowed.iter().zip(known) {
        assert!(known, "tests/scans.txt: no plan does this any more: {line}");
    }
}
