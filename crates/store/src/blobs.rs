//! Contents of files, named by their SHA-256 and stored once, behind `object_store`: in a folder
//! now, in S3-compatible storage by handing over another [`ObjectStore`].
//!
//! A blob is on disk when [`Blobs::put`] returns; put it before the transaction that names it. What
//! no transaction came to name is removed by [`Blobs::delete_unreferenced`].

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt;
use tokio::sync::Mutex;

use crate::sqlite::{joined, sync_folder};
use crate::{Error, Micros, Result};

/// The SHA-256 of a content, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of a content.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        Self(Sha256::digest(content).into())
    }

    /// The digest of everything a reader gives.
    pub(crate) fn of_reader(reader: &mut impl std::io::Read) -> std::io::Result<Self> {
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match reader.read(&mut buffer)? {
                0 => return Ok(Self(hash.finalize().into())),
                read => hash.update(&buffer[..read]),
            }
        }
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Digest {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes)
            .map_err(|_| Error::Damaged(format!("not a SHA-256 digest: {text}")))?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Digest {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

crate::values::stored_as_text!(Digest);

/// A content that was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Its name.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
}

/// A store of blobs. Cloning is cheap and shares it.
#[derive(Debug, Clone)]
pub struct Blobs {
    objects: Arc<dyn ObjectStore>,
    folder: Option<PathBuf>,
    unfinished: Option<PathBuf>,
    /// Held while a new blob gets its name and while an old one is removed, so that a content put
    /// again is not removed at the same moment.
    naming: Arc<Mutex<()>>,
}

/// Files that are being written, inside the folder of the blobs and so on the same file system.
const UNFINISHED: &str = "unfinished";

impl Blobs {
    /// Blobs in a folder, made when missing.
    ///
    /// # Errors
    /// [`Error::File`] when the folder cannot be made.
    pub fn folder(path: &Path) -> Result<Self> {
        let unfinished = path.join(UNFINISHED);
        std::fs::create_dir_all(&unfinished).map_err(Error::file(&unfinished))?;
        let objects = LocalFileSystem::new_with_prefix(path)?;
        Ok(Self {
            objects: Arc::new(objects),
            folder: Some(path.to_owned()),
            unfinished: Some(unfinished),
            naming: Arc::default(),
        })
    }

    /// Blobs in any other object storage, which must have a content on disk when its `put` returns.
    #[must_use]
    pub fn over(objects: Arc<dyn ObjectStore>) -> Self {
        Self { objects, folder: None, unfinished: None, naming: Arc::default() }
    }

    /// A folder of the installation for working files, where there is one.
    pub(crate) fn scratch(&self) -> Option<&Path> {
        self.unfinished.as_deref()
    }

    /// Stores a content.
    ///
    /// # Errors
    /// [`Error::File`] or [`Error::Storage`]; then nothing is stored.
    pub async fn put(&self, content: Bytes) -> Result<Stored> {
        self.put_stream(futures_util::stream::iter([Ok(content)]), u64::MAX).await
    }

    /// Stores a content that arrives in pieces, at most `most` bytes, without holding it in memory
    /// when the blobs lie in a folder.
    ///
    /// # Errors
    /// [`Error::Refused`] when it is larger, what the stream says when it breaks off, and as [`Blobs::put`].
    pub async fn put_stream<S>(&self, mut pieces: S, most: u64) -> Result<Stored>
    where
        S: Stream<Item = std::io::Result<Bytes>> + Unpin + Send,
    {
        match &self.folder {
            Some(folder) => self.put_file(folder, &mut pieces, most).await,
            None => {
                let mut content = Vec::new();
                while let Some(piece) = next(&mut pieces, content.len() as u64, most).await? {
                    content.extend_from_slice(&piece);
                }
                let stored = Stored { digest: Digest::of(&content), size: content.len() as u64 };
                let _naming = self.naming.lock().await;
                self.objects.put(&place(stored.digest), PutPayload::from(content)).await?;
                Ok(stored)
            }
        }
    }

    async fn put_file<S>(&self, folder: &Path, pieces: &mut S, most: u64) -> Result<Stored>
    where
        S: Stream<Item = std::io::Result<Bytes>> + Unpin + Send,
    {
        let unfinished = Unfinished::new(folder);
        let path = unfinished.0.as_path();
        let mut file = tokio::fs::File::create_new(path).await.map_err(Error::file(path))?;
        let mut hash = Sha256::new();
        let mut size = 0;
        while let Some(piece) = next(pieces, size, most).await? {
            hash.update(&piece);
            size += piece.len() as u64;
            file.write_all(&piece).await.map_err(Error::file(path))?;
        }
        file.flush().await.map_err(Error::file(path))?;
        file.sync_all().await.map_err(Error::file(path))?;
        drop(file);
        let digest = Digest(hash.finalize().into());
        let (from, to) = (path.to_owned(), folder.join(place(digest).as_ref()));
        let _naming = self.naming.lock().await;
        tokio::task::spawn_blocking(move || name_file(&from, &to)).await.map_err(joined)??;
        Ok(Stored { digest, size })
    }

    /// The content of a blob, checked against its digest.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is none, [`Error::Damaged`] when the content is not what was put.
    pub async fn get(&self, digest: Digest) -> Result<Bytes> {
        let content = self.objects.get(&place(digest)).await.map_err(missing)?.bytes().await?;
        let hashed = content.clone();
        let found = tokio::task::spawn_blocking(move || Digest::of(&hashed)).await.map_err(joined)?;
        if found == digest {
            Ok(content)
        } else {
            Err(Error::Damaged(format!("blob {digest} has the content of {found}")))
        }
    }

    /// The content of a blob in pieces, unchecked (see [`Blobs::verify`]), with its size in bytes.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is none.
    pub async fn get_stream(&self, digest: Digest) -> Result<(u64, BoxStream<'static, Result<Bytes>>)> {
        let found = self.objects.get(&place(digest)).await.map_err(missing)?;
        Ok((found.meta.size, found.into_stream().map_err(Error::from).boxed()))
    }

    /// The size of a blob in bytes, `None` when there is none.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn size(&self, digest: Digest) -> Result<Option<u64>> {
        match self.objects.head(&place(digest)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether there is a blob.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn exists(&self, digest: Digest) -> Result<bool> {
        Ok(self.size(digest).await?.is_some())
    }

    /// Reads a blob again and compares it with its digest.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Damaged`], [`Error::Storage`].
    pub async fn verify(&self, digest: Digest) -> Result<Stored> {
        let (_, mut pieces) = self.get_stream(digest).await?;
        let mut hash = Sha256::new();
        let mut size = 0;
        while let Some(piece) = pieces.try_next().await? {
            hash.update(&piece);
            size += piece.len() as u64;
        }
        let found = Digest(hash.finalize().into());
        if found == digest {
            Ok(Stored { digest, size })
        } else {
            Err(Error::Damaged(format!("blob {digest} has the content of {found}")))
        }
    }

    /// Removes a blob at once, as for a content that may not be kept; one that is not there is no error.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn delete(&self, digest: Digest) -> Result<()> {
        let _naming = self.naming.lock().await;
        match self.objects.delete(&place(digest)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// All blobs, in no order.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn list(&self) -> Result<Vec<Stored>> {
        let found = self.entries().await?;
        Ok(found.into_iter().map(|(stored, _)| stored).collect())
    }

    async fn entries(&self) -> Result<Vec<(Stored, i64)>> {
        let mut entries = self.objects.list(None);
        let mut found = Vec::new();
        while let Some(meta) = entries.try_next().await? {
            if let Some(digest) = meta.location.filename().and_then(|name| name.parse().ok()) {
                found.push((Stored { digest, size: meta.size }, meta.last_modified.timestamp_micros()));
            }
        }
        Ok(found)
    }

    /// Removes the blobs that are not in `known` and were put (or put again) more than `age` before
    /// `now`, and returns their digests. `age` has to be longer than the longest time between
    /// putting a blob and committing the transaction that names it; a day is a good value.
    /// Unfinished files as old are removed too.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn delete_unreferenced(
        &self,
        known: &HashSet<Digest>,
        age: Duration,
        now: Micros,
    ) -> Result<Vec<Digest>> {
        let before = now.0.saturating_sub(i64::try_from(age.as_micros()).unwrap_or(i64::MAX));
        let mut removed = Vec::new();
        for (stored, modified) in self.entries().await? {
            if known.contains(&stored.digest) || modified >= before {
                continue;
            }
            let _naming = self.naming.lock().await;
            let place = place(stored.digest);
            match self.objects.head(&place).await {
                Ok(meta) if meta.last_modified.timestamp_micros() < before => {
                    self.objects.delete(&place).await?;
                    removed.push(stored.digest);
                }
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let unfinished = object_store::path::Path::from(UNFINISHED);
        let mut entries = self.objects.list(Some(&unfinished));
        while let Some(meta) = entries.try_next().await? {
            if meta.last_modified.timestamp_micros() < before {
                self.objects.delete(&meta.location).await?;
            }
        }
        Ok(removed)
    }
}

/// Two letters of folder keep folders small: 256 of them.
fn place(digest: Digest) -> object_store::path::Path {
    let name = digest.to_string();
    object_store::path::Path::from_iter([&name[..2], &name])
}

fn missing(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { .. } => Error::Missing,
        other => other.into(),
    }
}

async fn next<S>(pieces: &mut S, so_far: u64, most: u64) -> Result<Option<Bytes>>
where
    S: Stream<Item = std::io::Result<Bytes>> + Unpin + Send,
{
    let Some(piece) = pieces.next().await else { return Ok(None) };
    let piece = piece.map_err(Error::file(Path::new("the incoming content")))?;
    if so_far + piece.len() as u64 > most {
        return Err(Error::Refused(format!("the content is larger than {most} bytes")));
    }
    Ok(Some(piece))
}

/// Gives a finished file its name; the file and both folder entries are on disk afterwards. A
/// content that is there already is replaced, which also makes it young again.
fn name_file(from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().unwrap_or(to);
    if !folder.exists() {
        std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
        if let Some(root) = folder.parent() {
            sync_folder(root)?;
        }
    }
    std::fs::rename(from, to).map_err(Error::file(to))?;
    sync_folder(folder)
}

/// The path of a file being written; removed when it is dropped before it got its name.
struct Unfinished(PathBuf);

impl Unfinished {
    fn new(folder: &Path) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}-{:016x}", std::process::id(), crate::retry::spread());
        Self(folder.join(UNFINISHED).join(name))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        match std::fs::remove_file(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::debug!(%error, "an unfinished file stays until the next clean-up");
            }
            _ => {}
        }
    }
}
