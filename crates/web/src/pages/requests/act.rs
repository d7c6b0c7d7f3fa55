//! Moving an exchange on: each form of its page.

use super::show::page;
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::sending::receive;
use crate::session::{Posted, Session};
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Action;
use domain::requests::{self, Decision, MatterId, Said};
use domain::{Day, Error, Problem, UnitId, command, query};

fn version(form: &Form) -> i64 {
    form.value("version").parse().unwrap_or(0)
}

/// To the exchange after an act, or its page again with what is wrong. The domain's fields are named as the
/// page's forms name them.
async fn done(
    app: &App,
    session: &Session,
    id: MatterId,
    mut form: Form,
    outcome: domain::Result<()>,
    names: &[(&str, &str)],
) -> Result<Response, PageError> {
    let error = match outcome {
        Ok(()) => return Ok(Redirect::to(&format!("/requests/{id}")).into_response()),
        Err(Error::Invalid(problems)) => {
            let renamed = |p: Problem| {
                let field = names.iter().find(|(from, _)| *from == p.field).map(|(_, to)| (*to).to_owned());
                Problem { field: field.unwrap_or(p.field), reason: p.reason }
            };
            Error::Invalid(problems.into_iter().map(renamed).collect())
        }
        Err(other) => other,
    };
    let status = into_form(error, &mut form, session.lang())?;
    render_as(status, &page(app, session, id, form).await?)
}

/// A form that its page sends back before anything is done.
async fn again_page(app: &App, session: &Session, id: MatterId, form: Form) -> Result<Response, PageError> {
    render_as(StatusCode::UNPROCESSABLE_ENTITY, &page(app, session, id, form).await?)
}

/// Refuses before what was typed is looked at: who does not see it, and who only looks on anywhere.
async fn may(app: &App, session: &Session, id: MatterId) -> Result<(), PageError> {
    query!(&app.platform, session.actor(), cx => { requests::find(cx, id).await })?;
    let may = |action| session.actor().may_somewhere(action);
    if may(Action::Ask) || may(Action::Direct) { Ok(()) } else { Err(PageError::Denied) }
}

pub(super) async fn decide(
    State(app): State<App>,
    session: Session,
    Path(id): Path<MatterId>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let due = form.date("due", lang).map(Day);
    let accept = form.value("decision");
    if !form.is_sound() || !matches!(accept, "accept" | "refuse") {
        may(&app, &session, id).await?;
        if form.error("due").is_empty() {
            form.issue("decision", lang.text("requests-invalid-decision"));
        }
        return again_page(&app, &session, id, form).await;
    }
    let decision = Decision {
        accept: accept == "accept",
        reason: form.value("reason").to_owned(),
        due,
        authority: Some(form.value("authority").to_owned()),
    };
    let version = version(&form);
    let outcome = command!(&app.platform, session.actor(), cx => {
        requests::decide(cx, id, version, &decision).await
    });
    done(&app, &session, id, form, outcome, &[]).await
}

pub(super) async fn withdraw(
    State(app): State<App>,
    session: Session,
    Path(id): Path<MatterId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let (version, reason) = (version(&form), form.value("why").to_owned());
    let outcome = command!(&app.platform, session.actor(), cx => {
        requests::withdraw(cx, id, version, &reason).await
    });
    done(&app, &session, id, form, outcome, &[("reason", "why")]).await
}

pub(super) async fn answer(
    State(app): State<App>,
    session: Session,
    Path(id): Path<MatterId>,
    body: Multipart,
) -> Result<Response, PageError> {
    may(&app, &session, id).await?;
    let (form, files) = receive(&app, &session, body).await?;
    if !form.is_sound() {
        return again_page(&app, &session, id, form).await;
    }
    let said = Said { text: form.value("text").to_owned(), files };
    let version = version(&form);
    let outcome = command!(&app.platform, session.actor(), cx => {
        requests::answer(cx, id, version, &said).await
    });
    done(&app, &session, id, form, outcome, &[]).await
}

pub(super) async fn again(
    State(app): State<App>,
    session: Session,
    Path(id): Path<MatterId>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let by = form.date("answer_by", session.lang()).map(Day);
    let (version, question) = (version(&form), form.value("text").to_owned());
    let outcome = command!(&app.platform, session.actor(), cx => {
        requests::ask_again(cx, id, version, &question, by).await
    });
    done(&app, &session, id, form, outcome, &[]).await
}

pub(super) async fn escalate(
    State(app): State<App>,
    session: Session,
    Path(id): Path<MatterId>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let Ok(to) = form.value("to").parse::<UnitId>() else {
        may(&app, &session, id).await?;
        if form.value("search") == "to" {
            return render(&page(&app, &session, id, form).await?);
        }
        form.issue("to", session.lang().text("requests-invalid-to"));
        return again_page(&app, &session, id, form).await;
    };
    let (version, note) = (version(&form), form.value("note").to_owned());
    let outcome = command!(&app.platform, session.actor(), cx => {
        requests::escalate(cx, id, version, to, &note).await
    });
    done(&app, &session, id, form, outcome, &[("text", "note")]).await
}

pub(super) async fn close(
    State(app): State<App>,
    session: Session,
    Path(id): Path<MatterId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let (version, result) = (version(&form), form.value("result").to_owned());
    let outcome = command!(&app.platform, session.actor(), cx => {
        requests::close(cx, id, version, &result).await
    });
    done(&app, &session, id, form, outcome, &[]).await
}
