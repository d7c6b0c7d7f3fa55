use super::{Batch, Filter, Named, Row, Written};
use crate::OrgId;
use crate::{Cx, Result};
use store::{Micros, confidential, sql};
use uuid::Uuid;

pub(super) async fn insert(cx: &mut Cx, row: &Row) -> Result<()> {
    cx.tx()
        .query(sql!(
            "INSERT INTO audit (org_id, id, at, account_id, actor, origin, action, thing_kind, thing_id, before, after, salt, digest)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ))
        .bind(row.org_id)
        .bind(row.id)
        .bind(row.at)
        .bind(row.account_id)
        .bind(row.actor.clone())
        .bind(row.origin.clone())
        .bind(row.action.clone())
        .bind(row.thing_kind.clone())
        .bind(row.thing_id)
        .bind(row.before.clone())
        .bind(row.after.clone())
        .bind(row.salt.clone())
        .bind(row.digest.clone())
        .run()
        .await?;
    Ok(())
}

pub(super) async fn recent(cx: &mut Cx, filter: &Filter, limit: i64) -> Result<Vec<Named>> {
    let query = confidential!(
        "SELECT a.org_id, a.id, a.at, a.account_id, a.actor, a.origin, a.action, a.thing_kind, a.thing_id, a.before, a.after, a.salt, a.digest, a.seal, a.erased_at,
           (SELECT c.login FROM account c WHERE c.id = a.account_id) AS login,
           CASE a.thing_kind
             WHEN 'unit' THEN (SELECT x.name FROM unit x WHERE x.org_id = a.org_id AND x.id = a.thing_id)
             WHEN 'grouping' THEN (SELECT x.name FROM grouping x WHERE x.org_id = a.org_id AND x.id = a.thing_id)
             WHEN 'account' THEN (SELECT CASE WHEN p.erased_at IS NULL THEN p.name || ' (' || x.login || ')' ELSE '' END FROM account x JOIN person p ON p.org_id = x.org_id AND p.id = x.person_id WHERE x.id = a.thing_id)
             WHEN 'document' THEN (SELECT x.title FROM document x WHERE x.org_id = a.org_id AND x.id = a.thing_id)
             WHEN 'programme' THEN (SELECT x.title FROM programme x WHERE x.org_id = a.org_id AND x.id = a.thing_id)
             WHEN 'task' THEN (SELECT x.title FROM task x WHERE x.org_id = a.org_id AND x.id = a.thing_id)
             WHEN 'intake' THEN (SELECT x.file_name FROM intake x WHERE x.org_id = a.org_id AND x.id = a.thing_id)
             WHEN 'assignment' THEN (SELECT x.title FROM assignment s JOIN task x ON x.org_id = s.org_id AND x.id = s.task_id WHERE s.org_id = a.org_id AND s.id = a.thing_id)
             WHEN 'update' THEN (SELECT x.title FROM progress_update s JOIN task x ON x.org_id = s.org_id AND x.id = s.task_id WHERE s.org_id = a.org_id AND s.id = a.thing_id)
             WHEN 'matter' THEN (SELECT coalesce(t.title, p.title) FROM matter s JOIN programme p ON p.org_id = s.org_id AND p.id = s.programme_id LEFT JOIN task t ON t.org_id = s.org_id AND t.id = s.task_id WHERE s.org_id = a.org_id AND s.id = a.thing_id)
             WHEN 'change_limit' THEN (SELECT x.title FROM programme x WHERE x.org_id = a.org_id AND x.id = a.thing_id)
             WHEN 'calendar' THEN (SELECT x.name FROM unit x WHERE x.org_id = a.org_id AND x.id = a.thing_id)
             WHEN 'calendar_feed' THEN (SELECT CASE WHEN p.erased_at IS NULL THEN p.name || ' (' || x.login || ')' ELSE '' END FROM account x JOIN person p ON p.org_id = x.org_id AND p.id = x.person_id WHERE x.id = a.thing_id)
             WHEN 'audit' THEN (SELECT x.name FROM unit x WHERE x.org_id = a.org_id AND x.id = a.thing_id)
             WHEN 'accounts' THEN (SELECT x.name FROM unit x WHERE x.org_id = a.org_id AND x.id = a.thing_id)
           END AS thing_name
         FROM audit a
         WHERE (a.at < $1 OR (a.at = $1 AND a.id < $2)) AND a.at >= $3
           AND (a.thing_id = $4 OR CAST($4 AS UUID) IS NULL)
           AND (a.thing_kind = $5 OR $5 = '')
           AND ($6 = '' OR a.account_id IN (SELECT w.id FROM account w WHERE w.login_folded = $6))
           AND ($7 OR EXISTS (
             SELECT 1 FROM role_grant g JOIN unit gu ON gu.org_id = g.org_id AND gu.id = g.unit_id
             JOIN unit u ON u.id = a.org_id
             WHERE g.account_id = $8 AND g.withdrawn_at IS NULL AND g.role IN ('administrator', 'inspector')
               AND u.tree_from BETWEEN gu.tree_from AND gu.tree_to))
         ORDER BY a.at DESC, a.id DESC LIMIT $9"
    );
    let (system, account) = (cx.actor().system, cx.actor().account);
    let from = filter.from.and_then(|day| day.yesterday().ok()).map(|day| Micros::from(cx.end_of(day)));
    let until = filter.to.map_or(Micros(i64::MAX), |day| Micros::from(cx.end_of(day)));
    let (at, id) = filter.before.filter(|(at, _)| at.0 <= until.0).unwrap_or((until, Uuid::max()));
    Ok(cx
        .read_personal(query)
        .bind(at)
        .bind(id)
        .bind(from.map_or(Micros(i64::MIN), |end| Micros(end.0 + 1)))
        .bind(filter.thing)
        .bind(filter.kind.clone().unwrap_or_default())
        .bind(filter.login.trim().to_lowercase())
        .bind(system)
        .bind(account)
        .bind(limit)
        .all()
        .await?)
}

/// What was written from an instant on, and the last instant at which anything was; the columns that
/// say so, no payloads.
pub(super) async fn since(cx: &mut Cx, from: Micros) -> Result<Vec<Written>> {
    let query = sql!(
        "SELECT id, at, thing_kind AS kind, thing_id AS thing FROM audit WHERE at >= $1 ORDER BY at, id"
    );
    Ok(cx.read(query).bind(from).all().await?)
}

pub(super) async fn last(cx: &mut Cx) -> Result<Option<Micros>> {
    let (at,): (Option<Micros>,) = cx.read(sql!("SELECT MAX(at) FROM audit")).one().await?;
    Ok(at)
}

pub(super) async fn history(
    cx: &mut Cx,
    org: OrgId,
    kind: &str,
    thing: Uuid,
    limit: i64,
) -> Result<Vec<Row>> {
    let query = sql!(
        "SELECT org_id, id, at, account_id, actor, origin, action, thing_kind, thing_id, before, after, salt, digest, seal, erased_at
         FROM audit WHERE org_id = $1 AND thing_kind = $2 AND thing_id = $3 ORDER BY at DESC, id DESC LIMIT $4"
    );
    Ok(cx.read(query).bind(org).bind(kind.to_owned()).bind(thing).bind(limit).all().await?)
}

pub(super) async fn unsealed_organisations(cx: &mut Cx) -> Result<Vec<OrgId>> {
    let rows: Vec<(OrgId,)> =
        cx.read(sql!("SELECT DISTINCT org_id FROM audit WHERE seal IS NULL ORDER BY org_id")).all().await?;
    Ok(rows.into_iter().map(|(org,)| org).collect())
}

pub(super) async fn unsealed(cx: &mut Cx, org: OrgId, most: i64) -> Result<Vec<Row>> {
    let query = sql!(
        "SELECT org_id, id, at, account_id, actor, origin, action, thing_kind, thing_id, before, after, salt, digest, seal, erased_at
         FROM audit WHERE org_id = $1 AND seal IS NULL ORDER BY at, id LIMIT $2"
    );
    Ok(cx.read(query).bind(org).bind(most).all().await?)
}

pub(super) async fn sealed(cx: &mut Cx, org: OrgId, number: i64) -> Result<Vec<Row>> {
    let query = sql!(
        "SELECT org_id, id, at, account_id, actor, origin, action, thing_kind, thing_id, before, after, salt, digest, seal, erased_at
         FROM audit WHERE org_id = $1 AND seal = $2 ORDER BY at, id"
    );
    Ok(cx.read(query).bind(org).bind(number).all().await?)
}

pub(super) async fn last_batch(cx: &mut Cx, org: OrgId) -> Result<Option<Batch>> {
    let query = sql!(
        "SELECT org_id, number, rows_sealed, previous, digest, signature, sealed_by, sealed_at
         FROM audit_seal WHERE org_id = $1 ORDER BY number DESC LIMIT 1"
    );
    Ok(cx.read(query).bind(org).opt().await?)
}

pub(super) async fn batches(cx: &mut Cx) -> Result<Vec<Batch>> {
    let query = sql!(
        "SELECT org_id, number, rows_sealed, previous, digest, signature, sealed_by, sealed_at
         FROM audit_seal ORDER BY org_id, number"
    );
    Ok(cx.read(query).all().await?)
}

pub(super) async fn insert_batch(cx: &mut Cx, batch: &Batch) -> Result<()> {
    let query = sql!(
        "INSERT INTO audit_seal (org_id, number, rows_sealed, previous, digest, signature, sealed_by, sealed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    cx.tx()
        .query(query)
        .bind(batch.org_id)
        .bind(batch.number)
        .bind(batch.rows_sealed)
        .bind(batch.previous.clone())
        .bind(batch.digest.clone())
        .bind(batch.signature.clone())
        .bind(batch.sealed_by.clone())
        .bind(batch.sealed_at)
        .run()
        .await?;
    Ok(())
}

pub(super) async fn mark_sealed(cx: &mut Cx, row: &Row, number: i64) -> Result<()> {
    let query = sql!("UPDATE audit SET seal = $1 WHERE org_id = $2 AND id = $3 AND seal IS NULL");
    cx.tx().query(query).bind(number).bind(row.org_id).bind(row.id).exactly_one().await?;
    Ok(())
}

pub(super) async fn is_sealed(cx: &mut Cx) -> Result<bool> {
    let (batches,): (i64,) = cx.read(sql!("SELECT count(*) FROM audit_seal")).one().await?;
    Ok(batches > 0)
}

/// Rows about a thing that still have their values, but for those that say what was erased.
pub(super) async fn erasable(cx: &mut Cx, org: OrgId, thing: Uuid) -> Result<Vec<Uuid>> {
    let query = sql!(
        "SELECT id FROM audit WHERE org_id = $1 AND thing_id = $2 AND thing_kind <> $3 AND erased_at IS NULL ORDER BY at, id"
    );
    let rows: Vec<(Uuid,)> = cx.read(query).bind(org).bind(thing).bind(super::ERASURE).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn erase(cx: &mut Cx, org: OrgId, id: Uuid) -> Result<()> {
    let (now, none) = (Micros::from(cx.now()), || store::Json(serde_json::json!({})));
    let query = sql!(
        "UPDATE audit SET before = $1, after = $2, salt = $3, erased_at = $4 WHERE org_id = $5 AND id = $6"
    );
    cx.tx()
        .query(query)
        .bind(none())
        .bind(none())
        .bind(Vec::<u8>::new())
        .bind(now)
        .bind(org)
        .bind(id)
        .exactly_one()
        .await?;
    Ok(())
}

pub(super) async fn organisations_of(cx: &mut Cx, thing: Uuid) -> Result<Vec<OrgId>> {
    let rows: Vec<(OrgId,)> = cx
        .read(sql!("SELECT DISTINCT org_id FROM audit WHERE thing_id = $1 ORDER BY org_id"))
        .bind(thing)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(org,)| org).collect())
}

/// Rows that say which rows were erased.
pub(super) async fn erasures(cx: &mut Cx) -> Result<Vec<Row>> {
    let query = sql!(
        "SELECT org_id, id, at, account_id, actor, origin, action, thing_kind, thing_id, before, after, salt, digest, seal, erased_at
         FROM audit WHERE thing_kind = $1"
    );
    Ok(cx.read(query).bind(super::ERASURE).all().await?)
}

pub(super) async fn count_erased(cx: &mut Cx) -> Result<i64> {
    let (rows,): (i64,) =
        cx.read(sql!("SELECT count(*) FROM audit WHERE erased_at IS NOT NULL")).one().await?;
    Ok(rows)
}
