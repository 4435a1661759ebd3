//! What storage says when it cannot do what was asked.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

/// A refusal or a failure of the database. Rooms turn the named refusals into their own.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// A constraint or trigger said no; the name is the same on both databases (see `migrations/README.md`).
    #[error("the database refused: {0}")]
    Refused(String),
    /// Two transactions crossed; running the work again may succeed.
    #[error("transactions crossed")]
    Crossed,
    /// No connection came free in time, or the writer's queue is full.
    #[error("the database is busy")]
    Busy,
    /// The database cannot be reached, or has no room left.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The schema is not the one this program was built for.
    #[error("the schema is not up to date: {0}")]
    Schema(String),
    #[error(transparent)]
    Query(Error),
}

/// An error of a transaction's work: its own refusals, or a failure of storage.
pub trait TxError: From<StorageError> + Send + 'static {
    fn storage(&self) -> Option<&StorageError>;
}

impl TxError for StorageError {
    fn storage(&self) -> Option<&StorageError> {
        Some(self)
    }
}

impl StorageError {
    /// The name of the constraint that refused, if that is what happened.
    pub fn refusal(&self) -> Option<&str> {
        match self {
            Self::Refused(name) => Some(name),
            _ => None,
        }
    }

    /// Worth another try by the same caller in a moment.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Crossed | Self::Busy | Self::Unavailable(_))
    }
}

impl From<Error> for StorageError {
    fn from(error: Error) -> Self {
        match error {
            Error::DatabaseError(kind, info) => from_database(kind, info),
            Error::BrokenTransactionManager => Self::Unavailable("the connection broke".into()),
            other => Self::Query(other),
        }
    }
}

fn from_database(kind: DatabaseErrorKind, info: Box<dyn DatabaseErrorInformation + Send + Sync>) -> StorageError {
    let message = info.message();
    match kind {
        DatabaseErrorKind::SerializationFailure => StorageError::Crossed,
        DatabaseErrorKind::ClosedConnection => StorageError::Unavailable(message.to_owned()),
        _ if message.contains("deadlock detected") => StorageError::Crossed,
        _ if is_outage(message) => StorageError::Unavailable(message.to_owned()),
        _ => match refusal(&*info) {
            Some(name) => StorageError::Refused(name),
            None => StorageError::Query(Error::DatabaseError(kind, info)),
        },
    }
}

/// Words of SQLite and libpq for a full disk, a failing disk and a server that went away.
fn is_outage(message: &str) -> bool {
    [
        "disk is full",
        "disk I/O error",
        "database is locked",
        "server closed the connection",
        "terminating connection",
        "no connection to the server",
        "could not receive data",
        "could not send data",
        "the database system is",
    ]
    .iter()
    .any(|words| message.contains(words))
}

/// PostgreSQL names the constraint. SQLite tells a CHECK by its name, a trigger by its own words, and a unique
/// index by its columns, from which the house's naming rule gives the name: `table_column_column_key`.
fn refusal(info: &dyn DatabaseErrorInformation) -> Option<String> {
    if let Some(name) = info.constraint_name() {
        return Some(name.to_owned());
    }
    let message = info.message();
    if let Some(columns) = message.strip_prefix("UNIQUE constraint failed: ") {
        return Some(unique_name(columns));
    }
    if let Some(name) = message.strip_prefix("CHECK constraint failed: ") {
        return Some(name.to_owned());
    }
    if message == "FOREIGN KEY constraint failed" {
        return Some("foreign_key".to_owned());
    }
    let is_a_name =
        !message.is_empty() && message.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    is_a_name.then(|| message.to_owned())
}

fn unique_name(columns: &str) -> String {
    let mut table = "";
    let mut names = Vec::new();
    for column in columns.split(", ") {
        let (of, name) = column.split_once('.').unwrap_or(("", column));
        table = of;
        names.push(name);
    }
    format!("{table}_{}_key", names.join("_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_columns_become_the_postgresql_name() {
        assert_eq!(unique_name("holds.visit, holds.rank"), "holds_visit_rank_key");
        assert_eq!(unique_name("patients.sub"), "patients_sub_key");
    }
}
