use jiff::civil::date;
use papers::read::{Limits, Value as Read, sheet};
use papers::write::{Column, Sheet, Value, WriteError, csv, xlsx};

use crate::samples::part;

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
