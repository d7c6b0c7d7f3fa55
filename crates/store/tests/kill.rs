//! A process that is killed with SIGKILL while it writes loses nothing that it acknowledged and
//! leaves nothing half applied.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead, BufReader, Write};
use std::time::Duration;

use serde_json::json;
use store::{Db, Micros, Tx, jobs};
use testkit::engine::{bare_db, child_address, open_address, start_child};
use uuid::Uuid;

const NOW: Micros = Micros(1_800_000_000_000_000);
const TABLE: &str = "CREATE TABLE entry (org_id UUID NOT NULL, side BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (org_id, side, n))";

fn org() -> Uuid {
    Uuid::from_u128(1)
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

async fn write(db: &Db, n: i64) {
    let mut tx = db.begin().await.unwrap();
    for side in 0..2_i64 {
        tx.query("INSERT INTO entry (org_id, side, n) VALUES ($1, $2, $3)")
            .bind(org())
            .bind(side)
            .bind(n)
            .exactly_one()
            .await
            .unwrap();
    }
    let job = jobs::Job {
        org_id: org(),
        id: Uuid::from_u128(n as u128),
        queue: "q".to_owned(),
        key: None,
        payload: json!({"n": n}),
        run_at: NOW,
        max_attempts: 5,
    };
    jobs::enqueue(&mut tx, job).await.unwrap();
    tx.commit().await.unwrap();
}

/// What the child process does until it is killed.
async fn write_without_end(address: &str) {
    let db = open_address(address).await;
    let mut tx = db.begin().await.unwrap();
    let (last,): (i64,) = tx.query("SELECT coalesce(max(n), 0) FROM entry").one().await.unwrap();
    tx.rollback().await.unwrap();
    for n in last + 1.. {
        write(&db, n).await;
        say(&format!("ack {n}"));
    }
}

async fn numbers(read: &mut Tx, sql: &'static str) -> Vec<i64> {
    let rows: Vec<(i64,)> = read.query(sql).all().await.unwrap();
    rows.into_iter().map(|(n,)| n).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_writes_survive_kills() {
    if let Some(address) = child_address() {
        return write_without_end(&address).await;
    }
    let test = bare_db().await;
    test.db.migrate().await.unwrap();
    let mut tx = test.db.begin().await.unwrap();
    tx.query(TABLE).run().await.unwrap();
    tx.commit().await.unwrap();
    let mut acknowledged = 0;
    for round in 0..6_u64 {
        let mut child = start_child("acknowledged_writes_survive_kills", &test.url);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let killed_after = 3 + round * 7;
        let mut seen = 0;
        for line in lines {
            let Some(n) = line.unwrap().strip_prefix("ack ").and_then(|n| n.parse::<i64>().ok()) else {
                continue;
            };
            acknowledged = n;
            seen += 1;
            if seen == killed_after {
                std::thread::sleep(Duration::from_micros(round * 370));
                child.kill().unwrap();
            }
        }
        assert!(seen >= killed_after, "the child wrote until it was killed");
        child.wait().unwrap();

        let after = test.again().await;
        // One state for all three: PostgreSQL may still be committing what the killed child had sent.
        let mut read = after.begin_read().await.unwrap();
        let left = numbers(&mut read, "SELECT n FROM entry WHERE side = 0 ORDER BY n").await;
        let right = numbers(&mut read, "SELECT n FROM entry WHERE side = 1 ORDER BY n").await;
        assert_eq!(left, right, "nothing is half applied");
        let jobs = jobs::list(&mut read, None, "ready", 100_000).await.unwrap();
        drop(read);
        assert_eq!(jobs.len(), left.len(), "each write came with its job");
        let wanted: Vec<i64> = (1..=left.len() as i64).collect();
        assert_eq!(left, wanted, "nothing acknowledged is missing");
        assert!(left.len() as i64 >= acknowledged, "{} of {acknowledged} acknowledged", left.len());
        assert_eq!(after.check().await.unwrap(), []);
        after.close().await;
    }
    assert!(acknowledged >= 6 * 3);
}

/// What the child process does until it is killed.
async fn lease_a_job_and_hang(address: &str) {
    let db = open_address(address).await;
    let claimed = jobs::claim(&db, "q", "doomed", 1, Duration::from_secs(60), NOW).await.unwrap();
    say(&format!("ack {}", claimed[0].id.as_u128()));
    std::thread::sleep(Duration::from_secs(600));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_workers_job_is_taken_over() {
    if let Some(address) = child_address() {
        return lease_a_job_and_hang(&address).await;
    }
    let test = bare_db().await;
    test.db.migrate().await.unwrap();
    let mut tx = test.db.begin().await.unwrap();
    tx.query(TABLE).run().await.unwrap();
    tx.commit().await.unwrap();
    write(&test.db, 1).await;
    let mut child = start_child("a_killed_workers_job_is_taken_over", &test.url);
    let leased = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(|line| line.unwrap())
        .find(|line| line.starts_with("ack "));
    assert_eq!(leased.as_deref(), Some("ack 1"));
    child.kill().unwrap();
    child.wait().unwrap();

    let early =
        jobs::claim(&test.db, "q", "heir", 1, Duration::from_secs(60), NOW.plus_seconds(59)).await.unwrap();
    assert_eq!(early, [], "its lease still runs");
    let late = NOW.plus_seconds(60);
    let heir = jobs::claim(&test.db, "q", "heir", 1, Duration::from_secs(60), late).await.unwrap();
    assert_eq!((heir[0].id, heir[0].attempts), (Uuid::from_u128(1), 2));
    let mut tx = test.db.begin().await.unwrap();
    jobs::done(&mut tx, &heir[0], late).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(jobs::list(&mut test.db.begin_read().await.unwrap(), None, "done", 9).await.unwrap().len(), 1);
}
