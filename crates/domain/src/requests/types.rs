//! What callers give and get.

use crate::programmes::{ProgrammeId, TaskId};
use crate::{OrgId, UnitId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{Day, Micros};
use uuid::Uuid;

crate::id!(
    /// One exchange between a unit and whoever follows its work: a request, an explanation, an obstacle.
    MatterId
);

/// The three classes of exchanges, as the screen parts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A unit asks for a change (đề nghị điều chỉnh).
    Change,
    /// A leader asks a unit why (giải trình).
    Explanation,
    /// Something holds a task back (khó khăn, vướng mắc).
    Obstacle,
}

impl Class {
    /// All classes.
    pub const ALL: [Class; 3] = [Class::Change, Class::Explanation, Class::Obstacle];

    /// The code used in addresses and the API.
    pub fn code(self) -> &'static str {
        match self {
            Class::Change => "change",
            Class::Explanation => "explanation",
            Class::Obstacle => "obstacle",
        }
    }

    /// The class of a code.
    pub fn from_code(code: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.code() == code)
    }
}

/// What an exchange is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A later deadline (gia hạn).
    Extension,
    /// Another lead unit (chuyển đơn vị chủ trì).
    Reassignment,
    /// A status that the unit holds to be wrong (đề nghị xem xét lại trạng thái).
    Review,
    /// The deadline of another document or task (thống nhất thời hạn).
    Alignment,
    /// One task out of two that say the same (gộp nhiệm vụ trùng).
    Merging,
    /// A delay that the unit could not help (xác nhận nguyên nhân khách quan).
    Objective,
    /// An amendment of the programme for the body that decides on it (sửa đổi, bổ sung chương trình).
    Amendment,
    /// A question of a leader.
    Explanation,
    /// What holds a task back.
    Obstacle,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 9] = [
        Kind::Extension,
        Kind::Reassignment,
        Kind::Review,
        Kind::Alignment,
        Kind::Merging,
        Kind::Objective,
        Kind::Amendment,
        Kind::Explanation,
        Kind::Obstacle,
    ];

    /// Its class.
    pub fn class(self) -> Class {
        match self {
            Kind::Explanation => Class::Explanation,
            Kind::Obstacle => Class::Obstacle,
            _ => Class::Change,
        }
    }

    /// The code stored and used in forms.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Extension => "extension",
            Kind::Reassignment => "reassignment",
            Kind::Review => "review",
            Kind::Alignment => "alignment",
            Kind::Merging => "merging",
            Kind::Objective => "objective",
            Kind::Amendment => "amendment",
            Kind::Explanation => "explanation",
            Kind::Obstacle => "obstacle",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One step of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// It began.
    Asked,
    /// The unit asked answered.
    Answered,
    /// The answer was not enough.
    AskedAgain,
    /// Passed on to a unit that can help.
    Escalated,
    /// Granted, and carried out in the same transaction.
    Accepted,
    /// Not granted.
    Refused,
    /// Taken back by whoever asked.
    Withdrawn,
    /// Ended with a result.
    Closed,
}

impl Act {
    /// All acts.
    pub const ALL: [Act; 8] = [
        Act::Asked,
        Act::Answered,
        Act::AskedAgain,
        Act::Escalated,
        Act::Accepted,
        Act::Refused,
        Act::Withdrawn,
        Act::Closed,
    ];

    /// The code stored.
    pub fn code(self) -> &'static str {
        match self {
            Act::Asked => "asked",
            Act::Answered => "answered",
            Act::AskedAgain => "asked_again",
            Act::Escalated => "escalated",
            Act::Accepted => "accepted",
            Act::Refused => "refused",
            Act::Withdrawn => "withdrawn",
            Act::Closed => "closed",
        }
    }

    /// The act of a code.
    pub fn from_code(code: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|act| act.code() == code)
    }

    /// Does nothing follow it?
    pub fn ends(self) -> bool {
        matches!(self, Act::Accepted | Act::Refused | Act::Withdrawn | Act::Closed)
    }
}

/// How an exchange stands; derived from its last act, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// An answer or a decision is owed.
    Open,
    /// Answered, not yet closed.
    Answered,
    /// Granted.
    Accepted,
    /// Not granted.
    Refused,
    /// Taken back.
    Withdrawn,
    /// Ended.
    Closed,
}

impl State {
    /// All states.
    pub const ALL: [State; 6] =
        [State::Open, State::Answered, State::Accepted, State::Refused, State::Withdrawn, State::Closed];

    /// The code used in addresses and the API.
    pub fn code(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Answered => "answered",
            State::Accepted => "accepted",
            State::Refused => "refused",
            State::Withdrawn => "withdrawn",
            State::Closed => "closed",
        }
    }

    /// The state of a code.
    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Is something still to be done?
    pub fn is_live(self) -> bool {
        matches!(self, State::Open | State::Answered)
    }
}

/// What a request wants in particular.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The deadline (extension, alignment).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
    /// The lead unit (re-assignment).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The task that stays (merging) or whose deadline is taken (alignment).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    /// The body that confirms an objective cause, with its paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
}

/// A file that lies in the store already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its content's digest.
    pub sha256: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Its first bytes, by which a program in disguise is known.
    pub head: Vec<u8>,
}

/// An exchange to be begun.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMatter {
    /// What it is about.
    pub kind: Kind,
    /// The programme; taken from the task where there is one.
    pub programme: Option<ProgrammeId>,
    /// The task; only an amendment may do without.
    pub task: Option<TaskId>,
    /// The unit that asks, is asked, or is held back; the first lead unless given.
    pub unit: Option<UnitId>,
    /// The unit that can remove an obstacle; the programme's owner unless given.
    pub with: Option<UnitId>,
    /// Reason, question, or what holds the task back.
    pub text: String,
    /// What is wanted in particular.
    pub wanted: Wanted,
    /// The day by which an explanation is due.
    pub answer_by: Option<Day>,
    /// The day since which an obstacle is there; today unless given.
    pub since: Option<Day>,
    /// Evidence.
    pub files: Vec<Sent>,
}

impl NewMatter {
    /// An exchange of a kind, all else empty.
    pub fn new(kind: Kind) -> NewMatter {
        NewMatter {
            kind,
            programme: None,
            task: None,
            unit: None,
            with: None,
            text: String::new(),
            wanted: Wanted::default(),
            answer_by: None,
            since: None,
            files: Vec::new(),
        }
    }
}

/// A decision on a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// Granted or not.
    pub accept: bool,
    /// Why.
    pub reason: String,
    /// Another deadline than the one wanted; on a review, the deadline as corrected.
    pub due: Option<Day>,
    /// The body that confirms that the delay was objective; records the cause beside an extension.
    pub authority: Option<String>,
}

/// How often and by how much a programme's deadlines may be extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow, Serialize)]
pub struct Limits {
    /// Counts changes; 0 while nothing was set.
    pub version: i64,
    /// Extensions of one task, at most.
    pub extensions: i64,
    /// Days of one extension, at most, counted from the deadline that it moves.
    pub days: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { version: 0, extensions: 2, days: 90 }
    }
}

/// Which exchanges.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Of a class.
    pub class: Option<Class>,
    /// Of a kind.
    pub kind: Option<Kind>,
    /// In a state.
    pub state: Option<State>,
    /// Only those with something still to be done.
    pub live: bool,
    /// Only explanations whose day has passed.
    pub late: bool,
    /// Of a programme.
    pub programme: Option<ProgrammeId>,
    /// About a task.
    pub task: Option<TaskId>,
    /// Of a unit or one below it, or lying with one.
    pub unit: Option<UnitId>,
    /// Words; marks and case do not count.
    pub text: String,
    /// As known at the end of this day.
    pub as_of: Option<Date>,
}

/// An exchange as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Matter {
    /// The organisation.
    pub org: OrgId,
    /// Its id.
    pub id: MatterId,
    /// Counts its changes.
    pub version: i64,
    /// What it is about.
    pub kind: Kind,
    /// How it stands.
    pub state: State,
    /// The programme.
    pub programme: ProgrammeId,
    /// The programme's name.
    pub programme_title: String,
    /// The task.
    pub task: Option<TaskId>,
    /// The task's code.
    pub task_code: Option<String>,
    /// The task's wording.
    pub task_title: Option<String>,
    /// The deadline of the task that holds now.
    pub due: Option<Day>,
    /// The first deadline of the task.
    pub original_due: Option<Day>,
    /// The unit that asks, is asked, or is held back.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// The unit that decides, or can remove the obstacle.
    pub with: UnitId,
    /// Its name.
    pub with_name: String,
    /// Reason, question, or what holds the task back, as first written.
    pub text: String,
    /// What is wanted in particular.
    pub wanted: Wanted,
    /// The deadline that held when it began.
    pub before_due: Option<Day>,
    /// The day by which an explanation is due.
    pub answer_by: Option<Day>,
    /// The day since which an obstacle is there.
    pub since: Option<Day>,
    /// When it began.
    pub opened_at: Micros,
    /// The day of that instant.
    pub opened_on: Date,
    /// When its last act was.
    pub last_at: Micros,
    /// When it ended.
    pub closed_at: Option<Micros>,
    /// Days from its beginning (of an obstacle: since it is there) to its end or the day asked for.
    pub age: i64,
    /// The day for the answer has passed.
    pub late: bool,
}

/// One step as its page shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// What was done.
    pub act: Act,
    /// What was said.
    pub text: String,
    /// The unit that it was passed on to.
    pub unit_name: Option<String>,
    /// A day that belongs to it: for the answer, or the deadline decided.
    pub day: Option<Day>,
    /// Who.
    pub name: String,
    /// When.
    pub at: Micros,
}

/// A file sent with an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size_bytes: i64,
    /// Its content's digest.
    pub sha256: store::blobs::Digest,
    /// When it came.
    pub at: Micros,
}

/// What the actor may do with an exchange as it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Open {
    /// Grant or refuse.
    pub decide: bool,
    /// Take it back.
    pub withdraw: bool,
    /// Answer.
    pub answer: bool,
    /// Ask once more.
    pub again: bool,
    /// Pass it on.
    pub escalate: bool,
    /// End it.
    pub close: bool,
}

/// An exchange with everything on its page.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// The exchange.
    pub matter: Matter,
    /// Its steps, oldest first.
    pub turns: Vec<Turn>,
    /// Its files, oldest first.
    pub files: Vec<File>,
    /// Name of the unit wanted as lead.
    pub wanted_unit: Option<String>,
    /// Wording of the task that is to stay.
    pub wanted_task: Option<String>,
    /// What the actor may do.
    pub open: Open,
    /// He asked himself, so somebody else decides.
    pub own: bool,
    /// The limits of the programme.
    pub limits: Limits,
}

/// An objective cause of a delay, confirmed by an authority.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DelayCause {
    /// The deadline that was missed.
    pub due_on: Option<Day>,
    /// The cause.
    pub cause: String,
    /// The body that confirmed it.
    pub authority: String,
    /// Who recorded it.
    pub recorded_name: String,
    /// When.
    pub recorded_at: Micros,
    /// The exchange that led to it.
    pub matter_id: Uuid,
}

/// What hangs on a task.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OfTask {
    /// Exchanges that the actor may see, latest first.
    pub matters: Vec<Matter>,
    /// Objective causes of its delays, oldest first.
    pub causes: Vec<DelayCause>,
    /// The task into which it was merged.
    pub into: Option<(TaskId, String)>,
    /// Tasks that were merged into it.
    pub merged: Vec<(TaskId, String)>,
    /// The actor may ask for a change or name an obstacle, for a unit that carries it.
    pub may_ask: bool,
    /// The actor may ask for an explanation.
    pub may_direct: bool,
}

/// Numbers for the first page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Numbers {
    /// Requests not decided.
    pub changes: usize,
    /// Explanations not closed.
    pub explanations: usize,
    /// Of these, with their day passed and no answer.
    pub late: usize,
    /// Obstacles not closed.
    pub obstacles: usize,
    /// Age in days of the oldest of these obstacles.
    pub oldest: i64,
}
