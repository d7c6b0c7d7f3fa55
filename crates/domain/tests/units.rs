//! Units on the real database of the run.

#![allow(clippy::unwrap_used, reason = "a test fails where its world cannot be made")]

mod common;

use common::{Setup, day};
use domain::access::Role;
use domain::units::{self, Closing, Edit, LinkKind, NewUnit, Page, UnitKind, Why};
use domain::{Error, UnitId, command, query};

/// An invented association with two boards, one of which has a group below it.
async fn association(s: &Setup) -> (UnitId, UnitId, UnitId, UnitId) {
    command!(&s.platform, &s.system, cx => {
        let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association).called(&["HAD"])).await?;
        let a = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Đối ngoại - Hợp tác quốc tế")).await?;
        let b = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Chính sách")).await?;
        let c = units::create(cx, NewUnit::new(Some(a), UnitKind::Other, "Tổ Biên dịch")).await?;
        Ok((root, a, b, c))
    })
    .unwrap()
}

#[tokio::test]
async fn a_unit_is_made_found_renamed_and_its_history_read() {
    let s = Setup::new().await;
    let (_, a, ..) = association(&s).await;
    let before = s.now();
    s.later();
    command!(&s.platform, &s.system, cx => {
        let edit = Edit { from: Some(day("2026-03-01")), reason: "12/QĐ-HAD".into() };
        units::rename(cx, a, 1, "Ban  Hội nhập quốc tế", edit).await
    })
    .unwrap();
    let stale =
        command!(&s.platform, &s.system, cx => { units::rename(cx, a, 1, "X", Edit::default()).await });
    assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
    query!(&s.platform, &s.system, cx => {
        let unit = units::find(cx, a).await?;
        assert_eq!((unit.name.as_str(), unit.version), ("Ban Hội nhập quốc tế", 2));
        let name = async |cx: &mut domain::Cx, on: &str, known| {
            Ok::<_, Error>(units::as_of(cx, a, day(on), known).await?.map(|p| p.name))
        };
        assert_eq!(name(cx, "2026-02-28", None).await?.as_deref(), Some("Ban Đối ngoại - Hợp tác quốc tế"));
        assert_eq!(name(cx, "2026-03-01", None).await?.as_deref(), Some("Ban Hội nhập quốc tế"));
        assert_eq!(name(cx, "2026-03-01", Some(before)).await?.as_deref(), Some("Ban Đối ngoại - Hợp tác quốc tế"));
        let found = units::search(cx, "hoi nhap", 5).await?;
        assert_eq!(found.len(), 1);
        let directory = units::Directory::load(cx, a).await?;
        assert_eq!(directory.resolve("Ban ĐN-HTQT", 1).first().and_then(|c| c.unit()), Some(a));
        Ok(())
    })
    .unwrap();
}

#[tokio::test]
async fn a_change_holds_from_a_day_between_the_last_change_and_today() {
    let s = Setup::new().await;
    let (_, a, ..) = association(&s).await;
    let rename = async |version: i64, from: &str, name: &str| {
        command!(&s.platform, &s.system, cx => {
            units::rename(cx, a, version, name, Edit { from: Some(day(from)), reason: String::new() }).await
        })
    };
    assert!(matches!(rename(1, "2030-01-01", "Ban B").await, Err(Error::Invalid(_))));
    rename(1, "2026-03-01", "Ban B").await.unwrap();
    assert!(matches!(rename(2, "2026-02-01", "Ban C").await, Err(Error::Invalid(_))));
    rename(2, "2026-03-01", "Ban D").await.unwrap();
    query!(&s.platform, &s.system, cx => {
        let all = units::history(cx, a).await?;
        let held: Vec<&str> = all.iter().filter(|v| v.replaced_at.is_none()).map(|v| v.name.as_str()).collect();
        assert_eq!(held, ["Ban Đối ngoại - Hợp tác quốc tế", "Ban D"]);
        assert!(all.iter().any(|v| v.name == "Ban B" && v.replaced_at.is_some()), "a correction keeps what was corrected");
        Ok(())
    })
    .unwrap();
}

#[tokio::test]
async fn a_unit_never_comes_to_lie_below_itself_nor_in_another_organisation() {
    let s = Setup::new().await;
    let (root, a, b, c) = association(&s).await;
    let other = command!(&s.platform, &s.system, cx => {
        units::create(cx, NewUnit::organisation("Hội Bình Minh", UnitKind::Association)).await
    })
    .unwrap();
    let keys = |outcome: domain::Result<()>| match outcome {
        Err(Error::Invalid(problems)) => problems.into_iter().map(|p| p.reason.key).collect(),
        other => panic!("{other:?}"),
    };
    let go = async |unit: UnitId, to: UnitId| {
        command!(&s.platform, &s.system, cx => {
            let version = units::load(cx, unit).await?.version;
            units::move_to(cx, unit, version, Some(to), Edit::default()).await
        })
    };
    let below: Vec<&str> = keys(go(a, c).await);
    assert_eq!(below, ["units-move-below-itself"]);
    assert_eq!(keys(go(a, a).await), ["units-move-below-itself"]);
    assert_eq!(keys(go(a, other).await), ["units-move-other-organisation"]);
    go(c, b).await.unwrap();
    go(other, root).await.unwrap();
    query!(&s.platform, &s.system, cx => {
        let (root, a, b, c) = (units::load(cx, root).await?, units::load(cx, a).await?, units::load(cx, b).await?, units::load(cx, c).await?);
        assert!(b.holds(c.tree_from) && !a.holds(c.tree_from) && root.holds(c.tree_from));
        let moved = units::load(cx, other).await?;
        assert!(root.holds(moved.tree_from));
        assert_eq!(moved.org.0, other.0, "an organisation stays one wherever it hangs");
        Ok(())
    })
    .unwrap();
}

#[tokio::test]
async fn ranges_stay_nested_through_many_additions_moves_and_changes_of_order() {
    let s = Setup::new().await;
    let (root, a, b, _) = association(&s).await;
    command!(&s.platform, &s.system, cx => {
        let mut deep = a;
        for n in 0..12 {
            deep = units::create(cx, NewUnit::new(Some(deep), UnitKind::Other, &format!("Tổ sâu {n}"))).await?;
        }
        for n in 0..90 {
            units::create(cx, NewUnit::new(Some(b), UnitKind::Other, &format!("Tổ rộng {n}"))).await?;
        }
        Ok(())
    })
    .unwrap();
    let children =
        query!(&s.platform, &s.system, cx => { units::children(cx, b, Page::first(200)).await }).unwrap();
    assert_eq!(children.len(), 90);
    let (last, first) = (children[89].unit.clone(), children[0].unit.id);
    command!(&s.platform, &s.system, cx => { units::place(cx, last.id, last.version, Some(first)).await })
        .unwrap();
    query!(&s.platform, &s.system, cx => {
        let children = units::children(cx, b, Page::first(3)).await?;
        assert_eq!(children[0].unit.id, last.id);
        let next = units::children(cx, b, Page::first(3).after(children[2].unit.ordinal)).await?;
        assert!(next.iter().all(|n| children.iter().all(|c| c.unit.id != n.unit.id)));
        let all = units::under(cx, root, i64::MAX).await?;
        assert_eq!(all.len(), 106);
        for unit in &all {
            let inside = all.iter().filter(|u| unit.holds(u.tree_from)).count();
            let mut below = 0;
            for other in &all {
                let mut at = Some(other.id);
                while let Some(id) = at {
                    if id == unit.id {
                        below += 1;
                        break;
                    }
                    at = all.iter().find(|u| u.id == id).and_then(|u| u.parent);
                }
            }
            assert_eq!(inside, below, "{}", unit.name);
        }
        Ok(())
    })
    .unwrap();
}

#[tokio::test]
async fn a_unit_is_merged_into_another_and_still_understood() {
    let s = Setup::new().await;
    let (_, a, b, c) = association(&s).await;
    let closing = Closing {
        last_day: day("2026-06-30"),
        successor: Some(b),
        with_subtree: false,
        reason: String::new(),
    };
    let open = closing.clone();
    let refused = command!(&s.platform, &s.system, cx => { units::close(cx, a, 1, open.clone()).await });
    assert!(
        matches!(refused, Err(Error::Invalid(ref p)) if p[0].reason.key == "units-close-open-below"),
        "{refused:?}"
    );
    let all = Closing { with_subtree: true, ..closing };
    command!(&s.platform, &s.system, cx => { units::close(cx, a, 1, all.clone()).await }).unwrap();
    query!(&s.platform, &s.system, cx => {
        assert!(!units::load(cx, c).await?.exists_on(day("2026-07-01")));
        assert!(units::as_of(cx, a, day("2026-07-01"), None).await?.is_none());
        assert!(units::as_of(cx, a, day("2026-06-30"), None).await?.is_some());
        let links = units::links(cx, a).await?;
        assert_eq!((links[0].kind, links[0].other_id), (LinkKind::SucceededBy, b));
        let found = units::Directory::load(cx, b).await?.resolve("Ban Đối ngoại - Hợp tác quốc tế", 2);
        assert_eq!((found[0].unit(), found[0].why), (Some(b), Why::Successor));
        assert_eq!(found[1].unit(), Some(a));
        Ok(())
    })
    .unwrap();
    let version = query!(&s.platform, &s.system, cx => { units::load(cx, a).await }).unwrap().version;
    command!(&s.platform, &s.system, cx => { units::reopen(cx, a, version).await }).unwrap();
    query!(&s.platform, &s.system, cx => {
        assert!(units::as_of(cx, a, day("2026-07-01"), None).await?.is_some());
        Ok(())
    })
    .unwrap();
}

#[tokio::test]
async fn names_codes_and_identifiers_are_taken_once() {
    let s = Setup::new().await;
    let (root, ..) = association(&s).await;
    let try_new =
        async |new: NewUnit| command!(&s.platform, &s.system, cx => { units::create(cx, new.clone()).await });
    let coded = NewUnit {
        code: Some("B1".into()),
        eid: Some("G09.1".into()),
        ..NewUnit::new(Some(root), UnitKind::Board, "Ban Một")
    };
    try_new(coded.clone()).await.unwrap();
    let again = try_new(coded).await;
    let Err(Error::Invalid(problems)) = again else { panic!("{again:?}") };
    let fields: Vec<&str> = problems.iter().map(|p| p.field.as_str()).collect();
    assert_eq!(fields, ["name", "code", "eid"]);
    let odd = NewUnit {
        eid: Some("không đúng mẫu".into()),
        ..NewUnit::new(Some(root), UnitKind::Board, "Ban Hai")
    };
    let refused = try_new(odd).await;
    assert!(
        matches!(refused, Err(Error::Invalid(ref p)) if p[0].reason.key == "units-eid-pattern"),
        "{refused:?}"
    );
    let unnamed = try_new(NewUnit::new(Some(root), UnitKind::Board, "  ")).await;
    assert!(matches!(unnamed, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn links_and_other_names_come_and_go_and_give_no_sight_of_inner_data() {
    let s = Setup::new().await;
    let (root, a, ..) = association(&s).await;
    let other = command!(&s.platform, &s.system, cx => {
        units::create(cx, NewUnit::organisation("Liên hiệp Hội Sao Mai", UnitKind::Association)).await
    })
    .unwrap();
    command!(&s.platform, &s.system, cx => {
        units::link(cx, root, 1, other, LinkKind::MemberOf, (Some(day("2025-01-01")), None)).await?;
        units::add_alias(cx, root, 2, "Hội AD").await
    })
    .unwrap();
    let twice = command!(&s.platform, &s.system, cx => { units::link(cx, root, 3, other, LinkKind::MemberOf, (None, None)).await });
    assert!(matches!(twice, Err(Error::Invalid(_))));
    let itself = command!(&s.platform, &s.system, cx => { units::link(cx, root, 3, root, LinkKind::Vertical, (None, None)).await });
    assert!(matches!(itself, Err(Error::Invalid(_))));
    let umbrella = s.actor(Role::Administrator, other).await;
    let hidden = query!(&s.platform, &umbrella, cx => { units::find(cx, a).await });
    assert!(matches!(hidden, Err(Error::NotFound)), "membership lets nobody read inner data");
    query!(&s.platform, &umbrella, cx => { units::find(cx, root).await }).unwrap();
    let found =
        query!(&s.platform, &umbrella, cx => { units::search(cx, "ban chinh sach", 9).await }).unwrap();
    assert!(found.is_empty());
    let link = query!(&s.platform, &s.system, cx => { units::links(cx, root).await }).unwrap()[0].id;
    let alias = query!(&s.platform, &s.system, cx => { units::aliases(cx, root).await }).unwrap();
    assert_eq!(alias.len(), 2);
    let gone = alias[1].id;
    command!(&s.platform, &s.system, cx => {
        units::end_link(cx, root, 3, link, day("2026-01-01")).await?;
        units::remove_alias(cx, root, 4, gone).await
    })
    .unwrap();
}

#[tokio::test]
async fn who_may_see_and_who_may_change() {
    let s = Setup::new().await;
    let (root, a, b, c) = association(&s).await;
    let keeper = s.actor(Role::Administrator, a).await;
    let viewer = s.actor(Role::Viewer, root).await;
    let rename = async |actor: &domain::access::Actor, unit: UnitId| command!(&s.platform, actor, cx => { units::rename(cx, unit, 1, "Tên mới", Edit::default()).await });
    assert!(matches!(rename(&viewer, c).await, Err(Error::Denied(_))));
    assert!(matches!(rename(&keeper, b).await, Err(Error::Denied(_))), "a sibling is seen and not changed");
    rename(&keeper, c).await.unwrap();
    let root_made = command!(&s.platform, &keeper, cx => {
        units::create(cx, NewUnit::organisation("Hội Khác", UnitKind::Association)).await
    });
    assert!(matches!(root_made, Err(Error::Denied(_))));
    let nobody = domain::access::Actor::nobody("test");
    let hidden = query!(&s.platform, &nobody, cx => { units::find(cx, root).await });
    assert!(matches!(hidden, Err(Error::NotFound)));
    assert!(query!(&s.platform, &nobody, cx => { units::search(cx, "hoi", 9).await }).unwrap().is_empty());
}

#[tokio::test]
async fn a_grouping_means_its_members_of_the_day() {
    let s = Setup::new().await;
    let (root, a, b, c) = association(&s).await;
    let org = domain::OrgId(root.0);
    let id = command!(&s.platform, &s.system, cx => {
        let edit = units::GroupingEdit { name: "Các ban chuyên môn".into(), aliases: vec!["Các ban".into()] };
        let id = units::create_grouping(cx, org, edit).await?;
        units::add_member(cx, id, 1, &[(root, Some(UnitKind::Board))], None).await?;
        units::add_member(cx, id, 2, &[(c, None)], Some(day("2026-05-01"))).await?;
        Ok(id)
    })
    .unwrap();
    let on = async |on: &str| {
        query!(&s.platform, &s.system, cx => { units::members_on(cx, id, day(on)).await }).unwrap()
    };
    assert_eq!(on("2026-04-30").await, [a, b]);
    assert_eq!(on("2026-05-01").await, [a, c, b]);
    let member = query!(&s.platform, &s.system, cx => { units::grouping(cx, id).await }).unwrap().1;
    let leaving = member.iter().find(|m| m.unit_id == c).unwrap().id;
    command!(&s.platform, &s.system, cx => { units::end_member(cx, id, 3, leaving, day("2026-05-31")).await }).unwrap();
    assert_eq!(on("2026-05-31").await.len(), 3);
    assert_eq!(on("2026-06-01").await, [a, b]);
    let again = command!(&s.platform, &s.system, cx => {
        units::create_grouping(cx, org, units::GroupingEdit { name: "các ban chuyên môn".into(), aliases: vec![] }).await
    });
    assert!(matches!(again, Err(Error::Invalid(_))));
    query!(&s.platform, &s.system, cx => {
        let found = units::Directory::load(cx, a).await?.resolve("Các ban chuyên môn", 1);
        assert_eq!(found[0].target, units::Target::Grouping(id));
        assert_eq!(units::groupings_of(cx, c).await?.len(), 1);
        Ok(())
    })
    .unwrap();
}

#[tokio::test]
async fn many_add_at_once_and_no_two_stand_in_the_same_place() {
    let s = Setup::new().await;
    let (root, ..) = association(&s).await;
    let adding = (0..24).map(|n| {
        let (platform, system) = (s.platform.clone(), s.system.clone());
        tokio::spawn(async move {
            let new = NewUnit::new(Some(root), UnitKind::Other, &format!("Tổ đồng thời {n}"));
            command!(&platform, &system, cx => { units::create(cx, new.clone()).await })
        })
    });
    for one in adding.collect::<Vec<_>>() {
        one.await.unwrap().unwrap();
    }
    let all = query!(&s.platform, &s.system, cx => { units::under(cx, root, i64::MAX).await }).unwrap();
    assert_eq!(all.len(), 28);
    let mut places: Vec<i64> = all.iter().map(|u| u.tree_from).collect();
    places.dedup();
    assert_eq!(places.len(), 28, "every unit has a position of its own");
    let mut ordinals: Vec<i64> = all.iter().filter(|u| u.parent == Some(root)).map(|u| u.ordinal).collect();
    ordinals.sort_unstable();
    ordinals.dedup();
    assert_eq!(ordinals.len(), 26);
}
