//! Copying a whole database into an empty other one, on the same engine or the other: moving from
//! SQLite up to PostgreSQL, and the one form of backup for both.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use serde_json::value::RawValue;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::{Db, Engine, Error, Json, Result, Tx};

/// What was copied: the number of rows of each table, counted again in the target.
pub type Counts = BTreeMap<String, u64>;

/// Rows gathered before one statement writes them.
const ROWS: usize = 500;
/// Values in one statement at most; SQLite takes 32,766.
const VALUES: usize = 16_000;

/// Copies every table of `from` into `to` in one transaction of `to` and one unchanging view of
/// `from`, then compares the number of rows of each table. Both must be at the same migration and
/// every table of `to` must be empty.
///
/// # Errors
/// [`Error::Refused`] when `to` is not empty or at another migration, [`Error::Damaged`] when the
/// counts differ; `to` is unchanged after any error.
pub async fn copy(from: &Db, to: &Db) -> Result<Counts> {
    let (have, want) = (from.schema_version().await?, to.schema_version().await?);
    if have != want || have.is_none() {
        return Err(Error::Refused(format!(
            "the source is at migration {have:?} and the target at {want:?}: migrate both with the same version of the program"
        )));
    }
    let mut source = from.begin_long_read().await?;
    let mut target = to.begin_long().await?;
    let tables = tables(&mut source).await?;
    if tables != self::tables(&mut target).await? {
        return Err(Error::Damaged("the two databases have different tables or columns".to_owned()));
    }
    for table in tables.keys() {
        if count(&mut target, table).await? > 0 {
            return Err(Error::Refused(format!("the target is not empty: it has rows in {table}")));
        }
    }
    let references = suspend_references(&mut target).await?;
    let mut counts = Counts::new();
    for (table, columns) in &tables {
        let copied = copy_table(&mut source, &mut target, table, columns).await?;
        let there = count(&mut target, table).await?;
        if copied != there || copied != count(&mut source, table).await? {
            return Err(Error::Damaged(format!("{table}: {copied} rows copied, {there} arrived")));
        }
        counts.insert(table.clone(), there);
    }
    for statement in references {
        target.execute_raw(statement).await?;
    }
    target.commit().await?;
    source.rollback().await?;
    Ok(counts)
}

/// The number of rows of each table.
///
/// # Errors
/// As any read.
pub async fn counts(db: &Db) -> Result<Counts> {
    let mut tx = db.begin_long_read().await?;
    let mut counts = Counts::new();
    for table in tables(&mut tx).await?.into_keys() {
        let rows = count(&mut tx, &table).await?;
        counts.insert(table, rows);
    }
    Ok(counts)
}

type Columns = Vec<(String, Kind)>;

/// The kinds of column that the migrations use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Uuid,
    Whole,
    Small,
    Real,
    Truth,
    Text,
    Bytes,
    Json,
}

impl Kind {
    fn of(declared: &str) -> Result<Self> {
        Ok(match declared.to_ascii_lowercase().as_str() {
            "uuid" => Self::Uuid,
            "bigint" => Self::Whole,
            "integer" => Self::Small,
            "double precision" => Self::Real,
            "boolean" => Self::Truth,
            "text" => Self::Text,
            "bytea" => Self::Bytes,
            "jsonb" | "json" => Self::Json,
            other => return Err(Error::Refused(format!("columns of type {other} cannot be copied"))),
        })
    }
}

/// A value on its way; `None` is NULL of its kind.
#[derive(Debug, Clone)]
enum Cell {
    Uuid(Option<Uuid>),
    Whole(Option<i64>),
    Small(Option<i32>),
    Real(Option<f64>),
    Truth(Option<bool>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Json(Option<Json<Box<RawValue>>>),
}

/// Reads a row of any table; the kinds come first, as text, in the column that [`select`] adds.
struct Cells(Vec<Cell>);

macro_rules! cells_from {
    ($row:ty) => {
        impl<'r> FromRow<'r, $row> for Cells {
            fn from_row(row: &'r $row) -> std::result::Result<Self, sqlx::Error> {
                let kinds: String = row.try_get(0)?;
                let mut cells = Vec::with_capacity(kinds.len());
                for (at, kind) in kinds.chars().enumerate() {
                    let at = at + 1;
                    cells.push(match kind {
                        'u' => Cell::Uuid(row.try_get(at)?),
                        'w' => Cell::Whole(row.try_get(at)?),
                        's' => Cell::Small(row.try_get(at)?),
                        'r' => Cell::Real(row.try_get(at)?),
                        't' => Cell::Truth(row.try_get(at)?),
                        'x' => Cell::Text(row.try_get(at)?),
                        'b' => Cell::Bytes(row.try_get(at)?),
                        _ => Cell::Json(row.try_get(at)?),
                    });
                }
                Ok(Self(cells))
            }
        }
    };
}
cells_from!(SqliteRow);
cells_from!(PgRow);

fn letter(kind: Kind) -> char {
    match kind {
        Kind::Uuid => 'u',
        Kind::Whole => 'w',
        Kind::Small => 's',
        Kind::Real => 'r',
        Kind::Truth => 't',
        Kind::Text => 'x',
        Kind::Bytes => 'b',
        Kind::Json => 'j',
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The tables that migrations made, with their columns in order.
async fn tables(tx: &mut Tx) -> Result<BTreeMap<String, Columns>> {
    let statement = match tx.engine() {
        Engine::Sqlite => {
            "SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND m.name NOT LIKE '!_sqlx%' ESCAPE '!' ORDER BY m.name, c.name"
        }
        Engine::Postgres => {
            "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
             JOIN information_schema.tables USING (table_catalog, table_schema, table_name)
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name NOT LIKE '!_sqlx%' ESCAPE '!' ORDER BY 1, 2"
        }
    };
    let mut tables: BTreeMap<String, Columns> = BTreeMap::new();
    for (table, column, declared) in tx.query(statement).all::<(String, String, String)>().await? {
        tables.entry(table).or_default().push((column, Kind::of(&declared)?));
    }
    for columns in tables.values_mut() {
        columns.sort_by(|a, b| a.0.cmp(&b.0));
    }
    Ok(tables)
}

async fn count(tx: &mut Tx, table: &str) -> Result<u64> {
    let (rows,): (i64,) =
        tx.query_text(format!("SELECT count(*) FROM {}", quoted(table)).into()).one().await?;
    u64::try_from(rows).map_err(|_| Error::Damaged(format!("{table} counts {rows} rows")))
}

/// Lets rows arrive in any order: SQLite checks references at the commit; on PostgreSQL they are
/// dropped and made again at the end, which checks every row. Returns what to run at the end.
async fn suspend_references(target: &mut Tx) -> Result<Vec<String>> {
    if target.engine() == Engine::Sqlite {
        target.execute_raw("PRAGMA defer_foreign_keys = ON".to_owned()).await?;
        return Ok(Vec::new());
    }
    let references: Vec<(String, String, String)> = target
        .query(
            "SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint
             WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2",
        )
        .all()
        .await?;
    let mut again = Vec::with_capacity(references.len());
    for (table, name, definition) in references {
        target.execute_raw(format!("ALTER TABLE {table} DROP CONSTRAINT {}", quoted(&name))).await?;
        again.push(format!("ALTER TABLE {table} ADD CONSTRAINT {} {definition}", quoted(&name)));
    }
    Ok(again)
}

async fn copy_table(source: &mut Tx, target: &mut Tx, table: &str, columns: &Columns) -> Result<u64> {
    let names = columns.iter().map(|(name, _)| quoted(name)).collect::<Vec<_>>().join(", ");
    let kinds: String = columns.iter().map(|(_, kind)| letter(*kind)).collect();
    let select = format!("SELECT '{kinds}', {names} FROM {}", quoted(table));
    let at_once = (VALUES / columns.len()).clamp(1, ROWS);
    let mut rows = source.query_text(select.into()).stream::<Cells>()?;
    let mut copied = 0;
    let mut batch = Vec::with_capacity(at_once);
    while let Some(row) = rows.try_next().await? {
        batch.push(row.0);
        if batch.len() == at_once {
            copied += insert(target, table, &names, std::mem::take(&mut batch)).await?;
        }
    }
    if !batch.is_empty() {
        copied += insert(target, table, &names, batch).await?;
    }
    Ok(copied)
}

async fn insert(target: &mut Tx, table: &str, names: &str, rows: Vec<Vec<Cell>>) -> Result<u64> {
    let width = rows.first().map_or(0, Vec::len);
    let values = (0..rows.len())
        .map(|row| {
            let list = (1..=width).map(|at| format!("${}", row * width + at)).collect::<Vec<_>>().join(", ");
            format!("({list})")
        })
        .collect::<Vec<_>>()
        .join(", ");
    let mut query =
        target.query_text(format!("INSERT INTO {} ({names}) VALUES {values}", quoted(table)).into());
    for cell in rows.into_iter().flatten() {
        query = match cell {
            Cell::Uuid(value) => query.bind(value),
            Cell::Whole(value) => query.bind(value),
            Cell::Small(value) => query.bind(value),
            Cell::Real(value) => query.bind(value),
            Cell::Truth(value) => query.bind(value),
            Cell::Text(value) => query.bind(value),
            Cell::Bytes(value) => query.bind(value),
            Cell::Json(value) => query.bind(value),
        };
    }
    query.run().await
}
