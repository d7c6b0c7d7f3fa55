//! A programme made by hand: an instruction, a conclusion, a remark written on a document.

use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::pages::words;
use crate::session::{Posted, Session};
use crate::view::{Choice, Nav, Page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Action, Role, decide};
use domain::programmes::{self, NewDocument, NewProgramme, ProgrammeId, Recurrence, Rules};
use domain::{Day, UnitId, command, query, units};

#[derive(Template)]
#[template(path = "programmes/new.html")]
struct NewPage {
    page: Page,
    form: Form,
    owners: Vec<Choice>,
}

/// The units for which somebody may keep plans: what was looked for, or his own.
async fn owners(app: &App, session: &Session, form: &Form) -> Result<Vec<Choice>, PageError> {
    let keeps = |role: Role| matches!(role, Role::Administrator | Role::Planner);
    let grants = session.actor().grants.iter().filter(|grant| keeps(grant.role));
    let own: Vec<UnitId> = grants.map(|grant| grant.unit).chain(form.value("owner").parse().ok()).collect();
    let text = form.value("owner_q").to_owned();
    let found = query!(&app.platform, session.actor(), cx => {
        let mut found: Vec<units::Unit> = units::load_many(cx, &own).await?.into_values().collect();
        found.sort_by_key(|unit| unit.tree_from);
        for unit in units::search(cx, &text, 20).await? {
            if found.iter().all(|known| known.id != unit.id) {
                found.push(unit);
            }
        }
        Ok(found)
    })?;
    let choice = |unit: &units::Unit| {
        Choice::new(unit.id.to_string(), &unit.name).hint(unit.superior.clone().unwrap_or_default())
    };
    let may = |unit: &&units::Unit| decide(session.actor(), Action::EditProgrammes, &unit.scope());
    Ok(found.iter().filter(may).map(choice).collect())
}

async fn new_page(app: &App, session: &Session, form: Form) -> Result<NewPage, PageError> {
    let lang = session.lang();
    let mut page =
        session.page(app, lang.text("programmes-new")).crumb(lang.text("programmes-title"), "/programmes");
    page.nav = Some(Nav::Programmes);
    let owners = owners(app, session, &form).await?;
    Ok(NewPage { page, form, owners })
}

pub(super) async fn show(State(app): State<App>, session: Session) -> Result<Response, PageError> {
    session.may(Action::EditProgrammes)?;
    let first =
        session.actor().grants.iter().find(|grant| matches!(grant.role, Role::Administrator | Role::Planner));
    let form = match first {
        Some(grant) => Form::new().fill("owner", grant.unit.to_string()),
        None => Form::new(),
    };
    render(&new_page(&app, &session, form).await?)
}

pub(super) async fn set_up(
    State(app): State<App>,
    session: Session,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    session.may(Action::EditProgrammes)?;
    let lang = session.lang();
    if form.value("search") == "owner" {
        return render(&new_page(&app, &session, form).await?);
    }
    let title = form.required("title", lang.text("programmes-title-missing"));
    let owner = form.value("owner").parse::<UnitId>().ok();
    if owner.is_none() {
        form.issue("owner", lang.text("programmes-owner-missing"));
    }
    let issued_on = form.date("issued_on", lang).map(Day);
    let line = |name: &str| Some(form.value(name).trim().to_owned()).filter(|text| !text.is_empty());
    let owner = match owner {
        Some(owner) if form.is_sound() => owner,
        _ => return render_as(StatusCode::UNPROCESSABLE_ENTITY, &new_page(&app, &session, form).await?),
    };
    let document = NewDocument {
        owner,
        number: line("number"),
        kind: line("kind"),
        title: line("document_title").unwrap_or_else(|| title.clone()),
        issuer: line("issuer"),
        issued_on,
        signer: line("signer"),
        implements: form
            .value("implements")
            .lines()
            .map(str::trim)
            .filter(|l| !l.is_empty())
            .map(str::to_owned)
            .collect(),
        text: form.value("text").replace("\r\n", "\n"),
        sha256: None,
        file_name: None,
        replaces: None,
    };
    let done = command!(&app.platform, session.actor(), cx => {
        let document = programmes::add_document(cx, document.clone()).await?;
        let programme = NewProgramme {
            owner,
            title: title.clone(),
            documents: vec![document],
            groups: Vec::new(),
            tasks: Vec::new(),
            indicators: Vec::new(),
            duties: Vec::new(),
        };
        programmes::set_up(cx, programme).await
    });
    match done {
        Ok(id) => Ok(Redirect::to(&format!("/programmes/{id}")).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, lang)?;
            render_as(status, &new_page(&app, &session, form).await?)
        }
    }
}

#[derive(Template)]
#[template(path = "programmes/edit.html")]
struct EditPage {
    page: Page,
    form: Form,
    back: String,
    levels: Vec<Choice>,
    periods: Vec<Choice>,
}

/// The code of a period as forms send it.
fn period_code(period: Recurrence) -> &'static str {
    words::OFTEN.into_iter().find(|(one, _)| *one == period).map_or("quarterly", |(_, code)| code)
}

fn edit_page(app: &App, session: &Session, id: ProgrammeId, title: &str, form: Form) -> EditPage {
    let lang = session.lang();
    let back = format!("/programmes/{id}");
    let mut page =
        session.page(app, lang.text("programmes-edit")).crumb(lang.text("programmes-title"), "/programmes");
    page = page.crumb(words::short(title, words::CRUMB), &back);
    page.nav = Some(Nav::Programmes);
    let levels = vec![
        Choice::new("1", lang.text("programmes-confirm-levels-1")),
        Choice::new("2", lang.text("programmes-confirm-levels-2")),
        Choice::new("3", lang.text("programmes-confirm-levels-3")),
    ];
    let named = words::OFTEN.into_iter().filter(|(one, _)| *one != Recurrence::Periodic);
    let periods = named.map(|(one, code)| Choice::new(code, words::often(lang, one))).collect();
    EditPage { page, form, back, levels, periods }
}

async fn editable(app: &App, session: &Session, id: ProgrammeId) -> Result<programmes::Programme, PageError> {
    let (programme, may_edit) = query!(&app.platform, session.actor(), cx => {
        let programme = programmes::find(cx, id).await?;
        let may_edit = programmes::may_edit(cx, &programme);
        Ok((programme, may_edit))
    })?;
    if may_edit { Ok(programme) } else { Err(PageError::Denied) }
}

pub(super) async fn show_edit(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
) -> Result<Response, PageError> {
    let programme = editable(&app, &session, id).await?;
    let rules = &programme.rules;
    let form = Form::new()
        .fill("version", programme.version.to_string())
        .fill("title", &programme.title)
        .fill("near_due_days", rules.near_due_days.to_string())
        .fill("confirm_levels", rules.confirm_levels.to_string())
        .fill("back_date_days", rules.back_date_days.to_string())
        .fill("behind_points", rules.behind_points.map(|points| points.to_string()).unwrap_or_default())
        .fill("default_period", period_code(rules.default_period))
        .fill("period_closes_on", rules.period_closes_on.to_string())
        .fill("report_within_days", rules.report_within_days.to_string());
    render(&edit_page(&app, &session, id, &programme.title, form))
}

pub(super) async fn edit(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let programme = editable(&app, &session, id).await?;
    let version = form.value("version").parse().unwrap_or(0);
    let title = form.value("title").to_owned();
    let rules = rules_of(&form, &programme.rules);
    let done = command!(&app.platform, session.actor(), cx => {
        programmes::change_programme(cx, id, version, &title, rules).await
    });
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/programmes/{id}")).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, session.lang())?;
            render_as(status, &edit_page(&app, &session, id, &programme.title, form))
        }
    }
}

/// The settings as typed; a field that was not sent keeps what it was, and what is no number becomes one
/// that the rules refuse.
fn rules_of(form: &Form, before: &Rules) -> Rules {
    let sent = |name: &str, before: i64| match form.values(name).first() {
        Some(typed) => typed.trim().parse().unwrap_or(-1),
        None => before,
    };
    let points = form.values("behind_points").first().map(|typed| typed.trim());
    Rules {
        near_due_days: sent("near_due_days", before.near_due_days),
        confirm_levels: sent("confirm_levels", before.confirm_levels),
        back_date_days: sent("back_date_days", before.back_date_days),
        behind_points: match points {
            Some("") => None,
            Some(typed) => Some(typed.parse().unwrap_or(-1)),
            None => before.behind_points,
        },
        default_period: words::OFTEN
            .into_iter()
            .find(|(_, code)| *code == form.value("default_period"))
            .map_or(before.default_period, |(period, _)| period),
        period_closes_on: sent("period_closes_on", before.period_closes_on),
        report_within_days: sent("report_within_days", before.report_within_days),
    }
}
