//! Designations of a trusted person.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{PatientId, PreadmissionId, StaffId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::{rules::unreadable, schema::trusted_people as row};
use crate::{domain::trusted::Designation, read::TrustedPerson};

type Row = (i32, (String, String), (Option<PatientId>, Option<String>), Timestamp);

/// Of each file the last: the one that counts.
pub(crate) fn of_files(
    conn: &mut Conn,
    files: &[PreadmissionId],
) -> Result<HashMap<PreadmissionId, TrustedPerson>, StorageError> {
    let rows: Vec<(PreadmissionId, Row)> = row::table
        .filter(row::preadmission_id.eq_any(files.iter().map(|id| id.sql())))
        .order((row::preadmission_id, row::number))
        .select((
            row::preadmission_id,
            (row::number, (row::name, row::state), (row::patient_id, row::identified_as), row::changed_at),
        ))
        .load(conn)?;
    rows.into_iter().map(|(file, row)| Ok((file, trusted_of(row)?))).collect()
}

fn trusted_of(
    (number, (name, state), (patient, identified_as), changed_at): Row,
) -> Result<TrustedPerson, StorageError> {
    let state = Designation::named(&state).ok_or_else(|| unreadable(&"an unknown designation"))?;
    Ok(TrustedPerson { number, name, state, patient, identified_as, changed_at })
}

/// A new one; on paper, who of the staff received the form.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    file: PreadmissionId,
    (number, name): (i32, &str),
    (state, received_by): (Designation, Option<StaffId>),
) -> Result<(), StorageError> {
    let now = tx.now();
    let insert = diesel::insert_into(row::table).values((
        row::preadmission_id.eq(file.sql()),
        row::number.eq(number),
        row::name.eq(name.to_owned()),
        row::state.eq(state.name()),
        row::received_by.eq(received_by.sql()),
        row::changed_at.eq(now.sql()),
    ));
    // Asked twice at once: run again, the second sees the first.
    tx.execute(insert).map_err(|error| match error.refusal() {
        Some("trusted_people_preadmission_id_key") => StorageError::Crossed,
        _ => error,
    })?;
    Ok(())
}

/// Who they turned out to be when they logged in.
pub(crate) fn identify(
    tx: &mut Tx<'_>,
    (file, number): (PreadmissionId, i32),
    patient: PatientId,
    name: &str,
) -> Result<(), StorageError> {
    let set = (row::patient_id.eq(Some(patient).sql()), row::identified_as.eq(Some(name.to_owned())));
    tx.execute(diesel::update(row::table.find((file.sql(), number))).set(set))?;
    Ok(())
}

/// Only if it still stands as it was judged: of two acts at once the second is run again and sees the first.
pub(crate) fn mark(
    tx: &mut Tx<'_>,
    (file, one): (PreadmissionId, &TrustedPerson),
    (state, received_by): (Designation, Option<StaffId>),
) -> Result<(), StorageError> {
    let now = tx.now();
    let judged = row::table.find((file.sql(), one.number)).filter(row::state.eq(one.state.name()));
    let set = (
        row::state.eq(state.name()),
        row::changed_at.eq(now.sql()),
        received_by.map(|by| row::received_by.eq(Some(by).sql())),
    );
    match tx.execute(diesel::update(judged).set(set))? {
        1 => Ok(()),
        _ => Err(StorageError::Crossed),
    }
}

pub(crate) fn remove_all(tx: &mut Tx<'_>, file: PreadmissionId) -> Result<(), StorageError> {
    tx.execute(diesel::delete(row::table.filter(row::preadmission_id.eq(file.sql()))))?;
    Ok(())
}
