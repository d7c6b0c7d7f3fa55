//! Changing: documents, plans, tasks. Every command asks for its permit where the thing is loaded and
//! ends it with its audit row.

use super::read;
use super::rules::{self, Rules};
use super::sql;
use super::types::*;
use super::views::{Document, Programme};
use crate::access::{Action, Permit, Scope};
use crate::error::Problems;
use crate::units;
use crate::{Cx, Error, OrgId, Reason, Result, UnitId};
use serde_json::json;
use std::collections::{BTreeSet, HashSet};
use store::Day;

/// Keeps a document with its text.
///
/// # Errors
/// [`Error::NotFound`] or [`Error::Denied`] for the owner unit, [`Error::Invalid`].
pub async fn add_document(cx: &mut Cx, new: NewDocument) -> Result<DocumentId> {
    let owner = units::load(cx, new.owner).await?;
    let id = DocumentId(cx.id());
    let permit =
        cx.allow(Action::EditProgrammes, &Scope::new(owner.org, "document", id.0, owner.tree_from))?;
    rules::check_document(&new)?;
    if let Some(replaced) = new.replaces {
        same_org(&read::find_document(cx, replaced).await?, owner.org)?;
    }
    sql::insert_document(cx, &permit, owner.org, id, &new).await?;
    let after =
        json!({ "number": new.number, "title": new.title, "sha256": new.sha256, "replaces": new.replaces });
    cx.record(permit, json!({}), after).await?;
    Ok(id)
}

fn same_org(document: &Document, org: OrgId) -> Result<()> {
    if document.org == org {
        return Ok(());
    }
    Err(Error::invalid("documents", Reason::new("programmes-invalid-foreign-document")))
}

/// Sets up a programme with everything in it: all or nothing, one audit row with the numbers.
///
/// # Errors
/// [`Error::NotFound`] or [`Error::Denied`] for the owner unit, a document or a unit named in a task;
/// [`Error::Invalid`] with every problem.
pub async fn set_up(cx: &mut Cx, new: NewProgramme) -> Result<ProgrammeId> {
    let owner = units::load(cx, new.owner).await?;
    let id = ProgrammeId(cx.id());
    let permit =
        cx.allow(Action::EditProgrammes, &Scope::new(owner.org, "programme", id.0, owner.tree_from))?;
    let tasks: Vec<NewTask> = new.tasks.iter().cloned().map(rules::tidy).collect();
    let mut problems = Problems::default();
    rules::check_line(&mut problems, "title", &new.title);
    check_parts(&mut problems, &tasks, &new.indicators);
    problems.settle()?;
    check_documents(cx, owner.org, new.documents.iter().copied(), &tasks, &new.indicators, &new.duties)
        .await?;
    check_holders(cx, tasks.iter()).await?;
    check_parties(cx, &new.duties).await?;
    sql::insert_programme(cx, &permit, owner.org, id, &new, rules::NEAR_DUE_DAYS).await?;
    let key = (owner.org, id);
    for (at, document) in new.documents.iter().enumerate() {
        sql::insert_programme_document(cx, &permit, key, *document, at as i64).await?;
    }
    for (at, group) in new.groups.iter().enumerate() {
        sql::put_group(cx, &permit, key, group, at as i64).await?;
    }
    for (at, task) in tasks.iter().enumerate() {
        let task_id = TaskId(cx.id());
        sql::insert_task(cx, &permit, key, task_id, task, at as i64).await?;
    }
    insert_rest(cx, &permit, key, &new.indicators, &new.duties, (0, 0)).await?;
    let after = json!({
        "title": new.title, "documents": new.documents,
        "tasks": tasks.len(), "indicators": new.indicators.len(), "duties": new.duties.len(),
    });
    cx.record(permit, json!({}), after).await?;
    Ok(id)
}

fn check_parts(problems: &mut Problems, tasks: &[NewTask], indicators: &[NewIndicator]) {
    for (at, task) in tasks.iter().enumerate() {
        rules::check_task(problems, &format!("tasks.{at}."), task);
    }
    for (at, indicator) in indicators.iter().enumerate() {
        rules::check_indicator(problems, &format!("indicators.{at}."), indicator);
    }
}

async fn insert_rest(
    cx: &mut Cx,
    permit: &Permit,
    key: (OrgId, ProgrammeId),
    indicators: &[NewIndicator],
    duties: &[NewDuty],
    (indicator_end, duty_end): (i64, i64),
) -> Result<()> {
    for (at, indicator) in indicators.iter().enumerate() {
        sql::insert_indicator(cx, permit, key, indicator, indicator_end + at as i64).await?;
    }
    for (at, duty) in duties.iter().enumerate() {
        sql::insert_duty(cx, permit, key, duty, duty_end + at as i64).await?;
    }
    Ok(())
}

/// Every document named is one of the organisation that the actor may see.
async fn check_documents(
    cx: &mut Cx,
    org: OrgId,
    documents: impl Iterator<Item = DocumentId>,
    tasks: &[NewTask],
    indicators: &[NewIndicator],
    duties: &[NewDuty],
) -> Result<()> {
    let of_tasks = tasks.iter().flat_map(|task| task.sources.iter().map(|source| source.document));
    let of_rest =
        indicators.iter().filter_map(|i| i.document).chain(duties.iter().filter_map(|d| d.document));
    let named: BTreeSet<DocumentId> = documents.chain(of_tasks).chain(of_rest).collect();
    for document in named {
        same_org(&read::find_document(cx, document).await?, org)?;
    }
    Ok(())
}

/// Every unit and grouping named exists.
async fn check_holders(cx: &mut Cx, tasks: impl Iterator<Item = &NewTask>) -> Result<()> {
    let (mut wanted, mut groupings) = (BTreeSet::new(), BTreeSet::new());
    for assignment in tasks.flat_map(|task| &task.assignments) {
        match &assignment.holder {
            Holder::Unit(unit) => drop(wanted.insert(*unit)),
            Holder::Grouping(grouping) => drop(groupings.insert(*grouping)),
            Holder::Person { .. } | Holder::Awaiting | Holder::Unknown(_) => {}
        }
    }
    for grouping in groupings {
        units::load_grouping(cx, grouping).await?;
    }
    check_units(cx, wanted).await
}

async fn check_parties(cx: &mut Cx, duties: &[NewDuty]) -> Result<()> {
    let parties = duties.iter().flat_map(|duty| [&duty.who, &duty.to, &duty.through]);
    check_units(cx, parties.filter_map(|party| party.unit).collect()).await
}

async fn check_units(cx: &mut Cx, wanted: BTreeSet<UnitId>) -> Result<()> {
    let wanted: Vec<UnitId> = wanted.into_iter().collect();
    let found = units::load_many(cx, &wanted).await?;
    let missing = wanted.iter().any(|unit| !found.contains_key(unit));
    if missing { Err(Error::invalid("assignments", Reason::new("programmes-invalid-unit"))) } else { Ok(()) }
}

/// A programme that the actor may change, and the permit to do it.
async fn allowed(cx: &mut Cx, id: ProgrammeId) -> Result<(Programme, Permit)> {
    let programme = read::load(cx, id).await?;
    let scope = read::scope_for(cx, &programme, Action::EditProgrammes).await?;
    let permit = cx.allow(Action::EditProgrammes, &scope)?;
    Ok((programme, permit))
}

/// Renames a programme and sets how its tasks are judged and confirmed.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`], [`Error::Stale`].
pub async fn change_programme(
    cx: &mut Cx,
    id: ProgrammeId,
    version: i64,
    title: &str,
    rules: Rules,
) -> Result<()> {
    let (before, permit) = allowed(cx, id).await?;
    let mut problems = Problems::default();
    rules::check_line(&mut problems, "title", title);
    rules::check_rules(&mut problems, &rules);
    problems.settle()?;
    sql::update_programme(cx, &permit, id, version, title.trim(), &rules).await?;
    let audit = |title: &str, rules: &Rules| {
        json!({
            "title": title, "near_due_days": rules.near_due_days, "confirm_levels": rules.confirm_levels,
            "back_date_days": rules.back_date_days, "behind_points": rules.behind_points,
            "default_period": rules.default_period, "period_closes_on": rules.period_closes_on,
            "report_within_days": rules.report_within_days,
        })
    };
    cx.record(permit, audit(&before.title, &before.rules), audit(title.trim(), &rules)).await
}

/// Applies a corrected version of a document, or a further one. What no longer holds stays readable;
/// every task that changes or ends leaves its own audit row.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`], [`Error::Stale`].
pub async fn amend(cx: &mut Cx, id: ProgrammeId, amendment: Amendment) -> Result<()> {
    let (programme, permit) = allowed(cx, id).await?;
    let (org, key) = (programme.org, (programme.org, id));
    let add: Vec<NewTask> = amendment.add.iter().cloned().map(rules::tidy).collect();
    let mut problems = Problems::default();
    check_parts(&mut problems, &add, &amendment.add_indicators);
    problems.settle()?;
    let document = std::iter::once(amendment.document);
    check_documents(cx, org, document, &add, &amendment.add_indicators, &amendment.add_duties).await?;
    check_holders(cx, add.iter()).await?;
    check_parties(cx, &amendment.add_duties).await?;
    sql::update_programme(cx, &permit, id, programme.version, &programme.title, &programme.rules).await?;
    let ends = sql::list_ends(cx, org, id).await?;
    sql::insert_programme_document(cx, &permit, key, amendment.document, ends.documents).await?;
    for (at, group) in amendment.groups.iter().enumerate() {
        sql::put_group(cx, &permit, key, group, ends.groups + at as i64).await?;
    }
    for (at, task) in add.iter().enumerate() {
        let task_id = TaskId(cx.id());
        sql::insert_task(cx, &permit, key, task_id, task, ends.tasks + at as i64).await?;
    }
    insert_rest(
        cx,
        &permit,
        key,
        &amendment.add_indicators,
        &amendment.add_duties,
        (ends.indicators, ends.duties),
    )
    .await?;
    for indicator in &amendment.end_indicators {
        sql::end_indicator(cx, &permit, id, *indicator).await?;
    }
    for duty in &amendment.end_duties {
        sql::end_duty(cx, &permit, id, *duty).await?;
    }
    let after = json!({
        "document": amendment.document, "added": add.len(),
        "changed": amendment.change.len(), "ended": amendment.end.len(),
    });
    cx.record(permit, json!({}), after).await?;
    for (task, new) in amendment.change {
        change_of(cx, id, task, new).await?;
    }
    for task in amendment.end {
        end_of(cx, id, task).await?;
    }
    Ok(())
}

/// A task of the programme that the actor may change, the permit, its version and present parts.
async fn allowed_task(cx: &mut Cx, of: Option<ProgrammeId>, id: TaskId) -> Result<Loaded> {
    let head = sql::task_head(cx, id).await?;
    let programme = read::load(cx, ProgrammeId(head.programme_id)).await?;
    if of.is_some_and(|of| of != programme.id) {
        return Err(Error::NotFound);
    }
    let scope =
        Scope { kind: "task", id: id.0, ..read::scope_for(cx, &programme, Action::EditProgrammes).await? };
    let permit = cx.allow(Action::EditProgrammes, &scope)?;
    if head.ended_at.is_some() {
        return Err(Error::Stale);
    }
    let before = read::given(cx, head.org_id, id, head.body).await?;
    Ok(Loaded { org: head.org_id, version: head.version, before, permit })
}

struct Loaded {
    org: OrgId,
    version: i64,
    before: NewTask,
    permit: Permit,
}

/// Adds a task by hand at the end of its programme.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`].
pub async fn add_task(cx: &mut Cx, programme: ProgrammeId, new: NewTask) -> Result<TaskId> {
    let programme = read::load(cx, programme).await?;
    let id = TaskId(cx.id());
    let scope =
        Scope { kind: "task", id: id.0, ..read::scope_for(cx, &programme, Action::EditProgrammes).await? };
    let permit = cx.allow(Action::EditProgrammes, &scope)?;
    let task = checked(cx, programme.org, new).await?;
    let ends = sql::list_ends(cx, programme.org, programme.id).await?;
    sql::insert_task(cx, &permit, (programme.org, programme.id), id, &task, ends.tasks).await?;
    cx.record(permit, json!({}), &task).await?;
    Ok(id)
}

async fn checked(cx: &mut Cx, org: OrgId, new: NewTask) -> Result<NewTask> {
    let task = rules::tidy(new);
    let mut problems = Problems::default();
    rules::check_task(&mut problems, "", &task);
    problems.settle()?;
    check_documents(cx, org, std::iter::empty(), std::slice::from_ref(&task), &[], &[]).await?;
    check_holders(cx, std::iter::once(&task)).await?;
    Ok(task)
}

/// Changes a task; deadlines, assignments and sources that no longer hold stay readable.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`], [`Error::Stale`] where somebody else
/// changed or ended it meanwhile.
pub async fn change_task(cx: &mut Cx, id: TaskId, version: i64, new: NewTask) -> Result<()> {
    let loaded = allowed_task(cx, None, id).await?;
    if loaded.version != version {
        return Err(Error::Stale);
    }
    apply(cx, id, loaded, new, None).await
}

async fn change_of(cx: &mut Cx, programme: ProgrammeId, id: TaskId, new: NewTask) -> Result<()> {
    let loaded = allowed_task(cx, Some(programme), id).await?;
    apply(cx, id, loaded, new, None).await
}

async fn apply(cx: &mut Cx, id: TaskId, loaded: Loaded, new: NewTask, reason: Option<&str>) -> Result<()> {
    let Loaded { org, version, before, permit } = loaded;
    let task = checked(cx, org, new).await?;
    sql::update_task(cx, &permit, id, version, &task).await?;
    if task.time != before.time {
        sql::insert_deadline(cx, &permit, (org, id), &task.time, reason).await?;
    }
    if task.assignments != before.assignments {
        put_assignments(cx, &permit, (org, id), &task.assignments).await?;
    }
    if task.sources != before.sources {
        sql::end_sources(cx, &permit, org, id).await?;
        sql::insert_sources(cx, &permit, (org, id), &task.sources).await?;
    }
    if task.milestones != before.milestones {
        sql::end_milestones(cx, &permit, org, id).await?;
        sql::insert_milestones(cx, &permit, (org, id), &task.milestones).await?;
    }
    if task.funding != before.funding {
        sql::end_funding(cx, &permit, org, id).await?;
        sql::insert_funding(cx, &permit, (org, id), &task.funding).await?;
    }
    cx.record(permit, &before, &task).await
}

/// Ends the assignments that are no more and adds the new ones; those that stay are left alone.
async fn put_assignments(
    cx: &mut Cx,
    permit: &Permit,
    (org, id): (OrgId, TaskId),
    given: &[NewAssignment],
) -> Result<()> {
    let mut staying = HashSet::new();
    for record in sql::task_assignments(cx, org, id).await?.into_iter().filter(|a| a.ended_at.is_none()) {
        let present = record.given()?;
        if given.contains(&present) {
            staying.insert(present);
        } else {
            sql::end_assignment(cx, permit, org, record.id).await?;
        }
    }
    for (at, assignment) in given.iter().enumerate() {
        if !staying.contains(assignment) {
            sql::insert_assignment(cx, permit, (org, id), assignment, at).await?;
        }
    }
    Ok(())
}

/// Ends a task: it is no more, and stays readable.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Stale`].
pub async fn end_task(cx: &mut Cx, id: TaskId, version: i64) -> Result<()> {
    let loaded = allowed_task(cx, None, id).await?;
    if loaded.version != version {
        return Err(Error::Stale);
    }
    end(cx, id, loaded).await
}

async fn end_of(cx: &mut Cx, programme: ProgrammeId, id: TaskId) -> Result<()> {
    let loaded = allowed_task(cx, Some(programme), id).await?;
    end(cx, id, loaded).await
}

async fn end(cx: &mut Cx, id: TaskId, loaded: Loaded) -> Result<()> {
    sql::end_task(cx, &loaded.permit, id, loaded.version).await?;
    cx.record(loaded.permit, json!({ "ended": false }), json!({ "ended": true })).await
}

/// Settles the time of several tasks at once: each is due on the day; what was printed stays.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`]; then none is changed.
pub async fn settle_due(cx: &mut Cx, tasks: &[TaskId], due: Day, reason: Option<&str>) -> Result<()> {
    some(tasks)?;
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    for id in tasks {
        let loaded = allowed_task(cx, None, *id).await?;
        let time = TaskTime {
            text: loaded.before.time.text.clone(),
            kind: papers::plan::TimeKind::ByDate,
            recurrence: Vec::new(),
            start: loaded.before.time.start.filter(|start| *start <= due),
            due: Some(due),
        };
        let new = NewTask { time, ..loaded.before.clone() };
        apply(cx, *id, loaded, new, reason).await?;
    }
    Ok(())
}

/// Appoints the lead of several tasks at once: whoever led, or was to be appointed, leads no more.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`]; then none is changed.
pub async fn settle_lead(cx: &mut Cx, tasks: &[TaskId], lead: UnitId) -> Result<()> {
    some(tasks)?;
    for id in tasks {
        let loaded = allowed_task(cx, None, *id).await?;
        let lead = NewAssignment { role: AssignmentRole::Lead, holder: Holder::Unit(lead), focal: false };
        let others = loaded.before.assignments.iter().filter(|assignment| !assignment.role.leads()).cloned();
        let assignments = std::iter::once(lead).chain(others).collect();
        let new = NewTask { assignments, ..loaded.before.clone() };
        apply(cx, *id, loaded, new, None).await?;
    }
    Ok(())
}

fn some(tasks: &[TaskId]) -> Result<()> {
    if tasks.is_empty() {
        Err(Error::invalid("tasks", Reason::new("programmes-invalid-none")))
    } else {
        Ok(())
    }
}
