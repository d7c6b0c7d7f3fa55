//! Every route, called as nobody, as a stranger, as every role of the wrong unit and of the right one.

use crate::sends::{Body, UPLOADS, body};
use crate::table::{Answer, CALLERS, Row, rows};
use crate::world::{House, Things};
use axum::http::Method;
use std::collections::BTreeSet;
use testkit::app::{self, Caller};

/// Columns of viewers and inspectors.
const LOOKERS: [usize; 4] = [2, 3, 6, 7];

#[test]
fn every_route_has_one_row_and_every_row_a_route() {
    let routes: Vec<String> = web::app::routes().iter().map(|(m, p)| format!("{m} {p}")).collect();
    let table: Vec<String> = rows().iter().map(Row::name).collect();
    let (have, want): (BTreeSet<_>, BTreeSet<_>) = (table.iter().collect(), routes.iter().collect());
    assert_eq!(want.len(), routes.len(), "a route is declared twice");
    assert_eq!(have.len(), table.len(), "a route has two rows in tests/http/routes.txt");
    let missing: Vec<_> = want.difference(&have).collect();
    let gone: Vec<_> = have.difference(&want).collect();
    assert!(missing.is_empty(), "add rows to tests/http/routes.txt for {missing:#?}");
    assert!(gone.is_empty(), "take these rows from tests/http/routes.txt: {gone:#?}");
}

/// Whoever only looks on is refused every write but those on what is his own.
#[test]
fn viewers_and_inspectors_change_nothing_but_their_own() {
    for row in rows().iter().filter(|row| row.writes() && !own(&row.path)) {
        for column in LOOKERS {
            assert!(
                row.answers[column].refuses(),
                "{}: {} gets {}",
                row.name(),
                CALLERS[column],
                row.answers[column]
            );
        }
    }
}

/// What concerns nobody but who calls.
fn own(path: &str) -> bool {
    path == "/login" || path == "/logout" || path == "/preferences" || path.starts_with("/account/")
}

#[tokio::test]
async fn every_route_answers_each_caller_as_the_table_says() {
    let mut house = House::new().await;
    let mut wrong = Vec::new();
    for row in rows() {
        refused(&house, &row, &mut wrong).await;
        allowed(&house, &row, &mut wrong).await;
        if row.path == "/logout" {
            house.log_in().await;
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Everybody whom the table refuses, with a sound body and an empty one: refused, and nothing changed.
/// (An empty form that names no thing may be shown again to whoever may send it for something else, and a
/// program is told that its body is unreadable.)
async fn refused(house: &House, row: &Row, wrong: &mut Vec<String>) {
    let things = house.things(&row.path).await;
    let path = fill(house, row, 9, &things).await;
    let before = house.counts().await;
    for (column, expected) in row.answers.iter().enumerate().filter(|(_, answer)| answer.refuses()) {
        let mut caller = caller(house, row, column);
        check(row, column, *expected, &call(&mut caller, row, &path, body(house, row, &things)).await, wrong);
        if row.writes() && (row.path.contains('{') || LOOKERS.contains(&column)) {
            let empty = call(&mut caller, row, &path, Body::default()).await;
            let unread = row.api() && matches!(empty.status.as_u16(), 400 | 422);
            if !unread && !matches!(empty.status.as_u16(), 303 | 401 | 403 | 404) {
                wrong.push(format!(
                    "{}: {} gets {} for an empty body",
                    row.name(),
                    CALLERS[column],
                    empty.status
                ));
            }
        }
    }
    if row.writes() {
        forged(house, row, &path, &things, wrong).await;
    }
    let after = house.counts().await;
    if before != after {
        let changed: Vec<_> = after.iter().filter(|(table, rows)| before.get(*table) != Some(rows)).collect();
        wrong.push(format!("{}: refused calls changed {changed:?}", row.name()));
    }
}

/// A form without the session's token is refused; a session's cookie writes nothing through the API.
async fn forged(house: &House, row: &Row, path: &str, things: &Things, wrong: &mut Vec<String>) {
    for column in [1, 6, 9] {
        let mut caller = house.people[column].clone();
        let expected = if row.api() { 401 } else { 403 };
        caller.csrf = "0".repeat(32);
        let answer = call(&mut caller, row, path, body(house, row, things)).await;
        // Who may not send files at all is refused before they are read.
        let early = UPLOADS.contains(&row.path.as_str()) && row.answers[column].refuses();
        let expected =
            if early && answer.status == 404 { Answer::Status(404) } else { Answer::Status(expected) };
        check(row, column, expected, &answer, wrong);
    }
}

/// Everybody whom the table lets in, each with things that nobody touched before.
async fn allowed(house: &House, row: &Row, wrong: &mut Vec<String>) {
    for (column, expected) in row.answers.iter().enumerate().filter(|(_, answer)| !answer.refuses()) {
        let things = house.things(&row.path).await;
        let path = fill(house, row, column, &things).await;
        let mut caller = caller(house, row, column);
        check(row, column, *expected, &call(&mut caller, row, &path, body(house, row, &things)).await, wrong);
        if row.api() && !row.writes() {
            let mut person = house.people[column].clone();
            check(row, column, *expected, &call(&mut person, row, &path, Body::default()).await, wrong);
        }
    }
}

fn check(row: &Row, column: usize, expected: Answer, answer: &app::Answer, wrong: &mut Vec<String>) {
    let fits = match expected {
        Answer::Login => answer.status == 303 && answer.location.starts_with("/login"),
        Answer::Status(status) => answer.status == status,
    };
    if !fits {
        let (who, got) = (CALLERS[column], answer.status);
        wrong.push(format!("{}: {who} gets {got} {}, not {expected}", row.name(), answer.location));
    }
}

fn caller(house: &House, row: &Row, column: usize) -> Caller {
    if row.api() { house.programs[column].clone() } else { house.people[column].clone() }
}

/// The path with its parameters filled from the things.
pub async fn fill(house: &House, row: &Row, column: usize, things: &Things) -> String {
    let mut path = row.path.clone();
    while let Some((start, rest)) = path.split_once('{') {
        let (name, end) = rest.split_once('}').unwrap();
        let value = match name {
            "account" => things.account.unwrap().0.to_string(),
            "grant" => things.account.unwrap().1.to_string(),
            "token" => house.token_of(column).await.to_string(),
            "unit" => things.unit.to_string(),
            "alias" => things.alias.to_string(),
            "link" => things.link.to_string(),
            "grouping" => things.grouping.unwrap().0.to_string(),
            "member" => things.grouping.unwrap().2.to_string(),
            "programme" => things.plan.unwrap().programme.to_string(),
            "document" => things.plan.unwrap().document.to_string(),
            "task" => things.plan.unwrap().task.to_string(),
            "secret" => "0".repeat(48),
            "matter" => things.matter.unwrap().0.to_string(),
            "update" => things.update.unwrap().0.to_string(),
            "file" => things.file().unwrap().to_string(),
            "intake" => things.intake.unwrap().intake.to_string(),
            "item" => things.intake.unwrap().item.to_string(),
            other => panic!("say in tests/http/matrix.rs what {{{other}}} is filled with"),
        };
        path = format!("{start}{value}{end}");
    }
    match row.name().as_str() {
        "GET /api/v1/holidays" => format!("{path}?unit={}&year=2026", things.unit),
        "GET /api/v1/working-days" => format!("{path}?unit={}&from=2026-11-13&add=1", things.unit),
        "GET /api/v1/units/search" => path + "?q=to",
        "GET /api/v1/units/resolve" => path + "?name=Tổ",
        "GET /api/v1/documents" => format!("{path}?programme={}", things.plan.unwrap().programme),
        _ => path,
    }
}

pub async fn call(caller: &mut Caller, row: &Row, path: &str, body: Body) -> app::Answer {
    let method: Method = row.method.parse().unwrap();
    if !row.writes() {
        return caller.get(path).await;
    }
    let fields: Vec<(&str, &str)> = body.fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    if UPLOADS.contains(&row.path.as_str()) {
        let files: Vec<(&str, &str, &[u8])> =
            body.files.iter().map(|(f, n, b)| (*f, *n, b.as_slice())).collect();
        return caller.upload(path, &fields, &files).await;
    }
    if row.api() {
        return caller.json(method, path, &body.json).await;
    }
    caller.post(path, &fields).await
}
