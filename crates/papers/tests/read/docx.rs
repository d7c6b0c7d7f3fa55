use papers::read::{Note, ReadError};

use crate::samples::{docx, docx_with, p, read_any, slice, table};

fn content(body: &str) -> String {
    read_any("a.docx", &docx(body)).unwrap().content
}

#[test]
fn paragraphs_runs_tabs_and_breaks() {
    let body = "<w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr><w:r><w:t>Kế hoa</w:t></w:r><w:r><w:rPr><w:b/></w:rPr>\
        <w:t>\u{323}ch</w:t><w:tab/><w:t>số&#160;5 &amp; 6</w:t><w:br/><w:t>dòng hai</w:t><w:noBreakHyphen/><w:t>x</w:t></w:r></w:p>\
        <w:p/><w:p><w:r><w:br w:type=\"page\"/></w:r></w:p><w:p><w:r><w:rPr><w:caps/></w:rPr><w:t>phụ lục</w:t></w:r>\
        <w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r></w:p>";
    assert_eq!(content(body), "Kế hoạch\tsố 5 & 6\ndòng hai-x\n\n\u{c}PHỤ LỤC\n");
}

#[test]
fn tracked_deletions_are_left_out_and_told() {
    let body = "<w:p><w:r><w:t>Giữ </w:t></w:r><w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del>\
        <w:ins><w:r><w:t>thêm</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>chỗ cũ</w:t></w:r></w:moveFrom></w:p>\
        <w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>dòng bỏ</w:t></w:r></w:p></w:tc></w:tr>\
        <w:tr><w:tc><w:p><w:r><w:t>dòng giữ</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let text = read_any("a.docx", &docx(body)).unwrap();
    assert_eq!(text.content, "Giữ thêm\ndòng giữ\n");
    assert_eq!(table(&text, 0), ["dòng giữ"]);
    assert_eq!(text.notes, [Note::DeletionsLeftOut]);
}

#[test]
fn merged_cells_repeat_their_text_and_span() {
    let cell = |props: &str, text: &str| format!("<w:tc><w:tcPr>{props}</w:tcPr>{}</w:tc>", p(text));
    let body = format!(
        "{}<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{}{}</w:tr><w:tr>{}{}{}</w:tr><w:tr>{}{}{}</w:tr></w:tbl>{}",
        p("Trước"),
        cell("<w:gridSpan w:val=\"2\"/>", "Nhiệm vụ"),
        cell("", "Chủ trì"),
        cell("", "1"),
        cell("", "Xây dựng đề án"),
        cell("<w:vMerge w:val=\"restart\"/>", "Ban A"),
        cell("", "2"),
        cell("", ""),
        cell("<w:vMerge/>", ""),
        p("Sau"),
    );
    let text = read_any("a.docx", &docx(&body)).unwrap();
    assert_eq!(
        table(&text, 0),
        ["Nhiệm vụ | Nhiệm vụ | Chủ trì", "1 | Xây dựng đề án | Ban A", "2 |  | Ban A"]
    );
    let rows = &text.tables[0].rows;
    assert_eq!(rows[1][2].span, rows[2][2].span);
    assert_eq!(slice(&text, text.tables[0].span), "Nhiệm vụ\nChủ trì\n1\nXây dựng đề án\nBan A\n2\n");
    assert_eq!(text.content, "Trước\nNhiệm vụ\nChủ trì\n1\nXây dựng đề án\nBan A\n2\nSau\n");
}

#[test]
fn nested_tables_stand_inside_their_cell() {
    let inner = format!("<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>", p("x"), p("y"));
    let body = format!(
        "<w:tbl><w:tr><w:tc>{}{inner}{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>",
        p("đầu"),
        p("cuối"),
        p("khác")
    );
    let text = read_any("a.docx", &docx(&body)).unwrap();
    assert_eq!(table(&text, 0), ["đầu⏎x⏎y⏎cuối | khác"]);
    assert_eq!(table(&text, 1), ["x | y"]);
    assert!(
        text.tables[0].span[0] <= text.tables[1].span[0] && text.tables[1].span[1] <= text.tables[0].span[1]
    );
}

const LISTS: &str = "<w:numbering XMLNS>\
    <w:abstractNum w:abstractNumId=\"0\">\
      <w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"upperRoman\"/><w:lvlText w:val=\"%1.\"/></w:lvl>\
      <w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:isLgl/><w:lvlText w:val=\"%1.%2.\"/></w:lvl>\
      <w:lvl w:ilvl=\"2\"><w:start w:val=\"1\"/><w:numFmt w:val=\"lowerLetter\"/><w:lvlText w:val=\"%3)\"/></w:lvl>\
      <w:lvl w:ilvl=\"3\"><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"\u{f0b7}\"/></w:lvl>\
    </w:abstractNum>\
    <w:abstractNum w:abstractNumId=\"1\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/>\
      <w:lvlText w:val=\"Điều %1.\"/><w:pStyle w:val=\"Dieu\"/></w:lvl></w:abstractNum>\
    <w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>\
    <w:num w:numId=\"2\"><w:abstractNumId w:val=\"1\"/></w:num>\
    <w:num w:numId=\"3\"><w:abstractNumId w:val=\"1\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"7\"/></w:lvlOverride></w:num>\
    </w:numbering>";
const STYLES: &str = "<w:styles XMLNS>\
    <w:style w:type=\"paragraph\" w:styleId=\"Dieu\"><w:name w:val=\"Điều\"/><w:pPr><w:numPr><w:numId w:val=\"2\"/></w:numPr></w:pPr></w:style>\
    <w:style w:type=\"paragraph\" w:styleId=\"DieuCon\"><w:name w:val=\"Điều con\"/><w:basedOn w:val=\"Dieu\"/></w:style>\
    <w:style w:type=\"paragraph\" w:styleId=\"Mucluc1\"><w:name w:val=\"toc 1\"/></w:style>\
    <w:style w:type=\"paragraph\" w:styleId=\"Vong\"><w:name w:val=\"v\"/><w:basedOn w:val=\"Vong\"/></w:style></w:styles>";

#[test]
fn list_markers_become_text() {
    let item = |num: u32, level: u32, text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{num}\"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let styled = |style: &str, text: &str| {
        format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let body = [
        item(1, 0, "Mục tiêu"),
        item(1, 1, "Chung"),
        item(1, 2, "một"),
        item(1, 2, "hai"),
        item(1, 3, "chấm"),
        item(1, 1, "Riêng"),
        item(1, 2, "lại từ đầu"),
        item(1, 0, "Nhiệm vụ"),
        item(1, 1, "Đầu"),
        styled("Dieu", "Phạm vi"),
        styled("DieuCon", "Đối tượng"),
        item(3, 0, "Bảy"),
        item(0, 0, "không số"),
        styled("Mucluc1", "Mục tiêu 3"),
        styled("Vong", "vòng"),
        item(9, 0, "không có danh sách"),
    ]
    .concat();
    let bytes = docx_with(&body, &[("word/numbering.xml", LISTS), ("word/styles.xml", STYLES)]);
    let text = read_any("a.docx", &bytes).unwrap();
    let expected = "I. Mục tiêu\n1.1. Chung\na) một\nb) hai\n+ chấm\n1.2. Riêng\na) lại từ đầu\nII. Nhiệm vụ\n2.1. Đầu\n\
        Điều 1. Phạm vi\nĐiều 2. Đối tượng\nĐiều 7. Bảy\nkhông số\nvòng\nkhông có danh sách\n";
    assert_eq!(text.content, expected);
    assert_eq!(text.notes, [Note::ContentsLeftOut]);
}

#[test]
fn text_boxes_are_read_once_and_follow_their_paragraph() {
    let shape = format!("<w:txbxContent>{}</w:txbxContent>", p("MẬT"));
    let body = format!(
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wps:txbx>{shape}</wps:txbx></w:drawing></mc:Choice>\
         <mc:Fallback><w:pict>{shape}</w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>Số: 05</w:t></w:r></w:p>"
    );
    assert_eq!(content(&body), "Số: 05\nMẬT\n");
}

#[test]
fn headers_stay_beside_the_text() {
    let header = format!("<w:hdr XMLNS>{}</w:hdr>", p("TỐI MẬT"));
    let text = read_any("a.docx", &docx_with(&p("Nội dung"), &[("word/header1.xml", &header)])).unwrap();
    assert_eq!((text.content.as_str(), text.margins.as_str()), ("Nội dung\n", "TỐI MẬT\n"));
}

#[test]
fn abc_fonts_are_converted() {
    let latin = "KÕ ho¹ch thùc hiÖn NghÞ quyÕt sè 57 cña Ban chÊp hµnh ®¬n vÞ gi¶ ®Þnh";
    let body = format!("{}<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", p("Đã là Unicode"), p(latin));
    let text = read_any("a.docx", &docx(&body)).unwrap();
    assert_eq!(table(&text, 0), ["Kế hoạch thực hiện Nghị quyết số 57 của Ban chấp hành đơn vị giả định"]);
    assert!(text.content.starts_with("Đã là Unicode\n"));
    let capital = "<w:p><w:r><w:rPr><w:rFonts w:ascii=\".VnTimeH\"/></w:rPr><w:t>kÕ ho¹ch cña ®¬n vÞ</w:t></w:r>\
        <w:r><w:t> thùc hiÖn NghÞ quyÕt</w:t></w:r></w:p>";
    let text = read_any("a.docx", &docx(capital)).unwrap();
    assert_eq!(text.content, "KẾ HOẠCH CỦA ĐƠN VỊ thực hiện Nghị quyết\n");
}

#[test]
fn an_empty_document_is_empty() {
    assert_eq!(read_any("a.docx", &docx("<w:p/><w:p/>")).unwrap_err(), ReadError::Empty);
}
