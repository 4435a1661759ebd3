//! Who of the desk looked at which payment.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{Id, PaymentAttemptId, StaffId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::payment_looks as looks;

#[derive(Debug, Clone, Copy)]
enum LookKind {}

pub(crate) fn add(tx: &mut Tx<'_>, attempt: PaymentAttemptId, by: StaffId) -> Result<(), StorageError> {
    let (id, now): (Id<LookKind>, _) = (tx.id(), tx.now());
    tx.execute(diesel::insert_into(looks::table).values((
        looks::id.eq(id.sql()),
        looks::attempt_id.eq(attempt.sql()),
        looks::staff_id.eq(by.sql()),
        looks::looked_at.eq(now.sql()),
    )))?;
    Ok(())
}

/// The latest first.
pub(crate) fn of_attempt(
    conn: &mut Conn,
    attempt: PaymentAttemptId,
    most: i64,
) -> Result<Vec<(Timestamp, StaffId)>, StorageError> {
    let its = looks::table.filter(looks::attempt_id.eq(attempt.sql())).order(looks::looked_at.desc()).limit(most);
    Ok(its.select((looks::looked_at, looks::staff_id)).load(conn)?)
}
