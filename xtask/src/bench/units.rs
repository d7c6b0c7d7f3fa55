//! The directory at the size of the country: search without diacritics, and printed names told apart.

use super::Times;
use anyhow::{Context, Result, ensure};
use domain::access::Actor;
use domain::units::{self, Directory, NewUnit, UnitKind};
use domain::{Platform, UnitId, command, query};
use std::io::Write;
use std::time::Instant;
use testkit::world::World;

/// Searches, each for another commune.
const SEARCHES: usize = 1_000;

/// Names as documents print them, and whom they mean.
const PRINTED: [(&str, &str); 8] = [
    ("Bộ KH&CN", "Bộ Khoa học và Công nghệ"),
    ("B6 Khoa hoc và Cong ngh8", "Bộ Khoa học và Công nghệ"),
    ("Bộ Khoa học và Công nghệ", "Bộ Khoa học và Công nghệ"),
    ("Ban ĐN-HTQT", "Ban Đối ngoại - Hợp tác quốc tế"),
    ("Ban Đối ngoại – Hợp tác Quốc tế", "Ban Đối ngoại - Hợp tác quốc tế"),
    ("UBND tỉnh Nghệ An", "Nghệ An"),
    ("UBND TP. Hồ Chí Minh", "Hồ Chí Minh"),
    ("Văn phòng", "Văn phòng"),
];

pub async fn run() -> Result<()> {
    let world = World::new().await;
    let platform = &world.platform;
    let system = Actor::system("bench");
    let begun = Instant::now();
    let done = command!(platform, &system, cx => { units::import_divisions(cx, None).await })?;
    ensure!((done.provinces, done.communes) == (34, 3_321), "{done:?}");
    let took = begun.elapsed().as_secs_f64();
    writeln!(
        std::io::stdout(),
        "34 provinces, 3,321 communes and {} former ones imported in {took:.1} s",
        done.former
    )?;
    let root = command!(platform, &system, cx => {
        let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await?;
        for (kind, name, alias) in [
            (UnitKind::Board, "Ban Đối ngoại - Hợp tác quốc tế", "Ban ĐN-HTQT"),
            (UnitKind::Office, "Văn phòng", "VP"),
        ] {
            let new = NewUnit { aliases: vec![alias.into()], ..NewUnit::new(Some(root), kind, name) };
            units::create(cx, new).await?;
        }
        let ministry = NewUnit::organisation("Bộ Khoa học và Công nghệ", UnitKind::Ministry);
        units::create(cx, NewUnit { aliases: vec!["Bộ KH&CN".into()], ..ministry }).await?;
        Ok(root)
    })?;
    search(platform).await?;
    resolve(platform, root).await
}

async fn search(platform: &Platform) -> Result<()> {
    let system = Actor::system("bench");
    let roots = query!(platform, &system, cx => { units::roots(cx).await })?;
    let mut communes = Vec::new();
    for root in roots {
        let below = query!(platform, &system, cx => { units::under(cx, root.unit.id, i64::MAX).await })?;
        communes.extend(below.into_iter().filter(|unit| unit.kind == UnitKind::Commune));
    }
    ensure!(communes.len() == 3_321, "{} communes", communes.len());
    let mut times = Times::default();
    for commune in communes.iter().step_by(communes.len() / SEARCHES).take(SEARCHES) {
        let typed = papers::fold::fold(&commune.label());
        let begun = Instant::now();
        let found = query!(platform, &system, cx => { units::search(cx, &typed, 20).await })?;
        times.add(begun.elapsed());
        ensure!(found.iter().any(|unit| unit.id == commune.id), "{typed} does not find {}", commune.label());
    }
    times.show("search without diacritics, name and province")
}

async fn resolve(platform: &Platform, root: UnitId) -> Result<()> {
    let system = Actor::system("bench");
    let begun = Instant::now();
    let directory = query!(platform, &system, cx => { Directory::load(cx, root).await })?;
    let took = begun.elapsed().as_secs_f64() * 1_000.0;
    writeln!(std::io::stdout(), "directory of all units made in {took:.0} ms")?;
    let mut times = Times::default();
    for _ in 0..50 {
        for (printed, meant) in PRINTED {
            let begun = Instant::now();
            let found = directory.resolve(printed, 5);
            times.add(begun.elapsed());
            let best = found.first().with_context(|| format!("{printed}: nobody"))?;
            ensure!(best.name.ends_with(meant), "{printed}: {} instead of {meant}", best.name);
        }
    }
    times.show("resolving a printed name")
}
