//! What can go wrong with a database, told apart by what the caller can do about it.

/// The result of every operation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation on the store failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The row was changed by somebody else since it was read: load it again and decide again.
    #[error("the row was changed by another transaction")]
    Stale,
    /// A row that had to exist does not.
    #[error("no such row")]
    Missing,
    /// A constraint of the schema refused the statement.
    #[error("the {kind} constraint {constraint} refused the statement")]
    Conflict {
        /// What kind of constraint it was.
        kind: ConflictKind,
        /// The same text on both engines: `table(column, column)` for a unique or not-null
        /// constraint, the constraint's name for a check, `foreign key` for a reference.
        constraint: String,
    },
    /// The engine gave up this transaction in favour of another one: run the command again from its start.
    #[error("the transaction met another one and must be run again: {0}")]
    Retry(#[source] sqlx::Error),
    /// The database cannot be reached, is full, or is closed.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// The connection broke while committing: the transaction may or may not have been applied.
    #[error("the connection broke while committing, the outcome is unknown: {0}")]
    InDoubt(#[source] sqlx::Error),
    /// The transaction or one of its statements took longer than [`crate::Options::transaction_timeout`].
    #[error("the transaction took too long and was rolled back")]
    Timeout,
    /// A statement that writes was given where only reading is meant.
    #[error("a statement that writes was refused where only reading is meant: {0}")]
    ReadOnly(String),
    /// The number of bound values is not the number of `$N` in the statement.
    #[error("{bound} values bound where {wanted} are wanted: {statement}")]
    Arity {
        /// Values bound.
        bound: usize,
        /// The highest `$N` of the statement.
        wanted: usize,
        /// The statement.
        statement: String,
    },
    /// A migration failed, or the database was made by another version of the program.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A file operation failed.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The object storage that holds the blobs failed.
    #[error("object storage: {0}")]
    Storage(#[from] object_store::Error),
    /// Stored data is not what it has to be (a digest that does not fit, an unreadable manifest).
    #[error("damaged data: {0}")]
    Damaged(String),
    /// The operation is not possible with what was given.
    #[error("{0}")]
    Refused(String),
    /// Anything else the engine said.
    #[error(transparent)]
    Engine(sqlx::Error),
}

/// The kind of constraint that refused a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictKind {
    /// A primary key or a unique index.
    Unique,
    /// A reference to a row that does not exist, or from a row that still exists.
    ForeignKey,
    /// A check.
    Check,
    /// A column that may not be NULL.
    NotNull,
}

impl std::fmt::Display for ConflictKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unique => "unique",
            Self::ForeignKey => "foreign key",
            Self::Check => "check",
            Self::NotNull => "not-null",
        })
    }
}

impl Error {
    /// Whether the same command, run again from its start, may succeed (serialization failure and
    /// deadlock on PostgreSQL, a busy database on SQLite).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Retry(_))
    }

    pub(crate) fn file(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::File { path, source }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::Missing,
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_) => Self::Unavailable(error),
            sqlx::Error::Database(refusal) => {
                let code = refusal.code().unwrap_or_default().into_owned();
                if let Some(pg) = refusal.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
                    from_postgres(&code, pg).unwrap_or_else(|class| class.carry(error))
                } else {
                    from_sqlite(&code, refusal.message()).unwrap_or_else(|class| class.carry(error))
                }
            }
            _ => Self::Engine(error),
        }
    }
}

/// An error that keeps what the engine said.
enum Class {
    Retry,
    Unavailable,
    Engine,
}

impl Class {
    fn carry(self, error: sqlx::Error) -> Error {
        match self {
            Self::Retry => Error::Retry(error),
            Self::Unavailable => Error::Unavailable(error),
            Self::Engine => Error::Engine(error),
        }
    }
}

/// PostgreSQL's codes: <https://www.postgresql.org/docs/15/errcodes-appendix.html>.
fn from_postgres(code: &str, error: &sqlx::postgres::PgDatabaseError) -> std::result::Result<Error, Class> {
    let table = error.table().unwrap_or_default();
    match code {
        "40001" | "40P01" | "55P03" => Err(Class::Retry),
        "57P01" | "57P02" | "57P03" | "53100" | "53200" | "53300" | "08000" | "08003" | "08006" => {
            Err(Class::Unavailable)
        }
        "57014" | "25P03" => Ok(Error::Timeout),
        "25006" => Ok(Error::ReadOnly(error.message().to_owned())),
        "23505" => Ok(Error::Conflict {
            kind: ConflictKind::Unique,
            constraint: match error.detail().and_then(key_columns) {
                Some(columns) => format!("{table}({columns})"),
                None => error.constraint().unwrap_or(table).to_owned(),
            },
        }),
        "23503" => {
            Ok(Error::Conflict { kind: ConflictKind::ForeignKey, constraint: "foreign key".to_owned() })
        }
        "23514" => Ok(Error::Conflict {
            kind: ConflictKind::Check,
            constraint: error.constraint().unwrap_or(table).to_owned(),
        }),
        "23502" => Ok(Error::Conflict {
            kind: ConflictKind::NotNull,
            constraint: format!("{table}({})", error.column().unwrap_or_default()),
        }),
        _ => Err(Class::Engine),
    }
}

/// `Key (org_id, id)=(…) already exists.`, in any language of the server.
fn key_columns(detail: &str) -> Option<&str> {
    let (_, rest) = detail.split_once('(')?;
    let (columns, _) = rest.split_once(")=")?;
    Some(columns)
}

/// SQLite's extended codes: <https://www.sqlite.org/rescode.html>.
fn from_sqlite(code: &str, message: &str) -> std::result::Result<Error, Class> {
    let number: i32 = code.parse().unwrap_or(0);
    match (number, number & 0xff) {
        (2067 | 1555 | 2579, _) => {
            Ok(Error::Conflict { kind: ConflictKind::Unique, constraint: sqlite_columns(message) })
        }
        (787, _) => {
            Ok(Error::Conflict { kind: ConflictKind::ForeignKey, constraint: "foreign key".to_owned() })
        }
        (275, _) => {
            Ok(Error::Conflict { kind: ConflictKind::Check, constraint: after_colon(message).to_owned() })
        }
        (1299, _) => Ok(Error::Conflict { kind: ConflictKind::NotNull, constraint: sqlite_columns(message) }),
        (_, 5 | 6) => Err(Class::Retry),
        (_, 8) => Ok(Error::ReadOnly(message.to_owned())),
        (_, 9) => Ok(Error::Timeout),
        (_, 10 | 13 | 14) => Err(Class::Unavailable),
        (_, 11 | 26) => Ok(Error::Damaged(message.to_owned())),
        _ => Err(Class::Engine),
    }
}

fn after_colon(message: &str) -> &str {
    message.split_once(": ").map_or(message, |(_, rest)| rest)
}

/// `UNIQUE constraint failed: task.org_id, task.id` becomes `task(org_id, id)`.
fn sqlite_columns(message: &str) -> String {
    let list = after_colon(message);
    let mut table = "";
    let mut columns = Vec::new();
    for part in list.split(", ") {
        let Some((owner, column)) = part.split_once('.') else { return list.to_owned() };
        table = owner;
        columns.push(column);
    }
    format!("{table}({})", columns.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_name_a_unique_constraint_alike() {
        assert_eq!(sqlite_columns("UNIQUE constraint failed: task.org_id, task.id"), "task(org_id, id)");
        assert_eq!(key_columns("Key (org_id, id)=(1, 2) already exists."), Some("org_id, id"));
        assert_eq!(key_columns("Khoá (org_id, id)=(1, 2) đã tồn tại."), Some("org_id, id"));
    }

    #[test]
    fn a_busy_database_is_worth_another_try_and_a_full_disk_is_not() {
        assert!(matches!(from_sqlite("517", "database is locked"), Err(Class::Retry)));
        assert!(matches!(from_sqlite("13", "database or disk is full"), Err(Class::Unavailable)));
    }
}
