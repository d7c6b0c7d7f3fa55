//! What the platform is: one module per context, each with its whole public face in `mod.rs`,
//! pure rules in `rules.rs` and its statements in `sql.rs`.
//!
//! There is no HTTP, no HTML and no wire format here, and no clock: time, ids and randomness come
//! in through [`Platform`].

pub mod access;
pub mod audit;
pub mod board;
pub mod calendar;
pub mod carrying;
pub mod cx;
pub mod error;
pub mod files;
pub mod identity;
pub mod intake;
pub mod once;
pub mod people;
pub mod programmes;
pub mod requests;
pub mod units;

pub use cx::{Clock, Cx, Entropy, Platform, Progress};
pub use error::{Error, Problem, Reason, Result};
pub use store::{Day, Micros};

/// Declares a newtype over a UUIDv7 that both engines store and JSON shows as text.
#[macro_export]
macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, serde::Serialize, serde::Deserialize)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }
    };
}

id!(
    /// An organisation: the id of the unit that is marked as one. Every key begins with it.
    OrgId
);
id!(
    /// A unit of the tree.
    UnitId
);
id!(
    /// A log-in.
    AccountId
);
