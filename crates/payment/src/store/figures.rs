//! The facts that figures are counted from. The statements stand here as text, for they are shown beside the figures.

use std::collections::HashMap;

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Bool, Nullable, Text},
};
use jiff::{Timestamp, civil::Date};
use kernel::{EstablishmentId, InvoiceId, Money};
use storage::{
    AsSql, Conn, StorageError,
    sql::{Date as Day, Instant, Json, Uuid},
};

use super::{resolutions::Decided, switches};
use crate::domain::{
    attempt::State,
    figures::{Issued, Received, Service},
};

/// `$1` the establishment, `$2` and `$3` the first day of the period and the first after it.
pub(crate) const INVOICES: &str = "SELECT id, issued_on, amount_cents, standing FROM invoices \
WHERE establishment_id = $1 AND issued_on >= $2 AND issued_on < $3";
macro_rules! payments {
    ($of:literal) => {
        concat!(
            "SELECT invoices.id, payment_attempts.state, payment_attempts.differences, \
payment_resolutions.decision, payment_resolutions.amount_cents AS accepted_cents, payment_shares.amount_cents, \
payment_attempts.amount_cents AS whole_cents, COALESCE(payment_attempts.ended_at, payment_attempts.changed_at) AS paid_at \
FROM invoices JOIN payment_shares ON payment_shares.invoice_id = invoices.id \
JOIN payment_attempts ON payment_attempts.id = payment_shares.attempt_id \
LEFT JOIN payment_resolutions ON payment_resolutions.attempt_id = payment_attempts.id \
WHERE ",
            $of,
            " AND payment_attempts.mode = 'production' AND payment_attempts.state IN ('paid', 'debit-accepted')"
        )
    };
}
pub(crate) const PAYMENTS: &str =
    payments!("invoices.establishment_id = $1 AND invoices.issued_on >= $2 AND invoices.issued_on < $3");
/// `$1` the invoice.
const PAYMENTS_OF_ONE: &str = payments!("invoices.id = $1");
/// What erased invoices left.
pub(crate) const PAST_INVOICES: &str = "SELECT id, issued_on, amount_cents, standing FROM past_invoices \
WHERE establishment_id = $1 AND issued_on >= $2 AND issued_on < $3";
pub(crate) const PAST_PAYMENTS: &str = "SELECT past_invoices.id, past_payments.amount_cents, past_payments.is_debit, \
past_payments.paid_at FROM past_invoices JOIN past_payments ON past_payments.invoice_id = past_invoices.id \
WHERE past_invoices.establishment_id = $1 AND past_invoices.issued_on >= $2 AND past_invoices.issued_on < $3";
pub(crate) const CREDITORS: &str = "SELECT creditor, MIN(since) AS since FROM \
(SELECT establishment_id, creditor, created_at AS since FROM invoices UNION ALL \
SELECT establishment_id, creditor, since FROM past_invoices) AS told WHERE establishment_id = $1 GROUP BY creditor";
pub(crate) const SWITCHES: &str = "SELECT creditor, turned, until, turned_at FROM creditor_switches \
WHERE establishment_id = $1 ORDER BY turned_at, id";
pub(crate) const ALL: [&str; 6] = [INVOICES, PAYMENTS, PAST_INVOICES, PAST_PAYMENTS, CREDITORS, SWITCHES];

#[derive(QueryableByName)]
struct InvoiceRow {
    #[diesel(sql_type = Uuid)]
    id: InvoiceId,
    #[diesel(sql_type = Day)]
    issued_on: Date,
    #[diesel(sql_type = BigInt)]
    amount_cents: i64,
    #[diesel(sql_type = Text)]
    standing: String,
}

#[derive(QueryableByName)]
struct PaymentRow {
    #[diesel(sql_type = Uuid)]
    id: InvoiceId,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Json)]
    differences: serde_json::Value,
    #[diesel(sql_type = Nullable<Text>)]
    decision: Option<Decided>,
    #[diesel(sql_type = Nullable<BigInt>)]
    accepted_cents: Option<i64>,
    #[diesel(sql_type = BigInt)]
    amount_cents: i64,
    #[diesel(sql_type = BigInt)]
    whole_cents: i64,
    #[diesel(sql_type = Instant)]
    paid_at: Timestamp,
}

#[derive(QueryableByName)]
struct PastRow {
    #[diesel(sql_type = Uuid)]
    id: InvoiceId,
    #[diesel(sql_type = BigInt)]
    amount_cents: i64,
    #[diesel(sql_type = Bool)]
    is_debit: bool,
    #[diesel(sql_type = Instant)]
    paid_at: Timestamp,
}

#[derive(QueryableByName)]
struct CreditorRow {
    #[diesel(sql_type = Text)]
    creditor: String,
    #[diesel(sql_type = Instant)]
    since: Timestamp,
}

impl PaymentRow {
    /// What counts for the invoice: its share; of money that differed what a cashier accepted, nothing before.
    fn counted(&self) -> Option<Received> {
        let is_odd = self.differences.as_array().is_none_or(|names| !names.is_empty());
        let is_for_one = self.amount_cents == self.whole_cents;
        let cents = match (is_odd, self.decision) {
            (false, _) => self.amount_cents,
            (true, Some(Decided::Accepted)) if is_for_one => self.accepted_cents?,
            (true, Some(Decided::Accepted)) => self.amount_cents,
            (true, Some(Decided::Refused) | None) => return None,
        };
        let is_debit = self.state == State::DebitAccepted.name();
        Some(Received { amount: Money::from_cents(cents), is_debit, at: self.paid_at })
    }
}

/// Invoices issued in a period with the money that counts for them.
pub(crate) fn issued(
    conn: &mut Conn,
    establishment: EstablishmentId,
    (from, until): (Date, Date),
) -> Result<Vec<Issued>, StorageError> {
    macro_rules! rows {
        ($statement:expr, $row:ty) => {
            sql_query($statement)
                .bind::<Uuid, _>(establishment.sql())
                .bind::<Day, _>(from.sql())
                .bind::<Day, _>(until.sql())
                .load::<$row>(conn)?
        };
    }
    let mut payments: HashMap<InvoiceId, Vec<Received>> = HashMap::new();
    for row in rows!(PAYMENTS, PaymentRow) {
        payments.entry(row.id).or_default().extend(row.counted());
    }
    for row in rows!(PAST_PAYMENTS, PastRow) {
        let amount = Money::from_cents(row.amount_cents);
        let received = Received { amount, is_debit: row.is_debit, at: row.paid_at };
        payments.entry(row.id).or_default().push(received);
    }
    let issued = |row: InvoiceRow| Issued {
        payments: payments.remove(&row.id).unwrap_or_default(),
        id: row.id,
        on: row.issued_on,
        amount: Money::from_cents(row.amount_cents),
        is_cancelled: row.standing == "cancelled",
    };
    let present = rows!(INVOICES, InvoiceRow).into_iter();
    Ok(present.chain(rows!(PAST_INVOICES, InvoiceRow)).map(issued).collect())
}

/// The money that counts for one invoice.
pub(crate) fn received_of(conn: &mut Conn, invoice: InvoiceId) -> Result<Vec<Received>, StorageError> {
    let rows: Vec<PaymentRow> = sql_query(PAYMENTS_OF_ONE).bind::<Uuid, _>(invoice.sql()).load(conn)?;
    Ok(rows.iter().filter_map(PaymentRow::counted).collect())
}

/// Every creditor of which the hospital ever told an invoice.
pub(crate) fn services(conn: &mut Conn, establishment: EstablishmentId) -> Result<Vec<Service>, StorageError> {
    let creditors: Vec<CreditorRow> = sql_query(CREDITORS).bind::<Uuid, _>(establishment.sql()).load(conn)?;
    let turned = switches::of(conn, establishment)?;
    let service = |row: CreditorRow| {
        let its = turned.iter().filter(|turned| turned.creditor == row.creditor);
        Service { since: row.since, turns: its.map(|turned| (turned.at, turned.turn)).collect() }
    };
    Ok(creditors.into_iter().map(service).collect())
}
