//! The form that makes or changes a task. It works without JavaScript: "add" buttons send the form and
//! get it back with one more line.

use super::settle::candidates;
use super::words;
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::pages::programmes::document_choices;
use crate::session::{Posted, Session};
use crate::view::{Choice, Nav, Page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::programmes::{
    self, AssignmentRole, Holder, NewAssignment, NewFunding, NewMilestone, NewSource, NewTask, ProgrammeId,
    TaskId, TaskTime, TimeKind,
};
use domain::units::GroupingId;
use domain::{Day, UnitId, command, query};
use messages::Lang;
use std::collections::HashMap;

/// Empty lines that the form offers beside the ones in use.
const SPARE: usize = 2;

#[derive(Template)]
#[template(path = "tasks/edit.html")]
struct EditPage {
    page: Page,
    form: Form,
    action: String,
    back: String,
    kinds: Vec<Choice>,
    often: Vec<Choice>,
    roles: Vec<Choice>,
    holders: Vec<Choice>,
    focals: Vec<Choice>,
    candidates: Vec<Choice>,
    sources: Vec<Choice>,
    documents: Vec<Choice>,
    milestones: Vec<MilestoneNames>,
    completing: Vec<Choice>,
    funding: Vec<MoneyNames>,
}

/// The fields of a line of milestones.
struct MilestoneNames {
    number: usize,
    title: String,
    due: String,
}

/// The fields of a line of money.
struct MoneyNames {
    number: usize,
    source: String,
    planned: String,
    disbursed: String,
}

/// What the page is about: a task that exists, or a programme that gets one.
enum About {
    Task(TaskId),
    Programme(ProgrammeId),
}

async fn edit_page(app: &App, session: &Session, about: &About, form: Form) -> Result<EditPage, PageError> {
    let lang = session.lang();
    let (programme, title, sources, may_edit) = query!(&app.platform, session.actor(), cx => {
        Ok(match about {
            About::Task(id) => {
                let task = programmes::task(cx, *id, None).await?;
                let (_, given) = programmes::task_as_given(cx, *id).await?;
                let programme = programmes::find(cx, task.row.programme).await?;
                (programme, Some(task.row.title), given.sources, task.may_edit)
            }
            About::Programme(id) => {
                let programme = programmes::find(cx, *id).await?;
                let may_edit = programmes::may_edit(cx, &programme);
                (programme, None, Vec::new(), may_edit)
            }
        })
    })?;
    if !may_edit {
        return Err(PageError::Denied);
    }
    let heading =
        if title.is_some() { lang.text("programmes-edit-task") } else { lang.text("programmes-add-task") };
    let home = format!("/programmes/{}", programme.id);
    let (action, back) = match about {
        About::Task(id) => (format!("/tasks/{id}/edit"), format!("/tasks/{id}")),
        About::Programme(id) => (format!("/programmes/{id}/tasks/new"), format!("/programmes/{id}/tasks")),
    };
    let mut page = session
        .page(app, heading)
        .crumb(lang.text("programmes-title"), "/programmes")
        .crumb(words::short(&programme.title, words::CRUMB), home);
    if let Some(title) = &title {
        page = page.crumb(words::short(title, words::CRUMB), &back);
    }
    page.nav = Some(Nav::Programmes);
    let kinds = words::KINDS.iter().map(|(kind, code)| Choice::new(*code, words::kind(lang, *kind)));
    let often = words::OFTEN.iter().map(|(often, code)| Choice::new(*code, words::often(lang, *often)));
    let holders = holder_choices(app, session, &form).await?;
    let focals = focal_choices(&holders);
    let lines = |name: &str| 0..used(&form, name) + SPARE;
    let milestone = |at: usize| MilestoneNames {
        number: at + 1,
        title: format!("milestone_{at}"),
        due: format!("milestone_due_{at}"),
    };
    let money = |at: usize| MoneyNames {
        number: at + 1,
        source: format!("funding_{at}"),
        planned: format!("planned_{at}"),
        disbursed: format!("disbursed_{at}"),
    };
    Ok(EditPage {
        page,
        action,
        back,
        kinds: kinds.collect(),
        often: often.collect(),
        roles: AssignmentRole::ALL
            .iter()
            .map(|role| Choice::new(role.code(), words::role(lang, *role)))
            .collect(),
        focals,
        holders,
        candidates: candidates(app, session, &form, "add_unit").await?,
        sources: source_choices(&sources),
        documents: document_choices(app, session, programme.id).await?,
        completing: lines("milestone").map(|at| Choice::new(at.to_string(), (at + 1).to_string())).collect(),
        milestones: lines("milestone").map(milestone).collect(),
        funding: lines("funding").map(money).collect(),
        form,
    })
}

/// How many numbered lines of a kind hold something.
fn used(form: &Form, name: &str) -> usize {
    let filled = |at: &usize| !form.value(&format!("{name}_{at}")).trim().is_empty();
    (0..100).rev().find(filled).map_or(0, |at| at + 1)
}

/// An assignment as a checkbox sends it: `role:kind:value`.
fn code(given: &NewAssignment) -> String {
    let role = given.role.code();
    match &given.holder {
        Holder::Unit(unit) => format!("{role}:unit:{unit}"),
        Holder::Grouping(grouping) => format!("{role}:grouping:{grouping}"),
        Holder::Person { name, proposed: false } => format!("{role}:person:{name}"),
        Holder::Person { name, proposed: true } => format!("{role}:proposed:{name}"),
        Holder::Awaiting => format!("{role}:awaiting:"),
        Holder::Unknown(printed) => format!("{role}:unknown:{printed}"),
    }
}

fn assignment(code: &str) -> Option<NewAssignment> {
    let mut parts = code.splitn(3, ':');
    let role = AssignmentRole::from_code(parts.next()?)?;
    let (kind, value) = (parts.next()?, parts.next()?);
    let holder = match kind {
        "unit" => Holder::Unit(value.parse().ok()?),
        "grouping" => Holder::Grouping(value.parse().ok()?),
        "person" => Holder::Person { name: value.to_owned(), proposed: false },
        "proposed" => Holder::Person { name: value.to_owned(), proposed: true },
        "awaiting" => Holder::Awaiting,
        "unknown" => Holder::Unknown(value.to_owned()),
        _ => return None,
    };
    Some(NewAssignment { role, holder, focal: false })
}

/// The assignments that the form holds, each with its words.
async fn holder_choices(app: &App, session: &Session, form: &Form) -> Result<Vec<Choice>, PageError> {
    let lang = session.lang();
    let all: Vec<NewAssignment> = form.values("offered").into_iter().filter_map(assignment).collect();
    let units: Vec<UnitId> =
        all.iter().filter_map(|a| if let Holder::Unit(id) = a.holder { Some(id) } else { None }).collect();
    let groupings: Vec<GroupingId> = all
        .iter()
        .filter_map(|a| if let Holder::Grouping(id) = a.holder { Some(id) } else { None })
        .collect();
    let (units, groupings) = query!(&app.platform, session.actor(), cx => {
        let mut named = HashMap::new();
        for id in &groupings {
            named.insert(*id, domain::units::load_grouping(cx, *id).await?.name);
        }
        Ok((domain::units::load_many(cx, &units).await?, named))
    })?;
    let choice = |given: &NewAssignment| {
        let name = match &given.holder {
            Holder::Unit(id) => units.get(id).map(|unit| unit.label()).unwrap_or_default(),
            Holder::Grouping(id) => groupings.get(id).cloned().unwrap_or_default(),
            Holder::Person { name, proposed: false } => name.clone(),
            Holder::Person { name, proposed: true } => {
                lang.with("programmes-proposed", &[("name", name.as_str().into())])
            }
            Holder::Awaiting => lang.text("programmes-awaiting"),
            Holder::Unknown(name) => lang.with("programmes-unknown", &[("name", name.as_str().into())]),
        };
        Choice::new(code(given), name).hint(words::role(lang, given.role))
    };
    Ok(all.iter().map(choice).collect())
}

fn focal_choices(holders: &[Choice]) -> Vec<Choice> {
    holders.iter().filter(|choice| choice.value.starts_with("joint_lead:")).cloned().collect()
}

fn source_choices(sources: &[NewSource]) -> Vec<Choice> {
    let words = |source: &NewSource| source.quote.chars().take(160).collect::<String>();
    sources.iter().enumerate().map(|(at, source)| Choice::new(at.to_string(), words(source))).collect()
}

/// The form of a task as it is.
fn filled(lang: Lang, version: i64, task: &NewTask) -> Form {
    let day = |day: Option<Day>| day.map(|day| lang.date(day.0)).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let kind = words::KINDS
        .iter()
        .find(|(kind, _)| *kind == task.time.kind)
        .map_or("unspecified", |(_, code)| *code);
    let mut form = Form::new()
        .fill("version", version.to_string())
        .fill("code", text(&task.code))
        .fill("group", text(&task.group))
        .fill("title", &task.title)
        .fill("text", text(&task.text))
        .fill("outputs", task.outputs.join("\n"))
        .fill("kind", kind)
        .fill("time_text", text(&task.time.text))
        .fill("start", day(task.time.start))
        .fill("due", day(task.time.due));
    for (often, code) in words::OFTEN {
        if task.time.recurrence.contains(&often) {
            form = form.fill("often", code);
        }
    }
    for given in &task.assignments {
        form = form.fill("offered", code(given)).fill("keep", code(given));
        if given.focal {
            form = form.fill("focal", code(given));
        }
    }
    for at in 0..task.sources.len() {
        form = form.fill("keep_source", at.to_string());
    }
    for (at, milestone) in task.milestones.iter().enumerate() {
        form = form
            .fill(&format!("milestone_{at}"), &milestone.title)
            .fill(&format!("milestone_due_{at}"), day(milestone.due));
        if milestone.completes {
            form = form.fill("completes", at.to_string());
        }
    }
    for (at, money) in task.funding.iter().enumerate() {
        form = form
            .fill(&format!("funding_{at}"), &money.source)
            .fill(&format!("planned_{at}"), lang.integer(money.planned))
            .fill(&format!("disbursed_{at}"), lang.integer(money.disbursed));
    }
    form
}

/// The line to be added, moved among those that the form holds. What is wrong with it is noted.
fn with_added(mut form: Form, lang: Lang) -> Form {
    let role = form.value("add_role").to_owned();
    let (unit, name) = (form.value("add_unit").to_owned(), form.value("add_name").trim().to_owned());
    let added = match (form.has("add_awaiting", "yes"), unit.is_empty(), name.is_empty()) {
        _ if role.is_empty() => None,
        (true, ..) => Some(format!("{role}:awaiting:")),
        (false, false, _) => Some(format!("{role}:unit:{unit}")),
        (false, true, false) => Some(format!("{role}:person:{name}")),
        (false, true, true) => None,
    };
    match added.filter(|code| assignment(code).is_some()) {
        Some(code) => {
            let typed = ["add_role", "add_unit", "add_unit_q", "add_name", "add_awaiting"];
            form = form.without(&typed).fill("offered", &code).fill("keep", &code);
        }
        None => form.issue("add_role", lang.text("programmes-add-incomplete")),
    }
    form
}

/// What was typed, as a task; problems with single fields are noted in the form.
fn typed(form: &mut Form, lang: Lang, before: &[NewSource]) -> NewTask {
    let line =
        |form: &Form, name: &str| Some(form.value(name).trim().to_owned()).filter(|text| !text.is_empty());
    let kind = words::KINDS
        .iter()
        .find(|(_, code)| *code == form.value("kind"))
        .map_or(TimeKind::Unspecified, |(kind, _)| *kind);
    let recurrence =
        words::OFTEN.iter().filter(|(_, code)| form.has("often", code)).map(|(often, _)| *often).collect();
    let time = TaskTime {
        text: line(form, "time_text"),
        kind,
        recurrence,
        start: form.date("start", lang).map(Day),
        due: form.date("due", lang).map(Day),
    };
    if matches!(kind, TimeKind::ByDate | TimeKind::ByMonth)
        && time.due.is_none()
        && form.error("due").is_empty()
    {
        form.issue("due", lang.text("programmes-due-missing"));
    }
    if kind == TimeKind::StartThenContinuous && time.start.is_none() && form.error("start").is_empty() {
        form.issue("start", lang.text("programmes-start-missing"));
    }
    let title = form.required("title", lang.text("programmes-title-missing"));
    let focal = form.value("focal").to_owned();
    let kept = form.values("keep").into_iter().filter_map(assignment);
    NewTask {
        code: line(form, "code"),
        group: line(form, "group"),
        title,
        text: line(form, "text"),
        outputs: form
            .value("outputs")
            .lines()
            .map(str::trim)
            .filter(|o| !o.is_empty())
            .map(str::to_owned)
            .collect(),
        time,
        assignments: kept.map(|given| NewAssignment { focal: code(&given) == focal, ..given }).collect(),
        sources: sources(form, lang, before),
        milestones: milestones(form, lang),
        funding: funding(form, lang),
    }
}

fn sources(form: &mut Form, lang: Lang, before: &[NewSource]) -> Vec<NewSource> {
    let kept = before.iter().enumerate().filter(|(at, _)| form.has("keep_source", &at.to_string()));
    let mut sources: Vec<NewSource> = kept.map(|(_, source)| source.clone()).collect();
    if let Ok(document) = form.value("source_document").parse() {
        let quote = form.value("source_quote").trim().to_owned();
        let due = form.date("source_due", lang).map(Day);
        sources.push(NewSource { document, span: None, quote, due });
    }
    sources
}

fn milestones(form: &mut Form, lang: Lang) -> Vec<NewMilestone> {
    let completes = form.value("completes").to_owned();
    let mut found = Vec::new();
    for at in 0..used(form, "milestone") {
        let title = form.value(&format!("milestone_{at}")).trim().to_owned();
        let due = form.date(&format!("milestone_due_{at}"), lang).map(Day);
        if !title.is_empty() {
            found.push(NewMilestone { title, due, completes: completes == at.to_string() });
        }
    }
    found
}

fn funding(form: &mut Form, lang: Lang) -> Vec<NewFunding> {
    let mut found = Vec::new();
    for at in 0..used(form, "funding") {
        let source = form.value(&format!("funding_{at}")).trim().to_owned();
        let mut money =
            |name: &str| form.number(&format!("{name}_{at}"), lang).unwrap_or_default().round() as i64;
        let (planned, disbursed) = (money("planned"), money("disbursed"));
        if !source.is_empty() {
            found.push(NewFunding { source, planned, disbursed });
        }
    }
    found
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<TaskId>,
) -> Result<Response, PageError> {
    let (version, task) =
        query!(&app.platform, session.actor(), cx => { programmes::task_as_given(cx, id).await })?;
    let form = filled(session.lang(), version, &task);
    render(&edit_page(&app, &session, &About::Task(id), form).await?)
}

pub(super) async fn change(
    State(app): State<App>,
    session: Session,
    Path(id): Path<TaskId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let about = About::Task(id);
    let mut form = match steps(&app, &session, &about, form).await? {
        Step::Answered(response) => return Ok(response),
        Step::Save(form) => form,
    };
    let (_, before) =
        query!(&app.platform, session.actor(), cx => { programmes::task_as_given(cx, id).await })?;
    let task = typed(&mut form, lang, &before.sources);
    if !form.is_sound() {
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &edit_page(&app, &session, &about, form).await?);
    }
    let version = form.value("version").parse().unwrap_or(0);
    let done = command!(&app.platform, session.actor(), cx => { programmes::change_task(cx, id, version, task.clone()).await });
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/tasks/{id}")).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, lang)?;
            render_as(status, &edit_page(&app, &session, &about, form).await?)
        }
    }
}

pub(super) async fn show_new(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
) -> Result<Response, PageError> {
    render(&edit_page(&app, &session, &About::Programme(id), Form::new().fill("kind", "by_date")).await?)
}

pub(super) async fn add(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let about = About::Programme(id);
    let mut form = match steps(&app, &session, &about, form).await? {
        Step::Answered(response) => return Ok(response),
        Step::Save(form) => form,
    };
    let task = typed(&mut form, lang, &[]);
    if !form.is_sound() {
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &edit_page(&app, &session, &about, form).await?);
    }
    let done =
        command!(&app.platform, session.actor(), cx => { programmes::add_task(cx, id, task.clone()).await });
    match done {
        Ok(task) => Ok(Redirect::to(&format!("/tasks/{task}")).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, lang)?;
            render_as(status, &edit_page(&app, &session, &about, form).await?)
        }
    }
}

enum Step {
    Answered(Response),
    Save(Form),
}

/// The steps before saving: looking for a unit, adding an assignment.
async fn steps(app: &App, session: &Session, about: &About, mut form: Form) -> Result<Step, PageError> {
    if form.value("search") == "add_unit" {
        return Ok(Step::Answered(render(&edit_page(app, session, about, form).await?)?));
    }
    if form.value("step") == "add" {
        let form = with_added(form, session.lang());
        let status = if form.is_sound() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        return Ok(Step::Answered(render_as(status, &edit_page(app, session, about, form).await?)?));
    }
    form.picked("add_unit", session.lang());
    let given = !form.value("add_role").is_empty() && form.value("step").is_empty();
    Ok(Step::Save(if given { with_added(form, session.lang()) } else { form }))
}
