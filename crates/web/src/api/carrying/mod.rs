//! Carrying out, for programs: what units owe, their updates with evidence, and who confirms them.

mod evidence;
mod updates;
mod wire;

use super::{Body, Caller, Listing, Refused, page_size, wrong};
use crate::app::App;
use crate::failure::{PageError, ProblemDetails};
use crate::session::Guest;
use axum::Json;
use axum::extract::{DefaultBodyLimit, Query, State};
use domain::carrying::{self, FILE_BYTES, Seat, UpdateId, View};
use domain::programmes::Slice;
use domain::{UnitId, command, query};
use serde::Deserialize;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use uuid::Uuid;
use wire::{DutyItem, Part, WaitingItem};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(duties))
        .routes(routes!(receive))
        .routes(routes!(pass_on))
        .routes(routes!(waiting, confirm_many))
        .routes(routes!(updates::of_task))
        .routes(routes!(updates::draft, updates::save))
        .routes(routes!(updates::find))
        .routes(routes!(updates::submit))
        .routes(routes!(updates::discard))
        .routes(routes!(updates::correct))
        .routes(routes!(updates::decide))
        .routes(routes!(evidence::list, evidence::add))
        .routes(routes!(evidence::remove))
        .routes(routes!(evidence::attach).layer(DefaultBodyLimit::max(FILE_BYTES + (1 << 20))))
        .routes(routes!(evidence::file))
}

/// The items after the cursor, and the cursor of the page after them. Items have ids of their own.
fn cut<T>(
    items: Vec<T>,
    id: impl Fn(&T) -> String,
    cursor: Option<&str>,
    limit: Option<i64>,
) -> (Vec<T>, Option<String>) {
    let from = match cursor {
        Some(cursor) => items.iter().position(|item| id(item) == cursor).map_or(items.len(), |at| at + 1),
        None => 0,
    };
    let size = usize::try_from(page_size(limit)).unwrap_or(1);
    let left = items.len() - from;
    let page: Vec<T> = items.into_iter().skip(from).take(size).collect();
    let next = page.last().filter(|_| left > size).map(id);
    (page, next)
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// `open`, `unreceived`, `returned` (what came back), `waiting` or `done`; `open` unless given.
    view: Option<String>,
    /// Of this unit; of all for which the caller reports unless given.
    unit: Option<Uuid>,
    /// Where the page begins: `next` of the page before.
    cursor: Option<String>,
    /// How many, 1 to 200; 50 unless asked.
    limit: Option<i64>,
}

/// What the units owe for which the caller reports, what is late first.
#[utoipa::path(get, path = "/api/v1/duties", params(Asked),
    responses((status = 200, body = Listing<DutyItem>), (status = 401, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
async fn duties(
    State(app): State<App>,
    Caller(actor): Caller,
    guest: Guest,
    Query(asked): Query<Asked>,
) -> Result<Json<Listing<DutyItem>>, PageError> {
    let view = View::from_code(asked.view.as_deref().unwrap_or("open"));
    let view = view.ok_or_else(|| wrong("view", "programmes-invalid-code"))?;
    let skip = match asked.cursor.as_deref() {
        None => 0,
        Some(cursor) => cursor.parse::<usize>().map_err(|_| PageError::Unreadable("cursor".into()))?,
    };
    if !app.board.ready(&app.platform).await? {
        return Err(PageError::Making);
    }
    let slice = Slice { skip, take: usize::try_from(page_size(asked.limit)).unwrap_or(1) };
    let unit = asked.unit.map(UnitId);
    let desk = query!(&app.platform, &actor, cx => { app.board.desk(cx, view, unit, slice).await })?;
    let desk = desk.ok_or(PageError::Making)?;
    let items: Vec<DutyItem> =
        desk.rows.iter().map(|(row, duty)| DutyItem::new(guest.lang(), row, duty)).collect();
    let after = skip.saturating_add(slice.take);
    let next = (desk.counts[view as usize] > after).then(|| after.to_string());
    Ok(Json(Listing { items, next }))
}

/// Parts of units in tasks.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Received {
    /// The parts that were received; all or none.
    parts: Vec<Part>,
}

/// How many things something was done with.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct Count {
    /// So many.
    count: usize,
}

/// Notes that units received their assignments; one that was received already stays as it was.
#[utoipa::path(post, path = "/api/v1/duties/receive", request_body = Received,
    responses((status = 200, body = Count), Refused))]
async fn receive(
    State(app): State<App>,
    Caller(actor): Caller,
    body: Result<Body<Received>, PageError>,
) -> Result<Json<Count>, PageError> {
    let Body(sent) = body?;
    let seats: Vec<Seat> = sent.parts.into_iter().map(Seat::from).collect();
    command!(&app.platform, &actor, cx => { carrying::receive(cx, &seats).await })?;
    Ok(Json(Count { count: seats.len() }))
}

/// To whom a part is passed on inside the unit.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Passed {
    /// The part.
    part: Part,
    /// The person or the section, by name.
    to: String,
    /// The unit below, where it is one.
    to_unit: Option<Uuid>,
}

/// Notes to whom inside the unit an assignment was passed on; it counts as received by that.
#[utoipa::path(post, path = "/api/v1/duties/pass", request_body = Passed,
    responses((status = 200, body = Count), Refused))]
async fn pass_on(
    State(app): State<App>,
    Caller(actor): Caller,
    body: Result<Body<Passed>, PageError>,
) -> Result<Json<Count>, PageError> {
    let Body(sent) = body?;
    let (seat, to_unit) = (Seat::from(sent.part), sent.to_unit.map(UnitId));
    command!(&app.platform, &actor, cx => { carrying::pass_on(cx, seat, &sent.to, to_unit).await })?;
    Ok(Json(Count { count: 1 }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Page {
    /// Where the page begins: `next` of the page before.
    cursor: Option<String>,
    /// How many, 1 to 200; 50 unless asked.
    limit: Option<i64>,
}

/// Updates that wait to be confirmed by the caller, the oldest first, at most 500.
#[utoipa::path(get, path = "/api/v1/confirmations", params(Page),
    responses((status = 200, body = Listing<WaitingItem>), (status = 401, body = ProblemDetails)))]
async fn waiting(
    State(app): State<App>,
    Caller(actor): Caller,
    guest: Guest,
    Query(page): Query<Page>,
) -> Result<Json<Listing<WaitingItem>>, PageError> {
    let rows = query!(&app.platform, &actor, cx => { carrying::waiting(cx).await })?;
    let items: Vec<WaitingItem> = rows.iter().map(|row| WaitingItem::new(guest.lang(), row)).collect();
    let (items, next) = cut(items, |item| item.update.id.to_string(), page.cursor.as_deref(), page.limit);
    Ok(Json(Listing { items, next }))
}

/// An update and the version that was read.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Seen {
    /// The update.
    update: Uuid,
    /// The version that was read.
    version: i64,
}

/// Updates to be confirmed together.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Confirmed {
    /// They; all or none.
    updates: Vec<Seen>,
}

/// Confirms several updates at once, each at its next level: only those that nothing warns of.
#[utoipa::path(post, path = "/api/v1/confirmations", request_body = Confirmed,
    responses((status = 200, body = Count), (status = 409, body = ProblemDetails), Refused))]
async fn confirm_many(
    State(app): State<App>,
    Caller(actor): Caller,
    body: Result<Body<Confirmed>, PageError>,
) -> Result<Json<Count>, PageError> {
    let Body(sent) = body?;
    let updates: Vec<(UpdateId, i64)> =
        sent.updates.iter().map(|seen| (UpdateId(seen.update), seen.version)).collect();
    command!(&app.platform, &actor, cx => { carrying::confirm_many(cx, &updates).await })?;
    Ok(Json(Count { count: updates.len() }))
}
