//! A fresh, migrated database for each test, on the engine the run was started for. Only this
//! module reads which engine that is, so no test can choose its own.

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sha2::{Digest, Sha256};
use store::{Db, Engine, Options};
use tokio::sync::OnceCell;

/// The engine of this run: `DOTPHA_TEST_ENGINE` is `sqlite` (when unset) or `postgres`.
///
/// # Panics
/// When the variable holds another word.
#[must_use]
pub fn engine() -> Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    *ENGINE.get_or_init(|| match std::env::var("DOTPHA_TEST_ENGINE").as_deref() {
        Err(_) | Ok("" | "sqlite") => Engine::Sqlite,
        Ok("postgres") => Engine::Postgres,
        Ok(other) => panic!("DOTPHA_TEST_ENGINE is sqlite or postgres, not {other}"),
    })
}

/// What a test that draws lots begins from: `DOTPHA_TEST_SEED`, so that a run can be had again, else
/// another number in each run.
///
/// # Panics
/// When the variable holds no number.
#[must_use]
pub fn seed() -> u64 {
    match std::env::var("DOTPHA_TEST_SEED") {
        Ok(seed) => seed.parse().expect("DOTPHA_TEST_SEED is a number"),
        Err(_) => u64::from(std::process::id()),
    }
}

/// A database of its own for one test; dropping it removes the database.
pub struct TestDb {
    /// The open database, migrated and empty.
    pub db: Db,
    /// Its address, for opening it once more or from another process.
    pub url: String,
    place: Place,
}

enum Place {
    Folder(tempfile::TempDir),
    Database(String),
}

impl TestDb {
    /// The database opened once more, with connections of its own, as another node would.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn again(&self) -> Db {
        open(&self.url).await
    }

    /// A folder that lives as long as the test's database, for blobs and backups; made anew at
    /// each call on PostgreSQL.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn folder(&self) -> tempfile::TempDir {
        match &self.place {
            Place::Folder(folder) => tempfile::tempdir_in(folder.path()),
            Place::Database(_) => tempfile::tempdir(),
        }
        .expect("a temporary folder")
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Place::Database(name) = &self.place else { return };
        let name = name.clone();
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let server = server().await;
                store::maintenance::drop_database(&server, &name).await.map_err(std::io::Error::other)?;
                server.close().await;
                Ok::<(), std::io::Error>(())
            })
        })
        .join();
        if !matches!(dropped, Ok(Ok(()))) && !std::thread::panicking() {
            panic!("the test's database was not removed: {dropped:?}");
        }
    }
}

/// A fresh database with every migration applied and no rows.
///
/// # Panics
/// When it cannot be made; on PostgreSQL without `DOTPHA_TEST_PG`.
pub async fn fresh_db() -> TestDb {
    fresh(true).await
}

/// A fresh database without any table, for tests of migrating, copying and restoring.
///
/// # Panics
/// As [`fresh_db`].
pub async fn bare_db() -> TestDb {
    fresh(false).await
}

/// A fresh database of a named engine: only for tests of copying from one engine to the other.
/// `None` when the engine is PostgreSQL and this run has no cluster.
///
/// # Panics
/// As [`fresh_db`].
pub async fn bare_db_on(engine: Engine) -> Option<TestDb> {
    match engine {
        Engine::Sqlite => Some(sqlite(false).await),
        Engine::Postgres if server_url().is_some() => Some(postgres(false).await),
        Engine::Postgres => None,
    }
}

async fn fresh(migrated: bool) -> TestDb {
    match engine() {
        Engine::Sqlite => sqlite(migrated).await,
        Engine::Postgres => postgres(migrated).await,
    }
}

async fn open(url: &str) -> Db {
    let options = Options {
        max_connections: 4,
        acquire_timeout: Duration::from_secs(60),
        busy_timeout: Duration::from_secs(20),
        transaction_timeout: Duration::from_secs(60),
        ..Options::new(url)
    };
    Db::open(&options).await.expect("the test's database opens")
}

async fn sqlite(migrated: bool) -> TestDb {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("test.db");
    if migrated {
        let bytes = TEMPLATE.get_or_init(|| async { sqlite_template(folder.path()).await }).await;
        std::fs::write(&file, bytes).expect("the template is copied");
    }
    let url = format!("sqlite://{}", file.display());
    TestDb { db: open(&url).await, url, place: Place::Folder(folder) }
}

async fn sqlite_template(folder: &Path) -> Vec<u8> {
    let file = folder.join("template.db");
    let db = open(&format!("sqlite://{}", file.display())).await;
    db.migrate().await.expect("the migrations apply");
    db.close().await;
    std::fs::read(&file).expect("the template is read")
}

fn server_url() -> Option<String> {
    std::env::var("DOTPHA_TEST_PG").ok()
}

async fn server() -> Db {
    let url =
        server_url().expect("DOTPHA_TEST_PG names the cluster: run the tests with scripts/with-postgres");
    open(&url).await
}

async fn postgres(migrated: bool) -> TestDb {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let server = server().await;
    let template =
        if migrated { Some(TEMPLATE.get_or_init(|| postgres_template(&server)).await) } else { None };
    store::maintenance::create_database(&server, &name, template.map(String::as_str))
        .await
        .expect("the test's database is made");
    server.close().await;
    let url = database_url(&name);
    TestDb { db: open(&url).await, url, place: Place::Database(name) }
}

/// Makes the migrated template once per process and set of migrations. Other processes of the
/// same run may be making it too, so it is made under a name of its own and renamed.
async fn postgres_template(server: &Db) -> String {
    let mut digest = Sha256::new();
    for (version, text) in store::maintenance::migrations() {
        digest.update(version.to_be_bytes());
        digest.update(text.as_bytes());
    }
    let name = format!("template_{}", &format!("{:x}", digest.finalize())[..16]);
    if store::maintenance::has_database(server, &name).await.expect("the cluster answers") {
        return name;
    }
    let making = format!("{name}_{}", std::process::id());
    store::maintenance::create_database(server, &making, None).await.expect("the template is made");
    let db = open(&database_url(&making)).await;
    db.migrate().await.expect("the migrations apply");
    db.close().await;
    match store::maintenance::rename_database(server, &making, &name).await {
        Ok(()) => name,
        Err(_) => {
            store::maintenance::drop_database(server, &making).await.expect("the spare template is removed");
            name
        }
    }
}

fn database_url(name: &str) -> String {
    let mut url =
        url::Url::parse(&server_url().expect("DOTPHA_TEST_PG is set")).expect("DOTPHA_TEST_PG is an address");
    url.set_path(name);
    url.into()
}

/// Starts this test binary once more, in another process, to run only its test `name`, which finds
/// `address` in [`child_address`] and so knows that it is the child. What it prints arrives line by
/// line on its stdout.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn start_child(name: &str, address: &str) -> std::process::Child {
    std::process::Command::new(std::env::current_exe().expect("this binary has a path"))
        .args(["--exact", "--nocapture", name])
        .env("DOTPHA_TEST_CHILD", address)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the child starts")
}

/// The address given to [`start_child`] in a child process; `None` in the test itself.
#[must_use]
pub fn child_address() -> Option<String> {
    std::env::var("DOTPHA_TEST_CHILD").ok()
}

/// Opens a database of this run by its address, as another process would.
///
/// # Panics
/// When it cannot be opened.
pub async fn open_address(url: &str) -> Db {
    open(url).await
}
