//! Documents brought in, reviewed and committed, on the engine of the run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod world;

use domain::access::Role;
use domain::intake::{
    self, Answer, Body, Bulk, Defect, Failure, Hints, Holder, IntakeId, ItemKind, ItemRef, ItemState, Mark,
    PartyRole, Reader, Received, SecondField, SecondFound, SecondReading, Settle, Status, Upload, Watch,
    read_pending,
};
use domain::units::{self, NewUnit, UnitKind};
use domain::{Error, Result, command, files, query};
use papers::plan::second::{Lines, lay};
use world::{Here, PLAN, World, at, world};

async fn find(world: &World, id: IntakeId) -> intake::Intake {
    query!(&world.platform, &world.system, cx => { intake::find(cx, id).await }).unwrap()
}

async fn problem<T: std::fmt::Debug>(outcome: Result<T>) -> &'static str {
    match outcome {
        Err(Error::Invalid(problems)) => problems[0].reason.key,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_document_becomes_items_with_units_times_and_passages() {
    let world = world().await;
    let id = world.bring("ke-hoach.txt", PLAN).await;
    let review = world.review(id).await;
    assert_eq!(review.intake.status, Status::Review);
    assert_eq!(review.intake.head.number.as_deref(), Some("07/KH-HTN"));
    let tasks: Vec<_> = review
        .sheets
        .iter()
        .filter_map(|sheet| if let Body::Task(task) = &sheet.item.body { Some((sheet, task)) } else { None })
        .collect();
    assert_eq!(tasks.len(), 4, "{tasks:#?}");
    let (_, first) = tasks[0];
    let lead = first.with_role(PartyRole::Lead).next().unwrap();
    assert!(matches!(&lead.holder, Holder::Unit { id, .. } if *id == world.office), "{lead:?}");
    assert_eq!(first.time.due.as_deref(), Some("2025-06-30"));
    let [from, to] = first.passages[0].span.unwrap();
    let marked: String = review.text.chars().skip(from).take(to - from).collect();
    assert!(marked.contains("cơ sở dữ liệu hội viên dùng chung"), "{marked}");
    assert!(tasks[2].0.defects.contains(&Defect::UnknownUnit));
    assert_eq!(tasks[2].0.settles, [Settle::Continuous]);
    assert!(tasks[1].0.defects.contains(&Defect::NoProduct));
}

/// What a scan without Vietnamese letters makes of a plan; the name of the unit that leads cannot be guessed.
const DAMAGED: &str = "HOI THU NGHIEM
S: 08/KH-HTN

K HOACH

I. NHIEM VU

1. Xây dng co s dü liêu hôi viên dùng chung cüa Hôi.
- Don vi chü tri: Công ty Xe but Nam Hi
- Thdi gian hoàn thành: 30/6/2025
";

#[tokio::test]
async fn a_damaged_name_is_mended_by_the_unit_directory() {
    let world = world().await;
    const NAME: &str = "Công ty Xe buýt Nam Hải";
    let text = async |id| world.review(id).await.text;
    let before = world.bring("ban-quet.txt", DAMAGED).await;
    let guessed = text(before).await;
    assert!(guessed.contains("cơ sở dữ liệu hội viên") && !guessed.contains(NAME), "{guessed}");
    let unit = NewUnit::new(Some(world.owner), UnitKind::of_name(NAME), NAME);
    let company =
        command!(&world.platform, &world.system, cx => { units::create(cx, unit.clone()).await }).unwrap();
    let again = world.bring("ban-quet-lan-hai.txt", &format!("{DAMAGED}\n")).await;
    let mended = text(again).await;
    assert!(mended.contains(NAME), "{mended}");
    let review = world.review(again).await;
    let Body::Task(task) = &review.sheets[0].item.body else { panic!("no task") };
    let lead = task.with_role(PartyRole::Lead).next().unwrap();
    assert!(matches!(&lead.holder, Holder::Unit { id, .. } if *id == company), "{lead:?}");
}

#[tokio::test]
async fn names_for_reading_are_near_open_and_few() {
    let world = world().await;
    for (parent, name) in [(world.board, "Tổ Dữ liệu"), (world.other, "Ban Nội bộ")] {
        let below = NewUnit::new(Some(parent), UnitKind::of_name(name), name);
        command!(&world.platform, &world.system, cx => { units::create(cx, below.clone()).await }).unwrap();
    }
    let near = async |around, most| {
        query!(&world.platform, &world.system, cx => { units::names_near(cx, around, most).await }).unwrap()
    };
    let all = ["Ban Đào tạo", "Tổ Dữ liệu", "Hội Thử nghiệm", "Văn phòng", "Hội Khác"];
    assert_eq!(near(world.board, 10).await, all, "what is inside another organisation stays there");
    assert_eq!(near(world.board, 2).await, all[..2]);
}

/// Reads, and trusts the tasks with these words less than [`intake::UNSURE`].
struct Doubting(&'static [&'static str]);

impl Reader for Doubting {
    fn read<'a>(
        &'a self,
        name: &'a str,
        bytes: Vec<u8>,
        hints: &'a Hints,
        watch: &'a Watch<'a>,
    ) -> Answer<'a> {
        Box::pin(async move {
            let mut reading = Here.read(name, bytes, hints, watch).await?;
            for task in &mut reading.plan.tasks {
                let doubted = self.0.iter().any(|words| task.title.contains(words));
                task.confidence = if doubted { intake::UNSURE - 0.01 } else { intake::UNSURE };
            }
            Ok(reading)
        })
    }

    fn mark<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> Mark<'a> {
        Here.mark(name, bytes)
    }
}

#[tokio::test]
async fn what_was_read_with_doubt_stands_first() {
    let world = world().await;
    let upload = world.upload("ke-hoach.txt", PLAN.as_bytes()).await;
    let id = world.receive(upload).await.unwrap().id();
    let doubting = Doubting(&["lớp tập huấn", "quy chế quản lý"]);
    read_pending(&world.platform, &doubting, id).await.unwrap();
    let review = world.review(id).await;
    let positions = |sheets: Vec<&intake::Sheet>| sheets.iter().map(|s| s.item.position).collect::<Vec<_>>();
    assert_eq!(positions(review.sheets.iter().collect()), [0, 1, 2, 3]);
    assert_eq!(positions(review.unsure_first().collect()), [1, 3, 0, 2]);
    let next = |at: usize| review.next_task(&review.sheets[at].item).map(|sheet| sheet.item.position);
    assert_eq!([0, 1, 2, 3].map(next), [Some(1), Some(2), Some(3), None], "joined as they stand in the text");
}

/// Reads, and lets a second reading say otherwise of the first task, the same of the second, nothing of the third.
struct Twice;

impl Reader for Twice {
    fn read<'a>(
        &'a self,
        name: &'a str,
        bytes: Vec<u8>,
        hints: &'a Hints,
        watch: &'a Watch<'a>,
    ) -> Answer<'a> {
        Box::pin(async move {
            let mut reading = Here.read(name, bytes, hints, watch).await?;
            let lines = Lines::new(&reading.text);
            let answer = r#"{"tasks":[
                {"first_line":10,"last_line":14,"lead":["Ban Đào tạo"],"time":"ngày 03 tháng 02 năm 2025"},
                {"first_line":16,"last_line":18,"lead":["Ban Đào tạo"]},
                {"first_line":5,"last_line":6}]}"#;
            let chosen = lines.check(&lines.questions()[0], answer).unwrap();
            let tasks = lay(&mut reading.plan, &lines, &chosen);
            reading.second = Some(SecondReading { host: "models.example.vn".into(), failed: None, tasks });
            Ok(reading)
        })
    }

    fn mark<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> Mark<'a> {
        Here.mark(name, bytes)
    }
}

#[tokio::test]
async fn a_second_reading_is_shown_beside_the_first_and_can_be_taken() {
    let world = world().await;
    let upload = world.upload("ke-hoach.txt", PLAN.as_bytes()).await;
    let id = world.receive(upload).await.unwrap().id();
    read_pending(&world.platform, &Twice, id).await.unwrap();
    let review = world.review(id).await;
    assert_eq!(review.intake.second.as_ref().map(|second| second.host.as_str()), Some("models.example.vn"));
    let found = |review: &intake::Review| -> Vec<_> {
        review.sheets.iter().map(|sheet| sheet.item.body.second().unwrap().found).collect()
    };
    // The title, which only the second reading takes for a task, comes first in the document.
    assert_eq!(
        found(&review),
        [SecondFound::Second, SecondFound::Twice, SecondFound::Twice, SecondFound::First, SecondFound::First]
    );
    let positions: Vec<i64> = review.unsure_first().map(|sheet| sheet.item.position).collect();
    assert_eq!(positions, [0, 1, 3, 4, 2], "what both readings agree on comes last");
    let take = async |at: ItemRef, field: SecondField| command!(&world.platform, &world.system, cx => { intake::take_second(cx, at, field).await });
    take(at(&review.sheets[1]), SecondField::Lead).await.unwrap();
    let now = world.review(id).await;
    assert!(matches!(take(at(&review.sheets[1]), SecondField::Time).await, Err(Error::Stale)));
    take(at(&now.sheets[1]), SecondField::Time).await.unwrap();
    let review = world.review(id).await;
    let Body::Task(task) = &review.sheets[1].item.body else { panic!("no task") };
    let leads: Vec<_> = task.with_role(PartyRole::Lead).map(|party| party.holder.clone()).collect();
    assert!(matches!(&leads[..], [Holder::Unit { id, .. }] if *id == world.board), "{leads:?}");
    assert_eq!(task.time.due.as_deref(), Some("2025-02-03"));
    assert_eq!(task.time_text.as_deref(), Some("ngày 03 tháng 02 năm 2025"));
    assert!(review.sheets[1].item.edited && review.sheets[1].item.body.second().unwrap().agrees());
    let none = take(at(&review.sheets[1]), SecondField::Time).await;
    assert_eq!(problem(none).await, "intake-problem-no-second");
    // A person's words end the comparison.
    let fourth = at(&review.sheets[3]);
    let body = review.sheets[3].item.body.clone();
    command!(&world.platform, &world.system, cx => { intake::edit(cx, fourth, body.clone()).await }).unwrap();
    assert_eq!(world.review(id).await.sheets[3].item.body.second(), None);
}

#[tokio::test]
async fn reading_once_more_adds_nothing() {
    let world = world().await;
    let id = world.bring("ke-hoach.txt", PLAN).await;
    let before = world.review(id).await;
    read_pending(&world.platform, &Here, id).await.unwrap();
    assert_eq!(world.review(id).await, before);
}

/// A unit may not know what its sibling brought in, so it has its own.
#[tokio::test]
async fn the_same_file_of_a_sibling_unit_is_its_own() {
    let world = world().await;
    let first = Upload { owner: world.office, ..world.upload("ke-hoach.txt", PLAN.as_bytes()).await };
    let second = Upload { owner: world.board, ..first.clone() };
    let planner = world.actor(Role::Planner, world.board).await;
    let one = world.receive(first).await.unwrap();
    let receive =
        async || command!(&world.platform, &planner, cx => { intake::receive(cx, second.clone()).await });
    let two = receive().await.unwrap();
    assert!(matches!((one, two), (Received::Fresh(a), Received::Fresh(b)) if a != b), "{one:?} {two:?}");
    assert_eq!(receive().await.unwrap(), Received::Known(two.id()), "its own it recognises");
    for id in [one.id(), two.id()] {
        read_pending(&world.platform, &Here, id).await.unwrap();
        assert_eq!(world.review(id).await.sheets.len(), 4);
    }
    let seen = query!(&world.platform, &planner, cx => { intake::find(cx, one.id()).await });
    assert!(matches!(seen, Err(Error::NotFound)));
}

/// The bytes of a marked document are removed at once, and a sibling that sent the same hears why.
#[tokio::test]
async fn a_marked_file_of_two_units_is_refused_for_both_and_gone() {
    let world = world().await;
    let marked = format!("MẬT\n{PLAN}");
    let first = Upload { owner: world.office, ..world.upload("ke-hoach.txt", marked.as_bytes()).await };
    let second = Upload { owner: world.board, ..first.clone() };
    let (one, two) = (world.receive(first).await.unwrap(), world.receive(second).await.unwrap());
    for id in [one.id(), two.id()] {
        read_pending(&world.platform, &Here, id).await.unwrap();
        let found = query!(&world.platform, &world.system, cx => { intake::find(cx, id).await }).unwrap();
        assert!(matches!(found.status, Status::Failed(Failure::Secret(_))), "{:?}", found.status);
        assert!(world.platform.blobs.list().await.unwrap().is_empty());
    }
    let _killed_before_the_removal = world.upload("ke-hoach.txt", marked.as_bytes()).await;
    read_pending(&world.platform, &Here, one.id()).await.unwrap();
    assert!(world.platform.blobs.list().await.unwrap().is_empty(), "the job that is run again removes it");
    assert_eq!(files::compare(&world.platform).await.unwrap(), files::Findings::default());
}

#[tokio::test]
async fn files_that_nothing_names_are_found_and_removed_after_a_day() {
    let mut world = world().await;
    let folder = tempfile::tempdir().unwrap();
    world.platform.blobs = store::blobs::Blobs::folder(folder.path()).unwrap();
    let put = async |text: &'static str| world.platform.blobs.put(text.into()).await.unwrap().digest;
    let (old, young) = (put("broken off").await, put("under way").await);
    let named = world.upload("ke-hoach.txt", PLAN.as_bytes()).await;
    let named_digest = named.sha256.parse().unwrap();
    let lost = put("lost").await;
    let _fresh = world.receive(named.clone()).await.unwrap();
    world.receive(Upload { sha256: lost.to_string(), ..named }).await.unwrap();
    world.platform.blobs.delete(lost).await.unwrap();

    let age = |digest: store::blobs::Digest, hours: i64| {
        let name = digest.to_string();
        let file =
            std::fs::File::options().write(true).open(folder.path().join(&name[..2]).join(&name)).unwrap();
        let at = world.platform.now() - jiff::SignedDuration::from_hours(hours);
        file.set_modified(at.into()).unwrap();
    };
    age(old, 25);
    age(young, 23);
    age(named_digest, 1_000);
    let found = files::compare(&world.platform).await.unwrap();
    let mut unnamed = vec![old, young];
    unnamed.sort_by_key(ToString::to_string);
    assert_eq!(found, files::Findings { missing: vec![lost], unnamed });
    assert_eq!(files::sweep(&world.platform).await.unwrap(), 1);
    let found = files::compare(&world.platform).await.unwrap();
    assert_eq!(found, files::Findings { missing: vec![lost], unnamed: vec![young] });
    assert!(world.platform.blobs.exists(named_digest).await.unwrap());
}

#[tokio::test]
async fn the_same_file_twice_leads_to_the_first() {
    let world = world().await;
    let id = world.bring("ke-hoach.txt", PLAN).await;
    let again = world.upload("ban-sao.txt", PLAN.as_bytes()).await;
    assert_eq!(world.receive(again.clone()).await.unwrap(), Received::Known(id));
    let elsewhere = intake::Upload { owner: world.other, ..again.clone() };
    assert!(matches!(world.receive(elsewhere).await.unwrap(), Received::Fresh(_)), "another organisation");
    let version = find(&world, id).await.version;
    command!(&world.platform, &world.system, cx => { intake::discard(cx, id, version).await }).unwrap();
    assert!(matches!(world.receive(again).await.unwrap(), Received::Fresh(_)), "put aside, brought in anew");
}

#[tokio::test]
async fn nothing_comes_in_without_the_declaration_on_state_secrets() {
    let world = world().await;
    let upload = world.upload("ke-hoach.txt", PLAN.as_bytes()).await;
    let outcome = world.receive(intake::Upload { declared: false, ..upload }).await;
    assert_eq!(problem(outcome).await, "intake-problem-not-declared");
}

#[tokio::test]
async fn a_secret_document_is_refused_and_its_bytes_are_gone() {
    let world = world().await;
    let upload = world.upload("cong-van.txt", format!("MẬT\n\n{PLAN}").as_bytes()).await;
    let digest = upload.sha256.parse().unwrap();
    let id = world.receive(upload).await.unwrap().id();
    assert!(world.platform.blobs.exists(digest).await.unwrap());
    read_pending(&world.platform, &Here, id).await.unwrap();
    let review = world.review(id).await;
    assert!(matches!(review.intake.status, Status::Failed(Failure::Secret(_))), "{:?}", review.intake.status);
    assert!(review.text.is_empty() && review.sheets.is_empty());
    assert!(!world.platform.blobs.exists(digest).await.unwrap());
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_why_and_can_be_replaced() {
    let world = world().await;
    let upload = world.upload("rong.txt", b"  \n ").await;
    let id = world.receive(upload).await.unwrap().id();
    read_pending(&world.platform, &Here, id).await.unwrap();
    let Status::Failed(failure) = find(&world, id).await.status else { panic!() };
    assert_eq!(failure.reason().key, "reading-error-empty");
    let other = world.upload("ke-hoach.txt", PLAN.as_bytes()).await;
    command!(&world.platform, &world.system, cx => { intake::replace(cx, id, other.clone()).await }).unwrap();
    read_pending(&world.platform, &Here, id).await.unwrap();
    assert_eq!(find(&world, id).await.status, Status::Review);
}

#[tokio::test]
async fn a_stale_edit_is_refused_and_changes_nothing() {
    let world = world().await;
    let id = world.bring("ke-hoach.txt", PLAN).await;
    let seen = world.review(id).await.sheets[0].clone();
    let Body::Task(task) = seen.item.body.clone() else { panic!() };
    let edit = |title: &str| Body::Task(intake::TaskBody { title: title.into(), ..task.clone() });
    let first = edit("Việc được sửa trước");
    command!(&world.platform, &world.system, cx => { intake::edit(cx, at(&seen), first.clone()).await })
        .unwrap();
    let second = edit("Việc được sửa sau");
    let late =
        command!(&world.platform, &world.system, cx => { intake::edit(cx, at(&seen), second.clone()).await });
    assert!(matches!(late, Err(Error::Stale)));
    let now = world.review(id).await.sheets[0].item.clone();
    assert_eq!((now.body.title(), now.edited), ("Việc được sửa trước", true));
    assert_eq!(now.body.passages(), seen.item.body.passages());
    let chosen: Vec<ItemRef> = world.review(id).await.sheets.iter().map(at).chain([at(&seen)]).collect();
    let bulk =
        command!(&world.platform, &world.system, cx => { intake::bulk(cx, id, &chosen, &Bulk::Drop).await });
    assert!(matches!(bulk, Err(Error::Stale)));
    assert!(world.review(id).await.sheets.iter().all(|sheet| sheet.item.state == ItemState::Open));
}

#[tokio::test]
async fn a_double_click_makes_one_programme() {
    let world = world().await;
    let id = world.bring("ke-hoach.txt", PLAN).await;
    assert_eq!(problem(world.commit(id).await).await, "intake-problem-open-items");
    world.accept_all(id).await;
    let (a, b) = tokio::join!(world.commit(id), world.commit(id));
    let programme = a.unwrap();
    assert_eq!(b.unwrap(), programme);
    assert_eq!(world.commit(id).await.unwrap(), programme);
    let listed =
        query!(&world.platform, &world.system, cx => { domain::programmes::list(cx, None).await }).unwrap();
    assert_eq!(listed.len(), 1);
    let overview = world.overview(programme).await;
    assert_eq!(overview.tasks.len(), 4);
    assert_eq!(overview.documents[0].number.as_deref(), Some("07/KH-HTN"));
    assert!(matches!(find(&world, id).await.status, Status::Committed { .. }));
    let item = at(&world.review(id).await.sheets[0]);
    let late = command!(&world.platform, &world.system, cx => { intake::drop(cx, item).await });
    assert_eq!(problem(late).await, "intake-problem-committed");
}

#[tokio::test]
async fn a_failure_in_the_middle_leaves_nothing() {
    let world = world().await;
    let id = world.bring("ke-hoach.txt", PLAN).await;
    world.accept_all(id).await;
    let before = world.review(id).await;
    let outcome: Result<()> = command!(&world.platform, &world.system, cx => {
        intake::commit(cx, id, None, false).await?;
        Err(Error::NotFound)
    });
    assert!(outcome.is_err());
    assert_eq!(world.review(id).await, before);
    let listed =
        query!(&world.platform, &world.system, cx => { domain::programmes::list(cx, None).await }).unwrap();
    assert!(listed.is_empty());
    let sha256 = before.intake.sha256.clone();
    let kept = query!(&world.platform, &world.system, cx => {
        domain::programmes::document_with_sha256(cx, world.owner, &sha256).await
    });
    assert_eq!(kept.unwrap(), None);
    world.commit(id).await.unwrap();
}

#[tokio::test]
async fn who_may_do_what() {
    let world = world().await;
    let id = world.bring("ke-hoach.txt", PLAN).await;
    let item = at(&world.review(id).await.sheets[0]);
    let planner = world.actor(Role::Planner, world.owner).await;
    let inspector = world.actor(Role::Inspector, world.owner).await;
    let viewer = world.actor(Role::Viewer, world.owner).await;
    let stranger = world.actor(Role::Planner, world.other).await;
    let below = world.actor(Role::Planner, world.board).await;
    for actor in [&viewer, &stranger, &below] {
        let seen = query!(&world.platform, actor, cx => { intake::review(cx, id).await });
        assert!(matches!(seen, Err(Error::NotFound)));
        let done = command!(&world.platform, actor, cx => { intake::accept(cx, item).await });
        assert!(matches!(done, Err(Error::NotFound)));
        let upload = world.upload("khac.txt", b"abc").await;
        let sent = command!(&world.platform, actor, cx => { intake::receive(cx, upload.clone()).await });
        assert!(matches!(sent, Err(Error::NotFound)));
    }
    assert!(query!(&world.platform, &inspector, cx => { intake::review(cx, id).await }).is_ok());
    let done = command!(&world.platform, &inspector, cx => { intake::accept(cx, item).await });
    assert!(matches!(done, Err(Error::Denied(_))));
    assert!(command!(&world.platform, &planner, cx => { intake::accept(cx, item).await }).is_ok());
}

/// What the reviewer may do, by a number.
async fn act(world: &World, id: IntakeId, number: u64, pick: u64) -> Result<()> {
    let review = world.review(id).await;
    let sheet = &review.sheets[(pick % review.sheets.len() as u64) as usize];
    let (item, chosen): (ItemRef, Vec<ItemRef>) =
        (at(sheet), review.sheets.iter().step_by(3).map(at).collect());
    let cut = (pick % 40) as usize;
    let unit = Holder::Unit { id: world.board, name: String::new() };
    command!(&world.platform, &world.system, cx => {
        match number % 9 {
            0 | 1 => intake::accept(cx, item).await,
            2 => intake::drop(cx, item).await,
            3 => intake::restore(cx, item).await,
            4 => intake::split(cx, item, cut).await.map(drop),
            5 => intake::merge(cx, item).await,
            6 => intake::bulk(cx, id, &chosen, &Bulk::Lead(unit.clone())).await.map(drop),
            7 => intake::bulk(cx, id, &chosen, &Bulk::Due("2025-11-20".parse().unwrap())).await.map(drop),
            _ => intake::bulk(cx, id, &chosen, &Bulk::SettleTime).await.map(drop),
        }
    })
}

#[tokio::test]
async fn any_review_keeps_every_item_and_commits_what_was_accepted() {
    for seed in 1..=4u64 {
        let world = world().await;
        let id = world.bring("ke-hoach.txt", PLAN).await;
        let mut state = seed;
        for _ in 0..25 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let before = world.review(id).await;
            match act(&world, id, state >> 33, state >> 40).await {
                Ok(()) => {}
                Err(Error::Invalid(_)) => {
                    assert_eq!(world.review(id).await.sheets, before.sheets, "seed {seed}")
                }
                Err(error) => panic!("seed {seed}: {error}"),
            }
            let now = world.review(id).await;
            assert!(now.sheets.len() >= before.sheets.len(), "an item is gone, seed {seed}");
            let counted = now.intake.open + now.intake.accepted + now.intake.dropped;
            assert_eq!(counted, now.sheets.len() as i64, "seed {seed}");
            assert!(now.sheets.is_sorted_by_key(|sheet| sheet.item.position));
        }
        let review = world.review(id).await;
        let open: Vec<ItemRef> =
            review.sheets.iter().filter(|sheet| sheet.item.state == ItemState::Open).map(at).collect();
        command!(&world.platform, &world.system, cx => { intake::bulk(cx, id, &open, &Bulk::Drop).await })
            .unwrap();
        let review = world.review(id).await;
        let accepted = |kind| {
            let of_kind = |sheet: &&intake::Sheet| {
                sheet.item.state == ItemState::Accepted && sheet.item.body.kind() == kind
            };
            review.sheets.iter().filter(of_kind).count()
        };
        if review.intake.accepted == 0 {
            assert_eq!(problem(world.commit(id).await).await, "intake-problem-nothing-accepted");
            continue;
        }
        let overview = world.overview(world.commit(id).await.unwrap()).await;
        assert_eq!(overview.tasks.len(), accepted(ItemKind::Task), "seed {seed}");
        assert_eq!(overview.duties.len(), accepted(ItemKind::Duty), "seed {seed}");
    }
}

#[tokio::test]
async fn a_list_is_mapped_mended_and_committed() {
    let world = world().await;
    let csv = "STT,Nội dung nhiệm vụ,Đơn vị chủ trì,Sản phẩm,Thời hạn,Kinh phí (triệu đồng)\n\
               1,Xây dựng kho học liệu số,Ban Đào tạo,Kho học liệu,30/6/2025,120\n\
               2,Nâng cấp cổng thông tin điện tử,Văn phòng,Cổng mới,Quý IV/2025,không rõ\n";
    let id = world.bring("danh-muc.csv", csv).await;
    let listing = query!(&world.platform, &world.system, cx => { intake::listing(cx, id).await }).unwrap();
    assert_eq!(listing.intake.status, Status::Mapping);
    let preview = listing.preview.unwrap();
    assert_eq!((preview.rows.len(), preview.errors.len()), (1, 1), "{preview:#?}");
    let (row, version) = (preview.errors[0].row, listing.intake.version);
    let early = command!(&world.platform, &world.system, cx => { intake::apply(cx, id, version).await });
    assert_eq!(problem(early).await, "intake-problem-list-errors");
    let mut mapping = listing.intake.mapping.clone();
    mapping.excluded.insert(row);
    command!(&world.platform, &world.system, cx => { intake::map(cx, id, version, &mapping).await }).unwrap();
    let version = find(&world, id).await.version;
    command!(&world.platform, &world.system, cx => { intake::apply(cx, id, version).await }).unwrap();
    let review = world.review(id).await;
    let [sheet] = &review.sheets[..] else { panic!("{review:#?}") };
    let [from, to] = sheet.item.body.passages()[0].span.unwrap();
    let line: String = review.text.chars().skip(from).take(to - from).collect();
    assert_eq!(line, "1 | Xây dựng kho học liệu số | Ban Đào tạo | Kho học liệu | 30/6/2025 | 120");
    world.accept_all(id).await;
    let overview = world.overview(world.commit(id).await.unwrap()).await;
    assert_eq!(overview.tasks[0].title, "Xây dựng kho học liệu số");
}

#[tokio::test]
async fn a_corrected_version_shows_what_changes_and_keeps_what_was() {
    let world = world().await;
    let id = world.bring("ke-hoach.txt", PLAN).await;
    world.accept_all(id).await;
    let programme = world.commit(id).await.unwrap();
    let ended = world.overview(programme).await.tasks[3].clone();
    let corrected =
        PLAN.replace("Thời gian hoàn thành: 30/9/2025", "Thời gian hoàn thành: 31/10/2025").replace(
            "4. Ban hành quy chế quản lý, khai thác dữ liệu số của Hội.",
            "4. Mua sắm máy chủ phục vụ đào tạo trực tuyến.",
        );
    let upload = world.upload("ke-hoach-sua.txt", corrected.as_bytes()).await;
    let received = world.receive(intake::Upload { amends: Some(programme.0), ..upload }).await.unwrap();
    let second = received.id();
    read_pending(&world.platform, &Here, second).await.unwrap();
    let comparison = query!(&world.platform, &world.system, cx => { intake::comparison(cx, second).await });
    let comparison = comparison.unwrap().unwrap();
    assert_eq!(comparison.added, ["Mua sắm máy chủ phục vụ đào tạo trực tuyến."]);
    assert_eq!(comparison.gone.iter().map(|gone| gone.task).collect::<Vec<_>>(), [ended.id]);
    let [(_, _, changes)] = &comparison.changed[..] else { panic!("{comparison:#?}") };
    assert_eq!(changes.iter().map(|change| change.field).collect::<Vec<_>>(), ["due"]);
    world.accept_all(second).await;
    assert_eq!(world.commit(second).await.unwrap(), programme);
    let overview = world.overview(programme).await;
    assert_eq!(overview.tasks.len(), 4);
    assert!(overview.tasks.iter().all(|task| task.id != ended.id));
    let moved = overview.tasks.iter().find(|task| task.title.contains("tập huấn")).unwrap();
    assert_eq!(moved.time.due.unwrap().to_string(), "2025-10-31");
    assert_eq!(moved.original_due.unwrap().to_string(), "2025-09-30");
    assert_eq!(overview.documents.len(), 2);
}

#[tokio::test]
async fn a_task_that_only_moved_is_shown_and_moves() {
    let world = world().await;
    let id = world.bring("ke-hoach.txt", PLAN).await;
    world.accept_all(id).await;
    let programme = world.commit(id).await.unwrap();
    let last = world.overview(programme).await.tasks[3].clone();
    let moved = PLAN.replace("4. Ban hành quy chế", "5. Ban hành quy chế");
    assert_ne!(moved, PLAN);
    let upload = world.upload("ban-2.txt", moved.as_bytes()).await;
    let second = world.receive(intake::Upload { amends: Some(programme.0), ..upload }).await.unwrap().id();
    read_pending(&world.platform, &Here, second).await.unwrap();
    let comparison = query!(&world.platform, &world.system, cx => { intake::comparison(cx, second).await });
    let comparison = comparison.unwrap().unwrap();
    let [(task, _, changes)] = &comparison.changed[..] else { panic!("{comparison:#?}") };
    assert_eq!((*task, changes.len(), changes[0].field), (last.id, 1, "code"), "{changes:?}");
    assert!(comparison.added.is_empty() && comparison.gone.is_empty(), "{comparison:#?}");
    world.accept_all(second).await;
    world.commit(second).await.unwrap();
    let after = world.overview(programme).await;
    let row = after.tasks.iter().find(|task| task.id == last.id).unwrap();
    assert_eq!(row.code.as_deref(), Some(changes[0].after.as_str()));
}

#[tokio::test]
async fn a_task_kept_by_hand_survives_the_corrected_version() {
    let world = world().await;
    let id = world.bring("ke-hoach.txt", PLAN).await;
    world.accept_all(id).await;
    let programme = world.commit(id).await.unwrap();
    let shorter = PLAN.split("4. Ban hành").next().unwrap();
    let upload = world.upload("ban-2.txt", shorter.as_bytes()).await;
    let second = world.receive(intake::Upload { amends: Some(programme.0), ..upload }).await.unwrap().id();
    read_pending(&world.platform, &Here, second).await.unwrap();
    let comparison = query!(&world.platform, &world.system, cx => { intake::comparison(cx, second).await });
    let gone: Vec<_> = comparison.unwrap().unwrap().gone.iter().map(|gone| gone.task).collect();
    assert_eq!(gone.len(), 1);
    command!(&world.platform, &world.system, cx => { intake::keep(cx, second, &gone).await }).unwrap();
    world.accept_all(second).await;
    world.commit(second).await.unwrap();
    assert_eq!(world.overview(programme).await.tasks.len(), 4);
}
