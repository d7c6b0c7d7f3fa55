//! Programmes on the real database of the run.

#![allow(clippy::unwrap_used, reason = "a test fails where its world cannot be made")]

use domain::access::{Actor, Role};
use domain::programmes::{
    self, Amendment, AssignmentRole, Defect, DocumentId, Holder, Light, NewAssignment, NewDocument, NewDuty,
    NewFunding, NewGroup, NewIndicator, NewMilestone, NewProgramme, NewSource, NewTask, Party, ProgrammeId,
    RoleFilter, Slice, Sort, State, TaskFilter, TaskId, TaskTime, TimeKind, Window,
};
use domain::units::{self, GroupingEdit, NewUnit, UnitKind};
use domain::{Day, Error, OrgId, UnitId, command, query};
use jiff::SignedDuration;
use jiff::civil::{Date, date};
use testkit::world::World;

const TEXT: &str = "CHƯƠNG TRÌNH GIẢ ĐỊNH\nI. NHIỆM VỤ\n1. Rà soát quy chế.\n2. Xây dựng nền tảng số.\n3. Họp giao ban.\nKết thúc.\n";

struct Plan {
    world: World,
    root: UnitId,
    a: UnitId,
    b: UnitId,
    other: UnitId,
    document: DocumentId,
    programme: ProgrammeId,
}

fn lead(unit: UnitId) -> NewAssignment {
    NewAssignment { role: AssignmentRole::Lead, holder: Holder::Unit(unit), focal: false }
}

fn with(unit: UnitId) -> NewAssignment {
    NewAssignment { role: AssignmentRole::Coordinating, holder: Holder::Unit(unit), focal: false }
}

fn by(due: Date) -> TaskTime {
    TaskTime { kind: TimeKind::ByDate, due: Some(Day(due)), ..TaskTime::default() }
}

fn task(title: &str, time: TaskTime, assignments: Vec<NewAssignment>) -> NewTask {
    NewTask {
        title: title.into(), time, assignments, outputs: vec!["Báo cáo".into()], ..NewTask::default()
    }
}

fn source(document: DocumentId, quote: &str) -> NewSource {
    let from = TEXT.find(quote).map(|at| TEXT[..at].chars().count()).unwrap() as i64;
    let to = from + quote.chars().count() as i64;
    NewSource { document, span: Some([from, to]), quote: quote.into(), due: None }
}

fn document(owner: UnitId, title: &str) -> NewDocument {
    NewDocument {
        owner,
        number: Some("01/CTr-GĐ".into()),
        kind: Some("chương trình hành động".into()),
        title: title.into(),
        issuer: None,
        issued_on: Some(Day(date(2026, 1, 2))),
        signer: None,
        implements: vec!["57-NQ/TW".into()],
        text: TEXT.into(),
        sha256: Some("ab".repeat(32)),
        file_name: Some("ctr.docx".into()),
        replaces: None,
    }
}

/// An invented association with two boards; its plan on 21/11/2026 has one red, one amber, one green and
/// three grey tasks.
async fn plan() -> Plan {
    let world = World::new().await;
    let system = world.system();
    let (root, a, b, other) = command!(&world.platform, &system, cx => {
        let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await?;
        let a = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Chính sách")).await?;
        let b = units::create(cx, NewUnit::new(Some(root), UnitKind::Board, "Ban Truyền thông")).await?;
        let other = units::create(cx, NewUnit::organisation("Viện Sao Mai", UnitKind::Institute)).await?;
        Ok((root, a, b, other))
    })
    .unwrap();
    let (document, programme) = command!(&world.platform, &system, cx => {
        let document = programmes::add_document(cx, document(root, "Chương trình giả định")).await?;
        let programme = programmes::set_up(cx, new_programme(root, a, b, document)).await?;
        Ok((document, programme))
    })
    .unwrap();
    Plan { world, root, a, b, other, document, programme }
}

fn new_tasks(a: UnitId, b: UnitId, document: DocumentId) -> Vec<NewTask> {
    let mut tasks = vec![
        NewTask {
            code: Some("1".into()),
            group: Some("I".into()),
            sources: vec![source(document, "1. Rà soát quy chế.")],
            ..task("Rà soát quy chế nội bộ", by(date(2026, 11, 9)), vec![lead(a), with(b)])
        },
        NewTask {
            group: Some("I.1".into()),
            sources: vec![source(document, "2. Xây dựng nền tảng số.")],
            ..task("Xây dựng nền tảng số", by(date(2026, 12, 1)), vec![lead(b)])
        },
        NewTask {
            group: Some("II".into()), ..task("Tổng kết năm", by(date(2027, 3, 31)), vec![lead(a)])
        },
        task("Họp giao ban", TaskTime { kind: TimeKind::Recurring, ..TaskTime::default() }, vec![lead(a)]),
        NewTask {
            outputs: Vec::new(),
            ..task(
                "Đào tạo",
                TaskTime::default(),
                vec![NewAssignment { role: AssignmentRole::Lead, holder: Holder::Awaiting, focal: false }],
            )
        },
        NewTask {
            outputs: Vec::new(),
            ..task(
                "Kết nối",
                TaskTime { text: Some("quý nào đó".into()), ..TaskTime::default() },
                vec![NewAssignment {
                    role: AssignmentRole::Lead,
                    holder: Holder::Unknown("Ban Không Có".into()),
                    focal: false,
                }],
            )
        },
    ];
    tasks[0].milestones = vec![
        NewMilestone { title: "Xin ý kiến".into(), due: Some(Day(date(2026, 10, 1))), completes: false },
        NewMilestone { title: "Ban hành".into(), due: None, completes: true },
    ];
    tasks[0].funding =
        vec![NewFunding { source: "Ngân sách".into(), planned: 500_000_000, disbursed: 120_000_000 }];
    tasks
}

fn new_programme(root: UnitId, a: UnitId, b: UnitId, document: DocumentId) -> NewProgramme {
    NewProgramme {
        owner: root,
        title: "Chương trình giả định".into(),
        documents: vec![document],
        groups: vec![
            NewGroup { code: "I".into(), title: "Thể chế".into() },
            NewGroup { code: "I.1".into(), title: "Hạ tầng".into() },
            NewGroup { code: "II".into(), title: "Tổng kết".into() },
        ],
        tasks: new_tasks(a, b, document),
        indicators: vec![NewIndicator {
            code: None,
            group: None,
            name: "Tỷ lệ hồ sơ trực tuyến".into(),
            measure: Some("%".into()),
            target_text: Some("≥ 90%".into()),
            target: programmes::Target {
                op: programmes::TargetOp::AtLeast,
                value: Some(90.0),
                percent: true,
                ..programmes::Target::default()
            },
            note: None,
            document: Some(document),
            span: None,
        }],
        duties: vec![NewDuty {
            who: Party { unit: Some(a), text: None },
            to: Party { unit: None, text: Some("Ban Chỉ đạo".into()) },
            through: Party::default(),
            what: Some("Báo cáo kết quả".into()),
            due: vec!["11-15".into()],
            cadence: Some(programmes::Cadence::Quarterly),
            document: Some(document),
            span: None,
        }],
    }
}

impl Plan {
    async fn overview(&self, as_of: Option<Date>) -> programmes::Overview {
        query!(&self.world.platform, &self.world.system(), cx => { programmes::overview(cx, self.programme, as_of).await }).unwrap()
    }

    async fn list(&self, actor: &Actor, filter: &TaskFilter) -> domain::Result<programmes::TaskList> {
        query!(&self.world.platform, actor, cx => { programmes::tasks(cx, filter, Sort::Document, Slice::ALL).await })
    }

    async fn id_of(&self, title: &str) -> TaskId {
        self.overview(None).await.tasks.into_iter().find(|row| row.title == title).unwrap().id
    }

    async fn given(&self, id: TaskId) -> (i64, NewTask) {
        query!(&self.world.platform, &self.world.system(), cx => { programmes::task_as_given(cx, id).await })
            .unwrap()
    }

    async fn detail(&self, id: TaskId, as_of: Option<Date>) -> programmes::TaskDetail {
        query!(&self.world.platform, &self.world.system(), cx => { programmes::task(cx, id, as_of).await })
            .unwrap()
    }
}

#[tokio::test]
async fn a_plan_stands_with_everything_that_was_given() {
    let plan = plan().await;
    let overview = plan.overview(None).await;
    let counts = overview.counts;
    assert_eq!((counts.red, counts.amber, counts.green, counts.grey), (1, 1, 1, 3));
    assert_eq!((overview.indicators.len(), overview.duties.len(), overview.documents.len()), (1, 1, 1));
    assert_eq!(overview.indicators[0].given.target.value, Some(90.0));
    assert_eq!(overview.duties[0].given.cadence, Some(programmes::Cadence::Quarterly));
    let groups: Vec<(&str, usize)> =
        overview.groups.iter().map(|g| (g.code.as_str(), g.counts.total())).collect();
    assert_eq!(groups, [("I", 2), ("I.1", 1), ("II", 1), ("", 3)]);
    let units: Vec<(&str, usize, usize)> =
        overview.units.iter().map(|u| (u.name.as_str(), u.counts.red, u.counts.total())).collect();
    assert_eq!(units, [("Ban Chính sách", 1, 3), ("Ban Truyền thông", 0, 1)]);
    let defects: Vec<usize> = overview.defects.iter().map(|(_, n)| *n).collect();
    assert_eq!(defects, [1, 0, 1, 2], "{:?}", Defect::ALL);
    let states: Vec<usize> = overview.states.iter().map(|(_, n)| *n).collect();
    assert_eq!(states, [1, 0, 0, 0, 1], "{:?}", State::ALL);

    let detail = plan.detail(overview.tasks[0].id, None).await;
    assert_eq!(detail.milestones.len(), 2);
    assert_eq!(detail.funding[0].disbursed, 120_000_000);
    assert_eq!(detail.group_title.as_deref(), Some("Thể chế"));
    let context = detail.sources[0].context.clone().unwrap();
    assert_eq!(context.marked, "1. Rà soát quy chế.");
    assert!(context.before.ends_with("I. NHIỆM VỤ\n") && context.after.starts_with("\n2. Xây dựng"));
    let (_, given) = plan.given(overview.tasks[0].id).await;
    let expected = new_programme(plan.root, plan.a, plan.b, plan.document).tasks.remove(0);
    assert_eq!(given, expected);

    let text = query!(&plan.world.platform, &plan.world.system(), cx => { programmes::document(cx, plan.document).await }).unwrap();
    assert_eq!((text.text.as_str(), text.passages.len()), (TEXT, 2));
    let known = query!(&plan.world.platform, &plan.world.system(), cx => {
        programmes::document_with_sha256(cx, plan.a, &"ab".repeat(32)).await
    });
    assert_eq!(known.unwrap(), Some(plan.document));
}

#[tokio::test]
async fn what_breaks_a_rule_leaves_nothing() {
    let plan = plan().await;
    let system = plan.world.system();
    let refused = async |change: fn(&mut NewProgramme)| {
        let mut new = new_programme(plan.root, plan.a, plan.b, plan.document);
        change(&mut new);
        let done =
            command!(&plan.world.platform, &system, cx => { programmes::set_up(cx, new.clone()).await });
        let Err(Error::Invalid(problems)) = done else { panic!("{done:?}") };
        problems[0].field.clone()
    };
    assert_eq!(refused(|new| new.title = " ".into()).await, "title");
    assert_eq!(refused(|new| new.tasks[3].title.clear()).await, "tasks.3.title");
    let nobody =
        |new: &mut NewProgramme| new.tasks[1].assignments = vec![lead(UnitId(uuid::Uuid::from_u128(9)))];
    assert_eq!(refused(nobody).await, "assignments");
    let listed = query!(&plan.world.platform, &system, cx => { programmes::list(cx, None).await }).unwrap();
    assert_eq!(listed.len(), 1);
}

#[tokio::test]
async fn one_sees_the_plans_of_ones_units_and_of_what_they_carry() {
    let plan = plan().await;
    let owner = plan.world.actor("owner", Role::Planner, plan.root).await;
    let carrier = plan.world.actor("carrier", Role::Viewer, plan.b).await;
    let stranger = plan.world.actor("stranger", Role::Administrator, plan.other).await;
    let all = TaskFilter::default();
    assert_eq!(plan.list(&owner, &all).await.unwrap().total, 6);
    assert_eq!(plan.list(&carrier, &all).await.unwrap().total, 6);
    assert_eq!(plan.list(&stranger, &all).await.unwrap().total, 0);
    let id = plan.id_of("Rà soát quy chế nội bộ").await;
    for outcome in [
        query!(&plan.world.platform, &stranger, cx => { programmes::find(cx, plan.programme).await.map(drop) }),
        query!(&plan.world.platform, &stranger, cx => { programmes::task(cx, id, None).await.map(drop) }),
        query!(&plan.world.platform, &stranger, cx => { programmes::document(cx, plan.document).await.map(drop) }),
        query!(&plan.world.platform, &stranger, cx => { programmes::sizes(cx, plan.programme, None).await.map(drop) }),
        query!(&plan.world.platform, &stranger, cx => { programmes::indicators(cx, Some(plan.programme)).await.map(drop) }),
        command!(&plan.world.platform, &stranger, cx => { programmes::end_task(cx, id, 1).await }),
        command!(&plan.world.platform, &stranger, cx => { programmes::settle_due(cx, &[id], Day(date(2027, 1, 1)), None).await }),
    ] {
        assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
    }
    let denied = command!(&plan.world.platform, &carrier, cx => { programmes::end_task(cx, id, 1).await });
    assert!(matches!(denied, Err(Error::Denied(_))), "{denied:?}");
    let seen =
        query!(&plan.world.platform, &carrier, cx => { programmes::document(cx, plan.document).await });
    assert!(seen.is_ok());
}

#[tokio::test]
async fn members_of_a_grouping_see_what_the_grouping_carries() {
    let plan = plan().await;
    let system = plan.world.system();
    let member = plan.world.actor("member", Role::Viewer, plan.other).await;
    let grouping = command!(&plan.world.platform, &system, cx => {
        let edit = GroupingEdit { name: "Các viện".into(), aliases: Vec::new() };
        let grouping = units::create_grouping(cx, OrgId(plan.root.0), edit).await?;
        units::add_member(cx, grouping, 1, &[(plan.other, None)], None).await?;
        Ok(grouping)
    })
    .unwrap();
    assert_eq!(plan.list(&member, &TaskFilter::default()).await.unwrap().total, 0);
    let by_all =
        NewAssignment { role: AssignmentRole::Lead, holder: Holder::Grouping(grouping), focal: false };
    let new = task("Báo cáo của các viện", by(date(2027, 1, 1)), vec![by_all]);
    command!(&plan.world.platform, &system, cx => { programmes::add_task(cx, plan.programme, new.clone()).await.map(drop) }).unwrap();
    let of_member = TaskFilter { unit: Some(plan.other), role: RoleFilter::Leading, ..TaskFilter::default() };
    let list = plan.list(&member, &of_member).await.unwrap();
    assert_eq!(list.rows.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["Báo cáo của các viện"]);
}

#[tokio::test]
async fn a_change_made_on_an_old_version_is_refused() {
    let plan = plan().await;
    let system = plan.world.system();
    let id = plan.id_of("Tổng kết năm").await;
    let (version, given) = plan.given(id).await;
    let first = NewTask { title: "Tổng kết năm 2026".into(), ..given.clone() };
    command!(&plan.world.platform, &system, cx => { programmes::change_task(cx, id, version, first.clone()).await }).unwrap();
    let second = command!(&plan.world.platform, &system, cx => { programmes::change_task(cx, id, version, given.clone()).await });
    assert!(matches!(second, Err(Error::Stale)), "{second:?}");
    let ended =
        command!(&plan.world.platform, &system, cx => { programmes::end_task(cx, id, version).await });
    assert!(matches!(ended, Err(Error::Stale)), "{ended:?}");
    let detail = plan.detail(id, None).await;
    assert_eq!((detail.row.title.as_str(), detail.row.version), ("Tổng kết năm 2026", version + 1));
    assert_eq!(detail.history.len(), 1);
    assert_eq!(detail.history[0].fields, ["title"]);
}

#[tokio::test]
async fn an_amended_plan_keeps_what_it_was() {
    let plan = plan().await;
    let system = plan.world.system();
    let (first, gone) = (plan.id_of("Rà soát quy chế nội bộ").await, plan.id_of("Tổng kết năm").await);
    plan.world.advance(SignedDuration::from_hours(48));
    let (_, before) = plan.given(first).await;
    let corrected = command!(&plan.world.platform, &system, cx => {
        let new = NewDocument { replaces: Some(plan.document), ..document(plan.root, "Bản sửa") };
        let corrected = programmes::add_document(cx, new).await?;
        let change = NewTask {
            time: by(date(2027, 6, 30)),
            assignments: vec![lead(plan.b)],
            sources: vec![source(corrected, "1. Rà soát quy chế.")],
            ..before.clone()
        };
        let amendment = Amendment {
            document: corrected,
            groups: vec![NewGroup { code: "I".into(), title: "Hoàn thiện thể chế".into() }],
            add: vec![task("Nhiệm vụ thêm", TaskTime::default(), vec![lead(plan.a)])],
            change: vec![(first, change)],
            end: vec![gone],
            add_indicators: Vec::new(),
            end_indicators: Vec::new(),
            add_duties: Vec::new(),
            end_duties: Vec::new(),
        };
        programmes::amend(cx, plan.programme, amendment).await?;
        Ok(corrected)
    })
    .unwrap();
    let now = plan.overview(None).await;
    assert_eq!((now.tasks.len(), now.documents.len(), now.counts.red), (6, 2, 0));
    assert_eq!(now.documents[0].replaced_by, Some(corrected));
    assert_eq!(now.groups[0].title, "Hoàn thiện thể chế");
    let detail = plan.detail(first, None).await;
    assert_eq!(detail.row.original_due, Some(Day(date(2026, 11, 9))));
    assert_eq!(detail.row.time.due, Some(Day(date(2027, 6, 30))));
    assert_eq!((detail.times.len(), detail.past.len(), detail.sources.len()), (2, 2, 2));
    assert!(detail.sources[0].ended_at.is_none() && detail.sources[1].ended_at.is_some());

    let then = plan.overview(Some(date(2026, 11, 21))).await;
    assert_eq!((then.tasks.len(), then.counts.red), (6, 1));
    assert!(then.tasks.iter().any(|row| row.id == gone));
    let row = then.tasks.iter().find(|row| row.id == first).unwrap();
    assert_eq!(row.leads().next().unwrap().name, "Ban Chính sách");
    assert_eq!(row.time.due, Some(Day(date(2026, 11, 9))));
    let old = plan.detail(first, Some(date(2026, 11, 21))).await;
    assert_eq!((old.times.len(), old.past.len(), old.row.carriers.len()), (1, 0, 2));
    let before_it_was = plan.overview(Some(date(2026, 11, 20))).await;
    assert_eq!(before_it_was.tasks.len(), 0);
}

#[tokio::test]
async fn states_are_settled_in_bulk_or_not_at_all() {
    let plan = plan().await;
    let officer = plan.world.actor("officer", Role::Planner, plan.root).await;
    let (open, unclear) = (plan.id_of("Đào tạo").await, plan.id_of("Kết nối").await);
    let unknown = TaskId(uuid::Uuid::from_u128(5));
    let failed = command!(&plan.world.platform, &officer, cx => {
        programmes::settle_lead(cx, &[open, unknown], plan.a).await
    });
    assert!(matches!(failed, Err(Error::NotFound)));
    assert_eq!(plan.overview(None).await.states[0], (State::Awaiting, 1));
    let none =
        command!(&plan.world.platform, &officer, cx => { programmes::settle_lead(cx, &[], plan.a).await });
    assert!(matches!(none, Err(Error::Invalid(_))));
    command!(&plan.world.platform, &officer, cx => {
        programmes::settle_lead(cx, &[open, unclear], plan.a).await?;
        programmes::settle_due(cx, &[open, unclear], Day(date(2026, 11, 30)), Some("theo kế hoạch")).await
    })
    .unwrap();
    let overview = plan.overview(None).await;
    assert!(overview.states.iter().all(|(_, count)| *count == 0));
    assert_eq!(
        overview.defects,
        [(Defect::UnknownUnit, 0), (Defect::NoLead, 0), (Defect::UnreadableTime, 0), (Defect::NoProduct, 2)]
    );
    let detail = plan.detail(unclear, None).await;
    assert_eq!(detail.row.verdict.light, Light::Amber);
    assert_eq!(detail.row.time.text.as_deref(), Some("quý nào đó"));
    assert_eq!(
        (detail.row.time.due, detail.row.original_due),
        (Some(Day(date(2026, 11, 30))), Some(Day(date(2026, 11, 30))))
    );
    assert_eq!(detail.times.last().unwrap().reason.as_deref(), Some("theo kế hoạch"));
    assert_eq!(detail.history.len(), 2);
}

/// The deadline that lists know is the present row of the history, and the original one is its first.
#[tokio::test]
async fn the_deadline_of_a_task_agrees_with_its_history() {
    let plan = plan().await;
    let system = plan.world.system();
    let id = plan.id_of("Đào tạo").await;
    let steps = [
        Some(date(2026, 12, 5)),
        Some(date(2026, 12, 5)),
        None,
        Some(date(2027, 1, 31)),
        Some(date(2026, 12, 1)),
    ];
    for due in steps {
        plan.world.advance(SignedDuration::from_mins(1));
        let (version, given) = plan.given(id).await;
        let time = due.map_or_else(TaskTime::default, by);
        let new = NewTask { time, ..given };
        command!(&plan.world.platform, &system, cx => { programmes::change_task(cx, id, version, new.clone()).await }).unwrap();
        let detail = plan.detail(id, None).await;
        let dated: Vec<Day> = detail.times.iter().filter_map(|time| time.time.due).collect();
        assert_eq!(detail.row.time.due, due.map(Day));
        assert_eq!(detail.row.time, detail.times.last().unwrap().time);
        assert_eq!(detail.row.original_due, dated.first().copied());
        assert_eq!(detail.times.iter().filter(|time| time.ended_at.is_none()).count(), 1);
    }
    assert_eq!(plan.detail(id, None).await.times.len(), 5);
}

#[tokio::test]
async fn a_task_that_ended_is_read_but_not_listed() {
    let plan = plan().await;
    let system = plan.world.system();
    let id = plan.id_of("Họp giao ban").await;
    command!(&plan.world.platform, &system, cx => { programmes::end_task(cx, id, 1).await }).unwrap();
    assert_eq!(plan.overview(None).await.tasks.len(), 5);
    let detail = plan.detail(id, None).await;
    assert!(detail.ended_at.is_some() && !detail.may_edit);
    let (version, given) = plan.given(id).await;
    let again = command!(&plan.world.platform, &system, cx => { programmes::change_task(cx, id, version, given.clone()).await });
    assert!(matches!(again, Err(Error::Stale)), "{again:?}");
}

/// Sixty tasks of every kind, the same in every run.
fn many_tasks(plan: &Plan) -> Vec<NewTask> {
    let mut seed = 7_u64;
    let mut next = |most: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % most
    };
    let mut tasks = Vec::new();
    for number in 0..60 {
        let due =
            date(2026, 11, 21).saturating_add(jiff::Span::new().days(i64::try_from(next(60)).unwrap() - 30));
        let time = match next(4) {
            0 => TaskTime { kind: TimeKind::Continuous, ..TaskTime::default() },
            1 => TaskTime::default(),
            _ => by(due),
        };
        let assignments = match next(4) {
            0 => Vec::new(),
            1 => vec![
                NewAssignment { role: AssignmentRole::Lead, holder: Holder::Awaiting, focal: false },
                with(plan.a),
            ],
            2 => vec![lead(plan.a), with(plan.root)],
            _ => vec![
                NewAssignment { role: AssignmentRole::JointLead, holder: Holder::Unit(plan.b), focal: true },
                NewAssignment {
                    role: AssignmentRole::JointLead,
                    holder: Holder::Unit(plan.root),
                    focal: false,
                },
            ],
        };
        let group =
            [None, Some("I"), Some("I.1"), Some("III.2"), Some("X")][usize::try_from(next(5)).unwrap()];
        tasks.push(NewTask {
            group: group.map(str::to_owned),
            ..task(&format!("Nhiệm vụ {number}"), time, assignments)
        });
    }
    tasks
}

/// Whatever number a page shows, the list behind it is that long.
#[tokio::test]
async fn numbers_and_lists_agree() {
    let plan = plan().await;
    let system = plan.world.system();
    let tasks = many_tasks(&plan);
    let new = NewProgramme { tasks, ..new_programme(plan.root, plan.a, plan.b, plan.document) };
    let id =
        command!(&plan.world.platform, &system, cx => { programmes::set_up(cx, new.clone()).await }).unwrap();
    let of = |filter: TaskFilter| TaskFilter { programme: Some(id), ..filter };
    for as_of in [None, Some(date(2026, 12, 15))] {
        let dated = |filter: TaskFilter| of(TaskFilter { as_of, ..filter });
        let overview =
            query!(&plan.world.platform, &system, cx => { programmes::overview(cx, id, as_of).await })
                .unwrap();
        assert_eq!(overview.counts.total(), 60);
        for light in Light::ALL {
            let lit = |filter: TaskFilter| dated(TaskFilter { light: Some(light), ..filter });
            let total = plan.list(&system, &lit(TaskFilter::default())).await.unwrap();
            assert_eq!(total.total, overview.counts.get(light));
            assert_eq!(total.rows.len(), total.total);
            assert_eq!(total.counts, overview.counts);
            for unit in &overview.units {
                let led =
                    TaskFilter { unit: Some(unit.unit), role: RoleFilter::Leading, ..TaskFilter::default() };
                assert_eq!(
                    plan.list(&system, &lit(led)).await.unwrap().total,
                    unit.counts.get(light),
                    "{}",
                    unit.name
                );
            }
            for group in &overview.groups {
                let inside = TaskFilter { group: Some(group.code.clone()), ..TaskFilter::default() };
                assert_eq!(
                    plan.list(&system, &lit(inside)).await.unwrap().total,
                    group.counts.get(light),
                    "{}",
                    group.code
                );
            }
        }
        for (defect, count) in &overview.defects {
            let found = plan
                .list(&system, &dated(TaskFilter { defect: Some(*defect), ..TaskFilter::default() }))
                .await
                .unwrap();
            assert_eq!(found.total, *count, "{defect:?}");
        }
        for (state, count) in &overview.states {
            let found = plan
                .list(&system, &dated(TaskFilter { state: Some(*state), ..TaskFilter::default() }))
                .await
                .unwrap();
            assert_eq!(found.total, *count, "{state:?}");
        }
    }
    let dashboard =
        query!(&plan.world.platform, &system, cx => { programmes::dashboard(cx, None).await }).unwrap();
    assert_eq!(dashboard.counts.total(), 66);
    assert_eq!(dashboard.programmes.iter().map(|row| row.counts.total()).sum::<usize>(), 66);
    let sizes =
        query!(&plan.world.platform, &system, cx => { programmes::sizes(cx, id, None).await }).unwrap();
    assert_eq!((sizes.tasks, sizes.indicators, sizes.duties, sizes.documents), (60, 1, 1, 1));
}

#[tokio::test]
async fn lists_are_searched_ordered_and_cut() {
    let plan = plan().await;
    let system = plan.world.system();
    let titles = async |filter: TaskFilter, order: programmes::Order, slice: Slice| {
        let list = query!(&plan.world.platform, &system, cx => { programmes::tasks(cx, &filter, order, slice).await }).unwrap();
        list.rows.into_iter().map(|row| row.title).collect::<Vec<_>>()
    };
    let text = |text: &str| TaskFilter { text: text.into(), ..TaskFilter::default() };
    let plain = programmes::Order::default();
    assert_eq!(titles(text("quy che NOI"), plain, Slice::ALL).await, ["Rà soát quy chế nội bộ"]);
    assert_eq!(titles(text("bo che soat quy ra"), plain, Slice::ALL).await, ["Rà soát quy chế nội bộ"]);
    assert_eq!(titles(text("quy che nganh"), plain, Slice::ALL).await, Vec::<String>::new());
    assert_eq!(titles(text("%_"), plain, Slice::ALL).await.len(), 6);
    let window = |window| TaskFilter { window, ..TaskFilter::default() };
    assert_eq!(titles(window(Window::Past), plain, Slice::ALL).await, ["Rà soát quy chế nội bộ"]);
    assert_eq!(titles(window(Window::Within(10)), plain, Slice::ALL).await, ["Xây dựng nền tảng số"]);
    assert_eq!(titles(window(Window::Within(9)), plain, Slice::ALL).await, Vec::<String>::new());
    assert_eq!(
        titles(window(Window::Between(Some(date(2026, 12, 1)), None)), plain, Slice::ALL).await.len(),
        2
    );
    assert_eq!(titles(window(Window::Undated), plain, Slice::ALL).await.len(), 3);
    let due = programmes::Order { by: Sort::Due, descending: true };
    let dated = titles(TaskFilter::default(), due, Slice { skip: 0, take: 3 }).await;
    assert_eq!(dated, ["Tổng kết năm", "Xây dựng nền tảng số", "Rà soát quy chế nội bộ"]);
    let lit = programmes::Order { by: Sort::Light, descending: false };
    assert_eq!(
        titles(TaskFilter::default(), lit, Slice { skip: 1, take: 2 }).await,
        ["Xây dựng nền tảng số", "Tổng kết năm"]
    );
    let similar = query!(&plan.world.platform, &system, cx => {
        programmes::similar_tasks(cx, plan.root, &["Rà soát quy chế nội bộ".into(), "Không giống".into()]).await
    })
    .unwrap();
    assert_eq!((similar[0].len(), similar[1].len()), (1, 0));
}
