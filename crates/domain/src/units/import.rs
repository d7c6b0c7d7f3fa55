//! Lists of units (from xlsx or csv): what a list would do, and doing it, all or nothing.

use super::change::{self, Details, Edit, lay_out, manage, tidied};
use super::sql::{self, Row, beside};
use super::table::{Cells, Table};
use super::tree::Interval;
use super::{NewUnit, Unit};
use crate::access::{Action, decide};
use crate::error::{Problem, Reason};
use crate::{Cx, Error, OrgId, Result, UnitId};
use papers::fold::fold;
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;

/// What a row of the list means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "fields")]
pub enum RowState {
    /// A unit that is not there yet.
    New,
    /// A unit that is there; these fields change.
    Changed(Vec<&'static str>),
    /// A unit that is there as the row says.
    Same,
    /// The row has problems.
    Wrong,
}

/// A row of the list as understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportRow {
    /// Line of the list, from 1.
    pub line: usize,
    /// The unit's name.
    pub name: String,
    /// The name of its superior.
    pub superior: String,
    /// What the row means.
    #[serde(flatten)]
    pub state: RowState,
    /// The unit that is there already.
    pub unit: Option<UnitId>,
}

/// What a list would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// Every row that is not empty.
    pub rows: Vec<ImportRow>,
    /// What is wrong, by cell (`B7`).
    pub problems: Vec<Problem>,
    /// Headings that mean nothing here.
    pub ignored: Vec<String>,
}

impl Preview {
    /// Rows that add a unit.
    pub fn added(&self) -> usize {
        self.rows.iter().filter(|r| r.state == RowState::New).count()
    }

    /// Rows that change a unit.
    pub fn changed(&self) -> usize {
        self.rows.iter().filter(|r| matches!(r.state, RowState::Changed(_))).count()
    }
}

/// Where a row's unit hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Above {
    Known(UnitId),
    Line(usize),
}

struct Planned {
    cells: Cells,
    new: NewUnit,
    above: Above,
    known: Option<UnitId>,
    changed: Vec<&'static str>,
}

struct Plan {
    rows: Vec<Planned>,
    preview: Preview,
    units: HashMap<UnitId, Unit>,
    under: Unit,
}

/// What the list would do below a unit; nothing is changed. The first row that names a column
/// `Tên đơn vị` is the heading; units are recognised by e-identifier, code, or name with superior.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`]; what is wrong with the list stands in the preview.
pub async fn preview(cx: &mut Cx, under: UnitId, table: &[Vec<String>]) -> Result<Preview> {
    let unit = super::find(cx, under).await?;
    if !decide(cx.actor(), Action::ManageUnits, &unit.scope()) {
        return Err(Error::Denied(Action::ManageUnits));
    }
    Ok(plan(cx, unit, table).await?.preview)
}

/// Does what [`preview`] shows, in one transaction.
///
/// # Errors
/// [`Error::Invalid`] with every wrong cell, and nothing is changed; [`Error::NotFound`], [`Error::Denied`].
pub async fn import(cx: &mut Cx, under: UnitId, table: &[Vec<String>]) -> Result<Preview> {
    let unit = super::find(cx, under).await?;
    let permit = manage(cx, &unit.scope())?;
    sql::take_tree(cx, &permit).await?;
    let unit = sql::unit(cx, under).await?;
    let plan = plan(cx, unit, table).await?;
    if !plan.preview.problems.is_empty() {
        return Err(Error::Invalid(plan.preview.problems));
    }
    let ids = add(cx, &permit, &plan).await?;
    for row in plan.rows.iter().filter(|r| !r.changed.is_empty()) {
        let parent = match row.above {
            Above::Known(id) => Some(id),
            Above::Line(line) => ids.get(&line).copied(),
        };
        apply(cx, row, parent).await?;
    }
    let after = json!({ "rows": plan.preview.rows.len(), "added": plan.preview.added(), "changed": plan.preview.changed() });
    cx.record(permit, json!({ "under": under }), after).await?;
    Ok(plan.preview)
}

/// Inserts the new units; the id of every line, of units that were there too.
async fn add(cx: &mut Cx, permit: &crate::access::Permit, plan: &Plan) -> Result<HashMap<usize, UnitId>> {
    let mut ids: HashMap<usize, UnitId> = HashMap::new();
    let mut orgs: HashMap<UnitId, OrgId> = plan.units.values().map(|u| (u.id, u.org)).collect();
    for row in &plan.rows {
        ids.insert(row.cells.line, row.known.unwrap_or_else(|| UnitId(cx.id())));
    }
    let mut rows = Vec::new();
    let mut ordinal = plan.units.values().map(|u| u.ordinal).max().unwrap_or(0);
    for row in outer_first(&plan.rows) {
        let Some(id) = ids.get(&row.cells.line).copied() else { continue };
        let parent = match row.above {
            Above::Known(id) => id,
            Above::Line(line) => ids.get(&line).copied().unwrap_or(plan.under.id),
        };
        let org = match row.new.is_org {
            true => OrgId(id.0),
            false => orgs.get(&parent).copied().unwrap_or(plan.under.org),
        };
        if row.known.is_none() {
            orgs.insert(id, org);
            ordinal += 1;
            let new = NewUnit { parent: Some(parent), ..row.new.clone() };
            rows.push(Row { org, id, new, ordinal, at: Interval { from: 0, to: 0 } });
        }
    }
    if !rows.is_empty() {
        sql::insert(cx, permit, rows, "").await?;
        lay_out(cx, permit).await?;
    }
    Ok(ids)
}

/// Superiors before what hangs under them; otherwise in the order of the list.
fn outer_first(rows: &[Planned]) -> Vec<&Planned> {
    let by_line: HashMap<usize, &Planned> = rows.iter().map(|r| (r.cells.line, r)).collect();
    let depth = |row: &Planned| {
        let (mut depth, mut at) = (0, row.above);
        while let Above::Line(line) = at
            && depth <= rows.len()
        {
            depth += 1;
            match by_line.get(&line) {
                Some(above) => at = above.above,
                None => break,
            }
        }
        depth
    };
    let mut order: Vec<(usize, &Planned)> = rows.iter().map(|r| (depth(r), r)).collect();
    order.sort_by_key(|(depth, row)| (*depth, row.cells.line));
    order.into_iter().map(|(_, row)| row).collect()
}

async fn apply(cx: &mut Cx, row: &Planned, parent: Option<UnitId>) -> Result<()> {
    let Some(id) = row.known else { return Ok(()) };
    let edit = Edit { from: None, reason: String::new() };
    let version = async |cx: &mut Cx| -> Result<i64> { Ok(sql::unit(cx, id).await?.version) };
    if row.changed.iter().any(|f| ["kind", "code", "eid", "exists_from"].contains(f)) {
        let unit = sql::unit(cx, id).await?;
        let to = Details {
            kind: if row.cells.kind.is_some() { row.new.kind } else { unit.kind },
            code: row.new.code.clone().or(unit.code),
            eid: row.new.eid.clone().or(unit.eid),
            exists_from: row.new.exists_from.or(unit.exists_from),
        };
        change::change_details(cx, id, unit.version, to).await?;
    }
    if row.changed.contains(&"name") {
        let now = version(cx).await?;
        change::rename(cx, id, now, &row.new.name, edit.clone()).await?;
    }
    if row.changed.contains(&"superior") {
        let now = version(cx).await?;
        change::move_to(cx, id, now, parent, edit).await?;
    }
    if row.changed.contains(&"aliases") {
        let known = beside::aliases(cx, id).await?;
        for alias in row.new.aliases.iter().filter(|a| known.iter().all(|k| k.alias != **a)) {
            let now = version(cx).await?;
            change::add_alias(cx, id, now, alias).await?;
        }
    }
    Ok(())
}

/// Known units below the one imported into, by what a row may call them.
struct Lookup {
    by_code: HashMap<String, UnitId>,
    by_eid: HashMap<String, UnitId>,
    by_name: HashMap<String, Vec<UnitId>>,
}

impl Lookup {
    fn of<'a>(units: impl Iterator<Item = &'a Unit>) -> Lookup {
        let mut out = Lookup { by_code: HashMap::new(), by_eid: HashMap::new(), by_name: HashMap::new() };
        for unit in units.filter(|u| u.exists_to.is_none()) {
            if let Some(code) = &unit.code {
                out.by_code.insert(code.clone(), unit.id);
            }
            if let Some(eid) = &unit.eid {
                out.by_eid.insert(eid.clone(), unit.id);
            }
            out.by_name.entry(fold(&unit.name)).or_default().push(unit.id);
        }
        out
    }
}

async fn plan(cx: &mut Cx, under: Unit, table: &[Vec<String>]) -> Result<Plan> {
    let table = Table::read(table)?;
    let all = sql::all(cx).await?;
    let inside: HashMap<UnitId, Unit> =
        all.iter().filter(|u| under.holds(u.tree_from)).map(|u| (u.id, u.clone())).collect();
    let taken_eids: HashMap<&str, UnitId> =
        all.iter().filter_map(|u| Some((u.eid.as_deref()?, u.id))).collect();
    let lookup = Lookup::of(inside.values());
    let mut aliases: HashMap<UnitId, Vec<String>> = HashMap::new();
    for alias in beside::all_aliases(cx).await? {
        aliases.entry(alias.unit_id).or_default().push(alias.alias);
    }
    let mut problems = table.problems.clone();
    let places = places(&table.rows, &lookup, &under, &mut problems);
    let pattern = cx.eid_pattern();
    let found = recognised(&table.rows, places, &lookup, &inside);
    let mut rows = Vec::new();
    for (cells, (above, known)) in table.rows.into_iter().zip(found) {
        let new = tidied(cells.unit());
        let outside =
            cells.eid.as_deref().and_then(|e| taken_eids.get(e)).is_some_and(|id| !inside.contains_key(id));
        if outside {
            let reason = Reason::new("units-eid-taken").with("eid", cells.eid.clone().unwrap_or_default());
            problems.push(Problem { field: cells.at("eid"), reason });
        }
        let others = known.and_then(|id| aliases.get(&id));
        let changed = match known.and_then(|id| inside.get(&id)) {
            Some(unit) => changes(unit, &cells, &new, above, others),
            None => Vec::new(),
        };
        if let (Err(Error::Invalid(wrong)), line) = (
            super::rules::check_new(&NewUnit { parent: Some(under.id), ..new.clone() }, pattern.as_deref()),
            cells.line,
        ) {
            problems.extend(wrong.into_iter().map(|p| Problem { field: cells.at(&p.field), ..p }));
            tracing::debug!(line, "a row of an import is wrong");
        }
        rows.push(Planned { cells, new, above, known, changed });
    }
    repeated(&rows, &mut problems);
    loops(&rows, &inside, &mut problems);
    let preview = preview_of(&rows, &inside, &under, problems, table.ignored);
    Ok(Plan { rows, preview, units: inside, under })
}

/// Where each row hangs. A superior is found in the list first, then among the units that are there.
fn places(rows: &[Cells], lookup: &Lookup, under: &Unit, problems: &mut Vec<Problem>) -> Vec<Above> {
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    let mut by_code: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        by_name.entry(fold(&row.name)).or_default().push(row.line);
        if let Some(code) = &row.code {
            by_code.insert(code, row.line);
        }
    }
    let own_name = fold(&under.name);
    rows.iter()
        .map(|row| {
            let Some(superior) = &row.superior else { return Above::Known(under.id) };
            let folded = fold(superior);
            let lines: Vec<usize> = by_name
                .get(&folded)
                .into_iter()
                .flatten()
                .copied()
                .filter(|line| *line != row.line)
                .collect();
            let known = lookup.by_name.get(&folded).map(Vec::as_slice).unwrap_or_default();
            match (by_code.get(superior.as_str()), lookup.by_code.get(superior.as_str())) {
                (Some(line), _) if *line != row.line => return Above::Line(*line),
                (_, Some(id)) => return Above::Known(*id),
                _ => {}
            }
            let reason = match (lines.as_slice(), known) {
                ([line], _) => return Above::Line(*line),
                ([], [id]) => return Above::Known(*id),
                ([], []) if folded == own_name => return Above::Known(under.id),
                ([], []) => "units-import-superior-unknown",
                _ => "units-import-superior-many",
            };
            let reason = Reason::new(reason).with("name", superior.clone()).with("under", under.name.clone());
            problems.push(Problem { field: row.at("superior"), reason });
            Above::Known(under.id)
        })
        .collect()
}

/// Which rows are units that are there; what hangs under such a row hangs under that unit.
fn recognised(
    rows: &[Cells],
    places: Vec<Above>,
    lookup: &Lookup,
    inside: &HashMap<UnitId, Unit>,
) -> Vec<(Above, Option<UnitId>)> {
    let mut found: Vec<(Above, Option<UnitId>)> = places.into_iter().map(|above| (above, None)).collect();
    loop {
        let by_line: HashMap<usize, UnitId> =
            rows.iter().zip(&found).filter_map(|(row, (_, known))| Some((row.line, (*known)?))).collect();
        let mut settled = true;
        for (row, (above, known)) in rows.iter().zip(&mut found) {
            if let Above::Line(line) = above
                && let Some(id) = by_line.get(line)
            {
                *above = Above::Known(*id);
                settled = false;
            }
            if known.is_none() {
                *known = recognise(row, *above, lookup, inside);
                settled &= known.is_none();
            }
        }
        if settled {
            return found;
        }
    }
}

fn recognise(cells: &Cells, above: Above, lookup: &Lookup, inside: &HashMap<UnitId, Unit>) -> Option<UnitId> {
    let by_eid = cells.eid.as_ref().and_then(|e| lookup.by_eid.get(e));
    let by_code = || cells.code.as_ref().and_then(|c| lookup.by_code.get(c));
    let by_name = || {
        let same = lookup.by_name.get(&fold(&cells.name)).map(Vec::as_slice).unwrap_or_default();
        same.iter().find(|id| match (inside.get(id).and_then(|u| u.parent), above) {
            (Some(parent), Above::Known(above)) => parent == above,
            _ => false,
        })
    };
    by_eid.or_else(by_code).or_else(by_name).copied()
}

fn changes(
    unit: &Unit,
    cells: &Cells,
    new: &NewUnit,
    above: Above,
    aliases: Option<&Vec<String>>,
) -> Vec<&'static str> {
    let differs = |given: &Option<String>, is: &Option<String>| given.is_some() && given != is;
    let moved = match above {
        Above::Known(id) => cells.superior.is_some() && unit.parent != Some(id),
        Above::Line(_) => true,
    };
    let fields = [
        ("name", unit.name != new.name),
        ("superior", moved),
        ("kind", cells.kind.is_some() && unit.kind != new.kind),
        ("code", differs(&new.code, &unit.code)),
        ("eid", differs(&new.eid, &unit.eid)),
        ("exists_from", new.exists_from.is_some() && new.exists_from != unit.exists_from),
        ("aliases", new.aliases.iter().any(|a| aliases.is_none_or(|known| !known.contains(a)))),
    ];
    fields.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field).collect()
}

/// The same unit, code or e-identifier twice in the list.
fn repeated(rows: &[Planned], problems: &mut Vec<Problem>) {
    let mut seen: HashMap<(&str, String), usize> = HashMap::new();
    for row in rows {
        let cells = &row.cells;
        let place = match row.above {
            Above::Known(id) => id.to_string(),
            Above::Line(line) => line.to_string(),
        };
        let mut keys = vec![("name", format!("{place} {}", fold(&cells.name)))];
        keys.extend(cells.code.clone().map(|c| ("code", c)));
        keys.extend(cells.eid.clone().map(|e| ("eid", e)));
        for key in keys {
            let field = key.0;
            if let Some(line) = seen.insert(key, cells.line) {
                let reason = Reason::new("units-import-repeated").with("line", line);
                problems.push(Problem { field: cells.at(field), reason });
            }
        }
    }
}

/// Rows that are below themselves, by the list alone or by the list and the tree together.
fn loops(rows: &[Planned], inside: &HashMap<UnitId, Unit>, problems: &mut Vec<Problem>) {
    let lines: HashMap<usize, &Planned> = rows.iter().map(|r| (r.cells.line, r)).collect();
    let known: HashMap<UnitId, &Planned> = rows.iter().filter_map(|r| Some((r.known?, r))).collect();
    for row in rows {
        let mut at = row.above;
        for _ in 0..=(rows.len() + inside.len()) {
            let next = match at {
                Above::Line(line) => lines.get(&line).copied(),
                Above::Known(id) => known.get(&id).copied(),
            };
            at = match (next, at) {
                (Some(next), _) if next.cells.line == row.cells.line => {
                    let reason = Reason::new("units-import-loop").with("name", row.cells.name.clone());
                    problems.push(Problem { field: row.cells.at("superior"), reason });
                    break;
                }
                (Some(next), _) => next.above,
                (None, Above::Known(id)) => match inside.get(&id).and_then(|u| u.parent) {
                    Some(parent) => Above::Known(parent),
                    None => break,
                },
                (None, Above::Line(_)) => break,
            };
        }
    }
}

fn preview_of(
    rows: &[Planned],
    inside: &HashMap<UnitId, Unit>,
    under: &Unit,
    mut problems: Vec<Problem>,
    ignored: Vec<String>,
) -> Preview {
    let names: HashMap<usize, &str> = rows.iter().map(|r| (r.cells.line, r.cells.name.as_str())).collect();
    let wrong = |line: usize| {
        problems
            .iter()
            .any(|p| p.field.trim_start_matches(|c: char| c.is_ascii_uppercase()) == line.to_string())
    };
    let out = rows
        .iter()
        .map(|row| ImportRow {
            line: row.cells.line,
            name: row.cells.name.clone(),
            superior: match row.above {
                Above::Line(line) => names.get(&line).map(|n| (*n).to_owned()).unwrap_or_default(),
                Above::Known(id) => inside.get(&id).unwrap_or(under).name.clone(),
            },
            state: match (wrong(row.cells.line), row.known, row.changed.as_slice()) {
                (true, _, _) => RowState::Wrong,
                (false, None, _) => RowState::New,
                (false, Some(_), []) => RowState::Same,
                (false, Some(_), fields) => RowState::Changed(fields.to_vec()),
            },
            unit: row.known,
        })
        .collect();
    problems.sort_by_key(|p| cell_order(&p.field));
    Preview { rows: out, problems, ignored }
}

fn cell_order(cell: &str) -> (usize, String) {
    let letters = cell.trim_end_matches(|c: char| c.is_ascii_digit());
    (cell[letters.len()..].parse().unwrap_or(0), letters.to_owned())
}
