//! Requests, explanations and obstacles, for programs.

use super::{Body, Caller, Listing, Refused, day, page_size, wrong};
use crate::app::App;
use crate::failure::{PageError, ProblemDetails};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::Actor;
use domain::programmes::{ProgrammeId, TaskId};
use domain::requests::{
    self, Class, Decision, Filter, Kind, Limits, Matter, MatterId, NewMatter, Said, State as Standing, Wanted,
};
use domain::{Day, Error, Reason, UnitId, command, query};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(find))
        .routes(routes!(act))
        .routes(routes!(open))
        .routes(routes!(limits, set_limits))
}

/// A request for a change, an explanation or an obstacle.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MatterItem {
    /// Its id.
    id: Uuid,
    /// Counts its changes.
    version: i64,
    /// `change`, `explanation` or `obstacle`.
    class: &'static str,
    /// `extension`, `reassignment`, `review`, `alignment`, `merging`, `objective`, `amendment`,
    /// `explanation` or `obstacle`.
    kind: &'static str,
    /// `open`, `answered`, `accepted`, `refused`, `withdrawn` or `closed`.
    state: &'static str,
    /// The programme.
    programme: Uuid,
    /// The task.
    task: Option<Uuid>,
    /// The task's wording.
    task_title: Option<String>,
    /// The first deadline of the task, ISO.
    original_due: Option<String>,
    /// The deadline of the task that holds now, ISO.
    due: Option<String>,
    /// The deadline that held when it began, ISO.
    before_due: Option<String>,
    /// The unit that asks, is asked, or is held back.
    unit: Uuid,
    /// That unit's name.
    unit_name: String,
    /// The unit that decides or can help.
    with: Uuid,
    /// That unit's name.
    with_name: String,
    /// Reason, question, or what holds the task back.
    text: String,
    /// Deadline wanted, ISO.
    wanted_due: Option<String>,
    /// Lead unit wanted.
    wanted_unit: Option<Uuid>,
    /// Task that is to stay, or whose deadline is taken.
    wanted_task: Option<Uuid>,
    /// The body that confirms an objective cause.
    authority: Option<String>,
    /// The day for the answer, ISO.
    answer_by: Option<String>,
    /// The day since which an obstacle is there, ISO.
    since: Option<String>,
    /// When it began, RFC 3339.
    opened_at: String,
    /// When it ended, RFC 3339.
    closed_at: Option<String>,
    /// Its age in days.
    age: i64,
    /// The day for the answer has passed.
    late: bool,
}

impl From<&Matter> for MatterItem {
    fn from(m: &Matter) -> MatterItem {
        let iso = |day: Option<Day>| day.map(|day| day.to_string());
        MatterItem {
            id: m.id.0,
            version: m.version,
            class: m.kind.class().code(),
            kind: m.kind.code(),
            state: m.state.code(),
            programme: m.programme.0,
            task: m.task.map(|task| task.0),
            task_title: m.task_title.clone(),
            original_due: iso(m.original_due),
            due: iso(m.due),
            before_due: iso(m.before_due),
            unit: m.unit.0,
            unit_name: m.unit_name.clone(),
            with: m.with.0,
            with_name: m.with_name.clone(),
            text: m.text.clone(),
            wanted_due: iso(m.wanted.due),
            wanted_unit: m.wanted.unit.map(|unit| unit.0),
            wanted_task: m.wanted.task.map(|task| task.0),
            authority: m.wanted.authority.clone(),
            answer_by: iso(m.answer_by),
            since: iso(m.since),
            opened_at: m.opened_at.to_string(),
            closed_at: m.closed_at.map(|at| at.to_string()),
            age: m.age,
            late: m.late,
        }
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// `change`, `explanation` or `obstacle`.
    class: Option<String>,
    /// What it is about, by code.
    kind: Option<String>,
    /// How it stands, by code.
    state: Option<String>,
    /// Only what is still to be done.
    #[serde(default)]
    live: bool,
    /// Only explanations past their day.
    #[serde(default)]
    late: bool,
    /// Of this programme.
    programme: Option<Uuid>,
    /// About this task.
    task: Option<Uuid>,
    /// Of this unit or one below it, or lying with one.
    unit: Option<Uuid>,
    /// Words of the text; marks and case do not count.
    #[serde(default)]
    q: String,
    /// As known at the end of this day, ISO; now unless asked.
    as_of: Option<String>,
    /// Where the page begins: `next` of the page before.
    cursor: Option<Uuid>,
    /// How many, 1 to 200; 50 unless asked.
    limit: Option<i64>,
}

fn code<T>(field: &str, code: Option<&str>, read: fn(&str) -> Option<T>) -> Result<Option<T>, PageError> {
    code.map(|code| read(code).ok_or_else(|| wrong(field, "programmes-invalid-code"))).transpose()
}

/// Requests, explanations and obstacles that the caller may see, the oldest first.
#[utoipa::path(get, path = "/api/v1/requests", params(Asked),
    responses((status = 200, body = Listing<MatterItem>), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails),
        (status = 422, body = ProblemDetails)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(asked): Query<Asked>,
) -> Result<Json<Listing<MatterItem>>, PageError> {
    let filter = Filter {
        class: code("class", asked.class.as_deref(), Class::from_code)?,
        kind: code("kind", asked.kind.as_deref(), Kind::from_code)?,
        state: code("state", asked.state.as_deref(), Standing::from_code)?,
        live: asked.live,
        late: asked.late,
        programme: asked.programme.map(ProgrammeId),
        task: asked.task.map(TaskId),
        unit: asked.unit.map(UnitId),
        text: asked.q.clone(),
        as_of: day("as_of", asked.as_of.as_deref())?.map(|day| day.0),
    };
    let mut found = query!(&app.platform, &actor, cx => { requests::list(cx, &filter).await })?;
    found.sort_by_key(|m| m.id);
    found.retain(|m| asked.cursor.is_none_or(|cursor| m.id.0 > cursor));
    let size = usize::try_from(page_size(asked.limit)).unwrap_or(1);
    let items: Vec<MatterItem> = found.iter().take(size).map(MatterItem::from).collect();
    let next = items.last().filter(|_| found.len() > size).map(|last| last.id.to_string());
    Ok(Json(Listing { items, next }))
}

/// One step.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TurnItem {
    /// `asked`, `answered`, `asked_again`, `escalated`, `accepted`, `refused`, `withdrawn` or `closed`.
    act: &'static str,
    /// What was said.
    text: String,
    /// The unit it was passed on to.
    unit: Option<String>,
    /// A day that belongs to it, ISO.
    day: Option<String>,
    /// Who.
    by: String,
    /// When, RFC 3339.
    at: String,
}

/// One of them with its steps.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MatterWhole {
    /// It.
    #[serde(flatten)]
    matter: MatterItem,
    /// Its steps, oldest first.
    turns: Vec<TurnItem>,
    /// Names of its files.
    files: Vec<String>,
    /// What the caller may do now: `accept`, `refuse`, `withdraw`, `answer`, `again`, `escalate`, `close`.
    may: Vec<&'static str>,
}

async fn whole(app: &App, actor: &Actor, id: MatterId) -> Result<MatterWhole, PageError> {
    let detail = query!(&app.platform, actor, cx => { requests::find(cx, id).await })?;
    let turn = |turn: &requests::Turn| TurnItem {
        act: turn.act.code(),
        text: turn.text.clone(),
        unit: turn.unit_name.clone(),
        day: turn.day.map(|day| day.to_string()),
        by: turn.name.clone(),
        at: turn.at.to_string(),
    };
    let open = detail.open;
    let acts = [
        (open.decide, "accept"),
        (open.decide, "refuse"),
        (open.withdraw, "withdraw"),
        (open.answer, "answer"),
        (open.again, "again"),
        (open.escalate, "escalate"),
        (open.close, "close"),
    ];
    Ok(MatterWhole {
        matter: MatterItem::from(&detail.matter),
        turns: detail.turns.iter().map(turn).collect(),
        files: detail.files.iter().map(|file| file.name.clone()).collect(),
        may: acts.into_iter().filter(|(may, _)| *may).map(|(_, act)| act).collect(),
    })
}

/// One request, explanation or obstacle.
#[utoipa::path(get, path = "/api/v1/requests/{matter}", params(("matter" = Uuid, Path, description = "Its id")),
    responses((status = 200, body = MatterWhole), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
async fn find(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MatterId>,
) -> Result<Json<MatterWhole>, PageError> {
    Ok(Json(whole(&app, &actor, id).await?))
}

/// What is begun about a task.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewItem {
    /// What it is about, by code.
    kind: String,
    /// Reason, question, or what holds the task back.
    text: String,
    /// The unit that asks, is asked, or is held back; the likeliest unless given.
    unit: Option<Uuid>,
    /// The unit that can remove an obstacle.
    with: Option<Uuid>,
    /// Deadline wanted, ISO.
    due: Option<String>,
    /// Lead unit wanted.
    wanted_unit: Option<Uuid>,
    /// Task that is to stay, or whose deadline is taken.
    wanted_task: Option<Uuid>,
    /// The body that confirms an objective cause.
    authority: Option<String>,
    /// The day for the answer, ISO.
    answer_by: Option<String>,
    /// The day since which an obstacle is there, ISO.
    since: Option<String>,
}

/// Begins a request, a question for an explanation, or names an obstacle, about a task.
#[utoipa::path(post, path = "/api/v1/tasks/{task}/requests", request_body = NewItem,
    params(("task" = Uuid, Path, description = "The task's id")),
    responses((status = 201, body = MatterWhole), (status = 409, body = ProblemDetails), Refused))]
async fn open(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(task): Path<TaskId>,
    body: Result<Body<NewItem>, PageError>,
) -> Result<Response, PageError> {
    let speaks = query!(&app.platform, &actor, cx => {
        let asks = requests::speakers(cx, task, Kind::Extension).await?.len();
        Ok(asks + requests::speakers(cx, task, Kind::Explanation).await?.len())
    })?;
    if speaks == 0 {
        return Err(PageError::Denied);
    }
    let Body(sent) = body?;
    let kind = Kind::from_code(&sent.kind).filter(|kind| *kind != Kind::Amendment);
    let new = NewMatter {
        task: Some(task),
        unit: sent.unit.map(UnitId),
        with: sent.with.map(UnitId),
        text: sent.text.clone(),
        wanted: Wanted {
            due: day("due", sent.due.as_deref())?,
            unit: sent.wanted_unit.map(UnitId),
            task: sent.wanted_task.map(TaskId),
            authority: sent.authority.clone(),
        },
        answer_by: day("answer_by", sent.answer_by.as_deref())?,
        since: day("since", sent.since.as_deref())?,
        ..NewMatter::new(kind.ok_or_else(|| wrong("kind", "programmes-invalid-code"))?)
    };
    let id = command!(&app.platform, &actor, cx => { requests::open(cx, new.clone()).await })?;
    let place = format!("/api/v1/requests/{id}");
    let whole = whole(&app, &actor, id).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(whole)).into_response())
}

/// One step on.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ActItem {
    /// The version that was read.
    version: i64,
    /// `accept`, `refuse`, `withdraw`, `answer`, `again`, `escalate` or `close`.
    act: String,
    /// Reason, answer, question or result.
    text: String,
    /// With `accept`: another deadline than the one wanted, ISO.
    due: Option<String>,
    /// With `accept`: the body that confirms an objective cause.
    authority: Option<String>,
    /// With `again`: the day for the answer, ISO.
    answer_by: Option<String>,
    /// With `escalate`: the unit it is passed on to.
    unit: Option<Uuid>,
}

/// Moves it one step on: decides, withdraws, answers, asks again, passes on or closes.
#[utoipa::path(post, path = "/api/v1/requests/{matter}/turns", request_body = ActItem,
    params(("matter" = Uuid, Path, description = "Its id")),
    responses((status = 200, body = MatterWhole), (status = 409, body = ProblemDetails), Refused))]
async fn act(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MatterId>,
    body: Result<Body<ActItem>, PageError>,
) -> Result<Json<MatterWhole>, PageError> {
    let before = whole(&app, &actor, id).await?;
    if before.may.is_empty() && matches!(before.matter.state, "open" | "answered") {
        return Err(PageError::Denied);
    }
    let Body(sent) = body?;
    let (due, answer_by) = (day("due", sent.due.as_deref())?, day("answer_by", sent.answer_by.as_deref())?);
    let (version, text) = (sent.version, sent.text.clone());
    let decision = Decision {
        accept: sent.act == "accept",
        reason: text.clone(),
        due,
        authority: sent.authority.clone(),
    };
    let said = Said { text: text.clone(), files: Vec::new() };
    command!(&app.platform, &actor, cx => {
        match (sent.act.as_str(), sent.unit) {
            ("accept" | "refuse", _) => requests::decide(cx, id, version, &decision).await,
            ("withdraw", _) => requests::withdraw(cx, id, version, &text).await,
            ("answer", _) => requests::answer(cx, id, version, &said).await,
            ("again", _) => requests::ask_again(cx, id, version, &text, answer_by).await,
            ("escalate", Some(unit)) => requests::escalate(cx, id, version, UnitId(unit), &text).await,
            ("escalate", None) => Err(Error::invalid("unit", Reason::new("requests-invalid-to"))),
            ("close", _) => requests::close(cx, id, version, &text).await,
            _ => Err(Error::invalid("act", Reason::new("programmes-invalid-code"))),
        }
    })?;
    Ok(Json(whole(&app, &actor, id).await?))
}

/// How often and by how much deadlines of a programme may be extended.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct LimitsItem {
    /// Counts changes; 0 while nothing was set.
    version: i64,
    /// Extensions of one task, at most, 0 to 100.
    extensions: i64,
    /// Days of one extension, at most, 0 to 3650, counted from the deadline that it moves.
    days: i64,
}

impl From<Limits> for LimitsItem {
    fn from(limits: Limits) -> LimitsItem {
        LimitsItem { version: limits.version, extensions: limits.extensions, days: limits.days }
    }
}

/// The limits of extensions of a programme.
#[utoipa::path(get, path = "/api/v1/programmes/{programme}/limits", params(("programme" = Uuid, Path, description = "Its id")),
    responses((status = 200, body = LimitsItem), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
async fn limits(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<ProgrammeId>,
) -> Result<Json<LimitsItem>, PageError> {
    let limits = query!(&app.platform, &actor, cx => { requests::limits(cx, id).await })?;
    Ok(Json(limits.into()))
}

/// Sets the limits of extensions of a programme.
#[utoipa::path(put, path = "/api/v1/programmes/{programme}/limits", request_body = LimitsItem,
    params(("programme" = Uuid, Path, description = "Its id")),
    responses((status = 200, body = LimitsItem), (status = 409, body = ProblemDetails), Refused))]
async fn set_limits(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<ProgrammeId>,
    body: Result<Body<LimitsItem>, PageError>,
) -> Result<Json<LimitsItem>, PageError> {
    let may = query!(&app.platform, &actor, cx => {
        let programme = domain::programmes::find(cx, id).await?;
        Ok(domain::programmes::may_edit(cx, &programme))
    })?;
    if !may {
        return Err(PageError::Denied);
    }
    let Body(sent) = body?;
    let new = Limits { version: sent.version, extensions: sent.extensions, days: sent.days };
    let limits = command!(&app.platform, &actor, cx => {
        requests::set_limits(cx, id, new).await?;
        requests::limits(cx, id).await
    })?;
    Ok(Json(limits.into()))
}
