//! Stays that were kept secret, for invoices that come after the room that knew of them has forgotten.

use diesel::prelude::*;
use jiff::Timestamp;
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::{invoices::Invoice, schema::secret_stays as row};
use crate::people::SecretStay;

/// It is secret at this instant.
pub(crate) fn note(tx: &mut Tx<'_>, stay: &SecretStay) -> Result<(), StorageError> {
    let now = tx.now();
    let set = (row::ipp.eq(stay.ipp.clone()), row::noted_at.eq(now.sql()));
    let insert = diesel::insert_into(row::table)
        .values((
            row::establishment_id.eq(stay.establishment.sql()),
            row::visit_number.eq(stay.visit_number.clone()),
            set.clone(),
        ))
        .on_conflict((row::establishment_id, row::visit_number))
        .do_update()
        .set(set);
    tx.execute(Portable(insert))?;
    Ok(())
}

/// Those that this invoice could be of.
pub(crate) fn of(conn: &mut Conn, invoice: &Invoice) -> Result<Vec<SecretStay>, StorageError> {
    let visit = invoice.visit_number.clone().unwrap_or_default();
    let found: Vec<(String, String)> = row::table
        .filter(row::establishment_id.eq(invoice.establishment.sql()))
        .filter(row::visit_number.eq(visit).or(row::ipp.eq(invoice.person.ipp.clone())))
        .select((row::visit_number, row::ipp))
        .load(conn)?;
    let establishment = invoice.establishment;
    Ok(found.into_iter().map(|(visit_number, ipp)| SecretStay { establishment, visit_number, ipp }).collect())
}

/// The patient has another number from here on.
pub(crate) fn renumber(
    tx: &mut Tx<'_>,
    of: kernel::EstablishmentId,
    (old, new): (&str, &str),
) -> Result<(), StorageError> {
    let theirs = row::table.filter(row::establishment_id.eq(of.sql())).filter(row::ipp.eq(old));
    tx.execute(diesel::update(theirs).set(row::ipp.eq(new)))?;
    Ok(())
}

/// Those that were last secret before an instant.
pub(crate) fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<(), StorageError> {
    tx.execute(diesel::delete(row::table.filter(row::noted_at.lt(before.sql()))))?;
    Ok(())
}
