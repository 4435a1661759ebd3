//! What somebody has to give back: providers offer no such operation, a cashier does it and says so here.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{EstablishmentId, InvoiceId, Money, PaymentAttemptId, RefundTaskId, StaffId};
use storage::{AsSql, Conn, Locked, Portable, StorageError, Tx};

use super::{attempts::Stretch, invoices::Invoice, schema::refund_tasks as tasks};

/// What is to be given back of one attempt's money for one invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refund {
    pub(crate) establishment: EstablishmentId,
    pub(crate) invoice: InvoiceId,
    pub(crate) attempt: PaymentAttemptId,
    pub(crate) amount: Money,
    /// Whether the money stands in the invoice's account.
    pub(crate) is_counted: bool,
}

impl Refund {
    /// Of money that stands in the invoice's account.
    pub(crate) fn of(invoice: &Invoice, attempt: PaymentAttemptId, amount: Money) -> Self {
        Self { establishment: invoice.establishment, invoice: invoice.id, attempt, amount, is_counted: true }
    }
}

/// A refund on somebody's list, or done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Task {
    pub id: RefundTaskId,
    pub(crate) refund: Refund,
    pub created_at: Timestamp,
    /// When and by whom it was done.
    pub done: Option<(Timestamp, StaffId)>,
    pub note: String,
}

type Row = (
    (RefundTaskId, EstablishmentId, InvoiceId, PaymentAttemptId, i64, bool),
    (Timestamp, Option<Timestamp>, Option<StaffId>, String),
);

macro_rules! columns {
    () => {
        (
            (
                tasks::id,
                tasks::establishment_id,
                tasks::invoice_id,
                tasks::attempt_id,
                tasks::amount_cents,
                tasks::counted,
            ),
            (tasks::created_at, tasks::done_at, tasks::done_by, tasks::note),
        )
    };
}

impl From<Row> for Task {
    fn from(row: Row) -> Self {
        let (id, establishment, invoice, attempt, cents, is_counted) = row.0;
        let (created_at, done_at, done_by, note) = row.1;
        let refund = Refund { establishment, invoice, attempt, amount: Money::from_cents(cents), is_counted };
        Self { id, refund, created_at, done: done_at.zip(done_by), note }
    }
}

/// Once for each attempt and invoice: false when there is one already.
pub(crate) fn add(tx: &mut Tx<'_>, refund: &Refund) -> Result<bool, StorageError> {
    let (id, now): (RefundTaskId, _) = (tx.id(), tx.now());
    let insert = diesel::insert_into(tasks::table)
        .values((
            tasks::id.eq(id.sql()),
            tasks::establishment_id.eq(refund.establishment.sql()),
            tasks::invoice_id.eq(refund.invoice.sql()),
            tasks::attempt_id.eq(refund.attempt.sql()),
            tasks::amount_cents.eq(refund.amount.cents()),
            tasks::created_at.eq(now.sql()),
            tasks::counted.eq(refund.is_counted),
            tasks::note.eq(""),
        ))
        .on_conflict_do_nothing();
    Ok(tx.execute(Portable(insert))? == 1)
}

/// Held until the transaction ends.
pub(crate) fn hold(tx: &mut Tx<'_>, id: RefundTaskId) -> Result<Option<Task>, StorageError> {
    let query = tasks::table.filter(tasks::id.eq(id.sql())).select(columns!());
    let rows: Vec<Row> = Locked { query, skip: false }.load(tx.conn())?;
    Ok(rows.into_iter().next().map(Task::from))
}

/// Of these establishments and not done, the oldest first.
pub(crate) fn open(conn: &mut Conn, of: &[EstablishmentId], most: i64) -> Result<Vec<Task>, StorageError> {
    let open = tasks::table
        .filter(tasks::establishment_id.eq_any(of.iter().map(|id| id.sql())))
        .filter(tasks::done_at.is_null());
    let rows: Vec<Row> = open.select(columns!()).order((tasks::created_at, tasks::id)).limit(most).load(conn)?;
    Ok(rows.into_iter().map(Task::from).collect())
}

/// Those that were given back in a stretch of time, the earliest first.
pub(crate) fn done_in(conn: &mut Conn, stretch: &Stretch) -> Result<Vec<Task>, StorageError> {
    let Stretch { of, bounds: (from, until), .. } = stretch;
    let done = tasks::table
        .filter(tasks::establishment_id.eq_any(of.iter().map(|id| id.sql())))
        .filter(tasks::done_at.ge(Some(*from).sql()))
        .filter(tasks::done_at.lt(Some(*until).sql()));
    let rows: Vec<Row> = done.select(columns!()).order((tasks::done_at, tasks::id)).load(conn)?;
    Ok(rows.into_iter().map(Task::from).collect())
}

/// Of one attempt.
pub(crate) fn of_attempt(conn: &mut Conn, attempt: PaymentAttemptId) -> Result<Vec<Task>, StorageError> {
    let its = tasks::table.filter(tasks::attempt_id.eq(attempt.sql()));
    let rows: Vec<Row> = its.select(columns!()).order((tasks::created_at, tasks::id)).load(conn)?;
    Ok(rows.into_iter().map(Task::from).collect())
}

/// What is still to be given back of the money in an invoice's account.
pub(crate) fn owed(conn: &mut Conn, invoice: InvoiceId) -> Result<Money, StorageError> {
    let open = tasks::table
        .filter(tasks::invoice_id.eq(invoice.sql()))
        .filter(tasks::counted.eq(true))
        .filter(tasks::done_at.is_null());
    let cents: Vec<i64> = open.select(tasks::amount_cents).load(conn)?;
    Ok(Money::from_cents(cents.into_iter().fold(0, i64::saturating_add)))
}

pub(crate) fn finish(tx: &mut Tx<'_>, id: RefundTaskId, (by, note): (StaffId, &str)) -> Result<(), StorageError> {
    let now = tx.now();
    tx.execute(diesel::update(tasks::table.find(id.sql())).set((
        tasks::done_at.eq(Some(now).sql()),
        tasks::done_by.eq(Some(by).sql()),
        tasks::note.eq(note),
    )))?;
    Ok(())
}
