//! What clerks do with the files of their establishment: filling in with the patient, and deciding.

use identity::traces::{Action, Actor};
use kernel::{EstablishmentId, PreadmissionId, StaffId};
use serde_json::json;
use storage::Tx;

use super::{Typed, at_desk, hand_in, lacks, prefill_from_hospital, trace, write};
use crate::{
    announce,
    announcement::Outcome,
    domain::{Refusal, catalogue, relatives::News},
    failure::Failure,
    read::{Origin, PreadmissionFacts, Source, Status},
    relatives, standing,
    store::{
        files::{self, Asked},
        steps::By,
    },
};

/// A clerk may write wherever the patient may, and in a file that nobody opened yet.
pub(crate) fn clerk_may_write(facts: &PreadmissionFacts, section: &str) -> bool {
    facts.status == Status::Created || facts.may_write(section)
}

/// What a clerk fills in with the patient at the desk or on the telephone.
pub(crate) fn save_at_desk(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    (by, of): (StaffId, &[EstablishmentId]),
    typed: &Typed<'_>,
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    if !clerk_may_write(&facts, typed.section) || facts.stay.entry_at <= tx.now() {
        return Err(Refusal::FileClosed.into());
    }
    write(tx, &facts, (Source::Clerk, by.as_object()), typed)?;
    decided(tx, &facts, by)?;
    at_desk(tx, id, of)
}

/// A file of the clerk's establishment, shown; the look leaves a trace.
pub(crate) fn look_at(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    by: StaffId,
    of: &[EstablishmentId],
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    if let Some(patient) = facts.patient {
        trace(tx, patient, Actor::Staff(by), Action::Read)?;
    }
    Ok(facts)
}

/// The same, as the patient tells it to a clerk.
pub(crate) fn declare_missing_at_desk(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    (by, of): (StaffId, &[EstablishmentId]),
    kind: &str,
    (reason, text): (&str, &str),
) -> Result<(), Failure> {
    let facts = open_for_writing(tx, id, (by, of))?;
    lacks(tx, &facts, (Source::Clerk, by.as_object()), kind, (reason, text))?;
    decided(tx, &facts, by)
}

/// The file at the desk, opened by the clerk when nobody opened it yet.
pub(crate) fn open_for_writing(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    (by, of): (StaffId, &[EstablishmentId]),
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    if facts.status != Status::Created || facts.stay.entry_at <= tx.now() {
        return Ok(facts);
    }
    files::open_at_desk(tx, &facts, by)?;
    if let Some(person) = &facts.stay.person {
        prefill_from_hospital(tx, id, person)?;
    }
    at_desk(tx, id, of)
}

/// A clerk who filled in with the patient sends it for them, and states that they agree.
pub(crate) fn submit_at_desk(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    (by, of): (StaffId, &[EstablishmentId]),
    agreed: bool,
) -> Result<(), Failure> {
    if !agreed {
        at_desk(tx, id, of)?;
        return Err(Refusal::AgreementNotStated.into());
    }
    let facts = open_for_writing(tx, id, (by, of))?;
    hand_in(tx, &facts, (By::Clerk(by.as_object()), Some("patient")))?;
    decided(tx, &facts, by)
}

pub(crate) fn accept(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    by: StaffId,
    of: &[EstablishmentId],
    seen: Option<&str>,
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    is_as_seen(&facts, seen)?;
    if facts.status == Status::Ready && !facts.is_all_decided() {
        return Err(Refusal::NotAllDecided.into());
    }
    if facts.completeness().consent.stops() {
        return Err(Refusal::Disagreement.into());
    }
    files::accept(tx, &facts, by)?;
    standing::establish(tx, &facts, by)?;
    relatives::tell(tx, &facts, News::Ready)?;
    decided(tx, &facts, by)?;
    at_desk(tx, id, of)
}

pub(crate) fn refuse(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    asked: &Asked,
    by: StaffId,
    of: &[EstablishmentId],
    seen: Option<&str>,
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    is_as_seen(&facts, seen)?;
    let known = asked.sections.iter().all(|name| catalogue::find(name).is_some());
    let document = facts.completeness().documents.iter().any(|document| document.state.is_to_correct());
    // The reasons of refused documents speak for themselves; a section needs words.
    let silent = asked.text.trim().is_empty() && !asked.sections.is_empty();
    if !known || (asked.sections.is_empty() && !document) || silent {
        return Err(Refusal::NothingToCorrect.into());
    }
    if asked.text.chars().count() > 1000 {
        return Err(Refusal::WordsNotFit.into());
    }
    if asked.deadline.is_some_and(|deadline| deadline <= tx.now() || deadline > facts.stay.entry_at) {
        return Err(Refusal::DeadlineNotPossible.into());
    }
    files::refuse(tx, &facts, asked, by)?;
    decided(tx, &facts, by)?;
    at_desk(tx, id, of)
}

/// The stay will not take place, as the desk was told; the hospital's system may not know yet.
pub(crate) fn cancel(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    by: StaffId,
    of: &[EstablishmentId],
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    if announce::cancel(tx, &facts.stay, Origin::Desk)? != Outcome::Cancelled {
        return Err(Refusal::NotInThisStatus.into());
    }
    files::record(tx, files::CANCELLED, by.as_object(), id, &json!({ "version": facts.version }))?;
    decided(tx, &facts, by)?;
    at_desk(tx, id, of)
}

/// Of two clerks, or a clerk and a patient, the second does not decide on what they have not seen.
pub(crate) fn is_as_seen(facts: &PreadmissionFacts, seen: Option<&str>) -> Result<(), Failure> {
    match seen {
        Some(mark) if mark != facts.mark() => Err(Refusal::Changed.into()),
        _ => Ok(()),
    }
}

pub(crate) fn decided(tx: &mut Tx<'_>, facts: &PreadmissionFacts, by: StaffId) -> Result<(), Failure> {
    match facts.patient {
        Some(patient) => trace(tx, patient, Actor::Staff(by), Action::Changed),
        None => Ok(()),
    }
}
