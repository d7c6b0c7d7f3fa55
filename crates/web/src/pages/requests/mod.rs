//! Requests for changes, explanations, obstacles: lists, one of them, the forms that begin and move them.

mod act;
mod limits;
mod list;
mod new;
pub(crate) mod part;
mod show;
pub(crate) mod words;

use crate::routes::Routes;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/requests", list::show)
        .get("/requests.xlsx", list::xlsx)
        .get("/requests/{matter}", show::show)
        .get("/requests/{matter}/files/{file}", show::file)
        .post("/requests/{matter}/decide", act::decide)
        .post("/requests/{matter}/withdraw", act::withdraw)
        .post("/requests/{matter}/answer", act::answer)
        .post("/requests/{matter}/again", act::again)
        .post("/requests/{matter}/escalate", act::escalate)
        .post("/requests/{matter}/close", act::close)
        .get("/tasks/{task}/requests/new", new::show)
        .post("/tasks/{task}/requests/new", new::send)
        .get("/programmes/{programme}/amendments/new", new::show_amendment)
        .post("/programmes/{programme}/amendments/new", new::send_amendment)
        .get("/programmes/{programme}/limits", limits::show)
        .post("/programmes/{programme}/limits", limits::save)
}
