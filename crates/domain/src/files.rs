//! The files that the data name: which are wanted, which are missing, which nobody names any more.

use crate::access::Actor;
use crate::{Cx, Micros, Platform, Result, query};
use serde_json::Value;
use std::collections::HashSet;
use std::time::Duration;
use store::blobs::Digest;
use store::{Json, sql};

/// Table and column of every digest that names a file. A new one goes here and into the statement below;
/// `tests/statements.rs` knows all columns that look like one.
pub const COLUMNS: [(&str, &str); 3] =
    [("attachment", "sha256"), ("document", "sha256"), ("intake", "sha256")];

/// A file that nobody names is removed this long after it was put: far longer than any upload lasts, whose
/// file is put before the transaction that names it.
pub const KEPT_UNNAMED: Duration = Duration::from_secs(24 * 3600);

/// What is not right with the files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Named by the data and not there.
    pub missing: Vec<Digest>,
    /// There and named by nothing: an upload under way, or one that was broken off.
    pub unnamed: Vec<Digest>,
}

/// Compares what the data name with what is there.
///
/// # Errors
/// The store failed.
pub async fn compare(platform: &Platform) -> Result<Findings> {
    // First what is there: a file that is put meanwhile is not called missing.
    let there: HashSet<Digest> = platform.blobs.list().await?.iter().map(|stored| stored.digest).collect();
    let named = named(platform).await?;
    let mut missing = Vec::new();
    for digest in named.difference(&there) {
        if !platform.blobs.exists(*digest).await? {
            missing.push(*digest);
        }
    }
    let mut unnamed: Vec<Digest> = there.difference(&named).copied().collect();
    missing.sort_by_key(ToString::to_string);
    unnamed.sort_by_key(ToString::to_string);
    Ok(Findings { missing, unnamed })
}

/// Removes the files that nobody has named for [`KEPT_UNNAMED`]; returns how many.
///
/// # Errors
/// The store failed; what was removed by then was named by nothing.
pub async fn sweep(platform: &Platform) -> Result<usize> {
    let named = named(platform).await?;
    let now = Micros::from(platform.now());
    Ok(platform.blobs.delete_unreferenced(&named, KEPT_UNNAMED, now).await?.len())
}

async fn named(platform: &Platform) -> Result<HashSet<Digest>> {
    let system = Actor::system("files");
    query!(platform, &system, cx => { load(cx).await })
}

/// A document that bears a mark of state secrets names its file no more: it may not be kept.
async fn load(cx: &mut Cx) -> Result<HashSet<Digest>> {
    let rows: Vec<(Digest,)> = cx
        .read(sql!(
            "SELECT sha256 FROM attachment UNION SELECT sha256 FROM document WHERE sha256 IS NOT NULL"
        ))
        .all()
        .await?;
    let received: Vec<(Digest, Json<Value>)> =
        cx.read(sql!("SELECT sha256, failure FROM intake")).all().await?;
    let kept = received.into_iter().filter(|(_, failure)| failure.0.get("secret").is_none());
    Ok(rows.into_iter().map(|(digest,)| digest).chain(kept.map(|(digest, _)| digest)).collect())
}
