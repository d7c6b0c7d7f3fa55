use super::Row;
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
