//! Moving exchanges on. Every command asks for its permit where the thing is loaded and ends it with
//! its audit row.

use super::apply;
use super::read::{self, FILES_OF, Scopes};
use super::rules::{self, Deadline};
use super::sql::{self, Record, Step};
use super::types::*;
use crate::access::{Action, Permit, Scope, decide as allowed};
use crate::error::Problems;
use crate::programmes::{self, Programme, ProgrammeId, TaskDetail, TaskId};
use crate::units::{self, Unit};
use crate::{Cx, Error, OrgId, Reason, Result, UnitId};
use serde_json::json;
use store::attachments::{self, Attachment};
use store::blobs::Digest;
use store::{Day, Micros};

/// What is said in a step, with its evidence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// The words.
    pub text: String,
    /// Files.
    pub files: Vec<Sent>,
}

struct Ground {
    programme: Programme,
    owner: Unit,
    unit: Unit,
    task: Option<TaskDetail>,
}

/// Where an exchange stands: its programme, its task, its unit.
async fn ground(cx: &mut Cx, new: &NewMatter) -> Result<Ground> {
    let task = match new.task {
        Some(task) => Some(programmes::task(cx, task, None).await?),
        None => None,
    };
    let programme = task.as_ref().map(|task| task.row.programme).or(new.programme).ok_or(Error::NotFound)?;
    let programme = programmes::find(cx, programme).await?;
    let owner = units::load(cx, programme.owner).await?;
    if task.as_ref().is_some_and(|task| task.ended_at.is_some()) {
        return Err(Error::Stale);
    }
    let carriers = match &task {
        Some(task) => read::carriers(cx, task, owner.id).await?,
        None => own(cx, &programme, &owner).await?,
    };
    let scope = |unit: &Unit| Scope::new(programme.org, "matter", programme.id.0, unit.tree_from);
    let speaks =
        |unit: &&Unit| new.kind == Kind::Explanation || allowed(cx.actor(), Action::Ask, &scope(unit));
    let unit = match new.unit {
        Some(id) => carriers.iter().find(|unit| unit.id == id).cloned(),
        None => carriers.iter().find(speaks).or(carriers.first()).cloned(),
    };
    let unit = unit.ok_or_else(|| Error::invalid("unit", Reason::new("requests-invalid-unit")))?;
    Ok(Ground { programme, owner, unit, task })
}

/// Who may propose an amendment: the actor's own units, and the owner.
async fn own(cx: &mut Cx, programme: &Programme, owner: &Unit) -> Result<Vec<Unit>> {
    let mut own = units::own(cx).await?;
    own.retain(|unit| unit.org == programme.org);
    own.push(owner.clone());
    Ok(own)
}

/// Begins an exchange.
///
/// # Errors
/// [`Error::NotFound`] or [`Error::Denied`] for the task, the programme or the unit; [`Error::Stale`] where
/// the task has ended; [`Error::Invalid`] with every problem.
pub async fn open(cx: &mut Cx, mut new: NewMatter) -> Result<MatterId> {
    let ground = ground(cx, &new).await?;
    let (org, id) = (ground.programme.org, MatterId(cx.id()));
    let at = |place| Scope::new(org, "matter", id.0, place);
    let permit = match new.kind.class() {
        Class::Explanation => first(cx, &[(Action::Direct, &at(ground.owner.tree_from))])?,
        Class::Change | Class::Obstacle => first(cx, &[(Action::Ask, &at(ground.unit.tree_from))])?,
    };
    complete(cx, &ground, &mut new).await?;
    let deadline = match (&ground.task, new.task) {
        (Some(task), Some(id)) => Some(Deadline {
            current: task.row.time.due.map(|day| day.0),
            extensions: sql::extensions(cx, org, id).await?,
        }),
        _ => None,
    };
    let limits = sql::limits(cx, org, ground.programme.id).await?.unwrap_or_default();
    let mut problems = Problems::default();
    rules::check_new(&mut problems, &new, deadline.as_ref(), &limits, cx.today());
    check_files(&mut problems, &new.files);
    if let Some(task) = new.task.filter(|_| new.kind.class() == Class::Change) {
        let waiting = sql::is_waiting(cx, org, task, ground.unit.id, new.kind.code()).await?;
        problems.check(waiting, "kind", Reason::new("requests-invalid-waiting"));
    }
    problems.settle()?;
    let before = deadline.and_then(|deadline| deadline.current).map(Day);
    let (programme, unit) = (ground.programme.id, ground.unit.id);
    sql::insert(cx, &permit, (org, id), programme, unit, before, &new).await?;
    let step = Step { act: Act::Asked, text: &new.text, unit: None, day: new.answer_by.or(new.wanted.due) };
    sql::insert_turn(cx, &permit, (org, id), 0, &step).await?;
    attach(cx, &permit, (org, id), &new.files).await?;
    let after = json!({
        "kind": new.kind, "task": new.task, "unit": unit, "text": new.text.trim(), "wanted": new.wanted,
        "answer_by": new.answer_by, "files": new.files.len(),
    });
    cx.record(permit, json!({}), after).await?;
    Ok(id)
}

/// Fills in what was left open, and looks the units and tasks up that were named.
async fn complete(cx: &mut Cx, ground: &Ground, new: &mut NewMatter) -> Result<()> {
    if let Some(task) = new.wanted.task {
        let other = programmes::task(cx, task, None).await?;
        let gone = other.ended_at.is_some();
        let foreign = programmes::find(cx, other.row.programme).await?.org != ground.programme.org;
        if gone || foreign {
            return Err(Error::invalid("into", Reason::new("requests-invalid-task-gone")));
        }
        if new.kind == Kind::Alignment && new.wanted.due.is_none() {
            new.wanted.due = other.row.time.due;
        }
    }
    if let Some(unit) = new.wanted.unit {
        units::find(cx, unit).await?;
    }
    if let Some(unit) = new.with {
        units::find(cx, unit).await?;
    }
    if new.kind == Kind::Obstacle {
        new.since = new.since.or(Some(Day(cx.today())));
    }
    Ok(())
}

/// Names what holds a task of a unit back, for contexts in which a difficulty is reported. The unit that
/// can remove it is the programme's owner unless another is named.
///
/// # Errors
/// As [`open`].
pub async fn raise_obstacle(
    cx: &mut Cx,
    task: TaskId,
    unit: UnitId,
    text: &str,
    since: Option<Day>,
    with: Option<UnitId>,
) -> Result<MatterId> {
    let new = NewMatter {
        task: Some(task),
        unit: Some(unit),
        text: text.to_owned(),
        since,
        with,
        ..NewMatter::new(Kind::Obstacle)
    };
    open(cx, new).await
}

fn check_files(problems: &mut Problems, files: &[Sent]) {
    for file in files {
        rules::check_file(problems, &file.name, &file.head);
    }
    let many = files.len() > rules::MOST_FILES;
    problems.check(many, "files", Reason::new("requests-invalid-files").with("most", rules::MOST_FILES));
}

async fn attach(cx: &mut Cx, permit: &Permit, (org, id): (OrgId, MatterId), files: &[Sent]) -> Result<()> {
    let now = Micros::from(cx.now());
    for file in files {
        let sha256: Digest =
            file.sha256.parse().map_err(|_| Error::Internal("a file without a digest".into()))?;
        let attachment = Attachment {
            org_id: org.0,
            id: cx.id(),
            owner_kind: FILES_OF.to_owned(),
            owner_id: id.0,
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size_bytes: i64::try_from(file.size_bytes).unwrap_or(i64::MAX),
            sha256,
            created_at: now,
            created_by: cx.actor().account.map(|account| account.0).unwrap_or_default(),
            archived_at: None,
            archived_by: None,
        };
        attachments::add(cx.store(permit), attachment).await?;
    }
    Ok(())
}

/// An exchange that the actor sees, with what he may do.
struct Loaded {
    record: Record,
    scopes: Scopes,
    kind: Kind,
    state: State,
    own: bool,
    stale: bool,
}

async fn loaded(cx: &mut Cx, id: MatterId, version: i64) -> Result<Loaded> {
    let record = sql::one(cx, id).await?;
    let scopes = Scopes::of(&record);
    cx.see(Action::ViewProgrammes, &scopes.view())?;
    let turns = sql::turns(cx, record.org_id, id).await?;
    let asked_by = read::asked_by(&turns);
    let own = asked_by.is_some() && asked_by == cx.actor().account;
    let (kind, state) = (read::kind(&record)?, rules::state(read::act(&record.act)?));
    let stale = record.version != version;
    Ok(Loaded { record, scopes, kind, state, own, stale })
}

impl Loaded {
    fn key(&self) -> (OrgId, MatterId) {
        (self.record.org_id, MatterId(self.record.id))
    }

    /// Refuses an act that does not fit what the exchange is and how it stands. Asked after the permit, so
    /// that who may not act learns nothing of it.
    fn fits(&self, class: Class, states: &[State]) -> Result<()> {
        if self.stale {
            return Err(Error::Stale);
        }
        if self.kind.class() == class && states.contains(&self.state) {
            return Ok(());
        }
        Err(Error::invalid("", Reason::new("requests-invalid-act")))
    }

    fn not_own(&self) -> Result<()> {
        if self.own { Err(Error::invalid("", Reason::new("requests-invalid-same-person"))) } else { Ok(()) }
    }
}

/// A permit for the first of the scopes where one of the actions is allowed; else the refusal for the
/// first.
fn first(cx: &mut Cx, wanted: &[(Action, &Scope)]) -> Result<Permit> {
    let fit = wanted.iter().find(|(action, scope)| allowed(cx.actor(), *action, scope));
    match fit.or(wanted.first()) {
        Some((action, scope)) => cx.allow(*action, scope).map_err(|_| Error::Denied(*action)),
        None => Err(Error::NotFound),
    }
}

async fn step(cx: &mut Cx, permit: Permit, loaded: &Loaded, step: Step<'_>, files: &[Sent]) -> Result<()> {
    let (org, id) = loaded.key();
    sql::advance(cx, &permit, (org, id), loaded.record.version, &step).await?;
    attach(cx, &permit, (org, id), files).await?;
    let after = json!({
        "act": step.act, "text": step.text.trim(), "unit": step.unit, "day": step.day, "files": files.len(),
    });
    cx.record(permit, json!({ "state": loaded.state }), after).await
}

fn check_said(said: &Said, field: &str) -> Result<()> {
    let mut problems = Problems::default();
    rules::check_text(&mut problems, field, &said.text);
    check_files(&mut problems, &said.files);
    problems.settle()
}

/// Grants or refuses a request. What is granted is carried out in the same transaction; nobody decides on
/// what he asked for himself.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Stale`], [`Error::Invalid`].
pub async fn decide(cx: &mut Cx, id: MatterId, version: i64, decision: &Decision) -> Result<()> {
    let loaded = loaded(cx, id, version).await?;
    let permit = first(cx, &[(Action::EditProgrammes, &loaded.scopes.owner)])?;
    loaded.fits(Class::Change, &[State::Open])?;
    loaded.not_own()?;
    check_said(&Said { text: decision.reason.clone(), files: Vec::new() }, "reason")?;
    let mut due = None;
    if decision.accept {
        due = apply::apply(cx, &permit, &loaded.record, loaded.kind, decision).await?;
    }
    let act = if decision.accept { Act::Accepted } else { Act::Refused };
    step(cx, permit, &loaded, Step { act, text: &decision.reason, unit: None, day: due }, &[]).await
}

/// Takes a request back.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Stale`], [`Error::Invalid`].
pub async fn withdraw(cx: &mut Cx, id: MatterId, version: i64, reason: &str) -> Result<()> {
    let loaded = loaded(cx, id, version).await?;
    let permit = first(cx, &[(Action::Ask, &loaded.scopes.unit)])?;
    loaded.fits(Class::Change, &[State::Open])?;
    check_said(&Said { text: reason.to_owned(), files: Vec::new() }, "reason")?;
    step(cx, permit, &loaded, Step { act: Act::Withdrawn, text: reason, unit: None, day: None }, &[]).await
}

/// Answers: the unit that was asked for an explanation, or the one that can remove an obstacle.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Stale`], [`Error::Invalid`].
pub async fn answer(cx: &mut Cx, id: MatterId, version: i64, said: &Said) -> Result<()> {
    let loaded = loaded(cx, id, version).await?;
    let permit = match loaded.kind.class() {
        Class::Obstacle => {
            let with = &loaded.scopes.with;
            first(cx, &[(Action::Ask, with), (Action::Direct, with)])?
        }
        Class::Explanation | Class::Change => first(cx, &[(Action::Ask, &loaded.scopes.unit)])?,
    };
    if loaded.kind.class() == Class::Explanation {
        loaded.not_own()?;
    } else {
        loaded.fits(Class::Obstacle, &[State::Open])?;
    }
    loaded.fits(loaded.kind.class(), &[State::Open])?;
    check_said(said, "text")?;
    let answered = Step { act: Act::Answered, text: &said.text, unit: None, day: None };
    step(cx, permit, &loaded, answered, &said.files).await
}

/// Asks once more for an explanation, with a new day for the answer.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Stale`], [`Error::Invalid`].
pub async fn ask_again(
    cx: &mut Cx,
    id: MatterId,
    version: i64,
    question: &str,
    by: Option<Day>,
) -> Result<()> {
    let loaded = loaded(cx, id, version).await?;
    let permit = first(cx, &[(Action::Direct, &loaded.scopes.owner)])?;
    loaded.fits(Class::Explanation, &[State::Answered])?;
    let mut problems = Problems::default();
    rules::check_text(&mut problems, "text", question);
    let today = cx.today();
    let early = by.is_none_or(|day| day.0 < today);
    problems.check(early, "answer_by", Reason::new("requests-invalid-answer-by"));
    problems.settle()?;
    step(cx, permit, &loaded, Step { act: Act::AskedAgain, text: question, unit: None, day: by }, &[]).await
}

/// Passes an obstacle on to a unit that can remove it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Stale`], [`Error::Invalid`].
pub async fn escalate(cx: &mut Cx, id: MatterId, version: i64, to: UnitId, text: &str) -> Result<()> {
    let loaded = loaded(cx, id, version).await?;
    let Scopes { owner, unit, with } = &loaded.scopes;
    let wanted = [(Action::Ask, unit), (Action::Direct, owner), (Action::Ask, with), (Action::Direct, with)];
    let permit = first(cx, &wanted)?;
    loaded.fits(Class::Obstacle, &[State::Open, State::Answered])?;
    let to = units::find(cx, to).await?;
    let mut problems = Problems::default();
    rules::check_text(&mut problems, "text", text);
    let same = to.id == loaded.record.with_id;
    problems.check(same, "to", Reason::new("requests-invalid-with-same"));
    problems.settle()?;
    step(cx, permit, &loaded, Step { act: Act::Escalated, text, unit: Some(to.id), day: None }, &[]).await
}

/// Ends an explanation or an obstacle with its result.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Stale`], [`Error::Invalid`].
pub async fn close(cx: &mut Cx, id: MatterId, version: i64, result: &str) -> Result<()> {
    let loaded = loaded(cx, id, version).await?;
    let Scopes { owner, unit, .. } = &loaded.scopes;
    let permit = match loaded.kind.class() {
        Class::Obstacle => first(cx, &[(Action::Ask, unit), (Action::Direct, owner)])?,
        Class::Explanation | Class::Change => first(cx, &[(Action::Direct, owner)])?,
    };
    if loaded.kind.class() == Class::Change {
        loaded.fits(Class::Explanation, &[])?;
    }
    loaded.fits(loaded.kind.class(), &[State::Open, State::Answered])?;
    check_said(&Said { text: result.to_owned(), files: Vec::new() }, "result")?;
    step(cx, permit, &loaded, Step { act: Act::Closed, text: result, unit: None, day: None }, &[]).await
}

/// Sets how often and by how much deadlines of a programme may be extended.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Stale`], [`Error::Invalid`] (`extensions` 0 to 100,
/// `days` 0 to 3650).
pub async fn set_limits(cx: &mut Cx, programme: ProgrammeId, limits: Limits) -> Result<()> {
    let programme = programmes::find(cx, programme).await?;
    let owner = units::load(cx, programme.owner).await?;
    let scope = Scope::new(programme.org, "change_limit", programme.id.0, owner.tree_from);
    let permit = first(cx, &[(Action::EditProgrammes, &scope)])?;
    let mut problems = Problems::default();
    let outside = |value: i64, most: i64| !(0..=most).contains(&value);
    problems.check(outside(limits.extensions, 100), "extensions", Reason::new("requests-invalid-limit"));
    problems.check(outside(limits.days, 3_650), "days", Reason::new("requests-invalid-limit"));
    problems.settle()?;
    let before = sql::limits(cx, programme.org, programme.id).await?;
    let key = (programme.org, programme.id);
    match before {
        None if limits.version == 0 => {
            sql::insert_limits(cx, &permit, key, limits.extensions, limits.days).await?;
        }
        None => return Err(Error::Stale),
        Some(_) => {
            let (version, id) = (limits.version, programme.id);
            sql::update_limits(cx, &permit, id, version, limits.extensions, limits.days).await?;
        }
    }
    cx.record(permit, before, json!({ "extensions": limits.extensions, "days": limits.days })).await
}
