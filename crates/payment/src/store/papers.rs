//! Who showed the two secrets of a paper, and who tried and failed.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use kernel::{InvoiceId, Money, VisitId, digest};
use storage::{AsSql, Conn, Locked, Portable, StorageError, Tx};

use super::schema::{invoices, payment_guesses as guesses, payment_papers as papers};
use crate::domain::{
    guesses::{Guesses, OF_A_REFERENCE},
    terms::Refdet,
};

/// How long a browser that showed a paper sees its invoice.
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(2);

/// What wrong tries are counted against, by a digest: the table names no network and no debt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About([u8; 32]);

impl About {
    pub(crate) fn reference(refdet: &Refdet) -> Self {
        Self(digest::sha256(&[b"reference", in_capitals(refdet).as_bytes()]))
    }

    pub(crate) fn network(network: &str) -> Self {
        Self(digest::sha256(&[b"network", network.as_bytes()]))
    }
}

/// The tries so far, held until the transaction ends: of two tries at once the second sees the first.
pub(crate) fn hold(tx: &mut Tx<'_>, about: &About) -> Result<Option<Guesses>, StorageError> {
    let now = tx.now();
    let first = (guesses::about.eq(about.0.as_slice()), guesses::failures.eq(0), guesses::last_at.eq(now.sql()));
    tx.execute(Portable(diesel::insert_into(guesses::table).values(first).on_conflict_do_nothing()))?;
    let query =
        guesses::table.filter(guesses::about.eq(about.0.as_slice())).select((guesses::failures, guesses::last_at));
    let rows: Vec<(i32, Timestamp)> = Locked { query, skip: false }.load(tx.conn())?;
    Ok(rows.into_iter().next().map(|(failures, last_at)| Guesses { failures, last_at }))
}

pub(crate) fn count(tx: &mut Tx<'_>, about: &About, after: Guesses) -> Result<(), StorageError> {
    let row = guesses::table.find(about.0.as_slice());
    let values = (guesses::failures.eq(after.failures), guesses::last_at.eq(after.last_at.sql()));
    tx.execute(diesel::update(row).set(values))?;
    Ok(())
}

/// Who copies a reference from a paper seldom minds its capitals.
fn in_capitals(refdet: &Refdet) -> String {
    refdet.as_str().to_ascii_uppercase()
}

/// The invoices of these two secrets; hospitals may use the same reference.
pub(crate) fn of_secrets(conn: &mut Conn, refdet: &Refdet, amount: Money) -> Result<Vec<InvoiceId>, StorageError> {
    let these = invoices::table.filter(invoices::refdet.eq_any([refdet.to_string(), in_capitals(refdet)]));
    let these = these.filter(invoices::amount_cents.eq(amount.cents())).order(invoices::id);
    Ok(these.select(invoices::id).limit(5).load(conn)?)
}

/// This browser showed the paper of these.
pub(crate) fn show(tx: &mut Tx<'_>, visit: VisitId, shown: &[InvoiceId]) -> Result<(), StorageError> {
    let now = tx.now();
    for invoice in shown {
        let row =
            (papers::visit_id.eq(visit.sql()), papers::invoice_id.eq(invoice.sql()), papers::shown_at.eq(now.sql()));
        let insert = diesel::insert_into(papers::table).values(row);
        let again = insert.on_conflict((papers::visit_id, papers::invoice_id)).do_update();
        tx.execute(Portable(again.set(papers::shown_at.eq(now.sql()))))?;
    }
    Ok(())
}

/// Whether this browser showed the paper of this invoice a short while ago.
pub(crate) fn is_shown(
    conn: &mut Conn,
    visit: VisitId,
    invoice: InvoiceId,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let row = papers::table.filter(papers::visit_id.eq(visit.sql())).filter(papers::invoice_id.eq(invoice.sql()));
    let lately = row.filter(papers::shown_at.gt((now - SHOWN_FOR).sql()));
    Ok(lately.count().get_result::<i64>(conn)? > 0)
}

/// Drops what counts no more.
pub(crate) fn sweep(tx: &mut Tx<'_>) -> Result<usize, StorageError> {
    let now = tx.now();
    let over = papers::table.filter(papers::shown_at.le((now - SHOWN_FOR).sql()));
    let shown = tx.execute(diesel::delete(over))?;
    let forgotten = guesses::table.filter(guesses::last_at.le((now - OF_A_REFERENCE.forgotten).sql()));
    Ok(shown + tx.execute(diesel::delete(forgotten))?)
}
