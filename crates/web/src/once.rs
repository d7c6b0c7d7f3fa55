//! A request sent twice gets the first answer again. The key is the form's hidden field `once` or the
//! header `Idempotency-Key`; the command keeps it ([`domain::once`]), and here its answer is kept and given.

use crate::app::App;
use crate::failure::PageError;
use crate::form::Form;
use crate::session::Known;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::AccountId;
use domain::once::{self, Once};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::Duration;
use tracing::Instrument;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

/// Name of the forms' hidden field.
pub(crate) const FIELD: &str = "once";

/// Programs send the key in this header.
static HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// Longest answer that is kept, in bytes; a longer one is not given again.
const MOST_KEPT: usize = 64 << 10;

/// How often, and how long apart, the answer of the same request under way is waited for: two seconds in all.
const LOOKS: u32 = 20;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// A digest of what a request asks for.
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Begins with where it is sent.
    pub fn of(known: &Known) -> Fingerprint {
        Fingerprint(Sha256::new()).part(known.method.as_str()).part(&known.here)
    }

    /// Adds a part of its content.
    #[must_use]
    pub fn part(mut self, part: impl AsRef<[u8]>) -> Fingerprint {
        let part = part.as_ref();
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part);
        self
    }

    /// Adds the fields of a form, without those that differ from page to page.
    #[must_use]
    pub fn form(self, form: &Form) -> Fingerprint {
        let own = |name: &str| name == FIELD || name == "csrf";
        form.sent_values()
            .filter(|(name, _)| !own(name))
            .fold(self, |sum, (name, value)| sum.part(name).part(value))
    }
}

/// Gives the request its key, now that its content is known.
///
/// # Errors
/// [`PageError::Repeated`] where it was carried out before: the layer [`answer`] gives the first answer.
/// [`PageError::Unreadable`] where the key is none.
pub(crate) async fn enter(app: &App, known: &Known, key: &str, sum: Fingerprint) -> Result<(), PageError> {
    let Some(account) = known.account() else { return Ok(()) };
    if key.is_empty() {
        return Ok(());
    }
    if key.len() > Once::LONGEST || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(PageError::Unreadable("Idempotency-Key".into()));
    }
    known.once.name(key, hex::encode(sum.0.finalize()));
    match known.once.known(&app.platform, account).await? {
        once::Known::New => Ok(()),
        once::Known::Carried(_) => Err(PageError::Repeated),
    }
}

/// The key that a program sent.
pub(crate) fn key(headers: &HeaderMap) -> &str {
    // A header that is no text is no key either: refused where its form is checked.
    headers.get(&HEADER).map_or("", |value| value.to_str().unwrap_or(" "))
}

/// The header in the description of the API.
pub(crate) fn parameter() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "Any text of up to 200 visible ASCII characters, new for each request. Sent again within 24 hours \
             with the same content, the request is not carried out again and gets the same answer; with other \
             content it is refused (422).",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(Once::LONGEST))))
        .build()
}

/// Layer: a write goes on to its end when the one who asked has gone away (a person who presses twice
/// closes the first connection), keeps its answer, and gives the first answer where it was carried out before.
pub(crate) async fn answer(State(app): State<App>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let Some(known) = request.extensions().get::<Known>().cloned() else { return next.run(request).await };
    let work = async move {
        let response = next.run(request).await;
        let Some(account) = known.account() else { return response };
        if matches!(response.extensions().get(), Some(PageError::Repeated)) {
            return first_answer(&app, &known.once, account).await;
        }
        if known.once.carried() { keep(&app, &known.once, account, response).await } else { response }
    };
    match tokio::spawn(work.in_current_span()).await {
        Ok(response) => response,
        Err(error) => PageError::Broken(error.to_string()).into_response(),
    }
}

/// Keeps the answer of a request that was carried out: a redirect, or JSON. A page is not kept, it may
/// show what is shown once; that it is not kept is.
async fn keep(app: &App, once: &Once, account: AccountId, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return PageError::Broken("an answer could not be composed".into()).into_response();
    };
    let text = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let body: Option<Value> = match text(header::CONTENT_TYPE).unwrap_or_default() {
        media if media.starts_with("application/json") => serde_json::from_slice(&bytes).ok(),
        _ if bytes.is_empty() => Some(Value::Null),
        _ => None,
    };
    let short =
        bytes.len() <= MOST_KEPT && !parts.status.is_client_error() && !parts.status.is_server_error();
    let answer = match body.filter(|_| short) {
        Some(body) => {
            json!({ "status": parts.status.as_u16(), "location": text(header::LOCATION), "body": body })
        }
        None => json!({}),
    };
    if let Err(error) = once.answered(&app.platform, account, answer).await {
        tracing::warn!(%error, "the answer of a request was not kept");
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// The answer that the request got when it was carried out. It may be under way still.
async fn first_answer(app: &App, once: &Once, account: AccountId) -> Response {
    for _ in 0..LOOKS {
        match once.known(&app.platform, account).await {
            Ok(once::Known::Carried(Some(answer))) => return again(&answer),
            Ok(once::Known::Carried(None)) => tokio::time::sleep(BETWEEN_LOOKS).await,
            Ok(once::Known::New) => break,
            Err(error) => return PageError::from(error).into_response(),
        }
    }
    PageError::Repeated.into_response()
}

fn again(answer: &Value) -> Response {
    let status = answer["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    let Some(status) = status.and_then(|status| StatusCode::from_u16(status).ok()) else {
        return PageError::Repeated.into_response();
    };
    let mut response = match &answer["body"] {
        Value::Null => status.into_response(),
        body => (status, axum::Json(body)).into_response(),
    };
    if let Some(Ok(location)) = answer["location"].as_str().map(HeaderValue::from_str) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
