//! Who is told of a new invoice: each person once, whatever comes back.

use diesel::prelude::*;
use kernel::{Id, InvoiceId, PatientId};
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::schema::invoice_letters as row;

#[derive(Debug)]
pub(crate) enum LetterKind {}
/// Somebody is told of an invoice.
pub(crate) type LetterId = Id<LetterKind>;

/// None: they were told.
pub(crate) fn add(tx: &mut Tx<'_>, invoice: InvoiceId, to: PatientId) -> Result<Option<LetterId>, StorageError> {
    let id: LetterId = tx.id();
    let insert = diesel::insert_into(row::table)
        .values((row::id.eq(id.sql()), row::invoice_id.eq(invoice.sql()), row::patient_id.eq(to.sql())))
        .on_conflict_do_nothing();
    Ok((tx.execute(Portable(insert))? == 1).then_some(id))
}

pub(crate) fn find(conn: &mut Conn, id: LetterId) -> Result<Option<(InvoiceId, PatientId)>, StorageError> {
    Ok(row::table.find(id.sql()).select((row::invoice_id, row::patient_id)).first(conn).optional()?)
}
