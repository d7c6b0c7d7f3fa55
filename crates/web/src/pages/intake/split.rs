//! Cutting a task in two: at a sentence, where the cursor stood, or where marked words begin.

use super::frame_under;
use super::item::found;
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::session::{Posted, Session};
use crate::view::Page;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::command;
use domain::intake::{self, Body, Intake, IntakeId, Item, ItemId, ItemRef};
use messages::Lang;
use serde::Deserialize;

/// A place where a task can be cut, with the words on both sides.
struct Cut {
    at: usize,
    before: String,
    after: String,
}

#[derive(Template)]
#[template(path = "intake/split.html")]
struct SplitPage {
    page: Page,
    intake: IntakeId,
    item: Item,
    cuts: Vec<Cut>,
    form: Form,
}

/// The words marked on the review page: the second part begins with them.
#[derive(Deserialize)]
pub(super) struct Marked {
    #[serde(default)]
    second: String,
}

/// The wording of a task with white space evened out, so that a line break in it means a cut.
fn wording(item: &Item) -> Result<String, PageError> {
    match &item.body {
        Body::Task(task) => Ok(task.wording().split_whitespace().collect::<Vec<_>>().join(" ")),
        _ => Err(PageError::NotFound),
    }
}

fn split_page(
    app: &App,
    session: &Session,
    intake: &Intake,
    item: Item,
    form: Form,
) -> Result<SplitPage, PageError> {
    let Body::Task(task) = &item.body else { return Err(PageError::NotFound) };
    let wording = task.wording();
    let chars: Vec<char> = wording.chars().collect();
    let cut = |at: usize| Cut {
        at,
        before: chars[at.saturating_sub(60)..at].iter().collect(),
        after: chars[at..(at + 60).min(chars.len())].iter().collect(),
    };
    let cuts = intake::cuts(wording).into_iter().map(cut).collect();
    let page = frame_under(app, session, intake, session.lang().text("intake-split-title"));
    Ok(SplitPage { page, intake: intake.id, item, cuts, form })
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Path((intake, id)): Path<(IntakeId, ItemId)>,
    Query(marked): Query<Marked>,
) -> Result<Response, PageError> {
    let (intake, item) = found(&app, &session, intake, id).await?;
    let mut wording = wording(&item)?;
    if let Some(at) = where_marked(&wording, &marked.second) {
        wording = broken(&wording, at);
    }
    let form = Form::new().fill("version", item.version.to_string()).fill("wording", wording);
    render(&split_page(&app, &session, &intake, item, form)?)
}

pub(super) async fn split(
    State(app): State<App>,
    session: Session,
    Path((intake, id)): Path<(IntakeId, ItemId)>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let (intake, item) = found(&app, &session, intake, id).await?;
    let at = ItemRef { id, version: form.value("version").parse().unwrap_or(0) };
    let Some(cut) = where_cut(&mut form, &item, session.lang()) else {
        return render_as(
            StatusCode::UNPROCESSABLE_ENTITY,
            &split_page(&app, &session, &intake, item, form)?,
        );
    };
    match command!(&app.platform, session.actor(), cx => { intake::split(cx, at, cut).await }) {
        Ok(_) => Ok(Redirect::to(&format!("/intakes/{}#item-{id}", intake.id)).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, session.lang())?;
            render_as(status, &split_page(&app, &session, &intake, item, form)?)
        }
    }
}

/// Where the wording was broken, else the place chosen from the list; what is wrong is noted in the form.
fn where_cut(form: &mut Form, item: &Item, lang: Lang) -> Option<usize> {
    let Body::Task(task) = &item.body else { return None };
    match where_broken(task.wording(), form.value("wording")) {
        Broken::Once(at) => return Some(at),
        Broken::Otherwise => {
            form.issue("wording", lang.text("intake-problem-split-changed"));
            return None;
        }
        Broken::Nowhere => {}
    }
    let chosen = form.value("at").parse().ok();
    if chosen.is_none() {
        form.issue("wording", lang.text("intake-problem-no-cut"));
    }
    chosen
}

#[derive(Debug, PartialEq, Eq)]
enum Broken {
    Nowhere,
    /// Before this character of the wording.
    Once(usize),
    /// In several places, or words were changed.
    Otherwise,
}

fn bare(text: &str) -> Vec<char> {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The character of the text before which so many that are no white space stand.
fn after(text: &str, count: usize) -> Option<usize> {
    let solid = text.chars().enumerate().filter(|(_, c)| !c.is_whitespace());
    solid.map(|(at, _)| at).nth(count)
}

/// Where a line break was put into the wording, whatever else became of its white space.
fn where_broken(wording: &str, typed: &str) -> Broken {
    let parts: Vec<Vec<char>> = typed.lines().map(bare).filter(|part| !part.is_empty()).collect();
    match &parts[..] {
        [] => Broken::Nowhere,
        _ if parts.concat() != bare(wording) => Broken::Otherwise,
        [_] => Broken::Nowhere,
        [first, _] => after(wording, first.len()).map_or(Broken::Otherwise, Broken::Once),
        _ => Broken::Otherwise,
    }
}

/// Where the marked words begin in the wording, not counting white space; never at its beginning.
fn where_marked(wording: &str, marked: &str) -> Option<usize> {
    let (wording_bare, marked) = (bare(wording), bare(marked));
    if marked.is_empty() {
        return None;
    }
    let last = wording_bare.len().checked_sub(marked.len())?;
    let at = (1..=last).find(|at| wording_bare[*at..].starts_with(&marked))?;
    after(wording, at)
}

/// The text with a line break before a character.
fn broken(text: &str, at: usize) -> String {
    let first: String = text.chars().take(at).collect();
    let second: String = text.chars().skip(at).collect();
    format!("{}\n{second}", first.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDING: &str = "Xây dựng đề án; trình Ban Thường vụ\nxem xét.";

    #[test]
    fn a_line_break_says_where_a_task_is_cut() {
        let at = WORDING.chars().position(|c| c == ';').unwrap() + 2;
        let cut = |typed: &str| where_broken(WORDING, typed);
        assert_eq!(cut("Xây dựng đề án;\n trình Ban Thường vụ xem xét."), Broken::Once(at));
        assert_eq!(cut("Xây dựng đề án;\r\n\r\ntrình Ban Thường vụ xem xét.\n"), Broken::Once(at));
        assert_eq!(cut("Xây dựng đề án; trình Ban Thường vụ xem xét."), Broken::Nowhere);
        assert_eq!(cut("Xây dựng\nđề án;\ntrình Ban Thường vụ xem xét."), Broken::Otherwise);
        assert_eq!(cut("Xây dựng\nđề án khác"), Broken::Otherwise);
        assert_eq!(cut(""), Broken::Nowhere);
    }

    #[test]
    fn marked_words_begin_the_second_part() {
        let at = WORDING.chars().position(|c| c == 't').unwrap();
        assert_eq!(where_marked(WORDING, "trình Ban\nThường vụ xem"), Some(at));
        assert_eq!(where_marked(WORDING, "Xây dựng"), None, "nothing would be left before it");
        assert_eq!(where_marked(WORDING, "không có"), None);
        assert_eq!(broken("đề án; trình", 7), "đề án;\ntrình");
    }
}
