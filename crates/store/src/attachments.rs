//! Files attached to things: one table for all kinds of owner. The content lies in
//! [`crate::blobs`] and is named by its digest; put it there before the transaction that adds the row.

use uuid::Uuid;

use crate::blobs::Digest;
use crate::{Micros, Result, Tx, sql};

/// A file attached to something.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Attachment {
    /// The organisation.
    pub org_id: Uuid,
    /// The attachment.
    pub id: Uuid,
    /// What kind of thing it is attached to, in the words of the context that owns the thing.
    pub owner_kind: String,
    /// The thing it is attached to.
    pub owner_id: Uuid,
    /// The file's name as it was sent.
    pub name: String,
    /// The media type, such as `application/pdf`.
    pub media_type: String,
    /// The size in bytes.
    pub size_bytes: i64,
    /// The digest of the content.
    pub sha256: Digest,
    /// When it was attached.
    pub created_at: Micros,
    /// Who attached it.
    pub created_by: Uuid,
    /// When it was put away; `None` while it is in use.
    pub archived_at: Option<Micros>,
    /// Who put it away.
    pub archived_by: Option<Uuid>,
}

/// Adds an attachment.
///
/// # Errors
/// [`crate::Error::Conflict`] when the id is taken or the name is empty.
pub async fn add(tx: &mut Tx, attachment: Attachment) -> Result<()> {
    tx.query(sql!(
        "INSERT INTO attachment (org_id, id, owner_kind, owner_id, name, media_type, size_bytes, sha256,
             created_at, created_by, archived_at, archived_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    ))
    .bind(attachment.org_id)
    .bind(attachment.id)
    .bind(attachment.owner_kind)
    .bind(attachment.owner_id)
    .bind(attachment.name)
    .bind(attachment.media_type)
    .bind(attachment.size_bytes)
    .bind(attachment.sha256)
    .bind(attachment.created_at)
    .bind(attachment.created_by)
    .bind(attachment.archived_at)
    .bind(attachment.archived_by)
    .exactly_one()
    .await
}

/// The attachments of a thing that are in use, oldest first.
///
/// # Errors
/// As any read.
pub async fn list(tx: &mut Tx, org_id: Uuid, owner_kind: &str, owner_id: Uuid) -> Result<Vec<Attachment>> {
    tx.query(sql!(
        "SELECT org_id, id, owner_kind, owner_id, name, media_type, size_bytes, sha256, created_at, created_by,
             archived_at, archived_by
         FROM attachment
         WHERE org_id = $1 AND owner_kind = $2 AND owner_id = $3 AND archived_at IS NULL
         ORDER BY created_at, id"
    ))
    .bind(org_id)
    .bind(owner_kind)
    .bind(owner_id)
    .all()
    .await
}

/// One attachment, also when it was put away.
///
/// # Errors
/// As any read.
pub async fn find(tx: &mut Tx, org_id: Uuid, id: Uuid) -> Result<Option<Attachment>> {
    tx.query(sql!(
        "SELECT org_id, id, owner_kind, owner_id, name, media_type, size_bytes, sha256, created_at, created_by,
             archived_at, archived_by
         FROM attachment WHERE org_id = $1 AND id = $2"
    ))
    .bind(org_id)
    .bind(id)
    .opt()
    .await
}

/// Puts an attachment away; its row and its content stay.
///
/// # Errors
/// [`crate::Error::Stale`] when there is none in use.
pub async fn archive(tx: &mut Tx, org_id: Uuid, id: Uuid, by: Uuid, now: Micros) -> Result<()> {
    tx.query(sql!(
        "UPDATE attachment SET archived_at = $1, archived_by = $2
         WHERE org_id = $3 AND id = $4 AND archived_at IS NULL"
    ))
    .bind(now)
    .bind(by)
    .bind(org_id)
    .bind(id)
    .exactly_one()
    .await
}

/// The digests of all attached contents, archived ones too: what must be kept.
///
/// # Errors
/// As any read.
pub async fn digests(tx: &mut Tx) -> Result<Vec<Digest>> {
    let rows: Vec<(Digest,)> = tx.query(sql!("SELECT DISTINCT sha256 FROM attachment")).all().await?;
    Ok(rows.into_iter().map(|(digest,)| digest).collect())
}
