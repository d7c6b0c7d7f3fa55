//! Log-in, log-out, one's own password and tokens.

use crate::app::{App, DemoLogin};
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::routes::Routes;
use crate::session::{Guest, Posted, Session, local, session_cookie};
use crate::view::{Choice, Notice, Page, Tone};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use domain::identity::{self, Account, GrantRow, Token, TokenId};
use domain::{command, query};
use messages::Lang;
use serde::Deserialize;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/login", show)
        .post("/login", enter)
        .post("/logout", leave)
        .get("/account", own)
        .get("/account/password", show_password)
        .post("/account/password", change_password)
        .post("/account/tokens", issue_token)
        .post("/account/tokens/{token}/revoke", revoke_token)
}

#[derive(Template)]
#[template(path = "identity/login.html")]
struct LoginPage {
    page: Page,
    form: Form,
    demo: Vec<DemoLogin>,
    first_start: bool,
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

impl LoginPage {
    async fn new(app: &App, guest: &Guest, form: Form) -> Result<LoginPage, PageError> {
        let system = domain::access::Actor::system("log-in page");
        let accounts = query!(&app.platform, &system, cx => { identity::count(cx).await })?;
        Ok(LoginPage {
            page: guest.page(app, guest.lang().text("login-title")),
            form,
            demo: app.settings.demo.clone(),
            first_start: accounts == 0,
        })
    }
}

async fn show(State(app): State<App>, guest: Guest, Query(next): Query<Next>) -> Result<Response, PageError> {
    if guest.visit().is_some() {
        return Ok(Redirect::to(local(&next.next, "/")).into_response());
    }
    let form = Form::new().fill("next", next.next);
    render(&LoginPage::new(&app, &guest, form).await?)
}

async fn enter(
    State(app): State<App>,
    guest: Guest,
    jar: CookieJar,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let login = form.required("login", guest.lang().text("login-name-missing"));
    let password = form.value("password").to_owned();
    if password.is_empty() {
        form.issue("password", guest.lang().text("login-password-missing"));
    }
    if !form.is_sound() {
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &LoginPage::new(&app, &guest, form).await?);
    }
    match identity::log_in(&app.platform, &login, &password, guest.origin()).await {
        Ok(opened) => {
            let to = if opened.must_change { "/account/password" } else { local(form.value("next"), "/") };
            let jar = jar.add(session_cookie(&app, opened.token));
            Ok((jar, Redirect::to(to)).into_response())
        }
        Err(error) => {
            let status = into_form(error, &mut form, guest.lang())?;
            render_as(status, &LoginPage::new(&app, &guest, form).await?)
        }
    }
}

async fn leave(
    State(app): State<App>,
    guest: Guest,
    jar: CookieJar,
    _form: Posted,
) -> Result<Response, PageError> {
    if let Some(visit) = guest.visit() {
        identity::log_out(&app.platform, visit, guest.token()).await?;
    }
    let jar = jar.remove(session_cookie(&app, String::new()));
    Ok((jar, Redirect::to("/login")).into_response())
}

#[derive(Template)]
#[template(path = "identity/own.html")]
struct OwnPage {
    page: Page,
    account: Account,
    grants: Vec<GrantLine>,
    tokens: Vec<TokenLine>,
    form: Form,
    secret: String,
}

/// A granted role in words.
pub(super) struct GrantLine {
    pub id: String,
    pub role: String,
    pub unit: String,
    pub unit_id: String,
}

impl GrantLine {
    pub(super) fn new(lang: Lang, row: &GrantRow) -> GrantLine {
        GrantLine {
            id: row.id.to_string(),
            role: role_word(lang, &row.role),
            unit: row.unit_name.clone(),
            unit_id: row.unit_id.to_string(),
        }
    }
}

/// The word of a role.
pub(super) fn role_word(lang: Lang, code: &str) -> String {
    match code {
        "administrator" => lang.text("role-administrator"),
        "planner" => lang.text("role-planner"),
        "approver" => lang.text("role-approver"),
        "reporter" => lang.text("role-reporter"),
        "leader" => lang.text("role-leader"),
        "inspector" => lang.text("role-inspector"),
        _ => lang.text("role-viewer"),
    }
}

/// All roles as choices with what they may.
pub(super) fn role_choices(lang: Lang) -> Vec<Choice> {
    vec![
        Choice::new("viewer", lang.text("role-viewer")).hint(lang.text("role-viewer-hint")),
        Choice::new("leader", lang.text("role-leader")).hint(lang.text("role-leader-hint")),
        Choice::new("planner", lang.text("role-planner")).hint(lang.text("role-planner-hint")),
        Choice::new("approver", lang.text("role-approver")).hint(lang.text("role-approver-hint")),
        Choice::new("reporter", lang.text("role-reporter")).hint(lang.text("role-reporter-hint")),
        Choice::new("inspector", lang.text("role-inspector")).hint(lang.text("role-inspector-hint")),
        Choice::new("administrator", lang.text("role-administrator"))
            .hint(lang.text("role-administrator-hint")),
    ]
}

struct TokenLine {
    id: String,
    name: String,
    expires: String,
    good: bool,
}

async fn own_page(app: &App, session: &Session, form: Form, secret: String) -> Result<OwnPage, PageError> {
    let ((account, grants), tokens) = query!(&app.platform, session.actor(), cx => {
        Ok((identity::own(cx).await?, identity::tokens(cx).await?))
    })?;
    let now = app.platform.now();
    let line = |token: &Token| TokenLine {
        id: token.id.to_string(),
        name: token.name.clone(),
        expires: session.lang().date(token.expires_at.timestamp().to_zoned(app.platform.zone.clone()).date()),
        good: token.revoked_at.is_none() && token.expires_at.timestamp() > now,
    };
    Ok(OwnPage {
        page: session.page(app, session.lang().text("own-title")),
        account,
        grants: grants.iter().map(|row| GrantLine::new(session.lang(), row)).collect(),
        tokens: tokens.iter().map(line).collect(),
        form,
        secret,
    })
}

#[derive(Deserialize)]
struct Changed {
    #[serde(default)]
    changed: String,
}

async fn own(
    State(app): State<App>,
    session: Session,
    Query(just): Query<Changed>,
) -> Result<Response, PageError> {
    let mut shown = own_page(&app, &session, Form::new().fill("days", "90"), String::new()).await?;
    if just.changed == "password" {
        let text = session.lang().text("password-changed");
        shown.page.notice = Some(Notice { tone: Tone::Success, text });
    }
    render(&shown)
}

async fn issue_token(
    State(app): State<App>,
    session: Session,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let name = form.value("name").to_owned();
    let days: i64 = form.value("days").trim().parse().unwrap_or(0);
    let made =
        command!(&app.platform, session.actor(), cx => { identity::issue_token(cx, &name, days).await });
    match made {
        Ok((_, secret)) => render(&own_page(&app, &session, Form::new().fill("days", "90"), secret).await?),
        Err(error) => {
            let status = into_form(error, &mut form, session.lang())?;
            render_as(status, &own_page(&app, &session, form, String::new()).await?)
        }
    }
}

async fn revoke_token(
    State(app): State<App>,
    session: Session,
    Path(token): Path<TokenId>,
    _form: Posted,
) -> Result<Redirect, PageError> {
    command!(&app.platform, session.actor(), cx => { identity::revoke_token(cx, token).await })?;
    Ok(Redirect::to("/account"))
}

#[derive(Template)]
#[template(path = "identity/password.html")]
struct PasswordPage {
    page: Page,
    form: Form,
    must_change: bool,
}

fn password_page(app: &App, session: &Session, form: Form) -> PasswordPage {
    PasswordPage {
        page: session
            .page(app, session.lang().text("password-title"))
            .crumb(session.lang().text("own-title"), "/account"),
        form,
        must_change: session.visit().account.must_change,
    }
}

async fn show_password(State(app): State<App>, session: Session) -> Result<Response, PageError> {
    render(&password_page(&app, &session, Form::new()))
}

async fn change_password(
    State(app): State<App>,
    session: Session,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let lang = session.lang();
    if form.value("password") != form.value("again") {
        form.issue("again", lang.text("password-not-the-same"));
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &password_page(&app, &session, form));
    }
    let (current, password) = (form.value("current").to_owned(), form.value("password").to_owned());
    match identity::change_password(&app.platform, session.visit(), session.token(), &current, &password)
        .await
    {
        Ok(()) => Ok(Redirect::to("/account?changed=password").into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, lang)?;
            render_as(status, &password_page(&app, &session, form))
        }
    }
}
