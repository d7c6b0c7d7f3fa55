//! Beginning an exchange: choose what it is about, then its form.

use super::words;
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::pages::tasks::words::{CRUMB, short};
use crate::sending::{megabytes, receive};
use crate::session::Session;
use crate::view::{Choice, Nav, Page};
use askama::Template;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::programmes::{self, ProgrammeId, Slice, Sort, TaskFilter, TaskId};
use domain::requests::{self, Class, Kind, NewMatter, Sent, Wanted};
use domain::{Cx, Day, UnitId, command, query, units};
use messages::Lang;

#[derive(Template)]
#[template(path = "requests/choose.html")]
struct ChoosePage {
    page: Page,
    form: Form,
    task: String,
    action: String,
    back: String,
    kinds: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "requests/new.html")]
struct NewPage {
    page: Page,
    form: Form,
    action: String,
    back: String,
    kind: Kind,
    lead: String,
    units: Vec<Choice>,
    tasks: Vec<Choice>,
    candidates: Vec<Choice>,
    limit_hint: String,
    with_hint: String,
    files_hint: String,
    due: String,
    original: Option<String>,
}

/// What an exchange is begun about.
#[derive(Clone, Copy)]
enum About {
    Task(TaskId),
    Programme(ProgrammeId),
}

impl About {
    fn action(self) -> String {
        match self {
            About::Task(id) => format!("/tasks/{id}/requests/new"),
            About::Programme(id) => format!("/programmes/{id}/amendments/new"),
        }
    }

    fn back(self) -> String {
        match self {
            About::Task(id) => format!("/tasks/{id}"),
            About::Programme(id) => format!("/programmes/{id}"),
        }
    }
}

/// Refuses before anything sent is looked at.
async fn may(app: &App, session: &Session, about: About, kind: Kind) -> Result<(), PageError> {
    let speakers = match about {
        About::Task(id) => {
            query!(&app.platform, session.actor(), cx => { requests::speakers(cx, id, kind).await })?.len()
        }
        About::Programme(id) => {
            query!(&app.platform, session.actor(), cx => { programmes::find(cx, id).await })?;
            usize::from(session.actor().may_somewhere(domain::access::Action::Ask))
        }
    };
    if speakers == 0 { Err(PageError::Denied) } else { Ok(()) }
}

fn kind_of(form: &Form, about: About) -> Option<Kind> {
    match about {
        About::Programme(_) => Some(Kind::Amendment),
        About::Task(_) => Kind::from_code(form.value("kind")).filter(|kind| *kind != Kind::Amendment),
    }
}

/// What the fields of a form offer.
struct Offers {
    units: Vec<Choice>,
    tasks: Vec<Choice>,
    candidates: Vec<Choice>,
    owner: String,
    limits: requests::Limits,
    title: String,
    programme: ProgrammeId,
    programme_title: String,
    due: Option<Day>,
    original: Option<Day>,
}

async fn offers(cx: &mut Cx, about: About, kind: Kind, form: &Form) -> domain::Result<Offers> {
    let (programme, row, units) = match about {
        About::Task(id) => {
            let row = programmes::task(cx, id, None).await?.row;
            (row.programme, Some(row), requests::speakers(cx, id, kind).await?)
        }
        About::Programme(id) => {
            let own = units::own(cx).await?;
            (id, None, own.into_iter().map(|unit| (unit.id, unit.label())).collect())
        }
    };
    let found = programmes::find(cx, programme).await?;
    let tasks = match kind {
        Kind::Merging | Kind::Alignment => {
            let filter = TaskFilter { programme: Some(programme), ..TaskFilter::default() };
            let list = programmes::tasks(cx, &filter, Sort::Document, Slice::ALL).await?;
            let others = list.rows.into_iter().filter(|other| row.as_ref().is_none_or(|r| r.id != other.id));
            let label = |other: &programmes::TaskRow| {
                let code = other.code.as_deref().map(|code| format!("{code} ")).unwrap_or_default();
                format!("{code}{}", short(&other.title, 140))
            };
            others.map(|other| Choice::new(other.id.to_string(), label(&other))).collect()
        }
        _ => Vec::new(),
    };
    Ok(Offers {
        units: units.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        tasks,
        candidates: candidates(cx, form, picker(kind)).await?,
        owner: found.owner_name,
        limits: requests::limits(cx, programme).await?,
        title: row.as_ref().map_or_else(|| found.title.clone(), |row| row.title.clone()),
        programme,
        programme_title: found.title,
        due: row.as_ref().and_then(|row| row.time.due),
        original: row.as_ref().and_then(|row| row.original_due),
    })
}

/// The field of a kind's form that picks a unit.
fn picker(kind: Kind) -> &'static str {
    if kind == Kind::Obstacle { "with" } else { "wanted_unit" }
}

/// Units for a picker: what was looked for, and the one chosen before.
pub(super) async fn candidates(cx: &mut Cx, form: &Form, name: &str) -> domain::Result<Vec<Choice>> {
    let text = form.value(format!("{name}_q").as_str()).to_owned();
    let picked = form.value(name).parse::<UnitId>().ok();
    let mut found = units::search(cx, &text, 20).await?;
    if let Some(picked) = picked
        && found.iter().all(|unit| unit.id != picked)
    {
        found.extend(units::load_many(cx, &[picked]).await?.into_values());
    }
    let choice = |unit: &units::Unit| {
        Choice::new(unit.id.to_string(), &unit.name).hint(unit.superior.clone().unwrap_or_default())
    };
    Ok(found.iter().map(choice).collect())
}

fn title(lang: Lang, kind: Kind) -> String {
    match kind.class() {
        Class::Change if kind == Kind::Amendment => lang.text("requests-new-amendment"),
        Class::Change => kind.word(lang),
        Class::Explanation => lang.text("requests-new-question"),
        Class::Obstacle => lang.text("requests-new-obstacle"),
    }
}

async fn form_page(
    app: &App,
    session: &Session,
    about: About,
    kind: Kind,
    mut form: Form,
) -> Result<NewPage, PageError> {
    let lang = session.lang();
    let offers = query!(&app.platform, session.actor(), cx => { offers(cx, about, kind, &form).await })?;
    if offers.units.is_empty() {
        return Err(PageError::Denied);
    }
    if form.value("unit").is_empty()
        && let Some(first) = offers.units.first()
    {
        form = form.fill("unit", first.value.clone());
    }
    let mut page = session.page(app, title(lang, kind));
    page.nav = Some(Nav::Programmes);
    let programme = format!("/programmes/{}", offers.programme);
    page = page
        .crumb(lang.text("programmes-title"), "/programmes")
        .crumb(short(&offers.programme_title, CRUMB), &programme);
    if let About::Task(id) = about {
        page = page.crumb(short(&offers.title, CRUMB), format!("/tasks/{id}"));
    }
    let limits = [("extensions", offers.limits.extensions.into()), ("days", offers.limits.days.into())];
    let files = [("most", requests::rules::MOST_FILES.into()), ("limit", megabytes(app).into())];
    let moved = offers.original.filter(|first| offers.due.is_some_and(|due| due != *first));
    Ok(NewPage {
        page,
        action: about.action(),
        back: about.back(),
        kind,
        lead: offers.title,
        units: offers.units,
        tasks: offers.tasks,
        candidates: offers.candidates,
        limit_hint: lang.with("requests-limit-hint", &limits),
        with_hint: lang.with("requests-with-hint", &[("name", offers.owner.into())]),
        files_hint: lang.with("requests-evidence-hint", &files),
        due: offers.due.map(|day| lang.date(day.0)).unwrap_or_default(),
        original: moved.map(|day| lang.date(day.0)),
        form,
    })
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<TaskId>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let form = Form::sent(pairs);
    let about = About::Task(id);
    if let Some(kind) = kind_of(&form, about) {
        return render(&form_page(&app, &session, about, kind, form).await?);
    }
    may(&app, &session, about, Kind::Extension).await?;
    let lang = session.lang();
    let task = query!(&app.platform, session.actor(), cx => { programmes::task(cx, id, None).await })?;
    let mut page = session.page(&app, lang.text("requests-new-title"));
    page.nav = Some(Nav::Programmes);
    page = page
        .crumb(lang.text("programmes-title"), "/programmes")
        .crumb(short(&task.row.title, CRUMB), about.back());
    render(&ChoosePage {
        page,
        form: form.fill("kind", Kind::Extension.code()),
        task: task.row.title,
        action: about.action(),
        back: about.back(),
        kinds: words::changes(lang),
    })
}

pub(super) async fn show_amendment(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
) -> Result<Response, PageError> {
    let about = About::Programme(id);
    may(&app, &session, about, Kind::Amendment).await?;
    render(&form_page(&app, &session, about, Kind::Amendment, Form::new()).await?)
}

pub(super) async fn send(
    State(app): State<App>,
    session: Session,
    Path(id): Path<TaskId>,
    body: Multipart,
) -> Result<Response, PageError> {
    let about = About::Task(id);
    if let Err(refused) = may(&app, &session, about, Kind::Extension).await {
        may(&app, &session, about, Kind::Explanation).await.map_err(|_| refused)?;
    }
    sent(&app, &session, about, body).await
}

pub(super) async fn send_amendment(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
    body: Multipart,
) -> Result<Response, PageError> {
    let about = About::Programme(id);
    may(&app, &session, about, Kind::Amendment).await?;
    sent(&app, &session, about, body).await
}

async fn sent(app: &App, session: &Session, about: About, body: Multipart) -> Result<Response, PageError> {
    let lang = session.lang();
    let (mut form, files) = receive(app, session, body).await?;
    let Some(kind) = kind_of(&form, about) else {
        return Ok(Redirect::to(&about.action()).into_response());
    };
    may(app, session, about, kind).await?;
    if !form.value("search").is_empty() {
        return render(&form_page(app, session, about, kind, form).await?);
    }
    let new = read(&mut form, lang, about, kind, files);
    if !form.is_sound() {
        let page = form_page(app, session, about, kind, form).await?;
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let made = command!(&app.platform, session.actor(), cx => { requests::open(cx, new.clone()).await });
    match made {
        Ok(id) => Ok(Redirect::to(&format!("/requests/{id}")).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, lang)?;
            render_as(status, &form_page(app, session, about, kind, form).await?)
        }
    }
}

fn read(form: &mut Form, lang: Lang, about: About, kind: Kind, files: Vec<Sent>) -> NewMatter {
    let (programme, task) = match about {
        About::Task(id) => (None, Some(id)),
        About::Programme(id) => (Some(id), None),
    };
    let full = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut day = |name: &str| form.date(name, lang).map(Day);
    let (due, answer_by, since) = (day("due"), day("answer_by"), day("since"));
    NewMatter {
        kind,
        programme,
        task,
        unit: form.value("unit").parse().ok(),
        with: form.value("with").parse().ok().filter(|_| kind == Kind::Obstacle),
        text: form.value("text").to_owned(),
        wanted: Wanted {
            due: due.filter(|_| matches!(kind, Kind::Extension | Kind::Alignment)),
            unit: form.value("wanted_unit").parse().ok().filter(|_| kind == Kind::Reassignment),
            task: form.value("into").parse().ok().filter(|_| matches!(kind, Kind::Merging | Kind::Alignment)),
            authority: full(form.value("authority")),
        },
        answer_by: answer_by.filter(|_| kind == Kind::Explanation),
        since: since.filter(|_| kind == Kind::Obstacle),
        files,
    }
}
