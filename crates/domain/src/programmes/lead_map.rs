//! Who leads what in a programme: its lead units against its main groups.

use super::rules::{Defect, State, in_group};
use super::views::{GroupCount, LightCounts, Overview, TaskRow, UnitCount};
use super::{ProgrammeId, RoleFilter, filter, overview};
use crate::units;
use crate::{Cx, Result};
use jiff::civil::Date;

/// The responsibility map of a programme (ma trận trách nhiệm): what each unit leads in each main group.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadMap {
    /// The main groups that hold a task, in the order of the document; tasks outside all groups make one
    /// with an empty code.
    pub groups: Vec<GroupCount>,
    /// The lead units, most overdue first.
    pub lines: Vec<LeadLine>,
    /// Tasks whose lead is yet to be appointed.
    pub awaiting: usize,
    /// Tasks that nobody leads, with nobody to be appointed.
    pub unled: usize,
    /// Tasks that name a unit which could not be found.
    pub unknown: usize,
}

/// What one unit leads, itself or below it, as the list for that unit counts.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadLine {
    /// The unit with its tasks of all groups.
    pub unit: UnitCount,
    /// Its tasks in each group of the map.
    pub cells: Vec<LightCounts>,
}

/// The responsibility map of a programme on a day.
///
/// # Errors
/// [`crate::Error::NotFound`] for a programme that the actor may not see.
pub async fn lead_map(cx: &mut Cx, id: ProgrammeId, as_of: Option<Date>) -> Result<LeadMap> {
    let overview = overview(cx, id, as_of).await?;
    let groups = mains(&overview);
    let wanted: Vec<_> = overview.units.iter().map(|unit| unit.unit).collect();
    let places = units::load_many(cx, &wanted).await?;
    let mut lines = Vec::with_capacity(overview.units.len());
    for unit in &overview.units {
        let Some(place) = places.get(&unit.unit) else { continue };
        let range = (place.tree_from, place.tree_to);
        let led: Vec<&TaskRow> =
            overview.tasks.iter().filter(|row| filter::carried(row, RoleFilter::Leading, range)).collect();
        let cell = |group: &GroupCount| {
            LightCounts::of(led.iter().copied().filter(|row| stands_in(row, &group.code)))
        };
        lines.push(LeadLine { unit: unit.clone(), cells: groups.iter().map(cell).collect() });
    }
    let with = |defect| overview.defects.iter().find(|(one, _)| *one == defect).map_or(0, |(_, n)| *n);
    let awaiting = overview.states.iter().find(|(state, _)| *state == State::Awaiting);
    Ok(LeadMap {
        awaiting: awaiting.map_or(0, |(_, n)| *n),
        unled: with(Defect::NoLead),
        unknown: with(Defect::UnknownUnit),
        groups,
        lines,
    })
}

/// Groups with tasks that lie in no other group.
fn mains(overview: &Overview) -> Vec<GroupCount> {
    let lies_in = |code: &str, other: &str| code != other && !other.is_empty() && in_group(code, other);
    let is_main = |group: &&GroupCount| {
        group.counts.total() > 0 && !overview.groups.iter().any(|other| lies_in(&group.code, &other.code))
    };
    overview.groups.iter().filter(is_main).cloned().collect()
}

/// Does a task stand in a main group, or, for the empty code, in none?
fn stands_in(row: &TaskRow, main: &str) -> bool {
    match row.group.as_deref() {
        None => main.is_empty(),
        Some(code) => !main.is_empty() && in_group(code, main),
    }
}
