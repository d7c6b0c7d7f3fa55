//! Static files: compiled into the program, served under an address that
//! carries their content's hash, so that browsers keep them for good.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use sha2::{Digest, Sha256};

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

struct Asset {
    url: String,
    etag: HeaderValue,
    hash: String,
    media: &'static str,
    body: Bytes,
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("../static/", $name)) as &'static [u8])),*]
    };
}

const FILES: [(&str, &[u8]); 14] = files![
    "app.js",
    "draft.js",
    "favicon.svg",
    "icons.svg",
    "review.js",
    "vendor/htmx/htmx.min.js",
    "vendor/be-vietnam-pro/be-vietnam-pro-latin-400-normal.woff2",
    "vendor/be-vietnam-pro/be-vietnam-pro-latin-500-normal.woff2",
    "vendor/be-vietnam-pro/be-vietnam-pro-latin-600-normal.woff2",
    "vendor/be-vietnam-pro/be-vietnam-pro-latin-700-normal.woff2",
    "vendor/be-vietnam-pro/be-vietnam-pro-vietnamese-400-normal.woff2",
    "vendor/be-vietnam-pro/be-vietnam-pro-vietnamese-500-normal.woff2",
    "vendor/be-vietnam-pro/be-vietnam-pro-vietnamese-600-normal.woff2",
    "vendor/be-vietnam-pro/be-vietnam-pro-vietnamese-700-normal.woff2",
];

/// The parts of `dotpha.css`, in the order of the cascade.
const STYLES: [&str; 6] = [
    include_str!("../static/css/1-tokens.css"),
    include_str!("../static/css/2-base.css"),
    include_str!("../static/css/3-frame.css"),
    include_str!("../static/css/4-forms.css"),
    include_str!("../static/css/5-parts.css"),
    include_str!("../static/css/6-print.css"),
];

static ASSETS: LazyLock<HashMap<&'static str, Asset>> = LazyLock::new(|| {
    let mut assets: HashMap<&'static str, Asset> =
        FILES.iter().map(|(name, body)| (*name, Asset::new(name, Bytes::from_static(body)))).collect();
    let css = linked(&STYLES.concat(), &assets);
    assets.insert("dotpha.css", Asset::new("dotpha.css", Bytes::from(css)));
    assets
});

impl Asset {
    fn new(name: &str, body: Bytes) -> Self {
        let hash = hex::encode(&Sha256::digest(&body)[..8]);
        let etag = format!("\"{hash}\"");
        Self {
            url: format!("/static/{hash}/{name}"),
            etag: HeaderValue::from_str(&etag).unwrap_or(HeaderValue::from_static("\"\"")),
            hash,
            media: media_type(name),
            body,
        }
    }
}

/// Writes the hashed address in place of each `asset:name`.
fn linked(css: &str, assets: &HashMap<&'static str, Asset>) -> String {
    assets.iter().fold(css.to_owned(), |css, (name, asset)| {
        css.replace(&format!("\"asset:{name}\""), &format!("\"{}\"", asset.url))
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// The address of a static file. A name that does not exist gives an address
/// that is not found, which the tests notice.
#[must_use]
pub fn asset(name: &str) -> &'static str {
    ASSETS.get(name).map_or("/static/missing", |asset| asset.url.as_str())
}

/// The routes that serve the static files.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    Router::new().route("/static/{hash}/{*name}", get(serve))
}

async fn serve(Path((hash, name)): Path<(String, String)>, asked: HeaderMap) -> Response {
    let Some(asset) = ASSETS.get(name.as_str()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // An older page may ask with an older hash: it gets the present file, unkept.
    let keep = if hash == asset.hash { FOREVER } else { ASK_AGAIN };
    let known = asked.get(header::IF_NONE_MATCH).is_some_and(|tags| tags.as_bytes() == asset.etag.as_bytes());
    let head = [
        (header::CACHE_CONTROL, keep),
        (header::ETAG, asset.etag.clone()),
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.media)),
    ];
    if known {
        (StatusCode::NOT_MODIFIED, head).into_response()
    } else {
        (head, asset.body.clone()).into_response()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    async fn fetch(url: &str, tag: Option<&str>) -> Response {
        let mut request = Request::get(url);
        if let Some(tag) = tag {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        let request = request.body(Body::empty()).unwrap();
        routes::<()>().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn a_file_is_kept_for_good_under_its_hash() {
        let found = fetch(asset("dotpha.css"), None).await;
        assert_eq!(found.status(), StatusCode::OK);
        assert_eq!(found.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(found.headers()[header::CACHE_CONTROL], FOREVER);
        let tag = found.headers()[header::ETAG].to_str().unwrap().to_owned();
        let css = found.into_body().collect().await.unwrap().to_bytes();
        let css = String::from_utf8(css.to_vec()).unwrap();
        assert!(css.contains(asset("vendor/be-vietnam-pro/be-vietnam-pro-vietnamese-400-normal.woff2")));
        assert!(!css.contains("asset:"), "an address was not replaced");

        let again = fetch(asset("dotpha.css"), Some(&tag)).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let old = fetch("/static/0123456789abcdef/dotpha.css", None).await;
        assert_eq!(old.headers()[header::CACHE_CONTROL], ASK_AGAIN);
        let none = fetch("/static/0/../Cargo.toml", None).await;
        assert_eq!(none.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn vendored_files_are_the_ones_we_checked() {
        let sums = include_str!("../static/vendor/CHECKSUMS");
        for (name, body) in FILES {
            let Some(name) = name.strip_prefix("vendor/") else {
                continue;
            };
            let line = format!("{}  {name}", hex::encode(Sha256::digest(body)));
            assert!(sums.lines().any(|known| known == line), "{name}");
        }
    }
}
