//! Working days: weekends, public holidays, days swapped against others, per organisation; and the
//! addresses under which calendars of other programs fetch deadlines.
//!
//! The shipped days hold everywhere; what an organisation enters for a day goes before them.

mod list;
mod rules;
mod sql;

pub use list::{read, write};
pub use rules::{Calendar, DayKind, Special, shipped};

use crate::access::{Action, Actor, Permit, Scope};
use crate::error::Problems;
use crate::units::{self, Unit};
use crate::{Cx, OrgId, Platform, Reason, Result, UnitId, identity};
use jiff::civil::Date;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::Day;

/// Longest name of a day and of its source, in Unicode scalar values.
const LONGEST: usize = 300;
/// Years that the table may speak of.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2200;

/// The working days of an organisation, for other contexts; no question asked.
///
/// # Errors
/// The engine failed.
pub async fn of(cx: &mut Cx, org: OrgId) -> Result<Calendar> {
    Ok(Calendar::new(&sql::own(cx, org).await?))
}

/// The organisation of a unit that the actor may know of.
async fn organisation(cx: &mut Cx, unit: UnitId) -> Result<Unit> {
    let unit = units::find(cx, unit).await?;
    units::load(cx, UnitId(unit.org.0)).await
}

fn scope(org: &Unit) -> Scope {
    Scope { kind: "calendar", ..org.scope() }
}

/// The table of an organisation, named by one of its units: shipped and own days of a year in their
/// order, an own day in the place of the shipped one.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub async fn days(cx: &mut Cx, unit: UnitId, year: i16) -> Result<Vec<Special>> {
    let org = organisation(cx, unit).await?;
    let own = sql::own(cx, org.org).await?;
    let mut all: Vec<Special> =
        shipped().into_iter().filter(|one| own.iter().all(|other| other.day != one.day)).collect();
    all.extend(own);
    all.retain(|one| one.day.year() == year);
    all.sort_by_key(|one| one.day);
    Ok(all)
}

/// May the actor change the table of the unit's organisation? For showing the way to it.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub async fn may_change(cx: &mut Cx, unit: UnitId) -> Result<bool> {
    let org = organisation(cx, unit).await?;
    Ok(crate::access::decide(cx.actor(), Action::ManageUnits, &scope(&org)))
}

fn check(problems: &mut Problems, field: &str, special: &Special) {
    let empty = special.name.trim().is_empty() && special.kind != DayKind::Ordinary;
    problems.check(empty, format!("{field}name"), Reason::new("calendar-invalid-name"));
    let long = special.name.chars().count() > LONGEST || special.source.chars().count() > LONGEST;
    problems.check(long, format!("{field}name"), Reason::new("calendar-invalid-long").with("most", LONGEST));
    let far = !YEARS.contains(&special.day.year());
    problems.check(far, format!("{field}day"), Reason::new("calendar-invalid-day"));
}

async fn permit(cx: &mut Cx, unit: UnitId) -> Result<(OrgId, Permit)> {
    let org = organisation(cx, unit).await?;
    let permit = cx.allow(Action::ManageUnits, &scope(&org))?;
    Ok((org.org, permit))
}

fn audit(special: &Special) -> serde_json::Value {
    json!({ "day": Day(special.day), "kind": special.kind, "name": special.name, "source": special.source })
}

/// Enters days into the table of an organisation, named by one of its units: all or none.
///
/// # Errors
/// [`crate::Error::NotFound`], [`crate::Error::Denied`], [`crate::Error::Invalid`] (`name`, `day`; with several days
/// `days.3.name`).
pub async fn put(cx: &mut Cx, unit: UnitId, days: &[Special]) -> Result<()> {
    let (org, permit) = permit(cx, unit).await?;
    let mut problems = Problems::default();
    for (at, special) in days.iter().enumerate() {
        let field = if days.len() == 1 { String::new() } else { format!("days.{at}.") };
        check(&mut problems, &field, special);
    }
    problems.settle()?;
    let known = sql::own(cx, org).await?;
    let before: Vec<_> =
        known.iter().filter(|one| days.iter().any(|d| d.day == one.day)).map(audit).collect();
    for special in days {
        sql::put(cx, &permit, org, special).await?;
    }
    cx.record(permit, before, days.iter().map(audit).collect::<Vec<_>>()).await
}

/// Takes an organisation's own entry for a day away; the shipped one holds again.
///
/// # Errors
/// [`crate::Error::NotFound`], [`crate::Error::Denied`], [`crate::Error::Stale`] where there is none.
pub async fn remove(cx: &mut Cx, unit: UnitId, day: Date) -> Result<()> {
    let (org, permit) = permit(cx, unit).await?;
    let before: Vec<_> = sql::own(cx, org).await?.iter().filter(|one| one.day == day).map(audit).collect();
    sql::remove(cx, &permit, org, Day(day)).await?;
    cx.record(permit, before, json!([])).await
}

fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// Makes the actor's calendar address anew and returns its secret part, once; the one before ends.
///
/// # Errors
/// [`crate::Error::NotFound`] for an actor without an account.
pub async fn new_feed(cx: &mut Cx) -> Result<String> {
    let (account, _) = identity::own(cx).await?;
    let scope =
        Scope { account: Some(account.id), ..Scope::new(account.org_id, "calendar_feed", account.id.0, 0) };
    let permit = cx.allow(Action::ManageSelf, &scope)?;
    let secret = hex::encode(cx.random::<24>());
    let id = cx.id();
    sql::revoke_feeds(cx, &permit, account.id).await?;
    sql::add_feed(cx, &permit, (account.org_id, id), account.id, &digest(&secret)).await?;
    cx.record(permit, json!({}), json!({ "feed": id })).await?;
    Ok(secret)
}

/// Ends the actor's calendar address.
///
/// # Errors
/// [`crate::Error::NotFound`] for an actor without an account.
pub async fn end_feed(cx: &mut Cx) -> Result<()> {
    let (account, _) = identity::own(cx).await?;
    let scope =
        Scope { account: Some(account.id), ..Scope::new(account.org_id, "calendar_feed", account.id.0, 0) };
    let permit = cx.allow(Action::ManageSelf, &scope)?;
    sql::revoke_feeds(cx, &permit, account.id).await?;
    cx.record(permit, json!({}), json!({ "feed": null })).await
}

/// Whose calendar an address is: an actor for reading, and nothing where the address is not, or no
/// longer, one.
///
/// # Errors
/// The engine failed.
pub async fn feed_actor(platform: &Platform, secret: &str, origin: &str) -> Result<Option<Actor>> {
    let nobody = Actor::nobody(origin);
    let digest = digest(secret);
    let account = crate::query!(platform, &nobody, cx => { sql::feed_account(cx, &digest).await })?;
    match account {
        Some(account) => identity::actor_of(platform, account, origin).await,
        None => Ok(None),
    }
}
