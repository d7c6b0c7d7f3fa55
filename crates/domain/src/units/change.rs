//! Changes of units: adding, renaming, moving, closing, other names, links.

use super::history::{self, Change};
use super::sql::{self, Row, beside};
use super::tree::{self, Interval};
use super::{AliasId, LinkId, LinkKind, NewUnit, Unit, UnitKind, rules};
use crate::access::{Action, Permit, Scope};
use crate::error::{Problems, Reason};
use crate::{Cx, Error, OrgId, Result, UnitId};
use serde_json::json;
use store::Day;

/// What can be set right without a day from which it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// What kind of body it is.
    pub kind: UnitKind,
    /// Its code in lists.
    pub code: Option<String>,
    /// Its e-identifier.
    pub eid: Option<String>,
    /// First day of its existence.
    pub exists_from: Option<Day>,
}

/// A change of name or superior: from which day, and why (a document's number, as a rule).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// First day on which it holds; today where none is given.
    pub from: Option<Day>,
    /// Why.
    pub reason: String,
}

/// How a unit ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Last day of its existence.
    pub last_day: Day,
    /// The unit that takes over, where one does.
    pub successor: Option<UnitId>,
    /// Close every open unit below it too.
    pub with_subtree: bool,
    /// Why.
    pub reason: String,
}

/// A unit and the permit to change it. Who sees it and may not change it is told so.
async fn permit(cx: &mut Cx, id: UnitId) -> Result<(Unit, Permit)> {
    let unit = super::find(cx, id).await?;
    let permit = manage(cx, &unit.scope())?;
    Ok((unit, permit))
}

/// The permit to manage what the actor is known to see.
pub(super) fn manage(cx: &mut Cx, scope: &Scope) -> Result<Permit> {
    match cx.allow(Action::ManageUnits, scope) {
        Err(Error::NotFound) => Err(Error::Denied(Action::ManageUnits)),
        other => other,
    }
}

/// The permit to put new units under a superior, or new roots into the forest, which is the
/// installation's own to do.
pub(super) async fn permit_under(
    cx: &mut Cx,
    parent: Option<UnitId>,
    id: UnitId,
    is_org: bool,
) -> Result<(Option<Unit>, Permit)> {
    match parent {
        Some(parent) => {
            let unit = super::find(cx, parent).await?;
            let org = if is_org { OrgId(id.0) } else { unit.org };
            let permit = manage(cx, &Scope::new(org, "unit", id.0, unit.tree_from))?;
            Ok((Some(unit), permit))
        }
        None if cx.actor().system => {
            let permit = cx.allow(Action::ManageUnits, &Scope::new(OrgId(id.0), "unit", id.0, 0))?;
            Ok((None, permit))
        }
        None => Err(Error::Denied(Action::ManageUnits)),
    }
}

/// Adds a unit as the last child of its superior.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Denied`] (a root is for the system to make), [`Error::NotFound`].
pub async fn create(cx: &mut Cx, new: NewUnit) -> Result<UnitId> {
    let id = UnitId(cx.id());
    let new = tidied(new);
    let (parent, permit) = permit_under(cx, new.parent, id, new.is_org).await?;
    rules::check_new(&new, cx.eid_pattern().as_deref())?;
    sql::take_tree(cx, &permit).await?;
    let parent = match parent {
        Some(parent) => Some(sql::unit(cx, parent.id).await?),
        None => None,
    };
    let org = match &parent {
        Some(parent) if !new.is_org => parent.org,
        _ => OrgId(id.0),
    };
    free_place(cx, parent.as_ref(), org, &new, None).await?;
    let (at, ordinal) = append(cx, parent.as_ref()).await?;
    let after =
        json!({ "name": new.name, "kind": new.kind, "parent": new.parent, "code": new.code, "eid": new.eid });
    let crowded = at.is_none();
    let at = at.unwrap_or(Interval { from: 0, to: 0 });
    sql::insert(cx, &permit, vec![Row { org, id, new, ordinal, at }], "").await?;
    if crowded {
        lay_out(cx, &permit).await?;
    }
    cx.record(permit, (), after).await?;
    Ok(id)
}

pub(super) fn tidied(new: NewUnit) -> NewUnit {
    let mut aliases: Vec<String> = Vec::new();
    for alias in new.aliases.iter().map(|a| rules::tidy(a)).filter(|a| !a.is_empty()) {
        if !aliases.contains(&alias) {
            aliases.push(alias);
        }
    }
    NewUnit {
        name: rules::tidy(&new.name),
        code: rules::optional(new.code.as_deref()),
        eid: rules::optional(new.eid.as_deref()),
        aliases,
        ..new
    }
}

/// Are name, code and e-identifier free?
pub(super) async fn free_place(
    cx: &mut Cx,
    parent: Option<&Unit>,
    org: OrgId,
    new: &NewUnit,
    own: Option<UnitId>,
) -> Result<()> {
    let mut problems = Problems::default();
    let others = sql::same_name(cx, parent.map(|p| p.id), &new.name).await?;
    let taken = others.iter().any(|(id, name, to)| Some(*id) != own && *name == new.name && to.is_none());
    problems.check(taken, "name", Reason::new("units-name-taken").with("name", new.name.clone()));
    if let Some(code) = &new.code {
        let taken = sql::same_code(cx, org, code).await?.is_some_and(|id| Some(id) != own);
        problems.check(taken, "code", Reason::new("units-code-taken").with("code", code.clone()));
    }
    if let Some(eid) = &new.eid {
        let taken = sql::same_eid(cx, eid).await?.is_some_and(|id| Some(id) != own);
        problems.check(taken, "eid", Reason::new("units-eid-taken").with("eid", eid.clone()));
    }
    if let Some(parent) = parent {
        let closed = parent.exists_to.is_some() && new.exists_to.is_none();
        problems.check(
            closed,
            "parent",
            Reason::new("units-parent-closed").with("parent", parent.name.clone()),
        );
    }
    problems.settle()
}

/// Room after the last child, if there is any, and the place among siblings.
async fn append(cx: &mut Cx, parent: Option<&Unit>) -> Result<(Option<Interval>, i64)> {
    match parent {
        Some(parent) => {
            let (last, ordinal) = sql::last_child(cx, parent.id).await?;
            let room = Interval { from: parent.tree_from, to: parent.tree_to };
            Ok((tree::append(room, last.unwrap_or(parent.tree_from)), ordinal + 1))
        }
        None => {
            let (last, ordinal) = sql::last_root(cx).await?;
            Ok((tree::append_root(last.unwrap_or(0)), ordinal + 1))
        }
    }
}

/// Lays the whole forest out anew.
pub(super) async fn lay_out(cx: &mut Cx, permit: &Permit) -> Result<()> {
    let (nodes, last) = sql::nodes(cx).await?;
    let places = tree::layout(&nodes, last);
    if places.len() != nodes.len() {
        return Err(Error::Store(store::Error::Damaged("units hang on a superior that is not there".into())));
    }
    for (id, at) in places {
        sql::set_place(cx, permit, id, at).await?;
    }
    Ok(())
}

/// Gives a unit another name from a day on. The old one stays readable and is still understood.
///
/// # Errors
/// [`Error::Stale`], [`Error::Invalid`], [`Error::Denied`], [`Error::NotFound`].
pub async fn rename(cx: &mut Cx, id: UnitId, version: i64, name: &str, edit: Edit) -> Result<()> {
    let (unit, permit) = permit(cx, id).await?;
    let name = rules::tidy(name);
    let mut problems = Problems::default();
    rules::check_name(&mut problems, "name", &name);
    problems.settle()?;
    let others = sql::same_name(cx, unit.parent, &name).await?;
    let taken = others.iter().any(|(other, n, to)| *other != id && *n == name && to.is_none());
    let mut problems = Problems::default();
    problems.check(taken, "name", Reason::new("units-name-taken").with("name", name.clone()));
    problems.settle()?;
    sql::take_tree(cx, &permit).await?;
    sql::rename(cx, &permit, &unit, version, &name).await?;
    let day = edit.from.unwrap_or(Day(cx.today()));
    let change = Change { name: &name, kind: unit.kind, parent: unit.parent, reason: &edit.reason };
    history::change(cx, &permit, &unit, day, change).await?;
    let after = json!({ "name": name, "from": day, "reason": edit.reason });
    cx.record(permit, unit.audit(), after).await
}

/// Puts a unit with all below it under another superior from a day on.
///
/// # Errors
/// [`Error::Invalid`] for a place below itself or in another organisation; [`Error::Stale`],
/// [`Error::Denied`], [`Error::NotFound`].
pub async fn move_to(
    cx: &mut Cx,
    id: UnitId,
    version: i64,
    parent: Option<UnitId>,
    edit: Edit,
) -> Result<()> {
    let (unit, permit) = permit(cx, id).await?;
    let (target, other) = permit_under(cx, parent, id, unit.is_org).await?;
    sql::take_tree(cx, &permit).await?;
    let unit = sql::unit(cx, unit.id).await?;
    let target = match target {
        Some(target) => Some(sql::unit(cx, target.id).await?),
        None => None,
    };
    rules::check_move(&unit, target.as_ref())?;
    let others = sql::same_name(cx, parent, &unit.name).await?;
    let taken = others.iter().any(|(other, n, to)| *other != id && *n == unit.name && to.is_none());
    let mut problems = Problems::default();
    problems.check(taken, "parent", Reason::new("units-name-taken").with("name", unit.name.clone()));
    problems.settle()?;
    let (_, ordinal) = append(cx, target.as_ref()).await?;
    sql::set_parent(cx, &permit, &unit, version, parent, ordinal).await?;
    let day = edit.from.unwrap_or(Day(cx.today()));
    let change = Change { name: &unit.name, kind: unit.kind, parent, reason: &edit.reason };
    history::change(cx, &permit, &unit, day, change).await?;
    lay_out(cx, &permit).await?;
    let after = json!({ "parent": parent, "from": day, "reason": edit.reason });
    cx.record(other, json!({}), json!({ "took_in": id })).await?;
    cx.record(permit, unit.audit(), after).await
}

/// Puts a unit before one of its siblings, or last.
///
/// # Errors
/// [`Error::Invalid`] when `before` is no sibling; [`Error::Stale`], [`Error::Denied`], [`Error::NotFound`].
pub async fn place(cx: &mut Cx, id: UnitId, version: i64, before: Option<UnitId>) -> Result<()> {
    let (unit, permit) = permit(cx, id).await?;
    sql::take_tree(cx, &permit).await?;
    let (nodes, _) = sql::nodes(cx).await?;
    let mut siblings: Vec<_> = nodes.iter().filter(|n| n.parent == unit.parent && n.id != id).collect();
    siblings.sort_by_key(|n| (n.ordinal, n.id));
    let at = match before {
        None => siblings.len(),
        Some(before) => siblings
            .iter()
            .position(|n| n.id == before)
            .ok_or_else(|| Error::invalid("before", Reason::new("units-no-sibling")))?,
    };
    let mut order: Vec<UnitId> = siblings.iter().map(|n| n.id).collect();
    order.insert(at, id);
    sql::set_parent(cx, &permit, &unit, version, unit.parent, unit.ordinal).await?;
    for (ordinal, sibling) in (1i64..).zip(order) {
        sql::set_ordinal(cx, &permit, sibling, ordinal).await?;
    }
    lay_out(cx, &permit).await?;
    cx.record(permit, unit.audit(), json!({ "before": before })).await
}

/// Sets kind, code, e-identifier and first day right.
///
/// # Errors
/// [`Error::Stale`], [`Error::Invalid`], [`Error::Denied`], [`Error::NotFound`].
pub async fn change_details(cx: &mut Cx, id: UnitId, version: i64, to: Details) -> Result<()> {
    let (unit, permit) = permit(cx, id).await?;
    let to =
        Details { code: rules::optional(to.code.as_deref()), eid: rules::optional(to.eid.as_deref()), ..to };
    let mut problems = Problems::default();
    rules::check_eid(&mut problems, "code", to.code.as_deref(), None);
    rules::check_eid(&mut problems, "eid", to.eid.as_deref(), cx.eid_pattern().as_deref());
    rules::check_period(&mut problems, "exists_from", to.exists_from, unit.exists_to);
    problems.settle()?;
    let asked =
        NewUnit { code: to.code.clone(), eid: to.eid.clone(), ..NewUnit::new(unit.parent, to.kind, "") };
    free_place(cx, None, unit.org, &asked, Some(id)).await?;
    sql::take_tree(cx, &permit).await?;
    sql::set_details(cx, &permit, &unit, version, &to).await?;
    if to.exists_from != unit.exists_from {
        history::set_period(cx, &permit, &unit, to.exists_from, unit.exists_to, "").await?;
    }
    let after = json!({ "kind": to.kind, "code": to.code, "eid": to.eid, "exists_from": to.exists_from });
    cx.record(permit, unit.audit(), after).await
}

/// Closes a unit on its last day, merged into a successor where one is named.
///
/// # Errors
/// [`Error::Invalid`] when units below it are still open and are not to be closed with it;
/// [`Error::Stale`], [`Error::Denied`], [`Error::NotFound`].
pub async fn close(cx: &mut Cx, id: UnitId, version: i64, closing: Closing) -> Result<()> {
    let (unit, permit) = permit(cx, id).await?;
    let open = sql::open_below(cx, &unit).await?;
    let mut problems = Problems::default();
    problems.check(
        unit.exists_to.is_some(),
        "",
        Reason::new("units-closed-already").with("name", unit.name.clone()),
    );
    rules::check_period(&mut problems, "last_day", unit.exists_from, Some(closing.last_day));
    let latest = history::latest_change(cx, id).await?;
    let early = latest.is_some_and(|day| closing.last_day < day);
    problems.check(
        early,
        "last_day",
        Reason::new("units-day-before-change").with("day", latest.unwrap_or(closing.last_day).0),
    );
    let kept = open > 0 && !closing.with_subtree;
    problems.check(kept, "with_subtree", Reason::new("units-close-open-below").with("count", open));
    let successor = match closing.successor {
        Some(id) => Some(super::find(cx, id).await?),
        None => None,
    };
    if let Some(to) = &successor {
        let inside = unit.holds(to.tree_from);
        problems.check(inside, "successor", Reason::new("units-successor-inside"));
        let gone = to.exists_to.is_some_and(|end| end <= closing.last_day);
        problems.check(gone, "successor", Reason::new("units-successor-gone").with("name", to.name.clone()));
    }
    problems.settle()?;
    sql::take_tree(cx, &permit).await?;
    let mut closed = vec![(unit.clone(), version)];
    if closing.with_subtree {
        let below = sql::subtree(cx, unit.tree_from, unit.tree_to, i64::MAX).await?;
        closed.extend(
            below
                .into_iter()
                .filter(|u| u.id != id && u.exists_to.is_none())
                .map(|u| (u.version, u))
                .map(|(v, u)| (u, v)),
        );
    }
    for (one, version) in &closed {
        sql::set_end(cx, &permit, one, *version, Some(closing.last_day)).await?;
        history::set_period(cx, &permit, one, one.exists_from, Some(closing.last_day), "").await?;
    }
    if let Some(to) = &successor {
        let heir = beside::NewLink {
            org: unit.org,
            unit: id,
            other: to.id,
            kind: LinkKind::SucceededBy,
            from: Some(history::day_after(closing.last_day)),
            to: None,
        };
        beside::insert_links(cx, &permit, vec![heir]).await?;
    }
    let after = json!({
        "exists_to": closing.last_day, "successor": closing.successor, "closed": closed.len(), "reason": closing.reason,
    });
    cx.record(permit, unit.audit(), after).await
}

/// Opens a unit again that was closed by mistake.
///
/// # Errors
/// [`Error::Stale`], [`Error::Invalid`], [`Error::Denied`], [`Error::NotFound`].
pub async fn reopen(cx: &mut Cx, id: UnitId, version: i64) -> Result<()> {
    let (unit, permit) = permit(cx, id).await?;
    if let Some(parent) = unit.parent {
        let parent = sql::unit(cx, parent).await?;
        let mut problems = Problems::default();
        problems.check(
            parent.exists_to.is_some(),
            "",
            Reason::new("units-parent-closed").with("parent", parent.name.clone()),
        );
        problems.settle()?;
    }
    sql::take_tree(cx, &permit).await?;
    sql::set_end(cx, &permit, &unit, version, None).await?;
    history::set_period(cx, &permit, &unit, unit.exists_from, None, "").await?;
    cx.record(permit, unit.audit(), json!({ "exists_to": null })).await
}

/// Adds another name.
///
/// # Errors
/// [`Error::Stale`], [`Error::Invalid`], [`Error::Denied`], [`Error::NotFound`].
pub async fn add_alias(cx: &mut Cx, id: UnitId, version: i64, alias: &str) -> Result<()> {
    let (unit, permit) = permit(cx, id).await?;
    let alias = rules::tidy(alias);
    let mut problems = Problems::default();
    rules::check_name(&mut problems, "alias", &alias);
    let known = beside::aliases(cx, id).await?;
    let taken = known.iter().any(|a| a.alias == alias) || unit.name == alias;
    problems.check(taken, "alias", Reason::new("units-alias-taken").with("name", alias.clone()));
    problems.settle()?;
    sql::take_tree(cx, &permit).await?;
    touch(cx, &permit, &unit, version).await?;
    beside::insert_aliases(cx, &permit, vec![(unit.org, id, alias.clone())]).await?;
    cx.record(permit, json!({ "name": unit.name }), json!({ "alias": alias })).await
}

/// Takes another name away; documents that print it are no more understood by it.
///
/// # Errors
/// [`Error::Stale`], [`Error::Denied`], [`Error::NotFound`].
pub async fn remove_alias(cx: &mut Cx, id: UnitId, version: i64, alias: AliasId) -> Result<()> {
    let (unit, permit) = permit(cx, id).await?;
    let known = beside::aliases(cx, id).await?;
    let Some(one) = known.into_iter().find(|a| a.id == alias) else { return Err(Error::NotFound) };
    sql::take_tree(cx, &permit).await?;
    touch(cx, &permit, &unit, version).await?;
    beside::delete_alias(cx, &permit, &unit, alias).await?;
    cx.record(permit, json!({ "name": unit.name, "alias": one.alias }), json!({ "alias": null })).await
}

/// Counts a change of what hangs on the unit.
async fn touch(cx: &mut Cx, permit: &Permit, unit: &Unit, version: i64) -> Result<()> {
    sql::set_end(cx, permit, unit, version, unit.exists_to).await
}

/// Links a unit to another beside the tree. A link gives nobody a right to the other's inner data.
///
/// # Errors
/// [`Error::Stale`], [`Error::Invalid`], [`Error::Denied`], [`Error::NotFound`].
pub async fn link(
    cx: &mut Cx,
    id: UnitId,
    version: i64,
    other: UnitId,
    kind: LinkKind,
    period: (Option<Day>, Option<Day>),
) -> Result<()> {
    let (unit, permit) = permit(cx, id).await?;
    let other = super::find(cx, other).await?;
    rules::check_link(&unit, &other, kind, period.0, period.1)?;
    let present = beside::links(cx, id).await?;
    let today = Day(cx.today());
    let same = |l: &super::Link| {
        l.unit_id == id && l.other_id == other.id && l.kind == kind && l.valid_to.is_none_or(|to| to >= today)
    };
    let mut problems = Problems::default();
    problems.check(
        present.iter().any(same),
        "other",
        Reason::new("units-link-taken").with("name", other.name.clone()),
    );
    problems.settle()?;
    sql::take_tree(cx, &permit).await?;
    touch(cx, &permit, &unit, version).await?;
    let new =
        beside::NewLink { org: unit.org, unit: id, other: other.id, kind, from: period.0, to: period.1 };
    beside::insert_links(cx, &permit, vec![new]).await?;
    let after = json!({ "link": kind, "other": other.id, "from": period.0, "to": period.1 });
    cx.record(permit, json!({ "name": unit.name }), after).await
}

/// Ends a link after a day; it stays readable.
///
/// # Errors
/// [`Error::Stale`], [`Error::Invalid`], [`Error::Denied`], [`Error::NotFound`].
pub async fn end_link(cx: &mut Cx, id: UnitId, version: i64, link: LinkId, last_day: Day) -> Result<()> {
    let (unit, permit) = permit(cx, id).await?;
    let links = beside::links(cx, id).await?;
    let Some(one) = links.into_iter().find(|l| l.id == link && l.unit_id == id) else {
        return Err(Error::NotFound);
    };
    let mut problems = Problems::default();
    rules::check_period(&mut problems, "last_day", one.valid_from, Some(last_day));
    problems.settle()?;
    sql::take_tree(cx, &permit).await?;
    touch(cx, &permit, &unit, version).await?;
    beside::end_link(cx, &permit, &unit, link, last_day).await?;
    cx.record(permit, json!({ "link": one.kind, "other": one.other_id }), json!({ "to": last_day })).await
}
