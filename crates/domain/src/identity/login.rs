//! Log-in, sessions and tokens: from a secret to an [`Actor`].

use super::{Account, account_scope, rules, sql};
use crate::access::{Action, Actor, Grant, Role};
use crate::{AccountId, Cx, Error, Platform, Reason, Result, command};
use serde_json::json;
use store::Micros;

/// A new session; the token goes into the cookie and is not kept.
#[derive(Debug)]
pub struct Login {
    /// The secret of the session.
    pub token: String,
    /// When it ends at the latest.
    pub expires_at: Micros,
    /// A new password must be chosen first.
    pub must_change: bool,
}

/// A request's session, as found.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Who acts.
    pub actor: Actor,
    /// The account.
    pub account: Account,
    /// What a form must carry to be taken.
    pub csrf: String,
}

pub(super) async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(e.to_string()))
}

/// A hash that no password fits, so that an unknown name takes as long as a known one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Logs in. The same refusal for an unknown name, a wrong password and a disabled account.
///
/// # Errors
/// [`Error::Invalid`]: refused, or too many failures (within 15 minutes 8 for one name or 50
/// from one address).
pub async fn log_in(platform: &Platform, login: &str, password: &str, origin: &str) -> Result<Login> {
    let nobody = Actor::nobody(origin);
    let login = login.trim();
    let found = crate::query!(platform, &nobody, cx => {
        if sql::failures(cx, login).await? >= rules::FAILURES_BEFORE_WAIT {
            return Err(Error::invalid("", Reason::new("identity-error-wait").with("minutes", rules::WINDOW_SECONDS / 60)));
        }
        if sql::failures_from(cx, origin).await? >= rules::FAILURES_OF_ADDRESS {
            return Err(Error::invalid("", Reason::new("identity-error-wait-address").with("minutes", rules::WINDOW_SECONDS / 60)));
        }
        sql::password(cx, login).await
    })?;
    let (hash, id) = found.map_or((NOBODY.to_owned(), None), |(hash, id)| (hash, Some(id)));
    let password = password.to_owned();
    let right = off_thread(move || rules::verify(&password, &hash)).await?;
    let entered = match id.filter(|_| right) {
        Some(id) => actor(platform, id, origin).await?,
        None => None,
    };
    let Some((actor, account)) = entered else {
        command!(platform, &nobody, cx => {
            sql::note_failure(cx, login).await?;
            sql::note_failure_from(cx, origin).await
        })?;
        return Err(Error::invalid("", Reason::new("identity-error-refused")));
    };
    command!(platform, &actor, cx => {
        let permit = cx.allow(Action::ManageSelf, &account_scope(&account.key(), 0))?;
        let (token, csrf) = (hex::encode(cx.random::<32>()), hex::encode(cx.random::<16>()));
        let expires_at = Micros::from(cx.now()).plus_seconds(rules::SESSION_SECONDS);
        sql::forget_failures(cx, login).await?;
        sql::insert_session(cx, &permit, account.id, &rules::digest(&token), &csrf, expires_at).await?;
        cx.record(permit, json!({}), json!({ "session": "opened" })).await?;
        Ok(Login { token, expires_at, must_change: account.must_change })
    })
}

/// The session of a cookie, if it is still good. Moves its end of idleness at most once a minute.
///
/// # Errors
/// The engine failed.
pub async fn visit(platform: &Platform, token: &str, origin: &str) -> Result<Option<Visit>> {
    let nobody = Actor::nobody(origin);
    let digest = rules::digest(token);
    let session = crate::query!(platform, &nobody, cx => { sql::session(cx, &digest).await })?;
    let now = Micros::from(platform.now());
    let Some(session) =
        session.filter(|s| s.expires_at > now && s.seen_at.plus_seconds(rules::IDLE_SECONDS) > now)
    else {
        return Ok(None);
    };
    if session.seen_at.plus_seconds(60) < now {
        command!(platform, &nobody, cx => { sql::touch_session(cx, &digest).await })?;
    }
    let found = actor(platform, session.account_id, origin).await?;
    Ok(found.map(|(actor, account)| Visit { actor, account, csrf: session.csrf }))
}

/// Ends the session of a cookie.
///
/// # Errors
/// The engine failed.
pub async fn log_out(platform: &Platform, visit: &Visit, token: &str) -> Result<()> {
    let digest = rules::digest(token);
    command!(platform, &visit.actor, cx => {
        let permit = cx.allow(Action::ManageSelf, &account_scope(&visit.account.key(), 0))?;
        sql::end_session(cx, &permit, &digest).await?;
        cx.record(permit, json!({ "session": "open" }), json!({ "session": "ended" })).await
    })
}

/// The actor of a program's token, if the token is still good.
///
/// # Errors
/// The engine failed.
pub async fn token_actor(platform: &Platform, secret: &str, origin: &str) -> Result<Option<Actor>> {
    let nobody = Actor::nobody(origin);
    let digest = rules::digest(secret);
    let now = Micros::from(platform.now());
    let account = crate::query!(platform, &nobody, cx => { sql::token_account(cx, &digest, now).await })?;
    match account {
        Some(id) => actor_of(platform, id, origin).await,
        None => Ok(None),
    }
}

/// The actor of an account, if it may act now. For who has proved otherwise that he speaks for it.
///
/// # Errors
/// The engine failed.
pub async fn actor_of(platform: &Platform, account: AccountId, origin: &str) -> Result<Option<Actor>> {
    Ok(actor(platform, account, origin).await?.filter(|(_, a)| !a.must_change).map(|(actor, _)| actor))
}

/// Changes one's own password; every other session ends.
///
/// # Errors
/// [`Error::Invalid`] on `current` (wrong) or `password` (breaks a rule, or is the same as before).
pub async fn change_password(
    platform: &Platform,
    visit: &Visit,
    token: &str,
    current: &str,
    password: &str,
) -> Result<()> {
    let login = visit.account.login.clone();
    let stored = crate::query!(platform, &visit.actor, cx => { sql::password(cx, &login).await })?;
    let (hash, _) = stored.ok_or(Error::NotFound)?;
    let typed = current.to_owned();
    if !off_thread(move || rules::verify(&typed, &hash)).await? {
        return Err(Error::invalid("current", Reason::new("identity-error-current-password")));
    }
    if current == password {
        return Err(Error::invalid("password", Reason::new("identity-error-same-password")));
    }
    let hash = super::hash_password(platform, &login, password).await?;
    let keep = rules::digest(token);
    command!(platform, &visit.actor, cx => {
        let permit = cx.allow(Action::ManageSelf, &account_scope(&visit.account.key(), 0))?;
        sql::set_password(cx, &permit, &visit.account.key(), &hash, false).await?;
        sql::end_other_sessions(cx, visit.account.id, &keep).await?;
        cx.record(permit, json!({}), json!({ "password": "changed" })).await
    })
}

/// The actor of an account that is not disabled, with what is granted to it now.
async fn actor(platform: &Platform, id: AccountId, origin: &str) -> Result<Option<(Actor, Account)>> {
    let nobody = Actor::nobody(origin);
    crate::query!(platform, &nobody, cx => { load_actor(cx, id, origin).await })
}

async fn load_actor(cx: &mut Cx, id: AccountId, origin: &str) -> Result<Option<(Actor, Account)>> {
    let Some(account) = sql::own_account(cx, id).await?.filter(|a| a.disabled_at.is_none()) else {
        return Ok(None);
    };
    let grants = sql::grants(cx, id).await?;
    let grants = grants
        .iter()
        .filter_map(|g| {
            let role = Role::from_code(&g.role)?;
            Some(Grant { role, org: g.org_id, unit: g.unit_id, tree_from: g.tree_from, tree_to: g.tree_to })
        })
        .collect();
    let actor = Actor { account: Some(id), name: account.name.clone(), grants, ..Actor::nobody(origin) };
    Ok(Some((actor, account)))
}
