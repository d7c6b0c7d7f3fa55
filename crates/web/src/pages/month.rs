//! Deadlines by month, and the address under which a calendar program fetches them.

use super::calendar::weekday;
use super::tasks::words::{Line, shade};
use crate::app::App;
use crate::failure::{PageError, render};
use crate::form::Form;
use crate::routes::Routes;
use crate::session::{Guest, Posted, Session};
use crate::view::{Light, Nav, Page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::calendar;
use domain::programmes::{self, Slice, Sort, TaskFilter, TaskRow, Window};
use domain::{command, query, units};
use jiff::ToSpan;
use jiff::civil::Date;
use messages::Lang;
use std::fmt::Write as _;

/// Tasks shown in one day's field; the rest is counted.
const SHOWN: usize = 4;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/calendar", show)
        .post("/account/calendar", make)
        .post("/account/calendar/end", end)
        .get("/calendars/{secret}", feed)
}

struct DayField {
    number: i8,
    label: String,
    inside: bool,
    working: bool,
    today: bool,
    tasks: Vec<(String, String, Light, String)>,
    more: String,
    href: String,
}

#[derive(Template)]
#[template(path = "calendar/month.html")]
struct MonthPage {
    page: Page,
    lead: String,
    month: String,
    heads: Vec<String>,
    weeks: Vec<Vec<DayField>>,
    previous: String,
    next: String,
    this: String,
    secret: String,
}

fn month_of(text: &str, today: Date) -> Date {
    let asked = text.split_once('-').and_then(|(year, month)| {
        let (year, month) = (year.parse::<i16>().ok()?, month.parse::<i8>().ok()?);
        (1945..=2200).contains(&year).then(|| Date::new(year, month, 1).ok())?
    });
    asked.unwrap_or_else(|| today.first_of_month())
}

async fn month_page(
    app: &App,
    session: &Session,
    form: &Form,
    secret: String,
) -> Result<MonthPage, PageError> {
    let lang = session.lang();
    let today = app.platform.today();
    let first = month_of(form.value("month"), today);
    let last = first.last_of_month();
    let filter = TaskFilter {
        programme: form.value("programme").parse().ok(),
        unit: form.value("unit").parse().ok(),
        window: Window::Between(Some(first), Some(last)),
        ..TaskFilter::default()
    };
    let (rows, days) = query!(&app.platform, session.actor(), cx => {
        let rows = programmes::tasks(cx, &filter, Sort::Due, Slice::ALL).await?.rows;
        let days = match units::own(cx).await?.first() {
            Some(unit) => calendar::of(cx, unit.org).await?,
            None => calendar::Calendar::default(),
        };
        Ok((rows, days))
    })?;
    let year = first.year().to_string();
    let args = [
        ("count", rows.len().into()),
        ("month", i64::from(first.month()).into()),
        ("year", year.as_str().into()),
    ];
    let key = if rows.is_empty() { "calendar-month-lead-none" } else { "calendar-month-lead" };
    let lead = lang.with(key, &args);
    let mut page = session.page(app, lang.text("calendar-month-title"));
    page.nav = Some(Nav::Programmes);
    let narrow = narrowed(&filter);
    let at = |day: Date| format!("/calendar?month={}-{:02}{narrow}", day.year(), day.month());
    let monday = first.saturating_sub(i64::from(first.weekday().to_monday_zero_offset()).days());
    let mut weeks = Vec::new();
    let mut day = monday;
    while day <= last {
        weeks.push(
            (0..7)
                .map(|n| {
                    let field = field(lang, day.saturating_add(n.days()), first, today, &rows, &days);
                    DayField { href: field.href + &narrow, ..field }
                })
                .collect(),
        );
        day = day.saturating_add(7.days());
    }
    Ok(MonthPage {
        page,
        lead,
        month: lang.with("calendar-month", &args[1..]),
        heads: (0..7).map(|n| weekday(lang, monday.saturating_add(n.days()))).collect(),
        weeks,
        previous: at(first.saturating_sub(1.month())),
        next: at(first.saturating_add(1.month())),
        this: at(today),
        secret,
    })
}

/// The programme and the unit that a filter names, as an address goes on with them.
fn narrowed(filter: &TaskFilter) -> String {
    let programme = filter.programme.map(|id| format!("&programme={id}")).unwrap_or_default();
    let unit = filter.unit.map(|id| format!("&unit={id}")).unwrap_or_default();
    programme + &unit
}

fn field(
    lang: Lang,
    day: Date,
    first: Date,
    today: Date,
    rows: &[TaskRow],
    days: &calendar::Calendar,
) -> DayField {
    let due: Vec<&TaskRow> = rows.iter().filter(|row| row.day() == Some(day)).collect();
    let task = |row: &&TaskRow| {
        let line = Line::new(lang, row, "");
        (line.href, super::words::short(&line.title, 60), shade(row.verdict.light), line.word)
    };
    let more = due.len().saturating_sub(SHOWN);
    DayField {
        number: day.day(),
        label: format!("{}, {}", weekday(lang, day), lang.date(day)),
        inside: day.month() == first.month(),
        working: days.is_working(day),
        today: day == today,
        tasks: due.iter().take(SHOWN).map(task).collect(),
        more: if more == 0 { String::new() } else { lang.with("calendar-more", &[("count", more.into())]) },
        href: format!("/tasks?from={day}&to={day}"),
    }
}

async fn show(
    State(app): State<App>,
    session: Session,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    render(&month_page(&app, &session, &Form::sent(pairs), String::new()).await?)
}

/// A new address, shown this once.
async fn make(State(app): State<App>, session: Session, Posted(form): Posted) -> Result<Response, PageError> {
    let secret = command!(&app.platform, session.actor(), cx => { calendar::new_feed(cx).await })?;
    render(&month_page(&app, &session, &form, format!("/calendars/{secret}")).await?)
}

async fn end(State(app): State<App>, session: Session, Posted(_): Posted) -> Result<Response, PageError> {
    command!(&app.platform, session.actor(), cx => { calendar::end_feed(cx).await })?;
    Ok(Redirect::to("/calendar").into_response())
}

/// The deadlines of whoever holds the address, as iCalendar (RFC 5545).
async fn feed(
    State(app): State<App>,
    guest: Guest,
    Path(secret): Path<String>,
) -> Result<Response, PageError> {
    let secret = secret.trim_end_matches(".ics");
    let actor = calendar::feed_actor(&app.platform, secret, guest.origin()).await?;
    let actor = actor.ok_or(PageError::NotFound)?;
    let rows = query!(&app.platform, &actor, cx => {
        Ok(programmes::tasks(cx, &TaskFilter::default(), Sort::Due, Slice::ALL).await?.rows)
    })?;
    let stamp = app.platform.now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let text = ics(guest.lang(), &rows, &stamp);
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response())
}

/// A text as RFC 5545 writes it: commas, semicolons, backslashes and line ends escaped.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;");
    text.replace("\r\n", "\\n").replace(['\n', '\r'], "\\n")
}

/// One content line, folded so that none is longer than 75 octets.
fn content_line(out: &mut String, line: &str) {
    let mut length = 0;
    for letter in line.chars() {
        if length + letter.len_utf8() > 74 {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(letter);
        length += letter.len_utf8();
    }
    out.push_str("\r\n");
}

fn ics(lang: Lang, rows: &[TaskRow], stamp: &str) -> String {
    let mut out = String::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//dotpha//vi", "CALSCALE:GREGORIAN"] {
        content_line(&mut out, line);
    }
    content_line(&mut out, &format!("X-WR-CALNAME:{}", escaped(&lang.text("calendar-feed-name"))));
    for row in rows {
        let Some(due) = row.day() else { continue };
        let Ok(after) = due.tomorrow() else { continue };
        let mut about =
            format!("{}\n{}", row.programme_title, crate::failure::say(lang, &row.verdict.reason));
        if let Some(first) = row.original_due.filter(|first| first.0 != due) {
            let _ = write!(about, "\n{}", lang.with("calendar-feed-original", &[("day", first.0.into())]));
        }
        let title = lang.with("calendar-feed-due", &[("title", row.title.as_str().into())]);
        for line in [
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@dotpha", row.id),
            format!("DTSTAMP:{stamp}"),
            format!("DTSTART;VALUE=DATE:{}", due.strftime("%Y%m%d")),
            format!("DTEND;VALUE=DATE:{}", after.strftime("%Y%m%d")),
            format!("SUMMARY:{}", escaped(&title)),
            format!("DESCRIPTION:{}", escaped(&about)),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
        ] {
            content_line(&mut out, &line);
        }
    }
    content_line(&mut out, "END:VCALENDAR");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn lines_are_folded_and_texts_escaped() {
        let mut out = String::new();
        content_line(&mut out, &format!("SUMMARY:{}", escaped(&"Rà soát, sửa; đổi\n".repeat(20))));
        assert!(out.split("\r\n").all(|line| line.len() <= 75), "{out}");
        assert!(out.replace("\r\n ", "").contains("Rà soát\\, sửa\\; đổi\\n"));
        assert!(out.ends_with("\r\n"));
    }

    #[test]
    fn a_month_is_read_from_the_address() {
        let today = date(2026, 11, 22);
        assert_eq!(month_of("2027-02", today), date(2027, 2, 1));
        for bad in ["", "2027", "2027-13", "x-y", "99999-01"] {
            assert_eq!(month_of(bad, today), date(2026, 11, 1), "{bad}");
        }
    }
}
