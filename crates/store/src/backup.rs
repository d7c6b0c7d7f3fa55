//! Backup and restore: one form for both engines. A backup is a folder with `database.sqlite`, the
//! blobs, and `manifest.json` with the digest of everything.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::blobs::{Blobs, Digest, Stored};
use crate::copy::{self, Counts};
use crate::{Db, Engine, Error, Finding, Micros, Options, Result, sqlite};

/// The database inside a backup.
const DATABASE: &str = "database.sqlite";
/// The folder of blobs inside a backup.
const BLOBS: &str = "blobs";
/// The list of contents; written last, so that a broken-off backup has none.
const MANIFEST: &str = "manifest.json";
/// The form of backup that this program writes.
const FORMAT: u32 = 1;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the backup.
    pub format: u32,
    /// When it was made.
    pub created_at: Micros,
    /// The engine it was taken from.
    pub engine: String,
    /// The last migration of the database.
    pub schema_version: i64,
    /// The digest of the database file.
    pub database: Digest,
    /// The number of rows of each table.
    pub rows: Counts,
    /// Each blob with its size in bytes, in order.
    pub blobs: Vec<(Digest, u64)>,
}

/// Makes a backup in a new folder while others read and write. The database is copied first: blobs
/// put later are extra, those it names are there.
///
/// # Errors
/// [`Error::Refused`] when the folder exists and is not empty, [`Error::Damaged`] when a blob is.
pub async fn create(db: &Db, blobs: &Blobs, folder: &Path, now: Micros) -> Result<Manifest> {
    std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
    let mut entries = std::fs::read_dir(folder).map_err(Error::file(folder))?;
    if entries.next().is_some() {
        return Err(Error::Refused(format!("{} is not empty", folder.display())));
    }
    let file = folder.join(DATABASE);
    db.backup(&file).await?;
    let copied = open(&file).await?;
    let (schema, rows) = (copied.schema_version().await, copy::counts(&copied).await);
    copied.close().await;
    let schema_version =
        schema?.ok_or_else(|| Error::Refused("the database was never migrated".to_owned()))?;

    let saved = Blobs::folder(&folder.join(BLOBS))?;
    let mut stored = Vec::new();
    for blob in blobs.list().await? {
        match copy_blob(blobs, &saved, blob.digest).await {
            Ok(copied) => stored.push((copied.digest, copied.size)),
            Err(Error::Missing) => tracing::info!(blob = %blob.digest, "removed while the backup was made"),
            Err(error) => return Err(error),
        }
    }
    stored.sort();
    let manifest = Manifest {
        format: FORMAT,
        created_at: now,
        engine: db.engine().to_string(),
        schema_version,
        database: digest_of(&file).await?,
        rows: rows?,
        blobs: stored,
    };
    let path = folder.join(MANIFEST);
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| Error::Damaged(error.to_string()))?;
    tokio::fs::write(&path, text).await.map_err(Error::file(&path))?;
    sqlite::sync(&path).await?;
    Ok(manifest)
}

/// Reads the manifest of a backup and compares everything with it, without restoring anything.
///
/// # Errors
/// [`Error::Damaged`] with the first thing that does not fit, [`Error::File`].
pub async fn verify(folder: &Path) -> Result<Manifest> {
    let manifest = read_manifest(folder).await?;
    let found = digest_of(&folder.join(DATABASE)).await?;
    if found != manifest.database {
        return Err(Error::Damaged(format!("{DATABASE} has the digest {found}, not {}", manifest.database)));
    }
    let saved = Blobs::folder(&folder.join(BLOBS))?;
    for (digest, size) in &manifest.blobs {
        let stored = saved.verify(*digest).await.map_err(|error| match error {
            Error::Missing => Error::Damaged(format!("blob {digest} is missing")),
            other => other,
        })?;
        if stored.size != *size {
            return Err(Error::Damaged(format!("blob {digest} has {} bytes, not {size}", stored.size)));
        }
    }
    Ok(manifest)
}

/// Restores a verified backup into an empty database and a store of blobs. The database is migrated
/// to the version of the backup by this program and then filled in one transaction; blobs that are
/// there already stay.
///
/// # Errors
/// [`Error::Damaged`] when the backup is, [`Error::Refused`] when the database is not empty or the
/// backup was made by a newer program.
pub async fn restore(folder: &Path, db: &Db, blobs: &Blobs) -> Result<Manifest> {
    let manifest = verify(folder).await?;
    if manifest.schema_version > Db::wanted_schema_version() {
        return Err(Error::Refused(format!(
            "the backup is at migration {}, this program knows {}: restore with a newer version",
            manifest.schema_version,
            Db::wanted_schema_version()
        )));
    }
    let saved = Blobs::folder(&folder.join(BLOBS))?;
    for (digest, _) in &manifest.blobs {
        copy_blob(&saved, blobs, *digest).await?;
    }
    db.migrate().await?;
    let scratch = Scratch::new(folder, blobs.scratch().unwrap_or(folder)).await?;
    let source = open(&scratch.0).await?;
    let outcome = async {
        source.migrate().await?;
        copy::copy(&source, db).await
    }
    .await;
    source.close().await;
    drop(scratch);
    let rows = outcome?;
    if let Some((table, _)) = manifest.rows.iter().find(|(table, count)| rows.get(*table) != Some(count)) {
        return Err(Error::Damaged(format!("{table} does not have the rows that the manifest counts")));
    }
    Ok(manifest)
}

/// What is wrong with a backup, for `dotpha doctor`; empty when it can be restored.
///
/// # Errors
/// Never for damage, which is a finding.
pub async fn check(folder: &Path) -> Result<Vec<Finding>> {
    Ok(match verify(folder).await {
        Ok(_) => Vec::new(),
        Err(error) => vec![Finding { code: "backup", detail: error.to_string() }],
    })
}

/// A copy of the backup's database that may be brought up to this program's migrations.
struct Scratch(std::path::PathBuf);

impl Scratch {
    async fn new(folder: &Path, place: &Path) -> Result<Self> {
        let path = place.join(format!("restoring-{}.sqlite", std::process::id()));
        let scratch = Self(path);
        let from = folder.join(DATABASE);
        tokio::fs::copy(&from, &scratch.0).await.map_err(Error::file(&from))?;
        Ok(scratch)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        sqlite::remove(&self.0);
    }
}

async fn open(file: &Path) -> Result<Db> {
    let db = Db::open(&Options { max_connections: 1, ..Options::new(sqlite::url(file)) }).await?;
    debug_assert_eq!(db.engine(), Engine::Sqlite);
    Ok(db)
}

async fn read_manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    let text = tokio::fs::read(&path).await.map_err(Error::file(&path))?;
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|error| Error::Damaged(format!("{}: {error}", path.display())))?;
    if manifest.format == FORMAT {
        Ok(manifest)
    } else {
        Err(Error::Refused(format!("a backup of form {}, this program reads form {FORMAT}", manifest.format)))
    }
}

async fn copy_blob(from: &Blobs, to: &Blobs, digest: Digest) -> Result<Stored> {
    let (_, pieces) = from.get_stream(digest).await?;
    let pieces = futures_util::StreamExt::map(pieces, |piece| piece.map_err(std::io::Error::other));
    let stored = to.put_stream(pieces, u64::MAX).await?;
    if stored.digest == digest {
        Ok(stored)
    } else {
        Err(Error::Damaged(format!("blob {digest} has the content of {}", stored.digest)))
    }
}

async fn digest_of(file: &Path) -> Result<Digest> {
    let file = file.to_owned();
    tokio::task::spawn_blocking(move || {
        let mut reader = std::fs::File::open(&file).map_err(Error::file(&file))?;
        Digest::of_reader(&mut reader).map_err(Error::file(&file))
    })
    .await
    .map_err(sqlite::joined)?
}
