//! What somebody has to give back: providers offer no such operation, a cashier does it and says so here.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{EstablishmentId, InvoiceId, Money, PaymentAttemptId, RefundTaskId};
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::schema::refund_tasks as tasks;
use crate::domain;

/// What is to be given back of one attempt's money for one invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refund {
    pub(crate) establishment: EstablishmentId,
    pub(crate) invoice: InvoiceId,
    pub(crate) attempt: PaymentAttemptId,
    pub(crate) amount: Money,
}

/// Once for each attempt and invoice.
pub(crate) fn add(tx: &mut Tx<'_>, refund: &Refund) -> Result<(), StorageError> {
    let (id, now): (RefundTaskId, _) = (tx.id(), tx.now());
    let insert = diesel::insert_into(tasks::table)
        .values((
            tasks::id.eq(id.sql()),
            tasks::establishment_id.eq(refund.establishment.sql()),
            tasks::invoice_id.eq(refund.invoice.sql()),
            tasks::attempt_id.eq(refund.attempt.sql()),
            tasks::amount_cents.eq(refund.amount.cents()),
            tasks::created_at.eq(now.sql()),
            tasks::note.eq(""),
        ))
        .on_conflict_do_nothing();
    tx.execute(Portable(insert))?;
    Ok(())
}

/// How the refund of an attempt's money stands, over all its invoices.
pub(crate) fn of_attempt(conn: &mut Conn, attempt: PaymentAttemptId) -> Result<domain::news::Refund, StorageError> {
    let its = tasks::table.filter(tasks::attempt_id.eq(attempt.sql()));
    let done: Vec<Option<Timestamp>> = its.select(tasks::done_at).load(conn)?;
    Ok(match done.as_slice() {
        [] => domain::news::Refund::None,
        done if done.iter().all(Option::is_some) => domain::news::Refund::Done,
        _ => domain::news::Refund::Arranged,
    })
}

/// What is, or was, to be given back of an attempt's money.
pub(crate) fn owed_from(conn: &mut Conn, id: PaymentAttemptId) -> Result<Vec<(InvoiceId, Money)>, StorageError> {
    let its = tasks::table.filter(tasks::attempt_id.eq(id.sql()));
    let rows: Vec<(InvoiceId, i64)> = its.select((tasks::invoice_id, tasks::amount_cents)).load(conn)?;
    Ok(rows.into_iter().map(|(invoice, cents)| (invoice, Money::from_cents(cents))).collect())
}
