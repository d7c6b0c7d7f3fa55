//! Exchanges in the words of the screen.

use crate::pages::tasks::words::{clock, short};
use crate::view::Choice;
use domain::requests::{Act, Class, Kind, Matter, State, Turn};
use jiff::tz::TimeZone;
use messages::Lang;

/// Longest text of an exchange in a list, in letters.
const IN_LIST: usize = 240;

/// The words of a class.
pub(crate) fn class(lang: Lang, class: Class) -> String {
    match class {
        Class::Change => lang.text("requests-class-change"),
        Class::Explanation => lang.text("requests-class-explanation"),
        Class::Obstacle => lang.text("requests-class-obstacle"),
    }
}

/// Kinds of requests that a form offers about a task, with what they are for.
pub(crate) fn changes(lang: Lang) -> Vec<Choice> {
    let hints = [
        (Kind::Extension, lang.text("requests-hint-extension")),
        (Kind::Reassignment, lang.text("requests-hint-reassignment")),
        (Kind::Review, lang.text("requests-hint-review")),
        (Kind::Alignment, lang.text("requests-hint-alignment")),
        (Kind::Merging, lang.text("requests-hint-merging")),
        (Kind::Objective, lang.text("requests-hint-objective")),
    ];
    hints.map(|(kind, hint)| Choice::new(kind.code(), kind.word(lang)).hint(hint)).to_vec()
}

/// What a step did.
pub(crate) fn act(lang: Lang, turn: &Turn) -> String {
    match turn.act {
        Act::Asked => lang.text("requests-act-asked"),
        Act::Answered => lang.text("requests-act-answered"),
        Act::AskedAgain => lang.text("requests-act-again"),
        Act::Escalated => {
            let name = turn.unit_name.clone().unwrap_or_default();
            lang.with("requests-act-escalated", &[("name", name.into())])
        }
        Act::Accepted => lang.text("requests-act-accepted"),
        Act::Refused => lang.text("requests-act-refused"),
        Act::Withdrawn => lang.text("requests-act-withdrawn"),
        Act::Closed => lang.text("requests-act-closed"),
    }
}

/// The day that an exchange is about, in words; empty where it is about none.
fn wanted(lang: Lang, matter: &Matter) -> String {
    let (label, day) = match (matter.wanted.due, matter.answer_by) {
        (Some(due), _) => (lang.text("requests-wanted-due"), due),
        (None, Some(by)) => (lang.text("requests-answer-by"), by),
        (None, None) => return String::new(),
    };
    format!("{label}: {}", lang.date(day.0))
}

/// An exchange as a row of a table.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub href: String,
    pub kind: String,
    pub text: String,
    pub state: String,
    pub late: bool,
    pub unit: String,
    pub with: String,
    pub task: String,
    pub programme: String,
    pub wanted: String,
    pub due: String,
    pub original: Option<String>,
    pub opened: String,
    pub age: String,
}

impl Line {
    pub(crate) fn new(lang: Lang, zone: &TimeZone, matter: &Matter) -> Line {
        let day = |day: Option<domain::Day>| day.map(|day| lang.date(day.0)).unwrap_or_default();
        let moved = matter.original_due.filter(|first| matter.due.is_some_and(|due| due != *first));
        Line {
            href: format!("/requests/{}", matter.id),
            kind: matter.kind.word(lang),
            text: short(&matter.text, IN_LIST),
            state: matter.state.word(lang),
            late: matter.late,
            unit: matter.unit_name.clone(),
            with: matter.with_name.clone(),
            task: short(matter.task_title.as_deref().unwrap_or_default(), IN_LIST),
            programme: short(&matter.programme_title, 90),
            wanted: wanted(lang, matter),
            due: day(matter.due),
            original: moved.map(|first| lang.date(first.0)),
            opened: lang.date(clock(matter.opened_at, zone).date()),
            age: if matter.state == State::Withdrawn || matter.age == 0 {
                String::new()
            } else {
                lang.with("requests-age-days", &[("days", matter.age.into())])
            },
        }
    }
}
