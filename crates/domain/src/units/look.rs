//! Looking at units: one, many, the levels of the tree, search.

use super::sql::{self, beside};
use super::{Alias, Grouping, Link, Unit, may_see, rules};
use crate::access::{Action, decide};
use crate::{Cx, Error, Result, UnitId};
use serde::Serialize;
use std::collections::HashMap;
use store::Day;

/// A unit in a list, with what lies below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Listed {
    /// The unit.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub unit: Unit,
    /// Children that exist.
    pub children: i64,
    /// Units in the whole subtree that exist, without itself.
    pub below: i64,
}

/// Which children are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Places after this one; 0 for the first page.
    pub after: i64,
    /// How many at most.
    pub limit: i64,
    /// Gone ones too.
    pub gone: bool,
    /// Inner units too; decided by the policy.
    pub(crate) inner: bool,
}

impl Page {
    /// The first `limit` children that exist.
    pub fn first(limit: i64) -> Page {
        Page { after: 0, limit, gone: false, inner: false }
    }

    /// The page after the place `after`.
    #[must_use]
    pub fn after(self, after: i64) -> Page {
        Page { after, ..self }
    }

    /// The same page with units that are gone.
    #[must_use]
    pub fn with_gone(self, gone: bool) -> Page {
        Page { gone, ..self }
    }
}

/// The way from the root down to a unit, which is the last.
pub type Path = Vec<Unit>;

/// A unit by id, for other contexts, which decide for themselves who may know of it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn load(cx: &mut Cx, id: UnitId) -> Result<Unit> {
    sql::unit(cx, id).await
}

/// A unit that the actor may know of.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(cx: &mut Cx, id: UnitId) -> Result<Unit> {
    let unit = sql::unit(cx, id).await?;
    if may_see(cx.actor(), &unit) { Ok(unit) } else { Err(Error::NotFound) }
}

/// Units by id, for other contexts; ids that are none are left out.
///
/// # Errors
/// The engine failed.
pub async fn load_many(cx: &mut Cx, ids: &[UnitId]) -> Result<HashMap<UnitId, Unit>> {
    let mut out = HashMap::with_capacity(ids.len());
    if ids.len() > 200 {
        let wanted: std::collections::HashSet<&UnitId> = ids.iter().collect();
        out.extend(sql::all(cx).await?.into_iter().filter(|u| wanted.contains(&u.id)).map(|u| (u.id, u)));
        return Ok(out);
    }
    for id in ids {
        if out.contains_key(id) {
            continue;
        }
        match sql::unit(cx, *id).await {
            Ok(unit) => drop(out.insert(*id, unit)),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(out)
}

/// Mergers that are followed from one unit to the one that carries on its work.
const MERGERS: usize = 20;

/// The unit that carries on the work of one that is gone on a day, through every merger; none where it
/// still exists, or was closed without a successor.
///
/// # Errors
/// The engine failed.
pub async fn heir(cx: &mut Cx, of: UnitId, day: Day) -> Result<Option<Unit>> {
    let mut at = load(cx, of).await?;
    let mut found = None;
    for _ in 0..MERGERS {
        if at.exists_to.is_none_or(|end| end >= day) {
            break;
        }
        match beside::successor(cx, at.id, day).await? {
            Some(next) => at = load(cx, next).await?,
            None => break,
        }
        found = Some(at.clone());
    }
    Ok(found)
}

/// The roots of the forest.
///
/// # Errors
/// The engine failed.
pub async fn roots(cx: &mut Cx) -> Result<Vec<Listed>> {
    let today = Day(cx.today());
    let roots = sql::roots(cx, today).await?;
    Ok(roots.into_iter().filter(|r| may_see(cx.actor(), &r.unit)).collect())
}

/// Units at which the actor holds a role: where his own subtrees begin.
///
/// # Errors
/// The engine failed.
pub async fn own(cx: &mut Cx) -> Result<Vec<Unit>> {
    let mut ids: Vec<UnitId> = cx.actor().grants.iter().map(|g| g.unit).collect();
    ids.sort();
    ids.dedup();
    let mut units: Vec<Unit> = load_many(cx, &ids).await?.into_values().collect();
    units.sort_by_key(|u| u.tree_from);
    Ok(units)
}

/// Children of a unit that the actor may know of, in their order.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn children(cx: &mut Cx, of: UnitId, page: Page) -> Result<Vec<Listed>> {
    let unit = find(cx, of).await?;
    let actor = cx.actor();
    let inner =
        actor.grants.iter().any(|g| g.org == unit.org) || decide(actor, Action::ViewUnits, &unit.scope());
    let today = Day(cx.today());
    sql::children(cx, of, today, &Page { inner, ..page }).await
}

/// The way from the root down to the unit. Superiors are named even where their inner units are not.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn ancestors(cx: &mut Cx, id: UnitId) -> Result<Path> {
    let unit = find(cx, id).await?;
    sql::path(cx, unit.tree_from).await
}

/// The subtree of a unit in tree order, itself first, at most `most` units.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn under(cx: &mut Cx, id: UnitId, most: i64) -> Result<Vec<Unit>> {
    let unit = find(cx, id).await?;
    let units = sql::subtree(cx, unit.tree_from, unit.tree_to, most).await?;
    Ok(units.into_iter().filter(|u| may_see(cx.actor(), u)).collect())
}

/// Units that the words are found in (name, other names, superior, code), the best first.
/// Diacritics and capitals do not matter; words need not stand side by side.
///
/// # Errors
/// The engine failed.
pub async fn search(cx: &mut Cx, text: &str, limit: i64) -> Result<Vec<Unit>> {
    let folded = papers::fold::fold(text);
    if folded.is_empty() || !cx.actor().may_somewhere(Action::ViewUnits) {
        return Ok(Vec::new());
    }
    let text = rules::tidy(text);
    let mut found = sql::search(cx, &text, &folded, limit.clamp(1, 500)).await?;
    let typed = text.to_lowercase();
    found.sort_by_key(|u| u.name.to_lowercase() != typed);
    Ok(found)
}

/// Other names of a unit.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn aliases(cx: &mut Cx, id: UnitId) -> Result<Vec<Alias>> {
    find(cx, id).await?;
    beside::aliases(cx, id).await
}

/// Links from and to a unit, ended ones too.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn links(cx: &mut Cx, id: UnitId) -> Result<Vec<Link>> {
    find(cx, id).await?;
    beside::links(cx, id).await
}

/// Groupings that name the unit as a member.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn groupings_of(cx: &mut Cx, id: UnitId) -> Result<Vec<Grouping>> {
    find(cx, id).await?;
    let all = beside::groupings_of(cx, id).await?;
    let orgs: Vec<_> = cx.actor().grants.iter().map(|g| g.org).collect();
    let system = cx.actor().system;
    Ok(all.into_iter().filter(|g| system || orgs.contains(&g.org)).collect())
}

/// Somebody who holds a role that reaches a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Holder {
    /// The person's name.
    pub name: String,
    /// Code of the role.
    pub role: String,
    /// The unit at which it was granted.
    pub unit: UnitId,
    /// That unit's name.
    pub unit_name: String,
}

/// How many open units lie below the unit.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn count_below(cx: &mut Cx, id: UnitId) -> Result<i64> {
    let unit = find(cx, id).await?;
    sql::open_below(cx, &unit).await
}

/// Who holds a role at the unit or above it; for those who may look at accounts there.
///
/// # Errors
/// [`Error::NotFound`] where the actor may not.
pub async fn holders(cx: &mut Cx, id: UnitId) -> Result<Vec<Holder>> {
    let unit = find(cx, id).await?;
    cx.see(Action::ViewAccounts, &unit.scope())?;
    sql::holders(cx, unit.tree_from).await
}

/// Counts the changes of the tree: what was computed from the tree is good while it stays the same.
///
/// # Errors
/// The engine failed.
pub async fn tree_version(cx: &mut Cx) -> Result<i64> {
    sql::tree_version(cx).await
}

/// A unit as lists of units are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportRow {
    /// The unit.
    pub unit: Unit,
    /// Its other names.
    pub aliases: Vec<String>,
    /// The code of its superior.
    pub superior_code: Option<String>,
    /// Steps below the unit that was asked for.
    pub depth: usize,
}

#[cfg(test)]
impl ExportRow {
    pub(crate) fn sample(new: &super::NewUnit) -> ExportRow {
        let id = UnitId(uuid::Uuid::from_u128(1));
        let unit = Unit {
            org: crate::OrgId(id.0),
            id,
            version: 1,
            parent: None,
            kind: new.kind,
            is_org: false,
            is_listed: false,
            code: Some("B1".into()),
            eid: None,
            name: new.name.clone(),
            superior: Some("Hội Ánh Dương".into()),
            ordinal: 1,
            tree_from: 1,
            tree_to: 1,
            exists_from: Some(Day(jiff::civil::date(2025, 7, 1))),
            exists_to: None,
            repeats: false,
        };
        ExportRow { unit, aliases: vec!["BCS".into(), "Ban CS".into()], superior_code: None, depth: 0 }
    }
}

/// The subtree of a unit, or of the whole forest, as a list that can be imported again.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn export(cx: &mut Cx, of: Option<UnitId>) -> Result<Vec<ExportRow>> {
    let units = match of {
        Some(id) => under(cx, id, i64::MAX).await?,
        None => sql::all(cx).await?.into_iter().filter(|u| may_see(cx.actor(), u)).collect(),
    };
    let mut names: HashMap<UnitId, Vec<String>> = HashMap::new();
    for alias in beside::all_aliases(cx).await? {
        names.entry(alias.unit_id).or_default().push(alias.alias);
    }
    let codes: HashMap<UnitId, String> = units.iter().filter_map(|u| Some((u.id, u.code.clone()?))).collect();
    let mut open: Vec<i64> = Vec::new();
    let mut out = Vec::with_capacity(units.len());
    for unit in units {
        open.retain(|to| *to >= unit.tree_from);
        let depth = open.len();
        open.push(unit.tree_to);
        out.push(ExportRow {
            aliases: names.remove(&unit.id).unwrap_or_default(),
            superior_code: unit.parent.and_then(|id| codes.get(&id).cloned()),
            unit,
            depth,
        });
    }
    Ok(out)
}

/// Does a period hold today? For pages that tell what is from what was.
pub fn holds_today(cx: &Cx, from: Option<Day>, to: Option<Day>) -> bool {
    rules::holds_on(from, to, Day(cx.today()))
}
