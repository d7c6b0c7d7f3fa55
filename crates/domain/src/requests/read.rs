//! Looking: exchanges, their steps and files, what hangs on a task, numbers.

use super::rules;
use super::sql::{self, Asked, Record, TurnRecord};
use super::types::*;
use crate::access::{Action, Actor, Scope, decide};
use crate::programmes::{self, Holder, ProgrammeId, TaskDetail, TaskId};
use crate::units::{self, Unit};
use crate::{AccountId, Cx, Error, OrgId, Result, UnitId};
use jiff::civil::Date;
use papers::fold::fold;
use std::collections::{BTreeSet, HashMap};
use store::{Day, Micros, attachments};
use uuid::Uuid;

/// Kind of the owner of files, in the store's words.
pub(super) const FILES_OF: &str = "matter";

fn seen(cx: &Cx, as_of: Option<Date>) -> Micros {
    as_of.map_or(Micros(i64::MAX), |day| Micros::from(cx.end_of(day)))
}

fn day_of(cx: &Cx, at: Micros) -> Date {
    cx.day_of(at)
}

pub(super) fn kind(record: &Record) -> Result<Kind> {
    Kind::from_code(&record.kind).ok_or_else(|| Error::Internal(format!("unknown kind {}", record.kind)))
}

pub(super) fn act(code: &str) -> Result<Act> {
    Act::from_code(code).ok_or_else(|| Error::Internal(format!("unknown act {code}")))
}

/// The three places from which an exchange is seen and moved on.
pub(super) struct Scopes {
    /// The programme's owner: decides, asks for explanations.
    pub(super) owner: Scope,
    /// The unit that asks, is asked, or is held back.
    pub(super) unit: Scope,
    /// The unit that decides or helps.
    pub(super) with: Scope,
}

impl Scopes {
    pub(super) fn of(record: &Record) -> Scopes {
        let at = |place| Scope::new(record.org_id, "matter", record.id, place);
        Scopes { owner: at(record.owner_place), unit: at(record.unit_place), with: at(record.with_place) }
    }

    /// Whoever is on one of the three sides sees it.
    pub(super) fn view(&self) -> Scope {
        Scope { named: vec![self.unit.owner, self.with.owner], ..self.owner.clone() }
    }
}

/// What the actor may do with an exchange as it stands. `asked_by` is whoever asked last.
pub(super) fn open_for(
    actor: &Actor,
    scopes: &Scopes,
    kind: Kind,
    state: State,
    asked_by: Option<AccountId>,
) -> Open {
    let may = |action, scope: &Scope| decide(actor, action, scope);
    let own = asked_by.is_some() && asked_by == actor.account;
    let (asks, directs) = (may(Action::Ask, &scopes.unit), may(Action::Direct, &scopes.owner));
    match kind.class() {
        Class::Change => Open {
            decide: state == State::Open && !own && may(Action::EditProgrammes, &scopes.owner),
            withdraw: state == State::Open && asks,
            ..Open::default()
        },
        Class::Explanation => Open {
            answer: state == State::Open && !own && asks,
            again: state == State::Answered && directs,
            close: state.is_live() && directs,
            ..Open::default()
        },
        Class::Obstacle => {
            let helps = may(Action::Ask, &scopes.with) || may(Action::Direct, &scopes.with);
            Open {
                answer: state == State::Open && helps,
                escalate: state.is_live() && (asks || directs || helps),
                close: state.is_live() && (asks || directs),
                ..Open::default()
            }
        }
    }
}

async fn named(cx: &mut Cx, records: &[Record]) -> Result<HashMap<UnitId, Unit>> {
    let ids: BTreeSet<UnitId> = records.iter().flat_map(|record| [record.unit_id, record.with_id]).collect();
    units::load_many(cx, &ids.into_iter().collect::<Vec<_>>()).await
}

fn matter(
    cx: &Cx,
    record: Record,
    names: &HashMap<UnitId, Unit>,
    today: Date,
    seen: Micros,
) -> Result<Matter> {
    let kind = kind(&record)?;
    let state = rules::state(act(&record.act)?);
    let closed_at = record.closed_at.filter(|at| *at <= seen);
    let began = record.since_on.map_or_else(|| day_of(cx, record.opened_at), |day| day.0);
    let label = |id: &UnitId| names.get(id).map(Unit::label).unwrap_or_default();
    Ok(Matter {
        org: record.org_id,
        id: MatterId(record.id),
        version: record.version,
        kind,
        state,
        programme: ProgrammeId(record.programme_id),
        programme_title: record.programme_title,
        task: record.task_id.map(TaskId),
        task_code: record.task_code,
        task_title: record.task_title,
        due: record.due_on,
        original_due: record.original_due_on,
        unit: record.unit_id,
        unit_name: label(&record.unit_id),
        with: record.with_id,
        with_name: label(&record.with_id),
        text: record.body,
        wanted: record.wanted.0,
        before_due: record.before_due_on,
        answer_by: record.answer_by,
        since: record.since_on,
        opened_at: record.opened_at,
        opened_on: day_of(cx, record.opened_at),
        last_at: record.last_at,
        age: rules::age(began, closed_at.map(|at| day_of(cx, at)), today),
        late: rules::is_late(state, record.answer_by.map(|day| day.0), today),
        closed_at,
    })
}

/// Exchanges that the actor may see and the filter finds: what is still to be done first, the latest
/// first among them.
///
/// # Errors
/// [`Error::NotFound`] for a programme or unit that he may not see.
pub async fn list(cx: &mut Cx, filter: &Filter) -> Result<Vec<Matter>> {
    if let Some(programme) = filter.programme {
        programmes::find(cx, programme).await?;
    }
    let subtree = match filter.unit {
        Some(unit) => {
            let unit = units::find(cx, unit).await?;
            Some(unit.tree_from..=unit.tree_to)
        }
        None => None,
    };
    let seen = seen(cx, filter.as_of);
    let today = filter.as_of.unwrap_or_else(|| cx.today());
    let asked = Asked {
        seen,
        programme: filter.programme,
        task: filter.task,
        live: filter.live || filter.late,
        pattern: format!("%{}%", fold(&filter.text)),
    };
    let mut records = sql::list(cx, &asked).await?;
    if let Some(subtree) = subtree {
        records.retain(|r| subtree.contains(&r.unit_place) || subtree.contains(&r.with_place));
    }
    let names = named(cx, &records).await?;
    let mut found = Vec::with_capacity(records.len());
    for record in records {
        found.push(matter(cx, record, &names, today, seen)?);
    }
    found.retain(|m| {
        filter.class.is_none_or(|class| m.kind.class() == class)
            && filter.kind.is_none_or(|kind| m.kind == kind)
            && filter.state.is_none_or(|state| m.state == state)
            && (!filter.late || m.late)
    });
    found.sort_by_key(|m| (!m.state.is_live(), !m.late));
    Ok(found)
}

/// Numbers of what is still to be done, among what the actor may see.
///
/// # Errors
/// The engine failed.
pub async fn numbers(cx: &mut Cx, as_of: Option<Date>) -> Result<Numbers> {
    let live = list(cx, &Filter { live: true, as_of, ..Filter::default() }).await?;
    let of = |class| live.iter().filter(move |m| m.kind.class() == class);
    Ok(Numbers {
        changes: of(Class::Change).count(),
        explanations: of(Class::Explanation).count(),
        late: live.iter().filter(|m| m.late).count(),
        obstacles: of(Class::Obstacle).count(),
        oldest: of(Class::Obstacle).map(|m| m.age).max().unwrap_or_default(),
    })
}

/// Who asked last.
pub(super) fn asked_by(turns: &[TurnRecord]) -> Option<AccountId> {
    let asks = |turn: &&TurnRecord| matches!(turn.act.as_str(), "asked" | "asked_again");
    turns.iter().rfind(asks).and_then(|turn| turn.account_id)
}

/// One exchange with its steps, files and what the actor may do.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(cx: &mut Cx, id: MatterId) -> Result<Detail> {
    let record = sql::one(cx, id).await?;
    let scopes = Scopes::of(&record);
    cx.see(Action::ViewProgrammes, &scopes.view())?;
    let (org, programme) = (record.org_id, ProgrammeId(record.programme_id));
    let records = sql::turns(cx, org, id).await?;
    let asked_by = asked_by(&records);
    let mut names = named(cx, std::slice::from_ref(&record)).await?;
    let further: Vec<UnitId> =
        records.iter().filter_map(|turn| turn.unit_id).chain(record.wanted.unit).collect();
    names.extend(units::load_many(cx, &further).await?);
    let today = cx.today();
    let matter = matter(cx, record, &names, today, Micros(i64::MAX))?;
    let mut turns = Vec::with_capacity(records.len());
    for turn in records {
        turns.push(Turn {
            act: act(&turn.act)?,
            text: turn.body,
            unit_name: turn.unit_id.and_then(|unit| names.get(&unit)).map(Unit::label),
            day: turn.day,
            name: turn.name,
            at: turn.at,
        });
    }
    let wanted_task = match matter.wanted.task {
        Some(task) => sql::task_title(cx, task).await?,
        None => None,
    };
    let open = open_for(cx.actor(), &scopes, matter.kind, matter.state, asked_by);
    Ok(Detail {
        files: files(cx, org, id).await?,
        wanted_unit: matter.wanted.unit.and_then(|unit| names.get(&unit)).map(Unit::label),
        wanted_task,
        own: asked_by.is_some() && asked_by == cx.actor().account,
        limits: sql::limits(cx, org, programme).await?.unwrap_or_default(),
        open,
        turns,
        matter,
    })
}

async fn files(cx: &mut Cx, org: OrgId, id: MatterId) -> Result<Vec<File>> {
    let rows = attachments::list(cx.tx(), org.0, FILES_OF, id.0).await?;
    let file = |row: attachments::Attachment| File {
        id: row.id,
        name: row.name,
        media_type: row.media_type,
        size_bytes: row.size_bytes,
        sha256: row.sha256,
        at: row.created_at,
    };
    Ok(rows.into_iter().map(file).collect())
}

/// A file of an exchange that the actor may see.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn file(cx: &mut Cx, id: MatterId, file: Uuid) -> Result<File> {
    let detail = find(cx, id).await?;
    detail.files.into_iter().find(|one| one.id == file).ok_or(Error::NotFound)
}

/// The limits of a programme that the actor may see.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn limits(cx: &mut Cx, programme: ProgrammeId) -> Result<Limits> {
    let programme = programmes::find(cx, programme).await?;
    Ok(sql::limits(cx, programme.org, programme.id).await?.unwrap_or_default())
}

/// Most members of groupings that a form offers.
const MEMBERS: usize = 200;

/// Units that carry a task, leads first: members of groupings one by one, the programme's owner last.
pub(super) async fn carriers(cx: &mut Cx, task: &TaskDetail, owner: UnitId) -> Result<Vec<Unit>> {
    let today = Day(cx.today());
    let mut ids: Vec<UnitId> = Vec::new();
    for carrier in &task.row.carriers {
        match carrier.holder {
            Holder::Unit(unit) => ids.push(unit),
            Holder::Grouping(grouping) => ids.extend(units::members_on(cx, grouping, today).await?),
            Holder::Person { .. } | Holder::Awaiting | Holder::Unknown(_) => {}
        }
    }
    ids.push(owner);
    let mut known = BTreeSet::new();
    ids.retain(|id| known.insert(*id));
    let units = units::load_many(cx, &ids).await?;
    Ok(ids.iter().filter_map(|id| units.get(id).cloned()).take(MEMBERS).collect())
}

/// The units for which the actor may begin an exchange of the kind about a task, the likeliest first:
/// his own for a request, those that lead for an explanation.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn speakers(cx: &mut Cx, task: TaskId, kind: Kind) -> Result<Vec<(UnitId, String)>> {
    let task = programmes::task(cx, task, None).await?;
    if task.ended_at.is_some() {
        return Ok(Vec::new());
    }
    let programme = programmes::find(cx, task.row.programme).await?;
    let owner = units::load(cx, programme.owner).await?;
    let all = carriers(cx, &task, owner.id).await?;
    let scope = |unit: &Unit| Scope::new(programme.org, "matter", programme.id.0, unit.tree_from);
    let allowed = |unit: &&Unit| match kind.class() {
        Class::Explanation => decide(cx.actor(), Action::Direct, &scope(&owner)),
        Class::Change | Class::Obstacle => decide(cx.actor(), Action::Ask, &scope(unit)),
    };
    Ok(all.iter().filter(allowed).map(|unit| (unit.id, unit.label())).collect())
}

/// What hangs on a task that the actor may see.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn of_task(cx: &mut Cx, id: TaskId) -> Result<OfTask> {
    let task = programmes::task(cx, id, None).await?;
    let programme = programmes::find(cx, task.row.programme).await?;
    let org = programme.org;
    Ok(OfTask {
        matters: list(cx, &Filter { task: Some(id), ..Filter::default() }).await?,
        causes: sql::causes(cx, org, id).await?,
        into: sql::merged_into(cx, org, id).await?,
        merged: sql::merged_from(cx, org, id).await?,
        may_ask: !speakers(cx, id, Kind::Extension).await?.is_empty(),
        may_direct: !speakers(cx, id, Kind::Explanation).await?.is_empty(),
    })
}
