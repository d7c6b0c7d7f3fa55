#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::UnitId;
use jiff::civil::{Date, date};
use messages::Lang;
use papers::plan::Recurrence;
use store::Day;
use uuid::Uuid;

fn by(kind: TimeKind, start: Option<Date>, due: Option<Date>) -> TaskFacts {
    TaskFacts {
        time: TaskTime { text: None, kind, recurrence: Vec::new(), start: start.map(Day), due: due.map(Day) },
        outputs: 1,
        leads: vec![Holder::Unit(UnitId(Uuid::from_u128(1)))],
        ..TaskFacts::default()
    }
}

fn said(facts: &TaskFacts, today: Date, near_due_days: i64) -> String {
    let verdict = light(facts, &Rules { near_due_days, ..Rules::default() }, today);
    let sentence =
        Lang::Vi.try_with(verdict.reason.key, &verdict.reason.args).expect("the reason has its sentence");
    Lang::En.try_with(verdict.reason.key, &verdict.reason.args).expect("in English too");
    format!("{}: {sentence}", verdict.light.code())
}

#[test]
fn a_dated_task_is_judged_by_its_last_day() {
    let due = date(2026, 11, 9);
    for kind in [TimeKind::ByDate, TimeKind::ByMonth] {
        let facts = by(kind, None, Some(due));
        for (today, near, expected) in [
            (date(2026, 11, 21), 15, "red: Quá hạn 12 ngày: hạn 09/11/2026, chưa có kết quả được xác nhận."),
            (date(2026, 11, 10), 15, "red: Quá hạn 1 ngày: hạn 09/11/2026, chưa có kết quả được xác nhận."),
            (date(2026, 11, 9), 15, "amber: Đến hạn hôm nay, 09/11/2026."),
            (date(2026, 11, 9), 0, "amber: Đến hạn hôm nay, 09/11/2026."),
            (date(2026, 11, 8), 0, "green: Trong hạn: còn 1 ngày đến hạn 09/11/2026."),
            (date(2026, 11, 8), 1, "amber: Sắp đến hạn: còn 1 ngày, hạn 09/11/2026."),
            (date(2026, 10, 25), 15, "amber: Sắp đến hạn: còn 15 ngày, hạn 09/11/2026."),
            (date(2026, 10, 24), 15, "green: Trong hạn: còn 16 ngày đến hạn 09/11/2026."),
            (date(2023, 11, 9), 15, "green: Trong hạn: còn 1.096 ngày đến hạn 09/11/2026."),
        ] {
            assert_eq!(said(&facts, today, near), expected, "{today} {near}");
        }
    }
}

#[test]
fn work_that_starts_and_goes_on_is_judged_by_its_start() {
    let facts = by(TimeKind::StartThenContinuous, Some(date(2025, 6, 30)), None);
    for (today, expected) in [
        (
            date(2025, 7, 1),
            "red: Quá mốc bắt đầu 1 ngày: phải bắt đầu chậm nhất 30/06/2025, chưa có kết quả được xác nhận.",
        ),
        (date(2025, 6, 30), "amber: Hôm nay, 30/06/2025, là hạn bắt đầu."),
        (date(2025, 6, 15), "amber: Sắp đến mốc bắt đầu: còn 15 ngày, chậm nhất 30/06/2025."),
        (date(2025, 6, 14), "green: Trong hạn: còn 16 ngày đến mốc bắt đầu 30/06/2025."),
    ] {
        assert_eq!(said(&facts, today, 15), expected, "{today}");
    }
}

#[test]
fn what_cannot_be_judged_is_grey_and_says_why() {
    let past = Some(date(2020, 1, 1));
    for (facts, expected) in [
        (by(TimeKind::Recurring, None, past), "Chưa đến kỳ đánh giá"),
        (by(TimeKind::Continuous, past, None), "Nhiệm vụ thường xuyên"),
        (by(TimeKind::StartThenContinuous, None, None), "Nhiệm vụ thường xuyên"),
        (by(TimeKind::OnDemand, None, None), "Thực hiện theo yêu cầu"),
        (by(TimeKind::PerPlan, None, None), "Thực hiện theo kế hoạch cụ thể"),
        (by(TimeKind::Unspecified, None, None), "Chưa xác định thời hạn"),
        (by(TimeKind::ByDate, None, None), "Chưa xác định thời hạn"),
    ] {
        let said = said(&facts, date(2026, 11, 9), 15);
        assert!(said.starts_with(&format!("grey: {expected}")), "{said}");
    }
}

#[test]
fn a_task_without_a_lead_is_not_in_time_but_can_be_late() {
    let mut facts = by(TimeKind::ByDate, None, Some(date(2026, 11, 9)));
    facts.leads = vec![Holder::Awaiting];
    assert_eq!(
        said(&facts, date(2026, 1, 1), 15),
        "grey: Chờ chỉ định đơn vị chủ trì; còn 312 ngày đến hạn 09/11/2026."
    );
    assert!(said(&facts, date(2026, 11, 1), 15).starts_with("amber: Sắp đến hạn"));
    assert!(said(&facts, date(2026, 11, 10), 15).starts_with("red: Quá hạn 1 ngày"));
    facts.time = TaskTime::default();
    assert_eq!(
        said(&facts, date(2026, 11, 10), 15),
        "grey: Chờ chỉ định đơn vị chủ trì nên chưa thể đánh giá."
    );
}

#[test]
fn defects_and_states_are_told_apart() {
    let sound = by(TimeKind::ByDate, None, Some(date(2026, 11, 9)));
    assert_eq!((defects(&sound), states(&sound)), (vec![], vec![]));

    let mut broken = TaskFacts { time: TaskTime::default(), ..TaskFacts::default() };
    broken.time.text = Some("quý nào đó".into());
    broken.unknown = vec!["Ban Không Rõ".into()];
    assert_eq!(defects(&broken), Defect::ALL.to_vec());
    assert_eq!(states(&broken), vec![]);

    let mut open = by(TimeKind::PerPlan, None, None);
    open.time.text = Some("Theo kế hoạch cụ thể".into());
    open.leads = vec![Holder::Awaiting];
    assert_eq!((defects(&open), states(&open)), (vec![], vec![State::Awaiting, State::PerPlan]));

    let mut printed = by(TimeKind::Unspecified, None, None);
    assert_eq!((defects(&printed), states(&printed)), (vec![], vec![State::Undated]));
    printed.leads = vec![Holder::Unknown("B6 Khoa hoc".into())];
    assert_eq!(defects(&printed), vec![Defect::UnknownUnit]);
}

#[test]
fn what_is_entered_is_checked_as_a_whole() {
    let unit = |n| Holder::Unit(UnitId(Uuid::from_u128(n)));
    let lead = |n| NewAssignment { role: AssignmentRole::Lead, holder: unit(n), focal: false };
    let task = NewTask {
        title: " ".into(),
        time: TaskTime {
            start: Some(Day(date(2026, 2, 1))),
            due: Some(Day(date(2026, 1, 31))),
            ..TaskTime::default()
        },
        assignments: vec![lead(1), lead(2), lead(1)],
        milestones: vec![
            NewMilestone { title: "Trình".into(), due: None, completes: true },
            NewMilestone { title: "Ban hành".into(), due: None, completes: true },
        ],
        funding: vec![NewFunding { source: "Ngân sách".into(), planned: -1, disbursed: 0 }],
        sources: vec![NewSource {
            document: DocumentId(Uuid::from_u128(3)),
            span: Some([5, 4]),
            quote: String::new(),
            due: Some(Day(date(1, 1, 1))),
        }],
        ..NewTask::default()
    };
    let mut problems = Problems::default();
    check_task(&mut problems, "", &task);
    let Err(crate::Error::Invalid(found)) = problems.settle() else { panic!("it is refused") };
    let fields: Vec<&str> = found.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(
        fields,
        ["title", "due", "assignments", "assignments", "sources", "sources", "milestones", "funding"]
    );
    for problem in found {
        for lang in Lang::ALL {
            lang.try_with(problem.reason.key, &problem.reason.args).expect("the problem has its sentence");
        }
    }
}

#[test]
fn a_deadline_without_a_kind_is_by_date() {
    let task = NewTask {
        title: " Xây dựng đề án ".into(),
        group: Some("  ".into()),
        time: TaskTime { due: Some(Day(date(2026, 1, 31))), ..TaskTime::default() },
        ..NewTask::default()
    };
    let task = tidy(task);
    assert_eq!((task.title.as_str(), task.group, task.time.kind), ("Xây dựng đề án", None, TimeKind::ByDate));
    let recurring =
        TaskTime { kind: TimeKind::Recurring, recurrence: vec![Recurrence::Monthly], ..task.time };
    assert_eq!(
        tidy(NewTask { title: "x".into(), time: recurring.clone(), ..NewTask::default() }).time,
        recurring
    );
}

#[test]
fn groups_hold_the_groups_inside_them() {
    assert!(in_group("II.1", "II") && in_group("II", "II"));
    assert!(!in_group("III", "II") && !in_group("II", "II.1"));
}

#[test]
fn nearly_the_same_wording_is_found() {
    let mut known = Likeness::default();
    known.add("xay dung ke hoach trien khai nghi quyet so 57 nq tw");
    known.add("to chuc hoi nghi tong ket nam 2025");
    let found = known.find("xay dung ke hoach trien khai nghi quyet 57 nq tw", 0.6);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, 0);
    assert!(found[0].1 < 1.0);
    assert_eq!(known.find("to chuc hoi nghi tong ket nam 2025", 0.6), vec![(1, 1.0)]);
    assert_eq!(known.find("", 0.1), vec![]);
}

#[test]
fn a_document_with_a_mark_of_state_secrets_is_refused() {
    let document = |text: &str| NewDocument {
        owner: UnitId(Uuid::from_u128(1)),
        number: None,
        kind: None,
        title: "Kế hoạch".into(),
        issuer: None,
        issued_on: None,
        signer: None,
        implements: Vec::new(),
        text: text.into(),
        sha256: None,
        file_name: None,
        replaces: None,
    };
    let refused = check_document(&document("TUYỆT MẬT\nỦY BAN NHÂN DÂN TỈNH SÔNG LAM\nKẾ HOẠCH"));
    let Err(crate::Error::Invalid(problems)) = refused else { panic!("a marked document was taken") };
    assert_eq!(problems[0].reason.key, "reading-secret-refused");
    assert!(check_document(&document("KẾ HOẠCH\nBảo đảm bí mật, an toàn thông tin")).is_ok());
}
