//! What the reader's units owe, by when; what came back; what nobody has received.

use super::words::{self, DutyLine, seat_of};
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::pages::tasks::words::Line;
use crate::session::{Posted, Session};
use crate::view::{Choice, Nav, Page, Tab};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Action;
use domain::carrying::{self, Desk, Duty, Seat};
use domain::programmes::{Fate, Standing, TaskId, TaskRow};
use domain::{UnitId, command, query};
use messages::Lang;

/// Duties shown on one page; a unit rarely has more.
const MOST: usize = 200;

struct DeskLine {
    task: Line,
    duty: DutyLine,
}

#[derive(Template)]
#[template(path = "work/desk.html")]
struct DeskPage {
    page: Page,
    lead: String,
    form: Form,
    tabs: Vec<Tab>,
    lines: Vec<DeskLine>,
    left: usize,
    units: Vec<Choice>,
    view: &'static str,
    may_confirm: bool,
}

/// The views of the desk, in the order of its tabs.
const VIEWS: [&str; 5] = ["open", "unreceived", "returned", "waiting", "done"];

fn belongs(view: &str, row: &TaskRow, duty: &Duty) -> bool {
    let fate = duty.last.as_ref().and_then(|last| last.fate);
    match view {
        "unreceived" => duty.receipt.is_none() && !row.verdict.standing.done(),
        "returned" => matches!(fate, Some(Fate::Returned(_))),
        "waiting" => matches!(fate, Some(Fate::Waiting(..))),
        "done" => row.verdict.standing.done(),
        _ => !row.verdict.standing.done(),
    }
}

fn view_word(lang: Lang, view: &str) -> String {
    match view {
        "unreceived" => lang.text("carrying-view-unreceived"),
        "returned" => lang.text("carrying-view-returned"),
        "waiting" => lang.text("carrying-view-waiting"),
        "done" => lang.text("carrying-view-done"),
        _ => lang.text("carrying-view-open"),
    }
}

/// The sentence that matters most: what is late and what came back, else that nothing is.
fn sentence(lang: Lang, desk: &Desk) -> String {
    let red =
        desk.duties.iter().filter(|(row, _)| row.verdict.light == domain::programmes::Light::Red).count();
    let back = desk.duties.iter().filter(|(row, duty)| belongs("returned", row, duty)).count();
    let new = desk.duties.iter().filter(|(row, duty)| belongs("unreceived", row, duty)).count();
    if desk.duties.is_empty() {
        return String::new();
    }
    lang.with("carrying-desk-lead", &[("red", red.into()), ("back", back.into()), ("new", new.into())])
}

async fn desk_page(app: &App, session: &Session, form: Form) -> Result<DeskPage, PageError> {
    let lang = session.lang();
    let desk = query!(&app.platform, session.actor(), cx => { carrying::desk(cx).await })?;
    let unit: Option<UnitId> = form.value("unit").parse().ok();
    let view = VIEWS.into_iter().find(|view| *view == form.value("view")).unwrap_or(VIEWS[0]);
    let of_unit = |duty: &Duty| unit.is_none_or(|unit| duty.seat.unit == unit);
    let chosen = unit.map(|unit| format!("&unit={unit}")).unwrap_or_default();
    let tab = |one: &&'static str| {
        let held = desk.duties.iter().filter(|(row, duty)| of_unit(duty) && belongs(one, row, duty)).count();
        Tab {
            label: view_word(lang, one),
            href: format!("/duties?view={one}{chosen}"),
            current: *one == view,
            count: i64::try_from(held).ok(),
        }
    };
    let tabs = VIEWS.iter().map(tab).collect();
    let mut lines: Vec<DeskLine> = desk
        .duties
        .iter()
        .filter(|(row, duty)| of_unit(duty) && belongs(view, row, duty))
        .map(|(row, duty)| DeskLine {
            task: Line::new(lang, row, ""),
            duty: DutyLine::new(lang, &app.platform.zone, duty),
        })
        .collect();
    let left = lines.len().saturating_sub(MOST);
    lines.truncate(MOST);
    let mut page = session.page(app, lang.text("carrying-desk"));
    page.nav = Some(Nav::Work);
    let units: Vec<Choice> =
        desk.units().into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    Ok(DeskPage {
        lead: sentence(lang, &desk),
        may_confirm: session.actor().may_somewhere(Action::Confirm),
        page,
        form,
        tabs,
        lines,
        left,
        units,
        view,
    })
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    render(&desk_page(&app, &session, Form::sent(pairs)).await?)
}

pub(super) async fn receive(
    State(app): State<App>,
    session: Session,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    session.may(Action::Report)?;
    let seats: Vec<Seat> = form.values("seat").into_iter().filter_map(seat_of).collect();
    let done = command!(&app.platform, session.actor(), cx => { carrying::receive(cx, &seats).await });
    match done {
        Ok(()) => Ok(Redirect::to("/duties?view=open").into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, session.lang())?;
            render_as(status, &desk_page(&app, &session, form).await?)
        }
    }
}

pub(super) async fn pass_on(
    State(app): State<App>,
    session: Session,
    Path(task): Path<TaskId>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    session.may(Action::Report)?;
    let seat = seat_of(form.value("seat")).filter(|seat| seat.task == task).ok_or(PageError::NotFound)?;
    let to = form.value("passed_to").to_owned();
    let done =
        command!(&app.platform, session.actor(), cx => { carrying::pass_on(cx, seat, &to, None).await });
    match done {
        Ok(()) => Ok(Redirect::to(&words::form_of(seat)).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, session.lang())?;
            super::entry::again(&app, &session, seat, form, status).await
        }
    }
}

/// Words of every standing, for filters.
pub(crate) fn standings(lang: Lang) -> Vec<Choice> {
    let choice = |standing: Standing| Choice::new(standing.code(), words::standing(lang, standing));
    Standing::ALL.into_iter().map(choice).collect()
}
