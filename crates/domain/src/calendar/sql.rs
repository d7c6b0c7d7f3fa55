//! The statements of this context; nothing else writes its tables.

use super::rules::{DayKind, Special};
use crate::access::Permit;
use crate::{AccountId, Cx, Error, OrgId, Result};
use store::{Day, Micros, sql};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Record {
    day: Day,
    kind: String,
    name: String,
    source: String,
}

pub(super) async fn own(cx: &mut Cx, org: OrgId) -> Result<Vec<Special>> {
    let rows: Vec<Record> = cx
        .read(sql!("SELECT day, kind, name, source FROM holiday WHERE org_id = $1 ORDER BY day"))
        .bind(org)
        .all()
        .await?;
    rows.into_iter()
        .map(|row| {
            let kind = DayKind::from_code(&row.kind)
                .ok_or_else(|| Error::Internal(format!("unknown kind of day {}", row.kind)))?;
            Ok(Special { day: row.day.0, kind, name: row.name, source: row.source, own: true })
        })
        .collect()
}

pub(super) async fn put(cx: &mut Cx, permit: &Permit, org: OrgId, special: &Special) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "INSERT INTO holiday (org_id, day, kind, name, source, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (org_id, day) DO UPDATE
             SET kind = excluded.kind, name = excluded.name, source = excluded.source, recorded_at = excluded.recorded_at"
        ),
    )
    .bind(org)
    .bind(Day(special.day))
    .bind(special.kind.code())
    .bind(special.name.clone())
    .bind(special.source.clone())
    .bind(now)
    .run()
    .await?;
    Ok(())
}

/// Takes an organisation's own word on a day away; what is shipped holds again.
pub(super) async fn remove(cx: &mut Cx, permit: &Permit, org: OrgId, day: Day) -> Result<()> {
    cx.write(permit, sql!("DELETE FROM holiday WHERE org_id = $1 AND day = $2"))
        .bind(org)
        .bind(day)
        .exactly_one()
        .await?;
    Ok(())
}

pub(super) async fn feed_account(cx: &mut Cx, digest: &str) -> Result<Option<AccountId>> {
    let row: Option<(AccountId,)> = cx
        .read(sql!("SELECT account_id FROM calendar_feed WHERE digest = $1 AND revoked_at IS NULL"))
        .bind(digest)
        .opt()
        .await?;
    Ok(row.map(|(account,)| account))
}

pub(super) async fn revoke_feeds(cx: &mut Cx, permit: &Permit, account: AccountId) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!("UPDATE calendar_feed SET revoked_at = $1 WHERE account_id = $2 AND revoked_at IS NULL"),
    )
    .bind(now)
    .bind(account)
    .run()
    .await?;
    Ok(())
}

pub(super) async fn add_feed(
    cx: &mut Cx,
    permit: &Permit,
    (org, id): (OrgId, Uuid),
    account: AccountId,
    digest: &str,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "INSERT INTO calendar_feed (org_id, id, account_id, digest, created_at) VALUES ($1, $2, $3, $4, $5)"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(account)
    .bind(digest.to_owned())
    .bind(now)
    .run()
    .await?;
    Ok(())
}
