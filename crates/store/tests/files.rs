//! Blobs, attachments and idempotency keys.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use serde_json::json;
use store::attachments::{self, Attachment};
use store::blobs::{Blobs, Digest};
use store::idempotency::{self, Begun};
use store::{Attempts, Db, Error, Micros};
use testkit::engine::fresh_db;
use uuid::Uuid;

const NOW: Micros = Micros(1_800_000_000_000_000);
const FAR: Micros = Micros(9_000_000_000_000_000);

fn both_kinds(folder: &std::path::Path) -> [Blobs; 2] {
    [Blobs::folder(folder).unwrap(), Blobs::over(Arc::new(object_store::memory::InMemory::new()))]
}

#[tokio::test]
async fn a_content_comes_back_as_it_was_put() {
    let folder = tempfile::tempdir().unwrap();
    for blobs in both_kinds(folder.path()) {
        let content = Bytes::from("Chương trình hành động".repeat(100_000));
        let stored = blobs.put(content.clone()).await.unwrap();
        assert_eq!(stored.digest, Digest::of(&content));
        assert_eq!(stored.size, content.len() as u64);
        assert_eq!(blobs.put(content.clone()).await.unwrap(), stored, "the same content twice");
        assert_eq!(blobs.get(stored.digest).await.unwrap(), content);
        let (size, pieces) = blobs.get_stream(stored.digest).await.unwrap();
        let pieces: Vec<Bytes> = pieces.try_collect().await.unwrap();
        assert_eq!((size, pieces.concat()), (stored.size, content.to_vec()));
        assert!(blobs.exists(stored.digest).await.unwrap());
        assert_eq!(blobs.verify(stored.digest).await.unwrap(), stored);
        assert_eq!(blobs.list().await.unwrap(), [stored]);
        let absent = Digest::of(b"absent");
        assert!(!blobs.exists(absent).await.unwrap());
        assert!(matches!(blobs.get(absent).await, Err(Error::Missing)));
        assert_eq!(blobs.put(Bytes::new()).await.unwrap().size, 0);
    }
}

fn files(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { files(&path) } else { 1 })
        .sum()
}

#[tokio::test]
async fn a_broken_or_too_large_upload_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for blobs in both_kinds(folder.path()) {
        let broken = futures_util::stream::iter([
            Ok(Bytes::from_static(b"half")),
            Err(std::io::Error::other("the connection broke")),
        ]);
        assert!(matches!(blobs.put_stream(broken, 100).await, Err(Error::File { .. })));
        let large = futures_util::stream::iter((0..11).map(|_| Ok(Bytes::from_static(&[0; 10]))));
        assert!(matches!(blobs.put_stream(large, 100).await, Err(Error::Refused(_))));
        assert_eq!(blobs.list().await.unwrap(), []);
    }
    assert_eq!(files(folder.path()), 0);
}

#[tokio::test]
async fn a_damaged_content_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::folder(folder.path()).unwrap();
    let digest = blobs.put(Bytes::from_static(b"evidence")).await.unwrap().digest;
    let name = digest.to_string();
    std::fs::write(folder.path().join(&name[..2]).join(&name), b"evil").unwrap();
    assert!(matches!(blobs.verify(digest).await, Err(Error::Damaged(_))));
    assert!(matches!(blobs.get(digest).await, Err(Error::Damaged(_))));
    blobs.put(Bytes::from_static(b"evidence")).await.unwrap();
    blobs.verify(digest).await.unwrap();
}

#[tokio::test]
async fn only_old_contents_that_nothing_names_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    for blobs in both_kinds(folder.path()) {
        let kept = blobs.put(Bytes::from_static(b"named")).await.unwrap().digest;
        let loose = blobs.put(Bytes::from_static(b"loose")).await.unwrap().digest;
        let known = HashSet::from([kept]);
        let day = Duration::from_secs(86_400);
        let young = blobs.delete_unreferenced(&known, day, Micros(0)).await.unwrap();
        assert_eq!(young, [], "its transaction may still come");
        assert_eq!(blobs.delete_unreferenced(&known, day, FAR).await.unwrap(), [loose]);
        assert!(blobs.exists(kept).await.unwrap() && !blobs.exists(loose).await.unwrap());
    }
}

#[test]
fn a_digest_is_read_and_written() {
    let digest = Digest::of(b"");
    let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(digest.to_string(), text);
    assert_eq!(text.parse::<Digest>().unwrap(), digest);
    assert_eq!(serde_json::to_value(digest).unwrap(), json!(text));
    assert!("e3b0".parse::<Digest>().is_err() && "x".repeat(64).parse::<Digest>().is_err());
}

#[tokio::test]
async fn attachments_are_added_listed_and_put_away() {
    let test = fresh_db().await;
    let (org_id, owner_id, by) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
    let attachment = |n: u128| Attachment {
        org_id,
        id: Uuid::from_u128(n),
        owner_kind: "update".to_owned(),
        owner_id,
        name: format!("Biên bản số {n}.pdf"),
        media_type: "application/pdf".to_owned(),
        size_bytes: 5_000_000_000,
        sha256: Digest::of(&[n as u8]),
        created_at: NOW.plus_seconds(n as i64),
        created_by: by,
        archived_at: None,
        archived_by: None,
    };
    let mut tx = test.db.begin().await.unwrap();
    for n in [12, 11] {
        attachments::add(&mut tx, attachment(n)).await.unwrap();
    }
    attachments::add(&mut tx, Attachment { owner_id: by, ..attachment(13) }).await.unwrap();
    let listed = attachments::list(&mut tx, org_id, "update", owner_id).await.unwrap();
    assert_eq!(listed, [attachment(11), attachment(12)]);
    attachments::archive(&mut tx, org_id, Uuid::from_u128(11), by, FAR).await.unwrap();
    let twice = attachments::archive(&mut tx, org_id, Uuid::from_u128(11), by, FAR).await;
    assert!(matches!(twice, Err(Error::Stale)));
    assert_eq!(attachments::list(&mut tx, org_id, "update", owner_id).await.unwrap(), [attachment(12)]);
    let away = attachments::find(&mut tx, org_id, Uuid::from_u128(11)).await.unwrap().unwrap();
    assert_eq!((away.archived_at, away.archived_by), (Some(FAR), Some(by)));
    assert_eq!(attachments::digests(&mut tx).await.unwrap().len(), 3, "what is put away is kept");
    let stranger = attachments::find(&mut tx, Uuid::from_u128(9), Uuid::from_u128(12)).await.unwrap();
    assert_eq!(stranger, None);
}

#[tokio::test]
async fn a_request_sent_twice_is_carried_out_once() {
    let test = fresh_db().await;
    let (actor, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let mut tx = test.db.begin().await.unwrap();
    assert_eq!(idempotency::begin(&mut tx, actor, "k", "f", NOW).await.unwrap(), Begun::New);
    drop(tx);

    let mut tx = test.db.begin().await.unwrap();
    assert_eq!(
        idempotency::begin(&mut tx, actor, "k", "f", NOW).await.unwrap(),
        Begun::New,
        "a failed command forgets its key"
    );
    tx.commit().await.unwrap();

    let mut tx = test.db.begin().await.unwrap();
    assert_eq!(idempotency::look(&mut tx, actor, "k", "f", NOW).await.unwrap(), Begun::Same(None));
    assert_eq!(idempotency::look(&mut tx, actor, "k", "g", NOW).await.unwrap(), Begun::Conflict);
    assert_eq!(idempotency::look(&mut tx, other, "k", "f", NOW).await.unwrap(), Begun::New);
    assert_eq!(
        idempotency::begin(&mut tx, actor, "k", "f", NOW).await.unwrap(),
        Begun::Same(None),
        "a kept key says that the command was carried out, whether its answer is known or not"
    );
    idempotency::finish(&mut tx, actor, "k", json!({"id": "é"})).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = test.db.begin().await.unwrap();
    let same = idempotency::begin(&mut tx, actor, "k", "f", NOW.plus_seconds(86_399)).await.unwrap();
    assert_eq!(same, Begun::Same(Some(json!({"id": "é"}))));
    assert_eq!(idempotency::begin(&mut tx, actor, "k", "g", NOW).await.unwrap(), Begun::Conflict);
    assert_eq!(idempotency::begin(&mut tx, other, "k", "g", NOW).await.unwrap(), Begun::New);
    let later = NOW.plus_seconds(86_400);
    assert_eq!(idempotency::begin(&mut tx, actor, "k", "g", later).await.unwrap(), Begun::New);
    assert_eq!(idempotency::purge(&mut tx, later).await.unwrap(), 1, "the other actor's");
    assert!(matches!(idempotency::finish(&mut tx, other, "k", json!({})).await, Err(Error::Stale)));
}

async fn carry_out_once(db: &Db) -> store::Result<Begun> {
    let mut tx = db.begin().await?;
    let begun = idempotency::begin(&mut tx, Uuid::from_u128(1), "k", "f", NOW).await?;
    tokio::time::sleep(Duration::from_millis(20)).await;
    if begun == Begun::New {
        idempotency::finish(&mut tx, Uuid::from_u128(1), "k", json!([1])).await?;
    }
    tx.commit().await?;
    Ok(begun)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_equal_requests_at_once_one_is_carried_out() {
    let test = fresh_db().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let db = test.db.clone();
        tasks.spawn(async move {
            let mut attempts = Attempts::new();
            loop {
                match carry_out_once(&db).await {
                    Err(error) if attempts.again(&error).await => {}
                    begun => return begun.unwrap(),
                }
            }
        });
    }
    let all = tasks.join_all().await;
    assert_eq!(all.iter().filter(|begun| **begun == Begun::New).count(), 1);
    assert_eq!(all.iter().filter(|begun| **begun == Begun::Same(Some(json!([1])))).count(), 5);
}
