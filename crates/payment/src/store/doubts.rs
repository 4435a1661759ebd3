//! Invoices whose patient the hospital merged with somebody of other traits: they stay whose they were until it tells anew.

use diesel::prelude::*;
use kernel::{EstablishmentId, InvoiceId};
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::schema::{invoice_doubts as doubts, invoices};

/// Whether that is new. `ipp` is the number that is to stand for the patient's.
pub(crate) fn note(tx: &mut Tx<'_>, invoice: InvoiceId, ipp: &str) -> Result<bool, StorageError> {
    let now = tx.now();
    let known = doubts::table.find(invoice.sql()).filter(doubts::ipp.eq(ipp));
    if known.count().get_result::<i64>(tx.conn())? > 0 {
        return Ok(false);
    }
    let set = (doubts::ipp.eq(ipp.to_owned()), doubts::told_at.eq(now.sql()));
    let insert = diesel::insert_into(doubts::table).values((doubts::invoice_id.eq(invoice.sql()), set.clone()));
    tx.execute(Portable(insert.on_conflict(doubts::invoice_id).do_update().set(set)))?;
    Ok(true)
}

pub(crate) fn clear(tx: &mut Tx<'_>, invoice: InvoiceId) -> Result<(), StorageError> {
    tx.execute(diesel::delete(doubts::table.find(invoice.sql())))?;
    Ok(())
}

/// Those of these establishments, the longest in doubt first: the invoice's number, and the number of a patient.
pub(crate) fn of(
    conn: &mut Conn,
    establishments: &[EstablishmentId],
    most: i64,
) -> Result<Vec<(String, String)>, StorageError> {
    Ok(doubts::table
        .inner_join(invoices::table.on(invoices::id.eq(doubts::invoice_id)))
        .filter(invoices::establishment_id.eq_any(establishments.iter().map(|id| id.sql())))
        .select((invoices::number, doubts::ipp))
        .order((doubts::told_at, doubts::invoice_id))
        .limit(most)
        .load(conn)?)
}
