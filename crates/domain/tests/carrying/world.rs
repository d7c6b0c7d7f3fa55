//! An invented association that carries out a plan, with log-ins of its units.

use domain::access::{Actor, Role};
use domain::board::Board;
use domain::carrying::{self, ClaimKind, Duty, Outcome, Said, Seat, UpdateId, View};
use domain::programmes::{
    self, AssignmentRole, Holder, NewAssignment, NewDocument, NewProgramme, NewTask, ProgrammeId, Rules,
    Slice, TaskDetail, TaskId, TaskRow, TaskTime, TimeKind,
};
use domain::units::{self, NewUnit, UnitKind};
use domain::{Day, Error, Result, UnitId, command, query};
use jiff::SignedDuration;
use jiff::civil::Date;
use testkit::world::World;

/// The association, two boards of it, and the log-ins: who reports and who signs for each, and who
/// confirms for the association.
pub struct Carrying {
    pub world: World,
    pub root: UnitId,
    pub a: UnitId,
    pub b: UnitId,
    pub programme: ProgrammeId,
    pub reporter: Actor,
    pub approver: Actor,
    pub other: Actor,
    pub assigner: Actor,
}

pub fn lead(unit: UnitId) -> NewAssignment {
    NewAssignment { role: AssignmentRole::Lead, holder: Holder::Unit(unit), focal: false }
}

pub fn role(role: AssignmentRole, holder: Holder) -> NewAssignment {
    NewAssignment { role, holder, focal: false }
}

pub fn by(due: Date) -> TaskTime {
    TaskTime { kind: TimeKind::ByDate, due: Some(Day(due)), ..TaskTime::default() }
}

pub fn task(title: &str, time: TaskTime, assignments: Vec<NewAssignment>) -> NewTask {
    NewTask {
        title: title.into(), time, assignments, outputs: vec!["Báo cáo".into()], ..NewTask::default()
    }
}

pub fn said(body: &str, percent: i64) -> Said {
    Said { body: body.into(), percent: Some(percent), ..Said::default() }
}

pub fn done(on: Date) -> Said {
    Said {
        kind: ClaimKind::Done,
        completed_on: Some(Day(on)),
        result: "Đã ban hành.".into(),
        product: "Quyết định 12/QĐ-HAD".into(),
        ..Said::default()
    }
}

fn empty_plan(owner: UnitId, document: programmes::DocumentId) -> NewProgramme {
    NewProgramme {
        owner,
        title: "Chương trình giả định".into(),
        documents: vec![document],
        groups: Vec::new(),
        tasks: Vec::new(),
        indicators: Vec::new(),
        duties: Vec::new(),
    }
}

fn document(owner: UnitId) -> NewDocument {
    NewDocument {
        owner,
        number: Some("01/CTr-HAD".into()),
        kind: None,
        title: "Chương trình giả định".into(),
        issuer: None,
        issued_on: None,
        signer: None,
        implements: Vec::new(),
        text: "Văn bản giả định.".into(),
        sha256: None,
        file_name: None,
        replaces: None,
    }
}

impl Carrying {
    /// A view of what the units owe for which somebody reports.
    pub async fn desk(&self, actor: &Actor, view: View) -> Vec<(TaskRow, Duty)> {
        let board = Board::new();
        board.refresh(&self.world.platform).await.unwrap();
        let desk =
            query!(&self.world.platform, actor, cx => { board.desk(cx, view, None, Slice::ALL).await });
        desk.unwrap().unwrap().rows
    }

    pub async fn new() -> Carrying {
        let world = World::new().await;
        let system = world.system();
        let (root, a, b) = command!(&world.platform, &system, cx => {
            let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await?;
            let a = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Chính sách")).await?;
            let b = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Truyền thông")).await?;
            Ok((root, a, b))
        })
        .unwrap();
        let programme = command!(&world.platform, &system, cx => {
            let document = programmes::add_document(cx, document(root)).await?;
            programmes::set_up(cx, empty_plan(root, document)).await
        })
        .unwrap();
        let reporter = world.actor("can.bo", Role::Reporter, a).await;
        let approver = world.actor("truong.ban", Role::Approver, a).await;
        let other = world.actor("ban.khac", Role::Approver, b).await;
        let assigner = world.actor("lanh.dao.hoi", Role::Approver, root).await;
        Carrying { world, root, a, b, programme, reporter, approver, other, assigner }
    }

    pub async fn add(&self, new: NewTask) -> TaskId {
        let system = self.world.system();
        command!(&self.world.platform, &system, cx => {
            programmes::add_task(cx, self.programme, new.clone()).await
        })
        .unwrap()
    }

    pub async fn set_rules(&self, rules: Rules) {
        let system = self.world.system();
        command!(&self.world.platform, &system, cx => {
            let programme = programmes::find(cx, self.programme).await?;
            programmes::change_programme(cx, self.programme, programme.version, &programme.title, rules).await
        })
        .unwrap();
    }

    pub async fn task(&self, id: TaskId, as_of: Option<Date>) -> TaskDetail {
        let system = self.world.system();
        query!(&self.world.platform, &system, cx => { programmes::task(cx, id, as_of).await }).unwrap()
    }

    /// `light standing` of a task.
    pub async fn light(&self, id: TaskId, as_of: Option<Date>) -> String {
        let verdict = self.task(id, as_of).await.row.verdict;
        format!("{} {}", verdict.light.code(), verdict.standing.code())
    }

    /// The seat of a unit in a task.
    pub async fn seat(&self, task: TaskId, unit: UnitId) -> Seat {
        let detail = self.task(task, None).await;
        let carriers = detail.row.carriers.iter();
        let mut own = carriers.filter(|carrier| carrier.seats.iter().any(|(seated, _)| *seated == unit));
        Seat { task, assignment: own.next().unwrap().id, unit }
    }

    pub async fn save(
        &self,
        who: &Actor,
        seat: Seat,
        version: Option<i64>,
        said: Said,
    ) -> Result<(UpdateId, i64)> {
        command!(&self.world.platform, who, cx => { carrying::save(cx, seat, version, said.clone()).await })
    }

    pub async fn submit(&self, who: &Actor, id: UpdateId, version: i64) -> Result<()> {
        command!(&self.world.platform, who, cx => { carrying::submit(cx, id, version).await })
    }

    /// A draft that is saved and submitted at once.
    pub async fn report(&self, who: &Actor, seat: Seat, said: Said) -> Result<UpdateId> {
        let (id, version) = self.save(who, seat, None, said).await?;
        self.submit(who, id, version).await?;
        Ok(id)
    }

    pub async fn decide(&self, who: &Actor, id: UpdateId, outcome: Outcome) -> Result<()> {
        let system = self.world.system();
        let version =
            query!(&self.world.platform, &system, cx => { Ok(carrying::find(cx, id).await?.version) })?;
        command!(&self.world.platform, who, cx => {
            carrying::decide(cx, id, version, outcome.clone()).await
        })
    }

    /// Both levels confirm.
    pub async fn confirm(&self, id: UpdateId) {
        self.decide(&self.approver, id, Outcome::Confirm).await.unwrap();
        self.decide(&self.assigner, id, Outcome::Confirm).await.unwrap();
    }

    pub fn days(&self, days: i64) {
        self.world.advance(SignedDuration::from_hours(24 * days));
    }

    /// Moves the clock to nine in the morning of a day, Hà Nội time.
    pub fn go_to(&self, day: Date) {
        let today = self.world.platform.today();
        self.days(programmes::days_between(today, day));
    }
}

/// The keys of what was refused.
pub fn refused<T: std::fmt::Debug>(outcome: Result<T>) -> Vec<&'static str> {
    match outcome {
        Err(Error::Invalid(problems)) => problems.into_iter().map(|problem| problem.reason.key).collect(),
        other => panic!("it was not refused: {other:?}"),
    }
}
