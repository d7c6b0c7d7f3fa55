//! Receiving files and reading them in the background.

use super::*;
use crate::access::Actor;
use crate::{Platform, command, query, units};
use serde_json::{Value, json};

/// The queue in which files wait to be read; the job's payload is [`Pending`].
pub const QUEUE: &str = "intake";

const ATTEMPTS: i64 = 5;

/// Most names of units that reading is handed: each is tried wherever one of its first words stands in a damaged text.
const MOST_NAMES: usize = 500;

/// A file that waits to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The intake.
    pub intake: IntakeId,
}

/// A file that was sent; its bytes lie in the blob files already.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// The unit whose plan it is to become.
    pub owner: UnitId,
    /// The file's name.
    pub file_name: String,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// The sender declares that it holds no state secrets.
    pub declared: bool,
    /// The programme of which it is a corrected version.
    pub amends: Option<Uuid>,
}

/// What became of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It waits to be read.
    Fresh(IntakeId),
    /// The same file is here already.
    Known(IntakeId),
}

impl Received {
    /// The intake that holds the file.
    pub fn id(self) -> IntakeId {
        match self {
            Received::Fresh(id) | Received::Known(id) => id,
        }
    }
}

fn check(upload: &Upload) -> Result<()> {
    let mut problems = crate::error::Problems::default();
    problems.check(!upload.declared, "declared", Reason::new("intake-problem-not-declared"));
    problems.check(upload.file_name.trim().is_empty(), "files", Reason::new("intake-problem-no-file"));
    problems.check(
        upload.size_bytes == 0 && !upload.file_name.trim().is_empty(),
        "files",
        Reason::new("intake-problem-empty-file").with("name", upload.file_name.clone()),
    );
    problems.settle()
}

/// Takes a file in; it is read by a job. The same file twice (by its digest, for the same unit) gives the
/// first one's id. A sibling unit that sends the same file has its own: it may not know of the other's.
///
/// # Errors
/// [`Error::Invalid`] without the declaration on state secrets.
pub async fn receive(cx: &mut Cx, upload: Upload) -> Result<Received> {
    let owner = units::load(cx, upload.owner).await?;
    let id = IntakeId(cx.id());
    let permit = cx.allow(Action::ManageIntake, &Scope::new(owner.org, "intake", id.0, owner.tree_from))?;
    check(&upload)?;
    if let Some(known) = sql::same_file(cx, owner.org, owner.id, &upload.sha256).await? {
        cx.record(permit, json!({}), json!({"same_file": known, "file_name": upload.file_name})).await?;
        return Ok(Received::Known(known));
    }
    let size_bytes = i64::try_from(upload.size_bytes).unwrap_or(i64::MAX);
    let fresh = sql::Fresh {
        org: owner.org,
        id,
        owner: owner.id,
        file_name: upload.file_name.trim(),
        sha256: &upload.sha256,
        size_bytes,
        amends: upload.amends,
    };
    sql::insert(cx, &permit, &fresh).await?;
    queue(cx, &permit, owner.org, id).await?;
    let after = json!({
        "owner": owner.id, "file_name": fresh.file_name, "sha256": upload.sha256, "size_bytes": size_bytes,
        "amends": upload.amends, "declared_no_state_secrets": true,
    });
    cx.record(permit, json!({}), after).await?;
    Ok(Received::Fresh(id))
}

/// Reads a file that could not be read once more.
///
/// # Errors
/// [`Error::Invalid`] where it did not fail, or its bytes were not kept.
pub async fn retry(cx: &mut Cx, id: IntakeId) -> Result<()> {
    let intake = load(cx, id).await?;
    let permit = cx.allow(Action::ManageIntake, &intake.scope())?;
    if !matches!(intake.status, Status::Failed(Failure::Unreadable(_))) {
        return Err(Error::invalid("", Reason::new("intake-problem-not-failed")));
    }
    sql::set_file(cx, &permit, id, &intake.file_name, &intake.sha256, intake.size_bytes).await?;
    queue(cx, &permit, intake.org, id).await?;
    cx.record(permit, json!({"status": "failed"}), json!({"status": "waiting"})).await
}

/// Puts another file in the place of one that could not be read.
///
/// # Errors
/// [`Error::Invalid`] where it did not fail, or the other file is here already.
pub async fn replace(cx: &mut Cx, id: IntakeId, upload: Upload) -> Result<()> {
    let intake = load(cx, id).await?;
    let permit = cx.allow(Action::ManageIntake, &intake.scope())?;
    check(&upload)?;
    if !matches!(intake.status, Status::Failed(_)) {
        return Err(Error::invalid("", Reason::new("intake-problem-not-failed")));
    }
    if sql::same_file(cx, intake.org, intake.owner, &upload.sha256).await?.is_some_and(|known| known != id) {
        return Err(Error::invalid("files", Reason::new("intake-problem-known-file")));
    }
    let size_bytes = i64::try_from(upload.size_bytes).unwrap_or(i64::MAX);
    sql::set_file(cx, &permit, id, upload.file_name.trim(), &upload.sha256, size_bytes).await?;
    queue(cx, &permit, intake.org, id).await?;
    let before = json!({"file_name": intake.file_name, "sha256": intake.sha256});
    cx.record(permit, before, json!({"file_name": upload.file_name, "sha256": upload.sha256})).await
}

/// Puts an intake aside; its file may then be brought in anew.
///
/// # Errors
/// [`Error::Stale`]; it was changed, committed or put aside meanwhile.
pub async fn discard(cx: &mut Cx, id: IntakeId, version: i64) -> Result<()> {
    let intake = load(cx, id).await?;
    let permit = cx.allow(Action::ManageIntake, &intake.scope())?;
    sql::discard(cx, &permit, id, version).await?;
    cx.record(permit, json!({"file_name": intake.file_name}), json!({"discarded": true})).await
}

async fn queue(cx: &mut Cx, permit: &crate::access::Permit, org: OrgId, id: IntakeId) -> Result<()> {
    let job = store::jobs::Job {
        org_id: org.0,
        id: cx.id(),
        queue: QUEUE.to_owned(),
        key: Some(id.to_string()),
        payload: value(&Pending { intake: id })?,
        run_at: Micros::from(cx.now()),
        max_attempts: ATTEMPTS,
    };
    store::jobs::enqueue(cx.store(permit), job).await?;
    Ok(())
}

/// Reads a file that waits; does nothing for one that was read, failed or put aside meanwhile, so that
/// the job may run any number of times.
///
/// # Errors
/// The store failed: the job is to be tried again. That the file cannot be read is no error but kept.
pub async fn read_pending(platform: &Platform, reader: &dyn Reader, id: IntakeId) -> Result<()> {
    let actor = Actor::system("job");
    let waiting = query!(platform, &actor, cx => { find(cx, id).await });
    let intake = match waiting {
        Ok(intake) if intake.status == Status::Waiting => intake,
        // Killed between the refusal and the removal: removed now.
        Ok(Intake { status: Status::Failed(Failure::Secret(_)), sha256, .. }) => {
            platform.blobs.delete(sha256.parse()?).await?;
            return Ok(());
        }
        Ok(_) | Err(Error::NotFound) => return Ok(()),
        Err(error) => return Err(error),
    };
    let outcome = match platform.blobs.get(intake.sha256.parse()?).await {
        Ok(bytes) => {
            let watch = |done, of| platform.progress.at(id.0, done, of);
            let hints = hints(platform, &actor, intake.owner).await?;
            let read = reader.read(&intake.file_name, bytes.to_vec(), &hints, &watch).await;
            platform.progress.ends(id.0);
            match read {
                Ok(Reading { secret: Some(mark), .. }) => Err(Failure::Secret(mark)),
                Ok(reading) => Ok(reading),
                Err(error) => Err(Failure::Unreadable(error)),
            }
        }
        // The same file, sent by another unit, was refused and removed meanwhile.
        Err(store::Error::Missing) => Err(refused_elsewhere(platform, &actor, &intake.sha256).await?),
        Err(error) => return Err(error.into()),
    };
    let secret = matches!(outcome, Err(Failure::Secret(_)));
    let kept = match outcome {
        Ok(reading) => keep_reading(platform, &actor, &intake, reading).await,
        Err(failure) => command!(platform, &actor, cx => { keep_failure(cx, id, &failure).await }),
    };
    if secret && kept.is_ok() {
        platform.blobs.delete(intake.sha256.parse()?).await?;
    }
    match kept {
        Err(Error::Stale) => Ok(()),
        other => other,
    }
}

/// What helps to read a damaged document of this unit.
async fn hints(platform: &Platform, actor: &Actor, owner: UnitId) -> Result<Hints> {
    let names = query!(platform, actor, cx => { units::names_near(cx, owner, MOST_NAMES).await })?;
    Ok(Hints { names })
}

async fn refused_elsewhere(platform: &Platform, actor: &Actor, sha256: &str) -> Result<Failure> {
    let failures = query!(platform, actor, cx => { sql::failures_of(cx, sha256).await })?;
    let mut failures = failures.into_iter().filter_map(|failure| serde_json::from_value(failure).ok());
    let lost = || Error::Internal(format!("the file {sha256} is not there"));
    failures.find(|failure| matches!(failure, Failure::Secret(_))).ok_or_else(lost)
}

async fn keep_failure(cx: &mut Cx, id: IntakeId, failure: &Failure) -> Result<()> {
    let intake = load(cx, id).await?;
    let permit = cx.allow(Action::ManageIntake, &intake.scope())?;
    sql::set_failed(cx, &permit, id, value(failure)?).await?;
    cx.record(permit, json!({}), json!({"failed": failure})).await
}

async fn keep_reading(platform: &Platform, actor: &Actor, intake: &Intake, reading: Reading) -> Result<()> {
    let directory = query!(platform, actor, cx => { units::Directory::load(cx, intake.owner).await })?;
    // The rows of a list become items when its columns are mapped.
    let bodies = if reading.grid.is_empty() {
        let second = reading.second.as_ref().map_or(&[][..], |second| &second.tasks);
        rules::items(&reading.text, &reading.plan, second, &mut resolver(&directory))
    } else {
        Vec::new()
    };
    command!(platform, actor, cx => { keep_items(cx, intake.id, &reading, &bodies).await })
}

async fn keep_items(cx: &mut Cx, id: IntakeId, reading: &Reading, bodies: &[Body]) -> Result<()> {
    let intake = load(cx, id).await?;
    let permit = cx.allow(Action::ManageIntake, &intake.scope())?;
    let list = !reading.grid.is_empty();
    let warnings = if list { Vec::new() } else { reading.plan.warnings.clone() };
    let second =
        reading.second.as_ref().map(|read| SecondReader { host: read.host.clone(), failed: read.failed });
    let notes = Notes { bytes: reading.notes.clone(), plan: warnings, second };
    let mapping = if list { value(&list::guess(&reading.grid))? } else { json!({}) };
    let (head, sections) = if list {
        Default::default()
    } else {
        (reading.plan.document.clone(), reading.plan.sections.clone())
    };
    let parts = [
        value(&head)?,
        value(&sections)?,
        value(&notes)?,
        value(&reading.grid)?,
        mapping,
        value(&reading.repairs)?,
    ];
    sql::set_read(cx, &permit, id, if list { "list" } else { "document" }, &reading.text, parts).await?;
    add(cx, &permit, &intake, bodies, ItemState::Open).await?;
    let after = json!({"read": true, "list": list, "items": bodies.len(), "number": head.number});
    cx.record(permit, json!({}), after).await
}

/// Adds items after those that are there.
pub(super) async fn add(
    cx: &mut Cx,
    permit: &crate::access::Permit,
    intake: &Intake,
    bodies: &[Body],
    state: ItemState,
) -> Result<()> {
    let mut rows: Vec<(Item, Value, Value)> = Vec::with_capacity(bodies.len());
    for (position, body) in bodies.iter().enumerate() {
        let data = value(body)?;
        let item = Item {
            id: ItemId(cx.id()),
            version: 1,
            position: i64::try_from(position).unwrap_or(i64::MAX),
            state,
            body: body.clone(),
            edited: false,
            merged_into: None,
        };
        rows.push((item, data.clone(), data));
    }
    sql::add_items(cx, permit, intake.org, intake.id, rows).await
}
