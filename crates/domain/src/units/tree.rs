//! Positions in tree order: nested intervals over the whole forest, with room for what comes later.
//!
//! A unit's subtree is exactly the units whose `tree_from` lies in its interval. Room is left inside
//! every interval, so that adding a unit moves nobody. When the forest has to be laid out anew, it is
//! laid out beyond every position ever used: a range that somebody still remembers from before then
//! holds nobody, never a neighbour.

use crate::UnitId;
use std::collections::HashMap;

/// Room of a unit without children after a fresh layout.
const LEAF: i64 = 1024;
/// Beyond this a fresh layout begins at 1 again.
const END: i64 = 1 << 61;

/// First and last position of a subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval {
    pub from: i64,
    pub to: i64,
}

/// A unit as the layout needs it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub id: UnitId,
    pub parent: Option<UnitId>,
    pub ordinal: i64,
}

/// Room for one more child at the end of `parent`, of which `last` is the last position in use
/// (`parent.from` when it has no children); `None` when the forest must be laid out anew.
pub(crate) fn append(parent: Interval, last: i64) -> Option<Interval> {
    let free = parent.to.checked_sub(last)?;
    let width = (free / 16).min(LEAF);
    (width >= 1).then(|| Interval { from: last + 1, to: last + width })
}

/// Room for one more root after every position in use.
pub(crate) fn append_root(last: i64) -> Option<Interval> {
    (last < END).then(|| Interval { from: last + 1, to: last + LEAF })
}

/// Lays out the whole forest after `last`, siblings by their ordinal.
///
/// Every unit gets room for itself and twice the room of its children. Units that hang on nothing
/// reachable (a parent that is not there) are left out; a caller sees that by the count.
pub(crate) fn layout(nodes: &[Node], last: i64) -> HashMap<UnitId, Interval> {
    let mut children: HashMap<Option<UnitId>, Vec<&Node>> = HashMap::new();
    for node in nodes {
        children.entry(node.parent).or_default().push(node);
    }
    for siblings in children.values_mut() {
        siblings.sort_by_key(|node| (node.ordinal, node.id));
    }
    let order = depth_first(&children);
    let mut size: HashMap<UnitId, i64> = HashMap::with_capacity(order.len());
    for id in order.iter().rev() {
        let inside: i64 =
            children.get(&Some(*id)).map_or(0, |c| c.iter().filter_map(|n| size.get(&n.id)).sum());
        size.insert(*id, LEAF + 2 * inside);
    }
    let mut out: HashMap<UnitId, Interval> = HashMap::with_capacity(order.len());
    let mut next: HashMap<Option<UnitId>, i64> = HashMap::new();
    next.insert(None, if last < END { last + 1 } else { 1 });
    let parents: HashMap<UnitId, Option<UnitId>> = nodes.iter().map(|n| (n.id, n.parent)).collect();
    for id in order {
        let parent = parents.get(&id).copied().flatten();
        let width = size.get(&id).copied().unwrap_or(LEAF);
        let cursor = next.entry(parent).or_insert(1);
        let interval = Interval { from: *cursor, to: *cursor + width - 1 };
        *cursor += width;
        next.insert(Some(id), interval.from + 1);
        out.insert(id, interval);
    }
    out
}

fn depth_first(children: &HashMap<Option<UnitId>, Vec<&Node>>) -> Vec<UnitId> {
    let mut order = Vec::new();
    let mut stack: Vec<UnitId> = children.get(&None).into_iter().flatten().rev().map(|n| n.id).collect();
    while let Some(id) = stack.pop() {
        order.push(id);
        stack.extend(children.get(&Some(id)).into_iter().flatten().rev().map(|n| n.id));
    }
    order
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use uuid::Uuid;

    fn id(n: u128) -> UnitId {
        UnitId(Uuid::from_u128(n))
    }

    fn node(n: u128, parent: Option<u128>, ordinal: i64) -> Node {
        Node { id: id(n), parent: parent.map(id), ordinal }
    }

    #[test]
    fn a_layout_nests_keeps_the_order_of_siblings_and_begins_after_what_was() {
        let nodes = [
            node(1, None, 1),
            node(2, Some(1), 2),
            node(3, Some(1), 1),
            node(4, Some(2), 1),
            node(5, None, 2),
        ];
        let at = layout(&nodes, 500);
        assert_eq!(at.len(), 5);
        let inside = |child: u128, parent: u128| {
            at[&id(child)].from > at[&id(parent)].from && at[&id(child)].to <= at[&id(parent)].to
        };
        assert!(inside(2, 1) && inside(3, 1) && inside(4, 2) && inside(4, 1));
        assert!(!inside(5, 1) && !inside(3, 2));
        assert!(at[&id(3)].to < at[&id(2)].from);
        assert!(at.values().all(|i| i.from > 500 && i.from <= i.to));
    }

    #[test]
    fn children_are_added_without_moving_anybody_until_the_room_is_used() {
        let parent = Interval { from: 1, to: 1024 };
        let mut last = parent.from;
        let mut added = 0;
        while let Some(child) = append(parent, last) {
            assert!(child.from > last && child.to <= parent.to);
            last = child.to;
            added += 1;
        }
        assert!(added > 30, "{added}");
        assert_eq!(append(Interval { from: 7, to: 7 }, 7), None);
    }

    #[test]
    fn a_loop_is_left_out_instead_of_looping() {
        let nodes = [node(1, Some(2), 1), node(2, Some(1), 1), node(3, None, 1)];
        assert_eq!(layout(&nodes, 0).len(), 1);
    }

    #[test]
    fn positions_begin_again_only_at_the_far_end() {
        assert_eq!(layout(&[node(1, None, 1)], END)[&id(1)].from, 1);
        assert_eq!(append_root(END), None);
    }
}
