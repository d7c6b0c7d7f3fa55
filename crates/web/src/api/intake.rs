//! Documents brought in, their review and commit, for programs.

use super::{Body, Caller, Listing, Refused, page_size};
use crate::app::App;
use crate::failure::{PageError, ProblemDetails, say};
use crate::once::Fingerprint;
use crate::sending::{self, Put};
use crate::session::Known;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use domain::access::Action;
use domain::intake::{self, Intake, IntakeId, ItemId, ItemRef, ItemState, Received, Sheet, Status, Upload};
use domain::{Micros, Reason, UnitId, command, query, units};
use messages::Lang;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(upload).layer(DefaultBodyLimit::disable()))
        .routes(routes!(find))
        .routes(routes!(items))
        .routes(routes!(change))
        .routes(routes!(commit))
}

/// A document or list that was brought in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct IntakeItem {
    /// Its id.
    id: Uuid,
    /// Counts its changes.
    version: i64,
    /// The unit whose plan it is to become.
    owner: Uuid,
    /// The file's name.
    file_name: String,
    /// SHA-256 of the file, in hexadecimal.
    sha256: String,
    /// `waiting`, `failed`, `mapping`, `review`, `committed` or `discarded`.
    status: &'static str,
    /// Why it could not be read.
    failure: Option<String>,
    /// The programme, once its plan stands.
    programme: Option<Uuid>,
    /// The programme of which it is a corrected version.
    amends: Option<Uuid>,
    /// Number and symbol of the document.
    number: Option<String>,
    /// Its title.
    title: String,
    /// Items without a decision.
    open: i64,
    /// Items that belong to the plan.
    accepted: i64,
    /// Items that do not.
    dropped: i64,
    /// When it was received, RFC 3339.
    received_at: String,
}

impl From<&Intake> for IntakeItem {
    fn from(intake: &Intake) -> IntakeItem {
        let (status, failure, programme) = match &intake.status {
            Status::Waiting => ("waiting", None, None),
            Status::Failed(failure) => ("failed", Some(say(Lang::Vi, &failure.reason())), None),
            Status::Mapping => ("mapping", None, None),
            Status::Review => ("review", None, None),
            Status::Committed { programme, .. } => ("committed", None, Some(*programme)),
            Status::Discarded => ("discarded", None, None),
        };
        IntakeItem {
            id: intake.id.0,
            version: intake.version,
            owner: intake.owner.0,
            file_name: intake.file_name.clone(),
            sha256: intake.sha256.clone(),
            status,
            failure,
            programme,
            amends: intake.amends,
            number: intake.head.number.clone(),
            title: intake.title().to_owned(),
            open: intake.open,
            accepted: intake.accepted,
            dropped: intake.dropped,
            received_at: intake.received_at.to_string(),
        }
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Page {
    /// Where the page begins: `next` of the page before.
    cursor: Option<String>,
    /// How many, 1 to 200; 50 unless asked.
    limit: Option<i64>,
}

fn cursor(text: &str) -> Option<(Micros, IntakeId)> {
    let (at, id) = text.split_once('_')?;
    Some((Micros(at.parse().ok()?), id.parse().ok()?))
}

/// Documents brought in that the caller may see, the latest first.
#[utoipa::path(get, path = "/api/v1/intakes", params(Page),
    responses((status = 200, body = Listing<IntakeItem>), (status = 401, body = ProblemDetails)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(page): Query<Page>,
) -> Result<Json<Listing<IntakeItem>>, PageError> {
    let size = usize::try_from(page_size(page.limit)).unwrap_or(1);
    let before = match &page.cursor {
        Some(text) => Some(cursor(text).ok_or_else(|| PageError::Unreadable("cursor".into()))?),
        None => None,
    };
    let mut found = query!(&app.platform, &actor, cx => { intake::list(cx, before, size + 1).await })?;
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|last| format!("{}_{}", last.received_at.0, last.id));
    Ok(Json(Listing { items: found.iter().map(IntakeItem::from).collect(), next }))
}

/// One document brought in.
#[utoipa::path(get, path = "/api/v1/intakes/{intake}", params(("intake" = Uuid, Path)),
    responses((status = 200, body = IntakeItem), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
async fn find(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<IntakeId>,
) -> Result<Json<IntakeItem>, PageError> {
    let intake = query!(&app.platform, &actor, cx => { intake::find(cx, id).await })?;
    Ok(Json(IntakeItem::from(&intake)))
}

/// Files to be brought in. The text fields stand before the files.
#[derive(Debug, utoipa::ToSchema)]
#[allow(dead_code, reason = "it only describes the form")]
struct Sending {
    /// The unit whose plan it is to become.
    owner: Uuid,
    /// `true`: the files hold no state secrets. Without this nothing is taken.
    declared: bool,
    /// The programme of which it is a corrected version.
    amends: Option<Uuid>,
    /// The file.
    #[schema(format = Binary)]
    file: String,
}

/// A file that was taken.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Taken {
    /// Its intake.
    id: Uuid,
    /// The same file was here already; nothing new was made.
    known: bool,
}

fn unreadable(error: MultipartError) -> PageError {
    PageError::Unreadable(error.body_text())
}

fn wrong(field: &str, reason: Reason) -> PageError {
    domain::Error::invalid(field, reason).into()
}

/// Brings a file in; it is read in the background.
#[utoipa::path(post, path = "/api/v1/intakes", request_body(content = Sending, content_type = "multipart/form-data"),
    responses((status = 202, body = Taken), Refused))]
async fn upload(
    State(app): State<App>,
    Caller(actor): Caller,
    Extension(known): Extension<Known>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, PageError> {
    if !actor.may_somewhere(Action::ManageIntake) {
        return Err(PageError::Denied);
    }
    let mut form = form.map_err(|error| PageError::Unreadable(error.body_text()))?;
    let (mut owner, mut amends, mut declared, mut sent) = (UnitId(Uuid::nil()), None, false, None);
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        match field.name().unwrap_or_default() {
            "owner" => owner = words(field).await?.parse().map_err(|_| no_owner())?,
            "declared" => declared = matches!(words(field).await?.as_str(), "true" | "yes"),
            "amends" => amends = words(field).await?.parse::<Uuid>().ok(),
            "file" if !declared => {
                return Err(wrong("declared", Reason::new("intake-problem-not-declared")));
            }
            "file" => {
                let unit = query!(&app.platform, &actor, cx => { units::load(cx, owner).await })?;
                crate::pages::may_bring(&actor, &unit)?;
                sent = Some(put(&app, field).await?);
            }
            _ => {}
        }
    }
    let (file_name, sha256, size_bytes) =
        sent.ok_or_else(|| wrong("file", Reason::new("intake-problem-no-file")))?;
    let sum =
        Fingerprint::of(&known).part(owner.0).part(amends.unwrap_or_default()).part(&file_name).part(&sha256);
    crate::once::enter(&app, &known, &known.key, sum).await?;
    let upload = Upload { owner, file_name, sha256, size_bytes, declared, amends };
    let received = command!(&app.platform, &actor, cx => { intake::receive(cx, upload.clone()).await })?;
    let known = matches!(received, Received::Known(_));
    Ok((StatusCode::ACCEPTED, Json(Taken { id: received.id().0, known })).into_response())
}

fn no_owner() -> PageError {
    wrong("owner", Reason::new("intake-problem-no-owner"))
}

async fn words(mut field: Field<'_>) -> Result<String, PageError> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(unreadable)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > 200 {
            return Err(PageError::TooLarge);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn put(app: &App, field: Field<'_>) -> Result<(String, String, u64), PageError> {
    let name = field.file_name().unwrap_or_default().trim().to_owned();
    match sending::put(app, field, &name).await? {
        Put::Stored(stored) => Ok((name, stored.sha256, stored.size)),
        Put::Empty => Err(wrong("file", Reason::new("intake-problem-empty-file").with("name", name))),
        Put::Refused(reason) => Err(wrong("file", reason)),
        Put::TooLarge(_) => Err(PageError::TooLarge),
    }
}

/// An item read from a document.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ItemItem {
    /// Its id.
    id: Uuid,
    /// Counts its changes; sent back with a change.
    version: i64,
    /// Its place in the document, from 0.
    position: i64,
    /// `open`, `accepted` or `dropped`.
    state: &'static str,
    /// What it says: `kind` (`task`, `indicator`, `duty`) and the members of that kind.
    #[schema(value_type = Object)]
    says: Value,
    /// It was edited since it was read.
    edited: bool,
    /// What should be mended.
    defects: Vec<&'static str>,
    /// What is still to be settled.
    settles: Vec<&'static str>,
}

impl ItemItem {
    fn new(sheet: &Sheet) -> ItemItem {
        ItemItem {
            id: sheet.item.id.0,
            version: sheet.item.version,
            position: sheet.item.position,
            state: sheet.item.state.code(),
            says: serde_json::to_value(&sheet.item.body).unwrap_or_default(),
            edited: sheet.item.edited,
            defects: sheet.defects.iter().map(|defect| defect.code()).collect(),
            settles: sheet.settles.iter().map(|settle| settle.code()).collect(),
        }
    }
}

/// All items of a document, in its order.
#[utoipa::path(get, path = "/api/v1/intakes/{intake}/items", params(("intake" = Uuid, Path)),
    responses((status = 200, body = Listing<ItemItem>), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
async fn items(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<IntakeId>,
) -> Result<Json<Listing<ItemItem>>, PageError> {
    let review = query!(&app.platform, &actor, cx => { intake::review(cx, id).await })?;
    Ok(Json(Listing { items: review.sheets.iter().map(ItemItem::new).collect(), next: None }))
}

/// A change of an item: its decision, what it says, or both.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Changed {
    /// The version that was seen.
    version: i64,
    /// `open`, `accepted` or `dropped`.
    state: Option<String>,
    /// What it is to say, as it was given, with its `kind`.
    #[schema(value_type = Option<Object>)]
    says: Option<Value>,
}

/// Changes an item of a document under review.
#[utoipa::path(patch, path = "/api/v1/intakes/{intake}/items/{item}", request_body = Changed,
    params(("intake" = Uuid, Path), ("item" = Uuid, Path)),
    responses((status = 200, body = ItemItem), (status = 409, body = ProblemDetails), Refused))]
async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, item)): Path<(IntakeId, ItemId)>,
    body: Result<Body<Changed>, PageError>,
) -> Result<Json<ItemItem>, PageError> {
    let found = query!(&app.platform, &actor, cx => { intake::item(cx, item).await })?.0;
    if found.id != id {
        return Err(PageError::NotFound);
    }
    managed(&actor, &found)?;
    let Body(changed) = body?;
    let says: Option<intake::Body> = match changed.says {
        Some(says) => {
            Some(serde_json::from_value(says).map_err(|error| PageError::Unreadable(error.to_string()))?)
        }
        None => None,
    };
    let state = changed.state.as_deref();
    let wanted = state.map(|code| ItemState::from_code(code).ok_or(PageError::Unreadable("state".into())));
    let wanted = wanted.transpose()?;
    let review = command!(&app.platform, &actor, cx => {
        let mut at = ItemRef { id: item, version: changed.version };
        if let Some(says) = &says {
            intake::edit(cx, at, says.clone()).await?;
            at.version += 1;
        }
        match wanted {
            Some(ItemState::Accepted) => intake::accept(cx, at).await?,
            Some(ItemState::Dropped) => intake::drop(cx, at).await?,
            Some(ItemState::Open) => intake::restore(cx, at).await?,
            None => {}
        }
        intake::review(cx, id).await
    })?;
    let sheet = review.sheets.iter().find(|sheet| sheet.item.id == item).ok_or(PageError::NotFound)?;
    Ok(Json(ItemItem::new(sheet)))
}

fn managed(actor: &domain::access::Actor, intake: &Intake) -> Result<(), PageError> {
    let may = domain::access::decide(actor, Action::ManageIntake, &intake.scope());
    if may { Ok(()) } else { Err(PageError::Denied) }
}

/// How a plan is committed.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Commit {
    /// The version of the intake that was seen; whatever is there unless given.
    version: Option<i64>,
    /// Items without a decision become part of the plan.
    accept_open: bool,
}

/// The programme that stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Committed {
    /// The programme.
    programme: Uuid,
}

/// Makes the plan stand. Asking again gives the same programme.
#[utoipa::path(post, path = "/api/v1/intakes/{intake}/commit", request_body = Commit, params(("intake" = Uuid, Path)),
    responses((status = 200, body = Committed), (status = 409, body = ProblemDetails), Refused))]
async fn commit(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<IntakeId>,
    body: Result<Body<Commit>, PageError>,
) -> Result<Json<Committed>, PageError> {
    let found = query!(&app.platform, &actor, cx => { intake::find(cx, id).await })?;
    managed(&actor, &found)?;
    let Body(wanted) = body?;
    let (version, accept_open) = (wanted.version, wanted.accept_open);
    let programme =
        command!(&app.platform, &actor, cx => { intake::commit(cx, id, version, accept_open).await })?;
    Ok(Json(Committed { programme: programme.0 }))
}
