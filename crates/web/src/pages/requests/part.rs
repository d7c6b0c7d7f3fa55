//! What other pages show of exchanges: the section of a task, the numbers of the first page.

use super::words::Line;
use crate::app::App;
use crate::failure::PageError;
use crate::pages::tasks::words::clock;
use crate::session::Session;
use domain::programmes::TaskId;
use domain::query;
use domain::requests::{self, Numbers};
use jiff::civil::Date;

/// Requests, explanations and obstacles of a task.
#[derive(Debug, Clone, Default)]
pub(crate) struct OfTask {
    pub lines: Vec<Line>,
    pub causes: Vec<(String, String, String)>,
    pub into: Option<(String, String)>,
    pub merged: Vec<(String, String)>,
    pub base: String,
    pub obstacle: String,
    pub question: String,
    pub may_ask: bool,
    pub may_direct: bool,
}

/// Loads the section of a task.
pub(crate) async fn of_task(app: &App, session: &Session, id: TaskId) -> Result<OfTask, PageError> {
    let lang = session.lang();
    let zone = &app.platform.zone;
    let found = query!(&app.platform, session.actor(), cx => { requests::of_task(cx, id).await })?;
    let link = |(id, title): &(TaskId, String)| (format!("/tasks/{id}"), title.clone());
    let cause = |cause: &requests::DelayCause| {
        let due = cause.due_on.map(|day| lang.with("requests-cause-due", &[("day", day.0.into())]));
        let day = clock(cause.recorded_at, zone).date();
        let by = lang.with(
            "requests-cause-by",
            &[
                ("authority", cause.authority.as_str().into()),
                ("name", cause.recorded_name.as_str().into()),
                ("day", day.into()),
            ],
        );
        (cause.cause.clone(), due.unwrap_or_default(), by)
    };
    Ok(OfTask {
        lines: found.matters.iter().map(|matter| Line::new(lang, zone, matter)).collect(),
        causes: found.causes.iter().map(cause).collect(),
        into: found.into.as_ref().map(link),
        merged: found.merged.iter().map(link).collect(),
        base: format!("/tasks/{id}/requests/new"),
        obstacle: format!("/tasks/{id}/requests/new?kind=obstacle"),
        question: format!("/tasks/{id}/requests/new?kind=explanation"),
        may_ask: found.may_ask,
        may_direct: found.may_direct,
    })
}

/// Loads the numbers of the first page.
pub(crate) async fn numbers(app: &App, session: &Session, as_of: Option<Date>) -> Result<Numbers, PageError> {
    Ok(query!(&app.platform, session.actor(), cx => { requests::numbers(cx, as_of).await })?)
}
