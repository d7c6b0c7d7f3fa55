//! The directory of units: the tree level by level, search, one unit with its history, candidates for pickers.

mod act;
mod groupings;
mod lists;

use crate::app::App;
use crate::failure::{PageError, render};
use crate::form::Form;
use crate::routes::Routes;
use crate::session::Session;
use crate::view::{Choice, Nav, Notice, Page, Pager, Tone};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Action, decide};
use domain::units::{self, Link, Listed, Unit, UnitKind, Version};
use domain::{Cx, Day, UnitId, query};
use messages::Lang;
use serde::Deserialize;

/// Children of one level that are shown at once.
const ROWS: i64 = 100;
/// Children that a unit's own page shows at once.
const CHILDREN: i64 = 30;
/// Units found that are shown.
const FOUND: i64 = 30;

pub(super) fn routes() -> Routes {
    let routes = Routes::new()
        .get("/units", index)
        .get("/units/search", search)
        .get("/units/candidates", candidates)
        .get("/units/{unit}", show)
        .get("/units/{unit}/children", children);
    routes.merge(act::routes()).merge(lists::routes()).merge(groupings::routes())
}

/// A unit as a line of a list or a node of the tree.
struct Line {
    href: String,
    name: String,
    superior: String,
    kind: String,
    below: i64,
    children_href: String,
    gone: bool,
}

impl Line {
    fn of(lang: Lang, unit: &Unit, today: Day) -> Line {
        Line {
            href: format!("/units/{}", unit.id),
            name: unit.name.clone(),
            superior: unit.superior.clone().unwrap_or_default(),
            kind: lang.text(unit.kind.message()),
            below: 0,
            children_href: String::new(),
            gone: unit.exists_to.is_some_and(|to| to < today),
        }
    }

    fn listed(lang: Lang, row: &Listed, today: Day) -> Line {
        let mut line = Line::of(lang, &row.unit, today);
        line.below = row.below;
        if row.children > 0 {
            line.children_href = format!("/units/{}/children", row.unit.id);
        }
        line
    }

    /// What a node of the tree is called: its name and how many units lie below it.
    fn label(&self, lang: &Lang) -> String {
        match self.below {
            0 => self.name.clone(),
            below => lang.with("units-node", &[("name", self.name.as_str().into()), ("below", below.into())]),
        }
    }
}

fn today(app: &App) -> Day {
    Day(app.platform.today())
}

/// The frame of a page of this part.
fn frame(app: &App, session: &Session, title: impl Into<String>) -> Page {
    let mut page = session.page(app, title).crumb(session.lang().text("units-title"), "/units");
    page.nav = Some(Nav::Units);
    page
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "units/index.html")]
struct IndexPage {
    page: Page,
    form: Form,
    asked: bool,
    found: Vec<Line>,
    own: Vec<Line>,
    roots: Vec<Line>,
    total: i64,
    manages: bool,
}

async fn index(
    State(app): State<App>,
    session: Session,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let (roots, own, found) = query!(&app.platform, session.actor(), cx => {
        Ok((units::roots(cx).await?, units::own(cx).await?, units::search(cx, &asked.q, FOUND).await?))
    })?;
    let (lang, day) = (session.lang(), today(&app));
    let open = |r: &&Listed| r.unit.exists_on(day);
    let mut page = session.page(&app, lang.text("units-title"));
    page.nav = Some(Nav::Units);
    render(&IndexPage {
        page,
        asked: !asked.q.trim().is_empty(),
        form: Form::new().fill("q", asked.q),
        found: found.iter().map(|u| Line::of(lang, u, day)).collect(),
        own: own.iter().map(|u| Line::of(lang, u, day)).collect(),
        total: roots.iter().filter(open).map(|r| r.below + 1).sum(),
        roots: roots.iter().filter(open).map(|r| Line::listed(lang, r, day)).collect(),
        manages: session.actor().may_somewhere(Action::ManageUnits),
    })
}

#[derive(Template)]
#[template(path = "units/found.html")]
struct Found {
    page: Page,
    found: Vec<Line>,
    asked: bool,
}

/// What a search finds, as a part of a page.
async fn search(
    State(app): State<App>,
    session: Session,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let found = query!(&app.platform, session.actor(), cx => { units::search(cx, &asked.q, FOUND).await })?;
    let (lang, day) = (session.lang(), today(&app));
    let found = found.iter().map(|u| Line::of(lang, u, day)).collect();
    render(&Found {
        page: session.page(&app, lang.text("units-title")),
        found,
        asked: !asked.q.trim().is_empty(),
    })
}

#[derive(Deserialize)]
struct Level {
    #[serde(default)]
    after: i64,
}

#[derive(Template)]
#[template(path = "units/branch.html")]
struct Branch {
    page: Page,
    lines: Vec<Line>,
    next: String,
    first: bool,
}

/// The next level of the tree, as a part of a page; without JavaScript the unit's own page shows it.
async fn children(
    State(app): State<App>,
    session: Session,
    Path(id): Path<UnitId>,
    headers: HeaderMap,
    Query(level): Query<Level>,
) -> Result<Response, PageError> {
    if !headers.contains_key("hx-request") {
        query!(&app.platform, session.actor(), cx => { units::find(cx, id).await })?;
        return Ok(Redirect::to(&format!("/units/{id}#children")).into_response());
    }
    let wanted = units::Page::first(ROWS + 1).after(level.after);
    let mut rows = query!(&app.platform, session.actor(), cx => { units::children(cx, id, wanted).await })?;
    let next =
        cut(&mut rows, ROWS).map(|after| format!("/units/{id}/children?after={after}")).unwrap_or_default();
    let (lang, day) = (session.lang(), today(&app));
    let lines = rows.iter().map(|r| Line::listed(lang, r, day)).collect();
    render(&Branch {
        page: session.page(&app, lang.text("units-title")),
        lines,
        next,
        first: level.after == 0,
    })
}

/// Keeps a page of rows; where there are more, the place after which they begin.
fn cut(rows: &mut Vec<Listed>, most: i64) -> Option<i64> {
    let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > most;
    rows.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    rows.last().filter(|_| more).map(|r| r.unit.ordinal)
}

#[derive(Template)]
#[template(path = "units/options.html")]
struct Options {
    page: Page,
    form: Form,
    name: String,
    kind: &'static str,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "units/candidates.html")]
struct CandidatesPage {
    page: Page,
    form: Form,
    asked: bool,
    candidates: Vec<CandidateLine>,
}

struct CandidateLine {
    href: String,
    name: String,
    superior: String,
    score: String,
    why: String,
}

/// Units that fit what was typed. A picker asks with `<field>_q` and gets the options alone;
/// a person gets a page with scores and reasons.
async fn candidates(
    State(app): State<App>,
    session: Session,
    headers: HeaderMap,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let form = Form::sent(pairs.clone());
    let field = pairs.iter().find_map(|(key, value)| Some((key.strip_suffix("_q")?, value)));
    let (name, text) = match field {
        Some((name, text)) => (name.to_owned(), text.clone()),
        None => (form.value("name").to_owned(), form.value("q").to_owned()),
    };
    let fit = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if headers.contains_key("hx-request") && !name.is_empty() && fit {
        let choices = choices(&app, &session, &text, form.value(&name)).await?;
        let page = session.page(&app, session.lang().text("units-title"));
        let kind = if form.value("many") == "yes" { "checkbox" } else { "radio" };
        return render(&Options { page, form, name, kind, choices });
    }
    let around = session.actor().grants.first().map(|g| g.unit);
    let asked = !text.trim().is_empty();
    let found = query!(&app.platform, session.actor(), cx => {
        if !asked {
            return Ok(Vec::new());
        }
        let directory = match around {
            Some(unit) => units::Directory::load(cx, unit).await?,
            None => units::Directory::load_all(cx).await?,
        };
        Ok(directory.resolve(&text, 10))
    })?;
    let lang = session.lang();
    let line = |c: &units::Candidate| CandidateLine {
        href: match c.target {
            units::Target::Unit(id) => format!("/units/{id}"),
            units::Target::Grouping(id) => format!("/groupings/{id}"),
        },
        name: c.name.clone(),
        superior: c.superior.clone().unwrap_or_default(),
        score: lang.percent(c.score),
        why: lang.text(c.why.message()),
    };
    let candidates = found.iter().map(line).collect();
    let page = frame(&app, &session, lang.text("units-candidates-title"));
    render(&CandidatesPage { page, form: Form::new().fill("q", text), asked, candidates })
}

/// What a picker offers: units found by search, then those that the name may mean, then the chosen one.
pub(super) async fn choices(
    app: &App,
    session: &Session,
    text: &str,
    chosen: &str,
) -> Result<Vec<Choice>, PageError> {
    let chosen: Option<UnitId> = chosen.parse().ok();
    let around = session.actor().grants.first().map(|g| g.unit);
    let found = query!(&app.platform, session.actor(), cx => { offered(cx, text, chosen, around).await })?;
    let lang = session.lang();
    let hint = |u: &Unit| u.superior.clone().unwrap_or_else(|| lang.text(u.kind.message()));
    Ok(found.iter().map(|u| Choice::new(u.id.to_string(), &u.name).hint(hint(u))).collect())
}

async fn offered(
    cx: &mut Cx,
    text: &str,
    chosen: Option<UnitId>,
    around: Option<UnitId>,
) -> domain::Result<Vec<Unit>> {
    let mut found: Vec<Unit> = units::search(cx, text, 12).await?;
    if found.len() < 4 && !text.trim().is_empty() {
        let directory = match around {
            Some(unit) => units::Directory::load(cx, unit).await?,
            None => units::Directory::load_all(cx).await?,
        };
        for id in
            directory.resolve(text, 5).iter().filter(|c| c.score >= 0.5).filter_map(units::Candidate::unit)
        {
            if found.iter().all(|u| u.id != id) {
                found.push(units::find(cx, id).await?);
            }
        }
    }
    if let Some(id) = chosen
        && found.iter().all(|u| u.id != id)
    {
        found.push(units::find(cx, id).await?);
    }
    Ok(found)
}

/// The kinds as choices.
fn kinds(lang: Lang) -> Vec<Choice> {
    UnitKind::ALL.iter().map(|k| Choice::new(k.code(), lang.text(k.message()))).collect()
}

#[derive(Deserialize)]
struct Shown {
    #[serde(default)]
    after: i64,
    #[serde(default)]
    from: i64,
    #[serde(default)]
    day: String,
    #[serde(default)]
    gone: String,
    #[serde(default)]
    done: String,
}

#[derive(Template)]
#[template(path = "units/show.html")]
struct ShowPage {
    page: Page,
    unit: Unit,
    kind: String,
    lead: String,
    exists: String,
    parent_href: String,
    aliases: String,
    children: Vec<Line>,
    pager: Option<Pager>,
    links: Vec<LinkLine>,
    groupings: Vec<(String, String)>,
    history: Vec<Event>,
    form: Form,
    past: Option<String>,
    holders: Vec<HolderLine>,
    manages: bool,
    gone: bool,
}

struct HolderLine {
    name: String,
    role: String,
    unit: String,
    href: String,
}

struct LinkLine {
    words: String,
    href: String,
    other: String,
    period: String,
    end: String,
    replaced: bool,
}

struct Event {
    period: String,
    what: String,
    superior: String,
    recorded: String,
    reason: String,
    replaced: bool,
}

/// Everything a unit's page shows, read from one state.
struct Seen {
    unit: Unit,
    path: Vec<Unit>,
    rows: Vec<Listed>,
    aliases: Vec<units::Alias>,
    links: Vec<Link>,
    groupings: Vec<units::Grouping>,
    history: Vec<Version>,
    past: Option<Option<units::Past>>,
    holders: Vec<units::Holder>,
    below: i64,
}

async fn see(cx: &mut Cx, id: UnitId, wanted: units::Page, day: Option<Day>) -> domain::Result<Seen> {
    let unit = units::find(cx, id).await?;
    let holders = match decide(cx.actor(), Action::ViewAccounts, &unit.scope()) {
        true => units::holders(cx, id).await?,
        false => Vec::new(),
    };
    Ok(Seen {
        unit,
        holders,
        below: units::count_below(cx, id).await?,
        path: units::ancestors(cx, id).await?,
        rows: units::children(cx, id, wanted).await?,
        aliases: units::aliases(cx, id).await?,
        links: units::links(cx, id).await?,
        groupings: units::groupings_of(cx, id).await?,
        history: units::history(cx, id).await?,
        past: match day {
            Some(day) => Some(units::as_of(cx, id, day, None).await?),
            None => None,
        },
    })
}

async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<UnitId>,
    Query(shown): Query<Shown>,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let mut form = Form::new().fill("day", shown.day.clone());
    let day = form.date("day", lang).map(Day);
    let wanted = units::Page::first(CHILDREN + 1).after(shown.after).with_gone(shown.gone == "yes");
    let mut seen = query!(&app.platform, session.actor(), cx => { see(cx, id, wanted, day).await })?;
    let gone = if shown.gone == "yes" { "&gone=yes" } else { "" };
    let from = if shown.after > 0 { shown.from.max(1) } else { 1 };
    let next = cut(&mut seen.rows, CHILDREN);
    let to = from + i64::try_from(seen.rows.len()).unwrap_or(0) - 1;
    let next = next.map(|after| format!("/units/{id}?after={after}&from={}{gone}#children", to + 1));
    let mut page = session.page(&app, seen.unit.name.clone()).crumb(lang.text("units-title"), "/units");
    for above in seen.path.iter().filter(|u| u.id != id) {
        page = page.crumb(above.name.clone(), format!("/units/{}", above.id));
    }
    page.nav = Some(Nav::Units);
    page.notice = done(lang, &shown.done);
    let pager = (next.is_some() || shown.after > 0).then(|| Pager {
        from,
        to,
        previous: (shown.after > 0).then(|| format!("/units/{id}?after=0{gone}#children")),
        next,
        ..Pager::default()
    });
    let manages = decide(session.actor(), Action::ManageUnits, &seen.unit.scope());
    let shown_page = show_page(&app, lang, page, seen, (form, day), (pager, manages, shown.gone == "yes"));
    render(&shown_page)
}

fn show_page(
    app: &App,
    lang: Lang,
    page: Page,
    seen: Seen,
    (form, day): (Form, Option<Day>),
    (pager, manages, gone): (Option<Pager>, bool, bool),
) -> ShowPage {
    let today = today(app);
    let unit = seen.unit;
    let past = day.and_then(|day| seen.past.map(|past| past_words(lang, day, past.as_ref())));
    ShowPage {
        kind: lang.text(unit.kind.message()),
        lead: lead(lang, &unit, today, seen.below),
        exists: period(lang, unit.exists_from, unit.exists_to),
        parent_href: unit.parent.map(|p| format!("/units/{p}")).unwrap_or_default(),
        aliases: seen.aliases.iter().map(|a| a.alias.as_str()).collect::<Vec<_>>().join("; "),
        children: seen.rows.iter().map(|r| Line::listed(lang, r, today)).collect(),
        links: seen.links.iter().map(|l| link_line(lang, &unit, l, today)).collect(),
        groupings: seen.groupings.iter().map(|g| (format!("/groupings/{}", g.id), g.name.clone())).collect(),
        history: seen.history.iter().rev().map(|v| event(app, lang, v)).collect(),
        holders: seen.holders.into_iter().map(|h| holder_line(lang, h)).collect(),
        page,
        unit,
        pager,
        form,
        past,
        manages,
        gone,
    }
}

fn holder_line(lang: Lang, holder: units::Holder) -> HolderLine {
    let role = lang.text(&format!("role-{}", holder.role));
    HolderLine { name: holder.name, role, unit: holder.unit_name, href: format!("/units/{}", holder.unit) }
}

/// The first sentence of a unit's page.
fn lead(lang: Lang, unit: &Unit, today: Day, below: i64) -> String {
    match (unit.exists_to.filter(|to| *to < today), below) {
        (Some(to), _) => lang.with("units-lead-gone", &[("day", to.0.into())]),
        (None, 0) => lang.text("units-lead-alone"),
        (None, below) => lang.with("units-lead-below", &[("below", below.into())]),
    }
}

fn past_words(lang: Lang, day: Day, past: Option<&units::Past>) -> String {
    match past {
        None => lang.with("units-past-none", &[("day", day.0.into())]),
        Some(past) => match &past.superior {
            Some(superior) => lang.with(
                "units-past-under",
                &[
                    ("day", day.0.into()),
                    ("name", past.name.clone().into()),
                    ("superior", superior.clone().into()),
                ],
            ),
            None => lang.with("units-past", &[("day", day.0.into()), ("name", past.name.clone().into())]),
        },
    }
}

/// A period in words.
fn period(lang: Lang, from: Option<Day>, to: Option<Day>) -> String {
    match (from, to) {
        (None, None) => lang.text("units-period-open"),
        (Some(from), None) => lang.with("units-period-from", &[("from", from.0.into())]),
        (None, Some(to)) => lang.with("units-period-to", &[("to", to.0.into())]),
        (Some(from), Some(to)) => {
            lang.with("units-period-both", &[("from", from.0.into()), ("to", to.0.into())])
        }
    }
}

fn link_line(lang: Lang, unit: &Unit, link: &Link, today: Day) -> LinkLine {
    let outward = link.unit_id == unit.id;
    let (other, name) =
        if outward { (link.other_id, &link.other_name) } else { (link.unit_id, &link.unit_name) };
    let words = if outward { lang.text(link.kind.message()) } else { lang.text(inward(link.kind)) };
    let ended = link.valid_to.is_some_and(|to| to < today);
    LinkLine {
        words,
        href: format!("/units/{other}"),
        other: name.clone(),
        period: period(lang, link.valid_from, link.valid_to),
        end: if outward && !ended {
            format!("/units/{}/links/{}/end", unit.id, link.id)
        } else {
            String::new()
        },
        replaced: ended,
    }
}

/// A link as the other unit sees it.
fn inward(kind: units::LinkKind) -> &'static str {
    match kind {
        units::LinkKind::Vertical => "units-inward-vertical",
        units::LinkKind::MemberOf => "units-inward-member-of",
        units::LinkKind::ReportsTo => "units-inward-reports-to",
        units::LinkKind::SucceededBy => "units-inward-succeeded-by",
    }
}

fn event(app: &App, lang: Lang, version: &Version) -> Event {
    let at = version.recorded_at.timestamp().to_zoned(app.platform.zone.clone()).datetime();
    Event {
        period: period(lang, version.valid_from, version.valid_to),
        what: version.name.clone(),
        superior: version.superior.clone().unwrap_or_default(),
        recorded: lang.with("units-history-recorded", &[("at", lang.time(at).into())]),
        reason: version.reason.clone(),
        replaced: version.replaced_at.is_some(),
    }
}

/// What the act before this page brought about.
fn done(lang: Lang, act: &str) -> Option<Notice> {
    let text = match act {
        "made" => "units-done-made",
        "saved" => "units-done-saved",
        "moved" => "units-done-moved",
        "closed" => "units-done-closed",
        "reopened" => "units-done-reopened",
        _ => return None,
    };
    Some(Notice { tone: Tone::Success, text: lang.text(text) })
}
