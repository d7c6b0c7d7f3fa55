//! Lists of units as files: shown before they are applied, and written out again.

use super::{choices, frame, today};
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as, say};
use crate::form::Form;
use crate::routes::Routes;
use crate::session::{Posted, Session};
use crate::view::{Choice, Nav, Notice, Page, Tone};
use askama::Template;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use domain::access::Action;
use domain::units::{self, ListFile, Preview, RowState};
use domain::{Error, Problem, UnitId, command, query};
use messages::Lang;
use serde::Deserialize;

/// Rows of a preview that are shown; the others are counted.
const SHOWN: usize = 200;
/// A list that comes back from its preview is longer than the file, since letters are escaped.
const BODY: usize = 64 << 20;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/units/import", ask)
        .add("POST", "/units/import", post(preview).layer(DefaultBodyLimit::max(BODY)))
        .add("POST", "/units/import/apply", post(apply).layer(DefaultBodyLimit::max(BODY)))
        .post("/units/import/divisions", divisions)
        .get("/units/export", export)
}

#[derive(Deserialize)]
struct Under {
    under: Option<UnitId>,
    #[serde(default)]
    added: usize,
    #[serde(default)]
    changed: usize,
    #[serde(default)]
    done: String,
}

#[derive(Template)]
#[template(path = "units/import.html")]
struct ImportPage {
    page: Page,
    form: Form,
    unders: Vec<Choice>,
    kinds: String,
}

async fn import_page(app: &App, session: &Session, form: Form) -> Result<ImportPage, PageError> {
    session.may(Action::ManageUnits)?;
    let lang = session.lang();
    let unders = choices(app, session, form.value("under_q"), form.value("under")).await?;
    let kinds: Vec<String> = units::UnitKind::ALL.iter().map(|k| lang.text(k.message())).collect();
    let page = frame(app, session, lang.text("units-import-title"));
    Ok(ImportPage { page, form, unders, kinds: kinds.join("; ") })
}

async fn ask(
    State(app): State<App>,
    session: Session,
    Query(under): Query<Under>,
) -> Result<Response, PageError> {
    let home = under.under.or_else(|| session.actor().grants.first().map(|g| g.unit));
    let form = home.map_or_else(Form::new, |id| Form::new().fill("under", id.to_string()));
    let mut page = import_page(&app, &session, form).await?;
    if under.done == "yes" {
        let counts = [("added", under.added.into()), ("changed", under.changed.into())];
        page.page.notice =
            Some(Notice { tone: Tone::Success, text: session.lang().with("units-import-done", &counts) });
    }
    render(&page)
}

/// A form with a file: its fields, the file's name and bytes. A form without files has none.
async fn upload(app: &App, session: &Session, request: Request) -> Result<(Form, String, Vec<u8>), Response> {
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !media.starts_with("multipart/form-data") {
        return Posted::from_request(request, app)
            .await
            .map(|Posted(form)| (form, String::new(), Vec::new()));
    }
    let parts = Multipart::from_request(request, app)
        .await
        .map_err(|e| PageError::Unreadable(e.body_text()).into_response())?;
    let (form, name, bytes) = parts_of(parts).await.map_err(IntoResponse::into_response)?;
    session.check_csrf(form.value("csrf")).map_err(IntoResponse::into_response)?;
    Ok((form, name, bytes))
}

async fn parts_of(mut parts: Multipart) -> Result<(Form, String, Vec<u8>), PageError> {
    let (mut values, mut name, mut bytes) = (Vec::new(), String::new(), Vec::new());
    let broken = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => PageError::TooLarge,
        _ => PageError::Unreadable(error.body_text()),
    };
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let field = part.name().unwrap_or_default().to_owned();
        if field == "file" {
            part.file_name().unwrap_or_default().clone_into(&mut name);
            bytes = part.bytes().await.map_err(broken)?.to_vec();
        } else {
            values.push((field, part.text().await.map_err(broken)?));
        }
    }
    Ok((Form::sent(values), name, bytes))
}

#[derive(Template)]
#[template(path = "units/preview.html")]
struct PreviewPage {
    page: Page,
    under: String,
    under_name: String,
    rows: String,
    lines: Vec<PreviewLine>,
    hidden: usize,
    problems: Vec<(String, String)>,
    ignored: String,
    lead: String,
    sound: bool,
    changes: bool,
}

struct PreviewLine {
    line: usize,
    name: String,
    superior: String,
    state: String,
}

async fn preview(State(app): State<App>, session: Session, request: Request) -> Result<Response, PageError> {
    let (mut form, name, bytes) = match upload(&app, &session, request).await {
        Ok(sent) => sent,
        Err(refusal) => return Ok(refusal),
    };
    session.may(Action::ManageUnits)?;
    let lang = session.lang();
    if form.value("search") == "under" {
        return render(&import_page(&app, &session, form).await?);
    }
    let under: Option<UnitId> = form.value("under").parse().ok();
    if under.is_none() {
        form.issue("under", lang.text("units-parent-missing"));
    }
    if bytes.is_empty() {
        form.issue("file", lang.text("units-file-missing"));
    }
    let (Some(under), true) = (under, form.is_sound()) else {
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &import_page(&app, &session, form).await?);
    };
    let read = tokio::task::spawn_blocking(move || units::read_list(&name, &bytes)).await;
    let shown = match read.unwrap_or_else(|e| Err(Error::Internal(e.to_string()))) {
        Ok(table) => {
            query!(&app.platform, session.actor(), cx => { units::preview(cx, under, &table).await })
                .map(|preview| (preview, table))
        }
        Err(error) => Err(error),
    };
    match shown {
        Ok((preview, table)) => {
            let rows = serde_json::to_string(&table).map_err(|e| PageError::Broken(e.to_string()))?;
            let status =
                if preview.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            render_as(status, &preview_page(&app, &session, under, rows, &preview).await?)
        }
        Err(error) => {
            let status = into_form(on_file(error), &mut form, lang)?;
            render_as(status, &import_page(&app, &session, form).await?)
        }
    }
}

/// What concerns the whole list is shown at the file.
fn on_file(error: Error) -> Error {
    match error {
        Error::Invalid(problems) => {
            let named =
                |p: Problem| Problem { field: if p.field.is_empty() { "file".into() } else { p.field }, ..p };
            Error::Invalid(problems.into_iter().map(named).collect())
        }
        other => other,
    }
}

async fn preview_page(
    app: &App,
    session: &Session,
    under: UnitId,
    rows: String,
    preview: &Preview,
) -> Result<PreviewPage, PageError> {
    let lang = session.lang();
    let unit = query!(&app.platform, session.actor(), cx => { units::find(cx, under).await })?;
    let (added, changed) = (preview.added(), preview.changed());
    let same = preview.rows.iter().filter(|r| r.state == RowState::Same).count();
    let lead = match preview.problems.len() {
        0 => lang.with(
            "units-preview-lead",
            &[("added", added.into()), ("changed", changed.into()), ("same", same.into())],
        ),
        count => lang.with("units-preview-wrong", &[("count", count.into())]),
    };
    let line = |row: &units::ImportRow| PreviewLine {
        line: row.line,
        name: row.name.clone(),
        superior: row.superior.clone(),
        state: state(lang, &row.state),
    };
    let page = frame(app, session, lang.text("units-preview-title"))
        .crumb(lang.text("units-import-title"), format!("/units/import?under={under}"));
    Ok(PreviewPage {
        page,
        under: under.to_string(),
        under_name: unit.name,
        rows,
        lines: preview.rows.iter().take(SHOWN).map(line).collect(),
        hidden: preview.rows.len().saturating_sub(SHOWN),
        problems: preview.problems.iter().map(|p| (p.field.clone(), say(lang, &p.reason))).collect(),
        ignored: preview.ignored.join("; "),
        lead,
        sound: preview.problems.is_empty(),
        changes: added + changed > 0,
    })
}

fn state(lang: Lang, state: &RowState) -> String {
    match state {
        RowState::New => lang.text("units-row-new"),
        RowState::Same => lang.text("units-row-same"),
        RowState::Wrong => lang.text("units-row-wrong"),
        RowState::Changed(fields) => {
            let names: Vec<String> = fields.iter().map(|f| lang.text(field_name(f))).collect();
            lang.with("units-row-changed", &[("fields", names.join(", ").into())])
        }
    }
}

fn field_name(field: &str) -> &'static str {
    match field {
        "name" => "units-list-name",
        "superior" => "units-list-superior",
        "kind" => "units-list-kind",
        "code" => "units-list-code",
        "eid" => "units-list-eid",
        "exists_from" => "units-list-from",
        _ => "units-list-aliases",
    }
}

async fn apply(
    State(app): State<App>,
    session: Session,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let under: UnitId = form.value("under").parse().map_err(|_| PageError::NotFound)?;
    let rows = form.value("rows").to_owned();
    let table: Vec<Vec<String>> =
        serde_json::from_str(&rows).map_err(|e| PageError::Unreadable(e.to_string()))?;
    let done = command!(&app.platform, session.actor(), cx => { units::import(cx, under, &table).await });
    match done {
        Ok(done) => {
            let (added, changed) = (done.added(), done.changed());
            let to = format!("/units/import?under={under}&done=yes&added={added}&changed={changed}");
            Ok(Redirect::to(&to).into_response())
        }
        Err(Error::Invalid(_)) => {
            let preview =
                query!(&app.platform, session.actor(), cx => { units::preview(cx, under, &table).await })?;
            let page = preview_page(&app, &session, under, rows, &preview).await?;
            render_as(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn divisions(
    State(app): State<App>,
    session: Session,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let under: UnitId = form.value("under").parse().map_err(|_| PageError::NotFound)?;
    let done =
        command!(&app.platform, session.actor(), cx => { units::import_divisions(cx, Some(under)).await })?;
    let added = done.provinces + done.communes + done.former;
    Ok(Redirect::to(&format!("/units/import?under={under}&done=yes&added={added}&changed=0")).into_response())
}

#[derive(Deserialize)]
struct Wanted {
    under: Option<UnitId>,
    #[serde(default)]
    form: String,
}

#[derive(Template)]
#[template(path = "units/export.html")]
struct ExportPage {
    page: Page,
    xlsx: String,
    csv: String,
}

async fn export(
    State(app): State<App>,
    session: Session,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let (file, kind) = match wanted.form.as_str() {
        "xlsx" => (ListFile::Xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "csv" => (ListFile::Csv, "text/csv; charset=utf-8"),
        _ => {
            let base = wanted.under.map(|u| format!("&under={u}")).unwrap_or_default();
            let mut page = frame(&app, &session, lang.text("units-export-title"));
            page.nav = Some(Nav::Units);
            let href = |form: &str| format!("/units/export?form={form}{base}");
            return render(&ExportPage { page, xlsx: href("xlsx"), csv: href("csv") });
        }
    };
    let rows = query!(&app.platform, session.actor(), cx => { units::export(cx, wanted.under).await })?;
    let day = today(&app);
    let written = tokio::task::spawn_blocking(move || units::write_list(&rows, lang, day, file)).await;
    let bytes = written.map_err(|e| PageError::Broken(e.to_string()))??;
    let name = if file == ListFile::Xlsx { "don-vi.xlsx" } else { "don-vi.csv" };
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response())
}
