//! An installation that an older program left is brought up by this one, and one that a newer program
//! left is not touched.

use crate::program::{Installation, said, unused};
use domain::access::Actor;
use domain::intake::{self, Status};
use domain::programmes::{self, Slice, Sort, TaskFilter};
use domain::{Platform, command, query, units};
use std::path::{Path, PathBuf};
use std::process::Output;
use store::blobs::Blobs;
use store::copy::counts;
use store::{Db, Engine};
use testkit::engine::{bare_db_on, open_address};
use testkit::world::World;

/// The last migration when the saved installation was written.
const SAVED_AT: i64 = 6;
/// Tasks in the review that was begun and not ended.
const OPEN_TASKS: usize = 32;

fn saved_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/upgrade")
}

/// The saved installation: its SQLite file, its documents and its key.
async fn saved() -> Installation {
    let database = bare_db_on(Engine::Sqlite).await.unwrap();
    let mut tx = database.db.begin().await.unwrap();
    tx.query("PRAGMA defer_foreign_keys = ON").run().await.unwrap();
    for statement in include_str!("../upgrade/database.sql").lines() {
        tx.query(statement).run().await.unwrap();
    }
    tx.commit().await.unwrap();
    let installation = Installation::over(database);
    let to = installation.folder.path();
    std::fs::copy(saved_folder().join("audit.key"), to.join("audit.key")).unwrap();
    for folder in std::fs::read_dir(saved_folder().join("files")).unwrap() {
        let folder = folder.unwrap();
        let into = to.join("files").join(folder.file_name());
        std::fs::create_dir_all(&into).unwrap();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), into.join(file.file_name())).unwrap();
        }
    }
    installation
}

fn ended_well(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    said(output)
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{}", said(output));
    said(output)
}

#[tokio::test]
async fn an_older_installation_is_backed_up_brought_up_and_read() {
    let old = saved().await;
    assert_eq!(old.database.db.schema_version().await.unwrap(), Some(SAVED_AT));
    let before = counts(&old.database.db).await.unwrap();

    assert!(refused(&old.run(&["doctor"], "")).contains("dotpha backup"), "says what to do first");
    assert!(refused(&old.run(&["account", "list"], "")).contains("dotpha backup"));
    let copy = unused(old.folder.path(), "copy");
    ended_well(&old.run(&["backup", &copy], ""));
    assert_eq!(old.database.db.schema_version().await.unwrap(), Some(SAVED_AT), "a backup changes nothing");

    let raised = ended_well(&old.run(&["migrate"], ""));
    assert!(
        raised.contains(&format!("từ bản {SAVED_AT} lên bản {}", Db::wanted_schema_version())),
        "{raised}"
    );
    old.healthy();
    let after = counts(&old.look().await).await.unwrap();
    for (table, rows) in &before {
        assert_eq!(after.get(table), Some(rows), "{table}");
    }
    readable(&old).await;

    let new = Installation::empty().await;
    ended_well(&new.run(&["restore", &copy], ""));
    new.healthy();
    readable(&new).await;
}

/// What the older program wrote is read by today's operations, and a review that was begun with it is
/// ended.
async fn readable(installation: &Installation) {
    let world = World::new().await;
    let platform = Platform {
        db: open_address(&installation.database.url).await,
        blobs: Blobs::folder(&installation.folder.path().join("files")).unwrap(),
        ..world.platform.clone()
    };
    let system = Actor::system("test");
    let (plans, tasks, found) = query!(&platform, &system, cx => {
        let plans = programmes::list(cx, None).await?;
        let tasks = programmes::tasks(cx, &TaskFilter::default(), Sort::Document, Slice::ALL).await?;
        Ok((plans, tasks, units::search(cx, "cuc du lieu", 5).await?))
    })
    .unwrap();
    assert_eq!((plans.len(), tasks.rows.len()), (1, 33));
    assert_eq!(tasks.rows[0].code.as_deref(), Some("II.1.1"));
    assert!(found.iter().any(|unit| unit.name.starts_with("Cục Dữ liệu")), "{found:?}");
    let first = tasks.rows[0].id;
    let (detail, intakes) = query!(&platform, &system, cx => {
        Ok((programmes::task(cx, first, None).await?, intake::list(cx, None, 10).await?))
    })
    .unwrap();
    assert!(detail.sources[0].quote.contains("kiến trúc dữ liệu"), "{:?}", detail.sources);
    let open = intakes.iter().find(|one| one.status == Status::Review).expect("a review was begun");
    let id = open.id;
    let made = command!(&platform, &system, cx => { intake::commit(cx, id, None, true).await }).unwrap();
    let read = query!(&platform, &system, cx => { programmes::overview(cx, made, None).await }).unwrap();
    assert_eq!(read.tasks.len(), OPEN_TASKS);
    platform.db.close().await;
}

#[tokio::test]
async fn a_newer_installation_is_left_alone_and_the_reason_said() {
    let installation = Installation::started().await;
    let db = installation.look().await;
    let mut tx = db.begin().await.unwrap();
    tx.query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         SELECT 9999, description, success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1",
    )
    .exactly_one()
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let before = counts(&db).await.unwrap();
    let copy = unused(installation.folder.path(), "copy");
    for arguments in [&["serve"][..], &["migrate"], &["account", "list"], &["backup", &copy]] {
        let said = refused(&installation.run(arguments, ""));
        assert!(said.contains("schema 9999, newer than schema"), "{arguments:?}: {said}");
    }
    assert!(refused(&installation.run(&["doctor"], "")).contains("mới hơn bản"));
    assert_eq!(counts(&db).await.unwrap(), before);
}
