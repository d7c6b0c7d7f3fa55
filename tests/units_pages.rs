//! The pages of units, through the whole program.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails where its world cannot be made")]

use axum::http::Method;
use domain::access::Role;
use domain::identity;
use domain::units::{self, NewUnit, UnitKind};
use domain::{UnitId, command};
use serde_json::json;
use testkit::app::TestApp;
use testkit::world::World;

/// An invented association with one board, and its administrator.
async fn association() -> (TestApp, UnitId, UnitId) {
    let world = World::new().await;
    let made = command!(&world.platform, &world.system(), cx => {
        let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await?;
        let board = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Đối ngoại - Hợp tác quốc tế")).await?;
        Ok((root, board))
    });
    let (root, board) = made.expect("the units are made");
    world.account("quantri", Role::Administrator, root).await;
    world.account("xem", Role::Viewer, root).await;
    (TestApp::over(world), root, board)
}

#[tokio::test]
async fn every_page_of_units_opens() {
    let (app, root, board) = association().await;
    let mut keeper = app.log_in("quantri").await;
    for path in [
        "/units".to_owned(),
        "/units?q=ban".into(),
        "/units/search?q=doi+ngoai".into(),
        "/units/candidates".into(),
        "/units/candidates?q=Ban+%C4%90N-HTQT".into(),
        "/units/new".into(),
        "/units/import".into(),
        "/units/export".into(),
        "/groupings".into(),
        "/groupings/new".into(),
        format!("/units/{root}"),
        format!("/units/{board}?day=01%2F07%2F2025&gone=yes"),
    ] {
        let page = keeper.get(&path).await.expect(200);
        assert!(!page.text().contains('⟦'), "{path}: a message is missing");
    }
    for act in ["edit", "rename", "move", "order", "close", "aliases", "links"] {
        let page = keeper.get(&format!("/units/{board}/{act}")).await.expect(200);
        assert!(!page.text().contains('⟦'), "{act}: a message is missing");
    }
    let found = keeper.get("/units/candidates?q=Ban+%C4%90N-HTQT").await.expect(200);
    assert!(found.text().contains("Ban Đối ngoại - Hợp tác quốc tế"));
    let sheet = keeper.get(&format!("/units/export?form=xlsx&under={root}")).await.expect(200);
    assert!(sheet.bytes.starts_with(b"PK"));
    let list = keeper.get("/units/export?form=csv").await.expect(200);
    assert!(list.text().contains("Hội Ánh Dương"));
}

#[tokio::test]
async fn a_unit_is_added_renamed_linked_and_closed_through_forms() {
    let (app, root, board) = association().await;
    let mut keeper = app.log_in("quantri").await;
    let parent = root.to_string();
    let refused = keeper
        .post("/units/new", &[("name", " "), ("kind", "board"), ("parent", &parent), ("code", "GIỮ LẠI")])
        .await
        .expect(422);
    assert!(refused.text().contains("GIỮ LẠI") && refused.text().contains("Nhập tên đơn vị."));
    let made = keeper
        .post(
            "/units/new",
            &[("name", "Ban Chính sách"), ("kind", "board"), ("parent", &parent), ("aliases", "BCS\nBan CS")],
        )
        .await
        .expect(303);
    let page = keeper.get(&made.location).await.expect(200);
    assert!(page.text().contains("BCS; Ban CS"));
    let address = format!("/units/{board}");
    let renamed =
        [("version", "1"), ("name", "Ban Hội nhập"), ("effective", "01/03/2026"), ("reason", "12/QĐ-HAD")];
    let _ = keeper.post(&format!("{address}/rename"), &renamed).await.expect(303);
    let stale = keeper.post(&format!("{address}/rename"), &renamed).await.expect(409);
    assert!(stale.text().contains("Ban Hội nhập"));
    let then = keeper.get(&format!("{address}?day=28/02/2026")).await.expect(200);
    assert!(
        then.text().contains("Ngày 28/02/2026: Ban Đối ngoại - Hợp tác quốc tế, trực thuộc Hội Ánh Dương")
    );
    let below_itself = [("version", "2"), ("parent", &board.to_string()), ("effective", "")];
    let cycle = keeper.post(&format!("{address}/move"), &below_itself).await.expect(422);
    assert!(cycle.text().contains("Không thể chuyển"));
    let _ = keeper
        .post(&format!("{address}/close"), &[("version", "2"), ("last_day", "30/06/2026")])
        .await
        .expect(303);
    let closed = keeper.get(&address).await.expect(200);
    assert!(closed.text().contains("Đã kết thúc hoạt động sau ngày 30/06/2026."));
}

#[tokio::test]
async fn a_list_is_shown_with_its_errors_by_cell_and_applied() {
    let (app, root, _) = association().await;
    let mut keeper = app.log_in("quantri").await;
    let under = root.to_string();
    let wrong = "Tên đơn vị,Loại,Từ ngày\nBan Chính sách,Ban,31/02/2025\n";
    let shown = keeper
        .upload("/units/import", &[("under", &under)], &[("file", "ds.csv", wrong.as_bytes())])
        .await
        .expect(422);
    assert!(shown.text().contains("C2") && shown.text().contains("31/02/2025"));
    let right = "Tên đơn vị,Loại,Từ ngày\nBan Chính sách,Ban,01/02/2025\n";
    let shown = keeper
        .upload("/units/import", &[("under", &under)], &[("file", "ds.csv", right.as_bytes())])
        .await
        .expect(200);
    assert!(shown.text().contains("Sẽ thêm 1 đơn vị"));
    let rows = r#"[["Tên đơn vị","Loại","Từ ngày"],["Ban Chính sách","Ban","01/02/2025"]]"#;
    let done = keeper.post("/units/import/apply", &[("under", &under), ("rows", rows)]).await.expect(303);
    assert!(done.location.contains("added=1"));
    let found = keeper.get("/units/search?q=chinh+sach").await.expect(200);
    assert!(found.text().contains("Ban Chính sách"));
    let none = keeper
        .upload("/units/import", &[("under", &under)], &[("file", "x.pdf", b"%PDF-1.4 broken")])
        .await
        .expect(422);
    assert!(none.text().contains("Danh sách") || none.text().contains("Tệp"));
}

#[tokio::test]
async fn a_viewer_reads_and_changes_nothing() {
    let (app, root, board) = association().await;
    let mut viewer = app.log_in("xem").await;
    let _ = viewer.get(&format!("/units/{board}")).await.expect(200);
    let _ = viewer.get(&format!("/units/{board}/rename")).await.expect(403);
    let _ = viewer.get("/units/new").await.expect(403);
    let _ =
        viewer.post(&format!("/units/{board}/rename"), &[("version", "1"), ("name", "X")]).await.expect(403);
    let new = [("name", "Ban X"), ("kind", "board"), ("parent", &root.to_string())];
    let _ = viewer.post("/units/new", &new).await.expect(403);
    let _ = app.nobody().get("/units").await.expect(303);
}

#[tokio::test]
async fn programs_read_add_and_resolve_units() {
    let (app, root, board) = association().await;
    let actor = app.world.actor_of("quantri").await;
    let issued =
        command!(&app.world.platform, &actor, cx => { identity::issue_token(cx, "đồng bộ", 30).await });
    let mut program = app.program(&issued.expect("a token").1);
    let roots = program.get("/api/v1/units").await.expect(200).json();
    assert_eq!(roots["items"][0]["name"], "Hội Ánh Dương");
    let level = program.get(&format!("/api/v1/units?parent={root}&limit=1")).await.expect(200).json();
    assert_eq!(level["items"][0]["id"], board.to_string());
    assert!(level["next"].is_null());
    let new = json!({ "parent": root, "kind": "board", "name": "Ban Chính sách", "aliases": ["BCS"] });
    let made = program.json(Method::POST, "/api/v1/units", &new).await.expect(201);
    let one = program.get(&made.location).await.expect(200).json();
    assert_eq!((one["aliases"][0].as_str(), one["superior"].as_str()), (Some("BCS"), Some("Hội Ánh Dương")));
    let again = program.json(Method::POST, "/api/v1/units", &new).await.expect(422).json();
    assert_eq!(again["errors"][0]["field"], "name");
    let found = program.get("/api/v1/units/search?q=doi+ngoai").await.expect(200).json();
    assert_eq!(found["items"][0]["id"], board.to_string());
    let resolved = program.get("/api/v1/units/resolve?name=Ban+%C4%90N-HTQT").await.expect(200).json();
    assert_eq!(
        (&resolved["items"][0]["why"], &resolved["items"][0]["target"]),
        (&json!("abbreviation"), &json!("unit"))
    );
    let _ = app.nobody().get("/api/v1/units").await.expect(401);
}
