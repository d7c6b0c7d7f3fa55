//! What proves an update: files, links, issued documents. Only a draft takes or loses evidence.

use super::report::typing;
use super::types::*;
use super::{files, read, rules, sql};
use crate::access::Permit;
use crate::error::Problems;
use crate::{AccountId, Cx, Error, OrgId, Reason, Result};
use serde_json::json;
use store::Micros;
use store::attachments::{self, Attachment};
use store::blobs::Digest;

/// The kind of thing under which the store keeps files of updates.
pub(super) const OWNER: &str = "progress_update";

/// A file that was sent and judged by [`files::sniff`]; its bytes lie in the blob files already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its name as it was sent.
    pub name: String,
    /// Its media type, by its content.
    pub media_type: &'static str,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// The digest of its content.
    pub sha256: Digest,
}

/// Attaches a file to a draft. The same content twice is one file.
///
/// # Errors
/// [`Error::Invalid`] for too many files; [`Error::Stale`] where the draft was submitted meanwhile;
/// [`Error::NotFound`], [`Error::Denied`].
pub async fn add_file(cx: &mut Cx, id: UpdateId, new: NewFile) -> Result<FileId> {
    let (update, permit, account) = typing(cx, id).await?;
    let known = sql::files(cx, update.org, &[id]).await?;
    if let Some(same) = known.iter().find(|file| file.sha256 == new.sha256) {
        let same = same.id;
        cx.record(permit, json!({}), json!({ "file": new.name, "known": true })).await?;
        return Ok(same);
    }
    if known.len() >= files::FILES_MOST {
        let reason = Reason::new("carrying-error-files-many").with("most", files::FILES_MOST);
        return Err(Error::invalid("files", reason));
    }
    let file = attachment(cx, update.org, id, account, &new);
    let file_id = FileId(file.id);
    attachments::add(cx.store(&permit), file).await?;
    let after = json!({ "file": new.name, "sha256": new.sha256.to_string(), "size_bytes": new.size_bytes });
    cx.record(permit, json!({}), after).await?;
    Ok(file_id)
}

fn attachment(cx: &Cx, org: OrgId, owner: UpdateId, by: AccountId, new: &NewFile) -> Attachment {
    Attachment {
        org_id: org.0,
        id: cx.id(),
        owner_kind: OWNER.into(),
        owner_id: owner.0,
        name: new.name.clone(),
        media_type: new.media_type.into(),
        size_bytes: i64::try_from(new.size_bytes).unwrap_or(i64::MAX),
        sha256: new.sha256,
        created_at: Micros::from(cx.now()),
        created_by: by.0,
        archived_at: None,
        archived_by: None,
    }
}

/// Takes a file off a draft; its content is kept.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Stale`].
pub async fn remove_file(cx: &mut Cx, id: UpdateId, file: FileId) -> Result<()> {
    let (update, permit, account) = typing(cx, id).await?;
    let known = sql::files(cx, update.org, &[id]).await?;
    let found = known.into_iter().find(|known| known.id == file).ok_or(Error::NotFound)?;
    let now = Micros::from(cx.now());
    attachments::archive(cx.store(&permit), update.org.0, file.0, account.0, now).await?;
    cx.record(permit, json!({ "file": found.name }), json!({ "file": null })).await
}

/// Names a page on the web as evidence of a draft.
///
/// # Errors
/// [`Error::Invalid`] for what is no address on the web; [`Error::NotFound`], [`Error::Denied`],
/// [`Error::Stale`].
pub async fn add_link(cx: &mut Cx, id: UpdateId, url: &str) -> Result<EvidenceId> {
    let (update, permit, account) = typing(cx, id).await?;
    let url = url.trim().to_owned();
    let mut problems = Problems::default();
    rules::check_link(&mut problems, &url);
    problems.settle()?;
    let proof = Proof::Link(url);
    let evidence = sql::insert_evidence(cx, &permit, (update.org, id), &proof, account).await?;
    cx.record(permit, json!({}), json!({ "evidence": proof })).await?;
    Ok(evidence)
}

/// Names an issued document as evidence of a draft.
///
/// # Errors
/// [`Error::Invalid`] without its number or its day; [`Error::NotFound`], [`Error::Denied`],
/// [`Error::Stale`].
pub async fn add_document(cx: &mut Cx, id: UpdateId, document: IssuedDocument) -> Result<EvidenceId> {
    let (update, permit, account) = typing(cx, id).await?;
    let mut problems = Problems::default();
    rules::check_document(&mut problems, &document, cx.today());
    problems.settle()?;
    let proof = Proof::Document(document);
    let evidence = sql::insert_evidence(cx, &permit, (update.org, id), &proof, account).await?;
    cx.record(permit, json!({}), json!({ "evidence": proof })).await?;
    Ok(evidence)
}

/// Takes a link or an issued document off a draft.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Stale`].
pub async fn remove_evidence(cx: &mut Cx, id: UpdateId, evidence: EvidenceId) -> Result<()> {
    let (update, permit, _) = typing(cx, id).await?;
    sql::remove_evidence(cx, &permit, (update.org, id), evidence).await?;
    cx.record(permit, json!({ "evidence": evidence }), json!({ "evidence": null })).await
}

/// The same evidence for a correction.
pub(super) async fn copy(
    cx: &mut Cx,
    permit: &Permit,
    org: OrgId,
    (from, to): (UpdateId, UpdateId),
    account: AccountId,
) -> Result<()> {
    for one in sql::evidence(cx, org, &[from]).await? {
        sql::insert_evidence(cx, permit, (org, to), &one.proof, account).await?;
    }
    for file in sql::files(cx, org, &[from]).await? {
        let mut copy = attachments::find(cx.store(permit), org.0, file.id.0).await?.ok_or(Error::NotFound)?;
        (copy.id, copy.owner_id) = (cx.id(), to.0);
        (copy.created_at, copy.created_by) = (Micros::from(cx.now()), account.0);
        attachments::add(cx.store(permit), copy).await?;
    }
    Ok(())
}

/// A file of an update that the actor may see.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn file(cx: &mut Cx, id: UpdateId, file: FileId) -> Result<EvidenceFile> {
    let update = read::find(cx, id).await?;
    let known = sql::files(cx, update.org, &[id]).await?;
    known.into_iter().find(|known| known.id == file).ok_or(Error::NotFound)
}
