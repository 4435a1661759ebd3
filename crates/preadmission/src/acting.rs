//! Acting for somebody else: opening the file of a child or of an adult who needs help; and what a minor keeps from it.

use identity::{
    read::PatientFacts,
    traces::{Action, Actor},
};
use kernel::{EstablishmentId, PatientId, PreadmissionId, StaffId};
use serde_json::json;
use storage::{StorageError, Tx};

use crate::{
    answering,
    commands::{at_desk, is_expected, own, prefill_from_hospital, still_opens, trace},
    domain::{
        Refusal,
        answering::{Capacity, Signature},
        catalogue,
        people::{Claim, Measure, OpenedAs, Quality, judge},
        same_person::same_birth,
        value::Kind,
    },
    failure::Failure,
    read::{Party, PreadmissionFacts, Source},
    store::{answers, files, invitations, people, relatives},
};

/// Birth dates that may be tried for one file in a day: there are about 6500 days in a childhood.
const TRIES: i64 = 5;

/// A step that is kept even when it is refused: a birth date that does not fit counts.
pub(crate) type Kept = Result<Result<(), Refusal>, Failure>;

/// What somebody says who opens a file that is not their own.
#[derive(Debug, Clone)]
pub(crate) struct Acting {
    pub(crate) claim: Claim,
    /// `2019-05-14`.
    pub(crate) birth_date: String,
    /// "I have the authority to do this."
    pub(crate) stated: bool,
}

/// Whoever holds the letter and knows the birth date opens the file for the patient. Shown as declared, ever after.
pub(crate) fn claim_for(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    patient: PatientId,
    acting: &Acting,
    opens_days_before: i64,
) -> Kept {
    let facts = files::find(tx.conn(), id)?.ok_or(Failure::Unknown)?;
    still_opens(&facts, opens_days_before, tx.now())?;
    let me = identity::read::patient(tx.conn(), patient)?.ok_or(Failure::Unknown)?;
    let person = facts.stay.person.clone().ok_or(Failure::Unknown)?;
    if facts.patient.is_some() || facts.secret || is_expected(&person, &me) {
        return Err(Refusal::WrongPerson.into());
    }
    let opened_as = match judge(acting.claim, facts.is_minor(), acting.stated) {
        Ok(opened_as) => opened_as,
        Err(fault) => return Err(Refusal::from(fault).into()),
    };
    if let Err(refusal) = knows_birth(tx, &facts, patient, &acting.birth_date)? {
        return Ok(Err(refusal));
    }
    open_as(tx, &facts, patient, (opened_as, opens_days_before))?;
    match acting.claim {
        Claim::Holder(quality) => add_first(tx, &facts, quality, &me)?,
        Claim::Representative { measure, .. } => answering::add_representative(tx, &facts, measure, &me)?,
        Claim::Relative => {}
    }
    Ok(Ok(()))
}

/// The file is opened by somebody who is not the patient.
pub(crate) fn open_as(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    patient: PatientId,
    (opened_as, opens_days_before): (OpenedAs, i64),
) -> Result<(), Failure> {
    still_opens(facts, opens_days_before, tx.now())?;
    files::claim(tx, facts, patient, opened_as)?;
    if let Some(person) = &facts.stay.person {
        prefill_from_hospital(tx, facts.id, person)?;
    }
    trace(tx, patient, Actor::Patient(patient), Action::Read)
}

/// Whether the birth date is the hospital's, or of a stay not known there the file's; each that is not counts, and after
/// some of them the day is over.
pub(crate) fn knows_birth(tx: &mut Tx<'_>, facts: &PreadmissionFacts, by: PatientId, birth_date: &str) -> Kept {
    if people::wrong_births(tx, facts.id)? >= TRIES {
        return Ok(Err(Refusal::TooManyTries));
    }
    let hospitals = facts.stay.person.as_ref().map(|person| person.birth_date.as_str());
    let full = Kind::Date.read(birth_date).is_ok_and(|date| !date.is_empty());
    let known = hospitals.or_else(|| facts.said(catalogue::BIRTH_DATE));
    if known.is_some_and(|known| full && same_birth(known, birth_date)) {
        return Ok(Ok(()));
    }
    people::add_wrong_birth(tx, facts.id, by)?;
    Ok(Err(Refusal::WrongBirth))
}

fn add_first(tx: &mut Tx<'_>, facts: &PreadmissionFacts, quality: Quality, me: &PatientFacts) -> Result<(), Failure> {
    let first = Party {
        number: 1,
        capacity: Capacity::Holder(quality),
        name: me.full_name(),
        patient: Some(me.id),
        identified_as: Some(me.full_name()),
        state: Signature::Awaited,
        changed_at: tx.now(),
    };
    Ok(people::add(tx, facts.id, &first, None)?)
}

/// The measure as whoever is in charge states it, in the section that asks for it, while that is open.
pub(crate) fn tell_of_measure(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    measure: Measure,
    me: &PatientFacts,
) -> Result<(), StorageError> {
    let Some(facts) = files::find(tx.conn(), id)?.filter(|facts| facts.may_write("situation")) else { return Ok(()) };
    let name = me.full_name();
    let phone = |field| me.phone.as_deref().map(|phone| (field, phone));
    let said = match measure.represents() {
        true => vec![
            ("situation.protection", "represented"),
            ("situation.protection-measure", measure.name()),
            ("situation.protection-scope", "person"),
            ("situation.protector-name", &name),
        ],
        false => vec![("situation.protection", "assisted"), ("situation.curator-name", &name)],
    };
    let phone = phone(if measure.represents() { "situation.protector-phone" } else { "situation.curator-phone" });
    for (field, value) in said.into_iter().chain(phone) {
        if facts.said(field) != Some(value) {
            answers::save(tx, id, field, value, (Source::Relative, Some(me.id.as_object())))?;
        }
    }
    Ok(())
}

/// A minor who opened their own file keeps it from the holders of parental authority (CSP art. L1111-5).
pub(crate) fn ask_secrecy(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    patient: PatientId,
    secret: bool,
) -> Result<(), Failure> {
    let facts = own(tx, id, patient)?;
    if !facts.is_minor() || facts.opened_as != OpenedAs::Myself {
        return Err(Failure::Unknown);
    }
    set_secrecy(tx, &facts, secret, patient.as_object())
}

/// The desk writes down what the minor asked of a doctor or midwife.
pub(crate) fn mark_secret(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    (by, of): (StaffId, &[EstablishmentId]),
    secret: bool,
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    if !facts.is_minor() {
        return Err(Refusal::NotForThisPatient.into());
    }
    set_secrecy(tx, &facts, secret, by.as_object())?;
    if let Some(patient) = facts.patient {
        trace(tx, patient, Actor::Staff(by), Action::Changed)?;
    }
    at_desk(tx, id, of)
}

fn set_secrecy(tx: &mut Tx<'_>, facts: &PreadmissionFacts, secret: bool, by: kernel::ObjectId) -> Result<(), Failure> {
    people::keep_secret(tx, facts.id, secret)?;
    if secret {
        invitations::remove_all(tx, facts.id)?;
        relatives::remove_all(tx, facts.id)?;
    }
    files::record(tx, files::SECRECY, by, facts.id, &json!({ "secret": secret }))
}
