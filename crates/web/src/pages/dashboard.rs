//! The first page, from the board: the most important sentence, the lights, what changed, and where it
//! comes from, for the slice and the day that the address asks for.

use super::programmes::{CountLine, ProgrammeLine, dated, encoded, sentence};
use super::tasks::{asked::Asked, words};
use crate::app::App;
use crate::failure::{PageError, render};
use crate::form::Form;
use crate::routes::Routes;
use crate::session::Session;
use crate::view::{Bar, Choice, Light, Nav, Page, Trend};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::board::{Behind, Move, ProgrammeCount, Question, Records, Seen, Was};
use domain::programmes::{self, GroupCount, LightCounts, ProgrammeId, TaskId, UnitCount};
use domain::units::{self, Unit};
use domain::{Cx, Error, UnitId, query};
use jiff::ToSpan;
use jiff::civil::Date;
use messages::Lang;
use std::collections::HashMap;

/// Rows of the small tables; the rest is one link away.
const ROWS: usize = 8;
/// Tasks that turned red, named one by one.
const TURNED: usize = 5;
/// Units offered in the filter; further ones are reached through the tables.
const UNITS: usize = 60;
/// Points of the line of green over time, a week apart.
const WEEKS: i64 = 26;
/// Members of the address that this page knows.
const SLICES: [&str; 9] = ["programme", "unit", "role", "group", "window", "from", "to", "as_of", "since"];
/// Days back that changes are shown over, unless the address says otherwise.
const SINCE: i64 = 7;

pub(super) fn routes() -> Routes {
    Routes::new().get("/", show)
}

#[derive(Template)]
#[template(path = "dashboard/dashboard.html")]
struct DashboardPage {
    page: Page,
    form: Form,
    filters: i64,
    lead: String,
    /// The day has not come yet.
    ahead: bool,
    bar: Bar,
    base: String,
    choices: Choices,
    above: Vec<(String, String)>,
    changes: Changes,
    green: Green,
    units: Vec<CountLine>,
    more_units: usize,
    groups: Vec<GroupLine>,
    programmes: Vec<ProgrammeLine>,
    mend: Vec<(String, usize, String)>,
    may_import: bool,
    numbers: domain::requests::Numbers,
}

struct Choices {
    programmes: Vec<Choice>,
    units: Vec<Choice>,
    groups: Vec<Choice>,
    roles: Vec<Choice>,
}

struct GroupLine {
    programme: Option<String>,
    label: String,
    href: String,
    bar: Bar,
    base: String,
}

/// What changed since a day.
struct Changes {
    since: Date,
    /// A light, what changed, and the list of it.
    lines: Vec<(Light, String, String)>,
    turned: Vec<(String, String)>,
    more: usize,
    /// The list of what turned red.
    all: String,
}

/// The share of green over time.
struct Green {
    trend: Trend,
    points: Vec<(Date, String)>,
    label: String,
}

/// What a look at the board gives, with the names that the page needs.
struct Looked {
    seen: Seen,
    turned: Records,
    titles: Vec<(TaskId, String)>,
    names: HashMap<UnitId, Unit>,
    above: Vec<Unit>,
}

/// What the page has beside the board.
struct Frame {
    page: Page,
    numbers: domain::requests::Numbers,
    may_import: bool,
    today: Date,
}

async fn show(
    State(app): State<App>,
    session: Session,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let asked = asked(pairs);
    let mut page = session.page(&app, lang.text("nav-home"));
    page.nav = Some(Nav::Home);
    if !app.board.ready(&app.platform).await? {
        return Err(PageError::Making);
    }
    dated(&mut page, asked.filter.as_of);
    let question = question(&asked, app.platform.today());
    let looked = query!(&app.platform, session.actor(), cx => { look(&app, cx, &question).await })?;
    let numbers = super::requests::part::numbers(&app, &session, asked.filter.as_of).await?;
    let may_import = session.actor().may_somewhere(Action::ManageIntake);
    let looked = looked.ok_or(PageError::Making)?;
    let frame = Frame { page, numbers, may_import, today: app.platform.today() };
    render(&composed(lang, frame, &asked, &question, looked))
}

/// What the address says of a slice. Anything else it says would narrow the lists behind the numbers,
/// but not the numbers.
fn asked(mut pairs: Vec<(String, String)>) -> Asked {
    pairs.retain(|(name, _)| SLICES.contains(&name.as_str()));
    Asked::read("/", pairs, None)
}

/// What the address asks of the board.
fn question(asked: &Asked, today: Date) -> Question {
    let filter = &asked.filter;
    let day = filter.as_of.unwrap_or(today);
    let since = messages::parse_date(asked.form.value("since")).filter(|since| *since < day);
    let weeks = (0..=WEEKS).filter_map(|week| day.checked_sub((7 * week).days()).ok());
    Question {
        unit: filter.unit,
        role: filter.role,
        programme: filter.programme,
        group: filter.group.clone(),
        window: filter.window,
        as_of: filter.as_of,
        since: since.or_else(|| day.checked_sub(SINCE.days()).ok()),
        history: weeks.collect(),
        by_unit: true,
    }
}

async fn look(app: &App, cx: &mut Cx, question: &Question) -> domain::Result<Option<Looked>> {
    let turned = Behind { light: Some(programmes::Light::Red), was: Was::Other };
    let (Some(seen), Some(turned)) =
        (app.board.look(cx, question)?, app.board.find(cx, question, turned, TURNED)?)
    else {
        return Ok(None);
    };
    let titles = programmes::titles(cx, &turned.tasks).await?;
    let owners = listed(&seen, question).map(|one| one.owner);
    let leading = seen.units.iter().take(UNITS).map(|(unit, _)| *unit);
    let named: Vec<UnitId> = owners.chain(leading).chain(question.unit).collect();
    let names = units::load_many(cx, &named).await?;
    // A unit that leads in a programme one may see need not be one whose own page one may see.
    let above = match question.unit {
        Some(unit) => match units::ancestors(cx, unit).await {
            Err(Error::NotFound) => Vec::new(),
            found => found?,
        },
        None => Vec::new(),
    };
    Ok(Some(Looked { seen, turned, titles, names, above }))
}

/// The programmes that the page names: of a narrow slice those that have tasks in it.
fn listed<'a>(seen: &'a Seen, question: &Question) -> impl Iterator<Item = &'a ProgrammeCount> + use<'a> {
    let narrow = question.unit.is_some() || question.group.is_some() || question.programme.is_some();
    seen.programmes.iter().filter(move |one| !narrow || one.counts.total() > 0).take(ROWS)
}

fn composed(lang: Lang, frame: Frame, asked: &Asked, question: &Question, looked: Looked) -> DashboardPage {
    let seen = &looked.seen;
    let named = |unit: &UnitId| looked.names.get(unit).map(Unit::label).unwrap_or_default();
    let below = seen.units.iter().filter(|(unit, _)| Some(*unit) != question.unit);
    let worst = below.clone().next();
    let worst = worst.map(|(unit, counts)| UnitCount { unit: *unit, name: named(unit), counts: *counts });
    let lines = below.clone().take(ROWS).map(|(unit, counts)| unit_line(asked, *unit, named(unit), counts));
    let extra = [("since", "")].iter().filter(|(name, _)| !asked.form.value(name).is_empty()).count();
    DashboardPage {
        filters: asked.count() + i64::try_from(extra).unwrap_or_default(),
        lead: sentence(lang, seen.day, &seen.counts, worst.as_ref()),
        ahead: seen.day > frame.today,
        bar: words::bar(&seen.counts),
        base: asked.at("/tasks", &["light", "since"]),
        choices: choices(lang, question, &looked),
        above: looked
            .above
            .iter()
            .map(|unit| (unit.label(), format!("{}unit={}", asked.without(&["unit"]), unit.id)))
            .collect(),
        changes: changes(lang, asked, question, &looked),
        green: green(lang, &seen.series, question.since),
        units: lines.collect(),
        more_units: below.count().saturating_sub(ROWS),
        groups: groups(seen, asked, lang),
        programmes: listed(seen, question)
            .map(|one| ProgrammeLine {
                base: asked
                    .at(&format!("/programmes/{}/tasks", one.programme), &["programme", "light", "since"]),
                ..ProgrammeLine::new(one, named(&one.owner), asked.filter.as_of)
            })
            .collect(),
        mend: mend(lang, asked, seen),
        form: asked.shown(lang),
        numbers: frame.numbers,
        may_import: frame.may_import,
        page: frame.page,
    }
}

fn choices(lang: Lang, question: &Question, looked: &Looked) -> Choices {
    let seen = &looked.seen;
    let offered = seen.units.iter().take(UNITS).map(|(unit, _)| *unit).chain(question.unit);
    let mut units: Vec<Choice> = Vec::new();
    for unit in offered.filter_map(|unit| looked.names.get(&unit)) {
        if units.iter().all(|known| known.value != unit.id.to_string()) {
            units.push(Choice::new(unit.id.to_string(), unit.label()));
        }
    }
    let programmes = seen.programmes.iter();
    let of_programme = |group: &&GroupCount| Some(group.programme) == question.programme;
    let group = |group: &GroupCount| match group.code.as_str() {
        "" => Choice::new("-", lang.text("programmes-no-group")),
        code => Choice::new(code, words::short(&format!("{code} {}", group.title), 60)),
    };
    Choices {
        programmes: programmes
            .map(|one| Choice::new(one.programme.to_string(), words::short(&one.title, 80)))
            .collect(),
        units,
        groups: seen.groups.iter().filter(of_programme).map(group).collect(),
        roles: vec![
            Choice::new("lead", lang.text("programmes-role-lead")),
            Choice::new("coordinating", lang.text("programmes-role-coordinating")),
        ],
    }
}

fn unit_line(asked: &Asked, unit: UnitId, label: String, counts: &LightCounts) -> CountLine {
    let base = format!("{}unit={unit}&role=lead&", asked.at("/tasks", &["unit", "role", "light", "since"]));
    CountLine {
        code: String::new(),
        label,
        level: 1,
        href: format!("{}unit={unit}&role=lead", asked.without(&["unit", "role"])),
        bar: words::bar(counts),
        base,
    }
}

/// The main groups, those with the most late tasks first.
fn groups(seen: &Seen, asked: &Asked, lang: Lang) -> Vec<GroupLine> {
    let titles: HashMap<ProgrammeId, &str> =
        seen.programmes.iter().map(|one| (one.programme, one.title.as_str())).collect();
    let several = titles.len() > 1;
    let mut groups: Vec<&GroupCount> = seen.groups.iter().collect();
    groups.sort_by_key(|group| std::cmp::Reverse((group.counts.red, group.counts.amber)));
    let line = |group: &GroupCount| {
        let code = if group.code.is_empty() { "-".to_owned() } else { encoded(&group.code) };
        let path = format!("/programmes/{}/tasks", group.programme);
        let base = format!("{}group={code}&", asked.at(&path, &["programme", "group", "light", "since"]));
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

fn mend(lang: Lang, asked: &Asked, seen: &Seen) -> Vec<(String, usize, String)> {
    let base = asked.at("/tasks", &["light", "defect", "state", "since"]);
    let defects = seen.defects.iter().filter(|(_, count)| *count > 0);
    let defects =
        defects.map(|(one, n)| (words::defect(lang, *one), *n, format!("{base}defect={}", one.code())));
    let states = seen.states.iter().filter(|(_, count)| *count > 0);
    let states = states.map(|(one, n)| (words::state(lang, *one), *n, format!("{base}state={}", one.code())));
    defects.chain(states).collect()
}

/// What turned red, what left red, what came and what went since the day compared with; each task in one
/// of them.
fn changes(lang: Lang, asked: &Asked, question: &Question, looked: &Looked) -> Changes {
    let red = Some(programmes::Light::Red);
    let sum = |which: &dyn Fn(&Move) -> bool| -> usize {
        looked.seen.moves.iter().filter(|one| which(one)).map(|one| one.tasks).sum()
    };
    let (day, since) = (looked.seen.day, question.since.unwrap_or(looked.seen.day));
    let base = asked.at("/tasks", &["since"]);
    let gone = format!("{}as_of={since}&since={day}&was=away", asked.at("/tasks", &["since", "as_of"]));
    let came = |which: &dyn Fn(&Move) -> bool| sum(&|one| one.from.is_none() && which(one));
    let late = came(&|one| one.to == red);
    let said = |light: Light, key: &str, count: usize, list: String| {
        let args = [("count", count.into()), ("late", late.into())];
        (count > 0).then(|| (light, lang.with(key, &args), list))
    };
    let list = |what: &str| format!("{base}since={since}&{what}");
    let turned = looked
        .titles
        .iter()
        .map(|(task, title)| (words::short(title, 140), format!("/tasks/{task}{}", asked.suffix())));
    Changes {
        since,
        lines: [
            said(Light::Red, "board-turned-red", looked.turned.total, list("light=red&was=other")),
            said(
                Light::Amber,
                "board-left-red",
                sum(&|one| one.from == red && one.to.is_some()),
                list("was=red"),
            ),
            said(Light::Grey, "board-came", came(&|_| true), list("was=away")),
            said(Light::Grey, "board-went", sum(&|one| one.to.is_none()), gone),
        ]
        .into_iter()
        .flatten()
        .collect(),
        turned: turned.collect(),
        all: list("light=red&was=other"),
        more: looked.turned.total.saturating_sub(looked.turned.tasks.len()),
    }
}

/// Green among what can be judged; grey is left out.
fn share(counts: &LightCounts) -> Option<f64> {
    let judged = counts.red + counts.amber + counts.green;
    (judged > 0).then(|| counts.green as f64 / judged as f64)
}

fn green(lang: Lang, series: &[(Date, LightCounts)], since: Option<Date>) -> Green {
    let last = series.last().map(|(day, _)| *day);
    let weekly = |day: Date| last.is_some_and(|last| programmes::days_between(day, last) % 7 == 0);
    let kept = series.iter().filter(|(day, _)| Some(*day) != since || weekly(*day));
    let shares: Vec<(Date, Option<f64>)> = kept.map(|(day, counts)| (*day, share(counts))).collect();
    let word = |share: Option<f64>| match share {
        Some(share) => lang.with("board-percent", &[("share", ((share * 1_000.0).round() / 10.0).into())]),
        None => "–".to_owned(),
    };
    let trend = Trend::new(&shares.iter().map(|(_, share)| *share).collect::<Vec<_>>());
    let now = shares.last().and_then(|(_, share)| *share);
    Green {
        trend,
        label: lang.with("board-green-now", &[("share", word(now).into())]),
        points: shares.into_iter().map(|(day, share)| (day, word(share))).collect(),
    }
}
