//! What protects every answer: headers, and the refusal of writes from other sites.

use crate::app::App;
use crate::failure::PageError;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

/// Layer: sets the headers; what a person sees is not kept by caches unless the handler says so.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Layer: a write that a browser sends for another site is refused, whatever its form carries.
pub(crate) async fn same_origin(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let site = request.headers().get("sec-fetch-site").and_then(|v| v.to_str().ok());
    if !reads && matches!(site, Some("cross-site" | "same-site")) {
        return PageError::Forged.into_response();
    }
    next.run(request).await
}

/// An upload may take this many times as long as another request.
const UPLOAD_FACTOR: u32 = 10;

/// Layer: a request that takes too long is given up; its transaction is rolled back unless it was
/// committing already.
pub(crate) async fn in_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let factor = if media.starts_with("multipart/") { UPLOAD_FACTOR } else { 1 };
    match tokio::time::timeout(app.settings.request_time * factor, next.run(request)).await {
        Ok(response) => response,
        Err(_) => PageError::TooSlow.into_response(),
    }
}
