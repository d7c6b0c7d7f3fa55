//! Transactions, statements and values behave alike on both engines.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::Duration;

use futures_util::TryStreamExt;
use serde_json::json;
use store::{Attempts, ConflictKind, Day, Db, Engine, Error, Json, Micros, Options, Tx, sql};
use testkit::engine::{TestDb, bare_db, fresh_db};
use uuid::Uuid;

const CREATE: [&str; 2] = [
    "CREATE TABLE thing (
       org_id UUID NOT NULL, id UUID NOT NULL, title TEXT NOT NULL CONSTRAINT thing_title CHECK (title <> ''),
       version BIGINT NOT NULL, due TEXT, done BOOLEAN NOT NULL, weight DOUBLE PRECISION, detail JSONB NOT NULL,
       body BYTEA, created_at BIGINT NOT NULL, parent_id UUID,
       PRIMARY KEY (org_id, id), FOREIGN KEY (org_id, parent_id) REFERENCES thing (org_id, id))",
    "CREATE UNIQUE INDEX thing_name ON thing (org_id, title)",
];

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
struct Thing {
    org_id: Uuid,
    id: Uuid,
    title: String,
    version: i64,
    due: Option<Day>,
    done: bool,
    weight: Option<f64>,
    detail: Json<serde_json::Value>,
    body: Option<Vec<u8>>,
    created_at: Micros,
    parent_id: Option<Uuid>,
}

fn thing(n: u128) -> Thing {
    Thing {
        org_id: Uuid::from_u128(1),
        id: Uuid::from_u128(n),
        title: format!("Nhiệm vụ số {n}: Đẩy mạnh chuyển đổi số"),
        version: 1,
        due: Some("2025-02-05".parse().unwrap()),
        done: false,
        weight: Some(0.1 + 0.2),
        detail: Json(json!({"đích": 90, "lớn": i64::MAX, "mảng": [1, null, "a\u{1F600}"]})),
        body: Some(vec![0, 1, 255]),
        created_at: Micros(1_738_720_923_123_456),
        parent_id: None,
    }
}

const INSERT: &str =
    "INSERT INTO thing (org_id, id, title, version, due, done, weight, detail, body, created_at, parent_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const SELECT: &str = "SELECT org_id, id, title, version, due, done, weight, detail, body, created_at, parent_id FROM thing ORDER BY id";

fn bound(query: store::Query<'_>, thing: Thing) -> store::Query<'_> {
    query
        .bind(thing.org_id)
        .bind(thing.id)
        .bind(thing.title)
        .bind(thing.version)
        .bind(thing.due)
        .bind(thing.done)
        .bind(thing.weight)
        .bind(thing.detail)
        .bind(thing.body)
        .bind(thing.created_at)
        .bind(thing.parent_id)
}

async fn add(tx: &mut Tx, thing: Thing) -> store::Result<u64> {
    bound(tx.query(INSERT), thing).run().await
}

async fn things(db: &Db) -> Vec<Thing> {
    db.begin_read().await.unwrap().query(SELECT).all().await.unwrap()
}

async fn world() -> TestDb {
    let test = bare_db().await;
    let mut tx = test.db.begin().await.unwrap();
    for text in CREATE {
        tx.query(text).run().await.unwrap();
    }
    tx.commit().await.unwrap();
    test
}

#[tokio::test]
async fn values_come_back_as_they_went_in() {
    let test = world().await;
    let full = thing(1);
    let bare = Thing {
        due: None,
        weight: None,
        body: None,
        detail: Json(json!([])),
        parent_id: Some(full.id),
        created_at: Micros(i64::MIN),
        version: i64::MAX,
        ..thing(2)
    };
    let mut tx = test.db.begin().await.unwrap();
    add(&mut tx, full.clone()).await.unwrap();
    add(&mut tx, bare.clone()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(things(&test.db).await, [full.clone(), bare]);

    let mut tx = test.db.begin_read().await.unwrap();
    let late: Vec<(Uuid,)> = tx
        .query("SELECT id FROM thing WHERE due < $1 AND (org_id = $2 OR $2 IS NULL) ORDER BY id")
        .bind("2025-02-06".parse::<Day>().unwrap())
        .bind(None::<Uuid>)
        .all()
        .await
        .unwrap();
    assert_eq!(late, [(full.id,)]);
}

#[tokio::test]
async fn many_rows_go_in_with_few_statements_and_come_out_one_by_one() {
    let test = world().await;
    let mut tx = test.db.begin().await.unwrap();
    let rows: Vec<Thing> = (1..=1_777).map(thing).collect();
    assert_eq!(tx.insert_many(INSERT, rows.clone(), bound).await.unwrap(), 1_777);
    assert_eq!(tx.insert_many(INSERT, Vec::new(), bound).await.unwrap(), 0);
    let short = tx.insert_many(INSERT, [thing(9_999)], |query, thing| query.bind(thing.id)).await;
    assert!(matches!(short, Err(Error::Arity { bound: 1, wanted: 11, .. })), "{short:?}");
    tx.commit().await.unwrap();

    let mut tx = test.db.begin_read().await.unwrap();
    let mut stream = tx.query(SELECT).stream::<Thing>().unwrap();
    let mut seen = Vec::new();
    while let Some(row) = stream.try_next().await.unwrap() {
        seen.push(row);
    }
    assert_eq!(seen, rows);
}

#[tokio::test]
async fn a_dropped_transaction_is_rolled_back() {
    let test = world().await;
    let mut tx = test.db.begin().await.unwrap();
    add(&mut tx, thing(1)).await.unwrap();
    drop(tx);
    let mut tx = test.db.begin().await.unwrap();
    add(&mut tx, thing(2)).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(things(&test.db).await, []);
}

#[tokio::test]
async fn a_missing_or_spare_value_is_an_error() {
    let test = world().await;
    let mut tx = test.db.begin().await.unwrap();
    let missing = tx.query("SELECT title FROM thing WHERE id = $1").all::<(String,)>().await;
    assert!(matches!(missing, Err(Error::Arity { bound: 0, wanted: 1, .. })), "{missing:?}");
    let spare = tx.query("SELECT title FROM thing").bind(1_i64).opt::<(String,)>().await;
    assert!(matches!(spare, Err(Error::Arity { bound: 1, wanted: 0, .. })), "{spare:?}");
}

#[tokio::test]
async fn a_read_transaction_cannot_write_and_keeps_its_view() {
    let test = world().await;
    let mut read = test.db.begin_read().await.unwrap();
    let none: Vec<Thing> = read.query(SELECT).all().await.unwrap();
    assert_eq!(none, []);

    let mut tx = test.db.begin().await.unwrap();
    add(&mut tx, thing(1)).await.unwrap();
    tx.commit().await.unwrap();

    let still: Vec<Thing> = read.query(SELECT).all().await.unwrap();
    assert_eq!(still, [], "a read transaction sees one unchanging view");
    let refused = read.query("DELETE FROM thing").run().await;
    assert!(matches!(refused, Err(Error::ReadOnly(_))), "{refused:?}");
    drop(read);

    let mut read = test.db.begin_read().await.unwrap();
    let hidden = "SELECT nextval('x')";
    let engine_refuses = if test.db.engine() == Engine::Postgres {
        hidden
    } else {
        "WITH x AS (SELECT 1) REPLACE INTO thing (id) SELECT 1 FROM x"
    };
    assert!(read.query(engine_refuses).run().await.is_err());
    assert_eq!(things(&test.db).await.len(), 1);
}

#[tokio::test]
async fn constraints_are_named_alike_on_both_engines() {
    let test = world().await;
    let mut tx = test.db.begin().await.unwrap();
    add(&mut tx, thing(1)).await.unwrap();
    tx.commit().await.unwrap();
    let cases = [
        (Thing { title: "khác".to_owned(), ..thing(1) }, ConflictKind::Unique, "thing(org_id, id)"),
        (Thing { title: thing(1).title, ..thing(2) }, ConflictKind::Unique, "thing(org_id, title)"),
        (Thing { title: String::new(), ..thing(3) }, ConflictKind::Check, "thing_title"),
        (Thing { parent_id: Some(Uuid::from_u128(77)), ..thing(4) }, ConflictKind::ForeignKey, "foreign key"),
    ];
    for (row, wanted, name) in cases {
        let mut tx = test.db.begin().await.unwrap();
        match add(&mut tx, row).await {
            Err(Error::Conflict { kind, constraint }) => {
                assert_eq!((kind, constraint.as_str()), (wanted, name))
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    let mut tx = test.db.begin().await.unwrap();
    let null = tx.query("UPDATE thing SET done = NULL").run().await;
    assert!(
        matches!(&null, Err(Error::Conflict { kind: ConflictKind::NotNull, constraint }) if constraint == "thing(done)"),
        "{null:?}"
    );
}

#[tokio::test]
async fn nothing_is_committed_after_a_failed_statement() {
    let test = world().await;
    let mut tx = test.db.begin().await.unwrap();
    add(&mut tx, thing(1)).await.unwrap();
    assert!(matches!(add(&mut tx, thing(1)).await, Err(Error::Conflict { .. })));
    assert!(matches!(add(&mut tx, thing(2)).await, Err(Error::Refused(_))));
    assert!(matches!(tx.commit().await, Err(Error::Refused(_))));
    assert_eq!(things(&test.db).await, []);
}

async fn rename(db: &Db, seen: &Thing, title: &str) -> store::Result<()> {
    let mut tx = db.begin().await?;
    tx.query(
        "UPDATE thing SET title = $1, version = version + 1 WHERE org_id = $2 AND id = $3 AND version = $4",
    )
    .bind(title)
    .bind(seen.org_id)
    .bind(seen.id)
    .bind(seen.version)
    .exactly_one()
    .await?;
    tx.commit().await
}

#[tokio::test]
async fn the_second_of_two_writers_learns_that_the_row_changed() {
    let test = world().await;
    let mut tx = test.db.begin().await.unwrap();
    add(&mut tx, thing(1)).await.unwrap();
    tx.commit().await.unwrap();
    let seen = things(&test.db).await.remove(0);
    rename(&test.db, &seen, "một").await.unwrap();
    assert!(matches!(rename(&test.db, &seen, "hai").await, Err(Error::Stale)));
    assert_eq!(things(&test.db).await[0].title, "một");
}

#[tokio::test]
async fn one_update_too_many_is_refused() {
    let test = world().await;
    let mut tx = test.db.begin().await.unwrap();
    add(&mut tx, thing(1)).await.unwrap();
    add(&mut tx, thing(2)).await.unwrap();
    assert!(matches!(tx.query("UPDATE thing SET done = TRUE").exactly_one().await, Err(Error::Refused(_))));
    let missing = tx.query("SELECT title FROM thing WHERE version = 99").one::<(String,)>().await;
    assert!(matches!(missing, Err(Error::Missing)));
}

/// Counters raised by read-then-write with a version: none is lost, whatever the engine.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_update_is_lost_among_many_writers() {
    let test = world().await;
    let mut tx = test.db.begin().await.unwrap();
    add(&mut tx, thing(1)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let db = test.db.clone();
        tasks.spawn(async move {
            let mut done = 0;
            while done < 15 {
                let seen = things(&db).await.remove(0);
                match rename(&db, &seen, &format!("lần {}", seen.version)).await {
                    Ok(()) => done += 1,
                    Err(error) if matches!(error, Error::Stale) || error.is_retryable() => {
                        tokio::time::sleep(Duration::from_millis(2)).await;
                    }
                    Err(other) => panic!("{other}"),
                }
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(things(&test.db).await[0].version, 91);
}

/// What decides is read first and written by later: nobody else's commit may come in between. The second
/// writer waits on SQLite and is seen by the first on neither engine.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writing_transaction_keeps_its_view() {
    let test = world().await;
    let mut tx = test.db.begin().await.unwrap();
    add(&mut tx, thing(1)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = test.db.begin().await.unwrap();
    let count = "SELECT COUNT(*) FROM thing";
    assert_eq!(tx.query(count).one::<(i64,)>().await.unwrap(), (1,));
    let other = tokio::spawn({
        let db = test.db.clone();
        async move {
            let mut tx = db.begin().await?;
            add(&mut tx, thing(2)).await?;
            tx.commit().await
        }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(tx.query(count).one::<(i64,)>().await.unwrap(), (1,));
    tx.commit().await.unwrap();
    other.await.unwrap().unwrap();
    assert_eq!(things(&test.db).await.len(), 2);
}

/// Touches two rows; after the first one it waits (not for ever: on SQLite in vain) until the other
/// transaction has touched its first one too.
async fn touch_two(db: &Db, first: u128, second: u128, met: &tokio::sync::Barrier) -> store::Result<()> {
    let touch = "UPDATE thing SET version = version + 1 WHERE id = $1";
    let mut tx = db.begin().await?;
    tx.query(touch).bind(Uuid::from_u128(first)).exactly_one().await?;
    let _ = tokio::time::timeout(Duration::from_secs(1), met.wait()).await;
    tx.query(touch).bind(Uuid::from_u128(second)).exactly_one().await?;
    tx.commit().await
}

/// Two transactions take two rows in opposite order: a deadlock on PostgreSQL, which ends one of
/// them with an error worth a retry; on SQLite the second simply waits. Both end applied.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_lost_a_conflict_is_run_again() {
    let test = world().await;
    let mut tx = test.db.begin().await.unwrap();
    add(&mut tx, thing(1)).await.unwrap();
    add(&mut tx, thing(2)).await.unwrap();
    tx.commit().await.unwrap();
    let met = std::sync::Arc::new(tokio::sync::Barrier::new(2));
    let run = |first, second| {
        let (db, met) = (test.db.clone(), met.clone());
        tokio::spawn(async move {
            let mut attempts = Attempts::new();
            let mut runs = 0;
            loop {
                runs += 1;
                match touch_two(&db, first, second, &met).await {
                    Err(error) if attempts.again(&error).await => {}
                    outcome => return outcome.map(|()| runs),
                }
            }
        })
    };
    let (one, two) = (run(1, 2), run(2, 1));
    let runs = one.await.unwrap().unwrap() + two.await.unwrap().unwrap();
    // The one that was ended may begin again before the other has committed, and is then ended once more.
    let wanted = if test.db.engine() == Engine::Postgres { 3..=4 } else { 2..=2 };
    assert!(wanted.contains(&runs), "PostgreSQL ends one of the two, SQLite none: {runs} runs");
    let versions: Vec<i64> = things(&test.db).await.iter().map(|t| t.version).collect();
    assert_eq!(versions, [3, 3]);
}

#[tokio::test]
async fn a_transaction_ends_in_time() {
    let test = world().await;
    let options = Options { transaction_timeout: Duration::from_millis(600), ..Options::new(&test.url) };
    let hasty = Db::open(&options).await.unwrap();
    let mut tx = hasty.begin().await.unwrap();
    add(&mut tx, thing(1)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(tx.commit().await.is_err());
    let mut tx = hasty.begin().await.unwrap();
    let endless = "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) FROM n";
    let started = std::time::Instant::now();
    let outcome = tx.query(endless).all::<(i64,)>().await;
    assert!(matches!(outcome, Err(Error::Timeout)), "{outcome:?}");
    assert!(started.elapsed() < Duration::from_secs(5));
    drop(tx);
    let mut tx = hasty.begin().await.unwrap();
    let endless_write = "INSERT INTO thing (org_id, id, title, version, done, detail, created_at)
        WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)
        SELECT t.org_id, t.id, t.title, i, t.done, t.detail, i FROM n, thing t WHERE i < 0";
    let outcome = tx.query(endless_write).run().await;
    assert!(matches!(outcome, Err(Error::Timeout)), "{outcome:?}");
    assert!(tx.commit().await.is_err());
    let mut tx = hasty.begin().await.unwrap();
    add(&mut tx, thing(2)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(things(&test.db).await.len(), 1);
    hasty.close().await;
}

#[tokio::test]
async fn a_wrong_statement_does_not_prepare() {
    let test = fresh_db().await;
    test.db.prepare(sql!("SELECT state FROM job WHERE org_id = $1")).await.unwrap();
    assert!(test.db.prepare("SELECT nothing FROM job").await.is_err());
}

#[tokio::test]
async fn migrating_twice_changes_nothing() {
    let test = bare_db().await;
    assert_eq!(test.db.schema_version().await.unwrap(), None);
    test.db.migrate().await.unwrap();
    test.db.migrate().await.unwrap();
    assert_eq!(test.db.schema_version().await.unwrap(), Some(Db::wanted_schema_version()));
    assert_eq!(test.db.check().await.unwrap(), []);
}

#[tokio::test]
async fn an_address_of_another_kind_is_refused() {
    for url in ["mysql://x", "file.db", "sqlite::memory:", ""] {
        assert!(matches!(Db::open(&Options::new(url)).await, Err(Error::Refused(_))), "{url}");
    }
}
