//! The description of the API is valid, whole and true.

use crate::table::rows;
use crate::world::House;
use domain::command;
use domain::units::{self, NewUnit, UnitKind};
use serde_json::Value;
use std::collections::BTreeSet;

fn description() -> Value {
    serde_json::to_value(web::app::api_description()).unwrap()
}

/// Every operation as (method, path, operation).
fn operations(description: &Value) -> Vec<(String, String, &Value)> {
    let paths = description["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
    });
    operations.collect()
}

#[tokio::test]
async fn the_document_that_is_served_is_the_one_that_is_tested() {
    let house = House::new().await;
    let served = house.app.nobody().get("/api/v1/openapi.json").await.expect(200);
    assert_eq!(served.json(), description());
    assert!(description()["openapi"].as_str().unwrap().starts_with("3."));
}

#[test]
fn references_lead_somewhere() {
    let description = description();
    let mut names = Vec::new();
    references(&description, &mut names);
    assert!(!names.is_empty());
    for name in names {
        let pointer = name.strip_prefix('#').unwrap_or_else(|| panic!("{name} leads out of the document"));
        assert!(description.pointer(pointer).is_some(), "{name} leads nowhere");
    }
}

fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match (key.as_str(), value) {
                    ("$ref", Value::String(name)) => names.push(name.clone()),
                    _ => references(value, names),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        _ => {}
    }
}

#[test]
fn every_operation_is_described_with_its_answers() {
    let description = description();
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations(&description) {
        let what = format!("{method} {path}");
        assert!(path.starts_with("/api/"), "{what}");
        let words = [&operation["summary"], &operation["description"]];
        assert!(words.iter().any(|w| w.as_str().is_some_and(|text| text.len() > 5)), "{what} says nothing");
        assert!(
            names.insert(operation["operationId"].to_string()),
            "{what}: its operationId is another's too"
        );
        let answers = operation["responses"].as_object().unwrap();
        for (status, answer) in answers {
            if status.starts_with('4') || status.starts_with('5') {
                let problem = &answer["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(*problem, "#/components/schemas/ProblemDetails", "{what}: {status}");
                assert_eq!(answer["content"].as_object().unwrap().len(), 1, "{what}: {status}");
            }
        }
        let open = operation["security"]
            .as_array()
            .is_some_and(|s| s.iter().all(|one| one == &serde_json::json!({})));
        assert!(open || answers.contains_key("401"), "{what} does not say 401");
        for part in path.split('/').filter_map(|p| p.strip_prefix('{')).filter_map(|p| p.strip_suffix('}')) {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            assert!(
                parameters.iter().any(|p| p["name"] == part && p["in"] == "path"),
                "{what} does not describe {part}"
            );
        }
    }
}

/// The statuses that the permission test sees are among those that are described.
#[test]
fn what_is_answered_is_described() {
    let description = description();
    for row in rows().iter().filter(|row| row.api()) {
        let answers = &description["paths"][&row.path][row.method.to_lowercase()]["responses"];
        for answer in &row.answers {
            assert!(!answers[answer.to_string()].is_null(), "{}: {answer} is not described", row.name());
        }
    }
}

/// Every list is paged: each item comes exactly once, in the same order whatever the size of the page.
#[tokio::test]
async fn lists_page_through_everything_once() {
    let house = House::new().await;
    for number in 0..7 {
        let _ = house.things(&format!("{{programme}}{{task}}{{matter}}{{intake}}{{update}}{number}")).await;
    }
    let (system, root) = (house.system(), house.root);
    for number in 0..9 {
        let name = format!("Chi hội {number}");
        command!(house.platform(), &system, cx => { units::create(cx, NewUnit::new(Some(root), UnitKind::Club, &name)).await })
            .unwrap();
    }
    let mut checked = Vec::new();
    for (method, path, operation) in operations(&description()) {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        if method != "GET" || !parameters.iter().any(|p| p["name"] == "cursor") || path.contains('{') {
            continue;
        }
        let extra = if path == "/api/v1/units" { format!("&parent={root}") } else { String::new() };
        let whole = pages(&house, &path, 200, &extra).await;
        assert!(whole.len() > 6, "{path} shows {} items: too few to page", whole.len());
        assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), whole.len(), "{path} shows an item twice");
        for size in [1, 2, 5, whole.len()] {
            assert_eq!(pages(&house, &path, size, &extra).await, whole, "{path} in pages of {size}");
        }
        checked.push(path);
    }
    assert!(!checked.is_empty());
}

/// The ids of all items, page by page.
async fn pages(house: &House, path: &str, size: usize, extra: &str) -> Vec<String> {
    let mut program = house.programs[9].clone();
    let (mut items, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut address = format!("{path}?limit={size}{extra}");
        if let Some(cursor) = &cursor {
            address += &format!(
                "&cursor={}",
                url::form_urlencoded::byte_serialize(cursor.as_bytes()).collect::<String>()
            );
        }
        let page = program.get(&address).await.expect(200).json();
        let rows = page["items"].as_array().unwrap();
        assert!(rows.len() <= size, "{address}");
        items.extend(rows.iter().map(|row| row["id"].to_string()));
        cursor = page["next"].as_str().map(str::to_owned);
        if cursor.is_none() {
            return items;
        }
        assert!(items.len() < 10_000, "{path} never ends");
    }
}
