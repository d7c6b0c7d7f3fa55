//! Opening, migrating, checking and backing up a database.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::LazyLock;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::SqlitePool;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, SqlSafeStr};
use tokio::time::Instant;

use crate::{Error, Result, Tx, sqlite};

/// All migrations, compiled in. No advisory lock is taken: with several nodes only
/// `dotpha migrate` migrates.
pub(crate) static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let mut migrator = sqlx::migrate!("../../migrations");
    migrator.set_locking(false);
    migrator
});

/// The database engine behind a [`Db`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// SQLite in a file of this machine.
    Sqlite,
    /// PostgreSQL, or an engine that speaks its protocol and dialect.
    Postgres,
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:///folder/file.db` (or `sqlite://relative.db`) or `postgres://user@host:port/name`.
    pub url: String,
    /// Connections for writing on PostgreSQL, and as many again for reading; on SQLite the number
    /// of reading connections (there is always one writing connection).
    pub max_connections: u32,
    /// How long SQLite waits for another process that writes, and PostgreSQL for a lock.
    pub busy_timeout: Duration,
    /// How long to wait for a free connection before [`Error::Unavailable`].
    pub acquire_timeout: Duration,
    /// The longest a transaction may last before [`Error::Timeout`].
    pub transaction_timeout: Duration,
}

impl Options {
    /// Eight connections, 5 s for a lock, 30 s for a connection, 10 s for a transaction.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 8,
            busy_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(30),
            transaction_timeout: Duration::from_secs(10),
        }
    }
}

/// Something wrong that [`Db::check`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A stable word for the kind of finding, such as `integrity` or `foreign-key`.
    pub code: &'static str,
    /// What exactly was found, for the person who operates the installation.
    pub detail: String,
}

#[derive(Clone)]
pub(crate) enum Pools {
    Sqlite { write: SqlitePool, read: SqlitePool, file: PathBuf },
    Postgres { write: PgPool, read: PgPool },
}

/// An open database. Cloning is cheap and shares the connections.
#[derive(Clone)]
pub struct Db {
    pub(crate) pools: Pools,
    timeout: Duration,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("engine", &self.engine()).finish_non_exhaustive()
    }
}

impl Db {
    /// Opens a database; a SQLite file and its folder are made when missing, readable by their
    /// owner only. Does not migrate.
    ///
    /// # Errors
    /// [`Error::Refused`] for an address of another kind, [`Error::Unavailable`] when it cannot be reached.
    pub async fn open(options: &Options) -> Result<Self> {
        let timeout = options.transaction_timeout;
        let scheme = options.url.split(':').next().unwrap_or_default();
        let pools = match scheme {
            "sqlite" => sqlite::open(options).await?,
            "postgres" | "postgresql" => open_postgres(options).await?,
            _ => {
                return Err(Error::Refused(
                    "a database address begins with sqlite:// or postgres://".to_owned(),
                ));
            }
        };
        Ok(Self { pools, timeout })
    }

    /// The engine behind this database.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres { .. } => Engine::Postgres,
        }
    }

    /// Applies the migrations that are still missing, each in its own transaction.
    ///
    /// # Errors
    /// [`Error::Migrate`] when one fails or was changed after it was applied, [`Error::Newer`] when
    /// the database was made by a newer version.
    pub async fn migrate(&self) -> Result<()> {
        self.migrate_to(Self::wanted_schema_version()).await
    }

    async fn migrate_to(&self, version: i64) -> Result<()> {
        self.not_newer().await?;
        match &self.pools {
            Pools::Sqlite { write, .. } => {
                let mut connection = sqlite::unlimited(write).await?;
                MIGRATIONS.run_to(version, &mut *connection).await?;
            }
            Pools::Postgres { write, .. } => {
                let mut connection = write.acquire().await?.detach();
                connection.execute("SET statement_timeout = 0").await?;
                connection.execute("SET idle_in_transaction_session_timeout = 0").await?;
                MIGRATIONS.run_to(version, &mut connection).await?;
            }
        }
        Ok(())
    }

    /// The number of the last applied migration, when this program knows it.
    ///
    /// # Errors
    /// [`Error::Newer`] when it does not.
    pub async fn not_newer(&self) -> Result<Option<i64>> {
        let known = Self::wanted_schema_version();
        match self.schema_version().await? {
            Some(found) if found > known => Err(Error::Newer { found, known }),
            version => Ok(version),
        }
    }

    /// The number of the last applied migration; `None` for a database that was never migrated.
    ///
    /// # Errors
    /// As any read.
    pub async fn schema_version(&self) -> Result<Option<i64>> {
        let (table, latest) = match self.engine() {
            Engine::Sqlite => (
                "SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'",
                "SELECT max(version) FROM _sqlx_migrations WHERE success",
            ),
            Engine::Postgres => (
                "SELECT count(*) FROM information_schema.tables WHERE table_name = '_sqlx_migrations' AND table_schema = current_schema()",
                "SELECT max(version) FROM _sqlx_migrations WHERE success",
            ),
        };
        let mut tx = self.begin_read().await?;
        let (tables,): (i64,) = tx.query(table).one().await?;
        if tables == 0 {
            return Ok(None);
        }
        let (version,): (Option<i64>,) = tx.query(latest).one().await?;
        Ok(version)
    }

    /// The number of the last migration this program knows.
    #[must_use]
    pub fn wanted_schema_version() -> i64 {
        MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
    }

    /// Begins a transaction that may write, over one view of the database: `BEGIN IMMEDIATE` on
    /// SQLite, REPEATABLE READ on PostgreSQL, where a row that somebody else changed meanwhile is
    /// refused as [`Error::Retry`]. One task must not begin a second one while it holds the first:
    /// SQLite has one writing connection.
    ///
    /// # Errors
    /// [`Error::Retry`] when another process holds SQLite's write lock for longer than
    /// [`Options::busy_timeout`], [`Error::Unavailable`] when no connection becomes free.
    pub async fn begin(&self) -> Result<Tx> {
        let tx = match &self.pools {
            Pools::Sqlite { write, .. } => {
                Tx::sqlite(sqlite::begin(write, "BEGIN IMMEDIATE", self.timeout).await?, true)
            }
            Pools::Postgres { write, .. } => Tx::postgres(
                write.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE").await?,
                true,
            ),
        };
        Ok(tx.with_deadline(Instant::now() + self.timeout))
    }

    /// Begins a transaction that only reads, over one unchanging view of the database. It takes
    /// its connection from a pool of its own and never waits for a writer.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no connection becomes free.
    pub async fn begin_read(&self) -> Result<Tx> {
        let tx = match &self.pools {
            Pools::Sqlite { read, .. } => {
                Tx::sqlite(sqlite::begin(read, "BEGIN DEFERRED", self.timeout).await?, false)
            }
            Pools::Postgres { read, .. } => {
                Tx::postgres(read.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?, false)
            }
        };
        Ok(tx.with_deadline(Instant::now() + self.timeout))
    }

    /// Begins a read transaction without a limit of time, for copying everything or for making a read
    /// model of it.
    ///
    /// # Errors
    /// As [`Db::begin_read`].
    pub async fn begin_long_read(&self) -> Result<Tx> {
        let mut tx = self.begin_read().await?.without_deadline();
        tx.lift_limits().await?;
        Ok(tx)
    }

    /// Begins a write transaction without a limit of time, for filling an empty database.
    pub(crate) async fn begin_long(&self) -> Result<Tx> {
        let mut tx = self.begin().await?.without_deadline();
        tx.lift_limits().await?;
        Ok(tx)
    }

    /// Prepares a statement without running it: the check of dialect, tables and columns.
    ///
    /// # Errors
    /// What the engine says of the statement.
    pub async fn prepare(&self, sql: &'static str) -> Result<()> {
        let text = sql.into_sql_str();
        match &self.pools {
            Pools::Sqlite { write, .. } => {
                write.acquire().await?.prepare(text).await?;
            }
            Pools::Postgres { write, .. } => {
                write.acquire().await?.prepare(text).await?;
            }
        }
        Ok(())
    }

    /// The steps by which SQLite carries a statement out, without running it: which table it looks through
    /// by which index. Nothing on another engine.
    ///
    /// # Errors
    /// What the engine says of the statement.
    pub async fn plan(&self, sql: &'static str) -> Result<Vec<String>> {
        match &self.pools {
            Pools::Sqlite { write, .. } => sqlite::plan(write, sql).await,
            Pools::Postgres { .. } => Ok(Vec::new()),
        }
    }

    /// Writes a consistent copy of the whole database to a new SQLite file while others read and
    /// write, whatever the engine, at the migration it is at; the file is on disk when this returns.
    ///
    /// # Errors
    /// [`Error::Refused`] when `to` exists, [`Error::Newer`] as [`Self::not_newer`], [`Error::File`] when it cannot be written.
    pub async fn backup(&self, to: &Path) -> Result<()> {
        if to.exists() {
            return Err(Error::Refused(format!("{} exists already", to.display())));
        }
        let version = self.not_newer().await?.unwrap_or_default();
        let outcome = match &self.pools {
            Pools::Sqlite { file, .. } => sqlite::backup(file, to).await,
            Pools::Postgres { .. } => self.backup_by_copy(to, version).await,
        };
        if outcome.is_err() {
            sqlite::remove(to);
        }
        outcome?;
        sqlite::sync(to).await
    }

    async fn backup_by_copy(&self, to: &Path, version: i64) -> Result<()> {
        let copy = Self::open(&Options::new(sqlite::url(to))).await?;
        let outcome = async {
            copy.migrate_to(version).await?;
            crate::copy::copy(self, &copy).await
        }
        .await;
        copy.close().await;
        outcome.map(drop)
    }

    /// Looks for damage and for settings under which an acknowledged write could be lost.
    /// An empty list means that nothing was found.
    ///
    /// # Errors
    /// When the checks themselves cannot run.
    pub async fn check(&self) -> Result<Vec<Finding>> {
        match &self.pools {
            Pools::Sqlite { write, read, .. } => sqlite::check(write, read).await,
            Pools::Postgres { read, .. } => check_postgres(read).await,
        }
    }

    /// Closes all connections, after those in use have been given back.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { write, read, .. } => {
                read.close().await;
                sqlite::optimize(write).await;
                write.close().await;
            }
            Pools::Postgres { write, read } => {
                read.close().await;
                write.close().await;
            }
        }
    }
}

/// How long a connection may lie idle before it is asked whether it still lives.
const UNTESTED: Duration = Duration::from_secs(5);

async fn open_postgres(options: &Options) -> Result<Pools> {
    let connect = PgConnectOptions::from_str(&options.url)?
        .application_name("dotpha")
        .statement_cache_capacity(512)
        .disable_statement_logging();
    let settings = format!(
        "SET statement_timeout = {limit}; SET idle_in_transaction_session_timeout = {limit}; SET lock_timeout = {lock}",
        limit = options.transaction_timeout.as_millis(),
        lock = options.busy_timeout.as_millis(),
    );
    let pool = || {
        let settings = settings.clone();
        PgPoolOptions::new()
            .max_connections(options.max_connections)
            .acquire_timeout(options.acquire_timeout)
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move { Ok(about.idle_for < UNTESTED || connection.ping().await.is_ok()) })
            })
            .after_connect(move |connection, _| {
                let settings = settings.clone();
                Box::pin(async move {
                    sqlx::raw_sql(AssertSqlSafe(settings)).execute(connection).await?;
                    Ok(())
                })
            })
    };
    let write = pool().connect_with(connect.clone()).await?;
    let read = pool().connect_lazy_with(connect);
    Ok(Pools::Postgres { write, read })
}

async fn check_postgres(pool: &PgPool) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        let (value,): (String,) =
            sqlx::query_as("SELECT current_setting($1)").bind(setting).fetch_one(pool).await?;
        if value == "off" {
            findings.push(Finding {
                code: "durability",
                detail: format!("PostgreSQL runs with {setting} = off: acknowledged writes can be lost"),
            });
        }
    }
    let broken: Vec<(String,)> =
        sqlx::query_as("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
            .fetch_all(pool)
            .await?;
    findings.extend(
        broken
            .into_iter()
            .map(|(index,)| Finding { code: "index", detail: format!("index {index} is not valid") }),
    );
    let open: Vec<(String,)> = sqlx::query_as(
        "SELECT conrelid::regclass::text || '.' || conname FROM pg_constraint WHERE NOT convalidated AND connamespace = current_schema()::regnamespace",
    )
    .fetch_all(pool)
    .await?;
    findings.extend(open.into_iter().map(|(constraint,)| Finding {
        code: "constraint",
        detail: format!("constraint {constraint} was never validated"),
    }));
    Ok(findings)
}
