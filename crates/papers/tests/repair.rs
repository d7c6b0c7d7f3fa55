//! Repair of damaged text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use papers::read::Text;
use papers::repair::{Hints, Repaired, repair};

fn repaired(content: &str) -> Repaired {
    repair(&Text { content: content.to_owned(), ..Text::default() }, &Hints::default())
}

#[test]
fn marks_come_back() {
    let bare = "Uy ban nhan dan tinh chi dao cac so, nganh xay dung ke hoach chuyen doi so va bao cao ket qua thuc hien truoc ngay 30/6/2025.";
    let whole = "Ủy ban nhân dân tỉnh chỉ đạo các sở, ngành xây dựng kế hoạch chuyển đổi số và báo cáo kết quả thực hiện trước ngày 30/6/2025.";
    assert_eq!(repaired(bare).text.content, whole);
}

#[test]
fn sound_text_stays_as_it_is() {
    for sample in [
        include_str!("samples/outline.txt"),
        include_str!("samples/labels.txt"),
        include_str!("samples/flat_table.txt"),
    ] {
        let repaired = repaired(sample);
        assert_eq!(repaired.changes, []);
        assert_eq!(repaired.text.content, sample);
    }
}
