//! What a person or a program sees when something did not work: one page, one form of problem details.

use crate::app::App;
use crate::form::Form;
use crate::session::Known;
use crate::view::Page;
use askama::Template;
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use domain::{Problem, Reason};
use messages::Lang;
use serde::Serialize;
use std::any::Any;

/// Why a request was not answered as asked. Rendered by the layer that knows the reader's language:
/// as a page, or under `/api/` as problem details (RFC 9457).
#[derive(Debug, Clone)]
pub enum PageError {
    /// There is no such thing, or the reader may not know of it.
    NotFound,
    /// The reader may see the thing but not do this.
    Denied,
    /// Somebody else changed the thing meanwhile.
    Stale,
    /// What was sent breaks rules.
    Invalid(Vec<Problem>),
    /// The form does not come from a page of this session.
    Forged,
    /// It was carried out before, and the answer of then cannot be given again.
    Repeated,
    /// More was sent than is taken.
    TooLarge,
    /// What was sent cannot be read at all; the words say what.
    Unreadable(String),
    /// It took longer than a request may.
    TooSlow,
    /// The board of figures is still being made, a moment after the start.
    Making,
    /// A program asks without a token that is good.
    NoToken,
    /// Something is broken here; the text is for the log.
    Broken(String),
}

/// Media type of problem details.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// Most bytes of a refusal in plain text that are kept.
const MOST_TEXT: usize = 4_096;

impl From<domain::Error> for PageError {
    fn from(error: domain::Error) -> Self {
        match error {
            error if error.is_busy() => {
                tracing::warn!(%error, "a request found no turn");
                PageError::TooSlow
            }
            domain::Error::NotFound => PageError::NotFound,
            domain::Error::Denied(_) => PageError::Denied,
            domain::Error::Stale => PageError::Stale,
            domain::Error::Repeated => PageError::Repeated,
            domain::Error::Invalid(problems) => PageError::Invalid(problems),
            domain::Error::Internal(text) => PageError::Broken(text),
            domain::Error::Store(error) => PageError::Broken(error.to_string()),
        }
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        PageError::Broken(error.to_string())
    }
}

impl PageError {
    fn status(&self) -> StatusCode {
        match self {
            PageError::NotFound => StatusCode::NOT_FOUND,
            PageError::Denied | PageError::Forged => StatusCode::FORBIDDEN,
            PageError::Stale | PageError::Repeated => StatusCode::CONFLICT,
            PageError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            PageError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            PageError::Unreadable(_) => StatusCode::BAD_REQUEST,
            PageError::TooSlow | PageError::Making => StatusCode::SERVICE_UNAVAILABLE,
            PageError::NoToken => StatusCode::UNAUTHORIZED,
            PageError::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Heading and what to do next.
    fn words(&self, lang: Lang) -> (String, String) {
        let (title, text) = match self {
            PageError::NotFound => ("error-not-found-title", "error-not-found-text"),
            PageError::Denied => ("error-denied-title", "error-denied-text"),
            PageError::Stale => ("error-stale-title", "error-stale-text"),
            PageError::Invalid(_) => ("error-invalid-title", "error-invalid-text"),
            PageError::Repeated => ("error-repeated-title", "error-repeated-text"),
            PageError::Forged => ("error-forged-title", "error-forged-text"),
            PageError::TooLarge => ("error-too-large-title", "error-too-large-text"),
            PageError::Unreadable(_) => ("error-unreadable-title", "error-unreadable-text"),
            PageError::TooSlow => ("error-too-slow-title", "error-too-slow-text"),
            PageError::Making => ("board-making-title", "board-making-text"),
            PageError::NoToken => ("error-no-token-title", "error-no-token-text"),
            PageError::Broken(_) => ("error-broken-title", "error-broken-text"),
        };
        (lang.text(title), lang.text(text))
    }

    /// The code of the problem's type in the API's documentation.
    fn code(&self) -> &'static str {
        match self {
            PageError::NotFound => "not-found",
            PageError::Denied => "denied",
            PageError::Stale => "stale",
            PageError::Invalid(_) => "invalid",
            PageError::Repeated => "repeated",
            PageError::Forged => "forged",
            PageError::TooLarge => "too-large",
            PageError::Unreadable(_) => "unreadable",
            PageError::TooSlow => "too-slow",
            PageError::Making => "making",
            PageError::NoToken => "no-token",
            PageError::Broken(_) => "broken",
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if let PageError::Broken(text) = &self {
            tracing::error!(error = %text, "a request failed");
        }
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A reason in words.
pub fn say(lang: Lang, reason: &Reason) -> String {
    lang.with(reason.key, &reason.args)
}

/// Puts the problems of a refused command beside the fields of the form that caused it; anything
/// else is passed on.
///
/// # Errors
/// Every error but [`domain::Error::Invalid`] and [`domain::Error::Stale`].
pub fn into_form(error: domain::Error, form: &mut Form, lang: Lang) -> Result<StatusCode, PageError> {
    match error {
        domain::Error::Invalid(problems) => {
            for problem in problems {
                form.issue(&problem.field, say(lang, &problem.reason));
            }
            Ok(StatusCode::UNPROCESSABLE_ENTITY)
        }
        domain::Error::Stale => {
            form.issue("", lang.text("error-stale-text"));
            Ok(StatusCode::CONFLICT)
        }
        other => Err(other.into()),
    }
}

/// A rendered page.
///
/// # Errors
/// The template failed.
pub fn render(template: &impl Template) -> Result<Response, PageError> {
    Ok(Html(template.render()?).into_response())
}

/// A rendered page with a status of its own (422 for a form that comes back).
///
/// # Errors
/// The template failed.
pub fn render_as(status: StatusCode, template: &impl Template) -> Result<Response, PageError> {
    Ok((status, Html(template.render()?)).into_response())
}

#[derive(Template)]
#[template(path = "errors/error.html")]
struct ErrorPage {
    page: Page,
    text: String,
    details: Vec<String>,
}

/// Problem details by RFC 9457.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemDetails {
    /// What kind of problem, as a relative address.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What to do next.
    pub detail: String,
    /// What is wrong with which member, where that is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<MemberProblem>,
}

/// One thing wrong with one member of a request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MemberProblem {
    /// The member; empty for the whole.
    pub field: String,
    /// Stable code of the rule.
    pub code: String,
    /// The rule in words.
    pub detail: String,
}

#[derive(Template)]
#[template(path = "errors/problems.html")]
struct ProblemsPage {
    page: Page,
    problems: Vec<(&'static str, u16, String, String)>,
}

/// The page that the `type` of every problem points to.
pub(crate) fn problem_types(page: &Page) -> Result<Html<String>, PageError> {
    let kinds = [
        PageError::Invalid(Vec::new()),
        PageError::Unreadable(String::new()),
        PageError::NoToken,
        PageError::Denied,
        PageError::Forged,
        PageError::NotFound,
        PageError::Stale,
        PageError::Repeated,
        PageError::TooLarge,
        PageError::TooSlow,
        PageError::Broken(String::new()),
    ];
    let problems = kinds
        .iter()
        .map(|kind| {
            let (title, text) = kind.words(page.lang);
            (kind.code(), kind.status().as_u16(), title, text)
        })
        .collect();
    Ok(Html(ProblemsPage { page: page.clone(), problems }.render()?))
}

/// Layer: gives a [`PageError`] its words.
pub(crate) async fn show(State(app): State<App>, request: Request, next: Next) -> Response {
    let known = request.extensions().get::<Known>().cloned();
    let api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let (error, response) = match response.extensions().get::<PageError>().cloned() {
        Some(error) => (Some(error), response),
        None => refusal(response).await,
    };
    let (Some(error), Some(known)) = (error, known) else { return response };
    if api { problem(&error, known.lang) } else { page(&app, &known, &error) }
}

/// The framework refuses paths, queries and bodies that it cannot read in plain English text; the reader gets
/// our words instead. An id in a path that is none names a thing that does not exist.
async fn refusal(response: Response) -> (Option<PageError>, Response) {
    let media =
        response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !response.status().is_client_error() || !media.starts_with("text/plain") {
        return (None, response);
    }
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, MOST_TEXT).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let error = match parts.status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => PageError::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => PageError::TooLarge,
        _ if text.starts_with("Invalid URL") => PageError::NotFound,
        _ => PageError::Unreadable(text),
    };
    (Some(error), Response::from_parts(parts, Body::from(bytes)))
}

fn problem(error: &PageError, lang: Lang) -> Response {
    let (title, mut detail) = error.words(lang);
    let mut errors = Vec::new();
    match error {
        PageError::Invalid(problems) => {
            errors = problems
                .iter()
                .map(|p| MemberProblem {
                    field: p.field.clone(),
                    code: p.reason.key.into(),
                    detail: say(lang, &p.reason),
                })
                .collect();
        }
        PageError::Unreadable(text) => detail = format!("{detail} ({text})"),
        _ => {}
    }
    let status = error.status();
    let body = ProblemDetails {
        kind: format!("/api/problems#{}", error.code()),
        title,
        status: status.as_u16(),
        detail,
        errors,
    };
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn page(app: &App, known: &Known, error: &PageError) -> Response {
    let (title, text) = error.words(known.lang);
    let details = match error {
        PageError::Invalid(problems) => problems.iter().map(|p| say(known.lang, &p.reason)).collect(),
        _ => Vec::new(),
    };
    let template = ErrorPage { page: known.page(app, title), text, details };
    render_as(error.status(), &template).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// No handler for the address (or not for the method).
pub(crate) async fn no_such_page() -> PageError {
    PageError::NotFound
}

/// A handler panicked: logged, and shown as a failure like any other.
pub(crate) fn panicked(cause: Box<dyn Any + Send + 'static>) -> axum::http::Response<Body> {
    let text = cause
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| cause.downcast_ref::<&str>().map(|s| (*s).to_owned()))
        .unwrap_or_else(|| "a panic without words".into());
    PageError::Broken(text).into_response()
}
