#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::*;

fn rows(text: &str) -> Vec<Vec<String>> {
    text.lines().map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

fn nobody(_: &str) -> Option<(Holder, f64)> {
    None
}

const LIST: &str = "PHỤ LỤC DANH MỤC NHIỆM VỤ | | | | | |
TT | Nội dung nhiệm vụ | Đơn vị chủ trì | Cơ quan, đơn vị phối hợp | Sản phẩm dự kiến | Thời hạn hoàn thành | Kinh phí (triệu đồng)
I | Chuyển đổi số | | | | |
1 | Xây dựng kho dữ liệu | Văn phòng; Ban Chính sách | Các ban | Kho dữ liệu | 30/6/2025 | 300 triệu
2 | Tập huấn kỹ năng số | Ban Đào tạo | | Báo cáo | Thường xuyên |
 | | | | | |
3 | | Ban Đào tạo | | | quý II/2025 | âm";

#[test]
fn headings_are_found_under_a_title_row() {
    let mapping = guess(&rows(LIST));
    assert_eq!(mapping.header, 1);
    let expected = [
        (Field::Title, 1),
        (Field::Lead, 2),
        (Field::Coordinating, 3),
        (Field::Output, 4),
        (Field::Due, 5),
        (Field::Funding, 6),
    ];
    assert_eq!(mapping.columns, expected.into_iter().collect());
}

#[test]
fn good_rows_become_tasks_and_bad_cells_are_named() {
    let rows = rows(LIST);
    let mut mapping = guess(&rows);
    let found = preview(&rows, &mapping, &mut nobody).unwrap();
    assert_eq!(found.rows.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [3, 4]);
    let task = &found.rows[0].1;
    assert_eq!(task.group.as_deref(), Some("Chuyển đổi số"));
    assert_eq!(
        task.with_role(PartyRole::Lead).map(|p| p.printed.as_str()).collect::<Vec<_>>(),
        ["Văn phòng", "Ban Chính sách"]
    );
    assert_eq!(task.time.due.as_deref(), Some("2025-06-30"));
    assert_eq!(task.funding[0].planned, 300_000_000);
    let cells: Vec<_> = found.errors.iter().map(|e| (e.row, e.column, e.reason.key)).collect();
    assert_eq!(cells, [(6, Some(1), "intake-problem-title-empty"), (6, Some(6), "intake-problem-amount")]);
    assert!(!found.is_clean());
    mapping.excluded.insert(6);
    assert!(preview(&rows, &mapping, &mut nobody).unwrap().is_clean());
}

#[test]
fn a_list_without_a_column_of_wordings_is_refused() {
    let rows = rows("A | B\n1 | 2");
    assert!(preview(&rows, &guess(&rows), &mut nobody).is_err());
}

#[test]
fn times_of_lists_are_understood() {
    for (text, kind, due) in [
        ("30/6/2025", TimeKind::ByDate, Some("2025-06-30")),
        ("Trước 15/11/2025", TimeKind::ByDate, Some("2025-11-15")),
        ("Tháng 9/2025", TimeKind::ByMonth, Some("2025-09-30")),
        ("09/2025", TimeKind::ByMonth, Some("2025-09-30")),
        ("Quý III/2025", TimeKind::ByDate, Some("2025-09-30")),
        ("Quý 4 năm 2025", TimeKind::ByDate, Some("2025-12-31")),
        ("Hết năm 2026", TimeKind::ByDate, Some("2026-12-31")),
        ("Thường xuyên", TimeKind::Continuous, None),
        ("Hằng năm", TimeKind::Recurring, None),
        ("Theo kế hoạch cụ thể", TimeKind::PerPlan, None),
        ("khi có điều kiện", TimeKind::Unspecified, None),
        ("Quý V/2025", TimeKind::Unspecified, None),
        ("31/2/2025", TimeKind::Unspecified, None),
    ] {
        let found = time(text);
        assert_eq!((found.kind, found.due.as_deref()), (kind, due), "{text}");
    }
}

#[test]
fn money_is_read_with_the_unit_of_the_cell_or_of_the_heading() {
    for (heading, cell, value) in [
        ("Kinh phí", "1.500.000", Some(1_500_000)),
        ("Kinh phí (triệu đồng)", "1,500,000 đồng", Some(1_500_000)),
        ("Kinh phí", "2,5 tỷ", Some(2_500_000_000)),
        ("Kinh phí (triệu đồng)", "300", Some(300_000_000)),
        ("Kinh phí (triệu đồng)", "1.250,5", Some(1_250_500_000)),
        ("Kinh phí", "-5", None),
        ("Kinh phí", "chưa rõ", None),
    ] {
        let rows = rows(&format!("Nhiệm vụ | {heading}\nMột việc | {cell}"));
        let found = preview(&rows, &guess(&rows), &mut nobody).unwrap();
        let planned = found.rows.first().map(|(_, task)| task.funding[0].clone());
        assert_eq!(planned.as_ref().map(|money| money.planned), value, "{heading} {cell}");
        assert!(planned.is_none_or(|money| money.source == heading), "{heading}");
    }
}
