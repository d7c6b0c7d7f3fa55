//! Documents brought in: the list, sending files, waiting, what could not be read.

mod commit;
mod item;
mod listing;
mod names;
pub(crate) mod review;
mod source;
mod split;
mod upload;
pub(crate) mod words;

use crate::app::App;
use crate::failure::{PageError, render, render_as, say};
use crate::form::Form;
use crate::routes::Routes;
use crate::session::{Posted, Session};
use crate::view::{Nav, Notice, Page, Pager, Tone};
use askama::Template;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use domain::access::Action;
use domain::intake::{self, Failure, Intake, IntakeId, Status};
use domain::{Micros, command, query};
use jiff::civil::DateTime;
use serde::Deserialize;

pub(crate) use upload::may_bring;

const ROWS: usize = 50;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/intakes", list)
        .get("/intakes/new", upload::show)
        .add("POST", "/intakes/new", post(upload::send).layer(DefaultBodyLimit::disable()))
        .get("/intakes/owners", upload::find_owners)
        .get("/intakes/{intake}", show)
        .get("/intakes/{intake}/progress", progress)
        .post("/intakes/{intake}/retry", retry)
        .add("POST", "/intakes/{intake}/replace", post(upload::replace).layer(DefaultBodyLimit::disable()))
        .get("/intakes/{intake}/discard", ask_discard)
        .post("/intakes/{intake}/discard", discard)
        .post("/intakes/{intake}/items", review::act)
        .post("/intakes/{intake}/set", review::set)
        .get("/intakes/{intake}/names", names::show)
        .post("/intakes/{intake}/names", names::choose)
        .get("/intakes/{intake}/candidates", names::candidates)
        .get("/intakes/{intake}/items/{item}", item::show)
        .post("/intakes/{intake}/items/{item}", item::save)
        .get("/intakes/{intake}/items/{item}/split", split::show)
        .post("/intakes/{intake}/items/{item}/split", split::split)
        .post("/intakes/{intake}/mapping", listing::map)
        .post("/intakes/{intake}/apply", listing::apply)
        .get("/intakes/{intake}/commit", commit::show)
        .post("/intakes/{intake}/commit", commit::commit)
}

/// The frame of a page about an intake.
fn frame(app: &App, session: &Session, title: impl Into<String>) -> Page {
    let mut page = session.page(app, title).crumb(session.lang().text("intake-title"), "/intakes");
    page.nav = Some(Nav::Documents);
    page
}

/// The frame of a page beneath the review.
fn frame_under(app: &App, session: &Session, intake: &Intake, title: impl Into<String>) -> Page {
    frame(app, session, title).crumb(words::short(intake.title(), 60), format!("/intakes/{}", intake.id))
}

fn may_manage(session: &Session, intake: &Intake) -> bool {
    domain::access::decide(session.actor(), Action::ManageIntake, &intake.scope())
}

/// The intake, when the reader may work on it; asked before a form about it is read.
async fn managed(app: &App, session: &Session, id: IntakeId) -> Result<Intake, PageError> {
    let intake = query!(&app.platform, session.actor(), cx => { intake::find(cx, id).await })?;
    if may_manage(session, &intake) { Ok(intake) } else { Err(PageError::Denied) }
}

fn clock(app: &App, at: Micros) -> DateTime {
    at.timestamp().to_zoned(app.platform.zone.clone()).datetime()
}

#[derive(Deserialize)]
struct After {
    after: Option<String>,
}

/// "at_id" of the last row seen.
pub(crate) fn cursor(text: &str) -> Option<(Micros, IntakeId)> {
    let (at, id) = text.split_once('_')?;
    Some((Micros(at.parse().ok()?), id.parse().ok()?))
}

struct Line {
    intake: Intake,
    at: DateTime,
    state: String,
}

#[derive(Template)]
#[template(path = "intake/list.html")]
struct ListPage {
    page: Page,
    lead: String,
    lines: Vec<Line>,
    pager: Pager,
    manages: bool,
}

async fn list(
    State(app): State<App>,
    session: Session,
    Query(after): Query<After>,
) -> Result<Response, PageError> {
    session.may(Action::ViewIntake)?;
    let before = after.after.as_deref().and_then(cursor);
    let mut found =
        query!(&app.platform, session.actor(), cx => { intake::list(cx, before, ROWS + 1).await })?;
    let more = found.len() > ROWS;
    found.truncate(ROWS);
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| format!("/intakes?after={}_{}", last.received_at.0, last.id));
    let lang = session.lang();
    let review =
        found.iter().filter(|intake| matches!(intake.status, Status::Review | Status::Mapping)).count();
    let lines: Vec<Line> = found
        .into_iter()
        .map(|intake| Line {
            at: clock(&app, intake.received_at),
            state: words::state(lang, &intake),
            intake,
        })
        .collect();
    let mut page = session.page(&app, lang.text("intake-title"));
    page.nav = Some(Nav::Documents);
    let count = lines.len() as i64;
    let pager = Pager { from: i64::from(count > 0), to: count, next, ..Pager::default() };
    let lead = lang.with("intake-lead", &[("review", review.into())]);
    let manages = session.actor().may_somewhere(Action::ManageIntake);
    render(&ListPage { page, lead, lines, pager, manages })
}

#[derive(Deserialize)]
struct Notes {
    #[serde(default)]
    known: bool,
}

#[derive(Template)]
#[template(path = "intake/waiting.html")]
struct WaitingPage {
    page: Page,
    intake: Intake,
    at: DateTime,
    scan: Option<(usize, usize)>,
    /// Where the text is sent to.
    model_host: Option<String>,
}

#[derive(Template)]
#[template(path = "intake/failed.html")]
struct FailedPage {
    page: Page,
    intake: Intake,
    reason: String,
    secret: bool,
    manages: bool,
    form: Form,
    /// Where the text of another file is sent to.
    model_host: Option<String>,
}

async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
    Query(notes): Query<Notes>,
    Query(look): Query<review::Look>,
) -> Result<Response, PageError> {
    let intake = query!(&app.platform, session.actor(), cx => { intake::find(cx, id).await })?;
    let lang = session.lang();
    let mut page = frame(&app, &session, intake.title());
    if notes.known {
        page.notice = Some(Notice { tone: Tone::Info, text: lang.text("intake-known-file") });
    }
    match &intake.status {
        Status::Waiting => {
            let at = clock(&app, intake.received_at);
            let scan = app.platform.progress.of(intake.id.0);
            let model_host = app.settings.model_host.clone();
            render(&WaitingPage { page, intake, at, scan, model_host })
        }
        Status::Failed(_) => failed(&app, &session, intake, Form::new(), StatusCode::OK),
        Status::Mapping => listing::page(&app, &session, page, id, Form::new(), StatusCode::OK).await,
        Status::Review | Status::Committed { .. } => review::page(&app, &session, page, id, look).await,
        Status::Discarded => Err(PageError::NotFound),
    }
}

/// The page of a file that could not be read: why, and what can be done.
fn failed(
    app: &App,
    session: &Session,
    intake: Intake,
    form: Form,
    status: StatusCode,
) -> Result<Response, PageError> {
    let Status::Failed(failure) = &intake.status else { return Err(PageError::NotFound) };
    let lang = session.lang();
    let (reason, secret) = (say(lang, &failure.reason()), matches!(failure, Failure::Secret(_)));
    let page = frame(app, session, lang.text("intake-failed-title"));
    let manages = may_manage(session, &intake);
    let model_host = app.settings.model_host.clone();
    render_as(status, &FailedPage { page, intake, reason, secret, manages, form, model_host })
}

#[derive(Template)]
#[template(path = "intake/progress.html")]
struct ProgressPart {
    page: Page,
    intake: Intake,
    /// Pages that are recognised already, of how many.
    scan: Option<(usize, usize)>,
}

/// What the waiting page asks again and again: a line while the file waits, then the whole page anew.
async fn progress(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
) -> Result<Response, PageError> {
    let intake = query!(&app.platform, session.actor(), cx => { intake::find(cx, id).await })?;
    let done = intake.status != Status::Waiting;
    let mut response = render(&ProgressPart {
        page: session.page(&app, ""),
        scan: app.platform.progress.of(intake.id.0),
        intake,
    })?;
    if done {
        response.headers_mut().insert(HeaderName::from_static("hx-refresh"), "true".parse().map_err(broken)?);
    }
    Ok(response)
}

fn broken(error: impl std::fmt::Display) -> PageError {
    PageError::Broken(error.to_string())
}

async fn retry(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
    Posted(_): Posted,
) -> Result<Response, PageError> {
    command!(&app.platform, session.actor(), cx => { intake::retry(cx, id).await })?;
    Ok(Redirect::to(&format!("/intakes/{id}")).into_response())
}

#[derive(Template)]
#[template(path = "intake/discard.html")]
struct DiscardPage {
    page: Page,
    intake: Intake,
    action: String,
    back: String,
}

async fn ask_discard(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
) -> Result<Response, PageError> {
    let intake = managed(&app, &session, id).await?;
    let page = frame_under(&app, &session, &intake, session.lang().text("intake-discard-title"));
    let (action, back) = (format!("/intakes/{id}/discard"), format!("/intakes/{id}"));
    render(&DiscardPage { page, intake, action, back })
}

async fn discard(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let version = form.value("version").parse().unwrap_or(0);
    command!(&app.platform, session.actor(), cx => { intake::discard(cx, id, version).await })?;
    Ok(Redirect::to("/intakes").into_response())
}
