//! Settling many tasks at once: a deadline, or a lead, for those chosen or for all that a filter finds.

use super::asked::Asked;
use super::listed;
use super::words::Line;
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::session::{Posted, Session, local};
use crate::view::{Choice, Nav, Page};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Action;
use domain::programmes::{self, Slice, TaskId};
use domain::{Day, UnitId, command, query};

/// Most tasks settled at once.
const MOST: usize = 500;

#[derive(Template)]
#[template(path = "tasks/settle.html")]
struct SettlePage {
    page: Page,
    form: Form,
    due: bool,
    back: String,
    lines: Vec<Line>,
    left: usize,
    candidates: Vec<Choice>,
}

async fn settle_page(app: &App, session: &Session, form: Form) -> Result<SettlePage, PageError> {
    session.may(Action::EditProgrammes)?;
    let lang = session.lang();
    let chosen = chosen(&form);
    let asked = if chosen.is_empty() { Asked::sent(&form) } else { Asked::read("/tasks", Vec::new(), None) };
    let list = listed(app, session, &asked, Slice::ALL).await?;
    let wanted = |row: &&programmes::TaskRow| chosen.is_empty() || chosen.contains(&row.id);
    let mut lines: Vec<Line> = list.rows.iter().filter(wanted).map(|row| Line::new(lang, row, "")).collect();
    let left = lines.len().saturating_sub(MOST);
    lines.truncate(MOST);
    let due = form.value("act") != "lead";
    let title = if due { lang.text("programmes-settle-due") } else { lang.text("programmes-settle-lead") };
    let mut page = session.page(app, title).crumb(lang.text("programmes-title"), "/programmes");
    page.nav = Some(Nav::Programmes);
    let candidates = candidates(app, session, &form, "lead").await?;
    Ok(SettlePage {
        page,
        due,
        back: local(form.value("back"), "/tasks").to_owned(),
        form,
        lines,
        left,
        candidates,
    })
}

fn chosen(form: &Form) -> Vec<TaskId> {
    form.values("task").iter().filter_map(|id| id.parse().ok()).collect()
}

/// What a picker of units offers: what was looked for, and the one chosen before.
pub(super) async fn candidates(
    app: &App,
    session: &Session,
    form: &Form,
    name: &str,
) -> Result<Vec<Choice>, PageError> {
    let text = form.value(format!("{name}_q").as_str()).to_owned();
    let picked = form.value(name).parse::<UnitId>().ok();
    let found = query!(&app.platform, session.actor(), cx => {
        let mut found = domain::units::search(cx, &text, 20).await?;
        if let Some(picked) = picked && found.iter().all(|unit| unit.id != picked) {
            match domain::units::find(cx, picked).await {
                Ok(unit) => found.push(unit),
                Err(domain::Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    })?;
    Ok(found
        .iter()
        .map(|unit| {
            Choice::new(unit.id.to_string(), &unit.name).hint(unit.superior.clone().unwrap_or_default())
        })
        .collect())
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    session.may(Action::EditProgrammes)?;
    render(&settle_page(&app, &session, Form::sent(pairs)).await?)
}

pub(super) async fn settle(
    State(app): State<App>,
    session: Session,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    session.may(Action::EditProgrammes)?;
    let lang = session.lang();
    if form.value("search") == "lead" {
        return render(&settle_page(&app, &session, form).await?);
    }
    let tasks = chosen(&form);
    let done = if form.value("act") == "lead" {
        let Ok(lead) = form.value("lead").parse::<UnitId>() else {
            form.issue("lead", lang.text("programmes-lead-missing"));
            return render_as(StatusCode::UNPROCESSABLE_ENTITY, &settle_page(&app, &session, form).await?);
        };
        command!(&app.platform, session.actor(), cx => { programmes::settle_lead(cx, &tasks, lead).await })
    } else {
        let Some(due) = form.date("due", lang) else {
            if form.error("due").is_empty() {
                form.issue("due", lang.text("programmes-due-missing"));
            }
            return render_as(StatusCode::UNPROCESSABLE_ENTITY, &settle_page(&app, &session, form).await?);
        };
        let reason = form.value("reason").to_owned();
        command!(&app.platform, session.actor(), cx => {
            programmes::settle_due(cx, &tasks, Day(due), Some(&reason)).await
        })
    };
    match done {
        Ok(()) => Ok(Redirect::to(local(form.value("back"), "/tasks")).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, lang)?;
            render_as(status, &settle_page(&app, &session, form).await?)
        }
    }
}
