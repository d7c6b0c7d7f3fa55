//! Tasks in the words of the screen.

use crate::failure::say;
pub(crate) use crate::pages::words::{CRUMB, KINDS, OFTEN, kind, often, role, short};
use crate::view::{Bar, Choice, Light};
use domain::Micros;
use domain::programmes::{self, Carrier, Defect, Holder, LightCounts, State, TaskRow, TaskTime};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use messages::Lang;

/// Longest wording of a task in a list, in letters; its page has the whole.
const IN_LIST: usize = 200;

/// A light as the screen draws it.
pub(crate) fn shade(light: programmes::Light) -> Light {
    match light {
        programmes::Light::Red => Light::Red,
        programmes::Light::Amber => Light::Amber,
        programmes::Light::Green => Light::Green,
        programmes::Light::Grey => Light::Grey,
    }
}

/// Counts as the screen draws them.
pub(crate) fn bar(counts: &LightCounts) -> Bar {
    let count =
        |light: programmes::Light| (shade(light), i64::try_from(counts.get(light)).unwrap_or(i64::MAX));
    Bar::new(&programmes::Light::ALL.map(count))
}

/// An instant on the organisation's clock.
pub(crate) fn clock(at: Micros, zone: &TimeZone) -> DateTime {
    at.timestamp().to_zoned(zone.clone()).datetime()
}

/// The words of a defect.
pub(crate) fn defect(lang: Lang, defect: Defect) -> String {
    match defect {
        Defect::UnknownUnit => lang.text("programmes-defect-unknown-unit"),
        Defect::NoLead => lang.text("programmes-defect-no-lead"),
        Defect::UnreadableTime => lang.text("programmes-defect-unreadable-time"),
        Defect::NoProduct => lang.text("programmes-defect-no-product"),
    }
}

/// The words of a state.
pub(crate) fn state(lang: Lang, state: State) -> String {
    match state {
        State::Awaiting => lang.text("programmes-state-awaiting"),
        State::Continuous => lang.text("programmes-state-continuous"),
        State::PerPlan => lang.text("programmes-state-per-plan"),
        State::OnDemand => lang.text("programmes-state-on-demand"),
        State::Undated => lang.text("programmes-state-undated"),
    }
}

/// A time in one line.
pub(crate) fn time(lang: Lang, time: &TaskTime) -> String {
    let day = |day: Option<domain::Day>| day.map(|day| day.0);
    crate::pages::words::time(lang, time.kind, day(time.start), day(time.due), &time.recurrence)
}

/// The name of a holder.
pub(crate) fn holder(lang: Lang, carrier: &Carrier) -> String {
    match &carrier.holder {
        Holder::Awaiting => lang.text("programmes-awaiting"),
        Holder::Unknown(printed) => lang.with("programmes-unknown", &[("name", printed.as_str().into())]),
        Holder::Person { name, proposed: true } => {
            lang.with("programmes-proposed", &[("name", name.as_str().into())])
        }
        Holder::Unit(_) | Holder::Grouping(_) | Holder::Person { .. } => carrier.name.clone(),
    }
}

/// The word of a light: a finished task says how it was finished.
pub(crate) fn word(lang: Lang, verdict: &programmes::Verdict) -> String {
    if verdict.standing.done() {
        crate::pages::work::standing(lang, verdict.standing)
    } else {
        shade(verdict.light).word(&lang)
    }
}

/// Why a task has its light, and what waits or came back.
pub(crate) fn why(lang: Lang, verdict: &programmes::Verdict) -> String {
    let reason = say(lang, &verdict.reason);
    match &verdict.note {
        Some(note) => format!("{reason} {}", say(lang, note)),
        None => reason,
    }
}

/// The mark of a task whose last report waits or came back.
pub(crate) fn standing_mark(lang: Lang, verdict: &programmes::Verdict) -> Option<String> {
    let marked = matches!(verdict.standing, programmes::Standing::Waiting | programmes::Standing::Returned);
    marked.then(|| crate::pages::work::standing(lang, verdict.standing))
}

/// A task as a row of a table.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub id: String,
    pub href: String,
    pub code: String,
    pub title: String,
    pub programme: String,
    pub light: Light,
    pub word: String,
    pub why: String,
    pub leads: String,
    pub time: String,
    pub original: Option<String>,
    pub marks: Vec<String>,
}

impl Line {
    pub(crate) fn new(lang: Lang, row: &TaskRow, suffix: &str) -> Line {
        let light = shade(row.verdict.light);
        let moved = row.original_due.filter(|day| row.time.due.is_some_and(|due| due != *day));
        let defects = row.defects.iter().map(|one| defect(lang, *one));
        Line {
            id: row.id.to_string(),
            href: format!("/tasks/{}{suffix}", row.id),
            code: row.code.clone().unwrap_or_default(),
            title: short(&row.title, IN_LIST),
            programme: short(&row.programme_title, 90),
            light,
            word: word(lang, &row.verdict),
            why: why(lang, &row.verdict),
            leads: row.leads().map(|lead| holder(lang, lead)).collect::<Vec<_>>().join("; "),
            time: time(lang, &row.time),
            original: moved.map(|day| lang.date(day.0)),
            marks: standing_mark(lang, &row.verdict).into_iter().chain(defects).collect(),
        }
    }
}

/// Choices out of codes and words.
pub(crate) fn choices<T: Copy>(
    all: &[T],
    code: impl Fn(T) -> &'static str,
    word: impl Fn(T) -> String,
) -> Vec<Choice> {
    all.iter().map(|one| Choice::new(code(*one), word(*one))).collect()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(short("Đổi mới sáng tạo", 16), "Đổi mới sáng tạo");
        assert_eq!(short("Đổi mới, sáng tạo", 12), "Đổi mới…");
        assert_eq!(short("Đổimớisángtạo", 3), "Đổi…");
    }
}
