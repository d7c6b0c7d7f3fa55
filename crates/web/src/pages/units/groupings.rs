//! Named sets of units that documents address together.

use super::{choices, frame, kinds, today};
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::routes::Routes;
use crate::session::{Posted, Session};
use crate::view::{Choice, Nav, Page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Action;
use domain::units::{self, Grouping, GroupingEdit, GroupingId, Member, Unit, UnitKind};
use domain::{Cx, Day, OrgId, UnitId, command, query};
use messages::Lang;
use uuid::Uuid;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/groupings", list)
        .get("/groupings/new", show_new)
        .post("/groupings/new", create)
        .get("/groupings/{grouping}", show)
        .post("/groupings/{grouping}", rename)
        .post("/groupings/{grouping}/members", add)
        .post("/groupings/{grouping}/members/{member}/end", end_member)
        .post("/groupings/{grouping}/end", end)
}

/// Organisations in which the reader has a role.
async fn organisations(cx: &mut Cx) -> domain::Result<Vec<Unit>> {
    let mut ids: Vec<UnitId> = cx.actor().grants.iter().map(|g| UnitId(g.org.0)).collect();
    ids.sort();
    ids.dedup();
    let mut units: Vec<Unit> = units::load_many(cx, &ids).await?.into_values().collect();
    units.sort_by_key(|u| u.tree_from);
    Ok(units)
}

#[derive(Template)]
#[template(path = "units/groupings.html")]
struct ListPage {
    page: Page,
    groups: Vec<(String, Vec<GroupingLine>)>,
    manages: bool,
}

/// Address, name, and how many units it means today.
type GroupingLine = (String, String, String);

async fn list(State(app): State<App>, session: Session) -> Result<Response, PageError> {
    let lang = session.lang();
    let day = today(&app);
    let groups = query!(&app.platform, session.actor(), cx => {
        let mut out = Vec::new();
        for org in organisations(cx).await? {
            let mut lines = Vec::new();
            for grouping in units::groupings(cx, OrgId(org.id.0)).await? {
                let count = units::members_on(cx, grouping.id, day).await?.len();
                let members = lang.with("units-grouping-count", &[("count", count.into())]);
                lines.push((format!("/groupings/{}", grouping.id), grouping.name, members));
            }
            out.push((org.name, lines));
        }
        Ok(out)
    })?;
    let manages = session.actor().may_somewhere(Action::ManageUnits);
    render(&ListPage { page: frame(&app, &session, lang.text("units-groupings-title")), groups, manages })
}

#[derive(Template)]
#[template(path = "units/grouping_new.html")]
struct NewPage {
    page: Page,
    form: Form,
    orgs: Vec<Choice>,
}

async fn new_page(app: &App, session: &Session, form: Form) -> Result<NewPage, PageError> {
    session.may(Action::ManageUnits)?;
    let orgs = query!(&app.platform, session.actor(), cx => { organisations(cx).await })?;
    let orgs = orgs.iter().map(|u| Choice::new(u.id.to_string(), &u.name)).collect();
    let lang = session.lang();
    let page = frame(app, session, lang.text("units-grouping-new"))
        .crumb(lang.text("units-groupings-title"), "/groupings");
    Ok(NewPage { page, form, orgs })
}

async fn show_new(State(app): State<App>, session: Session) -> Result<Response, PageError> {
    let org = session.actor().grants.first().map(|g| g.org.to_string()).unwrap_or_default();
    render(&new_page(&app, &session, Form::new().fill("org", org)).await?)
}

fn edited(form: &Form) -> GroupingEdit {
    GroupingEdit {
        name: units::tidy(form.value("name")),
        aliases: form.value("aliases").lines().filter_map(|a| units::optional(Some(a))).collect(),
    }
}

async fn create(
    State(app): State<App>,
    session: Session,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let lang = session.lang();
    session.may(Action::ManageUnits)?;
    let Ok(org) = form.value("org").parse::<OrgId>() else {
        form.issue("org", lang.text("units-parent-missing"));
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &new_page(&app, &session, form).await?);
    };
    let edit = edited(&form);
    let made = command!(&app.platform, session.actor(), cx => { units::create_grouping(cx, org, edit.clone()).await });
    match made {
        Ok(id) => Ok(Redirect::to(&format!("/groupings/{id}")).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, lang)?;
            render_as(status, &new_page(&app, &session, form).await?)
        }
    }
}

#[derive(Template)]
#[template(path = "units/grouping.html")]
struct ShowPage {
    page: Page,
    grouping: Grouping,
    lead: String,
    members: Vec<MemberLine>,
    manages: bool,
    form: Form,
    kinds: Vec<Choice>,
    found: Vec<Choice>,
}

struct MemberLine {
    id: Uuid,
    href: String,
    name: String,
    superior: String,
    period: String,
    lasting: bool,
}

fn member_line(lang: Lang, member: &Member, today: Day) -> MemberLine {
    let name = match member.below_kind {
        Some(kind) => lang.with(
            "units-member-below",
            &[("kind", lang.text(kind.message()).into()), ("name", member.name.clone().into())],
        ),
        None => member.name.clone(),
    };
    MemberLine {
        id: member.id,
        href: format!("/units/{}", member.unit_id),
        name,
        superior: member.superior.clone().unwrap_or_default(),
        period: super::period(lang, member.valid_from, member.valid_to),
        lasting: member.valid_to.is_none_or(|to| to >= today),
    }
}

async fn show_page(app: &App, session: &Session, id: GroupingId, form: Form) -> Result<ShowPage, PageError> {
    let (lang, day) = (session.lang(), today(app));
    let ((grouping, members), now, manages) = query!(&app.platform, session.actor(), cx => {
        Ok((
            units::grouping(cx, id).await?,
            units::members_on(cx, id, day).await?,
            units::may_keep_grouping(cx, id).await?,
        ))
    })?;
    let found = match manages {
        true => choices(app, session, form.value("unit_q"), form.value("unit")).await?,
        false => Vec::new(),
    };
    let form = if form.value("version").is_empty() {
        form.fill("name", grouping.name.clone())
            .fill("aliases", grouping.aliases.join("\n"))
            .fill("version", grouping.version.to_string())
    } else {
        form
    };
    let mut page =
        frame(app, session, grouping.name.clone()).crumb(lang.text("units-groupings-title"), "/groupings");
    page.nav = Some(Nav::Units);
    Ok(ShowPage {
        page,
        lead: lang.with("units-grouping-lead", &[("count", now.len().into()), ("day", day.0.into())]),
        members: members.iter().map(|m| member_line(lang, m, day)).collect(),
        manages,
        kinds: kinds(lang),
        found,
        form,
        grouping,
    })
}

async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<GroupingId>,
) -> Result<Response, PageError> {
    render(&show_page(&app, &session, id, Form::new()).await?)
}

/// Back to the grouping's page; a refusal is shown there with what was typed.
async fn finish(
    app: &App,
    session: &Session,
    id: GroupingId,
    mut form: Form,
    outcome: domain::Result<()>,
) -> Result<Response, PageError> {
    match outcome {
        Ok(()) => Ok(Redirect::to(&format!("/groupings/{id}")).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, session.lang())?;
            render_as(status, &show_page(app, session, id, form).await?)
        }
    }
}

fn version(form: &Form) -> i64 {
    form.value("version").parse().unwrap_or(0)
}

async fn rename(
    State(app): State<App>,
    session: Session,
    Path(id): Path<GroupingId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let (edit, version) = (edited(&form), version(&form));
    let outcome = command!(&app.platform, session.actor(), cx => {
        units::edit_grouping(cx, id, version, edit.clone()).await
    });
    finish(&app, &session, id, form, outcome).await
}

async fn add(
    State(app): State<App>,
    session: Session,
    Path(id): Path<GroupingId>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    if !query!(&app.platform, session.actor(), cx => { units::may_keep_grouping(cx, id).await })? {
        return Err(PageError::Denied);
    }
    if form.value("search") == "unit" {
        return render(&show_page(&app, &session, id, form).await?);
    }
    let lang = session.lang();
    let from = form.date("valid_from", lang).map(Day);
    let below = UnitKind::from_code(form.value("below"));
    let Ok(unit) = form.value("unit").parse::<UnitId>() else {
        form.issue("unit", lang.text("units-other-missing"));
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &show_page(&app, &session, id, form).await?);
    };
    if !form.is_sound() {
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &show_page(&app, &session, id, form).await?);
    }
    let version = version(&form);
    let outcome = command!(&app.platform, session.actor(), cx => {
        units::add_member(cx, id, version, &[(unit, below)], from).await
    });
    finish(&app, &session, id, form, outcome).await
}

async fn end_member(
    State(app): State<App>,
    session: Session,
    Path((id, member)): Path<(GroupingId, Uuid)>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let (version, day) = (version(&form), today(&app));
    let outcome = command!(&app.platform, session.actor(), cx => {
        units::end_member(cx, id, version, member, day).await
    });
    finish(&app, &session, id, form, outcome).await
}

async fn end(
    State(app): State<App>,
    session: Session,
    Path(id): Path<GroupingId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let version = version(&form);
    command!(&app.platform, session.actor(), cx => { units::end_grouping(cx, id, version).await })?;
    Ok(Redirect::to("/groupings").into_response())
}
