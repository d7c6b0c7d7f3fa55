//! A small installation with a frozen clock and seeded ids.
#![allow(dead_code, reason = "each test file uses a part of it")]

use domain::access::{Actor, Grant, Role};
use domain::{Clock, Day, Entropy, Micros, Platform, UnitId, query, units};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use testkit::engine::{TestDb, fresh_db};
use uuid::Uuid;

struct Frozen(AtomicI64);

impl Clock for Frozen {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

struct Seeded(AtomicU64);

impl Entropy for Seeded {
    fn uuid(&self, now: Timestamp) -> Uuid {
        let count = self.0.fetch_add(1, Ordering::SeqCst);
        let mut random = [0; 10];
        random[2..].copy_from_slice(&count.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(now.as_millisecond().unsigned_abs(), &random).into_uuid()
    }

    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

pub struct Setup {
    pub platform: Platform,
    pub system: Actor,
    clock: Arc<Frozen>,
    _db: TestDb,
}

impl Setup {
    pub async fn new() -> Setup {
        let db = fresh_db().await;
        let start: Timestamp = "2026-11-20T02:00:00Z".parse().unwrap();
        let clock = Arc::new(Frozen(AtomicI64::new(start.as_microsecond())));
        let platform = Platform {
            db: db.db.clone(),
            clock: clock.clone(),
            entropy: Arc::new(Seeded(AtomicU64::new(1))),
            zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(7)),
        };
        Setup { platform, system: Actor::system("test"), clock, _db: db }
    }

    pub fn now(&self) -> Micros {
        Micros::from(self.clock.now())
    }

    pub fn later(&self) {
        self.clock.0.fetch_add(1_000_000, Ordering::SeqCst);
    }

    /// Somebody with one role at a unit.
    pub async fn actor(&self, role: Role, unit: UnitId) -> Actor {
        let unit = query!(&self.platform, &self.system, cx => { units::load(cx, unit).await }).unwrap();
        let grant =
            Grant { role, org: unit.org, unit: unit.id, tree_from: unit.tree_from, tree_to: unit.tree_to };
        Actor {
            account: None,
            name: "Người thử".into(),
            origin: "test".into(),
            grants: vec![grant],
            system: false,
        }
    }
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}
