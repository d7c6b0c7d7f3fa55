//! Printed names that fit no unit for sure, and choosing who they are.

use super::{frame_under, may_manage, words};
use crate::app::App;
use crate::failure::{PageError, render};
use crate::form::Form;
use crate::session::{Posted, Session};
use crate::view::{Choice, Page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::intake::{self, Body, Holder, IntakeId, Party, Review};
use domain::units::{self, Candidate};
use domain::{Reason, command, query};
use messages::Lang;
use serde::Deserialize;

/// Candidates offered for one name.
const OFFERED: usize = 5;

/// Printed names of standing items that fit nobody, with how many items print each.
pub(super) fn unknown(review: &Review) -> Vec<(String, usize)> {
    units::tally_names(review.standing().map(|sheet| {
        let unknown = parties(&sheet.item.body).filter(|party| party.holder == Holder::Unknown);
        unknown.map(|party| party.printed.as_str()).collect()
    }))
}

fn parties(body: &Body) -> Box<dyn Iterator<Item = &Party> + '_> {
    match body {
        Body::Task(task) => Box::new(task.parties.iter()),
        Body::Indicator(_) => Box::new(std::iter::empty()),
        Body::Duty(duty) => Box::new([&duty.who, &duty.to, &duty.through].into_iter().flatten()),
    }
}

/// A candidate as a choice: its name, its superior and how well it fits.
pub(super) fn choice(lang: Lang, candidate: &Candidate) -> Choice {
    let score = lang.percent(candidate.score);
    let hint = match &candidate.superior {
        Some(superior) => {
            lang.with("intake-candidate", &[("superior", superior.into()), ("score", score.into())])
        }
        None => lang.with("intake-candidate-score", &[("score", score.into())]),
    };
    Choice::new(words::holder_value(&intake::holder(candidate)), candidate.name.clone()).hint(hint)
}

/// What a picker offers: candidates for what was typed, else what is chosen, and "chờ chỉ định".
pub(super) async fn choices(
    app: &App,
    session: &Session,
    id: IntakeId,
    typed: &str,
    chosen: &str,
) -> Result<Vec<Choice>, PageError> {
    let lang = session.lang();
    let mut offered = Vec::new();
    if typed.trim().is_empty() {
        let kept = words::holder_of(chosen);
        if let Some(holder @ (Holder::Unit { .. } | Holder::Grouping { .. })) = kept {
            let named =
                query!(&app.platform, session.actor(), cx => { intake::named(cx, holder.clone()).await })?;
            offered.push(Choice::new(chosen, named.name()));
        }
    } else {
        let names = [typed.trim().to_owned()];
        let found =
            query!(&app.platform, session.actor(), cx => { intake::candidates(cx, id, &names, 8).await })?;
        offered.extend(found.iter().flatten().map(|candidate| choice(lang, candidate)));
    }
    offered.push(Choice::new("awaiting", lang.text("intake-awaiting")));
    Ok(offered)
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Typed {
    lead_q: String,
    add_q: String,
}

#[derive(Template)]
#[template(path = "intake/candidates.html")]
struct Options {
    form: Form,
    name: &'static str,
    choices: Vec<Choice>,
}

/// The options of a picker for what was typed so far.
pub(super) async fn candidates(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
    Query(typed): Query<Typed>,
) -> Result<Response, PageError> {
    super::managed(&app, &session, id).await?;
    let (name, text) = if typed.add_q.is_empty() { ("lead", &typed.lead_q) } else { ("add", &typed.add_q) };
    let choices = choices(&app, &session, id, text, "").await?;
    render(&Options { form: Form::new(), name, choices })
}

struct Name {
    printed: String,
    count: usize,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "intake/names.html")]
struct NamesPage {
    page: Page,
    id: IntakeId,
    back: String,
    count: usize,
    names: Vec<Name>,
    strange: Vec<(String, usize)>,
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let (review, names, found) = query!(&app.platform, session.actor(), cx => {
        let review = intake::review(cx, id).await?;
        let names = unknown(&review);
        let printed: Vec<String> = names.iter().map(|(name, _)| name.clone()).collect();
        let found = intake::candidates(cx, id, &printed, OFFERED).await?;
        Ok((review, names, found))
    })?;
    if !may_manage(&session, &review.intake) {
        return Err(PageError::Denied);
    }
    let count = names.len();
    if count == 0 {
        return Ok(Redirect::to(&format!("/intakes/{id}")).into_response());
    }
    let (names, strange): (Vec<Name>, Vec<Name>) = names
        .into_iter()
        .zip(found)
        .map(|((printed, count), found)| Name {
            printed,
            count,
            choices: found.iter().map(|candidate| choice(lang, candidate)).collect(),
        })
        .partition(|name| !name.choices.is_empty());
    let strange = strange.into_iter().map(|name| (name.printed, name.count)).collect();
    let page = frame_under(&app, &session, &review.intake, lang.text("intake-names-title"));
    render(&NamesPage { page, id, back: format!("/intakes/{id}"), count, names, strange })
}

pub(super) async fn choose(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    super::managed(&app, &session, id).await?;
    let Some(holder) = words::holder_of(form.value("is")) else {
        let reason = Reason::new("intake-problem-no-candidate");
        return Err(PageError::Invalid(vec![domain::Problem { field: "is".to_owned(), reason }]));
    };
    let printed = form.value("printed").to_owned();
    command!(&app.platform, session.actor(), cx => {
        intake::name_everywhere(cx, id, &printed, holder.clone()).await
    })?;
    Ok(Redirect::to(&format!("/intakes/{id}/names")).into_response())
}
