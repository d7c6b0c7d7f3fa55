//! Where units lie in the tree, and who belongs to a grouping on which days. Pure.
//!
//! Units and groupings have numbers that never change while the board lives; places in tree order may be
//! laid out anew at any time and are looked up here.

use super::columns::HolderNo;
use super::days::{DayNo, Days, NEVER, Span};
use crate::UnitId;
use crate::units::GroupingId;
use papers::fold::fold;
use std::collections::HashMap;

/// A unit as the board needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnitPlace {
    pub id: UnitId,
    pub parent: Option<UnitId>,
    pub from: i64,
    pub to: i64,
    /// The first day on which it is gone.
    pub gone: DayNo,
    /// As people are shown it.
    pub label: String,
}

/// A unit into which another was merged, over the days of the link; the latest link first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Succession {
    pub unit: UnitId,
    pub into: UnitId,
    pub span: Span,
}

/// One unit of a grouping, over some days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member {
    pub grouping: GroupingId,
    pub unit: UnitId,
    pub span: Span,
}

/// Everything about units that the board follows.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub units: Vec<UnitPlace>,
    pub members: Vec<Member>,
    /// Names of groupings.
    pub groupings: Vec<(GroupingId, String)>,
    pub successions: Vec<Succession>,
}

const NOBODY: HolderNo = HolderNo::MAX;

/// Units and groupings by number.
#[derive(Debug, Default)]
pub(crate) struct Places {
    units: HashMap<UnitId, HolderNo>,
    groupings: HashMap<GroupingId, HolderNo>,
    ids: Vec<Option<UnitId>>,
    parent: Vec<HolderNo>,
    place: Vec<i64>,
    last: Vec<i64>,
    gone: Vec<DayNo>,
    label: Vec<String>,
    /// Places in the order of folded labels; the same for the same label.
    rank: Vec<u32>,
    members: HashMap<HolderNo, Vec<(HolderNo, Span)>>,
    successions: HashMap<HolderNo, Vec<(HolderNo, Span)>>,
}

/// Mergers that are followed from one unit to the one that carries on its work.
const MERGERS: usize = 20;

impl Places {
    /// Number of units and groupings.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    fn add(&mut self, id: Option<UnitId>) -> HolderNo {
        self.ids.push(id);
        self.parent.push(NOBODY);
        self.place.push(0);
        self.last.push(-1);
        self.gone.push(NEVER);
        self.label.push(String::new());
        self.rank.push(0);
        (self.ids.len() - 1) as HolderNo
    }

    /// The number of a unit; a new one where it is not known yet.
    pub fn unit(&mut self, id: UnitId) -> HolderNo {
        if let Some(number) = self.units.get(&id) {
            return *number;
        }
        let number = self.add(Some(id));
        self.units.insert(id, number);
        number
    }

    /// The number of a grouping; a new one where it is not known yet.
    pub fn grouping(&mut self, id: GroupingId) -> HolderNo {
        if let Some(number) = self.groupings.get(&id) {
            return *number;
        }
        let number = self.add(None);
        self.groupings.insert(id, number);
        number
    }

    /// Is it a unit (and no grouping)?
    #[inline]
    pub fn is_unit(&self, holder: HolderNo) -> bool {
        self.ids[holder as usize].is_some()
    }

    /// The unit of a number.
    pub fn id(&self, holder: HolderNo) -> Option<UnitId> {
        self.ids.get(holder as usize).copied().flatten()
    }

    /// What a number stands for, whatever the order in which numbers were given.
    pub fn key(&self, holder: HolderNo) -> (Option<UnitId>, Option<GroupingId>) {
        let grouping = || self.groupings.iter().find(|(_, number)| **number == holder).map(|(id, _)| *id);
        let unit = self.id(holder);
        (unit, if unit.is_none() { grouping() } else { None })
    }

    /// First and last place of a unit's subtree; none for a unit that is not known.
    pub fn range(&self, unit: UnitId) -> Option<(i64, i64)> {
        let number = *self.units.get(&unit)? as usize;
        Some((self.place[number], self.last[number]))
    }

    /// Does the unit lie in one of the ranges?
    pub fn is_within(&self, unit: UnitId, ranges: &[(i64, i64)]) -> bool {
        let place = self.range(unit).map(|(place, _)| place);
        place.is_some_and(|place| ranges.iter().any(|(from, to)| (*from..=*to).contains(&place)))
    }

    /// The groupings that have other members in a tree than here.
    pub fn others(&self, tree: &Tree) -> Vec<GroupingId> {
        let mut members: HashMap<GroupingId, Vec<(UnitId, Span)>> = HashMap::new();
        for member in tree.members.iter().filter(|member| !member.span.is_empty()) {
            members.entry(member.grouping).or_default().push((member.unit, member.span));
        }
        let known = self.groupings.keys().copied().chain(members.keys().copied());
        let mut all: Vec<GroupingId> = known.collect();
        all.sort_unstable();
        all.dedup();
        all.retain(|grouping| {
            let here =
                self.members(*grouping).iter().filter_map(|(unit, span)| Some((self.id(*unit)?, *span)));
            let (mut here, mut there): (Vec<_>, _) =
                (here.collect(), members.remove(grouping).unwrap_or_default());
            here.sort_unstable();
            there.sort_unstable();
            here != there
        });
        all
    }

    /// Lays the units out, and says who belongs to which grouping and who carries on whose work.
    pub fn lay_out(&mut self, tree: &Tree) {
        self.members.clear();
        self.place.fill(0);
        self.last.fill(-1);
        self.gone.fill(NEVER);
        self.parent.fill(NOBODY);
        self.successions.clear();
        for unit in &tree.units {
            let number = self.unit(unit.id) as usize;
            (self.place[number], self.last[number], self.gone[number]) = (unit.from, unit.to, unit.gone);
            self.parent[number] = unit.parent.map_or(NOBODY, |parent| self.unit(parent));
            self.label[number].clone_from(&unit.label);
        }
        for (id, name) in &tree.groupings {
            let number = self.grouping(*id) as usize;
            self.label[number].clone_from(name);
        }
        self.put_in_order();
        for member in tree.members.iter().filter(|member| !member.span.is_empty()) {
            let (grouping, unit) = (self.grouping(member.grouping), self.unit(member.unit));
            self.members.entry(grouping).or_default().push((unit, member.span));
        }
        for one in &tree.successions {
            let (unit, into) = (self.unit(one.unit), self.unit(one.into));
            self.successions.entry(unit).or_default().push((into, one.span));
        }
    }

    /// Ranks everybody by label.
    fn put_in_order(&mut self) {
        let mut labels: Vec<(String, usize)> =
            self.label.iter().enumerate().map(|(number, label)| (fold(label), number)).collect();
        labels.sort_unstable();
        let mut rank = 0;
        for at in 0..labels.len() {
            rank += u32::from(at > 0 && labels[at - 1].0 != labels[at].0);
            self.rank[labels[at].1] = rank;
        }
    }

    /// The place of a holder in the order of names.
    #[inline]
    pub fn rank(&self, holder: HolderNo) -> u32 {
        self.rank[holder as usize]
    }

    /// The label of a holder.
    pub fn label(&self, holder: HolderNo) -> &str {
        &self.label[holder as usize]
    }

    /// How many units the subtree of a unit may hold: what is wide lies high in the tree.
    pub fn width(&self, holder: HolderNo) -> i64 {
        self.last[holder as usize] - self.place[holder as usize]
    }

    /// Who belongs to a grouping over which days.
    pub fn members(&self, grouping: GroupingId) -> &[(HolderNo, Span)] {
        let number = self.groupings.get(&grouping);
        number.and_then(|number| self.members.get(number)).map_or(&[], Vec::as_slice)
    }

    /// The unit that carries on the work of one that is gone on a day, through every merger.
    fn heir(&self, of: HolderNo, day: DayNo) -> Option<HolderNo> {
        let (mut at, mut found) = (of, None);
        for _ in 0..MERGERS {
            if day < self.gone[at as usize] {
                break;
            }
            let into = self.successions.get(&at)?.iter().find(|(_, span)| span.holds(day));
            let Some((next, _)) = into else { break };
            (at, found) = (*next, Some(*next));
        }
        found
    }

    /// Whether a holder, or a unit into which it was ever merged, is one of those marked.
    pub fn reaches(&self, holder: HolderNo, marked: &[u64]) -> bool {
        let mut open = vec![holder];
        let mut known = vec![holder];
        while let Some(at) = open.pop() {
            if marked[at as usize] != 0 {
                return true;
            }
            for (next, _) in self.successions.get(&at).into_iter().flatten() {
                if !known.contains(next) {
                    known.push(*next);
                    open.push(*next);
                }
            }
        }
        false
    }

    /// A unit and everything above it.
    pub fn chain(&self, unit: HolderNo) -> impl Iterator<Item = HolderNo> + use<'_> {
        std::iter::successors(Some(unit), |at| {
            Some(self.parent[*at as usize]).filter(|parent| *parent != NOBODY)
        })
    }

    /// The unit itself with the one that carries on its work, or the units of a grouping, on a day.
    pub fn units_of(&self, holder: HolderNo, day: DayNo) -> Vec<HolderNo> {
        if self.is_unit(holder) {
            return std::iter::once(holder).chain(self.heir(holder, day)).collect();
        }
        let members = self.members.get(&holder).into_iter().flatten();
        members.filter(|(_, span)| span.holds(day)).map(|(unit, _)| *unit).collect()
    }

    /// The seats of a holder on a day, each with the place from which it is acted for: a unit, at the one
    /// that carries on its work where it is gone, or the units of a grouping.
    pub fn seats(&self, holder: HolderNo, day: DayNo) -> Vec<(UnitId, i64)> {
        let at = |unit: HolderNo, place: HolderNo| Some((self.id(unit)?, self.place[place as usize]));
        if self.is_unit(holder) {
            return at(holder, self.heir(holder, day).unwrap_or(holder)).into_iter().collect();
        }
        let members = self.members.get(&holder).into_iter().flatten();
        members.filter(|(_, span)| span.holds(day)).filter_map(|(unit, _)| at(*unit, *unit)).collect()
    }

    /// Units with their labels, by name.
    pub fn by_name(&self, units: impl IntoIterator<Item = UnitId>) -> Vec<(UnitId, String)> {
        let known = units.into_iter().filter_map(|unit| Some((unit, *self.units.get(&unit)?)));
        let mut known: Vec<(UnitId, HolderNo)> = known.collect();
        known.sort_by_key(|(unit, holder)| (self.rank(*holder), *unit));
        known.into_iter().map(|(unit, holder)| (unit, self.label(holder).to_owned())).collect()
    }

    /// For each holder the days on which it lies in one of the ranges: of a unit, it or the one that
    /// carries on its work; of a grouping, one of its units.
    pub fn inside(&self, ranges: &[(i64, i64)], days: &Days) -> Vec<u64> {
        let within = |place: i64| ranges.iter().any(|(from, to)| (*from..=*to).contains(&place));
        let unit = |number: usize| self.ids[number].is_some() && within(self.place[number]);
        let mut inside: Vec<u64> =
            (0..self.len()).map(|number| if unit(number) { days.all() } else { 0 }).collect();
        for of in self.successions.keys().filter(|of| inside[**of as usize] == 0).collect::<Vec<_>>() {
            let heirs = days
                .numbers()
                .iter()
                .filter(|day| self.heir(*of, **day).is_some_and(|heir| unit(heir as usize)));
            inside[*of as usize] = heirs.fold(0, |bits, day| bits | days.bit(*day));
        }
        for (grouping, members) in &self.members {
            let held = members.iter().filter(|(member, _)| unit(*member as usize));
            inside[*grouping as usize] = held.fold(0, |bits, (_, span)| bits | days.within(*span));
        }
        inside
    }
}
