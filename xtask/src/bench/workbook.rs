//! A workbook of 600 tasks: made, filled in, read, shown and submitted at once.

use super::lists::{due_this_year, plan};
use anyhow::{Context, Result, ensure};
use domain::access::{Actor, Role};
use domain::board::Board;
use domain::carrying::View;
use domain::carrying::sheet::{self, Sheet, Workbook};
use domain::programmes::Slice;
use domain::units::{self, NewUnit, UnitKind};
use domain::{Platform, command, query};
use jiff::civil::date;
use std::io::Write;
use std::time::Instant;
use testkit::book::Book;
use testkit::world::World;

const ROWS: usize = 600;

fn said(what: &str, since: Instant) -> Result<()> {
    writeln!(std::io::stdout(), "{what}: {:.0} ms", since.elapsed().as_secs_f64() * 1_000.0)?;
    Ok(())
}

/// What goes into the workbook, from a board that is made first.
async fn owed(platform: &Platform, who: &Actor, view: View) -> Result<Sheet> {
    let board = Board::new();
    board.refresh(platform).await?;
    let found = query!(platform, who, cx => {
        let desk = board.desk(cx, view, None, Slice::ALL).await?.map(|desk| desk.rows).unwrap_or_default();
        let count = desk.len();
        sheet::sheet(cx, desk, count).await
    });
    Ok(found?)
}

/// Runs it.
pub async fn run() -> Result<()> {
    let world = World::new().await;
    let (platform, system) = (&world.platform, world.system());
    let unit = command!(platform, &system, cx => {
        let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await?;
        let unit = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Chính sách")).await?;
        let task = |number: usize| {
            let title = format!("Xây dựng và ban hành quy chế phối hợp số {number} trong chuyển đổi số");
            due_this_year(&number.to_string(), title, unit)
        };
        plan(cx, root, "Chương trình", (0..ROWS).map(task).collect()).await?;
        Ok(unit)
    })?;
    let reporter = world.actor("can.bo", Role::Reporter, unit).await;

    let since = Instant::now();
    let owing = owed(platform, &reporter, View::Open).await?;
    said(&format!("the duties of {ROWS} tasks"), since)?;
    ensure!(owing.lines.len() == ROWS, "{} rows", owing.lines.len());
    let since = Instant::now();
    let bytes = testkit::book::form(&owing, date(2026, 11, 22).at(9, 0, 0, 0));
    said(&format!("written, {} kB", bytes.len() / 1024), since)?;

    let mut book = Book::open(&bytes);
    for line in book.lines() {
        book = book
            .fill("body", line, "Đã lấy ý kiến các đơn vị, đang hoàn thiện dự thảo.")
            .fill("percent", line, 60);
    }
    let filled = book.bytes();
    let since = Instant::now();
    let read = sheet::read("cap-nhat.xlsx", &filled)?;
    said("read again", since)?;
    ensure!(read.rows.len() == ROWS && read.problems.is_empty(), "{} rows read", read.rows.len());
    let since = Instant::now();
    let shown = query!(platform, &reporter, cx => { sheet::preview(cx, &read).await })?;
    said("judged for the preview", since)?;
    ensure!(shown.changes.len() == ROWS && shown.problems.is_empty(), "{} changes", shown.changes.len());
    let text = serde_json::to_string(&read).context("the rows as text")?;
    writeln!(std::io::stdout(), "the preview sends on {} kB", text.len() / 1024)?;
    let back: Workbook = serde_json::from_str(&text)?;
    let since = Instant::now();
    let sent = command!(platform, &reporter, cx => { sheet::send(cx, &back, true).await })?;
    said("submitted in one transaction", since)?;
    ensure!(sent == ROWS, "{sent} were sent");
    let waiting = owed(platform, &reporter, View::Waiting).await?;
    ensure!(waiting.lines.len() == ROWS, "{} wait", waiting.lines.len());
    Ok(())
}
