//! Accounts and the roles granted to them, for administrators (inspectors look on).

use super::login::{GrantLine, role_choices};
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::routes::Routes;
use crate::session::{Posted, Session};
use crate::view::{Choice, Nav, Page, Pager};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Action, Role, decide};
use domain::identity::{self, Account, GrantId, NewAccount};
use domain::{AccountId, UnitId, command, disclose, query, units};
use serde::Deserialize;

const ROWS: i64 = 50;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/accounts", list)
        .get("/accounts/new", show_new)
        .post("/accounts/new", open)
        .get("/accounts/{account}", show)
        .post("/accounts/{account}/grants", grant)
        .post("/accounts/{account}/grants/{grant}/withdraw", withdraw)
        .post("/accounts/{account}/disable", disable)
        .post("/accounts/{account}/password", reset_password)
}

#[derive(Deserialize)]
struct Filter {
    #[serde(default)]
    q: String,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "identity/accounts.html")]
struct ListPage {
    page: Page,
    form: Form,
    accounts: Vec<Account>,
    pager: Pager,
    manages: bool,
}

async fn list(
    State(app): State<App>,
    session: Session,
    Query(filter): Query<Filter>,
) -> Result<Response, PageError> {
    session.may(Action::ViewAccounts)?;
    let mut accounts = disclose!(&app.platform, session.actor(), cx => {
        identity::list(cx, &filter.q, filter.after.as_deref(), ROWS + 1).await
    })?;
    let more = accounts.len() as i64 > ROWS;
    accounts.truncate(ROWS as usize);
    let address = |after: &str| {
        url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", &filter.q)
            .append_pair("after", after)
            .finish()
    };
    let next = accounts
        .last()
        .filter(|_| more)
        .map(|last| format!("/accounts?{}", address(&last.login.to_lowercase())));
    let mut page = session.page(&app, session.lang().text("accounts-title"));
    page.nav = Some(Nav::Accounts);
    let pager =
        Pager { from: i64::from(!accounts.is_empty()), to: accounts.len() as i64, next, ..Pager::default() };
    let manages = session.actor().may_somewhere(Action::ManageAccounts);
    render(&ListPage { page, form: Form::new().fill("q", filter.q), accounts, pager, manages })
}

#[derive(Template)]
#[template(path = "identity/new.html")]
struct NewPage {
    page: Page,
    form: Form,
    roles: Vec<Choice>,
    units: Vec<Choice>,
}

async fn new_page(app: &App, session: &Session, form: Form) -> Result<NewPage, PageError> {
    let units = unit_choices(app, session, &form).await?;
    let lang = session.lang();
    let mut page =
        session.page(app, lang.text("accounts-new-title")).crumb(lang.text("accounts-title"), "/accounts");
    page.nav = Some(Nav::Accounts);
    Ok(NewPage { page, form, roles: role_choices(lang), units })
}

/// The units a picker offers: what was searched for, else the chosen one, else where the reader administers;
/// of these only those whose accounts he manages.
async fn unit_choices(app: &App, session: &Session, form: &Form) -> Result<Vec<Choice>, PageError> {
    let (text, chosen) = (form.value("unit_q").to_owned(), form.value("unit").parse::<UnitId>().ok());
    let homes: Vec<UnitId> = session.actor().grants.iter().map(|g| g.unit).collect();
    let found: Vec<units::Unit> = query!(&app.platform, session.actor(), cx => {
        if !text.trim().is_empty() {
            return units::search(cx, &text, 20).await;
        }
        let ids = chosen.map_or(homes.clone(), |id| vec![id]);
        Ok(units::load_many(cx, &ids).await?.into_values().collect())
    })?;
    let may = |unit: &&units::Unit| decide(session.actor(), Action::ManageAccounts, &unit.scope());
    Ok(found.iter().filter(may).map(|unit| Choice::new(unit.id.to_string(), unit.label())).collect())
}

async fn show_new(State(app): State<App>, session: Session) -> Result<Response, PageError> {
    session.may(Action::ManageAccounts)?;
    render(&new_page(&app, &session, Form::new().fill("role", "viewer")).await?)
}

async fn open(
    State(app): State<App>,
    session: Session,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    session.may(Action::ManageAccounts)?;
    let lang = session.lang();
    if form.value("search") == "unit" {
        return render(&new_page(&app, &session, form).await?);
    }
    let unit = form.value("unit").parse::<UnitId>().ok();
    let role = Role::from_code(form.value("role"));
    if unit.is_none() {
        form.issue("unit", lang.text("accounts-unit-missing"));
    }
    if role.is_none() {
        form.issue("role", lang.text("accounts-role-missing"));
    }
    let (Some(unit), Some(role)) = (unit, role) else {
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &new_page(&app, &session, form).await?);
    };
    match open_account(&app, &session, &form, unit, role).await {
        Ok(id) => Ok(Redirect::to(&format!("/accounts/{id}")).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, lang)?;
            render_as(status, &new_page(&app, &session, form).await?)
        }
    }
}

async fn open_account(
    app: &App,
    session: &Session,
    form: &Form,
    unit: UnitId,
    role: Role,
) -> domain::Result<AccountId> {
    let login = form.value("login").trim().to_owned();
    let password_hash = identity::hash_password(&app.platform, &login, form.value("password")).await?;
    let new = NewAccount {
        unit,
        name: form.value("name").to_owned(),
        title: form.value("title").to_owned(),
        login,
        password_hash,
        role,
        must_change: true,
        demo: false,
    };
    command!(&app.platform, session.actor(), cx => { identity::open(cx, new.clone()).await })
}

#[derive(Template)]
#[template(path = "identity/account.html")]
struct AccountPage {
    page: Page,
    account: Account,
    grants: Vec<GrantLine>,
    manages: bool,
    form: Form,
    roles: Vec<Choice>,
    units: Vec<Choice>,
}

async fn account_page(
    app: &App,
    session: &Session,
    id: AccountId,
    form: Form,
) -> Result<AccountPage, PageError> {
    let (account, grants) =
        disclose!(&app.platform, session.actor(), cx => { identity::find(cx, id).await })?;
    let manages = session.actor().may_somewhere(Action::ManageAccounts);
    let units = if manages { unit_choices(app, session, &form).await? } else { Vec::new() };
    let lang = session.lang();
    let mut page = session.page(app, &account.name).crumb(lang.text("accounts-title"), "/accounts");
    page.nav = Some(Nav::Accounts);
    let grants = grants.iter().map(|row| GrantLine::new(lang, row)).collect();
    Ok(AccountPage { page, account, grants, manages, form, roles: role_choices(lang), units })
}

async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<AccountId>,
) -> Result<Response, PageError> {
    render(&account_page(&app, &session, id, Form::new().fill("role", "viewer")).await?)
}

async fn grant(
    State(app): State<App>,
    session: Session,
    Path(id): Path<AccountId>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    known(&app, &session, id).await?;
    if form.value("search") == "unit" {
        return render(&account_page(&app, &session, id, form).await?);
    }
    let (Ok(unit), Some(role)) = (form.value("unit").parse::<UnitId>(), Role::from_code(form.value("role")))
    else {
        form.issue("unit", session.lang().text("accounts-unit-missing"));
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &account_page(&app, &session, id, form).await?);
    };
    let done = command!(&app.platform, session.actor(), cx => { identity::grant(cx, id, unit, role).await });
    finish(&app, &session, id, form, done).await
}

/// Before a form is read: the reader may see the account, and manages accounts somewhere.
async fn known(app: &App, session: &Session, id: AccountId) -> Result<(), PageError> {
    query!(&app.platform, session.actor(), cx => { identity::login_of(cx, id).await })?;
    session.may(Action::ManageAccounts)
}

/// Back to the account's page; a refusal is shown there with what was typed.
async fn finish(
    app: &App,
    session: &Session,
    id: AccountId,
    mut form: Form,
    done: domain::Result<()>,
) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/accounts/{id}")).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, session.lang())?;
            render_as(status, &account_page(app, session, id, form).await?)
        }
    }
}

async fn withdraw(
    State(app): State<App>,
    session: Session,
    Path((id, grant)): Path<(AccountId, GrantId)>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let done = command!(&app.platform, session.actor(), cx => { identity::withdraw(cx, id, grant).await });
    finish(&app, &session, id, form, done).await
}

async fn disable(
    State(app): State<App>,
    session: Session,
    Path(id): Path<AccountId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let version = form.value("version").parse().unwrap_or(0);
    let disabled = form.value("disabled") == "yes";
    let done = command!(&app.platform, session.actor(), cx => { identity::set_disabled(cx, id, version, disabled).await });
    finish(&app, &session, id, form, done).await
}

async fn reset_password(
    State(app): State<App>,
    session: Session,
    Path(id): Path<AccountId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    known(&app, &session, id).await?;
    let done = reset(&app, &session, id, form.value("password")).await;
    finish(&app, &session, id, form, done).await
}

async fn reset(app: &App, session: &Session, id: AccountId, password: &str) -> domain::Result<()> {
    let login = query!(&app.platform, session.actor(), cx => { identity::login_of(cx, id).await })?;
    let hash = identity::hash_password(&app.platform, &login, password).await?;
    command!(&app.platform, session.actor(), cx => { identity::reset_password(cx, id, &hash).await })
}
