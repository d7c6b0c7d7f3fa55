//! What the machine gives: the time and randomness.

use domain::{Clock, Entropy};
use jiff::Timestamp;
use uuid::{Builder, Uuid};

/// The machine's clock, to the microsecond.
pub struct MachineClock;

impl Clock for MachineClock {
    #[allow(clippy::disallowed_methods, reason = "the binary is where the time comes from")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}

/// The operating system's random numbers.
pub struct MachineEntropy;

impl Entropy for MachineEntropy {
    fn uuid(&self, now: Timestamp) -> Uuid {
        let mut random = [0u8; 10];
        self.fill(&mut random);
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// Without randomness no key is safe, so the program ends rather than go on.
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}
