//! Every question to a provider about an attempt, with its answer word for word.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{PaymentAttemptId, PaymentLookupId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::payment_lookups as lookups;
use crate::domain::lookups::Answer;

storage::text_enum! {
    /// Why somebody asked.
    pub enum AskedBy {
        Notification = "notification",
        /// The payer's browser came back.
        Return = "return",
        /// The payer looks at the page of the payment.
        Patient = "patient",
        Schedule = "schedule",
        Desk = "desk",
        /// A report of money names it.
        Report = "report",
    }
}

/// One question and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    pub asked_by: AskedBy,
    pub answer: String,
    pub raw: String,
    pub asked_at: Timestamp,
}

pub(crate) fn add(
    tx: &mut Tx<'_>,
    attempt: PaymentAttemptId,
    asked_by: AskedBy,
    (answer, raw): (Answer, &str),
) -> Result<(), StorageError> {
    let (id, now): (PaymentLookupId, _) = (tx.id(), tx.now());
    tx.execute(diesel::insert_into(lookups::table).values((
        lookups::id.eq(id.sql()),
        lookups::attempt_id.eq(attempt.sql()),
        lookups::asked_by.eq(asked_by),
        lookups::answer.eq(answer.name()),
        lookups::raw.eq(raw),
        lookups::asked_at.eq(now.sql()),
    )))?;
    Ok(())
}

/// The latest answer about an attempt; none: nothing was ever said of it.
pub(crate) fn last_answer(conn: &mut Conn, attempt: PaymentAttemptId) -> Result<Option<Answer>, StorageError> {
    Ok(of_attempt(conn, attempt)?.first().and_then(|last| Answer::named(&last.answer)))
}

/// Those of an attempt, the latest first.
pub(crate) fn of_attempt(conn: &mut Conn, attempt: PaymentAttemptId) -> Result<Vec<Lookup>, StorageError> {
    let its = lookups::table.filter(lookups::attempt_id.eq(attempt.sql())).order(lookups::asked_at.desc());
    let rows: Vec<(AskedBy, String, String, Timestamp)> =
        its.select((lookups::asked_by, lookups::answer, lookups::raw, lookups::asked_at)).load(conn)?;
    Ok(rows.into_iter().map(|(asked_by, answer, raw, asked_at)| Lookup { asked_by, answer, raw, asked_at }).collect())
}
