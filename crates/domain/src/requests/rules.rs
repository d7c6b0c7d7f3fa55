//! Pure rules: what may be asked for, how an exchange stands, how old it is.

use super::types::{Act, Kind, Limits, NewMatter, State, Wanted};
use crate::error::Problems;
use crate::{Reason, programmes};
use jiff::civil::Date;

/// Longest text of one turn, in Unicode scalar values.
const LONGEST: usize = 10_000;
/// Most files of one turn.
pub const MOST_FILES: usize = 10;

/// How an exchange stands after its last act.
pub fn state(last: Act) -> State {
    match last {
        Act::Asked | Act::AskedAgain | Act::Escalated => State::Open,
        Act::Answered => State::Answered,
        Act::Accepted => State::Accepted,
        Act::Refused => State::Refused,
        Act::Withdrawn => State::Withdrawn,
        Act::Closed => State::Closed,
    }
}

/// What a text may be.
pub fn check_text(problems: &mut Problems, field: &str, text: &str) {
    problems.check(text.trim().is_empty(), field, Reason::new("requests-invalid-empty"));
    problems.check_open(field, text);
    let long = text.chars().count() > LONGEST;
    problems.check(long, field, Reason::new("requests-invalid-long").with("most", LONGEST));
}

/// What is known of the task that a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The deadline that holds.
    pub current: Option<Date>,
    /// Extensions granted so far.
    pub extensions: i64,
}

/// May this be asked for? Fields are named as the form names them.
pub fn check_new(
    problems: &mut Problems,
    new: &NewMatter,
    task: Option<&Deadline>,
    limits: &Limits,
    today: Date,
) {
    check_text(problems, "text", &new.text);
    let baseless = new.task.is_none() && new.kind != Kind::Amendment;
    problems.check(baseless, "kind", Reason::new("requests-invalid-kind"));
    let wanted = &new.wanted;
    match new.kind {
        Kind::Extension => {
            if let Some(task) = task {
                check_extension(problems, wanted, task, limits);
            }
        }
        Kind::Alignment => {
            problems.check(wanted.due.is_none(), "due", Reason::new("requests-invalid-due-missing"));
            let same =
                task.is_some_and(|task| task.current.is_some() && task.current == wanted.due.map(|d| d.0));
            problems.check(same, "due", Reason::new("requests-invalid-due-same"));
        }
        Kind::Reassignment => {
            problems.check(
                wanted.unit.is_none(),
                "wanted_unit",
                Reason::new("requests-invalid-unit-missing"),
            );
            let same = wanted.unit.is_some() && wanted.unit == new.unit;
            problems.check(same, "wanted_unit", Reason::new("requests-invalid-unit-same"));
        }
        Kind::Merging => {
            problems.check(wanted.task.is_none(), "into", Reason::new("requests-invalid-task-missing"));
            let same = wanted.task.is_some() && wanted.task == new.task;
            problems.check(same, "into", Reason::new("requests-invalid-task-same"));
        }
        Kind::Objective => {
            let missing = wanted.authority.as_deref().is_none_or(|name| name.trim().is_empty());
            problems.check(missing, "authority", Reason::new("requests-invalid-authority"));
        }
        Kind::Explanation => {
            let early = new.answer_by.is_none_or(|day| day.0 < today);
            problems.check(early, "answer_by", Reason::new("requests-invalid-answer-by"));
        }
        Kind::Obstacle => {
            let late = new.since.is_some_and(|day| day.0 > today);
            problems.check(late, "since", Reason::new("requests-invalid-since"));
        }
        Kind::Review | Kind::Amendment => {}
    }
}

/// May the deadline be moved to the wanted day? A task may be extended a limited number of times, each
/// time by a limited number of days after the deadline that holds.
pub fn check_extension(problems: &mut Problems, wanted: &Wanted, task: &Deadline, limits: &Limits) {
    let Some(due) = wanted.due else {
        problems.check(true, "due", Reason::new("requests-invalid-due-missing"));
        return;
    };
    let Some(current) = task.current else {
        problems.check(true, "due", Reason::new("requests-invalid-no-deadline"));
        return;
    };
    let days = programmes::rules::days_between(current, due.0);
    problems.check(days <= 0, "due", Reason::new("requests-invalid-due-earlier").with("due", current));
    problems.check(
        days > limits.days,
        "due",
        Reason::new("requests-invalid-days").with("most", limits.days).with("days", days),
    );
    problems.check(
        task.extensions >= limits.extensions,
        "due",
        Reason::new("requests-invalid-extensions").with("most", limits.extensions),
    );
}

/// May a file be taken as evidence? Its name must promise something that can be read, and its first
/// bytes must not be those of a program.
pub fn check_file(problems: &mut Problems, name: &str, head: &[u8]) {
    const ENDINGS: [&str; 15] = [
        "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "txt", "csv", "png", "jpg", "jpeg",
        "zip",
    ];
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let unknown = !ENDINGS.contains(&ending.as_str());
    let program = [b"MZ".as_slice(), b"\x7fELF", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"];
    let disguised = program.iter().any(|magic| head.starts_with(magic));
    let text = |key| Reason::new(key).with("name", name.to_owned());
    problems.check(unknown, "files", text("requests-invalid-file-kind"));
    problems.check(!unknown && disguised, "files", text("requests-invalid-file-program"));
}

/// Days since an exchange began, up to its end or today; 0 on the first day.
pub fn age(began: Date, ended: Option<Date>, today: Date) -> i64 {
    programmes::rules::days_between(began, ended.unwrap_or(today).min(today.max(began))).max(0)
}

/// Is an answer still owed after its day?
pub fn is_late(state: State, answer_by: Option<Date>, today: Date) -> bool {
    state == State::Open && answer_by.is_some_and(|day| day < today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Error, UnitId};
    use jiff::civil::date;
    use store::Day;

    const TODAY: Date = date(2026, 11, 22);

    fn keys(check: impl FnOnce(&mut Problems)) -> Vec<&'static str> {
        let mut problems = Problems::default();
        check(&mut problems);
        match problems.settle() {
            Err(Error::Invalid(found)) => found.iter().map(|p| p.reason.key).collect(),
            _ => Vec::new(),
        }
    }

    fn extension(due: Option<Date>, current: Option<Date>, extensions: i64) -> Vec<&'static str> {
        let wanted = Wanted { due: due.map(Day), ..Wanted::default() };
        let limits = Limits { version: 0, extensions: 2, days: 60 };
        keys(|problems| check_extension(problems, &wanted, &Deadline { current, extensions }, &limits))
    }

    #[test]
    fn an_extension_keeps_to_the_limits_of_its_programme() {
        let current = Some(date(2026, 11, 9));
        assert!(extension(Some(date(2027, 1, 8)), current, 1).is_empty(), "60 days, the second time");
        assert_eq!(extension(Some(date(2027, 1, 9)), current, 0), ["requests-invalid-days"]);
        assert_eq!(extension(Some(date(2026, 12, 1)), current, 2), ["requests-invalid-extensions"]);
        assert_eq!(extension(Some(date(2026, 11, 9)), current, 0), ["requests-invalid-due-earlier"]);
        assert_eq!(extension(None, current, 0), ["requests-invalid-due-missing"]);
        assert_eq!(extension(Some(date(2026, 12, 1)), None, 0), ["requests-invalid-no-deadline"]);
    }

    #[test]
    fn what_is_asked_for_is_named() {
        let new = |kind| NewMatter {
            task: Some(crate::programmes::TaskId(uuid::Uuid::from_u128(1))),
            text: "lý do".into(),
            unit: Some(UnitId(uuid::Uuid::from_u128(2))),
            ..NewMatter::new(kind)
        };
        let limits = Limits::default();
        let check = |new: &NewMatter| keys(|problems| check_new(problems, new, None, &limits, TODAY));
        assert_eq!(check(&new(Kind::Reassignment)), ["requests-invalid-unit-missing"]);
        assert_eq!(check(&new(Kind::Merging)), ["requests-invalid-task-missing"]);
        assert_eq!(check(&new(Kind::Objective)), ["requests-invalid-authority"]);
        assert_eq!(check(&new(Kind::Explanation)), ["requests-invalid-answer-by"]);
        assert_eq!(check(&new(Kind::Alignment)), ["requests-invalid-due-missing"]);
        assert!(check(&new(Kind::Review)).is_empty());
        assert_eq!(check(&NewMatter { text: " ".into(), ..new(Kind::Review) }), ["requests-invalid-empty"]);
        assert_eq!(check(&NewMatter { task: None, ..new(Kind::Review) }), ["requests-invalid-kind"]);
        let tomorrow = Some(Day(date(2026, 11, 23)));
        assert_eq!(check(&NewMatter { since: tomorrow, ..new(Kind::Obstacle) }), ["requests-invalid-since"]);
    }

    #[test]
    fn a_program_is_no_evidence_whatever_its_name() {
        let file = |name: &str, head: &[u8]| keys(|problems| check_file(problems, name, head));
        assert!(file("Báo cáo.PDF", b"%PDF-1.7").is_empty());
        assert_eq!(file("bao-cao.pdf", b"MZ\x90\0"), ["requests-invalid-file-program"]);
        assert_eq!(file("cai-dat.exe", b"MZ\x90\0"), ["requests-invalid-file-kind"]);
        assert_eq!(file("không đuôi", b"x"), ["requests-invalid-file-kind"]);
    }

    #[test]
    fn age_counts_from_the_first_day_to_the_last() {
        assert_eq!(age(date(2026, 11, 1), None, TODAY), 21);
        assert_eq!(age(date(2026, 11, 1), Some(date(2026, 11, 5)), TODAY), 4);
        assert_eq!(age(TODAY, None, TODAY), 0);
        assert!(is_late(State::Open, Some(date(2026, 11, 21)), TODAY));
        assert!(!is_late(State::Open, Some(TODAY), TODAY));
        assert!(!is_late(State::Answered, Some(date(2026, 11, 1)), TODAY));
    }
}
