use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{Id, StaffId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::{inbound_messages as row, unreadable_frames as unreadable};
use crate::inbound::Refusal;

storage::text_enum! {
    /// What became of a message.
    pub(crate) enum Received {
        /// It has no use here.
        Ignored = "ignored",
        Opened = "opened",
        Changed = "changed",
        Unchanged = "unchanged",
        Cancelled = "cancelled",
        /// The admissions desk must say whose file it is.
        Conflict = "conflict",
        /// Answered AE; it may be processed again.
        Refused = "refused",
    }
}

/// Names what came, messages and frames alike.
#[derive(Debug)]
pub(crate) enum Receipt {}
pub(crate) type ReceivedId = Id<Receipt>;

/// Bytes that are no message, or one that cannot be taken for it.
#[derive(Debug)]
pub(crate) struct Unreadable<'a> {
    pub(crate) reason: &'a str,
    pub(crate) bytes: &'a [u8],
    pub(crate) answer: &'a [u8],
    pub(crate) finess: Option<&'a str>,
}

/// A message that came before.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Earlier {
    pub(crate) finess: Option<String>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) answer: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct NewReceived<'a> {
    /// MSH-3.1, MSH-4.1, MSH-10.
    pub(crate) sender: [&'a str; 3],
    pub(crate) finess: Option<&'a str>,
    pub(crate) event: &'a str,
    pub(crate) outcome: Received,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) bytes: &'a [u8],
    pub(crate) answer: &'a [u8],
}

/// A message as the desk sees it.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Kept {
    pub(crate) id: ReceivedId,
    pub(crate) sending_application: String,
    pub(crate) sending_facility: String,
    pub(crate) control_id: String,
    pub(crate) finess: Option<String>,
    pub(crate) event: String,
    pub(crate) outcome: Received,
    pub(crate) error: Option<i32>,
    pub(crate) place: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) received_at: Timestamp,
    pub(crate) answer: Vec<u8>,
    pub(crate) processed_at: Option<Timestamp>,
}

/// A frame in quarantine.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Frame {
    pub(crate) id: ReceivedId,
    pub(crate) finess: Option<String>,
    pub(crate) reason: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) received_at: Timestamp,
    pub(crate) answer: Vec<u8>,
}

/// Of which establishments, by FINESS; `unassigned` also shows what belongs to none.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    pub(crate) finess: Vec<String>,
    pub(crate) unassigned: bool,
}

/// The message of that sender with that MSH-10, if it came before.
pub(crate) fn received(conn: &mut Conn, sender: [&str; 3]) -> Result<Option<Earlier>, StorageError> {
    let [application, facility, control_id] = sender;
    let known = row::table
        .filter(row::sending_application.eq(application))
        .filter(row::sending_facility.eq(facility))
        .filter(row::control_id.eq(control_id));
    Ok(known.select((row::finess, row::bytes, row::answer)).first(conn).optional()?)
}

pub(crate) fn keep_received(tx: &mut Tx<'_>, new: &NewReceived<'_>) -> Result<(), StorageError> {
    let [application, facility, control_id] = new.sender;
    let (id, now): (ReceivedId, Timestamp) = (tx.id(), tx.now());
    let statement = diesel::insert_into(row::table).values((
        row::id.eq(id.sql()),
        row::sending_application.eq(application),
        row::sending_facility.eq(facility),
        row::control_id.eq(control_id),
        row::finess.eq(new.finess),
        row::event.eq(new.event),
        row::outcome.eq(new.outcome),
        row::error.eq(new.refusal.map(|refusal| i32::from(refusal.error))),
        row::place.eq(new.refusal.map(|refusal| refusal.place())),
        row::reason.eq(new.refusal.map(|refusal| refusal.why)),
        row::bytes.eq(new.bytes),
        row::received_at.eq(now.sql()),
        row::answer.eq(new.answer),
    ));
    tx.execute(statement)?;
    Ok(())
}

/// What came of a refused message at a later look.
pub(crate) fn processed(
    tx: &mut Tx<'_>,
    id: ReceivedId,
    outcome: Received,
    finess: Option<&str>,
    refusal: Option<Refusal>,
    by: StaffId,
) -> Result<(), StorageError> {
    let now = tx.now();
    let statement = diesel::update(row::table.filter(row::id.eq(id.sql()))).set((
        row::outcome.eq(outcome),
        row::finess.eq(finess),
        row::error.eq(refusal.map(|refusal| i32::from(refusal.error))),
        row::place.eq(refusal.map(|refusal| refusal.place())),
        row::reason.eq(refusal.map(|refusal| refusal.why)),
        row::processed_at.eq(Some(now).sql()),
        row::processed_by.eq(Some(by.as_object()).sql()),
    ));
    tx.execute(statement)?;
    Ok(())
}

macro_rules! kept {
    () => {
        (
            row::id,
            row::sending_application,
            row::sending_facility,
            row::control_id,
            row::finess,
            row::event,
            row::outcome,
            row::error,
            row::place,
            row::reason,
            row::bytes,
            row::received_at,
            row::answer,
            row::processed_at,
        )
    };
}

macro_rules! frame {
    () => {
        (
            unreadable::id,
            unreadable::finess,
            unreadable::reason,
            unreadable::bytes,
            unreadable::received_at,
            unreadable::answer,
        )
    };
}

pub(crate) fn received_by_id(conn: &mut Conn, id: ReceivedId) -> Result<Option<Kept>, StorageError> {
    Ok(row::table.filter(row::id.eq(id.sql())).select(kept!()).first(conn).optional()?)
}

pub(crate) fn frame_by_id(conn: &mut Conn, id: ReceivedId) -> Result<Option<Frame>, StorageError> {
    Ok(unreadable::table.filter(unreadable::id.eq(id.sql())).select(frame!()).first(conn).optional()?)
}

/// Newest first.
pub(crate) fn messages(
    conn: &mut Conn,
    sight: &Sight,
    outcome: Option<Received>,
    before: Option<ReceivedId>,
    limit: i64,
) -> Result<Vec<Kept>, StorageError> {
    let mut query = row::table.select(kept!()).order(row::id.desc()).limit(limit).into_boxed();
    let theirs = row::finess.eq_any(sight.finess.clone()).assume_not_null();
    query = match sight.unassigned {
        true => query.filter(row::finess.is_null().or(theirs)),
        false => query.filter(row::finess.is_not_null().and(theirs)),
    };
    if let Some(outcome) = outcome {
        query = query.filter(row::outcome.eq(outcome));
    }
    if let Some(before) = before {
        query = query.filter(row::id.lt(before.sql()));
    }
    Ok(query.load(conn)?)
}

/// Newest first.
pub(crate) fn frames(
    conn: &mut Conn,
    sight: &Sight,
    before: Option<ReceivedId>,
    limit: i64,
) -> Result<Vec<Frame>, StorageError> {
    let mut query = unreadable::table.select(frame!()).order(unreadable::id.desc()).limit(limit).into_boxed();
    let theirs = unreadable::finess.eq_any(sight.finess.clone()).assume_not_null();
    query = match sight.unassigned {
        true => query.filter(unreadable::finess.is_null().or(theirs)),
        false => query.filter(unreadable::finess.is_not_null().and(theirs)),
    };
    if let Some(before) = before {
        query = query.filter(unreadable::id.lt(before.sql()));
    }
    Ok(query.load(conn)?)
}

pub(crate) fn keep_unreadable(tx: &mut Tx<'_>, frame: &Unreadable<'_>) -> Result<(), StorageError> {
    let (id, now): (ReceivedId, Timestamp) = (tx.id(), tx.now());
    let statement = diesel::insert_into(unreadable::table).values((
        unreadable::id.eq(id.sql()),
        unreadable::reason.eq(frame.reason),
        unreadable::bytes.eq(frame.bytes),
        unreadable::received_at.eq(now.sql()),
        unreadable::answer.eq(frame.answer),
        unreadable::finess.eq(frame.finess),
    ));
    tx.execute(statement)?;
    Ok(())
}

/// How many messages and how many unreadable frames are kept.
/// Empties messages received before an instant, and drops frames in quarantine; how many. The answers stay, for a message
/// that comes once more.
pub(crate) fn erase_received(tx: &mut Tx<'_>, before: Timestamp) -> Result<usize, StorageError> {
    let nothing = Vec::<u8>::new();
    let old = row::table.filter(row::received_at.lt(before.sql())).filter(row::bytes.ne(&nothing));
    let emptied = tx.execute(diesel::update(old).set(row::bytes.eq(&nothing)))?;
    let dropped = tx.execute(diesel::delete(unreadable::table.filter(unreadable::received_at.lt(before.sql()))))?;
    Ok(emptied + dropped)
}

#[cfg(test)]
pub(crate) fn counts(conn: &mut Conn) -> Result<(i64, i64), StorageError> {
    Ok((row::table.count().get_result(conn)?, unreadable::table.count().get_result(conn)?))
}

/// How many events the house wrote: the marks of effects.
#[cfg(test)]
pub(crate) fn events(conn: &mut Conn) -> Result<i64, StorageError> {
    use diesel::dsl::sql;
    Ok(diesel::select(sql::<diesel::sql_types::BigInt>("(SELECT count(*) FROM events)")).get_result(conn)?)
}
