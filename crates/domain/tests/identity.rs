//! Accounts, log-in, sessions, tokens and the roles granted, on the engine of the run.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use domain::access::{Action, Actor, Role};
use domain::identity::{self, NewAccount};
use domain::units::{self, NewUnit, UnitKind};
use domain::{AccountId, Error, UnitId, audit, command, disclose};
use jiff::SignedDuration;
use testkit::world::{PASSWORD, World};

struct Place {
    association: UnitId,
    board: UnitId,
    club: UnitId,
}

async fn place(world: &World) -> Place {
    command!(&world.platform, &world.system(), cx => {
        let association = units::create(cx, NewUnit::new(None, UnitKind::Association, "Hội Trí thức trẻ tỉnh Sông Lam")).await?;
        let board = units::create(cx, NewUnit::new(Some(association), UnitKind::Board, "Ban Chính sách")).await?;
        let club = units::create(cx, NewUnit::new(Some(association), UnitKind::Club, "Câu lạc bộ Số")).await?;
        Ok(Place { association, board, club })
    })
    .unwrap()
}

fn key(error: &Error) -> &'static str {
    match error {
        Error::Invalid(problems) => problems[0].reason.key,
        Error::NotFound => "not-found",
        Error::Denied(_) => "denied",
        Error::Stale => "stale",
        other => panic!("{other}"),
    }
}

fn new_account(unit: UnitId, login: &str) -> NewAccount {
    NewAccount {
        unit,
        name: "Nguyễn Thị Lan".into(),
        title: "Chuyên viên".into(),
        login: login.into(),
        password_hash: "x".into(),
        role: Role::Viewer,
        must_change: true,
        demo: false,
    }
}

#[tokio::test]
async fn a_session_opens_with_the_right_password_and_ends() {
    let world = World::new().await;
    let place = place(&world).await;
    world.account("lan", Role::Planner, place.board).await;
    for (login, password) in [("lan", "sai mật khẩu"), ("khong-co", PASSWORD)] {
        let refused = identity::log_in(&world.platform, login, password, "test").await.unwrap_err();
        assert_eq!(key(&refused), "identity-error-refused");
    }
    let opened = identity::log_in(&world.platform, " LAN ", PASSWORD, "10.0.0.1").await.unwrap();
    let visit = identity::visit(&world.platform, &opened.token, "10.0.0.1").await.unwrap().unwrap();
    assert_eq!(visit.actor.grants.len(), 1);
    assert_eq!(visit.actor.grants[0].unit, place.board);
    assert!(identity::visit(&world.platform, "another", "x").await.unwrap().is_none());
    identity::log_out(&world.platform, &visit, &opened.token).await.unwrap();
    assert!(identity::visit(&world.platform, &opened.token, "x").await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_ends_by_idleness_and_by_age() {
    let world = World::new().await;
    let place = place(&world).await;
    world.account("lan", Role::Viewer, place.board).await;
    let idle = identity::log_in(&world.platform, "lan", PASSWORD, "t").await.unwrap();
    let busy = identity::log_in(&world.platform, "lan", PASSWORD, "t").await.unwrap();
    for hours in 1..=24 {
        world.advance(SignedDuration::from_hours(1));
        let alive = identity::visit(&world.platform, &busy.token, "t").await.unwrap().is_some();
        assert_eq!(alive, hours < 24, "after {hours} hours");
        if hours == 8 {
            assert!(identity::visit(&world.platform, &idle.token, "t").await.unwrap().is_none());
        }
    }
}

#[tokio::test]
async fn guessing_is_stopped_for_a_while() {
    let world = World::new().await;
    let place = place(&world).await;
    world.account("lan", Role::Viewer, place.board).await;
    for _ in 0..8 {
        let refused = identity::log_in(&world.platform, "lan", "đoán bừa một câu", "t").await.unwrap_err();
        assert_eq!(key(&refused), "identity-error-refused");
    }
    let refused = identity::log_in(&world.platform, "lan", PASSWORD, "t").await.unwrap_err();
    assert_eq!(key(&refused), "identity-error-wait");
    world.advance(SignedDuration::from_mins(15));
    assert!(identity::log_in(&world.platform, "lan", PASSWORD, "t").await.is_ok());
}

#[tokio::test]
async fn guessing_many_names_from_one_address_is_stopped_for_a_while() {
    let world = World::new().await;
    let place = place(&world).await;
    world.account("lan", Role::Viewer, place.board).await;
    let try_in = async |login: &str, password: &str, from: &str| {
        identity::log_in(&world.platform, login, password, from).await.map(drop).map_err(|error| key(&error))
    };
    for number in 0..50 {
        let from = format!("2001:db8::{number:x}");
        assert_eq!(try_in(&format!("ai-{number}"), "đoán bừa", &from).await, Err("identity-error-refused"));
    }
    assert_eq!(try_in("lan", PASSWORD, "2001:db8::ffff:1").await, Err("identity-error-wait-address"));
    assert_eq!(try_in("lan", PASSWORD, "2001:db8:0:1::1").await, Ok(()), "the neighbour is no culprit");
    assert_eq!(try_in("lan", PASSWORD, "203.0.113.9").await, Ok(()));
    world.advance(SignedDuration::from_mins(15));
    assert_eq!(try_in("lan", PASSWORD, "2001:db8::ffff:1").await, Ok(()));
}

#[tokio::test]
async fn an_administrator_manages_his_subtree_only() {
    let world = World::new().await;
    let place = place(&world).await;
    let administrator = world.actor("board-admin", Role::Administrator, place.board).await;
    let viewer = world.actor("viewer", Role::Viewer, place.board).await;
    let open = async |actor: &Actor, unit, login: &str| {
        let new = new_account(unit, login);
        command!(&world.platform, actor, cx => { identity::open(cx, new.clone()).await })
    };
    let made = open(&administrator, place.board, "duoi-ban").await.unwrap();
    assert_eq!(key(&open(&administrator, place.club, "clb").await.unwrap_err()), "not-found");
    assert_eq!(key(&open(&viewer, place.board, "khac").await.unwrap_err()), "not-found");
    assert_eq!(
        key(&open(&administrator, place.board, "DUOI-ban").await.unwrap_err()),
        "identity-error-login-taken"
    );
    let seen = disclose!(&world.platform, &administrator, cx => { identity::list(cx, "nguyen thi", None, 10).await });
    assert_eq!(seen.unwrap().iter().map(|a| a.id).collect::<Vec<_>>(), [made]);
    let nothing =
        disclose!(&world.platform, &viewer, cx => { identity::list(cx, "", None, 10).await }).unwrap();
    assert!(nothing.is_empty());
}

async fn grants_of(world: &World, account: AccountId) -> Vec<(identity::GrantId, String)> {
    let system = world.system();
    let (_, grants) =
        disclose!(&world.platform, &system, cx => { identity::find(cx, account).await }).unwrap();
    grants.into_iter().map(|g| (g.id, g.role)).collect()
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let world = World::new().await;
    let place = place(&world).await;
    let first = world.account("mot", Role::Administrator, place.association).await;
    let grant = grants_of(&world, first).await[0].0;
    let system = world.system();
    let withdraw =
        async || command!(&world.platform, &system, cx => { identity::withdraw(cx, first, grant).await });
    assert_eq!(key(&withdraw().await.unwrap_err()), "identity-error-last-administrator");
    world.account("hai", Role::Administrator, place.association).await;
    withdraw().await.unwrap();
    assert!(grants_of(&world, first).await.is_empty());
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    let world = World::new().await;
    let place = place(&world).await;
    let id = world.account("lan", Role::Viewer, place.board).await;
    let opened = identity::log_in(&world.platform, "lan", PASSWORD, "t").await.unwrap();
    let system = world.system();
    let disable = async |version| command!(&world.platform, &system, cx => { identity::set_disabled(cx, id, version, true).await });
    assert_eq!(key(&disable(7).await.unwrap_err()), "stale");
    disable(1).await.unwrap();
    assert!(identity::visit(&world.platform, &opened.token, "t").await.unwrap().is_none());
    let refused = identity::log_in(&world.platform, "lan", PASSWORD, "t").await.unwrap_err();
    assert_eq!(key(&refused), "identity-error-refused");
}

#[tokio::test]
async fn a_token_acts_for_its_account_until_revoked() {
    let world = World::new().await;
    let place = place(&world).await;
    let actor = world.actor("lan", Role::Planner, place.board).await;
    let issue = async |days| {
        command!(&world.platform, &actor, cx => { identity::issue_token(cx, "Phần mềm văn bản", days).await })
            .unwrap()
    };
    let (id, secret) = issue(30).await;
    let acting = identity::token_actor(&world.platform, &secret, "t").await.unwrap().unwrap();
    assert_eq!((acting.account, acting.grants.clone()), (actor.account, actor.grants.clone()));
    let other = world.actor("khac", Role::Planner, place.board).await;
    let refused =
        command!(&world.platform, &other, cx => { identity::revoke_token(cx, id).await }).unwrap_err();
    assert_eq!(key(&refused), "not-found");
    command!(&world.platform, &actor, cx => { identity::revoke_token(cx, id).await }).unwrap();
    assert!(identity::token_actor(&world.platform, &secret, "t").await.unwrap().is_none());
    let (_, old) = issue(1).await;
    assert!(identity::token_actor(&world.platform, &old, "t").await.unwrap().is_some());
    world.advance(SignedDuration::from_hours(25));
    assert!(identity::token_actor(&world.platform, &old, "t").await.unwrap().is_none());
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let world = World::new().await;
    let place = place(&world).await;
    world.account("lan", Role::Viewer, place.board).await;
    let kept = identity::log_in(&world.platform, "lan", PASSWORD, "t").await.unwrap();
    let other = identity::log_in(&world.platform, "lan", PASSWORD, "t").await.unwrap();
    let visit = identity::visit(&world.platform, &kept.token, "t").await.unwrap().unwrap();
    let change = async |current: &str, new: &str| {
        identity::change_password(&world.platform, &visit, &kept.token, current, new).await
    };
    let wrong = change("sai rồi nhé bạn", "mật khẩu khác hẳn").await.unwrap_err();
    assert_eq!(key(&wrong), "identity-error-current-password");
    assert_eq!(key(&change(PASSWORD, PASSWORD).await.unwrap_err()), "identity-error-same-password");
    change(PASSWORD, "mật khẩu khác hẳn").await.unwrap();
    assert!(identity::visit(&world.platform, &kept.token, "t").await.unwrap().is_some());
    assert!(identity::visit(&world.platform, &other.token, "t").await.unwrap().is_none());
    assert!(identity::log_in(&world.platform, "lan", "mật khẩu khác hẳn", "t").await.is_ok());
}

async fn trail(world: &World, actor: &Actor) -> Vec<audit::Row> {
    trail_of(world, actor, &audit::Filter::default()).await
}

async fn trail_of(world: &World, actor: &Actor, filter: &audit::Filter) -> Vec<audit::Row> {
    let rows = disclose!(&world.platform, actor, cx => { audit::recent(cx, filter, 100).await }).unwrap();
    rows.into_iter().map(|named| named.row).collect()
}

#[tokio::test]
async fn the_trail_is_narrowed_down_and_paged_without_losing_rows_of_one_instant() {
    let world = World::new().await;
    let place = place(&world).await;
    world.account("lan", Role::Viewer, place.board).await;
    let inspector = world.actor("thanh-tra", Role::Inspector, place.association).await;
    let all = trail(&world, &inspector).await;
    assert!(all.len() > 3);
    let mut paged: Vec<audit::Row> = Vec::new();
    loop {
        let before = paged.last().map(|row| (row.at, row.id));
        let filter = audit::Filter { before, ..audit::Filter::default() };
        let page =
            disclose!(&world.platform, &inspector, cx => { audit::recent(cx, &filter, 2).await }).unwrap();
        if page.is_empty() {
            break;
        }
        paged.extend(page.into_iter().map(|named| named.row));
    }
    paged.retain(|row| row.thing_kind != "audit");
    assert_eq!(paged, all, "the clock stands still: every row has the same instant");
    let of_kind = audit::Filter { kind: Some("account".to_owned()), ..audit::Filter::default() };
    let accounts = trail_of(&world, &inspector, &of_kind).await;
    assert!(!accounts.is_empty() && accounts.len() < all.len());
    let one = audit::Filter { thing: Some(accounts[0].thing_id), ..audit::Filter::default() };
    assert!(trail_of(&world, &inspector, &one).await.iter().all(|row| row.thing_id == accounts[0].thing_id));
    let nobody = audit::Filter { login: "khong-co-ai".to_owned(), ..audit::Filter::default() };
    assert!(trail_of(&world, &inspector, &nobody).await.is_empty());
    let today = world.platform.today();
    let since = audit::Filter { from: Some(today), to: Some(today), ..audit::Filter::default() };
    let mut of_today = trail_of(&world, &inspector, &since).await;
    of_today.retain(|row| row.thing_kind != "audit");
    assert_eq!(of_today, all);
    let later = audit::Filter { from: today.tomorrow().ok(), ..audit::Filter::default() };
    assert!(trail_of(&world, &inspector, &later).await.is_empty());
}

#[tokio::test]
async fn every_change_is_in_the_trail_and_a_change_of_the_trail_shows() {
    let world = World::new().await;
    let place = place(&world).await;
    world.account("lan", Role::Viewer, place.board).await;
    let inspector = world.actor("thanh-tra", Role::Inspector, place.association).await;
    let rows = trail(&world, &inspector).await;
    let opened = rows.iter().filter(|r| r.thing_kind == "account" && r.action == "manage_accounts").count();
    assert_eq!(opened, 2);
    assert!(rows.iter().all(|r| !r.after.0.to_string().contains("argon2")), "no secret in the trail");
    assert!(trail(&world, &world.actor_of("lan").await).await.is_empty());

    let sealer = audit::Sealer::new(&[5; 32]);
    assert!(sealer.seal(&world.platform).await.unwrap() >= rows.len());
    assert_eq!(sealer.seal(&world.platform).await.unwrap(), 0);
    world.account("sau", Role::Viewer, place.board).await;
    assert_eq!(sealer.seal(&world.platform).await.unwrap(), 1);
    assert_eq!(sealer.verify(&world.platform).await.unwrap(), []);
    let org = rows[0].org_id;
    let stranger = audit::Sealer::new(&[6; 32]).verify(&world.platform).await.unwrap();
    assert!(stranger.contains(&audit::Break::Signature { org, number: 1 }));

    let mut tx = world.platform.db.begin().await.unwrap();
    tx.query("UPDATE audit SET actor = 'kẻ khác' WHERE id = $1").bind(rows[0].id).run().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sealer.verify(&world.platform).await.unwrap(), [audit::Break::Rows { org, number: 1 }]);
}

#[tokio::test]
async fn a_permit_without_its_audit_row_is_not_committed() {
    let world = World::new().await;
    let place = place(&world).await;
    let system = world.system();
    let refused = command!(&world.platform, &system, cx => {
        let unit = units::load(cx, place.board).await?;
        let _permit = cx.allow(Action::ManageUnits, &unit.scope())?;
        Ok(())
    });
    assert!(matches!(refused, Err(Error::Internal(_))));
}

/// Whoever sets a password can act with every role of the account, so a role at one unit must not be enough.
#[tokio::test]
async fn an_administrator_of_one_unit_does_not_take_over_accounts_with_roles_elsewhere() {
    let world = World::new().await;
    let place = place(&world).await;
    let board_admin = world.actor("quan-tri-ban", Role::Administrator, place.board).await;
    let club_admin = world.actor("quan-tri-clb", Role::Administrator, place.club).await;
    let system = world.system();
    let both = world.account("lan", Role::Administrator, place.club).await;
    let unseen = command!(&world.platform, &board_admin, cx => { identity::grant(cx, both, place.board, Role::Viewer).await });
    assert_eq!(key(&unseen.unwrap_err()), "not-found");
    command!(&world.platform, &system, cx => { identity::grant(cx, both, place.board, Role::Viewer).await })
        .unwrap();
    for actor in [&board_admin, &club_admin] {
        disclose!(&world.platform, actor, cx => { identity::find(cx, both).await }).unwrap();
        let reset = command!(&world.platform, actor, cx => { identity::reset_password(cx, both, "x").await });
        assert_eq!(key(&reset.unwrap_err()), "denied");
        let disabled =
            command!(&world.platform, actor, cx => { identity::set_disabled(cx, both, 1, true).await });
        assert_eq!(key(&disabled.unwrap_err()), "denied");
    }
    let over_both = world.actor("quan-tri-hoi", Role::Administrator, place.association).await;
    command!(&world.platform, &over_both, cx => { identity::reset_password(cx, both, "x").await }).unwrap();
}
