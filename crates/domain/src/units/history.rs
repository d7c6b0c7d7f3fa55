//! What a unit was called and where it belonged, on any day, as known at any instant.

use super::sql::beside;
use super::{Unit, UnitKind, rules};
use crate::access::Permit;
use crate::{Cx, OrgId, Result, UnitId};
use jiff::ToSpan;
use serde::Serialize;
use store::{Day, Micros};
use uuid::Uuid;

/// A version to be recorded.
pub(crate) struct NewVersion {
    pub org: OrgId,
    pub unit: UnitId,
    pub name: String,
    pub kind: UnitKind,
    pub parent: Option<UnitId>,
    pub from: Option<Day>,
    pub to: Option<Day>,
    pub reason: String,
}

/// What was known of a unit over a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Version {
    /// Id of the record.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its kind.
    #[sqlx(try_from = "String")]
    pub kind: UnitKind,
    /// Its superior.
    pub parent: Option<UnitId>,
    /// The superior's name as it is now.
    pub superior: Option<String>,
    /// First day of the period; none from the beginning.
    pub valid_from: Option<Day>,
    /// Last day of the period; none while it lasts.
    pub valid_to: Option<Day>,
    /// Why it changed, as typed; a document's number as a rule.
    pub reason: String,
    /// When it was recorded.
    pub recorded_at: Micros,
    /// When another record took its place.
    pub replaced_at: Option<Micros>,
}

/// A unit as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Past {
    /// The name it had.
    pub name: String,
    /// The kind it was of.
    pub kind: UnitKind,
    /// The superior it had.
    pub parent: Option<UnitId>,
    /// The name which that superior had then.
    pub superior: Option<String>,
}

/// Everything ever recorded of the unit, the earliest period first; replaced records say so.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub async fn history(cx: &mut Cx, id: UnitId) -> Result<Vec<Version>> {
    super::find(cx, id).await?;
    beside::versions(cx, id).await
}

/// The unit on a day: as it is known now, or as it was known at an instant. `None` when it did not
/// exist then or was not known.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub async fn as_of(cx: &mut Cx, id: UnitId, day: Day, known_at: Option<Micros>) -> Result<Option<Past>> {
    super::find(cx, id).await?;
    let Some(version) = reading(&beside::versions(cx, id).await?, day, known_at).cloned() else {
        return Ok(None);
    };
    let superior = match version.parent {
        Some(parent) => reading(&beside::versions(cx, parent).await?, day, known_at).map(|v| v.name.clone()),
        None => None,
    };
    let superior = superior.or(version.superior);
    Ok(Some(Past { name: version.name, kind: version.kind, parent: version.parent, superior }))
}

/// The record that holds on a day, as known at an instant.
fn reading(versions: &[Version], day: Day, known_at: Option<Micros>) -> Option<&Version> {
    let known = |v: &&Version| match known_at {
        None => v.replaced_at.is_none(),
        Some(at) => v.recorded_at <= at && v.replaced_at.is_none_or(|r| r > at),
    };
    versions.iter().filter(known).rfind(|v| rules::holds_on(v.valid_from, v.valid_to, day))
}

/// What changes.
pub(super) struct Change<'a> {
    pub name: &'a str,
    pub kind: UnitKind,
    pub parent: Option<UnitId>,
    pub reason: &'a str,
}

/// Records that the unit is something else from `day` on. The record that held is replaced by one that
/// ends the day before, so that both readings stay possible.
pub(super) async fn change(
    cx: &mut Cx,
    permit: &Permit,
    unit: &Unit,
    day: Day,
    to: Change<'_>,
) -> Result<()> {
    let current = current(cx, unit.id).await?;
    let latest = current.as_ref().and_then(|v| v.valid_from);
    rules::check_effective("effective", day, Day(cx.today()), latest)?;
    let mut rows = Vec::new();
    if let Some(current) = &current {
        beside::replace_version(cx, permit, unit.org, current.id).await?;
        if current.valid_from != Some(day) {
            rows.push(NewVersion {
                org: unit.org,
                unit: unit.id,
                name: current.name.clone(),
                kind: current.kind,
                parent: current.parent,
                from: current.valid_from,
                to: Some(day_before(day)),
                reason: current.reason.clone(),
            });
        }
    }
    rows.push(NewVersion {
        org: unit.org,
        unit: unit.id,
        name: to.name.to_owned(),
        kind: to.kind,
        parent: to.parent,
        from: Some(day),
        to: unit.exists_to,
        reason: to.reason.to_owned(),
    });
    beside::insert_versions(cx, permit, rows).await
}

/// Records the period of existence anew: the first record begins, the last one ends with it.
pub(super) async fn set_period(
    cx: &mut Cx,
    permit: &Permit,
    unit: &Unit,
    from: Option<Day>,
    to: Option<Day>,
    reason: &str,
) -> Result<()> {
    let believed: Vec<Version> =
        beside::versions(cx, unit.id).await?.into_iter().filter(|v| v.replaced_at.is_none()).collect();
    let last = believed.len().saturating_sub(1);
    let mut rows = Vec::new();
    for (at, version) in believed.iter().enumerate() {
        let new_from = if at == 0 { from } else { version.valid_from };
        let new_to = if at == last { to } else { version.valid_to };
        if (new_from, new_to) == (version.valid_from, version.valid_to) {
            continue;
        }
        beside::replace_version(cx, permit, unit.org, version.id).await?;
        rows.push(NewVersion {
            org: unit.org,
            unit: unit.id,
            name: version.name.clone(),
            kind: version.kind,
            parent: version.parent,
            from: new_from,
            to: new_to,
            reason: if reason.is_empty() { version.reason.clone() } else { reason.to_owned() },
        });
    }
    beside::insert_versions(cx, permit, rows).await
}

/// The record believed now that begins last.
async fn current(cx: &mut Cx, id: UnitId) -> Result<Option<Version>> {
    Ok(beside::versions(cx, id).await?.into_iter().rfind(|v| v.replaced_at.is_none()))
}

/// The first day of the last record: no change may begin before it.
pub(super) async fn latest_change(cx: &mut Cx, id: UnitId) -> Result<Option<Day>> {
    Ok(current(cx, id).await?.and_then(|v| v.valid_from))
}

/// The day before; the earliest day there is has none before it.
pub(super) fn day_before(day: Day) -> Day {
    Day(day.0.saturating_sub(1.day()))
}

/// The day after; the last day there is has none after it.
pub(super) fn day_after(day: Day) -> Day {
    Day(day.0.saturating_add(1.day()))
}
