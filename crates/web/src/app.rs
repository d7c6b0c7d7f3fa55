//! What every handler can reach, and how the whole program of routes is put together.

use crate::{api, assets, failure, guard, metering, once, pages, session};
use axum::Router;
use axum::extract::FromRef;
use axum::middleware::{from_fn, from_fn_with_state};
use domain::Platform;
use domain::board::Board;
use domain::intake::Reader;
use metrics_exporter_prometheus::PrometheusHandle;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::openapi::{RefOr, Response};

/// How this installation presents itself.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Name shown in the header.
    pub organisation: String,
    /// Demo mode: invented people, log-ins shown on the log-in page.
    pub demo: Vec<DemoLogin>,
    /// Reverse proxies whose `X-Forwarded-For` is believed; nobody else's is.
    pub proxies: Vec<IpAddr>,
    /// Cookies only over https.
    pub secure_cookies: bool,
    /// Largest upload of one file, in bytes.
    pub upload_bytes: u64,
    /// Longest time for one request, uploads excepted.
    pub request_time: Duration,
    /// Host of the language model that the text of documents is sent to; none where it stays here.
    pub model_host: Option<String>,
}

/// A log-in that exists in demo mode only.
#[derive(Debug, Clone)]
pub struct DemoLogin {
    /// What is typed.
    pub login: String,
    /// The password.
    pub password: String,
    /// Name and post.
    pub who: String,
}

/// State of all handlers.
#[derive(Clone)]
pub struct App {
    /// The installation.
    pub platform: Platform,
    /// The plan in memory, for numbers.
    pub board: Arc<Board>,
    /// How it presents itself.
    pub settings: Arc<Settings>,
    /// How untrusted files are read: whether one bears a mark of state secrets is asked before it is kept.
    pub reader: Arc<dyn Reader>,
    /// What `/metrics` prints; none where nothing is measured (tests).
    pub metrics: Option<PrometheusHandle>,
}

impl FromRef<App> for Platform {
    fn from_ref(app: &App) -> Platform {
        app.platform.clone()
    }
}

/// Method and path of every route, for the tests that call each of them.
pub fn routes() -> Vec<(String, String)> {
    let mut all: Vec<_> =
        pages::routes().list().iter().map(|(m, p)| ((*m).to_owned(), (*p).to_owned())).collect();
    for (path, item) in api_description().paths.paths {
        let methods = [
            ("GET", &item.get),
            ("POST", &item.post),
            ("PUT", &item.put),
            ("PATCH", &item.patch),
            ("DELETE", &item.delete),
        ];
        all.extend(
            methods.into_iter().filter(|(_, op)| op.is_some()).map(|(m, _)| (m.to_owned(), path.clone())),
        );
    }
    all
}

/// The OpenAPI description of the JSON API.
pub fn api_description() -> utoipa::openapi::OpenApi {
    let mut description = api::routes().into_openapi();
    for (path, item) in &mut description.paths.paths {
        let methods = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in methods {
            if let Some(operation) = operation {
                operation.operation_id = Some(operation_id(method, path));
                operation.responses.responses.iter_mut().for_each(as_problem);
                if method != "get" {
                    operation.parameters.get_or_insert_default().push(once::parameter().into());
                }
            }
        }
    }
    description
}

/// Says of a refusal that its body is problem details (RFC 9457), as it is answered.
fn as_problem((status, answer): (&String, &mut RefOr<Response>)) {
    if let RefOr::T(answer) = answer
        && status.starts_with(['4', '5'])
    {
        let content = std::mem::take(&mut answer.content);
        answer.content = content.into_values().map(|body| (failure::MEDIA_TYPE.to_owned(), body)).collect();
    }
}

/// A name of an operation that no other has: its method and path.
fn operation_id(method: &str, path: &str) -> String {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !matches!(*w, "" | "api" | "v1"));
    words.fold(method.to_owned(), |name, word| format!("{name}_{word}"))
}

/// The whole program as one service.
pub fn router(app: App) -> Router {
    let (api, _) = api::routes().split_for_parts();
    pages::routes()
        .into_router()
        .merge(api)
        .merge(assets::routes())
        .fallback(failure::no_such_page)
        .method_not_allowed_fallback(failure::no_such_page)
        .layer(from_fn(guard::same_origin))
        .layer(from_fn_with_state(app.clone(), guard::in_time))
        .layer(CatchPanicLayer::custom(failure::panicked))
        .layer(from_fn_with_state(app.clone(), once::answer))
        .layer(from_fn_with_state(app.clone(), failure::show))
        .layer(from_fn_with_state(app.clone(), session::load))
        .layer(from_fn(guard::headers))
        .layer(from_fn(metering::measure))
        .layer(CompressionLayer::new())
        .with_state(app)
}
