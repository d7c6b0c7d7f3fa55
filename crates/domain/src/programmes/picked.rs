//! A few tasks by id, for lists that know already which they show.

use super::names::Names;
use super::read::{Given, day, programme, reported, row, seen};
use super::sql;
use super::types::*;
use super::views::{Programme, TaskRow};
use crate::{Cx, Error, Result};
use jiff::civil::Date;
use std::collections::HashMap;

/// Tasks with everything that a list shows, in their order, as known on a day or now. Asks no permission:
/// for those that a list the actor may see has named. One that was not known then is left out.
///
/// # Errors
/// The engine failed.
pub async fn rows_of(
    cx: &mut Cx,
    tasks: &[(TaskId, ProgrammeId)],
    as_of: Option<Date>,
) -> Result<Vec<TaskRow>> {
    let (seen, today) = (seen(cx, as_of), day(cx, as_of));
    let mut programmes: HashMap<ProgrammeId, Programme> = HashMap::new();
    let mut parts = Vec::with_capacity(tasks.len());
    for (id, of) in tasks {
        if let std::collections::hash_map::Entry::Vacant(entry) = programmes.entry(*of) {
            entry.insert(programme(sql::programme(cx, *of).await?, String::new()));
        }
        let Some(org) = programmes.get(of).map(|programme| programme.org) else { continue };
        let record = match sql::task(cx, org, *id, seen).await {
            Err(Error::NotFound) => continue,
            record => record?,
        };
        let known =
            |a: &sql::AssignmentRecord| a.recorded_at <= seen && a.ended_at.is_none_or(|at| at > seen);
        let mut given: Vec<Given> = Vec::new();
        for record in sql::task_assignments(cx, org, *id).await?.into_iter().filter(known) {
            given.push((AssignmentId(record.id), record.recorded_at, record.given()?));
        }
        parts.push((*of, record, given, reported(cx, org, *id, seen).await?));
    }
    let holders = parts.iter().flat_map(|(.., given, _)| given).map(|(.., given)| given.holder.clone());
    let names = Names::load(cx, &holders.collect::<Vec<_>>(), today).await?;
    let mut rows = Vec::with_capacity(parts.len());
    for (of, record, given, reported) in parts {
        let Some(programme) = programmes.get(&of) else { continue };
        let since = cx.day_of(record.created_at);
        rows.push(row(programme, record, (given, reported), &names, (since, today))?);
    }
    Ok(rows)
}

/// The wordings of a few tasks, in their order. Asks no permission: for those that a list the actor may
/// see has named.
///
/// # Errors
/// The engine failed.
pub async fn titles(cx: &mut Cx, ids: &[TaskId]) -> Result<Vec<(TaskId, String)>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(sql::title(cx, *id).await?.map(|title| (*id, title)));
    }
    Ok(found)
}
