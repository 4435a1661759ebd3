//! Who sees to a file, and what clerks tell one another of it.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{EstablishmentId, Id, PreadmissionId, StaffId};
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::schema::{
    preadmission_assignments as assignments, preadmission_clerks as clerks, preadmission_notes as notes,
};

pub(crate) fn assigned(conn: &mut Conn, file: PreadmissionId) -> Result<Option<StaffId>, StorageError> {
    Ok(assignments::table.find(file.sql()).select(assignments::staff_id).first(conn).optional()?)
}

/// Whose it is from now on, whoever had it; none: nobody's.
pub(crate) fn assign(
    tx: &mut Tx<'_>,
    file: PreadmissionId,
    to: Option<StaffId>,
    by: StaffId,
) -> Result<(), StorageError> {
    let now = tx.now();
    let Some(to) = to else {
        tx.execute(diesel::delete(assignments::table.find(file.sql())))?;
        return Ok(());
    };
    let kept = (
        assignments::staff_id.eq(to.sql()),
        assignments::assigned_by.eq(by.sql()),
        assignments::assigned_at.eq(now.sql()),
    );
    let insert = diesel::insert_into(assignments::table)
        .values((assignments::preadmission_id.eq(file.sql()), kept))
        .on_conflict(assignments::preadmission_id)
        .do_update()
        .set(kept);
    tx.execute(Portable(insert))?;
    Ok(())
}

/// Somebody acted at the desk of this establishment: files may be given to them.
pub(crate) fn meet(tx: &mut Tx<'_>, establishment: EstablishmentId, staff: StaffId) -> Result<(), StorageError> {
    let insert = diesel::insert_into(clerks::table)
        .values((clerks::establishment_id.eq(establishment.sql()), clerks::staff_id.eq(staff.sql())))
        .on_conflict_do_nothing();
    tx.execute(Portable(insert))?;
    Ok(())
}

/// Those who acted at one of these desks.
pub(crate) fn known(conn: &mut Conn, establishments: &[EstablishmentId]) -> Result<Vec<StaffId>, StorageError> {
    Ok(clerks::table
        .filter(clerks::establishment_id.eq_any(establishments.iter().map(|id| id.sql())))
        .select(clerks::staff_id)
        .distinct()
        .limit(200)
        .load(conn)?)
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum NoteKind {}
pub(crate) type NoteId = Id<NoteKind>;

/// What a clerk noted; the patient never sees it.
#[derive(Clone)]
pub(crate) struct Note {
    pub(crate) id: NoteId,
    pub(crate) text: String,
    pub(crate) to_do: bool,
    pub(crate) by: StaffId,
    pub(crate) at: Timestamp,
    pub(crate) done_at: Option<Timestamp>,
}

pub(crate) fn note(
    tx: &mut Tx<'_>,
    file: PreadmissionId,
    (text, to_do): (&str, bool),
    by: StaffId,
) -> Result<NoteId, StorageError> {
    let (id, now): (NoteId, _) = (tx.id(), tx.now());
    tx.execute(diesel::insert_into(notes::table).values((
        notes::id.eq(id.sql()),
        notes::preadmission_id.eq(file.sql()),
        notes::text.eq(text),
        notes::to_do.eq(to_do),
        notes::staff_id.eq(by.sql()),
        notes::made_at.eq(now.sql()),
    )))?;
    Ok(id)
}

/// Ticks a note of the file off. False: there is no such thing to do.
pub(crate) fn finish(tx: &mut Tx<'_>, file: PreadmissionId, id: NoteId, by: StaffId) -> Result<bool, StorageError> {
    let now = tx.now();
    let open = notes::table
        .find(id.sql())
        .filter(notes::preadmission_id.eq(file.sql()))
        .filter(notes::to_do.eq(true))
        .filter(notes::done_at.is_null());
    let done = (notes::done_at.eq(Some(now).sql()), notes::done_by.eq(Some(by).sql()));
    Ok(tx.execute(diesel::update(open).set(done))? == 1)
}

/// The newest first.
pub(crate) fn notes(conn: &mut Conn, file: PreadmissionId) -> Result<Vec<Note>, StorageError> {
    type Row = (NoteId, String, bool, StaffId, Timestamp, Option<Timestamp>);
    let rows: Vec<Row> = notes::table
        .filter(notes::preadmission_id.eq(file.sql()))
        .select((notes::id, notes::text, notes::to_do, notes::staff_id, notes::made_at, notes::done_at))
        .order(notes::id.desc())
        .load(conn)?;
    let note = |(id, text, to_do, by, at, done_at): Row| Note { id, text, to_do, by, at, done_at };
    Ok(rows.into_iter().map(note).collect())
}

/// What was noted of one file is noted of the other.
pub(crate) fn move_notes(tx: &mut Tx<'_>, from: PreadmissionId, to: PreadmissionId) -> Result<(), StorageError> {
    let theirs = notes::table.filter(notes::preadmission_id.eq(from.sql()));
    tx.execute(diesel::update(theirs).set(notes::preadmission_id.eq(to.sql())))?;
    Ok(())
}
