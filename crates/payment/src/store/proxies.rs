//! Who sees which invoices for their patients.

use std::cmp::Reverse;

use diesel::prelude::*;
use kernel::{InvoiceId, PatientId};
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::{
    invoices::{self, Invoice},
    schema::invoice_proxies as proxies,
    unreadable,
};
use crate::people::{ActsFor, Quality};

/// Whether that is new.
pub(crate) fn add(tx: &mut Tx<'_>, invoice: InvoiceId, acting: &ActsFor) -> Result<bool, StorageError> {
    let now = tx.now();
    let row = (
        proxies::invoice_id.eq(invoice.sql()),
        proxies::patient_id.eq(acting.by.sql()),
        proxies::quality.eq(acting.quality.name()),
        proxies::since.eq(now.sql()),
    );
    Ok(tx.execute(Portable(diesel::insert_into(proxies::table).values(row).on_conflict_do_nothing()))? == 1)
}

/// The latest invoice first.
pub(crate) fn of_patient(conn: &mut Conn, patient: PatientId) -> Result<Vec<(Invoice, Quality)>, StorageError> {
    let theirs = proxies::table.filter(proxies::patient_id.eq(patient.sql()));
    let rows: Vec<(InvoiceId, String)> = theirs.select((proxies::invoice_id, proxies::quality)).load(conn)?;
    let ids: Vec<InvoiceId> = rows.iter().map(|(invoice, _)| *invoice).collect();
    let mut all = Vec::new();
    for invoice in invoices::of_ids(conn, &ids)? {
        let quality = rows.iter().find(|(id, _)| *id == invoice.id).and_then(|(_, name)| Quality::named(name));
        all.push((invoice, quality.ok_or_else(|| unreadable("an unknown quality"))?));
    }
    all.sort_by_key(|(invoice, _)| Reverse((invoice.issued_on, invoice.id)));
    Ok(all)
}

/// Nobody but its patient sees it any more.
pub(crate) fn remove_all(tx: &mut Tx<'_>, invoice: InvoiceId) -> Result<(), StorageError> {
    tx.execute(diesel::delete(proxies::table.filter(proxies::invoice_id.eq(invoice.sql()))))?;
    Ok(())
}
