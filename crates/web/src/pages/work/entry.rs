//! The form of an update: a draft that the unit shares, its evidence, and submitting it.

use super::sent::{self, Sent};
use super::words::{self, DutyLine, ProofLine};
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as, say};
use crate::form::Form;
use crate::pages::tasks::words::{CRUMB, Line, short};
use crate::pages::words::person;
use crate::session::Session;
use crate::view::{Choice, Nav, Notice, Page, Tone};
use askama::Template;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::carrying::{
    self, ClaimKind, Evidence, EvidenceFile, EvidenceId, FileId, IssuedDocument, NewFile, Rights, Said, Seat,
    Update, UpdateId,
};
use domain::programmes::{AssignmentId, TaskId};
use domain::{Error, UnitId, command, query};
use messages::Lang;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Whose {
    assignment: String,
    unit: String,
    saved: String,
}

/// What somebody else saved meanwhile, beside what was typed here.
struct Theirs {
    who: String,
    when: String,
    facts: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "work/entry.html")]
struct EntryPage {
    page: Page,
    task: Line,
    action: String,
    pass_action: String,
    seat: String,
    duty: Option<DutyLine>,
    form: Form,
    kinds: Vec<Choice>,
    periods: Vec<Choice>,
    milestones: Vec<Choice>,
    proofs: Vec<ProofLine>,
    unit: String,
    acting: Option<String>,
    saved: Option<String>,
    corrects: Option<String>,
    theirs: Option<Theirs>,
    has_draft: bool,
    /// Which version of which draft the form was made from.
    base: String,
    completed_hint: String,
    levels_hint: String,
}

/// The seat that the address names, or the first for which the reader reports.
async fn seat(app: &App, session: &Session, task: TaskId, whose: &Whose) -> Result<Seat, PageError> {
    let named = whose.assignment.parse::<AssignmentId>().ok().zip(whose.unit.parse::<UnitId>().ok());
    if let Some((assignment, unit)) = named {
        return Ok(Seat { task, assignment, unit });
    }
    let progress = query!(&app.platform, session.actor(), cx => { carrying::of_task(cx, task).await })?;
    let own = progress.duties.into_iter().find(|duty| duty.may_report);
    own.map(|duty| duty.seat).ok_or(PageError::NotFound)
}

type Draft = Option<(Update, Vec<Evidence>, Vec<EvidenceFile>)>;

async fn loaded(app: &App, session: &Session, seat: Seat) -> Result<(Rights, Draft), PageError> {
    Ok(query!(&app.platform, session.actor(), cx => {
        Ok((carrying::rights(cx, seat).await?, carrying::draft_of(cx, seat).await?))
    })?)
}

fn filled(update: &Update) -> Form {
    let said = &update.said;
    Form::new()
        .fill("version", update.version.to_string())
        .fill("kind", said.kind.code())
        .fill("period", said.period.map(sent::period_code).unwrap_or_default())
        .fill("milestone", said.milestone.map(|id| id.to_string()).unwrap_or_default())
        .fill("percent", said.percent.map(|percent| percent.to_string()).unwrap_or_default())
        .fill("body", &said.body)
        .fill("result", &said.result)
        .fill("product", &said.product)
        .fill("completed_on", said.completed_on.map(|day| Lang::Vi.date(day.0)).unwrap_or_default())
        .fill("difficulty", &said.difficulty)
        .fill("remover", &said.remover)
        .fill("entered_for", said.entered_for.clone().unwrap_or_default())
}

async fn entry_page(app: &App, session: &Session, seat: Seat, form: Form) -> Result<EntryPage, PageError> {
    let lang = session.lang();
    let (rights, draft) = loaded(app, session, seat).await?;
    let progress = query!(&app.platform, session.actor(), cx => { carrying::of_task(cx, seat.task).await })?;
    let duty = progress.duties.iter().find(|duty| duty.seat == seat);
    let zone = &app.platform.zone;
    let mut page = session.page(app, lang.text("carrying-entry"));
    page.nav = Some(Nav::Work);
    page = page
        .crumb(lang.text("carrying-desk"), "/duties")
        .crumb(short(&rights.row.title, CRUMB), format!("/tasks/{}", seat.task));
    let kind = |kind: ClaimKind| Choice::new(kind.code(), words::kind(lang, kind));
    let once = rights.periods.is_empty();
    let kinds = ClaimKind::ALL.into_iter().filter(|kind| !once || *kind != ClaimKind::NoWork).map(kind);
    let period =
        |one: &domain::programmes::Period| Choice::new(sent::period_code(*one), words::period(lang, *one));
    let milestones = rights.milestones.iter().map(|(id, step)| Choice::new(id.to_string(), &step.title));
    let draft_line = draft.as_ref().map(|(update, ..)| {
        let at = words::instant(lang, zone, Some(update.saved_at));
        lang.with("carrying-saved-at", &[("at", at.into()), ("who", person(lang, &update.saved_by).into())])
    });
    let corrects = draft.as_ref().and_then(|(update, ..)| update.corrects).and_then(|id| {
        let returned = progress.updates.iter().find(|shown| shown.update.id == id)?;
        returned.decisions.iter().rev().find_map(|decision| decision.reason.clone())
    });
    Ok(EntryPage {
        task: Line::new(lang, &rights.row, ""),
        action: words::form_of(seat),
        pass_action: format!("/tasks/{}/pass", seat.task),
        seat: words::seat_code(seat),
        duty: duty.map(|duty| DutyLine::new(lang, zone, duty)),
        kinds: kinds.collect(),
        periods: rights.periods.iter().map(period).collect(),
        milestones: milestones.collect(),
        proofs: draft.as_ref().map(|(_, e, f)| words::proofs(lang, e, f)).unwrap_or_default(),
        unit: rights.unit_name,
        acting: rights.acting,
        saved: draft_line,
        corrects,
        theirs: None,
        has_draft: draft.is_some(),
        base: draft.as_ref().map(|(u, ..)| format!("{}:{}", u.id, u.version)).unwrap_or_default(),
        completed_hint: lang.with("carrying-completed-hint", &[("days", rights.back_date_days.into())]),
        levels_hint: lang.with("carrying-levels-hint", &[("levels", rights.levels.into())]),
        page,
        form,
    })
}

/// The form once more, with what is wrong.
pub(super) async fn again(
    app: &App,
    session: &Session,
    seat: Seat,
    form: Form,
    status: StatusCode,
) -> Result<Response, PageError> {
    render_as(status, &entry_page(app, session, seat, form).await?)
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Path(task): Path<TaskId>,
    Query(whose): Query<Whose>,
) -> Result<Response, PageError> {
    let seat = seat(&app, &session, task, &whose).await?;
    let (rights, draft) = loaded(&app, &session, seat).await?;
    let form = match &draft {
        Some((update, ..)) => filled(update),
        None => {
            let first = rights.periods.get(1).or(rights.periods.first());
            Form::new()
                .fill("kind", ClaimKind::Progress.code())
                .fill("period", first.map(|one| sent::period_code(*one)).unwrap_or_default())
        }
    };
    let mut page = entry_page(&app, &session, seat, form).await?;
    if whose.saved == "yes" {
        let text = session.lang().text("carrying-saved");
        page.page.notice = Some(Notice { tone: Tone::Success, text });
    }
    render(&page)
}

/// What the pressed button asks for.
enum Act {
    Save,
    Submit,
    Discard,
    DropFile(FileId),
    DropProof(EvidenceId),
}

impl Act {
    fn read(code: &str) -> Act {
        let file = code.strip_prefix("drop-file:").and_then(|id| id.parse().ok());
        let proof = code.strip_prefix("drop-proof:").and_then(|id| id.parse().ok());
        match (code, file, proof) {
            ("submit", ..) => Act::Submit,
            ("discard", ..) => Act::Discard,
            (_, Some(file), _) => Act::DropFile(file),
            (_, _, Some(proof)) => Act::DropProof(proof),
            _ => Act::Save,
        }
    }
}

/// What is kept together: the words, and the evidence added or taken off with them.
struct Kept {
    version: Option<i64>,
    said: Said,
    files: Vec<NewFile>,
    link: Option<String>,
    document: Option<IssuedDocument>,
    act: Act,
}

async fn keep(app: &App, session: &Session, seat: Seat, kept: &Kept) -> domain::Result<(UpdateId, i64)> {
    command!(&app.platform, session.actor(), cx => {
        let (id, version) = carrying::save(cx, seat, kept.version, kept.said.clone()).await?;
        for file in &kept.files {
            carrying::add_file(cx, id, file.clone()).await?;
        }
        if let Some(url) = &kept.link {
            carrying::add_link(cx, id, url).await?;
        }
        if let Some(document) = &kept.document {
            carrying::add_document(cx, id, document.clone()).await?;
        }
        match kept.act {
            Act::DropFile(file) => carrying::remove_file(cx, id, file).await?,
            Act::DropProof(proof) => carrying::remove_evidence(cx, id, proof).await?,
            Act::Save | Act::Submit | Act::Discard => {}
        }
        Ok((id, version))
    })
}

pub(super) async fn send(
    State(app): State<App>,
    session: Session,
    Path(task): Path<TaskId>,
    Query(whose): Query<Whose>,
    body: Multipart,
) -> Result<Response, PageError> {
    let seat = seat(&app, &session, task, &whose).await?;
    let (_, draft) = loaded(&app, &session, seat).await?;
    let lang = session.lang();
    let Sent { mut form, files } = sent::receive(&app, &session, body).await?;
    let act = Act::read(form.value("do"));
    if let (Act::Discard, Some((update, ..))) = (&act, &draft) {
        let (id, version) = (update.id, form.value("version").parse().unwrap_or(0));
        let done =
            command!(&app.platform, session.actor(), cx => { carrying::discard(cx, id, version).await });
        return match done {
            Ok(()) => Ok(Redirect::to(&format!("/tasks/{task}")).into_response()),
            Err(error) => refused(&app, &session, seat, form, error).await,
        };
    }
    let said = sent::said(&mut form, lang);
    let document = sent::document(&mut form, lang);
    let url = form.value("url").trim().to_owned();
    let kept = Kept {
        version: form.value("version").parse().ok(),
        said,
        files,
        link: (!url.is_empty()).then_some(url),
        document,
        act,
    };
    let (id, version) = match keep(&app, &session, seat, &kept).await {
        Ok(saved) => saved,
        Err(error) => return refused(&app, &session, seat, form, error).await,
    };
    if !form.is_sound() {
        let form = with_version(&form, version);
        return again(&app, &session, seat, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    if !matches!(kept.act, Act::Submit) {
        return Ok(Redirect::to(&format!("{}&saved=yes", words::form_of(seat))).into_response());
    }
    let done = command!(&app.platform, session.actor(), cx => { carrying::submit(cx, id, version).await });
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/updates/{id}")).into_response()),
        Err(error) => {
            let form = with_version(&form, version);
            refused(&app, &session, seat, form, error).await
        }
    }
}

/// The same form with another version: what was typed was kept, though something is wrong with it. What
/// was attached is not offered once more.
fn with_version(form: &Form, version: i64) -> Form {
    const ATTACHED: [&str; 6] = ["url", "number", "issued_on", "issuer", "excerpt", "version"];
    let keep = form.sent_values().filter(|(name, _)| !ATTACHED.contains(name));
    let mut values: Vec<(String, String)> = keep.map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    values.push(("version".into(), version.to_string()));
    let mut fresh = Form::sent(values);
    for issue in form.issues() {
        fresh.issue(&issue.field, &issue.text);
    }
    fresh
}

/// The form with what was typed and what is wrong. Where somebody else saved meanwhile, his text stands
/// beside it, and saving once more puts this one in its place.
async fn refused(
    app: &App,
    session: &Session,
    seat: Seat,
    mut form: Form,
    error: Error,
) -> Result<Response, PageError> {
    let lang = session.lang();
    if !matches!(error, Error::Stale) {
        let status = into_form(error, &mut form, lang)?;
        return again(app, session, seat, form, status).await;
    }
    let (_, draft) = loaded(app, session, seat).await?;
    let version = draft.as_ref().map(|(update, ..)| update.version);
    let mut fresh = with_version(&form, version.unwrap_or(0));
    fresh.issue("", say(lang, &domain::Reason::new("carrying-two-texts")));
    let mut page = entry_page(app, session, seat, fresh).await?;
    page.theirs = draft.map(|(update, ..)| Theirs {
        who: person(lang, &update.saved_by),
        when: words::instant(lang, &app.platform.zone, Some(update.saved_at)),
        facts: words::facts(lang, &update, None),
    });
    render_as(StatusCode::CONFLICT, &page)
}
