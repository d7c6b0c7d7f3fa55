//! The rules of the house that the compiler does not hold, over every tracked file. See ARCHITECTURE.md.
//!
//! `rules.rs` has the rules, `tests.rs` shows each of them failing on a small example.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod repository;
mod rules;
mod source;
mod sql;
mod tests;

use repository::{File, Repository};
use source::Source;
use std::collections::BTreeMap;

fn none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Runs a rule over every Rust file.
fn over_rust(rule: impl Fn(&File, &Source) -> Vec<String>) -> Vec<String> {
    let repository = Repository::read();
    repository.rust().flat_map(|file| rule(file, &Source::parse(&file.text))).collect()
}

#[test]
fn crates_depend_along_the_one_direction() {
    let repository = Repository::read();
    let mut wrong = Vec::new();
    for file in repository.files.iter().filter(|f| f.path.ends_with("Cargo.toml")) {
        let manifest: toml::Table = file.text.parse().unwrap();
        if let Some(package) = manifest.get("package") {
            wrong.extend(rules::dependencies(package["name"].as_str().unwrap(), &manifest));
        }
    }
    none(wrong);
}

#[test]
fn crates_keep_to_their_own_words() {
    none(over_rust(|file, source| rules::forbidden_words(&file.path, source)));
}

#[test]
fn contexts_use_each_other_along_the_list() {
    let repository = Repository::read();
    let layers = rules::contexts(&repository.text("ARCHITECTURE.md"));
    assert!(layers.len() > 2, "the context list of ARCHITECTURE.md cannot be read");
    let mut wrong =
        rules::context_list(&layers, &Source::parse(&repository.text("crates/domain/src/lib.rs")));
    for file in repository.rust() {
        wrong.extend(rules::context_edges(&layers, &file.path, &Source::parse(&file.text)));
    }
    none(wrong);
}

fn migrations(repository: &Repository) -> impl Iterator<Item = &File> {
    repository.files.iter().filter(|f| f.path.starts_with("migrations/") && f.path.ends_with(".sql"))
}

#[test]
fn migrations_only_create_and_add() {
    let repository = Repository::read();
    none(migrations(&repository).flat_map(|file| rules::migration(&file.path, &file.text)).collect());
}

#[test]
fn keys_begin_with_the_organisation() {
    let repository = Repository::read();
    none(migrations(&repository).flat_map(|file| rules::organisation_keys(&file.path, &file.text)).collect());
}

#[test]
fn only_its_owner_writes_a_table() {
    let repository = Repository::read();
    let mut owners = BTreeMap::new();
    for file in migrations(&repository) {
        owners.extend(sql::owners(&file.path, &file.text).0);
    }
    // The test kit fills tables with countries of invented rows, which no operation could do in time.
    let ours = |f: &&File| f.path.contains("src/") && !f.path.starts_with("crates/testkit/");
    let rule = |f: &File| rules::table_owners(&owners, &f.path, &Source::parse(&f.text));
    none(repository.rust().filter(ours).flat_map(rule).collect());
}

#[test]
fn files_and_functions_are_short() {
    let repository = Repository::read();
    let mut found = Vec::new();
    for file in
        repository.own().filter(|f| [".rs", ".html", ".ftl", ".sql"].iter().any(|e| f.path.ends_with(e)))
    {
        let source = file.path.ends_with(".rs").then(|| Source::parse(&file.text));
        found.extend(rules::too_long(&file.path, &file.text, source.as_ref()));
    }
    none(rules::excused(&repository.text("tests/tidy/excused.txt"), &found));
}

#[test]
fn nothing_is_left_for_later() {
    let repository = Repository::read();
    none(repository.own().flat_map(|file| rules::leftovers(&file.path, &file.text)).collect());
}

#[test]
fn no_file_names_a_machine_or_a_registry() {
    let repository = Repository::read();
    let locks = |f: &&File| f.path != "Cargo.lock";
    none(repository.own().filter(locks).flat_map(|file| rules::places(&file.path, &file.text)).collect());
}

#[test]
fn exceptions_to_lints_have_reasons_and_places() {
    none(over_rust(|file, source| rules::allowances(&file.path, source)));
}

#[test]
fn vendored_files_are_as_they_came() {
    let repository = Repository::read();
    let digests = repository.vendored_digests();
    if !digests.is_empty() {
        none(rules::checksums(&repository.text(&format!("{}CHECKSUMS", repository::VENDORED)), &digests));
    }
}

#[test]
fn every_invariant_names_a_test_that_exists() {
    let repository = Repository::read();
    let file = |path: &str| repository.files.iter().find(|f| f.path == path).map(|f| f.text.clone());
    none(rules::invariants(&repository.text("ARCHITECTURE.md"), file));
}

#[test]
fn documents_name_what_exists() {
    let repository = Repository::read();
    let documents = repository.own().filter(|f| f.path.ends_with(".md"));
    none(documents.flat_map(|f| rules::named_paths(&f.path, &f.text, |path| repository.has(path))).collect());
}

#[test]
fn every_configuration_key_is_explained() {
    let repository = Repository::read();
    let config = Source::parse(&repository.text("src/config.rs"));
    none(rules::documented_keys(&config, &repository.text("docs/operate.md")));
}

#[test]
fn the_guide_says_what_the_screen_says() {
    let repository = Repository::read();
    let messages = |f: &&File| f.path.starts_with("crates/messages/vi/");
    let messages: String = repository.files.iter().filter(messages).flat_map(|f| [&f.text, "\n"]).collect();
    let guide = repository.own().filter(|f| f.path.starts_with("docs/huong-dan/"));
    none(guide.flat_map(|f| rules::guide_labels(&f.path, &f.text, &messages)).collect());
}
