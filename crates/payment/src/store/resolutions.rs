//! What cashiers decided of money that differs from what was asked, and of invoices that payments and books contradict.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{EstablishmentId, Id, InvoiceId, Money, PaymentAttemptId, StaffId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::{attempts::CHUNK, schema::payment_resolutions as resolutions};

storage::text_enum! {
    pub(crate) enum Decided {
        Accepted = "accepted",
        Refused = "refused",
    }
}

/// What it was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matter {
    Attempt(PaymentAttemptId),
    Invoice(InvoiceId),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolution {
    pub decided: Decided,
    /// What counts for the invoices; nothing when refused.
    pub amount: Money,
    pub reason: String,
    pub by: StaffId,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy)]
enum ResolutionKind {}

type Row = (Decided, i64, String, StaffId, Timestamp);

impl From<Row> for Resolution {
    fn from((decided, cents, reason, by, at): Row) -> Self {
        Self { decided, amount: Money::from_cents(cents), reason, by, at }
    }
}

const COLUMNS: (
    resolutions::decision,
    resolutions::amount_cents,
    resolutions::reason,
    resolutions::staff_id,
    resolutions::made_at,
) = (
    resolutions::decision,
    resolutions::amount_cents,
    resolutions::reason,
    resolutions::staff_id,
    resolutions::made_at,
);

pub(crate) fn add(
    tx: &mut Tx<'_>,
    establishment: EstablishmentId,
    matter: Matter,
    resolution: &Resolution,
) -> Result<(), StorageError> {
    let id: Id<ResolutionKind> = tx.id();
    let (attempt, invoice) = match matter {
        Matter::Attempt(attempt) => (Some(attempt), None),
        Matter::Invoice(invoice) => (None, Some(invoice)),
    };
    tx.execute(diesel::insert_into(resolutions::table).values((
        resolutions::id.eq(id.sql()),
        resolutions::establishment_id.eq(establishment.sql()),
        resolutions::attempt_id.eq(attempt.sql()),
        resolutions::invoice_id.eq(invoice.sql()),
        resolutions::decision.eq(resolution.decided),
        resolutions::amount_cents.eq(resolution.amount.cents()),
        resolutions::reason.eq(&resolution.reason),
        resolutions::staff_id.eq(resolution.by.sql()),
        resolutions::made_at.eq(resolution.at.sql()),
    )))?;
    Ok(())
}

pub(crate) fn of_attempt(conn: &mut Conn, attempt: PaymentAttemptId) -> Result<Option<Resolution>, StorageError> {
    let its = resolutions::table.filter(resolutions::attempt_id.eq(Some(attempt).sql()));
    let row: Option<Row> = its.select(COLUMNS).first(conn).optional()?;
    Ok(row.map(Resolution::from))
}

/// Of these attempts.
pub(crate) fn of_attempts(
    conn: &mut Conn,
    these: &[PaymentAttemptId],
) -> Result<HashMap<PaymentAttemptId, Resolution>, StorageError> {
    let mut found = HashMap::new();
    for chunk in these.chunks(CHUNK) {
        let its = resolutions::attempt_id.eq_any(chunk.iter().map(|id| Some(*id).sql()));
        let rows: Vec<(Option<PaymentAttemptId>, Row)> =
            resolutions::table.filter(its).select((resolutions::attempt_id, COLUMNS)).load(conn)?;
        found.extend(rows.into_iter().filter_map(|(attempt, row)| Some((attempt?, row.into()))));
    }
    Ok(found)
}
