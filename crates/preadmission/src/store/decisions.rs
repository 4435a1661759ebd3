//! What clerks decided and found: on documents, on numbers of a cover. Nothing here changes what the hospital or the
//! patient said.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{DocumentId, EstablishmentId, Id, PreadmissionId, StaffId};
use storage::{AsSql, Conn, Portable, StorageError, Tx};

use super::schema::{
    preadmission_corrections as corrections, preadmission_decisions as decisions, preadmission_documents as documents,
    preadmissions, stays,
};
use crate::read::PreadmissionFacts;

storage::text_enum! {
    pub(crate) enum Decided {
        Accepted = "accepted",
        Refused = "refused",
        Reconsidered = "reconsidered",
    }
}

/// One decision on one document.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) document: DocumentId,
    pub(crate) kind: String,
    pub(crate) decided: Decided,
    pub(crate) reason: Option<String>,
    pub(crate) comment: String,
    pub(crate) by: StaffId,
    pub(crate) at: Timestamp,
}

pub(crate) fn note(tx: &mut Tx<'_>, file: PreadmissionId, decision: &Decision) -> Result<(), StorageError> {
    let id: Id<Decision> = tx.id();
    tx.execute(diesel::insert_into(decisions::table).values((
        decisions::id.eq(id.sql()),
        decisions::preadmission_id.eq(file.sql()),
        decisions::document_id.eq(decision.document.sql()),
        decisions::kind.eq(&decision.kind),
        decisions::decision.eq(decision.decided),
        decisions::reason.eq(decision.reason.clone()),
        decisions::comment.eq(&decision.comment),
        decisions::staff_id.eq(decision.by.sql()),
        decisions::made_at.eq(decision.at.sql()),
    )))?;
    Ok(())
}

/// In the order in which they were made.
pub(crate) fn of_file(conn: &mut Conn, file: PreadmissionId) -> Result<Vec<Decision>, StorageError> {
    type Row = (DocumentId, String, Decided, Option<String>, String, StaffId, Timestamp);
    let rows: Vec<Row> = decisions::table
        .filter(decisions::preadmission_id.eq(file.sql()))
        .select((
            decisions::document_id,
            decisions::kind,
            decisions::decision,
            decisions::reason,
            decisions::comment,
            decisions::staff_id,
            decisions::made_at,
        ))
        .order((decisions::made_at, decisions::id))
        .load(conn)?;
    let decision = |(document, kind, decided, reason, comment, by, at): Row| Decision {
        document,
        kind,
        decided,
        reason,
        comment,
        by,
        at,
    };
    Ok(rows.into_iter().map(decision).collect())
}

/// A number as a clerk read it on the document. It stands beside the patient's.
#[derive(Clone)]
pub(crate) struct Correction {
    pub(crate) field: String,
    pub(crate) value: String,
    pub(crate) by: StaffId,
    pub(crate) at: Timestamp,
}

pub(crate) fn correct(
    tx: &mut Tx<'_>,
    file: PreadmissionId,
    (field, value): (&str, &str),
    by: StaffId,
) -> Result<(), StorageError> {
    let now = tx.now();
    let kept = (
        corrections::value.eq(value.to_owned()),
        corrections::staff_id.eq(by.sql()),
        corrections::made_at.eq(now.sql()),
    );
    let insert = diesel::insert_into(corrections::table)
        .values((corrections::preadmission_id.eq(file.sql()), corrections::field.eq(field.to_owned()), kept.clone()))
        .on_conflict((corrections::preadmission_id, corrections::field))
        .do_update()
        .set(kept);
    tx.execute(Portable(insert))?;
    Ok(())
}

pub(crate) fn corrections(conn: &mut Conn, file: PreadmissionId) -> Result<Vec<Correction>, StorageError> {
    let rows: Vec<(String, String, StaffId, Timestamp)> = corrections::table
        .filter(corrections::preadmission_id.eq(file.sql()))
        .select((corrections::field, corrections::value, corrections::staff_id, corrections::made_at))
        .order(corrections::field)
        .load(conn)?;
    Ok(rows.into_iter().map(|(field, value, by, at)| Correction { field, value, by, at }).collect())
}

/// Other files of the establishment that may be the same: its patient on the same day, or a document of the same bytes.
pub(crate) fn alike(conn: &mut Conn, facts: &PreadmissionFacts) -> Result<Vec<PreadmissionId>, StorageError> {
    let zone = &facts.site.zone;
    let day = zone.date(facts.stay.entry_at);
    let start = zone.instant(day.into()).unwrap_or(facts.stay.entry_at);
    let end = day.tomorrow().ok().and_then(|next| zone.instant(next.into())).unwrap_or(facts.stay.entry_at);
    let others = |establishment: EstablishmentId| {
        preadmissions::table
            .inner_join(stays::table)
            .filter(preadmissions::establishment_id.eq(establishment.sql()))
            .filter(preadmissions::id.ne(facts.id.sql()))
            .select(preadmissions::id)
            .limit(20)
    };
    let mut found: Vec<PreadmissionId> = Vec::new();
    if let Some(patient) = facts.patient {
        let same_day = others(facts.establishment.id)
            .filter(preadmissions::patient_id.eq(Some(patient).sql()))
            .filter(stays::entry_at.ge(start.sql()))
            .filter(stays::entry_at.lt(end.sql()));
        found.extend(same_day.load::<PreadmissionId>(conn)?);
    }
    let number = facts.stay.person.as_ref().map(|person| kernel::fold(&person.ipp));
    if let Some(number) = number.filter(|number| !number.is_empty()) {
        let same_number = others(facts.establishment.id)
            .filter(stays::search.like(format!("% {number} %")))
            .filter(stays::entry_at.ge(start.sql()))
            .filter(stays::entry_at.lt(end.sql()));
        found.extend(same_number.load::<PreadmissionId>(conn)?);
    }
    let hashes: Vec<Vec<u8>> = facts.documents.iter().filter_map(|one| one.sha256.clone()).collect();
    if !hashes.is_empty() {
        let same_bytes = documents::table
            .inner_join(preadmissions::table)
            .filter(documents::sha256.eq_any(hashes))
            .filter(preadmissions::establishment_id.eq(facts.establishment.id.sql()))
            .filter(preadmissions::id.ne(facts.id.sql()))
            .select(preadmissions::id)
            .limit(20);
        found.extend(same_bytes.load::<PreadmissionId>(conn)?);
    }
    found.sort();
    found.dedup();
    Ok(found)
}
