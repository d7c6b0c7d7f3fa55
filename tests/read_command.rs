//! `dotpha read` on files that are not what they should be: a clear sentence in Vietnamese, an exit code,
//! nothing else. Each file is read in a child under limits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "shared with the tests of papers, which use all of it")]
#[path = "../crates/papers/tests/read/samples.rs"]
mod samples;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

fn read(file: &Path, settings: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dotpha"));
    command.arg("read").arg(file).envs(settings.iter().copied());
    command.output().unwrap()
}

fn written(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, bytes).unwrap();
    file
}

/// The sentence for a refused file.
fn refused(file: &Path, settings: &[(&str, &str)]) -> String {
    let output = read(file, settings);
    assert_eq!(output.status.code(), Some(1), "{file:?}");
    assert!(output.stdout.is_empty(), "{file:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn each_kind_of_bad_file_gets_its_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    let cases = [
        (written(place, "rong.docx", b""), "không có nội dung"),
        (written(place, "anh.docx", b"GIF89a..........."), "hình ảnh"),
        (written(place, "hong.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01"), "hỏng"),
        (written(place, "cut.docx", b"PK\x03\x04\x14\0\0\0\x08\0"), "thiếu phần cuối"),
        (written(place, "mat.txt", "TỐI MẬT\n\nKẾ HOẠCH\n1. Việc cần làm.\n".as_bytes()), "TỐI MẬT"),
        (place.join("khong-co.txt"), "Không mở được tệp"),
    ];
    for (file, words) in cases {
        let said = refused(&file, &[]);
        assert!(said.contains(words), "{file:?}: {said}");
    }
}

#[test]
fn a_file_of_300_megabytes_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lon.pdf");
    File::create(&file).unwrap().set_len(300 << 20).unwrap();
    let began = Instant::now();
    let said = refused(&file, &[]);
    assert!(said.contains("300 MB") && said.contains("50 MB"), "{said}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn what_needs_too_much_memory_ends_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dai.txt");
    let mut out = std::io::BufWriter::new(File::create(&file).unwrap());
    for line in 0..400_000 {
        writeln!(out, "{line}. Xây dựng, hoàn thiện cơ sở dữ liệu dùng chung của Hội").unwrap();
    }
    drop(out);
    let said = refused(&file, &[("DOTPHA_LIMITS__READ_MEGABYTES", "64")]);
    assert!(said.contains("bộ nhớ"), "{said}");
}

/// A white page as a .png (200 × 100 dots, one bit each).
const WHITE: &[u8] = include_bytes!("samples/white.png");

#[test]
fn without_the_programs_for_scans_it_says_what_to_install() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path(), "trang.png", WHITE);
    let said = refused(&file, &[("PATH", folder.path().to_str().unwrap())]);
    assert!(said.contains("apt install tesseract-ocr tesseract-ocr-vie"), "{said}");
    let said = refused(&file, &[]);
    assert!(said.contains("Không nhận ra chữ nào"), "{said}");
    let scan = written(folder.path(), "ban-chup.pdf", &samples::pdf(&[vec![]]));
    let said = refused(&scan, &[("PATH", folder.path().to_str().unwrap())]);
    assert!(said.contains("apt install poppler-utils tesseract-ocr tesseract-ocr-vie"), "{said}");
    assert!(said.contains("chưa cài chương trình nhận dạng chữ"), "{said}");
}

#[test]
fn a_list_is_read_as_a_plan_too() {
    let folder = tempfile::tempdir().unwrap();
    let text = "TT;Nhiệm vụ;Cơ quan chủ trì;Thời gian\n1;Xây dựng cơ sở dữ liệu;Văn phòng;30/6/2026\n2;Tổ chức tập huấn;Ban Đào tạo;Quý IV/2026\n";
    let file = written(folder.path(), "danh-sach.csv", text.as_bytes());
    let output =
        Command::new(env!("CARGO_BIN_EXE_dotpha")).args(["read", "--json"]).arg(&file).output().unwrap();
    let plan: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let dues: Vec<&str> =
        plan["tasks"].as_array().unwrap().iter().filter_map(|task| task["time"]["due"].as_str()).collect();
    assert_eq!(dues, ["2026-06-30", "2026-12-31"]);
}

#[test]
fn a_plan_is_printed_as_outline_json_and_text() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        "KẾ HOẠCH\nI. NHIỆM VỤ\n1. Xây dựng cơ sở dữ liệu hội viên.\n- Thời gian hoàn thành: 30/6/2025\n";
    let file = written(folder.path(), "mau.txt", text.as_bytes());
    let outline = String::from_utf8(read(&file, &[]).stdout).unwrap();
    assert!(outline.contains("1 nhiệm vụ") && outline.contains("30/06/2025"), "{outline}");
    let run = |flag: &str| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_dotpha")).arg("read").arg(flag).arg(&file).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let plan: serde_json::Value = serde_json::from_str(&run("--json")).unwrap();
    assert_eq!(plan["tasks"][0]["time"]["due"], "2025-06-30");
    let [from, to] =
        [&plan["tasks"][0]["span"][0], &plan["tasks"][0]["span"][1]].map(|n| n.as_u64().unwrap() as usize);
    let shown: String = run("--text").chars().skip(from).take(to - from).collect();
    assert!(shown.contains("cơ sở dữ liệu hội viên"), "{shown}");
}

#[test]
fn what_had_to_be_done_to_the_bytes_is_said() {
    let folder = tempfile::tempdir().unwrap();
    // "Kế hoạch" and "Hội Tin học soạn thảo quy chế, hoàn thành trong quý I." in TCVN3.
    let text = b"K\xd5 ho\xb9ch\n\n1. H\xe9i Tin h\xe4c so\xb9n th\xb6o quy ch\xd5, ho\xb5n th\xb5nh trong qu\xfd I.\n";
    let file = written(folder.path(), "cu.txt", text);
    let outline = String::from_utf8(read(&file, &[]).stdout).unwrap();
    assert!(outline.contains("! Văn bản dùng bảng mã cũ TCVN3"), "{outline}");
    let output =
        Command::new(env!("CARGO_BIN_EXE_dotpha")).args(["read", "--text"]).arg(&file).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("Hội Tin học soạn thảo quy chế"));
    assert!(String::from_utf8(output.stderr).unwrap().contains("đã chuyển sang Unicode"));
}
