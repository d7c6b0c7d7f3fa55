//! The loop that does jobs.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;
use uuid::Uuid;

use super::{Claimed, Fate, claim, done, fail, heartbeat, is_due, release};
use crate::{Attempts, Db, Error, Micros, Result};

/// Where a worker gets the time from.
pub type Clock = Arc<dyn Fn() -> Micros + Send + Sync>;

/// How a handler left a job that it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done: the worker records it.
    Done,
    /// Done, and recorded by the handler itself with [`done`] in the transaction of its effects.
    Recorded,
}

type Handler = Arc<dyn Fn(Claimed) -> BoxFuture<'static, std::result::Result<Outcome, String>> + Send + Sync>;

/// Leases and does jobs until it is told to stop.
pub struct Worker {
    db: Db,
    name: String,
    clock: Clock,
    handlers: BTreeMap<String, Handler>,
    lease: Duration,
    poll: Duration,
    grace: Duration,
    at_once: usize,
}

impl Worker {
    /// A worker without handlers: leases of 60 s, a look at the queues every 500 ms, 4 jobs at
    /// once, 20 s for running jobs to end when it stops. `name` says who holds a lease.
    #[must_use]
    pub fn new(db: Db, name: impl Into<String>, clock: Clock) -> Self {
        Self {
            db,
            name: name.into(),
            clock,
            handlers: BTreeMap::new(),
            lease: Duration::from_secs(60),
            poll: Duration::from_millis(500),
            grace: Duration::from_secs(20),
            at_once: 4,
        }
    }

    /// Sets the time of a lease (renewed every third of it) and between two looks at the queues.
    #[must_use]
    pub fn paced(self, lease: Duration, poll: Duration) -> Self {
        Self { lease, poll, ..self }
    }

    /// Sets how many jobs run at once (at least 1) and how long running jobs may take to end when
    /// the worker stops.
    #[must_use]
    pub fn bounded(self, at_once: usize, grace: Duration) -> Self {
        Self { at_once: at_once.max(1), grace, ..self }
    }

    /// Does the jobs of a queue with `handler`. An error or a panic is a failed attempt; its text
    /// is kept with the job, so it must hold no secret.
    #[must_use]
    pub fn on<F, R>(mut self, queue: impl Into<String>, handler: F) -> Self
    where
        F: Fn(Claimed) -> R + Send + Sync + 'static,
        R: Future<Output = std::result::Result<Outcome, String>> + Send + 'static,
    {
        self.handlers.insert(queue.into(), Arc::new(move |job| Box::pin(handler(job))));
        self
    }

    /// Works until `stop` turns true (or its sender is gone), then lets running jobs end and gives
    /// back those that do not within the grace time.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut running = JoinSet::new();
        let mut held = HashMap::new();
        let mut first = 0;
        while !*stop.borrow() {
            let free = self.at_once.saturating_sub(running.len());
            let claimed = if free > 0 { self.claim_some(free, first).await } else { Vec::new() };
            first = first.wrapping_add(1);
            let idle = claimed.is_empty();
            for job in claimed {
                held.insert(job.id, job.clone());
                self.start(&mut running, job);
            }
            let pause = if idle { self.poll } else { Duration::ZERO };
            tokio::select! {
                changed = stop.changed() => if changed.is_err() { break },
                Some(ended) = running.join_next(), if !running.is_empty() => forget(&mut held, ended),
                () = tokio::time::sleep(pause), if idle || running.len() < self.at_once => {}
            }
        }
        let deadline = Instant::now() + self.grace;
        while let Ok(Some(ended)) = tokio::time::timeout_at(deadline, running.join_next()).await {
            forget(&mut held, ended);
        }
        running.shutdown().await;
        for job in held.into_values() {
            match self.give_back(&job).await {
                Ok(()) | Err(Error::Stale) => {}
                Err(error) => {
                    tracing::warn!(%error, job = %job.id, "not given back; it runs again when its lease ends");
                }
            }
        }
    }

    /// Leases jobs from the queues in turn, so that a full queue does not starve the others.
    async fn claim_some(&self, mut free: usize, first: usize) -> Vec<Claimed> {
        let queues: Vec<&String> = self.handlers.keys().collect();
        let mut claimed = Vec::new();
        for at in 0..queues.len() {
            if free == 0 {
                break;
            }
            let queue = queues[(first.wrapping_add(at)) % queues.len()];
            match self.claim_from(queue, free).await {
                Ok(jobs) => {
                    free = free.saturating_sub(jobs.len());
                    claimed.extend(jobs);
                }
                Err(error) => tracing::warn!(%error, queue, "no job could be leased"),
            }
        }
        claimed
    }

    async fn claim_from(&self, queue: &str, free: usize) -> Result<Vec<Claimed>> {
        let now = (self.clock)();
        if !is_due(&self.db, queue, now).await? {
            return Ok(Vec::new());
        }
        let most = u32::try_from(free).unwrap_or(u32::MAX);
        claim(&self.db, queue, &self.name, most, self.lease, now).await
    }

    fn start(&self, running: &mut JoinSet<Uuid>, job: Claimed) {
        let Some(handler) = self.handlers.get(&job.queue).cloned() else { return };
        let keeper = Keeper { db: self.db.clone(), clock: self.clock.clone(), lease: self.lease };
        running.spawn(async move {
            let id = job.id;
            keeper.attend(job, handler).await;
            id
        });
    }

    async fn give_back(&self, job: &Claimed) -> Result<()> {
        let mut tx = self.db.begin().await?;
        release(&mut tx, job, (self.clock)()).await?;
        tx.commit().await
    }
}

fn forget(held: &mut HashMap<Uuid, Claimed>, ended: std::result::Result<Uuid, JoinError>) {
    if let Ok(id) = ended {
        held.remove(&id);
    }
}

/// Looks after one job: keeps its lease, records its end.
struct Keeper {
    db: Db,
    clock: Clock,
    lease: Duration,
}

impl Keeper {
    async fn attend(self, job: Claimed, handler: Handler) {
        let mut work = JoinSet::new();
        work.spawn(handler(job.clone()));
        let beat = self.lease / 3;
        let ended = loop {
            match tokio::time::timeout(beat, work.join_next()).await {
                Ok(ended) => break ended,
                Err(_) => match self.beat(&job).await {
                    Err(Error::Stale) => {
                        tracing::warn!(job = %job.id, queue = job.queue, "the lease was lost, the job is stopped");
                        return;
                    }
                    Err(error) => tracing::warn!(%error, job = %job.id, "the lease was not renewed"),
                    Ok(()) => {}
                },
            }
        };
        let outcome = match ended {
            Some(Ok(Ok(Outcome::Recorded))) => return,
            Some(Ok(Ok(Outcome::Done))) => Ok(()),
            Some(Ok(Err(why))) => Err(why),
            Some(Err(error)) => Err(panic_text(error)),
            None => Err("the handler was stopped".to_owned()),
        };
        if let Err(error) = self.record(&job, &outcome).await {
            tracing::warn!(%error, job = %job.id, queue = job.queue, "the end of the job was not recorded");
        }
    }

    async fn beat(&self, job: &Claimed) -> Result<()> {
        let mut tx = self.db.begin().await?;
        heartbeat(&mut tx, job, self.lease, (self.clock)()).await?;
        tx.commit().await
    }

    async fn record(&self, job: &Claimed, outcome: &std::result::Result<(), String>) -> Result<()> {
        let mut attempts = Attempts::new();
        loop {
            match self.record_once(job, outcome).await {
                Err(error) if attempts.again(&error).await => {}
                recorded => return recorded,
            }
        }
    }

    async fn record_once(&self, job: &Claimed, outcome: &std::result::Result<(), String>) -> Result<()> {
        let now = (self.clock)();
        let mut tx = self.db.begin().await?;
        match outcome {
            Ok(()) => done(&mut tx, job, now).await?,
            Err(why) => {
                let fate = fail(&mut tx, job, why, now).await?;
                match fate {
                    Fate::Again => {
                        tracing::info!(job = %job.id, queue = job.queue, why, "a job failed and is tried again")
                    }
                    Fate::Dead => {
                        tracing::error!(job = %job.id, queue = job.queue, why, "a job failed for good")
                    }
                }
            }
        }
        tx.commit().await
    }
}

fn panic_text(error: JoinError) -> String {
    let Ok(panic) = error.try_into_panic() else { return "the handler was stopped".to_owned() };
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    format!("the handler panicked: {text}")
}
