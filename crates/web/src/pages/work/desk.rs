//! What the reader's units owe, by when; what came back; what nobody has received.

use super::words::{self, DutyLine, seat_of};
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::pages::tasks::words::Line;
use crate::session::{Posted, Session};
use crate::view::{Choice, Nav, Notice, Page, Pager, Tab, Tone};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Action;
use domain::board::Desk;
use domain::carrying::{self, Duty, Seat, View};
use domain::programmes::{Slice, Standing, TaskId, TaskRow};
use domain::{UnitId, command, query};
use messages::Lang;

/// Duties on one page.
const ROWS: usize = 50;

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
    pager: Pager,
    units: Vec<Choice>,
    view: View,
    may_confirm: bool,
    /// The address of the form as a file.
    workbook: String,
}

fn view_word(lang: Lang, view: View) -> String {
    match view {
        View::Open => lang.text("carrying-view-open"),
        View::Unreceived => lang.text("carrying-view-unreceived"),
        View::Returned => lang.text("carrying-view-returned"),
        View::Waiting => lang.text("carrying-view-waiting"),
        View::Done => lang.text("carrying-view-done"),
    }
}

/// The sentence that matters most: what is late and what came back, else that nothing is.
fn sentence(lang: Lang, desk: &Desk) -> String {
    if desk.units.is_empty() {
        return String::new();
    }
    let numbers = [("red", desk.late), ("back", desk.returned), ("new", desk.unreceived)];
    lang.with("carrying-desk-lead", &numbers.map(|(name, number)| (name, number.into())))
}

async fn desk_page(app: &App, session: &Session, form: Form) -> Result<DeskPage, PageError> {
    let lang = session.lang();
    if !app.board.ready(&app.platform).await? {
        return Err(PageError::Making);
    }
    let unit: Option<UnitId> = form.value("unit").parse().ok();
    let view = View::from_code(form.value("view")).unwrap_or(View::Open);
    let number = form.value("page").parse().unwrap_or(1).clamp(1, 100_000);
    let slice = Slice { skip: (number - 1) * ROWS, take: ROWS };
    let desk = query!(&app.platform, session.actor(), cx => { app.board.desk(cx, view, unit, slice).await })?;
    let desk = desk.ok_or(PageError::Making)?;
    let chosen = unit.map(|unit| format!("&unit={unit}")).unwrap_or_default();
    let address = |view: View| format!("/duties?view={}{chosen}", view.code());
    let tab = |(one, count): (View, usize)| Tab {
        label: view_word(lang, one),
        href: address(one),
        current: one == view,
        count: i64::try_from(count).ok(),
    };
    let total = desk.counts[view as usize];
    let line = |(row, duty): &(TaskRow, Duty)| DeskLine {
        task: Line::new(lang, row, ""),
        duty: DutyLine::new(lang, &app.platform.zone, duty),
    };
    let mut page = session.page(app, lang.text("carrying-desk"));
    page.nav = Some(Nav::Work);
    page.notice = sent(lang, &form);
    page.part = view_word(lang, view);
    Ok(DeskPage {
        lead: sentence(lang, &desk),
        workbook: format!("/duties.xlsx?view={}{chosen}", view.code()),
        may_confirm: session.actor().may_somewhere(Action::Confirm),
        page,
        form,
        tabs: View::ALL.into_iter().zip(desk.counts).map(tab).collect(),
        lines: desk.rows.iter().map(line).collect(),
        pager: Pager::numbered(number, ROWS, total, |page| format!("{}&page={page}", address(view))),
        units: desk.units.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        view,
    })
}

/// What a workbook has just brought.
fn sent(lang: Lang, form: &Form) -> Option<Notice> {
    let count = |name: &str| form.value(name).parse::<usize>().ok();
    let text = match (count("sent"), count("saved")) {
        (Some(count), _) => lang.with("carrying-sheet-sent", &[("count", count.into())]),
        (None, Some(count)) => lang.with("carrying-sheet-saved", &[("count", count.into())]),
        (None, None) => return None,
    };
    Some(Notice { tone: Tone::Success, text })
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
