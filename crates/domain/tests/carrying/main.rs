//! Carrying out, on the real database of the run.

#![allow(clippy::unwrap_used, reason = "a test fails where its world cannot be made")]

mod clock;
mod sheet;
mod world;

use domain::access::Role;
use domain::carrying::{self, ClaimKind, NewFile, Outcome, Said, View};
use domain::programmes::{self, AssignmentRole, Holder, NewMilestone, Rules};
use domain::units::{self, Closing, GroupingEdit};
use domain::{Day, Error, Micros, command, query};
use jiff::civil::date;
use world::{Carrying, by, done, lead, refused, role, said, task};

const DUE: jiff::civil::Date = date(2026, 12, 1);

#[tokio::test]
async fn from_receipt_to_a_confirmed_fact() {
    let c = Carrying::new().await;
    let id = c.add(task("Rà soát quy chế", by(DUE), vec![lead(c.a)])).await;
    let seat = c.seat(id, c.a).await;
    let platform = &c.world.platform;

    assert_eq!(c.desk(&c.reporter, View::Unreceived).await.len(), 1);
    command!(platform, &c.reporter, cx => { carrying::receive(cx, &[seat]).await }).unwrap();
    command!(platform, &c.approver, cx => { carrying::receive(cx, &[seat]).await }).unwrap();
    command!(platform, &c.approver, cx => { carrying::pass_on(cx, seat, "Bà Lê Thị Giả", None).await })
        .unwrap();
    assert_eq!(c.desk(&c.reporter, View::Unreceived).await.len(), 0);
    let desk = c.desk(&c.reporter, View::Open).await;
    let receipt = desk[0].1.receipt.clone().unwrap();
    assert_eq!(receipt.received_by, "Người dùng can.bo", "who received first stays");
    assert_eq!(receipt.passed_to.as_deref(), Some("Bà Lê Thị Giả"));

    let first = c.report(&c.reporter, seat, said("Đã trình dự thảo.", 40)).await.unwrap();
    assert_eq!(c.light(id, None).await, "amber waiting");
    c.decide(&c.approver, first, Outcome::Confirm).await.unwrap();
    assert_eq!(c.light(id, None).await, "amber waiting", "one level of two");
    c.decide(&c.assigner, first, Outcome::Confirm).await.unwrap();
    assert_eq!((c.light(id, None).await.as_str(), c.task(id, None).await.row.percent), ("amber open", 40));

    c.days(2);
    let finished = c.report(&c.reporter, seat, done(date(2026, 11, 22))).await.unwrap();
    assert_eq!(
        refused(c.decide(&c.approver, finished, Outcome::Return(" ".into())).await),
        ["carrying-error-no-reason"]
    );
    c.decide(&c.approver, finished, Outcome::Return("Thiếu quyết định đã ký.".into())).await.unwrap();
    assert_eq!(c.light(id, None).await, "amber returned", "returned counts as not done");
    let again = command!(platform, &c.reporter, cx => { carrying::correct(cx, finished).await }).unwrap();
    c.submit(&c.reporter, again, 1).await.unwrap();
    c.confirm(again).await;
    assert_eq!(c.light(id, None).await, "green done_in_time");
    assert_eq!(c.light(id, Some(date(2026, 11, 22))).await, "amber open", "as known on that day");

    let progress = query!(platform, &c.other, cx => { carrying::of_task(cx, id).await }).unwrap_err();
    assert!(matches!(progress, Error::NotFound), "a unit that is not named sees nothing");
    let progress = query!(platform, &c.assigner, cx => { carrying::of_task(cx, id).await }).unwrap();
    assert_eq!(progress.updates.len(), 3);
    assert_eq!(progress.updates[0].decisions.len(), 2);
    assert_eq!(progress.updates[0].update.corrects, Some(finished));
    assert_eq!(progress.updates[1].decisions[0].reason.as_deref(), Some("Thiếu quyết định đã ký."));
}

#[tokio::test]
async fn nobody_stands_on_both_sides() {
    let c = Carrying::new().await;
    let id = c.add(task("Rà soát quy chế", by(DUE), vec![lead(c.a)])).await;
    let seat = c.seat(id, c.a).await;
    let own = c.report(&c.approver, seat, said("Trưởng ban tự nhập.", 10)).await.unwrap();
    assert_eq!(refused(c.decide(&c.approver, own, Outcome::Confirm).await), ["carrying-error-own-report"]);
    assert!(matches!(c.decide(&c.reporter, own, Outcome::Confirm).await, Err(Error::Denied(_))));
    assert!(matches!(c.decide(&c.other, own, Outcome::Confirm).await, Err(Error::NotFound)));
    c.decide(&c.assigner, own, Outcome::Confirm).await.unwrap();
    assert_eq!(
        refused(c.decide(&c.assigner, own, Outcome::Confirm).await),
        ["carrying-error-confirmed-before"],
        "two levels are two people"
    );

    let helped = {
        let (draft, version) = c.save(&c.reporter, seat, None, said("Cán bộ nhập.", 20)).await.unwrap();
        let (draft, version) = {
            assert_eq!(version, 1);
            c.save(&c.approver, seat, Some(1), said("Trưởng ban sửa.", 25))
                .await
                .map(|(_, v)| (draft, v))
                .unwrap()
        };
        c.submit(&c.reporter, draft, version).await.unwrap();
        draft
    };
    assert_eq!(
        refused(c.decide(&c.approver, helped, Outcome::Confirm).await),
        ["carrying-error-own-report"],
        "who typed in the draft had a hand in it"
    );

    let mut for_leader = said("Lãnh đạo báo cáo bằng giấy.", 30);
    for_leader.entered_for = Some("Ông Người dùng truong.ban, Trưởng ban".into());
    let (draft, version) = c.save(&c.reporter, seat, None, for_leader).await.unwrap();
    assert_eq!(refused(c.submit(&c.reporter, draft, version).await), ["carrying-error-no-signed-paper"]);
    let stored = c.world.platform.blobs.put("giấy đã ký".as_bytes().to_vec().into()).await.unwrap();
    let file =
        NewFile { name: "da-ky.txt".into(), media_type: "text/plain", size_bytes: 14, sha256: stored.digest };
    command!(&c.world.platform, &c.reporter, cx => { carrying::add_file(cx, draft, file.clone()).await })
        .unwrap();
    c.submit(&c.reporter, draft, version).await.unwrap();
    assert_eq!(
        refused(c.decide(&c.approver, draft, Outcome::Confirm).await),
        ["carrying-error-own-report"],
        "the leader for whom it was entered"
    );
}

#[tokio::test]
async fn two_people_edit_one_draft_and_neither_text_is_lost() {
    let c = Carrying::new().await;
    let id = c.add(task("Rà soát quy chế", by(DUE), vec![lead(c.a)])).await;
    let seat = c.seat(id, c.a).await;
    let (draft, _) = c.save(&c.reporter, seat, None, said("Bản thứ nhất.", 10)).await.unwrap();
    let begun_too = c.save(&c.approver, seat, None, said("Bản khác.", 20)).await;
    assert!(matches!(begun_too, Err(Error::Stale)));
    c.save(&c.approver, seat, Some(1), said("Bản của trưởng ban.", 20)).await.unwrap();
    let late = c.save(&c.reporter, seat, Some(1), said("Bản của cán bộ.", 30)).await;
    assert!(matches!(late, Err(Error::Stale)));
    assert!(matches!(c.submit(&c.reporter, draft, 1).await, Err(Error::Stale)), "not what he read");
    let kept = query!(&c.world.platform, &c.reporter, cx => { carrying::draft_of(cx, seat).await }).unwrap();
    let (kept, ..) = kept.unwrap();
    assert_eq!((kept.said.body.as_str(), kept.version), ("Bản của trưởng ban.", 2));
    assert_eq!(kept.saved_by, "Người dùng truong.ban");
    c.submit(&c.reporter, draft, 2).await.unwrap();
    assert!(matches!(c.submit(&c.reporter, draft, 2).await, Err(Error::Stale)), "submitted once");
    let seen = query!(&c.world.platform, &c.reporter, cx => { carrying::draft_of(cx, seat).await }).unwrap();
    assert!(seen.is_none());
}

#[tokio::test]
async fn a_merged_unit_leaves_its_work_to_its_heir() {
    let c = Carrying::new().await;
    let id = c.add(task("Rà soát quy chế", by(DUE), vec![lead(c.a)])).await;
    let seat = c.seat(id, c.a).await;
    let (draft, version) = c.save(&c.reporter, seat, None, said("Đang làm dở.", 30)).await.unwrap();
    let (platform, system) = (&c.world.platform, c.world.system());
    command!(platform, &system, cx => {
        let unit = units::load(cx, c.a).await?;
        let closing = Closing {
            last_day: Day(date(2026, 11, 21)),
            successor: Some(c.b),
            with_subtree: false,
            reason: "Sáp nhập".into(),
        };
        units::close(cx, c.a, unit.version, closing).await
    })
    .unwrap();
    c.days(1);
    let desk = c.desk(&c.other, View::Open).await;
    assert_eq!(desk.len(), 1, "the heir owes what the merged unit owed");
    assert_eq!(desk[0].1.draft.as_ref().map(|draft| draft.id), Some(draft), "its draft is not lost");
    let rights = query!(platform, &c.other, cx => { carrying::rights(cx, seat).await }).unwrap();
    assert_eq!(rights.acting.as_deref(), Some("Ban Truyền thông"));
    c.submit(&c.other, draft, version).await.unwrap();
    let stranger = c.decide(&c.approver, draft, Outcome::Confirm).await;
    assert!(stranger.is_err(), "the unit that is gone no longer signs");
    c.decide(&c.assigner, draft, Outcome::Confirm).await.unwrap();
    assert_eq!(c.light(id, None).await, "amber waiting");
}

#[tokio::test]
async fn each_member_of_a_grouping_answers_and_a_coordinating_unit_completes_nothing() {
    let c = Carrying::new().await;
    let (platform, system) = (&c.world.platform, c.world.system());
    let grouping = command!(platform, &system, cx => {
        let org = units::load(cx, c.root).await?.org;
        let edit = GroupingEdit { name: "Các ban".into(), aliases: Vec::new() };
        let grouping = units::create_grouping(cx, org, edit).await?;
        units::add_member(cx, grouping, 1, &[(c.a, None), (c.b, None)], None).await?;
        Ok(grouping)
    })
    .unwrap();
    let id = c
        .add(task("Báo cáo năm", by(DUE), vec![role(AssignmentRole::Lead, Holder::Grouping(grouping))]))
        .await;
    let (at_a, at_b) = (c.seat(id, c.a).await, c.seat(id, c.b).await);
    let first = c.report(&c.reporter, at_a, done(date(2026, 11, 21))).await.unwrap();
    c.confirm(first).await;
    let row = c.task(id, None).await.row;
    assert_eq!((row.verdict.standing.code(), row.percent), ("open", 50), "one of two");
    let other = c.world.actor("can.bo.b", Role::Reporter, c.b).await;
    c.days(1);
    let second = c.report(&other, at_b, done(date(2026, 11, 22))).await.unwrap();
    c.decide(&c.other, second, Outcome::Confirm).await.unwrap();
    c.decide(&c.assigner, second, Outcome::Confirm).await.unwrap();
    assert_eq!(c.light(id, None).await, "green done_in_time");
    let finished = query!(platform, &c.assigner, cx => { carrying::find(cx, second).await }).unwrap();
    assert_eq!(finished.task_done_on, Some(Day(date(2026, 11, 22))), "the last of them");

    let helped = c
        .add(task(
            "Tập huấn",
            by(DUE),
            vec![lead(c.a), role(AssignmentRole::Coordinating, Holder::Unit(c.b))],
        ))
        .await;
    let part = c.seat(helped, c.b).await;
    let part = c.report(&other, part, done(date(2026, 11, 22))).await.unwrap();
    c.decide(&c.other, part, Outcome::Confirm).await.unwrap();
    c.decide(&c.assigner, part, Outcome::Confirm).await.unwrap();
    assert_eq!(c.light(helped, None).await, "amber open");
}

#[tokio::test]
async fn only_the_harmless_is_confirmed_in_bulk() {
    let c = Carrying::new().await;
    c.set_rules(Rules { confirm_levels: 1, ..Rules::default() }).await;
    let platform = &c.world.platform;
    let mut reported = Vec::new();
    for (title, difficulty) in [("Một", ""), ("Hai", ""), ("Ba", "Thiếu kinh phí")] {
        let id = c.add(task(title, by(DUE), vec![lead(c.a)])).await;
        let seat = c.seat(id, c.a).await;
        let said = Said { difficulty: difficulty.into(), ..said("Đang làm.", 20) };
        reported.push(c.report(&c.reporter, seat, said).await.unwrap());
    }
    let waiting = query!(platform, &c.assigner, cx => { carrying::waiting(cx).await }).unwrap();
    assert_eq!(waiting.len(), 3);
    assert_eq!(waiting.iter().filter(|row| row.warnings.is_empty()).count(), 2);
    let none = query!(platform, &c.approver, cx => { carrying::waiting(cx).await }).unwrap();
    assert_eq!(none.len(), 0, "one level: the unit's own leader is not asked");
    let all: Vec<_> = waiting.iter().map(|row| (row.update.id, row.update.version)).collect();
    let outcome = command!(platform, &c.assigner, cx => { carrying::confirm_many(cx, &all).await });
    assert_eq!(refused(outcome), ["carrying-error-not-harmless"]);
    let harmless: Vec<_> = waiting
        .iter()
        .filter(|row| row.warnings.is_empty())
        .map(|row| (row.update.id, row.update.version))
        .collect();
    command!(platform, &c.assigner, cx => { carrying::confirm_many(cx, &harmless).await }).unwrap();
    let waiting = query!(platform, &c.assigner, cx => { carrying::waiting(cx).await }).unwrap();
    assert_eq!(waiting.iter().map(|row| row.update.id).collect::<Vec<_>>(), [reported[2]]);
}

#[tokio::test]
async fn a_step_that_completes_the_task_and_a_deadline_moved_afterwards() {
    let c = Carrying::new().await;
    let mut new = task("Ban hành quy chế", by(date(2026, 11, 19)), vec![lead(c.a)]);
    new.milestones = vec![
        NewMilestone { title: "Xin ý kiến".into(), due: None, completes: false },
        NewMilestone { title: "Ban hành".into(), due: None, completes: true },
    ];
    let id = c.add(new).await;
    let seat = c.seat(id, c.a).await;
    let rights = query!(&c.world.platform, &c.reporter, cx => { carrying::rights(cx, seat).await }).unwrap();
    let issued = rights.milestones[1].0;
    let step = Said { milestone: Some(issued), ..said("Đã ban hành.", 100) };
    let (draft, version) = c.save(&c.reporter, seat, None, step).await.unwrap();
    assert_eq!(refused(c.submit(&c.reporter, draft, version).await), ["carrying-error-milestone-completes"]);
    let step = Said { milestone: Some(issued), ..done(date(2026, 11, 20)) };
    let (_, version) = c.save(&c.reporter, seat, Some(version), step).await.unwrap();
    c.submit(&c.reporter, draft, version).await.unwrap();
    assert_eq!(c.light(id, None).await, "red waiting", "reported after the deadline");
    c.confirm(draft).await;
    assert_eq!(c.light(id, None).await, "green done_late");
    c.days(1);
    let system = c.world.system();
    command!(&c.world.platform, &system, cx => {
        programmes::settle_due(cx, &[id], Day(date(2026, 12, 31)), Some("Gia hạn sau khi xong")).await
    })
    .unwrap();
    assert_eq!(c.light(id, None).await, "green done_late", "late for ever");
    let verdict = c.task(id, None).await.row.verdict;
    assert_eq!(verdict.note.unwrap().key, "programmes-note-backdated");
}

#[tokio::test]
async fn a_confirmation_is_taken_back_with_a_reason_and_the_past_stays() {
    let c = Carrying::new().await;
    let id = c.add(task("Rà soát", by(DUE), vec![lead(c.a)])).await;
    let seat = c.seat(id, c.a).await;
    let update = c.report(&c.reporter, seat, done(date(2026, 11, 21))).await.unwrap();
    c.confirm(update).await;
    assert_eq!(c.light(id, None).await, "green done_in_time");
    c.days(1);
    let own = c.decide(&c.approver, update, Outcome::Return("Nhầm".into())).await;
    assert!(own.is_err(), "only the last level takes back");
    c.decide(&c.assigner, update, Outcome::Return("Kiểm tra lại: chưa ban hành.".into())).await.unwrap();
    assert_eq!(c.light(id, None).await, "amber returned");
    assert_eq!(c.light(id, Some(date(2026, 11, 21))).await, "green done_in_time", "as known then");
}

#[tokio::test]
async fn a_draft_is_seen_by_those_who_report_and_ends_when_put_aside() {
    let c = Carrying::new().await;
    let id = c.add(task("Rà soát", by(DUE), vec![lead(c.a)])).await;
    let seat = c.seat(id, c.a).await;
    let (draft, version) = c.save(&c.reporter, seat, None, said("Nháp.", 10)).await.unwrap();
    let viewer = c.world.actor("nguoi.xem", Role::Viewer, c.root).await;
    let hidden = query!(&c.world.platform, &viewer, cx => { carrying::find(cx, draft).await });
    assert!(matches!(hidden, Err(Error::NotFound)));
    let denied = c.save(&viewer, seat, Some(version), said("x", 1)).await;
    assert!(matches!(denied, Err(Error::Denied(_))));
    command!(&c.world.platform, &c.reporter, cx => { carrying::discard(cx, draft, version).await }).unwrap();
    let (second, _) = c.save(&c.reporter, seat, None, said("Nháp mới.", 10)).await.unwrap();
    assert_ne!(draft, second);
    let marked = c.save(&c.reporter, seat, Some(1), said("TUYỆT MẬT\nKế hoạch.", 10)).await;
    assert_eq!(refused(marked), ["reading-secret-refused"]);
    let early = query!(&c.world.platform, &c.reporter, cx => { carrying::find(cx, second).await }).unwrap();
    assert!(early.created_at > Micros(0) && early.is_draft());
    assert_eq!(early.said.kind, ClaimKind::Progress);
}
