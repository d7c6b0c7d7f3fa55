//! Who may do what: one pure policy over grants, and the permits it gives.
//!
//! A grant is a role at a unit; the unit's whole subtree inherits it. An operation loads its thing,
//! asks [`crate::Cx::allow`], and gets a [`Permit`] that only this module can make. A write needs
//! one, and each becomes an audit row in the same transaction.

mod policy;

pub use policy::{decide, reach, table};

use crate::once::Once;
use crate::{AccountId, OrgId, UnitId};
use uuid::Uuid;

/// What somebody is at a unit and everything below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Keeps units, people and accounts (quản trị).
    Administrator,
    /// Brings in documents, reviews and keeps the plan (cán bộ theo dõi).
    Planner,
    /// Receives tasks, signs off what the unit reports, confirms or returns what units below report
    /// (lãnh đạo đơn vị).
    Approver,
    /// Receives tasks, enters and submits updates for units in scope (cán bộ thực hiện).
    Reporter,
    /// Reads plans, asks for explanations and directs what holds work back (lãnh đạo).
    Leader,
    /// Reads everything in scope, the audit trail too, and changes nothing (thanh tra, giám sát).
    Inspector,
    /// Reads plans (người xem).
    Viewer,
}

impl Role {
    /// All roles, the strongest first.
    pub const ALL: [Role; 7] = [
        Role::Administrator,
        Role::Planner,
        Role::Leader,
        Role::Approver,
        Role::Reporter,
        Role::Inspector,
        Role::Viewer,
    ];

    /// The code stored and used in forms.
    pub fn code(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Planner => "planner",
            Role::Approver => "approver",
            Role::Reporter => "reporter",
            Role::Leader => "leader",
            Role::Inspector => "inspector",
            Role::Viewer => "viewer",
        }
    }

    /// The role of a code.
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// What can be done. A view of a kind of thing is the least; without it the thing is "not found".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// See units and their history.
    ViewUnits,
    /// Add, change, merge, import units, groupings and links.
    ManageUnits,
    /// See people and accounts.
    ViewAccounts,
    /// Make accounts, grant and withdraw roles, reset passwords.
    ManageAccounts,
    /// See programmes, tasks, indicators and the documents they come from.
    ViewProgrammes,
    /// Change programmes and tasks, by hand or from lists.
    EditProgrammes,
    /// Receive tasks for a unit, enter and submit its updates.
    Report,
    /// Confirm or return updates on behalf of a unit.
    Confirm,
    /// Speak for a unit: ask for a change, answer, say what holds its work back.
    Ask,
    /// Ask for explanations and direct what holds work back.
    Direct,
    /// See documents brought in and what was read from them.
    ViewIntake,
    /// Bring documents in, review what was read, commit the plan.
    ManageIntake,
    /// Read the audit trail.
    ViewAudit,
    /// Change what is one's own: password, tokens, language.
    ManageSelf,
}

impl Action {
    /// All actions.
    pub const ALL: [Action; 14] = [
        Action::ViewUnits,
        Action::ManageUnits,
        Action::ViewAccounts,
        Action::ManageAccounts,
        Action::ViewProgrammes,
        Action::EditProgrammes,
        Action::Report,
        Action::Confirm,
        Action::Ask,
        Action::Direct,
        Action::ViewIntake,
        Action::ManageIntake,
        Action::ViewAudit,
        Action::ManageSelf,
    ];

    /// The view without which the thing is not known to exist.
    pub fn view(self) -> Action {
        match self {
            Action::ViewUnits | Action::ManageUnits => Action::ViewUnits,
            Action::ViewAccounts | Action::ManageAccounts => Action::ViewAccounts,
            Action::ViewProgrammes
            | Action::EditProgrammes
            | Action::Report
            | Action::Confirm
            | Action::Ask
            | Action::Direct => Action::ViewProgrammes,
            Action::ViewIntake | Action::ManageIntake => Action::ViewIntake,
            Action::ViewAudit => Action::ViewAudit,
            Action::ManageSelf => Action::ManageSelf,
        }
    }
}

/// A role at a unit, with the unit's range in tree order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// Organisation of the unit.
    pub org: OrgId,
    /// The unit.
    pub unit: UnitId,
    /// First position of the unit's subtree in tree order.
    pub tree_from: i64,
    /// Last position of the unit's subtree in tree order.
    pub tree_to: i64,
}

/// Who acts. People, programs with a token, jobs and the command line are all actors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account; none for the system itself.
    pub account: Option<AccountId>,
    /// Name as the audit trail shows it.
    pub name: String,
    /// From where: an address, `cli`, `job`.
    pub origin: String,
    /// What was granted, as of when the actor was loaded.
    pub grants: Vec<Grant>,
    /// The installation itself (command line, jobs): everything is allowed.
    pub system: bool,
    /// The key of the request for which he acts.
    pub once: Once,
}

impl Actor {
    /// The installation itself, acting from `origin` (`cli`, `job`, `first start`).
    pub fn system(origin: &str) -> Actor {
        Actor {
            account: None,
            name: "system".into(),
            origin: origin.into(),
            grants: Vec::new(),
            system: true,
            once: Once::default(),
        }
    }

    /// Nobody: a visitor who has not logged in.
    pub fn nobody(origin: &str) -> Actor {
        Actor { system: false, name: String::new(), ..Actor::system(origin) }
    }

    /// Is the action allowed anywhere at all? For menus; never for loading a thing.
    pub fn may_somewhere(&self, action: Action) -> bool {
        self.system || self.grants.iter().any(|grant| policy::role_allows(grant.role, action))
    }
}

/// What the policy needs to know of a thing, and no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The organisation that keeps it.
    pub org: OrgId,
    /// Its kind, as audit rows name it (`unit`, `programme`, `task`, ...).
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
    /// Position in tree order of the unit that owns it.
    pub owner: i64,
    /// Positions of further units that may see it, being named in it.
    pub named: Vec<i64>,
    /// The account it belongs to, where it is somebody's own.
    pub account: Option<AccountId>,
}

impl Scope {
    /// Every kind of thing that a scope may name, and so a row of the audit trail.
    pub const KINDS: [&'static str; 16] = [
        "unit",
        "grouping",
        "account",
        "accounts",
        "calendar",
        "calendar_feed",
        "document",
        "programme",
        "task",
        "assignment",
        "update",
        "matter",
        "change_limit",
        "intake",
        "audit",
        "erasure",
    ];

    /// The scope of a thing owned by the unit at `owner`.
    pub fn new(org: OrgId, kind: &'static str, id: Uuid, owner: i64) -> Scope {
        Scope { org, kind, id, owner, named: Vec::new(), account: None }
    }
}

/// The proof that the policy said yes to one action on one thing. Consumed by the audit row.
#[derive(Debug)]
#[must_use = "a permit must end in an audit row: Cx::record"]
pub struct Permit {
    action: Action,
    org: OrgId,
    kind: &'static str,
    thing: Uuid,
}

impl Permit {
    /// Asks the policy.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] where even the view is not allowed, [`crate::Error::Denied`] otherwise.
    pub(crate) fn ask(actor: &Actor, action: Action, scope: &Scope) -> crate::Result<Permit> {
        if decide(actor, action, scope) {
            Ok(Permit { action, org: scope.org, kind: scope.kind, thing: scope.id })
        } else if decide(actor, action.view(), scope) {
            Err(crate::Error::Denied(action))
        } else {
            Err(crate::Error::NotFound)
        }
    }

    /// What was allowed.
    pub fn action(&self) -> Action {
        self.action
    }

    /// The organisation of the thing.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// Kind of the thing.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Id of the thing.
    pub fn thing(&self) -> Uuid {
        self.thing
    }
}
