//! Connections that wait for questions: to PostgreSQL, or to an SQLite file for reading.

use std::{path::PathBuf, time::Duration};

use diesel::{
    Connection, PgConnection, SqliteConnection,
    connection::{SimpleConnection, TransactionManager},
    r2d2::{self, ManageConnection, PooledConnection},
};

use crate::{Conn, StorageError};

/// A database, told apart by the scheme of its address.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    Postgresql(String),
    Sqlite(PathBuf),
}

impl Target {
    pub(crate) fn parse(url: &str) -> Result<Self, StorageError> {
        match url.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.trim_start_matches("//").into())),
            Some(("postgresql" | "postgres", _)) => Ok(Self::Postgresql(url.to_owned())),
            _ => Err(StorageError::Unavailable("its address must start with postgresql: or sqlite:".into())),
        }
    }

    /// A new connection, SQLite's with the house's settings.
    pub(crate) fn connect(&self) -> Result<Conn, StorageError> {
        let refused = |error: diesel::ConnectionError| StorageError::Unavailable(error.to_string());
        match self {
            Self::Postgresql(url) => PgConnection::establish(url).map(Conn::Pg).map_err(refused),
            Self::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy()).map_err(refused)?;
                conn.batch_execute(SQLITE_SETTINGS)?;
                Ok(Conn::Sqlite(conn))
            }
        }
    }
}

/// FULL: with NORMAL a power cut loses bookings that were acknowledged. `secure_delete`: purged is gone, also from the file.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -8000; PRAGMA mmap_size = 0;";

#[derive(Debug)]
pub(crate) struct Manager(Target);

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = StorageError;

    fn connect(&self) -> Result<Conn, StorageError> {
        self.0.connect()
    }
    fn is_valid(&self, conn: &mut Conn) -> Result<(), StorageError> {
        Ok(conn.batch_execute("SELECT 1")?)
    }
    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || <Conn as Connection>::TransactionManager::is_broken_transaction_manager(conn)
    }
}

pub(crate) struct Pool(r2d2::Pool<Manager>);

pub(crate) type Taken = PooledConnection<Manager>;

impl Pool {
    pub(crate) fn open(target: Target, connections: u32, wait: Duration) -> Result<Self, StorageError> {
        // One connection tells at once whether the database answers; the others are opened when first needed.
        drop(target.connect()?);
        let pool = r2d2::Pool::builder()
            .max_size(connections.clamp(1, 64))
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(wait)
            .error_handler(Box::new(Quiet))
            .build_unchecked(Manager(target));
        Ok(Self(pool))
    }

    pub(crate) fn take(&self) -> Result<Taken, StorageError> {
        self.0.get().map_err(|_| StorageError::Busy)
    }
}

/// A failing connection is told to the request that needed it; the pool's own complaint would repeat it without end.
#[derive(Debug)]
struct Quiet;
impl r2d2::HandleError<StorageError> for Quiet {
    fn handle_error(&self, error: StorageError) {
        tracing::debug!(%error, "a pooled connection failed");
    }
}
