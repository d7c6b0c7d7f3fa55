//! The pages of programmes and tasks through the program in process.

#![allow(clippy::unwrap_used, reason = "a test fails where its world cannot be made")]

use domain::access::Role;
use domain::programmes::{
    self, AssignmentRole, Holder, NewAssignment, NewDocument, NewGroup, NewProgramme, NewSource, NewTask,
    ProgrammeId, TaskId, TaskTime, TimeKind,
};
use domain::units::{self, NewUnit, UnitKind};
use domain::{Day, UnitId, command, query};
use jiff::civil::date;
use testkit::app::TestApp;

struct Site {
    app: TestApp,
    root: UnitId,
    board: UnitId,
    programme: ProgrammeId,
    task: TaskId,
    document: programmes::DocumentId,
}

async fn site() -> Site {
    let app = TestApp::new().await;
    let (platform, system) = (app.world.platform.clone(), app.world.system());
    let (root, board, other) = command!(&platform, &system, cx => {
        let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await?;
        let board = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Chính sách")).await?;
        let other = units::create(cx, NewUnit::organisation("Viện Sao Mai", UnitKind::Institute)).await?;
        Ok((root, board, other))
    })
    .unwrap();
    app.world.account("planner", Role::Planner, root).await;
    app.world.account("viewer", Role::Viewer, board).await;
    app.world.account("stranger", Role::Planner, other).await;
    let (document, programme) = command!(&platform, &system, cx => {
        let text = "CHƯƠNG TRÌNH\n1. Rà soát <quy chế> nội bộ.\nHết.".to_owned();
        let document = programmes::add_document(cx, document(root, text)).await?;
        let lead = NewAssignment { role: AssignmentRole::Lead, holder: Holder::Unit(board), focal: false };
        let tasks = vec![
            NewTask {
                title: "Rà soát <quy chế> nội bộ".into(),
                group: Some("I".into()),
                outputs: vec!["Quy chế mới".into()],
                time: TaskTime { kind: TimeKind::ByDate, due: Some(Day(date(2026, 11, 9))), ..TaskTime::default() },
                assignments: vec![lead],
                sources: vec![NewSource { document, span: Some([13, 40]), quote: "Rà soát".into(), due: None }],
                ..NewTask::default()
            },
            NewTask {
                title: "Đào tạo nhân lực".into(),
                assignments: vec![NewAssignment { role: AssignmentRole::Lead, holder: Holder::Awaiting, focal: false }],
                ..NewTask::default()
            },
        ];
        let groups = vec![NewGroup { code: "I".into(), title: "Thể chế".into() }];
        let (indicators, duties) = (Vec::new(), Vec::new());
        let title = "Chương trình giả định".to_owned();
        let new = NewProgramme { owner: root, title, documents: vec![document], groups, tasks, indicators, duties };
        let programme = programmes::set_up(cx, new).await?;
        Ok((document, programme))
    })
    .unwrap();
    let overview =
        query!(&platform, &system, cx => { programmes::overview(cx, programme, None).await }).unwrap();
    let task = overview.tasks[0].id;
    Site { app, root, board, programme, task, document }
}

fn document(owner: UnitId, text: String) -> NewDocument {
    NewDocument {
        owner,
        number: Some("01/CTr-GĐ".into()),
        kind: None,
        title: "Chương trình hành động giả định".into(),
        issuer: None,
        issued_on: None,
        signer: None,
        implements: Vec::new(),
        text,
        sha256: None,
        file_name: None,
        replaces: None,
    }
}

#[tokio::test]
async fn every_page_stands_and_a_stranger_sees_none() {
    let site = site().await;
    let (id, task) = (site.programme, site.task);
    let pages = [
        format!("/programmes/{id}"),
        format!("/programmes/{id}/tasks"),
        format!("/programmes/{id}/tasks.xlsx"),
        format!("/programmes/{id}/tasks.csv"),
        format!("/programmes/{id}/indicators"),
        format!("/programmes/{id}/reports"),
        format!("/programmes/{id}/units"),
        format!("/programmes/{id}/defects"),
        format!("/programmes/{id}/documents"),
        format!("/programmes/{id}/edit"),
        format!("/programmes/{id}/tasks/new"),
        format!("/tasks/{task}"),
        format!("/tasks/{task}/edit"),
        format!("/tasks/{task}/end"),
        format!("/documents/{}", site.document),
    ];
    let mut planner = site.app.log_in("planner").await;
    let mut stranger = site.app.log_in("stranger").await;
    let mut viewer = site.app.log_in("viewer").await;
    for page in &pages {
        let answer = planner.get(page).await.expect(200);
        if answer.media.starts_with("text/html") {
            assert!(!answer.text().contains('⟦'), "{page} asks for a message that does not exist");
            assert!(!answer.text().contains("<quy chế>"), "{page} escapes what it shows");
        }
        let _ = stranger.get(page).await.expect(404);
        let changes = ["/edit", "/end", "/new"].iter().any(|end| page.ends_with(end));
        let _ = viewer.get(page).await.expect(if changes { 403 } else { 200 });
    }
    for page in
        ["/", "/programmes", "/tasks", "/tasks.xlsx", "/tasks.csv", "/indicators", "/tasks/settle?act=due"]
    {
        let theirs = planner.get(page).await.expect(200);
        let other = stranger.get(page).await.expect(200);
        if theirs.media.starts_with("text/html") {
            assert!(
                !other.text().contains("Ban Chính sách") && !other.text().contains("Chương trình giả định"),
                "{page}"
            );
        }
    }
    assert!(planner.get("/programmes/new").await.expect(200).text().contains("Hội Ánh Dương"));
    let _ = viewer.get("/programmes/new").await.expect(403);
}

#[tokio::test]
async fn the_first_page_says_the_most_important_thing_and_leads_to_it() {
    let site = site().await;
    let mut planner = site.app.log_in("planner").await;
    let page = planner.get("/").await.expect(200);
    let sentence =
        "Tính đến hết ngày 21/11/2026: 1 trong 2 nhiệm vụ quá hạn, nhiều nhất ở Ban Chính sách (1).";
    assert!(page.text().contains(sentence), "{}", page.text());
    let list = planner.get(&format!("/tasks?unit={}&role=lead&light=red", site.board)).await.expect(200);
    assert!(list.text().contains("Quá hạn 12 ngày: hạn 09/11/2026, chưa có kết quả được xác nhận."));
    let then = planner.get("/?as_of=20/11/2026").await.expect(200);
    assert!(!then.text().contains("Ban Chính sách"));
    let found = planner.get("/tasks?q=quy+che&defect=&state=").await.expect(200);
    assert!(found.text().contains(&site.task.to_string()) && !found.text().contains("Đào tạo nhân lực"));
}

#[tokio::test]
async fn a_task_is_made_changed_and_ended_by_hand() {
    let site = site().await;
    let mut planner = site.app.log_in("planner").await;
    let new = format!("/programmes/{}/tasks/new", site.programme);
    let wrong =
        planner.post(&new, &[("title", " "), ("kind", "by_date"), ("due", "31/02/2026")]).await.expect(422);
    assert!(wrong.text().contains("31/02/2026"), "what was typed is kept");
    let unit = site.board.to_string();
    let step = [
        ("title", "Họp báo"),
        ("kind", "by_date"),
        ("due", "1/12/2026"),
        ("add_role", "lead"),
        ("add_unit", unit.as_str()),
        ("step", "add"),
    ];
    let offered = format!("lead:unit:{unit}");
    assert!(planner.post(&new, &step).await.expect(200).text().contains(&offered));
    let fields = [
        ("title", "Họp báo"),
        ("kind", "by_date"),
        ("due", "1/12/2026"),
        ("outputs", "Tin bài\r\nẢnh"),
        ("offered", offered.as_str()),
        ("keep", offered.as_str()),
        ("milestone_0", "Trình"),
        ("milestone_due_0", "01/11/2026"),
        ("completes", "0"),
        ("funding_0", "Ngân sách"),
        ("planned_0", "1.500.000"),
        ("disbursed_0", ""),
    ];
    let made = planner.post(&new, &fields).await.expect(303);
    let page = planner.get(&made.location).await.expect(200);
    for shown in ["Họp báo", "Tin bài", "Ảnh", "Trình", "1.500.000", "01/12/2026", "Sắp đến hạn: còn 10 ngày"]
    {
        assert!(page.text().contains(shown), "{shown}");
    }
    let edit = format!("{}/edit", made.location);
    let form = planner.get(&edit).await.expect(200);
    assert!(form.text().contains("name=\"version\" value=\"1\""));
    let change = [
        ("version", "1"),
        ("title", "Họp báo quý IV"),
        ("kind", "continuous"),
        ("keep", offered.as_str()),
        ("offered", offered.as_str()),
    ];
    let _ = planner.post(&edit, &change).await.expect(303);
    let _ = planner.post(&edit, &change).await.expect(409);
    let page = planner.get(&made.location).await.expect(200);
    assert!(page.text().contains("kỳ 01/10/2026 – 31/12/2026 chưa khép lại"), "judged by its quarter");
    let end = format!("{}/end", made.location);
    let _ = planner.post(&end, &[("version", "1")]).await.expect(409);
    let _ = planner.post(&end, &[("version", "2")]).await.expect(303);
    assert!(planner.get(&made.location).await.expect(200).text().contains("Đã kết thúc theo dõi"));
}

#[tokio::test]
async fn a_programme_is_made_by_hand() {
    let site = site().await;
    let mut planner = site.app.log_in("planner").await;
    let _ = planner.post("/programmes/new", &[("title", "")]).await.expect(422);
    let owner = site.root.to_string();
    let fields = [
        ("title", "Kết luận giao ban"),
        ("owner", owner.as_str()),
        ("kind", "bút phê"),
        ("issued_on", "3/11/2026"),
    ];
    let made = planner.post("/programmes/new", &fields).await.expect(303);
    let page = planner.get(&made.location).await.expect(200);
    assert!(page.text().contains("Kết luận giao ban") && page.text().contains("bút phê · 03/11/2026"));
    let edit = format!("{}/edit", made.location);
    let renamed = [("version", "1"), ("title", "Kết luận giao ban tháng 11"), ("near_due_days", "7")];
    let _ = planner.post(&edit, &renamed).await.expect(303);
    let _ = planner.post(&edit, &renamed).await.expect(409);
    let wrong = [("version", "2"), ("title", "x"), ("near_due_days", "999")];
    let _ = planner.post(&edit, &wrong).await.expect(422);
    let mut stranger = site.app.log_in("stranger").await;
    let _ = stranger.post("/programmes/new", &fields).await.expect(404);
}

#[tokio::test]
async fn many_tasks_are_settled_at_once() {
    let site = site().await;
    let mut planner = site.app.log_in("planner").await;
    let asked = format!(
        "/tasks/settle?programme={}&state=awaiting&act=lead&back=/programmes/{}/defects",
        site.programme, site.programme
    );
    let page = planner.get(&asked).await.expect(200);
    assert!(page.text().contains("Đào tạo nhân lực") && !page.text().contains("Rà soát"));
    let at = page.text().find("name=\"task\" value=\"").unwrap() + 19;
    let task = page.text()[at..at + 36].to_owned();
    let missing = planner.post("/tasks/settle", &[("act", "lead"), ("task", &task)]).await.expect(422);
    assert!(missing.text().contains("Chọn đơn vị chủ trì"));
    let unit = site.board.to_string();
    let back = format!("/programmes/{}/defects", site.programme);
    let done = planner
        .post("/tasks/settle", &[("act", "lead"), ("task", &task), ("lead", &unit), ("back", &back)])
        .await
        .expect(303);
    assert_eq!(done.location, back);
    assert!(planner.get(&format!("/tasks/{task}")).await.expect(200).text().contains("Ban Chính sách"));
    let due = [
        ("act", "due"),
        ("task", task.as_str()),
        ("due", "30/11/2026"),
        ("reason", "theo kế hoạch"),
        ("back", "//example.org"),
    ];
    assert_eq!(planner.post("/tasks/settle", &due).await.expect(303).location, "/tasks");
    let mut viewer = site.app.log_in("viewer").await;
    let _ = viewer.post("/tasks/settle", &due).await.expect(403);
    let mut stranger = site.app.log_in("stranger").await;
    let _ = stranger.post("/tasks/settle", &due).await.expect(404);
}

#[tokio::test]
async fn a_document_shows_where_its_tasks_stand() {
    let site = site().await;
    let mut planner = site.app.log_in("planner").await;
    let page = planner.get(&format!("/documents/{}", site.document)).await.expect(200);
    let passage = format!("<a class=\"passage\" id=\"p13\" href=\"/tasks/{}\">", site.task);
    assert!(page.text().contains(&passage), "{}", page.text());
    let task = planner.get(&format!("/tasks/{}", site.task)).await.expect(200);
    assert!(task.text().contains("<mark>1. Rà soát"), "{}", task.text());
}

#[tokio::test]
async fn programs_do_the_same() {
    let site = site().await;
    let token = async |login: &str| {
        let actor = site.app.world.actor_of(login).await;
        let issued = command!(&site.app.world.platform, &actor, cx => {
            domain::identity::issue_token(cx, "phép thử", 30).await
        });
        issued.unwrap().1
    };
    let mut planner = site.app.program(&token("planner").await);
    let mut viewer = site.app.program(&token("viewer").await);
    let mut stranger = site.app.program(&token("stranger").await);
    let id = site.programme;
    let listed = planner.get("/api/v1/programmes").await.expect(200).json();
    assert_eq!(listed["items"][0]["counts"]["red"], 1);
    assert_eq!(
        stranger.get("/api/v1/programmes").await.expect(200).json()["items"].as_array().unwrap().len(),
        0
    );
    let whole = planner.get(&format!("/api/v1/programmes/{id}")).await.expect(200).json();
    assert_eq!((&whole["groups"][0]["title"], &whole["states"]["awaiting"]), (&"Thể chế".into(), &1.into()));
    let first = planner.get("/api/v1/tasks?limit=1").await.expect(200).json();
    let next = first["next"].as_str().unwrap();
    let second = planner.get(&format!("/api/v1/tasks?limit=1&cursor={next}")).await.expect(200).json();
    assert_ne!(first["items"][0]["id"], second["items"][0]["id"]);
    assert!(second["next"].is_null());
    let red = planner.get("/api/v1/tasks?light=red&q=quy+che").await.expect(200).json();
    assert_eq!(red["items"][0]["reason_code"], "programmes-light-overdue");
    let wrong = planner.get("/api/v1/tasks?light=blue").await.expect(422).json();
    assert_eq!(wrong["errors"][0]["field"], "light");
    let text = planner.get(&format!("/api/v1/documents/{}", site.document)).await.expect(200).json();
    assert_eq!(text["passages"][0]["task"], site.task.to_string());
    assert_eq!(
        planner.get(&format!("/api/v1/documents?programme={id}")).await.expect(200).json()["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert!(
        planner.get("/api/v1/indicators").await.expect(200).json()["items"].as_array().unwrap().is_empty()
    );

    let new = serde_json::json!({
        "title": "Xây dựng đề án", "time": {"kind": "by_date", "due": "2026-12-31"},
        "assignments": [{"role": "lead", "unit": site.board.to_string()}, {"role": "coordinating", "unknown": "Ban Lạ"}],
        "milestones": [{"title": "Trình", "due": "2026-12-01", "completes": true}],
        "funding": [{"source": "Ngân sách", "planned": 1_000_000}],
    });
    let to = format!("/api/v1/programmes/{id}/tasks");
    let made = planner.json(axum_method("POST"), &to, &new).await.expect(201);
    let place = made.location.clone();
    assert_eq!(made.json()["defects"], serde_json::json!(["unknown_unit", "no_product"]));
    let _ = viewer.json(axum_method("POST"), &to, &new).await.expect(403);
    let _ = stranger.json(axum_method("POST"), &to, &new).await.expect(404);
    let both = serde_json::json!({"title": "x", "assignments": [{"role": "lead", "unit": site.board.to_string(), "awaiting": true}]});
    let _ = planner.json(axum_method("POST"), &to, &both).await.expect(422);
    let change = serde_json::json!({"version": 1, "title": "Xây dựng đề án số", "outputs": ["Đề án"]});
    let changed = planner.json(axum_method("PATCH"), &place, &change).await.expect(200);
    assert_eq!(changed.headers["etag"], "\"2\"");
    assert_eq!(changed.json()["milestones"][0]["title"], "Trình");
    let stale = planner.json(axum_method("PATCH"), &place, &change).await.expect(409);
    assert_eq!(stale.media, "application/problem+json");
    let _ = planner.json(axum_method("PATCH"), &place, &serde_json::json!({"title": "y"})).await.expect(422);
    let _ = stranger.json(axum_method("PATCH"), &place, &change).await.expect(404);
    let _ = stranger.get(&place).await.expect(404);
    let own = serde_json::json!({"title": "Kết luận", "owner": site.root.to_string()});
    let _ = planner.json(axum_method("POST"), "/api/v1/programmes", &own).await.expect(201);
    let _ = viewer.json(axum_method("POST"), "/api/v1/programmes", &own).await.expect(403);
    let kept =
        serde_json::json!({"title": "Bút phê", "owner": site.root.to_string(), "issued_on": "2026-11-01"});
    let kept = planner.json(axum_method("POST"), "/api/v1/documents", &kept).await.expect(201);
    assert_eq!(kept.json()["issued_on"], "2026-11-01");
}

fn axum_method(name: &str) -> axum::http::Method {
    name.parse().unwrap()
}
