//! Two organisations, a unit with a sibling, and somebody with each role at each of them.

use domain::access::{Actor, Role};
use domain::board::Board;
use domain::carrying::{self, FileId, NewFile, Seat, UpdateId, View, sheet};
use domain::identity::{self, GrantId, TokenId};
use domain::intake::{self, IntakeId, ItemRef, Upload};
use domain::programmes::{
    self, AssignmentRole, DocumentId, Holder, NewAssignment, NewDocument, NewIndicator, NewProgramme,
    NewTask, ProgrammeId, Slice, Target, TaskId, TaskTime,
};
use domain::requests::{self, Kind, MatterId, NewMatter, Said, Sent};
use domain::units::{self, AliasId, GroupingEdit, GroupingId, LinkId, LinkKind, NewUnit, UnitKind};
use domain::{AccountId, OrgId, Platform, UnitId, command, disclose, query};
use messages::Lang;
use std::cell::Cell;
use testkit::app::{Caller, TestApp};
use testkit::book::Book;
use testkit::world::Here;
use uuid::Uuid;

/// Ends of paths that want an update which is still a draft.
const DRAFTS: [&str; 5] = ["/submit", "/discard", "/evidence", "/evidence/remove", "/files"];
/// Roles in the order of the table's columns.
const ROLES: [Role; 4] = [Role::Viewer, Role::Inspector, Role::Planner, Role::Administrator];

/// The program with everybody who calls it.
pub struct House {
    pub app: TestApp,
    /// The unit that owns what is called.
    pub owner: UnitId,
    /// The organisation of which it is a part.
    pub root: UnitId,
    /// A unit below the owner to which another can be moved.
    pub shelf: UnitId,
    /// Log-ins of the columns after "nobody".
    logins: Vec<String>,
    /// Sessions of all columns.
    pub people: Vec<Caller>,
    /// Programs with tokens of all columns.
    pub programs: Vec<Caller>,
    count: Cell<u32>,
}

/// What the paths name: made anew for a call that may change it, as far as its path asks for it.
#[derive(Debug, Clone)]
pub struct Things {
    pub unit: UnitId,
    /// The unit's version.
    pub version: i64,
    pub alias: AliasId,
    pub link: LinkId,
    pub account: Option<(AccountId, GrantId)>,
    pub grouping: Option<(GroupingId, i64, Uuid)>,
    pub plan: Option<Plan>,
    pub intake: Option<Brought>,
    /// An exchange of the unit about the task, and a file of it.
    pub matter: Option<(MatterId, Uuid)>,
    /// The part of the unit in the plan's task.
    pub seat: Option<Seat>,
    /// An update of the unit that waits, and its file.
    pub update: Option<(UpdateId, FileId)>,
    /// The form of the unit's tasks as a workbook, filled in; empty where the path asks for none.
    pub workbook: Vec<u8>,
}

impl Things {
    /// A file of the update or of the exchange.
    pub fn file(&self) -> Option<Uuid> {
        self.update.map(|(_, file)| file.0).or(self.matter.map(|(_, file)| file))
    }
}

/// A document of the unit that was brought in, as its route needs it: in review, failed, a list, or reviewed.
#[derive(Debug, Clone, Copy)]
pub struct Brought {
    pub intake: IntakeId,
    pub version: i64,
    /// Its first item; the intake's own id where there is none.
    pub item: Uuid,
}

/// A programme of the unit with a document and a task.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub programme: ProgrammeId,
    pub document: DocumentId,
    pub task: TaskId,
}

impl House {
    pub async fn new() -> House {
        let app = TestApp::new().await;
        let system = app.world.system();
        let (root, owner, shelf, beside, foreign) = command!(&app.world.platform, &system, cx => {
            let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương (giả định)", UnitKind::Association)).await?;
            let beside = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Đối ngoại")).await?;
            let owner = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Chính sách")).await?;
            let foreign = units::create(cx, NewUnit::organisation("Viện Bắc Đẩu (giả định)", UnitKind::Other)).await?;
            let shelf = units::create(cx, NewUnit::new(Some(owner), UnitKind::Other, "Tổ nhận")).await?;
            Ok((root, owner, shelf, beside, foreign))
        })
        .unwrap();
        let mut logins = vec!["stranger".to_owned()];
        app.world.account("stranger", Role::Administrator, foreign).await;
        for (place, unit) in [("beside", beside), ("owner", owner)] {
            for role in ROLES {
                let login = format!("{place}-{}", role.code());
                app.world.account(&login, role, unit).await;
                logins.push(login);
            }
        }
        let nobody = app.nobody();
        let mut house = House {
            owner,
            root,
            shelf,
            logins,
            people: Vec::new(),
            programs: vec![nobody],
            count: Cell::new(0),
            app,
        };
        house.log_in().await;
        for login in house.logins.clone() {
            let secret = house.token(&login).await.1;
            house.programs.push(house.app.program(&secret));
        }
        house
    }

    pub fn platform(&self) -> &Platform {
        &self.app.world.platform
    }

    pub fn system(&self) -> Actor {
        self.app.world.system()
    }

    /// The same house, configured otherwise.
    pub async fn configure(&mut self, change: impl FnOnce(&mut web::Settings)) {
        self.app.configure(change);
        self.log_in().await;
    }

    /// One more caller, who administers the whole organisation: returns the column.
    pub async fn administrator(&mut self) -> usize {
        let login = "root-administrator".to_owned();
        self.app.world.account(&login, Role::Administrator, self.root).await;
        let secret = self.token(&login).await.1;
        self.people.push(self.app.log_in(&login).await);
        self.programs.push(self.app.program(&secret));
        self.logins.push(login);
        self.people.len() - 1
    }

    /// New sessions for everybody.
    pub async fn log_in(&mut self) {
        self.people = vec![self.app.nobody()];
        for login in &self.logins {
            self.people.push(self.app.log_in(login).await);
        }
    }

    /// A new token of the caller in a column (after "nobody").
    pub async fn token_of(&self, column: usize) -> TokenId {
        self.token(&self.logins[column - 1]).await.0
    }

    async fn token(&self, login: &str) -> (TokenId, String) {
        let actor = self.app.world.actor_of(login).await;
        command!(self.platform(), &actor, cx => { identity::issue_token(cx, "phép thử", 30).await }).unwrap()
    }

    pub fn number(&self) -> u32 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    /// A unit below the owner, and what else the path names.
    pub async fn things(&self, path: &str) -> Things {
        let (number, system, owner) = (self.number(), self.system(), self.owner);
        let (unit, version, alias, link) = command!(self.platform(), &system, cx => {
            let name = format!("Tổ số {number}");
            let unit = units::create(cx, NewUnit::new(Some(owner), UnitKind::Other, &name).called(&["tổ ấy"])).await?;
            units::link(cx, unit, 1, owner, LinkKind::Vertical, (None, None)).await?;
            let (alias, link) = (units::aliases(cx, unit).await?[0].id, units::links(cx, unit).await?[0].id);
            Ok((unit, units::load(cx, unit).await?.version, alias, link))
        })
        .unwrap();
        let account = if path.contains("{account}") { Some(self.account(number, unit).await) } else { None };
        let grouping =
            if path.contains("{grouping}") { Some(self.grouping(number, unit).await) } else { None };
        let planned = [
            "{matter}",
            "{programme}",
            "{document}",
            "{task}",
            "{update}",
            "/duties",
            "/confirmations",
            "/tasks/settle",
            "/api/v1/documents",
        ];
        let plan = match planned.iter().any(|part| path.contains(part)) {
            true => Some(self.plan(number, unit).await),
            false => None,
        };
        let intake =
            if path.contains("{intake}") { Some(self.intake(number, unit, path).await) } else { None };
        let matter = match plan.filter(|_| path.contains("{matter}")) {
            Some(plan) => Some(self.matter(unit, plan.task, path).await),
            None => None,
        };
        let seat = match plan {
            Some(plan) => Some(self.seat(plan, unit).await),
            None => None,
        };
        let update = match seat {
            Some(seat) if ["{update}", "/confirm"].iter().any(|part| path.contains(part)) => {
                Some(self.update(number, seat, DRAFTS.iter().any(|end| path.ends_with(end))).await)
            }
            _ => None,
        };
        if let (Some((id, _)), true) = (update, path.ends_with("/correct")) {
            self.give_back(number, unit, id).await;
        }
        let workbook = match path.starts_with("/duties/upload") {
            true => self.workbook(unit).await,
            false => Vec::new(),
        };
        Things { unit, version, alias, link, account, grouping, plan, intake, matter, seat, update, workbook }
    }

    /// An exchange that can be moved on as the route wants it.
    async fn matter(&self, unit: UnitId, task: TaskId, path: &str) -> (MatterId, Uuid) {
        let kind = match path.rsplit('/').next().unwrap_or_default() {
            "answer" | "again" | "close" => Kind::Explanation,
            "escalate" => Kind::Obstacle,
            _ => Kind::Review,
        };
        let stored = self.platform().blobs.put(b"minh chung".to_vec().into()).await.unwrap();
        let file = Sent {
            name: "minh-chung.txt".into(),
            media_type: "text/plain".into(),
            sha256: stored.digest.to_string(),
            size_bytes: stored.size,
            head: b"minh".to_vec(),
        };
        let new = NewMatter {
            task: Some(task),
            unit: Some(unit),
            text: "Vì sao?".into(),
            answer_by: Some("2026-11-30".parse().unwrap()),
            files: vec![file],
            ..NewMatter::new(kind)
        };
        command!(self.platform(), &self.system(), cx => {
            let id = requests::open(cx, new.clone()).await?;
            if path.ends_with("/again") {
                let said = Said { text: "Vì thế.".into(), files: Vec::new() };
                requests::answer(cx, id, 1, &said).await?;
            }
            Ok((id, requests::find(cx, id).await?.files[0].id))
        })
        .unwrap()
    }

    async fn intake(&self, number: u32, unit: UnitId, path: &str) -> Brought {
        let (name, text) = match path.rsplit('/').next().unwrap_or_default() {
            "retry" | "replace" => ("hong.docx", format!("\u{89}PNG\r\n\u{1a}\n\0\0 {number}")),
            "mapping" | "apply" => {
                ("danh-sach.csv", format!("STT,Nhiệm vụ,Hạn\n1,Rà soát {number},31/12/2026\n"))
            }
            _ => ("ke-hoach.txt", plan_text(number)),
        };
        let stored = self.platform().blobs.put(text.into_bytes().into()).await.unwrap();
        let upload = Upload {
            owner: unit,
            file_name: name.into(),
            sha256: stored.digest.to_string(),
            size_bytes: stored.size,
            declared: true,
            amends: None,
        };
        let system = self.system();
        let received =
            command!(self.platform(), &system, cx => { intake::receive(cx, upload.clone()).await }).unwrap();
        let id = received.id();
        intake::read_pending(self.platform(), &Here, id).await.unwrap();
        let (version, items) = query!(self.platform(), &system, cx => {
            let review = intake::review(cx, id).await?;
            let items: Vec<ItemRef> =
                review.sheets.iter().map(|s| ItemRef { id: s.item.id, version: s.item.version }).collect();
            Ok((review.intake.version, items))
        })
        .unwrap();
        if path.ends_with("/commit") {
            let accepted = intake::Bulk::Accept;
            command!(self.platform(), &system, cx => { intake::bulk(cx, id, &items, &accepted).await })
                .unwrap();
        }
        let version = query!(self.platform(), &system, cx => { intake::find(cx, id).await })
            .unwrap()
            .version
            .max(version);
        Brought { intake: id, version, item: items.first().map_or(id.0, |at| at.id.0) }
    }

    async fn plan(&self, number: u32, unit: UnitId) -> Plan {
        let text = format!("CHƯƠNG TRÌNH GIẢ ĐỊNH SỐ {number}\n1. Rà soát quy chế.\n");
        let lead = NewAssignment { role: AssignmentRole::Lead, holder: Holder::Unit(unit), focal: false };
        let task = NewTask {
            title: "Rà soát quy chế".into(),
            assignments: vec![lead],
            time: TaskTime::default(),
            ..NewTask::default()
        };
        let indicator = NewIndicator {
            code: None,
            group: None,
            name: "Tỷ lệ hồ sơ trực tuyến".into(),
            measure: None,
            target_text: None,
            target: Target::default(),
            note: None,
            document: None,
            span: None,
        };
        command!(self.platform(), &self.system(), cx => {
            let document = NewDocument { text: text.clone(), ..document(unit, &format!("Chương trình {number}")) };
            let document = programmes::add_document(cx, document).await?;
            let new = NewProgramme {
                owner: unit,
                title: format!("Chương trình {number}"),
                documents: vec![document],
                groups: Vec::new(),
                tasks: vec![task.clone()],
                indicators: vec![indicator.clone()],
                duties: Vec::new(),
            };
            let programme = programmes::set_up(cx, new).await?;
            let task = programmes::overview(cx, programme, None).await?.tasks[0].id;
            Ok(Plan { programme, document, task })
        })
        .unwrap()
    }

    async fn seat(&self, plan: Plan, unit: UnitId) -> Seat {
        let task =
            query!(self.platform(), &self.system(), cx => { programmes::task(cx, plan.task, None).await });
        let assignment = task.unwrap().row.carriers[0].id;
        Seat { task: plan.task, assignment, unit }
    }

    /// The form of a unit's tasks with its first row filled in.
    async fn workbook(&self, unit: UnitId) -> Vec<u8> {
        let board = Board::new();
        board.refresh(self.platform()).await.unwrap();
        let sheet = query!(self.platform(), &self.system(), cx => {
            let desk = board.desk(cx, View::Open, Some(unit), Slice::ALL).await?.unwrap();
            sheet::sheet(cx, desk.rows, 1).await
        });
        let now = self.platform().now().to_zoned(self.platform().zone.clone()).datetime();
        let book = Book::open(&sheet::workbook(&sheet.unwrap(), Lang::Vi, now).unwrap());
        let line = book.lines()[0];
        book.fill("body", line, "Đang làm.").bytes()
    }

    /// Work in progress with a file, reported by a log-in of the unit, or still a draft of it.
    async fn update(&self, number: u32, seat: Seat, draft: bool) -> (UpdateId, FileId) {
        let reporter = self.app.world.actor(&format!("can.bo.{number}"), Role::Reporter, seat.unit).await;
        let stored = self.platform().blobs.put("Biên bản".as_bytes().to_vec().into()).await.unwrap();
        let said = carrying::Said { body: "Đang làm.".into(), ..carrying::Said::default() };
        let file = NewFile {
            name: "bien-ban.txt".into(),
            media_type: "text/plain",
            size_bytes: stored.size,
            sha256: stored.digest,
        };
        command!(self.platform(), &reporter, cx => {
            let (id, version) = carrying::save(cx, seat, None, said.clone()).await?;
            let file = carrying::add_file(cx, id, file.clone()).await?;
            if !draft {
                carrying::submit(cx, id, version).await?;
            }
            Ok((id, file))
        })
        .unwrap()
    }

    /// A leader of the unit returns an update.
    async fn give_back(&self, number: u32, unit: UnitId, id: UpdateId) {
        let leader = self.app.world.actor(&format!("truong.{number}"), Role::Approver, unit).await;
        let outcome = carrying::Outcome::Return("Chưa đủ.".into());
        command!(self.platform(), &leader, cx => { carrying::decide(cx, id, 2, outcome.clone()).await })
            .unwrap();
    }

    async fn account(&self, number: u32, unit: UnitId) -> (AccountId, GrantId) {
        let account = self.app.world.account(&format!("nguoi.{number}"), Role::Viewer, unit).await;
        let found = disclose!(self.platform(), &self.system(), cx => { identity::find(cx, account).await });
        (account, found.unwrap().1[0].id)
    }

    async fn grouping(&self, number: u32, unit: UnitId) -> (GroupingId, i64, Uuid) {
        let org = OrgId(self.root.0);
        let edit = GroupingEdit { name: format!("Các tổ {number}"), aliases: Vec::new() };
        command!(self.platform(), &self.system(), cx => {
            let id = units::create_grouping(cx, org, edit.clone()).await?;
            units::add_member(cx, id, 1, &[(unit, None)], None).await?;
            let (grouping, members) = units::grouping(cx, id).await?;
            Ok((id, grouping.version, members[0].id))
        })
        .unwrap()
    }

    /// The number of rows of each table.
    pub async fn counts(&self) -> store::copy::Counts {
        store::copy::counts(&self.platform().db).await.unwrap()
    }
}

/// An invented plan with a unit that does not exist.
pub fn plan_text(number: u32) -> String {
    format!(
        "HỘI THỬ NGHIỆM\nSố: {number}/KH-HTN\nHà Nội, ngày 03 tháng 02 năm 2026\n\nKẾ HOẠCH\n\
         Thực hiện chuyển đổi số năm 2026 (văn bản mẫu, hoàn toàn hư cấu)\n\nI. NHIỆM VỤ\n\n\
         1. Xây dựng cơ sở dữ liệu hội viên dùng chung của Hội.\n- Đơn vị chủ trì: Ban Không Có Thật\n\
         - Sản phẩm: Cơ sở dữ liệu hội viên\n- Thời gian hoàn thành: 30/6/2026\n\n\
         2. Tổ chức lớp tập huấn kỹ năng số cho cán bộ hội các cấp.\n- Đơn vị chủ trì: Ban Không Có Thật\n\
         - Thời gian hoàn thành: 30/9/2026\n"
    )
}

fn document(owner: UnitId, title: &str) -> NewDocument {
    NewDocument {
        owner,
        number: None,
        kind: None,
        title: title.into(),
        issuer: None,
        issued_on: None,
        signer: None,
        implements: Vec::new(),
        text: String::new(),
        sha256: None,
        file_name: None,
        replaces: None,
    }
}
