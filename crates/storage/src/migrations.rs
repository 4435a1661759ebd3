//! The schema: the same migrations by name for both databases, compiled in.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{Conn, StorageError, pool::Target};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRESQL: EmbeddedMigrations = embed_migrations!("../../migrations/postgresql");

/// Brings the schema of the database at this address up to date; the names of what was run.
pub fn migrate(url: &str) -> Result<Vec<String>, StorageError> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| StorageError::Schema(error.to_string());
    let names = |done: Vec<diesel::migration::MigrationVersion<'_>>| done.iter().map(ToString::to_string).collect();
    match Target::parse(url)?.connect()? {
        Conn::Pg(mut conn) => conn.run_pending_migrations(POSTGRESQL).map(names).map_err(failed),
        Conn::Sqlite(mut conn) => conn.run_pending_migrations(SQLITE).map(names).map_err(failed),
    }
}

/// Refuses a database that lacks a migration, or has one this program does not know.
pub fn check_schema(url: &str) -> Result<(), StorageError> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| StorageError::Schema(error.to_string());
    let (pending, applied, known) = match Target::parse(url)?.connect()? {
        Conn::Pg(mut conn) => (
            conn.pending_migrations(POSTGRESQL).map_err(failed)?.len(),
            count(conn.applied_migrations()),
            known(&POSTGRESQL),
        ),
        Conn::Sqlite(mut conn) => {
            (conn.pending_migrations(SQLITE).map_err(failed)?.len(), count(conn.applied_migrations()), known(&SQLITE))
        }
    };
    if pending > 0 {
        return Err(StorageError::Schema(format!("{pending} migrations are missing; run `parvis migrate`")));
    }
    if applied > known {
        return Err(StorageError::Schema("it was made by a newer version of this program".into()));
    }
    Ok(())
}

fn count<T, E>(applied: Result<Vec<T>, E>) -> usize {
    applied.map_or(0, |applied| applied.len())
}

fn known(source: &EmbeddedMigrations) -> usize {
    use diesel::migration::MigrationSource;
    let all: Result<Vec<Box<dyn diesel::migration::Migration<diesel::sqlite::Sqlite>>>, _> = source.migrations();
    all.map_or(0, |all| all.len())
}
