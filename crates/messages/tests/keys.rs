//! The message files agree with each other and with what the program asks for.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;
use messages::{Lang, Value};
use regex::Regex;

/// The variables of each message of a language.
fn messages_of(lang: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for path in files(&root().join("crates/messages").join(lang), &["ftl"]) {
        let text = fs::read_to_string(&path).unwrap();
        let context = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let resource = parser::parse(text.as_str())
            .unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", path.display()));
        for entry in resource.body {
            let Entry::Message(message) = entry else {
                continue;
            };
            let key = message.id.name.to_owned();
            let pattern = message.value.unwrap_or_else(|| panic!("{key} has no text"));
            let mut names = BTreeSet::new();
            variables(&pattern, &mut names);
            assert!(
                found.insert(key.clone(), names).is_none(),
                "{lang}/{context}.ftl says {key} a second time"
            );
        }
    }
    found
}

fn variables(pattern: &Pattern<&str>, names: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            of_expression(expression, names);
        }
    }
}

fn of_expression(expression: &Expression<&str>, names: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => of_inline(inline, names),
        Expression::Select { selector, variants } => {
            of_inline(selector, names);
            for variant in variants {
                variables(&variant.value, names);
            }
        }
    }
}

fn of_inline(inline: &InlineExpression<&str>, names: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            names.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                of_inline(argument, names);
            }
        }
        InlineExpression::Placeable { expression } => of_expression(expression, names),
        _ => {}
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if path.extension().is_some_and(|e| endings.contains(&e.to_str().unwrap())) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every source that may ask for a message.
fn sources() -> Vec<(PathBuf, String)> {
    ["crates/web/src", "crates/web/templates", "crates/domain/src", "crates/papers/src", "src"]
        .iter()
        .flat_map(|folder| files(&root().join(folder), &["rs", "html", "txt"]))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            (path, text)
        })
        .collect()
}

#[test]
fn both_languages_say_the_same_things() {
    let vietnamese = messages_of("vi");
    let english = messages_of("en");
    let keys = |of: &BTreeMap<String, BTreeSet<String>>| of.keys().cloned().collect::<BTreeSet<_>>();
    let only: Vec<String> = keys(&vietnamese).symmetric_difference(&keys(&english)).cloned().collect();
    assert!(only.is_empty(), "in one language only: {only:?}");
    for (key, names) in &vietnamese {
        assert_eq!(names, &english[key], "{key}: other variables in English");
    }
}

#[test]
fn a_key_begins_with_its_context_and_is_written_in_small_letters() {
    let shape = Regex::new("^[a-z][a-z0-9]*(-[a-z0-9]+)+$").unwrap();
    for key in messages_of("vi").keys() {
        assert!(shape.is_match(key), "{key}");
    }
}

#[test]
fn every_message_asked_for_exists() {
    let known = messages_of("vi");
    let call =
        Regex::new(r#"\.(?:t|t1|t2|text|with|try_with)\(\s*"([a-z][a-z0-9]*(?:-[a-z0-9]+)+)""#).unwrap();
    let mut missing = BTreeSet::new();
    for (path, text) in sources() {
        for found in call.captures_iter(&text) {
            if !known.contains_key(&found[1]) {
                missing.insert(format!("{} in {}", &found[1], path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// A key counts as used when it stands in a source as a whole literal, or when
/// a source builds keys from its beginning: `format!("role-{}", ...)`.
#[test]
fn no_message_lies_unused() {
    let literal = Regex::new(r#""([a-z][a-z0-9]*(?:-[a-z0-9]+)+)""#).unwrap();
    let built = Regex::new(r#""([a-z][a-z0-9]*(?:-[a-z0-9]+)*-)\{"#).unwrap();
    let mut whole = BTreeSet::new();
    let mut beginnings = BTreeSet::new();
    for (_, text) in sources() {
        whole.extend(literal.captures_iter(&text).map(|found| found[1].to_owned()));
        beginnings.extend(built.captures_iter(&text).map(|found| found[1].to_owned()));
    }
    let unused: Vec<String> = messages_of("vi")
        .into_keys()
        .filter(|key| !whole.contains(key) && !beginnings.iter().any(|b| key.starts_with(b.as_str())))
        .collect();
    assert!(unused.is_empty(), "{unused:#?}");
}

#[test]
fn every_message_can_be_said_in_both_languages() {
    for (key, names) in messages_of("vi") {
        let args: Vec<(&str, Value<'_>)> = names.iter().map(|n| (n.as_str(), 1234.5.into())).collect();
        for lang in Lang::ALL {
            let said = lang.try_with(&key, &args);
            assert!(said.is_some_and(|text| !text.trim().is_empty()), "{key} in {}", lang.code());
        }
    }
}

#[test]
fn numbers_are_written_as_the_language_does() {
    let args = [("from", Value::from(1)), ("to", 1_000.into()), ("total", 12_345.5.into())];
    assert_eq!(Lang::Vi.with("pager-of", &args), "1–1.000 trong tổng số 12.345,5");
    assert_eq!(Lang::En.with("pager-of", &args), "1–1,000 of 12,345.5");
    assert_eq!(Lang::En.with("filters-count", &[("count", 1.into())]), "1 condition");
    assert_eq!(Lang::En.with("filters-count", &[("count", 2.into())]), "2 conditions");
}

#[test]
fn a_message_that_is_missing_shows() {
    assert_eq!(Lang::Vi.text("no-such-message"), "⟦no-such-message⟧");
    assert_eq!(Lang::Vi.text("pager-of"), "⟦pager-of⟧");
}
