//! A request sent twice is carried out once: keys that clients send with a POST.
//!
//! [`begin`] belongs into the one transaction of the command: a key that is kept says that the command
//! was carried out. When the command fails, its rollback forgets the key and the client may send the
//! same request again. [`finish`] keeps the answer, in the same transaction or once it is known.

use serde_json::Value;
use uuid::Uuid;

use crate::{Error, Json, Micros, Result, Tx, sql};

/// How long a key is remembered, in seconds: 24 hours.
pub const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// What is known of a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// The request is new: carry it out, then [`finish`].
    New,
    /// The request was carried out: answer with the same response again. None where the response is
    /// not kept: it is being composed, or its composer was killed.
    Same(Option<Value>),
    /// The key was used with another request: refuse this one.
    Conflict,
}

#[derive(sqlx::FromRow)]
struct Known {
    fingerprint: String,
    response: Option<Json<Value>>,
    created_at: Micros,
}

impl Known {
    fn expired(&self, now: Micros) -> bool {
        self.created_at.plus_seconds(KEPT_SECONDS) <= now
    }

    fn told(self, fingerprint: &str) -> Begun {
        if self.fingerprint == fingerprint {
            Begun::Same(self.response.map(|Json(response)| response))
        } else {
            Begun::Conflict
        }
    }
}

/// Looks up the key of an actor and keeps it when it is new. `fingerprint` is a digest of what the
/// request asks for. Of two requests with the same key at the same time, the second waits here for
/// the first one's transaction.
///
/// # Errors
/// As any statement.
pub async fn begin(tx: &mut Tx, actor: Uuid, key: &str, fingerprint: &str, now: Micros) -> Result<Begun> {
    let kept = tx
        .query(sql!(
            "INSERT INTO idempotency_key (actor_id, request_key, fingerprint, response, created_at)
             VALUES ($1, $2, $3, NULL, $4) ON CONFLICT (actor_id, request_key) DO NOTHING"
        ))
        .bind(actor)
        .bind(key)
        .bind(fingerprint)
        .bind(now)
        .run()
        .await?;
    if kept == 1 {
        return Ok(Begun::New);
    }
    let known = load(tx, actor, key).await?.ok_or(Error::Stale)?;
    if !known.expired(now) {
        return Ok(known.told(fingerprint));
    }
    tx.query(sql!(
        "UPDATE idempotency_key SET fingerprint = $1, response = NULL, created_at = $2
         WHERE actor_id = $3 AND request_key = $4 AND created_at = $5"
    ))
    .bind(fingerprint)
    .bind(now)
    .bind(actor)
    .bind(key)
    .bind(known.created_at)
    .exactly_one()
    .await?;
    Ok(Begun::New)
}

/// What is known of the key of an actor, without keeping it.
///
/// # Errors
/// As any statement.
pub async fn look(tx: &mut Tx, actor: Uuid, key: &str, fingerprint: &str, now: Micros) -> Result<Begun> {
    let known = load(tx, actor, key).await?.filter(|known| !known.expired(now));
    Ok(known.map_or(Begun::New, |known| known.told(fingerprint)))
}

async fn load(tx: &mut Tx, actor: Uuid, key: &str) -> Result<Option<Known>> {
    tx.query(sql!(
        "SELECT fingerprint, response, created_at FROM idempotency_key WHERE actor_id = $1 AND request_key = $2"
    ))
    .bind(actor)
    .bind(key)
    .opt()
    .await
}

/// Keeps the response of a request, to be given again. `response` is a JSON object or array.
///
/// # Errors
/// [`crate::Error::Stale`] when the key was not begun.
pub async fn finish(tx: &mut Tx, actor: Uuid, key: &str, response: Value) -> Result<()> {
    tx.query(sql!("UPDATE idempotency_key SET response = $1 WHERE actor_id = $2 AND request_key = $3"))
        .bind(Json(response))
        .bind(actor)
        .bind(key)
        .exactly_one()
        .await
}

/// Forgets the keys that are older than a day and returns how many there were.
///
/// # Errors
/// As any statement.
pub async fn purge(tx: &mut Tx, now: Micros) -> Result<u64> {
    tx.query(sql!("DELETE FROM idempotency_key WHERE created_at <= $1"))
        .bind(now.plus_seconds(-KEPT_SECONDS))
        .run()
        .await
}
