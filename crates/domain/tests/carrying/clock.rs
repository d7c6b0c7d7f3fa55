//! A programme walks through two years and several ends of periods. Every light on every day is what the
//! rules say, on the day itself and when asked for afterwards. No job runs.

use crate::world::{Carrying, by, done, lead, role, said, task};
use domain::board::{Behind, Board, Question};
use domain::carrying::{self, ClaimKind, Outcome, Said, UpdateId};
use domain::programmes::{
    self, AssignmentRole, Cycle, Holder, Light, NewTask, Period, Recurrence, Rules, Standing, TaskId,
    TaskTime, TimeKind,
};
use domain::{Day, command};
use jiff::civil::{Date, date};

/// From which day on a task shows what; the first entry is the day on which the walk begins.
type Expected = &'static [(Date, &'static str)];

const FIRST: Date = date(2026, 11, 21);
const LAST: Date = date(2028, 11, 21);

/// Reported on 30 January in time; the second level confirms four days after the deadline.
const IN_TIME: Expected = &[
    (FIRST, "green open"),
    (date(2027, 1, 17), "amber open"),
    (date(2027, 1, 30), "amber waiting"),
    (date(2027, 2, 5), "green done_in_time"),
];
/// Reported too late, returned, corrected, confirmed.
const LATE: Expected = &[
    (FIRST, "green open"),
    (date(2027, 3, 16), "amber open"),
    (date(2027, 4, 1), "red open"),
    (date(2027, 4, 2), "red waiting"),
    (date(2027, 4, 5), "red returned"),
    (date(2027, 4, 6), "red waiting"),
    (date(2027, 4, 7), "green done_late"),
];
/// Every quarter, closing on the 14th, to be reported within ten days.
const QUARTERLY: Expected = &[
    (FIRST, "grey open"),
    (date(2026, 12, 15), "amber open"),
    (date(2026, 12, 20), "green waiting"),
    (date(2026, 12, 22), "green open"),
    (date(2027, 3, 15), "amber open"),
    (date(2027, 3, 25), "red open"),
    (date(2027, 4, 4), "red waiting"),
    (date(2027, 4, 10), "green open"),
    (date(2027, 6, 15), "amber open"),
    (date(2027, 6, 16), "green waiting"),
    (date(2027, 6, 20), "amber returned"),
    (date(2027, 6, 25), "red returned"),
    (date(2027, 7, 1), "red waiting"),
    (date(2027, 7, 3), "green open"),
    (date(2027, 9, 15), "amber open"),
    (date(2027, 9, 25), "red open"),
];
/// Starts by the end of January, then goes on without end.
const STARTING: Expected = &[
    (FIRST, "green open"),
    (date(2027, 1, 16), "amber open"),
    (date(2027, 2, 1), "red open"),
    (date(2027, 2, 10), "red waiting"),
    (date(2027, 2, 12), "green open"),
    (date(2027, 3, 15), "amber open"),
    (date(2027, 3, 16), "green waiting"),
    (date(2027, 3, 17), "green open"),
    (date(2027, 6, 15), "amber open"),
    (date(2027, 6, 25), "red open"),
];
/// Nobody leads it yet.
const AWAITING: Expected =
    &[(FIRST, "grey open"), (date(2028, 6, 15), "amber open"), (date(2028, 7, 1), "red open")];
const UNDATED: Expected = &[(FIRST, "grey open")];
/// Put off on 20 May 2027 to the end of August.
const EXTENDED: Expected = &[
    (FIRST, "green open"),
    (date(2027, 5, 16), "amber open"),
    (date(2027, 5, 20), "green open"),
    (date(2027, 8, 16), "amber open"),
    (date(2027, 8, 20), "amber waiting"),
    (date(2027, 8, 21), "green done_in_time"),
];

fn expected(of: Expected, day: Date) -> &'static str {
    of.iter().rev().find(|(from, _)| *from <= day).unwrap().1
}

struct Walk {
    c: Carrying,
    tasks: Vec<(TaskId, Expected)>,
    open: Option<UpdateId>,
    returned: Option<UpdateId>,
}

impl Walk {
    async fn begin() -> Walk {
        let c = Carrying::new().await;
        c.set_rules(Rules { period_closes_on: 14, ..Rules::default() }).await;
        let quarterly = TaskTime {
            kind: TimeKind::Recurring,
            recurrence: vec![Recurrence::Quarterly],
            ..TaskTime::default()
        };
        let starting = TaskTime {
            kind: TimeKind::StartThenContinuous,
            start: Some(Day(date(2027, 1, 31))),
            ..TaskTime::default()
        };
        let awaiting = vec![role(AssignmentRole::Lead, Holder::Awaiting)];
        let plan: Vec<(NewTask, Expected)> = vec![
            (task("Trong hạn", by(date(2027, 2, 1)), vec![lead(c.a)]), IN_TIME),
            (task("Quá hạn", by(date(2027, 3, 31)), vec![lead(c.a)]), LATE),
            (task("Hằng quý", quarterly, vec![lead(c.a)]), QUARTERLY),
            (task("Bắt đầu rồi thường xuyên", starting, vec![lead(c.a)]), STARTING),
            (task("Chờ chỉ định", by(date(2028, 6, 30)), awaiting), AWAITING),
            (task("Không ghi hạn", TaskTime::default(), vec![lead(c.a)]), UNDATED),
            (task("Gia hạn", by(date(2027, 5, 31)), vec![lead(c.a)]), EXTENDED),
        ];
        let mut tasks = Vec::new();
        for (new, expected) in plan {
            tasks.push((c.add(new).await, expected));
        }
        Walk { c, tasks, open: None, returned: None }
    }

    async fn report(&mut self, at: usize, said: Said) {
        let seat = self.c.seat(self.tasks[at].0, self.c.a).await;
        self.open = Some(self.c.report(&self.c.reporter, seat, said).await.unwrap());
    }

    async fn confirm(&mut self) {
        self.c.confirm(self.open.take().unwrap()).await;
    }

    async fn give_back(&mut self) {
        let update = self.open.take().unwrap();
        self.c.decide(&self.c.approver, update, Outcome::Confirm).await.unwrap();
        self.c.decide(&self.c.assigner, update, Outcome::Return("Chưa đủ.".into())).await.unwrap();
        self.returned = Some(update);
    }

    async fn correct(&mut self, said: Option<Said>) {
        let (c, returned) = (&self.c, self.returned.take().unwrap());
        let fresh = command!(&c.world.platform, &c.reporter, cx => { carrying::correct(cx, returned).await });
        let (fresh, mut version) = (fresh.unwrap(), 1);
        if let Some(said) = said {
            let seat = c.seat(self.tasks[1].0, c.a).await;
            (_, version) = c.save(&c.reporter, seat, Some(1), said).await.unwrap();
        }
        c.submit(&c.reporter, fresh, version).await.unwrap();
        self.open = Some(fresh);
    }

    /// What people do on a day, in the morning.
    async fn events(&mut self, day: Date) {
        match (day.year(), day.month(), day.day()) {
            (2026, 12, 20) => self.report(2, quarter(date(2026, 12, 14), ClaimKind::NoWork)).await,
            (2026, 12, 22) => self.confirm().await,
            (2027, 1, 30) => self.report(0, done(day)).await,
            (2027, 2, 3) => {
                let update = self.open.unwrap();
                self.c.decide(&self.c.approver, update, Outcome::Confirm).await.unwrap();
            }
            (2027, 2, 5) => {
                let update = self.open.take().unwrap();
                self.c.decide(&self.c.assigner, update, Outcome::Confirm).await.unwrap();
            }
            (2027, 2, 10) => self.report(3, said("Đã khởi động.", 5)).await,
            (2027, 3, 16) => self.report(3, quarter(date(2027, 3, 14), ClaimKind::Progress)).await,
            (2027, 4, 2) => self.report(1, done(day)).await,
            (2027, 4, 4) => self.report_beside().await,
            (2027, 4, 5) => self.give_back().await,
            (2027, 4, 6) => self.correct(Some(done(day))).await,
            (2027, 4, 10) => {
                let update = self.returned.take().unwrap();
                self.c.confirm(update).await;
            }
            (2027, 6, 16) => self.report(2, quarter(date(2027, 6, 14), ClaimKind::Progress)).await,
            (2027, 6, 20) => self.give_back().await,
            (2027, 7, 1) => self.correct(None).await,
            (2027, 8, 20) => self.report(6, done(day)).await,
            (2027, 5, 20) => self.extend().await,
            (2027, 2, 12) | (2027, 3, 17) | (2027, 4, 7) | (2027, 7, 3) | (2027, 8, 21) => {
                self.confirm().await;
                if (day.month(), day.day()) == (4, 7) {
                    self.returned = self.beside().await;
                }
            }
            _ => {}
        }
    }

    /// The quarter's late report, while the other task's report waits.
    async fn report_beside(&mut self) {
        let seat = self.c.seat(self.tasks[2].0, self.c.a).await;
        let said = quarter(date(2027, 3, 14), ClaimKind::Progress);
        self.c.report(&self.c.reporter, seat, said).await.unwrap();
    }

    /// What waits of the quarterly task.
    async fn beside(&self) -> Option<UpdateId> {
        let (c, task) = (&self.c, self.tasks[2].0);
        let progress = domain::query!(&c.world.platform, &c.reporter, cx => {
            carrying::of_task(cx, task).await
        });
        progress.unwrap().updates.into_iter().find(|shown| shown.update.waits()).map(|shown| shown.update.id)
    }

    async fn extend(&self) {
        let (system, task) = (self.c.world.system(), self.tasks[6].0);
        command!(&self.c.world.platform, &system, cx => {
            programmes::settle_due(cx, &[task], Day(date(2027, 8, 31)), Some("Gia hạn")).await
        })
        .unwrap();
    }

    /// Every light on a day, as of that day or now, against the table.
    async fn check(&self, day: Date, as_of: Option<Date>) {
        let (c, system) = (&self.c, self.c.world.system());
        let filter = programmes::TaskFilter { as_of, ..programmes::TaskFilter::default() };
        let list = domain::query!(&c.world.platform, &system, cx => {
            programmes::tasks(cx, &filter, programmes::Sort::Document, programmes::Slice::ALL).await
        })
        .unwrap();
        assert_eq!(list.rows.len(), self.tasks.len());
        for (row, (id, of)) in list.rows.iter().zip(&self.tasks) {
            assert_eq!(row.id, *id);
            let found = shown(row.verdict.light, row.verdict.standing);
            let why = messages::Lang::Vi.with(row.verdict.reason.key, &row.verdict.reason.args);
            assert_eq!(found, expected(of, day), "{} on {day} (as of {as_of:?}): {why}", row.title);
        }
    }

    /// The same table, from a board.
    async fn check_board(&self, board: &Board, day: Date, as_of: Option<Date>) {
        let (c, system) = (&self.c, self.c.world.system());
        assert!(board.ready(&c.world.platform).await.unwrap());
        let question = Question { as_of, ..Question::default() };
        domain::query!(&c.world.platform, &system, cx => {
            let mut found: Vec<(TaskId, Light)> = Vec::new();
            for light in Light::ALL {
                let behind = Behind { light: Some(light), ..Behind::default() };
                let tasks = board.find(cx, &question, behind, usize::MAX)?.unwrap().tasks;
                found.extend(tasks.into_iter().map(|task| (task, light)));
            }
            let standings = board.look(cx, &question)?.unwrap().standings;
            for (task, of) in &self.tasks {
                let expected = expected(of, day);
                let light = found.iter().find(|(found, _)| found == task).map(|(_, light)| light.code());
                assert_eq!(light, expected.split(' ').next(), "{expected} on {day} (as of {as_of:?})");
            }
            for (standing, count) in standings {
                let of = |(_, of): &&(TaskId, Expected)| expected(of, day).ends_with(&format!(" {}", standing.code()));
                assert_eq!(self.tasks.iter().filter(of).count(), count, "{} on {day}", standing.code());
            }
            Ok(())
        })
        .unwrap();
    }
}

fn shown(light: Light, standing: Standing) -> String {
    format!("{} {}", light.code(), standing.code())
}

fn quarter(closes: Date, kind: ClaimKind) -> Said {
    let cycle = Cycle { every: Recurrence::Quarterly, closes_on: 14, report_within: 10 };
    let period: Period = cycle.holding(closes).unwrap();
    let body =
        if kind == ClaimKind::NoWork { String::new() } else { "Đã thực hiện trong kỳ.".into() };
    Said { kind, period: Some(period), body, ..Said::default() }
}

#[tokio::test]
async fn every_light_of_two_years_is_what_the_rules_say() {
    let mut walk = Walk::begin().await;
    let (followed, mut day) = (Board::new(), FIRST);
    loop {
        walk.events(day).await;
        walk.check(day, None).await;
        walk.check_board(&followed, day, None).await;
        if day == LAST {
            break;
        }
        day = day.tomorrow().unwrap();
        walk.c.go_to(day);
    }
    let (made, mut day) = (Board::new(), FIRST);
    while day <= LAST {
        walk.check(day, Some(day)).await;
        walk.check_board(&followed, day, Some(day)).await;
        walk.check_board(&made, day, Some(day)).await;
        day = day.tomorrow().unwrap();
    }
}
