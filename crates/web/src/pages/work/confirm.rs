//! Confirming and returning: the list of what waits, in bulk where nothing warns, and one update's page.

use super::words::{self, UpdateLine};
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as, say};
use crate::form::Form;
use crate::pages::tasks::words::{CRUMB, short};
use crate::session::{Posted, Session};
use crate::view::{Nav, Page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Action;
use domain::carrying::{self, EvidenceFile, FileId, Outcome, Seat, UpdateId, WaitingRow};
use domain::{command, programmes, query};

struct WaitingLine {
    code: String,
    version: i64,
    href: String,
    task: String,
    programme: String,
    unit: String,
    kind: String,
    facts: String,
    confirmer: String,
    since: String,
    due: String,
    warnings: Vec<String>,
    conflict: Option<String>,
    harmless: bool,
}

#[derive(Template)]
#[template(path = "work/waiting.html")]
struct WaitingPage {
    page: Page,
    form: Form,
    lead: String,
    harmless: Vec<WaitingLine>,
    rest: Vec<WaitingLine>,
}

fn line(session: &Session, app: &App, row: &WaitingRow) -> WaitingLine {
    let lang = session.lang();
    let update = &row.update;
    let percent = update.said.percent.map(|percent| format!("{percent} %"));
    let completed = update.said.completed_on.map(|day| lang.date(day.0));
    let period = update.said.period.map(|one| words::period(lang, one));
    let facts: Vec<String> = [period, percent, completed].into_iter().flatten().collect();
    WaitingLine {
        code: update.id.to_string(),
        version: update.version,
        href: format!("/updates/{}", update.id),
        task: match &row.task_code {
            Some(code) => format!("{code} {}", row.task_title),
            None => row.task_title.clone(),
        },
        programme: row.programme_title.clone(),
        unit: update.unit_name.clone(),
        kind: words::kind(lang, update.said.kind),
        facts: facts.join(" · "),
        confirmer: row.confirmer.clone(),
        since: words::instant(lang, &app.platform.zone, update.submitted_at),
        due: row.due.map(|day| lang.date(day.0)).unwrap_or_default(),
        warnings: row.warnings.iter().map(|one| words::warning(lang, *one)).collect(),
        conflict: row.conflict.as_ref().map(|reason| say(lang, reason)),
        harmless: row.warnings.is_empty() && row.conflict.is_none(),
    }
}

async fn waiting_page(app: &App, session: &Session, form: Form) -> Result<WaitingPage, PageError> {
    let lang = session.lang();
    let rows = query!(&app.platform, session.actor(), cx => { carrying::waiting(cx).await })?;
    let lines = rows.iter().map(|row| line(session, app, row));
    let (harmless, rest): (Vec<WaitingLine>, Vec<WaitingLine>) = lines.partition(|line| line.harmless);
    let mut page =
        session.page(app, lang.text("carrying-confirm-list")).crumb(lang.text("carrying-desk"), "/duties");
    page.nav = Some(Nav::Work);
    let args = [("all", rows.len().into()), ("harmless", harmless.len().into())];
    Ok(WaitingPage { page, form, lead: lang.with("carrying-confirm-lead", &args), harmless, rest })
}

pub(super) async fn list(State(app): State<App>, session: Session) -> Result<Response, PageError> {
    render(&waiting_page(&app, &session, Form::new()).await?)
}

pub(super) async fn many(
    State(app): State<App>,
    session: Session,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    session.may(Action::Confirm)?;
    let read = |code: &str| {
        let (id, version) = code.split_once(':')?;
        Some((id.parse::<UpdateId>().ok()?, version.parse::<i64>().ok()?))
    };
    let updates: Vec<(UpdateId, i64)> = form.values("update").into_iter().filter_map(read).collect();
    let done = command!(&app.platform, session.actor(), cx => { carrying::confirm_many(cx, &updates).await });
    match done {
        Ok(()) => Ok(Redirect::to("/duties/confirm").into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, session.lang())?;
            render_as(status, &waiting_page(&app, &session, form).await?)
        }
    }
}

#[derive(Template)]
#[template(path = "work/update.html")]
struct UpdatePage {
    page: Page,
    form: Form,
    line: UpdateLine,
    task: String,
    task_href: String,
}

async fn update_page(
    app: &App,
    session: &Session,
    id: UpdateId,
    form: Form,
) -> Result<UpdatePage, PageError> {
    let lang = session.lang();
    let (shown, task) = query!(&app.platform, session.actor(), cx => {
        let shown = carrying::shown(cx, id).await?;
        let task = programmes::task(cx, shown.update.task, None).await?;
        Ok((shown, task))
    })?;
    let task_href = format!("/tasks/{}", task.row.id);
    let mut page = session.page(app, lang.text("carrying-update"));
    page.nav = Some(Nav::Work);
    page = page.crumb(lang.text("carrying-desk"), "/duties").crumb(short(&task.row.title, CRUMB), &task_href);
    let line = UpdateLine::new(lang, &app.platform.zone, &shown);
    page.part = line.summary.clone();
    Ok(UpdatePage { page, form, line, task: task.row.title, task_href })
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<UpdateId>,
) -> Result<Response, PageError> {
    let update = query!(&app.platform, session.actor(), cx => { carrying::find(cx, id).await })?;
    if update.is_draft() {
        let seat = Seat { task: update.task, assignment: update.assignment, unit: update.unit };
        return Ok(Redirect::to(&words::form_of(seat)).into_response());
    }
    render(&update_page(&app, &session, id, Form::new()).await?)
}

pub(super) async fn decide(
    State(app): State<App>,
    session: Session,
    Path(id): Path<UpdateId>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let version = form.value("version").parse().unwrap_or(0);
    let outcome = match form.value("outcome") {
        "confirm" => Outcome::Confirm,
        _ => Outcome::Return(form.value("reason").to_owned()),
    };
    let done = command!(&app.platform, session.actor(), cx => {
        carrying::decide(cx, id, version, outcome.clone()).await
    });
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/updates/{id}")).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, session.lang())?;
            render_as(status, &update_page(&app, &session, id, form).await?)
        }
    }
}

pub(super) async fn correct(
    State(app): State<App>,
    session: Session,
    Path(id): Path<UpdateId>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let done = command!(&app.platform, session.actor(), cx => {
        let fresh = carrying::correct(cx, id).await?;
        let update = carrying::find(cx, fresh).await?;
        Ok(Seat { task: update.task, assignment: update.assignment, unit: update.unit })
    });
    match done {
        Ok(seat) => Ok(Redirect::to(&words::form_of(seat)).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, session.lang())?;
            render_as(status, &update_page(&app, &session, id, form).await?)
        }
    }
}

pub(super) async fn file(
    State(app): State<App>,
    session: Session,
    Path((id, file)): Path<(UpdateId, FileId)>,
) -> Result<Response, PageError> {
    let found = query!(&app.platform, session.actor(), cx => { carrying::file(cx, id, file).await })?;
    attachment(&app, found).await
}

/// A file of an update, to be saved.
pub(crate) async fn attachment(app: &App, found: EvidenceFile) -> Result<Response, PageError> {
    let content = app.platform.blobs.get(found.sha256).await.map_err(domain::Error::from)?;
    let name: String = url::form_urlencoded::byte_serialize(found.name.as_bytes()).collect();
    let name = name.replace('+', "%20");
    let disposition = format!("attachment; filename*=UTF-8''{name}");
    Ok(([(header::CONTENT_TYPE, found.media_type), (header::CONTENT_DISPOSITION, disposition)], content)
        .into_response())
}
