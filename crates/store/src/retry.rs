//! Running a command again when the engine gave it up in favour of another.

use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use crate::Error;

/// A bounded number of attempts with growing, jittered pauses: at most [`Attempts::MOST`] in all,
/// pauses of about 5, 10, 20 … and then 320 ms, together at most five seconds: many who write to one row
/// at the same moment on a busy machine all get their turn.
///
/// ```no_run
/// # async fn command() -> store::Result<()> { Ok(()) }
/// # async fn f() -> store::Result<()> {
/// let mut attempts = store::Attempts::new();
/// loop {
///     match command().await {
///         Err(error) if attempts.again(&error).await => continue,
///         outcome => return outcome,
///     }
/// }
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Attempts {
    failed: u32,
}

impl Attempts {
    /// How often a command is run at most.
    pub const MOST: u32 = 20;

    /// No attempt yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether to run the command again after `error`; when so, it has already waited.
    pub async fn again(&mut self, error: &Error) -> bool {
        if !error.is_retryable() {
            return false;
        }
        self.failed += 1;
        if self.failed >= Self::MOST {
            return false;
        }
        let pause = pause(self.failed, spread());
        tracing::debug!(attempt = self.failed, ?pause, %error, "run the transaction again");
        tokio::time::sleep(pause).await;
        true
    }
}

/// Between half and the whole of a pause that doubles with each of the first seven failed attempts.
fn pause(failed: u32, spread: u64) -> Duration {
    let whole = 5_000_u64 << failed.clamp(1, 7).saturating_sub(1);
    Duration::from_micros(whole / 2 + spread % (whole / 2 + 1))
}

/// A number that differs between tasks and calls; it moves a pause and nothing else.
pub(crate) fn spread() -> u64 {
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_within_bounds() {
        for failed in 1..Attempts::MOST {
            let whole = Duration::from_millis(5 << (failed - 1).min(6));
            for spread in [0, 1, 12_345_678_901, u64::MAX] {
                let pause = pause(failed, spread);
                assert!(pause >= whole / 2 && pause <= whole, "{failed} {spread} {pause:?}");
            }
        }
    }

    #[tokio::test]
    async fn other_errors_are_not_tried_again_and_the_attempts_end() {
        let mut attempts = Attempts::new();
        assert!(!attempts.again(&Error::Stale).await);
        let busy = || Error::Retry(sqlx::Error::PoolTimedOut);
        let mut runs = 1;
        while attempts.again(&busy()).await {
            runs += 1;
        }
        assert_eq!(runs, Attempts::MOST);
    }
}
