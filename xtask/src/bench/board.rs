//! The board at size: making it, random slices inside the server, and slices over HTTP.

use super::{Times, http, resident};
use crate::generate;
use anyhow::{Context, Result, ensure};
use domain::access::Actor;
use domain::board::{Board, Question};
use domain::programmes::{self, ProgrammeId, RoleFilter, Slice, Sort, TaskFilter};
use domain::units::{self, Unit};
use domain::{Platform, identity, query};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::country::{self, Dice};
use testkit::world::{FrozenClock, Seeded};

/// Slices timed inside the server.
const SLICES: usize = 2_000;
/// Slices that are counted again from SQL by the rules.
const RECOUNTED: usize = 12;

pub fn run(args: &[String]) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(all(args))
}

async fn all(args: &[String]) -> Result<()> {
    let db = generate::open(args).await?;
    let now: Timestamp = "2026-11-21T02:00:00Z".parse()?;
    let platform = Platform {
        db,
        blobs: generate::blobs()?.0,
        clock: Arc::new(FrozenClock::at(now)),
        // Another session for each run over the same database.
        entropy: Arc::new(Seeded::from(u64::from(std::process::id()) << 32)),
        zone: TimeZone::get("Asia/Ho_Chi_Minh")?,
        eid_pattern: None,
        progress: domain::Progress::default(),
        fresh: Arc::default(),
    };
    let system = Actor::system("bench");
    let (before, begun) = (resident(), Instant::now());
    let board = Arc::new(Board::new());
    board.refresh(&platform).await?;
    let size = board.size().context("the board is made")?;
    let (took, after) = (begun.elapsed().as_secs_f64(), resident());
    writeln!(
        std::io::stdout(),
        "board made in {took:.1} s: {} tasks, {} assignments of units; {:.0} MB of its own, process {before:.0} to {after:.0} MB",
        size.tasks,
        size.assignments,
        size.bytes as f64 / 1e6,
    )?;
    let parts = query!(&platform, &system, cx => {
        let root = units::roots(cx).await?.into_iter().next().map(|root| root.unit.id);
        let units = match root {
            Some(root) => units::under(cx, root, i64::MAX).await?,
            None => Vec::new(),
        };
        let seen = board.look(cx, &Question::default())?.map(|seen| seen.programmes).unwrap_or_default();
        Ok((units, seen.into_iter().map(|one| one.programme).collect::<Vec<_>>()))
    })?;
    inside(&platform, &board, &parts).await?;
    recount(&platform, &board, &parts).await?;
    served(&platform, &board, &parts).await?;
    writeln!(std::io::stdout(), "process {:.0} MB at the end", resident())?;
    Ok(())
}

type Parts = (Vec<Unit>, Vec<ProgrammeId>);

fn some_day(dice: &mut Dice) -> Date {
    country::FIRST + i64::try_from(dice.roll(1_900)).unwrap_or(0).days()
}

/// A random slice as a dashboard asks for it: half of them for today, half for a day of five years.
fn some_question(dice: &mut Dice, (units, programmes): &Parts) -> Question {
    Question {
        unit: dice.chance(70).then(|| dice.of(units).id),
        role: *dice.of(&[RoleFilter::Any, RoleFilter::Leading, RoleFilter::Coordinating]),
        programme: dice.chance(20).then(|| *dice.of(programmes)),
        group: dice.chance(20).then(|| (*dice.of(&["I", "II", "III", "IV.1"])).to_owned()),
        as_of: dice.chance(50).then(|| some_day(dice)),
        by_unit: true,
        ..Question::default()
    }
}

/// With a line over half a year and what changed in a week, as the first page asks.
fn with_history(question: Question) -> Question {
    let day = question.as_of.unwrap_or(country::LAST + 1.day());
    let history = (0..26).map(|week| day - (7 * week).days()).collect();
    Question { history, since: Some(day - 7.days()), ..question }
}

async fn inside(platform: &Platform, board: &Board, parts: &Parts) -> Result<()> {
    let system = Actor::system("bench");
    let mut dice = Dice::new(1);
    let (mut one, mut whole, mut line) = (Times::default(), Times::default(), Times::default());
    query!(platform, &system, cx => {
        for at in 0..SLICES {
            let question = some_question(&mut dice, parts);
            let begun = Instant::now();
            board.look(cx, &question)?;
            one.add(begun.elapsed());
            if at % 4 == 0 {
                let question = Question { by_unit: true, as_of: question.as_of, ..Question::default() };
                let begun = Instant::now();
                board.look(cx, &question)?;
                whole.add(begun.elapsed());
                let question = with_history(question);
                let begun = Instant::now();
                board.look(cx, &question)?;
                line.add(begun.elapsed());
            }
        }
        Ok(())
    })?;
    one.show("random slices, one day")?;
    whole.show("the whole country, one day")?;
    line.show("the whole country, 27 days and what changed")
}

/// Counts programmes again from SQL by the rules, on random days.
async fn recount(platform: &Platform, board: &Board, parts: &Parts) -> Result<()> {
    let system = Actor::system("bench");
    let mut dice = Dice::new(2);
    for _ in 0..RECOUNTED {
        let programme = Some(*dice.of(&parts.1));
        let unit = dice.chance(60).then(|| dice.of(&parts.0).id);
        let as_of = Some(some_day(&mut dice));
        let filter = TaskFilter { programme, unit, as_of, ..TaskFilter::default() };
        let question = Question { programme, unit, as_of, ..Question::default() };
        let (listed, seen) = query!(platform, &system, cx => {
            let listed = programmes::tasks(cx, &filter, Sort::Id, Slice::ALL).await?;
            Ok((listed.counts, board.look(cx, &question)?.map(|seen| seen.counts)))
        })?;
        ensure!(seen == Some(listed), "{filter:?}: the board says {seen:?}, SQL and the rules {listed:?}");
    }
    writeln!(std::io::stdout(), "{RECOUNTED} slices counted again from SQL: all equal")?;
    Ok(())
}

/// 300 requests a second offered over 50 connections, for 20 seconds.
async fn served(platform: &Platform, board: &Arc<Board>, parts: &Parts) -> Result<()> {
    let (login, password) = country::LEADER;
    let session = identity::log_in(platform, login, password, "bench").await?;
    let settings = web::Settings {
        organisation: "Quốc gia giả định".into(),
        demo: Vec::new(),
        proxies: Vec::new(),
        secure_cookies: false,
        upload_bytes: 1 << 20,
        request_time: Duration::from_secs(30),
        model_host: None,
    };
    let app = web::App {
        platform: platform.clone(),
        board: board.clone(),
        settings: Arc::new(settings),
        reader: Arc::new(testkit::world::Here),
        metrics: None,
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let service = web::router(app).into_make_service_with_connect_info::<std::net::SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, service).await });
    let mut dice = Dice::new(3);
    let paths: Vec<String> = (0..6_000).map(|_| path(&some_question(&mut dice, parts))).collect();
    let cookie = format!("{}={}", web::SESSION_COOKIE, session.token);
    let load = http::Load { address, cookie, per_second: 300, connections: 50, paths };
    let mut times = load.run().await?;
    times.show("GET /api/v1/board, 300 a second over 50 connections, client in the same process")?;
    server.abort();
    Ok(())
}

fn path(question: &Question) -> String {
    let mut path = "/api/v1/board?limit=20".to_owned();
    if let Some(unit) = question.unit {
        path.push_str(&format!("&unit={unit}"));
    }
    match question.role {
        RoleFilter::Leading => path.push_str("&role=lead"),
        RoleFilter::Coordinating => path.push_str("&role=coordinating"),
        RoleFilter::Any => {}
    }
    if let Some(programme) = question.programme {
        path.push_str(&format!("&programme={programme}"));
    }
    if let Some(day) = question.as_of {
        path.push_str(&format!("&as_of={day}"));
    }
    path
}
