//! A world with the actors that tests of units need.
#![allow(dead_code, reason = "each test file uses a part of it")]

use domain::access::{Actor, Grant, Role};
use domain::{Day, Micros, Platform, UnitId, query, units};
use jiff::SignedDuration;
use testkit::world::World;

pub struct Setup {
    pub platform: Platform,
    pub system: Actor,
    world: World,
}

impl Setup {
    pub async fn new() -> Setup {
        let world = World::new().await;
        let pattern = Some(r"^G\d{2}(\.\d{1,3})*$".into());
        let platform = Platform { eid_pattern: pattern, ..world.platform.clone() };
        Setup { platform, system: world.system(), world }
    }

    pub fn now(&self) -> Micros {
        Micros::from(self.platform.now())
    }

    pub fn later(&self) {
        self.world.advance(SignedDuration::from_secs(1));
    }

    /// Somebody with one role at a unit.
    pub async fn actor(&self, role: Role, unit: UnitId) -> Actor {
        let unit = query!(&self.platform, &self.system, cx => { units::load(cx, unit).await }).unwrap();
        let grant =
            Grant { role, org: unit.org, unit: unit.id, tree_from: unit.tree_from, tree_to: unit.tree_to };
        Actor { name: "Người thử".into(), grants: vec![grant], ..Actor::nobody("test") }
    }
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}
