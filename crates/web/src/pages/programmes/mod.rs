//! Programmes: the list, a programme with its parts, the form that makes one by hand, documents.

mod document;
mod map;
mod new;
mod show;

pub(crate) use show::{CountLine, ProgrammeLine, dated, encoded, sentence};

use crate::app::App;
use crate::failure::PageError;
use crate::routes::Routes;
use crate::session::Session;
use crate::view::{Choice, Tab};
use domain::programmes::{self, ProgrammeId};
use domain::query;
use jiff::civil::Date;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/programmes", show::list)
        .get("/programmes/new", new::show)
        .post("/programmes/new", new::set_up)
        .get("/programmes/{programme}", show::outline)
        .get("/programmes/{programme}/indicators", show::indicators)
        .get("/programmes/{programme}/reports", show::reports)
        .get("/programmes/{programme}/units", show::units)
        .get("/programmes/{programme}/map", map::show)
        .get("/programmes/{programme}/defects", show::defects)
        .get("/programmes/{programme}/documents", show::documents)
        .get("/programmes/{programme}/edit", new::show_edit)
        .post("/programmes/{programme}/edit", new::edit)
        .get("/indicators", show::all_indicators)
        .get("/documents/{document}", document::show)
}

/// The head that every page of a programme carries.
pub(crate) struct Head {
    pub title: String,
    pub kicker: String,
    pub href: String,
    pub new_task: String,
    pub correct: String,
    pub edit: String,
    pub tabs: Vec<Tab>,
    pub may_edit: bool,
}

/// The head of a programme's page; `current` is the part shown.
pub(crate) async fn head(
    app: &App,
    session: &Session,
    id: ProgrammeId,
    current: &str,
    as_of: Option<Date>,
) -> Result<Head, PageError> {
    let lang = session.lang();
    let (programme, sizes, may_edit) = query!(&app.platform, session.actor(), cx => {
        let programme = programmes::find(cx, id).await?;
        let sizes = programmes::sizes(cx, id, as_of).await?;
        let may_edit = programmes::may_edit(cx, &programme);
        Ok((programme, sizes, may_edit))
    })?;
    let href = format!("/programmes/{id}");
    let suffix = as_of.map(|day| format!("?as_of={day}")).unwrap_or_default();
    let tab = |part: &str, label: String, count: Option<i64>| Tab {
        label,
        href: if part.is_empty() { format!("{href}{suffix}") } else { format!("{href}/{part}{suffix}") },
        current: part == current,
        count,
    };
    let tabs = vec![
        tab("", lang.text("programmes-outline"), None),
        tab("tasks", lang.text("programmes-tasks"), Some(sizes.tasks)),
        tab("indicators", lang.text("programmes-indicators"), Some(sizes.indicators)),
        tab("reports", lang.text("programmes-reports"), Some(sizes.duties)),
        tab("units", lang.text("programmes-units"), None),
        tab("map", lang.text("programmes-map"), None),
        tab("defects", lang.text("programmes-defects"), None),
        tab("documents", lang.text("programmes-documents"), Some(sizes.documents)),
    ];
    Ok(Head {
        title: programme.title,
        kicker: programme.owner_name,
        new_task: format!("{href}/tasks/new"),
        correct: format!("/intakes/new?amends={}", programme.id),
        edit: format!("{href}/edit"),
        href,
        tabs,
        may_edit,
    })
}

/// The documents of a programme, to choose from.
pub(crate) async fn document_choices(
    app: &App,
    session: &Session,
    id: ProgrammeId,
) -> Result<Vec<Choice>, PageError> {
    let documents =
        query!(&app.platform, session.actor(), cx => { programmes::documents(cx, Some(id)).await })?;
    let label = |document: &programmes::Document| match &document.number {
        Some(number) => format!("{number} {}", document.title),
        None => document.title.clone(),
    };
    Ok(documents.iter().map(|document| Choice::new(document.id.to_string(), label(document))).collect())
}
