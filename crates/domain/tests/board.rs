//! The board says what SQL and the rules say: on random plans that change over a year, on random slices
//! of random days, for whoever asks, also while others write.

#![allow(clippy::unwrap_used, reason = "a test fails where its world cannot be made")]

use domain::access::{Actor, Role};
use domain::board::{Behind, Board, Changed, Question, Was};
use domain::carrying::{self, ClaimKind, Outcome, Said, Seat, View};
use domain::programmes::{
    self, AssignmentRole, Defect, Fate, Holder, Light, NewAssignment, NewGroup, NewProgramme, NewTask, Order,
    ProgrammeId, RoleFilter, Rules, Slice, Sort, Standing, State, TaskFilter, TaskId, TaskTime, TimeKind,
    Window,
};
use domain::units::{self, GroupingEdit, GroupingId, NewUnit, UnitKind};
use domain::{Cx, Day, Error, Platform, UnitId, command, query};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan};
use std::collections::BTreeSet;
use testkit::country::{self, Size};
use testkit::world::World;

/// Numbers that look random and are the same in every run.
#[derive(Clone)]
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }

    fn of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.roll(list.len())].clone()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    fn day(&mut self) -> Date {
        date(2026, 9, 1) + i64::try_from(self.roll(500)).unwrap().days()
    }
}

struct Stage {
    world: World,
    units: Vec<UnitId>,
    groupings: Vec<GroupingId>,
    programmes: Vec<ProgrammeId>,
    /// Who reports, and two who confirm.
    people: Vec<Actor>,
}

const GROUPS: [&str; 5] = ["I", "I.1", "I.2", "II", "II.1.a"];

fn some_time(dice: &mut Dice) -> TaskTime {
    let kinds = [
        TimeKind::ByDate,
        TimeKind::ByDate,
        TimeKind::ByDate,
        TimeKind::ByMonth,
        TimeKind::Recurring,
        TimeKind::Continuous,
        TimeKind::StartThenContinuous,
        TimeKind::PerPlan,
        TimeKind::OnDemand,
        TimeKind::Unspecified,
    ];
    let kind = dice.of(&kinds);
    let text = dice.chance(50).then(|| "quý nào đó".to_owned());
    let dated = matches!(kind, TimeKind::ByDate | TimeKind::ByMonth) && dice.chance(90);
    let starts = kind == TimeKind::StartThenContinuous && dice.chance(90);
    let (due, start) = (dated.then(|| Day(dice.day())), starts.then(|| Day(dice.day())));
    TaskTime { text, kind, recurrence: Vec::new(), start, due }
}

fn some_assignments(stage: &Stage, dice: &mut Dice) -> Vec<NewAssignment> {
    let holder = |dice: &mut Dice| match dice.roll(12) {
        0 => Holder::Awaiting,
        1 => Holder::Unknown("Ban Không Có".into()),
        2 | 3 => Holder::Grouping(dice.of(&stage.groupings)),
        4 => Holder::Person { name: "Người giả định".into(), proposed: true },
        _ => Holder::Unit(dice.of(&stage.units)),
    };
    let first = if dice.chance(60) { AssignmentRole::Lead } else { AssignmentRole::JointLead };
    let mut given: Vec<NewAssignment> = Vec::new();
    for at in 0..dice.roll(5) {
        let role = match (at, first) {
            (0, first) => first,
            (1, AssignmentRole::JointLead) => AssignmentRole::JointLead,
            _ => dice.of(&AssignmentRole::ALL[2..]),
        };
        let new = NewAssignment { role, holder: holder(dice), focal: false };
        if !given.contains(&new) {
            given.push(new);
        }
    }
    given
}

fn some_task(stage: &Stage, dice: &mut Dice) -> NewTask {
    NewTask {
        title: format!("Việc số {}", dice.roll(1_000)),
        group: dice.chance(80).then(|| dice.of(&GROUPS).to_owned()),
        outputs: if dice.chance(60) { vec!["Báo cáo".into()] } else { Vec::new() },
        time: some_time(dice),
        assignments: some_assignments(stage, dice),
        ..NewTask::default()
    }
}

/// Two organisations with twelve units, two groupings and three programmes of ten tasks each.
async fn stage(dice: &mut Dice) -> Stage {
    let world = World::new().await;
    let system = world.system();
    let (units, groupings) = command!(&world.platform, &system, cx => {
        let first = units::create(cx, NewUnit::organisation("Tỉnh Ánh Dương", UnitKind::Province)).await?;
        let second = units::create(cx, NewUnit::organisation("Viện Sao Mai", UnitKind::Institute)).await?;
        let mut all = vec![first, second];
        for n in 0..10 {
            let parent = all[[0, 0, 0, 2, 2, 3, 1, 1, 8, 9][n]];
            let kind = if n < 6 { UnitKind::Commune } else { UnitKind::Board };
            all.push(units::create(cx, NewUnit::new(Some(parent), kind, &format!("Đơn vị {n}"))).await?);
        }
        let org = units::load(cx, first).await?.org;
        let edit = |name: &str| GroupingEdit { name: name.into(), aliases: Vec::new() };
        let communes = units::create_grouping(cx, org, edit("Các xã")).await?;
        let some = units::create_grouping(cx, org, edit("Một số đơn vị")).await?;
        let version = units::load_grouping(cx, communes).await?.version;
        units::add_member(cx, communes, version, &[(first, Some(UnitKind::Commune))], None).await?;
        let version = units::load_grouping(cx, some).await?.version;
        let members = [(all[7], None), (all[3], None)];
        units::add_member(cx, some, version, &members, Some(Day(date(2026, 12, 15)))).await?;
        Ok((all, vec![communes, some]))
    })
    .unwrap();
    let mut people = Vec::new();
    for login in ["baocao", "xacnhan", "kyduyet"] {
        people.push(everywhere(&world, login, &units).await);
    }
    let mut stage = Stage { world, units, groupings, programmes: Vec::new(), people };
    for owner in [0, 2, 1] {
        let new = NewProgramme {
            owner: stage.units[owner],
            title: format!("Chương trình {owner}"),
            documents: Vec::new(),
            groups: ["I", "I.1", "II"]
                .map(|code| NewGroup { code: code.into(), title: "Nhóm".into() })
                .into(),
            tasks: (0..10).map(|_| some_task(&stage, dice)).collect(),
            indicators: Vec::new(),
            duties: Vec::new(),
        };
        let made = command!(&stage.world.platform, &stage.world.system(), cx => {
            programmes::set_up(cx, new.clone()).await
        });
        stage.programmes.push(made.unwrap());
    }
    stage
}

/// Somebody with every right in both organisations.
async fn everywhere(world: &World, login: &str, units: &[UnitId]) -> Actor {
    let mut actor = world.actor(login, Role::Administrator, units[0]).await;
    let second = world.actor(&format!("{login}2"), Role::Administrator, units[1]).await;
    actor.grants.extend(second.grants);
    actor
}

/// A random report on a random task, or a decision on one that waits.
async fn report(stage: &Stage, dice: &mut Dice) -> domain::Result<()> {
    let platform = &stage.world.platform;
    if dice.chance(60) {
        let who = dice.of(&stage.people[1..]);
        let waiting = query!(platform, &who, cx => { carrying::waiting(cx).await })?;
        let Some(row) = (!waiting.is_empty()).then(|| dice.of(&waiting)) else { return Ok(()) };
        let outcome = if dice.chance(85) { Outcome::Confirm } else { Outcome::Return("Chưa đủ.".into()) };
        return command!(platform, &who, cx => {
            carrying::decide(cx, row.update.id, row.update.version, outcome.clone()).await
        });
    }
    let filter = TaskFilter { programme: Some(dice.of(&stage.programmes)), ..TaskFilter::default() };
    let system = stage.world.system();
    let rows = query!(platform, &system, cx => {
        Ok(programmes::tasks(cx, &filter, Sort::Id, Slice::ALL).await?.rows)
    })?;
    let Some(row) = (!rows.is_empty()).then(|| dice.of(&rows)) else { return Ok(()) };
    if dice.chance(15) {
        return take_back(stage, row.id, dice).await;
    }
    let seats: Vec<Seat> = row
        .leads()
        .flat_map(|lead| lead.seats.iter().map(|(unit, _)| (lead.id, *unit)))
        .map(|(assignment, unit)| Seat { task: row.id, assignment, unit })
        .collect();
    let Some(seat) = (!seats.is_empty()).then(|| dice.of(&seats)) else { return Ok(()) };
    if dice.chance(50) {
        command!(platform, &stage.people[0], cx => { carrying::receive(cx, &[seat]).await })?;
    }
    let carried = query!(platform, &system, cx => { programmes::carried(cx, row.id).await })?;
    let done = dice.chance(50);
    let today = platform.today();
    let said = Said {
        kind: if done { ClaimKind::Done } else { ClaimKind::Progress },
        period: carried.cycle().and_then(|cycle| cycle.ended_before(today)).filter(|_| !done),
        percent: Some(i64::try_from(dice.roll(100)).unwrap()),
        body: "Đang làm.".into(),
        result: "Đã ban hành.".into(),
        product: "Quyết định".into(),
        completed_on: done.then_some(Day(today)),
        ..Said::default()
    };
    command!(platform, &stage.people[0], cx => {
        let (id, version) = carrying::save(cx, seat, None, said.clone()).await?;
        carrying::submit(cx, id, version).await
    })
}

/// Returns what was confirmed of a task, where anything was.
async fn take_back(stage: &Stage, task: TaskId, dice: &mut Dice) -> domain::Result<()> {
    let who = dice.of(&stage.people[1..]);
    let progress = query!(&stage.world.platform, &who, cx => { carrying::of_task(cx, task).await })?;
    let confirmed = |shown: &&carrying::Shown| matches!(shown.update.fate, Some(Fate::Confirmed(_)));
    let Some(shown) = progress.updates.iter().find(confirmed) else { return Ok(()) };
    command!(&stage.world.platform, &who, cx => {
        let reason = Outcome::Return("Xác nhận nhầm.".into());
        carrying::decide(cx, shown.update.id, shown.update.version, reason).await
    })
}

/// One random write. A write that the rules refuse, or that lost to another, is none.
async fn write(platform: &Platform, actor: &Actor, stage: &Stage, dice: &mut Dice) -> domain::Result<()> {
    if dice.chance(50) {
        return match report(stage, dice).await {
            Err(Error::Invalid(_) | Error::Stale | Error::NotFound | Error::Denied(_)) => Ok(()),
            outcome => outcome,
        };
    }
    let start = dice.clone();
    let (outcome, after) = {
        let mut after = start.clone();
        let outcome = command!(platform, actor, cx => {
            let mut dice = start.clone();
            let outcome = one_write(cx, stage, &mut dice).await;
            after = dice;
            outcome
        });
        (outcome, after)
    };
    *dice = after;
    match outcome {
        Err(Error::Invalid(_) | Error::Stale | Error::NotFound) => Ok(()),
        outcome => outcome,
    }
}

async fn one_write(cx: &mut Cx, stage: &Stage, dice: &mut Dice) -> domain::Result<()> {
    let programme = dice.of(&stage.programmes);
    let filter = TaskFilter { programme: Some(programme), ..TaskFilter::default() };
    let tasks = programmes::tasks(cx, &filter, Sort::Id, Slice::ALL).await?.rows;
    let Some(task) = (!tasks.is_empty()).then(|| dice.of(&tasks)) else { return Ok(()) };
    match dice.roll(12) {
        0 => programmes::add_task(cx, programme, some_task(stage, dice)).await.map(drop),
        1 => programmes::end_task(cx, task.id, task.version).await,
        2 => {
            let version = programmes::find(cx, programme).await?.version;
            let rules = Rules {
                near_due_days: i64::try_from(dice.roll(60)).unwrap(),
                behind_points: dice.chance(60).then_some(20),
                ..Rules::default()
            };
            programmes::change_programme(cx, programme, version, "Chương trình", rules).await
        }
        3 => {
            let (unit, under) = (dice.of(&stage.units), dice.of(&stage.units));
            let version = units::load(cx, unit).await?.version;
            let edit = units::Edit { from: Some(Day(cx.today())), reason: "thử".into() };
            units::move_to(cx, unit, version, Some(under), edit).await
        }
        4 => {
            let grouping = dice.of(&stage.groupings);
            let version = units::load_grouping(cx, grouping).await?.version;
            let member = [(dice.of(&stage.units), None)];
            units::add_member(cx, grouping, version, &member, Some(Day(dice.day()))).await
        }
        5 => {
            let parent = dice.of(&stage.units);
            let name = format!("Xã {}", dice.roll(100_000));
            units::create(cx, NewUnit::new(Some(parent), UnitKind::Commune, &name)).await.map(drop)
        }
        _ => {
            let (version, given) = programmes::task_as_given(cx, task.id).await?;
            let mut new = some_task(stage, dice);
            match dice.roll(3) {
                0 => new.assignments = given.assignments,
                1 => new.time = given.time,
                _ => {}
            }
            programmes::change_task(cx, task.id, version, new).await
        }
    }
}

fn some_filter(stage: &Stage, dice: &mut Dice) -> TaskFilter {
    let windows = [
        Window::Any,
        Window::Any,
        Window::Past,
        Window::Within(30),
        Window::Undated,
        Window::Between(Some(dice.day()), None),
        Window::Between(None, Some(dice.day())),
    ];
    TaskFilter {
        programme: dice.chance(30).then(|| dice.of(&stage.programmes)),
        unit: dice.chance(60).then(|| dice.of(&stage.units)),
        role: dice.of(&[RoleFilter::Any, RoleFilter::Leading, RoleFilter::Coordinating]),
        group: dice.chance(30).then(|| dice.of(&["I", "I.1", "II", ""]).to_owned()),
        light: dice.chance(30).then(|| dice.of(&Light::ALL)),
        window: dice.of(&windows),
        as_of: dice.chance(70).then(|| date(2026, 11, 15) + i64::try_from(dice.roll(500)).unwrap().days()),
        ..TaskFilter::default()
    }
}

fn question(filter: &TaskFilter) -> Question {
    Question {
        unit: filter.unit,
        role: filter.role,
        programme: filter.programme,
        group: filter.group.clone(),
        window: filter.window,
        as_of: filter.as_of,
        by_unit: true,
        ..Question::default()
    }
}

/// One slice, from the board and from SQL with the rules, in one view of the database.
async fn same_slice(cx: &mut Cx, board: &Board, filter: &TaskFilter) {
    let listed = programmes::tasks(cx, filter, Sort::Id, Slice::ALL).await;
    let seen = board.look(cx, &question(filter));
    let (listed, seen) = match (listed, seen) {
        (Err(Error::NotFound), Err(Error::NotFound)) => return,
        (listed, seen) => (listed.unwrap(), seen.unwrap().unwrap()),
    };
    assert_eq!(seen.counts, listed.counts, "{filter:?} {}", cx.actor().name);
    assert_eq!(seen.series, [(seen.day, seen.counts)]);
    let behind = Behind { light: filter.light, was: Was::Anything };
    let found = board.find(cx, &question(filter), behind, usize::MAX).unwrap().unwrap();
    let ids: BTreeSet<TaskId> = found.tasks.iter().copied().collect();
    let wanted: BTreeSet<TaskId> = listed.rows.iter().map(|row| row.id).collect();
    assert_eq!((ids, found.total), (wanted, listed.total), "{filter:?}");
}

/// What a list filters by beside a slice.
fn narrowed(filter: &TaskFilter, dice: &mut Dice) -> TaskFilter {
    TaskFilter {
        standing: dice.chance(20).then(|| dice.of(&Standing::ALL)),
        defect: dice.chance(20).then(|| dice.of(&Defect::ALL)),
        state: dice.chance(20).then(|| dice.of(&State::ALL)),
        text: dice.of(&["", "", "việc", "SỐ 1", "so 2 viec", "không có"]).to_owned(),
        ..filter.clone()
    }
}

/// One page of a list in some order, of all or of what changed, from the board and from SQL with the rules.
async fn same_list(cx: &mut Cx, board: &Board, filter: &TaskFilter, dice: &mut Dice) {
    let by = dice.of(&[Sort::Document, Sort::Light, Sort::Due, Sort::Unit, Sort::Id]);
    let order = Order { by, descending: dice.chance(50) };
    let since = date(2026, 11, 15) + i64::try_from(dice.roll(500)).unwrap().days();
    let was = dice.of(&[Was::Anything, Was::Other, Was::Away, Was::Light(Light::Red)]);
    let changed = dice.chance(50).then_some(Changed { since, was });
    let (skip, take) = (dice.roll(5), dice.of(&[1, 7, 50, 1_000]));
    let said = format!("{filter:?} {order:?} {changed:?} {skip} {take}");
    let page = board.tasks(cx, filter, changed, order, Slice { skip, take }).await;
    let mut listed = match (programmes::tasks(cx, filter, order, Slice::ALL).await, &page) {
        (Err(Error::NotFound), Err(Error::NotFound)) => return,
        (listed, _) => listed.unwrap(),
    };
    let page = page.unwrap().unwrap();
    if changed.is_some() {
        // The window is that of the day looked at.
        let window = match filter.window {
            Window::Past => Window::Between(None, Some(page.day - 1.day())),
            Window::Within(days) => Window::Between(Some(page.day), Some(page.day + i64::from(days).days())),
            window => window,
        };
        let then = TaskFilter { as_of: Some(since), light: None, window, ..filter.clone() };
        let then = TaskFilter { standing: None, defect: None, state: None, text: String::new(), ..then };
        let then = programmes::tasks(cx, &then, Sort::Id, Slice::ALL).await.unwrap().rows;
        listed.rows.retain(|row| {
            let before = then.iter().find(|then| then.id == row.id).map(|then| then.verdict.light);
            match was {
                Was::Anything => true,
                Was::Away => before.is_none(),
                Was::Other => before.is_some_and(|before| before != row.verdict.light),
                Was::Light(light) => before == Some(light) && row.verdict.light != light,
            }
        });
        assert_eq!(page.total, listed.rows.len(), "{said}");
    } else {
        assert_eq!((page.total, page.counts), (listed.total, listed.counts), "{said}");
    }
    let rows: Vec<_> = listed.rows.into_iter().skip(skip).take(take).collect();
    assert_eq!(page.rows, rows, "{said}");
}

/// Everything on the first page, from the board and from SQL with the rules.
async fn same_page(cx: &mut Cx, board: &Board, as_of: Option<Date>) {
    let page = programmes::dashboard(cx, as_of).await.unwrap();
    let asked = Question { as_of, by_unit: true, ..Question::default() };
    let seen = board.look(cx, &asked).unwrap().unwrap();
    assert_eq!((seen.day, seen.counts), (page.day.0, page.counts));
    assert_eq!((seen.defects, seen.states), (page.defects, page.states));
    let filter = TaskFilter { as_of, ..TaskFilter::default() };
    let rows = programmes::tasks(cx, &filter, Sort::Id, Slice::ALL).await.unwrap().rows;
    for (standing, count) in seen.standings {
        assert_eq!(rows.iter().filter(|row| row.verdict.standing == standing).count(), count);
    }
    let sorted = |mut units: Vec<_>| {
        units.sort_by_key(|(unit, _)| *unit);
        units
    };
    let wanted = page.units.iter().map(|unit| (unit.unit, unit.counts)).collect();
    assert_eq!(sorted(seen.units), sorted(wanted), "{as_of:?}");
    let listed = seen.programmes.iter().map(|one| (one.programme, one.counts, one.defective));
    let wanted = page.programmes.iter().map(|row| (row.programme.id, row.counts, row.defective));
    assert_eq!(listed.collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
    let all: usize = seen.groups.iter().map(|group| group.counts.total()).sum();
    assert_eq!(all, page.counts.total(), "every task lies in one main group");
    for group in page.groups {
        let same =
            |one: &&programmes::GroupCount| (one.programme, &one.code) == (group.programme, &group.code);
        assert_eq!(seen.groups.iter().find(same).map(|one| one.counts), Some(group.counts));
    }
}

/// Every view of the desk, from the board and task by task.
async fn same_desk(cx: &mut Cx, board: &Board, stage: &Stage, dice: &mut Dice) {
    let all = programmes::tasks(cx, &TaskFilter::default(), Sort::Light, Slice::ALL).await.unwrap();
    let mut owed = Vec::new();
    for row in all.rows {
        let duties = carrying::of_task(cx, row.id).await.unwrap().duties;
        owed.extend(duties.into_iter().filter(|duty| duty.may_report).map(|duty| (row.clone(), duty)));
    }
    let unit = dice.chance(40).then(|| dice.of(&stage.units));
    let counted = |view: View, unit: Option<UnitId>| {
        let holds = |(row, duty): &&(programmes::TaskRow, carrying::Duty)| {
            unit.is_none_or(|unit| unit == duty.seat.unit) && view.holds(duty.stage(row))
        };
        owed.iter().filter(holds).cloned().collect::<Vec<_>>()
    };
    let mut units: Vec<UnitId> = owed.iter().map(|(_, duty)| duty.seat.unit).collect();
    units.sort_unstable();
    units.dedup();
    for view in View::ALL {
        let (skip, take) = (dice.roll(6), dice.of(&[1, 3, 1_000]));
        let desk = board.desk(cx, view, unit, Slice { skip, take }).await.unwrap().unwrap();
        let rows: Vec<_> = counted(view, unit).into_iter().skip(skip).take(take).collect();
        assert_eq!(desk.rows, rows, "{} {view:?} {unit:?} {skip} {take}", cx.actor().name);
        assert_eq!(desk.counts, View::ALL.map(|view| counted(view, unit).len()));
        assert_eq!(desk.late, owed.iter().filter(|(row, _)| row.verdict.light == Light::Red).count());
        let came_back = (counted(View::Returned, None).len(), counted(View::Unreceived, None).len());
        assert_eq!((desk.returned, desk.unreceived), came_back);
        let mut named: Vec<UnitId> = desk.units.iter().map(|(unit, _)| *unit).collect();
        named.sort_unstable();
        assert_eq!(named, units);
    }
}

async fn actors(stage: &Stage) -> Vec<Actor> {
    vec![
        stage.world.system(),
        stage.world.actor("lanhdao", Role::Viewer, stage.units[0]).await,
        stage.world.actor("canboxa", Role::Planner, stage.units[5]).await,
        stage.world.actor("canbo", Role::Reporter, stage.units[2]).await,
        stage.world.actor("thanhtra", Role::Inspector, stage.units[8]).await,
    ]
}

#[tokio::test]
async fn the_board_equals_sql_and_the_rules_on_every_slice() {
    let mut dice = Dice(57);
    let stage = stage(&mut dice).await;
    let (platform, actors) = (&stage.world.platform, actors(&stage).await);
    let (here, there) = (Board::new(), Board::new());
    let mut met = [0; Standing::ALL.len()];
    assert!(here.ready(platform).await.unwrap() && !Board::new().is_made());
    for _ in 0..40 {
        for _ in 0..dice.roll(10) {
            write(platform, &actors[0], &stage, &mut dice).await.unwrap();
        }
        stage.world.advance(SignedDuration::from_hours(i64::try_from(dice.roll(400)).unwrap()));
        assert!(here.ready(platform).await.unwrap());
        let actor = dice.of(&actors);
        let filters: Vec<TaskFilter> = (0..8).map(|_| some_filter(&stage, &mut dice)).collect();
        query!(platform, &actor, cx => {
            there.catch_up(cx).await?;
            for filter in &filters {
                same_slice(cx, &here, filter).await;
                same_slice(cx, &there, filter).await;
                same_list(cx, &here, &narrowed(filter, &mut dice), &mut dice).await;
            }
            same_page(cx, &here, filters[0].as_of).await;
            same_page(cx, &there, None).await;
            same_desk(cx, &here, &stage, &mut dice).await;
            let seen = here.look(cx, &Question::default())?.unwrap();
            seen.standings.iter().for_each(|(standing, n)| met[*standing as usize] += n);
            Ok(())
        })
        .unwrap();
    }
    let [open, waiting, returned, finished @ ..] = met;
    let finished: usize = finished.iter().sum();
    assert!(open.min(waiting).min(returned).min(finished) > 0, "some standings were never met: {met:?}");
    let system = &actors[0];
    assert_eq!(query!(platform, system, cx => { there.compare(cx).await }).unwrap(), []);
}

#[tokio::test]
async fn the_board_equals_sql_while_writes_go_on() {
    let mut dice = Dice(8);
    let stage = std::sync::Arc::new(stage(&mut dice).await);
    let actors = actors(&stage).await;
    let writers: Vec<_> = (0..3)
        .map(|n| {
            let (stage, mut dice) = (stage.clone(), Dice(100 + n));
            tokio::spawn(async move {
                let system = stage.world.system();
                for _ in 0..25 {
                    write(&stage.world.platform, &system, &stage, &mut dice).await.unwrap();
                }
            })
        })
        .collect();
    let board = Board::new();
    let mut rounds = 0;
    while rounds < 5 || writers.iter().any(|writer| !writer.is_finished()) {
        let actor = dice.of(&actors);
        let filters: Vec<TaskFilter> = (0..3).map(|_| some_filter(&stage, &mut dice)).collect();
        query!(&stage.world.platform, &actor, cx => {
            board.catch_up(cx).await?;
            for filter in &filters {
                same_slice(cx, &board, filter).await;
            }
            same_page(cx, &board, None).await;
            Ok(())
        })
        .unwrap();
        rounds += 1;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let compared = query!(&stage.world.platform, &actors[0], cx => { board.compare(cx).await });
    assert_eq!(compared.unwrap(), []);
}

/// The country that the benchmark measures on, made small: whoever changes a table learns here that it
/// is no longer written.
#[tokio::test]
async fn a_generated_country_is_counted_alike() {
    let world = World::new().await;
    let size = Size { assignments: 600, programmes: 2, seed: 57 };
    let written = country::write(&world.platform.db, world.platform.blobs.clone(), size).await.unwrap();
    assert!(written.assignments >= 600 && written.updates > 0, "{written:?}");
    let (board, system) = (Board::new(), world.system());
    board.refresh(&world.platform).await.unwrap();
    query!(&world.platform, &system, cx => {
        let seen = board.look(cx, &Question::default())?.unwrap();
        let standing = seen.counts.total();
        assert!(standing > written.tasks / 2 && standing <= written.tasks && seen.programmes.len() == 2);
        for as_of in [None, Some(country::FIRST + 400.days()), Some(country::LAST)] {
            same_slice(cx, &board, &TaskFilter { as_of, ..TaskFilter::default() }).await;
        }
        Ok(())
    })
    .unwrap();
}

#[tokio::test]
async fn several_days_in_one_pass_are_each_what_the_day_alone_says() {
    let mut dice = Dice(3);
    let stage = stage(&mut dice).await;
    let (platform, system) = (&stage.world.platform, stage.world.system());
    for _ in 0..30 {
        write(platform, &system, &stage, &mut dice).await.unwrap();
        stage.world.advance(SignedDuration::from_hours(100));
    }
    let board = Board::new();
    board.refresh(platform).await.unwrap();
    let first = date(2026, 11, 20);
    let history: Vec<Date> = (0..62).map(|week| first + (3 * week).days()).collect();
    let last = first + 200.days();
    for unit in [None, Some(stage.units[0]), Some(stage.units[2]), Some(stage.units[9])] {
        let base = Question { unit, ..Question::default() };
        let asked =
            Question { as_of: Some(last), since: Some(first), history: history.clone(), ..base.clone() };
        query!(platform, &system, cx => {
            let seen = board.look(cx, &asked)?.unwrap();
            assert_eq!(seen.series.len(), 63);
            for (day, counts) in &seen.series {
                let alone = board.look(cx, &Question { as_of: Some(*day), ..base.clone() })?.unwrap();
                assert_eq!(alone.counts, *counts, "{day}");
            }
            let (red, was) = (Some(Light::Red), Some(Light::Green));
            let moved = seen.moves.iter().find(|one| (one.from, one.to) == (was, red));
            let from = Behind { light: red, was: Was::Light(Light::Green) };
            let behind = board.find(cx, &asked, from, 5)?.unwrap();
            assert_eq!(behind.total, moved.map_or(0, |one| one.tasks));
            let turned = seen.moves.iter().filter(|one| one.to == red && one.from.is_some());
            let turned: usize = turned.map(|one| one.tasks).sum();
            let behind = board.find(cx, &asked, Behind { light: red, was: Was::Other }, 5)?.unwrap();
            assert_eq!((behind.total, behind.tasks.len()), (turned, turned.min(5)));
            let gained: i64 = seen.moves.iter().map(|one| {
                let of = |light| i64::from(light == red) * i64::try_from(one.tasks).unwrap();
                of(one.to) - of(one.from)
            }).sum();
            let (before, after) = (seen.series[0].1.red, seen.counts.red);
            assert_eq!(gained, after as i64 - before as i64);
            Ok(())
        })
        .unwrap();
    }
}
