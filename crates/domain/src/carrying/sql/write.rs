//! Writing. The words of an update change only while it is a draft; its fate is written once.

use super::*;
use crate::access::Permit;
use crate::carrying::confirm::Outcome;

pub(in crate::carrying) async fn insert_receipt(
    cx: &mut Cx,
    permit: &Permit,
    org: OrgId,
    seat: Seat,
    by: AccountId,
) -> Result<()> {
    let (id, now) = (cx.id(), Micros::from(cx.now()));
    cx.write(
        permit,
        sql!(
            "INSERT INTO receipt (org_id, id, version, task_id, assignment_id, unit_id, received_at, received_by)
             VALUES ($1, $2, 1, $3, $4, $5, $6, $7) ON CONFLICT (org_id, assignment_id, unit_id) DO NOTHING"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(seat.task)
    .bind(seat.assignment)
    .bind(seat.unit)
    .bind(now)
    .bind(by)
    .run()
    .await?;
    Ok(())
}

pub(in crate::carrying) async fn pass_on(
    cx: &mut Cx,
    permit: &Permit,
    org: OrgId,
    seat: Seat,
    (to, to_unit, by): (&str, Option<UnitId>, AccountId),
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "UPDATE receipt SET passed_to = $1, passed_unit_id = $2, passed_at = $3, passed_by = $4, version = version + 1
             WHERE org_id = $5 AND assignment_id = $6 AND unit_id = $7"
        ),
    )
    .bind(to.to_owned())
    .bind(to_unit)
    .bind(now)
    .bind(by)
    .bind(org)
    .bind(seat.assignment)
    .bind(seat.unit)
    .exactly_one()
    .await?;
    Ok(())
}

/// Where a new update belongs.
pub(in crate::carrying) struct NewUpdate {
    pub(in crate::carrying) org: OrgId,
    pub(in crate::carrying) id: UpdateId,
    pub(in crate::carrying) programme: ProgrammeId,
    pub(in crate::carrying) seat: Seat,
    pub(in crate::carrying) leads: bool,
    pub(in crate::carrying) corrects: Option<UpdateId>,
    pub(in crate::carrying) editors: Vec<AccountId>,
}

/// Begins a draft; where somebody else has just begun the one of this seat, it is stale.
pub(in crate::carrying) async fn insert_update(
    cx: &mut Cx,
    permit: &Permit,
    new: &NewUpdate,
    said: &Said,
    by: AccountId,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "INSERT INTO progress_update (org_id, id, version, programme_id, task_id, assignment_id, unit_id, leads, kind,
                 period_from, period_to, milestone_id, percent, body, result, product, completed_on, difficulty, remover,
                 entered_for, corrects_id, created_at, created_by, saved_at, saved_by, editors)
             VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $21, $22, $23)
             ON CONFLICT DO NOTHING"
        ),
    )
    .bind(new.org)
    .bind(new.id)
    .bind(new.programme)
    .bind(new.seat.task)
    .bind(new.seat.assignment)
    .bind(new.seat.unit)
    .bind(new.leads)
    .bind(said.kind.code().to_owned())
    .bind(said.period.map(|period| Day(period.from)))
    .bind(said.period.map(|period| Day(period.to)))
    .bind(said.milestone)
    .bind(said.percent)
    .bind(said.body.clone())
    .bind(said.result.clone())
    .bind(said.product.clone())
    .bind(said.completed_on)
    .bind(said.difficulty.clone())
    .bind(said.remover.clone())
    .bind(said.entered_for.clone())
    .bind(new.corrects)
    .bind(now)
    .bind(by)
    .bind(Json(new.editors.clone()))
    .exactly_one()
    .await?;
    Ok(())
}

/// Which version of an update is changed.
pub(in crate::carrying) type Key = (OrgId, UpdateId, i64);

pub(in crate::carrying) async fn change_update(
    cx: &mut Cx,
    permit: &Permit,
    (org, id, version): Key,
    said: &Said,
    (by, editors): (AccountId, &[AccountId]),
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "UPDATE progress_update SET kind = $1, period_from = $2, period_to = $3, milestone_id = $4, percent = $5, body = $6,
                    result = $7, product = $8, completed_on = $9, difficulty = $10, remover = $11, entered_for = $12,
                    saved_at = $13, saved_by = $14, editors = $15, version = version + 1
             WHERE org_id = $16 AND id = $17 AND version = $18 AND submitted_at IS NULL AND discarded_at IS NULL"
        ),
    )
    .bind(said.kind.code().to_owned())
    .bind(said.period.map(|period| Day(period.from)))
    .bind(said.period.map(|period| Day(period.to)))
    .bind(said.milestone)
    .bind(said.percent)
    .bind(said.body.clone())
    .bind(said.result.clone())
    .bind(said.product.clone())
    .bind(said.completed_on)
    .bind(said.difficulty.clone())
    .bind(said.remover.clone())
    .bind(said.entered_for.clone())
    .bind(now)
    .bind(by)
    .bind(Json(editors.to_vec()))
    .bind(org)
    .bind(id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

/// Notes who had a hand in a draft; its version stays, for the words did not change.
pub(in crate::carrying) async fn set_editors(
    cx: &mut Cx,
    permit: &Permit,
    org: OrgId,
    id: UpdateId,
    editors: &[AccountId],
) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "UPDATE progress_update SET editors = $1
             WHERE org_id = $2 AND id = $3 AND submitted_at IS NULL AND discarded_at IS NULL"
        ),
    )
    .bind(Json(editors.to_vec()))
    .bind(org)
    .bind(id)
    .exactly_one()
    .await?;
    Ok(())
}

pub(in crate::carrying) async fn discard(
    cx: &mut Cx,
    permit: &Permit,
    (org, id, version): Key,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "UPDATE progress_update SET discarded_at = $1, version = version + 1
             WHERE org_id = $2 AND id = $3 AND version = $4 AND submitted_at IS NULL AND discarded_at IS NULL"
        ),
    )
    .bind(now)
    .bind(org)
    .bind(id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

/// What is noted when an update is submitted.
pub(in crate::carrying) struct Sent {
    pub(in crate::carrying) by: AccountId,
    pub(in crate::carrying) levels: i64,
    pub(in crate::carrying) backdated_days: i64,
    pub(in crate::carrying) editors: Vec<AccountId>,
}

pub(in crate::carrying) async fn submit(
    cx: &mut Cx,
    permit: &Permit,
    (org, id, version): Key,
    sent: &Sent,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "UPDATE progress_update SET submitted_at = $1, submitted_by = $2, levels = $3, backdated_days = $4, editors = $5,
                    version = version + 1
             WHERE org_id = $6 AND id = $7 AND version = $8 AND submitted_at IS NULL AND discarded_at IS NULL"
        ),
    )
    .bind(now)
    .bind(sent.by)
    .bind(sent.levels)
    .bind(sent.backdated_days)
    .bind(Json(sent.editors.clone()))
    .bind(org)
    .bind(id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

/// A decision to be kept.
pub(in crate::carrying) struct NewDecision<'a> {
    pub(in crate::carrying) level: i64,
    pub(in crate::carrying) unit: UnitId,
    pub(in crate::carrying) by: AccountId,
    pub(in crate::carrying) outcome: &'a Outcome,
}

pub(in crate::carrying) async fn insert_decision(
    cx: &mut Cx,
    permit: &Permit,
    (org, update): (OrgId, UpdateId),
    decision: &NewDecision<'_>,
) -> Result<()> {
    let (id, now) = (cx.id(), Micros::from(cx.now()));
    let (outcome, reason) = match decision.outcome {
        Outcome::Confirm => ("confirmed", None),
        Outcome::Return(reason) => ("returned", Some(reason.trim().to_owned())),
    };
    cx.write(
        permit,
        sql!(
            "INSERT INTO update_decision (org_id, id, update_id, level, outcome, reason, unit_id, decided_at, decided_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(update)
    .bind(decision.level)
    .bind(outcome.to_owned())
    .bind(reason)
    .bind(decision.unit)
    .bind(now)
    .bind(decision.by)
    .exactly_one()
    .await?;
    Ok(())
}

pub(in crate::carrying) async fn set_passed(
    cx: &mut Cx,
    permit: &Permit,
    (org, id, version): Key,
) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "UPDATE progress_update SET version = version + 1
             WHERE org_id = $1 AND id = $2 AND version = $3 AND confirmed_at IS NULL AND returned_at IS NULL"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

pub(in crate::carrying) async fn set_confirmed(
    cx: &mut Cx,
    permit: &Permit,
    (org, id, version): Key,
    task_done_on: Option<Day>,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "UPDATE progress_update SET confirmed_at = $1, task_done_on = $2, version = version + 1
             WHERE org_id = $3 AND id = $4 AND version = $5 AND confirmed_at IS NULL AND returned_at IS NULL"
        ),
    )
    .bind(now)
    .bind(task_done_on)
    .bind(org)
    .bind(id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

pub(in crate::carrying) async fn set_returned(
    cx: &mut Cx,
    permit: &Permit,
    (org, id, version): Key,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "UPDATE progress_update SET returned_at = $1, version = version + 1
             WHERE org_id = $2 AND id = $3 AND version = $4 AND returned_at IS NULL"
        ),
    )
    .bind(now)
    .bind(org)
    .bind(id)
    .bind(version)
    .exactly_one()
    .await?;
    Ok(())
}

pub(in crate::carrying) async fn insert_evidence(
    cx: &mut Cx,
    permit: &Permit,
    (org, update): (OrgId, UpdateId),
    proof: &Proof,
    by: AccountId,
) -> Result<EvidenceId> {
    let (id, now) = (EvidenceId(cx.id()), Micros::from(cx.now()));
    let (url, document) = match proof {
        Proof::Link(url) => (Some(url.clone()), None),
        Proof::Document(document) => (None, Some(document.clone())),
    };
    let text = |text: Option<&String>| text.map(|text| text.trim().to_owned());
    cx.write(
        permit,
        sql!(
            "INSERT INTO update_evidence (org_id, id, update_id, kind, url, number, issued_on, issuer, excerpt, created_at, created_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
    )
    .bind(org)
    .bind(id)
    .bind(update)
    .bind(if document.is_some() { "document" } else { "link" }.to_owned())
    .bind(url)
    .bind(text(document.as_ref().map(|one| &one.number)))
    .bind(document.as_ref().and_then(|one| one.issued_on))
    .bind(text(document.as_ref().map(|one| &one.issuer)))
    .bind(text(document.as_ref().map(|one| &one.excerpt)))
    .bind(now)
    .bind(by)
    .exactly_one()
    .await?;
    Ok(id)
}

pub(in crate::carrying) async fn remove_evidence(
    cx: &mut Cx,
    permit: &Permit,
    (org, update): (OrgId, UpdateId),
    id: EvidenceId,
) -> Result<()> {
    let now = Micros::from(cx.now());
    let removed = cx
        .write(
            permit,
            sql!(
                "UPDATE update_evidence SET removed_at = $1
                 WHERE org_id = $2 AND update_id = $3 AND id = $4 AND removed_at IS NULL"
            ),
        )
        .bind(now)
        .bind(org)
        .bind(update)
        .bind(id)
        .run()
        .await?;
    if removed == 1 { Ok(()) } else { Err(Error::NotFound) }
}
