//! Files of which a patient told before the hospital did, beside what the hospital announced.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{EstablishmentId, Id, PreadmissionId, StaffId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::{
    files,
    schema::{preadmission_meetings as row, preadmissions, stays},
};

storage::text_enum! {
    /// What came of a file that a patient had opened when the hospital announced a stay.
    pub(crate) enum Met {
        /// It is that stay, without a doubt.
        AtOnce = "met",
        /// The desk must say.
        Asked = "asked",
        /// The desk said that it is that stay.
        Joined = "joined",
        /// The desk said that it is another.
        Apart = "apart",
    }
}

/// A patient's file and an announcement.
#[derive(Debug, Clone)]
pub(crate) struct Meeting {
    /// The file that the patient opened.
    pub(crate) file: PreadmissionId,
    /// The file of the announcement; none when the patient's took it over at once.
    pub(crate) announced: Option<PreadmissionId>,
    pub(crate) outcome: Met,
    /// The entry as the patient told it.
    pub(crate) told_entry_at: Timestamp,
    pub(crate) at: Timestamp,
    pub(crate) decided: Option<(StaffId, Timestamp)>,
}

/// Files here that somebody opened for a stay that the hospital has not announced, with an entry in this time.
pub(crate) fn unannounced(
    conn: &mut Conn,
    of: EstablishmentId,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<PreadmissionId>, StorageError> {
    Ok(preadmissions::table
        .inner_join(stays::table)
        .filter(stays::establishment_id.eq(of.sql()))
        .filter(stays::entry_at.between(from.sql(), until.sql()))
        .filter(stays::visit_number.is_null())
        .filter(stays::cancelled_at.is_null())
        .filter(preadmissions::purged_at.is_null())
        .filter(preadmissions::patient_id.is_not_null())
        .select(preadmissions::id)
        .order(preadmissions::id)
        .load(conn)?)
}

pub(crate) fn note(
    tx: &mut Tx<'_>,
    (file, told_entry_at): (PreadmissionId, Timestamp),
    announced: Option<PreadmissionId>,
) -> Result<(), StorageError> {
    let (id, now): (Id<Meeting>, Timestamp) = (tx.id(), tx.now());
    tx.execute(diesel::insert_into(row::table).values((
        row::id.eq(id.sql()),
        row::preadmission_id.eq(file.sql()),
        row::announced_id.eq(announced.sql()),
        row::outcome.eq(announced.map_or(Met::AtOnce, |_| Met::Asked)),
        row::told_entry_at.eq(told_entry_at.sql()),
        row::made_at.eq(now.sql()),
    )))?;
    Ok(())
}

type Row =
    ((PreadmissionId, Option<PreadmissionId>), Met, (Timestamp, Timestamp), (Option<StaffId>, Option<Timestamp>));

macro_rules! columns {
    () => {
        (
            (row::preadmission_id, row::announced_id),
            row::outcome,
            (row::told_entry_at, row::made_at),
            (row::decided_by, row::decided_at),
        )
    };
}

fn meeting(((file, announced), outcome, (told_entry_at, at), (by, decided_at)): Row) -> Meeting {
    Meeting { file, announced, outcome, told_entry_at, at, decided: by.zip(decided_at) }
}

/// Of this file, on either side, in the order in which they came.
pub(crate) fn of_file(conn: &mut Conn, file: PreadmissionId) -> Result<Vec<Meeting>, StorageError> {
    let either = row::preadmission_id.eq(file.sql()).or(row::announced_id.eq(Some(file).sql()));
    let rows: Vec<Row> = row::table.filter(either).select(columns!()).order((row::made_at, row::id)).load(conn)?;
    Ok(rows.into_iter().map(meeting).collect())
}

/// Files of which the desk must say whether they are of an announced stay, the oldest question first.
pub(crate) fn asked(conn: &mut Conn, of: &[EstablishmentId]) -> Result<Vec<PreadmissionId>, StorageError> {
    let open: Vec<PreadmissionId> = row::table
        // As a literal, for the index that holds nothing else: these are few, files are many.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("outcome = 'asked'"))
        .select(row::preadmission_id)
        .order((row::made_at, row::id))
        .load(conn)?;
    files::at_desks(conn, open, of)
}

/// The desk's answer. False: nothing was asked.
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    (file, announced): (PreadmissionId, PreadmissionId),
    outcome: Met,
    by: StaffId,
) -> Result<bool, StorageError> {
    let now = tx.now();
    let asked = row::table
        .filter(row::preadmission_id.eq(file.sql()))
        .filter(row::announced_id.eq(Some(announced).sql()))
        .filter(row::outcome.eq(Met::Asked));
    let set = (row::outcome.eq(outcome), row::decided_by.eq(Some(by).sql()), row::decided_at.eq(Some(now).sql()));
    Ok(tx.execute(diesel::update(asked).set(set))? == 1)
}
