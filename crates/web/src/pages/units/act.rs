//! Forms that change one unit: each act has its page, and a refused one comes back with what was typed.

use super::{choices, frame, kinds, today};
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::routes::Routes;
use crate::session::{Posted, Session};
use crate::view::{Choice, Page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Action, decide};
use domain::units::{
    self, Alias, AliasId, Closing, Details, Edit, LinkId, LinkKind, NewUnit, Unit, UnitKind,
};
use domain::{Day, Error, UnitId, command, query};
use messages::Lang;
use serde::Deserialize;

/// What is done to a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Details,
    Rename,
    Move,
    Order,
    Close,
    Alias,
    Link,
}

impl Act {
    const ALL: [(Act, &'static str, &'static str); 7] = [
        (Act::Details, "/units/{unit}/edit", "units-act-details"),
        (Act::Rename, "/units/{unit}/rename", "units-act-rename"),
        (Act::Move, "/units/{unit}/move", "units-act-move"),
        (Act::Order, "/units/{unit}/order", "units-act-order"),
        (Act::Close, "/units/{unit}/close", "units-act-close"),
        (Act::Alias, "/units/{unit}/aliases", "units-act-alias"),
        (Act::Link, "/units/{unit}/links", "units-act-link"),
    ];

    fn title(self) -> &'static str {
        Act::ALL.iter().find(|(act, ..)| *act == self).map_or("units-title", |(.., title)| title)
    }

    fn path(self, unit: UnitId) -> String {
        let path = Act::ALL.iter().find(|(act, ..)| *act == self).map_or("/units", |(_, path, _)| path);
        path.replace("{unit}", &unit.to_string())
    }

    /// The field whose unit is chosen with a picker.
    fn picked(self) -> &'static str {
        match self {
            Act::Move => "parent",
            Act::Close => "successor",
            Act::Link => "other",
            _ => "",
        }
    }
}

pub(super) fn routes() -> Routes {
    let mut routes = Routes::new().get("/units/new", show_new).post("/units/new", create);
    for (act, path, _) in Act::ALL {
        routes = routes
            .get(path, move |app: State<App>, session: Session, id: Path<UnitId>| ask(act, app, session, id))
            .post(path, move |app: State<App>, session: Session, id: Path<UnitId>, form: Posted| {
                perform(act, app, session, id, form)
            });
    }
    routes
        .post("/units/{unit}/reopen", reopen)
        .post("/units/{unit}/aliases/{alias}/remove", remove_alias)
        .post("/units/{unit}/links/{link}/end", end_link)
}

#[derive(Deserialize)]
struct Below {
    parent: Option<UnitId>,
}

#[derive(Template)]
#[template(path = "units/new.html")]
struct NewPage {
    page: Page,
    form: Form,
    kinds: Vec<Choice>,
    parents: Vec<Choice>,
}

async fn new_page(app: &App, session: &Session, form: Form) -> Result<NewPage, PageError> {
    let parents = choices(app, session, form.value("parent_q"), form.value("parent")).await?;
    let lang = session.lang();
    Ok(NewPage { page: frame(app, session, lang.text("units-new-title")), form, kinds: kinds(lang), parents })
}

async fn show_new(
    State(app): State<App>,
    session: Session,
    Query(below): Query<Below>,
) -> Result<Response, PageError> {
    session.may(Action::ManageUnits)?;
    let parent = below.parent.or_else(|| session.actor().grants.first().map(|g| g.unit));
    let form = Form::new().fill("kind", UnitKind::Board.code());
    let form = match parent {
        Some(parent) => form.fill("parent", parent.to_string()),
        None => form,
    };
    render(&new_page(&app, &session, form).await?)
}

async fn create(
    State(app): State<App>,
    session: Session,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let lang = session.lang();
    session.may(Action::ManageUnits)?;
    if form.value("search") == "parent" {
        return render(&new_page(&app, &session, form).await?);
    }
    let parent: Option<UnitId> = form.value("parent").parse().ok();
    let new = NewUnit {
        parent,
        kind: UnitKind::from_code(form.value("kind")).unwrap_or(UnitKind::Other),
        is_org: form.value("is_org") == "yes",
        name: form.value("name").to_owned(),
        code: Some(form.value("code").to_owned()),
        eid: Some(form.value("eid").to_owned()),
        aliases: form.value("aliases").lines().map(str::to_owned).collect(),
        exists_from: form.date("exists_from", lang).map(Day),
        exists_to: None,
    };
    if parent.is_none() {
        form.issue("parent", lang.text("units-parent-missing"));
    }
    if form.is_sound() {
        let made = command!(&app.platform, session.actor(), cx => { units::create(cx, new.clone()).await });
        match made {
            Ok(id) => return Ok(Redirect::to(&format!("/units/{id}?done=made")).into_response()),
            Err(error) => {
                let status = into_form(error, &mut form, lang)?;
                return render_as(status, &new_page(&app, &session, form).await?);
            }
        }
    }
    render_as(StatusCode::UNPROCESSABLE_ENTITY, &new_page(&app, &session, form).await?)
}

#[derive(Template)]
#[template(path = "units/act.html")]
struct ActPage {
    page: Page,
    act: Act,
    action: String,
    unit: Unit,
    form: Form,
    kinds: Vec<Choice>,
    links: Vec<Choice>,
    found: Vec<Choice>,
    siblings: Vec<Choice>,
    aliases: Vec<Alias>,
    open_below: i64,
}

async fn act_page(
    app: &App,
    session: &Session,
    act: Act,
    id: UnitId,
    form: Form,
) -> Result<ActPage, PageError> {
    let lang = session.lang();
    let (unit, aliases, siblings, below) = query!(&app.platform, session.actor(), cx => {
        let unit = units::find(cx, id).await?;
        if !decide(cx.actor(), Action::ManageUnits, &unit.scope()) {
            return Err(Error::Denied(Action::ManageUnits));
        }
        let siblings = match (act, unit.parent) {
            (Act::Order, Some(parent)) => units::children(cx, parent, units::Page::first(1000)).await?,
            _ => Vec::new(),
        };
        let below = match act {
            Act::Close => units::under(cx, id, i64::MAX).await?.iter().filter(|u| u.id != id && u.exists_to.is_none()).count(),
            _ => 0,
        };
        Ok((unit, units::aliases(cx, id).await?, siblings, below))
    })?;
    let picked = act.picked();
    let found = match picked {
        "" => Vec::new(),
        field => choices(app, session, form.value(&format!("{field}_q")), form.value(field)).await?,
    };
    let siblings = siblings.iter().filter(|s| s.unit.id != id);
    Ok(ActPage {
        page: frame(app, session, lang.text(act.title())).crumb(unit.name.clone(), format!("/units/{id}")),
        action: act.path(id),
        act,
        form,
        kinds: kinds(lang),
        links: LinkKind::ALL.iter().map(|k| Choice::new(k.code(), lang.text(k.message()))).collect(),
        found: found.into_iter().filter(|c| c.value != id.to_string()).collect(),
        siblings: siblings.map(|s| Choice::new(s.unit.id.to_string(), &s.unit.name)).collect(),
        aliases,
        open_below: i64::try_from(below).unwrap_or(i64::MAX),
        unit,
    })
}

async fn ask(
    act: Act,
    State(app): State<App>,
    session: Session,
    Path(id): Path<UnitId>,
) -> Result<Response, PageError> {
    let mut page = act_page(&app, &session, act, id, Form::new()).await?;
    let lang = session.lang();
    let day = |day: Option<Day>| day.map(|d| lang.date(d.0)).unwrap_or_default();
    let today = day(Some(today(&app)));
    let unit = &page.unit;
    page.form = match act {
        Act::Details => Form::new()
            .fill("kind", unit.kind.code())
            .fill("code", unit.code.clone().unwrap_or_default())
            .fill("eid", unit.eid.clone().unwrap_or_default())
            .fill("exists_from", day(unit.exists_from)),
        Act::Rename => Form::new().fill("name", unit.name.clone()).fill("effective", today),
        Act::Move => Form::new().fill("effective", today),
        Act::Close => Form::new().fill("last_day", today),
        Act::Link => Form::new().fill("kind", LinkKind::Vertical.code()),
        Act::Order | Act::Alias => Form::new(),
    }
    .fill("version", unit.version.to_string());
    render(&page)
}

async fn perform(
    act: Act,
    State(app): State<App>,
    session: Session,
    Path(id): Path<UnitId>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let lang = session.lang();
    if !form.value("search").is_empty() {
        return render(&act_page(&app, &session, act, id, form).await?);
    }
    let asked = Asked::read(act, &mut form, lang);
    form.picked("parent", lang);
    form.picked("successor", lang);
    form.picked("other", lang);
    if !form.is_sound() {
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &act_page(&app, &session, act, id, form).await?);
    }
    let version: i64 = form.value("version").parse().unwrap_or(0);
    let outcome = command!(&app.platform, session.actor(), cx => { asked.run(cx, id, version).await });
    match outcome {
        Ok(()) => {
            let word = match act {
                Act::Move | Act::Order => "moved",
                Act::Close => "closed",
                _ => "saved",
            };
            Ok(Redirect::to(&format!("/units/{id}?done={word}")).into_response())
        }
        Err(error) => {
            let status = into_form(error, &mut form, lang)?;
            render_as(status, &act_page(&app, &session, act, id, form).await?)
        }
    }
}

/// An act with what was typed for it.
enum Asked {
    Details(Details),
    Rename(String, Edit),
    Move(Option<UnitId>, Edit),
    Order(Option<UnitId>),
    Close(Closing),
    Alias(String),
    Link(UnitId, LinkKind, Option<Day>, Option<Day>),
    Nothing,
}

impl Asked {
    fn read(act: Act, form: &mut Form, lang: Lang) -> Asked {
        let reason = units::tidy(form.value("reason"));
        match act {
            Act::Details => Asked::Details(Details {
                kind: UnitKind::from_code(form.value("kind")).unwrap_or(UnitKind::Other),
                code: Some(form.value("code").to_owned()),
                eid: Some(form.value("eid").to_owned()),
                exists_from: form.date("exists_from", lang).map(Day),
            }),
            Act::Rename => {
                let edit = Edit { from: form.date("effective", lang).map(Day), reason };
                Asked::Rename(form.value("name").to_owned(), edit)
            }
            Act::Move => {
                let edit = Edit { from: form.date("effective", lang).map(Day), reason };
                match form.value("parent").parse() {
                    Ok(parent) => Asked::Move(Some(parent), edit),
                    Err(_) => Asked::missing(form, "parent", lang.text("units-parent-missing")),
                }
            }
            Act::Order => Asked::Order(form.value("before").parse().ok()),
            Act::Close => {
                let last_day = form.date("last_day", lang).map(Day);
                let (successor, with_subtree) =
                    (form.value("successor").parse().ok(), form.value("with_subtree") == "yes");
                match last_day {
                    Some(last_day) => Asked::Close(Closing { last_day, successor, with_subtree, reason }),
                    None if form.is_sound() => {
                        Asked::missing(form, "last_day", lang.text("units-last-day-missing"))
                    }
                    None => Asked::Nothing,
                }
            }
            Act::Alias => Asked::Alias(form.value("alias").to_owned()),
            Act::Link => {
                let period = (form.date("valid_from", lang).map(Day), form.date("valid_to", lang).map(Day));
                match (form.value("other").parse(), LinkKind::from_code(form.value("kind"))) {
                    (Ok(other), Some(kind)) => Asked::Link(other, kind, period.0, period.1),
                    _ => Asked::missing(form, "other", lang.text("units-other-missing")),
                }
            }
        }
    }

    fn missing(form: &mut Form, field: &str, text: String) -> Asked {
        form.issue(field, text);
        Asked::Nothing
    }

    async fn run(&self, cx: &mut domain::Cx, id: UnitId, version: i64) -> domain::Result<()> {
        match self {
            Asked::Details(to) => units::change_details(cx, id, version, to.clone()).await,
            Asked::Rename(name, edit) => units::rename(cx, id, version, name, edit.clone()).await,
            Asked::Move(parent, edit) => units::move_to(cx, id, version, *parent, edit.clone()).await,
            Asked::Order(before) => units::place(cx, id, version, *before).await,
            Asked::Close(closing) => units::close(cx, id, version, closing.clone()).await,
            Asked::Alias(alias) => units::add_alias(cx, id, version, alias).await,
            Asked::Link(other, kind, from, to) => {
                units::link(cx, id, version, *other, *kind, (*from, *to)).await
            }
            Asked::Nothing => Ok(()),
        }
    }
}

async fn reopen(
    State(app): State<App>,
    session: Session,
    Path(id): Path<UnitId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let version = form.value("version").parse().unwrap_or(0);
    command!(&app.platform, session.actor(), cx => { units::reopen(cx, id, version).await })?;
    Ok(Redirect::to(&format!("/units/{id}?done=reopened")).into_response())
}

async fn remove_alias(
    State(app): State<App>,
    session: Session,
    Path((id, alias)): Path<(UnitId, AliasId)>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let version = form.value("version").parse().unwrap_or(0);
    command!(&app.platform, session.actor(), cx => { units::remove_alias(cx, id, version, alias).await })?;
    Ok(Redirect::to(&format!("/units/{id}?done=saved")).into_response())
}

async fn end_link(
    State(app): State<App>,
    session: Session,
    Path((id, link)): Path<(UnitId, LinkId)>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let version = form.value("version").parse().unwrap_or(0);
    let day = today(&app);
    command!(&app.platform, session.actor(), cx => { units::end_link(cx, id, version, link, day).await })?;
    Ok(Redirect::to(&format!("/units/{id}?done=saved")).into_response())
}
