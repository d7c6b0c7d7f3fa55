//! Reporting with a workbook: out, filled in off-line, and back, all or nothing.

use crate::world::{Carrying, by, done, lead, refused, role, said, task};
use domain::access::Actor;
use domain::carrying::sheet::{self, Preview, Workbook};
use domain::carrying::{self, ClaimKind, Outcome, Seat, Update, View};
use domain::programmes::{AssignmentRole, Holder, Recurrence, TaskTime, TimeKind};
use domain::{Error, Problem, Result, command, query};
use jiff::civil::date;
use messages::Lang;
use testkit::book::{Book, Typed};

const NAME: &str = "cap-nhat.xlsx";

async fn made(it: &Carrying, who: &Actor) -> Book {
    let duties = it.desk(who, View::Open).await;
    let count = duties.len();
    let sheet =
        query!(&it.world.platform, who, cx => { sheet::sheet(cx, duties.clone(), count).await }).unwrap();
    let now = it.world.platform.now().to_zoned(it.world.platform.zone.clone()).datetime();
    Book::open(&sheet::workbook(&sheet, Lang::Vi, now).unwrap())
}

fn back(book: &Book) -> Workbook {
    sheet::read(NAME, &book.bytes()).unwrap()
}

async fn shown(it: &Carrying, who: &Actor, book: &Workbook) -> Preview {
    query!(&it.world.platform, who, cx => { sheet::preview(cx, book).await }).unwrap()
}

async fn send(it: &Carrying, who: &Actor, book: &Workbook, submit: bool) -> Result<usize> {
    command!(&it.world.platform, who, cx => { sheet::send(cx, book, submit).await })
}

/// `F12 key` of every problem.
fn cells(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(|problem| format!("{} {}", problem.field, problem.reason.key)).collect()
}

async fn draft(it: &Carrying, who: &Actor, seat: Seat) -> Option<Update> {
    let found = query!(&it.world.platform, who, cx => { carrying::draft_of(cx, seat).await });
    found.unwrap().map(|(update, ..)| update)
}

async fn sent(it: &Carrying, seat: Seat) -> Vec<Update> {
    let system = it.world.system();
    let progress =
        query!(&it.world.platform, &system, cx => { carrying::of_task(cx, seat.task).await }).unwrap();
    progress.updates.into_iter().map(|shown| shown.update).filter(|update| update.seat() == seat).collect()
}

/// Two dated tasks of one board and a recurring one; today is the world's first day.
async fn world() -> (Carrying, Seat, Seat, Seat) {
    let it = Carrying::new().await;
    it.go_to(date(2026, 11, 20));
    let a = it.add(task("Rà soát quy chế", by(date(2026, 12, 31)), vec![lead(it.a)])).await;
    let b = it.add(task("Lập cơ sở dữ liệu", by(date(2026, 12, 31)), vec![lead(it.a)])).await;
    let monthly =
        TaskTime { kind: TimeKind::Recurring, recurrence: vec![Recurrence::Monthly], ..TaskTime::default() };
    let c = it.add(task("Họp giao ban", monthly, vec![lead(it.a)])).await;
    let (a, b, c) = (it.seat(a, it.a).await, it.seat(b, it.a).await, it.seat(c, it.a).await);
    it.days(40);
    (it, a, b, c)
}

#[tokio::test]
async fn what_is_filled_in_becomes_reports_with_one_sending() {
    let (it, a, b, c) = world().await;
    let book = made(&it, &it.reporter).await;
    let (one, two, three) =
        (book.line("Rà soát quy chế"), book.line("Lập cơ sở dữ liệu"), book.line("Họp giao ban"));
    let today = it.world.platform.today();
    let book = book
        .fill("body", one, "Đã lấy ý kiến.")
        .fill("percent", one, 40)
        .fill("difficulty", one, "Thiếu số liệu")
        .fill("remover", one, "Ban Truyền thông")
        .fill("kind", two, "Đã hoàn thành")
        .fill("completed_on", two, Lang::Vi.date(today).as_str())
        .fill("product", two, "Quyết định 12/QĐ-HAD")
        .fill("kind", three, "Kỳ này không phát sinh");
    let book = back(&book);
    assert_eq!((cells(&book.problems), book.rows.len(), book.untouched), (vec![], 3, 0));
    let preview = shown(&it, &it.reporter, &book).await;
    assert_eq!((cells(&preview.problems), cells(&preview.unfit)), (vec![], vec![]));
    assert!(preview.changes.iter().all(|change| change.before.is_none()));
    assert!(sent(&it, a).await.is_empty(), "a preview changes nothing");
    assert_eq!(send(&it, &it.reporter, &book, true).await.unwrap(), 3);
    let of = sent(&it, a).await.remove(0);
    assert_eq!((of.said.body.as_str(), of.said.percent), ("Đã lấy ý kiến.", Some(40)));
    assert_eq!(
        (of.said.difficulty.as_str(), of.said.remover.as_str()),
        ("Thiếu số liệu", "Ban Truyền thông")
    );
    let of = sent(&it, b).await.remove(0);
    assert_eq!((of.said.kind, of.said.percent, of.backdated_days), (ClaimKind::Done, Some(100), 0));
    let of = sent(&it, c).await.remove(0);
    assert_eq!(of.said.kind, ClaimKind::NoWork);
    assert!(of.said.period.is_some_and(|period| period.to < today), "the last closed period was offered");
    // What was sent stands behind its maker like what was typed into the form.
    assert_eq!(
        refused(it.decide(&it.reporter, of.id, Outcome::Confirm).await.map_err(|error| match error {
            Error::Denied(_) => Error::invalid("", domain::Reason::new("denied")),
            other => other,
        })),
        ["denied"]
    );
    it.confirm(of.id).await;
}

#[tokio::test]
async fn rows_that_nobody_filled_in_are_left_alone_and_so_are_those_taken_out() {
    let (it, a, b, c) = world().await;
    it.save(&it.reporter, b, None, said("Đang làm.", 10)).await.unwrap();
    let book = made(&it, &it.reporter).await;
    let (one, two) = (book.line("Rà soát quy chế"), book.line("Lập cơ sở dữ liệu"));
    assert_eq!((book.text("body", two), book.text("percent", two)), ("Đang làm.".into(), "10".into()));
    let untouched = back(&book);
    assert_eq!((untouched.rows.len(), untouched.untouched, untouched.removed), (0, 3, 0));
    let nothing = send(&it, &it.reporter, &untouched, true).await;
    assert_eq!(refused(nothing), ["carrying-sheet-nothing"]);
    let gone = book.line("Họp giao ban");
    let book = back(&book.fill("result", one, "Xong phần một.").without(gone));
    assert_eq!((book.rows.len(), book.untouched, book.removed), (1, 1, 1));
    assert_eq!(send(&it, &it.reporter, &book, false).await.unwrap(), 1);
    assert_eq!(draft(&it, &it.reporter, a).await.unwrap().said.result, "Xong phần một.");
    assert_eq!(draft(&it, &it.reporter, b).await.unwrap().version, 1, "the draft is as it was");
    assert!(sent(&it, c).await.is_empty() && sent(&it, a).await.is_empty());
}

#[tokio::test]
async fn wrong_cells_are_named_and_nothing_is_changed() {
    let (it, a, b, c) = world().await;
    let book = made(&it, &it.reporter).await;
    let (one, two, three) =
        (book.line("Rà soát quy chế"), book.line("Lập cơ sở dữ liệu"), book.line("Họp giao ban"));
    let cell = |code: &str, line: u32, key: &str| format!("{} {key}", book.cell(code, line));
    let expected = [
        cell("completed_on", one, "carrying-sheet-day-none"),
        cell("percent", one, "carrying-sheet-percent-wrong"),
        cell("kind", two, "carrying-sheet-kind"),
        cell("result", two, "carrying-sheet-formula"),
        cell("completed_on", two, "carrying-sheet-day-unreadable"),
        cell("period", three, "carrying-sheet-period"),
    ];
    let wrong = book
        .clone()
        .fill("completed_on", one, "31/02/2026")
        .fill("percent", one, 140)
        .fill("kind", two, "Gần xong")
        .fill("result", two, Typed::Failed)
        .fill("completed_on", two, "tháng sau")
        .fill("period", three, "quý trước");
    let wrong = back(&wrong);
    let mut found = cells(&wrong.problems);
    found.sort();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(found, expected);
    assert!(wrong.rows.is_empty());
    let none = wrong.problems.iter().find(|problem| problem.reason.key == "carrying-sheet-day-none").unwrap();
    let text = Lang::Vi.with("carrying-sheet-day-none", &none.reason.args);
    assert_eq!(text, "Ngày 31/02/2026 không có trong lịch.");

    // What the rules of the form refuse is told by cell too, and a sound row beside it is not kept.
    let broken = back(&book.clone().fill("body", one, "Đang làm.").fill("kind", two, "Đã hoàn thành").fill(
        "remover",
        three,
        "Ban Truyền thông",
    ));
    let refusal = send(&it, &it.reporter, &broken, true).await;
    let Err(Error::Invalid(problems)) = refusal else { panic!("{refusal:?}") };
    let preview = shown(&it, &it.reporter, &broken).await;
    assert_eq!((cells(&preview.problems), &preview.unfit), (vec![], &problems), "kept as drafts it may be");
    let mut found = cells(&problems);
    found.sort();
    let mut expected = vec![
        cell("completed_on", two, "carrying-error-no-completion-day"),
        cell("body", three, "carrying-error-nothing-said"),
        cell("difficulty", three, "carrying-error-no-difficulty"),
    ];
    expected.sort();
    assert_eq!(found, expected);
    for seat in [a, b, c] {
        assert!(draft(&it, &it.reporter, seat).await.is_none() && sent(&it, seat).await.is_empty());
    }
}

#[tokio::test]
async fn what_somebody_changed_meanwhile_is_refused_and_says_who() {
    let (it, a, b, _) = world().await;
    let book = made(&it, &it.reporter).await;
    let (one, two) = (book.line("Rà soát quy chế"), book.line("Lập cơ sở dữ liệu"));
    let stale = format!("{} carrying-sheet-stale", book.cell("task", one));
    let book = back(&book.fill("body", one, "Của tôi.").fill("body", two, "Cũng của tôi."));
    it.save(&it.approver, a, None, said("Của người khác.", 5)).await.unwrap();
    let preview = shown(&it, &it.reporter, &book).await;
    assert_eq!(cells(&preview.problems), [stale]);
    assert_eq!(preview.changes.len(), 1);
    assert_eq!(refused(send(&it, &it.reporter, &book, true).await), ["carrying-sheet-stale"]);
    assert_eq!(draft(&it, &it.reporter, a).await.unwrap().said.body, "Của người khác.");
    assert!(draft(&it, &it.reporter, b).await.is_none());
    // A new workbook holds the other's draft; what is sent over it changes that one.
    let fresh = made(&it, &it.reporter).await;
    assert_eq!(fresh.text("body", one), "Của người khác.");
    let fresh = back(&fresh.fill("body", one, "Của cả hai."));
    let change = shown(&it, &it.reporter, &fresh).await.changes.remove(0);
    assert_eq!(change.before.unwrap().body, "Của người khác.");
    assert_eq!(send(&it, &it.reporter, &fresh, true).await.unwrap(), 1);
    // The same file twice: the first sending made it stale.
    assert_eq!(refused(send(&it, &it.reporter, &fresh, true).await), ["carrying-sheet-stale"]);
    assert_eq!(sent(&it, a).await.len(), 1);
}

#[tokio::test]
async fn a_returned_report_is_corrected_with_its_evidence() {
    let (it, a, ..) = world().await;
    let today = it.world.platform.today();
    let (id, version) = it.save(&it.reporter, a, None, done(today)).await.unwrap();
    command!(&it.world.platform, &it.reporter, cx => {
        carrying::add_link(cx, id, "https://example.org/quyet-dinh").await
    })
    .unwrap();
    it.submit(&it.reporter, id, version).await.unwrap();
    it.decide(&it.approver, id, Outcome::Return("Thiếu số văn bản.".into())).await.unwrap();
    it.days(10);
    let book = made(&it, &it.reporter).await;
    let one = book.line("Rà soát quy chế");
    assert!(book.text("last", one).ends_with("bị trả lại: Thiếu số văn bản."), "{}", book.text("last", one));
    assert_eq!(book.text("kind", one), "Đã hoàn thành");
    // Ten days later: the day of the first report still counts, because this corrects it.
    let book = back(&book.fill("product", one, "Quyết định 15/QĐ-HAD ngày 20/11/2026"));
    let preview = shown(&it, &it.reporter, &book).await;
    assert_eq!((cells(&preview.problems), preview.changes[0].corrects), (vec![], true));
    assert_eq!(send(&it, &it.reporter, &book, true).await.unwrap(), 1);
    let system = it.world.system();
    let all = query!(&it.world.platform, &system, cx => { carrying::of_task(cx, a.task).await }).unwrap();
    let latest = &all.updates[0];
    assert_eq!((latest.update.corrects, latest.evidence.len()), (Some(id), 1));
    assert_eq!(latest.update.said.product, "Quyết định 15/QĐ-HAD ngày 20/11/2026");
}

#[tokio::test]
async fn shifted_foreign_and_doubled_rows_are_told() {
    let (it, ..) = world().await;
    let book = made(&it, &it.reporter).await;
    let (one, two) = (book.line("Rà soát quy chế"), book.line("Lập cơ sở dữ liệu"));
    let read = |book: Book| cells(&back(&book).problems);
    let at = |code: &str, line: u32, key: &str| format!("{} {key}", book.cell(code, line));

    // The cells of a row slipped to the right: the wording stands where the programme was.
    let title = book.text("task", one);
    let slipped =
        book.clone().fill("task", one, "").fill("programme", one, title.as_str()).fill("body", one, "x");
    assert_eq!(read(slipped), [at("task", one, "carrying-sheet-locked")]);
    let after = book.cell("remover", one).replace('S', "T");
    let spilt = book.clone().fill("body", one, "x").put(&after, "Ban Truyền thông");
    assert_eq!(read(spilt), [format!("{after} carrying-sheet-outside")]);

    // Rows without a key, with another's, and twice the same.
    let nameless = book.clone().put(&format!("A{one}"), "").fill("body", one, "x");
    assert_eq!(read(nameless), [format!("B{one} carrying-sheet-no-key").replace('B', "C")]);
    let invented = book.clone().put(&format!("A{one}"), "của tôi").fill("body", one, "x");
    assert_eq!(read(invented), [at("task", one, "carrying-sheet-no-key")]);
    let bytes = book.bytes();
    let rows = papers::read::sheet(NAME, &bytes, &papers::read::Limits::default()).unwrap();
    let rows = &rows.sheets[0].rows;
    let key = rows.iter().find(|row| row.number == one).unwrap().cells[0].text.clone();
    let doubled = book.clone().put(&format!("A{two}"), key.as_str());
    assert_eq!(read(doubled), [at("task", two, "carrying-sheet-row-twice")]);

    // Somebody else's workbook, with keys that are real: nothing of it is done.
    let theirs = back(&book.clone().fill("body", one, "Không phải của tôi"));
    let foreign = shown(&it, &it.other, &theirs).await;
    assert_eq!(cells(&foreign.problems), [at("task", one, "carrying-sheet-not-yours")]);
    assert_eq!(refused(send(&it, &it.other, &theirs, true).await), ["carrying-sheet-not-yours"]);
}

#[tokio::test]
async fn what_is_no_such_workbook_is_refused_in_words() {
    let (it, ..) = world().await;
    let book = made(&it, &it.reporter).await;
    let bytes = book.bytes();
    let macros = book.clone().with("xl/vbaProject.bin", b"Attribute VB_Name").bytes();
    let plain = papers::write::Sheet { name: "Nhiệm vụ".into(), ..papers::write::Sheet::default() };
    let other = papers::write::xlsx(&[plain], date(2026, 11, 22).at(0, 0, 0, 0)).unwrap();
    let no_marks = book.clone().without(book.lines()[0] - 2).bytes();
    let no_column = book.clone().put(&book.cell("percent", book.lines()[0] - 2), "tỷ lệ").bytes();
    for (name, bytes, key) in [
        ("cap-nhat.xlsx", &b"MZ\x90\0\x03\0\0\0"[..], "carrying-error-file-program"),
        ("cap-nhat.xlsx", b"", "carrying-error-file-empty"),
        ("cap-nhat.xlsx", &macros, "carrying-error-file-macros"),
        ("cap-nhat.xlsm", &macros, "carrying-error-file-macros"),
        ("cap-nhat.docx", &bytes, "carrying-error-file-renamed"),
        ("cap-nhat.csv", b"a;b\n", "carrying-sheet-not-xlsx"),
        ("cap-nhat.xlsx", &other, "reading-error-empty"),
        ("cap-nhat.xlsx", &no_marks, "carrying-sheet-foreign"),
        ("cap-nhat.xlsx", &no_column, "carrying-sheet-columns"),
    ] {
        assert_eq!(refused(sheet::read(name, bytes)), [key], "{name}");
    }
}

#[tokio::test]
async fn a_coordinating_unit_reports_its_part_and_an_officer_keeps_what_the_form_has_no_column_for() {
    let (it, ..) = world().await;
    let part = role(AssignmentRole::Coordinating, Holder::Unit(it.b));
    let id = it.add(task("Phối hợp truyền thông", by(date(2026, 12, 31)), vec![lead(it.a), part])).await;
    let seat = it.seat(id, it.b).await;
    let mut first = said("Bắt đầu.", 5);
    first.entered_for = Some("Bà Lê Thị Thu".into());
    it.save(&it.other, seat, None, first).await.unwrap();
    let book = made(&it, &it.other).await;
    assert_eq!(book.lines().len(), 1, "only the parts of one's own units");
    let one = book.line("Phối hợp truyền thông");
    assert_eq!(book.text("unit", one), "Ban Truyền thông (Phối hợp)");
    let book = back(&book.fill("percent", one, Typed::Number(0.5)));
    assert_eq!(book.rows[0].said.percent, Some(50), "0.5 is a share");
    assert_eq!(refused(send(&it, &it.other, &book, true).await), ["carrying-error-no-signed-paper"]);
    send(&it, &it.other, &book, false).await.unwrap();
    let draft = draft(&it, &it.other, seat).await.unwrap();
    assert_eq!((draft.said.percent, draft.version), (Some(50), 2));
    assert_eq!(draft.said.entered_for.as_deref(), Some("Bà Lê Thị Thu"));
}
