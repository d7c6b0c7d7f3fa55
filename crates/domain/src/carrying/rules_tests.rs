#![allow(clippy::unwrap_used)]

use super::*;
use crate::Error;
use jiff::civil::date;
use papers::plan::Recurrence;
use store::Day;

fn about() -> About {
    About {
        today: date(2026, 11, 21),
        rules: Rules::default(),
        time: TimeKind::ByDate,
        periods: Vec::new(),
        reported: Vec::new(),
        done: false,
        first: None,
        completing: false,
        files: 0,
    }
}

fn done(day: Date) -> Said {
    Said { kind: ClaimKind::Done, completed_on: Some(Day(day)), ..Said::default() }
}

fn wrong(said: &Said, about: &About) -> Vec<(String, &'static str)> {
    let mut problems = Problems::default();
    check_submission(&mut problems, said, about);
    match problems.settle() {
        Ok(()) => Vec::new(),
        Err(Error::Invalid(found)) => found.into_iter().map(|p| (p.field, p.reason.key)).collect(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_completion_is_dated_back_by_so_many_days_at_most() {
    let about = about();
    for (day, back, key) in [
        (date(2026, 11, 21), 0, None),
        (date(2026, 11, 18), 3, None),
        (date(2026, 11, 17), 4, Some("carrying-error-back-dated")),
        (date(2026, 11, 22), 0, Some("carrying-error-completed-later")),
    ] {
        assert_eq!(wrong(&done(day), &about).first().map(|(_, key)| *key), key, "{day}");
        assert_eq!(backdated(&done(day), &about), back, "{day}");
    }
    let missing = Said { completed_on: None, ..done(date(2026, 11, 21)) };
    assert_eq!(wrong(&missing, &about), [("completed_on".into(), "carrying-error-no-completion-day")]);
}

#[test]
fn a_correction_keeps_the_day_that_the_first_report_named_and_no_other() {
    let named = date(2026, 11, 3);
    let about = About { first: Some((date(2026, 11, 5), Some(named))), ..about() };
    assert_eq!(wrong(&done(named), &about), []);
    assert_eq!(backdated(&done(named), &about), 2, "counted from the first report");
    assert_eq!(wrong(&done(date(2026, 11, 4)), &about)[0].1, "carrying-error-back-dated");
}

#[test]
fn recurring_work_reports_a_period_once_and_may_say_that_there_was_none() {
    let cycle = Cycle { every: Recurrence::Quarterly, closes_on: 31, report_within: 10 };
    let offered = periods(cycle, date(2026, 5, 1), None, date(2026, 11, 21));
    let quarter = |from, to| Period { from, to };
    assert_eq!(
        offered,
        [
            quarter(date(2026, 10, 1), date(2026, 12, 31)),
            quarter(date(2026, 7, 1), date(2026, 9, 30)),
            quarter(date(2026, 4, 1), date(2026, 6, 30)),
        ]
    );
    let about = About {
        time: TimeKind::Recurring,
        reported: vec![date(2026, 9, 30)],
        periods: offered.clone(),
        ..about()
    };
    let none = |period| Said { kind: ClaimKind::NoWork, period, ..Said::default() };
    assert_eq!(wrong(&none(Some(offered[0])), &about), []);
    assert_eq!(wrong(&none(Some(offered[1])), &about)[0].1, "carrying-error-period-reported");
    assert_eq!(wrong(&none(None), &about)[0].1, "carrying-error-no-period");
    let past = quarter(date(2026, 1, 1), date(2026, 3, 31));
    assert_eq!(wrong(&none(Some(past)), &about)[0].1, "carrying-error-period-not-asked");
    let once = About { time: TimeKind::ByDate, periods: Vec::new(), ..about };
    assert_eq!(wrong(&none(None), &once)[0].1, "carrying-error-no-work-once");
}

#[test]
fn what_is_entered_for_a_leader_needs_the_signed_paper() {
    let mut said = Said { body: "Đã trình dự thảo.".into(), ..Said::default() };
    said.entered_for = Some("Ông Trần Văn Giả".into());
    assert_eq!(wrong(&said, &about()), [("entered_for".into(), "carrying-error-no-signed-paper")]);
    assert_eq!(wrong(&said, &About { files: 1, ..about() }), []);
    assert_eq!(wrong(&Said::default(), &about()), [("body".into(), "carrying-error-nothing-said")]);
}

#[test]
fn nothing_is_reported_after_a_completion_and_a_completing_step_completes() {
    let said = Said { body: "Tiếp tục.".into(), ..Said::default() };
    assert_eq!(wrong(&said, &About { done: true, ..about() })[0].1, "carrying-error-done-already");
    let completing = About { completing: true, ..about() };
    assert_eq!(wrong(&said, &completing)[0].1, "carrying-error-milestone-completes");
    assert_eq!(wrong(&done(date(2026, 11, 20)), &completing), []);
}

#[test]
fn only_what_nothing_warns_of_is_harmless() {
    let quiet = Circumstances { evidence: 1, outputs: 1, ..Circumstances::default() };
    let mut said = done(date(2026, 11, 20));
    said.product = "Quyết định 12/QĐ-HAD".into();
    assert_eq!(warnings(&said, &quiet), []);
    let loud = Circumstances {
        backdated_days: 2,
        due: Some(date(2026, 11, 19)),
        outputs: 1,
        evidence: 0,
        confirmed_percent: Some(60),
        corrects: true,
    };
    let said = Said {
        product: String::new(),
        percent: Some(50),
        difficulty: "Thiếu kinh phí".into(),
        entered_for: Some("Bà Lê Thị Giả".into()),
        ..said
    };
    assert_eq!(warnings(&said, &loud), Warning::ALL);
}

#[test]
fn links_lead_to_the_web_only() {
    for (url, sound) in [
        ("https://vanban.chinhphu.vn/?id=1", true),
        ("http://vusta.vn", true),
        ("javascript:alert(1)", false),
        ("https://", false),
        ("ftp://vusta.vn/a.pdf", false),
        ("https://a b.vn", false),
    ] {
        let mut problems = Problems::default();
        check_link(&mut problems, url);
        assert_eq!(problems.settle().is_ok(), sound, "{url}");
    }
}
