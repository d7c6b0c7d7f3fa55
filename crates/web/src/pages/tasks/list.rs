//! Lists of tasks: across programmes, of one programme, and as files.

use super::asked::Asked;
use super::listed;
use super::words::{self, Line};
use crate::app::App;
use crate::failure::{PageError, render};
use crate::form::Form;
use crate::pages::programmes::{Head, head};
use crate::session::Session;
use crate::view::{Bar, Choice, Nav, Page, Pager, Sort};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::programmes::{self, Defect, NewGroup, ProgrammeId, Slice, TaskList, Written};
use domain::query;
use messages::Lang;

/// Rows of a page.
const ROWS: usize = 50;

type Pairs = Query<Vec<(String, String)>>;

#[derive(Template)]
#[template(path = "tasks/list.html")]
struct ListPage {
    page: Page,
    head: Option<Head>,
    lead: String,
    form: Form,
    filters: i64,
    action: String,
    choices: Choices,
    bar: Bar,
    light_base: String,
    sort: Sort,
    lines: Vec<Line>,
    pager: Pager,
    may_edit: bool,
    all_due: String,
    all_lead: String,
    xlsx: String,
    csv: String,
    tracking: String,
    letter: String,
    calendar: String,
    back: String,
}

/// What the filter offers.
struct Choices {
    units: Vec<Choice>,
    groups: Vec<Choice>,
    roles: Vec<Choice>,
    lights: Vec<Choice>,
    standings: Vec<Choice>,
    windows: Vec<Choice>,
    defects: Vec<Choice>,
    states: Vec<Choice>,
    was: Vec<Choice>,
}

/// What a task may have been on the day compared with.
fn was(lang: Lang) -> Vec<Choice> {
    let of = |light: crate::view::Light| {
        let name = lang.with("board-was-light", &[("light", light.word(&lang).into())]);
        Choice::new(light.code(), name)
    };
    let others = [("other", lang.text("board-was-other")), ("away", lang.text("board-was-away"))];
    let others = others.map(|(code, name)| Choice::new(code, name));
    others.into_iter().chain(crate::view::Light::ALL.map(of)).collect()
}

impl Choices {
    fn new(lang: Lang, list: &TaskList, groups: &[NewGroup], unit: Option<Choice>) -> Choices {
        let mut units: Vec<Choice> =
            list.units.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
        if let Some(unit) = unit.filter(|unit| units.iter().all(|known| known.value != unit.value)) {
            units.insert(0, unit);
        }
        let group = |group: &NewGroup| Choice::new(&group.code, format!("{} {}", group.code, group.title));
        Choices {
            units,
            groups: groups.iter().map(group).collect(),
            roles: vec![
                Choice::new("lead", lang.text("programmes-role-lead")),
                Choice::new("coordinating", lang.text("programmes-role-coordinating")),
            ],
            lights: words::choices(&crate::view::Light::ALL, |light| light.code(), |light| light.word(&lang)),
            standings: crate::pages::work::standings(lang),
            windows: vec![
                Choice::new("past", lang.text("programmes-window-past")),
                Choice::new("7", lang.text("programmes-window-7")),
                Choice::new("15", lang.text("programmes-window-15")),
                Choice::new("30", lang.text("programmes-window-30")),
                Choice::new("90", lang.text("programmes-window-90")),
                Choice::new("undated", lang.text("programmes-window-undated")),
            ],
            defects: words::choices(&Defect::ALL, Defect::code, |defect| words::defect(lang, defect)),
            states: words::choices(&programmes::State::ALL, programmes::State::code, |state| {
                words::state(lang, state)
            }),
            was: was(lang),
        }
    }
}

/// The tasks of every programme.
pub(super) async fn all(
    State(app): State<App>,
    session: Session,
    Query(pairs): Pairs,
) -> Result<Response, PageError> {
    show(&app, &session, Asked::read("/tasks", pairs, None), None).await
}

/// The tasks of one programme.
pub(super) async fn of_programme(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
    Query(pairs): Pairs,
) -> Result<Response, PageError> {
    let asked = Asked::read(&format!("/programmes/{id}/tasks"), pairs, Some(id));
    show(&app, &session, asked, Some(id)).await
}

async fn show(
    app: &App,
    session: &Session,
    asked: Asked,
    id: Option<ProgrammeId>,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let slice = Slice { skip: (asked.page - 1) * ROWS, take: ROWS };
    let list = listed(app, session, &asked, slice).await?;
    let (groups, unit) = query!(&app.platform, session.actor(), cx => {
        let groups = match asked.filter.programme {
            Some(id) => programmes::groups(cx, id).await?,
            None => Vec::new(),
        };
        let unit = match asked.filter.unit {
            Some(id) => Some(domain::units::load(cx, id).await?),
            None => None,
        };
        Ok((groups, unit))
    })?;
    let head = match id {
        Some(id) => Some(head(app, session, id, "tasks", asked.filter.as_of).await?),
        None => None,
    };
    let mut page = session.page(app, lang.text("programmes-tasks"));
    page.nav = Some(Nav::Programmes);
    if let Some(head) = &head {
        (page.part, page.title) = (page.title, head.title.clone());
        page = page
            .crumb(lang.text("programmes-title"), "/programmes")
            .crumb(words::short(&head.title, words::CRUMB), &head.href);
    }
    if let Some(day) = asked.filter.as_of {
        page.as_of = Some(day.at(23, 59, 0, 0));
    }
    let may_edit = match &head {
        Some(head) => head.may_edit,
        None => session.actor().may_somewhere(Action::EditProgrammes),
    };
    let unit = unit.map(|unit| Choice::new(unit.id.to_string(), unit.label()));
    let mut filter = asked.filter.clone();
    filter.programme = filter.programme.or(id);
    let base = match id {
        Some(id) => format!("/tasks/settle?programme={id}&"),
        None => "/tasks/settle?".to_owned(),
    };
    let settle = asked.at("", &["page", "sort", "programme"]);
    let file = |ending: &str| asked.at(&format!("{}.{ending}", asked_path(id)), &["page"]);
    let paper = |name: &str| {
        let of = id.map(|id| format!("programme={id}&")).unwrap_or_default();
        format!("/tasks/{name}?{of}{}", settle.trim_start_matches('?'))
    };
    let back = page.here.clone();
    render(&ListPage {
        lead: sentence(lang, &list, asked.count()),
        filters: asked.count(),
        action: asked_path(id),
        choices: Choices::new(lang, &list, &groups, unit),
        bar: words::bar(&list.counts),
        light_base: asked.without(&["light", "page"]),
        sort: asked.sort(),
        lines: list.rows.iter().map(|row| Line::new(lang, row, &asked.suffix())).collect(),
        pager: Pager::numbered(asked.page, ROWS, list.total, |page| {
            format!("{}page={page}", asked.without(&["page"]))
        }),
        may_edit: may_edit && asked.filter.as_of.is_none(),
        all_due: format!("{base}{}act=due", settle.trim_start_matches('?')),
        all_lead: format!("{base}{}act=lead", settle.trim_start_matches('?')),
        xlsx: file("xlsx"),
        csv: file("csv"),
        tracking: paper("tracking"),
        letter: paper("letter"),
        calendar: id.map_or_else(|| "/calendar".to_owned(), |id| format!("/calendar?programme={id}")),
        form: asked.shown(lang),
        back,
        head,
        page,
    })
}

fn asked_path(id: Option<ProgrammeId>) -> String {
    id.map_or_else(|| "/tasks".to_owned(), |id| format!("/programmes/{id}/tasks"))
}

/// The most important sentence of a list: how many tasks, how many of them late.
fn sentence(lang: Lang, list: &TaskList, filters: i64) -> String {
    let args = [("day", list.day.into()), ("total", list.total.into()), ("red", list.counts.red.into())];
    match (list.total, list.counts.red, filters) {
        (0, _, 0) => lang.text("programmes-tasks-none"),
        (0, ..) => lang.text("programmes-tasks-none-found"),
        (_, 0, _) => lang.with("programmes-tasks-lead-calm", &args),
        _ => lang.with("programmes-tasks-lead", &args),
    }
}

/// The tasks of every programme as a spreadsheet.
pub(super) async fn all_xlsx(
    State(app): State<App>,
    session: Session,
    Query(pairs): Pairs,
) -> Result<Response, PageError> {
    file(&app, &session, Asked::read("/tasks", pairs, None), Written::Xlsx).await
}

/// The tasks of every programme as comma-separated values.
pub(super) async fn all_csv(
    State(app): State<App>,
    session: Session,
    Query(pairs): Pairs,
) -> Result<Response, PageError> {
    file(&app, &session, Asked::read("/tasks", pairs, None), Written::Csv).await
}

/// The tasks of one programme as a spreadsheet.
pub(super) async fn xlsx(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
    Query(pairs): Pairs,
) -> Result<Response, PageError> {
    file(&app, &session, Asked::read("", pairs, Some(id)), Written::Xlsx).await
}

/// The tasks of one programme as comma-separated values.
pub(super) async fn csv(
    State(app): State<App>,
    session: Session,
    Path(id): Path<ProgrammeId>,
    Query(pairs): Pairs,
) -> Result<Response, PageError> {
    file(&app, &session, Asked::read("", pairs, Some(id)), Written::Csv).await
}

async fn file(app: &App, session: &Session, asked: Asked, written: Written) -> Result<Response, PageError> {
    let list = listed(app, session, &asked, Slice::ALL).await?;
    let now = app.platform.now().to_zoned(app.platform.zone.clone()).datetime();
    let bytes = programmes::export(&list, session.lang(), now, written)?;
    let (media, ending) = match written {
        Written::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        Written::Csv => ("text/csv; charset=utf-8", "csv"),
    };
    let name = format!("attachment; filename=\"nhiem-vu-{}.{ending}\"", list.day);
    Ok(([(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}
