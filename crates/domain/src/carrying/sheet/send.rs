//! What a workbook would change, and changing it: by the operations of the form, in one transaction.

use super::super::report::{self, Claim, Seat, Seated};
use super::super::types::{Said, Update, UpdateId};
use super::super::{rules, sql};
use super::{Filled, Workbook};
use crate::access::{Action, Scope, decide};
use crate::error::{Problem, Problems};
use crate::programmes::{Fate, TaskRow};
use crate::{Cx, Error, Reason, Result, units};

/// What one row would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The number of the row as the spreadsheet shows it.
    pub line: u32,
    /// Whose part it is.
    pub seat: Seat,
    /// The task.
    pub row: TaskRow,
    /// The unit's name.
    pub unit_name: String,
    /// What the draft says now, or what was reported last; none for a first report.
    pub before: Option<Said>,
    /// What it will say.
    pub after: Said,
    /// It corrects a returned report.
    pub corrects: bool,
}

/// What a workbook would change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preview {
    /// Rows that change something.
    pub changes: Vec<Change>,
    /// What is wrong, by cell; with any of it, nothing is changed.
    pub problems: Vec<Problem>,
    /// What is missing before it can be submitted, by cell; it may be kept as drafts.
    pub unfit: Vec<Problem>,
}

struct Planned {
    line: u32,
    seat: Seat,
    seated: Seated,
    draft: Option<Update>,
    returned: Option<UpdateId>,
    after: Said,
    unfit: Vec<Problem>,
}

/// What a workbook would change. Nothing is changed.
///
/// # Errors
/// The engine failed; what is wrong with the rows stands in the preview.
pub async fn preview(cx: &mut Cx, book: &Workbook) -> Result<Preview> {
    Ok(plan(cx, book).await?.1)
}

/// Does what [`preview`] shows: keeps every row as the draft of its seat, and submits them all where asked.
/// Returns how many.
///
/// # Errors
/// [`Error::Invalid`] with every wrong cell, and for nothing at all; [`Error::Stale`] where somebody else
/// saved at the same moment. Then nothing is changed.
pub async fn send(cx: &mut Cx, book: &Workbook, submit: bool) -> Result<usize> {
    let (planned, Preview { mut problems, unfit, .. }) = plan(cx, book).await?;
    if submit {
        problems.extend(unfit);
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    if planned.is_empty() {
        return Err(Error::invalid("file", Reason::new("carrying-sheet-nothing")));
    }
    let count = planned.len();
    for row in planned {
        let line = row.line;
        one(cx, row, submit).await.map_err(|error| in_cells(book, line, error))?;
    }
    Ok(count)
}

async fn one(cx: &mut Cx, row: Planned, submit: bool) -> Result<()> {
    let draft = match row.returned {
        Some(returned) => {
            report::correct(cx, returned).await?;
            sql::draft(cx, row.seat).await?
        }
        None => row.draft,
    };
    let version = draft.as_ref().map(|draft| draft.version);
    let (id, version) = report::save_at(cx, (row.seat, &row.seated), (draft, version), row.after).await?;
    if submit {
        let update = sql::update(cx, id).await?;
        report::submit_at(cx, update, &row.seated, version).await?;
    }
    Ok(())
}

/// The same error with cells in place of fields.
fn in_cells(book: &Workbook, line: u32, error: Error) -> Error {
    match error {
        Error::Invalid(problems) => Error::Invalid(placed(book, line, problems).collect()),
        other => other,
    }
}

fn placed(book: &Workbook, line: u32, problems: Vec<Problem>) -> impl Iterator<Item = Problem> {
    problems.into_iter().map(move |one| Problem { field: book.cell(&one.field, line), ..one })
}

async fn plan(cx: &mut Cx, book: &Workbook) -> Result<(Vec<Planned>, Preview)> {
    let (mut planned, mut preview) = (Vec::new(), Preview::default());
    for row in &book.rows {
        match row_of(cx, row).await {
            Ok(Some((mut one, change))) => {
                preview.unfit.extend(placed(book, row.line, std::mem::take(&mut one.unfit)));
                planned.push(one);
                preview.changes.push(change);
            }
            Ok(None) => {}
            Err(Error::Invalid(problems)) => preview.problems.extend(placed(book, row.line, problems)),
            Err(error) => return Err(error),
        }
    }
    Ok((planned, preview))
}

/// What a row would do; none where it says what the draft says already.
async fn row_of(cx: &mut Cx, row: &Filled) -> Result<Option<(Planned, Change)>> {
    let seat = row.seat;
    let seated = seated(cx, seat).await?;
    let org = seated.carried.programme.org;
    let draft = sql::draft(cx, seat).await?;
    let last = match sql::last_sent(cx, org, seat).await? {
        Some(id) => Some(sql::update(cx, id).await?),
        None => None,
    };
    unchanged_since(row, draft.as_ref(), last.as_ref())?;
    let sent_back = |last: &&Update| matches!(last.fate, Some(Fate::Returned(_)));
    let returned = last.as_ref().filter(|_| draft.is_none()).filter(sent_back);
    let base = draft.as_ref().or(returned);
    let after = report::tidy(over(base.map(|update| &update.said), row.said.clone()));
    if draft.as_ref().is_some_and(|draft| report::tidy(draft.said.clone()) == after) {
        return Ok(None);
    }
    let claim = Claim {
        seat,
        corrects: draft.as_ref().and_then(|draft| draft.corrects).or(returned.map(|update| update.id)),
        evidence: base.map(|update| update.id),
        said: &after,
    };
    let mut problems = Problems::default();
    let ended = seated.carried.ended_at.is_some();
    problems.check(ended, "", Reason::new("carrying-error-task-ended"));
    rules::check_draft(&mut problems, &after);
    problems.settle()?;
    let about = report::about(cx, &seated, &claim).await?;
    let mut missing = Problems::default();
    rules::check_submission(&mut missing, &after, &about);
    let unfit = match missing.settle() {
        Err(Error::Invalid(unfit)) => unfit,
        other => {
            other?;
            Vec::new()
        }
    };
    let before = draft.as_ref().or(last.as_ref()).map(|update| update.said.clone());
    let change = Change {
        line: row.line,
        seat,
        row: seated.carried.row.clone(),
        unit_name: name(cx, &seated, seat).await?,
        before,
        after: after.clone(),
        corrects: claim.corrects.is_some(),
    };
    let returned = returned.map(|update| update.id);
    Ok(Some((Planned { line: row.line, seat, seated, draft, returned, after, unfit }, change)))
}

/// The seat, where the actor reports for it.
async fn seated(cx: &mut Cx, seat: Seat) -> Result<Seated> {
    let foreign = || Error::invalid("", Reason::new("carrying-sheet-not-yours"));
    let seated = match report::seated(cx, seat).await {
        Err(Error::NotFound) => return Err(foreign()),
        other => other?,
    };
    let (org, place) = (seated.carried.programme.org, seated.acting.tree_from);
    let scope = Scope::new(org, "assignment", seat.assignment.0, place);
    if decide(cx.actor(), Action::Report, &scope) { Ok(seated) } else { Err(foreign()) }
}

async fn name(cx: &mut Cx, seated: &Seated, seat: Seat) -> Result<String> {
    if seated.acting.id == seat.unit {
        return Ok(seated.acting.label());
    }
    Ok(units::load(cx, seat.unit).await?.label())
}

/// Refuses where somebody saved or sent since the workbook was made, and says who.
fn unchanged_since(row: &Filled, draft: Option<&Update>, last: Option<&Update>) -> Result<()> {
    let same_draft = draft.map(|draft| (draft.id, draft.version)) == row.draft;
    let same_last = last.map(|last| last.id) == row.last;
    if same_draft && same_last {
        return Ok(());
    }
    let sender = || last.and_then(|last| last.submitted_by.clone());
    let who = if same_last { draft.map(|draft| draft.saved_by.clone()) } else { sender() };
    let reason = match who {
        Some(who) => Reason::new("carrying-sheet-stale").with("who", who),
        None => Reason::new("carrying-sheet-stale-gone"),
    };
    Err(Error::invalid("", reason))
}

/// What was typed, over what the workbook has no column for.
fn over(base: Option<&Said>, typed: Said) -> Said {
    let Some(base) = base else { return typed };
    Said { milestone: base.milestone, entered_for: base.entered_for.clone(), ..typed }
}
