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
