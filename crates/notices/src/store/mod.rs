//! The table of notices: what was tried and what went out.

mod schema;

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{DeliveryId, EstablishmentId, ObjectId};
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use self::schema::notices as row;

/// Which notice: there is one row for each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    /// The appointment or the file.
    pub(crate) object: ObjectId,
    pub(crate) kind: &'static str,
    pub(crate) turn: i32,
    pub(crate) channel: &'static str,
}

/// A notice about to be tried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    pub(crate) key: Key,
    pub(crate) establishment: EstablishmentId,
    pub(crate) person: ObjectId,
    pub(crate) delivery: DeliveryId,
    pub(crate) not_after: Timestamp,
}

/// Who tried this notice, and whether it went out.
pub(crate) fn standing(conn: &mut Conn, key: Key) -> Result<Option<(DeliveryId, bool)>, StorageError> {
    let found: Option<(DeliveryId, Option<Timestamp>)> = row::table
        .find((key.object.sql(), key.kind, key.turn, key.channel))
        .select((row::delivery, row::sent_at))
        .first(conn)
        .optional()?;
    Ok(found.map(|(delivery, sent_at)| (delivery, sent_at.is_some())))
}

/// How many notices went to this person by this channel since an instant.
pub(crate) fn sent_since(
    conn: &mut Conn,
    person: ObjectId,
    channel: &str,
    since: Timestamp,
) -> Result<u32, StorageError> {
    let count: i64 = row::table
        .filter(row::person.eq(person.sql()))
        .filter(row::channel.eq(channel))
        .filter(row::sent_at.ge(since.sql()))
        .count()
        .get_result(conn)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Notes an attempt before it is made. The database refuses one that comes too late.
pub(crate) fn attempt(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<(), StorageError> {
    let now = tx.now();
    let insert = diesel::insert_into(row::table)
        .values((
            row::object.eq(attempt.key.object.sql()),
            row::kind.eq(attempt.key.kind),
            row::turn.eq(attempt.key.turn),
            row::channel.eq(attempt.key.channel),
            row::establishment.eq(attempt.establishment.sql()),
            row::person.eq(attempt.person.sql()),
            row::delivery.eq(attempt.delivery.sql()),
            row::not_after.eq(attempt.not_after.sql()),
            row::tried_at.eq(now.sql()),
        ))
        .on_conflict((row::object, row::kind, row::turn, row::channel))
        .do_update()
        .set((row::tried_at.eq(now.sql()), row::not_after.eq(attempt.not_after.sql())));
    Portable(insert).execute(tx.conn())?;
    Ok(())
}

/// Notes that it went out.
pub(crate) fn went_out(tx: &mut Tx<'_>, key: Key) -> Result<(), StorageError> {
    let now = tx.now();
    let of_key = row::table.find((key.object.sql(), key.kind, key.turn, key.channel));
    tx.execute(diesel::update(of_key).set(row::sent_at.eq(Some(now).sql())))?;
    Ok(())
}

/// Drops notices that could not be sent any more before an instant; how many.
pub(crate) fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<usize, StorageError> {
    tx.execute(diesel::delete(row::table.filter(row::not_after.lt(before.sql()))))
}
