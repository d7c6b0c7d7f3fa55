//! Before a plan stands: what it holds, what is missing, what a corrected version changes.

use super::review::{defect_word, settle_word};
use super::{frame_under, may_manage, words};
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as, say};
use crate::form::Form;
use crate::session::{Posted, Session};
use crate::view::Page;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::intake::{
    self, Change, Comparison, Head, IndicatorChange, IntakeId, PartyRole, Readiness, Status,
};
use domain::programmes::TaskId;
use domain::{command, query};
use messages::Lang;

/// A task that the corrected version changes.
struct Changed {
    href: String,
    title: String,
    changes: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "intake/commit.html")]
struct CommitPage {
    page: Page,
    form: Form,
    id: IntakeId,
    version: i64,
    lead: String,
    blocking: Vec<String>,
    missing: Vec<(String, usize)>,
    comparison: Option<Comparison>,
    changed: Vec<Changed>,
    /// What the button says.
    act: String,
    indicators: Vec<IndicatorLine>,
}

/// An indicator that comes, ends or changes: what becomes of it in a word, and its targets.
struct IndicatorLine {
    name: String,
    word: String,
    before: Option<String>,
    after: Option<String>,
}

fn indicator(lang: Lang, change: &IndicatorChange) -> IndicatorLine {
    let shown = |text: &Option<String>| {
        text.as_ref().map(|text| if text.is_empty() { lang.text("intake-none") } else { text.clone() })
    };
    IndicatorLine {
        name: change.name.clone(),
        word: lang.text(match (&change.before, &change.after) {
            (None, _) => "intake-compare-comes",
            (_, None) => "intake-compare-ends",
            _ => "intake-compare-becomes",
        }),
        before: shown(&change.before),
        after: shown(&change.after),
    }
}

fn summary(lang: Lang, comparison: &Comparison) -> String {
    let args = [
        ("changed", comparison.changed.len().into()),
        ("added", comparison.added.len().into()),
        ("gone", comparison.gone.len().into()),
        ("same", comparison.same.into()),
        ("indicators", comparison.indicators.len().into()),
    ];
    lang.with("intake-compare-summary", &args)
}

fn change(lang: Lang, change: &Change) -> (String, String, String) {
    let label = match change.field {
        "title" => lang.text("intake-field-title"),
        "due" => lang.text("intake-time"),
        "lead" => words::role(lang, PartyRole::Lead),
        _ => lang.text("intake-outputs"),
    };
    let shown = |text: &str| match (text.is_empty(), change.field) {
        (true, _) => lang.text("intake-none"),
        (_, "due") => words::day(lang, text),
        _ => text.to_owned(),
    };
    (label, shown(&change.before), shown(&change.after))
}

fn filled(readiness: &Readiness) -> Form {
    let head = &readiness.intake.head;
    let some = |text: &Option<String>| text.clone().unwrap_or_default();
    let issued = head.issued_on.as_deref().map(|iso| words::day(Lang::Vi, iso)).unwrap_or_default();
    Form::new()
        .fill("title", readiness.intake.title())
        .fill("number", some(&head.number))
        .fill("kind", some(&head.kind))
        .fill("issuer", some(&head.issuer))
        .fill("issued_on", issued)
        .fill("signer", some(&head.signer))
        .fill("implements", head.implements.join("; "))
}

async fn commit_page(
    app: &App,
    session: &Session,
    id: IntakeId,
    form: Option<Form>,
) -> Result<CommitPage, PageError> {
    let lang = session.lang();
    let (readiness, comparison) = query!(&app.platform, session.actor(), cx => {
        Ok((intake::readiness(cx, id).await?, intake::comparison(cx, id).await?))
    })?;
    if !may_manage(session, &readiness.intake) {
        return Err(PageError::Denied);
    }
    let [tasks, indicators, duties] = readiness.accepted;
    let args = [("tasks", tasks.into()), ("indicators", indicators.into()), ("duties", duties.into())];
    let defects = readiness.defects.iter().map(|(defect, count)| (defect_word(lang, *defect), *count));
    let settles = readiness.settles.iter().map(|(settle, count)| (settle_word(lang, *settle), *count));
    let changed =
        comparison.iter().flat_map(|comparison| &comparison.changed).map(|(task, title, changes)| Changed {
            href: format!("/tasks/{task}"),
            title: title.clone(),
            changes: changes.iter().map(|it| change(lang, it)).collect(),
        });
    let title = if comparison.is_some() { "intake-amend-title" } else { "intake-commit-title" };
    Ok(CommitPage {
        page: frame_under(app, session, &readiness.intake, lang.text(title)),
        form: form.unwrap_or_else(|| filled(&readiness)),
        id,
        version: readiness.intake.version,
        lead: match &comparison {
            Some(comparison) => summary(lang, comparison),
            None => lang.with("intake-commit-lead", &args),
        },
        blocking: readiness.blocking.iter().map(|reason| say(lang, reason)).collect(),
        missing: defects.chain(settles).collect(),
        changed: changed.collect(),
        act: lang.text(if comparison.is_some() { "intake-amend" } else { "intake-commit" }),
        indicators: comparison.iter().flat_map(|it| &it.indicators).map(|it| indicator(lang, it)).collect(),
        comparison,
    })
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
) -> Result<Response, PageError> {
    let intake = super::managed(&app, &session, id).await?;
    match intake.status {
        Status::Review => render(&commit_page(&app, &session, id, None).await?),
        _ => Ok(Redirect::to(&format!("/intakes/{id}")).into_response()),
    }
}

fn typed(form: &mut Form, lang: Lang) -> Head {
    let issued_on = form.date("issued_on", lang).map(|day| day.to_string());
    let optional = |name: &str| Some(form.value(name).trim().to_owned()).filter(|text| !text.is_empty());
    Head {
        number: optional("number"),
        kind: optional("kind"),
        title: optional("title"),
        issuer: optional("issuer"),
        issued_on,
        signer: optional("signer"),
        implements: form
            .value("implements")
            .split(';')
            .map(|number| number.trim().to_owned())
            .filter(|number| !number.is_empty())
            .collect(),
    }
}

/// Keeps the head as typed and what stays, then makes the plan stand: all in one transaction. Pressing
/// twice leads to the same programme.
pub(super) async fn commit(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    super::managed(&app, &session, id).await?;
    let head = typed(&mut form, session.lang());
    let version: i64 = form.value("version").parse().unwrap_or(0);
    let kept: Vec<TaskId> = form.values("kept").into_iter().filter_map(|id| id.parse().ok()).collect();
    if !form.is_sound() {
        let page = commit_page(&app, &session, id, Some(form)).await?;
        return render_as(axum::http::StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let done = command!(&app.platform, session.actor(), cx => {
        if !matches!(intake::find(cx, id).await?.status, Status::Committed { .. }) {
            intake::set_head(cx, id, version, &head).await?;
            intake::keep(cx, id, &kept).await?;
        }
        intake::commit(cx, id, None, false).await
    });
    match done {
        Ok(programme) => Ok(Redirect::to(&format!("/programmes/{programme}")).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, session.lang())?;
            render_as(status, &commit_page(&app, &session, id, Some(form)).await?)
        }
    }
}
