//! Numbers of patients that a hospital gave up, and what came of the files under them.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{EstablishmentId, Id, PatientId, PreadmissionId, StaffId};
use serde_json::Value;
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::{
    files,
    schema::{merged_identities as merged, preadmission_merges as row, preadmissions, stays},
    stays::{read_person, write_person},
};
use crate::announcement::HospitalPerson;

storage::text_enum! {
    /// What came of a file whose person got another number.
    pub(crate) enum Merge {
        /// It went along.
        Followed = "followed",
        /// The desk must say.
        Conflict = "conflict",
        /// The desk said that it is the same person.
        Agreed = "agreed",
        /// The desk left it as it was.
        Left = "left",
    }
}

/// One merge that met a file.
#[derive(Debug, Clone)]
pub(crate) struct Met {
    pub(crate) outcome: Merge,
    pub(crate) old_number: String,
    /// Who stays, as the hospital tells them.
    pub(crate) person: HospitalPerson,
    pub(crate) at: Timestamp,
}

/// The number that stands for this one now.
pub(crate) fn living(conn: &mut Conn, of: EstablishmentId, number: &str) -> Result<String, StorageError> {
    let found: Option<String> =
        merged::table.find((of.sql(), number)).select(merged::new_number).first(conn).optional()?;
    Ok(found.unwrap_or_else(|| number.to_owned()))
}

/// From now on the new number, or the one that stands for it already, stands for the old one and for all that the old
/// one stood for: messages of one chain may come in any order. Said the other way round, the hospital's last word
/// holds. The number that stays, and whether that is new.
pub(crate) fn remember(
    tx: &mut Tx<'_>,
    of: EstablishmentId,
    old: &str,
    new: &str,
) -> Result<(String, bool), StorageError> {
    let mut survivor = living(tx.conn(), of, new)?;
    if survivor == old {
        tx.execute(diesel::delete(merged::table.find((of.sql(), new))))?;
        new.clone_into(&mut survivor);
    }
    if living(tx.conn(), of, old)? == survivor {
        return Ok((survivor, false));
    }
    let now = tx.now();
    let behind = merged::table.filter(merged::establishment_id.eq(of.sql())).filter(merged::new_number.eq(old));
    tx.execute(diesel::update(behind).set(merged::new_number.eq(&survivor)))?;
    let set = (merged::new_number.eq(survivor.clone()), merged::merged_at.eq(now.sql()));
    let insert = diesel::insert_into(merged::table)
        .values((merged::establishment_id.eq(of.sql()), merged::old_number.eq(old.to_owned()), set.clone()))
        .on_conflict((merged::establishment_id, merged::old_number))
        .do_update()
        .set(set);
    tx.execute(Portable(insert))?;
    Ok((survivor, true))
}

pub(crate) fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<(), StorageError> {
    tx.execute(diesel::delete(merged::table.filter(merged::merged_at.lt(before.sql()))))?;
    Ok(())
}

/// Files of this establishment under one of its numbers of patients.
pub(crate) fn files_under(
    conn: &mut Conn,
    of: EstablishmentId,
    number: &str,
) -> Result<Vec<PreadmissionId>, StorageError> {
    let like = format!("%{}%", kernel::fold(number));
    let rows: Vec<(PreadmissionId, Option<Value>)> = preadmissions::table
        .inner_join(stays::table)
        .filter(preadmissions::establishment_id.eq(of.sql()))
        .filter(preadmissions::purged_at.is_null())
        .filter(stays::search.like(like))
        .select((preadmissions::id, stays::person))
        .order(preadmissions::id)
        .load(conn)?;
    let is_theirs = |person: &Option<Value>| person.as_ref().and_then(|one| one.get("ipp")?.as_str()) == Some(number);
    Ok(rows.into_iter().filter(|(_, person)| is_theirs(person)).map(|(id, _)| id).collect())
}

/// Files that this patient opened here for stays that the hospital has not announced.
pub(crate) fn unannounced_of(
    conn: &mut Conn,
    of: EstablishmentId,
    patient: PatientId,
) -> Result<Vec<PreadmissionId>, StorageError> {
    Ok(preadmissions::table
        .inner_join(stays::table)
        .filter(preadmissions::establishment_id.eq(of.sql()))
        .filter(preadmissions::patient_id.eq(Some(patient).sql()))
        .filter(preadmissions::purged_at.is_null())
        .filter(stays::visit_number.is_null())
        .select(preadmissions::id)
        .order(preadmissions::id)
        .load(conn)?)
}

/// It went along, or the desk is asked: anew when it was asked already and did not answer.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    file: PreadmissionId,
    outcome: Merge,
    (old, person): (&str, &HospitalPerson),
) -> Result<(), StorageError> {
    let (id, now): (Id<Met>, Timestamp) = (tx.id(), tx.now());
    let open = row::table.filter(row::preadmission_id.eq(file.sql())).filter(row::outcome.eq(Merge::Conflict));
    tx.execute(diesel::delete(open))?;
    tx.execute(diesel::insert_into(row::table).values((
        row::id.eq(id.sql()),
        row::preadmission_id.eq(file.sql()),
        row::outcome.eq(outcome),
        row::old_number.eq(old),
        row::person.eq(write_person(person).sql()),
        row::made_at.eq(now.sql()),
    )))?;
    Ok(())
}

/// In the order in which they came.
pub(crate) fn of_file(conn: &mut Conn, file: PreadmissionId) -> Result<Vec<Met>, StorageError> {
    let rows: Vec<(Merge, String, Value, Timestamp)> = row::table
        .filter(row::preadmission_id.eq(file.sql()))
        .select((row::outcome, row::old_number, row::person, row::made_at))
        .order((row::made_at, row::id))
        .load(conn)?;
    let met = |(outcome, old_number, person, at): (Merge, String, Value, Timestamp)| {
        Ok(Met { outcome, old_number, person: read_person(&person)?, at })
    };
    rows.into_iter().map(met).collect()
}

/// The desk's answer. False: nothing was asked.
pub(crate) fn decide(tx: &mut Tx<'_>, file: PreadmissionId, outcome: Merge, by: StaffId) -> Result<bool, StorageError> {
    let now = tx.now();
    let open = row::table.filter(row::preadmission_id.eq(file.sql())).filter(row::outcome.eq(Merge::Conflict));
    let set = (row::outcome.eq(outcome), row::decided_by.eq(Some(by).sql()), row::decided_at.eq(Some(now).sql()));
    Ok(tx.execute(diesel::update(open).set(set))? == 1)
}

/// Files of which the desk must say whether their person is whom the hospital names now.
pub(crate) fn asked(conn: &mut Conn, of: &[EstablishmentId]) -> Result<Vec<PreadmissionId>, StorageError> {
    let open: Vec<PreadmissionId> = row::table
        // As a literal, for the index that holds nothing else: these are few, files are many.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("outcome = 'conflict'"))
        .select(row::preadmission_id)
        .order((row::made_at, row::id))
        .load(conn)?;
    files::at_desks(conn, open, of)
}
