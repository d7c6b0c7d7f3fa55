//! The audit trail of what the reader may inspect: who did what to which thing, in words.

mod fields;
mod words;

use crate::app::App;
use crate::failure::{PageError, render};
use crate::form::Form;
use crate::routes::Routes;
use crate::session::Session;
use crate::view::{Choice, Page, Pager};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::audit::{Filter, Named};
use domain::{Micros, UnitId, audit, disclose, units};
use fields::Names;
use uuid::Uuid;

const ROWS: i64 = 50;

pub(super) fn routes() -> Routes {
    Routes::new().get("/audit", list)
}

#[derive(Template)]
#[template(path = "identity/trail.html")]
struct TrailPage {
    page: Page,
    form: Form,
    filters: i64,
    kinds: Vec<Choice>,
    /// The thing that the list is narrowed down to, by its name.
    of: Option<String>,
    lines: Vec<Line>,
    pager: Pager,
}

/// A row of the trail.
struct Line {
    at: String,
    who: String,
    /// Everything the same person did.
    who_href: Option<String>,
    origin: String,
    what: String,
    thing: String,
    thing_href: Option<String>,
    /// Everything that happened to the same thing.
    history: String,
    erased: bool,
    fields: Vec<fields::Field>,
    before: String,
    after: String,
    sealed: bool,
}

/// What the address asks for; what cannot be read filters nothing.
fn asked(form: &Form) -> Filter {
    let before = form.value("before").split_once('_');
    Filter {
        login: form.value("who").trim().to_owned(),
        kind: Some(form.value("kind").to_owned()).filter(|kind| !kind.is_empty()),
        thing: form.value("thing").parse().ok(),
        from: messages::parse_date(form.value("from")),
        to: messages::parse_date(form.value("to")),
        before: before.and_then(|(at, id)| Some((Micros(at.parse().ok()?), id.parse().ok()?))),
    }
}

/// The address with the filters of the form and further members.
fn address(form: &Form, more: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in ["who", "kind", "thing", "from", "to"] {
        let value = form.value(name).trim();
        if !value.is_empty() && !more.iter().any(|(other, _)| *other == name) {
            query.append_pair(name, value);
        }
    }
    query.extend_pairs(more.iter().filter(|(_, value)| !value.is_empty()));
    format!("/audit?{}", query.finish())
}

async fn list(
    State(app): State<App>,
    session: Session,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    session.may(Action::ViewAudit)?;
    let form = Form::sent(pairs);
    let filter = asked(&form);
    let (mut rows, units) = disclose!(&app.platform, session.actor(), cx => {
        let rows = audit::recent(cx, &filter, ROWS + 1).await?;
        let named: Vec<UnitId> = rows.iter().flat_map(|named| fields::ids(&named.row)).map(UnitId).collect();
        let units = units::load_many(cx, &named).await?;
        Ok((rows, units))
    })?;
    let names: Names = units.into_iter().map(|(id, unit)| (id.0, unit.label())).collect();
    let more = rows.len() as i64 > ROWS;
    rows.truncate(ROWS as usize);
    let next = rows.last().filter(|_| more).map(|last| {
        let cursor = format!("{}_{}", last.row.at.0, last.row.id);
        address(&form, &[("before", &cursor)])
    });
    let lang = session.lang();
    let of = filter.thing.and_then(|_| rows.first()).map(|first| thing_name(&session, first));
    let lines: Vec<Line> = rows.iter().map(|row| line(&app, &session, &names, &form, row)).collect();
    let pager =
        Pager { from: i64::from(!lines.is_empty()), to: lines.len() as i64, next, ..Pager::default() };
    let filters = ["who", "kind", "thing", "from", "to"].iter().filter(|name| !form.value(name).is_empty());
    let page = session.page(&app, lang.text("trail-title"));
    let kinds = words::KINDS.map(|kind| Choice::new(kind, words::thing(lang, kind))).to_vec();
    render(&TrailPage { page, filters: filters.count() as i64, form, kinds, of, lines, pager })
}

/// How the row's thing is called: now, else as the row has it, else by its kind.
fn thing_name(session: &Session, named: &Named) -> String {
    let name = named.thing_name.clone().or_else(|| fields::own_name(&named.row));
    name.unwrap_or_else(|| words::thing(session.lang(), &named.row.thing_kind))
}

fn line(app: &App, session: &Session, names: &Names, form: &Form, named: &Named) -> Line {
    let (lang, row) = (session.lang(), &named.row);
    let at = row.at.timestamp().to_zoned(app.platform.zone.clone()).datetime();
    let erased = row.erased_at.is_some();
    let thing = crate::pages::words::short(&thing_name(session, named), 120);
    let id: Uuid = row.thing_id;
    Line {
        at: lang.time(at),
        who: if row.account_id.is_none() { lang.text("trail-system") } else { row.actor.clone() },
        who_href: named.login.as_ref().map(|login| address(form, &[("who", login)])),
        origin: words::origin(lang, &row.origin),
        what: words::deed(lang, row),
        thing,
        thing_href: named.thing_name.as_ref().and_then(|_| words::href(session.actor(), &row.thing_kind, id)),
        history: address(&Form::new(), &[("thing", &id.to_string())]),
        fields: if erased { Vec::new() } else { fields::changed(lang, names, row) },
        erased,
        before: pretty(&row.before.0),
        after: pretty(&row.after.0),
        sealed: row.seal.is_some(),
    }
}

fn pretty(value: &serde_json::Value) -> String {
    if fields::is_empty(value) {
        String::new()
    } else {
        serde_json::to_string_pretty(value).unwrap_or_default()
    }
}
