//! Identities compared: what a clerk read on a document, and what comparing came to. Both only grow, so that who looked at
//! what, and when, stays known.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{Id, PreadmissionId, StaffId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::{preadmission_identities as identities, preadmission_identity_readings as readings};

storage::text_enum! {
    /// What comparing the identities came to.
    pub(crate) enum Choice {
        Same = "same",
        Other = "other",
        /// The identity cell of the hospital decides.
        Cell = "cell",
    }
}

storage::text_enum! {
    /// On which document traits were read.
    pub(crate) enum Proof {
        Card = "card",
        Passport = "passport",
        /// Titre de séjour.
        Permit = "permit",
        /// Acte de naissance or livret de famille.
        BirthRecord = "birth-record",
    }
}

/// Strict traits as they stand on a document.
#[derive(Clone)]
pub(crate) struct Read {
    pub(crate) proof: Proof,
    pub(crate) birth_family: String,
    pub(crate) given: String,
    pub(crate) birth_date: String,
    pub(crate) sex: String,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum ReadingKind {}
pub(crate) type ReadingId = Id<ReadingKind>;

/// Traits as a clerk read them.
#[derive(Clone)]
pub(crate) struct Reading {
    pub(crate) id: ReadingId,
    pub(crate) read: Read,
    pub(crate) by: StaffId,
    pub(crate) at: Timestamp,
}

/// What a comparison came to, and the reading that was before the clerk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen {
    pub(crate) choice: Choice,
    pub(crate) reading: Option<ReadingId>,
    pub(crate) by: StaffId,
    pub(crate) at: Timestamp,
}

pub(crate) fn read(tx: &mut Tx<'_>, file: PreadmissionId, read: &Read, by: StaffId) -> Result<ReadingId, StorageError> {
    let (id, now): (ReadingId, _) = (tx.id(), tx.now());
    tx.execute(diesel::insert_into(readings::table).values((
        readings::id.eq(id.sql()),
        readings::preadmission_id.eq(file.sql()),
        readings::document.eq(read.proof),
        readings::birth_family.eq(&read.birth_family),
        readings::given.eq(&read.given),
        readings::birth_date.eq(&read.birth_date),
        readings::sex.eq(&read.sex),
        readings::staff_id.eq(by.sql()),
        readings::made_at.eq(now.sql()),
    )))?;
    Ok(id)
}

/// The last reading: it stands in the comparison.
pub(crate) fn reading(conn: &mut Conn, file: PreadmissionId) -> Result<Option<Reading>, StorageError> {
    type Row = (ReadingId, Proof, String, String, String, String, StaffId, Timestamp);
    let row: Option<Row> = readings::table
        .filter(readings::preadmission_id.eq(file.sql()))
        .select((
            readings::id,
            readings::document,
            readings::birth_family,
            readings::given,
            readings::birth_date,
            readings::sex,
            readings::staff_id,
            readings::made_at,
        ))
        .order((readings::made_at.desc(), readings::id.desc()))
        .first(conn)
        .optional()?;
    Ok(row.map(|(id, proof, birth_family, given, birth_date, sex, by, at)| Reading {
        id,
        read: Read { proof, birth_family, given, birth_date, sex },
        by,
        at,
    }))
}

pub(crate) fn choose(
    tx: &mut Tx<'_>,
    file: PreadmissionId,
    (choice, reading): (Choice, Option<ReadingId>),
    by: StaffId,
) -> Result<(), StorageError> {
    let (id, now): (Id<Choice>, _) = (tx.id(), tx.now());
    tx.execute(diesel::insert_into(identities::table).values((
        identities::id.eq(id.sql()),
        identities::preadmission_id.eq(file.sql()),
        identities::choice.eq(choice),
        identities::reading_id.eq(reading.sql()),
        identities::staff_id.eq(by.sql()),
        identities::made_at.eq(now.sql()),
    )))?;
    Ok(())
}

/// In the order in which they were made; the last one counts.
pub(crate) fn chosen(conn: &mut Conn, file: PreadmissionId) -> Result<Vec<Chosen>, StorageError> {
    let rows: Vec<(Choice, Option<ReadingId>, StaffId, Timestamp)> = identities::table
        .filter(identities::preadmission_id.eq(file.sql()))
        .select((identities::choice, identities::reading_id, identities::staff_id, identities::made_at))
        .order((identities::made_at, identities::id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(choice, reading, by, at)| Chosen { choice, reading, by, at }).collect())
}

/// What was read goes with the file; that somebody compared stays.
pub(crate) fn erase(tx: &mut Tx<'_>, file: PreadmissionId) -> Result<(), StorageError> {
    tx.execute(diesel::delete(readings::table.filter(readings::preadmission_id.eq(file.sql()))))?;
    Ok(())
}
