//! The title of a window says which page it is.

use crate::matrix::{call, fill};
use crate::sends::Body;
use crate::table::rows;
use crate::world::House;
use std::collections::BTreeMap;

#[tokio::test]
async fn no_two_pages_have_one_title() {
    let mut house = House::new().await;
    let column = house.administrator().await;
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows().iter().filter(|row| row.method == "GET" && !row.api()) {
        let things = house.things(&row.path).await;
        let path = fill(&house, row, column, &things).await;
        let mut caller = house.people[column].clone();
        let answer = call(&mut caller, row, &path, Body::default()).await;
        if answer.status != 200 || !answer.media.starts_with("text/html") {
            continue;
        }
        let page = answer.text();
        let Some((_, rest)) = page.split_once("<title>") else { continue };
        let title = rest.split("</title>").next().unwrap();
        let (title, product) = title.rsplit_once(" – ").unwrap_or_else(|| panic!("{path}: {title}"));
        assert!(!title.is_empty() && product == "Đột Phá", "{path}: {title} – {product}");
        found.entry(title.to_owned()).or_default().push(row.path.clone());
    }
    assert!(found.len() > 40, "too few pages to prove anything: {}", found.len());
    found.retain(|_, paths| paths.len() > 1);
    assert!(found.is_empty(), "{found:#?}");
}
