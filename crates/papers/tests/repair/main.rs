//! Repair of damaged text, on samples of our own to which damage is done here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod noise;

use noise::{ALL, Kind, Noise, accuracy};
use papers::read::{Cell, Table, Text};
use papers::repair::{Hints, Repaired, repair};
use proptest::prelude::*;

const SAMPLES: [&str; 4] = [
    include_str!("../../../../samples/ubnd-tinh-song-lam.txt"),
    include_str!("../../../../samples/vien-khoa-hoc-du-lieu-truong-son.txt"),
    include_str!("../samples/outline.txt"),
    include_str!("../samples/labels.txt"),
];

fn repaired(content: &str) -> Repaired {
    repair(&Text { content: content.to_owned(), ..Text::default() }, &Hints::default())
}

/// The text as it came, out of the repaired one and its changes.
fn undone(repaired: &Repaired) -> String {
    let chars: Vec<char> = repaired.text.content.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    for change in &repaired.changes {
        out.extend(&chars[at..change.span[0]]);
        out.push_str(&change.original);
        at = change.span[1];
    }
    out.extend(&chars[at..]);
    out
}

#[test]
fn marks_come_back() {
    let bare = "Uy ban nhan dan tinh chi dao cac so, nganh xay dung ke hoach chuyen doi so va bao cao ket qua thuc hien truoc ngay 30/6/2025.";
    let whole = "Ủy ban nhân dân tỉnh chỉ đạo các sở, ngành xây dựng kế hoạch chuyển đổi số và báo cáo kết quả thực hiện trước ngày 30/6/2025.";
    assert_eq!(repaired(bare).text.content, whole);
}

#[test]
fn letters_that_a_scan_misread_come_back() {
    let seen = "Các c6 quan, don vj thirc hin nhim vi chuyn d6i s6 theo k hoach, báo cáo kt qua tru&c ngày 15/7/2025; \
                B6 Khoa hçc và Cong ngh chü trI, ph6i hqp v6i các dja phuong trin khai Nghj quyt s6 57-NQ/TW.";
    let whole = "Các cơ quan, đơn vị thực hiện nhiệm vụ chuyển đổi số theo kế hoạch, báo cáo kết quả trước ngày 15/7/2025; \
                 Bộ Khoa học và Công nghệ chủ trì, phối hợp với các địa phương triển khai Nghị quyết số 57-NQ/TW.";
    assert_eq!(repaired(seen).text.content, whole);
}

#[test]
fn names_of_units_become_whole() {
    let seen = "b) BOA COng an chü trl, phi hçip vai các b, ngành lien quan, B6 Tài chInh, BOA Qu& phông, Ngân hang Nhà \
                nrnc Vit Nam trin khai nhim vi; B) Ni vçi thirc hin k hoach theo huóng dn cüa Chinh phü.";
    let whole = "b) Bộ Công an chủ trì, phối hợp với các bộ, ngành liên quan, Bộ Tài chính, Bộ Quốc phòng, Ngân hàng Nhà \
                 nước Việt Nam triển khai nhiệm vụ; Bộ Nội vụ thực hiện kế hoạch theo hướng dẫn của Chính phủ.";
    let repaired = repaired(seen);
    assert_eq!(repaired.text.content, whole);
    assert_eq!(undone(&repaired), seen);
}

#[test]
fn names_handed_in_are_known() {
    let seen =
        "Cong ty Xe buyt Nam Hi lap dt thiêt bi soát vé trên các phuong tin theo k hoach dã duçc phê duyt.";
    let text = Text { content: seen.to_owned(), ..Text::default() };
    let hints = Hints { names: vec!["Công ty Xe buýt Nam Hải".to_owned()] };
    assert!(repair(&text, &hints).text.content.starts_with("Công ty Xe buýt Nam Hải lắp"));
}

#[test]
fn sound_text_stays_as_it_is() {
    for sample in SAMPLES {
        let repaired = repaired(sample);
        assert_eq!(repaired.changes, []);
        assert_eq!(repaired.text.content, sample);
    }
}

#[test]
fn every_kind_of_damage_is_mended() {
    for kind in ALL {
        let percent = if kind == Kind::Blanks { 4 } else { 30 };
        let (mut before, mut after, mut words) = (0.0, 0.0, 0.0);
        for (seed, sample) in SAMPLES.iter().enumerate() {
            let damaged = Noise::new(seed as u64).damage(sample, kind, percent);
            let size = sample.len() as f64;
            before += size * accuracy(sample, &damaged);
            after += size * accuracy(sample, &repaired(&damaged).text.content);
            words += size;
        }
        let (before, after) = (before / words, after / words);
        println!("{kind:?}: {before:.3} -> {after:.3}");
        let floor = match kind {
            Kind::Bare => 0.95,
            Kind::Dropped => 0.85,
            Kind::Wrong => 0.94,
            Kind::Shapes => 0.91,
            Kind::Blanks => 0.94,
            Kind::Mixed => 0.91,
        };
        assert!(after >= floor && after > before, "{kind:?}: {before:.3} -> {after:.3}, floor {floor}");
    }
}

#[test]
fn numbers_codes_and_addresses_are_kept() {
    let bare = "Ban hanh kem theo Quyet dinh so 116/QD-VHL ngay 24/04/2025; gui ve dia chi phong.kehoach@song-lam.gov.vn, \
                truoc ngay 15/7/2025, xem https://song-lam.gov.vn/ke-hoach va Nghi quyet so 57-NQ/TW, dat 85,5% trong 34 tinh.";
    let mended = repaired(bare).text.content;
    for kept in [
        "116/QD-VHL",
        "24/04/2025",
        "phong.kehoach@song-lam.gov.vn",
        "15/7/2025",
        "https://song-lam.gov.vn/ke-hoach",
        "57-NQ/TW",
        "85,5%",
        "34 tỉnh",
    ] {
        assert!(mended.contains(kept), "{kept}: {mended}");
    }
}

#[test]
fn only_the_damaged_part_is_repaired() {
    let sound = SAMPLES[0];
    let damaged = Noise::new(7).damage(SAMPLES[1], Kind::Mixed, 40);
    let text = format!("{sound}\n\n{damaged}");
    let repaired = repaired(&text);
    let border = sound.chars().count() - 400;
    assert!(repaired.changes.len() > 100);
    assert!(repaired.changes.iter().all(|change| change.span[0] > border));
}

#[test]
fn a_repaired_text_is_all_but_left_alone() {
    for sample in SAMPLES {
        let once = repaired(&Noise::new(3).damage(sample, Kind::Mixed, 30)).text.content;
        let again = repaired(&once);
        let words = once.split_whitespace().count();
        assert!(again.changes.len() * 50 <= words, "{} of {words}", again.changes.len());
    }
}

#[test]
fn tables_move_along() {
    let line = "Uy ban nhan dan tinh xay dung ke hoach chuyen doi so va bao cao ket qua thuc hien\n";
    let content = line.repeat(6);
    let length = line.chars().count();
    let cells = (0..6)
        .map(|at| vec![Cell { text: line.trim().to_owned(), span: [at * length, (at + 1) * length - 1] }]);
    let table = Table { span: [0, 6 * length], rows: cells.collect() };
    let mended = repair(&Text { content, tables: vec![table], ..Text::default() }, &Hints::default()).text;
    let chars: Vec<char> = mended.content.chars().collect();
    for row in &mended.tables[0].rows {
        let Cell { text, span } = &row[0];
        assert_eq!(text, &chars[span[0]..span[1]].iter().collect::<String>());
        assert!(text.starts_with("Ủy ban nhân dân tỉnh") && text.ends_with("thực hiện"), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_text_keeps_its_lines_and_can_be_had_back(
        parts in prop::collection::vec(
            prop_oneof!["[a-zA-Zđươếệ0-9^&'.,;/-]{1,14}", Just("\n".to_owned()), Just("\u{c}".to_owned()), ".{0,6}",
                Just("uy ban nhan dan".to_owned())],
            0..120,
        )
    ) {
        let text = parts.join(" ");
        let repaired = repaired(&text);
        prop_assert_eq!(undone(&repaired), text.clone());
        let lines = |text: &str| text.matches(['\n', '\u{c}']).count();
        prop_assert_eq!(lines(&repaired.text.content), lines(&text));
        let mut end = 0;
        for change in &repaired.changes {
            prop_assert!(change.span[0] >= end && change.span[1] > change.span[0]);
            prop_assert!((0.0..=1.0).contains(&change.confidence));
            end = change.span[1];
        }
    }
}
