//! Requests, explanations and obstacles on the real database of the run.

#![allow(clippy::unwrap_used, reason = "a test fails where its world cannot be made")]

use domain::access::{Actor, Role};
use domain::calendar::{self, DayKind, Special};
use domain::programmes::{
    self, AssignmentRole, Holder, NewAssignment, NewProgramme, NewTask, ProgrammeId, TaskId, TaskTime,
    TimeKind,
};
use domain::requests::{
    self, Class, Decision, Filter, Kind, Limits, MatterId, NewMatter, Said, Sent, State, Wanted,
};
use domain::units::{self, NewUnit, UnitKind};
use domain::{Day, Error, UnitId, command, query};
use jiff::SignedDuration;
use jiff::civil::{Date, date};
use testkit::world::World;

struct House {
    world: World,
    root: UnitId,
    a: UnitId,
    b: UnitId,
    programme: ProgrammeId,
    tasks: Vec<TaskId>,
    /// Follows the programme for its owner.
    officer: Actor,
    /// A second officer of the owner.
    second: Actor,
    /// Reads for the owner and asks why.
    leader: Actor,
    /// Speaks for unit A.
    clerk: Actor,
    /// Speaks for unit B.
    other: Actor,
}

fn holds(role: AssignmentRole, unit: UnitId) -> NewAssignment {
    NewAssignment { role, holder: Holder::Unit(unit), focal: false }
}

fn task(title: &str, due: Date, assignments: Vec<NewAssignment>) -> NewTask {
    NewTask {
        title: title.into(),
        time: TaskTime { kind: TimeKind::ByDate, due: Some(Day(due)), ..TaskTime::default() },
        assignments,
        outputs: vec!["Báo cáo".into()],
        ..NewTask::default()
    }
}

/// An association with two boards and a plan of two tasks, the first overdue since 09/11/2026.
async fn house() -> House {
    let world = World::new().await;
    let system = world.system();
    let (root, a, b, programme) = command!(&world.platform, &system, cx => {
        let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await?;
        let a = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Chính sách")).await?;
        let b = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Truyền thông")).await?;
        let new = NewProgramme {
            owner: root,
            title: "Chương trình giả định".into(),
            documents: Vec::new(),
            groups: Vec::new(),
            tasks: vec![
                task("Rà soát quy chế", date(2026, 11, 9), vec![holds(AssignmentRole::Lead, a)]),
                task("Sửa quy chế", date(2026, 12, 31),
                    vec![holds(AssignmentRole::Lead, b), holds(AssignmentRole::Coordinating, a)]),
            ],
            indicators: Vec::new(),
            duties: Vec::new(),
        };
        Ok((root, a, b, programmes::set_up(cx, new).await?))
    })
    .unwrap();
    let overview =
        query!(&world.platform, &system, cx => { programmes::overview(cx, programme, None).await }).unwrap();
    let tasks = overview.tasks.iter().map(|row| row.id).collect();
    House {
        officer: world.actor("officer", Role::Planner, root).await,
        second: world.actor("second", Role::Planner, root).await,
        leader: world.actor("leader", Role::Leader, root).await,
        clerk: world.actor("clerk", Role::Planner, a).await,
        other: world.actor("other", Role::Planner, b).await,
        world,
        root,
        a,
        b,
        programme,
        tasks,
    }
}

impl House {
    fn about_first(&self, kind: Kind, wanted: Wanted) -> NewMatter {
        NewMatter {
            task: Some(self.tasks[0]),
            unit: Some(self.a),
            text: "Chờ ý kiến của hai bộ".into(),
            wanted,
            ..NewMatter::new(kind)
        }
    }

    async fn open(&self, actor: &Actor, new: &NewMatter) -> domain::Result<MatterId> {
        command!(&self.world.platform, actor, cx => { requests::open(cx, new.clone()).await })
    }

    async fn decide(&self, actor: &Actor, id: MatterId, decision: &Decision) -> domain::Result<()> {
        let version = self.find(&self.world.system(), id).await.matter.version;
        command!(&self.world.platform, actor, cx => { requests::decide(cx, id, version, decision).await })
    }

    async fn find(&self, actor: &Actor, id: MatterId) -> requests::Detail {
        query!(&self.world.platform, actor, cx => { requests::find(cx, id).await }).unwrap()
    }

    async fn task(&self, at: usize) -> programmes::TaskDetail {
        let (id, system) = (self.tasks[at], self.world.system());
        query!(&self.world.platform, &system, cx => { programmes::task(cx, id, None).await }).unwrap()
    }
}

fn due(day: Date) -> Wanted {
    Wanted { due: Some(Day(day)), ..Wanted::default() }
}

fn accept() -> Decision {
    Decision { accept: true, reason: "Đồng ý".into(), ..Decision::default() }
}

fn keys(outcome: &domain::Result<impl Sized>) -> Vec<&'static str> {
    match outcome {
        Err(Error::Invalid(problems)) => problems.iter().map(|p| p.reason.key).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn an_extension_moves_the_deadline_and_keeps_the_first_one() {
    let house = house().await;
    let new = house.about_first(Kind::Extension, due(date(2026, 12, 20)));
    let id = house.open(&house.clerk, &new).await.unwrap();
    assert_eq!(keys(&house.open(&house.clerk, &new).await), ["requests-invalid-waiting"]);
    let own = house.decide(&house.clerk, id, &accept()).await;
    assert!(matches!(own, Err(Error::Denied(_))), "who only speaks for the unit does not decide");
    house.decide(&house.officer, id, &accept()).await.unwrap();
    let after = house.task(0).await;
    assert_eq!(after.row.time.due, Some(Day(date(2026, 12, 20))));
    assert_eq!(after.row.original_due, Some(Day(date(2026, 11, 9))));
    assert_eq!(after.times.last().unwrap().reason.as_deref(), Some("Chờ ý kiến của hai bộ"));
    let detail = house.find(&house.clerk, id).await;
    assert_eq!(detail.matter.state, State::Accepted);
    assert_eq!(detail.matter.before_due, Some(Day(date(2026, 11, 9))));
    assert_eq!(detail.turns.len(), 2);
    assert_eq!(detail.turns[1].day, Some(Day(date(2026, 12, 20))));
    let twice = house.decide(&house.officer, id, &accept()).await;
    assert_eq!(keys(&twice), ["requests-invalid-act"]);
}

#[tokio::test]
async fn nobody_decides_on_what_he_asked_for() {
    let house = house().await;
    let new = house.about_first(Kind::Extension, due(date(2026, 12, 20)));
    let id = house.open(&house.officer, &new).await.unwrap();
    assert!(house.find(&house.officer, id).await.own);
    assert_eq!(keys(&house.decide(&house.officer, id, &accept()).await), ["requests-invalid-same-person"]);
    assert_eq!(house.task(0).await.row.time.due, Some(Day(date(2026, 11, 9))), "nothing was changed");
    house.decide(&house.second, id, &accept()).await.unwrap();
}

#[tokio::test]
async fn the_limits_of_a_programme_hold_when_asking_and_when_deciding() {
    let house = house().await;
    let programme = house.programme;
    let set = async |limits: Limits| command!(&house.world.platform, &house.officer, cx => { requests::set_limits(cx, programme, limits).await });
    let far = house.about_first(Kind::Extension, due(date(2027, 6, 1)));
    assert_eq!(keys(&house.open(&house.clerk, &far).await), ["requests-invalid-days"]);
    set(Limits { version: 0, extensions: 1, days: 30 }).await.unwrap();
    assert!(matches!(set(Limits { version: 0, extensions: 9, days: 9 }).await, Err(Error::Stale)));
    let first =
        house.open(&house.clerk, &house.about_first(Kind::Extension, due(date(2026, 12, 1)))).await.unwrap();
    let later = Decision { due: Some(Day(date(2026, 12, 31))), ..accept() };
    assert_eq!(keys(&house.decide(&house.officer, first, &later).await), ["requests-invalid-days"]);
    house.decide(&house.officer, first, &accept()).await.unwrap();
    let second = house.about_first(Kind::Extension, due(date(2026, 12, 20)));
    assert_eq!(keys(&house.open(&house.clerk, &second).await), ["requests-invalid-extensions"]);
    set(Limits { version: 1, extensions: 2, days: 30 }).await.unwrap();
    house.open(&house.clerk, &second).await.unwrap();
}

#[tokio::test]
async fn another_lead_and_a_merged_task_keep_what_was() {
    let house = house().await;
    let wanted = Wanted { unit: Some(house.b), ..Wanted::default() };
    let id = house.open(&house.clerk, &house.about_first(Kind::Reassignment, wanted)).await.unwrap();
    house.decide(&house.officer, id, &accept()).await.unwrap();
    let task = house.task(0).await;
    assert_eq!(task.row.leads().map(|lead| lead.holder.clone()).collect::<Vec<_>>(), [Holder::Unit(house.b)]);
    assert_eq!(task.past.len() + task.row.carriers.len(), 2, "the first lead stays readable");

    let wanted = Wanted { task: Some(house.tasks[1]), ..Wanted::default() };
    let new = NewMatter { unit: Some(house.b), ..house.about_first(Kind::Merging, wanted) };
    let id = house.open(&house.other, &new).await.unwrap();
    house.decide(&house.officer, id, &accept()).await.unwrap();
    assert!(house.task(0).await.ended_at.is_some());
    let kept = house.task(1).await;
    assert_eq!(kept.row.outputs, ["Báo cáo"]);
    let (first, second) = (house.tasks[0], house.tasks[1]);
    let (gone, stays) = query!(&house.world.platform, &house.officer, cx => {
        Ok((requests::of_task(cx, first).await?, requests::of_task(cx, second).await?))
    })
    .unwrap();
    assert_eq!(gone.into.map(|(id, _)| id), Some(second));
    assert_eq!(stays.merged.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [first]);
    assert!(!gone.may_ask, "an ended task is asked nothing");
}

#[tokio::test]
async fn an_objective_cause_is_recorded_on_the_delay() {
    let house = house().await;
    let wanted = Wanted { authority: Some("Bộ Hoa Sen, văn bản 12/BHS".into()), ..Wanted::default() };
    let id = house.open(&house.clerk, &house.about_first(Kind::Objective, wanted)).await.unwrap();
    house.decide(&house.officer, id, &accept()).await.unwrap();
    let id =
        house.open(&house.clerk, &house.about_first(Kind::Extension, due(date(2026, 12, 1)))).await.unwrap();
    let decision = Decision { authority: Some("UBND tỉnh Hoa Mai".into()), ..accept() };
    house.decide(&house.officer, id, &decision).await.unwrap();
    let first = house.tasks[0];
    let of =
        query!(&house.world.platform, &house.clerk, cx => { requests::of_task(cx, first).await }).unwrap();
    let seen: Vec<_> = of.causes.iter().map(|cause| (cause.authority.as_str(), cause.due_on)).collect();
    let missed = Some(Day(date(2026, 11, 9)));
    assert_eq!(seen, [("Bộ Hoa Sen, văn bản 12/BHS", missed), ("UBND tỉnh Hoa Mai", missed)]);
    assert_eq!(house.task(0).await.row.time.due, Some(Day(date(2026, 12, 1))));
}

#[tokio::test]
async fn an_explanation_is_asked_answered_and_closed_by_two_sides() {
    let house = house().await;
    let new = NewMatter {
        answer_by: Some(Day(date(2026, 11, 25))),
        ..house.about_first(Kind::Explanation, due_none())
    };
    assert!(
        matches!(house.open(&house.clerk, &new).await, Err(Error::Denied(_))),
        "a unit asks no leader's question"
    );
    let id = house.open(&house.leader, &new).await.unwrap();
    let numbers = async || {
        query!(&house.world.platform, &house.leader, cx => { requests::numbers(cx, None).await }).unwrap()
    };
    assert_eq!((numbers().await.explanations, numbers().await.late), (1, 0));
    house.world.advance(SignedDuration::from_hours(5 * 24));
    assert_eq!((numbers().await.explanations, numbers().await.late), (1, 1));
    let said = Said { text: "Đã trình ngày 20/11".into(), files: Vec::new() };
    let answer = async |actor: &Actor, version| command!(&house.world.platform, actor, cx => { requests::answer(cx, id, version, &said).await });
    assert!(matches!(answer(&house.other, 1).await, Err(Error::NotFound)), "another unit does not see it");
    answer(&house.clerk, 1).await.unwrap();
    assert!(matches!(answer(&house.clerk, 1).await, Err(Error::Stale)));
    let again = command!(&house.world.platform, &house.leader, cx => {
        requests::ask_again(cx, id, 2, "Khi nào ban hành?", Some(Day(date(2026, 12, 1)))).await
    });
    again.unwrap();
    answer(&house.clerk, 3).await.unwrap();
    command!(&house.world.platform, &house.leader, cx => { requests::close(cx, id, 4, "Đã rõ").await })
        .unwrap();
    let detail = house.find(&house.clerk, id).await;
    assert_eq!((detail.matter.state, detail.turns.len()), (State::Closed, 5));
    let then = Filter { live: true, as_of: Some(date(2026, 11, 22)), ..Filter::default() };
    let past =
        query!(&house.world.platform, &house.leader, cx => { requests::list(cx, &then).await }).unwrap();
    assert_eq!(past.iter().map(|m| (m.id, m.state)).collect::<Vec<_>>(), [(id, State::Open)], "as of then");
    assert_eq!(numbers().await.explanations, 0);
}

fn due_none() -> Wanted {
    Wanted::default()
}

#[tokio::test]
async fn an_obstacle_goes_to_who_can_remove_it() {
    let house = house().await;
    let (first, a) = (house.tasks[0], house.a);
    let id = command!(&house.world.platform, &house.clerk, cx => {
        let since = Some(Day(date(2026, 11, 2)));
        requests::raise_obstacle(cx, first, a, "Chưa có kinh phí", since, None).await
    })
    .unwrap();
    let seen = house.find(&house.leader, id).await;
    assert_eq!((seen.matter.age, seen.matter.with), (19, house.root));
    let hidden = query!(&house.world.platform, &house.other, cx => { requests::find(cx, id).await });
    assert!(matches!(hidden, Err(Error::NotFound)));
    let b = house.b;
    command!(&house.world.platform, &house.leader, cx => {
        requests::escalate(cx, id, 1, b, "Đề nghị Ban Truyền thông bố trí").await
    })
    .unwrap();
    let said = Said { text: "Đã bố trí".into(), files: Vec::new() };
    command!(&house.world.platform, &house.other, cx => { requests::answer(cx, id, 2, &said).await })
        .unwrap();
    let kept =
        command!(&house.world.platform, &house.other, cx => { requests::close(cx, id, 3, "Xong").await });
    assert!(matches!(kept, Err(Error::Denied(_))), "the unit held back, or the owner, says when it is gone");
    command!(&house.world.platform, &house.clerk, cx => { requests::close(cx, id, 3, "Đã có kinh phí").await }).unwrap();
    let of_b = Filter { class: Some(Class::Obstacle), unit: Some(b), ..Filter::default() };
    let found =
        query!(&house.world.platform, &house.other, cx => { requests::list(cx, &of_b).await }).unwrap();
    assert_eq!(found.iter().map(|m| m.state).collect::<Vec<_>>(), [State::Closed]);
}

#[tokio::test]
async fn evidence_is_kept_and_programs_are_refused() {
    let house = house().await;
    let stored = house.world.platform.blobs.put(b"%PDF-1.7 ...".to_vec().into()).await.unwrap();
    let file = |name: &str, head: &[u8]| Sent {
        name: name.into(),
        media_type: "application/pdf".into(),
        sha256: stored.digest.to_string(),
        size_bytes: stored.size,
        head: head.to_vec(),
    };
    let with =
        |file: Sent| NewMatter { files: vec![file], ..house.about_first(Kind::Review, Wanted::default()) };
    let refused = house.open(&house.clerk, &with(file("bien-ban.pdf", b"MZ\x90"))).await;
    assert_eq!(keys(&refused), ["requests-invalid-file-program"]);
    let id = house.open(&house.clerk, &with(file("biên bản.pdf", b"%PDF-1.7"))).await.unwrap();
    let detail = house.find(&house.officer, id).await;
    assert_eq!(detail.files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["biên bản.pdf"]);
    let other = query!(&house.world.platform, &house.other, cx => { requests::file(cx, id, detail.files[0].id).await });
    assert!(matches!(other, Err(Error::NotFound)));
}

#[tokio::test]
async fn an_organisation_keeps_its_own_days_over_the_shipped_ones() {
    let house = house().await;
    let (root, a) = (house.root, house.a);
    let administrator = house.world.actor("admin", Role::Administrator, root).await;
    let own = Special {
        day: date(2026, 11, 24),
        kind: DayKind::Ordinary,
        name: String::new(),
        source: "Quy chế của Hội".into(),
        own: true,
    };
    let put = async |actor: &Actor| command!(&house.world.platform, actor, cx => { calendar::put(cx, a, std::slice::from_ref(&own)).await });
    assert!(matches!(put(&house.officer).await, Err(Error::Denied(_))));
    put(&administrator).await.unwrap();
    put(&administrator).await.unwrap();
    let org = query!(&house.world.platform, &administrator, cx => { Ok(units::load(cx, root).await?.org) })
        .unwrap();
    let read =
        async || query!(&house.world.platform, &house.clerk, cx => { calendar::of(cx, org).await }).unwrap();
    assert!(read().await.is_working(date(2026, 11, 24)));
    let days =
        query!(&house.world.platform, &house.clerk, cx => { calendar::days(cx, a, 2026).await }).unwrap();
    assert_eq!(days.iter().filter(|one| one.day == own.day).collect::<Vec<_>>(), [&own]);
    command!(&house.world.platform, &administrator, cx => { calendar::remove(cx, root, own.day).await })
        .unwrap();
    assert!(!read().await.is_working(date(2026, 11, 24)));
}

#[tokio::test]
async fn a_calendar_address_ends_when_another_is_made() {
    let house = house().await;
    let make = async || {
        command!(&house.world.platform, &house.clerk, cx => { calendar::new_feed(cx).await }).unwrap()
    };
    let first = make().await;
    let whose = async |secret: &str| {
        calendar::feed_actor(&house.world.platform, secret, "test").await.unwrap().map(|actor| actor.name)
    };
    assert_eq!(whose(&first).await.as_deref(), Some("Người dùng clerk"));
    let second = make().await;
    assert_eq!(whose(&first).await, None);
    assert!(whose(&second).await.is_some());
    command!(&house.world.platform, &house.clerk, cx => { calendar::end_feed(cx).await }).unwrap();
    assert_eq!(whose(&second).await, None);
}
