use super::{Account, GrantId, GrantRow, Key, NewAccount, Token, TokenId, rules};
use crate::access::{Permit, Role};
use crate::people::PersonId;
use crate::units::Unit;
use crate::{AccountId, Cx, OrgId, Result};
use papers::fold::fold;
use store::{Confidential, Micros, confidential, sql};

#[derive(sqlx::FromRow)]
pub(super) struct Session {
    pub account_id: AccountId,
    pub csrf: String,
    pub seen_at: Micros,
    pub expires_at: Micros,
}

pub(super) async fn key(cx: &mut Cx, id: AccountId) -> Result<Option<Key>> {
    let query = sql!("SELECT org_id, id, version, person_id, login, disabled_at FROM account WHERE id = $1");
    Ok(cx.read(query).bind(id).opt().await?)
}

/// Somebody's account, to be shown to another.
pub(super) async fn account(cx: &mut Cx, id: AccountId) -> Result<Option<Account>> {
    Ok(cx.read_personal(account_by_id()).bind(id).opt().await?)
}

/// The account of whoever acts, or is about to.
pub(super) async fn own_account(cx: &mut Cx, id: AccountId) -> Result<Option<Account>> {
    Ok(cx.read_own(account_by_id()).bind(id).opt().await?)
}

fn account_by_id() -> Confidential {
    confidential!(
        "SELECT a.org_id, a.id, a.version, a.person_id, p.name, p.title, a.login, a.must_change, a.demo, a.disabled_at, a.created_at, p.erased_at
         FROM account a JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id WHERE a.id = $1"
    )
}

pub(super) async fn list(cx: &mut Cx, text: &str, after: Option<&str>, limit: i64) -> Result<Vec<Account>> {
    let query = confidential!(
        "SELECT a.org_id, a.id, a.version, a.person_id, p.name, p.title, a.login, a.must_change, a.demo, a.disabled_at, a.created_at, p.erased_at
         FROM account a JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id
         WHERE (p.name_folded LIKE $1 OR a.login_folded LIKE $1) AND a.login_folded > $2
           AND ($3 OR EXISTS (
             SELECT 1 FROM role_grant g JOIN unit gu ON gu.org_id = g.org_id AND gu.id = g.unit_id
             JOIN unit u ON u.tree_from BETWEEN gu.tree_from AND gu.tree_to
             WHERE g.account_id = $4 AND g.withdrawn_at IS NULL AND g.role IN ('administrator', 'inspector')
               AND (EXISTS (SELECT 1 FROM role_grant held WHERE held.account_id = a.id AND held.unit_id = u.id AND held.withdrawn_at IS NULL)
                 OR EXISTS (SELECT 1 FROM post WHERE post.org_id = a.org_id AND post.person_id = a.person_id AND post.unit_id = u.id))))
         ORDER BY a.login_folded LIMIT $5"
    );
    let (system, actor) = (cx.actor().system, cx.actor().account);
    Ok(cx
        .read_personal(query)
        .bind(format!("%{}%", fold(text)))
        .bind(after.unwrap_or_default().to_owned())
        .bind(system)
        .bind(actor)
        .bind(limit)
        .all()
        .await?)
}

pub(super) async fn count(cx: &mut Cx) -> Result<i64> {
    let (count,): (i64,) = cx.read(sql!("SELECT count(*) FROM account")).one().await?;
    Ok(count)
}

pub(super) async fn count_demo(cx: &mut Cx) -> Result<i64> {
    let (count,): (i64,) = cx.read(sql!("SELECT count(*) FROM account WHERE demo")).one().await?;
    Ok(count)
}

pub(super) async fn login_taken(cx: &mut Cx, login: &str) -> Result<bool> {
    Ok(password(cx, login).await?.is_some())
}

pub(super) async fn password(cx: &mut Cx, login: &str) -> Result<Option<(String, AccountId)>> {
    let query = sql!("SELECT password_hash, id FROM account WHERE login_folded = $1");
    Ok(cx.read(query).bind(login.to_lowercase()).opt().await?)
}

pub(super) async fn insert_account(
    cx: &mut Cx,
    permit: &Permit,
    org: OrgId,
    id: AccountId,
    person: PersonId,
    login: &str,
    new: &NewAccount,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "INSERT INTO account (org_id, id, version, person_id, login, login_folded, password_hash, must_change, demo, created_at)
             VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9)"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(person)
    .bind(login.to_owned())
    .bind(login.to_lowercase())
    .bind(new.password_hash.clone())
    .bind(new.must_change)
    .bind(new.demo)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

pub(super) async fn set_disabled(
    cx: &mut Cx,
    permit: &Permit,
    account: &Key,
    version: i64,
    at: Option<Micros>,
) -> Result<()> {
    cx.write(
        permit,
        sql!("UPDATE account SET disabled_at = $1, version = version + 1 WHERE org_id = $2 AND id = $3 AND version = $4"),
    )
    .bind(at)
    .bind(account.org_id)
    .bind(account.id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

pub(super) async fn set_password(
    cx: &mut Cx,
    permit: &Permit,
    account: &Key,
    hash: &str,
    must_change: bool,
) -> Result<()> {
    cx.write(
        permit,
        sql!("UPDATE account SET password_hash = $1, must_change = $2, version = version + 1 WHERE org_id = $3 AND id = $4 AND version = $5"),
    )
    .bind(hash.to_owned())
    .bind(must_change)
    .bind(account.org_id)
    .bind(account.id)
    .bind(account.version)
    .exactly_one()
    .await?;
    Ok(())
}

pub(super) async fn grants(cx: &mut Cx, account: AccountId) -> Result<Vec<GrantRow>> {
    let query = sql!(
        "SELECT g.id, g.account_id, g.unit_id, u.name AS unit_name, g.role, g.granted_at, u.tree_from, u.tree_to, g.org_id
         FROM role_grant g JOIN unit u ON u.org_id = g.org_id AND u.id = g.unit_id
         WHERE g.account_id = $1 AND g.withdrawn_at IS NULL ORDER BY u.tree_from, g.role"
    );
    Ok(cx.read(query).bind(account).all().await?)
}

pub(super) async fn home(cx: &mut Cx, account: &Key) -> Result<i64> {
    let query = sql!(
        "SELECT u.tree_from FROM post JOIN unit u ON u.id = post.unit_id
         WHERE post.org_id = $1 AND post.person_id = $2 ORDER BY u.tree_from LIMIT 1"
    );
    let (place,): (i64,) = cx.read(query).bind(account.org_id).bind(account.person_id).one().await?;
    Ok(place)
}

pub(super) async fn administrators_over(cx: &mut Cx, from: i64, to: i64) -> Result<i64> {
    let query = sql!(
        "SELECT count(*) FROM unit u CROSS JOIN role_grant g
         JOIN account a ON a.id = g.account_id
         WHERE g.unit_id = u.id AND g.role = 'administrator' AND g.withdrawn_at IS NULL AND a.disabled_at IS NULL
           AND u.tree_from <= $1 AND u.tree_to >= $2"
    );
    let (count,): (i64,) = cx.read(query).bind(from).bind(to).one().await?;
    Ok(count)
}

pub(super) async fn insert_grant(
    cx: &mut Cx,
    permit: &Permit,
    account: AccountId,
    unit: &Unit,
    role: Role,
) -> Result<()> {
    let (id, now) = (cx.id(), Micros::from(cx.now()));
    cx.write(
        permit,
        sql!("INSERT INTO role_grant (org_id, id, account_id, unit_id, role, granted_at) VALUES ($1, $2, $3, $4, $5, $6)"),
    )
    .bind(unit.org)
    .bind(id)
    .bind(account)
    .bind(unit.id)
    .bind(role.code().to_owned())
    .bind(now)
    .run()
    .await?;
    Ok(())
}

pub(super) async fn withdraw_grant(cx: &mut Cx, permit: &Permit, org: OrgId, grant: GrantId) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "UPDATE role_grant SET withdrawn_at = $1 WHERE org_id = $2 AND id = $3 AND withdrawn_at IS NULL"
        ),
    )
    .bind(now)
    .bind(org)
    .bind(grant)
    .exactly_one()
    .await?;
    Ok(())
}

pub(super) async fn insert_session(
    cx: &mut Cx,
    permit: &Permit,
    account: AccountId,
    digest: &str,
    csrf: &str,
    expires_at: Micros,
) -> Result<()> {
    let (now, origin) = (Micros::from(cx.now()), cx.actor().origin.clone());
    cx.write(
        permit,
        sql!(
            "INSERT INTO session (digest, account_id, csrf, origin, created_at, seen_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $5, $6)"
        ),
    )
    .bind(digest.to_owned())
    .bind(account)
    .bind(csrf.to_owned())
    .bind(origin)
    .bind(now)
    .bind(expires_at)
    .run()
    .await?;
    Ok(())
}

pub(super) async fn session(cx: &mut Cx, digest: &str) -> Result<Option<Session>> {
    let query = sql!("SELECT account_id, csrf, seen_at, expires_at FROM session WHERE digest = $1");
    Ok(cx.read(query).bind(digest.to_owned()).opt().await?)
}

/// Moves the end of idleness. Bookkeeping, no change of a thing: no audit row.
pub(super) async fn touch_session(cx: &mut Cx, digest: &str) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.tx()
        .query(sql!("UPDATE session SET seen_at = $1 WHERE digest = $2"))
        .bind(now)
        .bind(digest.to_owned())
        .run()
        .await?;
    cx.tx().query(sql!("DELETE FROM session WHERE expires_at < $1")).bind(now).run().await?;
    Ok(())
}

pub(super) async fn end_session(cx: &mut Cx, permit: &Permit, digest: &str) -> Result<()> {
    cx.write(permit, sql!("DELETE FROM session WHERE digest = $1")).bind(digest.to_owned()).run().await?;
    Ok(())
}

/// Ends all sessions of an account, as part of a command that is recorded.
pub(super) async fn end_sessions(cx: &mut Cx, account: AccountId) -> Result<()> {
    cx.tx().query(sql!("DELETE FROM session WHERE account_id = $1")).bind(account).run().await?;
    Ok(())
}

/// Ends all sessions of an account but one, as part of a command that is recorded.
pub(super) async fn end_other_sessions(cx: &mut Cx, account: AccountId, keep: &str) -> Result<()> {
    let query = sql!("DELETE FROM session WHERE account_id = $1 AND digest <> $2");
    cx.tx().query(query).bind(account).bind(keep.to_owned()).run().await?;
    Ok(())
}

/// Failed log-ins of a name within the window that is running.
pub(super) async fn failures(cx: &mut Cx, login: &str) -> Result<i64> {
    let since = Micros::from(cx.now()).plus_seconds(-rules::WINDOW_SECONDS);
    let query = sql!("SELECT failures FROM login_attempt WHERE login_folded = $1 AND window_started_at > $2");
    let found: Option<(i64,)> = cx.read(query).bind(login.to_lowercase()).bind(since).opt().await?;
    Ok(found.map_or(0, |(failures,)| failures))
}

/// Counts a failed log-in. A guard against guessing, no change of a thing: no audit row.
pub(super) async fn note_failure(cx: &mut Cx, login: &str) -> Result<()> {
    let now = Micros::from(cx.now());
    let since = now.plus_seconds(-rules::WINDOW_SECONDS);
    let query = sql!(
        "INSERT INTO login_attempt (login_folded, failures, window_started_at) VALUES ($1, 1, $2)
         ON CONFLICT (login_folded) DO UPDATE SET
           failures = CASE WHEN login_attempt.window_started_at > $3 THEN login_attempt.failures + 1 ELSE 1 END,
           window_started_at = CASE WHEN login_attempt.window_started_at > $3 THEN login_attempt.window_started_at ELSE $2 END"
    );
    let login: String = login.to_lowercase().chars().take(200).collect();
    cx.tx().query(query).bind(login).bind(now).bind(since).run().await?;
    let query = sql!("DELETE FROM login_attempt WHERE window_started_at <= $1");
    cx.tx().query(query).bind(since).run().await?;
    Ok(())
}

/// Failed log-ins from an address within the window that is running; 0 for what is no address.
pub(super) async fn failures_from(cx: &mut Cx, origin: &str) -> Result<i64> {
    let Some(address) = rules::address_of(origin) else { return Ok(0) };
    let since = Micros::from(cx.now()).plus_seconds(-rules::WINDOW_SECONDS);
    let query = sql!("SELECT failures FROM login_address WHERE address = $1 AND window_started_at > $2");
    let found: Option<(i64,)> = cx.read(query).bind(address).bind(since).opt().await?;
    Ok(found.map_or(0, |(failures,)| failures))
}

/// Counts a failed log-in from an address, as [`note_failure`] does for a name.
pub(super) async fn note_failure_from(cx: &mut Cx, origin: &str) -> Result<()> {
    let Some(address) = rules::address_of(origin) else { return Ok(()) };
    let now = Micros::from(cx.now());
    let since = now.plus_seconds(-rules::WINDOW_SECONDS);
    let query = sql!(
        "INSERT INTO login_address (address, failures, window_started_at) VALUES ($1, 1, $2)
         ON CONFLICT (address) DO UPDATE SET
           failures = CASE WHEN login_address.window_started_at > $3 THEN login_address.failures + 1 ELSE 1 END,
           window_started_at = CASE WHEN login_address.window_started_at > $3 THEN login_address.window_started_at ELSE $2 END"
    );
    cx.tx().query(query).bind(address).bind(now).bind(since).run().await?;
    let query = sql!("DELETE FROM login_address WHERE window_started_at <= $1");
    cx.tx().query(query).bind(since).run().await?;
    Ok(())
}

pub(super) async fn forget_failures(cx: &mut Cx, login: &str) -> Result<()> {
    let query = sql!("DELETE FROM login_attempt WHERE login_folded = $1");
    cx.tx().query(query).bind(login.to_lowercase()).run().await?;
    Ok(())
}

pub(super) async fn insert_token(
    cx: &mut Cx,
    permit: &Permit,
    account: &Key,
    id: TokenId,
    name: &str,
    digest: &str,
    expires_at: Micros,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "INSERT INTO api_token (org_id, id, account_id, name, digest, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
    )
    .bind(account.org_id)
    .bind(id)
    .bind(account.id)
    .bind(name.to_owned())
    .bind(digest.to_owned())
    .bind(now)
    .bind(expires_at)
    .run()
    .await?;
    Ok(())
}

pub(super) async fn revoke_token(cx: &mut Cx, permit: &Permit, account: &Key, token: TokenId) -> Result<()> {
    let now = Micros::from(cx.now());
    let query = sql!(
        "UPDATE api_token SET revoked_at = $1 WHERE org_id = $2 AND id = $3 AND account_id = $4 AND revoked_at IS NULL"
    );
    let rows =
        cx.write(permit, query).bind(now).bind(account.org_id).bind(token).bind(account.id).run().await?;
    if rows == 1 { Ok(()) } else { Err(crate::Error::NotFound) }
}

pub(super) async fn tokens(cx: &mut Cx, account: AccountId) -> Result<Vec<Token>> {
    let query = sql!(
        "SELECT id, name, created_at, expires_at, revoked_at FROM api_token WHERE account_id = $1 ORDER BY created_at DESC, id"
    );
    Ok(cx.read(query).bind(account).all().await?)
}

pub(super) async fn token_account(cx: &mut Cx, digest: &str, now: Micros) -> Result<Option<AccountId>> {
    let query =
        sql!("SELECT account_id FROM api_token WHERE digest = $1 AND revoked_at IS NULL AND expires_at > $2");
    let found: Option<(AccountId,)> = cx.read(query).bind(digest.to_owned()).bind(now).opt().await?;
    Ok(found.map(|(id,)| id))
}

/// Takes from an account what tells whose it was, and every way in.
pub(super) async fn erase(cx: &mut Cx, permit: &Permit, account: &Key) -> Result<()> {
    let now = Micros::from(cx.now());
    let nobody = format!("erased-{}", account.id);
    forget_failures(cx, &account.login).await?;
    let query = sql!(
        "UPDATE account SET login = $1, login_folded = $1, password_hash = '', version = version + 1
         WHERE org_id = $2 AND id = $3 AND version = $4"
    );
    cx.write(permit, query)
        .bind(nobody)
        .bind(account.org_id)
        .bind(account.id)
        .bind(account.version)
        .exactly_one()
        .await?;
    end_sessions(cx, account.id).await?;
    let query =
        sql!("UPDATE role_grant SET withdrawn_at = $1 WHERE account_id = $2 AND withdrawn_at IS NULL");
    cx.write(permit, query).bind(now).bind(account.id).run().await?;
    let query =
        sql!("UPDATE api_token SET name = '', revoked_at = COALESCE(revoked_at, $1) WHERE account_id = $2");
    cx.write(permit, query).bind(now).bind(account.id).run().await?;
    Ok(())
}
