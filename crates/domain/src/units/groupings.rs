//! Named sets of units that are addressed together, resolved to their members on a day.

use super::sql::{self, beside};
use super::{GroupingId, Unit, UnitKind, rules};
use crate::access::{Action, Permit, Scope};
use crate::error::{Problems, Reason};
use crate::{Cx, Error, OrgId, Result, UnitId};
use serde::Serialize;
use serde_json::json;
use store::{Day, Json, Micros};
use uuid::Uuid;

/// A named set of units.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow)]
pub struct Grouping {
    /// The organisation that keeps it.
    pub org: OrgId,
    /// Its id.
    pub id: GroupingId,
    /// Counts its changes.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Other names that documents use for it.
    pub aliases: Json<Vec<String>>,
    /// When it was ended.
    pub ended_at: Option<Micros>,
}

/// A member of a grouping: a unit, or every unit of a kind below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Member {
    /// Id of the membership.
    pub id: Uuid,
    /// The unit.
    pub unit_id: UnitId,
    /// Its name.
    pub name: String,
    /// The name of its superior.
    pub superior: Option<String>,
    /// Where given, not the unit itself is meant but every unit of this kind below it.
    #[sqlx(try_from = "BelowKind")]
    pub below_kind: Option<UnitKind>,
    /// First day.
    pub valid_from: Option<Day>,
    /// Last day.
    pub valid_to: Option<Day>,
}

/// A kind that may be missing, as stored.
#[derive(Debug, sqlx::Type)]
#[sqlx(transparent)]
struct BelowKind(Option<String>);

impl TryFrom<BelowKind> for Option<UnitKind> {
    type Error = rules::UnknownCode;
    fn try_from(stored: BelowKind) -> std::result::Result<Self, Self::Error> {
        stored.0.map(UnitKind::try_from).transpose()
    }
}

/// What a grouping is to be called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupingEdit {
    /// Its name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
}

/// Whose grouping it is decides: everybody with a role in the organisation sees it.
async fn scope(cx: &mut Cx, org: OrgId, id: GroupingId) -> Result<Scope> {
    let owner = sql::unit(cx, UnitId(org.0)).await?;
    Ok(Scope::new(org, "grouping", id.0, owner.tree_from))
}

fn may_see(cx: &Cx, scope: &Scope) -> bool {
    let actor = cx.actor();
    actor.grants.iter().any(|g| g.org == scope.org) || crate::access::decide(actor, Action::ViewUnits, scope)
}

fn check(edit: &GroupingEdit) -> Result<()> {
    let mut problems = Problems::default();
    rules::check_name(&mut problems, "name", &edit.name);
    for alias in &edit.aliases {
        rules::check_name(&mut problems, "aliases", alias);
    }
    problems.settle()
}

/// Groupings of an organisation that were not ended.
///
/// # Errors
/// [`Error::NotFound`] where the actor has no role there.
pub async fn groupings(cx: &mut Cx, org: OrgId) -> Result<Vec<Grouping>> {
    let scope = scope(cx, org, GroupingId(org.0)).await?;
    if !may_see(cx, &scope) {
        return Err(Error::NotFound);
    }
    beside::groupings(cx, org).await
}

/// A grouping with its members, past ones too.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn grouping(cx: &mut Cx, id: GroupingId) -> Result<(Grouping, Vec<Member>)> {
    let grouping = beside::grouping(cx, id).await?;
    let scope = scope(cx, grouping.org, id).await?;
    if !may_see(cx, &scope) {
        return Err(Error::NotFound);
    }
    let members = beside::members(cx, id).await?;
    Ok((grouping, members))
}

/// May the actor change the grouping?
///
/// # Errors
/// [`Error::NotFound`] where he may not even see it.
pub async fn may_keep_grouping(cx: &mut Cx, id: GroupingId) -> Result<bool> {
    let grouping = beside::grouping(cx, id).await?;
    let scope = scope(cx, grouping.org, id).await?;
    if !may_see(cx, &scope) {
        return Err(Error::NotFound);
    }
    Ok(crate::access::decide(cx.actor(), Action::ManageUnits, &scope))
}

/// A grouping by id, for other contexts.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn load_grouping(cx: &mut Cx, id: GroupingId) -> Result<Grouping> {
    beside::grouping(cx, id).await
}

/// The units that a grouping means on a day, in tree order, each once.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn members_on(cx: &mut Cx, id: GroupingId, day: Day) -> Result<Vec<UnitId>> {
    beside::grouping(cx, id).await?;
    let mut found: Vec<Unit> = Vec::new();
    for member in beside::members(cx, id).await? {
        if !rules::holds_on(member.valid_from, member.valid_to, day) {
            continue;
        }
        let unit = sql::unit(cx, member.unit_id).await?;
        match member.below_kind {
            Some(kind) => {
                for below in beside::below_of_kind(cx, &unit, kind, day).await? {
                    found.push(sql::unit(cx, below).await?);
                }
            }
            None if unit.exists_on(day) => found.push(unit),
            None => {}
        }
    }
    found.sort_by_key(|u| u.tree_from);
    found.dedup_by_key(|u| u.id);
    Ok(found.into_iter().map(|u| u.id).collect())
}

/// A unit in a grouping over some days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The grouping.
    pub grouping: GroupingId,
    /// The unit.
    pub unit: UnitId,
    /// First day, where there is one.
    pub from: Option<Day>,
    /// Last day, where there is one.
    pub to: Option<Day>,
}

/// Who belongs to which grouping over which days: what [`members_on`] says of a day, for all days at
/// once. Asks no permission; for read models that ask it themselves.
///
/// # Errors
/// The engine failed.
pub async fn memberships(cx: &mut Cx) -> Result<Vec<Membership>> {
    let both = |a: Option<Day>, b: Option<Day>, pick: fn(Day, Day) -> Day| match (a, b) {
        (Some(a), Some(b)) => Some(pick(a, b)),
        (one, other) => one.or(other),
    };
    let membership = |record: beside::MembershipRecord| Membership {
        grouping: record.grouping_id,
        unit: record.unit_id,
        from: both(record.valid_from, record.exists_from, Ord::max),
        to: both(record.valid_to, record.exists_to, Ord::min),
    };
    Ok(beside::memberships(cx).await?.into_iter().map(membership).collect())
}

/// Makes a grouping in an organisation.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Denied`], [`Error::NotFound`].
pub async fn create_grouping(cx: &mut Cx, org: OrgId, edit: GroupingEdit) -> Result<GroupingId> {
    let id = GroupingId(cx.id());
    let scope = scope(cx, org, id).await?;
    if !may_see(cx, &scope) {
        return Err(Error::NotFound);
    }
    let permit = super::change::manage(cx, &scope)?;
    check(&edit)?;
    let grouping =
        Grouping { org, id, version: 1, name: edit.name, aliases: Json(edit.aliases), ended_at: None };
    taken(cx, &grouping).await?;
    beside::insert_grouping(cx, &permit, &grouping).await?;
    cx.record(permit, (), audit(&grouping)).await?;
    Ok(id)
}

/// Gives a grouping another name and other names.
///
/// # Errors
/// [`Error::Stale`], [`Error::Invalid`], [`Error::Denied`], [`Error::NotFound`].
pub async fn edit_grouping(cx: &mut Cx, id: GroupingId, version: i64, edit: GroupingEdit) -> Result<()> {
    let (before, permit) = permit(cx, id).await?;
    check(&edit)?;
    let after = Grouping { name: edit.name, aliases: Json(edit.aliases), ..before.clone() };
    taken(cx, &after).await?;
    beside::update_grouping(cx, &permit, &after, version).await?;
    cx.record(permit, audit(&before), audit(&after)).await
}

/// Ends a grouping: it is offered no more, and what was given to it stays.
///
/// # Errors
/// [`Error::Stale`], [`Error::Denied`], [`Error::NotFound`].
pub async fn end_grouping(cx: &mut Cx, id: GroupingId, version: i64) -> Result<()> {
    let (before, permit) = permit(cx, id).await?;
    let after = Grouping { ended_at: Some(Micros::from(cx.now())), ..before.clone() };
    beside::update_grouping(cx, &permit, &after, version).await?;
    cx.record(permit, audit(&before), audit(&after)).await
}

/// Adds members: units, or every unit of a kind below them, from a day on.
///
/// # Errors
/// [`Error::Stale`], [`Error::Invalid`], [`Error::Denied`], [`Error::NotFound`].
pub async fn add_member(
    cx: &mut Cx,
    id: GroupingId,
    version: i64,
    members: &[(UnitId, Option<UnitKind>)],
    from: Option<Day>,
) -> Result<()> {
    let (grouping, permit) = permit(cx, id).await?;
    let present = beside::members(cx, id).await?;
    let today = Day(cx.today());
    let mut rows = Vec::new();
    for (unit, below) in members {
        super::find(cx, *unit).await?;
        let lasting = |m: &super::Member| m.valid_to.is_none_or(|to| to >= today);
        if present.iter().any(|m| m.unit_id == *unit && m.below_kind == *below && lasting(m)) {
            continue;
        }
        rows.push(beside::NewMember { id: cx.id(), unit: *unit, below: *below, from, to: None });
    }
    beside::update_grouping(cx, &permit, &grouping, version).await?;
    beside::insert_members(cx, &permit, &grouping, rows).await?;
    cx.record(permit, json!({ "name": grouping.name }), json!({ "members": members, "from": from })).await
}

/// Ends a membership after a day; what it was before stays readable.
///
/// # Errors
/// [`Error::Stale`], [`Error::Denied`], [`Error::NotFound`].
pub async fn end_member(
    cx: &mut Cx,
    id: GroupingId,
    version: i64,
    member: Uuid,
    last_day: Day,
) -> Result<()> {
    let (grouping, permit) = permit(cx, id).await?;
    let members = beside::members(cx, id).await?;
    let Some(one) = members.iter().find(|m| m.id == member) else { return Err(Error::NotFound) };
    beside::update_grouping(cx, &permit, &grouping, version).await?;
    beside::end_member(cx, &permit, &grouping, member, last_day).await?;
    cx.record(permit, json!({ "member": one.unit_id }), json!({ "member": one.unit_id, "to": last_day }))
        .await
}

async fn permit(cx: &mut Cx, id: GroupingId) -> Result<(Grouping, Permit)> {
    let grouping = beside::grouping(cx, id).await?;
    let scope = scope(cx, grouping.org, id).await?;
    if !may_see(cx, &scope) {
        return Err(Error::NotFound);
    }
    let permit = super::change::manage(cx, &scope)?;
    Ok((grouping, permit))
}

async fn taken(cx: &mut Cx, grouping: &Grouping) -> Result<()> {
    let folded = papers::fold::fold(&grouping.name);
    let others = beside::groupings(cx, grouping.org).await?;
    let taken = others.iter().any(|g| g.id != grouping.id && papers::fold::fold(&g.name) == folded);
    let mut problems = Problems::default();
    problems.check(taken, "name", Reason::new("units-grouping-taken").with("name", grouping.name.clone()));
    problems.settle()
}

fn audit(grouping: &Grouping) -> serde_json::Value {
    json!({ "name": grouping.name, "aliases": grouping.aliases.0, "ended": grouping.ended_at.is_some() })
}
