//! The responsibility map: which unit leads how much in each main group.

use super::show::{AsOf, group_name, part_of, suffix, unit_line};
use super::{CountLine, Head, encoded};
use crate::app::App;
use crate::failure::{PageError, render};
use crate::pages::tasks::words::short;
use crate::session::Session;
use crate::view::{Light, Page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::programmes::{self, GroupCount, LightCounts, ProgrammeId};
use domain::query;
use messages::Lang;

/// Longest name of a group in a column's head, in Unicode scalar values.
const HEAD: usize = 60;

#[derive(Template)]
#[template(path = "programmes/map.html")]
struct MapPage {
    page: Page,
    head: Head,
    lead: String,
    columns: Vec<Column>,
    lines: Vec<Line>,
    /// What no unit leads, with the list of each.
    unled: Vec<(String, String)>,
}

/// A main group.
struct Column {
    label: String,
    href: String,
    total: usize,
}

struct Line {
    unit: CountLine,
    cells: Vec<Cell>,
}

/// What a unit leads in a group.
struct Cell {
    label: String,
    total: usize,
    href: String,
    red: usize,
    red_href: String,
}

fn column(lang: Lang, path: &str, group: &GroupCount, suffix: &str) -> Column {
    let name = short(&group_name(lang, group), HEAD);
    let named = !group.code.is_empty() && !group.title.is_empty();
    Column {
        label: if named { format!("{}. {name}", group.code) } else { name },
        href: format!("{path}?group={}&{suffix}", code_of(group)).trim_end_matches('&').to_owned(),
        total: group.counts.total(),
    }
}

/// The code of a group as addresses carry it.
fn code_of(group: &GroupCount) -> String {
    if group.code.is_empty() { "-".to_owned() } else { encoded(&group.code) }
}

fn cell(column: &Column, group: &GroupCount, unit: &CountLine, counts: &LightCounts) -> Cell {
    let href = format!("{}group={}", unit.base, code_of(group));
    Cell {
        label: column.label.clone(),
        total: counts.total(),
        red: counts.red,
        red_href: format!("{href}&light={}", Light::Red.code()),
        href,
    }
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
    Query(asked): Query<AsOf>,
) -> Result<Response, PageError> {
    let (lang, as_of) = (session.lang(), asked.day());
    let (page, head) = part_of(&app, &session, id, "map", as_of).await?;
    let map = query!(&app.platform, session.actor(), cx => { programmes::lead_map(cx, id, as_of).await })?;
    let (path, suffix) = (format!("/programmes/{id}/tasks"), suffix(as_of));
    let columns: Vec<Column> = map.groups.iter().map(|group| column(lang, &path, group, &suffix)).collect();
    let lines = map.lines.iter().map(|line| {
        let unit = unit_line(&line.unit, &path, &suffix);
        let cells = columns.iter().zip(&map.groups).zip(&line.cells);
        let cells = cells.map(|((column, group), counts)| cell(column, group, &unit, counts)).collect();
        Line { unit, cells }
    });
    let without = [
        ("programmes-units-awaiting", map.awaiting, "state=awaiting"),
        ("programmes-map-unled", map.unled, "defect=no_lead"),
        ("programmes-map-unknown", map.unknown, "defect=unknown_unit"),
    ];
    let unled = without.into_iter().filter(|(_, count, _)| *count > 0).map(|(key, count, filter)| {
        let href = format!("{path}?{filter}&{suffix}").trim_end_matches('&').to_owned();
        (lang.with(key, &[("count", count.into())]), href)
    });
    let lead = match map.lines.len() {
        0 => String::new(),
        units => {
            lang.with("programmes-map-lead", &[("units", units.into()), ("groups", columns.len().into())])
        }
    };
    render(&MapPage { lead, lines: lines.collect(), unled: unled.collect(), columns, page, head })
}
