//! Tasks, for programs.

use super::super::{Body, Caller, Listing, Refused, day, page_size, wrong};
use super::wire::{TaskBody, TaskItem, TaskWhole};
use crate::app::App;
use crate::failure::{PageError, ProblemDetails};
use crate::session::Guest;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::Actor;
use domain::programmes::{
    self, Defect, Light, NewTask, ProgrammeId, RoleFilter, Slice, Sort, TaskFilter, TaskId, Window,
};
use domain::{UnitId, command, query};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Of this programme.
    programme: Option<Uuid>,
    /// Carried by this unit or one below it.
    unit: Option<Uuid>,
    /// `lead` or `coordinating`: in which role that unit; any unless given.
    role: Option<String>,
    /// In this group or those inside it, by code.
    group: Option<String>,
    /// `red`, `amber`, `green` or `grey`.
    light: Option<String>,
    /// `open`, `waiting`, `returned`, `done_in_time`, `done_late` or `done`.
    standing: Option<String>,
    /// Due from this day, ISO.
    due_from: Option<String>,
    /// Due until this day, ISO.
    due_to: Option<String>,
    /// Words of the task; marks and case do not count.
    #[serde(default)]
    q: String,
    /// `unknown_unit`, `no_lead`, `unreadable_time` or `no_product`.
    defect: Option<String>,
    /// `awaiting`, `continuous`, `per_plan`, `on_demand` or `undated`.
    state: Option<String>,
    /// As known at the end of this day, ISO; now unless asked.
    as_of: Option<String>,
    /// Where the page begins: `next` of the page before.
    cursor: Option<Uuid>,
    /// How many, 1 to 200; 50 unless asked.
    limit: Option<i64>,
}

impl Filter {
    fn read(&self) -> Result<TaskFilter, PageError> {
        fn code<T>(
            field: &str,
            code: &Option<String>,
            read: fn(&str) -> Option<T>,
        ) -> Result<Option<T>, PageError> {
            let value =
                code.as_deref().map(|code| read(code).ok_or_else(|| wrong(field, "programmes-invalid-code")));
            value.transpose()
        }
        let role = |code: &str| match code {
            "lead" => Some(RoleFilter::Leading),
            "coordinating" => Some(RoleFilter::Coordinating),
            _ => None,
        };
        let from = day("due_from", self.due_from.as_deref())?.map(|day| day.0);
        let to = day("due_to", self.due_to.as_deref())?.map(|day| day.0);
        Ok(TaskFilter {
            programme: self.programme.map(ProgrammeId),
            unit: self.unit.map(UnitId),
            role: code("role", &self.role, role)?.unwrap_or_default(),
            group: self.group.clone(),
            light: code("light", &self.light, Light::from_code)?,
            standing: code("standing", &self.standing, programmes::Standing::from_code)?,
            window: if from.is_some() || to.is_some() { Window::Between(from, to) } else { Window::Any },
            text: self.q.clone(),
            defect: code("defect", &self.defect, Defect::from_code)?,
            state: code("state", &self.state, programmes::State::from_code)?,
            as_of: day("as_of", self.as_of.as_deref())?.map(|day| day.0),
        })
    }
}

/// Tasks that the caller may see and the filter finds, the oldest first.
#[utoipa::path(get, path = "/api/v1/tasks", params(Filter),
    responses((status = 200, body = Listing<TaskItem>), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails),
        (status = 422, body = ProblemDetails)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    guest: Guest,
    Query(asked): Query<Filter>,
) -> Result<Json<Listing<TaskItem>>, PageError> {
    let filter = asked.read()?;
    let list =
        query!(&app.platform, &actor, cx => { programmes::tasks(cx, &filter, Sort::Id, Slice::ALL).await })?;
    let after = |row: &&programmes::TaskRow| asked.cursor.is_none_or(|cursor| row.id.0 > cursor);
    let size = usize::try_from(page_size(asked.limit)).unwrap_or(1);
    let mut rows = list.rows.iter().filter(after);
    let items: Vec<TaskItem> = rows.by_ref().take(size).map(|row| TaskItem::new(guest.lang(), row)).collect();
    let more = rows.next().is_some();
    let next = list
        .rows
        .iter()
        .filter(after)
        .nth(size.saturating_sub(1))
        .filter(|_| more)
        .map(|row| row.id.to_string());
    Ok(Json(Listing { items, next }))
}

async fn whole(
    app: &App,
    actor: &domain::access::Actor,
    guest: &Guest,
    id: TaskId,
) -> Result<TaskWhole, PageError> {
    let task = query!(&app.platform, actor, cx => { programmes::task(cx, id, None).await })?;
    Ok(TaskWhole::new(guest.lang(), &task))
}

/// The version as an entity tag.
fn tag(version: i64) -> (header::HeaderName, String) {
    (header::ETAG, format!("\"{version}\""))
}

/// One task. Its version is the `ETag`.
#[utoipa::path(get, path = "/api/v1/tasks/{task}", params(("task" = Uuid, Path, description = "Its id")),
    responses((status = 200, body = TaskWhole), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
pub(super) async fn find(
    State(app): State<App>,
    Caller(actor): Caller,
    guest: Guest,
    Path(id): Path<TaskId>,
) -> Result<Response, PageError> {
    let task = query!(&app.platform, &actor, cx => { programmes::task(cx, id, None).await })?;
    let whole = TaskWhole::new(guest.lang(), &task);
    Ok(([tag(task.row.version)], Json(whole)).into_response())
}

/// Refuses before anything sent is looked at.
async fn editable(app: &App, actor: &Actor, id: ProgrammeId) -> Result<(), PageError> {
    let may_edit = query!(&app.platform, actor, cx => {
        let programme = programmes::find(cx, id).await?;
        Ok(programmes::may_edit(cx, &programme))
    })?;
    if may_edit { Ok(()) } else { Err(PageError::Denied) }
}

/// Adds a task at the end of a programme.
#[utoipa::path(post, path = "/api/v1/programmes/{programme}/tasks", request_body = TaskBody,
    params(("programme" = Uuid, Path, description = "The programme's id")),
    responses((status = 201, body = TaskWhole), Refused))]
pub(super) async fn add(
    State(app): State<App>,
    Caller(actor): Caller,
    guest: Guest,
    Path(programme): Path<ProgrammeId>,
    body: Result<Body<TaskBody>, PageError>,
) -> Result<Response, PageError> {
    editable(&app, &actor, programme).await?;
    let Body(sent) = body?;
    let new = sent.over(NewTask::default())?;
    let id =
        command!(&app.platform, &actor, cx => { programmes::add_task(cx, programme, new.clone()).await })?;
    let place = (header::LOCATION, format!("/api/v1/tasks/{id}"));
    Ok((StatusCode::CREATED, [place, tag(1)], Json(whole(&app, &actor, &guest, id).await?)).into_response())
}

/// The version that was read: of `If-Match`, else of the body.
fn version(headers: &HeaderMap, sent: &TaskBody) -> Result<i64, PageError> {
    let header = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
    let header = header.map(|value| value.trim().trim_start_matches("W/").trim_matches('"').parse::<i64>());
    match (header, sent.version) {
        (Some(Ok(version)), _) | (None, Some(version)) => Ok(version),
        (Some(Err(_)), _) | (None, None) => Err(wrong("version", "programmes-invalid-version")),
    }
}

/// Changes what is sent of a task. The version that was read goes into `If-Match` or `version`.
#[utoipa::path(patch, path = "/api/v1/tasks/{task}", request_body = TaskBody,
    params(("task" = Uuid, Path, description = "Its id"), ("If-Match" = Option<String>, Header, description = "The version that was read")),
    responses((status = 200, body = TaskWhole), (status = 409, body = ProblemDetails), Refused))]
pub(super) async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    guest: Guest,
    Path(id): Path<TaskId>,
    headers: HeaderMap,
    body: Result<Body<TaskBody>, PageError>,
) -> Result<Response, PageError> {
    let (programme, before) = query!(&app.platform, &actor, cx => {
        let (_, before) = programmes::task_as_given(cx, id).await?;
        Ok((programmes::task(cx, id, None).await?.row.programme, before))
    })?;
    editable(&app, &actor, programme).await?;
    let Body(sent) = body?;
    let version = version(&headers, &sent)?;
    let new = sent.over(before)?;
    command!(&app.platform, &actor, cx => { programmes::change_task(cx, id, version, new.clone()).await })?;
    let task = query!(&app.platform, &actor, cx => { programmes::task(cx, id, None).await })?;
    let whole = TaskWhole::new(guest.lang(), &task);
    Ok(([tag(task.row.version)], Json(whole)).into_response())
}
