use jiff::civil::date;
use papers::read::{Limits, Value as Read, sheet};
use papers::write::{Column, Letter, LetterTable, Sheet, Value, WriteError, csv, letter, xlsx};

use crate::samples::{part, read_any};

fn sample() -> Sheet {
    Sheet {
        name: "Nhiệm vụ [2025]: a/b".into(),
        title: "Danh sách nhiệm vụ".into(),
        lines: vec!["Số liệu tính đến 05/02/2025".into()],
        columns: ["Tên", "Hạn", "Kinh phí", "Tỷ lệ", "Số"]
            .map(|heading| Column { heading: heading.into(), width: 24.0 })
            .to_vec(),
        rows: vec![
            vec![
                Value::Text("=HYPERLINK(\"http://x\")".into()),
                Value::Date(date(2025, 2, 5)),
                Value::Number(1234.5, 1),
                Value::Share(0.755, 1),
                Value::Integer(9_007_199_254_740_993),
            ],
            vec![
                Value::Text("- Xây dựng, \"đề án\"\ndòng hai\u{1}".into()),
                Value::DateTime(date(2025, 12, 31).at(14, 30, 0, 0)),
                Value::Empty,
                Value::Number(f64::NAN, 0),
                Value::Integer(-7),
            ],
            vec![Value::Link { text: "Mở".into(), url: "javascript:alert(1)".into() }],
        ],
    }
}

fn made_at() -> jiff::civil::DateTime {
    date(2025, 2, 5).at(8, 0, 0, 0)
}

#[test]
fn a_workbook_comes_back_with_its_types() {
    let bytes = xlsx(&[sample(), sample()], made_at()).unwrap();
    let book = sheet("a.xlsx", &bytes, &Limits::default()).unwrap();
    assert_eq!(book.sheets[0].name, "Nhiệm vụ  2025   a b");
    assert_eq!(book.sheets[1].name, "Nhiệm vụ  2025   a b 2");
    let rows = &book.sheets[0].rows;
    assert_eq!(rows.iter().map(|r| r.number).collect::<Vec<_>>(), [1, 2, 4, 5, 6, 7]);
    let first: Vec<(&str, &Read)> = rows[3].cells.iter().map(|c| (c.text.as_str(), &c.value)).collect();
    assert_eq!(
        first,
        [
            ("=HYPERLINK(\"http://x\")", &Read::Text),
            ("2025-02-05", &Read::Date(date(2025, 2, 5))),
            ("1234.5", &Read::Number(1234.5)),
            ("0.755", &Read::Number(0.755)),
            ("9007199254740993", &Read::Text),
        ]
    );
    assert_eq!(rows[4].cells[0].text, "- Xây dựng, \"đề án\"\ndòng hai");
    assert_eq!(rows[4].cells[1].value, Read::DateTime(date(2025, 12, 31).at(14, 30, 0, 0)));
    assert_eq!(rows[5].cells[0].text, "Mở");
}

#[test]
fn the_same_table_gives_the_same_bytes_and_no_formula() {
    let bytes = xlsx(&[sample()], made_at()).unwrap();
    assert_eq!(bytes, xlsx(&[sample()], made_at()).unwrap());
    let part = |name: &str| part(&bytes, name);
    let page = part("xl/worksheets/sheet1.xml");
    assert!(!page.contains("<f>") && !page.contains("<hyperlink"), "{page}");
    assert!(page.contains("<autoFilter ref=\"A4:E7\"/>"), "{page}");
    assert!(
        page.contains("ySplit=\"4\"")
            && page.contains("fitToHeight=\"0\"")
            && page.contains("paperSize=\"9\""),
        "{page}"
    );
    assert!(part("xl/workbook.xml").contains("_xlnm.Print_Titles"));
    assert!(part("xl/styles.xml").contains("dd/mm/yyyy"));
}

#[test]
fn what_excel_cannot_hold_is_told() {
    let mut long = sample();
    long.rows[1][0] = Value::Text("a".repeat(32_768));
    assert_eq!(xlsx(&[long], made_at()).unwrap_err(), WriteError::TooLongText { row: 2, column: 1 });
    assert!(xlsx(&[], made_at()).is_ok());
    assert!(xlsx(&[Sheet::default()], made_at()).is_ok());
}

#[test]
fn csv_opens_in_excel_and_comes_back() {
    let bytes = csv(&sample());
    let text = String::from_utf8(bytes.clone()).unwrap();
    let expected = "\u{feff}Tên,Hạn,Kinh phí,Tỷ lệ,Số\r\n\
        \"'=HYPERLINK(\"\"http://x\"\")\",2025-02-05,1234.5,0.755,9007199254740993\r\n\
        \"'- Xây dựng, \"\"đề án\"\"\ndòng hai\",2025-12-31 14:30:00,,,-7\r\nMở\r\n";
    assert_eq!(text, expected);
    let rows = &sheet("a.csv", &bytes, &Limits::default()).unwrap().sheets[0].rows;
    assert_eq!(rows[1].cells[0].text, "=HYPERLINK(\"http://x\")");
    assert_eq!(rows[2].cells[0].text, "- Xây dựng, \"đề án\"\ndòng hai");
    assert_eq!(rows[2].cells[4].text, "-7");
}

fn reminder(rows: usize) -> Letter {
    Letter {
        superior: "Tỉnh Sông Lam".into(),
        issuer: "Văn phòng".into(),
        number: "15/VP-TH".into(),
        subject: "đôn đốc thực hiện nhiệm vụ".into(),
        place_and_date: "Sông Lam, ngày 05 tháng 02 năm 2026".into(),
        to: vec!["Sở Khoa học & Công nghệ".into(), "Ban <Chính sách>".into()],
        opening: vec!["Đề nghị các đơn vị thực hiện.".into()],
        table: LetterTable {
            columns: vec![("TT".into(), 1), ("Nhiệm vụ".into(), 6), ("Thời hạn".into(), 3)],
            rows: (1..=rows)
                .map(|at| vec![at.to_string(), format!("Nhiệm vụ số {at}"), "05/02/2026".into()])
                .collect(),
        },
        closing: vec!["Trân trọng./.".into()],
        copies: vec!["Như trên".into(), "Lưu: VT".into()],
        signed_for: vec!["TL. Chủ tịch".into(), "Chánh Văn phòng".into()],
        signer: "Lê Thị Mai".into(),
    }
}

#[test]
fn a_letter_is_read_again_with_its_head_its_table_and_its_signature() {
    let bytes = letter(&reminder(40), date(2026, 2, 5).at(9, 0, 0, 0)).unwrap();
    assert_eq!(bytes, letter(&reminder(40), date(2026, 2, 5).at(9, 0, 0, 0)).unwrap(), "the same bytes");
    let text = read_any("cong-van.docx", &bytes).unwrap();
    for words in [
        "TỈNH SÔNG LAM",
        "VĂN PHÒNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 15/VP-TH",
        "V/v đôn đốc thực hiện nhiệm vụ",
        "Sông Lam, ngày 05 tháng 02 năm 2026",
        "- Sở Khoa học & Công nghệ;",
        "- Ban <Chính sách>.",
        "Nơi nhận:",
        "TL. CHỦ TỊCH",
        "Lê Thị Mai",
    ] {
        assert!(text.content.contains(words), "{words}\n{}", text.content);
    }
    let tasks = text.tables.iter().find(|table| table.rows.len() == 41).expect("the table of tasks");
    assert_eq!(tasks.rows[40][1].text.trim(), "Nhiệm vụ số 40");
}

#[test]
fn a_letter_keeps_to_the_form_of_the_decree() {
    use std::io::Read;
    let bytes = letter(&reminder(1), date(2026, 2, 5).at(9, 0, 0, 0)).unwrap();
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        package.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let document = part("word/document.xml");
    assert!(document.contains("<w:pgSz w:w=\"11906\" w:h=\"16838\"/>"), "A4");
    // 20 mm above and below, 30 on the left, 15 on the right, in twentieths of a point.
    let margins = "w:top=\"1134\" w:right=\"850\" w:bottom=\"1134\" w:left=\"1701\"";
    assert!(document.contains(margins));
    assert!(document.contains("<w:titlePg/>"), "no number on the first page");
    assert!(document.contains("<w:tblHeader/>"), "the heading row is repeated");
    assert!(part("word/header1.xml").contains("PAGE") && !part("word/header2.xml").contains("PAGE"));
    assert!(part("word/styles.xml").contains("Times New Roman"));
}
