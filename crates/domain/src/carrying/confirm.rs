//! Confirming and returning: by the levels of the programme, never by somebody who had a hand in the
//! report.

use super::report::{account, acting, scope};
use super::rules::Warning;
use super::types::*;
use super::{read, sql};
use crate::access::Action;
use crate::error::Problems;
use crate::programmes::{self, AssignmentRole, Carried, ClaimKind, Confirmer, Fate, Holder};
use crate::units::{self, Unit};
use crate::{AccountId, Cx, Error, Reason, Result, UnitId};
use serde_json::json;
use store::Day;

/// What a confirmer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is so.
    Confirm,
    /// It counts as not done, for this reason.
    Return(String),
}

/// The unit on whose behalf an update is confirmed at a level: the one that reports; between them the
/// one that follows the task, else the superior; last the one whose programme it is.
pub(super) async fn confirmer(
    cx: &mut Cx,
    update: &Update,
    (following, owner): (Option<UnitId>, UnitId),
    level: i64,
) -> Result<Unit> {
    let own = acting(cx, update.unit).await?;
    match Confirmer::at(level, update.levels) {
        Confirmer::OwnUnit => Ok(own),
        Confirmer::Between => acting(cx, following.or(own.parent).unwrap_or(owner)).await,
        Confirmer::Assigner => acting(cx, owner).await,
    }
}

/// The unit that follows a task, and the one whose programme it is.
pub(super) fn watchers(carried: &Carried) -> (Option<UnitId>, UnitId) {
    let following = carried.row.carriers.iter().find_map(|carrier| match carrier.holder {
        Holder::Unit(unit) if carrier.role == AssignmentRole::Following => Some(unit),
        _ => None,
    });
    (following, carried.programme.owner)
}

/// The level that decides next; the last one where every level has confirmed.
pub(super) fn level(update: &Update) -> i64 {
    (update.passed + 1).min(update.levels.max(1))
}

/// Confirms an update at its next level, or returns it. The last level may still return what it had
/// confirmed, with a reason.
///
/// # Errors
/// [`Error::Invalid`] without a reason for a return, or where the actor had a hand in the report or
/// confirmed it at another level; [`Error::Stale`] where it changed meanwhile; [`Error::NotFound`],
/// [`Error::Denied`].
pub async fn decide(cx: &mut Cx, id: UpdateId, version: i64, outcome: Outcome) -> Result<()> {
    let update = sql::update(cx, id).await?;
    let carried = programmes::carried(cx, update.task).await?;
    let level = level(&update);
    let unit = confirmer(cx, &update, watchers(&carried), level).await?;
    let scope = scope(cx, &carried, ("update", id.0), (unit.tree_from, Action::Confirm)).await?;
    let permit = cx.allow(Action::Confirm, &scope)?;
    let account = account(cx, Action::Confirm)?;
    let decidable = matches!(
        (update.fate, &outcome),
        (Some(Fate::Waiting(..)), _) | (Some(Fate::Confirmed(_)), Outcome::Return(_))
    );
    if update.version != version || !decidable {
        return Err(Error::Stale);
    }
    let mut problems = Problems::default();
    if let Outcome::Return(reason) = &outcome {
        problems.check(reason.trim().is_empty(), "reason", Reason::new("carrying-error-no-reason"));
        let long = Reason::new("carrying-error-long").with("most", 4_000);
        problems.check(reason.chars().count() > 4_000, "reason", long);
        problems.check_open("reason", reason);
    }
    if let Some(reason) = conflict(cx, &update, account).await? {
        problems.check(true, "", reason);
    }
    problems.settle()?;
    let decision = sql::NewDecision { level, unit: unit.id, by: account, outcome: &outcome };
    // The update first: whoever decides on it at the same moment loses there, is run again and finds it stale.
    let key = (update.org, id, version);
    let after = match &outcome {
        Outcome::Return(reason) => {
            sql::set_returned(cx, &permit, key).await?;
            json!({ "returned": true, "level": level, "reason": reason.trim() })
        }
        Outcome::Confirm if level >= update.levels => {
            let completed = completion(cx, &carried, &update).await?;
            sql::set_confirmed(cx, &permit, key, completed).await?;
            json!({ "confirmed": true, "level": level, "levels": update.levels, "task_done_on": completed })
        }
        Outcome::Confirm => {
            sql::set_passed(cx, &permit, key).await?;
            json!({ "confirmed": false, "level": level, "levels": update.levels })
        }
    };
    sql::insert_decision(cx, &permit, (update.org, id), &decision).await?;
    cx.record(permit, json!({ "level": update.passed }), after).await
}

/// Why the actor may not decide: he had a hand in the report, in whatever role and from whatever
/// account, it was entered for him, or he has confirmed it at another level.
pub(super) async fn conflict(cx: &mut Cx, update: &Update, account: AccountId) -> Result<Option<Reason>> {
    let own = sql::person(cx, account).await?;
    for editor in &update.editors {
        if sql::person(cx, *editor).await?.id == own.id {
            return Ok(Some(Reason::new("carrying-error-own-report")));
        }
    }
    let named = update.said.entered_for.as_deref().map(papers::fold::fold);
    if named.is_some_and(|named| named.contains(&papers::fold::fold(&own.name))) {
        return Ok(Some(Reason::new("carrying-error-own-report")));
    }
    let before = sql::confirmers(cx, update.org, update.id).await?;
    let twice = update.waits() && before.contains(&own.id);
    Ok(twice.then(|| Reason::new("carrying-error-confirmed-before")))
}

/// The day on which the whole task is completed, where this confirmation completes it: the last of those
/// of everybody who answers for the result.
async fn completion(cx: &mut Cx, carried: &Carried, update: &Update) -> Result<Option<Day>> {
    if !update.leads || update.said.kind != ClaimKind::Done {
        return Ok(None);
    }
    let mut done = sql::completed(cx, update.org, update.task).await?;
    if let Some(day) = update.said.completed_on {
        done.push((update.assignment, update.unit, day));
    }
    let mut last = None;
    for (assignment, unit) in carried.answering() {
        match done.iter().find(|one| (one.0, one.1) == (assignment, unit)) {
            Some((.., day)) => last = last.max(Some(*day)),
            None => return Ok(None),
        }
    }
    Ok(last)
}

/// Confirms several updates at once: only those that nothing warns of; else none is confirmed.
///
/// # Errors
/// [`Error::Invalid`] for none at all, or for one that has to be read first; as [`decide`].
pub async fn confirm_many(cx: &mut Cx, updates: &[(UpdateId, i64)]) -> Result<()> {
    if updates.is_empty() {
        return Err(Error::invalid("updates", Reason::new("carrying-error-none")));
    }
    for (id, version) in updates {
        // Why one is not harmless is told only to who may see it.
        let update = read::find(cx, *id).await?;
        let warnings: Vec<Warning> = read::warned(cx, &update).await?;
        if !warnings.is_empty() {
            let carried = programmes::carried(cx, update.task).await?;
            let unit = units::load(cx, update.unit).await?;
            let reason = Reason::new("carrying-error-not-harmless")
                .with("task", carried.row.title)
                .with("unit", unit.label());
            return Err(Error::invalid("updates", reason));
        }
        decide(cx, *id, *version, Outcome::Confirm).await?;
    }
    Ok(())
}
