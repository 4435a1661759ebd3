//! Why a provider begins no payment of a creditor: one row for each cause, however many payers ran into it, until a cashier
//! saw to it.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{EstablishmentId, Id, StaffId};
use storage::{AsSql, Conn, Locked, StorageError, Tx};

use super::{
    attempts::{Attempt, LONGEST_REFUSAL},
    schema::creditor_alerts as alerts,
};

#[derive(Debug, Clone, Copy)]
pub(crate) enum AlertKind {}
pub(crate) type CreditorAlertId = Id<AlertKind>;

/// One that waits for a cashier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CreditorAlert {
    pub id: CreditorAlertId,
    pub establishment: EstablishmentId,
    /// The creditor's key in the settings.
    pub creditor: String,
    /// Code and words of the provider.
    pub cause: String,
    /// How many payments it kept from beginning.
    pub payments: i64,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

type Row = (CreditorAlertId, EstablishmentId, String, String, i64, Timestamp, Timestamp);

const COLUMNS: (
    alerts::id,
    alerts::establishment_id,
    alerts::creditor,
    alerts::cause,
    alerts::payments,
    alerts::first_at,
    alerts::last_at,
) = (
    alerts::id,
    alerts::establishment_id,
    alerts::creditor,
    alerts::cause,
    alerts::payments,
    alerts::first_at,
    alerts::last_at,
);

impl From<Row> for CreditorAlert {
    fn from((id, establishment, creditor, cause, payments, first_at, last_at): Row) -> Self {
        Self { id, establishment, creditor, cause, payments, first_at, last_at }
    }
}

/// One more payment did not begin for this cause; whether it is the first.
pub(crate) fn count(tx: &mut Tx<'_>, attempt: &Attempt, words: &str) -> Result<bool, StorageError> {
    let (id, now): (CreditorAlertId, _) = (tx.id(), tx.now());
    let cause: String = words.chars().take(LONGEST_REFUSAL).collect();
    let known = alerts::table
        .filter(alerts::establishment_id.eq(attempt.establishment.sql()))
        .filter(alerts::creditor.eq(&attempt.creditor))
        .filter(alerts::cause.eq(&cause))
        .filter(alerts::cleared_at.is_null());
    let counted = tx.execute(
        diesel::update(known).set((alerts::payments.eq(alerts::payments + 1), alerts::last_at.eq(now.sql()))),
    )?;
    if counted > 0 {
        return Ok(false);
    }
    let new = diesel::insert_into(alerts::table).values((
        alerts::id.eq(id.sql()),
        alerts::establishment_id.eq(attempt.establishment.sql()),
        alerts::creditor.eq(&attempt.creditor),
        alerts::cause.eq(&cause),
        alerts::payments.eq(1),
        alerts::first_at.eq(now.sql()),
        alerts::last_at.eq(now.sql()),
    ));
    // Two payers at once: run again, this one counts on the other's.
    tx.execute(new).map_err(|error| match error.refusal() {
        Some("creditor_alerts_establishment_id_creditor_cause_key") => StorageError::Crossed,
        _ => error,
    })?;
    Ok(true)
}

/// Those that wait, the latest first.
pub(crate) fn open(conn: &mut Conn, of: &[EstablishmentId], most: i64) -> Result<Vec<CreditorAlert>, StorageError> {
    let theirs = alerts::table
        .filter(alerts::establishment_id.eq_any(of.iter().map(|id| id.sql())))
        .filter(alerts::cleared_at.is_null());
    let rows: Vec<Row> = theirs.select(COLUMNS).order((alerts::last_at.desc(), alerts::id)).limit(most).load(conn)?;
    Ok(rows.into_iter().map(CreditorAlert::from).collect())
}

/// How many wait, wherever.
pub(crate) fn count_open(conn: &mut Conn) -> Result<i64, StorageError> {
    Ok(alerts::table.filter(alerts::cleared_at.is_null()).count().get_result(conn)?)
}

/// One, and whether it waits; held until the transaction ends.
pub(crate) fn hold(tx: &mut Tx<'_>, id: CreditorAlertId) -> Result<Option<(CreditorAlert, bool)>, StorageError> {
    let query = alerts::table.filter(alerts::id.eq(id.sql())).select((COLUMNS, alerts::cleared_at.is_null()));
    let rows: Vec<(Row, bool)> = Locked { query, skip: false }.load(tx.conn())?;
    Ok(rows.into_iter().next().map(|(row, is_open)| (row.into(), is_open)))
}

pub(crate) fn clear(tx: &mut Tx<'_>, id: CreditorAlertId, (by, reason): (StaffId, &str)) -> Result<(), StorageError> {
    let now = tx.now();
    tx.execute(diesel::update(alerts::table.find(id.sql())).set((
        alerts::cleared_at.eq(Some(now).sql()),
        alerts::cleared_by.eq(Some(by).sql()),
        alerts::reason.eq(Some(reason)),
    )))?;
    Ok(())
}

/// Forgets those that were seen to before.
pub(crate) fn erase(tx: &mut Tx<'_>, before: Timestamp) -> Result<usize, StorageError> {
    let old = alerts::table.filter(alerts::cleared_at.is_not_null()).filter(alerts::cleared_at.lt(Some(before).sql()));
    tx.execute(diesel::delete(old))
}
