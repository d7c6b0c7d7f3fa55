//! An installation as the commands open it: data folder, database, files, keys.

use crate::config::Config;
use crate::machine::{MachineClock, MachineEntropy};
use crate::reading::{ChildReader, Model, Programs, TwiceReader};
use anyhow::{Context, bail};
use domain::audit::Sealer;
use domain::{Entropy, Platform};
use jiff::tz::TimeZone;
use papers::read::Limits;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::{Db, Options};

/// Opens the database and the files; the schema is left as it is.
///
/// # Errors
/// The folder, the database or the time zone cannot be had.
pub async fn open(config: &Config) -> anyhow::Result<Platform> {
    let folder = &config.data.folder;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let files = folder.join("files");
    std::fs::create_dir_all(&files).with_context(|| format!("cannot make {}", files.display()))?;
    let options = Options { max_connections: config.data.connections, ..Options::new(config.data.url()) };
    let db = Db::open(&options).await.context("the database cannot be opened")?;
    let zone = TimeZone::get(&config.organisation.zone)
        .with_context(|| format!("[organisation] zone = {:?} is not known", config.organisation.zone))?;
    Ok(Platform {
        db,
        blobs: store::blobs::Blobs::folder(&files)?,
        clock: Arc::new(MachineClock),
        entropy: Arc::new(MachineEntropy),
        zone,
        eid_pattern: Some(config.organisation.eid_pattern.as_str()).filter(|p| !p.is_empty()).map(Into::into),
        progress: domain::Progress::default(),
        fresh: Arc::default(),
    })
}

/// Opens an installation whose schema is this program's.
///
/// # Errors
/// Also when the schema is another: says which command brings it up.
pub async fn open_current(config: &Config) -> anyhow::Result<Platform> {
    let platform = open(config).await?;
    let wanted = Db::wanted_schema_version();
    match platform.db.not_newer().await? {
        Some(found) if found == wanted => Ok(platform),
        Some(found) => bail!(
            "the database is at schema {found}, this program works with schema {wanted}: make a backup with `dotpha backup FOLDER`, then run `dotpha migrate`"
        ),
        None => bail!("the database holds no installation yet: run `dotpha migrate` first"),
    }
}

/// The reader of untrusted files, in children of this program.
///
/// # Errors
/// The system does not tell which program this is.
pub fn reader(config: &Config) -> anyhow::Result<ChildReader> {
    let limits = Limits {
        file_bytes: config.limits.upload_megabytes << 20,
        time: Duration::from_secs(config.limits.read_seconds),
        scan_pages: config.limits.scan_pages,
        scan_page_time: Duration::from_secs(config.limits.scan_page_seconds),
        ..Limits::default()
    };
    let this = std::env::current_exe().context("the system does not tell where this program lies")?;
    let memory = config.limits.read_megabytes.saturating_mul(1_000_000);
    let scan_time = Duration::from_secs(config.limits.scan_seconds);
    Ok(ChildReader::new(this, programs(), limits, scan_time, memory))
}

/// The reader of documents that are brought in: with a second reading where the operator switched one on.
///
/// # Errors
/// `[model]` names an endpoint or a key that cannot be used.
pub fn intake_reader(config: &Config, first: Arc<ChildReader>) -> anyhow::Result<TwiceReader> {
    Ok(TwiceReader::new(first, Model::open(&config.model)?))
}

/// The programs that help reading, as far as this machine has them.
pub fn programs() -> Programs {
    Programs {
        pdftotext: program("pdftotext"),
        pdftoppm: program("pdftoppm"),
        tesseract: program("tesseract"),
    }
}

/// Where the key of the audit trail lies.
pub fn audit_key(folder: &Path) -> PathBuf {
    folder.join("audit.key")
}

/// The sealer with the key in the data folder; the key is made at the first start, readable by its owner only.
///
/// # Errors
/// The key's file cannot be read or made, or holds something else.
pub fn sealer(folder: &Path) -> anyhow::Result<Sealer> {
    let file = audit_key(folder);
    if !file.exists() {
        let mut secret = [0u8; 32];
        MachineEntropy.fill(&mut secret);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut made = options.open(&file).with_context(|| format!("cannot make {}", file.display()))?;
        made.write_all(&secret)?;
        made.sync_all()?;
    }
    let secret = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let Ok(secret) = <[u8; 32]>::try_from(secret.as_slice()) else {
        bail!("{} is not a key of 32 bytes: bring it back from a backup", file.display());
    };
    Ok(Sealer::new(&secret))
}

/// Where a helping program is, if it is on this machine.
#[allow(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
