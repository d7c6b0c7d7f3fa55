//! A request that is sent twice with the same key is carried out once and answered alike.

use crate::matrix::{call, fill};
use crate::sends::body;
use crate::table::{Row, rows};
use crate::world::House;
use axum::http::Method;
use domain::programmes;
use domain::query;
use serde_json::json;
use testkit::app::Answer;

/// Writes that carry no key: they concern a session, not a thing.
const WITHOUT: [&str; 3] = ["/login", "/logout", "/preferences"];

/// Writes that change nothing: they show what a second step would do.
const ONLY_SHOW: [&str; 2] = ["/units/import", "/duties/upload"];

/// Writes that show something once, so that their answer is not kept.
const SHOWN_ONCE: [&str; 2] = ["/account/tokens", "/account/calendar"];

/// Every route that writes, each by somebody who may.
#[tokio::test]
async fn every_write_sent_twice_is_carried_out_once_and_answered_alike() {
    let mut house = House::new().await;
    let column = house.administrator().await;
    let mut wrong = Vec::new();
    for row in rows().iter().filter(|row| row.writes() && !WITHOUT.contains(&row.path.as_str())) {
        if let Err(why) = twice(&house, row, column).await {
            wrong.push(format!("{}: {why}", row.name()));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

async fn twice(house: &House, row: &Row, column: usize) -> Result<(), String> {
    let things = house.things(&row.path).await;
    let path = fill(house, row, column, &things).await;
    let key = format!("lan-gui-{}", house.number());
    let (mut content, mut caller) = (body(house, row, &things), house.people[column].clone());
    if row.api() {
        caller = house.programs[column].clone().with_header("Idempotency-Key", &key);
    } else {
        content.fields.push(("once", key));
    }
    let before = house.counts().await;
    let first = call(&mut caller, row, &path, content.clone()).await;
    if !first.status.is_success() && !first.status.is_redirection() {
        return Err(format!("the first is refused with {}: {}", first.status, shown(&first)));
    }
    let between = house.counts().await;
    if (before == between) != ONLY_SHOW.contains(&row.path.as_str()) {
        return Err("the first time changed nothing".into());
    }
    let second = call(&mut caller, row, &path, content).await;
    if between != house.counts().await {
        return Err("the second time changed something".into());
    }
    if SHOWN_ONCE.contains(&row.path.as_str()) {
        return if second.status == 409 {
            Ok(())
        } else {
            Err(format!("shown twice with {}", second.status))
        };
    }
    let same = |a: &Answer, b: &Answer| {
        let body = !row.api() || a.json() == b.json();
        (a.status, &a.location, &a.media) == (b.status, &b.location, &b.media) && body
    };
    if same(&first, &second) { Ok(()) } else { Err(format!("{first:?} and then {second:?}")) }
}

fn shown(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.bytes).chars().take(400).collect()
}

async fn programmes_named(house: &House, title: &str) -> usize {
    let system = house.system();
    let all = query!(house.platform(), &system, cx => { programmes::list(cx, None).await });
    all.unwrap().iter().filter(|row| row.programme.title == title).count()
}

fn fields<'a>(owner: &'a str, title: &'a str, key: &'a str) -> [(&'a str, &'a str); 3] {
    [("owner", owner), ("title", title), ("once", key)]
}

#[tokio::test]
async fn a_key_used_for_something_else_is_refused_and_what_was_typed_stays() {
    let house = House::new().await;
    let (owner, mut planner) = (house.owner.to_string(), house.people[8].clone());
    let _ = planner.post("/programmes/new", &fields(&owner, "Chương trình đầu", "k")).await.expect(303);
    let refused = planner.post("/programmes/new", &fields(&owner, "Chương trình hai", "k")).await.expect(422);
    assert!(refused.text().contains(&messages::Lang::Vi.text("form-sent-otherwise")));
    assert!(refused.text().contains("Chương trình hai"), "what was typed stays");
    assert_eq!(programmes_named(&house, "Chương trình hai").await, 0);
    let page = refused.text();
    let key = page.split("name=\"once\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let _ = planner.post("/programmes/new", &fields(&owner, "Chương trình hai", key)).await.expect(303);
    assert_eq!(programmes_named(&house, "Chương trình hai").await, 1);
}

#[tokio::test]
async fn a_program_hears_why_its_key_is_refused() {
    let house = House::new().await;
    let mut program = house.programs[8].clone().with_header("Idempotency-Key", "một");
    let body = |title: &str| json!({ "owner": house.owner, "title": title });
    let answer = program.json(Method::POST, "/api/v1/programmes", &body("A")).await;
    let _ = answer.expect(400);
    let mut program = house.programs[8].clone().with_header("Idempotency-Key", "mot");
    let made = program.json(Method::POST, "/api/v1/programmes", &body("A")).await.expect(201);
    let again = program.json(Method::POST, "/api/v1/programmes", &body("A")).await.expect(201);
    assert_eq!(made.json(), again.json());
    let other = program.json(Method::POST, "/api/v1/programmes", &body("B")).await.expect(422);
    assert_eq!(other.json()["errors"][0]["code"], "form-sent-otherwise");
    let mut another = house.programs[9].clone().with_header("Idempotency-Key", "mot");
    let fresh = another.json(Method::POST, "/api/v1/programmes", &body("A")).await.expect(201);
    assert_ne!(made.json(), fresh.json(), "the key of one is not the key of another");
}

/// What was refused was not carried out: the same key may be sent again, mended.
#[tokio::test]
async fn a_refused_request_leaves_its_key_free() {
    let house = House::new().await;
    let (owner, mut planner) = (house.owner.to_string(), house.people[8].clone());
    let _ = planner.post("/programmes/new", &fields(&owner, "", "k")).await.expect(422);
    let _ = planner.post("/programmes/new", &fields(&owner, "Chương trình", "k")).await.expect(303);
    assert_eq!(programmes_named(&house, "Chương trình").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_equal_requests_at_once_both_get_the_answer_of_one() {
    let house = House::new().await;
    let owner = house.owner.to_string();
    for round in 0..5 {
        let (title, key) = (format!("Chương trình {round}"), format!("k{round}"));
        let (form, mut one, mut two) =
            (fields(&owner, &title, &key), house.people[8].clone(), house.people[8].clone());
        let (one, two) =
            futures_util::join!(one.post("/programmes/new", &form), two.post("/programmes/new", &form));
        let (one, two) = (one.expect(303), two.expect(303));
        assert_eq!(one.location, two.location);
        assert_eq!(programmes_named(&house, &title).await, 1);
    }
}

/// Who presses twice closes the first connection: what was begun goes on, and the second gets its answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_whose_sender_went_away_is_carried_out_and_answered_later() {
    let house = House::new().await;
    let (owner, planner) = (house.owner.to_string(), house.people[8].clone());
    let form = fields(&owner, "Chương trình", "k");
    let mut gone = planner.clone();
    {
        let sending = gone.post("/programmes/new", &form);
        tokio::pin!(sending);
        assert!(futures_util::poll!(sending.as_mut()).is_pending());
    }
    let answer = planner.clone().post("/programmes/new", &form).await.expect(303);
    assert!(answer.location.starts_with("/programmes/"), "{}", answer.location);
    assert_eq!(programmes_named(&house, "Chương trình").await, 1);
}
