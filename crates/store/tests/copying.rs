//! Copying between databases, backup and restore.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use bytes::Bytes;
use serde_json::json;
use store::attachments::{self, Attachment};
use store::blobs::{Blobs, Digest};
use store::{Db, Engine, Error, Micros, backup, copy, idempotency, jobs};
use testkit::engine::{bare_db, bare_db_on, fresh_db};
use uuid::Uuid;

const NOW: Micros = Micros(1_800_000_000_000_000);
const ODD: &str = "Nguyễn Thị Đẹp\n\"quoted\" 'single' \u{1F600} \u{0301} \\ %_";

/// A table with every kind of column and references within itself and to another one.
const TABLES: [&str; 2] = [
    "CREATE TABLE a_child (org_id UUID NOT NULL, id UUID NOT NULL, parent_id UUID NOT NULL,
       PRIMARY KEY (org_id, id))",
    "CREATE TABLE z_parent (org_id UUID NOT NULL, id UUID NOT NULL, above_id UUID, label TEXT, whole BIGINT,
       share DOUBLE PRECISION, truth BOOLEAN, body BYTEA, detail JSONB, PRIMARY KEY (org_id, id),
       FOREIGN KEY (org_id, above_id) REFERENCES z_parent (org_id, id))",
];
const REFERENCE: &str =
    "CREATE TABLE b_child (org_id UUID NOT NULL, id UUID NOT NULL, parent_id UUID NOT NULL,
       PRIMARY KEY (org_id, id), FOREIGN KEY (org_id, parent_id) REFERENCES z_parent (org_id, id))";

type Row = (
    Uuid,
    Option<Uuid>,
    Option<String>,
    Option<i64>,
    Option<f64>,
    Option<bool>,
    Option<Vec<u8>>,
    Option<store::Json<serde_json::Value>>,
);

async fn make_tables(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    for text in TABLES {
        tx.query(text).run().await.unwrap();
    }
    tx.query(REFERENCE).run().await.unwrap();
    tx.commit().await.unwrap();
}

fn rows() -> Vec<Row> {
    let id = Uuid::from_u128;
    let value = json!({"đối": {"số": i64::MIN, "thực": 0.125, "chữ": ODD}, "rỗng": null, "mảng": [[], {}]});
    let mut rows = vec![
        (
            id(1),
            Some(id(2)),
            Some(ODD.to_owned()),
            Some(i64::MAX),
            Some(0.1 + 0.2),
            Some(true),
            Some((0..=255).collect()),
            Some(store::Json(value)),
        ),
        (
            id(2),
            None,
            Some(String::new()),
            Some(i64::MIN),
            Some(f64::MIN_POSITIVE),
            Some(false),
            Some(vec![]),
            Some(store::Json(json!([]))),
        ),
        (id(3), Some(id(3)), None, None, None, None, None, None),
        (id(4), None, None, Some(0), Some(f64::MAX), None, None, None),
    ];
    rows.extend(
        (10..1_300)
            .map(|n| (id(n), Some(id(1)), Some(format!("dòng {n}")), Some(n as i64), None, None, None, None)),
    );
    rows
}

async fn fill(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    let org = Uuid::from_u128(7);
    let insert = "INSERT INTO z_parent (org_id, id, label, whole, share, truth, body, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    tx.insert_many(insert, rows(), |query, row| {
        query.bind(org).bind(row.0).bind(row.2).bind(row.3).bind(row.4).bind(row.5).bind(row.6).bind(row.7)
    })
    .await
    .unwrap();
    for row in rows().into_iter().filter(|row| row.1.is_some()) {
        tx.query("UPDATE z_parent SET above_id = $1 WHERE id = $2")
            .bind(row.1)
            .bind(row.0)
            .exactly_one()
            .await
            .unwrap();
    }
    tx.query("INSERT INTO b_child (org_id, id, parent_id) VALUES ($1, $2, $3)")
        .bind(org)
        .bind(Uuid::from_u128(1))
        .bind(Uuid::from_u128(4))
        .run()
        .await
        .unwrap();
    jobs::enqueue(
        &mut tx,
        jobs::Job {
            org_id: org,
            id: Uuid::from_u128(5),
            queue: "q".to_owned(),
            key: Some("k".to_owned()),
            payload: json!({"a": [1, 2.5, "x"]}),
            run_at: NOW,
            max_attempts: 3,
        },
    )
    .await
    .unwrap();
    idempotency::begin(&mut tx, org, "k", "f", NOW).await.unwrap();
    tx.commit().await.unwrap();
}

async fn read(db: &Db) -> Vec<Row> {
    let mut tx = db.begin_read().await.unwrap();
    tx.query("SELECT id, above_id, label, whole, share, truth, body, detail FROM z_parent ORDER BY id")
        .all()
        .await
        .unwrap()
}

async fn check_rows(db: &Db) {
    let found = read(db).await;
    assert_eq!(found.len(), rows().len());
    for (found, wanted) in found.into_iter().zip(rows()) {
        assert_eq!(found, wanted);
    }
}

#[tokio::test]
async fn a_database_moves_to_every_engine_of_this_run_and_back() {
    for to in [Engine::Sqlite, Engine::Postgres] {
        let from = fresh_db().await;
        let Some(target) = bare_db_on(to).await else { continue };
        make_tables(&from.db).await;
        fill(&from.db).await;
        target.db.migrate().await.unwrap();
        make_tables(&target.db).await;
        let counts = copy::copy(&from.db, &target.db).await.unwrap();
        assert_eq!(
            (counts["z_parent"], counts["b_child"], counts["job"], counts["a_child"]),
            (1_294, 1, 1, 0)
        );
        assert_eq!(counts, copy::counts(&target.db).await.unwrap());
        check_rows(&target.db).await;
        assert_eq!(
            jobs::list(&mut target.db.begin_read().await.unwrap(), None, "ready", 9).await.unwrap().len(),
            1
        );
        assert_eq!(target.db.check().await.unwrap(), []);

        let mut tx = target.db.begin().await.unwrap();
        let orphan = tx
            .query("INSERT INTO b_child (org_id, id, parent_id) VALUES ($1, $1, $1)")
            .bind(Uuid::from_u128(404))
            .run()
            .await;
        let outcome = match orphan {
            Ok(_) => tx.commit().await,
            Err(error) => tx.rollback().await.and(Err(error)),
        };
        assert!(
            matches!(outcome, Err(Error::Conflict { .. })),
            "references hold after the copy: {outcome:?}"
        );

        let again = copy::copy(&from.db, &target.db).await;
        assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");
        let home = fresh_db().await;
        make_tables(&home.db).await;
        copy::copy(&target.db, &home.db).await.unwrap();
        check_rows(&home.db).await;
    }
}

#[tokio::test]
async fn a_copy_that_breaks_a_reference_changes_nothing() {
    let from = fresh_db().await;
    let to = fresh_db().await;
    let loose = REFERENCE.split(", FOREIGN KEY").next().unwrap();
    let mut tx = from.db.begin().await.unwrap();
    tx.query(TABLES[1]).run().await.unwrap();
    tx.query(Box::leak(format!("{loose})").into_boxed_str())).run().await.unwrap();
    tx.query("INSERT INTO b_child (org_id, id, parent_id) VALUES ($1, $1, $1)")
        .bind(Uuid::from_u128(1))
        .run()
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = to.db.begin().await.unwrap();
    tx.query(TABLES[1]).run().await.unwrap();
    tx.query(REFERENCE).run().await.unwrap();
    tx.commit().await.unwrap();
    let outcome = copy::copy(&from.db, &to.db).await;
    assert!(matches!(outcome, Err(Error::Conflict { .. })), "{outcome:?}");
    assert!(copy::counts(&to.db).await.unwrap().values().all(|rows| *rows == 0));
}

#[tokio::test]
async fn an_unmigrated_target_is_refused() {
    let (from, to) = (fresh_db().await, bare_db().await);
    assert!(matches!(copy::copy(&from.db, &to.db).await, Err(Error::Refused(_))));
}

async fn filled() -> (testkit::engine::TestDb, Blobs, tempfile::TempDir, Digest) {
    let test = fresh_db().await;
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::folder(&folder.path().join("blobs")).unwrap();
    let stored = blobs.put(Bytes::from("Quyết định".repeat(9_999))).await.unwrap();
    let mut tx = test.db.begin().await.unwrap();
    let row = Attachment {
        org_id: Uuid::from_u128(1),
        id: Uuid::from_u128(2),
        owner_kind: "document".to_owned(),
        owner_id: Uuid::from_u128(3),
        name: ODD.to_owned(),
        media_type: "text/plain".to_owned(),
        size_bytes: i64::try_from(stored.size).unwrap(),
        sha256: stored.digest,
        created_at: NOW,
        created_by: Uuid::from_u128(4),
        archived_at: None,
        archived_by: None,
    };
    attachments::add(&mut tx, row).await.unwrap();
    tx.commit().await.unwrap();
    (test, blobs, folder, stored.digest)
}

#[tokio::test]
async fn a_backup_restores_everything_on_every_engine_of_this_run() {
    let (test, blobs, folder, digest) = filled().await;
    let place = folder.path().join("backup");
    let made = backup::create(&test.db, &blobs, &place, NOW).await.unwrap();
    assert_eq!((made.rows["attachment"], made.blobs.len()), (1, 1));
    assert!(matches!(backup::create(&test.db, &blobs, &place, NOW).await, Err(Error::Refused(_))));
    for to in [Engine::Sqlite, Engine::Postgres] {
        let Some(target) = bare_db_on(to).await else { continue };
        let elsewhere = tempfile::tempdir().unwrap();
        let restored_blobs = Blobs::folder(elsewhere.path()).unwrap();
        assert_eq!(backup::restore(&place, &target.db, &restored_blobs).await.unwrap(), made);
        restored_blobs.verify(digest).await.unwrap();
        let mut tx = target.db.begin_read().await.unwrap();
        let found =
            attachments::find(&mut tx, Uuid::from_u128(1), Uuid::from_u128(2)).await.unwrap().unwrap();
        assert_eq!((found.name.as_str(), found.sha256), (ODD, digest));
        drop(tx);
        let twice = backup::restore(&place, &target.db, &restored_blobs).await;
        assert!(matches!(twice, Err(Error::Refused(_))), "never over data: {twice:?}");
    }
    let left: Vec<String> =
        std::fs::read_dir(&place).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[tokio::test]
async fn a_damaged_backup_is_refused_before_anything_is_restored() {
    let (test, blobs, folder, digest) = filled().await;
    let place = folder.path().join("backup");
    backup::create(&test.db, &blobs, &place, NOW).await.unwrap();
    assert_eq!(backup::check(&place).await.unwrap(), []);
    let name = digest.to_string();
    let blob = place.join("blobs").join(&name[..2]).join(&name);
    let good = std::fs::read(&blob).unwrap();
    std::fs::write(&blob, b"bad").unwrap();
    let target = bare_db().await;
    assert!(matches!(backup::restore(&place, &target.db, &blobs).await, Err(Error::Damaged(_))));
    std::fs::remove_file(&blob).unwrap();
    assert_eq!(backup::check(&place).await.unwrap().len(), 1);
    std::fs::write(&blob, good).unwrap();
    let database = place.join("database.sqlite");
    let mut bytes = std::fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&database, bytes).unwrap();
    assert!(matches!(backup::restore(&place, &target.db, &blobs).await, Err(Error::Damaged(_))));
    assert_eq!(target.db.schema_version().await.unwrap(), None);
}

/// The database is copied while somebody writes; the copy holds a state that really was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_while_others_write_is_whole() {
    let test = fresh_db().await;
    let writer = test.db.clone();
    let (stop, mut stopped) = tokio::sync::watch::channel(false);
    let writing = tokio::spawn(async move {
        let mut n = 0;
        while !*stopped.borrow_and_update() {
            let mut tx = writer.begin().await.unwrap();
            for half in 0..2 {
                n += 1;
                idempotency::begin(&mut tx, Uuid::from_u128(half), &format!("{}", n / 2), "f", NOW)
                    .await
                    .unwrap();
            }
            tx.commit().await.unwrap();
        }
        n
    });
    let folder = tempfile::tempdir().unwrap();
    while copy::counts(&test.db).await.unwrap()["idempotency_key"] == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    for copy in 0..3 {
        let file = folder.path().join(format!("{copy}.db"));
        test.db.backup(&file).await.unwrap();
        let copied = testkit::engine::open_address(&format!("sqlite://{}", file.display())).await;
        assert_eq!(copied.check().await.unwrap(), []);
        let rows = copy::counts(&copied).await.unwrap()["idempotency_key"];
        assert!(rows > 0 && rows % 2 == 0, "no half transaction: {rows}");
        copied.close().await;
        assert!(matches!(test.db.backup(&file).await, Err(Error::Refused(_))));
    }
    stop.send(true).unwrap();
    assert!(writing.await.unwrap() > 0);
}
