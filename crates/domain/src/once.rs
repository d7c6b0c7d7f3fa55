//! A request that is sent twice is carried out once.
//!
//! A person presses a button twice, a program repeats what got no answer. Each request may carry a key;
//! [`Once`] goes with the actor into the command, which keeps the key in its own transaction and refuses
//! with [`Error::Repeated`] where it was kept before. Whoever answers the request then gives the first
//! answer again.

use crate::access::Actor;
use crate::{AccountId, Error, Platform, Reason, Result};
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use store::Micros;
use store::idempotency::{self, Begun};

/// The key of one request, shared by everything that works for it. Empty until the request is read,
/// and for ever where it carries none.
#[derive(Debug, Clone, Default)]
pub struct Once(Arc<Slot>);

#[derive(Debug, Default)]
struct Slot {
    key: OnceLock<Key>,
    carried: AtomicBool,
}

#[derive(Debug, PartialEq, Eq)]
struct Key {
    key: String,
    fingerprint: String,
}

impl PartialEq for Once {
    fn eq(&self, other: &Once) -> bool {
        self.0.key.get() == other.0.key.get()
    }
}

impl Eq for Once {}

/// What is known of a request before it is carried out.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// Nothing: carry it out. Also where the key was used for something else, which the command refuses.
    New,
    /// It was carried out, with this answer; none while the answer is being composed, and for ever where
    /// its composer was killed or the answer is not to be kept.
    Carried(Option<Value>),
}

impl Once {
    /// Longest key, in bytes.
    pub const LONGEST: usize = 200;

    /// Gives the request its key, and a digest of what it asks for. The first key stays.
    pub fn name(&self, key: &str, fingerprint: String) {
        let _ = self.0.key.set(Key { key: key.to_owned(), fingerprint });
    }

    /// Was a command of this request committed?
    pub fn carried(&self) -> bool {
        self.0.carried.load(Ordering::Acquire)
    }

    pub(crate) fn note(&self) {
        self.0.carried.store(true, Ordering::Release);
    }

    /// What is known of the request.
    ///
    /// # Errors
    /// The engine failed.
    pub async fn known(&self, platform: &Platform, account: AccountId) -> Result<Known> {
        let Some(Key { key, fingerprint }) = self.0.key.get() else { return Ok(Known::New) };
        let now = Micros::from(platform.now());
        let mut tx = platform.db.begin_read().await?;
        let begun = idempotency::look(&mut tx, account.0, key, fingerprint, now).await?;
        tx.rollback().await?;
        Ok(match begun {
            Begun::Same(answer) => Known::Carried(answer),
            Begun::New | Begun::Conflict => Known::New,
        })
    }

    /// Keeps the answer, to be given again. Nothing happens where no command was committed.
    ///
    /// # Errors
    /// The engine failed.
    pub async fn answered(&self, platform: &Platform, account: AccountId, answer: Value) -> Result<()> {
        let Some(Key { key, .. }) = self.0.key.get().filter(|_| self.carried()) else { return Ok(()) };
        let mut tries = store::Attempts::new();
        loop {
            let kept = async {
                let mut tx = platform.db.begin().await?;
                idempotency::finish(&mut tx, account.0, key, answer.clone()).await?;
                tx.commit().await
            };
            match kept.await {
                Err(error) if tries.again(&error).await => {}
                outcome => return outcome.map_err(Error::from),
            }
        }
    }

    /// Keeps the key in the transaction of a command. A second command of the same request goes on.
    ///
    /// # Errors
    /// [`Error::Repeated`], or [`Error::Invalid`] where the key was used with another request.
    pub(crate) async fn begin(&self, tx: &mut store::Tx, actor: &Actor, now: Micros) -> Result<()> {
        let (Some(Key { key, fingerprint }), Some(account)) = (self.0.key.get(), actor.account) else {
            return Ok(());
        };
        if self.carried() {
            return Ok(());
        }
        match idempotency::begin(tx, account.0, key, fingerprint, now).await? {
            Begun::New => Ok(()),
            Begun::Same(_) => Err(Error::Repeated),
            Begun::Conflict => Err(Error::invalid("", Reason::new("form-sent-otherwise"))),
        }
    }
}
