//! Evidence of updates: files, links, issued documents. Only a draft takes or loses it.

use super::super::{Body, Caller, Listing, Refused, wrong};
use super::updates::looked;
use super::wire::{EvidenceItem, ProofBody, UpdateWhole};
use crate::app::App;
use crate::failure::{PageError, ProblemDetails};
use crate::once::Fingerprint;
use crate::pages::attachment;
use crate::sending::closed;
use crate::session::Known;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use domain::carrying::{self, EvidenceId, FileId, NewFile, Proof, UpdateId, sniff};
use domain::{Error, Reason, command, query};
use serde::Deserialize;
use uuid::Uuid;

/// What proves an update, files first.
#[utoipa::path(get, path = "/api/v1/updates/{update}/evidence", params(("update" = Uuid, Path, description = "The update's id")),
    responses((status = 200, body = Listing<EvidenceItem>), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<UpdateId>,
) -> Result<Json<Listing<EvidenceItem>>, PageError> {
    Ok(Json(Listing { items: looked(&app, &actor, id).await?.evidence, next: None }))
}

/// Names a link or an issued document as evidence of a draft.
#[utoipa::path(post, path = "/api/v1/updates/{update}/evidence", request_body = ProofBody,
    params(("update" = Uuid, Path, description = "The draft's id")),
    responses((status = 201, body = UpdateWhole), (status = 409, body = ProblemDetails), Refused))]
pub(super) async fn add(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<UpdateId>,
    body: Result<Body<ProofBody>, PageError>,
) -> Result<Response, PageError> {
    let Body(sent) = body?;
    let proof = sent.proof()?;
    command!(&app.platform, &actor, cx => {
        match &proof {
            Proof::Link(url) => carrying::add_link(cx, id, url).await,
            Proof::Document(document) => carrying::add_document(cx, id, document.clone()).await,
        }
    })?;
    Ok((StatusCode::CREATED, Json(looked(&app, &actor, id).await?)).into_response())
}

/// What is taken off a draft: either `evidence` or `file`.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Removed {
    /// A link or an issued document.
    evidence: Option<Uuid>,
    /// A file.
    file: Option<Uuid>,
}

/// Takes a file, a link or an issued document off a draft; the content of a file is kept.
#[utoipa::path(post, path = "/api/v1/updates/{update}/evidence/remove", request_body = Removed,
    params(("update" = Uuid, Path, description = "The draft's id")),
    responses((status = 200, body = UpdateWhole), (status = 409, body = ProblemDetails), Refused))]
pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<UpdateId>,
    body: Result<Body<Removed>, PageError>,
) -> Result<Json<UpdateWhole>, PageError> {
    let Body(sent) = body?;
    command!(&app.platform, &actor, cx => {
        match (sent.evidence, sent.file) {
            (Some(evidence), None) => carrying::remove_evidence(cx, id, EvidenceId(evidence)).await,
            (None, Some(file)) => carrying::remove_file(cx, id, FileId(file)).await,
            _ => Err(Error::invalid("evidence", Reason::new("carrying-error-none"))),
        }
    })?;
    Ok(Json(looked(&app, &actor, id).await?))
}

/// A file to be attached.
#[derive(Debug, utoipa::ToSchema)]
#[allow(dead_code, reason = "it only describes the form")]
pub(super) struct Sending {
    /// The file: judged by its content, at most 25 MB.
    #[schema(format = Binary)]
    file: String,
}

/// Attaches a file to a draft. The same content twice is one file.
#[utoipa::path(post, path = "/api/v1/updates/{update}/files", request_body(content = Sending, content_type = "multipart/form-data"),
    params(("update" = Uuid, Path, description = "The draft's id")),
    responses((status = 201, body = UpdateWhole), (status = 409, body = ProblemDetails), Refused))]
pub(super) async fn attach(
    State(app): State<App>,
    Caller(actor): Caller,
    Extension(known): Extension<Known>,
    Path(id): Path<UpdateId>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, PageError> {
    // Who may not see the draft sends nothing that is kept.
    let _ = looked(&app, &actor, id).await?;
    let form = form.map_err(|error| PageError::Unreadable(error.body_text()))?;
    let (name, bytes) = sent(form).await?;
    let media_type = sniff(&name, &bytes).map_err(|reason| Error::invalid("file", reason))?;
    if let Some(reason) = closed(&app, &name, &bytes).await? {
        return Err(Error::invalid("file", reason).into());
    }
    let stored = app.platform.blobs.put(bytes.into()).await.map_err(Error::from)?;
    let sum = Fingerprint::of(&known).part(&name).part(stored.digest.to_string());
    crate::once::enter(&app, &known, &known.key, sum).await?;
    let file = NewFile { name, media_type, size_bytes: stored.size, sha256: stored.digest };
    command!(&app.platform, &actor, cx => { carrying::add_file(cx, id, file.clone()).await })?;
    Ok((StatusCode::CREATED, Json(looked(&app, &actor, id).await?)).into_response())
}

/// The name and the bytes of the member `file`.
async fn sent(mut form: Multipart) -> Result<(String, Vec<u8>), PageError> {
    let broken = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => PageError::TooLarge,
        _ => PageError::Unreadable(error.body_text()),
    };
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or_default().trim().to_owned();
            return Ok((name, field.bytes().await.map_err(broken)?.to_vec()));
        }
    }
    Err(wrong("file", "intake-problem-no-file"))
}

/// A file of an update.
#[utoipa::path(get, path = "/api/v1/updates/{update}/files/{file}",
    params(("update" = Uuid, Path, description = "The update's id"), ("file" = Uuid, Path, description = "The file's id")),
    responses((status = 200, description = "The file", content_type = "application/octet-stream"), (status = 401, body = ProblemDetails),
        (status = 404, body = ProblemDetails)))]
pub(super) async fn file(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((id, file)): Path<(UpdateId, FileId)>,
) -> Result<Response, PageError> {
    let found = query!(&app.platform, &actor, cx => { carrying::file(cx, id, file).await })?;
    attachment(&app, found).await
}
