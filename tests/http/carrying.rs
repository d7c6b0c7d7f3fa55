//! Carrying out over HTTP: a program reports and is confirmed, and a person sends a filled-in workbook.

use crate::world::House;
use axum::http::Method;
use domain::access::Role;
use domain::identity;
use domain::{UnitId, command};
use serde_json::{Value, json};
use testkit::app::Caller;
use testkit::book::Book;

/// A program with a token of its own.
async fn program(house: &House, login: &str, role: Role, unit: UnitId) -> Caller {
    let actor = house.app.world.actor(login, role, unit).await;
    let issued =
        command!(house.platform(), &actor, cx => { identity::issue_token(cx, "phép thử", 30).await })
            .unwrap();
    house.app.program(&issued.1)
}

#[tokio::test]
async fn a_program_carries_a_task_from_receipt_to_a_confirmed_fact() {
    let house = House::new().await;
    let things = house.things("{task}").await;
    let mut reporter = program(&house, "can.bo", Role::Reporter, things.unit).await;
    let mut approver = program(&house, "truong", Role::Approver, things.unit).await;
    let duties = async |view: &str, who: &mut Caller| {
        let found = who.get(&format!("/api/v1/duties?view={view}")).await.expect(200).json();
        found["items"].as_array().unwrap().clone()
    };
    let owed = duties("unreceived", &mut reporter).await.remove(0);
    let part = json!({ "task": owed["task"], "assignment": owed["assignment"], "unit": owed["unit"] });
    let _ =
        reporter.json(Method::POST, "/api/v1/duties/receive", &json!({ "parts": [part] })).await.expect(200);
    assert!(duties("unreceived", &mut reporter).await.is_empty());

    let draft_at = format!("/api/v1/tasks/{}/draft", owed["task"].as_str().unwrap());
    let form = reporter.get(&draft_at).await.expect(200).json();
    assert_eq!((&form["draft"], &form["assignment"]), (&Value::Null, &owed["assignment"]));
    let mut body = json!({ "assignment": owed["assignment"], "unit": owed["unit"], "kind": "done" });
    let draft = reporter.json(Method::PUT, &draft_at, &body).await.expect(200).json();
    let again = reporter.json(Method::PUT, &draft_at, &body).await.expect(409).json();
    assert_eq!(again["status"], 409, "a draft is begun once: {again}");
    let at = format!("/api/v1/updates/{}", draft["id"].as_str().unwrap());
    let early =
        reporter.json(Method::POST, &format!("{at}/submit"), &json!({ "version": 1 })).await.expect(422);
    assert_eq!(early.json()["errors"][0]["field"], "completed_on");
    body["version"] = json!(1);
    body["completed_on"] = json!(house.platform().today().to_string());
    let draft = reporter.json(Method::PUT, &draft_at, &body).await.expect(200).json();
    assert_eq!((&draft["version"], &draft["percent"]), (&json!(2), &json!(100)));

    let wrong = [("file", "bao-cao.pdf", &b"MZ\x90\0 not a paper"[..])];
    let refused = reporter.upload(&format!("{at}/files"), &[], &wrong).await.expect(422);
    assert_eq!(refused.json()["errors"][0]["code"], "carrying-error-file-program");
    let file = [("file", "bao-cao.txt", "Báo cáo".as_bytes())];
    let _ = reporter.upload(&format!("{at}/files"), &[], &file).await.expect(201);
    let paper = json!({ "number": "12/QĐ-BCS", "issued_on": "2025-02-05", "issuer": "Ban Chính sách" });
    let with = reporter.json(Method::POST, &format!("{at}/evidence"), &paper).await.expect(201).json();
    assert_eq!(with["evidence"].as_array().unwrap().len(), 2);
    let removed = json!({ "evidence": with["evidence"][1]["id"] });
    let _ = reporter.json(Method::POST, &format!("{at}/evidence/remove"), &removed).await.expect(200);
    let sent =
        reporter.json(Method::POST, &format!("{at}/submit"), &json!({ "version": 2 })).await.expect(200);
    assert_eq!(sent.json()["fate"], "waiting_unit");
    assert_eq!(duties("waiting", &mut reporter).await.len(), 1);

    // Nobody confirms what he reported; his leader returns it, with a reason, and it comes back.
    let own = json!({ "version": 3, "outcome": "confirm" });
    let _ = reporter.json(Method::POST, &format!("{at}/decisions"), &own).await.expect(403);
    let waiting = approver.get("/api/v1/confirmations").await.expect(200).json();
    assert_eq!(
        (&waiting["items"][0]["id"], &waiting["items"][0]["evidence_count"]),
        (&draft["id"], &json!(1))
    );
    let silent = json!({ "version": 3, "outcome": "return" });
    let _ = approver.json(Method::POST, &format!("{at}/decisions"), &silent).await.expect(422);
    let back = json!({ "version": 3, "outcome": "return", "reason": "Thiếu số văn bản." });
    let _ = approver.json(Method::POST, &format!("{at}/decisions"), &back).await.expect(200);
    let returned = duties("returned", &mut reporter).await.remove(0);
    assert_eq!(returned["last_fate"], "returned");
    let fresh =
        reporter.json(Method::POST, &format!("{at}/correct"), &json!({ "version": 4 })).await.expect(201);
    let fresh = fresh.json();
    assert_eq!((&fresh["corrects"], fresh["evidence"].as_array().unwrap().len()), (&draft["id"], 1));
    let at = format!("/api/v1/updates/{}", fresh["id"].as_str().unwrap());
    let _ = reporter.json(Method::POST, &format!("{at}/submit"), &json!({ "version": 1 })).await.expect(200);
    let ok = json!({ "version": 2, "outcome": "confirm" });
    let _ = approver.json(Method::POST, &format!("{at}/decisions"), &ok).await.expect(200);
    let history = format!("/api/v1/tasks/{}/updates?limit=1", owed["task"].as_str().unwrap());
    let page = reporter.get(&history).await.expect(200).json();
    assert_eq!((&page["items"][0]["id"], &page["next"]), (&fresh["id"], &fresh["id"]));
    assert_eq!(page["items"][0]["decisions"][0]["outcome"], "confirmed");
    let next = format!("{history}&cursor={}", fresh["id"].as_str().unwrap());
    let last = reporter.get(&next).await.expect(200).json();
    assert_eq!(last["items"][0]["decisions"][0]["reason"], "Thiếu số văn bản.");
}

#[tokio::test]
async fn a_filled_in_workbook_is_shown_before_it_is_sent() {
    let house = House::new().await;
    let things = house.things("/duties/upload").await;
    let mut person = house.people[9].clone();
    let view = format!("/duties.xlsx?unit={}", things.unit);
    let form = person.get(&view).await.expect(200);
    assert_eq!(form.media, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    let book = Book::open(&form.bytes);
    let line = book.lines()[0];
    let wrong = book.clone().fill("completed_on", line, "31/02/2026");
    let cell = book.cell("completed_on", line);
    let file = wrong.bytes();
    let page = person.upload("/duties/upload", &[], &[("file", "cap-nhat.xlsx", &file)]).await.expect(422);
    assert!(page.text().contains(&format!("Trang tính Nhiệm vụ, ô {cell}")), "{}", page.text());
    assert!(page.text().contains("Ngày 31/02/2026 không có trong lịch."));
    assert!(!page.text().contains("name=\"rows\""), "nothing can be sent on");

    let file = things.workbook.clone();
    let before = house.counts().await;
    let page = person.upload("/duties/upload", &[], &[("file", "cap-nhat.xlsx", &file)]).await.expect(200);
    assert_eq!(house.counts().await, before, "a preview keeps nothing");
    assert!(page.text().contains("Đang làm.") && page.text().contains("name=\"rows\""));
    let secret = book.fill("body", line, "TỐI MẬT\nNội dung.").bytes();
    let page = person.upload("/duties/upload", &[], &[("file", "cap-nhat.xlsx", &secret)]).await.expect(422);
    assert!(!page.text().contains("name=\"rows\""), "a mark of state secrets is refused");
    assert_eq!(house.counts().await, before);
}
