//! Names and places of those who carry tasks, each looked up once for a list.

use super::types::*;
use super::views::Carrier;
use crate::units::{self, GroupingId};
use crate::{Cx, Result, UnitId};
use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap};
use store::{Day, Micros};

/// Units and groupings by id, with the words and places that lists need.
#[derive(Default)]
pub(super) struct Names {
    units: HashMap<UnitId, units::Unit>,
    groupings: HashMap<GroupingId, (String, Vec<(UnitId, i64)>)>,
    heirs: HashMap<UnitId, i64>,
}

impl Names {
    pub(super) async fn load(cx: &mut Cx, holders: &[Holder], today: Date) -> Result<Names> {
        let unit = |holder: &Holder| if let Holder::Unit(unit) = holder { Some(*unit) } else { None };
        let grouping = |holder: &Holder| if let Holder::Grouping(id) = holder { Some(*id) } else { None };
        let ids: BTreeSet<UnitId> = holders.iter().filter_map(unit).collect();
        let ids: Vec<UnitId> = ids.into_iter().collect();
        let mut names = Names { units: units::load_many(cx, &ids).await?, ..Names::default() };
        let gone = names.units.values().filter(|unit| unit.exists_to.is_some_and(|end| end.0 < today));
        for id in gone.map(|unit| unit.id).collect::<Vec<_>>() {
            if let Some(heir) = units::heir(cx, id, Day(today)).await? {
                names.heirs.insert(id, heir.tree_from);
            }
        }
        let groupings: BTreeSet<GroupingId> = holders.iter().filter_map(grouping).collect();
        for id in groupings {
            let name = units::load_grouping(cx, id).await?.name;
            let members = members(cx, id, today).await?;
            names.groupings.insert(id, (name, members));
        }
        Ok(names)
    }

    /// A carrier with its name and its places.
    pub(super) fn carrier(&self, id: AssignmentId, since: Micros, given: NewAssignment) -> Carrier {
        let mut carrier = Carrier {
            id,
            role: given.role,
            name: String::new(),
            focal: given.focal,
            seats: Vec::new(),
            since,
            places: Vec::new(),
            holder: given.holder,
        };
        match &carrier.holder {
            Holder::Unit(id) => {
                if let Some(unit) = self.units.get(id) {
                    let heir = self.heirs.get(id).copied();
                    carrier.name = unit.label();
                    carrier.seats = vec![(*id, heir.unwrap_or(unit.tree_from))];
                    carrier.places = std::iter::once(unit.tree_from).chain(heir).collect();
                }
            }
            Holder::Grouping(id) => {
                if let Some((name, members)) = self.groupings.get(id) {
                    carrier.name = name.clone();
                    carrier.seats = members.clone();
                    carrier.places = members.iter().map(|(_, place)| *place).collect();
                }
            }
            Holder::Person { name, .. } | Holder::Unknown(name) => carrier.name = name.clone(),
            Holder::Awaiting => {}
        }
        carrier
    }
}

/// The members of a grouping on a day with their places, in tree order.
async fn members(cx: &mut Cx, grouping: GroupingId, on: Date) -> Result<Vec<(UnitId, i64)>> {
    let members = units::members_on(cx, grouping, Day(on)).await?;
    let units = units::load_many(cx, &members).await?;
    Ok(members.into_iter().filter_map(|id| Some((id, units.get(&id)?.tree_from))).collect())
}

/// Places of the members of a grouping on a day.
pub(super) async fn places(cx: &mut Cx, grouping: GroupingId, on: Date) -> Result<Vec<i64>> {
    Ok(members(cx, grouping, on).await?.into_iter().map(|(_, place)| place).collect())
}
