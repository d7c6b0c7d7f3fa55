//! Whatever is done leaves rows that the page of the trail says in words.

use crate::matrix::{call, fill};
use crate::sends::body;
use crate::table::rows;
use crate::world::House;
use domain::audit::{self, Filter};
use domain::disclose;
use std::collections::BTreeSet;

/// A word of a program: lower-case letters of the ASCII, perhaps joined.
fn is_code(text: &str) -> bool {
    let mut parts = text.split('_');
    text.len() > 2 && parts.all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()))
}

/// The fields that a page of the trail shows, with their values.
fn shown(page: &str) -> Vec<String> {
    let lists = page.split("<ul class=\"trail__fields\">").skip(1);
    let items = lists.flat_map(|list| list.split("</ul>").next().unwrap().split("<li>").skip(1));
    let plain = |item: &str| -> String {
        item.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
    };
    items.map(plain).collect()
}

#[tokio::test]
async fn whatever_is_written_stands_in_the_trail_in_words() {
    let mut house = House::new().await;
    let column = house.administrator().await;
    for row in rows().iter().filter(|row| row.writes()) {
        let things = house.things(&row.path).await;
        let path = fill(&house, row, column, &things).await;
        let mut caller =
            if row.api() { house.programs[column].clone() } else { house.people[column].clone() };
        let content = body(&house, row, &things);
        if row.path != "/logout" {
            call(&mut caller, row, &path, content).await;
        }
    }
    let system = house.system();
    let kept =
        disclose!(house.platform(), &system, cx => { audit::recent(cx, &Filter::default(), 5_000).await });
    let kept = kept.unwrap();
    let kinds: BTreeSet<&str> = kept.iter().map(|named| named.row.thing_kind.as_str()).collect();
    assert!(kinds.len() >= 13, "too few kinds to prove anything: {kinds:?}");
    let mut unsaid = BTreeSet::new();
    for named in &kept {
        let row = &named.row;
        for what in web::trail_unsaid(row) {
            unsaid.insert(format!("{} {}: {what}", row.action, row.thing_kind));
        }
    }
    assert!(unsaid.is_empty(), "no words for\n{unsaid:#?}");

    let mut reader = house.people[column].clone();
    let (mut next, mut codes) = (Some("/audit".to_owned()), BTreeSet::new());
    while let Some(path) = next {
        let page = reader.get(&path).await.expect(200).text().to_owned();
        for field in shown(&page) {
            let (_, values) = field.split_once(':').unwrap_or_default();
            codes.extend(
                values.split(['→', ';', ',']).map(str::trim).filter(|v| is_code(v)).map(|_| field.clone()),
            );
        }
        assert!(!page.contains(&messages::Lang::Vi.text("thing-other")), "{path}");
        let link = page.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
        next = link.map(|link| link.replace("&amp;", "&").replace("&#38;", "&"));
    }
    assert!(codes.is_empty(), "codes on screen\n{codes:#?}");
}
