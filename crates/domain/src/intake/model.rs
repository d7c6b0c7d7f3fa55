//! What is reviewed: the items read from a document, as JSON keeps them.

use crate::UnitId;
use papers::plan;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::id!(
    /// A document (or list) brought in.
    IntakeId
);
crate::id!(
    /// An item read from it.
    ItemId
);

/// What an item becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A task (nhiệm vụ).
    Task,
    /// An indicator (chỉ tiêu).
    Indicator,
    /// A reporting duty (chế độ báo cáo).
    Duty,
}

impl ItemKind {
    /// All kinds, in the order of the review page.
    pub const ALL: [ItemKind; 3] = [ItemKind::Task, ItemKind::Indicator, ItemKind::Duty];

    /// The code stored and used in addresses.
    pub fn code(self) -> &'static str {
        match self {
            ItemKind::Task => "task",
            ItemKind::Indicator => "indicator",
            ItemKind::Duty => "duty",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<ItemKind> {
        ItemKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What the reviewer has decided about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Nothing yet.
    Open,
    /// It belongs to the plan.
    Accepted,
    /// It does not; kept so that it can be restored.
    Dropped,
}

impl ItemState {
    /// All states.
    pub const ALL: [ItemState; 3] = [ItemState::Open, ItemState::Accepted, ItemState::Dropped];

    /// The code stored and used in addresses.
    pub fn code(self) -> &'static str {
        match self {
            ItemState::Open => "open",
            ItemState::Accepted => "accepted",
            ItemState::Dropped => "dropped",
        }
    }

    /// The state of a code.
    pub fn from_code(code: &str) -> Option<ItemState> {
        ItemState::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What an item says, by kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    /// A task.
    Task(TaskBody),
    /// An indicator.
    Indicator(IndicatorBody),
    /// A reporting duty.
    Duty(DutyBody),
}

impl Body {
    /// Its kind.
    pub fn kind(&self) -> ItemKind {
        match self {
            Body::Task(_) => ItemKind::Task,
            Body::Indicator(_) => ItemKind::Indicator,
            Body::Duty(_) => ItemKind::Duty,
        }
    }

    /// What it is called in lists.
    pub fn title(&self) -> &str {
        match self {
            Body::Task(task) => &task.title,
            Body::Indicator(indicator) => &indicator.name,
            Body::Duty(duty) => duty.what.as_deref().unwrap_or_default(),
        }
    }

    /// Where it stands in the document.
    pub fn passages(&self) -> &[Passage] {
        match self {
            Body::Task(task) => &task.passages,
            Body::Indicator(indicator) => &indicator.passages,
            Body::Duty(duty) => &duty.passages,
        }
    }

    /// How sure the reader was, 0 to 1.
    pub fn confidence(&self) -> f64 {
        match self {
            Body::Task(task) => task.confidence,
            Body::Indicator(indicator) => indicator.confidence,
            Body::Duty(_) => 1.0,
        }
    }

    /// Was the reader less sure than [`UNSURE`](super::UNSURE), or does a second reading differ?
    pub fn is_unsure(&self) -> bool {
        self.confidence() < super::UNSURE || self.second().is_some_and(|second| !second.agrees())
    }

    /// What a second reading says of it.
    pub fn second(&self) -> Option<&plan::second::Second> {
        match self {
            Body::Task(task) => task.second.as_ref(),
            Body::Indicator(_) | Body::Duty(_) => None,
        }
    }
}

/// A piece of the source.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Passage {
    /// `[start, end)` in Unicode scalar values of the document's text; none where it is not known.
    pub span: Option<plan::Span>,
    /// The words of the source.
    pub quote: String,
}

/// A task as read and edited.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskBody {
    /// As printed, or section and order.
    pub code: Option<String>,
    /// Code of the section it stands in.
    pub group: Option<String>,
    /// The wording, or its first sentence.
    pub title: String,
    /// The whole wording where the title is only its beginning.
    pub text: Option<String>,
    /// Required products.
    pub outputs: Vec<String>,
    /// The time as printed.
    pub time_text: Option<String>,
    /// The time as understood.
    pub time: plan::Time,
    /// An officer has looked at a time without a day and lets it stand.
    pub time_settled: bool,
    /// Who does what.
    pub parties: Vec<Party>,
    /// An officer has looked at "chờ chỉ định" and lets it stand.
    pub lead_settled: bool,
    /// Where it stands in the document.
    pub passages: Vec<Passage>,
    /// Money.
    pub funding: Vec<Funding>,
    /// Steps on the way.
    pub milestones: Vec<Milestone>,
    /// How sure the reader was, 0 to 1.
    pub confidence: f64,
    /// What a second reading says of it, until a person changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<plan::second::Second>,
}

impl TaskBody {
    /// The whole wording.
    pub fn wording(&self) -> &str {
        self.text.as_deref().unwrap_or(&self.title)
    }

    /// Those with a role, in order.
    pub fn with_role(&self, role: PartyRole) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(move |party| party.role == role)
    }
}

/// The part that somebody takes in a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyRole {
    /// Chủ trì; several of them lead jointly.
    #[default]
    Lead,
    /// Phối hợp.
    Coordinating,
    /// Lãnh đạo phụ trách.
    LeaderInCharge,
    /// Theo dõi, đôn đốc.
    Following,
    /// Người phụ trách.
    Person,
}

impl PartyRole {
    /// All parts, the lead first.
    pub const ALL: [PartyRole; 5] = [
        PartyRole::Lead,
        PartyRole::Coordinating,
        PartyRole::LeaderInCharge,
        PartyRole::Following,
        PartyRole::Person,
    ];

    /// The code used in forms.
    pub fn code(self) -> &'static str {
        match self {
            PartyRole::Lead => "lead",
            PartyRole::Coordinating => "coordinating",
            PartyRole::LeaderInCharge => "leader_in_charge",
            PartyRole::Following => "following",
            PartyRole::Person => "person",
        }
    }

    /// The part of a code.
    pub fn from_code(code: &str) -> Option<PartyRole> {
        PartyRole::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// Somebody with a part in a task.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Party {
    /// Which part.
    pub role: PartyRole,
    /// The name as the document prints it; empty where an officer put somebody in.
    pub printed: String,
    /// Who that is.
    pub holder: Holder,
    /// How well the printed name fits, 0 to 1; 1 where an officer chose.
    pub score: f64,
    /// The focal point of a joint lead.
    pub focal: bool,
}

/// Who holds a part.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Holder {
    /// A unit of the directory.
    Unit {
        /// The unit.
        id: UnitId,
        /// Its name with its superior's where names repeat.
        name: String,
    },
    /// A grouping: each member has its own assignment.
    Grouping {
        /// The grouping.
        id: Uuid,
        /// Its name.
        name: String,
    },
    /// A natural person by name.
    Person {
        /// The name.
        name: String,
        /// Only proposed in the document.
        proposed: bool,
    },
    /// Nobody yet: chờ chỉ định.
    Awaiting,
    /// The printed name fits no unit.
    #[default]
    Unknown,
}

impl Holder {
    /// The name shown; empty for those without one.
    pub fn name(&self) -> &str {
        match self {
            Holder::Unit { name, .. } | Holder::Grouping { name, .. } | Holder::Person { name, .. } => name,
            Holder::Awaiting | Holder::Unknown => "",
        }
    }

    /// Is it the same holder, whatever the name says?
    pub fn same(&self, other: &Holder) -> bool {
        match (self, other) {
            (Holder::Unit { id: a, .. }, Holder::Unit { id: b, .. }) => a == b,
            (Holder::Grouping { id: a, .. }, Holder::Grouping { id: b, .. }) => a == b,
            (Holder::Person { name: a, .. }, Holder::Person { name: b, .. }) => a == b,
            (Holder::Awaiting, Holder::Awaiting) => true,
            _ => false,
        }
    }
}

/// Money for a task.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Funding {
    /// Where it comes from, as printed.
    pub source: String,
    /// Planned, in đồng.
    pub planned: i64,
}

/// A step on the way.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Milestone {
    /// What is reached.
    pub title: String,
    /// ISO day.
    pub due: Option<String>,
    /// Reaching it completes the task.
    pub completes: bool,
}

/// An indicator as read and edited.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct IndicatorBody {
    /// As printed, if it has a code.
    pub code: Option<String>,
    /// Code of its group or section.
    pub group: Option<String>,
    /// What is measured.
    pub name: String,
    /// Unit of measure as printed.
    pub unit: Option<String>,
    /// The target as printed.
    pub target_text: Option<String>,
    /// The target as understood.
    pub target: plan::Target,
    /// Remark.
    pub note: Option<String>,
    /// Where it stands in the document.
    pub passages: Vec<Passage>,
    /// How sure the reader was, 0 to 1.
    pub confidence: f64,
}

/// A reporting duty as read and edited.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DutyBody {
    /// The unit that reports.
    pub who: Option<Party>,
    /// The receiver.
    pub to: Option<Party>,
    /// The unit through which it goes.
    pub through: Option<Party>,
    /// What is reported.
    pub what: Option<String>,
    /// `MM-DD` for every year, or `YYYY-MM-DD` once.
    pub due: Vec<String>,
    /// How often.
    pub cadence: Option<plan::Cadence>,
    /// Where it stands in the document.
    pub passages: Vec<Passage>,
}
