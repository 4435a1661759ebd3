//! Relatives who are to be told of a stay.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::PreadmissionId;
use storage::{AsSql, Conn, StorageError, Tx};

use super::{rules::unreadable, schema::relatives as row};
use crate::{domain::relatives::Wish, read::Relative};

type Row = (i32, (String, String), (bool, bool), String, Timestamp);

/// In the order in which they were named.
pub(crate) fn of_file(conn: &mut Conn, file: PreadmissionId) -> Result<Vec<Relative>, StorageError> {
    let rows: Vec<Row> = row::table
        .filter(row::preadmission_id.eq(file.sql()))
        .select((row::number, (row::name, row::called), (row::ready, row::cancelled), row::state, row::changed_at))
        .order(row::number)
        .load(conn)?;
    rows.into_iter().map(relative_of).collect()
}

fn relative_of((number, (name, called), (ready, cancelled), state, changed_at): Row) -> Result<Relative, StorageError> {
    let wish = Wish::named(&state).ok_or_else(|| unreadable(&"an unknown wish"))?;
    Ok(Relative { number, name, called, ready, cancelled, wish, changed_at })
}

pub(crate) fn add(tx: &mut Tx<'_>, file: PreadmissionId, one: &Relative) -> Result<(), StorageError> {
    let now = tx.now();
    tx.execute(diesel::insert_into(row::table).values((
        row::preadmission_id.eq(file.sql()),
        row::number.eq(one.number),
        row::name.eq(one.name.clone()),
        row::called.eq(one.called.clone()),
        row::ready.eq(one.ready),
        row::cancelled.eq(one.cancelled),
        row::state.eq(one.wish.name()),
        row::changed_at.eq(now.sql()),
    )))?;
    Ok(())
}

pub(crate) fn mark(tx: &mut Tx<'_>, (file, number): (PreadmissionId, i32), wish: Wish) -> Result<(), StorageError> {
    let now = tx.now();
    let set = (row::state.eq(wish.name()), row::changed_at.eq(now.sql()));
    tx.execute(diesel::update(row::table.find((file.sql(), number))).set(set))?;
    Ok(())
}

/// How many were there: none or one.
pub(crate) fn remove(tx: &mut Tx<'_>, file: PreadmissionId, number: i32) -> Result<usize, StorageError> {
    tx.execute(diesel::delete(row::table.find((file.sql(), number))))
}

pub(crate) fn remove_all(tx: &mut Tx<'_>, file: PreadmissionId) -> Result<(), StorageError> {
    tx.execute(diesel::delete(row::table.filter(row::preadmission_id.eq(file.sql()))))?;
    Ok(())
}
