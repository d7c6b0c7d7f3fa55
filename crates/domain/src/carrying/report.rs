//! Receiving assignments and reporting on them.

use super::rules::{self, About};
use super::sql;
use super::types::*;
use crate::access::{Action, Permit, Scope, decide};
use crate::error::Problems;
use crate::programmes::{self, AssignmentId, AssignmentRole, Carried, Carrier, ClaimKind, Period, TaskId};
use crate::units::{self, Unit};
use crate::{AccountId, Cx, Error, Reason, Result, UnitId};
use serde_json::{Value, json};
use store::{Day, Micros};

/// A unit's seat in a task: one assignment of it, and for a grouping the member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Seat {
    /// The task.
    pub task: TaskId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// The unit, as assigned.
    pub unit: UnitId,
}

/// A seat with its task and the unit that acts for it today.
pub(super) struct Seated {
    pub(super) carried: Carried,
    pub(super) role: AssignmentRole,
    pub(super) acting: Unit,
}

/// The unit that acts for another on the day: itself, or the one into which it was merged.
pub(super) async fn acting(cx: &mut Cx, unit: UnitId) -> Result<Unit> {
    let today = Day(cx.today());
    match units::heir(cx, unit, today).await? {
        Some(heir) => Ok(heir),
        None => units::load(cx, unit).await,
    }
}

fn carrier(carried: &Carried, seat: Seat) -> Option<&Carrier> {
    carried.row.carriers.iter().find(|carrier| {
        carrier.id == seat.assignment && carrier.seats.iter().any(|(unit, _)| *unit == seat.unit)
    })
}

/// The seat as it is now.
///
/// # Errors
/// [`Error::NotFound`] where the unit carries the task no more.
pub(super) async fn seated(cx: &mut Cx, seat: Seat) -> Result<Seated> {
    let carried = programmes::carried(cx, seat.task).await?;
    let role = carrier(&carried, seat).ok_or(Error::NotFound)?.role;
    let acting = acting(cx, seat.unit).await?;
    Ok(Seated { carried, role, acting })
}

/// What the policy needs to know of something that the unit at `place` does for a task. The units named
/// in the programme are looked up only where they decide between "not found" and "not allowed".
pub(super) async fn scope(
    cx: &mut Cx,
    carried: &Carried,
    (kind, id): (&'static str, uuid::Uuid),
    (place, action): (i64, Action),
) -> Result<Scope> {
    let plain = Scope::new(carried.programme.org, kind, id, place);
    if decide(cx.actor(), action, &plain) {
        return Ok(plain);
    }
    let shown = programmes::scope_of(cx, &carried.programme).await?;
    let named = std::iter::once(shown.owner).chain(shown.named).collect();
    Ok(Scope { named, ..plain })
}

/// The account that acts; the installation itself reports and confirms nothing.
pub(super) fn account(cx: &Cx, action: Action) -> Result<AccountId> {
    cx.actor().account.ok_or(Error::Denied(action))
}

async fn permit(
    cx: &mut Cx,
    seated: &Seated,
    thing: (&'static str, uuid::Uuid),
) -> Result<(Permit, AccountId)> {
    let place = seated.acting.tree_from;
    let scope = scope(cx, &seated.carried, thing, (place, Action::Report)).await?;
    let permit = cx.allow(Action::Report, &scope)?;
    let account = account(cx, Action::Report)?;
    Ok((permit, account))
}

/// Notes that units received their assignments; one that was received already stays as it was.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`]; [`Error::Invalid`] for none at all. Then none is received.
pub async fn receive(cx: &mut Cx, seats: &[Seat]) -> Result<()> {
    if seats.is_empty() {
        return Err(Error::invalid("seats", Reason::new("carrying-error-none")));
    }
    for seat in seats {
        let seated = seated(cx, *seat).await?;
        let (permit, account) = permit(cx, &seated, ("assignment", seat.assignment.0)).await?;
        sql::insert_receipt(cx, &permit, seated.carried.programme.org, *seat, account).await?;
        cx.record(permit, json!({}), json!({ "unit": seat.unit, "task": seat.task, "received": true }))
            .await?;
    }
    Ok(())
}

/// Notes to whom inside the unit an assignment was passed on; it counts as received by that.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`]; [`Error::Invalid`] without a name.
pub async fn pass_on(cx: &mut Cx, seat: Seat, to: &str, to_unit: Option<UnitId>) -> Result<()> {
    let seated = seated(cx, seat).await?;
    let (permit, account) = permit(cx, &seated, ("assignment", seat.assignment.0)).await?;
    let (to, org) = (to.trim(), seated.carried.programme.org);
    let mut problems = Problems::default();
    problems.check(to.is_empty(), "passed_to", Reason::new("carrying-error-passed-to-nobody"));
    let long = Reason::new("carrying-error-long").with("most", 200);
    problems.check(to.chars().count() > 200, "passed_to", long);
    problems.check_open("passed_to", to);
    problems.settle()?;
    if let Some(unit) = to_unit {
        units::find(cx, unit).await?;
    }
    sql::insert_receipt(cx, &permit, org, seat, account).await?;
    sql::pass_on(cx, &permit, org, seat, (to, to_unit, account)).await?;
    let after = json!({ "unit": seat.unit, "task": seat.task, "passed_to": to, "passed_unit": to_unit });
    cx.record(permit, json!({}), after).await
}

/// Keeps what was typed for a seat: begins its draft, or changes it where `version` is the one it has.
/// A seat has one draft, which everybody of the unit shares.
///
/// # Errors
/// [`Error::Stale`] where somebody else saved meanwhile, and nothing is changed; [`Error::NotFound`],
/// [`Error::Denied`], [`Error::Invalid`].
pub async fn save(cx: &mut Cx, seat: Seat, version: Option<i64>, said: Said) -> Result<(UpdateId, i64)> {
    let seated = seated(cx, seat).await?;
    let draft = sql::draft(cx, seat).await?;
    save_at(cx, (seat, &seated), (draft, version), said).await
}

/// The same where the seat and its draft are loaded already.
pub(super) async fn save_at(
    cx: &mut Cx,
    (seat, seated): (Seat, &Seated),
    (draft, version): (Option<Update>, Option<i64>),
    said: Said,
) -> Result<(UpdateId, i64)> {
    let id = draft.as_ref().map_or_else(|| UpdateId(cx.id()), |draft| draft.id);
    let (permit, account) = permit(cx, seated, ("update", id.0)).await?;
    let mut problems = Problems::default();
    rules::check_draft(&mut problems, &said);
    problems.settle()?;
    if seated.carried.ended_at.is_some() {
        return Err(Error::invalid("", Reason::new("carrying-error-task-ended")));
    }
    let said = tidy(said);
    let saved = match (draft, version) {
        (None, None) => {
            let new = sql::NewUpdate {
                org: seated.carried.programme.org,
                id,
                programme: seated.carried.programme.id,
                seat,
                leads: seated.role.leads(),
                corrects: None,
                editors: vec![account],
            };
            sql::insert_update(cx, &permit, &new, &said, account).await?;
            1
        }
        (Some(draft), Some(version)) if draft.version == version => {
            let editors = with(draft.editors, account);
            sql::change_update(cx, &permit, (draft.org, id, version), &said, (account, &editors)).await?;
            version + 1
        }
        _ => return Err(Error::Stale),
    };
    cx.record(permit, json!({}), json!({ "draft": true, "task": seat.task, "unit": seat.unit })).await?;
    Ok((id, saved))
}

fn with(mut editors: Vec<AccountId>, account: AccountId) -> Vec<AccountId> {
    if !editors.contains(&account) {
        editors.push(account);
    }
    editors
}

/// What does not belong to the kind is left out: a day of completion with work that goes on, say.
pub(super) fn tidy(mut said: Said) -> Said {
    let named = said.entered_for.map(|name| name.trim().to_owned());
    said.entered_for = named.filter(|name| !name.is_empty());
    match said.kind {
        ClaimKind::Done => said.percent = Some(100),
        ClaimKind::Progress => said.completed_on = None,
        ClaimKind::NoWork => (said.completed_on, said.milestone) = (None, None),
    }
    said
}

/// A draft that the actor may type in, with its seat.
pub(super) async fn draft(cx: &mut Cx, id: UpdateId) -> Result<(Update, Seated)> {
    let update = sql::update(cx, id).await?;
    let seat = update.seat();
    let seated = seated(cx, seat).await?;
    if !update.is_draft() || update.discarded {
        return Err(Error::Stale);
    }
    Ok((update, seated))
}

/// The permit to type in a draft; the actor counts as one of those who wrote it.
pub(super) async fn typing(cx: &mut Cx, id: UpdateId) -> Result<(Update, Permit, AccountId)> {
    let (update, seated) = draft(cx, id).await?;
    let (permit, account) = permit(cx, &seated, ("update", id.0)).await?;
    let editors = with(update.editors.clone(), account);
    sql::set_editors(cx, &permit, update.org, id, &editors).await?;
    Ok((Update { editors, ..update }, permit, account))
}

/// Puts a draft aside.
///
/// # Errors
/// [`Error::Stale`], [`Error::NotFound`], [`Error::Denied`].
pub async fn discard(cx: &mut Cx, id: UpdateId, version: i64) -> Result<()> {
    let (update, seated) = draft(cx, id).await?;
    let (permit, _) = permit(cx, &seated, ("update", id.0)).await?;
    sql::discard(cx, &permit, (update.org, id, version)).await?;
    cx.record(permit, json!({ "discarded": false }), json!({ "discarded": true })).await
}

/// Begins the correction of a returned update: a draft with its words and its evidence.
///
/// # Errors
/// [`Error::Invalid`] where it was not returned, or a draft is open already; [`Error::NotFound`],
/// [`Error::Denied`].
pub async fn correct(cx: &mut Cx, id: UpdateId) -> Result<UpdateId> {
    let returned = sql::update(cx, id).await?;
    let seat = returned.seat();
    let seated = seated(cx, seat).await?;
    let fresh = UpdateId(cx.id());
    let (permit, account) = permit(cx, &seated, ("update", fresh.0)).await?;
    let mut problems = Problems::default();
    let sent_back = matches!(returned.fate, Some(programmes::Fate::Returned(_)));
    problems.check(!sent_back, "", Reason::new("carrying-error-not-returned"));
    let open = sql::draft(cx, seat).await?.is_some();
    problems.check(open, "", Reason::new("carrying-error-draft-open"));
    problems.settle()?;
    let new = sql::NewUpdate {
        org: returned.org,
        id: fresh,
        programme: returned.programme,
        seat,
        leads: returned.leads,
        corrects: Some(id),
        editors: with(returned.editors, account),
    };
    sql::insert_update(cx, &permit, &new, &returned.said, account).await?;
    super::evidence::copy(cx, &permit, returned.org, (id, fresh), account).await?;
    cx.record(permit, json!({}), json!({ "draft": true, "corrects": id })).await?;
    Ok(fresh)
}

/// Submits a draft: from now on its words do not change, and it waits to be confirmed.
///
/// # Errors
/// [`Error::Invalid`] with every rule it breaks; [`Error::Stale`] where somebody else saved or submitted
/// it meanwhile; [`Error::NotFound`], [`Error::Denied`].
pub async fn submit(cx: &mut Cx, id: UpdateId, version: i64) -> Result<()> {
    let (update, seated) = draft(cx, id).await?;
    submit_at(cx, update, &seated, version).await
}

/// The same where the draft and its seat are loaded already.
pub(super) async fn submit_at(cx: &mut Cx, update: Update, seated: &Seated, version: i64) -> Result<()> {
    let id = update.id;
    let (permit, account) = permit(cx, seated, ("update", id.0)).await?;
    if update.version != version {
        return Err(Error::Stale);
    }
    let claim =
        Claim { seat: update.seat(), corrects: update.corrects, evidence: Some(id), said: &update.said };
    let about = about(cx, seated, &claim).await?;
    let mut problems = Problems::default();
    let ended = seated.carried.ended_at.is_some();
    problems.check(ended, "", Reason::new("carrying-error-task-ended"));
    rules::check_submission(&mut problems, &update.said, &about);
    problems.settle()?;
    let sent = sql::Sent {
        by: account,
        levels: seated.carried.programme.rules.confirm_levels,
        backdated_days: rules::backdated(&update.said, &about),
        editors: with(update.editors.clone(), account),
    };
    sql::submit(cx, &permit, (update.org, id, version), &sent).await?;
    cx.record(permit, json!({ "submitted": false }), submitted(&update, &sent)).await
}

fn submitted(update: &Update, sent: &sql::Sent) -> Value {
    json!({
        "submitted": true, "task": update.task, "unit": update.unit, "kind": update.said.kind,
        "percent": update.said.percent, "completed_on": update.said.completed_on,
        "period": update.said.period, "levels": sent.levels, "backdated_days": sent.backdated_days,
        "entered_for": update.said.entered_for,
    })
}

/// Periods that a task may report on today, the latest first.
pub(super) fn periods(carried: &Carried, since: jiff::civil::Date, today: jiff::civil::Date) -> Vec<Period> {
    let time = &carried.row.time;
    let begins = time.start.map_or(since, |start| start.0.max(since));
    let until = time.due.map(|day| day.0);
    carried.cycle().map(|cycle| rules::periods(cycle, begins, until, today)).unwrap_or_default()
}

/// What is to be submitted for a seat, whether it is a draft already or not.
pub(super) struct Claim<'a> {
    pub(super) seat: Seat,
    /// The returned update that it corrects.
    pub(super) corrects: Option<UpdateId>,
    /// The update whose files prove it.
    pub(super) evidence: Option<UpdateId>,
    pub(super) said: &'a Said,
}

pub(super) async fn about(cx: &mut Cx, seated: &Seated, claim: &Claim<'_>) -> Result<About> {
    let carried = &seated.carried;
    let (today, org) = (cx.today(), carried.programme.org);
    let earlier = sql::standing(cx, org, claim.seat).await?;
    let completing =
        |milestone| carried.milestones.iter().any(|(id, given)| Some(*id) == milestone && given.completes);
    let files = match claim.evidence {
        Some(id) => sql::files(cx, org, &[id]).await?.len(),
        None => 0,
    };
    Ok(About {
        today,
        rules: carried.programme.rules,
        time: carried.row.time.kind,
        periods: periods(carried, carried.since, today),
        reported: earlier.iter().filter_map(|one| one.period_to.map(|day| day.0)).collect(),
        done: earlier.iter().any(|one| one.kind == ClaimKind::Done.code()),
        first: first_report(cx, claim.corrects).await?,
        completing: completing(claim.said.milestone),
        files,
    })
}

/// Corrections of one update that are followed back to the first report.
const CORRECTIONS: usize = 50;

async fn first_report(
    cx: &mut Cx,
    corrects: Option<UpdateId>,
) -> Result<Option<(jiff::civil::Date, Option<jiff::civil::Date>)>> {
    let (mut at, mut first) = (corrects, None);
    for _ in 0..CORRECTIONS {
        let Some(id) = at else { break };
        let update = sql::update(cx, id).await?;
        let day = cx.day_of(update.submitted_at.unwrap_or(Micros(0)));
        let named = update.said.completed_on.map(|day| day.0);
        if first.is_some_and(|(_, known)| known != named) {
            break;
        }
        first = Some((day, named));
        at = update.corrects;
    }
    Ok(first)
}
