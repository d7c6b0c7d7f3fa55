//! Lists of units: the divisions of the country and lists that people keep.

#![allow(clippy::unwrap_used, reason = "a test fails where its world cannot be made")]

mod common;

use common::{Setup, day};
use domain::access::Role;
use domain::units::{self, NewUnit, RowState, UnitKind};
use domain::{Error, command, query};

#[tokio::test]
async fn the_divisions_come_in_once_and_the_seven_of_one_name_are_told_apart() {
    let s = Setup::new().await;
    let government = command!(&s.platform, &s.system, cx => {
        units::create(cx, NewUnit::organisation("Chính phủ", UnitKind::Central)).await
    })
    .unwrap();
    let done =
        command!(&s.platform, &s.system, cx => { units::import_divisions(cx, Some(government)).await })
            .unwrap();
    assert_eq!((done.provinces, done.communes, done.former, done.known), (34, 3321, 29, 0));
    let again =
        command!(&s.platform, &s.system, cx => { units::import_divisions(cx, Some(government)).await })
            .unwrap();
    assert_eq!((again.provinces, again.communes, again.former, again.known), (0, 0, 0, 34 + 3321 + 29));
    query!(&s.platform, &s.system, cx => {
        let roots = units::roots(cx).await?;
        assert_eq!((roots[0].children, roots[0].below), (34, 34 + 3321));
        let all = units::under(cx, government, i64::MAX).await?;
        let on = |text: &str| all.iter().filter(|u| u.kind == UnitKind::Province && u.exists_on(day(text))).count();
        assert_eq!((on("2025-06-30"), on("2025-07-01")), (63, 34));
        let found = units::search(cx, "tan thanh", 200).await?;
        let same: Vec<String> = found.iter().filter(|u| u.name == "Xã Tân Thành").map(|u| u.label()).collect();
        assert_eq!(same.len(), 7);
        assert!(same.contains(&"Xã Tân Thành, Tỉnh Lạng Sơn".to_owned()), "{same:?}");
        let both = units::search(cx, "tan thanh lang son", 5).await?;
        assert_eq!(both.iter().map(|u| u.label()).collect::<Vec<_>>(), ["Xã Tân Thành, Tỉnh Lạng Sơn"]);
        let hanoi = units::search(cx, "HA NOI", 3).await?[0].clone();
        assert_eq!(hanoi.label(), "Thành phố Hà Nội");
        assert_eq!(hanoi.org.0, hanoi.id.0, "a province is an organisation of its own");
        let directory = units::Directory::load(cx, hanoi.id).await?;
        let gone = directory.resolve("UBND tỉnh Bình Dương", 1);
        assert_eq!(gone[0].name, "Thành phố Hồ Chí Minh");
        assert_eq!(units::tree_version(cx).await?, 3);
        Ok(())
    })
    .unwrap();
}

fn table(text: &str) -> Vec<Vec<String>> {
    text.lines().map(|l| l.split('|').map(|c| c.trim().to_owned()).collect()).collect()
}

async fn root(s: &Setup) -> domain::UnitId {
    command!(&s.platform, &s.system, cx => {
        units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await
    })
    .unwrap()
}

const LIST: &str = "DANH SÁCH ĐƠN VỊ (mẫu)
STT | Mã | Tên đơn vị | Loại | Đơn vị cấp trên | Tên khác | Từ ngày
1 | B1 | Ban Chính sách | Ban | | BCS; Ban CS | 01/02/2020
2 | B2 | Tổ Pháp lý | | Ban Chính sách | |
3 | B3 | Văn phòng | Văn phòng | Hội Ánh Dương | |";

#[tokio::test]
async fn a_list_is_shown_before_it_is_applied_and_known_units_are_recognised() {
    let s = Setup::new().await;
    let root = root(&s).await;
    let rows = table(LIST);
    let preview = query!(&s.platform, &s.system, cx => { units::preview(cx, root, &rows).await }).unwrap();
    assert_eq!(preview.problems, []);
    assert_eq!((preview.added(), preview.changed()), (3, 0));
    assert_eq!(query!(&s.platform, &s.system, cx => { units::under(cx, root, 9).await }).unwrap().len(), 1);
    command!(&s.platform, &s.system, cx => { units::import(cx, root, &rows).await }).unwrap();
    let same = query!(&s.platform, &s.system, cx => { units::preview(cx, root, &rows).await }).unwrap();
    let states: Vec<_> = same.rows.iter().map(|r| (r.name.as_str(), r.state.clone())).collect();
    assert!(same.rows.iter().all(|r| r.state == RowState::Same), "{states:?}");
    let changed = table(
        &LIST
            .replace("Ban Chính sách | Ban", "Ban Chính sách và Pháp luật | Ban")
            .replace("| Ban Chính sách |", "| B3 |"),
    );
    let after = command!(&s.platform, &s.system, cx => { units::import(cx, root, &changed).await }).unwrap();
    assert_eq!((after.added(), after.changed()), (0, 2));
    query!(&s.platform, &s.system, cx => {
        let rows = units::export(cx, Some(root)).await?;
        let shown: Vec<(usize, &str)> = rows.iter().map(|r| (r.depth, r.unit.name.as_str())).collect();
        assert_eq!(shown, [(0, "Hội Ánh Dương"), (1, "Ban Chính sách và Pháp luật"), (1, "Văn phòng"), (2, "Tổ Pháp lý")]);
        assert_eq!(rows[1].aliases, ["BCS", "Ban CS"]);
        Ok(())
    })
    .unwrap();
}

#[tokio::test]
async fn wrong_cells_are_named_and_nothing_is_applied() {
    let s = Setup::new().await;
    let root = root(&s).await;
    let rows = table(
        "Tên đơn vị | Loại | Cấp trên | Từ ngày
Ban A | Ban | |
 | Ban | |
Ban B | Ghế | Ban Không Có | 31/02/2025
Ban A | Ban | |
Tổ X | | Tổ Y |
Tổ Y | | Tổ X |",
    );
    let outcome = command!(&s.platform, &s.system, cx => { units::import(cx, root, &rows).await });
    let Err(Error::Invalid(problems)) = outcome else { panic!("{outcome:?}") };
    let cells: Vec<(&str, &str)> = problems.iter().map(|p| (p.field.as_str(), p.reason.key)).collect();
    assert_eq!(
        cells,
        [
            ("A3", "units-name-missing"),
            ("B4", "units-import-kind"),
            ("C4", "units-import-superior-unknown"),
            ("D4", "units-import-day"),
            ("A5", "units-import-repeated"),
            ("C6", "units-import-loop"),
            ("C7", "units-import-loop"),
        ]
    );
    assert_eq!(query!(&s.platform, &s.system, cx => { units::under(cx, root, 9).await }).unwrap().len(), 1);
    let viewer = s.actor(Role::Viewer, root).await;
    let denied = query!(&s.platform, &viewer, cx => { units::preview(cx, root, &rows).await });
    assert!(matches!(denied, Err(Error::Denied(_))));
}
