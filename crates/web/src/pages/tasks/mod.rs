//! Tasks: lists with their filters, a task with its source, the forms that make and change it.

pub(crate) mod asked;
mod edit;
mod list;
mod papers;
mod settle;
mod show;
pub(crate) mod words;

use crate::app::App;
use crate::failure::PageError;
use crate::routes::Routes;
use crate::session::Session;
use asked::Asked;
use domain::programmes::{Slice, TaskList};
use domain::query;

/// A slice of the tasks that an address asks for.
async fn listed(app: &App, session: &Session, asked: &Asked, slice: Slice) -> Result<TaskList, PageError> {
    if !app.board.ready(&app.platform).await? {
        return Err(PageError::Making);
    }
    let list = query!(&app.platform, session.actor(), cx => {
        app.board.tasks(cx, &asked.filter, asked.changed, asked.order, slice).await
    })?;
    list.ok_or(PageError::Making)
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/tasks", list::all)
        .get("/tasks.xlsx", list::all_xlsx)
        .get("/tasks.csv", list::all_csv)
        .get("/tasks/letter", papers::show)
        .get("/tasks/letter.docx", papers::docx)
        .get("/tasks/tracking", papers::tracking)
        .get("/tasks/tracking.xlsx", papers::tracking_xlsx)
        .get("/tasks/settle", settle::show)
        .post("/tasks/settle", settle::settle)
        .get("/tasks/{task}", show::show)
        .get("/tasks/{task}/edit", edit::show)
        .post("/tasks/{task}/edit", edit::change)
        .get("/tasks/{task}/end", show::ask_end)
        .post("/tasks/{task}/end", show::end)
        .get("/programmes/{programme}/tasks", list::of_programme)
        .get("/programmes/{programme}/tasks.xlsx", list::xlsx)
        .get("/programmes/{programme}/tasks.csv", list::csv)
        .get("/programmes/{programme}/tasks/new", edit::show_new)
        .post("/programmes/{programme}/tasks/new", edit::add)
}
