//! Sealing: committed rows go into numbered batches, each signed and chained to the one before.
//!
//! A batch's digest is SHA-256 over its organisation, number, the digest of the batch before, and the
//! digests of its rows in the order of time and id. Rows are sealed after their commit, so that no
//! writer waits for another; the key `(organisation, number)` lets only one of several sealers win.

use super::{Row, sql};
use crate::access::Actor;
use crate::{Error, OrgId, Platform, Result, command, query};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use store::Micros;
use uuid::Uuid;

/// Rows of a batch at most.
const MOST_ROWS: i64 = 500;

/// The key that signs batches, from 32 secret bytes kept outside the database.
pub struct Sealer {
    key: SigningKey,
}

/// A sealed batch.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Batch {
    /// Organisation whose rows it holds.
    pub org_id: OrgId,
    /// 1 for the first of the organisation, without gaps.
    pub number: i64,
    /// How many rows it holds.
    pub rows_sealed: i64,
    /// Digest of the batch before; empty for the first.
    pub previous: String,
    /// Digest of this batch, in hexadecimal.
    pub digest: String,
    /// Ed25519 signature of the digest's text, in hexadecimal.
    pub signature: String,
    /// The public key, in hexadecimal.
    pub sealed_by: String,
    /// When it was sealed.
    pub sealed_at: Micros,
}

/// What is wrong with the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Break {
    /// The batch's rows do not give its digest: a row was changed, removed or added.
    Rows {
        /// The organisation.
        org: OrgId,
        /// The batch.
        number: i64,
    },
    /// The batch does not follow the one before: a batch was removed or exchanged.
    Chain {
        /// The organisation.
        org: OrgId,
        /// The batch.
        number: i64,
    },
    /// The signature is not by this installation's key.
    Signature {
        /// The organisation.
        org: OrgId,
        /// The batch.
        number: i64,
    },
}

impl Sealer {
    /// The sealer with this secret.
    pub fn new(secret: &[u8; 32]) -> Sealer {
        Sealer { key: SigningKey::from_bytes(secret) }
    }

    /// The public key, in hexadecimal, to be written down where the installation cannot change it.
    pub fn public_key(&self) -> String {
        hex::encode(self.key.verifying_key().as_bytes())
    }

    /// Seals what is committed and unsealed; returns the number of rows.
    ///
    /// # Errors
    /// The engine failed.
    pub async fn seal(&self, platform: &Platform) -> Result<usize> {
        let system = Actor::system("sealer");
        let orgs = query!(platform, &system, cx => { sql::unsealed_organisations(cx).await })?;
        let mut sealed = 0;
        for org in orgs {
            loop {
                let rows = self.seal_batch(platform, &system, org).await?;
                sealed += rows;
                if rows < MOST_ROWS as usize {
                    break;
                }
            }
        }
        Ok(sealed)
    }

    async fn seal_batch(&self, platform: &Platform, system: &Actor, org: OrgId) -> Result<usize> {
        let done = command!(platform, system, cx => {
            let rows = sql::unsealed(cx, org, MOST_ROWS).await?;
            if rows.is_empty() {
                return Ok(0);
            }
            let last = sql::last_batch(cx, org).await?;
            let (number, previous) = last.map_or((1, String::new()), |b| (b.number + 1, b.digest));
            let digest = batch_digest(org, number, &previous, &rows);
            let batch = Batch {
                org_id: org,
                number,
                rows_sealed: rows.len() as i64,
                previous,
                signature: hex::encode(self.key.sign(digest.as_bytes()).to_bytes()),
                digest,
                sealed_by: self.public_key(),
                sealed_at: Micros::from(cx.now()),
            };
            sql::insert_batch(cx, &batch).await?;
            for row in &rows {
                sql::mark_sealed(cx, row, number).await?;
            }
            Ok(rows.len())
        });
        match done {
            Err(Error::Store(store::Error::Conflict { .. })) => Ok(0),
            other => other,
        }
    }

    /// Recomputes every batch of every organisation. A row whose personal data were erased counts by its
    /// digest, where the row of an erasure names it.
    ///
    /// # Errors
    /// The engine failed. What is wrong with the trail is no error but the answer.
    pub async fn verify(&self, platform: &Platform) -> Result<Vec<Break>> {
        let system = Actor::system("doctor");
        let (batches, erasures) =
            query!(platform, &system, cx => { Ok((sql::batches(cx).await?, sql::erasures(cx).await?)) })?;
        let erased = erased(&erasures);
        let mut breaks = Vec::new();
        let mut before: Option<&Batch> = None;
        for batch in &batches {
            let (org, number) = (batch.org_id, batch.number);
            let last = before.filter(|b| b.org_id == org);
            let follows = number == last.map_or(1, |b| b.number + 1)
                && batch.previous == last.map_or(String::new(), |b| b.digest.clone());
            if !follows {
                breaks.push(Break::Chain { org, number });
            }
            let rows = query!(platform, &system, cx => { sql::sealed(cx, org, number).await })?;
            let sound = rows.iter().all(|row| match row.erased_at {
                Some(_) => erased.contains(&(row.org_id, row.id)),
                None => row.computed_digest() == row.digest,
            });
            if !sound || batch_digest(org, number, &batch.previous, &rows) != batch.digest {
                breaks.push(Break::Rows { org, number });
            }
            if !signed(&self.key.verifying_key(), batch) {
                breaks.push(Break::Signature { org, number });
            }
            before = Some(batch);
        }
        Ok(breaks)
    }
}

/// The rows that sound rows of erasures name.
fn erased(erasures: &[Row]) -> HashSet<(OrgId, Uuid)> {
    let sound = erasures.iter().filter(|row| row.computed_digest() == row.digest);
    sound
        .flat_map(|row| {
            let ids = row.after.0["erased"].as_array().into_iter().flatten();
            ids.filter_map(|id| Some((row.org_id, id.as_str()?.parse().ok()?)))
        })
        .collect()
}

fn batch_digest(org: OrgId, number: i64, previous: &str, rows: &[Row]) -> String {
    let mut hash = Sha256::new();
    hash.update(org.0.as_bytes());
    hash.update(number.to_be_bytes());
    hash.update(previous.as_bytes());
    for row in rows {
        hash.update(row.digest.as_bytes());
    }
    hex::encode(hash.finalize())
}

fn signed(key: &VerifyingKey, batch: &Batch) -> bool {
    let Some(bytes) = hex::decode(&batch.signature).ok().and_then(|b| <[u8; 64]>::try_from(b).ok()) else {
        return false;
    };
    key.verify_strict(batch.digest.as_bytes(), &Signature::from_bytes(&bytes)).is_ok()
}
