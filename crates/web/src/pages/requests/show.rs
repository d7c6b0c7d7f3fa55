//! One exchange: what is asked, how it went, and the forms for what the reader may do now.

use super::new::candidates;
use super::words;
use crate::app::App;
use crate::failure::{PageError, render};
use crate::form::Form;
use crate::pages::tasks::words::{clock, short};
use crate::session::Session;
use crate::view::{Choice, Nav, Page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::programmes;
use domain::query;
use domain::requests::{self, Class, Detail, Kind, MatterId, Open};
use messages::Lang;
use uuid::Uuid;

pub(super) struct TurnLine {
    when: String,
    who: String,
    what: String,
    text: String,
    day: String,
}

#[derive(Template)]
#[template(path = "requests/show.html")]
pub(super) struct ShowPage {
    page: Page,
    form: Form,
    kicker: String,
    state: String,
    late: bool,
    lead: String,
    facts: Vec<(String, String)>,
    task: Option<(String, Option<String>)>,
    programme: (String, Option<String>),
    due: String,
    original: Option<String>,
    turns: Vec<TurnLine>,
    files: Vec<(String, String, String)>,
    open: Open,
    own: bool,
    obstacle: bool,
    dated: bool,
    review: bool,
    base: String,
    version: i64,
    decisions: Vec<Choice>,
    units: Vec<Choice>,
}

/// The page, with a form that came back where one did.
pub(super) async fn page(
    app: &App,
    session: &Session,
    id: MatterId,
    form: Form,
) -> Result<ShowPage, PageError> {
    let (detail, task_seen, programme_seen, units) = query!(&app.platform, session.actor(), cx => {
        let detail = requests::find(cx, id).await?;
        let task_seen = match detail.matter.task {
            Some(task) => programmes::task(cx, task, None).await.is_ok(),
            None => false,
        };
        let programme_seen = programmes::find(cx, detail.matter.programme).await.is_ok();
        Ok((detail, task_seen, programme_seen, candidates(cx, &form, "to").await?))
    })?;
    let lang = session.lang();
    let matter = &detail.matter;
    let mut page = session.page(app, matter.kind.word(lang));
    page.nav = Some(Nav::Requests);
    page = page.crumb(lang.text("requests-title"), "/requests");
    let moved = matter.original_due.filter(|first| matter.due.is_some_and(|due| due != *first));
    let href = |seen: bool, path: String| seen.then_some(path);
    Ok(ShowPage {
        page,
        form,
        kicker: words::class(lang, matter.kind.class()),
        state: matter.state.word(lang),
        late: matter.late,
        lead: matter.text.clone(),
        facts: facts(lang, &detail),
        task: matter.task.map(|id| {
            (matter.task_title.clone().unwrap_or_default(), href(task_seen, format!("/tasks/{id}")))
        }),
        programme: (
            short(&matter.programme_title, 160),
            href(programme_seen, format!("/programmes/{}", matter.programme)),
        ),
        due: matter.due.map(|day| lang.date(day.0)).unwrap_or_default(),
        original: moved.map(|day| lang.date(day.0)),
        turns: detail.turns.iter().map(|turn| turn_line(app, lang, matter.kind, turn)).collect(),
        files: detail.files.iter().map(|file| file_line(lang, id, file)).collect(),
        open: detail.open,
        own: detail.own && matter.state == requests::State::Open && matter.kind.class() == Class::Change,
        obstacle: matter.kind == Kind::Obstacle,
        dated: matches!(matter.kind, Kind::Extension | Kind::Alignment),
        review: matter.kind == Kind::Review,
        base: format!("/requests/{id}"),
        version: matter.version,
        decisions: vec![
            Choice::new("accept", lang.text("requests-accept")).hint(lang.text("requests-accept-hint")),
            Choice::new("refuse", lang.text("requests-refuse")),
        ],
        units,
    })
}

fn facts(lang: Lang, detail: &Detail) -> Vec<(String, String)> {
    let matter = &detail.matter;
    let mut facts = vec![(lang.text("requests-unit"), matter.unit_name.clone())];
    facts.push((lang.text("requests-with"), matter.with_name.clone()));
    let day = |day: domain::Day| lang.date(day.0);
    if let Some(due) = matter.wanted.due {
        facts.push((lang.text("requests-wanted-due"), day(due)));
    }
    if let Some(name) = &detail.wanted_unit {
        let words = lang.with("requests-wanted-unit-short", &[("name", name.as_str().into())]);
        facts.push((lang.text("requests-wanted"), words));
    }
    if let Some(title) = detail.wanted_task.as_ref().filter(|_| matter.kind == Kind::Merging) {
        let words = lang.with("requests-wanted-into", &[("title", title.as_str().into())]);
        facts.push((lang.text("requests-wanted"), words));
    }
    if let Some(authority) = &matter.wanted.authority {
        let words = lang.with("requests-wanted-authority", &[("name", authority.as_str().into())]);
        facts.push((lang.text("requests-wanted"), words));
    }
    if let Some(by) = matter.answer_by {
        facts.push((lang.text("requests-answer-by"), day(by)));
    }
    if let Some(since) = matter.since {
        facts.push((lang.text("requests-since"), day(since)));
    }
    if let Some(before) = matter.before_due.filter(|before| Some(*before) != matter.due) {
        facts.push((lang.text("requests-due-then"), day(before)));
    }
    facts.push((lang.text("requests-age"), lang.with("requests-age-days", &[("days", matter.age.into())])));
    facts
}

fn turn_line(app: &App, lang: Lang, kind: Kind, turn: &requests::Turn) -> TurnLine {
    let day = turn.day.map(|day| {
        let key = [("day", day.0.into())];
        if kind == Kind::Explanation {
            lang.with("requests-turn-by", &key)
        } else {
            lang.with("requests-turn-due", &key)
        }
    });
    TurnLine {
        when: lang.time(clock(turn.at, &app.platform.zone)),
        who: turn.name.clone(),
        what: words::act(lang, turn),
        text: turn.text.clone(),
        day: day.unwrap_or_default(),
    }
}

fn file_line(lang: Lang, id: MatterId, file: &requests::File) -> (String, String, String) {
    let size = (file.size_bytes + 1023) / 1024;
    (
        format!("/requests/{id}/files/{}", file.id),
        file.name.clone(),
        lang.with("requests-size", &[("size", size.into())]),
    )
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<MatterId>,
) -> Result<Response, PageError> {
    render(&page(&app, &session, id, Form::new()).await?)
}

/// A file, always to be saved and never shown inside the page.
pub(super) async fn file(
    State(app): State<App>,
    session: Session,
    Path((id, file)): Path<(MatterId, Uuid)>,
) -> Result<Response, PageError> {
    let file = query!(&app.platform, session.actor(), cx => { requests::file(cx, id, file).await })?;
    let bytes = app.platform.blobs.get(file.sha256).await.map_err(domain::Error::from)?;
    let name: String = url::form_urlencoded::byte_serialize(file.name.as_bytes()).collect();
    let place = format!("attachment; filename*=UTF-8''{}", name.replace('+', "%20"));
    let media = "application/octet-stream".to_owned();
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, place)], bytes).into_response())
}
