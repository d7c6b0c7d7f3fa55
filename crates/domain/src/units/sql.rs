//! The statements on the tree itself; `beside` holds those on what hangs beside it.

pub(super) mod beside;

use super::look::Listed;
use super::tree::{Interval, Node};
use super::{NewUnit, Unit, rules};
use crate::access::Permit;
use crate::{Cx, OrgId, Result, UnitId};
use papers::fold::fold;
use store::{Day, Micros, sql};

/// Columns of a [`Unit`].
macro_rules! unit_columns {
    () => {
        "u.org_id AS org, u.id, u.version, u.parent_id AS parent, u.kind, u.is_org, u.is_listed, u.code, u.eid,
         u.name, p.name AS superior, u.ordinal, u.tree_from, u.tree_to, u.exists_from, u.exists_to,
         EXISTS (SELECT 1 FROM unit o WHERE o.name_folded = u.name_folded AND o.id <> u.id) AS repeats"
    };
}

/// How many units hang below one on the day `$1`: next to it, and in all.
macro_rules! living {
    () => {
        "(SELECT COUNT(*) FROM unit c WHERE c.parent_id = u.id AND (c.exists_to >= $1 OR c.exists_to IS NULL)) AS children,
         (SELECT COUNT(*) FROM unit b WHERE b.tree_from > u.tree_from AND b.tree_from <= u.tree_to
            AND (b.exists_to >= $1 OR b.exists_to IS NULL)) AS below"
    };
}

/// Units beside their superiors.
macro_rules! units {
    () => {
        " FROM unit u LEFT JOIN unit p ON p.id = u.parent_id "
    };
}

pub(super) async fn unit(cx: &mut Cx, id: UnitId) -> Result<Unit> {
    Ok(cx.read(sql!("SELECT ", unit_columns!(), units!(), "WHERE u.id = $1")).bind(id).one().await?)
}

/// Every unit in tree order. The engines' own order of names is not asked for.
pub(super) async fn all(cx: &mut Cx) -> Result<Vec<Unit>> {
    Ok(cx.read(sql!("SELECT ", unit_columns!(), units!(), "ORDER BY u.tree_from")).all().await?)
}

/// The units of a subtree in tree order, itself first.
pub(super) async fn subtree(cx: &mut Cx, from: i64, to: i64, most: i64) -> Result<Vec<Unit>> {
    Ok(cx
        .read(sql!(
            "SELECT ",
            unit_columns!(),
            units!(),
            "WHERE u.tree_from BETWEEN $1 AND $2 ORDER BY u.tree_from LIMIT $3"
        ))
        .bind(from)
        .bind(to)
        .bind(most)
        .all()
        .await?)
}

/// The way from the root down to the unit at `position`, which is the last.
pub(super) async fn path(cx: &mut Cx, position: i64) -> Result<Vec<Unit>> {
    Ok(cx
        .read(sql!(
            "SELECT ",
            unit_columns!(),
            units!(),
            "WHERE u.tree_from <= $1 AND u.tree_to >= $1 ORDER BY u.tree_from"
        ))
        .bind(position)
        .all()
        .await?)
}

pub(super) async fn roots(cx: &mut Cx, day: Day) -> Result<Vec<Listed>> {
    Ok(cx
        .read(sql!(
            "SELECT ",
            unit_columns!(),
            ", ",
            living!(),
            units!(),
            "WHERE u.parent_id IS NULL ORDER BY u.ordinal, u.id"
        ))
        .bind(day)
        .all()
        .await?)
}

/// Children of a unit from `after` on, those only that are listed unless `inner`, gone ones only when `gone`.
pub(super) async fn children(
    cx: &mut Cx,
    of: UnitId,
    day: Day,
    page: &super::look::Page,
) -> Result<Vec<Listed>> {
    Ok(cx
        .read(sql!(
            "SELECT ",
            unit_columns!(),
            ", ",
            living!(),
            units!(),
            "WHERE u.parent_id = $2 AND u.ordinal > $3 AND ($4 OR u.is_listed) AND ($5 OR u.exists_to >= $1 OR u.exists_to IS NULL)
         ORDER BY u.ordinal, u.id LIMIT $6"
        ))
        .bind(day)
        .bind(of)
        .bind(page.after)
        .bind(page.inner)
        .bind(page.gone)
        .bind(page.limit)
        .all()
        .await?)
}

/// Units that the actor may know of and whose name, other name or name with superior holds the folded
/// words, or whose code or e-identifier is the text; the best first. The condition is [`rules::may_see`].
pub(super) async fn search(cx: &mut Cx, text: &str, folded: &str, limit: i64) -> Result<Vec<Unit>> {
    let within = format!("%{}%", folded.replace(' ', "%"));
    let (system, account) = (cx.actor().system, cx.actor().account);
    let first = folded.split(' ').next().unwrap_or_default().to_owned();
    Ok(cx
        .read(sql!(
            "SELECT ",
            unit_columns!(),
            units!(),
            "WHERE (u.name_folded LIKE $1 OR (u.name_folded LIKE $6 AND u.name_folded || ' ' || COALESCE(p.name_folded, '') LIKE $1) OR u.code = $7 OR u.eid = $7
                OR EXISTS (SELECT 1 FROM unit_alias a WHERE a.unit_id = u.id AND a.alias_folded LIKE $1))
           AND ($8 OR u.is_listed OR EXISTS (
                SELECT 1 FROM role_grant g JOIN unit gu ON gu.id = g.unit_id
                WHERE g.account_id = $9 AND g.withdrawn_at IS NULL
                  AND (gu.org_id = u.org_id OR u.tree_from BETWEEN gu.tree_from AND gu.tree_to)))
         ORDER BY CASE WHEN u.name_folded = $2 THEN 0
                       WHEN EXISTS (SELECT 1 FROM unit_alias a WHERE a.unit_id = u.id AND a.alias_folded = $2) THEN 1
                       WHEN u.name_folded LIKE $3 THEN 2
                       WHEN u.name_folded LIKE $4 THEN 3 ELSE 4 END,
                  CASE WHEN u.exists_to IS NULL THEN 0 ELSE 1 END, u.sort_key, u.tree_from
         LIMIT $5"
        ))
        .bind(within)
        .bind(folded.to_owned())
        .bind(format!("{folded}%"))
        .bind(format!("% {folded}%"))
        .bind(limit)
        .bind(format!("%{first}%"))
        .bind(text.to_owned())
        .bind(system)
        .bind(account)
        .all()
        .await?)
}

#[derive(sqlx::FromRow)]
struct Place {
    id: UnitId,
    parent: Option<UnitId>,
    ordinal: i64,
    tree_to: i64,
}

/// Every unit as the layout needs it, and the last position in use.
pub(super) async fn nodes(cx: &mut Cx) -> Result<(Vec<Node>, i64)> {
    let rows: Vec<Place> =
        cx.read(sql!("SELECT id, parent_id AS parent, ordinal, tree_to FROM unit")).all().await?;
    let last = rows.iter().map(|r| r.tree_to).max().unwrap_or(0);
    Ok((rows.into_iter().map(|r| Node { id: r.id, parent: r.parent, ordinal: r.ordinal }).collect(), last))
}

/// Takes the tree for this transaction: changes of its shape follow one another.
pub(super) async fn take_tree(cx: &mut Cx, permit: &Permit) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "INSERT INTO unit_tree (id, version) VALUES (1, 1)
             ON CONFLICT (id) DO UPDATE SET version = unit_tree.version + 1"
        ),
    )
    .run()
    .await?;
    Ok(())
}

pub(super) async fn tree_version(cx: &mut Cx) -> Result<i64> {
    let row: Option<(i64,)> = cx.read(sql!("SELECT version FROM unit_tree WHERE id = 1")).opt().await?;
    Ok(row.map_or(0, |r| r.0))
}

/// Last position in use among the children of a unit, and their last place.
pub(super) async fn last_child(cx: &mut Cx, of: UnitId) -> Result<(Option<i64>, i64)> {
    Ok(cx
        .read(sql!(
            "SELECT MAX(tree_to), CAST(COALESCE(MAX(ordinal), 0) AS BIGINT) FROM unit WHERE parent_id = $1"
        ))
        .bind(of)
        .one()
        .await?)
}

/// Last position in use at all, and the last place among roots.
pub(super) async fn last_root(cx: &mut Cx) -> Result<(Option<i64>, i64)> {
    Ok(cx
        .read(sql!(
            "SELECT MAX(tree_to), CAST(COALESCE(MAX(CASE WHEN parent_id IS NULL THEN ordinal END), 0) AS BIGINT) FROM unit"
        ))
        .one()
        .await?)
}

/// A unit that has that code inside the organisation, that e-identifier anywhere, or that name under that superior.
pub(super) async fn same_code(cx: &mut Cx, org: OrgId, code: &str) -> Result<Option<UnitId>> {
    let row: Option<(UnitId,)> = cx
        .read(sql!("SELECT id FROM unit WHERE org_id = $1 AND code = $2"))
        .bind(org)
        .bind(code.to_owned())
        .opt()
        .await?;
    Ok(row.map(|r| r.0))
}

pub(super) async fn same_eid(cx: &mut Cx, eid: &str) -> Result<Option<UnitId>> {
    let row: Option<(UnitId,)> =
        cx.read(sql!("SELECT id FROM unit WHERE eid = $1")).bind(eid.to_owned()).opt().await?;
    Ok(row.map(|r| r.0))
}

/// Units of the same folded name under the same superior, gone ones too.
pub(super) async fn same_name(
    cx: &mut Cx,
    parent: Option<UnitId>,
    name: &str,
) -> Result<Vec<(UnitId, String, Option<Day>)>> {
    match parent {
        Some(parent) => Ok(cx
            .read(sql!("SELECT id, name, exists_to FROM unit WHERE name_folded = $1 AND parent_id = $2"))
            .bind(fold(name))
            .bind(parent)
            .all()
            .await?),
        None => Ok(cx
            .read(sql!("SELECT id, name, exists_to FROM unit WHERE name_folded = $1 AND parent_id IS NULL"))
            .bind(fold(name))
            .all()
            .await?),
    }
}

/// Open units below one: how many there are.
pub(super) async fn open_below(cx: &mut Cx, unit: &Unit) -> Result<i64> {
    let row: (i64,) = cx
        .read(sql!(
            "SELECT COUNT(*) FROM unit WHERE tree_from > $1 AND tree_from <= $2 AND exists_to IS NULL"
        ))
        .bind(unit.tree_from)
        .bind(unit.tree_to)
        .one()
        .await?;
    Ok(row.0)
}

/// A row to be inserted.
pub(super) struct Row {
    pub org: OrgId,
    pub id: UnitId,
    pub new: NewUnit,
    pub ordinal: i64,
    pub at: Interval,
}

/// Inserts units with their first version and other names.
pub(super) async fn insert(cx: &mut Cx, permit: &Permit, rows: Vec<Row>, reason: &str) -> Result<()> {
    let now = Micros::from(cx.now());
    let mut versions = Vec::with_capacity(rows.len());
    let mut aliases = Vec::new();
    for row in &rows {
        versions.push(super::history::NewVersion {
            org: row.org,
            unit: row.id,
            name: row.new.name.clone(),
            kind: row.new.kind,
            parent: row.new.parent,
            from: row.new.exists_from,
            to: row.new.exists_to,
            reason: reason.to_owned(),
        });
        aliases.extend(row.new.aliases.iter().map(|a| (row.org, row.id, a.clone())));
    }
    cx.store(permit)
        .insert_many(
            sql!(
                "INSERT INTO unit (org_id, id, version, parent_id, kind, is_org, is_listed, code, eid, name, name_folded, sort_key,
                                   ordinal, tree_from, tree_to, exists_from, exists_to, created_at)
                 VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
            ),
            rows,
            move |query, row| {
                let new = row.new;
                query
                    .bind(row.org)
                    .bind(row.id)
                    .bind(new.parent)
                    .bind(new.kind.code())
                    .bind(new.is_org)
                    .bind(new.is_org || new.kind.is_public())
                    .bind(new.code)
                    .bind(new.eid)
                    .bind(new.name.clone())
                    .bind(fold(&new.name))
                    .bind(rules::sort_key(&new.name))
                    .bind(row.ordinal)
                    .bind(row.at.from)
                    .bind(row.at.to)
                    .bind(new.exists_from)
                    .bind(new.exists_to)
                    .bind(now)
            },
        )
        .await?;
    beside::insert_versions(cx, permit, versions).await?;
    beside::insert_aliases(cx, permit, aliases).await
}

pub(super) async fn set_place(cx: &mut Cx, permit: &Permit, id: UnitId, at: Interval) -> Result<()> {
    cx.write(permit, sql!("UPDATE unit SET tree_from = $1, tree_to = $2 WHERE id = $3"))
        .bind(at.from)
        .bind(at.to)
        .bind(id)
        .exactly_one()
        .await?;
    Ok(())
}

pub(super) async fn set_ordinal(cx: &mut Cx, permit: &Permit, id: UnitId, ordinal: i64) -> Result<()> {
    cx.write(permit, sql!("UPDATE unit SET ordinal = $1 WHERE id = $2"))
        .bind(ordinal)
        .bind(id)
        .exactly_one()
        .await?;
    Ok(())
}

pub(super) async fn rename(
    cx: &mut Cx,
    permit: &Permit,
    unit: &Unit,
    version: i64,
    name: &str,
) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "UPDATE unit SET name = $1, name_folded = $2, sort_key = $3, version = version + 1
             WHERE org_id = $4 AND id = $5 AND version = $6"
        ),
    )
    .bind(name.to_owned())
    .bind(fold(name))
    .bind(rules::sort_key(name))
    .bind(unit.org)
    .bind(unit.id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

pub(super) async fn set_parent(
    cx: &mut Cx,
    permit: &Permit,
    unit: &Unit,
    version: i64,
    parent: Option<UnitId>,
    ordinal: i64,
) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "UPDATE unit SET parent_id = $1, ordinal = $2, version = version + 1
             WHERE org_id = $3 AND id = $4 AND version = $5"
        ),
    )
    .bind(parent)
    .bind(ordinal)
    .bind(unit.org)
    .bind(unit.id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

pub(super) async fn set_details(
    cx: &mut Cx,
    permit: &Permit,
    unit: &Unit,
    version: i64,
    to: &super::Details,
) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "UPDATE unit SET kind = $1, is_listed = $2, code = $3, eid = $4, exists_from = $5, version = version + 1
             WHERE org_id = $6 AND id = $7 AND version = $8"
        ),
    )
    .bind(to.kind.code())
    .bind(unit.is_org || to.kind.is_public())
    .bind(to.code.clone())
    .bind(to.eid.clone())
    .bind(to.exists_from)
    .bind(unit.org)
    .bind(unit.id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

/// Closes (or opens again) a unit.
pub(super) async fn set_end(
    cx: &mut Cx,
    permit: &Permit,
    unit: &Unit,
    version: i64,
    last_day: Option<Day>,
) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "UPDATE unit SET exists_to = $1, version = version + 1 WHERE org_id = $2 AND id = $3 AND version = $4"
        ),
    )
    .bind(last_day)
    .bind(unit.org)
    .bind(unit.id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

/// Who holds a role at a unit or above it, as `(name, role, unit, unit's name)`, the highest unit first.
pub(super) async fn holders(cx: &mut Cx, position: i64) -> Result<Vec<super::Holder>> {
    Ok(cx
        .read(sql!(
            "SELECT n.name, g.role, gu.id AS unit, gu.name AS unit_name
             FROM unit gu CROSS JOIN role_grant g
             JOIN account a ON a.id = g.account_id
             JOIN person n ON n.id = a.person_id
             WHERE g.unit_id = gu.id AND g.withdrawn_at IS NULL AND a.disabled_at IS NULL AND gu.tree_from <= $1 AND gu.tree_to >= $1
             ORDER BY gu.tree_from, g.granted_at, g.id"
        ))
        .bind(position)
        .all()
        .await?)
}
