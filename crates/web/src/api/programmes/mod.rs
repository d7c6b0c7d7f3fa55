//! Programmes, tasks, indicators and documents, for programs.

mod tasks;
pub(super) mod wire;

use super::{Body, Caller, Listing, Refused, day, page_size};
use crate::app::App;
use crate::failure::{PageError, ProblemDetails};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::programmes::{self, DocumentId, NewDocument, NewProgramme, ProgrammeId};
use domain::{UnitId, command, query};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use wire::{Counts, DocumentItem, IndicatorItem, PassageItem, ProgrammeItem};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, set_up))
        .routes(routes!(find))
        .routes(routes!(tasks::add))
        .routes(routes!(tasks::list))
        .routes(routes!(tasks::find, tasks::change))
        .routes(routes!(indicators))
        .routes(routes!(documents, add_document))
        .routes(routes!(document))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Page {
    /// Where the page begins: `next` of the page before.
    cursor: Option<Uuid>,
    /// How many, 1 to 200; 50 unless asked.
    limit: Option<i64>,
    /// As known at the end of this day, ISO; now unless asked.
    as_of: Option<String>,
}

/// The items after the cursor, and the cursor of the page after them.
fn cut<T>(
    items: Vec<T>,
    id: impl Fn(&T) -> Uuid,
    cursor: Option<Uuid>,
    limit: Option<i64>,
) -> (Vec<T>, Option<String>) {
    let from = match cursor {
        Some(cursor) => items.iter().position(|item| id(item) == cursor).map_or(items.len(), |at| at + 1),
        None => 0,
    };
    let size = usize::try_from(page_size(limit)).unwrap_or(1);
    let left = items.len() - from;
    let page: Vec<T> = items.into_iter().skip(from).take(size).collect();
    let next = page.last().filter(|_| left > size).map(|last| id(last).to_string());
    (page, next)
}

/// Programmes that the caller may see, the latest first.
#[utoipa::path(get, path = "/api/v1/programmes", params(Page),
    responses((status = 200, body = Listing<ProgrammeItem>), (status = 401, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(page): Query<Page>,
) -> Result<Json<Listing<ProgrammeItem>>, PageError> {
    let as_of = day("as_of", page.as_of.as_deref())?.map(|day| day.0);
    let rows = query!(&app.platform, &actor, cx => { programmes::list(cx, as_of).await })?;
    let (rows, next) = cut(rows, |row| row.programme.id.0, page.cursor, page.limit);
    let items = rows.iter().map(|row| ProgrammeItem::new(&row.programme, &row.counts)).collect();
    Ok(Json(Listing { items, next }))
}

/// A programme to be set up without tasks.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AddedProgramme {
    /// Its name.
    title: String,
    /// The unit whose plan it is.
    owner: Uuid,
    /// The documents it comes from, the main one first.
    #[serde(default)]
    documents: Vec<Uuid>,
}

/// Sets up a programme.
#[utoipa::path(post, path = "/api/v1/programmes", request_body = AddedProgramme,
    responses((status = 201, body = ProgrammeItem), Refused))]
async fn set_up(
    State(app): State<App>,
    Caller(actor): Caller,
    body: Result<Body<AddedProgramme>, PageError>,
) -> Result<Response, PageError> {
    if !actor.may_somewhere(Action::EditProgrammes) {
        return Err(PageError::Denied);
    }
    let Body(added) = body?;
    let new = NewProgramme {
        owner: UnitId(added.owner),
        title: added.title,
        documents: added.documents.into_iter().map(DocumentId).collect(),
        groups: Vec::new(),
        tasks: Vec::new(),
        indicators: Vec::new(),
        duties: Vec::new(),
    };
    let made = command!(&app.platform, &actor, cx => {
        let id = programmes::set_up(cx, new.clone()).await?;
        programmes::find(cx, id).await
    })?;
    let place = format!("/api/v1/programmes/{}", made.id);
    let item = ProgrammeItem::new(&made, &programmes::LightCounts::default());
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(item)).into_response())
}

/// A group of the outline with its numbers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct GroupItem {
    /// The path of markers, as `II.1`; empty for tasks in no group.
    code: String,
    /// The heading's words.
    title: String,
    /// Its tasks, and those of the groups inside it, by light.
    counts: Counts,
}

/// A programme with its outline.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProgrammeDetail {
    /// The programme.
    #[serde(flatten)]
    programme: ProgrammeItem,
    /// The outline.
    groups: Vec<GroupItem>,
    /// The documents it comes from.
    documents: Vec<DocumentItem>,
    /// Number of tasks with each defect, by code.
    defects: std::collections::BTreeMap<&'static str, usize>,
    /// Number of tasks in each state to be settled, by code.
    states: std::collections::BTreeMap<&'static str, usize>,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct AsOf {
    /// As known at the end of this day, ISO; now unless asked.
    as_of: Option<String>,
}

/// One programme.
#[utoipa::path(get, path = "/api/v1/programmes/{programme}", params(("programme" = Uuid, Path, description = "Its id"), AsOf),
    responses((status = 200, body = ProgrammeDetail), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
async fn find(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<ProgrammeId>,
    Query(asked): Query<AsOf>,
) -> Result<Json<ProgrammeDetail>, PageError> {
    let as_of = day("as_of", asked.as_of.as_deref())?.map(|day| day.0);
    let overview = query!(&app.platform, &actor, cx => { programmes::overview(cx, id, as_of).await })?;
    let group = |group: &programmes::GroupCount| GroupItem {
        code: group.code.clone(),
        title: group.title.clone(),
        counts: Counts::from(&group.counts),
    };
    Ok(Json(ProgrammeDetail {
        programme: ProgrammeItem::new(&overview.programme, &overview.counts),
        groups: overview.groups.iter().map(group).collect(),
        documents: overview.documents.iter().map(DocumentItem::from).collect(),
        defects: overview.defects.iter().map(|(defect, count)| (defect.code(), *count)).collect(),
        states: overview.states.iter().map(|(state, count)| (state.code(), *count)).collect(),
    }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OfProgramme {
    /// Of this programme; of all that the caller may see unless given.
    programme: Option<Uuid>,
    /// Where the page begins: `next` of the page before.
    cursor: Option<Uuid>,
    /// How many, 1 to 200; 50 unless asked.
    limit: Option<i64>,
}

/// Indicators, in the order of their documents.
#[utoipa::path(get, path = "/api/v1/indicators", params(OfProgramme),
    responses((status = 200, body = Listing<IndicatorItem>), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
async fn indicators(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(asked): Query<OfProgramme>,
) -> Result<Json<Listing<IndicatorItem>>, PageError> {
    let programme = asked.programme.map(ProgrammeId);
    let found = query!(&app.platform, &actor, cx => { programmes::indicators(cx, programme).await })?;
    let (found, next) = cut(found, |indicator| indicator.id.0, asked.cursor, asked.limit);
    Ok(Json(Listing { items: found.iter().map(IndicatorItem::from).collect(), next }))
}

/// Documents that the caller may see through their programmes.
#[utoipa::path(get, path = "/api/v1/documents", params(OfProgramme),
    responses((status = 200, body = Listing<DocumentItem>), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
async fn documents(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(asked): Query<OfProgramme>,
) -> Result<Json<Listing<DocumentItem>>, PageError> {
    let programme = asked.programme.map(ProgrammeId);
    let found = query!(&app.platform, &actor, cx => { programmes::documents(cx, programme).await })?;
    let (found, next) = cut(found, |document| document.id.0, asked.cursor, asked.limit);
    Ok(Json(Listing { items: found.iter().map(DocumentItem::from).collect(), next }))
}

/// A document to be kept.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AddedDocument {
    /// The unit that keeps it.
    owner: Uuid,
    /// The title.
    title: String,
    /// Number and symbol.
    number: Option<String>,
    /// What kind of document.
    kind: Option<String>,
    /// The issuing body.
    issuer: Option<String>,
    /// The day of issue, ISO.
    issued_on: Option<String>,
    /// The person who signed.
    signer: Option<String>,
    /// Numbers of the documents that it carries out.
    #[serde(default)]
    implements: Vec<String>,
    /// The text; spans count its Unicode scalar values.
    #[serde(default)]
    text: String,
    /// The document of which it is a corrected version.
    replaces: Option<Uuid>,
}

/// Keeps a document with its text.
#[utoipa::path(post, path = "/api/v1/documents", request_body = AddedDocument,
    responses((status = 201, body = DocumentItem), Refused))]
async fn add_document(
    State(app): State<App>,
    Caller(actor): Caller,
    body: Result<Body<AddedDocument>, PageError>,
) -> Result<Response, PageError> {
    if !actor.may_somewhere(Action::EditProgrammes) {
        return Err(PageError::Denied);
    }
    let Body(added) = body?;
    let new = NewDocument {
        owner: UnitId(added.owner),
        number: added.number,
        kind: added.kind,
        title: added.title,
        issuer: added.issuer,
        issued_on: day("issued_on", added.issued_on.as_deref())?,
        signer: added.signer,
        implements: added.implements,
        text: added.text,
        sha256: None,
        file_name: None,
        replaces: added.replaces.map(DocumentId),
    };
    let made = command!(&app.platform, &actor, cx => {
        let id = programmes::add_document(cx, new.clone()).await?;
        programmes::find_document(cx, id).await
    })?;
    let place = format!("/api/v1/documents/{}", made.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(DocumentItem::from(&made))).into_response())
}

/// A document with its text and the passages of tasks in it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DocumentDetail {
    /// Its head.
    #[serde(flatten)]
    document: DocumentItem,
    /// Its programmes.
    programmes: Vec<Uuid>,
    /// The text as understood.
    text: String,
    /// Where tasks stand in it, in the order of the text.
    passages: Vec<PassageItem>,
}

/// One document with its text.
#[utoipa::path(get, path = "/api/v1/documents/{document}", params(("document" = Uuid, Path, description = "Its id")),
    responses((status = 200, body = DocumentDetail), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
async fn document(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
) -> Result<Json<DocumentDetail>, PageError> {
    let found = query!(&app.platform, &actor, cx => { programmes::document(cx, id).await })?;
    Ok(Json(DocumentDetail {
        document: DocumentItem::from(&found.document),
        programmes: found.programmes.iter().map(|(id, _)| id.0).collect(),
        text: found.text,
        passages: found.passages.iter().map(PassageItem::from).collect(),
    }))
}
