//! Sending files: several at once, one after another.

use super::frame;
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as, say};
use crate::form::Form;
use crate::sending::{self, Put, text, unreadable};
use crate::session::Session;
use crate::view::{Choice, Nav, Page};
use askama::Template;
use axum::extract::multipart::Field;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Action, Actor};
use domain::intake::{self, IntakeId, Received, Upload};
use domain::programmes::{self, ProgrammeId};
use domain::{Reason, UnitId, command, query, units};
use messages::Lang;
use serde::Deserialize;

/// Most files of one sending.
const MOST_FILES: usize = 50;

#[derive(Deserialize)]
pub(super) struct About {
    amends: Option<ProgrammeId>,
}

#[derive(Template)]
#[template(path = "intake/new.html")]
struct NewPage {
    page: Page,
    form: Form,
    units: Vec<Choice>,
    amends: Option<(ProgrammeId, String)>,
    action: String,
    hint: String,
    /// Where the text of the files is sent to.
    model_host: Option<String>,
}

async fn new_page(app: &App, session: &Session, form: Form) -> Result<NewPage, PageError> {
    let lang = session.lang();
    let amended = form.value("amends").parse::<ProgrammeId>().ok();
    let (units, amends) = query!(&app.platform, session.actor(), cx => {
        let amends = match amended {
            Some(id) => Some((id, programmes::find(cx, id).await?.title)),
            None => None,
        };
        Ok((owners(cx, &form).await?, amends))
    })?;
    let mut page = frame(app, session, lang.text("intake-new-title"));
    page.nav = Some(Nav::Documents);
    let hint = lang.with("intake-new-hint", &[("limit", megabytes(app).into())]);
    let model_host = app.settings.model_host.clone();
    Ok(NewPage { page, form, units, amends, action: "/intakes/new".to_owned(), hint, model_host })
}

fn megabytes(app: &App) -> i64 {
    i64::try_from(app.settings.upload_bytes >> 20).unwrap_or(i64::MAX)
}

/// The units that a plan can be brought in for: what was searched for, else where the reader plans.
async fn owners(cx: &mut domain::Cx, form: &Form) -> domain::Result<Vec<Choice>> {
    let text = form.value("owner_q").trim().to_owned();
    let chosen = form.value("owner").parse::<UnitId>().ok();
    let found = if text.is_empty() {
        let granted = cx.actor().grants.iter().map(|grant| grant.unit);
        let mut ids: Vec<UnitId> = chosen.into_iter().chain(granted).collect();
        ids.dedup();
        let mut units: Vec<_> = units::load_many(cx, &ids).await?.into_values().collect();
        units.sort_by_key(|unit| unit.tree_from);
        units
    } else {
        units::search(cx, &text, 20).await?
    };
    let actor = cx.actor();
    let may = |unit: &&units::Unit| domain::access::decide(actor, Action::ManageIntake, &unit.scope());
    Ok(found.iter().filter(may).map(|unit| Choice::new(unit.id.to_string(), unit.label())).collect())
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Query(about): Query<About>,
) -> Result<Response, PageError> {
    session.may(Action::ManageIntake)?;
    let mut form = Form::new();
    if let Some(amends) = about.amends {
        let owner =
            query!(&app.platform, session.actor(), cx => { programmes::find(cx, amends).await })?.owner;
        form = form.fill("amends", amends.to_string()).fill("owner", owner.to_string());
    }
    let mut page = new_page(&app, &session, form).await?;
    if page.form.value("owner").is_empty()
        && let Some(first) = page.units.first()
    {
        page.form = page.form.fill("owner", first.value.clone());
    }
    render(&page)
}

/// What arrived: the text fields, and the files that were put.
struct Sent {
    form: Form,
    files: Vec<Upload>,
}

/// Reads a sending field by field. A file is stored only after the form's token, the unit and the
/// declaration on state secrets, which stand before it.
async fn receive(app: &App, session: &Session, mut body: Multipart) -> Result<Sent, PageError> {
    let lang = session.lang();
    let (mut values, mut problems, mut files) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(field) = body.next_field().await.map_err(unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "files" {
            values.push((name, text(field).await?));
            continue;
        }
        let form = Form::sent(values.clone());
        session.check_csrf(form.value("csrf"))?;
        let file_name = field.file_name().unwrap_or_default().trim().to_owned();
        let declared = form.has("declared", "yes");
        if file_name.is_empty() || !declared || files.len() >= MOST_FILES {
            sending::refuse(field).await?;
            if files.len() >= MOST_FILES {
                problems.push(lang.with("intake-problem-many-files", &[("limit", MOST_FILES.into())]));
            }
            continue;
        }
        let owner = form.value("owner").parse().unwrap_or(UnitId(uuid::Uuid::nil()));
        if !form.value("owner").is_empty() {
            let unit = query!(&app.platform, session.actor(), cx => { units::load(cx, owner).await })?;
            may_bring(session.actor(), &unit)?;
        }
        match store(app, field, &file_name, lang).await? {
            Ok((sha256, size_bytes)) => {
                let amends = form.value("amends").parse::<ProgrammeId>().ok().map(|id| id.0);
                files.push(Upload { owner, file_name, sha256, size_bytes, declared, amends });
            }
            Err(problem) => problems.push(problem),
        }
    }
    let digests: Vec<&str> = files.iter().map(|file| file.sha256.as_str()).collect();
    let mut form = sending::whole(app, session, values, &digests, problems).await?;
    if !form.has("declared", "yes") {
        form.issue("declared", say(lang, &Reason::new("intake-problem-not-declared")));
    } else if files.is_empty() && form.is_sound() {
        form.issue("files", say(lang, &Reason::new("intake-problem-no-file")));
    }
    Ok(Sent { form, files })
}

/// May a document be brought in for the unit? Asked before the first byte is kept.
///
/// # Errors
/// [`PageError::NotFound`] where not even the view is allowed, [`PageError::Denied`] otherwise.
pub(crate) fn may_bring(actor: &Actor, owner: &units::Unit) -> Result<(), PageError> {
    let may = |action| domain::access::decide(actor, action, &owner.scope());
    match (may(Action::ManageIntake), may(Action::ViewIntake)) {
        (true, _) => Ok(()),
        (false, true) => Err(PageError::Denied),
        (false, false) => Err(PageError::NotFound),
    }
}

/// Puts a file; the sentence for it where it is not taken.
async fn store(
    app: &App,
    field: Field<'_>,
    name: &str,
    lang: Lang,
) -> Result<Result<(String, u64), String>, PageError> {
    Ok(match sending::put(app, field, name).await? {
        Put::Stored(stored) => Ok((stored.sha256, stored.size)),
        Put::Empty => Err(lang.with("intake-problem-empty-file", &[("name", name.into())])),
        Put::Refused(reason) => Err(say(lang, &reason)),
        Put::TooLarge(actual) => {
            let actual = actual.div_ceil(1 << 20);
            let args = [("name", name.into()), ("actual", actual.into()), ("limit", megabytes(app).into())];
            Err(lang.with("intake-problem-too-large", &args))
        }
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    owner_q: String,
}

#[derive(Template)]
#[template(path = "intake/candidates.html")]
struct Options {
    form: Form,
    name: &'static str,
    choices: Vec<Choice>,
}

/// The options of the owner's picker for what was typed so far.
pub(super) async fn find_owners(
    State(app): State<App>,
    session: Session,
    Query(typed): Query<Typed>,
) -> Result<Response, PageError> {
    session.may(Action::ManageIntake)?;
    let form = Form::new().fill("owner_q", typed.owner_q);
    let choices = query!(&app.platform, session.actor(), cx => { owners(cx, &form).await })?;
    render(&Options { form: Form::new(), name: "owner", choices })
}

pub(super) async fn send(
    State(app): State<App>,
    session: Session,
    body: Multipart,
) -> Result<Response, PageError> {
    session.may(Action::ManageIntake)?;
    let Sent { mut form, files } = receive(&app, &session, body).await?;
    if form.value("search") == "owner" {
        let form = Form::sent(without_problems(&form));
        return render(&new_page(&app, &session, form).await?);
    }
    if form.value("owner").parse::<UnitId>().is_err() {
        form.issue("owner", session.lang().text("intake-problem-no-owner"));
    }
    if !form.is_sound() {
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &new_page(&app, &session, form).await?);
    }
    let received = command!(&app.platform, session.actor(), cx => {
        let mut last = None;
        for upload in &files {
            last = Some(intake::receive(cx, upload.clone()).await?);
        }
        Ok(last)
    });
    match received {
        Ok(last) => Ok(Redirect::to(&where_to(last, files.len() > 1)).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, session.lang())?;
            render_as(status, &new_page(&app, &session, form).await?)
        }
    }
}

fn without_problems(form: &Form) -> Vec<(String, String)> {
    ["csrf", "owner", "owner_q", "declared", "amends"]
        .into_iter()
        .map(|name| (name.to_owned(), form.value(name).to_owned()))
        .collect()
}

/// One file leads to its page, several to the list.
fn where_to(last: Option<Received>, several: bool) -> String {
    match last {
        Some(Received::Fresh(id)) if !several => format!("/intakes/{id}"),
        Some(Received::Known(id)) if !several => format!("/intakes/{id}?known=true"),
        _ => "/intakes".to_owned(),
    }
}

pub(super) async fn replace(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
    body: Multipart,
) -> Result<Response, PageError> {
    let intake = super::managed(&app, &session, id).await?;
    let Sent { mut form, files } = receive(&app, &session, body).await?;
    if let (true, Some(upload)) = (form.is_sound(), files.into_iter().next()) {
        let done =
            command!(&app.platform, session.actor(), cx => { intake::replace(cx, id, upload.clone()).await });
        match done {
            Ok(()) => return Ok(Redirect::to(&format!("/intakes/{id}")).into_response()),
            Err(error) => drop(into_form(error, &mut form, session.lang())?),
        }
    }
    super::failed(&app, &session, intake, form, StatusCode::UNPROCESSABLE_ENTITY)
}
