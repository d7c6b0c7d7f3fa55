//! Lists of ten thousand tasks, and settling five hundred of them at once.

use super::Times;
use anyhow::{Result, ensure};
use domain::access::{Actor, Role};
use domain::programmes::{
    self, AssignmentRole, Holder, Light, NewAssignment, NewProgramme, NewTask, ProgrammeId, Slice, Sort,
    TaskFilter, TaskTime, TimeKind,
};
use domain::units::{self, NewUnit, UnitKind};
use domain::{Cx, Day, Platform, UnitId, command, query};
use jiff::ToSpan;
use jiff::civil::date;
use std::io::Write;
use std::time::Instant;
use testkit::app::TestApp;
use testkit::world::World;

const PROGRAMMES: usize = 10;
const TASKS: usize = 1_000;
const SETTLED: usize = 500;
const RUNS: usize = 10;
/// Units that lead in turn.
const UNITS: usize = 40;

/// Time that this process has had of the processors, in milliseconds: on a machine that others use too it
/// tells more than the clock.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after.split_whitespace().skip(11).take(2).filter_map(|part| part.parse::<f64>().ok());
    ticks.sum::<f64>() * 10.0
}

/// A programme without groups, indicators and duties.
pub async fn plan(
    cx: &mut Cx,
    owner: UnitId,
    title: &str,
    tasks: Vec<NewTask>,
) -> domain::Result<ProgrammeId> {
    let new = NewProgramme {
        owner,
        title: title.to_owned(),
        documents: Vec::new(),
        groups: Vec::new(),
        tasks,
        indicators: Vec::new(),
        duties: Vec::new(),
    };
    programmes::set_up(cx, new).await
}

/// A task that a unit leads, due at the end of the year.
pub fn due_this_year(code: &str, title: String, lead: UnitId) -> NewTask {
    NewTask {
        code: Some(code.to_owned()),
        title,
        outputs: vec!["Quyết định được ban hành".into()],
        time: TaskTime { kind: TimeKind::ByDate, due: Some(Day(date(2026, 12, 31))), ..TaskTime::default() },
        assignments: vec![NewAssignment {
            role: AssignmentRole::Lead,
            holder: Holder::Unit(lead),
            focal: false,
        }],
        ..NewTask::default()
    }
}

/// Three in four are due on a day, a third of those before today; the rest have no time.
fn task(number: usize, leads: &[UnitId]) -> NewTask {
    let days = i64::try_from(number % 300).unwrap_or(0) - 100;
    let dated = TaskTime {
        kind: TimeKind::ByDate,
        due: Some(Day(date(2026, 11, 21) + days.days())),
        ..TaskTime::default()
    };
    let lead = leads[number % leads.len()];
    NewTask {
        code: Some(format!("I.{number}")),
        title: format!("Xây dựng cơ sở dữ liệu dùng chung số {number} và báo cáo kết quả"),
        outputs: vec!["Báo cáo".into()],
        time: if number % 4 == 3 { TaskTime::default() } else { dated },
        assignments: vec![NewAssignment {
            role: AssignmentRole::Lead,
            holder: Holder::Unit(lead),
            focal: false,
        }],
        ..NewTask::default()
    }
}

pub async fn run() -> Result<()> {
    let world = World::new().await;
    let system = Actor::system("bench");
    let begun = Instant::now();
    let (root, leads) = command!(&world.platform, &system, cx => {
        let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await?;
        let mut leads = Vec::new();
        for number in 0..UNITS {
            leads.push(units::create(cx, NewUnit::new(Some(root), UnitKind::Board, &format!("Ban số {number}"))).await?);
        }
        Ok((root, leads))
    })?;
    for at in 0..PROGRAMMES {
        let tasks: Vec<NewTask> = (0..TASKS).map(|number| task(number, &leads)).collect();
        let title = format!("Chương trình số {at}");
        command!(&world.platform, &system, cx => { plan(cx, root, &title, tasks.clone()).await })?;
    }
    let took = begun.elapsed().as_secs_f64();
    writeln!(std::io::stdout(), "{PROGRAMMES} programmes of {TASKS} tasks set up in {took:.1} s")?;
    for (login, role) in [("planner", Role::Planner), ("reporter", Role::Reporter)] {
        world.account(login, role, root).await;
    }
    operations(&world.platform, leads[0]).await?;
    let app = TestApp::over(world);
    pages(&app, leads[0]).await?;
    settle(&app.world.platform).await
}

async fn operations(platform: &Platform, unit: UnitId) -> Result<()> {
    let system = Actor::system("bench");
    let all = TaskFilter::default();
    let of_unit = TaskFilter { unit: Some(unit), ..TaskFilter::default() };
    let red = TaskFilter { light: Some(Light::Red), text: "du lieu".into(), ..TaskFilter::default() };
    let share = |count: usize| PROGRAMMES * count;
    let late = (0..TASKS).filter(|number| number % 4 != 3 && number % 300 < 100).count();
    for (what, filter, total) in [
        ("first page of all tasks", &all, share(TASKS)),
        ("first page of one unit's", &of_unit, share(TASKS / UNITS)),
        ("first page of red ones with a word", &red, share(late)),
    ] {
        let (mut times, worked) = (Times::default(), processor());
        for _ in 0..RUNS {
            let begun = Instant::now();
            let found = query!(platform, &system, cx => {
                programmes::tasks(cx, filter, Sort::Light, Slice { skip: 0, take: 50 }).await
            })?;
            times.add(begun.elapsed());
            ensure!(found.total == total, "{what}: {} instead of {total}", found.total);
        }
        times.show(&format!("{what}, {:.0} ms of processor each", (processor() - worked) / RUNS as f64))?;
    }
    Ok(())
}

async fn pages(app: &TestApp, unit: UnitId) -> Result<()> {
    let mut planner = app.log_in("planner").await;
    let mut reporter = app.log_in("reporter").await;
    let list = format!("/tasks?unit={unit}&light=red");
    let pages = [
        ("/", false),
        ("/programmes", false),
        ("/tasks", false),
        (list.as_str(), false),
        ("/duties", true),
        ("/calendar", false),
    ];
    for (path, reports) in pages {
        let caller = if reports { &mut reporter } else { &mut planner };
        let (mut times, worked, mut bytes) = (Times::default(), processor(), 0);
        for _ in 0..RUNS {
            let begun = Instant::now();
            let page = caller.get(path).await;
            times.add(begun.elapsed());
            ensure!(page.status == 200, "{path}: {}", page.status);
            bytes = page.bytes.len();
        }
        let (path, worked) = (path.split('?').next().unwrap_or(path), (processor() - worked) / RUNS as f64);
        times.show(&format!("GET {path} ({} KB), {worked:.0} ms of processor each", bytes >> 10))?;
    }
    Ok(())
}

async fn settle(platform: &Platform) -> Result<()> {
    let system = Actor::system("bench");
    let undated = TaskFilter { window: programmes::Window::Undated, ..TaskFilter::default() };
    let open = query!(platform, &system, cx => {
        programmes::tasks(cx, &undated, Sort::Document, Slice { skip: 0, take: SETTLED }).await
    })?;
    let (before, due) = (open.total, Day(date(2026, 12, 31)));
    let chosen: Vec<_> = open.rows.iter().map(|row| row.id).collect();
    ensure!(chosen.len() == SETTLED, "{} tasks without a day", chosen.len());
    let begun = Instant::now();
    command!(platform, &system, cx => { programmes::settle_due(cx, &chosen, due, None).await })?;
    let took = begun.elapsed().as_secs_f64() * 1_000.0;
    let left = query!(platform, &system, cx => {
        programmes::tasks(cx, &undated, Sort::Document, Slice { skip: 0, take: 1 }).await
    })?;
    ensure!(left.total == before - SETTLED, "{} left of {before}", left.total);
    writeln!(std::io::stdout(), "{SETTLED} tasks settled in one transaction: {took:.0} ms")?;
    Ok(())
}
