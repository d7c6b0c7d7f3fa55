//! Lists (.xlsx, .csv): naming the columns, looking at the errors, turning rows into items.

use super::*;
use crate::units::Directory;
use serde_json::json;

/// A list with its mapping and what it gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The intake.
    pub intake: Intake,
    /// All rows.
    pub rows: Vec<Vec<String>>,
    /// What the rows give under the mapping; none where no column holds the wording.
    pub preview: Option<Preview>,
}

/// A list that the actor may see, under its mapping.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn listing(cx: &mut Cx, id: IntakeId) -> Result<Listing> {
    let intake = find(cx, id).await?;
    let rows: Vec<Vec<String>> = json(sql::grid(cx, id).await?)?;
    let directory = Directory::load(cx, intake.owner).await?;
    let preview = list::preview(&rows, &intake.mapping, &mut resolver(&directory)).ok();
    Ok(Listing { intake, rows, preview })
}

async fn open(cx: &mut Cx, id: IntakeId) -> Result<(Intake, crate::access::Permit)> {
    let intake = load(cx, id).await?;
    let permit = cx.allow(Action::ManageIntake, &intake.scope())?;
    match intake.status {
        Status::Mapping => Ok((intake, permit)),
        _ => Err(Error::invalid("", Reason::new("intake-problem-no-list"))),
    }
}

/// Keeps a mapping of columns and the rows left out.
///
/// # Errors
/// [`Error::Stale`]; [`Error::Invalid`] without a column for the wording.
pub async fn map(cx: &mut Cx, id: IntakeId, version: i64, mapping: &Mapping) -> Result<()> {
    let (intake, permit) = open(cx, id).await?;
    if !mapping.columns.contains_key(&Field::Title) {
        return Err(Error::invalid("title", Reason::new("intake-problem-list-title")));
    }
    sql::set_mapping(cx, &permit, id, version, value(mapping)?).await?;
    cx.record(permit, &intake.mapping, mapping).await
}

/// Turns the rows of a list into items to be reviewed: all of them, or none while a cell is wrong.
///
/// # Errors
/// [`Error::Stale`]; [`Error::Invalid`] while errors are left that are neither mended nor left out.
pub async fn apply(cx: &mut Cx, id: IntakeId, version: i64) -> Result<usize> {
    let (intake, permit) = open(cx, id).await?;
    let rows: Vec<Vec<String>> = json(sql::grid(cx, id).await?)?;
    let directory = Directory::load(cx, intake.owner).await?;
    let preview = list::preview(&rows, &intake.mapping, &mut resolver(&directory))?;
    if !preview.is_clean() {
        let reason = Reason::new("intake-problem-list-errors").with("count", preview.errors.len());
        return Err(Error::invalid("", reason));
    }
    let (text, places) = as_text(&rows);
    sql::set_document(cx, &permit, id, version, &text).await?;
    let placed = |(row, task): (usize, TaskBody)| {
        let passage = Passage { span: Some(places[row]), quote: line(&rows[row]) };
        Body::Task(TaskBody { passages: vec![passage], ..task })
    };
    let bodies: Vec<Body> = preview.rows.into_iter().map(placed).collect();
    receive::add(cx, &permit, &intake, &bodies, ItemState::Open).await?;
    cx.record(permit, json!({"list": true}), json!({"items": bodies.len()})).await?;
    Ok(bodies.len())
}

fn line(row: &[String]) -> String {
    let cells = row.iter().map(|cell| rules::tidy(cell)).filter(|cell| !cell.is_empty());
    cells.collect::<Vec<_>>().join(" | ")
}

/// The list as text, a line for each row, and where each row stands in it.
fn as_text(rows: &[Vec<String>]) -> (String, Vec<papers::plan::Span>) {
    let (mut text, mut places, mut from) = (String::new(), Vec::with_capacity(rows.len()), 0);
    for row in rows {
        let line = line(row);
        let to = from + line.chars().count();
        places.push([from, to]);
        text.push_str(&line);
        text.push('\n');
        from = to + 1;
    }
    (text, places)
}
