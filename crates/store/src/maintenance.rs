//! Work on a PostgreSQL cluster from outside a database: making, naming and dropping databases.
//! Tests need it for their own databases, an installation for the one it moves into.

use crate::db::{MIGRATIONS, Pools};
use crate::{Db, Error, Result};

/// The migrations compiled into the program: number and text.
pub fn migrations() -> impl Iterator<Item = (i64, &'static str)> {
    MIGRATIONS.iter().map(|migration| (migration.version, migration.sql.as_str()))
}

/// Makes a database in the cluster that `server` is connected to: as a copy of `template` where
/// given, else empty, in UTF-8 and with text ordered by its bytes as SQLite orders it.
///
/// # Errors
/// [`Error::Refused`] on SQLite or for a name that is not lower-case letters, digits and `_`.
pub async fn create_database(server: &Db, name: &str, template: Option<&str>) -> Result<()> {
    let from = match template {
        Some(template) => format!(" TEMPLATE {}", plain(template)?),
        None => " TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'".to_owned(),
    };
    execute(server, format!("CREATE DATABASE {}{from}", plain(name)?)).await
}

/// Renames a database that nobody is connected to.
///
/// # Errors
/// As [`create_database`]; when a database of the new name exists.
pub async fn rename_database(server: &Db, from: &str, to: &str) -> Result<()> {
    execute(server, format!("ALTER DATABASE {} RENAME TO {}", plain(from)?, plain(to)?)).await
}

/// Drops a database with everything in it, and ends the connections to it.
///
/// # Errors
/// As [`create_database`].
pub async fn drop_database(server: &Db, name: &str) -> Result<()> {
    execute(server, format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", plain(name)?)).await
}

/// Whether the cluster has a database of this name.
///
/// # Errors
/// As any read.
pub async fn has_database(server: &Db, name: &str) -> Result<bool> {
    let mut tx = server.begin_read().await?;
    let found: Option<(i64,)> =
        tx.query("SELECT CAST(1 AS BIGINT) FROM pg_database WHERE datname = $1").bind(name).opt().await?;
    Ok(found.is_some())
}

fn plain(name: &str) -> Result<&str> {
    let good = !name.is_empty()
        && name.len() < 64
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if good { Ok(name) } else { Err(Error::Refused(format!("not a name for a database: {name}"))) }
}

async fn execute(server: &Db, statement: String) -> Result<()> {
    let Pools::Postgres { write, .. } = &server.pools else {
        return Err(Error::Refused("only a PostgreSQL cluster holds several databases".to_owned()));
    };
    sqlx::query(sqlx::AssertSqlSafe(statement)).persistent(false).execute(write).await?;
    Ok(())
}
