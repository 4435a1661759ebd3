//! What an erased file leaves: its row with its status and dates, for figures, and nothing of anybody.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use kernel::PreadmissionId;
use serde_json::json;
use storage::{AsSql, Conn, StorageError, Tx};

use super::{
    identities, invitations, merges, people, relatives,
    schema::{
        cancelled_visits, medical_answers, medical_questionnaires, preadmission_answers,
        preadmission_corrections as corrections, preadmission_decisions as decisions, preadmission_merges,
        preadmission_notes as notes, preadmissions, stays, wrong_births,
    },
    stays::no_person,
};
use crate::read::PreadmissionFacts;

/// A visit cancelled before it was announced is remembered for so long, and a number of a patient that was given up.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 365);

/// Files that are not erased, in the order of their ids.
pub(crate) fn alive(
    conn: &mut Conn,
    after: Option<PreadmissionId>,
    limit: i64,
) -> Result<Vec<PreadmissionId>, StorageError> {
    let mut query = preadmissions::table.filter(preadmissions::purged_at.is_null()).into_boxed();
    if let Some(after) = after {
        query = query.filter(preadmissions::id.gt(after.sql()));
    }
    Ok(query.order(preadmissions::id).limit(limit).select(preadmissions::id).load(conn)?)
}

/// Its answers go, and what clerks wrote; of the stay and of the file remain dates, kind, status and decisions. Links in letters open nothing any more.
pub(crate) fn erase(tx: &mut Tx<'_>, facts: &PreadmissionFacts) -> Result<(), StorageError> {
    let now = tx.now();
    let answers = preadmission_answers::table.filter(preadmission_answers::preadmission_id.eq(facts.id.sql()));
    tx.execute(diesel::delete(answers))?;
    tx.execute(diesel::update(preadmissions::table.find(facts.id.sql())).set((
        preadmissions::to_correct.eq(json!([]).sql()),
        preadmissions::refusal_text.eq(""),
        preadmissions::link_generation.eq(facts.link_generation.saturating_add(1)),
        preadmissions::purged_at.eq(Some(now).sql()),
    )))?;
    tx.execute(diesel::delete(notes::table.filter(notes::preadmission_id.eq(facts.id.sql()))))?;
    identities::erase(tx, facts.id)?;
    tx.execute(diesel::delete(corrections::table.filter(corrections::preadmission_id.eq(facts.id.sql()))))?;
    tx.execute(diesel::delete(medical_answers::table.filter(medical_answers::preadmission_id.eq(facts.id.sql()))))?;
    tx.execute(diesel::delete(medical_questionnaires::table.find(facts.id.sql())))?;
    tx.execute(diesel::delete(
        preadmission_merges::table.filter(preadmission_merges::preadmission_id.eq(facts.id.sql())),
    ))?;
    invitations::remove_all(tx, facts.id)?;
    relatives::remove_all(tx, facts.id)?;
    people::remove_all(tx, facts.id)?;
    tx.execute(diesel::delete(wrong_births::table.filter(wrong_births::preadmission_id.eq(facts.id.sql()))))?;
    let of_file = decisions::table.filter(decisions::preadmission_id.eq(facts.id.sql()));
    tx.execute(diesel::update(of_file).set(decisions::comment.eq("")))?;
    // The hospital never gives a visit number twice, and one whose stay is over opens nothing: it need not be known.
    let visit = facts.stay.visit_number.as_ref().map(|_| format!("erased-{}", facts.stay.id.uuid().simple()));
    let person = facts.stay.person.as_ref().map(|_| no_person());
    tx.execute(diesel::update(stays::table.find(facts.stay.id.sql())).set((
        stays::visit_number.eq(visit),
        stays::folder_number.eq(None::<String>),
        stays::movement.eq(None::<String>),
        stays::person.eq(person.sql()),
        stays::unit_code.eq(""),
        stays::unit_label.eq(""),
        stays::label.eq(""),
        stays::search.eq(""),
        stays::practitioner.eq(None::<String>),
    )))?;
    Ok(())
}

pub(crate) fn forget_visits(tx: &mut Tx<'_>, as_of: Timestamp) -> Result<(), StorageError> {
    let limit = as_of.saturating_sub(REMEMBERED).unwrap_or(Timestamp::MIN);
    tx.execute(diesel::delete(cancelled_visits::table.filter(cancelled_visits::cancelled_at.lt(limit.sql()))))?;
    merges::forget(tx, limit)
}
