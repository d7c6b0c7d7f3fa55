//! Holidays and swapped working days: the table of an organisation, by hand and from a file.

use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::routes::Routes;
use crate::sending::receive;
use crate::session::{Posted, Session};
use crate::view::{Choice, Nav, Page, Tab};
use askama::Template;
use axum::extract::{Multipart, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::calendar::{self, DayKind, Special};
use domain::{Cx, UnitId, command, query, units};
use jiff::civil::Date;
use messages::Lang;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/holidays", show)
        .get("/holidays.xlsx", xlsx)
        .post("/holidays", put)
        .post("/holidays/remove", remove)
        .post("/holidays/import", import)
}

struct DayLine {
    day: String,
    iso: String,
    weekday: String,
    kind: String,
    name: String,
    source: String,
    own: bool,
}

#[derive(Template)]
#[template(path = "calendar/holidays.html")]
struct HolidaysPage {
    page: Page,
    form: Form,
    lead: String,
    organisation: String,
    unit: String,
    year: i16,
    years: Vec<Tab>,
    organisations: Vec<Choice>,
    lines: Vec<DayLine>,
    may_change: bool,
    provisional: bool,
    kinds: Vec<Choice>,
    xlsx: String,
}

/// The organisation asked for: by one of its units, else the first at which the reader holds a role.
async fn asked_unit(cx: &mut Cx, form: &Form) -> domain::Result<units::Unit> {
    let unit = match form.value("unit").parse::<UnitId>() {
        Ok(unit) => units::find(cx, unit).await?,
        Err(_) => units::own(cx).await?.into_iter().next().ok_or(domain::Error::NotFound)?,
    };
    units::load(cx, UnitId(unit.org.0)).await
}

fn asked_year(form: &Form, today: Date) -> i16 {
    form.value("year").parse().ok().filter(|year| (2000..=2200).contains(year)).unwrap_or(today.year())
}

pub(crate) fn weekday(lang: Lang, day: Date) -> String {
    use jiff::civil::Weekday::*;
    match day.weekday() {
        Monday => lang.text("calendar-monday"),
        Tuesday => lang.text("calendar-tuesday"),
        Wednesday => lang.text("calendar-wednesday"),
        Thursday => lang.text("calendar-thursday"),
        Friday => lang.text("calendar-friday"),
        Saturday => lang.text("calendar-saturday"),
        Sunday => lang.text("calendar-sunday"),
    }
}

pub(super) fn kind_word(lang: Lang, kind: DayKind) -> String {
    match kind {
        DayKind::Off => lang.text("calendar-kind-off"),
        DayKind::Working => lang.text("calendar-kind-working"),
        DayKind::Ordinary => lang.text("calendar-kind-ordinary"),
    }
}

async fn holidays_page(app: &App, session: &Session, form: Form) -> Result<HolidaysPage, PageError> {
    let lang = session.lang();
    let year = asked_year(&form, app.platform.today());
    let (unit, days, may_change, own) = query!(&app.platform, session.actor(), cx => {
        let unit = asked_unit(cx, &form).await?;
        let days = calendar::days(cx, unit.id, year).await?;
        let may_change = calendar::may_change(cx, unit.id).await?;
        let mut organisations = Vec::new();
        for own in units::own(cx).await? {
            let org = UnitId(own.org.0);
            if organisations.iter().all(|(id, _): &(UnitId, String)| *id != org) {
                organisations.push((org, units::load(cx, org).await?.label()));
            }
        }
        Ok((unit, days, may_change, organisations))
    })?;
    let of = |kind| days.iter().filter(|one| one.kind == kind).count();
    let lead = lang.with(
        "calendar-lead",
        &[
            ("year", year.to_string().into()),
            ("off", of(DayKind::Off).into()),
            ("working", of(DayKind::Working).into()),
        ],
    );
    let mut page = session.page(app, lang.text("calendar-title"));
    page.nav = Some(Nav::Units);
    let tab = |at: i16| Tab {
        label: at.to_string(),
        href: format!("/holidays?unit={}&year={at}", unit.id),
        current: at == year,
        count: None,
    };
    let line = |one: &Special| DayLine {
        day: lang.date(one.day),
        iso: one.day.to_string(),
        weekday: weekday(lang, one.day),
        kind: kind_word(lang, one.kind),
        name: one.name.clone(),
        source: one.source.clone(),
        own: one.own,
    };
    Ok(HolidaysPage {
        page,
        lead,
        organisation: unit.label(),
        unit: unit.id.to_string(),
        year,
        years: (year - 1..=year + 1).map(tab).collect(),
        organisations: own.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        provisional: days.iter().any(|one| !one.own && one.source.starts_with("Dự kiến")),
        lines: days.iter().map(line).collect(),
        may_change,
        kinds: DayKind::ALL.map(|kind| Choice::new(kind.code(), kind_word(lang, kind))).to_vec(),
        xlsx: format!("/holidays.xlsx?unit={}&year={year}", unit.id),
        form,
    })
}

async fn show(
    State(app): State<App>,
    session: Session,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    render(&holidays_page(&app, &session, Form::sent(pairs)).await?)
}

async fn xlsx(
    State(app): State<App>,
    session: Session,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let form = Form::sent(pairs);
    let year = asked_year(&form, app.platform.today());
    let days = query!(&app.platform, session.actor(), cx => {
        let unit = asked_unit(cx, &form).await?;
        calendar::days(cx, unit.id, year).await
    })?;
    let now = app.platform.now().to_zoned(app.platform.zone.clone()).datetime();
    let bytes = calendar::write(&days, session.lang(), now)?;
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned();
    let name = format!("attachment; filename=\"ngay-nghi-{year}.xlsx\"");
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

/// Refuses before what was typed is looked at.
async fn may(app: &App, session: &Session, unit: &str) -> Result<UnitId, PageError> {
    session.may(domain::access::Action::ManageUnits)?;
    let unit = unit.parse::<UnitId>().map_err(|_| PageError::NotFound)?;
    let may = query!(&app.platform, session.actor(), cx => { calendar::may_change(cx, unit).await })?;
    if may { Ok(unit) } else { Err(PageError::Denied) }
}

fn back(form: &Form, year: i16) -> Response {
    Redirect::to(&format!("/holidays?unit={}&year={year}", form.value("unit"))).into_response()
}

async fn put(
    State(app): State<App>,
    session: Session,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let unit = may(&app, &session, form.value("unit")).await?;
    let day = form.date("day", lang);
    let kind = DayKind::from_code(form.value("kind"));
    if day.is_none() && form.error("day").is_empty() {
        form.issue("day", lang.text("calendar-invalid-day"));
    }
    if kind.is_none() {
        form.issue("kind", lang.text("calendar-invalid-kind"));
    }
    let (Some(day), Some(kind)) = (day, kind) else {
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &holidays_page(&app, &session, form).await?);
    };
    let special = Special {
        day,
        kind,
        name: form.value("name").trim().to_owned(),
        source: form.value("source").trim().to_owned(),
        own: true,
    };
    let done = command!(&app.platform, session.actor(), cx => {
        calendar::put(cx, unit, std::slice::from_ref(&special)).await
    });
    match done {
        Ok(()) => Ok(back(&form, day.year())),
        Err(error) => {
            let status = into_form(error, &mut form, lang)?;
            render_as(status, &holidays_page(&app, &session, form).await?)
        }
    }
}

async fn remove(
    State(app): State<App>,
    session: Session,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    let unit = may(&app, &session, form.value("unit")).await?;
    let day = form.value("day").parse::<Date>().map_err(|_| PageError::NotFound)?;
    command!(&app.platform, session.actor(), cx => { calendar::remove(cx, unit, day).await })?;
    Ok(back(&form, day.year()))
}

async fn import(State(app): State<App>, session: Session, body: Multipart) -> Result<Response, PageError> {
    session.may(domain::access::Action::ManageUnits)?;
    let lang = session.lang();
    let (mut form, files) = receive(&app, &session, body).await?;
    let unit = may(&app, &session, form.value("unit")).await?;
    let Some(file) = files.first() else {
        form.issue("file", lang.text("calendar-invalid-file"));
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &holidays_page(&app, &session, form).await?);
    };
    let digest = file.sha256.parse().map_err(|_| PageError::Broken("a file without a digest".into()))?;
    let bytes = app.platform.blobs.get(digest).await.map_err(domain::Error::from)?;
    let done = match calendar::read(&file.name, &bytes) {
        Ok(days) => {
            let year = days.first().map_or(app.platform.today().year(), |one| one.day.year());
            command!(&app.platform, session.actor(), cx => { calendar::put(cx, unit, &days).await })
                .map(|()| year)
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(year) => Ok(back(&form, year)),
        Err(error) => {
            let status = into_form(error, &mut form, lang)?;
            render_as(status, &holidays_page(&app, &session, form).await?)
        }
    }
}
