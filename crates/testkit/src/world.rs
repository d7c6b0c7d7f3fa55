//! A small installation with a frozen clock and seeded ids, on the engine of the run.

use crate::engine::{TestDb, fresh_db};
use domain::access::{Actor, Role};
use domain::identity::{self, NewAccount};
use domain::intake::{Answer, Hints, Mark, Reader, Watch, marked, understand};
use domain::{AccountId, Clock, Entropy, Platform, UnitId, command};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use papers::read::{Limits, NoTools};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// The password of every account that a [`World`] makes.
pub const PASSWORD: &str = "mật khẩu của phép thử 57";

/// A clock that stands still until it is moved.
pub struct FrozenClock(AtomicI64);

impl FrozenClock {
    /// A clock that stands at an instant.
    #[must_use]
    pub fn at(instant: Timestamp) -> FrozenClock {
        FrozenClock(AtomicI64::new(instant.as_microsecond()))
    }
}

impl Clock for FrozenClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).expect("an instant in range")
    }
}

/// Ids and "random" bytes that are the same in every run.
pub struct Seeded(AtomicU64);

impl From<u64> for Seeded {
    fn from(seed: u64) -> Seeded {
        Seeded(AtomicU64::new(seed))
    }
}

impl Entropy for Seeded {
    fn uuid(&self, now: Timestamp) -> Uuid {
        let count = self.0.fetch_add(1, Ordering::SeqCst);
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let bytes = Sha256::digest(count.to_be_bytes());
        let mut random: [u8; 10] = bytes[..10].try_into().expect("ten bytes");
        random[..4].copy_from_slice(&u32::try_from(count & 0x0fff_ffff).unwrap_or(0).to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let count = self.0.fetch_add(1, Ordering::SeqCst);
            chunk.copy_from_slice(&Sha256::digest(count.to_be_bytes())[..chunk.len()]);
        }
    }
}

/// Reads files in this process; the binary does it in a child.
pub struct Here;

impl Reader for Here {
    fn read<'a>(
        &'a self,
        name: &'a str,
        bytes: Vec<u8>,
        hints: &'a Hints,
        _watch: &'a Watch<'a>,
    ) -> Answer<'a> {
        Box::pin(async move { understand(name, &bytes, hints, &Limits::default(), &NoTools) })
    }

    fn mark<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> Mark<'a> {
        Box::pin(async move { marked(name, bytes, &Limits::default(), &NoTools) })
    }
}

/// An installation of its own for one test.
pub struct World {
    /// What the program under test is given.
    pub platform: Platform,
    /// The clock, to be moved.
    pub clock: Arc<FrozenClock>,
    /// The database; dropped with the world.
    pub db: TestDb,
    /// Folder of the files; removed with the world.
    pub files: tempfile::TempDir,
}

impl World {
    /// A migrated, empty installation on Saturday 21 November 2026, 09:00 in Hà Nội.
    ///
    /// # Panics
    /// When the database cannot be made.
    pub async fn new() -> World {
        let db = fresh_db().await;
        let files = tempfile::tempdir().expect("a temporary folder");
        let start: Timestamp = "2026-11-21T02:00:00Z".parse().expect("an instant");
        let clock = Arc::new(FrozenClock(AtomicI64::new(start.as_microsecond())));
        let platform = Platform {
            db: db.db.clone(),
            blobs: store::blobs::Blobs::folder(files.path()).expect("a folder for blobs"),
            clock: clock.clone(),
            entropy: Arc::new(Seeded(AtomicU64::new(1))),
            zone: TimeZone::get("Asia/Ho_Chi_Minh").expect("the time zone is known"),
            eid_pattern: None,
            progress: domain::Progress::default(),
            fresh: Arc::default(),
        };
        World { platform, clock, db, files }
    }

    /// Moves the clock.
    ///
    /// # Panics
    /// When the clock would leave its range.
    pub fn advance(&self, by: SignedDuration) {
        let micros = i64::try_from(by.as_micros()).expect("a sensible span");
        self.clock.0.fetch_add(micros, Ordering::SeqCst);
    }

    /// The installation itself as an actor.
    #[must_use]
    pub fn system(&self) -> Actor {
        Actor::system("test")
    }

    /// An account with one role at a unit; its password is [`PASSWORD`].
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn account(&self, login: &str, role: Role, unit: UnitId) -> AccountId {
        static HASH: OnceLock<String> = OnceLock::new();
        let hash = match HASH.get() {
            Some(hash) => hash.clone(),
            None => {
                let made = identity::hash_password(&self.platform, login, PASSWORD).await.expect("a hash");
                HASH.get_or_init(|| made).clone()
            }
        };
        let new = NewAccount {
            unit,
            name: format!("Người dùng {login}"),
            title: String::new(),
            login: login.into(),
            password_hash: hash,
            role,
            must_change: false,
            demo: false,
        };
        command!(&self.platform, &self.system(), cx => { identity::open(cx, new.clone()).await })
            .expect("the account is made")
    }

    /// The actor of a new account with one role at a unit.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn actor(&self, login: &str, role: Role, unit: UnitId) -> Actor {
        self.account(login, role, unit).await;
        self.actor_of(login).await
    }

    /// The actor of an account, with what is granted to it now.
    ///
    /// # Panics
    /// When it cannot log in.
    pub async fn actor_of(&self, login: &str) -> Actor {
        let opened = identity::log_in(&self.platform, login, PASSWORD, "test").await.expect("the log-in");
        let visit = identity::visit(&self.platform, &opened.token, "test").await.expect("the session");
        visit.expect("a session just opened").actor
    }
}
