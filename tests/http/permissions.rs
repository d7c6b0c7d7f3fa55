//! `docs/permissions.md` says who may what, and is held to the program.

use crate::table::{CALLERS, rows};
use domain::access::{Role, table};
use messages::Lang;
use std::fmt::Write;

const FILE: &str = "docs/permissions.md";

#[test]
fn the_document_says_what_the_program_does() {
    testkit::snapshot::check(FILE, &document());
}

fn document() -> String {
    let mut text = String::from(HEAD);
    actions(&mut text);
    text.push_str(ROUTES);
    routes(&mut text);
    text
}

const HEAD: &str = "# Who may what

Written by the test `permissions` from the policy (`crates/domain/src/access/policy.rs`) and from the table of
routes that the test `matrix` calls (`tests/http/routes.txt`). To write it anew:
`DOTPHA_TEST_UPDATE=1 cargo test --test http permissions`.

## Roles and actions

A role is granted at a unit and holds in the whole subtree of the unit. What is somebody's own (password,
sessions, tokens) is for that account alone, whatever its role. A thing that one may not view does not exist
for him: the answer is \"not found\", never \"forbidden\". Plans and units are also seen by the units named in
them, and all units of an organisation by whoever has a role in it.

";

const ROUTES: &str = "
## Routes

Each route is called by the test as each of these, on a thing of the owning unit. `beside` is a sibling of that
unit, `stranger` administers another organisation. The four roles stand in the order viewer, inspector, planner,
administrator. `login` is the redirect of a page to the log-in page; 404 hides the thing; 403 means that it may be
seen but not changed; every write without the session's token gets 403, and a session's cookie writes nothing
under `/api/`.

";

fn actions(text: &mut String) {
    let name = |role: &Role| Lang::En.text(role_key(*role));
    let roles: Vec<String> = Role::ALL.iter().map(name).collect();
    let _ = writeln!(text, "| Action | {} |", roles.join(" | "));
    let _ = writeln!(text, "| --- |{}", " :---: |".repeat(roles.len()));
    for (action, allowed) in table() {
        let word = serde_json::to_value(action).unwrap().as_str().unwrap().replace('_', " ");
        let cells: Vec<&str> = allowed.iter().map(|(_, may)| if *may { "yes" } else { "–" }).collect();
        let _ = writeln!(text, "| {word} | {} |", cells.join(" | "));
    }
}

fn role_key(role: Role) -> &'static str {
    match role {
        Role::Administrator => "role-administrator",
        Role::Planner => "role-planner",
        Role::Approver => "role-approver",
        Role::Reporter => "role-reporter",
        Role::Leader => "role-leader",
        Role::Inspector => "role-inspector",
        Role::Viewer => "role-viewer",
    }
}

fn routes(text: &mut String) {
    text.push_str("| Route | nobody | stranger | beside | owner |\n| --- | --- | --- | --- | --- |\n");
    for row in rows() {
        let cells = |range: std::ops::Range<usize>| {
            row.answers[range].iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        let (nobody, stranger, beside, owner) =
            (cells(0..1), cells(1..2), cells(2..6), cells(6..CALLERS.len()));
        let _ = writeln!(text, "| `{}` | {nobody} | {stranger} | {beside} | {owner} |", row.name());
    }
}
