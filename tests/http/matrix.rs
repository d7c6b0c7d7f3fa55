//! Every route, called as nobody, as a stranger, as every role of the wrong unit and of the right one.

use crate::table::{Answer, CALLERS, Row, rows};
use crate::world::{House, Things};
use axum::http::Method;
use std::collections::BTreeSet;
use testkit::app::{self, Caller};
use testkit::world::PASSWORD;

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
/// (An empty form that names no thing may be shown again to whoever may send it for something else.)
async fn refused(house: &House, row: &Row, wrong: &mut Vec<String>) {
    let things = house.things().await;
    let path = fill(house, row, 9, &things).await;
    let before = house.counts().await;
    for (column, expected) in row.answers.iter().enumerate().filter(|(_, answer)| answer.refuses()) {
        let mut caller = caller(house, row, column);
        check(row, column, *expected, &call(&mut caller, row, &path, body(house, row, &things)).await, wrong);
        if row.writes() && (row.path.contains('{') || LOOKERS.contains(&column)) {
            let empty = call(&mut caller, row, &path, Body::default()).await;
            if !matches!(empty.status.as_u16(), 303 | 401 | 403 | 404) {
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
    for (column, person) in house.people.iter().enumerate().skip(1) {
        let mut caller = person.clone();
        let expected = if row.api() { 401 } else { 403 };
        caller.csrf = "0".repeat(32);
        let answer = call(&mut caller, row, path, body(house, row, things)).await;
        check(row, column, Answer::Status(expected), &answer, wrong);
    }
}

/// Everybody whom the table lets in, each with things that nobody touched before.
async fn allowed(house: &House, row: &Row, wrong: &mut Vec<String>) {
    for (column, expected) in row.answers.iter().enumerate().filter(|(_, answer)| !answer.refuses()) {
        let things = house.things().await;
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
async fn fill(house: &House, row: &Row, column: usize, things: &Things) -> String {
    let mut path = row.path.clone();
    while let Some((start, rest)) = path.split_once('{') {
        let (name, end) = rest.split_once('}').unwrap();
        let value = match name {
            "account" => things.account.to_string(),
            "grant" => things.grant.to_string(),
            "token" => house.token_of(column).await.to_string(),
            "unit" => things.unit.to_string(),
            "alias" => things.alias.to_string(),
            "link" => things.link.to_string(),
            "grouping" => things.grouping.to_string(),
            "member" => things.member.to_string(),
            "programme" => things.programme.to_string(),
            "document" => things.document.to_string(),
            "task" => things.task.to_string(),
            other => panic!("say in tests/http/matrix.rs what {{{other}}} is filled with"),
        };
        path = format!("{start}{value}{end}");
    }
    path
}

/// What is sent with a write.
#[derive(Default)]
struct Body {
    fields: Vec<(&'static str, String)>,
    json: serde_json::Value,
}

async fn call(caller: &mut Caller, row: &Row, path: &str, body: Body) -> app::Answer {
    let method: Method = row.method.parse().unwrap();
    if !row.writes() {
        return caller.get(path).await;
    }
    if row.api() {
        return caller.json(method, path, &body.json).await;
    }
    let fields: Vec<(&str, &str)> = body.fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    caller.post(path, &fields).await
}

/// A body that the route would take from somebody who may.
fn body(house: &House, row: &Row, things: &Things) -> Body {
    let fields: &[(&'static str, &str)] = match row.path.as_str() {
        "/account/tokens" => &[("name", "báo cáo"), ("days", "30")],
        "/account/password" => {
            &[("current", PASSWORD), ("password", "một mật khẩu khác 58"), ("again", "một mật khẩu khác 58")]
        }
        "/accounts/new" => &[
            ("login", &format!("moi.{}", house.number())),
            ("name", "Người Mới"),
            ("password", "mật khẩu tạm thời 59"),
            ("role", "viewer"),
            ("unit", &things.unit.to_string()),
        ],
        "/accounts/{account}/grants" => &[("role", "planner"), ("unit", &things.unit.to_string())],
        "/accounts/{account}/disable" => &[("version", "1"), ("disabled", "yes")],
        "/accounts/{account}/password" => &[("password", "mật khẩu tạm thời 60")],
        path if path.starts_with("/units") || path.starts_with("/groupings") => {
            return Body { fields: unit_fields(house, path, things), json: serde_json::Value::Null };
        }
        path if path.starts_with("/programmes") || path.starts_with("/tasks") => {
            return Body { fields: plan_fields(path, things), json: serde_json::Value::Null };
        }
        _ => &[],
    };
    let json = match row.path.as_str() {
        "/api/v1/units" => {
            let name = format!("Tổ của máy {}", house.number());
            serde_json::json!({ "parent": things.unit, "kind": "other", "name": name })
        }
        "/api/v1/programmes" => serde_json::json!({ "owner": things.unit, "title": "Kết luận" }),
        "/api/v1/documents" => serde_json::json!({ "owner": things.unit, "title": "Bút phê" }),
        "/api/v1/programmes/{programme}/tasks" => serde_json::json!({ "title": "Họp báo" }),
        "/api/v1/tasks/{task}" => serde_json::json!({ "version": 1, "title": "Họp báo" }),
        _ => serde_json::json!({}),
    };
    Body { fields: fields.iter().map(|(k, v)| (*k, (*v).to_owned())).collect(), json }
}

fn plan_fields(path: &str, things: &Things) -> Vec<(&'static str, String)> {
    let (unit, task) = (things.unit.to_string(), things.task.to_string());
    match path {
        "/programmes/new" => vec![("title", "Kết luận".into()), ("owner", unit)],
        "/programmes/{programme}/edit" => {
            vec![("version", "1".into()), ("title", "Kết luận".into()), ("near_due_days", "7".into())]
        }
        "/programmes/{programme}/tasks/new" => {
            vec![("title", "Họp báo".into()), ("kind", "continuous".into())]
        }
        "/tasks/{task}/edit" => {
            vec![("version", "1".into()), ("title", "Họp báo".into()), ("kind", "continuous".into())]
        }
        "/tasks/{task}/end" => vec![("version", "1".into())],
        "/tasks/settle" => vec![("act", "due".into()), ("task", task), ("due", "30/11/2026".into())],
        _ => Vec::new(),
    }
}

fn unit_fields(house: &House, path: &str, things: &Things) -> Vec<(&'static str, String)> {
    let number = house.number();
    let unit = things.unit.to_string();
    let fields: Vec<(&'static str, String)> = match path {
        "/units/new" => {
            vec![("name", format!("Tổ mới {number}")), ("kind", "other".into()), ("parent", unit)]
        }
        "/units/import" | "/units/import/divisions" => vec![("under", unit)],
        "/units/import/apply" => {
            vec![("under", unit), ("rows", format!(r#"[["Tên đơn vị"],["Tổ của danh sách {number}"]]"#))]
        }
        "/units/{unit}/rename" => vec![("name", format!("Tổ đổi tên {number}"))],
        "/units/{unit}/move" => vec![("parent", house.owner.to_string())],
        "/units/{unit}/close" => vec![("last_day", "20/11/2026".into())],
        "/units/{unit}/aliases" => vec![("alias", "Tổ T".into())],
        "/units/{unit}/links" => vec![("kind", "vertical".into()), ("other", house.owner.to_string())],
        "/units/{unit}/edit" => vec![("kind", "club".into())],
        "/groupings/new" => vec![("name", format!("Nhóm mới {number}")), ("org", house.root.to_string())],
        "/groupings/{grouping}" => vec![("name", format!("Nhóm đổi tên {number}"))],
        "/groupings/{grouping}/members" => vec![("unit", house.owner.to_string())],
        _ => Vec::new(),
    };
    fields.into_iter().chain([("version", "2".to_owned())]).collect()
}
