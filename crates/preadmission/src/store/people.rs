//! Who else is asked about a file, and birth dates that did not fit.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use kernel::{ObjectId, PatientId, PreadmissionId, StaffId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::{
    rules::unreadable,
    schema::{preadmission_people as row, preadmissions, wrong_births},
};
use crate::{
    domain::answering::{Capacity, Signature},
    read::{Party, Purpose},
};

type Row =
    (PreadmissionId, (String, i32, Option<String>), (String, String), (Option<PatientId>, Option<String>), Timestamp);

/// Of each file, for each purpose in the order in which they were asked.
pub(crate) fn of_files(
    conn: &mut Conn,
    files: &[PreadmissionId],
) -> Result<HashMap<PreadmissionId, Vec<Party>>, StorageError> {
    let rows: Vec<Row> = row::table
        .filter(row::preadmission_id.eq_any(files.iter().map(|id| id.sql())))
        .order((row::preadmission_id, row::purpose, row::number))
        .select((
            row::preadmission_id,
            (row::purpose, row::number, row::capacity),
            (row::name, row::state),
            (row::patient_id, row::identified_as),
            row::changed_at,
        ))
        .load(conn)?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        found.entry(row.0).or_default().push(party_of(row)?);
    }
    Ok(found)
}

fn party_of(row: Row) -> Result<Party, StorageError> {
    let (_, (purpose, number, capacity), (name, state), (patient, identified_as), changed_at) = row;
    let capacity = Purpose::named(&purpose).and_then(|purpose| Capacity::read(purpose, capacity.as_deref()));
    let capacity = capacity.ok_or_else(|| unreadable(&"asked for an unknown purpose"))?;
    let state = Signature::named(&state).ok_or_else(|| unreadable(&"an unknown answer"))?;
    Ok(Party { number, capacity, name, state, patient, identified_as, changed_at })
}

/// The files in which this person represents the patient.
pub(crate) fn represented_by(conn: &mut Conn, patient: PatientId) -> Result<Vec<PreadmissionId>, StorageError> {
    let theirs = row::table
        .filter(row::patient_id.eq(Some(patient).sql()))
        .filter(row::purpose.eq(Purpose::Representative.name()))
        .filter(row::state.eq(Signature::Signed.name()));
    Ok(theirs.select(row::preadmission_id).load(conn)?)
}

/// Somebody new; on paper, who of the staff received the form.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    file: PreadmissionId,
    one: &Party,
    received_by: Option<StaffId>,
) -> Result<(), StorageError> {
    let insert = diesel::insert_into(row::table).values((
        row::preadmission_id.eq(file.sql()),
        row::purpose.eq(one.capacity.purpose().name()),
        row::number.eq(one.number),
        row::capacity.eq(one.capacity.word()),
        row::name.eq(one.name.clone()),
        row::patient_id.eq(one.patient.sql()),
        row::identified_as.eq(one.identified_as.clone()),
        row::state.eq(one.state.name()),
        row::received_by.eq(received_by.sql()),
        row::changed_at.eq(one.changed_at.sql()),
    ));
    // Asked twice at once: run again, the second sees the first.
    tx.execute(insert).map_err(|error| match error.refusal() {
        Some("preadmission_people_preadmission_id_purpose_key") => StorageError::Crossed,
        _ => error,
    })?;
    Ok(())
}

macro_rules! judged {
    ($file:expr, $one:expr) => {
        row::table
            .find(($file.sql(), $one.capacity.purpose().name(), $one.number))
            .filter(row::state.eq($one.state.name()))
    };
}

/// Who they turned out to be when they logged in, and as what.
pub(crate) fn identify(
    tx: &mut Tx<'_>,
    (file, one): (PreadmissionId, &Party),
    capacity: Capacity,
    (patient, name): (PatientId, &str),
) -> Result<(), StorageError> {
    let set = (
        row::capacity.eq(capacity.word()),
        row::patient_id.eq(Some(patient).sql()),
        row::identified_as.eq(Some(name.to_owned())),
    );
    crossed_unless_one(tx.execute(diesel::update(judged!(file, one)).set(set))?)
}

/// Only if it still stands as it was judged: of two acts at once the second is run again and sees the first.
pub(crate) fn mark(
    tx: &mut Tx<'_>,
    (file, one): (PreadmissionId, &Party),
    (state, received_by): (Signature, Option<StaffId>),
) -> Result<(), StorageError> {
    let now = tx.now();
    let set = (
        row::state.eq(state.name()),
        row::changed_at.eq(now.sql()),
        received_by.map(|by| row::received_by.eq(Some(by).sql())),
    );
    crossed_unless_one(tx.execute(diesel::update(judged!(file, one)).set(set))?)
}

fn crossed_unless_one(changed: usize) -> Result<(), StorageError> {
    if changed == 1 { Ok(()) } else { Err(StorageError::Crossed) }
}

pub(crate) fn remove_all(tx: &mut Tx<'_>, file: PreadmissionId) -> Result<(), StorageError> {
    tx.execute(diesel::delete(row::table.filter(row::preadmission_id.eq(file.sql()))))?;
    Ok(())
}

/// Keeps the stay from holders of parental authority, or not any more.
pub(crate) fn keep_secret(tx: &mut Tx<'_>, file: PreadmissionId, secret: bool) -> Result<(), StorageError> {
    tx.execute(diesel::update(preadmissions::table.find(file.sql())).set(preadmissions::secret.eq(secret)))?;
    Ok(())
}

/// Birth dates that did not fit in the last day.
pub(crate) fn wrong_births(tx: &mut Tx<'_>, file: PreadmissionId) -> Result<i64, StorageError> {
    let since = tx.now().saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    let tried = wrong_births::table
        .filter(wrong_births::preadmission_id.eq(file.sql()))
        .filter(wrong_births::tried_at.gt(since.sql()));
    Ok(tried.count().get_result(tx.conn())?)
}

pub(crate) fn add_wrong_birth(tx: &mut Tx<'_>, file: PreadmissionId, by: PatientId) -> Result<(), StorageError> {
    let (id, now): (ObjectId, _) = (tx.id(), tx.now());
    tx.execute(diesel::insert_into(wrong_births::table).values((
        wrong_births::id.eq(id.sql()),
        wrong_births::preadmission_id.eq(file.sql()),
        wrong_births::patient_id.eq(by.sql()),
        wrong_births::tried_at.eq(now.sql()),
    )))?;
    Ok(())
}
