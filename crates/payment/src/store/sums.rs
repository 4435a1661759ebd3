//! What a desk counts, summed by the database: a day of thousands of payments is a few rows.

use std::collections::BTreeMap;

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Bool, Text},
};
use kernel::Money;
use storage::{
    AsSql, Conn, StorageError,
    sql::{Instant, Uuid},
};

use super::{attempts::Stretch, unreadable};
use crate::domain::{
    attempt::State,
    creditor::Mode,
    totals::{Column, Counted, Sum, Whose},
};

/// `$1` the establishment, `$2` and `$3` the first instant and the first after it, `$4` the creditor's key or nothing. Money
/// that differs from what was asked is odd until a cashier accepted it, and counts as much as was accepted.
const PAYMENTS: &str = "SELECT payment_attempts.creditor, payment_attempts.mode, payment_attempts.state, \
(payment_attempts.differences <> '[]' AND COALESCE(payment_resolutions.decision, '') <> 'accepted') AS is_odd, \
COUNT(*) AS payments, CAST(SUM(CASE WHEN payment_resolutions.decision = 'accepted' THEN payment_resolutions.amount_cents \
ELSE payment_attempts.amount_cents END) AS BIGINT) AS cents \
FROM payment_attempts LEFT JOIN payment_resolutions ON payment_resolutions.attempt_id = payment_attempts.id \
WHERE payment_attempts.establishment_id = $1 \
AND COALESCE(payment_attempts.ended_at, payment_attempts.created_at) >= $2 \
AND COALESCE(payment_attempts.ended_at, payment_attempts.created_at) < $3 \
AND ($4 = '' OR payment_attempts.creditor = $4) GROUP BY 1, 2, 3, 4";

/// The same of what was given back.
const GIVEN_BACK: &str = "SELECT payment_attempts.creditor, COUNT(*) AS refunds, \
CAST(SUM(refund_tasks.amount_cents) AS BIGINT) AS cents \
FROM refund_tasks JOIN payment_attempts ON payment_attempts.id = refund_tasks.attempt_id \
WHERE refund_tasks.establishment_id = $1 AND refund_tasks.done_at >= $2 AND refund_tasks.done_at < $3 \
AND ($4 = '' OR payment_attempts.creditor = $4) GROUP BY 1";

#[derive(QueryableByName)]
struct PaymentRow {
    #[diesel(sql_type = Text)]
    creditor: String,
    #[diesel(sql_type = Text)]
    mode: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Bool)]
    is_odd: bool,
    #[diesel(sql_type = BigInt)]
    payments: i64,
    #[diesel(sql_type = BigInt)]
    cents: i64,
}

#[derive(QueryableByName)]
struct RefundRow {
    #[diesel(sql_type = Text)]
    creditor: String,
    #[diesel(sql_type = BigInt)]
    refunds: i64,
    #[diesel(sql_type = BigInt)]
    cents: i64,
}

fn sum(count: i64, cents: i64) -> Sum {
    Sum { count: count.unsigned_abs(), amount: Money::from_cents(cents) }
}

macro_rules! rows {
    ($conn:expr, $statement:expr, $of:expr, $stretch:expr, $row:ty) => {
        sql_query($statement)
            .bind::<Uuid, _>($of.sql())
            .bind::<Instant, _>($stretch.bounds.0.sql())
            .bind::<Instant, _>($stretch.bounds.1.sql())
            .bind::<Text, _>(&$stretch.creditor)
            .load::<$row>($conn)?
    };
}

/// Payments by creditor, mode and column.
pub(crate) fn payments(conn: &mut Conn, stretch: &Stretch) -> Result<Vec<Counted>, StorageError> {
    let mut counted = Vec::new();
    for of in &stretch.of {
        for row in rows!(conn, PAYMENTS, of, stretch, PaymentRow) {
            let mode = Mode::named(&row.mode).ok_or_else(|| unreadable("an attempt with an unknown mode"))?;
            let state = State::named(&row.state).ok_or_else(|| unreadable("an attempt with an unknown state"))?;
            let column = Column::of(state, row.is_odd && mode.is_real());
            counted.push(Counted { whose: (*of, row.creditor), mode, column, sum: sum(row.payments, row.cents) });
        }
    }
    Ok(counted)
}

/// What cashiers gave back.
pub(crate) fn given_back(conn: &mut Conn, stretch: &Stretch) -> Result<BTreeMap<Whose, Sum>, StorageError> {
    let mut given = BTreeMap::new();
    for of in &stretch.of {
        for row in rows!(conn, GIVEN_BACK, of, stretch, RefundRow) {
            given.insert((*of, row.creditor), sum(row.refunds, row.cents));
        }
    }
    Ok(given)
}
