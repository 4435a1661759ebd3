//! Who acts for whom. What ended never changes; the database sees to that, and to one living bond of each two people.

use diesel::prelude::*;
use jiff::{Timestamp, civil::Date};
use kernel::{EstablishmentId, ObjectId, PatientId, StaffId};
use storage::{AsSql, Conn, Locked, StorageError, Tx};

use super::schema::proxies as row;
use crate::proxies::{Ended, Ending, Established, Person, Proxy, ProxyId, Quality};

#[derive(Queryable)]
struct Row {
    id: ProxyId,
    by: PatientId,
    establishment: EstablishmentId,
    person: (String, String, String, String, String),
    quality: Quality,
    accepted_by: Option<StaffId>,
    since: Timestamp,
    until_on: Date,
    ended: (Option<Timestamp>, Option<Ending>, String),
}

impl From<Row> for Proxy {
    fn from(found: Row) -> Self {
        let (ipp, birth_family, given, birth_date, sex) = found.person;
        let (ended_at, ending, reason) = found.ended;
        Self {
            id: found.id,
            by: found.by,
            establishment: found.establishment,
            person: Person { ipp, birth_family, given, birth_date, sex },
            quality: found.quality,
            accepted_by: found.accepted_by,
            since: found.since,
            until_on: found.until_on,
            ended: ended_at.zip(ending).map(|(at, ending)| Ended { at, ending, reason }),
        }
    }
}

/// The columns of [`Row`].
macro_rules! columns {
    () => {
        (
            row::id,
            row::patient_id,
            row::establishment_id,
            (row::ipp, row::birth_family, row::given, row::birth_date, row::sex),
            row::quality,
            row::accepted_by,
            row::since,
            row::until_on,
            (row::ended_at, row::ending, row::reason),
        )
    };
}

/// The patient as columns to insert or to update.
macro_rules! told {
    ($person:expr) => {
        (
            row::ipp.eq($person.ipp.as_str()),
            row::birth_family.eq($person.birth_family.as_str()),
            row::given.eq($person.given.as_str()),
            row::birth_date.eq($person.birth_date.as_str()),
            row::sex.eq($person.sex.as_str()),
        )
    };
}

fn all(rows: Vec<Row>) -> Vec<Proxy> {
    rows.into_iter().map(Proxy::from).collect()
}

pub(crate) fn add(tx: &mut Tx<'_>, new: &Established, until_on: Date) -> Result<ProxyId, StorageError> {
    let (id, now): (ProxyId, Timestamp) = (tx.id(), tx.now());
    let (file, accepted_by) = new.accepted.unzip();
    tx.execute(diesel::insert_into(row::table).values((
        row::id.eq(id.sql()),
        row::patient_id.eq(new.by.sql()),
        row::establishment_id.eq(new.establishment.sql()),
        told!(new.person),
        row::quality.eq(new.quality),
        row::file.eq(file.sql()),
        row::accepted_by.eq(accepted_by.sql()),
        row::since.eq(now.sql()),
        row::until_on.eq(until_on.sql()),
    )))?;
    Ok(id)
}

/// Found right once more, by another file.
pub(crate) fn confirm(tx: &mut Tx<'_>, id: ProxyId, (new, until_on): (&Established, Date)) -> Result<(), StorageError> {
    let (file, accepted_by): (Option<ObjectId>, Option<StaffId>) = new.accepted.unzip();
    tx.execute(diesel::update(row::table.find(id.sql())).set((
        told!(new.person),
        row::file.eq(file.sql()),
        row::accepted_by.eq(accepted_by.sql()),
        row::until_on.eq(until_on.sql()),
    )))?;
    Ok(())
}

pub(crate) fn end(tx: &mut Tx<'_>, id: ProxyId, (ending, reason): (Ending, &str)) -> Result<(), StorageError> {
    let now = tx.now();
    tx.execute(diesel::update(row::table.find(id.sql())).set((
        row::ended_at.eq(Some(now).sql()),
        row::ending.eq(Some(ending)),
        row::reason.eq(reason),
    )))?;
    Ok(())
}

pub(crate) fn renumber(tx: &mut Tx<'_>, id: ProxyId, ipp: &str) -> Result<(), StorageError> {
    tx.execute(diesel::update(row::table.find(id.sql())).set(row::ipp.eq(ipp)))?;
    Ok(())
}

/// Held until the transaction ends.
pub(crate) fn hold(tx: &mut Tx<'_>, id: ProxyId) -> Result<Option<Proxy>, StorageError> {
    let query = row::table.find(id.sql()).select(columns!());
    Ok(all(Locked { query, skip: false }.load(tx.conn())?).pop())
}

/// Those that nobody ended, of a patient's number, held until the transaction ends.
pub(crate) fn hold_living(
    tx: &mut Tx<'_>,
    establishment: EstablishmentId,
    ipp: &str,
) -> Result<Vec<Proxy>, StorageError> {
    let query = row::table
        .filter(row::establishment_id.eq(establishment.sql()))
        .filter(row::ipp.eq(ipp))
        .filter(row::ended_at.is_null())
        .order(row::id)
        .select(columns!());
    Ok(all(Locked { query, skip: false }.load(tx.conn())?))
}

/// Of one who acts, the latest first.
pub(crate) fn of_proxy(conn: &mut Conn, by: PatientId) -> Result<Vec<Proxy>, StorageError> {
    let theirs = row::table.filter(row::patient_id.eq(by.sql()));
    Ok(all(theirs.order((row::since.desc(), row::id.desc())).select(columns!()).load(conn)?))
}

/// Of a patient's number at these establishments, the latest first.
pub(crate) fn of_number(
    conn: &mut Conn,
    establishments: &[EstablishmentId],
    ipp: &str,
) -> Result<Vec<Proxy>, StorageError> {
    let theirs = row::table
        .filter(row::establishment_id.eq_any(establishments.iter().map(|id| id.sql())))
        .filter(row::ipp.eq(ipp));
    Ok(all(theirs.order((row::since.desc(), row::id.desc())).select(columns!()).load(conn)?))
}

/// Of people born on this day, as the hospitals tell it, the latest first.
pub(crate) fn of_born(conn: &mut Conn, birth_date: &str) -> Result<Vec<Proxy>, StorageError> {
    let theirs = row::table.filter(row::birth_date.eq(birth_date));
    Ok(all(theirs.order((row::since.desc(), row::id.desc())).select(columns!()).load(conn)?))
}

/// Those that ended before an instant, or whose last day was before its day.
pub(crate) fn over_since(
    conn: &mut Conn,
    (at, day): (Timestamp, Date),
    limit: i64,
) -> Result<Vec<ProxyId>, StorageError> {
    let over = row::ended_at.le(Some(at).sql()).assume_not_null().or(row::until_on.le(day.sql()));
    Ok(row::table.filter(over).order(row::id).limit(limit).select(row::id).load(conn)?)
}

pub(crate) fn erase(tx: &mut Tx<'_>, id: ProxyId) -> Result<(), StorageError> {
    tx.execute(diesel::delete(row::table.find(id.sql())))?;
    Ok(())
}
