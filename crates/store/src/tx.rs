//! Transactions and the statements run in them.

use std::borrow::Cow;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use sqlx::postgres::{PgArguments, PgRow, Postgres};
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Encode, FromRow, Transaction, Type};
use tokio::time::Instant;

use crate::{Engine, Error, Result};

/// A row that both engines can decode: any struct with `#[derive(sqlx::FromRow)]`, or a tuple.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A value that both engines can bind: numbers, text, `Uuid`, `Vec<u8>`, `bool`, [`crate::Micros`],
/// [`crate::Day`], [`crate::Json`], their `Option`, and anything with `#[derive(sqlx::Type)]`
/// `#[sqlx(transparent)]`.
pub trait Param:
    for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres> + Send
{
}
impl<T> Param for T where
    T: for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres> + Send
{
}

enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A transaction. Dropping it rolls it back.
///
/// After a statement that the engine refused, every further statement and the commit are refused
/// with [`Error::Refused`] on both engines (PostgreSQL would turn the commit into a rollback
/// without a word, SQLite would commit the rest). Where a row may exist already, write
/// `ON CONFLICT … DO NOTHING`.
pub struct Tx {
    inner: Inner,
    writes: bool,
    failed: bool,
    deadline: Option<Instant>,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx")
            .field("engine", &self.engine())
            .field("writes", &self.writes)
            .finish_non_exhaustive()
    }
}

impl Tx {
    pub(crate) fn sqlite(tx: Transaction<'static, Sqlite>, writes: bool) -> Self {
        Self { inner: Inner::Sqlite(tx), writes, failed: false, deadline: None }
    }

    pub(crate) fn postgres(tx: Transaction<'static, Postgres>, writes: bool) -> Self {
        Self { inner: Inner::Postgres(tx), writes, failed: false, deadline: None }
    }

    pub(crate) fn with_deadline(self, deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    pub(crate) fn without_deadline(self) -> Self {
        Self { deadline: None, ..self }
    }

    /// Lifts the limits of time that the engine itself holds, for this transaction only.
    pub(crate) async fn lift_limits(&mut self) -> Result<()> {
        if let Inner::Sqlite(tx) = &mut self.inner {
            crate::sqlite::lift(tx).await?;
        } else {
            self.execute_raw("SET LOCAL statement_timeout = 0".to_owned()).await?;
            self.execute_raw("SET LOCAL idle_in_transaction_session_timeout = 0".to_owned()).await?;
            self.execute_raw("SET LOCAL lock_timeout = 0".to_owned()).await?;
        }
        Ok(())
    }

    /// Runs text made by this crate itself, never from outside.
    pub(crate) async fn execute_raw(&mut self, text: String) -> Result<()> {
        let sql = AssertSqlSafe(text);
        match &mut self.inner {
            Inner::Sqlite(tx) => sqlx::query(sql).persistent(false).execute(&mut **tx).await.map(drop)?,
            Inner::Postgres(tx) => sqlx::query(sql).persistent(false).execute(&mut **tx).await.map(drop)?,
        }
        Ok(())
    }

    /// The engine behind this transaction.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Whether this transaction may write.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.writes
    }

    /// A statement, usually from [`crate::sql!`]. It does nothing until one of the methods of
    /// [`Query`] runs it.
    pub fn query(&mut self, sql: &'static str) -> Query<'_> {
        self.query_text(Cow::Borrowed(sql))
    }

    /// A statement that must not write, whatever the transaction may: [`Error::ReadOnly`] where it does.
    pub fn read(&mut self, sql: &'static str) -> Query<'_> {
        Query { may_write: false, ..self.query(sql) }
    }

    pub(crate) fn query_text(&mut self, sql: Cow<'static, str>) -> Query<'_> {
        let args = match self.inner {
            Inner::Sqlite(_) => Args::Sqlite(SqliteArguments::default()),
            Inner::Postgres(_) => Args::Postgres(PgArguments::default()),
        };
        let may_write = self.writes;
        Query { tx: self, sql, args, error: None, keep: true, may_write }
    }

    /// Inserts many rows with few statements. `sql` is an `INSERT … VALUES ($1, …, $n)` for one
    /// row, with nothing bound after the list of values; `bind` binds one row's values in order.
    /// Returns the number of rows inserted.
    ///
    /// ```no_run
    /// # async fn f(tx: &mut store::Tx, rows: Vec<(uuid::Uuid, String)>) -> store::Result<()> {
    /// # use store::sql;
    /// tx.insert_many("INSERT INTO unit (id, name) VALUES ($1, $2)", rows, |query, (id, name)| query.bind(id).bind(name)).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Query::run`]; [`Error::Refused`] for a statement of another shape.
    pub async fn insert_many<T, I, F>(&mut self, sql: &'static str, rows: I, bind: F) -> Result<u64>
    where
        I: IntoIterator<Item = T>,
        F: for<'q> Fn(Query<'q>, T) -> Query<'q>,
    {
        let shape = Insert::of(sql)?;
        let most = shape.rows_at_once();
        let mut rows = rows.into_iter().peekable();
        let mut inserted = 0;
        while rows.peek().is_some() {
            let chunk: Vec<T> = rows.by_ref().take(most).collect();
            let text =
                if chunk.len() == 1 { Cow::Borrowed(sql) } else { Cow::Owned(shape.text(chunk.len())) };
            let full = chunk.len() == most;
            let mut query = self.query_text(text);
            query.keep = full;
            for (done, row) in chunk.into_iter().enumerate() {
                query = bind(query, row);
                let (bound, wanted) = (query.bound(), (done + 1) * shape.arity);
                if bound != wanted {
                    return Err(Error::Arity { bound, wanted, statement: sql.to_owned() });
                }
            }
            inserted += query.run().await?;
        }
        Ok(inserted)
    }

    /// Makes the transaction's writes last: when this returns they survive a kill and a power cut.
    ///
    /// # Errors
    /// [`Error::InDoubt`] when the connection broke while committing, [`Error::Refused`] after a
    /// failed statement, [`Error::Timeout`] when the transaction lasted too long.
    pub async fn commit(self) -> Result<()> {
        self.ready()?;
        let outcome = match self.inner {
            Inner::Sqlite(tx) => tx.commit().await,
            Inner::Postgres(tx) => tx.commit().await,
        };
        outcome.map_err(|error| match Error::from(error) {
            Error::Unavailable(error) => Error::InDoubt(error),
            other => other,
        })
    }

    /// Undoes everything this transaction wrote.
    ///
    /// # Errors
    /// When the connection is broken; the transaction is then undone by the engine.
    pub async fn rollback(self) -> Result<()> {
        match self.inner {
            Inner::Sqlite(tx) => tx.rollback().await?,
            Inner::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    fn ready(&self) -> Result<()> {
        if self.failed {
            return Err(Error::Refused(
                "the transaction failed before and can only be rolled back".to_owned(),
            ));
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(Error::Timeout),
            _ => Ok(()),
        }
    }
}

enum Args {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

/// A statement with its values, not yet run.
#[must_use = "a statement does nothing until it is run"]
pub struct Query<'t> {
    tx: &'t mut Tx,
    sql: Cow<'static, str>,
    args: Args,
    error: Option<sqlx::error::BoxDynError>,
    keep: bool,
    may_write: bool,
}

/// Runs a future within the transaction's time and remembers a failure of the engine.
macro_rules! within {
    ($tx:expr, $future:expr) => {{
        let deadline = $tx.deadline;
        let outcome = match deadline {
            Some(deadline) => match tokio::time::timeout_at(deadline, $future).await {
                Ok(outcome) => outcome.map_err(Error::from),
                Err(_) => Err(Error::Timeout),
            },
            None => $future.await.map_err(Error::from),
        };
        if let Err(error) = &outcome {
            $tx.failed = !matches!(error, Error::Missing);
        }
        outcome
    }};
}

/// Runs one method of sqlx on either engine.
macro_rules! on_either {
    ($self:ident, $maker:ident, $method:ident) => {{
        let Query { tx, sql, args, keep, .. } = $self;
        let sql = AssertSqlSafe(sql);
        match (&mut tx.inner, args) {
            (Inner::Sqlite(inner), Args::Sqlite(args)) => {
                within!(tx, sqlx::$maker(sql, args).persistent(keep).$method(&mut **inner))
            }
            (Inner::Postgres(inner), Args::Postgres(args)) => {
                within!(tx, sqlx::$maker(sql, args).persistent(keep).$method(&mut **inner))
            }
            _ => Err(Error::Refused("the values were made for another engine".to_owned())),
        }
    }};
}

impl<'t> Query<'t> {
    /// Gives the next `$N` its value.
    pub fn bind<P: Param>(mut self, value: P) -> Self {
        let outcome = match &mut self.args {
            Args::Sqlite(args) => args.add(value),
            Args::Postgres(args) => args.add(value),
        };
        if let Err(error) = outcome {
            self.error.get_or_insert(error);
        }
        self
    }

    fn bound(&self) -> usize {
        match &self.args {
            Args::Sqlite(args) => args.len(),
            Args::Postgres(args) => args.len(),
        }
    }

    fn check(&mut self) -> Result<()> {
        self.tx.ready()?;
        if let Some(error) = self.error.take() {
            return Err(Error::Engine(sqlx::Error::Encode(error)));
        }
        let (bound, wanted) = (self.bound(), arity(&self.sql));
        if bound != wanted {
            return Err(Error::Arity { bound, wanted, statement: self.sql.clone().into_owned() });
        }
        if !self.may_write && !reads_only(&self.sql) {
            return Err(Error::ReadOnly(self.sql.clone().into_owned()));
        }
        Ok(())
    }

    /// All rows.
    ///
    /// # Errors
    /// [`Error::Arity`] for a missing value, [`Error::ReadOnly`], [`Error::Timeout`], and what the engine says.
    pub async fn all<T: Record>(mut self) -> Result<Vec<T>> {
        self.check()?;
        on_either!(self, query_as_with, fetch_all)
    }

    /// The first row, if any.
    ///
    /// # Errors
    /// As [`Query::all`].
    pub async fn opt<T: Record>(mut self) -> Result<Option<T>> {
        self.check()?;
        on_either!(self, query_as_with, fetch_optional)
    }

    /// The first row.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is none; else as [`Query::all`].
    pub async fn one<T: Record>(self) -> Result<T> {
        self.opt().await?.ok_or(Error::Missing)
    }

    /// The rows one by one, for reading more than fits in memory. The transaction's limit of time
    /// is not enforced while rows flow.
    ///
    /// # Errors
    /// [`Error::Arity`] or [`Error::ReadOnly`] at once; what the engine says arrives in the stream.
    pub fn stream<T: Record + 't>(mut self) -> Result<BoxStream<'t, Result<T>>> {
        self.check()?;
        let Query { tx, sql, args, keep, .. } = self;
        let Tx { inner, failed, .. } = tx;
        let sql = AssertSqlSafe(sql);
        let rows: BoxStream<'t, sqlx::Result<T>> = match (inner, args) {
            (Inner::Sqlite(inner), Args::Sqlite(args)) => {
                sqlx::query_as_with(sql, args).persistent(keep).fetch(&mut **inner)
            }
            (Inner::Postgres(inner), Args::Postgres(args)) => {
                sqlx::query_as_with(sql, args).persistent(keep).fetch(&mut **inner)
            }
            _ => return Err(Error::Refused("the values were made for another engine".to_owned())),
        };
        Ok(rows
            .map(move |row| {
                *failed |= row.is_err();
                row.map_err(Error::from)
            })
            .boxed())
    }

    /// Runs a statement that writes and returns the number of rows it touched.
    ///
    /// # Errors
    /// [`Error::Conflict`] when a constraint refuses it; else as [`Query::all`].
    pub async fn run(mut self) -> Result<u64> {
        self.check()?;
        self.execute().await
    }

    async fn execute(self) -> Result<u64> {
        let Query { tx, sql, args, keep, .. } = self;
        let sql = AssertSqlSafe(sql);
        match (&mut tx.inner, args) {
            (Inner::Sqlite(inner), Args::Sqlite(args)) => {
                within!(tx, sqlx::query_with(sql, args).persistent(keep).execute(&mut **inner))
                    .map(|done| done.rows_affected())
            }
            (Inner::Postgres(inner), Args::Postgres(args)) => {
                within!(tx, sqlx::query_with(sql, args).persistent(keep).execute(&mut **inner))
                    .map(|done| done.rows_affected())
            }
            _ => Err(Error::Refused("the values were made for another engine".to_owned())),
        }
    }

    /// Runs a statement that has to touch one row: `UPDATE … WHERE id = $1 AND version = $2`.
    ///
    /// # Errors
    /// [`Error::Stale`] when it touched none, [`Error::Refused`] when it touched several (the
    /// transaction is then to be rolled back); else as [`Query::run`].
    pub async fn exactly_one(self) -> Result<()> {
        let sql = self.sql.clone();
        match self.run().await? {
            0 => Err(Error::Stale),
            1 => Ok(()),
            rows => Err(Error::Refused(format!("{rows} rows were touched where one is meant: {sql}"))),
        }
    }
}

/// The highest `$N` of a statement. SQLite reads a missing value as NULL without a word, so the
/// count is checked here for both engines.
fn arity(sql: &str) -> usize {
    sql.split('$')
        .skip(1)
        .filter_map(|rest| {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            rest[..digits].parse().ok()
        })
        .max()
        .unwrap_or(0)
}

/// Whether a statement is a `SELECT` or a `WITH … SELECT`. The engine enforces it too; this makes
/// the error the same on both.
fn reads_only(sql: &str) -> bool {
    let mut words =
        sql.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    match words.next() {
        Some(first) if first.eq_ignore_ascii_case("select") => true,
        Some(first) if first.eq_ignore_ascii_case("with") => !words
            .any(|word| ["insert", "update", "delete"].iter().any(|write| word.eq_ignore_ascii_case(write))),
        _ => false,
    }
}

/// An `INSERT` taken apart so that its list of values can be repeated.
struct Insert<'s> {
    before: &'s str,
    values: &'s str,
    after: &'s str,
    arity: usize,
}

impl<'s> Insert<'s> {
    /// Values in one statement: both engines take at least 32,766; short statements parse faster.
    const VALUES: usize = 8_000;
    /// Rows in one statement.
    const ROWS: usize = 500;

    fn of(sql: &'s str) -> Result<Self> {
        let refuse = || Error::Refused(format!("not an INSERT of one row of values: {sql}"));
        let folded = sql.to_ascii_lowercase();
        let word = folded.find("values").ok_or_else(refuse)?;
        let open = word + sql[word..].find('(').ok_or_else(refuse)?;
        let mut depth = 0_usize;
        let mut close = None;
        for (at, c) in sql[open..].char_indices() {
            match c {
                '(' => depth += 1,
                ')' => {
                    depth -= 1;
                    if depth == 0 {
                        close = Some(open + at + 1);
                        break;
                    }
                }
                _ => {}
            }
        }
        let close = close.ok_or_else(refuse)?;
        let insert =
            Self { before: &sql[..open], values: &sql[open..close], after: &sql[close..], arity: arity(sql) };
        if insert.arity == 0 || arity(insert.values) != insert.arity || arity(insert.after) > 0 {
            return Err(refuse());
        }
        Ok(insert)
    }

    fn rows_at_once(&self) -> usize {
        (Self::VALUES / self.arity).clamp(1, Self::ROWS)
    }

    fn text(&self, rows: usize) -> String {
        let mut text =
            String::with_capacity(self.before.len() + rows * (self.values.len() + 8) + self.after.len());
        text.push_str(self.before);
        for row in 0..rows {
            if row > 0 {
                text.push_str(", ");
            }
            let mut pieces = self.values.split('$');
            text.push_str(pieces.next().unwrap_or_default());
            for piece in pieces {
                let digits = piece.find(|c: char| !c.is_ascii_digit()).unwrap_or(piece.len());
                text.push('$');
                match piece[..digits].parse::<usize>() {
                    Ok(number) => text.push_str(&(row * self.arity + number).to_string()),
                    Err(_) => text.push_str(&piece[..digits]),
                }
                text.push_str(&piece[digits..]);
            }
        }
        text.push_str(self.after);
        text
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_highest_parameter_counts() {
        assert_eq!(arity("SELECT 1"), 0);
        assert_eq!(arity("SELECT $2, $1, $10 FROM t WHERE a ->> '$.b' = $2"), 10);
    }

    #[test]
    fn only_selects_read() {
        assert!(reads_only("SELECT updated_at FROM t"));
        assert!(reads_only("  with recursive x AS (SELECT 1) SELECT * FROM x"));
        assert!(!reads_only("WITH x AS (DELETE FROM t RETURNING 1) SELECT * FROM x"));
        assert!(!reads_only("UPDATE t SET a = 1"));
        assert!(!reads_only("PRAGMA query_only = OFF"));
    }

    #[test]
    fn an_insert_repeats_its_values() {
        let insert =
            Insert::of("INSERT INTO t (a, b) VALUES ($1, coalesce($2, $1)) ON CONFLICT (a) DO NOTHING")
                .unwrap();
        assert_eq!(
            insert.text(2),
            "INSERT INTO t (a, b) VALUES ($1, coalesce($2, $1)), ($3, coalesce($4, $3)) ON CONFLICT (a) DO NOTHING"
        );
        assert!(Insert::of("INSERT INTO t (a) SELECT $1").is_err());
        assert!(Insert::of("INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = $2").is_err());
    }
}
