#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::*;
use crate::UnitId;
use uuid::Uuid;

const TEXT: &str = "I. Nhiệm vụ\n1. Xây dựng cơ sở dữ liệu chuyên gia;\nhoàn thành trong quý III.\n2. Tổ chức tập huấn. Lập báo cáo tổng kết.\n";

fn nobody(_: &str) -> Option<(Holder, f64)> {
    None
}

fn unit(number: u128) -> Holder {
    Holder::Unit { id: UnitId(Uuid::from_u128(number)), name: format!("Đơn vị {number}") }
}

fn span(words: &str) -> Option<plan::Span> {
    let from = TEXT[..TEXT.find(words).unwrap()].chars().count();
    Some([from, from + words.chars().count()])
}

fn read_task(title: &str) -> plan::Task {
    plan::Task { title: title.into(), span: span(title), confidence: 0.9, ..plan::Task::default() }
}

fn task(title: &str) -> TaskBody {
    TaskBody { title: title.into(), parties: vec![awaiting()], ..TaskBody::default() }
}

#[test]
fn a_document_without_leads_gives_tasks_awaiting_appointment() {
    let plan = plan::Plan { tasks: vec![read_task("Tổ chức tập huấn.")], ..plan::Plan::default() };
    let items = items(TEXT, &plan, &[], &mut nobody);
    let [Body::Task(body)] = &items[..] else { panic!("{items:?}") };
    assert_eq!(body.parties, [awaiting()]);
    assert_eq!(body.passages[0].quote, "Tổ chức tập huấn.");
    assert_eq!(settles(&items[0]), [Settle::Awaiting, Settle::NoTime]);
    assert_eq!(defects(&items[0]), [Defect::NoProduct]);
}

#[test]
fn unsure_names_stay_unknown_and_joint_leads_get_a_focal_point() {
    let read = plan::Task {
        lead: vec!["Ban A".into(), "Ban B".into(), "ban  a".into()],
        ..read_task("Tổ chức tập huấn.")
    };
    let plan = plan::Plan { tasks: vec![read], ..plan::Plan::default() };
    let mut resolve = |name: &str| if name == "Ban B" { Some((unit(2), 0.6)) } else { Some((unit(1), 0.97)) };
    let items = items(TEXT, &plan, &[], &mut resolve);
    let Body::Task(body) = &items[0] else { panic!() };
    let leads: Vec<_> = body.parties.iter().map(|p| (p.holder.clone(), p.focal)).collect();
    assert_eq!(leads, [(unit(1), true), (Holder::Unknown, false)]);
    assert!(defects(&items[0]).contains(&Defect::UnknownUnit));
}

#[test]
fn items_follow_the_document_whatever_their_kind() {
    let plan = plan::Plan {
        tasks: vec![read_task("Lập báo cáo tổng kết.")],
        indicators: vec![plan::Indicator {
            name: "Chuyên gia".into(),
            span: span("chuyên gia"),
            ..plan::Indicator::default()
        }],
        ..plan::Plan::default()
    };
    let kinds: Vec<_> = items(TEXT, &plan, &[], &mut nobody).iter().map(Body::kind).collect();
    assert_eq!(kinds, [ItemKind::Indicator, ItemKind::Task]);
}

#[test]
fn a_span_beyond_the_text_is_not_believed() {
    let read = plan::Task { span: Some([5, 10_000]), ..read_task("Tổ chức tập huấn.") };
    let plan = plan::Plan { tasks: vec![read], ..plan::Plan::default() };
    assert!(items(TEXT, &plan, &[], &mut nobody)[0].passages().is_empty());
}

#[test]
fn cuts_stand_after_sentences_and_semicolons() {
    let wording = "Xây dựng kế hoạch; rà soát theo Nghị định 13. Lập báo cáo. v.v. và hơn 1.500 hồ sơ.";
    let at: Vec<String> =
        cuts(wording).iter().map(|at| wording.chars().skip(*at).take(8).collect()).collect();
    assert_eq!(at, ["rà soát ", "Lập báo "]);
}

#[test]
fn a_split_task_keeps_its_words_and_its_place() {
    let passage = "Tổ chức tập huấn. Lập báo cáo tổng kết.";
    let whole = TaskBody {
        passages: vec![Passage { span: span(passage), quote: passage.into() }],
        code: Some("2".into()),
        ..task(passage)
    };
    let (first, second) = split(&whole, cuts(passage)[0]).unwrap();
    assert_eq!((first.title.as_str(), second.title.as_str()), ("Tổ chức tập huấn.", "Lập báo cáo tổng kết."));
    assert_eq!((first.code.as_deref(), second.code.as_deref()), (Some("2"), None));
    let [a, b] = [&first.passages[0], &second.passages[0]];
    assert_eq!(a.span.unwrap()[1], b.span.unwrap()[0]);
    assert_eq!(b.quote, "Lập báo cáo tổng kết.");
    let slice: String =
        TEXT.chars().skip(b.span.unwrap()[0]).take(b.span.unwrap()[1] - b.span.unwrap()[0]).collect();
    assert_eq!(slice.trim(), "Lập báo cáo tổng kết.");
    let again = merge(&first, &second);
    assert_eq!((again.title, again.passages), (whole.title, whole.passages));
}

#[test]
fn a_split_that_leaves_nothing_is_refused() {
    for at in [0, 4_000] {
        assert!(matches!(split(&task("Một câu."), at), Err(crate::Error::Invalid(_))), "{at}");
    }
}

#[test]
fn a_merge_gathers_parties_products_and_the_first_readable_time() {
    let mut first = task("Xây dựng đề án");
    let mut second = task("trình Chủ tịch phê duyệt");
    first.outputs = vec!["Đề án".into()];
    second.outputs = vec!["đề  án".into(), "Tờ trình".into()];
    second.parties = vec![Party { holder: unit(1), focal: true, ..Party::default() }];
    second.time =
        plan::Time { kind: TimeKind::ByDate, due: Some("2025-06-30".into()), ..plan::Time::default() };
    let merged = merge(&first, &second);
    assert_eq!(merged.title, "Xây dựng đề án trình Chủ tịch phê duyệt");
    assert_eq!(merged.outputs, ["Đề án", "Tờ trình"]);
    assert_eq!(merged.parties.len(), 1);
    assert_eq!(merged.time.due.as_deref(), Some("2025-06-30"));
}

#[test]
fn an_edit_hears_of_all_its_problems_at_once() {
    let mut body = task("  ");
    body.time = plan::Time {
        kind: TimeKind::ByDate,
        start: Some("2025-07-01".into()),
        due: Some("2025-06-30".into()),
        ..plan::Time::default()
    };
    let Err(crate::Error::Invalid(problems)) = check(&Body::Task(body)) else { panic!() };
    let fields: Vec<_> = problems.iter().map(|p| p.field.as_str()).collect();
    assert_eq!(fields, ["title", "due"]);
}

#[test]
fn what_an_officer_settled_is_settled() {
    let mut body = task("Tuyên truyền thường xuyên");
    body.time.kind = TimeKind::Continuous;
    assert_eq!(settles(&Body::Task(body.clone())), [Settle::Awaiting, Settle::Continuous]);
    (body.time_settled, body.lead_settled) = (true, true);
    assert!(settles(&Body::Task(body)).is_empty());
}
