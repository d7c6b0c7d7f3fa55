//! A plan typeset on pages, with a table that is ruled or only set by position.

use crate::font::Font;
use crate::model::{Model, Task};
use crate::pdf::{PAGE, Page};

/// Headings of the columns and their widths in points.
pub const COLUMNS: [(&str, f64); 6] = [
    ("TT", 30.0),
    ("Nhiệm vụ", 140.0),
    ("Cơ quan chủ trì", 82.0),
    ("Cơ quan phối hợp", 88.0),
    ("Sản phẩm", 70.0),
    ("Thời gian", 58.0),
];
const LEFT: f64 = 72.0;
const RIGHT: f64 = 540.0;
const BOTTOM: f64 = 780.0;
const TEXT: f64 = 13.0;
const CELL: f64 = 11.0;

/// The cells of a task's row behind its number.
pub fn cells(task: &Task) -> [String; 5] {
    [
        task.title.to_owned(),
        task.lead.join("; "),
        task.with.join("; "),
        task.product.to_owned(),
        task.time.to_owned(),
    ]
}

/// The lines above the table: the head, the title, the words that lead on.
pub fn opening(model: &Model) -> Vec<String> {
    vec![
        "KẾ HOẠCH".to_owned(),
        model.title.to_owned(),
        "Ban hành kế hoạch với các nhiệm vụ sau đây:".to_owned(),
    ]
}

struct Setter<'a> {
    font: &'a Font,
    pages: Vec<Page>,
    y: f64,
    ruled: bool,
}

/// The pages of a plan whose tasks stand in one table.
pub fn table(model: &Model, ruled: bool, font: &Font) -> Vec<Page> {
    let mut setter = Setter { font, pages: vec![Page::default()], y: 70.0, ruled };
    setter.head(model);
    for line in opening(model) {
        setter.paragraph(&line);
    }
    setter.y += 6.0;
    let header = COLUMNS.map(|(name, _)| name.to_owned());
    setter.row(&header, &header);
    let mut number = 0;
    for (group, roman) in model.groups.iter().zip(["I", "II", "III"]) {
        let mut row = [const { String::new() }; 6];
        row[0] = roman.to_owned();
        row[1] = group.title.to_owned();
        setter.row(&row, &header);
        for task in &group.tasks {
            number += 1;
            let [title, lead, with, product, time] = cells(task);
            setter.row(&[number.to_string(), title, lead, with, product, time], &header);
        }
    }
    setter.y += 24.0;
    setter.paragraph("Các cơ quan, đơn vị có trách nhiệm tổ chức thực hiện Kế hoạch này./.");
    setter.pages
}

impl Setter<'_> {
    fn page(&mut self) -> &mut Page {
        self.pages.last_mut().unwrap()
    }

    fn new_page(&mut self) {
        let number = (self.pages.len() + 1).to_string();
        self.pages.push(Page::default());
        self.page().say(PAGE.0 / 2.0, 40.0, TEXT, &number);
        self.y = 70.0;
    }

    fn head(&mut self, model: &Model) {
        let right =
            ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", model.place_and_day];
        for (left, right) in [model.superior, model.issuer, model.number].iter().zip(right) {
            let y = self.y;
            let gap = if *left == model.number { 10.0 } else { 0.0 };
            self.page().say(LEFT, y + gap, 12.0, left);
            self.page().say(275.0, y + gap, 12.0, right);
            self.y += 17.0 + gap;
        }
        self.y += 18.0;
    }

    fn paragraph(&mut self, text: &str) {
        for line in self.font.wrap(text, TEXT, RIGHT - LEFT) {
            if self.y > BOTTOM {
                self.new_page();
            }
            let y = self.y;
            self.page().say(LEFT, y, TEXT, &line);
            self.y += 18.0;
        }
        self.y += 6.0;
    }

    /// A row that stands on one page whole; the header is repeated at the top of the next.
    fn row(&mut self, cells: &[String; 6], header: &[String; 6]) {
        let lines: Vec<Vec<String>> = cells
            .iter()
            .zip(COLUMNS)
            .map(|(cell, (_, width))| self.font.wrap(cell, CELL, width - 8.0))
            .collect();
        let height = lines.iter().map(Vec::len).max().unwrap_or(1) as f64 * 14.0 + 6.0;
        if self.y + height > BOTTOM {
            self.new_page();
            if cells != header {
                self.row(header, header);
            }
        }
        let (top, mut x) = (self.y, LEFT);
        for (lines, (_, width)) in lines.iter().zip(COLUMNS) {
            for (i, line) in lines.iter().filter(|line| !line.is_empty()).enumerate() {
                self.page().say(x + 4.0, top + 13.0 + 14.0 * i as f64, CELL, line);
            }
            if self.ruled {
                self.page().rules.push([x, top, x, top + height]);
            }
            x += width;
        }
        if self.ruled {
            self.page().rules.push([x, top, x, top + height]);
            self.page().rules.push([LEFT, top, x, top]);
            self.page().rules.push([LEFT, top + height, x, top + height]);
        }
        self.y += height + if self.ruled { 0.0 } else { 4.0 };
    }
}
