//! The directory: every name that is known, ready to tell what a printed name stands for.

use super::resolve::{Candidate, Index, Known, Target};
use super::sql::{self, beside};
use super::{Unit, may_see};
use crate::{Cx, OrgId, Result, UnitId};
use std::collections::{HashMap, HashSet};
use store::Day;

/// Known names as seen from one unit.
pub struct Directory {
    index: Index,
    around: UnitId,
}

impl Directory {
    /// Loads every name that the actor may know of; where several fit alike, those nearest in the
    /// tree to `around` come first.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] when `around` is no unit.
    pub async fn load(cx: &mut Cx, around: UnitId) -> Result<Directory> {
        let centre = sql::unit(cx, around).await?;
        let above = sql::path(cx, centre.tree_from).await?;
        Ok(Directory { index: index(cx, &above).await?, around })
    }

    /// The same without a unit to ask from.
    ///
    /// # Errors
    /// The engine failed.
    pub async fn load_all(cx: &mut Cx) -> Result<Directory> {
        Ok(Directory { index: index(cx, &[]).await?, around: UnitId(uuid::Uuid::nil()) })
    }

    /// The unit it is seen from.
    pub fn around(&self) -> UnitId {
        self.around
    }

    /// What the printed name may stand for, the best first, at most `limit`.
    ///
    /// A score of 1 is the very name beside the unit that asks; under 0.5 it is a mere hint, and
    /// nothing under 0.3 is offered.
    pub fn resolve(&self, printed: &str, limit: usize) -> Vec<Candidate> {
        self.index.resolve(printed, limit)
    }
}

/// Names of units that documents of `around` are likely to print, at most `most`: those of its organisation and those
/// that are listed for everybody, the nearest in the tree first, each name once.
///
/// # Errors
/// [`crate::Error::NotFound`] when `around` is no unit.
pub async fn names_near(cx: &mut Cx, around: UnitId, most: usize) -> Result<Vec<String>> {
    let centre = sql::unit(cx, around).await?;
    let above = sql::path(cx, centre.tree_from).await?;
    let today = Day(cx.today());
    let mut near: Vec<(usize, String)> = sql::all(cx)
        .await?
        .into_iter()
        .filter(|u| u.org == centre.org || u.is_listed)
        .filter(|u| may_see(cx.actor(), u) && u.exists_on(today))
        .map(|u| (steps(&above, &u), u.name))
        .collect();
    near.sort_by_key(|(steps, _)| *steps);
    let mut seen = HashSet::new();
    let names = near.into_iter().map(|(_, name)| name);
    Ok(names.filter(|name| seen.insert(name.to_lowercase())).take(most).collect())
}

/// Steps up the tree from the unit that `above` ends with until a subtree holds `unit`.
fn steps(above: &[Unit], unit: &Unit) -> usize {
    above.iter().rev().position(|a| a.holds(unit.tree_from)).unwrap_or(above.len())
}

async fn index(cx: &mut Cx, above: &[Unit]) -> Result<Index> {
    let today = Day(cx.today());
    let all = sql::all(cx).await?;
    let mut aliases: HashMap<UnitId, Vec<String>> = HashMap::new();
    for alias in beside::all_aliases(cx).await? {
        aliases.entry(alias.unit_id).or_default().push(alias.alias);
    }
    let mut former: HashMap<UnitId, Vec<String>> = HashMap::new();
    for (unit, name) in beside::former_names(cx).await? {
        former.entry(unit).or_default().push(name);
    }
    let mut successors: HashMap<UnitId, Vec<UnitId>> = HashMap::new();
    for (unit, other) in beside::successions(cx).await? {
        successors.entry(unit).or_default().push(other);
    }
    let places: HashMap<UnitId, usize> = all.iter().enumerate().map(|(at, u)| (u.id, at)).collect();
    let names_of = |id: UnitId| -> Vec<String> {
        let Some(unit) = places.get(&id).and_then(|at| all.get(*at)) else { return Vec::new() };
        let others = aliases.get(&id).into_iter().flatten().take(3).cloned();
        std::iter::once(unit.name.clone()).chain(others).collect()
    };
    let mut known: Vec<Known> = Vec::with_capacity(all.len());
    for unit in all.iter().filter(|u| may_see(cx.actor(), u)) {
        let mut names: Vec<String> = unit.parent.map(&names_of).unwrap_or_default();
        let org = UnitId(unit.org.0);
        if org != unit.id && unit.parent != Some(org) {
            names.extend(names_of(org));
        }
        known.push(Known {
            target: Target::Unit(unit.id),
            kind: Some(unit.kind),
            name: unit.name.clone(),
            superior: unit.superior.clone(),
            above: names,
            aliases: aliases.get(&unit.id).cloned().unwrap_or_default(),
            former: former.get(&unit.id).cloned().unwrap_or_default(),
            gone: unit.exists_to.is_some_and(|to| to < today),
            successors: successors.get(&unit.id).cloned().unwrap_or_default(),
            steps: steps(above, unit),
        });
    }
    known.extend(groupings(cx, above).await?);
    Ok(Index::new(known))
}

async fn groupings(cx: &mut Cx, above: &[Unit]) -> Result<Vec<Known>> {
    let all = beside::all_groupings(cx).await?;
    let actor = cx.actor();
    let orgs: Vec<OrgId> = actor.grants.iter().map(|g| g.org).chain(above.iter().map(|u| u.org)).collect();
    let seen = all.into_iter().filter(|g| actor.system || orgs.contains(&g.org));
    Ok(seen
        .map(|g| Known {
            target: Target::Grouping(g.id),
            kind: None,
            name: g.name,
            superior: None,
            above: Vec::new(),
            aliases: g.aliases.0,
            former: Vec::new(),
            gone: false,
            successors: Vec::new(),
            steps: above.iter().rev().position(|u| u.org == g.org).unwrap_or(above.len()),
        })
        .collect())
}
