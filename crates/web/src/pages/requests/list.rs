//! The list of exchanges, and the same as a file.

use super::words::{self, Line};
use crate::app::App;
use crate::failure::{PageError, render};
use crate::form::Form;
use crate::session::Session;
use crate::view::{Choice, Nav, Page, Pager, Tab};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::programmes::{self, ProgrammeId};
use domain::query;
use domain::requests::{self, Class, Filter, Kind, Matter, State as Standing};
use messages::Lang;

/// Rows of a page.
const ROWS: usize = 50;

type Pairs = Query<Vec<(String, String)>>;

#[derive(Template)]
#[template(path = "requests/list.html")]
struct ListPage {
    page: Page,
    form: Form,
    lead: String,
    tabs: Vec<Tab>,
    filters: i64,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    programmes: Vec<Choice>,
    lines: Vec<Line>,
    pager: Pager,
    xlsx: String,
    propose: Option<String>,
    limits: Option<String>,
}

const NAMES: [&str; 8] = ["class", "kind", "state", "programme", "unit", "q", "live", "late"];

fn read(form: &Form) -> Filter {
    Filter {
        class: Class::from_code(form.value("class")),
        kind: Kind::from_code(form.value("kind")),
        state: Standing::from_code(form.value("state")),
        live: form.has("live", "yes"),
        late: form.has("late", "yes"),
        programme: form.value("programme").parse().ok(),
        task: None,
        unit: form.value("unit").parse().ok(),
        text: form.value("q").to_owned(),
        as_of: messages::parse_date(form.value("as_of")),
    }
}

/// The address of the list with some members of the filter set otherwise.
fn address(path: &str, form: &Form, changed: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in NAMES {
        let value = changed.iter().find(|(key, _)| *key == name).map_or(form.value(name), |(_, value)| value);
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    for (key, value) in changed.iter().filter(|(key, _)| !NAMES.contains(key)) {
        query.append_pair(key, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Query(pairs): Pairs,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let form = Form::sent(pairs.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect());
    let filter = read(&form);
    let (all, known, programme) = query!(&app.platform, session.actor(), cx => {
        let all = requests::list(cx, &Filter { class: None, ..filter.clone() }).await?;
        let known = programmes::all(cx).await?;
        let programme = match filter.programme {
            Some(id) => {
                let programme = programmes::find(cx, id).await?;
                Some((id, programmes::may_edit(cx, &programme)))
            }
            None => None,
        };
        Ok((all, known, programme))
    })?;
    let tabs = tabs(lang, &form, &all, filter.class);
    let mut page = session.page(&app, lang.text("requests-title"));
    page.nav = Some(Nav::Requests);
    page.part = filter.class.map(|class| words::class(lang, class)).unwrap_or_default();
    if let Some(day) = filter.as_of {
        page.as_of = Some(day.at(23, 59, 0, 0));
    }
    let found: Vec<&Matter> =
        all.iter().filter(|m| filter.class.is_none_or(|class| m.kind.class() == class)).collect();
    let at = form.value("page").parse::<usize>().unwrap_or(1).clamp(1, 100_000);
    let (from, total) = ((at - 1) * ROWS, found.len());
    let shown: Vec<Line> =
        found.iter().skip(from).take(ROWS).map(|m| Line::new(lang, &app.platform.zone, m)).collect();
    let filters = NAMES.iter().filter(|name| **name != "class" && !form.value(name).is_empty()).count();
    let programmes = known.iter().map(|one| Choice::new(one.id.to_string(), &one.title)).collect();
    let kinds = Kind::ALL.into_iter().filter(|kind| filter.class.is_none_or(|class| kind.class() == class));
    render(&ListPage {
        lead: sentence(lang, &found),
        tabs,
        filters: whole(filters),
        kinds: kinds.map(|kind| Choice::new(kind.code(), kind.word(lang))).collect(),
        states: Standing::ALL.map(|state| Choice::new(state.code(), state.word(lang))).to_vec(),
        programmes,
        pager: Pager::numbered(at, ROWS, total, |page| {
            address("/requests", &form, &[("page", &page.to_string())])
        }),
        lines: shown,
        xlsx: address("/requests.xlsx", &form, &[]),
        propose: programme.map(|(id, _)| format!("/programmes/{id}/amendments/new")),
        limits: limits_of(programme),
        page,
        form,
    })
}

fn limits_of(programme: Option<(ProgrammeId, bool)>) -> Option<String> {
    programme.filter(|(_, may_edit)| *may_edit).map(|(id, _)| format!("/programmes/{id}/limits"))
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn tabs(lang: Lang, form: &Form, all: &[Matter], current: Option<Class>) -> Vec<Tab> {
    let live = |class: Option<Class>| {
        let counts = |m: &&Matter| m.state.is_live() && class.is_none_or(|class| m.kind.class() == class);
        whole(all.iter().filter(counts).count())
    };
    let tab = |class: Option<Class>| Tab {
        label: class.map_or_else(|| lang.text("requests-all"), |class| words::class(lang, class)),
        href: address("/requests", form, &[("class", class.map_or("", Class::code)), ("kind", "")]),
        current: current == class,
        count: Some(live(class)),
    };
    std::iter::once(None).chain(Class::ALL.map(Some)).map(tab).collect()
}

/// The most important sentence: how much is waiting, and how much of it too long.
fn sentence(lang: Lang, found: &[&Matter]) -> String {
    let live = found.iter().filter(|m| m.state.is_live()).count();
    let late = found.iter().filter(|m| m.late).count();
    match (live, late) {
        (0, _) => lang.text("requests-lead-none"),
        (_, 0) => lang.with("requests-lead-calm", &[("live", live.into())]),
        _ => lang.with("requests-lead", &[("live", live.into()), ("late", late.into())]),
    }
}

pub(super) async fn xlsx(
    State(app): State<App>,
    session: Session,
    Query(pairs): Pairs,
) -> Result<Response, PageError> {
    let filter = read(&Form::sent(pairs));
    let found = query!(&app.platform, session.actor(), cx => { requests::list(cx, &filter).await })?;
    let now = app.platform.now().to_zoned(app.platform.zone.clone()).datetime();
    let bytes = requests::export(&found, session.lang(), now)?;
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let name = format!("attachment; filename=\"de-nghi-{}.xlsx\"", now.date());
    Ok(([(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}
