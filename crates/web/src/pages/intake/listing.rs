//! A list whose columns are named, with the errors of each row.

use super::words;
use crate::app::App;
use crate::failure::{PageError, into_form, render_as, say};
use crate::form::Form;
use crate::session::{Posted, Session};
use crate::view::{Choice, Page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::intake::{self, Field, Intake, IntakeId, Listing, Mapping, PartyRole};
use domain::{command, query};
use messages::Lang;

/// Rows shown at most; rows with errors are always shown.
const ROWS: usize = 200;

struct Cell {
    text: String,
    error: String,
}

struct Row {
    number: usize,
    at: usize,
    cells: Vec<Cell>,
    error: String,
    wrong: bool,
    excluded: bool,
    used: bool,
}

struct Column {
    field: Field,
    label: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "intake/mapping.html")]
struct MappingPage {
    page: Page,
    intake: Intake,
    form: Form,
    lead: String,
    columns: Vec<Column>,
    headings: Vec<String>,
    rows: Vec<Row>,
    left_out: usize,
    usable: usize,
    errors: usize,
    manages: bool,
    to_discard: String,
}

fn field_word(lang: Lang, field: Field) -> String {
    match field {
        Field::Code => lang.text("intake-field-code"),
        Field::Group => lang.text("intake-field-group"),
        Field::Title => lang.text("intake-field-title"),
        Field::Lead => words::role(lang, PartyRole::Lead),
        Field::Coordinating => words::role(lang, PartyRole::Coordinating),
        Field::LeaderInCharge => words::role(lang, PartyRole::LeaderInCharge),
        Field::Following => words::role(lang, PartyRole::Following),
        Field::Person => words::role(lang, PartyRole::Person),
        Field::Output => lang.text("intake-outputs"),
        Field::Due => lang.text("intake-time"),
        Field::Start => lang.text("intake-field-start"),
        Field::FundingSource => lang.text("intake-field-funding-source"),
        Field::Funding => lang.text("intake-field-funding"),
        Field::Note => lang.text("intake-field-note"),
    }
}

fn filled(intake: &Intake) -> Form {
    let mapping = &intake.mapping;
    let mut form = Form::new()
        .fill("version", intake.version.to_string())
        .fill("header", (mapping.header + 1).to_string());
    for (field, column) in &mapping.columns {
        form = form.fill(field.code(), column.to_string());
    }
    for row in &mapping.excluded {
        form = form.fill("exclude", row.to_string());
    }
    form
}

fn shown(listing: &Listing, lang: Lang) -> (Vec<Row>, usize) {
    let mapping = &listing.intake.mapping;
    let empty = intake::Preview::default();
    let preview = listing.preview.as_ref().unwrap_or(&empty);
    let width = listing.rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut rows = Vec::new();
    let mut left_out = 0;
    for (at, cells) in listing.rows.iter().enumerate().skip(mapping.header + 1) {
        let errors: Vec<_> = preview.errors.iter().filter(|error| error.row == at).collect();
        let error = |column: Option<usize>| {
            let of = errors.iter().filter(|error| error.column == column);
            of.map(|error| say(lang, &error.reason)).collect::<Vec<_>>().join(" ")
        };
        if rows.len() >= ROWS && errors.is_empty() {
            left_out += 1;
            continue;
        }
        let cell = |column: usize| Cell {
            text: cells.get(column).cloned().unwrap_or_default(),
            error: error(Some(column)),
        };
        rows.push(Row {
            number: at + 1,
            at,
            cells: (0..width).map(cell).collect(),
            error: error(None),
            wrong: !errors.is_empty(),
            excluded: mapping.excluded.contains(&at),
            used: preview.rows.iter().any(|(row, _)| *row == at),
        });
    }
    (rows, left_out)
}

pub(super) async fn page(
    app: &App,
    session: &Session,
    page: Page,
    id: IntakeId,
    form: Form,
    status: StatusCode,
) -> Result<Response, PageError> {
    let listing = query!(&app.platform, session.actor(), cx => { intake::listing(cx, id).await })?;
    let lang = session.lang();
    let (rows, left_out) = shown(&listing, lang);
    let headings = listing.rows.get(listing.intake.mapping.header).cloned().unwrap_or_default();
    let choices: Vec<Choice> = headings
        .iter()
        .enumerate()
        .map(|(at, heading)| {
            let number = (at + 1).to_string();
            let args = [("number", number.into()), ("heading", words::short(heading.trim(), 60).into())];
            Choice::new(at.to_string(), lang.with("intake-column", &args))
        })
        .collect();
    let columns = Field::ALL
        .map(|field| Column { field, label: field_word(lang, field), choices: choices.clone() })
        .into_iter()
        .collect();
    let form = if form.value("version").is_empty() { filled(&listing.intake) } else { form };
    let usable = listing.preview.as_ref().map_or(0, |preview| preview.rows.len());
    let errors = listing.preview.as_ref().map_or(0, |preview| preview.errors.len());
    let lead = lang.with("intake-mapping-lead", &[("rows", usable.into()), ("errors", errors.into())]);
    let manages = super::may_manage(session, &listing.intake);
    let template = MappingPage {
        page,
        intake: listing.intake,
        form,
        lead,
        columns,
        headings,
        rows,
        left_out,
        usable,
        errors,
        manages,
        to_discard: format!("/intakes/{id}/discard"),
    };
    render_as(status, &template)
}

fn typed(form: &Form) -> Mapping {
    let column = |field: Field| Some((field, form.value(field.code()).parse::<usize>().ok()?));
    Mapping {
        header: form.value("header").parse::<usize>().unwrap_or(1).saturating_sub(1),
        columns: Field::ALL.into_iter().filter_map(column).collect(),
        excluded: form.values("exclude").into_iter().filter_map(|row| row.parse().ok()).collect(),
    }
}

async fn again(
    app: &App,
    session: &Session,
    id: IntakeId,
    mut form: Form,
    error: domain::Error,
) -> Result<Response, PageError> {
    let status = into_form(error, &mut form, session.lang())?;
    let intake = query!(&app.platform, session.actor(), cx => { intake::find(cx, id).await })?;
    let frame = super::frame(app, session, intake.title());
    page(app, session, frame, id, form, status).await
}

pub(super) async fn map(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    super::managed(&app, &session, id).await?;
    let (version, mapping) = (form.value("version").parse().unwrap_or(0), typed(&form));
    match command!(&app.platform, session.actor(), cx => { intake::map(cx, id, version, &mapping).await }) {
        Ok(()) => Ok(Redirect::to(&format!("/intakes/{id}")).into_response()),
        Err(error) => again(&app, &session, id, form, error).await,
    }
}

pub(super) async fn apply(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    super::managed(&app, &session, id).await?;
    let version = form.value("version").parse().unwrap_or(0);
    match command!(&app.platform, session.actor(), cx => { intake::apply(cx, id, version).await }) {
        Ok(_) => Ok(Redirect::to(&format!("/intakes/{id}")).into_response()),
        Err(error) => again(&app, &session, id, Form::new(), error).await,
    }
}
