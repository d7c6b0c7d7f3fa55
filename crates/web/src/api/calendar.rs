//! Working days, for programs.

use super::{Caller, Listing};
use crate::app::App;
use crate::failure::{PageError, ProblemDetails};
use axum::Json;
use axum::extract::{Query, State};
use domain::{Day, Error, Reason, UnitId, calendar, query, units};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(holidays)).routes(routes!(working_days))
}

fn day(field: &str, text: &str) -> Result<Day, PageError> {
    text.parse().map_err(|_| Error::invalid(field, Reason::new("form-date-unreadable")).into())
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OfYear {
    /// A unit of the organisation.
    unit: Uuid,
    /// The year.
    year: i16,
}

/// A day that is not as its weekday says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct HolidayItem {
    /// The day, ISO.
    day: String,
    /// `off`, `working` or `ordinary`.
    kind: &'static str,
    /// Its name.
    name: String,
    /// Which text says so.
    source: String,
    /// Entered by the organisation; otherwise it came with the program.
    own: bool,
}

/// Holidays and swapped working days of an organisation in a year.
#[utoipa::path(get, path = "/api/v1/holidays", params(OfYear),
    responses((status = 200, body = Listing<HolidayItem>), (status = 400, body = ProblemDetails), (status = 401, body = ProblemDetails),
        (status = 404, body = ProblemDetails)))]
async fn holidays(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(asked): Query<OfYear>,
) -> Result<Json<Listing<HolidayItem>>, PageError> {
    let unit = UnitId(asked.unit);
    let days = query!(&app.platform, &actor, cx => { calendar::days(cx, unit, asked.year).await })?;
    let item = |one: calendar::Special| HolidayItem {
        day: one.day.to_string(),
        kind: one.kind.code(),
        name: one.name,
        source: one.source,
        own: one.own,
    };
    Ok(Json(Listing { items: days.into_iter().map(item).collect(), next: None }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Span {
    /// A unit of the organisation.
    unit: Uuid,
    /// The first day, ISO; it does not count.
    from: String,
    /// The last day, ISO; it counts.
    to: Option<String>,
    /// So many working days after (before, when negative) the first.
    add: Option<i64>,
}

/// Working days.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Working {
    /// Working days after the first day up to and including the last.
    between: Option<i64>,
    /// The day so many working days after the first, ISO.
    day: Option<String>,
}

/// Counts working days between two days, and finds the day so many working days away.
#[utoipa::path(get, path = "/api/v1/working-days", params(Span),
    responses((status = 200, body = Working), (status = 400, body = ProblemDetails), (status = 401, body = ProblemDetails),
        (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
async fn working_days(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(asked): Query<Span>,
) -> Result<Json<Working>, PageError> {
    let unit = UnitId(asked.unit);
    let from = day("from", &asked.from)?.0;
    let to = asked.to.as_deref().map(|to| day("to", to)).transpose()?;
    let calendar = query!(&app.platform, &actor, cx => {
        let unit = units::find(cx, unit).await?;
        calendar::of(cx, unit.org).await
    })?;
    Ok(Json(Working {
        between: to.map(|to| calendar.working_days_between(from, to.0)),
        day: asked.add.and_then(|days| calendar.add_working_days(from, days)).map(|day| day.to_string()),
    }))
}
