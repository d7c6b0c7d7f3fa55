//! Keeping up: the board is made once from SQL, then follows the change log.
//!
//! Every write leaves an audit row in its transaction, so the audit trail is the log. Transactions
//! commit in another order than they begin: each reading goes back [`BACK`] before the last entry and
//! leaves out what was applied already. Things are read again as they are now, never replayed, so it
//! does no harm to read one twice.

use super::model::{Change, Model};
use super::places::Tree;
use super::sql::{self, Calendar};
use crate::access::Actor;
use crate::audit::{self, Written};
use crate::programmes::{ProgrammeId, TaskId};
use crate::units::GroupingId;
use crate::{Cx, Error, Micros, Platform, Result};
use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::sync::{Mutex, MutexGuard};
use uuid::Uuid;

/// Seconds of the log that are read again; longer than any transaction lasts and any two clocks differ.
const BACK: i64 = 30;

/// How far the log has been followed.
#[derive(Debug, Default)]
struct Log {
    /// The latest instant seen.
    at: Option<Micros>,
    /// Entries of the last stretch that were applied, with their instants.
    applied: HashMap<Uuid, Micros>,
}

impl Log {
    fn from(&self) -> Micros {
        self.at.map_or(Micros(i64::MIN), |at| at.plus_seconds(-BACK))
    }

    /// Notes what was applied. Only a reading of the log moves the follower on: what this process wrote
    /// itself says nothing of others.
    fn done(&mut self, entries: &[Written], whole: bool) {
        if whole {
            self.at = self.at.max(entries.iter().map(|entry| entry.at).max());
        }
        self.applied.extend(entries.iter().map(|entry| (entry.id, entry.at)));
        let from = self.from();
        self.applied.retain(|_, at| *at >= from);
    }
}

/// The board of this process.
#[derive(Debug, Default)]
pub struct Board {
    model: RwLock<Option<Model>>,
    log: Mutex<Log>,
}

/// What the board holds, for `/metrics` and benchmarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Tasks, as of every day.
    pub tasks: usize,
    /// Assignments of units and groupings, as of every day.
    pub assignments: usize,
    /// Bytes, roughly.
    pub bytes: usize,
}

impl Board {
    /// A board that is not made yet.
    #[must_use]
    pub fn new() -> Board {
        Board::default()
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Option<Model>> {
        self.model.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Option<Model>> {
        self.model.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Is it made?
    pub fn is_made(&self) -> bool {
        self.read().is_some()
    }

    /// How large it is; none before it is made.
    pub fn size(&self) -> Option<Size> {
        self.read().as_ref().map(|model| Size {
            tasks: model.columns.len() - model.columns.retired(),
            assignments: model.columns.carriers(),
            bytes: model.bytes(),
        })
    }

    /// Makes the board, or brings it up to the end of the change log. To be called at the start, and
    /// then every half second where other nodes write too.
    ///
    /// # Errors
    /// The engine failed; the board stays as it was.
    pub async fn refresh(&self, platform: &Platform) -> Result<()> {
        let log = self.log.lock().await;
        self.follow(platform, log, true).await
    }

    /// Brings the board up to what this process has written, and says whether it is made. One that
    /// nobody is making is made first.
    ///
    /// # Errors
    /// The engine failed.
    pub async fn ready(&self, platform: &Platform) -> Result<bool> {
        if !self.is_made() {
            let Ok(log) = self.log.try_lock() else { return Ok(false) };
            self.follow(platform, log, true).await?;
            return Ok(true);
        }
        let log = self.log.lock().await;
        if !platform.fresh.is_empty() {
            self.follow(platform, log, false).await?;
        }
        Ok(true)
    }

    async fn follow(&self, platform: &Platform, mut log: MutexGuard<'_, Log>, whole: bool) -> Result<()> {
        let fresh = platform.fresh.take();
        let system = Actor::system("board");
        let mut cx = match self.is_made() {
            true => platform.begin_read(&system).await?,
            false => platform.begin_long_read(&system).await?,
        };
        let outcome = self.step(&mut cx, &mut log, &fresh, whole).await;
        cx.finish(outcome).await
    }

    /// Follows the log in the caller's transaction, whose view then is the board's, exactly. Only for a
    /// board that nobody else refreshes at the same time.
    ///
    /// # Errors
    /// The engine failed.
    pub async fn catch_up(&self, cx: &mut Cx) -> Result<()> {
        let mut log = self.log.lock().await;
        self.step(cx, &mut log, &[], true).await
    }

    async fn step(&self, cx: &mut Cx, log: &mut Log, fresh: &[Written], whole: bool) -> Result<()> {
        let mut calendar = Calendar::new(cx.zone().clone());
        if !self.is_made() {
            let at = audit::last(cx).await?;
            let model = made(cx, &mut calendar).await?;
            *self.write() = Some(model);
            *log = Log { at, applied: HashMap::new() };
            return Ok(());
        }
        let mut entries = fresh.to_vec();
        if whole {
            entries.extend(audit::since(cx, log.from()).await?);
        }
        entries.retain(|entry| !log.applied.contains_key(&entry.id));
        let others =
            |tree: &Tree| self.read().as_ref().map(|model| model.places.others(tree)).unwrap_or_default();
        let changes = changes(cx, &mut calendar, &entries, others).await?;
        if let Some(model) = self.write().as_mut() {
            changes.into_iter().for_each(|change| model.apply(change));
            if model.is_sparse() {
                model.compact();
            }
        }
        log.done(&entries, whole);
        Ok(())
    }

    /// Tasks of which a board made afresh from SQL says something else than this one; this one is
    /// brought up first.
    ///
    /// # Errors
    /// The engine failed.
    pub async fn compare(&self, cx: &mut Cx) -> Result<Vec<TaskId>> {
        self.catch_up(cx).await?;
        let mut calendar = Calendar::new(cx.zone().clone());
        let fresh = made(cx, &mut calendar).await?;
        Ok(self.read().as_ref().map(|model| model.differences(&fresh)).unwrap_or_default())
    }
}

/// The whole board from SQL, programme by programme: while one is read, the one before is put in.
async fn made(cx: &mut Cx, calendar: &mut Calendar) -> Result<Model> {
    let (read, mut waiting) = tokio::sync::mpsc::channel(1);
    let making = tokio::task::spawn_blocking(move || {
        let mut model = Model::default();
        while let Some(change) = waiting.blocking_recv() {
            model.apply(change);
        }
        model
    });
    let lost = |_| Error::Internal("the board could not be made".to_owned());
    read.send(Change::Units(sql::tree(cx).await?)).await.map_err(lost)?;
    for programme in sql::programmes(cx, calendar, None).await? {
        let tasks = sql::tasks_of(cx, calendar, (programme.org, programme.id)).await?;
        read.send(Change::Programme(Box::new(programme), tasks)).await.map_err(lost)?;
    }
    drop(read);
    making.await.map_err(|error| Error::Internal(error.to_string()))
}

/// Reads again what the entries of the log name: units first, then programmes, then single tasks.
/// `others` gives the groupings whose members a tree changes.
async fn changes(
    cx: &mut Cx,
    calendar: &mut Calendar,
    entries: &[Written],
    others: impl Fn(&Tree) -> Vec<GroupingId>,
) -> Result<Vec<Change>> {
    let things = |kind: &str| -> BTreeSet<Uuid> {
        entries.iter().filter(|entry| entry.kind == kind).map(|entry| entry.thing).collect()
    };
    let (mut changes, mut tasks) = (Vec::new(), BTreeSet::new());
    if entries.iter().any(|entry| matches!(entry.kind.as_str(), "unit" | "grouping")) {
        let tree = sql::tree(cx).await?;
        for grouping in others(&tree) {
            tasks.extend(sql::tasks_of_grouping(cx, grouping).await?);
        }
        changes.push(Change::Units(tree));
    }
    for id in things("programme") {
        let Some(facts) = sql::programmes(cx, calendar, Some(ProgrammeId(id))).await?.pop() else { continue };
        let tasks = sql::tasks_of(cx, calendar, (facts.org, facts.id)).await?;
        changes.push(Change::Programme(Box::new(facts), tasks));
    }
    tasks.extend(things("task").into_iter().map(TaskId));
    for update in things("update") {
        tasks.extend(sql::task_of_update(cx, update).await?);
    }
    for id in tasks {
        changes.extend(sql::task(cx, calendar, id).await?.map(|task| Change::Task(Box::new(task))));
    }
    Ok(changes)
}
