use papers::read::{Found, ReadError, Value, column_name, sheet};
use papers::read::{Limits, NoTools, read};

use crate::samples::{docx, p, package, table};

fn csv(text: &str) -> Vec<(u32, Vec<String>)> {
    let book = sheet("a.csv", text.as_bytes(), &Limits::default()).unwrap();
    book.sheets[0].rows.iter().map(|r| (r.number, r.cells.iter().map(|c| c.text.clone()).collect())).collect()
}

fn row(number: u32, cells: &[&str]) -> (u32, Vec<String>) {
    (number, cells.iter().map(|c| (*c).to_owned()).collect())
}

#[test]
fn separators_are_found_and_places_kept() {
    for s in [",", ";", "\t"] {
        let text = format!("Tên{s}Mã{s}Ghi chú\n\n\"Xã \"\"A\"\"{s} B\"{s}01{s}\nXã C{s}{s}\"hai\ndòng\"\n");
        let expected = [
            row(1, &["Tên", "Mã", "Ghi chú"]),
            row(3, &[&format!("Xã \"A\"{s} B"), "01"]),
            row(4, &["Xã C", "", "hai\ndòng"]),
        ];
        assert_eq!(csv(&text), expected, "{s:?}");
    }
    assert_eq!(csv("sep=;\nmột, hai;ba\n"), [row(2, &["một, hai", "ba"])]);
    assert_eq!(csv("chỉ một cột\nhai\n"), [row(1, &["chỉ một cột"]), row(2, &["hai"])]);
}

#[test]
fn columns_are_named_as_in_a_spreadsheet() {
    assert_eq!([0, 2, 25, 26, 27, 701, 702].map(column_name), ["A", "C", "Z", "AA", "AB", "ZZ", "AAA"]);
}

fn xlsx(sheet: &str) -> Vec<u8> {
    let ns = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let workbook = format!(
        "<workbook {ns} xmlns:r=\"{rels}\"><sheets><sheet name=\"Danh sách\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let links = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{rels}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let root =
        links.replace("worksheets/sheet1.xml", "xl/workbook.xml").replace("/worksheet", "/officeDocument");
    let styles =
        format!("<styleSheet {ns}><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>");
    let sheet = format!("<worksheet {ns}>{sheet}</worksheet>");
    package(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

#[test]
fn cells_of_a_workbook_keep_type_and_place() {
    let bytes = xlsx(
        "<sheetData><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>Nhóm </t></is></c><c r=\"C2\"><v>1234.5</v></c></row>\
         <row r=\"3\"><c r=\"B3\" s=\"1\"><v>45693</v></c><c r=\"C3\" t=\"b\"><v>1</v></c></row></sheetData>\
         <mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells>",
    );
    let book = sheet("a.xlsx", &bytes, &Limits::default()).unwrap();
    let rows = &book.sheets[0].rows;
    assert_eq!(book.sheets[0].name, "Danh sách");
    assert_eq!((rows[0].number, rows[1].number), (2, 3));
    assert_eq!((rows[0].cells[0].text.as_str(), &rows[0].cells[0].repeats), ("Nhóm", &None));
    assert_eq!((rows[1].cells[0].text.as_str(), &rows[1].cells[0].repeats), ("Nhóm", &Some((2, 0))));
    assert_eq!((rows[0].cells[2].text.as_str(), &rows[0].cells[2].value), ("1234.5", &Value::Number(1234.5)));
    assert_eq!(
        (rows[1].cells[1].text.as_str(), &rows[1].cells[1].value),
        ("2025-02-05", &Value::Date("2025-02-05".parse().unwrap()))
    );
    assert_eq!(rows[1].cells[2].value, Value::Bool(true));

    let text = read("a.xlsx", &bytes, &Limits::default(), &NoTools).unwrap();
    assert_eq!(text.content, "Nhóm\n1234.5\n2025-02-05\ntrue\n");
    assert_eq!(table(&text, 0), ["Nhóm |  | 1234.5", "Nhóm | 2025-02-05 | true"]);
}

#[test]
fn a_cell_in_the_last_corner_costs_no_memory() {
    let bytes = xlsx(
        "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row></sheetData><mergeCells><mergeCell ref=\"A1:XFD1048576\"/></mergeCells>",
    );
    let book = sheet("a.xlsx", &bytes, &Limits::default()).unwrap();
    assert_eq!(book.sheets[0].rows.len(), 2);
    assert_eq!(book.sheets[0].rows[1].number, 1_048_576);
}

#[test]
fn a_document_is_no_list() {
    let e = sheet("a.xlsx", &docx(&p("x")), &Limits::default()).unwrap_err();
    assert_eq!(e, ReadError::NotAList { found: Found::Docx });
}
