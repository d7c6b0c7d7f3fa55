//! The first page: the most important sentence, the lights, and where they come from.

use super::programmes::{CountLine, DatedQuery, ProgrammeLine, dated, encoded, sentence, unit_line};
use super::tasks::words;
use crate::app::App;
use crate::failure::{PageError, render};
use crate::form::Form;
use crate::routes::Routes;
use crate::session::Session;
use crate::view::{Bar, Nav, Page};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::programmes::{self, Dashboard, GroupCount, ProgrammeId};
use domain::query;
use std::collections::HashMap;

/// Rows of the small tables; the rest is one link away.
const ROWS: usize = 8;

pub(super) fn routes() -> Routes {
    Routes::new().get("/", show)
}

#[derive(Template)]
#[template(path = "dashboard/dashboard.html")]
struct DashboardPage {
    page: Page,
    form: Form,
    lead: String,
    bar: Bar,
    base: String,
    units: Vec<CountLine>,
    more_units: usize,
    groups: Vec<GroupLine>,
    programmes: Vec<ProgrammeLine>,
    mend: Vec<(String, usize, String)>,
    may_import: bool,
    numbers: domain::requests::Numbers,
}

struct GroupLine {
    programme: Option<String>,
    label: String,
    href: String,
    bar: Bar,
    base: String,
}

async fn show(
    State(app): State<App>,
    session: Session,
    Query(asked): Query<DatedQuery>,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let as_of = asked.day();
    let seen = query!(&app.platform, session.actor(), cx => { programmes::dashboard(cx, as_of).await })?;
    let numbers = super::requests::part::numbers(&app, &session, as_of).await?;
    let suffix = as_of.map(|day| format!("as_of={day}&")).unwrap_or_default();
    let mut page = session.page(&app, lang.text("nav-home"));
    page.nav = Some(Nav::Home);
    dated(&mut page, as_of);
    let form = match as_of {
        Some(day) => Form::new().fill("as_of", lang.date(day)),
        None => Form::new(),
    };
    let defects = seen.defects.iter().filter(|(_, count)| *count > 0);
    let defects = defects
        .map(|(one, n)| (words::defect(lang, *one), *n, format!("/tasks?defect={}&{suffix}", one.code())));
    let states = seen.states.iter().filter(|(_, count)| *count > 0);
    let states = states
        .map(|(one, n)| (words::state(lang, *one), *n, format!("/tasks?state={}&{suffix}", one.code())));
    render(&DashboardPage {
        lead: sentence(lang, seen.day.0, &seen.counts, seen.units.first()),
        bar: words::bar(&seen.counts),
        base: format!("/tasks?{suffix}"),
        units: seen.units.iter().take(ROWS).map(|unit| unit_line(unit, "/tasks", &suffix)).collect(),
        more_units: seen.units.len().saturating_sub(ROWS),
        groups: groups(&seen, &suffix, lang),
        programmes: seen.programmes.iter().take(ROWS).map(|row| ProgrammeLine::new(row, as_of)).collect(),
        mend: defects.chain(states).collect(),
        numbers,
        may_import: session.actor().may_somewhere(Action::ManageIntake),
        page,
        form,
    })
}

/// The main groups, those with the most late tasks first.
fn groups(seen: &Dashboard, suffix: &str, lang: messages::Lang) -> Vec<GroupLine> {
    let titles: HashMap<ProgrammeId, &str> =
        seen.programmes.iter().map(|row| (row.programme.id, row.programme.title.as_str())).collect();
    let several = titles.len() > 1;
    let mut groups: Vec<&GroupCount> = seen.groups.iter().collect();
    groups.sort_by_key(|group| std::cmp::Reverse((group.counts.red, group.counts.amber)));
    let line = |group: &GroupCount| {
        let code = if group.code.is_empty() { "-".to_owned() } else { encoded(&group.code) };
        let base = format!("/programmes/{}/tasks?group={code}&{suffix}", group.programme);
        GroupLine {
            programme: several
                .then(|| words::short(titles.get(&group.programme).copied().unwrap_or_default(), 90)),
            label: match (group.code.is_empty(), group.title.is_empty()) {
                (true, _) => lang.text("programmes-no-group"),
                (false, true) => lang.with("programmes-group-code", &[("code", group.code.as_str().into())]),
                (false, false) => format!("{} {}", group.code, group.title),
            },
            href: base.trim_end_matches('&').to_owned(),
            bar: words::bar(&group.counts),
            base,
        }
    };
    groups.into_iter().take(ROWS).map(line).collect()
}
