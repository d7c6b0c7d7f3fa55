//! The job queue: no job runs twice at once, none is lost, the dead stay visible.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use store::jobs::{self, Claimed, Clock, Fate, Job, Outcome, Worker};
use store::{Db, Error, Micros};
use testkit::engine::fresh_db;
use tokio::sync::watch;
use uuid::Uuid;

const NOW: Micros = Micros(1_800_000_000_000_000);
const LEASE: Duration = Duration::from_secs(60);

fn job(n: u128) -> Job {
    Job {
        org_id: Uuid::from_u128(1),
        id: Uuid::from_u128(n),
        queue: "mail".to_owned(),
        key: None,
        payload: json!({"n": n as u64}),
        run_at: NOW,
        max_attempts: 3,
    }
}

async fn enqueue(db: &Db, job: Job) -> bool {
    let mut tx = db.begin().await.unwrap();
    let new = jobs::enqueue(&mut tx, job).await.unwrap();
    tx.commit().await.unwrap();
    new
}

async fn claim(db: &Db, most: u32, now: Micros) -> Vec<Claimed> {
    jobs::claim(db, "mail", "w", most, LEASE, now).await.unwrap()
}

async fn done(db: &Db, job: &Claimed, now: Micros) -> store::Result<()> {
    let mut tx = db.begin().await?;
    jobs::done(&mut tx, job, now).await?;
    tx.commit().await
}

async fn fail(db: &Db, job: &Claimed, now: Micros) -> Fate {
    let mut tx = db.begin().await.unwrap();
    let fate = jobs::fail(&mut tx, job, "máy chủ thư không trả lời", now).await.unwrap();
    tx.commit().await.unwrap();
    fate
}

async fn standing(db: &Db, state: &str) -> Vec<jobs::Standing> {
    jobs::list(&mut db.begin_read().await.unwrap(), None, state, 100).await.unwrap()
}

#[tokio::test]
async fn a_job_is_done_once_and_in_its_time() {
    let test = fresh_db().await;
    enqueue(&test.db, job(1)).await;
    assert_eq!(claim(&test.db, 5, NOW.plus_seconds(-1)).await, [], "not before its time");
    let claimed = claim(&test.db, 5, NOW).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!((claimed[0].attempts, &claimed[0].payload.0), (1, &json!({"n": 1})));
    assert_eq!(claim(&test.db, 5, NOW).await, [], "leased");
    done(&test.db, &claimed[0], NOW).await.unwrap();
    assert!(matches!(done(&test.db, &claimed[0], NOW).await, Err(Error::Stale)));
    assert_eq!(claim(&test.db, 5, NOW.plus_seconds(9_999)).await, []);
    assert_eq!(standing(&test.db, "done").await.len(), 1);
    let mut tx = test.db.begin().await.unwrap();
    assert_eq!(jobs::purge(&mut tx, NOW.plus_seconds(1)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(standing(&test.db, "done").await, []);
}

#[tokio::test]
async fn a_rolled_back_command_leaves_no_job() {
    let test = fresh_db().await;
    let mut tx = test.db.begin().await.unwrap();
    jobs::enqueue(&mut tx, job(1)).await.unwrap();
    drop(tx);
    assert_eq!(claim(&test.db, 5, NOW).await, []);
}

#[tokio::test]
async fn a_lost_lease_is_taken_over_and_its_first_holder_learns_it() {
    let test = fresh_db().await;
    enqueue(&test.db, job(1)).await;
    let first = claim(&test.db, 1, NOW).await.remove(0);
    let mut tx = test.db.begin().await.unwrap();
    jobs::heartbeat(&mut tx, &first, LEASE, NOW.plus_seconds(50)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claim(&test.db, 1, NOW.plus_seconds(100)).await, [], "the heartbeat prolonged the lease");
    let late = NOW.plus_seconds(111);
    let second = claim(&test.db, 1, late).await.remove(0);
    assert_eq!((second.id, second.attempts), (first.id, 2));
    assert!(matches!(done(&test.db, &first, late).await, Err(Error::Stale)));
    let mut tx = test.db.begin().await.unwrap();
    assert!(matches!(jobs::heartbeat(&mut tx, &first, LEASE, late).await, Err(Error::Stale)));
    assert!(matches!(jobs::fail(&mut tx, &first, "x", late).await, Err(Error::Stale)));
    drop(tx);
    done(&test.db, &second, late).await.unwrap();
}

#[tokio::test]
async fn a_failing_job_waits_longer_each_time_and_then_stays_visible_as_dead() {
    let test = fresh_db().await;
    enqueue(&test.db, job(1)).await;
    let mut now = NOW;
    for attempt in 1..=3 {
        let claimed = claim(&test.db, 1, now).await.remove(0);
        assert_eq!(claimed.attempts, attempt);
        let fate = fail(&test.db, &claimed, now).await;
        assert_eq!(fate, if attempt == 3 { Fate::Dead } else { Fate::Again });
        assert_eq!(claim(&test.db, 1, now.plus_seconds(9)).await, [], "it pauses");
        now = now.plus_seconds(100);
    }
    assert_eq!(claim(&test.db, 1, now.plus_seconds(99_999)).await, []);
    let dead = standing(&test.db, "dead").await;
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].last_error.as_deref(), Some("máy chủ thư không trả lời"));
    assert_eq!(dead[0].due_at, None);

    let mut tx = test.db.begin().await.unwrap();
    jobs::revive(&mut tx, dead[0].org_id, dead[0].id, now).await.unwrap();
    let counts = jobs::counts(&mut tx).await.unwrap();
    assert_eq!(counts, [("mail".to_owned(), "ready".to_owned(), 1)]);
    tx.commit().await.unwrap();
    assert_eq!(claim(&test.db, 1, now).await.remove(0).attempts, 1);
}

#[tokio::test]
async fn a_job_that_kills_its_workers_ends_as_dead() {
    let test = fresh_db().await;
    enqueue(&test.db, job(1)).await;
    let mut now = NOW;
    for _ in 0..3 {
        assert_eq!(claim(&test.db, 1, now).await.len(), 1);
        now = now.plus_seconds(61);
    }
    assert_eq!(claim(&test.db, 1, now).await, []);
    let keyed = Job { key: Some("k".to_owned()), max_attempts: 1, ..job(2) };
    enqueue(&test.db, keyed.clone()).await;
    assert_eq!(claim(&test.db, 1, now).await.len(), 1);
    enqueue(&test.db, Job { payload: json!({"n": "newer"}), ..keyed }).await;
    let again = claim(&test.db, 1, now.plus_seconds(61)).await;
    assert_eq!(again.len(), 1, "what was asked for while it ran is not lost with its worker");
    assert_eq!((again[0].attempts, &again[0].payload.0), (1, &json!({"n": "newer"})));
    let dead = standing(&test.db, "dead").await;
    assert_eq!(dead.len(), 1);
    assert!(dead[0].last_error.as_deref().unwrap().contains("worker was lost"), "{dead:?}");
}

#[tokio::test]
async fn the_same_key_is_the_same_work() {
    let test = fresh_db().await;
    let keyed = |n: u128| Job { key: Some("Bộ Tài chính".to_owned()), ..job(n) };
    assert!(enqueue(&test.db, keyed(1)).await);
    assert!(!enqueue(&test.db, keyed(2)).await, "joined with the waiting one");
    let other_org = Job { org_id: Uuid::from_u128(2), ..keyed(3) };
    assert!(enqueue(&test.db, other_org.clone()).await);

    let mut claimed = claim(&test.db, 5, NOW).await;
    claimed.sort_by_key(|c| c.org_id);
    assert_eq!(claimed.len(), 2);
    assert_eq!(claimed[0].payload.0, json!({"n": 2}), "the newest payload");
    assert!(!enqueue(&test.db, keyed(4)).await, "joined with the running one");
    done(&test.db, &claimed[0], NOW).await.unwrap();
    let again = claim(&test.db, 5, NOW).await;
    assert_eq!(again.len(), 1, "what came while it ran makes it run once more");
    assert_eq!((again[0].payload.0.clone(), again[0].attempts), (json!({"n": 4}), 1));
    done(&test.db, &again[0], NOW).await.unwrap();
    assert_eq!(claim(&test.db, 5, NOW).await, []);
    assert!(enqueue(&test.db, keyed(5)).await, "a done job does not stand in the way");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_never_lease_the_same_job() {
    let test = fresh_db().await;
    let mut tx = test.db.begin().await.unwrap();
    for n in 1..=200 {
        jobs::enqueue(&mut tx, job(n)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    let start = Arc::new(tokio::sync::Barrier::new(2));
    for _ in 0..2 {
        let (db, start) = (test.again().await, start.clone());
        tasks.spawn(async move {
            let mut mine = Vec::new();
            start.wait().await;
            loop {
                let claimed = claim(&db, 3, NOW).await;
                if claimed.is_empty() {
                    db.close().await;
                    return mine;
                }
                mine.extend(claimed.into_iter().map(|c| c.id));
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
    }
    let leased: Vec<Vec<Uuid>> = tasks.join_all().await;
    assert!(leased.iter().all(|mine| !mine.is_empty()), "both got some");
    let all: Vec<Uuid> = leased.into_iter().flatten().collect();
    assert_eq!(all.len(), 200);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 200);
}

fn clock() -> (Clock, Arc<AtomicI64>) {
    let hand = Arc::new(AtomicI64::new(NOW.0));
    let read = hand.clone();
    (Arc::new(move || Micros(read.load(Ordering::SeqCst))), hand)
}

async fn wait_for(db: &Db, state: &str, jobs: usize) {
    for _ in 0..400 {
        if standing(db, state).await.len() == jobs {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{jobs} jobs {state} were awaited: {:?}", standing(db, state).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_does_jobs_survives_panics_and_stops_gracefully() {
    let test = fresh_db().await;
    for n in 1..=12 {
        enqueue(&test.db, job(n)).await;
    }
    for n in 13..=14 {
        enqueue(&test.db, Job { queue: "broken".to_owned(), max_attempts: 1, ..job(n) }).await;
    }
    let (clock, _) = clock();
    let (stop, stopped) = watch::channel(false);
    let done_by_itself = test.db.clone();
    let at_once = Arc::new(AtomicUsize::new(0));
    let seen = at_once.clone();
    let worker = Worker::new(test.db.clone(), "one", clock.clone())
        .paced(Duration::from_secs(9), Duration::from_millis(20))
        .bounded(3, Duration::from_secs(5))
        .on("mail", move |job| {
            let (db, at_once) = (done_by_itself.clone(), seen.clone());
            async move {
                assert!(at_once.fetch_add(1, Ordering::SeqCst) < 3, "no more at once than allowed");
                tokio::time::sleep(Duration::from_millis(10)).await;
                at_once.fetch_sub(1, Ordering::SeqCst);
                if job.payload.0["n"].as_u64().unwrap() % 2 == 0 {
                    return Ok(Outcome::Done);
                }
                done(&db, &job, NOW).await.map_err(|error| error.to_string())?;
                Ok(Outcome::Recorded)
            }
        })
        .on("broken", |job| async move {
            if job.payload.0["n"] == 13 { panic!("hỏng") } else { Err("không được".to_owned()) }
        });
    let working = tokio::spawn(worker.run(stopped));
    wait_for(&test.db, "done", 12).await;
    wait_for(&test.db, "dead", 2).await;
    let why: HashSet<String> =
        standing(&test.db, "dead").await.into_iter().map(|dead| dead.last_error.unwrap()).collect();
    assert_eq!(why, HashSet::from(["the handler panicked: hỏng".to_owned(), "không được".to_owned()]));
    stop.send(true).unwrap();
    working.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopping_worker_gives_back_what_does_not_end() {
    let test = fresh_db().await;
    enqueue(&test.db, job(1)).await;
    let (clock, _) = clock();
    let (stop, stopped) = watch::channel(false);
    let worker = Worker::new(test.db.clone(), "slow", clock)
        .paced(LEASE, Duration::from_millis(20))
        .bounded(1, Duration::from_millis(100))
        .on("mail", |_| async {
            tokio::time::sleep(Duration::from_secs(600)).await;
            Ok(Outcome::Done)
        });
    let working = tokio::spawn(worker.run(stopped));
    wait_for(&test.db, "leased", 1).await;
    stop.send(true).unwrap();
    working.await.unwrap();
    let ready = standing(&test.db, "ready").await;
    assert_eq!((ready.len(), ready[0].attempts), (1, 0), "the attempt does not count");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_keeps_the_lease_of_a_long_job() {
    let test = fresh_db().await;
    enqueue(&test.db, job(1)).await;
    let (clock, hand) = clock();
    let (stop, stopped) = watch::channel(false);
    let finish = Arc::new(tokio::sync::Notify::new());
    let finished = finish.clone();
    let worker = Worker::new(test.db.clone(), "long", clock)
        .paced(Duration::from_millis(300), Duration::from_millis(20))
        .on("mail", move |_| {
            let finished = finished.clone();
            async move {
                finished.notified().await;
                Ok(Outcome::Done)
            }
        });
    let working = tokio::spawn(worker.run(stopped));
    wait_for(&test.db, "leased", 1).await;
    let started = standing(&test.db, "leased").await[0].due_at.unwrap();
    hand.fetch_add(200_000, Ordering::SeqCst);
    let renewed = async {
        while standing(&test.db, "leased").await[0].due_at.unwrap() == started {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), renewed).await.expect("the lease was renewed");
    finish.notify_one();
    wait_for(&test.db, "done", 1).await;
    assert_eq!(standing(&test.db, "done").await[0].attempts, 1);
    stop.send(true).unwrap();
    working.await.unwrap();
}
