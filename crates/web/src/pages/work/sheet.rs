//! Reporting with a workbook: downloading the form, sending it back, the preview, and submitting.

use super::words::{self, period};
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as, say};
use crate::form::Form;
use crate::pages::tasks::words::short;
use crate::sending::closed;
use crate::session::{Posted, Session};
use crate::view::{Nav, Page};
use askama::Template;
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Action;
use domain::carrying::sheet::{self, Change, Preview, WORKBOOK_BYTES, Workbook};
use domain::carrying::{Said, View};
use domain::programmes::Slice;
use domain::{Error, UnitId, command, query};
use messages::Lang;
use serde::Deserialize;

/// Rows and problems that the preview shows; the rest is counted.
const SHOWN: usize = 300;
/// Longest wording of a task in the preview, in letters.
const TITLE: usize = 200;
/// Most bytes of what the preview sends on, written as a form.
pub(super) const SENT_ON: usize = 64 << 20;
/// Room for the fields beside the file.
pub(super) const UPLOAD: usize = WORKBOOK_BYTES + (1 << 20);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    unit: String,
    view: String,
}

/// The form as a file: what the units of the reader owe, as the desk shows it.
pub(super) async fn download(
    State(app): State<App>,
    session: Session,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    session.may(Action::Report)?;
    let (lang, unit) = (session.lang(), wanted.unit.parse::<UnitId>().ok());
    let view = View::from_code(&wanted.view).unwrap_or(View::Open);
    if !app.board.ready(&app.platform).await? {
        return Err(PageError::Making);
    }
    let slice = Slice { skip: 0, take: sheet::LINES };
    let found = query!(&app.platform, session.actor(), cx => {
        match app.board.desk(cx, view, unit, slice).await? {
            None => Ok(None),
            Some(desk) => sheet::sheet(cx, desk.rows, desk.counts[view as usize]).await.map(Some),
        }
    })?;
    let found = found.ok_or(PageError::Making)?;
    let now = app.platform.now().to_zoned(app.platform.zone.clone()).datetime();
    let written = tokio::task::spawn_blocking(move || sheet::workbook(&found, lang, now)).await;
    let bytes = written.map_err(|e| PageError::Broken(e.to_string()))??;
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned();
    let name = format!("attachment; filename=\"cap-nhat-tien-do-{}.xlsx\"", now.date());
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

#[derive(Template)]
#[template(path = "work/upload.html")]
struct UploadPage {
    page: Page,
    form: Form,
}

fn upload_page(app: &App, session: &Session, form: Form) -> UploadPage {
    let mut page = session.page(app, session.lang().text("carrying-sheet-upload"));
    page.nav = Some(Nav::Work);
    UploadPage { page: page.crumb(session.lang().text("carrying-desk"), "/duties"), form }
}

pub(super) async fn ask(State(app): State<App>, session: Session) -> Result<Response, PageError> {
    session.may(Action::Report)?;
    render(&upload_page(&app, &session, Form::new()))
}

/// One thing that changes.
struct Field {
    term: String,
    old: String,
    new: String,
}

struct ChangeLine {
    line: u32,
    code: String,
    task: String,
    href: String,
    unit: String,
    kind: String,
    corrects: bool,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "work/preview.html")]
struct PreviewPage {
    page: Page,
    lead: String,
    problems: Vec<(String, String)>,
    lines: Vec<ChangeLine>,
    hidden: usize,
    notes: Vec<String>,
    rows: String,
    /// It may be submitted.
    sound: bool,
    /// It may be kept as drafts.
    keepable: bool,
}

impl ChangeLine {
    fn new(lang: Lang, change: &Change) -> ChangeLine {
        ChangeLine {
            line: change.line,
            code: change.row.code.clone().unwrap_or_default(),
            task: short(&change.row.title, TITLE),
            href: format!("/tasks/{}", change.seat.task),
            unit: change.unit_name.clone(),
            kind: words::kind(lang, change.after.kind),
            corrects: change.corrects,
            fields: fields(lang, change.before.as_ref(), &change.after),
        }
    }
}

/// What differs between two texts of an update, in the order of the form.
fn fields(lang: Lang, before: Option<&Said>, after: &Said) -> Vec<Field> {
    let nothing = Said::default();
    let old = values(lang, before.unwrap_or(&nothing));
    let first = before.is_none();
    let rows = old.into_iter().zip(values(lang, after));
    rows.filter(|((_, old), (_, new))| first && !new.is_empty() || old != new)
        .map(|((term, old), (_, new))| Field { term, old: if first { String::new() } else { old }, new })
        .collect()
}

fn values(lang: Lang, said: &Said) -> [(String, String); 9] {
    let percent = said.percent.map(|percent| format!("{percent} %")).unwrap_or_default();
    [
        ("carrying-kind", words::kind(lang, said.kind)),
        ("carrying-period", said.period.map(|one| period(lang, one)).unwrap_or_default()),
        ("carrying-body", said.body.clone()),
        ("carrying-percent", percent),
        ("carrying-result", said.result.clone()),
        ("carrying-product", said.product.clone()),
        ("carrying-completed-on", said.completed_on.map(|day| lang.date(day.0)).unwrap_or_default()),
        ("carrying-difficulty", said.difficulty.clone()),
        ("carrying-remover", said.remover.clone()),
    ]
    .map(|(key, value)| (lang.text(key), value))
}

fn preview_page(
    app: &App,
    session: &Session,
    book: &Workbook,
    preview: &Preview,
) -> Result<PreviewPage, PageError> {
    let lang = session.lang();
    let keepable = book.problems.is_empty() && preview.problems.is_empty() && !preview.changes.is_empty();
    let mut problems: Vec<_> = book.problems.iter().chain(&preview.problems).chain(&preview.unfit).collect();
    problems.sort_by_key(|problem| cell_order(&problem.field));
    let wrong = problems.len();
    let lead = match wrong {
        0 => lang.with("carrying-sheet-preview-lead", &[("count", preview.changes.len().into())]),
        count => lang.with("carrying-sheet-preview-wrong", &[("count", count.into())]),
    };
    let place = |cell: &str| {
        lang.with("carrying-sheet-cell", &[("sheet", book.sheet.as_str().into()), ("cell", cell.into())])
    };
    let mut notes = Vec::new();
    if book.untouched > 0 {
        notes.push(lang.with("carrying-sheet-untouched", &[("count", book.untouched.into())]));
    }
    if book.removed > 0 {
        notes.push(lang.with("carrying-sheet-removed", &[("count", book.removed.into())]));
    }
    let mut page = session.page(app, lang.text("carrying-sheet-preview"));
    page.nav = Some(Nav::Work);
    page = page
        .crumb(lang.text("carrying-desk"), "/duties")
        .crumb(lang.text("carrying-sheet-upload"), "/duties/upload");
    Ok(PreviewPage {
        page,
        lead,
        problems: problems.iter().take(SHOWN).map(|p| (place(&p.field), say(lang, &p.reason))).collect(),
        lines: preview.changes.iter().take(SHOWN).map(|change| ChangeLine::new(lang, change)).collect(),
        hidden: preview.changes.len().saturating_sub(SHOWN) + wrong.saturating_sub(SHOWN),
        notes,
        rows: serde_json::to_string(book).map_err(|e| PageError::Broken(e.to_string()))?,
        sound: wrong == 0 && keepable,
        keepable,
    })
}

/// Cells from the top down, and from left to right.
fn cell_order(cell: &str) -> (u32, usize, String) {
    let letters: String = cell.chars().take_while(char::is_ascii_alphabetic).collect();
    (cell[letters.len()..].parse().unwrap_or(0), letters.len(), letters)
}

struct Sent {
    form: Form,
    name: String,
    bytes: Vec<u8>,
}

async fn sent(session: &Session, mut parts: Multipart) -> Result<Sent, PageError> {
    let broken = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => PageError::TooLarge,
        _ => PageError::Unreadable(error.body_text()),
    };
    let (mut values, mut name, mut bytes) = (Vec::new(), String::new(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let field = part.name().unwrap_or_default().to_owned();
        if field == "file" {
            part.file_name().unwrap_or_default().clone_into(&mut name);
            bytes = part.bytes().await.map_err(broken)?.to_vec();
        } else {
            values.push((field, part.text().await.map_err(broken)?));
        }
    }
    let form = Form::sent(values);
    session.check_csrf(form.value("csrf"))?;
    Ok(Sent { form, name, bytes })
}

/// Reads what was sent and shows what it would change; nothing is kept of it.
pub(super) async fn preview(
    State(app): State<App>,
    session: Session,
    parts: Multipart,
) -> Result<Response, PageError> {
    session.may(Action::Report)?;
    let lang = session.lang();
    let Sent { mut form, name, bytes } = sent(&session, parts).await?;
    if bytes.is_empty() {
        form.issue("file", lang.text("carrying-sheet-file-missing"));
    } else if let Some(reason) = secret(&app, &name, &bytes).await? {
        form.issue("file", say(lang, &reason));
    }
    if !form.is_sound() {
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &upload_page(&app, &session, form));
    }
    let read = tokio::task::spawn_blocking(move || sheet::read(&name, &bytes)).await;
    match read.unwrap_or_else(|e| Err(Error::Internal(e.to_string()))) {
        Ok(book) => judged(&app, &session, &book).await,
        Err(error) => {
            let status = into_form(error, &mut form, lang)?;
            render_as(status, &upload_page(&app, &session, form))
        }
    }
}

/// Why a workbook is not read: it bears a mark of state secrets. What is no workbook is judged later.
async fn secret(app: &App, name: &str, bytes: &[u8]) -> Result<Option<domain::Reason>, PageError> {
    if domain::carrying::sniff(name, bytes).is_err() { Ok(None) } else { closed(app, name, bytes).await }
}

async fn judged(app: &App, session: &Session, book: &Workbook) -> Result<Response, PageError> {
    let shown = query!(&app.platform, session.actor(), cx => { sheet::preview(cx, book).await })?;
    let sound = book.problems.is_empty() && shown.problems.is_empty() && shown.unfit.is_empty();
    let status = if sound { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    render_as(status, &preview_page(app, session, book, &shown)?)
}

/// Does what the preview showed, all of it or nothing.
pub(super) async fn send(
    State(app): State<App>,
    session: Session,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    session.may(Action::Report)?;
    let book: Workbook =
        serde_json::from_str(form.value("rows")).map_err(|e| PageError::Unreadable(e.to_string()))?;
    let submit = form.value("do") != "save";
    let done = command!(&app.platform, session.actor(), cx => { sheet::send(cx, &book, submit).await });
    match done {
        Ok(count) => {
            let (what, view) = if submit { ("sent", "waiting") } else { ("saved", "open") };
            Ok(Redirect::to(&format!("/duties?view={view}&{what}={count}")).into_response())
        }
        // Somebody was faster: the preview says where.
        Err(Error::Invalid(_) | Error::Stale) => judged(&app, &session, &book).await,
        Err(error) => Err(error.into()),
    }
}
