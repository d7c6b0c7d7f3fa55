//! Turning what was accepted into a programme, or into the amendment of one, in one transaction.

use super::review::{items, similar, twins};
use super::*;
use crate::programmes::{
    self, Amendment, AssignmentRole, DocumentId, NewAssignment, NewDocument, NewDuty, NewFunding, NewGroup,
    NewIndicator, NewMilestone, NewProgramme, NewSource, NewTask, Overview, ProgrammeId, TaskId, TaskTime,
};
use crate::units::GroupingId;
use serde_json::json;
use std::collections::HashSet;
use store::Day;

/// What committing would do, and what stands in its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Readiness {
    /// The intake.
    pub intake: Intake,
    /// Accepted tasks, indicators and duties.
    pub accepted: [usize; 3],
    /// Items without a decision: they stand in the way.
    pub open: usize,
    /// Dropped items: they do not become part of the plan.
    pub dropped: usize,
    /// Accepted items with each defect: they become defects of the plan.
    pub defects: Vec<(Defect, usize)>,
    /// Accepted items in each state to settle.
    pub settles: Vec<(Settle, usize)>,
    /// Reasons why it cannot be committed.
    pub blocking: Vec<Reason>,
}

/// What committing an intake would do.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn readiness(cx: &mut Cx, id: IntakeId) -> Result<Readiness> {
    let intake = find(cx, id).await?;
    let items = items(cx, &intake).await?;
    let bodies: Vec<&Body> =
        items.iter().filter(|item| item.state == ItemState::Accepted).map(|item| &item.body).collect();
    let mut found: Vec<Defect> = bodies.iter().flat_map(|body| rules::defects(body)).collect();
    let likeness = items.iter().zip(similar(cx, &intake, &items).await?).zip(twins(&items));
    let duplicates = likeness.filter(|((item, similar), twins)| {
        item.state == ItemState::Accepted && !(similar.is_empty() && twins.is_empty())
    });
    found.extend(duplicates.map(|_| Defect::Duplicate));
    let open_states: Vec<Settle> = bodies.iter().flat_map(|body| rules::settles(body)).collect();
    let number = |state| items.iter().filter(|item| item.state == state).count();
    Ok(Readiness {
        accepted: ItemKind::ALL.map(|kind| bodies.iter().filter(|body| body.kind() == kind).count()),
        open: number(ItemState::Open),
        dropped: number(ItemState::Dropped),
        defects: count(Defect::ALL, &found),
        settles: count(Settle::ALL, &open_states),
        blocking: blocking(&items),
        intake,
    })
}

fn count<T: PartialEq + Copy, const N: usize>(all: [T; N], found: &[T]) -> Vec<(T, usize)> {
    let number = |kind: T| found.iter().filter(|other| **other == kind).count();
    all.into_iter().map(|kind| (kind, number(kind))).filter(|(_, number)| *number > 0).collect()
}

fn blocking(items: &[Item]) -> Vec<Reason> {
    let number = |state| items.iter().filter(|item| item.state == state).count();
    let mut reasons = Vec::new();
    match number(ItemState::Open) {
        0 => {}
        open => reasons.push(Reason::new("intake-problem-open-items").with("count", open)),
    }
    if number(ItemState::Accepted) == 0 {
        reasons.push(Reason::new("intake-problem-nothing-accepted"));
    }
    reasons
}

/// Changes the head of the document: number, kind, title, issuer, day, signer.
///
/// # Errors
/// [`Error::Stale`]; [`Error::Invalid`] for a day that is none.
pub async fn set_head(cx: &mut Cx, id: IntakeId, version: i64, head: &Head) -> Result<()> {
    let intake = load(cx, id).await?;
    let permit = cx.allow(Action::ManageIntake, &intake.scope())?;
    intake.in_review()?;
    let mut problems = crate::error::Problems::default();
    let title = head.title.as_deref().unwrap_or_default().trim();
    problems.check(title.is_empty(), "title", Reason::new("intake-problem-title-empty"));
    let bad_day = head.issued_on.as_deref().is_some_and(|day| day.parse::<Day>().is_err());
    problems.check(bad_day, "issued_on", Reason::new("intake-problem-day"));
    problems.settle()?;
    sql::set_head(cx, &permit, id, version, value(head)?).await?;
    cx.record(permit, &intake.head, head).await
}

/// Makes the plan stand: keeps the document, sets up the programme (or amends the one that the document
/// corrects), all in the caller's transaction. Committing again gives the same programme.
///
/// `version` is the intake as the person saw it; without it, whatever is there. `accept_open` takes all
/// items without a decision into the plan.
///
/// # Errors
/// [`Error::Stale`]; [`Error::Invalid`] while items are open or nothing is accepted.
pub async fn commit(
    cx: &mut Cx,
    id: IntakeId,
    version: Option<i64>,
    accept_open: bool,
) -> Result<ProgrammeId> {
    let intake = load(cx, id).await?;
    let permit = cx.allow(Action::ManageIntake, &intake.scope())?;
    let locked = sql::touch(cx, &permit, id).await?;
    if let Status::Committed { programme, .. } = load(cx, id).await?.status {
        cx.record(permit, json!({}), json!({"committed_already": programme})).await?;
        return Ok(ProgrammeId(programme));
    }
    intake.in_review()?;
    if !locked {
        return Err(Error::Stale);
    }
    if version.is_some_and(|version| version != intake.version)
        || load(cx, id).await?.version != intake.version + 1
    {
        return Err(Error::Stale);
    }
    let mut items = items(cx, &intake).await?;
    if accept_open {
        for item in items.iter_mut().filter(|item| item.state == ItemState::Open) {
            item.state = ItemState::Accepted;
            sql::save_item(cx, &permit, item, value(&item.body)?).await?;
        }
    }
    let blocking = blocking(&items);
    if !blocking.is_empty() {
        let problem = |reason| crate::Problem { field: String::new(), reason };
        return Err(Error::Invalid(blocking.into_iter().map(problem).collect()));
    }
    let bodies: Vec<Body> =
        items.into_iter().filter(|item| item.state == ItemState::Accepted).map(|item| item.body).collect();
    let (programme, document) = stand(cx, &intake, &bodies).await?;
    sql::set_committed(cx, &permit, id, programme.0, document.0).await?;
    let after = json!({"programme": programme, "document": document, "items": bodies.len(), "unreviewed": accept_open});
    cx.record(permit, json!({"status": "review"}), after).await?;
    Ok(programme)
}

async fn stand(cx: &mut Cx, intake: &Intake, bodies: &[Body]) -> Result<(ProgrammeId, DocumentId)> {
    let amended = match intake.amends {
        Some(programme) => Some(programmes::overview(cx, ProgrammeId(programme), None).await?),
        None => None,
    };
    let replaces =
        amended.as_ref().and_then(|overview| overview.documents.first()).map(|document| document.id);
    let text = sql::text(cx, intake.id).await?;
    let document = programmes::add_document(cx, new_document(intake, text, replaces)).await?;
    if let Some(overview) = amended {
        let id = overview.programme.id;
        let amendment = amendment(cx, intake, &overview, bodies, document).await?;
        programmes::amend(cx, id, amendment).await?;
        return Ok((id, document));
    }
    let plan = NewProgramme {
        owner: intake.owner,
        title: intake.title().to_owned(),
        documents: vec![document],
        groups: groups(intake),
        tasks: tasks(bodies).map(|task| new_task(task, document)).collect(),
        indicators: indicators(bodies).map(|indicator| new_indicator(indicator, document)).collect(),
        duties: duties(bodies).map(|duty| new_duty(duty, document)).collect(),
    };
    Ok((programmes::set_up(cx, plan).await?, document))
}

fn tasks(bodies: &[Body]) -> impl Iterator<Item = &TaskBody> {
    bodies.iter().filter_map(|body| if let Body::Task(task) = body { Some(task) } else { None })
}

fn indicators(bodies: &[Body]) -> impl Iterator<Item = &IndicatorBody> {
    bodies.iter().filter_map(|body| if let Body::Indicator(it) = body { Some(it) } else { None })
}

fn duties(bodies: &[Body]) -> impl Iterator<Item = &DutyBody> {
    bodies.iter().filter_map(|body| if let Body::Duty(duty) = body { Some(duty) } else { None })
}

fn groups(intake: &Intake) -> Vec<NewGroup> {
    let mut seen = HashSet::new();
    let fresh = intake.sections.iter().filter(|section| seen.insert(section.code.clone()));
    fresh.map(|section| NewGroup { code: section.code.clone(), title: section.title.clone() }).collect()
}

fn new_document(intake: &Intake, text: String, replaces: Option<DocumentId>) -> NewDocument {
    let head = &intake.head;
    NewDocument {
        owner: intake.owner,
        number: head.number.clone(),
        kind: head.kind.clone(),
        title: intake.title().to_owned(),
        issuer: head.issuer.clone(),
        issued_on: day(head.issued_on.as_deref()),
        signer: head.signer.clone(),
        implements: head.implements.clone(),
        text,
        sha256: Some(intake.sha256.clone()),
        file_name: Some(intake.file_name.clone()),
        replaces,
    }
}

fn day(text: Option<&str>) -> Option<Day> {
    text.and_then(|text| text.parse().ok())
}

fn span(span: Option<papers::plan::Span>) -> Option<[i64; 2]> {
    let [from, to] = span?;
    Some([i64::try_from(from).ok()?, i64::try_from(to).ok()?])
}

fn new_task(task: &TaskBody, document: DocumentId) -> NewTask {
    let due = day(task.time.due.as_deref());
    let source = |quote: &str, at| NewSource { document, span: at, quote: quote.to_owned(), due };
    let mut sources: Vec<NewSource> =
        task.passages.iter().map(|passage| source(&passage.quote, span(passage.span))).collect();
    if sources.is_empty() {
        sources.push(source(task.wording(), None));
    }
    let completing = task.milestones.iter().position(|milestone| milestone.completes);
    let milestone = |(at, step): (usize, &Milestone)| NewMilestone {
        title: step.title.clone(),
        due: day(step.due.as_deref()),
        completes: completing == Some(at),
    };
    let money =
        |money: &Funding| NewFunding { source: money.source.clone(), planned: money.planned, disbursed: 0 };
    NewTask {
        code: task.code.clone(),
        group: task.group.clone(),
        title: task.title.clone(),
        text: task.text.clone(),
        outputs: task.outputs.clone(),
        time: TaskTime {
            text: task.time_text.clone(),
            kind: task.time.kind,
            recurrence: task.time.recurrence.clone(),
            start: day(task.time.start.as_deref()),
            due,
        },
        assignments: assignments(task),
        sources,
        milestones: task.milestones.iter().enumerate().map(milestone).collect(),
        funding: task.funding.iter().map(money).collect(),
    }
}

fn assignments(task: &TaskBody) -> Vec<NewAssignment> {
    let leads = task.with_role(PartyRole::Lead).count();
    let focal_named = task.parties.iter().any(|party| party.focal);
    let mut first = true;
    let mut given = Vec::with_capacity(task.parties.len());
    for party in &task.parties {
        let role = match party.role {
            PartyRole::Lead if leads > 1 => AssignmentRole::JointLead,
            PartyRole::Lead => AssignmentRole::Lead,
            PartyRole::Coordinating => AssignmentRole::Coordinating,
            PartyRole::LeaderInCharge => AssignmentRole::LeaderInCharge,
            PartyRole::Following => AssignmentRole::Following,
            PartyRole::Person => AssignmentRole::Person,
        };
        let joint = role == AssignmentRole::JointLead;
        let focal = joint && (party.focal || (!focal_named && first));
        first &= !joint;
        given.push(NewAssignment { role, holder: given_holder(party), focal });
    }
    given
}

fn given_holder(party: &Party) -> programmes::Holder {
    match &party.holder {
        Holder::Unit { id, .. } => programmes::Holder::Unit(*id),
        Holder::Grouping { id, .. } => programmes::Holder::Grouping(GroupingId(*id)),
        Holder::Person { name, proposed } => {
            programmes::Holder::Person { name: name.clone(), proposed: *proposed }
        }
        Holder::Awaiting => programmes::Holder::Awaiting,
        Holder::Unknown => programmes::Holder::Unknown(party.printed.clone()),
    }
}

fn new_indicator(indicator: &IndicatorBody, document: DocumentId) -> NewIndicator {
    NewIndicator {
        code: indicator.code.clone(),
        group: indicator.group.clone(),
        name: indicator.name.clone(),
        measure: indicator.unit.clone(),
        target_text: indicator.target_text.clone(),
        target: indicator.target.clone(),
        note: indicator.note.clone(),
        document: Some(document),
        span: indicator.passages.first().and_then(|passage| span(passage.span)),
    }
}

fn new_duty(duty: &DutyBody, document: DocumentId) -> NewDuty {
    let party = |party: &Option<Party>| {
        let Some(party) = party else { return programmes::Party::default() };
        let unit = if let Holder::Unit { id, .. } = &party.holder { Some(*id) } else { None };
        let printed = if party.printed.is_empty() { party.holder.name() } else { &party.printed };
        programmes::Party { unit, text: Some(printed.to_owned()).filter(|text| !text.is_empty()) }
    };
    NewDuty {
        who: party(&duty.who),
        to: party(&duty.to),
        through: party(&duty.through),
        what: duty.what.clone(),
        due: duty.due.clone(),
        cadence: duty.cadence,
        document: Some(document),
        span: duty.passages.first().and_then(|passage| span(passage.span)),
    }
}

/// A task of the programme that the corrected version does not name.
#[derive(Debug, Clone, PartialEq)]
pub struct Gone {
    /// The task.
    pub task: TaskId,
    /// As printed.
    pub code: Option<String>,
    /// Its wording.
    pub title: String,
    /// It stays nevertheless.
    pub kept: bool,
}

/// What a corrected version changes in its programme.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The programme.
    pub programme: ProgrammeId,
    /// Its name.
    pub title: String,
    /// Wordings of the tasks that are new.
    pub added: Vec<String>,
    /// Tasks that change, with their wording until now.
    pub changed: Vec<(TaskId, String, Vec<Change>)>,
    /// How many stay as they are.
    pub same: usize,
    /// Tasks that are named no more.
    pub gone: Vec<Gone>,
    /// Indicators that come, end or get another target.
    pub indicators: Vec<IndicatorChange>,
}

/// What a corrected version does to an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorChange {
    /// Its name.
    pub name: String,
    /// Its target until now; none where it comes.
    pub before: Option<String>,
    /// Its target from now on; none where it ends.
    pub after: Option<String>,
}

/// Indicators by name: what differs between those of a programme and those of its corrected version.
fn compare_indicators<'a>(
    old: impl Iterator<Item = (&'a str, String)>,
    new: impl Iterator<Item = (&'a str, String)>,
) -> Vec<IndicatorChange> {
    let mut left: Vec<(&str, String)> = old.collect();
    let mut changes = Vec::new();
    for (name, after) in new {
        let folded = papers::fold::fold(name);
        let known = left.iter().position(|(other, _)| papers::fold::fold(other) == folded);
        let before = known.map(|at| left.remove(at).1);
        if before.as_ref() != Some(&after) {
            changes.push(IndicatorChange { name: name.to_owned(), before, after: Some(after) });
        }
    }
    let ended = |(name, before): (&str, String)| IndicatorChange {
        name: name.to_owned(),
        before: Some(before),
        after: None,
    };
    changes.extend(left.into_iter().map(ended));
    changes
}

/// What a corrected version changes; none for an intake that corrects nothing. Counts what is not dropped.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn comparison(cx: &mut Cx, id: IntakeId) -> Result<Option<Comparison>> {
    let intake = find(cx, id).await?;
    let Some(programme) = intake.amends else { return Ok(None) };
    let overview = programmes::overview(cx, ProgrammeId(programme), None).await?;
    let items = items(cx, &intake).await?;
    let standing: Vec<Body> =
        items.into_iter().filter(|item| item.state != ItemState::Dropped).map(|item| item.body).collect();
    let new: Vec<&TaskBody> = tasks(&standing).collect();
    let diff = compare(&overview, &new);
    let old = |at: usize| &overview.tasks[at];
    let gone = |at: &usize| Gone {
        task: old(*at).id,
        code: old(*at).code.clone(),
        title: old(*at).title.clone(),
        kept: intake.kept.contains(&old(*at).id.0),
    };
    Ok(Some(Comparison {
        programme: overview.programme.id,
        title: overview.programme.title.clone(),
        added: diff.added.iter().map(|at| new[*at].title.clone()).collect(),
        changed: diff
            .changed
            .iter()
            .map(|(o, _, c)| (old(*o).id, old(*o).title.clone(), c.clone()))
            .collect(),
        same: diff.same.len(),
        gone: diff.gone.iter().map(gone).collect(),
        indicators: compare_indicators(
            overview.indicators.iter().map(|old| (&*old.given.name, target(&old.given.target_text))),
            indicators(&standing).map(|new| (&*new.name, target(&new.target_text))),
        ),
    }))
}

/// A target as printed, its white space evened out.
fn target(text: &Option<String>) -> String {
    text.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Says which tasks stay although the corrected version does not name them.
///
/// # Errors
/// [`Error::Stale`], or the intake is no longer in review.
pub async fn keep(cx: &mut Cx, id: IntakeId, tasks: &[TaskId]) -> Result<()> {
    let intake = load(cx, id).await?;
    let permit = cx.allow(Action::ManageIntake, &intake.scope())?;
    intake.in_review()?;
    if !sql::touch(cx, &permit, id).await? {
        return Err(Error::Stale);
    }
    sql::set_kept(cx, &permit, id, value(&tasks)?).await?;
    cx.record(permit, json!({"kept": intake.kept}), json!({"kept": tasks})).await
}

fn compare(overview: &Overview, new: &[&TaskBody]) -> Diff {
    let old: Vec<diff::Entry> = overview
        .tasks
        .iter()
        .map(|task| {
            let leads: Vec<&str> = task.leads().map(|carrier| carrier.name.as_str()).collect();
            entry(&task.code, &task.title, task.time.due, &leads, &task.outputs)
        })
        .collect();
    let known = |id: UnitId| {
        overview
            .tasks
            .iter()
            .flat_map(|task| &task.carriers)
            .find(|c| c.holder == programmes::Holder::Unit(id))
    };
    let fresh: Vec<diff::Entry> = new
        .iter()
        .map(|task| {
            let leads: Vec<&str> = task
                .with_role(PartyRole::Lead)
                .map(|party| match &party.holder {
                    Holder::Unit { id, name } => {
                        known(*id).map_or(name.as_str(), |carrier| carrier.name.as_str())
                    }
                    Holder::Unknown => &party.printed,
                    other => other.name(),
                })
                .collect();
            entry(&task.code, &task.title, day(task.time.due.as_deref()), &leads, &task.outputs)
        })
        .collect();
    diff::diff(&old, &fresh)
}

fn entry(
    code: &Option<String>,
    title: &str,
    due: Option<Day>,
    leads: &[&str],
    outputs: &[String],
) -> diff::Entry {
    let due = due.map(|day| day.to_string()).unwrap_or_default();
    let facts = vec![("due", due), ("lead", leads.join("; ")), ("outputs", outputs.join("; "))];
    diff::Entry { code: code.clone(), title: title.to_owned(), facts }
}

async fn amendment(
    cx: &mut Cx,
    intake: &Intake,
    overview: &Overview,
    bodies: &[Body],
    document: DocumentId,
) -> Result<Amendment> {
    let new: Vec<&TaskBody> = tasks(bodies).collect();
    let found = compare(overview, &new);
    let mut change = Vec::new();
    for (old, fresh, _) in &found.changed {
        let id = overview.tasks[*old].id;
        let (_, before) = programmes::task_as_given(cx, id).await?;
        change.push((id, overlay(before, new_task(new[*fresh], document))));
    }
    let ended = found.gone.iter().map(|at| overview.tasks[*at].id).filter(|id| !intake.kept.contains(&id.0));
    let known: HashSet<&str> = overview.groups.iter().map(|group| group.code.as_str()).collect();
    let fresh_indicators: Vec<NewIndicator> =
        indicators(bodies).map(|it| new_indicator(it, document)).collect();
    let fresh_duties: Vec<NewDuty> = duties(bodies).map(|duty| new_duty(duty, document)).collect();
    let same_indicator =
        |a: &NewIndicator, b: &NewIndicator| (&a.name, &a.target_text) == (&b.name, &b.target_text);
    let same_duty =
        |a: &NewDuty, b: &NewDuty| (&a.what, &a.due, &a.who.text) == (&b.what, &b.due, &b.who.text);
    Ok(Amendment {
        document,
        groups: groups(intake).into_iter().filter(|group| !known.contains(group.code.as_str())).collect(),
        add: found.added.iter().map(|at| new_task(new[*at], document)).collect(),
        change,
        end: ended.collect(),
        end_indicators: overview
            .indicators
            .iter()
            .filter(|old| !fresh_indicators.iter().any(|new| same_indicator(&old.given, new)))
            .map(|old| old.id)
            .collect(),
        add_indicators: fresh_indicators
            .into_iter()
            .filter(|new| !overview.indicators.iter().any(|old| same_indicator(&old.given, new)))
            .collect(),
        end_duties: overview
            .duties
            .iter()
            .filter(|old| !fresh_duties.iter().any(|new| same_duty(&old.given, new)))
            .map(|old| old.id)
            .collect(),
        add_duties: fresh_duties
            .into_iter()
            .filter(|new| !overview.duties.iter().any(|old| same_duty(&old.given, new)))
            .collect(),
    })
}

/// The task as the corrected version has it; money, steps and parties that only people put in stay.
fn overlay(before: NewTask, new: NewTask) -> NewTask {
    let stays = |assignment: &NewAssignment| {
        matches!(
            assignment.role,
            AssignmentRole::LeaderInCharge | AssignmentRole::Following | AssignmentRole::Person
        ) && !new.assignments.iter().any(|other| other.role == assignment.role)
    };
    let mut assignments = new.assignments.clone();
    assignments.extend(before.assignments.iter().filter(|assignment| stays(assignment)).cloned());
    NewTask {
        assignments,
        milestones: if new.milestones.is_empty() { before.milestones } else { new.milestones },
        funding: if new.funding.is_empty() { before.funding } else { new.funding },
        ..new
    }
}

#[cfg(test)]
mod tests {
    use super::compare_indicators;

    #[test]
    fn indicators_are_compared_by_name_and_target() {
        let of = |pairs: &[(&'static str, &str)]| {
            pairs.iter().map(|(name, target)| (*name, (*target).to_owned())).collect::<Vec<_>>()
        };
        let old = of(&[("Tỷ lệ hồ sơ", ">= 85%"), ("Số sáng kiến", "10"), ("Số lớp", "5")]);
        let new = of(&[("tỷ lệ hồ sơ", ">= 90%"), ("Số sáng kiến", "10"), ("Số bài báo", "3")]);
        let changes = compare_indicators(old.into_iter(), new.into_iter());
        let said: Vec<_> =
            changes.iter().map(|it| (it.name.as_str(), it.before.as_deref(), it.after.as_deref())).collect();
        assert_eq!(
            said,
            [
                ("tỷ lệ hồ sơ", Some(">= 85%"), Some(">= 90%")),
                ("Số bài báo", None, Some("3")),
                ("Số lớp", Some("5"), None),
            ]
        );
    }
}
