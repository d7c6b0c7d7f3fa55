//! A plan written in each form but those on pages.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::model::Model;
use crate::typeset::{COLUMNS, cells, opening};

/// Lines of words no longer than this many characters.
fn wrapped(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in text.split(' ') {
        let longer = length + 1 + word.chars().count();
        if length > 0 && longer > most {
            out.push('\n');
            length = word.chars().count();
        } else {
            out.push_str(if length > 0 { " " } else { "" });
            length = if length > 0 { longer } else { word.chars().count() };
        }
        out.push_str(word);
    }
    out
}

fn head(model: &Model) -> Vec<String> {
    let lines = [
        model.superior,
        model.issuer,
        "",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "",
        model.number,
        "",
        model.place_and_day,
        "",
    ];
    lines.iter().map(|line| (*line).to_owned()).chain(opening(model)).collect()
}

/// Wrapped text with labels under every task; pages of 38 lines with numbers where `paged`.
pub fn text(model: &Model, paged: bool) -> String {
    let mut lines: Vec<String> = head(model);
    lines.push(String::new());
    for (group, roman) in model.groups.iter().zip(["I", "II", "III"]) {
        lines.push(format!("{roman}. {}", group.title.to_uppercase()));
        lines.push(String::new());
        for (number, task) in group.tasks.iter().enumerate() {
            let [title, lead, with, product, time] = cells(task);
            for item in [
                format!("{}. {title}", number + 1),
                format!("- Cơ quan chủ trì: {lead}."),
                format!("- Cơ quan phối hợp: {with}."),
                format!("- Sản phẩm: {product}."),
                format!("- Thời gian hoàn thành: {time}."),
            ] {
                lines.extend(wrapped(&item, 72).split('\n').map(str::to_owned));
                lines.push(String::new());
            }
        }
    }
    if !paged {
        return lines.join("\n");
    }
    let pages: Vec<String> = lines
        .chunks(38)
        .enumerate()
        .map(|(i, page)| if i == 0 { page.join("\n") } else { format!("{}\n\n{}", i + 1, page.join("\n")) })
        .collect();
    pages.join("\n\u{c}")
}

/// Rows of the table: the header, then groups and tasks.
pub fn rows(model: &Model) -> Vec<Vec<String>> {
    let mut rows = vec![COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>()];
    let mut number = 0;
    for (group, roman) in model.groups.iter().zip(["I", "II", "III"]) {
        let mut row = vec![String::new(); COLUMNS.len()];
        row[0] = roman.to_owned();
        row[1] = group.title.to_owned();
        rows.push(row);
        for task in &group.tasks {
            number += 1;
            rows.push(std::iter::once(number.to_string()).chain(cells(task)).collect());
        }
    }
    rows
}

pub fn markdown(model: &Model) -> String {
    let mut out = head(model).join("\n\n");
    out.push_str("\n\n");
    for (at, row) in rows(model).iter().enumerate() {
        out.push_str(&format!("| {} |\n", row.join(" | ")));
        if at == 0 {
            out.push_str(&format!("|{}\n", "---|".repeat(row.len())));
        }
    }
    out
}

/// One cell a line, as a table comes out of a viewer that knows no tables.
pub fn flattened(model: &Model) -> String {
    let mut out = head(model).join("\n\n");
    out.push_str("\n\n");
    for row in rows(model) {
        for cell in row.iter().filter(|cell| !cell.is_empty()) {
            out.push_str(&wrapped(cell, 30));
            out.push_str("\n\n");
        }
    }
    out
}

fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

fn paragraph(text: &str, list: bool) -> String {
    let list = if list {
        "<w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>"
    } else {
        ""
    };
    format!("<w:p>{list}<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

/// A .docx with a real table: numbers by Word's numbering, headings of groups in merged cells, and a passage
/// that was deleted with tracked changes.
pub fn docx(model: &Model) -> Vec<u8> {
    let mut body: String = head(model).iter().map(|line| paragraph(line, false)).collect();
    body.push_str("<w:p><w:del><w:r><w:delText>9. Nhiệm vụ đã bỏ</w:delText></w:r></w:del></w:p>");
    body.push_str("<w:tbl>");
    for (at, row) in rows(model).iter().enumerate() {
        let merged = row[2..].iter().all(String::is_empty);
        body.push_str("<w:tr>");
        for (column, cell) in row.iter().enumerate() {
            let numbered = column == 0 && at > 0 && !merged;
            let text = if numbered { "" } else { cell };
            let span = if merged && column == 1 { "<w:tcPr><w:gridSpan w:val=\"5\"/></w:tcPr>" } else { "" };
            if !(merged && column > 1) {
                body.push_str(&format!("<w:tc>{span}{}</w:tc>", paragraph(text, numbered)));
            }
        }
        body.push_str("</w:tr>");
    }
    body.push_str("</w:tbl>");
    let numbering = format!(
        "<w:numbering {W}><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/>\
         <w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%1\"/></w:lvl></w:abstractNum>\
         <w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>"
    );
    package(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", &format!("<w:document {W}><w:body>{body}</w:body></w:document>")),
        ("word/numbering.xml", &numbering),
    ])
}

/// A workbook as offices make them: a title above the table, a merged heading of each group, a second sheet.
pub fn xlsx(model: &Model) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let plain = rust_xlsxwriter::Format::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Nhiệm vụ").unwrap();
    sheet.merge_range(0, 0, 0, 5, &format!("DANH MỤC NHIỆM VỤ: {}", model.title), &plain).unwrap();
    for (at, row) in rows(model).iter().enumerate() {
        let line = at as u32 + 2;
        if row[2..].iter().all(String::is_empty) {
            sheet.write(line, 0, row[0].as_str()).unwrap();
            sheet.merge_range(line, 1, line, 5, &row[1], &plain).unwrap();
            continue;
        }
        for (column, cell) in row.iter().enumerate() {
            match cell.parse::<f64>() {
                Ok(number) if column == 0 => sheet.write(line, 0, number).unwrap(),
                _ => sheet.write(line, column as u16, cell.as_str()).unwrap(),
            };
        }
    }
    let notes = book.add_worksheet();
    notes.set_name("Ghi chú").unwrap();
    notes.write(0, 0, "Số liệu do các đơn vị cung cấp").unwrap();
    book.save_to_buffer().unwrap()
}
