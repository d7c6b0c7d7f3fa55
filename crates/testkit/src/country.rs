//! A whole country of invented plans, written straight into the tables: the 34 provinces and 3,321
//! communes, programmes, tasks, assignments, and five years of changes, updates and confirmations. The same from the same seed.
//!
//! For benchmarks and for tests that need many rows; what it writes is what the operations would have
//! written, without their audit rows and the decisions of each level.

use crate::world::{FrozenClock, Seeded};
use domain::access::{Actor, Role};
use domain::identity::{self, NewAccount};
use domain::programmes::{AssignmentRole, Cycle, Period, Recurrence, TaskId};
use domain::units::{self, NewUnit, UnitKind};
use domain::{Day, Micros, OrgId, Platform, UnitId, command, query};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use papers::fold::fold;
use std::sync::Arc;
use store::blobs::Blobs;
use store::{Db, Json, Tx};
use uuid::Uuid;

/// Login and password of the account that sees the whole country.
pub const LEADER: (&str, &str) = ("lanhdao.quocgia", crate::world::PASSWORD);

/// How large, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Assignments, about; five for every two tasks.
    pub assignments: usize,
    /// Number of programmes.
    pub programmes: usize,
    /// Two countries of one seed are the same.
    pub seed: u64,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Units, those that ended too.
    pub units: usize,
    /// Tasks.
    pub tasks: usize,
    /// Assignments, those that ended too.
    pub assignments: usize,
    /// Times of tasks, those that were changed too.
    pub deadlines: usize,
    /// Updates that were submitted.
    pub updates: usize,
}

/// The first day of the country.
pub const FIRST: Date = date(2021, 11, 1);
/// The last day on which something is recorded.
pub const LAST: Date = date(2026, 11, 20);

/// Numbers that look random and are the same in every run.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        (self.next() % sides.max(1) as u64) as usize
    }

    /// One of a list.
    ///
    /// # Panics
    /// When the list is empty.
    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }

    /// True so many times of a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    fn id(&mut self, at: Micros) -> Uuid {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.next().to_be_bytes());
        random[8..].copy_from_slice(&self.next().to_be_bytes()[..2]);
        let millis = u64::try_from(at.0 / 1_000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// An instant of a working hour of a day between two.
    fn instant(&mut self, from: Date, to: Date) -> Micros {
        let days = from.until((jiff::Unit::Day, to)).map_or(0, |span| span.get_days()).max(0);
        let day = from + i64::try_from(self.roll(days as usize + 1)).unwrap_or(0).days();
        let start = day.at(1, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a day in range").timestamp();
        Micros(start.as_microsecond() + (self.next() % 28_800_000_000) as i64)
    }
}

fn day_of(at: Micros) -> Date {
    at.timestamp().to_zoned(TimeZone::UTC).date()
}

struct TaskRow {
    id: Uuid,
    position: i64,
    group: String,
    title: String,
    outputs: usize,
    due: Option<Day>,
    original: Option<Day>,
    created: Micros,
    ended: Option<Micros>,
    version: i64,
}

struct TimeRow {
    id: Uuid,
    task: Uuid,
    kind: &'static str,
    recurrence: Vec<&'static str>,
    start: Option<Day>,
    due: Option<Day>,
    recorded: Micros,
    ended: Option<Micros>,
}

struct CarrierRow {
    id: Uuid,
    task: Uuid,
    position: i64,
    role: AssignmentRole,
    unit: Option<UnitId>,
    recorded: Micros,
    ended: Option<Micros>,
}

struct UpdateRow {
    id: Uuid,
    task: Uuid,
    assignment: Uuid,
    unit: UnitId,
    kind: &'static str,
    period: Option<Period>,
    percent: i64,
    submitted: Micros,
    confirmed: Option<Micros>,
    returned: Option<Micros>,
    completes: bool,
}

/// One programme's rows.
#[derive(Default)]
struct Rows {
    tasks: Vec<TaskRow>,
    times: Vec<TimeRow>,
    carriers: Vec<CarrierRow>,
    updates: Vec<UpdateRow>,
}

struct Maker<'a> {
    dice: &'a mut Dice,
    units: &'a [UnitId],
    rows: Rows,
}

const VERBS: [&str; 6] = ["Xây dựng", "Rà soát", "Ban hành", "Triển khai", "Nâng cấp", "Kết nối"];
const THINGS: [&str; 8] = [
    "nền tảng dữ liệu dùng chung",
    "quy chế quản lý nhiệm vụ khoa học",
    "kế hoạch chuyển đổi số",
    "hạ tầng số của xã",
    "cơ sở dữ liệu chuyên ngành",
    "chương trình đào tạo kỹ năng số",
    "danh mục công nghệ chiến lược",
    "dịch vụ công trực tuyến toàn trình",
];

impl Maker<'_> {
    fn time(&mut self, task: Uuid, recorded: Micros, from: Date) -> TimeRow {
        let later = |dice: &mut Dice, least: i64, most: usize| {
            Some(Day(from + (least + i64::try_from(dice.roll(most)).unwrap_or(0)).days()))
        };
        let (kind, start, due) = match self.dice.roll(100) {
            0..70 => ("by_date", None, later(self.dice, 30, 700)),
            70..78 => ("by_month", None, later(self.dice, 30, 400)),
            78..88 => ("recurring", None, None),
            88..93 => ("continuous", None, None),
            93..96 => ("start_then_continuous", later(self.dice, 20, 200), None),
            96..98 => ("per_plan", None, None),
            _ => ("unspecified", None, None),
        };
        let every = if self.dice.chance(50) { "quarterly" } else { "monthly" };
        let recurrence = if kind == "recurring" { vec![every] } else { Vec::new() };
        TimeRow { id: self.dice.id(recorded), task, kind, recurrence, start, due, recorded, ended: None }
    }

    /// A task with its times and carriers over the years.
    fn task(&mut self, position: i64, begun: Date) {
        let created = self.dice.instant(begun, LAST.max(begun));
        let id = self.dice.id(created);
        let ended = self.dice.chance(3).then(|| self.dice.instant(day_of(created), LAST));
        let mut time = self.time(id, created, day_of(created));
        let (original, mut version) = (time.due, 1);
        while version < 4 && self.dice.chance(25) {
            let at = self.dice.instant(day_of(time.recorded), LAST);
            if at <= time.recorded {
                break;
            }
            let next = self.time(id, at, day_of(at));
            self.rows.times.push(TimeRow { ended: Some(at), ..time });
            (time, version) = (next, version + 1);
        }
        let number = self.dice.roll(1_000_000);
        let title = format!("{} {} số {number}", self.dice.of(&VERBS), self.dice.of(&THINGS));
        let group = format!("{}.{}", ["I", "II", "III", "IV", "V"][self.dice.roll(5)], 1 + self.dice.roll(3));
        let outputs = usize::from(self.dice.chance(80));
        let (due, kind) = (time.due, time.kind);
        let every = if time.recurrence == ["monthly"] { Recurrence::Monthly } else { Recurrence::Quarterly };
        self.rows.times.push(time);
        self.carriers(id, created);
        match kind {
            "by_date" | "by_month" => self.progress(id, created, due),
            "recurring" | "continuous" => self.periods(id, created, every),
            _ => {}
        }
        self.rows.tasks.push(TaskRow {
            id,
            position,
            group,
            title,
            outputs,
            due,
            original,
            created,
            ended,
            version,
        });
    }

    /// An update of the present lead of a task, confirmed or returned some days later where there was
    /// time for it.
    fn update(&mut self, task: Uuid, at: Micros, kind: &'static str, percent: i64, period: Option<Period>) {
        let leads = |row: &&CarrierRow| row.task == task && row.role.leads() && row.ended.is_none();
        let Some((assignment, unit)) =
            self.rows.carriers.iter().rev().take(12).find(leads).and_then(|row| Some((row.id, row.unit?)))
        else {
            return;
        };
        let decided = self.dice.instant(day_of(at) + 1.day(), day_of(at) + 12.days());
        let decided = (day_of(decided) <= LAST).then_some(decided);
        let back = self.dice.chance(8);
        let (confirmed, returned) = (decided.filter(|_| !back), decided.filter(|_| back));
        let completes = kind == "done" && confirmed.is_some();
        let id = self.dice.id(at);
        let submitted = at;
        self.rows.updates.push(UpdateRow {
            id,
            task,
            assignment,
            unit,
            kind,
            period,
            percent,
            submitted,
            confirmed,
            returned,
            completes,
        });
    }

    /// What is reported of a dated task: now and then how far it is, and mostly that it is done.
    fn progress(&mut self, task: Uuid, created: Micros, due: Option<Day>) {
        let due = due.map_or(LAST, |day| day.0);
        for part in 1..=self.dice.roll(3) {
            let at = self.dice.instant(day_of(created), due.min(LAST));
            if at > created && day_of(at) <= LAST {
                self.update(task, at, "progress", 25 * part as i64, None);
            }
        }
        let done = self.dice.instant(due - 40.days(), due + 20.days());
        if self.dice.chance(85) && done > created && day_of(done) <= LAST {
            self.update(task, done, "done", 100, None);
        }
    }

    /// What is reported of periodic work: nearly every period, mostly in time.
    fn periods(&mut self, task: Uuid, created: Micros, every: Recurrence) {
        let cycle = Cycle { every, closes_on: 31, report_within: 10 };
        let mut next = cycle.holding(day_of(created));
        while let Some(period) = next.filter(|period| period.to < LAST) {
            if self.dice.chance(90) {
                let at = self.dice.instant(period.to + 1.day(), period.to + 11.days());
                if day_of(at) <= LAST {
                    self.update(task, at, "progress", 0, Some(period));
                }
            }
            next = cycle.holding(period.to + 1.day());
        }
    }

    fn carriers(&mut self, task: Uuid, created: Micros) {
        let mut position = 0;
        let mut add = |maker: &mut Self, role: AssignmentRole, unit: Option<UnitId>| {
            let moved = maker.dice.chance(5).then(|| maker.dice.instant(day_of(created), LAST));
            let moved = moved.filter(|at| *at > created && unit.is_some());
            let mut row = |unit, recorded, ended| {
                let id = maker.dice.id(recorded);
                maker.rows.carriers.push(CarrierRow { id, task, position, role, unit, recorded, ended });
                position += 1;
            };
            row(unit, created, moved);
            if let Some(at) = moved {
                let next = Some(maker.units[at.0 as usize % maker.units.len()]);
                row(next, at, None);
            }
        };
        let lead = (!self.dice.chance(1)).then(|| *self.dice.of(self.units));
        if self.dice.chance(4) {
            let other = Some(*self.dice.of(self.units)).filter(|other| Some(*other) != lead);
            add(self, AssignmentRole::JointLead, lead);
            if other.is_some() {
                add(self, AssignmentRole::JointLead, other);
            }
        } else {
            add(self, AssignmentRole::Lead, lead);
        }
        for _ in 0..1 + self.dice.roll(2) {
            let unit = Some(*self.dice.of(self.units));
            let role =
                if self.dice.chance(90) { AssignmentRole::Coordinating } else { AssignmentRole::Following };
            add(self, role, unit);
        }
    }
}

/// A platform that makes the country: its clock stands at the first day, its ids are seeded.
fn platform(db: &Db, blobs: Blobs, seed: u64) -> Platform {
    let start: Timestamp = "2021-11-01T02:00:00Z".parse().expect("an instant");
    Platform {
        db: db.clone(),
        blobs,
        clock: Arc::new(FrozenClock::at(start)),
        entropy: Arc::new(Seeded::from(seed)),
        zone: TimeZone::get("Asia/Ho_Chi_Minh").expect("the time zone is known"),
        eid_pattern: None,
        progress: domain::Progress::default(),
        fresh: Arc::default(),
    }
}

/// Writes a country into a migrated database without one.
///
/// # Errors
/// The engine failed.
pub async fn write(db: &Db, blobs: Blobs, size: Size) -> domain::Result<Totals> {
    let platform = platform(db, blobs, size.seed);
    let system = Actor::system("generate");
    let root = command!(&platform, &system, cx => {
        let root = units::create(cx, NewUnit::organisation("Quốc gia giả định", UnitKind::Central)).await?;
        units::import_divisions(cx, Some(root)).await?;
        Ok(root)
    })?;
    leader(&platform, &system, root).await?;
    let all = query!(&platform, &system, cx => { units::under(cx, root, i64::MAX).await })?;
    let current: Vec<&units::Unit> = all.iter().filter(|unit| unit.exists_to.is_none()).collect();
    let provinces: Vec<&units::Unit> =
        current.iter().copied().filter(|unit| unit.kind == UnitKind::Province).collect();
    let mut dice = Dice::new(size.seed);
    let mut totals = Totals { units: all.len(), ..Totals::default() };
    let each = (size.assignments * 2 / 5).div_ceil(size.programmes.max(1));
    for number in 0..size.programmes {
        let national = number % 5 == 0;
        let owner = if national { current[0] } else { provinces[number % provinces.len()] };
        let units: Vec<UnitId> = current.iter().filter(|u| owner.holds(u.tree_from)).map(|u| u.id).collect();
        let begun = FIRST + i64::try_from(dice.roll(1_400)).unwrap_or(0).days();
        let mut maker = Maker { dice: &mut dice, units: &units, rows: Rows::default() };
        (0..each).for_each(|position| maker.task(position as i64, begun));
        let rows = maker.rows;
        totals.tasks += rows.tasks.len();
        totals.assignments += rows.carriers.len();
        totals.deadlines += rows.times.len();
        totals.updates += rows.updates.len();
        let title = format!("Chương trình hành động số {}", number + 1);
        put(&mut dice, db, owner, &title, begun, rows).await?;
    }
    Ok(totals)
}

async fn leader(platform: &Platform, system: &Actor, root: UnitId) -> domain::Result<()> {
    let password_hash = identity::hash_password(platform, LEADER.0, LEADER.1).await?;
    let new = NewAccount {
        unit: root,
        name: "Lãnh đạo giả định".into(),
        title: String::new(),
        login: LEADER.0.into(),
        password_hash,
        role: Role::Administrator,
        must_change: false,
        demo: false,
    };
    command!(platform, system, cx => { identity::open(cx, new.clone()).await }).map(drop)
}

async fn put(
    dice: &mut Dice,
    db: &Db,
    owner: &units::Unit,
    title: &str,
    begun: Date,
    rows: Rows,
) -> domain::Result<()> {
    let mut tx = db.begin().await?;
    let at = dice.instant(begun, begun);
    let (org, id) = (owner.org, dice.id(at));
    tx.query("INSERT INTO programme (org_id, id, version, owner_unit_id, title, title_folded, near_due_days, created_at)
         VALUES ($1, $2, 1, $3, $4, $5, 15, $6)")
    .bind(org)
    .bind(id)
    .bind(owner.id)
    .bind(title.to_owned())
    .bind(fold(title))
    .bind(at)
    .run()
    .await?;
    put_groups(&mut tx, org, id).await?;
    put_tasks(&mut tx, org, id, rows.tasks).await?;
    put_times(&mut tx, org, rows.times).await?;
    put_carriers(&mut tx, org, rows.carriers).await?;
    put_updates(&mut tx, org, id, rows.updates).await?;
    Ok(tx.commit().await?)
}

async fn put_groups(tx: &mut Tx, org: OrgId, programme: Uuid) -> domain::Result<()> {
    let heads =
        [("I", "Thể chế"), ("II", "Hạ tầng"), ("III", "Nhân lực"), ("IV", "Ứng dụng"), ("V", "Hợp tác")];
    let rows = heads.into_iter().zip(0_i64..);
    tx.insert_many(
        "INSERT INTO programme_group (org_id, programme_id, code, title, position) VALUES ($1, $2, $3, $4, $5)",
        rows,
        move |query, ((code, title), at)| query.bind(org).bind(programme).bind(code).bind(title).bind(at),
    )
    .await?;
    Ok(())
}

async fn put_tasks(tx: &mut Tx, org: OrgId, programme: Uuid, rows: Vec<TaskRow>) -> domain::Result<()> {
    tx.insert_many(
        "INSERT INTO task (org_id, id, version, programme_id, position, code, group_code, title, search_folded, outputs,
                           due_on, original_due_on, created_at, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        rows,
        move |query, row| {
            let code = format!("{}.{}", row.group, row.position + 1);
            let folded = fold(&format!("{code} {}", row.title));
            let outputs: Vec<String> = vec!["Báo cáo kết quả".into(); row.outputs];
            query
                .bind(org)
                .bind(TaskId(row.id))
                .bind(row.version)
                .bind(programme)
                .bind(row.position)
                .bind(code)
                .bind(row.group)
                .bind(row.title)
                .bind(folded)
                .bind(Json(outputs))
                .bind(row.due)
                .bind(row.original)
                .bind(row.created)
                .bind(row.ended)
        },
    )
    .await?;
    Ok(())
}

async fn put_times(tx: &mut Tx, org: OrgId, rows: Vec<TimeRow>) -> domain::Result<()> {
    tx.insert_many(
        "INSERT INTO deadline (org_id, id, task_id, time_kind, recurrence, start_on, due_on, recorded_at, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        rows,
        move |query, row| {
            query
                .bind(org)
                .bind(row.id)
                .bind(row.task)
                .bind(row.kind)
                .bind(Json(row.recurrence))
                .bind(row.start)
                .bind(row.due)
                .bind(row.recorded)
                .bind(row.ended)
        },
    )
    .await?;
    Ok(())
}

async fn put_carriers(tx: &mut Tx, org: OrgId, rows: Vec<CarrierRow>) -> domain::Result<()> {
    tx.insert_many(
        "INSERT INTO assignment (org_id, id, task_id, position, role, holder, unit_id, proposed, focal, recorded_at, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        rows,
        move |query, row| {
            let holder = if row.unit.is_some() { "unit" } else { "awaiting" };
            query
                .bind(org)
                .bind(row.id)
                .bind(row.task)
                .bind(row.position)
                .bind(row.role.code())
                .bind(holder)
                .bind(row.unit)
                .bind(false)
                .bind(false)
                .bind(row.recorded)
                .bind(row.ended)
        },
    )
    .await?;
    Ok(())
}

async fn put_updates(tx: &mut Tx, org: OrgId, programme: Uuid, rows: Vec<UpdateRow>) -> domain::Result<()> {
    tx.insert_many(
        "INSERT INTO progress_update (org_id, id, version, programme_id, task_id, assignment_id, unit_id, leads, kind, period_from,
                                      period_to, percent, body, result, product, completed_on, difficulty, remover, created_at,
                                      created_by, saved_at, saved_by, editors, submitted_at, submitted_by, levels, confirmed_at,
                                      returned_at, task_done_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
                 $26, $27, $28, $29)",
        rows,
        move |query, row| {
            let on = Some(Day(day_of(row.submitted))).filter(|_| row.kind == "done");
            query
                .bind(org)
                .bind(row.id)
                .bind(2_i64)
                .bind(programme)
                .bind(row.task)
                .bind(row.assignment)
                .bind(row.unit)
                .bind(true)
                .bind(row.kind)
                .bind(row.period.map(|period| Day(period.from)))
                .bind(row.period.map(|period| Day(period.to)))
                .bind(row.percent)
                .bind("Đã thực hiện theo kế hoạch.")
                .bind("")
                .bind("")
                .bind(on)
                .bind("")
                .bind("")
                .bind(row.submitted)
                .bind(row.id)
                .bind(row.submitted)
                .bind(row.id)
                .bind(Json([row.id]))
                .bind(row.submitted)
                .bind(row.id)
                .bind(2_i64)
                .bind(row.confirmed)
                .bind(row.returned)
                .bind(on.filter(|_| row.completes))
        },
    )
    .await?;
    Ok(())
}
