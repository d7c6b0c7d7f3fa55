//! Plans read from texts in the layouts of the genre. The samples are invented (see their README).
#![allow(clippy::unwrap_used, clippy::expect_used)]

use papers::plan::{Cadence, Plan, Recurrence, Span, TargetOp, Task, TimeKind, Use, coverage, read};
use papers::read::{Cell, Limits, NoTools, Table, Text};

fn text(content: &str) -> Text {
    Text { content: content.to_owned(), ..Text::default() }
}

fn plan(content: &str) -> Plan {
    read(&text(content))
}

fn task<'a>(plan: &'a Plan, code: &str) -> &'a Task {
    let mut found = plan.tasks.iter().filter(|t| t.code.as_deref() == Some(code));
    let task = found.next().unwrap_or_else(|| panic!("no task {code} among {:?}", codes(plan)));
    assert!(found.next().is_none(), "two tasks {code}");
    task
}

fn codes(plan: &Plan) -> Vec<&str> {
    plan.tasks.iter().filter_map(|t| t.code.as_deref()).collect()
}

fn cut(content: &str, span: Option<Span>) -> String {
    let [start, end] = span.expect("a span");
    content.chars().skip(start).take(end - start).collect()
}

const OUTLINE: &str = include_str!("samples/outline.txt");
const FLAT: &str = include_str!("samples/flat_table.txt");
const LABELS: &str = include_str!("samples/labels.txt");

#[test]
fn an_outline_gives_its_tasks_and_not_its_aims() {
    let plan = plan(OUTLINE);
    assert_eq!(codes(&plan), ["III.1.1", "III.1.2", "III.1.3", "III.2.a", "III.2.b", "IV.1", "IV.2", "IV.3"]);
    let sections: Vec<&str> = plan.sections.iter().map(|s| s.code.as_str()).collect();
    assert_eq!(sections, ["I", "II", "III", "III.1", "III.2", "IV"]);
}

#[test]
fn sentences_say_who_with_whom_and_by_when() {
    let plan = plan(OUTLINE);
    assert_eq!(task(&plan, "III.1.1").time.due.as_deref(), Some("2026-06-30"));
    let courses = task(&plan, "III.1.2");
    assert_eq!(courses.coordinating, ["Trường Cao đẳng Thủy sản Hải Vân", "Chi cục Thủy sản"]);
    assert_eq!(
        (courses.time.kind, courses.time.recurrence.as_slice()),
        (TimeKind::Recurring, &[Recurrence::Quarterly][..])
    );
    assert!(courses.title.contains("kinh tế - xã hội vùng bãi ngang"), "{}", courses.title);
    assert_eq!(task(&plan, "III.1.3").time.kind, TimeKind::Continuous);
    let trial = task(&plan, "III.2.a");
    assert_eq!(trial.title, "Thí điểm cảm biến bảo quản lạnh trên 05 tàu trong năm 2026.");
    assert!(trial.text.as_deref().unwrap().ends_with("công bố cho ngư dân."));
    assert_eq!(trial.time.due.as_deref(), Some("2026-12-31"));
    // The year belongs to the name of the paper.
    assert_eq!(task(&plan, "III.2.b").time.kind, TimeKind::Unspecified);
    assert_eq!(task(&plan, "III.2.b").outputs, ["đề án “Cảng cá số đến năm 2035” trình cấp có thẩm quyền"]);
    assert_eq!(task(&plan, "IV.1").lead, ["Thường trực Hội"]);
    assert_eq!(task(&plan, "IV.2").lead, ["Ban Kỹ thuật"]);
    assert_eq!(task(&plan, "IV.3").lead, ["Các chi hội"]);
}

#[test]
fn aims_become_indicators() {
    let plan = plan(OUTLINE);
    let read: Vec<_> = plan
        .indicators
        .iter()
        .map(|i| (i.target.op, i.target.value, i.target.percent, i.target.by.as_deref()))
        .collect();
    assert_eq!(
        read,
        [
            (TargetOp::AtLeast, Some(70.0), true, Some("2030")),
            (TargetOp::AtLeast, Some(12.0), false, Some("2030")),
        ]
    );
    assert!(plan.indicators[0].name.starts_with("tàu cá dài từ 15 mét"), "{}", plan.indicators[0].name);
}

#[test]
fn reports_have_sender_receiver_way_and_days() {
    let plan = plan(OUTLINE);
    let [quarterly, twice] = plan.reporting.as_slice() else { panic!("{:?}", plan.reporting) };
    assert_eq!(quarterly.who.as_deref(), Some("Thường trực Hội"));
    assert_eq!(quarterly.to.as_deref(), Some("Ban Chấp hành Hội"));
    assert_eq!(quarterly.cadence, Some(Cadence::Quarterly));
    assert_eq!(twice.who.as_deref(), Some("Các chi hội"));
    assert_eq!(twice.to.as_deref(), Some("Thường trực Hội"));
    assert_eq!(twice.through.as_deref(), Some("Văn phòng Hội"));
    assert_eq!(twice.due, ["06-01", "12-01"]);
    assert_eq!(twice.cadence, Some(Cadence::Semiannual));
}

#[test]
fn the_head_is_read() {
    let head = plan(OUTLINE).document;
    assert_eq!(head.number.as_deref(), Some("03/CTr-HNC"));
    assert_eq!(head.kind.as_deref(), Some("chương trình hành động"));
    assert_eq!(head.issued_on.as_deref(), Some("2026-01-08"));
    assert_eq!(head.issuer.as_deref(), Some("Hội nghề cá tỉnh Hải Vân"));
    assert_eq!(head.signer.as_deref(), Some("Phạm Gia Khôi"));
    assert_eq!(head.implements, ["57-NQ/TW"]);
    let attached = plan(FLAT).document;
    assert_eq!(attached.number.as_deref(), Some("21/QĐ-HTX"));
    assert_eq!(attached.issued_on.as_deref(), Some("2025-12-15"));
    assert_eq!(attached.issuer.as_deref(), Some("Hợp tác xã Liên Hoa"));
}

#[test]
fn tables_without_borders_give_rows_and_cells() {
    let plan = plan(FLAT);
    assert_eq!(codes(&plan), ["1", "1.1", "1.2", "2", "2.1"]);
    let files = task(&plan, "1.1");
    assert_eq!(files.title, "Lập hồ sơ số cho từng thửa vườn");
    assert_eq!(files.lead, ["Tổ Kỹ thuật", "Văn phòng Hợp tác xã"]);
    assert_eq!(files.coordinating, ["Các hộ thành viên", "Phòng Kinh tế xã"]);
    assert_eq!(files.outputs, ["Hồ sơ số.", "Bản đồ thửa."]);
    assert_eq!(files.time.due.as_deref(), Some("2026-03-31"));
    assert!(task(&plan, "2").lead.is_empty(), "an open appointment names nobody");
    assert_eq!(task(&plan, "2").time.kind, TimeKind::ByMonth);
    assert_eq!(task(&plan, "2.1").time.recurrence, [Recurrence::Annual]);
    assert!(task(&plan, "2.1").outputs.is_empty());
}

#[test]
fn cells_go_on_after_a_turned_page() {
    let plan = plan(FLAT);
    let codes = task(&plan, "1.2");
    assert_eq!(codes.title, "Cấp mã định danh cho sản phẩm có bao bì theo quy định mới của ngành.");
    assert_eq!(codes.lead, ["Văn phòng Hợp tác xã"]);
    assert_eq!(codes.coordinating, ["Chi cục Quản lý chất lượng (bà Thu)", "các cửa hàng"]);
    assert_eq!(codes.time_text.as_deref(), Some("Quý 2/2026 (bắt đầu), liên tục"));
    assert_eq!(codes.time.kind, TimeKind::StartThenContinuous);
    assert_eq!(codes.time.start.as_deref(), Some("2026-04-01"));
}

#[test]
fn a_table_of_indicators_gives_targets() {
    let plan = plan(FLAT);
    let [share, growth] = plan.indicators.as_slice() else { panic!("{:?}", plan.indicators) };
    assert_eq!(share.name, "Tỷ lệ diện tích dùng nhật ký điện tử");
    assert_eq!(
        (share.target.op, share.target.value, share.target.percent),
        (TargetOp::AtLeast, Some(80.0), true)
    );
    assert_eq!(share.target.by.as_deref(), Some("2028"));
    assert_eq!((growth.target.op, growth.target.value), (TargetOp::Increase, Some(10.0)));
    assert_eq!(growth.target.per.as_deref(), Some("year"));
    assert_eq!(growth.note.as_deref(), Some("So với năm 2025"));
}

#[test]
fn labels_give_roles_products_and_times() {
    let plan = plan(LABELS);
    assert_eq!(codes(&plan), ["I.1", "I.2", "I.3", "II.2"]);
    let scan = task(&plan, "I.1");
    assert_eq!(scan.title, "Quét ba chiều các đình, chùa cổ");
    assert_eq!(scan.lead, ["Bảo tàng tỉnh Hải Vân"]);
    assert_eq!(scan.coordinating, ["Sở Khoa học và Công nghệ", "Ủy ban nhân dân các xã, phường"]);
    assert_eq!(scan.outputs.len(), 2);
    assert_eq!(
        (scan.time.kind, scan.time.start.as_deref()),
        (TimeKind::StartThenContinuous, Some("2026-07-01"))
    );
    let portal = task(&plan, "I.2");
    assert_eq!(portal.title, "Xây dựng cổng tra cứu di sản.");
    assert_eq!(portal.lead, ["Thư viện tỉnh Hải Vân"]);
    assert_eq!(portal.coordinating, ["Đài Phát thanh và Truyền hình Hải Vân"]);
    assert_eq!(portal.time.due.as_deref(), Some("2026-11-20"));
    let tales = task(&plan, "I.3");
    assert!(tales.lead.is_empty());
    assert_eq!(tales.time.kind, TimeKind::Unspecified);
    assert!(
        plan.warnings.iter().any(|w| w.contains("I.3") && w.contains("lúc thuận tiện")),
        "{:?}",
        plan.warnings
    );
    assert_eq!(task(&plan, "II.2").lead, ["Phòng Tài chính"]);
}

#[test]
fn every_item_stands_where_its_span_says() {
    for content in [OUTLINE, FLAT, LABELS] {
        let plan = plan(content);
        let flat = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
        for task in &plan.tasks {
            let start = flat(&cut(content, task.span));
            let words: String = task.title.split(' ').take(4).collect::<Vec<_>>().join(" ");
            // A row's span begins with its number.
            assert!(start.contains(&words), "{:?}: “{words}” is not in “{start}”", task.code);
        }
        let trial = plan.tasks.iter().find(|t| t.code.as_deref() == Some("III.2.a"));
        if let Some(trial) = trial {
            assert_eq!(flat(&cut(content, trial.span)), flat(trial.text.as_deref().unwrap()));
        }
        for indicator in &plan.indicators {
            assert!(!cut(content, indicator.span).trim().is_empty());
        }
        for duty in &plan.reporting {
            assert!(cut(content, duty.span).contains("báo cáo"));
        }
        let mut units = plan.units.clone();
        units.sort();
        units.dedup();
        assert_eq!(units.len(), plan.units.len());
        assert!(plan.tasks.iter().all(|t| (0.0..=1.0).contains(&t.confidence)));
    }
}

/// A text with one table whose cells stand on lines of their own, as the reader of .docx lays them out.
fn with_table(before: &str, rows: &[&[&str]]) -> Text {
    let mut content = before.to_owned();
    let start = content.chars().count();
    let mut table = Table::default();
    for row in rows {
        let mut cells: Vec<Cell> = Vec::new();
        for (i, cell) in row.iter().enumerate() {
            if *cell == "<" {
                let merged = cells[i - 1].clone();
                cells.push(merged);
                continue;
            }
            let at = content.chars().count();
            content.push_str(cell);
            cells.push(Cell { text: (*cell).to_owned(), span: [at, at + cell.chars().count()] });
            content.push('\n');
        }
        table.rows.push(cells);
    }
    table.span = [start, content.chars().count()];
    Text { content, tables: vec![table], ..Text::default() }
}

#[test]
fn a_real_table_is_read_by_its_cells() {
    let text = with_table(
        "PHỤ LỤC\nPHÂN CÔNG NHIỆM VỤ\n",
        &[
            &["STT", "Nội dung nhiệm vụ", "Phân công", "<", "Thời hạn"],
            &["STT", "Nội dung nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn"],
            &["I", "Hạ tầng số", "<", "<", "<"],
            &[
                "1",
                "Kéo cáp quang ra đảo\nHòn Yến",
                "Sở Khoa học và Công nghệ",
                "Bộ Chỉ huy quân sự tỉnh",
                "31/12/2026",
            ],
            &["2", "Lắp trạm thu ảnh vệ tinh", "Viện Hải dương Hải Vân", "", "Quý II/2027"],
            &["II", "Con người", "<", "<", "<"],
            &[
                "1",
                "Mở lớp vận hành trạm",
                "Trường Cao đẳng Thủy sản Hải Vân",
                "Viện Hải dương Hải Vân",
                "Hằng năm",
            ],
        ],
    );
    let plan = read(&text);
    assert_eq!(codes(&plan), ["PL.I.1", "PL.I.2", "PL.II.1"]);
    let cable = task(&plan, "PL.I.1");
    assert_eq!(cable.title, "Kéo cáp quang ra đảo Hòn Yến");
    assert_eq!(cable.lead, ["Sở Khoa học và Công nghệ"]);
    assert_eq!(cable.coordinating, ["Bộ Chỉ huy quân sự tỉnh"]);
    assert_eq!(cable.time.due.as_deref(), Some("2026-12-31"));
    assert!(task(&plan, "PL.I.2").coordinating.is_empty());
    assert!(cut(&text.content, cable.span).contains("Kéo cáp quang"));
}

#[test]
fn numbers_that_run_through_sections_keep_their_form() {
    let plan = plan(
        "B. NHIỆM VỤ\nI. Truyền thông\n1. Tổ chức hội nghị quán triệt.\n2. Xây dựng sản phẩm truyền thông.\n\
         3. Mở chuyên mục.\nII. Nhân lực\n4. Đào tạo cán bộ.\n5. Thu hút chuyên gia.\n\
         C. TỔ CHỨC THỰC HIỆN\n1. Ban Chính sách theo dõi.\n2. Văn phòng bảo đảm điều kiện.\n",
    );
    assert_eq!(codes(&plan), ["1", "2", "3", "4", "5", "C.1", "C.2"]);
    assert_eq!(task(&plan, "5").group.as_deref(), Some("B.II"));
    assert_eq!(task(&plan, "C.2").lead, ["Văn phòng"]);
}

#[test]
fn papers_of_the_party_have_their_own_signs() {
    let plan = plan(
        "ĐẢNG ỦY KHỐI CẢNG HẢI VÂN\nSố 12-CTr/ĐUK\nHải Vân, ngày 05 tháng 02 năm 2026\n\n\
         CHƯƠNG TRÌNH\nthực hiện Nghị quyết số 57-NQ/TW của Bộ Chính trị\n\n\
         I- NHIỆM VỤ\n1- Ban Tuyên giáo Đảng ủy:\na) Tổ chức quán triệt Nghị quyết, hoàn thành trong quý I/2026.\n\
         b) Xây dựng tài liệu hỏi - đáp.\n\
         2- Yêu cầu các chi bộ trực thuộc xây dựng kế hoạch, gửi về Văn phòng Đảng ủy trước ngày 28/02/2026.\n\n\
         T/M ĐẢNG ỦY\nBÍ THƯ\n\nTạ Minh Đạo\n",
    );
    assert_eq!(codes(&plan), ["I.1.a", "I.1.b", "I.2"]);
    assert_eq!(task(&plan, "I.1.b").lead, ["Ban Tuyên giáo Đảng ủy"]);
    assert_eq!(task(&plan, "I.1.a").time.due.as_deref(), Some("2026-03-31"));
    assert_eq!(task(&plan, "I.2").lead, ["các chi bộ trực thuộc"]);
    assert_eq!(task(&plan, "I.2").time.due.as_deref(), Some("2026-02-28"));
    assert_eq!(plan.document.number.as_deref(), Some("12-CTr/ĐUK"));
    assert_eq!(plan.document.issuer.as_deref(), Some("Đảng ủy khối cảng Hải Vân"));
    assert_eq!(plan.document.signer.as_deref(), Some("Tạ Minh Đạo"));
}

#[test]
fn articles_order_and_articles_of_form_do_not() {
    let plan = plan(
        "QUYẾT ĐỊNH:\nĐiều 1. Phê duyệt Kế hoạch chuyển đổi số với các nội dung sau:\n1. Xây dựng kho dữ liệu.\n\
         2. Mở lớp tập huấn.\nĐiều 2. Giao Sở Tài chính bố trí kinh phí trong năm 2026.\n\
         Điều 3. Quyết định này có hiệu lực kể từ ngày ký.\n",
    );
    assert_eq!(codes(&plan), ["Điều 1.1", "Điều 1.2", "Điều 2"]);
    assert_eq!(task(&plan, "Điều 2").lead, ["Sở Tài chính"]);
    assert_eq!(task(&plan, "Điều 2").time.due.as_deref(), Some("2026-12-31"));
}

#[test]
fn tables_with_bars_on_one_line_are_read() {
    let plan = plan(
        "| STT | Danh mục nhiệm vụ | Đơn vị thực hiện | Dự kiến thời gian |\n|---|---|---|---|\n\
         | 1 | Nâng cấp đường truyền | Văn phòng Sở | tháng 9/2026 |\n| 2 | Thay máy chủ |  | chưa rõ |\n",
    );
    assert_eq!(codes(&plan), ["1", "2"]);
    assert_eq!(task(&plan, "1").lead, ["Văn phòng Sở"]);
    assert_eq!(task(&plan, "1").time.due.as_deref(), Some("2026-09-30"));
    assert!(plan.warnings.iter().any(|w| w.contains("chưa rõ")), "{:?}", plan.warnings);
}

#[test]
fn damaged_text_is_read_with_little_trust() {
    let sound = plan("I. NHIỆM VỤ\n1. Xây dựng kế hoạch truyền thông về chuyển đổi số.\n");
    let words = "vjêc trjên khqi kê hqach pháf trjên dû Iiêu qnôc gja cnng vrji các cqan, ";
    let hurt =
        plan(&format!("I. NHIỆM VỤ\n1. Xây dựng {}\n2. Hoàn thiện {}\n", words.repeat(4), words.repeat(4)));
    assert_eq!((sound.tasks.len(), hurt.tasks.len()), (1, 2));
    assert!(hurt.tasks[0].confidence < sound.tasks[0].confidence);
    assert!(hurt.warnings.iter().any(|w| w.contains("bị hỏng")), "{:?}", hurt.warnings);
}

#[test]
fn nothing_in_gives_a_plan_that_says_so() {
    for content in ["", "\n\n", "\u{c}", "|", "Xin chào.", "*", "1.", "TT", "Phụ lục"] {
        let plan = plan(content);
        assert!(plan.tasks.is_empty(), "{content:?}");
        assert!(
            plan.warnings.iter().any(|w| w.contains("Không tìm thấy nhiệm vụ")),
            "{content:?}: {:?}",
            plan.warnings
        );
    }
}

#[test]
fn what_is_not_read_is_told() {
    let content = "KẾ HOẠCH\nchuyển đổi số\n\nI. MỤC ĐÍCH\n- Nâng cao nhận thức của hội viên trong toàn tỉnh về công nghệ số.\n\n\
        II. NHIỆM VỤ\n1. Xây dựng kho dữ liệu dùng chung của Hội.\n\nIII. KINH PHÍ\n\
        1. Bố trí kinh phí thực hiện từ nguồn xã hội hóa và các nguồn hợp pháp khác theo quy định.\n\n\
        Nơi nhận:\n- Các chi hội;\n- Lưu: VP.\n\nCHỦ TỊCH\n\nTạ Minh Đạo\n";
    let text = text(content);
    let plan = read(&text);
    let told: Vec<(Use, String)> = coverage(&text, &plan)
        .into_iter()
        .filter(|s| s.what == Use::Unread)
        .map(|s| (s.what, cut(content, Some(s.span))))
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].1.contains("Nâng cao nhận thức") && told[1].1.contains("Bố trí kinh phí"), "{told:?}");
    // The aim is background; what the money is for asks for something.
    let warned: Vec<&String> = plan.warnings.iter().filter(|w| w.contains("đoạn")).collect();
    assert!(warned.len() == 1 && warned[0].contains("Bố trí kinh phí"), "{:?}", plan.warnings);
}

#[test]
fn proposals_of_speakers_are_kept_apart_from_orders() {
    let plan = plan(
        "Hội thảo diễn ra sáng nay tại Hải Vân.\n\
         TS. Vũ Hải Đăng - Viện trưởng Viện Hải dương Hải Vân đề xuất xây dựng trạm quan trắc chung, \
         thành lập quỹ học bổng nghề biển.\n\
         Ông Trần Lực nhấn mạnh, cần hỗ trợ ngư dân dùng nhật ký điện tử.\n",
    );
    assert_eq!(plan.tasks.len(), 3, "{:?}", plan.tasks.iter().map(|t| &t.title).collect::<Vec<_>>());
    assert_eq!(plan.tasks[0].proposer, ["TS. Vũ Hải Đăng"]);
    assert_eq!(plan.tasks[2].proposer, ["Ông Trần Lực"]);
    assert!(plan.tasks.iter().all(|t| t.lead.is_empty() && t.confidence < 0.5));
}

/// The four documents of the demo at the root of the repository.
#[test]
fn the_demo_documents_are_read_whole() {
    for (content, tasks, indicators, duties) in [
        (include_str!("../../../samples/hoi-tri-thuc-tre-song-lam.txt"), 38, 11, 3),
        (include_str!("../../../samples/dai-hoc-ky-thuat-bac-ha.txt"), 31, 7, 3),
        (include_str!("../../../samples/vien-khoa-hoc-du-lieu-truong-son.txt"), 33, 8, 3),
        (include_str!("../../../samples/ubnd-tinh-song-lam.txt"), 32, 6, 3),
    ] {
        let plan = plan(content);
        let title = plan.document.title.clone().unwrap_or_default();
        assert_eq!(
            (plan.tasks.len(), plan.indicators.len(), plan.reporting.len()),
            (tasks, indicators, duties),
            "{title}"
        );
        assert!(
            plan.document.number.is_some()
                && plan.document.issued_on.is_some()
                && plan.document.signer.is_some()
        );
        assert!(plan.document.issuer.is_some(), "{title}");
    }
}

#[test]
fn a_newspaper_is_read_column_by_column() {
    let rows = [
        ("II. NHIỆM VỤ", "trường sông Lam trong quý"),
        ("1. Tổ Kỹ thuật lắp trạm đo", "III/2026."),
        ("mực nước tại bốn xã ven", "2. Văn phòng Hội cập nhật tin"),
        ("sông, hoàn thành trước ngày", "bài về dòng sông lên trang"),
        ("30/4/2026.", "thông tin điện tử hằng tuần,"),
        ("Số liệu được gửi cho các nhà", "gửi bản in đến các chi hội"),
        ("khoa học nghiên cứu môi", "cùng các câu lạc bộ."),
    ];
    let lines: Vec<String> = rows.iter().map(|(left, right)| format!("{left:36}{right}")).collect();
    let plan = plan(&format!("KẾ HOẠCH\nGiữ dòng sông xanh\n\n{}\n", lines.join("\n")));
    assert_eq!(codes(&plan), ["II.1", "II.2"]);
    let first = task(&plan, "II.1");
    assert_eq!(
        (first.lead.as_slice(), first.time.due.as_deref()),
        (&["Tổ Kỹ thuật".to_owned()][..], Some("2026-04-30"))
    );
    assert_eq!(task(&plan, "II.2").lead, ["Văn phòng Hội"]);
}

#[test]
fn a_letterhead_in_two_columns_names_the_lower_body_and_who_signs() {
    let plan = plan(
        "ĐẢNG BỘ TỈNH KIM SƠN                 ĐẢNG CỘNG SẢN VIỆT NAM\n\
         ĐẢNG ỦY PHƯỜNG PHÚ LÂM\n\
         \u{20}        *                            Phú Lâm, ngày 16 tháng 10 năm 2025\n\
         Số 21-KH/DU\n\nKẾ HOẠCH\nthực hiện Nghị quyết số 57-NQ/TW\n\nI- NHIỆM VỤ\n\
         1- Văn phòng Đảng ủy lập danh sách chi bộ trong tháng 11/2025.\n\n\
         Nơi nhận:                             T/M BAN THƯỜNG VỤ\n\
         - Các chi bộ,                            PHÓ BÍ THƯ\n\
         - Lưu Văn phòng.                       Đoàn Thị Hạnh\n",
    );
    let head = &plan.document;
    assert_eq!(head.issuer.as_deref(), Some("Đảng ủy phường Phú Lâm"));
    assert_eq!(head.issued_on.as_deref(), Some("2025-10-16"));
    assert_eq!(head.number.as_deref(), Some("21-KH/ĐU"), "the bar of the letter is known");
    assert_eq!(head.signer.as_deref(), Some("Đoàn Thị Hạnh"));
    assert_eq!(codes(&plan), ["I.1"]);
}

#[test]
fn a_quarter_that_may_be_misread_is_told() {
    let of = |first: &str| {
        plan(&format!(
            "KẾ HOẠCH\nnăm học\n\nI. NHIỆM VỤ\n1. Phòng Đào tạo rà soát chương trình, xong trong {first}.\n\
             2. Phòng Đào tạo mở lớp tập huấn giảng viên, xong trong quý III/2026.\n"
        ))
    };
    let sure = of("quý II/2026");
    assert_eq!(task(&sure, "I.1").time.due.as_deref(), Some("2026-06-30"));
    assert!(sure.warnings.iter().all(|w| !w.contains("số của quý")));
    let strokes = of("quý Il/2026");
    assert_eq!(task(&strokes, "I.1").time.due.as_deref(), Some("2026-06-30"));
    for doubtful in [strokes, of("quý 1/2026")] {
        let told = doubtful.warnings.iter().filter(|w| w.contains("số của quý")).count();
        assert_eq!(told, 1, "{:?}", doubtful.warnings);
        assert!(task(&doubtful, "I.1").confidence < 0.75, "{}", task(&doubtful, "I.1").confidence);
        assert!(task(&doubtful, "I.2").confidence > 0.9);
    }
}

#[test]
fn what_recognition_was_not_sure_of_is_trusted_less() {
    let content = "KẾ HOẠCH\nnăm 2026\n\nI. NHIỆM VỤ\n1. Phòng Đào tạo mở lớp tập huấn trong tháng 5/2026.\n\
                   2. Phòng Đào tạo in tài liệu trong tháng 4/2026.\n";
    let sure = plan(content);
    let start = content[..content.find("tập huấn").unwrap()].chars().count();
    let doubtful = read(&Text { doubtful: vec![[start, start + 3]], ..text(content) });
    assert!(task(&doubtful, "I.1").confidence < task(&sure, "I.1").confidence);
    assert!((task(&doubtful, "I.2").confidence - task(&sure, "I.2").confidence).abs() < 1e-9);
}

#[test]
fn months_without_a_year_are_those_of_the_title() {
    let of = |title: &str| {
        plan(&format!(
            "KẾ HOẠCH\n{title}\n\nI. NHIỆM VỤ\n1. Tổng kết phong trào thi đua\n- Chủ trì: Ban Kinh tế\n\
             - Thời gian: Tháng 8\n"
        ))
    };
    assert_eq!(task(&of("công tác năm 2026"), "I.1").time.due.as_deref(), Some("2026-08-31"));
    assert_eq!(task(&of("công tác giai đoạn 2026 - 2028"), "I.1").time.due, None);
}

#[test]
fn a_cell_may_say_the_roles_itself() {
    let plan = plan(
        "| TT | Nhiệm vụ | Giao cho | Xong |\n|---|---|---|---|\n\
         | 1 | Biên soạn bộ tiêu chí đánh giá | Chủ trì: Phòng Đào tạo; phối hợp: các khoa | 30/4/2026 |\n\
         | 2 | Trang bị phòng máy thực hành | Chủ trì: Ban Quản trị | Quý II/2026 |\n",
    );
    let first = task(&plan, "1");
    assert_eq!(
        (first.lead.concat(), first.coordinating.concat()),
        ("Phòng Đào tạo".to_owned(), "các khoa".to_owned())
    );
    assert_eq!(task(&plan, "2").time.due.as_deref(), Some("2026-06-30"));
}

#[test]
fn who_acts_is_found_behind_verbs_that_no_list_knows() {
    let plan = plan(
        "KẾ HOẠCH\nphát triển làng nghề\n\nI. NHIỆM VỤ\n\n\
         1. Hợp tác xã Nông nghiệp Bình Sa giâm cành giống có nguồn gốc rõ ràng cho các hộ.\n\n\
         2. Việc kiểm kê khung dệt cổ do Phòng Văn hóa - Xã hội chủ trì, xong trước ngày 15/8/2026.\n\n\
         3. Phòng Kế hoạch - Tài chính (P. KHTC) cân đối nguồn thu hợp pháp.\n\n\
         4. Các đơn vị được giao chủ trì nhiệm vụ báo cáo kết quả trước ngày 10/6 hằng năm.\n\n\
         5. Sở Tài chính (chủ trì), Sở Xây dựng, Kho bạc Nhà nước khu vực XII (phối hợp) đẩy nhanh giải ngân.\n",
    );
    assert_eq!(task(&plan, "I.1").lead, ["Hợp tác xã Nông nghiệp Bình Sa"]);
    assert_eq!(task(&plan, "I.2").lead, ["Phòng Văn hóa - Xã hội"]);
    assert_eq!(task(&plan, "I.2").time.due.as_deref(), Some("2026-08-15"));
    assert_eq!(task(&plan, "I.3").lead, ["Phòng Kế hoạch - Tài chính"]);
    assert_eq!(task(&plan, "I.4").lead, ["Các đơn vị được giao chủ trì nhiệm vụ"]);
    assert_eq!(task(&plan, "I.5").lead, ["Sở Tài chính"]);
    assert_eq!(task(&plan, "I.5").coordinating, ["Sở Xây dựng", "Kho bạc Nhà nước khu vực XII"]);
}

#[test]
fn labels_may_follow_each_other_on_the_line_of_a_bullet() {
    let plan = plan(
        "KẾ HOẠCH\nphòng, chống sinh vật gây hại\n\nI. NHIỆM VỤ\n\n\
         1. Xây dựng bản đồ phân bố bệnh khảm lá trên địa bàn tỉnh\n\
         * Đơn vị chủ trì: Chi cục Trồng trọt. * Phối hợp: Trung tâm Khuyến nông, Văn phòng Sở. \
         * Hoàn thành: trước ngày 30/4/2026.\n",
    );
    let task = &plan.tasks[0];
    assert_eq!(task.title, "Xây dựng bản đồ phân bố bệnh khảm lá trên địa bàn tỉnh");
    assert_eq!(task.lead, ["Chi cục Trồng trọt"]);
    assert_eq!(task.coordinating, ["Trung tâm Khuyến nông", "Văn phòng Sở"]);
    assert_eq!(task.time.due.as_deref(), Some("2026-04-30"));
}

#[test]
fn cells_that_repeat_the_row_above_say_the_same() {
    let plan = plan(
        "KẾ HOẠCH\n\n| TT | Nhiệm vụ | Đơn vị chủ trì | Đơn vị phối hợp | Thời gian |\n|---|---|---|---|---|\n\
         | 1 | Sao lưu dữ liệu | P. CNTT | P. KHTC, TT. ĐMST | Hằng quý |\n\
         | 2 | Diễn tập ứng cứu sự cố | ″ | - nt - | Tháng 5 và tháng 11 hằng năm |\n\
         | 3 | Làm sạch dữ liệu | | K. Cơ khí, K. Điện - Điện tử | Trước 17h00 ngày 25/02/2026 |\n",
    );
    assert_eq!(task(&plan, "2").lead, ["P. CNTT"]);
    assert_eq!(task(&plan, "2").coordinating, ["P. KHTC", "TT. ĐMST"]);
    assert_eq!(task(&plan, "2").time.recurrence, [Recurrence::Semiannual]);
    assert_eq!(task(&plan, "3").lead, ["P. CNTT"]);
    assert_eq!(task(&plan, "3").coordinating, ["K. Cơ khí", "K. Điện - Điện tử"]);
    assert_eq!(task(&plan, "3").time.due.as_deref(), Some("2026-02-25"));
    assert!(task(&plan, "3").confidence < task(&plan, "1").confidence);
}

#[test]
fn what_is_measured_may_stand_before_its_amount() {
    let plan = plan(
        "KẾ HOẠCH\n\nI. MỤC TIÊU\n\n\
         - Nâng tỷ lệ lao động nữ qua đào tạo từ 24,5% năm 2025 lên trên 35% vào năm 2030.\n\n\
         - Thời gian giải quyết thủ tục không quá 05 ngày làm việc.\n\n\
         - Tỷ lệ phòng học kiên cố: 95% (năm 2025 là 88%).\n\nII. NHIỆM VỤ\n\n1. Sở A tổ chức thực hiện.\n",
    );
    let names: Vec<&str> = plan.indicators.iter().map(|i| i.name.as_str()).collect();
    assert_eq!(
        names,
        ["tỷ lệ lao động nữ qua đào tạo", "Thời gian giải quyết thủ tục", "Tỷ lệ phòng học kiên cố"]
    );
    assert_eq!(plan.indicators[0].target.value, Some(35.0));
    assert_eq!(plan.indicators[0].target.op, TargetOp::AtLeast);
    assert_eq!(plan.indicators[0].target.by.as_deref(), Some("2030"));
    assert_eq!(plan.indicators[2].target.by, None);
}

#[test]
fn words_cut_at_the_end_of_a_line_are_whole() {
    let text = "KẾ HOẠCH\nSố: 12/KH-\nUBND\n\nI. NHIỆM VỤ\n1. Xây dựng cơ sở dữ li-\nệu hội viên giai đoạn 2025-\n\
        2030, trình ban hành quy ch-\nế.\n- Cơ quan chủ trì: Sở Khoa học và Công ng-\nhệ\n- Thời hạn: 30/6/2026\n";
    let text = papers::read::read("a.txt", text.as_bytes(), &Limits::default(), &NoTools).unwrap();
    let plan = read(&text);
    assert_eq!(plan.document.number.as_deref(), Some("12/KH-UBND"));
    let task = &plan.tasks[0];
    assert_eq!(task.title, "Xây dựng cơ sở dữ liệu hội viên giai đoạn 2025-2030, trình ban hành quy chế.");
    assert_eq!(task.lead, ["Sở Khoa học và Công nghệ"]);
}
