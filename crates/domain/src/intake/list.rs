//! Lists (.xlsx, .csv): which column means what, and rows turned into tasks. Pure.

use super::model::*;
use super::rules;
use crate::{Reason, Result};
use papers::fold::fold;
use papers::plan::{Recurrence, Time, TimeKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Most rows of one list.
pub const MOST_ROWS: usize = 5_000;

/// What a column can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Code as printed.
    Code,
    /// Group or section.
    Group,
    /// The wording; a list without it cannot be used.
    Title,
    /// Leading units, parted by semicolons or line ends.
    Lead,
    /// Coordinating units, parted likewise.
    Coordinating,
    /// Leader in charge.
    LeaderInCharge,
    /// Following units.
    Following,
    /// Persons in charge.
    Person,
    /// Required products, parted by semicolons or line ends.
    Output,
    /// Due day, or a time in words.
    Due,
    /// Day of the start.
    Start,
    /// Where money comes from.
    FundingSource,
    /// Money planned, in đồng.
    Funding,
    /// A remark; becomes part of the wording.
    Note,
}

impl Field {
    /// All fields, in the order of the form.
    pub const ALL: [Field; 14] = [
        Field::Title,
        Field::Code,
        Field::Group,
        Field::Lead,
        Field::Coordinating,
        Field::Output,
        Field::Due,
        Field::Start,
        Field::LeaderInCharge,
        Field::Following,
        Field::Person,
        Field::FundingSource,
        Field::Funding,
        Field::Note,
    ];

    /// The code used in forms and in the file of headings.
    pub fn code(self) -> &'static str {
        match self {
            Field::Code => "code",
            Field::Group => "group",
            Field::Title => "title",
            Field::Lead => "lead",
            Field::Coordinating => "coordinating",
            Field::LeaderInCharge => "leader_in_charge",
            Field::Following => "following",
            Field::Person => "person",
            Field::Output => "output",
            Field::Due => "due",
            Field::Start => "start",
            Field::FundingSource => "funding_source",
            Field::Funding => "funding",
            Field::Note => "note",
        }
    }

    /// The field of a code.
    pub fn from_code(code: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.code() == code)
    }
}

/// Which row holds the headings, what the columns mean, which rows are left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// Row of the headings, from 0; the rows after it are read.
    pub header: usize,
    /// Column of each field, from 0.
    pub columns: BTreeMap<Field, usize>,
    /// Rows left out, from 0.
    pub excluded: BTreeSet<usize>,
}

/// A cell that cannot be used.
#[derive(Debug, Clone, PartialEq)]
pub struct CellError {
    /// Row, from 0.
    pub row: usize,
    /// Column, from 0; none where the whole row is meant.
    pub column: Option<usize>,
    /// Why.
    pub reason: Reason,
}

/// What a list gives under a mapping.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preview {
    /// Usable rows with their tasks.
    pub rows: Vec<(usize, TaskBody)>,
    /// Errors by row and cell, in order.
    pub errors: Vec<CellError>,
}

impl Preview {
    /// Can it be applied: no error left, and something to apply?
    pub fn is_clean(&self) -> bool {
        self.errors.is_empty() && !self.rows.is_empty()
    }
}

/// The fields that headings name, from the data file.
fn synonyms() -> Vec<(Option<Field>, Vec<String>)> {
    let lines = include_str!("headers.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut parts = line.split('\t');
            let field = parts.next().and_then(Field::from_code);
            (field, parts.map(fold).collect())
        })
        .collect()
}

/// Guesses the mapping: the row, among the first fifteen, that names most fields.
pub fn guess(rows: &[Vec<String>]) -> Mapping {
    let names = synonyms();
    let mut best = Mapping::default();
    for (header, row) in rows.iter().enumerate().take(15) {
        let columns = guess_row(row, &names);
        if columns.len() > best.columns.len() {
            best = Mapping { header, columns, excluded: BTreeSet::new() };
        }
    }
    best
}

fn guess_row(row: &[String], names: &[(Option<Field>, Vec<String>)]) -> BTreeMap<Field, usize> {
    let mut scored: Vec<(f64, usize, Field)> = Vec::new();
    for (column, heading) in row.iter().enumerate() {
        let heading = fold(heading);
        if heading.is_empty() || heading.split(' ').count() > 10 {
            continue;
        }
        let mut best: Option<(f64, Option<Field>)> = None;
        for (field, words) in names {
            let score = words.iter().map(|word| heading_score(&heading, word)).fold(0.0, f64::max);
            if score >= 0.8 && best.is_none_or(|(known, _)| score > known) {
                best = Some((score, *field));
            }
        }
        if let Some((score, Some(field))) = best {
            scored.push((score, column, field));
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut columns = BTreeMap::new();
    for (_, column, field) in scored {
        columns.entry(field).or_insert(column);
    }
    columns
}

/// 1 for the same words, a little less where the heading only begins with them or is misspelt.
fn heading_score(heading: &str, word: &str) -> f64 {
    if heading == word {
        1.0
    } else if word.contains(' ') && heading.starts_with(&format!("{word} ")) {
        0.9
    } else {
        strsim::normalized_damerau_levenshtein(heading, word) * 0.95
    }
}

/// Reads the rows under a mapping. Nothing is kept; whoever applies it looks at the errors first.
///
/// # Errors
/// The mapping has no column for the wording, or the list is too long.
pub fn preview(
    rows: &[Vec<String>],
    mapping: &Mapping,
    resolve: &mut dyn FnMut(&str) -> Option<(Holder, f64)>,
) -> Result<Preview> {
    if !mapping.columns.contains_key(&Field::Title) {
        return Err(crate::Error::invalid("title", Reason::new("intake-problem-list-title")));
    }
    if rows.len() > MOST_ROWS {
        return Err(crate::Error::invalid(
            "",
            Reason::new("intake-problem-list-long").with("limit", MOST_ROWS),
        ));
    }
    let mut preview = Preview::default();
    let mut group = None;
    let headings = rows.get(mapping.header).map(Vec::as_slice).unwrap_or_default();
    for (at, row) in rows.iter().enumerate().skip(mapping.header + 1) {
        let filled: Vec<&String> = row.iter().filter(|cell| !cell.trim().is_empty()).collect();
        if filled.is_empty() || mapping.excluded.contains(&at) {
            continue;
        }
        if let Some(heading) = group_heading(row, mapping) {
            group = Some(heading);
            continue;
        }
        match read_row(at, row, headings, mapping, resolve) {
            Ok(mut task) => {
                task.group = task.group.or_else(|| group.clone());
                preview.rows.push((at, task));
            }
            Err(errors) => preview.errors.extend(errors),
        }
    }
    Ok(preview)
}

/// A row with nothing but a heading (merged over the columns, or beside a Roman number).
fn group_heading(row: &[String], mapping: &Mapping) -> Option<String> {
    let title_column = *mapping.columns.get(&Field::Title)?;
    let mut texts: Vec<&str> = row.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
    texts.dedup();
    let roman = |text: &str| {
        let bare = text.trim_end_matches(['.', ')']);
        !bare.is_empty() && bare.chars().all(|c| "IVXLCABDE".contains(c)) && bare.chars().count() <= 5
    };
    let filled = row.iter().filter(|cell| !cell.trim().is_empty()).count();
    match texts[..] {
        [text]
            if filled > 1
                || (row.get(title_column).is_none_or(|c| c.trim().is_empty()) && text.len() > 5) =>
        {
            Some(rules::tidy(text))
        }
        [number, text] if roman(number) => Some(rules::tidy(text)),
        _ => None,
    }
}

fn read_row(
    at: usize,
    row: &[String],
    headings: &[String],
    mapping: &Mapping,
    resolve: &mut dyn FnMut(&str) -> Option<(Holder, f64)>,
) -> std::result::Result<TaskBody, Vec<CellError>> {
    let cell = |field: Field| filled_cell(row, mapping, field);
    let mut errors = Vec::new();
    let mut refuse = |field: Field, reason: Reason| {
        errors.push(CellError { row: at, column: mapping.columns.get(&field).copied(), reason });
    };
    let title = cell(Field::Title).map(rules::tidy).unwrap_or_default();
    if title.is_empty() {
        refuse(Field::Title, Reason::new("intake-problem-title-empty"));
    }
    let mut task = TaskBody {
        code: cell(Field::Code).map(rules::tidy),
        group: cell(Field::Group).map(rules::tidy),
        title,
        outputs: cell(Field::Output).map(parts).unwrap_or_default(),
        confidence: 1.0,
        ..TaskBody::default()
    };
    if let Some(note) = cell(Field::Note) {
        task.text = Some(format!("{} ({})", task.title, rules::tidy(note)));
    }
    parties(&mut task, &cell, resolve);
    if let Some(due) = cell(Field::Due) {
        (task.time, task.time_text) = (time(due), Some(rules::tidy(due)));
    }
    if let Some(start) = cell(Field::Start) {
        match messages::parse_date(start) {
            Some(day) => task.time.start = Some(day.to_string()),
            None => refuse(Field::Start, Reason::new("intake-problem-day").with("text", start.to_owned())),
        }
    }
    if let Some(money) = cell(Field::Funding) {
        let heading = filled_cell(headings, mapping, Field::Funding).unwrap_or_default();
        match amount(money).zip(scale(money).or(scale(heading)).or(Some(1.0))) {
            Some((number, scale)) if number * scale < MOST_MONEY => {
                let source = cell(Field::FundingSource).unwrap_or(heading).to_owned();
                task.funding.push(Funding { source, planned: (number * scale).round() as i64 });
            }
            _ => refuse(Field::Funding, Reason::new("intake-problem-amount").with("text", money.to_owned())),
        }
    }
    if let (true, Err(crate::Error::Invalid(problems))) =
        (errors.is_empty(), rules::check(&Body::Task(task.clone())))
    {
        for problem in problems {
            let column =
                Field::from_code(&problem.field).and_then(|field| mapping.columns.get(&field).copied());
            errors.push(CellError { row: at, column, reason: problem.reason });
        }
    }
    if errors.is_empty() { Ok(task) } else { Err(errors) }
}

fn filled_cell<'r>(row: &'r [String], mapping: &Mapping, field: Field) -> Option<&'r str> {
    let text = row.get(*mapping.columns.get(&field)?)?.trim();
    (!text.is_empty()).then_some(text)
}

fn parties<'c>(
    task: &mut TaskBody,
    cell: &dyn Fn(Field) -> Option<&'c str>,
    resolve: &mut dyn FnMut(&str) -> Option<(Holder, f64)>,
) {
    for (field, role) in [
        (Field::Lead, PartyRole::Lead),
        (Field::Coordinating, PartyRole::Coordinating),
        (Field::Following, PartyRole::Following),
    ] {
        for name in cell(field).map(parts).unwrap_or_default() {
            task.parties.push(rules::party(role, &name, resolve));
        }
    }
    for (field, role) in
        [(Field::LeaderInCharge, PartyRole::LeaderInCharge), (Field::Person, PartyRole::Person)]
    {
        for name in cell(field).map(parts).unwrap_or_default() {
            let holder = Holder::Person { name: name.clone(), proposed: false };
            task.parties.push(Party { role, printed: name, holder, score: 1.0, focal: false });
        }
    }
    if task.with_role(PartyRole::Lead).next().is_none() {
        task.parties.insert(0, rules::awaiting());
    }
    rules::dedupe(&mut task.parties);
    if task.with_role(PartyRole::Lead).count() > 1
        && let Some(first) = task.parties.iter_mut().find(|party| party.role == PartyRole::Lead)
    {
        first.focal = true;
    }
}

/// The parts of a cell: between semicolons and line ends.
fn parts(cell: &str) -> Vec<String> {
    let piece = |text: &str| rules::tidy(text.trim().trim_start_matches(['-', '+', '•', '–']));
    cell.split([';', '\n']).map(piece).filter(|text| !text.is_empty()).collect()
}

/// A time as lists print it; what cannot be understood stays unspecified and becomes a defect.
pub fn time(text: &str) -> Time {
    let folded = fold(text);
    let with = |kind, due: Option<jiff::civil::Date>, recurrence: Vec<Recurrence>| Time {
        kind,
        recurrence,
        start: None,
        due: due.map(|day| day.to_string()),
    };
    if let Some(day) =
        messages::parse_date(text).or_else(|| text.split_whitespace().find_map(messages::parse_date))
    {
        return with(TimeKind::ByDate, Some(day), Vec::new());
    }
    let every = [
        ("hang tuan", Recurrence::Weekly),
        ("hang thang", Recurrence::Monthly),
        ("hang quy", Recurrence::Quarterly),
        ("6 thang", Recurrence::Semiannual),
        ("hang nam", Recurrence::Annual),
        ("hằng năm", Recurrence::Annual),
        ("dinh ky", Recurrence::Periodic),
    ];
    if let Some((_, recurrence)) = every.iter().find(|(words, _)| folded.contains(&fold(words))) {
        return with(TimeKind::Recurring, None, vec![*recurrence]);
    }
    if folded.contains("thuong xuyen") {
        return with(TimeKind::Continuous, None, Vec::new());
    }
    if folded.contains("theo ke hoach") {
        return with(TimeKind::PerPlan, None, Vec::new());
    }
    if folded.contains("theo yeu cau") {
        return with(TimeKind::OnDemand, None, Vec::new());
    }
    match period_end(&folded) {
        Some((kind, day)) => with(kind, Some(day), Vec::new()),
        None => with(TimeKind::Unspecified, None, Vec::new()),
    }
}

/// "thang 9 2025", "9 2025", "quy 3 2025", "quy iii nam 2025", "nam 2025", "2025" → the last day of it.
fn period_end(folded: &str) -> Option<(TimeKind, jiff::civil::Date)> {
    let words: Vec<&str> = folded
        .split(' ')
        .filter(|word| !matches!(*word, "nam" | "truoc" | "het" | "trong" | "xong"))
        .collect();
    let last = |year: &str, month: i8| {
        let year = year.parse::<i16>().ok().filter(|year| (1990..2200).contains(year))?;
        Some(jiff::civil::Date::new(year, month, 1).ok()?.last_of_month())
    };
    match words[..] {
        ["quy", quarter, year] => {
            let quarter = match quarter {
                "i" | "1" => 1,
                "ii" | "2" => 2,
                "iii" | "3" => 3,
                "iv" | "4" => 4,
                _ => return None,
            };
            Some((TimeKind::ByDate, last(year, quarter * 3)?))
        }
        ["thang", month, year] | [month, year] => {
            let month = month.parse::<i8>().ok().filter(|month| (1..=12).contains(month))?;
            Some((TimeKind::ByMonth, last(year, month)?))
        }
        [year] => Some((TimeKind::ByDate, last(year, 12)?)),
        _ => None,
    }
}

/// More than any plan has, in đồng.
const MOST_MONEY: f64 = 9e15;

/// The unit that a cell or heading names, in đồng.
fn scale(text: &str) -> Option<f64> {
    let text = text.to_lowercase();
    let named = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if named(&["tỷ", "tỉ"]) {
        Some(1e9)
    } else if named(&["triệu"]) {
        Some(1e6)
    } else if named(&["nghìn", "ngàn"]) {
        Some(1e3)
    } else if named(&["đồng", "vnđ"]) {
        Some(1.0)
    } else {
        None
    }
}

/// The number in "1.500.000", "1,500,000 đồng", "2,5 tỷ", "300 triệu đồng": groups of three after
/// points or commas are thousands, anything else after the last one is a fraction.
pub fn amount(text: &str) -> Option<f64> {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
    let digits = digits.trim_matches(['.', ',']);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || text.contains('-') {
        return None;
    }
    let last = digits.rfind(['.', ',']);
    if let Some((whole, fraction)) = last.map(|at| (&digits[..at], &digits[at..]))
        && whole.contains(if fraction.starts_with(',') { '.' } else { ',' })
    {
        let whole = whole.replace(['.', ','], "");
        return format!("{whole}.{}", &fraction[1..]).parse().ok();
    }
    let groups: Vec<&str> = digits.split(['.', ',']).collect();
    match groups[..] {
        [whole, fraction] if fraction.len() != 3 => format!("{whole}.{fraction}").parse().ok(),
        [_, ref rest @ ..] if rest.iter().all(|group| group.len() == 3) => groups.concat().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
