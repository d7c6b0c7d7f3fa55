//! What only SQLite needs: opening its file safely, its online copy, its checks.

use std::path::{Path, PathBuf};

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Sqlite, SqliteConnection, Transaction};

use crate::db::Pools;
use crate::{Error, Finding, Options, Result};

/// The address of a database file.
pub(crate) fn url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

fn connect(file: &Path, options: &Options) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(options.busy_timeout)
        .statement_cache_capacity(512)
        .pragma("trusted_schema", "OFF")
        .pragma("journal_size_limit", "67108864")
        .disable_statement_logging()
}

/// Opens the file with one connection that writes and [`Options::max_connections`] that read.
pub(crate) async fn open(options: &Options) -> Result<Pools> {
    let file = file_of(&options.url)?;
    create(&file).await?;
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(options.acquire_timeout)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(connect(&file, options).pragma("cache_size", "-65536"))
        .await?;
    let read = SqlitePoolOptions::new()
        .max_connections(options.max_connections.max(1))
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .connect_lazy_with(connect(&file, options).pragma("cache_size", "-8192").pragma("query_only", "ON"));
    Ok(Pools::Sqlite { write, read, file })
}

/// Instructions of SQLite's virtual machine between two looks at the clock (well below 1 ms).
const STEPS: i32 = 10_000;

/// Begins a transaction whose statements SQLite itself stops when `limit` has passed since the
/// transaction began; the wait for its turn does not count.
pub(crate) async fn begin(
    pool: &SqlitePool,
    statement: &'static str,
    limit: std::time::Duration,
) -> Result<Transaction<'static, Sqlite>> {
    let mut tx = match pool.begin_with(statement).await {
        // After a full disk or an interrupted write SQLite has rolled back by itself, and the
        // driver still counts an open transaction: that connection is given up.
        Err(sqlx::Error::InvalidSavePointStatement | sqlx::Error::BeginFailed) => {
            pool.acquire().await?.close().await?;
            pool.begin_with(statement).await?
        }
        outcome => outcome?,
    };
    let began = std::time::Instant::now();
    tx.lock_handle().await?.set_progress_handler(STEPS, move || began.elapsed() < limit);
    Ok(tx)
}

/// A connection for work without a limit of time.
pub(crate) async fn unlimited(pool: &SqlitePool) -> Result<PoolConnection<Sqlite>> {
    let mut connection = pool.acquire().await?;
    lift(&mut connection).await?;
    Ok(connection)
}

/// Lifts the limit of time from a connection.
pub(crate) async fn lift(connection: &mut SqliteConnection) -> Result<()> {
    connection.lock_handle().await?.remove_progress_handler();
    Ok(())
}

/// The steps of a statement's plan.
pub(crate) async fn plan(pool: &SqlitePool, sql: &str) -> Result<Vec<String>> {
    let text = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(text).fetch_all(pool).await?;
    Ok(rows.into_iter().map(|(.., step)| step).collect())
}

/// Lets SQLite bring its statistics up to date before closing, within a bounded time.
pub(crate) async fn optimize(pool: &SqlitePool) {
    let outcome = async {
        let mut connection = unlimited(pool).await?;
        sqlx::raw_sql("PRAGMA analysis_limit = 400; PRAGMA optimize").execute(&mut *connection).await?;
        Ok::<(), Error>(())
    }
    .await;
    if let Err(error) = outcome {
        tracing::debug!(%error, "statistics were not brought up to date");
    }
}

fn file_of(url: &str) -> Result<PathBuf> {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or_default();
    if path.is_empty() || path.contains(":memory:") || path.contains('?') {
        return Err(Error::Refused(
            "a SQLite address names a file, such as sqlite:///var/lib/dotpha/dotpha.db".to_owned(),
        ));
    }
    Ok(PathBuf::from(path))
}

/// Makes the file and its folder when missing, for the owner's eyes only, and puts the new
/// folder entry on disk.
async fn create(file: &Path) -> Result<()> {
    let file = file.to_owned();
    tokio::task::spawn_blocking(move || {
        if file.exists() {
            return Ok(());
        }
        let folder = folder_of(&file);
        std::fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        let mut open = std::fs::OpenOptions::new();
        open.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
        open.open(&file).map_err(Error::file(&file))?;
        sync_folder(&folder)
    })
    .await
    .map_err(joined)?
}

fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Puts a folder's entries on disk, so that a file made or renamed in it survives a power cut.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    std::fs::File::open(folder).and_then(|handle| handle.sync_all()).map_err(Error::file(folder))
}

/// Puts a file and its folder entry on disk.
pub(crate) async fn sync(file: &Path) -> Result<()> {
    let file = file.to_owned();
    tokio::task::spawn_blocking(move || {
        std::fs::File::open(&file).and_then(|handle| handle.sync_all()).map_err(Error::file(&file))?;
        sync_folder(&folder_of(&file))
    })
    .await
    .map_err(joined)?
}

/// Removes a database file that nobody needs, with what SQLite keeps beside it.
pub(crate) fn remove(file: &Path) {
    for end in ["", "-wal", "-shm"] {
        let mut path = file.as_os_str().to_owned();
        path.push(end);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, path = %path.display(), "a database file stays behind");
            }
            _ => {}
        }
    }
}

pub(crate) fn joined(error: tokio::task::JoinError) -> Error {
    Error::Refused(format!("the work was stopped: {error}"))
}

/// SQLite's own consistent copy, taken on a connection of its own while others read and write.
pub(crate) async fn backup(from: &Path, to: &Path) -> Result<()> {
    let mut connection = SqliteConnectOptions::new()
        .filename(from)
        .busy_timeout(std::time::Duration::from_secs(30))
        .disable_statement_logging()
        .connect()
        .await?;
    let outcome = sqlx::query("VACUUM INTO $1").bind(to.display().to_string()).execute(&mut connection).await;
    connection.close().await?;
    outcome?;
    Ok(())
}

/// SQLite's integrity check, the foreign keys, and the settings that keep acknowledged writes.
pub(crate) async fn check(write: &SqlitePool, read: &SqlitePool) -> Result<Vec<Finding>> {
    let mut findings = settings(write).await?;
    let mut connection = unlimited(read).await?;
    let lines: Vec<(String,)> = sqlx::query_as("PRAGMA integrity_check").fetch_all(&mut *connection).await?;
    findings.extend(
        lines
            .into_iter()
            .filter(|(line,)| line != "ok")
            .map(|(detail,)| Finding { code: "integrity", detail }),
    );
    let rows: Vec<(String, Option<i64>, String)> =
        sqlx::query_as("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check")
            .fetch_all(&mut *connection)
            .await?;
    findings.extend(rows.into_iter().map(|(table, row, parent)| Finding {
        code: "foreign-key",
        detail: format!("{table} row {} names a missing row of {parent}", row.unwrap_or_default()),
    }));
    Ok(findings)
}

async fn settings(write: &SqlitePool) -> Result<Vec<Finding>> {
    let mut connection = unlimited(write).await?;
    let (journal,): (String,) =
        sqlx::query_as("SELECT journal_mode FROM pragma_journal_mode").fetch_one(&mut *connection).await?;
    let (synchronous,): (i64,) =
        sqlx::query_as("SELECT synchronous FROM pragma_synchronous").fetch_one(&mut *connection).await?;
    let (references,): (i64,) =
        sqlx::query_as("SELECT foreign_keys FROM pragma_foreign_keys").fetch_one(&mut *connection).await?;
    let good = [
        (journal == "wal", "the journal is not WAL: readers and the writer hinder each other"),
        (synchronous >= 2, "synchronous is not FULL: a power cut can lose acknowledged writes"),
        (references == 1, "foreign keys are not enforced"),
    ];
    Ok(good
        .into_iter()
        .filter(|(holds, _)| !holds)
        .map(|(_, detail)| Finding { code: "setting", detail: detail.to_owned() })
        .collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::Db;

    #[test]
    fn an_address_names_a_file() {
        assert_eq!(file_of("sqlite:///a/b.db").ok(), Some(PathBuf::from("/a/b.db")));
        assert_eq!(file_of("sqlite://b.db").ok(), Some(PathBuf::from("b.db")));
        assert!(file_of("sqlite::memory:").is_err());
        assert!(file_of("sqlite://").is_err());
    }

    async fn db(folder: &Path) -> Db {
        Db::open(&Options::new(url(&folder.join("new/deep/test.db")))).await.unwrap()
    }

    async fn fill(db: &Db, rows: i64) -> Result<()> {
        let mut tx = db.begin().await?;
        for n in 0..rows {
            let text = "x".repeat(1_000);
            tx.query("INSERT INTO t (n, text) VALUES ($1, $2)").bind(n).bind(text).run().await?;
        }
        tx.commit().await
    }

    /// SQLite rolls back by itself when the disk is full; the one writing connection has to go on.
    #[tokio::test]
    async fn a_full_disk_is_an_error_and_not_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let db = db(folder.path()).await;
        let mut tx = db.begin().await.unwrap();
        tx.query("CREATE TABLE t (n BIGINT NOT NULL, text TEXT NOT NULL)").run().await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let _: Option<(i64,)> = tx.query("PRAGMA max_page_count = 50").opt().await.unwrap();
        tx.rollback().await.unwrap();
        assert!(matches!(fill(&db, 1_000).await, Err(Error::Unavailable(_))));
        fill(&db, 20).await.unwrap();
        let mut read = db.begin_read().await.unwrap();
        assert_eq!(read.query("SELECT count(*) FROM t").one::<(i64,)>().await.unwrap(), (20,));
        drop(read);
        assert_eq!(db.check().await.unwrap(), []);
        db.close().await;
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_reads_the_database() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let db = db(folder.path()).await;
        let mut tx = db.begin().await.unwrap();
        tx.query("CREATE TABLE t (n BIGINT)").run().await.unwrap();
        tx.commit().await.unwrap();
        for end in ["", "-wal", "-shm"] {
            let path = folder.path().join(format!("new/deep/test.db{end}"));
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{end}");
        }
        db.close().await;
    }
}
