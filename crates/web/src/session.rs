//! Who asks, in which language: found once per request, handed to handlers as [`Session`] or [`Guest`].

use crate::app::App;
use crate::failure::PageError;
use crate::form::Form;
use crate::once::Fingerprint;
use crate::view::{Page, Theme, UserView};
use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use domain::AccountId;
use domain::access::{Action, Actor};
use domain::identity::{self, Visit};
use domain::once::Once;
use messages::Lang;
use std::net::{IpAddr, SocketAddr};

/// Name of the cookie that carries the session's secret.
pub const SESSION_COOKIE: &str = "dotpha_session";
const LANG_COOKIE: &str = "dotpha_lang";
const THEME_COOKIE: &str = "dotpha_theme";

/// Everything known of a request before its handler runs.
#[derive(Clone)]
pub(crate) struct Known {
    pub lang: Lang,
    pub theme: Theme,
    pub here: String,
    pub origin: String,
    pub token: String,
    pub visit: Option<Visit>,
    /// Who acts by the token of a program: an inner none where the token is not good.
    pub program: Option<Option<Actor>>,
    pub method: Method,
    /// What a program sent as the key of the request; empty where it sent none.
    pub key: String,
    /// The key of the request, shared with the actor.
    pub once: Once,
}

/// Middleware: reads cookies and loads the session.
pub(crate) async fn load(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let jar = CookieJar::from_headers(request.headers());
    let origin = origin(&app.settings.proxies, &request);
    let token = jar.get(SESSION_COOKIE).map(|c| c.value().to_owned()).unwrap_or_default();
    let is_static = request.uri().path().starts_with("/static/");
    let visit = if token.is_empty() || is_static {
        None
    } else {
        match identity::visit(&app.platform, &token, &origin).await {
            Ok(visit) => visit,
            Err(error) => return PageError::from(error).into_response(),
        }
    };
    let program = match bearer(&request) {
        Some(secret) => match identity::token_actor(&app.platform, secret, &origin).await {
            Ok(actor) => Some(actor),
            Err(error) => return PageError::from(error).into_response(),
        },
        None => None,
    };
    let known = Known {
        lang: language(&jar, &request),
        theme: jar.get(THEME_COOKIE).map_or(Theme::System, |c| Theme::parse(c.value())),
        here: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
        origin,
        token,
        visit,
        program,
        method: request.method().clone(),
        key: crate::once::key(request.headers()).to_owned(),
        once: Once::default(),
    };
    let known = known.acting();
    request.extensions_mut().insert(known);
    next.run(request).await
}

/// The address of who asks: the peer's, or where the peer is a proxy that is trusted, the last address of
/// `X-Forwarded-For` that is no such proxy itself. What stands before it, anybody may have written.
fn origin(proxies: &[IpAddr], request: &Request) -> String {
    let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() else {
        return "local".to_owned();
    };
    let lines = request.headers().get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let forwarded: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut from = peer.ip().to_canonical();
    for address in forwarded.iter().rev() {
        match address.parse::<IpAddr>() {
            Ok(address) if proxies.contains(&from) => from = address.to_canonical(),
            _ => break,
        }
    }
    from.to_string()
}

/// The secret that a program sends.
fn bearer(request: &Request) -> Option<&str> {
    if !request.uri().path().starts_with("/api/") {
        return None;
    }
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::trim)
}

/// The language chosen, else Vietnamese; programs choose theirs by `Accept-Language`.
fn language(jar: &CookieJar, request: &Request) -> Lang {
    if let Some(lang) = jar.get(LANG_COOKIE).and_then(|c| Lang::parse(c.value())) {
        return lang;
    }
    if !request.uri().path().starts_with("/api/") {
        return Lang::Vi;
    }
    let wanted =
        request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    wanted.split(',').filter_map(|part| part.trim().get(..2)).find_map(Lang::parse).unwrap_or_default()
}

impl Known {
    /// Actors carry the key of the request.
    fn acting(mut self) -> Known {
        if let Some(visit) = &mut self.visit {
            visit.actor.once = self.once.clone();
        }
        if let Some(Some(actor)) = &mut self.program {
            actor.once = self.once.clone();
        }
        self
    }

    /// The account that asks.
    pub(crate) fn account(&self) -> Option<AccountId> {
        match &self.program {
            Some(program) => program.as_ref().and_then(|actor| actor.account),
            None => self.visit.as_ref().and_then(|visit| visit.actor.account),
        }
    }

    /// The frame of a page for whoever asks.
    pub(crate) fn page(&self, app: &App, title: impl Into<String>) -> Page {
        let user = self.visit.as_ref().map(|visit| UserView {
            name: visit.account.name.clone(),
            post: visit.account.title.clone(),
            administers: visit.actor.may_somewhere(Action::ViewAccounts),
            reads_documents: visit.actor.may_somewhere(Action::ViewIntake),
        });
        let now = app.platform.now().to_zoned(app.platform.zone.clone()).datetime();
        Page {
            theme: self.theme,
            here: self.here.clone(),
            user,
            organisation: app.settings.organisation.clone(),
            once: app.platform.entropy.uuid(app.platform.now()).simple().to_string(),
            csrf: self.visit.as_ref().map(|visit| visit.csrf.clone()).unwrap_or_default(),
            demo: !app.settings.demo.is_empty(),
            as_of: Some(now),
            ..Page::new(self.lang, title)
        }
    }
}

/// A visitor who may or may not be logged in.
#[derive(Clone)]
pub struct Guest(Known);

impl Guest {
    /// Language of the answer.
    pub fn lang(&self) -> Lang {
        self.0.lang
    }

    /// From where the request came.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// The session, where there is one.
    pub fn visit(&self) -> Option<&Visit> {
        self.0.visit.as_ref()
    }

    /// The secret of the session's cookie.
    pub(crate) fn token(&self) -> &str {
        &self.0.token
    }

    /// The frame of a page.
    pub fn page(&self, app: &App, title: impl Into<String>) -> Page {
        self.0.page(app, title)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Guest {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        parts
            .extensions
            .get::<Known>()
            .cloned()
            .map(Guest)
            .ok_or(PageError::Broken("no session layer".into()))
    }
}

/// Somebody who is logged in and has chosen a password of his own.
#[derive(Clone)]
pub struct Session {
    known: Known,
    visit: Visit,
}

impl Session {
    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.visit.actor
    }

    /// The session.
    pub fn visit(&self) -> &Visit {
        &self.visit
    }

    /// The secret of the session's cookie.
    pub(crate) fn token(&self) -> &str {
        &self.known.token
    }

    /// Language of the answer.
    pub fn lang(&self) -> Lang {
        self.known.lang
    }

    /// The frame of a page; the handler sets `nav`, crumbs and notice.
    pub fn page(&self, app: &App, title: impl Into<String>) -> Page {
        self.known.page(app, title)
    }

    /// Is the action allowed anywhere at all? To be asked before a form is read that names no thing yet;
    /// the operation itself decides on the thing.
    ///
    /// # Errors
    /// [`PageError::NotFound`] where not even the view is allowed anywhere, [`PageError::Denied`] otherwise.
    pub fn may(&self, action: Action) -> Result<(), PageError> {
        match (self.actor().may_somewhere(action), self.actor().may_somewhere(action.view())) {
            (true, _) => Ok(()),
            (false, true) => Err(PageError::Denied),
            (false, false) => Err(PageError::NotFound),
        }
    }

    /// Gives the request of an upload its key, now that its fields and the digests of its files are known;
    /// a form read by [`Posted`] has it already.
    ///
    /// # Errors
    /// [`PageError::Repeated`] where it was carried out before.
    pub(crate) async fn once(&self, app: &App, form: &Form, digests: &[&str]) -> Result<(), PageError> {
        let sum =
            digests.iter().fold(Fingerprint::of(&self.known).form(form), |sum, digest| sum.part(digest));
        crate::once::enter(app, &self.known, form.value(crate::once::FIELD), sum).await
    }

    /// Checks the token of a form that was not read by [`Posted`] (uploads).
    ///
    /// # Errors
    /// [`PageError::Forged`].
    pub fn check_csrf(&self, sent: &str) -> Result<(), PageError> {
        if sent == self.visit.csrf { Ok(()) } else { Err(PageError::Forged) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Session {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let Some(known) = parts.extensions.get::<Known>().cloned() else {
            return Err(PageError::Broken("no session layer".into()).into_response());
        };
        let Some(visit) = known.visit.clone() else { return Err(to_log_in(parts)) };
        let path = parts.uri.path();
        if visit.account.must_change && path != "/account/password" && path != "/logout" {
            return Err(Redirect::to("/account/password").into_response());
        }
        Ok(Session { known, visit })
    }
}

/// After log-in back to the page; what was sent by a form is lost and has no page to go back to.
fn to_log_in(parts: &Parts) -> Response {
    let here = parts.uri.path_and_query().map_or("/", |p| p.as_str());
    if here == "/" || !matches!(parts.method, Method::GET | Method::HEAD) {
        return Redirect::to("/login").into_response();
    }
    let next: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
    Redirect::to(&format!("/login?next={next}")).into_response()
}

/// A form sent by POST whose token against forgery was checked; values stay for showing it again.
pub struct Posted(pub Form);

impl FromRequest<App> for Posted {
    type Rejection = Response;
    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let known = request.extensions().get::<Known>().cloned();
        let body = Bytes::from_request(request, app).await.map_err(|e| {
            tracing::debug!(error = %e, "a form could not be read");
            PageError::TooLarge.into_response()
        })?;
        let values: Vec<(String, String)> =
            url::form_urlencoded::parse(&body).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
        let form = Form::sent(values);
        let Some(known) = known else { return Ok(Posted(form)) };
        if known.visit.as_ref().is_some_and(|visit| form.value("csrf") != visit.csrf) {
            return Err(PageError::Forged.into_response());
        }
        let sum = Fingerprint::of(&known).form(&form);
        crate::once::enter(app, &known, form.value(crate::once::FIELD), sum)
            .await
            .map_err(IntoResponse::into_response)?;
        Ok(Posted(form))
    }
}

/// A path of this site to go to next, or `otherwise`. Browsers read a backslash as a slash and leave out
/// tabs and line ends, so a path with them may lead to another site.
pub(crate) fn local<'a>(next: &'a str, otherwise: &'a str) -> &'a str {
    let safe = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.contains(char::is_control);
    if safe { next } else { otherwise }
}

/// The cookie of a new session.
pub(crate) fn session_cookie(app: &App, token: String) -> Cookie<'static> {
    Cookie::build((SESSION_COOKIE, token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.settings.secure_cookies)
        .build()
}

/// A cookie that keeps a choice of the reader for good.
pub(crate) fn choice_cookie(app: &App, choice: Choice) -> Cookie<'static> {
    let (name, value) = match choice {
        Choice::Language(lang) => (LANG_COOKIE, lang.code()),
        Choice::Theme(theme) => (THEME_COOKIE, theme.code()),
    };
    Cookie::build((name, value))
        .path("/")
        .same_site(SameSite::Lax)
        .secure(app.settings.secure_cookies)
        .permanent()
        .build()
}

/// A choice of the reader.
pub(crate) enum Choice {
    Language(Lang),
    Theme(Theme),
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{local, origin};
    use axum::body::Body;
    use axum::extract::{ConnectInfo, Request};
    use std::net::SocketAddr;

    fn asked(peer: &str, forwarded: &[&str]) -> Request {
        let mut request = Request::builder().uri("/");
        for line in forwarded {
            request = request.header("x-forwarded-for", *line);
        }
        let mut request = request.body(Body::empty()).unwrap();
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    }

    #[test]
    fn only_a_trusted_proxy_says_who_asks() {
        let proxies = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        let from = |peer: &str, forwarded: &[&str]| origin(&proxies, &asked(peer, forwarded));
        assert_eq!(from("203.0.113.7:1", &[]), "203.0.113.7");
        assert_eq!(from("203.0.113.7:1", &["198.51.100.1"]), "203.0.113.7", "no proxy of ours");
        assert_eq!(from("10.0.0.1:1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1:1", &["1.1.1.1, 198.51.100.1", "10.0.0.2"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1:1", &["198.51.100.1, unknown"]), "10.0.0.1");
        assert_eq!(from("[::ffff:10.0.0.1]:1", &["2001:db8::5"]), "2001:db8::5");
        assert_eq!(origin(&proxies, &Request::new(Body::empty())), "local");
    }

    #[test]
    fn what_is_asked_for_leads_to_this_site_only() {
        assert_eq!(local("/tasks?light=red", "/"), "/tasks?light=red");
        for bad in
            ["", "https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "/\t/a", "tasks"]
        {
            assert_eq!(local(bad, "/home"), "/home", "{bad}");
        }
    }
}
