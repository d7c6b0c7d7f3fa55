//! Personal data: who looks at them is in the trail, and what is erased is gone while the trail still holds.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use domain::access::{Action, Actor, Role, Scope};
use domain::identity::{self, Account};
use domain::units::{self, NewUnit, UnitKind};
use domain::{AccountId, Error, OrgId, UnitId, audit, command, disclose, query};
use serde_json::json;
use testkit::world::{PASSWORD, World};

struct Place {
    world: World,
    org: OrgId,
    board: UnitId,
    inspector: Actor,
}

async fn place() -> Place {
    let world = World::new().await;
    let (root, board) = command!(&world.platform, &world.system(), cx => {
        let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await?;
        let board = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Chính sách")).await?;
        Ok((root, board))
    })
    .unwrap();
    let inspector = world.actor("thanh-tra", Role::Inspector, root).await;
    Place { world, org: OrgId(root.0), board, inspector }
}

impl Place {
    /// Rows of the trail, the newest first, read without leaving one.
    async fn rows(&self) -> Vec<(String, String, String, String)> {
        let mut tx = self.world.platform.db.begin_read().await.unwrap();
        let query = "SELECT action, thing_kind, CAST(after AS TEXT), actor FROM audit WHERE org_id = $1 ORDER BY at DESC, id DESC";
        tx.query(query).bind(self.org).all().await.unwrap()
    }

    async fn find(&self, actor: &Actor, account: AccountId) -> domain::Result<Account> {
        Ok(disclose!(&self.world.platform, actor, cx => { identity::find(cx, account).await })?.0)
    }

    async fn disabled(&self, login: &str) -> AccountId {
        let account = self.world.account(login, Role::Viewer, self.board).await;
        let system = self.world.system();
        command!(&self.world.platform, &system, cx => { identity::set_disabled(cx, account, 1, true).await })
            .unwrap();
        account
    }
}

#[tokio::test]
async fn whoever_looks_at_accounts_is_in_the_trail_before_the_answer() {
    let place = place().await;
    let lan = place.world.account("lan", Role::Viewer, place.board).await;
    let before = place.rows().await.len();
    place.find(&place.inspector, lan).await.unwrap();
    let all =
        disclose!(&place.world.platform, &place.inspector, cx => { identity::list(cx, "", None, 10).await });
    assert_eq!(all.unwrap().len(), 2);
    let rows = place.rows().await;
    assert_eq!(rows.len(), before + 2, "one row each, however many are shown");
    let (one, list) = (&rows[1], &rows[0]);
    assert_eq!((one.0.as_str(), one.1.as_str()), ("view_accounts", "account"));
    assert_eq!((list.0.as_str(), list.1.as_str()), ("view_accounts", "accounts"));
    assert!(list.2.contains('2') && list.3.contains("thanh-tra"), "{list:?}");
}

#[tokio::test]
async fn ones_own_account_and_what_is_not_found_leave_no_row() {
    let place = place().await;
    let administrator = place.world.actor("quan-tri", Role::Administrator, place.board).await;
    let lan = place.world.account("lan", Role::Viewer, place.board).await;
    let stranger = place.world.actor_of("lan").await;
    let before = place.rows().await.len();
    place.find(&administrator, administrator.account.unwrap()).await.unwrap();
    query!(&place.world.platform, &administrator, cx => { identity::own(cx).await }).unwrap();
    let hidden = place.find(&stranger, administrator.account.unwrap()).await;
    assert!(matches!(hidden, Err(Error::NotFound)));
    let none = disclose!(&place.world.platform, &administrator, cx => { identity::list(cx, "không ai", None, 10).await });
    assert!(none.unwrap().is_empty());
    assert_eq!(place.rows().await.len(), before);
    place.find(&administrator, lan).await.unwrap();
    assert_eq!(place.rows().await.len(), before + 1);
}

/// Whoever reads them otherwise gets nothing: not in a transaction that only reads, nor without the row.
#[tokio::test]
async fn personal_data_do_not_leave_without_a_trace() {
    let place = place().await;
    let lan = place.world.account("lan", Role::Viewer, place.board).await;
    let system = place.world.system();
    let read = query!(&place.world.platform, &system, cx => { identity::find(cx, lan).await });
    assert!(matches!(read, Err(Error::Store(store::Error::ReadOnly(_)))), "{read:?}");
    let personal = store::confidential!("SELECT name FROM person WHERE id = $1");
    let person = place.find(&system, lan).await.unwrap().person_id;
    let silent = disclose!(&place.world.platform, &system, cx => {
        let (name,): (String,) = cx.read_personal(personal).bind(person).one().await?;
        Ok(name)
    });
    assert!(matches!(silent, Err(Error::Internal(_))), "{silent:?}");
}

#[tokio::test]
async fn neither_reading_nor_showing_writes() {
    let place = place().await;
    let system = place.world.system();
    let write = "UPDATE person SET title = $1";
    let read = command!(&place.world.platform, &system, cx => { Ok(cx.read(write).bind("x").run().await?) });
    assert!(matches!(read, Err(Error::Store(store::Error::ReadOnly(_)))), "{read:?}");
    let shown = disclose!(&place.world.platform, &system, cx => {
        let scope = Scope::new(place.org, "account", place.org.0, 0);
        let permit = cx.allow(Action::ManageAccounts, &scope)?;
        cx.write(&permit, write).bind("x").run().await?;
        cx.record(permit, json!({}), json!({})).await
    });
    assert!(matches!(shown, Err(Error::Store(store::Error::ReadOnly(_)))), "{shown:?}");
}

async fn text_of(place: &Place) -> String {
    let mut all = String::new();
    let mut tx = place.world.platform.db.begin_read().await.unwrap();
    for query in [
        "SELECT CAST(before AS TEXT), CAST(after AS TEXT) FROM audit WHERE thing_kind = 'account'",
        "SELECT name, title FROM person",
        "SELECT login, password_hash FROM account",
        "SELECT name, name FROM api_token",
    ] {
        let rows: Vec<(String, String)> = tx.query(query).all().await.unwrap();
        all.extend(rows.iter().map(|(a, b)| format!("{a} {b}\n")));
    }
    all
}

#[tokio::test]
async fn what_is_erased_is_gone_and_the_trail_still_holds() {
    let place = place().await;
    let sealer = audit::Sealer::new(&[5; 32]);
    let lan = place.world.account("lan", Role::Viewer, place.board).await;
    sealer.seal(&place.world.platform).await.unwrap();
    let system = place.world.system();
    let early = command!(&place.world.platform, &system, cx => { identity::erase(cx, lan).await });
    assert!(matches!(early, Err(Error::Invalid(_))), "an account in use is disabled first");
    command!(&place.world.platform, &system, cx => { identity::set_disabled(cx, lan, 1, true).await })
        .unwrap();
    assert!(text_of(&place).await.contains("lan"));

    let erased = command!(&place.world.platform, &system, cx => { identity::erase(cx, lan).await }).unwrap();
    assert!(erased >= 3, "{erased}");
    assert!(!text_of(&place).await.contains("lan"), "{}", text_of(&place).await);
    assert!(identity::log_in(&place.world.platform, "lan", PASSWORD, "t").await.is_err());
    let again = command!(&place.world.platform, &system, cx => { identity::erase(cx, lan).await });
    assert!(matches!(again, Err(Error::Invalid(_))));

    assert_eq!(sealer.verify(&place.world.platform).await.unwrap(), []);
    sealer.seal(&place.world.platform).await.unwrap();
    assert_eq!(sealer.verify(&place.world.platform).await.unwrap(), []);
    let filter = audit::Filter { thing: Some(lan.0), ..audit::Filter::default() };
    let rows =
        disclose!(&place.world.platform, &place.inspector, cx => { audit::recent(cx, &filter, 100).await })
            .unwrap();
    assert!(rows.iter().any(|named| named.row.erased_at.is_some() && named.row.salt.is_empty()));
    assert!(rows.iter().any(|named| named.row.thing_kind == "erasure" && named.row.erased_at.is_none()));
}

/// Emptying a row and calling it erased is not enough: the row of an erasure has to name it.
#[tokio::test]
async fn an_erasure_that_nobody_recorded_shows() {
    let place = place().await;
    let sealer = audit::Sealer::new(&[5; 32]);
    let lan = place.disabled("lan").await;
    sealer.seal(&place.world.platform).await.unwrap();
    let mut tx = place.world.platform.db.begin().await.unwrap();
    tx.query("UPDATE audit SET before = $1, after = $1, erased_at = 1 WHERE thing_id = $2")
        .bind(store::Json(json!({})))
        .bind(lan)
        .run()
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let org = place.org;
    assert_eq!(sealer.verify(&place.world.platform).await.unwrap(), [audit::Break::Rows { org, number: 1 }]);
}

#[tokio::test]
async fn the_trail_of_any_thing_is_erased_by_the_installation_alone() {
    let place = place().await;
    let administrator = place.world.actor("quan-tri", Role::Administrator, UnitId(place.org.0)).await;
    let thing = place.board.0;
    let denied =
        command!(&place.world.platform, &administrator, cx => { audit::erase_thing(cx, thing).await });
    assert!(matches!(denied, Err(Error::Denied(_))));
    let system = place.world.system();
    let erased =
        command!(&place.world.platform, &system, cx => { audit::erase_thing(cx, thing).await }).unwrap();
    assert_eq!(erased, 1);
    let unknown = command!(&place.world.platform, &system, cx => { audit::erase_thing(cx, AccountId(cx.id()).0).await });
    assert!(matches!(unknown, Err(Error::NotFound)));
}
