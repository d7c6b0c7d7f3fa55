//! The whole program in process: callers that keep their cookies and send their forms' token.

use crate::world::{Here, PASSWORD, World};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;
use web::{App, Settings};

/// The program over a [`World`].
pub struct TestApp {
    /// The installation behind it.
    pub world: World,
    settings: Settings,
    router: Router,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// The `Location` of a redirect; empty otherwise.
    pub location: String,
    /// Media type.
    pub media: String,
    /// All headers.
    pub headers: axum::http::HeaderMap,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as text.
    ///
    /// # Panics
    /// When it is no UTF-8.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("text")
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is no JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).expect("JSON")
    }

    /// The answer, when it has this status.
    ///
    /// # Panics
    /// When it has another; the body is shown.
    #[must_use]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }
}

impl TestApp {
    /// The program over a fresh world.
    pub async fn new() -> TestApp {
        TestApp::over(World::new().await)
    }

    /// The program over a world that is there already.
    #[must_use]
    pub fn over(world: World) -> TestApp {
        let settings = Settings {
            organisation: "Đơn vị giả định".into(),
            demo: Vec::new(),
            proxies: Vec::new(),
            secure_cookies: false,
            upload_bytes: 10 << 20,
            model_host: None,
            request_time: Duration::from_secs(30),
        };
        TestApp { router: router(&world, &settings), settings, world }
    }

    /// The same program, configured otherwise.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Settings)) -> TestApp {
        self.configure(change);
        self
    }

    /// Configures the program otherwise, for callers made from now on.
    pub fn configure(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        self.router = router(&self.world, &self.settings);
    }

    /// The routes, to be served over the network.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Somebody without a session.
    #[must_use]
    pub fn nobody(&self) -> Caller {
        Caller {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            csrf: String::new(),
            bearer: None,
            headers: Vec::new(),
        }
    }

    /// A person who logs in through the log-in page.
    ///
    /// # Panics
    /// When the log-in is refused.
    pub async fn log_in(&self, login: &str) -> Caller {
        let mut caller = self.nobody();
        let answer = caller.post("/login", &[("login", login), ("password", PASSWORD)]).await;
        let _ = answer.expect(303);
        let page = caller.get("/account").await.expect(200);
        caller.csrf = token_in(page.text()).expect("a page carries the token of its forms");
        caller
    }

    /// A program with a token.
    #[must_use]
    pub fn program(&self, secret: &str) -> Caller {
        Caller { bearer: Some(secret.to_owned()), ..self.nobody() }
    }
}

fn router(world: &World, settings: &Settings) -> Router {
    let settings = Arc::new(settings.clone());
    web::router(App {
        platform: world.platform.clone(),
        board: Arc::default(),
        settings,
        reader: Arc::new(Here),
        metrics: None,
    })
}

fn token_in(page: &str) -> Option<String> {
    let at = page.find("name=\"csrf\" value=\"")? + "name=\"csrf\" value=\"".len();
    page[at..].split('"').next().map(str::to_owned)
}

/// Somebody who sends requests.
#[derive(Clone)]
pub struct Caller {
    router: Router,
    cookies: BTreeMap<String, String>,
    /// The token that forms carry.
    pub csrf: String,
    bearer: Option<String>,
    headers: Vec<(String, String)>,
}

impl Caller {
    /// The same caller, who sends one more header with every request.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Caller {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// GET.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Vec::new()).await
    }

    /// POST of a form, with the session's token.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &self.csrf).extend_pairs(fields);
        let body = form.finish().into_bytes();
        self.send(Method::POST, path, Some("application/x-www-form-urlencoded"), body).await
    }

    /// POST of files and fields, with the session's token as the first field.
    pub async fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        const EDGE: &str = "----edge-of-the-test";
        let mut body = Vec::new();
        let csrf = self.csrf.clone();
        for (name, value) in [("csrf", csrf.as_str())].iter().chain(fields) {
            let part =
                format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        for (name, file, bytes) in files {
            let head = format!(
                "--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{EDGE}--\r\n").as_bytes());
        self.send(Method::POST, path, Some(&format!("multipart/form-data; boundary={EDGE}")), body).await
    }

    /// A JSON request with any method.
    pub async fn json(&mut self, method: Method, path: &str, body: &serde_json::Value) -> Answer {
        self.send(method, path, Some("application/json"), body.to_string().into_bytes()).await
    }

    /// Any request.
    ///
    /// # Panics
    /// When the program gives no answer at all.
    pub async fn send(&mut self, method: Method, path: &str, media: Option<&str>, body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        if let Some(media) = media {
            request = request.header(header::CONTENT_TYPE, media);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(secret) = &self.bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {secret}"));
        }
        if !self.cookies.is_empty() {
            let line: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
            request = request.header(header::COOKIE, line.join("; "));
        }
        let request = request.body(Body::from(body)).expect("a sound request");
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().expect("a plain cookie");
            let pair = text.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = body.collect().await.expect("the whole body").to_bytes().to_vec();
        let text = |name: header::HeaderName| {
            parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
        };
        Answer {
            status: parts.status,
            location: text(header::LOCATION),
            media: text(header::CONTENT_TYPE),
            headers: parts.headers.clone(),
            bytes,
        }
    }
}
