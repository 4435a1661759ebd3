//! What is kept no longer goes; of an invoice remains what figures count, under an id of its own, and of nobody.

use std::collections::BTreeSet;

use diesel::prelude::*;
use jiff::{Timestamp, tz::TimeZone};
use kernel::{FileId, Id, InvoiceId, PaymentAttemptId, digest};
use storage::{AsSql, Conn, StorageError, Tx};

use super::{
    attempts, figures,
    invoices::{self, Invoice, Name},
    resolutions,
    schema::{
        invoices as row, past_invoices as past, past_payments, payment_attempts as paid, payment_lookups as lookups,
        payment_report_lines as lines, payment_reports as reports, payment_shares as shares, refund_tasks as tasks,
    },
    unreadable,
};
use crate::domain::retention::{AttemptKept, InvoiceKept};

#[derive(Debug, Clone, Copy)]
enum PastKind {}
type PastId = Id<PastKind>;

/// Rows of one deletion.
const CHUNK: i64 = 500;

/// Invoices that were paid together, with every payment of any of them.
#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(crate) invoices: Vec<Invoice>,
    pub(crate) attempts: Vec<(PaymentAttemptId, AttemptKept)>,
}

/// Where a reading of invoices goes on.
pub(crate) type Place = (Timestamp, InvoiceId);

/// Invoices that did not change since `until`, in the order of their last change.
pub(crate) fn unchanged_since(
    conn: &mut Conn,
    until: Timestamp,
    (after, limit): (Option<Place>, i64),
) -> Result<Vec<Place>, StorageError> {
    let mut query = row::table.filter(row::changed_at.le(until.sql())).into_boxed();
    if let Some((at, id)) = after {
        let later = row::changed_at.gt(at.sql());
        query = query.filter(row::changed_at.ge(at.sql())).filter(later.or(row::id.gt(id.sql())));
    }
    Ok(query.order((row::changed_at, row::id)).limit(limit).select((row::changed_at, row::id)).load(conn)?)
}

/// The invoice with all that hangs together with it; none: it is gone.
pub(crate) fn group(conn: &mut Conn, first: InvoiceId) -> Result<Option<Group>, StorageError> {
    let (mut known, mut tried) = (BTreeSet::new(), BTreeSet::new());
    let mut next = vec![first];
    while let Some(id) = next.pop() {
        if !known.insert(id) {
            continue;
        }
        let its = shares::table.filter(shares::invoice_id.eq(id.sql())).select(shares::attempt_id);
        for attempt in its.load::<PaymentAttemptId>(conn)? {
            if tried.insert(attempt) {
                let others = shares::table.filter(shares::attempt_id.eq(attempt.sql())).select(shares::invoice_id);
                next.extend(others.load::<InvoiceId>(conn)?);
            }
        }
    }
    let ids: Vec<InvoiceId> = known.into_iter().collect();
    let invoices = invoices::of_ids(conn, &ids)?;
    if invoices.len() < ids.len() {
        return Ok(None);
    }
    let mut attempts = Vec::new();
    for id in tried {
        attempts.push((id, kept(conn, id)?));
    }
    Ok(Some(Group { invoices, attempts }))
}

fn kept(conn: &mut Conn, id: PaymentAttemptId) -> Result<AttemptKept, StorageError> {
    let attempt = attempts::find(conn, id)?.ok_or_else(|| unreadable("a share without its attempt"))?;
    let watched = paid::alerted_at.is_not_null().and(paid::cleared_at.is_null());
    let (changed_at, is_watched): (Timestamp, bool) =
        paid::table.find(id.sql()).select((paid::changed_at, watched)).first(conn)?;
    let owed = tasks::table.filter(tasks::attempt_id.eq(id.sql())).filter(tasks::done_at.is_null());
    let is_owed = owed.count().get_result::<i64>(conn)? > 0;
    let is_undecided = attempt.is_odd() && resolutions::of_attempt(conn, id)?.is_none();
    let is_open = attempt.state.is_active() || is_undecided || is_owed;
    Ok(AttemptKept { is_open, is_watched, changed_at })
}

impl Invoice {
    pub(crate) fn kept(&self) -> InvoiceKept {
        let issued_at = self.issued_on.to_zoned(TimeZone::UTC).map(|day| day.timestamp());
        InvoiceKept {
            state: self.account.state,
            issued_at: issued_at.unwrap_or(self.created_at),
            changed_at: self.changed_at,
        }
    }
}

/// Erases invoices with their payments; what figures count of them remains.
pub(crate) fn erase(tx: &mut Tx<'_>, group: &Group) -> Result<(), StorageError> {
    for invoice in &group.invoices {
        leave(tx, invoice)?;
    }
    for (attempt, _) in &group.attempts {
        erase_attempt(tx, *attempt)?;
    }
    for invoice in &group.invoices {
        tx.execute(diesel::delete(row::table.find(invoice.id.sql())))?;
    }
    Ok(())
}

fn leave(tx: &mut Tx<'_>, invoice: &Invoice) -> Result<(), StorageError> {
    let id: PastId = tx.id();
    tx.execute(diesel::insert_into(past::table).values((
        past::id.eq(id.sql()),
        past::establishment_id.eq(invoice.establishment.sql()),
        past::name_digest.eq(name_digest(&invoice.name())),
        past::creditor.eq(&invoice.creditor),
        past::amount_cents.eq(invoice.account.amount.cents()),
        past::standing.eq(invoices::standing_name(invoice.standing)),
        past::issued_on.eq(invoice.issued_on.sql()),
        past::since.eq(invoice.created_at.sql()),
    )))?;
    for money in figures::received_of(tx.conn(), invoice.id)? {
        let payment: PastId = tx.id();
        tx.execute(diesel::insert_into(past_payments::table).values((
            past_payments::id.eq(payment.sql()),
            past_payments::invoice_id.eq(id.sql()),
            past_payments::amount_cents.eq(money.amount.cents()),
            past_payments::is_debit.eq(money.is_debit),
            past_payments::paid_at.eq(money.at.sql()),
        )))?;
    }
    Ok(())
}

/// What names an invoice, unreadable: numbers of invoices are a hospital's own.
fn name_digest(name: &Name) -> Vec<u8> {
    let (source, number) = (name.source.as_bytes(), name.number.as_bytes());
    digest::sha256(&[name.establishment.uuid().as_bytes(), source, b"/", number]).to_vec()
}

/// Whether an invoice of this name was here and was erased.
pub(crate) fn is_past(conn: &mut Conn, name: &Name) -> Result<bool, StorageError> {
    let known = past::table.filter(past::name_digest.eq(name_digest(name)));
    Ok(known.count().get_result::<i64>(conn)? > 0)
}

fn erase_attempt(tx: &mut Tx<'_>, id: PaymentAttemptId) -> Result<(), StorageError> {
    tx.execute(diesel::delete(tasks::table.filter(tasks::attempt_id.eq(id.sql()))))?;
    tx.execute(diesel::delete(lookups::table.filter(lookups::attempt_id.eq(id.sql()))))?;
    tx.execute(diesel::delete(shares::table.filter(shares::attempt_id.eq(id.sql()))))?;
    tx.execute(diesel::delete(paid::table.find(id.sql())))?;
    Ok(())
}

/// Tries to pay that ended without money before `until`; which.
pub(crate) fn erase_unpaid(tx: &mut Tx<'_>, until: Timestamp) -> Result<Vec<PaymentAttemptId>, StorageError> {
    // As literals, for the index that holds nothing else.
    let unpaid = diesel::dsl::sql::<diesel::sql_types::Bool>("state IN ('refused', 'abandoned', 'expired', 'failed')");
    let is_calm = paid::alerted_at.is_null().or(paid::cleared_at.is_not_null());
    let old: Vec<PaymentAttemptId> = paid::table
        .filter(unpaid)
        .filter(is_calm)
        .filter(paid::changed_at.le(until.sql()))
        .order((paid::changed_at, paid::id))
        .limit(CHUNK)
        .select(paid::id)
        .load(tx.conn())?;
    for id in &old {
        erase_attempt(tx, *id)?;
    }
    Ok(old)
}

/// Answers from before `until`, but of payments at which a person is to look; how many.
pub(crate) fn erase_answers(tx: &mut Tx<'_>, until: Timestamp) -> Result<usize, StorageError> {
    let watched = paid::table.filter(paid::alerted_at.is_not_null()).filter(paid::cleared_at.is_null());
    let watched = watched.select(paid::id);
    let old: Vec<kernel::PaymentLookupId> = lookups::table
        .filter(lookups::asked_at.le(until.sql()))
        .filter(diesel::dsl::not(lookups::attempt_id.eq_any(watched)))
        .order(lookups::asked_at)
        .limit(CHUNK)
        .select(lookups::id)
        .load(tx.conn())?;
    tx.execute(diesel::delete(lookups::table.filter(lookups::id.eq_any(old.iter().map(|id| id.sql())))))
}

/// Reports imported before `until`, with their lines, but those with money that nobody here knows of and nobody cleared
/// up; how many.
pub(crate) fn erase_reports(tx: &mut Tx<'_>, until: Timestamp) -> Result<usize, StorageError> {
    let strays = lines::table.filter(lines::outcome.eq("unknown")).filter(lines::note.is_null());
    let watched = strays.select(lines::report_id);
    let old = reports::table.filter(reports::imported_at.le(until.sql()));
    let ids: Vec<super::reports::ReportId> =
        old.filter(diesel::dsl::not(reports::id.eq_any(watched))).select(reports::id).load(tx.conn())?;
    tx.execute(diesel::delete(reports::table.filter(reports::id.eq_any(ids.iter().map(|id| id.sql())))))
}

/// The paper of an invoice that stays; none: it has none.
pub(crate) fn take_document(tx: &mut Tx<'_>, invoice: &Invoice) -> Result<Option<FileId>, StorageError> {
    if invoice.document.is_some() {
        invoices::has_document(tx, invoice.id, None)?;
    }
    Ok(invoice.document)
}
