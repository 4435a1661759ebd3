//! Acting for somebody else: opening the file of a child or of an adult who needs help, and signing for a child.

use identity::{
    read::PatientFacts,
    traces::{Action, Actor},
};
use kernel::{EstablishmentId, PatientId, PreadmissionId, StaffId};
use serde_json::json;
use storage::Tx;

use crate::{
    commands::{at_desk, decided, is_expected, own, prefill_from_hospital, still_opens, trace},
    domain::{
        Refusal, catalogue,
        people::{Claim, Measure, OpenedAs, Quality, Signature, judge},
        same_person::same_birth,
        value::Kind,
    },
    failure::Failure,
    inviting::{self, Asked},
    read::{PreadmissionFacts, Purpose, Signatory, Source, Status},
    store::{answers, files, invitations, people, relatives},
};

/// Birth dates that may be tried for one file in a day: there are about 6500 days in a childhood.
const TRIES: i64 = 5;

/// Signatories of one file.
const MOST: usize = 4;

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
    files::claim(tx, &facts, patient, opened_as)?;
    prefill_from_hospital(tx, id, &person)?;
    match acting.claim {
        Claim::Holder(quality) => add_first(tx, &facts, quality, &me)?,
        Claim::Representative { measure, .. } => represent(tx, id, measure, &me)?,
        Claim::Relative => {}
    }
    trace(tx, patient, Actor::Patient(patient), Action::Read)?;
    Ok(Ok(()))
}

/// What somebody who was asked as the person in charge of an adult says of the measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Protecting {
    pub(crate) measure: Measure,
    pub(crate) person: bool,
    pub(crate) stated: bool,
}

/// The desk asks the person in charge of a protected adult to come, by a link of their own, while nobody opened the file.
pub(crate) fn ask_representative(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    (by, of): (StaffId, &[EstablishmentId]),
    (name, contact): (&str, &str),
    answer_days: i64,
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    if facts.is_minor() {
        return Err(Refusal::NotForThisPatient.into());
    }
    if facts.patient.is_some() {
        return Err(Refusal::NotInThisStatus.into());
    }
    if facts.status == Status::Cancelled || facts.stay.entry_at <= tx.now() {
        return Err(Refusal::Over.into());
    }
    if contact.trim().is_empty() {
        return Err(Refusal::NoSuchAnswer.into());
    }
    let asked = Asked { purpose: Purpose::Representative, number: 1, name, contact };
    inviting::invite(tx, &facts, asked, (by.as_object(), answer_days))?;
    decided(tx, &facts, by)?;
    Ok(facts)
}

/// Who holds that link opens the file for the adult, within the measure: who represents them for the person decides, a
/// curator helps and has no say (CSP art. L1111-4).
pub(crate) fn open_as_protector(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    patient: PatientId,
    (birth_date, said): (&str, Protecting),
    opens_days_before: i64,
) -> Kept {
    if facts.is_of(patient) {
        return Ok(Ok(()));
    }
    let Protecting { measure, person, stated } = said;
    let assists = measure == Measure::Curatelle;
    let claim = if assists { Claim::Relative } else { Claim::Representative { measure, person } };
    let acting = Acting { claim, birth_date: birth_date.to_owned(), stated };
    if let Err(refusal) = claim_for(tx, facts.id, patient, &acting, opens_days_before)? {
        return Ok(Err(refusal));
    }
    if assists {
        let by = (Source::Relative, Some(patient.as_object()));
        answers::save(tx, facts.id, "situation.protection", "assisted", by)?;
    }
    Ok(Ok(()))
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
    let first = Signatory {
        number: 1,
        quality,
        name: me.full_name(),
        patient: Some(me.id),
        identified_as: Some(me.full_name()),
        state: Signature::Awaited,
        changed_at: tx.now(),
    };
    Ok(people::add(tx, facts.id, &first)?)
}

fn represent(tx: &mut Tx<'_>, id: PreadmissionId, measure: Measure, me: &PatientFacts) -> Result<(), Failure> {
    let name = me.full_name();
    let mut said = vec![
        ("situation.protection", "represented"),
        ("situation.protection-measure", measure.name()),
        ("situation.protection-scope", "person"),
        ("situation.protector-name", &name),
    ];
    said.extend(me.phone.as_deref().map(|phone| ("situation.protector-phone", phone)));
    for (field, value) in said {
        answers::save(tx, id, field, value, (Source::Relative, Some(me.id.as_object())))?;
    }
    Ok(())
}

/// A file in which holders sign: of a minor, not kept from them, and not over.
fn signed_for(tx: &mut Tx<'_>, facts: &PreadmissionFacts) -> Result<(), Failure> {
    if !facts.is_minor() || facts.secret {
        return Err(Failure::Unknown);
    }
    if facts.status == Status::Cancelled || facts.stay.entry_at <= tx.now() {
        return Err(Refusal::Over.into());
    }
    Ok(())
}

/// Another holder, as whoever opened the file names them; their link leaves at once. Their number.
pub(crate) fn add_signatory(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    patient: PatientId,
    (quality, name, contact): (Quality, &str, &str),
    answer_days: i64,
) -> Result<i32, Failure> {
    let facts = own(tx, id, patient)?;
    signed_for(tx, &facts)?;
    let number = facts.signatories.len().saturating_add(1);
    if number > MOST {
        return Err(Refusal::NoSuchAnswer.into());
    }
    let number = i32::try_from(number).unwrap_or(i32::MAX);
    let one = Signatory {
        number,
        quality,
        name: name.trim().to_owned(),
        patient: None,
        identified_as: None,
        state: Signature::Awaited,
        changed_at: tx.now(),
    };
    let asked = Asked { purpose: Purpose::ParentalAuthority, number, name, contact };
    inviting::invite(tx, &facts, asked, (patient.as_object(), answer_days))?;
    people::add(tx, id, &one)?;
    Ok(number)
}

/// A new link for somebody who did not come; the one before opens nothing any more. An empty contact: the same as
/// before.
pub(crate) fn ask_again(
    tx: &mut Tx<'_>,
    (id, number): (PreadmissionId, i32),
    patient: PatientId,
    contact: &str,
    answer_days: i64,
) -> Result<(), Failure> {
    let facts = own(tx, id, patient)?;
    signed_for(tx, &facts)?;
    let one = facts.signatory(number).filter(|one| one.patient.is_none()).ok_or(Failure::Unknown)?;
    let before = invitations::of_file(tx.conn(), id)?;
    let last = before.iter().rfind(|last| last.purpose == Purpose::ParentalAuthority && last.number == number);
    let known = last.map(|last| last.contact.as_str()).unwrap_or_default();
    let contact = if contact.trim().is_empty() { known } else { contact };
    let asked = Asked { purpose: Purpose::ParentalAuthority, number, name: &one.name, contact };
    inviting::invite(tx, &facts, asked, (patient.as_object(), answer_days))?;
    Ok(people::mark(tx, (id, number), Signature::Awaited)?)
}

/// What whoever opened the file says of somebody who was never here: no answer, or nowhere to be reached.
pub(crate) fn mark_absent(
    tx: &mut Tx<'_>,
    (id, number): (PreadmissionId, i32),
    patient: PatientId,
    state: Signature,
) -> Result<(), Failure> {
    let facts = own(tx, id, patient)?;
    signed_for(tx, &facts)?;
    let one = facts.signatory(number).filter(|one| one.patient.is_none()).ok_or(Failure::Unknown)?;
    if !matches!(state, Signature::Awaited | Signature::NoAnswer | Signature::NotReachable) {
        return Err(Refusal::NoSuchAnswer.into());
    }
    people::mark(tx, (id, one.number), state)?;
    let content = json!({ "signatory": number, "said": state.name() });
    files::record(tx, files::SIGNATURE, patient.as_object(), id, &content)
}

/// Who holds a signatory's link and knows the birth date is that signatory from now on: one person, for good.
pub(crate) fn identify(
    tx: &mut Tx<'_>,
    (facts, number): (&PreadmissionFacts, i32),
    patient: PatientId,
    birth_date: &str,
) -> Kept {
    signed_for(tx, facts)?;
    let one = facts.signatory(number).ok_or(Failure::Unknown)?;
    match one.patient {
        Some(known) if known == patient => return Ok(Ok(())),
        Some(_) => return Err(Refusal::WrongPerson.into()),
        None => {}
    }
    if let Err(refusal) = knows_birth(tx, facts, patient, birth_date)? {
        return Ok(Err(refusal));
    }
    let me = identity::read::patient(tx.conn(), patient)?.ok_or(Failure::Unknown)?;
    people::identify(tx, (facts.id, one.number), patient, &me.full_name())?;
    Ok(Ok(()))
}

/// The act itself. It can be said anew until the entry: who agreed may change their mind.
pub(crate) fn sign(
    tx: &mut Tx<'_>,
    (id, number): (PreadmissionId, i32),
    patient: PatientId,
    (answer, stated): (Signature, bool),
) -> Result<(), Failure> {
    let facts = files::find(tx.conn(), id)?.ok_or(Failure::Unknown)?;
    signed_for(tx, &facts)?;
    let one = facts.signatory(number).filter(|one| one.patient == Some(patient)).ok_or(Failure::Unknown)?;
    if !matches!(answer, Signature::Signed | Signature::Refused | Signature::SoleHolder) {
        return Err(Refusal::NoSuchAnswer.into());
    }
    if !stated {
        return Err(Refusal::NotStated.into());
    }
    people::mark(tx, (id, number), answer)?;
    if answer == Signature::Refused && one.state != Signature::Refused {
        inviting::tell_answered(tx, &facts, (Some(patient), Some(number)))?;
    }
    let content = json!({
        "signatory": number, "quality": one.quality.name(), "declared": one.name, "identified": one.identified_as,
        "answer": answer.name(), "act": facts.stay.label, "entry": facts.stay.entry_at.to_string(),
    });
    files::record(tx, files::SIGNATURE, patient.as_object(), id, &content)
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
