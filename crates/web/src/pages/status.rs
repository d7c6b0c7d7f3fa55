//! For those who run the installation: is it alive, and its figures.

use crate::app::App;
use crate::failure::PageError;
use crate::routes::Routes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::Actor;
use domain::{identity, query};
use std::net::SocketAddr;

pub(super) fn routes() -> Routes {
    Routes::new().get("/healthz", health).get("/metrics", figures)
}

/// `ok` when the database answers.
async fn health(State(app): State<App>) -> Response {
    let system = Actor::system("healthz");
    match query!(&app.platform, &system, cx => { identity::count(cx).await }) {
        Ok(_) => (StatusCode::OK, "ok\n").into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "database\n").into_response()
        }
    }
}

/// Figures for Prometheus, only for a collector on the same machine that comes past no proxy.
async fn figures(
    State(app): State<App>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let near = peer.is_some_and(|peer| peer.0.0.ip().is_loopback());
    let proxied = ["x-forwarded-for", "forwarded", "via"].iter().any(|name| headers.contains_key(*name));
    let handle = app.metrics.as_ref().filter(|_| near && !proxied).ok_or(PageError::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render()).into_response())
}
