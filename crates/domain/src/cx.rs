//! What an operation is given: the transaction, the actor, the time, new ids.

use crate::access::{Action, Actor, Permit, Scope};
use crate::{Error, Result, audit};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::blobs::Blobs;
use store::{Attempts, Confidential, Db, Query, Tx, sql};
use uuid::Uuid;

/// Tells the time. The binary gives the machine's clock, tests a frozen one.
pub trait Clock: Send + Sync {
    /// The instant, to the microsecond.
    fn now(&self) -> Timestamp;
}

/// Gives ids and random bytes. The binary gives the operating system's, tests seeded ones.
pub trait Entropy: Send + Sync {
    /// A UUIDv7 for the instant: later ids sort after earlier ones.
    fn uuid(&self, now: Timestamp) -> Uuid;
    /// Fills with bytes fit for keys and tokens.
    fn fill(&self, bytes: &mut [u8]);
}

/// What this process has written and whoever follows has not taken yet. The change log in the database
/// says the same to every node, a moment later.
#[derive(Debug, Default)]
pub struct Fresh(std::sync::Mutex<Vec<audit::Written>>);

/// Writes kept for a follower; without one, or far behind, it finds them in the change log.
const MOST_FRESH: usize = 10_000;

impl Fresh {
    fn list(&self) -> std::sync::MutexGuard<'_, Vec<audit::Written>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn add(&self, written: Vec<audit::Written>) {
        let mut list = self.list();
        let room = MOST_FRESH.saturating_sub(list.len());
        list.extend(written.into_iter().take(room));
    }

    /// Takes everything that was written since it was taken last.
    pub fn take(&self) -> Vec<audit::Written> {
        std::mem::take(&mut self.list())
    }

    /// Has nothing been written since it was taken last?
    pub fn is_empty(&self) -> bool {
        self.list().is_empty()
    }
}

/// The installation: where the data lie and what the outside world gives.
#[derive(Clone)]
pub struct Platform {
    /// The database.
    pub db: Db,
    /// The files.
    pub blobs: Blobs,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Ids and random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The time zone in which days are counted.
    pub zone: TimeZone,
    /// Regular expression that e-identifiers of units have to follow; none where they are free text.
    pub eid_pattern: Option<Arc<str>>,
    /// How far long work of this process is.
    pub progress: Progress,
    /// What this process has written of late.
    pub fresh: Arc<Fresh>,
}

/// How far long work is, by its id: a hint for who waits. It lives in the process that works and is nowhere
/// stored; on another node the page shows only that the work goes on.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Mutex<HashMap<Uuid, (usize, usize)>>>);

impl Progress {
    /// So many parts are done, of so many.
    pub fn at(&self, work: Uuid, done: usize, of: usize) {
        self.known().insert(work, (done, of));
    }

    /// Forgets work that has ended.
    pub fn ends(&self, work: Uuid) {
        self.known().remove(&work);
    }

    /// How many parts are done, of how many.
    pub fn of(&self, work: Uuid) -> Option<(usize, usize)> {
        self.known().get(&work).copied()
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, (usize, usize)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Platform {
    /// The instant now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Today in the organisation's time zone.
    pub fn today(&self) -> Date {
        self.now().to_zoned(self.zone.clone()).date()
    }

    /// Begins one attempt of a command; use [`crate::command!`], which retries and commits.
    ///
    /// # Errors
    /// The engine is out of reach.
    pub async fn begin(&self, actor: &Actor) -> Result<Cx> {
        let mut cx = self.cx(self.db.begin().await?, actor);
        let (once, now) = (actor.once.clone(), store::Micros::from(cx.now));
        once.begin(&mut cx.tx, actor, now).await?;
        cx.changes = true;
        cx.placed().await
    }

    /// Begins one attempt at showing personal data: nothing is changed but the audit trail; use
    /// [`crate::disclose!`].
    ///
    /// # Errors
    /// The engine is out of reach.
    pub async fn begin_disclosing(&self, actor: &Actor) -> Result<Cx> {
        self.cx(self.db.begin().await?, actor).placed().await
    }

    /// Begins reading from one consistent state; use [`crate::query!`].
    ///
    /// # Errors
    /// The engine is out of reach.
    pub async fn begin_read(&self, actor: &Actor) -> Result<Cx> {
        self.cx(self.db.begin_read().await?, actor).placed().await
    }

    /// The same without a limit of time, for what goes through all data at the start or on demand; end it
    /// with [`Cx::finish`].
    ///
    /// # Errors
    /// The engine is out of reach.
    pub async fn begin_long_read(&self, actor: &Actor) -> Result<Cx> {
        self.cx(self.db.begin_long_read().await?, actor).placed().await
    }

    fn cx(&self, tx: Tx, actor: &Actor) -> Cx {
        Cx {
            tx,
            actor: Arc::new(actor.clone()),
            now: self.now(),
            zone: self.zone.clone(),
            eid_pattern: self.eid_pattern.clone(),
            entropy: self.entropy.clone(),
            unrecorded: 0,
            changes: false,
            undisclosed: false,
            written: Vec::new(),
            fresh: self.fresh.clone(),
        }
    }
}

/// One transaction by one actor at one instant.
pub struct Cx {
    tx: Tx,
    actor: Arc<Actor>,
    now: Timestamp,
    zone: TimeZone,
    entropy: Arc<dyn Entropy>,
    unrecorded: usize,
    changes: bool,
    undisclosed: bool,
    written: Vec<audit::Written>,
    fresh: Arc<Fresh>,
    eid_pattern: Option<Arc<str>>,
}

impl Cx {
    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The instant of the transaction, the same throughout.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The day of that instant in the organisation's time zone.
    pub fn today(&self) -> Date {
        self.now.to_zoned(self.zone.clone()).date()
    }

    /// The day of an instant in the organisation's time zone.
    pub fn day_of(&self, at: store::Micros) -> Date {
        Timestamp::from_microsecond(at.0).unwrap_or(Timestamp::MAX).to_zoned(self.zone.clone()).date()
    }

    /// The time zone in which days are counted.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The last microsecond of a day in the organisation's time zone.
    pub fn end_of(&self, day: Date) -> Timestamp {
        let next = day.tomorrow().and_then(|next| next.to_zoned(self.zone.clone()));
        next.map_or(Timestamp::MAX, |next| next.timestamp() - jiff::SignedDuration::from_micros(1))
    }

    /// The pattern that e-identifiers of units have to follow.
    pub(crate) fn eid_pattern(&self) -> Option<Arc<str>> {
        self.eid_pattern.clone()
    }

    /// A new id.
    pub fn id(&self) -> Uuid {
        self.entropy.uuid(self.now)
    }

    /// Random bytes fit for keys and tokens.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// Checks that the actor may look at the thing.
    ///
    /// # Errors
    /// [`Error::NotFound`] where he may not: what one may not see does not exist for him.
    pub fn see(&self, action: Action, scope: &Scope) -> Result<()> {
        if crate::access::decide(&self.actor, action, scope) { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Asks for a permit to do this with the thing.
    ///
    /// # Errors
    /// [`Error::NotFound`] or [`Error::Denied`].
    pub fn allow(&mut self, action: Action, scope: &Scope) -> Result<Permit> {
        let permit = Permit::ask(&self.actor, action, scope)?;
        self.unrecorded += 1;
        Ok(permit)
    }

    /// A statement that reads; one that writes is refused, in a command too.
    pub fn read(&mut self, sql: &'static str) -> Query<'_> {
        self.tx.read(sql)
    }

    /// A statement that reads personal data to be shown: [`Cx::disclose`] has to follow, or what was
    /// read does not leave the transaction.
    pub fn read_personal(&mut self, statement: Confidential) -> Query<'_> {
        self.undisclosed = true;
        self.tx.read(statement.text())
    }

    /// The same statement for the data of whoever acts, or is about to: nobody else's are shown.
    pub fn read_own(&mut self, statement: Confidential) -> Query<'_> {
        self.tx.read(statement.text())
    }

    /// Writes that personal data are shown to the actor: the action that allows him to look, whose (or
    /// which list), and how many or which. Only inside [`crate::disclose!`] or [`crate::command!`].
    ///
    /// # Errors
    /// The engine failed.
    pub async fn disclose(&mut self, action: Action, scope: &Scope, what: impl Serialize) -> Result<()> {
        let entry = audit::Entry::shown(action, scope, &what)?;
        audit::write(self, entry).await?;
        self.undisclosed = false;
        Ok(())
    }

    /// What was looked for was not found, so nothing is shown.
    pub fn nothing_found(&mut self) {
        self.undisclosed = false;
    }

    /// A statement that writes, under a permit. Refused where the transaction only shows.
    pub fn write(&mut self, _permit: &Permit, sql: &'static str) -> Query<'_> {
        if self.changes { self.tx.query(sql) } else { self.tx.read(sql) }
    }

    /// The transaction itself, for the store's own tables (jobs, attachments), under a permit.
    pub fn store(&mut self, _permit: &Permit) -> &mut Tx {
        &mut self.tx
    }

    /// Ends a permit with its audit row: the thing before and after. Objects or arrays.
    ///
    /// # Errors
    /// The engine failed.
    pub async fn record(
        &mut self,
        permit: Permit,
        before: impl Serialize,
        after: impl Serialize,
    ) -> Result<()> {
        let entry = audit::Entry::new(&permit, &before, &after)?;
        let written = audit::write(self, entry).await?;
        self.written.push(written);
        self.unrecorded -= 1;
        Ok(())
    }

    /// Grants are ranges in tree order, and the tree may have been laid out anew since the actor was loaded:
    /// what decides is where the units lie in this transaction.
    async fn placed(mut self) -> Result<Cx> {
        if self.actor.system || self.actor.grants.is_empty() {
            return Ok(self);
        }
        let mut actor = Actor::clone(&self.actor);
        for grant in &mut actor.grants {
            let place = sql!("SELECT tree_from, tree_to FROM unit WHERE id = $1");
            if let Some((from, to)) = self.tx.query(place).bind(grant.unit).opt().await? {
                (grant.tree_from, grant.tree_to) = (from, to);
            }
        }
        self.actor = Arc::new(actor);
        Ok(self)
    }

    pub(crate) fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// Ends the attempt: commits what went well, rolls back the rest.
    ///
    /// # Errors
    /// What the body returned, or that the commit failed. A permit without an audit row is refused, and so
    /// are personal data that were read to be shown and not disclosed.
    pub async fn finish<T>(self, outcome: Result<T>) -> Result<T> {
        match outcome {
            Ok(_) if self.unrecorded > 0 => {
                self.tx.rollback().await?;
                Err(Error::Internal("a permit was not recorded".into()))
            }
            Ok(_) if self.undisclosed => {
                self.tx.rollback().await?;
                Err(Error::Internal("personal data were read without a trace".into()))
            }
            Ok(value) => {
                self.tx.commit().await?;
                if self.changes {
                    self.actor.once.note();
                }
                self.fresh.add(self.written);
                Ok(value)
            }
            Err(error) => {
                self.tx.rollback().await?;
                Err(error)
            }
        }
    }
}

/// Counts the attempts at one command.
#[derive(Debug, Default)]
pub struct Retry(Attempts);

impl Retry {
    /// Should it be tried again after this error? Waits a little first.
    pub async fn again(&mut self, error: &Error) -> bool {
        match error {
            Error::Store(error) => self.0.again(error).await,
            _ => false,
        }
    }
}

/// Runs a command: `command!(platform, &actor, cx => { ... })`.
///
/// The body is an async block that returns [`Result`] and is run again when the engine asks for it
/// (serialization failure, deadlock), so it must not have effects outside `cx`.
#[macro_export]
macro_rules! command {
    ($platform:expr, $actor:expr, $cx:ident => $body:block) => {
        $crate::attempt!(begin, $platform, $actor, $cx => $body)
    };
}

/// One attempt after the other, each begun by the method named.
#[doc(hidden)]
#[macro_export]
macro_rules! attempt {
    ($begin:ident, $platform:expr, $actor:expr, $cx:ident => $body:block) => {{
        let mut retry = $crate::cx::Retry::default();
        loop {
            let outcome = match $crate::Platform::$begin($platform, $actor).await {
                Ok(mut attempt) => {
                    let body: $crate::Result<_> = {
                        let $cx = &mut attempt;
                        async { $body }.await
                    };
                    attempt.finish(body).await
                }
                Err(error) => Err(error),
            };
            match outcome {
                Err(error) if retry.again(&error).await => {}
                outcome => break outcome,
            }
        }
    }};
}

/// Shows personal data: `disclose!(platform, &actor, cx => { ... })`. Reads as `query!` does, and writes
/// the audit rows of [`Cx::disclose`] before the answer leaves; it changes nothing else.
#[macro_export]
macro_rules! disclose {
    ($platform:expr, $actor:expr, $cx:ident => $body:block) => {
        $crate::attempt!(begin_disclosing, $platform, $actor, $cx => $body)
    };
}

/// Reads from one consistent state: `query!(platform, &actor, cx => { ... })`.
#[macro_export]
macro_rules! query {
    ($platform:expr, $actor:expr, $cx:ident => $body:block) => {
        match $crate::Platform::begin_read($platform, $actor).await {
            Ok(mut attempt) => {
                let body: $crate::Result<_> = {
                    let $cx = &mut attempt;
                    async { $body }.await
                };
                attempt.finish(body).await
            }
            Err(error) => Err(error),
        }
    };
}
