//! What the store does in a second: whole commands that are on disk when they are acknowledged, and reads.

use super::Times;
use anyhow::{Result, ensure};
use domain::access::Actor;
use domain::programmes::{self, NewTask, ProgrammeId, Slice, Sort, TaskFilter};
use domain::units::{self, NewUnit, UnitKind};
use domain::{Platform, UnitId, command, query};
use std::io::Write;
use std::time::Instant;
use testkit::world::World;

/// Commands of one writer.
const COMMANDS: usize = 1_000;
/// Writers at once, with as many commands together.
const WRITERS: usize = 8;
/// Reads.
const READS: usize = 5_000;

pub async fn run() -> Result<()> {
    let world = World::new().await;
    let platform = &world.platform;
    let wrong = platform.db.check().await?;
    ensure!(wrong.is_empty(), "the database does not keep what it acknowledges: {wrong:?}");
    let system = Actor::system("bench");
    let (root, plan) = command!(platform, &system, cx => {
        let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await?;
        Ok((root, super::lists::plan(cx, root, "Chương trình đo", Vec::new()).await?))
    })?;
    let mut times = Times::default();
    let begun = Instant::now();
    for number in 0..COMMANDS {
        times.add(add(platform, plan, number).await?);
    }
    let took = begun.elapsed().as_secs_f64();
    times.show("adding a task, one writer")?;
    writeln!(std::io::stdout(), "{:.0} commands a second, one writer", COMMANDS as f64 / took)?;
    together(platform, plan).await?;
    let listed = query!(platform, &system, cx => {
        programmes::tasks(cx, &TaskFilter::default(), Sort::Id, Slice { skip: 0, take: 1 }).await
    })?;
    ensure!(listed.total == 2 * COMMANDS, "{} tasks instead of {}", listed.total, 2 * COMMANDS);
    reads(platform, root).await
}

async fn add(platform: &Platform, plan: ProgrammeId, number: usize) -> Result<std::time::Duration> {
    let system = Actor::system("bench");
    let new = NewTask { title: format!("Rà soát danh mục số {number}"), ..NewTask::default() };
    let begun = Instant::now();
    command!(platform, &system, cx => { programmes::add_task(cx, plan, new.clone()).await })?;
    Ok(begun.elapsed())
}

async fn together(platform: &Platform, plan: ProgrammeId) -> Result<()> {
    let begun = Instant::now();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let platform = platform.clone();
            tokio::spawn(async move {
                for number in 0..COMMANDS / WRITERS {
                    add(&platform, plan, COMMANDS * (writer + 1) + number).await?;
                }
                anyhow::Ok(())
            })
        })
        .collect();
    for writer in writers {
        writer.await??;
    }
    let rate = COMMANDS as f64 / begun.elapsed().as_secs_f64();
    writeln!(std::io::stdout(), "{rate:.0} commands a second, {WRITERS} writers")?;
    Ok(())
}

async fn reads(platform: &Platform, root: UnitId) -> Result<()> {
    let system = Actor::system("bench");
    let mut times = Times::default();
    let begun = Instant::now();
    for _ in 0..READS {
        let one = Instant::now();
        let found = query!(platform, &system, cx => { units::load(cx, root).await })?;
        times.add(one.elapsed());
        ensure!(found.id == root, "another unit was read");
    }
    let rate = READS as f64 / begun.elapsed().as_secs_f64();
    times.show("reading a unit in a transaction of its own")?;
    writeln!(std::io::stdout(), "{rate:.0} reads a second")?;
    Ok(())
}
