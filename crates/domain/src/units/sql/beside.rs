//! The statements on what hangs beside the tree: versions, other names, links, groupings.

use crate::access::Permit;
use crate::units::history::{NewVersion, Version};
use crate::units::{
    Alias, AliasId, Grouping, GroupingId, Link, LinkId, LinkKind, Member, Unit, UnitKind, rules::sort_key,
};
use crate::{Cx, OrgId, Result, UnitId};
use papers::fold::fold;
use store::{Day, Json, Micros, sql};

pub(in crate::units) async fn insert_versions(
    cx: &mut Cx,
    permit: &Permit,
    versions: Vec<NewVersion>,
) -> Result<()> {
    let now = Micros::from(cx.now());
    let rows: Vec<_> = versions.into_iter().map(|v| (cx.id(), v)).collect();
    cx.store(permit)
        .insert_many(
            sql!(
                "INSERT INTO unit_version (org_id, id, unit_id, name, kind, parent_id, valid_from, valid_to, reason, recorded_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            ),
            rows,
            move |query, (id, v)| {
                query
                    .bind(v.org)
                    .bind(id)
                    .bind(v.unit)
                    .bind(v.name)
                    .bind(v.kind.code())
                    .bind(v.parent)
                    .bind(v.from)
                    .bind(v.to)
                    .bind(v.reason)
                    .bind(now)
            },
        )
        .await?;
    Ok(())
}

/// Every version ever recorded of a unit, replaced ones too, the earliest period first.
pub(in crate::units) async fn versions(cx: &mut Cx, unit: UnitId) -> Result<Vec<Version>> {
    Ok(cx
        .read(sql!(
            "SELECT v.id, v.name, v.kind, v.parent_id AS parent, p.name AS superior, v.valid_from, v.valid_to, v.reason,
                    v.recorded_at, v.replaced_at
             FROM unit_version v LEFT JOIN unit p ON p.id = v.parent_id
             WHERE v.unit_id = $1 ORDER BY v.valid_from NULLS FIRST, v.recorded_at, v.id"
        ))
        .bind(unit)
        .all()
        .await?)
}

/// Names that units had and have no more: unit and name.
pub(in crate::units) async fn former_names(cx: &mut Cx) -> Result<Vec<(UnitId, String)>> {
    Ok(cx
        .read(sql!(
            "SELECT DISTINCT v.unit_id, v.name FROM unit_version v JOIN unit u ON u.id = v.unit_id
             WHERE v.replaced_at IS NULL AND v.name <> u.name"
        ))
        .all()
        .await?)
}

/// Marks a version as no more believed; it stays readable.
pub(in crate::units) async fn replace_version(
    cx: &mut Cx,
    permit: &Permit,
    org: OrgId,
    id: uuid::Uuid,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "UPDATE unit_version SET replaced_at = $1 WHERE org_id = $2 AND id = $3 AND replaced_at IS NULL"
        ),
    )
    .bind(now)
    .bind(org)
    .bind(id)
    .exactly_one()
    .await?;
    Ok(())
}

pub(in crate::units) async fn insert_aliases(
    cx: &mut Cx,
    permit: &Permit,
    aliases: Vec<(OrgId, UnitId, String)>,
) -> Result<()> {
    let now = Micros::from(cx.now());
    let rows: Vec<_> = aliases.into_iter().map(|a| (cx.id(), a)).collect();
    cx.store(permit)
        .insert_many(
            sql!(
                "INSERT INTO unit_alias (org_id, id, unit_id, alias, alias_folded, recorded_at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
            ),
            rows,
            move |query, (id, (org, unit, alias))| {
                let folded = fold(&alias);
                query.bind(org).bind(id).bind(unit).bind(alias).bind(folded).bind(now)
            },
        )
        .await?;
    Ok(())
}

pub(in crate::units) async fn aliases(cx: &mut Cx, unit: UnitId) -> Result<Vec<Alias>> {
    Ok(cx
        .read(sql!("SELECT id, unit_id, alias FROM unit_alias WHERE unit_id = $1 ORDER BY recorded_at, id"))
        .bind(unit)
        .all()
        .await?)
}

pub(in crate::units) async fn all_aliases(cx: &mut Cx) -> Result<Vec<Alias>> {
    Ok(cx.read(sql!("SELECT id, unit_id, alias FROM unit_alias ORDER BY recorded_at, id")).all().await?)
}

pub(in crate::units) async fn delete_alias(
    cx: &mut Cx,
    permit: &Permit,
    unit: &Unit,
    id: AliasId,
) -> Result<()> {
    cx.write(permit, sql!("DELETE FROM unit_alias WHERE org_id = $1 AND id = $2 AND unit_id = $3"))
        .bind(unit.org)
        .bind(id)
        .bind(unit.id)
        .exactly_one()
        .await?;
    Ok(())
}

/// A link to be inserted.
pub(in crate::units) struct NewLink {
    pub org: OrgId,
    pub unit: UnitId,
    pub other: UnitId,
    pub kind: LinkKind,
    pub from: Option<Day>,
    pub to: Option<Day>,
}

pub(in crate::units) async fn insert_links(cx: &mut Cx, permit: &Permit, links: Vec<NewLink>) -> Result<()> {
    let now = Micros::from(cx.now());
    let rows: Vec<_> = links.into_iter().map(|l| (cx.id(), l)).collect();
    cx.store(permit)
        .insert_many(
            sql!(
                "INSERT INTO unit_link (org_id, id, unit_id, other_id, kind, valid_from, valid_to, recorded_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            ),
            rows,
            move |query, (id, link)| {
                query
                    .bind(link.org)
                    .bind(id)
                    .bind(link.unit)
                    .bind(link.other)
                    .bind(link.kind.code())
                    .bind(link.from)
                    .bind(link.to)
                    .bind(now)
            },
        )
        .await?;
    Ok(())
}

/// Links from and to a unit.
pub(in crate::units) async fn links(cx: &mut Cx, unit: UnitId) -> Result<Vec<Link>> {
    Ok(cx
        .read(sql!(
            "SELECT l.id, l.unit_id, u.name AS unit_name, l.other_id, o.name AS other_name, l.kind, l.valid_from, l.valid_to
             FROM unit_link l JOIN unit u ON u.id = l.unit_id JOIN unit o ON o.id = l.other_id
             WHERE l.unit_id = $1 OR l.other_id = $1 ORDER BY l.kind, l.recorded_at, l.id"
        ))
        .bind(unit)
        .all()
        .await?)
}

/// Who took over from whom: the unit that was, the unit that is.
pub(in crate::units) async fn successions(cx: &mut Cx) -> Result<Vec<(UnitId, UnitId)>> {
    Ok(cx
        .read(sql!(
            "SELECT unit_id, other_id FROM unit_link WHERE kind = 'succeeded_by' ORDER BY recorded_at, id"
        ))
        .all()
        .await?)
}

/// The unit into which another was merged by a day, the latest recorded.
pub(in crate::units) async fn successor(cx: &mut Cx, of: UnitId, day: Day) -> Result<Option<UnitId>> {
    let found: Option<(UnitId,)> = cx
        .read(sql!(
            "SELECT other_id FROM unit_link
             WHERE unit_id = $1 AND kind = 'succeeded_by'
               AND (valid_from IS NULL OR valid_from <= $2) AND (valid_to IS NULL OR valid_to >= $2)
             ORDER BY recorded_at DESC, id DESC LIMIT 1"
        ))
        .bind(of)
        .bind(day)
        .opt()
        .await?;
    Ok(found.map(|(id,)| id))
}

pub(in crate::units) async fn end_link(
    cx: &mut Cx,
    permit: &Permit,
    unit: &Unit,
    id: LinkId,
    last_day: Day,
) -> Result<()> {
    cx.write(
        permit,
        sql!("UPDATE unit_link SET valid_to = $1 WHERE org_id = $2 AND id = $3 AND unit_id = $4"),
    )
    .bind(last_day)
    .bind(unit.org)
    .bind(id)
    .bind(unit.id)
    .exactly_one()
    .await?;
    Ok(())
}

pub(in crate::units) async fn groupings(cx: &mut Cx, org: OrgId) -> Result<Vec<Grouping>> {
    Ok(cx
        .read(sql!(
            "SELECT org_id AS org, id, version, name, aliases, ended_at FROM grouping
             WHERE org_id = $1 AND ended_at IS NULL ORDER BY sort_key, id"
        ))
        .bind(org)
        .all()
        .await?)
}

pub(in crate::units) async fn all_groupings(cx: &mut Cx) -> Result<Vec<Grouping>> {
    Ok(cx
        .read(sql!(
            "SELECT org_id AS org, id, version, name, aliases, ended_at FROM grouping WHERE ended_at IS NULL ORDER BY sort_key, id"
        ))
        .all()
        .await?)
}

pub(in crate::units) async fn grouping(cx: &mut Cx, id: GroupingId) -> Result<Grouping> {
    Ok(cx
        .read(sql!("SELECT org_id AS org, id, version, name, aliases, ended_at FROM grouping WHERE id = $1"))
        .bind(id)
        .one()
        .await?)
}

pub(in crate::units) async fn insert_grouping(
    cx: &mut Cx,
    permit: &Permit,
    grouping: &Grouping,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "INSERT INTO grouping (org_id, id, version, name, name_folded, sort_key, aliases, created_at)
             VALUES ($1, $2, 1, $3, $4, $5, $6, $7)"
        ),
    )
    .bind(grouping.org)
    .bind(grouping.id)
    .bind(grouping.name.clone())
    .bind(fold(&grouping.name))
    .bind(sort_key(&grouping.name))
    .bind(Json(grouping.aliases.0.clone()))
    .bind(now)
    .run()
    .await?;
    Ok(())
}

/// Writes name, other names and end of a grouping.
pub(in crate::units) async fn update_grouping(
    cx: &mut Cx,
    permit: &Permit,
    grouping: &Grouping,
    version: i64,
) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "UPDATE grouping SET name = $1, name_folded = $2, sort_key = $3, aliases = $4, ended_at = $5, version = version + 1
             WHERE org_id = $6 AND id = $7 AND version = $8"
        ),
    )
    .bind(grouping.name.clone())
    .bind(fold(&grouping.name))
    .bind(sort_key(&grouping.name))
    .bind(Json(grouping.aliases.0.clone()))
    .bind(grouping.ended_at)
    .bind(grouping.org)
    .bind(grouping.id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

pub(in crate::units) async fn members(cx: &mut Cx, grouping: GroupingId) -> Result<Vec<Member>> {
    Ok(cx
        .read(sql!(
            "SELECT m.id, m.unit_id, u.name, p.name AS superior, m.below_kind, m.valid_from, m.valid_to
             FROM grouping_member m JOIN unit u ON u.id = m.unit_id LEFT JOIN unit p ON p.id = u.parent_id
             WHERE m.grouping_id = $1 ORDER BY u.tree_from, m.recorded_at, m.id"
        ))
        .bind(grouping)
        .all()
        .await?)
}

/// Every membership of every grouping, units below others one by one: grouping, unit, and the days from
/// and to which the membership and the unit last.
pub(in crate::units) async fn memberships(cx: &mut Cx) -> Result<Vec<MembershipRecord>> {
    Ok(cx
        .read(sql!(
            "SELECT m.grouping_id, u.id AS unit_id, m.valid_from, m.valid_to, u.exists_from, u.exists_to
             FROM grouping_member m JOIN unit u ON u.id = m.unit_id
             WHERE m.below_kind IS NULL
             UNION ALL
             SELECT m.grouping_id, u.id AS unit_id, m.valid_from, m.valid_to, u.exists_from, u.exists_to
             FROM grouping_member m JOIN unit o ON o.id = m.unit_id
             JOIN unit u ON u.kind = m.below_kind AND u.tree_from > o.tree_from AND u.tree_from <= o.tree_to
             WHERE m.below_kind IS NOT NULL"
        ))
        .all()
        .await?)
}

#[derive(sqlx::FromRow)]
pub(in crate::units) struct MembershipRecord {
    pub grouping_id: GroupingId,
    pub unit_id: UnitId,
    pub valid_from: Option<Day>,
    pub valid_to: Option<Day>,
    pub exists_from: Option<Day>,
    pub exists_to: Option<Day>,
}

/// Groupings that name the unit itself.
pub(in crate::units) async fn groupings_of(cx: &mut Cx, unit: UnitId) -> Result<Vec<Grouping>> {
    Ok(cx
        .read(sql!(
            "SELECT g.org_id AS org, g.id, g.version, g.name, g.aliases, g.ended_at FROM grouping g
             WHERE g.ended_at IS NULL AND EXISTS (
               SELECT 1 FROM grouping_member m WHERE m.grouping_id = g.id AND m.unit_id = $1 AND m.below_kind IS NULL)
             ORDER BY g.sort_key, g.id"
        ))
        .bind(unit)
        .all()
        .await?)
}

pub(in crate::units) struct NewMember {
    pub id: uuid::Uuid,
    pub unit: UnitId,
    pub below: Option<UnitKind>,
    pub from: Option<Day>,
    pub to: Option<Day>,
}

pub(in crate::units) async fn insert_members(
    cx: &mut Cx,
    permit: &Permit,
    grouping: &Grouping,
    members: Vec<NewMember>,
) -> Result<()> {
    let now = Micros::from(cx.now());
    let (org, grouping) = (grouping.org, grouping.id);
    cx.store(permit)
        .insert_many(
            sql!(
                "INSERT INTO grouping_member (org_id, id, grouping_id, unit_id, below_kind, valid_from, valid_to, recorded_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            ),
            members,
            move |query, m| {
                query
                    .bind(org)
                    .bind(m.id)
                    .bind(grouping)
                    .bind(m.unit)
                    .bind(m.below.map(UnitKind::code))
                    .bind(m.from)
                    .bind(m.to)
                    .bind(now)
            },
        )
        .await?;
    Ok(())
}

pub(in crate::units) async fn end_member(
    cx: &mut Cx,
    permit: &Permit,
    grouping: &Grouping,
    id: uuid::Uuid,
    last_day: Day,
) -> Result<()> {
    cx.write(
        permit,
        sql!("UPDATE grouping_member SET valid_to = $1 WHERE org_id = $2 AND id = $3 AND grouping_id = $4"),
    )
    .bind(last_day)
    .bind(grouping.org)
    .bind(id)
    .bind(grouping.id)
    .exactly_one()
    .await?;
    Ok(())
}

/// Units of a kind in a subtree that exist on a day, in tree order.
pub(in crate::units) async fn below_of_kind(
    cx: &mut Cx,
    unit: &Unit,
    kind: UnitKind,
    day: Day,
) -> Result<Vec<UnitId>> {
    let rows: Vec<(UnitId,)> = cx
        .read(sql!(
            "SELECT id FROM unit WHERE tree_from > $1 AND tree_from <= $2 AND kind = $3
               AND (exists_from <= $4 OR exists_from IS NULL) AND (exists_to >= $4 OR exists_to IS NULL)
             ORDER BY tree_from"
        ))
        .bind(unit.tree_from)
        .bind(unit.tree_to)
        .bind(kind.code())
        .bind(day)
        .all()
        .await?;
    Ok(rows.into_iter().map(|r| r.0).collect())
}
