use diesel::prelude::*;
use jiff::Timestamp;
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::{inbound_messages as row, unreadable_frames as unreadable};

storage::text_enum! {
    /// What became of a message.
    pub(crate) enum Received {
        /// An event this program has no use for.
        Ignored = "ignored",
    }
}

/// Bytes that are no message.
#[derive(Debug)]
pub(crate) struct Unreadable<'a> {
    pub(crate) reason: &'a str,
    pub(crate) bytes: &'a [u8],
    pub(crate) answer: &'a [u8],
}

/// The answer to the message of that sender with that MSH-10, if it came before.
pub(crate) fn received(conn: &mut Conn, sender: [&str; 3]) -> Result<Option<Vec<u8>>, StorageError> {
    let [application, facility, control_id] = sender;
    let known = row::table
        .filter(row::sending_application.eq(application))
        .filter(row::sending_facility.eq(facility))
        .filter(row::control_id.eq(control_id));
    Ok(known.select(row::answer).first(conn).optional()?)
}

pub(crate) fn keep_received(
    tx: &mut Tx<'_>,
    sender: [&str; 3],
    event: &str,
    outcome: Received,
    bytes: &[u8],
    answer: &[u8],
) -> Result<(), StorageError> {
    let [application, facility, control_id] = sender;
    let now: Timestamp = tx.now();
    let statement = diesel::insert_into(row::table).values((
        row::sending_application.eq(application),
        row::sending_facility.eq(facility),
        row::control_id.eq(control_id),
        row::event.eq(event),
        row::outcome.eq(outcome),
        row::bytes.eq(bytes),
        row::received_at.eq(now.sql()),
        row::answer.eq(answer),
    ));
    tx.execute(statement)?;
    Ok(())
}

pub(crate) fn keep_unreadable(tx: &mut Tx<'_>, frame: &Unreadable<'_>) -> Result<(), StorageError> {
    let (id, now) = (tx.world().uuid(), tx.now());
    let statement = diesel::insert_into(unreadable::table).values((
        unreadable::id.eq(id.sql()),
        unreadable::reason.eq(frame.reason),
        unreadable::bytes.eq(frame.bytes),
        unreadable::received_at.eq(now.sql()),
        unreadable::answer.eq(frame.answer),
    ));
    tx.execute(statement)?;
    Ok(())
}

/// How many messages and how many unreadable frames are kept.
#[cfg(test)]
pub(crate) fn counts(conn: &mut Conn) -> Result<(i64, i64), StorageError> {
    Ok((row::table.count().get_result(conn)?, unreadable::table.count().get_result(conn)?))
}
