//! What cashiers saw to of a provider's odd answers.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{Id, PaymentAttemptId, StaffId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::payment_clearings as clearings;

storage::text_enum! {
    /// What a person is to look at.
    pub(crate) enum About {
        /// The provider does not know what it should know.
        Unknown = "unknown",
        /// A result that this program has no meaning for.
        NotUnderstood = "not-understood",
        /// No report confirmed in time what a payer's browser said.
        NoReport = "no-report",
        /// A provider that cannot be asked never told how it ended.
        Untold = "untold",
        /// The provider has been looking at it for long, and decided nothing.
        Examined = "examined",
    }
}

/// A cashier saw to it, and says how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clearing {
    pub about: About,
    pub reason: String,
    pub by: StaffId,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy)]
enum ClearingKind {}

pub(crate) fn add(tx: &mut Tx<'_>, attempt: PaymentAttemptId, clearing: &Clearing) -> Result<(), StorageError> {
    let id: Id<ClearingKind> = tx.id();
    tx.execute(diesel::insert_into(clearings::table).values((
        clearings::id.eq(id.sql()),
        clearings::attempt_id.eq(attempt.sql()),
        clearings::about.eq(clearing.about),
        clearings::reason.eq(&clearing.reason),
        clearings::staff_id.eq(clearing.by.sql()),
        clearings::made_at.eq(clearing.at.sql()),
    )))?;
    Ok(())
}

/// The latest first.
pub(crate) fn of_attempt(conn: &mut Conn, attempt: PaymentAttemptId) -> Result<Vec<Clearing>, StorageError> {
    let its = clearings::table.filter(clearings::attempt_id.eq(attempt.sql())).order(clearings::made_at.desc());
    let rows: Vec<(About, String, StaffId, Timestamp)> =
        its.select((clearings::about, clearings::reason, clearings::staff_id, clearings::made_at)).load(conn)?;
    Ok(rows.into_iter().map(|(about, reason, by, at)| Clearing { about, reason, by, at }).collect())
}
