//! Whatever comes in, reading returns a plan whose spans lie in the text.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code, reason = "shared with the tests of the forms, which use all of it")]
#[path = "forms/sound.rs"]
mod sound;

use papers::plan::read;
use papers::read::{Cell, Table, Text};
use proptest::prelude::*;

const SAMPLES: [&str; 7] = [
    include_str!("samples/outline.txt"),
    include_str!("samples/flat_table.txt"),
    include_str!("samples/labels.txt"),
    include_str!("../../../samples/hoi-tri-thuc-tre-song-lam.txt"),
    include_str!("../../../samples/dai-hoc-ky-thuat-bac-ha.txt"),
    include_str!("../../../samples/vien-khoa-hoc-du-lieu-truong-son.txt"),
    include_str!("../../../samples/ubnd-tinh-song-lam.txt"),
];

fn check(text: &Text) {
    sound::plan(text, &read(text));
}

fn plain(content: String) -> Text {
    Text { content, ..Text::default() }
}

/// Lines of the kind that plans are made of, in any order.
fn line() -> impl Strategy<Value = String> {
    let sign = prop::sample::select(vec![
        "",
        "I. ",
        "II. ",
        "A. ",
        "1. ",
        "2. ",
        "1.1. ",
        "3.000 ",
        "a) ",
        "đ) ",
        "- ",
        "+ ",
        "• ",
        "(1) ",
        "Điều 1. ",
        "Phụ lục I",
        "|",
        "\t",
        "TT\t",
        "TT ",
        "STT\n",
        " ",
        "\u{c}",
        "**1.** ",
        "Nơi nhận:",
        "(",
    ]);
    let words = prop::sample::select(vec![
        "MỤC TIÊU",
        "Sở Khoa học và Công nghệ chủ trì, phối hợp với Sở Tài chính",
        "Cơ quan chủ trì: Ban A; thời gian: Quý II/2026",
        "trước ngày 30/11 hằng năm báo cáo Ban Chấp hành",
        "Ít nhất 50% doanh nghiệp, tối đa 3 - 5 mô hình",
        "Giai đoạn 2025 - 2030",
        "Nhiệm vụ Chủ trì Phối hợp Kết quả Thời gian",
        "Chỉ tiêu Đơn vị tính Mục tiêu đến 2030 Ghi chú",
        "(Tùy Ban CH chỉ định",
        "./.",
        "“",
        "”",
        ">= 90%",
        "Thời gian thực hiện: 99/99/9999",
        "ngày 31 tháng 02 năm 2026",
        "đến",
        ":",
        "qua",
        "Giao",
        "các",
        "TM. ỦY BAN",
        "CHỦ TỊCH",
        "KẾ HOẠCH",
        "Số: 1/KH-A",
        "ông Nguyễn Văn A đề xuất xây dựng, cần phải thành lập",
    ]);
    (sign, words, prop::bool::ANY, ".{0,12}").prop_map(|(sign, words, blank, noise)| {
        format!("{sign}{words}{noise}{}", if blank { "\n\n" } else { "\n" })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_a_plan(content in "\\PC{0,400}|[\\s\\S]{0,400}") {
        check(&plain(content));
    }

    #[test]
    fn any_lines_of_the_genre_give_a_plan(lines in prop::collection::vec(line(), 0..40)) {
        check(&plain(lines.concat()));
    }

    #[test]
    fn any_cut_of_a_document_gives_a_plan(sample in 0..SAMPLES.len(), from in 0usize..12_000, len in 0usize..6_000) {
        let content: String = SAMPLES[sample].chars().skip(from).take(len).collect();
        check(&plain(content));
    }

    #[test]
    fn any_tables_give_a_plan(
        cells in prop::collection::vec((0usize..900, 0usize..80), 0..40),
        width in 1usize..7,
        span in (0usize..1_200, 0usize..1_200),
    ) {
        let content: String = SAMPLES[6].chars().take(1_000).collect();
        let cell = |(at, len): (usize, usize)| Cell { text: String::new(), span: [at, at + len] };
        let rows = cells.chunks(width).map(|row| row.iter().copied().map(cell).collect()).collect();
        let mut text = plain(content);
        text.tables = vec![Table { span: [span.0, span.1], rows }];
        check(&text);
    }
}
