//! The tree of organisations and their parts: names, other names, periods of existence, typed links
//! beside the tree, groupings, and what a printed name stands for.
//!
//! History stays readable: every name, kind and superior is kept with the days it held for and the
//! instant at which it was recorded, so that both "on day D" and "as known at the end of day D" can
//! be asked.

mod change;
mod directory;
mod divisions;
mod files;
mod groupings;
mod history;
mod import;
mod look;
mod resolve;
mod rules;
mod sql;
mod table;
mod tree;
mod words;

pub use change::{
    Closing, Details, Edit, add_alias, change_details, close, create, end_link, link, move_to, place,
    remove_alias, rename, reopen,
};
pub use directory::{Directory, names_near};
pub use divisions::{Divisions, import_divisions};
pub use files::{LIST_BYTES, ListFile, read_list, write_list};
pub use groupings::{
    Grouping, GroupingEdit, Member, Membership, add_member, create_grouping, edit_grouping, end_grouping,
    end_member, grouping, groupings, load_grouping, may_keep_grouping, members_on, memberships,
};
pub use history::{Past, Version, as_of, history};
pub use import::{ImportRow, Preview, RowState, import, preview};
pub use look::{
    ExportRow, Holder, Listed, Page, Path, aliases, ancestors, children, count_below, export, find,
    groupings_of, heir, holders, holds_today, links, load, load_many, own, roots, search, tree_version,
    under,
};
pub use resolve::{Candidate, Target, Why};
pub use rules::{LinkKind, UnitKind, check_pattern, holds_on, may_see, optional, tally_names, tidy};

use crate::OrgId;
pub use crate::UnitId;
use crate::access::Scope;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Day;

crate::id!(
    /// A named set of units that is addressed together.
    GroupingId
);
crate::id!(
    /// Another name of a unit.
    AliasId
);
crate::id!(
    /// A link between two units beside the tree.
    LinkId
);

/// A unit as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Unit {
    /// The organisation it belongs to: its nearest ancestor marked as one, or itself.
    pub org: OrgId,
    /// Its id.
    pub id: UnitId,
    /// Counts its changes.
    pub version: i64,
    /// Its superior; a root has none.
    pub parent: Option<UnitId>,
    /// What kind of body it is.
    #[sqlx(try_from = "String")]
    pub kind: UnitKind,
    /// It is an organisation of its own: a ministry, a province, an association.
    pub is_org: bool,
    /// Everybody who has a role anywhere may know of it.
    pub is_listed: bool,
    /// Its code in the lists that it was imported from, unique in its organisation.
    pub code: Option<String>,
    /// Its e-identifier (mã định danh điện tử), opaque, unique.
    pub eid: Option<String>,
    /// Its name.
    pub name: String,
    /// The name of its superior.
    pub superior: Option<String>,
    /// Its place among its siblings.
    pub ordinal: i64,
    /// First position of its subtree in tree order; its own position.
    pub tree_from: i64,
    /// Last position of its subtree in tree order.
    pub tree_to: i64,
    /// First day of its existence, where known.
    pub exists_from: Option<Day>,
    /// Last day of its existence, once it is closed.
    pub exists_to: Option<Day>,
    /// Another unit bears the same name.
    pub repeats: bool,
}

impl Unit {
    /// What the policy has to know of it.
    pub fn scope(&self) -> Scope {
        Scope::new(self.org, "unit", self.id.0, self.tree_from)
    }

    /// Its name, with its superior where the name is not the only one of its kind.
    pub fn label(&self) -> String {
        match &self.superior {
            Some(superior) if self.repeats => format!("{}, {superior}", self.name),
            _ => self.name.clone(),
        }
    }

    /// Does it exist on that day?
    pub fn exists_on(&self, day: Day) -> bool {
        rules::holds_on(self.exists_from, self.exists_to, day)
    }

    /// Is the position inside its subtree?
    pub fn holds(&self, position: i64) -> bool {
        (self.tree_from..=self.tree_to).contains(&position)
    }

    /// What the audit trail keeps of it.
    pub(crate) fn audit(&self) -> serde_json::Value {
        json!({
            "name": self.name, "kind": self.kind, "parent": self.parent, "code": self.code, "eid": self.eid,
            "exists_from": self.exists_from, "exists_to": self.exists_to, "ordinal": self.ordinal,
        })
    }
}

/// A unit to be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUnit {
    /// Its superior; none for a root, which has to be an organisation.
    pub parent: Option<UnitId>,
    /// What kind of body it is.
    pub kind: UnitKind,
    /// It is an organisation of its own.
    pub is_org: bool,
    /// Its name.
    pub name: String,
    /// Its code in lists.
    pub code: Option<String>,
    /// Its e-identifier.
    pub eid: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// First day of its existence.
    pub exists_from: Option<Day>,
    /// Last day of its existence.
    pub exists_to: Option<Day>,
}

impl NewUnit {
    /// A unit with a name and nothing else known of it.
    pub fn new(parent: Option<UnitId>, kind: UnitKind, name: &str) -> NewUnit {
        NewUnit {
            parent,
            kind,
            is_org: parent.is_none(),
            name: name.to_owned(),
            code: None,
            eid: None,
            aliases: Vec::new(),
            exists_from: None,
            exists_to: None,
        }
    }

    /// The same with other names.
    #[must_use]
    pub fn called(mut self, aliases: &[&str]) -> NewUnit {
        self.aliases = aliases.iter().map(|a| (*a).to_owned()).collect();
        self
    }

    /// The same, marked as an organisation of its own.
    #[must_use]
    pub fn into_organisation(mut self) -> NewUnit {
        self.is_org = true;
        self
    }

    /// A root of the forest, which is an organisation.
    pub fn organisation(name: &str, kind: UnitKind) -> NewUnit {
        NewUnit::new(None, kind, name)
    }
}

/// Another name of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Alias {
    /// Its id.
    pub id: AliasId,
    /// Whose it is.
    pub unit_id: UnitId,
    /// The name.
    pub alias: String,
}

/// A link between two units beside the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// The unit it starts from.
    pub unit_id: UnitId,
    /// Its name.
    pub unit_name: String,
    /// The unit it leads to.
    pub other_id: UnitId,
    /// Its name.
    pub other_name: String,
    /// What it means.
    #[sqlx(try_from = "String")]
    pub kind: LinkKind,
    /// First day.
    pub valid_from: Option<Day>,
    /// Last day.
    pub valid_to: Option<Day>,
}
