//! An officer's papers out of a list of tasks: the letter that urges, the short reminder, the tracking table.

use super::asked::{Asked, FILTERS};
use super::listed;
use crate::app::App;
use crate::failure::{PageError, render};
use crate::form::Form;
use crate::session::Session;
use crate::view::{Nav, Page};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::carrying;
use domain::programmes::{self, Reminder, Slice, TaskId, TaskRow, TrackingRow};
use domain::{query, units};
use messages::Lang;

/// Most tasks of one paper.
const MOST: usize = 500;

type Pairs = Query<Vec<(String, String)>>;

/// Tasks of a paper: those chosen, else all that the filter finds.
struct Found {
    rows: Vec<TaskRow>,
    /// Which tasks, in words.
    filter: String,
    left: usize,
    day: jiff::civil::Date,
    superior: String,
    issuer: String,
}

async fn found(app: &App, session: &Session, form: &Form) -> Result<Found, PageError> {
    let chosen: Vec<TaskId> = form.values("task").iter().filter_map(|id| id.parse().ok()).collect();
    let asked = Asked::sent(form);
    let list = listed(app, session, &asked, Slice::ALL).await?;
    let filter = match chosen.len() {
        0 => asked.words(Lang::Vi, &list),
        count => Lang::Vi.with("letters-tracking-chosen", &[("count", count.into())]),
    };
    let filter = Lang::Vi.with("letters-tracking-filter", &[("filter", filter.into())]);
    let wanted = |row: &TaskRow| chosen.is_empty() || chosen.contains(&row.id);
    let (day, mut rows) = (list.day, list.rows.into_iter().filter(wanted).collect::<Vec<TaskRow>>());
    let (superior, issuer) = query!(&app.platform, session.actor(), cx => {
        let (mut superior, mut issuer) = (String::new(), String::new());
        if let Some(first) = rows.first() {
            let programme = programmes::find(cx, first.programme).await?;
            let owner = units::load(cx, programme.owner).await?;
            (superior, issuer) = (owner.superior.unwrap_or_default(), owner.name);
        }
        Ok((superior, issuer))
    })?;
    let left = rows.len().saturating_sub(MOST);
    rows.truncate(MOST);
    Ok(Found { rows, filter, left, day, superior, issuer })
}

/// What links of these pages carry on: the tasks chosen, or the filter.
fn carried(form: &Form) -> Vec<(String, String)> {
    let values = |name: &&str| {
        let name = (*name).to_owned();
        form.values(&name)
            .into_iter()
            .filter(|v| !v.is_empty())
            .map(|v| (name.clone(), v.to_owned()))
            .collect::<Vec<_>>()
    };
    ["task"].iter().chain(&FILTERS).flat_map(values).collect()
}

#[derive(Template)]
#[template(path = "tasks/letter.html")]
struct LetterPage {
    page: Page,
    form: Form,
    carried: Vec<(String, String)>,
    count: usize,
    left: usize,
    most: usize,
    message: String,
}

/// The form of the letter and the short reminder.
pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Query(pairs): Pairs,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let mut form = Form::sent(pairs);
    let found = found(&app, &session, &form).await?;
    let by = form.date("report_by", lang);
    let today = app.platform.today();
    let fill = |form: Form, name: &str, value: String| {
        if form.value(name).is_empty() { form.fill(name, value) } else { form }
    };
    let copies = format!("{}\n{}", lang.text("letters-copies-default"), lang.text("letters-copies-archive"));
    form = fill(form, "superior", found.superior);
    form = fill(form, "issuer", found.issuer);
    form = fill(form, "date", lang.date(today));
    form = fill(form, "receivers", programmes::leads(&found.rows).join("\n"));
    form = fill(form, "copies", copies);
    let mut page = session.page(&app, lang.text("letters-title"));
    page.nav = Some(Nav::Programmes);
    page = page.crumb(lang.text("programmes-tasks"), "/tasks");
    render(&LetterPage {
        page,
        carried: carried(&form),
        count: found.rows.len(),
        left: found.left,
        most: MOST,
        message: programmes::reminder_text(&found.rows, found.day, by),
        form,
    })
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The letter itself.
pub(super) async fn docx(
    State(app): State<App>,
    session: Session,
    Query(pairs): Pairs,
) -> Result<Response, PageError> {
    let form = Form::sent(pairs);
    let found = found(&app, &session, &form).await?;
    let now = app.platform.now().to_zoned(app.platform.zone.clone()).datetime();
    let text = |name: &str| form.value(name).to_owned();
    let reminder = Reminder {
        superior: text("superior"),
        issuer: if form.value("issuer").trim().is_empty() { found.issuer } else { text("issuer") },
        number: text("number"),
        place: text("place"),
        date: messages::parse_date(form.value("date")).unwrap_or(now.date()),
        to: lines(form.value("receivers")),
        report_by: messages::parse_date(form.value("report_by")),
        copies: lines(form.value("copies")),
        signed_for: lines(form.value("signed_for")),
        signer: text("signer"),
    };
    let bytes = programmes::reminder_letter(&found.rows, found.day, &reminder, now)?;
    let media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document".to_owned();
    let name = format!("attachment; filename=\"don-doc-{}.docx\"", now.date());
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

#[derive(Template)]
#[template(path = "tasks/tracking.html")]
struct TrackingPage {
    page: Page,
    lead: String,
    filter: String,
    rows: Vec<TrackingRow>,
    xlsx: String,
}

/// The tracking table as a page to print.
pub(super) async fn tracking(
    State(app): State<App>,
    session: Session,
    Query(pairs): Pairs,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let form = Form::sent(pairs);
    let found = found(&app, &session, &form).await?;
    let reported =
        query!(&app.platform, session.actor(), cx => { carrying::reported(cx, &found.rows).await })?;
    let mut page = session.page(&app, lang.text("letters-tracking-title"));
    page.nav = Some(Nav::Programmes);
    page = page.crumb(lang.text("programmes-tasks"), "/tasks");
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(carried(&form)).finish();
    render(&TrackingPage {
        lead: sentence(lang, &found),
        rows: programmes::tracking(&found.rows, &reported),
        filter: found.filter,
        xlsx: format!("/tasks/tracking.xlsx?{query}"),
        page,
    })
}

fn sentence(lang: Lang, found: &Found) -> String {
    let of = |light| found.rows.iter().filter(|row| row.verdict.light == light).count();
    lang.with(
        "letters-tracking-numbers",
        &[
            ("day", found.day.into()),
            ("total", found.rows.len().into()),
            ("red", of(programmes::Light::Red).into()),
            ("amber", of(programmes::Light::Amber).into()),
        ],
    )
}

/// The tracking table as a spreadsheet.
pub(super) async fn tracking_xlsx(
    State(app): State<App>,
    session: Session,
    Query(pairs): Pairs,
) -> Result<Response, PageError> {
    let found = found(&app, &session, &Form::sent(pairs)).await?;
    let now = app.platform.now().to_zoned(app.platform.zone.clone()).datetime();
    let reported =
        query!(&app.platform, session.actor(), cx => { carrying::reported(cx, &found.rows).await })?;
    let bytes = programmes::tracking_xlsx(&found.rows, &reported, (found.day, &found.filter), now)?;
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned();
    let name = format!("attachment; filename=\"bang-theo-doi-{}.xlsx\"", now.date());
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}
