//! The tables of identity, and nothing else that speaks SQL in this room.

pub(crate) mod directory;
pub(crate) mod patients;
pub(crate) mod pending;
pub(crate) mod proxies;
mod schema;
pub(crate) mod staff;
#[cfg(test)]
mod tests;
pub(crate) mod traces;

use storage::StorageError;

/// A row this program could not have written.
fn corrupt(what: impl std::error::Error + Send + Sync + 'static) -> StorageError {
    StorageError::Query(diesel::result::Error::DeserializationError(Box::new(what)))
}
