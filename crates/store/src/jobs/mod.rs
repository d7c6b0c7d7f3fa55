//! A queue of jobs that survives a kill. A job is enqueued in the transaction that causes it; a
//! worker leases it, does it, and records it as done, where it can in the transaction of its effects.
//!
//! A job whose worker dies is leased again when its lease ends, so a job may run more than once: it
//! has to be written so that this does no harm, or to call [`done`] in the transaction of its
//! effects, which happens once. A job that failed too often is dead and stays visible.
//!
//! Times are those of the caller: the clocks of several nodes must agree to well within a lease.

mod worker;

use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use crate::registry::sql_for;
use crate::{Attempts, Db, Engine, Json, Micros, Result, Tx, retry, sql};

pub use worker::{Clock, Outcome, Worker};

/// A job to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The organisation it is done for.
    pub org_id: Uuid,
    /// The job.
    pub id: Uuid,
    /// Which handler does it.
    pub queue: String,
    /// Jobs of one queue with the same key are the same work: while one is waiting, another only
    /// replaces its payload; while one is running, another makes it run once more afterwards.
    pub key: Option<String>,
    /// What the handler needs to know: a JSON object or array.
    pub payload: Value,
    /// Not before this instant.
    pub run_at: Micros,
    /// How often it is tried before it is dead: at least 1.
    pub max_attempts: i64,
}

/// A job that a worker has leased.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Claimed {
    /// The organisation it is done for.
    pub org_id: Uuid,
    /// The job.
    pub id: Uuid,
    /// Which handler does it.
    pub queue: String,
    /// The key it was enqueued with.
    pub job_key: Option<String>,
    /// What the handler needs to know.
    pub payload: Json<Value>,
    /// The number of this attempt: 1 for the first.
    pub attempts: i64,
    /// The last attempt.
    pub max_attempts: i64,
    /// Which lease this is; a later lease makes this one void.
    lease: i64,
}

/// A job as it stands, for the person who watches over the queue.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Standing {
    /// The organisation it is done for.
    pub org_id: Uuid,
    /// The job.
    pub id: Uuid,
    /// Which handler does it.
    pub queue: String,
    /// The key it was enqueued with.
    pub job_key: Option<String>,
    /// `ready`, `leased`, `done` or `dead`.
    pub state: String,
    /// When it may run next, or when its lease ends; `None` when it is done or dead.
    pub due_at: Option<Micros>,
    /// Attempts begun.
    pub attempts: i64,
    /// Attempts allowed.
    pub max_attempts: i64,
    /// Who has leased it.
    pub worker: Option<String>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was first to run.
    pub run_at: Micros,
    /// When it was done, or given up.
    pub finished_at: Option<Micros>,
}

/// What becomes of a job that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It will be tried again.
    Again,
    /// It is dead, and visible in [`list`].
    Dead,
}

/// Adds a job. Returns whether it is a new one (`false`: joined with an open one of the same key).
///
/// # Errors
/// As any statement.
pub async fn enqueue(tx: &mut Tx, job: Job) -> Result<bool> {
    let (id,): (Uuid,) = tx
        .query(sql!(
            "INSERT INTO job (org_id, id, queue, job_key, open_key, payload, state, due_at, attempts, max_attempts,
                 lease, again, worker, last_error, run_at, finished_at)
             VALUES ($1, $2, $3, $4, $4, $5, 'ready', $6, 0, $7, 0, FALSE, NULL, NULL, $6, NULL)
             ON CONFLICT (org_id, queue, open_key) DO UPDATE SET
                 payload = excluded.payload,
                 again = (job.state = 'leased'),
                 due_at = CASE WHEN job.state = 'ready' AND excluded.due_at < job.due_at THEN excluded.due_at ELSE job.due_at END
             RETURNING id"
        ))
        .bind(job.org_id)
        .bind(job.id)
        .bind(job.queue)
        .bind(job.key)
        .bind(Json(job.payload))
        .bind(job.run_at)
        .bind(job.max_attempts)
        .one()
        .await?;
    Ok(id == job.id)
}

/// Whether a job of this queue is due, without writing anything.
///
/// # Errors
/// As any read.
pub async fn is_due(db: &Db, queue: &str, now: Micros) -> Result<bool> {
    let mut tx = db.begin_read().await?;
    let found: Option<(i64,)> = tx
        .query(sql!(
            "SELECT CAST(1 AS BIGINT) FROM job WHERE queue = $1 AND state IN ('ready', 'leased') AND due_at <= $2 LIMIT 1"
        ))
        .bind(queue)
        .bind(now)
        .opt()
        .await?;
    Ok(found.is_some())
}

/// Leases up to `most` due jobs of a queue to `worker` for the time of `lease`; the longest due
/// come first. Two workers never get the same job.
///
/// # Errors
/// As any statement, after retries.
pub async fn claim(
    db: &Db,
    queue: &str,
    worker: &str,
    most: u32,
    lease: Duration,
    now: Micros,
) -> Result<Vec<Claimed>> {
    let mut attempts = Attempts::new();
    loop {
        match claim_once(db, queue, worker, most, lease, now).await {
            Err(error) if attempts.again(&error).await => {}
            outcome => return outcome,
        }
    }
}

async fn claim_once(
    db: &Db,
    queue: &str,
    worker: &str,
    most: u32,
    lease: Duration,
    now: Micros,
) -> Result<Vec<Claimed>> {
    let mut tx = db.begin().await?;
    tx.query(sql!(
        "UPDATE job SET
             state = CASE WHEN again OR attempts < max_attempts THEN 'ready' ELSE 'dead' END,
             due_at = CASE WHEN again OR attempts < max_attempts THEN due_at ELSE NULL END,
             open_key = CASE WHEN again OR attempts < max_attempts THEN open_key ELSE NULL END,
             attempts = CASE WHEN again THEN 0 ELSE attempts END,
             finished_at = CASE WHEN again OR attempts < max_attempts THEN NULL ELSE CAST($1 AS BIGINT) END,
             again = FALSE, worker = NULL, last_error = 'the worker was lost'
         WHERE queue = $2 AND state = 'leased' AND due_at <= $1"
    ))
    .bind(now)
    .bind(queue)
    .run()
    .await?;
    let statement = match db.engine() {
        Engine::Sqlite => sql_for!(
            Sqlite,
            "UPDATE job SET state = 'leased', due_at = $4, attempts = attempts + 1, lease = lease + 1, worker = $5
             WHERE (org_id, id) IN (SELECT org_id, id FROM job
                 WHERE queue = $1 AND state = 'ready' AND due_at <= $2 ORDER BY due_at, id LIMIT $3)
             RETURNING org_id, id, queue, job_key, payload, attempts, max_attempts, lease"
        ),
        Engine::Postgres => sql_for!(
            Postgres,
            "WITH picked AS (SELECT org_id, id FROM job
                 WHERE queue = $1 AND state = 'ready' AND due_at <= $2 ORDER BY due_at, id LIMIT $3
                 FOR UPDATE SKIP LOCKED)
             UPDATE job SET state = 'leased', due_at = $4, attempts = attempts + 1, lease = lease + 1, worker = $5
             FROM picked WHERE job.org_id = picked.org_id AND job.id = picked.id
             RETURNING job.org_id, job.id, queue, job_key, payload, attempts, max_attempts, lease"
        ),
    };
    let claimed = tx
        .query(statement)
        .bind(queue)
        .bind(now)
        .bind(i64::from(most))
        .bind(now.plus(lease))
        .bind(worker)
        .all()
        .await?;
    tx.commit().await?;
    Ok(claimed)
}

/// Makes a lease last until `now + lease`.
///
/// # Errors
/// [`crate::Error::Stale`] when the lease was lost: somebody else may be doing the job, stop.
pub async fn heartbeat(tx: &mut Tx, job: &Claimed, lease: Duration, now: Micros) -> Result<()> {
    tx.query(sql!(
        "UPDATE job SET due_at = $1 WHERE org_id = $2 AND id = $3 AND lease = $4 AND state = 'leased'"
    ))
    .bind(now.plus(lease))
    .bind(job.org_id)
    .bind(job.id)
    .bind(job.lease)
    .exactly_one()
    .await
}

/// Records a leased job as done. In the transaction of the job's effects this makes them happen
/// once. A job whose key was enqueued again while it ran becomes ready once more.
///
/// # Errors
/// [`crate::Error::Stale`] when the lease was lost: roll back.
pub async fn done(tx: &mut Tx, job: &Claimed, now: Micros) -> Result<()> {
    tx.query(sql!(
        "UPDATE job SET
             state = CASE WHEN again THEN 'ready' ELSE 'done' END,
             due_at = CASE WHEN again THEN CAST($1 AS BIGINT) ELSE NULL END,
             open_key = CASE WHEN again THEN open_key ELSE NULL END,
             attempts = CASE WHEN again THEN 0 ELSE attempts END,
             finished_at = CASE WHEN again THEN NULL ELSE CAST($1 AS BIGINT) END,
             again = FALSE, worker = NULL, last_error = NULL
         WHERE org_id = $2 AND id = $3 AND lease = $4 AND state = 'leased'"
    ))
    .bind(now)
    .bind(job.org_id)
    .bind(job.id)
    .bind(job.lease)
    .exactly_one()
    .await
}

/// Records a failed attempt: the job is tried again after a pause of 10 s, 20 s, 40 s … at most one
/// hour, or is dead after its last attempt.
///
/// # Errors
/// [`crate::Error::Stale`] when the lease was lost.
pub async fn fail(tx: &mut Tx, job: &Claimed, why: &str, now: Micros) -> Result<Fate> {
    let row: Option<(String,)> = tx
        .query(sql!(
            "UPDATE job SET
                 state = CASE WHEN again OR attempts < max_attempts THEN 'ready' ELSE 'dead' END,
                 due_at = CASE WHEN again OR attempts < max_attempts THEN CAST($1 AS BIGINT) ELSE NULL END,
                 open_key = CASE WHEN again OR attempts < max_attempts THEN open_key ELSE NULL END,
                 attempts = CASE WHEN again THEN 0 ELSE attempts END,
                 finished_at = CASE WHEN again OR attempts < max_attempts THEN NULL ELSE CAST($2 AS BIGINT) END,
                 again = FALSE, worker = NULL, last_error = $3
             WHERE org_id = $4 AND id = $5 AND lease = $6 AND state = 'leased'
             RETURNING state"
        ))
        .bind(now.plus(pause(job.attempts, retry::spread())))
        .bind(now)
        .bind(why)
        .bind(job.org_id)
        .bind(job.id)
        .bind(job.lease)
        .opt()
        .await?;
    match row {
        None => Err(crate::Error::Stale),
        Some((state,)) if state == "dead" => Ok(Fate::Dead),
        Some(_) => Ok(Fate::Again),
    }
}

/// Gives a leased job back unfinished, without counting the attempt: for a graceful stop.
///
/// # Errors
/// [`crate::Error::Stale`] when the lease was lost.
pub async fn release(tx: &mut Tx, job: &Claimed, now: Micros) -> Result<()> {
    tx.query(sql!(
        "UPDATE job SET state = 'ready', due_at = $1, attempts = attempts - 1, again = FALSE, worker = NULL
         WHERE org_id = $2 AND id = $3 AND lease = $4 AND state = 'leased'"
    ))
    .bind(now)
    .bind(job.org_id)
    .bind(job.id)
    .bind(job.lease)
    .exactly_one()
    .await
}

/// Gives a dead job its attempts back.
///
/// # Errors
/// [`crate::Error::Stale`] when it is not dead, [`crate::Error::Conflict`] when a job with the same
/// key is open.
pub async fn revive(tx: &mut Tx, org_id: Uuid, id: Uuid, now: Micros) -> Result<()> {
    tx.query(sql!(
        "UPDATE job SET state = 'ready', due_at = $1, open_key = job_key, attempts = 0, finished_at = NULL
         WHERE org_id = $2 AND id = $3 AND state = 'dead'"
    ))
    .bind(now)
    .bind(org_id)
    .bind(id)
    .exactly_one()
    .await
}

/// The jobs in a state, the longest due or the latest finished first, at most `most`; of one
/// organisation or of all.
///
/// # Errors
/// As any read.
pub async fn list(tx: &mut Tx, org_id: Option<Uuid>, state: &str, most: u32) -> Result<Vec<Standing>> {
    tx.query(sql!(
        "SELECT org_id, id, queue, job_key, state, due_at, attempts, max_attempts, worker, last_error, run_at, finished_at
         FROM job WHERE state = $1 AND (org_id = $2 OR $2 IS NULL)
         ORDER BY finished_at DESC NULLS LAST, due_at, id LIMIT $3"
    ))
    .bind(state)
    .bind(org_id)
    .bind(i64::from(most))
    .all()
    .await
}

/// How many jobs each queue has in each state: (queue, state, number).
///
/// # Errors
/// As any read.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(String, String, i64)>> {
    tx.query(sql!("SELECT queue, state, count(*) FROM job GROUP BY queue, state ORDER BY queue, state"))
        .all()
        .await
}

/// Removes the jobs that were done before an instant; dead ones stay.
///
/// # Errors
/// As any statement.
pub async fn purge(tx: &mut Tx, before: Micros) -> Result<u64> {
    tx.query(sql!("DELETE FROM job WHERE state = 'done' AND finished_at < $1")).bind(before).run().await
}

/// The pause after a failed attempt, with up to a quarter added so that jobs spread out.
fn pause(attempt: i64, spread: u64) -> Duration {
    let seconds = (5_u64 << attempt.clamp(1, 10)).min(3_600);
    Duration::from_millis(seconds * 1_000 + spread % (seconds * 250 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        assert_eq!(pause(1, 0), Duration::from_secs(10));
        assert_eq!(pause(3, 0), Duration::from_secs(40));
        assert_eq!(pause(60, 0), Duration::from_secs(3_600));
        assert!(pause(1, u64::MAX) <= Duration::from_millis(12_500));
    }
}
