//! The table of sessions.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use kernel::VisitId;
use storage::{AsSql, Conn, StorageError, Tx};

use crate::session::{Details, Kind, Principal, Session, stored};

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use storage::sql::{Instant, Json, Uuid};

    sessions (id) {
        id -> Binary,
        kind -> Text,
        principal -> Uuid,
        visit -> Uuid,
        opened_at -> Instant,
        seen_at -> Instant,
        expires_at -> Instant,
        details -> Json,
    }
}

/// Opens a session under a new name, in the transaction of the login. The visit goes on: what it holds stays held.
/// Give the returned cookie value to [`crate::Ctx::session_cookie`].
pub fn open(
    tx: &mut Tx<'_>,
    principal: Principal,
    visit: VisitId,
    details: &Details,
    hours: i64,
) -> Result<String, StorageError> {
    let cookie = tx.world().secret();
    let (kind, principal) = match principal {
        Principal::Patient(id) => (Kind::Patient, id.uuid()),
        Principal::Staff(id) => (Kind::Staff, id.uuid()),
    };
    let now = tx.now();
    let details = serde_json::to_value(details).unwrap_or_default();
    let insert = diesel::insert_into(sessions::table).values((
        sessions::id.eq(stored(&cookie)),
        sessions::kind.eq(kind),
        sessions::principal.eq(principal.sql()),
        sessions::visit.eq(visit.sql()),
        sessions::opened_at.eq(now.sql()),
        sessions::seen_at.eq(now.sql()),
        sessions::expires_at.eq((now + SignedDuration::from_hours(hours)).sql()),
        sessions::details.eq(details.sql()),
    ));
    tx.execute(insert)?;
    Ok(cookie)
}

/// Ends a session for good, wherever its cookie still is.
pub fn close(tx: &mut Tx<'_>, session: &Session) -> Result<(), StorageError> {
    tx.execute(diesel::delete(sessions::table.find(stored(&session.cookie))))?;
    Ok(())
}

/// Ends every session of a person.
pub fn close_all(tx: &mut Tx<'_>, principal: Principal) -> Result<usize, StorageError> {
    let (kind, principal) = match principal {
        Principal::Patient(id) => (Kind::Patient, id.uuid()),
        Principal::Staff(id) => (Kind::Staff, id.uuid()),
    };
    let theirs = sessions::table.filter(sessions::kind.eq(kind)).filter(sessions::principal.eq(principal.sql()));
    tx.execute(diesel::delete(theirs))
}

type Row = (Kind, uuid::Uuid, VisitId, Timestamp, Timestamp, Timestamp, serde_json::Value);

/// The session that a cookie names, unless it ended or nobody used it for too long.
pub(crate) fn find(
    conn: &mut Conn,
    cookie: &str,
    kind: Kind,
    now: Timestamp,
    idle: SignedDuration,
) -> Result<Option<Session>, StorageError> {
    let row: Option<Row> = sessions::table
        .find(stored(cookie))
        .select((
            sessions::kind,
            sessions::principal,
            sessions::visit,
            sessions::opened_at,
            sessions::seen_at,
            sessions::expires_at,
            sessions::details,
        ))
        .first(conn)
        .optional()?;
    Ok(row.and_then(|(found, principal, visit, opened_at, seen_at, expires_at, details)| {
        let lives = found == kind && now < expires_at && now.duration_since(seen_at) < idle;
        let details = serde_json::from_value(details).ok()?;
        let cookie = cookie.to_owned();
        lives.then_some(Session { kind, principal, visit, opened_at, expires_at, details, seen_at, cookie })
    }))
}

pub(crate) fn touch(tx: &mut Tx<'_>, cookie: &str) -> Result<(), StorageError> {
    let now = tx.now();
    tx.execute(diesel::update(sessions::table.find(stored(cookie))).set(sessions::seen_at.eq(now.sql())))?;
    Ok(())
}

/// Drops sessions that ended, or that nobody used for `idle`.
pub fn sweep(tx: &mut Tx<'_>, idle: SignedDuration) -> Result<usize, StorageError> {
    let now = tx.now();
    let over = sessions::table.filter(sessions::expires_at.le(now.sql()).or(sessions::seen_at.le((now - idle).sql())));
    tx.execute(diesel::delete(over))
}
