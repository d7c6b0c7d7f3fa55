//! Updates: the draft that a unit shares, submitting it, correcting it, deciding on it, its history.

use super::super::{Body, Caller, Listing, Refused, wrong};
use super::wire::{DraftBody, DraftForm, UpdateWhole};
use super::{Count, cut};
use crate::app::App;
use crate::failure::{PageError, ProblemDetails};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::Actor;
use domain::carrying::{self, Outcome, Seat, UpdateId};
use domain::programmes::{AssignmentId, TaskId};
use domain::{Cx, Error, UnitId, command, query};
use serde::Deserialize;
use uuid::Uuid;

/// An update that the caller may see, a draft with its evidence too.
async fn whole(cx: &mut Cx, id: UpdateId) -> domain::Result<UpdateWhole> {
    let update = carrying::find(cx, id).await?;
    if !update.is_draft() {
        return Ok(UpdateWhole::from(&carrying::shown(cx, id).await?));
    }
    let found = carrying::draft_of(cx, update.seat()).await?.filter(|(draft, ..)| draft.id == id);
    let (draft, evidence, files) = found.ok_or(Error::NotFound)?;
    Ok(UpdateWhole::draft(&draft, &evidence, &files))
}

pub(super) async fn looked(app: &App, actor: &Actor, id: UpdateId) -> Result<UpdateWhole, PageError> {
    Ok(query!(&app.platform, actor, cx => { whole(cx, id).await })?)
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// Where the page begins: `next` of the page before.
    cursor: Option<String>,
    /// How many, 1 to 200; 50 unless asked.
    limit: Option<i64>,
}

/// What was reported on a task, with evidence and who confirmed or returned it, the latest first.
#[utoipa::path(get, path = "/api/v1/tasks/{task}/updates", params(("task" = Uuid, Path, description = "The task's id"), Page),
    responses((status = 200, body = Listing<UpdateWhole>), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
pub(super) async fn of_task(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(task): Path<TaskId>,
    Query(page): Query<Page>,
) -> Result<Json<Listing<UpdateWhole>>, PageError> {
    let progress = query!(&app.platform, &actor, cx => { carrying::of_task(cx, task).await })?;
    let id = |shown: &carrying::Shown| shown.update.id.to_string();
    let (shown, next) = cut(progress.updates, id, page.cursor.as_deref(), page.limit);
    Ok(Json(Listing { items: shown.iter().map(UpdateWhole::from).collect(), next }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Whose {
    /// The assignment; the first for which the caller reports unless both are given.
    assignment: Option<Uuid>,
    /// The unit, as assigned.
    unit: Option<Uuid>,
}

async fn form(cx: &mut Cx, seat: Seat) -> domain::Result<DraftForm> {
    let rights = carrying::rights(cx, seat).await?;
    let draft = carrying::draft_of(cx, seat).await?;
    let draft = draft.map(|(update, evidence, files)| UpdateWhole::draft(&update, &evidence, &files));
    Ok(DraftForm::new(seat, &rights, draft))
}

/// What may be reported on a part, and the draft that is open. Only for who reports for the unit.
#[utoipa::path(get, path = "/api/v1/tasks/{task}/draft", params(("task" = Uuid, Path, description = "The task's id"), Whose),
    responses((status = 200, body = DraftForm), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
pub(super) async fn draft(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(task): Path<TaskId>,
    Query(whose): Query<Whose>,
) -> Result<Json<DraftForm>, PageError> {
    let named = whose.assignment.zip(whose.unit);
    let found = query!(&app.platform, &actor, cx => {
        let seat = match named {
            Some((assignment, unit)) => {
                Seat { task, assignment: AssignmentId(assignment), unit: UnitId(unit) }
            }
            None => {
                let progress = carrying::of_task(cx, task).await?;
                let own = progress.duties.into_iter().find(|duty| duty.may_report);
                own.ok_or(Error::NotFound)?.seat
            }
        };
        form(cx, seat).await
    })?;
    Ok(Json(found))
}

/// Keeps the draft of a part: begins it, or changes it where `version` is the one it has.
#[utoipa::path(put, path = "/api/v1/tasks/{task}/draft", request_body = DraftBody,
    params(("task" = Uuid, Path, description = "The task's id")),
    responses((status = 200, body = UpdateWhole), (status = 409, body = ProblemDetails), Refused))]
pub(super) async fn save(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(task): Path<TaskId>,
    body: Result<Body<DraftBody>, PageError>,
) -> Result<Json<UpdateWhole>, PageError> {
    let Body(sent) = body?;
    let seat = Seat { task, assignment: AssignmentId(sent.assignment), unit: UnitId(sent.unit) };
    let said = sent.said()?;
    let saved = command!(&app.platform, &actor, cx => {
        let (id, _) = carrying::save(cx, seat, sent.version, said.clone()).await?;
        whole(cx, id).await
    })?;
    Ok(Json(saved))
}

/// One update: a draft for who reports for its unit, a submitted one for everybody who sees its programme.
#[utoipa::path(get, path = "/api/v1/updates/{update}", params(("update" = Uuid, Path, description = "Its id")),
    responses((status = 200, body = UpdateWhole), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
pub(super) async fn find(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<UpdateId>,
) -> Result<Json<UpdateWhole>, PageError> {
    Ok(Json(looked(&app, &actor, id).await?))
}

/// The version that was read.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Version {
    /// It.
    version: i64,
}

/// Submits a draft: from now on its words do not change, and it waits to be confirmed.
#[utoipa::path(post, path = "/api/v1/updates/{update}/submit", request_body = Version,
    params(("update" = Uuid, Path, description = "The draft's id")),
    responses((status = 200, body = UpdateWhole), (status = 409, body = ProblemDetails), Refused))]
pub(super) async fn submit(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<UpdateId>,
    body: Result<Body<Version>, PageError>,
) -> Result<Json<UpdateWhole>, PageError> {
    let Body(sent) = body?;
    command!(&app.platform, &actor, cx => { carrying::submit(cx, id, sent.version).await })?;
    Ok(Json(looked(&app, &actor, id).await?))
}

/// Puts a draft aside.
#[utoipa::path(post, path = "/api/v1/updates/{update}/discard", request_body = Version,
    params(("update" = Uuid, Path, description = "The draft's id")),
    responses((status = 200, body = Count), (status = 409, body = ProblemDetails), Refused))]
pub(super) async fn discard(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<UpdateId>,
    body: Result<Body<Version>, PageError>,
) -> Result<Json<Count>, PageError> {
    let Body(sent) = body?;
    command!(&app.platform, &actor, cx => { carrying::discard(cx, id, sent.version).await })?;
    Ok(Json(Count { count: 1 }))
}

/// Begins the correction of a returned update: a draft with its words and its evidence.
#[utoipa::path(post, path = "/api/v1/updates/{update}/correct", request_body = Version,
    params(("update" = Uuid, Path, description = "The returned update's id")),
    responses((status = 201, body = UpdateWhole), (status = 409, body = ProblemDetails), Refused))]
pub(super) async fn correct(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<UpdateId>,
    body: Result<Body<Version>, PageError>,
) -> Result<Response, PageError> {
    let Body(sent) = body?;
    let fresh = command!(&app.platform, &actor, cx => {
        let fresh = carrying::correct(cx, id).await?;
        let returned = carrying::find(cx, id).await?;
        if returned.version != sent.version {
            return Err(Error::Stale);
        }
        Ok(fresh)
    })?;
    let place = (header::LOCATION, format!("/api/v1/updates/{fresh}"));
    Ok((StatusCode::CREATED, [place], Json(looked(&app, &actor, fresh).await?)).into_response())
}

/// A decision on an update.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionBody {
    /// The version that was read.
    version: i64,
    /// `confirm` or `return`.
    outcome: String,
    /// Why it is returned.
    #[serde(default)]
    reason: String,
}

/// Confirms an update at its next level, or returns it with a reason. The last level may still return what
/// it had confirmed.
#[utoipa::path(post, path = "/api/v1/updates/{update}/decisions", request_body = DecisionBody,
    params(("update" = Uuid, Path, description = "The update's id")),
    responses((status = 200, body = UpdateWhole), (status = 409, body = ProblemDetails), Refused))]
pub(super) async fn decide(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<UpdateId>,
    body: Result<Body<DecisionBody>, PageError>,
) -> Result<Json<UpdateWhole>, PageError> {
    let Body(sent) = body?;
    let outcome = match sent.outcome.as_str() {
        "confirm" => Outcome::Confirm,
        "return" => Outcome::Return(sent.reason),
        _ => return Err(wrong("outcome", "programmes-invalid-code")),
    };
    command!(&app.platform, &actor, cx => { carrying::decide(cx, id, sent.version, outcome.clone()).await })?;
    Ok(Json(looked(&app, &actor, id).await?))
}
