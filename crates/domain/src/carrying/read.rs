//! Looking: what a unit owes and what came back, what waits to be confirmed, what was said about a task.

use super::confirm::{self, watchers};
use super::report::{self, Seat, Seated};
use super::rules::{self, Circumstances, Warning};
use super::sql;
use super::types::*;
use crate::access::{Action, Scope, decide};
use crate::programmes::{
    self, AssignmentRole, Carried, Carrier, Fate, MilestoneId, NewMilestone, Period, ProgrammeId, Reported,
    TaskId, TaskRow,
};
use crate::units;
use crate::{Cx, Error, OrgId, Reason, Result, UnitId};
use std::collections::{BTreeSet, HashMap};
use store::{Day, Micros};

/// An update that the actor may see: a submitted one with its programme, a draft where he reports.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(cx: &mut Cx, id: UpdateId) -> Result<Update> {
    let update = sql::update(cx, id).await?;
    programmes::find(cx, update.programme).await?;
    if update.discarded || update.is_draft() && !may_report(cx, &update).await? {
        return Err(Error::NotFound);
    }
    Ok(update)
}

async fn may_report(cx: &mut Cx, update: &Update) -> Result<bool> {
    let acting = report::acting(cx, update.unit).await?;
    let scope = Scope::new(update.org, "update", update.id.0, acting.tree_from);
    Ok(decide(cx.actor(), Action::Report, &scope))
}

/// What the actor may do with a seat, and what its form offers.
#[derive(Debug, Clone, PartialEq)]
pub struct Rights {
    /// The task as in lists.
    pub row: TaskRow,
    /// The role of the unit.
    pub role: AssignmentRole,
    /// The unit's name.
    pub unit_name: String,
    /// The unit into which it was merged, which acts for it.
    pub acting: Option<String>,
    /// Periods that may be reported now, the latest first.
    pub periods: Vec<Period>,
    /// Steps of the task.
    pub milestones: Vec<(MilestoneId, NewMilestone)>,
    /// Days by which a completion may be dated back.
    pub back_date_days: i64,
    /// How many levels confirm.
    pub levels: i64,
}

/// The seat for which the actor reports.
///
/// # Errors
/// [`Error::NotFound`] where he does not, or the unit carries the task no more.
pub async fn rights(cx: &mut Cx, seat: Seat) -> Result<Rights> {
    let Seated { carried, role, acting } = report::seated(cx, seat).await?;
    let scope = Scope::new(carried.programme.org, "assignment", seat.assignment.0, acting.tree_from);
    if !decide(cx.actor(), Action::Report, &scope) {
        return Err(Error::NotFound);
    }
    let unit = units::load(cx, seat.unit).await?;
    let today = cx.today();
    Ok(Rights {
        role,
        unit_name: unit.label(),
        acting: (acting.id != unit.id).then(|| acting.label()),
        periods: report::periods(&carried, carried.since, today),
        back_date_days: carried.programme.rules.back_date_days,
        levels: carried.programme.rules.confirm_levels,
        milestones: carried.milestones,
        row: carried.row,
    })
}

/// The open draft of a seat for which the actor reports, with its evidence.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn draft_of(cx: &mut Cx, seat: Seat) -> Result<Option<(Update, Vec<Evidence>, Vec<EvidenceFile>)>> {
    let Some(draft) = sql::draft(cx, seat).await? else { return Ok(None) };
    if !may_report(cx, &draft).await? {
        return Err(Error::NotFound);
    }
    let evidence = sql::evidence(cx, draft.org, &[draft.id]).await?;
    let files = sql::files(cx, draft.org, &[draft.id]).await?;
    Ok(Some((draft, evidence, files)))
}

/// A submitted update with its history.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The update.
    pub update: Update,
    /// Who decided what when.
    pub decisions: Vec<Decision>,
    /// Links and issued documents.
    pub evidence: Vec<Evidence>,
    /// Files.
    pub files: Vec<EvidenceFile>,
    /// The step that it says was reached.
    pub milestone: Option<String>,
    /// Why it should be read before it is confirmed.
    pub warnings: Vec<Warning>,
    /// The unit that decides next, while it waits.
    pub waits_for: Option<String>,
    /// The actor may decide on behalf of that unit.
    pub may_decide: bool,
    /// Why he may not after all: he had a hand in it.
    pub conflict: Option<Reason>,
    /// It was confirmed, and the actor may still return it.
    pub may_take_back: bool,
    /// It was returned, nothing corrects it yet, and the actor may.
    pub may_correct: bool,
}

/// One unit's part in a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Duty {
    /// Whose.
    pub seat: Seat,
    /// The unit's name, with its superior where names repeat.
    pub unit_name: String,
    /// Its role.
    pub role: AssignmentRole,
    /// Since when it is assigned.
    pub since: Micros,
    /// When and by whom it was received, and passed on.
    pub receipt: Option<Receipt>,
    /// Its open draft, where the actor reports for it.
    pub draft: Option<Update>,
    /// What it submitted last.
    pub last: Option<Update>,
    /// The actor reports for it.
    pub may_report: bool,
}

/// All that was said about a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Submitted updates, the latest first.
    pub updates: Vec<Shown>,
    /// The parts of its units.
    pub duties: Vec<Duty>,
}

fn carries(carrier: &Carrier) -> bool {
    carrier.role.leads() || carrier.role == AssignmentRole::Coordinating
}

fn place_allowed(cx: &Cx, org: OrgId, place: i64, action: Action) -> bool {
    decide(cx.actor(), action, &Scope::new(org, "assignment", uuid::Uuid::nil(), place))
}

/// What was said about a task that the actor may see.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn of_task(cx: &mut Cx, task: TaskId) -> Result<Progress> {
    let carried = programmes::carried(cx, task).await?;
    programmes::find(cx, carried.programme.id).await?;
    let org = carried.programme.org;
    let (drafts, sent): (Vec<Update>, Vec<Update>) =
        sql::of_task(cx, org, task).await?.into_iter().partition(Update::is_draft);
    let receipts = sql::receipts(cx, org, task).await?;
    let units = seated_units(cx, std::iter::once(&carried.row)).await?;
    let duties = duties(cx, (&carried.row, org), &units, &receipts, (&drafts, &sent));
    let mut updates = Vec::new();
    let mut about = About {
        decisions: sql::decisions(cx, org, task).await?,
        evidence: sql::task_evidence(cx, org, task).await?,
        files: sql::task_files(cx, org, task).await?,
    };
    let corrected: BTreeSet<UpdateId> =
        drafts.iter().chain(&sent).filter_map(|update| update.corrects).collect();
    for update in sent.into_iter().rev() {
        let corrected = corrected.contains(&update.id);
        updates.push(show(cx, &carried, update, corrected, &mut about).await?);
    }
    updates.sort_by_key(|shown| std::cmp::Reverse((shown.update.submitted_at, shown.update.id)));
    Ok(Progress { updates, duties })
}

struct About {
    decisions: Vec<Decision>,
    evidence: Vec<Evidence>,
    files: Vec<EvidenceFile>,
}

async fn show(
    cx: &mut Cx,
    carried: &Carried,
    update: Update,
    corrected: bool,
    about: &mut About,
) -> Result<Shown> {
    let of = |id: &UpdateId| *id == update.id;
    let decisions: Vec<Decision> = about.decisions.extract_if(.., |one| of(&one.update)).collect();
    let evidence: Vec<Evidence> = about.evidence.extract_if(.., |one| of(&one.update)).collect();
    let files: Vec<EvidenceFile> = about.files.extract_if(.., |one| of(&one.update)).collect();
    let unit = confirm::confirmer(cx, &update, watchers(carried), confirm::level(&update)).await?;
    let allowed = place_allowed(cx, update.org, unit.tree_from, Action::Confirm);
    let may_decide = allowed && cx.actor().account.is_some();
    let conflict = match cx.actor().account {
        Some(account) if may_decide && update.waits() => confirm::conflict(cx, &update, account).await?,
        _ => None,
    };
    let returned = matches!(update.fate, Some(Fate::Returned(_)));
    let may_correct = returned && !corrected && carried.ended_at.is_none() && may_report(cx, &update).await?;
    let milestone = carried.milestones.iter().find(|(id, _)| Some(*id) == update.said.milestone);
    Ok(Shown {
        warnings: if update.waits() { warned(cx, &update).await? } else { Vec::new() },
        milestone: milestone.map(|(_, given)| given.title.clone()),
        waits_for: update.waits().then(|| unit.label()),
        may_decide: may_decide && update.waits(),
        may_take_back: may_decide && matches!(update.fate, Some(Fate::Confirmed(_))),
        conflict,
        may_correct,
        decisions,
        evidence,
        files,
        update,
    })
}

/// One submitted update with its history, for its own page.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn shown(cx: &mut Cx, id: UpdateId) -> Result<Shown> {
    let update = find(cx, id).await?;
    let progress = of_task(cx, update.task).await?;
    progress.updates.into_iter().find(|shown| shown.update.id == id).ok_or(Error::NotFound)
}

/// Why an update should be read before it is confirmed.
pub(super) async fn warned(cx: &mut Cx, update: &Update) -> Result<Vec<Warning>> {
    let facts = sql::facts(cx, update.org, update.id).await?;
    Ok(warnings(update, &facts))
}

fn warnings(update: &Update, facts: &sql::WaitingFacts) -> Vec<Warning> {
    let evidence = usize::try_from(facts.proofs + facts.files).unwrap_or_default();
    let about = Circumstances {
        backdated_days: update.backdated_days,
        due: facts.task_due_on.map(|day| day.0),
        outputs: facts.task_outputs.0.len(),
        evidence,
        confirmed_percent: facts.confirmed_percent,
        corrects: update.corrects.is_some(),
    };
    rules::warnings(&update.said, &about)
}

/// The units that carry any of the tasks, each looked up once.
pub(super) async fn seated_units(
    cx: &mut Cx,
    rows: impl Iterator<Item = &TaskRow>,
) -> Result<HashMap<UnitId, units::Unit>> {
    let carriers = rows.flat_map(|row| &row.carriers).filter(|carrier| carries(carrier));
    let members: BTreeSet<UnitId> = carriers.flat_map(|carrier| &carrier.seats).map(|seat| seat.0).collect();
    units::load_many(cx, &members.into_iter().collect::<Vec<_>>()).await
}

pub(super) fn duties(
    cx: &Cx,
    (row, org): (&TaskRow, OrgId),
    units: &HashMap<UnitId, units::Unit>,
    receipts: &[Receipt],
    (drafts, sent): (&[Update], &[Update]),
) -> Vec<Duty> {
    let mut found = Vec::new();
    for carrier in row.carriers.iter().filter(|carrier| carries(carrier)) {
        for (unit, place) in &carrier.seats {
            let seat = Seat { task: row.id, assignment: carrier.id, unit: *unit };
            let of = |update: &&Update| update.assignment == carrier.id && update.unit == *unit;
            let may_report = place_allowed(cx, org, *place, Action::Report);
            found.push(Duty {
                seat,
                unit_name: units.get(unit).map(|unit| unit.label()).unwrap_or_default(),
                role: carrier.role,
                since: carrier.since,
                receipt: receipts.iter().find(|r| (r.assignment, r.unit) == (carrier.id, *unit)).cloned(),
                draft: drafts.iter().find(of).filter(|_| may_report).cloned(),
                last: sent.iter().filter(of).max_by_key(|update| (update.submitted_at, update.id)).cloned(),
                may_report,
            });
        }
    }
    found
}

/// What was reported last on each of the tasks by those who lead them, and not returned: for the tracking
/// table. The tasks come out of a list that the actor may see.
///
/// # Errors
/// The engine failed.
pub async fn reported(cx: &mut Cx, rows: &[TaskRow]) -> Result<HashMap<TaskId, Reported>> {
    let mut programmes: Vec<ProgrammeId> = rows.iter().map(|row| row.programme).collect();
    programmes.sort();
    programmes.dedup();
    let mut found: HashMap<TaskId, Reported> = HashMap::new();
    for id in programmes {
        let programme = programmes::find(cx, id).await?;
        for (task, result, body, difficulty) in sql::reported(cx, programme.org, id).await? {
            let result = if result.trim().is_empty() { body } else { result };
            let told = found.entry(task).or_default();
            let join = |known: &mut String, new: String| {
                if !known.is_empty() && !new.is_empty() {
                    known.push('\n');
                }
                known.push_str(&new);
            };
            join(&mut told.result, result);
            join(&mut told.difficulty, difficulty);
        }
    }
    Ok(found)
}

/// An update in the list of what waits for the actor.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingRow {
    /// The update.
    pub update: Update,
    /// The task's code.
    pub task_code: Option<String>,
    /// The task's wording.
    pub task_title: String,
    /// The task's deadline.
    pub due: Option<Day>,
    /// The programme's name.
    pub programme_title: String,
    /// The unit on whose behalf it is to be confirmed.
    pub confirmer: String,
    /// Files, links and issued documents that prove it.
    pub evidence: i64,
    /// Why it should be read before it is confirmed; none means harmless.
    pub warnings: Vec<Warning>,
    /// Why the actor may not confirm it: he had a hand in it.
    pub conflict: Option<Reason>,
}

/// Most updates that one list shows.
const WAITING: i64 = 500;

/// What waits to be confirmed by the actor, the oldest first.
///
/// # Errors
/// The engine failed.
pub async fn waiting(cx: &mut Cx) -> Result<Vec<WaitingRow>> {
    let mut found = Vec::new();
    let account = cx.actor().account;
    for (update, facts) in sql::waiting(cx, WAITING).await? {
        let watchers = (facts.following_unit_id, facts.owner_unit_id);
        let unit = confirm::confirmer(cx, &update, watchers, confirm::level(&update)).await?;
        if !place_allowed(cx, update.org, unit.tree_from, Action::Confirm) {
            continue;
        }
        let conflict = match account {
            Some(account) => confirm::conflict(cx, &update, account).await?,
            None => None,
        };
        found.push(WaitingRow {
            warnings: warnings(&update, &facts),
            evidence: facts.proofs + facts.files,
            task_code: facts.task_code,
            task_title: facts.task_title,
            due: facts.task_due_on,
            programme_title: facts.programme_title,
            confirmer: unit.label(),
            conflict,
            update,
        });
    }
    Ok(found)
}
