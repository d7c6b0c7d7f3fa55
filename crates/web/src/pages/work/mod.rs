//! Carrying out: what units owe, their updates, and who confirms them.

mod confirm;
mod desk;
mod entry;
mod sent;
mod sheet;
mod words;

use crate::routes::Routes;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;
pub(crate) use confirm::attachment;
pub(crate) use desk::standings;
use domain::carrying::{FILE_BYTES, FILES_MOST};
pub(crate) use words::{DutyLine, UpdateLine, kind, period, standing};

pub(super) fn routes() -> Routes {
    let limit = DefaultBodyLimit::max(FILE_BYTES * FILES_MOST / 4);
    Routes::new()
        .get("/duties", desk::show)
        .post("/duties/receive", desk::receive)
        .get("/duties.xlsx", sheet::download)
        .get("/duties/upload", sheet::ask)
        .add("POST", "/duties/upload", post(sheet::preview).layer(DefaultBodyLimit::max(sheet::UPLOAD)))
        .add("POST", "/duties/upload/send", post(sheet::send).layer(DefaultBodyLimit::max(sheet::SENT_ON)))
        .get("/duties/confirm", confirm::list)
        .post("/duties/confirm", confirm::many)
        .get("/tasks/{task}/update", entry::show)
        .add("POST", "/tasks/{task}/update", post(entry::send).layer(limit))
        .post("/tasks/{task}/pass", desk::pass_on)
        .get("/updates/{update}", confirm::show)
        .post("/updates/{update}/decide", confirm::decide)
        .post("/updates/{update}/correct", confirm::correct)
        .get("/updates/{update}/files/{file}", confirm::file)
}
