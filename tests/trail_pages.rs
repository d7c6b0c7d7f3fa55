//! The page of the audit trail, through the whole program.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails where its world cannot be made")]

use domain::access::Role;
use domain::audit::{self, Filter};
use domain::units::{self, Edit, NewUnit, UnitKind};
use domain::{command, disclose, identity};
use testkit::app::TestApp;
use testkit::world::World;

/// An association with a renamed board and a locked account, its inspector, and a page of the trail.
async fn trail(path: &str, spoil: bool) -> String {
    let world = World::new().await;
    let system = world.system();
    let root = command!(&world.platform, &system, cx => {
        let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await?;
        let board = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Đối ngoại")).await?;
        let edit = Edit { from: None, reason: "Quyết định số 05".to_owned() };
        units::rename(cx, board, 1, "Ban Hợp tác quốc tế", edit).await?;
        Ok(root)
    })
    .expect("the units are made");
    let lan = world.account("lan", Role::Viewer, root).await;
    world.account("thanhtra", Role::Inspector, root).await;
    let keeper = world.actor("quantri", Role::Administrator, root).await;
    command!(&world.platform, &keeper, cx => { identity::set_disabled(cx, lan, 1, true).await }).unwrap();
    if spoil {
        let mut tx = world.platform.db.begin().await.unwrap();
        tx.query("UPDATE audit SET before = '{}', after = '{}', erased_at = 1 WHERE thing_kind = 'unit'")
            .run()
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let app = TestApp::over(world);
    app.log_in("thanhtra").await.get(path).await.expect(200).text().to_owned()
}

/// Each row of the table, its tags taken out.
fn rows(page: &str) -> Vec<String> {
    let plain = |row: &str| {
        let words = row.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text));
        words.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    page.split("<tr>").skip(2).map(plain).collect()
}

#[tokio::test]
async fn the_trail_says_in_words_who_did_what_to_which_thing() {
    let page = trail("/audit", false).await;
    let rows = rows(&page);
    let with = |deed: &str| rows.iter().find(|row| row.contains(deed)).expect(deed);
    let renamed = with("Sửa đơn vị");
    assert!(renamed.contains("Ban Hợp tác quốc tế"), "{renamed}");
    assert!(renamed.contains("Tên: Ban Đối ngoại →thành Ban Hợp tác quốc tế"), "{renamed}");
    assert!(renamed.contains("Căn cứ, lý do: Quyết định số 05"), "{renamed}");
    assert!(with("Khóa tài khoản").contains("(lan)"));
    assert!(with("Thêm đơn vị").contains("Đơn vị cấp trên: Hội Ánh Dương"));
    assert!(page.contains("href=\"/units/"), "the thing leads to its page");
    for row in &rows {
        let summary = row.split("Dữ liệu gốc").next().unwrap();
        assert!(!summary.contains('_') && !summary.contains('{'), "codes on screen: {summary}");
    }
}

#[tokio::test]
async fn the_trail_is_filtered_by_who_what_and_when() {
    let accounts = rows(&trail("/audit?kind=account", false).await);
    assert!(!accounts.is_empty() && accounts.iter().all(|row| !row.contains("đơn vị")), "{accounts:?}");
    let by_keeper = rows(&trail("/audit?who=QuanTri", false).await);
    assert!(by_keeper.len() == 2 && by_keeper[0].contains("Khóa tài khoản"), "{by_keeper:?}");
    assert!(trail("/audit?from=01%2F01%2F2099", false).await.contains("Không có việc nào khớp bộ lọc"));
    assert!(trail("/audit?who=khong-co", false).await.contains("Không có việc nào khớp bộ lọc"));
}

#[tokio::test]
async fn an_erased_row_says_so_and_keeps_who_and_when() {
    let rows = rows(&trail("/audit?kind=unit", true).await);
    assert!(!rows.is_empty());
    for row in rows {
        assert!(row.contains("Nội dung đã xóa") && row.contains("Hệ thống"), "{row}");
    }
}

#[tokio::test]
async fn every_row_is_on_one_page_and_on_one_only() {
    let world = World::new().await;
    let root = command!(&world.platform, &world.system(), cx => {
        let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await?;
        for number in 1..=120 {
            units::create(cx, NewUnit::new(Some(root), UnitKind::Board, &format!("Ban số {number}"))).await?;
        }
        Ok(root)
    })
    .expect("the units are made");
    world.account("thanhtra", Role::Inspector, root).await;
    let all = disclose!(&world.platform, &world.system(), cx => {
        audit::recent(cx, &Filter { kind: Some("unit".to_owned()), ..Filter::default() }, 500).await
    });
    let app = TestApp::over(world);
    let mut reader = app.log_in("thanhtra").await;
    let (mut next, mut found) = (Some("/audit?kind=unit".to_owned()), Vec::new());
    while let Some(path) = next {
        let page = reader.get(&path).await.expect(200).text().to_owned();
        found.extend(rows(&page));
        let link = page.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
        next = link.map(|link| link.replace("&amp;", "&").replace("&#38;", "&"));
    }
    assert_eq!(found.len(), all.unwrap().len());
    for number in 1..=120 {
        let name = format!("Ban số {number} ");
        assert_eq!(found.iter().filter(|row| row.contains(&name)).count(), 1, "{name}");
    }
}
