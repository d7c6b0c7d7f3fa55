//! The list of programmes, and the parts of one.

use super::{Head, head};
use crate::app::App;
use crate::failure::{PageError, render};
use crate::pages::tasks::words::{self, Line};
use crate::session::Session;
use crate::view::{Bar, Nav, Page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::board::{ProgrammeCount, Question};
use domain::programmes::{
    self, Defect, Document, Duty, Indicator, LightCounts, Overview, Party, ProgrammeId,
};
use domain::units::{self, Unit};
use domain::{UnitId, query};
use jiff::civil::Date;
use messages::Lang;
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize)]
pub(crate) struct AsOf {
    #[serde(default)]
    as_of: String,
}

impl AsOf {
    pub(crate) fn day(&self) -> Option<Date> {
        messages::parse_date(&self.as_of)
    }
}

/// A programme in a table.
pub(crate) struct ProgrammeLine {
    pub href: String,
    pub title: String,
    pub owner: String,
    pub bar: Bar,
    pub base: String,
    pub defective: usize,
    pub defects_href: String,
}

impl ProgrammeLine {
    pub(crate) fn new(row: &ProgrammeCount, owner: String, as_of: Option<Date>) -> ProgrammeLine {
        let href = format!("/programmes/{}", row.programme);
        let suffix = as_of.map(|day| format!("as_of={day}&")).unwrap_or_default();
        ProgrammeLine {
            title: words::short(&row.title, 120),
            owner,
            bar: words::bar(&row.counts),
            base: format!("{href}/tasks?{suffix}"),
            defective: row.defective,
            defects_href: format!("{href}/defects"),
            href,
        }
    }
}

#[derive(Template)]
#[template(path = "programmes/list.html")]
struct ListPage {
    page: Page,
    lead: String,
    lines: Vec<ProgrammeLine>,
    may_edit: bool,
    may_import: bool,
}

pub(super) async fn list(
    State(app): State<App>,
    session: Session,
    Query(asked): Query<AsOf>,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let as_of = asked.day();
    if !app.board.ready(&app.platform).await? {
        return Err(PageError::Making);
    }
    let asked = Question { as_of, ..Question::default() };
    let listed = query!(&app.platform, session.actor(), cx => {
        let Some(seen) = app.board.look(cx, &asked)? else { return Ok(None) };
        let owners: Vec<UnitId> = seen.programmes.iter().map(|one| one.owner).collect();
        Ok(Some((seen.programmes, units::load_many(cx, &owners).await?)))
    })?;
    let (rows, owners) = listed.ok_or(PageError::Making)?;
    let owner = |row: &ProgrammeCount| owners.get(&row.owner).map(Unit::label).unwrap_or_default();
    let mut page = session.page(&app, lang.text("programmes-title"));
    page.nav = Some(Nav::Programmes);
    dated(&mut page, as_of);
    let tasks: usize = rows.iter().map(|row| row.counts.total()).sum();
    let lead = match rows.len() {
        0 => String::new(),
        count => lang.with("programmes-lead", &[("count", count.into()), ("tasks", tasks.into())]),
    };
    render(&ListPage {
        page,
        lead,
        lines: rows.iter().map(|row| ProgrammeLine::new(row, owner(row), as_of)).collect(),
        may_edit: session.actor().may_somewhere(Action::EditProgrammes),
        may_import: session.actor().may_somewhere(Action::ManageIntake),
    })
}

/// The foot of a page says for which day its figures hold.
pub(crate) fn dated(page: &mut Page, as_of: Option<Date>) {
    if let Some(day) = as_of {
        page.as_of = Some(day.at(23, 59, 0, 0));
    }
}

async fn part(
    app: &App,
    session: &Session,
    id: ProgrammeId,
    current: &str,
    as_of: Option<Date>,
) -> Result<(Page, Head, Overview), PageError> {
    let (page, head) = part_of(app, session, id, current, as_of).await?;
    let overview =
        query!(&app.platform, session.actor(), cx => { programmes::overview(cx, id, as_of).await })?;
    Ok((page, head, overview))
}

/// The page of a part of a programme, still empty.
pub(super) async fn part_of(
    app: &App,
    session: &Session,
    id: ProgrammeId,
    current: &str,
    as_of: Option<Date>,
) -> Result<(Page, Head), PageError> {
    let head = head(app, session, id, current, as_of).await?;
    let mut page =
        session.page(app, &head.title).crumb(session.lang().text("programmes-title"), "/programmes");
    page.nav = Some(Nav::Programmes);
    page.part = head.tabs.iter().find(|tab| tab.current).map(|tab| tab.label.clone()).unwrap_or_default();
    dated(&mut page, as_of);
    Ok((page, head))
}

/// A group, a unit, a defect or a state with its numbers and where they lead.
pub(crate) struct CountLine {
    pub code: String,
    pub label: String,
    pub level: usize,
    pub href: String,
    pub bar: Bar,
    pub base: String,
}

fn group_line(id: ProgrammeId, group: &programmes::GroupCount, lang: Lang, suffix: &str) -> CountLine {
    let code = if group.code.is_empty() { "-".to_owned() } else { encoded(&group.code) };
    let base = format!("/programmes/{id}/tasks?group={code}&{suffix}");
    let href = base.trim_end_matches('&').to_owned();
    CountLine {
        code: group.code.clone(),
        label: group_name(lang, group),
        level: group.level,
        href,
        bar: words::bar(&group.counts),
        base,
    }
}

/// What a group is called: its heading, else its code.
pub(super) fn group_name(lang: Lang, group: &programmes::GroupCount) -> String {
    match (group.code.is_empty(), group.title.is_empty()) {
        (true, _) => lang.text("programmes-no-group"),
        (false, true) => lang.with("programmes-group-code", &[("code", group.code.as_str().into())]),
        (false, false) => group.title.clone(),
    }
}

/// A value as a query carries it.
pub(crate) fn encoded(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// What the links of a page of a day carry on.
pub(super) fn suffix(as_of: Option<Date>) -> String {
    as_of.map(|day| format!("as_of={day}&")).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "programmes/outline.html")]
struct OutlinePage {
    page: Page,
    head: Head,
    lead: String,
    bar: Bar,
    base: String,
    groups: Vec<CountLine>,
    late: Vec<Line>,
    documents: Vec<DocumentLine>,
    near_due_days: i64,
}

/// Late tasks shown on the first page of a programme.
const LATE: usize = 5;

pub(super) async fn outline(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
    Query(asked): Query<AsOf>,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let as_of = asked.day();
    let (page, head, overview) = part(&app, &session, id, "", as_of).await?;
    let link = as_of.map(|day| format!("?as_of={day}")).unwrap_or_default();
    let mut late: Vec<&programmes::TaskRow> =
        overview.tasks.iter().filter(|row| row.verdict.light == programmes::Light::Red).collect();
    late.sort_by_key(|row| row.day());
    let groups = overview.groups.iter().filter(|group| group.counts.total() > 0);
    render(&OutlinePage {
        lead: sentence(lang, overview.day.0, &overview.counts, overview.units.first()),
        bar: words::bar(&overview.counts),
        base: format!("/programmes/{id}/tasks?{}", suffix(as_of)),
        groups: groups.map(|group| group_line(id, group, lang, &suffix(as_of))).collect(),
        late: late.into_iter().take(LATE).map(|row| Line::new(lang, row, &link)).collect(),
        documents: overview.documents.iter().map(|document| DocumentLine::new(lang, document)).collect(),
        near_due_days: overview.programme.rules.near_due_days,
        page,
        head,
    })
}

/// The most important sentence: how many are late, and where most of them are.
pub(crate) fn sentence(
    lang: Lang,
    day: Date,
    counts: &LightCounts,
    worst: Option<&programmes::UnitCount>,
) -> String {
    let base = |more: &[(&'static str, messages::Value<'static>)]| {
        let mut args = vec![
            ("day", day.into()),
            ("total", counts.total().into()),
            ("red", counts.red.into()),
            ("amber", counts.amber.into()),
        ];
        args.extend_from_slice(more);
        args
    };
    match (counts.total(), counts.red, worst.filter(|unit| unit.counts.red > 0)) {
        (0, ..) => lang.text("programmes-tasks-none"),
        (_, 0, _) => lang.with("programmes-sentence-calm", &base(&[])),
        (_, _, None) => lang.with("programmes-sentence-late", &base(&[])),
        (_, _, Some(worst)) => {
            let more = [("unit", worst.name.clone().into()), ("most", worst.counts.red.into())];
            lang.with("programmes-sentence-worst", &base(&more))
        }
    }
}

/// A document in a list.
pub(crate) struct DocumentLine {
    pub href: String,
    pub number: String,
    pub title: String,
    pub about: String,
    pub replaced: bool,
}

impl DocumentLine {
    pub(crate) fn new(lang: Lang, document: &Document) -> DocumentLine {
        let issued = document.issued_on.map(|day| lang.date(day.0));
        let about = [document.kind.clone(), document.issuer.clone(), issued, document.signer.clone()];
        DocumentLine {
            href: format!("/documents/{}", document.id),
            number: document.number.clone().unwrap_or_default(),
            title: document.title.clone(),
            about: about.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            replaced: document.replaced_by.is_some(),
        }
    }
}

struct IndicatorLine {
    code: String,
    name: String,
    measure: String,
    target: String,
    note: String,
    source: Option<String>,
    programme: String,
    programme_href: String,
}

impl IndicatorLine {
    fn new(indicator: &Indicator, programme: &str) -> IndicatorLine {
        let given = &indicator.given;
        let source = given.document.map(|document| match given.span {
            Some([from, _]) => format!("/documents/{document}#p{from}"),
            None => format!("/documents/{document}"),
        });
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        IndicatorLine {
            code: text(&given.code),
            name: given.name.clone(),
            measure: text(&given.measure),
            target: text(&given.target_text),
            note: text(&given.note),
            source,
            programme: programme.to_owned(),
            programme_href: format!("/programmes/{}", indicator.programme),
        }
    }
}

#[derive(Template)]
#[template(path = "programmes/indicators.html")]
struct IndicatorsPage {
    page: Page,
    head: Option<Head>,
    lines: Vec<IndicatorLine>,
}

pub(super) async fn indicators(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
    Query(asked): Query<AsOf>,
) -> Result<Response, PageError> {
    let (page, head, overview) = part(&app, &session, id, "indicators", asked.day()).await?;
    let lines = overview.indicators.iter().map(|indicator| IndicatorLine::new(indicator, "")).collect();
    render(&IndicatorsPage { page, head: Some(head), lines })
}

pub(super) async fn all_indicators(State(app): State<App>, session: Session) -> Result<Response, PageError> {
    let (found, listed) = query!(&app.platform, session.actor(), cx => {
        Ok((programmes::indicators(cx, None).await?, programmes::all(cx).await?))
    })?;
    let titles: HashMap<ProgrammeId, String> =
        listed.into_iter().map(|programme| (programme.id, programme.title)).collect();
    let title = |id: &ProgrammeId| titles.get(id).cloned().unwrap_or_default();
    let lines =
        found.iter().map(|indicator| IndicatorLine::new(indicator, &title(&indicator.programme))).collect();
    let mut page = session.page(&app, session.lang().text("programmes-indicators"));
    page.nav = Some(Nav::Programmes);
    render(&IndicatorsPage { page, head: None, lines })
}

struct DutyLine {
    what: String,
    who: String,
    to: String,
    through: String,
    when: String,
    source: Option<String>,
}

#[derive(Template)]
#[template(path = "programmes/reports.html")]
struct ReportsPage {
    page: Page,
    head: Head,
    lines: Vec<DutyLine>,
}

pub(super) async fn reports(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
    Query(asked): Query<AsOf>,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let (page, head, overview) = part(&app, &session, id, "reports", asked.day()).await?;
    let parties =
        overview.duties.iter().flat_map(|duty| [&duty.given.who, &duty.given.to, &duty.given.through]);
    let ids: Vec<domain::UnitId> = parties.filter_map(|party| party.unit).collect();
    let names = query!(&app.platform, session.actor(), cx => { units::load_many(cx, &ids).await })?;
    let name = |party: &Party| match party.unit.and_then(|unit| names.get(&unit)) {
        Some(unit) => unit.label(),
        None => party.text.clone().unwrap_or_default(),
    };
    let line = |duty: &Duty| DutyLine {
        what: duty.given.what.clone().unwrap_or_else(|| lang.text("programmes-report")),
        who: name(&duty.given.who),
        to: name(&duty.given.to),
        through: name(&duty.given.through),
        when: duty_when(lang, duty),
        source: duty.given.document.map(|document| match duty.given.span {
            Some([from, _]) => format!("/documents/{document}#p{from}"),
            None => format!("/documents/{document}"),
        }),
    };
    let lines = overview.duties.iter().map(line).collect();
    render(&ReportsPage { page, head, lines })
}

fn duty_when(lang: Lang, duty: &Duty) -> String {
    let cadence = duty.given.cadence.map(|cadence| crate::pages::words::cadence(lang, cadence));
    let day = |due: &String| match (due.parse::<Date>(), due.split_once('-')) {
        (Ok(day), _) => lang.with("programmes-before", &[("day", lang.date(day).into())]),
        (Err(_), Some((month, day))) => {
            lang.with("programmes-before", &[("day", format!("{day}/{month}").into())])
        }
        (Err(_), None) => due.clone(),
    };
    cadence.into_iter().chain(duty.given.due.iter().map(day)).collect::<Vec<_>>().join("; ")
}

#[derive(Template)]
#[template(path = "programmes/units.html")]
struct UnitsPage {
    page: Page,
    head: Head,
    lines: Vec<CountLine>,
    awaiting: usize,
    awaiting_href: String,
}

/// A unit with the tasks that it leads.
pub(crate) fn unit_line(unit: &programmes::UnitCount, path: &str, suffix: &str) -> CountLine {
    let base = format!("{path}?unit={}&role=lead&{suffix}", unit.unit);
    let href = base.trim_end_matches('&').to_owned();
    CountLine {
        code: String::new(),
        label: unit.name.clone(),
        level: 1,
        href,
        bar: words::bar(&unit.counts),
        base,
    }
}

pub(super) async fn units(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
    Query(asked): Query<AsOf>,
) -> Result<Response, PageError> {
    let as_of = asked.day();
    let (page, head, overview) = part(&app, &session, id, "units", as_of).await?;
    let path = format!("/programmes/{id}/tasks");
    let lines = overview.units.iter().map(|unit| unit_line(unit, &path, &suffix(as_of))).collect();
    let awaiting = overview
        .states
        .iter()
        .find(|(state, _)| *state == programmes::State::Awaiting)
        .map_or(0, |(_, n)| *n);
    render(&UnitsPage { page, head, lines, awaiting, awaiting_href: format!("{path}?state=awaiting") })
}

struct MendLine {
    label: String,
    hint: String,
    count: usize,
    href: String,
    due: Option<String>,
    lead: Option<String>,
}

#[derive(Template)]
#[template(path = "programmes/defects.html")]
struct DefectsPage {
    page: Page,
    head: Head,
    lead: String,
    defects: Vec<MendLine>,
    states: Vec<MendLine>,
    unknown: Vec<(String, usize)>,
}

pub(super) async fn defects(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
    Query(asked): Query<AsOf>,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let (page, head, overview) = part(&app, &session, id, "defects", asked.day()).await?;
    let unknown = overview.unknown_names();
    let broken = overview.tasks.iter().filter(|row| !row.defects.is_empty()).count();
    let lead = match broken {
        0 => lang.text("programmes-defects-none"),
        _ => lang.with(
            "programmes-defects-lead",
            &[("count", broken.into()), ("total", overview.tasks.len().into())],
        ),
    };
    let mends = head.may_edit;
    let defects =
        overview.defects.iter().map(|(defect, count)| defect_line(lang, id, *defect, *count)).collect();
    let states =
        overview.states.iter().map(|(state, count)| state_line(lang, id, *state, *count, mends)).collect();
    render(&DefectsPage { page, head, lead, defects, states, unknown })
}

fn defect_line(lang: Lang, id: ProgrammeId, defect: Defect, count: usize) -> MendLine {
    let hint = match defect {
        Defect::UnknownUnit => lang.text("programmes-defect-unknown-unit-hint"),
        Defect::NoLead => lang.text("programmes-defect-no-lead-hint"),
        Defect::UnreadableTime => lang.text("programmes-defect-unreadable-time-hint"),
        Defect::NoProduct => lang.text("programmes-defect-no-product-hint"),
    };
    let href = format!("/programmes/{id}/tasks?defect={}", defect.code());
    MendLine { label: words::defect(lang, defect), hint, count, href, due: None, lead: None }
}

fn state_line(lang: Lang, id: ProgrammeId, state: programmes::State, count: usize, mends: bool) -> MendLine {
    let hint = match state {
        programmes::State::Awaiting => lang.text("programmes-state-awaiting-hint"),
        programmes::State::Continuous => lang.text("programmes-state-continuous-hint"),
        programmes::State::PerPlan => lang.text("programmes-state-per-plan-hint"),
        programmes::State::OnDemand => lang.text("programmes-state-on-demand-hint"),
        programmes::State::Undated => lang.text("programmes-state-undated-hint"),
    };
    let code = state.code();
    let href = format!("/programmes/{id}/tasks?state={code}");
    let back = encoded(&format!("/programmes/{id}/defects"));
    let settle = |act: &str| format!("/tasks/settle?programme={id}&state={code}&act={act}&back={back}");
    let settles = mends && count > 0;
    MendLine {
        label: words::state(lang, state),
        hint,
        count,
        href,
        due: (settles && state != programmes::State::Awaiting).then(|| settle("due")),
        lead: (settles && state == programmes::State::Awaiting).then(|| settle("lead")),
    }
}

#[derive(Template)]
#[template(path = "programmes/documents.html")]
struct DocumentsPage {
    page: Page,
    head: Head,
    lines: Vec<DocumentLine>,
}

pub(super) async fn documents(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
    Query(asked): Query<AsOf>,
) -> Result<Response, PageError> {
    let (page, head, overview) = part(&app, &session, id, "documents", asked.day()).await?;
    let lines =
        overview.documents.iter().map(|document| DocumentLine::new(session.lang(), document)).collect();
    render(&DocumentsPage { page, head, lines })
}
