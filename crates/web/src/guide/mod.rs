//! Renders every component once, so that a change to one is compiled, checked
//! and can be looked at: the pages are written to `target/guide`.
#![allow(clippy::unwrap_used, reason = "a test")]

mod contrast;

use askama::Template;
use jiff::civil::{date, datetime};
use messages::Lang;

use crate::view::{
    Bar, Choice, Form, Light, Nav, Notice, Page, Pager, Sort, Spark, Tab, Theme, Tone, UserView,
};

#[derive(Template)]
#[template(path = "_base/guide.html")]
struct Guide {
    page: Page,
    form: Form,
    units: Vec<Choice>,
    kinds: Vec<Choice>,
    all: Bar,
    rows: Vec<(String, String, Bar)>,
    tasks: Vec<Task>,
    sort: Sort,
    pager: Pager,
    tabs: Vec<Tab>,
    spark: Spark,
}

struct Task {
    code: &'static str,
    text: &'static str,
    unit: &'static str,
    due: Option<jiff::civil::Date>,
    light: Light,
    word: &'static str,
    money: f64,
}

fn bar(red: i64, amber: i64, green: i64, grey: i64) -> Bar {
    Bar::new(&[(Light::Red, red), (Light::Amber, amber), (Light::Green, green), (Light::Grey, grey)])
}

fn tasks() -> Vec<Task> {
    let text = [
        "Xây dựng Đề án chuyển đổi số của Liên hiệp Hội giai đoạn 2025–2030, trình Đoàn Chủ tịch ban hành",
        "Tổ chức diễn đàn “Tri thức trẻ với đột phá khoa học, công nghệ” ở ba miền",
        "Rà soát, đề xuất sửa đổi các quy định còn vướng mắc về tư vấn, phản biện xã hội",
        "Xây dựng cơ sở dữ liệu chuyên gia, kết nối với cổng dữ liệu quốc gia",
    ];
    let unit = ["Ban Chính sách", "Ban Thanh niên trí thức", "Ban Pháp chế", "Văn phòng, Trung tâm Dữ liệu"];
    let lights = [
        (Light::Red, "Quá hạn 12 ngày", Some(date(2025, 6, 30))),
        (Light::Amber, "Còn 9 ngày", Some(date(2025, 7, 21))),
        (Light::Green, "Hoàn thành đúng hạn", Some(date(2025, 5, 15))),
        (Light::Grey, "Chưa đến kỳ đánh giá", None),
    ];
    (0..4)
        .map(|at| Task {
            code: ["I.1.a", "I.2", "II.4", "III.1"][at],
            text: text[at],
            unit: unit[at],
            due: lights[at].2,
            light: lights[at].0,
            word: lights[at].1,
            money: [1_250.5, 480.0, 0.0, 12_300.25][at],
        })
        .collect()
}

fn guide(lang: Lang, theme: Theme) -> Guide {
    let mut page = Page::new(lang, "Chương trình hành động số 57")
        .crumb("Chương trình", "/programmes")
        .crumb("Liên hiệp các Hội Mẫu", "/programmes/mau");
    page.theme = theme;
    page.here = "/guide".to_owned();
    page.organisation = "Liên hiệp các Hội Khoa học Mẫu (giả định)".to_owned();
    page.csrf = "t0ken".to_owned();
    page.nav = Some(Nav::Programmes);
    page.demo = true;
    page.as_of = Some(datetime(2025, 7, 12, 8, 30, 0, 0));
    page.user = Some(UserView {
        name: "Nguyễn Thị Ví Dụ".to_owned(),
        post: "Chánh Văn phòng, Liên hiệp các Hội Mẫu".to_owned(),
        administers: true,
        reads_documents: true,
    });
    page.notice = Some(Notice {
        tone: Tone::Success,
        text: "Đã lưu chương trình với 51 nhiệm vụ và 14 chỉ tiêu.".to_owned(),
    });
    let mut form = Form::new()
        .fill("title", "Xây dựng Đề án chuyển đổi số")
        .fill("due", "31/02/2025")
        .fill("lead_q", "tan thanh")
        .fill("kind", "joint")
        .fill("role", "follow");
    form.date("due", lang);
    form.issue("unit", "Chọn một đơn vị chủ trì, hoặc chọn “Chờ chỉ định” nếu văn bản không nêu.");
    Guide {
        page,
        form,
        units: vec![
            Choice::new("1", "Xã Tân Thành").hint("Tỉnh Mẫu Một › trực thuộc tỉnh"),
            Choice::new("2", "Xã Tân Thành").hint("Tỉnh Mẫu Hai › trực thuộc tỉnh"),
            Choice::new("3", "Xã Tân Thạnh").hint("Tỉnh Mẫu Ba › trực thuộc tỉnh"),
        ],
        kinds: vec![
            Choice::new("one", "Một đơn vị chủ trì"),
            Choice::new("joint", "Đồng chủ trì, một đơn vị làm đầu mối"),
            Choice::new("await", "Chờ chỉ định").hint("Văn bản chưa nêu đơn vị; cán bộ sẽ giao sau"),
        ],
        all: bar(14, 9, 61, 23),
        rows: vec![
            ("Ban Chính sách".to_owned(), "/u/1?".to_owned(), bar(6, 2, 11, 3)),
            ("Ban Thanh niên trí thức và Hợp tác quốc tế".to_owned(), "/u/2?".to_owned(), bar(0, 4, 19, 8)),
            ("Văn phòng Liên hiệp Hội".to_owned(), "/u/3?".to_owned(), bar(1, 0, 1_231, 2)),
        ],
        tasks: tasks(),
        sort: Sort::parse("due", &["due", "unit"], "/tasks?"),
        pager: Pager {
            from: 26,
            to: 50,
            total: Some(1_107),
            previous: Some("?page=1".to_owned()),
            next: Some("?page=3".to_owned()),
        },
        tabs: ["Nhiệm vụ", "Chỉ tiêu", "Lỗi của kế hoạch", "Lịch sử"]
            .iter()
            .enumerate()
            .map(|(at, label)| Tab {
                label: (*label).to_owned(),
                href: format!("?tab={at}"),
                current: at == 0,
                count: [Some(107), Some(14), Some(5), None][at],
            })
            .collect(),
        spark: Spark::new(&[0.41, 0.44, 0.43, 0.5, 0.52, 0.49, 0.57, 0.63]),
    }
}

#[test]
fn every_component_renders() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/guide");
    std::fs::create_dir_all(&folder).unwrap();
    for (lang, theme, name) in [
        (Lang::Vi, Theme::Light, "vi-light"),
        (Lang::Vi, Theme::Dark, "vi-dark"),
        (Lang::En, Theme::Light, "en-light"),
    ] {
        let html = guide(lang, theme).render().unwrap();
        assert!(!html.contains('⟦'), "a message is missing");
        assert!(!html.contains("/static/missing"), "a file is missing");
        assert!(!html.contains("style=") && !html.contains("onclick="));
        std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
}

fn sources(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|of| of == ending) {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path.display().to_string(), text));
            }
        }
    }
    found
}

#[test]
fn the_sprite_holds_the_icons_that_are_used() {
    let sprite = include_str!("../../static/icons.svg");
    let held: Vec<&str> =
        sprite.split("<symbol id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut texts = sources("templates", "html");
    texts.extend(sources("src", "rs"));
    for icon in &held {
        let named = format!("\"{icon}\"");
        assert!(texts.iter().any(|(_, text)| text.contains(&named)), "{icon} is not used");
    }
    for (name, text) in &texts {
        for start in ["icon(\"", "icon=\"", "icon = \""] {
            for rest in text.split(start).skip(1) {
                let icon = rest.split('"').next().unwrap_or("");
                assert!(
                    icon.is_empty() || icon.contains(' ') || held.contains(&icon),
                    "{name}: no icon {icon}"
                );
            }
        }
    }
}

#[test]
fn enter_sends_the_form_and_not_the_search_of_a_picker_in_it() {
    let templates = sources("templates", "html");
    let mut seen = 0;
    for (name, text) in templates.iter().filter(|(name, _)| !name.contains("/_")) {
        let mut text = text.clone();
        for (part, inner) in templates.iter().filter(|(part, _)| part.contains("/_")) {
            let place = part.split("templates/").last().unwrap_or_default();
            text = text.replace(&format!("{{% include \"{place}\" %}}"), inner);
        }
        for form in text.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next()) {
            let Some(picker) = form.find("field::picker(") else { continue };
            let enter = form.find("field::enter()");
            assert!(enter.is_some_and(|at| at < picker), "{name}: Enter would press a picker's search");
            seen += 1;
        }
    }
    assert!(seen >= 10, "only {seen} forms with pickers were found");
}

#[test]
fn no_template_needs_what_the_content_security_policy_stops() {
    for (name, text) in sources("templates", "html") {
        for stopped in
            [" style=", " onclick=", " onchange=", " onsubmit=", "hx-on", "js:", "javascript:", "<style"]
        {
            assert!(!text.contains(stopped), "{name}: {stopped}");
        }
        for script in text.split("<script").skip(1) {
            assert!(script.starts_with(" src="), "{name}: inline script");
        }
    }
}
