//! Invoices whose patient the hospital merged with somebody of other traits: they stay whose they were until it tells anew,
//! or a cashier saw to it.

use diesel::prelude::*;
use kernel::{EstablishmentId, InvoiceId, StaffId};
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::schema::{invoice_doubts as doubts, invoices};

/// One that waits for a cashier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Doubt {
    pub invoice: InvoiceId,
    pub number: String,
    /// Its patient's number as the billing system told it.
    pub told: String,
    /// The number that the hospital merged it into.
    pub merged: String,
}

/// Whether that is new. `ipp` is the number that is to stand for the patient's.
pub(crate) fn note(tx: &mut Tx<'_>, invoice: InvoiceId, ipp: &str) -> Result<bool, StorageError> {
    let now = tx.now();
    let known = doubts::table.find(invoice.sql()).filter(doubts::ipp.eq(ipp));
    if known.count().get_result::<i64>(tx.conn())? > 0 {
        return Ok(false);
    }
    let set = (
        doubts::ipp.eq(ipp.to_owned()),
        doubts::told_at.eq(now.sql()),
        doubts::cleared_at.eq(None::<jiff::Timestamp>.sql()),
        doubts::cleared_by.eq(None::<StaffId>.sql()),
        doubts::reason.eq(None::<String>),
    );
    let insert = diesel::insert_into(doubts::table).values((doubts::invoice_id.eq(invoice.sql()), set.clone()));
    tx.execute(Portable(insert.on_conflict(doubts::invoice_id).do_update().set(set)))?;
    Ok(true)
}

/// The hospital told of the invoice again.
pub(crate) fn forget(tx: &mut Tx<'_>, invoice: InvoiceId) -> Result<(), StorageError> {
    tx.execute(diesel::delete(doubts::table.find(invoice.sql())))?;
    Ok(())
}

/// A cashier saw to it: the same merge is not told again. False: nothing waits.
pub(crate) fn clear(tx: &mut Tx<'_>, invoice: InvoiceId, (by, reason): (StaffId, &str)) -> Result<bool, StorageError> {
    let now = tx.now();
    let open = doubts::table.find(invoice.sql()).filter(doubts::cleared_at.is_null());
    let cleared = tx.execute(diesel::update(open).set((
        doubts::cleared_at.eq(Some(now).sql()),
        doubts::cleared_by.eq(Some(by).sql()),
        doubts::reason.eq(Some(reason)),
    )))?;
    Ok(cleared == 1)
}

/// Those of these establishments that wait, the longest in doubt first.
pub(crate) fn of(conn: &mut Conn, establishments: &[EstablishmentId], most: i64) -> Result<Vec<Doubt>, StorageError> {
    let rows: Vec<(InvoiceId, String, String, String)> = doubts::table
        .inner_join(invoices::table.on(invoices::id.eq(doubts::invoice_id)))
        .filter(invoices::establishment_id.eq_any(establishments.iter().map(|id| id.sql())))
        .filter(doubts::cleared_at.is_null())
        .select((doubts::invoice_id, invoices::number, invoices::ipp, doubts::ipp))
        .order((doubts::told_at, doubts::invoice_id))
        .limit(most)
        .load(conn)?;
    Ok(rows.into_iter().map(|(invoice, number, told, merged)| Doubt { invoice, number, told, merged }).collect())
}

/// How many wait, wherever.
pub(crate) fn count_open(conn: &mut Conn) -> Result<i64, StorageError> {
    Ok(doubts::table.filter(doubts::cleared_at.is_null()).count().get_result(conn)?)
}
