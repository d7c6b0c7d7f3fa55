//! The store: one SQL text on two engines, SQLite (embedded) and PostgreSQL.
//!
//! It knows engines and no word of the domain: transactions ([`Db`], [`Tx`], [`Query`]), the registry
//! of statements ([`sql!`], [`STATEMENTS`]), migrations, backup, copying between engines, a job queue,
//! blob files, attachments and idempotency keys.
//!
//! ```no_run
//! # #[derive(sqlx::FromRow)] struct Unit { id: uuid::Uuid, version: i64 }
//! # async fn f(db: store::Db, id: uuid::Uuid) -> store::Result<()> {
//! use store::sql;
//! let mut tx = db.begin().await?;
//! let unit: Unit = tx.query(sql!("SELECT id, version FROM unit WHERE id = $1")).bind(id).one().await?;
//! tx.query(sql!("UPDATE unit SET name = $1, version = version + 1 WHERE id = $2 AND version = $3"))
//!     .bind("Sở Khoa học và Công nghệ")
//!     .bind(unit.id)
//!     .bind(unit.version)
//!     .exactly_one()
//!     .await?;
//! tx.commit().await
//! # }
//! ```

#[allow(unsafe_code, reason = "sql! puts each statement into a link section")]
pub mod attachments;
pub mod backup;
pub mod blobs;
pub mod copy;
mod db;
mod error;
#[allow(unsafe_code, reason = "sql! puts each statement into a link section")]
pub mod idempotency;
#[allow(unsafe_code, reason = "sql! puts each statement into a link section")]
pub mod jobs;
pub mod maintenance;
mod registry;
mod retry;
mod sqlite;
mod tx;
mod values;

pub use db::{Db, Engine, Finding, Options};
pub use error::{ConflictKind, Error, Result};
pub use registry::{CONFIDENTIAL, Confidential, ENGINE_STATEMENTS, STATEMENTS};
pub use retry::Attempts;
pub use sqlx::types::Json;
pub use tx::{Param, Query, Record, Tx};
pub use values::{Day, Micros};

#[doc(hidden)]
pub use linkme;
