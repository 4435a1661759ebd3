//! Signatories of a file, and birth dates that did not fit.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use kernel::{ObjectId, PatientId, PreadmissionId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::{
    rules::unreadable,
    schema::{preadmissions, signatories, wrong_births},
};
use crate::{
    domain::people::{Quality, Signature},
    read::Signatory,
};

type Row = (i32, String, String, Option<PatientId>, Option<String>, String, Timestamp);

/// Of each file, in the order in which they were named.
pub(crate) fn of_files(
    conn: &mut Conn,
    files: &[PreadmissionId],
) -> Result<HashMap<PreadmissionId, Vec<Signatory>>, StorageError> {
    let rows: Vec<(PreadmissionId, Row)> = signatories::table
        .filter(signatories::preadmission_id.eq_any(files.iter().map(|id| id.sql())))
        .select((
            signatories::preadmission_id,
            (
                signatories::number,
                signatories::quality,
                signatories::name,
                signatories::patient_id,
                signatories::identified_as,
                signatories::state,
                signatories::changed_at,
            ),
        ))
        .order((signatories::preadmission_id, signatories::number))
        .load(conn)?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for (file, row) in rows {
        found.entry(file).or_default().push(signatory_of(row)?);
    }
    Ok(found)
}

fn signatory_of(
    (number, quality, name, patient, identified_as, state, changed_at): Row,
) -> Result<Signatory, StorageError> {
    let quality = Quality::named(&quality).ok_or_else(|| unreadable(&"an unknown quality"))?;
    let state = Signature::named(&state).ok_or_else(|| unreadable(&"an unknown signature"))?;
    Ok(Signatory { number, quality, name, patient, identified_as, state, changed_at })
}

pub(crate) fn add(tx: &mut Tx<'_>, file: PreadmissionId, one: &Signatory) -> Result<(), StorageError> {
    let now = tx.now();
    let row = (
        signatories::preadmission_id.eq(file.sql()),
        signatories::number.eq(one.number),
        signatories::quality.eq(one.quality.name()),
        signatories::name.eq(one.name.clone()),
        signatories::patient_id.eq(one.patient.sql()),
        signatories::identified_as.eq(one.identified_as.clone()),
        signatories::state.eq(one.state.name()),
        signatories::changed_at.eq(now.sql()),
    );
    tx.execute(diesel::insert_into(signatories::table).values(row))?;
    Ok(())
}

/// Who they turned out to be when they logged in.
pub(crate) fn identify(
    tx: &mut Tx<'_>,
    (file, number): (PreadmissionId, i32),
    patient: PatientId,
    name: &str,
) -> Result<(), StorageError> {
    let set = (signatories::patient_id.eq(Some(patient).sql()), signatories::identified_as.eq(Some(name.to_owned())));
    tx.execute(diesel::update(signatories::table.find((file.sql(), number))).set(set))?;
    Ok(())
}

pub(crate) fn mark(
    tx: &mut Tx<'_>,
    (file, number): (PreadmissionId, i32),
    state: Signature,
) -> Result<(), StorageError> {
    let now = tx.now();
    let set = (signatories::state.eq(state.name()), signatories::changed_at.eq(now.sql()));
    tx.execute(diesel::update(signatories::table.find((file.sql(), number))).set(set))?;
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
