//! The board for programs: numbers by light for any slice on any day, and the records behind them.

use super::programmes::wire::Counts;
use super::{Caller, day, page_size, wrong};
use crate::app::App;
use crate::failure::{PageError, ProblemDetails};
use axum::Json;
use axum::extract::{Query, State};
use domain::board::{Behind, Question, Was};
use domain::programmes::{Light, ProgrammeId, RoleFilter, Window};
use domain::{UnitId, query};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(look))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Carried by this unit or one below it.
    unit: Option<Uuid>,
    /// In which role: `lead` (joint leads too) or `coordinating`; any unless asked.
    role: Option<String>,
    /// Of one programme.
    programme: Option<Uuid>,
    /// In a group or the groups inside it.
    group: Option<String>,
    /// Due on or after this day, ISO.
    due_from: Option<String>,
    /// Due on or before this day, ISO.
    due_to: Option<String>,
    /// As known at the end of this day and judged on it, ISO; today unless asked.
    as_of: Option<String>,
    /// Also say what changed since the end of this day, ISO.
    since: Option<String>,
    /// Further days for which lights are counted, ISO, separated by commas; at most 62.
    days: Option<String>,
    /// Also give the tasks of this light: `red`, `amber`, `green`, `grey`.
    light: Option<String>,
    /// Of them only those that were there with another light on the day of `since`.
    #[serde(default)]
    turned: bool,
    /// Tasks at most, and units at most, 1 to 200; 50 unless asked.
    limit: Option<i64>,
}

/// Numbers on a day.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DayCounts {
    /// The day, ISO.
    day: String,
    /// By light.
    counts: Counts,
}

/// Numbers of a programme, a group or a unit.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PartCounts {
    /// The programme or the unit.
    id: Uuid,
    /// Code of the main group; only for groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// By light.
    counts: Counts,
}

/// Tasks that passed from one light to another.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MoveItem {
    /// The light before; none where the task was not in the slice.
    from: Option<String>,
    /// The light after; none where it no longer is.
    to: Option<String>,
    /// How many.
    tasks: usize,
}

/// The tasks behind a number.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Tasks {
    /// How many there are.
    total: usize,
    /// The first of them: red first, then by day.
    ids: Vec<Uuid>,
}

/// What the board says of a slice.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BoardItem {
    /// The day looked at, ISO.
    day: String,
    /// By light.
    counts: Counts,
    /// By light on every day asked about, the earliest first.
    series: Vec<DayCounts>,
    /// By programme, latest first.
    programmes: Vec<PartCounts>,
    /// By main group of each programme.
    groups: Vec<PartCounts>,
    /// By unit that leads something, itself and below it, most overdue first.
    units: Vec<PartCounts>,
    /// What changed since the day of `since`.
    moves: Vec<MoveItem>,
    /// The tasks of the light asked for.
    tasks: Option<Tasks>,
}

/// Numbers by light for a slice of what the caller may see, on any day.
#[utoipa::path(get, path = "/api/v1/board", params(Asked),
    responses((status = 200, body = BoardItem), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails),
        (status = 422, body = ProblemDetails), (status = 503, body = ProblemDetails)))]
async fn look(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(asked): Query<Asked>,
) -> Result<Json<BoardItem>, PageError> {
    let question = question(&asked)?;
    let light = match asked.light.as_deref() {
        Some(code) => Some(Light::from_code(code).ok_or_else(|| wrong("light", "programmes-invalid-code"))?),
        None => None,
    };
    if !app.board.ready(&app.platform).await? {
        return Err(PageError::Making);
    }
    let was = if asked.turned { Was::Other } else { Was::Anything };
    let most = usize::try_from(page_size(asked.limit)).unwrap_or(1);
    let (seen, found) = query!(&app.platform, &actor, cx => {
        let seen = app.board.look(cx, &question)?;
        let found = match light {
            Some(_) => app.board.find(cx, &question, Behind { light, was }, most)?,
            None => None,
        };
        Ok((seen, found))
    })?;
    let seen = seen.ok_or(PageError::Making)?;
    let code = |light: Option<Light>| light.map(|light| light.code().to_owned());
    Ok(Json(BoardItem {
        day: seen.day.to_string(),
        counts: (&seen.counts).into(),
        series: seen
            .series
            .iter()
            .map(|(day, counts)| DayCounts { day: day.to_string(), counts: counts.into() })
            .collect(),
        programmes: seen.programmes.iter().map(|one| part(one.programme.0, None, &one.counts)).collect(),
        groups: seen
            .groups
            .iter()
            .map(|group| part(group.programme.0, Some(group.code.clone()), &group.counts))
            .collect(),
        units: seen.units.iter().take(most).map(|(unit, counts)| part(unit.0, None, counts)).collect(),
        moves: seen
            .moves
            .iter()
            .map(|one| MoveItem { from: code(one.from), to: code(one.to), tasks: one.tasks })
            .collect(),
        tasks: found.map(|found| Tasks {
            total: found.total,
            ids: found.tasks.into_iter().map(|task| task.0).collect(),
        }),
    }))
}

fn part(id: Uuid, group: Option<String>, counts: &domain::programmes::LightCounts) -> PartCounts {
    PartCounts { id, group, counts: counts.into() }
}

fn question(asked: &Asked) -> Result<Question, PageError> {
    let date = |field: &str, text: &Option<String>| {
        Ok::<_, PageError>(day(field, text.as_deref())?.map(|day| day.0))
    };
    let (from, to) = (date("due_from", &asked.due_from)?, date("due_to", &asked.due_to)?);
    let mut history = Vec::new();
    for text in asked.days.iter().flat_map(|days| days.split(',')) {
        history.extend(date("days", &Some(text.trim().to_owned()))?);
    }
    if history.len() > domain::board::MOST_DAYS - 2 {
        return Err(wrong("days", "board-too-many-days"));
    }
    Ok(Question {
        unit: asked.unit.map(UnitId),
        role: match asked.role.as_deref() {
            None => RoleFilter::Any,
            Some("lead") => RoleFilter::Leading,
            Some("coordinating") => RoleFilter::Coordinating,
            Some(_) => return Err(wrong("role", "programmes-invalid-code")),
        },
        programme: asked.programme.map(ProgrammeId),
        group: asked.group.clone(),
        window: if from.is_some() || to.is_some() { Window::Between(from, to) } else { Window::Any },
        as_of: date("as_of", &asked.as_of)?,
        since: date("since", &asked.since)?,
        history,
        by_unit: true,
    })
}
