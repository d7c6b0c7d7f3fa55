use super::{Batch, Row};
use crate::OrgId;
use crate::{Cx, Result};
use store::{Micros, sql};
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

pub(super) async fn recent(cx: &mut Cx, thing: Option<Uuid>, before: Micros, limit: i64) -> Result<Vec<Row>> {
    let query = sql!(
        "SELECT a.org_id, a.id, a.at, a.account_id, a.actor, a.origin, a.action, a.thing_kind, a.thing_id, a.before, a.after, a.salt, a.digest, a.seal
         FROM audit a
         WHERE a.at < $1 AND (a.thing_id = $2 OR CAST($2 AS UUID) IS NULL)
           AND ($3 OR EXISTS (
             SELECT 1 FROM role_grant g JOIN unit gu ON gu.org_id = g.org_id AND gu.id = g.unit_id
             JOIN unit u ON u.id = a.org_id
             WHERE g.account_id = $4 AND g.withdrawn_at IS NULL AND g.role IN ('administrator', 'inspector')
               AND u.tree_from BETWEEN gu.tree_from AND gu.tree_to))
         ORDER BY a.at DESC, a.id DESC LIMIT $5"
    );
    let (system, account) = (cx.actor().system, cx.actor().account);
    Ok(cx.read(query).bind(before).bind(thing).bind(system).bind(account).bind(limit).all().await?)
}

pub(super) async fn history(
    cx: &mut Cx,
    org: OrgId,
    kind: &str,
    thing: Uuid,
    limit: i64,
) -> Result<Vec<Row>> {
    let query = sql!(
        "SELECT org_id, id, at, account_id, actor, origin, action, thing_kind, thing_id, before, after, salt, digest, seal
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
        "SELECT org_id, id, at, account_id, actor, origin, action, thing_kind, thing_id, before, after, salt, digest, seal
         FROM audit WHERE org_id = $1 AND seal IS NULL ORDER BY at, id LIMIT $2"
    );
    Ok(cx.read(query).bind(org).bind(most).all().await?)
}

pub(super) async fn sealed(cx: &mut Cx, org: OrgId, number: i64) -> Result<Vec<Row>> {
    let query = sql!(
        "SELECT org_id, id, at, account_id, actor, origin, action, thing_kind, thing_id, before, after, salt, digest, seal
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
