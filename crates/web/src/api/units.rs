//! Units and their names, for programs.

use super::{Body, Caller, Listing, Refused, page_size};
use crate::app::App;
use crate::failure::{PageError, ProblemDetails};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::units::{self, Candidate, NewUnit, Target, UnitKind};
use domain::{Day, Reason, UnitId, command, query};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(search))
        .routes(routes!(resolve))
        .routes(routes!(find))
}

/// A unit: an organisation or a part of one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Unit {
    /// Its id.
    id: Uuid,
    /// Counts its changes.
    version: i64,
    /// The organisation it belongs to.
    organisation: Uuid,
    /// Its superior; a root has none.
    parent: Option<Uuid>,
    /// The name of its superior.
    superior: Option<String>,
    /// `central`, `ministry`, `province`, `commune`, `agency`, `party`, `association`, `board`, `office`,
    /// `institute`, `school`, `press`, `enterprise`, `club`, `task_force` or `other`.
    kind: String,
    /// It is an organisation of its own.
    is_organisation: bool,
    /// Its name.
    name: String,
    /// Its name, with the superior where the name repeats.
    label: String,
    /// Its code in lists.
    code: Option<String>,
    /// Its e-identifier, opaque.
    eid: Option<String>,
    /// Its other names; only where one unit is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    /// First day of its existence, ISO.
    exists_from: Option<String>,
    /// Last day of its existence, ISO.
    exists_to: Option<String>,
}

impl From<&units::Unit> for Unit {
    fn from(unit: &units::Unit) -> Unit {
        Unit {
            id: unit.id.0,
            version: unit.version,
            organisation: unit.org.0,
            parent: unit.parent.map(|p| p.0),
            superior: unit.superior.clone(),
            kind: unit.kind.code().to_owned(),
            is_organisation: unit.is_org,
            name: unit.name.clone(),
            label: unit.label(),
            code: unit.code.clone(),
            eid: unit.eid.clone(),
            aliases: Vec::new(),
            exists_from: unit.exists_from.map(|d| d.to_string()),
            exists_to: unit.exists_to.map(|d| d.to_string()),
        }
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Level {
    /// Whose children; the roots where it is not given.
    parent: Option<Uuid>,
    /// Where the page begins: `next` of the page before.
    cursor: Option<String>,
    /// How many, 1 to 200; 50 unless asked.
    limit: Option<i64>,
}

/// One level of the tree, in order.
#[utoipa::path(get, path = "/api/v1/units", params(Level),
    responses((status = 200, body = Listing<Unit>), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(level): Query<Level>,
) -> Result<Json<Listing<Unit>>, PageError> {
    let limit = page_size(level.limit);
    let after: i64 = match &level.cursor {
        Some(cursor) => cursor.parse().map_err(|_| PageError::Unreadable("cursor".into()))?,
        None => 0,
    };
    let mut rows = query!(&app.platform, &actor, cx => {
        match level.parent {
            Some(parent) => {
                let page = units::Page::first(limit + 1).after(after).with_gone(true);
                units::children(cx, UnitId(parent), page).await
            }
            None => {
                let most = usize::try_from(limit + 1).unwrap_or(usize::MAX);
                Ok(units::roots(cx).await?.into_iter().filter(|r| r.unit.ordinal > after).take(most).collect())
            }
        }
    })?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|r| r.unit.ordinal.to_string());
    Ok(Json(Listing { items: rows.iter().map(|r| Unit::from(&r.unit)).collect(), next }))
}

/// A unit to be added.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Added {
    /// Its superior.
    parent: Uuid,
    /// Its kind.
    kind: String,
    /// Its name.
    name: String,
    /// It is an organisation of its own.
    #[serde(default)]
    is_organisation: bool,
    /// Its code in lists.
    code: Option<String>,
    /// Its e-identifier.
    eid: Option<String>,
    /// Its other names.
    #[serde(default)]
    aliases: Vec<String>,
    /// First day of its existence, ISO.
    exists_from: Option<String>,
}

/// Adds a unit as the last child of its superior.
#[utoipa::path(post, path = "/api/v1/units", request_body = Added,
    responses((status = 201, body = Unit), Refused))]
async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    body: Result<Body<Added>, PageError>,
) -> Result<Response, PageError> {
    if !actor.may_somewhere(Action::ManageUnits) {
        return Err(PageError::Denied);
    }
    let Body(added) = body?;
    let wrong =
        |field: &str, key: &'static str| PageError::from(domain::Error::invalid(field, Reason::new(key)));
    let exists_from: Option<Day> = match &added.exists_from {
        Some(day) => Some(day.parse().map_err(|_| wrong("exists_from", "form-date-unreadable"))?),
        None => None,
    };
    let new = NewUnit {
        parent: Some(UnitId(added.parent)),
        kind: UnitKind::from_code(&added.kind).ok_or_else(|| wrong("kind", "units-kind-unknown"))?,
        is_org: added.is_organisation,
        name: added.name,
        code: added.code,
        eid: added.eid,
        aliases: added.aliases,
        exists_from,
        exists_to: None,
    };
    let made = command!(&app.platform, &actor, cx => {
        let id = units::create(cx, new.clone()).await?;
        units::find(cx, id).await
    })?;
    let place = format!("/api/v1/units/{}", made.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(Unit::from(&made))).into_response())
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Words {
    /// Words of the name, capital or not, with or without diacritics.
    #[serde(default)]
    q: String,
    /// How many, 1 to 200; 50 unless asked.
    limit: Option<i64>,
}

/// Units whose name, other name, code or name with superior holds the words, the best first.
#[utoipa::path(get, path = "/api/v1/units/search", params(Words),
    responses((status = 200, body = Listing<Unit>), (status = 401, body = ProblemDetails)))]
async fn search(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(words): Query<Words>,
) -> Result<Json<Listing<Unit>>, PageError> {
    let limit = page_size(words.limit);
    let found = query!(&app.platform, &actor, cx => { units::search(cx, &words.q, limit).await })?;
    Ok(Json(Listing { items: found.iter().map(Unit::from).collect(), next: None }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Printed {
    /// The name as printed in a document, abbreviated or damaged.
    #[serde(default)]
    name: String,
    /// The unit that asks: what lies near it in the tree comes first.
    around: Option<Uuid>,
    /// How many, 1 to 20; 5 unless asked.
    limit: Option<usize>,
}

/// What a printed name may stand for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Match {
    /// `unit` or `grouping`.
    target: &'static str,
    /// Id of the unit or grouping.
    id: Uuid,
    /// Its name.
    name: String,
    /// The name of its superior.
    superior: Option<String>,
    /// 0 to 1.
    score: f64,
    /// The way of writing it that fitted best.
    form: String,
    /// `exact`, `alias`, `without_marks`, `abbreviation`, `damaged`, `former`, `successor` or `partial`.
    why: serde_json::Value,
}

impl From<Candidate> for Match {
    fn from(candidate: Candidate) -> Match {
        let (target, id) = match candidate.target {
            Target::Unit(id) => ("unit", id.0),
            Target::Grouping(id) => ("grouping", id.0),
        };
        Match {
            target,
            id,
            name: candidate.name,
            superior: candidate.superior,
            score: candidate.score,
            form: candidate.form,
            why: serde_json::to_value(candidate.why).unwrap_or_default(),
        }
    }
}

/// Units and groupings that a printed name may stand for, the best first.
#[utoipa::path(get, path = "/api/v1/units/resolve", params(Printed),
    responses((status = 200, body = Listing<Match>), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
async fn resolve(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(printed): Query<Printed>,
) -> Result<Json<Listing<Match>>, PageError> {
    let directory = query!(&app.platform, &actor, cx => {
        match printed.around {
            Some(around) => {
                let unit = units::find(cx, UnitId(around)).await?;
                units::Directory::load(cx, unit.id).await
            }
            None => units::Directory::load_all(cx).await,
        }
    })?;
    let found = directory.resolve(&printed.name, printed.limit.unwrap_or(5).clamp(1, 20));
    Ok(Json(Listing { items: found.into_iter().map(Match::from).collect(), next: None }))
}

/// One unit.
#[utoipa::path(get, path = "/api/v1/units/{unit}", params(("unit" = Uuid, Path, description = "Its id")),
    responses((status = 200, body = Unit), (status = 401, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
async fn find(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<UnitId>,
) -> Result<Json<Unit>, PageError> {
    let (unit, aliases) = query!(&app.platform, &actor, cx => {
        Ok((units::find(cx, id).await?, units::aliases(cx, id).await?))
    })?;
    Ok(Json(Unit { aliases: aliases.into_iter().map(|a| a.alias).collect(), ..Unit::from(&unit) }))
}
