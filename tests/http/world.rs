//! Two organisations, a unit with a sibling, and somebody with each role at each of them.

use domain::access::{Actor, Role};
use domain::identity::{self, GrantId, TokenId};
use domain::programmes::{self, DocumentId, NewDocument, NewProgramme, NewTask, ProgrammeId, TaskId};
use domain::units::{self, AliasId, GroupingEdit, GroupingId, LinkId, LinkKind, NewUnit, UnitKind};
use domain::{AccountId, Platform, UnitId, command, query};
use std::cell::Cell;
use testkit::app::{Caller, TestApp};
use uuid::Uuid;

/// Roles in the order of the table's columns.
const ROLES: [Role; 4] = [Role::Viewer, Role::Inspector, Role::Planner, Role::Administrator];

/// The program with everybody who calls it.
pub struct House {
    pub app: TestApp,
    /// The unit that owns what is called.
    pub owner: UnitId,
    /// The organisation it belongs to.
    pub root: UnitId,
    /// Log-ins of the columns after "nobody".
    logins: Vec<String>,
    /// Sessions of all columns.
    pub people: Vec<Caller>,
    /// Programs with tokens of all columns.
    pub programs: Vec<Caller>,
    count: Cell<u32>,
}

/// What the paths name: made anew for a call that may change it.
#[derive(Debug, Clone, Copy)]
pub struct Things {
    pub unit: UnitId,
    pub account: AccountId,
    pub grant: GrantId,
    pub alias: AliasId,
    pub link: LinkId,
    pub grouping: GroupingId,
    pub member: Uuid,
    pub programme: ProgrammeId,
    pub document: DocumentId,
    pub task: TaskId,
}

impl House {
    pub async fn new() -> House {
        let app = TestApp::new().await;
        let system = app.world.system();
        let (root, owner, beside, foreign) = command!(&app.world.platform, &system, cx => {
            let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương (giả định)", UnitKind::Association)).await?;
            let beside = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Đối ngoại")).await?;
            let owner = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Chính sách")).await?;
            let foreign = units::create(cx, NewUnit::organisation("Viện Bắc Đẩu (giả định)", UnitKind::Other)).await?;
            Ok((root, owner, beside, foreign))
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

    /// A unit below the owner, with an account in it, and so on.
    pub async fn things(&self) -> Things {
        let number = self.number();
        let (system, owner) = (self.system(), self.owner);
        let unit = command!(self.platform(), &system, cx => {
            let new = NewUnit::new(Some(owner), UnitKind::Other, &format!("Tổ số {number}")).called(&["T"]);
            let unit = units::create(cx, new).await?;
            units::link(cx, unit, 1, owner, LinkKind::ReportsTo, (None, None)).await?;
            Ok(unit)
        })
        .unwrap();
        let (grouping, member) = self.grouping(number, unit).await;
        let (alias, link) = query!(self.platform(), &system, cx => {
            Ok((units::aliases(cx, unit).await?[0].id, units::links(cx, unit).await?[0].id))
        })
        .unwrap();
        let account = self.app.world.account(&format!("nguoi.{number}"), Role::Viewer, unit).await;
        let grants = query!(self.platform(), &system, cx => { identity::find(cx, account).await }).unwrap().1;
        let (programme, document, task) = self.plan(number, unit).await;
        Things {
            unit,
            account,
            grant: grants[0].id,
            alias,
            link,
            grouping,
            member,
            programme,
            document,
            task,
        }
    }

    /// A programme of the unit with one document and one task.
    async fn plan(&self, number: u32, unit: UnitId) -> (ProgrammeId, DocumentId, TaskId) {
        let system = self.system();
        command!(self.platform(), &system, cx => {
            let document = programmes::add_document(cx, NewDocument {
                owner: unit,
                number: None,
                kind: None,
                title: format!("Văn bản số {number}"),
                issuer: None,
                issued_on: None,
                signer: None,
                implements: Vec::new(),
                text: "Rà soát quy chế.".into(),
                sha256: None,
                file_name: None,
                replaces: None,
            }).await?;
            let id = programmes::set_up(cx, NewProgramme {
                owner: unit,
                title: format!("Chương trình số {number}"),
                documents: vec![document],
                groups: Vec::new(),
                tasks: Vec::new(),
                indicators: Vec::new(),
                duties: Vec::new(),
            }).await?;
            let task = NewTask { title: "Rà soát quy chế".into(), ..NewTask::default() };
            Ok((id, document, programmes::add_task(cx, id, task).await?))
        })
        .unwrap()
    }

    /// A grouping of the organisation with the unit as its member.
    async fn grouping(&self, number: u32, unit: UnitId) -> (GroupingId, Uuid) {
        let system = self.system();
        command!(self.platform(), &system, cx => {
            let org = units::load(cx, unit).await?.org;
            let edit = GroupingEdit { name: format!("Nhóm số {number}"), aliases: Vec::new() };
            let id = units::create_grouping(cx, org, edit).await?;
            units::add_member(cx, id, 1, &[(unit, None)], None).await?;
            Ok((id, units::grouping(cx, id).await?.1[0].id))
        })
        .unwrap()
    }

    /// The number of rows of each table.
    pub async fn counts(&self) -> store::copy::Counts {
        store::copy::counts(&self.platform().db).await.unwrap()
    }
}
