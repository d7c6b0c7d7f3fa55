//! One task: what is to be done, who, by when, how it stands and why, and the words of its source.

use super::words;
use crate::app::App;
use crate::failure::{PageError, render, render_as};
use crate::pages::work::{DutyLine, UpdateLine};
use crate::session::{Posted, Session};
use crate::view::{Light, Nav, Page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::carrying::{self, Progress};
use domain::programmes::{self, Change, NewFunding, NewMilestone, PastTime, Source, TaskDetail, TaskId};
use domain::{command, query};
use jiff::tz::TimeZone;
use messages::Lang;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct AsOf {
    #[serde(default)]
    as_of: String,
}

/// Parts of units shown on a page; a grouping may have thousands.
const PARTS: usize = 30;

/// Everybody in one role.
struct RoleLine {
    role: String,
    holders: Vec<HolderLine>,
}

struct HolderLine {
    name: String,
    href: Option<String>,
    focal: bool,
}

struct SourceLine {
    href: String,
    name: String,
    before: String,
    marked: String,
    after: String,
    due: Option<String>,
    ended: Option<String>,
}

struct TimeLine {
    when: String,
    words: String,
    printed: String,
    reason: String,
}

struct EventLine {
    when: String,
    who: String,
    what: String,
}

#[derive(Template)]
#[template(path = "tasks/task.html")]
struct TaskPage {
    page: Page,
    kicker: String,
    title: String,
    text: Vec<String>,
    light: Light,
    word: String,
    why: String,
    updates: Vec<UpdateLine>,
    duties: Vec<DutyLine>,
    parts: usize,
    time: String,
    printed: String,
    original: Option<String>,
    group: String,
    carriers: Vec<RoleLine>,
    outputs: Vec<String>,
    defects: Vec<String>,
    states: Vec<String>,
    sources: Vec<SourceLine>,
    milestones: Vec<NewMilestone>,
    funding: Vec<(String, i64, i64)>,
    times: Vec<TimeLine>,
    past: Vec<(String, Vec<String>)>,
    events: Vec<EventLine>,
    ended: Option<String>,
    edit: Option<String>,
    end: String,
    exchange: crate::pages::requests::part::OfTask,
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<TaskId>,
    Query(asked): Query<AsOf>,
) -> Result<Response, PageError> {
    let as_of = messages::parse_date(&asked.as_of);
    let (task, mut progress) = query!(&app.platform, session.actor(), cx => {
        Ok((programmes::task(cx, id, as_of).await?, carrying::of_task(cx, id).await?))
    })?;
    let mut page = session.page(&app, &task.row.title);
    if let Some(day) = as_of {
        page.as_of = Some(day.at(23, 59, 0, 0));
        progress.updates.clear();
        progress.duties.clear();
    }
    let exchange = crate::pages::requests::part::of_task(&app, &session, id).await?;
    render(&TaskPage { exchange, ..task_page(page, &app.platform.zone, task, &progress) })
}

fn task_page(mut page: Page, zone: &TimeZone, task: TaskDetail, progress: &Progress) -> TaskPage {
    let lang = page.lang;
    let row = &task.row;
    page.nav = Some(Nav::Programmes);
    let programme = format!("/programmes/{}", row.programme);
    page = page
        .crumb(lang.text("programmes-title"), "/programmes")
        .crumb(words::short(&row.programme_title, words::CRUMB), &programme)
        .crumb(lang.text("programmes-tasks"), format!("{programme}/tasks"));
    let light = words::shade(row.verdict.light);
    let moved = row.original_due.filter(|day| row.time.due.is_none_or(|due| due != *day));
    let code = row.code.clone().unwrap_or_default();
    let instant = |at| lang.time(words::clock(at, zone));
    let open = task.ended_at.is_none() && !row.verdict.standing.done();
    let part = |duty: &carrying::Duty| {
        let line = DutyLine::new(lang, zone, duty);
        if open { line } else { DutyLine { form: None, ..line } }
    };
    TaskPage {
        kicker: if code.is_empty() {
            lang.text("programmes-task")
        } else {
            lang.with("programmes-task-code", &[("code", code.into())])
        },
        title: row.title.clone(),
        text: task.text.iter().flat_map(|text| text.lines()).map(str::to_owned).collect(),
        light,
        word: words::word(lang, &row.verdict),
        why: words::why(lang, &row.verdict),
        updates: progress.updates.iter().map(|one| UpdateLine::new(lang, zone, one)).collect(),
        parts: progress.duties.len(),
        duties: progress.duties.iter().take(PARTS).map(part).collect(),
        time: words::time(lang, &row.time),
        printed: row.time.text.clone().unwrap_or_default(),
        original: moved.map(|day| lang.date(day.0)),
        group: group(&task),
        carriers: carriers(lang, &task),
        outputs: row.outputs.clone(),
        defects: row.defects.iter().map(|one| words::defect(lang, *one)).collect(),
        states: row.states.iter().map(|one| words::state(lang, *one)).collect(),
        sources: task.sources.iter().map(|source| source_line(lang, zone, source)).collect(),
        funding: task.funding.iter().map(money).collect(),
        times: task.times.iter().map(|time| time_line(lang, zone, time)).collect(),
        past: past(lang, zone, &task),
        events: task.history.iter().map(|change| event(lang, zone, change)).collect(),
        ended: task.ended_at.map(instant),
        edit: task.may_edit.then(|| format!("/tasks/{}/edit", row.id)),
        end: format!("/tasks/{}/end", row.id),
        milestones: task.milestones,
        exchange: Default::default(),
        page,
    }
}

fn group(task: &TaskDetail) -> String {
    match (&task.row.group, &task.group_title) {
        (Some(code), Some(title)) => format!("{code} {title}"),
        (Some(code), None) => code.clone(),
        (None, _) => String::new(),
    }
}

fn money(funding: &NewFunding) -> (String, i64, i64) {
    (funding.source.clone(), funding.planned, funding.disbursed)
}

fn carriers(lang: Lang, task: &TaskDetail) -> Vec<RoleLine> {
    let mut lines: Vec<RoleLine> = Vec::new();
    for carrier in &task.row.carriers {
        let role = words::role(lang, carrier.role);
        let href = match carrier.holder {
            programmes::Holder::Unit(unit) => Some(format!("/units/{unit}")),
            programmes::Holder::Grouping(grouping) => Some(format!("/groupings/{grouping}")),
            _ => None,
        };
        let holder = HolderLine { name: words::holder(lang, carrier), href, focal: carrier.focal };
        match lines.last_mut().filter(|line| line.role == role) {
            Some(line) => line.holders.push(holder),
            None => lines.push(RoleLine { role, holders: vec![holder] }),
        }
    }
    lines
}

/// Who carried it before, one line for a role.
fn past(lang: Lang, zone: &TimeZone, task: &TaskDetail) -> Vec<(String, Vec<String>)> {
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    for past in &task.past {
        let (role, words) = (words::role(lang, past.carrier.role), past_words(lang, zone, past));
        match lines.iter_mut().find(|(known, _)| *known == role) {
            Some((_, all)) => all.push(words),
            None => lines.push((role, vec![words])),
        }
    }
    lines
}

fn past_words(lang: Lang, zone: &TimeZone, past: &programmes::PastCarrier) -> String {
    let until = past.ended_at.map(|at| lang.time(words::clock(at, zone))).unwrap_or_default();
    lang.with(
        "programmes-until",
        &[("name", words::holder(lang, &past.carrier).into()), ("at", until.into())],
    )
}

fn source_line(lang: Lang, zone: &TimeZone, source: &Source) -> SourceLine {
    let day = |day: domain::Day| lang.date(day.0);
    let name = match (&source.number, source.issued_on) {
        (Some(number), Some(issued)) => lang.with(
            "programmes-source-dated",
            &[("number", number.as_str().into()), ("day", day(issued).into())],
        ),
        (Some(number), None) => number.clone(),
        (None, _) => source.document_title.clone(),
    };
    let context = source.context.clone();
    let (before, marked, after) = match context {
        Some(context) => (context.before, context.marked, context.after),
        None => (String::new(), source.quote.clone(), String::new()),
    };
    SourceLine {
        href: match source.span {
            Some([from, _]) => format!("/documents/{}#p{from}", source.document),
            None => format!("/documents/{}", source.document),
        },
        name,
        before,
        marked,
        after,
        due: source.due.map(day),
        ended: source.ended_at.map(|at| lang.time(words::clock(at, zone))),
    }
}

fn time_line(lang: Lang, zone: &TimeZone, past: &PastTime) -> TimeLine {
    TimeLine {
        when: lang.time(words::clock(past.recorded_at, zone)),
        words: words::time(lang, &past.time),
        printed: past.time.text.clone().unwrap_or_default(),
        reason: past.reason.clone().unwrap_or_default(),
    }
}

fn event(lang: Lang, zone: &TimeZone, change: &Change) -> EventLine {
    let field = |name: &String| match name.as_str() {
        "code" => Some(lang.text("programmes-code")),
        "group" => Some(lang.text("programmes-group")),
        "title" => Some(lang.text("programmes-wording")),
        "text" => Some(lang.text("programmes-text")),
        "outputs" => Some(lang.text("programmes-outputs")),
        "time" => Some(lang.text("programmes-time")),
        "assignments" => Some(lang.text("programmes-assignments")),
        "sources" => Some(lang.text("programmes-sources")),
        "milestones" => Some(lang.text("programmes-milestones")),
        "funding" => Some(lang.text("programmes-funding")),
        _ => None,
    };
    let made = change.before.as_object().is_some_and(serde_json::Map::is_empty);
    let what = if change.fields.iter().any(|name| name == "ended") {
        lang.text("programmes-event-ended")
    } else if made {
        lang.text("programmes-event-added")
    } else {
        let fields: Vec<String> = change.fields.iter().filter_map(field).collect();
        lang.with("programmes-event-changed", &[("fields", fields.join(", ").into())])
    };
    EventLine { when: lang.time(words::clock(change.at, zone)), who: change.actor.clone(), what }
}

#[derive(Template)]
#[template(path = "tasks/end.html")]
struct EndPage {
    page: Page,
    action: String,
    back: String,
    version: i64,
    task: String,
    problem: String,
}

async fn end_page(app: &App, session: &Session, id: TaskId, problem: String) -> Result<EndPage, PageError> {
    let task = query!(&app.platform, session.actor(), cx => { programmes::task(cx, id, None).await })?;
    if !task.may_edit {
        return Err(if task.ended_at.is_some() { PageError::NotFound } else { PageError::Denied });
    }
    let lang = session.lang();
    let mut page = session.page(app, lang.text("programmes-end-title"));
    page.nav = Some(Nav::Programmes);
    page = page
        .crumb(lang.text("programmes-title"), "/programmes")
        .crumb(words::short(&task.row.title, words::CRUMB), format!("/tasks/{id}"));
    let (action, back) = (format!("/tasks/{id}/end"), format!("/tasks/{id}"));
    Ok(EndPage { page, action, back, version: task.row.version, task: task.row.title, problem })
}

pub(super) async fn ask_end(
    State(app): State<App>,
    session: Session,
    Path(id): Path<TaskId>,
) -> Result<Response, PageError> {
    render(&end_page(&app, &session, id, String::new()).await?)
}

pub(super) async fn end(
    State(app): State<App>,
    session: Session,
    Path(id): Path<TaskId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let version = form.value("version").parse().unwrap_or(0);
    let done =
        command!(&app.platform, session.actor(), cx => { programmes::end_task(cx, id, version).await });
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/tasks/{id}")).into_response()),
        Err(domain::Error::Stale) => {
            let problem = session.lang().text("error-stale-text");
            render_as(axum::http::StatusCode::CONFLICT, &end_page(&app, &session, id, problem).await?)
        }
        Err(error) => Err(error.into()),
    }
}
