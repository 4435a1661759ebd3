//! The room's rows; the only SQL of the room.

pub(crate) mod access;
pub(crate) mod attempts;
pub(crate) mod clearings;
pub(crate) mod creditor_alerts;
pub(crate) mod doubts;
pub(crate) mod erasure;
pub(crate) mod figures;
pub(crate) mod invoices;
pub(crate) mod letters;
pub(crate) mod lists;
pub(crate) mod looks;
pub(crate) mod lookups;
pub(crate) mod papers;
pub(crate) mod refunds;
pub(crate) mod reports;
pub(crate) mod resolutions;
mod schema;
pub(crate) mod secrets;
pub(crate) mod sums;
pub(crate) mod switches;

use storage::StorageError;

/// What stands in a row cannot be: another program wrote it.
fn unreadable(what: &str) -> StorageError {
    StorageError::Query(diesel::result::Error::DeserializationError(what.to_owned().into()))
}
