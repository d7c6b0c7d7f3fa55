//! The JSON API under `/api/v1`: the same operations as the pages, for programs.

mod board;
mod calendar;
mod carrying;
mod intake;
mod programmes;
mod requests;
mod units;

use crate::app::App;
use crate::failure::{PageError, ProblemDetails};
use crate::once::Fingerprint;
use crate::session::Known;
use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use domain::access::Actor;
use domain::{Day, Error, Reason};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{self, Content, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, Modify, OpenApi as _};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A program with a token, or a person's session (for reading only).
pub struct Caller(pub Actor);

impl FromRequestParts<App> for Caller {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, PageError> {
        let known =
            parts.extensions.get::<Known>().cloned().ok_or(PageError::Broken("no session layer".into()))?;
        if let Some(program) = known.program {
            return program.map(Caller).ok_or(PageError::NoToken);
        }
        match known.visit {
            Some(visit) if parts.method == "GET" && !visit.account.must_change => Ok(Caller(visit.actor)),
            _ => Err(PageError::NoToken),
        }
    }
}

/// A JSON body; what cannot be read is a problem that says where, and a request that was carried out
/// before under its `Idempotency-Key` gets the answer of then.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = PageError;
    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let known = request.extensions().get::<Known>().cloned();
        let Json(value) = Json::<serde_json::Value>::from_request(request, app)
            .await
            .map_err(|error| PageError::Unreadable(error.body_text()))?;
        // An array would be taken for the members of an object in their order.
        if !value.is_object() {
            return Err(PageError::Unreadable("not a JSON object".into()));
        }
        if has_null(&value) {
            return Err(PageError::Unreadable("U+0000".into()));
        }
        if let Some(known) = known {
            let sum = Fingerprint::of(&known).part(value.to_string());
            crate::once::enter(app, &known, &known.key, sum).await?;
        }
        serde_json::from_value(value).map(Body).map_err(|error| PageError::Unreadable(error.to_string()))
    }
}

/// Does a text in it hold the character U+0000, which PostgreSQL does not keep?
fn has_null(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(has_null),
        serde_json::Value::Object(members) => members.values().any(has_null),
        _ => false,
    }
}

/// One page of a list. `next` goes into `cursor` of the following request; without it the list is at its end.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Listing<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// Rows of a page: 1 to 200, 50 unless asked.
pub fn page_size(asked: Option<i64>) -> i64 {
    asked.unwrap_or(50).clamp(1, 200)
}

/// A day as ISO text; what is none is a problem with the member.
fn day(field: &str, text: Option<&str>) -> Result<Option<Day>, PageError> {
    let day = text.map(|text| text.parse::<Day>().map_err(|_| wrong(field, "form-date-unreadable")));
    day.transpose()
}

/// One thing wrong with one member.
fn wrong(field: &str, key: &'static str) -> PageError {
    Error::invalid(field, Reason::new(key)).into()
}

/// How any call that writes may be refused: the caller is nobody, may not, names what is not there, or
/// sends what breaks rules.
struct Refused;

impl IntoResponses for Refused {
    fn responses() -> BTreeMap<String, RefOr<openapi::Response>> {
        let problem = Content::new(Some(Ref::from_schema_name("ProblemDetails")));
        let refusal = ResponseBuilder::new().content("application/json", problem).build();
        ["401", "403", "404", "422"].map(|status| (status.to_owned(), refusal.clone().into())).into()
    }
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Đột Phá", description = "From a resolution to its results: units, documents, programmes, tasks, indicators. Errors are problem details (RFC 9457)."),
    components(schemas(ProblemDetails)),
    modifiers(&Token),
    security(("token" = []))
)]
struct Description;

struct Token;

impl Modify for Token {
    fn modify(&self, api: &mut OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        api.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The API's routes and their description.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(me))
        .routes(routes!(describe))
        .routes(routes!(problems))
        .merge(units::routes())
        .merge(programmes::routes())
        .merge(carrying::routes())
        .merge(requests::routes())
        .merge(calendar::routes())
        .merge(board::routes())
        .merge(intake::routes())
}

/// Who the caller is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Me {
    /// The person's name.
    name: String,
    /// What is granted where.
    grants: Vec<MyGrant>,
}

/// A role at a unit.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MyGrant {
    /// `administrator`, `planner`, `leader`, `approver`, `reporter`, `inspector` or `viewer`.
    role: String,
    /// The unit; everything below it is included.
    unit: uuid::Uuid,
}

/// Who the token acts as, and what is granted to it.
#[utoipa::path(get, path = "/api/v1/me", responses((status = 200, body = Me), (status = 401, body = ProblemDetails)))]
async fn me(Caller(actor): Caller) -> Json<Me> {
    let grants =
        actor.grants.iter().map(|g| MyGrant { role: g.role.code().into(), unit: g.unit.0 }).collect();
    Json(Me { name: actor.name, grants })
}

/// This description.
#[utoipa::path(get, path = "/api/v1/openapi.json", responses((status = 200, content_type = "application/json")), security(()))]
async fn describe() -> Response {
    Json(crate::app::api_description()).into_response()
}

/// What each problem type means.
#[utoipa::path(get, path = "/api/problems", responses((status = 200, content_type = "text/html")), security(()))]
async fn problems(
    guest: crate::session::Guest,
    axum::extract::State(app): axum::extract::State<App>,
) -> Result<Html<String>, PageError> {
    crate::failure::problem_types(&guest.page(&app, guest.lang().text("api-problems-title")))
}
