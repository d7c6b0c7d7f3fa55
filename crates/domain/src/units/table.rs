//! A list of units as typed into cells. Pure.

use super::{NewUnit, UnitKind, rules};
use crate::error::{Problem, Reason};
use crate::{Error, Result};
use papers::fold::fold;
use store::Day;

/// Most rows of a list.
const ROWS: usize = 20_000;

/// Fields and the headings by which they are known, folded.
const HEADINGS: [(&str, &[&str]); 10] = [
    ("name", &["ten", "ten don vi", "ten co quan", "don vi", "co quan", "ten don vi co quan", "name"]),
    ("code", &["ma", "ma don vi", "ma so", "code"]),
    ("eid", &["ma dinh danh", "ma dinh danh dien tu", "dinh danh dien tu", "eid", "e identifier"]),
    ("kind", &["loai", "loai don vi", "loai hinh", "kind"]),
    ("superior", &["cap tren", "don vi cap tren", "co quan chu quan", "truc thuoc", "thuoc", "superior"]),
    ("superior_code", &["ma cap tren", "ma don vi cap tren", "superior code"]),
    ("aliases", &["ten khac", "ten goi khac", "ten viet tat", "viet tat", "aliases", "other names"]),
    ("exists_from", &["tu ngay", "ngay thanh lap", "hoat dong tu ngay", "from", "exists from"]),
    ("exists_to", &["den ngay", "ngay ket thuc", "hoat dong den ngay", "to", "exists to"]),
    ("is_org", &["la to chuc", "to chuc doc lap", "organisation"]),
];

/// A row of the list.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    pub line: usize,
    pub name: String,
    pub code: Option<String>,
    pub eid: Option<String>,
    pub kind: Option<UnitKind>,
    pub superior: Option<String>,
    pub aliases: Vec<String>,
    pub exists_from: Option<Day>,
    pub exists_to: Option<Day>,
    pub is_org: bool,
    /// Column of each field.
    columns: Vec<(&'static str, usize)>,
}

impl Cells {
    /// The address of a field's cell, `B7`.
    pub fn at(&self, field: &str) -> String {
        let column = self.columns.iter().find(|(f, _)| *f == field).or(self.columns.first());
        format!("{}{}", letters(column.map_or(0, |c| c.1)), self.line)
    }

    /// The unit that the row describes, without its superior.
    pub fn unit(&self) -> NewUnit {
        NewUnit {
            parent: None,
            kind: self.kind.unwrap_or_else(|| UnitKind::of_name(&self.name)),
            is_org: self.is_org,
            name: self.name.clone(),
            code: self.code.clone(),
            eid: self.eid.clone(),
            aliases: self.aliases.clone(),
            exists_from: self.exists_from,
            exists_to: self.exists_to,
        }
    }
}

/// A list with its heading understood.
pub(super) struct Table {
    pub rows: Vec<Cells>,
    pub problems: Vec<Problem>,
    pub ignored: Vec<String>,
}

impl Table {
    /// # Errors
    /// [`Error::Invalid`] when there is no heading that names the units, or nothing below it.
    pub fn read(rows: &[Vec<String>]) -> Result<Table> {
        let heading = rows
            .iter()
            .take(30)
            .position(|row| row.iter().any(|c| field(c) == Some("name")) && filled(row) > 0);
        let Some(heading) = heading else {
            return Err(Error::invalid("", Reason::new("units-import-no-heading")));
        };
        if rows.len() - heading > ROWS {
            return Err(Error::invalid("", Reason::new("units-import-long").with("most", ROWS)));
        }
        let mut columns: Vec<(&'static str, usize)> = Vec::new();
        let mut ignored = Vec::new();
        for (at, cell) in rows.get(heading).into_iter().flatten().enumerate() {
            match field(cell) {
                Some(field) if columns.iter().all(|(f, _)| *f != field) => columns.push((field, at)),
                _ if cell.trim().is_empty() || is_number(cell) => {}
                _ => ignored.push(rules::tidy(cell)),
            }
        }
        let mut table = Table { rows: Vec::new(), problems: Vec::new(), ignored };
        for (at, row) in rows.iter().enumerate().skip(heading + 1).filter(|(_, row)| filled(row) > 0) {
            let cells = table.cells(at + 1, row, &columns);
            table.rows.push(cells);
        }
        if table.rows.is_empty() {
            return Err(Error::invalid("", Reason::new("units-import-empty")));
        }
        Ok(table)
    }

    fn cells(&mut self, line: usize, row: &[String], columns: &[(&'static str, usize)]) -> Cells {
        let text = |field: &str| {
            let at = columns.iter().find(|(f, _)| *f == field).map(|c| c.1)?;
            rules::optional(row.get(at).map(String::as_str))
        };
        let mut cells = Cells {
            line,
            name: text("name").unwrap_or_default(),
            code: text("code"),
            eid: text("eid"),
            superior: text("superior"),
            columns: columns.to_vec(),
            ..Cells::default()
        };
        if let Some(code) = text("superior_code") {
            cells.superior = Some(code);
            let at = columns.iter().find(|(f, _)| *f == "superior_code").map_or(0, |c| c.1);
            cells.columns.retain(|(f, _)| *f != "superior");
            cells.columns.push(("superior", at));
        }
        let others = text("aliases").unwrap_or_default();
        cells.aliases = others.split([';', '|']).filter_map(|a| rules::optional(Some(a))).collect();
        cells.is_org = matches!(
            fold(&text("is_org").unwrap_or_default()).as_str(),
            "x" | "co" | "1" | "dung" | "true" | "yes"
        );
        if let Some(kind) = text("kind") {
            cells.kind = kind_of(&kind);
            let reason = Reason::new("units-import-kind").with("text", kind.clone());
            self.note(cells.kind.is_none(), cells.at("kind"), reason);
        }
        for (field, to) in [("exists_from", &mut cells.exists_from), ("exists_to", &mut cells.exists_to)] {
            let Some(typed) = text(field) else { continue };
            *to = messages::parse_date(&typed).map(Day);
            let column = columns.iter().find(|(f, _)| *f == field).map_or(0, |c| c.1);
            let reason = Reason::new("units-import-day").with("text", typed.clone());
            self.note(to.is_none(), format!("{}{line}", letters(column)), reason);
        }
        cells
    }

    fn note(&mut self, broken: bool, field: String, reason: Reason) {
        if broken {
            self.problems.push(Problem { field, reason });
        }
    }
}

fn filled(row: &[String]) -> usize {
    row.iter().filter(|c| !c.trim().is_empty()).count()
}

fn is_number(cell: &str) -> bool {
    matches!(fold(cell).as_str(), "stt" | "tt" | "so tt" | "no")
}

fn field(heading: &str) -> Option<&'static str> {
    let folded = fold(heading);
    HEADINGS.iter().find(|(_, names)| names.contains(&folded.as_str())).map(|(field, _)| *field)
}

/// A kind by its code or by its name in either language.
fn kind_of(text: &str) -> Option<UnitKind> {
    let folded = fold(text);
    UnitKind::from_code(text.trim()).or_else(|| {
        UnitKind::ALL.iter().copied().find(|kind| {
            messages::Lang::ALL.iter().any(|lang| {
                let name = lang.text(kind.message());
                fold(&name) == folded || name.split([',', ';']).any(|part| fold(part) == folded)
            })
        })
    })
}

/// `0` is A, `26` is AA.
fn letters(column: usize) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap_or(0));
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        text.lines().map(|l| l.split(';').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_heading_is_found_below_a_title_and_cells_have_addresses() {
        let table = Table::read(&rows("DANH SÁCH\nSTT;Tên đơn vị;Cấp trên;Từ ngày;Ghi chú\n1;Ban A;;32/1/2025;\n;;;;\n2;Ban B;Ban A;1/7/2025;x")).unwrap();
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.rows[1].line, 5);
        assert_eq!(table.rows[1].superior.as_deref(), Some("Ban A"));
        assert_eq!(table.problems.len(), 1);
        assert_eq!(table.problems[0].field, "D3");
        assert_eq!(table.ignored, ["Ghi chú"]);
    }

    #[test]
    fn a_list_without_names_is_refused() {
        assert!(Table::read(&rows("a;b\n1;2")).is_err());
        assert!(Table::read(&rows("Tên đơn vị;Mã")).is_err());
    }

    #[test]
    fn columns_are_lettered_as_sheets_do() {
        assert_eq!([letters(0), letters(25), letters(26), letters(701)], ["A", "Z", "AA", "ZZ"]);
    }
}
