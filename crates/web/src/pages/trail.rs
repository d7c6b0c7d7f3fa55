//! The audit trail of what the reader may inspect.

use crate::app::App;
use crate::failure::{PageError, render};
use crate::routes::Routes;
use crate::session::Session;
use crate::view::{Page, Pager};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::{Micros, audit, query};
use messages::Lang;
use serde::Deserialize;
use uuid::Uuid;

const ROWS: i64 = 50;

pub(super) fn routes() -> Routes {
    Routes::new().get("/audit", list)
}

#[derive(Deserialize)]
struct Filter {
    before: Option<i64>,
    thing: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "identity/trail.html")]
struct TrailPage {
    page: Page,
    lines: Vec<Line>,
    pager: Pager,
}

struct Line {
    at: String,
    who: String,
    origin: String,
    what: String,
    before: String,
    after: String,
    sealed: bool,
}

async fn list(
    State(app): State<App>,
    session: Session,
    Query(filter): Query<Filter>,
) -> Result<Response, PageError> {
    session.may(Action::ViewAudit)?;
    let before = filter.before.map_or(Micros(i64::MAX), Micros);
    let mut rows = query!(&app.platform, session.actor(), cx => { audit::recent(cx, filter.thing, before, ROWS + 1).await })?;
    let more = rows.len() as i64 > ROWS;
    rows.truncate(ROWS as usize);
    let next = rows.last().filter(|_| more).map(|row| match filter.thing {
        Some(thing) => format!("/audit?before={}&thing={thing}", row.at.0),
        None => format!("/audit?before={}", row.at.0),
    });
    let lang = session.lang();
    let lines = rows.iter().map(|row| line(&app, lang, row)).collect::<Vec<_>>();
    let pager =
        Pager { from: i64::from(!lines.is_empty()), to: lines.len() as i64, next, ..Pager::default() };
    render(&TrailPage { page: session.page(&app, lang.text("trail-title")), lines, pager })
}

fn line(app: &App, lang: Lang, row: &audit::Row) -> Line {
    let at = row.at.timestamp().to_zoned(app.platform.zone.clone()).datetime();
    Line {
        at: lang.time(at),
        who: if row.account_id.is_none() { lang.text("trail-system") } else { row.actor.clone() },
        origin: row.origin.clone(),
        what: format!("{} – {}", action_word(lang, &row.action), thing_word(lang, &row.thing_kind)),
        before: values(&row.before.0),
        after: values(&row.after.0),
        sealed: row.seal.is_some(),
    }
}

fn values(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(map) if map.is_empty() => String::new(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}

fn action_word(lang: Lang, action: &str) -> String {
    lang.text(match action {
        "manage_units" => "action-manage-units",
        "manage_accounts" => "action-manage-accounts",
        "edit_programmes" => "action-edit-programmes",
        "manage_intake" => "action-manage-intake",
        "manage_self" => "action-manage-self",
        _ => "action-view",
    })
}

/// The word of a kind of thing, as history lines use it.
pub(super) fn thing_word(lang: Lang, kind: &str) -> String {
    lang.text(match kind {
        "unit" => "thing-unit",
        "grouping" => "thing-grouping",
        "account" => "thing-account",
        "document" => "thing-document",
        "programme" => "thing-programme",
        "task" => "thing-task",
        "indicator" => "thing-indicator",
        "intake" => "thing-intake",
        _ => "thing-other",
    })
}
