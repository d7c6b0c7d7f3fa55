//! How often and by how much deadlines of a programme may be extended.

use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::pages::tasks::words::{CRUMB, short};
use crate::session::{Posted, Session};
use crate::view::{Nav, Page};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::programmes::{self, ProgrammeId};
use domain::requests::{self, Limits};
use domain::{command, query};

#[derive(Template)]
#[template(path = "requests/limits.html")]
struct LimitsPage {
    page: Page,
    form: Form,
    action: String,
    back: String,
}

async fn limits_page(
    app: &App,
    session: &Session,
    id: ProgrammeId,
    sent: Option<Form>,
) -> Result<LimitsPage, PageError> {
    let (programme, limits, may_edit) = query!(&app.platform, session.actor(), cx => {
        let programme = programmes::find(cx, id).await?;
        let may_edit = programmes::may_edit(cx, &programme);
        Ok((programme, requests::limits(cx, id).await?, may_edit))
    })?;
    if !may_edit {
        return Err(PageError::Denied);
    }
    let lang = session.lang();
    let mut page = session.page(app, lang.text("requests-limits-title"));
    page.nav = Some(Nav::Programmes);
    let back = format!("/programmes/{id}");
    page =
        page.crumb(lang.text("programmes-title"), "/programmes").crumb(short(&programme.title, CRUMB), &back);
    let form = sent.unwrap_or_else(|| {
        Form::new()
            .fill("version", limits.version.to_string())
            .fill("extensions", limits.extensions.to_string())
            .fill("days", limits.days.to_string())
    });
    Ok(LimitsPage { page, form, action: format!("/programmes/{id}/limits"), back })
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
) -> Result<Response, PageError> {
    render(&limits_page(&app, &session, id, None).await?)
}

pub(super) async fn save(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let number = |name: &str| form.value(name).trim().replace('.', "").parse().unwrap_or(-1);
    let limits = Limits {
        version: form.value("version").parse().unwrap_or(-1),
        extensions: number("extensions"),
        days: number("days"),
    };
    let done = command!(&app.platform, session.actor(), cx => { requests::set_limits(cx, id, limits).await });
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/programmes/{id}")).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, session.lang())?;
            render_as(status, &limits_page(&app, &session, id, Some(form)).await?)
        }
    }
}
