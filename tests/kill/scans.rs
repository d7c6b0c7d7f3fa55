//! A scan goes the whole way: sent in, recognised by a child of the server, ready for review.

#[allow(dead_code, reason = "shared with the tests of papers, which use all of it")]
#[path = "../../crates/papers/tests/forms/font.rs"]
mod font;
#[path = "../../crates/papers/tests/forms/pdf.rs"]
mod pdf;
#[allow(dead_code, reason = "shared with the tests of papers, which use all of it")]
#[path = "../../crates/papers/tests/forms/scan.rs"]
mod scan;

use crate::program::Installation;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

const LINES: [&str; 9] = [
    "HỘI ÁNH DƯƠNG",
    "Số: 15/KH-HAD",
    "KẾ HOẠCH",
    "Chuyển đổi số năm 2026",
    "I. NHIỆM VỤ",
    "1. Xây dựng cơ sở dữ liệu hội viên dùng chung.",
    "- Thời gian hoàn thành: 30/6/2026.",
    "2. Tổ chức tập huấn kỹ năng số cho cán bộ Hội.",
    "- Thời gian hoàn thành: 31/12/2026.",
];

/// The lines on a page, printed and scanned at 200 dots per inch.
fn scanned() -> Vec<u8> {
    let font = font::Font::load();
    let mut page = pdf::Page::default();
    for (at, line) in LINES.iter().enumerate() {
        page.say(80.0, 90.0 + 26.0 * at as f64, 14.0, line);
    }
    let mut child = Command::new("pdftoppm")
        .args(["-r", "200", "-gray", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("poppler-utils is missing: ./check install brings it");
    child.stdin.take().unwrap().write_all(&pdf::pdf(&[page], &font)).unwrap();
    let picture = scan::scanned(&child.wait_with_output().unwrap().stdout, 0.003);
    pdf::pdf(&[pdf::Page { picture: Some(picture), ..pdf::Page::default() }], &font)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_that_is_sent_in_is_read_for_review() {
    let installation = Installation::started().await;
    let _server = installation.serve().await;
    let browser = installation.log_in().await;
    let mut program = browser.clone().program().await;
    let units = program.json("GET", "/api/v1/units", "").await.unwrap();
    let owner = units["items"][0]["id"].as_str().unwrap().to_owned();
    let answer = program.bring_in(&owner, "ban-chup.pdf", &scanned()).await.unwrap();
    assert_eq!(answer.status, 202, "{}", answer.body);
    let taken: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let id = taken["id"].as_str().unwrap();
    let mut browser = browser;
    let waiting = browser.get(&format!("/intakes/{id}/progress")).await;
    assert_eq!(waiting.status, 200);
    for _ in 0..1200 {
        let intake = program.json("GET", &format!("/api/v1/intakes/{id}"), "").await.unwrap();
        assert_ne!(intake["status"], "failed", "{intake}");
        if intake["status"] == "review" {
            let items =
                program.json("GET", &format!("/api/v1/intakes/{id}/items"), "").await.unwrap().to_string();
            assert!(
                items.contains("Xây dựng cơ sở dữ liệu hội viên") && items.contains("2026-06-30"),
                "{items}"
            );
            let page = browser.get(&format!("/intakes/{id}")).await.body;
            assert!(page.contains("chữ do máy nhận dạng"), "{page}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the scan is never read");
}
