//! The rules. Each takes text and returns what is wrong, one line each; `tests.rs` shows that each can fail.

use crate::source::{Source, find_word, line_of};
use crate::sql;
use std::collections::{BTreeMap, BTreeSet};
use testkit::statements::written_tables;

/// Longest file, in lines.
pub const FILE_LINES: usize = 800;
/// Longest function, in lines.
pub const FUNCTION_LINES: usize = 80;

/// Workspace crates that a crate may depend on. Development dependencies may add `testkit`.
const MAY_USE: [(&str, &[&str]); 8] = [
    ("store", &[]),
    ("papers", &[]),
    ("messages", &[]),
    ("domain", &["store", "papers", "messages"]),
    ("web", &["domain", "messages"]),
    ("testkit", &["store", "papers", "domain", "web", "messages"]),
    ("dotpha", &["store", "papers", "domain", "web", "messages"]),
    ("xtask", &["store", "papers", "domain", "web", "testkit"]),
];

/// Libraries that a crate must not name, with the reason.
const MAY_NOT_NAME: [(&str, &[&str], &str); 6] = [
    (
        "papers",
        &["tokio", "sqlx", "axum", "reqwest", "object_store", "futures-util", "tempfile"],
        "it is pure: bytes in, meaning out",
    ),
    (
        "domain",
        &["axum", "axum-extra", "askama", "tower", "tower-http", "hyper", "http", "utoipa", "url"],
        "it knows no HTTP, no HTML and no wire format",
    ),
    ("web", &["sqlx", "rusqlite"], "it has no SQL"),
    ("store", &["axum", "askama", "tower"], "it knows no HTTP"),
    ("messages", &["tokio", "axum", "sqlx"], "it is a leaf"),
    (
        "*",
        &["chrono", "time", "rand", "lazy_static", "once_cell", "async-trait", "rusqlite", "openssl"],
        "jiff, Cx, LazyLock, sqlx and rustls stand in its place",
    ),
];

/// Words that a crate's code must not contain, with the reason.
const MAY_NOT_SAY: [(&str, &[&str], &str); 4] = [
    (
        "crates/papers/src/",
        &["std::fs", "std::process", "std::net", "std::env", "tokio", "async fn", "Instant::now"],
        "papers does no I/O and has no clock",
    ),
    ("crates/web/src/", &["sql!", "sqlx", "store::"], "web has no SQL; ask domain"),
    ("crates/domain/src/", &["axum", "askama", "utoipa"], "domain knows no HTTP and no HTML"),
    ("crates/store/src/", &["domain::", "papers::", "messages::"], "store knows no domain word"),
];

/// Crate dependencies: `name` is the package, `manifest` its Cargo.toml.
pub fn dependencies(name: &str, manifest: &toml::Table) -> Vec<String> {
    let Some((_, may_use)) = MAY_USE.iter().find(|(n, _)| *n == name) else {
        return vec![format!("{name}: a new crate: add it to MAY_USE in tests/tidy/rules.rs")];
    };
    let mut wrong = Vec::new();
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let named = manifest.get(section).and_then(toml::Value::as_table);
        for dependency in named.into_iter().flat_map(toml::Table::keys) {
            let of_ours = MAY_USE.iter().any(|(n, _)| n == dependency);
            let development = section == "dev-dependencies" && dependency == "testkit";
            if of_ours && !may_use.contains(&dependency.as_str()) && !development {
                wrong.push(format!("{name}: [{section}] must not name {dependency}"));
            }
            for (of, libraries, reason) in MAY_NOT_NAME {
                if (of == name || of == "*") && libraries.contains(&dependency.as_str()) {
                    wrong.push(format!("{name}: [{section}] must not name {dependency}: {reason}"));
                }
            }
        }
    }
    wrong
}

/// Words that a crate must not use in its code.
pub fn forbidden_words(path: &str, source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    for (folder, words, reason) in MAY_NOT_SAY {
        if path.starts_with(folder) {
            for word in words {
                for at in find_word(&source.code, word) {
                    wrong.push(format!("{path}:{}: {word}: {reason}", line_of(&source.code, at)));
                }
            }
        }
    }
    wrong
}

/// The layers between the `contexts` marks of ARCHITECTURE.md: a context may use those of earlier lines and
/// those of its own line.
pub fn contexts(architecture: &str) -> Vec<Vec<String>> {
    let block =
        architecture.split("<!-- contexts -->").nth(1).and_then(|t| t.split("<!-- /contexts -->").next());
    block
        .unwrap_or_default()
        .lines()
        .filter(|l| !l.trim().is_empty() && !l.starts_with("```"))
        .map(|l| l.split("->").next().unwrap_or(l).split_whitespace().map(str::to_owned).collect())
        .collect()
}

/// Is the list of ARCHITECTURE.md the list of modules of `crates/domain/src/lib.rs`?
pub fn context_list(layers: &[Vec<String>], lib: &Source) -> Vec<String> {
    let words: String = lib.code.iter().collect();
    let mut wrong = Vec::new();
    let mut modules = BTreeSet::new();
    for line in words.lines() {
        let line = line.trim().trim_start_matches("pub(crate) ").trim_start_matches("pub ");
        if let Some(name) = line.strip_prefix("mod ").and_then(|l| l.strip_suffix(';')) {
            modules.insert(name.to_owned());
        }
    }
    let listed: BTreeSet<String> = layers.iter().flatten().cloned().collect();
    for name in modules.difference(&listed) {
        wrong.push(format!("domain module {name} is missing in the context list of ARCHITECTURE.md"));
    }
    for name in listed.difference(&modules) {
        wrong.push(format!("ARCHITECTURE.md lists the context {name}, which domain does not have"));
    }
    wrong
}

/// Do contexts use each other only along the list and only through `mod.rs`? `path` is below `crates/domain/src/`.
pub fn context_edges(layers: &[Vec<String>], path: &str, source: &Source) -> Vec<String> {
    let Some(context) = path.strip_prefix("crates/domain/src/") else { return Vec::new() };
    let context = context.split('/').next().unwrap_or(context).trim_end_matches(".rs");
    let layer = |name: &str| layers.iter().position(|l| l.iter().any(|n| n == name));
    let Some(own) = layer(context) else { return Vec::new() };
    let mut wrong = Vec::new();
    for (line, used) in source.crate_paths() {
        let Some(theirs) = used.first().filter(|n| *n != context).and_then(|n| layer(n)) else { continue };
        if theirs > own {
            wrong.push(format!("{path}:{line}: {context} must not use {}, which comes later", used[0]));
        }
        if let Some(inner) = used.get(1).filter(|n| ["sql", "rules"].contains(&n.as_str())) {
            wrong.push(format!("{path}:{line}: {}::{inner} is private; use its mod.rs", used[0]));
        }
    }
    for word in ["pub mod sql", "pub(crate) mod sql", "super::super::super"] {
        for at in find_word(&source.code, word) {
            wrong.push(format!("{path}:{}: {word}: statements stay inside", line_of(&source.code, at)));
        }
    }
    wrong
}

/// The place that may write a table of this owner.
fn home(owner: &str) -> Vec<String> {
    if owner == "store" {
        return vec!["crates/store/src/".to_owned()];
    }
    let context = format!("crates/domain/src/{owner}");
    vec![format!("{context}/sql.rs"), format!("{context}/sql/"), format!("{context}.rs")]
}

/// Does only its owner write a table? Looks at the string literals of a file.
pub fn table_owners(owners: &BTreeMap<String, String>, path: &str, source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    for literal in &source.literals {
        for table in written_tables(&literal.text) {
            let Some(owner) = owners.get(&table) else { continue };
            if !home(owner).iter().any(|h| path.starts_with(h.as_str())) {
                wrong.push(format!("{path}:{}: only {owner} writes the table {table}", literal.line));
            }
        }
    }
    wrong
}

/// Does a migration only create tables and indexes or add columns?
pub fn migration(file: &str, text: &str) -> Vec<String> {
    let mut wrong = sql::owners(file, text).1;
    let bare: String =
        text.lines().map(|l| l.split("--").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
    for statement in bare.split(';').map(str::trim).filter(|s| !s.is_empty()) {
        let words: Vec<String> = statement.split_whitespace().map(str::to_uppercase).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let allowed = matches!(
            words[..],
            ["CREATE", "TABLE" | "INDEX", ..]
                | ["DROP", "INDEX", _]
                | ["CREATE", "UNIQUE", "INDEX", ..]
                | ["ALTER", "TABLE", _, "ADD", "COLUMN", ..]
        );
        if !allowed {
            let start: String = words.iter().take(4).copied().collect::<Vec<_>>().join(" ");
            wrong
                .push(format!("{file}: `{start}`: migrations create tables and indexes, add columns and drop indexes, nothing else"));
        }
        for banned in ["TRIGGER", "SEQUENCE", "GENERATED", "AUTOINCREMENT", "SERIAL", "BIGSERIAL", "NEXTVAL"]
        {
            if words.iter().any(|w| w.trim_matches(|c: char| !c.is_alphanumeric()) == banned) {
                wrong.push(format!("{file}: {banned}: not every engine we serve has it"));
            }
        }
    }
    wrong
}

/// Tables whose keys do not begin with the organisation, with the reason.
const WITHOUT_ORGANISATION: [(&str, &str); 5] = [
    ("idempotency_key", "found by who sends the request, before anything is known of it"),
    ("session", "found by the cookie's digest, before it is known who asks"),
    ("unit_tree", "one row: the forest of all organisations and its version"),
    ("login_attempt", "counts attempts at names that may not exist"),
    ("login_address", "counts attempts from an address, before it is known who asks"),
];

/// Do the keys of each table begin with `org_id`, so that a sharding engine can keep an organisation together?
pub fn organisation_keys(file: &str, text: &str) -> Vec<String> {
    let bare: String = text.lines().map(|l| l.split("--").next().unwrap_or("")).collect::<Vec<_>>().join(" ");
    let mut wrong = Vec::new();
    for statement in bare.split(';').map(str::trim) {
        let Some(table) = statement.strip_prefix("CREATE TABLE ").and_then(|s| s.split([' ', '(']).next())
        else {
            continue;
        };
        let key = statement.split("PRIMARY KEY").nth(1).unwrap_or_default();
        let begins = key.trim_start().trim_start_matches('(').trim_start().starts_with("org_id");
        if !begins && !WITHOUT_ORGANISATION.iter().any(|(name, _)| *name == table) {
            wrong.push(format!("{file}: the primary key of {table} does not begin with org_id"));
        }
    }
    wrong
}

/// What is too long, as keys of `excused.txt`: `path` for a file, `path name` for a function.
pub fn too_long(path: &str, text: &str, source: Option<&Source>) -> Vec<(String, usize)> {
    let mut out = Vec::new();
    let lines = text.lines().count();
    if lines > FILE_LINES {
        out.push((path.to_owned(), lines));
    }
    for function in source.into_iter().flat_map(Source::functions) {
        if function.lines > FUNCTION_LINES {
            out.push((format!("{path} {}", function.name), function.lines));
        }
    }
    out
}

/// Compares what is too long with the list of what is excused (`KEY | reason`), which must match exactly.
pub fn excused(list: &str, found: &[(String, usize)]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut keys = BTreeSet::new();
    for line in list.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#')) {
        match line.split_once('|') {
            Some((key, reason)) if !reason.trim().is_empty() => {
                keys.insert(key.trim().to_owned());
            }
            _ => wrong.push(format!("tests/tidy/excused.txt: `{line}` gives no reason")),
        }
    }
    for (key, lines) in found {
        if !keys.remove(key) {
            wrong.push(format!(
                "{key}: {lines} lines; split it (files {FILE_LINES}, functions {FUNCTION_LINES})"
            ));
        }
    }
    wrong.extend(keys.into_iter().map(|k| format!("tests/tidy/excused.txt: {k} needs no excuse any more")));
    wrong
}

/// Things left for later, skipped tests, leftovers of debugging. `code` where the file is Rust.
pub fn leftovers(path: &str, text: &str) -> Vec<String> {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("dbg", "!("),
        concat!("#[", "ignore"),
        concat!("test", ".only("),
        concat!("test", ".skip("),
    ];
    let chars: Vec<char> = text.chars().collect();
    let mut wrong = Vec::new();
    for word in words.iter().filter(|w| text.contains(**w)) {
        for at in find_word(&chars, word) {
            wrong.push(format!("{path}:{}: {word}", line_of(&chars, at)));
        }
    }
    wrong
}

/// Addresses of package registries and paths of one machine.
pub fn places(path: &str, text: &str) -> Vec<String> {
    let words = [
        concat!("index.crates", ".io"),
        concat!("static.crates", ".io"),
        concat!("registry.npm", "js.org"),
        concat!("pypi", ".org"),
        concat!("deb.debian", ".org"),
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
    ];
    let mut wrong = Vec::new();
    for (n, line) in text.lines().enumerate() {
        for word in words {
            let inside = |at: usize| {
                let before = line[..at].chars().next_back();
                word.starts_with('/') && before.is_some_and(|c| c.is_alphanumeric() || "._-/}{".contains(c))
            };
            if line.match_indices(word).any(|(at, _)| !inside(at)) {
                wrong.push(format!("{path}:{}: names {word}", n + 1));
            }
        }
    }
    wrong
}

/// Exceptions to the compiler's lints: with a reason, and the banned calls only where they belong.
pub fn allowances(path: &str, source: &Source) -> Vec<String> {
    let code = &source.code;
    let test = path.contains("/tests/")
        || path.starts_with("tests/")
        || path.ends_with("/tests.rs")
        || path.ends_with("_tests.rs");
    let belongs = test || ["src/", "crates/testkit/", "xtask/"].iter().any(|folder| path.starts_with(folder));
    let mut wrong = Vec::new();
    for (at, _) in code.iter().enumerate().filter(|(_, c)| **c == '#') {
        let rest: String = code[at..].iter().take(600).collect();
        let Some(end) = rest.find(']') else { continue };
        let attribute = rest[..end].replace(char::is_whitespace, "");
        let body = attribute.trim_start_matches(['#', '!', '[']);
        if !(body.starts_with("allow(") || body.starts_with("expect(")) {
            continue;
        }
        let line = line_of(code, at);
        if !test && !body.contains("reason=") {
            wrong.push(format!("{path}:{line}: an allow without `reason = \"...\"`"));
        }
        if !belongs && (body.contains("disallowed_methods") || body.contains("disallowed_types")) {
            wrong
                .push(format!("{path}:{line}: banned calls are allowed in the binary and the test kit only"));
        }
    }
    wrong
}

/// Vendored files against `CHECKSUMS` (`sha256  name` a line): every file listed, none changed.
pub fn checksums(list: &str, files: &BTreeMap<String, String>) -> Vec<String> {
    let mut listed = BTreeMap::new();
    for line in list.lines().filter(|l| !l.starts_with('#')) {
        let mut parts = line.split_whitespace();
        if let (Some(digest), Some(name)) = (parts.next(), parts.next()) {
            listed.insert(name.trim_start_matches("./").to_owned(), digest.to_owned());
        }
    }
    let mut wrong = Vec::new();
    for (name, digest) in files {
        match listed.remove(name) {
            None => wrong.push(format!("vendored {name} is not in CHECKSUMS")),
            Some(expected) if expected != *digest => wrong.push(format!("vendored {name} was changed")),
            Some(_) => {}
        }
    }
    wrong.extend(listed.into_keys().map(|name| format!("CHECKSUMS lists {name}, which is missing")));
    wrong
}

/// Invariants of ARCHITECTURE.md name the test that holds them: `path::name`. Is every such test there?
pub fn invariants(architecture: &str, file: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let block = architecture.split("## Invariants").nth(1).unwrap_or_default();
    let block = block.split("\n## ").next().unwrap_or_default();
    let mut wrong = Vec::new();
    for line in block.lines().filter(|l| l.starts_with("- ")) {
        let named: Vec<&str> = line.split('`').skip(1).step_by(2).filter(|t| t.contains(".rs::")).collect();
        if named.is_empty() && !line.contains("(compiler)") && !line.contains("clippy.toml") {
            wrong.push(format!("ARCHITECTURE.md: no test named: {line}"));
        }
        for test in named {
            let (path, name) = test.split_once("::").unwrap_or((test, ""));
            match file(path) {
                None => wrong.push(format!("ARCHITECTURE.md: {path} does not exist")),
                Some(text) if !text.contains(&format!("fn {name}(")) => {
                    wrong.push(format!("ARCHITECTURE.md: {path} has no test {name}"));
                }
                Some(_) => {}
            }
        }
    }
    wrong
}

/// Do the paths that a document names in backticks exist? `exists` knows files and folders of the repository.
pub fn named_paths(file: &str, text: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let roots = ["crates/", "docs/", "tests/", "e2e/", "migrations/", "scripts/", "src/", "xtask/", ".ci/"];
    let mut wrong = Vec::new();
    for (n, line) in text.lines().enumerate() {
        for name in line.split('`').skip(1).step_by(2).map(|name| name.split("::").next().unwrap_or(name)) {
            let exact = !name.contains("NNNN")
                && name.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            if exact && roots.iter().any(|root| name.starts_with(root)) && !exists(name.trim_end_matches('/'))
            {
                wrong.push(format!("{file}:{}: there is no {name}", n + 1));
            }
        }
    }
    wrong
}

/// Is every key of the configuration (public fields of `src/config.rs`) named in the document?
pub fn documented_keys(config: &Source, document: &str) -> Vec<String> {
    let code: String = config.code.iter().collect();
    let mut wrong = Vec::new();
    for line in code.lines() {
        let Some((name, _)) = line.trim().strip_prefix("pub ").and_then(|l| l.split_once(':')) else {
            continue;
        };
        if name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
            && !document.contains(&format!("`{name}`"))
            && !document.contains(&format!("`[{name}]`"))
        {
            wrong.push(format!("docs/operate.md does not explain the key {name}"));
        }
    }
    wrong
}

/// Does every word that the guide prints in bold stand on a screen, that is in a Vietnamese message?
pub fn guide_labels(file: &str, guide: &str, messages: &str) -> Vec<String> {
    let said: BTreeSet<&str> =
        messages.lines().map(|l| l.split_once('=').map_or(l, |(_, text)| text).trim()).collect();
    let mut wrong = Vec::new();
    for (n, line) in guide.lines().enumerate() {
        for label in
            line.split("**").skip(1).step_by(2).filter(|label| !label.ends_with(':') && *label != "đậm")
        {
            if !said.contains(label) {
                wrong.push(format!("{file}:{}: no screen says “{label}”", n + 1));
            }
        }
    }
    wrong
}
