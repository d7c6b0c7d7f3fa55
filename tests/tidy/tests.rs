//! Each rule must be able to fail: a violation and its neighbour that is fine.

use crate::rules;
use crate::source::Source;
use std::collections::BTreeMap;

fn source(text: &str) -> Source {
    Source::parse(text)
}

fn layers() -> Vec<Vec<String>> {
    rules::contexts(
        "x\n<!-- contexts -->\n```\nerror cx -> the frame\nunits\nprogrammes\n```\n<!-- /contexts -->\n",
    )
}

fn manifest(text: &str) -> toml::Table {
    text.parse().unwrap()
}

#[test]
fn the_scanner_tells_code_from_comments_strings_and_tests() {
    let text = "fn a<'x>() { let q = '\"'; let s = \"fn no() {\"; } // fn b() {}\n/* /* fn c() {} */ */\n\
        const R: &str = r#\"fn \"d\"() {\"#;\n#[cfg(test)]\nmod t { fn e() { units::x(\"lit\") } }\nfn f(x: [u8; 2])\n{\n}\n";
    let source = source(text);
    let names: Vec<_> = source.functions().into_iter().map(|f| (f.name, f.line, f.lines)).collect();
    assert_eq!(names, [("a".to_owned(), 1, 1), ("e".to_owned(), 5, 1), ("f".to_owned(), 6, 3)]);
    let literals: Vec<_> = source.literals.iter().map(|l| (l.line, l.text.as_str())).collect();
    assert_eq!(literals, [(1, "fn no() {"), (3, "fn \"d\"() {")]);
    assert!(!source.code.iter().collect::<String>().contains("units"));
}

#[test]
fn use_trees_are_opened() {
    let source = source(
        "use crate::{Cx, units::{self, sql::insert}, people as p};\nlet x = crate::cx::Cx::<A>::new();",
    );
    let paths: Vec<_> = source.crate_paths().into_iter().map(|(line, p)| (line, p.join("::"))).collect();
    let expected = ["Cx", "units::self", "units::sql::insert", "people"].map(|p| (1, p.to_owned()));
    assert_eq!(paths[..4], expected);
    assert_eq!(paths[4].1, "cx::Cx");
}

#[test]
fn dependencies_against_the_direction_are_found() {
    let wrong = |name, text| rules::dependencies(name, &manifest(text)).len();
    assert_eq!(wrong("store", "[dependencies]\npapers = { path = \"x\" }"), 1);
    assert_eq!(wrong("store", "[dependencies]\nsqlx = \"0.9\""), 0);
    assert_eq!(wrong("domain", "[dependencies]\nweb.workspace = true"), 1);
    assert_eq!(wrong("domain", "[dependencies]\naxum.workspace = true"), 1);
    assert_eq!(wrong("domain", "[dependencies]\ntestkit.workspace = true"), 1);
    assert_eq!(wrong("domain", "[dev-dependencies]\ntestkit.workspace = true"), 0);
    assert_eq!(wrong("papers", "[dev-dependencies]\ntokio.workspace = true"), 1);
    assert_eq!(wrong("web", "[dependencies]\nchrono = \"0.4\""), 1);
    assert_eq!(wrong("new", ""), 1);
}

#[test]
fn words_of_other_crates_are_found() {
    let wrong = |path, text| rules::forbidden_words(path, &source(text)).len();
    assert_eq!(wrong("crates/papers/src/a.rs", "let x = std::fs::read(p);"), 1);
    assert_eq!(wrong("crates/papers/src/a.rs", "// std::fs\n#[cfg(test)] mod t { use std::fs; }"), 0);
    assert_eq!(wrong("crates/papers/tests/a.rs", "use std::fs;"), 0);
    assert_eq!(wrong("crates/web/src/a.rs", "cx.read(sql!(\"SELECT 1\"))"), 1);
    assert_eq!(wrong("crates/web/src/a.rs", "blob_store::x()"), 0);
    assert_eq!(wrong("crates/domain/src/a.rs", "use axum::Router;"), 1);
}

#[test]
fn back_edges_and_private_modules_are_found() {
    let wrong = |path, text| rules::context_edges(&layers(), path, &source(text)).len();
    assert_eq!(wrong("crates/domain/src/units/mod.rs", "use crate::programmes::Task;"), 1);
    assert_eq!(wrong("crates/domain/src/units/mod.rs", "use crate::{Cx, programmes};"), 1);
    assert_eq!(wrong("crates/domain/src/programmes/sql.rs", "use crate::units::Unit;"), 0);
    assert_eq!(wrong("crates/domain/src/programmes/sql.rs", "use crate::units::{Unit, rules::order};"), 1);
    assert_eq!(wrong("crates/domain/src/units/mod.rs", "use crate::units::sql::insert;"), 0);
    assert_eq!(wrong("crates/domain/src/units/mod.rs", "pub mod sql;"), 1);
    assert_eq!(wrong("crates/domain/src/cx.rs", "use crate::error::Error;"), 0);
}

#[test]
fn an_untrue_context_list_is_found() {
    let wrong = |text| rules::context_list(&layers(), &source(text)).len();
    assert_eq!(wrong("pub mod cx;\npub mod error;\nmod units;\npub mod programmes;"), 0);
    assert_eq!(wrong("pub mod cx;\npub mod error;\nmod units;\npub mod programmes;\nmod search;"), 1);
    assert_eq!(wrong("pub mod cx;\npub mod error;\nmod units;"), 1);
}

#[test]
fn foreign_writers_are_found() {
    let owners =
        BTreeMap::from([("unit".to_owned(), "units".to_owned()), ("job".to_owned(), "store".to_owned())]);
    let wrong = |path, text| rules::table_owners(&owners, path, &source(text)).len();
    let text = "cx.write(&p, sql!(\"UPDATE unit SET name = $1\"))";
    assert_eq!(wrong("crates/domain/src/units/sql.rs", text), 0);
    assert_eq!(wrong("crates/domain/src/units/mod.rs", text), 1);
    assert_eq!(wrong("crates/domain/src/people/sql.rs", text), 1);
    assert_eq!(wrong("crates/domain/src/people/sql.rs", "\"DELETE FROM job\""), 1);
    assert_eq!(wrong("crates/store/src/jobs.rs", "\"DELETE FROM job\""), 0);
}

#[test]
fn migrations_that_change_or_need_too_much_are_found() {
    let wrong = |text| rules::migration("m", text).len();
    assert_eq!(
        wrong("-- owner: units\nCREATE TABLE unit (\n id UUID\n);\nCREATE UNIQUE INDEX u ON unit (id);"),
        0
    );
    assert_eq!(wrong("CREATE TABLE unit (id UUID);"), 1);
    assert_eq!(wrong("ALTER TABLE unit ADD COLUMN a TEXT; -- DROP is only a word here"), 0);
    assert_eq!(wrong("ALTER TABLE unit DROP COLUMN a;"), 1);
    assert_eq!(wrong("DROP INDEX u;"), 0);
    assert_eq!(wrong("DROP TABLE unit;"), 1);
    assert_eq!(wrong("CREATE TRIGGER t;"), 2);
    assert_eq!(wrong("-- owner: units\nCREATE TABLE unit (id BIGSERIAL);"), 1);
}

#[test]
fn keys_without_the_organisation_are_found() {
    let wrong = |text| rules::organisation_keys("m", text).len();
    assert_eq!(
        wrong("CREATE TABLE a (org_id UUID, id UUID, PRIMARY KEY (org_id, id)); CREATE INDEX i ON a (id);"),
        0
    );
    assert_eq!(wrong("CREATE TABLE a (org_id UUID, id UUID, PRIMARY KEY (id, org_id));"), 1);
    assert_eq!(wrong("CREATE TABLE a (id UUID PRIMARY KEY);"), 1);
    assert_eq!(wrong("CREATE TABLE session (id UUID PRIMARY KEY);"), 0);
}

#[test]
fn long_files_and_functions_are_found_and_excuses_must_be_needed() {
    let body = "    x();\n".repeat(rules::FUNCTION_LINES - 1);
    let text = format!("fn long() {{\n{body}}}\n");
    let found = rules::too_long("a.rs", &text, Some(&source(&text)));
    assert_eq!(found, [("a.rs long".to_owned(), rules::FUNCTION_LINES + 1)]);
    let file = "\n".repeat(rules::FILE_LINES + 1);
    assert_eq!(rules::too_long("b.html", &file, None).len(), 1);
    assert_eq!(rules::excused("", &found).len(), 1);
    assert_eq!(rules::excused("a.rs long | a table of cases\n", &found).len(), 0);
    assert_eq!(rules::excused("a.rs long |\n", &found).len(), 2);
    assert_eq!(rules::excused("a.rs long | a table\na.rs gone | why\n", &found).len(), 1);
}

#[test]
fn leftovers_are_found() {
    let wrong = |text: String| rules::leftovers("a.rs", &text).len();
    assert_eq!(wrong(format!("// {}{}: later", "TO", "DO")), 1);
    assert_eq!(wrong(format!("let x = {}{};", "dbg", "!(y)")), 1);
    assert_eq!(wrong(format!("{}{} = \"slow\"]", "#[", "ignore")), 1);
    assert_eq!(wrong("fn todos() {}".to_owned()), 0);
}

#[test]
fn machine_paths_and_registries_are_found() {
    let wrong = |text: String| rules::places("a.md", &text).len();
    assert_eq!(wrong(format!("see {}{}x", "/wo", "rk/")), 1);
    assert_eq!(wrong(format!("https://index.{}", concat!("crates", ".io"))), 1);
    assert_eq!(wrong(format!("see ..{0}{1}x and /units{0}{1}", "/wo", "rk/")), 0);
}

#[test]
fn unreasoned_and_misplaced_exceptions_are_found() {
    let wrong = |path, text| rules::allowances(path, &source(text)).len();
    assert_eq!(wrong("crates/web/src/a.rs", "#[allow(clippy::too_many_arguments)]\nfn a() {}"), 1);
    assert_eq!(wrong("crates/web/src/a.rs", "#[expect(clippy::x, reason = \"why\")]\nfn a() {}"), 0);
    assert_eq!(wrong("crates/web/src/a.rs", "#[allow(clippy::disallowed_methods, reason = \"no\")]"), 1);
    assert_eq!(wrong("src/main.rs", "#[allow(clippy::disallowed_methods, reason = \"the clock\")]"), 0);
    assert_eq!(wrong("crates/web/tests/a.rs", "#![allow(clippy::unwrap_used)]"), 0);
}

#[test]
fn changed_missing_and_unlisted_vendored_files_are_found() {
    let files = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
    assert_eq!(rules::checksums("aa  x.js\n", &files(&[("x.js", "aa")])).len(), 0);
    assert_eq!(rules::checksums("aa  x.js\n", &files(&[("x.js", "bb")])).len(), 1);
    assert_eq!(rules::checksums("aa  x.js\n", &files(&[])).len(), 1);
    assert_eq!(rules::checksums("", &files(&[("x.js", "aa")])).len(), 1);
}

#[test]
fn invariants_without_a_living_test_are_found() {
    let file = |path: &str| (path == "tests/a.rs").then(|| "fn holds() {}".to_owned());
    let wrong = |line: &str| rules::invariants(&format!("## Invariants\n{line}\n## Next\n- x\n"), file).len();
    assert_eq!(wrong("- It holds. `tests/a.rs::holds`"), 0);
    assert_eq!(wrong("- It holds. `tests/a.rs::gone`"), 1);
    assert_eq!(wrong("- It holds. `tests/b.rs::holds`"), 1);
    assert_eq!(wrong("- It holds."), 1);
    assert_eq!(wrong("- It holds (compiler)."), 0);
}

#[test]
fn paths_that_do_not_exist_are_found() {
    let wrong =
        |text| rules::named_paths("a.md", text, |path| path == "docs/words.md" || path == "docs").len();
    assert_eq!(wrong("see `docs/words.md`, `docs/` and `crates/<x>/y`"), 0);
    assert_eq!(wrong("see `docs/gone.md::test` and `scripts/x`"), 2);
}

#[test]
fn keys_that_nobody_explains_are_found() {
    let config =
        source("pub struct A {\n    pub listen: String,\n    /// pub not: x\n    pub https: bool,\n}");
    assert_eq!(rules::documented_keys(&config, "| `listen` | `https` |").len(), 0);
    assert_eq!(rules::documented_keys(&config, "| `listen` |").len(), 1);
}

#[test]
fn labels_that_no_screen_has_are_found() {
    let wrong =
        |text| rules::guide_labels("a.md", text, "own-title = Tài khoản của tôi\n    .hint = Khóa\n").len();
    assert_eq!(wrong("**Lưu ý:** chữ **đậm**, **Tài khoản của tôi**, **Khóa**"), 0);
    assert_eq!(wrong("bấm **Tài khoản**"), 1);
}
