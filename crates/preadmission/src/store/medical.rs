//! Medical questionnaires. Nothing else of this room reads these tables, and they read nothing of a file.

use std::collections::BTreeMap;

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{EstablishmentId, ObjectId, PreadmissionId};
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::schema::{medical_answers as answers, medical_questionnaires as questionnaires, preadmissions, stays};
use crate::medical::Questionnaire;

pub(crate) fn of_file(conn: &mut Conn, file: PreadmissionId) -> Result<Questionnaire, StorageError> {
    let known: Option<(i32, Option<Timestamp>)> = questionnaires::table
        .find(file.sql())
        .select((questionnaires::version, questionnaires::submitted_at))
        .first(conn)
        .optional()?;
    let rows: Vec<(String, String)> = answers::table
        .filter(answers::preadmission_id.eq(file.sql()))
        .select((answers::field, answers::value))
        .load(conn)?;
    let (version, submitted_at) = known.unwrap_or_default();
    Ok(Questionnaire { version, submitted_at, answers: rows.into_iter().collect::<BTreeMap<_, _>>() })
}

/// Keeps a value; the last one counts.
pub(crate) fn save(
    tx: &mut Tx<'_>,
    file: PreadmissionId,
    (field, value): (&str, &str),
    by: ObjectId,
) -> Result<(), StorageError> {
    let first = diesel::insert_into(questionnaires::table)
        .values((questionnaires::preadmission_id.eq(file.sql()), questionnaires::version.eq(0)))
        .on_conflict_do_nothing();
    tx.execute(Portable(first))?;
    let now = tx.now();
    let kept = (answers::value.eq(value.to_owned()), answers::saved_by.eq(by.sql()), answers::saved_at.eq(now.sql()));
    let insert = diesel::insert_into(answers::table)
        .values((answers::preadmission_id.eq(file.sql()), answers::field.eq(field.to_owned()), kept.clone()))
        .on_conflict((answers::preadmission_id, answers::field))
        .do_update()
        .set(kept);
    tx.execute(Portable(insert))?;
    Ok(())
}

pub(crate) fn submit(tx: &mut Tx<'_>, file: PreadmissionId, version: i32) -> Result<(), StorageError> {
    let now = tx.now();
    let set = (questionnaires::version.eq(version), questionnaires::submitted_at.eq(Some(now).sql()));
    tx.execute(diesel::update(questionnaires::table.find(file.sql())).set(set))?;
    Ok(())
}

/// Files of these establishments whose questionnaire was sent and whose entry is to come, the next entry first.
pub(crate) fn sent(
    conn: &mut Conn,
    of: &[EstablishmentId],
    now: Timestamp,
) -> Result<Vec<PreadmissionId>, StorageError> {
    let theirs: Vec<_> = of.iter().map(|one| one.sql()).collect();
    let rows = preadmissions::table
        .inner_join(stays::table)
        .inner_join(questionnaires::table)
        .filter(preadmissions::establishment_id.eq_any(theirs))
        .filter(questionnaires::submitted_at.is_not_null())
        .filter(stays::entry_at.gt(now.sql()))
        .order(stays::entry_at)
        .limit(200)
        .select(preadmissions::id);
    Ok(rows.load(conn)?)
}
